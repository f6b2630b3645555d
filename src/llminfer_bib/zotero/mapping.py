"""Entry -> the item that Zotero is to have. What goes where is said in ``export.zotero_items``; the way back is `reverse`.

Only fields and creators that the item type has are in an item, none is empty: the Web API refuses anything else.
"""

from __future__ import annotations

from ..export.losses import Asked
from ..export.zotero_items import Name, zotero_item
from ..model import Entry
from .values import Creator, Item


def item(entry: Entry, kind: str | None = None) -> Item:
    """Return the item of an entry, in no collection. `kind` is an item type that a person has given it in Zotero."""
    made = zotero_item(Asked(entry), kind or "")
    return Item(
        made.type,
        dict(made.fields),
        tuple(map(_creator, made.creators)),
        made.tags,
        tuple(line.text for line in made.extra),
    )


def _creator(name: Name) -> Creator:
    if name.one_field:
        return Creator(name.type, name=name.last)
    return Creator(name.type, name.last, name.first)
