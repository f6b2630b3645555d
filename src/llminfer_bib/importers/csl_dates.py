"""Dates of CSL-JSON -> Date: ``date-parts`` with season and circa, ``raw``, ``literal``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..dates import parse_season
from ..model import Date
from . import dating
from .drafts import Draft

_SEASONS: Final = 4


def put(draft: Draft, left: dict[str, object], variable: str, field: str) -> None:
    """Take a date out of `left`: date-parts, a raw or literal text, or what is simply a text or a year."""
    value = left.pop(variable, None)
    if value is None:
        return
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        draft.put_date(str(value), variable, field)
        return
    if not isinstance(value, Mapping):
        draft.lose(variable, value, "it is no date that can be read")
        return
    parts = value.get("date-parts")
    date = _of_parts(parts, value) if isinstance(parts, list) else None
    rest = {name: one for name, one in value.items() if name not in {"date-parts", "circa"}}
    if date is not None:
        draft.put_day(date, value, variable, field)
        rest = {name: one for name, one in rest.items() if not _is_said(date, name, one)}
    else:
        texts = [rest.pop(name) for name in ("raw", "literal") if isinstance(rest.get(name), str)]
        for text in texts:
            draft.put_date(_in_words(text, value), variable, field)
        if not texts or parts:
            draft.lose(variable, value, "it is no date that can be read")
            return
    for name, one in rest.items():
        draft.lose(f"{variable} {name}", one)


def _is_said(date: Date, name: str, value: object) -> bool:
    """Tell whether a part says nothing beside the date."""
    if name == "season":
        return date.season is not None
    return name in {"date-time", "timestamp"} or (isinstance(value, str) and dating.read(value) == date)


def _in_words(text: object, value: Mapping[object, object]) -> str:
    return f"circa {text}" if value.get("circa") and dating.read(f"circa {text}") else str(text)


def _of_parts(parts: list[object], value: Mapping[object, object]) -> Date | None:
    """Return the date of ``date-parts`` with its season and circa; an open end is ``[0]``."""
    if not 1 <= len(parts) <= 2:
        return None
    points = [_point(part) for part in parts]
    start = points[0]
    if start is None or not start.year or (len(points) > 1 and points[1] is None):
        return None
    season = value.get("season")
    number = parse_season(season) if isinstance(season, str) and not season.isdecimal() else _integer(season)
    of = number if number and 1 <= number <= _SEASONS and not start.month else start.season
    return Date(
        start.year, start.month, start.day, points[1] if len(points) > 1 else None, bool(value.get("circa")), of
    )


def _point(part: object) -> Date | None:
    """Return one end; CSL counts no year 0, so that its -380 is 380 BC; months 13 to 16 and 21 to 24 are seasons."""
    numbers = [_integer(one) for one in part if one not in (None, "")] if isinstance(part, list) else [None]
    if part == [""] or numbers == [0]:
        return Date()
    if not 1 <= len(numbers) <= 3 or None in numbers:
        return None
    year, month, day = (*numbers, 0, 0)[:3]
    if year is None or month is None or day is None:
        return None
    year = year + 1 if year < 0 else year
    season = month - 12 if 13 <= month <= 16 else month - 20 if 21 <= month <= 24 else 0
    if season and not day:
        return Date(year, season=season) if dating.checked(year) else None
    return dating.checked(year, month, day)


def _integer(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = str(value).strip() if not isinstance(value, int) or abs(value) < 10**9 else ""
    return int(text) if text.isascii() and len(text) < 9 and text.removeprefix("-").isdecimal() else None
