"""A list in Markdown as people write it -> its entries: the inverse of ``export.markdown``, and more. Asks nobody.

The lines are parted by ``markdown_blocks``, the inside of one is read by ``markdown_inline``, and an item becomes an entry in
``markdown_items``; here headings and items come together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .headings import Headings, kind_of_section
from .markdown_blocks import HEADING, LONG, ROW, TEXT, Block, split
from .markdown_inline import inline
from .markdown_items import Section, items_of
from .texts import line
from .values import Imported, Incoming, Unmapped

if TYPE_CHECKING:
    from . import Options

NAMES: Final = ("md", "markdown")
_SHOWN = 200
_NAVIGATION: Final = {
    "content",
    "contents",
    "table of contents",
    "toc",
    "目录",
    "contributing",
    "license",
    "star history",
}


def read(text: str, options: Options) -> Imported:
    """Return the entries of a list, in its order, and every link and heading that found no place."""
    blocks, references = split(text)
    headings = Headings(options)
    path: list[tuple[int, Section]] = []
    entries: list[Incoming] = []
    lost: list[Unmapped] = []
    unknown: dict[int, Block] = {}
    section = Section()
    for block in blocks:
        if block.kind == HEADING:
            section = _enter(path, block, inline(block.text, references).text, headings)
        elif block.kind == LONG:
            lost.append(_unmapped(block, "the line is too long for an entry"))
        else:
            found = items_of(block, references, section)
            if found.entries and section.line and not section.category and options.categories:
                unknown.setdefault(section.line, Block(HEADING, section.line, section.title))
            entries += found.entries
            lost += found.unmapped
            if not found.entries and not found.unmapped and not found.quiet and block.kind != TEXT:
                lost.append(_unmapped(block, "there is no link in it" if block.kind != ROW else "no link in this row"))
    lost += [
        _unmapped(block, "no configured category is called so; [import.headings] in bib.toml can name one")
        for block in unknown.values()
    ]
    return Imported(tuple(entries), tuple(sorted(lost, key=lambda each: int(each.place.removeprefix("line ")))))


def _enter(path: list[tuple[int, Section]], block: Block, text: str, headings: Headings) -> Section:
    """Return the section that a heading begins; one without a category of its own is in that of the heading above it."""
    while path and path[-1][0] >= block.level:
        path.pop()
    above = path[-1][1] if path else Section()
    title = line(text)
    slug = headings.category(title)
    kind = kind_of_section(slug, "" if slug else title)
    if title.casefold().strip(" :：") in _NAVIGATION:
        section = Section("", title, block.line, None)
    else:
        section = Section(slug or above.category, title, block.line, kind or above.kind)
    path.append((block.level, section))
    return section


def _unmapped(block: Block, why: str) -> Unmapped:
    return Unmapped(f"line {block.line}", line(block.text)[:_SHOWN], why)
