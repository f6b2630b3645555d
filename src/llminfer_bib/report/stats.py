"""Counts of a list as bars on the terminal, and for programs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping

import click

from ..commands.counting import Stats
from . import _cut, _padded, _width, safe_line

_LABEL = 32
_MOST = 15
_EIGHTHS = " ▏▎▍▌▋▊▉"


def as_data(stats: Stats) -> dict[str, object]:
    """Return everything for programs."""
    counts = stats.counts
    return {
        "total": counts.total,
        **{name: dict(table) for name, table in counts.tables.items()},
        "freshness": {
            "newest": counts.newest,
            "median": counts.median,
            "recent": round(counts.recent, 4),
            "written_last": stats.written_last or None,
            "written_entries": stats.written_entries,
        },
    }


def show(stats: Stats) -> None:
    """Print the tables as bars and a line about freshness."""
    counts = stats.counts
    width = min(shutil.get_terminal_size().columns, 100)
    click.echo(f"{counts.total} entries")
    for name, table in counts.tables.items():
        if not table:
            continue
        click.echo()
        click.secho(name, bold=True)
        for line in bars(table, width, last=name == "year"):
            click.echo(line)
    click.echo()
    click.echo(f"newest {counts.newest or '-'}, median {counts.median or '-'}, last two years {counts.recent:.0%}")
    if stats.written_last:
        click.echo(f"{stats.written_entries} entries completed by `bib enrich`, last {stats.written_last}")


def bars(table: Mapping[str, int], width: int, *, last: bool = False) -> Iterator[str]:
    """Yield one line a row, at most 15 and `width` columns wide; with `last` the last rows, else the first."""
    rows = [(_cut(safe_line(label), min(_LABEL, width // 2)), number) for label, number in table.items()]
    shown = rows[-_MOST:] if last else rows[:_MOST]
    if not shown:
        return
    most = max(number for _, number in shown)
    column = max(_width(label) for label, _ in shown)
    digits = len(str(most))
    room = max(width - column - digits - 6, 1)
    for label, number in shown:
        eighths = max(1, round(room * 8 * number / most))
        bar = "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
        yield f"  {_padded(label, column)}  {number:>{digits}}  {bar}"
    if len(rows) > _MOST:
        yield f"  ... and {len(rows) - _MOST} {'earlier' if last else 'more'}; --json has all."
