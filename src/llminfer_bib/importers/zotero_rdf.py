"""Zotero RDF, Zotero's own and ours -> entries. XML only, without declarations; what the file refers to elsewhere is not fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from .drafts import gathered
from .reading import UnreadableImportError, parse_xml
from .texts import line
from .values import Imported, Unmapped
from .zotero_items import Creator, ZoteroItem, draft_of, shelves_of, shown
from .zotero_words import CLASSES

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from . import Options

NAMES: Final = ("zotero-rdf", "rdf")
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_Z: Final = "{http://www.zotero.org/namespaces/export#}"
_ABOUT, _RESOURCE = _RDF + "about", _RDF + "resource"
_NOTES: Final = frozenset({"Memo"})
_FILES: Final = frozenset({"Attachment"})
_PARTS: Final = frozenset({"isPartOf", "presentedAt"})
_CONTAINERS: Final = frozenset(
    {"Journal", "Book", "Series", "Periodical", "Website", "Blog", "Forum", "Proceedings", "Conference"}
)
_DEEPEST: Final = 4
_LARGEST: Final = 100
"""Elements; their text may have as many characters each."""

# Element -> creator type. The elements that stand for a type of their own (z:programmers) are the plural of it.
_CREATORS: Final[dict[str, str]] = {
    "authors": "author",
    "editors": "editor",
    "contributors": "contributor",
    "author": "author",
    "creators_name": "presenter",
    "creators": "creator",
    "translators": "translator",
    "directors": "director",
    "presenters": "presenter",
    "programmers": "programmer",
    "performers": "performer",
    "seriesEditors": "seriesEditor",
    "bookAuthors": "bookAuthor",
    "inventors": "inventor",
    "interviewers": "interviewer",
    "interviewees": "interviewee",
    "podcasters": "podcaster",
    "artists": "artist",
    "cartographers": "cartographer",
    "commenters": "commenter",
    "guests": "guest",
    "recipients": "recipient",
    "reviewedAuthors": "reviewedAuthor",
    "scriptwriters": "scriptwriter",
    "sponsors": "sponsor",
}
_PERSONS: Final = frozenset({"Person", "Organization", "Agent"})
_NAME_PARTS: Final[dict[str, str]] = {"givenName": "givenname", "firstName": "givenname", "family_name": "surname"}
# Element of Zotero's own RDF -> field of the item; the others have its name.
_FIELDS: Final[dict[str, str]] = {
    "abstract": "abstractNote",
    "description": "extra",
    "dateSubmitted": "accessDate",
    "alternative": "journalAbbreviation",
    "number": "number",
    "DOI": "DOI",
    "locality": "place",
}
_PUBLISHER: Final[dict[str, str]] = {"name": "publisher", "locality": "place"}
# Item type -> the field that has the title of what the item is part of, where it is not ``publicationTitle``.
_TITLES: Final[dict[str, str]] = {
    "bookSection": "bookTitle",
    "conferencePaper": "proceedingsTitle",
    "encyclopediaArticle": "encyclopediaTitle",
    "dictionaryEntry": "dictionaryTitle",
    "webpage": "websiteTitle",
    "blogPost": "blogTitle",
    "forumPost": "forumTitle",
    "tvBroadcast": "programTitle",
    "radioBroadcast": "programTitle",
}
_TYPE_FIELDS: Final[dict[str, str]] = {
    "thesis": "thesisType",
    "report": "reportType",
    "webpage": "websiteType",
    "presentation": "presentationType",
    "manuscript": "manuscriptType",
    "letter": "letterType",
    "map": "mapType",
    "forumPost": "postType",
}
_NUMBERS: Final[dict[str, str]] = {
    "journalArticle": "issue",
    "magazineArticle": "issue",
    "conferencePaper": "issue",
    "report": "reportNumber",
    "patent": "patentNumber",
    "book": "seriesNumber",
    "bookSection": "seriesNumber",
}


@dataclass(slots=True)
class _File:
    """The parts of a file by what they are called in it."""

    containers: dict[str, Element] = field(default_factory=dict)
    shelves: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def read(text: str, options: Options) -> Imported:
    """Return the items of a file. Raises UnreadableImportError where it is no RDF of Zotero."""
    root = parse_xml(text, "Zotero RDF")
    if root.tag != _RDF + "RDF":
        raise UnreadableImportError(
            "This is no Zotero RDF: its root is not `rdf:RDF`. Export it again, or name the format with `--from`."
        )
    file, items = _File(), []
    number = 0
    for element in root:
        name = element.get(_ABOUT, "")
        kind = _local(element)
        item_type = _text(element.find(_Z + "itemType"))
        if kind == "Collection":
            title = _text(element.find("{http://purl.org/dc/elements/1.1/}title"))
            for part in element:
                if _local(part) == "hasPart":
                    file.shelves.setdefault(part.get(_RESOURCE, ""), []).append(shown(title))
        elif kind in _NOTES:
            file.notes[name] = _text(element.find(_RDF + "value")) or _text(element)
        elif kind in _FILES or item_type == "attachment":
            file.files[name] = _text(element)
        elif not item_type and kind in _CONTAINERS and (name or kind not in CLASSES) and not _is_item(element):
            file.containers[name] = element
        else:
            number += 1
            items.append((f"item {number}", element, item_type or CLASSES.get(kind, "")))
    return _made(file, items, options)


def _made(file: _File, items: list[tuple[str, Element, str]], options: Options) -> Imported:
    shelves = shelves_of(options)
    used: set[str] = set()
    drafts = [draft_of(_item(file, element, kind, place, used), shelves) for place, element, kind in items]
    entries, lost = gathered(drafts, (category.slug for category in options.categories))
    strays = [
        Unmapped(name or what, line(f"{what}: {text}"), "it belongs to no item")
        for what, texts in (("note", file.notes), ("attachment", file.files))
        for name, text in texts.items()
        if name not in used
    ]
    strays += [
        Unmapped(name or "container", line(_text(element)), "no item has taken it over")
        for name, element in file.containers.items()
        if name not in used and line(_text(element))
    ]
    return Imported(tuple(entries), (*lost, *strays))


def _item(file: _File, element: Element, kind: str, place: str, used: set[str]) -> ZoteroItem:
    item = ZoteroItem(place, kind)
    about = element.get(_ABOUT, "")
    item.collections += dict.fromkeys(file.shelves.pop(about, []))
    for child in element:
        _child(item, child, file, used)
    if not item.fields.get("citationKey") and about.startswith("#item_") and not about[6:].isdecimal():
        item.fields["citationKey"] = unquote(about[6:])
    _settle(item)
    return item


def _child(item: ZoteroItem, child: Element, file: _File, used: set[str], depth: int = 0) -> None:
    """Take one element of an item, or of what the item is part of."""
    name, resource = _local(child), child.get(_RESOURCE, "")
    if name in _CREATORS and len(child):
        item.creators += _people(item, child, _CREATORS[name])
    elif name in _PARTS or name in _CONTAINERS:
        inner = file.containers.get(resource)
        if resource and (inner is None or _is_small(inner)):
            used.add(resource)
        for part in [inner] if inner is not None else list(child):
            if inner is not None and not _is_small(inner):
                item.lost.append((name, resource, "it is too large to be said of every item in it"))
            elif depth < _DEEPEST:
                _container(item, part, file, used, depth + 1)
            else:
                item.lost.append((name, _text(part), "it is nested too deep"))
    elif name in {"isReferencedBy", "link", "relation"}:
        used.add(resource)
        if resource in file.notes:
            item.notes.append(file.notes.pop(resource))
        elif resource in file.files:
            item.lost.append(("attachment", file.files.pop(resource), "a .bib file holds no files"))
    elif name == "subject":
        _subject(item, child)
    elif name == "identifier":
        _identifier(item, _text(child))
    elif name == "publisher" and len(child):
        for part in child.iter():
            if not len(part):
                _put(item, _PUBLISHER.get(_local(part), _local(part)), _text(part))
    elif name != "itemType":
        _put(item, _FIELDS.get(name, name), _text(child))


def _container(item: ZoteroItem, element: Element, file: _File, used: set[str], depth: int) -> None:
    """Take what an item is part of: its title is the journal's, the book's or the series'."""
    kind = _local(element)
    for child in element:
        name = _local(child)
        if name == "title":
            title = {"Series": "series", "Conference": "conferenceName"}.get(kind) or _TITLES.get(
                item.type, "publicationTitle"
            )
            _put(item, title, _text(child))
        elif name == "identifier":
            _identifier(item, _text(child))
        else:
            _child(item, child, file, used, depth)


def _put(item: ZoteroItem, name: str, text: str) -> None:
    text = text.strip()
    if not text or item.fields.get(name) == text:
        return
    if name in item.fields:
        item.lost.append((name, text, "the item says something else there, too"))
    else:
        item.fields[name] = text


def _subject(item: ZoteroItem, element: Element) -> None:
    text = _text(element).strip()
    if any(_local(part) in {"LCC", "DDC"} for part in element):
        _put(item, "callNumber", text)
    elif text:
        item.tags.append(text)


def _identifier(item: ZoteroItem, text: str) -> None:
    """Take ``DOI 10.1/x``, ``ISBN ...``, ``ISSN ...`` or a link."""
    for part in filter(None, map(str.strip, text.split("\n"))):
        label, _, rest = part.partition(" ")
        if label.upper() in {"DOI", "ISBN", "ISSN"} and rest:
            _put(item, label.upper(), rest)
        elif "://" in part:
            _put(item, "url", part)
        else:
            item.lost.append(("identifier", part, "the identifier is of no kind that is known"))


def _people(item: ZoteroItem, element: Element, kind: str) -> Iterator[Creator]:
    """Yield the persons of a list, and organisations by their names; what else stands there is lost."""
    seen: set[Element] = set()
    for one in element.iter():
        if _local(one) in _PERSONS and one not in seen:
            seen.update(one.iter())
            parts = {_NAME_PARTS.get(_local(part), _local(part)): line(_text(part)) for part in one}
            last, first, name = (parts.pop(part, "") for part in ("surname", "givenname", "name"))
            if last or first or name:
                yield Creator(kind, last, first, "" if last or first else name)
            if name and (last or first):
                parts["name"] = name
            item.lost += [(kind, text, "a name has no such part") for text in parts.values()]
        elif not len(one) and one not in seen:
            item.lost.append((kind, _text(one), "it is no name"))


def _settle(item: ZoteroItem) -> None:
    """Give the elements that all item types share the names that they have in this one."""
    fields = item.fields
    for shared, by_type in (("type", _TYPE_FIELDS), ("number", _NUMBERS)):
        if shared in fields and item.type in by_type:
            _put(item, by_type[item.type], fields.pop(shared))
    if item.type == "videoRecording":
        item.creators = [
            Creator("creator" if one.type == "contributor" else one.type, one.last, one.first, one.name)
            for one in item.creators
        ]


def _is_small(element: Element) -> bool:
    """Tell whether a container may be taken over into each of its items, of which there may be thousands."""
    elements = list(islice(element.iter(), _LARGEST + 1))
    return len(elements) <= _LARGEST and sum(len(part.text or "") for part in elements) <= _LARGEST * _LARGEST


def _is_item(element: Element) -> bool:
    """Tell whether an element without a type is an item of its own: it has people, or a day on which it was published."""
    return any(_local(child) in {"authors", "date", "isPartOf"} for child in element)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Element | None) -> str:
    """Return the text inside an element, what it holds included."""
    return (
        ""
        if element is None
        else "\n".join(filter(None, (part.strip() for part in element.itertext())))
        if len(element)
        else element.text or ""
    )
