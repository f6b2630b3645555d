"""A fake of Zotero: the Web API v3 of api.zotero.org, or the local API of the desktop program, over libraries that a test can look into and change.

    with FakeZotero() as server:                      # or FakeZotero("local")
        key = server.library().add_item({"itemType": "book", "title": "A Book"})
        server.fail_next_write(cut_after(), backoff(3))
        run(environment=server.environment)
        assert server.library().items[key]["title"] == "A Book"

Written from zotero.md section 9; its 15 behaviours have a test each in ``test_fake_zotero.py``. Saved searches, files, full text and publications are not here.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import unquote

from .server import FakeServer, Fault, Request, Response
from .zotero_about import about_types, group_of, not_allowed
from .zotero_faults import hooks_of, lets_through
from .zotero_items import KEY as OBJECT_KEY
from .zotero_items import Refusal
from .zotero_library import Library
from .zotero_limits import Limits, waiting
from .zotero_local import Handshake, local_item
from .zotero_reads import Reader
from .zotero_types import SCHEMA_VERSION
from .zotero_writes import JSON, TEXT, Rules, Writer, Written, plain

KEY = "P9NiFoyLeZu2bZNvvuQPDWsd"
"""The key of user 1 where a test names no other."""
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BAD_KEYS, BAD_KEY_SECONDS = 5, 300.0
TOKEN_SECONDS = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Access:
    """What a key of the Web API may do."""

    user: int
    library: bool = True
    write: bool = True
    groups: bool = True


class FakeZotero(FakeServer):
    """``mode``: ``web`` or ``local``. ``key`` is that of user 1, ``users`` are others by number, ``groups`` are numbers of groups that all may use."""

    VARIABLE = "BIB_ZOTERO_URL"
    THROTTLED: ClassVar[Response] = Response(429, TEXT, b"Request rate limit exceeded")

    def __init__(
        self,
        mode: str = "web",
        *,
        key: str = KEY,
        users: Mapping[int, str] | None = None,
        groups: Iterable[int] = (),
        writable: bool = True,
        enabled: bool = True,
        missing: int = 412,
    ) -> None:
        super().__init__()
        self.local, self.key = mode == "local", key
        self.writable = writable
        """False: a desktop program before version 10, which only reads."""
        self.enabled = enabled
        """False: the preference that lets other programs in is off."""
        self.keys = {key: Access(1), **{other: Access(user) for user, other in (users or {}).items()}}
        """What each key of the Web API may do."""
        self.handshake = Handshake()
        self.lock = threading.RLock()
        self.written_objects: list[Written] = []
        """What requests changed, in order; a person's hands are not in it."""
        self.keep_bodies = True
        """False: ``requests`` keeps no bodies, for tests that look at memory."""
        self.clock: Callable[[], float] = time.monotonic
        names = ["users/0"] if self.local else [f"users/{one.user}" for one in self.keys.values()]
        names += [f"groups/{group}" for group in groups]
        self.libraries = {name: Library(name, self.lock, f"Library {name}") for name in names}
        self._rules = Rules(item=local_item, local=True, missing=missing) if self.local else Rules(missing=missing)
        self.limits: Limits | None = None
        """``Limits()`` turns on what api.zotero.org allows: 10 requests a second, 5 at once."""
        self._next_writes: list[Fault] = []
        self._bad_keys: list[float] = []
        self._tokens: dict[tuple[str, str], float] = {}

    # --- what a test uses ---

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send the program here; in local mode there is no key to give."""
        key = {} if self.local else {"ZOTERO_API_KEY": self.key}
        return {self.VARIABLE: self.url, **key}

    def library(self, path: str = "") -> Library:
        """Return a library: that of the first user where none is named."""
        return self.libraries[path or next(iter(self.libraries))]

    @property
    def writes(self) -> int:
        """How many write requests reached the server, those that were refused or cut included; the handshake does not count."""
        return sum(is_write(request) for request in self.requests)

    def fail_next_write(self, *faults: Fault) -> None:
        """Give the next write requests these faults, one each; reads pass."""
        self._next_writes.extend(faults)

    def heal(self) -> None:
        """Forget all faults."""
        super().heal()
        self._next_writes = []

    def forget(self) -> None:
        """Forget the requests so far, the counts, and what was written."""
        super().forget()
        self.written_objects = []

    # --- one request ---

    def arrive(self, request: Request) -> Fault:
        fault = super().arrive(request)
        with self.lock:
            return self._next_writes.pop(0) if self._next_writes and is_write(request) else fault

    def answer(self, request: Request, fault: Fault) -> Response:
        hooks = hooks_of(fault)
        with self.lock:
            for hook in hooks:
                if hook.before:
                    hook.before(self)
            reaches = request.method not in CHANGING or lets_through(fault)
            response = self._applied(request) if reaches else plain(500, "An error occurred")
            for hook in hooks:
                if hook.after:
                    hook.after(self)
        if not self.keep_bodies:
            request.body = b""
        headers = {"zotero-api-version": "3", "zotero-schema-version": str(SCHEMA_VERSION), **response.headers}
        if self.local:
            headers["zotero-server-id"] = self.handshake.server_id
            if response.status == 401:  # as it was recorded: the refusal comes before the API proper
                headers = dict(response.headers)
        return Response(response.status, headers, b"" if response.status in {204, 304} else response.body)

    def _applied(self, request: Request) -> Response:
        try:
            return self._local(request) if self.local else self._web(request)
        except Refusal as refusal:
            return plain(refusal.code, refusal.message)

    def _web(self, request: Request) -> Response:
        parts = [unquote(part) for part in request.path.strip("/").split("/")]
        key, refusal = self._key(request)
        refusal = refusal or (self.limits and self.limits.refusal(self.clock, self._under_way))
        if refusal:
            return refusal
        access = self.keys.get(key)
        if version := self._wrong_api(request):
            return version
        if parts == [""]:
            return plain(200, "Nothing to see here.") if request.method in {"GET", "HEAD"} else not_allowed()
        if parts[0] == "keys" and len(parts) == 2:
            return self._about_key(parts[1], key)
        if parts[0] not in {"users", "groups"}:
            return about_types(request, parts)
        if len(parts) > 2 and parts[0] == "users" and parts[2] == "groups":
            return self._groups(request, access, parts[1])
        library = self.libraries.get("/".join(parts[:2]))
        if library is None:
            return plain(404, "Not found")
        if refusal := self._may(request, access, library):
            return refusal
        return self._with_token(request, key, lambda: self._library(request, library, parts[2:]))

    def _local(self, request: Request) -> Response:
        if not request.path.startswith("/api/"):
            return plain(404, "No endpoint found")
        if not self.enabled:
            return plain(403, "Local API is not enabled")
        if request.method in CHANGING and not self.writable:
            return plain(400, "Endpoint does not support method")
        named = request.headers.get("zotero-server-id", self.handshake.server_id)
        if named != self.handshake.server_id:
            return plain(412, "Zotero-Server-ID does not match this server")
        parts = [unquote(part) for part in request.path.removeprefix("/api/").strip("/").split("/")]
        if parts != [""] and (version := self._wrong_api(request)):
            return version
        if parts == [""]:
            return plain(200, "Nothing to see here.") if request.method in {"GET", "HEAD"} else not_allowed(local=True)
        if parts == ["local", "authorize"]:
            return self.handshake.authorize(request) if request.method == "POST" else not_allowed(local=True)
        if parts[0] not in {"users", "groups"}:
            return about_types(request, parts) if parts != ["items", "new"] else plain(404, "Not found")
        if parts[0] == "users" and parts[1:2] != ["0"]:
            return plain(400, "Only data for the logged-in user is available locally -- use userID 0")
        if parts[0] == "users" and parts[2:] == ["groups"]:
            return self._groups(request, None, "0")
        library = self.libraries.get("/".join(parts[:2]))
        if library is None or parts[2:3] == ["deleted"]:
            return plain(404, "Not found")
        if request.method in CHANGING and (refusal := self.handshake.check_write(request)):
            return refusal
        return self._library(request, library, parts[2:])

    def _wrong_api(self, request: Request) -> Response | None:
        asked = request.headers.get("zotero-api-version") or request.value("v") or "3"
        if asked == "3":
            return None
        return plain(501 if self.local else 400, f"API version not implemented: {asked}")

    # --- keys ---

    def _key(self, request: Request) -> tuple[str, Response | None]:
        """Return the key of a request ("" without one), or a refusal."""
        header = request.headers.get("zotero-api-key", "")
        bearer = request.headers.get("authorization", "")
        if not header and bearer.lower().startswith("bearer "):
            header = bearer[7:].strip()
        parameter = request.query.get("key", [""])[-1]
        if header and parameter and header != parameter:
            return "", plain(400, "Zotero-API-Key header and 'key' parameter differ")
        key = header or parameter
        moment = self.clock()
        self._bad_keys = [earlier for earlier in self._bad_keys if moment - earlier < BAD_KEY_SECONDS]
        if key and key not in self.keys:
            if len(self._bad_keys) >= BAD_KEYS:
                return "", waiting("Too many invalid keys", BAD_KEY_SECONDS - (moment - self._bad_keys[0]))
            self._bad_keys.append(moment)
            return "", plain(403, "Invalid key")
        return key, None

    def _about_key(self, name: str, key: str) -> Response:
        if name == "current" and not key:
            return plain(403, "Forbidden")
        asked = key if name == "current" else name
        access = self.keys.get(asked)
        if access is None:
            return plain(404, "Key not found")
        user = {"library": access.library, "files": access.library, "notes": access.library, "write": access.write}
        rights: dict[str, Any] = {"user": user} if access.library else {}
        if access.groups:
            rights["groups"] = {"all": {"library": True, "write": access.write}}
        about = {
            "key": asked,
            "userID": access.user,
            "username": f"user{access.user}",
            "displayName": "",
            "access": rights,
        }
        return Response(200, JSON, json.dumps(about).encode())

    def _may(self, request: Request, access: Access | None, library: Library) -> Response | None:
        """Refuse who may not read or write a library."""
        if access is None:
            return plain(
                403, "An API key is required for write requests." if request.method in CHANGING else "Forbidden"
            )
        mine = access.library if library.path == f"users/{access.user}" else access.groups
        if library.path.startswith("users/") and library.path != f"users/{access.user}":
            mine = False
        if not mine:
            return plain(403, "Forbidden")
        if request.method in CHANGING and not access.write:
            return plain(403, "Write access denied")
        return None

    def _with_token(self, request: Request, key: str, run: Callable[[], Response]) -> Response:
        """Run a write once for each write token."""
        token = request.headers.get("zotero-write-token")
        if token is None or request.method not in CHANGING:
            return run()
        if not 5 <= len(token) <= 32:
            return plain(400, "Write token must be 5-32 characters in length")
        moment = self.clock()
        used = self._tokens.get((key, token))
        if used is not None and moment - used < TOKEN_SECONDS:
            return plain(412, "Write token already used")
        response = run()
        if response.status < 300:
            self._tokens[key, token] = moment
        return response

    # --- a library ---

    def _library(self, request: Request, library: Library, parts: list[str]) -> Response:
        reading = request.method in {"GET", "HEAD"}
        root = f"{self.url}/api" if self.local else self.url
        reader = Reader(library, request, root, local=self.local)
        if not reading:
            return self._write(request, library, parts, reader)
        match parts:
            case []:
                return self._about_group(library)
            case ["items"]:
                return reader.items("all")
            case ["items", ("top" | "trash") as scope]:
                return reader.items(scope)
            case ["items", key]:
                return reader.one(library.items, key, reader.item)
            case ["items", key, "children"] if key in library.items:
                return reader.items("children", key)
            case ["collections"]:
                return reader.collections("all")
            case ["collections", "top"]:
                return reader.collections("top")
            case ["collections", key]:
                return reader.one(library.collections, key, reader.collection)
            case ["collections", key, "collections"] if key in library.collections:
                return reader.collections("inside", key)
            case ["collections", key, "items"] if key in library.collections:
                return reader.items("collection", key)
            case ["collections", key, "items", "top"] if key in library.collections:
                return reader.items("collection top", key)
            case ["collections", _, "items" | "collections", *_]:
                return plain(404, "Not found" if self.local else "Collection not found")
            case ["tags"]:
                return reader.tags()
            case ["searches"]:
                return reader.page([], {}, dict)
            case ["deleted"]:
                return reader.deleted()
        return plain(404, "Not found")

    def _write(self, request: Request, library: Library, parts: list[str], reader: Reader) -> Response:
        writer = Writer(library, request, self._rules, self.written_objects)
        match parts:
            case [("items" | "collections") as kinds]:
                kind = kinds.removesuffix("s")
                render = reader.item if kind == "item" else reader.collection
                if request.method == "POST":
                    return writer.post(kind, render)
                if request.method == "DELETE" and f"{kind}Key" in request.query:
                    return writer.delete_many(kind, request.value(f"{kind}Key"))
                if request.method == "DELETE":
                    return plain(400, f"{kind}Key parameter not provided")
            case [("items" | "collections") as kinds, key] if OBJECT_KEY.fullmatch(key):
                kind = kinds.removesuffix("s")
                if request.method in {"PUT", "PATCH"}:
                    return writer.put(kind, key)
                if request.method == "DELETE":
                    return writer.delete(kind, key)
            case [("items" | "collections"), _]:
                return plain(404, "Not found")
            case ["tags" | "searches" | "deleted", *_] | [("items" | "collections"), *_]:
                pass
            case _:
                return plain(404, "Not found")
        return not_allowed(local=self.local)

    # --- groups ---

    def _groups(self, request: Request, access: Access | None, user: str) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return not_allowed(local=self.local)
        mine = self.local or (access is not None and access.groups and user == str(access.user))
        rows = [group_of(library) for path, library in self.libraries.items() if path.startswith("groups/") and mine]
        return Response(200, {**JSON, "total-results": str(len(rows))}, json.dumps(rows).encode())

    def _about_group(self, library: Library) -> Response:
        if library.path.startswith("users/"):
            return plain(404, "Not found")
        return Response(200, {**JSON, "last-modified-version": "1"}, json.dumps(group_of(library)).encode())


def is_write(request: Request) -> bool:
    """Tell whether a request means to change a library."""
    return request.method in CHANGING and not request.path.endswith("/local/authorize")
