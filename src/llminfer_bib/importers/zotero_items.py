"""An item of Zotero, whichever file it stood in -> an entry; collections are categories by their names. Its words are in `zotero_words`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from ..categories import LANGUAGES, heading
from ..decode import NAME_FIELDS
from ..identifiers import host_of, normalise_arxiv
from ..model import Person
from . import csl_tables, persons
from . import zotero_words as words
from .drafts import Draft
from .labels import arxiv, labelled, unbulleted
from .texts import line

if TYPE_CHECKING:
    from . import Options

_FIELD = re.compile(r"[a-z][a-z0-9_-]{0,40}\Z")
_CATALOGUES: Final[Mapping[str, str]] = {"arxiv.org": "arXiv.org", "github.com": "GitHub", "gitlab.com": "GitLab"}
_NO_LETTERS = re.compile(r"^[^\w]++|[^\w)\]）】]++$")
_LONGEST_NAME: Final = 200
_UNSAID: Final = {"preprint": "preprint", "blogPost": "blog", "post": "forum"}
_OWN_LABELS: Final = {
    "language": "language",
    "event title": "conferenceName",
    "citation key": "citationKey",
    "doi": "DOI",
}
_BY_LOWER: Final = {
    name.lower(): name for name in (*words.FIELDS, *words.DATES, "DOI", "url", "accessDate", "citationKey")
}


@dataclass(frozen=True, slots=True)
class Creator:
    """One creator: two fields, or ``name`` alone."""

    type: str
    last: str = ""
    first: str = ""
    name: str = ""

    def person(self) -> Person | None:
        """Return the person."""
        return persons.whole(self.name) if self.name else persons.of_parts(self.last, self.first)


@dataclass(slots=True)
class ZoteroItem:
    """An item as a file has it. Fields have Zotero's names; whoever takes one removes it."""

    place: str
    type: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    creators: list[Creator] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lost: list[tuple[str, object, str]] = field(default_factory=list)


def draft_of(item: ZoteroItem, shelves: Mapping[str, str]) -> Draft:
    """Make an entry of an item. `shelves` is that of ``shelves_of``."""
    draft = Draft(item.place)
    fields = item.fields
    draft.type, subtype = words.TYPES.get(item.type, words.FALLBACK)
    if item.type not in words.TYPES:
        draft.lose("itemType", item.type, "the type is unknown; the entry is @misc")
    draft.put("entrysubtype", subtype)
    notes = _extra(draft, item)
    for name in ("citationKey", "citekey"):
        draft.put_key(fields.pop(name, ""), name)
    _creators(draft, item)
    _kind(draft, item)
    _archive(draft, item)
    for name in words.DATES:
        draft.put_date(fields.pop(name, ""), name)
    draft.put_date(fields.pop("accessDate", ""), "accessDate", "urldate")
    draft.put_doi(fields.pop("DOI", ""), "DOI")
    for (kind, name), target in words.PLACES.items():
        if kind == item.type:
            draft.put(target, fields.pop(name, ""), name)
    for name, target in words.FIELDS.items():
        draft.put(target, fields.pop(name, ""), name)
    draft.put_url(fields.pop("url", ""), "url")
    _catalogue(draft, fields)
    _shelve(draft, item, shelves)
    for tag in item.tags:
        draft.add_keywords(tag, "tag", whole=True)
    for text in (*notes, *item.notes):
        draft.note(text)
    for name, value in fields.items():
        draft.lose(name, value)
    for name, left, why in item.lost:
        draft.lose(name, left, why)
    return draft


def shelves_of(options: Options) -> dict[str, str]:
    """Return names of collections, as ``shelf`` spells them -> slugs of categories: slug, titles, and configured headings."""
    found: dict[str, str] = {}
    for category in options.categories:
        names = [heading(replace(category, emoji=emoji), lang) for lang in LANGUAGES for emoji in ("", category.emoji)]
        for name in (category.slug, category.title_en, category.title_zh, *names):
            found.setdefault(shelf(name), category.slug)
    found.update({shelf(name): slug for name, slug in options.headings.items()})
    found.pop("", None)
    return found


def shelf(name: str) -> str:
    """Return a collection's name for comparing: without the emoji before it and the case of its letters."""
    return _NO_LETTERS.sub("", line(name[:_LONGEST_NAME])).casefold()


def shown(name: str) -> str:
    """Return the name of a collection for people: each of its items may have to say it."""
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "..."


def _shelve(draft: Draft, item: ZoteroItem, shelves: Mapping[str, str]) -> None:
    for name in item.collections:
        slug = shelves.get(shelf(name), "")
        if not slug:
            draft.lose("collection", name, "no category has this name")
        elif draft.category and draft.category != slug:
            draft.lose("collection", name, f"the entry is in the category `{draft.category}` already")
        else:
            draft.category = slug


def _extra(draft: Draft, item: ZoteroItem) -> list[str]:
    """Take Extra apart: lines that programs read become fields where the item has none. Returns the others."""
    notes = []
    for raw in item.fields.pop("extra", "").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        text = raw.strip()
        label, value = labelled(text)
        if label == "arxiv" and draft.put_arxiv(*arxiv(value)):
            continue
        name = _OWN_LABELS.get(label) or _BY_LOWER.get(label.replace(" ", ""), "")
        csl = csl_tables.FIELDS.get(csl_tables.LABELS.get(label, ""), "")
        if name and not item.fields.get(name):
            item.fields[name] = value
        elif label.startswith("tex.") and _FIELD.match(label[4:]) and label[4:] not in NAME_FIELDS | {"keywords"}:
            draft.put(label[4:], value, label)
        elif csl and not name and csl not in draft.fields:
            draft.put(csl, value, label)
        elif text:
            notes.append(unbulleted(text))
    return notes


def _creators(draft: Draft, item: ZoteroItem) -> None:
    """Give creators their roles; where nobody is an author, those who made the thing are."""
    author = words.AUTHORS.get(item.type, "author")
    present = {one.type for one in item.creators}
    if not present & {"author", author}:
        author = next((name for name in words.FIRST_AUTHORS if name in present and item.type in words.AUTHORS), author)
    for one in item.creators:
        role = "author" if one.type in {author, "author"} else words.ROLES.get(one.type, "")
        person = one.person()
        if role:
            draft.add_person(role, person)
        elif person is not None:
            name = person.literal or " ".join(filter(None, (person.given, person.prefix, person.family, person.suffix)))
            draft.lose(one.type or "creator", name, "an entry has no field for creators of this type")


def _kind(draft: Draft, item: ZoteroItem) -> None:
    """Take the kind in words; the entry type says it where it can."""
    for name in sorted(words.KINDS & item.fields.keys()):
        text = item.fields.pop(name)
        by_words = csl_tables.GENRES.get(text.lower(), "")
        if item.type == "webpage" and text.lower() == "course":
            draft.put("entrysubtype", "course")
        elif item.type == "thesis" and by_words.endswith("thesis"):
            draft.type = by_words
        elif not (item.type == "report" and by_words == "techreport") and text.lower() != _UNSAID.get(item.type):
            draft.put("type", text, name)


def _archive(draft: Draft, item: ZoteroItem) -> None:
    """Take where a preprint lies, and its number there."""
    fields = item.fields
    for name in ("archiveID", "archiveLocation", "number", "reportNumber"):
        value = fields.get(name, "")
        is_its = "arxiv" in value.lower() or (name == "archiveID" and "arxiv" in fields.get("repository", "").lower())
        if is_its and draft.put_arxiv(value):
            del fields[name]
    for name in ("url", "DOI"):
        if item.type == "preprint" and "eprint" not in draft.fields and "arxiv" in fields.get(name, "").lower():
            draft.put_arxiv(fields[name])
    if "eprint" in draft.fields:
        for name in ("repository", "archive", "publisher", "institution", "publicationTitle"):
            if fields.get(name, "").strip().lower() in {"arxiv", "arxiv.org"}:
                del fields[name]
    elif item.type == "preprint":
        draft.put("eprinttype", fields.pop("repository", ""), "repository")
        draft.put("eprint", fields.pop("archiveID", ""), "archiveID")


def _catalogue(draft: Draft, fields: dict[str, str]) -> None:
    """Leave out a catalogue that the address says."""
    catalogue = fields.get("libraryCatalog", "")
    url = draft.fields.get("url", "")
    by_host = _CATALOGUES.get(host_of(url), "") or ("arXiv.org" if normalise_arxiv(url)[0] else "")
    if catalogue and (catalogue == by_host or (catalogue == "arXiv.org" and "eprint" in draft.fields)):
        del fields["libraryCatalog"]
