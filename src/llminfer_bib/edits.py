"""Changes to one document as splices: a field or an entry set, added, removed or renamed, and the proof of each.

Only what was asked changes; indentation, alignment, line ends, quotes and trailing commas follow what stands there.
Every result is proven by re-reading before it is returned. What a value means (TeX, names) is the caller's; so is writing to disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .bibfile import ENTRY, Block, Document, RawEntry
from .layout import (
    Frame,
    Part,
    add_field_text,
    entry_span,
    insert_entries,
    is_field_name,
    is_key,
    is_type_name,
    keep_delimiters,
    moved,
    newline_of,
    parts_of,
    remove_field_span,
    value_place,
)
from .problems import EXIT_USAGE, BibError
from .proof import prove_additions, prove_block, prove_keys


@dataclass(frozen=True, slots=True)
class SetField:
    """Give a field a value (source text with its delimiters), adding the field where it is missing.

    Unless `exact`, a braced value takes the delimiters of the value it replaces: quotes, or none around a number.
    """

    key: str
    name: str
    value: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class RemoveField:
    """Remove a field; no change where it is missing."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class RenameField:
    """Rename a field, its value untouched."""

    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class RetypeEntry:
    """Give an entry another type, spelled in lower case; no change where it has it in whatever case."""

    key: str
    type: str


@dataclass(frozen=True, slots=True)
class RenameEntry:
    """Give an entry another key. References to it (crossref, .tex files) are the caller's."""

    key: str
    new: str


@dataclass(frozen=True, slots=True)
class RemoveEntry:
    """Remove an entry with the blank line behind it."""

    key: str


@dataclass(frozen=True, slots=True)
class AddEntry:
    """Put an entry's source behind the entry `after`, or at the end of the file."""

    source: str
    after: str = ""


InnerEdit = SetField | RemoveField | RenameField | RetypeEntry
"""What changes one entry and leaves its key and the others alone."""
Edit = InnerEdit | RenameEntry | RemoveEntry | AddEntry
_AT_END = -1


class NoSuchEntryError(BibError):
    """The key is not in the file."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, key: str, known: Iterable[str]) -> None:
        from rapidfuzz import fuzz, process  # noqa: PLC0415  (only for the message)

        near = process.extractOne(key, list(known), scorer=fuzz.ratio, processor=str.lower, score_cutoff=60)
        hint = f' Did you mean "{near[0]}"?' if near else " `bib list` shows the keys."
        super().__init__(f'{name}: no entry has the key "{key}".{hint}')


class AmbiguousKeyError(BibError):
    """Two entries have the key, so that it is unclear which one is meant."""

    def __init__(self, document: Document, key: str, starts: Sequence[int]) -> None:
        lines = ", ".join(str(document.position(start)[0]) for start in starts)
        super().__init__(
            f'{document.name}: the key "{key}" is used more than once (lines {lines}). Rename all but one first.'
        )


class BrokenEntryError(BibError):
    """The entry is not closed or otherwise cut off: a change could damage what follows."""

    def __init__(self, document: Document, key: str, block: Block) -> None:
        problem = document.problem(block.slips[-1], key)
        super().__init__(f"{problem} Repair it by hand first.")


class RefusedEditError(BibError):
    """The edit is not possible as asked; the message says why."""


def find_entries(document: Document) -> dict[str, list[int]]:
    """Return where the entries of each key begin."""
    starts: dict[str, list[int]] = {}
    for raw in document.entries():
        if type(raw) is RawEntry:
            starts.setdefault(raw.key, []).append(raw.start)
    return starts


def find_entry(document: Document, key: str, starts: Mapping[str, list[int]] | None = None) -> Block:
    """Return the block of the entry with this key.

    Raises NoSuchEntryError, AmbiguousKeyError, and BrokenEntryError when its text is cut off.
    """
    starts = find_entries(document) if starts is None else starts
    found = starts.get(key)
    if not found:
        folded = [name for name in starts if name.lower() == key.lower()]
        if len(folded) != 1:
            raise NoSuchEntryError(document.name, key, starts)
        found = starts[folded[0]]
    if len(found) > 1:
        raise AmbiguousKeyError(document, key, found)
    block = document.scanner.block_at(found[0])
    assert block is not None
    assert block.kind is ENTRY
    if not block.closed:
        raise BrokenEntryError(document, key, block)
    return block


def apply_edits(document: Document, edits: Iterable[Edit]) -> Document:
    """Return the document with all edits made, in their order. Nothing is changed when one of them fails.

    Edits inside entries that follow each other cost one pass over the file and one proof for each entry. Additions that
    follow each other cost one pass and one proof together; each edit that renames or removes an entry costs a pass of its own.
    Raises NoSuchEntryError, AmbiguousKeyError, BrokenEntryError, RefusedEditError, and proof.NotProvenError when the result
    would not read back as asked.
    """
    inside: list[InnerEdit] = []
    new: list[AddEntry] = []
    for edit in edits:
        if new and not isinstance(edit, AddEntry):
            document, new = _add_entries(document, new), []
        if inside and not isinstance(edit, InnerEdit):
            document, inside = _edit_inside(document, inside), []
        if isinstance(edit, AddEntry):
            new.append(edit)
        elif isinstance(edit, InnerEdit):
            inside.append(edit)
        else:
            document = _edit_entry(document, edit)
    return _add_entries(_edit_inside(document, inside), new)


def _edit_inside(document: Document, edits: Sequence[InnerEdit]) -> Document:
    """Make edits inside entries: each entry is changed by itself, proven, and put back; all in one pass over the data."""
    if not edits:
        return document
    starts = find_entries(document)
    found: dict[str, Block] = {}
    by_start: dict[int, tuple[Block, list[InnerEdit]]] = {}
    for edit in edits:
        block = found.get(edit.key) or found.setdefault(edit.key, find_entry(document, edit.key, starts))
        by_start.setdefault(block.start, (block, []))[1].append(edit)
    newline = newline_of(document.data) or "\n"
    pieces: list[bytes] = []
    pos = 0
    for start, (block, own) in sorted(by_start.items()):
        pieces += (document.data[pos:start], _edit_block(document, block, own, newline))
        pos = block.end
    pieces.append(document.data[pos:])
    return _with_data(document, b"".join(pieces))


@dataclass(slots=True)
class _Work:
    """One entry's text while edits are made in it, and where its parts stand."""

    text: str
    frame: Frame
    parts: list[Part]
    newline: str
    entry_type: str = ""
    """The new one; empty where it stays."""

    def splice(self, start: int, end: int, new: str, mine: Part | None = None, becomes: Part | None = None) -> None:
        """Put `new` in place of a stretch behind the key. The part in which it lies becomes another one, or goes."""
        by = len(new) - (end - start)
        self.text = self.text[:start] + new + self.text[end:]
        parts = [becomes if part is mine else part for part in self.parts]
        self.parts = moved([part for part in parts if part is not None], end, by)
        self.frame = replace(self.frame, closer=self.frame.closer + by)


def _edit_block(document: Document, block: Block, edits: Sequence[InnerEdit], newline: str) -> bytes:
    """Return one entry's text with its edits made and proven."""
    old = document.text(block.start, block.end)
    frame, parts = parts_of(old, document.data, block)
    work = _Work(old, frame, parts, newline_of(document.data[block.start : block.end]) or newline)
    for edit in edits:
        if isinstance(edit, RetypeEntry):
            _retype(work, edit)
        elif isinstance(edit, SetField):
            _set(work, edit)
        elif isinstance(edit, RenameField):
            _rename(work, edit)
        elif (mine := _part(work.parts, edit.name)) is not None:
            start, end = remove_field_span(work.text, work.frame, work.parts, mine)
            work.splice(start, end, "", mine)
    expected = [(part.name, part.value) for part in work.parts]
    prove_block(document.name, old, work.text, expected, entry_type=work.entry_type, reading=(document, block))
    return work.text.encode("utf-8", "surrogatepass")


def _set(work: _Work, edit: SetField) -> None:
    mine = _part(work.parts, edit.name)
    value = edit.value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", work.newline)
    if mine is None:
        _require_field_name(edit.name)
        before = len(work.text)
        work.text, part = add_field_text(work.text, work.frame, work.parts, edit.name, value, work.newline)
        work.parts.append(part)
        work.frame = replace(work.frame, closer=work.frame.closer + len(work.text) - before)
        return
    if not edit.exact:
        value = keep_delimiters(mine.value, value)
    start, end, glue = value_place(work.text, mine)
    value_start = start + len(glue)
    part = Part(mine.name, value, mine.start, mine.name_end, value_start, value_start + len(value))
    work.splice(start, end, glue + value, mine, part)


def _rename(work: _Work, edit: RenameField) -> None:
    mine = _part(work.parts, edit.old)
    if mine is None:
        raise RefusedEditError(f'{edit.key}: there is no field "{edit.old}" to rename.')
    _require_field_name(edit.new)
    other = _part(work.parts, edit.new)
    if other is not None and other is not mine:
        raise RefusedEditError(f'{edit.key}: there is a field "{edit.new}" already. Remove it first.')
    end = mine.start + len(edit.new)
    by = end - mine.name_end
    part = Part(edit.new.lower(), mine.value, mine.start, end, mine.value_start + by, mine.value_end + by)
    work.splice(mine.start, mine.name_end, edit.new, mine, part)


def _retype(work: _Work, edit: RetypeEntry) -> None:
    if not is_type_name(edit.type):
        raise RefusedEditError(
            f'{edit.key}: "{edit.type}" cannot be an entry type: use one word of letters and digits, such as `article`; '
            "not `string`, `comment` or `preamble`."
        )
    frame, kind = work.frame, edit.type.lower()
    if work.text[frame.type_start : frame.type_end].lower() == kind:
        return
    by = len(kind) - (frame.type_end - frame.type_start)
    work.entry_type = kind
    work.text = work.text[: frame.type_start] + kind + work.text[frame.type_end :]
    work.parts = moved(work.parts, frame.type_end, by)
    work.frame = Frame(frame.type_start, frame.type_end + by, frame.key_end + by, frame.closer + by)


def _part(parts: Sequence[Part], name: str) -> Part | None:
    return next((part for part in parts if part.name == name.lower()), None)


def _require_field_name(name: str) -> None:
    if not is_field_name(name):
        raise RefusedEditError(
            f'"{name}" cannot be a field name: use letters, digits, `-` and `_`, beginning with a letter.'
        )


def _edit_entry(document: Document, edit: RenameEntry | RemoveEntry) -> Document:
    starts = find_entries(document)
    order = sorted((place, key) for key, places in starts.items() for place in places)
    keys = [key for _, key in order]
    data = document.data
    block = find_entry(document, edit.key, starts)
    index = next(i for i, (place, _) in enumerate(order) if place == block.start)
    if isinstance(edit, RemoveEntry):
        start, end = entry_span(data, block.start, block.end)
        new = _with_data(document, data[:start] + data[end:])
        prove_keys(new, keys[:index] + keys[index + 1 :])
        return new
    old = document.text(block.key_start, block.key_end)
    _require_new_key(edit.new, {key.lower(): key for key in starts if key != old})
    new = _with_data(document, data[: block.key_start] + edit.new.encode() + data[block.key_end :])
    prove_keys(new, [*keys[:index], edit.new, *keys[index + 1 :]])
    return new


def _add_entries(document: Document, edits: Sequence[AddEntry]) -> Document:
    """Put entries where they belong, as one after the other would: what comes last stands right behind its `after`."""
    if not edits:
        return document
    starts = find_entries(document)
    taken = {key.lower(): key for key in starts}
    ends: dict[str, int] = {"": _AT_END}
    sources: dict[str, str] = {}
    behind: dict[str | int, list[str]] = {}  # key of a new entry, or where an old one ends -> keys of those behind it
    for edit in edits:
        key = _key_of(edit.source)
        after: str | int = taken.get(edit.after.lower(), "")
        if after not in sources:
            if edit.after not in ends:
                ends[edit.after] = find_entry(document, edit.after, starts).end
            after = ends[edit.after]
        _require_new_key(key, taken)
        taken[key.lower()] = key
        sources[key] = edit.source
        behind.setdefault(after, []).append(key)
    places = {at: _in_order(behind.get(at, ()), behind) for at in sorted(set(ends.values()) - {_AT_END})}
    places.setdefault(len(document.data), []).extend(_in_order(behind.get(_AT_END, [])[::-1], behind))
    data, added = insert_entries(document.data, {at: [sources[key] for key in keys] for at, keys in places.items()})
    new = _with_data(document, data)
    prove_additions(document, new, added)
    return new


def _in_order(keys: Sequence[str], behind: Mapping[str | int, list[str]]) -> list[str]:
    """Return keys, the last first, each with what was put behind it."""
    waiting, order = list(keys), []
    while waiting:
        key = waiting.pop()
        order.append(key)
        waiting += behind.get(key, ())
    return order


def _key_of(source: str) -> str:
    source = source.rstrip("\r\n")
    document = Document(source.encode())
    block = document.scanner.block_at(0) if source.startswith("@") else None
    if block is None or block.kind is not ENTRY or not block.closed or block.slips or block.end != len(document.data):
        raise RefusedEditError(
            f"this is not one complete entry: {source[:60]!r}. Write @type{{key, field = {{value}}}}."
        )
    return document.text(block.key_start, block.key_end)


def _require_new_key(key: str, taken: Mapping[str, str]) -> None:
    """Check that a key can be one, and that nobody has it; `taken` maps keys in lower case to keys."""
    if not is_key(key):
        raise RefusedEditError(
            f'"{key}" cannot be a key: it begins with no @ and has no blanks and none of , {{ }} ( ) " # % \' = \\ ~'
        )
    if (other := taken.get(key.lower())) is not None:
        raise RefusedEditError(f'the key "{key}" is taken (by "{other}"); BibTeX does not tell capitals apart in keys.')


def _with_data(document: Document, data: bytes) -> Document:
    """Return a document with other data, and the encoding and name of this one."""
    return Document(data, document.encoding, document.name)
