"""Persons as two spellings of their names share them: families without accents, particles and hyphens, Han beside pinyin.

Whether two lists of names mean the same is for ``meaning``, whether they are those of one work for ``match``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from ..model import People, Person
from ..names import is_han
from .han import readings, split_han
from .texts import fold, title_key

_NOT_LETTERS = re.compile(r"[\W_]+")
_UMLAUTS = re.compile("[äöüÄÖÜøØåÅ]|[aouAOU]\u0308")
_OTHER_SPELLING = {"a": "ae", "o": "oe", "u": "ue", "ø": "oe", "å": "aa"}
PARTICLES = frozenset(
    """von van der den de del della dello di da do dos das du la le las los el al bin ibn ben ter ten te zu zur zum und y e af av
    st 't d' l' vom am san santa mac""".split()
)
"""Words that stand before a family name and that some lists leave out."""


@lru_cache(maxsize=65536)
def spelled(text: str) -> frozenset[str]:
    """Return the spellings of a name in one word of plain letters: ``Müller`` -> muller, mueller; ``O'Neil`` -> oneil."""
    plain = _NOT_LETTERS.sub("", fold(text))
    if text.isascii() or not _UMLAUTS.search(text):
        return frozenset({plain}) if plain else frozenset()
    german = _NOT_LETTERS.sub("", fold(_UMLAUTS.sub(_as_two_letters, text)))
    return frozenset({plain, german})


def _as_two_letters(letter: re.Match[str]) -> str:
    return _OTHER_SPELLING.get(letter[0].lower()) or _OTHER_SPELLING[fold(letter[0])]


@lru_cache(maxsize=65536)
def families(person: Person) -> frozenset[str]:
    """Return the spellings of a person's family: with particles and without; that of an organisation is its whole name."""
    if person.literal:
        return spelled(split_han(person.literal)[0] if is_han(person.literal) else person.literal)
    found = spelled(f"{person.prefix}{person.family}") if person.prefix else spelled(person.family)
    words = person.family.split()
    while len(words) > 1 and fold(words[0]) in PARTICLES:
        words.pop(0)
    bare = "".join(words)
    return found | spelled(bare) if person.prefix or bare != person.family else found


@lru_cache(maxsize=4096)
def romanised_families(person: Person) -> frozenset[str]:
    """Return how a family in Han characters may be romanised; empty for every other person."""
    return readings(family_and_given(person)[0]) if is_han_person(person) else frozenset()


def is_han_person(person: Person) -> bool:
    """Tell whether a name is written in Han characters, Kana or Hangul."""
    text = person.literal or person.family
    return not text.isascii() and is_han(text)


def family_and_given(person: Person) -> tuple[str, str]:
    """Return both parts, a Han name in one piece cut in two; an organisation has no given name."""
    if person.literal:
        return split_han(person.literal) if is_han_person(person) else (person.literal, "")
    return person.family, person.given


def same_family(a: Person, b: Person) -> bool:
    """Tell whether two names have one family: in any spelling, and in Han characters beside its romanised form."""
    mine, theirs = families(a), families(b)
    if not mine.isdisjoint(theirs):
        return True
    if is_han_person(a) == is_han_person(b):
        return False
    return not (mine | romanised_families(a)).isdisjoint(theirs | romanised_families(b))


@lru_cache(maxsize=65536)
def whole_name(person: Person) -> str:
    """Return all words of a name, sorted: what stays when family and given are swapped or cut elsewhere. Empty for one word."""
    words = sorted(title_key(f"{person.given} {person.prefix} {person.family} {person.literal}").split())
    return " ".join(words) if len(words) > 1 else ""


def family_overlap(a: People, b: People) -> float:
    """Return which part of the families two lists share, 0 to 1: the shared ones by the length of the longer list.

    Of a list that ends with "and others" only the names that stand there count. A swapped name counts as shared.
    0 where a list is empty. Linear in the lengths.
    """
    if not a.persons or not b.persons:
        return 0.0
    mixed = len({is_han_person(person) for people in (a, b) for person in people}) == 2
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    for position in reversed(range(len(b))):
        for form in _forms(b.persons[position], romanised=mixed):
            waiting[form].append(position)
    taken: set[int] = set()
    for person in a:
        place = _first_free(_forms(person, romanised=mixed), waiting, taken)
        if place is not None:
            taken.add(place)
    return len(taken) / _length(a, b)


def _length(a: People, b: People) -> int:
    """Return how many shared names there can be: a list that is cut off can share no more than it shows."""
    cut = [len(people) for people in (a, b) if people.others]
    return min(cut) if cut and min(cut) <= min(len(a), len(b)) else max(len(a), len(b))


def _forms(person: Person, *, romanised: bool) -> Iterable[str]:
    forms = set(families(person))
    if " " in person.family or "-" in person.family:
        words = _NOT_LETTERS.sub(" ", fold(person.family)).split()
        forms.update(word for word in words[:1] + words[-1:] if len(word) > 2 and word not in PARTICLES)
    if name := whole_name(person):
        forms.add(name)
    return sorted(forms | romanised_families(person)) if romanised else sorted(forms)


def _first_free(forms: Iterable[str], waiting: dict[str, list[int]], taken: set[int]) -> int | None:
    """Find a person of the other list who has one of the forms and is not spoken for; the lists shrink as they are asked."""
    for form in forms:
        places = waiting.get(form)
        while places:
            if places[-1] not in taken:
                return places[-1]
            places.pop()
    return None
