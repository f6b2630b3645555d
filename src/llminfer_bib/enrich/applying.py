"""A plan -> the edits that make it, and the sidecar lines that remember it. Nothing is applied or written here."""

from __future__ import annotations

from ..edits import Edit, RemoveField, RetypeEntry, SetField
from ..plans import ENTRY_TYPE, Change, Plan
from ..provenance import Origin
from .writing import undelimited


def edits_of(plan: Plan) -> list[Edit]:
    """Return the edits of all units, in their order."""
    return [_edit(change) for change in plan.changes]


def origins_of(plan: Plan, at: str) -> list[Origin]:
    """Return one line for each change: the value without delimiters, empty where a field is removed. `at` is in UTC."""
    return [Origin(change.key, change.field, undelimited(change.value), change.source, at) for change in plan.changes]


def _edit(change: Change) -> Edit:
    if change.field == ENTRY_TYPE:
        return RetypeEntry(change.key, change.value)
    if not change.value:
        return RemoveField(change.key, change.field)
    return SetField(change.key, change.field, change.value)
