"""What ``bib import`` found, for people: how much is new, what is there already, what found no place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..commands.importing import Result

_MOST = 20


def lines(done: Result, name: str, *, written: bool, verbose: bool) -> Iterator[str]:
    """Yield the lines to tell, the summary last."""
    for each in done.conflicts:
        yield f'{name}, {each.place}: {each.key}: {each.field} is "{each.theirs}" there and "{each.ours}" here, which stays.'
    shown = done.unmapped if verbose else done.unmapped[:_MOST]
    for item in shown:
        key = f"{item.key}: " if item.key else ""
        yield f"{name}, {item.place}: {key}not imported: {item.what} ({item.why})."
    if len(shown) < len(done.unmapped):
        yield f"... and {len(done.unmapped) - len(shown)} more that were not imported; bib -v shows all."
    if done.lost_characters:
        yield f"{name}: {done.lost_characters} characters were lost when it was mis-decoded; entries that lack any were left out."
    verb = "imported" if written else "would be imported"
    number = len(done.added)
    counts = f"{number} {'entry' if number == 1 else 'entries'} {verb}, {len(done.present)} there already"
    if done.filled:
        counts += f" ({len(done.filled)} of them got what they lacked)"
    yield f"{name} ({done.format}): {counts}, {len(done.unmapped)} things without a place."
    if done.added:
        yield (
            "No source was asked. `bib enrich` fills in what is missing."
            if written
            else "dry run: nothing was written."
        )
