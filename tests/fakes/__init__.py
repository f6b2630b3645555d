"""Loopback servers that answer as arXiv, Crossref, DataCite, DBLP and Zotero do, with faults to switch on.

    with serve_all([arxiv_entry("2309.06180")], [crossref_work("10.1145/3600006.3613165")]) as services:
        services.arxiv.fail_next(throttled(retry_after=3), HONEST, stall())
        run(environment=services.environment)
        assert len(services.arxiv.requests) == 1

One service alone: ``with FakeArxiv(entries) as server: server.url``; ``FakeZotero`` is always alone, see ``zotero``. What a server offers is in
``server.FakeServer``, what can go wrong in ``faults`` (with Zotero also in ``zotero_faults``), how each service answers in the module of its name.
Everything of use is also importable from here.
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
from .zotero import FakeZotero
from .zotero_faults import applied, backoff, cut_after, cut_before, forbidden, meddle, server_error, unapplied

__all__ = [
    "HONEST",
    "FakeArxiv",
    "FakeCrossref",
    "FakeDatacite",
    "FakeDblp",
    "FakeServer",
    "FakeZotero",
    "Fault",
    "Request",
    "Response",
    "Services",
    "applied",
    "arxiv_entry",
    "backoff",
    "crossref_work",
    "cut_after",
    "cut_before",
    "datacite_record",
    "dblp_hit",
    "forbidden",
    "meddle",
    "refused_url",
    "serve_all",
    "server_error",
    "unapplied",
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
