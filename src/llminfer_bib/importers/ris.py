"""RIS, as EndNote, Zotero, Mendeley, Web of Science, publishers and our own export write it -> entries. Its tags are in `ris_tables`.

Read kindly: lines without a tag go on with the one before, a record without its end ends where the next one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from ..identifiers import normalise_arxiv, normalise_doi, normalise_isbn, normalise_issn, web_url
from . import dating, persons
from . import ris_tables as tables
from .csl_tables import GENRES
from .drafts import Draft, gathered
from .reading import UnreadableImportError
from .texts import line
from .values import Imported, Unmapped

if TYPE_CHECKING:
    from . import Options

NAMES: Final = ("ris",)
_LINE = re.compile(r"[ \t]{0,3}([A-Z][A-Z0-9])(?:  -[ \t]?|[ \t]{1,4}-(?:[ \t]|\Z))(.*)", re.DOTALL)
_NOTES: Final = ("N1", "RN")
_LIKE_ISSN = re.compile(r"[0-9]{4}-[0-9]{3}[0-9Xx]")
_NO_NUMBER = re.compile(r"(?:pmid|arxiv)\b.*", re.IGNORECASE)


@dataclass(slots=True)
class RisRecord:
    """One record: values by tag in the order of the file. `place` is its line."""

    place: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def take(self, tag: str) -> str:
        """Take the first value of a tag."""
        found = self.values.get(tag)
        if not found:
            return ""
        value = found.pop(0)
        if not found:
            del self.values[tag]
        return value

    def take_all(self, tag: str) -> list[str]:
        """Take all values of a tag."""
        return self.values.pop(tag, [])


def read(text: str, options: Options) -> Imported:
    """Return the records of a file. Raises UnreadableImportError where it has none."""
    strays: list[Unmapped] = []
    records = list(_records(text, strays))
    if not records and text.strip("\ufeff \t\r\n"):
        raise UnreadableImportError(
            "This is no RIS: no line begins with `TY  - `. Export it again, or name the format with `--from`."
        )
    entries, lost = gathered(map(draft_of, records), (category.slug for category in options.categories))
    return Imported(tuple(entries), (*lost, *strays))


def _records(text: str, strays: list[Unmapped]) -> Iterator[RisRecord]:
    record: RisRecord | None = None
    tag = ""
    pieces: list[str] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        found = _LINE.match(raw)
        if found is None:
            if record is not None and tag:
                pieces.append(raw)
            elif line(raw):
                strays.append(Unmapped(f"line {number}", line(raw), "it stands in no record"))
            continue
        if record is not None and tag:
            _add(record, tag, pieces)
        tag, pieces = found[1], [found[2]]
        if tag in {"TY", "ER"}:
            if record is not None:
                yield record
            record = None
            if tag == "TY":
                record = RisRecord(f"line {number}", {"TY": [line(pieces[0])]})
            elif line(pieces[0]):
                strays.append(Unmapped(f"line {number}", line(pieces[0]), "it stands behind the end of a record"))
        elif record is None and line(pieces[0]):
            strays.append(Unmapped(f"line {number}", line(raw), "it stands in no record"))
        if record is None or tag == "TY":
            tag = ""
    if record is not None:
        if tag:
            _add(record, tag, pieces)
        yield record


def _add(record: RisRecord, tag: str, pieces: list[str]) -> None:
    """Add the lines of a tag; those of keywords are one each."""
    parts = [part.strip() for part in pieces] if tag == "KW" else ["\n".join(pieces).strip()]
    values = [part for part in parts if part]
    if values:
        record.values.setdefault(tag, []).extend(values)


def draft_of(record: RisRecord) -> Draft:
    """Make an entry of a record, which is emptied by whoever takes a value."""
    draft = Draft(record.place)
    kind = line(record.take("TY"))
    draft.put_key(record.take("ID"), "ID")
    _type(draft, record, kind)
    for tag, role in tables.ROLES.items():
        for name in record.take_all(tag):
            if (person := persons.of_line(name)) is not None:
                draft.add_person(role, person)
    _genre(draft, record, kind.upper())
    _arxiv(draft, record)
    for tag, name in tables.DATES:
        _date(draft, record, tag, name)
    draft.put_doi(record.take("DO"), "DO")
    _fields(draft, record)
    _pages(draft, record)
    _numbers(draft, record)
    _links(draft, record)
    for keyword in record.take_all("KW"):
        draft.add_keywords(keyword, "KW")
    for tag in _NOTES:
        for text in record.take_all(tag):
            if text.removeprefix("doi: ").lower() != draft.fields.get("doi"):  # publishers say it twice
                draft.note(text, tag)
    for tag, values in record.values.items():
        for value in values:
            draft.lose(tag, value)
    return draft


def _type(draft: Draft, record: RisRecord, kind: str) -> None:
    draft.type, subtype = tables.TYPES.get(kind.upper(), tables.FALLBACK)
    if kind.upper() not in tables.TYPES:
        draft.lose("TY", kind, "the type is unknown; the entry is @misc")
    if kind.upper() == "CONF" and not record.values.keys() & {"AU", "A1", "T2", "SP"}:
        draft.type = "proceedings"
    draft.put("entrysubtype", subtype)


def _genre(draft: Draft, record: RisRecord, kind: str) -> None:
    """Take the kind in words (M3); the entry type says it where it can."""
    words = record.take("M3")
    if normalise_doi(words):  # older EndNote
        draft.put_doi(words, "M3")
        return
    by_words = GENRES.get(words.lower(), "")
    if by_words.endswith("thesis") and kind == "THES":
        draft.type = by_words
    elif (by_words != "techreport" or kind != "RPRT") and words.lower() not in tables.SAID_GENRES.get(kind, ()):
        draft.put("type", words, "M3")


def _arxiv(draft: Draft, record: RisRecord) -> None:
    """Take an arXiv id; a report or unpublished work that has one is a preprint."""
    for tag in ("AN", "SN", "M1", "C1", "C7"):
        values = [value for value in record.take_all(tag) if not ("arxiv" in value.lower() and draft.put_arxiv(value))]
        if values:
            record.values[tag] = values
    venue = record.values.get("T2", record.values.get("JO", record.values.get("JF", [""])))[0].lower()
    link = next((value for value in record.values.get("UR", []) if "arxiv.org" in value.lower()), "")
    if "eprint" not in draft.fields and draft.type in tables.PREPRINTS and (not venue or "arxiv" in venue):
        draft.put_arxiv(link)
    if "eprint" not in draft.fields or (draft.type == "article" and venue) or draft.type not in tables.PREPRINTS:
        return
    if draft.type == "article" and record.values.get("VL"):
        return
    draft.type = "misc"
    for tag in ("PB", "T2", "JO", "JF", "DP", "DB"):
        if record.values.get(tag, [""])[0].strip().lower() in {"arxiv", "arxiv.org"}:
            record.take(tag)


def _date(draft: Draft, record: RisRecord, tag: str, name: str) -> None:
    for value in record.take_all(tag):
        text = value.rstrip("/ ")
        if tag == "DA" and (draft.fields.get("year") or "")[:4] and dating.read(text) is None:
            # Web of Science and PubMed write only month and day here.
            both = dating.read(f"{text} {draft.fields['year']}")
            if both is not None:
                draft.put_day(both, value, tag)
                continue
        draft.put_date(text, tag, name)


def _fields(draft: Draft, record: RisRecord) -> None:
    places = tables.PLACES.get("phdthesis" if draft.type.endswith("thesis") else draft.type, {})
    if draft.type == "inproceedings" and record.values.keys() & {"C3", "BT"} and "T2" in record.values:
        places = {**places, "T2": "eventtitle"}
    for tag, name in (*tables.FIELDS, *{**tables.USUAL, **places}.items()):
        if tag == "SN":
            continue
        for value in record.take_all(tag):
            again = name == "journal" and draft.fields.get("journal", value) != value
            draft.put("shortjournal" if again else name, value, tag)  # a journal's second name is its short one
    fields = draft.fields
    if fields.get("shortjournal") in (fields.get("journal"), fields.get("booktitle")):
        fields.pop("shortjournal", None)
    if "shortjournal" in fields and "journal" not in fields and draft.type == "article":
        fields["journal"] = fields.pop("shortjournal")


def _pages(draft: Draft, record: RisRecord) -> None:
    first, last = record.take("SP").strip(), record.take("EP").strip()
    if first and last and last != first and "-" not in first:
        draft.put("pages", f"{first}-{last}", "SP")
    else:
        name = (
            "pagetotal"
            if draft.type in {"book", "booklet", "proceedings"} or draft.type.endswith("thesis")
            else "pages"
        )
        draft.put(name, first or last, "SP")
        if first and last and last != first:
            draft.lose("EP", last, "the first page is a range already")


def _numbers(draft: Draft, record: RisRecord) -> None:
    """Take ISBN and ISSN, a report's number, and what older programs call M1."""
    for value in record.take_all("SN"):
        parts = [value] if normalise_isbn(value) or normalise_issn(value) else re.split(r"[\s;,]+", value.strip())
        for part in parts if all(normalise_isbn(one) or normalise_issn(one) for one in parts) else [value]:
            if normalise_issn(part) or _LIKE_ISSN.fullmatch(part):
                draft.put("issn", part, "SN")
            elif normalise_isbn(part) or draft.type not in {"techreport", "misc", "standard", "patent"}:
                draft.put("issn" if draft.type == "article" else "isbn", part, "SN")
            else:
                draft.put("number", part, "SN")
    number = record.take("M1")
    if number and "number" not in draft.fields and not _NO_NUMBER.match(number):
        draft.put("number", number, "M1")
    else:
        draft.lose("M1", number)


def _links(draft: Draft, record: RisRecord) -> None:
    for tag in ("UR", "LK"):
        for value in record.take_all(tag):
            links = [part for part in re.split(r"[;\s]+(?=https?://)", value) if part.strip()]
            for link in links:
                known = draft.fields.get("eprint")
                if known and "url" in draft.fields and normalise_arxiv(link)[0] == known:
                    continue
                if "url" in draft.fields and draft.fields.get("doi") and normalise_doi(link) == draft.fields["doi"]:
                    continue
                draft.put_url(link, tag)
    for value in record.take_all("L1"):
        if web_url(value) and "pdf" not in draft.fields:
            draft.put("pdf", web_url(value), "L1")
        else:
            draft.lose("L1", value, "it is a file on one machine")
