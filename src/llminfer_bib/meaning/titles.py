"""Two titles of one work, or of two."""

from __future__ import annotations

import re

from ..alike import numbers, squeezed, title_key, word_changes
from .compared import SAME, Compared, material, shown, slight

_RETRACTED = re.compile(r"\W?(?:retracted|withdrawn)(?: article| chapter| paper)?\W{1,3}", re.IGNORECASE)
_SUBTITLE = re.compile(r"[:.?!;：。？！—–(\[（]|\s-\s|\s--")
_LONGEST = 4000


def compare_title(mine: str, theirs: str) -> Compared:
    """Compare two titles: case, dashes, quotes, marks, tags and TeX do not count, a subtitle more or less does not weigh."""
    a, b = title_key(mine), title_key(theirs)
    if a == b or squeezed(a) == squeezed(b):
        return SAME if a or mine.strip() == theirs.strip() else slight("other marks")
    if _unmarked(mine) == _unmarked(theirs):
        return slight("one title is marked as retracted")
    if squeezed(b) in _beginnings(mine):
        return slight("the subtitle is missing")
    if squeezed(a) in _beginnings(theirs):
        return slight("it has a subtitle")
    if numbers(a) == numbers(b) and word_changes(a, b) == ([], []):
        return slight("the title is worded a little otherwise")
    return material(f"another title: {shown(theirs)}")


def _unmarked(title: str) -> str:
    """Return the key of a title without ``RETRACTED:`` before it."""
    title = title.strip()
    mark = _RETRACTED.match(title)
    return title_key(title[mark.end() :] if mark else title)


def _beginnings(title: str) -> set[str]:
    """Return what a title says before each mark that may part title and subtitle, without blanks; at most the first eight."""
    title = title[:_LONGEST]
    ends = [mark.start() for mark, _ in zip(_SUBTITLE.finditer(title), range(8), strict=False)]
    return {squeezed(title_key(title[:end])) for end in ends} - {""}
