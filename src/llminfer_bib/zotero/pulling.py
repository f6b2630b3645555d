"""The pull: what people changed in Zotero becomes a plan on the .bib file. Nothing is written here, neither there nor in the file.

`Pull.run` gives the plan; once the file is written, `Pull.settle` remembers that both sides are in step.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..categories import category_of
from ..model import Entry
from ..plans import Conflict, Plan, Unit
from . import outcomes, reverse
from .matching import identifiers
from .merging import CONFLICT, PULL, Base, Difference, Merged, merge, settled
from .outcomes import Outcome, Report
from .pairing import Pair, pair
from .planning import Choices, maker
from .pushing import Wanted
from .reading import Client, catch_up, in_batches
from .state import GONE, PRUNED, Ledger, Row
from .tree import Tree, branches, find
from .values import Item, Remote, remote_of


@dataclass(frozen=True, slots=True)
class Brought:
    """One entry that gets something from Zotero."""

    row: Row
    merged: Merged
    refused: frozenset[str] = frozenset()
    """What cannot be said in the file, by the names of ``Difference``."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An item of the collection that the file does not have."""

    key: str
    """The citation key that it gets."""
    category: str
    source: str
    """The entry as BibTeX."""
    remote: Remote


@dataclass(slots=True)
class Pull:
    """One pull."""

    client: Client
    ledger: Ledger
    wanted: Wanted
    choices: Choices = field(default_factory=Choices)
    written: Callable[[Entry], Mapping[str, str]] = lambda _entry: {}
    """The fields of an entry as they stand in the file, without delimiters."""
    biblatex: bool = False
    """Whether new fields get biblatex's names."""
    report: Report = field(default_factory=Report)
    plan: Plan = field(default_factory=Plan)
    new: tuple[NewEntry, ...] = ()
    _brought: dict[str, Brought] = field(default_factory=dict)
    _tree: Tree = field(default_factory=lambda: Tree({}))

    def run(self) -> Plan:
        """Read, compare, and return the plan. Raises where Zotero cannot be read: then nothing is known."""
        catch_up(self.client, self.ledger)
        slugs = [category.slug for category in self.wanted.categories]
        named = branches(self.wanted.name, self.wanted.categories, slugs, self.wanted.lang)
        self._tree = find(named, self.ledger.tree, self.ledger.collections, restore=True)
        pairing = pair(self.wanted.entries, lambda entry: identifiers(maker(entry, ())("")), self.ledger)
        for key in pairing.repeated:
            self.report.add(Outcome(key, outcomes.REPEATED))
        units, conflicts = [], []
        pairs = [one for one in pairing.pairs if self.wanted.keys is None or one.entry.key in self.wanted.keys]
        adopted = self._adopted(pairs)
        for one in pairs:
            unit, more = self._compared(one, adopted)
            units += [unit] if unit is not None and unit.changes else []
            conflicts += more
        self.plan = Plan(tuple(units), tuple(conflicts))
        if self.wanted.keys is None:
            known = {key for one in pairing.pairs for key in one.match.keys}
            self.new = tuple(self._strangers(known))
        return self.plan

    def settle(self, entries: Iterable[Entry], *, without: Container[str] = ()) -> None:
        """Remember that both sides are in step. `entries` are those of the file as it was written.

        `without` names entries whose changes could not be made.
        """
        now = {entry.key: entry for entry in entries}
        for key, brought in self._brought.items():
            if key in now and key not in without:
                self.ledger.put(self._in_step(now[key], brought))
        for new in self.new:
            if new.key in now:
                mine = maker(now[new.key], ())("")
                mine = replace(mine, collections=new.remote.item.collections)
                row = Row(new.key, new.remote.key, new.remote.version, Base(mine, new.remote.item), new.remote.item)
                self.ledger.put(row.now(new.remote))
        self.ledger.commit()

    # --- entries that have an item

    def _adopted(self, pairs: Iterable[Pair]) -> dict[str, Row]:
        """Return rows for the entries whose items were there before us, or are forgotten."""
        wanted = {
            one.match.keys[0]: one.entry.key
            for one in pairs
            if len(one.match.keys) == 1 and not one.match.other_work and not one.match.trashed
        }
        rows = {}
        for obj in in_batches(self.client, list(wanted)):
            remote = remote_of(obj)
            if key := wanted.get(remote.key, ""):
                rows[key] = Row(key, remote.key, remote.version, Base(Item(""), Item("")), remote.item).now(remote)
        return rows

    def _compared(self, one: Pair, adopted: Mapping[str, Row]) -> tuple[Unit | None, list[Conflict]]:
        entry, row = one.entry, one.row or adopted.get(one.entry.key)
        if row is None:
            return None, []
        if row.status == GONE or (row.trashed and row.status != PRUNED):
            self.report.add(Outcome(entry.key, outcomes.DELETED, row.item))
            return None, []
        make = maker(entry, self._tree.collection(entry.category))
        base = row.base if one.row is not None else None
        merged = merge(make, base, row.seen, overwrite=self.choices.overwrite, pulls=True)
        pulled = self._with_category(merged)
        origin = f"zotero:{row.item}"
        back = reverse.changes(
            entry,
            merged.mine,
            pulled,
            source=origin,
            biblatex=self.biblatex,
            written=self.written(entry),
            categories=self._slugs(),
            topics=self.wanted.topics,
        )
        refused = {name: why for name, why in back.refused if why}
        self._brought[entry.key] = Brought(row, merged, frozenset(refused))
        differences = [_with_reason(d, refused) for d in merged.differences if d.verdict in {PULL, CONFLICT}]
        if differences or back.changes:
            what = outcomes.UPDATED if back.changes else outcomes.KEPT
            self.report.add(Outcome(entry.key, what, row.item, differences=tuple(differences)))
        else:
            self.report.add(Outcome(entry.key, outcomes.UNCHANGED, row.item))
        conflicts = [
            Conflict(entry.key, d.name, d.mine, d.theirs, origin, d.why or "both sides were changed")
            for d in merged.having(CONFLICT)
        ]
        return Unit(entry.key, "changed in Zotero", tuple(back.changes)), conflicts

    def _with_category(self, merged: Merged) -> Item:
        """Return our item as it is to be; one that was moved to the collection of another category gets its keyword."""
        slugs = {key: slug for slug, key in self._tree.keys.items() if slug}
        mine, pulled = merged.mine, merged.pulled
        moved = [slugs[key] for key in pulled.collections if key in slugs and key not in mine.collections]
        if not moved:
            return pulled
        old = category_of(mine.tags, self._slugs())
        return replace(pulled, tags=(moved[0], *(tag for tag in pulled.tags if tag not in {old, moved[0]})))

    def _in_step(self, entry: Entry, brought: Brought) -> Row:
        make = maker(entry, self._tree.collection(entry.category))
        mine = replace(make(brought.merged.mine.type), type=make("").type)
        merged = brought.merged
        still = tuple(replace(d, verdict=CONFLICT) if d.name in brought.refused else d for d in merged.differences)
        base = settled(replace(merged, differences=still), brought.row.seen, pulled=mine)
        return replace(brought.row, base=base)

    def _slugs(self) -> frozenset[str]:
        return frozenset(category.slug for category in self.wanted.categories)

    # --- items that have no entry

    def _strangers(self, known: Container[str]) -> Iterator[NewEntry]:
        """Yield the items of our collections that the file does not have; `known` ones may be those of an entry."""
        found = self.ledger.strangers(frozenset(self._tree.keys.values()))
        taken = {entry.key.lower() for entry in self.wanted.entries}
        for obj in in_batches(self.client, [key for key in found if key not in known]):
            remote = remote_of(obj)
            category = self._category(remote.item)
            key, source = reverse.entry(remote.item, category=category, taken=taken, biblatex=self.biblatex)
            taken.add(key.lower())
            yield NewEntry(key, category, source, remote)

    def _category(self, item: Item) -> str:
        slugs = {key: slug for slug, key in self._tree.keys.items() if slug}
        return next((slugs[key] for key in item.collections if key in slugs), "")


def _with_reason(difference: Difference, refused: dict[str, str]) -> Difference:
    return replace(difference, why=refused[difference.name]) if difference.name in refused else difference
