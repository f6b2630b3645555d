"""The second reader: what bibtexparser reads in the text of one entry, to compare with our own reading.

Another tool will misread what the two read differently. Only this module of the reading side imports bibtexparser, and only when
it is asked.
"""

from __future__ import annotations

import logging
from typing import NamedTuple

# What it stumbles over is our finding to report, not its to print.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


class SecondReading(NamedTuple):
    """An entry as bibtexparser splits it: values are source text with their delimiters."""

    type: str
    key: str
    fields: tuple[tuple[str, str], ...]


def read_entry(text: str) -> SecondReading | None:
    """Return how bibtexparser reads `text`; None unless it finds one entry there and nothing it stumbles over."""
    from bibtexparser.splitter import Splitter  # noqa: PLC0415  (costs 40 ms: only when something is written)

    library = Splitter(text).split()
    if len(library.entries) != 1 or library.failed_blocks or len(library.blocks) != 1:
        return None
    entry = library.entries[0]
    fields = tuple((field.key, str(field.value)) for field in entry.fields)
    return SecondReading(entry.entry_type, entry.key, fields)
