"""Persons and groups as Crossref lists them -> People."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..model import NOBODY, People, Person
from ..names import is_han
from .markup import plain

MOST = 10_000

PARTICLES = frozenset(
    "af al auf aus av da das de dei del dela della delle den der des di do dos du e el het la las le lo los op 't te ten"
    " ter van vander vom von y zu zum zur".split()
)
"""Words before a family name that are in lower case."""
SUFFIXES = {
    "jr": "Jr.",
    "junior": "Jr.",
    "sr": "Sr.",
    "senior": "Sr.",
    "ii": "II",
    "iii": "III",
    "iv": "IV",
    "2nd": "II",
    "3rd": "III",
}
"""Suffixes that are part of a name; degrees and orders are not."""
PLACEHOLDERS = frozenset(
    {"", "-", ".", "..", "...", "n/a", "na", "none", "null", "unknown", "no author", "not available", "no given name"}
)
OTHERS = frozenset({"et al", "others", "and others", "等"})
GROUP_WORDS = frozenset(
    "alliance association authors center centre collaboration collective commission committee community company"
    " consortium corporation council department foundation group inc institute investigators lab laboratories"
    " laboratory ltd members ministry network office organisation organization panel partnership project"
    " researchers society team university workshop".split()
)
"""Words by which a name without given name is a group's."""
_MARKS = re.compile(r"[\s*∗†‡§¶#,;:]++$|(?<=[^\W\d_]{3})[0-9]{1,2}$")
_SUFFIX = re.compile(r"(.*\S)(?:\s*,\s*|\s+)(jr|junior|sr|senior|ii|iii|iv|2nd|3rd)\.?", re.IGNORECASE | re.DOTALL)
_INITIALS = re.compile(r"(?:[^\W\d_]{1,3}(?:[.\s‐-]++|$))+")
_HALF_CAPITALS = re.compile(r"(Mc|Mac|Di|La|Le|Van)([A-Z]{3,})")
_CAPITAL_WORD = re.compile(r"[^\W\d_]+(?:[’'`ʼ][^\W\d_]+)*")


def read_people(items: object) -> People:
    """Return the persons of a Crossref name list in their order. Never raises; ORCIDs and affiliations are not kept.

    A person listed twice with the same ORCID or affiliation, or a whole list given twice, counts once; two different
    people may share a name, so a bare name that comes again stays.
    """
    if not isinstance(items, list) or not items:
        return NOBODY
    entries = [item for item in items[:MOST] if isinstance(item, dict)]
    half = len(entries) // 2
    if half > 1 and len(entries) % 2 == 0 and entries[:half] == [_at(item, entries) for item in entries[half:]]:
        entries = entries[:half]
    persons: list[Person] = []
    seen: set[tuple[Person, str]] = set()
    others = False
    capitals = _in_capitals(entries)
    for item in entries:
        person = _person(item, capitals=capitals)
        whole = (person.literal or person.family).lower().rstrip(".")
        if whole in OTHERS:
            others = True
            continue
        proof = _proof(item)
        if whole in PLACEHOLDERS or (proof and (person, proof) in seen):
            continue
        seen.add((person, proof))
        persons.append(person)
    return People(tuple(persons), others) if persons or others else NOBODY


def _at(item: dict[str, Any], entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the entry as it would be in the first half: only its place in the sequence may differ."""
    first = entries[0]
    return {**item, "sequence": "first"} if {**item, "sequence": "first"} == {**first, "sequence": "first"} else item


def _proof(item: dict[str, Any]) -> str:
    """Return what tells two entries of one name to be one person."""
    orcid = item.get("ORCID")
    if isinstance(orcid, str) and orcid:
        return orcid[-19:]
    affiliation = item.get("affiliation")
    return repr(affiliation)[:1000] if isinstance(affiliation, list) and affiliation else ""


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    text = plain(value[:1000]) if isinstance(value, str) else ""
    text = _MARKS.sub("", text) if not text.endswith("..") else text
    return "" if text.lower() in PLACEHOLDERS else text


def _in_capitals(entries: Sequence[dict[str, Any]]) -> bool:
    """Tell whether every family of the list (two at least) stands in capitals: then it is a layout, even with initials."""
    families = [family for item in entries if len(family := _text(item, "family")) > 1]
    return len(families) > 1 and all(family.isupper() for family in families)


def _person(item: dict[str, Any], *, capitals: bool) -> Person:
    family, given = _text(item, "family"), _text(item, "given")
    if not family:
        return Person(literal=_text(item, "name") or given)
    if is_han(family) and (not given or is_han(given)):
        return Person(literal=family + given if given else family)
    if not given and (set(re.findall(r"[^\W\d_]+", family.lower())) & GROUP_WORDS):
        return Person(literal=family)
    family, suffix = _without_suffix(family)
    given, behind = _without_suffix(given)
    suffix = suffix or behind or SUFFIXES.get(_text(item, "suffix").lower().rstrip("."), "")
    if given and family.isupper() and _is_layout(given, family, capitals=capitals):
        if given.isupper() and not _INITIALS.fullmatch(given):
            given = " ".join(_small(word) for word in given.split())
        family = " ".join(
            word.lower() if word.lower() in PARTICLES - _NAMES else _small(word) for word in family.split()
        )
    if (half := _HALF_CAPITALS.fullmatch(family)) is not None:
        family = half[1] + half[2].capitalize()
    prefix, family, given = _particles(family, given)
    return Person(family, given, prefix, suffix)


_NAMES = frozenset({"al", "da", "de", "di", "do", "du", "e", "la", "le", "lo", "los", "te", "y", "das", "del", "den"})
"""Particles that are names of their own too, or belong to them with a capital: in a name all in capitals nobody can tell."""


def _without_suffix(text: str) -> tuple[str, str]:
    found = _SUFFIX.fullmatch(text)
    return (found[1].rstrip(" ,"), SUFFIXES[found[2].lower()]) if found is not None else (text, "")


def _is_layout(given: str, family: str, *, capitals: bool) -> bool:
    """Tell whether a family in capitals is a matter of layout (``FangNan YANG``), not a name of capitals."""
    if len(family) < 2:
        return False
    if not given.isupper():
        return True
    return capitals or len(family) > 3


def _small(word: str) -> str:
    return _CAPITAL_WORD.sub(lambda found: _one(found[0]), word)


def _one(word: str) -> str:
    """``MCDONALD`` is McDonald, ``O'BRIEN`` is O'Brien, ``D’ANGELO`` is D’Angelo."""
    mark = next((character for character in word if character in "’'`ʼ"), "")
    if mark:
        head, _, tail = word.partition(mark)
        return _one(head) + mark + _one(tail) if len(head) < 3 else word[0] + _lower(word[1:])
    if word.startswith("MC") and len(word) > 4:
        return "Mc" + word[2] + _lower(word[3:])
    return word[0] + _lower(word[1:])


def _lower(text: str) -> str:
    return text.replace("İ", "i").lower()


def _particles(family: str, given: str) -> tuple[str, str, str]:
    """Part the von part from the family's front, or from the given name's end where it was put."""
    words = family.split()
    count = 0
    while count < len(words) - 1 and words[count] in PARTICLES:
        count += 1
    before = given.split()
    start = len(before)
    while start > 1 and before[start - 1] in PARTICLES - {"e", "y"}:
        start -= 1
    prefix = " ".join([*before[start:], *words[:count]])
    return prefix, " ".join(words[count:]), " ".join(before[:start])
