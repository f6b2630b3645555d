"""Two entries -> the edits that make one of them: what the kept one lacks comes from the other, and nothing is invented.

References to the dropped key and files are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..alike import squeezed, title_key
from ..edits import RemoveEntry, RemoveField, SetField
from ..identifiers import is_preprint_doi
from ..inheritance import SAME
from ..model import Entry

_LISTS = ("ids", "keywords")
_LINKS = frozenset({"crossref", "xref", "xdata", "entryset", "related"})
_VENUE = frozenset(
    """journal journaltitle booktitle publisher volume number issue pages series editor address location school institution
    organization eventtitle howpublished note type""".split()
)
_DATES = frozenset({"date", "year", "month", "day"})
_WORTH = {"other": 0, "preprint": 1}
"""What a kind is worth when one of two entries is kept; everything published is worth 2."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one field; the kept entry's stays."""

    field: str
    kept: str
    dropped: str


@dataclass(frozen=True, slots=True)
class United:
    """What becomes of two entries."""

    kept: str
    dropped: str
    edits: tuple[SetField | RemoveField | RemoveEntry, ...]
    taken: tuple[str, ...]
    """Fields whose value comes from the dropped entry."""
    conflicts: tuple[Conflict, ...]


def richer(a: Entry, b: Entry) -> tuple[Entry, Entry]:
    """Return the entry to keep and the one to drop.

    Published goes over preprint, that over what says nothing; then one with a DOI, one with more fields, the first.
    """
    rank = [(_WORTH.get(each.kind, 2), bool(each.doi), len(each.fields) + len(each.people)) for each in (a, b)]
    return (b, a) if rank[1] > rank[0] else (a, b)


def unite(kept: Entry, dropped: Entry, mine: Mapping[str, str], theirs: Mapping[str, str]) -> United:
    """Return the edits. `mine` and `theirs` are the own fields as BibTeX source with delimiters, by lower-case name."""
    edits: list[SetField | RemoveField | RemoveEntry] = []
    taken, conflicts = [], []
    for name, value in theirs.items():
        if name in _LISTS or not value.strip('{}" '):
            continue
        rival = _rival(name, mine)
        if not rival and _may_come(name, kept, dropped):
            edits.append(SetField(kept.key, name, value))
            taken.append(name)
        elif rival and _fuller(name, kept, dropped):
            edits.append(SetField(kept.key, rival, value))
            taken.append(name)
        elif not rival or squeezed(title_key(value)) != squeezed(title_key(mine[rival])):
            conflicts.append(Conflict(name, mine.get(rival, "")[1:-1], value[1:-1]))
    edits += _lists(kept, dropped, mine, theirs)
    edits += _without_self(kept.key, dropped.key, mine)
    return United(kept.key, dropped.key, (*edits, RemoveEntry(dropped.key)), tuple(taken), tuple(conflicts))


def _rival(name: str, mine: Mapping[str, str]) -> str:
    """Return the field that says the same already, under this or another name; else an empty text."""
    if name in mine:
        return name
    rows = [row for row in (*SAME, _DATES) if name in row]
    if name == "month" and "year" in mine and "date" not in mine:
        return ""
    return next((other for row in rows for other in sorted(row) if other in mine), "")


def _may_come(name: str, kept: Entry, dropped: Entry) -> bool:
    """Tell whether a field fits beside the others: the venue of another version, or a link to a parent, does not."""
    if name in _LINKS:
        return False
    if kept.kind != "preprint" and dropped.kind == "preprint":
        return name not in _VENUE and name not in _DATES and not (name == "doi" and is_preprint_doi(dropped.doi))
    return kept.type == dropped.type or name not in _VENUE


def _fuller(name: str, kept: Entry, dropped: Entry) -> bool:
    """Tell whether the kept list of names is cut short and the other goes on."""
    mine, theirs = kept.people.get(name), dropped.people.get(name)
    return bool(mine and theirs and mine.others and not theirs.others and len(theirs) >= len(mine))


def _lists(kept: Entry, dropped: Entry, mine: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[SetField]:
    for name in _LISTS:
        have = _items(mine.get(name, ""))
        more = [dropped.key, *_items(theirs.get(name, ""))] if name == "ids" else _items(theirs.get(name, ""))
        new = [item for item in dict.fromkeys(more) if item not in have and not (name == "ids" and item == kept.key)]
        if new:
            yield SetField(kept.key, name, f"{{{', '.join([*have, *new])}}}")


def _without_self(kept: str, dropped: str, mine: Mapping[str, str]) -> Iterator[SetField | RemoveField]:
    """Yield what keeps the entry from naming itself once the dropped key means it."""
    for name in sorted(_LINKS & set(mine)):
        items = _items(mine[name])
        left = [item for item in items if item.lower() != dropped.lower()]
        if left != items:
            yield SetField(kept, name, f"{{{', '.join(left)}}}") if left else RemoveField(kept, name)


def _items(value: str) -> list[str]:
    inside = value[1:-1] if value[:1] in {"{", '"'} else value
    return [item.strip() for item in inside.split(",") if item.strip()]
