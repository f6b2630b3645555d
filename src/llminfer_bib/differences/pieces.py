"""A file cut into pieces of whole lines: entries, macros, other blocks, lines of free text. Together they are the file.

A piece has an identity by which a merge finds it again in another version. What is merged, and how, is not decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..bibfile import COMMENT, ENTRY, STRING, TEXT, Block, Document

_JABREF = re.compile(rb"@comment\s*+\{\s*+jabref-(?:meta|entrytype):\s*+([A-Za-z0-9_.-]++)", re.IGNORECASE)
_BLANK_LINE = re.compile(rb"(?:\r\n|[\r\n])([ \t]*+[\r\n])")
_UNSURE: Final = frozenset({"entry", "string"})
"""Kinds of which a file should have each identity once."""

Identity = tuple[str, str, int]
"""Kind, name, and how many with that kind and name stand before it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file. ``lead`` are the blank lines in front of them, ``body`` the lines with their line ends."""

    identity: Identity
    lead: bytes
    body: bytes
    key: str = ""
    """Of an entry, as it is spelled."""
    clean: bool = False
    """Whether it is one whole entry without any slip, so that its fields can be told apart."""
    closed: bool = True
    """False for a block that breaks off: put elsewhere it could swallow what follows."""

    @property
    def kind(self) -> str:
        """``entry``, ``string``, ``metadata``, or how the reader calls what is only known by its text."""
        return self.identity[0]


@dataclass(frozen=True, slots=True)
class Cut:
    """A file in pieces. ``tail`` are the blank lines behind the last one."""

    pieces: tuple[Piece, ...]
    tail: bytes

    def by_identity(self) -> dict[Identity, Piece]:
        """Return the pieces by their identity, which is unique."""
        return {piece.identity: piece for piece in self.pieces}


@dataclass(slots=True)
class _Draft:
    """A piece while its lines are gathered."""

    lead: bytes
    parts: list[bytes]
    block: Block | None = None
    glued: bool = False
    """Whether something but blanks stands on the lines of the block."""


def same_lines(mine: bytes, theirs: bytes) -> bool:
    """Return whether two bodies are equal but for line ends and the blanks around them."""
    return mine == theirs or plain(mine) == plain(theirs)


def plain(body: bytes) -> bytes:
    """Return a body with bare line feeds and nothing blank around it."""
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").strip()


def cut(document: Document) -> Cut:
    """Cut a file into its pieces, in its order: their leads and bodies, and the tail, are all its bytes."""
    drafts, tail = _drafts(document)
    bodies = [b"".join(draft.parts) for draft in drafts]
    named = [_name(document, draft, body) for draft, body in zip(drafts, bodies, strict=True)]
    names = list(_in_context([(kind, name) for kind, name, _ in named]))
    counts: Counter[tuple[str, str]] = Counter()
    pieces = []
    for draft, body, (kind, name), (_, _, key) in zip(drafts, bodies, names, named, strict=True):
        pieces.append(_piece(document, draft, body, (kind, name, counts[kind, name]), key))
        counts[kind, name] += 1
    twice = {name for name, count in counts.items() if count > 1 and name[0] in _UNSURE}
    if twice:
        pieces = [replace(piece, clean=False) if piece.identity[:2] in twice else piece for piece in pieces]
    return Cut(tuple(pieces), tail)


def _in_context(names: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the names, those of lines that stand more than once (``% ------``) with the heading that they go with.

    That is a line of text above or below that stands once. So a line above a heading is found again when sections come and go.
    """
    counts = Counter(names)
    for at, (kind, name) in enumerate(names):
        if kind == TEXT and counts[kind, name] > 1:
            for side, other in (("below", at - 1), ("above", at + 1)):
                if 0 <= other < len(names) and names[other][0] == TEXT and counts[names[other]] == 1:
                    name = f"{name}\n{side} {names[other][1]}"
                    break
        yield kind, name


def _piece(document: Document, draft: _Draft, body: bytes, identity: Identity, key: str) -> Piece:
    block = draft.block
    if block is None or block.kind is not ENTRY:
        return Piece(identity, draft.lead, body, closed=block is None or block.closed)
    names = [document.data[field.start : field.name_end].lower() for field in block.fields]
    clean = block.closed and not block.slips and not draft.glued and len(set(names)) == len(names)
    return Piece(identity, draft.lead, body, key, clean=clean, closed=block.closed)


def _name(document: Document, draft: _Draft, body: bytes) -> tuple[str, str, str]:
    """Return (kind, name, key) of a piece."""
    block = draft.block
    if block is not None and block.kind is ENTRY and block.key_end > block.key_start:
        key = document.text(block.key_start, block.key_end)
        return "entry", key.lower(), key
    if block is not None and block.kind is STRING and block.closed and block.fields:
        return "string", document.text(block.fields[0].start, block.fields[0].name_end).lower(), ""
    if block is not None and block.kind is COMMENT and (found := _JABREF.match(body)):
        return "metadata", found[1].decode("ascii").lower(), ""
    return block.kind if block else TEXT, plain(body).decode("utf-8", "surrogatepass"), ""


class _Drafts:
    """The pieces' lines while the file is walked through.

    ``lead`` are blank lines that wait for a piece, ``prefix`` the text in front of the next block on its line.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.drafts: list[_Draft] = []
        self.lead = self.prefix = b""

    def block(self, block: Block) -> None:
        """Take a block. Of one that breaks off, what stands behind its first blank line is text like any other."""
        body, rest = self.document.data[block.start : block.end], b""
        if not block.closed and (blank := _BLANK_LINE.search(body)):
            body, rest = body[: blank.start(1)], body[blank.start(1) :]
        self.drafts.append(_Draft(self.lead, [self.prefix, body], block, bool(self.prefix.strip())))
        self.lead = self.prefix = b""
        if rest:
            self.text(rest, at_end=block.end == len(self.document.data))

    def text(self, text: bytes, *, at_end: bool) -> None:
        """Take text line by line: the rest of a block's line, blank lines, lines of their own, the beginning of a block's line."""
        behind = self.drafts[-1] if self.drafts and not _ends_line(self.drafts[-1].parts[-1]) else None
        for number, line in enumerate(text.splitlines(keepends=True)):
            whole = _ends_line(line)
            if number == 0 and behind is not None and (whole or at_end):
                behind.parts.append(line)
                behind.glued = behind.glued or bool(line.strip())
            elif not whole and not at_end:
                self.prefix = line
            elif not line.strip():
                self.lead += line
            else:
                self.drafts.append(_Draft(self.lead, [line]))
                self.lead = b""


def _drafts(document: Document) -> tuple[list[_Draft], bytes]:
    """Return the pieces' lines, and the blank lines behind the last."""
    found = _Drafts(document)
    for block in document.blocks():
        if block.kind is TEXT:
            found.text(document.data[block.start : block.end], at_end=block.end == len(document.data))
        else:
            found.block(block)
    return found.drafts, found.lead + found.prefix


def _ends_line(text: bytes) -> bool:
    return text.endswith((b"\n", b"\r"))
