"""Which item of a Zotero library is which entry: by citation key, else DOI, else arXiv id, else URL, and by exactly one. Pure.

An item with the entry's citation key and another DOI or arXiv id is another work: nobody guesses then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from ..identifiers import normalise_arxiv, normalise_doi, url_identity
from .values import Item

_EXTRA_ARXIV = re.compile(r"arxiv:\s*+(\S{1,40})", re.IGNORECASE)
_EXTRA_KEY = re.compile(r"citation key:\s*+(\S{1,200})", re.IGNORECASE)
BY: Final = ("citationKey", "doi", "arxiv", "url")
"""The identifiers in the order in which they are asked."""
NAMES: Final = {"citationKey": "citation key", "doi": "DOI", "arxiv": "arXiv id", "url": "URL"}


@dataclass(frozen=True, slots=True)
class Identifiers:
    """What an item can be found by; empty where it has none."""

    citation_key: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""

    def items(self) -> tuple[tuple[str, str], ...]:
        """Return (name as in ``BY``, value) of those that are there."""
        pairs = zip(BY, (self.citation_key, self.doi, self.arxiv, self.url), strict=True)
        return tuple((name, value) for name, value in pairs if value)


@dataclass(frozen=True, slots=True)
class Indexed:
    """One item of the library, known by its identifiers."""

    key: str
    identifiers: Identifiers
    trashed: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for an entry: one item, several, or none."""

    by: str = ""
    """The identifier's name for people, or nothing."""
    keys: tuple[str, ...] = ()
    other_work: bool = False
    """The only item with this citation key has another DOI or arXiv id."""
    trashed: bool = False
    """It lies in Zotero's trash."""


NO_MATCH: Final = Match()


def identifiers(item: Item) -> Identifiers:
    """Return what an item can be found by. A DOI of arXiv's is an arXiv id."""
    fields = item.fields
    doi = normalise_doi(fields.get("DOI", ""))
    arxiv = ""
    lines = [line for line in item.extra if len(line) < 300]  # longer lines are notes
    if item.type == "preprint" or "arxiv" in fields.get("archiveID", "").lower():
        arxiv = normalise_arxiv(fields.get("archiveID", ""))[0]
    for found in filter(None, map(_EXTRA_ARXIV.match, lines)):
        arxiv = arxiv or normalise_arxiv(found[1])[0]
    if doi.startswith("10.48550/arxiv."):
        arxiv, doi = arxiv or normalise_arxiv(doi)[0], ""
    key = fields.get("citationKey", "") or next((found[1] for found in map(_EXTRA_KEY.match, lines) if found), "")
    url = fields.get("url", "")
    if url and not arxiv and not doi:
        arxiv = normalise_arxiv(url)[0]
    return Identifiers(key, doi, arxiv, url_identity(url) if url else "")


def match(wanted: Identifiers, find: Callable[[str, str], Iterable[Indexed]], *, by: Collection[str] = BY) -> Match:
    """Find the item of an entry. `find` gives the items that have an identifier (its name as in ``BY``, its value)."""
    for name, value in wanted.items():
        if name not in by:
            continue
        found = list(find(name, value))
        live = [one for one in found if not one.trashed]
        if name == "citationKey":
            same = [one for one in found if not _contradicts(wanted, one.identifiers)]
            if live and not any(one in same for one in live):
                return Match(NAMES[name], tuple(one.key for one in live), other_work=True)
            if not live and same:
                elsewhere = match(wanted, find, by=("doi", "arxiv"))  # duplicates that a person merged
                return elsewhere if elsewhere.keys else Match(NAMES[name], (same[0].key,), trashed=True)
            live = [one for one in same if not one.trashed]
        elif name == "url":  # a page may be that of several works
            live = [one for one in live if not _contradicts(wanted, one.identifiers)]
        if live:
            return Match(NAMES[name], tuple(sorted(one.key for one in live)))
    return NO_MATCH


def _contradicts(wanted: Identifiers, found: Identifiers) -> bool:
    """Tell whether two items with one citation key are two works: both have a DOI, or an arXiv id, and none in common."""
    pairs = [(wanted.doi, found.doi), (wanted.arxiv, found.arxiv)]
    both = [one == other for one, other in pairs if one and other]
    return bool(both) and not any(both)
