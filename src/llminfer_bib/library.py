"""A library for programs: open a file, read its entries, change fields, save, export. The public face of the package.

It only joins what the other modules do; the command line stands on the same functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from . import export, saving
from .bibfile import Document, RawString
from .config import Config, NoLibraryError, find_config, find_library, load_config, place_of_library, shown_path
from .decode import Decoder
from .diffs import unified_diff
from .edits import AddEntry, Edit, RemoveEntry, RemoveField, RenameEntry, RenameField, SetField, apply_edits
from .encode import plain_source, raw_source, require_storable
from .model import Entry
from .problems import Problem

if TYPE_CHECKING:
    import bibtexparser.library


class Library:
    """One .bib file with its configuration. Changes are made in memory, each proven; ``save`` writes them.

    Iterating gives Entry values; ``library["key"]`` one of them.
    """

    def __init__(self, document: Document, config: Config | None = None, path: Path | None = None) -> None:
        """Use ``open`` or ``from_text`` instead."""
        self.document = document
        self.config = config or Config()
        self.path = path
        self._read = document
        self._is_new = False
        self._entries: tuple[Entry, ...] | None = None
        self._by_key: dict[str, Entry] = {}
        self._problems: tuple[Problem, ...] = ()

    @classmethod
    def open(cls, path: str | Path | None = None, config: str | Path | None = None) -> Library:
        """Open a .bib file: `path`, or what the configuration names, or refs.bib here or in a parent folder.

        Raises NoLibraryError, ConfigError, UnreadableFileError; broken entries are no error but Problems.
        """
        explicit = Path(path) if path is not None else None
        start = explicit.parent if explicit is not None else Path.cwd()
        settings = load_config(Path(config) if config is not None else find_config(start))
        found = find_library(settings, Path.cwd(), explicit)
        document = Document.open(found)
        document.name = shown_path(found)
        return cls(document, settings, found)

    @classmethod
    def open_or_begin(cls, path: str | Path | None = None, config: str | Path | None = None) -> Library:
        """Open a .bib file as ``open`` does; where there is none, begin the one that is meant, which ``save`` makes."""
        try:
            return cls.open(path, config)
        except NoLibraryError:
            explicit = Path(path) if path is not None else None
            start = explicit.parent if explicit is not None else Path.cwd()
            settings = load_config(Path(config) if config is not None else find_config(start))
            place = place_of_library(settings, Path.cwd(), explicit)
            library = cls(Document(b"", name=shown_path(place)), settings, place)
            library._is_new = True
            return library

    @classmethod
    def from_text(cls, text: str, config: Config | None = None) -> Library:
        """Make a library from BibTeX text; it has no file, so it cannot be saved: `text` gives the changed text."""
        return cls(Document(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")), config)

    def stream(
        self, skip: frozenset[str] = frozenset(), problems: list[Problem] | None = None, *, protected: bool = False
    ) -> Iterator[Entry]:
        """Yield the items without keeping them; `skip` names fields to leave unread. Found `problems` are added there.

        It is for exports and lists: titles come without their protected words unless asked for, and ``@xdata`` entries, which only lend
        their fields to others, do not come at all.
        """
        return self.decoder(skip, problems, protected=protected).entries()

    def decoder(
        self,
        skip: frozenset[str] = frozenset(),
        problems: list[Problem] | None = None,
        *,
        protected: bool = False,
        items_only: bool = True,
        only: frozenset[str] = frozenset(),
    ) -> Decoder:
        """Return what ``stream`` reads with. The choices are those of ``Decoder``."""
        config = self.config
        decoder = Decoder(
            self.document,
            config.categories,
            config.topics,
            skip,
            protected=protected,
            items_only=items_only,
            only=only,
        )
        if problems is not None:
            decoder.problems = problems
        return decoder

    @property
    def text(self) -> str:
        """The BibTeX text as it is now, changes included, without byte order mark."""
        return self.document.text(0, len(self.document.data))

    def _decode(self) -> tuple[Entry, ...]:
        if self._entries is None:
            problems: list[Problem] = []
            self._entries = tuple(self.decoder(problems=problems, protected=True, items_only=False).entries())
            self._problems = tuple(sorted(problems))
            self._by_key = {entry.key: entry for entry in reversed(self._entries)}
        return self._entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._decode())

    def __len__(self) -> int:
        return len(self._decode())

    def __contains__(self, key: object) -> bool:
        self._decode()
        return key in self._by_key

    def __getitem__(self, key: str) -> Entry:
        """Return the entry with this key, the first where several have it. Raises KeyError."""
        self._decode()
        return self._by_key[key]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read, sorted by place."""
        self._decode()
        return self._problems

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make edits (see ``edits``): all of them, or none when one is refused."""
        self.document = apply_edits(self.document, edits)
        self._entries = None

    def set(self, key: str, /, *, raw: bool = False, **fields: str) -> None:
        """Set fields of one entry. A value is plain text and made TeX-safe; with `raw` it is BibTeX source."""
        self.apply([SetField(key, name, self.source(name, value, raw=raw)) for name, value in fields.items()])

    def source(self, name: str, value: str, *, raw: bool = False) -> str:
        """Return a value as it will stand in the file. Raises ValueRefusedError."""
        return raw_source(name, value, self.macros()) if raw else plain_source(name, value)

    def macros(self) -> tuple[str, ...]:
        """Return the names that ``@string`` defines."""
        if b"@" not in self.document.data or b"string" not in self.document.data.lower():
            return ()
        return tuple(raw.name for raw in self.document.entries() if type(raw) is RawString)

    def unset(self, key: str, *names: str) -> None:
        """Remove fields of one entry; one that is not there is no error."""
        self.apply([RemoveField(key, name) for name in names])

    def rename_field(self, key: str, old: str, new: str) -> None:
        """Rename a field of one entry."""
        self.apply([RenameField(key, old, new)])

    def add(self, source: str, after: str = "") -> None:
        """Add an entry, given as BibTeX source, behind the entry `after` or at the end."""
        require_storable("the entry", source)
        self.apply([AddEntry(source, after)])

    def remove(self, key: str) -> None:
        """Remove an entry."""
        self.apply([RemoveEntry(key)])

    def rename(self, key: str, new: str) -> None:
        """Give an entry another key. References to the old one are left as they are."""
        require_storable("the key", new)
        self.apply([RenameEntry(key, new)])

    def diff(self) -> str:
        """Return what ``save`` would change, as a unified diff; empty when nothing."""
        return unified_diff(self.document.name, self._read.data, self.document.data)

    @property
    def is_new(self) -> bool:
        """Whether there is no file yet."""
        return self._is_new

    def save(self, beside: Sequence[saving.Change] = (), *, anywhere: bool = False) -> bool:
        """Write the file if it changed; return whether anything was written. Files `beside` it are written in the same step;
        they lie in its folder or below, unless `anywhere`.

        Atomic: the file is the old or the new one, whatever happens. Raises ChangedOnDiskError when another program has written
        it since it was read, LockedError while one is writing it, and other BibErrors when it cannot be written.
        """
        if self.path is None:
            raise ValueError("this library was made from text and has no file")
        if self.document.data == self._read.data and not beside:
            return False
        new, old = self.document.to_bytes(), None if self._is_new else self._read.to_bytes()
        if beside:
            saving.replace_together([saving.Change(self.path, new, old), *beside], anywhere=anywhere)
        else:
            saving.replace_file(self.path, new, expected=old)
        self._read, self._is_new = self.document, False
        return True

    def options(self, **choices: object) -> export.Options:
        """Return export options: the configuration's, with `choices` (lang, all_authors, dialect) on top."""
        config = self.config
        base: dict[str, object] = {
            "categories": config.categories,
            "topics": config.topics,
            "title": config.title,
            "intro_zh": config.intro_zh,
            "intro_en": config.intro_en,
            "lang": config.usual_language,
        }
        return export.Options(**{**base, **choices})  # type: ignore[arg-type]

    def _stream_for(self, exporter: export.Exporter) -> Iterator[Entry]:
        return self.stream(exporter.SKIP_FIELDS, protected=export.wants_protected(exporter))

    def render(self, format: str, **choices: object) -> dict[str, str]:  # noqa: A002
        """Return an export as {relative path: text}. Raises UnknownFormatError."""
        exporter = export.load(format)
        pages = exporter.render(self._stream_for(exporter), self.options(**choices))
        return {path: b"".join(chunks).decode() for path, chunks in pages}

    def export(self, format: str, to: str | Path, **choices: object) -> list[Path]:  # noqa: A002
        """Write an export into the folder `to`; return the files, written or already right."""
        exporter = export.load(format)
        root = Path(to)
        written = []
        for path, chunks in exporter.render(self._stream_for(exporter), self.options(**choices)):
            saving.write_output(root / path, chunks, root=root)
            written.append(root / path)
        return written

    def to_bibtexparser(self) -> bibtexparser.library.Library:
        """Return the entries as a bibtexparser 2 library: macros resolved, delimiters gone, TeX kept, everything in order.

        It is built from our reading, so what bibtexparser itself would misread comes out right. It is a copy: changes to it do
        not come back.
        """
        from .interop import to_bibtexparser  # noqa: PLC0415  (slow, and only this method needs it)

        return to_bibtexparser(self.document)
