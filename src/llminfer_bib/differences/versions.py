"""One version of a file as differences need it: its entries' sources at once, their meaning for those that are asked for.

Of a key that stands twice the first entry counts, as in BibTeX. What two versions differ in is not known here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ..bibfile import Document, RawEntry, RawString
from ..decode import Decoder
from ..model import Entry, People

Value = str | People


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: its sources as they stand there, and its meaning. Only its own fields count, not what parents lend it."""

    raw: RawEntry
    entry: Entry

    @property
    def key(self) -> str:
        """The key as it is spelled."""
        return self.raw.key

    def values(self) -> dict[str, Value]:
        """Return the entry's own fields by lower-case name, in its order; lists of names as People."""
        people, fields = self.entry.people, self.entry.fields
        return {name: people[name] if name in people else fields.get(name, "") for name in self.raw.fields}


@dataclass(slots=True)
class Version:
    """The entries of one document in their order, without their meaning; ``items`` gives it."""

    document: Document
    raws: dict[str, RawEntry] = field(default_factory=dict)
    macros: dict[str, str] = field(default_factory=dict)
    """The sources of what ``@string`` defines, the last definition of each name."""
    repeated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for raw in self.document.entries():
            if isinstance(raw, RawString):
                self.macros[raw.name] = raw.value
            elif raw.key in self.raws:
                self.repeated.append(raw.key)
            else:
                self.raws[raw.key] = raw

    def items(self, keys: Collection[str]) -> dict[str, Item]:
        """Return these entries with their meaning, macros as they are defined where each entry stands."""
        if not keys:
            return {}
        decoder = Decoder(self.document, protected=False, only=frozenset(keys))
        found: dict[str, Item] = {}
        for entry in decoder.entries():
            raw = self.raws.get(entry.key)
            if raw is not None and entry.start == raw.start:
                found[entry.key] = Item(raw, entry)
        return found


def same_source(mine: RawEntry, theirs: RawEntry) -> bool:
    """Return whether two entries say the same, letter by letter; order and layout of the fields do not count."""
    return mine.type == theirs.type and mine.fields == theirs.fields


def changed_macros(mine: Mapping[str, str], theirs: Mapping[str, str]) -> frozenset[str]:
    """Return the macros that are not defined alike in both."""
    return frozenset(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))
