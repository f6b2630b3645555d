"""One writer at a time: the lock that lies beside a file while it is written."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from .beside import NEW_FILE, stem
from .refusals import LockedError, as_bib_error, one_line, real_path

if sys.platform == "win32":  # pragma: no cover
    fcntl = None
else:
    import fcntl

_FLOCK = hasattr(fcntl, "flock")
"""Without it the lock file itself is the lock, and one that a killed process left has to be deleted by hand."""
LOCK_WAIT = 2.0
"""Seconds that a writer waits for another one."""
_POLL = 0.02
_LOCK_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@contextlib.contextmanager
def write_lock(path: Path, *, wait: float = LOCK_WAIT) -> Iterator[None]:
    """Hold the lock of a file's writers; raise LockedError, which names the holder, after ``wait`` seconds.

    The lock file lies beside the real file, so that it is the same for everybody who can write there, whatever their
    home or temporary folder is, and it is gone when the lock is. The system frees the lock of a process that dies.
    """
    target = real_path(path)
    lock = target.with_name(f".{stem(target)}.lock")
    deadline = time.monotonic() + wait
    with as_bib_error(path):
        while (descriptor := _try_lock(lock)) is None:
            if time.monotonic() >= deadline:
                way_out = "" if _FLOCK else f" If it is long gone, delete {lock}."
                raise LockedError(path, _holder(lock), way_out)
            time.sleep(_POLL)
    try:
        with contextlib.suppress(OSError):  # a courtesy: the lock holds without it
            os.ftruncate(descriptor, 0)
            os.write(descriptor, _introduction())
        yield
    finally:
        if not _FLOCK:  # Windows does not remove an open file
            os.close(descriptor)
        with contextlib.suppress(OSError):
            lock.unlink()
        if _FLOCK:
            os.close(descriptor)


def _try_lock(lock: Path) -> int | None:
    """Take the lock and return its descriptor, or None while somebody else has it."""
    if not _FLOCK:
        try:
            return os.open(lock, NEW_FILE, 0o644)
        except FileExistsError:
            return None
    try:
        descriptor = os.open(lock, _LOCK_FILE | os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        if not lock.exists():
            raise
        descriptor = os.open(lock, _LOCK_FILE)  # of another user: may be locked, if not written to
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The holder before us may have removed the very file we waited for: then it locks nothing any more.
        if os.path.samestat(os.fstat(descriptor), os.stat(lock, follow_symlinks=False)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _introduction() -> bytes:
    """Say who holds the lock, for the message the others get."""
    name = Path(sys.argv[0] if sys.argv else "").name
    command = " ".join(["bib" if name in {"__main__.py", "-c", ""} else name, *sys.argv[1:]])
    since = datetime.now().astimezone().strftime("%H:%M:%S")
    return f"process {os.getpid()} ({one_line(command, 60)}), since {since}".encode("utf-8", "replace")


def _holder(lock: Path) -> str:
    try:
        with lock.open("rb") as file:
            return one_line(file.read(400).decode("utf-8", "replace"), 160)
    except OSError:
        return ""
