"""The values of a sync: Item (what our side wants), Remote (what Zotero has), Library, what a write did. Nothing is decided here.

Names of fields, item types and creator types are those of Zotero's schema, as the API's JSON has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LibraryId:
    """A library of a Zotero account: ``users/12345``, ``groups/678``; on the desktop the user is 0."""

    kind: str
    """``user`` or ``group``."""
    number: int

    def __str__(self) -> str:
        return f"{self.kind}s/{self.number}"


@dataclass(frozen=True, slots=True)
class Creator:
    """One creator: either `name` alone, or `last` with `first` (which may be empty)."""

    type: str
    """``author``, ``editor``, ``programmer``..."""
    last: str = ""
    first: str = ""
    name: str = ""

    def json(self) -> Json:
        """Return it as the API has it."""
        if self.name:
            return {"creatorType": self.type, "name": self.name}
        return {"creatorType": self.type, "firstName": self.first, "lastName": self.last}


def creator_of(data: Mapping[str, Any]) -> Creator:
    """Read the API's form."""
    kind = str(data.get("creatorType", ""))
    if data.get("name"):
        return Creator(kind, name=str(data["name"]))
    return Creator(kind, str(data.get("lastName", "")), str(data.get("firstName", "")))


@dataclass(frozen=True, slots=True)
class Item:
    """What can be compared and merged of an item: from an entry, or from Zotero. Empty fields are left out."""

    type: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """By the type's own field names, ``title`` and ``citationKey`` too, without ``extra``; no value is empty."""
    creators: tuple[Creator, ...] = ()
    tags: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    """The lines of Extra."""
    collections: tuple[str, ...] = ()
    """Keys of collections. Of our own item: of that one of our tree in which it belongs."""


@dataclass(frozen=True, slots=True)
class Remote:
    """An item as Zotero has it."""

    key: str
    version: int
    item: Item
    trashed: bool = False
    automatic: frozenset[str] = frozenset()
    """The tags that no person set: their type is 1 and stays so."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as Zotero has it."""

    key: str
    version: int
    name: str
    parent: str = ""
    """The key of the collection above, or nothing."""
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one object of a batch was not written."""

    code: int
    """An HTTP status: 400, 404, 409, 412, 413, 428."""
    message: str
    """The server's words, as plain text."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one batch, by index into what was sent."""

    saved: Mapping[int, Json] = field(default_factory=dict)
    """The whole objects as they are now: ``key``, ``version``, ``data``."""
    unchanged: Mapping[int, str] = field(default_factory=dict)
    """The keys of those that were so already."""
    failed: Mapping[int, Failure] = field(default_factory=dict)
    version: int = 0
    """The library's version after the write."""


_NOT_FIELDS = frozenset(
    {"key", "version", "itemType", "creators", "tags", "collections", "relations", "extra", "deleted", "dateAdded"}
    | {"dateModified", "parentItem", "note", "inPublications", "mtime", "md5", "contentType", "charset", "filename"}
)


def item_of(data: Mapping[str, Any]) -> Item:
    """Read the API's ``data`` of a regular item."""
    return Item(
        str(data.get("itemType", "")),
        {
            name: value
            for name, value in data.items()
            if name not in _NOT_FIELDS and isinstance(value, str) and value.strip()
        },
        tuple(creator_of(creator) for creator in data.get("creators") or ()),
        tuple(str(tag.get("tag", "")) for tag in data.get("tags") or ()),
        tuple(str(data.get("extra") or "").replace("\r\n", "\n").split("\n")) if data.get("extra") else (),
        tuple(map(str, data.get("collections") or ())),
    )


def remote_of(obj: Mapping[str, Any]) -> Remote:
    """Read one item as the API lists it."""
    data = obj["data"]
    automatic = frozenset(str(tag["tag"]) for tag in data.get("tags") or () if tag.get("type") == 1)
    return Remote(str(data["key"]), int(data["version"]), item_of(data), bool(data.get("deleted")), automatic)


def collection_of(obj: Mapping[str, Any]) -> Collection:
    """Read one collection as the API lists it."""
    data = obj["data"]
    parent = data.get("parentCollection") or ""
    return Collection(
        str(data["key"]), int(data["version"]), str(data.get("name", "")), str(parent), bool(data.get("deleted"))
    )
