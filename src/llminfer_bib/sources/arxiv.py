"""The arXiv API: one request for up to a hundred identifiers, through the ``arxiv`` package; ``arxiv_reading`` maps entries.

The package builds the request and is the first reader. Time, size and the shape of the answer are ours to watch (``session`` and
``_inspect``), because it would take a web page, an empty body or half a feed for "no results" and ask again on its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote_plus
from xml.etree import ElementTree as ET

from ..identifiers import normalise_arxiv
from .arxiv_reading import ARXIV, ATOM, read, safe_xml
from .batching import arxiv_ids, cut
from .http_answers import HttpAnswer, refuse_failures, retry_after
from .protocol import DAY, RefusedBatchError, Reply, SourceError, ThrottledError, UnavailableError, Wire

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = [
    "ABSENT_LIFETIME",
    "BASE_URL",
    "BASE_URL_VARIABLE",
    "LIFETIME",
    "NAME",
    "PACE",
    "PATIENCE",
    "ask",
    "batches",
    "read",
]

NAME = "arxiv"
BASE_URL = "https://export.arxiv.org"
BASE_URL_VARIABLE = "BIB_ARXIV_URL"
PACE = 3.0
"""Terms of use: one request every three seconds, one connection."""
PATIENCE = (10.0, 30.0, 60.0)
"""In 2026 ten seconds were not enough."""
LIFETIME = 7 * DAY
ABSENT_LIFETIME = 3 * DAY

_MOST_IDS = 100
_LONGEST_QUERY = 6 * 1024
"""Bytes; the server's wall (414) stands at 8 KiB for the whole request line."""
_MARGIN = 50
"""How many records more than asked for are taken, and passed over, before the answer counts as one to another question."""
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_PAGE = re.compile(rb"\s*+(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_RATE_EXCEEDED = re.compile(rb"\s*+rate exceeded", re.IGNORECASE)
_OLD_SERVER = re.compile(rb"<opensearch:totalResults\s++xmlns:opensearch=")
_CULPRIT = re.compile(r"incorrect id format for\s+(\S{1,100})")
_LONGEST_REASON = 120
_LONGEST_TEXT = 100_000
_KEPT = frozenset(
    [ATOM + name for name in ("id", "title", "summary", "published", "updated", "author", "category")]
    + [ARXIV + name for name in ("comment", "journal_ref", "doi", "primary_category")]
)
_KEPT_INSIDE = frozenset({ATOM + "name", ARXIV + "affiliation"})


def batches(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut identifiers into requests of at most a hundred, and of a length that the server takes; each identifier once."""
    return cut(
        ids, most=_MOST_IDS, longest=_LONGEST_QUERY, cost=lambda name: len(quote_plus(name, errors="replace")) + 3
    )


def ask(ids: Sequence[str], wire: Wire) -> Reply:
    """Send one request for identifiers in their normal form and without version. Raises SourceError only.

    An identifier that is none is not sent: it comes back as the culprit of a RefusedBatchError, as arXiv itself would say.
    """
    wanted = arxiv_ids(ids)
    if not wanted:
        return Reply({})
    body = _fetch(wanted, wire)
    found: dict[str, tuple[int, bytes]] = {}
    for entry in _entries(safe_xml(body)):
        identifier, version = _identity(entry)
        number = int(version[1:] or 1)
        if identifier in wanted and number > found.get(identifier, (0, b""))[0]:
            found[identifier] = number, _alone(entry)
    return Reply({identifier: found[identifier][1] for identifier in wanted if identifier in found})


def _fetch(ids: tuple[str, ...], wire: Wire) -> bytes:
    """Let the package ask, and return the body that it and we read alike."""
    import arxiv  # noqa: PLC0415  # a quarter of a second with lxml and requests

    from .session import BoundedSession  # noqa: PLC0415

    size = len(ids) + _MARGIN
    client = arxiv.Client(page_size=size, delay_seconds=0, num_retries=0)
    client.query_url_format = wire.base_url.rstrip("/").replace("{", "{{").replace("}", "}}") + "/api/query?{}"

    def inspect(answer: HttpAnswer) -> None:
        _inspect(answer, ids, size)

    with BoundedSession(wire, accept="application/atom+xml", inspect=inspect) as session:
        client._session = session  # noqa: SLF001  # the package has no other door for a session with a time-out
        try:
            results = list(client.results(arxiv.Search(id_list=list(ids), max_results=size)))
        except SourceError:
            raise
        except Exception as error:
            raise UnavailableError(f"the arxiv package cannot read the answer ({type(error).__name__})") from error
        body = session.answer.body
    ours = [_text(entry, "id") for entry in _entries(safe_xml(body))]
    if [result.entry_id.strip() for result in results] != ours:
        raise UnavailableError("the answer can be read in two ways")
    return body


# --- is it an answer, and to our question?


def _inspect(answer: HttpAnswer, ids: tuple[str, ...], size: int) -> None:
    """Raise what an answer really is, before the package sees it; return where it is a whole feed."""
    if _RATE_EXCEEDED.match(answer.body):
        raise ThrottledError("Rate exceeded.", retry_after(answer.headers))
    refuse_failures(answer)
    if answer.status == 414:
        raise RefusedBatchError("HTTP 414")
    if answer.status not in {200, 400}:
        raise UnavailableError(f"HTTP {answer.status}")
    try:
        feed = _feed(answer)
    except UnavailableError:
        if answer.status == 400:
            raise RefusedBatchError("HTTP 400") from None
        raise
    _refuse_errors(feed, ids)
    if answer.status == 400:
        raise RefusedBatchError("HTTP 400")
    if not _is_old_unknown(answer.body, feed, ids):
        _require_all(feed, size)


def _is_old_unknown(body: bytes, feed: Element, ids: tuple[str, ...]) -> bool:
    """Tell whether the server of before November 2025 says that it does not know the one id asked for: one record, and none.

    Of today's server the same would be a page that got lost. The old one declared its names element by element.
    """
    if len(ids) != 1 or feed.find(ATOM + "entry") is not None:
        return False
    return feed.findtext(_OPENSEARCH + "totalResults") == "1" and _OLD_SERVER.search(body[:_LONGEST_TEXT]) is not None


def _feed(answer: HttpAnswer) -> Element:
    """Parse a body that is an Atom feed from its first byte to its last."""
    if not answer.body.strip():
        raise UnavailableError("answered with nothing")
    if _PAGE.match(answer.body):
        raise UnavailableError("answered with a web page instead of a feed")
    try:
        feed = safe_xml(answer.body)
    except ValueError as error:
        kind = "a web page" if answer.content_type == "text/html" else f"{error}"
        raise UnavailableError(f"answered with {kind} instead of a feed") from None
    if feed.tag != ATOM + "feed":
        raise UnavailableError("answered with something else instead of a feed")
    return feed


def _refuse_errors(feed: Element, ids: tuple[str, ...]) -> None:
    """Raise what an Error entry says; arXiv sends them with 400, and now and then with 200."""
    for entry in feed.findall(ATOM + "entry"):
        if "/api/errors" in _text(entry, "id") or (
            _text(entry, "title") == "Error" and entry.find(ATOM + "published") is None
        ):
            reason = _text(entry, "summary")[:_LONGEST_REASON] or "Error"
            culprits = [found[1] for found in _CULPRIT.finditer(reason) if found[1] in ids]
            raise RefusedBatchError(reason if reason.isprintable() else "Error", culprits)


def _require_all(feed: Element, size: int) -> None:
    """Require as many entries as the feed says it has, each with an identifier and dates that the package can read."""
    numbers = [_number(feed, name) for name in ("totalResults", "startIndex")]
    entries = feed.findall(ATOM + "entry")
    if None in numbers or numbers[1]:
        raise UnavailableError("answered with a feed that does not say how much it holds")
    total = numbers[0] or 0
    if total > size:
        raise UnavailableError(f"answered with {total} records to a question for {size - _MARGIN}")
    if len(entries) != total:
        raise UnavailableError(f"answered with {len(entries)} of {total} records")
    for entry in entries:
        if not _identity(entry)[0]:
            raise UnavailableError("answered with a record without identifier")
        for name in ("published", "updated"):
            if not _is_moment(_text(entry, name)):
                raise UnavailableError(f"answered with a record without date ({_identity(entry)[0]})")


# --- parts of an entry


def _entries(feed: Element) -> list[Element]:
    return feed.findall(ATOM + "entry")


def _identity(entry: Element) -> tuple[str, str]:
    """Return identifier and version, from ``http://arxiv.org/abs/2309.06180v1``."""
    _, link, name = _text(entry, "id").rpartition("/abs/")
    return normalise_arxiv(name) if link else ("", "")


def _text(element: Element, name: str) -> str:
    """Return the text of an Atom child without the white space around it."""
    return (element.findtext(ATOM + name) or "").strip()


def _number(feed: Element, name: str) -> int | None:
    text = (feed.findtext(_OPENSEARCH + name) or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _is_moment(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _alone(entry: Element) -> bytes:
    """Return an entry as a document of its own: what describes the paper, without links and what we do not know."""
    copy = ET.Element(entry.tag)
    for child in entry:
        if child.tag in _KEPT:
            inner = ET.SubElement(copy, child.tag, child.attrib)
            inner.text = (child.text or "")[:_LONGEST_TEXT]
            for grandchild in child:
                if grandchild.tag in _KEPT_INSIDE:
                    ET.SubElement(inner, grandchild.tag).text = (grandchild.text or "")[:_LONGEST_TEXT]
    return bytes(ET.tostring(copy, encoding="utf-8"))
