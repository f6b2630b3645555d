"""What reports share: a problem as a program wants it, and a number with its word. What is reported is not decided here."""

from __future__ import annotations

from ..problems import Problem


def problem_row(problem: Problem) -> dict[str, object]:
    """Return a problem as JSON-able data: where, what, how grave, and the way out."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "key": problem.key,
        "message": problem.message,
        "hint": problem.hint,
    }


def counted(number: int, one: str, many: str) -> str:
    """Return a number with its word: ``1 entry``, ``2 entries``."""
    return f"{number} {one if number == 1 else many}"
