"""What the desktop program does otherwise than the Web API: the handshake before a write, and what it makes of fields that the Web API refuses.

Facts: zotero.md section 4.1 (measured on the program) and item 15 of section 9.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from .server import Request, Response
from .zotero_items import ACCESSED, Refusal, item_from
from .zotero_library import Data, Library
from .zotero_limits import waiting
from .zotero_types import ALL_FIELDS, BASES, CREATORS, FIELDS
from .zotero_writes import JSON, plain

PROMPTS, PROMPT_SECONDS = 5, 60.0
PLAIN_PROPERTIES = frozenset(
    """key version itemType creators tags collections relations deleted parentItem note dateAdded dateModified library links meta data
    inPublications""".split()
)
BASE_FIELDS = frozenset(base for fields in BASES.values() for base in fields.values())


class Handshake:
    """Who may write: ``answer`` is what the person clicks on: ``once``, ``always`` or ``deny``."""

    def __init__(self) -> None:
        self.server_id = "lymS36QrVfGC"
        self.answer = "always"
        self.prompts = 0
        """How many dialogs the person has seen."""
        self.keys: dict[str, bool] = {}
        """Key -> whether it lasts longer than one write."""
        self.clock: Callable[[], float] = time.monotonic
        self._times: list[float] = []

    def authorize(self, request: Request) -> Response:
        """Answer ``POST /api/local/authorize``."""
        if refused := self.check_server(request):
            return refused
        try:
            sent = json.loads(request.body or b"null")
        except ValueError:
            sent = None
        if not isinstance(sent, dict) or not isinstance(sent.get("appName"), str) or not sent["appName"].strip():
            return plain(400, "'appName' must be provided")
        moment = self.clock()
        self._times = [earlier for earlier in self._times if moment - earlier < PROMPT_SECONDS]
        if len(self._times) >= PROMPTS:
            return waiting("Too many authorization requests", PROMPT_SECONDS - (moment - self._times[0]))
        self._times.append(moment)
        self.prompts += 1
        if self.answer == "deny":
            return Response(403, JSON, json.dumps({"denied": True}).encode())
        key = secrets.token_hex(16)
        self.keys[key] = self.answer == "always"
        return Response(200, JSON, json.dumps({"key": key, "remember": self.keys[key]}).encode())

    def check_server(self, request: Request) -> Response | None:
        """Refuse a write that does not name this server."""
        named = request.headers.get("zotero-server-id")
        if named is None:
            return plain(428, "Zotero-Server-ID not provided")
        if named != self.server_id:
            return plain(412, "Zotero-Server-ID does not match this server")
        return None

    def check_write(self, request: Request) -> Response | None:
        """Refuse a write without the server's name or a key; a key for one write is used up."""
        if refused := self.check_server(request):
            return refused
        key = request.headers.get("zotero-api-key", "") or request.headers.get("authorization", "").removeprefix(
            "Bearer "
        )
        if not key:
            refusal = plain(401, "API key required -- POST /api/local/authorize to obtain one")
            return refusal.having(refusal.body, WWW_Authenticate='Zotero-API-Key realm="Zotero Local API"')
        if key not in self.keys:
            return plain(401, "Invalid or expired API key")
        if not self.keys[key]:
            del self.keys[key]
        return None


def local_item(library: Library, sent: Mapping[str, Any], old: Data | None, *, whole: bool) -> Data:
    """Return what the desktop program stores: base fields mapped, unknown ones in Extra, a wrong creator type made the primary one."""
    kind = sent.get("itemType", old["itemType"] if old else "")
    if not isinstance(kind, str) or kind not in FIELDS:
        return item_from(library, sent, old, whole=whole)
    own = {base: name for name, base in BASES.get(kind, {}).items()}
    fit: Data = {}
    extra: list[str] = []
    for name, value in sent.items():
        if name in FIELDS[kind] or name in PLAIN_PROPERTIES or kind in {"note", "attachment"}:
            fit[name] = value
        elif name in own:
            fit[own[name]] = value
        elif base := base_of(name, kind):
            fit[base] = value
        elif isinstance(value, (str, int)) and value != "":
            extra.append(f"{label_of(name)}: {value}")
    if extra:
        before = fit.get("extra", old.get("extra", "") if old else "")
        lines = before.split("\n") if before else []
        labels = tuple(line.partition(":")[0] + ":" for line in extra)
        fit["extra"] = "\n".join([*extra, *[line for line in lines if not line.startswith(labels)]])
    roles = CREATORS.get(kind, ())
    if isinstance(fit.get("creators"), list) and roles:
        fit["creators"] = [
            {**one, "creatorType": one["creatorType"] if one.get("creatorType") in roles else roles[0]}
            for one in fit["creators"]
        ]
    if isinstance(fit.get("accessDate"), str) and not ACCESSED.fullmatch(fit["accessDate"]):
        fit["accessDate"] = ""
    try:
        return item_from(library, fit, old, whole=whole)
    except Refusal as refusal:
        raise Refusal(400 if refusal.code == 409 else refusal.code, refusal.message) from None


def base_of(name: str, kind: str) -> str:
    """Return the field of ``kind`` that stands for the same base field as a field of another type does, or nothing."""
    own = {base: field for field, base in BASES.get(kind, {}).items()}
    for fields in BASES.values():
        base = fields.get(name)
        if base:
            return own.get(base, base if base in FIELDS[kind] else "")
    return ""


def label_of(name: str) -> str:
    """Return the label of a line in Extra: ``fooBar`` is ``Foo Bar``."""
    if name.isupper() or (name in ALL_FIELDS and name.startswith(("DOI", "ISBN", "ISSN", "PMID", "PMCID"))):
        return name
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in name)
    return spaced[:1].upper() + spaced[1:]
