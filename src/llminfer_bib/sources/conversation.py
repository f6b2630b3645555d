"""Putting a batch of questions to one source until each has an outcome: pace, patience, further tries, bisection, giving up.

The cache and the meaning of an answer are not here.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from .pacing import Pacer, TooLateError
from .protocol import RefusedBatchError, Reply, Source, SourceError, ThrottledError
from .settings import Settings

_BACKOFF = (1.0, 3.0)
"""Seconds before the second and third try of a batch that brought no answer."""
_QUICKEST = 1 / 50
"""Seconds. No source may be asked faster, whatever its answers say."""
_MOST_FAILURES = 2
"""Groups without a common identifier that may fail in a row; then the source counts as down."""
_MOST_FAILURES_OF_MANY = 4
"""The same within a batch of which something was answered: there may be several bad ones in it."""
_MOST_REFUSALS = 20
"""Requests refused in a row: then it is not the questions that are wrong."""

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a person may see of a run."""

    source: str
    done: int
    """Questions with an outcome, of those that must be asked: what the cache knows is not counted."""
    total: int
    waiting: float = 0.0
    """Seconds until the next request, where there is a wait."""
    note: str = ""
    """What goes on: ``asks for 100``, ``HTTP 429: tries again``."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some questions."""

    found: Mapping[str, bytes] = field(default_factory=dict)
    absent: Group = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    """With the reason."""
    deferred: Mapping[str, str] = field(default_factory=dict)


class Deadline:
    """The end of a run: so many seconds after its first request."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self._clock = clock
        self._at: float | None = None

    def at(self) -> float:
        """Return the moment; the first call sets it."""
        if self._at is None:
            self._at = self._clock() + self.seconds
        return self._at

    def left(self) -> float:
        """Return the seconds until then."""
        return self.at() - self._clock()

    def __str__(self) -> str:
        return f"the run's limit of {self.seconds:g} s (BIB_TOTAL_TIMEOUT)"


class Conversation:
    """One source, asked by one run. It keeps the pace, and once the source is down, it asks no more.

    ``tell`` hears of each wait (seconds, note). ``meanwhile`` says which of some identifiers another run has asked since.
    """

    def __init__(
        self,
        source: Source,
        settings: Settings,
        pacer: Pacer,
        deadline: Deadline,
        *,
        tell: Callable[[float, str], None],
        meanwhile: Callable[[Group], Mapping[str, bytes | None]],
    ) -> None:
        self.requests = 0
        self.down = ""
        """Why the source is asked no more, or nothing."""
        self._source, self._settings, self._pacer, self._deadline = source, settings, pacer, deadline
        self._tell, self._meanwhile = tell, meanwhile
        self._failures = 0
        self._refusals = 0
        self._suspects: dict[str, str] = {}
        """Identifiers of this batch that were refused alone and not by name, with the reason."""
        self._heard = False
        """Whether the source has answered anything in this run."""
        self._trouble = ""
        """Why the last request failed."""

    def ask(self, batch: Group) -> Iterator[Outcome]:
        """Yield outcomes after each request, until there is one for each identifier."""
        groups = deque([(batch, 1 if self._failures else 1 + len(_BACKOFF))])
        self._suspects = {}
        answered = False
        while groups:
            group, tries = groups.popleft()
            if self.down:
                yield Outcome(deferred=dict.fromkeys(group, self.down))
                continue
            try:
                reply = self._ask(group, tries)
            except RefusedBatchError as error:
                answered = True
                outcome, parts = self._refused(group, error)
                groups.extend((part, tries) for part in parts)
            except TooLateError as error:
                outcome = Outcome(deferred=dict.fromkeys(group, self._too_late(error)))
            except SourceError as error:
                outcome, parts = self._failed(group, error, whole=group == batch, answered=answered)
                groups.extend((part, 1) for part in parts)
            else:
                answered = True
                outcome = self._answered(group, reply)
            yield outcome
        if self._suspects:
            yield self._judged()
        if answered:
            self._failures = 0

    # --- one request and its further tries

    def _ask(self, group: Group, tries: int) -> Reply:
        """Ask, and ask again as often as the source's patience and ours allow. Raises SourceError and TooLateError."""
        backoff = iter(_BACKOFF[: tries - 1])
        patience = iter(self._source.PATIENCE)
        while True:
            try:
                return self._ask_once(group)
            except RefusedBatchError:
                raise
            except ThrottledError as error:
                self._trouble = str(error)
                wait = next(patience, None)
                if wait is None:
                    self.down = f"{error}, {_times(1 + len(self._source.PATIENCE))}"
                    raise
                wait = error.retry_after or wait
            except SourceError as error:
                self._trouble = str(error)
                wait = next(backoff, None)
                if wait is None:
                    raise
            self._pacer.hold_off(wait)

    def _ask_once(self, group: Group) -> Reply:
        def is_needless() -> bool:
            return self._meanwhile(group).keys() >= set(group)

        with self._pacer.turn(self._deadline.at(), self._tell_wait, is_needless) as waited:
            known = self._meanwhile(group) if waited else {}
            there = {name: raw for name, raw in known.items() if raw is not None}
            missing = tuple(name for name in group if name not in known)
            if not missing:
                return Reply(there)
            again = f"{self._trouble}: asks again for" if self._trouble else "asks for"
            self._tell(0.0, f"{again} {len(missing)}")
            self.requests += 1
            timeout = min(self._settings.timeout, self._deadline.left())
            reply = self._source.ask(missing, self._settings.wire(self._source, timeout))
            if reply.pace is not None and math.isfinite(reply.pace):
                self._pacer.pace = max(reply.pace, _QUICKEST)
            return Reply({**there, **reply.found}) if there else reply

    def _tell_wait(self, wait: float) -> None:
        self._tell(wait, self._trouble or ("" if wait else "waits for another run"))

    # --- what follows from it

    def _answered(self, group: Group, reply: Reply) -> Outcome:
        self._failures = self._refusals = 0
        self._heard = True
        self._trouble = ""
        found = {name: reply.found[name] for name in group if name in reply.found}
        return Outcome(found, tuple(name for name in group if name not in found))

    def _refused(self, group: Group, error: RefusedBatchError) -> tuple[Outcome, list[Group]]:
        """Drop the culprits, or look for them by halving; return what is left to ask."""
        self._failures = 0
        self._trouble = ""
        self._refusals += 1
        if self._refusals >= _MOST_REFUSALS:
            self.down = f"{error}, whatever it is asked"
        culprits = dict.fromkeys((name for name in error.culprits if name in set(group)), str(error))
        rest = tuple(name for name in group if name not in culprits)
        if culprits:
            return Outcome(refused=culprits), [rest] if rest else []
        if len(group) == 1:
            self._suspects[group[0]] = str(error)
            return Outcome(), []
        return Outcome(), _halves(group)

    def _judged(self) -> Outcome:
        """Blame the suspects, unless there are several and the source has answered nothing else: then it is not their fault."""
        if self._heard or len(self._suspects) == 1:
            return Outcome(refused=self._suspects)
        return Outcome(deferred={name: f"{reason}, whatever it is asked" for name, reason in self._suspects.items()})

    def _failed(self, group: Group, error: SourceError, *, whole: bool, answered: bool) -> tuple[Outcome, list[Group]]:
        """Halve what brought no answer, for one bad identifier must not cost the others theirs; or give up."""
        if not (whole and len(group) > 1):
            self._failures += 1
        if self._failures >= (_MOST_FAILURES_OF_MANY if answered else _MOST_FAILURES):
            self.down = self.down or str(error)
        if self.down or len(group) == 1:
            return Outcome(deferred=dict.fromkeys(group, self.down or str(error))), []
        return Outcome(), _halves(group)

    def _too_late(self, error: TooLateError) -> str:
        if self._trouble and error.wait > self._pacer.pace:
            return f"{self._trouble}: to be asked again in {math.ceil(error.wait)} s, after {self._deadline}"
        reached = f"{self._deadline} was reached"
        return f"{self._trouble}; {reached}" if self._trouble else reached


def _halves(group: Group) -> list[Group]:
    middle = (len(group) + 1) // 2
    return [group[:middle], group[middle:]]


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def names_of(outcome: Outcome) -> Iterator[str]:
    """Yield every identifier of an outcome."""
    return chain(outcome.found, outcome.absent, outcome.refused, outcome.deferred)
