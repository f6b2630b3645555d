"""``bib dedupe``: entries that are one work, found and made one in the .bib, its sidecar and .tex files; all files or none.

Which entries are one work, and which value stays, is decided in ``duplicates``; how keys change in texts in ``renaming``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import duplicates, latex, provenance, renaming, saving
from ..bibfile import Document, RawEntry, RawString
from ..config import shown_path
from ..diffs import unified_diff
from ..duplicates import Group, United
from ..edits import apply_edits, find_entries
from ..library import Library
from ..macros import Macros
from ..model import Entry
from ..problems import EXIT_USAGE, BibError
from ..renaming import Wanted
from . import known_keys
from .renaming import ChangedFile, _read, tex_files


class NotOneWorkError(BibError):
    """Two keys that a person named and that cannot become one entry."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Deduping:
    """What a merge does, before anything is written."""

    merged: tuple[United, ...]
    left: tuple[Group, ...]
    """Groups that are not certain."""
    files: tuple[ChangedFile, ...]

    @property
    def diff(self) -> str:
        """One unified diff over all files."""
        return "".join(file.diff for file in self.files)


def groups(library: Library) -> tuple[Group, ...]:
    """Return the groups of entries that are, or may be, one work."""
    return duplicates.find(library.stream())


def plan(
    library: Library, keys: Sequence[str] = (), patterns: Sequence[str] = (), commands: Iterable[str] = ()
) -> Deduping:
    """Return what merging does: the entries `keys`, which a person vouches for, or else every certain group.

    Raises NotOneWorkError, NoSuchEntryError, NothingMatchedError and whatever else ``edits`` and ``renaming`` refuse.
    """
    assert library.path is not None
    saving.settle(library.path)
    found = () if keys else groups(library)
    wanted = [_named(library, keys)] if keys else [group.keys for group in found if group.certain]
    entries = {key for group in wanted for key in group}
    twice = [key for key, places in find_entries(library.document).items() if key in entries and len(places) > 1]
    if twice:
        raise NotOneWorkError(f'the key "{twice[0]}" is used more than once. Rename all but one first.')
    document, merged = library.document, []
    for group in wanted:
        document, done = _one_group(library, document, group)
        merged += done
    files = [_file(library.path, library.document.name, library.document.to_bytes(), document.to_bytes())]
    files += _sidecar(library.path, merged)
    paths = tex_files(patterns, {library.path, provenance.sidecar_path(library.path)})
    files += _tex(paths, merged, frozenset(find_entries(library.document)), commands)
    left = tuple(group for group in found if not group.certain)
    return Deduping(tuple(merged), left, tuple(file for file in files if file.old != file.new))


def save(done: Deduping) -> bool:
    """Write all files or none; return whether there was anything to write."""
    saving.replace_together([saving.Change(file.path, file.new, file.old) for file in done.files], anywhere=True)
    return bool(done.files)


def _named(library: Library, keys: Sequence[str]) -> tuple[str, ...]:
    known = known_keys(library, keys)
    if len(known) < 2:
        raise NotOneWorkError("name two keys or more: bib dedupe --merge KEY KEY.")
    return tuple(key for key in find_entries(library.document) if key in known)


def _one_group(library: Library, document: Document, keys: tuple[str, ...]) -> tuple[Document, list[United]]:
    """Make one entry of a group, two at a time; each step reads the text that the one before made."""
    merged: list[United] = []
    left = list(keys)
    while len(left) > 1:
        now = Library(document, library.config)
        decoder = now.decoder(items_only=False, only=frozenset(left[:2]))
        first, second = sorted(decoder.entries(), key=lambda entry: left.index(entry.key))
        kept, dropped = duplicates.richer(first, second)
        _refuse_family(kept, dropped)
        sources = _sources(document, {kept.key, dropped.key})
        united = duplicates.unite(kept, dropped, sources[kept.key], sources[dropped.key])
        names = Wanted(dropped.key, kept.key, frozenset(find_entries(document)) - {dropped.key})
        document = apply_edits(document, united.edits)
        document, _ = renaming._references(document, names)  # noqa: SLF001  (the one place that moves references)
        merged.append(united)
        left[:2] = [kept.key]
    return document, merged


def _refuse_family(kept: Entry, dropped: Entry) -> None:
    for child, parent in ((kept, dropped), (dropped, kept)):
        if parent.key in (child.fields.get("crossref", ""), child.fields.get("xdata", "")):
            raise NotOneWorkError(f"{child.key} takes fields from {parent.key}: they are no duplicates.")


def _sources(document: Document, keys: set[str]) -> dict[str, Mapping[str, str]]:
    """Return the own fields of entries as source; what a macro or `#` put together becomes one value in braces."""
    macros = Macros(len(document.data))
    found: dict[str, Mapping[str, str]] = {}
    for raw in document.entries():
        if type(raw) is RawString and raw.name:
            macros.define(raw.name, macros.source(raw.value, lambda _: None))
        elif type(raw) is RawEntry and raw.key in keys:
            found[raw.key] = {name: _plain(value, macros) for name, value in raw.fields.items()}
    return found


def _plain(value: str, macros: Macros) -> str:
    if value[:1] == "{" and value.find("}") == len(value) - 1:
        return value
    return f"{{{macros.source(value, lambda _: None)}}}"


def _sidecar(bib: Path, merged: Sequence[United]) -> list[ChangedFile]:
    before = provenance.read(provenance.sidecar_path(bib))
    sidecar = before
    for united in merged:
        origins = dict(sidecar.origins)
        for name in united.taken:
            if (origin := origins.get((united.dropped, name))) is not None:
                origins[united.kept, name] = replace(origin, key=united.kept)
            else:
                origins.pop((united.kept, name), None)
        sidecar = replace(sidecar, origins={at: each for at, each in origins.items() if at[0] != united.dropped})
    gone = set(before.origins) - set(sidecar.origins)
    new = [each for at, each in sidecar.origins.items() if before.origins.get(at) is not each]
    after = provenance.updated(before, new, gone)
    if after == (before.data or b""):
        return []
    path = Path(before.path)
    return [_file(path, shown_path(path), before.data or b"", after)]


def _tex(
    paths: Sequence[Path], merged: Sequence[United], keys: frozenset[str], commands: Iterable[str]
) -> list[ChangedFile]:
    texts = []
    for path in paths:
        data = _read(path)
        texts.append((path, data, renaming.read_tex(data, str(path), merged[0].dropped if merged else "")))
    forms = renaming.own_commands((text for _, _, text in texts), latex.user_commands(commands))
    files = []
    for path, data, text in texts:
        after = text
        for united in merged:
            names = Wanted(united.dropped, united.kept, keys - {united.dropped})
            after = renaming.rename_in_tex(after, names, forms)[0]
        files.append(_file(path, str(path), data, after.to_bytes() if after is not text else data))
    return files


def _file(path: Path, name: str, old: bytes, new: bytes) -> ChangedFile:
    return ChangedFile(path, name, old, new, unified_diff(name, old, new) if old != new else "")
