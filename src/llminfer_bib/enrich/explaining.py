"""Who set each field of an entry, from what, when, and what the sources say instead. It changes and asks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .. import meaning
from ..meaning import Difference
from ..model import Entry, People
from ..plans import ENTRY_TYPE
from ..records import Answers, Record
from . import offers
from .choices import Choices
from .evidence import find
from .fields import Base, base_of, mine_of, names_of
from .merging import is_ours
from .standing import is_paper
from .writing import Value, shown

PERSON = "person"
SOURCE = "source"
CHANGED = "changed"
REMOVED = "removed"
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says about a field."""

    source: str
    """``Record.origin``."""
    value: str
    difference: str
    """``same``, ``slight`` or ``material``; empty where the entry has no value."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """One field: its value, and whose it is."""

    field: str
    value: str
    by: str
    """PERSON; SOURCE; CHANGED (a person went past a source's value); REMOVED (a person removed one); MISSING (only
    the sources have one)."""
    source: str = ""
    """Of the value that we wrote last."""
    wrote: str = ""
    """That value, where it is no longer the field's."""
    at: str = ""
    says: tuple[Said, ...] = ()


def explain(entry: Entry, answers: Answers, base: Base, choices: Choices) -> list[Explained]:
    """Return the fields in the entry's order, then those that a person removed, then those that only sources have."""
    says = _says(entry, answers, choices)
    explained = []
    done: set[str] = set()
    for name in (ENTRY_TYPE, *_fields_of(entry)):
        explained.append(_explained(entry, name, base, says))
        done.update(names_of(name))
    for (key, name), origin in base.items():
        if key == entry.key and name not in done and origin.value and not name.startswith("@"):
            explained.append(Explained(name, "", REMOVED, origin.source, origin.value, origin.at, says.get(name, ())))
            done.update(names_of(name))
    explained += [Explained(name, "", MISSING, says=said) for name, said in says.items() if name not in done]
    return explained


def _fields_of(entry: Entry) -> Iterator[str]:
    yield from entry.people
    yield from (name for name in entry.fields if name not in entry.people)


def _explained(entry: Entry, name: str, base: Base, says: dict[str, tuple[Said, ...]]) -> Explained:
    mine: Value | None = entry.type if name == ENTRY_TYPE else mine_of(entry, name)
    origin = base.get((entry.key, name)) if name == ENTRY_TYPE else base_of(base, entry.key, name)
    said = says.get(name, ())
    if origin is None or not origin.value:
        return Explained(name, shown(mine), PERSON, says=said)
    ours = mine == origin.value if name == ENTRY_TYPE else is_ours(name, mine, origin)
    return Explained(
        name, shown(mine), SOURCE if ours else CHANGED, origin.source, "" if ours else origin.value, origin.at, said
    )


def _says(entry: Entry, answers: Answers, choices: Choices) -> dict[str, tuple[Said, ...]]:
    """Return what each record that belongs to the entry offers, by field."""
    found = find(entry, answers, choices)
    says: dict[str, dict[str, Said]] = {}
    for record in dict.fromkeys((found.published, found.preprint, *found.tied, *found.strangers)):
        for offer in _offers(entry, record) if record is not None else ():
            said = _said(offer, mine_of(entry, offer.field))
            says.setdefault(offer.field, {}).setdefault(said.source, said)
    return {name: tuple(by_source.values()) for name, by_source in says.items()}


def _offers(entry: Entry, record: Record) -> Iterator[offers.Offer]:
    if not is_paper(entry):
        return offers.of_item(entry, record)
    if record.published:
        return offers.of_published(entry, record, entry.type)
    return offers.of_preprint(entry, record, abstract=False)


def _said(offer: offers.Offer, mine: Value | None) -> Said:
    source, theirs = offer.record.origin, offer.value
    if mine is None or isinstance(mine, People) != isinstance(theirs, People):
        return Said(source, shown(theirs), "")
    compared = meaning.compare(offer.field, mine, theirs)
    why = "" if compared.difference is Difference.SAME else compared.why
    return Said(source, shown(theirs), compared.difference.name.lower(), why)
