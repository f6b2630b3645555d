"""Reading what has changed in a Zotero library into the ledger. What follows from it is for `pushing` and `pulling`."""

from __future__ import annotations

from collections.abc import Collection as Keys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from .state import GONE, LIVE, PRUNED, Ledger
from .values import Json, LibraryId, Written, collection_of, remote_of

BATCH = 50
"""Objects in one request."""
NOT_REGULAR = frozenset({"note", "attachment", "annotation"})


class Client(Protocol):
    """One library on one server, asked one request at a time; ``client.open_client`` gives one."""

    backend: str
    server: str
    library: LibraryId
    chooses_keys: bool
    version: int

    def may_write(self) -> None:
        """Raise what keeps us from writing, where that is known."""

    def items(self, since: int = 0) -> Iterator[Json] | None:
        """Yield the regular items changed since a version; None where nothing in the library has."""

    def items_by_key(self, keys: Keys[str]) -> list[Json]:
        """Return some items."""

    def gone(self, since: int, known: Keys[str]) -> frozenset[str]:
        """Return which of the known keys do not exist any more."""

    def collections(self) -> list[Json]:
        """Return all collections."""

    def write_items(self, objects: Sequence[Json]) -> Written:
        """Write 1 to 50 items."""

    def write_collections(self, objects: Sequence[Json]) -> Written:
        """Write 1 to 50 collections."""


def catch_up(client: Client, ledger: Ledger) -> bool:
    """Read what has changed in the library since it was last read; return whether anything has. All is kept, or nothing."""
    since = ledger.version
    pages = client.items(since)
    if pages is None:
        return False
    try:
        notice(ledger, pages)
        version = client.version  # what changes while the rest is read, is read the next time
        if since:
            for key in client.gone(since, ledger.items()):
                lose(ledger, key)
        ledger.collections = map(collection_of, client.collections())
        ledger.version = version
    except BaseException:
        ledger.rollback()
        raise
    ledger.commit()
    return True


def in_batches(client: Client, keys: Sequence[str]) -> Iterator[Json]:
    """Yield some items, asked for in as few requests as may be."""
    for start in range(0, len(keys), BATCH):
        yield from client.items_by_key(keys[start : start + BATCH])


def look_again(client: Client, ledger: Ledger, keys: Sequence[str]) -> None:
    """Read some items again, and note those that do not exist any more."""
    there = set(notice(ledger, in_batches(client, keys)))
    for key in keys:
        if key not in there:
            lose(ledger, key)
    ledger.commit()


def notice(ledger: Ledger, objects: Iterator[Json]) -> list[str]:
    """Note items as they are now; return their keys."""
    keys = []
    for obj in objects:
        if obj.get("data", {}).get("itemType") in NOT_REGULAR:
            continue
        remote = remote_of(obj)
        keys.append(remote.key)
        row = ledger.row_of_item(remote.key)
        if row is None:
            ledger.index(remote.key, remote.item, trashed=remote.trashed)
        else:
            pruned = row.status == PRUNED and remote.trashed  # a person may take it out of the trash again
            ledger.put(replace(row.now(remote), status=PRUNED if pruned else LIVE))
    return keys


def lose(ledger: Ledger, key: str) -> None:
    """Note that an item does not exist any more."""
    row = ledger.row_of_item(key)
    if row is not None and row.status == PRUNED:  # it was in the trash because of us
        ledger.drop(row.citation_key)
    elif row is not None:
        ledger.put(replace(row, status=GONE))
    ledger.unindex([key])
