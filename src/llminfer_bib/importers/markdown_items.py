"""One bullet, paragraph or table row of a list -> its entries, and what of it has no place. How it is read: ``markdown_works``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote

from .. import venues
from ..encode import month_name
from ..identifiers import host_of, web_url
from ..locate import Located, kind_of_url
from ..model import Date, People
from . import crediting, dating, links
from .drafts import DATED
from .headings import words
from .markdown_blocks import TEXT, Block
from .markdown_inline import Inline, Link
from .markdown_kinds import Kind
from .markdown_paragraphs import is_list_like, without
from .markdown_rows import Cell, cells_of, read_row, with_links
from .markdown_titles import says
from .markdown_ways import BRACKETS, Way, ways_of
from .markdown_works import Work, works_of
from .texts import line
from .values import Incoming, Unmapped

_SHOWN = 200
_IN_PROCEEDINGS: Final = ("10.18653/", "10.3115/", "10.1007/978-", "10.24963/")
_ACM = "10.1145/"
_JOURNALS: Final = ("jmlr.org/papers", "nature.com/", "vldb.org/pvldb", "sciencedirect.com/")


@dataclass(frozen=True, slots=True)
class Section:
    """Where an item stands."""

    category: str = ""
    title: str = ""
    line: int = 0
    kind: tuple[str, str] | None = None
    """(entry type, entrysubtype) that the heading says."""
    papers: bool = False
    """Whether the heading says that papers stand there."""
    aside: bool = False
    """Whether it is no part of the list: its contents, its news, how to contribute."""
    about: bool = False
    """Whether the sections below it are neither."""

    @property
    def what(self) -> Kind:
        """What stands in it."""
        entry_type, subtype = self.kind or ("", "")
        return Kind(self.papers, entry_type in {"book", "video"} or subtype == "course")


@dataclass(slots=True)
class Found:
    """What one block gave."""

    entries: list[Incoming] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)
    """Of a row: (title of the column, what stands there) for which an entry has no place."""
    quiet: bool = False
    """Nothing is lost though nothing came of it: a table of contents, badges, a bare row."""


def items_of(block: Block, read: Inline, section: Section) -> Found:
    """Return what a bullet or paragraph gives."""
    found = Found()
    usable = _usable(block, read.links, found)
    if not usable or (block.kind == TEXT and not says(read.text)):
        found.quiet = not says(without(read.text, read.links))
        return found
    ways = ways_of(read, usable)
    if block.kind == TEXT and not is_list_like(read, ways):
        found.unmapped.append(_lost(block, read.text, "running text, which is no entry"))
        found.unmapped += [_lost(block, _named(each), "a link in running text") for each in usable if not each.image]
        found.quiet = True
        return found
    for work in works_of(read, ways, section.what):
        _make(work, read, block, section, found)
    return found


def row_of(block: Block, references: Mapping[str, str], section: Section) -> Found:
    """Return what the row of a table gives."""
    found = Found()
    cells: list[Cell] = [with_links(cell, _usable(block, some, found)) for cell, some in cells_of(block, references)]
    done = read_row(cells, section.what)
    if done.thing is not None and section.kind is None:
        section = replace(section, kind=done.thing)
    found.beside = done.beside
    if done.work is None:
        found.quiet = not done.beside
        return found
    if done.about:
        done.work.rest = f"{done.work.rest}; {done.about}" if done.work.rest else done.about
    _make(
        done.work, Inline("", (), (), tuple(one for cell in cells for one in cell.read.pictures)), block, section, found
    )
    return found


def _usable(block: Block, some: Iterable[Link], found: Found) -> list[Link]:
    """Return the links that lead to a page; say which others there are, but for anchors and badges."""
    usable = []
    for link in some:
        if links.is_way_round(link.url, link.label) or links.is_badge(link.url):
            continue
        url = web_url(link.url)
        if url:
            usable.append(Link(link.label, url, link.start, link.end, link.image))
        else:
            found.unmapped.append(_lost(block, f"{line(link.label)}: {link.url}", "no http(s) address"))
    return usable


def _make(work: Work, read: Inline, block: Block, section: Section, found: Found) -> None:
    """Add the entry of a work, and what of it has no place."""
    place = links.place_of(work.url)
    by, said = work.credits, work.said
    fields: dict[str, str] = {"url": work.url}
    people: dict[str, People] = {}
    if work.paper or said is not None:
        if not by.venue:
            by.venue, by.type, by.year = _on_badge(read, by.year)
        kind = _paper(work, place, fields)
    else:
        kind = _item(work, section, fields)
    if kind == "software":
        _name_software(work)
    fields["title"] = work.title or work.url
    who = said.people if said and said.people.persons else by.people
    if who.persons:
        people["author"] = who
    if said and said.lost:
        found.unmapped.append(
            _lost(block, said.lost, "named behind a gap in the authors; `bib enrich` gives all of them")
        )
    if not _dated(by.date, by.year, kind, fields) and by.date is not None and "eprint" not in fields:
        found.unmapped.append(_lost(block, by.date.iso(), "a date beside another one"))
    _annotate(work, fields)
    for way in work.further:
        _beside(way, block, fields, found)
    found.unmapped += [_lost(block, text, "words that belong to several entries") for text in by.left]
    found.entries.append(Incoming(kind, "", fields, people, (), section.category, "", f"line {block.line}"))


def _name_software(work: Work) -> None:
    """Take the repository's name alone as the title where its description stands behind it."""
    name, dash, _ = work.title.partition(" - ")
    said, repository = ("".join(words(each)) for each in (name, work.url.rstrip("/").rpartition("/")[2]))
    if dash and said and (said in repository or repository in said):
        work.name = work.name or work.title
        work.title = name.strip()


def _annotate(work: Work, fields: dict[str, str]) -> None:
    """Keep the list's own words where they say more than the fields."""
    name = work.name or work.title
    if not work.paper and work.said is None and work.credits.venue and work.lead and name == work.title:
        name = f"[{work.lead}] {name}"
    if work.rest:
        fields["annotation"] = line(f"{name}{work.joint}{work.rest}")
    elif name != work.title:
        fields["annotation"] = line(name)


def _paper(work: Work, place: Located, fields: dict[str, str]) -> str:
    by, said = work.credits, work.said
    kind = said.type if said else "misc"
    if said:
        fields |= said.fields
        kind = _known_venue(fields) or kind
    if place.kind == "arxiv":
        fields |= {"eprint": place.id, "eprinttype": "arxiv", "url": place.url}
    elif place.kind == "doi":
        fields |= {"doi": place.id}
    if by.venue and not {"journal", "booktitle"} & fields.keys():
        fields["journal" if by.type == "article" else "booktitle"] = by.venue
        return by.type
    if kind == "misc" and place.kind != "arxiv":
        return _unnamed(work.url, place)
    return kind


def _known_venue(fields: dict[str, str]) -> str:
    """Call a conference that a citation takes for a journal by its name; return the entry type, or nothing."""
    journal = fields.get("journal", "")
    found = crediting.venue(f"{journal} {fields.get('year', '')}") if journal else None
    if found is None or found[1] != "inproceedings":
        return ""
    fields["booktitle"] = found[0] if found[2] else fields["journal"]
    del fields["journal"]
    return found[1]


def _unnamed(url: str, place: Located) -> str:
    """Return the type of a paper of which only the address says where it appeared."""
    if place.kind == "doi":
        acm = place.id.startswith(_ACM) and "." in place.id.removeprefix(_ACM)
        return "inproceedings" if acm or place.id.startswith(_IN_PROCEEDINGS) else "article"
    if not links.is_paper(url, place) or "semanticscholar.org" in host_of(url):
        return "misc"
    return "article" if any(journal in url for journal in _JOURNALS) else "inproceedings"


def _on_badge(read: Inline, year: int) -> tuple[str, str, int]:
    """Return the venue that a badge shows, as (name, type, year): ``https://img.shields.io/badge/Conference-ICML'24-blue``."""
    for name, url in read.pictures:
        said = (
            unquote(url.partition("/badge/")[2])[:200].rpartition("-")[0].replace("_", " ").replace("Conference-", "")
            if "shields.io" in url
            else ""
        )
        for text in (said, name):
            shown = venues.appearance(text.replace("-", " ")) if text else None
            if shown is not None and shown.certain:
                return shown.venue, shown.type, shown.year
    return "", "", year


def _item(work: Work, section: Section, fields: dict[str, str]) -> str:
    """Say of what type an item is: what its section is for, else what its address looks like."""
    entry_type, subtype, organization = kind_of_url(work.url)
    if section.kind is not None:
        entry_type, subtype = section.kind
        if entry_type == "book" and not (work.credits.people.persons and work.credits.date):
            entry_type, subtype, organization = kind_of_url(work.url)
    if organization and entry_type not in {"software", "book"}:
        fields["organization"] = organization
    if subtype:
        fields["entrysubtype"] = subtype
    return entry_type


def _dated(date: Date | None, year: int, kind: str, fields: dict[str, str]) -> bool:
    """Put the date: whole for items of the web, year and month for papers; the venue's year counts. Return whether `date` is said now."""
    if "year" in fields or "date" in fields:
        return False
    same = date is not None and (not year or date.year == year)
    if date is None or not same:
        date = Date(year) if year else None
    if date is None:
        return same
    if kind in DATED:
        fields["date"] = dating.edtf(date)
        return same
    fields["year"] = str(date.year)
    if date.month:
        fields["month"] = month_name(date.month)
    return same


def _beside(way: Way, block: Block, fields: dict[str, str], found: Found) -> None:
    """Put a further link into its field; an identifier says more than an address."""
    link = way.link
    place = links.place_of(link.url)
    if place.kind == "arxiv" and way.role and fields.get("eprint", place.id) == place.id:
        fields |= {"eprint": place.id, "eprinttype": "arxiv"}
    elif place.kind == "doi" and way.role and fields.get("doi", place.id) == place.id:
        fields["doi"] = place.id
    elif link.url != fields["url"]:
        name = links.field_of(link.url, way.role)
        if name and fields.get(name, link.url) == link.url:
            fields[name] = link.url
        else:
            found.unmapped.append(_lost(block, _named(link), "a further link, for which there is no field"))


def _named(link: Link) -> str:
    label = line(link.label).strip(BRACKETS + " ")
    return f"{label}: {link.url}" if label and label != link.url else link.url


def _lost(block: Block, what: str, why: str) -> Unmapped:
    text = line(what)
    return Unmapped(f"line {block.line}", text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…", why)
