"""EndNote XML (``records/record``) -> entries, by way of the tags of RIS, which are EndNote's too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .drafts import gathered
from .reading import UnreadableImportError, parse_xml
from .ris import RisRecord, draft_of
from .ris_tables import ENDNOTE_TYPES
from .texts import line
from .values import Imported

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from . import Options

NAMES: Final = ("endnote", "endnote-xml")
# Path of elements below a record, without those that only group -> tag of RIS.
_TAGS: Final[dict[str, str]] = {
    "contributors/authors/author": "AU",
    "contributors/secondary-authors/author": "A2",
    "contributors/tertiary-authors/author": "A3",
    "contributors/subsidiary-authors/author": "A4",
    "titles/title": "TI",
    "titles/secondary-title": "T2",
    "titles/tertiary-title": "T3",
    "titles/alt-title": "J2",
    "titles/short-title": "ST",
    "periodical/full-title": "JF",
    "periodical/abbr-1": "JA",
    "alt-periodical/full-title": "JF",
    "alt-periodical/abbr-1": "JA",
    "pages": "SP",
    "volume": "VL",
    "number": "IS",
    "issue": "IS",
    "num-vols": "NV",
    "edition": "ET",
    "section": "SE",
    "dates/year": "PY",
    "dates/pub-dates/date": "DA",
    "pub-location": "CY",
    "publisher": "PB",
    "isbn": "SN",
    "electronic-resource-num": "DO",
    "accession-num": "AN",
    "call-num": "CN",
    "work-type": "M3",
    "label": "ID",
    "abstract": "AB",
    "notes": "N1",
    "research-notes": "RN",
    "language": "LA",
    "access-date": "Y2",
    "keywords/keyword": "KW",
    "urls/related-urls/url": "UR",
    "urls/web-urls/url": "UR",
    "urls/text-urls/url": "L2",
    "urls/pdf-urls/url": "L1",
    "urls/image-urls/url": "L4",
    "remote-database-name": "DB",
    "remote-database-provider": "DP",
    "auth-address": "AD",
}
_OF_THE_PROGRAM: Final = frozenset({"database", "source-app", "rec-number", "foreign-keys", "ref-type"})
_DEEPEST: Final = 4


def read(text: str, options: Options) -> Imported:
    """Return the records of a file. Raises UnreadableImportError where it has none."""
    root = parse_xml(text, "EndNote XML")
    found = [root] if root.tag == "record" else root.findall("records/record") or root.findall("record")
    if not found and (root.tag != "xml" or root.find("records") is None):
        raise UnreadableImportError(
            "This is no EndNote XML: it has no `record`. Export it again, or name the format with `--from`."
        )
    drafts = (draft_of(_record(element, number)) for number, element in enumerate(found, 1))
    entries, lost = gathered(drafts, (category.slug for category in options.categories))
    return Imported(tuple(entries), tuple(lost))


def _record(element: Element, number: int) -> RisRecord:
    record = RisRecord(f"record {number}")
    kind = element.find("ref-type")
    name = "" if kind is None else line(kind.get("name") or "".join(kind.itertext()))
    record.values["TY"] = [ENDNOTE_TYPES.get(name.lower(), name)]
    for child in element:
        if child.tag not in _OF_THE_PROGRAM:
            _take(record, child, str(child.tag))
    return record


def _take(record: RisRecord, element: Element, path: str) -> None:
    """Take an element by its path, or what it groups."""
    tag = _TAGS.get(path)
    if tag is None and len(element) and path.count("/") < _DEEPEST and any(one.startswith(f"{path}/") for one in _TAGS):
        for child in element:
            _take(record, child, f"{path}/{child.tag}")
        return
    text = "".join(element.itertext()).replace("\r", "\n").strip()
    if text:
        values = record.values.setdefault(tag or path, [])
        values += [part for part in text.split("\n") if part.strip()] if tag in {"KW", "UR"} else [text]
