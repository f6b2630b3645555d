"""How the fake Zotero answers reads of a library: which objects a list has, its order, pages, formats and headers; writes are not here.

Facts: zotero.md section 3 and item 12 of section 9. A list is filtered and sorted once after each change and then paged, so that paging through many
items costs no more than reading them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from .server import Request, Response
from .zotero_items import Refusal
from .zotero_library import Data, Library
from .zotero_writes import JSON, TEXT

DEFAULT_LIMIT, MOST = 25, 100
MOST_KEYS = 100
YEAR = re.compile(r"\d{4}")
SORTS = frozenset(
    """dateAdded dateModified title creator itemType date publisher publicationTitle journalAbbreviation language accessDate libraryCatalog callNumber
    rights addedBy numItems version""".split()
)


class Reader:
    """Reads of one library; the caller holds the lock. ``root`` is the address of the API, ``path`` the library's."""

    def __init__(self, library: Library, request: Request, root: str, *, local: bool) -> None:
        self.library, self.request, self.root, self.local = library, request, root, local

    # --- lists ---

    def items(self, scope: str, key: str = "") -> Response:
        """Answer a list of items: ``all``, ``top``, ``trash``, ``children``, ``collection`` or ``collection top``."""
        name = ("items", scope, key, tuple(sorted((n, tuple(v)) for n, v in self.filters().items())))
        keys = self.library.lists.get(name)
        if keys is None:
            keys = list(dict.fromkeys(data["key"] for data in self.sorted(self.chosen_items(scope, key))))
            self.library.lists[name] = keys
        return self.page(keys, self.library.items, self.item)

    def collections(self, scope: str, key: str = "") -> Response:
        """Answer a list of collections: ``all``, ``top`` or ``inside``."""
        wanted = self.wanted("collectionKey")
        found = [
            data
            for data in self.library.collections.values()
            if (scope != "top" or not data["parentCollection"])
            and (scope != "inside" or data["parentCollection"] == key)
            and (wanted is None or data["key"] in wanted)
            and data["version"] > self.since()
            and ("deleted" not in data or self.request.value("includeTrashed") == "1")
        ]
        found.sort(key=lambda data: (data["name"].lower(), data["key"]))
        return self.page([data["key"] for data in found], self.library.collections, self.collection)

    def filters(self) -> dict[str, list[str]]:
        """Return the parameters that decide which objects a list has and in which order."""
        passed = {"start", "limit", "format", "include", "key", "v"}
        return {name: values for name, values in self.request.query.items() if name not in passed}

    def since(self) -> int:
        """Return ``since``, or -1."""
        text = self.request.value("since")
        if not text:
            return -1
        if not text.isdecimal():
            raise Refusal(400, f"Invalid 'since' value '{text}'")
        return int(text) if int(text) or not self.local else -1

    def wanted(self, name: str) -> set[str] | None:
        """Return the keys of ``itemKey=`` or ``collectionKey=``; empty ones and unknown ones do no harm."""
        if name not in self.request.query:
            return None
        keys = [key for key in self.request.value(name).split(",") if key]
        if len(keys) > MOST_KEYS and not self.local:
            raise Refusal(400, f"Cannot specify more than {MOST_KEYS} keys")
        return set(keys)

    def chosen_items(self, scope: str, key: str) -> Iterable[Data]:
        """Return the items of a list, in no order."""
        items, since, wanted = self.library.items, self.since(), self.wanted("itemKey")
        keys: Iterable[str] = items
        if scope == "children":
            keys = self.library.children(key)
        elif scope.startswith("collection"):
            keys = self.library.members(key)
            if scope == "collection":
                keys = [one for member in keys for one in (member, *self.library.children(member))]
        elif wanted is not None:
            keys = wanted & items.keys()
        tests = [self.of_type(value) for value in self.request.query.get("itemType", ())]
        tests += [self.with_tag(value) for value in self.request.query.get("tag", ())]
        tests += [self.searched(value) for value in self.request.query.get("q", ()) if value]
        trashed = self.request.value("includeTrashed") == "1" or scope == "trash"
        for one in keys:
            data = items[one]
            if wanted is not None and one not in wanted:
                continue
            if scope == "trash" and "deleted" not in data:
                continue
            if ("deleted" in data and not trashed) or not all(test(data) for test in tests):
                continue
            if data.get("parentItem") and scope in {"top", "collection top"}:
                if tests or wanted is not None:  # the item above one that matches
                    above = items.get(data["parentItem"])
                    if above and above["version"] > since and (trashed or "deleted" not in above):
                        yield above
            elif data["version"] > since:
                yield data

    def of_type(self, value: str) -> Callable[[Data], bool]:
        """Return the test of ``itemType=a || b`` or ``itemType=-a``."""
        not_, names = value.startswith("-"), {name.strip() for name in value.removeprefix("-").split("||")}
        return lambda data: (data["itemType"] in names) != not_

    def with_tag(self, value: str) -> Callable[[Data], bool]:
        """Return the test of ``tag=a || b`` or ``tag=-a``; a tag that begins with a minus is written ``\\-a``."""
        not_ = value.startswith("-")
        names = {name.strip().removeprefix("\\") for name in value.removeprefix("-").split("||")}
        return lambda data: any(one["tag"] in names for one in data.get("tags", ())) != not_

    def searched(self, text: str) -> Callable[[Data], bool]:
        """Return the test of ``q``: title, creators and year only; the desktop program looks into more."""
        words = text.lower().split()

        def matches(data: Data) -> bool:
            year = YEAR.search(data.get("date", ""))
            parts = [data.get("title", ""), data.get("note", ""), year[0] if year else ""]
            parts += [name for one in data.get("creators", ()) for name in one.values()]
            if self.local:
                parts.append(data.get("citationKey", ""))
                if self.request.value("qmode") == "everything":
                    parts += [value for value in data.values() if isinstance(value, str)]
            return all(word in " ".join(parts).lower() for word in words)

        return matches

    def sorted(self, found: Iterable[Data]) -> list[Data]:
        """Return items in the order that was asked for: the last changed first where none was."""
        sort = self.request.value("sort") or "dateModified"
        if sort not in SORTS:
            raise Refusal(400, f"Invalid 'sort' value '{sort}'")
        direction = self.request.value("direction") or ("desc" if sort.startswith("date") else "asc")
        if direction not in {"asc", "desc"}:
            raise Refusal(400, f"Invalid 'direction' value '{direction}'")

        def place(data: Data) -> tuple[Any, ...]:
            if sort == "creator":
                return (creators_of(data).lower(), data["key"])
            if sort == "version":
                return (data["version"], data["key"])
            return (str(data.get(sort, "")).lower(), data["key"])

        return sorted(found, key=place, reverse=direction == "desc")

    # --- pages ---

    def page(self, keys: list[str], kept: dict[str, Data], render: Callable[[Data], Data]) -> Response:
        """Answer a page of a list."""
        if response := self.not_modified(self.library.version):
            return response
        form = self.request.value("format") or "json"
        headers = {"last-modified-version": str(self.library.version), "total-results": str(len(keys))}
        start, limit = self.number("start", 0), self.limit(form, len(keys))
        links = self.links(start, limit, len(keys))
        if links:
            headers["link"] = ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items())
        page = keys[start : start + limit] if limit else keys[start:]
        if form == "keys":
            return Response(200, {**TEXT, **headers}, "".join(f"{key}\n" for key in page).encode())
        if form == "versions":
            body: Any = {key: kept[key]["version"] for key in page}
        elif form == "json":
            body = [render(kept[key]) for key in page]
        else:
            raise Refusal(400, f"Invalid 'format' value '{form}'")
        return Response(200, {**JSON, **headers}, json.dumps(body, ensure_ascii=False).encode())

    def number(self, name: str, default: int) -> int:
        """Return a number of the query."""
        text = self.request.value(name)
        return int(text) if text.isdecimal() else default

    def limit(self, form: str, total: int) -> int:
        """Return how many objects a page has at most; 0 is all of them."""
        asked = self.number("limit", 0)
        if self.local or form in {"keys", "versions"}:
            return asked
        return min(asked or DEFAULT_LIMIT, MOST)

    def links(self, start: int, limit: int, total: int) -> dict[str, str]:
        """Return the addresses of the other pages."""
        found: dict[str, int] = {}
        if limit:
            if start:
                found["first"], found["prev"] = 0, max(start - limit, 0)
            if start + limit < total:
                found["next"] = start + limit
            if total > limit:
                found["last"] = (total - 1) // limit * limit
        return {name: self.address(place) for name, place in found.items()}

    def address(self, start: int) -> str:
        """Return the address of this list from another place on."""
        query = [
            (name, value)
            for name, values in self.request.query.items()
            for value in values
            if name not in {"start", "key"}
        ]
        query += [("start", str(start))] if start else []
        host = self.request.headers.get("host", "")
        return f"http://{host}{self.request.path}" + (f"?{urlencode(query)}" if query else "")

    def not_modified(self, version: int) -> Response | None:
        """Return a 304 where the client already has this version."""
        text = self.request.headers.get("if-modified-since-version", "")
        if not text:
            return None
        if not text.isdecimal():
            raise Refusal(400, f"Invalid If-Modified-Since-Version value '{text}'")
        if int(text) >= version and (int(text) or not self.local):
            return Response(304, {"last-modified-version": str(version)})
        return None

    # --- one object, and the rest ---

    def one(self, kept: dict[str, Data], key: str, render: Callable[[Data], Data]) -> Response:
        """Answer one object."""
        data = kept.get(key)
        if data is None:
            what = "Item" if kept is self.library.items else "Collection"
            return Response(404, TEXT, b"Not found" if self.local else f"{what} does not exist".encode())
        if response := self.not_modified(data["version"]):
            return response
        headers = {**JSON, "last-modified-version": str(data["version"])}
        return Response(200, headers, json.dumps(render(data), ensure_ascii=False).encode())

    def deleted(self) -> Response:
        """Answer what was deleted after a version."""
        if not self.request.value("since"):
            raise Refusal(400, "'since' parameter must be provided")
        if response := self.not_modified(self.library.version):
            return response
        since, kinds = self.since(), self.library.deleted
        body = {
            kind: [key for key, version in kinds[kind].items() if version > since] for kind in ("collections", "items")
        }
        headers = {**JSON, "last-modified-version": str(self.library.version)}
        return Response(200, headers, json.dumps({**body, "searches": [], "tags": [], "settings": []}).encode())

    def tags(self) -> Response:
        """Answer the tags of the library."""
        counts: dict[tuple[str, int], int] = {}
        for data in self.library.items.values():
            for one in data.get("tags", ()) if "deleted" not in data else ():
                name = (one["tag"], one.get("type", 0))
                counts[name] = counts.get(name, 0) + 1
        rows = {
            name[0]: {"tag": name[0], "version": 0, "meta": {"type": name[1], "numItems": many}}
            for name, many in sorted(counts.items())
        }
        return self.page(list(rows), rows, lambda row: {"tag": row["tag"], "links": {}, "meta": row["meta"]})

    def item(self, data: Data) -> Data:
        """Return an item as the API gives it."""
        meta: Data = {}
        if summary := creators_of(data):
            meta["creatorSummary"] = summary
        if year := YEAR.search(data.get("date", "")):
            meta["parsedDate"] = data["date"] if re.fullmatch(r"\d{4}(-\d\d){0,2}", data["date"]) else year[0]
        if not data.get("parentItem"):
            meta["numChildren"] = len(self.library.children(data["key"]))
        shown = {name: value for name, value in data.items() if name != "collections" or not data.get("parentItem")}
        return self.envelope("items", shown, meta)

    def collection(self, data: Data) -> Data:
        """Return a collection as the API gives it."""
        key = data["key"]
        meta = {"numCollections": len(self.library.subcollections(key)), "numItems": len(self.library.members(key))}
        return self.envelope("collections", data, meta)

    def envelope(self, kind: str, data: Data, meta: Data) -> Data:
        """Return an object with what stands around its data."""
        what, _, number = self.library.path.partition("/")
        self_ = {"href": f"{self.root}/{self.library.path}/{kind}/{data['key']}", "type": "application/json"}
        return {
            "key": data["key"],
            "version": data["version"],
            "library": {"type": what.removesuffix("s"), "id": int(number), "name": self.library.name, "links": {}},
            "links": {"self": self_},
            "meta": meta,
            "data": data,
        }


def creators_of(data: Data) -> str:
    """Return the creators in short, as ``meta.creatorSummary`` has them."""
    names = [one.get("lastName") or one.get("name", "") for one in data.get("creators", ())]
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)
