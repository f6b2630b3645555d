"""What Zotero calls a thing: rows of item types and of the fields that each has, by their names in Zotero's schema (41)."""

from __future__ import annotations

from typing import Final

FALLBACK: Final = "document"

# Entry type -> item type.
TYPES: Final[dict[str, str]] = {
    "article": "journalArticle",
    "bachelorsthesis": "thesis",
    "book": "book",
    "bookinbook": "bookSection",
    "booklet": "book",
    "collection": "book",
    "conference": "conferencePaper",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "bookSection",
    "incollection": "bookSection",
    "inproceedings": "conferencePaper",
    "inreference": "bookSection",
    "manual": "book",
    "mastersthesis": "thesis",
    "mvbook": "book",
    "mvcollection": "book",
    "mvproceedings": "book",
    "mvreference": "book",
    "online": "webpage",
    "phdthesis": "thesis",
    "preprint": "preprint",
    "presentation": "presentation",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "journalArticle",
    "software": "computerProgram",
    "softwaremodule": "computerProgram",
    "softwareversion": "computerProgram",
    "suppbook": "bookSection",
    "suppcollection": "bookSection",
    "suppperiodical": "journalArticle",
    "talk": "presentation",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "videoRecording",
    "movie": "videoRecording",
    "webpage": "webpage",
    "www": "webpage",
}

# Entry.kind -> item type. A preprint is one whatever its entry type; the others speak only for types that say little.
KINDS: Final[dict[str, str]] = {
    "blog": "blogPost",
    "book": "book",
    "course": "webpage",
    "dataset": "dataset",
    "page": "webpage",
    "preprint": "preprint",
    "project": "computerProgram",
    "report": "report",
    "thesis": "thesis",
    "video": "videoRecording",
}
VAGUE: Final = frozenset({"document", "webpage"})

_Rows = tuple[tuple[str, tuple[str, ...]], ...]
_PUBLISHED: Final[_Rows] = (
    ("volume", ("volume",)),
    ("pages", ("pages", "eid")),
    ("publisher", ("publisher", "organization", "institution")),
    ("place", ("location", "address")),
)
_IN_SERIES: Final[_Rows] = (("series", ("series",)), ("ISBN", ("isbn",)))
_BOOK: Final[_Rows] = (
    ("seriesNumber", ("number",)),
    ("volume", ("volume",)),
    ("numberOfVolumes", ("volumes",)),
    ("edition", ("edition",)),
    ("publisher", ("publisher", "organization", "institution")),
    ("place", ("location", "address")),
    *_IN_SERIES,
)

# Item type -> (field, fields of an entry), in the order in which they are written; of several the first that is there.
FIELDS: Final[dict[str, _Rows]] = {
    "blogPost": (("blogTitle", ("booktitle", "organization", "publisher")),),
    "book": (*_BOOK, ("numPages", ("pagetotal",))),
    "bookSection": (("bookTitle", ("booktitle", "maintitle")), *_BOOK, ("pages", ("pages", "eid"))),
    "computerProgram": (
        ("versionNumber", ("version",)),
        ("programmingLanguage", ("programminglanguage",)),
        ("company", ("organization", "publisher", "institution")),
        ("place", ("location", "address")),
    ),
    "conferencePaper": (
        ("proceedingsTitle", ("booktitle",)),
        ("conferenceName", ("eventtitle",)),
        ("eventPlace", ("venue",)),
        *_PUBLISHED,
        *_IN_SERIES,
        ("ISSN", ("issn",)),
    ),
    "dataset": (
        ("versionNumber", ("version",)),
        ("repository", ("publisher", "organization", "institution")),
        ("repositoryLocation", ("location", "address")),
        ("type", ("type",)),
    ),
    "document": (
        ("type", ("type",)),
        ("publisher", ("publisher", "organization", "institution", "school")),
        ("place", ("location", "address")),
    ),
    "journalArticle": (
        ("publicationTitle", ("journaltitle", "journal")),
        ("journalAbbreviation", ("shortjournal",)),
        ("issue", ("number", "issue")),
        *_PUBLISHED,
        ("series", ("series",)),
        ("ISSN", ("issn",)),
        ("PMID", ("pmid",)),
        ("PMCID", ("pmcid",)),
    ),
    "manuscript": (
        ("manuscriptType", ("type",)),
        ("institution", ("institution", "organization", "school")),
        ("place", ("location", "address")),
        ("number", ("number",)),
    ),
    "preprint": (("repository", ("eprinttype", "archiveprefix")), ("archiveID", ("eprint", "number"))),
    "presentation": (
        ("presentationType", ("type",)),
        ("meetingName", ("eventtitle",)),
        ("place", ("venue", "location", "address")),
    ),
    "report": (
        ("reportNumber", ("number",)),
        ("reportType", ("type",)),
        ("institution", ("institution", "organization", "publisher", "school")),
        ("place", ("location", "address")),
        ("seriesTitle", ("series",)),
        ("pages", ("pages",)),
        ("ISBN", ("isbn",)),
    ),
    "thesis": (
        ("thesisType", ("type",)),
        ("university", ("school", "institution", "publisher")),
        ("place", ("location", "address")),
        ("numPages", ("pagetotal",)),
        ("ISBN", ("isbn",)),
    ),
    "videoRecording": (
        ("studio", ("organization", "publisher", "institution")),
        ("place", ("location", "venue", "address")),
        ("runningTime", ("runningtime", "runtime", "duration")),
    ),
    "webpage": (
        ("websiteTitle", ("booktitle", "organization")),
        ("websiteType", ("type",)),
        ("publisher", ("publisher",)),
    ),
}
# What every item type has.
COMMON: Final[_Rows] = (
    ("shortTitle", ("shorttitle",)),
    ("rights", ("license", "copyright", "rights")),
    ("abstractNote", ("abstract",)),
)
NO_LANGUAGE: Final = frozenset({"computerProgram"})
"""Item types without a language; a line of Extra has it."""
NO_LIBRARY: Final = frozenset({"blogPost", "presentation", "webpage"})
"""Item types that do not say in which catalogue they are found."""

# Item type -> (element for the authors, element for the editors or "" where there are none).
CREATORS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(FIELDS, ("bib:authors", "")),
    **dict.fromkeys(
        ("book", "bookSection", "conferencePaper", "document", "journalArticle", "preprint", "report"),
        ("bib:authors", "bib:editors"),
    ),
    "computerProgram": ("so:author", ""),
    "presentation": ("ep:creators_name", ""),
    # Zotero's own z:creators makes the whole import fail half way.
    "videoRecording": ("bib:contributors", ""),
}

# Entry type or value of "type" -> what a reader should see.
GENRES: Final[dict[str, str]] = {
    "bachelorsthesis": "Bachelor's thesis",
    "bathesis": "Bachelor's thesis",
    "mastersthesis": "Master's thesis",
    "mathesis": "Master's thesis",
    "phdthesis": "PhD thesis",
    "techreport": "Technical report",
    "resreport": "Research report",
}
REASONS: Final[dict[str, str]] = {
    "langid": "Zotero says one language, that of the item",
    "translator": "no form of translators came in clean when it was tried",
}
