"""The SQLite file of the state: opened, made, put aside where it is broken, locked for one run at a time. What is in it: `state`."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from ..problems import EXIT_REFUSED, BibError
from ..sources.sharing import opened, try_lock

FILE: Final = "zotero.sqlite3"
LOCK: Final = "zotero.lock"
_FORMAT: Final = 1
_POLL: Final = 0.1
_SCHEMA: Final = """
create table if not exists ledgers (id integer primary key, server text, library text, file text, version integer not null default 0,
  collections text not null default '[]', tree text not null default '{}', unique (server, library, file));
create table if not exists rows (ledger integer, citation_key text, item text, version integer, status text, sent text, got text, seen text,
  automatic text, trashed integer not null default 0, primary key (ledger, citation_key)) without rowid;
create unique index if not exists rows_by_item on rows (ledger, item);
create table if not exists found (ledger integer, item text, citationKey text, doi text, arxiv text, url text, trashed integer,
  collections text,
  primary key (ledger, item)) without rowid;
create index if not exists found_by_key on found (ledger, citationKey) where citationKey <> '';
create index if not exists found_by_doi on found (ledger, doi) where doi <> '';
create index if not exists found_by_arxiv on found (ledger, arxiv) where arxiv <> '';
create index if not exists found_by_url on found (ledger, url) where url <> '';
create table if not exists remembered (name text primary key, value text);
"""
_CHECKS: Final = (
    "select id, server, library, file, version, collections, tree from ledgers limit 1",
    "select citation_key, item, version, status, sent, got, seen, automatic, trashed, count(*) from rows",
    "select item, citationKey, doi, arxiv, url, trashed, collections from found limit 1",
    "select name, value from remembered limit 1",
)
_BROKEN: Final = frozenset({1, 11, 26})
"""What SQLite says of a file that is not one of ours: SQLITE_ERROR (no such column), SQLITE_CORRUPT, SQLITE_NOTADB."""


class BusyError(BibError):
    """Another run works on the same state."""

    exit_code = EXIT_REFUSED

    def __init__(self, path: Path, who: str, seconds: float) -> None:
        by = f" by process {who}" if who else ""
        super().__init__(
            f"{path} has been in use{by} for more than {seconds:.0f} s: another `bib zotero` is running. Try again when it is done."
        )


class StateError(BibError):
    """The state cannot be kept."""

    exit_code = EXIT_REFUSED

    def __init__(self, path: Path, why: str, *, broken: bool = False) -> None:
        out = "Make room, or name another folder in BIB_CACHE_DIR."
        if broken:
            out = "Remove the file: then the library is read again, and nothing is written twice."
        super().__init__(f"{path}: what was pushed to Zotero cannot be kept ({why}). {out}")


@contextlib.contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Put what SQLite says into words."""
    try:
        yield
    except sqlite3.Error as error:
        raise StateError(path, str(error), broken=_code(error) in _BROKEN) from None


def connected(path: Path, tell: Callable[[str], None]) -> sqlite3.Connection:
    """Open the file; one that is broken is put aside, and `tell` hears of it. Raises StateError."""
    try:
        return _opened(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and _code(error) not in _BROKEN:
            raise StateError(path, str(error)) from None
    aside = path.with_name(f"{path.name}.broken-{int(time.time())}")
    with contextlib.suppress(OSError):
        path.replace(aside)
    for tail in ("-wal", "-shm"):  # of the broken file, not of the new one
        with contextlib.suppress(OSError):
            path.with_name(path.name + tail).unlink(missing_ok=True)
    tell(f"{path} was not readable and is now {aside.name}. The library is read again; nothing is written twice.")
    with trouble(path):
        return _opened(path)


def _code(error: sqlite3.Error) -> int:
    """Return the primary result code of SQLite; 0 where the error is not SQLite's own."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _opened(path: Path) -> sqlite3.Connection:
    descriptor = None
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(descriptor)
    connection = sqlite3.connect(path, timeout=5.0)
    try:
        connection.execute("pragma journal_mode = wal")
        version = connection.execute("pragma user_version").fetchone()[0]
        if version not in {0, _FORMAT}:
            raise sqlite3.DatabaseError("made by another version")
        connection.executescript(_SCHEMA + f"pragma user_version = {_FORMAT};")
        for check in _CHECKS:
            connection.execute(check).fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def locked(path: Path, patience: float, tell: Callable[[str], None]) -> int | None:
    """Take the lock and write into it who has it; None on a system without locks."""
    descriptor = opened(path)
    if descriptor is None:
        return None
    deadline = time.monotonic() + patience
    told = False
    while try_lock(descriptor) is False:
        if time.monotonic() >= deadline:
            who = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise BusyError(path, who if who.isdecimal() else "", patience)
        if not told:
            tell("waits for another `bib zotero` to end")
            told = True
        time.sleep(_POLL)
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
