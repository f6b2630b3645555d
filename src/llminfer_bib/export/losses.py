"""What an export leaves unsaid: which fields of an entry a format asked for, and why the others have no place in it.

The exporters write through ``Asked``, so that what is reported lost is what was in fact not written. Nothing is written here.
"""

from __future__ import annotations

from typing import Final

from .. import identifiers
from ..kinds import KIND_OF_SUBTYPE, language_tag
from ..model import NOBODY, Date, Entry, People
from .csl_text import plain
from .localisation import in_words
from .markdown_text import clean
from .wording import title_of

Loss = tuple[str, str]
"""A field, and in plain English why the format cannot say it."""

_PRIVATE: Final = frozenset(
    """
    added-at biburl bibsource bdsk-file-1 bdsk-file-2 bdsk-url-1 bdsk-url-2 creationdate date-added date-modified file
    groups interhash intrahash local-url mendeley-groups mendeley-tags modificationdate owner priority ranking rating
    read readstatus timestamp
    """.split()
)
_FOR_BIBTEX: Final = frozenset(
    """
    crossref entryset entrysetcount execute gender hyphenation ids indexsorttitle indextitle key keywordsep label
    langidopts nameaddon options presort related relatedoptions relatedstring relatedtype shorthand sortkey sortname
    sortshorthand sorttitle sortyear xdata xref
    """.split()
)
_ARXIV_FIELDS: Final = ("eprint", "eprinttype", "archiveprefix")
_CLASS_FIELDS: Final = ("eprintclass", "primaryclass")
_DATE_FIELDS: Final = ("date", "year", "month", "day")
_OTHER_DATES: Final = ("urldate", "eventdate", "origdate")


def one_line(text: str) -> str:
    """Return text in one line, without control characters, math source and markup."""
    return clean(plain(text))


class Asked:
    """One entry, read by a format: every method returns a value and remembers whose it was."""

    __slots__ = ("_instead", "_partly", "_used", "entry")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self._used: set[str] = set()
        self._instead: dict[str, str] = {}
        self._partly: list[Loss] = []

    def text(self, *names: str) -> str:
        """Return the first of these fields that says something, in one line. Others with the same words are said with it."""
        found = by = ""
        fields = self.entry.fields
        for name in names:
            if name not in fields or name in self._used or not (value := one_line(in_words(name, fields[name]))):
                continue
            if not found:
                found, by = value, name
            if value == found:
                self._used.add(name)
            else:
                self._instead.setdefault(name, by)
        return found

    def title(self) -> str:
        """Return title and subtitle in one line; an entry without a title is called by its key."""
        self._used |= {"title", "subtitle"}
        fields = self.entry.fields
        if fields.get("booktitle") == fields.get("title"):  # proceedings have it as both, for those that refer to them
            self._used.add("booktitle")
        return one_line(title_of(self.entry))

    def people(self, role: str) -> People:
        """Return the people of a role. That more took part is remembered as lost: few formats can say it."""
        people = self.entry.people.get(role, NOBODY)
        if people:
            self._used.add(role)
        if people.others:
            self.partly(role, "that there were others (et al.) cannot be said")
        return people

    def date(
        self, name: str = "date", *, spans: bool = False, circas: bool = False, seasons: bool = False
    ) -> Date | None:
        """Return a date that could be read.

        ``spans`` tells whether the format knows ranges and uncertain dates, ``circas`` whether it knows the latter,
        ``seasons`` whether it knows seasons.
        """
        date = self.entry.dates.get(name)
        if date is None or (not date.year and date.circa):
            return None
        self._used.update(_DATE_FIELDS if name == "date" else (name,))
        if date.end is not None and not spans:
            self.partly(name, "only the first day of a period can be said")
        if date.season and not seasons:
            self.partly(name, "that it is a season cannot be said, only its year")
        if date.circa and not (spans or circas):
            self.partly(name, "that the date is uncertain cannot be said")
        return date

    def doi(self) -> str:
        """Return the DOI; that of an arXiv preprint is part of its arXiv id."""
        if self.entry.doi or self.entry.arxiv:
            self._used.add("doi")
        return self.entry.doi

    def arxiv(self, *, with_class: bool = False) -> str:
        """Return the arXiv id; ``with_class`` tells whether the format has a place for its subject class."""
        if self.entry.arxiv:
            self._used.update((*_ARXIV_FIELDS, *(_CLASS_FIELDS if with_class else ())))
        return self.entry.arxiv

    def url(self) -> str:
        """Return the address, if it is one of the web."""
        url = identifiers.web_url(self.entry.url) if self.entry.url else ""
        if url:
            self._used.add("url")
        return url

    def language(self) -> str:
        """Return the language tag. ``langid`` is said with it where it means the same."""
        tag = self.entry.language
        for name in ("language", "langid"):
            if tag and language_tag(self.entry.fields.get(name, "")) in {tag, tag.partition("-")[0]}:
                self._used.add(name)
        return tag

    def keywords(self) -> list[str]:
        """Return all keywords, cleaned, each once."""
        self._used.add("keywords")
        return list(dict.fromkeys(filter(None, map(one_line, self.entry.keywords))))

    def subtype(self, *said: str) -> None:
        """Say that the format's own types tell these subtypes (``blog``) from other items of the web."""
        if KIND_OF_SUBTYPE.get(self.entry.fields.get("entrysubtype", "").strip().lower(), "other") in said:
            self._used.add("entrysubtype")

    def said(self, *names: str) -> None:
        """Remember that fields are said, in whatever way."""
        self._used.update(names)

    def partly(self, name: str, reason: str) -> None:
        """Remember that a field is written, but not all of it."""
        self._partly.append((name, reason))

    def lost(self, format_name: str, reasons: dict[str, str], *, protected: bool = False) -> tuple[Loss, ...]:
        """Return what was not said, sorted by field. ``protected`` tells whether the format keeps protected words."""
        entry = self.entry
        found = dict.fromkeys(self._partly)
        if entry.fields.get("pubstate") == entry.kind == "preprint":  # the type says so
            self._used.add("pubstate")
        if entry.title.protected and not protected:
            found["title", "which words are protected from a change of case cannot be said"] = None
        for name in (*entry.people, *entry.fields):
            if name not in self._used and (name in entry.people or entry.fields[name].strip()):
                found[name, self._reason(name, format_name, reasons)] = None
        return tuple(sorted(found))

    def _reason(self, name: str, format_name: str, reasons: dict[str, str]) -> str:
        if name in self._instead:
            return f"there is one place for both, and `{self._instead[name]}` has it"
        if name == "url":
            return "it is no address of the web (http or https)"
        dates = self.entry.dates
        if (name in _DATE_FIELDS and "date" not in dates) or (name in _OTHER_DATES and name not in dates):
            return "it is no date that can be read"
        return reasons.get(name) or usual_reason(name, format_name)


def usual_reason(name: str, format_name: str) -> str:
    """Return why a field is lost where a format has nothing of its own to say about it."""
    if name in _PRIVATE:
        return "it belongs to one program on one machine"
    if name in _FOR_BIBTEX:
        return "it tells BibTeX how to find, sort or print the entry"
    return f"{format_name} has no place for it"
