"""What ``bib import`` found, for people: how much is new, what is there already, what found no place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from . import leftovers

if TYPE_CHECKING:
    from ..commands.importing import Result

_MOST = 20


def lines(done: Result, name: str, *, written: bool, verbose: bool) -> Iterator[str]:
    """Yield the lines to tell, the summary last."""
    for each in done.conflicts:
        yield f'{name}, {each.place}: {each.key}: {each.field} is "{each.theirs}" there and "{each.ours}" here, which stays.'
    there = frozenset(done.present)
    yield from _some([_renamed(name, *row, there) for row in done.renamed], "keys that changed", verbose=verbose)
    if done.left and not verbose:
        number = len({each.place for each in done.left})
        whose = "an entry that is there" if number == 1 else f"{number} entries that are there"
        yield f"{name}: notes, keywords or abstracts of {whose} are not taken; bib -v shows them."
    for words in done.left if verbose else ():
        yield f"{name}, {words.place}: {words.key}: its {words.field} is not taken: {words.text}"
    yield from leftovers.lines(name, done.unmapped, verbose=verbose)
    if done.lost_characters:
        yield f"{name}: {done.lost_characters} characters were lost when it was mis-decoded; entries that lack any were left out."
    for what, slugs in (("category", done.grown.categories), ("topic", done.grown.topics)):
        if slugs:
            names = ", ".join(each.slug for each in slugs)
            yield f"new {what if len(slugs) == 1 else {'category': 'categories', 'topic': 'topics'}[what]}: {names}"
    if done.headings and done.added:
        yield f"{name}: no categories are configured, so that its {done.headings} headings are lost; --new-categories makes them."
    verb = "imported" if written else "would be imported"
    number = len(done.added)
    counts = f"{number} {'entry' if number == 1 else 'entries'} {verb}, {len(done.present)} there already"
    if done.filled:
        filled = len(done.filled)
        counts += (
            f" ({filled} of them {'got' if written else 'would get'} what {'it' if filled == 1 else 'they'} lacked)"
        )
    lost = len(done.unmapped)
    yield f"{name} ({done.format}): {counts}, {lost} {'thing' if lost == 1 else 'things'} without a place."
    if not (done.added or done.filled):
        yield "Nothing was changed." if written else "dry run: there is nothing to change."
    elif not written:
        yield "dry run: nothing was written."
    elif done.added:
        yield "No source was asked. `bib enrich` fills in what is missing."


def _renamed(name: str, place: str, old: str, key: str, there: Collection[tuple[str, str]]) -> str:
    if (place, key) in there:
        return f'{name}, {place}: "{old}" is there already as "{key}".'
    return f'{name}, {place}: the key "{old}" is taken, or BibTeX cannot read it; the new entry has "{key}".'


def _some(rows: Sequence[str], what: str, *, verbose: bool) -> Iterator[str]:
    """Yield the first lines and how many more there are; all of them where asked for."""
    shown = rows if verbose else rows[:_MOST]
    yield from shown
    if len(shown) < len(rows):
        yield f"... and {len(rows) - len(shown)} more {what}; bib -v shows all."
