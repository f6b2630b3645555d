"""What CSL-JSON cannot say of an entry, by the rows through which `csl_items` writes it."""

from __future__ import annotations

from typing import Final

from .. import identifiers
from ..model import Entry
from . import csl_tables as tables
from .csl_items import make_item
from .csl_names import Item, Pieces, as_is
from .losses import Asked, Loss

_REASONS: Final = {
    "eprintclass": "CSL has no place for a class of arXiv",
    "primaryclass": "CSL has no place for a class of arXiv",
    "langid": "CSL says one language, that of the item",
    "license": "CSL has no place for a licence",
    "entrysubtype": "CSL has no such type",
    "code": "CSL has one address, that of the item",
    "video": "CSL has one address, that of the item",
    "slides": "CSL has one address, that of the item",
    "pdf": "CSL has one address, that of the item",
}
_KINDS: Final = ("blog", "course", "project", "video")


def losses(entry: Entry) -> tuple[Loss, ...]:
    """Return what is lost in the plain dialect. Titles must have been read with their protected words."""
    asked = Asked(entry)
    item = make_item(entry, Pieces(zotero=False, form=as_is))
    kind = str(item["type"])
    asked.title()
    asked.subtype(*_KINDS)
    for role, _ in tables.ROLES:
        asked.people(role)
        if entry.fields.get(role + "type", "").lower() in tables.EDITOR_TYPES:
            asked.said(role + "type")
    _read_dates(asked, item)
    asked.doi()
    asked.arxiv(with_class=kind != tables.PREPRINT)
    asked.url()
    asked.language()
    asked.keywords()
    if kind == tables.PREPRINT:
        asked.said(*(("journal", "journaltitle") if entry.arxiv else ("eprint", "eprinttype", "archiveprefix")))
    asked.said("note", "addendum")
    _read_rows(asked, kind)
    _read_mended(asked, item)
    return asked.lost("CSL", _REASONS)


def _read_dates(asked: Asked, item: Item) -> None:
    """Ask for the dates; one that could not be read is kept as text."""
    if asked.date(spans=True, seasons=True) is None and "issued" in item:
        asked.said("date" if asked.entry.fields.get("date") else "year")
    for name, _ in tables.DATES:
        asked.date(name, spans=True, seasons=True)
    for name in ("date", *(name for name, _ in tables.DATES)):
        date = asked.entry.dates.get(name)
        if date is not None and date.end is not None and (date.season or date.end.season):
            asked.partly(name, "CSL has no seasons in a period")


def _read_rows(asked: Asked, kind: str) -> None:
    """Ask for every variable of CSL; where several fields go there, the first one gets the place."""
    codes, words = tables.PLANS[kind]
    targets: dict[str, list[str]] = {}
    for source, target in (*codes, *words):
        targets.setdefault(target, []).append(source)
    for sources in targets.values():
        asked.text(*sources)


def _read_mended(asked: Asked, item: Item) -> None:
    """Ask for what stands in no row: subtitles, the state of publication, links as media."""
    fields = asked.entry.fields
    asked.said(*(source for source, target in tables.SUBTITLES if target in item))
    if "status" in item:
        asked.said("pubstate")
    if "medium" in item or identifiers.web_url(fields.get("howpublished", "")):
        asked.said("howpublished")
