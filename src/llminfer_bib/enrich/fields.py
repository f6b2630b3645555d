"""A field of an entry under whichever of its names, and what the sidecar remembers of it.

Rows of names that mean one thing; no record is looked at here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from ..decode import NAME_FIELDS
from ..inheritance import SAME
from ..model import Entry
from ..provenance import Origin
from .writing import Value, value_of

NAMES_IN: Final[Mapping[str, Mapping[str, str]]] = {
    # what a file says it is (JabRef's databaseType) -> house name: the name that a new field gets there
    "": {},
    "bibtex": {"eprinttype": "archiveprefix", "eprintclass": "primaryclass"},
    "biblatex": {"journal": "journaltitle", "school": "institution"},
}
Base = Mapping[tuple[str, str], Origin]

_ROW_OF: Final = {name: tuple(sorted(row)) for row in SAME for name in row}
OFFERED: Final = frozenset(
    "@type type author editor title journal booktitle series volume number pages publisher institution school date year month"
    " doi url eprint eprinttype eprintclass abstract".split()
)
"""What a source may say something about, by house name."""
_DATE: Final = frozenset(("date", "year", "month"))


@cache
def names_of(field: str) -> tuple[str, ...]:
    """Return all names of a field, the given one first."""
    return (field, *(name for name in _ROW_OF.get(field, ()) if name != field))


def is_offered(field: str) -> bool:
    """Return whether any source ever says something about a field, under whichever of its names."""
    return not OFFERED.isdisjoint(names_of(field))


def name_in(entry: Entry, field: str) -> str:
    """Return the name under which an entry has a field, or the given one."""
    return next((name for name in names_of(field) if mine_of(entry, name) is not None), field)


def mine_of(entry: Entry, field: str) -> Value | None:
    """Return an entry's value under this very name; None where it is missing or empty."""
    if field in NAME_FIELDS:
        people = entry.people.get(field)
        return people if people is not None and (people.persons or people.others) else None
    return entry.fields.get(field) or None


def base_of(base: Base, key: str, field: str) -> Origin | None:
    """Return what we wrote last into a field, under any of its names."""
    for name in names_of(field):
        origin = base.get((key, name))
        if origin is not None:
            return origin
    return None


def base_value(origin: Origin) -> Value:
    """Return the meaning of what we wrote."""
    return value_of(origin.field, origin.value)


def is_named(overwrite: frozenset[str], field: str) -> bool:
    """Tell whether a person let the sources go past the file in this field; year, month and date are one."""
    if field in _DATE:
        return not overwrite.isdisjoint(_DATE)
    return any(name in overwrite for name in names_of(field))
