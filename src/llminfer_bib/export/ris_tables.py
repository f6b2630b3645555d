"""What RIS calls a thing: rows of types and tags, after EndNote's table and what Zotero's import makes of each tag."""

from __future__ import annotations

from typing import Final

VAGUE: Final = "GEN"

# Entry type -> RIS type.
TYPES: Final[dict[str, str]] = {
    "article": "JOUR",
    "artwork": "ART",
    "audio": "SOUND",
    "bachelorsthesis": "THES",
    "book": "BOOK",
    "bookinbook": "CHAP",
    "booklet": "BOOK",
    "collection": "BOOK",
    "conference": "CPAPER",
    "dataset": "DATA",
    "electronic": "ELEC",
    "inbook": "CHAP",
    "incollection": "CHAP",
    "inproceedings": "CPAPER",
    "inreference": "CHAP",
    "manual": "BOOK",
    "mastersthesis": "THES",
    "movie": "MPCT",
    "mvbook": "BOOK",
    "mvcollection": "BOOK",
    "mvproceedings": "CONF",
    "mvreference": "BOOK",
    "online": "ELEC",
    "patent": "PAT",
    "phdthesis": "THES",
    "presentation": "SLIDE",
    "proceedings": "CONF",
    "reference": "BOOK",
    "report": "RPRT",
    "software": "COMP",
    "softwaremodule": "COMP",
    "softwareversion": "COMP",
    "standard": "STAND",
    "suppbook": "CHAP",
    "suppcollection": "CHAP",
    "suppperiodical": "JOUR",
    "talk": "SLIDE",
    "techreport": "RPRT",
    "thesis": "THES",
    "unpublished": "UNPB",
    "video": "VIDEO",
    "webpage": "ELEC",
    "www": "ELEC",
}

# Entry.kind -> RIS type, for the entry types that say little.
KINDS: Final[dict[str, str]] = {
    "blog": "BLOG",
    "book": "BOOK",
    "course": "ELEC",
    "dataset": "DATA",
    "page": "ELEC",
    "project": "COMP",
    "report": "RPRT",
    "thesis": "THES",
    "video": "VIDEO",
}
SAID_SUBTYPES: Final = ("blog", "video", "project")
"""Subtypes of items of the web that are types of RIS."""

_Rows = tuple[tuple[str, tuple[str, ...]], ...]
_PLACE: Final[_Rows] = (("CY", ("location", "address")),)
_SHORT: Final[_Rows] = (("ST", ("shorttitle",)),)
_PUBLISHER: Final[_Rows] = (("PB", ("publisher", "organization", "institution")), *_PLACE, *_SHORT)
_BOOK: Final[_Rows] = (
    ("T3", ("series",)),
    ("VL", ("volume",)),
    ("IS", ("number", "issue")),
    ("NV", ("volumes",)),
    ("ET", ("edition",)),
    *_PUBLISHER,
    ("SN", ("isbn", "issn")),
)
_SITE: Final[_Rows] = (("T2", ("booktitle", "organization", "eventtitle")), ("PB", ("publisher",)), *_PLACE, *_SHORT)
_GENERAL: Final[_Rows] = (
    ("T2", ("booktitle", "journaltitle", "journal", "eventtitle")),
    *_BOOK,
    ("M3", ("type",)),
)

# RIS type -> (tag, fields), in the order in which they are written; of several fields the first one that is there.
ROWS: Final[dict[str, _Rows]] = {
    **dict.fromkeys(sorted({*TYPES.values(), VAGUE}), _GENERAL),
    "JOUR": (("T2", ("journaltitle", "journal")), *_BOOK),
    "CPAPER": (("T2", ("eventtitle",)), ("C3", ("booktitle",)), ("C1", ("venue",)), *_BOOK),
    "CHAP": (("T2", ("booktitle", "maintitle")), ("SE", ("chapter",)), *_BOOK),
    "BOOK": _BOOK,
    "CONF": (("T2", ("eventtitle",)), *_BOOK),
    "COMP": (("ET", ("version", "edition")), *_PUBLISHER),
    "VIDEO": (("T2", ("eventtitle",)), ("PB", ("organization", "publisher", "institution")), *_PLACE, *_SHORT),
    "BLOG": _SITE,
    "ELEC": _SITE,
    "RPRT": (
        ("PB", ("institution", "organization", "publisher")),
        ("SN", ("number", "isbn", "issn")),
        ("M3", ("type",)),
        ("T3", ("series",)),
        *_PLACE,
        *_SHORT,
    ),
    "THES": (("PB", ("school", "institution", "publisher")), ("M3", ("type",)), *_PLACE, *_SHORT, ("SN", ("isbn",))),
}

# Entry type -> the kind of work in words, where the RIS type is wider and has a tag for it (M3).
GENRES: Final[dict[str, str]] = {
    "bachelorsthesis": "Bachelor's thesis",
    "mastersthesis": "Master's thesis",
    "phdthesis": "PhD thesis",
}
# Entry type -> what RIS says of it instead.
WIDER: Final[dict[str, str]] = {
    **dict.fromkeys(("bookinbook", "inbook", "inreference", "suppbook", "suppcollection"), "a chapter of a book"),
    **dict.fromkeys(
        ("booklet", "collection", "manual", "mvbook", "mvcollection", "mvreference", "reference"), "a book"
    ),
    **dict.fromkeys(("softwaremodule", "softwareversion"), "software"),
    "mvproceedings": "proceedings",
    "suppperiodical": "an article of a journal",
}
# What a type of RIS no longer tells, by kind.
BLURRED: Final[dict[str, str]] = {
    "preprint": "RIS has no preprints; it is written as a report of its archive",
}
REASONS: Final[dict[str, str]] = {
    "license": "RIS has no place for a licence",
    "eprintclass": "RIS has no place for a class of arXiv",
    "primaryclass": "RIS has no place for a class of arXiv",
    "entrysubtype": "RIS has no such type",
    "langid": "RIS says one language, that of the item",
}
