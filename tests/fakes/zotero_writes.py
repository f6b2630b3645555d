"""How the fake Zotero applies writes: many objects in one POST, one by PUT, PATCH or DELETE, many by DELETE; the versions that guard them.

Facts: zotero.md section 9, items 2 to 10. ``Rules`` is where the Web API and the desktop program differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .server import Request, Response
from .zotero_items import KEY, Refusal, collection_from, differs, item_from
from .zotero_library import Data, Library

MOST = 50
TEXT = {"content-type": "text/plain;charset=UTF-8"}
JSON = {"content-type": "application/json"}
UNMODIFIED = "if-unmodified-since-version"
Build = Callable[..., Data]


class Written(NamedTuple):
    """One object that a request changed: ``how`` is created, updated or deleted."""

    library: str
    kind: str
    key: str
    how: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What the two servers do differently with a write."""

    item: Build = item_from
    collection: Build = collection_from
    local: bool = False
    missing: int = 412
    """Status of a PUT or PATCH with a version of an object that is not there; some versions of the server say 404."""


def escaped(text: str) -> str:
    """Return a message as the server writes it into JSON: as HTML, where an apostrophe stays what it is."""
    for raw, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(raw, entity)
    return text


def plain(code: int, message: str, version: int | None = None) -> Response:
    """Return a refusal of a whole request; a 412 tells the version of the library or of the object, a 400 does not."""
    told = {} if version is None else {"last-modified-version": str(version)}
    return Response(code, {**TEXT, **told}, escaped(message).encode())


class Writer:
    """Writes to one library; the caller holds the lock. ``kind`` is ``item`` or ``collection`` throughout."""

    def __init__(self, library: Library, request: Request, rules: Rules, log: list[Written]) -> None:
        self.library, self.request, self.rules, self.log = library, request, rules, log

    # --- many ---

    def post(self, kind: str, render: Callable[[Data], Data]) -> Response:
        """Write the objects of an array, each for itself."""
        try:
            objects = self.objects(kind)
            self.check_library()
        except Refusal as refusal:
            return plain(refusal.code, refusal.message, self.library.version if refusal.code == 412 else None)
        answer: dict[str, Data] = {"successful": {}, "success": {}, "unchanged": {}, "failed": {}}
        for index, sent in enumerate(objects):
            before = self.library.version
            try:
                data, changed = self.write_one(kind, index, sent)
            except Refusal as refusal:
                self.library.version = before
                answer["failed"][str(index)] = self.failure(sent, refusal)
                continue
            if changed:
                answer["successful"][str(index)] = render(data)
                answer["success"][str(index)] = data["key"]
            else:
                answer["unchanged"][str(index)] = data["key"]
        headers = {**JSON, "last-modified-version": str(self.library.version)}
        return Response(200, headers, json.dumps(answer, ensure_ascii=False).encode())

    def objects(self, kind: str) -> list[Any]:
        """Return the objects of the body."""
        if not self.request.body:
            raise Refusal(400, f"{self.request.method} data not provided")
        objects = parsed(self.request.body)
        if not isinstance(objects, list):
            raise Refusal(400, "Uploaded data must be a JSON array")
        if not objects and self.rules.local:
            raise Refusal(400, "Uploaded data must not be empty")
        if len(objects) > MOST:
            raise Refusal(413, f"Cannot add more than {MOST} {kind}s at a time")
        return objects

    def check_library(self) -> int | None:
        """Return the version in the header; 412 where the library is past it."""
        version = self.header()
        if version is not None and (
            self.library.version > version or (self.rules.local and self.library.version != version)
        ):
            found = f"(expected {version}, found {self.library.version})"
            raise Refusal(412, f"Library has been modified since specified version {found}")
        return version

    def header(self) -> int | None:
        """Return the version in ``If-Unmodified-Since-Version``, or None."""
        text = self.request.headers.get(UNMODIFIED)
        if text is None:
            return None
        if not text.isdecimal():
            raise Refusal(400, "Invalid If-Unmodified-Since-Version value")
        return int(text)

    def failure(self, sent: Any, refusal: Refusal) -> Data:
        """Return the entry below ``failed``; the Web API leaves the key out, the desktop program does not."""
        entry: Data = {"code": refusal.code, "message": escaped(refusal.message)}
        if refusal.data is not None:
            entry["data"] = dict(refusal.data)
        key = data_of(sent).get("key") if isinstance(sent, dict) else None
        return {"key": key, **entry} if key and self.rules.local else entry

    def write_one(self, kind: str, index: int, sent: Any) -> tuple[Data, bool]:
        """Write one object of an array. Return its data and whether anything changed."""
        if not isinstance(sent, dict):
            raise Refusal(400, f"Invalid value for index {index} in uploaded data; expected JSON {kind} object")
        sent = data_of(sent)
        key, version = sent.get("key"), sent.get("version")
        if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
            raise Refusal(400, "'version' must be an integer")
        if key is None:
            if version is not None and (version or not self.rules.local):
                raise Refusal(400, f"'version' is valid only if {kind} key is provided")
            return self.store(kind, None, sent, None, whole=False)
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise Refusal(400, f"'{key}' is not a valid {kind} key")
        old = self.kept(kind).get(key)
        if version is None and self.header() is None:
            either = "Either If-Unmodified-Since-Version or 'version' property must be provided"
            raise Refusal(428, f"{either} for 'key'-based writes")
        self.check_object(kind, old, version, equal=self.rules.local)
        return self.store(kind, key, sent, old, whole=False)

    def check_object(self, kind: str, old: Data | None, version: int | None, *, equal: bool = False) -> None:
        """Refuse a version that does not fit the object: an older one, or (``equal``) any other."""
        if version is None:
            return
        name = kind if self.rules.local else kind.capitalize()
        if old is None:
            if version:
                raise Refusal(404, f"{name} doesn't exist (expected version {version}; use 0 instead)")
        elif old["version"] > version or (equal and old["version"] != version):
            found = f"(expected {version}, found {old['version']})"
            raise Refusal(412, f"{name} has been modified since specified version {found}")

    # --- one ---

    def put(self, kind: str, key: str) -> Response:
        """Write one object by PUT or PATCH."""
        old = self.kept(kind).get(key)
        try:
            sent = self.object(kind)
            code = self.guard(kind, key, old, sent)
        except Refusal as refusal:
            return plain(refusal.code, refusal.message, old["version"] if old and refusal.code == 412 else None)
        if code:
            return code
        before = self.library.version
        try:
            self.store(kind, key, sent, old, whole=self.request.method == "PUT")
        except Refusal as refusal:
            self.library.version = before
            return plain(refusal.code, refusal.message)
        return Response(204, {"last-modified-version": str(self.library.version)})

    def object(self, kind: str) -> Data:
        """Return the object in the body."""
        if not self.request.body:
            raise Refusal(400, f"{self.request.method} data not provided")
        sent = parsed(self.request.body)
        if not isinstance(sent, dict):
            raise Refusal(400, "Uploaded data must be a JSON object")
        return data_of(sent)

    def guard(self, kind: str, key: str, old: Data | None, sent: Mapping[str, Any]) -> Response | None:
        """Return a refusal because of the version of one object, or None."""
        header, version = self.header(), sent.get("version")
        if sent.get("key", key) != key:
            return plain(409, f"'key' property in JSON does not match {kind} key of request")
        if header is not None and version is not None and header != version:
            both = f"({header} != {version})"
            return plain(400, f"If-Unmodified-Since-Version value does not match JSON 'version' property {both}")
        expected = header if header is not None else version
        if old is None and self.rules.local:
            return None  # it goes on as with a new object, and fails there
        if old is None:
            if self.request.method == "PATCH" and expected is None:
                return plain(
                    404,
                    f"{kind.capitalize()} not found "
                    "(to create, use If-Unmodified-Since-Version: 0, JSON 'version' 0, or PUT method)",
                )
            if expected:
                told = self.library.version if self.rules.missing == 412 else None
                return plain(self.rules.missing, f"{kind.capitalize()} not found (expected version {expected})", told)
            return None
        if expected is None:
            return plain(
                428,
                "Either If-Unmodified-Since-Version or object version property must be provided for key-based writes",
            )
        self.check_object(kind, old, expected, equal=True)
        return None

    def delete(self, kind: str, key: str) -> Response:
        """Delete one object."""
        old = self.kept(kind).get(key)
        try:
            header = self.header()
            if old is None:
                return plain(404, f"{kind.capitalize()} not found")
            if header is None:
                return plain(428, "If-Unmodified-Since-Version must be provided for delete requests")
            self.check_object(kind, old, header, equal=True)
        except Refusal as refusal:
            return plain(refusal.code, refusal.message, old["version"] if old and refusal.code == 412 else None)
        self.drop(kind, key, self.library.bump())
        return Response(204, {"last-modified-version": str(self.library.version)})

    def delete_many(self, kind: str, keys: str) -> Response:
        """Delete the objects of a list of keys in one step; what is no key, or not there, is passed over."""
        wanted = [key for key in keys.split(",") if key]
        try:
            if len(wanted) > MOST:
                raise Refusal(413, f"Cannot delete more than {MOST} {kind}s at a time")
            if self.header() is None:
                raise Refusal(428, "If-Unmodified-Since-Version not provided")
            self.check_library()
        except Refusal as refusal:
            return plain(refusal.code, refusal.message, self.library.version if refusal.code == 412 else None)
        version = self.library.bump()
        for key in wanted:
            if key in self.kept(kind):
                self.drop(kind, key, version)
        return Response(204, {"last-modified-version": str(self.library.version)})

    # --- both ---

    def kept(self, kind: str) -> dict[str, Data]:
        """Return the objects of a kind."""
        return self.library.items if kind == "item" else self.library.collections

    def drop(self, kind: str, key: str, version: int) -> None:
        """Delete an object and note it."""
        (self.library.drop_item if kind == "item" else self.library.drop_collection)(key, version)
        self.log.append(Written(self.library.path, kind, key, "deleted"))

    def store(
        self, kind: str, key: str | None, sent: Mapping[str, Any], old: Data | None, *, whole: bool
    ) -> tuple[Data, bool]:
        """Check and store an object. An unchanged one raises the version of the library in a POST, and keeps its own."""
        build = self.rules.item if kind == "item" else self.rules.collection
        data = build(self.library, sent, old, whole=whole)
        if key is not None and old is None and self.rules.local:
            raise Refusal(
                400 if self.request.method == "POST" else 500, f"'primaryData' not loaded for {kind} (null/1/{key})"
            )
        if old is not None and not differs(data, old):
            if self.request.method == "POST":
                self.library.bump()
            return old, False
        version = self.library.bump()
        put = self.library.put_item if kind == "item" else self.library.put_collection
        stored = put(key or self.library.new_key(), data, version)
        self.log.append(Written(self.library.path, kind, stored["key"], "updated" if old else "created"))
        return stored, True


def data_of(sent: Data) -> Data:
    """Return the ``data`` of a full object, or the object itself."""
    inner = sent.get("data")
    return inner if isinstance(inner, dict) else sent


def parsed(body: bytes) -> Any:
    """Return the JSON of a body; half of a surrogate pair is no text, for PHP neither."""
    try:
        sent = json.loads(body)
        if b"\\ud" in body.lower():
            json.dumps(sent, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refusal(400, "Uploaded data is not valid JSON") from None
    return sent
