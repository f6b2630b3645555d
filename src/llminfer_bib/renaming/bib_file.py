"""A key changes in the .bib itself: the entry's head, and every field that names entries by their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from ..bibfile import Block, Document, Field, RawEntry, RawString
from ..edits import BrokenEntryError, RefusedEditError, RemoveField, RenameEntry, SetField, apply_edits, find_entries
from ..macros import Macros, split_parts
from ..proof import prove_block, prove_keys
from ..tex import KEY_LIST_FIELDS
from .keys import Merged, Names, Place, Wanted

REFERRING = KEY_LIST_FIELDS - {"keywords"}
"""Fields that name entries by their keys, one or several with commas between."""
_IN_VALUE = re.compile(
    r"\\[A-Za-z]{0,20}?[Cc]ite[A-Za-z]{0,20}+\*?+(?:\[[^\[\]{}]{0,200}+\]){0,2}+\{([^{}]{1,500}+)\}"
    r"|[{,\"]\s{0,9}+xdata\s{0,9}+=\s{0,9}+([^\s{}\",]{1,200}+)"
)
_JABREF_GROUPS = re.compile(
    r"@comment\s{0,9}+\{\s{0,9}+jabref-meta:\s{0,9}+group(?:stree|ing):(?:[^@]|(?<![\r\n])@)*+", re.IGNORECASE
)
_JABREF_GROUP = re.compile(r"(?:Explicit|Static)Group:((?:[^\\;]|\\[\r\n]*+.)*+)", re.DOTALL)
_JABREF_ITEM = re.compile(r"(?:[^\\]|\\(?![\r\n]*+;))++")
_BEHIND_GROUP_HEAD = 2
"""A group has its name and a number, then the keys."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A document with its key changed, and where the key stood besides the entry's own head."""

    document: Document
    places: tuple[Place, ...]


def wanted(document: Document, old: str, new: str) -> Wanted:
    """Return what is to be renamed. Raises RefusedEditError where `new` is another entry's second name (``ids``)."""
    owner = entry_with_name(document, new)
    if owner not in {"", old} and new.lower() != old.lower():
        raise RefusedEditError(
            f'{document.name}: "{new}" is a second name (`ids`) of {owner}. Choose another key, or remove it there first.'
        )
    return Wanted(old, new, frozenset(find_entries(document)) - {old})


def entry_with_name(document: Document, name: str) -> str:
    """Return the key of the entry that has `name` among its second names (``ids``), in any case; else an empty text."""
    for raw, macros in _with_macros(document):
        if "ids" in raw.fields and name.lower() in map(str.lower, _items(_plain(raw.fields["ids"], macros))):
            return raw.key
    return ""


def rename_in_bib(document: Document, names: Wanted, *, keep_alias: bool = False) -> Renamed:
    """Return the document with the entry and every reference to it renamed; with `keep_alias` the old key stays in its ``ids``.

    Raises what ``edits`` raises: NoSuchEntryError, AmbiguousKeyError, BrokenEntryError, RefusedEditError, NotProvenError.
    """
    renamed = apply_edits(document, [RenameEntry(names.old, names.new)])
    own = _own_names(renamed, names, keep_alias=keep_alias)
    renamed, places = move_references(renamed, names)
    renamed = apply_edits(renamed, own)
    return Renamed(renamed, places)


def left_in_bib(document: Document, names: Names) -> tuple[int, ...]:
    r"""Return the lines of a .bib on which the key stands inside a value: ``\cite{old}`` in a note, biblatex's ``xdata=old-title``.

    They are text, not fields that list keys, and so they are not renamed. Nor are the keys in the groups of JabRef up to 3,
    whose lines are wrapped anywhere.
    """
    text = document.text(0, len(document.data))
    found = list(_in_groups(text, names))
    for place in _IN_VALUE.finditer(text):
        cited = place[1] is not None and any(names.becomes(item) for item in _items(place[1]))
        if cited or any(names.becomes(place[2][: dash.start()]) for dash in re.finditer("-", place[2] or "")):
            found.append(place.start())
    lines, pos, line = [], 0, 1
    for at in sorted(found):
        line += text.count("\n", pos, at)
        pos = at
        lines.append(line)
    return tuple(dict.fromkeys(lines))


def _in_groups(text: str, names: Names) -> Iterator[int]:
    r"""Yield where JabRef's groups list the key: ``ExplicitGroup:NAME\;0\;key1\;key2\;;``, with line ends anywhere."""
    for groups in _JABREF_GROUPS.finditer(text):
        for group in _JABREF_GROUP.finditer(text, groups.start(), groups.end()):
            for item in islice(_JABREF_ITEM.finditer(text, *group.span(1)), _BEHIND_GROUP_HEAD, None):
                shown = item[0].lstrip(";\r\n")
                if names.becomes(shown.replace("\r", "").replace("\n", "")):
                    yield item.end() - len(shown)


def _with_macros(document: Document) -> Iterator[tuple[RawEntry, Macros]]:
    """Yield the entries, each with the macros that are defined in front of it."""
    macros = Macros(len(document.data))
    for raw in document.entries():
        if type(raw) is RawEntry:
            yield raw, macros
        elif type(raw) is RawString and raw.name:
            macros.define(raw.name, _plain(raw.value, macros))


def _plain(value: str, macros: Macros) -> str:
    return macros.source(value, lambda _: None)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")]


def move_references(document: Document, names: Names) -> tuple[Document, tuple[Place, ...]]:
    """Rename keys in the fields of all entries, but not in the ``ids`` of the entry that gets the key; in one pass."""
    data, pos = document.data, 0
    pieces: list[bytes] = []
    places: list[Place] = []
    for raw, macros in _with_macros(document):
        if REFERRING.isdisjoint(raw.fields):
            continue
        block = document.scanner.block_at(raw.start)
        assert block is not None
        changed = _changed_values(document, block, names, macros)
        if not changed:
            continue
        if not block.closed:
            raise BrokenEntryError(document, raw.key, block)
        places += [
            Place(document.name, document.position(part.start)[0], raw.key, _name(document, part)) for part in changed
        ]
        pieces += (data[pos : block.start], _with_values(document, block, changed))
        pos = block.end
    if not pieces:
        return document, ()
    result = Document(b"".join([*pieces, data[pos:]]), document.encoding, document.name)
    prove_keys(result, [raw.key for raw, _ in _with_macros(document)])
    return result, tuple(places)


def _changed_values(document: Document, block: Block, names: Names, macros: Macros) -> dict[Field, str]:
    """Return the fields of an entry that name the key, each with its new value."""
    own = names.is_new(document.text(block.key_start, block.key_end))
    changed = {}
    for part in block.fields:
        name = _name(document, part)
        if name in REFERRING and not (own and name == "ids"):
            value = document.text(part.value_start, part.value_end)
            new = _with_key(value, names, macros)
            if new != value:
                changed[part] = new
    return changed


def _with_values(document: Document, block: Block, changed: Mapping[Field, str]) -> bytes:
    """Return an entry's text with the new values in it, proven."""
    text, pos = document.text, block.start
    pieces: list[str] = []
    for part, value in changed.items():
        pieces += (text(pos, part.value_start), value)
        pos = part.value_end
    new = "".join([*pieces, text(pos, block.end)])
    expected = [
        (_name(document, part), changed.get(part, text(part.value_start, part.value_end))) for part in block.fields
    ]
    prove_block(document.name, text(block.start, block.end), new, expected, reading=(document, block))
    return new.encode("utf-8", "surrogatepass")


def _name(document: Document, part: Field) -> str:
    return document.text(part.start, part.name_end).lower()


def _with_key(value: str, names: Names, macros: Macros) -> str:
    """Return a value's source with keys renamed. What macros or `#` put together becomes one value in braces."""
    inside = _inside(value)
    plain = _plain(value, macros) if inside is None else inside
    items = plain.split(",")
    renamed = [(item, names.becomes(item.strip())) for item in items]
    there = {item.strip() for item, becomes in renamed if not becomes} if isinstance(names, Merged) else set()
    kept: list[str] = []
    for item, becomes in renamed:
        if becomes in there:
            continue
        kept.append(item.replace(item.strip(), becomes, 1) if becomes else item)
        if becomes and isinstance(names, Merged):
            there.add(becomes)
    if kept and len(kept) < len(items):
        kept[0] = items[0][: len(items[0]) - len(items[0].lstrip())] + kept[0].lstrip()
    new = ",".join(kept)
    if new == plain:
        return value
    if inside is not None:
        return value[0] + new + value[-1]
    return new if value.isdecimal() and new.isdecimal() else f"{{{new}}}"


def _inside(value: str) -> str | None:
    """Return what stands between the delimiters; None for a number, a macro, and parts that `#` joins."""
    return value[1:-1] if value[:1] in {"{", '"'} and len(value) > 1 and len(split_parts(value)) == 1 else None


def _own_names(document: Document, names: Wanted, *, keep_alias: bool) -> list[SetField | RemoveField]:
    """Return the edit of the entry's own ``ids``: a key is no second name of itself, and the old one becomes one if asked for."""
    value, macros = next(
        (raw.fields.get("ids"), macros) for raw, macros in _with_macros(document) if raw.key == names.new
    )
    if value is None:
        return [SetField(names.new, "ids", f"{{{names.old}}}")] if keep_alias else []
    inside = _inside(value)
    items = (_plain(value, macros) if inside is None else inside).split(",")
    kept = [item for item in items if item.strip().lower() != names.new.lower() or item.strip() == names.old]
    add = keep_alias and names.old not in {item.strip() for item in kept}
    if not add and len(kept) == len(items):
        return []
    if not "".join(kept).strip() and not add:
        return [RemoveField(names.new, "ids")]
    if kept and kept[0] is not items[0]:
        kept[0] = kept[0].lstrip()
    text = ",".join(kept)
    if add:
        body = text.rstrip().removesuffix(",")
        text = (f"{body}, {names.old}" if body else names.old) + text[len(text.rstrip()) :]
    opening, closing = (value[0], value[-1]) if inside is not None else ("{", "}")
    return [SetField(names.new, "ids", f"{opening}{text}{closing}", exact=True)]
