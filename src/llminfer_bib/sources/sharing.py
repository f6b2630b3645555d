"""Locks by which processes share a file: many hold it open, one alone may replace it. Where locks are missing, each thinks it is alone."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover
    fcntl = None
else:
    import fcntl

FLOCK = hasattr(fcntl, "flock")
"""Whether this system has the locks; Windows has not, and lets nobody rename a file that is open."""
_WAIT = 0.5
"""Seconds that a run waits for others to let go."""
_POLL = 0.02


def opened(path: Path) -> int | None:
    """Open a lock file, made where it is missing, for its owner only; return its descriptor, or None where that fails."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(path, flags, 0o600) if FLOCK else None
    except (OSError, ValueError):
        return None


def try_lock(descriptor: int, *, shared: bool = False) -> bool | None:
    """Take the lock; false where somebody else has it, None where this file system has no locks."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def shared_lock(path: Path) -> int | None:
    """Take part in a lock and return its descriptor (close it to let go), or None where there are no locks."""
    descriptor = opened(path)
    if descriptor is not None and not _patiently(descriptor, shared=True):
        os.close(descriptor)
        return None
    return descriptor


@contextlib.contextmanager
def alone(lock: int | None, *, needless: Callable[[], bool]) -> Iterator[bool]:
    """Let go of our part of a lock, tell whether nobody else has one, and keep it so inside; then take part again.

    It waits a moment for the others, but no longer than until it is ``needless``.
    """
    if lock is None:
        yield True
        return
    fcntl.flock(lock, fcntl.LOCK_UN)
    try:
        yield _patiently(lock, shared=False, needless=needless)
    finally:
        _patiently(lock, shared=True)


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another that took its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _patiently(descriptor: int, *, shared: bool, needless: Callable[[], bool] = lambda: False) -> bool:
    deadline = time.monotonic() + _WAIT
    while (mine := try_lock(descriptor, shared=shared)) is False and time.monotonic() < deadline and not needless():
        time.sleep(_POLL)
    return bool(mine)
