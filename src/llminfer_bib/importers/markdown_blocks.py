"""The lines of a Markdown list -> headings, items and table rows with their line numbers. Code, comments and front matter are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .markdown_inline import reference

HEADING: Final = "heading"
ITEM: Final = "item"
TEXT: Final = "text"
ROW: Final = "row"
LONG: Final = "long"
LONGEST: Final = 20_000
"""Characters of a line, and of an item with its further lines; no list that people write has longer ones."""

_LINES = re.compile(r"\r\n|\r|\n")
_FENCE = re.compile(r"\s*+(?:[-*+]\s++)?+(`{3,}+|~{3,}+)(.*+)\Z")
_ATX = re.compile(r"\s{0,3}+(#{1,6}+)\s*+(\S.*+)\Z")
_HTML_HEADING = re.compile(
    r"\s*+<(?:h([1-6])|summary)\b[^>]{0,500}+>(.{1,1000}?)(?:</(?:h[1-6]|summary)>|\Z)", re.IGNORECASE
)
_UNDERLINE = re.compile(r"\s{0,3}+(?:=++|-{2,}+)\s*+\Z")
_ITEM = re.compile(r"([\s>]*+)(?:[-*+•·]|[0-9]{1,9}+[.)、])(?:\s++|(?=\[))(?:\[[ xX]\]\s++)?+(\S.*+)\Z")
_RULE = re.compile(r"\s*+(?:(?:-\s*+){3,}+|(?:\*\s*+){3,}+|(?:_\s*+){3,}+)\Z")
_DELIMITER = re.compile(r"\s*+\|?+(?:\s*+:?+-++:?+\s*+\|?+)++\s*+\Z")
_DEFINITION = re.compile(r"\s{0,3}+\[([^\[\]]{1,300}+)\]:\s*+<?+(\S{1,4000}+)(?<!>)>?+(?:\s.*+)?\Z")
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
    lines = _LINES.split(text)
    references: dict[str, str] = {}
    blocks: list[Block] = []
    fresh = True
    header: tuple[str, ...] = ()
    for number, line, after in _outside_code(lines):
        if len(line) > LONGEST:
            blocks.append(Block(LONG, number, line[:200]))
            fresh = True
        elif not line.strip():
            fresh, header = True, ()
        elif found := _DEFINITION.match(line):
            references.setdefault(reference(found[1]), found[2])
        elif header and "|" in line:
            if not _DELIMITER.match(line):
                blocks.append(Block(ROW, number, line.strip(), 0, cells(line), header))
        elif "|" in line and "-" in after and "|" in after and _DELIMITER.match(after):
            header, fresh = cells(line), True
        elif heading := _heading(number, line, after):
            blocks.append(heading)
            fresh = True
        elif _RULE.match(line) or _UNDERLINE.match(line):
            fresh = True
        elif found := _ITEM.match(line):
            blocks.append(Block(ITEM, number, found[2].strip(), len(found[1].expandtabs(4))))
            fresh = False
        elif not fresh and blocks and blocks[-1].kind in (ITEM, TEXT) and len(blocks[-1].text) + len(line) < LONGEST:
            blocks[-1].text += " " + line.strip()
        else:
            blocks.append(Block(TEXT, number, line.strip(), len(line) - len(line.lstrip())))
            fresh = False
    return blocks, references


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
        return Block(HEADING, number, found[2].strip(), int(found[1] or 6))
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
