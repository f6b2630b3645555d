"""What a document cites, cut out of the library: the entries to the byte, their parents, macros and preambles.

The result is text; writing it is for ``citing_documents``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from ..bibfile import ENTRY, PREAMBLE, Document, RawEntry, RawString
from ..macros import split_parts

PARENTS: Final = ("crossref", "xref", "xdata", "entryset", "related")
"""Fields that name other entries which the programs need too."""
BEHIND: Final = ("crossref", "xref", "xdata")
"""Parents that BibTeX finds only behind their children."""
_PREAMBLE = re.compile(rb"@[ \t\r\n]*+(?i:preamble)[ \t\r\n]*+[{(]")
_LINE_END = re.compile(rb"\r\n?+|\n")


@dataclass(slots=True)
class Contents:
    """The entries and macros of a library, by their keys."""

    document: Document
    entries: dict[str, RawEntry] = field(default_factory=dict)
    """Of a key that stands twice the first counts, as in BibTeX."""
    starts: dict[str, list[int]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """What ``ids`` names -> the key."""
    folded: dict[str, list[str]] = field(default_factory=dict)
    """Lower case -> the keys that are spelled so, whatever their case."""
    strings: list[RawString] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """Where every entry and macro begins, in order."""

    @classmethod
    def of(cls, document: Document) -> Contents:
        """Read a library once."""
        contents = cls(document)
        for raw in document.entries():
            contents.places.append(raw.start)
            if type(raw) is RawString:
                contents.strings.append(raw)
            elif type(raw) is RawEntry:
                contents._add(raw)
        return contents

    def _add(self, raw: RawEntry) -> None:
        self.starts.setdefault(raw.key, []).append(raw.start)
        if raw.key in self.entries:
            return
        self.entries[raw.key] = raw
        self.folded.setdefault(raw.key.lower(), []).append(raw.key)
        if "ids" in raw.fields:
            for alias in _names(raw.fields["ids"]):
                self.aliases.setdefault(alias, raw.key)

    def find(self, key: str) -> str | None:
        """Return the entry that a key means to biber: its own, or the one that has it among its ``ids``."""
        return key if key in self.entries else self.aliases.get(key)

    def find_folded(self, key: str) -> str | None:
        """Return the entry that a key means to BibTeX, which ignores case."""
        found = self.find(key)
        return found if found is not None else next(iter(self.folded.get(key.lower(), ())), None)


@dataclass(frozen=True, slots=True)
class Subset:
    """The text of a smaller library, and the keys in it in their order. ``lost`` are (key, field, parent) that lead nowhere."""

    data: bytes
    keys: tuple[str, ...]
    lost: tuple[tuple[str, str, str], ...] = ()


def cut(contents: Contents, wanted: Iterable[str], heading: str = "") -> Subset:
    """Return the entries `wanted`, keys of the library, with what they need. The order is the library's.

    But a parent stands behind its children, as BibTeX demands: where the library has it in front, it moves behind the last of them.
    """
    lost: list[tuple[str, str, str]] = []
    chosen = with_parents(contents, wanted, lost)
    keys = tuple(_ordered(contents, chosen))
    document = contents.document
    items: list[int] = [raw.start for raw in _strings_of(contents, chosen)]
    items += _preambles(contents)
    items.sort()
    newline = _LINE_END.search(document.data)
    gap = newline[0] if newline else b"\n"
    head = [f"% {heading}".encode()] if heading else []
    parts = [*head, *_texts(document, _merged(items, [contents.entries[key].start for key in keys]))]
    return Subset((gap * 2).join(parts) + gap if parts else b"", keys, tuple(lost))


def _names(source: str) -> list[str]:
    """Return the keys in a field's source."""
    return [name for part in source.strip('{}" \t\r\n').split(",") if (name := part.strip())]


def with_parents(contents: Contents, wanted: Iterable[str], lost: list[tuple[str, str, str]]) -> set[str]:
    """Return the keys with those of everything that the entries name in turn; what leads nowhere is added to `lost`."""
    chosen: set[str] = set()
    todo = list(wanted)
    while todo:
        key = todo.pop()
        if key in chosen:
            continue
        chosen.add(key)
        for name, parent in _links(contents.entries[key], PARENTS):
            found = contents.find_folded(parent)
            if found is None:
                lost.append((key, name, parent))
            else:
                todo.append(found)
    lost.sort()
    return chosen


def _links(raw: RawEntry, fields: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in fields:
        if name in raw.fields:
            for key in _names(raw.fields[name]):
                yield name, key


def _ordered(contents: Contents, chosen: Collection[str]) -> Iterator[str]:
    """Yield keys in the file's order, each parent behind its last child; a ring of parents stays as it is in the file."""
    order = [key for key in contents.entries if key in chosen]
    parents = {key: _parents(contents, key, chosen) for key in order}
    waiting: dict[str, int] = dict.fromkeys(order, 0)
    for found in parents.values():
        for parent in found:
            waiting[parent] += 1
    passed: set[str] = set()
    done: set[str] = set()
    for key in order:
        passed.add(key)
        ready = [key] if not waiting[key] else []
        while ready:
            now = ready.pop()
            done.add(now)
            yield now
            for parent in parents[now]:
                waiting[parent] -= 1
                if not waiting[parent] and parent in passed and parent not in done:
                    ready.append(parent)
    yield from (key for key in order if key not in done)


def _parents(contents: Contents, key: str, chosen: Collection[str]) -> list[str]:
    found = (contents.find_folded(parent) for _, parent in _links(contents.entries[key], BEHIND))
    return [parent for parent in dict.fromkeys(found) if parent in chosen and parent != key and parent is not None]


def _strings_of(contents: Contents, chosen: Collection[str]) -> list[RawString]:
    """Return the definitions of every macro that the entries use, and of those that these use."""
    if not contents.strings:
        return []
    by_name: dict[str, list[RawString]] = {}
    for raw in contents.strings:
        by_name.setdefault(raw.name, []).append(raw)
    used: set[str] = set()
    todo = [value for key in chosen for value in contents.entries[key].fields.values()]
    while todo:
        for name in _macros(todo.pop()):
            if name in by_name and name not in used:
                used.add(name)
                todo += [raw.value for raw in by_name[name]]
    return [raw for raw in contents.strings if raw.name in used]


def _macros(value: str) -> list[str]:
    if value[:1] in ("{", '"') and "#" not in value:
        return []
    return [part.lower() for part in split_parts(value) if part[:1] not in ("{", '"')]


def _preambles(contents: Contents) -> Iterator[int]:
    """Yield where the ``@preamble`` blocks begin; one inside a value or a comment is none."""
    document = contents.document
    pos = 0
    for found in _PREAMBLE.finditer(document.data):
        at = found.start()
        before = bisect_left(contents.places, at) - 1
        block = (
            document.scanner.block_at(contents.places[before])
            if before >= 0 and contents.places[before] >= pos
            else None
        )
        pos = _read_to(document, max(pos, block.end if block else 0), at)
        if pos == at and (block := document.scanner.block_at(at)) is not None and block.kind is PREAMBLE:
            yield at
            pos = block.end


def _read_to(document: Document, pos: int, stop: int) -> int:
    """Return the end of the last block that begins before `stop`, or `stop` where none goes beyond it."""
    while pos < stop and (at := document.data.find(b"@", pos, stop)) >= 0:
        block = document.scanner.block_at(at)
        pos = block.end if block else document.scanner.resume_after(at)
    return max(pos, stop)


def _merged(others: list[int], entries: list[int]) -> Iterator[int]:
    """Yield macros and preambles, and the entries in their own order, so that each macro stays in front of what it was in front of."""
    at = 0
    highest = -1
    for start in entries:
        highest = max(highest, start)
        while at < len(others) and others[at] < highest:
            yield others[at]
            at += 1
        yield start
    yield from others[at:]


def _texts(document: Document, starts: Iterable[int]) -> Iterator[bytes]:
    for start in starts:
        block = document.scanner.block_at(start)
        if block is not None:
            yield (
                document.data[block.start : block.end].rstrip()
                if block.kind is ENTRY
                else document.data[block.start : block.end]
            )


def lines_of(contents: Contents, starts: Iterable[int]) -> list[int]:
    """Return the lines of places in the library, which come in order."""
    lines: list[int] = []
    document, at, line = contents.document, 0, 1
    if b"\r" in document.data:
        return [document.position(start)[0] for start in starts]
    for start in starts:
        line += document.data.count(b"\n", at, start)
        at = start
        lines.append(line)
    return lines


def twins(contents: Contents, key: str) -> Mapping[str, list[int]]:
    """Return the spellings of a key in the library, with where each stands; more than one place is a duplicate."""
    return {name: contents.starts[name] for name in contents.folded.get(key.lower(), ())}
