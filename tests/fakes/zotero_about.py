"""What the fake Zotero says about its groups, its item types and their fields; nothing here looks into an item."""

from __future__ import annotations

import json
from typing import Any

from .server import Request, Response
from .zotero_library import Library, template
from .zotero_types import ALL_FIELDS, CREATORS, FIELDS, SCHEMA_VERSION
from .zotero_writes import JSON, plain


def not_allowed(*, local: bool = False) -> Response:
    """Return the refusal of a method: the desktop program has words of its own."""
    return plain(400, "Endpoint does not support method") if local else plain(405, "Method not allowed")


def group_of(library: Library) -> dict[str, Any]:
    """Return a group as the API describes it."""
    number = int(library.path.partition("/")[2])
    data = {"id": number, "version": 1, "name": library.name, "type": "Private", "libraryEditing": "members"}
    return {"id": number, "version": 1, "links": {}, "meta": {"numItems": len(library.items)}, "data": data}


def about_types(request: Request, parts: list[str]) -> Response:
    """Answer the questions about item types: their names, fields, creator types, and an empty item."""
    if request.method not in {"GET", "HEAD"}:
        return not_allowed()
    kind = request.value("itemType")
    needs_kind = parts in (["itemTypeFields"], ["itemTypeCreatorTypes"], ["items", "new"])
    if needs_kind and kind not in FIELDS:
        return plain(400, f"Invalid item type '{kind}'" if kind else "'itemType' not provided")
    if parts == ["items", "new"]:
        body: Any = template(kind)
    elif parts == ["itemTypes"]:
        body = [{"itemType": name, "localized": name} for name in sorted(FIELDS)]
    elif parts == ["itemFields"]:
        body = [{"field": name, "localized": name} for name in sorted(ALL_FIELDS)]
    elif parts == ["itemTypeFields"]:
        body = [{"field": name, "localized": name} for name in FIELDS[kind]]
    elif parts == ["itemTypeCreatorTypes"]:
        body = [{"creatorType": name, "localized": name} for name in CREATORS.get(kind, ())]
    elif parts == ["schema"]:
        types = [
            {"itemType": name, "fields": [{"field": field} for field in fields]} for name, fields in FIELDS.items()
        ]
        body = {"version": SCHEMA_VERSION, "itemTypes": types}
    else:
        return plain(404, "Not found")
    return Response(200, JSON, json.dumps(body, ensure_ascii=False).encode())
