"""What a comparison of two values says: Difference and Compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Difference(Enum):
    """How much two values of one field differ."""

    SAME = "same"
    """One meaning, however it is spelled: no change."""
    SLIGHT = "slight"
    """Not the same, but nothing that a person must decide."""
    MATERIAL = "material"
    """One of them is wrong, or they are about different works: a conflict (DESIGN section 5)."""


@dataclass(frozen=True, slots=True)
class Compared:
    """How two values differ, and in what."""

    difference: Difference
    why: str = ""
    """For people, from the source's side: ``another year: 2021, not 2023``, ``2 authors more``. Empty for SAME."""


SAME = Compared(Difference.SAME)


def slight(why: str) -> Compared:
    """Return a difference without weight."""
    return Compared(Difference.SLIGHT, why)


def material(why: str) -> Compared:
    """Return a difference in substance."""
    return Compared(Difference.MATERIAL, why)


def said(mine: str, theirs: str, nothing: str = "nothing") -> str:
    """Return what the source says, not the file; ``nothing`` stands for an empty value."""
    return f"{shown(theirs) or nothing}, not {shown(mine) or nothing}"


def shown(text: str) -> str:
    """Return a value short enough for one line."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
