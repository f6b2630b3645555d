"""One request at a time to a source, and a pause after each, across all processes of this machine. Retries are not here.

The pause counts from the end of the last request. Its end is noted in a file that is locked while somebody waits or asks.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from .sharing import opened, try_lock

_POLL = 0.1
"""Seconds between two looks whether another process has finished."""
_BEGAN, _ENDED = "began", "ended"


class TooLateError(Exception):
    """A turn would begin after the deadline; ``wait`` is how many seconds it would have had to wait."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class Pacer:
    """The pace of one source. ``folder`` holds the file shared with other processes; without one, only this object is paced."""

    def __init__(
        self,
        name: str,
        pace: float,
        folder: Path | None,
        *,
        clock: Callable[[], float],
        wall: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.pace = pace
        """Seconds from the end of one request to the start of the next."""
        self._path = folder / f"pace-{name}.lock" if folder is not None else None
        self._clock, self._wall, self._sleep = clock, wall, sleep
        self._earliest = -float("inf")

    def hold_off(self, wait: float) -> None:
        """Begin no turn within ``wait`` seconds from now."""
        self._earliest = max(self._earliest, self._clock() + wait)

    @contextlib.contextmanager
    def turn(
        self,
        deadline: float,
        tell: Callable[[float], None] = lambda _wait: None,
        is_needless: Callable[[], bool] = lambda: False,
    ) -> Iterator[bool]:
        """Wait for our turn and keep it for one request; true where another process had to be waited for.

        ``tell`` hears how many seconds are waited; 0 where another process must end first and nobody knows when.
        ``is_needless`` is asked after another process: where it has made our request needless, there is no pause, and there
        must be no request. Raises TooLateError, at once, where the turn would begin after ``deadline`` (of ``clock``).
        """
        if max(self._earliest, self._clock()) >= deadline:  # not even worth waiting for another process
            raise TooLateError(max(self._earliest - self._clock(), 0.0))
        with self._locked(deadline, tell) as (file, waited):
            if waited and is_needless():
                yield True
                return
            self._wait(file, deadline, tell)
            _note(file, self._wall(), _BEGAN)
            try:
                yield waited
            finally:
                self._earliest = self._clock() + self.pace
                _note(file, self._wall(), _ENDED)

    def _wait(self, file: int | None, deadline: float, tell: Callable[[float], None]) -> None:
        now = self._clock()
        wait = max(self._earliest - now, self._left_by_others(file), 0.0)
        if now + wait >= deadline:
            raise TooLateError(wait)
        if wait:
            tell(wait)
            self._sleep(wait)
            if self._clock() >= deadline:
                raise TooLateError(0.0)

    def _left_by_others(self, file: int | None) -> float:
        """Return how long the last request of any process asks us to wait; never more than the pace: clocks are set back."""
        noted = _noted(file)
        if noted is None:
            return 0.0
        at, what = noted
        now = self._wall()
        # Began and never ended: that process was killed, perhaps a moment ago.
        ended = now if what == _BEGAN else at
        return min(max(ended + self.pace - now, 0.0), self.pace)

    @contextlib.contextmanager
    def _locked(self, deadline: float, tell: Callable[[float], None]) -> Iterator[tuple[int | None, bool]]:
        """Hold the file's lock; give its descriptor, None where it cannot be used, and whether the lock was taken."""
        file = opened(self._path) if self._path is not None else None
        try:
            waited = False
            while file is not None and (free := try_lock(file)) is not True:
                if free is None:
                    os.close(file)
                    file = None
                    break
                if not waited:
                    tell(0.0)
                waited = True
                if self._clock() + _POLL >= deadline:
                    raise TooLateError(0.0)
                self._sleep(_POLL)
            yield file, waited
        finally:
            if file is not None:
                os.close(file)  # and with it goes the lock


def _note(file: int | None, at: float, what: str) -> None:
    if file is None:
        return
    text = f"{at!r} {what}\n".encode()
    with contextlib.suppress(OSError):  # a full disk: our own pace holds without it
        os.pwrite(file, text, 0)
        os.ftruncate(file, len(text))


def _noted(file: int | None) -> tuple[float, str] | None:
    """Return what the last process noted, or None where nothing can be read."""
    if file is None:
        return None
    try:
        at, what = os.pread(file, 64, 0).decode("ascii").split()
        return float(at), what
    except (OSError, ValueError):
        return None
