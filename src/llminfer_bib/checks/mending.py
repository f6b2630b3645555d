"""The source of an entry's own field, and the edit that gives it another one; what is wrong with it the rules know."""

from __future__ import annotations

from ..edits import Edit, SetField
from ..macros import split_parts
from .rules import Subject


def source_in(subject: Subject, name: str) -> str:
    """Return the source of an own field without its delimiters; empty where it is missing, a macro or joined by ``#``."""
    value = subject.raw.fields.get(name, "")
    if value[:1] not in ("{", '"') or ("#" in value and len(split_parts(value)) > 1):
        return ""
    return value[1:-1]


def rewritten(subject: Subject, name: str, source: str) -> tuple[Edit, ...]:
    """Return the edit that gives a field this source; none where the entry is not read whole, or nothing would change."""
    if not subject.raw.key or subject.raw.slips or source == source_in(subject, name):
        return ()
    if source.endswith("\\") or "\\}" in source or "\\{" in source:
        return ()  # other programs misread it: the edit would be refused
    return (SetField(subject.raw.key, name, f"{{{source}}}"),)


def short(text: str) -> str:
    """Return a value as a message shows it: one line, not endless."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
