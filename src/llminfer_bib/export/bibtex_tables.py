"""What BibTeX and biblatex call types and fields, and in which order an entry is written; rows only.

Sources: btxdoc (types and fields of the standard styles), the biblatex manual (sections 2.1 and 2.2), and the ENTRY lists of
plain, plainnat, IEEEtran and ACM-Reference-Format.
"""

from __future__ import annotations

from typing import Final

# --- fields

# The older name -> biblatex's own (manual, section 2.2.5, field aliases).
BIBLATEX_NAMES: Final[dict[str, str]] = {
    "journal": "journaltitle",
    "address": "location",
    "school": "institution",
    "archiveprefix": "eprinttype",
    "primaryclass": "eprintclass",
    "annote": "annotation",
    "hyphenation": "langid",
    "key": "sortkey",
    "pdf": "file",
}

# biblatex's name -> what classic styles know.
CLASSIC_NAMES: Final[dict[str, str]] = {
    "journaltitle": "journal",
    "location": "address",
    "eprinttype": "archiveprefix",
    "eprintclass": "primaryclass",
    "sortkey": "key",
    "issue": "number",
}

NOT_CLASSIC: Final = frozenset("crossref xdata date language subtitle booksubtitle journalsubtitle eventtitle".split())
"""Fields that the classic format says in another way, or must not have.

Parents are written into their children. IEEEtran makes a command of ``language``, and LaTeX then complains of every
language that has no hyphenation patterns; ``langid`` says the same and no classic style reads it.
"""

SUBTITLES: Final[dict[str, str]] = {
    "subtitle": "title",
    "booksubtitle": "booktitle",
    "journalsubtitle": "journaltitle",
}
"""A classic style knows no subtitles: they stand behind the title, with a colon between."""

TITLES: Final = frozenset("subtitle shorttitle".split())
"""Titles, besides ``title``, whose words in capitals are protected: styles put them in lower case as they do a title."""

CLASSIC_TITLES: Final = TITLES | {"note", "howpublished"}
"""IEEEtran puts the first letter of a note in lower case: ``genAICon``."""

_HEAD: Final = (
    "author shortauthor authortype bookauthor editor editortype editora editoratype editorb editorbtype editorc editorctype"
    " shorteditor translator annotator commentator introduction foreword afterword holder director namea nameb namec key"
    " title subtitle titleaddon shorttitle maintitle mainsubtitle maintitleaddon booktitle booksubtitle booktitleaddon"
    " journal journaltitle journalsubtitle shortjournal issuetitle eventtitle eventtitleaddon eventdate venue"
    " series edition volume volumes part number issue chapter eid pages pagetotal"
    " publisher school institution organization address location type howpublished"
    " date year month day origdate pubstate version license"
    " isbn issn doi url urltext urldate eprint archiveprefix eprinttype primaryclass eprintclass"
)
_TAIL: Final = (
    "entrysubtype code video slides file note addendum abstract annotation annote langid language crossref keywords"
)
RANKS: Final[dict[str, int]] = {
    **{name: number for number, name in enumerate(_HEAD.split())},
    **{name: number for number, name in enumerate(_TAIL.split(), 1_000)},
}
MIDDLE: Final = 999
"""The rank of fields that have no row: they stand together in their own order."""

ORDINALS: Final = tuple("First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth".split())
"""What a classic ``edition`` says where biblatex has a number (btxdoc, section 3.2)."""

# --- types

CLASSIC_TYPES: Final = frozenset(
    "article book booklet inbook incollection inproceedings manual mastersthesis misc phdthesis proceedings techreport"
    " unpublished".split()
)
"""The types that every style has (btxdoc, section 3.1; ``conference`` is written as what it is an alias of)."""

CLASSIC_OF: Final[dict[str, str]] = {
    "conference": "inproceedings",
    "suppperiodical": "article",
    "review": "article",
    "mvbook": "book",
    "collection": "book",
    "mvcollection": "book",
    "reference": "book",
    "mvreference": "book",
    "mvproceedings": "proceedings",
    "bookinbook": "incollection",
    "suppbook": "incollection",
    "suppcollection": "incollection",
    "inreference": "incollection",
    "report": "techreport",
    "thesis": "phdthesis",
}
"""Other types -> the classic type that styles print them best as; what has no row is ``misc``."""

THESIS_TYPES: Final[dict[str, tuple[str, str]]] = {
    "phdthesis": ("phdthesis", ""),
    "mathesis": ("mastersthesis", ""),
    "bathesis": ("mastersthesis", "Bachelor's thesis"),
    "candthesis": ("phdthesis", "Candidate thesis"),
    "techreport": ("techreport", ""),
    "resreport": ("techreport", "Research report"),
}
"""biblatex's word in ``type`` -> classic type, and the words that a classic style prints; empty: its own."""

WITH_EDITOR: Final = frozenset("book inbook proceedings".split())
"""Types that classic styles sort by the editor where there is no author."""
