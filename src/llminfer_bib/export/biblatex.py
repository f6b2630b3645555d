"""Entries -> biblatex: its own field names, UTF-8, the house dialect. Reading it gives the same entries, and the same export again.

Decisions that are not biblatex's:

- Every field is kept, unknown and empty ones too. What an entry inherits is written into it; ``crossref`` stays beside
  it (biber prints a parent that several cite), ``xdata`` does not, because such parents are no items and not exported.
- ``year`` and ``month`` become ``date``; beside a date that can be read they would say the same twice, and biber warns.
- An address that is not http(s) is kept as ``urltext``: biblatex makes a link of every ``url``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final

from .. import identifiers
from ..dates import parse_date
from ..model import Entry, Text
from . import bibtex_layout as layout
from . import bibtex_text as text
from .bibtex_tables import BIBLATEX_NAMES

if TYPE_CHECKING:
    from . import Options, Page

SKIP_FIELDS: Final = frozenset[str]()
PROTECTED: Final = True
PATH: Final = "refs-biblatex.bib"
_NOT_WRITTEN: Final = frozenset(("title", "xdata", "url"))


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield one page with every entry, in their order."""
    yield PATH, frame(batches(entries, options), options)


def batches(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    """Yield the written entries, some at a time."""
    return layout.batches(entries, partial(to_biblatex, encoding=options.encoding))


def frame(some: Iterable[bytes], _options: Options) -> Iterator[bytes]:
    """Put batches together to a page."""
    return layout.frame(some)


def losses(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return (field, reason) of what the format says in another way or not at all."""
    from .bibtex_losses import of_biblatex  # noqa: PLC0415  (only for --explain)

    return of_biblatex(entry)


def to_biblatex(entry: Entry, encoding: str = "utf8") -> str:
    """Return one entry as biblatex, ending with a line end."""
    encode = text.encoder(encoding)
    fields = {role: f"{{{text.people(people, encode, text.biblatex_name)}}}" for role, people in entry.people.items()}
    title = entry.title if entry.title.text else Text(entry.fields.get("title", ""))
    if title.text or "title" in entry.fields:
        fields["title"] = f"{{{text.title(title, ascii_only=encoding == 'tex', formulas=False)}}}"
    for name, value in _values(entry).items():
        if name not in fields:
            fields[name] = text.field(name, value, encode)
    return layout.entry_text(entry.type, entry.key, fields)


def _values(entry: Entry) -> dict[str, str]:
    """Return the plain values of all fields but title and names, by biblatex's names."""
    given = entry.fields
    values: dict[str, str] = {}
    for name, value in given.items():
        if name in _NOT_WRITTEN:
            continue
        target = BIBLATEX_NAMES.get(name, name)
        taken = target != name and (target in given or target in values)
        values[name if taken else target] = value
    _set_dates(values, entry)
    _set_identifiers(values, entry)
    return values


def _set_dates(values: dict[str, str], entry: Entry) -> None:
    """Say the date once: as ``date`` where it can be read, else as it is written."""
    date = entry.date
    if date is None:
        return
    if "date" in values and parse_date(values["date"]) is None:
        return  # the year beside it is what counts
    if "date" not in values:
        written = text.edtf(date)
        unread = (values.get("month") and date.month is date.season is None) or (values.get("day") and date.day is None)
        if not written or unread:
            return
        values["date"] = written
    for name in ("year", "month", "day"):
        values.pop(name, None)


def _set_identifiers(values: dict[str, str], entry: Entry) -> None:
    """Write identifiers in the form that biblatex expects: no resolver, no ``arXiv:``, an address that may be a link."""
    doi = values.get("doi", "")
    if entry.doi:
        bare = doi[-len(entry.doi) :]
        values["doi"] = bare if bare.lower() == entry.doi else entry.doi
    if values.get("eprinttype", "").lower() == "arxiv":
        values["eprinttype"] = "arxiv"
    if entry.arxiv and values.get("eprint", "").lower().startswith("arxiv:"):
        values["eprint"] = values["eprint"][6:].strip()
    if "url" in entry.fields or (entry.url and "howpublished" not in entry.fields):
        link = identifiers.web_url(entry.url)
        values["url" if link or not entry.url else "urltext"] = link or entry.url
