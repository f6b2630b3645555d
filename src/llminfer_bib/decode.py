"""Entries as the file has them -> typed entries in plain Unicode, and Problems for what could not be read.

Macros, concatenation, inheritance, names, dates and identifiers get their meaning here. Nothing is guessed: a wrong value
stays available as text in ``Entry.fields``. Where a value stands in the file is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from . import categories, identifiers, names, tex
from .bibfile import Document, RawEntry, RawString
from .dates import parse_date, parse_month, parse_year
from .inheritance import inherit
from .kinds import kind_of
from .links import arxiv_elsewhere, language_of, url_of
from .macros import Macros
from .model import NO_TEXT, Category, Date, Entry, People, Text, Topic
from .problems import ERROR, WARNING, Problem

NOT_ITEMS: Final = frozenset({"xdata"})
"""Types that hold fields for others and are no items themselves (biblatex manual, section 2.1.1)."""
_DELIMITERS: Final = ("{", '"')
_SHORT, _MOST_TEXTS, _FIXED = 80, 20_000, ("{", '"', *"0123456789")
"""Which values are remembered: those of fewer characters, so many, that begin so. A macro may be defined anew."""
_DEEPEST: Final = 100
"""Generations of parents; longer chains are mistakes, and recursion has an end."""

NAME_FIELDS: Final = frozenset(
    "author editor editora editorb editorc translator bookauthor annotator commentator introduction foreword afterword"
    " holder director shortauthor shorteditor namea nameb namec".split()
)
DATE_FIELDS: Final = ("date", "urldate", "eventdate", "origdate")
_NAMES, _TITLE, _AS_IT_IS, _DATE, _SKIP, _REPEATED = range(6)
_SAME_AGAIN: Final = (
    "address archiveprefix booktitle entrysubtype eprintclass eprinttype eventtitle howpublished institution journal journaltitle langid"
    " language license location month number organization primaryclass publisher school series type venue volume year"
).split()
# How a field is read; those not named here are plain text.
_WAYS: Final = {
    **dict.fromkeys(tex.VERBATIM_FIELDS, _AS_IT_IS),
    **dict.fromkeys(tex.KEY_LIST_FIELDS - {"keywords"}, _AS_IT_IS),  # `a--b` is a key
    **dict.fromkeys(DATE_FIELDS, _DATE),
    **dict.fromkeys(_SAME_AGAIN, _REPEATED),
    **dict.fromkeys(NAME_FIELDS, _NAMES),
    "title": _TITLE,
}

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


class State(NamedTuple):
    """Where a decoder stopped, and what it then knew: see ``Decoder.continue_from``."""

    reached: int
    macros: dict[str, str]
    seen: dict[str, int]
    repeated: list[tuple[str, int]]
    undefined: dict[str, Problem]
    problems: tuple[Problem, ...]


class Decoder:
    """Decodes the entries of one document. ``problems`` grows while ``entries`` runs."""

    def __init__(
        self,
        document: Document,
        config_categories: tuple[Category, ...] = (),
        config_topics: tuple[Topic, ...] = (),
        skip: frozenset[str] = frozenset(),
        *,
        protected: bool = True,
        items_only: bool = False,
        only: frozenset[str] = frozenset(),
    ) -> None:
        """`skip` names fields that the caller has no use for; they are left out unread.

        With `protected` false the titles come without their protected words, which takes less time. With `items_only`
        entries that only lend their fields to others (``@xdata``) are not yielded. `only` names the keys of those wanted;
        empty means all.
        """
        self.document = document
        self.problems: list[Problem] = []
        self.reached = 0
        self._choices = (config_categories, config_topics, skip)
        self._category_slugs = frozenset(category.slug for category in config_categories)
        self._topic_slugs = frozenset(topic.slug for topic in config_topics)
        self._protected = protected
        self._items_only = items_only
        self._only = only
        self._ways = {**_WAYS, **dict.fromkeys(skip, _SKIP)}
        self._macros = Macros(len(document.data))
        self._undefined: dict[str, Problem] = {}
        self._texts: dict[str, str] = {}
        self._seen: dict[str, int] = {}
        # Keys that came again, for a decoder that does not know the file's beginning: who does says where they came first.
        self._repeated: list[tuple[str, int]] | None = None
        # For inheritance only: where entries stand, and parents as they were read.
        self._places: dict[str, int] = {}
        self._parents: dict[str, tuple[RawEntry, dict[str, str]]] = {}
        self._reported: set[tuple[str, int, str, str]] = set()

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Yield the entries in the file's order. An entry whose key came before is yielded too, with a Problem.

        `start` and `stop` are as in ``Document.entries``.
        """
        seen = self._seen
        for raw in self._raw_entries(start, stop):
            if raw.slips:
                key = raw.key if type(raw) is RawEntry else ""
                self.problems += (self.document.problem(slip, key) for slip in raw.slips)
            if type(raw) is RawString:
                self.define(raw)
                continue
            assert type(raw) is RawEntry
            folded = raw.key.lower()
            if folded in seen and folded:
                self._report_repeated(folded, raw)
            else:
                seen[folded] = raw.start
            if (self._only and raw.key not in self._only) or (self._items_only and raw.type in NOT_ITEMS):
                continue
            yield self.entry(raw)

    def _raw_entries(self, start: int, stop: int | None) -> Iterator[RawEntry | RawString]:
        self.reached = yield from self.document.entries(start, stop)

    @property
    def macros(self) -> dict[str, str]:
        """The macros defined so far, with their sources."""
        return dict(self._macros.values)

    def fresh(self, macros: Mapping[str, str]) -> Decoder:
        """Return a decoder of the same document and choices that has read nothing yet and knows `macros`."""
        other = Decoder(
            self.document, *self._choices, protected=self._protected, items_only=self._items_only, only=self._only
        )
        other._macros.values = dict(macros)
        other._repeated = []
        return other

    def state(self) -> State:
        """Return what another decoder must know to go on where this one stopped."""
        return State(
            self.reached, self._macros.values, self._seen, self._repeated or [], self._undefined, tuple(self.problems)
        )

    def is_at(self, start: int, macros: Mapping[str, str]) -> bool:
        """Return whether reading would go on at `start` with `macros`."""
        return self.reached == start and self._macros.values == macros

    def continue_from(self, state: State) -> None:
        """Take over what another decoder has read behind this one."""
        again = [(folded, state.seen[folded]) for folded in state.seen.keys() & self._seen.keys() if folded]
        self._seen = {**state.seen, **self._seen}
        for folded, start in again + state.repeated:
            block = self.document.scanner.block_at(start)
            assert block is not None
            self._report_repeated(folded, self.document.raw_entry(block))
        self._macros.values = state.macros
        known = {problem for name, problem in state.undefined.items() if name in self._undefined}
        self._undefined = {**state.undefined, **self._undefined}
        self.problems += [problem for problem in state.problems if problem not in known]
        self.reached = state.reached

    def _report_repeated(self, folded: str, raw: RawEntry) -> None:
        if self._repeated is not None:
            self._repeated.append((folded, raw.start))
            return
        line, _ = self.document.position(self._seen[folded])
        self._report("B015", raw.start, raw.key, raw.key, str(line))

    def define(self, string: RawString) -> str:
        """Take in an ``@string`` definition; return its value's source. A later one of the same name replaces it."""
        value = self.source(string.value, string.start, "")
        if string.name:
            self._macros.define(string.name, value)
        return value

    def entry(self, raw: RawEntry) -> Entry:
        """Decode one entry, with the macros defined so far."""
        sources = raw.fields
        if "crossref" in sources or "xdata" in sources:
            sources = self._inherited(raw)
        fields: dict[str, str] = {}
        people: dict[str, People] = {}
        title: Text = NO_TEXT
        ways, to_plain, texts = self._ways, tex.to_plain, self._texts
        for name, value in sources.items():
            # The loop runs a million times for a large library: what is written out here saves a call each time.
            way = ways.get(name)
            if way == _REPEATED:
                text = texts.get(value)
                fields[name] = self._text(value, raw) if text is None else text
                continue
            if way == _SKIP:
                continue
            value = value[1:-1] if value[:1] == "{" and "#" not in value else self.source(value, raw.start, raw.key)
            if way is None:
                fields[name] = to_plain(value)
            elif way == _NAMES:
                people[name] = names.parse_people(value, to_plain)
            elif way == _TITLE:
                title = tex.to_text(value) if self._protected else Text(to_plain(value))
                fields["title"] = title.text
            elif way == _AS_IT_IS:
                fields[name] = value.strip()
            elif way == _DATE:
                # `2023~` is an uncertain date, not one with a blank behind it.
                fields[name] = to_plain(
                    value.replace("~", r"\textasciitilde{}", 2) if "~" in value and "$" not in value else value
                )
        dates = self._dates(raw, fields)
        url = url_of(fields) if "url" in fields or "howpublished" in fields else ""
        doi, arxiv = self._identifiers(raw, fields, url)
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
            url,
            language_of(fields) if "language" in fields or "langid" in fields else "",
            categories.category_of(keywords, self._category_slugs) if self._category_slugs else "",
            categories.topics_of(keywords, self._topic_slugs) if self._topic_slugs else (),
            keywords,
            raw.start,
        )

    def _text(self, value: str, raw: RawEntry) -> str:
        """Return a field's text, and remember a short one: publishers, venues and years come again and again."""
        text = tex.to_plain(self.source(value, raw.start, raw.key))
        if len(value) < _SHORT and value[:1] in _FIXED and "#" not in value:
            if len(self._texts) >= _MOST_TEXTS:
                self._texts.clear()
            self._texts[value] = text
        return text

    def source(self, value: str, start: int, key: str, at: int = -1) -> str:
        """Return a value's TeX source without delimiters: macros put in, parts joined. The entry is named for messages.

        With `at`, macros have the values they had at that place of the document.
        """
        if value[:1] in _DELIMITERS and "#" not in value:
            return value[1:-1]
        return self._macros.source(value, lambda name: self._report_undefined(name, value, start, key), at)

    def _report_undefined(self, name: str, value: str, start: int, key: str) -> None:
        if name.lower() not in self._undefined:
            self._undefined[name.lower()] = self._report("B020", start, key, name, value=value)

    def _dates(self, raw: RawEntry, fields: dict[str, str]) -> dict[str, Date]:
        dates: dict[str, Date] = {}
        for name in DATE_FIELDS:
            if name in fields:
                date = parse_date(fields[name])
                if date is not None:
                    dates[name] = date
                elif fields[name]:
                    self._report("B021", raw.start, raw.key, name, fields[name], field=name)
        if "year" in fields and "date" not in dates:
            month = fields.get("month", "")
            date = parse_year(fields["year"], month, fields.get("day", ""))
            if date is not None:
                dates["date"] = date
            elif fields["year"]:
                self._report("B022", raw.start, raw.key, fields["year"], field="year")
            if month and (date is None or date.month is None) and parse_month(month)[0] is None:
                self._report("B023", raw.start, raw.key, month, field="month")
        return dates

    def _identifiers(self, raw: RawEntry, fields: dict[str, str], url: str) -> tuple[str, str]:
        """Return (DOI, arXiv id). The arXiv DOI is no DOI of a publication and counts as the arXiv id."""
        doi = arxiv = ""
        if "doi" in fields:
            doi = identifiers.normalise_doi(fields["doi"])
            if not doi and fields["doi"]:
                self._report("B024", raw.start, raw.key, fields["doi"], field="doi")
            elif doi.startswith(identifiers.ARXIV_DOI):
                doi, arxiv = "", identifiers.normalise_arxiv(doi)[0]
                if not arxiv:
                    self._report("B024", raw.start, raw.key, fields["doi"], field="doi")
        eprint = fields.get("eprint")
        if eprint:
            archive = (fields.get("eprinttype") or fields.get("archiveprefix", "")).lower()
            found = identifiers.normalise_arxiv(eprint)[0] if archive in ("", "arxiv") else ""
            if found:
                arxiv = found
            elif archive == "arxiv":
                self._report("B025", raw.start, raw.key, eprint, field="eprint")
        return doi, arxiv or arxiv_elsewhere(fields, url)

    def _inherited(self, raw: RawEntry) -> dict[str, str]:
        """Return the entry's fields with what ``xdata`` and ``crossref`` parents give, parents' parents included."""
        mine = {name: self.source(value, raw.start, raw.key) for name, value in raw.fields.items()}
        values = self._with_parents(raw, mine, [raw.key.lower()])
        return {name: f"{{{value}}}" for name, value in values.items()}

    def _with_parents(self, raw: RawEntry, values: dict[str, str], chain: list[str]) -> dict[str, str]:
        for link in ("xdata", "crossref"):
            for key in filter(None, map(str.strip, values.get(link, "").split(","))):
                if key.lower() in chain:
                    self._report_once("B027", raw, link, key)
                    continue
                found = self._parent(key.lower(), chain) if len(chain) < _DEEPEST else None
                if found is not None:
                    parent, theirs = found
                    values = inherit(values, raw.type, theirs, parent.type, link)
                elif key.lower() not in self._places:
                    self._report_once("B026", raw, link, key)
        return values

    def _parent(self, key: str, chain: list[str]) -> tuple[RawEntry, dict[str, str]] | None:
        """Return an entry and its sources, its own parents' included; macros have the values they had where it stands."""
        if not self._places:
            self._survey()
        if key not in self._places:
            return None
        if key not in self._parents:
            block = self.document.scanner.block_at(self._places[key])
            assert block is not None
            raw = self.document.raw_entry(block)
            mine = {name: self.source(value, raw.start, raw.key, raw.start) for name, value in raw.fields.items()}
            self._parents[key] = raw, self._with_parents(raw, mine, [*chain, key])
        return self._parents[key]

    def _survey(self) -> None:
        """Note where every entry stands, and each macro's values. Rare, so worth a pass of its own."""
        here, self._macros.values = self._macros.values, Macros(0).values
        for raw in self.document.entries():
            if type(raw) is RawString:
                self._macros.remember(raw.name, raw.start, self.define(raw))
            elif type(raw) is RawEntry:
                self._places.setdefault(raw.key.lower(), raw.start)
        self._macros.values = here

    def _report_once(self, code: str, raw: RawEntry, link: str, key: str) -> None:
        """Report what is wrong with a parent, which each of its children meets again."""
        if (code, raw.start, link, key) not in self._reported:
            self._reported.add((code, raw.start, link, key))
            self._report(code, raw.start, raw.key, link, key, field=link)

    def _report(self, code: str, start: int, key: str, *values: str, field: str = "", value: str = "") -> Problem:
        """Add a problem of the block at `start`, at its `field`, or at the field that has this `value`, if there is one."""
        severity, message, hint = PROBLEMS[code]
        line, column = self.document.position(self.document.place_in(start, field, value) if field or value else start)
        shown = (text if len(text) <= 60 else text[:57] + "..." for text in values)
        problem = Problem(self.document.name, line, column, code, severity, key, message.format(*shown), hint)
        self.problems.append(problem)
        return problem
