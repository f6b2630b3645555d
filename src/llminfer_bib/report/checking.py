"""What the linter found -> text with the source line and a caret, JSON, GitHub annotations, errorformat. SARIF is in `sarif`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from ..problems import ERROR
from . import safe, safe_line, to_json
from .source_lines import SourceLines

if TYPE_CHECKING:
    from ..bibfile import Document
    from ..checks import Located, Rule
    from ..commands.checking import Checked

_WIDEST = 160
"""Characters of a source line that are shown."""


def show(done: Checked, form: str) -> None:
    """Print the findings in a form: ``text``, ``json``, ``sarif``, ``github`` or ``errorformat``."""
    if form == "json":
        click.echo(to_json([as_data(one) for one in done.found]))
    elif form == "sarif":
        from .sarif import sarif  # noqa: PLC0415

        click.echo(to_json(sarif(done.found, done.document)))
    elif form == "github":
        for line in map(_annotation, done.found):
            click.echo(line)
    elif form == "errorformat":
        for one in done.found:
            p = one.problem
            click.echo(safe_line(f"{p.path}:{p.line}:{p.column}: {p.severity}: {p.code} {_said(one)}"))
    else:
        _show_text(done.found, done.document)


def summary(done: Checked, *, fix: bool, dry: bool) -> str:
    """Return the closing line for people."""
    grave, all_ = done.errors, len(done.found)
    text = f"{_count(all_, 'finding')}, {_count(grave, 'error')} among them." if all_ else "Nothing found."
    if fix and done.fixed:
        text += f" {done.fixed} {'would be mended (dry run)' if dry else 'mended'}."
    fixable = sum(bool(one.fix) for one in done.found)
    if fixable and not fix:
        text += f" --fix mends {fixable} of them."
    return text


def as_data(one: Located) -> dict[str, Any]:
    """Return a finding for a program."""
    p = one.problem
    return {
        "path": p.path,
        "line": p.line,
        "column": p.column,
        "length": one.length,
        "code": p.code,
        "severity": p.severity,
        "key": p.key,
        "message": p.message,
        "hint": p.hint,
        "fixable": bool(one.fix),
    }


def show_rule(rule: Rule) -> None:
    """Print what a rule looks for."""
    click.secho(f"{rule.code} {rule.name} ({rule.severity})", bold=True)
    click.echo(f"{rule.summary}\n{rule.hint}\n\nNot so:\n\n{_indented(rule.bad)}\n\nBut so:\n\n{_indented(rule.good)}")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip("\n").splitlines())


def _said(one: Located) -> str:
    p = one.problem
    return " ".join(filter(None, (f"{p.key}:" if p.key else "", p.message, p.hint)))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


# --- text


def _show_text(found: Iterable[Located], document: Document) -> None:
    lines = SourceLines(document)
    for one in found:
        problem = one.problem
        click.secho(safe_line(str(problem)), fg="red" if problem.severity == ERROR else "yellow")
        if problem.line:
            line, caret = _pointed(lines.text(problem.line), problem.column, one.length)
            click.echo(f"    {line}\n    {caret}")


def _pointed(line: str, column: int, length: int) -> tuple[str, str]:
    """Return a source line for a terminal, and the line with carets under what is meant; a long one is cut around it."""
    start = max(column - 1, 0)
    cut = max(start - _WIDEST // 2, 0)
    shown = line[cut : cut + _WIDEST]
    before, meant = shown[: start - cut], shown[start - cut : start - cut + max(length, 1)]
    lead = "…" if cut else ""
    tail = "…" if cut + _WIDEST < len(line) else ""
    width, carets = (_width(safe(text.replace("\t", " "))) for text in (before, meant))
    return f"{lead}{safe(shown.replace(chr(9), ' '))}{tail}", " " * (len(lead) + width) + "^" * max(carets, 1)


def _width(text: str) -> int:
    """Return how many columns a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


# --- GitHub


def _annotation(one: Located) -> str:
    """Return a workflow command (https://docs.github.com/actions/reference/workflow-commands-for-github-actions)."""
    p = one.problem
    kind = "error" if p.severity == ERROR else "warning"
    place = ",".join(
        f"{name}={_escaped(safe_line(str(value)), in_property=True)}"
        for name, value in (
            ("file", p.path),
            ("line", p.line),
            ("col", p.column),
            ("title", f"{p.code} {p.key}".strip()),
        )
    )
    return f"::{kind} {place}::{_escaped(safe(f'{p.message} {p.hint}'.strip()))}"


def _escaped(text: str, *, in_property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text
