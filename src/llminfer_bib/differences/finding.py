"""Two versions of a file -> entries added, removed, renamed and changed, equal meaning left out.

How that is shown is not decided here; neither is where the versions come from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ..bibfile import Document
from .comparing import Compare, FieldChange, compare_items
from .renames import pairs
from .versions import Item, Version, changed_macros, same_source


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that both versions have under one key."""

    key: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Renamed:
    """An entry that has another key now, and what else of it changed."""

    old: str
    new: str
    why: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """What became of the entries. ``equal`` tells whether the two versions mean the same."""

    added: tuple[Item, ...] = ()
    removed: tuple[Item, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    changed: tuple[Changed, ...] = ()
    spelled: tuple[Changed, ...] = ()
    """Entries with values that are spelled otherwise and mean the same."""
    moved: tuple[str, ...] = ()
    """The keys, as few as possible, that stand elsewhere among the others."""
    remarks: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs in meaning; spelling and order do not count."""
        return not (self.added or self.removed or self.renamed or self.changed)


def differences(old: Document, new: Document) -> Differences:
    """Compare two versions of a file. Never raises: what cannot be read counts for as much as can be read of it."""
    before, after = Version(old), Version(new)
    both = [key for key in after.raws if key in before.raws]
    if not changed_macros(before.macros, after.macros):
        differing = [key for key in both if not same_source(before.raws[key], after.raws[key])]
    else:
        differing = both
    gone = [key for key in before.raws if key not in after.raws]
    come = [key for key in after.raws if key not in before.raws]
    were, are = before.items({*differing, *gone}), after.items({*differing, *come})
    found = {key: compare_items(were[key], are[key]) for key in differing}
    again = tuple(pairs({key: were[key] for key in gone}, {key: are[key] for key in come}))
    left, arrived = {pair.old for pair in again}, {pair.new for pair in again}
    order = {pair.new: pair.old for pair in again} | dict(zip(both, both, strict=True))
    others = {(pair.old, pair.new): compare_items(were[pair.old], are[pair.new]) for pair in again}
    place = {key: at for at, key in enumerate(before.raws)}
    common = [key for key in after.raws if key in order]
    return Differences(
        tuple(are[key] for key in come if key not in arrived),
        tuple(were[key] for key in gone if key not in left),
        tuple(Renamed(pair.old, pair.new, pair.why, others[pair.old, pair.new].changes) for pair in again),
        tuple(Changed(key, compare.changes) for key, compare in found.items() if compare.changes),
        _spelled(found) + _spelled({pair.new: others[pair.old, pair.new] for pair in again}),
        tuple(common[at] for at in _out_of_order([place[order[key]] for key in common])),
        (*_repeated(before), *_repeated(after)),
    )


def _spelled(found: dict[str, Compare]) -> tuple[Changed, ...]:
    return tuple(Changed(key, compare.spelled) for key, compare in found.items() if compare.spelled)


def _repeated(version: Version) -> list[str]:
    name = version.document.name
    keys = dict.fromkeys(key for key in version.repeated if key)
    return [f'{name}: the key "{key}" is used more than once; the first entry is compared.' for key in keys]


def _out_of_order(places: Sequence[int]) -> list[int]:
    """Return the positions that the longest rising row leaves out."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, place in enumerate(places):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [at]
    kept = set()
    at = last[-1] if last else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return [at for at in range(len(places)) if at not in kept]
