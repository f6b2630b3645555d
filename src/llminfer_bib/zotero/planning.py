"""What a push sends for one entry: a new item, a change of an item, or nothing. Nothing is sent here; the batches are for `pushing`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..model import Entry
from . import outcomes
from .mapping import item as item_of_entry
from .merging import PULL, Base, Merged, merge, patch, settled
from .outcomes import Outcome
from .pairing import Pair
from .state import GONE, LIVE, PRUNED, Row
from .values import Item, Json, Remote

Maker = Callable[[str], Item]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person asked for."""

    overwrite: frozenset[str] = frozenset()
    """Fields in which the .bib file wins; ``all`` for every one."""
    restore: bool = False
    prune: bool = False
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One object to send, and what it means when it is written."""

    key: str
    """The citation key."""
    entry: Entry | None
    """None for an item that goes to the trash."""
    send: Json
    what: str
    row: Row
    """The row as it is once the object is written, but for version, base and what Zotero makes of it."""
    merged: Merged | None = None

    def written(self, answer: Remote) -> Row:
        """Return the row when Zotero has answered with the item as it is now."""
        base = settled(self.merged, answer.item) if self.merged else Base(self.row.base.sent, answer.item)
        return replace(self.row.now(answer), base=base)

    @property
    def outcome(self) -> Outcome:
        """What to report once it is written."""
        differences = self.merged.differences if self.merged else ()
        return Outcome(self.key, self.what, self.row.item, differences=differences)


def maker(entry: Entry, collection: tuple[str, ...]) -> Maker:
    """Return what makes the item of an entry for an item type."""

    def make(kind: str) -> Item:
        return replace(item_of_entry(entry, kind or None), collections=collection)

    return make


def creation(entry: Entry, make: Maker, *, key: str, what: str = outcomes.CREATED) -> Step:
    """Return the step that makes an item; without a key, Zotero chooses one."""
    mine = make("")
    send: Json = {"itemType": mine.type, **patch(mine, Item(mine.type))}
    if key:
        send = {"key": key, "version": 0, **send}
    return Step(entry.key, entry, send, what, Row(entry.key, key, 0, Base(mine, mine), mine))


def update(row: Row, entry: Entry, make: Maker, choices: Choices, what: str = outcomes.UPDATED) -> Step:
    """Return the step that brings an item in step with its entry; its ``send`` is empty where nothing is to be written.

    What Zotero has in its trash comes out of it.
    """
    return _change(row, row.base, entry, make, choices, what)


def adoption(remote: Remote, entry: Entry, make: Maker, choices: Choices) -> Step:
    """Return the step for an item that was there before us."""
    mine = make("")
    row = Row(entry.key, remote.key, remote.version, Base(mine, remote.item), remote.item).now(remote)
    return _change(row, None, entry, make, choices, outcomes.RESTORED if remote.trashed else outcomes.UPDATED)


def _change(row: Row, base: Base | None, entry: Entry, make: Maker, choices: Choices, what: str) -> Step:
    merged = merge(make, base, row.seen, overwrite=choices.overwrite)
    send = patch(merged.wanted, row.seen, row.automatic)
    if row.trashed:
        send["deleted"] = 0
    if send:
        send = {"key": row.item, "version": row.version, **send}
    else:
        waiting = any(difference.verdict == PULL for difference in merged.differences)
        what = outcomes.KEPT if waiting else outcomes.ADOPTED if base is None else outcomes.UNCHANGED
    row = replace(row, status=LIVE, trashed=False if send else row.trashed, base=settled(merged, row.seen))
    return Step(entry.key, entry, send, what, row, merged)


def removal(row: Row) -> Step:
    """Return the step that moves an item to the trash."""
    send: Json = {"key": row.item, "version": row.version, "deleted": 1}
    return Step(row.citation_key, None, send, outcomes.PRUNED, replace(row, status=PRUNED))


def unpaired(pair: Pair, choices: Choices) -> Outcome | None:
    """Return why nothing can be sent for an entry, or None where something can."""
    row, found = pair.row, pair.match
    key = pair.entry.key
    if row is not None:
        by_person = row.status == GONE or (row.trashed and row.status != PRUNED)
        return Outcome(key, outcomes.DELETED, row.item) if by_person and not choices.restore else None
    if found.other_work:
        return Outcome(key, outcomes.OTHER_WORK, " ".join(found.keys))
    if found.trashed:
        return None if choices.restore else Outcome(key, outcomes.DELETED, found.keys[0])
    if len(found.keys) > 1:
        return Outcome(key, outcomes.AMBIGUOUS, " ".join(found.keys), f"by {found.by}: {', '.join(found.keys)}")
    return None
