"""Entry -> Zotero item, in the one place where it is said: item type, creators, fields, tags, the lines of Extra.

``zotero_rdf`` writes these items into a file, ``zotero.mapping`` into an account; the words are in `zotero_tables` and
`zotero_types`. What is not said stays with the ``Asked`` that was passed in. Its decisions:

- All keywords are tags; a category is a collection, too, which is the caller's.
- Lines of Extra that look like ``Label: value`` are moved to fields by Zotero: ours are those that it knows, and no text
  of an entry is let look like one.
- Names in Han script and organisations are names of one field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from .. import names
from ..dates import season_name
from ..identifiers import arxiv_url, host_of
from ..model import Date, Entry, Person
from . import zotero_tables as tables
from .csl_text import without_labels
from .losses import Asked, one_line
from .zotero_types import DATES, FIELDS, NO_LIBRARY, TITLES, roles

LONGEST_TAG: Final = 255
"""Characters; Zotero refuses the whole item for a longer one."""
NOTES: Final = ("note", "addendum", "annotation", "annote", "howpublished")
"""Fields that are lines of Extra, each one line, in their order."""
ARXIV, LANGUAGE, EVENT = "arXiv", "Language", "Event Title"
"""The labels of our lines of Extra."""
CATALOGUES: Final = (("github.com", "GitHub"), ("gitlab.com", "GitLab"))
_DASH = re.compile(r"\s*+[-\u2010-\u2015\u2212]++\s*+")
_LAST_YEAR: Final = 9999


@dataclass(frozen=True, slots=True)
class Name:
    """One creator: two fields, or `last` alone for a name of one field."""

    type: str
    """Zotero's creator type."""
    last: str
    first: str = ""
    one_field: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of Extra, and whose it is."""

    field: str
    """``eprint``, ``language``, ``eventtitle`` or a field of NOTES."""
    text: str


@dataclass(frozen=True, slots=True)
class ZoteroItem:
    """An item as Zotero is told about it. Nothing in it is empty."""

    type: str
    fields: tuple[tuple[str, str], ...]
    """(Zotero's name, value), each once, in the order in which they are written."""
    creators: tuple[Name, ...] = ()
    tags: tuple[str, ...] = ()
    extra: tuple[Line, ...] = ()


def zotero_item(
    asked: Asked, kind: str = "", *, creators: Callable[[str], tuple[tuple[str, str], ...]] = roles
) -> ZoteroItem:
    """Return the item of an entry. `kind` is an item type that a person has chosen; empty means that of the entry.

    `creators` gives (role of an entry, creator type) for an item type.
    """
    entry = asked.entry
    kind = kind or item_type(entry)
    asked.subtype("blog", "video", "project")
    people = tuple(_creators(asked, creators(kind)))
    tags = tuple(_tags(asked))
    fields = [(TITLES.get(kind, "title"), asked.title()), ("citationKey", one_line(entry.key))]
    fields += _preprint(asked) if is_on_arxiv(entry, kind) else _own_fields(asked, kind)
    fields += _common(asked, kind)
    extra = tuple(_extra(asked, kind))
    if kind not in tables.NO_LANGUAGE:
        fields.append(("language", asked.language()))
    fields.append(("libraryCatalog", _catalogue(entry, kind, dict(fields)["url"])))
    return ZoteroItem(kind, tuple((name, value) for name, value in fields if value), people, tags, extra)


def item_type(entry: Entry) -> str:
    """Return Zotero's type: the entry type's row, made precise by the kind where that row says little."""
    if entry.kind == "preprint":
        return "preprint"
    found = tables.TYPES.get(entry.type, tables.FALLBACK)
    return tables.KINDS.get(entry.kind, found) if found in tables.VAGUE else found


def is_on_arxiv(entry: Entry, kind: str) -> bool:
    """Tell whether an item is arXiv's copy, so that its repository, id and DOI are known."""
    return kind == "preprint" and bool(entry.arxiv)


def number_field(entry: Entry) -> str:
    """Return what a conference paper's ``number`` is: beside a series it counts that series' volumes."""
    return "seriesNumber" if entry.fields.get("series") else "issue"


def period(date: Date) -> str:
    """Return ``2024-10-21``, ``2024-10-21/2024-10-22``, ``circa 2024`` or ``Spring 2024``."""
    text = _point(date)
    if date.end is not None:
        text += "/" + (_point(date.end) if date.end.year else "")
    return f"circa {text}" if date.circa else text


def _point(date: Date) -> str:
    """Return one end of a period. Zotero knows no numbers for seasons, but shows any words."""
    return f"{season_name(date)} {date.year}" if date.season else date.iso()


def name_of(creator: str, person: Person) -> Name:
    """Return a person: family with its particle and given name with its suffix, or one field for all."""
    if person.literal or not person.family or names.is_han(person.family + person.given):
        return Name(creator, one_line(names.display(person)), one_field=True)
    family = f"{person.prefix} {person.family}" if person.prefix else person.family
    first = one_line(", ".join(filter(None, (person.given, person.suffix))))
    last = one_line(family)
    return Name(creator, last or first, first if last else "", one_field=not (first and last))


def genre(kind: str, name: str, text: str, entry: Entry) -> str:
    """Return the words for a kind of thesis or report: ``phdthesis`` is a PhD thesis, whether entry type or ``type``."""
    if name.endswith("Type") and kind in {"thesis", "report"}:
        return tables.GENRES.get(text.lower() or entry.type, text)
    return text


def pages(text: str) -> str:
    """Return pages as Zotero writes them: one hyphen for a range."""
    return _DASH.sub("-", text)


def _creators(asked: Asked, wanted: tuple[tuple[str, str], ...]) -> Iterator[Name]:
    for role, creator in wanted:
        for person in asked.people(role):
            if (name := name_of(creator, person)).last:
                yield name


def _tags(asked: Asked) -> Iterator[str]:
    for keyword in asked.keywords():
        if len(keyword) <= LONGEST_TAG:
            yield keyword
        else:
            asked.partly("keywords", f"a tag has at most {LONGEST_TAG} characters")


def _preprint(asked: Asked) -> list[tuple[str, str]]:
    asked.said("journal", "journaltitle")  # arXiv itself, posing as a journal
    return [("repository", "arXiv"), ("archiveID", f"arXiv:{asked.arxiv()}")]


def _own_fields(asked: Asked, kind: str) -> list[tuple[str, str]]:
    """Return the fields of the item type's own rows."""
    entry = asked.entry
    fields = []
    if kind == "conferencePaper":
        fields.append((number_field(entry), asked.text("number", "issue")))
    for name, sources in FIELDS.get(kind, ()):
        text = genre(kind, name, asked.text(*sources), entry)
        fields.append((name, pages(text) if name == "pages" else text))
    if entry.kind == "course" and kind == "webpage" and not dict(fields).get("websiteType"):
        asked.subtype("course")
        fields.append(("websiteType", "Course"))
    return fields


def _common(asked: Asked, kind: str) -> Iterator[tuple[str, str]]:
    """Yield what every item type has, but language and catalogue."""
    entry = asked.entry
    date = asked.date(spans=True)
    yield DATES.get(kind, "date"), period(date) if date is not None else asked.text("date", "year")
    yield "DOI", asked.doi() or (f"10.48550/arXiv.{entry.arxiv}" if is_on_arxiv(entry, kind) else "")
    yield "url", asked.url() or (arxiv_url(entry.arxiv) if entry.arxiv else "")
    yield "accessDate", _access_date(asked)
    for name, sources in tables.COMMON:
        yield name, asked.text(*sources)


def _access_date(asked: Asked) -> str:
    """Return the day on which the page was seen; Zotero refuses anything but a day."""
    seen = asked.entry.dates.get("urldate")
    if seen is None or seen.day is None or not 0 < seen.year <= _LAST_YEAR:
        return ""
    asked.date("urldate", spans=True)
    return seen.iso()


def _extra(asked: Asked, kind: str) -> Iterator[Line]:
    """Yield the lines of Extra: those that Zotero knows, then what people wrote."""
    if arxiv := asked.arxiv(with_class=True):
        subject = one_line(asked.entry.arxiv_class)
        yield Line("eprint", f"{ARXIV}: {arxiv}" + (f" [{subject}]" if subject else ""))
    if kind in tables.NO_LANGUAGE and (language := asked.language()):
        yield Line("language", f"{LANGUAGE}: {language}")
    if event := asked.text("eventtitle"):
        yield Line("eventtitle", f"{EVENT}: {event}")
    for name in NOTES:
        if text := asked.text(name):
            yield Line(name, without_labels(text))


def _catalogue(entry: Entry, kind: str, url: str) -> str:
    if kind in NO_LIBRARY:
        return ""
    return "arXiv.org" if is_on_arxiv(entry, kind) else dict(CATALOGUES).get(host_of(url), "")
