"""Dates of entries: biblatex's ``date`` (ISO 8601-2 level 0 and 1) and classic ``year`` with ``month`` -> Date.

What cannot be read gives None; the caller keeps it as text.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from functools import lru_cache
from typing import Final

from .model import Date

# One row a month: the macro, English, and the spellings met in real files.
MONTHS: Final[tuple[tuple[str, ...], ...]] = (
    ("jan", "january", "janvier", "januar", "jänner", "enero", "一月", "1月"),
    ("feb", "february", "février", "fevrier", "februar", "febrero", "二月", "2月"),
    ("mar", "march", "mars", "märz", "maerz", "marzo", "三月", "3月"),
    ("apr", "april", "avril", "abril", "四月", "4月"),
    ("may", "mai", "mayo", "五月", "5月"),
    ("jun", "june", "juin", "juni", "junio", "六月", "6月"),
    ("jul", "july", "juillet", "juli", "julio", "七月", "7月"),
    ("aug", "august", "août", "aout", "agosto", "八月", "8月"),
    ("sep", "sept", "september", "septembre", "septiembre", "九月", "9月"),
    ("oct", "october", "octobre", "oktober", "octubre", "十月", "10月"),
    ("nov", "november", "novembre", "noviembre", "十一月", "11月"),
    ("dec", "december", "décembre", "decembre", "dezember", "diciembre", "十二月", "12月"),
)
_MONTH_NUMBER: Final = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
# One row a season, in the order of ISO 8601-2 (21 to 24): English first, and the spellings met in real files.
SEASONS: Final[tuple[tuple[str, ...], ...]] = (
    ("spring", "printemps", "frühling", "frühjahr", "primavera", "春", "春季"),
    ("summer", "été", "sommer", "verano", "夏", "夏季"),
    ("autumn", "fall", "automne", "herbst", "otoño", "秋", "秋季"),
    ("winter", "hiver", "invierno", "冬", "冬季"),
)
_SEASON_NUMBER: Final = {name: number for number, names in enumerate(SEASONS, 1) for name in names}
_FIRST_SEASON: Final = 21

_ISO = re.compile(r"(-?[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:[T ][0-9:.,+\-Z]*+)?([?~%])?\Z")
# Some digits unspecified (biblatex manual, 2.3.8): a span, from its first to its last day, month or year.
_UNSPECIFIED = re.compile(r"([0-9]{3}X|[0-9]{2}XX|[0-9]{4})(?:-([0-9]{2}|XX)(?:-(XX))?)?([?~%])?\Z")
_YEAR = re.compile(r"(c(?:irca|a)?(?![a-z])\.?\s*)?\[?([0-9]{3,4})(\?)?\]?(\?)?\Z", re.IGNORECASE)
_BEFORE_CHRIST = re.compile(
    r"(c(?:irca|a)?(?![a-z])\.?\s*)?([0-9]{1,4})\s*(?:BC|BCE|B\.\s?C\.(?:\s?E\.?)?)\Z", re.IGNORECASE
)
_YEARS = re.compile(r"([0-9]{4})\s*([-\u2013/])\s*([0-9]{4}|[0-9]{2})\Z")
_DAY_AND_MONTH = re.compile(
    r"(?:([0-9]{1,2})(?:st|nd|rd|th)?\W+)?([^\W\d_]+\.?)(?:\W+([0-9]{1,2})(?:st|nd|rd|th)?)?(?:\W.*)?\Z"
)
_CHINESE = re.compile(r"([0-9]{1,2}月|[一二三四五六七八九十]{1,2}月)\s?([0-9]{1,2})[日号號]\Z")
# Software since then (`2001--`), and GB/T 7714's remark on the era (`1865（清同治四年）`).
_SINCE = re.compile(r"([0-9]{4})\s?(?:-{1,3}|\u2013)\Z")
_REMARK = re.compile(r"\s?(?:[(（][^()（）]{1,40}[)）]|年)\Z")
_OPEN: Final = ("", "..", "open")


@lru_cache(maxsize=8192)
def parse_date(text: str) -> Date | None:
    """Read a biblatex date: ``2023``, ``2023-01-10``, ``2023-01/2023-04``, ``2023/``, ``2023~``, ``199X``, a time, a season.

    Of a range without a beginning (``/2023``) only the end is known: it counts as an uncertain date.
    """
    start, slash, end = (part.strip() for part in text.partition("/"))
    first = _point(start)
    if not slash:
        return first
    last = Date() if end in _OPEN else _point(end)
    if first is None and start in _OPEN and last is not None and last.year:
        return replace(last, end=None, circa=True)
    if first is None or last is None or (last.year and _latest(last) < _earliest(first)):
        return None
    return replace(first, end=last.end or last)


def months_of(season: int) -> tuple[int, int, int]:
    """Return the months of a season of the northern hemisphere, as publishers name them; winter begins in December."""
    first = 3 * season
    return first, first % 12 + 1, (first + 1) % 12 + 1


def season_name(date: Date) -> str:
    """Return the season of a date in English, ``Spring``, or ``""``."""
    return SEASONS[date.season - 1][0].capitalize() if date.season else ""


def first_month(date: Date) -> int | None:
    """Return the month by which a date is sorted: its own, or that in which its season begins."""
    return 3 * date.season if date.season else date.month


def may_be_in(date: Date, month: int | None) -> bool:
    """Tell whether a date, as far as it is known, lies in a month: it may name no month, or a season around that one."""
    if date.season:
        return month in months_of(date.season)
    return date.month in (None, month)


def _earliest(date: Date) -> tuple[int, int, int]:
    # "Winter 2021" may be its January too.
    return date.year, (1 if date.season == len(SEASONS) else first_month(date)) or 1, date.day or 1


def _latest(date: Date) -> tuple[int, int, int]:
    end = date.end or date
    return end.year, (min(3 * end.season + 2, 12) if end.season else end.month) or 12, end.day or 31


def _point(text: str) -> Date | None:
    match = _ISO.match(text)
    if match is None:
        return _span(text)
    year, month, day, mark = match.groups()
    circa = mark is not None
    if month is None:
        return Date(int(year), circa=circa)
    number = int(month)
    if 0 <= number - _FIRST_SEASON < len(SEASONS) and day is None:
        return Date(int(year), circa=circa, season=number - _FIRST_SEASON + 1)
    if not 1 <= number <= 12 or (day is not None and not _is_day(int(year), number, int(day))):
        return None
    return Date(int(year), number, int(day) if day is not None else None, circa=circa)


def _span(text: str) -> Date | None:
    match = _UNSPECIFIED.match(text)
    if match is None:
        return None
    year, month, day, mark = match.groups()
    circa = mark is not None
    if "X" in year:
        return None if month else Date(int(year.replace("X", "0")), end=Date(int(year.replace("X", "9"))), circa=circa)
    number = int(year)
    if month == "XX":
        return Date(number, 1, end=Date(number, 12), circa=circa)
    if day is None or not 1 <= int(month) <= 12:
        return None
    last = monthrange(number, int(month))[1] if number else 31
    return Date(number, int(month), 1, end=Date(number, int(month), last), circa=circa)


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= day <= (monthrange(year, month)[1] if year > 0 else 31)


@lru_cache(maxsize=8192)
def parse_year(year: str, month: str = "", day: str = "") -> Date | None:
    """Read classic ``year``, ``month`` and ``day``. An unreadable month or day is left out; an unreadable year is None.

    The month may be a season: ``Spring``.
    A remark in brackets behind it is left out: ``1865（清同治四年）``. ``2001--`` is a span that goes on.
    Also read: ``2020/2021``, ``2020--21``, ``[1999]``, ``1999?``, ``c. 1850``, ``380 BC``, and an ISO date that people write here.
    """
    text = year.strip()
    match = _YEAR.match(text)
    if match is None and (remark := _REMARK.search(text[-50:])):
        text = text[: -len(remark[0])]
        match = _YEAR.match(text)
    if match is None and (since := _SINCE.match(text)):
        return Date(int(since[1]), end=Date())
    if match is None:
        return _years(text) or _before_christ(text) or parse_date(text)
    number, inner_day = parse_month(month) if month else (None, None)
    day = day.strip()
    if day.isdecimal() and len(day) <= 2:
        inner_day = int(day)
    value = int(match[2])
    if number is None or inner_day is None or not _is_day(value, number, inner_day):
        inner_day = None
    season = parse_season(month) if number is None else None
    return Date(value, number, inner_day, circa=any((match[1], match[3], match[4])), season=season)


def _before_christ(text: str) -> Date | None:
    """Read ``380 BC``, which ISO 8601 counts as -0379. 1 BC would be 0, which is no year here."""
    match = _BEFORE_CHRIST.match(text)
    return Date(1 - int(match[2]), circa=bool(match[1])) if match and int(match[2]) > 1 else None


def year_in_words(date: Date) -> str:
    """Return the year of a date as English writes it, ``2021`` or ``380 BC``, whatever the format counts."""
    return str(date.year) if date.year > 0 else f"{1 - date.year} BC"


def _years(text: str) -> Date | None:
    match = _YEARS.match(text)
    if match is None:
        return None
    first, dash, last = match.groups()
    if len(last) == 2:
        if dash == "-" and 1 <= int(last) <= 12:
            return None  # an ISO month
        last = first[:2] + last
    return Date(int(first), end=Date(int(last))) if int(first) <= int(last) else None


@lru_cache(maxsize=1024)
def parse_month(text: str) -> tuple[int | None, int | None]:
    """Read a month, alone or with a day: ``6``, ``jun``, ``June``, ``10 June``, ``June 10-12``. Returns (month, day)."""
    text = text.strip().lower().rstrip(".")
    if text.isdecimal():
        return (int(text), None) if len(text) <= 2 and 1 <= int(text) <= 12 else (None, None)
    if text in _MONTH_NUMBER:
        return _MONTH_NUMBER[text], None
    match = _CHINESE.match(text)
    if match is not None:
        name, day = match.groups()
    else:
        match = _DAY_AND_MONTH.match(text)
        if match is None:
            return None, None
        name, day = match[2].rstrip("."), match[1] or match[3]
    number = _MONTH_NUMBER.get(name.removeprefix("0"))
    return (number, int(day)) if number and day and 1 <= int(day) <= 31 else (number, None)


def parse_season(text: str) -> int | None:
    """Read a season that stands alone: ``Spring``, ``fall``, ``春季``. Returns 1 to 4."""
    return _SEASON_NUMBER.get(text.strip().lower())


def is_month(text: str) -> bool:
    """Tell whether ``text`` is a month and nothing else: ``6``, ``Jun.``, ``六月``."""
    text = text.strip().lower().rstrip(".")
    return text in _MONTH_NUMBER or (len(text) <= 2 and text.isdecimal() and 1 <= int(text) <= 12)
