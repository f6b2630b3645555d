"""Which links an entry has and where they stand in it: its address, its identifiers, and what its notes mention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .. import identifiers, links
from ..bibfile import RawEntry
from ..model import Entry
from .addresses import asked

WHOLE: Final = ("url", "code", "video", "slides", "pdf", "poster", "demo", "website", "project", "supplement")
"""Fields that hold addresses and nothing else."""
AMONG_WORDS: Final = ("howpublished", "note", "addendum", "annotation", "annote", "titleaddon")
"""Fields in whose text addresses stand."""
_ADDRESS = re.compile(
    r"(?<![A-Za-z])(?:https?|ftps?)://[^\s<>\"{}|\\^`\u3000-\u303f\uff00-\uffef\u2018-\u201f]++", re.IGNORECASE
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}):")
_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Link:
    """One link of one entry."""

    key: str
    field: str
    """Where it stands, in lower case; ``doi`` and ``eprint`` give links that we make."""
    url: str
    """The address to ask, or as it is written where it cannot be asked."""
    written: str = ""
    """As the field's text has it; empty where we made it."""
    why_not: str = ""
    """Why it is not asked."""


def links_of(entry: Entry, raw: RawEntry) -> list[Link]:
    """Return the links of an entry in the order of its fields, each once a field. What it inherits is its parent's.

    A link made of a DOI or eprint is left out where the entry has it in writing too.
    """
    found = {(link.field, link.url, link.written): link for link in _all(entry, raw)}
    written = {link.url for link in found.values() if link.written}
    made: set[str] = set()
    links_here = []
    for link in found.values():
        if link.written or link.url not in written | made:
            links_here.append(link)
            made.add(link.url)
    return links_here


def _all(entry: Entry, raw: RawEntry) -> Iterator[Link]:
    for name in raw.fields:
        if name in WHOLE:
            yield from _in_whole(entry, name)
        elif name in AMONG_WORDS:
            yield from _among_words(entry, name)
        elif name == "doi" and entry.doi:
            yield Link(entry.key, name, identifiers.doi_url(entry.doi))
        elif name in ("eprint", "arxivid", "doi") and entry.arxiv:
            yield Link(entry.key, name, identifiers.arxiv_url(entry.arxiv))


def _in_whole(entry: Entry, name: str) -> Iterator[Link]:
    text = entry.fields.get(name, "").strip()
    if name == "url" or "\\" in text or text.startswith("{"):
        text = links.url_of({"url": text}) if text else ""
    if not text:
        return
    if len(text.split()) > 1 or not identifiers.web_url(text):
        several = list(_in_text(entry, name, text))
        yield from several
        if several:
            return
    yield _link(entry, name, text)


def _among_words(entry: Entry, name: str) -> Iterator[Link]:
    yield from _in_text(entry, name, entry.fields.get(name, ""))


def _in_text(entry: Entry, name: str, text: str) -> Iterator[Link]:
    for found in _ADDRESS.finditer(text):
        yield _link(entry, name, _trimmed(found[0]))


def _trimmed(url: str) -> str:
    """Drop what a sentence puts behind an address; a bracket stays that was opened in it."""
    while url:
        last = url[-1]
        if last in ".,;:!?'" or (last in ")]" and url.count(last) > url.count("(" if last == ")" else "[")):
            url = url[:-1]
        else:
            break
    return url


def _link(entry: Entry, name: str, written: str) -> Link:
    url = asked(written) if len(written) <= _LONGEST else ""
    if url:
        return Link(entry.key, name, url, written)
    return Link(entry.key, name, written[:_LONGEST], written, _why_not(written))


def _why_not(written: str) -> str:
    scheme = _SCHEME.match(written)
    if scheme is not None and scheme[1].lower() not in {"http", "https"} and "." not in scheme[1]:
        return f"only http and https links are, not {scheme[1].lower()}"
    return "it is no usable web address"
