"""The careful reader: bytes at one place -> one block with the span of each part, by BibTeX's own rules.

The rules are those of bibtex.web (sections 217-267): a block begins at any ``@``, a backslash hides nothing, braces balance in
every value. Two things are read more kindly than BibTeX does, each with a slip on record: an entry is read on
behind a missing comma, a second comma, a ``%`` remark or an unquoted word; and ``@comment{...}`` is one block, as in biber.
Nothing is decoded here and no file is opened.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

ENTRY: Final = "entry"
STRING: Final = "string"
PREAMBLE: Final = "preamble"
COMMENT: Final = "comment"
TEXT: Final = "text"

_SPACE = re.compile(rb"[ \t\r\n\f\v]*+")
# An identifier: no control, blank or one of "#%'(),={} and no digit in front (bibtex.web section 32, 90).
_NAME = re.compile(rb"(?![0-9])[^\x00-\x20\"#%'(),={}]++")
_KEY_IN_BRACES = re.compile(rb"[^ \t\r\n\f\v,}]*+")
_KEY_IN_PARENS = re.compile(rb"[^ \t\r\n\f\v,]*+")
_HEADER = re.compile(rb"@[A-Za-z]++[ \t]*+\{")
_NUMBER = re.compile(rb"[0-9]++")
_REMARK = re.compile(rb"%[^\n]*+(?:\n[ \t\r\n\f\v]*+)?+")
_BARE = re.compile(rb"[^,{}\"()#%=@\r\n]++")
_BRACE = re.compile(rb"[{}]")
_IN_QUOTES = re.compile(rb"[\"{}]")
_LINE_START_AT = re.compile(rb"\n[ \t]*+@")


@dataclass(frozen=True, slots=True)
class Slip:
    """One breach of the syntax: where (byte offset) and which row of ``SLIPS``."""

    offset: int
    code: str


# code: (severity, what is wrong, the way out)
SLIPS: Final[dict[str, tuple[str, str, str]]] = {
    "B001": ("error", "the entry is not closed.", "Add the missing `}`; what follows was read as if it stood here."),
    "B002": ("error", "a value is not closed.", "Add the missing brace or quote."),
    "B003": ("error", "a comma is missing in front of this field.", "Add it; BibTeX drops the rest of the entry."),
    "B004": ("error", "one comma too many.", "Remove it; BibTeX drops the rest of the entry."),
    "B005": ("error", "a `%` remark inside an entry.", "Move it out; BibTeX drops the rest of the entry."),
    "B006": ("error", "a field without a value.", "Give it one or remove it; BibTeX drops the rest of the entry."),
    "B007": ("error", "a value that is neither in braces, nor in quotes, nor a number or a macro.", "Put it in braces."),
    "B008": ("error", "something that is no field.", "BibTeX drops the rest of the entry here: repair or remove it."),
    "B009": ("error", "the key ends at a blank.", "Write the key without blanks, with a comma behind it."),
    "B010": ("error", "a quoted value has a `}` too many.", "Balance the braces, or use braces around the value."),
    "B011": ("error", "the block is not readable.", "Write it as `@string{name = {value}}` or `@preamble{{text}}`."),
    "B012": ("error", "the key is missing.", "Write it behind the opening brace, with a comma behind it."),
    "B013": ("warning", "the field stands twice in this entry.", "Keep one; BibTeX reads the first."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field with its places: ``[start, name_end)`` is the name, ``[value_start, value_end)`` the value with its delimiters."""

    start: int
    name_end: int
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch ``[start, end)`` of the data. All parts are byte offsets; what does not apply is 0 or empty.

    ``closed`` is false where the block broke off; ``end`` is then the place where BibTeX begins to look for the next one.
    """

    kind: str
    start: int
    end: int
    type_start: int = 0
    type_end: int = 0
    key_start: int = 0
    key_end: int = 0
    fields: tuple[Field, ...] = ()
    slips: tuple[Slip, ...] = ()
    closed: bool = True

    @property
    def is_entry(self) -> bool:
        """Whether this is an entry: one that breaks off before its key is none, only something to repair."""
        return self.kind is ENTRY and (self.closed or self.key_end > self.key_start)


class _Broken(Exception):
    """The block cannot be read on: why, and where."""

    def __init__(self, code: str, offset: int) -> None:
        super().__init__(code)
        self.slip = Slip(offset, code)


class Scanner:
    """Reads blocks of `data`. It remembers which braces never close, so that broken files stay linear."""

    __slots__ = ("_closes", "_next_line", "_opens", "_table_from", "_work_left", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._table_from = -1
        self._work_left = 2 * len(data) + 100_000
        self._opens: list[int] = []
        self._next_line = (0, -1, 0)
        """The line that begins with ``@`` found last: from where on it is the next one, its line end, the place behind its ``@``."""
        self._closes: list[int] = []

    def block_at(self, at: int) -> Block | None:
        """Read the block that begins with the ``@`` at `at`; None when this ``@`` begins none."""
        data = self.data
        type_start = self._skip(at + 1)
        name = _NAME.match(data, type_start)
        if name is None:
            return None
        type_end = name.end()
        kind = _KINDS.get(name[0].lower(), ENTRY)
        opening = self._skip(type_end)
        first = data[opening : opening + 1]
        if first not in (b"{", b"("):
            return None
        if kind is COMMENT:
            end = self._closing(opening) if first == b"{" else -1
            return None if end < 0 else Block(COMMENT, at, end + 1, type_start, type_end)
        closer = b"}" if first == b"{" else b")"
        if kind is ENTRY:
            return self._entry(at, type_start, type_end, opening + 1, closer)
        return self._definition(kind, at, type_start, type_end, opening + 1, closer)

    def resume_after(self, at: int) -> int:
        """Return where to look on when the ``@`` at `at` begins no block: behind the word that follows it, as BibTeX does."""
        start = self._skip(at + 1)
        name = _NAME.match(self.data, start)
        return name.end() if name else at + 1

    def _skip(self, at: int) -> int:
        match = _SPACE.match(self.data, at)
        return match.end() if match else at

    def _definition(self, kind: str, at: int, type_start: int, type_end: int, pos: int, closer: bytes) -> Block:
        """``@string{name = value}`` or ``@preamble{value}``; either is kept as one field."""
        data = self.data
        fields: tuple[Field, ...] = ()
        try:
            start = pos = name_end = self._skip(pos)
            if kind is STRING:
                name = _NAME.match(data, pos)
                if name is None:
                    raise _Broken("B011", pos)
                name_end = name.end()
                pos = self._skip(name_end)
                if data[pos : pos + 1] != b"=":
                    raise _Broken("B011", pos)
                pos = self._skip(pos + 1)
            value_end = self._value(pos, closer, None)
            fields = (Field(start, name_end, pos, value_end),)
            pos = self._skip(value_end)
            if data[pos : pos + 1] != closer:
                raise _Broken("B011", pos)
        except _Broken as broken:
            end = self._resume(broken.slip, type_end)
            return Block(kind, at, end, type_start, type_end, 0, 0, fields, (broken.slip,), closed=False)
        return Block(kind, at, pos + 1, type_start, type_end, 0, 0, fields)

    def _entry(self, at: int, type_start: int, type_end: int, pos: int, closer: bytes) -> Block:
        pos = self._skip(pos)
        key = (_KEY_IN_BRACES if closer == b"}" else _KEY_IN_PARENS).match(self.data, pos)
        key_start, key_end = pos, key.end() if key else pos
        fields: list[Field] = []
        slips: list[Slip] = []
        closed = True
        if _HEADER.match(self.data, key_start):
            # The key of an entry that was cut off is the next entry's header.
            return Block(
                ENTRY, at, key_start, type_start, type_end, key_start, key_start, (), (Slip(at, "B001"),), closed=False
            )
        if b"{" in self.data[key_start:key_end]:
            slips.append(Slip(key_start, "B012"))
        try:
            end = self._body(key_end, closer, fields, slips) + 1
        except _Broken as broken:
            slips.append(broken.slip)
            end = self._resume(broken.slip, key_end)
            closed = False
        return Block(
            ENTRY, at, end, type_start, type_end, key_start, key_end, tuple(fields), tuple(slips), closed=closed
        )

    def _resume(self, slip: Slip, header_end: int) -> int:
        """Return where the next block may begin: at the breach, or behind it where a value runs to the end of the file.

        Then it is the first line behind the header that begins with ``@``, so that one open brace does not swallow the rest.
        """
        if slip.code != "B002":
            return slip.offset
        since, until, place = self._next_line
        if not since <= header_end <= until:
            found = _LINE_START_AT.search(self.data, header_end)
            until, place = found.span() if found else (len(self.data), len(self.data) + 1)
            self._next_line = header_end, until, place
        return place - 1

    def _body(self, pos: int, closer: bytes, fields: list[Field], slips: list[Slip]) -> int:
        """Read the fields behind the key into `fields`; return the place of the closing delimiter."""
        data = self.data
        pos = self._behind_key(pos, closer, slips)
        while True:
            here = data[pos : pos + 1]
            if here == closer:
                return pos
            if not here:
                raise _Broken("B001", pos)
            pos = self._to_field(pos, here, slips)
            if data[pos : pos + 1] == closer:
                return pos
            pos = self._between(self._field(pos, closer, fields, slips), slips)

    def _behind_key(self, key_end: int, closer: bytes, slips: list[Slip]) -> int:
        """Step over blanks behind the key. Raises _Broken where neither a comma nor a field nor the end follows."""
        pos = self._between(key_end, slips)
        here = self.data[pos : pos + 1]
        if here in (b",", closer, b"") or self._is_field(pos):
            return pos
        if here == b"=":
            raise _Broken("B012", pos)
        raise _Broken("B001" if here == b"@" else "B009", pos)

    def _to_field(self, pos: int, here: bytes, slips: list[Slip]) -> int:
        """Step over the comma in front of a field; one that is missing, or doubled, is a slip."""
        if here == b",":
            pos = self._between(pos + 1, slips)
            while self.data[pos : pos + 1] == b",":
                slips.append(Slip(pos, "B004"))
                pos = self._between(pos + 1, slips)
        elif self._is_field(pos):
            slips.append(Slip(pos, "B003"))
        else:
            raise _Broken("B001" if here == b"@" else "B008", pos)
        if pos >= len(self.data):
            raise _Broken("B001", pos)
        return pos

    def _is_field(self, pos: int) -> bool:
        name = _NAME.match(self.data, pos)
        if name is None or name[0].startswith(b"@"):
            return False
        equals = self._skip(name.end())
        return self.data[equals : equals + 1] == b"="

    def _between(self, pos: int, slips: list[Slip]) -> int:
        """Skip blanks, and ``%`` remarks, which are no comments to BibTeX: each is a slip."""
        pos = self._skip(pos)
        while self.data[pos : pos + 1] == b"%":
            slips.append(Slip(pos, "B005"))
            remark = _REMARK.match(self.data, pos)
            pos = remark.end() if remark else pos + 1
        return pos

    def _field(self, pos: int, closer: bytes, fields: list[Field], slips: list[Slip]) -> int:
        """Read ``name = value`` into `fields`; return the place behind it."""
        data = self.data
        name = _NAME.match(data, pos)
        if name is None or name[0].startswith(b"@"):
            raise _Broken("B001" if data[pos : pos + 1] == b"@" else "B008", pos)
        name_end = name.end()
        equals = self._skip(name_end)
        here = data[equals : equals + 1]
        if here != b"=":
            if here not in (b",", closer):
                raise _Broken("B008", pos)
            slips.append(Slip(pos, "B006"))
            fields.append(Field(pos, name_end, name_end, name_end))
            return name_end
        value_start = self._skip(equals + 1)
        if data[value_start : value_start + 1] in (b",", closer):
            slips.append(Slip(value_start, "B006"))
            fields.append(Field(pos, name_end, equals + 1, equals + 1))
            return value_start
        value_end = self._value(value_start, closer, slips)
        fields.append(Field(pos, name_end, value_start, value_end))
        return value_end

    def _value(self, pos: int, closer: bytes, slips: list[Slip] | None) -> int:
        """Return the end of the value at `pos`: one part, or several joined by ``#``. `slips` None: no kindness."""
        start = pos
        while True:
            end = self._part(pos)
            behind = self._skip(end) if end >= 0 else pos
            here = self.data[behind : behind + 1]
            if end >= 0 and here == b"#":
                pos = self._skip(behind + 1)
                continue
            if end >= 0 and (slips is None or here in (b",", closer, b"%", b"") or self._next_is_field(end, behind)):
                return end
            return self._bare(start, pos, end, slips)

    def _next_is_field(self, end: int, behind: int) -> bool:
        # Only white space or a delimiter can end a word or number: `2020a` is not 2020 and a field.
        ends_itself = self.data[end - 1 : end] in (b"}", b'"')
        return (behind > end or ends_itself) and (self._is_field(behind) or self.data[behind : behind + 1] == b"@")

    def _bare(self, start: int, pos: int, end: int, slips: list[Slip] | None) -> int:
        """An unquoted value such as ``2020-2021`` or ``Jan 1``, read up to the comma or the line's end."""
        bare = _BARE.match(self.data, pos)
        if slips is None or bare is None or not bare[0].strip():
            if end >= 0:
                return end
            raise _Broken("B007", pos)
        slips.append(Slip(start, "B007"))
        return bare.start() + len(bare[0].rstrip())

    def _part(self, pos: int) -> int:
        """Return the end of one part of a value, -1 when there is none. Raises _Broken when it never closes."""
        data = self.data
        first = data[pos : pos + 1]
        if first == b"{":
            end = self._closing(pos)
            if end < 0:
                raise _Broken("B002", pos)
            return end + 1
        if first == b'"':
            return self._quoted(pos)
        if _HEADER.match(data, pos):
            return -1  # the next entry, and not a macro
        match = _NUMBER.match(data, pos) or _NAME.match(data, pos)
        return match.end() if match else -1

    def _quoted(self, opening: int) -> int:
        pos = opening + 1
        while True:
            match = _IN_QUOTES.search(self.data, pos)
            if match is None:
                raise _Broken("B002", opening)
            here = match[0]
            if here == b'"':
                return match.end()
            if here == b"}":
                raise _Broken("B010", match.start())
            end = self._closing(match.start())
            if end < 0:
                raise _Broken("B002", opening)
            pos = end + 1

    def _closing(self, opening: int) -> int:
        """Return the place of the brace that closes the one at `opening`, -1 when none does."""
        if 0 <= self._table_from <= opening:
            return self._closes[bisect_left(self._opens, opening)]
        depth = 0
        for brace in _BRACE.finditer(self.data, opening):
            depth += 1 if brace[0] == b"{" else -1
            if not depth:
                self._work_left -= brace.start() - opening
                if self._work_left < 0:
                    self._make_table(opening)
                return brace.start()
        self._make_table(opening)
        return -1

    def _make_table(self, start: int) -> None:
        """Match all braces from `start` on, once: without it, N open braces cost N scans to the end of the file."""
        stack: list[int] = []
        self._table_from = start
        self._opens, self._closes = [], []
        for brace in _BRACE.finditer(self.data, start):
            if brace[0] == b"{":
                stack.append(len(self._opens))
                self._opens.append(brace.start())
                self._closes.append(-1)
            elif stack:
                self._closes[stack.pop()] = brace.start()


_KINDS: Final[dict[bytes, str]] = {b"comment": COMMENT, b"preamble": PREAMBLE, b"string": STRING}
