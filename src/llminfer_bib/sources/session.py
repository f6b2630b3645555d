"""A ``requests`` session that cannot be held up or flooded: a deadline, a size, few redirects, own words for failures.

Import it where a request is sent, not above: it imports ``requests``. What an answer means is not decided here.
"""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests import exceptions
from requests.adapters import HTTPAdapter

from .http_answers import HttpAnswer, is_same_place, refuse_failures
from .protocol import UnavailableError, Wire

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_LONGEST_CONNECT = 10.0
_PIECE = 65536
_BASE: type[Exception] = getattr(exceptions, "BaseHTTPError", OSError)
"""Of urllib3: what reading a body raises."""
_TROUBLE = (exceptions.RequestException, _BASE, HTTPException, OSError, ValueError, zlib.error)
"""Everything that a server, a network or an address makes requests, urllib3 and http.client raise."""


class _Deadline:
    """A moment of ``time.monotonic``; it moves with each request of ``exchange``."""

    __slots__ = ("at",)

    def __init__(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds until then."""
        return self.at - time.monotonic()


class BoundedSession(requests.Session):
    """A session for one GET, over in ``wire.timeout`` seconds from here, or for any number of ``exchange``; raises SourceError only.

    Proxies of the environment are used, its ``.netrc`` is not: no password goes to a service that asks for none.
    ``inspect`` sees each final answer before the caller does, and may raise. No exception refers to the request: a header may be secret.
    """

    def __init__(self, wire: Wire, *, accept: str, inspect: Callable[[HttpAnswer], None] = refuse_failures) -> None:
        super().__init__()
        self.answer = HttpAnswer(0, {}, b"", "")
        """The last complete answer."""
        self._wire = wire
        self._inspect = inspect
        self._timeout = wire.timeout
        self._deadline = _Deadline(wire.timeout)
        self.auth = _no_auth
        self.headers.clear()
        self.headers.update({"Accept": accept, "Accept-Encoding": "gzip"})
        for scheme in ("http://", "https://"):
            self.mount(scheme, _TimedAdapter(self._deadline))

    def exchange(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
    ) -> HttpAnswer:
        """Send one request, over the same connection where it still stands; the answer may take ``timeout`` seconds from now.

        Only a GET follows redirects: the answer to a write may be one. Raises UnavailableError; a write may have been done
        nevertheless, unless ``left`` is false.
        """
        self._timeout = self._wire.timeout if timeout is None else timeout
        self._deadline.at = time.monotonic() + self._timeout
        self.request(method, url, params=params, headers=headers, data=body)
        return self.answer

    def get_redirect_target(self, resp: Any) -> str | None:
        """Tell requests that there are no redirects: it would read their bodies without a bound and follow them anywhere."""
        del resp
        return None

    def prepare_request(self, request: Any) -> Any:
        """Build the request; an address that cannot be one is a failure like others."""
        with contextlib.suppress(*_TROUBLE):
            return super().prepare_request(request)
        raise UnavailableError("the address cannot be used", left=False)

    def send(self, request: Any, **options: Any) -> Any:
        """Send a prepared request; the response comes back read, unpacked and inspected."""
        agent = " ".join(self._wire.user_agent.encode("ascii", "ignore").decode().split())
        request.headers["User-Agent"] = agent
        left = max(self._deadline.left(), 0.001)
        options |= {"allow_redirects": False, "stream": True, "timeout": (min(left, _LONGEST_CONNECT), left)}
        failure = None
        try:
            response = self._follow(request, options)
            with response:
                self.answer = self._read(response)
        except _TROUBLE as error:
            failure = _no_answer(error, request.url, self._timeout)
        if failure is not None:  # raised here, not there: the error of requests would come along as its context
            raise failure
        self._inspect(self.answer)
        response.raw = io.BytesIO(self.answer.body)
        return response

    def _follow(self, request: Any, options: dict[str, Any]) -> Any:
        """Send, and send again where the same host redirects to itself (or from http to https)."""
        for _ in range(_MOST_REDIRECTS + 1):
            response = super().send(request, **options)
            target = response.headers.get("Location")
            if response.status_code not in _REDIRECTS or not target or request.method != "GET":
                return response
            response.close()
            target = urljoin(request.url, target)
            if not is_same_place(request.url, target):
                raise UnavailableError("redirected to another place")
            request = self.prepare_request(requests.Request("GET", target, headers=request.headers))
        raise UnavailableError("redirected too often")

    def _read(self, response: Any) -> HttpAnswer:
        """Read the body, unpacked and bounded."""
        coding = response.headers.get("Content-Encoding", "").strip().lower()
        pieces = response.raw.stream(_PIECE, decode_content=False)
        body = bytearray()
        for piece in _unpacked(pieces, coding, self._wire.largest):
            body += piece
            if len(body) > self._wire.largest:
                raise UnavailableError(f"answered with more than {self._wire.largest:,} bytes")
        headers = {name.lower(): value for name, value in response.headers.items()}
        response.raw.release_conn()  # an empty body does not do so by itself
        content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        return HttpAnswer(response.status_code, headers, bytes(body), content_type)


def _no_auth(request: Any) -> Any:
    """Add no credentials. That there is an ``auth`` keeps requests from looking into ``.netrc``."""
    return request


def _unpacked(pieces: Iterable[bytes], coding: str, largest: int) -> Iterator[bytes]:
    """Undo ``Content-Encoding``, never more than about ``largest`` bytes at once however much a piece unpacks to."""
    if coding in {"", "identity"}:
        yield from pieces
        return
    if coding not in {"gzip", "x-gzip"}:
        raise UnavailableError("answered in an unknown packing")
    engine = zlib.decompressobj(wbits=31)
    started = False
    for piece in pieces:
        while piece:
            started = True
            yield engine.decompress(piece, largest + 1)
            piece = engine.unconsumed_tail
            if engine.eof:
                piece, engine, started = engine.unused_data, zlib.decompressobj(wbits=31), False
    if started:
        raise UnavailableError("the answer was cut off")


# --- one deadline for headers and body: urllib3's own time-out starts anew with every byte


class _TimedAdapter(HTTPAdapter):
    """An adapter whose connections read until the deadline and no longer."""

    def __init__(self, deadline: _Deadline) -> None:
        self._deadline = deadline
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools, and give them our connections."""
        super().init_poolmanager(*args, **options)
        self._time(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """Make the pools of a proxy, and give them our connections."""
        manager = super().proxy_manager_for(*args, **options)
        self._time(manager)
        return manager

    def _time(self, manager: Any) -> None:
        response = partial(_TimedResponse, deadline=self._deadline)
        pools = {}
        for scheme, pool in manager.pool_classes_by_scheme.items():
            connection = type("TimedConnection", (pool.ConnectionCls,), {"response_class": response})
            pools[scheme] = type("TimedPool", (pool,), {"ConnectionCls": connection})
        manager.pool_classes_by_scheme = pools


class _TimedResponse(HTTPResponse):
    """The standard response, reading through ``_TimedSocket``."""

    def __init__(self, sock: socket.socket, *args: Any, deadline: _Deadline, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_TimedSocket(sock, self.fp.detach(), deadline))


class _TimedSocket(io.RawIOBase):
    """The raw bytes of a socket until the deadline, then TimeoutError."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, deadline: _Deadline) -> None:
        super().__init__()
        self._sock, self._raw, self._deadline = sock, raw, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline.left()
        if left <= 0:
            raise TimeoutError("deadline")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


# --- failures in words


def _no_answer(error: BaseException, url: str | None, timeout: float) -> UnavailableError:
    """Say what kept the answer away, and whether the request can have reached anybody."""
    causes = list(_causes(error))
    left = not any(isinstance(cause, _NEVER_LEFT) for cause in causes)
    listens = not any(isinstance(cause, ConnectionRefusedError) for cause in causes)
    return UnavailableError(_reason(error, url, timeout), left=left, listens=listens)


def _reason(error: BaseException, url: str | None, timeout: float) -> str:
    """Say in a few words for people why there is no answer; never with more of the URL than its host."""
    try:
        place = urlsplit(url or "").netloc.rpartition("@")[2] or "the server"
    except ValueError:
        place = "the server"
    causes = list(_causes(error))
    if any(isinstance(cause, exceptions.Timeout | TimeoutError) for cause in causes):
        return f"no answer within {timeout:g} s"
    if any(isinstance(cause, exceptions.ProxyError) for cause in causes):
        return f"cannot reach {place} (the proxy does not answer)"
    for cause in causes:
        for kind, words in _WORDS:
            if isinstance(cause, kind):
                return f"cannot reach {place} ({words})"
    if isinstance(error, exceptions.InvalidSchema | exceptions.InvalidURL):
        return "the address cannot be used"
    if any(
        isinstance(cause, OSError) and cause.errno and not isinstance(cause, exceptions.RequestException)
        for cause in causes
    ):
        return f"cannot reach {place}"
    return "the connection broke off"


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (ConnectionRefusedError, "connection refused"),
    (socket.gaierror, "no such host, or no network"),
    (ssl.SSLCertVerificationError, "its certificate is not valid"),
    (ssl.SSLError, "no safe connection"),
)


_NEVER_LEFT = (
    ConnectionRefusedError,
    socket.gaierror,
    ssl.SSLCertVerificationError,
    exceptions.ConnectTimeout,
    exceptions.InvalidSchema,
    exceptions.InvalidURL,
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what lies behind it: requests and urllib3 wrap one into another."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < 50:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
        waiting += [one for one in inner if isinstance(one, BaseException)]
