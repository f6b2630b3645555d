"""What an import found no place for, for people: put together by its reason, so that a list of a thousand items stays readable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..importers import Unmapped

_COUNTED = re.compile(r", (?:in|with) [0-9]+ \w+\Z")
_MOST = 3
"""Of each reason so many are shown, unless all are asked for."""
_SHOWN = 90


def lines(name: str, unmapped: Sequence[Unmapped], *, verbose: bool) -> Iterator[str]:
    """Yield a line for each thing, or, where many have the same reason, one for all of them with a few examples."""
    groups: dict[str, list[Unmapped]] = {}
    for item in unmapped:
        groups.setdefault(_COUNTED.sub("", item.why), []).append(item)
    some = False
    for why, items in groups.items():
        if verbose or len(items) <= _MOST:
            yield from (_one(name, item) for item in items)
            continue
        some = True
        shown = "; ".join(f"{item.place}: {_short(item.what)}" for item in items[:_MOST])
        yield f"{name}: {len(items)} things not imported ({why.rstrip('.')}): {shown}; ..."
    if some:
        yield "bib -v shows each of them."


def _one(name: str, item: Unmapped) -> str:
    key = f"{item.key}: " if item.key else ""
    return f"{name}, {item.place}: {key}not imported: {item.what} ({item.why.rstrip('.')})."


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
