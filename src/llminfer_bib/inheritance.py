"""Which fields an entry takes from its ``crossref`` or ``xdata`` parent, and under which name.

The rows are biblatex's default inheritance (manual, appendix B). Finding the parent is not done here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Never inherited: they belong to the one entry.
OWN_FIELDS: Final = frozenset(
    "ids crossref xref xdata entryset entrysubtype execute label options presort related relatedoptions relatedstring"
    " relatedtype shortauthor shorteditor shorthand shorthandintro shorttitle sorttitle indextitle indexsorttitle sortkey"
    " keywords".split()
)
# What ``xdata`` does not hand on: that entry exists only to be taken over whole.
_OWN_OF_XDATA: Final = frozenset(("ids", "xdata"))

# Different names of one thing: a child that has one of a row takes none of the others.
SAME: Final[tuple[frozenset[str], ...]] = (
    frozenset(("journal", "journaltitle")),
    frozenset(("address", "location")),
    frozenset(("school", "institution")),
    frozenset(("eprinttype", "archiveprefix")),
    frozenset(("eprintclass", "primaryclass")),
)
_SAME_AS: Final = {name: row for row in SAME for name in row}
_PARTS_OF_DATE: Final = frozenset(("date", "year", "month", "day"))

_IN_BOOK: Final = {"title": "booktitle", "subtitle": "booksubtitle", "titleaddon": "booktitleaddon"}
_IN_SERIES: Final = {"title": "maintitle", "subtitle": "mainsubtitle", "titleaddon": "maintitleaddon"}
_IN_JOURNAL: Final = {"title": "journaltitle", "subtitle": "journalsubtitle", "titleaddon": "journaltitleaddon"}

# (parent type, child type) -> names that change on the way
RENAMES: Final[dict[tuple[str, str], dict[str, str]]] = {
    **{("proceedings", child): _IN_BOOK for child in ("inproceedings", "conference")},
    **{("collection", child): _IN_BOOK for child in ("incollection", "suppcollection")},
    ("reference", "inreference"): _IN_BOOK,
    **{("book", child): _IN_BOOK for child in ("inbook", "bookinbook", "suppbook")},
    **{("mvbook", child): _IN_SERIES for child in ("book", "inbook", "bookinbook", "suppbook")},
    **{("mvcollection", child): _IN_SERIES for child in ("collection", "reference", "incollection", "suppcollection")},
    **{("mvproceedings", child): _IN_SERIES for child in ("proceedings", "inproceedings")},
    **{("mvreference", child): _IN_SERIES for child in ("reference", "inreference")},
    **{("periodical", child): _IN_JOURNAL for child in ("article", "suppperiodical")},
}

# (parent type, child type) where the parent's author is the author of the part and of the whole book
BY_ITS_AUTHOR: Final = frozenset(
    (parent, child) for parent in ("mvbook", "book") for child in ("inbook", "bookinbook", "suppbook")
)


def inherit(
    mine: Mapping[str, str], my_type: str, theirs: Mapping[str, str], their_type: str, link: str
) -> dict[str, str]:
    """Return `mine` with what the parent adds; what the child has stays. `link` is ``crossref`` or ``xdata``.

    Through ``xdata`` fields keep their names; through ``crossref`` a parent's title becomes the child's booktitle and
    the like. A parent of another pair gives its fields unchanged, as classic BibTeX does.
    """
    crossref = link == "crossref"
    renames = RENAMES.get((their_type, my_type), {}) if crossref else {}
    own = OWN_FIELDS if crossref else _OWN_OF_XDATA
    result = dict(mine)
    for name, value in theirs.items():
        target = renames.get(name, name)
        if name in own or _has(mine, target, theirs):
            continue
        if target != name and target in theirs:
            continue  # a parent written for classic BibTeX has its own booktitle beside its title
        result[target] = value
    if crossref and (their_type, my_type) in BY_ITS_AUTHOR and "author" in theirs:
        result.setdefault("bookauthor", theirs["author"])
    return result


def _has(mine: Mapping[str, str], name: str, theirs: Mapping[str, str]) -> bool:
    """Tell whether the child has a field already, or something that the field would contradict."""
    if name in mine:
        return True
    if name in _PARTS_OF_DATE:
        # The month of another year would make a date that nobody wrote.
        return "date" in mine or (
            "year" in mine and (name == "date" or mine["year"] != theirs.get("year", mine["year"]))
        )
    return any(other in mine for other in _SAME_AS.get(name, ()))
