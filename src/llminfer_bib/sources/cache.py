"""The cache of the sources' answers, one by one, in a SQLite file: kept across runs, never fatal. What is asked: ``desk``.

Whatever happens to the file, ``Cache`` answers: then with less, and with a sentence in ``remarks``. The statements are in ``answers``.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from . import answers
from .answers import Holding, Stored
from .sharing import alone, identity, shared_lock

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["FILE", "Cache", "Holding", "Stored"]

T = TypeVar("T")

FILE = "answers.sqlite3"
LOCK = "answers.lock"
"""Held by everybody who has the cache open, so that none is set aside under another's hands."""
_BESIDE = ("", "-wal", "-shm", "-journal")
_BUSY_WAIT = 5.0
"""Seconds that a statement waits for another process."""
_BUSY = frozenset({5, 6})
_DAMAGED = frozenset({1, 11, 26})
"""SQLite's primary result codes ERROR (a table or column is missing), CORRUPT and NOTADB."""
_UNKEPT = "Answers are used, but not kept: the next run asks for them again."


class Cache:
    """Answers by (source, identifier). Open it with ``Cache.open``, close it with ``close`` or ``with``.

    No method raises for what is wrong with file or folder. Only found and absent answers are stored, never failures.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.remarks: list[str] = []
        """What a person should hear: what happened to the file, where it was put, what it means."""
        self._connection: Connection | None = None
        self._lock: int | None = None
        self._writable = True

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the cache in a folder; folder and file are made where they are missing, readable by their owner only."""
        cache = cls(folder)
        try:
            _make_folder(folder)
        except (OSError, ValueError) as error:
            cache._remark(f"There is no cache: the folder {folder} cannot be made ({_why(error)}). {_UNKEPT}")
            return cache
        cache._lock = shared_lock(folder / LOCK)
        cache._connect()
        return cache

    def close(self) -> None:
        """Close the file; may be called twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- answers

    def get_many(self, source: str, ids: Iterable[str]) -> dict[str, Stored]:
        """Return what is stored of these identifiers, whatever its age."""
        wanted = list(ids)
        return self._do(lambda connection: dict(answers.select(connection, source, wanted)), {})

    def put_many(self, source: str, found: Mapping[str, bytes], absent: Iterable[str], at: float) -> None:
        """Store answers that came at ``at`` (seconds since 1970), over older ones; all or none."""
        unknown = list(absent)
        if found or unknown:
            self._do(lambda connection: answers.upsert(connection, source, found, unknown, at), None, writes=True)

    def forget(self, source: str, ids: Iterable[str]) -> None:
        """Remove answers."""
        wanted = list(ids)
        if wanted:
            self._do(lambda connection: answers.delete(connection, source, wanted), None, writes=True)

    def clear(self, source: str | None = None, older_than: float | None = None) -> int:
        """Remove all answers, or those of one source, or stored before a moment (seconds since 1970); return how many."""

        def clear(connection: Connection) -> int:
            count = answers.delete_all(connection, source, older_than)
            with contextlib.suppress(_sqlite_error()):  # the room is given back another time
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return count

        return self._do(clear, 0, writes=True)

    def statistics(self) -> list[Holding]:
        """Return what is kept, one row for each source."""
        return self._do(answers.holdings, [])

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        total = 0
        for suffix in _BESIDE:
            with contextlib.suppress(OSError):
                total += os.stat(f"{self.path}{suffix}").st_size
        return total

    # --- when the file gives trouble

    def _do(self, action: Callable[[Connection], T], otherwise: T, *, writes: bool = False) -> T:
        """Do something with the open file; on trouble, say so and return ``otherwise``."""
        if self._connection is None or (writes and not self._writable):
            return otherwise
        try:
            return action(self._connection)
        except _sqlite_error() as error:
            self._on_trouble(error, writes=writes)
        return otherwise

    def _on_trouble(self, error: Exception, *, writes: bool) -> None:
        code = _code(error)
        if code in _BUSY:
            self._remark(f"The cache {self.path} was busy in another run. Some answers were not kept.")
        elif code in _DAMAGED:
            self._disconnect()
            if self._set_aside(f"is damaged ({_why(error)})"):
                self._connect(again=False)
        elif writes:
            self._writable = False
            self._remark(f"The cache {self.path} cannot be written ({_why(error)}). {_UNKEPT}")
        else:
            self._disconnect()
            self._remark(f"The cache {self.path} cannot be read ({_why(error)}). {_UNKEPT}")

    def _connect(self, *, again: bool = True) -> None:
        """Open the file and make it ours. ``again``: what is no cache may be set aside, once, and a new one made."""
        if (what := _no_file(self.path)) is None:
            try:
                self._connection = _connected(self.path)
                what = self._begin(self._connection)
            except (OSError, _sqlite_error()) as error:
                if _code(error) not in _DAMAGED:
                    self._read_only(error)
                    return
                what = f"is damaged ({_why(error)})"
        if what:
            self._disconnect()
            if again and self._set_aside(what):
                self._connect(again=False)

    def _begin(self, connection: Connection) -> str:
        """Prepare an open file; return what is wrong with it, or nothing."""
        kind = answers.kind_of(connection)
        if kind == "foreign":
            return "belongs to another program"
        with contextlib.suppress(_sqlite_error()):  # refused where another run is opening it: that one does it
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        if kind != "ours" and answers.create(connection) == "older":
            self._remark(f"The cache {self.path} was of another version of this program and was emptied.")
        return ""

    def _read_only(self, error: Exception) -> None:
        """Use what can be read where nothing can be written: a folder of somebody else, a full or read-only disk."""
        self._disconnect()
        self._writable = False
        with contextlib.suppress(OSError, _sqlite_error()):
            self._connection = _connected(self.path, read_only=True)
            if answers.kind_of(self._connection) == "ours":
                self._remark(f"The cache {self.path} cannot be written ({_why(error)}). {_UNKEPT}")
                return
        self._disconnect()
        self._remark(f"The cache {self.path} cannot be opened ({_why(error)}). {_UNKEPT}")

    def _set_aside(self, what: str) -> bool:
        """Rename a file that is no cache; return whether a new one can be made, or has been by another run meanwhile."""
        broken = identity(self.path)

        def is_replaced() -> bool:
            return identity(self.path) != broken

        with alone(self._lock, needless=is_replaced) as is_alone:
            if is_replaced():
                return True
            if not is_alone:
                self._remark(f"The cache {self.path} {what}, and another run has it open. {_UNKEPT}")
                return False
            target = _free_name(Path(f"{self.path}.broken-{time.strftime('%Y%m%d-%H%M%S')}"))
            try:
                for suffix in reversed(_BESIDE):
                    with contextlib.suppress(FileNotFoundError):
                        os.rename(f"{self.path}{suffix}", f"{target}{suffix}")
            except OSError as error:
                self._remark(f"The cache {self.path} {what} and cannot be set aside ({_why(error)}). {_UNKEPT}")
                return False
        self._remark(f"The cache {self.path} {what}. It was set aside as {target.name}; a new one was begun.")
        return True

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _remark(self, text: str) -> None:
        if text not in self.remarks:
            self.remarks.append(text)


def _sqlite_error() -> type[Exception]:
    from sqlite3 import Error  # noqa: PLC0415  # only commands that ask sources pay for it

    return Error


def _code(error: Exception) -> int:
    """Return SQLite's primary result code; 0 for other errors."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else 0


def _why(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) else None
    return words or str(error)


def _make_folder(folder: Path) -> None:
    if folder.parts[:1] == ("~",):
        raise ValueError("this user has no home folder")
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(0o700, exist_ok=True)


def _no_file(path: Path) -> str | None:
    """Say what stands in the file's place that cannot be opened, or None."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    return None if stat.S_ISREG(mode) else "is no ordinary file"


def _connected(path: Path, *, read_only: bool = False) -> Connection:
    from sqlite3 import connect  # noqa: PLC0415  # see _sqlite_error

    if read_only:
        return connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    # SQLite would make the file with the usual rights. An existing one must not be opened by us: closing it again would
    # free the locks of another connection of this process.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    return connect(path, timeout=_BUSY_WAIT, isolation_level=None)


def _free_name(path: Path) -> Path:
    number = 1
    name = path
    while os.path.lexists(name):
        number += 1
        name = path.with_name(f"{path.name}-{number}")
    return name
