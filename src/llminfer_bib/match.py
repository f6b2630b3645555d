"""Is this record the work of that entry? ``judge`` a candidate, pick the ``best`` of a search, ask ``same_work`` of an identifier.

Nobody is asked and nothing is changed here; what an accepted record does to an entry is decided in ``enrich``.
The thresholds are those of DESIGN section 5; ``bench/match.py`` counts what they do on 411 recorded searches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .alike import family_overlap, numbers, squeezed, title_key, title_ratio, word_changes
from .identifiers import is_preprint_doi
from .model import People
from .records import Record

__all__ = [
    "ACCEPT",
    "REJECT",
    "REVIEW",
    "Verdict",
    "best",
    "family_overlap",
    "judge",
    "same_work",
    "title_key",
    "title_ratio",
]

ACCEPT = "accept"
REVIEW = "review"
REJECT = "reject"

SAME_TITLE = 0.93
"""From here on two titles are one."""
LIKE_TITLE = 0.80
"""From here on a person should look."""
ENOUGH_PEOPLE = 0.5
"""This part of the families must be shared."""
ENOUGH_FOR_SHORT = 0.75
"""The same for a title that many works have."""
_CHANGED_TITLE = 0.5
"""Behind an identifier: this part of the words of weight must be shared, else the title is another one."""
_YEARS_APART = 3
_YEARS_BEFORE = 1
_SHORT = 3
"""Titles with so few words of weight, or fewer, say little."""

NOTICES = (
    # how a title begins that is about a work (the rest of it is that work's title), and what it then gets
    (r"(?:author |publisher |editorial )?(?:correction|corrigendum|corrigenda|erratum|errata|addendum)", REJECT),
    (r"(?:statement of )?(?:retraction|withdrawal)(?: note| notice)?", REJECT),
    (r"expression of concern", REJECT),
    (r"(?:peer |decision |public )?review(?: [0-9]+)?", REJECT),
    (r"(?:decision letter|reviewer report|author response|authors? reply)", REJECT),
    (r"(?:a )?(?:response|reply|rejoinder|rebuttal)", REJECT),
    (r"(?:a )?(?:comments?|commentary|discussion|remarks?)", REJECT),
    (r"(?:supplementary (?:material|data|information)|supplement|data|code|dataset|artifact|appendix)", REJECT),
    (r"(?:retracted|withdrawn)(?: article| chapter| paper)?", REVIEW),
)
_LINKED = r"(?:[ ]?[:\-–—.][ ]|[ ](?:to|for|on|of)\b[ :“\"']{0,4}(?:the (?:article|paper|manuscript)\b[ ,:“\"']{0,4})?)"
_NOTICES = tuple((re.compile(rf"\W{{0,3}}({start}){_LINKED}", re.IGNORECASE), status) for start, status in NOTICES)

SHORTER_FORMS = (
    "extended abstract",
    "abstract",
    "poster",
    "demo",
    "demonstration",
    "demo paper",
    "keynote",
    "invited talk",
    "tutorial",
    "panel",
    "short paper",
    "work in progress",
    "extended version",
    "student abstract",
    "doctoral consortium",
)
"""Words in brackets, or before a colon, that say that a record is another form of a work."""
_SHORTER = re.compile(
    rf"[(\[](?:[\w ]{{1,20}} )?({'|'.join(SHORTER_FORMS)})[)\]]|\A\s*({'|'.join(SHORTER_FORMS)})(?: abstract)?\s?[:\-–—]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a record is the work of an entry."""

    status: str
    """ACCEPT, REVIEW (a person must look) or REJECT."""
    ratio: float
    """How alike the titles are, 0 to 1."""
    overlap: float
    """Which part of the families is shared, 0 to 1."""
    why: str
    """For people, in a few words."""


def judge(title: str, authors: People, year: int | None, record: Record) -> Verdict:
    """Judge a candidate that a title search brought. Accepts only published works with one title and shared people.

    ``year`` is that of the entry, perhaps of its preprint. Titles count with and without the record's subtitle.
    """
    status, notice, theirs = _without_notice(title, record.title)
    wording, ratio = _nearest(title, theirs, record.subtitle)
    overlap = family_overlap(authors, record.authors)
    if notice and ratio >= LIKE_TITLE:
        return Verdict(status if overlap or status == REJECT else REJECT, ratio, overlap, f'"{notice}" of a work')
    if ratio < LIKE_TITLE:
        if overlap >= ENOUGH_PEOPLE and record.published and _lacks_subtitle(title, wording):
            return Verdict(REVIEW, ratio, overlap, "one title lacks what stands behind the colon")
        return Verdict(REJECT, ratio, overlap, "another title")
    if not record.published or is_preprint_doi(record.doi):
        return Verdict(REJECT, ratio, overlap, "not a published work")
    if overlap < ENOUGH_PEOPLE:
        return _by_others(title, authors, record, ratio, overlap)
    if ratio < SAME_TITLE:
        if numbers(title_key(title)) != numbers(title_key(wording)):
            return Verdict(REJECT, ratio, overlap, "a similar title with other numbers")
        return Verdict(REVIEW, ratio, overlap, "the titles are only alike")
    doubts = list(_doubts(title, wording, year, record, overlap))
    return Verdict(REVIEW if doubts else ACCEPT, ratio, overlap, "; ".join(doubts) or "title and authors agree")


def best(title: str, authors: People, year: int | None, records: Iterable[Record]) -> tuple[Verdict, Record] | None:
    """Return the record that is the work, or that a person should look at; None where there is none.

    Of several versions (conference, journal) the one nearest to ``year`` is taken; a tie is for a person.
    """
    judged = [(judge(title, authors, year, record), record) for record in records]
    accepted = [pair for pair in judged if pair[0].status == ACCEPT]
    if not accepted:
        likely = [pair for pair in judged if pair[0].status == REVIEW]
        return max(likely, key=lambda pair: (pair[0].ratio, pair[0].overlap), default=None)
    nearest = min(_distance(year, record) for _, record in accepted)
    near = [pair for pair in accepted if _distance(year, pair[1]) == nearest]
    verdict, record = near[0]
    if len({_identity(candidate) for _, candidate in near}) > 1:
        why = f"{len(near)} published versions fit: " + ", ".join(_identity(candidate) for _, candidate in near[:4])
        verdict = Verdict(REVIEW, verdict.ratio, verdict.overlap, why)
    return verdict, record


def same_work(title: str, authors: People, record: Record) -> Verdict:
    """Judge a record that an identifier led to: arXiv's or the entry's own DOI. Looser, because titles change on the way.

    Does not ask whether the record is published, nor minds that it is retracted: its notices say so. Rejects where title
    and people both speak against it; where one does, or the numbers differ, a person must look. A correction is rejected.
    """
    status, notice, theirs = _without_notice(title, record.title)
    wording, ratio = _nearest(title, theirs, record.subtitle)
    overlap = family_overlap(authors, record.authors)
    known = bool(authors.persons) and bool(record.authors.persons)
    if notice and status == REJECT:
        return Verdict(status, ratio, overlap, f'"{notice}" of a work')
    alike = ratio >= LIKE_TITLE or not title_key(wording) or not title_key(title)
    changed = not alike and (_lacks_subtitle(title, wording) or _shared_words(title, wording) >= _CHANGED_TITLE)
    if alike and numbers(title_key(title)) != numbers(title_key(wording)) and ratio:
        return Verdict(REVIEW, ratio, overlap, "the titles have different numbers")
    if alike and (overlap >= ENOUGH_PEOPLE or not known):
        return Verdict(ACCEPT, ratio, overlap, "title and authors agree" if known else "the titles agree")
    if changed and overlap >= ENOUGH_PEOPLE:
        return Verdict(ACCEPT, ratio, overlap, "a changed title by the same people")
    if alike or (changed and overlap) or not known or overlap >= ENOUGH_PEOPLE:
        why = "the same title by other people" if alike else "another title"
        return Verdict(REVIEW, ratio, overlap, why if known else f"{why}, and no authors to compare")
    return Verdict(REJECT, ratio, overlap, "another title by other people")


def _nearest(title: str, theirs: str, subtitle: str) -> tuple[str, float]:
    """Return the record's title or title with subtitle, whichever is nearer to ours, and how near it is."""
    wordings = [theirs, f"{theirs}: {subtitle}"] if subtitle else [theirs]
    if not _SHORTER.search(title):
        wordings = [_SHORTER.sub("", wording).strip() or wording for wording in wordings]
    ratios = [title_ratio(title, wording) for wording in wordings]
    ratio = max(ratios)
    return wordings[ratios.index(ratio)], ratio


def _without_notice(title: str, theirs: str) -> tuple[str, str, str]:
    """Return what a title that is about a work gets, the words that say so, and the work's title; ours may be such a one too."""
    for pattern, status in _NOTICES:
        found = pattern.match(theirs)
        if found and not pattern.match(title):
            rest = theirs[found.end() :].strip(" \"'“”‘’")
            if title_ratio(title, rest) > title_ratio(title, theirs):
                return status, found[1], rest
    return "", "", theirs


def _by_others(title: str, authors: People, record: Record, ratio: float, overlap: float) -> Verdict:
    """The titles are alike, the people are not, or are not known."""
    unknown = not authors.persons or not record.authors.persons
    if ratio < SAME_TITLE:
        return Verdict(REJECT, ratio, overlap, "a similar title, and the authors do not agree")
    if not unknown and not overlap and _weight(title) <= _SHORT:
        return Verdict(REJECT, ratio, overlap, "a common title, by other people")
    return Verdict(REVIEW, ratio, overlap, "the authors are not known" if unknown else "the same title by other people")


def _doubts(title: str, wording: str, year: int | None, record: Record, overlap: float) -> Iterable[str]:
    """Say what speaks for another work although title and people agree."""
    mine, theirs = title_key(title), title_key(wording)
    if numbers(mine) != numbers(theirs):
        yield "the titles have different numbers"
    elif squeezed(mine) != squeezed(theirs) and (changes := word_changes(mine, theirs)) != ([], []):
        yield f"the titles differ in: {', '.join((changes[0] + changes[1])[:4])}"
    if (form := _SHORTER.search(record.title) or _SHORTER.search(record.subtitle)) and not _SHORTER.search(title):
        yield f"another form of it: {form[0].strip(' ()[]:-–—').lower()}"
    if year and record.date is not None and record.date.year:
        if abs(record.date.year - year) > _YEARS_APART:
            yield f"another year: {record.date.year}, not {year}"
        elif record.date.year < year - _YEARS_BEFORE:
            yield f"published in {record.date.year}, long before {year}"
    if _weight(title) <= _SHORT and overlap < ENOUGH_FOR_SHORT:
        yield "a common title, by partly other people"


def _weight(title: str) -> int:
    """Count the words of a title; four Han characters count as one."""
    return sum(1 if word.isascii() else max(1, len(word) // 2) for word in title_key(title).split())


def _lacks_subtitle(a: str, b: str) -> bool:
    """Tell whether one title is the part before the colon of the other and says enough by itself."""
    shorter, longer = sorted((a, b), key=len)
    name, colon, _ = longer.partition(":")
    return bool(colon) and len(shorter) > 4 and squeezed(title_key(shorter)) == squeezed(title_key(name)) != ""


def _shared_words(a: str, b: str) -> float:
    """Return which part of the words of weight of the shorter title stands in the other one too."""
    mine, theirs = title_key(a), title_key(b)
    changed = word_changes(mine, theirs)
    total = min(_weighty(mine), _weighty(theirs))
    return 1 - min(len(changed[0]), len(changed[1])) / total if total else 0.0


def _weighty(key: str) -> int:
    return len(word_changes(key, "")[0])


def _distance(year: int | None, record: Record) -> int:
    """Return how many years lie between; a version before ours is farther than one as long after it."""
    if year is None or record.date is None or not record.date.year:
        return 0
    return abs(record.date.year - year)


def _identity(record: Record) -> str:
    return record.doi or record.origin
