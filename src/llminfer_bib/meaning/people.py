"""Two lists of names: whether they are one list in two spellings."""

from __future__ import annotations

import re
from collections import Counter

from ..alike import (
    families,
    family_and_given,
    fold,
    is_han_person,
    readings,
    same_family,
    spelled,
    title_key,
    whole_name,
)
from ..model import People, Person
from ..names import display
from .compared import SAME, Compared, material, shown, slight

_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_GIVEN_WORD = re.compile(r"[^\s.\-‐-―·・]+")
_CAPITALS = re.compile(r"[A-Z]{2,3}")
_LATIN = re.compile("[a-z]")


def compare_people(mine: People, theirs: People) -> Compared:
    """Compare two lists in their order. Of a list that ends with "and others" the names that stand there count.

    Initials, accents, hyphens, particles, braces, missing middle names and Han beside pinyin are spelling. Another
    given name does not weigh; another number, family or order does. Linear in the lengths.
    """
    if mine == theirs:
        return SAME
    found: Compared | None = None
    if (count := _count(mine, theirs)) is not None:
        return slight("a name is cut in two") if _words(mine) == _words(theirs) else count
    for place, (a, b) in enumerate(zip(mine, theirs, strict=False)):
        if a == b:
            continue
        if not same_family(a, b) and (why := _not_the_family(a, b)) is not None:
            if why:
                found = found or slight(f"{_nth(place)} author: {why}")
                continue
            return _other_people(mine, theirs, place)
        if why := _given(a, b) or _suffix(a, b):
            found = found or slight(f"{_nth(place)} author: {why}")
    return found or SAME


def _count(mine: People, theirs: People) -> Compared | None:
    """Say how many authors the source has more or fewer, or None where the lists can be one."""
    more = len(theirs) - len(mine)
    if more == 0 or (mine.others and more > 0) or (theirs.others and more < 0):
        return None
    plural = "" if abs(more) == 1 else "s"
    return material(f"{abs(more)} author{plural} {'more' if more > 0 else 'fewer'}")


def _words(people: People) -> Counter[str]:
    """Count the words of all names: the same where one name was cut in two."""
    return Counter(
        word
        for person in people
        for word in title_key(
            f"{person.given} {person.prefix} {person.family} {person.suffix} {person.literal}"
        ).split()
    )


def _other_people(mine: People, theirs: People, place: int) -> Compared:
    """Say in what the lists differ from ``place`` on: in their order, or in who is there."""
    a, b = mine.persons[place:], theirs.persons[place:]
    if len(a) == len(b) and Counter(map(_one_spelling, a)) == Counter(map(_one_spelling, b)):
        return material("another order of the authors")
    names = [shown(person.literal or person.family) or "nobody" for person in (b[0], a[0])]
    if names[0] == names[1]:
        names = [shown(display(person)) for person in (b[0], a[0])]
    return material(f"{_nth(place)} author is {names[0]}, not {names[1]}")


def _one_spelling(person: Person) -> str:
    return min(families(person), default="")


def _nth(place: int) -> str:
    return _ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th"


def _not_the_family(a: Person, b: Person) -> str | None:
    """Say why two names whose families differ are one person all the same; empty where they are not, None for a spelling."""
    if (name := whole_name(a)) and name == whole_name(b):
        return None if a.literal or b.literal else "family and given name are parted otherwise"
    family_a, given_a = family_and_given(a)
    family_b, given_b = family_and_given(b)
    if not spelled(given_a).isdisjoint(spelled(family_b)) and not spelled(given_b).isdisjoint(spelled(family_a)):
        return "family and given name are swapped"
    if _is_longer(family_a, family_b) and _first_letter(given_a) == _first_letter(given_b):
        return "a part of the family name is missing"
    han = is_han_person(a), is_han_person(b)
    if (
        all(han)
        and len(family_a) == len(family_b)
        and not readings(family_a + given_a).isdisjoint(readings(family_b + given_b))
    ):
        return "other characters of one reading"
    foreign = [
        family for family, is_han in zip((family_a, family_b), han, strict=True) if _is_unread(family, is_han=is_han)
    ]
    return "written in another script" if len(foreign) == 1 else ""


def _is_longer(a: str, b: str) -> bool:
    """Tell whether one family begins or ends with the other, in whole words."""
    short, long = sorted((title_key(a).split(), title_key(b).split()), key=len)
    return 0 < len(short) < len(long) and short in (long[: len(short)], long[-len(short) :])


def _first_letter(given: str) -> str:
    return fold(given).strip()[:1]


def _is_unread(family: str, *, is_han: bool) -> bool:
    """Tell whether we cannot romanise a family: Cyrillic, Greek, Kana, Hangul, and Japanese families of two characters."""
    if is_han:
        return len(family) > 1 or not readings(family)
    return bool(family) and not family.isascii() and not _LATIN.search(fold(family))


def _suffix(a: Person, b: Person) -> str:
    if a.suffix and b.suffix and title_key(a.suffix) != title_key(b.suffix):
        return f"{b.suffix}, not {a.suffix}"
    return ""


def _given(a: Person, b: Person) -> str:
    """Say how two given names differ, or nothing where one can stand for the other."""
    mine, theirs = family_and_given(a)[1], family_and_given(b)[1]
    if not mine or not theirs or mine == theirs or not spelled(mine).isdisjoint(spelled(theirs)):
        return ""
    if is_han_person(a) != is_han_person(b):
        han, latin = (mine, theirs) if is_han_person(a) else (theirs, mine)
        if _romanises(han, latin):
            return ""
    elif _fits(_given_words(mine), _given_words(theirs)):
        return ""
    return f"{shown(theirs)}, not {shown(mine)}"


def _romanises(han: str, latin: str) -> bool:
    """Tell whether a given name in letters, or its initials, is that in Han characters."""
    known = readings("".join(han.split()))
    words = _given_words(latin)
    if not known or not spelled(latin).isdisjoint(known):
        return True
    initials = "".join(word[0] for word in words)
    return all(len(word) == 1 for word in words) and any(reading.startswith(initials[:1]) for reading in known)


def _given_words(given: str) -> list[str]:
    """Cut a given name into words in lower case; ``JE`` is two initials."""
    words: list[str] = []
    shouted = given == given.upper() and " " in given
    for word in _GIVEN_WORD.findall(given):
        words += list(word.lower()) if _CAPITALS.fullmatch(word) and not shouted else [fold(word)]
    return [word for word in words if word]


def _fits(a: list[str], b: list[str]) -> bool:
    """Tell whether two given names can be one: ``Yu-Neng``, ``Y. N.``, ``Yuneng``; ``Michael I.`` and ``M.``."""
    if _word_by_word(a, b):
        return True
    joined_a, joined_b = "".join(a), "".join(b)
    if (_ends_in_initial(a) and joined_b.startswith(joined_a)) or (
        _ends_in_initial(b) and joined_a.startswith(joined_b)
    ):
        return True
    short, long = sorted((a, b), key=len)
    position = iter(long)
    return all(len(word) > 1 and word in position for word in short)  # a first name that one list leaves out


def _ends_in_initial(words: list[str]) -> bool:
    return bool(words) and len(words[-1]) == 1


def _word_by_word(a: list[str], b: list[str]) -> bool:
    """Tell whether each word is the other's, or its initial, as far as both go."""
    return all(
        x == y or (len(x) == 1 and y[:1] == x) or (len(y) == 1 and x[:1] == y) for x, y in zip(a, b, strict=False)
    )
