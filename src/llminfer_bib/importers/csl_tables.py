"""What CSL-JSON calls a thing, and what the house dialect calls it: rows of types, variables, roles and labels of notes.

The names on the left are those of CSL 1.0.2 (csl-data.json) and the older ones that Zotero, Mendeley and citeproc write.
"""

from __future__ import annotations

from typing import Final

FALLBACK: Final = ("misc", "")

# CSL type -> (entry type, entrysubtype)
TYPES: Final[dict[str, tuple[str, str]]] = {
    "article": ("misc", ""),
    "article-journal": ("article", ""),
    "article-magazine": ("article", "magazine"),
    "article-newspaper": ("article", "newspaper"),
    "bill": ("legislation", ""),
    "book": ("book", ""),
    "broadcast": ("video", ""),
    "chapter": ("incollection", ""),
    "classic": ("book", ""),
    "collection": ("misc", ""),
    "dataset": ("dataset", ""),
    "document": ("misc", ""),
    "entry": ("inreference", ""),
    "entry-dictionary": ("inreference", ""),
    "entry-encyclopedia": ("inreference", ""),
    "event": ("misc", ""),
    "figure": ("artwork", ""),
    "graphic": ("artwork", ""),
    "hearing": ("misc", ""),
    "interview": ("misc", ""),
    "legal_case": ("jurisdiction", ""),
    "legislation": ("legislation", ""),
    "manuscript": ("unpublished", ""),
    "map": ("artwork", ""),
    "motion_picture": ("video", ""),
    "musical_score": ("music", ""),
    "pamphlet": ("booklet", ""),
    "paper-conference": ("inproceedings", ""),
    "patent": ("patent", ""),
    "performance": ("performance", ""),
    "periodical": ("periodical", ""),
    "personal_communication": ("letter", ""),
    "post": ("online", "forum"),
    "post-weblog": ("online", "blog"),
    "regulation": ("legislation", ""),
    "report": ("techreport", ""),
    "review": ("review", ""),
    "review-book": ("review", ""),
    "software": ("software", ""),
    "song": ("audio", ""),
    "speech": ("presentation", ""),
    "standard": ("standard", ""),
    "thesis": ("phdthesis", ""),
    "treaty": ("legal", ""),
    "webpage": ("online", ""),
}
# Types of Zotero that a line ``type: X`` of the note names -> CSL type.
ZOTERO_TYPES: Final[dict[str, str]] = {
    "computerProgram": "software",
    "videoRecording": "motion_picture",
    "film": "motion_picture",
    "blogPost": "post-weblog",
    "forumPost": "post",
    "preprint": "article",
    "conferencePaper": "paper-conference",
    "journalArticle": "article-journal",
    "bookSection": "chapter",
    "presentation": "speech",
}

# CSL variable -> field, whatever the type. What stands in PLACES goes by type.
FIELDS: Final[dict[str, str]] = {
    "title": "title",
    "title-short": "shorttitle",
    "shortTitle": "shorttitle",
    "original-title": "origtitle",
    "container-title-short": "shortjournal",
    "journalAbbreviation": "shortjournal",
    "collection-title": "series",
    "event-title": "eventtitle",
    "event": "eventtitle",
    "event-place": "venue",
    "publisher-place": "address",
    "original-publisher": "origpublisher",
    "original-publisher-place": "origlocation",
    "volume": "volume",
    "issue": "number",
    "number": "number",
    "collection-number": "number",
    "page": "pages",
    "edition": "edition",
    "chapter-number": "chapter",
    "part": "part",
    "part-number": "part",
    "part-title": "titleaddon",
    "number-of-pages": "pagetotal",
    "number-of-volumes": "volumes",
    "version": "version",
    "ISBN": "isbn",
    "ISSN": "issn",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "call-number": "library",
    "medium": "howpublished",
    "dimensions": "runningtime",
    "abstract": "abstract",
    "annote": "annotation",
}
# CSL variable -> ({CSL type: field}, field of all other types)
PLACES: Final[dict[str, tuple[dict[str, str], str]]] = {
    "container-title": (
        {
            **dict.fromkeys(("article-journal", "article-magazine", "article-newspaper", "article"), "journal"),
            **dict.fromkeys(("review", "review-book"), "journal"),
            **dict.fromkeys(("webpage", "post-weblog", "post"), "organization"),
        },
        "booktitle",
    ),
    "publisher": (
        {
            "thesis": "school",
            **dict.fromkeys(("report", "manuscript"), "institution"),
            **dict.fromkeys(("software", "motion_picture", "broadcast", "song", "speech", "standard"), "organization"),
        },
        "publisher",
    ),
}
# CSL variable -> role. The others have no role of their own in BibTeX.
ROLES: Final[dict[str, str]] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "container-author": "bookauthor",
    "director": "director",
    "contributor": "editora",
}
# CSL variable -> what ``editortype`` says, where there is no editor.
EDITORS: Final[dict[str, str]] = {
    "compiler": "compiler",
    "organizer": "organizer",
    "producer": "producer",
    "editorial-director": "director",
    "collection-editor": "serieseditor",
}
DATES: Final[dict[str, str]] = {
    "issued": "date",
    "accessed": "urldate",
    "event-date": "eventdate",
    "original-date": "origdate",
}
# State of publication in words -> biblatex's key.
STATES: Final[dict[str, str]] = {
    "forthcoming": "forthcoming",
    "in preparation": "inpreparation",
    "in press": "inpress",
    "pre-published": "prepublished",
    "submitted": "submitted",
}
# Words for a kind, in lower case -> entry type that says it, of those that the CSL type may be.
GENRES: Final[dict[str, str]] = {
    "phd thesis": "phdthesis",
    "ph.d. thesis": "phdthesis",
    "doctoral dissertation": "phdthesis",
    "doctoral thesis": "phdthesis",
    "phd dissertation": "phdthesis",
    "ph.d. dissertation": "phdthesis",
    "博士论文": "phdthesis",
    "博士学位论文": "phdthesis",
    "master's thesis": "mastersthesis",
    "masters thesis": "mastersthesis",
    "master thesis": "mastersthesis",
    "msc thesis": "mastersthesis",
    "硕士论文": "mastersthesis",
    "硕士学位论文": "mastersthesis",
    "bachelor's thesis": "bachelorsthesis",
    "bachelor thesis": "bachelorsthesis",
    "technical report": "techreport",
}
# CSL type -> words for a kind that say nothing more.
SAID_GENRES: Final[dict[str, tuple[str, ...]]] = {
    "article": ("preprint",),
    "post-weblog": ("blog", "blog post"),
}
# Name of a preprint server, in lower case -> eprinttype.
SERVERS: Final[frozenset[str]] = frozenset(
    "arxiv biorxiv chemrxiv chinaxiv hal medrxiv osf psyarxiv ssrn techrxiv zenodo".split()
)
# Label of a line of the note, in lower case -> CSL variable (as Zotero's Extra and pandoc have them).
LABELS: Final[dict[str, str]] = {
    **{name.lower(): name for name in (*FIELDS, *PLACES, *DATES, "DOI", "URL", "language", "genre", "status")},
    **{name.lower().replace("-", " "): name for name in (*FIELDS, *PLACES, *DATES)},
    "citation key": "citation-key",
    "citation-key": "citation-key",
}
