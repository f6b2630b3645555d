"""A work as people cite it in a line, ``authors (year). title. venue``, ``authors, year. title`` or GB/T 7714 -> its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ..dates import parse_month
from ..encode import month_name
from ..model import NOBODY, People, Person

_LONGEST = 4000
_YEAR = re.compile(r"\s*+[(（]((?:19|20)[0-9]{2})[a-z]?(?:,[^()（）]{1,30}+)?[)）][.。:：,]?\s*+")
_APA_NAME = r"[^\W\d_][\w'’.\- ]{0,60}?, (?:[A-Z]\.[ \-]?){1,5}"
_APA = re.compile(rf"(?:{_APA_NAME}(?:,? ?(?:\.\.\.|…),? ?&? ?|,? ?& ?|, | )?){{1,60}}")
_FAMILY_FIRST = re.compile(r"[^\W\d_][^,;&()\d]{0,60}+, (?:[A-Z]\.[ \-]?){1,5}+")
_BETWEEN_NAMES = re.compile(r"(?:,|;)? ?(?:and |& ?)?")
_MORE = re.compile(r"(?:,|;)? ?(?:and |& )?(?:et al\.?|others)")
_HARVARD = re.compile(r"[, ]{0,2}((?:19|20)[0-9]{2})[a-z]?(?:, ([A-Z][a-z]{2,8}))?\. +")
_ONE = re.compile(r"([^\W\d_][\w'’.\- ]{0,60}?),? ((?:[A-Z]\.[ \-]?){1,5})")
_GAP = re.compile(r"\.\.\.|…")
_END = re.compile(r"(?<=[^A-Z\s.])[.。]\s++(?=\S)|(?<=[A-Z]{2})\.\s++(?=\S)|(?<=[?？!！])\s++(?=In |arXiv)")
_GBT = re.compile(
    r"(.{1,1000}?)\. (.{1,600}?)\[([JCMDRN])(?:/OL)?\]\. (.{1,300}?), ((?:19|20)[0-9]{2})"
    r"(?:, ([0-9]{1,5})(?:\(([0-9\-]{1,9})\))?)?(?:: ([0-9]{1,6}(?:-[0-9]{1,6})?))?"
)
_PAGES = re.compile(r"[,.]? (?:([0-9]{1,4})[:.] ?)?([0-9]{1,6}[-–][0-9]{1,6})\.?\Z")
_VOLUME = re.compile(
    r"[ ,]{1,3}(?:([0-9]{1,4})(?:\(([0-9][0-9\-]{0,8})\))?, ?)?pp?\. ?([A-Za-z]?[0-9]{1,6}(?: ?[-–] ?[0-9]{1,6})?)\)?"
    r"(?:\. ([A-Z][\w ]{1,30}))?\.?\Z"
)
_ARXIV = re.compile(r"arXiv\b", re.IGNORECASE)
_APPEARED = re.compile(r"(?:In [A-Z]|arXiv preprint)")
_APPEARED_BEHIND = re.compile(r"[.?!] (?:In [A-Z][^.]{2,300}|arXiv preprint\b[^.]{0,20}[0-9.]{0,12}(?:v[0-9])?)\.?\Z")
_SHORT = 6
_AND_BEFORE = re.compile(r"\Aand ")
_AND_OTHERS = re.compile(r",? ?(?:et al\.?|等)\Z")


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation says."""

    title: str
    people: People = NOBODY
    type: str = "article"
    fields: dict[str, str] = field(default_factory=dict)
    lost: str = ""
    """The names behind a gap in the list of authors."""


def parse(text: str) -> Citation | None:
    """Return the parts of a citation, or None for what does not look like one."""
    if not 20 <= len(text) <= _LONGEST:
        return None
    if (found := _GBT.match(text)) is not None:
        return _chinese(found)
    end = _end_of_names(text)
    if end and (found := _HARVARD.match(text, end)) is not None:
        return _western(text[:end], found[1], text[found.end() :], found[2] or "")
    if (year := _YEAR.search(text)) is not None and 0 < year.start() <= 1500:
        before, rest = text[: year.start()], text[year.end() :]
        if _APPEARED.match(rest):
            return _nameless(before, year[1], rest)
        if _looks_like_names(before):
            return _western(before, year[1], rest)
        if len(before.split()) <= _SHORT and ":" not in before and _APPEARED_BEHIND.search(rest):
            said = _western(before, year[1], rest)
            return said and replace(said, people=People((Person(literal=before.strip()),)))
    if (names := _APA.match(text)) is not None and len(_ONE.findall(names[0])) > 1:
        return _western(names[0], "", text[names.end() :])
    if (appeared := _APPEARED_BEHIND.search(text)) is not None:
        if 0 < end < appeared.start():
            return _western(text[:end], "", text[end:].lstrip(" ."))
        if appeared[0].lstrip(". ").startswith("arXiv"):
            return _nameless(text[: appeared.start()], "", text[appeared.start() + 1 :].lstrip())
    return None


def _end_of_names(text: str) -> int:
    """Return where a list of names that begins a text ends, ``Ab, C., Cd, E. F. and Ef, G. et al.``; 0 where there is none."""
    at = end = 0
    while found := _FAMILY_FIRST.match(text, at):
        end = found.end()
        between = _BETWEEN_NAMES.match(text, end)
        at = between.end() if between else end
    if end and (more := _MORE.match(text, end)) is not None:
        return more.end()
    return len(text[:end].rstrip())


def _nameless(title: str, year: str, rest: str) -> Citation:
    """Return what ``title (year). In venue`` says, and ``title. arXiv preprint``."""
    kind, fields = _venue(rest.strip().rstrip("."))
    if year:
        fields["year"] = year
    return Citation(title.strip().rstrip(".").strip(), NOBODY, kind, fields)


def _looks_like_names(text: str) -> bool:
    if ":" in text or "?" in text:
        return False
    return bool(_ONE.match(text.strip())) or ", " in text or " et al" in text or " and " in text


def _western(names: str, year: str, rest: str, month: str = "") -> Citation | None:
    parts = _END.split(rest.strip(), maxsplit=1)
    title = parts[0].strip().rstrip(".").strip()
    if not title:
        return None
    kind, fields = _venue(parts[1].strip().rstrip(".") if len(parts) > 1 else "")
    if year:
        fields["year"] = year
    if month and (number := parse_month(month)[0]):
        fields["month"] = month_name(number)
    people, lost = authors(names)
    return Citation(title, people, kind, fields, lost)


def _venue(text: str) -> tuple[str, dict[str, str]]:
    fields: dict[str, str] = {}
    if not text or _ARXIV.match(text):
        return "misc", fields
    if found := _VOLUME.search(text):
        said = {
            "volume": found[1] or "",
            "number": found[2] or "",
            "pages": found[3].replace("–", "-").replace(" ", "").replace("-", "--"),
            "publisher": found[4] or "",
        }
        fields |= {name: value for name, value in said.items() if value}
        text = text[: found.start()].rstrip(" ,")
    elif found := _PAGES.search(text):
        fields["pages"] = found[2].replace("–", "-").replace("-", "--")
        if found[1]:
            fields["volume"] = found[1]
        text = text[: found.start()]
    if text.startswith("In "):
        fields["booktitle"] = text[3:].strip()
        return "inproceedings", fields
    fields["journal"] = text
    return "article", fields


def _chinese(found: re.Match[str]) -> Citation:
    names, title, mark, venue, year, volume, number, pages = found.groups()
    is_book = mark == "C"
    said = {
        "booktitle" if is_book else "journal": venue.removeprefix("//"),
        "year": year,
        "volume": volume or "",
        "number": number or "",
        "pages": (pages or "").replace("-", "--"),
    }
    fields = {name: value for name, value in said.items() if value}
    persons = tuple(Person(literal=name.strip()) for name in re.split(r"[,，、]", names) if name.strip())
    others = bool(persons) and persons[-1].literal in {"等", "et al"}
    return Citation(
        title, People(persons[:-1] if others else persons, others), "inproceedings" if is_book else "article", fields
    )


def family_first(text: str) -> People | None:
    """Return the people of ``Ab, C., Cd, E. F. and Ef, G.``, or None for a list that is not all so."""
    text = text.strip().rstrip(",")
    if not text or _end_of_names(text) != len(text):
        return None
    people, lost = authors(text)
    return None if lost or any(not person.family for person in people) else people


def authors(text: str) -> tuple[People, str]:
    """Return the people of a list of names, and the names behind a gap (``...``), for which People has no place."""
    text = text.strip().rstrip(",").strip()
    head, *tail = _GAP.split(text, maxsplit=1)
    others = bool(tail) or bool(_AND_OTHERS.search(head))
    head = _AND_OTHERS.sub("", head.strip().rstrip(","))
    pieces = [piece for piece in re.split(r" and | & |; ", head) if piece.strip()]
    if len(pieces) > 1 and all(piece.count(",") == 1 for piece in pieces):  # Ab, Cd & Ef, Gh
        halves = [piece.split(",") for piece in pieces]
        persons = [
            Person(
                family=family.strip(),
                given=given.strip(" ").removesuffix(".") if given.strip()[-3:-1].isalpha() else given.strip(),
            )
            for family, given in halves
        ]
    elif pairs := _ONE.findall(head):
        persons = [
            Person(family=_AND_BEFORE.sub("", family.strip(" &")), given=given.strip()) for family, given in pairs
        ]
    else:
        persons = [_named(name) for name in re.split(r", | and | & |，|、", head) if name.strip()]
    return People(tuple(persons), others), tail[0].strip(" &,") if tail else ""


def _named(name: str) -> Person:
    given, blank, family = name.strip(" &,").rpartition(" ")
    return Person(family=family, given=given) if blank and name.isascii() else Person(literal=name.strip(" &,"))
