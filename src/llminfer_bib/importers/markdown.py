"""A list in Markdown as people write it -> its entries: the inverse of ``export.markdown``, and more. Asks nobody.

The lines are parted by ``markdown_blocks``, bullets under bullets put together by ``markdown_nesting``, and an item becomes an
entry in ``markdown_items``; here headings and items come together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ..identifiers import web_url
from . import links
from .headings import Headings, is_about_list, is_aside, kind_of_section, says_papers
from .markdown_blocks import END, HEADING, LONG, ROW, TEXT, TITLES, Block, split
from .markdown_inline import Inline, inline
from .markdown_items import Found, Section, items_of, row_of
from .markdown_nesting import items
from .texts import line
from .values import Imported, Incoming, Unmapped

if TYPE_CHECKING:
    from . import Options

NAMES: Final = ("md", "markdown")
_SHOWN = 200
_LONGEST_ASIDE = 2000
NO_CATEGORY = (
    "no configured category is called so; [import.headings] in bib.toml can name one, --new-categories makes one"
)


def read(text: str, options: Options) -> Imported:
    """Return the entries of a list, in its order, and every link, heading, text and column that found no place."""
    blocks, references = split(text)
    reading = _Reading(options, blocks, references)
    for block, said in items(blocks, references):
        reading.take(block, said)
    return reading.done()


class _Reading:
    def __init__(self, options: Options, blocks: list[Block], references: dict[str, str]) -> None:
        self.headings = Headings(options)
        self.categories = bool(options.categories)
        self.references = references
        self.path: list[tuple[int, Section]] = []
        self.section = Section()
        self.entries: list[Incoming] = []
        self.lost: list[Unmapped] = []
        self.unknown: dict[int, Block] = {}
        self.asides: dict[int, tuple[Section, list[str]]] = {}
        """Line -> a section about the list itself, and where its links lead."""
        self.columns: dict[tuple[tuple[str, ...], str], list[tuple[int, str]]] = defaultdict(list)
        self.titles: Block | None = None
        """The titles of columns, until their first row."""
        self.name = _name_of_list(blocks)

    def take(self, block: Block, said: Inline) -> None:
        """Take a block."""
        self.row_or_not(block)
        if block.kind in (HEADING, END):
            self.enter(block)
        elif block.kind == LONG:
            self.lost.append(_unmapped(block, "the line is too long for an entry"))
        elif block.kind == TITLES:
            urls = [link.url for link in inline(block.text, self.references).links if web_url(link.url)]
            self.lost += [Unmapped(f"line {block.line}", url, "a link in the title of a column") for url in urls]
        elif self.section.aside:
            self.aside(block, said)
        else:
            found = (
                row_of(block, self.references, self.section)
                if block.kind == ROW
                else items_of(block, said, self.section)
            )
            self.keep(block, said, found)

    def row_or_not(self, block: Block | None) -> None:
        """List the titles of columns below which there was no row."""
        if self.titles is not None and (block is None or block.kind != ROW):
            self.lost.append(_unmapped(self.titles, "the titles of a table without rows"))
        self.titles = block if block is not None and block.kind == TITLES else None

    def keep(self, block: Block, said: Inline, found: Found) -> None:
        """Keep what a block gave."""
        if found.entries and self.section.line and not self.section.category and self.categories:
            self.unknown.setdefault(self.section.line, Block(HEADING, self.section.line, self.section.title))
        above = tuple(section.title for _, section in self.path if section.line != (self.name.line if self.name else 0))
        self.entries += [replace(item, section=above) for item in found.entries]
        self.lost += found.unmapped
        for column, text in found.beside:
            self.columns[block.header, column].append((block.line, text))
        if not found.entries and not found.quiet and not found.beside:
            why = {TEXT: "running text, which is no entry", ROW: "no link in this row"}.get(
                block.kind, "there is no link in it"
            )
            if not links.is_way_round("", line(said.text)):
                self.lost.append(_unmapped(replace(block, text=said.text), why))

    def aside(self, block: Block, said: Inline) -> None:
        """Keep where the links of what is about the list itself lead."""
        read = [said] if block.kind != ROW else [inline(cell, self.references) for cell in block.cells]
        found = [link.url for each in read for link in each.links if web_url(link.url) and not links.is_badge(link.url)]
        if found or said.text.strip():
            self.asides.setdefault(self.section.line, (self.section, []))[1].extend(found)

    def enter(self, block: Block) -> None:
        """Begin the section of a heading; one without a category of its own is in that of the heading above it."""
        while self.path and self.path[-1][0] >= block.level:
            self.path.pop()
        above = self.path[-1][1] if self.path else Section()
        if block.kind == END:
            self.section = above
            return
        title = line(inline(block.text, self.references).text)
        slug = "" if block is self.name else self.headings.category(title)
        kind = kind_of_section(slug, "" if slug or block is self.name else title)
        if above.about or is_aside(title):
            self.section = Section("", title, block.line, None, aside=True, about=above.about or is_about_list(title))
        else:
            papers = above.papers if kind is None and not says_papers(title) else says_papers(title)
            self.section = Section(
                slug or above.category, title, block.line, kind or (None if says_papers(title) else above.kind), papers
            )
        self.path.append((block.level, self.section))

    def done(self) -> Imported:
        """Return everything."""
        self.row_or_not(None)
        lost = list(self.lost)
        lost += [_unmapped(block, NO_CATEGORY) for block in self.unknown.values()]
        for section, found in self.asides.values():
            what = f"{section.title}: {'; '.join(found)}" if found else section.title
            number = f", with {len(found)} links" if len(found) > 1 else ""
            lost.append(
                Unmapped(
                    f"line {section.line}", _short(what, _LONGEST_ASIDE), f"a section about the list itself{number}"
                )
            )
        for (_, column), rows in self.columns.items():
            lost.append(_column(column, rows))
        lost.sort(key=lambda each: int(each.place.removeprefix("line ")))
        title = line(inline(self.name.text, self.references).text) if self.name else ""
        return Imported(tuple(self.entries), tuple(lost), title)


def _name_of_list(blocks: list[Block]) -> Block | None:
    """Return the heading that is the name of the whole list: the only one of the first level, above all others."""
    found = [block for block in blocks if block.kind == HEADING]
    first = [block for block in found if block.level == 1]
    return found[0] if len(first) == 1 and len(found) > 1 and found[0] is first[0] else None


def _column(column: str, rows: list[tuple[int, str]]) -> Unmapped:
    """Say in one line what stands in a column for which an entry has no place."""
    text = "; ".join(dict.fromkeys(text for _, text in rows))
    number = f", in {len(rows)} rows" if len(rows) > 1 else ""
    what = f"{column or 'a column without a title'}: {text}"
    return Unmapped(f"line {rows[0][0]}", _short(what), f"a column that has no field{number}")


def _unmapped(block: Block, why: str) -> Unmapped:
    return Unmapped(f"line {block.line}", _short(line(block.text)), why)


def _short(text: str, longest: int = _SHOWN) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
