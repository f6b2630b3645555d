"""Whether work grows in proportion to what it is given; never how long it takes, which is the machine's affair."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
ENOUGH = 0.02
"""Seconds that the smaller piece of work takes at least, so that the clock can tell it from nothing."""
TIMES = 4
SLACK = 2.5
"""Four times the work may take ten times as long: what grows with the square takes sixteen times."""
ROUNDS = 3
MOST = 1 << 24


def assert_in_proportion(make: Callable[[int], T], work: Callable[[T], object], size: int = 256) -> None:
    """Insist that `work` on what `make` gives for a size grows as the size does, from the size on where it takes any time."""
    while (small := _spent(make(size), work)) < ENOUGH and size < MOST:
        size *= 2
    large = _spent(make(size * TIMES), work)
    for _ in range(ROUNDS - 1):  # another program may have had the machine
        if large <= small * TIMES * SLACK:
            break
        small = max(small, _spent(make(size), work))
        large = min(large, _spent(make(size * TIMES), work))
    assert large <= small * TIMES * SLACK, f"{size} take {small:.3f} s, {size * TIMES} take {large:.3f} s"


def _spent(given: T, work: Callable[[T], object]) -> float:
    """Return the processor's seconds; the garbage of other tests is left where it is."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        work(given)
        return time.process_time() - began
    finally:
        gc.enable()
