"""What a push or a pull has done or found, entry by entry, as values for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ..problems import EXIT_CONFLICTS, EXIT_INCOMPLETE, EXIT_OK, EXIT_REFUSED
from .merging import CONFLICT, Difference

CREATED, UPDATED, ADOPTED, RESTORED, PRUNED = "created", "updated", "adopted", "restored", "pruned"
UNCHANGED, KEPT, DELETED, AMBIGUOUS, OTHER_WORK, GONE = (
    "unchanged",
    "kept",
    "deleted",
    "ambiguous",
    "other-work",
    "gone",
)
REPEATED, FAILED, LEFT = "repeated", "failed", "left"

# What happened -> (does it write, is a person needed, what to do about it).
KINDS: Final[dict[str, tuple[bool, bool, str]]] = {
    CREATED: (True, False, ""),
    UPDATED: (True, False, ""),
    ADOPTED: (False, False, "was in Zotero already"),
    RESTORED: (True, False, "was deleted in Zotero"),
    PRUNED: (True, False, "moved to Zotero's trash: it is no longer in the file"),
    UNCHANGED: (False, False, ""),
    KEPT: (False, False, "changed in Zotero; `bib zotero pull` brings it"),
    DELETED: (False, False, "was deleted in Zotero and is not made again; --restore does"),
    AMBIGUOUS: (False, True, "several items in Zotero could be it; merge them there, or remove all but one"),
    OTHER_WORK: (False, True, "the item with this citation key in Zotero is another work; rename one of the two"),
    GONE: (False, False, "is no longer in the file; --prune moves its item to Zotero's trash"),
    REPEATED: (False, True, "stands in the file more than once; only the first entry was looked at"),
    FAILED: (False, True, ""),
    LEFT: (False, False, "was not reached"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one entry."""

    key: str
    """The citation key."""
    what: str
    """A row of ``KINDS``."""
    item: str = ""
    """The key in Zotero."""
    text: str = ""
    """For people, where there is more to say than the row of ``KINDS`` does."""
    differences: tuple[Difference, ...] = ()

    @property
    def conflicts(self) -> list[Difference]:
        """The differences that a person must settle."""
        return [difference for difference in self.differences if difference.verdict == CONFLICT]


@dataclass(slots=True)
class Report:
    """What a run has done."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    """By citation key, in the file's order. Unchanged ones without a difference are only counted."""
    unchanged: int = 0
    collections: tuple[str, ...] = ()
    """The names of the collections that were made."""
    refused: tuple[str, ...] = ()
    """Collections that Zotero does not take, each with the reason."""
    incomplete: str = ""
    """Why the run ended before its time, or nothing."""
    stopped: int = EXIT_INCOMPLETE
    """The exit code for that."""

    def add(self, outcome: Outcome) -> None:
        """Note what became of an entry; a later word on it replaces an earlier one."""
        if outcome.what == UNCHANGED and not outcome.differences:
            self.outcomes.pop(outcome.key, None)
            self.unchanged += 1
        else:
            self.outcomes[outcome.key] = outcome

    def counts(self) -> dict[str, int]:
        """Return how many of each kind; ``conflict`` counts entries with one."""
        found = Counter(outcome.what for outcome in self.outcomes.values())
        found[UNCHANGED] += self.unchanged
        found["conflict"] = sum(bool(outcome.conflicts) for outcome in self.outcomes.values())
        return {name: found[name] for name in (*KINDS, "conflict") if found[name]}

    @property
    def writes(self) -> int:
        """How many objects were, or would be, written."""
        return sum(KINDS[outcome.what][0] for outcome in self.outcomes.values()) + len(self.collections)

    def exit_code(self) -> int:
        """Return the exit code: incomplete goes before refused, and that before conflicts."""
        if self.incomplete:
            return self.stopped
        outcomes: Iterable[Outcome] = self.outcomes.values()
        if self.refused or any(outcome.what == FAILED for outcome in outcomes):
            return EXIT_REFUSED
        return EXIT_CONFLICTS if any(KINDS[one.what][1] or one.conflicts for one in outcomes) else EXIT_OK
