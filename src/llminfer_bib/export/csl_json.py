"""Entries -> CSL-JSON, as citation processors and Zotero read it. One item is made by `csl_items`.

Decisions that are not the schema's (https://github.com/citation-style-language/schema, csl-data.json):

- One line per field, per name and per date: a changed author is one changed line, and orjson is fastest so.
- Text is plain. Math becomes Unicode (``$O(n^2)$`` -> ``O(n²)``): pandoc and citeproc-js print its source, dollars and
  all, and title case would change its commands. The tags that processors act on (``<i>``, ``<sup>``) go, their text
  stays. Any other ``<`` is a character, as every processor prints it; in the bytes it is written ``\\u003c``, so that
  not even a web page that holds the file can be ended by it.
- The arXiv id of a published paper is a line ``arXiv: ID`` of the note, as Zotero and Better BibTeX write it: pandoc
  keeps it and no common style prints it. ``archive`` would be printed (APA: "arXiv (2309.06180)" behind the venue).
- No other line of a note may look like ``Label: value``: pandoc and Zotero move such lines into fields.
- The DOI of an arXiv preprint stays with the preprint: on a published paper it would be the wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import orjson

from ..model import Entry
from . import csl_tables as tables
from .csl_items import make_item
from .csl_names import Item, Pieces, as_is, on_one_line
from .csl_text import is_suspicious, scrub

if TYPE_CHECKING:
    from . import Options, Page

SKIP_FIELDS: Final = tables.SKIP_FIELDS
PATH: Final = "refs.json"
_BATCH: Final = 64
_LAYOUT: Final = orjson.OPT_INDENT_2


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield one page, ``refs.json``: a JSON array with one item per entry, in their order."""
    yield PATH, frame(batches(entries, options), options)


def to_csl(entry: Entry, dialect: str = "") -> Item:
    """Return one entry as a CSL-JSON item. ``dialect`` is ``zotero`` or empty."""
    return _scrubbed(make_item(entry, Pieces(dialect == "zotero", as_is)))


def losses(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return (field, reason) of what is lost in the plain dialect; see `csl_losses`."""
    from . import csl_losses  # noqa: PLC0415  (only for --explain)

    return csl_losses.losses(entry)


def batches(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    """Yield some hundred items at a time, so that memory does not grow with the library; ``frame`` makes a page of them."""
    zotero = options.dialect == "zotero"
    pieces = Pieces(zotero, on_one_line)
    items = (make_item(entry, pieces) for entry in entries)
    while batch := list(islice(items, _BATCH)):
        # orjson's "[", and its "\n]" at the end, belong to the whole array.
        yield _dump(batch)[1:-2].replace(b"<", b"\\u003c")


def frame(some: Iterable[bytes], _options: Options) -> Iterator[bytes]:
    """Put batches together to one array."""
    opening = b"["
    for batch in some:
        yield opening + batch
        opening = b","
    yield b"[]\n" if opening == b"[" else b"\n]\n"


def _dump(batch: list[Item]) -> bytes:
    """Serialise a batch. Only one that holds something suspicious is looked through text by text."""
    try:
        data = orjson.dumps(batch, option=_LAYOUT)
    except TypeError:  # a lone surrogate: no UTF-8 for it
        pass
    else:
        if not is_suspicious(data):
            return data
    return orjson.dumps([_scrubbed(item) for item in batch], option=_LAYOUT)


def _scrubbed(item: Item) -> Item:
    return {name: scrub(value) if isinstance(value, str) else value for name, value in item.items()}
