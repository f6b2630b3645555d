"""Creators as a person changed them in Zotero -> the name lists of an entry. People who stay keep their spelling, and ``and others``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .. import names, tex
from ..encode import source_of, undelimited
from ..export.markdown_text import clean
from ..export.zotero_items import Name, name_of
from ..export.zotero_types import roles
from ..model import NOBODY, People, Person
from .values import Creator
from .wishes import RefusedError, Task, Wish

_SUFFIX = re.compile(r"(.*?),\s*+((?:Jr|Sr|Esq|Ph\.?D|M\.?D)\.?|[IVX]{1,5})\Z", re.IGNORECASE | re.DOTALL)
_PARTICLE = re.compile(r"((?:[^\W\d_A-Z][^\s]*+\s++)++)(?=\S)")
AUTHOR: Final = "author"
"""The creator type that Zotero lets through on any item."""


def wishes(task: Task, old: Sequence[Creator], new: Sequence[Creator]) -> Iterator[Wish]:
    """Yield what the entry's name lists become; those in which nothing changed are left alone."""
    for role, kinds in _kinds(task.kind):
        before = [one for one in old if one.type in kinds]
        after = [one for one in new if one.type in kinds and (one.name or one.last or one.first).strip()]
        if list(map(_bare, before)) != list(map(_bare, after)):
            yield _wish(task, role, after)


def strangers(task: Task, old: Sequence[Creator], new: Sequence[Creator]) -> list[str]:
    """Return why creators cannot be brought: their creator types have no field in an entry."""
    known = {kind for _, kinds in _kinds(task.kind) for kind in kinds}
    more = dict.fromkeys(one.type for one in new if one.type not in known and one not in old)
    return [f"an entry has no field for creators of the type `{kind}`" for kind in more]


def person_of(creator: Creator) -> Person:
    """Return a creator as a person: a name of one field stays whole, particles and suffix find their places."""
    name, last, first = clean(creator.name), clean(creator.last), clean(creator.first)
    if name or not (last and first):
        whole = name or last or first
        return Person(literal=whole)
    suffix = ""
    if found := _SUFFIX.match(first):
        first, suffix = found[1].strip(), found[2]
    prefix = ""
    if (found := _PARTICLE.match(last)) and not names.is_han(last):
        prefix, last = found[1].strip(), last[found.end() :]
    return Person(last, first, prefix, suffix)


def _kinds(kind: str) -> list[tuple[str, frozenset[str]]]:
    """Return (role, creator types) of an item type; ``author`` is the author everywhere."""
    return [(role, frozenset({creator, AUTHOR} if role == AUTHOR else {creator})) for role, creator in roles(kind)]


def _bare(creator: Creator) -> tuple[str, str, str]:
    return creator.name, creator.last, creator.first


def _wish(task: Task, role: str, after: Sequence[Creator]) -> Wish:
    people = task.entry.people.get(role, NOBODY)
    if not after:
        return Wish(role, None)
    written = _written(task, role, people)
    known: dict[tuple[str, str, str], list[tuple[Person, str]]] = {}
    for person, source in zip(people, written, strict=True):
        known.setdefault(_key(name_of("", person)), []).append((person, source))
    persons, sources = [], []
    for creator in after:
        mine = known.get(_bare(creator))
        # the last one stays, for a person who comes twice
        person, source = (mine.pop(0) if len(mine) > 1 else mine[0]) if mine else (person_of(creator), "")
        persons.append(person)
        sources.append(source or undelimited(source_of(role, People((person,)))))
    now = People(tuple(persons), people.others)
    text = " and ".join(sources + ["others"] * now.others)
    if not all(sources):
        raise RefusedError("a BibTeX file cannot hold one of these names")
    if tex.is_balanced(text) and names.parse_people(text, tex.to_plain) == now:
        return Wish(role, now, f"{{{text}}}")
    return Wish(role, now)


def _key(name: Name) -> tuple[str, str, str]:
    return (name.last, "", "") if name.one_field else ("", name.last, name.first)


def _written(task: Task, role: str, people: People) -> list[str]:
    """Return each person as the file has it, or empty texts where that is not known."""
    parts, _ = names.split_names(task.written.get(role, ""))
    same = len(parts) == len(people) and all(
        names.parse_name(part, tex.to_plain) == person for part, person in zip(parts, people, strict=True)
    )
    return parts if same else [""] * len(people)
