"""An imported entry that the library has already -> what it adds to the library's, and where the two contradict each other.

The library's own values stay. Of preprint and published version neither is mixed into the other: that is for ``bib enrich``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .. import meaning
from ..edits import Edit, SetField
from ..encode import source_of
from ..meaning.compared import Difference
from ..model import Entry, People


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field of an entry that is there already, and says something else in the file; the library's stays."""

    key: str
    field: str
    ours: str
    theirs: str
    place: str


# One row for what is one thing under several names: an entry that has one of them gets none of the others.
ALIASES: Final = (
    ("journal", "journaltitle"),
    ("date", "year", "month", "day"),
    ("address", "location"),
    ("school", "institution"),
    ("eprinttype", "archiveprefix"),
    ("eprintclass", "primaryclass"),
    ("annote", "annotation"),
)
NOT_TAKEN: Final = frozenset(
    {"abstract", "annote", "annotation", "crossref", "entrysubtype", "file", "groups", "keywords", "langid", "language"}
    | {"month", "note", "owner", "review", "timestamp", "urldate", "xdata", "shorttitle", "options", "ids", "pubstate"}
)
"""What a person says of their own copy, or what nobody misses."""
_VENUE: Final = frozenset({"booktitle", "journal", "journaltitle", "pages", "publisher", "number", "volume", "series"})


def merged(ours: Entry, theirs: Entry, own: frozenset[str], place: str) -> tuple[list[Edit], list[Conflict]]:
    """Return the edits that give the library's entry what it lacks, and the conflicts.

    `own` are the fields that stand in the library's entry itself. An entry that is of another kind gives its identifiers alone.
    """
    edits: list[Edit] = []
    conflicts = []
    for name, value in _values(theirs):
        if not _is_wanted(name, ours, theirs):
            continue
        mine = _value_of(ours, name)
        if mine:
            found = meaning.compare(name, mine, value)
            if found.difference is Difference.MATERIAL:
                conflicts.append(Conflict(ours.key, name, _shown(mine), _shown(value), place))
        elif not own & _names_of(name) and (source := source_of(name, value)):
            edits.append(SetField(ours.key, name, source))
    return edits, conflicts


def _values(entry: Entry) -> Iterator[tuple[str, str | People]]:
    yield from entry.people.items()
    for name, value in entry.fields.items():
        if name not in NOT_TAKEN and value.strip():
            yield name, value


def _is_wanted(name: str, ours: Entry, theirs: Entry) -> bool:
    if name == "url" and (ours.url or ours.doi or ours.arxiv):
        return False
    if name in {"doi", "eprint"}:
        return True
    if name in {"eprinttype", "archiveprefix", "eprintclass", "primaryclass"}:
        return ours.arxiv in {"", theirs.arxiv}
    if ours.kind != theirs.kind:
        return False
    return name not in _VENUE or ours.kind == "paper" or name not in {"pages", "number"}


def _names_of(name: str) -> frozenset[str]:
    return frozenset(next((row for row in ALIASES if name in row), (name,)))


def _value_of(entry: Entry, name: str) -> str | People:
    """Return the library's value, under any of the field's names."""
    if name in entry.people:
        return entry.people[name]
    if name == "doi":
        return entry.doi
    if name == "eprint" and entry.arxiv:
        return entry.arxiv
    if name in {"date", "year"}:
        return str(entry.date.year) if entry.date else entry.fields.get("year", "")
    return next((entry.fields[other] for other in _names_of(name) if entry.fields.get(other)), "")


def _shown(value: str | People) -> str:
    if isinstance(value, str):
        return value
    return "; ".join(person.literal or f"{person.family}, {person.given}".strip(", ") for person in value)
