"""Crossref asked through habanero, against a server on the loopback that answers like the real one, and wrongly when told to."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import faults
from fakes.crossref import SELECTABLE, FakeCrossref, crossref_work
from fakes.server import refused_url
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.records import search_question
from llminfer_bib.sources import SOURCES, crossref, crossref_search, json_answers, load
from llminfer_bib.sources import crossref_answers as answers
from llminfer_bib.sources.protocol import RefusedBatchError, SourceError, ThrottledError, UnavailableError, Wire

DOIS = tuple(f"10.5555/paper.{number}" for number in range(60))
ODD = (
    "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o",
    "10.1000/a#b",
    "10.1000/a?b",
    "10.1000/a,b",
    "10.1000/a,doi:10.5555/paper.1",
    "10.1000/a;b",
    "10.1000/a%2fb",
    "10.1000/100%",
    "10.1000/a&b=c",
    "10.1000/a+b",
    "10.1000/a[b]",
    "10.1000/a'b\"c",
    "10.1000/é",
    "10.1000/综述",
)
TAME = (
    "10.1000/a/../../b",
    "10.1000/agency",
    "10.1016/s0140-6736(97)11096-0",
    "10.1023/a:1010933404324",
    "10.1000/../x",
    "10.1000/.hidden",
    "10.1000/a_b-c.d",
)


@pytest.fixture(autouse=True)
def _no_connection_stays_open() -> Iterator[None]:
    yield
    crossref.close()


@pytest.fixture
def server() -> Iterator[FakeCrossref]:
    with FakeCrossref([crossref_work(doi, f"Paper {doi}") for doi in (*DOIS, *ODD, *TAME)]) as fake:
        yield fake


def wire(server: FakeCrossref, **members: Any) -> Wire:
    return Wire(server.url, **{"timeout": 5.0, **members})


# --- the manners ---


@pytest.mark.parametrize("name", ["crossref", "crossref-search"])
def test_the_modules_are_sources(name: str) -> None:
    source = load(name)
    assert name == source.NAME
    assert name in SOURCES
    assert source.BASE_URL == "https://api.crossref.org"
    assert source.BASE_URL_VARIABLE == "BIB_CROSSREF_URL"
    assert source.PACE == 1.0
    assert (source.LIFETIME, source.ABSENT_LIFETIME) == (30 * 86400, 3 * 86400)
    assert all(later > sooner for sooner, later in zip(source.PATIENCE, source.PATIENCE[1:], strict=False))


def test_a_batch_holds_fifty_dois() -> None:
    assert [len(batch) for batch in crossref.batches(DOIS)] == [50, 10]
    assert crossref.batches([]) == []
    assert crossref.batches(["10.5555/a", "10.5555/a"]) == [("10.5555/a",)]


@pytest.mark.parametrize("doi", ODD)
def test_a_doi_that_is_unsafe_in_a_filter_goes_alone(doi: str) -> None:
    assert (doi,) in crossref.batches(["10.5555/a", doi, "10.5555/b"])
    assert len(crossref.batches(["10.5555/a", doi, "10.5555/b"])) == 2


@pytest.mark.parametrize("doi", TAME)
def test_a_doi_with_brackets_or_a_colon_stays_in_the_batch(doi: str) -> None:
    assert crossref.batches(["10.5555/a", doi]) == [("10.5555/a", doi)]


@settings(max_examples=100)
@given(st.lists(st.text("ab/.:()-_#%,é", max_size=300).map("10.5555/".__add__), max_size=120))
def test_no_doi_is_lost_and_no_request_is_too_long(ids: list[str]) -> None:
    batches = crossref.batches(ids)
    assert sorted(doi for batch in batches for doi in batch) == sorted(set(ids))
    assert all(len(batch) <= 50 for batch in batches)


def test_a_request_of_long_dois_stays_below_the_wall(server: FakeCrossref) -> None:
    ids = [f"10.5555/{'(long)' * 20}{number}" for number in range(60)]
    for batch in crossref.batches(ids):
        crossref.ask(batch, wire(server, mailto="somebody@example.org"))
    assert max(len(request.target) for request in server.requests) < 3_800


# --- asking by DOI ---


def test_fifty_dois_are_one_request(server: FakeCrossref) -> None:
    reply = crossref.ask(DOIS[:50], wire(server))
    assert set(reply.found) == set(DOIS[:50])
    assert len(server.requests) == 1
    assert server.requests[0].query["rows"] == ["50"]
    assert crossref.read(DOIS[7], reply.found[DOIS[7]])[0].title == f"Paper {DOIS[7]}"


@pytest.mark.parametrize("doi", [*ODD, *TAME])
def test_every_doi_arrives_as_it_is(server: FakeCrossref, doi: str) -> None:
    reply = crossref.ask((doi,), wire(server, mailto="somebody@example.org"))
    assert list(reply.found) == [doi]
    assert crossref.read(doi, reply.found[doi])[0].id == doi


def test_unsafe_dois_are_never_sent_in_one_filter(server: FakeCrossref) -> None:
    with pytest.raises(RefusedBatchError) as caught:
        crossref.ask(("10.5555/paper.1", "10.1000/a,b"), wire(server))
    assert caught.value.culprits == ("10.1000/a,b",)
    assert not server.requests


def test_an_unknown_doi_is_absent_in_a_batch_and_alone(server: FakeCrossref) -> None:
    assert set(crossref.ask((DOIS[0], "10.5555/nobody"), wire(server)).found) == {DOIS[0]}
    assert crossref.ask(("10.5555/nobody",), wire(server)).found == {}
    assert crossref.ask(("10.5555/nobody#",), wire(server)).found == {}


def test_a_404_that_is_not_crossrefs_is_no_answer(server: FakeCrossref) -> None:
    server.fail_always(faults.status(404))
    for doi in ("10.1000/a#b", DOIS[0]):
        with pytest.raises(UnavailableError, match="HTTP 404"):
            crossref.ask((doi,), wire(server))


def test_what_is_stored_is_small_and_in_ascii(server: FakeCrossref) -> None:
    bulky = {name: [{"key": "x" * 1000}] for name in answers.BULKY}
    server.add(crossref_work("10.5555/big", "Étude", **bulky))
    raw = crossref.ask(("10.5555/big",), wire(server)).found["10.5555/big"]
    assert raw.isascii()
    assert len(raw) < 1000
    assert not set(json.loads(raw)) & set(answers.BULKY)


def test_one_connection_serves_the_whole_run(server: FakeCrossref, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx2

    def forbidden(*args: object, **kwargs: object) -> None:
        raise AssertionError("habanero sent a request of its own")

    monkeypatch.setattr(httpx2, "get", forbidden)
    ports: set[int] = set()
    import socket

    real = socket.create_connection

    def counted(*args: Any, **kwargs: Any) -> socket.socket:
        found = real(*args, **kwargs)
        ports.add(found.getsockname()[1])
        return found

    monkeypatch.setattr(socket, "create_connection", counted)
    for _ in range(3):
        crossref.ask(DOIS[:2], wire(server))
        crossref.ask(("10.1000/a#b",), wire(server))
        crossref_search.ask((search_question("Paper 10", "Lovelace"),), wire(server))
    assert len(ports) == 1
    assert server.peak == 1


def test_habaneros_modules_are_as_they_were_afterwards(server: FakeCrossref) -> None:
    import habanero
    import httpx2

    server.fail_next(faults.status(500))
    with pytest.raises(UnavailableError):
        crossref.ask(DOIS[:2], wire(server))
    crossref.ask(DOIS[:2], wire(server))
    assert habanero.__name__ == "habanero"
    for name in crossref._SENDING:
        assert sys.modules[name].httpx2 is httpx2


def test_another_habanero_that_sends_by_itself_is_found_out(
    server: FakeCrossref, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habanero.Crossref.works", lambda *_, **__: {})
    with pytest.raises(UnavailableError, match="habanero"):
        crossref.ask(DOIS[:2], wire(server))


def test_importing_the_source_imports_neither_habanero_nor_httpx2() -> None:
    import subprocess

    code = "import sys, llminfer_bib.sources.crossref, llminfer_bib.sources.crossref_search; print({'habanero', 'httpx2', 'ssl'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


# --- who asks ---


def test_mailto_goes_into_the_user_agent_and_into_the_query(server: FakeCrossref) -> None:
    who = wire(server, mailto="a+b@example.org", user_agent="llminfer-bib/1.0 (https://x; mailto:a+b@example.org)")
    crossref.ask(DOIS[:2], who)
    crossref.ask(("10.1000/a#b",), who)
    crossref_search.ask(("A\tB",), who)
    for request in server.requests:
        assert request.query["mailto"] == ["a+b@example.org"]
        assert request.headers["user-agent"].count("mailto:a+b@example.org") == 1
        assert "llminfer-bib/1.0" in request.headers["user-agent"]


def test_a_user_agent_without_mailto_gets_it(server: FakeCrossref) -> None:
    crossref.ask(DOIS[:2], wire(server, mailto="a@example.org", user_agent="llminfer-bib/1.0"))
    assert "(mailto:a@example.org)" in server.requests[0].headers["user-agent"]


def test_without_mailto_nothing_is_sent(server: FakeCrossref) -> None:
    crossref.ask(DOIS[:2], wire(server))
    assert "mailto" not in server.requests[0].target + server.requests[0].headers["user-agent"]


@pytest.mark.parametrize("text", ["llminfer-bib\r\nX-Evil: 1", "llminfer-bib 列表", "llminfer-bib \x00"])
def test_no_user_agent_can_break_the_request(server: FakeCrossref, text: str) -> None:
    crossref.ask(DOIS[:2], wire(server, user_agent=text, mailto="列表@example.org"))
    assert "x-evil" not in server.requests[0].headers


# --- pace and patience ---


@pytest.mark.parametrize(
    ("limit", "interval", "expected"),
    [
        ("3", "1s", 0.34),
        ("1", "1s", 1.0),
        ("10", "1s", 0.1),
        ("50", "1s", 0.1),
        ("5", "1s", 0.2),
        ("1", "10s", 10.0),
        ("1", "3600s", 60.0),
        ("0", "1s", None),
        ("", "", None),
        ("many", "1s", None),
        ("3", "soon", None),
        ("-3", "1s", None),
        ("٣", "1s", None),
    ],
)
def test_pace_is_what_the_rate_headers_allow(limit: str, interval: str, expected: float | None) -> None:
    assert answers.pace_of({"x-rate-limit-limit": limit, "x-rate-limit-interval": interval}) == expected


def test_the_pace_comes_with_the_answer(server: FakeCrossref) -> None:
    assert crossref.ask(DOIS[:2], wire(server)).pace == 1.0
    assert crossref.ask(DOIS[:2], wire(server, mailto="a@example.org")).pace == 0.34
    assert crossref_search.ask(("Paper\t",), wire(server, mailto="a@example.org")).pace == 0.34


def test_the_wider_limit_of_single_works_does_not_count(server: FakeCrossref) -> None:
    assert crossref.ask(("10.1000/a#b",), wire(server, mailto="a@example.org")).pace is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "soon"}, None),
        ({}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT", "date": "Thu, 01 Jan 1970 00:00:00 GMT"}, 100.0),
    ],
)
def test_patience_is_read_as_from_other_sources(headers: dict[str, str], expected: float | None) -> None:
    found = answers.trouble(429, headers, b"")
    assert isinstance(found, ThrottledError)
    assert found.retry_after == expected


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (faults.throttled(), None),
        (faults.throttled(7), 7.0),
        (faults.unavailable(), None),
        (faults.unavailable(9), 9.0),
        (faults.status(429), None),
        (faults.status(503), None),
    ],
    ids=str,
)
def test_throttling_is_told_with_its_patience(server: FakeCrossref, fault: Any, expected: float | None) -> None:
    for ids in (DOIS[:2], ("10.1000/a#b",)):
        server.fail_next(fault)
        with pytest.raises(ThrottledError, match=r"HTTP (429|503)") as caught:
            crossref.ask(ids, wire(server))
        assert caught.value.retry_after == expected


# --- trouble ---

UNAVAILABLE = {
    "status 500": (faults.status(500), "HTTP 500"),
    "status 502": (faults.status(502), "HTTP 502"),
    "status 403": (faults.status(403), "HTTP 403"),
    "status 401": (faults.status(401), "HTTP 401"),
    "status 204": (faults.status(204, {}, b""), "HTTP 204"),
    "a web page": (faults.html_200(), "web page"),
    "a web page called JSON": (faults.html_200("application/json"), "web page"),
    "Rate exceeded": (faults.rate_exceeded_200(), "wrong type"),
    "nothing": (faults.empty_200(), "empty"),
    "wrong type": (faults.wrong_type(), "wrong type"),
    "cut off": (faults.truncate(), "cut off"),
    "one byte short": (faults.truncate(0.999), "cut off"),
    "wrong shape": (faults.wrong_shape(), "another shape"),
    "a list": (faults.instead(b"[]", "application/json"), "another shape"),
    "a message that is text": (faults.instead(b'{"status":"ok","message":"x"}', "application/json"), "another shape"),
    "items that are none": (
        faults.instead(b'{"status":"ok","message-type":"work-list","message":{"items":5}}', "application/json"),
        "without items",
    ),
    "another message": (
        faults.instead(b'{"status":"ok","message-type":"member-list","message":{"items":[]}}', "application/json"),
        "another shape",
    ),
    "deep nesting": (faults.instead(b"[" * 200_000, "application/json"), "cut off"),
    "a number of a million digits": (faults.instead(b"1" * 1_000_000, "application/json"), "cut off"),
    "bytes that are no UTF-8": (faults.bad_bytes(), "cut off"),
    "50 MB": (faults.huge(50), "more than 2 MB"),
    "a bomb": (faults.bomb(), "cut off|more than|another shape"),
    "a packed bomb": (faults.gzip_bomb(), "more than 2 MB"),
    "packed in name only": (faults.not_packed(), "damaged"),
    "dropped before": (faults.drop_before(), "connection broke"),
    "reset before": (faults.drop_before(reset=True), "connection broke"),
    "dropped half way": (faults.drop_after(50), "connection broke"),
    "reset half way": (faults.drop_after(50, reset=True), "connection broke"),
    "not HTTP": (faults.not_http(), "connection broke"),
    "a circle": (faults.redirect_loop(), "circle"),
    "another host": (faults.redirect("http://another.example/works"), "another place"),
    "another port": (faults.redirect("http://127.0.0.1:1/works"), "another place"),
    "a file": (faults.redirect("file:///etc/passwd"), "another place|connection"),
    "a short page": (faults.short_page(), "of 2 results"),
    "a work without DOI": (faults.without_id(), "without DOI"),
}


@pytest.mark.parametrize("name", sorted(UNAVAILABLE))
def test_no_bad_answer_is_taken_for_an_answer(server: FakeCrossref, name: str) -> None:
    fault, reason = UNAVAILABLE[name]
    server.fail_next(fault)
    server.fail_when(lambda request: request.path.startswith("/loop"), faults.redirect_loop())
    with pytest.raises(UnavailableError, match=reason) as caught:
        crossref.ask(DOIS[:2], wire(server, largest=2_000_000, mailto="secret@example.org"))
    assert "secret" not in str(caught.value)
    server.heal()
    assert len(crossref.ask(DOIS[:2], wire(server)).found) == 2


@pytest.mark.parametrize(
    "fault", [faults.stall(), faults.stall(after=10), faults.drip(), faults.drip(head=True)], ids=str
)
def test_a_slow_server_is_left_in_time(server: FakeCrossref, fault: Any) -> None:
    server.fail_next(fault)
    start = time.monotonic()
    with pytest.raises(UnavailableError, match=r"no answer within 0\.2 s"):
        crossref.ask(DOIS[:2], wire(server, timeout=0.2))
    assert time.monotonic() - start < 0.6
    assert len(crossref.ask(DOIS[:2], wire(server)).found) == 2


def test_nobody_listens() -> None:
    with pytest.raises(UnavailableError, match="no connection"):
        crossref.ask(DOIS[:2], Wire(refused_url()))


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "nonsense", "http://", "http://127.0.0.1:99999", "http://[::1"])
def test_an_address_that_is_none_is_no_crash(url: str) -> None:
    with pytest.raises(SourceError):
        crossref.ask(DOIS[:2], Wire(url))


def test_a_name_that_cannot_be_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def fail(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(UnavailableError, match="no connection"):
        crossref.ask(DOIS[:2], Wire("http://nowhere.invalid"))


def test_a_redirect_on_the_same_host_is_followed(server: FakeCrossref) -> None:
    server.fail_next(faults.redirect(f"{server.url}/works?filter=doi:{DOIS[0]},doi:{DOIS[1]}&rows=2"))
    assert len(crossref.ask(DOIS[:2], wire(server)).found) == 2


def test_a_packed_answer_is_unpacked(server: FakeCrossref) -> None:
    server.fail_next(faults.packed())
    assert len(crossref.ask(DOIS[:2], wire(server)).found) == 2


@pytest.mark.parametrize(
    ("fault", "count"),
    [(faults.shuffle(), 3), (faults.wrong_case(), 3), (faults.extra_records(), 3), (faults.missing_one(), 2)],
    ids=str,
)
def test_answers_are_matched_by_doi(server: FakeCrossref, fault: Any, count: int) -> None:
    server.fail_next(fault)
    found = crossref.ask(DOIS[:3], wire(server)).found
    assert len(found) == count
    for doi, raw in found.items():
        assert crossref.read(doi, raw)[0].title == f"Paper {doi}"


def test_a_single_answer_about_another_work_is_not_taken(server: FakeCrossref) -> None:
    other = {"status": "ok", "message-type": "work", "message": crossref_work("10.5555/other")}
    server.fail_next(faults.instead(json.dumps(other).encode(), "application/json"))
    assert crossref.ask(("10.1000/a#b",), wire(server)).found == {}


# --- refusals ---


def complaint(value: str, message: str = "no such thing") -> bytes:
    said = {"status": "failed", "message-type": "validation-failure", "message": [{"value": value, "message": message}]}
    return json.dumps(said).encode()


@pytest.mark.parametrize(
    ("value", "message", "culprits"),
    [
        ("10.5555/paper.1", "x", ("10.5555/paper.1",)),
        ("10.5555/PAPER.1", "x", ("10.5555/paper.1",)),
        ("x", "DOI 10.5555/paper.1 is wrong", ("10.5555/paper.1",)),
        ("10.5555/paper.12", "x", ()),
        ("10.5555/paper.1/x", "x", ()),
        ("nothing", "nothing", ()),
    ],
)
def test_a_refusal_names_its_culprits(
    server: FakeCrossref, value: str, message: str, culprits: tuple[str, ...]
) -> None:
    server.fail_next(faults.status(400, {"content-type": "application/json"}, complaint(value, message)))
    with pytest.raises(RefusedBatchError, match="HTTP 400") as caught:
        crossref.ask(DOIS[:3], wire(server))
    assert caught.value.culprits == culprits


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"<html>", b'{"message":"text"}', b'{"message":[1,{"message":5}]}'])
@pytest.mark.parametrize("code", [400, 414])
def test_a_refusal_without_words_is_a_refusal(server: FakeCrossref, code: int, body: bytes) -> None:
    for ids in (DOIS[:2], ("10.1000/a#b",)):
        server.fail_next(faults.status(code, {}, body))
        with pytest.raises(RefusedBatchError, match=str(code)) as caught:
            crossref.ask(ids, wire(server))
        assert caught.value.culprits == ()


def test_every_recorded_error_is_judged(shared: Path) -> None:
    expected = {
        "unknown DOI, single": UnavailableError,
        "unknown id, list route": UnavailableError,
        "bad filter": RefusedBatchError,
        "query parameter on a single work": RefusedBatchError,
        "invalid cursor": UnavailableError,
        "rate limited, 2026 public pool list request (reported, not recorded)": ThrottledError,
        "rate limited, 2016 front end (reported)": ThrottledError,
    }
    seen = json.loads((shared / "api-samples" / "crossref" / "http-errors.json").read_text("utf-8"))
    for item in seen:
        body = (item["body"] or "").encode()
        if item["status"] == 200:
            assert answers.pace_of(item["headers"]) in {0.1, 0.34}
            continue
        assert type(answers.trouble(item["status"], item["headers"], body)) is expected[item["what"]]
        assert answers.is_unknown(item["status"], body) is item["what"].startswith("unknown")


# --- reading what was stored ---


@pytest.mark.parametrize(
    "raw", [b"", b"x", b"[]", b"null", b'{"DOI":"10.5555/other"}', b'{"title":["A"]}', b"[" * 200_000, b"\xff"]
)
def test_what_is_stored_wrongly_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        crossref.read("10.5555/a", raw)
    if raw != b"[]":
        with pytest.raises(ValueError, match=r"."):
            crossref_search.read("A\tB", b'{"a": [' + raw)


# --- searching ---


def test_a_search_is_one_plain_request(server: FakeCrossref) -> None:
    question = search_question("Efficient  Memory: a & b = c # d?", "Kwon")
    crossref_search.ask((question,), wire(server))
    (request,) = server.requests
    assert request.path == "/works"
    assert request.query["query.bibliographic"] == ["Efficient Memory: a & b = c # d? Kwon"]
    assert request.query["rows"] == ["5"]
    assert set(request.query) == {"query.bibliographic", "rows", "select"}


def test_only_fields_are_selected_that_the_service_lets_select() -> None:
    from habanero.select import VALID_SELECTS

    assert set(crossref_search.SELECT) <= SELECTABLE & set(VALID_SELECTS)
    assert len(set(crossref_search.SELECT)) == len(crossref_search.SELECT)


def test_a_search_brings_five_candidates_in_their_order() -> None:
    works = [crossref_work(f"10.5555/{n}", f"Fast Serving {n}") for n in range(8)]
    with FakeCrossref(works, {"Fast Serving": works[::-1]}) as server:
        question = search_question("Fast Serving", "Lovelace")
        raw = crossref_search.ask((question,), wire(server)).found[question]
    records = crossref_search.read(question, raw)
    assert [record.id for record in records] == [f"10.5555/{n}" for n in (7, 6, 5, 4, 3)]
    assert records[0].authors.persons[0].family == "Lovelace"
    assert {record.source for record in records} == {"crossref"}


def test_a_search_that_finds_nothing_is_absent() -> None:
    with FakeCrossref() as server:
        assert crossref_search.ask(("Nothing\tNobody",), wire(server)).found == {}


@pytest.mark.parametrize("question", ["", "\t", " \tKwon"])
def test_a_search_without_title_is_not_sent(server: FakeCrossref, question: str) -> None:
    assert crossref_search.ask((question,), wire(server)).found == {}
    assert not server.requests


@pytest.mark.parametrize(
    "question", ["综述" * 3000 + "\tLi", "word " * 5000 + "\tLi", "a \ud800 b\tLi", "大语言模型 推理 " * 300 + "\t葛"]
)
def test_no_title_breaks_the_request(server: FakeCrossref, question: str) -> None:
    crossref_search.ask((question,), wire(server))
    assert all(len(request.target) < 3_500 for request in server.requests)


def test_questions_go_one_by_one() -> None:
    assert crossref_search.batches(["A\t1", "B\t2", "A\t1"]) == [("A\t1",), ("B\t2",)]
    with pytest.raises(RefusedBatchError):
        crossref_search.ask(("A\t1", "B\t2"), Wire("http://127.0.0.1:1"))


def test_a_search_meets_the_same_troubles(server: FakeCrossref) -> None:
    for fault, kind in (
        (faults.throttled(3), ThrottledError),
        (faults.html_200(), UnavailableError),
        (faults.status(400), RefusedBatchError),
    ):
        server.fail_next(fault)
        with pytest.raises(kind):
            crossref_search.ask(("A\tB",), wire(server))


def test_a_recorded_search_is_read(shared: Path) -> None:
    for name, first in (("hit-sosp24", "10.1145/3694715.3695963"), ("false-positive", "10.18653/v1/n18-2074")):
        path = shared / "api-samples" / "crossref" / f"list-title-search-{name}.json"
        items = json.loads(path.read_text("utf-8"))["message"]["items"]
        assert crossref_search.read("A\tB", json_answers.stored(items))[0].id == first


def test_all_fifty_recorded_dois_of_an_assembled_batch(shared: Path) -> None:
    path = shared / "api-samples" / "crossref" / "list-filter-doi-batch-ASSEMBLED.json"
    works = json.loads(path.read_text("utf-8"))["message"]["items"]
    ids = tuple(work["DOI"] for work in works)
    with FakeCrossref(works) as server:
        found = crossref.ask(ids, wire(server)).found
        assert set(found) == set(ids)
        assert [crossref.read(doi, found[doi])[0].id for doi in ids] == list(ids)
