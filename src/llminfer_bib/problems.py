"""What can be wrong: Problem, a value about the user's data, and BibError, which means "cannot go on".

No rule lives here; the modules that find a problem make it.
"""

from __future__ import annotations

from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_CONFLICTS = 3
EXIT_INCOMPLETE = 4
EXIT_REFUSED = 5
EXIT_BUG = 70


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding about the user's data. Collected and sorted, never raised.

    ``line`` and ``column`` count from 1 (0: unknown); ``column`` counts characters.
    """

    path: str
    line: int
    column: int
    code: str
    severity: str
    key: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """``refs.bib:41:3: kwon2023efficient: B103 DOI appears twice. Keep one.``"""
        where = ":".join([self.path, *(str(n) for n in (self.line, self.column) if n)])
        key = f" {self.key}:" if self.key else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}:{key} {self.code} {self.message}{hint}"


class BibError(Exception):
    """Something that stops the command; its text is for the user and says the way out."""

    exit_code = EXIT_REFUSED
