"""One stored DataCite record of an arXiv paper -> Record, so that it says what arXiv's own record would."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from ..dates import parse_date
from ..identifiers import arxiv_url, normalise_arxiv
from ..model import Date, People
from ..records import Record
from ..venues import appearance
from .arxiv_authors import person
from .arxiv_reading import plain, published_dois
from .crossref_names import read_people
from .json_answers import restored

_LONGEST_TITLE = 2000
_LONGEST_TEXT = 20_000
_LONGEST_NOTE = 4000
_MOST = 20_000
_CLASS = re.compile(r"\(([a-z-]{2,20}(?:\.[A-Za-z-]{2,20})?)\)\s*\Z")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,6});")
_PUBLISHED_AS = ("IsVersionOf", "IsPreprintOf")
# The first that there is counts: (dateType, the version it must speak of or None).
_DATES = (
    ("Submitted", "v1"),
    ("Submitted", None),
    ("Available", "v1"),
    ("Issued", None),
)


def read(question: str, raw: bytes) -> tuple[Record, ...]:
    """Map one stored record. Raises ValueError where it is none, or not that of ``question``."""
    stored = restored(raw)
    attributes = stored.get("attributes") if isinstance(stored, dict) else None
    identifier = normalise_arxiv(str(stored["id"]))[0] if attributes and "id" in stored else ""
    if not (isinstance(attributes, dict) and identifier):
        raise ValueError("no record of an arXiv paper")
    if question and normalise_arxiv(question)[0] != identifier:
        raise ValueError("another record than was asked for")
    dois = _published_as(attributes)
    comment = _description(attributes, "Other", _LONGEST_NOTE)
    record = Record(
        source="datacite",
        id=identifier,
        version=_version(attributes),
        title=plain(_title(attributes)),
        authors=_authors(attributes),
        date=_date(attributes),
        doi=dois[0] if dois else "",
        arxiv=identifier,
        arxiv_class=_class(attributes),
        url=arxiv_url(identifier),
        abstract=plain(_description(attributes, "Abstract", _LONGEST_TEXT)),
        comment=comment,
        appearance=appearance(comment),
        published_as=dois,
    )
    return (record,)


def _items(attributes: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list; what is none is passed over."""
    value = attributes.get(name)
    return [item for item in value[:_MOST] if isinstance(item, dict)] if isinstance(value, list) else []


def _text(item: Mapping[str, Any], name: str, longest: int = _LONGEST_NOTE) -> str:
    """Return a text on one line, entities read, without what no file can hold."""
    value = item.get(name)
    if not isinstance(value, str):
        return ""
    value = value[:longest].encode("utf-8", "replace").decode()
    return " ".join(_ENTITY.sub(lambda found: html.unescape(found[0]), value).split())


def _title(attributes: Mapping[str, Any]) -> str:
    """Return the title, not one of another kind (subtitle, translation)."""
    titles = _items(attributes, "titles")
    own = [title for title in titles if not title.get("titleType")] or titles
    return _text(own[0], "title", _LONGEST_TITLE) if own else ""


def _authors(attributes: Mapping[str, Any]) -> People:
    """Read the creators: parts where they are given, ``Family, Given`` or an organisation where there is a name only."""
    return read_people([_creator(item) for item in _items(attributes, "creators")])


def _creator(item: Mapping[str, Any]) -> dict[str, Any]:
    family, given, name = (_text(item, member) for member in ("familyName", "givenName", "name"))
    if item.get("nameType") == "Organizational":
        return {"name": name or family}
    if family:
        # arXiv takes the last word of any name for the family: an organisation may come in two parts.
        if given and person(f"{given} {family}").literal:
            return {"name": f"{given} {family}"}
        return {"family": family, "given": given}
    family, comma, given = name.partition(", ")
    if comma and given:
        return {"family": family, "given": given}
    read = person(name) if " " in name else None
    return {"name": name} if read is None or read.literal else {"family": read.family, "given": read.given}


def _date(attributes: Mapping[str, Any]) -> Date | None:
    """Return when the first version was submitted; when DataCite was told is another matter."""
    dates = _items(attributes, "dates")
    for kind, version in _DATES:
        known = [
            date
            for item in dates
            if item.get("dateType") == kind
            and version in {None, item.get("dateInformation")}
            and (date := parse_date(_text(item, "date", 40))) is not None
        ]
        if known:
            return min(known, key=lambda date: date.iso())
    year = attributes.get("publicationYear")
    return parse_date(str(year)[:4]) if isinstance(year, int | str) else None


def _class(attributes: Mapping[str, Any]) -> str:
    """Return the first of arXiv's classes, which is the primary one: ``cs.LG`` of ``Machine Learning (cs.LG)``."""
    for item in _items(attributes, "subjects"):
        if item.get("subjectScheme") == "arXiv" and (found := _CLASS.search(_text(item, "subject"))):
            return found[1]
    return ""


def _description(attributes: Mapping[str, Any], kind: str, longest: int) -> str:
    """Return the first description of a kind: the abstract, or (Other) what arXiv calls the comment."""
    return next(
        (
            _text(item, "description", longest)
            for item in _items(attributes, "descriptions")
            if item.get("descriptionType") == kind
        ),
        "",
    )


def _version(attributes: Mapping[str, Any]) -> str:
    number = attributes.get("version")
    found = re.fullmatch(r"v?([1-9][0-9]{0,2})", number) if isinstance(number, str) else None
    return f"v{found[1]}" if found else ""


def _published_as(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the DOIs of which this is another version, arXiv's own and other preprints left out."""
    related = [
        _text(item, "relatedIdentifier")
        for item in _items(attributes, "relatedIdentifiers")
        if item.get("relationType") in _PUBLISHED_AS and item.get("relatedIdentifierType") == "DOI"
    ]
    return published_dois(related)
