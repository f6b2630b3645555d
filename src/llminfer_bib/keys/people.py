"""What a person or an organisation is called by in a key. Names are read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model import Person
from ..names import is_han
from .letters import HAN, LONGEST_PART, LONGEST_TEXT, ascii_of
from .surnames import COMPOUND_SURNAMES, SURNAMES


def lead(people: Iterable[Person]) -> str:
    """Return the first name of the list that can be written in ASCII."""
    return next(filter(None, map(family_of, people)), "")


def family_of(person: Person) -> str:
    """Return what a person is called by in a key."""
    if person.literal:
        return _han_name(person.literal) if is_han(person.literal) else _organisation(person.literal)
    family = person.family or person.given
    if is_han(family) and not person.prefix:
        return _surname(_squeezed(family)) if person.given or len(_squeezed(family)) < 3 else _han_name(family)
    return ascii_of(person.prefix + family)[:LONGEST_PART]


def _squeezed(name: str) -> str:
    return "".join(name[:LONGEST_TEXT].split())


def _han_name(name: str) -> str:
    """Return the family of a name in Han characters written in one piece; of an organisation, and of a foreign name, all."""
    name = re.split("[·‧・･]", name[:LONGEST_TEXT])[0] if re.search("[·‧・･]", name) else _squeezed(name)
    if name[:2] in COMPOUND_SURNAMES and len(name) in {2, 3, 4}:
        return COMPOUND_SURNAMES[name[:2]]
    return _surname(name[0]) if len(name) in {2, 3} else ascii_of(name)[:LONGEST_PART]


def _surname(name: str) -> str:
    reading = COMPOUND_SURNAMES.get(name) or SURNAMES.get(name)
    return reading or ascii_of(name)[:LONGEST_PART]


def _organisation(name: str) -> str:
    """``The ggml authors`` is ``ggmlauthors``; of ``ZOMI酱`` and ``KTransformers 团队`` the Latin part counts."""
    name = name[:LONGEST_TEXT]
    latin = ascii_of(HAN.sub(" ", re.sub(r"^the\s", "", name, flags=re.IGNORECASE)))
    return (latin if len(latin) > 1 else ascii_of(name))[:LONGEST_PART]
