"""What a LaTeX document cites against what the library has: missing, differently cased, doubled and unused keys, and the subset.

Reading LaTeX is for ``latex``, cutting the library for ``subsets``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .. import latex, saving
from ..bibfile import Document, UnreadableFileError
from ..diffs import unified_diff
from ..latex import Cited, Manuscript
from ..library import Library
from ..problems import ERROR, WARNING, BibError, Problem
from . import OverSourceError, refuse_source
from .subsets import Contents, Subset, cut, lines_of, twins, with_parents

ALL: Final = "*"
MARK: Final = "Written by `bib tex --subset`"
"""How a subset begins, behind its ``%``: what has another beginning is somebody's own file."""
_MOST_HINTS: Final = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One key that is cited and not an entry's own: ``near`` is the entry that may be meant, or empty."""

    key: str
    near: str
    places: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Double:
    """A cited key that stands more than once in the library, case ignored: (spelling, line) of each."""

    key: str
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Citing:
    """What a document cites. ``known`` are keys of the library in its order, those behind an alias included."""

    manuscript: Manuscript
    library: str
    known: tuple[str, ...]
    missing: tuple[Finding, ...]
    recased: tuple[Finding, ...]
    """Keys that an entry has in another case: BibTeX finds it, biber does not."""
    doubles: tuple[Double, ...]
    unused: tuple[tuple[str, int], ...]
    """(key, line) of the entries that nothing cites and no cited entry needs; empty where nobody asked."""
    everything: bool = False
    r"""``\nocite{*}``."""

    @property
    def is_complete(self) -> bool:
        """Whether every cited key is in the library, as it is spelled."""
        return not self.missing and not self.recased


def read(paths: Sequence[Path], commands: Sequence[str] = ()) -> Manuscript:
    """Read documents as one. Raises UnreadableDocumentError."""
    whole = Manuscript()
    own = latex.user_commands(commands)
    for path in paths:
        whole += latex.read_manuscript(path, own)
    return whole


def check(
    library: Library, manuscript: Manuscript, contents: Contents, besides: Sequence[Path] = (), *, unused: bool = True
) -> Citing:
    """Compare a document with the library; `unused` entries are looked for only where asked.

    Keys in `besides`, other .bib files that the document names, are not missing.
    """
    places: dict[str, list[Cited]] = {}
    for cited in manuscript.cited:
        places.setdefault(cited.key, []).append(cited)
    everything = places.pop(ALL, None) is not None
    found = {key: contents.find(key) for key in places}
    absent = [key for key, known in found.items() if known is None]
    elsewhere = _keys_of(besides) if absent else frozenset()
    absent = [key for key in absent if key not in elsewhere]
    recased = [key for key in absent if contents.find_folded(key) is not None]
    missing = [key for key in absent if contents.find_folded(key) is None]
    known = {key for key in found.values() if key is not None}
    known |= {near for key in recased if (near := contents.find_folded(key))}
    if everything:
        known |= contents.entries.keys()
    hints = _nearest(missing, contents)
    used = with_parents(contents, known, []) if unused else contents.entries.keys()
    idle = [raw for key, raw in contents.entries.items() if key not in used]
    return Citing(
        manuscript,
        library.document.name,
        tuple(key for key in contents.entries if key in known),
        tuple(Finding(key, hints.get(key, ""), tuple(places[key])) for key in missing),
        tuple(Finding(key, contents.find_folded(key) or "", tuple(places[key])) for key in recased),
        tuple(_doubles(contents, known)),
        tuple(zip((raw.key for raw in idle), lines_of(contents, (raw.start for raw in idle)), strict=True)),
        everything,
    )


def _nearest(keys: Sequence[str], contents: Contents) -> dict[str, str]:
    """Return the most similar known key for each of the first keys, as ``NoSuchEntryError`` finds it."""
    if not keys:
        return {}
    from rapidfuzz import fuzz, process  # noqa: PLC0415  (only where a key is missing)

    known = [*contents.entries, *contents.aliases]
    lower = [key.lower() for key in known]
    near = {}
    for key in keys[:_MOST_HINTS]:
        found = process.extractOne(key.lower(), lower, scorer=fuzz.ratio, score_cutoff=60)
        if found:
            near[key] = known[found[2]]
    return near


def _keys_of(paths: Sequence[Path]) -> frozenset[str]:
    keys: set[str] = set()
    for path in paths:
        try:
            contents = Contents.of(Document.open(path))
        except UnreadableFileError:
            continue
        keys.update(contents.entries, contents.aliases)
    return frozenset(keys)


def _doubles(contents: Contents, known: set[str]) -> Iterator[Double]:
    seen: set[str] = set()
    for key in contents.entries:
        if key not in known or key.lower() in seen:
            continue
        spelled = twins(contents, key)
        if sum(map(len, spelled.values())) > 1:
            seen.add(key.lower())
            every = sorted((start, name) for name, starts in spelled.items() for start in starts)
            lines = lines_of(contents, (start for start, _ in every))
            yield Double(key, tuple((name, line) for (_, name), line in zip(every, lines, strict=True)))


def other_bibliographies(library: Library, manuscript: Manuscript, output: Path | None) -> list[Path]:
    """Return the .bib files that the document names and that are there, but for the library and the subset."""
    known = [path for path in (library.path, output) if path is not None and path.exists()]
    return [
        path
        for path in manuscript.bibliographies
        if path.is_file() and not any(path.samefile(other) for other in known)
    ]


def problems(citing: Citing) -> list[Problem]:
    """Return the findings in the order of their places: in the document first, then in the library."""
    found = [_missing(finding, citing.library) for finding in citing.missing]
    found += [_recased(finding, citing.library) for finding in citing.recased]
    found += [*citing.manuscript.problems]
    found.sort()
    found += [_double(double, citing.library) for double in citing.doubles]
    found += [
        Problem(citing.library, line, 1, "T104", WARNING, key, "is cited nowhere.") for key, line in citing.unused
    ]
    return found


def _at(cited: Cited, code: str, key: str, message: str, hint: str) -> Problem:
    return Problem(cited.path, cited.line, cited.column, code, ERROR, key, message, hint)


def _times(finding: Finding) -> str:
    return f" (cited {len(finding.places)} times)" if len(finding.places) > 1 else ""


def _missing(finding: Finding, library: str) -> Problem:
    hint = (
        f'Did you mean "{finding.near}"?' if finding.near else "`bib add` adds a work by its DOI, arXiv id or address."
    )
    return _at(finding.places[0], "T101", finding.key, f"is not in {library}{_times(finding)}.", hint)


def _recased(finding: Finding, library: str) -> Problem:
    message = f'is "{finding.near}" in {library}{_times(finding)}: BibTeX takes both for one key, biber finds nothing.'
    return _at(finding.places[0], "T102", finding.key, message, f'Write "{finding.near}".')


def _double(double: Double, library: str) -> Problem:
    others = ", ".join(
        f"{name} in line {line}" if name != double.key else f"line {line}" for name, line in double.places[1:]
    )
    message = f"stands again in {library}: {others}. BibTeX ignores case and takes the first."
    return Problem(
        library, double.places[0][1], 1, "T103", WARNING, double.key, message, "Keep one, or give one another key."
    )


class ForeignOutputError(BibError):
    """A subset that would replace a file which was not made by us."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"refusing to write {path}: {why}. Name another file: --subset paper.bib")


@dataclass(frozen=True, slots=True)
class Planned:
    """A subset and where it goes: ``old`` is what stands there, empty where nothing does."""

    path: Path
    subset: Subset
    old: bytes
    new: bytes

    @property
    def diff(self) -> str:
        """The change as a unified diff, empty when there is none."""
        return unified_diff(str(self.path), self.old, self.new)


def plan_subset(library: Library, citing: Citing, contents: Contents, path: Path) -> Planned:
    """Return the subset for a document. Raises ForeignOutputError where it may not be written there."""
    try:
        refuse_source(library, path)
    except OverSourceError:
        raise ForeignOutputError(path, "the entries are taken from there") from None
    if path.exists() and any(path.samefile(file) for file in citing.manuscript.files):
        raise ForeignOutputError(path, "it is part of the document")
    try:
        old = path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error
    encoding = library.document.encoding
    if old.strip() and not old.startswith(encoding.encode(f"% {MARK}".encode())):
        raise ForeignOutputError(path, "it was not written by `bib tex --subset`")
    name = library.path.name if library.path else "the library"
    origin = f" from {name}" if name.isprintable() and "@" not in name else ""
    subset = cut(contents, citing.known, f"{MARK}{origin}; changes made here are lost.")
    return Planned(path, subset, old, encoding.encode(subset.data))


def write_subset(planned: Planned) -> bool:
    """Write a subset; return False where the file has this content already."""
    return saving.write_output(planned.path, [planned.new])


def lost_parents(citing: Citing, subset: Subset) -> list[Problem]:
    """Return what the entries of a subset refer to and the library does not have."""
    return [
        Problem(
            citing.library,
            0,
            0,
            "T108",
            WARNING,
            key,
            f'names "{parent}" by `{name}`, which is not there.',
            "Add it, or remove the field.",
        )
        for key, name, parent in subset.lost
    ]
