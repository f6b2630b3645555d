"""New entries -> where each goes in the file: behind its section, parents behind their children. Nothing is changed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..bibfile import Document, RawEntry
from ..edits import AddEntry
from ..model import Category

_DEEPEST = 20
"""Generations of parents that are followed; nobody has more than two."""


@dataclass(frozen=True, slots=True)
class New:
    """An entry that is to come into the file."""

    key: str
    source: str
    category: str = ""
    parent: str = ""
    """The key that its ``crossref`` names."""


def additions(
    document: Document, categories: Sequence[Category], sections: Iterable[tuple[str, str]], new: Sequence[New]
) -> list[AddEntry]:
    """Return the edits that put new entries behind the last one of their section, or of the nearest before it that has any.

    `sections` are (key, category) of the entries that are there, in the file's order. What has no section goes to the end. A parent
    comes behind its children, because BibTeX finds it only there.
    """
    slugs = [item.slug for item in categories]
    keys = _anchors(document)
    at = {key: index for index, key in enumerate(keys)}
    ends = dict(at)
    last = {category: key for key, category in sections if category and key in at}
    by_slug: dict[str, list[New]] = {}
    for item in new:
        by_slug.setdefault(item.category, []).append(item)
    order = sorted(by_slug, key=lambda slug: slugs.index(slug) if slug in slugs else len(slugs))
    late = _late([item for slug in order for item in by_slug[slug]])
    found: list[AddEntry] = []
    for slug in order:
        before = slugs[: slugs.index(slug) + 1] if slug in slugs else []
        after = next((last[each] for each in reversed(before) if each in last), "")
        ends_at = ends.get(after, len(keys))
        for item in by_slug[slug]:
            if item.key in late:
                continue
            parent = at.get(item.parent, 0)
            if 0 < parent <= ends_at:
                found.append(AddEntry(item.source, keys[parent - 1]))
                continue
            found.append(AddEntry(item.source, after))
            if after:  # else each would push the one before it further down
                after = last[slug] = item.key
                ends[after] = ends_at
    return [*found, *(AddEntry(item.source) for item in late.values())]


def _anchors(document: Document) -> list[str]:
    """Return the keys of the entries that others can be put behind: those that are whole, and have their key alone."""
    raws = [(raw.key, not raw.slips) for raw in document.entries() if type(raw) is RawEntry]
    times = Counter(key.lower() for key, _ in raws)
    return [key for key, sound in raws if sound and times[key.lower()] == 1]


def _late(new: Sequence[New]) -> Mapping[str, New]:
    """Return the parents that would stand in front of a child, those of parents behind these."""
    by_key = {item.key: item for item in new}
    depth: dict[str, int] = {}
    youngest: dict[str, int] = {}
    for number, item in enumerate(new):
        child, generation = item, 1
        while (parent := by_key.get(child.parent)) is not None and parent is not item and generation < _DEEPEST:
            depth[parent.key] = max(depth.get(parent.key, 0), generation)
            youngest[parent.key] = max(youngest.get(parent.key, 0), number)
            child, generation = parent, generation + 1
    places = {item.key: number for number, item in enumerate(new)}
    moved: dict[str, New] = {}
    wanted: set[str] = set()
    for key in sorted(depth, key=lambda key: (depth[key], places[key])):
        if places[key] < youngest[key] or key in wanted:
            moved[key] = by_key[key]
            wanted.add(moved[key].parent)
    return moved
