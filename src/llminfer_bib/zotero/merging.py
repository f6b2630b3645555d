"""Who wins where .bib file and Zotero differ: three ways for each field, tag, line of Extra and collection. Nothing is sent here.

What both sides were when they were last in step is the `Base`. A side that differs from it was changed by somebody:

- only our side was: Zotero gets our value (verdict ``push``);
- only Zotero's was: it stays (``pull``: `bib zotero pull` brings it);
- both were, and differ: both stay (``conflict``).

Without a base (an item that was there before us) an empty field of Zotero's is filled, a different one is a conflict, and what
only Zotero has is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from unicodedata import normalize

from ..export.zotero_types import fields_of
from ..identifiers import normalise_doi
from .values import Creator, Item, Json

TYPE: Final = "itemType"
CREATORS: Final = "creators"
SETS: Final = ("tags", "extra", "collections")
EVERYWHERE: Final = frozenset({"accessDate", "abstractNote", "citationKey", "rights", "DOI", "shortTitle", "url"})
"""Fields that all regular item types have."""
_SURVIVES: Final = EVERYWHERE | {"title", "date", "language"}
"""Fields that an item keeps when its type changes, under the new type's name for them."""
_NO_LANGUAGE: Final = frozenset({"computerProgram"})
PUSH, PULL, CONFLICT = "push", "pull", "conflict"
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Base:
    """What both sides were when they were last in step."""

    sent: Item
    """Our side."""
    got: Item
    """What Zotero made of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in which the two sides differ, as text for people."""

    name: str
    """A field of the item; ``itemType``, ``creators``, ``tags``, ``extra``, ``collections``."""
    mine: str
    theirs: str
    verdict: str
    """``push``, ``pull`` or ``conflict``."""
    why: str = ""
    """For people, where there is more to say."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of one item."""

    mine: Item
    theirs: Item
    wanted: Item
    """What Zotero is to have: theirs with what is pushed."""
    pulled: Item
    """What our side would be: mine with what is pulled."""
    differences: tuple[Difference, ...] = ()
    base: Base | None = None
    own_type: str = ""
    """The item type of our side itself; `mine` is made for the one that stays."""

    def having(self, verdict: str) -> list[Difference]:
        """Return the differences of one verdict."""
        return [difference for difference in self.differences if difference.verdict == verdict]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The four values of one field. Empty text or tuple where there is none."""

    name: str
    mine: Any
    sent: Any
    theirs: Any
    got: Any
    based: bool

    def verdict(self) -> str:
        if is_same(self.name, self.mine, self.theirs):
            return ""
        if not self.based:
            return PUSH if not self.theirs else CONFLICT if self.mine else ""
        by_us = not is_same(self.name, self.mine, self.sent)
        by_them = not is_same(self.name, self.theirs, self.got)
        if by_us and by_them:
            return CONFLICT
        return PUSH if by_us else PULL if by_them else ""


def merge(
    make: Callable[[str], Item],
    base: Base | None,
    theirs: Item,
    *,
    overwrite: Collection[str] = (),
    pulls: bool = False,
) -> Merged:
    """Compare the sides of one item.

    `make` gives our item, made for an item type (the entry's own for an empty text): it is made for the type that a person
    chose in Zotero where that stays. `overwrite` names fields (or ``all``) in which the side that gives wins: ours, or
    Zotero's where this is a pull.
    """
    mine = make("")
    own_type = mine.type
    retyped = _typed(mine, base, theirs, overwrite, pulls=pulls)
    if own_type != theirs.type and (retyped is None or retyped.verdict != PUSH):
        mine = make(theirs.type)
    sides = {side.name: side for side in _all_sides(mine, base, theirs)}
    found = {TYPE: retyped} if retyped is not None else {}
    for side in sides.values():
        if difference := _difference(side, overwrite, pulls=pulls):
            found[side.name] = difference
    wanted, pulled = _sided(mine, theirs, found, sides)
    for name in SETS:
        theirs_next, mine_next = _merged_sets(name, mine, base, theirs)
        wanted, pulled = _with(wanted, name, theirs_next), _with(pulled, name, mine_next)
        found |= {d.name: d for d in _set_differences(name, mine, theirs, theirs_next, mine_next)}
    return Merged(mine, theirs, wanted, pulled, tuple(found.values()), base, own_type)


def is_same(name: str, one: Any, other: Any) -> bool:
    """Tell whether two values mean the same: blanks, the case of a DOI, the time behind a day of access are nothing."""
    if one == other:
        return True
    if isinstance(one, str) and isinstance(other, str):
        return _plain(name, one) == _plain(name, other)
    return False


def settled(merged: Merged, answer: Item, *, pulled: Item | None = None) -> Base:
    """Return the base from now on, when Zotero has `answer`: what is in step is new, what waits for somebody is as before.

    `pulled` is our item after a pull; then what a push would change is what waits.
    """
    mine = merged.mine if pulled is None else pulled
    if merged.own_type and not any(difference.name == TYPE for difference in merged.differences):
        mine = replace(mine, type=merged.own_type)
    done = PUSH if pulled is None else PULL
    waiting = {difference.name for difference in merged.differences if difference.verdict != done}
    waiting |= _survivors(merged, answer)
    old = merged.base or Base(Item(""), replace(merged.theirs, type="", fields={}, creators=()))
    sent, got = _kept(mine, old.sent, waiting), _kept(answer, old.got, waiting)
    for name in SETS:
        ours, theirs = getattr(merged.mine, name), getattr(merged.theirs, name)
        if pulled is None:
            got = _with(got, name, _unsettled(getattr(answer, name), getattr(old.got, name), theirs, ours))
        else:
            sent = _with(sent, name, _unsettled(getattr(mine, name), getattr(old.sent, name), ours, theirs))
    return Base(sent, got)


def _unsettled(
    now: tuple[str, ...], before: tuple[str, ...], one: tuple[str, ...], other: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the parts of one side for its base: without what it has added, and with what it has removed, unless the other did too."""
    added = set(one) - set(before) - set(other)
    removed = [part for part in before if part not in one and part in other and part not in now]
    return (*(part for part in now if part not in added), *removed)


def patch(wanted: Item, theirs: Item, automatic: Collection[str] = ()) -> Json:
    """Return the properties that must be sent so that Zotero's item becomes `wanted`; empty where it is so already.

    Of another type, fields that it may not have are not named: the server drops those.
    """
    changed: Json = {}
    retyped = wanted.type != theirs.type
    if retyped:
        changed[TYPE] = wanted.type
    may_have = fields_of(wanted.type)
    for name in dict.fromkeys((*wanted.fields, *theirs.fields)):
        value = wanted.fields.get(name, "")
        if value != theirs.fields.get(name, "") and (value or not retyped or name in may_have):
            changed[name] = value
    if wanted.creators != theirs.creators:
        changed[CREATORS] = [creator.json() for creator in wanted.creators]
    if wanted.tags != theirs.tags:
        changed["tags"] = [{"tag": tag, "type": 1} if tag in automatic else {"tag": tag} for tag in wanted.tags]
    if wanted.extra != theirs.extra:
        changed["extra"] = "\n".join(wanted.extra)
    if wanted.collections != theirs.collections:
        changed["collections"] = list(wanted.collections)
    return changed


def shown(value: Any) -> str:
    """Return a value as a line for people."""
    if isinstance(value, str):
        return value
    return "; ".join(
        part if isinstance(part, str) else part.name or " ".join(filter(None, (part.first, part.last)))
        for part in value
    )


def _typed(
    mine: Item, base: Base | None, theirs: Item, overwrite: Collection[str], *, pulls: bool
) -> Difference | None:
    """Tell how the types differ. Ours does not win where Zotero would then drop something that only it has."""
    old = (base.sent.type, base.got.type) if base else ("", "")
    found = _difference(_Sides(TYPE, mine.type, old[0], theirs.type, old[1], base is not None), overwrite, pulls=pulls)
    if found is None or found.verdict != PUSH or {TYPE, ALL} & set(overwrite):
        return found
    lost = _lost_with_type(mine, base, theirs)
    why = f"Zotero would drop what only it has: {', '.join(lost)}"
    return replace(found, verdict=CONFLICT, why=why) if lost else found


def _difference(side: _Sides, overwrite: Collection[str], *, pulls: bool) -> Difference | None:
    verdict = side.verdict()
    if not verdict:
        return None
    if side.name in overwrite or ALL in overwrite:
        verdict = PULL if pulls else PUSH
    return Difference(side.name, shown(side.mine), shown(side.theirs), verdict)


def _all_sides(mine: Item, base: Base | None, theirs: Item) -> Iterator[_Sides]:
    """Yield what is compared as a whole: the creators and each field."""
    old = base or Base(Item(""), Item(""))
    based = base is not None
    yield _Sides(CREATORS, mine.creators, old.sent.creators, theirs.creators, old.got.creators, based)
    items = (mine, old.sent, theirs, old.got)
    for name in dict.fromkeys(name for item in items for name in item.fields):
        one, two, three, four = (item.fields.get(name, "") for item in items)
        yield _Sides(name, one, two, three, four, based)


def _sided(mine: Item, theirs: Item, found: Mapping[str, Difference], sides: Mapping[str, _Sides]) -> tuple[Item, Item]:
    """Return both items with the scalar values that they get from the other."""
    wanted, pulled = dict(theirs.fields), dict(mine.fields)
    for name, difference in found.items():
        if name in {TYPE, CREATORS} or difference.verdict == CONFLICT:
            continue
        into, value = (wanted, sides[name].mine) if difference.verdict == PUSH else (pulled, sides[name].theirs)
        into[name] = value
        if not value:
            del into[name]

    def verdict(name: str) -> str:
        return found[name].verdict if name in found else ""

    creators: tuple[Creator, ...] = mine.creators if verdict(CREATORS) == PUSH else theirs.creators
    ours: tuple[Creator, ...] = theirs.creators if verdict(CREATORS) == PULL else mine.creators
    return (
        Item(mine.type if verdict(TYPE) == PUSH else theirs.type, wanted, creators),
        Item(theirs.type if verdict(TYPE) == PULL else mine.type, pulled, ours),
    )


def _lost_with_type(mine: Item, base: Base | None, theirs: Item) -> list[str]:
    """Return the fields that only Zotero has and that might not survive a change of type: those that are not as we sent them."""
    sent, got = (base.sent.fields, base.got.fields) if base else ({}, {})
    safe = _SURVIVES - {"language"} if mine.type in _NO_LANGUAGE else _SURVIVES
    return [
        name
        for name, value in theirs.fields.items()
        if name not in mine.fields
        and name not in safe
        and not (sent.get(name) and is_same(name, value, got.get(name, "")))
    ]


def _merged_sets(name: str, mine: Item, base: Base | None, theirs: Item) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what Zotero's and what our parts become. Without a base, what Zotero has was there before us."""
    ours, yours = getattr(mine, name), getattr(theirs, name)
    sent: Iterable[str] = getattr(base.sent, name) if base else ()
    got: Iterable[str] = getattr(base.got, name) if base else yours
    return _three_way(yours, ours, sent), _three_way(ours, yours, got)


def _three_way(target: tuple[str, ...], giver: tuple[str, ...], before: Iterable[str]) -> tuple[str, ...]:
    """Return `target` with what the giver has added to, and without what it has removed from, what it was before."""
    old = set(before)
    gone = {part for part in old - set(giver) if part.strip()}  # blank lines of Extra are the target's own
    kept = [part for part in target if part not in gone]
    new = (part for part in dict.fromkeys(giver) if part.strip() and part not in old and part not in target)
    return (*kept, *new)


def _survivors(merged: Merged, answer: Item) -> set[str]:
    """Return the fields that we emptied along with a change of type and that are still there: they could not be named."""
    if merged.wanted.type == merged.theirs.type:
        return set()
    return {d.name for d in merged.having(PUSH) if d.name not in merged.wanted.fields and d.name in answer.fields}


def _set_differences(
    name: str, mine: Item, theirs: Item, theirs_next: tuple[str, ...], mine_next: tuple[str, ...]
) -> Iterator[Difference]:
    ours, yours = getattr(mine, name), getattr(theirs, name)
    if theirs_next != yours:
        yield Difference(name, shown(ours), shown(yours), PUSH)
    elif set(ours) - set(mine_next) or (mine_next != ours and name == "tags"):
        # what people add to Extra and where else they put an item is theirs alone
        yield Difference(name, shown(ours), shown(yours), PULL)


def _kept(item: Item, old: Item, waiting: Collection[str]) -> Item:
    """Return an item, but as it was before in what still waits."""
    fields = {name: value for name, value in item.fields.items() if name not in waiting}
    fields |= {name: value for name, value in old.fields.items() if name in waiting}
    return replace(
        item,
        type=old.type if TYPE in waiting else item.type,
        creators=old.creators if CREATORS in waiting else item.creators,
        fields=fields,
    )


def _with(item: Item, name: str, parts: tuple[str, ...]) -> Item:
    """Return an item with other tags, extra or collections."""
    changed: dict[str, Any] = {name: parts}
    return replace(item, **changed)


def _plain(name: str, text: str) -> str:
    if name == "DOI":
        return normalise_doi(text) or text.casefold()
    if name == "accessDate":
        return text.strip()[:10]
    return " ".join(normalize("NFC", text).split())
