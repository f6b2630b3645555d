"""A plan -> JSON for programs and a closing line for people; and the question about a candidate. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from .. import names
from ..enrich.explaining import CHANGED, MISSING, PERSON, REMOVED, SOURCE, Explained
from ..model import Date, People
from ..plans import Candidate, Plan, Unit
from ..problems import ERROR, Problem
from . import safe_line
from .findings import counted, problem_row

_LONGEST = 300


def plan_json(plan: Plan, problems: Iterable[Problem], requests: Mapping[str, int]) -> dict[str, Any]:
    """Return a plan as JSON-able data: every change with old, new, source and reason."""
    return {
        "entries": [_unit(unit) for unit in plan.units],
        "conflicts": [
            {name: getattr(item, name) for name in ("key", "field", "mine", "theirs", "source", "why")}
            for item in plan.conflicts
        ],
        "reviews": [_candidate(candidate) for candidate in plan.reviews],
        "warnings": [
            {
                "key": item.key,
                "kind": item.notice.kind,
                "label": item.notice.label,
                "doi": item.notice.doi,
                "date": _iso(item.notice.date),
                "asserted_by": item.notice.asserted_by,
                "source": item.source,
            }
            for item in plan.warnings
        ],
        **{
            name: [{"key": q.key, "source": q.source, "id": q.id, "reason": q.reason} for q in questions]
            for name, questions in (("unknown", plan.unknown), ("deferred", plan.deferred))
        },
        "problems": [problem_row(problem) for problem in problems],
        "requests": dict(requests),
    }


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "key": unit.key,
        "reason": unit.reason,
        "upgrade": unit.upgrade,
        "changes": [
            {name: getattr(change, name) for name in ("field", "old", "new", "value", "source", "reason")}
            for change in unit.changes
        ],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    record = candidate.record
    return {
        "key": candidate.key,
        "record": record.origin,
        "title": record.title,
        "authors": [names.display(person) for person in record.authors],
        "venue": record.venue,
        "date": _iso(record.date),
        "doi": record.doi,
        "url": record.url,
        "title_ratio": round(candidate.ratio, 3),
        "author_overlap": round(candidate.overlap, 3),
        "why": candidate.why,
    }


def _iso(date: Date | None) -> str | None:
    return date.iso() if date else None


_WOULD = ("entry would change", "entries would change")
_DID = ("entry changed", "entries changed")


def summary(plan: Plan, requests: Mapping[str, int], *, written: bool | None) -> str:
    """Return the closing line for people. `written` is None where nothing was to be written."""
    upgraded = sum(unit.upgrade for unit in plan.units)
    parts = [
        counted(len(plan.units), *(_WOULD if written is None else _DID)),
        counted(upgraded, "of them is now published", "of them are now published") if upgraded else "",
        counted(len(plan.conflicts), "conflict", "conflicts") if plan.conflicts else "",
        counted(len(plan.reviews), "candidate to judge", "candidates to judge") + " (--review)" if plan.reviews else "",
        counted(len(plan.deferred), "question deferred", "questions deferred") if plan.deferred else "",
    ]
    asked = ", ".join(f"{name} {count}" for name, count in requests.items() if count) or "none"
    hint = " Apply with --write." if plan.units and written is None else ""
    return f"{'; '.join(filter(None, parts))}. Requests: {asked}.{hint}"


def warn_of(problems: Iterable[Problem]) -> None:
    """Print what needs a person, every line of it, the grave ones in red."""
    for problem in problems:
        click.secho(safe_line(str(problem)), err=True, fg="red" if problem.severity == ERROR else "yellow")


def ask_about(candidate: Candidate) -> bool | None:
    """Show a candidate and ask: True for yes, False for no and never again, None to skip it this time."""
    record = candidate.record
    click.secho(f"\n{candidate.key}: is this the same work?", bold=True, err=True)
    rows = (
        ("title", record.title),
        ("authors", _people(record.authors)),
        ("where", " · ".join(filter(None, (record.venue, _iso(record.date) or "", record.doi or record.url)))),
        ("because", f"{candidate.why} (title {candidate.ratio:.0%}, authors {candidate.overlap:.0%})"),
    )
    for name, value in rows:
        click.echo(f"  {name:<8}{safe_line(value)}", err=True)
    answer = click.prompt(
        "  y yes · n no, do not ask again · s skip", type=click.Choice(("y", "n", "s")), default="s", err=True,
        show_choices=False,
    )  # fmt: skip
    return {"y": True, "n": False}.get(answer)


def _people(people: People) -> str:
    shown = [names.display(person) for person in people]
    return ", ".join(shown[:6]) + (f" and {len(shown) - 6} more" if len(shown) > 6 else "")


_BY = {
    PERSON: "a person",
    SOURCE: "{source}, {at}",
    CHANGED: "a person, over {source} ({at}), which had: {wrote}",
    REMOVED: "a person removed what {source} had ({at}): {wrote}",
    MISSING: "not in the file",
}


def show_explained(found: Iterable[Explained]) -> None:
    """Print fields with whose they are; below each, what sources say otherwise, or the count of those that agree."""
    for item in found:
        by = _BY[item.by].format(source=item.source, at=item.at[:10], wrote=item.wrote)
        click.echo(
            f"{click.style(safe_line(item.field.removeprefix('@')), bold=True)} = {_cut(item.value) or '-'}\n    {safe_line(_cut(by))}"
        )
        for said in item.says:
            if said.difference == "same":
                if item.by != SOURCE or said.source != item.source:
                    click.echo(f"    {safe_line(said.source)} says the same")
            else:
                why = f" ({safe_line(said.why)})" if said.why else ""
                click.echo(f"    {safe_line(said.source)} says: {_cut(said.value)}{why}")


def _cut(text: str) -> str:
    text = safe_line(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
