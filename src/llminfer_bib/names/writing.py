"""Person -> one name in BibTeX source that reads back as the same person."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..model import Person
from .lists import AND, OTHERS
from .parts import parts_of, von_and_last
from .scripts import is_han

_BLANK = re.compile(r"\s")
_APART = re.compile(r"[,=\"~]")


def to_bibtex(person: Person, encode: Callable[[str], str]) -> str:
    """Return BibTeX source for one name, such that ``parse_name`` reads the same person; ``encode`` makes text TeX-safe.

    The form is ``von Family, Jr, Given``. What BibTeX would take apart wrongly goes into braces; a prefix that BibTeX
    cannot know for one (``De``) is written in biblatex's form.
    """
    if person.literal or person == Person():
        source = encode(person.literal)
        return source if is_han(source) and not _BLANK.search(source) else f"{{{source}}}"
    prefix, family = encode(person.prefix), encode(person.family)
    alone = not (person.given or person.suffix)
    if alone and not prefix:
        return family if _stands_alone(family) else f"{{}}{{{family}}}"
    glue = "" if not prefix or prefix[-1] == "-" else " "
    start = len(prefix + glue)
    for candidate in (family, f"{{{family}}}"):
        name = prefix + glue + candidate
        if _is_apart(prefix) or (candidate is family and _is_apart(family)):
            continue
        if alone and _found_at(name, first_name_leads=True) == (0, start):
            return name
        if not alone and _found_at(name, first_name_leads=False) == (0, start):
            rest = [_guarded(encode(person.suffix))] if person.suffix else []
            return ", ".join([name, *rest, _guarded(encode(person.given)) or "{}"])
    named = {"family": person.family, "given": person.given, "prefix": person.prefix, "suffix": person.suffix}
    return ", ".join(f"{name}={{{encode(value)}}}" for name, value in named.items() if value)


def _found_at(name: str, *, first_name_leads: bool) -> tuple[int, int]:
    """Return where BibTeX would find the von part and the last name in a name, or what stands before a comma."""
    tokens = parts_of(name)[0].tokens
    return von_and_last(tokens, first_name_leads=first_name_leads) if tokens else (-1, -1)


def _stands_alone(family: str) -> bool:
    """Tell whether a name of one part is read as just that: one word, no von, no organisation, no Han literal."""
    if not family or family[0] == "{" or is_han(family) or family.lower() == OTHERS or _is_apart(family):
        return False
    return _found_at(family, first_name_leads=True) == (0, 0)


def _guarded(source: str) -> str:
    return f"{{{source}}}" if _is_apart(source) else source


def _is_apart(source: str) -> bool:
    """Tell whether the source holds something that would end or split a name."""
    return _APART.search(source) is not None or AND.search(source) is not None
