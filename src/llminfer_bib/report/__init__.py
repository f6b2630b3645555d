"""Results -> what a person or a program sees: tables, JSON, diffs, problems. It decides nothing.

Text from the library is shown without control and direction-changing characters, which could play tricks on a terminal.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from unicodedata import category, east_asian_width

import click

from .. import names
from ..model import Entry, People, Person
from ..problems import ERROR, Problem

# C0 and C1 controls but line end and tab, bidi marks and overrides, zero-width characters that hide text.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SHOWN_PROBLEMS = 10
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}
_LONGEST = 1000
"""Characters of one line that a person is shown of a problem or a diff."""
_BATCH = 1000


def safe(text: str) -> str:
    """Return text that cannot change the terminal or hide what it says."""
    return _UNSAFE.sub("", text)


def safe_line(text: str) -> str:
    """Return text as one safe line."""
    return " ".join(_UNSAFE.sub("", text).split())


def talk(text: str) -> None:
    """Say something to the person, on stderr. Where nobody can hear it, the work goes on."""
    with contextlib.suppress(OSError):
        click.echo(safe(text), err=True)


def show_problems(problems: Iterable[Problem], *, verbose: bool) -> None:
    """Print problems in the order of their places: all of them, or the first and how many more there are."""
    ordered = sorted(set(problems))
    shown = ordered if verbose else ordered[:_SHOWN_PROBLEMS]
    with contextlib.suppress(OSError):
        for problem in shown:
            colour = "red" if problem.severity == ERROR else "yellow"
            click.secho(_shortened(safe_line(str(problem))), err=True, fg=colour)
    if more := len(ordered) - len(shown):
        talk(f"... and {more} more problem{'s' if more > 1 else ''}; `bib -v COMMAND` shows all.")


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}… ({len(line) - _LONGEST} characters more)"


def _on_terminal() -> bool:
    return sys.stdout.isatty()


def show_diff(diff: str) -> None:
    """Print a unified diff: coloured and safe on a terminal, else just as it is, for ``patch``."""
    if not _on_terminal():
        _write(diff)
        return
    for line in diff.splitlines():
        heading = line.startswith(("--- ", "+++ "))
        click.secho(_shortened(safe(line)), fg=None if heading else _COLOURS.get(line[:1]), bold=heading)


def show_sources(sources: Sequence[str]) -> None:
    """Print entries as they stand in the file, with a blank line between them."""
    text = "\n\n".join(sources) + "\n"
    _write(safe(text) if _on_terminal() else text)


def _write(text: str) -> None:
    sys.stdout.flush()
    write_chunks([text.encode("utf-8", "surrogatepass")])


def write_chunks(chunks: Iterable[bytes]) -> None:
    """Write an export to stdout as it is."""
    out = sys.stdout.buffer
    for chunk in chunks:
        out.write(chunk)
    out.flush()


def to_json(value: object) -> str:
    """Return indented JSON, in which characters that could change a terminal are escaped."""
    import orjson  # noqa: PLC0415  (only where JSON is asked for)

    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except TypeError:  # lone surrogates, which UTF-8 cannot hold
        import json  # noqa: PLC0415

        text = json.dumps(value, indent=2)
    return text if text.isascii() else _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


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
    for name in (
        "journal",
        "journaltitle",
        "booktitle",
        "eventtitle",
        "organization",
        "publisher",
        "institution",
        "school",
    ):
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


def show_rows(entries: Iterable[Entry]) -> int:
    """Print entries as a JSON list, a batch at a time. Return how many."""
    count, entries = 0, iter(entries)
    click.echo("[", nl=False)
    while batch := [entry_row(entry) for entry in islice(entries, _BATCH)]:
        click.echo(("," if count else "") + to_json(batch)[1:-2], nl=False)
        count += len(batch)
    click.echo("\n]" if count else "]")
    return count


def show_entries(entries: Iterable[Entry]) -> int:
    """Print one line an entry: fitted to the screen on a terminal, else whole and separated by tabs. Return how many."""
    count, entries = 0, iter(entries)
    width = shutil.get_terminal_size().columns if _on_terminal() else 0
    while batch := [_cells_of(entry) for entry in islice(entries, _BATCH)]:
        click.echo("\n".join(_fitted(batch, width) if width else map("\t".join, batch)))
        count += len(batch)
    return count


def _cells_of(entry: Entry) -> list[str]:
    year = str(entry.date.year) if entry.date else ""
    cells = (entry.key, year, entry.category, people_short(entry.authors), entry.title.text)
    return [safe_line(cell) for cell in cells]


def _fitted(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Yield rows as lines of at most `width` columns: each column as wide as it must be, the title takes what is left."""
    columns = [min(limit, max(_width(row[at]) for row in rows)) for at, limit in enumerate(_COLUMNS)]
    for at in _GIVE_WAY:
        if _left(columns, width) >= _TITLE_NEEDS:
            break
        columns[at] = 0
    rest = max(_left(columns, width), 1)
    for key, *cells, title in rows:
        middle = [_padded(cell, column) for cell, column in zip(cells, columns[1:], strict=True) if column]
        yield "  ".join([click.style(_padded(key, columns[0]), bold=True), *middle, _cut(title, rest)]).rstrip()


def _left(columns: Sequence[int], width: int) -> int:
    """Return what is left for the title, two blanks between the columns."""
    return width - sum(columns) - 2 * sum(map(bool, columns))


_COLUMNS = (26, 4, 8, 20)
"""The most that key, year, category and authors take."""
_TITLE_NEEDS = 30
_GIVE_WAY = (3, 2, 1)
"""Which columns a narrow screen goes without, first to last."""


def _padded(text: str, width: int) -> str:
    text = _cut(text, width)
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Return how many columns text takes on a terminal: two for a Han character, none for an accent of its own."""
    return len(text) if text.isascii() else sum(map(_width_of, text))


def _width_of(char: str) -> int:
    if east_asian_width(char) in "WF":
        return 2
    return 0 if category(char) in ("Mn", "Me", "Cf") else 1


def _cut(text: str, width: int) -> str:
    if len(text) <= width and _width(text) <= width:
        return text
    kept, used = [], 1
    for char in text:
        used += _width_of(char)
        if used > width:
            break
        kept.append(char)
    return "".join(kept) + "…"


def show_details(entries: Iterable[tuple[Entry, Sequence[tuple[str, str]]]]) -> None:
    """Print all about entries, for a person. Each comes with what the configuration calls its category and topics."""
    width = shutil.get_terminal_size().columns if _on_terminal() else 0
    for at, (entry, called) in enumerate(entries):
        if at:
            click.echo()
        title = safe_line(entry.title.text) or safe_line(entry.key)
        click.secho("\n".join(_wrapped(title, width)) if width else title, bold=True)
        rows = [
            ("key", entry.key),
            ("type", entry.type if entry.kind in (entry.type, "other") else f"{entry.type} ({entry.kind})"),
            *((role, _all_people(people)) for role, people in entry.people.items()),
            ("date", entry.date.iso() if entry.date else ""),
            *called,
            *((name, value) for name, value in entry.fields.items() if name not in _SHOWN_ABOVE),
        ]
        rows = [(safe_line(name), safe_line(value)) for name, value in rows if value]
        indent = max(len(name) for name, _ in rows) + 4
        for name, value in rows:
            lines = _wrapped(value, width - indent) if width > indent + 20 else [value]
            click.echo(f"  {name:<{indent - 2}}" + f"\n{' ' * indent}".join(lines))


_SHOWN_ABOVE = frozenset({"title", "year", "month", "date"})
_PIECES = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]|[^\s\u3000-\u303f\u3400-\u9fff\uff00-\uffef]++|\s++")


def _wrapped(text: str, width: int) -> list[str]:
    """Break a line at blanks, and between Han characters; a word longer than a line stays whole, so that it can be copied."""
    lines, line, used = [], "", 0
    for piece in _PIECES.findall(text):
        taken = _width(piece)
        if line and used + taken > width and not piece.isspace() and piece not in "，。、；：！？）」』”’":
            lines.append(line.rstrip())
            line, used = "", 0
        line += piece
        used += taken
    return [*lines, line.rstrip()]


def _all_people(people: People) -> str:
    return ", ".join(names.display(person) for person in people) + (" et al." if people.others else "")


def show_cache(kept: Mapping[str, Any]) -> None:
    """Print what the cache of answers holds: a line for each source, then its place and size."""
    for row in kept["sources"]:
        click.echo(
            f"{row['source']:<16} {row['found']:>7} found  {row['absent']:>6} unknown  {_size(row['bytes']):>9}  "
            f"{row['newest_days']:.0f} to {row['oldest_days']:.0f} days old"
        )
    click.echo(f"{safe_line(kept['path'])}: {_size(kept['size'])}")


def _size(number: float) -> str:
    units = ("bytes", "kB", "MB", "GB")
    at = 0
    while number >= 1000 and at < len(units) - 1:
        number, at = number / 1000, at + 1
    return f"{number:.{1 if at else 0}f} {units[at]}"
