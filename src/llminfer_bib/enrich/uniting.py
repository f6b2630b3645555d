"""One entry and what is known about it -> its unit of changes and its conflicts.

The order of the changes is that in which new fields come into the file: house order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from .. import meaning
from ..meaning import Difference
from ..model import Entry
from ..plans import ENTRY_TYPE, Change, Conflict, Unit
from ..records import Record
from ..tex import joined_title
from . import offers
from .choices import Choices
from .evidence import Found
from .fields import NAMES_IN, Base, base_of, is_named, mine_of, names_of
from .merging import Action, Merged, is_ours, merge
from .offers import Offer
from .standing import VENUES, is_paper, is_preprints_own, stands_unpublished, venue_of
from .writing import Value, shown, source_of, undelimited, value_of

_OF_THE_VENUE: Final = frozenset(("series", "volume", "number", "pages", "publisher", "year", "month", "date"))
"""What belongs to one place of publication and must not be mixed with another's."""
_ONLY_THERE: Final = frozenset(("series", "volume", "number", "pages"))
"""What cannot be compared between two places of publication."""
_LEFTOVERS: Final = ("journal", "journaltitle", "booktitle", "volume", "number", "pages", "eid", "publisher")
"""Fields in which files write arXiv's name or id as if it were a venue."""
_OF_AN_UPGRADE: Final = frozenset((ENTRY_TYPE, "doi", *VENUES))
"""Without one of these a preprint does not become published: a person took the upgrade back."""
_LINKS_TO_PARENTS: Final = ("crossref", "xdata")


@dataclass(slots=True)
class Uniting:
    """The merging of one entry. ``run`` it once; then ``unit`` and ``conflicts`` are its result."""

    entry: Entry
    found: Found
    base: Base
    choices: Choices
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    _done: set[str] = field(default_factory=set)
    _year_fits: bool = False
    """The entry has, or gets, the year of the record whose month is offered."""
    _elsewhere: bool = False
    """The file names another venue than the record."""
    _mixed: bool = False
    """That venue is of another sort: a conference here, a journal there."""

    upgrade: bool = field(init=False)
    """A preprint becomes published."""

    def __post_init__(self) -> None:
        self.upgrade = self.found.published is not None and stands_unpublished(self.entry)

    def run(self) -> None:
        """Merge every offer of every record."""
        for record in self.found.strangers:
            self._contradict(record)
        records = [record for record in (self.found.published, self.found.preprint) if record is not None]
        for record in records:
            if not is_paper(self.entry):
                self._take(offers.of_item(self.entry, record))
            elif record is self.found.published:
                self._publish(record)
            else:
                self._preprint(record)

    def unit(self) -> Unit | None:
        """Return the changes, or None where there are none."""
        if not self.changes:
            return None
        record = self.found.published
        if self.upgrade and record is not None and any(change.field in _OF_AN_UPGRADE for change in self.changes):
            year = str(record.date.year) if record.date is not None else ""
            place = record.venue or record.doi or record.origin
            where = place if year in place or f"'{year[2:]}" in place else f"{place} {year}"
            return Unit(self.entry.key, f"published: {where} ({self.found.how})", tuple(self.changes), upgrade=True)
        sources = ", ".join(dict.fromkeys(change.source for change in self.changes))
        verb = "updated" if any(change.old for change in self.changes) else "filled"
        return Unit(self.entry.key, f"{verb} from {sources}", tuple(self.changes))

    # --- records

    def _publish(self, record: Record) -> None:
        entry_type = self._retype(record)
        venue = venue_of(self.entry)
        if venue and record.venue:
            self._elsewhere = not meaning.same_venue(venue, record.venue)
            sorts = {offers.venue_field(Entry("", name), name) for name in (self.entry.type, record.type)}
            self._mixed = self._elsewhere and len(sorts) > 1
        self._take(offers.fuller_authors(self.entry, record, self.found.preprint))
        self._take(offers.of_published(self.entry, record, entry_type))
        if self.upgrade and not any(name in self.entry.fields for name in _LINKS_TO_PARENTS):
            self._drop_leftovers(record)
        if self.found.preprint is None:
            self._take(offers.of_eprint(self.entry, self.entry.arxiv or record.arxiv, record))

    def _preprint(self, record: Record) -> None:
        abstract = self.choices.abstracts
        if self.found.published is None and stands_unpublished(self.entry):
            self._take(offers.of_preprint(self.entry, record, abstract=abstract))
        else:
            linked = "url" in self._done or offers.has_page(self.entry)
            self._take(offers.beside_published(self.entry, record, abstract=abstract, linked=linked))

    def _retype(self, record: Record) -> str:
        """Change the entry type where that is ours to do; return the type that the entry will have."""
        mine, theirs = self.entry.type, record.type
        if theirs in ("", "misc") or meaning.compare(ENTRY_TYPE, mine, theirs).difference is Difference.SAME:
            return mine
        base = self.base.get((self.entry.key, ENTRY_TYPE))
        if not self.choices.overwrite.isdisjoint(("type", ENTRY_TYPE)):
            why = "--overwrite"
        elif base is not None:
            merged = merge(ENTRY_TYPE, mine, base, theirs, record.source)
            if merged.action is not Action.SET:
                return mine
            why = merged.why
        elif self.upgrade:
            why = "it is published"
        else:
            return mine
        self.changes.append(Change(self.entry.key, ENTRY_TYPE, mine, theirs, theirs, record.origin, why))
        return theirs

    def _drop_leftovers(self, record: Record) -> None:
        """Remove what only made sense for the preprint and got no new value."""
        replaced = {change.field for change in self.changes}
        for name in self._leftovers(record):
            mine = mine_of(self.entry, name)
            if mine is not None and name not in replaced:
                why = "it was the preprint's"
                self.changes.append(Change(self.entry.key, name, shown(mine), "", "", record.origin, why))

    def _leftovers(self, record: Record) -> Iterator[str]:
        for name in _LEFTOVERS:
            if is_preprints_own(self.entry, name, self.found.preprint):
                yield name
        if record.date is not None and record.date.month is None and self._year_fits:
            base = base_of(self.base, self.entry.key, "month")
            own = is_preprints_own(self.entry, "month", self.found.preprint)
            if own or is_ours("month", mine_of(self.entry, "month"), base):
                yield "month"

    def _contradict(self, record: Record) -> None:
        """Say what differs where an identifier leads to another work; nothing is taken from that record."""
        for name, theirs in (("title", offers.title_of(record)), ("author", record.authors)):
            mine = self._mine(name)
            if mine is None or not theirs:
                continue
            merged = merge(name, mine, None, theirs, record.source)
            if merged.action is Action.CONFLICT:
                self._conflict(name, mine, theirs, record, f"{merged.why}: {record.id} seems to be another work")

    # --- fields

    def _take(self, offered: Iterable[Offer]) -> None:
        for offer in offered:
            if offer.field not in self._done and not self._is_out_of_place(offer):
                self._done.update(names_of(offer.field))
                self._merge(offer)

    def _is_out_of_place(self, offer: Offer) -> bool:
        """Keep together what belongs together: a month goes with its year, pages with their venue."""
        if offer.field == "month" and not self._year_fits:
            return True
        if self._elsewhere and offer.field in VENUES and self._mine(offer.field) is None:
            return True  # a second venue beside the one that the file names
        return self._mixed and offer.record is self.found.published and offer.field in _OF_THE_VENUE

    def _merge(self, offer: Offer) -> None:
        name, theirs, mine = offer.field, offer.value, self._mine(offer.field)
        if mine is not None and offer.only_missing:
            return
        merged = merge(
            name,
            mine,
            base_of(self.base, self.entry.key, name),
            theirs,
            offer.record.source,
            overwrite=is_named(self.choices.overwrite, name),
            replaceable=self.upgrade and is_preprints_own(self.entry, name, self.found.preprint),
        )
        done = merged.action is Action.SET and self._set(offer, mine, merged)
        if merged.action is Action.CONFLICT and not (self._elsewhere and name in _ONLY_THERE):
            self._conflict(name, mine, theirs, offer.record, merged.why)
        if name == "year":
            date = self.entry.date
            self._year_fits = done or (mine is not None and date is not None and str(date.year) == theirs)

    def _mine(self, name: str) -> Value | None:
        mine = mine_of(self.entry, name)
        subtitle = self.entry.fields.get("subtitle", "") if name == "title" else ""
        return joined_title(mine, subtitle) if subtitle and isinstance(mine, str) else mine

    def _set(self, offer: Offer, mine: Value | None, merged: Merged) -> bool:
        """Note a change, unless the value cannot be written or the file parts it over two fields."""
        name = offer.field
        if mine is None:
            name = NAMES_IN.get(self.choices.database_type, {}).get(name, name)
        source = source_of(name, offer.value)
        if not source or (name == "title" and self.entry.fields.get("subtitle")):
            return False
        new = value_of(name, undelimited(source))
        if mine is not None and new == mine:
            return False
        change = Change(self.entry.key, name, shown(mine), shown(new), source, offer.record.origin, merged.why)
        self.changes.append(change)
        return True

    def _conflict(self, name: str, mine: Value | None, theirs: Value, record: Record, why: str) -> None:
        self.conflicts.append(Conflict(self.entry.key, name, shown(mine), shown(theirs), record.origin, why))
