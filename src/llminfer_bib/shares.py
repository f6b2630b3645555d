"""Work on many things by several processes, each with a share of them: what comes out is the same as from one, in less time.

What is done with a share is the caller's. Nothing in a share may depend on another one; exports, where it does, are ``parallel``'s.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import IO, TypeVar

from .parallel import MOST_PROCESSES, unnamed_file

Item = TypeVar("Item")
Made = TypeVar("Made")
FEWEST = 2_000
"""Things for which starting a process pays, each of which takes about a tenth of a millisecond."""
_SIGKILL = 9


def shared(work: Callable[[Sequence[Item]], list[Made]], items: Sequence[Item]) -> list[Made]:
    """Return what ``work(items)`` returns, if it makes each of its results of one item, in order; a share that fails is done here."""
    count = _processes(len(items))
    if count == 1:
        return work(items)
    borders = [len(items) * part // count for part in range(count + 1)]
    own, *others = (items[start:stop] for start, stop in pairwise(borders))
    files = [unnamed_file() for _ in others]
    processes: list[int] = []
    try:
        for share, file in zip(others, files, strict=True):
            processes.append(_start(work, share, file))
        made = work(own)
        for share, file in zip(others, files, strict=True):
            done = bool(processes[0]) and os.waitpid(processes[0], 0)[1] == 0
            del processes[0]
            made += _result(file) if done else work(share)
    finally:
        for process in filter(None, processes):
            os.kill(process, _SIGKILL)
            os.waitpid(process, 0)
        for file in files:
            file.close()
    return made


def _processes(count: int) -> int:
    if count < FEWEST or not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity"):
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def _start(work: Callable[[Sequence[Item]], list[Made]], share: Sequence[Item], file: IO[bytes]) -> int:
    """Return the process that does a share; 0 where none can be started."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        process = os.fork()
    except OSError:  # too many processes, or no memory for another
        return 0
    if process:
        return process
    import pickle  # noqa: PLC0415  (only where a process was started)

    status = 1
    try:
        pickle.dump(work(share), file, pickle.HIGHEST_PROTOCOL)
        file.flush()
        status = 0
    finally:
        os._exit(status)  # whatever went wrong, the parent does this share and meets it there


def _result(file: IO[bytes]) -> list[Made]:
    import pickle  # noqa: PLC0415

    file.seek(0)
    made: list[Made] = pickle.load(file)  # noqa: S301  (our own process wrote it, into an unnamed file)
    return made
