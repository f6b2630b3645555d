"""The lines of a Markdown list -> headings, items and table rows with their line numbers. Code, comments and front matter are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from . import markdown_html
from .markdown_inline import BREAK, reference

HEADING: Final = "heading"
ITEM: Final = "item"
TEXT: Final = "text"
ROW: Final = "row"
LONG: Final = "long"
TITLES: Final = "titles"
"""Of the columns of a table, where there are links in them."""
END: Final = "end"
"""Of what folds away under its summary."""
FOLDED: Final = 7
"""The level of the heading that a ``<summary>`` is."""
LONGEST: Final = 20_000
"""Characters of a line, and of an item with its further lines; no list that people write has longer ones."""

_LINES = re.compile(r"\r\n|\r|\n")
_FENCE = re.compile(r"\s*+(?:[-*+]\s++)?+(`{3,}+|~{3,}+)(.*+)\Z")
_ATX = re.compile(r"\s{0,3}+(#{1,6}+)\s*+(\S.*+)\Z")
_HTML_HEADING = re.compile(
    r"\s*+<(?:h([1-6])|summary)\b[^>]{0,500}+>(.{1,1000}?)(?:</(?:h[1-6]|summary)>|\Z)", re.IGNORECASE
)
_UNDERLINE = re.compile(r"\s{0,3}+(?:=++|-{2,}+)\s*+\Z")
_ITEM = re.compile(
    r"([\s>]*+)(?:[-*+•·]|[0-9]{1,9}+[.)、]|<li\b[^<>]{0,200}+>)(?:\s++|(?=\[)|(?<=>))(?:\[[ xX]\]\s++)?+(\S.*+)\Z"
)
_QUOTED = re.compile(r"[\s>]++")
_FOLD_ENDS = re.compile(r"\s*+</details>", re.IGNORECASE)
_HARD = re.compile(r"(?: {2}|\\|<br ?/?>)\Z")
_RULE = re.compile(r"\s*+(?:(?:-\s*+){3,}+|(?:\*\s*+){3,}+|(?:_\s*+){3,}+)\Z")
_DELIMITER = re.compile(r"\s*+\|?+(?:\s*+:?+-++:?+\s*+\|?+)++\s*+\Z")
_DEFINITION = re.compile(r"\s{0,3}+\[(?!\^)([^\[\]]{1,300}+)\]:\s*+(?:<([^<>\s]{1,4000}+)>|(\S{1,4000}+))(?:\s.*+)?\Z")
_TABLE = re.compile(r"\s*+(?:(?!<table\b)<[a-z]{1,10}\b[^<>]{0,200}+>\s*+)?+<table\b", re.IGNORECASE)
_TABLE_ENDS = re.compile(r"</table>", re.IGNORECASE)
_LONGEST_TABLE: Final = 20_000
"""Lines of a table in HTML; a longer one is read in pieces."""
_INDENTED: Final = 2
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(slots=True)
class Block:
    """One heading, item, paragraph or row of a table."""

    kind: str
    line: int
    text: str
    level: int = 0
    """Of a heading 1 to 6; of an item its indentation."""
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    """Of a row: the titles of the columns."""


def split(text: str) -> tuple[list[Block], dict[str, str]]:
    """Return the blocks and the definitions of links, each linear in the text."""
    text = _without_comments(text.removeprefix("\ufeff"))
    maker = _Maker()
    for number, line, after in _outside_code(_LINES.split(text)):
        maker.add(number, line, after)
    maker.end_table()
    return maker.blocks, maker.references


class _Maker:
    """The blocks so far, and what the next line may belong to."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.references: dict[str, str] = {}
        self.header: tuple[str, ...] = ()
        self.table: list[tuple[int, str]] = []
        self.fresh = True
        """Whether the next line begins a paragraph."""
        self.hard = False
        """Whether the line before ends in a break."""

    def add(self, number: int, line: str, after: str) -> None:
        if len(line) > LONGEST:
            self.put(Block(LONG, number, line[:200]))
        elif self.table or _TABLE.match(line):
            self.table.append((number, line))
            if _TABLE_ENDS.search(line) or len(self.table) > _LONGEST_TABLE:
                self.end_table()
        elif not line.strip():
            self.fresh, self.header = True, ()
        elif found := _DEFINITION.match(line):
            self.references.setdefault(reference(found[1]), found[2] or found[3])
        elif self.header and "|" in line:
            if not _DELIMITER.match(line):
                self.put(Block(ROW, number, line.strip(), 0, cells(line), self.header))
        elif "|" in line and "-" in after and "|" in after and _DELIMITER.match(after):
            self.header = cells(line)
            self.put(Block(TITLES, number, line.strip()))
        elif heading := _heading(number, line, after):
            self.put(heading)
        elif _FOLD_ENDS.match(line):
            self.put(Block(END, number, "", FOLDED))
        elif _RULE.match(line) or _UNDERLINE.match(line):
            self.fresh = True
        else:
            self.words(number, line)
        self.hard = _HARD.search(line) is not None

    def put(self, block: Block) -> None:
        self.blocks.append(block)
        self.fresh = True

    def words(self, number: int, line: str) -> None:
        """Take an item, or a line of a paragraph."""
        text = _QUOTED.sub("", line, count=1) if line[:1] in " \t>" else line
        depth = len(line[: len(line) - len(text)].expandtabs(4))
        last = self.blocks[-1] if self.blocks else None
        if found := _ITEM.match(line):
            self.blocks.append(Block(ITEM, number, found[2].strip(), len(found[1].expandtabs(4))))
        elif last is not None and self.continues(last, depth, len(line)):
            last.text += (BREAK if self.hard or self.fresh else " ") + text.strip()
        else:
            self.blocks.append(Block(TEXT, number, text.strip(), depth))
        self.fresh = False

    def continues(self, last: Block, depth: int, length: int) -> bool:
        """Tell whether a line goes on with the last block: the next of a paragraph, or what is indented under an item."""
        if last.kind not in (ITEM, TEXT) or len(last.text) + length >= LONGEST:
            return False
        return not self.fresh or (last.kind == ITEM and depth >= last.level + _INDENTED)

    def end_table(self) -> None:
        """Take the rows of a table in HTML; what has no titles of columns is there for its looks: each cell is a paragraph."""
        for row in markdown_html.rows(self.table):
            if sum(map(len, row.cells)) > LONGEST:
                self.put(Block(LONG, row.line, "".join(row.cells)[:200]))
            elif row.header:
                self.put(Block(ROW, row.line, " | ".join(row.cells), 0, row.cells, row.header))
            else:
                self.blocks += [Block(TEXT, row.line, cell) for cell in row.cells if cell]
        self.table = []
        self.fresh = True


def cells(line: str) -> tuple[str, ...]:
    """Return the cells of a row of a table."""
    line = line.strip()
    line = line.removeprefix("|")
    if line.endswith("|") and not line.endswith("\\|"):
        line = line[:-1]
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL.split(line))


def _heading(number: int, line: str, after: str) -> Block | None:
    if found := _ATX.match(line):
        return Block(HEADING, number, found[2].rstrip("# \t"), len(found[1]))
    if found := _HTML_HEADING.match(line):
        return Block(HEADING, number, found[2].strip(), int(found[1] or FOLDED))
    if not _ITEM.match(line) and _UNDERLINE.match(after) and not _RULE.match(line) and "|" not in line:
        return Block(HEADING, number, line.strip(), 1 if "=" in after else 2)
    return None


def _without_comments(text: str) -> str:
    """Take comments out and keep the line ends in them, so that lines keep their numbers."""
    if "<!--" not in text:
        return text
    last = text.rfind("-->")
    head = text[: last + 3] if last >= 0 else ""
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), head) + text[len(head) :]


def _outside_code(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield (number, line, the line behind it) of what is no front matter and no fenced code."""
    start = 0
    if lines[0].strip() in {"---", "+++"}:
        mark = lines[0].strip()
        end = next((at for at, line in enumerate(lines[1:200], 1) if line.strip() == mark), 0)
        start = end + 1 if end and ":" in "".join(lines[1:end]) + "=" * 0 else 0
    fence = ""
    for at in range(start, len(lines)):
        line = lines[at]
        found = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found and "`" not in found[2]:
            fence = found[1]
        else:
            yield at + 1, line, lines[at + 1] if at + 1 < len(lines) else ""
