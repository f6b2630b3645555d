"""One venue by its acronym, name or DBLP stream, its real name in a year, and its editions; running text is read in ``appearances``."""

from __future__ import annotations

import re
from functools import cache

from .table import VENUES, Venue

WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+|[0-9]+|[\u3400-\u9fff]")
"""What counts of a spelling: runs of letters, runs of digits, single Han characters."""
_LONGEST = 300
_STREAM = re.compile(r"(?:https?://dblp\.org/)?(?:db/|rec/|streams/)?((?:conf|journals)/[A-Za-z0-9]++)(?:/.*)?\Z")
_VOLUME = re.compile(r"\s*\((?:[0-9]{1,2}|[A-Z]|1st)\)\Z")
_BRACKET = re.compile(r"\s*\(([^()]{1,40})\)\s*\Z")
_MARKS = re.compile(r"\{[a-zA-Z]{2,4}\}")
_PART_AT_END = re.compile(r",\s*vol(?:ume|\.)\s*[0-9]{1,3}\Z", re.IGNORECASE)
_YEAR_AT_END = re.compile(r"[\s,'\u2019-]*(?:19|20)[0-9]{2}\Z|'[0-9]{2}\Z")

_BEFORE_NAMES = frozenset({"the", "proceedings", "proc", "of", "in", "annual"})
_ONES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth"
).split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

_NUMBERS = frozenset({"st", "nd", "rd", "th", *_ONES, *_TENS, *(word[:-1] + "ieth" for word in _TENS)})


def words_of(text: str) -> tuple[str, ...]:
    """Return what counts of a spelling: ``("acl", "ijcnlp", "2021")``."""
    return tuple(WORD.findall(text.lower()))


@cache
def spellings() -> dict[tuple[str, ...], tuple[Venue, str]]:
    """Return every spelling by its words, with its venue and how it is written. The first row wins."""
    found: dict[tuple[str, ...], tuple[Venue, str]] = {}
    for venue in VENUES:
        for spelling in (venue.acronym, *venue.spellings):
            found.setdefault(words_of(spelling), (venue, spelling))
    return found


@cache
def _names() -> dict[tuple[str, ...], Venue]:
    """Return the real names, with and without the acronym in brackets, by what is left of them without year and edition."""
    found: dict[tuple[str, ...], Venue] = {}
    for venue in VENUES:
        name = _MARKS.sub(" ", venue.name)
        for form in (name, _BRACKET.sub("", name)):
            found.setdefault(_unnumbered(words_of(form)), venue)
    return found


@cache
def _streams() -> dict[str, Venue]:
    return {venue.dblp.lower(): venue for venue in reversed(VENUES) if venue.dblp}


def find(text: str) -> Venue | None:
    """Return the venue that ``text`` is: an acronym, a name, DBLP's name for it (``ACL (1)``), stream or key, a year allowed at the end.

    Nothing is guessed: a text that says more than the venue is none.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if (stream := _STREAM.match(text)) is not None:
        return _streams().get(stream[1].lower())
    for _ in range(3):
        if (venue := _by_words(words_of(text))) is not None:
            return venue
        if (bracket := _BRACKET.search(text)) is not None:
            venue = _by_words(words_of(_PART_AT_END.sub("", text[: bracket.start()])))
            inside = _by_words(words_of(_YEAR_AT_END.sub("", bracket[1])))
            if venue is not None and venue is inside:
                return venue
        shorter = _YEAR_AT_END.sub("", _VOLUME.sub("", text)).strip()
        if shorter == text:
            break
        text = shorter
    return _names().get(_unnumbered(words_of(_PART_AT_END.sub("", text))))


def _by_words(words: tuple[str, ...]) -> Venue | None:
    """Look words up, then again without the ``Proceedings of the 29th`` before them."""
    while words:
        if (known := spellings().get(words)) is not None:
            return known[0]
        if ordinal(words[:2]):
            words = words[2:]
        elif words[0] in _BEFORE_NAMES or ordinal(words[:1]) or (len(words[0]) == 4 and words[0].isdigit()):
            words = words[1:]
        else:
            break
    return None


def _unnumbered(words: tuple[str, ...]) -> tuple[str, ...]:
    """Drop every number, in digits or spelt, and the ``Proceedings of the`` before a name."""
    kept = [word for word in words if not word.isdigit() and word not in _NUMBERS]
    while kept and kept[0] in _BEFORE_NAMES:
        kept.pop(0)
    return tuple(kept)


def full_name(venue: Venue, year: int) -> str:
    """Return the venue's real name in a year: ``Proceedings of the 29th Symposium on Operating Systems Principles (SOSP '23)``.

    Year 0 means unknown: year and number of the edition are left out, as is a number that nobody counted.
    """
    edition = edition_in(venue, year)
    name = venue.name
    for mark, text in (("{nth}", _digits(edition)), ("{Nth}", _spelt(edition))):
        name = name.replace(mark, text) if edition else name.replace(mark + " ", "")
    if year:
        return name.replace("{year}", str(year)).replace("{yy}", f"{year % 100:02d}")
    for mark in (" {year}", " '{yy}", "-{yy}", "{year} "):
        name = name.replace(mark, "")
    return name


def edition_in(venue: Venue, year: int) -> int:
    """Return the number of the edition of a year, or 0."""
    for held, number in venue.editions:
        if held == year:
            return number
    return year - venue.zeroth if venue.zeroth and year >= venue.since else 0


def year_of(venue: Venue, edition: int) -> int:
    """Return the year of an edition, or 0."""
    for held, number in venue.editions:
        if number == edition:
            return held
    year = venue.zeroth + edition if venue.zeroth else 0
    return year if year >= venue.since else 0


def ordinal(words: tuple[str, ...]) -> int:
    """Return the number that one or two words say: ``("33", "rd")``, ``("thirty", "third")``, ``("twelfth",)``; else 0."""
    if len(words) == 2:
        first, second = words
        if first.isdigit() and second in {"st", "nd", "rd", "th"}:
            return int(first[:4])
        return _TENS[first] + _ONES.index(second) + 1 if first in _TENS and second in _ONES[:9] else 0
    if len(words) == 1 and words[0] in _ONES:
        return _ONES.index(words[0]) + 1
    if len(words) == 1 and words[0].endswith("ieth"):
        return _TENS.get(words[0][:-4] + "y", 0)
    return 0


def _digits(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _spelt(number: int) -> str:
    """``Thirty-Third``."""
    if not 0 < number < 100:
        return _digits(number)
    if number < 20:
        return _ONES[number - 1].capitalize()
    tens = next(word for word, value in _TENS.items() if value == number // 10 * 10)
    if number % 10 == 0:
        return f"{tens[:-1]}ieth".capitalize()
    return f"{tens.capitalize()}-{_ONES[number % 10 - 1].capitalize()}"
