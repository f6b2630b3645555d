"""``bib add``: identifiers and links -> new entries at the end of their section, each once. Nothing is written here but in memory.

What an identifier is, is in ``locate``; the words of an entry are made in ``enrich.adding``, its key in ``keys``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from .. import enrich, keys, locate, names, provenance, saving
from ..dates import parse_date
from ..edits import find_entries
from ..enrich.adding import entry_with_origins, find_counterpart, find_present, item_source
from ..layout import is_key
from ..library import Library
from ..model import NOBODY, Entry, Text
from ..plans import Deferred
from ..problems import EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_OK, EXIT_USAGE, BibError
from ..provenance import Origin
from ..records import Answer, Record
from . import require_known
from .enrichment import ask, database_type, read_sidecar
from .findings import noticed
from .placing import New, additions

if TYPE_CHECKING:
    from ..sources.desk import Desk


class NotAddableError(BibError):
    """A text that names no work."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person says about the new entries."""

    category: str = ""
    topics: tuple[str, ...] = ()
    title: str = ""
    """For a link that no source knows."""
    author: str = ""
    """Names in BibTeX's form, parted by ``and``."""
    date: str = ""
    kind: str = ""
    """``blog``, ``course``, ``video``, ``project``: else it is guessed from the link."""
    key: str = ""


@dataclass(slots=True)
class Addition:
    """What became of the texts; the library in memory has the new entries."""

    added: list[str] = field(default_factory=list)
    """The new keys."""
    origins: list[Origin] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """For the person: what is there already, unknown or deferred."""
    present: list[tuple[str, str]] = field(default_factory=list)
    """(text, key) of what is there already."""
    unknown: list[str] = field(default_factory=list)
    deferred: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """4 where a source could not be asked, 1 where it knows no such work, else 0."""
        if self.deferred:
            return EXIT_INCOMPLETE
        return EXIT_FINDINGS if self.unknown else EXIT_OK


ITEM_KINDS = {
    # what a person says -> (entry type, entrysubtype)
    "blog": ("online", "blog"),
    "course": ("online", "course"),
    "page": ("online", ""),
    "project": ("software", ""),
    "video": ("video", ""),
}


def add(
    library: Library, texts: Sequence[str], wishes: Wishes, desk: Desk, choices: enrich.Choices, at: str
) -> Addition:
    """Add what each text names, in memory. Raises NotAddableError for one that names nothing, and
    UnknownWordError for a category or topic that is not configured; then nothing is added.
    """
    require_known("category", [wishes.category] if wishes.category else [], library.config.category_slugs)
    require_known("topic", wishes.topics, library.config.topic_slugs)
    choices = replace(choices, database_type=database_type(library.document))
    places = [(text, _located(text, wishes)) for text in dict.fromkeys(texts)]
    if wishes.key and len(places) > 1:
        raise NotAddableError("--key names one entry; add one at a time.")
    if wishes.key and not is_key(wishes.key):
        raise NotAddableError(f'--key "{wishes.key}" is no key: write it without blanks, commas, braces and the like.')
    done = Addition()
    entries = list(library.decoder(protected=True, items_only=False).entries())
    new = _New(keys.Taken(find_entries(library.document)))
    papers = _asked([(text, place) for text, place in places if place.kind in ("arxiv", "doi")], entries, desk, choices)
    for text, place in places:
        stub = papers.get(text)
        if stub is None:
            _add_item(new, entries, text, place, wishes, done)
        else:
            _add_paper(new, entries, text, stub, wishes, choices, done, at)
    sections = [(entry.key, entry.category) for entry in entries]
    library.apply(additions(library.document, library.config.categories, sections, new.entries))
    if done.added and library.config.categories and not wishes.category:
        done.remarks.append(f"{', '.join(done.added)}: in no section; --category SLUG names one.")
    return done


@dataclass(slots=True)
class _New:
    """The entries that are to come into the file, and the keys that are taken."""

    keys: keys.Taken
    entries: list[New] = field(default_factory=list)


def save(library: Library, done: Addition) -> None:
    """Write the library and its sidecar in one step."""
    assert library.path is not None
    sidecar = read_sidecar(library)
    path = provenance.sidecar_path(library.path)
    library.save([saving.Change(path, provenance.updated(sidecar, done.origins), sidecar.data)] if done.origins else ())


def as_data(done: Addition) -> dict[str, object]:
    """Return what was done as JSON-able data."""
    return {
        "added": done.added,
        "present": [{"id": text, "key": key} for text, key in done.present],
        "unknown": done.unknown,
        "deferred": done.deferred,
        "remarks": done.remarks,
    }


@dataclass(frozen=True, slots=True)
class _Stub:
    """An identifier as an entry without words, and the answers about it."""

    entry: Entry
    answers: dict[tuple[str, str], Answer]


def _located(text: str, wishes: Wishes) -> locate.Located:
    place = locate.locate(text)
    if place.kind == "none":
        raise NotAddableError(f'"{text}": {place.reason}')
    if place.kind in ("openreview", "url") and not wishes.title:
        what = (
            "OpenReview cannot be asked about it" if place.kind == "openreview" else "no source can be asked about it"
        )
        raise NotAddableError(f'"{text}": {what}. Say what it is with --title "...".')
    return place


def _asked(
    wanted: Iterable[tuple[str, locate.Located]], entries: Sequence[Entry], desk: Desk, choices: enrich.Choices
) -> dict[str, _Stub]:
    """Ask about all identifiers at once, but for those that are there already."""
    stubs = {}
    for text, place in wanted:
        identifier = {place.kind: place.id}
        stubs[text] = Entry("", "misc", "preprint", **identifier)  # type: ignore[arg-type]
    answers: dict[tuple[str, str], Answer] = {}
    ask([stub for stub in stubs.values() if _present(entries, [stub]) is None], answers, choices, desk)
    return {text: _Stub(stub, answers) for text, stub in stubs.items()}


def _present(entries: Iterable[Entry], known: Iterable[Entry | Record], url: str = "") -> Entry | None:
    known = list(known)
    arxiv = {item.arxiv for item in known if item.arxiv}
    doi = {item.doi for item in known if item.doi}
    return find_present(entries, arxiv=arxiv, doi=doi, url=url)


def _add_paper(
    new: _New,
    entries: list[Entry],
    text: str,
    stub: _Stub,
    wishes: Wishes,
    choices: enrich.Choices,
    done: Addition,
    at: str,
) -> None:
    present = _present(entries, [stub.entry])
    if present is not None:
        _is_there(text, present, done)
        return
    found = enrich.find(stub.entry, stub.answers, choices)
    records = [record for record in (found.published, found.preprint) if record is not None]
    if not records:
        _missing(text, found.unknown, found.deferred, done)
        return
    present = _present(entries, [stub.entry, *records])
    if present is not None:
        _is_there(text, present, done)
        return
    leader = records[0]
    counterpart = find_counterpart(entries, records)
    if counterpart is not None:
        _is_there(text, counterpart, done, _other_form(counterpart, leader))
        return
    year = leader.date.year if leader.date else None
    key = wishes.key or new.keys.unique(
        keys.propose(leader.authors or leader.editors, year, leader.title, kind="paper")
    )
    source, origins = entry_with_origins(
        records,
        key=key,
        category=wishes.category,
        topics=wishes.topics,
        abstract=choices.abstracts,
        database_type=choices.database_type,
    )
    new.entries.append(New(key, source, wishes.category))
    entries.append(
        replace(
            stub.entry,
            key=key,
            type=leader.type if leader.published else stub.entry.type,
            title=Text(leader.title),
            people={"author": leader.authors},
            category=wishes.category,
            doi=leader.doi or stub.entry.doi,
            arxiv=stub.entry.arxiv or next((record.arxiv for record in records if record.arxiv), ""),
        )
    )
    done.added.append(key)
    done.origins += [Origin(key, name, value, origin, at) for name, (value, origin) in origins.items()]
    done.remarks += dict.fromkeys(
        f"{key}: {noticed(notice, record.origin)}" for record in records for notice in record.notices
    )
    done.remarks += [f"{key}: {item.source} could not be asked: {item.reason}." for item in found.deferred]
    done.deferred += [item.id for item in found.deferred]


def _missing(text: str, unknown: Sequence[Deferred], deferred: Sequence[Deferred], done: Addition) -> None:
    if deferred:
        done.deferred.append(text)
        reasons = "; ".join(dict.fromkeys(f"{item.source}: {item.reason}" for item in deferred))
        done.remarks.append(f"{text}: not added, its source could not be asked ({reasons}). Try again later.")
        return
    done.unknown.append(text)
    asked = " and ".join(dict.fromkeys(item.source for item in unknown)) or "the sources"
    done.remarks.append(
        f"{text}: not added, {asked} do{'' if ' and ' in asked else 'es'} not know it. Check the identifier."
    )


def _is_there(text: str, entry: Entry, done: Addition, hint: str = "") -> None:
    done.present.append((text, entry.key))
    done.remarks.append(f"{text}: is there already, as {entry.key}{hint or '.'}")


def _other_form(entry: Entry, record: Record) -> str:
    """Say which form of the work is there, and how the other joins it."""
    if record.published:
        given = f"`bib set {entry.key} doi={record.doi}` and " if record.doi else ""
        way_out = f"{given}`bib enrich {entry.key} --write` makes it the published one."
        return f": the preprint, of the same title and people. {way_out}"
    way_out = f"`bib set {entry.key} eprint={record.arxiv} eprinttype=arxiv` adds the preprint's id."
    return f": the published version, of the same title and people. {way_out}"


def _add_item(
    new: _New, entries: list[Entry], text: str, place: locate.Located, wishes: Wishes, done: Addition
) -> None:
    place = replace(place, url=place.url.replace("{", "%7B").replace("}", "%7D"))  # which BibTeX would count
    present = _present(entries, [], place.url)
    if present is not None:
        _is_there(text, present, done)
        return
    entry_type, subtype, organization = locate.kind_of_url(place.url)
    if wishes.kind:
        entry_type, subtype = ITEM_KINDS[wishes.kind]
    author = names.parse_people(wishes.author, str) if wishes.author else NOBODY
    date = parse_date(wishes.date)
    if wishes.date and date is None:
        raise NotAddableError(f'"{wishes.date}" is no date: write 2024, 2024-05 or 2024-05-17.')
    kind = wishes.kind or subtype or {"software": "project", "video": "video"}.get(entry_type, "page")
    year = date.year if date else None
    key = wishes.key or new.keys.unique(keys.propose(author, year, wishes.title, url=place.url, kind=kind))
    source = item_source(
        key=key,
        title=wishes.title,
        url=place.url,
        type=entry_type,
        author=author,
        organization=organization,
        date=wishes.date,
        entrysubtype=subtype,
        category=wishes.category,
        topics=wishes.topics,
    )
    new.entries.append(New(key, source, wishes.category))
    entries.append(Entry(key, entry_type, url=place.url, category=wishes.category))
    done.added.append(key)
