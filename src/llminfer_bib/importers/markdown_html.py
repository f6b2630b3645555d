"""Tables that a list writes in HTML -> their rows, as those of Markdown: the cells' own mark-up stays. One pass, linear."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_TAG = re.compile(r"<(/?)(table|thead|tbody|tfoot|tr|t[dh])\b([^<>]{0,2000}+)>", re.IGNORECASE)
_SPAN = re.compile(r"\b(row|col)span\s*+=\s*+[\"']?([0-9]{1,3})", re.IGNORECASE)
_MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins in, its cells, and the titles of the columns, if the table has any."""

    line: int
    cells: tuple[str, ...]
    header: tuple[str, ...]


@dataclass(slots=True)
class _Cell:
    text: str = ""
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class _Reader:
    rows: list[Row] = field(default_factory=list)
    header: tuple[str, ...] = ()
    cells: list[_Cell] = field(default_factory=list)
    line: int = 0
    is_header: bool = True
    open: bool = False
    reach: dict[int, int] = field(default_factory=dict)
    """Column -> in how many further rows a cell of a row above stands there."""

    def end(self) -> None:
        """Finish the row."""
        cells = self._placed()
        if any(cells):
            if self.is_header and not self.header:
                self.header = cells
            else:
                self.rows.append(Row(self.line, cells, self.header))
        self.cells, self.is_header, self.open = [], True, False

    def part(self) -> None:
        """Begin another part of the table: what stands over several rows ends."""
        self.end()
        self.reach = {}

    def cell(self, kind: str, attributes: str) -> None:
        """Begin a cell."""
        spans = {found[1].lower(): int(found[2]) for found in _SPAN.finditer(attributes)}
        self.is_header = self.is_header and kind == "th"
        self.open = len(self.cells) < _MOST_COLUMNS
        if self.open:
            self.cells.append(_Cell("", max(1, spans.get("col", 1)), max(1, spans.get("row", 1))))

    def text(self, piece: str, line: int) -> None:
        """Add to the cell that is open; what stands between the cells is a row without columns."""
        if self.open:
            self.cells[-1].text += piece
        elif piece.strip():
            self.rows.append(Row(line, (piece.strip(),), ()))

    def _placed(self) -> tuple[str, ...]:
        """Return the cells in their columns, those that a cell above covers empty. A full row is covered by none."""
        if not self.cells:
            return ()
        own = sum(cell.columns for cell in self.cells)
        if self.header and own >= len(self.header):
            self.reach = {}
        placed: list[str] = []
        below = {at: left - 1 for at, left in self.reach.items() if left > 1}
        for cell in self.cells:
            while self.reach.get(len(placed), 0) and len(placed) < _MOST_COLUMNS:
                placed.append("")
            if cell.rows > 1:
                below[len(placed)] = cell.rows - 1
            placed += [" ".join(cell.text.split()), *[""] * (min(cell.columns, _MOST_COLUMNS) - 1)]
        self.reach = below
        return tuple(placed[:_MOST_COLUMNS])


def rows(lines: Iterable[tuple[int, str]]) -> list[Row]:
    """Return the rows of the lines of a table."""
    reader = _Reader()
    for number, line in lines:
        at = 0
        for found in _TAG.finditer(line):
            reader.text(line[at : found.start()], number)
            at = found.end()
            closing, name = bool(found[1]), found[2].lower()
            if name == "tr":
                reader.end()
                reader.line = number
            elif not name.startswith(("td", "th")) or name == "thead":
                reader.part()
            elif closing:
                reader.open = False
            else:
                reader.cell(name, found[3])
        reader.text(line[at:] + " ", number)
    reader.end()
    return reader.rows
