"""What the answers say about one entry: its preprint's record, its published version, what is doubtful, and what to ask next.

The road from one to the next is written once, here: ``asking`` wants the questions on it, ``planning`` where it leads.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .. import identifiers, match, meaning
from ..meaning.compared import shown
from ..model import Date, Entry, People
from ..names import display
from ..plans import Candidate, Deferred
from ..records import Answers, Record, search_question
from .choices import Choices
from .offers import title_of
from .questioning import BY_ID, COUNTERPART, FROM_RECORDS, FURTHER, OF_HIT, OTHER_SEARCH, SEARCH, Questions
from .standing import has_published_doi, is_paper, stands_unpublished, stays_preprint, venue_of

NAMES = {"arxiv": "arXiv", "crossref": "Crossref", "datacite": "DataCite", "dblp": "DBLP"}
"""How the sources are called in sentences."""

_MOST_DOIS = 4
"""Of one record that names its published versions."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known about one entry."""

    preprint: Record | None = None
    """The record of the preprint, by an identifier."""
    published: Record | None = None
    """The record of the published version that was accepted; a record made of an arXiv comment may be one."""
    how: str = ""
    """How the published version was found, for people."""
    strangers: tuple[Record, ...] = ()
    """Records that the entry's own identifiers lead to and that are another work: title and people differ."""
    tied: tuple[Record, ...] = ()
    """All records that belong to the entry by an identifier."""
    candidates: tuple[Candidate, ...] = ()
    deferred: tuple[Deferred, ...] = ()
    unknown: tuple[Deferred, ...] = ()
    wanted: tuple[tuple[int, str, str], ...] = ()
    """(stage, source, question): what must be asked before more can be said."""


def find(entry: Entry, answers: Answers, choices: Choices, *, trusted: bool = False) -> Found:
    """Follow an entry's identifiers, and where they do not lead to a published version, its title.

    ``trusted``: the title is none that a person wrote, so it says nothing against a record.
    """
    asked = Questions(entry.key, answers, choices)
    road = _Road(entry, asked, choices, trusted)
    road.follow()
    return Found(
        road.preprint,
        road.published,
        road.how,
        tuple(road.strangers),
        tuple(road.tied),
        tuple(road.candidates),
        tuple(dict.fromkeys(asked.deferred)),
        tuple(dict.fromkeys(asked.unknown)),
        tuple(asked.wanted),
    )


def appeared(record: Record) -> Record:
    """Return the published version that an arXiv record's comment or journal reference speaks of, as a record."""
    place = record.appearance
    assert place is not None
    date = Date(place.year) if place.year else None
    return replace(
        record, type=place.type, published=True, venue=place.venue, date=date, publisher="", doi="", abstract=""
    )


@dataclass(slots=True)
class _Road:
    """One entry on its way from what it says to what is known."""

    entry: Entry
    asked: Questions
    choices: Choices
    trusted: bool
    preprint: Record | None = None
    published: Record | None = None
    how: str = ""
    strangers: list[Record] = field(default_factory=list)
    tied: list[Record] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    def follow(self) -> None:
        entry = self.entry
        if entry.arxiv:
            self.preprint = self._familiar(self.asked.arxiv(entry.arxiv, BY_ID, own=True))
        own = self._familiar(self.asked.doi(entry.doi, BY_ID, own=True)) if entry.doi else None
        if own is not None and own.published:
            self._take(own, "its DOI")
        elif own is not None and self.preprint is None and own.type == "misc":
            self.preprint = own
        settled = has_published_doi(entry) and not (own is not None and not own.published)
        if not settled and self._may_look():
            self._look(own)
        if self.published is not None and not self._may_take():
            self.published, self.how = None, ""
        if self.published is not None and self.preprint is None and not entry.arxiv and self.published.arxiv:
            self._counterpart(self.published)

    def _may_look(self) -> bool:
        return self.choices.upgrade and is_paper(self.entry) and not stays_preprint(self.entry)

    def _may_take(self) -> bool:
        """A preprint becomes published only where that is wanted; a published entry is filled in any case.

        An entry with a DOI and no arXiv id is no preprint, whatever its type says: ``@misc`` may just not be filled yet.
        """
        entry = self.entry
        is_preprint = stands_unpublished(entry) and (bool(entry.arxiv) or not has_published_doi(entry))
        return self._may_look() or not (is_preprint or stays_preprint(entry))

    def _look(self, own: Record | None) -> None:
        """Find the published version of an entry whose DOI does not give it."""
        named = False
        for record in dict.fromkeys((self.preprint, own)):
            if record is not None and self.published is None:
                named |= self._follow_dois(self._named_dois(record), FROM_RECORDS)
        if named or self.published is not None or not stands_unpublished(self.entry):
            return
        if self._search():
            self._appearance()

    # --- identifiers

    def _familiar(self, record: Record | None) -> Record | None:
        """Return a record that an identifier of the entry led to, unless it is clearly another work."""
        if record is None:
            return None
        entry = self.entry
        overruled = self.trusted or not self.choices.overwrite.isdisjoint(("title", "author"))
        asks = str(entry.title) not in ("", record.title) and not overruled
        if asks and self._is_stranger(record) and not self._is_accepted(record):
            self.strangers.append(record)
            return None
        self.tied.append(record)
        return record

    def _is_stranger(self, record: Record) -> bool:
        """Tell whether title and people speak against a record; where the entry names nobody, another title is enough.

        A title that people shortened is no other one: all its words are in the record's.
        """
        title, authors = str(self.entry.title), self.entry.authors
        if not authors.persons:
            if set(match.title_key(title).split()) <= set(match.title_key(title_of(record)).split()):
                return False
            return meaning.compare("title", title, title_of(record)).difference is meaning.Difference.MATERIAL
        return match.same_work(title, authors, record).status == match.REJECT

    def _named_dois(self, record: Record) -> list[str]:
        """Return the DOIs that a preprint's record gives for its published version."""
        named = [*record.published_as, record.doi] if record.doi != self.entry.doi else [*record.published_as]
        dois = dict.fromkeys(doi for doi in named if doi and doi != self.entry.doi)
        possible = [
            doi for doi in dois if not identifiers.is_preprint_doi(doi) and not self._is_rejected(f"crossref:{doi}")
        ]
        return possible[:_MOST_DOIS]

    def _follow_dois(self, dois: list[str], stage: int) -> bool:
        """Take the first of the DOIs that is the work, published. Return whether any may be it: then nobody searches."""
        possible = False
        for doi in dois:
            before = self.asked.open
            record = self.asked.doi(doi, stage)
            if record is None:
                possible |= self.asked.open > before
            elif not record.published:
                if stage == FROM_RECORDS and record.type == "misc":
                    possible |= self._follow_dois(self._named_dois(record), FURTHER)
            else:
                possible = True
                if self._is_fitting(record) and self.published is None:
                    self.tied.append(record)
                    self._take(record, f"DOI given by {self._who_named(doi)}")
        if self.published is not None:
            self.candidates = [one for one in self.candidates if one.record.doi not in dois]
        return possible

    def _who_named(self, doi: str) -> str:
        if self.preprint is not None and doi in (*self.preprint.published_as, self.preprint.doi):
            return NAMES.get(self.preprint.source, self.preprint.source)
        return "Crossref"

    def _is_fitting(self, record: Record) -> bool:
        """Judge a published record that another record names; where a person must look, it becomes a candidate."""
        if self._is_accepted(record):
            return True
        verdict = match.same_work(self._title(), self._authors(), record)
        if not stands_unpublished(self.entry):
            # The entry names its venue. Which of several publications of the work it means is not asked again.
            return verdict.status == match.ACCEPT and meaning.same_venue(venue_of(self.entry), record.venue)
        if verdict.status == match.ACCEPT:
            return True
        self.candidates.append(Candidate(self.entry.key, record, verdict.ratio, verdict.overlap, verdict.why))
        return False

    def _counterpart(self, record: Record) -> None:
        """Take in the preprint that a published record names, for its subject class."""
        preprint = self.asked.arxiv(record.arxiv, COUNTERPART, own=False)
        if preprint is None:
            return
        if match.same_work(record.title, record.authors, preprint).status == match.ACCEPT:
            self.preprint = preprint
        else:
            self.published = replace(record, arxiv="")

    def _title(self) -> str:
        return self.preprint.title if self.preprint is not None and self.preprint.title else str(self.entry.title)

    def _authors(self) -> People:
        if self.preprint is not None and self.preprint.authors.persons:
            return self.preprint.authors
        return self.entry.authors

    def _take(self, record: Record, how: str) -> None:
        self.published, self.how = record, how

    # --- searches

    def _search(self) -> bool:
        """Search by title and first author. Return whether all searches were answered."""
        if self.asked.wanted:
            return False
        title = str(self.entry.title) or self._title()
        authors = self.entry.authors if self.entry.authors.persons else self._authors()
        if not title or not authors.persons:
            return True
        first = authors.persons[0]
        question = search_question(title, first.family or first.literal or display(first))
        before = self.asked.open
        for stage, source in ((SEARCH, "crossref-search"), (OTHER_SEARCH, "dblp")):
            if self.choices.asks(source):
                self._search_in(stage, source, question, title, authors)
                if self.published is not None or self.asked.wanted:
                    break
        return self.asked.open == before

    def _search_in(self, stage: int, source: str, question: str, title: str, authors: People) -> None:
        records = [
            record
            for record in self.asked.ask(stage, source, question)
            if record.published and not self._is_rejected(record.origin)
        ]
        taken = next((record for record in records if self._is_accepted(record)), None)
        if taken is not None:
            self._take_hit(taken, "accepted in review", title, authors)
            return
        hit = match.best(title, authors, self._year(), records)
        if hit is None:
            return
        verdict, record = hit
        if verdict.status == match.ACCEPT:
            self._take_hit(record, f"title and authors agree with {NAMES.get(record.source, source)}", title, authors)
        elif verdict.status == match.REVIEW:
            self.candidates.append(Candidate(self.entry.key, record, verdict.ratio, verdict.overlap, verdict.why))

    def _take_hit(self, hit: Record, how: str, title: str, authors: People) -> None:
        """Take a search's hit, in the fuller words of its DOI's own record where it has one."""
        full = self.asked.doi(hit.doi, OF_HIT) if hit.doi else None
        if full is not None and full.published and match.same_work(title, authors, full).status != match.REJECT:
            self.tied.append(full)
            hit = full
        self.candidates.clear()
        self._take(hit, how)

    def _appearance(self) -> None:
        """Take the venue that the authors themselves name, where no search found the record of it."""
        record = self.preprint
        place = record.appearance if record is not None else None
        if self.published is not None or record is None or place is None or not place.venue:
            return
        if self._is_rejected(record.origin):
            return
        said = f'{NAMES.get(record.source, record.source)} says "{shown(place.text)}"'
        if place.certain or self._is_accepted(record):
            self._take(appeared(record), said)
        else:
            self.candidates.append(Candidate(self.entry.key, appeared(record), 1.0, 1.0, said))

    def _is_accepted(self, record: Record) -> bool:
        return (self.entry.key, record.origin) in self.choices.accepted

    def _is_rejected(self, origin: str) -> bool:
        return (self.entry.key, origin) in self.choices.rejected

    def _year(self) -> int | None:
        date = self.entry.date or (self.preprint.date if self.preprint is not None else None)
        return date.year if date is not None else None
