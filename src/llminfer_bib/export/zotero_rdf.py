"""Entries -> Zotero RDF: the one file format that Zotero imports with citation keys, tags, collections and every field.

The dialect is that which came in clean when a running Zotero imported it; words are in `zotero_tables`. Its decisions:

- ``rdf:Description`` with ``z:itemType``, each field as ``z:NAME`` by its name in Zotero's schema, the creators of a program
  as ``so:author``, of a video as ``bib:contributors``, of a talk as ``ep:creators_name``.
- Categories are collections, in reading order; all keywords are tags, so that nothing depends on the collections.
- Lines of Extra that look like ``Label: value`` are moved to fields by Zotero: ours are those that it knows, and no text
  of an entry is let look like one.
- Names in Han script and organisations are names of one field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from .. import names
from ..categories import heading
from ..identifiers import arxiv_url, host_of
from ..model import Date, Entry, Person
from . import zotero_tables as tables
from .csl_text import without_labels
from .losses import Asked, Loss, one_line

if TYPE_CHECKING:
    from . import Options, Page

SKIP_FIELDS: Final = frozenset({"file", "review", "comment", "owner", "timestamp", "groups"})
PATH: Final = "refs.rdf"
_NAMESPACES: Final = (
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("z", "http://www.zotero.org/namespaces/export#"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("bib", "http://purl.org/net/biblio#"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("ep", "http://purl.org/eprint/terms/"),
    ("so", "http://schema.org/"),
)
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    + "".join(f'\n    xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES)
    + ">\n"
)
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\ufffe": None, "\uffff": None})
_DASH = re.compile(r"\s*+[-\u2010-\u2015\u2212]++\s*+")
_CATALOGUES: Final = (("github.com", "GitHub"), ("gitlab.com", "GitLab"))
_PEOPLE: Final = frozenset(name for pair in tables.CREATORS.values() for name in pair)
"""Elements whose texts are XML already."""
Lines = list[tuple[str, str]]


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield one page, ``refs.rdf``: the items in their order, then the collections. Of the items only their names are held."""
    yield PATH, _pieces(entries, options)


def _pieces(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    yield _HEAD.encode()
    shelves: dict[str, list[str]] = {category.slug: [] for category in options.categories}
    known: dict[str, int] = {}
    for entry in entries:
        name = "#item_" + quote(entry.key, safe="", errors="replace")
        known[name] = known.get(name, 0) + 1
        if known[name] > 1:  # two items of one name would become one
            name += f":{known[name]}"
        if entry.category in shelves:
            shelves[entry.category].append(name)
        yield description(entry, name).encode("utf-8", "replace")
    for number, category in enumerate(options.categories, 1):
        if shelves[category.slug]:
            title = _escaped(one_line(heading(replace(category, emoji=""), options.lang)))
            parts = "".join(f'\n    <dcterms:hasPart rdf:resource="{name}"/>' for name in shelves[category.slug])
            yield (
                f'  <z:Collection rdf:about="#collection_{number}">\n    <dc:title>{title}</dc:title>'
                f"{parts}\n  </z:Collection>\n"
            ).encode("utf-8", "replace")
    yield b"</rdf:RDF>\n"


def losses(entry: Entry) -> tuple[Loss, ...]:
    """Return what Zotero's fields cannot say of an entry."""
    asked = Asked(entry)
    _item(asked)
    return asked.lost("Zotero", tables.REASONS)


def description(entry: Entry, name: str) -> str:
    """Return one entry as an element that is called `name`."""
    lines = [f'  <rdf:Description rdf:about="{name}">']
    for element, text in _item(Asked(entry)):
        if inner := text if element in _PEOPLE else _escaped(text):
            lines.append(f"    <{element}>{inner}</{element}>")
    return "\n".join([*lines, "  </rdf:Description>\n"])


# --- the item


def _item(asked: Asked) -> Lines:
    """Return elements and their texts, people as XML already."""
    entry = asked.entry
    kind = item_type(entry)
    asked.subtype("blog", "video", "project")
    lines: Lines = [("z:itemType", kind), *_creators(asked, kind)]
    lines += [("dc:subject", keyword) for keyword in asked.keywords()]
    lines += [("dc:title", asked.title()), ("z:citationKey", one_line(entry.key))]
    lines += _preprint(asked) if kind == "preprint" and entry.arxiv else _fields(asked, kind)
    if (date := asked.date(spans=True)) is not None:
        lines.append(("dc:date", _period(date)))
    elif year := asked.text("date", "year"):
        lines.append(("dc:date", year))
    if doi := asked.doi() or (f"10.48550/arXiv.{entry.arxiv}" if kind == "preprint" and entry.arxiv else ""):
        lines.append(("z:DOI", doi))
    url = asked.url() or (arxiv_url(entry.arxiv) if entry.arxiv else "")
    lines.append(("z:url", url))
    if (seen := asked.date("urldate", spans=True)) is not None:
        lines.append(("z:accessDate", seen.iso()))
    for element, fields in tables.COMMON:
        lines.append((f"z:{element}", asked.text(*fields)))
    lines.append(("z:extra", _extra(asked, kind)))
    if kind not in tables.NO_LANGUAGE:
        lines.append(("z:language", asked.language()))
    if kind == "preprint" and entry.arxiv:
        lines.append(("z:libraryCatalog", "arXiv.org"))
    elif kind not in tables.NO_LIBRARY:
        lines.append(("z:libraryCatalog", dict(_CATALOGUES).get(host_of(url), "")))
    return lines


def item_type(entry: Entry) -> str:
    """Return Zotero's type: the entry type's row, made precise by the kind where that row says little."""
    if entry.kind == "preprint":
        return "preprint"
    found = tables.TYPES.get(entry.type, tables.FALLBACK)
    return tables.KINDS.get(entry.kind, found) if found in tables.VAGUE else found


def _creators(asked: Asked, kind: str) -> Lines:
    lines = []
    for role, element in zip(("author", "editor"), tables.CREATORS[kind], strict=True):
        if element and (people := "".join(map(_person, asked.people(role)))):
            lines.append((element, f"<rdf:Seq>{people}</rdf:Seq>"))
    return lines


def _person(person: Person) -> str:
    """Return a name as an element: family with its particle, given name with its suffix, or one field for all."""
    if person.literal or not person.family or names.is_han(person.family + person.given):
        family, given = names.display(person), ""
    else:
        family = f"{person.prefix} {person.family}" if person.prefix else person.family
        given = ", ".join(filter(None, (person.given, person.suffix)))
    family, given = _escaped(one_line(family)), _escaped(one_line(given))
    if not family:
        return ""
    first = f"<foaf:givenName>{given}</foaf:givenName>" if given else ""
    return f"<rdf:li><foaf:Person><foaf:surname>{family}</foaf:surname>{first}</foaf:Person></rdf:li>"


def _preprint(asked: Asked) -> Lines:
    asked.said("journal", "journaltitle")  # arXiv itself, posing as a journal
    return [("z:repository", "arXiv"), ("z:archiveID", f"arXiv:{asked.arxiv()}")]


def _fields(asked: Asked, kind: str) -> Lines:
    fields = asked.entry.fields
    lines = []
    if kind == "conferencePaper":  # beside a series a number counts that series' volumes
        lines.append(("z:seriesNumber" if fields.get("series") else "z:issue", asked.text("number", "issue")))
    for element, sources in tables.FIELDS[kind]:
        text = asked.text(*sources)
        if element == "pages":
            text = _DASH.sub("-", text)
        elif element.endswith("Type") and kind in {"thesis", "report"}:
            text = tables.GENRES.get(text.lower() or asked.entry.type, text)
        lines.append((f"z:{element}", text))
    if asked.entry.kind == "course" and kind == "webpage" and not dict(lines)["z:websiteType"]:
        asked.subtype("course")
        lines.append(("z:websiteType", "Course"))
    return lines


def _extra(asked: Asked, kind: str) -> str:
    """Return the lines of Extra: those that Zotero knows, then what people wrote."""
    lines = []
    if arxiv := asked.arxiv(with_class=True):
        lines.append(f"arXiv: {arxiv}" + (f" [{one_line(asked.entry.arxiv_class)}]" if asked.entry.arxiv_class else ""))
    if kind in tables.NO_LANGUAGE and (language := asked.language()):
        lines.append(f"Language: {language}")
    if event := asked.text("eventtitle"):
        lines.append(f"Event Title: {event}")
    notes = map(asked.text, ("note", "addendum", "annotation", "annote", "howpublished"))
    return "\n".join([*lines, *map(without_labels, filter(None, notes))])


def _period(date: Date) -> str:
    """Return ``2024-10-21``, ``2024-10-21/2024-10-22`` or ``circa 2024``."""
    text = date.iso()
    if date.end is not None:
        text += "/" + (date.end.iso() if date.end.year else "")
    return f"circa {text}" if date.circa else text


def _escaped(text: str) -> str:
    """Return text that stands for itself inside an element or an attribute."""
    return text.translate(_ESCAPES)
