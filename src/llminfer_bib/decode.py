"""Entries as the file has them -> typed entries in plain Unicode, and Problems for what could not be read.

Macros, concatenation, inheritance, names, dates and identifiers get their meaning here. Nothing is guessed: a wrong value
stays available as text in ``Entry.fields``. Where a value stands in the file is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from . import categories, identifiers, names, tex
from .bibfile import Document, RawEntry, RawString
from .dates import MONTHS, parse_date, parse_month, parse_year
from .inheritance import inherit
from .kinds import is_preprint_venue, kind_of, language_tag
from .model import NO_TEXT, Category, Date, Entry, People, Text, Topic
from .problems import ERROR, WARNING, Problem

NAME_FIELDS: Final = frozenset(
    "author editor editora editorb editorc translator bookauthor annotator commentator introduction foreword afterword"
    " holder director shortauthor shorteditor namea nameb namec".split()
)
DATE_FIELDS: Final = frozenset(("date", "urldate", "eventdate", "origdate"))
_VERBATIM: Final = tex.VERBATIM_FIELDS
_MACRO_MONTHS: Final = {row[0]: row[1].capitalize() for row in MONTHS}
_PART = re.compile(r"\s*+(?:#\s*+)?+")
_WORD = re.compile(r"[^\s#]++")

# code: (severity, message, way out)
PROBLEMS: Final[dict[str, tuple[str, str, str]]] = {
    "B015": (ERROR, "the key `{0}` is used before (line {1}).", "Rename one; BibTeX drops the second."),
    "B020": (WARNING, "the macro `{0}` is not defined.", "Define it with @string, or put the value in braces."),
    "B021": (WARNING, "{0} = `{1}` is no date.", "Write 2023, 2023-01 or 2023-01-10."),
    "B022": (WARNING, "year = `{0}` is no year.", "Write four digits."),
    "B023": (WARNING, "month = `{0}` is no month.", "Write a bare macro: jan, feb, ... dec."),
    "B024": (WARNING, "doi = `{0}` is no DOI.", "A DOI looks like 10.1145/3600006.3613165."),
    "B025": (WARNING, "eprint = `{0}` is no arXiv id.", "An arXiv id looks like 2309.06180 or cs/0112017."),
    "B026": (WARNING, "{0} names `{1}`, which is not in the file.", "Add that entry or remove the field."),
    "B027": (WARNING, "{0} `{1}` leads back to this entry.", "Remove one of the two."),
}


class Decoder:
    """Decodes the entries of one document. ``problems`` grows while ``entries`` runs."""

    def __init__(
        self,
        document: Document,
        config_categories: tuple[Category, ...] = (),
        config_topics: tuple[Topic, ...] = (),
        skip: frozenset[str] = frozenset(),
    ) -> None:
        """`skip` names fields that the caller has no use for; they are left out unread."""
        self.document = document
        self.problems: list[Problem] = []
        self._category_slugs = frozenset(category.slug for category in config_categories)
        self._topic_slugs = frozenset(topic.slug for topic in config_topics)
        self._skip = skip
        self._macros: dict[str, str] = dict(_MACRO_MONTHS)
        self._undefined: set[str] = set()
        self._seen: dict[str, int] = {}
        self._parents: dict[str, RawEntry] | None = None

    def entries(self) -> Iterator[Entry]:
        """Yield the entries in the file's order. An entry whose key came before is yielded too, with a Problem."""
        seen = self._seen
        for raw in self.document.entries():
            if type(raw) is RawString:
                self.define(raw)
                continue
            assert type(raw) is RawEntry
            folded = raw.key.lower()
            if folded in seen:
                line, _ = self.document.position(seen[folded])
                self._report("B015", raw.start, raw.key, raw.key, str(line))
            else:
                seen[folded] = raw.start
            for slip in raw.slips:
                self.problems.append(self.document.problem(slip, raw.key))
            yield self.entry(raw)

    def define(self, string: RawString) -> str:
        """Take in an ``@string`` definition; return its value's source. A later one of the same name replaces it."""
        value = self._macros[string.name] = self.source(string.value, string.start, "")
        return value

    def entry(self, raw: RawEntry) -> Entry:
        """Decode one entry, with the macros defined so far."""
        source = self.source
        values = {
            name: value[1:-1]
            if value[:1] == "{" and "#" not in value
            else source(value, raw.start, raw.key)
            for name, value in raw.fields.items()
        }
        if "crossref" in values or "xdata" in values:
            values = self._inherited(raw, values)
        return self._entry(raw, values)

    def _entry(self, raw: RawEntry, values: Mapping[str, str]) -> Entry:
        fields: dict[str, str] = {}
        people: dict[str, People] = {}
        title: Text = NO_TEXT
        to_plain, skip = tex.to_plain, self._skip
        for name, value in values.items():
            if name in skip:
                continue
            if name == "title":
                title = tex.to_text(value)
                fields["title"] = title.text
            elif name in NAME_FIELDS:
                people[name] = names.parse_people(value, to_plain)
            elif name in _VERBATIM:
                fields[name] = value.strip()
            else:
                fields[name] = to_plain(value)
        dates = self._dates(raw, fields)
        doi, arxiv = self._identifiers(raw, fields)
        keywords = categories.split_keywords(fields.get("keywords", ""))
        return Entry(
            raw.key,
            raw.type,
            kind_of(raw.type, fields, arxiv=bool(arxiv)),
            fields,
            title,
            people,
            dates,
            doi,
            arxiv,
            fields.get("eprintclass") or fields.get("primaryclass", "") if arxiv else "",
            fields.get("url") or _linked(fields),
            language_tag(fields.get("language") or fields.get("langid", "")) if "language" in fields or "langid" in fields else "",
            categories.category_of(keywords, self._category_slugs),
            categories.topics_of(keywords, self._topic_slugs),
            keywords,
            raw.start,
        )

    def source(self, value: str, start: int, key: str) -> str:
        """Return a value's TeX source without delimiters: macros put in, parts joined. The entry is named for messages."""
        first = value[:1]
        if first == "{" and "#" not in value:
            return value[1:-1]
        if first == '"' and "#" not in value:
            return value[1:-1]
        if value.isdecimal() or not value:
            return value
        return "".join(
            part[1:-1] if part[0] in '{"' else self._macro(part, start, key) for part in split_parts(value)
        )

    def _macro(self, name: str, start: int, key: str) -> str:
        if name.isdecimal():
            return name
        text = self._macros.get(name.lower())
        if text is not None:
            return text
        if name.lower() not in self._undefined:
            self._undefined.add(name.lower())
            self._report("B020", start, key, name)
        return name

    def _dates(self, raw: RawEntry, fields: dict[str, str]) -> dict[str, Date]:
        dates: dict[str, Date] = {}
        for name in DATE_FIELDS & fields.keys():
            date = parse_date(fields[name])
            if date is not None:
                dates[name] = date
            elif fields[name]:
                self._report("B021", raw.start, raw.key, name, fields[name])
        if "year" in fields and "date" not in dates:
            month = fields.get("month", "")
            date = parse_year(fields["year"], month, fields.get("day", ""))
            if date is not None:
                dates["date"] = date
            elif fields["year"]:
                self._report("B022", raw.start, raw.key, fields["year"])
            if month and parse_month(month)[0] is None:
                self._report("B023", raw.start, raw.key, month)
        return dates

    def _identifiers(self, raw: RawEntry, fields: dict[str, str]) -> tuple[str, str]:
        """Return (DOI, arXiv id). The arXiv DOI is no DOI of a publication and counts as the arXiv id."""
        doi = arxiv = ""
        if "doi" in fields:
            doi = identifiers.normalise_doi(fields["doi"])
            if not doi and fields["doi"]:
                self._report("B024", raw.start, raw.key, fields["doi"])
            elif identifiers.is_preprint_doi(doi):
                doi, arxiv = "", identifiers.normalise_arxiv(doi)[0]
        eprint = fields.get("eprint")
        if eprint:
            archive = fields.get("eprinttype") or fields.get("archiveprefix", "")
            found = identifiers.normalise_arxiv(eprint)[0] if not archive or archive.lower() == "arxiv" else ""
            if found:
                arxiv = found
            elif archive.lower() == "arxiv":
                self._report("B025", raw.start, raw.key, eprint)
        return doi, arxiv or _arxiv_elsewhere(fields)

    def _inherited(self, raw: RawEntry, values: dict[str, str]) -> dict[str, str]:
        """Return `values` with what ``xdata`` and ``crossref`` parents give, parents' parents included."""
        chain = [raw.key.lower()]
        return self._with_parents(raw, values, chain)

    def _with_parents(self, raw: RawEntry, values: dict[str, str], chain: list[str]) -> dict[str, str]:
        for link in ("xdata", "crossref"):
            for key in categories.split_keywords(values.get(link, "")):
                parent = self._parent(key)
                if parent is None:
                    self._report("B026", raw.start, raw.key, link, key)
                elif key.lower() in chain:
                    self._report("B027", raw.start, raw.key, link, key)
                elif len(chain) < 20:  # deeper chains are mistakes, and recursion has an end
                    theirs = {name: self.source(value, parent.start, key) for name, value in parent.fields.items()}
                    theirs = self._with_parents(parent, theirs, [*chain, key.lower()])
                    values = inherit(values, raw.type, theirs, parent.type, link)
        return values

    def _parent(self, key: str) -> RawEntry | None:
        if self._parents is None:
            # Rare, so worth a pass of its own: every entry that could be meant, and the macros they use.
            self._parents = {}
            for raw in self.document.entries():
                if type(raw) is RawString:
                    self._macros.setdefault(raw.name, self.source(raw.value, raw.start, ""))
                elif type(raw) is RawEntry:
                    self._parents.setdefault(raw.key.lower(), raw)
        return self._parents.get(key.lower())

    def _report(self, code: str, start: int, key: str, *values: str) -> None:
        severity, message, hint = PROBLEMS[code]
        line, column = self.document.position(start)
        shown = (value if len(value) <= 60 else value[:57] + "..." for value in values)
        self.problems.append(
            Problem(self.document.name, line, column, code, severity, key, message.format(*shown), hint)
        )


def split_parts(value: str) -> list[str]:
    """Split a value's source at its ``#`` into parts with their delimiters: ``a # " b" # {c}``."""
    parts = []
    pos = _skip(value, 0)
    while pos < len(value):
        end = _part_end(value, pos)
        parts.append(value[pos:end])
        pos = _skip(value, end)
    return parts


def _skip(value: str, pos: int) -> int:
    match = _PART.match(value, pos)
    return match.end() if match else pos


def _part_end(value: str, pos: int) -> int:
    opening = value[pos]
    if opening not in '{"':
        match = _WORD.match(value, pos)
        return match.end() if match else pos + 1
    depth = 0
    for at in range(pos, len(value)):
        char = value[at]
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        if depth == 0 and at > pos and char == ("}" if opening == "{" else '"'):
            return at + 1
    return len(value)


def _linked(fields: Mapping[str, str]) -> str:
    """Return the address that stands in ``howpublished``, as classic BibTeX files have it, or nothing."""
    text = fields.get("howpublished", "")
    return text if text and identifiers.is_web_url(text) else ""


def _arxiv_elsewhere(fields: Mapping[str, str]) -> str:
    """Return the arXiv id from an arXiv link, or from a "journal" such as ``arXiv preprint arXiv:2309.06180``."""
    url = fields.get("url")
    if url and "arxiv.org/" in url:
        return identifiers.normalise_arxiv(url)[0]
    venue = fields.get("journal") or fields.get("journaltitle")
    if venue and is_preprint_venue(venue):
        for text in (venue.rpartition("arXiv:")[2], fields.get("volume", "").removeprefix("abs/")):
            found = identifiers.normalise_arxiv(text.split(" ")[0])[0] if text else ""
            if found:
                return found
    return ""
