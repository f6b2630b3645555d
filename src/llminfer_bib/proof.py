"""The proof of an edit: the changed text is read again by both readers, and only what was asked may differ.

It is local: an entry that begins where it began and ends where it should leaves everything behind it as it was,
because BibTeX's reading starts afresh behind each block.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from .bibfile import ENTRY, SLIPS, Block, Document, RawEntry, RawString
from .bibfile.second import SecondReading, read_entry
from .problems import BibError

DOUBTFUL: Final = frozenset({"B003", "B007"})
"""Slips after which readers do not agree where a value ends. An edit may repair one, but not work around it."""
_NOT_AS_ASKED: Final = "the file's entries would not read back as asked."


class NotProvenError(BibError):
    """The result would not read back as asked, so nothing is written."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: refused, nothing was changed: {why}")


def prove_block(
    name: str,
    old: str,
    new: str,
    expected: Sequence[tuple[str, str]],
    *,
    entry_type: str = "",
    reading: tuple[Document, Block] | None = None,
) -> None:
    """Check that `new`, one entry's text, has just the fields of `expected`, the type `entry_type` and `old`'s key.

    Without `entry_type` the type must be `old`'s. `reading` is the block of `old` in its document, where it is at hand.
    Raises NotProvenError when our reader or bibtexparser reads something else, the latter only where it could read `old`.
    """
    if new == old:
        return
    before, was = reading or _read(old)
    after, block = _read(new)
    assert was is not None
    if block is None or block.kind is not ENTRY or not block.closed or block.end != len(after.data):
        raise NotProvenError(name, "the entry would not end where it should; are the braces of the new value balanced?")
    kind, key = _head(before, was)
    kind = entry_type or kind
    if _head(after, block) != (kind, key):
        raise NotProvenError(name, "the entry's type or key would change.")
    doubtful = next((slip.code for slip in block.slips if slip.code in DOUBTFUL), "")
    if doubtful:
        raise NotProvenError(
            name, f"other programs read this entry otherwise: {SLIPS[doubtful][1]} Repair that by hand first."
        )
    if _fields(after, block) != list(expected) or len(block.slips) > len(was.slips):
        raise NotProvenError(name, "the entry would not read back as asked.")
    second, wanted = read_entry(new), _first_wins(expected)
    if second is None or second[:2] != (kind.lower(), key) or _first_wins(second.fields) != wanted:
        _prove_second(name, _first_wins(_fields(before, was)), (entry_type.lower(), wanted), read_entry(old), second)


def _read(text: str) -> tuple[Document, Block | None]:
    document = Document(text.encode("utf-8", "surrogatepass"))
    return document, document.scanner.block_at(0)


def _head(document: Document, block: Block) -> tuple[str, str]:
    return document.text(block.type_start, block.type_end), document.text(block.key_start, block.key_end)


def _fields(document: Document, block: Block) -> list[tuple[str, str]]:
    text = document.text
    return [(text(f.start, f.name_end).lower(), text(f.value_start, f.value_end)) for f in block.fields]


def _first_wins(fields: Sequence[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): value for name, value in reversed(fields)}


def _prove_second(
    name: str,
    mine: dict[str, str],
    wanted: tuple[str, dict[str, str]],
    old: SecondReading | None,
    new: SecondReading | None,
) -> None:
    """Check an edit after which bibtexparser does not read just what we read: it must not be the edit's doing.

    `mine` is what we read before the edit; no type is wanted where it stays.
    """
    kind, expected = wanted
    if old is not None and _first_wins(old.fields) == mine:
        head = (kind or old.type, old.key)
        agree = new is not None and new[:2] == head and _first_wins(new.fields) == expected
    else:
        # It reads this entry otherwise than we do, or not at all: let it judge the new values by themselves.
        agree = all(
            _reads_alone(field, value) for field, value in expected.items() if value and value not in mine.values()
        )
    if not agree:
        raise NotProvenError(name, "bibtexparser, and so other tools, would misread the new value.")


def _reads_alone(field: str, value: str) -> bool:
    reading = read_entry(f"@misc{{k,\n  {field} = {value},\n}}")
    return reading is not None and reading.fields == ((field, value),)


def prove_keys(document: Document, expected: Sequence[str]) -> None:
    """Check that the document's entries have just these keys in this order. Raises NotProvenError."""
    keys = [raw.key for raw in document.entries() if type(raw) is RawEntry]
    if keys != list(expected):
        raise NotProvenError(document.name, _NOT_AS_ASKED)


def prove_additions(before: Document, after: Document, added: Sequence[tuple[int, bytes]]) -> None:
    """Check that `after` reads as `before` with the entries `added`, and nothing else: each with its type, key and fields.

    `added` are the entries' bytes with the place in `before` behind which each stands, in their order. Raises NotProvenError.
    """
    wanted = _with_additions(before, added)
    for found in after.entries():
        if _said(found) and _said(found) != next(wanted, None):
            raise NotProvenError(after.name, _NOT_AS_ASKED)
    if next(wanted, None) is not None:
        raise NotProvenError(after.name, _NOT_AS_ASKED)


def _with_additions(before: Document, added: Sequence[tuple[int, bytes]]) -> Iterator[tuple[object, ...]]:
    number = 0
    for raw in before.entries():
        while number < len(added) and added[number][0] <= raw.start:
            yield from map(_said, Document(added[number][1]).entries())
            number += 1
        if said := _said(raw):
            yield said
    for _, text in added[number:]:
        yield from map(_said, Document(text).entries())


def _said(raw: RawEntry | RawString) -> tuple[object, ...]:
    """Return what an entry or a definition says, wherever it stands; nothing for a broken block."""
    if type(raw) is RawEntry:
        return raw.type, raw.key, raw.fields
    return (raw[1], raw[2]) if raw[1] else ()
