"""People and dates -> names and dates of CSL, each made once. Which field they belong in is for `csl_items`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import orjson

from .. import names
from ..dates import season_name, year_in_words
from ..model import Date, Person
from .csl_text import scrub

Item = dict[str, object]


class Pieces:
    """Names and dates as CSL, each made once: a list has far fewer persons and days than it names."""

    __slots__ = ("dates", "form", "issued", "names", "zotero")

    def __init__(self, zotero: bool, form: Callable[[Item], object]) -> None:
        self.zotero = zotero
        self.form = form
        self.names = Memo(_zotero_name if zotero else _name, form)
        self.dates = Memo(_date, form)
        self.issued = Memo(_raw_date, form) if zotero else self.dates


class Memo:
    """What a person or a date becomes, remembered. Forgets everything when it has grown large.

    It goes by identity: readers give one object to a name that they meet again, and to compare five texts costs more
    than all the rest. The value is kept with the result, so that no other can take its place in memory.
    """

    __slots__ = ("_form", "_make", "known")
    LIMIT: Final = 200_000

    def __init__(self, make: Callable[..., Item], form: Callable[[Item], object]) -> None:
        self.known: dict[int, tuple[object, Person | Date]] = {}
        self._make = make
        self._form = form

    def __getitem__(self, value: Person | Date) -> object:
        known = self.known.get(id(value))
        if known is not None:
            return known[0]
        if len(self.known) >= self.LIMIT:
            self.known.clear()
        made = self._make(value)
        result = self._form(made) if made else None
        self.known[id(value)] = (result, value)
        return result


def as_is(item: Item) -> object:
    """Return a name or a date as the value it is."""
    return item


def on_one_line(item: Item) -> object:
    """Return a name or a date that orjson copies as it stands, on one line, with blanks where people put them."""
    # Most names need no escape, and to put their texts between quotation marks is three times faster than to ask.
    if len(item) == 2 and "family" in item and "given" in item:
        line = f'{{"family": "{item["family"]}", "given": "{item["given"]}"}}'
        if line.count('"') == 8 and "\\" not in line and line.isprintable():
            return orjson.Fragment(line.encode())
    elif "literal" in item:
        line = f'{{"literal": "{item["literal"]}"}}'
        if line.count('"') == 4 and "\\" not in line and line.isprintable():
            return orjson.Fragment(line.encode())
    # Part by part: blanks put in afterwards would also go into a text that is a comma and nothing else.
    parts = (b'"%b": %b' % (name.encode(), orjson.dumps(value)) for name, value in item.items())
    return orjson.Fragment(b"{" + b", ".join(parts) + b"}")


def _name(person: Person) -> Item:
    """Return a person as a CSL name; an empty one where there is nothing to say."""
    if person.literal or not person.family or (not person.given and names.is_han(person.family)):
        whole = person.literal or " ".join(filter(None, (person.given, person.prefix, person.family, person.suffix)))
        return {"literal": scrub(whole)} if whole else {}
    if person.given and not person.prefix and not person.suffix:
        return {"family": scrub(person.family), "given": scrub(person.given)}
    parts = {
        "family": person.family,
        "given": person.given,
        "non-dropping-particle": person.prefix,
        "suffix": person.suffix,
    }
    return {name: scrub(part) for name, part in parts.items() if part}


def _zotero_name(person: Person) -> Item:
    """Return a person with particle and suffix inside family and given: Zotero drops them elsewhere."""
    if person.literal or not person.family:
        return _name(person)
    family = f"{person.prefix} {person.family}" if person.prefix else person.family
    given = f"{person.given}, {person.suffix}" if person.suffix and person.given else person.given or person.suffix
    return _name(Person(family=family, given=given))


def _date(date: Date) -> Item:
    """Return a date as CSL date-parts; an open end is ``[0]``, as pandoc reads and writes it."""
    parts = [_parts(date)]
    if date.end is not None:
        parts.append(_parts(date.end) if date.end.year else [0])
    made: Item = {"date-parts": parts}
    if date.season and date.end is None:  # one season for a whole period would be false of one of its ends
        made["season"] = date.season
    if date.circa:
        made["circa"] = True
    return made


def _parts(date: Date) -> list[int]:
    year = date.year if date.year > 0 else date.year - 1  # CSL has no year 0: its -380 is 380 BC
    return [part for part in (year, date.month, date.day) if part is not None]


def _in_words(date: Date) -> str:
    year = year_in_words(date)
    if date.season:
        return f"{season_name(date)} {year}"
    return date.iso() if date.year > 0 else year


def _raw_date(date: Date) -> Item:
    """Return a date as text: Zotero writes date-parts out in English and puts a literal in quotes."""
    text = _in_words(date)
    if date.end is not None:
        text += "/" + (_in_words(date.end) if date.end.year else "")
    return {"raw": f"circa {text}" if date.circa else text}
