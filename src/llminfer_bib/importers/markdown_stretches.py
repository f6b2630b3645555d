"""What of a line is not yet told apart -> its stretches, cut where people part things, and its words without empty brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from .crediting import EDGES
from .markdown_inline import CODE, ITALIC, Span
from .markdown_titles import says
from .texts import line

_HOLE: Final = "\ufdd0"
"""Stands in for what is hidden; no text of a list has it."""
_SEPARATOR = re.compile(r"[ \t]*+(?:[|｜•]|\n)\s*+|\s[-–—·]\s++")
_BREAKS = re.compile(r"[|｜\n]")
_EMPTY_BRACKETS = re.compile(rf"[\[(（【{{][\s,，、|/·;；&+–—-]*+{_HOLE}(?:[\s,，、|/·;；&+–—-]|{_HOLE})*+[\])）】}}]")
_HOLES = re.compile(rf"(?:\s*+[|｜·/]?\s*+{_HOLE})++(?:\s*+[|｜·/]\s*+(?={_HOLE}|\Z))?+")
_BARS = re.compile(r"(?:\s*+[|｜·]){2,}+|[|｜·,，\s]++\Z|\A[|｜·\s]++")
_START: Final = EDGES + "])）"
_END: Final = EDGES.replace(".", "").replace("。", "") + "[(（"


def stretches(
    text: str, spans: Sequence[Span], hidden: Sequence[tuple[int, int]], start: int, *, paper: bool
) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, style) of what is not hidden. Of a `paper` it is cut at changes of style and at dashes too."""
    styled = [span for span in spans if span.style in (ITALIC, CODE) and span.end > start] if paper else []
    marks = {start, len(text)}
    for begin, end in [*hidden, *((span.start, span.end) for span in styled)]:
        marks |= {max(begin, start), max(end, start)}
    ranges = _Ranges(hidden)
    begins = {max(span.start, start): span for span in styled}
    style, until = "", 0
    for begin, end in pairwise(sorted(marks)):
        if begin in begins:
            style, until = begins[begin].style, begins[begin].end
        if ranges.covers(begin, end):
            continue
        at = begin
        for found in (_SEPARATOR if paper else _BREAKS).finditer(text, begin, end):
            if found.start() > at:
                yield at, found.start(), style if begin < until else ""
            at = found.end()
        if at < end:
            yield at, end, style if begin < until else ""


def shown(text: str, hidden: Iterable[tuple[int, int]], start: int) -> str:
    """Return the text from `start` on without what is hidden, and without the brackets and bars that are left empty."""
    pieces, at = [], start
    for begin, end in sorted(hidden):
        if end > at:
            pieces.append(text[at:begin] + _HOLE)
            at = end
    left = line("".join([*pieces, text[at:]]))
    for _ in range(3):
        left = _EMPTY_BRACKETS.sub(_HOLE, left)
    left = line(_BARS.sub(" ", _HOLES.sub(" ", left)))
    if not says(left):
        return ""
    return left.lstrip(_START).rstrip(_END).strip()


class _Ranges:
    """Stretches that are hidden, for fast asking."""

    def __init__(self, some: Iterable[tuple[int, int]]) -> None:
        merged: list[tuple[int, int]] = []
        for begin, end in sorted(some):
            if merged and begin <= merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            elif end > begin:
                merged.append((begin, end))
        self.merged = merged
        self.at = 0

    def covers(self, begin: int, end: int) -> bool:
        """Tell whether a stretch is hidden; asked in order."""
        while self.at < len(self.merged) and self.merged[self.at][1] <= begin:
            self.at += 1
        return self.at < len(self.merged) and self.merged[self.at][0] <= begin and end <= self.merged[self.at][1]
