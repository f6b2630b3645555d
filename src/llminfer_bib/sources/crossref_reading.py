"""One work as Crossref describes it -> Record. Pure; whatever stands in the JSON, a member of the wrong kind counts as missing.

Names are read in ``crossref_names``, venues in ``crossref_venues``, markup in ``markup``; the rows stand in ``crossref_tables``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from typing import Any

from ..identifiers import doi_url, is_preprint_doi, normalise_arxiv, normalise_doi
from ..model import Date
from ..names import is_han
from ..records import Notice, Record
from .crossref_names import read_people
from .crossref_tables import (
    BRACKETED,
    IS_NOTICE,
    PREPRINT_SERVERS,
    PUBLISHERS,
    RETRACTED_TITLES,
    TYPES,
    UNKNOWN_TYPE,
    UPDATES,
)
from .crossref_venues import Venue, read_venue
from .markup import plain

Work = Mapping[str, Any]

_DATES = ("published-print", "published-online", "issued", "published", "published-other")
_POSTED_DATES = ("posted", "published-online", "issued", "published", "published-print")
_LONGEST_FIELD = 20_000
_RETRACTED = [(re.compile(row), kind) for row, kind in RETRACTED_TITLES]
_BRACED = re.compile(r"\{([A-Za-z0-9-]{1,30})\}")
"""What some publishers leave of their BibTeX: ``{ANOVA}``."""
_PAGES = re.compile(r"\s*[-\u2010-\u2015\u2212]+\s*")
_NO_PAGES = frozenset(
    {"", "-", "n/a", "n/a-n/a", "na-na", "no-no", "no", "null-null", "null", "0-0", "1-1", "?-?", "."}
)
"""Stand-ins for pages that are not known yet; ``1-1`` is IEEE's for early access."""


def read_work(work: Work) -> Record:
    """Return the Record of one work. Raises ValueError where it has no DOI."""
    doi = normalise_doi(_text(work.get("DOI")))
    if not doi:
        raise ValueError("a work without DOI")
    kind, published = TYPES.get(_text(work.get("type")), UNKNOWN_TYPE)
    title, found_in_title = _without_retracted(_title(work))
    preprint = kind == "misc" or is_preprint_doi(doi)
    if preprint:
        kind, published = "misc", False
    venue = Venue() if preprint else read_venue(work, kind, title)
    published_as, arxiv = _relations(work, doi)
    own = normalise_arxiv(doi)[0]
    return Record(
        source="crossref",
        id=doi,
        type=venue.type or kind,
        published=published and not _is_notice(work, doi, title),
        title=title,
        subtitle=_subtitle(work, title),
        authors=read_people(work.get("author")),
        editors=read_people(work.get("editor")),
        date=_date(work, preprint=preprint),
        venue=venue.name,
        series=venue.series,
        volume=_text(work.get("volume")),
        number=_text(work.get("issue")) or _text(work.get("report-number")),
        pages=_pages(work),
        publisher=_publisher(work, kind, doi),
        doi="" if own else doi,
        arxiv=own or arxiv,
        url=doi_url(doi),
        abstract=plain(_raw(work.get("abstract")), headings=True),
        notices=_notices(work, doi, found_in_title),
        published_as=published_as,
    )


# --- members of any kind ---


def _raw(value: object) -> str:
    """Return the value where it is text or a number, else an empty text."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9 else ""


def _text(value: object) -> str:
    """Return the plain text of a member, or of the first of its texts where it is a list."""
    if isinstance(value, list):
        return next(iter(_texts(value)), "")
    return plain(_raw(value)[:_LONGEST_FIELD])


def _texts(value: object) -> list[str]:
    values = value[:20] if isinstance(value, list) else [value]
    return [text for item in values if (text := plain(_raw(item)[:_LONGEST_FIELD]))]


def _objects(value: object) -> Iterator[Work]:
    if isinstance(value, list):
        yield from (item for item in value[:1000] if isinstance(item, dict))


# --- title ---


def _title(work: Work) -> str:
    """Return the title; where a work has it in two languages, the one of its authors and its journal."""
    titles = [*_texts(work.get("title")), *_texts(work.get("original-title"))]
    titles = [title if "$" in title else _BRACED.sub(r"\1", title) for title in titles]
    if not titles:
        return ""
    names = [
        *_texts(work.get("container-title")),
        *(_text(item.get("family")) for item in _objects(work.get("author"))),
    ]
    if any(is_han(name) for name in names if name):
        return next((title for title in titles if any(is_han(character) for character in title)), titles[0])
    return titles[0]


def _without_retracted(title: str) -> tuple[str, str]:
    """Cut ``RETRACTED:`` and the like off; return the work's own title and the kind of notice (empty: none)."""
    for pattern, kind in _RETRACTED:
        found = pattern.match(title)
        if found is not None and found.end() < len(title):
            return title[found.end() :], kind
    return title, ""


def _subtitle(work: Work, title: str) -> str:
    """Return the first subtitle that the title does not hold already."""
    held = _letters(title)
    return next((text for text in _texts(work.get("subtitle")) if _letters(text) and _letters(text) not in held), "")


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


# --- date, pages, publisher ---


def _date(work: Work, *, preprint: bool) -> Date | None:
    """Return the first date that can be read: print before online; of a preprint the day it was posted."""
    issue, event = work.get("journal-issue"), work.get("event")
    values = [work.get(name) for name in (_POSTED_DATES if preprint else _DATES)]
    values += [issue.get(name) for name in ("published-print", "published-online")] if isinstance(issue, dict) else []
    values += [event.get("start")] if isinstance(event, dict) else []
    return next((date for value in values if (date := read_date(value)) is not None), None)


def read_date(value: object) -> Date | None:
    """Read ``{"date-parts": [[2023, 10, 23]]}``, one to three parts; None where there is no year (``[[null]]`` occurs)."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, list):
        return None
    year, month, day = [_number(part) for part in [*first[:3], 0, 0, 0]][:3]
    if not 1000 <= year <= 2200:
        return None
    if not 1 <= month <= 12:
        return Date(year)
    return Date(year, month, day if 1 <= day <= monthrange(year, month)[1] else None)


def _number(part: object) -> int:
    text = _raw(part).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _pages(work: Work) -> str:
    """Return the pages with a plain hyphen, or else the article's number."""
    pages = _PAGES.sub("-", _text(work.get("page"))).strip("-. ").removeprefix("pp.").removeprefix("p.").strip()
    if pages.lower() in _NO_PAGES:
        pages = ""
    first, dash, last = pages.partition("-")
    if dash and first == last:
        pages = first
    return pages or _text(work.get("article-number"))


def _publisher(work: Work, kind: str, doi: str) -> str:
    """Return who published it; of preprints, theses and reports the institution, where one is named."""
    institutions = work.get("institution")
    institutions = [institutions] if isinstance(institutions, dict) else institutions
    if kind in {"misc", "phdthesis", "techreport"}:
        named = next((name for item in _objects(institutions) if (name := _text(item.get("name")))), "")
        server = next((name for start, name in PREPRINT_SERVERS.items() if doi.startswith(start)), "")
        if server and (not named or named.lower() == server.lower()):
            return server
        if named:
            return named
    name = _text(work.get("publisher"))
    bracketed = BRACKETED.fullmatch(name)
    return PUBLISHERS.get(name) or (bracketed[1] if bracketed is not None else name)


# --- relations ---


def _relations(work: Work, doi: str) -> tuple[tuple[str, ...], str]:
    """Return the DOIs that the work is a preprint of, and the arXiv id of its own preprint."""
    relation = work.get("relation")
    if not isinstance(relation, dict):
        return (), ""
    published = [normalise_doi(_raw(item.get("id"))) for item in _objects(relation.get("is-preprint-of"))]
    preprints = [_arxiv(item) for item in _objects(relation.get("has-preprint"))]
    good = dict.fromkeys(other for other in published if other and other != doi and not is_preprint_doi(other))
    return tuple(good), next((found for found in preprints if found), "")


def _arxiv(item: Work) -> str:
    """Return the arXiv id that a relation names, as a bare id, a link or arXiv's DOI."""
    text, kind = _raw(item.get("id")), _raw(item.get("id-type")).lower()
    return normalise_arxiv(text)[0] if kind == "arxiv" or "arxiv" in text.lower() else ""


# --- notices ---


def _is_notice(work: Work, doi: str, title: str) -> bool:
    """Tell whether the work is itself a retraction, a correction or a review of another one."""
    about_others = any(
        UPDATES.get(_update_type(item)) and normalise_doi(_raw(item.get("DOI"))) != doi
        for item in _objects(work.get("update-to"))
    )
    return about_others or IS_NOTICE.match(title) is not None


def _update_type(item: Work) -> str:
    return _raw(item.get("type")).strip().lower().replace("-", "_").replace(" ", "_")


def _notices(work: Work, doi: str, found_in_title: str) -> tuple[Notice, ...]:
    """Return what was published about the work; the same notice from publisher and Retraction Watch counts once.

    A publisher who changes a work in place says so with an ``update-to`` that names the work itself.
    """
    items = list(_objects(work.get("updated-by")))
    items += [item for item in _objects(work.get("update-to")) if normalise_doi(_raw(item.get("DOI"))) == doi]
    merged: dict[tuple[str, str], Notice] = {}
    for item in items:
        kind = UPDATES.get(_update_type(item), "")
        if not kind:
            continue
        notice = Notice(
            kind,
            _text(item.get("label")) or kind.capitalize(),
            normalise_doi(_raw(item.get("DOI"))),
            read_date(item.get("updated")),
            _text(item.get("source")) or "publisher",
        )
        before = merged.get((kind, notice.doi))
        if before is None or (notice.asserted_by == "publisher" != before.asserted_by):
            merged[kind, notice.doi] = notice
    if found_in_title and not any(notice.kind in {"retraction", "withdrawal"} for notice in merged.values()):
        word = "Retracted" if found_in_title == "retraction" else "Withdrawn"
        merged[found_in_title, ""] = Notice(found_in_title, f"{word}, says the title", asserted_by="publisher")
    return tuple(merged.values())
