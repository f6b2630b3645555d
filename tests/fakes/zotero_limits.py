"""The limits of api.zotero.org on how fast and how much at once; off unless a test turns them on, because a test on the loopback is faster than any client.

Facts: zotero.md section 3: 10 requests a second with a burst of 100, and 5 at once, for each user.
"""

from __future__ import annotations

from collections.abc import Callable

from .server import Response
from .zotero_writes import plain

BURST, PER_SECOND, AT_ONCE = 100.0, 10.0, 5


class Limits:
    """One bucket of requests, that of the one user who is tested."""

    def __init__(self) -> None:
        self.left = BURST
        self._moment: float | None = None

    def refusal(self, clock: Callable[[], float], under_way: int) -> Response | None:
        """Return a 429 where a request is one too many."""
        moment = clock()
        passed = 0.0 if self._moment is None else moment - self._moment
        self._moment, self.left = moment, min(BURST, self.left + passed * PER_SECOND)
        if self.left < 1:
            return waiting("Request rate limit exceeded", int(BURST / PER_SECOND))
        self.left -= 1
        return waiting("Concurrent request limit exceeded", AT_ONCE) if under_way > AT_ONCE else None


def waiting(message: str, seconds: float) -> Response:
    """Return a 429 that says when to come back."""
    refusal = plain(429, message)
    return refusal.having(refusal.body, Retry_After=str(max(1, round(seconds))))
