"""White space made even in a text of which some stretches are marked, which move with it."""

from __future__ import annotations

import re
from bisect import bisect_right

from ..model import Text

_SPACES = re.compile(r"\s+")


def tidied(raw: str, spans: list[tuple[int, int]]) -> Text:
    """Make every run of white space one space, and move the spans with the text."""
    text = " ".join(raw.split())
    if not spans:
        return Text(text)
    if text != raw:
        spans = _moved(raw, spans, len(text))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        start += text[start : start + 1] == " "
        end -= text[max(0, end - 1) : end] == " "
        if merged and start <= merged[-1][1] and start < end:
            merged[-1] = (merged[-1][0], end)
        elif start < end:
            merged.append((start, end))
    return Text(text, tuple(merged))


def _moved(raw: str, spans: list[tuple[int, int]], longest: int) -> list[tuple[int, int]]:
    """Return the spans where they are once ``raw``, then ``longest`` characters, has its white space tidied."""
    ends, removed = [0], [0]
    for run in _SPACES.finditer(raw):
        ends.append(run.end())
        removed.append(removed[-1] + len(run[0]) - (run.start() > 0))

    def place(border: int) -> int:
        return min(longest, max(0, border - removed[bisect_right(ends, border) - 1]))

    return [(place(start), place(end)) for start, end in spans]
