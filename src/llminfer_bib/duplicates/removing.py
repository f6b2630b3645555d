"""Many entries go from a document at once: one pass, one proof; all other bytes stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..bibfile import Document, RawEntry
from ..edits import find_entries, find_entry
from ..layout import entry_span
from ..proof import prove_keys


def without(document: Document, keys: Collection[str]) -> Document:
    """Return the document without entries, each with the blank line behind it.

    Raises NoSuchEntryError, AmbiguousKeyError, BrokenEntryError, and proof.NotProvenError when other entries would go too.
    """
    starts = find_entries(document)
    blocks = sorted((find_entry(document, key, starts) for key in keys), key=lambda block: block.start)
    data, pos = document.data, 0
    pieces = []
    for block in blocks:
        start, end = entry_span(data, block.start, block.end)
        pieces.append(data[pos : max(pos, start)])
        pos = max(pos, end)
    result = Document(b"".join([*pieces, data[pos:]]), document.encoding, document.name)
    gone = frozenset(block.start for block in blocks)
    prove_keys(result, [raw.key for raw in document.entries() if type(raw) is RawEntry and raw.start not in gone])
    return result


def remarks_above(document: Document, keys: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield entries that have a remark right above them, which stays when they go: key, and the line of the remark's end."""
    starts = find_entries(document)
    data = document.data
    for key in keys:
        line = data.rfind(b"\n", 0, starts[key][0]) + 1
        above = data[data.rfind(b"\n", 0, max(0, line - 1)) + 1 : line].strip()
        if above.startswith(b"%") or (above and not above.endswith((b"}", b")"))):
            yield key, document.position(max(0, line - 1))[0]
