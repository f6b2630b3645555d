"""Results -> what a person or a program sees: tables, JSON, diffs, problems. It decides nothing.

Text from the library is shown without control and direction-changing characters, which could play tricks on a terminal.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

import click

from . import names
from .model import Entry, People, Person
from .problems import ERROR, Problem

# C0 and C1 controls but line end and tab, bidi marks and overrides, zero-width characters that hide text.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_SHOWN_PROBLEMS = 20
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def safe(text: str) -> str:
    """Return text that cannot change the terminal or hide what it says."""
    return _UNSAFE.sub("", text)


def safe_line(text: str) -> str:
    """Return text as one safe line."""
    return " ".join(_UNSAFE.sub("", text).split())


def talk(text: str) -> None:
    """Say something to the person, on stderr."""
    click.echo(safe(text), err=True)


def show_problems(problems: Iterable[Problem], *, verbose: bool) -> None:
    """Print problems in the order of their places: all of them, or the first and how many more there are."""
    ordered = sorted(set(problems))
    shown = ordered if verbose else ordered[:_SHOWN_PROBLEMS]
    for problem in shown:
        colour = "red" if problem.severity == ERROR else "yellow"
        click.secho(safe_line(str(problem)), err=True, fg=colour)
    if len(ordered) > len(shown):
        talk(f"... and {len(ordered) - len(shown)} more problems; `bib -v` shows all.")


def show_diff(diff: str) -> None:
    """Print a unified diff, coloured on a terminal."""
    for line in diff.splitlines():
        heading = line.startswith(("--- ", "+++ "))
        click.secho(safe(line), fg=None if heading else _COLOURS.get(line[:1]), bold=heading)


def write_chunks(chunks: Iterable[bytes]) -> None:
    """Write an export to stdout as it is."""
    out = sys.stdout.buffer
    for chunk in chunks:
        out.write(chunk)
    out.flush()


def to_json(value: object) -> str:
    """Return indented JSON."""
    import orjson  # noqa: PLC0415  (only where JSON is asked for)

    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # lone surrogates, which UTF-8 cannot hold
        import json  # noqa: PLC0415

        return json.dumps(value, indent=2)


def entry_row(entry: Entry) -> dict[str, object]:
    """Return an entry as a program wants it in a list."""
    return {
        "key": entry.key,
        "type": entry.type,
        "kind": entry.kind,
        "title": entry.title.text,
        "authors": [names.display(person) for person in entry.authors],
        "year": entry.date.year if entry.date else None,
        "date": entry.date.iso() if entry.date else None,
        "venue": venue(entry),
        "doi": entry.doi or None,
        "arxiv": entry.arxiv or None,
        "url": entry.url or None,
        "language": entry.language or None,
        "category": entry.category or None,
        "topics": list(entry.topics),
        "keywords": list(entry.keywords),
    }


def entry_details(entry: Entry) -> dict[str, object]:
    """Return everything about an entry."""
    people = {role: [_person(person) for person in people] for role, people in entry.people.items()}
    return entry_row(entry) | {"people": people, "fields": dict(entry.fields)}


def _person(person: Person) -> dict[str, str]:
    parts = {name: getattr(person, name) for name in ("family", "given", "prefix", "suffix", "literal")}
    return {name: value for name, value in parts.items() if value}


def venue(entry: Entry) -> str | None:
    """Return where an item appeared."""
    for name in ("journal", "journaltitle", "booktitle", "eventtitle", "organization", "publisher", "institution", "school"):
        if entry.fields.get(name):
            return entry.fields[name]
    return "arXiv" if entry.arxiv else None


def people_short(people: People) -> str:
    """Return ``Kwon et al.``, ``Chen & Huang``, ``葛旭冉 et al.``."""
    shown = [person.literal or f"{person.prefix} {person.family}".strip() or person.given for person in people]
    if not shown:
        return ""
    if people.others or len(shown) > 2:
        return f"{shown[0]} et al."
    return " & ".join(shown)


def show_entries(entries: Iterable[Entry]) -> int:
    """Print one line an entry: fitted to the screen on a terminal, else whole and separated by tabs. Return how many."""
    count = 0
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    lines: list[str] = []
    for entry in entries:
        count += 1
        year = str(entry.date.year) if entry.date else ""
        cells = (entry.key, year, entry.category, people_short(entry.authors), entry.title.text)
        clean = [safe_line(cell) for cell in cells]
        lines.append(_fitted(clean, width) if width else "\t".join(clean))
        if len(lines) == 1000:
            click.echo("\n".join(lines))
            lines = []
    if lines:
        click.echo("\n".join(lines))
    return count


def _fitted(cells: Sequence[str], width: int) -> str:
    columns = (26, 4, 7, 20)
    text = "  ".join(_padded(cell, columns[at]) for at, cell in enumerate(cells[:-1]))
    return f"{text}  {_cut(cells[-1], max(width - sum(columns) - 2 * len(columns), 20))}"


def _padded(text: str, width: int) -> str:
    text = _cut(text, width)
    return text + " " * (width - _cells(text))


def _cells(text: str) -> int:
    """Return how many columns text takes on a terminal: two for a Han character."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _cut(text: str, width: int) -> str:
    if _cells(text) <= width:
        return text
    kept, used = [], 1
    for char in text:
        used += _cells(char)
        if used > width:
            break
        kept.append(char)
    return "".join(kept) + "…"


def show_entry(entry: Entry, topics: str) -> None:
    """Print all about one entry, for a person."""
    click.secho(safe_line(entry.title.text) or entry.key, bold=True)
    rows = [
        ("key", entry.key),
        ("type", entry.type if entry.kind in (entry.type, "other") else f"{entry.type} ({entry.kind})"),
        *((role, _all_people(people)) for role, people in entry.people.items()),
        ("date", entry.date.iso() if entry.date else ""),
        ("topics", topics),
        *((name, value) for name, value in entry.fields.items() if name not in ("title", "year", "month", "date")),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        if value:
            click.echo(f"  {safe_line(name):<{width}}  {safe_line(value)}")


def _all_people(people: People) -> str:
    return ", ".join(names.display(person) for person in people) + (" et al." if people.others else "")
