"""The desk where questions to sources are handed in: answers from the cache, the rest asked, every question answered somehow.

How a source is asked under trouble is in ``conversation``; what is asked and what follows from it, in ``enrich``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Self

from ..records import ABSENT, DEFERRED, FOUND, REFUSED, Answer
from . import load
from .answers import chunks
from .cache import Cache, Stored
from .conversation import Conversation, Deadline, Group, Outcome, Progress
from .pacing import Pacer
from .protocol import DAY, Source
from .settings import Settings

__all__ = ["Desk", "Progress"]

_AT_ONCE = 1000
"""Stored answers in memory at once: a Crossref work has 7 kB."""
_OFFLINE = "not in the cache, and --offline was given"
_UNREADABLE_OFFLINE = "the stored answer cannot be read, and --offline was given"
_UNREADABLE = "its answer cannot be read"
_UNASKABLE = "the source cannot be asked for it"


class Desk:
    """Answers for one run. ``sources`` stands for the usual ones, ``cache`` (closed with the desk) may be None.

    ``offline`` asks nobody and takes answers of any age; ``refresh`` asks for everything once. ``clock`` (monotonic), ``wall``
    (since 1970) and ``sleep`` are in seconds. ``close`` it, or use ``with``. Not for several threads.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        sources: Mapping[str, Source] | None = None,
        cache: Cache | None = None,
        offline: bool = False,
        refresh: bool = False,
        on_progress: Callable[[Progress], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._sources, self._cache = settings, sources, cache
        self._offline, self._refresh, self._on_progress = offline, refresh, on_progress
        self._clock, self._wall, self._sleep = clock, wall, sleep
        self._began = wall()
        self._deadline = Deadline(settings.total_timeout, clock)
        self._conversations: dict[str, Conversation] = {}
        self._pacers: dict[str, Pacer] = {}
        self._settled: dict[tuple[str, str], Answer] = {}
        """What the sources themselves said in this run, so that nothing is asked twice, whatever becomes of the cache."""
        self._tried: set[tuple[str, str]] = set()
        self._progress = Progress("", 0, 0)
        self._remarks: list[str] = []

    @property
    def requests(self) -> dict[str, int]:
        """How many requests each source got; who got none is not in it."""
        return {name: talk.requests for name, talk in self._conversations.items() if talk.requests}

    @property
    def remarks(self) -> list[str]:
        """What a person should hear beside the answers: trouble with the cache."""
        return [*(self._cache.remarks if self._cache is not None else ()), *self._remarks]

    def close(self) -> None:
        """Close the cache; may be called twice."""
        if self._cache is not None:
            self._cache.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, source_name: str, ids: Iterable[str]) -> dict[str, Answer]:
        """Return one answer for each identifier, in their order. Raises nothing for what a source or a network does.

        What came before an interrupt (KeyboardInterrupt) is in the cache.
        """
        source = self._source(source_name)
        wanted = tuple(dict.fromkeys(ids))
        settled = self._settled
        answers = {name: settled[source.NAME, name] for name in wanted if (source.NAME, name) in settled}
        older: set[str] = set()
        unread: set[str] = set()
        for name, answer, is_fresh in self._stored(source, [name for name in wanted if name not in answers]):
            if answer is None:
                unread.add(name)
            elif self._offline or (is_fresh and not (self._refresh and (source.NAME, name) not in self._tried)):
                answers[name] = answer
            else:
                older.add(name)
        missing = tuple(name for name in wanted if name not in answers)
        if self._offline:
            reasons = {name: _UNREADABLE_OFFLINE if name in unread else _OFFLINE for name in missing}
            answers |= {name: Answer(DEFERRED, reason=reason) for name, reason in reasons.items()}
        elif missing:
            self._forget(source, unread)
            answers |= self._asked(source, missing)
            answers |= self._instead(source, {name: answers[name] for name in missing if name in older})
        return {name: answers[name] for name in wanted}

    def known(self, source_name: str, ids: Iterable[str]) -> dict[str, Answer]:
        """Return what the cache has of these identifiers, whatever its age; who is not there is left out. Asks nobody."""
        stored = self._stored(self._source(source_name), dict.fromkeys(ids))
        return {name: answer for name, answer, _ in stored if answer is not None}

    # --- from the cache

    def _stored(self, source: Source, ids: Iterable[str]) -> Iterator[tuple[str, Answer | None, bool]]:
        """Yield each stored answer, None where it cannot be read, and whether it is fresh."""
        if self._cache is None:
            return
        now = self._wall()
        for some in chunks(ids, _AT_ONCE):
            for name, stored in self._cache.get_many(source.NAME, some).items():
                lifetime = source.ABSENT_LIFETIME if stored.raw is None else source.LIFETIME
                # an answer from the future was stored when the clock was wrong
                yield name, _read(source, name, stored), -DAY < now - stored.at < lifetime

    def _instead(self, source: Source, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Return older answers for those that could not be had anew."""
        reasons = {name: answer.reason for name, answer in answers.items() if answer.status == DEFERRED}
        return {
            name: Answer(answer.status, answer.records, reasons[name], answer.at, stale=True)
            for name, answer, _ in self._stored(source, reasons)
            if answer is not None
        }

    def _forget(self, source: Source, ids: set[str]) -> None:
        if ids and self._cache is not None:
            self._cache.forget(source.NAME, ids)

    def _meanwhile(self, source: Source, ids: Group) -> dict[str, bytes | None]:
        """Return what another run has stored since this one began."""
        if self._cache is None:
            return {}
        stored = self._cache.get_many(source.NAME, ids)
        return {name: one.raw for name, one in stored.items() if self._began <= one.at <= self._wall()}

    # --- from the source

    def _asked(self, source: Source, ids: Group) -> dict[str, Answer]:
        """Ask a source; store each answer as it comes."""
        answers: dict[str, Answer] = {}
        self._progress = Progress(source.NAME, 0, len(ids))
        talk = self._conversation(source)
        for batch in source.batches(ids):
            self._tried.update((source.NAME, name) for name in batch)
            for outcome in talk.ask(batch):
                answers |= self._received(source, outcome)
                self._progress = Progress(source.NAME, len(answers), len(ids))
                self._show(0.0, "")
        return {name: answers.get(name) or Answer(REFUSED, reason=_UNASKABLE) for name in ids}

    def _received(self, source: Source, outcome: Outcome) -> dict[str, Answer]:
        """Store what a source said and return it as answers."""
        now = self._wall()
        at = _moment(now)
        answers: dict[str, Answer] = {}
        for name, raw in outcome.found.items():
            answers[name] = _read(source, name, Stored(raw, now)) or Answer(DEFERRED, reason=_UNREADABLE)
        answers |= {name: Answer(ABSENT, at=at) for name in outcome.absent}
        answers |= {name: Answer(REFUSED, reason=reason) for name, reason in outcome.refused.items()}
        answers |= {name: Answer(DEFERRED, reason=reason) for name, reason in outcome.deferred.items()}
        if self._cache is not None:
            readable = {name: raw for name, raw in outcome.found.items() if answers[name].status == FOUND}
            self._cache.put_many(source.NAME, readable, outcome.absent, now)
        for name, answer in answers.items():
            if answer.status != DEFERRED:
                self._settled[source.NAME, name] = answer
        return answers

    def _source(self, name: str) -> Source:
        return load(name) if self._sources is None else self._sources[name]

    def _conversation(self, source: Source) -> Conversation:
        talk = self._conversations.get(source.NAME)
        if talk is None:
            talk = self._conversations[source.NAME] = Conversation(
                source,
                self._settings,
                self._pacer(source),
                self._deadline,
                tell=self._show,
                meanwhile=partial(self._meanwhile, source),
            )
        return talk

    def _pacer(self, source: Source) -> Pacer:
        """Return the pacer of a source's service: the two sources of Crossref share one."""
        service = source.BASE_URL_VARIABLE.removeprefix("BIB_").removesuffix("_URL").lower() or source.NAME
        folder: Path | None = self._cache.path.parent if self._cache is not None else None
        if service not in self._pacers:
            self._pacers[service] = Pacer(
                service, source.PACE, folder, clock=self._clock, wall=self._wall, sleep=self._sleep
            )
        pacer = self._pacers[service]
        pacer.pace = max(pacer.pace, source.PACE)
        return pacer

    def _show(self, wait: float, note: str) -> None:
        if self._on_progress is not None:
            now = self._progress
            self._on_progress(Progress(now.source, now.done, now.total, wait, note))


def _read(source: Source, name: str, stored: Stored) -> Answer | None:
    """Return a stored answer, or None where the source cannot read it."""
    at = _moment(stored.at)
    if stored.raw is None:
        return Answer(ABSENT, at=at)
    try:
        return Answer(FOUND, source.read(name, stored.raw), at=at)
    except ValueError:
        return None


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
