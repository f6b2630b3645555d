"""The table of answers in SQLite: its schema and statements. Which file it lies in, and what if that breaks: ``cache``."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sqlite3 import Connection

T = TypeVar("T")

APPLICATION = 0x62696221
"""``bib!``: SQLite's application_id, by which a file is known for ours."""
VERSION = 1
"""Of the schema, in user_version."""

_SCHEMA = (
    """CREATE TABLE answers (
        source TEXT NOT NULL,
        id TEXT NOT NULL,
        fetched_at REAL NOT NULL,
        packing INTEGER NOT NULL,
        raw BLOB,
        PRIMARY KEY (source, id)
    )""",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)
_PLAIN, _ZLIB = 0, 1
_CHUNK = 500
"""Identifiers in one statement: below the 999 that old builds of SQLite allow."""
_WORTH_PACKING = 200
_LARGEST = 64_000_000
"""Bytes of an answer unpacked; more than a request may bring."""
_END_OF_TIME = 253_402_300_799.0
"""Seconds since 1970 at the end of the year 9999, the last that can be written."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One answer as it was stored."""

    raw: bytes | None
    """As the source sent it, or None where it does not know the identifier."""
    at: float
    """When, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What is kept of one source."""

    source: str
    found: int
    absent: int
    bytes: int
    """Of the answers as they are packed."""
    oldest: float
    """Seconds since 1970."""
    newest: float


def kind_of(connection: Connection) -> str:
    """Tell what a database is: ``ours``, ``new`` (nothing in it), ``older`` (ours of another schema) or ``foreign``."""
    with connection:
        connection.execute("BEGIN")  # one view of it: another process may be making it this very moment
        return _kind(connection)


def _kind(connection: Connection) -> str:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application == APPLICATION:
        return "ours" if version == VERSION and tables else "older"
    return "new" if not tables and not application and not version else "foreign"


def create(connection: Connection) -> str:
    """Make a new database ours and throw away what another schema left; return what it was, as ``kind_of`` says it.

    Two processes may do this at once: the second finds that it is done.
    """
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        kind = _kind(connection)
        if kind in {"new", "older"}:
            names = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
            for (name,) in names.fetchall():
                connection.execute(f"""DROP TABLE "{name.replace('"', '""')}" """)
            for statement in _SCHEMA:
                connection.execute(statement)
    return kind


def select(connection: Connection, source: str, ids: Iterable[str]) -> Iterator[tuple[str, Stored]]:
    """Yield the answers that are there; a damaged one is not."""
    for some in chunks(ids, _CHUNK):
        some = list(filter(is_storable, some))
        marks = ",".join("?" * len(some))
        query = f"SELECT id, fetched_at, packing, raw FROM answers WHERE source = ? AND id IN ({marks})"  # noqa: S608  # marks
        for name, at, packing, raw in connection.execute(query, (source, *some)):
            stored = _stored(at, packing, raw)
            if stored is not None:
                yield name, stored


def upsert(connection: Connection, source: str, found: Mapping[str, bytes], absent: Iterable[str], at: float) -> None:
    """Store answers in one step: all of them or none."""
    rows: list[tuple[str, str, float, int, bytes | None]]
    rows = [(source, name, at, *_packed(raw)) for name, raw in found.items() if is_storable(name)]
    rows += [(source, name, at, _PLAIN, None) for name in absent if is_storable(name)]
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", rows)


def delete(connection: Connection, source: str, ids: Iterable[str]) -> None:
    """Remove answers."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for some in chunks(ids, _CHUNK):
            some = list(filter(is_storable, some))
            marks = ",".join("?" * len(some))
            query = f"DELETE FROM answers WHERE source = ? AND id IN ({marks})"  # noqa: S608  # marks
            connection.execute(query, (source, *some))


def delete_all(connection: Connection, source: str | None, before: float | None) -> int:
    """Remove the answers of one source or all, those stored before a moment or all; return how many."""
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        cursor = connection.execute(
            "DELETE FROM answers WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR fetched_at < ?2)",
            (source, before),
        )
    return cursor.rowcount


def holdings(connection: Connection) -> list[Holding]:
    """Count what is kept, by source."""
    return [
        Holding(*row)
        for row in connection.execute(
            "SELECT source, count(raw), count(*) - count(raw), coalesce(sum(length(raw)), 0), min(fetched_at),"
            " max(fetched_at) FROM answers GROUP BY source ORDER BY source"
        )
    ]


def is_storable(name: str) -> bool:
    """Tell whether SQLite can keep an identifier: lone surrogates, which no source knows either, it cannot."""
    try:
        return name.isascii() or bool(name.encode())
    except UnicodeEncodeError:
        return False


def chunks(things: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """Cut into lists of at most ``size``."""
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def _packed(raw: bytes) -> tuple[int, bytes]:
    if len(raw) >= _WORTH_PACKING:
        packed = zlib.compress(raw)
        if len(packed) < len(raw):
            return _ZLIB, packed
    return _PLAIN, raw


def _stored(at: object, packing: object, raw: object) -> Stored | None:
    """Return a row as a value, or None where it is damaged."""
    if not isinstance(at, float) or not 0 <= at <= _END_OF_TIME:
        return None
    if raw is None or (packing == _PLAIN and isinstance(raw, bytes)):
        return Stored(raw, at)
    if packing != _ZLIB or not isinstance(raw, bytes):
        return None
    try:
        engine = zlib.decompressobj()
        plain = engine.decompress(raw, _LARGEST)
    except zlib.error:
        return None
    return Stored(plain, at) if engine.eof else None
