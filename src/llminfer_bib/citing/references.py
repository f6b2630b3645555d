"""CSL-JSON items as citeproc-py takes them: names as one unit where they are one, dates it can print, no field it trips over.

Only items are prepared here; ``elements`` fills the holes in citeproc itself.
"""
# mypy: disable-error-code="misc, no-untyped-call"

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from citeproc.source import CitationItem, CustomDict, Date, DateRange, LiteralDate, VariableError
from citeproc.source import Name as CiteprocName
from citeproc.string import String

from .. import identifiers
from ..names import is_han
from . import runs

Item = Mapping[str, object]

DATES: Final = frozenset("accessed available-date event-date issued original-date submitted".split())
NAMES: Final = frozenset(
    "author chair collection-editor compiler composer container-author contributor curator director editor "
    "editor-translator editorial-director executive-producer guest host illustrator interviewer narrator organizer "
    "original-author performer producer recipient reviewed-author script-writer series-creator translator".split()
)
NOT_PRINTED: Final = frozenset("id citation-key type abstract annote keyword categories custom".split())
"""What a list says to its readers and programs; no reference prints it."""
OLD_NAMES: Final = {"event-title": "event", "title-short": "shortTitle"}
"""Variables that CSL 1.0.1 called otherwise; styles may ask for either."""
DOI_HOSTS: Final = frozenset({"doi.org", "dx.doi.org", "www.doi.org"})
MOST_NAMES: Final = 10_000
_NAME_PARTS: Final = ("family", "given", "dropping-particle", "non-dropping-particle", "suffix")
_OTHERS: Final = {"literal": "et al."}


class Reference(CustomDict):
    """One item. Variables are found by their CSL name and by the one with underscores, which citeproc uses."""

    def __init__(self, kind: str, values: Mapping[str, Any]) -> None:
        dict.__init__(self)
        self["type"] = kind
        for name, value in values.items():
            self[name] = self[name.replace("-", "_")] = value


class Cited(CitationItem):
    """A reference to be printed: its number, and what of it is already on paper."""

    def __init__(self, reference: Reference, number: int, more: frozenset[str]) -> None:
        dict.__init__(self)
        self.update(key=str(number), target=reference, place=number, more=more)
        self.begin()

    def begin(self) -> None:
        """Forget what was printed."""
        self.update(hidden=set(), used=[], called=0, printed=0)

    def note(self, variable: str, *, printed: bool) -> None:
        """Take down that a style asks for a variable. Raises VariableError for one that a substitute has printed."""
        self["called"] += 1
        if variable in self["hidden"]:
            raise VariableError
        if printed:
            self["printed"] += 1
            self["used"].append(variable)

    def count_group(self) -> None:
        """Take down that a group is printed: for the group around it that is as good as a variable."""
        self["called"] += 1
        self["printed"] += 1

    def use_anew(self) -> int:
        """Return a mark in what is printed: all behind it belongs to a substitute."""
        return len(self["used"])

    def hide(self, mark: int) -> None:
        """Let nothing be printed again that was printed behind a mark."""
        self["hidden"].update(self["used"][mark:])

    @property
    def reference(self) -> Any:
        """The item."""
        return self["target"]

    @property
    def number(self) -> int:
        """The place in the list, from 1."""
        return int(self["place"])

    @property
    def has_locator(self) -> bool:
        """References never point to a page."""
        return False

    def get_field(self, field: str) -> str | None:
        """Return a variable for sorting, without marks."""
        value = self.reference.get(field)
        return None if value is None else str(value)


def prepare(item: Item, more: frozenset[str] = frozenset(), *, suffix: str = "", url: bool = False) -> Reference:
    """Return a CSL-JSON item for citeproc. ``more`` are the name variables that end in "and others".

    A URL that only repeats the DOI is left out unless ``url`` asks for it.
    """
    values: dict[str, Any] = {}
    for name, value in item.items():
        if name in NOT_PRINTED:
            continue
        made = _value(name, value, ends_open=name in more)
        if made:
            values[name] = made
    if not url and is_doi_twice(item):
        values.pop("URL", None)
    for new, old in OLD_NAMES.items():
        if new in values:
            values.setdefault(old, values[new])
    if suffix:
        values["year-suffix"] = String(suffix)
    return Reference(str(item.get("type", "document")), values)


def _value(name: str, value: object, *, ends_open: bool) -> Any:
    if name in DATES:
        return _date(value) if isinstance(value, dict) else None
    if name in NAMES:
        if not isinstance(value, list):
            return None
        names = [made for part in value[:MOST_NAMES] if isinstance(part, dict) and (made := _name(part))]
        return [*names, CiteprocName(**_OTHERS)] if names and ends_open else names
    if isinstance(value, (list, dict)):
        return None
    if name == "note":
        return String(_note(_clean(value)))
    return String(" ".join(_clean(value).split()))


def _clean(value: object) -> str:
    return runs.without_marks(str(value))


def _name(parts: Mapping[str, object]) -> CiteprocName | None:
    """Return a name. One in Han, Kana or Hangul is a unit, family first; so is an organisation."""
    known = {name: " ".join(_clean(parts[name]).split()) for name in _NAME_PARTS if parts.get(name)}
    whole = " ".join(_clean(parts.get("literal") or "").split())
    if not whole:
        written = known.get("family", "") + known.get("given", "")
        if is_han(written):
            whole = "".join(written.split())
        elif "given" not in known and len(known) == 1:
            whole = next(iter(known.values()))
    if whole:
        return CiteprocName(literal=runs.WHOLE + whole)
    return CiteprocName(**known) if known else None


def _date(value: Mapping[str, object]) -> Any:
    """Return a date as citeproc knows it, or None for one that says nothing."""
    circa = bool(value.get("circa"))
    parts = value.get("date-parts")
    dates = [_single(part, value) for part in parts[:2]] if isinstance(parts, list) else []
    if dates and dates[0] is not None:
        if len(dates) > 1:
            return DateRange(begin=Date(**dates[0]), end=Date(**(dates[1] or {"year": 0})), circa=circa)
        return Date(circa=circa, **dates[0])
    text = " ".join(_clean(value.get("literal") or value.get("raw") or "").split())
    return LiteralDate(text, circa=circa) if text else None


def _single(parts: object, whole: Mapping[str, object]) -> dict[str, int] | None:
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], int) or not parts[0]:
        return None
    found = {name: int(part) for name, part in zip(("year", "month", "day"), parts, strict=False) if part}
    season = whole.get("season")
    if "month" not in found:
        found.pop("day", None)
        if isinstance(season, int) and 1 <= season <= 4:
            found["season"] = season
    return found


def _note(text: str) -> str:
    """Return a note without the lines for programs (``arXiv: ID``)."""
    lines = (line.strip().removeprefix("\u2022 ") for line in text.splitlines())
    return "; ".join(line for line in lines if line and not line.startswith("arXiv: "))


def is_doi_twice(item: Item) -> bool:
    """Tell whether the URL is the DOI once more."""
    return bool(item.get("DOI")) and identifiers.host_of(str(item.get("URL", ""))) in DOI_HOSTS


def with_suffixes(items: Iterable[Item]) -> list[str]:
    """Return the letter behind the year of each item: ``a``, ``b``... for the same authors in the same year, else ``""``."""
    groups: dict[str, list[int]] = {}
    count = 0
    for at, item in enumerate(items):
        count += 1
        if item.get("author"):
            issued = item.get("issued")
            parts = issued.get("date-parts") if isinstance(issued, dict) else None
            year = parts[0][:1] if isinstance(parts, list) and parts and isinstance(parts[0], list) else issued
            groups.setdefault(f"{item['author']!r}{year!r}", []).append(at)
    letters = [""] * count
    for places in groups.values():
        if len(places) > 1:
            for number, at in enumerate(places):
                letters[at] = _letters(number)
    return letters


def with_letter_inside(text: str, letter: str, item: Item) -> str:
    """Return a reference in which the letter of an open range stands at its year, ``2019a–``: styles put it behind the dash."""
    issued = item.get("issued")
    parts = issued.get("date-parts") if letter and isinstance(issued, dict) else None
    if not isinstance(parts, list) or parts[1:] != [[0]]:
        return text
    return re.sub(rf"(?<=\d)\u2013{letter}(?![^\W\d_])", f"{letter}\u2013", text, count=1)


def _letters(number: int) -> str:
    """Return ``a`` to ``z``, then ``aa``, ``ab``..."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(97 + rest) + text
    return text
