"""What the fake Zotero makes of the JSON of one object: checks it as the server does and returns the data to store; versions are not here.

Facts: zotero.md section 3 and items 10 and 11 of section 9. What the desktop program does otherwise is in ``zotero_local``.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from .zotero_library import Data, Library, template
from .zotero_types import ALL_CREATORS, ALL_FIELDS, CREATORS, FIELDS

LONGEST_FIELD = 65_535
"""Bytes."""
LONGEST_TAG = LONGEST_NAME = 255
"""Characters."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
ACCESSED = re.compile(r"\d{4}-\d\d-\d\d(?:([ T])(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?")
DATED = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\dZ?")
KEY = re.compile(r"[23456789ABCDEFGHIJKLMNPQRSTUVWXYZ]{8}")
PREDICATES = frozenset({"owl:sameAs", "dc:replaces", "dc:relation", "mendeleyDB:documentUUID", "mendeleyDB:fileHash"})
NOT_STORED = frozenset({"key", "version", "library", "links", "meta"})
ATTACHED = frozenset("linkMode contentType charset filename md5 mtime path note title url accessDate".split())
NAMES = ("name", "firstName", "lastName")
HIDDEN_CHANGES = frozenset({"key", "version", "dateModified"})


class Refusal(Exception):
    """The server does not take an object: a status, a sentence, and ``data`` where the server adds it."""

    def __init__(self, code: int, message: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


def item_from(library: Library, sent: Mapping[str, Any], old: Data | None, *, whole: bool) -> Data:
    """Return what to store for an item. ``whole``: a PUT, where what is absent becomes empty."""
    if whole and old is not None:
        for name in ("itemType", "tags", "relations", *(() if old.get("parentItem") else ("collections",))):
            if name not in sent:
                raise Refusal(400, f"'{name}' property not provided")
    if old is None and "itemType" not in sent:
        raise Refusal(400, "'itemType' property not provided")
    kind = sent.get("itemType", old["itemType"] if old else "")
    if not isinstance(kind, str) or kind not in FIELDS:
        raise Refusal(400, f"'{kind}' is not a valid itemType")
    data = start_of(kind, old, whole=whole)
    for name, value in sent.items():
        if name not in NOT_STORED and name != "itemType":
            set_property(library, data, old, name, value)
    if old and old.get("parentItem") and sent.get("collections") and "parentItem" not in sent and not whole:
        data.pop("parentItem", None)  # the server takes collections for "no longer a child"
    if data.get("parentItem") and data.get("collections"):
        raise Refusal(400, "Child items cannot be assigned to collections")
    return dated(library, data, sent, old)


def start_of(kind: str, old: Data | None, *, whole: bool) -> Data:
    """Return the item before the properties that were sent: empty, or as it is; under another type it keeps the fields that both have."""
    if old is None:
        return template(kind)
    if whole:
        kept = {name: old[name] for name in ("dateAdded", "dateModified") if name in old}
        return {**template(kind), **kept}
    if kind == old["itemType"]:
        return copy.deepcopy(old)
    fresh = template(kind)
    common = {name: value for name, value in old.items() if name in fresh or name not in ALL_FIELDS}
    return {**fresh, **copy.deepcopy(common), "itemType": kind}


def dated(library: Library, data: Data, sent: Mapping[str, Any], old: Data | None) -> Data:
    """Set the two dates: the server's own unless the client sends another modification date."""
    stamp = library.clock()
    data["dateAdded"] = old.get("dateAdded", stamp) if old else iso(sent.get("dateAdded")) or stamp
    modified = iso(sent.get("dateModified"))
    if modified and (old is None or modified != old.get("dateModified")):
        data["dateModified"] = modified
    elif old is None or differs(data, old, but=HIDDEN_CHANGES | {"collections", "deleted"}):
        data["dateModified"] = stamp
    else:
        data["dateModified"] = old.get("dateModified", stamp)
    return data


def iso(value: Any) -> str:
    """Return a date and time as the API writes it."""
    return str(value).replace(" ", "T").removesuffix("Z") + "Z" if value else ""


def differs(new: Data, old: Data, but: frozenset[str] = frozenset({"key", "version"})) -> bool:
    """Tell whether two states of an object differ."""
    return any(new.get(name) != old.get(name) for name in {*new, *old} - but)


# --- one property ---


def set_property(library: Library, data: Data, old: Data | None, name: str, value: Any) -> None:
    """Check one property and put it into ``data``."""
    kind = data["itemType"]
    if name in {"dateAdded", "dateModified"}:
        if value and not DATED.fullmatch(str(value)):
            raise Refusal(400, f"'{name}' must be in ISO 8601 or UTC 'YYYY-MM-DD hh:mm:ss' format ({value})")
        if name == "dateAdded" and old and value and iso(value) != old.get("dateAdded"):
            raise Refusal(400, "'dateAdded' cannot be modified for existing items")
    elif name == "creators":
        data[name] = creators_from(kind, value, new=old is None)
    elif name == "tags":
        data[name] = tags_from(value)
    elif name == "collections":
        data[name] = collections_from(library, value)
    elif name == "relations":
        data[name] = relations_from(value)
    elif name == "deleted":
        set_deleted(data, value, 1)
    elif name == "parentItem":
        set_parent(library, data, value)
    elif name == "inPublications":
        if not isinstance(value, bool):
            raise Refusal(400, "'inPublications' must be a boolean")
    elif name == "note" and kind in {"note", "attachment"}:
        data[name] = CONTROL.sub("", text_of(name, value))
    elif kind == "attachment" and name in ATTACHED:
        data[name] = value if name in {"md5", "mtime"} else text_of(name, value)
    elif name == "note":
        raise Refusal(400, "'note' property is valid only for note and attachment items")
    elif name not in ALL_FIELDS:
        raise Refusal(400, f"Invalid property '{name}'")
    elif name not in FIELDS[kind]:
        raise Refusal(400, f"'{name}' is not a valid field for type '{kind}'")
    else:
        data[name] = (
            library.clock() if (name, value) == ("accessDate", "CURRENT_TIMESTAMP") else field_from(name, value)
        )


def text_of(name: str, value: Any) -> str:
    """Return text; null is empty, a number becomes text."""
    if value is None or value is False:
        return ""
    if isinstance(value, (str, int, float)):
        return str(value)
    raise Refusal(400, f"Unexpected array for property '{name}'")


def field_from(name: str, value: Any) -> str:
    """Return the value of a field as it is stored: no control characters, no space around it."""
    text = CONTROL.sub("", text_of(name, value)).strip()
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_FIELD:
        raise Refusal(413, f"'{name}' field value '{text[:50]}...' too long")
    return accessed_from(text) if name == "accessDate" else text


def accessed_from(text: str) -> str:
    """Return a date of access: a date, or date and time in UTC."""
    if not text:
        return ""
    match = ACCESSED.fullmatch(text)
    if not match:
        form = "ISO 8601 or UTC 'YYYY-MM-DD[ hh:mm:ss]' format or 'CURRENT_TIMESTAMP'"
        raise Refusal(400, f"'accessDate' must be in {form} ({text})")
    if not match[1] or (match[2] == "00:00:00" and match[1] == " "):
        return text[:10]
    clock = match[2] if match[2].count(":") == 2 else f"{match[2]}:00"
    return f"{text[:10]}T{clock}Z"


def creators_from(kind: str, value: Any, *, new: bool) -> list[Data]:
    """Return the creators: two names or one, never mixed, of a creator type that the item type has (``author`` passes everywhere)."""
    if not isinstance(value, list):
        raise Refusal(400, "'creators' property must be an array")
    creators = []
    for creator in value:
        if not isinstance(creator, dict) or "creatorType" not in creator:
            raise Refusal(400, "creator object must contain 'creatorType'")
        names = {name: CONTROL.sub("", str(text or "")).strip() for name, text in creator.items()}
        role = names.pop("creatorType")
        if not any(names.get(name) for name in NAMES):
            if new and len(value) == 1:  # that of the template
                continue
            raise Refusal(400, "creator object must contain 'firstName'/'lastName' or 'name'")
        if role not in ALL_CREATORS:
            raise Refusal(400, f"'{role}' is not a valid creator type")
        if role not in CREATORS.get(kind, ()) and role != "author":
            raise Refusal(400, f"'{role}' is not a valid creator type for item type '{kind}'")
        check_names(creator)
        creators.append({"creatorType": role, **names})
    return creators


def check_names(creator: Mapping[str, Any]) -> None:
    """Refuse a creator whose names are mixed or half."""
    for name in creator:
        if name not in {"creatorType", *NAMES}:
            raise Refusal(400, f"Invalid creator property '{name}'")
    for one, other in (("firstName", "lastName"), ("lastName", "firstName")):
        if one in creator and other not in creator:
            raise Refusal(400, f"'{other}' creator field must be set if '{one}' is set")
        if one in creator and "name" in creator:
            raise Refusal(400, f"'{one}' and 'name' creator fields are mutually exclusive")


def tags_from(value: Any) -> list[Data]:
    """Return the tags in the order they came in, without empty ones and repeats."""
    if not isinstance(value, list):
        raise Refusal(400, "'tags' property must be an array")
    tags: dict[str, Data] = {}
    for one in value:
        if not isinstance(one, dict):
            raise Refusal(400, "Tag must be an object")
        if not one:
            raise Refusal(400, "Tag object is empty")
        if extra := sorted(set(one) - {"tag", "type"}):
            raise Refusal(400, f"Invalid tag property '{extra[0]}'")
        if not isinstance(one.get("tag", ""), (str, int, float)):
            raise Refusal(400, "Invalid tag name")
        if not str(one.get("type", 0)).isdecimal():
            raise Refusal(400, f"Invalid tag type '{one['type']}'")
        tag = CONTROL.sub("", str(one.get("tag", ""))).strip()
        if len(tag) > LONGEST_TAG:
            raise Refusal(413, f"Tag '{tag[:50]}…' too long", {"tag": tag})
        if tag:
            tags.setdefault(tag, {"tag": tag, **({"type": 1} if int(one.get("type", 0)) else {})})
    return list(tags.values())


def collections_from(library: Library, value: Any) -> list[str]:
    """Return the keys of collections that exist."""
    if not isinstance(value, list):
        raise Refusal(400, "'collections' property must be an array")
    for key in value:
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise Refusal(400, f"'{key}' is not a valid collection key")
        if key not in library.collections:
            raise Refusal(409, f"Collection {key} not found", {"collection": key})
    return list(dict.fromkeys(value))


def relations_from(value: Any) -> Data:
    """Return the relations; PHP writes an empty object as an empty array, which the server takes too."""
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise Refusal(400, "'relations' property must be an object")
    for predicate in value:
        if predicate not in PREDICATES:
            raise Refusal(400, f"Unsupported predicate '{predicate}'")
    return dict(value)


def set_deleted(data: Data, value: Any, yes: Any) -> None:
    """Set or clear ``deleted``; it is absent where an object is not in the trash."""
    if not isinstance(value, (bool, int)) or value not in {0, 1}:
        raise Refusal(400, "'deleted' must be a boolean")
    data.pop("deleted", None)
    if value:
        data["deleted"] = yes


def set_parent(library: Library, data: Data, value: Any) -> None:
    """Put a note or an attachment below an item."""
    if not value:
        data.pop("parentItem", None)
        return
    if not isinstance(value, str) or not KEY.fullmatch(value):
        raise Refusal(400, "'parentItem' must be a valid item key or false")
    if value not in library.items:
        raise Refusal(409, f"Parent item {value} not found", {"parentItem": value})
    if data["itemType"] not in {"note", "attachment"}:
        raise Refusal(400, "Child item must be note, attachment, or annotation")
    data["parentItem"] = value


def collection_from(library: Library, sent: Mapping[str, Any], old: Data | None, *, whole: bool) -> Data:
    """Return what to store for a collection."""
    if (old is None or whole) and "name" not in sent:
        raise Refusal(400, "'name' property not provided")
    data: Data = copy.deepcopy(old) if old and not whole else {"name": "", "parentCollection": False, "relations": {}}
    for name, value in sent.items():
        if name in NOT_STORED:
            continue
        if name == "name":
            data[name] = name_from(value)
        elif name == "parentCollection":
            if value and (not isinstance(value, str) or value not in library.collections):
                raise Refusal(409, f"Parent collection {value} not found", {"collection": value})
            if old and value and old["key"] in library.above(value):
                raise Refusal(400, f"Collection {old['key']} cannot be inside itself")
            data[name] = value or False
        elif name == "relations":
            data[name] = relations_from(value)
        elif name == "deleted":
            set_deleted(data, value, yes=True)
        else:
            raise Refusal(400, f"Invalid property '{name}'")
    return data


def name_from(value: Any) -> str:
    """Return the name of a collection."""
    if not isinstance(value, str):
        raise Refusal(400, "'name' must be a string")
    name = CONTROL.sub("", value).strip()
    if not name:
        raise Refusal(400, "Collection name cannot be empty")
    if len(name) > LONGEST_NAME:
        raise Refusal(413, f"Collection name '{name[:50]}...' too long")
    return name
