"""What each command does, as plain functions of plain values: a library in, a result out.

They print nothing, exit nowhere and know no options; ``cli`` reads those and ``report`` shows the results. Only exports
are written to disk here, and those through ``saving``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import categories, export, names, saving
from .diffs import unified_diff
from .edits import NoSuchEntryError, RemoveField, SetField, find_entries, find_entry
from .encode import ValueRefusedError
from .library import Library
from .model import Entry
from .problems import EXIT_USAGE, BibError, Problem

PEOPLE_FIELDS = ("author", "editor", "translator", "director", "holder")


class UnknownWordError(BibError):
    """A category, topic, type or field that nothing knows."""

    exit_code = EXIT_USAGE

    def __init__(self, what: str, word: str, known: Iterable[str]) -> None:
        known = sorted(known)
        choices = f" Choose one of: {', '.join(known)}." if known else f" The configuration names no {what}."
        super().__init__(f'there is no {what} "{word}".{choices}')


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries a command is about; an empty part leaves all."""

    keys: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Entry types or kinds, such as ``inproceedings`` or ``preprint``."""
    years: tuple[str, ...] = ()

    def admits(self, entry: Entry) -> bool:
        """Return whether the entry is meant."""
        if self.categories and entry.category not in self.categories:
            return False
        if self.topics and not set(self.topics) & set(entry.topics):
            return False
        if self.types and entry.type not in self.types and entry.kind not in self.types:
            return False
        return not self.years or (entry.date is not None and str(entry.date.year) in self.years)


def select(
    library: Library, selection: Selection, problems: list[Problem], skip: frozenset[str] = frozenset()
) -> Iterator[Entry]:
    """Yield the selected entries in the file's order. Raises UnknownWordError and NoSuchEntryError before the first."""
    _require_known("category", selection.categories, library.config.category_slugs)
    _require_known("topic", selection.topics, library.config.topic_slugs)
    keys = _known_keys(library, selection.keys) if selection.keys else frozenset()
    entries = library.stream(skip, problems)
    if selection == Selection():
        return entries
    return (entry for entry in entries if (not keys or entry.key in keys) and selection.admits(entry))


def _require_known(what: str, words: Iterable[str], known: Collection[str]) -> None:
    for word in words:
        if word not in known:
            raise UnknownWordError(what, word, known)


def _known_keys(library: Library, keys: Iterable[str]) -> frozenset[str]:
    starts = find_entries(library.document)
    folded = {key.lower(): key for key in starts}
    known = set()
    for key in keys:
        if key.lower() not in folded:
            raise NoSuchEntryError(library.document.name, key, starts)
        known.add(key if key in starts else folded[key.lower()])
    return frozenset(known)


def pages(
    library: Library, name: str, selection: Selection, choices: dict[str, object], problems: list[Problem]
) -> Iterator[export.Page]:
    """Yield the pages of an export. Raises UnknownFormatError."""
    exporter = export.load(name)
    entries = select(library, selection, problems, exporter.SKIP_FIELDS)
    return exporter.render(entries, library.options(**choices))


@dataclass(frozen=True, slots=True)
class Written:
    """One file of an export: its path, and whether its bytes are new."""

    path: Path
    changed: bool


def write_page(path: Path, chunks: Iterable[bytes], root: Path | None) -> Written:
    """Write one page, whole or not at all, never outside `root`."""
    return Written(path, saving.write_output(path, chunks, root=root))


def is_current(path: Path, chunks: Iterable[bytes]) -> bool:
    """Return whether a file holds just these bytes."""
    try:
        with path.open("rb") as file:
            same = True
            for chunk in chunks:
                same = same and file.read(len(chunk)) == chunk
            return same and not file.read(1)
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class InPlace:
    """A Markdown file with its marked sections brought up to date: the change as a diff, empty when there is none."""

    path: Path
    old: bytes
    new: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        return unified_diff(str(self.path), self.old, self.new)


def plan_in_place(
    library: Library, path: Path, selection: Selection, choices: dict[str, object], problems: list[Problem]
) -> InPlace:
    """Return what the sections between markers in a Markdown file would become. Raises BibError for bad markers."""
    from .export import in_place, markdown  # noqa: PLC0415  (one format only)

    try:
        old = path.read_bytes()
        text = old.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableTextError(path, error) from error
    entries = select(library, selection, problems, markdown.SKIP_FIELDS)
    new = in_place.update(text, markdown.render_sections(entries, library.options(**choices)))
    return InPlace(path, old, new.encode())


def write_in_place(plan: InPlace) -> None:
    """Write the file if its sections changed, unless somebody else wrote it meanwhile."""
    if plan.new != plan.old:
        saving.replace_file(plan.path, plan.new, expected=plan.old)


class UnreadableTextError(BibError):
    """A Markdown file that cannot be read."""

    def __init__(self, path: Path, error: Exception) -> None:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None) or error
        super().__init__(f"{path}: cannot be read: {why}.")


def search(entries: Iterable[Entry], words: Sequence[str], fields: Sequence[str], library: Library) -> Iterator[Entry]:
    """Yield the entries in which every word occurs: anywhere, or in one of `fields`. Case and width do not matter."""
    wanted = [fold(word) for word in words]
    titles = {c.slug: f"{c.title_zh} {c.title_en}" for c in library.config.categories}
    titles |= {t.slug: f"{t.name_zh} {t.name_en}" for t in library.config.topics}
    for entry in entries:
        text = fold("\n".join(_texts(entry, fields, titles)))
        if all(word in text for word in wanted):
            yield entry


def fold(text: str) -> str:
    """Return text for comparing: compatibility forms (full-width letters) and case do not differ."""
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _texts(entry: Entry, fields: Sequence[str], titles: dict[str, str]) -> Iterator[str]:
    for name in fields or (*entry.people, "key", *entry.fields, "topic"):
        if name in entry.people:
            for person in entry.people[name]:
                yield names.display(person)
                yield f"{person.family}{person.given}" if names.is_han(person.family) else person.family
        elif name == "key":
            yield entry.key
        elif name in ("topic", "category", "keywords"):
            for slug in (*entry.topics, entry.category):
                yield f"{slug} {titles.get(slug, '')}"
            yield entry.fields.get("keywords", "")
        else:
            yield entry.fields.get(name, "")


def is_searchable(name: str, entries: Iterable[Entry]) -> bool:
    """Return whether any entry has such a field, so that a misspelled one can be told from one without a hit."""
    return name in ("key", "topic", "category", *PEOPLE_FIELDS) or any(name in entry.fields for entry in entries)


def source_of(library: Library, key: str) -> str:
    """Return an entry's text as it stands in the file."""
    block = find_entry(library.document, key)
    return library.document.text(block.start, block.end)


def set_fields(library: Library, key: str, values: Sequence[str], unset: Sequence[str], *, raw: bool) -> None:
    """Set and remove fields of one entry in memory. `values` are ``FIELD=VALUE``. Raises ValueRefusedError for others."""
    edits: list[SetField | RemoveField] = []
    for assignment in values:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise ValueRefusedError(assignment, "write FIELD=VALUE, such as year=2024.")
        edits.append(SetField(key, name.strip(), library.source(name.strip(), value, raw=raw)))
    edits += [RemoveField(key, name) for name in unset]
    library.apply(edits)


def topics_text(entry: Entry, library: Library, lang: str) -> str:
    """Return an entry's topics by their names."""
    known = {topic.slug: topic for topic in library.config.topics}
    return ", ".join(categories.topic_name(known[slug], lang) for slug in entry.topics)
