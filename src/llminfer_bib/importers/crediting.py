"""What a list says beside a title -> people, venue, date: ``G. Hinton et al.``, ``*A B, C D*. ACL 2019.``, ``| OSDI' 22``. Asks nobody.

A wrong author is worse than none: what is not surely a list of names, a venue or a date stays with the list's own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from .. import names, venues
from ..model import NOBODY, Date, People, Person
from . import citations, dating

EDGES: Final = " \t\n-–—:：|｜·•,，.。;；/"
_LONGEST: Final = 1500
_FEW_WORDS: Final = 2
_SOME_WORDS: Final = 4
_LONGEST_VENUE: Final = 90
_MOST_WORDS: Final = 5
_ENOUGH_NAMES: Final = 2

_OTHERS = re.compile(r"[,，]?\s*+(?:\bet\.?\s?al\b\.?|and others|等人?)\s*+(?=\Z|[.,，。(（\s])")
_AND = re.compile(r"\s*+[,，、;；]\s*+(?:and\s++|&\s*+)?|\s++(?:and|&|与|和)\s++")
_BY = re.compile(r"(?:by|author(?:s|ed by)?\s?:|作者\s?[:：])\s++", re.IGNORECASE)
_PLACE = re.compile(r"\s++(?:in|at|from|on|of|@)\s|\s*+[(（:：@]|\s++[-–—]\s")
_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŠŽĐ][^\W\d_]*+(?:['’\-‐][^\W\d_]++)*+"
_INITIAL = r"[A-ZÀ-ÖØ-Þ]\.?(?:[-‐ ]?[A-Z]\.)*+"
_PARTICLE = r"(?:van|von|de|der|den|del|di|da|dos|du|la|le|el|al|bin|ibn|ter|te|zu|dan)"
_NAME = re.compile(rf"(?:(?:{_WORD}\.?|{_INITIAL}|{_PARTICLE})\s++){{0,5}}(?:{_WORD})")
_SUFFIX = re.compile(r",?\s(Jr\.?|Sr\.?|I{2,3}|IV)\Z")
_PARTS = re.compile(r"[-'’.]")
_TWO_CAPITALS: Final = ("Mc", "Mac", "De", "La", "Le", "Di", "Van")
_LONGEST_INITIALS: Final = 3
_HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
_NOT_NAMES: Final = frozenset(
    (
        "a the many several various researchers others experts university research lab labs laboratory institute school "
        "college department group team inc ltd corp company ai google microsoft facebook meta amazon nvidia openai "
        "deepmind apple alibaba tencent baidu bytedance intel ibm stanford berkeley mit cmu princeton tsinghua conference "
        "workshop journal proceedings press book books deep machine learning neural network networks language model "
        "models data dataset vision system systems software tutorial course courses paper papers code toolkit library "
        "framework frameworks tool tools open source python fast efficient large visual natural processing text video "
        "image images speech knowledge graph graphs attention transformer transformers generation recognition detection "
        "classification segmentation analysis training inference optimization algorithm algorithms science computer "
        "computing parallel distributed memory cache serving scaling survey review benchmark benchmarks project projects "
        "page blog free new official implementation documentation guide introduction list awesome intelligence methods "
        "method programming engine server "
    ).split()
)
"""Words of titles and organisations that people write with a capital: no part of a name."""
_ORGANISATION = re.compile(
    r"\b(?:Team|Workshop|Group|Consortium|Project|Foundation|Lab|Labs|Research|University|Institute)\b"
)
_NOBODY = re.compile(r"anonymous(?: authors?)?\.?|匿名", re.IGNORECASE)
_MARKS = re.compile(r"(?<=\w)[*†‡§¶]++")
"""Signs of equal contribution behind a name."""
_RANKED = re.compile(r"\s*+\([^()]{3,40}\)\Z")
_AFFILIATION = re.compile(r"\s*+[(（][^()（）]{1,80}+[)）]")

_YEAR = r"(?:19|20)[0-9]{2}"
_DATED = re.compile(rf"[(（\[]?\s*+({_YEAR}(?:[-./年][0-9]{{1,2}}(?:[-./月][0-9]{{1,2}}日?)?+)?+)月?\s*+[)）\]]?")
_BRACKETED_DATE = re.compile(r"[(（\[]([^()（）\[\]]{4,30})[)）\]]\s*+[.。]?\Z")
_LEADING = re.compile(rf"[(（\[]\s*+({_YEAR}(?:[-./][0-9]{{1,2}}){{0,2}})\s*+[)）\]]")
_TRAILING = re.compile(rf"[\s,，.]({_YEAR}(?:[-./][0-9]{{1,2}}){{0,2}})\Z")
_BEFORE_YEAR = re.compile(rf"\s[(（]{_YEAR}[)）]")
_APOSTROPHE = re.compile(r"(?<=\w)\s?['’‘`´]\s?(?=(?:[0-9]{2}){1,2}(?![0-9]))")
_BEFORE_VENUE = re.compile(
    r"(?:accepted|published|appeared|presented|to appear)?\s*+(?:by|in|at|to)\s++(?=[A-Z])", re.IGNORECASE
)
_PREPRINT = re.compile(
    rf"(?:preprint|arxiv(?: preprint)?|corr|biorxiv)(?:[\s:,]*+(?:\d{{4}}\.\d{{4,5}}(?:v\d)?)?[\s,]*+({_YEAR})?)?",
    re.IGNORECASE,
)
_ACRONYM = re.compile(
    rf"([A-Z][A-Za-z&/+\-]*[A-Z][A-Za-z&+\-]*(?:\s(?:Workshop|Findings|Demo|Oral|Spotlight))?)(?:[\s,:\-]?({_YEAR})|\s?['’]([0-9]{{2}}))"
)
_TOKEN = re.compile(r"[^\W\d_]+")
_HONOURS: Final = frozenset("best oral spotlight poster award outstanding highlight notable runner-up demo".split())
"""Words beside a venue that say how a work was there: kept with the list's own words."""
_HOW: Final = _HONOURS | frozenset(
    "paper main conference proc track long short in at by the of to accepted runner up".split()
)
_PLACE_WORD = re.compile(
    r"\b(?:workshop|conference|symposium|journal|transactions|proceedings|学报|会议)\b", re.IGNORECASE
)
_NOT_YET = re.compile(r"review|submi|reject|withdraw|在审|投稿", re.IGNORECASE)


@dataclass(slots=True)
class Credits:
    """Who, where and when. What is not said is empty."""

    people: People = NOBODY
    venue: str = ""
    type: str = ""
    """With a venue: ``inproceedings`` or ``article``."""
    date: Date | None = None
    year: int = 0
    """Of the venue."""
    left: list[str] = field(default_factory=list)
    """Stretches that say something else."""

    def take(self, text: str, *, sure: bool = False, code: bool = False, loose: bool = False) -> bool:
        """Read one stretch; return whether all of it found its place. With `loose` it is no paper: only ``by NAMES`` and a date count.

        With `sure` names are likely there: it is in italics, or makers stand behind such titles.
        """
        words = text.strip(EDGES).lstrip("])）】").rstrip("[(（【").strip(EDGES)
        if len(words.strip("[](){}（）【】“”\"' ")) == 0:
            return True
        whole = len(words) <= _LONGEST and (
            self._loose(words, sure=sure) if loose else self._strict(words, sure=sure, code=code)
        )
        if not whole:
            self.left.append(text)
        return whole

    def add(self, other: Credits) -> None:
        """Add what another stretch said; what is known already stays."""
        self.people = self.people or other.people
        if not self.venue:
            self.venue, self.type = other.venue, other.type
        self.date, self.year = self.date or other.date, self.year or other.year

    def take_tail(self, words: str) -> bool:
        """Read the end of a citation: a venue and a year; return whether it is one."""
        bare = _RANKED.sub("", words.strip(EDGES)).strip(EDGES)
        if self._where(bare) or ((dated := _DATED.fullmatch(bare)) is not None and self._when(dated[1])):
            return True
        first, comma, last = bare.rpartition(", ")
        return bool(comma) and bool(_DATED.fullmatch(last)) and self._where(first) and self._when(last)

    def _loose(self, words: str, *, sure: bool) -> bool:
        if dated := _BRACKETED_DATE.search(words):
            if self._when(dated[1]):
                words = words[: dated.start()].strip(EDGES)
            elif dated.start() == 0:
                return False
        if not words:
            return True
        by = _BY.match(words)
        rest = words[by.end() :] if by else words
        end = _PLACE.search(rest)
        said = people(rest[: end.start()] if end else rest, sure=sure or by is not None) if by or sure else NOBODY
        if not said and not by and (dated := _TRAILING.search(words)):
            said, end = people(words[: dated.start()].strip(EDGES), sure=sure), None
            if said and not self.date:
                self._when(dated[1])
        if not said or self.people:
            return False
        self.people = said
        return end is None

    def _strict(self, words: str, *, sure: bool, code: bool) -> bool:
        """Read authors, venue and date, in whatever order they stand."""
        if self._where(words):
            return True
        if (dated := _LEADING.match(words)) and self._when(dated[1]):
            words = words[dated.end() :].strip(EDGES)
        elif (dated := _DATED.fullmatch(words)) and self._when(dated[1]):
            words = ""
        if not words or self._where(words):
            return True
        by = _BY.match(words)
        if not code and self._who(words[by.end() :] if by else words, sure=sure or by is not None):
            return True
        dated = _BRACKETED_DATE.search(words) or _TRAILING.search(words)
        if dated is None or not self._when(dated[1]):
            return False
        words = words[: dated.start()].strip(EDGES)
        return self._where(words) or (not code and self._who(words, sure=sure))

    def _who(self, words: str, *, sure: bool) -> bool:
        if self.people.persons:
            more = _OTHERS.match(words)
            if more is None:
                return False
            self.people = replace(self.people, others=True)
            behind = words[more.end() :].strip(EDGES)
            return not behind or self._behind_names(behind)
        if _NOBODY.fullmatch(words):
            return True
        for split in _ends_of_names(words):
            said = people(words[:split], sure=sure)
            if not said:
                continue
            behind = words[split:].strip(EDGES)
            if behind and not self._behind_names(behind):
                continue
            self.people = said
            return "(" not in words[:split] and "（" not in words[:split]
        return False

    def _behind_names(self, words: str) -> bool:
        if self._where(words) or ((dated := _DATED.fullmatch(words)) and self._when(dated[1])):
            return True
        if not self.venue and re.fullmatch(r"[A-Za-z][\w ()&:\-]{2,60}", words) and " " not in words[:1]:
            self.venue, self.type = words, self.type or ("article" if words.islower() else "inproceedings")
            return True
        return False

    def _where(self, words: str) -> bool:
        found = venue(words)
        if found is None or (self.venue and found[0]):
            return False
        name, kind, year = found
        if name:
            self.venue, self.type = name, kind
        self.year = self.year or year
        return not any(word in _HONOURS for word in words.lower().split())

    def _when(self, words: str) -> bool:
        date = dating.read(words)
        if date is None or date.end is not None or not 1900 <= date.year <= 2099:
            return False
        if self.date is None or (self.date.month is None and self.date.year == date.year):
            self.date = date
        return dating.agree(date, self.date) or dating.agree(self.date, date)


def _ends_of_names(words: str) -> list[int]:
    """Return where a list of names may end: before a year in brackets, behind "et al.", at the end, at its full stops."""
    found = [one.start() for one in _BEFORE_YEAR.finditer(words)][:1]
    found += [one.end() for one in _OTHERS.finditer(words)][:1]
    stops = [one.start() for one in re.finditer(r"(?<=[^\W\d_]{2})\.\s?(?=[A-Za-z])", words)][:3]
    return [*found, len(words), *stops]


def people(text: str, *, sure: bool = False) -> People:
    """Return the people of a list of names, or nobody where any part of it may be something else.

    One name of two words alone counts only with `sure`: ``Visual Studio`` looks like one too.
    """
    text = _MARKS.sub("", _AFFILIATION.sub("", text.strip(EDGES.replace(".", ""))))
    if not text or len(text) > _LONGEST:
        return NOBODY
    bare = _OTHERS.sub("", text).strip(" ,，")
    others = bare != text.strip(" ,，")
    if (western := citations.family_first(bare)) is not None:
        return People(western.persons, western.others or others)
    parts = [part.strip(" .") if part.endswith("..") else part.strip() for part in _AND.split(bare) if part.strip()]
    persons = [_person(part, alone=others or len(parts) > 1) for part in parts]
    found = [person for person in persons if person is not None]
    if not found or len(found) < len(parts):
        if sure and len(parts) == 1 and _ORGANISATION.search(bare) and bare[:1].isupper():
            return People((Person(literal=bare.strip(" .")),), others)
        return NOBODY
    enough = others or sure or len(found) >= _ENOUGH_NAMES or "." in bare.rstrip(".")
    return People(tuple(found), others) if enough else NOBODY


def _person(text: str, *, alone: bool) -> Person | None:
    """Return a name, or None. A name of one word counts only among others (`alone`)."""
    if _HAN.fullmatch(text):
        return Person(literal=text)
    text = text.rstrip(".") if len(text) > 3 and text[-2:-1].islower() else text
    suffix = _SUFFIX.search(text)
    text = text[: suffix.start()] if suffix else text
    words = text.split()
    if not 1 <= len(words) <= _MOST_WORDS + 1 or not _NAME.fullmatch(text) or (len(words) == 1 and not alone):
        return None
    if any(_is_no_name(word) for word in words):
        return None
    return replace(names.parse_name(text, str), suffix=suffix[1] if suffix else "")


def _is_no_name(word: str) -> bool:
    """Tell whether a capitalised word is one of titles, or written as no name is: ``GPT``, ``PyTorch``."""
    if len(word.rstrip(".")) > 1 and word.lower().strip(".") in _NOT_NAMES:
        return True
    if len(word) > _LONGEST_INITIALS and word.isupper():
        return True
    parts = [part for part in _PARTS.split(word) if not part.isupper() and not part.startswith(_TWO_CAPITALS)]
    return any(char.isupper() for part in parts for char in part[2:])


def _beside_venue(text: str, name: str) -> list[str]:
    """Return the words of a text that are neither a year nor part of a venue's names."""
    known = set(_TOKEN.findall(name.casefold()))
    return [
        word
        for word in _TOKEN.findall(text)
        if word.casefold() not in known and venues.find(word) is None and word.lower() != "findings"
    ]


def venue(text: str) -> tuple[str, str, int] | None:
    """Return (name, entry type, year or 0) where a text is a venue, or None. A preprint server has no name here."""
    text = _APOSTROPHE.sub("'", text.strip(EDGES + "[](){}（）【】*_"))
    if not 2 <= len(text) <= _LONGEST_VENUE or _NOT_YET.search(text) or _OTHERS.search(text):
        return None
    if found := _PREPRINT.fullmatch(text):
        return "", "", int(found[1] or 0)
    text = _BEFORE_VENUE.sub("", text, 1)
    said = venues.appearance(text)
    if said is not None and said.certain and all(word.lower() in _HOW for word in _beside_venue(text, said.venue)):
        return said.venue, said.type, said.year
    if (known := venues.find(text)) is not None:
        return text, known.type, 0
    if said is not None and said.year and re.search(r"workshop|\bW\b", text, re.IGNORECASE):
        return text, "inproceedings", said.year
    if found := _ACRONYM.fullmatch(text):
        short = found[3]
        return (
            text,
            "inproceedings",
            int(found[2] or 0) or (2000 + int(short) if int(short) < 60 else 1900 + int(short)),
        )
    if _PLACE_WORD.search(text) and text[:1].isupper() and len(text.split()) <= 12:
        kind = "article" if re.search("journal|transactions|学报", text, re.IGNORECASE) else "inproceedings"
        return text, kind, int(year[0]) if (year := re.search(_YEAR, text)) else 0
    return None


def listed(text: str, *, nameless: bool = False) -> tuple[str, Credits] | None:
    """Read ``A B, C D and E F, Title of the Work, ICLR, 2015``: the title and who, where, when; None for anything else.

    With `nameless` the names may be missing where a venue is there.
    """
    if not 20 <= len(text) <= _LONGEST or text.count(", ") == 0:
        return None
    parts = text.strip(EDGES).split(", ")
    said = Credits()
    known = False
    for tail in (2, 1):
        if not known and len(parts) > tail and (tail == 1 or _DATED.fullmatch(parts[-1])):
            known = said.take_tail(", ".join(parts[-tail:]))
            parts = parts[:-tail] if known else parts
    persons: list[Person] = []
    while parts and (found := _joined_names(parts[0])):
        persons += found
        parts = parts[1:]
    title = ", ".join(parts).strip(EDGES + "\"“”'")
    words = len(title.split())
    if nameless and not persons and known and words >= _SOME_WORDS:
        return title, said
    if not persons or words < (_FEW_WORDS if known else _SOME_WORDS) or (len(persons) < _ENOUGH_NAMES and not known):
        return None
    said.people = People(tuple(persons))
    return title, said


def _joined_names(text: str) -> list[Person]:
    """Return the one or more people between two commas, or nobody; a name of one word is none."""
    parts = [part.strip() for part in re.split(r"(?:\A|\s)(?:and|&)\s", text) if part.strip()]
    found = [person for part in parts if " " in part and (person := _person(part, alone=False)) is not None]
    return found if len(found) == len(parts) else []
