"""Entries -> RIS, for the reference managers that read nothing better. The tags' meanings stand in the rows below.

Decisions, from what Zotero's import makes of each (other programs follow EndNote's table, which agrees):

- A preprint is a report of its archive, numbered ``arXiv:ID``: ``UNPB``, ``GEN`` and unknown types come in as journal
  articles, which would be false.
- The venue of a journal goes to ``T2``: from ``JO`` it is also made an abbreviation. A paper has its proceedings in ``C3``
  and the name of the conference in ``T2``.
- One line per value, so that no value can look like a tag. Names in Han script are one unit, without a comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from .. import names
from ..dates import season_name, year_in_words
from ..identifiers import arxiv_url
from ..model import Date, Entry, People, Person
from .losses import Asked, Loss, one_line
from .ris_tables import BLURRED, GENRES, KINDS, REASONS, ROWS, SAID_SUBTYPES, TYPES, VAGUE, WIDER

if TYPE_CHECKING:
    from . import Options, Page

SKIP_FIELDS: Final = frozenset({"file", "review", "comment", "owner", "timestamp", "groups", "license"})
PATH: Final = "refs.ris"
_BATCH: Final = 64
_DASH = re.compile(r"\s*+[-\u2010-\u2015\u2212]++\s*+")
Lines = list[tuple[str, str]]


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield one page, ``refs.ris``: the records in the entries' order, with an empty line behind each."""
    yield PATH, frame(batches(entries, options), options)


def batches(entries: Iterable[Entry], _options: Options) -> Iterator[bytes]:
    """Yield some records at a time."""
    records = map(record, entries)
    while some := list(islice(records, _BATCH)):
        yield "".join(some).encode("utf-8", "replace")


def frame(some: Iterable[bytes], _options: Options) -> Iterator[bytes]:
    """Put batches together to the page: they stand behind each other as they are."""
    yield from some


def record(entry: Entry) -> str:
    """Return one entry as a record."""
    lines = _lines(Asked(entry))
    return "".join(f"{tag}  - {value}\n" for tag, value in lines if value) + "ER  - \n\n"


def losses(entry: Entry) -> tuple[Loss, ...]:
    """Return what RIS cannot say of an entry."""
    asked = Asked(entry)
    _lines(asked)
    if reason := BLURRED.get(entry.kind):
        asked.partly("type", reason)
    elif wider := WIDER.get(entry.type):
        asked.partly("type", f"RIS has no such type; it is written as {wider}")
    return asked.lost("RIS", REASONS)


def _lines(asked: Asked) -> Lines:
    """Return tags and values in the order of EndNote's own exports."""
    entry = asked.entry
    kind = "RPRT" if entry.kind == "preprint" else _type(entry)
    asked.subtype(*SAID_SUBTYPES)
    lines: Lines = [("TY", kind), ("ID", one_line(entry.key)), ("TI", asked.title())]
    for role, tag in (("author", "AU"), ("editor", "ED"), ("translator", "A4")):
        lines += [(tag, name) for name in _names(asked, role, asked.people(role))]
    date = asked.date(seasons=True)
    if date is not None:
        lines += [("PY", _year(date)), ("DA", _day(date))]
        if date.year < 0:
            asked.partly("date", "RIS counts no years before Christ; the year stands there in words")
    archive = _archive(asked) if entry.kind == "preprint" else []
    lines += archive
    taken = {tag for tag, value in archive if value}
    lines += [(tag, asked.text(*fields)) for tag, fields in ROWS[kind] if tag not in taken]
    if kind == "THES" and not any(tag == "M3" and value for tag, value in lines):
        lines.append(("M3", GENRES.get(entry.type, "")))
    lines += _pages(asked)
    lines.append(("DO", asked.doi()))
    if entry.kind != "preprint" and (arxiv := asked.arxiv()):
        lines.append(("AN", f"arXiv:{arxiv}"))
    lines.append(("UR", asked.url() or (arxiv_url(entry.arxiv) if entry.kind == "preprint" and entry.arxiv else "")))
    if (seen := asked.date("urldate", seasons=True)) is not None:
        lines.append(("Y2", _day(seen)))
    lines.append(("LA", asked.language()))
    lines += [("KW", keyword) for keyword in asked.keywords()]
    lines.append(("AB", asked.text("abstract")))
    lines += [("N1", asked.text(field)) for field in ("note", "addendum", "annotation", "annote")]
    return lines


def _type(entry: Entry) -> str:
    found = TYPES.get(entry.type, VAGUE)
    return KINDS.get(entry.kind, found) if found in {VAGUE, "ELEC"} else found


def _archive(asked: Asked) -> Lines:
    """Return where a preprint lies, and its number there."""
    if arxiv := asked.arxiv():
        asked.said("journal", "journaltitle")  # arXiv itself, posing as a journal
        return [("PB", "arXiv"), ("SN", f"arXiv:{arxiv}")]
    return [("PB", asked.text("eprinttype", "archiveprefix")), ("SN", asked.text("eprint"))]


def _names(asked: Asked, role: str, people: People) -> Iterator[str]:
    for person in people:
        name = _name(person)
        if person.literal and "," in person.literal:
            asked.partly(role, "a comma inside the name of an organisation would part it in two")
        if name:
            yield name


def _name(person: Person) -> str:
    """Return ``van der Berg, Jan, Jr.``; a comma parts a name, so one kept in one piece has none."""
    if person.literal or names.is_han(person.family + person.given):
        return " ".join(one_line(names.display(person)).replace(",", " ").split())
    parts = (f"{person.prefix} {person.family}".strip(), person.given, person.suffix)
    return ", ".join(filter(None, (one_line(part).replace(",", " ") for part in parts)))


def _year(date: Date) -> str:
    return f"{date.year:04d}" if date.year > 0 else year_in_words(date)


def _day(date: Date) -> str:
    """Return ``2023/09/12``; what is not known stays empty between its strokes, and only a season follows the last one."""
    if date.season:
        return f"{_year(date)}///{season_name(date)}"
    if date.month is None:
        return _year(date)
    return f"{_year(date)}/{date.month:02d}/" + (f"{date.day:02d}" if date.day else "")


def _pages(asked: Asked) -> Lines:
    pages = asked.text("pages", "eid") or asked.text("pagetotal")
    first, *rest = _DASH.split(pages) if pages else [""]
    return [("SP", first), ("EP", rest[0])] if len(rest) == 1 and first and rest[0] else [("SP", pages)]
