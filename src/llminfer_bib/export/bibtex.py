r"""Entries -> classic BibTeX, as plain, plainnat, IEEEtran and ACM-Reference-Format read it.

Decisions that are not BibTeX's:

- What has no type of its own (``@online``, ``@software``, a preprint) is ``@misc``, and its address stands in
  ``howpublished = {\url{...}}`` alone: that is what all four styles print, each once. With ``url`` plain would print no address,
  with both the other three would print it twice. An address with ``%`` or ``#`` stays in ``url``, which plain passes over:
  ACM puts ``howpublished`` into an argument, where LaTeX stops at them. Papers keep ``url`` unless it only repeats the DOI.
- An item without author gets a ``key``: its organisation, or else its title. plain sorts by it, plainnat and ACM print it as
  author. Behind it stands the citation key in ``\noopsort{...}`` (btxdoc, section 4), which prints nothing: natbib styles number
  what has the same label with letters, and there are only 26.
- What an entry inherits is written into it, and subtitles behind titles. The event of a talk stands in front of its note.
- Names: see ``bibtex_text.classic_name``. Fields that no style knows are kept, because BibTeX passes over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from .. import identifiers, tex
from ..dates import MONTHS, season_name, year_in_words
from ..model import Entry, Text
from . import bibtex_layout as layout
from . import bibtex_tables as tables
from . import bibtex_text as text
from .csl_text import scrub
from .localisation import KEYS, in_words

if TYPE_CHECKING:
    from . import Options, Page

SKIP_FIELDS: Final = frozenset[str]()
PROTECTED: Final = True
PATH: Final = "refs-bibtex.bib"
PREAMBLE: Final = rb'@preamble{"\providecommand{\noopsort}[1]{}"}' + b"\n\n"
_NOT_IN_ARGUMENT = re.compile(r"[\W_]++")
_NOT_IN_URL = re.compile("[%#]")
_PARTS_OF_DATE: Final = ("year", "month", "day")


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield one page with every entry, in their order."""
    yield PATH, frame(batches(entries, options), options)


def batches(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    """Yield the written entries, some at a time."""
    return layout.batches(entries, partial(to_bibtex, encoding=options.encoding))


def frame(some: Iterable[bytes], _options: Options) -> Iterator[bytes]:
    """Put batches together to a page."""
    return layout.frame(some, PREAMBLE)


def losses(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Return (field, reason) of what the format says in another way or not at all."""
    from .bibtex_losses import of_bibtex  # noqa: PLC0415  (only for --explain)

    return of_bibtex(entry, classic_type(entry)[0])


def to_bibtex(entry: Entry, encoding: str = "utf8") -> str:
    """Return one entry as classic BibTeX, ending with a line end."""
    encode = text.encoder(encoding)
    kind, type_words = classic_type(entry)
    fields = {
        role: f"{{{text.people(people, encode, text.classic_name)}}}"
        for role, people in entry.people.items()
        if people.persons
    }
    title = _title(entry)
    if scrub(title.text).strip():
        fields["title"] = f"{{{text.title(title, ascii_only=encoding == 'tex', formulas=True)}}}"
    values = _values(entry, kind)
    if type_words is not None:
        values["type"] = type_words
    fields |= {
        name: text.field(name, value, encode, tables.CLASSIC_TITLES)
        for name, value in values.items()
        if value and name not in fields
    }
    if "author" not in fields and not ("editor" in fields and kind in tables.WITH_EDITOR):
        _set_key(fields, values, entry, encode)
    if kind == "misc":
        _move_address(fields, entry)
    return layout.entry_text(kind, entry.key, fields)


def classic_type(entry: Entry) -> tuple[str, str | None]:
    """Return the classic type, and what the field ``type`` then says; None where it stays as it is."""
    kind = tables.CLASSIC_OF.get(entry.type, entry.type)
    said = entry.fields.get("type", "").strip().lower()
    if kind in ("phdthesis", "mastersthesis", "techreport") and said in tables.THESIS_TYPES:
        return tables.THESIS_TYPES[said]
    if entry.kind == "preprint" and not _venue(entry):
        return "misc", None
    if kind == "inbook" and entry.fields.get("booktitle"):
        return "incollection", None  # a classic @inbook has the title of its book, and no other
    return (kind if kind in tables.CLASSIC_TYPES else "misc"), None


def _venue(entry: Entry) -> str:
    fields = entry.fields
    return fields.get("journaltitle") or fields.get("journal") or fields.get("booktitle") or ""


def _set_key(fields: dict[str, str], values: Mapping[str, str], entry: Entry, encode: text.Encode) -> None:
    """Give an entry without author what it is sorted by and called; its own ``key`` is kept.

    Where nothing names it that is the citation key: an empty label stops plain and alpha.
    """
    mine = _NOT_IN_ARGUMENT.sub("", entry.key)
    named = (values.get("key", ""), values.get("organization", ""), _title(entry).text, mine)
    if said := next((text for text in named if scrub(text).strip()), ""):
        fields["key"] = f"{{{encode(said)}{{\\noopsort{{{mine}}}}}}}"


def _title(entry: Entry) -> Text:
    title = entry.title if entry.title.text else Text(entry.fields.get("title", ""))
    subtitle = " ".join(entry.fields.get("subtitle", "").split())
    if not subtitle:
        return title
    joined = tex.joined_title(title.text, subtitle)
    start = len(joined) - len(subtitle)
    protected = ((start + first, start + last) for first, last in tex.protected_words(subtitle).protected)
    return Text(joined, (*title.protected, *protected))


def _values(entry: Entry, kind: str) -> dict[str, str]:
    """Return the plain values of all fields but title and names, by their classic names."""
    given = {name: value for name, value in entry.fields.items() if scrub(value).strip()}
    values: dict[str, str] = {}
    for name, value in given.items():
        if name == "title" or name in tables.NOT_CLASSIC or name in _PARTS_OF_DATE:
            continue
        target = tables.CLASSIC_NAMES.get(name, name)
        values[name if target != name and given.get(target) else target] = _with_subtitle(name, value, given)
    if kind.endswith("thesis") and "institution" in values and "school" not in values:
        values["school"] = values.pop("institution")
    if given.get("eventtitle"):
        values["note"] = ". ".join(filter(None, (given["eventtitle"], values.get("note", ""))))
    if values.get("edition", "").isdecimal():
        values["edition"] = _ordinal(int(values["edition"][:6]))
    for name in KEYS.keys() & values.keys():
        values[name] = in_words(name, values[name])
    _set_dates(values, entry)
    _set_identifiers(values, entry)
    return {name: value for name, value in values.items() if scrub(value).strip()}


def _ordinal(number: int) -> str:
    """Return an edition as classic styles print it: ``Third``; ``21st`` where that is a long word."""
    if 1 <= number <= len(tables.ORDINALS):
        return tables.ORDINALS[number - 1]
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _with_subtitle(name: str, value: str, given: Mapping[str, str]) -> str:
    for source, target in tables.SUBTITLES.items():
        if target in (name, tables.BIBLATEX_NAMES.get(name)) and (subtitle := given.get(source)):
            return f"{value}: {subtitle}"
    return value


def _set_dates(values: dict[str, str], entry: Entry) -> None:
    """Write year, month and day; what could not be read as a date stands in ``year``, which may be any text."""
    date, given = entry.date, entry.fields
    if date is None or not date.year:
        values["year"] = given.get("year") or given.get("date", "")
        values["month"] = given.get("month", "")
        return
    values["year"] = year_in_words(date)
    values["month"] = MONTHS[date.month - 1][0] if date.month else season_name(date) or given.get("month", "")
    values["day"] = str(date.day or "")


def _set_identifiers(values: dict[str, str], entry: Entry) -> None:
    """Write identifiers in the form that styles expect: a bare DOI, arXiv's own name, an address that is one."""
    if entry.doi:
        bare = values.get("doi", "")[-len(entry.doi) :]
        values["doi"] = bare if bare.lower() == entry.doi else entry.doi
    if entry.arxiv and (values.get("eprint") or values.get("archiveprefix", "").lower() == "arxiv"):
        values["eprint"] = values.get("eprint", "").removeprefix("arXiv:").strip() or entry.arxiv
        values["archiveprefix"] = "arXiv"
    link = identifiers.web_url(entry.url)
    repeated = entry.doi and identifiers.normalise_doi(link) == entry.doi
    values["url"] = "" if repeated else link
    if entry.url and not link:
        values["urltext"] = entry.url


def _move_address(fields: dict[str, str], entry: Entry) -> None:
    r"""Put the address of a ``@misc`` where every style prints it: ``howpublished = {\url{...}}``."""
    link = fields.pop("url", "")
    if not link and entry.arxiv:
        link = f"{{{identifiers.arxiv_url(entry.arxiv)}}}"
    if _NOT_IN_URL.search(link):
        fields["url"] = link
        if fields.get("howpublished") == f"{{\\url{link}}}":
            del fields["howpublished"]
        return
    if not link or link[1:-1] in entry.fields.get("howpublished", ""):
        return
    said = fields.get("howpublished", "{}")[1:-1]
    fields["howpublished"] = f"{{{said}{', ' * bool(said)}\\url{link}}}"
