"""What a push or pull has done -> lines for people, a value for programs. It decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from ..zotero.merging import CONFLICT, PUSH
from ..zotero.outcomes import CREATED, FAILED, KINDS, RESTORED, UNCHANGED, UPDATED
from . import safe_line

if TYPE_CHECKING:
    from ..commands.syncing import Pulled
    from ..zotero.merging import Difference
    from ..zotero.outcomes import Outcome, Report

_COLOURS = {CREATED: "green", UPDATED: "green", RESTORED: "green", FAILED: "red"}
_LONGEST = 60
"""Characters of a value that a person is shown."""


def show_report(report: Report, *, dry: bool = False) -> None:
    """Print a line for each collection made and each entry, with the fields in which the two sides differ."""
    for name in report.collections:
        click.secho(f"{_would('created', dry=dry):<13}collection {safe_line(name)}", fg="green")
    for why in report.refused:
        click.secho(safe_line(why), fg="red")
    for outcome in report.outcomes.values():
        _show_outcome(outcome, dry=dry)


def show_pull(done: Pulled) -> None:
    """Print what the diff does not say, to stderr: conflicts, what cannot be brought back, what is new in the collection."""
    for outcome in done.pull.report.outcomes.values():
        if outcome.what != UPDATED or any(d.why or d.verdict == CONFLICT for d in outcome.differences):
            _show_outcome(outcome, dry=False, err=True)
    for one in done.pull.new:
        if one.key not in done.added:
            title = safe_line(one.remote.item.fields.get("title", ""))
            click.echo(f"{'new':<13}{safe_line(one.key)}: {title} (--new adds it)", err=True)


def pull_summary(done: Pulled, requests: Mapping[str, int], *, written: bool | None) -> str:
    """Return the closing line for people."""
    counts = done.pull.report.counts()
    changed = counts.get(UPDATED, 0)
    verb = "changed" if written else "would change" if written is None else "unchanged"
    parts = [f"{changed} {'entry' if changed == 1 else 'entries'} {verb}"]
    parts += [f"{len(done.added)} added" if written else f"{len(done.added)} would be added"] if done.added else []
    parts += [f"{counts['conflict']} with conflicts"] if counts.get("conflict") else []
    hint = " Apply with --write." if done.diff and written is None else ""
    return f"{', '.join(parts)}. Requests: {_requests(requests['reads'], 'read')}.{hint}"


def pull_json(done: Pulled, *, written: bool | None, **more: Any) -> dict[str, Any]:
    """Return everything for a program."""
    names = ("key", "field", "old", "new", "value", "source")
    return {
        **report_json(done.pull.report, **more),
        "written": bool(written),
        "changes": [{name: getattr(change, name) for name in names} for change in done.pull.plan.changes],
        "new": [
            {"key": one.key, "item": one.remote.key, "category": one.category, "added": one.key in done.added}
            for one in done.pull.new
        ],
        "diff": done.diff,
    }


def _show_outcome(outcome: Outcome, *, dry: bool, err: bool = False) -> None:
    writes, wants_person, words = KINDS[outcome.what]
    text = outcome.text or words
    fields = ", ".join(difference.name for difference in outcome.differences if difference.verdict == PUSH)
    said = text or (fields if outcome.what == UPDATED else "")
    what = _would(outcome.what, dry=dry) if writes else outcome.what
    colour = _COLOURS.get(outcome.what, "yellow" if wants_person else None)
    click.secho(safe_line(f"{what:<13}{outcome.key}{f': {said}' if said else ''}"), fg=colour, err=err)
    for difference in outcome.differences:
        if difference.verdict != PUSH:
            _show_difference(difference, err=err)


def _show_difference(difference: Difference, *, err: bool) -> None:
    is_conflict = difference.verdict == CONFLICT
    mine, theirs = _value(difference.mine), _value(difference.theirs)
    why = f" ({difference.why})" if difference.why else ""
    line = f"{difference.name}: {mine} in the file, {theirs} in Zotero{why}"
    click.secho(f"  {'CONFLICT ' if is_conflict else ''}{safe_line(line)}", fg="red" if is_conflict else None, err=err)


def _value(text: str) -> str:
    shown = safe_line(text)
    return f'"{shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"}"' if shown else "nothing"


def _would(what: str, *, dry: bool) -> str:
    return {"created": "create", "updated": "update", "restored": "restore", "pruned": "prune"}[what] if dry else what


def summary(report: Report, requests: Mapping[str, int], *, dry: bool = False) -> str:
    """Return the closing line for people."""
    counts = report.counts()
    parts = [f"{number} {name}" for name, number in counts.items()] or ["nothing to do"]
    if report.collections:
        parts.insert(0, f"{len(report.collections)} collection{'s' if len(report.collections) > 1 else ''} made")
    hint = " Settle conflicts on one side, or let the file win: --overwrite FIELD." if counts.get("conflict") else ""
    if dry:
        hint += " Dry run: nothing was written."
    return f"{', '.join(parts)}. Requests: {_requests(requests['reads'], 'read')}, {_requests(requests['writes'], 'write')}.{hint}"


def _requests(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def report_json(report: Report, **more: Any) -> dict[str, Any]:
    """Return everything for a program. Entries that are in step are only counted."""
    return {
        **more,
        "counts": {UNCHANGED: 0, **report.counts()},
        "collections_created": list(report.collections),
        "collections_refused": list(report.refused),
        "entries": [
            {
                "key": outcome.key,
                "item": outcome.item or None,
                "what": outcome.what,
                "text": outcome.text or KINDS[outcome.what][2],
                "differences": [
                    {
                        "field": difference.name,
                        "file": difference.mine,
                        "zotero": difference.theirs,
                        "verdict": difference.verdict,
                    }
                    for difference in outcome.differences
                ],
            }
            for outcome in report.outcomes.values()
        ],
        "incomplete": report.incomplete or None,
    }
