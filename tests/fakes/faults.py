"""What a server can do wrong, as frozen values for ``FakeServer.fail_next``, ``fail_always`` and ``fail_when``."""

# ruff: noqa: N801 (a test reads: server.fail_next(throttled(3), stall()))

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from .bombs import bomb, entity, gzip_bomb, huge, is_xml, not_packed, packed
from .server import HONEST, FakeServer, Fault, Response, Wire, html

__all__ = [
    "HONEST",
    "RATE_EXCEEDED",
    "bad_bytes",
    "bomb",
    "drip",
    "drop_after",
    "drop_before",
    "empty_200",
    "entity",
    "error_feed_200",
    "extra_records",
    "gzip_bomb",
    "html_200",
    "huge",
    "instead",
    "missing_one",
    "not_http",
    "not_packed",
    "packed",
    "rate_exceeded_200",
    "redirect",
    "redirect_loop",
    "short_page",
    "shuffle",
    "stall",
    "status",
    "throttled",
    "together",
    "truncate",
    "unavailable",
    "without_id",
    "wrong_case",
    "wrong_shape",
    "wrong_type",
]

RATE_EXCEEDED = b"Rate exceeded."
"""The whole 14 bytes that arXiv sends, mostly with 429, now and then with 200."""


# --- another status ---


@dataclass(frozen=True, slots=True)
class status(Fault):
    """Any status; the body is a web server's page where none is given."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def change(self, response: Response, server: FakeServer) -> Response:
        plain = html(self.code, str(self.code)) if self.body is None else Response(self.code, {}, self.body)
        return plain.having(plain.body, **self.headers)


@dataclass(frozen=True, slots=True)
class throttled(Fault):
    """429 with the service's own words. ``retry_after``: seconds, a datetime (an HTTP-date is sent), or any text."""

    retry_after: float | datetime | str | None = None
    code: int = 429

    def change(self, response: Response, server: FakeServer) -> Response:
        own = server.THROTTLED
        return Response(self.code, {**own.headers, **retry_after(self.retry_after)}, own.body)


@dataclass(frozen=True, slots=True)
class unavailable(Fault):
    """503 with a web server's page, and Retry-After where it is given."""

    retry_after: float | datetime | str | None = None

    def change(self, response: Response, server: FakeServer) -> Response:
        page = html(503, "503 Service Temporarily Unavailable")
        return Response(503, {**page.headers, **retry_after(self.retry_after)}, page.body)


def retry_after(value: float | datetime | str | None) -> dict[str, str]:
    """Return the header: whole seconds, or an HTTP-date (the datetime must have a zone)."""
    if value is None:
        return {}
    if isinstance(value, datetime):
        value = format_datetime(value.astimezone(UTC), usegmt=True)
    return {"retry-after": str(value)}


@dataclass(frozen=True, slots=True)
class redirect_loop(Fault):
    """302 to a path of the same server that leads on for ever."""

    def change(self, response: Response, server: FakeServer) -> Response:
        return Response(302, {"location": f"{server.url}/loop/1"})


@dataclass(frozen=True, slots=True)
class redirect(Fault):
    """A redirect to another address: another host, another scheme, a file."""

    to: str
    code: int = 302

    def change(self, response: Response, server: FakeServer) -> Response:
        return Response(self.code, {"location": self.to})


# --- 200, and yet no answer ---


@dataclass(frozen=True, slots=True)
class instead(Fault):
    """200 with this body. An empty ``content_type`` keeps the service's own."""

    body: bytes = b""
    content_type: str = ""

    def change(self, response: Response, server: FakeServer) -> Response:
        return Response(
            200, {**response.headers, **({"content-type": self.content_type} if self.content_type else {})}, self.body
        )


def rate_exceeded_200() -> Fault:
    """Return ``Rate exceeded.`` as plain text with 200."""
    return instead(RATE_EXCEEDED, "text/plain")


def html_200(content_type: str = "text/html; charset=utf-8") -> Fault:
    """Return a page of a proxy or a captive portal with 200."""
    return instead(html(200, "Please sign in to this network").body, content_type)


def empty_200() -> Fault:
    """Return nothing with 200."""
    return instead()


def error_feed_200(reason: str = "start must be an integer") -> Fault:
    """Return the Error entry of arXiv with 200, as was seen in 2026."""
    from .arxiv import error_feed

    return instead(error_feed(reason))


@dataclass(frozen=True, slots=True)
class truncate(Fault):
    """A body that stops early in a complete HTTP answer: ``keep`` is a share, or a number of bytes."""

    keep: float = 0.5

    def change(self, response: Response, server: FakeServer) -> Response:
        share = isinstance(self.keep, float)
        return response.having(response.body[: int(len(response.body) * self.keep) if share else int(self.keep)])


@dataclass(frozen=True, slots=True)
class wrong_type(Fault):
    """The right body under a wrong content type."""

    content_type: str = "text/html"

    def change(self, response: Response, server: FakeServer) -> Response:
        return response.having(response.body, content_type=self.content_type)


@dataclass(frozen=True, slots=True)
class wrong_shape(Fault):
    """Well-formed XML or JSON that is not the service's."""

    json: bytes = b'{"status": "ok", "message": null}'
    xml: bytes = b'<?xml version="1.0"?>\n<rss version="2.0"><channel><title>News</title></channel></rss>\n'

    def change(self, response: Response, server: FakeServer) -> Response:
        return response.having(self.xml if is_xml(response) else self.json)


@dataclass(frozen=True, slots=True)
class bad_bytes(Fault):
    """The right body with bytes in it that are no UTF-8."""

    def change(self, response: Response, server: FakeServer) -> Response:
        middle = len(response.body) // 2
        return response.having(response.body[:middle] + b"\xff\xfe\x80" + response.body[middle:])


# --- the line ---


@dataclass(frozen=True, slots=True)
class stall(Fault):
    """No answer for some seconds, or for as long as the server lives; ``after`` bytes of the body where it is not None."""

    seconds: float = 3600.0
    after: int | None = None

    def send(self, wire: Wire, response: Response) -> None:
        sent = b"" if self.after is None else wire.head(response) + response.body[: self.after]
        wire.write(sent)
        wire.wait(self.seconds)
        wire.last((wire.head(response) + response.body)[len(sent) :])


@dataclass(frozen=True, slots=True)
class drip(Fault):
    """A few bytes at a time, for ever in time: no single wait is long. ``head`` drips the status line and headers too."""

    every: float = 0.02
    size: int = 1
    head: bool = False

    def send(self, wire: Wire, response: Response) -> None:
        head, rest = wire.head(response), response.body
        if self.head:
            head, rest = b"", head + rest
        wire.write(head)
        for start in range(0, len(rest) - self.size, self.size):
            wire.write(rest[start : start + self.size])
            wire.wait(self.every)
        wire.last(rest[(max(len(rest) - 1, 0) // self.size) * self.size :])


@dataclass(frozen=True, slots=True)
class drop_before(Fault):
    """The connection ends before a byte of the answer; with ``reset`` by an RST."""

    reset: bool = False

    def send(self, wire: Wire, response: Response) -> None:
        wire.drop(reset=self.reset)


@dataclass(frozen=True, slots=True)
class drop_after(Fault):
    """The connection ends after so many bytes of the body, although more were announced; half of it where None."""

    size: int | None = None
    reset: bool = False

    def send(self, wire: Wire, response: Response) -> None:
        size = len(response.body) // 2 if self.size is None else self.size
        wire.write(wire.head(response) + response.body[:size])
        wire.drop(reset=self.reset)


@dataclass(frozen=True, slots=True)
class not_http(Fault):
    """Bytes that are no HTTP answer."""

    def send(self, wire: Wire, response: Response) -> None:
        wire.write(b"\x16\x03\x01\x02\x00 this is no web server\r\n\r\n")
        wire.drop()


# --- the records ---


@dataclass(frozen=True, slots=True)
class shuffle(Fault):
    """The records in the reverse of the usual order."""

    def page(self, records: list[Any], server: FakeServer) -> list[Any]:
        return records[::-1]


@dataclass(frozen=True, slots=True)
class wrong_case(Fault):
    """The identifiers of the records in another case."""

    def page(self, records: list[Any], server: FakeServer) -> list[Any]:
        return [server.in_other_case(record) for record in records]


@dataclass(frozen=True, slots=True)
class extra_records(Fault):
    """A record before the others that nobody asked for, and each of the others twice where ``twice``."""

    twice: bool = False

    def page(self, records: list[Any], server: FakeServer) -> list[Any]:
        return [server.stranger(), *records, *(records if self.twice else [])]


@dataclass(frozen=True, slots=True)
class missing_one(Fault):
    """The first record is unknown for once: neither sent nor counted."""

    def records(self, records: list[Any], server: FakeServer) -> list[Any]:
        return records[1:]


@dataclass(frozen=True, slots=True)
class short_page(Fault):
    """Fewer records than are counted: the first ``keep`` only. 0 is the empty page that arXiv sometimes gives."""

    keep: int = 0

    def page(self, records: list[Any], server: FakeServer) -> list[Any]:
        return records[: self.keep]


@dataclass(frozen=True, slots=True)
class without_id(Fault):
    """The first record has lost its identifier."""

    def page(self, records: list[Any], server: FakeServer) -> list[Any]:
        return [server.without_id(record) for record in records[:1]] + records[1:]


@dataclass(frozen=True, slots=True)
class together(Fault):
    """Several faults at once; the last one that has a way of sending sends."""

    faults: tuple[Fault, ...]

    def records(self, records: list[Any], server: FakeServer) -> list[Any]:
        for fault in self.faults:
            records = fault.records(records, server)
        return records

    def page(self, records: list[Any], server: FakeServer) -> list[Any]:
        for fault in self.faults:
            records = fault.page(records, server)
        return records

    def change(self, response: Response, server: FakeServer) -> Response:
        for fault in self.faults:
            response = fault.change(response, server)
        return response

    def send(self, wire: Wire, response: Response) -> None:
        senders = [fault for fault in self.faults if type(fault).send is not Fault.send]
        (senders or [HONEST])[-1].send(wire, response)
