"""Which fields an entry takes from its ``crossref`` or ``xdata`` parent, and under which name.

The rows are biblatex's default inheritance (manual, appendix B). Finding the parent is not done here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Never inherited: they belong to the one entry.
OWN_FIELDS: Final = frozenset(
    "ids crossref xref xdata entryset entrysubtype execute label options presort related relatedoptions relatedstring"
    " relatedtype shortauthor shorteditor shorthand shorthandintro shorttitle sortkey keywords".split()
)

_IN_BOOK: Final = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_IN_SERIES: Final = {"title": "maintitle", "subtitle": "mainsubtitle", "titleaddon": "maintitleaddon"}
_IN_JOURNAL: Final = {"title": "journaltitle", "subtitle": "journalsubtitle", "titleaddon": "journaltitleaddon"}
_IN_BOOK_BY_AUTHOR: Final = {**_IN_BOOK, "author": "bookauthor"}

# (parent type, child type) -> names that change on the way
RENAMES: Final[dict[tuple[str, str], dict[str, str]]] = {
    **{("proceedings", child): _IN_BOOK for child in ("inproceedings", "conference")},
    **{("collection", child): _IN_BOOK for child in ("incollection", "suppcollection")},
    ("reference", "inreference"): _IN_BOOK,
    **{("book", child): _IN_BOOK_BY_AUTHOR for child in ("inbook", "bookinbook", "suppbook")},
    **{("mvbook", child): _IN_SERIES for child in ("book", "inbook", "bookinbook", "suppbook")},
    **{("mvcollection", child): _IN_SERIES for child in ("collection", "reference", "incollection", "suppcollection")},
    **{("mvproceedings", child): _IN_SERIES for child in ("proceedings", "inproceedings")},
    **{("mvreference", child): _IN_SERIES for child in ("reference", "inreference")},
    **{("periodical", child): _IN_JOURNAL for child in ("article", "suppperiodical")},
}


def inherit(
    mine: Mapping[str, str], my_type: str, theirs: Mapping[str, str], their_type: str, link: str
) -> dict[str, str]:
    """Return `mine` with what the parent adds; what the child has stays. `link` is ``crossref`` or ``xdata``.

    Through ``xdata`` fields keep their names; through ``crossref`` a parent's title becomes the child's booktitle and
    the like. A parent of another pair gives its fields unchanged, as classic BibTeX does.
    """
    renames = RENAMES.get((their_type, my_type), {}) if link == "crossref" else {}
    result = dict(mine)
    for name, value in theirs.items():
        if name in OWN_FIELDS:
            continue
        target = renames.get(name, name)
        if target != name and target in theirs:
            continue  # a parent written for classic BibTeX has its own booktitle beside its title
        if target not in result:
            result[target] = value
    return result
