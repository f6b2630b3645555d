"""Differences -> lines for people and plain data for programs; a file -> one field a line, for git's textconv.

Nothing is printed and no colour chosen here: a line carries a mark that says what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from ..bibfile import Document
from ..decode import Decoder
from ..names import display
from ..plans import ENTRY_TYPE
from .comparing import FieldChange, shown
from .finding import Changed, Differences
from .versions import Item

Line = tuple[str, str]
"""A mark (``+``, ``-``, ``>`` renamed, ``~`` changed, ``=`` same meaning, a blank for what belongs to the line above), and a text."""

_LONGEST = 200


def lines(found: Differences, *, verbose: bool = False) -> Iterator[Line]:
    """Yield what differs; with `verbose` also what is only spelled otherwise, and what stands elsewhere."""
    for item in found.removed:
        yield "-", _headline(item)
    for item in found.added:
        yield "+", _headline(item)
    for pair in found.renamed:
        yield ">", f"{pair.old} is now {pair.new}: {pair.why}"
        yield from _field_lines(pair.changes)
    for changed in found.changed:
        yield "~", changed.key
        yield from _field_lines(changed.changes)
    if verbose:
        for respelled in found.spelled:
            yield "=", f"{respelled.key}: spelled otherwise, same meaning"
            yield from _field_lines(respelled.changes)
        if found.moved:
            yield "=", f"moved among the others: {', '.join(found.moved)}"


def summary(found: Differences) -> str:
    """Return the counts in a sentence."""
    rows = (
        (found.removed, "removed"),
        (found.added, "added"),
        (found.renamed, "renamed"),
        (found.changed, "changed"),
    )
    counts = [f"{len(items)} {word}" for items, word in rows if items]
    quiet = [f"{len(found.spelled)} spelled otherwise" if found.spelled else "", "moved ones" if found.moved else ""]
    rest = f" ({' and '.join(filter(None, quiet))}: see -v)" if any(quiet) else ""
    return f"{', '.join(counts) or 'no difference in meaning'}{rest}."


def _headline(item: Item) -> str:
    people = item.entry.authors or item.entry.editors
    first = display(people.persons[0]) if people.persons else ""
    others = " et al." if len(people) > 1 or people.others else ""
    year = str(item.entry.date.year) if item.entry.date else ""
    about = ", ".join(filter(None, (first + others, year)))
    return f"{item.key}: {_short(item.entry.title.text)}{f' ({about})' if about else ''}"


def _field_lines(changes: Iterable[FieldChange]) -> Iterator[Line]:
    for change in changes:
        name = "type" if change.field == ENTRY_TYPE else change.field
        yield " ", f"  {name}{f': {change.why}' if _says_more(change) else ''}"
        if change.old or change.weight == "removed":
            yield "-", f"    {_short(change.old)}"
        if change.new or change.weight == "added":
            yield "+", f"    {_short(change.new)}"


def _says_more(change: FieldChange) -> bool:
    """Return whether the reason says more than the two values below it do."""
    return bool(change.why) and not change.why.endswith(f", not {change.old}") and change.new not in change.why


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def as_data(found: Differences) -> dict[str, Any]:
    """Return the differences as JSON takes them."""
    return {
        "equal": found.equal,
        "added": [_entry(item) for item in found.added],
        "removed": [_entry(item) for item in found.removed],
        "renamed": [asdict(pair) for pair in found.renamed],
        "changed": [asdict(changed) for changed in found.changed],
        "spelled_otherwise": [_spelled(changed) for changed in found.spelled],
        "moved": list(found.moved),
    }


def _entry(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "type": item.raw.type,
        "fields": {name: shown(value) for name, value in item.values().items()},
    }


def _spelled(changed: Changed) -> dict[str, Any]:
    return {"key": changed.key, "fields": [change.field for change in changed.changes]}


def field_lines(document: Document) -> Iterator[str]:
    """Yield a file for git's textconv: entries sorted by key, their fields by name, decoded, each on one line.

    Two files with the same lines mean the same. What parents and macros lend is written out.
    """
    decoder = Decoder(document, protected=False)
    for number, entry in enumerate(sorted(decoder.entries(), key=lambda entry: (entry.key.lower(), entry.key))):
        if number:
            yield ""
        yield f"@{entry.type} {entry.key}"
        values = {**entry.fields, **{role: shown(people) for role, people in entry.people.items()}}
        for name in sorted(values):
            yield f"  {name} = {' '.join(values[name].split())}"
    for problem in sorted(decoder.problems):
        if problem.severity == "error":
            yield f"% {problem.code} {problem.key}: {problem.message}"
