"""The push: read what is new, plan each entry, send in batches, remember after each. Who wins is in `merging`, what is sent in `planning`.

Nothing is sent twice: what became of a batch without an answer is found by reading again. An item that somebody changed
meanwhile is read again and merged anew, alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from time import sleep
from typing import Final

from ..model import Category, Entry
from ..problems import BibError
from . import outcomes
from .failures import NoAccessError, ZoteroRefusedError, ZoteroUnavailableError
from .matching import identifiers
from .outcomes import Outcome, Report
from .pairing import Pair, Pairing, pair
from .planning import Choices, Maker, Step, adoption, creation, maker, removal, unpaired, update
from .reading import BATCH, Client, catch_up, in_batches, look_again
from .state import GONE, PRUNED, Ledger, Row
from .tree import Branch, Tree, branches, find, object_key
from .tree import creation as collection_creation
from .values import Failure, Written, collection_of, remote_of

ROUNDS: Final = 5
"""How often one entry is tried where somebody else changes its item at the same time."""
PATIENCE: Final = 3
"""How many answers in a row may be missing."""
REST: Final = 0.3
"""Seconds in which nothing must have been written."""
_STALE: Final = frozenset({404, 409, 412, 428})
"""What a server says of an object that is not as it was: read it again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be pushed."""

    entries: Sequence[Entry]
    name: str
    """Of the collection."""
    categories: tuple[Category, ...] = ()
    lang: str = "zh"
    topics: frozenset[str] = frozenset()
    """The slugs of the configured topics."""
    keys: frozenset[str] | None = None
    """Only these entries; None for all. The others count as being there."""


@dataclass(slots=True)
class Push:
    """One push. ``run`` gives its report, whatever the network does."""

    client: Client
    ledger: Ledger
    wanted: Wanted
    choices: Choices = field(default_factory=Choices)
    on_progress: Callable[[int, int], None] = lambda _done, _total: None
    report: Report = field(default_factory=Report)
    _buried: frozenset[str] = frozenset()
    """Keys of items that were made once and deleted by somebody, where the ledger does not remember them."""
    _standing: frozenset[str] = frozenset()
    """Collections that were there before this run: what others held is no longer in them, and no version tells it."""
    _tree: Tree = field(default_factory=lambda: Tree({}))
    _refused: dict[str, str] = field(default_factory=dict)
    """Why Zotero does not take a collection, by its path."""
    _tries: dict[str, int] = field(default_factory=dict)
    _noted: set[str] = field(default_factory=set)
    _failures: int = 0
    _done: int = 0
    _total: int = 0

    def run(self) -> Report:
        """Push. Raises what cannot go on before anything is known; afterwards the report says why it ended."""
        if not self.choices.dry:
            self.client.may_write()
        try:
            self._push()
        except (ZoteroUnavailableError, NoAccessError, ZoteroRefusedError) as error:
            self._stop(error)
        finally:
            if self.choices.dry:
                self.ledger.rollback()
        return self.report

    def _stop(self, error: BibError) -> None:
        """Report why the run ended, and the entries that were not reached."""
        self.report.incomplete, self.report.stopped = str(error), error.exit_code
        for entry in self.wanted.entries:
            if entry.key not in self._noted and (self.wanted.keys is None or entry.key in self.wanted.keys):
                self.report.add(Outcome(entry.key, outcomes.LEFT))

    def _push(self) -> None:
        is_first = not self.ledger.version
        catch_up(self.client, self.ledger)
        self._standing = frozenset(one.key for one in self.ledger.collections)
        self._grow()
        pairing = self._paired()
        if is_first and self.client.chooses_keys:
            new = [one.entry for one in pairing.pairs if one.row is None and not one.match.keys]
            self._buried = self.client.gone(0, {self._new_key(entry) for entry in new})
        pairs = [one for one in pairing.pairs if self.wanted.keys is None or one.entry.key in self.wanted.keys]
        self._total = len(pairs)
        for _ in range(ROUNDS):
            again = set(self._send(self._steps(pairs)))
            if not again:
                break
            pairs = [one for one in self._paired().pairs if one.entry.key in again]
        else:
            for key in sorted(again):
                self.report.add(Outcome(key, outcomes.FAILED, text="somebody else changes it all the time"))
        for key in pairing.repeated:
            self.report.add(Outcome(key, outcomes.REPEATED))
        if self.wanted.keys is None:
            self._tidy(pairing.orphans)
        self.ledger.commit()

    def _paired(self) -> Pairing:
        return pair(self.wanted.entries, lambda entry: identifiers(maker(entry, ())("")), self.ledger)

    # --- steps

    def _steps(self, pairs: Iterable[Pair]) -> Iterator[Step]:
        """Yield what is to be sent; note what is not."""
        waiting = iter(pairs)
        while some := list(islice(waiting, BATCH)):
            strange = {one.entry.key: one.match.keys[0] for one in some if one.row is None and one.match.keys}
            known = self._fetched([one for one in some if one.entry.key in strange])
            for one in some:
                step = self._step(one, known)
                if step is not None and step.send:
                    yield step
                elif step is not None:
                    self._settle(step)

    def _step(self, one: Pair, known: dict[str, Step]) -> Step | None:
        """Return the step of one entry, or note why there is none."""
        refused = unpaired(one, self.choices)
        if refused is not None:
            self._note(refused)
            return None
        entry, make = one.entry, self._maker(one.entry)
        if one.match.keys:
            return known.get(entry.key)
        if one.row is None:
            return self._creation(entry, make)
        row = one.row.within(self._standing)
        if row.status == GONE:
            self.ledger.drop(entry.key)
            return creation(entry, make, key=row.item if self.client.chooses_keys else "", what=outcomes.RESTORED)
        what = outcomes.RESTORED if row.trashed else outcomes.UPDATED
        return update(row, entry, make, self.choices, what)

    def _creation(self, entry: Entry, make: Maker) -> Step | None:
        """Return the step that makes an item, unless a person deleted it when nobody remembered it."""
        key = self._new_key(entry) if self.client.chooses_keys else ""
        if key in self._buried and not self.choices.restore:
            self._note(Outcome(entry.key, outcomes.DELETED, key))
            return None
        return creation(entry, make, key=key, what=outcomes.RESTORED if key in self._buried else outcomes.CREATED)

    def _new_key(self, entry: Entry) -> str:
        """Return the key for an entry's item: the same in each run, so that an item is not made twice."""
        library = str(self.client.library)
        keys = (object_key(library, entry.key, str(salt)) for salt in range(1000))
        return next(key for key in keys if not self.ledger.knows(key))

    def _fetched(self, pairs: Sequence[Pair]) -> dict[str, Step]:
        """Return the steps of the entries whose items were there before us."""
        wanted = {one.match.keys[0]: one.entry for one in pairs if unpaired(one, self.choices) is None}
        steps = {}
        for obj in in_batches(self.client, list(wanted)):
            remote = remote_of(obj)
            if (entry := wanted.get(remote.key)) is not None:
                steps[entry.key] = adoption(remote, entry, self._maker(entry), self.choices)
        return steps

    def _maker(self, entry: Entry) -> Maker:
        return maker(entry, self._tree.collection(entry.category))

    def _settle(self, step: Step) -> None:
        """Remember an entry for which nothing is to be sent."""
        self.ledger.put(step.row)
        self._note(step.outcome)

    def _note(self, outcome: Outcome) -> None:
        self.report.add(outcome)
        self._noted.add(outcome.key)
        self._done += 1
        self.on_progress(self._done, self._total)

    # --- sending

    def _send(self, steps: Iterator[Step]) -> Iterator[str]:
        """Send in batches; yield the citation keys of the entries that must be planned again."""
        while batch := list(islice(steps, BATCH)):
            if self.choices.dry:
                for step in batch:
                    self._note(step.outcome)
                continue
            try:
                written = self.client.write_items([step.send for step in batch])
            except ZoteroUnavailableError:
                self._failures += 1
                if self._failures >= PATIENCE:
                    raise
                self._calm()
                yield from (step.key for step in batch)
                continue
            self._failures = 0
            yield from self._take(batch, written)

    def _calm(self) -> None:
        """Read what became of a write without an answer: until the library rests, where what it makes has no key of ours."""
        for _ in range(ROUNDS):
            if not catch_up(self.client, self.ledger) or self.client.chooses_keys:
                return
            sleep(REST)

    def _take(self, batch: Sequence[Step], written: Written) -> Iterator[str]:
        """Remember what was written; read again what has changed meanwhile."""
        stale = []
        for number, step in enumerate(batch):
            if number in written.saved:
                answer = remote_of(written.saved[number])
                self.ledger.put(step.written(answer))
                self._note(replace(step.outcome, item=answer.key))
            elif number in written.unchanged:
                self.ledger.put(step.row)
                self._note(step.outcome)
            else:
                failure = written.failed.get(number, Failure(0, "the server does not say what became of it"))
                if failure.code in _STALE or number not in written.failed:
                    stale.append(step)
                else:
                    text = f"Zotero refuses it: {failure.message} ({failure.code})"
                    self._note(Outcome(step.key, outcomes.FAILED, step.row.item, text))
        self._advance(written)
        self.ledger.commit()
        if stale:
            self._reread(stale)
            yield from (step.key for step in stale)

    def _reread(self, stale: Sequence[Step]) -> None:
        keys = [step.send["key"] for step in stale if "key" in step.send]
        if keys:
            look_again(self.client, self.ledger, keys)
        self.ledger.collections = map(collection_of, self.client.collections())
        self._grow()

    # --- collections

    def _grow(self) -> None:
        """Find our collections, and make those that are missing."""
        used = [entry.category for entry in self.wanted.entries]
        wanted = branches(self.wanted.name, self.wanted.categories, used, self.wanted.lang)
        for _ in range(3 * ROUNDS + len(wanted)):
            tree = find(wanted, self.ledger.tree, self.ledger.collections, restore=self.choices.restore)
            paths = {branch.path: tree.keys[branch.slug] for branch in wanted if branch.slug in tree.keys}
            self.ledger.tree = {**self.ledger.tree, **paths}
            self._tree = tree
            missing = [branch for branch in tree.missing if branch.path not in self._refused]
            if not missing:
                break
            root = [branch for branch in missing if not branch.slug]
            if self.choices.dry:
                self.report.collections = tuple(branch.name for branch in tree.missing)
                names = {branch.slug: branch.path for branch in tree.missing}
                self._tree = replace(tree, keys={**tree.keys, **names})
                break
            self._make(root or missing)
        self.ledger.commit()

    def _make(self, missing: Sequence[Branch]) -> None:
        """Make collections: those that there already are, are found by reading again."""
        parent = self._tree.keys.get("", "")
        send = []
        for branch in missing[:BATCH]:
            key = object_key(str(self.client.library), "collection", branch.path) if self.client.chooses_keys else ""
            if key in {one.key for one in self.ledger.collections}:  # in the trash, or of another name now
                key = object_key(str(self.client.library), "collection", branch.path, str(self.ledger.version))
            send.append(collection_creation(branch, parent if branch.slug else "", key=key))
        try:
            written = self.client.write_collections(send)
        except ZoteroUnavailableError:
            self._failures += 1
            if self._failures >= PATIENCE:
                raise
            self.ledger.collections = map(collection_of, self.client.collections())
            return
        self._failures = 0
        self._refuse(missing, written)
        made = {missing[number]: collection_of(obj) for number, obj in written.saved.items()}
        self.report.collections += tuple(branch.name for branch in made)
        self.ledger.tree = {**self.ledger.tree, **{branch.path: one.key for branch, one in made.items()}}
        self._advance(written)
        if len(made) == len(send):
            self.ledger.collections = (*self.ledger.collections, *made.values())
        else:
            self.ledger.collections = map(collection_of, self.client.collections())

    def _refuse(self, missing: Sequence[Branch], written: Written) -> None:
        """Note the collections that Zotero does not take; without the list's own one nothing can go on."""
        for number, branch in enumerate(missing[:BATCH]):
            failure = written.failed.get(number)
            if failure is None and number not in written.saved and number not in written.unchanged:
                failure = Failure(0, "the server does not say what became of it")
            if failure is None or failure.code in _STALE:
                self._tries[branch.path] = self._tries.get(branch.path, 0) + (failure is not None)
                if failure is None or self._tries[branch.path] < ROUNDS:
                    continue
            why = f'collection "{branch.name}": Zotero refuses it: {failure.message} ({failure.code})'
            if not branch.slug:
                raise ZoteroRefusedError(why)
            self._refused[branch.path] = why
        self.report.refused = tuple(self._refused.values())

    def _advance(self, written: Written) -> None:
        """Remember that the library has been read up to a write, where nobody else wrote meanwhile: each object counts one."""
        if written.version == self.ledger.version + len(written.saved) + len(written.unchanged):
            self.ledger.version = written.version

    # --- what the file no longer has

    def _tidy(self, orphans: Sequence[Row]) -> None:
        """Report the items that no entry has any more, or move them to the trash."""
        left = [row for row in orphans if row.status != PRUNED and not row.trashed and row.status != GONE]
        for row in orphans:
            if row.status == GONE:
                self.ledger.drop(row.citation_key)
        if not self.choices.prune:
            for row in left:
                self.report.add(Outcome(row.citation_key, outcomes.GONE, row.item))
            return
        again = set(self._send(map(removal, left)))
        for row in left:
            if row.citation_key in again:
                self.report.add(
                    Outcome(row.citation_key, outcomes.FAILED, row.item, "was changed in Zotero just now; try again")
                )
