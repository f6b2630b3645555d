"""Rules about dates: years that cannot be, dates that disagree, months in words. What is no date at all, decode says."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from ..dates import MONTHS, is_month, parse_date, parse_month
from ..edits import SetField
from ..model import Date
from ..problems import ERROR, WARNING
from .mending import short, source_in
from .rules import Check, Context, Finding, Rule, Subject

_FIRST_YEAR: Final = 1400
"""Before Gutenberg nothing was printed; years of antiquity are written with a minus sign."""
_ENGLISH: Final = frozenset(name for names in MONTHS for name in (*names[:2], "september") if name.isascii())
_ON_THE_WEB: Final = frozenset({"page", "project", "video", "course", "blog"})


def this_year() -> int:
    """Return the year it is; tests give another one."""
    return datetime.now(UTC).year


def _year(subject: Subject, _: Context) -> Iterator[Finding]:
    own = next((name for name in ("date", "year") if name in subject.raw.fields), "")
    date = subject.entry.date
    if own and date is not None and not date.circa and (date.year > this_year() + 1 or 0 < date.year < _FIRST_YEAR):
        yield Finding(f"{own} = `{short(subject.entry.fields[own])}` cannot be right: the year is {date.year}.", own)


def _disagree(subject: Subject, _: Context) -> Iterator[Finding]:
    raw, fields = subject.raw.fields, subject.entry.fields
    if "date" not in raw or not ("year" in raw or "month" in raw):
        return
    date = parse_date(fields.get("date", ""))
    if date is None:
        return
    year, month = fields.get("year", "").strip(), parse_month(fields.get("month", ""))[0]
    last = (date.end or date).year or int(year or 0) if year.isdecimal() and len(year) == 4 else 0
    if last and not date.year <= int(year) <= last:
        yield Finding(f"date = `{fields['date']}` and year = `{year}` disagree.", "year")
    elif month and date.month and date.month != month and date.end is None and "month" in raw:
        yield Finding(f"date = `{fields['date']}` and month = `{short(fields['month'])}` disagree.", "month")
    elif month and "month" in raw and not date.month and not date.season and date.end is None:
        yield Finding(
            f"month = `{short(fields['month'])}` is lost: biblatex reads date = `{fields['date']}` alone.",
            "month",
            hint=f"Write `date = {{{date.iso()}-{month:02d}}}` and remove year and month.",
        )


def _month(subject: Subject, _: Context) -> Iterator[Finding]:
    if "month" not in subject.raw.fields:
        return
    source = source_in(subject, "month")
    text = source.strip().lower().rstrip(".")
    if text not in _ENGLISH or not is_month(text):
        return
    macro = MONTHS[(parse_month(text)[0] or 1) - 1][0]
    can_mend = subject.raw.key and not subject.raw.slips
    fix = (SetField(subject.raw.key, "month", macro, exact=True),) if can_mend else ()
    yield Finding(f"month = `{source}` is a text, which styles cannot translate or shorten.", "month", fix=fix)


def _visited(subject: Subject, _: Context) -> Iterator[Finding]:
    if "urldate" not in subject.raw.fields or subject.entry.kind not in _ON_THE_WEB:
        return
    visited, date = subject.entry.dates.get("urldate"), subject.entry.date
    if visited and date and not date.circa and not date.season and _is_before(visited, date):
        yield Finding(f"urldate = `{visited.iso()}` is before the date of publication, {date.iso()}.", "urldate")


def _is_before(first: Date, second: Date) -> bool:
    """Tell whether a date is before another as far as both are known."""
    for mine, other in ((first.year, second.year), (first.month, second.month), (first.day, second.day)):
        if mine is None or other is None or mine != other:
            return mine is not None and other is not None and mine < other
    return False


def _day(subject: Subject, _: Context) -> Iterator[Finding]:
    raw, fields = subject.raw.fields, subject.entry.fields
    if "date" in fields or not ("day" in raw or "month" in raw):
        return
    month, inner = parse_month(fields.get("month", ""))
    text = fields.get("day", "").strip()
    day = int(text) if text.isdecimal() and text.isascii() and len(text) < 5 else inner
    year = fields.get("year", "").strip()
    known = int(year) if year.isdecimal() and year.isascii() and len(year) == 4 and int(year) else 2000
    if day is not None and not 1 <= day <= (monthrange(known, month)[1] if month else 31):
        where = "day" if text and "day" in raw else "month"
        name = f"{MONTHS[month - 1][1].capitalize()} {year}".strip() if month else "a month"
        yield Finding(f"{where} = `{short(fields.get(where, ''))}`: there is no day {day} in {name}.", where)


_PAPER = "@article{k, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, %s}\n"
_PAGE = "@online{k, title = {Paged attention}, url = {https://example.org/paged}, %s}\n"


def _row(
    code: str, name: str, check: Check, texts: tuple[str, str], frame: str, bad: str, good: str, grave: str = WARNING
) -> Rule:
    return Rule(code, name, grave, *texts, frame % bad, frame % good, check=check)


RULES: Final = (
    _row(
        "B400", "year-impossible", _year,
        ("The year is far in the future, or older than print.", "Correct it; a year before our era is written `-0350`."),
        _PAPER, "year = {2203}", "year = {2023}", ERROR,
    ),
    _row(
        "B401", "dates-disagree", _disagree,
        (
            "`date` and `year` or `month` say different things; BibTeX reads one, biblatex the other.",
            "Keep the right one; `date` alone for biblatex, `year` and `month` for BibTeX.",
        ),
        _PAPER, "date = {2023-10}, year = {2022}", "date = {2023-10}, year = {2023}", ERROR,
    ),
    _row(
        "B402", "month-in-words", _month,
        ("A month in braces or quotes is printed as it stands, in every language and style.", "Write the bare macro: `month = jun`."),
        _PAPER, "year = 2023, month = {June}", "year = 2023, month = jun",
    ),
    _row(
        "B403", "visited-before-published", _visited,
        ("The page was visited before it was published: one of the two dates is wrong.", "Correct `urldate` or `date`."),
        _PAGE, "date = {2024-05}, urldate = {2023-05-01}", "date = {2023-05}, urldate = {2023-05-01}",
    ),
    _row(
        "B404", "day-impossible", _day,
        ("The month does not have that day.", "Correct the day or the month, or remove the day."),
        _PAPER, "year = 2023, month = jun, day = 31", "year = 2023, month = jun, day = 30",
    ),
)  # fmt: skip
