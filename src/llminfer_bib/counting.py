"""Entries -> how many there are of each category, topic, year, venue, language and kind. Pure counts; one pass.

How they are drawn is for ``export/chart`` and ``report/stats``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .model import Entry

NONE = "(none)"
_PUBLISHED = frozenset({"paper", "book", "thesis", "report"})
_VENUES = ("journal", "journaltitle", "booktitle", "eventtitle")


@dataclass(frozen=True, slots=True)
class Counts:
    """What a list holds. Each table maps a word to a number, the largest first; years in their order."""

    total: int
    tables: Mapping[str, Mapping[str, int]]
    newest: int | None
    median: int | None
    """The median year of the entries that have one."""
    recent: float
    """Which part of those entries is of this year or the one before, 0 to 1."""


def count(entries: Iterable[Entry], this_year: int) -> Counts:
    """Count a list; `this_year` is the one that freshness is measured from."""
    names = ("category", "topic", "year", "venue", "language", "kind", "status")
    tables: dict[str, Counter[str]] = {name: Counter() for name in names}
    years: Counter[int] = Counter()
    total = 0
    for entry in entries:
        if entry.type in {"xdata", "set"}:
            continue
        total += 1
        tables["category"][entry.category or NONE] += 1
        tables["topic"].update(entry.topics or (NONE,))
        tables["venue"][next((entry.fields[name] for name in _VENUES if entry.fields.get(name)), NONE)] += 1
        tables["language"][entry.language or NONE] += 1
        tables["kind"][entry.kind] += 1
        tables["status"][_status(entry.kind)] += 1
        year = entry.date.year if entry.date else 0
        tables["year"][str(year) if year else NONE] += 1
        if year:
            years[year] += 1
    ordered = {name: dict(sorted(table.items(), key=lambda row: (-row[1], row[0]))) for name, table in tables.items()}
    ordered["year"] = {str(year): years[year] for year in sorted(years)}
    if tables["year"][NONE]:
        ordered["year"][NONE] = tables["year"][NONE]
    dated = sum(years.values())
    recent = sum(years[year] for year in (this_year, this_year - 1)) / dated if dated else 0.0
    return Counts(total, ordered, max(years, default=None), _median(years, dated), recent)


def _status(kind: str) -> str:
    return "preprint" if kind == "preprint" else "published" if kind in _PUBLISHED else "other"


def _median(years: Mapping[int, int], dated: int) -> int | None:
    passed = 0
    for year in sorted(years):
        passed += years[year]
        if passed * 2 >= dated:
            return year
    return None
