"""Rows for the item types of Zotero that no entry type leads to, and for all of them: creators, and names of title and date.

A person may give an item any type; an entry then goes to the fields of that type. Names are those of Zotero's schema (41).
What entries lead to stands in `zotero_tables`.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from . import zotero_tables as tables

_Rows = tuple[tuple[str, tuple[str, ...]], ...]
_PUBLISHER: Final = ("publisher", "organization", "institution")
_PLACE: Final = ("place", ("location", "address"))
_IN_REFERENCE: Final[_Rows] = (
    ("series", ("series",)),
    ("seriesNumber", ("number",)),
    ("volume", ("volume",)),
    ("numberOfVolumes", ("volumes",)),
    ("edition", ("edition",)),
    ("publisher", _PUBLISHER),
    _PLACE,
    ("pages", ("pages", "eid")),
    ("ISBN", ("isbn",)),
)
_IN_PERIODICAL: Final[_Rows] = (
    ("publicationTitle", ("journaltitle", "journal")),
    ("volume", ("volume",)),
    ("issue", ("number", "issue")),
    ("pages", ("pages", "eid")),
    ("publisher", _PUBLISHER),
    _PLACE,
    ("ISSN", ("issn",)),
)
_BROADCAST: Final[_Rows] = (
    ("programTitle", ("booktitle", "maintitle")),
    ("episodeNumber", ("number",)),
    ("network", _PUBLISHER),
    _PLACE,
    ("runningTime", ("runningtime", "runtime", "duration")),
)

# Item type -> (field, fields of an entry), as in `zotero_tables`.
_MORE: Final[dict[str, _Rows]] = {
    "artwork": (("artworkMedium", ("howpublished",)), ("eventPlace", ("venue",))),
    "audioRecording": (
        ("seriesTitle", ("series",)),
        ("volume", ("volume",)),
        ("numberOfVolumes", ("volumes",)),
        ("label", _PUBLISHER),
        _PLACE,
        ("runningTime", ("runningtime", "runtime", "duration")),
        ("ISBN", ("isbn",)),
    ),
    "bill": (("billNumber", ("number",)), ("codeVolume", ("volume",)), ("codePages", ("pages",))),
    "case": (
        ("court", ("institution", "organization")),
        ("docketNumber", ("number",)),
        ("reporterVolume", ("volume",)),
    ),
    "dictionaryEntry": (("dictionaryTitle", ("booktitle", "maintitle")), *_IN_REFERENCE),
    "email": (),
    "encyclopediaArticle": (("encyclopediaTitle", ("booktitle", "maintitle")), *_IN_REFERENCE),
    "film": (
        ("distributor", _PUBLISHER),
        _PLACE,
        ("genre", ("type",)),
        ("runningTime", ("runningtime", "runtime", "duration")),
    ),
    "forumPost": (("forumTitle", ("booktitle", "organization")), ("postType", ("type",))),
    "hearing": (
        ("committee", ("organization", "institution")),
        ("publisher", ("publisher",)),
        ("numberOfVolumes", ("volumes",)),
        ("documentNumber", ("number",)),
        ("pages", ("pages",)),
        _PLACE,
    ),
    "instantMessage": (),
    "interview": (("interviewMedium", ("howpublished",)), ("publisher", _PUBLISHER), _PLACE),
    "letter": (("letterType", ("type",)), ("eventPlace", ("venue", "location", "address"))),
    "magazineArticle": _IN_PERIODICAL,
    "map": (
        ("mapType", ("type",)),
        ("seriesTitle", ("series",)),
        ("edition", ("edition",)),
        ("publisher", _PUBLISHER),
        _PLACE,
        ("ISBN", ("isbn",)),
    ),
    "newspaperArticle": (*_IN_PERIODICAL, ("edition", ("edition",))),
    "patent": (
        ("patentNumber", ("number",)),
        ("issuingAuthority", ("institution", "organization")),
        ("place", ("location", "address")),
        ("pages", ("pages",)),
    ),
    "podcast": (
        ("seriesTitle", ("series", "booktitle")),
        ("episodeNumber", ("number",)),
        ("publisher", _PUBLISHER),
        _PLACE,
        ("runningTime", ("runningtime", "runtime", "duration")),
    ),
    "radioBroadcast": _BROADCAST,
    "standard": (
        ("organization", ("organization", "institution")),
        ("type", ("type",)),
        ("number", ("number",)),
        ("versionNumber", ("version",)),
        ("edition", ("edition",)),
        ("publisher", ("publisher",)),
        _PLACE,
        ("numPages", ("pagetotal",)),
        ("ISBN", ("isbn",)),
    ),
    "statute": (("publicLawNumber", ("number",)), ("pages", ("pages",))),
    "tvBroadcast": _BROADCAST,
}
FIELDS: Final[dict[str, _Rows]] = {**tables.FIELDS, **_MORE}

TITLES: Final = {"case": "caseName", "email": "subject", "statute": "nameOfAct"}
"""What item types call the title, where not ``title``."""
DATES: Final = {"case": "dateDecided", "patent": "issueDate", "statute": "dateEnacted"}
"""What item types call the date, where not ``date``."""
NO_LIBRARY: Final = tables.NO_LIBRARY | frozenset(
    "bill case email forumPost hearing instantMessage patent podcast statute".split()
)
"""Item types that do not say in which catalogue they are found."""

# Item type -> the creator type of the author, where it is not ``author``.
AUTHORS: Final[dict[str, str]] = {
    "artwork": "artist",
    "audioRecording": "performer",
    "bill": "sponsor",
    "computerProgram": "programmer",
    "film": "director",
    "hearing": "contributor",
    "interview": "interviewee",
    "map": "cartographer",
    "patent": "inventor",
    "podcast": "podcaster",
    "presentation": "presenter",
    "radioBroadcast": "creator",
    "tvBroadcast": "director",
    "videoRecording": "creator",
}
_EDITED: Final = frozenset(
    """
    book bookSection conferencePaper dictionaryEntry document encyclopediaArticle journalArticle preprint report standard
    """.split()
)
_TRANSLATED: Final = frozenset(
    """
    audioRecording blogPost book bookSection conferencePaper dictionaryEntry document email encyclopediaArticle film
    interview journalArticle letter magazineArticle manuscript newspaperArticle podcast preprint presentation
    radioBroadcast tvBroadcast videoRecording webpage
    """.split()
)
# Further roles of an entry: role -> (creator type, item types that have it).
_ROLES: Final[tuple[tuple[str, str, frozenset[str]], ...]] = (
    ("editor", "editor", _EDITED),
    ("bookauthor", "bookAuthor", frozenset({"bookSection"})),
    ("director", "director", frozenset({"podcast", "radioBroadcast", "videoRecording"})),
    ("translator", "translator", _TRANSLATED),
)


def roles(kind: str) -> tuple[tuple[str, str], ...]:
    """Return (role of an entry, creator type) for what an item type can say, in the order in which it is written."""
    author = ("author", AUTHORS.get(kind, "author"))
    return (author, *((role, creator) for role, creator, kinds in _ROLES if kind in kinds))


@cache
def fields_of(kind: str) -> frozenset[str]:
    """Return the fields that an item of a type may have of an entry; Zotero has each of them for that type."""
    names = {name for name, _ in (*FIELDS.get(kind, ()), *tables.COMMON)}
    names |= {TITLES.get(kind, "title"), DATES.get(kind, "date"), "citationKey", "DOI", "url", "accessDate"}
    names |= {"issue", "seriesNumber"} if kind == "conferencePaper" else set()
    names |= set() if kind in tables.NO_LANGUAGE else {"language"}
    return frozenset(names | (set() if kind in NO_LIBRARY else {"libraryCatalog"}))
