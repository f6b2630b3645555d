"""What a format leaves unsaid of the entries, for ``bib export --explain``. The formats themselves know; see ``export``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .. import export
from ..library import Library
from ..problems import Problem
from . import Selection, select


@dataclass(frozen=True, slots=True)
class Lost:
    """A field of an entry that a format does not say, or not all of it, and why."""

    key: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Explained:
    """What a format says of itself. ``losses`` is None where it is for readers, or does not keep count."""

    format: str
    for_readers: bool
    entries: int = 0
    losses: tuple[Lost, ...] | None = None

    def summary(self) -> str:
        """Return in a sentence what was found."""
        if self.for_readers:
            return (
                f"{self.format} is made for readers: it leaves out by intent what they do not need, and is not read back. "
                "To keep every field, export csl-json or zotero-rdf."
            )
        if self.losses is None:
            return f"{self.format} keeps no count of what it cannot say."
        if not self.losses:
            return f"{self.format} says everything of {_counted(self.entries, 'entry', 'entries')}."
        lost = _counted(len(self.losses), "field is", "fields are")
        concerned = len({loss.key for loss in self.losses})
        return f"{self.format}: {lost} lost, whole or in part, in {concerned} of {_counted(self.entries, 'entry', 'entries')}."

    def as_json(self) -> dict[str, object]:
        """Return it as a program wants it."""
        rows = [{"key": loss.key, "field": loss.field, "reason": loss.reason} for loss in self.losses or ()]
        return {
            "format": self.format,
            "for_readers": self.for_readers,
            "counted": self.losses is not None,
            "entries": self.entries,
            "losses": rows,
        }

    def lines(self) -> Iterator[str]:
        """Yield a line for each loss."""
        for loss in self.losses or ():
            yield f"{loss.key}: {loss.field}: {loss.reason}"


def explain(library: Library, name: str, selection: Selection, problems: list[Problem]) -> Explained:
    """Return what a format leaves unsaid of the selected entries. Raises UnknownFormatError."""
    exporter = export.load(name)
    ask = export.losses_of(exporter)
    if ask is None:
        return Explained(name, for_readers=bool(getattr(exporter, "FOR_READERS", False)))
    number = 0
    found = []
    for entry in select(library, selection, problems, protected=True):
        number += 1
        found += [Lost(entry.key, field, reason) for field, reason in ask(entry)]
    return Explained(name, for_readers=False, entries=number, losses=tuple(found))


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
