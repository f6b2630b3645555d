"""``bib rename``: one key changes in the .bib, its sidecar and the .tex files that cite it; all files are written or none.

How a key is changed in a text is in ``renaming``; here the files are found, read and written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import keys, latex, provenance, renaming, saving
from ..bibfile import Document
from ..config import shown_path
from ..diffs import unified_diff
from ..edits import NoSuchEntryError, RefusedEditError, find_entries, find_entry
from ..encode import require_storable
from ..latex.files import LARGEST_FILE
from ..library import Library
from ..problems import EXIT_USAGE, BibError
from ..renaming import Place

_MOST_LINES = 5


class NothingMatchedError(BibError):
    """A pattern for .tex files that names none."""

    exit_code = EXIT_USAGE

    def __init__(self, pattern: str, why: str = "matches no file") -> None:
        super().__init__(
            f'--tex "{pattern}" {why}. It is looked up from {Path.cwd()}; write it as in --tex "**/*.tex", in quotes.'
        )


class UnreadableTexError(BibError):
    """A .tex file that cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: cannot be read: {why}. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file that changes: its bytes before (None: there was none) and after."""

    path: Path
    name: str
    """What messages call it."""
    old: bytes | None
    new: bytes
    diff: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a rename does, before anything is written. The .bib is the first of the files, if it changes."""

    old: str
    new: str
    files: tuple[ChangedFile, ...]
    places: tuple[Place, ...]
    """Where the key stood besides the entry's own head."""
    remarks: tuple[str, ...]
    searched: int
    """How many .tex files were looked through."""

    @property
    def diff(self) -> str:
        """One unified diff over all files."""
        return "".join(file.diff for file in self.files)

    def as_data(self, *, written: bool) -> dict[str, object]:
        """Return the result for programs."""
        return {
            "old": self.old,
            "new": self.new,
            "written": written,
            "files": [file.name for file in self.files],
            "places": [
                {"file": place.file, "line": place.line, "key": place.key or None, "what": place.what}
                for place in self.places
            ],
            "remarks": list(self.remarks),
        }


def plan(
    library: Library,
    old: str,
    new: str,
    patterns: Sequence[str] = (),
    *,
    keep_alias: bool = False,
    commands: Iterable[str] = (),
) -> Renaming:
    """Return what renaming an entry does in all files. An empty `new` stands for the key that ``bib add`` would propose.

    `commands` are a person's own cite commands. Raises NoSuchEntryError, RefusedEditError, NothingMatchedError,
    UnreadableTexError, and whatever else ``edits`` refuses.
    """
    assert library.path is not None
    old = _known(library, old)
    new = new or _proposed(library, old)
    require_storable("the key", new)
    saving.settle(library.path)
    paths = tex_files(patterns, {library.path, provenance.sidecar_path(library.path)})
    if new == old:
        return Renaming(old, new, (), (), (), len(paths))
    names = renaming.wanted(library.document, old, new)
    renamed = renaming.rename_in_bib(library.document, names, keep_alias=keep_alias)
    files = [_changed(library.path, library.document, renamed.document, library.document.to_bytes())]
    files += _sidecar(library.path, old, new)
    places = list(renamed.places)
    remarks = list(_remarks_of_bib(library.document.name, old, renaming.left_in_bib(renamed.document, names)))
    texts = [(path, data := read_bytes(path), renaming.read_tex(data, str(path), old)) for path in paths]
    forms = renaming.own_commands((text for _, _, text in texts), latex.user_commands(commands))
    for path, data, before in texts:
        after, found, left = renaming.rename_in_tex(before, names, forms)
        places += found
        remarks += _remarks(path, old, left)
        if found:
            files.append(_changed(path, before, after, data))
    return Renaming(old, new, tuple(files), tuple(places), tuple(remarks), len(paths))


def save(done: Renaming) -> bool:
    """Write all files or none; return whether there was anything to write.

    Raises ChangedOnDiskError, LockedError, CannotWriteError: then nothing was changed. A step that is cut off is finished
    or undone by the next command that reads or writes the library.
    """
    saving.replace_together([saving.Change(file.path, file.new, file.old) for file in done.files], anywhere=True)
    return bool(done.files)


def tex_files(patterns: Iterable[str], without: Iterable[Path] = ()) -> list[Path]:
    """Return the files that the patterns name, each once, in order; hidden ones and folders only where a pattern names them.

    ``**`` stands for any folders and follows no links. `without` are files that are no .tex files. Raises NothingMatchedError.
    """
    seen = {os.path.realpath(path) for path in without}
    found = []
    for pattern in patterns:
        matched = sorted(_matched(pattern))
        if not matched:
            raise NothingMatchedError(pattern)
        for path in matched:
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                found.append(path)
    return found


def _matched(pattern: str) -> Iterator[Path]:
    try:
        path = Path(pattern).expanduser()
        if path.is_file():
            yield path
            return
        top = Path(path.anchor) if path.anchor else Path()
        hidden = any(part.startswith(".") and part != ".." for part in path.parts)
        for found in top.glob(str(path.relative_to(top) if path.anchor else path)):
            parts = found.relative_to(top).parts if path.anchor else found.parts
            if (hidden or not any(part.startswith(".") and part != ".." for part in parts)) and found.is_file():
                yield found
    except (ValueError, OSError, RuntimeError, NotImplementedError, IndexError) as error:
        raise NothingMatchedError(pattern, f"is no pattern for files ({error})") from error


def read_bytes(path: Path) -> bytes:
    """Return what a .tex file holds. Raises UnreadableTexError."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UnreadableTexError(path, f"it is larger than {LARGEST_FILE >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableTexError(path, error.strerror or str(error)) from error


def _known(library: Library, key: str) -> str:
    """Return a key as the file spells it. Raises NoSuchEntryError, which names the entry whose second name it is."""
    try:
        block = find_entry(library.document, key)
    except NoSuchEntryError:
        other = renaming.entry_with_name(library.document, key)
        if other:
            raise RefusedEditError(
                f'{library.document.name}: "{key}" is a second name (`ids`) of {other}. Rename {other} instead.'
            ) from None
        raise
    return library.document.text(block.key_start, block.key_end)


def _proposed(library: Library, old: str) -> str:
    entry = next(library.decoder(protected=True, items_only=False, only=frozenset({old})).entries())
    people, year = entry.authors or entry.editors, entry.date.year if entry.date else None
    base = keys.propose(people, year, entry.title.text, url=entry.url, kind=entry.kind)
    return keys.unique(base, set(find_entries(library.document)) - {old})


def _sidecar(bib: Path, old: str, new: str) -> list[ChangedFile]:
    sidecar = provenance.read(provenance.sidecar_path(bib))
    after = provenance.renamed(sidecar, old, new)
    if after == (sidecar.data or b""):
        return []
    path = Path(sidecar.path)
    name = shown_path(path)
    return [ChangedFile(path, name, sidecar.data, after, unified_diff(name, sidecar.data or b"", after))]


def _changed(path: Path, before: Document, after: Document, data: bytes) -> ChangedFile:
    return ChangedFile(path, before.name, data, after.to_bytes(), unified_diff(before.name, before.data, after.data))


def _remarks_of_bib(name: str, old: str, lines: Sequence[int]) -> Iterator[str]:
    if lines:
        yield f'{name}:{lines[0]}: "{old}" stands inside a value and was left as it is (line {_some(lines)}): change it by hand.'


def _some(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines[:_MOST_LINES])) + (", ..." if len(lines) > _MOST_LINES else "")


def _remarks(path: Path, old: str, lines: Sequence[int]) -> Iterator[str]:
    if lines:
        yield (
            f'{path}:{lines[0]}: "{old}" stands in no cite command that is known and was left as it is '
            f"(line {_some(lines)}): a comment, verbatim text, or your own command? --cite-command NAME adds one."
        )


def summary(done: Renaming) -> str:
    """Return one line that says what changed where."""
    if not done.files:
        return f"{done.old}: nothing to change, it has this key already."
    in_tex = [place for place in done.places if not place.key]
    text = f"{done.old} -> {done.new}: {len(done.places) - len(in_tex)} references in the .bib"
    files = len({place.file for place in in_tex})
    return text + (f", {len(in_tex)} in {files} of {done.searched} .tex files." if done.searched else ".")
