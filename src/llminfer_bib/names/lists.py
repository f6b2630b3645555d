"""A list of names in BibTeX source -> People. One name is read by ``reading``."""

from __future__ import annotations

import re

from ..model import People, Person
from .reading import Plain, parse_name

AND = re.compile(r"(?:(?<!\s)\s++|\A\s*+)and(?=\s|\Z)", re.IGNORECASE)
# A group in a group, one that never closes, one that holds blanks (and so perhaps an "and"), or a brace too many.
_GROUPS_NEED_CARE = re.compile(r"\{[^{}\s]*+(?!\})")
OTHERS = "others"
_MEMO: dict[Plain, dict[str, Person]] = {}
_MOST_PLAINS = 8
_MOST_NAMES = 200_000
_LONGEST_NAME = 200


def split_names(source: str) -> tuple[list[str], bool]:
    """Split a list of names at every ``and`` outside braces; True when it ends with ``others``.

    Empty names are dropped. Each name is source, white space around it removed.
    """
    if "{" in source and (_GROUPS_NEED_CARE.search(source) or source.count("{") != source.count("}")):
        pieces = _split_outside_braces(source)
    else:
        if "\n" in source:
            source = " ".join(source.split())
        pieces = source.split(" and ")
        if source.lower().count("and") >= len(pieces):
            # Most lists are done by now; one with an "Anderson" is looked at again, and so is "A AND B".
            pieces = [part for piece in pieces for part in AND.split(piece)]
    names = [name for piece in pieces if (name := piece.strip())]
    others = bool(names) and names[-1].lower() == OTHERS
    return (names[:-1] if others else names), others


def _split_outside_braces(source: str) -> list[str]:
    pieces = []
    start = counted = depth = 0
    for separator in AND.finditer(source):
        here = separator.start()
        depth += source.count("{", counted, here) - source.count("}", counted, here)
        counted = here
        if depth <= 0:
            depth = 0
            pieces.append(source[start:here])
            start = separator.end()
    pieces.append(source[start:])
    return pieces


def parse_people(source: str, plain: Plain) -> People:
    """Read a list of names. ``plain`` turns the TeX source of a part into plain Unicode, always the same way.

    A library repeats its names, so they are remembered for each ``plain``.
    """
    names, others = split_names(source)
    memo = _MEMO.get(plain)
    if memo is None:
        if len(_MEMO) >= _MOST_PLAINS:
            _MEMO.clear()
        memo = _MEMO[plain] = {}
    persons = tuple(map(memo.get, names))
    if all(persons):
        return People(persons, others)  # type: ignore[arg-type]  # none of them is None
    return People(tuple(_remembered(name, plain, memo) for name in names), others)


def _remembered(name: str, plain: Plain, memo: dict[str, Person]) -> Person:
    person = memo.get(name)
    if person is None:
        person = parse_name(name, plain)
        if len(name) <= _LONGEST_NAME:
            if len(memo) >= _MOST_NAMES:
                memo.clear()
            memo[name] = person
    return person
