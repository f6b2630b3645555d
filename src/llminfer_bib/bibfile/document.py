"""One .bib file in memory: its bytes, its blocks, its places; and a fast reading of its entries.

Two readers give the same entries (a test compares them): the careful one of ``scanner``, with a span for each part, and a
fast one for entries as people write them, which takes a whole entry by two patterns. What the fast patterns do not consume to the
closing brace goes to the careful reader. Values stay source text here; ``decode`` gives them meaning.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ..problems import BibError, Problem
from . import scanner
from .encoding import Encoding, read_bytes
from .scanner import SLIPS, TEXT, Block, Scanner, Slip

_GROUP = r"\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}[^{}]*+)*+\}"
_SPACE = r"[ \t\r\n\f\v]*+"
_HEADER = re.compile(
    rf"@(?!(?i:comment|string|preamble)\b)([A-Za-z]++)\{{{_SPACE}([^ \t\r\n\f\v,{{}}()\"=%#'@]++){_SPACE},"
)
_PART = rf"(?:{_GROUP}|\"[^\"{{}}]*+(?:{_GROUP}[^\"{{}}]*+)*+\"|[0-9]++|[A-Za-z][A-Za-z0-9_:.+/-]*+)"
# name, value with its delimiters, the entry's end with the text behind it; or, where nothing fits, all that is left.
_FIELD = re.compile(
    rf"{_SPACE}([A-Za-z][A-Za-z0-9_:.+/-]*+){_SPACE}={_SPACE}"
    rf"({_PART}(?:{_SPACE}\#{_SPACE}{_PART})*+){_SPACE}(?:,|(?=\}}))({_SPACE}\}}[^@]*+\Z)?+|[\s\S]++"
)

_GOES_ON = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""
_FAR = 1 << 16
"""A block whose next neighbour on a line of its own begins further off is looked at by the careful reader."""
_STEP = 1 << 16
"""Line ends are counted once for each stretch of this many bytes, when a place behind it is asked for."""


def _line_ends(data: bytes, start: int, stop: int) -> int:
    """Count the line ends that begin in a stretch; CR LF is one, and counts where its LF is."""
    count = data.count(b"\n", start, stop)
    if data.find(b"\r", start, stop) >= 0:
        count += data.count(b"\r", start, stop) - data.count(b"\r\n", start, stop + 1)
    return count


def _characters(data: bytes, start: int, stop: int) -> int:
    """Count the characters that begin in a stretch: all bytes but those that go on with one."""
    return len(data[start:stop].translate(None, _GOES_ON))


def _line_start(data: bytes, offset: int) -> int:
    """Return where the line of `offset` begins, looking no further back than needed."""
    window = 1 << 10
    stop = offset - (data[max(0, offset - 1) : offset + 1] == b"\r\n")  # between the two the line goes on
    while True:
        low = max(0, offset - window)
        start = max(data.rfind(b"\n", low, offset), data.rfind(b"\r", low, stop))
        if start >= 0 or low == 0:
            return start + 1
        window *= 8


class UnreadableFileError(BibError):
    """The file cannot be read at all."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: cannot be read: {why}.")


class RawEntry(NamedTuple):
    """One entry as it stands in the file. ``fields`` maps lower-case names to the value's source with its delimiters."""

    start: int
    type: str
    key: str
    fields: dict[str, str]
    slips: tuple[Slip, ...] = ()


class RawString(NamedTuple):
    """One ``@string`` definition: the macro's name in lower case and its value's source.

    Without a name it only carries the slips of a ``@string`` or ``@preamble`` that cannot be read.
    """

    start: int
    name: str
    value: str
    slips: tuple[Slip, ...] = ()


@dataclass(slots=True)
class Document:
    """The text of a .bib file. ``data`` is UTF-8 without byte order mark; ``to_bytes`` gives what belongs on the disk."""

    data: bytes
    encoding: Encoding = field(default_factory=Encoding)
    name: str = "refs.bib"
    _lines_before: list[int] = field(default_factory=lambda: [0], repr=False)
    _last: tuple[int, int, int] = field(default=(0, 0, 0), repr=False)
    """The place asked for last: lines above it, its offset, characters to its left. Lines may be as long as the file."""
    _scanner: Scanner | None = field(default=None, repr=False)

    @classmethod
    def from_bytes(cls, raw: bytes, name: str = "refs.bib") -> Document:
        """Read `raw`; `name` is what messages call the file. Never fails: any bytes are a document."""
        data, encoding = read_bytes(raw)
        return cls(data, encoding, name)

    @classmethod
    def open(cls, path: Path) -> Document:
        """Read the file at `path`. Raises UnreadableFileError."""
        try:
            return cls.from_bytes(path.read_bytes(), str(path))
        except OSError as error:
            raise UnreadableFileError(path, error.strerror or str(error)) from error

    def to_bytes(self) -> bytes:
        """Return the file's bytes. Raises UnencodableError when its encoding lacks a character."""
        return self.encoding.encode(self.data)

    def text(self, start: int, end: int) -> str:
        """Return the source between two byte offsets."""
        return self.data[start:end].decode("utf-8", "surrogatepass")

    @property
    def scanner(self) -> Scanner:
        """The careful reader of this document."""
        if self._scanner is None:
            self._scanner = Scanner(self.data)
        return self._scanner

    def blocks(self) -> Iterator[Block]:
        """Yield every block in order, free text included: together they cover the data without a gap."""
        read = self.scanner
        pos = text_start = 0
        while (at := self.data.find(b"@", pos)) >= 0:
            block = read.block_at(at)
            if block is None:
                pos = read.resume_after(at)
                continue
            if at > text_start:
                yield Block(TEXT, text_start, at)
            yield block
            pos = text_start = block.end
        if text_start < len(self.data):
            yield Block(TEXT, text_start, len(self.data))

    def entries(self, start: int = 0, stop: int | None = None) -> Generator[RawEntry | RawString, None, int]:
        """Yield entries and ``@string`` definitions in order, as fast as the text allows.

        Only those that begin at or behind `start`, which must be no place inside a block, and before `stop`. The generator's value is
        where reading would go on.
        """
        data, find = self.data, self.data.find
        stop = len(data) if stop is None else stop
        header, fields = _HEADER.match, _FIELD.findall
        pos = find(b"@", start)
        careful_to = 0  # a stretch that the patterns did not take is not tried again from its middle
        while 0 <= pos < stop:
            following = find(b"\n@", pos) if pos >= careful_to else -2
            chunk = "" if following == -2 else data[pos : following + 1 or None].decode("utf-8", "surrogatepass")
            head = header(chunk)
            if head is not None:
                found = fields(chunk, head.end())
                if found and found[-1][2]:
                    values = {name.lower(): value for name, value, _ in found}
                    if len(values) == len(found) and "" not in values:
                        yield RawEntry(pos, head[1].lower(), head[2], values)
                        pos = following + 1 or -1
                        continue
            if following != -2:
                careful_to = following if following >= 0 else len(data)
            block = self.scanner.block_at(pos)
            if block is None:
                pos = find(b"@", self.scanner.resume_after(pos))
                continue
            if block.is_entry:
                yield self.raw_entry(block)
            elif block.kind is scanner.STRING and block.closed:
                yield self.raw_string(block)
            elif block.slips:
                yield RawString(block.start, "", "", block.slips)
            pos = find(b"@", block.end)
        return pos if pos >= 0 else len(data)

    def raw_entry(self, block: Block) -> RawEntry:
        """Return what an entry's block says. Of a field that stands twice the first counts, as in BibTeX."""
        fields: dict[str, str] = {}
        slips = list(block.slips)
        for part in block.fields:
            name = self.text(part.start, part.name_end).lower()
            if name in fields:
                slips.append(Slip(part.start, "B013"))
            else:
                fields[name] = self.text(part.value_start, part.value_end)
        kind = self.text(block.type_start, block.type_end).lower()
        return RawEntry(block.start, kind, self.text(block.key_start, block.key_end), fields, tuple(slips))

    def raw_string(self, block: Block) -> RawString:
        """Return what an ``@string`` block says; the block must have a field."""
        part = block.fields[0]
        name = self.text(part.start, part.name_end).lower()
        return RawString(block.start, name, self.text(part.value_start, part.value_end))

    def place_in(self, start: int, name: str = "", value: str = "") -> int:
        """Return where the field with this name, or with this value, stands in the block at `start`; else `start`."""
        following = self.data.find(b"\n@", start, start + _FAR)
        near = following >= 0 or len(self.data) - start <= _FAR
        chunk = self.text(start, following + 1 or len(self.data)) if near else ""
        head = _HEADER.match(chunk)
        for found in _FIELD.finditer(chunk, head.end()) if head else ():
            if found[1] is None:
                break  # what the patterns do not take is for the careful reader
            if (name and found[1].lower() == name) or (value and found[2] == value):
                return start + len(chunk[: found.start(2)].encode("utf-8", "surrogatepass"))
        block = self.scanner.block_at(start)
        for part in block.fields if block else ():
            if name and self.text(part.start, part.name_end).lower() == name:
                return part.value_start
            if value and self.text(part.value_start, part.value_end) == value:
                return part.value_start
        return start

    def position(self, offset: int) -> tuple[int, int]:
        """Return line and column of a byte offset, both from 1; the column counts characters."""
        data = self.data
        while len(self._lines_before) * _STEP <= offset:
            at = len(self._lines_before) * _STEP
            self._lines_before.append(self._lines_before[-1] + _line_ends(data, at - _STEP, at))
        mark = offset // _STEP
        line = self._lines_before[mark] + _line_ends(data, mark * _STEP, offset)
        last, at, before = self._last
        if last != line:
            at, before = _line_start(data, offset), 0
        before += _characters(data, at, offset) - _characters(data, offset, at)
        self._last = line, offset, before
        return line + 1, before + 1

    def problem(self, slip: Slip, key: str = "") -> Problem:
        """Return a slip as a Problem of this file."""
        severity, message, hint = SLIPS[slip.code]
        line, column = self.position(slip.offset)
        return Problem(self.name, line, column, slip.code, severity, key, message, hint)
