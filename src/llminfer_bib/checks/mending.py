"""The source of an entry's own field, and the edit that gives it another one; what is wrong with it the rules know."""

from __future__ import annotations

from .. import tex
from ..edits import Edit, SetField
from ..macros import split_parts
from .rules import Subject


def inside(value: str) -> str:
    """Return the source between the delimiters; nothing for macros, numbers and joined values."""
    if value[:1] not in ("{", '"') or ("#" in value and len(split_parts(value)) > 1):
        return ""
    return value[1:-1]


def source_in(subject: Subject, name: str) -> str:
    """Return the source of an own field without its delimiters; empty where it is missing, a macro or joined by ``#``."""
    return inside(subject.raw.fields.get(name, ""))


def mended(subject: Subject, field: str, value: str, source: str) -> tuple[SetField, ...]:
    """Return the edit that gives a field another source inside the delimiters of `value`; none where it could not stand there."""
    if not source.strip() or not tex.is_balanced(source) or source[-1] == "\\":
        return ()
    if "\\}" in source or "\\{" in source:  # other programs misread it, and so the edit would be refused
        return ()
    if value[:1] == '"' and '"' in source:  # in braces too: other programs end the value there
        return ()
    return (SetField(subject.raw.key, field, value[0] + source + value[-1], exact=True),)


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
