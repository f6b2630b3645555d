"""One entry while an importer makes it: every value is put somewhere, or its loss is noted. Which value goes where is the importers'."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ..categories import category_of, split_keywords
from ..encode import month_name, source_of
from ..identifiers import arxiv_url, normalise_arxiv, normalise_doi, web_url
from ..layout import is_key
from ..model import Date, People, Person
from ..tex import KEY_LIST_FIELDS, VERBATIM_FIELDS
from . import dating
from .texts import line, plain
from .values import Incoming, Unmapped

LONGEST: Final = 100_000
"""Characters. No field of an entry is longer; a longer value is noted as lost."""
NO_COUNTERPART: Final = "the field has no counterpart"
DATED: Final = frozenset("dataset online software video presentation".split())
"""Entry types that have a ``date`` in the house dialect; papers have year and month."""
_CHECKED: Final = VERBATIM_FIELDS | KEY_LIST_FIELDS
"""Fields that have no way to escape a character."""
_ARXIV: Final = "arxiv"
_PREPRINTS: Final = frozenset({"misc", "unpublished", "preprint"})


class Draft:
    """An entry in the making. ``lost`` grows by whatever has no place."""

    __slots__ = ("_notes", "_persons", "_room", "category", "fields", "key", "keywords", "lost", "place", "type")

    def __init__(self, place: str, type: str = "misc") -> None:  # noqa: A002  (its name everywhere)
        self.place = place
        self.type = type
        self.key = self.category = ""
        self.fields: dict[str, str] = {}
        self.keywords: list[str] = []
        self._persons: dict[str, list[Person]] = {}
        self._notes: dict[str, None] = {}
        self._room = LONGEST
        self.lost: list[Unmapped] = []

    def lose(self, name: str, value: object, why: str = NO_COUNTERPART) -> None:
        """Note that a value has no place, unless it says nothing."""
        text = line(value if isinstance(value, str) else as_text(value))
        if text:
            self.lost.append(Unmapped(self.place, f"{name}: {text}" if name else text, why))

    def put(self, field: str, value: str, name: str = "", *, markup: bool = True) -> bool:
        """Put a value into a field; `name` is what it is called in the file. Returns whether the field now says it."""
        if not value.strip():
            return False
        text = "" if len(value) > LONGEST else plain(value) if markup and field not in VERBATIM_FIELDS else line(value)
        why = ""
        if len(value) > LONGEST:
            why = f"it is longer than {LONGEST:,} characters"
        elif not text:
            why = "it holds no character that can be seen"
        elif (there := self.fields.get(field)) is not None:
            if there == text or (len(there) == len(text) and there.casefold() == text.casefold()):
                return True
            why = f"there is one place for both, and `{field}` has another value"
        elif field in _CHECKED and not source_of(field, text):
            why = "it cannot stand in a BibTeX file"
        if why:
            self.lose(name or field, value if line(value) else repr(value[:100]), why)
            return False
        self.fields[field] = text
        return True

    def put_key(self, key: str, name: str) -> None:
        """Take a citation key over, if BibTeX can read it as one."""
        key = key.strip()
        if not key:
            return
        if self.key:
            if key != self.key:
                self.lose(name, key, "the item has another key")
        elif len(key) <= LONGEST and is_key(key) and key.isprintable() and not key.isdecimal() and "://" not in key:
            self.key = key
        else:
            self.lose(name, key, "it cannot be a key; one is made")

    def add_person(self, role: str, person: Person | None) -> None:
        """Add a person to a role."""
        if person is not None:
            self._persons.setdefault(role, []).append(person)

    def has_people(self, role: str) -> bool:
        """Tell whether somebody has this role."""
        return role in self._persons

    def move_people(self, old: str, new: str) -> None:
        """Give the people of one role another one, if nobody has that."""
        if new not in self._persons and old in self._persons:
            self._persons[new] = self._persons.pop(old)

    def put_doi(self, value: str, name: str) -> None:
        """Put a DOI; that of arXiv is an arXiv id."""
        doi = normalise_doi(value)
        arxiv = normalise_arxiv(doi)[0] if doi else ""
        if not arxiv or not self.put_arxiv(arxiv):
            self.put("doi", doi or value, name)

    def put_arxiv(self, text: str, subject: str = "") -> bool:
        """Put an arXiv id with its class. Returns whether the entry now has it."""
        arxiv = normalise_arxiv(text)[0]
        if not arxiv or self.fields.get("eprint", arxiv) != arxiv:
            return False
        self.fields["eprint"] = arxiv
        self.fields.setdefault("eprinttype", _ARXIV)
        if subject:
            self.put("eprintclass", subject, "arXiv class")
        return True

    def put_url(self, value: str, name: str) -> None:
        """Put the address."""
        if not value.strip():
            return
        link = web_url(value) if len(value) <= LONGEST else ""
        if link:
            self.put("url", link, name)
        else:
            self.lose(name, value, "it is no address of the web")

    def put_date(self, value: str, name: str, field: str = "date") -> None:
        """Put a date that is a text. One that cannot be read stays as text where only a year is asked for."""
        if not value.strip():
            return
        date = dating.read(line(value[:LONGEST])) if len(value) <= LONGEST else None
        if date is not None:
            self.put_day(date, value, name, field)
        elif field == "date" and not ("date" in self.fields or "year" in self.fields):
            self.put("year", value, name)
        else:
            self.lose(name, value, "it is no date that can be read")

    def put_day(self, date: Date, value: object, name: str, field: str = "date") -> None:
        """Put a date: ``date`` for items of the web, year and month for papers. Of two the fuller one stays."""
        if field == "date" and ("date" in self.fields or "year" in self.fields):
            if not dating.agree(self._date(), date):
                self.lose(name, value, "the item has another date")
                return
            for part in ("date", "year", "month", "day"):
                self.fields.pop(part, None)
        if field == "date" and dating.is_plain(date) and self.type not in DATED:
            self.fields["year"] = str(date.year)
            if date.month:
                self.fields["month"] = month_name(date.month)
            if date.day:
                self.fields["day"] = str(date.day)
            return
        self.put(field, dating.edtf(date), name)

    def _date(self) -> Date | None:
        fields = self.fields
        return dating.of_fields(fields)

    def add_keywords(self, text: str, name: str, *, whole: bool = False) -> None:
        """Add keywords; with `whole` the text is one, and cannot be one where it has a comma or semicolon in it."""
        if len(text) > LONGEST:
            self.lose(name, text, f"it is longer than {LONGEST:,} characters")
            return
        words = split_keywords(plain(text))
        if whole and len(words) > 1:
            self.lose(name, text, "it would be several keywords: it has a comma or semicolon in it")
        else:
            self.keywords += words

    def note(self, text: str, name: str = "note") -> None:
        """Add a sentence to the note."""
        text = plain(text) if len(text) <= LONGEST else text
        self._room -= len(text) + 2
        if self._room >= 0:
            if text:
                self._notes[text] = None
        else:
            self.lose(name, text, f"the note would be longer than {LONGEST:,} characters")

    def done(self, slugs: Iterable[str]) -> tuple[Incoming, list[Unmapped]]:
        """Return the entry, and what of it was lost. `slugs` are those of the configured categories."""
        self._settle_arxiv()
        if self._notes:
            self.put("note", "; ".join(self._notes), markup=False)
        people = {role: self._people(role) for role in self._persons}
        category = self.category or category_of(self.keywords, frozenset(slugs))
        keywords = tuple(dict.fromkeys(word for word in self.keywords if category not in {word, word.lower()}))
        entry = Incoming(
            self.type,
            self.key,
            self.fields,
            {role: found for role, found in people.items() if found},
            keywords if category else tuple(dict.fromkeys(self.keywords)),
            category,
            place=self.place,
        )
        return entry, [replace(one, key=self.key) for one in self.lost]

    def _settle_arxiv(self) -> None:
        """Say arXiv's id in one place: links to it count, and the link of a published paper to its preprint goes."""
        fields = self.fields
        link = fields.get("url", "")
        arxiv = normalise_arxiv(link)[0] if _ARXIV in link.lower() else ""
        if arxiv and "eprint" not in fields:
            self.put_arxiv(arxiv)
        if arxiv and fields.get("eprint") == arxiv and self.type not in _PREPRINTS:
            del fields["url"]
        if self.type in _PREPRINTS and fields.get("eprinttype") == _ARXIV and link == "":
            fields["url"] = arxiv_url(fields["eprint"])

    def _people(self, role: str) -> People:
        """Return the people of a role, without those whose names BibTeX cannot hold."""
        people = People(tuple(self._persons[role]))
        if source_of(role, people):
            return people
        kept = []
        for person in people:
            if source_of(role, People((person,))):
                kept.append(person)
            else:
                whole = f"{person.literal} {person.given} {person.prefix} {person.family} {person.suffix}"
                self.lose(role, whole, "it cannot stand in a BibTeX file as a name")
        return People(tuple(kept))


def as_text(value: object) -> str:
    """Return a value of JSON as text: its own words where it is one."""
    if isinstance(value, str):
        return value
    if value is None or value in ([], {}, False):
        return ""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError):
        return "(values within values, too deep to show)"


def gathered(drafts: Iterable[Draft], slugs: Iterable[str]) -> tuple[list[Incoming], list[Unmapped]]:
    """Return entries and losses of drafts; one that says nothing of a work is no entry, and all of it is lost."""
    known = frozenset(slugs)
    entries: list[Incoming] = []
    lost: list[Unmapped] = []
    for draft in drafts:
        entry, more = draft.done(known)
        lost += more
        if entry.fields.keys() & {"title", "booktitle", "doi", "eprint", "url"} or entry.people:
            entries.append(entry)
            continue
        lost.append(
            Unmapped(
                draft.place, said(entry) or "an empty item", "no title, no people, no link and no identifier", entry.key
            )
        )
    return entries, lost


def said(entry: Incoming) -> str:
    """Return everything that an entry says, in one line."""
    parts = [f"{name}: {value}" for name, value in entry.fields.items()]
    return "; ".join([*parts, *entry.keywords, *([entry.key] if entry.key else [])])
