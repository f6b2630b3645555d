"""Doing something again whenever one of its files changes. What is done is not known here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, Never

Stamp = tuple[int, int, int] | None
INTERVAL: Final = 0.5
"""Seconds between two looks."""


def stamps(paths: Iterable[Path]) -> dict[Path, Stamp]:
    """Return when each file was changed, with its size and number; None for one that is not there."""
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> Stamp:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def watch(
    run: Callable[[], Iterable[Path]],
    *,
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    interval: float = INTERVAL,
) -> Never:
    """Call `run`, then again after each change of one of the files that it returns, until something is raised.

    A change is answered when it has come to rest for one interval: an editor may write in several steps. One that happened while `run`
    was at work counts too; `clock` gives the time of day in seconds.
    """
    seen: Mapping[Path, Stamp] = {}
    while True:
        began = clock()
        before, seen = seen, stamps(run())
        if _changed_since(began, seen, before):
            sleep(interval)
            continue
        while (now := stamps(seen)) == seen:
            sleep(interval)
        while True:
            sleep(interval)
            rested, now = now, stamps(seen)
            if rested == now:
                break


def _changed_since(began: float, seen: Mapping[Path, Stamp], before: Mapping[Path, Stamp]) -> bool:
    """Tell whether a file was written after `began`; one with a date in the future is not taken for that twice."""
    return any(stamp and stamp[0] > began * 1e9 and before.get(path) != stamp for path, stamp in seen.items())
