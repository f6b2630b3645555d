"""Which keys change, and what each becomes; and the places where one stood."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One place where the key stood. ``what`` is a field, or a cite command with its backslash; ``key`` the entry, if any."""

    file: str
    line: int
    key: str
    what: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The key that changes and what it becomes. `others` are the keys of all other entries."""

    old: str
    new: str
    others: frozenset[str]

    def means(self, key: str) -> bool:
        """Tell whether a reference is to the entry. BibTeX tells no capitals apart, so an entry of just this spelling goes first."""
        return key == self.old or (key.lower() == self.old.lower() and key not in self.others)

    def becomes(self, key: str) -> str | None:
        """Return what a reference turns into; None where it is to another entry."""
        return self.new if self.means(key) else None

    def is_new(self, key: str) -> bool:
        """Tell whether an entry is the one that gets the key."""
        return key == self.new


class Merged:
    """Keys of entries that went, and of those they went into. A reference to the second stands once in a list, not twice."""

    __slots__ = ("_folded", "_kept", "_new", "_others")

    def __init__(self, new: Mapping[str, str], keys: Collection[str]) -> None:
        """`new` maps what went to what is kept; `keys` are all keys of the file, before or after."""
        self._new = new
        self._folded = {old.lower(): kept for old, kept in new.items()}
        self._others = frozenset(keys) - new.keys()
        self._kept = frozenset(new.values())

    def becomes(self, key: str) -> str | None:
        """Return what a reference turns into; None where it is to an entry that stays."""
        return self._new.get(key) or (None if key in self._others else self._folded.get(key.lower()))

    def is_new(self, key: str) -> bool:
        """Tell whether an entry is one that others went into."""
        return key in self._kept


Names = Wanted | Merged
