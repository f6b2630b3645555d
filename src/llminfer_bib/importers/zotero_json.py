"""Zotero's items as JSON: answers of its API (``data``), Better BibTeX's export with its collections, or bare items -> entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from .drafts import Draft, as_text, gathered
from .reading import UnreadableImportError, parse_json
from .values import Imported, Unmapped
from .zotero_items import Creator, ZoteroItem, draft_of, shelves_of, shown
from .zotero_words import NO_CONTENT

if TYPE_CHECKING:
    from . import Options

NAMES: Final = ("zotero-json", "betterbibtex-json")
WHAT: Final = "JSON of Zotero"
_NO_ITEMS: Final = frozenset({"attachment", "note", "annotation"})
Values = Mapping[str, object]


def read(text: str, options: Options) -> Imported:
    """Return the items of a file. Raises UnreadableImportError where it has none."""
    value = parse_json(text, WHAT)
    top = value if isinstance(value, Mapping) else {}
    raw = top["items"] if isinstance(top.get("items"), list) else value if isinstance(value, list) else [value]
    items = [(f"item {number}", _data(one)) for number, one in enumerate(raw, 1)]
    if raw and not any("itemType" in data for _, data in items):
        raise UnreadableImportError(
            f"This is no {WHAT}: no item has an `itemType`. Export it again, or name the format with `--from`."
        )
    names, members = _collections(top.get("collections"))
    shelves = shelves_of(options)
    strays: list[Unmapped] = []
    children = _children(items, strays)
    drafts = []
    for place, data in items:
        if not data:
            strays.append(Unmapped(place, "an empty or broken item", "it is no item"))
        elif data.get("itemType") not in _NO_ITEMS:
            drafts.append(_draft(data, place, names, members, children, shelves))
    entries, lost = gathered(drafts, (category.slug for category in options.categories))
    return Imported(tuple(entries), (*lost, *strays))


def _data(one: object) -> Values:
    if not isinstance(one, Mapping):
        return {}
    inner = one.get("data")
    return {**inner, "key": inner.get("key", one.get("key"))} if isinstance(inner, Mapping) else one


def _collections(value: object) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return key -> name, and item -> names, of collections as Better BibTeX and the API write them."""
    names: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    rows = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, one in rows:
        data = _data(one)
        name = data.get("name")
        if not isinstance(name, str):
            continue
        name = shown(name)
        names[str(data.get("key") or key)] = name
        found = data.get("items")
        for item in found if isinstance(found, list) else ():
            members.setdefault(str(item), []).append(name)
    return names, members


def _children(items: list[tuple[str, Values]], strays: list[Unmapped]) -> dict[str, list[str]]:
    """Return parent -> texts of its notes; what stands alone, and every attachment, is lost."""
    known = {str(data.get("key")) for _, data in items if data.get("itemType") not in _NO_ITEMS and data.get("key")}
    notes: dict[str, list[str]] = {}
    for place, data in items:
        kind, parent = data.get("itemType"), str(data.get("parentItem"))
        if kind not in _NO_ITEMS:
            continue
        text = data.get("note")
        if kind == "note" and isinstance(text, str) and parent in known:
            notes.setdefault(parent, []).append(text)
        else:
            words = as_text(
                {name: value for name, value in data.items() if name not in NO_CONTENT - {"note"} and value}
            )
            strays.append(
                Unmapped(place, " ".join(f"{kind}: {words}".split()), "only items of a library become entries")
            )
    return notes


def _draft(
    data: Values,
    place: str,
    names: Mapping[str, str],
    members: dict[str, list[str]],
    children: dict[str, list[str]],
    shelves: Mapping[str, str],
) -> Draft:
    item = ZoteroItem(place, as_text(data.get("itemType")))
    for name, value in data.items():
        if name in NO_CONTENT:
            continue
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            item.fields[name] = str(value)
        elif value:
            item.lost.append((name, value, "it is no text"))
    if not item.fields.get("citationKey"):
        item.fields["citationKey"] = as_text(data.get("citekey"))
    item.creators += _creators(data.get("creators"), item)
    item.tags += _tags(data.get("tags"), item)
    where = data.get("collections")
    for one in where if isinstance(where, list) else [where] if where else []:
        if str(one) in names:
            item.collections.append(names[str(one)])
        else:
            item.lost.append(("collection", as_text(one), "the file does not say how it is called"))
    for own in (str(data.get("itemID")), str(data.get("key"))):
        item.collections += members.pop(own, ())
    item.collections = list(dict.fromkeys(item.collections))
    item.notes += children.pop(str(data.get("key")), [])
    _within(data, item)
    return draft_of(item, shelves)


def _within(data: Values, item: ZoteroItem) -> None:
    """Take notes and attachments that stand inside an item, as in Better BibTeX's files."""
    notes = data.get("notes")
    for one in notes if isinstance(notes, list) else [notes] if notes else []:
        text = one.get("note") if isinstance(one, Mapping) else one
        if isinstance(text, str):
            item.notes.append(text)
            _lose_rest(item, "note", one, "note")
        else:
            item.lost.append(("note", one, "it is no text"))
    files = data.get("attachments")
    for one in files if isinstance(files, list) else [files] if files else []:
        words = (
            " ".join(as_text(one.get(name)) for name in ("title", "url", "path"))
            if isinstance(one, Mapping)
            else as_text(one)
        )
        item.lost.append(("attachment", words, "a .bib file holds no files"))


def _creators(value: object, item: ZoteroItem) -> Iterator[Creator]:
    for one in value if isinstance(value, list) else [value] if value else []:
        if isinstance(one, Mapping):
            parts = {part: one.get(part) for part in ("creatorType", "lastName", "firstName", "name")}
            kind, last, first, name = (part if isinstance(part, str) else "" for part in parts.values())
            if last or first or name:
                yield Creator(kind or "author", last, first, "" if last or first else name)
                used = {"creatorType", "lastName", "firstName"} if last or first else {"creatorType", "name"}
                _lose_rest(item, "creator", one, *(part for part in used if isinstance(parts[part], str)))
                continue
        item.lost.append(("creator", one, "it is no name"))


def _tags(value: object, item: ZoteroItem) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value] if value else []:
        tag = one.get("tag") if isinstance(one, Mapping) else one
        if isinstance(tag, str):
            yield tag
            _lose_rest(item, "tag", one, "tag")
        else:
            item.lost.append(("tag", one, "it is no text"))


def _lose_rest(item: ZoteroItem, what: str, value: object, *used: str) -> None:
    """Note the parts of a value that nobody took, but those that say how Zotero keeps it."""
    for name, part in value.items() if isinstance(value, Mapping) else ():
        if name not in used and name not in NO_CONTENT and not isinstance(part, (bool, int)):
            item.lost.append((f"{what} {name}", part, "it has no counterpart"))
