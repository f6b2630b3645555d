"""One HEAD or GET to any page of the web, bounded in time and size, without cookies, never into a private network by default.

Import it where a request is sent, not above: it imports ``requests``. Redirects are the caller's, one request each.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import exceptions

from . import links
from .http_answers import HttpAnswer
from .links import Ask, PageAnswer, Resolve
from .protocol import UnavailableError, Wire
from .session import _TROUBLE, BoundedSession, _causes, _TimedAdapter, _unpacked

_ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
_PIECE = 16384
_LONGEST_CONNECT = 10.0
_NO_SUCH_NAME = frozenset(
    code for name in ("EAI_NONAME", "EAI_NODATA") if (code := getattr(socket, name, None)) is not None
)


class _PrivateAddressError(OSError):
    """The host lies in a private network."""


class _Trouble(Exception):
    """No answer: the kind of trouble, and words for people."""

    def __init__(self, kind: str, words: str = "") -> None:
        super().__init__(kind)
        self.kind, self.words = kind, words


@dataclass(frozen=True, slots=True)
class Reach:
    """Where requests may go. ``permits`` judges an IP address; ``resolve`` stands for the name service."""

    permits: Callable[[str], bool] = links.is_public
    resolve: Resolve = links.addresses_of
    is_local: Callable[[str], bool] = links.is_local_name
    """Judges a host before anybody is asked, as where a proxy looks names up."""


ANYWHERE = Reach(permits=lambda _: True, is_local=lambda _: False)
"""Private networks included."""


def ask_page(ask: Ask, wire: Wire, reach: Reach, timeout: float) -> PageAnswer:
    """Send one request and return what came back, the body cut to ``wire.largest`` bytes. Raises nothing for any server."""
    with _PageSession(wire, reach) as session:
        try:
            session.exchange(ask.method, ask.url, timeout=timeout)
        except _Trouble as trouble:
            return PageAnswer(trouble=trouble.kind, words=trouble.words)
        except UnavailableError:
            return PageAnswer(trouble=links.UNUSABLE)
        answer = session.answer
    return PageAnswer(answer.status, answer.headers, answer.body)


class _PageSession(BoundedSession):
    """A session whose answers may have any status and be cut short."""

    def __init__(self, wire: Wire, reach: Reach) -> None:
        super().__init__(wire, accept=_ACCEPT, inspect=lambda _: None)
        self._reach = reach
        for scheme in ("http://", "https://"):
            self.mount(scheme, _GuardedAdapter(self._deadline, reach))

    def send(self, request: Any, **options: Any) -> Any:
        """Send a prepared request. Raises _Trouble."""
        request.headers["User-Agent"] = " ".join(self._wire.user_agent.encode("ascii", "ignore").decode().split())
        request.headers.pop("Cookie", None)
        failure = None
        try:
            if self._reach.is_local(urlsplit(request.url).hostname or ""):
                raise _PrivateAddressError
            left = max(self._deadline.left(), 0.001)
            options |= {"allow_redirects": False, "stream": True, "timeout": (left, left)}
            response = requests.Session.send(self, request, **options)
            with response:
                self.answer = self._begun(response, read=request.method == "GET")
        except _TROUBLE as error:
            failure = _Trouble(*_kind_of(error))
        if failure is not None:
            raise failure
        return response

    def _begun(self, response: Any, *, read: bool) -> HttpAnswer:
        """Return status, headers and as much of the body as is wanted and comes; of what is no page, nothing is."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        body = bytearray()
        if read and content_type in _PAGES:
            coding = headers.get("content-encoding", "").strip().lower()
            largest = self._wire.largest
            try:
                for piece in _unpacked(response.raw.stream(_PIECE, decode_content=False), coding, largest):
                    body += piece
                    if len(body) >= largest:
                        break
            except (*_TROUBLE, UnavailableError):
                pass  # it answered; what came of the page will have to do
        return HttpAnswer(response.status_code, headers, bytes(body[: self._wire.largest]), content_type)


class _GuardedAdapter(_TimedAdapter):
    """An adapter that looks at each address before it connects: a name may lead anywhere, and elsewhere a second time."""

    def __init__(self, deadline: Any, reach: Reach) -> None:
        self._reach = reach
        super().__init__(deadline)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools, and give them our connections; those of a proxy go to the proxy, which may be anywhere."""
        super().init_poolmanager(*args, **options)
        pools: dict[str, Any] = {}
        for scheme, found in self.poolmanager.pool_classes_by_scheme.items():
            pool: Any = found
            members = {"reach": self._reach, "deadline": self._deadline}
            connection = type("GuardedConnection", (_Guarded, pool.ConnectionCls), members)
            pools[scheme] = type("GuardedPool", (pool,), {"ConnectionCls": connection})
        self.poolmanager.pool_classes_by_scheme = pools


class _Guarded:
    """What a connection does before it connects."""

    reach: Reach
    deadline: Any
    timeout: float
    _dns_host: str
    port: int

    def _new_conn(self) -> Any:
        host, port = self._dns_host, self.port
        failure: BaseException = _PrivateAddressError("a private address")
        try:
            for address in _permitted(self.reach, host, port):
                self._dns_host, self.port = address
                self.timeout = max(min(self.deadline.left(), _LONGEST_CONNECT), 0.001)
                try:
                    return super()._new_conn()  # type: ignore[misc]
                except Exception as error:  # noqa: BLE001  # of urllib3; the last one is raised again
                    failure = error
        finally:
            self._dns_host, self.port = host, port
        raise failure


def _permitted(reach: Reach, host: str, port: int) -> Iterator[tuple[str, int]]:
    return (address for address in reach.resolve(host, port) if reach.permits(address[0]))


def _kind_of(error: BaseException) -> tuple[str, str]:
    """Return the kind of trouble behind an error of requests, and words about it."""
    causes = list(_causes(error))
    for kinds, trouble in _TROUBLES:
        for cause in causes:
            if isinstance(cause, kinds):
                return _named(trouble, cause)
    errors = [
        cause for cause in causes if isinstance(cause, OSError) and not isinstance(cause, exceptions.RequestException)
    ]
    if any(cause.errno in _UNREACHABLE for cause in errors):
        return links.UNREACHABLE, ""
    return links.BROKEN, ""


def _named(trouble: str, cause: BaseException) -> tuple[str, str]:
    if trouble == links.NO_HOST and getattr(cause, "errno", None) not in _NO_SUCH_NAME:
        return links.NAME_SERVICE, ""
    if trouble == links.TLS:
        return trouble, str(getattr(cause, "verify_message", "") or "").rstrip(".")[:200]
    return trouble, ""


_TROUBLES: tuple[tuple[Any, str], ...] = (
    (_PrivateAddressError, links.PRIVATE),
    (exceptions.ProxyError, links.UNREACHABLE),
    ((exceptions.Timeout, TimeoutError), links.TIMEOUT),
    (socket.gaierror, links.NO_HOST),
    ((exceptions.InvalidSchema, exceptions.InvalidURL, UnicodeError), links.UNUSABLE),
    (ssl.SSLError, links.TLS),
    (ConnectionRefusedError, links.REFUSED),
)
"""What an error is, the first row that fits."""
_UNREACHABLE = frozenset({101, 113, 51, 65, 10051, 10065})
"""ENETUNREACH and EHOSTUNREACH of Linux, macOS and Windows."""
