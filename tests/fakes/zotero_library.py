"""One library of the fake Zotero: its objects, their versions, what was deleted, and a person's hands on them; HTTP is not here.

Every change raises the version of the library, and the object that changed takes that version. ``items`` and ``collections`` hold the ``data`` objects as
the API gives them; change them only through the methods, because lists and children are indexed.
"""

from __future__ import annotations

import copy
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from .zotero_types import CREATORS, FIELDS

KEY_LETTERS = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
Data = dict[str, Any]


def now() -> str:
    """Return the time as the API writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def template(kind: str) -> Data:
    """Return an item of this type with all its fields empty, in the order of the API."""
    if kind == "note":
        data: Data = {"itemType": "note", "note": ""}
    elif kind == "attachment":
        data = {"itemType": "attachment", "linkMode": "", "title": "", "accessDate": "", "url": "", "note": ""}
        data |= {"contentType": "", "charset": "", "filename": "", "md5": None, "mtime": None}
    else:
        data = {"itemType": kind, "title": ""}
        if CREATORS.get(kind):
            data["creators"] = []
        data |= dict.fromkeys(FIELDS[kind], "")
    return data | {"tags": [], "collections": [], "relations": {}}


class Library:
    """The objects of ``users/1`` or ``groups/7``."""

    def __init__(self, path: str, lock: threading.RLock, name: str = "") -> None:
        self.path, self.name = path, name or path
        self.version = 0
        self.items: dict[str, Data] = {}
        """Key -> data, the version included; trashed ones have ``deleted: 1``."""
        self.collections: dict[str, Data] = {}
        self.deleted: dict[str, dict[str, int]] = {"items": {}, "collections": {}}
        """What was deleted for good: key -> the version of the library at that moment."""
        self.clock: Callable[[], str] = now
        self.lists: dict[Any, list[str]] = {}
        """Lists that were asked for since the last change (filled by the reader of lists)."""
        self._lock = lock
        self._children: dict[str, dict[str, None]] = {}
        self._members: dict[str, dict[str, None]] = {}
        self._random = random.Random(path)

    # --- a person's hands ---

    def add_item(self, data: Mapping[str, Any], children: Iterable[Mapping[str, Any]] = ()) -> str:
        """Create an item (``itemType`` is ``document`` where not given), and children of it. Return its key."""
        with self._lock:
            kind = data.get("itemType", "document")
            key = data.get("key") or self.new_key()
            stamp = self.clock()
            filled = {**template(kind), **data, "dateAdded": stamp, "dateModified": stamp} | {"itemType": kind}
            self.put_item(key, copy.deepcopy(filled), self.bump())
            for child in children:
                self.add_item({"itemType": "note", **child, "parentItem": key})
            return str(key)

    def edit(self, key: str, **fields: Any) -> None:
        """Change fields of an item."""
        with self._lock:
            changed = {**self.items[key], **copy.deepcopy(fields), "dateModified": self.clock()}
            self.put_item(key, changed, self.bump())

    def trash(self, key: str) -> None:
        """Move an item to the trash."""
        self.edit(key, deleted=1)

    def restore(self, key: str) -> None:
        """Take an item out of the trash."""
        with self._lock:
            data = {name: value for name, value in self.items[key].items() if name != "deleted"}
            self.put_item(key, data, self.bump())

    def delete(self, key: str) -> None:
        """Delete an item and its children for good."""
        with self._lock:
            self.drop_item(key, self.bump())

    def add_collection(self, name: str, parent: str | None = None) -> str:
        """Create a collection, inside another where ``parent`` is the key of one. Return its key."""
        with self._lock:
            key = self.new_key()
            data = {"name": name, "parentCollection": parent or False, "relations": {}}
            self.put_collection(key, data, self.bump())
            return key

    def rename_collection(self, key: str, name: str) -> None:
        """Give a collection another name."""
        with self._lock:
            self.put_collection(key, {**self.collections[key], "name": name}, self.bump())

    def delete_collection(self, key: str) -> None:
        """Delete a collection and those inside it; their items stay."""
        with self._lock:
            self.drop_collection(key, self.bump())

    def move(self, key: str, collections: Iterable[str]) -> None:
        """Put an item into these collections and no others."""
        with self._lock:
            self.put_item(key, {**self.items[key], "collections": list(collections)}, self.bump())

    def tag(self, key: str, tag: str, type: int = 0) -> None:  # noqa: A002 (the name of the property)
        """Add a tag; type 1 is an automatic one."""
        with self._lock:
            self.edit(key, tags=[*self.items[key]["tags"], {"tag": tag, **({"type": type} if type else {})}])

    def untag(self, key: str, tag: str) -> None:
        """Take a tag away."""
        with self._lock:
            self.edit(key, tags=[one for one in self.items[key]["tags"] if one["tag"] != tag])

    def add_note(self, parent: str, html: str) -> str:
        """Add a note below an item. Return its key."""
        return self.add_item({"itemType": "note", "note": html, "parentItem": parent})

    def add_attachment(self, parent: str, title: str = "PDF", url: str = "") -> str:
        """Add a link below an item. Return its key."""
        data = {"itemType": "attachment", "linkMode": "linked_url", "title": title, "url": url, "parentItem": parent}
        return self.add_item(data)

    def snapshot(self) -> dict[str, Any]:
        """Return a copy of everything that a person could lose: items, collections, the deleted ones, the version."""
        with self._lock:
            parts = {"items": self.items, "collections": self.collections, "deleted": self.deleted}
            return copy.deepcopy({**parts, "version": self.version})

    # --- questions ---

    def find(self, **fields: Any) -> list[str]:
        """Return the keys of the items (trashed ones too) that have these values."""
        with self._lock:
            return [
                key
                for key, data in self.items.items()
                if all(data.get(name) == wanted for name, wanted in fields.items())
            ]

    def children(self, key: str) -> list[str]:
        """Return the keys of an item's notes and attachments."""
        return list(self._children.get(key, ()))

    def members(self, key: str) -> list[str]:
        """Return the keys of the items that say they are in a collection (trashed ones too)."""
        return list(self._members.get(key, ()))

    def subcollections(self, key: str) -> list[str]:
        """Return the keys of the collections directly inside one."""
        return [other for other, data in self.collections.items() if data["parentCollection"] == key]

    def above(self, key: str) -> list[str]:
        """Return the keys of a collection and of those it is inside of, the innermost first."""
        keys = [key]
        while parent := self.collections[keys[-1]]["parentCollection"]:
            keys.append(parent)
        return keys

    # --- what writes are made of; the caller holds the lock ---

    def new_key(self) -> str:
        """Return a key that nothing here has or had."""
        while True:
            key = "".join(self._random.choices(KEY_LETTERS, k=8))
            taken = (self.items, self.collections, self.deleted["items"], self.deleted["collections"])
            if not any(key in keys for keys in taken):
                return key

    def bump(self) -> int:
        """Raise the version of the library and return it."""
        self.version += 1
        return self.version

    def put_item(self, key: str, data: Data, version: int) -> Data:
        """Store an item and keep the indexes right."""
        self._forget(key)
        rest = {name: value for name, value in data.items() if name not in {"key", "version"}}
        self.items[key] = {"key": key, "version": version, **rest}
        self.deleted["items"].pop(key, None)
        if data.get("parentItem"):
            self._children.setdefault(data["parentItem"], {})[key] = None
        for collection in data.get("collections", ()):
            self._members.setdefault(collection, {})[key] = None
        self.lists = {}
        return self.items[key]

    def put_collection(self, key: str, data: Data, version: int) -> Data:
        """Store a collection."""
        rest = {name: value for name, value in data.items() if name not in {"key", "version"}}
        self.collections[key] = {"key": key, "version": version, **rest}
        self.deleted["collections"].pop(key, None)
        self.lists = {}
        return self.collections[key]

    def drop_item(self, key: str, version: int) -> None:
        """Delete an item and its children."""
        for child in self.children(key):
            self.drop_item(child, version)
        self._forget(key)
        del self.items[key]
        self.deleted["items"][key] = version
        self.lists = {}

    def drop_collection(self, key: str, version: int) -> None:
        """Delete a collection and its subcollections; the items that were in them stay, and keep their versions."""
        for other in self.subcollections(key):
            self.drop_collection(other, version)
        for item in self.members(key):
            data = self.items[item]
            left = [other for other in data["collections"] if other != key]
            self.put_item(item, {**data, "collections": left}, data["version"])
        self.collections.pop(key)
        self.deleted["collections"][key] = version
        self.lists = {}

    def _forget(self, key: str) -> None:
        old = self.items.get(key)
        if old is None:
            return
        if old.get("parentItem"):
            self._children.get(old["parentItem"], {}).pop(key, None)
        for collection in old.get("collections", ()):
            self._members.get(collection, {}).pop(key, None)
