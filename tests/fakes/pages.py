"""A loopback web of many hosts: one server that tells them apart by the Host header, and a name service that leads to it.

    with FakeWeb() as web:
        web.page("http://a.test/paper", html(200, "A paper"))
        web.page("http://a.test/old", moved("http://a.test/new"))
        check(..., tools=web.tools())

A page that nobody put there is a 404; those under ``/on/1`` lead on for ever. ``HTTP_PROXY=web.url`` leads real processes to it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from .server import FakeServer, Fault, Request, Response, Wire, refused_url

__all__ = ["FakeWeb", "moved", "page"]

Answer = Response | Callable[[Request], Response]


def page(title: str = "A page", text: str = "", status: int = 200, **headers: str) -> Response:
    """Return an HTML page."""
    body = f"<!doctype html><html><head><title>{title}</title></head><body><p>{text or title}</p></body></html>"
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": "text/html; charset=utf-8", **more}, body.encode())


def moved(target: str, status: int = 301) -> Response:
    """Return a redirect."""
    return Response(status, {"location": target}, b"")


class FakeWeb(FakeServer):
    """Hosts under any name, on one port of 127.0.0.1."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[tuple[str, str], Answer] = {}
        self.faults: dict[tuple[str, str], Fault] = {}
        self.names: dict[str, str] = {}
        """Host -> the IP address that the name service gives, where it is not the web's."""
        self.nowhere: set[str] = set()
        """Hosts that the name service does not know."""
        self.refusing: set[str] = set()
        """Hosts where nobody listens."""
        self.is_down = False
        """Whether the name service itself answers nothing."""
        self.looked_up: list[str] = []
        self._refusing_port = urlsplit(refused_url()).port or 1

    def page(self, url: str, *answers: Answer, fault: Fault | None = None) -> None:
        """Put a page somewhere; a second answer is that to GET, where HEAD gets another one."""
        parts = urlsplit(url)
        place = (parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))
        if fault is not None:
            self.faults[place] = fault
        if len(answers) == 2:
            head, get = answers
            self.pages[place] = lambda request: _of(head if request.method == "HEAD" else get, request)
        elif answers:
            self.pages[place] = answers[0]

    def asked(self, host: str = "") -> list[tuple[str, str]]:
        """Return (method, address) of every request, in order of arrival, or of those to one host."""
        found = [(request.method, f"http://{_host(request)}{_place(request)}") for request in self.requests]
        return [item for item in found if not host or urlsplit(item[1]).netloc == host]

    def resolve(self, host: str, port: int) -> list[tuple[str, int]]:
        """Answer as a name service does."""
        self.looked_up.append(host)
        if self.is_down:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if host in self.nowhere:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if host in self.names:
            return [(self.names[host], port)]
        return [("127.0.0.1", self._refusing_port if host in self.refusing else self._listener.server_port)]

    def answer(self, request: Request, fault: Fault) -> Response:
        place = (_host(request), _place(request))
        found = self.pages.get(place)
        if request.path.startswith("/on/"):
            return moved(f"/on/{int(request.path.rpartition('/')[2]) + 1}")
        if found is None:
            return page("404 Not Found", status=404)  # as most servers say
        return _of(found, request)

    def serve(self, request: Request, fault: Fault, wire: Wire) -> None:
        super().serve(request, self.faults.get((_host(request), _place(request)), fault), wire)


def _of(answer: Answer, request: Request) -> Response:
    return answer if isinstance(answer, Response) else answer(request)


def _host(request: Request) -> str:
    return request.headers.get("host", "")


def _place(request: Request) -> str:
    """Return path and query, also where a proxy was asked for the whole address."""
    parts = urlsplit(request.target)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
