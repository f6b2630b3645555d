"""Zotero item -> entry: what a person changed there as changes of the entry's fields, and a new item as a new entry. Pure.

Each field has its own rules in the ``reverse_*`` modules; which values differ at all is said by `merging`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..model import Entry
from ..plans import Change
from . import reverse_entries, reverse_fields, reverse_lines, reverse_people
from .merging import CREATORS, TYPE, is_same
from .values import Item
from .wishes import NOTHING, RefusedError, Task, Wish
from .wishes import changes as proven

EXTRA, TAGS = "extra", "tags"
_NO_FIELDS = frozenset({"citationKey", "libraryCatalog"})


@dataclass(frozen=True, slots=True)
class Reversed:
    """What comes back from an item."""

    changes: tuple[Change, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """(the name of a field of the item, ``itemType``, ``creators``, ``tags`` or ``extra``; why it cannot be brought back)."""


def changes(
    entry: Entry,
    old: Item,
    new: Item,
    *,
    source: str = "zotero",
    biblatex: bool = False,
    written: Mapping[str, str] = NOTHING,
    categories: Collection[str] = (),
    topics: Collection[str] = (),
) -> Reversed:
    """Return the changes that make the item of an entry (`old`, as `mapping` made it) become `new`.

    `source` goes into each change. `biblatex` tells whether new fields get biblatex's names. `written` are the entry's own
    fields as source without delimiters: with them names keep their spelling, and nothing inherited is removed.
    `categories` and `topics` are the slugs of the configuration: they tell where a new keyword stands.
    """
    if old == new:
        return Reversed()
    task = Task(entry, old.type, source, biblatex, written, frozenset(categories), frozenset(topics), dict(new.fields))
    found: dict[str, Change] = {}
    refused: list[tuple[str, str]] = []

    def take(name: str, wishes: Callable[[], Iterable[Wish]]) -> None:
        try:
            more = proven(task, wishes())
            for field, change in more.items():
                if field in found and found[field].value != change.value:
                    raise RefusedError(f"another field of the item says something else about `{field}`")
            found.update(more)
        except RefusedError as why:
            refused.append((name, str(why)))

    if old.type != new.type:
        refused.append((TYPE, f"`{new.type}` is Zotero's word only; the entry stays @{entry.type}"))
    for name, before, after in _differing(old, new):
        take(name, lambda n=name, b=before, a=after: reverse_fields.wishes(task, n, b, a))  # type: ignore[misc]
    if old.creators != new.creators:
        take(CREATORS, lambda: reverse_people.wishes(task, old.creators, new.creators))
        refused += [(CREATORS, why) for why in reverse_people.strangers(task, old.creators, new.creators)]
    if old.tags != new.tags:
        take(TAGS, lambda: reverse_lines.keywords(task, old.tags, new.tags))
        refused += [(TAGS, why) for why in reverse_lines.unfit(old.tags, new.tags)]
    for wishes, why in reverse_lines.lines_of_extra(task, old.extra, new.extra):
        take(EXTRA, lambda w=wishes: w)  # type: ignore[misc]
        refused += [(EXTRA, why)] if why else []
    return Reversed(tuple(found.values()), _by_name(refused))


def entry(
    new: Item, *, category: str, taken: Collection[str], biblatex: bool = False, abstract: bool = False
) -> tuple[str, str]:
    """Return the key and the source of a new entry for an item that the file does not have.

    `category` is the slug of its section, or nothing. The key is the item's own where that is one and is not among
    `taken` (in lower case), else it is made as ``bib add`` does. The abstract comes only on demand, as everywhere.
    """
    made = reverse_entries.blank(new, taken)
    left_out = _NO_FIELDS if abstract else _NO_FIELDS | {"abstractNote"}
    fields = {
        name: value
        for name, value in new.fields.items()
        if name not in left_out and not reverse_entries.said_by_type(made, name, value)
    }
    tags = (category, *(tag for tag in new.tags if tag != category)) if category else new.tags
    wanted = replace(new, fields=fields, tags=tags, extra=())
    brought = changes(made, Item(new.type), wanted, biblatex=biblatex, categories={category} if category else ())
    sources = {change.field: change.value for change in brought.changes}
    for wishes, _ in reverse_entries.lines(Task(made, new.type, new=dict(new.fields)), new.extra):
        try:
            more = proven(Task(made, new.type), wishes)
        except RefusedError:
            continue
        for name, change in more.items():
            sources.setdefault(name, change.value)
    return made.key, reverse_entries.source(made, reverse_entries.with_language(new, sources))


def _differing(old: Item, new: Item) -> Iterator[tuple[str, str, str]]:
    """Yield (name, before, after) of the fields that differ; of another type, only those that both have."""
    for name in dict.fromkeys((*old.fields, *new.fields)):
        before, after = old.fields.get(name, ""), new.fields.get(name, "")
        if is_same(name, before, after) or (old.type != new.type and not (before and after)):
            continue
        yield name, before, after


def _by_name(refused: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the reasons, one text for each name."""
    found: dict[str, dict[str, None]] = {}
    for name, why in refused:
        found.setdefault(name, {})[why] = None
    return tuple((name, "; ".join(whys)) for name, whys in found.items())
