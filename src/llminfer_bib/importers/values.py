"""What an importer gives: entries in plain Unicode, and what it could not map. What becomes of them: ``commands.importing``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model import People


@dataclass(frozen=True, slots=True)
class Incoming:
    """One entry of a foreign file. Empty parts are not known."""

    type: str
    """The entry type of the house dialect: ``misc``, ``online``, ``software``, ``inproceedings``."""
    key: str = ""
    """The key it has there, or nothing: then one is made."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """By BibTeX's or biblatex's lower-case names, as plain Unicode, without names of people and keywords."""
    people: Mapping[str, People] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    """As found; the category is not among them."""
    category: str = ""
    """The slug of a configured category, or nothing."""
    source: str = ""
    """The entry as BibTeX, where the foreign file has it so: it is taken over as it stands."""
    place: str = ""
    """Where it stands in the foreign file, for people: ``line 41``, ``item 7``."""
    section: tuple[str, ...] = ()
    """The headings it stands under, the topmost one first; the name of the whole list is none of them."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Something in the foreign file that did not get into an entry: nothing is lost silently."""

    place: str
    what: str
    """The text itself, in one line."""
    why: str
    """``no link and no identifier``, ``the field has no counterpart``."""
    key: str = ""
    """The entry it belongs to, where there is one."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read of a foreign file, in its order."""

    entries: tuple[Incoming, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    title: str = ""
    """The name of the list, where it has one."""
