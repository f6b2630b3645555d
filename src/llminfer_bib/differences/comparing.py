"""What two versions of one entry differ in, field by field, equal meaning left out.

The measure of two values is ``meaning.compare``; here are the fields that say one thing under two names, and year with month
beside a date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..meaning import Compared, Difference, compare
from ..model import People
from ..names import display
from ..plans import ENTRY_TYPE
from .versions import Item, Value

ALIASES: Final[Mapping[str, str]] = {
    # biblatex manual, 2.2.5: what the older name means
    "address": "location",
    "annote": "annotation",
    "archiveprefix": "eprinttype",
    "journal": "journaltitle",
    "key": "sortkey",
    "pdf": "file",
    "primaryclass": "eprintclass",
    "school": "institution",
}
LISTS: Final = frozenset({"keywords", "groups"})
"""Fields that hold words between commas, each of which is there or not."""
_PARTS_OF_DATE: Final = ("year", "month", "day")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. Values are plain Unicode, empty where the field is missing."""

    field: str
    old: str
    new: str
    weight: str
    """``added``, ``removed``, ``slight`` or ``material``; ``spelling`` where the meaning is one."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """What two entries differ in: in meaning, and in spelling alone."""

    changes: tuple[FieldChange, ...]
    spelled: tuple[FieldChange, ...]


def compare_items(old: Item, new: Item) -> Compare:
    """Compare two versions of an entry, their types first, then the fields in the order of the new one."""
    mine, theirs = _aligned(old, new)
    found = []
    if old.raw.type != new.raw.type:
        found.append(_change(ENTRY_TYPE, old.raw.type, new.raw.type))
    for name in [*theirs, *(name for name in mine if name not in theirs)]:
        here, there = mine.get(name), theirs.get(name)
        if here is None or there is None:
            weight = "added" if here is None else "removed"
            found.append(FieldChange(name, shown(here), shown(there), weight))
        elif here != there or _source(old, name) != _source(new, name):
            found.append(_change(name, here, there))
    meant = tuple(change for change in found if change.weight != "spelling")
    return Compare(meant, tuple(change for change in found if change.weight == "spelling"))


def same_meaning(field: str, mine: Value, theirs: Value) -> bool:
    """Return whether two values mean the same; a list of names must have as many of them, too."""
    return compared(field, mine, theirs).difference is Difference.SAME


def compared(field: str, mine: Value, theirs: Value) -> Compared:
    """Compare two values of a field. A list of words is compared word by word; names that "others" stands for are a difference."""
    if field in LISTS and isinstance(mine, str) and isinstance(theirs, str):
        return _compared_words(mine, theirs)
    found = compare(field, mine, theirs)
    if (
        found.difference is Difference.SAME
        and isinstance(mine, People)
        and isinstance(theirs, People)
        and (len(mine), mine.others) != (len(theirs), theirs.others)
    ):
        return Compared(Difference.SLIGHT, f"{len(theirs)} names, not {len(mine)}")
    return found


def words_of(value: str) -> list[str]:
    """Return the words of a list, without blanks around them."""
    return [word for part in value.split(",") if (word := " ".join(part.split()))]


def _compared_words(mine: str, theirs: str) -> Compared:
    here, there = words_of(mine), words_of(theirs)
    if here == there:
        return Compared(Difference.SAME)
    known, wanted = set(here), set(there)
    gone = [f"-{word}" for word in here if word not in wanted]
    come = [f"+{word}" for word in there if word not in known]
    return Compared(Difference.SLIGHT, " ".join(gone + come) or "another order")


def shown(value: Value | None) -> str:
    """Return a value as text; nothing for one that is missing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    names = [display(person) for person in value]
    return " and ".join([*names, "others"] if value.others else names)


def _change(name: str, old: Value, new: Value) -> FieldChange:
    found = compared(name, old, new)
    weight = "spelling" if found.difference is Difference.SAME else found.difference.value
    return FieldChange(name, shown(old), shown(new), weight, found.why)


def _source(item: Item, name: str) -> str | None:
    return item.raw.fields.get(name)


def _aligned(old: Item, new: Item) -> tuple[dict[str, Value], dict[str, Value]]:
    """Return the fields of both under names that can be compared: one name where they use two, one date where one has year and month."""
    mine, theirs = old.values(), new.values()
    for older, name in ALIASES.items():
        for here, there in ((mine, theirs), (theirs, mine)):
            if older in here and name in there and name not in here and older not in there:
                here[name] = here.pop(older)
    for here, there, item in ((mine, theirs, old), (theirs, mine, new)):
        if "year" in here and "date" not in here and "date" in there and "year" not in there and item.entry.date:
            for part in _PARTS_OF_DATE:
                here.pop(part, None)
            here["date"] = item.entry.date.iso()
    return mine, theirs
