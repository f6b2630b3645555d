"""What a source is: a name, its manners (batch, pace, lifetimes), one request, and the reading of one stored answer.

Pacing, retries, bisection and the cache are the desk's (``desk``), so that a new source is one small module.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..records import Record

DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Wire:
    """What one request may use. Clock and addresses can be replaced."""

    base_url: str
    """Without a slash at its end: ``https://api.crossref.org``."""
    timeout: float = 20.0
    """Seconds that one request may take in all, a server that sends drop by drop included."""
    mailto: str = ""
    user_agent: str = "llminfer-bib"
    """Complete, ``mailto:`` included where there is one."""
    clock: Callable[[], float] = time.monotonic
    largest: int = 30_000_000
    """Bytes of a body (unpacked) at which a request is given up."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request brought: the raw answer of each identifier found. Who is not in it is unknown to the source."""

    found: Mapping[str, bytes]
    """By the identifier as it was asked. Enough to map again later: an Atom ``<entry>``, a JSON work, a JSON list of hits."""
    pace: float | None = None
    """Seconds between requests, where the answer's headers name them."""


class SourceError(Exception):
    """A request that brought no answer; the text is a short reason for people: ``HTTP 503``, ``no answer within 20 s``."""


class ThrottledError(SourceError):
    """The source asks for patience (429, 503, ``Rate exceeded.``). ``retry_after`` is in seconds where it says how much."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class UnavailableError(SourceError):
    """No answer, or none that can be trusted: refused, DNS, time-out, dropped, 5xx, HTML, cut off, too large. May pass."""

    def __init__(self, reason: str, *, left: bool = True, listens: bool = True) -> None:
        super().__init__(reason)
        self.left = left
        """False where the request surely never left us; else the server may have done what it asked for."""
        self.listens = listens
        """False where nobody listens at the address: the connection was refused."""


class RefusedBatchError(SourceError):
    """The source says that the request is wrong (400, 414). ``culprits`` are the identifiers it names; may be empty."""

    def __init__(self, reason: str, culprits: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.culprits = tuple(culprits)


class Source(Protocol):
    """One service that is asked. Modules satisfy it: the members are module constants and functions."""

    NAME: str
    """Its key in ``SOURCES``: ``arxiv``, ``crossref``, ``crossref-search``, ``datacite``, ``dblp``."""
    BASE_URL: str
    BASE_URL_VARIABLE: str
    """``BIB_ARXIV_URL``."""
    PACE: float
    """Seconds from the end of one request to the start of the next."""
    PATIENCE: tuple[float, ...]
    """Seconds to wait before each further try when throttled without Retry-After; its length is the number of tries."""
    LIFETIME: float
    """Seconds for which a found answer is fresh."""
    ABSENT_LIFETIME: float

    def batches(self, ids: Sequence[str]) -> list[tuple[str, ...]]:
        """Cut identifiers into requests."""

    def ask(self, ids: Sequence[str], wire: Wire) -> Reply:
        """Send one request. Raises SourceError, and nothing else for whatever a server or network does."""

    def read(self, question: str, raw: bytes) -> tuple[Record, ...]:
        """Map one stored answer. Pure. Raises ValueError where it cannot be read: the cache then forgets it."""
