"""What an entry's field is to become, and its proof: a value is a change only where its BibTeX source reads back as the same.

Which field gets which value is decided by the ``reverse`` modules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ..categories import split_keywords
from ..dates import parse_date
from ..decode import DATE_FIELDS
from ..encode import Value, shown, source_of, undelimited, value_of
from ..model import Entry, People
from ..plans import Change

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class RefusedError(Exception):
    """A change that the file has no way to say. The text tells a person why; it never reaches a user as an exception."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One field of an entry, and what it is to say."""

    field: str
    value: Value | None
    """None removes the field."""
    source: str = ""
    """BibTeX source with its delimiters, where it is more than ``encode`` would make of the value."""


@dataclass(frozen=True, slots=True)
class Task:
    """One entry, and what is known of the file that it stands in."""

    entry: Entry
    kind: str
    """The item type."""
    origin: str = "zotero"
    biblatex: bool = False
    """Whether the file says that it is written for biblatex: its names for new fields then."""
    written: Mapping[str, str] = field(default_factory=dict)
    """The entry's own fields as source without delimiters, if the caller has them; nothing inherited."""
    categories: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    new: Mapping[str, str] = field(default_factory=dict)
    """All fields that the item is to have."""

    def has(self, name: str) -> bool:
        """Tell whether the entry says something in a field."""
        return bool(self.entry.fields.get(name, "").strip()) or name in self.entry.people


def change(task: Task, wish: Wish) -> Change | None:
    """Return the change that a wish is, or None where the field says so already. Raises RefusedError."""
    name, entry = wish.field, task.entry
    old = shown(entry.people[name]) if name in entry.people else entry.fields.get(name, "")
    if wish.value is None:
        if name not in entry.fields and name not in entry.people:
            return None
        if task.written and name not in task.written:
            raise RefusedError("the entry has it from another one (crossref): change it there")
        return Change(entry.key, name, old, "", "", task.origin, "emptied in Zotero")
    source = wish.source or source_of(name, wish.value)
    if not source or not _is_proven(name, wish.value, source):
        raise RefusedError("a BibTeX file cannot hold this text")
    new = shown(_meaning(name, source))
    if new == old and not wish.source:
        return None
    return Change(entry.key, name, old, new, source, task.origin, "changed in Zotero" if old else "added in Zotero")


def changes(task: Task, wishes: Iterable[Wish]) -> dict[str, Change]:
    """Return the changes of some wishes, by field. Raises RefusedError where one of them cannot be."""
    found = {}
    for wish in wishes:
        if (one := change(task, wish)) is not None:
            found[wish.field] = one
    return found


def _is_proven(name: str, value: Value, source: str) -> bool:
    read = _meaning(name, source)
    if isinstance(value, People) or isinstance(read, People):
        return read == value
    if name == "keywords":
        return split_keywords(read) == split_keywords(value)
    if name in {"pages", "title", "month"}:  # ranges get two hyphens; a formula loses dollars that are not trusted
        return bool(read)
    return " ".join(read.split()) == " ".join(value.split()) or "$" in value


def _meaning(name: str, source: str) -> Value:
    """Return what a source says in a field. A date is read as it is written: ``2023~`` is an uncertain one."""
    text = undelimited(source)
    return text if name in DATE_FIELDS and parse_date(text) is not None else value_of(name, text)
