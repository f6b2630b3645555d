"""What a document cites -> lines for people, a value for programs. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ..problems import ERROR, Problem
from . import safe_line
from .findings import counted, problem_row

if TYPE_CHECKING:
    from ..commands.citing_documents import Citing, Finding


def show_findings(problems: Sequence[Problem]) -> None:
    """Print findings to stdout, a line each, as compilers do: ``file:line:column: key: code message``."""
    for problem in problems:
        click.secho(safe_line(str(problem)), fg="red" if problem.severity == ERROR else "yellow")


def summary(citing: Citing) -> str:
    """Return what a person wants to know first, in one line."""
    files = len(citing.manuscript.files)
    keys = "every entry (\\nocite{*})" if citing.everything else counted(len(citing.known), "entry", "entries")
    text = f"{counted(len(citing.manuscript.cited), 'citation', 'citations')} of {keys} in {counted(files, 'file', 'files')}"
    wrong = [f"{len(citing.missing)} missing"] if citing.missing else []
    wrong += [f"{len(citing.recased)} in another case"] if citing.recased else []
    return f"{text}; {', '.join(wrong) or 'nothing missing'}."


def citing_details(citing: Citing, problems: Sequence[Problem], *, unused: bool) -> dict[str, Any]:
    """Return everything for a program. ``problems`` holds what could not be followed in the document."""
    details: dict[str, Any] = {
        "library": citing.library,
        "files": [str(path) for path in citing.manuscript.files],
        "bibliographies": [str(path) for path in citing.manuscript.bibliographies],
        "citations": len(citing.manuscript.cited),
        "everything": citing.everything,
        "cited": list(citing.known),
        "missing": [_finding(finding) for finding in citing.missing],
        "case": [_finding(finding) for finding in citing.recased],
        "duplicates": [
            {"key": double.key, "places": [{"key": key, "line": line} for key, line in double.places]}
            for double in citing.doubles
        ],
        "problems": [
            problem_row(problem) for problem in problems if problem.code not in {"T101", "T102", "T103", "T104"}
        ],
    }
    if unused:
        details["unused"] = [{"key": key, "line": line} for key, line in citing.unused]
    return details


def _finding(finding: Finding) -> dict[str, Any]:
    places = [
        {"path": place.path, "line": place.line, "column": place.column, "command": place.command}
        for place in finding.places
    ]
    return {"key": finding.key, "near": finding.near or None, "places": places}
