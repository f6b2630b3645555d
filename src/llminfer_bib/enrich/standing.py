"""What an entry is before anybody is asked: a paper or not, a preprint or published, and which of its values are the preprint's own.

The answers of sources come in through single records; nothing is decided about them here.
"""

from __future__ import annotations

from typing import Final

from .. import identifiers
from ..dates import may_be_in
from ..kinds import is_preprint_venue
from ..model import Entry
from ..records import Record

NOT_PAPERS: Final = frozenset(("project", "video", "course", "blog", "page"))
"""Kinds of items that are filled from the identifiers they carry and never become something else."""
_ANY_FORM: Final = frozenset(("misc", "online", "electronic", "www", "unpublished", "preprint"))
"""Entry types that say nothing about a place of publication."""
_WITH_VENUE: Final = frozenset(("article", "inproceedings", "conference", "incollection"))
VENUES: Final = ("journal", "journaltitle", "booktitle")
_OURS: Final = frozenset(("arxiv", "arxiv.org", "arxiv preprint", "cornell university"))
_SERVERS: Final = frozenset(("biorxiv", "medrxiv", "chemrxiv", "techrxiv", "research square", "preprints.org"))
"""Preprint servers that files name as a journal, beside arXiv."""
_ABOUT_VENUE: Final = ("volume", "number", "pages", "eid")


def is_paper(entry: Entry) -> bool:
    """Tell whether an entry is a work that can have a published version, and not an item on the web."""
    if entry.kind not in NOT_PAPERS:
        return True
    return entry.kind == "page" and entry.type == "misc" and bool(entry.doi)  # ``@misc`` with the DOI's page as url


def venue_of(entry: Entry) -> str:
    """Return the journal or proceedings that an entry names; a preprint server posing as one does not count."""
    venues = (entry.fields.get(name, "") for name in VENUES)
    return next((venue for venue in venues if venue and not _is_server(venue)), "")


def _is_server(venue: str) -> bool:
    return is_preprint_venue(venue) or venue.strip().lower() in _SERVERS


def stands_unpublished(entry: Entry) -> bool:
    """Tell whether an entry says nowhere that its work was published, so that it may be upgraded."""
    if not is_paper(entry) or venue_of(entry) or entry.fields.get("crossref"):
        return False
    if entry.type in _ANY_FORM:
        return True
    posing = any(entry.fields.get(name) for name in VENUES)
    return entry.type in _WITH_VENUE and (posing or bool(entry.arxiv) or not has_published_doi(entry))


def has_published_doi(entry: Entry) -> bool:
    """Tell whether an entry has a DOI that is no preprint server's."""
    return bool(entry.doi) and not identifiers.is_preprint_doi(entry.doi)


def stays_preprint(entry: Entry) -> bool:
    """Tell whether a person said that no published version is to be looked for."""
    return entry.fields.get("pubstate", "").strip().lower() == "preprint"


def is_preprints_own(entry: Entry, field: str, preprint: Record | None) -> bool:
    """Tell whether a value only speaks of the preprint, so that it is no choice about the published version.

    Dates, links, and what files write to give arXiv a venue. Titles and authors are never the preprint's own.
    """
    mine = entry.fields.get(field, "")
    if field in VENUES:
        return _is_server(mine)
    if field in ("year", "month", "date"):
        return _is_preprint_date(entry, preprint)
    if field == "url":
        return _is_preprint_url(entry, mine, preprint)
    if field == "doi":
        return identifiers.is_preprint_doi(identifiers.normalise_doi(mine))
    if field == "publisher":
        theirs = preprint.publisher if preprint is not None else ""
        return mine.strip().lower() in {*_OURS, theirs.lower()}
    if field in _ABOUT_VENUE:
        words = [word.strip("[](),;") for word in mine.split()]
        return bool(entry.arxiv) and any(
            word.lower().startswith("arxiv") or identifiers.normalise_arxiv(word)[0] == entry.arxiv for word in words
        )
    return False


def _is_preprint_date(entry: Entry, preprint: Record | None) -> bool:
    """Compare with the date of the preprint's first version, and with the year and month in a new arXiv id."""
    mine = entry.date
    if mine is None or mine.end is not None:
        return False
    dates = _preprint_dates(entry, preprint)
    return any(mine.year == year and may_be_in(mine, month) for year, month in dates)


def _preprint_dates(entry: Entry, preprint: Record | None) -> list[tuple[int, int | None]]:
    dates: list[tuple[int, int | None]] = []
    if preprint is not None and preprint.date is not None:
        dates.append((preprint.date.year, preprint.date.month))
    number = entry.arxiv.rpartition("/")[2]
    if number[:4].isdecimal():
        year = int(number[:2])
        dates.append((year + (1900 if year >= 91 else 2000), int(number[2:4])))
    return dates


def _is_preprint_url(entry: Entry, mine: str, preprint: Record | None) -> bool:
    if entry.arxiv and identifiers.normalise_arxiv(entry.url or mine)[0] == entry.arxiv:
        return True
    if identifiers.is_preprint_doi(identifiers.normalise_doi(mine)):
        return True
    page = preprint.url if preprint is not None else ""
    return bool(page) and identifiers.url_identity(mine) == identifiers.url_identity(page)
