"""What the tests of the sources share: a wire to a server on the loopback, faults that every JSON source meets, and what must follow from a fault."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from fakes import FakeServer
from fakes.faults import (
    bad_bytes,
    bomb,
    drop_after,
    drop_before,
    empty_200,
    html_200,
    instead,
    not_http,
    rate_exceeded_200,
    redirect,
    redirect_loop,
    status,
    throttled,
    truncate,
    unavailable,
    wrong_shape,
)
from fakes.server import Fault

from llminfer_bib.sources.protocol import RefusedBatchError, SourceError, ThrottledError, UnavailableError, Wire

MAILTO = "someone@example.org"
USER_AGENT = f"llminfer-bib/test (mailto:{MAILTO})"

Ask = Callable[[Wire], object]
"""One request of a source, over this wire."""

JSON_TROUBLE = [
    # (fault, kind of error, what it says): whatever a source asks, its answer is JSON over HTTP
    (throttled(), ThrottledError, "HTTP 429"),
    (throttled(code=503), ThrottledError, "HTTP 503"),
    (unavailable(), ThrottledError, "HTTP 503"),
    (rate_exceeded_200(), ThrottledError, "rate exceeded"),
    (instead(b"Too Many Requests"), ThrottledError, "rate exceeded"),
    (status(400), RefusedBatchError, "HTTP 400"),
    (status(414), RefusedBatchError, "HTTP 414"),
    (status(422), RefusedBatchError, "HTTP 422"),
    (status(403), UnavailableError, "HTTP 403"),
    (status(404), UnavailableError, "HTTP 404"),
    (status(500), UnavailableError, "HTTP 500"),
    (status(204, body=b""), UnavailableError, "HTTP 204"),
    (redirect("http://example.org/"), UnavailableError, "redirected"),
    (redirect("file:///etc/passwd"), UnavailableError, "redirected"),
    (redirect_loop(), UnavailableError, "redirected too often"),
    (html_200(), UnavailableError, "a web page"),
    (html_200("application/json"), UnavailableError, "a web page"),
    (empty_200(), UnavailableError, "nothing"),
    (wrong_shape(), UnavailableError, "something else"),
    (instead(b"[]"), UnavailableError, "something else"),
    (instead(b"null"), UnavailableError, "something else"),
    (bad_bytes(), UnavailableError, "broken or cut off"),
    (bomb(), UnavailableError, "broken or cut off|something else"),
    (truncate(), UnavailableError, "broken or cut off"),
    (truncate(10), UnavailableError, "broken or cut off"),
    (drop_before(), UnavailableError, "broke off"),
    (drop_before(reset=True), UnavailableError, "cannot reach|broke off"),
    (drop_after(), UnavailableError, "broke off"),
    (not_http(), UnavailableError, "broke off"),
]


def wire(url: str, **options: object) -> Wire:
    return Wire(url, **{"timeout": 5.0, "mailto": MAILTO, "user_agent": USER_AGENT, **options})  # type: ignore[arg-type]


def check_trouble(server: FakeServer, ask: Ask, fault: Fault, kind: type[SourceError], words: str) -> None:
    """The fault has its name, in few words without the person's address, and costs one request."""
    server.fail_always(fault)
    with pytest.raises(SourceError, match=words) as caught:
        ask(wire(server.url))
    assert type(caught.value) is kind, caught.value
    assert MAILTO not in str(caught.value)
    assert len(str(caught.value)) < 120
    assert len(server.requests) <= (4 if isinstance(fault, redirect_loop) else 1)


def check_wait(server: FakeServer, ask: Ask, seconds: int) -> None:
    """The wait that a server asks for is handed on."""
    server.fail_next(throttled(seconds))
    with pytest.raises(ThrottledError) as caught:
        ask(wire(server.url))
    assert caught.value.retry_after == seconds


def check_time_out(server: FakeServer, ask: Ask, fault: Fault) -> None:
    """A request ends at its time-out, however the server sends."""
    server.fail_next(fault)
    began = time.monotonic()
    with pytest.raises(UnavailableError, match=r"no answer within 0\.25 s"):
        ask(wire(server.url, timeout=0.25))
    assert time.monotonic() - began < 1


def check_size(server: FakeServer, ask: Ask, fault: Fault) -> None:
    """Too large an answer is given up."""
    server.fail_next(fault)
    with pytest.raises(UnavailableError, match="more than 1,000,000 bytes"):
        ask(wire(server.url, largest=1_000_000))
