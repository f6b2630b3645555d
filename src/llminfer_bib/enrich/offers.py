"""What a record offers to an entry: field by field, in house order, in plain Unicode.

What becomes of an offer is decided in ``merging``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..identifiers import arxiv_url, doi_url, normalise_arxiv
from ..meaning import Difference, compare
from ..model import Date, Entry
from ..records import Record
from ..tex import joined_title
from .fields import mine_of, name_in
from .standing import VENUES
from .writing import Value, month_name

_VENUE_OF_TYPE: Final = {
    "article": "journal",
    "inproceedings": "booktitle",
    "conference": "booktitle",
    "incollection": "booktitle",
    "inbook": "booktitle",
}
_HOUSE_OF_TYPE: Final = {
    "techreport": "institution",
    "report": "institution",
    "phdthesis": "school",
    "mastersthesis": "school",
    "thesis": "institution",
}
"""Where the publisher of a type goes; others have ``publisher``."""
_INITIALS: Final = re.compile(r"\b[^\W\d_]\.?(?=[\s.-]|\Z)|[\s.-]")
"""What is left without it is a whole given name."""
_WHOLE_BOOKS: Final = frozenset(("book", "collection", "proceedings"))


@dataclass(frozen=True, slots=True)
class Offer:
    """One value for one field of one entry."""

    field: str
    """The name it has in this entry: ``journaltitle`` where the entry writes that."""
    value: Value
    record: Record
    only_missing: bool = False
    """True where the record has no say about a value that is there."""


def title_of(record: Record) -> str:
    """Return title and subtitle, parted by a colon."""
    return joined_title(" ".join(record.title.split()), " ".join(record.subtitle.split()))


def of_published(entry: Entry, record: Record, entry_type: str) -> Iterator[Offer]:
    """Offer everything about a published version. ``entry_type`` is the type that the entry will have."""
    venue = venue_field(entry, entry_type)
    house = _HOUSE_OF_TYPE.get(entry_type, "publisher")
    by_editors = not record.authors.persons and record.type in _WHOLE_BOOKS
    rows: tuple[tuple[str, Value], ...] = (
        ("editor", record.editors) if by_editors else ("author", record.authors),
        ("title", title_of(record)),
        (venue, record.venue if venue else ""),
        ("series", record.series),
        ("volume", record.volume),
        ("number", record.number),
        ("pages", record.pages),
        (house, record.publisher),
        *_date(entry, record.date),
        ("doi", record.doi),
        ("url", doi_url(record.doi) if record.doi and not record.url else record.url),
    )
    yield from _offers(entry, rows, record)


def fuller_authors(entry: Entry, published: Record, preprint: Record | None) -> Iterator[Offer]:
    """Offer the preprint's authors where they are the same people and the published record cuts their given names."""
    if preprint is None or len(preprint.authors) != len(published.authors):
        return
    cut = any(not (person.literal or _INITIALS.sub("", person.given)) for person in published.authors)
    whole = all(person.literal or _INITIALS.sub("", person.given) for person in preprint.authors)
    if cut and whole and compare("author", published.authors, preprint.authors).difference is Difference.SAME:
        yield from _offers(entry, (("author", preprint.authors),), preprint)


def of_preprint(entry: Entry, record: Record, *, abstract: bool) -> Iterator[Offer]:
    """Offer everything about a preprint that has no other version."""
    rows: tuple[tuple[str, Value], ...] = (
        ("author", record.authors),
        ("title", title_of(record)),
        *_date(entry, record.date),
    )
    yield from _offers(entry, rows, record)
    on_arxiv = record.source in ("arxiv", "datacite")
    if on_arxiv:
        yield from of_eprint(entry, record.arxiv, record)
    link = arxiv_url(record.arxiv) if on_arxiv and record.arxiv else record.url
    yield from _offers(entry, (("doi", "" if on_arxiv else record.doi), ("url", link)), record)
    if abstract:
        yield from _offers(entry, (("abstract", record.abstract),), record)


def beside_published(entry: Entry, record: Record, *, abstract: bool, linked: bool) -> Iterator[Offer]:
    """Offer what a preprint's record may still say about a published entry: who wrote it and where the preprint is.

    ``linked``: the entry has or gets a page of its published version.
    """
    yield from _offers(entry, (("author", record.authors),), record)
    yield from _offers(entry, (("title", title_of(record)),), record, only_missing=True)
    yield from of_eprint(entry, record.arxiv, record)
    if record.arxiv and not linked:
        yield from _offers(entry, (("url", arxiv_url(record.arxiv)),), record, only_missing=True)
    if abstract:
        yield from _offers(entry, (("abstract", record.abstract),), record, only_missing=True)


def of_item(entry: Entry, record: Record) -> Iterator[Offer]:
    """Offer what is missing in an item that is not a paper."""
    rows: tuple[tuple[str, Value], ...] = (
        ("author", record.authors),
        ("title", title_of(record)),
        ("url", record.url),
        *(() if "year" in entry.fields else (("date", record.date.iso() if record.date and record.date.year else ""),)),
    )
    yield from _offers(entry, rows, record, only_missing=True)


def of_eprint(entry: Entry, identifier: str, record: Record) -> Iterator[Offer]:
    """Offer the three fields of an arXiv id, unless the entry's eprint is another one's or another archive's."""
    mine = entry.fields.get("eprint", "")
    archive = (entry.fields.get("eprinttype") or entry.fields.get("archiveprefix", "")).lower()
    if not identifier or archive not in ("", "arxiv") or (entry.arxiv and entry.arxiv != identifier):
        return
    if mine and normalise_arxiv(mine)[0] != identifier:
        return
    subject = record.arxiv_class if record.arxiv == identifier else ""
    rows = (("eprint", mine or identifier), ("eprinttype", archive or "arxiv"), ("eprintclass", subject))
    yield from _offers(entry, rows, record)


def venue_field(entry: Entry, entry_type: str) -> str:
    """Return the field that names the venue: the one that does already, or the one of the type; empty for none."""
    usual = _VENUE_OF_TYPE.get(entry_type, "")
    if usual:
        return name_in(entry, usual)
    return next((name for name in VENUES if entry.fields.get(name)), "")


def _date(entry: Entry, date: Date | None) -> tuple[tuple[str, Value], ...]:
    """Return the date in the entry's own way: ``date`` where it has one, else year and month."""
    if date is None or not 1000 <= date.year <= 9999:
        return ()
    if entry.fields.get("date"):
        return (("date", date.iso()),)
    return (("year", str(date.year)), ("month", month_name(date.month) if date.month else ""))


def _offers(
    entry: Entry, rows: tuple[tuple[str, Value], ...], record: Record, *, only_missing: bool = False
) -> Iterator[Offer]:
    for field, value in rows:
        if isinstance(value, str):
            value = " ".join(value.split())
            if value:
                yield Offer(name_in(entry, field), value, record, only_missing)
        elif value.persons:
            yield Offer(field, value, record, only_missing)


def has_page(entry: Entry) -> bool:
    """Tell whether an entry has a page or DOI of its own."""
    return bool(entry.doi) or mine_of(entry, "url") is not None
