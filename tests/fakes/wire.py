"""One request, one response, and the connection between; what is answered is not here."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http import HTTPStatus
from socketserver import StreamRequestHandler
from threading import Event
from urllib.parse import parse_qs


@dataclass(slots=True)
class Request:
    """One request as it arrived."""

    method: str
    target: str
    """Path and query as sent, still percent-encoded; its length is what a 414 looks at."""
    path: str
    """Without the query, still percent-encoded."""
    query: dict[str, list[str]]
    headers: dict[str, str]
    """By name in lower case."""
    body: bytes = b""
    began: float = 0.0
    """``time.monotonic()`` when the head had been read."""
    ended: float | None = None
    """``time.monotonic()`` just before the last byte left (so that the client cannot be faster); None while it is under way."""

    @property
    def form(self) -> dict[str, list[str]]:
        """The query, with the fields of a form that was posted."""
        if "form-urlencoded" not in self.headers.get("content-type", ""):
            return self.query
        return {**self.query, **parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)}

    def value(self, name: str, default: str = "") -> str:
        """Return the last value of a parameter."""
        return self.form.get(name, [default])[-1]


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back. ``content-length`` is added when it is sent, unless a header of that name is here."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def having(self, body: bytes, **headers: str) -> Response:
        """Return this response with another body and more headers (``content_type=`` is ``content-type``)."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, body=body, headers={**self.headers, **more})


class Gone(Exception):
    """The server is closing, or this connection is to end here."""


class Wire:
    """The connection of one request, as a fault sees it."""

    def __init__(
        self, handler: StreamRequestHandler, request: Request, closing: Event, finish: Callable[[Request], None]
    ) -> None:
        self._handler, self._request, self._closing, self._finish = handler, request, closing, finish

    def send(self, response: Response) -> None:
        """Send head and body in one piece."""
        self.last(self.head(response) + (b"" if self._request.method == "HEAD" else response.body))

    def head(self, response: Response, length: int | None = None) -> bytes:
        """Return the status line and the headers; ``length`` is what content-length claims."""
        reason = HTTPStatus(response.status).phrase if response.status in set(HTTPStatus) else "Unknown"
        headers = {"date": formatdate(usegmt=True), **response.headers}
        if "transfer-encoding" not in headers:
            headers.setdefault("content-length", str(len(response.body) if length is None else length))
        lines = [f"HTTP/1.1 {response.status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def write(self, data: bytes) -> None:
        """Send some bytes now."""
        if self._closing.is_set():
            raise Gone
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def last(self, data: bytes) -> None:
        """Send the last bytes: the request counts as ended before they leave."""
        self._finish(self._request)
        self.write(data)

    def wait(self, seconds: float) -> None:
        """Wait, but no longer than the server lives or the client stays; then the connection ends."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._closing.wait(min(left, 0.05)) or self._client_has_gone():
                raise Gone

    def drop(self, *, reset: bool = False) -> None:
        """End the connection here: politely (FIN) or not (RST)."""
        self._finish(self._request)
        if reset:
            self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._handler.connection.close()  # for good when the handler closes its two files
        raise Gone

    def _client_has_gone(self) -> bool:
        connection = self._handler.connection
        connection.setblocking(False)
        try:
            peeked: bytes = connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        else:
            return peeked == b""
        finally:
            connection.setblocking(True)
