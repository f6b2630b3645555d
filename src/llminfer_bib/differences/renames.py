"""Which entry came back under another key: the same identifier, or the same title and people. Never a guess between two.

Only entries that one side alone has are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..alike import fold, squeezed, title_key
from ..model import Entry
from .versions import Item


@dataclass(frozen=True, slots=True)
class Pair:
    """An entry's old and new key, and how it was known again."""

    old: str
    new: str
    why: str


def _families(entry: Entry) -> tuple[str, ...]:
    people = entry.authors.persons or entry.editors.persons
    return tuple(squeezed(fold(person.literal or person.family or person.given)) for person in people)


def _work(entry: Entry) -> str:
    title, people = squeezed(title_key(entry.title.text)), _families(entry)
    return "\n".join((title, *people)) if title and people else ""


def _page(entry: Entry) -> str:
    """Return title and link: how an item without authors is known."""
    title = squeezed(title_key(entry.title.text))
    return f"{title}\n{entry.url}" if title and entry.url else ""


SIGNS: tuple[tuple[str, Callable[[Entry], str]], ...] = (
    ("the same key but for its capitals", lambda entry: entry.key.lower()),
    ("the same DOI", lambda entry: entry.doi),
    ("the same arXiv id", lambda entry: entry.arxiv),
    ("the same title and people", _work),
    ("the same title and link", _page),
)
"""What two entries can have in common, the surest first; an empty text says nothing."""


def pairs(gone: Mapping[str, Item], come: Mapping[str, Item]) -> Iterator[Pair]:
    """Yield who came back. Where several entries on a side share a sign, it says nothing about any of them."""
    left, right = dict(gone), dict(come)
    for why, sign in SIGNS:
        if not left or not right:
            return
        here, there = _single(left.values(), sign), _single(right.values(), sign)
        for mark, old in here.items():
            new = there.get(mark)
            if old is not None and new is not None and _may_be_one(left[old].entry, right[new].entry):
                yield Pair(old, new, why)
                del left[old], right[new]


def _single(items: Iterable[Item], sign: Callable[[Entry], str]) -> dict[str, str | None]:
    """Return the key of the only entry with each sign; None where there are several."""
    found: dict[str, str | None] = {}
    for item in items:
        if mark := sign(item.entry):
            found[mark] = None if mark in found else item.key
    return found


def _may_be_one(old: Entry, new: Entry) -> bool:
    """Return whether nothing speaks against it: two DOIs or two arXiv ids are two works."""
    return not (old.doi and new.doi and old.doi != new.doi) and not (old.arxiv and new.arxiv and old.arxiv != new.arxiv)
