"""The collections that an entry of the list belongs into: one for the list, in it one for each category. Nothing is sent here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..categories import heading
from ..model import Category
from ..problems import EXIT_CONFLICTS, EXIT_USAGE, BibError
from .values import Collection, Json

_ALPHABET: Final = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
"""Of object keys: no 0, 1 and O."""
_KEY_LENGTH: Final = 8


class AmbiguousCollectionError(BibError):
    """Several collections have the name."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, keys: Sequence[str]) -> None:
        super().__init__(
            f'Zotero has {len(keys)} collections called "{name}" ({", ".join(keys)}). '
            "Rename one there, or choose another name by --collection."
        )


class LostCollectionError(BibError):
    """The list's collection was deleted in Zotero."""

    exit_code = EXIT_CONFLICTS

    def __init__(self, name: str) -> None:
        super().__init__(
            f'The collection "{name}" was deleted in Zotero, so nothing was written. '
            "To make it again, use --restore; for another one, --collection NAME."
        )


@dataclass(frozen=True, slots=True)
class Branch:
    """A collection as it should be."""

    path: str
    """What it is called in the ledger: the name of the list's own, with ``/SLUG`` behind it for that of a category."""
    name: str
    slug: str = ""
    """The category, or nothing for the list's own."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Our collections: those that are there, those to be made, those that a person deleted."""

    keys: Mapping[str, str]
    """By slug; the list's own by an empty text."""
    missing: tuple[Branch, ...] = ()
    lost: tuple[Branch, ...] = ()

    def collection(self, category: str) -> tuple[str, ...]:
        """Return in which collection an entry of a category is: that of the category, else the list's own."""
        key = self.keys.get(category) or self.keys.get("")
        return (key,) if key else ()


def branches(name: str, categories: Iterable[Category], used: Iterable[str], lang: str) -> list[Branch]:
    """Return the collections of a list: its own first, then one for each category that has entries, in reading order."""
    there = set(used)
    return [
        Branch(name, name),
        *(
            Branch(f"{name}/{category.slug}", heading(replace(category, emoji=""), lang), category.slug)
            for category in categories
            if category.slug in there
        ),
    ]


def find(
    wanted: Sequence[Branch], known: Mapping[str, str], there: Iterable[Collection], *, restore: bool = False
) -> Tree:
    """Find collections by what the ledger knows, else by name under the right parent.

    Raises AmbiguousCollectionError, and LostCollectionError where the list's own was deleted.
    """
    live = {one.key: one for one in there if not one.trashed}
    keys: dict[str, str] = {}
    missing: list[Branch] = []
    lost: list[Branch] = []
    for branch in wanted:
        key = known.get(branch.path, "")
        if key in live:
            keys[branch.slug] = key
        elif key and not restore:
            if not branch.slug:
                raise LostCollectionError(branch.name)
            lost.append(branch)
        elif same := _same_name(branch, keys, live.values()):
            keys[branch.slug] = same
        else:
            missing.append(branch)
    return Tree(keys, tuple(missing), tuple(lost))


def _same_name(branch: Branch, keys: Mapping[str, str], live: Iterable[Collection]) -> str:
    """Return the one collection of the name under the right parent, or nothing."""
    parent = keys.get("", "") if branch.slug else ""
    if branch.slug and not parent:
        return ""
    same = sorted(one.key for one in live if one.name == branch.name and one.parent == parent)
    if len(same) > 1:
        raise AmbiguousCollectionError(branch.name, same)
    return same[0] if same else ""


def creation(branch: Branch, parent: str, *, key: str) -> Json:
    """Return what makes a collection; without a key, Zotero chooses one."""
    made: Json = {"name": branch.name, "parentCollection": parent or False}
    return {"key": key, "version": 0, **made} if key else made


def object_key(*seed: str) -> str:
    """Return a key for a new object that is always the same for the same seed, so that two runs make one object."""
    number = int.from_bytes(hashlib.sha256("\0".join(seed).encode("utf-8", "replace")).digest())
    letters = []
    for _ in range(_KEY_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)
