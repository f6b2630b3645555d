"""Counts -> a bar chart as SVG: self-contained, no script, light and dark by CSS, with a title and a description to read out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from unicodedata import east_asian_width

_SHOWN = ("year", "category")
_MOST = 20
_LONGEST = 26
_LABEL, _BAR, _ROW, _EDGE = 190, 360, 22, 16
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}rect{fill:#0969da}.h{font-weight:600}.b{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#4493f8}.b{fill:#0d1117}}"
)


def svg(tables: Mapping[str, Mapping[str, int]], total: int) -> str:
    """Return the chart of the years and the categories, at most twenty rows each."""
    y, parts, said = _EDGE + 8, [], []
    for name in _SHOWN:
        rows = list(tables.get(name, {}).items())
        rows = rows[-_MOST:] if name == "year" else rows[:_MOST]
        if not rows:
            continue
        parts.append(f'<text class="h" x="{_EDGE}" y="{y + 4}">{name}</text>')
        y += _ROW
        most = max(number for _, number in rows)
        for label, number in rows:
            width = max(2, round(_BAR * number / most))
            parts.append(
                f'<text x="{_EDGE + _LABEL - 8}" y="{y + 4}" text-anchor="end">{_safe(label)}</text>'
                f'<rect x="{_EDGE + _LABEL}" y="{y - 8}" width="{width}" height="15" rx="2"/>'
                f'<text x="{_EDGE + _LABEL + width + 6}" y="{y + 4}">{number}</text>'
            )
            y += _ROW
        said.append(f"By {name}: " + ", ".join(f"{_safe(label)} {number}" for label, number in rows) + ".")
        y += _EDGE
    width, height = 2 * _EDGE + _LABEL + _BAR + 50, y
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-labelledby="t d"><title id="t">{total} entries by year and category</title>'
        f'<desc id="d">{" ".join(said)}</desc><style>{_STYLE}</style>'
        f'<rect class="b" width="{width}" height="{height}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _safe(text: str) -> str:
    """Return a label as XML text, cut where it would run out of its column; a Han character is as wide as two letters."""
    kept, used = [], 0
    for char in " ".join(_NOT_XML.sub("", text).split()):
        used += 2 if east_asian_width(char) in "WF" else 1
        if used > _LONGEST:
            kept.append("…")
            break
        kept.append(char)
    return escape("".join(kept))
