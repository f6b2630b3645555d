"""Two versions of a text -> a unified diff for people, fast where a large file differs in few lines.

It is display only: nothing applies these diffs, so a line end is shown as one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

_STEP = 1 << 20
_LARGEST = 250_000
"""Lines times lines that are compared one by one between two anchors."""


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


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of whole lines that changes, and why."""

    line: int
    """How many lines of the old text stand in front of it."""
    old: bytes
    new: bytes
    heading: str
    """Shown behind the ``@@`` of its first hunk, where ``patch`` reads over it."""


def pieces_diff(name: str, pieces: Iterable[Piece], context: int = 3) -> str:
    """Return the unified diff of a text in which only these stretches change, given in their order.

    Hunks never reach into another stretch, so that each can carry its own reason.
    """
    lines, shift = [], 0
    for piece in pieces:
        old, new = _lines(piece.old), _lines(piece.new)
        hunks = list(_hunks(old, new, piece.line, context, shift))
        if hunks and piece.heading:
            hunks[0] += f" {' '.join(piece.heading.split())}"
        lines += hunks
        shift += len(new) - len(old)
    return "\n".join((f"--- {name}", f"+++ {name}", *lines, "")) if lines else ""


def _hunks(old: list[str], new: list[str], first: int, context: int, shift: int = 0) -> Iterator[str]:
    """Yield hunks; the new text's line numbers are `shift` ahead of the old one's."""
    for group in _groups(_codes(old, new), context):
        here, there = group[0], group[-1]
        yield f"@@ -{_span(first, here.a, there.a_end)} +{_span(first + shift, here.b, there.b_end)} @@"
        for code in group:
            if code.equal:
                yield from (f" {line}" for line in old[code.a : code.a_end])
                continue
            yield from (f"-{line}" for line in old[code.a : code.a_end])
            yield from (f"+{line}" for line in new[code.b : code.b_end])


def _span(first: int, start: int, end: int) -> str:
    # An empty stretch is named by the line in front of it.
    return f"{first + start + (end > start)},{end - start}"


class _Code(NamedTuple):
    """Lines ``[a, a_end)`` of the old text became ``[b, b_end)`` of the new one."""

    equal: bool
    a: int
    a_end: int
    b: int
    b_end: int


def _groups(codes: list[_Code], context: int) -> Iterator[list[_Code]]:
    """Yield the changes, near ones together, with `context` equal lines around them."""
    group: list[_Code] = []
    for code in codes:
        if code.equal and group and code.a_end - code.a > 2 * context:
            yield [*group, code._replace(a_end=code.a + context, b_end=code.b + context)]
            group = []
        if code.equal and not group:
            code = code._replace(a=max(code.a, code.a_end - context), b=max(code.b, code.b_end - context))
        group.append(code)
    if group and group[-1].equal:
        last = group.pop()
        group.append(last._replace(a_end=min(last.a_end, last.a + context), b_end=min(last.b_end, last.b + context)))
    if any(not code.equal for code in group):
        yield group


def _codes(old: list[str], new: list[str]) -> list[_Code]:
    """Return what became of the lines, equal and changed in turn, without SequenceMatcher's quadratic time.

    Lines that stand once in both texts and in the same order are anchors (Bram Cohen's "patience" diff); only the short
    stretches between them are compared line by line: in a .bib file ``}`` is equal to thousands of others.
    """
    codes: list[_Code] = []
    a = b = 0
    for a_next, b_next in [*_anchors(old, new), (len(old), len(new))]:
        codes += _between(old, new, a, a_next, b, b_next)
        if a_next < len(old):
            codes.append(_Code(True, a_next, a_next + 1, b_next, b_next + 1))
        a, b = a_next + 1, b_next + 1
    return _merged(codes)


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the longest rising row of (line in old, line in new) among the lines that stand once in each."""
    once = {line for line, count in Counter(old).items() if count == 1} & {
        line for line, count in Counter(new).items() if count == 1
    }
    place = {line: at for at, line in enumerate(old) if line in once}
    ends: list[int] = []  # the lowest end, in old, of a row of each length
    pairs: list[tuple[int, int, int]] = []  # (line in old, line in new, the pair before)
    last: list[int] = []
    for b, line in enumerate(new):
        a = place.get(line)
        if a is None:
            continue
        length = bisect_left(ends, a)
        pairs.append((a, b, last[length - 1] if length else -1))
        ends[length : length + 1] = [a]
        last[length : length + 1] = [len(pairs) - 1]
    row = []
    at = last[-1] if last else -1
    while at >= 0:
        a, b, at = pairs[at]
        row.append((a, b))
    return row[::-1]


def _between(old: list[str], new: list[str], a: int, a_end: int, b: int, b_end: int) -> Iterator[_Code]:
    """Compare two stretches line by line; long ones beyond their common ends count as wholly changed."""
    a_start, b_start = a, b
    while a < a_end and b < b_end and old[a] == new[b]:
        a, b = a + 1, b + 1
    yield _Code(True, a_start, a, b_start, b)
    a_tail, b_tail = a_end, b_end
    while a < a_tail and b < b_tail and old[a_tail - 1] == new[b_tail - 1]:
        a_tail, b_tail = a_tail - 1, b_tail - 1
    if (a_tail - a) * (b_tail - b) > _LARGEST:
        yield _Code(False, a, a_tail, b, b_tail)
    elif a < a_tail or b < b_tail:
        matcher = SequenceMatcher(None, old[a:a_tail], new[b:b_tail], autojunk=False)
        for tag, i, j, k, n in matcher.get_opcodes():
            yield _Code(tag == "equal", a + i, a + j, b + k, b + n)
    yield _Code(True, a_tail, a_end, b_tail, b_end)


def _merged(codes: list[_Code]) -> list[_Code]:
    """Join neighbours that are both equal or both changed, and drop empty ones."""
    merged: list[_Code] = []
    for code in codes:
        if code.a == code.a_end and code.b == code.b_end:
            continue
        if merged and merged[-1].equal == code.equal:
            before = merged.pop()
            code = code._replace(a=before.a, b=before.b)
        merged.append(code)
    return merged
