"""Mine, base and theirs of one field -> what becomes of it: the table of DESIGN section 5, and nothing else.

mine is the file, base what we wrote last, theirs what a record says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from .. import meaning
from ..meaning import Difference
from ..model import People
from ..provenance import Origin
from .fields import base_value
from .writing import Value

_SAY: Final = {"datacite": 0, "arxiv": 1, "dblp": 2, "crossref": 3}
"""Whose word counts for more where we wrote a value from one source and another says otherwise."""
_TASTE: Final = frozenset(("author", "editor", "title", "booktitle", "journal", "journaltitle", "publisher", "url"))
"""Fields in which two sources differ slightly in their ways of writing; then the value that is there stays."""
_NO_CONFLICT: Final = frozenset(("url", "abstract", "publisher", "series", "eprinttype", "eprintclass", "month"))


class Action(Enum):
    """What happens to a field."""

    NONE = "none"
    """It says the same, or is left out."""
    SET = "set"
    KEEP = "keep"
    """A person's value, although theirs differs."""
    CONFLICT = "conflict"
    """A person's value, and the difference is material."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of a field, and why."""

    action: Action
    why: str = ""


def merge(
    field: str,
    mine: Value | None,
    base: Origin | None,
    theirs: Value,
    source: str,
    *,
    overwrite: bool = False,
    replaceable: bool = False,
) -> Merged:
    """Decide about one field. ``source`` is the name of the record's source.

    ``overwrite``: a person lets the source win. ``replaceable``: the value only spoke of the preprint.
    """
    if mine is None:
        if base is None or not base.value:
            return Merged(Action.SET, "the entry has none")
        return Merged(Action.SET, "--overwrite brings it back") if overwrite else Merged(Action.NONE)
    if mine == theirs:
        return Merged(Action.NONE)
    compared = _compare(field, mine, theirs)
    if compared.difference is Difference.SAME:
        return Merged(Action.NONE)
    if overwrite:
        return Merged(Action.SET, "--overwrite")
    if replaceable:
        return Merged(Action.SET, "it was the preprint's")
    if base is not None and is_ours(field, mine, base):
        return _update(field, base, source, compared.difference)
    if compared.difference is Difference.MATERIAL and field not in _NO_CONFLICT:
        return Merged(Action.CONFLICT, compared.why)
    return Merged(Action.KEEP)


def is_ours(field: str, mine: Value | None, base: Origin | None) -> bool:
    """Tell whether a value that is there is what we wrote last."""
    if mine is None or base is None or not base.value:
        return False
    wrote = base_value(base)
    return mine == wrote or (
        isinstance(mine, People) == isinstance(wrote, People)
        and meaning.compare(field, mine, wrote).difference is Difference.SAME
    )


def _update(field: str, base: Origin, source: str, difference: Difference) -> Merged:
    """Update what we wrote, unless it came from a source that knows better, or only the way of writing differs."""
    wrote = base.source.partition(":")[0]
    if _SAY.get(source, -1) < _SAY.get(wrote, -1):
        return Merged(Action.NONE)
    if source != wrote and field in _TASTE and difference is Difference.SLIGHT:
        return Merged(Action.NONE)
    return Merged(Action.SET, f"{source} changed it" if source == wrote else f"{source} knows better than {wrote}")


def _compare(field: str, mine: Value, theirs: Value) -> meaning.Compared:
    """Compare; a list that a person cut short with ``and others`` is compared as far as it goes."""
    if isinstance(mine, People) and isinstance(theirs, People) and mine.others and not theirs.others:
        start = meaning.compare(field, People(mine.persons), People(theirs.persons[: len(mine.persons)]))
        if start.difference is Difference.MATERIAL:
            return start
        return meaning.Compared(Difference.SLIGHT, "the list is cut short")
    return meaning.compare(field, mine, theirs)
