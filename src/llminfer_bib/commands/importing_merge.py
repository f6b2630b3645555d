"""An imported entry that the library has already -> what it adds to the library's, and where the two contradict each other.

The library's own values stay. Of preprint and published version neither is mixed into the other: that is for ``bib enrich``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from .. import match, meaning
from ..bibfile import RawEntry
from ..edits import SetField
from ..encode import source_of
from ..importers import Unmapped
from ..library import Library
from ..meaning.compared import Difference
from ..model import Entry, People
from ..problems import BibError
from .importing_known import full_title


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field of an entry that is there already, and says something else in the file; the library's stays."""

    key: str
    field: str
    ours: str
    theirs: str
    place: str


@dataclass(frozen=True, slots=True)
class Left:
    """What a person said in the file of an entry that is there already: such fields are not mixed with the library's."""

    key: str
    field: str
    text: str
    place: str


# One row for what is one thing under several names: an entry that has one of them gets none of the others.
ALIASES: Final = (
    ("journal", "journaltitle"),
    ("date", "year", "month", "day"),
    ("address", "location"),
    ("school", "institution"),
    ("eprinttype", "archiveprefix"),
    ("eprintclass", "primaryclass"),
    ("annote", "annotation"),
    ("booktitle", "maintitle"),
    ("pages", "eid"),
    ("editora", "editorb", "editorc", "annotator", "commentator"),
    ("editoratype", "editora", "editorb", "editorc", "annotator", "commentator"),
)
NOT_TAKEN: Final = frozenset(
    {"abstract", "annote", "annotation", "crossref", "entrysubtype", "file", "groups", "keywords", "langid", "language"}
    | {
        "gender",
        "indexsorttitle",
        "indextitle",
        "key",
        "label",
        "presort",
        "shorthand",
        "sortkey",
        "sortname",
        "sorttitle",
        "sortyear",
    }
    | {"month", "note", "owner", "review", "timestamp", "urldate", "xdata", "shorttitle", "options", "ids", "pubstate"}
)
"""What a person says of their own copy, or what nobody misses."""
SAID_BY_PEOPLE: Final = frozenset({"abstract", "annote", "annotation", "note", "review"})
"""Those of them that somebody may miss: they are told."""
_VENUE: Final = frozenset({"booktitle", "journal", "journaltitle", "pages", "publisher", "number", "volume", "series"})


_Fill = tuple[str, str, list[SetField]]
"""The entry's key, the place in the file, what the entry gets."""


class Fills:
    """What entries that are there may get from the file, in its order."""

    def __init__(self) -> None:
        self._found: dict[str, list[tuple[Entry, str]]] = {}

    def add(self, key: str, theirs: Entry, place: str) -> None:
        """Note that an entry of the file is the same as the library's `key`."""
        self._found.setdefault(key, []).append((theirs, place))

    def make(
        self, library: Library, conflicts: list[Conflict], unmapped: list[Unmapped], left: list[Left]
    ) -> list[str]:
        """Give the library's entries what they lack; return the keys of those that got something.

        What contradicts goes to `conflicts`, what could not be put in to `unmapped`, people's words to `left`. An identifier may
        show of what kind an entry is, and so what else fits: it is looked at again until nothing does.
        """
        filled: dict[str, None] = {}
        found: dict[Conflict, None] = {}
        words: dict[Left, None] = {}
        for _ in range(_ROUNDS):
            refused: list[Unmapped] = []
            made = _make(library, self._lacking(library, found, words, refused), refused)
            self._found = {key: self._found[key] for key in made}
            filled |= dict.fromkeys(made)
            unmapped += refused
            if not made:
                break
        conflicts += found
        left += words
        return list(filled)

    def _lacking(
        self, library: Library, conflicts: dict[Conflict, None], left: dict[Left, None], unmapped: list[Unmapped]
    ) -> list[_Fill]:
        keys = frozenset(self._found)
        if not keys:
            return []
        raws = [raw for raw in library.document.entries() if type(raw) is RawEntry and raw.key in keys]
        times = Counter(raw.key for raw in raws)
        own = {raw.key: set(raw.fields) for raw in raws}
        done: set[str] = set()
        fills: list[_Fill] = []
        for entry in library.decoder(protected=True, items_only=False, only=keys).entries():
            ours = entry
            for theirs, place in self._found[entry.key] if entry.key not in done else ():
                edits, found = merged(ours, theirs, own[ours.key], place)
                conflicts |= dict.fromkeys(found)
                left |= dict.fromkeys(left_out(ours, theirs, place))
                if not edits:
                    continue
                ours = _with(ours, theirs, edits)
                own[ours.key] |= {edit.name for edit in edits}
                if times[ours.key] > 1:
                    unmapped += _refused((ours.key, place, edits), "the library has this key more than once")
                else:
                    fills.append((ours.key, place, edits))
            done.add(entry.key)
        return fills


_ROUNDS = 4


def _refused(fill: _Fill, why: str) -> Iterator[Unmapped]:
    key, place, edits = fill
    yield from (Unmapped(place, f"{edit.name} = {edit.value}", why, key) for edit in edits)


def _make(library: Library, fills: list[_Fill], unmapped: list[Unmapped]) -> list[str]:
    """Make the edits, those that are refused left out; return the keys of the entries that got something."""
    if not fills:
        return []
    try:
        library.apply([edit for _, _, edits in fills for edit in edits])
    except BibError as error:
        if len(fills) == 1:
            unmapped += _refused(fills[0], str(error))
            return []
        half = len(fills) // 2
        return _make(library, fills[:half], unmapped) + _make(library, fills[half:], unmapped)
    return [key for key, _, _ in fills]


def _with(ours: Entry, theirs: Entry, edits: list[SetField]) -> Entry:
    """Return the entry as it will be, for what else the file says of it."""
    names = {edit.name for edit in edits}
    return replace(
        ours,
        fields={**ours.fields, **{name: text for name, text in theirs.fields.items() if name in names}},
        people={**ours.people, **{role: people for role, people in theirs.people.items() if role in names}},
        doi=theirs.doi if "doi" in names else ours.doi,
        arxiv=theirs.arxiv if "eprint" in names else ours.arxiv,
        url=theirs.url if "url" in names else ours.url,
        dates={**theirs.dates, **ours.dates} if names & {"date", "year"} else ours.dates,
    )


def merged(ours: Entry, theirs: Entry, own: Collection[str], place: str) -> tuple[list[SetField], list[Conflict]]:
    """Return the edits that give the library's entry what it lacks, and the conflicts.

    `own` are the fields that stand in the library's entry itself. An entry that is of another kind gives its identifiers alone.
    """
    edits: list[SetField] = []
    conflicts = []
    for name, value in _values(theirs):
        if not _is_wanted(name, ours, theirs):
            continue
        mine = _value_of(ours, name)
        if mine:
            found = meaning.compare(name, mine, value)
            if found.difference is Difference.MATERIAL:
                conflicts.append(Conflict(ours.key, name, _shown(mine), _shown(value), place))
        elif _names_of(name).isdisjoint(own) and (source := source_of(name, value)):
            edits.append(SetField(ours.key, name, source))
    if any(conflict.field == "title" for conflict in conflicts):
        edits = []  # perhaps another work, with an identifier that is wrong
    return edits, conflicts


def _values(entry: Entry) -> Iterator[tuple[str, str | People]]:
    yield from entry.people.items()
    for name, value in entry.fields.items():
        if name not in NOT_TAKEN and value.strip():
            yield name, value


def left_out(ours: Entry, theirs: Entry, place: str) -> Iterator[Left]:
    """Yield what of a person's own words the library's entry does not say."""
    said = " ".join(" ".join(value.split()) for value in ours.fields.values())
    for name in sorted(SAID_BY_PEOPLE & theirs.fields.keys()):
        text = " ".join(theirs.fields[name].split())
        if any(part not in said for part in text.split("; ")):
            yield Left(ours.key, name, text, place)
    more = [word for word in theirs.keywords if word not in ours.keywords]
    if more:
        yield Left(ours.key, "keywords", ", ".join(more), place)


def _is_wanted(name: str, ours: Entry, theirs: Entry) -> bool:
    if (
        name in {"title", "subtitle"}
        and ours.title.text
        and match.title_key(full_title(ours)) == match.title_key(full_title(theirs))
    ):
        return False  # other programs have both in one
    if name == "url" and (ours.url or ours.doi or ours.arxiv):
        return False
    if name == "howpublished" and ours.url and ours.url in theirs.fields[name]:
        return False  # where classic BibTeX has the address
    if name in {"doi", "eprint"}:
        return True
    if name in {"eprinttype", "archiveprefix", "eprintclass", "primaryclass"}:
        return ours.arxiv in {"", theirs.arxiv}
    if ours.kind != theirs.kind:
        return name == "title" and not {ours.kind, theirs.kind} <= {"paper", "preprint"}
    return name not in _VENUE or ours.kind == "paper" or name not in {"pages", "number"}


def _names_of(name: str) -> frozenset[str]:
    return frozenset(next((row for row in ALIASES if name in row), (name,)))


def _value_of(entry: Entry, name: str) -> str | People:
    """Return the library's value, under any of the field's names."""
    if name in entry.people:
        return entry.people[name]
    if name == "doi":
        return entry.doi
    if name == "eprint" and entry.arxiv:
        return entry.arxiv
    if name in {"date", "year"}:
        return str(entry.date.year) if entry.date else entry.fields.get("year", "")
    return next((entry.fields[other] for other in _names_of(name) if entry.fields.get(other)), "")


def _shown(value: str | People) -> str:
    if isinstance(value, str):
        return value
    return "; ".join(person.literal or f"{person.family}, {person.given}".strip(", ") for person in value)
