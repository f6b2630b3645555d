"""Whether work grows in proportion to what it is given; never how long it takes, which is the machine's affair."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")
ENOUGH = 0.02
"""Seconds that the smaller piece of work takes at least, so that the clock can tell it from nothing."""
TIMES = 4
SLACK = 2.5
"""Four times the work may take ten times as long: what grows with the square takes sixteen times."""
ROUNDS = 3
MOST = 1 << 24


def assert_in_proportion(
    make: Callable[[int], T], work: Callable[[T], object], size: int = 256, most: int = MOST
) -> None:
    """
    Insist that `work` on what `make` gives for a size grows as the size does, from the size on where it takes any time.

    Where it takes none up to the size `most`, it passes: choose that so large that its square would take seconds.
    """
    work(make(1))  # what is loaded at the first time counts for nothing
    while (small := _spent(make(size), work)) < ENOUGH:
        if size >= most:
            return
        size = min(2 * size, most)
    large = _spent(make(size * TIMES), work)
    for _ in range(ROUNDS - 1):  # another program may have had the machine
        if large <= small * TIMES * SLACK:
            break
        small = max(small, _spent(make(size), work))
        large = min(large, _spent(make(size * TIMES), work))
    assert large <= small * TIMES * SLACK, f"{size} take {small:.3f} s, {size * TIMES} take {large:.3f} s"


def calls(work: Callable[[], object]) -> int:
    """Return how many functions a piece of work calls: where the bad way would never end, so that nothing can be measured."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def _spent(given: T, work: Callable[[T], object]) -> float:
    """Return the processor's seconds. The garbage of other tests is left where it is, for there may be much of it."""
    gc.disable()
    try:
        began = time.process_time()
        work(given)
        return time.process_time() - began
    finally:
        gc.enable()
