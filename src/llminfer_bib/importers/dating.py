"""Dates as other programs write them -> Date, and as a ``date`` field has them. What is no date is None."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from ..dates import is_month, parse_date, parse_month, parse_season, parse_year
from ..model import Date

_LONGEST: Final = 60
_CIRCA = re.compile(r"(?:circa|ca?\.?|约)\s*+(?=-?\d)", re.IGNORECASE)
_TIME = re.compile(r"(?<=[0-9])[T /][0-9]{1,2}:[0-9:.,+\-Z]*+\Z")
_PARTS = re.compile(r"(-?[0-9]{4})[-/.]([0-9]{1,2})?(?:[-/.]([0-9]{1,2})?)?(?:/(.*))?")
_CHINESE = re.compile(r"([0-9]{4})\s?年(?:\s?([0-9]{1,2})\s?月(?:\s?([0-9]{1,2})\s?[日号號])?)?")
_LAST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_MONTH_LAST = re.compile(r"([0-9]{1,2})[/.]([0-9]{4})")
_YEAR = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")
_WORD = re.compile(r"[^\W\d_]++")
_SMALL = re.compile(r"[0-9]++")
_ORDINALS: Final = frozenset({"st", "nd", "rd", "th", "of"})
_DECEMBER: Final = 12


def read(text: str) -> Date | None:
    """Read ``2023-09-12``, ``2023/09/12/``, ``2023///Spring``, ``12 September 2023``, ``2023年9月``, ``circa 2024/``, ranges."""
    text = _TIME.sub("", text.strip())
    if not text or len(text) > _LONGEST:
        return None
    if circa := _CIRCA.match(text):
        date = read(text[circa.end() :])
        return None if date is None else replace(date, circa=True)
    found = parse_date(text) or _numbers(text) or _words(text) or _period(text)
    found = found or parse_year(text)
    return found if found is not None and found.year else None


def edtf(date: Date) -> str:
    """Return a date as biblatex has it: ``2024~``, ``2024-10-21/2024-10-22``, ``2024/``."""
    text = date.iso() + ("~" if date.circa else "")
    return text if date.end is None else f"{text}/{date.end.iso() if date.end.year else ''}"


def is_plain(date: Date) -> bool:
    """Tell whether year, month and day say all of a date."""
    return 1000 <= date.year <= 9999 and date.end is None and not date.circa and date.season is None


def of_fields(fields: Mapping[str, str]) -> Date | None:
    """Return what ``date``, or ``year`` with ``month`` and ``day``, say."""
    if "date" in fields:
        return parse_date(fields["date"])
    return parse_year(fields.get("year", ""), fields.get("month", ""), fields.get("day", ""))


def agree(known: Date | None, other: Date) -> bool:
    """Tell whether a date says what is known already, and perhaps more."""
    if known is None or known.year != other.year:
        return False
    if (known.end, known.circa, known.season) not in {(None, False, None), (other.end, other.circa, other.season)}:
        return False
    return known.month in {None, other.month} and known.day in {None, other.day}


def checked(year: int, month: int | None = None, day: int | None = None) -> Date | None:
    """Return the date of these numbers, or None where there is no such day."""
    if not -9999 <= year <= 9999 or year == 0 or not 0 <= (month or 0) <= 99 or not 0 <= (day or 0) <= 99:
        return None
    date = Date(year, month or None, (day or None) if month else None)
    return date if parse_date(date.iso()) == date else None


def _numbers(text: str) -> Date | None:
    if found := _PARTS.fullmatch(text):
        season = parse_season(found[4] or "")
        date = checked(int(found[1]), int(found[2] or 0), int(found[3] or 0))
        if date is not None and found[4]:
            return replace(date, season=season) if season and not date.month else None
        return date
    if found := _CHINESE.fullmatch(text):
        return checked(int(found[1]), int(found[2] or 0), int(found[3] or 0))
    if found := _MONTH_LAST.fullmatch(text):
        return checked(int(found[2]), int(found[1]))
    if found := _LAST.fullmatch(text):
        first, second = int(found[1]), int(found[2])
        if first <= _DECEMBER and second <= _DECEMBER and first != second:
            return None  # 9/12/2023 is two days
        month, day = (first, second) if first <= _DECEMBER else (second, first)
        return checked(int(found[3]), month, day)
    return None


def _words(text: str) -> Date | None:
    """Read a date with the name of its month or season; every word must be part of it."""
    years = _YEAR.findall(text)
    rest = _YEAR.sub(" ", text)
    names = [word for word in _WORD.findall(rest) if word.lower() not in _ORDINALS]
    days = [int(day) for day in _SMALL.findall(rest)]
    if len(years) != 1 or len(names) != 1 or len(days) > 2 or "/" in text:
        return None
    if (season := parse_season(names[0])) and not days:
        return Date(int(years[0]), season=season)
    if not is_month(names[0]):
        return None
    month = parse_month(names[0])[0]
    first = checked(int(years[0]), month, days[0] if days else None)
    last = checked(int(years[0]), month, days[-1] if days else None)
    if first is None or last is None or (last.day or 0) < (first.day or 0) or (days and not all(days)):
        return None
    return first if first == last else replace(first, end=last)


def _period(text: str) -> Date | None:
    """Read a period of two dates that are each readable: ``Spring 2024/Summer 2024``, ``2024/2/1/2024/2/3`` is none."""
    start, slash, end = text.partition("/")
    if not slash or "/" in end:
        return None
    first = _words(start.strip()) or parse_date(start.strip())
    last = (_words(end.strip()) or parse_date(end.strip())) if end.strip() else Date()
    if first is None or last is None or first.end or last.end:
        return None
    return replace(first, end=last)
