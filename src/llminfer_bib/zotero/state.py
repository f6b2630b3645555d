"""What was pushed, and what Zotero was last seen to have, in a SQLite file beside the cache. What follows from it is not decided here.

One *ledger* for each (server, library, .bib file). In it, for each citation key, the Zotero key, version, and the `Base`; and
an index of all other items of the library by their identifiers, so that a library is read whole once only.
All writes between two ``commit`` are kept together or not at all. A lost or broken file costs no more than reading the library again.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from .matching import BY, Identifiers, Indexed, identifiers
from .merging import Base
from .statefile import FILE, LOCK, BusyError, StateError, connected, locked, trouble
from .values import Collection, Creator, Item, Remote

__all__ = ["FILE", "GONE", "LIVE", "LOCK", "PRUNED", "BusyError", "Ledger", "Row", "State", "StateError"]

LIVE, GONE, PRUNED = "live", "gone", "pruned"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry that has its item in Zotero."""

    citation_key: str
    item: str
    """The key of the item in Zotero."""
    version: int
    base: Base
    seen: Item
    """As Zotero had it when it was last read."""
    automatic: frozenset[str] = frozenset()
    status: str = LIVE
    """``live``; ``gone`` where it does not exist any more; ``pruned`` where we moved it to the trash."""
    trashed: bool = False

    def now(self, remote: Remote) -> Row:
        """Return the row with what was just read."""
        return replace(
            self,
            item=remote.key,
            version=remote.version,
            seen=remote.item,
            automatic=remote.automatic,
            trashed=remote.trashed,
        )

    def within(self, collections: Container[str]) -> Row:
        """Return the row without collections that are not among these."""

        def kept(item: Item) -> Item:
            there = tuple(key for key in item.collections if key in collections)
            return item if there == item.collections else replace(item, collections=there)

        return replace(self, base=Base(kept(self.base.sent), kept(self.base.got)), seen=kept(self.seen))


class State:
    """The open file. Holds a lock: one run at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: int | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock

    @classmethod
    def open(cls, folder: Path, *, patience: float = 60.0, tell: Callable[[str], None] = lambda _text: None) -> Self:
        """Open the state in a folder, made where it is missing; wait up to `patience` seconds for another run.

        A file that is broken is put aside. Raises BusyError and StateError.
        """
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StateError(path, error.strerror or str(error)) from None
        lock = locked(folder / LOCK, patience, tell)
        try:
            return cls(path, connected(path, tell), lock)
        except BaseException:
            if lock is not None:
                os.close(lock)
            raise

    def close(self) -> None:
        """Close the file; what was not committed is gone."""
        self._connection.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ledger(self, server: str, library: str, file: str) -> Ledger:
        """Return the ledger of a file in a library, new where there is none."""
        where = (server, library, file)
        with trouble(self.path):
            self._connection.execute(
                "insert into ledgers (server, library, file) values (?, ?, ?) on conflict do nothing", where
            )
            found = self._connection.execute(
                "select id from ledgers where server = ? and library = ? and file = ?", where
            ).fetchone()
        return Ledger(self.path, self._connection, int(found[0]))

    def remembered(self, name: str) -> str:
        """Return what was remembered under a name, or nothing."""
        with trouble(self.path):
            found = self._connection.execute("select value from remembered where name = ?", (name,)).fetchone()
        return str(found[0]) if found else ""

    def remember(self, name: str, value: str) -> None:
        """Keep a value under a name, at once."""
        with trouble(self.path):
            self._connection.execute("insert or replace into remembered values (?, ?)", (name, value))
            self._connection.commit()


class Ledger:
    """What is known of one .bib file in one library."""

    def __init__(self, path: Path, connection: sqlite3.Connection, number: int) -> None:
        self._path = path
        self._connection = connection
        self._id = number

    def commit(self) -> None:
        """Keep what was written."""
        with trouble(self._path):
            self._connection.commit()

    def rollback(self) -> None:
        """Forget what was written since the last ``commit``."""
        with trouble(self._path):
            self._connection.rollback()

    # --- the library

    @property
    def version(self) -> int:
        """The library's version up to which it has been read; 0 where it never was."""
        return int(self._ask("select version from ledgers where id = ?", self._id)[0][0])

    @version.setter
    def version(self, version: int) -> None:
        self._do("update ledgers set version = ? where id = ?", version, self._id)

    @property
    def collections(self) -> tuple[Collection, ...]:
        """The library's collections when they were last read."""
        found = json.loads(self._ask("select collections from ledgers where id = ?", self._id)[0][0])
        return tuple(Collection(**one) for one in found)

    @collections.setter
    def collections(self, collections: Iterable[Collection]) -> None:
        text = _text([asdict(one) for one in collections])
        self._do("update ledgers set collections = ? where id = ?", text, self._id)

    @property
    def tree(self) -> dict[str, str]:
        """The keys of our collections, by the name of the tree (a path: ``NAME``, ``NAME/slug``)."""
        return dict(json.loads(self._ask("select tree from ledgers where id = ?", self._id)[0][0]))

    @tree.setter
    def tree(self, tree: Mapping[str, str]) -> None:
        self._do("update ledgers set tree = ? where id = ?", _text(dict(tree)), self._id)

    # --- our items

    def rows(self) -> Iterator[Row]:
        """Yield all rows by citation key. Nothing may be written meanwhile."""
        with trouble(self._path):
            for found in self._connection.execute(f"{_ROW} where ledger = ? order by citation_key", (self._id,)):
                yield _row(found)

    def row(self, citation_key: str) -> Row | None:
        """Return the row of an entry."""
        found = self._ask(f"{_ROW} where ledger = ? and citation_key = ?", self._id, citation_key)
        return _row(found[0]) if found else None

    def row_of_item(self, item: str) -> Row | None:
        """Return the row that an item belongs to."""
        found = self._ask(f"{_ROW} where ledger = ? and item = ?", self._id, item)
        return _row(found[0]) if found else None

    def put(self, row: Row) -> None:
        """Write a row, over the one of the same citation key or item; the item is no longer among the other ones."""
        self._do("delete from rows where ledger = ? and item = ?", self._id, row.item)
        got = "" if row.base.got == row.base.sent else _packed(row.base.got)
        seen = "" if row.seen == row.base.got else _packed(row.seen)
        automatic = _text(sorted(row.automatic)) if row.automatic else ""
        self._do(
            "insert or replace into rows values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(self._id, row.citation_key, row.item, row.version, row.status),
            *(_packed(row.base.sent), got, seen, automatic, int(row.trashed)),
        )
        self.index(row.item, row.seen, trashed=row.trashed)

    def drop(self, citation_key: str) -> None:
        """Forget a row; the item stays in the index."""
        self._do("delete from rows where ledger = ? and citation_key = ?", self._id, citation_key)

    def citation_keys(self) -> list[str]:
        """Return the citation keys of all rows."""
        return [str(one[0]) for one in self._ask("select citation_key from rows where ledger = ?", self._id)]

    # --- all items

    def index(self, key: str, item: Item, *, trashed: bool) -> None:
        """Note by what an item can be found, and in which collections it is."""
        known = identifiers(item)
        texts = (known.citation_key, known.doi, known.arxiv, known.url)
        values = (self._id, key, *texts, int(trashed), " ".join(item.collections))
        self._do("insert or replace into found values (?, ?, ?, ?, ?, ?, ?, ?)", *values)

    def strangers(self, collections: Container[str]) -> list[str]:
        """Return the keys of the items in some collections that no entry has, without the trash."""
        found = self._ask(
            "select item, collections from found where ledger = ?1 and not trashed and collections <> ''"
            " and item not in (select item from rows where ledger = ?1) order by item",
            self._id,
        )
        return [str(item) for item, keys in found if any(key in collections for key in keys.split())]

    def unindex(self, items: Iterable[str]) -> None:
        """Forget items that do not exist any more."""
        for item in items:
            self._do("delete from found where ledger = ? and item = ?", self._id, item)

    def items(self) -> frozenset[str]:
        """Return the keys of all known items, ours and others."""
        return frozenset(str(one[0]) for one in self._ask("select item from found where ledger = ?", self._id))

    def knows(self, item: str) -> bool:
        """Tell whether there is such an item."""
        return bool(self._ask("select 1 from found where ledger = ? and item = ?", self._id, item))

    def find(self, name: str, value: str) -> list[Indexed]:
        """Return the items with an identifier; `name` as in ``matching.BY``."""
        found = self._ask(_FIND[name], self._id, value)
        return [Indexed(str(one[0]), Identifiers(*map(str, one[1:5])), bool(one[5])) for one in found]

    def clear(self) -> None:
        """Forget everything about the library."""
        for statement in ("delete from rows where ledger = ?", "delete from found where ledger = ?"):
            self._do(statement, self._id)
        self._do("update ledgers set version = 0, collections = '[]', tree = '{}' where id = ?", self._id)

    def _ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with trouble(self._path):
            return self._connection.execute(statement, _bound(values)).fetchall()

    def _do(self, statement: str, *values: object) -> None:
        with trouble(self._path):
            self._connection.execute(statement, _bound(values))


_FIND: Final = {
    name: (
        "select item, citationKey, doi, arxiv, url, trashed from found "  # noqa: S608
        f"indexed by found_by_{'key' if name == 'citationKey' else name} "  # SQLite would go through all items
        f"where ledger = ? and {name} = ? and {name} <> '' order by item"
    )
    for name in BY  # our own columns
}
_ROW: Final = "select citation_key, item, version, status, sent, got, seen, automatic, trashed from rows"


def _bound(values: Iterable[object]) -> list[object]:
    return [_clean(value) if isinstance(value, str) and not value.isascii() else value for value in values]


def _row(found: tuple[Any, ...]) -> Row:
    sent = _unpacked(found[4])
    got = _unpacked(found[5]) if found[5] else sent
    seen = _unpacked(found[6]) if found[6] else got
    automatic = frozenset(json.loads(found[7])) if found[7] else frozenset()
    return Row(
        str(found[0]), str(found[1]), int(found[2]), Base(sent, got), seen, automatic, str(found[3]), bool(found[8])
    )


def _packed(item: Item) -> str:
    creators = [[one.type, one.last, one.first, one.name] for one in item.creators]
    parts = [item.type, dict(item.fields), creators, item.tags, item.extra, item.collections]
    return _text(parts)


def _text(value: object) -> str:
    """Return a value as JSON, with escapes where it has what no UTF-8 can hold."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if _clean(text) == text else json.dumps(value, separators=(",", ":"))


def _clean(text: str) -> str:
    """Return a text that SQLite takes: half of a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unpacked(text: str) -> Item:
    kind, fields, creators, tags, extra, collections = json.loads(text)
    return Item(kind, fields, tuple(Creator(*one) for one in creators), tuple(tags), tuple(extra), tuple(collections))
