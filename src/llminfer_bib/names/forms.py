"""How one name is shown: as people say it, or family first as bibliographies do. BibTeX source is for ``writing``."""

from __future__ import annotations

import re

from ..model import Person
from .scripts import is_han

_NAME_WORD = re.compile(r"[^\s.‐-]+")
_INITIAL = re.compile(r"[^\W\d_][\u0300-\u036f]*")


def display(person: Person) -> str:
    """Return a name as people say it: ``Ludwig van Beethoven``, ``John Smith Jr.``, 葛旭冉."""
    if person.literal:
        return person.literal
    if is_han(person.family + person.given) and not person.prefix:
        return _squeezed(person.family + person.given)
    return " ".join(filter(None, (person.given, _with_prefix(person), person.suffix)))


def family_first(person: Person, *, initials: bool) -> str:
    """Return a name as bibliographies do: ``Gonzalez, J. E.`` or ``Gonzalez, Joseph E.``, ``King, M. L., Jr.``, 葛旭冉."""
    if person.literal:
        return person.literal
    if is_han(person.family + person.given) and not person.prefix:
        return _squeezed(person.family + person.given)
    given = _initials(person.given) if initials else person.given
    return ", ".join(filter(None, (_with_prefix(person), given, person.suffix)))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _with_prefix(person: Person) -> str:
    if not person.prefix or not person.family:
        return person.prefix or person.family
    return person.prefix + ("" if person.prefix[-1] in "-'’" else " ") + person.family


def _initials(given: str) -> str:
    """``Yu-Neng`` is ``Y. N.``, as the list writes it; a given name in Han stays whole."""
    if is_han(given):
        return given
    letters = [_INITIAL.search(word) for word in _NAME_WORD.findall(given)]
    return " ".join(f"{letter[0].upper()}." for letter in letters if letter) or given
