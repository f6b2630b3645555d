"""Dates as a style prints them: ranges, words in place of a date, and parts that keep their look to themselves."""
# ruff: noqa: D102  (the methods are citeproc's, with its signatures; what each does is said by its class)
# mypy: disable-error-code="misc, no-any-return, no-untyped-call"

from __future__ import annotations

from typing import Any

from citeproc import model
from citeproc.source import LiteralDate

from .sewn import Sewn


class Date(Sewn, model.Date):
    """Ranges within one year, and dates that are words, are printed once."""

    def process(self, item: Any, variable: Any = None, show_parts: Any = None, context: Any = None, **kw: Any) -> Any:
        name = variable or self.get("variable")
        shown = show_parts or (self.get("date-parts") or "year-month-day").split("-")
        if isinstance(item.reference.get(name), LiteralDate) and "year" not in shown:
            return None
        item.note(name, printed=name in item.reference)
        return super().process(item, variable, show_parts, context, **kw)

    def render_date_range(self, date_range: Any, show_parts: Any = None, context: Any = None) -> Any:
        begin, end = date_range.begin, date_range.end
        first = self.render_single_date(begin, show_parts, context)
        if not first:
            return None
        if end.is_nil():
            return first.rstrip() + "\u2013"
        last = self.render_single_date(end, show_parts, context)
        if not last or first == last:
            return first
        if all(part in begin and part in end for part in show_parts) and "month" in show_parts:
            return super().render_date_range(date_range, list(show_parts), context)
        return f"{first.rstrip()}\u2013{last}"


class DatePart(Sewn, model.Date_Part):
    """What one place of a style says about a part of a date holds for that place alone."""

    def render(self, date: Any, context: Any = None) -> Any:
        own = dict(self.attrib)
        try:
            return super().render(date, context)
        finally:
            self.attrib.clear()
            self.attrib.update(own)
