"""Entries -> Hayagriva, the YAML in which Typst reads a bibliography. Its words are in `hayagriva_tables`, how text is
written in `hayagriva_text`.

Decisions that are not the format's:

- Every text stands between double quotation marks, as JSON writes it: YAML then guesses nothing (``no``, ``1e3``, ``2024-01``).
- In titles and other texts that styles change, braces protect words and dollars hold Typst's math, which is a program:
  what an entry says is written with a backslash before each of them.
- Titles of journals, proceedings and events are protected whole: styles would make "Neurips" of NeurIPS.
- The note of an entry is printed by no common style but some; the list's own wording (``annotation``) is left out.
- An address or a language that Typst could not read would cost the whole file, so such a one is left out.
- Names in Han script are one unit. A key that comes twice is written once: a second one would cost the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from .. import names
from ..model import Date, Entry, Person
from . import hayagriva_tables as tables
from .hayagriva_text import Item, Value, escaped, protected, quoted, verbatim, written
from .losses import Asked, Loss, one_line

if TYPE_CHECKING:
    from . import Options, Page

SKIP_FIELDS: Final = frozenset(
    {"file", "review", "comment", "owner", "timestamp", "groups", "license", "annotation", "annote"}
)
PROTECTED: Final = True
PATH: Final = "refs.yml"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2}|-[0-9]{3})?")
_HOST = re.compile(r"https?://(?:[A-Za-z0-9_-]+\.)*+[A-Za-z][A-Za-z0-9-]*+\.?(?::[0-9]*)?(?=[/?#]|\Z)", re.IGNORECASE)
_PUNYCODE = re.compile(r"//[^/?#]*xn--", re.IGNORECASE)
_DASH = re.compile(r"\s*+[-\u2010-\u2015\u2212]++\s*+")
_LONGEST_KEY: Final = 1000
"""YAML takes 1024 characters before a colon."""


def render(entries: Iterable[Entry], _options: Options) -> Iterator[Page]:
    """Yield one page, ``refs.yml``: a mapping of the entries by key, in their order."""
    yield PATH, _pieces(entries)


def _pieces(entries: Iterable[Entry]) -> Iterator[bytes]:
    known: set[str] = set()
    between = ""
    for entry in entries:
        key = one_line(entry.key)
        if key and key not in known and len(quoted(key)) < _LONGEST_KEY:
            known.add(key)
            yield (between + f"{quoted(key)}:\n" + "".join(written(to_item(entry), "  "))).encode("utf-8", "replace")
            between = "\n"
    if not known:
        yield b"{}\n"


def losses(entry: Entry) -> tuple[Loss, ...]:
    """Return what the format cannot say of an entry. Titles must have been read with their protected words."""
    asked = Asked(entry)
    _item(asked)
    return asked.lost("Typst's format", tables.REASONS, protected=True)


def to_item(entry: Entry) -> Item:
    """Return one entry as the values of the mapping."""
    return _item(Asked(entry))


# --- the item


def _item(asked: Asked) -> Item:
    """Build the item in the order a reader wants: what it is, who, when, where, numbers, links, words."""
    entry = asked.entry
    kind, over = _type(entry)
    asked.subtype("blog", "project", "video")
    item: Item = {"type": kind, "title": _title(asked)}
    _add_people(item, asked, over)
    if (date := asked.date(circas=True)) is not None:
        item["date"] = _day(date)
    parent = _parent(asked, over) if over else {}
    _add_carrier(parent if len(parent) > 1 and over not in {"blog", "repository"} else item, asked, kind, over)
    if pages := asked.text("pages", "eid"):
        item["page-range"] = _DASH.sub("-", pages)
    for name, field in (("chapter", "chapter"), ("page-total", "pagetotal")):
        if asked.entry.fields.get(field, "").isdecimal():
            item[name] = asked.text(field)
    if genre := asked.text("type"):
        item["genre"] = escaped(genre)
    elif entry.type in tables.GENRES:
        item["genre"] = tables.GENRES[entry.type]
    elif kind == "video" and "parent" in item:
        item["genre"] = "Video"  # else a video of an event would be called a broadcast
    if numbers := _numbers(asked):
        item["serial-number"] = numbers
    _add_link(item, asked)
    if _LANGUAGE.fullmatch(entry.language):
        item["language"] = asked.language()
    for name, fields in (("note", ("note", "addendum", "howpublished")), ("abstract", ("abstract",))):
        if text := asked.text(*fields):
            item[name] = escaped(text)
    if len(parent) > 1:
        above = item.get("parent", [])
        item["parent"] = [parent, *above] if isinstance(above, list) and above else parent
    return item


def _type(entry: Entry) -> tuple[str, str]:
    found = tables.TYPES.get(entry.type, (tables.VAGUE, ""))
    if entry.kind == "preprint" or found[0] in {tables.VAGUE, "web"}:
        return tables.KINDS.get(entry.kind, found)
    return found


def _title(asked: Asked) -> Value:
    """Return the title with braces around protected words, and the short title beside it."""
    whole = asked.title()
    title = asked.entry.title
    marked = protected(title)
    head = one_line(title.text)
    text = marked + escaped(whole[len(head) :]) if head and whole.startswith(head) else escaped(whole)
    short = asked.text("shorttitle")
    return {"value": text, "short": escaped(short)} if short else text


def _add_people(item: Item, asked: Asked, over: str) -> None:
    """Add each role's names. Editors of a part belong to the whole, see ``_parent``."""
    affiliated: list[Value] = []
    for role, name in tables.ROLES.items():
        if role == "editor" and over:
            continue
        people: list[Value] = [found for person in asked.people(role) if (found := _person(person))]
        if people and role in {"author", "editor"}:
            item[name] = people
        elif people:
            affiliated.append({"role": name, "names": people})
    if affiliated:
        item["affiliated"] = affiliated


def _person(person: Person) -> Item:
    """Return a name in its parts; an organisation and a name in Han script are one."""
    if person.literal or names.is_han(person.family + person.given) or not person.family:
        whole = one_line(names.display(person))
        return {"name": whole} if whole else {}
    parts = {
        "name": person.family,
        "given-name": person.given,
        "prefix": person.prefix,
        "suffix": person.suffix,
    }
    found: Item = {name: text for name, part in parts.items() if (text := one_line(part))}
    if "name" in found:
        return found
    return {"name": " ".join(map(str, found.values()))} if found else {}


def _parent(asked: Asked, over: str) -> Item:
    """Return what an item appeared in, without what ``_add_carrier`` adds; only a type where nothing is known of it."""
    if over == "repository":
        server = "arXiv" if asked.entry.arxiv else asked.text("eprinttype", "archiveprefix")
        if asked.entry.arxiv:
            asked.said("journal", "journaltitle")  # arXiv itself, posing as a journal
        return {"type": over, "title": verbatim(server)} if server else {"type": over}
    parent: Item = {"type": over}
    if title := asked.text(*tables.PARENT_TITLES[over]):
        parent["title"] = verbatim(title)
    editors: list[Value] = [found for person in asked.people("editor") if (found := _person(person))]
    if editors:
        parent["editor"] = editors
    return parent


def _add_carrier(item: Item, asked: Asked, kind: str, over: str) -> None:
    """Add volume, issue, publisher, place and series to what was published: the parent, or the item itself."""
    for name, field in tables.CARRIER:
        if text := asked.text(field):
            item[name] = text
    if over in tables.ISSUES and not asked.entry.fields.get("series") and (text := asked.text("number", "issue")):
        item["issue"] = text
    if over == "repository":  # a preprint is published by its archive
        item["publisher"] = "arXiv" if asked.entry.arxiv else item.get("title", "")
        return
    house = asked.text(*tables.PUBLISHERS.get(kind, tables.PUBLISHER))
    place = asked.text("location", "address")
    if house or place:
        publisher: Item = {"name": escaped(house), "location": escaped(place)}
        item["publisher"] = {name: text for name, text in publisher.items() if text}
    above: list[Value] = []
    if series := asked.text("series"):
        whole: Item = {"type": "anthology", "title": verbatim(series)}
        if number := asked.text("number"):  # beside a series it counts that series' volumes
            whole["volume"] = number
        above.append(whole)
    if over != "conference" and (event := asked.text("eventtitle")):
        conference: Item = {"type": "conference", "title": verbatim(event)}
        if venue := asked.text("venue"):
            conference["location"] = escaped(venue)
        above.append(conference)
    if above:
        item["parent"] = above


def _numbers(asked: Asked) -> Item:
    """Return what an item is filed under: DOI, arXiv id, version, ISBN and so on."""
    numbers: Item = {}
    if doi := asked.doi():
        numbers["doi"] = doi
    if arxiv := asked.arxiv():
        numbers["arxiv"] = arxiv
        if asked.entry.kind == "preprint":
            numbers["serial"] = f"arXiv:{arxiv}"
    for name, field in tables.NUMBERS:
        if text := asked.text(field):
            numbers[name] = text
    if version := asked.text("version"):
        numbers["version"] = version
    if "serial" not in numbers and (number := asked.text("number", *(() if arxiv else ("eprint",)))):
        numbers["serial"] = number
    return numbers


def _add_link(item: Item, asked: Asked) -> None:
    """Add the address, and when it was read, if Typst can read it."""
    url = asked.url()
    if url and not readable(url):
        asked.partly("url", "Typst may not understand this address, and one such costs the whole file")
        url = ""
    seen = asked.date("urldate", circas=True) if url else None
    if url:
        item["url"] = {"value": url, "date": _day(seen)} if seen is not None else url


def readable(url: str) -> bool:
    """Tell whether any reader of addresses takes this one: a host of plain letters, digits and hyphens with a name at its end."""
    return _HOST.match(url) is not None and _PUNYCODE.search(url) is None


def _day(date: Date) -> str:
    day = replace(date, season=None)  # Typst refuses the whole file for one
    return ("~" if date.circa else "") + day.iso()
