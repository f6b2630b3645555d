"""Whether two entries are one work: surely, perhaps, or not. What speaks against it goes before what speaks for it.

Editions, parts, translations, versions, errata and slides are works of their own. Which entries are compared is for ``finding``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..alike import (
    family_and_given,
    family_overlap,
    fold,
    is_han_person,
    readings,
    same_family,
    whole_name,
    word_changes,
)
from ..identifiers import is_preprint_doi
from ..model import Person
from .counters import ANOTHER_FORM, GENERIC, NOTICES
from .works import Work

_LIKE_TITLE = 80
_ALIKE = 72
_ALIKE_HAN = 30
"""Half the characters may be written as they were before 1956."""
_SAME_PEOPLE = 0.5
_ALL_PEOPLE = 0.99
_SHORT = 3
_SHORT_HAN = 6
_YEARS = 5
_LONGEST = 1000
_MOST_PEOPLE = 40
_MOST_CHANGED = 16
_WRITTEN = frozenset({"paper", "preprint", "report", "other"})
_ONLINE = frozenset({"project", "video", "course", "blog", "page", "dataset"})
_PARTS = frozenset(
    {"inbook", "incollection", "inproceedings", "suppbook", "bookinbook", "inreference", "suppcollection"}
)
_KIND_OF_FORM = {
    "code": "project",
    "software": "project",
    "dataset": "dataset",
    **dict.fromkeys(("video", "talk", "lecture", "recording", "webinar", "screencast"), "video"),
}

SAME, SHORTER, SPELLED, ALIKE, OTHER, UNKNOWN = "same", "shorter", "spelled", "alike", "other", "unknown"
"""How two titles stand: one; one without its subtitle; one with a slip or other small words; of common words; two; one is missing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that are, or may be, one work."""

    why: str
    certain: bool


def judge(a: Work, b: Work) -> Pair | None:
    """Say whether two entries are one work; None where they are two."""
    shared = _shared(a, b)
    titles = _titles(a, b)
    if (titles == OTHER and not shared) or contradiction(a, b, known=_is_identified(shared, titles)):
        return None
    if titles == SAME and a.said == b.said:
        return Pair(shared or "every field is the same", certain=True)
    overlap = _overlap(a, b)
    if shared.startswith("the same address") and (a.title not in GENERIC or a.kind in _ONLINE):
        return _by_address(a, b, shared, titles, overlap)
    if shared.startswith("one has"):
        return Pair(shared, certain=False)
    if shared and not shared.startswith("the same address"):
        return _by_identifier(a, b, shared, titles, overlap)
    return _by_title(a, b, titles, overlap)


def _shared(a: Work, b: Work) -> str:
    if a.doi and a.doi == b.doi:
        return f"the same DOI {a.doi}"
    if a.arxiv and a.arxiv == b.arxiv:
        return f"the same arXiv id {a.arxiv}"
    if a.isbn & b.isbn and a.type not in _PARTS and b.type not in _PARTS:
        return "the same ISBN"
    if a.key in b.ids or b.key in a.ids:
        return "one has the key of the other in `ids`"
    if a.url and a.url == b.url and (a.kind in _ONLINE or b.kind in _ONLINE or a.title == b.title):
        return "the same address"
    return ""


def apart(a: Work, b: Work) -> bool:
    """Tell whether two entries cannot be one work, whatever a third one says that may be one with each of them."""
    return bool(contradiction(a, b, known=_is_identified(_shared(a, b), _titles(a, b))))


def at_odds(a: Work, b: Work) -> bool:
    """Tell whether a third entry, which lacks what tells these two apart, must not make one of them without a person."""
    return (a.kind == "preprint") == (b.kind == "preprint") and bool(set(_doubts(a, b)) - {"another type"})


def _is_identified(shared: str, titles: str) -> bool:
    return titles in {SAME, SPELLED} and shared.startswith(("the same DOI", "the same arXiv", "the same ISBN"))


# --- what speaks against it


def contradiction(a: Work, b: Work, *, known: bool = False) -> str:
    """Say why two entries cannot be one work; an empty text where nothing speaks against it.

    `known` says that they share an identifier and a title: then a slip in a lesser field speaks against certainty only.
    """
    if a.key in b.related or b.key in a.related:
        return "one names the other as its parent or as a related work"
    if a.form != b.form and _another_form(a, b):
        return "another form"
    if _another_kind(a, b) and not (known and ("misc" in {a.type, b.type} or {a.kind, b.kind} <= _WRITTEN | {"page"})):
        return "another kind of thing"
    if a.han != b.han and a.title and b.title:
        return "another language"
    if a.numbers != b.numbers and a.title and b.title:
        return "other numbers in the title"
    if (a.edition or "1") != (b.edition or "1"):
        return "another edition"
    if a.kind == b.kind == "book" and _two(a.volume, b.volume):
        return "another volume"
    if _two(a.part, b.part) or _two(a.chapter, b.chapter) or _two(a.addon, b.addon):
        return "another part"
    if (
        a.version != b.version
        and (a.kind in _ONLINE or b.kind in _ONLINE)
        and (_two(a.version, b.version) or not a.url or a.url != b.url)
    ):
        return "another version"
    if _two(a.translators.persons, b.translators.persons) and not family_overlap(a.translators, b.translators):
        return "another translation"
    return _other_identity(a, b) or ("" if known else _lesser(a, b))


def _lesser(a: Work, b: Work) -> str:
    if _two(a.language, b.language):
        return "another language"
    if _two(a.volume, b.volume):
        return "another volume"
    if _two(a.issue, b.issue) and _two(a.pages, b.pages) and a.kind == b.kind == "paper":
        return "another issue"
    return ""


def _another_kind(a: Work, b: Work) -> bool:
    if a.kind == b.kind or {a.kind, b.kind} <= _WRITTEN:
        return False
    if {a.kind, b.kind} <= _ONLINE and a.url and a.url == b.url:
        return False
    return "misc" not in {a.type, b.type} or not {a.kind, b.kind} <= _WRITTEN | {"page"}


def _another_form(a: Work, b: Work) -> bool:
    """Tell whether slides stand beside a paper; code beside ``@software``, and a thesis of unsaid degree, are of one form."""
    if a.kind == b.kind == "thesis":
        return bool(a.form and b.form)
    said, other = (a, b) if a.form else (b, a)
    return bool(other.form) or other.kind != _KIND_OF_FORM.get(said.form)


def _other_identity(a: Work, b: Work) -> str:
    if _two(a.arxiv, b.arxiv):
        return "another arXiv id"
    if _two(a.doi, b.doi) and not is_preprint_doi(a.doi) and not is_preprint_doi(b.doi):
        return "another DOI"
    if a.kind == "book" and _two(a.isbn, b.isbn) and not a.isbn & b.isbn:
        return "another ISBN"
    if a.kind in _ONLINE and b.kind in _ONLINE and (_two(a.url, b.url) or _two(a.event, b.event)):
        return "another address"
    if a.type in _PARTS and b.type in _PARTS and _two(a.pages, b.pages) and a.year == b.year:
        return "other pages"
    return ""


def _two(mine: object, theirs: object) -> bool:
    return bool(mine and theirs) and mine != theirs


def _doubts(a: Work, b: Work) -> Iterator[str]:
    """Yield what keeps two entries of one title and one set of people from being one work for certain."""
    if a.type != b.type:
        yield "another type"
    if a.year != b.year and ((a.year and b.year) or a.kind == "book"):
        yield "another year"
    if a.day[0] != b.day[0] and all((a.day[0], b.day[0])) and a.kind != "paper":
        yield "another month"
    for name in ("venue", "event", "volume", "issue", "pages", "language"):
        if _two(getattr(a, name), getattr(b, name)):
            yield f"another {name}"
    if a.version != b.version:
        yield "another version"
    if a.addon != b.addon or bool(a.translators.persons) != bool(b.translators.persons):
        yield "a translation or another form"


# --- titles


def _titles(a: Work, b: Work) -> str:
    """Return how two titles stand, one of the words above."""
    if not a.whole or not b.whole:
        return UNKNOWN
    if a.whole == b.whole:
        return SAME
    if a.whole in {b.main, b.rest} or b.whole in {a.main, a.rest}:
        return SHORTER
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415  # only where it is needed: start-up time

    near = ratio(a.title[:_LONGEST], b.title[:_LONGEST], score_cutoff=_ALIKE_HAN if a.han else _ALIKE)
    if near >= (_ALIKE_HAN if a.han else _LIKE_TITLE) and _spelled(a, b):
        return SPELLED
    return ALIKE if near >= _ALIKE else OTHER


def _spelled(a: Work, b: Work) -> bool:
    """Tell whether two titles differ in spelling only. Of Han, only characters of one reading are: a slip, or 語 for 语."""
    if a.han:
        return len(a.whole) == len(b.whole) and len(a.whole) >= _SHORT_HAN and all(map(_one_reading, a.whole, b.whole))
    words = set(a.title.split()) ^ set(b.title.split())
    return len(words) <= _MOST_CHANGED and word_changes(a.title, b.title) == ([], [])


def _one_reading(mine: str, theirs: str) -> bool:
    return mine == theirs or not readings(mine).isdisjoint(readings(theirs))


def _is_about(a: Work, b: Work) -> bool:
    """Tell whether one title has a word more that makes it a word about the other: erratum, comment."""
    return bool(NOTICES & (set(a.title.split()) ^ set(b.title.split())))


def _is_another(a: Work, b: Work) -> bool:
    """Tell whether one title has a word more that makes another work of it: erratum, survey, poster."""
    return _is_about(a, b) or bool(ANOTHER_FORM & (set(a.title.split()) ^ set(b.title.split())))


def _says_little(work: Work) -> bool:
    """Tell whether a title is short enough for several works to have it."""
    if work.title in GENERIC:
        return True
    return len(work.whole) < _SHORT_HAN if work.han else len(work.title.split()) <= _SHORT


# --- people


def _overlap(a: Work, b: Work) -> float:
    """Return which part of the people is shared, -1 where one of the lists is missing; other given names do not count."""
    if not a.people.persons or not b.people.persons:
        return -1.0
    if a.people == b.people:
        return 1.0
    mine, theirs = a.people, b.people
    if len(mine) > _MOST_PEOPLE or len(theirs) > _MOST_PEOPLE:
        return family_overlap(mine, theirs)
    if is_han_person(mine.persons[0]) and is_han_person(theirs.persons[0]) and all(map(_one_han_name, mine, theirs)):
        return 1.0 if len(mine) == len(theirs) else min(len(mine), len(theirs)) / max(len(mine), len(theirs))
    if (
        len(mine) == len(theirs)
        and all(names := sorted(map(whole_name, mine)))
        and names == sorted(map(whole_name, theirs))
    ):
        return 1.0
    unlike = sum(not _may_be_one(one, other) for one, other in zip(mine, theirs, strict=False))
    return max(0.0, family_overlap(mine, theirs) - unlike / max(len(mine), len(theirs)))


def _may_be_one(a: Person, b: Person) -> bool:
    """Tell whether two persons in one place of their lists can be one: of one family they need given names that agree."""
    if a == b or is_han_person(a) != is_han_person(b) or not same_family(a, b):
        return True  # `family_overlap` has seen the last
    given_a, given_b = family_and_given(a)[1], family_and_given(b)[1]
    if is_han_person(a):
        return not given_a or not given_b or (len(given_a) == len(given_b) and all(map(_one_reading, given_a, given_b)))
    mine, theirs = (fold(given).replace("-", " ").replace(".", " ").split() for given in (given_a, given_b))
    if not mine or not theirs or mine[0][0] != theirs[0][0]:
        return not mine or not theirs
    return len(mine[0]) == 1 or len(theirs[0]) == 1 or _begins(mine, theirs)


def _one_han_name(a: Person, b: Person) -> bool:
    """刘 and 劉 are one, 王伟 and 王磊 two."""
    mine, theirs = "".join(family_and_given(a)), "".join(family_and_given(b))
    return len(mine) == len(theirs) and all(map(_one_reading, mine, theirs))


def _begins(mine: list[str], theirs: list[str]) -> bool:
    """``Xiao Ming`` and ``Xiaoming`` are one, ``Dan`` may be ``Daniel``; ``Wei`` and ``Wen`` are two."""
    one, other = "".join(mine), "".join(theirs)
    if one.startswith(other) or other.startswith(one) or mine[0] == theirs[0]:
        return True
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # only where it is needed: start-up time

    return min(len(one), len(other)) >= 5 and OSA.distance(one, other, score_cutoff=1) <= 1


# --- what speaks for it


def _by_identifier(a: Work, b: Work, why: str, titles: str, overlap: float) -> Pair | None:
    """Judge two that share an identifier. Chapters often carry that of their book, and some carry another work's by a slip."""
    parts = a.type in _PARTS and b.type in _PARTS
    apart = 0 <= overlap < _SAME_PEOPLE
    if titles != UNKNOWN and _is_about(a, b):
        return None
    if parts and (apart or titles in {ALIKE, OTHER, UNKNOWN} or a.title in GENERIC):
        return None
    if (a.type in _PARTS and b.kind == "book") or (b.type in _PARTS and a.kind == "book"):
        return None
    if titles in {ALIKE, OTHER}:
        if apart or (titles == OTHER and overlap < 0):
            return None
        return Pair(f"{why}, with another title", certain=False)
    if apart:
        return Pair(f"{why}, with other people", certain=False)
    doubts = [doubt for doubt in _doubts(a, b) if doubt in {"another volume", "another language", "another pages"}]
    if _two(a.arxiv_version, b.arxiv_version) or _two(a.version, b.version):
        doubts.append("another version")
    if _another_kind(a, b):
        doubts.append("another kind")
    if titles == SHORTER and _is_another(a, b):
        doubts.append("another title")
    if a.kind == "book" and "DOI" not in why and abs(a.year - b.year) > 0:
        doubts.append("another year")
    return Pair(why, certain=not doubts)


def _by_address(a: Work, b: Work, why: str, titles: str, overlap: float) -> Pair | None:
    """Judge two pages of one address. A site may be the address of many works: their titles must have something in common."""
    if titles == UNKNOWN or 0 <= overlap < _SAME_PEOPLE or _is_another(a, b):
        return None
    if titles == OTHER and not (a.whole in b.whole or b.whole in a.whole):
        return None
    if titles == SAME:
        doubts = [doubt for doubt in _doubts(a, b) if doubt not in {"another type", "another venue"}]
        return Pair("the same title and address", certain=not doubts and a.kind == b.kind)
    return Pair(f"{why}, with another title", certain=False)


def _by_title(a: Work, b: Work, titles: str, overlap: float) -> Pair | None:
    """Judge two by title and people alone."""
    if titles == UNKNOWN or 0 <= overlap < _SAME_PEOPLE or _is_another(a, b):
        return None
    if overlap < 0:
        return _people_unknown(a, b, titles)
    doubts = list(_doubts(a, b))
    little = _says_little(a) or _says_little(b)
    if (a.title in GENERIC or b.title in GENERIC) and (doubts or titles != SAME or not (a.year and a.venue)):
        return None
    preprint = "preprint" in {a.kind, b.kind} and a.kind != b.kind
    many = min(len(a.people), len(b.people)) > 1
    if titles == ALIKE:
        likely = preprint and overlap >= _ALL_PEOPLE and many and _near(a, b) and not little
        return (
            Pair("people and title are those of a preprint and its published version", certain=False)
            if likely
            else None
        )
    if titles == SHORTER and (overlap < _ALL_PEOPLE or not (many or not little)):
        return None
    if little and (overlap < _ALL_PEOPLE or (not preprint and "another year" in doubts) or not _near(a, b)):
        return None
    same = titles == SAME and overlap >= _ALL_PEOPLE
    if preprint:
        return Pair("a preprint and its published version", certain=same and _near(a, b) and not little)
    backed = not little or (many and bool(a.year and a.venue) and a.venue == b.venue)
    return Pair("the same title and people", certain=same and backed and not doubts)


def _near(a: Work, b: Work) -> bool:
    return not (a.year and b.year) or abs(a.year - b.year) <= _YEARS


def _people_unknown(a: Work, b: Work, titles: str) -> Pair | None:
    """Judge two of which one names nobody: only a whole title that says something will do, and no other year."""
    if titles != SAME or _says_little(a) or (a.year and b.year and a.year != b.year):
        return None
    return Pair("the same title, people unknown", certain=False)
