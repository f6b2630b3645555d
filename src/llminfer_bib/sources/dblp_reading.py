"""The stored hits of a DBLP search -> Records. Pure; a member of the wrong kind counts as missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .. import venues
from ..identifiers import ARXIV_DOI, arxiv_url, doi_url, is_preprint_doi, normalise_arxiv, normalise_doi, web_url
from ..model import NOBODY, Date, People
from ..records import Record
from .arxiv_authors import person
from .json_answers import restored
from .markup import plain

Info = Mapping[str, Any]

KEPT = ("authors", "doi", "ee", "key", "number", "pages", "publisher", "title", "type", "venue", "volume", "year")
"""Members of a hit's ``info`` that are mapped."""

TYPES = {
    # type at DBLP (https://dblp.org/xml/docu/dblpxml.pdf, search facets) -> (entry type, counts as published)
    "Conference and Workshop Papers": ("inproceedings", True),
    "Journal Articles": ("article", True),
    "Informal and Other Publications": ("misc", False),
    "Informal Publications": ("misc", False),
    "Books and Theses": ("book", True),
    "Parts in Books or Collections": ("incollection", True),
    "Reference Works": ("incollection", True),
    "Editorship": ("proceedings", False),
    "Data and Artifacts": ("misc", False),
    "Withdrawn Items": ("misc", False),
}
UNKNOWN_TYPE = ("misc", False)
THESES = {"phd/": "phdthesis", "ms/": "mastersthesis"}
"""What a key of "Books and Theses" begins with -> entry type; any other is a book."""

_IN_A_VENUE = frozenset({"inproceedings", "article", "incollection"})
_ONE_OF_MANY = re.compile(r"\s[0-9]{4}\Z")
"""DBLP's number for people of one name: ``Kai Li 0001``."""
_KEY = re.compile(r"[^\s/]{1,100}(?:/[^\s/]{1,100}){1,4}")
_CORR = re.compile(r"journals/corr/abs-([0-9]{4})-([0-9]{4,5})")
_SIDE_EVENT = re.compile(r"workshop|@|companion|tutorial|poster|adjunct|doctoral|satellite", re.IGNORECASE)
_FORM = re.compile(r"\s\((?:Poster|Oral|Spotlight)\)\Z")
"""How a paper was presented; it is in the proceedings all the same."""
_DASHES = re.compile(r"\s*[-\u2010-\u2015\u2212]+\s*")
_LONGEST = 5_000
_MOST_AUTHORS = 20_000
_MOST_HITS = 100


def read(question: str, raw: bytes) -> tuple[Record, ...]:  # noqa: ARG001 (a search has no identifier to check)
    """Map the stored hits in DBLP's order. Raises ValueError where they cannot be read."""
    infos = restored(raw)
    if not isinstance(infos, list) or not all(isinstance(info, dict) and key_of(info) for info in infos):
        raise ValueError("no hits of DBLP")
    return tuple(_record(info) for info in infos[:_MOST_HITS])


def key_of(info: Info) -> str:
    """Return DBLP's key of a hit, ``conf/sosp/KwonLZ0Z23``, or nothing where it has none."""
    key = info.get("key")
    return key if isinstance(key, str) and key.isprintable() and _KEY.fullmatch(key) else ""


def _record(info: Info) -> Record:
    key, year = key_of(info), _year(info)
    kind, published = _kind(info, key)
    doi = normalise_doi(_text(info, "doi")) or next(filter(None, map(_doi_in, _texts(info.get("ee")))), "")
    published = published and not is_preprint_doi(doi)
    arxiv = "" if published else _arxiv(info, key, doi)
    doi = "" if doi.startswith(ARXIV_DOI) else doi
    venue = _venue(info, key, kind, year) if published else ""
    people = _people(info)
    edited = kind == "proceedings"
    return Record(
        source="dblp",
        id=key,
        type=kind,
        published=published and bool(venue or kind not in _IN_A_VENUE),
        title=_title(info),
        authors=NOBODY if edited else people,
        editors=people if edited else NOBODY,
        date=Date(year) if year else None,
        venue=venue,
        volume="" if arxiv else _text(info, "volume"),
        number=_text(info, "number"),
        pages=_DASHES.sub("-", _text(info, "pages")).strip("-"),
        publisher=_text(info, "publisher"),
        doi=doi,
        arxiv=arxiv,
        url=(doi and doi_url(doi)) or (arxiv and arxiv_url(arxiv)) or _link(info),
    )


def _texts(value: object) -> list[str]:
    """Return the texts of a member: DBLP has one as a text (or an object with ``text``), several as a list."""
    values = value[:_MOST_AUTHORS] if isinstance(value, list) else [value]
    values = [item.get("text") if isinstance(item, dict) else item for item in values]
    return [text for item in values if isinstance(item, str) and (text := plain(item[:_LONGEST]))]


def _text(info: Info, name: str) -> str:
    return next(iter(_texts(info.get(name))), "")


def _kind(info: Info, key: str) -> tuple[str, bool]:
    """Return the entry type, and whether a work of this kind counts as published."""
    kind, published = TYPES.get(_text(info, "type"), UNKNOWN_TYPE)
    if key.startswith("journals/corr/") or _text(info, "venue") == "CoRR":
        return "misc", False
    if kind == "book":
        kind = next((thesis for beginning, thesis in THESES.items() if key.startswith(beginning)), kind)
    return kind, published


def _title(info: Info) -> str:
    """Return the title without the full stop that DBLP puts behind every one."""
    title = _text(info, "title")
    return title if title.endswith("..") else title.removesuffix(".")


def _people(info: Info) -> People:
    authors = info.get("authors")
    names = [
        _ONE_OF_MANY.sub("", name) for name in _texts(authors.get("author") if isinstance(authors, dict) else None)
    ]
    return People(tuple(person(name, leads=at == 0 and len(names) > 1) for at, name in enumerate(names)))


def _year(info: Info) -> int:
    text = _text(info, "year")
    return int(text) if re.fullmatch(r"[12][0-9]{3}", text, re.ASCII) else 0


def _doi_in(link: str) -> str:
    return normalise_doi(link) if "doi.org/" in link else ""


def _link(info: Info) -> str:
    return next(filter(None, map(web_url, _texts(info.get("ee")))), "")


def _arxiv(info: Info, key: str, doi: str) -> str:
    """Return the arXiv id of what DBLP calls CoRR: in its DOI, its volume ``abs/2312.05385``, its link or its key."""
    written = _CORR.fullmatch(key)
    link = _text(info, "ee")
    spellings = (
        doi if doi.startswith(ARXIV_DOI) else "",
        _text(info, "volume").removeprefix("abs/") if key.startswith("journals/corr/") else "",
        link if "arxiv.org/" in link else "",
        f"{written[1]}.{written[2]}" if written else "",
    )
    return next((found for text in spellings if text and (found := normalise_arxiv(text)[0])), "")


def _venue(info: Info, key: str, kind: str, year: int) -> str:
    """Return the venue's real name where it is one we know, else what DBLP calls it.

    DBLP's own name comes before the stream in the key: a stream also holds Findings, workshops and other events at its place.
    """
    names = _texts(info.get("venue"))
    if any(_SIDE_EVENT.search(_FORM.sub("", name)) for name in names):
        return ", ".join(names)
    for name in names or ["/".join(key.split("/")[:2])]:
        known = venues.find(_FORM.sub("", name))
        if known is not None and known.type == kind:
            return venues.full_name(known, year)
    return next(iter(names), "")
