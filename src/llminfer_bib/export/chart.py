"""Counts -> a bar chart as SVG: self-contained, no script, light and dark by CSS, with a title and a description to read out.

The same counts always give the same bytes: nothing in it depends on the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import category, east_asian_width

from ..counting import NONE, Counts
from ..model import Date
from .wording import shown_year

_MOST = 20
_WIDEST = 34
"""Letters of a label; a Han character is as wide as two."""
_LETTER, _BAR, _ROW, _EDGE, _GAP = 7.2, 360, 22, 16, 8
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}rect{fill:#0969da}.h{font-weight:600}.b{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#4493f8}.b{fill:#0d1117}}"
)
_WORDS = {
    "title": ("{} 条，按年份与分类", "{} entries by year and category"),
    "year": ("年份", "Year"),
    "category": ("分类", "Category"),
    "until": ("{} 年及以前", "until {}"),
    "more": ("其余 {} 类", "{} more"),
    "undated": ("未注明日期", "undated"),
    "none": ("未分类", "no category"),
}


def svg(counts: Counts, lang: str = "en", names: Mapping[str, str] | None = None) -> str:
    """Return the chart of the years and the categories, with at most twenty rows each; the last or the first sums up the rest.

    `names` says what categories are called, `lang` (zh, en or both) what everything else is.
    """
    called = {NONE: _word("none", lang), **(names or {})}
    groups = [
        (name, rows)
        for name, rows in (("year", _years(counts, lang)), ("category", _categories(counts, lang, called)))
        if rows
    ]
    labels = [row.label for _, rows in groups for row in rows]
    column = round(max(map(_width, labels), default=0) * _LETTER) + _GAP
    y, parts, said = _EDGE + 8, [], []
    for name, rows in groups:
        parts.append(_text(_EDGE, y, escape(_word(name, lang)), ' class="h"'))
        y += _ROW
        for line in _bars(rows, column, y):
            parts.append(line)
            y += _ROW
        said.append(f"{_word(name, lang)}: " + ", ".join(f"{row.label} {row.number}" for row in rows) + ".")
        y += _EDGE
    width, height = 2 * _EDGE + column + _BAR + 50, y
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="t d"><title id="t">{escape(_word("title", lang, counts.total))}</title>'
        f'<desc id="d">{escape(" ".join(said))}</desc><style>{_STYLE}</style>'
        f'<rect class="b" width="{width}" height="{height}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    number: int
    sums_up: bool = False
    """Whether it stands for what has no bar: many small ones, or what is undated. A bar would dwarf the others."""


def _word(name: str, lang: str, number: object = "") -> str:
    zh, en = (word.format(number) for word in _WORDS[name])
    return f"{zh} · {en}" if lang == "both" else zh if lang == "zh" else en


def _years(counts: Counts, lang: str) -> list[_Row]:
    table = counts.tables.get("year", {})
    dated = [_Row(shown_year(Date(int(year)), lang), number) for year, number in table.items() if year != NONE]
    undated = [_Row(_word("undated", lang), table[NONE], sums_up=True)] if NONE in table and dated else []
    if len(dated) > _MOST:
        early = len(dated) - _MOST + 1
        number = sum(row.number for row in dated[:early])
        dated = [_Row(_word("until", lang, dated[early - 1].label), number, sums_up=True), *dated[early:]]
    return [*dated, *undated]


def _categories(counts: Counts, lang: str, names: Mapping[str, str]) -> list[_Row]:
    table = counts.tables.get("category", {})
    if not set(table) - {NONE}:
        return []
    rows = [_Row(_shown(names.get(slug) or slug), number) for slug, number in table.items()]
    if len(rows) > _MOST:
        rest = rows[_MOST - 1 :]
        number = sum(row.number for row in rest)
        rows = [*rows[: _MOST - 1], _Row(_word("more", lang, len(rest)), number, sums_up=True)]
    return rows


def _bars(rows: Sequence[_Row], column: int, y: int) -> Iterator[str]:
    """Yield each row as a line of SVG, from `y` down."""
    most = max(row.number for row in rows if not row.sums_up)
    for at, row in enumerate(rows):
        line = y + at * _ROW
        label = _text(_EDGE + column - _GAP, line, escape(row.label), ' text-anchor="end"')
        if row.sums_up:
            yield label + _text(_EDGE + column, line, str(row.number))
            continue
        width = max(2, round(_BAR * row.number / most))
        bar = f'<rect x="{_EDGE + column}" y="{line - 8}" width="{width}" height="15" rx="2"/>'
        yield label + bar + _text(_EDGE + column + width + 6, line, str(row.number))


def _text(x: int, y: int, inside: str, attributes: str = "") -> str:
    return f'<text x="{x}" y="{y + 4}"{attributes}>{inside}</text>'


def _shown(text: str) -> str:
    """Return a label that is XML text without marks that turn its direction, cut where its column ends."""
    kept, used = [], 0
    for char in " ".join(_NOT_XML.sub("", text).split()):
        used += _width(char)
        if used > _WIDEST:
            kept.append("…")
            break
        kept.append(char)
    return "".join(kept)


def _width(text: str) -> int:
    return sum(
        0 if category(char) in {"Mn", "Cf", "Me"} else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )
