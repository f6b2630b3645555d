"""A date as a person wrote it in Zotero -> the entry's ``date``, or its ``year``, ``month`` and ``day``. No day is lost on the way.

What is no date, or may be read in two ways (``9/12/2023``), is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ..dates import is_month, parse_date, parse_month, parse_season, parse_year, season_name
from ..encode import month_name
from ..model import Date, Entry
from .wishes import RefusedError, Task, Wish

_CIRCA = re.compile(r"(?:circa|ca?\.?)\s++(?=\d)", re.IGNORECASE)
_NUMBERS = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?")
_LAST = re.compile(r"(?:([0-9]{1,2})[/.])?([0-9]{1,2})[/.]([0-9]{4})")
_CHINESE = re.compile(r"([0-9]{4})\s?年(?:\s?([0-9]{1,2})\s?月(?:\s?([0-9]{1,2})\s?[日号號])?)?")
_WORDS = re.compile(r"[^\W\d_]++|[0-9]++")
_BETWEEN = re.compile(r"[\s,.\-\u2013/]*+")
_TIME = re.compile(r"(?<=[0-9])[T ][0-9]{1,2}:[0-9:.,+\-Z]*+\Z")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.,+\-Z]*+)?")
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th", "of"})
_LAST_MONTH: Final = 12
_LONGEST: Final = 60
DATED: Final = frozenset("dataset electronic movie online software video webpage www".split())
"""Entry types that have a ``date`` in the house dialect; papers have year and month."""
PARTS: Final = ("date", "year", "month", "day")


def read(text: str) -> Date | None:
    """Read a date as people write it: ISO, ``September 12, 2023``, ``12 Sep 2023``, ``2023年9月12日``, ``circa 2024``, ranges."""
    text = _TIME.sub("", text.strip())
    if len(text) > _LONGEST:
        return None
    if circa := _CIRCA.match(text):
        date = read(text[circa.end() :])
        return None if date is None else replace(date, circa=True)
    if (date := parse_date(text)) is not None:
        return date
    for pattern, order in ((_NUMBERS, (1, 2, 3)), (_CHINESE, (1, 2, 3)), (_LAST, (3, 2, 1))):
        if found := pattern.fullmatch(text):
            year, month, day = (int(found[n]) if found[n] else None for n in order)
            return _dated(year, month, day, swaps=pattern is _LAST)
    return _in_words(text) or _period(text)


def wishes(task: Task, after: str) -> Iterator[Wish]:
    """Yield what becomes of the entry's date."""
    entry = task.entry
    if not after:
        if not any(map(task.has, PARTS)):
            raise RefusedError("the entry has no date of its own")
        yield from (Wish(name, None) for name in PARTS if name in entry.fields)
        return
    date = read(after)
    if date is None:
        yield from _free_text(task, after)
        return
    text = edtf(date)
    if parse_date(text) != date:
        raise RefusedError(f"`{after[:_LONGEST]}` is no date that a .bib file can hold")
    if "date" in entry.fields or _is_dated(task):
        yield Wish("date", text)
        if "year" in entry.fields:
            yield from _parts(entry, replace(date, end=None, circa=False))
        return
    parts = list(_parts(entry, date))
    if not _says(entry, parts, date):  # a period, or an uncertain month: only `date` can say it, beside the parts
        yield Wish("date", text)
        parts = list(_parts(entry, replace(date, end=None, circa=False)))
    yield from parts


def day_seen(task: Task, after: str) -> Iterator[Wish]:
    """Yield what ``urldate`` becomes; Zotero says the time, too."""
    if not after:
        yield Wish("urldate", None)
        return
    found = _DAY.fullmatch(after.strip())
    if found is None or parse_date(found[1]) is None:
        raise RefusedError(f"`{after[:_LONGEST]}` is no day")
    seen = task.entry.dates.get("urldate")
    if seen is None or seen.iso() != found[1]:
        yield Wish("urldate", found[1])


def edtf(date: Date) -> str:
    """Return a date as biblatex has it: ``2024~``, ``2024-10-21/2024-10-22``, ``2024/``."""
    text = date.iso() + ("~" if date.circa else "")
    if date.end is None:
        return text
    return f"{text}/{date.end.iso() if date.end.year else ''}"


def _dated(year: int | None, month: int | None, day: int | None, *, swaps: bool = False) -> Date | None:
    """Return a date of numbers. With `swaps` month and day may stand the other way round; where both could be, None."""
    if swaps and month and day:
        if day <= _LAST_MONTH and month <= _LAST_MONTH and day != month:
            return None
        day, month = (day, month) if month <= _LAST_MONTH else (month, day)
    date = Date(year or 0, month, day)
    return date if parse_date(date.iso()) == date else None


def _in_words(text: str) -> Date | None:
    """Read a date with the name of its month; every word must be part of it."""
    if _BETWEEN.fullmatch(_WORDS.sub("", text)) is None:
        return None
    words = [word for word in _WORDS.findall(text) if word.lower() not in _ORDINALS]
    years = [word for word in words if word.isdecimal() and len(word) == 4]
    months = [word for word in words if not word.isdecimal()]
    days = [word for word in words if word.isdecimal() and len(word) <= 2]
    if (len(years), len(months), len(words)) == (1, 1, 2) and (season := parse_season(months[0])):
        return Date(int(years[0]), season=season)
    if (len(years), len(months)) != (1, 1) or len(days) > 2 or len(words) != 2 + len(days) or not is_month(months[0]):
        return None
    month = parse_month(months[0])[0]
    dates = [_dated(int(years[0]), month, int(day)) for day in days] or [_dated(int(years[0]), month, None)]
    first, last = dates[0], dates[-1]
    if first is None or last is None or (last.day or 0) < (first.day or 0):
        return None
    return first if first == last else replace(first, end=last)


def _period(text: str) -> Date | None:
    """Read a period of two dates in words: ``Spring 2024/Summer 2024``."""
    start, slash, end = text.partition("/")
    if not slash or "/" in end:
        return None
    first, last = _in_words(start.strip()), _in_words(end.strip())
    return None if first is None or last is None else replace(first, end=last)


def _free_text(task: Task, after: str) -> Iterator[Wish]:
    """A text that is no date may only replace another one."""
    holding = [name for name in ("date", "year") if task.has(name)]
    if not holding or "date" in task.entry.dates:
        raise RefusedError(f"`{after[:_LONGEST]}` is no date that a .bib file can hold; write it as 2023-09-12")
    yield Wish(holding[0], after)


def _is_dated(task: Task) -> bool:
    if task.has("year"):
        return False
    return task.biblatex or task.entry.type in DATED


def _parts(entry: Entry, date: Date) -> Iterator[Wish]:
    """Yield year, month and day, each only where it says something else than before."""
    fields = entry.fields
    year = f"c. {date.year}" if date.circa else str(date.year)
    if date.end is not None and date.end.year:
        year += f"/{date.end.year}"
    if fields.get("year") != year:
        yield Wish("year", year)
    old = parse_month(fields.get("month", ""))
    if date.season is not None:
        if parse_season(fields.get("month", "")) != date.season:
            yield Wish("month", season_name(date))
        if "day" in fields:
            yield Wish("day", None)
        return
    if date.month is None:
        yield from (Wish(name, None) for name in ("month", "day") if name in fields)
        return
    if old == (date.month, date.day) and (date.day is not None or "day" not in fields):
        return
    if old != (date.month, None):
        yield Wish("month", month_name(date.month))
    if date.day is not None:
        yield Wish("day", str(date.day))
    elif "day" in fields:
        yield Wish("day", None)


def _says(entry: Entry, parts: list[Wish], date: Date) -> bool:
    """Tell whether the parts, once changed, mean the date."""
    now = {**entry.fields, **{wish.field: str(wish.value or "") for wish in parts}}
    return parse_year(now.get("year", ""), now.get("month", ""), now.get("day", "")) == date
