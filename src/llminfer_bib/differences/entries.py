"""Three versions of one entry -> one, field by field and by meaning, or two where a person must decide.

The result is ours with edits made in it, each proven as ``bib set`` proves its own. Whole entries and files: ``merging``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..edits import Edit, InnerEdit, RemoveField, RenameEntry, RetypeEntry, SetField
from ..model import People
from ..plans import ENTRY_TYPE
from ..problems import BibError
from .comparing import LISTS, same_meaning, shown
from .placing import edited
from .versions import Item, Value

KEY = "@key"
"""The name under which the key is merged among the fields."""


@dataclass(frozen=True, slots=True)
class Joined:
    """One entry's text with what could be merged. Where ``fields`` are in conflict ``theirs`` is the text with their values of these."""

    mine: bytes
    theirs: bytes
    key: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of one version: its source, and its meaning. Both are None where the field is missing."""

    source: str | None
    value: Value | None


_OfOne = InnerEdit | RenameEntry
"""An edit of one entry, which it names by its key."""
_MISSING = _Field(None, None)
_KEEP, _TAKE, _CONFLICT = "keep", "take", "conflict"


def join_entries(body: bytes, base: Item | None, ours: Item, theirs: Item) -> Joined | None:
    """Merge one entry; `body` is ours as it stands in the file. Without `base` both sides have added it.

    Returns None where the edits are refused, so that the text itself must be shown.
    """
    key, edits, conflicts = ours.key, list[Edit](), list[tuple[str, _OfOne]]()
    for name in dict.fromkeys([*ours.raw.fields, *(base.raw.fields if base else ()), *theirs.raw.fields]):
        was, mine, yours = (_field(item, name) for item in (base, ours, theirs))
        verdict = _decide(name, was, mine, yours)
        if verdict == _KEEP:
            continue
        if verdict == _CONFLICT and (joined := _joined_words(name, was, mine, yours)) is not None:
            if joined != mine.source:
                edits.append(SetField(key, name, joined, exact=True))
            continue
        edit = RemoveField(key, name) if yours.source is None else SetField(key, name, yours.source, exact=True)
        if verdict == _TAKE:
            edits.append(edit)
        else:
            conflicts.append((name, edit))
    _heads(base, ours, theirs, edits, conflicts)
    try:
        mine_text = edited(body, edits, tuple(theirs.raw.fields))
        names = [name for name, _ in conflicts]
        key = next((edit.new for edit in edits if isinstance(edit, RenameEntry)), key)
        theirs_text = edited(mine_text, [replace(edit, key=key) for _, edit in conflicts], tuple(theirs.raw.fields))
    except BibError:
        return None
    return Joined(mine_text, theirs_text, key, tuple(names))


def _heads(base: Item | None, ours: Item, theirs: Item, edits: list[Edit], conflicts: list[tuple[str, _OfOne]]) -> None:
    """Merge the type, then the key: it comes last, because the other edits go by the old one."""
    make: tuple[tuple[str, Callable[[Item], str], Callable[[str], _OfOne]], ...] = (
        (ENTRY_TYPE, lambda item: item.raw.type, lambda new: RetypeEntry(ours.key, new)),
        (KEY, lambda item: item.key, lambda new: RenameEntry(ours.key, new)),
    )
    for name, part, edit in make:
        was, mine, yours = part(base) if base else None, part(ours), part(theirs)
        if yours in (mine, was):
            continue
        if was == mine:
            edits.append(edit(yours))
        else:
            conflicts.append((name, edit(yours)))


def _field(item: Item | None, name: str) -> _Field:
    if item is None or name not in item.raw.fields:
        return _MISSING
    source = item.raw.fields[name].replace("\r\n", "\n").replace("\r", "\n")
    people = item.entry.people.get(name)
    return _Field(source, people if people is not None else item.entry.fields.get(name, ""))


def _same(name: str, a: _Field, b: _Field) -> bool:
    if a.value is None or b.value is None:
        return a.value is b.value
    return a.source == b.source or same_meaning(name, a.value, b.value)


def _decide(name: str, was: _Field, mine: _Field, yours: _Field) -> str:
    """Decide one field: by its letters where one side left it alone, else by its meaning."""
    if yours.source in (mine.source, was.source):
        return _KEEP
    if mine.source == was.source:
        return _TAKE
    if _same(name, mine, yours):
        return _TAKE if _fuller(yours, mine) else _KEEP
    if _same(name, yours, was):
        return _KEEP
    return _TAKE if _same(name, mine, was) else _CONFLICT


def _fuller(a: _Field, b: _Field) -> bool:
    """Return whether one of two spellings says more: names in full, not initials; else they count alike."""
    if not isinstance(a.value, People) or not isinstance(b.value, People):
        return False
    return len(shown(a.value)) > len(shown(b.value))


def _joined_words(name: str, was: _Field, mine: _Field, yours: _Field) -> str | None:
    """Return a list of words with what each side added and without what each removed; None for what is no plain list."""
    if name not in LISTS or mine.source is None or yours.source is None:
        return None
    lists = [_words(field.source) for field in (was, mine, yours)]
    old, here, there = lists
    if old is None or here is None or there is None:
        return None
    known, mine_has, yours_has = set(old), set(here), set(there)
    kept = [word for word in here if word in yours_has or word not in known]
    come = [word for word in there if word not in mine_has and word not in known]
    opening, closing = mine.source[0], mine.source[-1]
    inside = mine.source[1:-1]
    comma = ", " if ", " in inside or "," not in inside else ","
    return mine.source if kept == here and not come else f"{opening}{comma.join(kept + come)}{closing}"


def _words(source: str | None) -> list[str] | None:
    """Return the words of a list as they are written; None where braces, macros or TeX make it more than that."""
    if source is None:
        return []
    inside = source[1:-1]
    if source[:1] not in ("{", '"') or len(source) < 2 or any(char in inside for char in '{}"#\\%'):
        return None
    return [word for part in inside.split(",") if (word := " ".join(part.split()))]
