"""A loopback HTTP/1.1 server that records what it is asked and misbehaves when told; what a service answers is in its own module.

A subclass gives ``answer(request, fault)``. One request goes: recorded, its fault picked, ``answer`` (which passes its records through
``fault.records`` and ``fault.page``), ``fault.change`` over the finished response, ``fault.send`` onto the wire.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

from .wire import Gone, Request, Response, Wire

__all__ = ["HONEST", "FakeServer", "Fault", "Request", "Response", "Wire", "by_relevance", "html", "refused_url"]

JOIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Fault:
    """The honest answer; each fault of ``faults`` replaces one of the four steps."""

    def records(self, records: list[Any], server: FakeServer) -> list[Any]:
        """Change the records that match, before they are counted and paged."""
        return records

    def page(self, records: list[Any], server: FakeServer) -> list[Any]:
        """Change the records of this page, after they were counted."""
        return records

    def change(self, response: Response, server: FakeServer) -> Response:
        """Change the finished response."""
        return response

    def send(self, wire: Wire, response: Response) -> None:
        """Put the response onto the wire."""
        wire.send(response)


HONEST = Fault()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True  # with Nagle each answer on a kept connection takes 40 ms
    server: _Listener

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name of the base class)
        """Be quiet."""

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        request = Request(
            method=self.command,
            target=self.path,
            path=split.path,
            query=parse_qs(split.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        fake = self.server.fake
        fault = fake.arrive(request)
        try:
            fake.serve(request, fault, Wire(self, request, fake.closing, fake.finish))
        except Gone:
            self.close_connection = True
        finally:
            fake.finish(request)
        if self.headers.get("Connection", "").lower() == "close":
            self.close_connection = True

    def finish(self) -> None:
        """Close both files, also where the client has gone and the first of them cannot be flushed."""
        with suppress(OSError):
            self.wfile.close()
        self.rfile.close()

    do_POST = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 (the names that the base class looks for)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, fake: FakeServer) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        """Bind without asking for the machine's name, as the base class would."""
        self.socket.bind(self.server_address)
        host, port = self.socket.getsockname()
        self.server_address = self.server_name, self.server_port = str(host), int(port)

    def accept(self) -> None:
        """Take connections until the server closes; whoever closes it connects once more, which wakes this without any polling."""
        while True:
            connection, address = self.get_request()
            if self.fake.closing.is_set():
                self.shutdown_request(connection)
                return
            self.process_request(connection, address)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that is known, so that it can be waited for."""
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        self.fake.connected(request, thread)
        thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that has gone; keep anything else for the end of the test."""
        import sys

        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.fake.errors.append(error)


class FakeServer:
    """A service on a free port of 127.0.0.1, while the ``with`` lasts."""

    VARIABLE: ClassVar[str] = ""
    """The environment variable that takes ``url``."""
    LONGEST_TARGET: ClassVar[int] = 8192
    """Bytes of path and query above which the answer is 414."""
    THROTTLED: ClassVar[Response] = Response(429)
    """What the service says with a 429."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.connections = 0
        """How many connections were opened."""
        self.peak = 0
        """The most requests that were under way at once."""
        self.latency = 0.0
        """Seconds before each answer."""
        self.errors: list[BaseException] = []
        self.closing = threading.Event()
        self._changed = threading.Condition()
        self._under_way = 0
        self._next: list[Fault] = []
        self._when: list[tuple[Callable[[Request], bool], Fault]] = []
        self._always = HONEST
        self._open: list[tuple[socket.socket, threading.Thread]] = []

    # --- what a test uses ---

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``, without a slash at its end."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    @property
    def queries(self) -> list[dict[str, list[str]]]:
        """The parameters of each request, those of a posted form included."""
        return [request.form for request in self.requests]

    def fail_next(self, *faults: Fault) -> None:
        """Give the next requests these faults, one each; HONEST among them lets one pass."""
        self._next.extend(faults)

    def fail_always(self, fault: Fault) -> None:
        """Give every request this fault that gets no other."""
        self._always = fault

    def fail_when(self, matches: Callable[[Request], bool], fault: Fault) -> None:
        """Give a request this fault that matches; the first rule that matches counts."""
        self._when.append((matches, fault))

    def heal(self) -> None:
        """Forget all faults."""
        self._next, self._when, self._always = [], [], HONEST

    def forget(self) -> None:
        """Forget the requests so far and the counts."""
        with self._changed:
            self.requests, self.peak, self.connections = [], self._under_way, 0

    def wait_for(self, count: int, seconds: float = 10.0) -> None:
        """Wait until so many requests have arrived. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.requests) >= count, seconds):
                raise TimeoutError(f"{len(self.requests)} of {count} requests within {seconds} s")

    # --- what a service is made of ---

    def answer(self, request: Request, fault: Fault) -> Response:
        """Answer as the service does."""
        raise NotImplementedError

    def too_long(self) -> Response:
        """Answer a request whose target is too long."""
        return html(414, "414 Request-URI Too Large")

    def in_other_case(self, record: Any) -> Any:
        """Return a record with its identifiers in another case."""
        raise NotImplementedError

    def stranger(self) -> Any:
        """Return a record that nobody asked for."""
        raise NotImplementedError

    def without_id(self, record: Any) -> Any:
        """Return a record that has lost its identifier."""
        raise NotImplementedError

    # --- what the listener uses ---

    def arrive(self, request: Request) -> Fault:
        """Record a request and pick its fault."""
        with self._changed:
            request.began = time.monotonic()
            self.requests.append(request)
            self._under_way += 1
            self.peak = max(self.peak, self._under_way)
            fault = self._next.pop(0) if self._next else None
            self._changed.notify_all()
        if fault is not None:
            return fault
        return next((fault for matches, fault in self._when if matches(request)), self._always)

    def serve(self, request: Request, fault: Fault, wire: Wire) -> None:
        """Answer one request. A path under ``/loop/`` leads on for ever, whatever the service (see ``redirect_loop``)."""
        if request.path.startswith("/loop/"):
            turn = int(request.path.rpartition("/")[2]) + 1
            wire.send(Response(302, {"location": f"{self.url}/loop/{turn}"}))
            return
        wire.wait(self.latency)
        response = self.too_long() if len(request.target) > self.LONGEST_TARGET else self.answer(request, fault)
        fault.send(wire, fault.change(response, self))

    def finish(self, request: Request) -> None:
        """Note the end of a request, once."""
        with self._changed:
            if request.ended is None:
                request.ended = time.monotonic()
                self._under_way -= 1
                self._changed.notify_all()

    def connected(self, connection: socket.socket, thread: threading.Thread) -> None:
        """Note a connection."""
        with self._changed:
            self.connections += 1
            self._open = [pair for pair in self._open if pair[1].is_alive() or pair[1].ident is None]
            self._open.append((connection, thread))

    def __enter__(self) -> Self:
        self._listener = _Listener(self)
        self._thread = threading.Thread(target=self._listener.accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.closing.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self._listener.server_port), JOIN_SECONDS).close()
        self._thread.join(JOIN_SECONDS)
        for connection, _ in self._open:
            with suppress(OSError):  # the client or the handler was first
                connection.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits for the next request
        for _, thread in self._open:
            thread.join(JOIN_SECONDS)
        self._listener.server_close()
        if self.errors and error is None:
            raise AssertionError("the fake itself failed") from self.errors[0]


def html(status: int, title: str) -> Response:
    """Return a page as a web server or a proxy gives it."""
    page = f"<html>\n<head><title>{title}</title></head>\n<body><center><h1>{title}</h1></center></body>\n</html>\n"
    return Response(status, {"content-type": "text/html"}, page.encode())


def by_relevance(records: Sequence[Any], name: Callable[[Any], str]) -> list[Any]:
    """Return records in an order that is always the same and has nothing to do with the request."""
    from hashlib import sha256

    return sorted(records, key=lambda record: sha256(name(record).encode()).digest())


def refused_url() -> str:
    """Return an address at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
