"""Many addresses asked at once: one request at a time to a host, a pause after each, few hosts at once, an end in time.

What is asked after an answer is the caller's (``step``), in the caller's own thread; the threads here only send.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from .links import TIMEOUT, Ask, PageAnswer

Send = Callable[[Ask, float], PageAnswer]
"""A request and the seconds that it may take -> the answer. Called in several threads; raises nothing."""
Step = Callable[[str, PageAnswer], Ask | None]
"""An address and the answer to its last request -> the next request, or None where it is settled."""

_GRACE = 1.0
"""Seconds after the end that are waited for requests under way: the name service knows no time limit."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How hosts are treated."""

    host_of: Callable[[str], str]
    pace_of: Callable[[str], float]
    """A host -> seconds from the end of one request to the start of the next."""
    at_once: int = 8
    """Hosts that are asked at the same time."""
    timeout: float = 20.0
    """Seconds a request."""
    total_timeout: float = 300.0
    """Seconds for all, waits included."""


@dataclass(slots=True)
class _Host:
    free_at: float = 0.0
    waiting: deque[tuple[str, Ask]] = field(default_factory=deque)
    is_listed: bool = False
    """Whether it is in the heap, or being asked."""


class Rounds:
    """One run over some addresses. ``requests`` counts what was sent."""

    def __init__(self, send: Send, manners: Manners, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.requests = 0
        self._send, self._manners, self._clock = send, manners, clock
        self._end = clock() + manners.total_timeout
        self._hosts: dict[str, _Host] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._turn = 0
        self._todo: SimpleQueue[tuple[str, str, Ask] | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[str, str, PageAnswer | Exception]] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def left(self) -> float:
        """Return the seconds until everything ends."""
        return self._end - self._clock()

    def run(self, first: Mapping[str, Ask], step: Step) -> Generator[str]:
        """Yield each address once it is settled. Those that time did not suffice for do not come.

        Closing the iterator (or an interrupt) ends the run; what is under way is left alone.
        """
        for name, ask in first.items():
            self._put(name, ask)
        under_way = 0
        try:
            while self._ready or under_way:
                under_way += self._start(under_way)
                if not under_way and (not self._ready or self._ready[0][0] >= self._end):
                    return
                received = self._receive(under_way)
                if received is None:
                    if self.left() <= -_GRACE:
                        return
                    continue
                name, host, answer = received
                under_way -= 1
                if isinstance(answer, Exception):
                    raise answer
                self._release(host)
                if answer.trouble == TIMEOUT and self.left() <= 0:
                    continue  # it was our time that was over
                further = step(name, answer)
                if further is None:
                    yield name
                else:
                    self._put(name, further)
        finally:
            self._stop()

    def _put(self, name: str, ask: Ask) -> None:
        host = self._manners.host_of(ask.url)
        place = self._hosts.setdefault(host, _Host())
        if ask.wait:
            place.free_at = max(place.free_at, self._clock() + ask.wait)
            place.waiting.appendleft((name, ask))
            self._relist(host, place)
            return
        place.waiting.append((name, ask))
        self._list(host, place)

    def _list(self, host: str, place: _Host) -> None:
        if place.waiting and not place.is_listed:
            place.is_listed = True
            self._turn += 1
            heapq.heappush(self._ready, (place.free_at, self._turn, host))

    def _relist(self, host: str, place: _Host) -> None:
        """Put a host back into its order after its time changed."""
        kept = [item for item in self._ready if item[2] != host]
        if len(kept) != len(self._ready):
            self._ready = kept
            heapq.heapify(self._ready)
            place.is_listed = False
        self._list(host, place)

    def _release(self, host: str) -> None:
        place = self._hosts[host]
        place.free_at = max(place.free_at, self._clock() + self._manners.pace_of(host))
        place.is_listed = False
        self._list(host, place)

    def _start(self, under_way: int) -> int:
        """Begin what may begin now; return how many requests."""
        started = 0
        while self._ready and under_way + started < self._manners.at_once:
            now = self._clock()
            at, _, host = self._ready[0]
            if at > now or now >= self._end:
                break
            heapq.heappop(self._ready)
            name, ask = self._hosts[host].waiting.popleft()
            started += 1
            self.requests += 1
            if len(self._threads) < under_way + started:
                self._hire()
            self._todo.put((name, host, ask))
        return started

    def _receive(self, under_way: int) -> tuple[str, str, PageAnswer | Exception] | None:
        """Wait for an answer, until a host is free again or all ends."""
        now = self._clock()
        until = self._end + _GRACE
        if self._ready and under_way < self._manners.at_once and now < self._end:
            until = min(until, self._ready[0][0])
        try:
            return self._done.get(timeout=max(until - now, 0.0))
        except Empty:
            return None

    def _hire(self) -> None:
        thread = threading.Thread(target=self._work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        while (job := self._todo.get()) is not None:
            name, host, ask = job
            answer: PageAnswer | Exception
            try:
                answer = self._send(ask, min(self._manners.timeout, max(self.left(), 0.001)))
            except Exception as error:  # noqa: BLE001  # a bug: it is for the caller's thread
                answer = error
            self._done.put((name, host, answer))

    def _stop(self) -> None:
        for _ in self._threads:
            self._todo.put(None)
        until = time.monotonic() + _GRACE
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0.0))
