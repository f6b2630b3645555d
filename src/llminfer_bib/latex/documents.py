"""A LaTeX document -> its citations, following ``\\input`` and its kin from the main file.

Paths count from the main file's folder, as for TeX; a file that is missing, too large or named by a macro becomes a Problem and
the rest is read. ``.aux`` and ``.bcf`` are for ``compiled``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..problems import Problem
from .citations import citations_in, learn
from .commands import COMMANDS, Form
from .compiled import read_aux, read_bcf
from .encoding import text_of
from .files import Refused, Shelf, is_file, joined
from .manuscript import Cited, Manuscript, UnreadableDocumentError, warning
from .reading import Source, read
from .references import BIBLIOGRAPHY, FROM_HERE, OPTIONAL, SET, Reference, packages, references

_OF_TEX: Final = frozenset("glyphtounicode binhex xy epsf xypic pdfcolmk t1code supp-pdf supp-mis".split())
"""Files of TeX itself that documents put in by name."""
_NOT_READ: Final = frozenset((".bbl", ".bib", ".sty", ".cls", ".pgf", ".tikz", ".pdf_tex", ".aux", ".bcf", ".glstex"))
_NO_DOCUMENTS: Final = frozenset((".bbl", ".bib", ".blg", ".docx", ".dvi", ".gz", ".log", ".pdf", ".ps", ".zip"))
"""What somebody may name by mistake; to find no citation in it would look like a result."""
_MOST_FOLDERS: Final = 8
_ROOT = re.compile(r"(?im)^[ \t]*+%[ \t]*+!TEX[ \t]++root[ \t]*+=[ \t]*+([^\r\n]+)")


def read_manuscript(
    path: Path, commands: Mapping[str, Form] | None = None, verbatim: Collection[str] = ()
) -> Manuscript:
    """Read a document: a main ``.tex`` file, or what TeX made of it (``.aux``, ``.bcf``).

    `commands` adds a person's own cite commands, `verbatim` environments to leave out. Raises UnreadableDocumentError.
    """
    path = _existing(path)
    if path.suffix.lower() == ".aux":
        return read_aux(path)
    if path.suffix.lower() == ".bcf":
        return read_bcf(path)
    if path.suffix.lower() in _NO_DOCUMENTS and is_file(path):
        why = "it is no LaTeX document. Name the main .tex file, or the .aux or .bcf that TeX wrote"
        raise UnreadableDocumentError(path, why)
    return _Reading(path, dict(commands or {}), verbatim).whole()


def _existing(path: Path) -> Path:
    longer = Path(f"{path}.tex")
    return longer if not is_file(path) and is_file(longer) else path


@dataclass(slots=True)
class _Open:
    """One file that is being read: where the names in it count from, and how far it is read."""

    path: Path
    folders: tuple[Path, ...]
    source: Source
    names: Iterator[Reference]
    pos: int = 0


@dataclass(slots=True)
class _Reading:
    main: Path
    commands: dict[str, Form]
    verbatim: Collection[str]
    shelf: Shelf = field(default_factory=Shelf)
    cited: list[Cited] = field(default_factory=list)
    bibliographies: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    missing: dict[Path, None] = field(default_factory=dict)
    sets: set[str] = field(default_factory=set)
    warned: set[tuple[str, str, str]] = field(default_factory=set)

    def whole(self) -> Manuscript:
        """Read the main file, and each file in it where it is named."""
        text = text_of(self.shelf.required(self.main))[0]
        stack = [self._opened(self.main, text, self._folders(text))]
        while stack:
            at = stack[-1]
            reference = next(at.names, None)
            self._cite(at, reference.start if reference else None)
            if reference is None:
                stack.pop()
            elif inner := self._follow(reference, at):
                stack.append(inner)
        files, books = tuple(self.shelf.files), tuple(dict.fromkeys(self.bibliographies))
        cited = tuple(found for found in self.cited if found.key not in self.sets)
        return Manuscript(cited, files, books, tuple(self.problems), tuple(self.missing))

    def _cite(self, at: _Open, stop: int | None) -> None:
        """Take the citations up to a place. What a file defines that is put in there is known behind it, as in TeX."""
        for found in citations_in(at.source, self.commands, at.pos, stop):
            if found.cited:
                self.cited.append(Cited(found.key, str(at.path), found.line, found.column, found.command))
        at.pos = stop or 0

    def _folders(self, text: str) -> tuple[Path, ...]:
        """Return where names count from: the main file's folder, and that of the root which a part of a document names."""
        root = _ROOT.search(text[:4096])
        here = self.main.parent
        return (here, joined(here, root[1].strip()).parent) if root else (here,)

    def _opened(self, path: Path, text: str, folders: tuple[Path, ...]) -> _Open:
        source = read(text, self.verbatim)
        for name in packages(source):
            self._learn(joined(folders[0], name))
        distinct = tuple(dict.fromkeys(folders))
        few = tuple(dict.fromkeys((*distinct[:_MOST_FOLDERS], distinct[-1])))
        return _Open(path, few, source, references(source))

    def _learn(self, package: Path) -> None:
        """Learn the cite commands of a package that lies beside the document; what it cites itself does not count."""
        if not (is_file(package) and self.shelf.is_new(package)):
            return
        raw = self.shelf.read(package)
        if isinstance(raw, Refused):
            return
        known = dict(self.commands)
        learn(read(text_of(raw)[0], self.verbatim), known)
        self.commands.update({name: form for name, form in known.items() if name not in COMMANDS})

    def _follow(self, reference: Reference, at: _Open) -> _Open | None:
        """Return the file that a reference names, opened; None where there is nothing to read."""
        if reference.kind is SET:
            self.sets.add(reference.name)
            return None
        name = reference.name.replace("\\jobname", self.main.stem)
        folder = reference.folder
        if "#" in name + folder:
            return None  # the body of a definition
        if "\\" in name + folder:
            way = "Name it with bib --file." if reference.kind is BIBLIOGRAPHY else "Give that file to bib tex too."
            self._warn(at, reference, "T106", "its name holds a macro and is not followed.", way)
            return None
        if reference.kind is BIBLIOGRAPHY:
            if "://" not in name:
                self.bibliographies.append(_first(_places(name, at.folders)) or joined(at.folders[0], name))
            return None
        return self._part(reference, name, folder, at)

    def _part(self, reference: Reference, name: str, folder: str, at: _Open) -> _Open | None:
        folders = at.folders
        if folder:
            base = at.folders[0] if reference.command in FROM_HERE else at.folders[-1]
            folders = (joined(base, folder), *at.folders)
        names = (f"{name}.tex", name)
        places = [joined(folder, file) for folder in folders for file in names]
        path = _first(places)
        if path is None:
            self.missing.update(dict.fromkeys(places))
            if reference.command not in OPTIONAL and name.removesuffix(".tex") not in _OF_TEX:
                hint = f"Looked for {', '.join(str(place) for place in dict.fromkeys(places))}."
                self._warn(at, reference, "T105", "there is no such file.", hint)
            return None
        if path.suffix.lower() in _NOT_READ or not self.shelf.is_new(path):
            return None
        raw = self.shelf.read(path)
        if isinstance(raw, Refused):
            self._warn(at, reference, "T107", f"it is not read: {raw.why}.", "")
            return None
        if reference.command.startswith("subfile"):
            folders = (path.parent, *folders)
        return self._opened(path, text_of(raw)[0], folders)

    def _warn(self, at: _Open, reference: Reference, code: str, message: str, hint: str) -> None:
        line, column = at.source.place(reference.start)
        if (reference.command, reference.folder, reference.name) in self.warned:
            return
        self.warned.add((reference.command, reference.folder, reference.name))
        shown = f"\\{reference.command}{{{reference.folder}{reference.name}}}"
        self.problems.append(warning(at.path, line, column, code, f"{shown[:200]}: {message}", hint))


def _places(name: str, folders: tuple[Path, ...]) -> list[Path]:
    return [joined(folder, name) for folder in folders]


def _first(paths: list[Path]) -> Path | None:
    return next((path for path in paths if is_file(path)), None)
