"""Crossref by DOI, through habanero: at most 50 works a request, one connection, every request bounded in time and size.

What an answer amounts to is judged in ``crossref_answers``, a work is mapped in ``crossref_reading``, titles are
searched by ``crossref_search``. Nothing here waits, repeats or stores.
"""

from __future__ import annotations

import atexit
import contextlib
import re
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..records import Record
from . import crossref_answers as answers
from .batching import cut
from .crossref_reading import read_work
from .http_answers import is_same_place
from .json_answers import restored, stored
from .protocol import DAY, RefusedBatchError, Reply, SourceError, UnavailableError, Wire

if TYPE_CHECKING:
    import ssl

    import httpx2

NAME = "crossref"
BASE_URL = "https://api.crossref.org"
BASE_URL_VARIABLE = "BIB_CROSSREF_URL"
PACE = 1.0
"""What the public pool allows; the answers' headers tell more."""
PATIENCE = (5.0, 15.0, 45.0)
LIFETIME = 30 * DAY
ABSENT_LIFETIME = 3 * DAY

_MOST_DOIS = 50
_LONGEST_QUERY = 3_500
"""Bytes. 4,096 was the wall for the whole request line."""
_MOST_REDIRECTS = 3
# Letters, digits and these need no second thought inside a filter (dates and addresses with colons are documented values
# of filters). Commas part filters; how often "%" and "+" are decoded, and what "#", "<" and ";" meet, nobody documents:
# such DOIs are asked singly, percent-encoded to the last character.
_PLAIN = re.compile(r"[a-z0-9._/()\-:]+")


def batches(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut DOIs into requests: up to 50 and 3,500 bytes of URL; one that is unsafe inside a filter goes alone."""
    return cut(
        ids,
        most=_MOST_DOIS,
        longest=_LONGEST_QUERY,
        cost=lambda doi: len(quote(f"doi:{doi},", safe="")),
        goes_alone=lambda doi: not _PLAIN.fullmatch(doi),
    )


def ask(ids: Sequence[str], wire: Wire) -> Reply:
    """Send one request for the DOIs. Raises SourceError only."""
    if len(ids) == 1 and not _PLAIN.fullmatch(ids[0]):
        return _ask_one(ids[0], wire)
    if unsafe := [doi for doi in ids if not _PLAIN.fullmatch(doi)]:
        raise RefusedBatchError("unsafe inside a filter", unsafe)
    message, headers = list_works(wire, ids, filter={"doi": list(ids)}, limit=len(ids))
    works = answers.items_of(message)
    by_doi = {answers.doi_of(work): work for work in reversed(works)}
    found = {doi: stored(answers.reduced(by_doi[doi.lower()])) for doi in ids if doi.lower() in by_doi}
    total = message.get("total-results")
    if len(found) < len(ids) and isinstance(total, int) and total > len(works):
        raise UnavailableError(f"{len(works)} of {total} results")
    if len(found) < len(ids) and not all(map(answers.doi_of, works)):
        raise UnavailableError("works without DOI")
    return Reply(found, answers.pace_of(headers))


def read(question: str, raw: bytes) -> tuple[Record, ...]:
    """Map one stored work. Raises ValueError where it is none, or another than was asked for."""
    work = restored(raw)
    if not isinstance(work, dict) or answers.doi_of(work) != question.lower():
        raise ValueError("not the work that was asked for")
    return (read_work(work),)


def list_works(wire: Wire, asked: Sequence[str] = (), **query: Any) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Ask ``/works`` with the arguments of ``habanero.Crossref.works``; return the message and the answer's headers.

    Raises SourceError only.
    """
    body, headers, _ = _send(wire, asked, query)
    return answers.message_of(body, "work-list"), headers


def close() -> None:
    """Close the connection that is kept for the next request."""
    with _LOCK:
        if _KEPT:
            _KEPT.pop().client.close()


def _ask_one(doi: str, wire: Wire) -> Reply:
    body, headers, known = _send(wire, (doi,), {"ids": [quote(doi, safe="", errors="replace")]})
    # The limit of single works is wider than that of lists, and the next request may be a list: only a slower pace counts.
    pace = answers.pace_of(headers)
    pace = pace if pace is not None and pace > PACE else None
    if not known:
        return Reply({}, pace)
    work = answers.message_of(body, "work")
    return Reply({doi: stored(answers.reduced(work))} if answers.doi_of(work) == doi.lower() else {}, pace)


# --- one request through habanero ---
#
# habanero builds the request and takes the answer apart, but sends it with `httpx2.get`: a connection of its own each
# time, no limit to size, a time-out that a server can stretch by sending drop by drop, and errors of five kinds. It has
# no place to hand in a client. So for the time of one call, under a lock, the name `httpx2` in its two sending modules
# stands for `_Stand`, whose `get` is ours and everything else the library's. The library itself stays untouched. Should
# another habanero send in another way, `_Stand.get` is never called, and the answer is UnavailableError.

_LOCK = Lock()
_KEPT: list[_Line] = []
_SENDING = ("habanero.request", "habanero.request_class")
_EMPTY = b'{"status":"ok","message":{"items":[],"total-results":0}}'


def _send(wire: Wire, asked: Sequence[str], query: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str], bool]:
    """Return body, headers by lower-case name, and False where the answer is that there is no such work."""
    import habanero  # noqa: PLC0415 (a quarter of a second)

    agent = "".join(character for character in wire.user_agent if " " <= character <= "~").strip()
    mailto = None if "mailto:" in agent or not wire.mailto.isascii() else wire.mailto or None
    builder = habanero.Crossref(base_url=wire.base_url, mailto=mailto, ua_string=agent, timeout=wire.timeout)
    stand = _Stand(wire, asked, single="ids" in query)
    with _LOCK, _standing_in(stand):
        try:
            builder.works(**query)
        except SourceError:
            raise
        except (habanero.RequestError, RuntimeError, TypeError, ValueError, LookupError, AttributeError) as error:
            raise UnavailableError(f"no usable answer ({type(error).__name__})") from error
    if not stand.asked:
        raise UnavailableError("this version of habanero cannot be used; install habanero 2.9")
    return stand.body, stand.headers, stand.known


@contextlib.contextmanager
def _standing_in(stand: _Stand) -> Iterator[None]:
    modules: list[Any] = [sys.modules[name] for name in _SENDING]
    real = [module.httpx2 for module in modules]
    try:
        for module in modules:
            module.httpx2 = stand
        yield
    finally:
        for module, library in zip(modules, real, strict=True):
            module.httpx2 = library


class _Stand:
    """What habanero sees instead of httpx2: ``get`` sends within the wire's bounds and lets no bad answer through."""

    def __init__(self, wire: Wire, asked: Sequence[str], *, single: bool) -> None:
        self.body = b""
        self.headers: Mapping[str, str] = {}
        self.known = True
        self.asked = False
        self._wire = wire
        self._asked = asked
        self._single = single

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.modules["httpx2"], name)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, Any],
        headers: Mapping[str, str],
        timeout: float,  # noqa: ARG002
    ) -> httpx2.Response:
        import httpx2  # noqa: PLC0415

        self.asked = True
        query = {**params, "mailto": self._wire.mailto} if self._wire.mailto else params
        status, self.headers, self.body = _fetched(url, query, headers, self._wire)
        if self._single and answers.is_unknown(status, self.body):
            self.known = False
        elif error := answers.trouble(status, self.headers, self.body, self._asked):
            raise error
        # What is handed back only has to please habanero: the body is read again, and judged, outside of it.
        kind = {"content-type": "application/json"}
        return httpx2.Response(200, headers=kind, content=_EMPTY, request=httpx2.Request("GET", url))


def _fetched(
    url: str, params: Mapping[str, Any], headers: Mapping[str, str], wire: Wire
) -> tuple[int, dict[str, str], bytes]:
    """Fetch over the kept connection; after any failure the next request gets a new one."""
    import httpx2  # noqa: PLC0415

    line = _KEPT.pop() if _KEPT else _Line()
    try:
        page = line.fetch(url, params, headers, wire)
        _KEPT.append(line)
    except httpx2.TimeoutException as error:
        raise UnavailableError(f"no answer within {wire.timeout:g} s") from error
    except (httpx2.ConnectError, httpx2.UnsupportedProtocol) as error:
        raise UnavailableError("no connection") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        raise UnavailableError("the connection broke") from error
    finally:
        if not _KEPT:
            line.client.close()
    return page


@cache
def _trusted() -> ssl.SSLContext:
    """Return the certificates that are trusted, read once: every failure costs a client, and this is most of one."""
    import httpx2  # noqa: PLC0415

    return httpx2.create_ssl_context()


class _Line:
    """One client with one connection, and the moment at which the request under way must be over."""

    def __init__(self) -> None:
        import httpx2  # noqa: PLC0415

        limits = httpx2.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=60.0)
        self.client = httpx2.Client(verify=_trusted(), limits=limits, follow_redirects=False)
        self._end = 0.0
        self._seconds = 0.0
        self._clock: Callable[[], float] = time.monotonic

    def fetch(
        self, url: str, params: Mapping[str, Any], headers: Mapping[str, str], wire: Wire
    ) -> tuple[int, dict[str, str], bytes]:
        """Get a page; redirects stay on host and port. Returns status, headers by lower-case name, and the unpacked body."""
        self._clock, self._seconds = wire.clock, wire.timeout
        self._end = wire.clock() + wire.timeout
        request = self.client.build_request(
            "GET",
            url,
            params=dict(params),
            headers={**headers, "Accept": "application/json", "Accept-Encoding": "gzip"},
            timeout=wire.timeout,
            extensions={"trace": self._trace},
        )
        for _ in range(_MOST_REDIRECTS + 1):
            response = self.client.send(request, stream=True)
            try:
                if not response.has_redirect_location or response.next_request is None:
                    body = _body(response, wire.largest)
                    return response.status_code, {name.lower(): value for name, value in response.headers.items()}, body
            finally:
                response.close()
            request = _same_place(request, response.next_request)
        raise UnavailableError("redirected in a circle")

    def left(self) -> float:
        """Return how many seconds the request under way still has."""
        seconds = self._end - self._clock()
        if seconds <= 0:
            raise UnavailableError(f"no answer within {self._seconds:g} s")
        return seconds

    def _trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Bound every read of a new connection by what is left: httpx2's time-out starts again with every drop."""
        if event.endswith(("connect_tcp.started", "start_tls.started", "send_request_headers.started")):
            self.left()
        if not event.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        stream = info["return_value"]
        read = stream.read

        def read_in_time(max_bytes: int, timeout: float | None = None) -> bytes:
            left = self.left()
            data: bytes = read(max_bytes, left if timeout is None else min(left, timeout))
            return data

        with contextlib.suppress(AttributeError):
            stream.read = read_in_time


def _same_place(old: httpx2.Request, new: httpx2.Request) -> httpx2.Request:
    if not is_same_place(str(old.url), str(new.url)):
        raise UnavailableError(f"redirected to another place ({new.url.host[:60]})")
    return new


def _body(response: httpx2.Response, largest: int) -> bytes:
    """Read and unpack a body, never more of it than ``largest`` bytes."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", ""}:
        raise UnavailableError("an answer that is packed in an unknown way")
    unpack = zlib.decompressobj(31) if "gzip" in coding else None
    parts: list[bytes] = []
    size = 0
    try:
        for chunk in response.iter_raw():
            data = unpack.decompress(chunk, largest - size + 1) if unpack is not None else chunk
            size += len(data)
            if size > largest:
                raise UnavailableError(f"an answer of more than {largest / 1e6:g} MB")
            parts.append(data)
    except zlib.error as error:
        raise UnavailableError("a damaged answer") from error
    if unpack is not None and size and not unpack.eof:
        raise UnavailableError("an answer that is cut off")
    return b"".join(parts)


atexit.register(close)
