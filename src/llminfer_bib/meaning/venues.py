"""Names of journals, proceedings, series and publishers: one in two spellings, or two."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from ..alike import SMALL_WORDS, squeezed, title_key
from ..kinds import is_preprint_venue
from ..venues import find
from .compared import SAME, Compared, said, slight
from .venue_names import (
    ANOTHER_PLACE,
    ANY_PLACE,
    CONTRACTIONS,
    EVENT_WORDS,
    LEGAL_FORMS,
    PUBLISHERS,
    SPONSORS,
    UNSAID,
)

_BRACKETS = re.compile(r"[(\[]([^()\[\]]{0,120})[)\]]")
_YEAR_BEHIND = re.compile(r"(?<=[A-Za-z])[’'`‘-]{0,2}(?:[0-9]{2}|(?:19|20)[0-9]{2})(?![0-9A-Za-z])")
_ACRONYM_FIRST = re.compile(r"\A([A-Z][A-Za-z]{2,8})[\s'’]{0,3}[0-9]{0,4}\s?[-–—:]\s")
_ACRONYM_LAST = re.compile(r"\s?[-–—:]\s{0,2}([A-Z][A-Za-z]{2,8})[\s'’]{0,3}[0-9]{0,4}\s{0,2}\Z")
"""``ICASSP 2024 - 2024 IEEE International Conference on...``; ``Proceedings of... - ICML '05``, ``Computer Vision – ECCV 2022``."""
_NUMBERED = re.compile(r"[0-9]+(?:st|nd|rd|th)?|(?:twenty|thirty|forty|fifty|sixty)")
_ORDINALS = frozenset(
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
    seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth""".split()
)
_LONGEST = 400


def compare_venue(mine: str, theirs: str) -> Compared:
    """Compare two venues. Another one never weighs by itself: see ``compare``."""
    return SAME if same_venue(mine, theirs) else slight(f"another venue: {said(mine, theirs, 'none')}")


def same_venue(mine: str, theirs: str) -> bool:
    """Tell whether two names are one venue: abbreviations, acronyms, years, ordinals, sponsors and "Proceedings of the" do not count.

    A workshop, Findings, a companion volume are other venues than the conference they belong to.
    """
    if mine == theirs or squeezed(title_key(mine)) == squeezed(title_key(theirs)) != "":
        return True
    if is_preprint_venue(mine) or is_preprint_venue(theirs):
        return is_preprint_venue(mine) and is_preprint_venue(theirs)
    known, known_theirs = _known(mine), _known(theirs)
    if known and known_theirs:
        return known == known_theirs
    a, b = _venue(mine), _venue(theirs)
    if not a.words or not b.words or a.place != b.place:
        return False
    return (
        not a.acronyms.isdisjoint(b.acronyms)
        or (a.event == b.event and _align(a.words, b.words))
        or _is_acronym_of(a, b)
        or _is_acronym_of(b, a)
    )


class _Venue(NamedTuple):
    """A venue's name, read."""

    words: tuple[str, ...]
    """Those that tell it from others."""
    every: tuple[str, ...]
    """Those whose letters may spell its acronym."""
    acronyms: frozenset[str]
    """One for all spellings of a known venue."""
    place: frozenset[str]
    """What makes it a side event."""
    event: bool
    """Whether it calls itself a conference or proceedings."""


@lru_cache(maxsize=4096)
def _venue(text: str) -> _Venue:
    text = _ACRONYM_LAST.sub(r" (\1)", _ACRONYM_FIRST.sub(r"(\1) ", text[:_LONGEST].strip()))
    text = _YEAR_BEHIND.sub(" ", text)
    key = title_key(_BRACKETS.sub(" ", text)).split() or title_key(text).split()
    every = [CONTRACTIONS.get(word, word) for word in key]
    told = [word for word in every if word not in _ORDINALS and not _NUMBERED.fullmatch(word)]
    event = not EVENT_WORDS.isdisjoint(told)
    words = [word for word in told if word not in SPONSORS] if event else told
    words = [word for word in words if word not in UNSAID]
    inside = [squeezed(title_key(part)).rstrip("0123456789") for part in _BRACKETS.findall(text)]
    acronyms = {_known(part) or part for part in inside if _is_acronym(part)} | {_known(text)} - {""}
    place = {ANOTHER_PLACE[word] for word in title_key(text).split() if word in ANOTHER_PLACE} - _not_a_place(inside)
    spelling = tuple(word for word in told if word not in SMALL_WORDS)
    return _Venue(tuple(words or told), spelling, frozenset(acronyms), frozenset(place), event)


@lru_cache(maxsize=4096)
def _known(text: str) -> str:
    """Return the acronym of a venue that the table of ``venues`` knows, in lower case."""
    venue = find(text)
    return venue.acronym.lower() if venue else ""


def _is_acronym(text: str) -> bool:
    return text.isascii() and text.isalpha() and 2 < len(text) <= 12


def _not_a_place(inside: list[str]) -> set[str]:
    """``(Volume 1: Long Papers)`` makes no other venue, ``(Volume 2: Short Papers)`` does."""
    return {"short"} if not any("short" in part for part in inside) else set()


def _align(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Tell whether two names are one word by word, a word perhaps cut short: ``Mach. Learn.``"""
    if "".join(a) == "".join(b):
        return True
    return len(a) == len(b) and all(
        x == y or (min(len(x), len(y)) > 1 and (x.startswith(y) or y.startswith(x))) for x, y in zip(a, b, strict=True)
    )


def _is_acronym_of(venue: _Venue, other: _Venue) -> bool:
    """Tell whether a venue is named by an acronym alone that some of the other's words, one after another, spell."""
    short = [word for word in venue.words if word not in ANY_PLACE]
    names = set(venue.acronyms) | ({short[0]} if len(short) == 1 and _is_acronym(short[0]) else set())
    return any((other.event and name in other.every) or _spells(name, other.every) for name in names)


def _spells(acronym: str, words: tuple[str, ...]) -> bool:
    """``sosp`` is *s*ymposium *o*perating *s*ystems *p*rinciples, ``mlsys`` *m*achine *l*earning *sys*tems."""
    for start in range(len(words)):
        rests = {acronym}
        for word in words[start:]:
            rests = {rest[length:] for rest in rests for length in range(1, _shared(rest, word) + 1)}
            if "" in rests:
                return True
            if not rests:
                break
    return False


def _shared(a: str, b: str) -> int:
    """Count the letters with which both begin, at most four: no acronym takes more of one word."""
    count = 0
    for x, y in zip(a[:4], b, strict=False):
        if x != y:
            break
        count += 1
    return count


def compare_publisher(mine: str, theirs: str) -> Compared:
    """Compare two publishers: legal forms, imprints, cities do not count."""
    if _publisher(mine) == _publisher(theirs):
        return SAME
    return slight(f"another publisher: {said(mine, theirs, 'none')}")


@lru_cache(maxsize=4096)
def _publisher(text: str) -> str:
    """Return the one name of a publisher; a city may stand before a colon or behind a comma."""
    text = text[:_LONGEST]
    parts = [text, text.partition(",")[0], text.rpartition(":")[2], *_BRACKETS.findall(text)]
    keys = [_company(part) for part in parts]
    for key in keys:
        for name, spellings in _publishers():
            if any(key == spelling or key.startswith(spelling + " ") for spelling in spellings):
                return name
    return keys[0] or " ".join(text.split())


@cache
def _publishers() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the table with its spellings as ``_company`` makes them."""
    return tuple((name, tuple(map(_company, spellings))) for name, spellings in PUBLISHERS)


def _company(text: str) -> str:
    words = title_key(_BRACKETS.sub(" ", text)).split()
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)
