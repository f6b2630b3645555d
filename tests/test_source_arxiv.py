"""Asking arXiv: one request a batch, every hole of the ``arxiv`` package closed, every fault of a server named."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fakes import FakeArxiv, arxiv_entry, refused_url
from fakes.arxiv import feed
from fakes.faults import (
    bad_bytes,
    bomb,
    drip,
    drop_after,
    drop_before,
    empty_200,
    entity,
    error_feed_200,
    extra_records,
    gzip_bomb,
    html_200,
    huge,
    instead,
    missing_one,
    not_http,
    not_packed,
    packed,
    rate_exceeded_200,
    redirect,
    redirect_loop,
    short_page,
    shuffle,
    stall,
    status,
    throttled,
    truncate,
    unavailable,
    without_id,
    wrong_case,
    wrong_shape,
    wrong_type,
)
from fakes.server import Fault
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing import USER_AGENT, check_size, check_time_out, check_trouble, wire

from llminfer_bib.sources import arxiv, load
from llminfer_bib.sources.http_answers import HttpAnswer
from llminfer_bib.sources.protocol import RefusedBatchError, SourceError, ThrottledError, UnavailableError, Wire

IDS = ("2309.06180", "2211.17192", "astro-ph/0601001", "0704.0001")


def ask(over: Wire) -> object:
    return arxiv.ask(IDS, over)


@pytest.fixture
def server():
    with FakeArxiv([arxiv_entry(identifier, title=f"On {identifier}") for identifier in IDS]) as fake:
        yield fake


# --- the request


def test_one_request_carries_all_identifiers_and_says_how_many_it_wants(server: FakeArxiv) -> None:
    reply = arxiv.ask(IDS, wire(server.url))
    assert set(reply.found) == set(IDS)
    assert reply.pace is None
    assert len(server.requests) == 1
    request = server.requests[0]
    assert request.path == "/api/query"
    assert request.query["id_list"] == [",".join(IDS)]
    assert int(request.query["max_results"][0]) >= len(IDS)
    assert request.headers["user-agent"] == USER_AGENT


def test_a_hundred_identifiers_are_one_request() -> None:
    ids = [f"2309.{number:05d}" for number in range(1, 101)]
    assert arxiv.batches(ids) == [tuple(ids)]
    with FakeArxiv([arxiv_entry(identifier) for identifier in ids]) as server:
        assert list(arxiv.ask(ids, wire(server.url)).found) == ids
        assert len(server.requests) == 1


def test_four_hundred_identifiers_are_four_batches_and_none_is_lost() -> None:
    ids = [f"2309.{number:05d}" for number in range(400)]
    cut = arxiv.batches(ids)
    assert [len(batch) for batch in cut] == [100] * 4
    assert [identifier for batch in cut for identifier in batch] == ids


def test_batches_name_each_identifier_once_and_stay_below_seven_kibibytes() -> None:
    assert arxiv.batches(["a", "b", "a"]) == [("a", "b")]
    assert arxiv.batches([]) == []
    long = [f"{number}{'/' * 500}" for number in range(10)]
    cut = arxiv.batches(long)
    assert [identifier for batch in cut for identifier in batch] == long
    assert all(sum(3 * len(identifier) for identifier in batch) < 7 * 1024 for batch in cut)


def test_no_identifiers_are_no_request(server: FakeArxiv) -> None:
    assert arxiv.ask([], wire(server.url)).found == {}
    assert server.requests == []


@pytest.mark.parametrize(
    "wrong",
    [
        "abc",
        "2309.06180v2",
        "arXiv:2309.06180",
        "2309.06180,2211.17192",
        "2309.06180&x=1",
        "math.GT/0309136",
        "",
        "\n",
        "../x",
        "2313.00001",
    ],
)
def test_what_is_no_identifier_is_never_sent_and_is_named(server: FakeArxiv, wrong: str) -> None:
    with pytest.raises(RefusedBatchError) as caught:
        arxiv.ask([IDS[0], wrong], wire(server.url))
    assert caught.value.culprits == (wrong,)
    assert server.requests == []


def test_the_module_is_a_source() -> None:
    source = load("arxiv")
    assert source.NAME == "arxiv"
    assert source.BASE_URL == "https://export.arxiv.org"
    assert source.BASE_URL_VARIABLE == "BIB_ARXIV_URL"
    assert source.PACE >= 3
    assert source.PATIENCE == (10, 30, 60)
    assert source.LIFETIME == 7 * 86400
    assert source.ABSENT_LIFETIME == 3 * 86400


@pytest.mark.parametrize("suffix", ["/", "/{x}", "/a b"])
def test_an_odd_base_address_is_used_as_it_is(server: FakeArxiv, suffix: str) -> None:
    if suffix == "/":
        assert len(arxiv.ask(IDS, wire(server.url + suffix)).found) == len(IDS)
    else:
        with pytest.raises(UnavailableError, match="HTTP 404"):
            arxiv.ask(IDS, wire(server.url + suffix))


# --- the answer


def test_each_answer_is_read_back_as_the_record_asked_for(server: FakeArxiv) -> None:
    for identifier, raw in arxiv.ask(IDS, wire(server.url)).found.items():
        (record,) = arxiv.read(identifier, raw)
        assert (record.id, record.version, record.title) == (identifier, "v1", f"On {identifier}")


def test_the_same_record_is_stored_as_the_same_bytes_without_links(server: FakeArxiv) -> None:
    first, second = (arxiv.ask(IDS[:1], wire(server.url)).found[IDS[0]] for _ in range(2))
    assert first == second
    assert b"link" not in first
    assert len(first) < 1500


def test_an_unknown_identifier_is_absent_and_takes_no_other_with_it(server: FakeArxiv) -> None:
    reply = arxiv.ask([IDS[0], "2501.99999"], wire(server.url))
    assert set(reply.found) == {IDS[0]}


def test_nothing_known_is_an_empty_answer_not_a_failure(server: FakeArxiv) -> None:
    assert arxiv.ask(["2501.99999"], wire(server.url)).found == {}


OLD_UNKNOWN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    b'<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">1</opensearch:totalResults>\n'
    b'<opensearch:startIndex xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">0</opensearch:startIndex>\n</feed>\n'
)


def test_the_old_servers_one_record_that_is_not_there_is_an_unknown_identifier(server: FakeArxiv) -> None:
    server.fail_always(instead(OLD_UNKNOWN, "application/atom+xml"))
    assert arxiv.ask(["2501.99999"], wire(server.url)).found == {}
    with pytest.raises(UnavailableError):
        arxiv.ask(["2501.99999", IDS[0]], wire(server.url))


def test_todays_server_without_its_one_record_is_a_page_that_got_lost(server: FakeArxiv) -> None:
    server.fail_always(short_page(keep=0))
    with pytest.raises(UnavailableError):
        arxiv.ask([IDS[0]], wire(server.url))


def test_of_two_versions_the_newer_counts() -> None:
    both = [arxiv_entry("2309.06180", version=version, title=f"V{version}") for version in (2, 10, 9)]

    class Both(FakeArxiv):
        def _find(self, asked: str, query: str) -> list[bytes]:
            return both

    with Both() as server:
        (record,) = arxiv.read("", arxiv.ask(["2309.06180"], wire(server.url)).found["2309.06180"])
    assert (record.title, record.version) == ("V10", "v10")


@pytest.mark.parametrize(
    "fault", [shuffle(), wrong_case(), extra_records(), extra_records(twice=True), packed(), wrong_type()]
)
def test_order_case_and_extra_records_do_no_harm(server: FakeArxiv, fault: Fault) -> None:
    server.fail_next(fault)
    reply = arxiv.ask(IDS, wire(server.url))
    assert list(reply.found) == list(IDS)
    for identifier, raw in reply.found.items():
        assert arxiv.read(identifier, raw)[0].title == f"On {identifier}"


def test_a_record_that_the_server_leaves_out_is_absent(server: FakeArxiv) -> None:
    server.fail_next(missing_one())
    assert len(arxiv.ask(IDS, wire(server.url)).found) == len(IDS) - 1


# --- trouble: (fault, kind of error, what it says)

TROUBLE = [
    (throttled(), ThrottledError, "Rate exceeded"),
    (rate_exceeded_200(), ThrottledError, "Rate exceeded"),
    (status(429, body=b""), ThrottledError, "HTTP 429"),
    (status(429), ThrottledError, "HTTP 429"),
    (unavailable(), ThrottledError, "HTTP 503"),
    (status(500), UnavailableError, "HTTP 500"),
    (status(502), UnavailableError, "HTTP 502"),
    (status(504), UnavailableError, "HTTP 504"),
    (status(403), UnavailableError, "HTTP 403"),
    (status(404), UnavailableError, "HTTP 404"),
    (status(204, body=b""), UnavailableError, "HTTP 204"),
    (status(304, body=b""), UnavailableError, "HTTP 304"),
    (status(400), RefusedBatchError, "HTTP 400"),
    (status(414), RefusedBatchError, "HTTP 414"),
    (error_feed_200(), RefusedBatchError, "start must be an integer"),
    (html_200(), UnavailableError, "a web page instead of a feed"),
    (html_200("application/atom+xml"), UnavailableError, "a web page instead of a feed"),
    (instead(b"<p>hello", "text/html"), UnavailableError, "a web page instead of a feed"),
    (instead(b"{}", "application/json"), UnavailableError, "instead of a feed"),
    (empty_200(), UnavailableError, "answered with nothing"),
    (instead(b" \n "), UnavailableError, "answered with nothing"),
    (instead(b"<rss/>"), UnavailableError, "instead of a feed"),
    (instead(b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>"), UnavailableError, "does not say how much"),
    (instead(b"<feed></feed>"), UnavailableError, "instead of a feed"),
    (instead('<?xml version="1.0" encoding="utf-16"?><feed/>'.encode("utf-16")), UnavailableError, "instead of a feed"),
    (instead(b'<?xml version="1.0" encoding="cp037"?><feed/>'), UnavailableError, "another encoding"),
    (truncate(), UnavailableError, "cut off"),
    (truncate(0.99), UnavailableError, "cut off"),
    (truncate(10), UnavailableError, "cut off"),
    (short_page(0), UnavailableError, "0 of 4 records"),
    (short_page(2), UnavailableError, "2 of 4 records"),
    (without_id(), UnavailableError, "without identifier"),
    (bad_bytes(), UnavailableError, "instead of a feed"),
    (wrong_shape(), UnavailableError, "instead of a feed"),
    (bomb(), UnavailableError, "declarations of its own"),
    (entity(), UnavailableError, "declarations of its own"),
    (not_packed(), UnavailableError, "the connection broke off"),
    (drop_before(), UnavailableError, "the connection broke off"),
    (drop_before(reset=True), UnavailableError, "127.0.0.1:|broke off"),
    (drop_after(), UnavailableError, "the connection broke off"),
    (not_http(), UnavailableError, "the connection broke off"),
    (redirect_loop(), UnavailableError, "redirected too often"),
    (redirect("http://localhost:9/api/query"), UnavailableError, "redirected to another place"),
    (redirect("https://example.org/"), UnavailableError, "redirected to another place"),
    (redirect("file:///etc/passwd"), UnavailableError, "redirected to another place"),
    (redirect("//127.0.0.1:1/"), UnavailableError, "redirected to another place"),
]


@pytest.mark.parametrize(("fault", "kind", "words"), TROUBLE, ids=lambda value: str(value)[:60])
def test_trouble_has_its_name_and_costs_one_request(
    server: FakeArxiv, fault: Fault, kind: type[SourceError], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        check_trouble(server, ask, fault, kind, words)
    assert caplog.records == []


def test_after_any_trouble_the_next_request_works(server: FakeArxiv) -> None:
    for fault in (drop_after(), truncate(), status(500), html_200()):
        server.fail_next(fault)
        with pytest.raises(SourceError):
            arxiv.ask(IDS, wire(server.url))
        assert len(arxiv.ask(IDS, wire(server.url)).found) == len(IDS)


@pytest.mark.parametrize("make", [throttled, unavailable])
@pytest.mark.parametrize(
    ("header", "least", "most"),
    [(7, 7, 7), (None, None, None), ("soon", None, None), ("-5", None, None), (10**9, 604800, 604800)],
)
def test_the_wait_that_a_server_asks_for_is_handed_on(
    server: FakeArxiv, make: type[throttled | unavailable], header: object, least: float | None, most: float | None
) -> None:
    server.fail_next(make(retry_after=header))  # type: ignore[arg-type]
    with pytest.raises(ThrottledError) as caught:
        arxiv.ask(IDS, wire(server.url))
    wait = caught.value.retry_after
    assert wait is None if least is None or most is None else least <= (wait or 0) <= most


def test_a_wait_until_a_date_is_turned_into_seconds(server: FakeArxiv) -> None:
    server.fail_next(throttled(retry_after=datetime.now(UTC) + timedelta(seconds=90)))
    with pytest.raises(ThrottledError) as caught:
        arxiv.ask(IDS, wire(server.url))
    assert 80 <= (caught.value.retry_after or 0) <= 91


def test_a_malformed_identifier_that_only_the_server_knows_is_named() -> None:
    class Strict(FakeArxiv):
        def _refusal(self, request: object, asked: str, query: str) -> str:
            return "incorrect id format for 2211.17192"

    with Strict() as server, pytest.raises(RefusedBatchError) as caught:
        arxiv.ask(IDS, wire(server.url))
    assert caught.value.culprits == ("2211.17192",)
    assert str(caught.value) == "incorrect id format for 2211.17192"


def test_a_culprit_that_nobody_asked_for_is_not_believed() -> None:
    class Strange(FakeArxiv):
        def _refusal(self, request: object, asked: str, query: str) -> str:
            return "incorrect id format for \x7f/../../etc"

    with Strange() as server, pytest.raises(RefusedBatchError) as caught:
        arxiv.ask(IDS, wire(server.url))
    assert caught.value.culprits == ()


@pytest.mark.parametrize("fault", [stall(30), stall(30, after=200), drip(), drip(head=True)], ids=str)
def test_a_request_ends_at_its_time_out_however_the_server_sends(server: FakeArxiv, fault: Fault) -> None:
    check_time_out(server, ask, fault)


@pytest.mark.parametrize("fault", [huge(3), huge(3, declared=True), gzip_bomb(50)], ids=str)
def test_too_large_an_answer_is_given_up(server: FakeArxiv, fault: Fault) -> None:
    check_size(server, ask, fault)


@pytest.mark.parametrize(
    ("date", "word"), [("", "without date"), ("yesterday", "without date"), ("2023-13-01T00:00:00Z", "without date")]
)
def test_a_record_that_the_package_would_drop_silently_is_a_failure(date: str, word: str) -> None:
    entries = [arxiv_entry(IDS[0]), arxiv_entry(IDS[1], published="2023-01-01T00:00:00Z", updated="x")]
    with FakeArxiv([entries[0], entries[1].replace(b"<updated>x<", f"<updated>{date}<".encode())]) as server:
        with pytest.raises(UnavailableError, match=word):
            arxiv.ask(IDS[:2], wire(server.url))
        assert len(server.requests) == 1


def test_an_answer_to_another_question_is_a_failure_and_no_second_page_is_asked_for() -> None:
    many = [arxiv_entry(f"2401.{number:05d}") for number in range(500)]

    class Everything(FakeArxiv):
        def _find(self, asked: str, query: str) -> list[bytes]:
            return many

    with Everything() as server:
        with pytest.raises(UnavailableError, match="500 records to a question for 4"):
            arxiv.ask(IDS, wire(server.url))
        assert len(server.requests) == 1


def test_nobody_there_is_said_with_host_and_port() -> None:
    url = refused_url()
    with pytest.raises(UnavailableError, match=rf"cannot reach {url.removeprefix('http://')} \(connection refused\)"):
        arxiv.ask(IDS, wire(url))


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1", "nonsense", "http://[", "http://", "file:///etc/passwd"])
def test_an_address_that_cannot_be_used_is_said(url: str) -> None:
    with pytest.raises(UnavailableError):
        arxiv.ask(IDS, wire(url))


def test_no_password_of_netrc_is_sent(server: FakeArxiv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\ndefault login me password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    arxiv.ask(IDS, wire(server.url))
    assert "authorization" not in server.requests[0].headers


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", refused_url())
    with pytest.raises(UnavailableError, match="the proxy does not answer"):
        arxiv.ask(IDS, wire("http://arxiv.invalid"))


def test_the_request_goes_through_a_proxy_that_works(server: FakeArxiv, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", server.url)
    assert set(arxiv.ask(IDS, wire("http://arxiv.invalid")).found) == set(IDS)
    server.fail_next(drip())
    with pytest.raises(UnavailableError, match=r"no answer within 0\.2 s"):
        arxiv.ask(IDS, wire("http://arxiv.invalid", timeout=0.2))


def test_a_user_agent_cannot_break_out_of_its_header(server: FakeArxiv) -> None:
    arxiv.ask(IDS, wire(server.url, user_agent="a\r\nX-Evil: 1\n 名 b"))
    assert server.requests[0].headers["user-agent"] == "a X-Evil: 1 b"
    assert "x-evil" not in server.requests[0].headers


# --- whatever a body is


GOOD = feed([arxiv_entry(identifier, comment="SOSP 2023", affiliation="X") for identifier in IDS], len(IDS), size=54)


def inspected(body: bytes, code: int = 200) -> bool:
    """Tell whether a body is taken for an answer; only a SourceError may say no."""
    try:
        arxiv._inspect(HttpAnswer(code, {}, body, "application/atom+xml"), IDS, 54)
    except SourceError:
        return False
    return True


def test_the_body_that_the_next_tests_spoil_is_a_good_one() -> None:
    assert inspected(GOOD)


@given(st.integers(0, len(GOOD)), st.integers(0, 40), st.binary(max_size=12), st.sampled_from([200, 400, 404, 500]))
@settings(max_examples=300)
def test_a_spoilt_body_is_refused_or_still_whole(start: int, length: int, instead_of: bytes, code: int) -> None:
    body = GOOD[:start] + instead_of + GOOD[start + length :]
    if inspected(body, code):
        assert code == 200
        for entry in arxiv._entries(arxiv.safe_xml(body)):
            assert arxiv.read("", arxiv._alone(entry))[0].id


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_no_other_bytes_are_an_answer(body: bytes) -> None:
    assert not inspected(body)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_feed_cut_off_anywhere_is_no_answer(cut: int) -> None:
    assert not inspected(GOOD[: len(GOOD) * cut // 60])
    assert not inspected(GOOD.rstrip()[:-1])


# What is put into an entry, by its size.
HOSTILE: list[tuple[str, Callable[[int], bytes]]] = [
    ("deep nesting", lambda size: b"<title>" + b"<a>" * size + b"</a>" * size + b"</title>"),
    ("a long text", lambda size: b"<summary>" + b"x" * 240 * size + b"</summary>"),
    ("many elements", lambda size: b"<x/>" * 4 * size),
    ("many attributes", lambda size: b"<x " + b" ".join(b'a%d="1"' % number for number in range(size)) + b"/>"),
    ("a second identifier", lambda _: b"<id>http://arxiv.org/abs/2309.99999v1</id>"),
    ("a comment in the identifier", lambda _: b"<id>http://arxiv.org/<!-- x -->abs/2309.99999v1</id>"),
    ("an instruction", lambda _: b"<?php evil ?>"),
]


@pytest.mark.parametrize(("name", "piece"), HOSTILE, ids=[name for name, _ in HOSTILE])
def test_hostile_xml_ends_in_an_answer_or_a_source_error(name: str, piece: Callable[[int], bytes]) -> None:
    def make(size: int) -> bytes:
        entry = arxiv_entry(IDS[0]).replace(b"</entry>", piece(size) + b"</entry>")
        return feed([entry], 1, size=51)

    def work(body: bytes) -> None:
        server.fail_next(instead(body))
        try:
            reply = arxiv.ask(IDS[:1], wire(server.url))
        except SourceError:
            pass
        else:
            assert arxiv.read(IDS[0], reply.found[IDS[0]])[0].id == IDS[0]

    with FakeArxiv() as server:
        assert_in_proportion(make, work, 4096, 20_000)


def test_importing_the_source_imports_neither_requests_nor_the_package() -> None:
    import subprocess
    import sys

    code = "import sys; from llminfer_bib.sources import arxiv, http; print([m for m in ('arxiv', 'requests', 'lxml') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
