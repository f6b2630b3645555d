"""What `bib links` found, for people and programs: a line for each link that needs one, a summary. It decides nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from ..problems import ERROR, WARNING
from . import safe_line

if TYPE_CHECKING:
    from ..commands.following import Checked, Finding

_COLOURS = {ERROR: "red", WARNING: "yellow"}
_LONGEST = 1000
_GROUPS = (
    # (kinds, what the summary calls them)
    (("good",), "fine"),
    (("missing", "gone", "no-host"), "dead"),
    (("suspect",), "perhaps gone"),
    (("moved",), "moved"),
    (("tls",), "without a safe connection"),
    (("circle", "odd"), "odd"),
    (("failing", "silent"), "without an answer"),
    (("blocked",), "that keep programs out"),
    (("unchecked",), "not checked"),
    (("deferred",), "not asked"),
)


def show_findings(findings: Iterable[Finding], path: str) -> None:
    """Print a line for each finding, in the order of the file."""
    for finding in findings:
        problem = finding.problem(path)
        click.secho(safe_line(str(problem))[:_LONGEST], fg=_COLOURS.get(problem.severity))


def links_json(done: Checked, path: str, *, written: bool) -> dict[str, object]:
    """Return everything for programs, good links included."""
    return {
        "file": path,
        "links": [_row(finding) for finding in done.findings],
        "counts": dict(Counter(finding.verdict.kind for finding in done.findings)),
        "requests": done.requests,
        "interrupted": done.interrupted,
        "diff": done.diff,
        "written": written,
    }


def _row(finding: Finding) -> dict[str, object]:
    link, verdict = finding.link, finding.verdict
    return {
        "key": link.key,
        "field": link.field,
        "line": finding.line,
        "column": finding.column,
        "url": link.url,
        "written": link.written or None,
        "kind": verdict.kind,
        "code": verdict.row.code or None,
        "dead": verdict.row.is_dead,
        "status": verdict.status or None,
        "message": verdict.message or None,
        "final": verdict.final or None,
        "moved": verdict.moved or None,
        "archived": finding.archived or None,
        "checked": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(finding.checked)) if finding.checked else None,
    }


def summary(done: Checked, shown: Sequence[Finding]) -> str:
    """Return the last sentence: ``102 links: 88 fine, 2 dead, 12 that keep programs out. 130 requests.``"""
    counts = Counter(finding.verdict.kind for finding in done.findings)
    parts = [f"{number} {name}" for kinds, name in _GROUPS if (number := sum(counts[kind] for kind in kinds))]
    total = len(done.findings)
    if not total:
        return "no links."
    text = f"{total} link{'s' if total > 1 else ''}: {', '.join(parts)}. {done.requests} request{'' if done.requests == 1 else 's'}."
    if len(shown) < total - counts["good"]:
        text += " `bib -v links` shows them all."
    return text
