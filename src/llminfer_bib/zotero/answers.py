"""What Zotero answers, as values of the shapes that they must have: a list of objects, what a write did.

Any other answer is an UnreadableError with a reason. What follows from an answer is for `client`.
"""

from __future__ import annotations

import contextlib
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from ..sources.http_answers import HttpAnswer
from .values import Failure, Json, Written

KEY: Final = re.compile(r"[0-9A-Z]{8}", re.ASCII)
_LINK: Final = re.compile(r"<([^<>\s]{1,4000})>([^<>,]{0,200})")
_MOST_WORDS: Final = 300
_LARGEST_NUMBER: Final = 2**53
_NOTHING: Final = object()


class UnreadableError(ValueError):
    """An answer that does not have the shape it must have; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    objects: tuple[Json, ...]
    following: str
    """The address of the next one where the server names one; an address of another host is none."""
    total: int | None
    """How many objects the whole list has, where the server says so."""
    version: int
    """The library's."""


def number_of(headers: Mapping[str, str], name: str) -> int | None:
    """Return a header's number, or None."""
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None


def json_of(answer: HttpAnswer) -> Any:
    """Return the JSON of an answer; half a surrogate pair, which no text may hold, becomes a replacement character."""
    found: Any = _NOTHING
    with contextlib.suppress(ValueError, RecursionError):
        text = answer.body.decode("utf-8-sig")
        found = json.loads(text, parse_constant=_no_number)
        if "\\ud" in text.lower():
            whole = json.dumps(found, ensure_ascii=False).encode("utf-8", "surrogatepass")
            found = json.loads(whole.decode("utf-8", "replace"))
    if found is _NOTHING:  # raised here: the error of json holds the whole answer, which may hold a key
        page = answer.content_type == "text/html" or answer.body.lstrip()[:1] == b"<"
        raise UnreadableError("a web page came instead of data" if page else "the answer is not JSON")
    return found


def page_of(answer: HttpAnswer, url: str) -> Page:
    """Read a page of items or collections; ``url`` is the one it was asked from."""
    found = json_of(answer)
    if not isinstance(found, list):
        raise UnreadableError("the answer is not a list")
    version = number_of(answer.headers, "last-modified-version")
    if version is None:
        raise UnreadableError("the answer names no version of the library")
    total = number_of(answer.headers, "total-results")
    return Page(tuple(map(object_of, found)), _next(answer.headers.get("link", ""), url), total, version)


def object_of(found: Any) -> Json:
    """Return an item or a collection whose ``data`` has what `values` reads, in the right types."""
    data = found.get("data") if isinstance(found, dict) else None
    if not isinstance(data, dict):
        raise UnreadableError("the answer holds something that is no item")
    data = {"key": found.get("key"), "version": found.get("version"), **data}
    whole = isinstance(data["key"], str) and KEY.fullmatch(data["key"]) and _is_number(data["version"])
    if not whole or not all(check(data[name]) for name, check in _SHAPES.items() if name in data):
        raise UnreadableError("the answer holds an item that cannot be read")
    return {**found, "key": data["key"], "version": data["version"], "data": data}


def deleted_of(answer: HttpAnswer) -> frozenset[str]:
    """Read the keys of deleted items."""
    found = json_of(answer)
    keys = found.get("items") if isinstance(found, dict) else None
    if not isinstance(keys, list):
        raise UnreadableError("the answer is no list of what was deleted")
    return frozenset(key for key in keys if isinstance(key, str))


def versions_of(answer: HttpAnswer) -> frozenset[str]:
    """Read the keys of an answer in ``format=versions``."""
    found = json_of(answer)
    if not isinstance(found, dict) and found != []:  # PHP writes an empty map like an empty list
        raise UnreadableError("the answer is no list of versions")
    total = number_of(answer.headers, "total-results")
    if total is not None and total > len(found):
        raise UnreadableError("the answer is not complete")
    return frozenset(found)


def written_of(answer: HttpAnswer, count: int) -> tuple[Written, dict[int, str]]:
    """Read what became of ``count`` objects; apart from that the keys of those that were saved but are not shown."""
    found = json_of(answer)
    if not isinstance(found, dict) or not {"successful", "success", "unchanged", "failed"} & found.keys():
        raise UnreadableError("the answer does not say what was written")
    parts = {name: dict(_by_index(found.get(name), count)) for name in ("successful", "success", "unchanged", "failed")}
    saved = {index: object_of(one) for index, one in parts["successful"].items()}
    unshown = {index: _key(key) for index, key in parts["success"].items() if index not in saved}
    version = number_of(answer.headers, "last-modified-version")
    if version is None:
        version = max((one["version"] for one in saved.values()), default=0)
    unchanged = {index: _key(key) for index, key in parts["unchanged"].items()}
    failed = {index: _failure(one) for index, one in parts["failed"].items()}
    return Written(saved, unchanged, failed, version), unshown


def words_of(answer: HttpAnswer) -> str:
    """Return what a refusal says, as a line of plain text; nothing of a web page."""
    text = answer.body[:10_000].decode("utf-8", "replace").strip()
    if text.startswith("<") or answer.content_type == "text/html":
        return ""
    return plain(text)


def plain(text: str) -> str:
    """Return the server's words: as text, not HTML; one line, not endless."""
    shown = "".join(char if char.isprintable() else " " for char in html.unescape(text[: 10 * _MOST_WORDS]))
    return " ".join(shown.split())[:_MOST_WORDS].strip()


def _next(header: str, url: str) -> str:
    """Return the address of ``rel="next"`` (RFC 8288), where it is on the host that was asked."""
    for address, parameters in _LINK.findall(header):
        if "next" not in re.findall(r'rel="?([a-z]+)', parameters):
            continue
        try:
            target = urljoin(url, address)
            ours, theirs = urlsplit(url), urlsplit(target)
            if (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port):
                return str(target)
        except ValueError:
            continue
    return ""


def _by_index(found: Any, count: int) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a map from index to something; PHP writes some maps as lists."""
    if isinstance(found, list):
        found = {str(index): one for index, one in enumerate(found)}
    if not isinstance(found, dict | None):
        raise UnreadableError("the answer does not say what was written")
    for name, one in (found or {}).items():
        if not (name.isascii() and name.isdecimal() and len(name) < 4 and int(name) < count):
            raise UnreadableError("the answer is about objects that were not sent")
        yield int(name), one


def _key(found: Any) -> str:
    if not isinstance(found, str) or not KEY.fullmatch(found):
        raise UnreadableError("the answer holds a key that is none")
    return str(found)


def _failure(found: Any) -> Failure:
    if not isinstance(found, dict):
        raise UnreadableError("the answer does not say why something was not written")
    message = found.get("message")
    code = found["code"] if _is_number(found.get("code")) else 0
    return Failure(code, plain(message) if isinstance(message, str) else "it does not say why")


def _no_number(_text: str) -> Any:
    raise ValueError


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST_NUMBER


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_creators(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and all(isinstance(part, str) for part in one.values()) for one in value
    )


def _is_tags(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and isinstance(one.get("tag"), str) for one in value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_SHAPES: Final[dict[str, Callable[[Any], bool]]] = {
    "itemType": _is_text,
    "name": _is_text,
    "extra": _is_text,
    "creators": _is_creators,
    "tags": _is_tags,
    "collections": _is_texts,
    "parentCollection": lambda value: isinstance(value, str) or value is False or value is None,
    "deleted": lambda value: isinstance(value, bool | int),
}
