"""What enrichment would do, as values: Change, Unit, Conflict, Plan. Who decides is ``enrich``; who shows it is ``report``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .records import Notice, Record

ENTRY_TYPE = "@type"
"""The name under which a change of the entry type travels among the fields."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one entry gets a value, or loses it."""

    key: str
    field: str
    """In lower case; ENTRY_TYPE for the type."""
    old: str
    """The value as it stands in the file, in plain Unicode; empty where there is none."""
    new: str
    """The new value in plain Unicode; empty where the field is removed."""
    value: str
    """The new value as BibTeX source with its delimiters; empty where the field is removed. The bare type for ENTRY_TYPE."""
    source: str
    """``Record.origin`` of who says so."""
    reason: str
    """For people, without the field's name: ``the entry has none``, ``crossref changed it``."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one entry becomes, to be taken or left as a whole."""

    key: str
    reason: str
    """One line for people: ``published: SOSP '23 (DOI given by arXiv)``, ``filled from arxiv:2309.06180v1``."""
    changes: tuple[Change, ...]
    upgrade: bool = False
    """True where a preprint becomes published."""


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """A person's value that a source contradicts in substance. The person's stays."""

    key: str
    field: str
    mine: str
    theirs: str
    source: str
    why: str
    """``another year``, ``2 authors more``."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible published version that a person must judge."""

    key: str
    record: Record
    ratio: float
    """How alike the titles are, 0 to 1."""
    overlap: float
    """Which part of the families is shared, 0 to 1."""
    why: str


@dataclass(frozen=True, slots=True, order=True)
class Deferred:
    """A question that got no answer this time."""

    key: str
    source: str
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Warned:
    """An entry whose work was retracted, withdrawn or corrected."""

    key: str
    notice: Notice
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that enrichment found, in the file's order. Nothing is done yet."""

    units: tuple[Unit, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    reviews: tuple[Candidate, ...] = ()
    warnings: tuple[Warned, ...] = ()
    deferred: tuple[Deferred, ...] = ()
    unknown: tuple[Deferred, ...] = ()
    """Identifiers that their source does not know or refuses."""

    @property
    def changes(self) -> Iterator[Change]:
        """All changes, unit by unit."""
        for unit in self.units:
            yield from unit.changes
