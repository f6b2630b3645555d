"""``bib dedupe``: entries that are one work, found and made one in the .bib, its sidecar and .tex files; all files or none.

Which entries are one work, and which value stays, is decided in ``duplicates``; how keys change in texts in ``renaming``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import duplicates, latex, provenance, renaming, saving
from ..bibfile import Document, RawEntry, RawString
from ..config import shown_path
from ..dates import MONTHS
from ..diffs import unified_diff
from ..duplicates import Group, United
from ..edits import apply_edits, find_entries
from ..library import Library
from ..macros import Macros
from ..model import Entry
from ..problems import EXIT_USAGE, BibError
from ..renaming import Merged, Wanted
from . import known_keys
from .renaming import ChangedFile, read_bytes, tex_files

_UNREAD = frozenset({"abstract", "annotation", "annote", "review", "file"})
"""Fields that tell nothing of what the work is: left unread where groups are looked for."""
_MONTHS = frozenset(names[0] for names in MONTHS)
_MOST_LINES = 5
_TWICE = "a key stands more than once in the file: rename all but one"
_BROKEN = "an entry cannot be read in full: `bib check` says why"


class NotOneWorkError(BibError):
    """Keys that a person named and that cannot become one entry."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Deduping:
    """What a merge does, before anything is written."""

    merged: tuple[United, ...]
    left: tuple[Group, ...]
    """Groups that are not certain, or cannot be merged yet."""
    files: tuple[ChangedFile, ...]
    remarks: tuple[str, ...]
    """What a person has to look at afterwards."""

    @property
    def diff(self) -> str:
        """One unified diff over all files."""
        return "".join(file.diff for file in self.files)


def groups(library: Library) -> tuple[Group, ...]:
    """Return the groups of entries that are, or may be, one work."""
    return duplicates.find(library.stream(_UNREAD))


def plan(
    library: Library, keys: Sequence[str] = (), patterns: Sequence[str] = (), commands: Iterable[str] = ()
) -> Deduping:
    """Return what merging does: the entries `keys`, which a person vouches for, or else every certain group.

    Raises NotOneWorkError, NoSuchEntryError, NothingMatchedError and whatever else ``edits`` and ``renaming`` refuse.
    """
    assert library.path is not None
    saving.settle(library.path)
    starts = find_entries(library.document)
    found = () if keys else tuple(_as_possible(library, starts, groups(library)))
    wanted = [_named(library, keys, starts)] if keys else [group.keys for group in found if group.certain]
    merged = _united(library, wanted)
    into = _into(merged)
    paths = tex_files(patterns, {library.path, provenance.sidecar_path(library.path)})
    document, remarks = _in_bib(library.document, merged, Merged(into, starts))
    files = [_file(library.path, library.document.name, library.document.to_bytes(), document.to_bytes())]
    files += _sidecar(library.path, merged, into)
    for file, said in _tex(paths, into, frozenset(starts), commands):
        files.append(file)
        remarks += said
    left = tuple(group for group in found if not group.certain)
    return Deduping(merged, left, tuple(file for file in files if file.old != file.new), tuple(remarks))


def save(done: Deduping) -> bool:
    """Write all files or none; return whether there was anything to write."""
    saving.replace_together([saving.Change(file.path, file.new, file.old) for file in done.files], anywhere=True)
    return bool(done.files)


# --- which entries


def _named(library: Library, keys: Sequence[str], starts: Mapping[str, list[int]]) -> tuple[str, ...]:
    known = known_keys(library, keys)
    if len(known) < 2:
        raise NotOneWorkError("name two entries or more: bib dedupe --merge KEY KEY.")
    if twice := [key for key in known if len(starts[key]) > 1]:
        raise NotOneWorkError(f'the key "{twice[0]}" is used more than once. Rename all but one first.')
    if broken := _broken(library.document, known, starts):
        raise NotOneWorkError(f"{broken[0]}: {_BROKEN}. Put it right first: what is not read would be lost.")
    _refuse_family(library, known)
    return tuple(key for key in starts if key in known)


def _as_possible(library: Library, starts: Mapping[str, list[int]], found: Iterable[Group]) -> Iterator[Group]:
    """Yield the groups, those that cannot be merged as they stand as groups for a person."""
    for group in found:
        why = ""
        if any(len(starts[key]) > 1 for key in group.keys):
            why = _TWICE
        elif group.certain and _broken(library.document, group.keys, starts):
            why = _BROKEN
        yield replace(group, certain=False, reasons=(*group.reasons, why)) if why else group


def _broken(document: Document, keys: Iterable[str], starts: Mapping[str, list[int]]) -> list[str]:
    blocks = {key: document.scanner.block_at(starts[key][0]) for key in keys}
    return [key for key, block in blocks.items() if not block or not block.closed or document.raw_entry(block).slips]


def _refuse_family(library: Library, keys: Collection[str]) -> None:
    """Refuse to make one entry of a child and its parent, however far up: it would be its own parent."""
    parents: dict[str, list[str]] = {}
    for raw in library.document.entries():
        if type(raw) is RawEntry:
            if raw.key in keys and raw.type in {"xdata", "set"}:
                raise NotOneWorkError(f"{raw.key} is a @{raw.type}, which only holds what other entries take.")
            named = [name for field in ("crossref", "xdata") for name in raw.fields.get(field, "")[1:-1].split(",")]
            if any(named):
                parents[raw.key.lower()] = [name.strip().lower() for name in named]
    folded = {key.lower() for key in keys}
    for key in keys:
        waiting, seen = list(parents.get(key.lower(), ())), set()
        while waiting:
            if (parent := waiting.pop()) in folded:
                raise NotOneWorkError(f"{key} takes fields from {parent}: they are no duplicates.")
            if parent not in seen:
                seen.add(parent)
                waiting += parents.get(parent, ())


# --- what becomes of them


def _united(library: Library, wanted: Sequence[tuple[str, ...]]) -> tuple[United, ...]:
    """Return what becomes of each group; all are read in one pass."""
    if not wanted:
        return ()
    keys = frozenset(key for group in wanted for key in group)
    decoder = library.decoder(items_only=False, only=keys)
    entries: dict[str, Entry] = {entry.key: entry for entry in decoder.entries()}
    sources = _sources(library.document, keys)
    return tuple(
        united for group in wanted for united in duplicates.unite_all([entries[key] for key in group], sources)
    )


def _sources(document: Document, keys: Collection[str]) -> dict[str, Mapping[str, str]]:
    """Return the own fields of entries as source; what a macro or `#` put together becomes one value in braces."""
    macros = Macros(len(document.data))
    found: dict[str, Mapping[str, str]] = {}
    for raw in document.entries():
        if type(raw) is RawString and raw.name:
            macros.define(raw.name, macros.source(raw.value, lambda _: None))
        elif type(raw) is RawEntry and raw.key in keys:
            found[raw.key] = {name: _plain(name, value, macros) for name, value in raw.fields.items()}
    return found


def _plain(name: str, value: str, macros: Macros) -> str:
    """Return a value that means the same wherever it stands. Numbers and months stay bare, as do macros that nobody defines."""
    if value[:1] == "{" and value.find("}") == len(value) - 1:
        return value
    if value.isdecimal() or (name == "month" and value.lower() in _MONTHS):
        return value
    undefined: list[str] = []
    plain = macros.source(value, undefined.append)
    return value if undefined else f"{{{plain}}}"


def _into(merged: Sequence[United]) -> dict[str, str]:
    return {united.dropped: united.kept for united in merged}


def _in_bib(document: Document, merged: Sequence[United], names: Merged) -> tuple[Document, list[str]]:
    """Return the .bib with its entries made one, and what stayed behind that a person has to look at."""
    if not merged:
        return document, []
    gone = [united.dropped for united in merged]
    remarks = [
        f"{document.name}:{line}: the remark above {key} stays where it was, before another entry now: move it or delete it."
        for key, line in duplicates.remarks_above(document, gone)
    ]
    document = apply_edits(document, [edit for united in merged for edit in united.edits])
    document = duplicates.without(document, gone)
    document, _ = renaming.move_references(document, names)
    if lines := renaming.left_in_bib(document, names):
        remarks.append(
            f"{document.name}:{lines[0]}: a key that went stands inside a value (line {_some(lines)}): change it by hand."
        )
    return document, remarks


def _some(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines[:_MOST_LINES])) + (", ..." if len(lines) > _MOST_LINES else "")


def _sidecar(bib: Path, merged: Sequence[United], into: Mapping[str, str]) -> list[ChangedFile]:
    """Return the sidecar in which the origin of a value goes where the value went."""
    before = provenance.read(provenance.sidecar_path(bib))
    origins = dict(before.origins)
    for united in merged:
        for name in united.taken:
            if (origin := origins.get((united.dropped, name))) is not None:
                origins[united.kept, name] = replace(origin, key=united.kept)
            else:
                origins.pop((united.kept, name), None)
    origins = {at: each for at, each in origins.items() if at[0] not in into}
    gone = set(before.origins) - set(origins)
    new = [each for at, each in origins.items() if before.origins.get(at) is not each]
    after = provenance.updated(before, new, gone)
    if after == (before.data or b""):
        return []
    path = Path(before.path)
    return [_file(path, shown_path(path), before.data, after)]


def _tex(
    paths: Sequence[Path], into: Mapping[str, str], keys: frozenset[str], commands: Iterable[str]
) -> Iterator[tuple[ChangedFile, list[str]]]:
    """Yield the .tex files in which a key changes, each with what was left as it is."""
    if not into:
        return
    first = next(iter(into))
    texts = [(path, data := read_bytes(path), renaming.read_tex(data, str(path), first)) for path in paths]
    forms = renaming.own_commands((text for _, _, text in texts), latex.user_commands(commands))
    for path, data, text in texts:
        after, left = text, []
        for dropped, kept in into.items():
            names = Wanted(dropped, kept, keys)
            after, _, lines = renaming.rename_in_tex(after, names, forms, once=True)
            if lines:
                left.append(
                    f'{path}:{lines[0]}: "{dropped}" stands in no cite command that is known and was left as it is '
                    f"(line {_some(lines)}): --cite-command NAME adds one of your own."
                )
        yield _file(path, str(path), data, after.to_bytes() if after is not text else data), left


def _file(path: Path, name: str, old: bytes | None, new: bytes) -> ChangedFile:
    return ChangedFile(path, name, old, new, unified_diff(name, old or b"", new) if old != new else "")
