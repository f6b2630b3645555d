"""How an entry with its fields is laid out as text, and how entries become one page. What the fields hold is not known here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from ..model import Entry
from .bibtex_tables import MIDDLE, RANKS
from .bibtex_text import key

_BATCH: Final = 64
_NAME = re.compile(r"(?![0-9])[^\x00-\x20\x7f\"#%'(),={}\\@]++\Z")
_NOT_ENTRIES: Final = frozenset(("string", "preamble", "comment"))


def batches(entries: Iterable[Entry], write: Callable[[Entry], str]) -> Iterator[bytes]:
    """Yield the written entries, some at a time, a blank line between two."""
    written = map(write, entries)
    while batch := list(islice(written, _BATCH)):
        yield "\n".join(batch).encode("utf-8", "replace")


def frame(some: Iterable[bytes], opening: bytes = b"") -> Iterator[bytes]:
    """Put batches together to a page, `opening` before the first."""
    for batch in some:
        yield opening + batch
        opening = b"\n"


def entry_text(kind: str, entry_key: str, fields: Mapping[str, str]) -> str:
    """Return an entry in the house dialect: ``fields`` are sources with their delimiters, by name."""
    written = kind if _NAME.match(kind) and kind not in _NOT_ENTRIES else "misc"
    lines = [f"@{written}{{{key(entry_key)},"]
    lines += [f"  {name} = {fields[name]}," for name in _in_order(tuple(fields))]
    return "\n".join(lines) + "\n}\n"


@lru_cache(maxsize=4096)
def _in_order(fields: tuple[str, ...]) -> list[str]:
    """Return the names in the order in which they are written, without those that no reader would take for one."""
    return sorted(filter(_NAME.match, fields), key=lambda name: RANKS.get(name, MIDDLE))
