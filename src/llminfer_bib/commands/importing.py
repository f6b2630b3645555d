"""``bib import``: a file of another program, or a list that people wrote -> new entries, each once. Nothing is written here but in memory.

What the file says is read by ``importers``. No network is asked; ``bib enrich`` fills the rest.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from .. import importers, keys
from ..bibfile import Document, RawEntry, RawString
from ..checks import mojibake
from ..config import shown_path
from ..decode import NAME_FIELDS, Decoder
from ..diffs import unified_diff
from ..edits import Edit, RenameEntry, SetField, apply_edits, find_entries
from ..encode import source_of
from ..importers import Imported, Incoming, Unmapped
from ..kinds import language_tag
from ..layout import is_key
from ..library import Library
from ..model import Category, Entry, People
from ..problems import EXIT_CONFLICTS, EXIT_FINDINGS, EXIT_OK, BibError
from ..saving import Change
from .categorising import Grown, categorise, config_change
from .importing_known import OF_THE_FILE, Known
from .importing_merge import Conflict, Fills, Left
from .placing import New, additions

LARGEST = 64 << 20
"""Bytes of a file; larger ones are refused unread."""
ORDER = (
    *("author", "editor", "title", "subtitle", "journal", "booktitle", "organization", "institution", "publisher"),
    *("year", "month", "date", "volume", "number", "pages", "doi", "eprint", "eprinttype", "primaryclass", "url"),
    *("code", "video", "slides", "langid", "language", "entrysubtype", "annotation"),
)
STDIN = "-"
LINKS = ("crossref", "xref", "xdata", "related", "entryset")
"""Fields that name other entries by their keys."""
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
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    """(place in the file, key there, key here): of new entries whose key is taken or cannot be one, and of entries that are there
    already under another key."""
    conflicts: list[Conflict] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    """Notes, keywords and abstracts of entries that are there, which are not taken."""
    unmapped: list[Unmapped] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    """The categories and keywords of new entries."""
    grown: Grown = field(default_factory=Grown)
    headings: int = 0
    """How many headings stand above entries, where there are no categories that they could mean."""
    config: Change | None = None
    """What the configuration becomes, where it gets categories."""
    lost_characters: int = 0
    """With a repaired encoding: characters that nobody can bring back."""

    @property
    def exit_code(self) -> int:
        """3 where fields conflict, 1 where the file gave no entry, else 0."""
        if self.conflicts:
            return EXIT_CONFLICTS
        return EXIT_OK if self.added or self.present else EXIT_FINDINGS


def read_text(path: Path) -> str:
    """Return the text of a file, or of the standard input (``-``). Raises RefusedImportError for what is too large or no text."""
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == STDIN else path.open("rb") as file:
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
        raise RefusedImportError(
            f"{path}:{line}: is not UTF-8. Save the file as UTF-8, or convert it: `iconv -f latin1 -t utf-8 OLD > NEW`."
        ) from None
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


def import_text(
    library: Library,
    text: str,
    format_name: str,
    *,
    category: str = "",
    lost: int = 0,
    name: str = "the file",
    new_categories: bool = False,
) -> Result:
    """Add what a text says to the library in memory. `category` is for entries that have none, `name` for messages.

    With `new_categories`, headings that mean no category become one, in memory too; ``Result.config`` is to be written with it.

    Where the text has `lost` characters, entries in which any may be missing are reported and not taken.
    """
    config = library.config
    options = importers.Options(config.categories, config.topics, dict(config.importing.headings))
    if not text.strip("\ufeff \t\r\n"):
        return Result(format_name)
    try:
        imported = importers.read(format_name, text, options, _macros(library.document))
    except BibError as error:
        raise RefusedImportError(f"{name}: {error}") from None
    if lost:
        imported = _whole_only(imported)
    grown = Grown()
    if new_categories:
        imported, grown = categorise(imported, config)
        library.config = replace(
            config, categories=(*config.categories, *grown.categories), topics=(*config.topics, *grown.topics)
        )
    done = add(library, imported, format_name, category)
    done.grown = grown.only(done.words)
    if not library.config.categories:
        done.headings = len({item.section[0] for item in imported.entries if item.section})
    done.config = config_change(library, done.grown, imported.title)
    done.lost_characters = lost
    return done


def _macros(document: Document) -> dict[str, str]:
    """Return the macros that mean the same everywhere in a file: defined once, in front of all entries."""
    strings: dict[str, list[bool]] = {}
    is_head = True
    for raw in document.entries():
        is_head = is_head and type(raw) is not RawEntry
        if type(raw) is RawString and raw.name:
            strings.setdefault(raw.name, []).append(is_head)
    if not strings:
        return {}
    decoder = Decoder(document)
    for _ in decoder.entries():
        pass
    return {name: decoder.macros[name] for name, where in strings.items() if where == [True]}


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
    return replace(imported, entries=tuple(whole), unmapped=tuple(unmapped))


def add(library: Library, imported: Imported, format_name: str, category: str = "") -> Result:
    """Add what was imported: each work once, whether it is in the library or twice in the file."""
    done = Result(format_name, unmapped=list(imported.unmapped))
    there = list(library.decoder(protected=True, items_only=False).entries())
    categories = library.config.categories
    known = Known(_alone(library.document, entry, categories) for entry in there)
    taken = keys.Taken(find_entries(library.document))
    fills = Fills()
    names: dict[str, str] = {}
    new: list[tuple[Incoming, Entry, str]] = []
    for item in imported.entries:
        slug = item.category or category
        entry = _entry(item.source or _source(item, "x", slug), categories)
        if entry.title.text and "crossref" in entry.fields:
            entry = replace(entry, people={**item.people, **entry.people})
        present = known.find(entry, item.key, by_page_alone=format_name == "md")
        if present is not None:
            done.present.append((item.place, present.key))
            names.setdefault(item.key.lower(), present.key)
            if item.key and item.key.lower() != present.key.lower():
                done.renamed.append((item.place, item.key, present.key))
            if format_name != "md":
                fills.add(present.key, _whole(item, entry), item.place)
            elif present.start == OF_THE_FILE and str(entry.title) != str(present.title):
                done.unmapped.append(Unmapped(item.place, str(entry.title), f'the same page as "{present.title}"'))
            continue  # a list's wording is no better than the library's
        key = taken.unique(_wanted_key(item.key, entry))
        names.setdefault(item.key.lower(), key)
        if item.key and key != item.key:
            done.renamed.append((item.place, item.key, key))
        entry = replace(entry, key=key, start=OF_THE_FILE)
        known.add(entry)
        new.append((item, entry, slug))
    names.pop("", None)
    sections = ((entry.key, entry.category) for entry in there)
    placed = [made for one in new if (made := _made(*one, names, done)) is not None]
    library.apply(additions(library.document, categories, sections, placed))
    done.added = [one.key for one in placed]
    done.words = {word for item, _, slug in new for word in (slug, *item.keywords)}
    done.filled = fills.make(library, done.conflicts, done.unmapped, done.left)
    return done


def _alone(document: Document, entry: Entry, categories: tuple[Category, ...]) -> Entry:
    """Return an entry without what it has from its parent, whose title and identifiers are not its own; people may be."""
    if "crossref" not in entry.fields and "xdata" not in entry.fields:
        return entry
    block = document.scanner.block_at(entry.start)
    alone = _entry(document.text(block.start, block.end), categories) if block is not None else entry
    return replace(alone, people=entry.people) if alone.title.text else alone


def _whole(item: Incoming, entry: Entry) -> Entry:
    """Return an entry with what it has from its parent in the file."""
    if "crossref" in entry.fields or "xdata" in entry.fields:
        return replace(entry, fields={**item.fields, **entry.fields}, people={**item.people, **entry.people})
    return entry


def _made(item: Incoming, entry: Entry, slug: str, names: Mapping[str, str], done: Result) -> New | None:
    """Return a new entry as it will stand in the file; one that cannot is noted."""
    if not item.source:
        return New(entry.key, _source(item, entry.key, slug), slug)
    source = item.source.strip()
    document = Document(source.encode())
    block = document.scanner.block_at(0)
    there = document.text(block.key_start, block.key_end) if block is not None else entry.key
    edits = _links(entry, there, names)
    if slug and not entry.category:
        edits.append(SetField(there, "keywords", source_of("keywords", ", ".join([slug, *entry.keywords]))))
    if there != entry.key:
        edits.append(RenameEntry(there, entry.key))
    try:
        document = apply_edits(document, edits)
    except BibError as error:
        done.unmapped.append(
            Unmapped(item.place, str(entry.title) or there, f"it cannot be taken over: {error}", there)
        )
        return None
    parent = entry.fields.get("crossref", "").strip()
    return New(entry.key, document.text(0, len(document.data)) + "\n", slug, names.get(parent.lower(), parent))


def _links(entry: Entry, key: str, names: Mapping[str, str]) -> list[Edit]:
    """Return the edits that let an entry's links to others follow their keys into the library."""
    edits: list[Edit] = []
    for name in LINKS:
        old = [word.strip() for word in entry.fields.get(name, "").split(",") if word.strip()]
        new = [names.get(word.lower(), word) for word in old]
        if new != old:
            edits.append(SetField(key, name, source_of(name, ", ".join(new))))
    return edits


def _entry(source: str, categories: tuple[Category, ...]) -> Entry:
    document = Document(source.encode("utf-8", "replace"))
    return next(iter(Decoder(document, categories, protected=True).entries()))


def _wanted_key(wanted: str, entry: Entry) -> str:
    if wanted and is_key(wanted):
        return wanted
    year = entry.date.year if entry.date else None
    people = entry.authors or entry.editors
    return keys.propose(people, year, str(entry.title), url=entry.url, kind=entry.kind)


def _source(item: Incoming, key: str, slug: str) -> str:
    rows: dict[str, str | People] = {**item.fields, **item.people}
    if "url" in item.fields:
        rows["url"] = item.fields["url"].replace("{", "%7B").replace("}", "%7D")
    if "langid" not in rows and language_tag(item.fields.get("language", "")).startswith("zh"):
        rows["langid"] = "chinese"
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


def config_diff(done: Result) -> str:
    """Return what the configuration gets, as a unified diff."""
    change = done.config
    if change is None:
        return ""
    old = change.expected if isinstance(change.expected, bytes) else b""
    return unified_diff(shown_path(change.path), old, change.new)


def as_data(done: Result) -> dict[str, object]:
    """Return what was done as JSON-able data."""
    return {
        "format": done.format,
        "added": done.added,
        "filled": done.filled,
        "renamed": [{"place": place, "from": old, "to": new} for place, old, new in done.renamed],
        "present": [{"place": place, "key": key} for place, key in done.present],
        "conflicts": [
            {"key": each.key, "field": each.field, "ours": each.ours, "theirs": each.theirs, "place": each.place}
            for each in done.conflicts
        ],
        "left": [{"key": each.key, "field": each.field, "text": each.text, "place": each.place} for each in done.left],
        "unmapped": [
            {"place": each.place, "what": each.what, "why": each.why, "key": each.key} for each in done.unmapped
        ],
        "new_categories": [each.slug for each in done.grown.categories],
        "new_topics": [each.slug for each in done.grown.topics],
        "lost_characters": done.lost_characters,
    }


__all__ = [
    "Conflict",
    "RefusedImportError",
    "Result",
    "add",
    "as_data",
    "config_diff",
    "import_text",
    "read_text",
    "sound",
]
