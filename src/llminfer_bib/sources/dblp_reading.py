"""The stored hits of a search at DBLP -> Records: names without numbers, venues by their real names, preprints told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from .. import venues
from ..identifiers import arxiv_url, doi_url, is_preprint_doi, is_web_url, normalise_arxiv, normalise_doi
from ..model import Date, People
from ..records import Record
from .arxiv_authors import people
from .json_answers import restored
from .markup import plain

# DBLP's type -> (entry type, whether it counts as published). A type that is not here is neither.
TYPES: Final = {
    "Journal Articles": ("article", True),
    "Conference and Workshop Papers": ("inproceedings", True),
    "Parts in Books or Collections": ("incollection", True),
    "Books and Theses": ("book", True),
    "Reference Works": ("incollection", True),
    "Editorship": ("proceedings", False),
    "Informal and Other Publications": ("misc", False),
    "Informal Publications": ("misc", False),
    "Data and Artifacts": ("misc", False),
    "Withdrawn Items": ("misc", False),
}
THESES: Final = {"phd/": "phdthesis", "ms/": "mastersthesis", "tr/": "techreport"}
"""How the keys of books begin that are none."""
_MOST = 100
_LONGEST = 2000
_MOST_AUTHORS = 5000
_NUMBER_BEHIND = re.compile(r"\s[0-9]{4}\Z")
"""By which DBLP tells people of the same name apart."""
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._+:-]{1,120}")
_LABEL = re.compile(r"\s*\((?:poster|oral|spotlight|main|long papers?|short papers?)\)", re.IGNORECASE)
"""Behind a conference's acronym: its own papers all the same."""
_BESIDE = re.compile(r"@|\(|workshop|companion|tutorial|demo|industr|student|findings|tiny papers", re.IGNORECASE)
"""What is held beside a conference, and has its key there too."""
_PAGES = re.compile(r"\s*[-\u2010-\u2015]+\s*")
_YEAR = re.compile(r"[12][0-9]{3}")


def read(question: str, raw: bytes) -> tuple[Record, ...]:  # noqa: ARG001 (a search has no identifier to check)
    """Map the stored hits in DBLP's order. Raises ValueError where they cannot be read."""
    hits = restored(raw)
    if not isinstance(hits, list) or not all(isinstance(info, dict) for info in hits):
        raise ValueError("no list of hits")
    return tuple(_record(info) for info in hits[:_MOST] if _KEY.fullmatch(_text(info, "key")))


def _record(info: Mapping[str, Any]) -> Record:
    key = _text(info, "key")
    entry_type, published = _type(info, key)
    year = int(found[0]) if (found := _YEAR.fullmatch(_text(info, "year"))) else 0
    arxiv = _arxiv(info, key)
    published = published and not arxiv
    doi = next((doi for doi in map(normalise_doi, _texts(info, "doi")) if doi), "")
    doi = doi or next((doi for doi in map(normalise_doi, _texts(info, "ee")) if doi), "")
    if published and is_preprint_doi(doi):
        published = False
    if normalise_arxiv(doi)[0]:
        doi = ""
    volume = _text(info, "volume")
    return Record(
        source="dblp",
        id=key,
        type=entry_type if published or entry_type == "proceedings" else "misc",
        published=published,
        title=_title(info),
        authors=_authors(info),
        date=Date(year) if year else None,
        venue=_venue(info, key, entry_type, year) if published else "",
        volume="" if volume.startswith("abs/") else volume,
        number=_text(info, "number"),
        pages=_PAGES.sub("-", _text(info, "pages")),
        publisher=_text(info, "publisher"),
        doi=doi,
        arxiv=arxiv,
        url=_url(info, doi, arxiv),
    )


# --- parts of a hit


def _texts(info: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the texts of a member, which is a text, an object with one, or a list of them. Entities and tags are read."""
    value = info.get(name)
    for item in value[:_MOST_AUTHORS] if isinstance(value, list) else [value]:
        text = item.get("text") if isinstance(item, dict) else item
        if isinstance(text, str):
            yield plain(text[:_LONGEST].encode("utf-8", "replace").decode())


def _text(info: Mapping[str, Any], name: str) -> str:
    return next(_texts(info, name), "")


def _title(info: Mapping[str, Any]) -> str:
    """Return the title without the full stop that DBLP puts behind each; an ellipsis stays."""
    title = _text(info, "title")
    return title[:-1].rstrip() if title.endswith(".") and not title.endswith("..") else title


def _authors(info: Mapping[str, Any]) -> People:
    authors = info.get("authors")
    names = _texts(authors, "author") if isinstance(authors, dict) else ()
    return people((_NUMBER_BEHIND.sub("", name), "") for name in names)


def _type(info: Mapping[str, Any], key: str) -> tuple[str, bool]:
    entry_type, published = TYPES.get(_text(info, "type"), ("misc", False))
    if entry_type == "book":
        entry_type = next((kind for beginning, kind in THESES.items() if key.startswith(beginning)), entry_type)
    if key.startswith("journals/corr/") or _text(info, "venue") == "CoRR":
        return "misc", False
    return entry_type, published


def _arxiv(info: Mapping[str, Any], key: str) -> str:
    """Return the arXiv id of CoRR's record of a preprint; a published paper's links to arXiv do not make it one."""
    if not (key.startswith("journals/corr/") or _text(info, "venue") == "CoRR"):
        return ""
    for text in (_text(info, "volume"), *_texts(info, "doi"), *_texts(info, "ee")):
        if found := normalise_arxiv(text)[0]:
            return found
    return ""


def _venue(info: Mapping[str, Any], key: str, entry_type: str, year: int) -> str:
    """Return the venue's real name in its year where it is known, else what DBLP calls it.

    The key's stream counts only where the venue's own words do not say that something beside the conference is meant:
    workshops have their conference's stream.
    """
    names = [_LABEL.sub("", name) for name in _texts(info, "venue")]
    for name in names:
        venue = venues.find(name)
        if venue is not None and venue.type == entry_type:
            return venues.full_name(venue, year)
    if not any(_BESIDE.search(name) for name in names):
        venue = venues.find(key)
        if venue is not None and venue.type == entry_type:
            return venues.full_name(venue, year)
    return next(iter(names), "")


def _url(info: Mapping[str, Any], doi: str, arxiv: str) -> str:
    if doi:
        return doi_url(doi)
    if arxiv:
        return arxiv_url(arxiv)
    return next((url for url in _texts(info, "ee") if is_web_url(url)), "")
