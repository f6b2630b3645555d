"""What of an entry is compared with others: its title in one spelling, people, identifiers, and what tells works of one title apart.

A small value each, so that a hundred thousand of them fit; which of them are one work is for ``telling`` and ``finding``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..alike import families, romanised_families, squeezed, title_key
from ..identifiers import url_identity
from ..model import NOBODY, Entry, People
from .counters import counted, form_of, ordinal, title_numbers

_HAN = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_COLON = re.compile(r"[:：]\s|：|\s[-\u2013\u2014]{1,3}\s|\u2014{2}|\s\|\s")
_DIGITS = re.compile("[0-9]+")
_ISBN = re.compile(r"[0-9][0-9Xx\- ]{8,20}")
_VERSION = re.compile(r"[0-9]v([0-9]{1,3})\b")
_VENUES = ("journal", "journaltitle", "booktitle", "school", "institution", "publisher", "eventtitle", "howpublished")
_NOBODY = frozenset("anonymous anon unknown various staff editors editor na 佚名 无名氏 未知 匿名".split())
_LONG = 4
_RELATED = ("crossref", "xref", "related")
_ALIASES = {
    "conference": "inproceedings",
    "electronic": "online",
    "www": "online",
    "webpage": "online",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "techreport": "report",
}
"""Types of BibTeX and what biblatex calls them."""
_THESES = {
    "phdthesis": "phd",
    "mastersthesis": "ma",
    "bachelorsthesis": "ba",
    "phd": "phd",
    "ma": "ma",
    "mathesis": "ma",
}
_FORMLESS = frozenset({"misc", "online", "unpublished", "other"})
_NOT_SAME = frozenset({"ids", "keywords", "timestamp", "owner", "groups", "file", "annotation", "abstract"})


@dataclass(frozen=True, slots=True)
class Work:
    """An entry for comparing. What is missing is empty."""

    at: int
    key: str
    type: str
    """As biblatex calls it."""
    kind: str
    title: str
    """The key of title and subtitle, its counters in digits."""
    whole: str
    """The same without blanks."""
    main: str
    """What stands before the subtitle, without blanks; the whole where there is none."""
    rest: str
    """The subtitle by itself, where it is long enough to be a title; empty where it is not."""
    numbers: tuple[str, ...]
    addon: str
    han: bool
    people: People
    first: tuple[str, ...]
    """How the family of the first person may be spelled, romanised too; the other's below."""
    second: tuple[str, ...]
    translators: People
    doi: str
    arxiv: str
    arxiv_version: str
    url: str
    isbn: frozenset[str]
    ids: tuple[str, ...]
    related: tuple[str, ...]
    """Keys of its parents, and of what it says it is related to: other works."""
    language: str
    year: int
    day: tuple[int, int]
    """Month and day, 0 where unknown."""
    venue: str
    event: str
    edition: str
    volume: str
    part: str
    chapter: str
    version: str
    issue: str
    pages: str
    form: str
    said: int
    """A hash of all that the entry says: entries that agree in it are copies."""


def work(entry: Entry, at: int = 0) -> Work:
    """Return what of an entry is compared; `at` is its place in the file."""
    fields = entry.fields
    get = fields.get
    subtitle = get("subtitle", "")
    text = entry.title.text
    key = counted(title_key(f"{text} {subtitle}" if subtitle else text))
    main, *behind = [text, subtitle] if subtitle else _COLON.split(text, maxsplit=1)
    rest = counted(title_key(behind[0])) if behind else ""
    addon = get("titleaddon", "")
    extra = counted(title_key(addon)) if addon else ""
    date = entry.date
    people = entry.authors or entry.editors
    if all(squeezed(title_key(person.literal or person.family)) in _NOBODY for person in people):
        people = NOBODY
    whole = squeezed(key)
    own_numbers = title_numbers(key)
    return Work(
        at=at,
        key=entry.key,
        type=_ALIASES.get(entry.type, entry.type),
        kind=entry.kind,
        title=key,
        whole=whole,
        main=squeezed(counted(title_key(main))) or whole,
        rest=squeezed(rest) if len(rest.split()) >= _LONG or (not rest.isascii() and len(rest) >= 2 * _LONG) else "",
        numbers=tuple(sorted(own_numbers + title_numbers(extra))) if extra else own_numbers,
        addon=squeezed(extra),
        han=not text.isascii() and bool(_HAN.search(text)),
        people=people,
        first=_forms(people, 0),
        second=_forms(people, 1) or ("",),
        translators=entry.people.get("translator", NOBODY),
        doi=entry.doi,
        arxiv=entry.arxiv,
        arxiv_version=_arxiv_version(entry),
        url=url_identity(entry.url).removeprefix("www.") if entry.url else "",
        isbn=frozenset(map(_isbn, _ISBN.findall(get("isbn", "")))) - {""} if "isbn" in fields else frozenset(),
        ids=_listed(get("ids", "")),
        related=tuple(name for field in _RELATED if field in fields for name in _listed(fields[field])),
        language=entry.language.partition("-")[0].lower(),
        year=date.year if date else 0,
        day=(date.month or 0, date.day or 0) if date else (0, 0),
        venue=_plain(next((fields[name] for name in _VENUES if get(name)), "")),
        event=_plain(get("eventtitle", "")),
        edition=ordinal(get("edition", "")),
        volume=ordinal(get("volume", "")),
        part=ordinal(get("part", "")),
        chapter=ordinal(get("chapter", "")),
        version=_plain(get("version", "").lstrip("vV")),
        issue=_plain(get("number", "") or get("issue", "")),
        pages=_first_page(get("pages", "")),
        form=_form(entry),
        said=_said(entry),
    )


def _forms(people: People, place: int) -> tuple[str, ...]:
    if place >= len(people.persons):
        return ()
    person = people.persons[place]
    return tuple(sorted(families(person) | romanised_families(person)))


def _plain(text: str) -> str:
    return squeezed(title_key(text)) if text else ""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(",")))) if text else ()


def _arxiv_version(entry: Entry) -> str:
    """Return the version that the file names, which ``arxiv`` leaves out."""
    found = _VERSION.search(entry.fields.get("eprint", "")) or _VERSION.search(entry.url) if entry.arxiv else None
    return found[1] if found else ""


def _isbn(text: str) -> str:
    """Return an ISBN without check digit and prefix: those of ten and of thirteen digits are one."""
    plain = "".join(_DIGITS.findall(text[:-1]))
    return plain.removeprefix("978")[:9] if len(plain) >= 9 else ""


def _first_page(pages: str) -> str:
    return title_key(re.split("[-\u2010-\u2015,+]", pages, maxsplit=1)[0]).lstrip("0") if pages else ""


def _form(entry: Entry) -> str:
    """Return which form of a work the entry is, where it says so: slides, a poster, code."""
    if entry.type in {"thesis", "phdthesis", "mastersthesis", "bachelorsthesis"}:
        return _THESES.get(title_key(entry.fields.get("type", "")).removesuffix(" thesis"), _THESES.get(entry.type, ""))
    if entry.type not in _FORMLESS:
        return ""
    for name in ("howpublished", "type", "entrysubtype", "titleaddon"):
        if form := form_of(entry.fields.get(name, "")):
            return form
    note = entry.fields.get("note", "")
    return form_of(note) if note and len(note.split()) <= 3 else ""


def _said(entry: Entry) -> int:
    fields: Mapping[str, str] = entry.fields
    said = frozenset((name, " ".join(value.split())) for name, value in fields.items() if name not in _NOT_SAME)
    return hash((entry.type, entry.title.text, said, tuple(entry.people.items())))
