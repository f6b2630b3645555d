"""What the sources say: Record, one work as one source describes it, and Answer, what became of one question.

A source's own words (JSON, XML) stay in ``sources``; how a record gets into an entry is the business of ``enrich``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .model import NOBODY, Date, People

FOUND = "found"
ABSENT = "absent"
REFUSED = "refused"
DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a work that its readers must hear: it was retracted, withdrawn or corrected."""

    kind: str
    """``retraction``, ``withdrawal``, ``concern`` or ``correction`` (errata and addenda too)."""
    label: str
    """As the source words it."""
    doi: str = ""
    """Of the notice itself."""
    date: Date | None = None
    asserted_by: str = ""
    """``publisher``, ``retraction-watch``, ``arxiv``."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """Where an author says that the work appeared, read from a comment or a journal reference."""

    venue: str
    """The venue's real name with acronym and year, as it would stand in booktitle or journal."""
    type: str
    """``inproceedings`` or ``article``."""
    year: int
    certain: bool
    """False where a person must look: a workshop, an extended version, "submitted to"."""
    text: str
    """The words it was read from."""


@dataclass(frozen=True, slots=True)
class Record:
    """What one source says about one work, in plain Unicode (formulas between dollars). Everything missing is empty or None."""

    source: str
    """``arxiv``, ``crossref``, ``datacite``, ``dblp``: who says it (title searches included)."""
    id: str
    """Normalised: an arXiv id without version, a DOI, a DBLP key."""
    version: str = ""
    """``v2``: which version the record describes."""
    type: str = "misc"
    """The entry type of the house dialect: misc (a preprint), inproceedings, article, incollection, book, phdthesis, techreport..."""
    published: bool = False
    """False for preprints, retraction notices, peer reviews and the like: they never upgrade an entry."""
    title: str = ""
    subtitle: str = ""
    """Empty where the title has it already."""
    authors: People = NOBODY
    editors: People = NOBODY
    date: Date | None = None
    """A preprint's first version; print before online."""
    venue: str = ""
    """The journal or the proceedings."""
    series: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    """With a plain hyphen: ``611-626``. Or an article number."""
    publisher: str = ""
    doi: str = ""
    """Normalised, never a ``10.48550/arxiv.`` one."""
    arxiv: str = ""
    arxiv_class: str = ""
    url: str = ""
    """The page to cite: ``https://doi.org/...``, ``https://arxiv.org/abs/...``, else the publisher's."""
    abstract: str = ""
    comment: str = ""
    appearance: Appearance | None = None
    notices: tuple[Notice, ...] = ()
    published_as: tuple[str, ...] = ()
    """DOIs that the record itself names as its published version (is-preprint-of, IsVersionOf, arxiv:doi)."""

    @property
    def origin(self) -> str:
        """``arxiv:2309.06180v1``, ``crossref:10.1145/3600006.3613165``: how the sidecar and messages name the record."""
        return f"{self.source}:{self.id}{self.version}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one question to one source."""

    status: str
    """FOUND, ABSENT (the source does not know it), REFUSED (the source calls the question malformed) or DEFERRED."""
    records: tuple[Record, ...] = ()
    """One for a question by identifier; the candidates, best first, for a search."""
    reason: str = ""
    """For people: why it is deferred or refused."""
    at: str = ""
    """When the source said it: UTC, ``2026-11-22T17:00:00Z``."""
    stale: bool = False
    """True where a newer answer was wanted and could not be had."""


Answers = Mapping[tuple[str, str], Answer]
"""(source's name in ``sources.SOURCES``, question) -> answer."""


def search_question(title: str, family: str) -> str:
    """Return the question of a title search: title and the first author's family name, parted by a tab."""
    return f"{' '.join(title.split())}\t{' '.join(family.split())}"
