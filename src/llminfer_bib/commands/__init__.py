"""What each command does, as plain functions of plain values: a library in, a result out.

They print nothing, exit nowhere and know no options; ``cli`` reads those and ``report`` shows the results. Only exports
are written to disk here, and those through ``saving``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import categories, export, kinds, names, parallel, saving
from ..completing import fold
from ..decode import Decoder
from ..diffs import unified_diff
from ..edits import NoSuchEntryError, RemoveField, SetField, find_entries, find_entry
from ..encode import ValueRefusedError
from ..library import Library
from ..model import Entry
from ..problems import EXIT_USAGE, BibError, Problem

NOT_FIELDS = {
    "key": "this sets a field `key`; the key of the entry itself stays.",
    "type": "this sets a field `type`; the type of the entry itself stays.",
}
"""Fields that share their name with a part of the entry, and what to say about them."""
NOT_LISTED = frozenset("abstract address annotation annote edition isbn issn note number pages series volume".split())
"""Fields that a list does not show: left unread, since the long ones take a third of the time."""
_STANDARD_TYPES = frozenset(
    {*kinds.KIND_OF_TYPE, *kinds.KIND_OF_TYPE.values(), *kinds.KIND_OF_SUBTYPE.values(), "misc"}
)


class UnknownWordError(BibError):
    """A category, topic, type or field that nothing knows."""

    exit_code = EXIT_USAGE

    def __init__(self, what: str, word: str, known: Iterable[str], none: str) -> None:
        from difflib import get_close_matches  # noqa: PLC0415  (only for the message)

        known = sorted(known)
        near = get_close_matches(word.lower(), known, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else f" Choose one of: {', '.join(known)}." if known else none
        super().__init__(f'there is no {what} "{word}".{hint}')


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entries a command is about; an empty part leaves all."""

    keys: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Entry types or kinds, such as ``inproceedings`` or ``preprint``."""
    years: tuple[int, ...] = ()

    def admits(self, entry: Entry) -> bool:
        """Return whether the entry is meant."""
        if self.categories and entry.category not in self.categories:
            return False
        if self.topics and not set(self.topics) & set(entry.topics):
            return False
        if self.types and entry.type not in self.types and entry.kind not in self.types:
            return False
        return not self.years or (entry.date is not None and entry.date.year in self.years)


def select(
    library: Library,
    selection: Selection,
    problems: list[Problem],
    skip: frozenset[str] = frozenset(),
    *,
    protected: bool = False,
) -> Iterator[Entry]:
    """Yield the selected entries in the file's order. Raises UnknownWordError and NoSuchEntryError before the first."""
    decoder, admits = _reading(library, selection, problems, skip, protected=protected)
    return filter(admits, decoder.entries()) if admits else decoder.entries()


def _reading(
    library: Library, selection: Selection, problems: list[Problem], skip: frozenset[str], *, protected: bool = False
) -> tuple[Decoder, Callable[[Entry], bool] | None]:
    """Return what reads the selected entries, and the test that they must pass, None where there is none."""
    require_known("category", selection.categories, library.config.category_slugs)
    require_known("topic", selection.topics, library.config.topic_slugs)
    only = known_keys(library, selection.keys) if selection.keys else frozenset()
    admits = None if replace(selection, keys=()) == Selection() else selection.admits
    return library.decoder(skip, problems, protected=protected, only=only), admits


def is_any(library: Library, selection: Selection) -> bool:
    """Return whether anything is selected; it reads as far as the first such entry."""
    return next(select(library, selection, []), None) is not None


def require_known(what: str, words: Iterable[str], known: Collection[str]) -> None:
    """Raise UnknownWordError for the first word that is not configured."""
    for word in words:
        if word not in known:
            raise UnknownWordError(what, word, known, f" The configuration names no {what}.")


def why_nothing(library: Library, selection: Selection, fields: Sequence[str] = ()) -> str:
    """Return what to tell a person whose answer is empty. Raises UnknownWordError for a type or field that nothing knows.

    It reads the whole file again, which is why it is asked afterwards and not before.
    """
    types: set[str] = set()
    known_fields = {"key", "topic", "category"}
    for entry in library.stream():
        types |= {entry.type, entry.kind}
        known_fields.update(entry.fields, entry.people)
    if not types:
        return f"{library.document.name}: there are no entries in it."
    for word in selection.types:
        if word not in types and word not in _STANDARD_TYPES:
            raise UnknownWordError("entry type or kind", word, types, "")
    for name in fields:
        if name not in known_fields:
            raise UnknownWordError("field", name, known_fields, "")
    return "nothing found."


def show(library: Library, keys: Sequence[str], problems: list[Problem]) -> list[Entry]:
    """Return the entries of these keys, in the order in which they are asked for. Raises NoSuchEntryError."""
    wanted = [key.lower() for key in keys]
    decoder = library.decoder(problems=problems, items_only=False, only=known_keys(library, keys))
    return sorted(decoder.entries(), key=lambda entry: wanted.index(entry.key.lower()))


def known_keys(library: Library, keys: Iterable[str]) -> frozenset[str]:
    """Return keys as the file spells them. Raises NoSuchEntryError."""
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
    protected = export.wants_protected(exporter)
    options = library.options(**choices)
    if isinstance(exporter, export.BatchExporter) and parallel.pays(library.document):
        decoder, admits = _reading(library, selection, problems, exporter.SKIP_FIELDS, protected=protected)
        batches = parallel.batches(decoder, exporter, options, admits)
        return iter([(exporter.PATH, exporter.frame(batches, options))])
    entries = select(library, selection, problems, exporter.SKIP_FIELDS, protected=protected)
    return exporter.render(entries, options)


@dataclass(frozen=True, slots=True)
class Written:
    """One file of an export: its path, and whether its bytes are new."""

    path: Path
    changed: bool


def write_page(path: Path, chunks: Iterable[bytes], root: Path | None) -> Written:
    """Write one page, whole or not at all, never outside `root`."""
    return Written(path, saving.write_output(path, chunks, root=root))


def is_current(path: Path, chunks: Iterable[bytes]) -> bool:
    """Return whether a file holds just these bytes. The pieces are used up in any case, as exporters demand."""
    same = True
    try:
        file = path.open("rb") if path.is_file() else None
    except OSError:
        file = None
    with file or io.BytesIO() as found:
        for chunk in chunks:
            same = same and found.read(len(chunk)) == chunk
        return file is not None and same and not found.read(1)


class OverSourceError(BibError):
    """An export that would replace the library or its configuration."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"refusing to write {path}: that is what the exports are made from. Name another file with -o."
        )


def refuse_source(library: Library, path: Path) -> None:
    """Raise OverSourceError where `path` is the library's own file or its configuration, links followed."""
    for source in (library.path, library.config.path):
        if source is not None and path.exists() and path.samefile(source):
            raise OverSourceError(path)


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
    """Return what the sections between markers in a Markdown file would become. Raises BadMarkersError."""
    from ..export import in_place, markdown  # noqa: PLC0415  (one format only)

    try:
        old = path.read_bytes()
        text = old.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableTextError(path, error) from error
    entries = select(library, selection, problems, markdown.SKIP_FIELDS)
    new, slips = in_place.update(text, markdown.render_sections(entries, library.options(**choices)), str(path))
    if slips:
        raise BadMarkersError(slips)
    return InPlace(path, old, new.encode())


def write_in_place(plan: InPlace) -> None:
    """Write the file if its sections changed, unless somebody else wrote it meanwhile."""
    if plan.new != plan.old:
        saving.replace_file(plan.path, plan.new, expected=plan.old)


class UnreadableTextError(BibError):
    """A Markdown file that cannot be read."""

    def __init__(self, path: Path, error: Exception) -> None:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None) or error
        missing = isinstance(error, FileNotFoundError)
        hint = " --in renews parts of a page that is there; write the page first." if missing else ""
        super().__init__(f"{path}: cannot be read: {why}.{hint}")


class BadMarkersError(BibError):
    """Markers in a Markdown file that do not pair or name nothing."""

    def __init__(self, slips: Iterable[Problem]) -> None:
        super().__init__("\n".join([*map(str, slips), "Nothing was changed."]))


def search(entries: Iterable[Entry], words: Sequence[str], fields: Sequence[str], library: Library) -> Iterator[Entry]:
    """Yield the entries in which every word occurs: anywhere, or in one of `fields`. Case and width do not matter."""
    wanted = [fold(word) for word in words]
    titles = {c.slug: f"{c.title_zh} {c.title_en}" for c in library.config.categories}
    titles |= {t.slug: f"{t.name_zh} {t.name_en}" for t in library.config.topics}
    for entry in entries:
        text = fold("\n".join(_texts(entry, fields, titles)))
        if all(word in text for word in wanted):
            yield entry


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


def source_of(library: Library, key: str) -> str:
    """Return an entry's text as it stands in the file."""
    block = find_entry(library.document, key)
    return library.document.text(block.start, block.end)


def set_fields(library: Library, key: str, values: Sequence[str], unset: Sequence[str], *, raw: bool) -> list[str]:
    """Set and remove fields of one entry in memory, and return remarks for the person.

    `values` are ``FIELD=VALUE``. Raises ValueRefusedError for others and for a field that is named twice.
    """
    edits: list[SetField | RemoveField] = []
    remarks = []
    named = [name.strip().lower() for name in unset]
    for assignment in values:
        name, equals, value = (part.strip() if at == 0 else part for at, part in enumerate(assignment.partition("=")))
        if not equals or not name:
            raise ValueRefusedError(assignment, "write FIELD=VALUE, such as year=2024.")
        named.append(name.lower())
        edits.append(SetField(key, name, library.source(name, value, raw=raw)))
        if name.lower() in NOT_FIELDS:
            remarks.append(f"{key}: {NOT_FIELDS[name.lower()]}")
        if not value:
            remarks.append(f"{key}: `{name}` gets an empty value; --unset {name} would remove it.")
    for name in named:
        if named.count(name) > 1:
            raise ValueRefusedError(name, "the field is named twice. Name it once.")
    if unset:
        block = find_entry(library.document, key)
        there = {library.document.text(field.start, field.name_end).lower() for field in block.fields}
        remarks += [
            f"{key}: there is no field `{name}` to remove." for name in named[: len(unset)] if name not in there
        ]
    library.apply([*edits, *(RemoveField(key, name.strip()) for name in unset)])
    return remarks


def names_of(entry: Entry, library: Library) -> list[tuple[str, str]]:
    """Return what the configuration calls an entry's category and topics, in both languages."""
    titles = {category.slug: categories.heading(category) for category in library.config.categories}
    known = {topic.slug: categories.topic_name(topic) for topic in library.config.topics}
    return [
        ("category", titles.get(entry.category, "")),
        ("topics", ", ".join(known[slug] for slug in entry.topics)),
    ]
