"""Which entry of the file has which item of Zotero: by the ledger, else by what `matching` finds in its index. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from ..categories import split_keywords
from ..model import Entry
from .matching import BY, NO_MATCH, Identifiers, Indexed, Match, match
from .state import Ledger, Row


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry and what is known of its item."""

    entry: Entry
    row: Row | None = None
    match: Match = NO_MATCH
    """Where there is no row."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """All entries in the file's order, and the rows that no entry has any more."""

    pairs: tuple[Pair, ...]
    orphans: tuple[Row, ...]
    repeated: tuple[str, ...] = ()
    """Citation keys that stand in the file more than once: only the first entry is looked at."""


def pair(entries: Iterable[Entry], identify: Callable[[Entry], Identifiers], ledger: Ledger) -> Pairing:
    """Pair entries with items; an entry that was renamed takes its row along.

    No item goes to two entries, and what an item is called goes before what it is about.
    """
    there: dict[str, Entry] = {}
    repeated = [entry.key for entry in entries if there.setdefault(entry.key, entry) is not entry]
    pairer = _Pairer(there, identify, ledger)
    pairs = tuple(pairer.pairs())
    return Pairing(pairs, tuple(pairer.orphans.values()), tuple(repeated))


class _Pairer:
    def __init__(self, entries: dict[str, Entry], identify: Callable[[Entry], Identifiers], ledger: Ledger) -> None:
        self._entries, self._identify, self._ledger = entries, identify, ledger
        known = ledger.citation_keys()
        orphans = (ledger.row(key) for key in known if key not in entries)
        self.orphans = {row.item: row for row in orphans if row is not None}
        """By item."""
        self._renamed = {row.citation_key: item for item, row in self.orphans.items()}
        self._taken: set[str] = set()
        """Items that an entry without a row has got."""
        self._rows = set(known) & entries.keys()

    def pairs(self) -> Iterable[Pair]:
        found = {key: Pair(entry) for key, entry in self._entries.items() if key not in self._rows}
        for by in (("citationKey",), BY[1:]):
            for key, one in found.items():
                if one.row is None and not one.match.keys:
                    found[key] = self._alias(one.entry) or self._match(one.entry, by)
        for key, entry in self._entries.items():
            yield found[key] if key in found else Pair(entry, self._ledger.row(key))

    def _alias(self, entry: Entry) -> Pair | None:
        """Return the pair of an entry whose ``ids`` name the citation key that it had."""
        for alias in split_keywords(entry.fields.get("ids", "")):
            row = self.orphans.pop(self._renamed.get(alias, ""), None)
            if row is not None:
                return Pair(entry, replace(row, citation_key=entry.key))
        return None

    def _match(self, entry: Entry, by: Collection[str]) -> Pair:
        found = match(self._identify(entry), self._free, by=by)
        if len(found.keys) == 1 and not found.other_work and not found.trashed:
            (item,) = found.keys
            self._taken.add(item)
            if item in self.orphans:
                return Pair(entry, replace(self.orphans.pop(item), citation_key=entry.key))
        return Pair(entry, match=found)

    def _free(self, name: str, value: str) -> list[Indexed]:
        """Return the items with an identifier that no other entry has."""
        return [one for one in self._ledger.find(name, value) if self._is_free(one.key)]

    def _is_free(self, item: str) -> bool:
        if item in self._taken:
            return False
        row = self._ledger.row_of_item(item)
        return row is None or item in self.orphans
