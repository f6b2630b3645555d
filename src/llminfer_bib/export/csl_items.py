"""One entry -> one CSL-JSON item. Which word of CSL stands for what is in `csl_tables`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from .. import identifiers
from ..model import Entry, People
from . import csl_tables as tables
from .csl_names import Item, Memo, Pieces
from .csl_text import plain, scrub, without_labels
from .localisation import STATES, in_words

_DASH = re.compile(r" ?[\u002d\u2010-\u2015\u2212]++ ?")
_AUTHOR_ROLE: Final = tables.ROLES[:1]


def make_item(entry: Entry, pieces: Pieces) -> Item:
    """Build the item in the order a reader wants: what it is, who, when, where, links, words."""
    fields = entry.fields
    kind = _type(entry)
    item: Item = {"id": entry.key, "citation-key": entry.key, "type": kind}
    title = entry.title.text or fields.get("title", "")
    if title:
        item["title"] = plain(title)
    _add_people(item, entry, pieces.names)
    _add_issued(item, entry, pieces)
    for source, target, is_words in _rows(kind, tuple(fields)):
        value = fields[source]
        if value and target not in item:
            item[target] = plain(value) if is_words and ("$" in value or "<" in value or "&" in value) else value
    _mend(item, entry)
    if kind == tables.PREPRINT:
        _add_server(item, entry)
    if entry.doi:
        item["DOI"] = entry.doi
    link = identifiers.web_url(entry.url) if entry.url else ""
    if link or entry.arxiv:
        item["URL"] = link or identifiers.arxiv_url(entry.arxiv)
    dates = entry.dates
    for source, target in tables.DATES:
        if source in dates:
            item[target] = pieces.dates[dates[source]]
    if entry.language:
        item["language"] = entry.language
    if entry.keywords:
        item["keyword"] = ", ".join(entry.keywords)
    note = _note(entry, item, pieces.zotero)
    if note:
        item["note"] = note
    return _for_zotero(item) if pieces.zotero else item


@lru_cache(maxsize=4096)
def _rows(kind: str, fields: tuple[str, ...]) -> tuple[tuple[str, str, bool], ...]:
    """Return the rows that concern an item with these fields, in their order. A file has few different sets of fields."""
    codes, words = tables.PLANS[kind]
    present = set(fields)
    return tuple(
        (source, target, is_words)
        for rows, is_words in ((codes, False), (words, True))
        for source, target in rows
        if source in present
    )


def _type(entry: Entry) -> str:
    """Return the CSL type: the entry type's row, made precise by subtype and kind where that row says little."""
    if entry.kind == "preprint":
        return tables.PREPRINT
    found = tables.TYPES.get(entry.type, tables.FALLBACK_TYPE)
    subtype = entry.fields.get("entrysubtype")
    vague = found in tables.VAGUE_TYPES
    if subtype and (precise := tables.SUBTYPES.get(("webpage" if vague else found, subtype.lower()))):
        return precise
    if vague:
        if entry.kind in tables.KINDS:
            return tables.KINDS[entry.kind]
        if entry.arxiv:
            return tables.PREPRINT
        if entry.url:
            return "webpage"
    return found


def _add_people(item: Item, entry: Entry, memo: Memo) -> None:
    """Add each role's names. "and others" is no person: styles add "et al." by count."""
    people: Mapping[str, People] = entry.people
    known = memo.known
    for role, target in tables.ROLES if len(people) > 1 else _AUTHOR_ROLE if "author" in people else tables.ROLES:
        if role not in people:
            continue
        found = []
        for person in people[role].persons:
            name = made[0] if (made := known.get(id(person))) else memo[person]
            if name is not None:
                found.append(name)
        if role.startswith("editor") and (as_what := entry.fields.get(role + "type")):
            target = tables.EDITOR_TYPES.get(as_what.lower(), target)
        if found:
            before = item.get(target)
            item[target] = [*before, *found] if isinstance(before, list) else found


def _add_issued(item: Item, entry: Entry, pieces: Pieces) -> None:
    """Add the date; one that could not be read stays as the text it is."""
    date = entry.dates.get("date")
    if date is not None:
        item["issued"] = pieces.issued[date]
        return
    fields = entry.fields
    text = fields.get("date") or fields.get("year", "")
    if text:
        item["issued"] = pieces.form({"raw" if pieces.zotero else "literal": scrub(text)})


def _add_server(item: Item, entry: Entry) -> None:
    """Name the preprint's server as publisher, and its number there; arXiv posing as a journal goes."""
    fields = entry.fields
    if entry.arxiv:
        item.pop("container-title", None)
        item["publisher"] = "arXiv"
        item["number"] = f"arXiv:{entry.arxiv}"
        if "48550" in fields.get("doi", "") and not entry.doi:
            item["DOI"] = f"10.48550/arXiv.{entry.arxiv}"
        return
    server = fields.get("eprinttype") or fields.get("archiveprefix", "")
    if server:
        item.setdefault("publisher", tables.SERVERS.get(server.lower(), server))
    if fields.get("eprint"):
        item.setdefault("number", fields["eprint"])


def _mend(item: Item, entry: Entry) -> None:
    """Put right what a row alone cannot: subtitles, dashes, numbers in a series, biblatex's keys, links as media."""
    fields = entry.fields
    page = item.get("page")
    if isinstance(page, str) and not page.isdecimal():
        page = page.replace("--", "-").replace("\u2013", "-")
        item["page"] = page if page.isascii() and " " not in page else _DASH.sub("-", " ".join(page.split()))
    for source, target in tables.SUBTITLES:
        if source in fields and target in item and fields[source]:
            item[target] = f"{item[target]}: {plain(fields[source])}"
    if item["type"] in tables.SITES and item.get("publisher") == item.get("container-title"):
        item.pop("publisher", None)  # one organisation, not to be printed twice
    if "booktitle" in fields and item["type"] == "book" and item.get("container-title") == item.get("title"):
        item.pop("container-title", None)  # proceedings are their own booktitle for those that refer to them
    if "series" in fields and item["type"] == "paper-conference" and fields.get(tables.NUMBER):
        item["collection-number"] = item.pop("issue")
    if "pubstate" in fields and (status := STATES.get(fields["pubstate"].lower())):
        item["status"] = status
    for name, target in tables.WITH_KEYS:
        if name in fields and target in item:
            item[target] = in_words(name, str(item[target]))
    genre = item.get("genre") or tables.GENRES.get(entry.kind) or tables.GENRES.get(entry.type)
    if genre:
        item["genre"] = in_words("type", str(genre))
    if "howpublished" in fields and (medium := fields["howpublished"]) and not identifiers.web_url(medium):
        item["medium"] = plain(medium)


# --- notes


def _note(entry: Entry, item: Item, zotero: bool) -> str:
    """Return the note: lines that programs read first, then what people wrote, kept from looking like the former."""
    fields = entry.fields
    lines = _zotero_lines(item) if zotero else []
    if entry.arxiv and (zotero or item["type"] != tables.PREPRINT):
        lines.append(_line("arXiv", f"{entry.arxiv} [{entry.arxiv_class}]" if entry.arxiv_class else entry.arxiv))
    for source in ("note", "addendum"):
        if text := fields.get(source):
            lines.append(without_labels(plain(text)))
    if zotero and "annote" in item:  # Zotero has no home for it
        lines.append(without_labels(str(item["annote"])))
    return "\n".join(lines)


def _zotero_lines(item: Item) -> list[str]:
    """Return the lines by which Zotero finds the true type, and the fields the disguise has no place for."""
    kind = item["type"]
    if kind not in tables.ZOTERO_TYPES:
        return []
    lost = ((label, item[name]) for of, name, label in tables.ZOTERO_LINES if of == kind and name in item)
    return [_line("type", tables.ZOTERO_TYPES[str(kind)][1]), *(_line(label, str(value)) for label, value in lost)]


def _line(label: str, value: str) -> str:
    return f"{label}: {' '.join(scrub(value).split())}"


def _for_zotero(item: Item) -> Item:
    kind = str(item["type"])
    if kind in tables.ZOTERO_TYPES:
        item["type"] = tables.ZOTERO_TYPES[kind][0]
    return {tables.ZOTERO_NAMES.get(name, name): value for name, value in item.items()}
