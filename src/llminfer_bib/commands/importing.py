"""``bib import``: a file of another program, or a list that people wrote -> new entries, each once. Nothing is written here but in memory.

What the file says is read by ``importers``. No network is asked; ``bib enrich`` fills the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .. import importers, keys, match
from ..bibfile import Document
from ..checks import mojibake
from ..decode import NAME_FIELDS, Decoder
from ..edits import AddEntry, Edit, find_entries
from ..encode import source_of
from ..identifiers import arxiv_url, doi_url, normalise_arxiv, normalise_doi, url_identity
from ..importers import Imported, Incoming, Unmapped
from ..layout import is_key
from ..library import Library
from ..model import Category, Entry, People
from ..problems import EXIT_CONFLICTS, EXIT_FINDINGS, EXIT_OK, BibError
from .importing_merge import Conflict, merged

LARGEST = 64 << 20
"""Bytes of a file; larger ones are refused unread."""
ORDER = (
    *("author", "editor", "title", "subtitle", "journal", "booktitle", "organization", "institution", "publisher"),
    *("year", "month", "date", "volume", "number", "pages", "doi", "eprint", "eprinttype", "primaryclass", "url"),
    *("code", "video", "slides", "entrysubtype", "annotation"),
)
_SHOWN = 60
_LEFT_OVER = re.compile(
    "[\u0080-\u00ff\u0152-\u0178\u011e\u011f\u0130\u0131\u015e\u015f\u0192\u02c6\u02dc\u20ac\u2122\ufffd]"
)
"""What a lost character leaves of its bytes. Letters with accents look the same: in such a text nobody can tell them apart."""


class RefusedImportError(BibError):
    """A file that must not be imported as it is."""


@dataclass(slots=True)
class Result:
    """What became of a file; the library in memory has the new entries."""

    format: str
    added: list[str] = field(default_factory=list)
    present: list[tuple[str, str]] = field(default_factory=list)
    """(place in the file, key) of what is there already."""
    filled: list[str] = field(default_factory=list)
    """The keys of entries that were there and got fields which they lacked."""
    fills: list[tuple[str, Sequence[Edit]]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    unmapped: list[Unmapped] = field(default_factory=list)
    lost_characters: int = 0
    """With a repaired encoding: characters that nobody can bring back."""

    @property
    def exit_code(self) -> int:
        """3 where fields conflict, 1 where the file gave no entry, else 0."""
        if self.conflicts:
            return EXIT_CONFLICTS
        return EXIT_OK if self.added or self.present else EXIT_FINDINGS


def read_text(path: Path) -> str:
    """Return the text of a file. Raises RefusedImportError for what is too large or no text."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise RefusedImportError(f"{path}: cannot be read: {error.strerror or error}.") from None
    if len(data) > LARGEST:
        raise RefusedImportError(f"{path}: is larger than {LARGEST >> 20} MB. Split it.")
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RefusedImportError(f"{path}:{line}: is not UTF-8. Save the file as UTF-8.") from None
    if "\0" in text:
        raise RefusedImportError(f"{path}: holds zero bytes: it is no text file.")
    return text


def sound(text: str, name: str, *, repair: bool) -> tuple[str, int]:
    """Return the text and how many characters of it are lost. Raises RefusedImportError for mis-decoded text, unless `repair`."""
    found = mojibake.repair(text)
    if found is None:
        return text, 0
    if not repair:
        lost = f"{found.lost} characters are lost for good; " if found.lost else ""
        raise RefusedImportError(
            f'{name}: its text was decoded with the wrong encoding ("{found.sample[:_SHOWN]}"). {lost}'
            "Import the original, or let what can be proven be put right with --repair-encoding."
        )
    return found.text, found.lost


def import_text(library: Library, text: str, format_name: str, *, category: str = "", lost: int = 0) -> Result:
    """Add what a text says to the library in memory. `category` is for entries that have none.

    Where the text has `lost` characters, entries in which any may be missing are reported and not taken.
    """
    config = library.config
    options = importers.Options(config.categories, config.topics, dict(config.importing.headings))
    imported = importers.read(format_name, text, options)
    done = add(library, _whole_only(imported) if lost else imported, format_name, category)
    done.lost_characters = lost
    return done


def _whole_only(imported: Imported) -> Imported:
    """Part the entries of a repaired text that are whole from those that are cut."""
    whole = []
    unmapped = list(imported.unmapped)
    for item in imported.entries:
        said = " ".join(
            [*item.fields.values(), *(f"{p.family} {p.given} {p.literal}" for ps in item.people.values() for p in ps)]
        )
        if _LEFT_OVER.search(said + item.source):
            why = "characters of it were lost in a wrong encoding; take it from the original"
            unmapped.append(
                Unmapped(
                    item.place, f"{item.fields.get('title', '')} {item.fields.get('url', '')}".strip(), why, item.key
                )
            )
        else:
            whole.append(item)
    return Imported(tuple(whole), tuple(unmapped))


def add(library: Library, imported: Imported, format_name: str, category: str = "") -> Result:
    """Add what was imported: each work once, whether it is in the library or twice in the file."""
    done = Result(format_name, unmapped=list(imported.unmapped))
    known = _Known(library.decoder(protected=True, items_only=False).entries())
    taken = {key.lower() for key in find_entries(library.document)}
    sections: dict[str, list[str]] = {}
    pairs: list[tuple[Entry, Entry, str]] = []
    for item in imported.entries:
        slug = item.category or category
        source, entry = _decoded(item, slug, taken, config_categories=library.config.categories)
        present = known.find(entry)
        if present is not None:
            done.present.append((item.place, present.key))
            if present.start >= 0 and format_name != "md":  # a list's wording is no better than the library's
                pairs.append((present, entry, item.place))
            continue
        taken.add(entry.key.lower())
        known.add(replace(entry, start=-1))
        sections.setdefault(slug, []).append(source)
        done.added.append(entry.key)
    _fill(library, done, pairs)
    done.filled = _make(library, done.fills) if done.fills else []
    _insert(library, sections)
    return done


def _decoded(
    item: Incoming, slug: str, taken: set[str], *, config_categories: tuple[Category, ...]
) -> tuple[str, Entry]:
    """Return an entry's source in the house dialect with its key, and the entry as the library will read it."""
    if item.source:
        source = item.source.strip() + "\n"
        entry = _entry(source, config_categories)
        key = _key(item.key, entry, taken)
        if key != entry.key:
            source = source.replace(entry.key, key, 1)
            entry = _entry(source, config_categories)
        return source, entry
    entry = _entry(_source(item, "x", slug), config_categories)
    source = _source(item, _key(item.key, entry, taken), slug)
    return source, _entry(source, config_categories)


def _entry(source: str, categories: tuple[Category, ...]) -> Entry:
    document = Document(source.encode("utf-8", "replace"))
    return next(iter(Decoder(document, categories, protected=True).entries()))


def _key(wanted: str, entry: Entry, taken: set[str]) -> str:
    base = wanted if wanted and is_key(wanted) else ""
    if not base:
        date = entry.date
        base = keys.propose(
            entry.authors or entry.editors,
            date.year if date else None,
            str(entry.title),
            url=entry.url,
            kind=entry.kind,
        )
    return keys.unique(base, taken)


def _source(item: Incoming, key: str, slug: str) -> str:
    rows: dict[str, str | People] = {**item.fields, **item.people}
    if "url" in item.fields:
        rows["url"] = item.fields["url"].replace("{", "%7B").replace("}", "%7D")
    names = [name for name in ORDER if name in rows] + [name for name in rows if name not in ORDER]
    words = ", ".join(dict.fromkeys(word for word in (slug, *item.keywords) if word))
    lines = [f"@{item.type}{{{key},"]
    for name in names:
        value = rows[name]
        if name in NAME_FIELDS and not (isinstance(value, People) and value.persons):
            continue
        if source := source_of(name, value):
            lines.append(f"  {name} = {source},")
    if words and (source := source_of("keywords", words)):
        lines.append(f"  keywords = {source},")
    return "\n".join([*lines, "}"]) + "\n"


class _Known:
    """The entries that are there, by identifier, by page, and by title and people."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.by_mark: dict[str, Entry] = {}
        self.by_title: dict[str, list[Entry]] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        for mark in _marks(entry):
            self.by_mark.setdefault(mark, entry)
        if title := match.title_key(str(entry.title)):
            self.by_title.setdefault(title, []).append(entry)

    def find(self, entry: Entry) -> Entry | None:
        """Return the entry that is the same: by identifier, by page, else by title and people, where none speaks against it."""
        for mark in _marks(entry):
            if mark in self.by_mark:
                return self.by_mark[mark]
        for other in self.by_title.get(match.title_key(str(entry.title)), ()):
            apart = (entry.doi and other.doi) or (entry.arxiv and other.arxiv)
            known = entry.authors.persons and other.authors.persons
            if not apart and known and match.family_overlap(entry.authors, other.authors) >= match.ENOUGH_PEOPLE:
                return other
        return None


def _marks(entry: Entry) -> list[str]:
    marks = [f"arxiv:{entry.arxiv}"] if entry.arxiv else []
    if entry.doi:
        marks.append(f"doi:{entry.doi}")
    if entry.url:
        arxiv, doi = normalise_arxiv(entry.url)[0], normalise_doi(entry.url)
        marks.append(f"arxiv:{arxiv}" if arxiv else f"doi:{doi}" if doi else f"url:{url_identity(entry.url)}")
    marks += [
        f"url:{url_identity(url)}"
        for url in (entry.arxiv and arxiv_url(entry.arxiv), entry.doi and doi_url(entry.doi))
        if url
    ]
    return marks


def _fill(library: Library, done: Result, pairs: Sequence[tuple[Entry, Entry, str]]) -> None:
    """Give the entries that are there what they lack; one that cannot be edited is left as it is."""
    for ours, theirs, place in pairs:
        block = library.document.scanner.block_at(ours.start) if ours.start >= 0 else None
        own = frozenset(library.document.raw_entry(block).fields) if block is not None else frozenset()
        edits, conflicts = merged(ours, theirs, own, place)
        done.conflicts += conflicts
        if edits:
            done.fills.append((ours.key, edits))


def _make(library: Library, fills: Sequence[tuple[str, Sequence[Edit]]]) -> list[str]:
    """Make the edits; return the keys of the entries that got something."""
    try:
        library.apply([edit for _, edits in fills for edit in edits])
    except BibError:
        if len(fills) == 1:
            return []
        half = len(fills) // 2
        return _make(library, fills[:half]) + _make(library, fills[half:])
    return [key for key, _ in fills]


def _insert(library: Library, sections: Mapping[str, list[str]]) -> None:
    """Put the new entries of each section behind the last one of it, or of the nearest before it that has any."""
    slugs = [item.slug for item in library.config.categories]
    order = sorted(sections, key=lambda slug: slugs.index(slug) if slug in slugs else len(slugs))
    for slug in order:
        library.apply(_additions(library, slug, slugs, sections[slug]))


def _additions(library: Library, slug: str, slugs: list[str], sources: list[str]) -> list[AddEntry]:
    before = slugs[: slugs.index(slug) + 1] if slug in slugs else []
    last: dict[str, str] = {}
    for entry in library.decoder(protected=False, items_only=False).entries():
        if entry.category:
            last[entry.category] = entry.key
    after = next((last[each] for each in reversed(before) if each in last), "")
    found = find_entries(library.document)
    after = after if after and len(found.get(after, ())) == 1 else ""
    # Each goes right behind `after`, so that the last is put there first.
    return [AddEntry(source, after) for source in (reversed(sources) if after else sources)]


def as_data(done: Result) -> dict[str, object]:
    """Return what was done as JSON-able data."""
    return {
        "format": done.format,
        "added": done.added,
        "filled": done.filled,
        "present": [{"place": place, "key": key} for place, key in done.present],
        "conflicts": [
            {"key": each.key, "field": each.field, "ours": each.ours, "theirs": each.theirs, "place": each.place}
            for each in done.conflicts
        ],
        "unmapped": [
            {"place": each.place, "what": each.what, "why": each.why, "key": each.key} for each in done.unmapped
        ],
        "lost_characters": done.lost_characters,
    }


__all__ = ["Conflict", "RefusedImportError", "Result", "add", "as_data", "import_text", "read_text", "sound"]
