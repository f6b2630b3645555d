"""What Typst's bibliography format calls a thing: rows of types, parents, roles and fields.

After https://github.com/typst/hayagriva/blob/main/docs/file-format.md.
"""

from __future__ import annotations

from typing import Final

VAGUE: Final = "misc"

# Entry type -> (type, type of the parent; empty where the item stands alone).
TYPES: Final[dict[str, tuple[str, str]]] = {
    "article": ("article", "periodical"),
    "artwork": ("artwork", ""),
    "audio": ("audio", ""),
    "bachelorsthesis": ("thesis", ""),
    "book": ("book", ""),
    "bookinbook": ("chapter", "book"),
    "booklet": ("book", ""),
    "collection": ("anthology", ""),
    "conference": ("article", "proceedings"),
    "dataset": ("repository", ""),
    "electronic": ("web", ""),
    "inbook": ("chapter", "book"),
    "incollection": ("anthos", "anthology"),
    "inproceedings": ("article", "proceedings"),
    "inreference": ("entry", "reference"),
    "legislation": ("legislation", ""),
    "manual": ("reference", ""),
    "mastersthesis": ("thesis", ""),
    "movie": ("video", ""),
    "mvbook": ("book", ""),
    "mvcollection": ("anthology", ""),
    "mvproceedings": ("proceedings", ""),
    "mvreference": ("reference", ""),
    "online": ("web", ""),
    "patent": ("patent", ""),
    "periodical": ("periodical", ""),
    "phdthesis": ("thesis", ""),
    "preprint": ("article", ""),
    "presentation": ("misc", "conference"),
    "proceedings": ("proceedings", ""),
    "reference": ("reference", ""),
    "report": ("report", ""),
    "review": ("article", "periodical"),
    "software": ("repository", ""),
    "softwaremodule": ("repository", ""),
    "softwareversion": ("repository", ""),
    "suppbook": ("chapter", "book"),
    "suppcollection": ("anthos", "anthology"),
    "suppperiodical": ("article", "periodical"),
    "talk": ("misc", "conference"),
    "techreport": ("report", ""),
    "thesis": ("thesis", ""),
    "unpublished": ("manuscript", ""),
    "video": ("video", ""),
    "webpage": ("web", ""),
    "www": ("web", ""),
}

# Entry.kind -> the same, for entry types that say little.
KINDS: Final[dict[str, tuple[str, str]]] = {
    "blog": ("article", "blog"),
    "book": ("book", ""),
    "course": ("web", ""),
    "dataset": ("repository", ""),
    "page": ("web", ""),
    "preprint": ("article", "repository"),
    "project": ("repository", ""),
    "report": ("report", ""),
    "thesis": ("thesis", ""),
    "video": ("video", ""),
}

# Type of the parent -> fields that may name it.
PARENT_TITLES: Final[dict[str, tuple[str, ...]]] = {
    "anthology": ("booktitle", "maintitle"),
    "blog": ("booktitle", "organization"),
    "book": ("booktitle", "maintitle"),
    "conference": ("eventtitle",),
    "periodical": ("journaltitle", "journal"),
    "proceedings": ("booktitle", "eventtitle"),
    "reference": ("booktitle", "maintitle"),
}

# What is said of the parent where there is one, else of the item itself: (key, field).
CARRIER: Final = (("volume", "volume"), ("volume-total", "volumes"), ("edition", "edition"))
# Parents that have issues; a book, a thesis or a report has a number of its own.
ISSUES: Final = ("periodical", "proceedings")

PUBLISHERS: Final[dict[str, tuple[str, ...]]] = {
    "thesis": ("school", "institution", "publisher", "organization"),
    "report": ("institution", "publisher", "organization"),
}
PUBLISHER: Final = ("publisher", "institution", "school", "organization")
GENRES: Final[dict[str, str]] = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master's thesis",
    "bachelorsthesis": "Bachelor's thesis",
    "techreport": "Technical report",
}

# Role -> what the format calls it; the first two stand on their own, the others under "affiliated".
ROLES: Final[dict[str, str]] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "annotator": "annotator",
    "commentator": "commentator",
    "introduction": "introduction",
    "foreword": "foreword",
    "afterword": "afterword",
    "director": "director",
    "holder": "holder",
}
NUMBERS: Final = (("isbn", "isbn"), ("issn", "issn"), ("pmid", "pmid"), ("pmcid", "pmcid"))
REASONS: Final[dict[str, str]] = {
    "annotation": "Typst has one note for an entry, and prints it",
    "annote": "Typst has one note for an entry, and prints it",
    "eprintclass": "Typst has no place for a class of arXiv",
    "primaryclass": "Typst has no place for a class of arXiv",
    "keywords": "Typst has no place for keywords, categories and topics",
    "langid": "Typst says one language, that of the item",
    "license": "Typst has no place for a licence",
    "entrysubtype": "Typst has no such type",
}
