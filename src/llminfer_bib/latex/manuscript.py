"""What a document cites and what it is made of, as values; where each key stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..problems import WARNING, BibError, Problem


@dataclass(frozen=True, slots=True)
class Cited:
    """One key where a document cites it. ``line`` and ``column`` count from 1, the column in characters."""

    key: str
    path: str
    line: int
    column: int
    command: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """One document: every citation in reading order, the files that were read, the bibliographies that it names."""

    cited: tuple[Cited, ...] = ()
    files: tuple[Path, ...] = ()
    bibliographies: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()
    missing: tuple[Path, ...] = ()
    """Where files were looked for that are not there."""

    def __add__(self, other: Manuscript) -> Manuscript:
        """Return two documents as one."""
        return Manuscript(
            tuple(dict.fromkeys(self.cited + other.cited)),
            tuple(dict.fromkeys(self.files + other.files)),
            tuple(dict.fromkeys(self.bibliographies + other.bibliographies)),
            tuple(dict.fromkeys(self.problems + other.problems)),
            tuple(dict.fromkeys(self.missing + other.missing)),
        )


class UnreadableDocumentError(BibError):
    """A document that cannot be read at all."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: cannot be read: {why}.")


def warning(path: Path | str, line: int, column: int, code: str, message: str, hint: str) -> Problem:
    """Return a finding about the document that hides nothing of what was read."""
    return Problem(str(path), line, column, code, WARNING, "", message, hint)
