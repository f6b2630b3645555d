"""One bullet, paragraph or table row of a list -> its entries: which link is the work, which are beside it, what the words are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ..dates import parse_date
from ..identifiers import web_url
from ..locate import Located, kind_of_url
from ..model import People
from . import citations, links
from .headings import words
from .markdown_blocks import ROW, TEXT, Block
from .markdown_inline import Inline, Link, inline
from .texts import line
from .values import Incoming, Unmapped

_BETWEEN = re.compile(
    r"[\s,，、;；|/·•&()\[\]（）:：—–-]*+(?:and|or|和|与)?[\s,，、;；|/·•&()\[\]（）:：—–-]*+", re.IGNORECASE
)
_EDGES: Final = " \t-–—:：|·•,，.。;；/"
_BRACKETS: Final = "[]【】「」《》"
_TITLE_COLUMNS: Final = {
    "title",
    "name",
    "paper",
    "project",
    "标题",
    "论文",
    "题目",
    "名称",
    "work",
    "method",
    "model",
    "course",
    "library",
}
_DATE_COLUMNS: Final = {"date", "year", "time", "日期", "年份", "时间", "published"}
_VENUE_COLUMNS: Final = {"venue", "conference", "publication", "journal", "会议", "pub"}
_DATE = re.compile(
    r"(?<![\d.])((?:19|20)[0-9]{2})(?:[-./](0?[1-9]|1[0-2])(?:[-./](0?[1-9]|[12][0-9]|3[01]))?+)?+(?![\d])"
)
_LEADING_DATE = re.compile(r"[(（\[]\s*+((?:19|20)[0-9]{2}(?:[-./][0-9]{1,2}){0,2})\s*+[)）\]]\s*+")
_BOLD = re.compile(r"[^\w*\[]{0,10}+\*\*([^*]{16,500}+)\*\*(?=\s*+[,.，。|\[(（·]|\s++[*_])")
_EMPTY: Final = {"", "-", "--", "—", "/", "n/a", "none", "无"}
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Section:
    """Where an item stands."""

    category: str = ""
    title: str = ""
    line: int = 0
    kind: tuple[str, str] | None = None
    """(entry type, entrysubtype) that the heading says."""


@dataclass(slots=True)
class Found:
    """What one block gave."""

    entries: list[Incoming] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    quiet: bool = False
    """Nothing is lost though nothing came of it: a table of contents, badges, text without links."""


@dataclass(slots=True)
class _Work:
    """An entry in the making."""

    url: str
    label: str
    text: str
    further: list[Link] = field(default_factory=list)
    date: str = ""
    venue: str = ""
    bold: str = ""
    """The title, where the item begins with one in bold that is no name in front of the title."""


def items_of(block: Block, references: Mapping[str, str], section: Section) -> Found:
    """Return what a block gives."""
    found = Found()
    if block.kind == ROW:
        _row(block, references, section, found)
        return found
    read = inline(block.text, references)
    usable = _usable(block, read.links, found)
    if not usable:
        found.quiet = bool(read.links) or block.kind == TEXT or block.text.endswith((":", "："))
        return found
    if block.kind == TEXT and not _is_list_like(read, usable):
        found.unmapped += [_lost(block, each.url, "a link in running text") for each in usable]
        return found
    works = _works(read, usable)
    if len(works) == 1 and works[0].label != works[0].text and (bold := _BOLD.match(block.text)):
        works[0].bold = line(inline(bold[1], references).text).strip(_EDGES) if "](" not in bold[1] else ""
    for work in works:
        _make(work, block, section, found)
    return found


def _usable(block: Block, some: Iterable[Link], found: Found) -> list[Link]:
    """Return the links that lead to a page; say which others there are, but for anchors and badges."""
    usable = []
    for link in some:
        if link.url.startswith("#") or links.is_badge(link.url):
            continue
        url = web_url(link.url)
        if url:
            usable.append(Link(link.label, url, link.start, link.end, link.image))
        else:
            found.unmapped.append(_lost(block, f"{link.label}: {link.url}"[:_SHOWN], "no http(s) address"))
    return usable


def _is_list_like(read: Inline, usable: list[Link]) -> bool:
    """Tell whether a paragraph is an entry: it begins with its link, or a paper's links stand at its end."""
    first = usable[0]
    return not first.image and (read.text[: first.start].strip(_EDGES + _BRACKETS) == "" and len(first.label) > 3)


def _works(read: Inline, usable: list[Link]) -> list[_Work]:
    named = [each for each in usable if not each.image and not links.role(each.label) and each.label.strip()]
    if not named or _begins_with_text(read, named[0], usable):
        return [_by_text(read, usable)]
    if len(named) > 1 and len(named) == len(usable) and _is_enumeration(read, named):
        return [_Work(each.url, each.label, each.label) for each in named]
    main = named[0]
    return [_Work(main.url, main.label, read.text, [each for each in usable if each is not main])]


def _begins_with_text(read: Inline, first: Link, usable: list[Link]) -> bool:
    """Tell whether the title stands before the first link: a bare address, or one called ``here``, ``paper``."""
    before = read.text[: min(each.start for each in usable)].strip(_EDGES + _BRACKETS)
    return len(before) > 3 and (first.label == first.url or first is not usable[0])


def _is_enumeration(read: Inline, named: list[Link]) -> bool:
    gaps = [read.text[left.end : right.start] for left, right in pairwise(named)]
    return all(_BETWEEN.fullmatch(gap) for gap in gaps) and not read.text[named[-1].end :].strip(_EDGES + ")）]")


def _by_text(read: Inline, usable: list[Link]) -> _Work:
    """Take the words before the first link, or all, as the title, and the best link as the work's."""
    before = read.text[: usable[0].start].strip(_EDGES).rstrip(_EDGES + "([（")
    title = before or _without_labels(read.text, usable) or usable[0].label or usable[0].url
    main = _best(usable)
    return _Work(main.url, title, read.text, [each for each in usable if each is not main])


def _without_labels(text: str, some: list[Link]) -> str:
    pieces, at = [], 0
    for each in sorted(some, key=lambda link: link.start):
        pieces.append(text[at : max(at, each.start)])
        at = max(at, each.end)
    return line(" ".join([*pieces, text[at:]])).strip(_EDGES + _BRACKETS + "()（）")


def _best(some: list[Link]) -> Link:
    """Return the link that is the work: a paper, what is called so, else the first."""
    return next(
        (each for each in some if links.is_paper(each.url, links.place_of(each.url))),
        next((each for each in some if links.role(each.label) == "work"), some[0]),
    )


def _row(block: Block, references: Mapping[str, str], section: Section, found: Found) -> None:
    cells = [inline(cell, references) for cell in block.cells]
    usable: list[Link] = []
    date = venue = ""
    titles: list[tuple[int, str]] = []
    for at, cell in enumerate(cells):
        column = words(block.header[at]) if at < len(block.header) else ()
        for link in _usable(block, cell.links, found):
            label = link.label.strip(_BRACKETS + " ")
            said = links.role(label) or links.role(" ".join(column))
            usable.append(
                Link(
                    label if links.role(label) or not said or len(label) > 12 else block.header[at],
                    link.url,
                    link.start,
                    link.end,
                    link.image,
                )
            )
        text = line(cell.text)
        if not _DATE_COLUMNS.isdisjoint(column):
            date = text
        elif not _VENUE_COLUMNS.isdisjoint(column):
            venue = text.strip(_EDGES)
        elif text.lower() not in _EMPTY and not all(links.role(word) for word in [text.strip(_BRACKETS)]):
            titles.append(
                (
                    0 if {"title", "标题", "题目"} & set(column) else 1 if not _TITLE_COLUMNS.isdisjoint(column) else 2,
                    text,
                )
            )
    if not usable:
        found.quiet = not any(cell.text.strip() for cell in cells)
        return
    title = min(titles, key=lambda row: row[0])[1] if titles else usable[0].label
    main = next((each for each in usable if line(each.label) == title), None) or _best(usable)
    work = _Work(
        main.url,
        title,
        title,
        [each for each in usable if each is not main],
        date,
        venue if venue.lower() not in _EMPTY else "",
    )
    _make(work, block, section, found)


def _make(work: _Work, block: Block, section: Section, found: Found) -> None:
    """Add the entry of a work, and what of it has no place."""
    place = links.place_of(work.url)
    label = line(work.label).strip().lstrip(_EDGES) if work.label != work.url else work.url
    if (dated := _LEADING_DATE.match(label)) is not None and dated.end() < len(label):
        work.date = work.date or dated[1]
        label = label[dated.end() :].lstrip(_EDGES)
    paper = links.is_paper(work.url, place)
    said = citations.parse(label) if paper or section.kind is None else None
    if work.bold:
        said = None
    elif said is None and paper and work.text != work.label:
        said = citations.parse(line(work.text))
    fields: dict[str, str] = {"url": work.url}
    people: dict[str, People] = {}
    if paper or said is not None:
        kind = _paper(said, place, fields, work.venue)
        fields["title"] = said.title if said else _title(work.bold or label)
        if work.bold and len(label) > len(work.bold) + 3:
            fields["annotation"] = label
        if said and said.people.persons:
            people["author"] = said.people
        if said and said.lost:
            found.unmapped.append(
                _lost(block, said.lost, "named behind a gap in the authors; `bib enrich` gives all of them")
            )
    else:
        kind = _item(work.url, section, fields)
        fields["title"], annotation = _named(label, kind, work.url)
        rest = _rest(work)
        if annotation or rest:
            fields["annotation"] = annotation or f"{fields['title']} - {rest}"
    _dated(work, fields)
    for link in work.further:
        _beside(link, block, fields, found)
    found.entries.append(Incoming(kind, "", fields, people, (), section.category, "", f"line {block.line}"))


def _paper(said: citations.Citation | None, place: Located, fields: dict[str, str], venue: str) -> str:
    kind = said.type if said else "misc"
    if said:
        fields |= said.fields
    if place.kind == "arxiv":
        fields |= {"eprint": place.id, "eprinttype": "arxiv", "url": place.url}
    elif place.kind == "doi":
        fields |= {"doi": place.id}
    if venue and "arxiv" not in venue.lower() and not {"journal", "booktitle"} & fields.keys():
        fields["booktitle"] = venue
        return "inproceedings"
    if kind == "misc" and place.kind != "arxiv":
        return "article" if place.kind == "doi" else "inproceedings"
    return kind


def _item(url: str, section: Section, fields: dict[str, str]) -> str:
    """Say of what type an item is: what its section is for, else what its address looks like."""
    entry_type, subtype, organization = kind_of_url(url)
    if section.kind is not None:
        entry_type, subtype = section.kind
    if organization and entry_type != "software":
        fields["organization"] = organization
    if subtype:
        fields["entrysubtype"] = subtype
    return entry_type


def _title(label: str) -> str:
    return label.strip("\"“”' ").strip(_BRACKETS) or label


def _named(label: str, kind: str, url: str) -> tuple[str, str]:
    """Return the title and the annotation: of software the repository's name stands before its description."""
    name, dash, _ = label.partition(" - ")
    repository = "".join(words(url.rstrip("/").rpartition("/")[2]))
    if kind == "software" and dash and (said := "".join(words(name))) and (said in repository or repository in said):
        return name.strip(), label
    return _title(label), ""


def _rest(work: _Work) -> str:
    """Return what the line says behind its link, without the links there."""
    at = work.text.find(work.label)
    if at < 0 or work.text == work.label:
        return ""
    behind = work.text[at + len(work.label) :]
    for link in work.further:
        if links.role(link.label) and link.label:
            behind = behind.replace(link.label, " ", 1)
    behind = line(re.sub(r"[\[(（]\s*+[\])）]", " ", behind)).lstrip(_EDGES + "])）").strip()
    return behind if len(behind.strip(_EDGES + _BRACKETS)) > 2 else ""


def _dated(work: _Work, fields: dict[str, str]) -> None:
    if "year" in fields or "date" in fields:
        return
    if found := _DATE.search(work.date):
        text = "-".join([found[1], *(part.zfill(2) for part in found.groups()[1:] if part)])
        if parse_date(text) is not None:
            fields["date"] = text


def _beside(link: Link, block: Block, fields: dict[str, str], found: Found) -> None:
    place = links.place_of(link.url)
    if place.kind == "arxiv" and fields.get("eprint", place.id) == place.id:
        fields |= {"eprint": place.id, "eprinttype": "arxiv"}
    elif place.kind == "doi" and fields.get("doi", place.id) == place.id:
        fields["doi"] = place.id
    elif link.url != fields["url"]:
        name = links.field_of(link.url, link.label)
        if name and name not in fields:
            fields[name] = link.url
        else:
            found.unmapped.append(
                _lost(block, f"{line(link.label)}: {link.url}"[:_SHOWN], "a further link, for which there is no field")
            )


def _lost(block: Block, what: str, why: str) -> Unmapped:
    return Unmapped(f"line {block.line}", line(what)[:_SHOWN], why)
