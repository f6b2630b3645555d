"""Entries, answers and the sidecar -> the Plan: each entry's changes as one unit, with conflicts, candidates and warnings.

What is known about an entry comes from ``evidence``, the fate of a field from ``merging``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..model import Entry
from ..plans import Plan, Warned
from ..records import Answers
from .choices import Choices
from .evidence import Found, find
from .fields import Base, base_of, mine_of
from .merging import is_ours
from .uniting import Uniting


def plan(entries: Sequence[Entry], answers: Answers, base: Base, choices: Choices) -> Plan:
    """Return what enrichment would do to the entries, in their order. Nothing that was not asked is missed aloud.

    `base` is what we wrote last, by (key, field). Applied and planned again, a plan is empty.
    """
    known = _known(entries, answers, base, choices)
    united = [(entry, found, _united(entry, found, base, choices)) for entry, found in known]
    return Plan(
        units=tuple(unit for _, _, merged in united if (unit := merged.unit()) is not None),
        conflicts=tuple(conflict for _, _, merged in united for conflict in merged.conflicts),
        reviews=tuple(candidate for _, found, _ in united for candidate in found.candidates),
        warnings=tuple(warned for entry, found, _ in united for warned in _warnings(entry, found)),
        deferred=tuple(question for _, found, _ in united for question in found.deferred),
        unknown=tuple(question for _, found, _ in united for question in found.unknown),
    )


def _known(entries: Sequence[Entry], answers: Answers, base: Base, choices: Choices) -> Iterator[tuple[Entry, Found]]:
    for entry in entries:
        if entry.arxiv or entry.doi or entry.title.text:
            ours = is_ours("title", mine_of(entry, "title"), base_of(base, entry.key, "title"))
            yield entry, find(entry, answers, choices, trusted=ours)


def _united(entry: Entry, found: Found, base: Base, choices: Choices) -> Uniting:
    uniting = Uniting(entry, found, base, choices)
    uniting.run()
    return uniting


def _warnings(entry: Entry, found: Found) -> list[Warned]:
    """Return what readers must hear about a work, each notice once, whoever says it."""
    warned: dict[tuple[str, str], Warned] = {}
    for record in found.tied:
        for notice in record.notices:
            warned.setdefault((notice.kind, notice.doi or notice.label), Warned(entry.key, notice, record.origin))
    return list(warned.values())
