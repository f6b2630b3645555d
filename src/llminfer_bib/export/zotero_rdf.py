"""Entries -> Zotero RDF: the one file format that Zotero imports with citation keys, tags, collections and every field.

What an item says is decided in `zotero_items`. The dialect is that which came in clean when a running Zotero imported it:

- ``rdf:Description`` with ``z:itemType``, each field as ``z:NAME`` by its name in Zotero's schema, the creators of a program
  as ``so:author``, of a video as ``bib:contributors``, of a talk as ``ep:creators_name``.
- Categories are collections, in reading order; all keywords are tags, so that nothing depends on the collections.
- A name of one field is a surname without given name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ..categories import heading
from ..model import Entry
from . import zotero_tables as tables
from .losses import Asked, Loss, one_line
from .zotero_items import Name, ZoteroItem, item_type, zotero_item

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
_ELEMENTS: Final = {"title": "dc:title", "date": "dc:date"}
_BEHIND_EXTRA: Final = frozenset({"z:language", "z:libraryCatalog"})
_PEOPLE: Final = frozenset(name for pair in tables.CREATORS.values() for name in pair)
"""Elements whose texts are XML already."""
Lines = list[tuple[str, str]]
__all__ = ["PATH", "SKIP_FIELDS", "description", "item_type", "losses", "render"]


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
    for element, text in _elements(_item(Asked(entry))):
        if inner := text if element in _PEOPLE else _escaped(text):
            lines.append(f"    <{element}>{inner}</{element}>")
    return "\n".join([*lines, "  </rdf:Description>\n"])


# --- the item


def _elements(item: ZoteroItem) -> Lines:
    """Return elements and their texts, people as XML already; Extra stands before language and catalogue."""
    lines: Lines = [("z:itemType", item.type)]
    for element in dict.fromkeys(name.type for name in item.creators):
        people = "".join(_person(name) for name in item.creators if name.type == element)
        lines.append((element, f"<rdf:Seq>{people}</rdf:Seq>"))
    lines += [("dc:subject", tag) for tag in item.tags]
    fields = [(_ELEMENTS.get(name, f"z:{name}"), text) for name, text in item.fields]
    lines += [line for line in fields if line[0] not in _BEHIND_EXTRA]
    lines.append(("z:extra", "\n".join(line.text for line in item.extra)))
    return [*lines, *(line for line in fields if line[0] in _BEHIND_EXTRA)]


def _creators(kind: str) -> tuple[tuple[str, str], ...]:
    """Return (role, element) of the people that came in clean."""
    return tuple(pair for pair in zip(("author", "editor"), tables.CREATORS[kind], strict=True) if pair[1])


def _item(asked: Asked) -> ZoteroItem:
    return zotero_item(asked, creators=_creators)


def _person(name: Name) -> str:
    """Return a name as an element: surname and given name, or a surname alone for a name of one field."""
    first = f"<foaf:givenName>{_escaped(name.first)}</foaf:givenName>" if name.first else ""
    surname = f"<foaf:surname>{_escaped(name.last)}</foaf:surname>"
    return f"<rdf:li><foaf:Person>{surname}{first}</foaf:Person></rdf:li>"


def _escaped(text: str) -> str:
    """Return text that stands for itself inside an element or an attribute."""
    return text.translate(_ESCAPES)
