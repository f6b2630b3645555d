"""A work as people cite it in a line, ``authors (year). title. venue`` or GB/T 7714 -> its parts. Pure words, no links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..model import NOBODY, People, Person

_LONGEST = 4000
_YEAR = re.compile(r"\s*+[(（]((?:19|20)[0-9]{2})[a-z]?(?:,[^()（）]{1,30}+)?[)）][.。:：,]?\s*+")
_APA_NAME = r"[^\W\d_][\w'’.\- ]{0,60}?, (?:[A-Z]\.[ \-]?){1,5}"
_APA = re.compile(rf"(?:{_APA_NAME}(?:,? ?(?:\.\.\.|…),? ?&? ?|,? ?& ?|, | )?){{1,60}}")
_ONE = re.compile(r"([^\W\d_][\w'’.\- ]{0,60}?),? ((?:[A-Z]\.[ \-]?){1,5})")
_GAP = re.compile(r"\.\.\.|…")
_END = re.compile(r"(?<=[^A-Z\s.])[.。]\s++(?=\S)|(?<=[A-Z]{2})\.\s++(?=\S)|(?<=[?？!！])\s++(?=In |arXiv)")
_GBT = re.compile(
    r"(.{1,1000}?)\. (.{1,600}?)\[([JCMDRN])(?:/OL)?\]\. (.{1,300}?), ((?:19|20)[0-9]{2})"
    r"(?:, ([0-9]{1,5})(?:\(([0-9\-]{1,9})\))?)?(?:: ([0-9]{1,6}(?:-[0-9]{1,6})?))?"
)
_PAGES = re.compile(r",? (?:([0-9]{1,4}): ?)?([0-9]{1,6}[-–][0-9]{1,6})\.?\Z")
_ARXIV = re.compile(r"arXiv\b", re.IGNORECASE)
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
    if (
        (year := _YEAR.search(text)) is not None
        and 0 < year.start() <= 1500
        and _looks_like_names(text[: year.start()])
    ):
        return _western(text[: year.start()], year[1], text[year.end() :])
    if (names := _APA.match(text)) is not None and len(_ONE.findall(names[0])) > 1:
        return _western(names[0], "", text[names.end() :])
    return None


def _looks_like_names(text: str) -> bool:
    return bool(_ONE.match(text.strip())) or ", " in text or " et al" in text or " and " in text


def _western(names: str, year: str, rest: str) -> Citation | None:
    parts = _END.split(rest.strip(), maxsplit=1)
    title = parts[0].strip().rstrip(".").strip()
    if not title:
        return None
    kind, fields = _venue(parts[1].strip().rstrip(".") if len(parts) > 1 else "")
    if year:
        fields["year"] = year
    people, lost = authors(names)
    return Citation(title, people, kind, fields, lost)


def _venue(text: str) -> tuple[str, dict[str, str]]:
    fields: dict[str, str] = {}
    if not text or _ARXIV.match(text):
        return "misc", fields
    if found := _PAGES.search(text):
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


def authors(text: str) -> tuple[People, str]:
    """Return the people of a list of names, and the names behind a gap (``...``), for which People has no place."""
    text = text.strip().rstrip(",").strip()
    head, *tail = _GAP.split(text, maxsplit=1)
    others = bool(tail) or bool(_AND_OTHERS.search(head))
    head = _AND_OTHERS.sub("", head.strip().rstrip(","))
    if pairs := _ONE.findall(head):
        persons = [Person(family=family.strip(" &"), given=given.strip()) for family, given in pairs]
    else:
        persons = [_named(name) for name in re.split(r", | and | & |，|、", head) if name.strip()]
    return People(tuple(persons), others), tail[0].strip(" &,") if tail else ""


def _named(name: str) -> Person:
    given, blank, family = name.strip(" &,").rpartition(" ")
    return Person(family=family, given=given) if blank and name.isascii() else Person(literal=name.strip(" &,"))
