"""Two versions of a text -> a unified diff for people, fast where a large file differs in few lines.

It is display only: nothing applies these diffs, so a line end is shown as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

_STEP = 1 << 20


def unified_diff(name: str, old: bytes, new: bytes, context: int = 3) -> str:
    """Return the unified diff of two UTF-8 texts with `context` lines around each change; empty when they are equal."""
    if old == new:
        return ""
    start, old_end, new_end = _differing(old, new, context)
    first = old.count(b"\n", 0, start)
    hunks = _hunks(_lines(old[start:old_end]), _lines(new[start:new_end]), first, context)
    return "\n".join((f"--- {name}", f"+++ {name}", *hunks, ""))


def _differing(old: bytes, new: bytes, context: int) -> tuple[int, int, int]:
    """Return (start, end in old, end in new) of the whole lines that hold every difference and its context."""
    start = common_prefix(old, new)
    for _ in range(context + 1):
        start = old.rfind(b"\n", 0, start)
        if start < 0:
            break
    start += 1
    limit = min(len(old), len(new)) - start
    tail = _common_suffix(old, new, limit)
    old_end = len(old) - tail
    for _ in range(context + 1):
        at = old.find(b"\n", old_end)
        if at < 0:
            return start, len(old), len(new)
        old_end = at + 1
    return start, old_end, len(new) - (len(old) - old_end)


def common_prefix(a: bytes, b: bytes) -> int:
    """Return how many bytes two byte strings have in common at their start."""
    at, step = 0, _STEP
    while step:
        while a[at : at + step] == b[at : at + step] and at + step <= min(len(a), len(b)):
            at += step
        step //= 2
    return at


def _common_suffix(a: bytes, b: bytes, limit: int) -> int:
    at, step = 0, _STEP
    while step:
        while at + step <= limit and a[len(a) - at - step : len(a) - at] == b[len(b) - at - step : len(b) - at]:
            at += step
        step //= 2
    return at


def _lines(text: bytes) -> list[str]:
    lines = text.decode("utf-8", "replace").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def _hunks(old: list[str], new: list[str], first: int, context: int) -> Iterator[str]:
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(context):
        a, b = group[0][1], group[0][3]
        a_count, b_count = group[-1][2] - a, group[-1][4] - b
        yield f"@@ -{first + a + 1},{a_count} +{first + b + 1},{b_count} @@"
        for tag, a_start, a_end, b_start, b_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[a_start:a_end])
                continue
            yield from (f"-{line}" for line in old[a_start:a_end])
            yield from (f"+{line}" for line in new[b_start:b_end])
