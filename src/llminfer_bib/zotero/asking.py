"""One request after another to one server: pauses that it asks for, patience, further tries of a read. What is asked is in `client`.

A write is sent again only where the server said that it did not do it (429, 503), never where its answer is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from ..sources.http_answers import HttpAnswer, retry_after
from ..sources.protocol import UnavailableError, Wire
from ..sources.settings import TIMEOUT
from .answers import UnreadableError
from .failures import ZoteroUnavailableError

if TYPE_CHECKING:
    from ..sources.session import BoundedSession

READS: Final = 3
"""How often a read is tried where no answer comes, or none that can be used."""
PAUSES: Final = 4
"""How often one request waits because the server is busy."""
FIRST_PAUSE: Final = 10.0
"""Seconds, where the server does not say how long; doubled each time."""
WRITE: Final = 60.0
"""Seconds that a write may take: fifty objects are much work, and one that is given up too early may still be going on."""
_SHORT: Final = 1.0
"""Seconds before a read is tried again; doubled."""
_BUSY: Final = frozenset({429, 503})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The key may be among them."""
    body: bytes | None = field(default=None, repr=False)
    timeout: float | None = None
    """Seconds; None for the usual ones."""
    patient: bool = True
    """Whether to wait where the server is busy; else its refusal is the answer."""
    harmless: bool = False
    """Whether it does no harm to send it twice: a read, and a write of objects with keys and versions."""


class Asker:
    """The connection to one server. ``tell`` hears of pauses. Raises ZoteroUnavailableError for every missing answer."""

    def __init__(
        self,
        wire: Wire,
        *,
        patience: float,
        direct: bool,
        tell: Callable[[str], None],
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.requests = self.reads = self.writes = 0
        self.total = patience
        """Seconds that all pauses of a run may take."""
        self._left = patience
        self._wire, self._direct = wire, direct
        self._tell, self._clock, self._sleep = tell, clock, sleep
        self._earliest = -float("inf")
        self._session: BoundedSession | None = None

    def close(self) -> None:
        """End the connection."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def read(self, ask: Ask, parse: Callable[[HttpAnswer], T]) -> T:
        """Send a read and return what ``parse`` makes of its answer; it is tried again where ``parse`` raises UnreadableError."""
        for turn in range(1, READS + 1):
            self.reads += 1
            try:
                answer = self._send(ask)
                return parse(answer)
            except (UnavailableError, UnreadableError) as error:
                reason = str(error)
            if turn < READS:
                self._wait(min(_SHORT * 2 ** (turn - 1), self._left))
        raise ZoteroUnavailableError(f"Zotero cannot be read: {reason}. Try again later.")

    def write(self, ask: Ask) -> HttpAnswer:
        """Send a write once and return its answer, which is none of a server in trouble (5xx)."""
        self.writes += 1
        if self._wire.timeout >= TIMEOUT:  # who sets less wants less
            ask = replace(ask, timeout=max(self._wire.timeout, WRITE))
        reason, unsure = "", True
        try:
            return self._send(ask)
        except UnavailableError as error:
            reason, unsure = str(error), error.left
        text = "it is not known whether it was done" if unsure else "nothing was sent"
        raise ZoteroUnavailableError(f"Zotero did not answer a write ({reason}): {text}.", unsure=unsure)

    def once(self, ask: Ask) -> HttpAnswer:
        """Send a request that is neither: the handshake. Raises UnavailableError."""
        return self._send(ask)

    def _send(self, ask: Ask) -> HttpAnswer:
        """Send, and send again after a pause while the server is busy. Raises UnavailableError for 5xx and no answer."""
        for turn in range(PAUSES + 1):
            self._pause()
            self.requests += 1
            answer = self._connected().exchange(
                ask.method, ask.url, params=ask.params, headers=ask.headers, body=ask.body, timeout=ask.timeout
            )
            wait = retry_after(answer.headers)
            asked = retry_after({"retry-after": answer.headers.get("backoff", "").partition(".")[0]})
            if answer.status == 503:
                asked = max(asked or 0.0, wait or 0.0)
            if asked:
                self._earliest = self._clock() + asked
            if answer.status == 429 and not ask.patient:
                return answer
            busy = answer.status == 429 or (answer.status == 503 and (ask.harmless or ask.method == "GET"))
            if busy and turn < PAUSES:
                self._wait(FIRST_PAUSE * 2**turn if wait is None else wait, "Zotero is busy")
                continue
            if busy:
                raise ZoteroUnavailableError(f"Zotero is busy (HTTP {answer.status}). Try again later.")
            if answer.status >= 500 or answer.status < 200:
                raise UnavailableError(f"HTTP {answer.status}")
            return answer
        raise AssertionError

    def _pause(self) -> None:
        """Keep the distance that ``Backoff`` asked for."""
        wait = self._earliest - self._clock()
        if wait > 0:
            self._wait(wait, "Zotero asks for fewer requests")

    def _wait(self, seconds: float, why: str = "") -> None:
        if seconds > self._left:
            raise ZoteroUnavailableError(
                f"{why}: it should be asked again in {seconds:.0f} s, and a run may wait {self.total:g} s in all "
                "(BIB_TOTAL_TIMEOUT). Try again later."
            )
        self._left -= seconds
        if why and seconds:
            self._tell(f"{why}: waiting {seconds:.0f} s")
        self._sleep(seconds)

    def _connected(self) -> BoundedSession:
        if self._session is None:
            from ..sources.session import BoundedSession  # noqa: PLC0415  # requests takes 0.1 s to import

            self._session = BoundedSession(self._wire, accept="application/json", inspect=lambda _answer: None)
            if self._direct:
                self._session.trust_env = False  # what is on this machine is not asked through a proxy
        return self._session
