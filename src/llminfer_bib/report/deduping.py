"""Groups of entries that are one work, and what a merge did, as a person or a program sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from ..commands.deduping import Deduping
from ..duplicates import Group
from . import safe_line, to_json

_LONGEST = 60


def show_groups(groups: Sequence[Group], *, as_json: bool) -> None:
    """Print a line for each group: its keys, whether it is certain, and why."""
    if as_json:
        click.echo(to_json([group_row(group) for group in groups]))
        return
    for group in groups:
        sure = "certain" if group.certain else "look at it"
        click.echo(safe_line(f"{' '.join(group.keys)}  [{sure}]  {'; '.join(group.reasons)}"))


def group_row(group: Group) -> dict[str, object]:
    """Return a group for programs."""
    return {"keys": list(group.keys), "certain": group.certain, "reasons": list(group.reasons)}


def merge_data(done: Deduping, *, written: bool) -> dict[str, object]:
    """Return a merge for programs."""
    return {
        "written": written,
        "merged": [
            {
                "kept": each.kept,
                "dropped": each.dropped,
                "taken": list(each.taken),
                "conflicts": [{"field": c.field, "kept": c.kept, "dropped": c.dropped} for c in each.conflicts],
            }
            for each in done.merged
        ],
        "left": [group_row(group) for group in done.left],
        "remarks": list(done.remarks),
        "files": [file.name for file in done.files],
    }


def remarks(done: Deduping) -> Iterator[str]:
    """Yield what to tell a person: each merge, each value that went, what was left as it is, each group that was left."""
    for each in done.merged:
        yield f"{each.dropped} -> {each.kept}" + (f": took {', '.join(each.taken)}" if each.taken else "")
        for conflict in each.conflicts:
            kept = f'"{_short(conflict.kept)}" stays' if conflict.kept else "was not taken"
            yield f'{each.kept}: `{conflict.field}` {kept}; {each.dropped} had "{_short(conflict.dropped)}".'
    yield from done.remarks
    for group in done.left:
        named = (
            "" if len(set(group.keys)) < len(group.keys) else f" Name them: bib dedupe --merge {' '.join(group.keys)}"
        )
        yield f"left: {' '.join(group.keys)} ({'; '.join(group.reasons)}).{named}"
    if not done.merged:
        yield "nothing to merge."


def _short(value: str) -> str:
    value = " ".join(value.split())
    return value if len(value) <= _LONGEST else value[: _LONGEST - 3] + "..."
