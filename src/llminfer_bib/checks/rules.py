"""What a rule is, what it is given, what it finds. Rules themselves are in the modules of the families.

A family's module has ``RULES``, a tuple of Rule; a rule is one small function and one row. Functions get one entry at a time,
or, as whole-file rules, all of them. They are called for every entry of files of 100,000: look before you work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from ..bibfile import Document
from ..bibfile.document import RawEntry
from ..config import Config
from ..edits import Edit
from ..model import Entry
from ..provenance import Origin

FOREIGN = "\x80"
"""In a rule's marks: anything beyond ASCII."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject:
    """One entry: as it stands in the file, and what it means."""

    raw: RawEntry
    """Sources of its own fields, with their delimiters, by lower-case name."""
    entry: Entry
    """Decoded: plain Unicode, inherited fields included."""
    _read: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    def once(self, read: Callable[[Subject], T]) -> T:
        """Return what `read` makes of this entry; the next rule that asks gets the same again."""
        if read not in self._read:
            self._read[read] = read(self)
        return cast("T", self._read[read])

    def forget(self) -> None:
        """Let go of what was read, when all rules have seen the entry: there may be 100,000."""
        self._read.clear()

    def marks(self, wanted: Iterable[str]) -> set[str]:
        """Return which characters stand in the entry's own fields; ``FOREIGN`` is there where anything beyond ASCII is."""
        text = "\n".join(self.raw.fields.values())
        present = {mark for mark in wanted if mark in text and mark != FOREIGN}
        return present if text.isascii() else present | {FOREIGN}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with an entry."""

    message: str
    """A sentence that names the value: ``doi = `10.1145/` is no DOI.``"""
    field: str = ""
    """The field where it stands, in lower case; empty for the entry as a whole."""
    near: str = ""
    """A piece of the field's source to which the caret points; empty for the value's beginning."""
    hint: str = ""
    """The way out, where the rule's own does not say it."""
    offset: int = -1
    """The byte of the file where it stands, for what is in no field; -1 for the entry's beginning."""
    fix: tuple[Edit, ...] = ()
    """Edits that mend it and cannot hurt; empty where a person must."""


@dataclass(frozen=True, slots=True)
class Context:
    """What rules may know beyond the entry."""

    document: Document
    config: Config
    macros: Mapping[str, str] = field(default_factory=dict)
    """Macros that the file defines, with their sources."""
    origins: Mapping[tuple[str, str], Origin] = field(default_factory=dict)
    """The sidecar: what was written by the program."""


Check = Callable[[Subject, Context], Iterator[Finding]]
TextCheck = Callable[[Document], Iterator[tuple[int, str]]]
"""For what is outside the entries: yields (byte offset, message)."""
FileCheck = Callable[[Sequence[Subject], Context], Iterator[tuple[Subject, Finding]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what is looked for, how grave it is, and the way out."""

    code: str
    """``B103``; never used for anything else again."""
    name: str
    """In kebab case: ``doi-malformed``."""
    severity: str
    """``problems.ERROR`` where a citation comes out wrong or not at all, else ``WARNING``."""
    summary: str
    """One sentence for the gallery: what is wrong, and what comes of it."""
    hint: str
    """The way out, one sentence."""
    bad: str
    """BibTeX in which just this rule finds something."""
    good: str
    """The same, mended: no rule finds anything."""
    check: Check | None = None
    file_check: FileCheck | None = None
    """For what only all entries together show."""
    text_check: TextCheck | None = None
    """For macros, comments and free text. A rule has one of the three."""
    marks: str = ""
    """Characters one of which must stand in the entry's own fields for `check` to find anything; empty: it is always asked."""


def table(*families: Iterable[Rule]) -> dict[str, Rule]:
    """Return all rules by code, in the order of their codes."""
    rows = sorted((rule for family in families for rule in family), key=lambda rule: rule.code)
    return {rule.code: rule for rule in rows}
