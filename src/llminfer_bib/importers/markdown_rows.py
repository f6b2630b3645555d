"""One row of a table -> its work: the titles of the columns say which cell is the title, which are people, venue, date and links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from . import columns, links
from .columns import ABOUT, AUTHORS, DATE, LINK, NAME, NUMBER, OTHER, PAPER, TITLE, VENUE
from .crediting import Credits, people, venue
from .headings import kind_of_section
from .markdown_blocks import Block
from .markdown_inline import Inline, Link, inline
from .markdown_kinds import Kind
from .markdown_paragraphs import without
from .markdown_titles import clean, says
from .markdown_ways import BRACKETS, Way, best, leads_to_paper, ways_of
from .markdown_works import Work, works_of
from .texts import line

_EMPTY: Final = frozenset(
    {"", "-", "--", "—", "–", "/", "n/a", "na", "none", "无", "x", "✗", "✘", "暂无", "null", "nan"}
)
_NO_VENUE = re.compile(
    r"(?:tech(?:nical|\.)? )?report|blog(?: ?post)?|github|web(?:site|page)?|home ?page|tbd|tba|book|thesis|open ?source",
    re.IGNORECASE,
)
_LONGEST_VENUE: Final = 200
_WORDS: Final = frozenset({ABOUT, OTHER, AUTHORS, VENUE, DATE})
_RANK: Final = {TITLE: 0, PAPER: 1, NAME: 2, OTHER: 3, ABOUT: 5, LINK: 6}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its column's title and meaning, what stands in it."""

    column: str
    kind: str
    read: Inline
    ways: tuple[Way, ...] = ()
    text: str = ""
    """The words of the cell, without signs; empty for what only says that there is nothing."""
    words: str = ""
    """The words beside the links."""


@dataclass(slots=True)
class Read:
    """What a row gives: its work, what it says of it, and the cells for which an entry has no place."""

    work: Work | None = None
    about: str = ""
    thing: tuple[str, str] | None = None
    """(entry type, entrysubtype) that the title of the column says."""
    beside: list[tuple[str, str]] = field(default_factory=list)
    """(title of the column, what stands there)."""


def cells_of(block: Block, references: Mapping[str, str]) -> list[tuple[Cell, tuple[Link, ...]]]:
    """Read the cells of a row, each with its links as they are written; those without a column may be comments."""
    titles = _titles(block.header)
    found = []
    for at, source in enumerate(block.cells):
        if at >= len(titles) and source.startswith("[//]:"):
            continue
        column = titles[at] if at < len(titles) else ""
        read = inline(source, references)
        found.append((Cell(column, columns.meaning(column), read), read.links))
    return found


@lru_cache(maxsize=64)
def _titles(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of the titles of columns. A table has the same ones in every row."""
    return tuple(line(inline(title, {}).text) for title in header)


def with_links(cell: Cell, usable: Sequence[Link]) -> Cell:
    """Return a cell with those of its links that lead to a page."""
    ways = tuple(ways_of(cell.read, usable, columns.role(cell.column)))
    text = cell.read.text
    return Cell(cell.column, cell.kind, cell.read, ways, _said(text), _said(without(text, [way.link for way in ways])))


def _said(text: str) -> str:
    text = clean(text)
    return text if says(text) and text.casefold().strip(BRACKETS + "()（）* ") not in _EMPTY else ""


def read_row(cells: Sequence[Cell], kind: Kind) -> Read:
    """Put the cells of a row together."""
    done = Read()
    main = _title_cell(cells)
    ways = [way for cell in cells for way in cell.ways]
    if main is None or not ways:
        done.beside = [(cell.column, cell.text) for cell in cells if cell.text and cell.kind != NUMBER]
        return done
    done.thing = kind_of_section("", main.column) if main.kind == NAME else None
    papers = kind.papers or main.kind == PAPER or any(cell.kind == PAPER and cell.ways for cell in cells)
    work = done.work = _work(
        main, cells, Kind(papers, kind.makers, AUTHORS in columns.meanings(main.column), single=True)
    )
    year = next((cell.text for cell in cells if cell.kind == DATE and cell.text.isdecimal()), "")
    for cell in cells:
        if cell is not main:
            _beside(cell, done, work, year)
    return done


def _title_cell(cells: Sequence[Cell]) -> Cell | None:
    """Return the cell that names the work: of a column for titles, else the first with words or a link of its own name."""
    ranked = [(_RANK[cell.kind], at) for at, cell in enumerate(cells) if cell.kind in _RANK and _names_work(cell)]
    if ranked:
        return cells[min(ranked)[1]]
    return next((cell for cell in cells if cell.ways), None)


def _names_work(cell: Cell) -> bool:
    if not cell.text:
        return False
    named = any(not links.role(_label(way), beside=True) and not way.link.image for way in cell.ways)
    return named or (bool(cell.words) and cell.kind != LINK)


def _says_role(way: Way) -> bool:
    return bool(links.role(_label(way), beside=True)) or way.link.label == way.link.url or way.link.image


def _label(way: Way) -> str:
    return way.link.label.strip(BRACKETS + " ")


def _work(main: Cell, cells: Sequence[Cell], kind: Kind) -> Work:
    """Return the work of the title's cell; where that has no link, the best of the others is the work's."""
    other = [_beside_work(way, cell) for cell in cells if cell is not main for way in cell.ways]
    own = [Way(way.link, "" if not links.role(_label(way)) else way.role, way.start) for way in main.ways]
    if any(not way.link.image for way in own):
        work = works_of(main.read, own, kind)[0]
        work.further += other
        work.paper = work.paper or (main.kind == PAPER and not links.is_video(work.url))
        return work
    work = works_of(main.read, [], kind)[0]
    every = [*other, *own]
    way = best(every)
    work.url = way.link.url
    work.title = work.title or clean(way.link.label) or work.url
    called = way.role == "work" and kind.papers and links.role(_label(way)) == "work" and not links.is_code(work.url)
    work.paper = leads_to_paper(work.url) or work.url.lower().endswith(".pdf") or called
    work.further = [each for each in every if each is not way]
    return work


def _beside_work(way: Way, cell: Cell) -> Way:
    """Return a link of another cell; what stands in a column for words is no place of the work."""
    return Way(way.link, way.role or ("further" if cell.kind in _WORDS else ""), way.start)


def _beside(cell: Cell, done: Read, work: Work, year: str) -> None:
    """Put another cell of the row where it belongs."""
    text = cell.text
    if cell.ways and cell.kind not in _WORDS - {OTHER}:
        called = (
            [_label(way) for way in cell.ways if not _says_role(way)] if columns.role(cell.column) != "code" else []
        )
        text = line(" ".join([cell.words, *called]))
    if not text or cell.kind == NUMBER or (cell.kind in {LINK, PAPER} and links.role(text)):
        return
    said = Credits()
    if cell.kind == AUTHORS and not work.credits.people:
        if left := _people(text, work):
            done.beside.append((cell.column, left))
    elif cell.kind == DATE and said.take_tail(text) and (said.date or said.year):
        work.credits.date = work.credits.date or said.date
    elif cell.kind == VENUE and not work.credits.venue and work.paper and _venue(text, year, work):
        return
    elif cell.kind == ABOUT and not done.about:
        done.about = text
    else:
        done.beside.append((cell.column, text))


def _people(text: str, work: Work) -> str:
    """Take people, and give back what is none: where they work."""
    if found := people(text, sure=True):
        work.credits.people = found
        return ""
    parts = text.split(", ")
    for number in range(len(parts) - 1, 0, -1):
        if found := people(", ".join(parts[:number]), sure=True):
            work.credits.people = found
            return ", ".join(parts[number:])
    return text


def _venue(text: str, year: str, work: Work) -> bool:
    """Take the venue, with the year beside it; one that is not known is taken as it is."""
    if _NO_VENUE.fullmatch(text) or len(text) > _LONGEST_VENUE:
        return False
    found = (venue(f"{text} {year}") if year else None) or venue(text) or (line(text), "inproceedings", 0)
    work.credits.venue, work.credits.type = found[:2]
    work.credits.year = found[2]
    return True
