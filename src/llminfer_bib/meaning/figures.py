"""Years, months, dates, pages, volumes and numbers."""

from __future__ import annotations

import re
from unicodedata import normalize

from ..alike import fold
from ..dates import SEASONS, may_be_in, parse_date, parse_month, parse_season, parse_year
from ..model import Date
from .compared import SAME, Compared, material, said, shown, slight

_LABELS = re.compile(
    r"(?:(?:pages?|pp?|pg|articles?|art|no|nr|number|num|volume|vol|issue|iss|edition|chapter|ch)\b[\s.:]{0,5}|v(?=\d)|#\s?){1,3}",
)
_AFTER_NUMBER = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|\s(?:edition|ed)\.?\Z")
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d~-]+")
_DIGITS = re.compile(r"[0-9]+")
_PAGE_WITH_PREFIX = re.compile(r"([a-z]?[0-9]{1,6})[:.]([0-9]{1,6})")
_LONGEST = 1000


def compare_year(mine: str, theirs: str) -> Compared:
    """Compare two years: one apart is a preprint's, or print beside online; more is another year."""
    a, b = parse_year(mine.strip(" {}.")), parse_year(theirs.strip(" {}."))
    if a is None or b is None:
        return _unread(mine, theirs)
    return _years_apart(a, b) or SAME


def compare_month(mine: str, theirs: str) -> Compared:
    """Compare two months, as names, macros or numbers, with or without a day."""
    a, b = parse_month(mine)[0] or _season(mine), parse_month(theirs)[0] or _season(theirs)
    if a == b and (a is not None or fold(mine).split() == fold(theirs).split()):
        return SAME
    return slight(f"another month: {shown(theirs)}, not {shown(mine)}")


def _season(text: str) -> str | None:
    """Return a season by one name, whatever it is called."""
    season = parse_season(text)
    return SEASONS[season - 1][0] if season else None


def compare_date(mine: str, theirs: str) -> Compared:
    """Compare two dates; only the years weigh."""
    a, b = parse_date(mine.strip()) or parse_year(mine), parse_date(theirs.strip()) or parse_year(theirs)
    if a is None or b is None:
        return _unread(mine, theirs)
    if (years := _years_apart(a, b)) is not None:
        return years
    if (a.month, a.day, a.season) == (b.month, b.day, b.season):
        return SAME
    exact = (_may_be_one(a, b) or _may_be_one(b, a)) and (a.day in {None, b.day} or b.day is None)
    return slight(f"{'more or less exact' if exact else 'another day'}: {shown(theirs)}, not {shown(mine)}")


def _may_be_one(vague: Date, other: Date) -> bool:
    """Tell whether two dates of one year may mean the same: no month or season is named, or it is that of the other."""
    if vague.season:
        return other.season == vague.season or may_be_in(vague, other.month)
    return vague.month is None or (vague.month == other.month and not other.season)


def _unread(mine: str, theirs: str) -> Compared:
    """Compare two dates of which one cannot be read, by their words."""
    return SAME if fold(mine).split() == fold(theirs).split() else slight(f"{shown(theirs)}, not {shown(mine)}")


def _years_apart(a: Date, b: Date) -> Compared | None:
    """Return what the years say, or None where they are one. A range is as far as its nearer end."""
    distance = max(a.year - _last_year(b), b.year - _last_year(a))
    if a.year == b.year:
        return None
    why = f"another year: {b.year}, not {a.year}"
    return material(why) if distance > 1 else slight(why)


def _last_year(date: Date) -> int:
    return date.end.year if date.end and date.end.year else date.year


def compare_number(mine: str, theirs: str) -> Compared:
    """Compare two volumes, numbers, editions: labels, leading zeros and dashes do not count."""
    a, b = _figure(mine), _figure(theirs)
    return SAME if a == b else slight(said(mine, theirs))


def compare_pages(mine: str, theirs: str) -> Compared:
    """Compare two pages or ranges of them: ``611--626``, ``pp. 611-26``, ``12:1–12:25``; a missing last page does not weigh."""
    a, b = _ranges(mine), _ranges(theirs)
    if a == b:
        return SAME
    if not (_DIGITS.search(mine) and _DIGITS.search(theirs)):
        return slight(said(mine, theirs, "no pages"))
    if len(a) == len(b) == 1:
        (first_a, last_a), (first_b, last_b) = a[0], b[0]
        if first_a == first_b and "" in {last_a, last_b}:
            return slight("the last page is missing" if not last_b else "it has the last page")
        if _within_article(a[0]) == _within_article(b[0]):
            return slight("pages with the number of their article")
        if {("1", ""), ("", "")} & {(first_a, last_b), (first_b, last_a)} and "" in {last_a, last_b}:
            return slight("an article number beside its pages")
    return material(f"other pages: {shown(theirs)}, not {shown(mine)}")


def _within_article(pages: tuple[str, str]) -> tuple[str, str]:
    """Return ``12:1-12:25`` as 1-25."""
    first, last = (_PAGE_WITH_PREFIX.fullmatch(page) for page in pages)
    return (first[2], last[2]) if first and last and first[1] == last[1] else pages


def _ranges(text: str) -> list[tuple[str, str]]:
    """Read pages as first and last, in their order; an empty last page where there is one page."""
    plain = _without_label(text)
    found = []
    for part in plain.replace(";", ",").rstrip(". ").split(","):
        first, _, last = _DASHES.sub("-", "".join(part.split())).strip("-").rstrip("+").removesuffix("f").partition("-")
        first, last = _without_zeros(first), _without_zeros(last)
        if first.isdecimal() and last.isdecimal() and len(last) < len(first):
            last = first[: len(first) - len(last)] + last
        if first:
            found.append((first, "" if last == first else last))
    return found


def _figure(text: str) -> str:
    """Return a volume or number without label, leading zeros and sort of dash."""
    plain = _without_label(text)
    plain = _AFTER_NUMBER.sub("", _DASHES.sub("-", plain.replace("/", "-")))
    return _DIGITS.sub(lambda digits: _without_zeros(digits[0]), "".join(plain.split())).strip(".-")


def _without_label(text: str) -> str:
    plain = normalize("NFKC", text[:_LONGEST]).lower().strip()
    label = _LABELS.match(plain)
    return plain[label.end() :].strip() if label else plain


def _without_zeros(text: str) -> str:
    return text.lstrip("0") or "0" if text.isdecimal() else text
