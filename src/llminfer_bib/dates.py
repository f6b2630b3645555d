"""Dates of entries: biblatex's ``date`` (ISO 8601-2 level 0 and 1) and classic ``year`` with ``month`` -> Date.

What cannot be read gives None; the caller keeps it as text.
"""

from __future__ import annotations

import re
from calendar import monthrange
from functools import lru_cache
from typing import Final

from .model import Date

# One row a month: the macro, English, and the spellings met in real files.
MONTHS: Final[tuple[tuple[str, ...], ...]] = (
    ("jan", "january", "janvier", "januar", "enero", "一月", "1月"),
    ("feb", "february", "février", "februar", "febrero", "二月", "2月"),
    ("mar", "march", "mars", "märz", "marzo", "三月", "3月"),
    ("apr", "april", "avril", "abril", "四月", "4月"),
    ("may", "mai", "mayo", "五月", "5月"),
    ("jun", "june", "juin", "juni", "junio", "六月", "6月"),
    ("jul", "july", "juillet", "juli", "julio", "七月", "7月"),
    ("aug", "august", "août", "agosto", "八月", "8月"),
    ("sep", "sept", "september", "septembre", "septiembre", "九月", "9月"),
    ("oct", "october", "octobre", "oktober", "octubre", "十月", "10月"),
    ("nov", "november", "novembre", "noviembre", "十一月", "11月"),
    ("dec", "december", "décembre", "dezember", "diciembre", "十二月", "12月"),
)
_MONTH_NUMBER: Final = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
# ISO 8601-2 seasons (21-24) name the month in which they begin, so that a date sorts; spring, summer, autumn, winter.
_SEASONS: Final = {21: 3, 22: 6, 23: 9, 24: 12}

_ISO = re.compile(r"(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:[T ][0-9:.,+\-Z]*+)?([?~%])?\Z")
_YEAR = re.compile(r"(ca?\.?\s*)?\[?(\d{1,4})\]?(\?)?\Z")
_YEARS = re.compile(r"(\d{4})\s*[-\u2013/]\s*(\d{4}|\d\d)\Z")
_DAY_AND_MONTH = re.compile(r"(?:(\d{1,2})\W+)?([^\W\d_]+\.?|\d{1,2}月)(?:\W+(\d{1,2})(?:st|nd|rd|th)?)?(?:\W.*)?\Z")


@lru_cache(maxsize=8192)
def parse_date(text: str) -> Date | None:
    """Read a biblatex date: ``2023``, ``2023-01-10``, ``2023-01/2023-04``, ``2023/``, ``2023~``, with a time or a season."""
    start, slash, end = text.strip().partition("/")
    first = _point(start.strip())
    if not slash:
        return first
    if first is None:
        return None
    end = end.strip()
    last = Date() if end in ("", "..", "open") else _point(end)
    if last is None:
        return None
    return Date(first.year, first.month, first.day, last, first.circa)


def _point(text: str) -> Date | None:
    match = _ISO.match(text)
    if match is None:
        return None
    year, month, day, mark = match.groups()
    circa = mark in ("~", "%")
    if month is None:
        return Date(int(year), circa=circa)
    number = _SEASONS.get(int(month), int(month))
    if not 1 <= number <= 12 or (day is not None and not _is_day(int(year), number, int(day))):
        return None
    return Date(int(year), number, int(day) if day is not None else None, circa=circa)


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= day <= (monthrange(year, month)[1] if year > 0 else 31)


@lru_cache(maxsize=8192)
def parse_year(year: str, month: str = "", day: str = "") -> Date | None:
    """Read classic ``year``, ``month`` and ``day``. An unreadable month or day is left out; an unreadable year is None."""
    match = _YEAR.match(year.strip())
    if match is None:
        span = _YEARS.match(year.strip())
        if span is None:
            return parse_date(year)
        last = span[2] if len(span[2]) == 4 else span[1][:2] + span[2]
        return Date(int(span[1]), end=Date(int(last)))
    number, inner_day = parse_month(month) if month else (None, None)
    if day.strip().isdecimal():
        inner_day = int(day)
    value = int(match[2])
    if number is None or inner_day is None or not _is_day(value, number, inner_day):
        inner_day = None
    return Date(value, number, inner_day, circa=bool(match[1]))


@lru_cache(maxsize=1024)
def parse_month(text: str) -> tuple[int | None, int | None]:
    """Read a month, alone or with a day: ``6``, ``jun``, ``June``, ``10 June``, ``June 10-12``. Returns (month, day)."""
    text = text.strip().lower().rstrip(".")
    if text.isdecimal():
        return (int(text), None) if 1 <= int(text) <= 12 else (None, None)
    if text in _MONTH_NUMBER:
        return _MONTH_NUMBER[text], None
    match = _DAY_AND_MONTH.match(text)
    if match is None:
        return None, None
    number = _MONTH_NUMBER.get(match[2].rstrip("."))
    day = match[1] or match[3]
    return (number, int(day)) if number and day and 1 <= int(day) <= 31 else (number, None)
