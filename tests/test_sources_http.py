"""One bounded GET, as DataCite, DBLP and arXiv use it; how a service answers is tried with each source."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from fakes import FakeArxiv, arxiv_entry, refused_url
from fakes.faults import (
    drip,
    drop_after,
    gzip_bomb,
    huge,
    packed,
    redirect,
    status,
    throttled,
    together,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.sources.http import HttpAnswer, get, refuse_failures, retry_after
from llminfer_bib.sources.protocol import SourceError, ThrottledError, UnavailableError, Wire

QUERY = {"id_list": "2309.06180"}


@pytest.fixture
def server():
    with FakeArxiv([arxiv_entry("2309.06180")]) as fake:
        yield fake


def ask(server: FakeArxiv, **options: object) -> HttpAnswer:
    return get(server.url + "/api/query", QUERY, Wire(server.url, **options), accept="application/json")  # type: ignore[arg-type]


def test_an_answer_comes_whole_with_its_headers_in_lower_case(server: FakeArxiv) -> None:
    answer = ask(server)
    assert answer.status == 200
    assert answer.content_type == "application/atom+xml"
    assert answer.body.rstrip().endswith(b"</feed>")
    assert all(name == name.lower() for name in answer.headers)
    assert server.requests[0].headers["accept"] == "application/json"


@pytest.mark.parametrize("code", [200, 204, 400, 401, 403, 404, 410, 414, 418])
def test_what_is_not_a_passing_trouble_is_handed_on(server: FakeArxiv, code: int) -> None:
    server.fail_next(status(code, body=b"" if code == 204 else b"why"))
    answer = ask(server)
    assert (answer.status, answer.body) == (code, b"" if code == 204 else b"why")


@pytest.mark.parametrize("code", [300, 304, 500, 501, 502, 504, 520, 599])
def test_what_may_pass_is_unavailable(server: FakeArxiv, code: int) -> None:
    server.fail_next(status(code, body=b""))
    with pytest.raises(UnavailableError, match=f"HTTP {code}"):
        ask(server)


@pytest.mark.parametrize("code", [429, 503])
def test_a_plea_for_patience_is_throttled(server: FakeArxiv, code: int) -> None:
    server.fail_next(throttled(retry_after=3, code=code))
    with pytest.raises(ThrottledError) as caught:
        ask(server)
    assert caught.value.retry_after == 3


def test_parameters_are_encoded(server: FakeArxiv) -> None:
    odd = {"id_list": "a b&c=d#e?f,(g)<h>%ü/../"}
    get(server.url + "/api/query", odd, Wire(server.url), accept="*/*")
    assert server.requests[0].query["id_list"] == [odd["id_list"]]


def test_a_packed_answer_is_unpacked(server: FakeArxiv) -> None:
    plain = ask(server).body
    server.fail_next(packed())
    assert ask(server).body == plain


def test_a_redirect_on_the_same_host_is_followed_with_the_same_headers(server: FakeArxiv) -> None:
    server.fail_next(redirect(server.url + "/api/query?id_list=2309.06180"))
    assert ask(server, user_agent="us").status == 200
    assert [request.headers["user-agent"] for request in server.requests] == ["us", "us"]
    assert [request.headers["accept"] for request in server.requests] == ["application/json"] * 2


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["https://example.org/", "http://127.0.0.1:1/", "ftp://x/", "javascript:alert(1)", "http://[bad"]
)
def test_a_redirect_to_anywhere_else_is_refused(server: FakeArxiv, code: int, to: str) -> None:
    server.fail_always(redirect(to, code))
    with pytest.raises(UnavailableError):
        ask(server)
    assert len(server.requests) == 1


def test_the_body_of_a_redirect_is_not_read(server: FakeArxiv) -> None:
    server.fail_next(together((redirect("https://example.org/"), huge(50))))
    began = time.monotonic()
    with pytest.raises(UnavailableError, match="another place"):
        ask(server, timeout=10.0)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("fault", [drip(), drip(head=True)], ids=str)
def test_drop_by_drop_ends_at_the_time_out(server: FakeArxiv, fault: drip) -> None:
    server.fail_next(fault)
    began = time.monotonic()
    with pytest.raises(UnavailableError, match=r"no answer within 0\.2 s"):
        ask(server, timeout=0.2)
    assert time.monotonic() - began < 0.8


@pytest.mark.parametrize("fault", [huge(2), huge(2, declared=True), gzip_bomb(20)], ids=str)
def test_size_is_counted_unpacked(server: FakeArxiv, fault: huge) -> None:
    server.fail_next(fault)
    with pytest.raises(UnavailableError, match="more than 500,000 bytes"):
        ask(server, largest=500_000)


def test_a_broken_connection_is_unavailable(server: FakeArxiv) -> None:
    server.fail_next(drop_after(10))
    with pytest.raises(UnavailableError, match="broke off"):
        ask(server)


def test_a_message_names_host_and_port_and_nothing_else_of_the_address() -> None:
    url = refused_url()
    secret = url.replace("http://", "http://me:secret@") + "/path"
    with pytest.raises(UnavailableError) as caught:
        get(secret, {"mailto": "me@example.org"}, Wire(url), accept="*/*")
    assert str(caught.value) == f"cannot reach {urlsplit(url).netloc} (connection refused)"


# --- Retry-After: (headers, seconds)

NOW = "Wed, 21 Oct 2015 07:28:00 GMT"
WAITS = [
    ({}, None),
    ({"retry-after": ""}, None),
    ({"retry-after": "0"}, 0),
    ({"retry-after": "120"}, 120),
    ({"retry-after": " 7 "}, 7),
    ({"retry-after": "-1"}, None),
    ({"retry-after": "1.5"}, 1.5),
    ({"retry-after": "0.5"}, 0.5),
    ({"retry-after": "1."}, None),
    ({"retry-after": ".5"}, None),
    ({"retry-after": "9" * 5000 + ".5"}, 7 * 86400),
    ({"retry-after": "soon"}, None),
    ({"retry-after": "٣"}, None),
    ({"retry-after": "9" * 5000}, 7 * 86400),
    ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT", "date": NOW}, 30),
    ({"retry-after": "Wed, 21 Oct 2015 07:27:30 GMT", "date": NOW}, 0),
    ({"retry-after": "Wed, 21 Oct 2025 07:28:30 GMT", "date": NOW}, 7 * 86400),
    ({"retry-after": "Wed, 21 Oct 2015 07:28:30 GMT", "date": "nonsense"}, 0),
    ({"retry-after": "Wed, 99 Oct 2015 99:28:30 GMT", "date": NOW}, None),
]


@pytest.mark.parametrize(("headers", "seconds"), WAITS, ids=lambda value: str(value)[:60])
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


@given(st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=200)
def test_retry_after_never_fails(wait: str, date: str) -> None:
    seconds = retry_after({"retry-after": wait, "date": date})
    assert seconds is None or 0 <= seconds <= 7 * 86400


@given(st.integers(100, 599))
@settings(max_examples=100)
def test_every_status_is_an_answer_or_a_source_error(code: int) -> None:
    answer = HttpAnswer(code, {}, b"", "")
    if 200 <= code < 300 or (400 <= code < 500 and code != 429):
        refuse_failures(answer)
    else:
        with pytest.raises(SourceError, match=f"^HTTP {code}$"):
            refuse_failures(answer)
