"""Three versions of a file -> one: ours, with what theirs changed since their common base, and marks where both changed one thing.

Order, layout and comments are ours. What is not understood (broken entries, repeated keys, free text) is compared by its lines and
never taken apart. Nothing that either side added or changed is lost: it is in the result, or between marks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..bibfile import Document, RawEntry, RawString
from ..layout import newline_of
from ..macros import split_parts
from ..meaning import Difference, compare
from ..tex import to_plain
from .comparing import compare_items
from .entries import join_entries
from .laying import Lines
from .marking import Marks, ended, marked
from .pieces import Identity, Piece, same_lines
from .sides import Side, same_works
from .versions import Item


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a person must decide. ``fields`` is empty where all of it is in question."""

    name: str
    """An entry's key, a macro, or the beginning of the lines."""
    fields: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged file's data (UTF-8, as in ``Document.data``), and what is left to a person."""

    data: bytes
    conflicts: tuple[Conflict, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """The meaning of the entries that letters alone do not decide, by key."""

    base: Mapping[str, Item]
    ours: Mapping[str, Item]
    theirs: Mapping[str, Item]


def merge(base: Document, ours: Document, theirs: Document, marks: Marks | None = None) -> Merged:
    """Merge three versions of a file. Never raises; marks get the line end of ours.

    Where one side is as the base was, the result is the other side, byte for byte; so it is where both are equal.
    """
    if theirs.data in (ours.data, base.data):
        return Merged(ours.data)
    if ours.data == base.data:
        return Merged(theirs.data)
    newline = newline_of(ours.data) or newline_of(theirs.data) or "\n"
    marks = replace(marks or Marks(), newline=newline)
    work = _Work(Side.of(base), Side.of(ours), Side.of(_with_line_ends(theirs, newline)), marks)
    merged = work.result()
    if work.miss_macros(merged.data):
        merged = work.result()
    if not merged.conflicts and not work.is_proven(merged.data):
        why = "the merged file would not read back as it should"
        return Merged(marks.around(ours.data, theirs.data), (Conflict(ours.name, (), why),), merged.remarks)
    return merged


def _with_line_ends(document: Document, newline: str) -> Document:
    """Return a document with the line ends of ours, so that what comes from it fits in."""
    if newline_of(document.data) in (newline, ""):
        return document
    data = document.data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", newline.encode())
    return Document(data, document.encoding, document.name)


class _Work:
    """One merge: finds what belongs together, decides piece by piece, and writes the result."""

    def __init__(self, base: Side, ours: Side, theirs: Side, marks: Marks) -> None:
        self.base, self.ours, self.theirs, self.marks = base, ours, theirs, marks
        self.conflicts: list[Conflict] = []
        self.keys: list[str] = []
        self.kept: frozenset[str] = frozenset()
        self._find_renamed()
        self.known = self._read()

    # --- what belongs together ---

    def _find_renamed(self) -> None:
        """Find entries again that have another key in one version; where the other side gave that key to another entry, they are not."""
        ours, theirs = (self._pairs(side) for side in (self.ours, self.theirs))
        for side, other, mine, yours in (
            (self.ours, self.theirs, ours, theirs),
            (self.theirs, self.ours, theirs, ours),
        ):
            taken = {piece.identity for piece in other.cut.pieces}
            for now, was in mine.items():
                if now not in taken or yours.get(now) == was:
                    side.rename(was, now)

    def _pairs(self, side: Side) -> dict[Identity, Identity]:
        """Return the identity in the base of entries that a version has under another."""
        gone = [p for name, p in self.base.pieces.items() if p.clean and name not in side.pieces]
        come = [p for name, p in side.pieces.items() if p.clean and name not in self.base.pieces]
        return {now.identity: was.identity for was, now, _ in same_works(self.base, gone, side, come)}

    def _read(self) -> _Known:
        """Read the meaning of those entries that two sides have changed, or one has changed and the other removed."""
        wanted: tuple[set[str], set[str], set[str]] = (set(), set(), set())
        sides = (self.base, self.ours, self.theirs)
        for name in self.ours.pieces.keys() | self.theirs.pieces.keys():
            versions = [side.pieces.get(name) for side in sides]
            if name[0] == "entry" and _is_question(*versions):
                for keys, piece in zip(wanted, versions, strict=True):
                    if piece is not None and piece.clean:
                        keys.add(piece.key)
        return _Known(*(side.version.items(keys) for side, keys in zip(sides, wanted, strict=True)))

    # --- the decisions ---

    def _decide(self, name: Identity, mine: Piece) -> tuple[bytes, str] | None:
        """Return what becomes of one piece of ours, with the key that it then has; None where it goes."""
        was, yours = self.base.pieces.get(name), self.theirs.pieces.get(name)
        if yours is None:
            if was is None:
                return mine.body, mine.key
            if self._is_kept(mine):
                return mine.body, ""
            if self._same(was, mine, self.known.base, self.known.ours):
                return None
            return self._disagree(mine, mine.body, b"", "changed in ours, removed in theirs"), mine.key
        if same_lines(mine.body, yours.body) or (was is not None and same_lines(was.body, yours.body)):
            return mine.body, mine.key
        if was is not None and same_lines(was.body, mine.body) and yours.closed:
            ends = mine.body.endswith((b"\n", b"\r"))
            return ended(yours.body, self.marks.newline) if ends else yours.body, yours.key
        if mine.kind == "entry":
            return self._join(was, mine, yours)
        if mine.kind == "string" and (body := self._joined_macro(was, mine, yours)):
            return body, ""
        return self._disagree(mine, mine.body, yours.body, "changed in both"), ""

    def _join(self, was: Piece | None, mine: Piece, yours: Piece) -> tuple[bytes, str]:
        known = self.known
        old = known.base.get(was.key) if was is not None else None
        here, there = known.ours.get(mine.key), known.theirs.get(yours.key)
        joined, why = None, "changed in both"
        if (was is not None and old is None) or here is None or there is None:
            why = "changed in both; it cannot be read field by field"
        elif was is None and _other_work(here, there):
            why = "two works have this key"
        elif (joined := join_entries(mine.body, old, here, there)) is None:
            why = "the two changes do not go together"
        if joined is None:
            return self._disagree(mine, mine.body, yours.body, why), mine.key
        if not joined.fields:
            return joined.mine, joined.key
        self.conflicts.append(Conflict(mine.key, joined.fields, "changed in both" if was else "added in both"))
        return marked(joined.mine, joined.theirs, self.marks), mine.key

    def _disagree(self, piece: Piece, mine: bytes, yours: bytes, why: str) -> bytes:
        name = piece.key or piece.identity[1].partition("\n")[0][:60]
        self.conflicts.append(Conflict(name, (), why))
        return self.marks.around(mine, yours)

    def _same(self, was: Piece, now: Piece, before: Mapping[str, Item], after: Mapping[str, Item]) -> bool:
        """Return whether a piece that the other side removed was left alone: the same in letters or, for an entry, in meaning."""
        if same_lines(was.body, now.body):
            return True
        old, new = before.get(was.key), after.get(now.key)
        if old is None or new is None or not was.clean or not now.clean:
            return False
        return old.key == new.key and not compare_items(old, new).changes

    def _joined_macro(self, was: Piece | None, mine: Piece, yours: Piece) -> bytes:
        """Return the body of the macro that has the new meaning; empty where both have one, or where it cannot be told."""
        name = mine.identity[1]
        old, here, there = (_meaning(side.version.macros.get(name, "")) for side in (self.base, self.ours, self.theirs))
        if mine.identity[2] or yours.identity[2] or not here or not there:
            return b""
        if _same_text(here, there) or (was and old and _same_text(old, there)):
            return mine.body
        return ended(yours.body, self.marks.newline) if was and old and _same_text(old, here) else b""

    # --- the result ---

    def result(self) -> Merged:
        """Return the merged file: ours, piece by piece, and what arrives from theirs behind what it follows there."""
        self.conflicts, self.keys = [], []
        arriving = self._arriving()
        out = Lines(self.marks.newline)
        self._arrive(arriving.get(None, ()), out)
        for piece in self.ours.cut.pieces:
            name = self.ours.identity(piece)
            outcome = self._decide(name, piece)
            if outcome is None:
                out.drop(piece)
            else:
                out.add(piece.lead, outcome[0], piece)
                self.keys.append(outcome[1])
            self._arrive(arriving.get(name, ()), out)
        out.parts.append(self.ours.cut.tail)
        kept = [
            f"the macro {name} was removed on one side and is used on the other; it is kept."
            for name in sorted(self.kept)
        ]
        return Merged(b"".join(out.parts), tuple(self.conflicts), (*self._twins(), *kept))

    def miss_macros(self, data: bytes) -> bool:
        """Return whether a merged file uses macros that one side has removed; they are kept from now on."""
        ours, theirs = self.ours.version.macros.keys(), self.theirs.version.macros.keys()
        gone = ours ^ theirs
        if not gone:
            return False
        defined, used = set[str](), set[str]()
        for raw in Document(data).entries():
            if isinstance(raw, RawString):
                defined.add(raw.name)
            for value in (raw.value,) if isinstance(raw, RawString) else raw.fields.values():
                if value[:1] not in ("{", '"') or "#" in value:
                    used.update(part.lower() for part in split_parts(value))
        self.kept = frozenset((gone & used) - defined)
        return bool(self.kept)

    def _is_kept(self, piece: Piece) -> bool:
        return piece.kind == "string" and piece.identity[1] in self.kept

    def _twins(self) -> Iterator[str]:
        """Yield what to tell about works that both sides added under two keys."""
        mine, yours = (
            [p for name, p in side.pieces.items() if p.clean and not (name in self.base.pieces or name in other.pieces)]
            for side, other in ((self.ours, self.theirs), (self.theirs, self.ours))
        )
        for here, there, why in same_works(self.ours, mine, self.theirs, yours):
            yield f"{here.key} (ours) and {there.key} (theirs) seem to be one work ({why}); both are kept."

    def _arriving(self) -> dict[Identity | None, list[tuple[Piece, bool]]]:
        """Return the pieces that only theirs has, behind the one of ours that they follow there; with whether a blank line was behind."""
        found: dict[Identity | None, list[tuple[Piece, bool]]] = {}
        anchor: Identity | None = None
        pieces = self.theirs.cut.pieces
        for at, piece in enumerate(pieces):
            name = self.theirs.identity(piece)
            if name in self.ours.pieces:
                anchor = name
                continue
            spaced = at + 1 == len(pieces) or bool(pieces[at + 1].lead)
            found.setdefault(anchor, []).append((piece, spaced))
        return found

    def _arrive(self, pieces: list[tuple[Piece, bool]] | tuple[()], out: Lines) -> None:
        for piece, spaced in pieces:
            name = self.theirs.identity(piece)
            was = self.base.pieces.get(name)
            if (was is None and piece.closed) or self._is_kept(piece):
                out.insert(piece.lead, piece.body, piece, spaced=spaced)
                self.keys += [piece.key] if piece.key else []
            elif was is None:
                body = self._disagree(piece, b"", piece.body, "added in theirs, and not closed")
                out.insert(piece.lead, body, piece, spaced=spaced)
            elif not self._same(was, piece, self.known.base, self.known.theirs):
                body = self._disagree(piece, b"", piece.body, "removed in ours, changed in theirs")
                out.insert(piece.lead, body, piece, spaced=spaced)

    def is_proven(self, data: bytes) -> bool:
        """Return whether the merged file has just the entries that it should, in their order, and none twice that was not."""
        keys = [raw.key for raw in Document(data).entries() if type(raw) is RawEntry and raw.key]
        if keys != [key for key in self.keys if key]:
            return False
        twice = {name for name, count in Counter(map(str.lower, keys)).items() if count > 1}
        known = {
            piece.identity[1] for side in (self.ours, self.theirs) for piece in side.cut.pieces if piece.identity[2]
        }
        return twice <= known


def _meaning(source: str) -> str:
    """Return a macro's text; empty for one that is made of others."""
    return to_plain(source[1:-1]) if len(source) > 1 and source[0] in '{"' and "#" not in source else ""


def _same_text(a: str, b: str) -> bool:
    return compare("", a, b).difference is Difference.SAME


def _is_question(was: Piece | None, mine: Piece | None, yours: Piece | None) -> bool:
    """Return whether the letters leave open what becomes of an entry."""
    if mine is None or yours is None:
        there = mine or yours
        return was is not None and there is not None and not same_lines(was.body, there.body)
    if same_lines(mine.body, yours.body):
        return False
    return was is None or not (same_lines(was.body, mine.body) or same_lines(was.body, yours.body))


def _other_work(mine: Item, theirs: Item) -> bool:
    here, there = mine.entry, theirs.entry
    if (here.doi and here.doi == there.doi) or (here.arxiv and here.arxiv == there.arxiv):
        return False
    titles = here.title.text, there.title.text
    return all(titles) and compare("title", *titles).difference is Difference.MATERIAL
