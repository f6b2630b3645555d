"""CSL-JSON, as Zotero, Mendeley, pandoc, Crossref and our own export write it -> entries. Its words are in `csl_tables`.

One item, an array, or an object with ``items``. What no row takes is noted as lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from ..model import Person
from . import csl_dates, dating, persons
from . import csl_tables as tables
from .drafts import Draft, as_text, gathered
from .labels import arxiv, labelled, unbulleted
from .reading import UnreadableImportError, parse_json
from .texts import line
from .values import Imported, Unmapped

if TYPE_CHECKING:
    from . import Options

NAMES: Final = ("csl-json", "csl")
WHAT: Final = "CSL-JSON"
Left = dict[str, object]


def read(text: str, options: Options) -> Imported:
    """Return the items of a file. Raises UnreadableImportError where it is no CSL-JSON at all."""
    value = parse_json(text, WHAT)
    if isinstance(value, Mapping) and "type" not in value and isinstance(value.get("items"), list):
        items = list(value["items"])
    else:
        items = value if isinstance(value, list) else [value]
    if not any(isinstance(item, Mapping) for item in items) and items:
        raise UnreadableImportError(
            f"This is no {WHAT}: it has no items. Export it again, or name the format with `--from`."
        )
    if any(isinstance(item, Mapping) and "itemType" in item and "type" not in item for item in items):
        raise UnreadableImportError(f"This is no {WHAT} but JSON of Zotero. Name the format: `--from zotero-json`.")
    drafts, strays = [], []
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            drafts.append(_draft(dict(item), f"item {number}"))
        elif words := as_text(item):
            strays.append(Unmapped(f"item {number}", line(words), "it is no item"))
    entries, lost = gathered(drafts, (category.slug for category in options.categories))
    return Imported(tuple(entries), (*lost, *strays))


def _draft(left: Left, place: str) -> Draft:
    """Make an entry of an item; `left` is emptied by whoever takes a value."""
    draft = Draft(place)
    _key(draft, left)
    lines = _note(left)
    kind = _type(draft, left)
    for variable, role in tables.ROLES.items():
        _people(draft, left, variable, role)
    _editors(draft, left)
    if kind == "article":
        _preprint(draft, left)
    for name, subject in lines["arXiv"]:
        if not draft.put_arxiv(name, subject):
            draft.lose("note", f"arXiv: {name}", "the item has another arXiv id")
    _genre(draft, left, kind)
    for variable, field in tables.DATES.items():
        csl_dates.put(draft, left, variable, field)
    draft.put_doi(_text(left, "DOI"), "DOI")
    _fields(draft, left, kind)
    draft.put_url(_text(left, "URL"), "URL")
    draft.put("language", _text(left, "language"))
    status = _text(left, "status")
    draft.put("pubstate", tables.STATES.get(status.lower(), status), "status")
    for name in ("keyword", "keywords"):
        value = left.pop(name, None)
        for words in value if isinstance(value, list) else [value]:
            draft.add_keywords(as_text(words), name)
    for text, _ in lines["note"]:
        draft.note(text)
    _rest(draft, left)
    return draft


def _text(left: Left, name: str) -> str:
    """Take a value that should be a text; a number is one, and so is a list of one text (Crossref)."""
    value = left.pop(name, None)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value)
    if value is not None:
        left[name] = value
    return ""


def _key(draft: Draft, left: Left) -> None:
    """Take the key: ``citation-key``, else ``id``, which beside it is only a name that one program has for the item."""
    key, name = _text(left, "citation-key"), _text(left, "id")
    draft.put_key(key, "citation-key")
    if not key:
        draft.put_key(name, "id")
    elif name and name != key and "://" not in name:
        draft.lose("id", name, "the item has a citation key")


def _type(draft: Draft, left: Left) -> str:
    """Take the type, that of a line ``type: X`` first. Returns CSL's."""
    kind = _text(left, "type")
    found = tables.TYPES.get(kind)
    if kind and found is None:
        draft.lose("type", kind, "the type is unknown; the entry is @misc")
    draft.type, subtype = found or tables.FALLBACK
    if kind == "article" and left.get("container-title") and (left.get("volume") or left.get("ISSN")):
        draft.type = "article"
    draft.put("entrysubtype", subtype)
    return kind


def _note(left: Left) -> dict[str, list[tuple[str, str]]]:
    """Take the note apart: lines that programs read become variables where the item has none, the others stay a note."""
    found: dict[str, list[tuple[str, str]]] = {"arXiv": [], "note": []}
    for words in _text(left, "note").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        label, value = labelled(words)
        name = tables.LABELS.get(label, "")
        if label == "arxiv" and arxiv(value)[0]:
            found["arXiv"].append(arxiv(value))
        elif label == "type" and (kind := tables.ZOTERO_TYPES.get(value, value)) in tables.TYPES:
            left["type"] = kind
        elif name in tables.DATES and name not in left and dating.read(value):
            left[name] = {"raw": value}
        elif name and name not in tables.DATES and name not in left:
            left[name] = value
        elif words.strip() and unbulleted(words.strip()) != left.get(
            "annote"
        ):  # our own export for Zotero says it in both places
            found["note"].append((unbulleted(words.strip()), ""))
    return found


# --- people


def _people(draft: Draft, left: Left, variable: str, role: str) -> None:
    value = left.pop(variable, None)
    if value is None:
        return
    for one in value if isinstance(value, list) else [value]:
        person = _person(draft, one, variable)
        if person is not None:
            draft.add_person(role, person)
        elif words := as_text(one):
            draft.lose(variable, words, "it is no name")
    if role == "editora" and draft.has_people(role):
        draft.put("editoratype", "collaborator")


def _editors(draft: Draft, left: Left) -> None:
    """Take those who are editors of a kind, where nobody is the editor."""
    for variable, kind in tables.EDITORS.items():
        if variable in left and not draft.has_people("editor"):
            _people(draft, left, variable, "editor")
            draft.put("editortype", kind)


def _person(draft: Draft, value: object, variable: str) -> Person | None:
    if isinstance(value, str):
        return persons.of_line(value) if "," in value else persons.whole(value)
    if not isinstance(value, Mapping):
        return None
    parts = {name: part for name, part in value.items() if isinstance(part, str)}
    particle = " ".join(filter(None, (parts.pop("dropping-particle", ""), parts.pop("non-dropping-particle", ""))))
    family, given, suffix = parts.pop("family", ""), parts.pop("given", ""), parts.pop("suffix", "")
    literal = parts.pop("literal", "") or parts.pop("name", "")
    person = persons.whole(literal) if literal and not family else persons.of_parts(family, given, particle, suffix)
    if person is None:
        return None
    for name, part in value.items():
        if (name in parts or not isinstance(part, str)) and not isinstance(part, (bool, int)):
            draft.lose(f"{variable} {name}", part, "a name in BibTeX has no such part")
    beside = literal if family else " ".join(filter(None, (given, particle, suffix))) if literal else ""
    if beside:
        draft.lose(variable, beside, "the name is said twice, in one piece and in parts")
    return person


# --- fields


def _preprint(draft: Draft, left: Left) -> None:
    """Take a preprint's server and its number there."""
    number, server = _text(left, "number"), _text(left, "publisher")
    archive, location = _text(left, "archive"), _text(left, "archive_location")
    if number and draft.put_arxiv(number):
        number = ""
    if location and draft.put_arxiv(location):
        location = ""
    on_arxiv = "eprint" in draft.fields
    if not on_arxiv and server.lower() in tables.SERVERS and server.lower() != "arxiv" and number:
        draft.put("eprinttype", server.lower())
        draft.put("eprint", number)
        number = server = ""
    for name, value in (
        ("number", number),
        ("publisher", server),
        ("archive", archive),
        ("archive_location", location),
    ):
        if value and not (on_arxiv and value.lower() == "arxiv"):
            left[name] = value


def _genre(draft: Draft, left: Left, kind: str) -> None:
    """Take the kind in words; the entry type says it where it can."""
    genre = _text(left, "genre")
    by_words = tables.GENRES.get(genre.lower(), "")
    if kind == "webpage" and genre.lower() == "course":
        draft.put("entrysubtype", "course")
    elif (kind == "thesis" and by_words.endswith("thesis")) or (kind == "report" and by_words == "techreport"):
        draft.type = by_words
    elif genre.lower() not in tables.SAID_GENRES.get(kind, ()):
        draft.put("type", genre, "genre")


def _fields(draft: Draft, left: Left, kind: str) -> None:
    for variable, (by_type, other) in tables.PLACES.items():
        field = by_type.get(kind, other)
        draft.put(
            "journal" if draft.type == "article" and field == "booktitle" else field, _text(left, variable), variable
        )
    if kind in {"webpage", "post-weblog", "post"} and draft.fields.get("publisher") == draft.fields.get("organization"):
        draft.fields.pop("publisher", None)
    for variable, field in tables.FIELDS.items():
        draft.put(field, _text(left, variable), variable)
    if draft.fields.get("shortjournal") in (draft.fields.get("journal"), draft.fields.get("booktitle")):
        draft.fields.pop("shortjournal", None)


def _rest(draft: Draft, left: Left) -> None:
    """Note what nobody took."""
    for name, value in _flat(left):
        draft.lose(name, value)


def _flat(left: Left) -> Iterator[tuple[str, object]]:
    """Yield what is left, ``custom`` by its own names."""
    for name, value in left.items():
        if name == "custom" and isinstance(value, Mapping):
            yield from ((f"custom {inner}", one) for inner, one in value.items())
        else:
            yield name, value
