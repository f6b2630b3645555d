"""What TeX wrote about a document -> its citations: the ``.aux`` files, and biblatex's ``.bcf`` for biber."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from .encoding import text_of
from .files import Shelf, is_file, joined
from .manuscript import Cited, Manuscript, UnreadableDocumentError

# Keys that packages cite to pass options to their style; the entry stands in a file that they write themselves.
CONTROLS: Final = ("biblatex-control", "REVTEX*Control", "apsrev*Control", "achemso-control", "acs-ctrl-*")
_COMMAND = re.compile(
    r"\\(citation|abx@aux@cite|abx@aux@refcontext|bibdata|@input)[ \t]*+(?:\{([0-9]++)\})?+\{([^{}]*+)\}"
)  # abx@aux@cite has the section in front of the key since biblatex 3.17


def read_aux(path: Path) -> Manuscript:
    """Read a main ``.aux`` file and those of its chapters. Raises UnreadableDocumentError.

    biblatex notes ``\\nocite`` in the ``.bcf`` alone, so that one is read as well where it stands beside.
    """
    shelf = Shelf()
    cited: list[Cited] = []
    books: list[Path] = []
    biblatex = False
    stack = [_aux_lines(path, shelf)]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
            continue
        file, line, column, command, value = found
        biblatex = biblatex or command.startswith("abx@")
        if command == "@input":
            inner = joined(path.parent, value)
            if is_file(inner) and inner.suffix == ".aux" and shelf.is_new(inner):
                stack.append(_aux_lines(inner, shelf))
        elif command == "bibdata":
            books += [joined(path.parent, f"{name.strip().removesuffix('.bib')}.bib") for name in value.split(",")]
        elif command != "abx@aux@refcontext":
            keys = (key.strip() for key in value.split(","))
            cited += [Cited(key, str(file), line, column, "citation") for key in keys if key and not is_control(key)]
    whole = Manuscript(tuple(cited), tuple(shelf.files), tuple(dict.fromkeys(books)))
    control = path.with_suffix(".bcf")
    if not biblatex or not is_file(control):
        return whole
    known = {one.key for one in cited}
    more = read_bcf(control)
    return whole + replace(more, cited=tuple(one for one in more.cited if one.key not in known))


def _aux_lines(path: Path, shelf: Shelf) -> Iterator[tuple[Path, int, int, str, str]]:
    """Yield (file, line, column, command, value) for what matters in one file."""
    for number, line in enumerate(text_of(shelf.required(path))[0].split("\n"), 1):
        if "\\" in line:
            for found in _COMMAND.finditer(line):
                yield path, number, found.start() + 1, found[1], found[3]


def is_control(key: str) -> bool:
    """Tell whether a key only carries options of a package."""
    return any(fnmatchcase(key, pattern) for pattern in CONTROLS)


def read_bcf(path: Path) -> Manuscript:
    """Read a ``.bcf`` file. Raises UnreadableDocumentError, also where it has a document type: those may hold entities."""
    shelf = Shelf()
    raw = shelf.required(path)
    return _BcfReader(path).read(raw, tuple(shelf.files))


class _BcfReader:
    """Listens to the XML parser: keys and data sources, with their lines."""

    def __init__(self, path: Path) -> None:
        from xml.parsers import expat  # noqa: PLC0415  (one kind of file only)

        self.path = path
        self.cited: list[Cited] = []
        self.books: list[Path] = []
        self.sets: set[str] = set()
        self.makes_set = False
        self.text: list[str] | None = None
        self.place = (0, 0)
        self.refused = expat.ExpatError
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def read(self, raw: bytes, files: tuple[Path, ...]) -> Manuscript:
        """Return what the file says."""
        try:
            self.parser.Parse(raw, True)
        except self.refused as error:
            raise UnreadableDocumentError(self.path, f"it is no XML: {error}. Run LaTeX again") from error
        cited = tuple(found for found in self.cited if found.key not in self.sets)
        return Manuscript(cited, files, tuple(dict.fromkeys(self.books)))

    def _doctype(self, *_: object) -> None:
        raise UnreadableDocumentError(self.path, "it has a document type, which biblatex never writes")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in {"bcf:citekey", "bcf:datasource"}:
            self.text = []
            self.place = (self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)
        self.makes_set = "members" in attributes
        if self.makes_set:
            self._cite(attributes["members"])

    def _characters(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def _end(self, name: str) -> None:
        if self.text is None:
            return
        value = "".join(self.text).strip()
        self.text = None
        if self.makes_set:
            self.sets.add(value)
        elif name == "bcf:citekey":
            self._cite(value)
        elif name == "bcf:datasource" and value and "://" not in value:
            self.books.append(joined(self.path.parent, value))

    def _cite(self, keys: str) -> None:
        line, column = self.place
        for key in keys.split(","):
            if key.strip():
                self.cited.append(Cited(key.strip(), str(self.path), line, column, "citekey"))
