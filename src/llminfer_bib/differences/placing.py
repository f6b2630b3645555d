"""Edits in the text of one entry, a new field behind the field that it follows in theirs, each proven.

Which edits are made is decided in ``entries``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..bibfile import Document
from ..edits import Edit, RenameEntry, SetField, apply_edits, find_entry
from ..layout import add_field_text, newline_of, parts_of
from ..proof import prove_block

_MOST_PLACED: Final = 100
"""So many new fields are put in their places, each at the cost of reading the entry again; more go to the end."""


def edited(body: bytes, edits: Sequence[Edit], order: Sequence[str]) -> bytes:
    """Return an entry's lines with the edits made, the new key last; `order` names the fields of theirs in their order.

    Raises what ``apply_edits`` does.
    """
    if not edits:
        return body
    document = Document(body)
    there = {name for raw in document.entries() for name in getattr(raw, "fields", ())}
    new = {edit.name: edit for edit in edits if isinstance(edit, SetField) and edit.name not in there}
    if len(new) > _MOST_PLACED:
        new = {}
    keys = [edit for edit in edits if isinstance(edit, RenameEntry)]
    first = [edit for edit in edits if edit not in keys and not (isinstance(edit, SetField) and edit.name in new)]
    document = apply_edits(document, first)
    for at, name in enumerate(order):
        if name in new:
            document = _with_field(document, new[name], order[:at])
    return apply_edits(document, keys).data


def _with_field(document: Document, edit: SetField, before: Sequence[str]) -> Document:
    """Return the document with a field added behind the nearest of those `before` it, else behind the last one."""
    block = find_entry(document, edit.key)
    old = document.text(block.start, block.end)
    frame, parts = parts_of(old, document.data, block)
    names = [part.name for part in parts]
    after = next((names.index(name) for name in reversed(before) if name in names), len(parts) - 1)
    if after == len(parts) - 1:
        return apply_edits(document, [edit])
    newline = newline_of(document.data) or "\n"
    value = edit.value.replace("\n", newline)
    text, part = add_field_text(old, frame, parts[: after + 1], edit.name, value, newline)
    fields = [(each.name, each.value) for each in parts]
    fields.insert(after + 1, (part.name, part.value))
    prove_block(document.name, old, text, fields, reading=(document, block))
    data = document.data[: block.start] + text.encode("utf-8", "surrogatepass") + document.data[block.end :]
    return Document(data, document.encoding, document.name)
