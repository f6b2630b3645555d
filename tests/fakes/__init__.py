"""Loopback servers that answer as arXiv, Crossref, DataCite and DBLP do, with faults to switch on.

    with serve_all([arxiv_entry("2309.06180")], [crossref_work("10.1145/3600006.3613165")]) as services:
        services.arxiv.fail_next(throttled(retry_after=3), HONEST, stall())
        run(environment=services.environment)
        assert len(services.arxiv.requests) == 1

One service alone: ``with FakeArxiv(entries) as server: server.url``. What a server offers is in ``server.FakeServer``, what can go wrong in ``faults``,
how each service answers in the module of its name. Everything of use is also importable from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from .arxiv import FakeArxiv, arxiv_entry
from .crossref import FakeCrossref, crossref_work
from .datacite import FakeDatacite, datacite_record
from .dblp import FakeDblp, dblp_hit
from .server import HONEST, FakeServer, Fault, Request, Response, refused_url

__all__ = [
    "HONEST",
    "FakeArxiv",
    "FakeCrossref",
    "FakeDatacite",
    "FakeDblp",
    "FakeServer",
    "Fault",
    "Request",
    "Response",
    "Services",
    "arxiv_entry",
    "crossref_work",
    "datacite_record",
    "dblp_hit",
    "refused_url",
    "serve_all",
]


@dataclass(frozen=True, slots=True)
class Services:
    """The four servers of one test."""

    arxiv: FakeArxiv
    crossref: FakeCrossref
    datacite: FakeDatacite
    dblp: FakeDblp

    @property
    def all(self) -> tuple[FakeServer, ...]:
        """All four."""
        return (self.arxiv, self.crossref, self.datacite, self.dblp)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send the program to these servers: ``BIB_ARXIV_URL`` and so on."""
        return {server.VARIABLE: server.url for server in self.all}

    @property
    def requests(self) -> list[Request]:
        """What all of them were asked, in order of arrival."""
        return sorted(
            (request for server in self.all for request in server.requests), key=lambda request: request.began
        )


@contextmanager
def serve_all(
    entries: Mapping[str, bytes | Sequence[bytes]] | Iterable[bytes] = (),
    works: Iterable[Mapping[str, Any]] = (),
    records: Iterable[Mapping[str, Any]] = (),
    hits: Iterable[Mapping[str, Any]] = (),
    *,
    titles: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
) -> Iterator[Services]:
    """Start all four; the arguments are those of the four classes."""
    with ExitStack() as stack:
        yield Services(
            stack.enter_context(FakeArxiv(entries)),
            stack.enter_context(FakeCrossref(works, titles)),
            stack.enter_context(FakeDatacite(records)),
            stack.enter_context(FakeDblp(hits)),
        )
