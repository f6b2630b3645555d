"""The fakes answer as apis.md says the services do, fail as they are told, and leave nothing behind."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPMessage
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest
from fakes import (
    FakeArxiv,
    FakeCrossref,
    FakeDatacite,
    FakeDblp,
    FakeServer,
    Fault,
    arxiv_entry,
    crossref_work,
    datacite_record,
    dblp_hit,
    faults,
    refused_url,
    serve_all,
)
from fakes.faults import HONEST, RATE_EXCEEDED, status, together

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"

ENTRIES = [
    arxiv_entry("2309.06180", title="Paged & Attention", comment="SOSP 2023", doi="10.1145/3600006.3613165"),
    arxiv_entry("2211.17192v1", title="Speculative Decoding"),
    arxiv_entry("2211.17192v2", title="Speculative Decoding, Revised", updated="2023-05-18T00:00:00Z"),
    arxiv_entry("quant-ph/0201082", title="An Old Paper", journal_ref="J. Old 1 (2002) 2"),
]
WORKS = [
    crossref_work(
        "10.1145/3600006.3613165",
        "Efficient Memory Management for Large Language Model Serving",
        ["Woosuk Kwon"],
        pages="611-626",
    ),
    crossref_work(
        "10.18653/V1/N18-2074",
        "Self-Attention with Relative Position Representations",
        ["Peter Shaw"],
        year=2018,
        container="NAACL",
    ),
    crossref_work("10.1016/s0022(03)00011-1", "An Article", type="journal-article", language="en"),
    crossref_work("10.1002/a<b>#c?d", "A Work with an Odd DOI"),
]
RECORDS = [datacite_record("2309.06180", published_doi="10.1145/3600006.3613165"), datacite_record("2211.17192")]
HITS = [
    dblp_hit(
        "conf/sosp/KwonLZ0Z23",
        "Efficient Memory Management",
        ["Woosuk Kwon", "Ion Stoica 0001"],
        doi="10.1145/3600006.3613165",
    ),
    dblp_hit("journals/corr/abs-2309-06180", "Efficient Memory Management", ["Woosuk Kwon", "Ion Stoica 0001"]),
    dblp_hit("conf/nips/One20", "Alone at Last", ["Ada Lovelace"], venue="NeurIPS", year=2020),
]


GOOD = "/api/query?id_list=2309.06180,2211.17192,quant-ph/0201082"


def ask(
    server: FakeServer, target: str, *, timeout: float = 5, method: str = "GET", body: bytes = b"", **headers: str
) -> tuple[int, HTTPMessage, bytes]:
    """Return status, headers and body of one request on a connection of its own."""
    split = urlsplit(server.url)
    connection = HTTPConnection(split.hostname or "", split.port, timeout=timeout)
    try:
        connection.request(
            method, target, body or None, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def feed(server: FakeServer, **parameters: Any) -> ET.Element:
    """Return the feed that arXiv answers."""
    return ET.fromstring(ask(server, f"/api/query?{urlencode(parameters)}")[2])


def names(root: ET.Element) -> list[str]:
    """Return the identifiers of a feed, with versions."""
    return [(entry.findtext(f"{ATOM}id") or "").rpartition("/abs/")[2] for entry in root.iter(f"{ATOM}entry")]


def number(root: ET.Element, name: str) -> int:
    """Return one of the three numbers of a feed."""
    return int(root.findtext(f"{OPENSEARCH}{name}") or "-1")


def message(server: FakeServer, target: str) -> Any:
    """Return what is in Crossref's envelope."""
    return json.loads(ask(server, target)[2])["message"]


def dois(server: FakeServer, target: str) -> list[str]:
    """Return the DOIs of a list of works."""
    return [work["DOI"] for work in message(server, target)["items"]]


@pytest.fixture
def arxiv() -> Iterator[FakeArxiv]:
    """A server with two papers of one version and one of two."""
    with FakeArxiv(ENTRIES) as server:
        yield server


@pytest.fixture
def crossref() -> Iterator[FakeCrossref]:
    """A server with four works."""
    with FakeCrossref(WORKS) as server:
        yield server


@pytest.fixture
def datacite() -> Iterator[FakeDatacite]:
    """A server with two records."""
    with FakeDatacite(RECORDS) as server:
        yield server


@pytest.fixture
def dblp() -> Iterator[FakeDblp]:
    """A server with three hits."""
    with FakeDblp(HITS) as server:
        yield server


# --- the server ---


def test_a_request_is_recorded_with_all_it_had(arxiv: FakeArxiv) -> None:
    before = time.monotonic()
    ask(arxiv, "/api/query?id_list=2309.06180&id_list=x%2Cy&empty=", User_Agent="me")
    (request,) = arxiv.requests
    assert (request.method, request.path, request.body) == ("GET", "/api/query", b"")
    assert request.target == "/api/query?id_list=2309.06180&id_list=x%2Cy&empty="
    assert request.query == {"id_list": ["2309.06180", "x,y"], "empty": [""]}
    assert request.headers["user-agent"] == "me"
    assert request.ended is not None
    assert before <= request.began <= request.ended <= time.monotonic()


def test_the_body_of_a_post_is_recorded(arxiv: FakeArxiv) -> None:
    ask(
        arxiv, "/api/query", method="POST", body=b"id_list=2309.06180", Content_Type="application/x-www-form-urlencoded"
    )
    assert arxiv.requests[0].body == b"id_list=2309.06180"
    assert arxiv.queries == [{"id_list": ["2309.06180"]}]


def test_one_connection_carries_many_requests_without_delay(arxiv: FakeArxiv) -> None:
    split = urlsplit(arxiv.url)
    connection = HTTPConnection(split.hostname or "", split.port, timeout=5)
    taken = []
    for _ in range(20):
        began = time.monotonic()
        connection.request("GET", "/api/query?id_list=2309.06180")
        connection.getresponse().read()
        taken.append(time.monotonic() - began)
    assert min(taken) < 0.03  # 40 ms every time where Nagle's algorithm waits
    connection.close()
    assert (arxiv.connections, len(arxiv.requests), arxiv.peak) == (1, 20, 1)


def test_requests_in_turn_never_overlap(arxiv: FakeArxiv) -> None:
    for _ in range(30):
        ask(arxiv, "/api/query?id_list=2309.06180")
    assert arxiv.peak == 1
    ends = [request.ended or 0.0 for request in arxiv.requests]
    assert all(later.began >= ended for later, ended in zip(arxiv.requests[1:], ends, strict=False))


def test_the_most_requests_at_once_are_counted(arxiv: FakeArxiv) -> None:
    arxiv.latency = 0.2
    threads = [threading.Thread(target=ask, args=(arxiv, "/api/query?id_list=2309.06180")) for _ in range(4)]
    for thread in threads:
        thread.start()
    arxiv.wait_for(4)
    for thread in threads:
        thread.join()
    assert arxiv.peak == 4


def test_waiting_for_a_request_that_never_comes_says_so(arxiv: FakeArxiv) -> None:
    with pytest.raises(TimeoutError, match="0 of 1 requests"):
        arxiv.wait_for(1, 0.01)


def test_a_request_under_way_has_no_end_yet(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.stall())
    with pytest.raises(TimeoutError):
        ask(arxiv, "/api/query?id_list=2309.06180", timeout=0.05)
    assert arxiv.requests[0].ended is None or arxiv.requests[0].ended > arxiv.requests[0].began


def test_counts_can_be_forgotten(arxiv: FakeArxiv) -> None:
    ask(arxiv, "/api/query?id_list=2309.06180")
    arxiv.forget()
    assert (arxiv.requests, arxiv.peak, arxiv.connections) == ([], 0, 0)


@pytest.mark.parametrize(
    "fault", [faults.stall(), faults.stall(after=20), faults.drip(), faults.drip(head=True)], ids=repr
)
def test_a_server_that_stalls_ends_with_its_test(fault: Fault) -> None:
    failures: list[BaseException] = []

    def wait() -> None:
        try:
            ask(server, "/api/query?id_list=2309.06180")
        except (http.client.HTTPException, OSError) as error:
            failures.append(error)

    with FakeArxiv(ENTRIES) as server:
        server.fail_always(fault)
        thread = threading.Thread(target=wait)
        thread.start()
        server.wait_for(1)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    thread.join(1)
    assert not thread.is_alive()
    assert len(failures) == 1


def test_a_server_with_an_open_idle_connection_ends_with_its_test() -> None:
    with FakeArxiv(ENTRIES) as server:
        split = urlsplit(server.url)
        connection = HTTPConnection(split.hostname or "", split.port, timeout=5)
        connection.request("GET", GOOD)
        connection.getresponse().read()
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert connection.sock.recv(1) == b""
    connection.close()


def test_a_server_ends_although_its_client_does_not_read_on() -> None:
    with socket.socket() as connection:
        with FakeArxiv(ENTRIES) as server:
            server.fail_always(faults.huge(10_000))
            split = urlsplit(server.url)
            connection.connect((split.hostname, split.port))
            connection.sendall(f"GET {GOOD} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
            began = time.monotonic()
        assert time.monotonic() - began < 10


def test_no_thread_and_no_port_is_left_behind() -> None:
    before = threading.active_count()
    with FakeArxiv(ENTRIES) as server:
        ask(server, "/api/query?id_list=2309.06180")
        url = urlsplit(server.url)
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((url.hostname, url.port or 0))


def test_an_error_of_the_fake_itself_fails_the_test() -> None:
    class Broken(FakeServer):
        pass

    server = Broken()
    with (
        pytest.raises(AssertionError, match="the fake itself failed"),
        server,
        pytest.raises(http.client.RemoteDisconnected),
    ):
        ask(server, "/")


def test_nothing_listens_at_the_refused_address() -> None:
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(refused_url())


def test_all_four_are_served_at_once_and_named_in_the_environment() -> None:
    with serve_all(ENTRIES, WORKS, RECORDS, HITS) as services:
        assert sorted(services.environment) == ["BIB_ARXIV_URL", "BIB_CROSSREF_URL", "BIB_DATACITE_URL", "BIB_DBLP_URL"]
        assert len(set(services.environment.values())) == 4
        assert names(feed(services.arxiv, id_list="2309.06180")) == ["2309.06180v1"]
        assert dois(services.crossref, "/works?filter=doi:10.18653/v1/n18-2074") == ["10.18653/v1/n18-2074"]
        ask(services.datacite, "/dois")
        ask(services.dblp, "/search/publ/api?q=x")
        assert [request.path for request in services.requests] == ["/api/query", "/works", "/dois", "/search/publ/api"]


# --- arXiv ---


def test_a_feed_has_the_form_of_the_new_server(arxiv: FakeArxiv) -> None:
    code, headers, body = ask(arxiv, "/api/query?id_list=2309.06180&max_results=100")
    root = ET.fromstring(body)
    assert (code, headers.get_content_type(), root.tag) == (200, "application/atom+xml", f"{ATOM}feed")
    assert root.findtext(f"{ATOM}title") == "arXiv Query: search_query=&id_list=2309.06180&start=0&max_results=100"
    assert [number(root, name) for name in ("totalResults", "startIndex", "itemsPerPage")] == [1, 0, 100]
    assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:opensearch=")
    assert body.endswith(b"</feed>\n")


def test_an_entry_has_all_that_was_given(arxiv: FakeArxiv) -> None:
    entry = next(feed(arxiv, id_list="2309.06180").iter(f"{ATOM}entry"))
    texts = {child.tag: child.text for child in entry}
    assert texts[f"{ATOM}id"] == "http://arxiv.org/abs/2309.06180v1"
    assert texts[f"{ATOM}title"] == "Paged & Attention"
    assert texts[f"{ARXIV}comment"] == "SOSP 2023"
    assert texts[f"{ARXIV}doi"] == "10.1145/3600006.3613165"
    assert [name.text for name in entry.iter(f"{ATOM}name")] == ["Ada Lovelace", "Alan Turing"]
    assert [link.get("rel") for link in entry.iter(f"{ATOM}link")] == [
        "alternate",
        "related",
    ]  # no link to the DOI any more


def test_what_was_not_given_is_not_in_the_entry() -> None:
    root = ET.fromstring(b'<r xmlns:arxiv="http://arxiv.org/schemas/atom">' + arxiv_entry("2301.00001") + b"</r>")
    assert {child.tag for child in root[0]} & {f"{ARXIV}{name}" for name in ("doi", "comment", "journal_ref")} == set()


def test_an_affiliation_stands_in_its_author() -> None:
    root = ET.fromstring(
        b'<r xmlns:arxiv="http://arxiv.org/schemas/atom">' + arxiv_entry("2301.00001", affiliation="MIT") + b"</r>"
    )
    assert [child.text for child in next(root.iter("author"))] == ["Ada Lovelace", "MIT"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2309.06180", {"2309.06180v1"}),
        ("2309.06180v1", {"2309.06180v1"}),
        ("2309.06180v9", set()),
        ("2211.17192", {"2211.17192v2"}),
        ("2211.17192v1", {"2211.17192v1"}),
        ("2211.17192,2211.17192v2", {"2211.17192v2"}),
        ("2211.17192,2211.17192v1", {"2211.17192v1", "2211.17192v2"}),
        ("2309.06180,2309.06180,2309.06180v1", {"2309.06180v1"}),
        ("quant-ph/0201082", {"quant-ph/0201082v1"}),
        ("2309.06180,2401.00000", {"2309.06180v1"}),
        ("0000.0000", set()),
        ("arXiv:2309.06180", set()),
        ("quant-ph.GT/0201082", set()),
    ],
)
def test_identifiers_find_what_the_real_server_finds(arxiv: FakeArxiv, asked: str, found: set[str]) -> None:
    root = feed(arxiv, id_list=asked)
    assert set(names(root)) == found
    assert len(names(root)) == number(root, "totalResults") == len(found)


@pytest.mark.parametrize("bad", ["abc", "QUANT-PH/0201082", "2309.1", "10.1145/3600006", "", "https://example.org"])
def test_one_malformed_identifier_refuses_the_whole_batch_and_is_named(arxiv: FakeArxiv, bad: str) -> None:
    code, headers, body = ask(arxiv, f"/api/query?id_list=2309.06180,{quote(bad, safe='')},2211.17192")
    root = ET.fromstring(body)
    assert (code, headers.get_content_type()) == (400, "application/atom+xml")
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "Error"
    assert root.findtext(f"{ATOM}entry/{ATOM}summary") == f"incorrect id format for {bad}"
    assert root.find(f"{ATOM}entry/{ATOM}published") is None


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ("start=notanumber", "start must be an integer"),
        ("start=-1", "start must be non-negative"),
        ("max_results=many", "max_results must be an integer"),
        ("max_results=-1", "max_results must be non-negative"),
    ],
)
def test_wrong_numbers_are_refused(arxiv: FakeArxiv, parameters: str, reason: str) -> None:
    code, _, body = ask(arxiv, f"/api/query?id_list=2309.06180&{parameters}")
    assert (code, ET.fromstring(body).findtext(f"{ATOM}entry/{ATOM}summary")) == (400, reason)


def test_asking_for_nothing_is_refused(arxiv: FakeArxiv) -> None:
    assert ask(arxiv, "/api/query")[0] == 400


def test_ten_entries_come_where_no_number_is_given() -> None:
    wanted = [f"2301.{place:05}" for place in range(25)]
    with FakeArxiv(map(arxiv_entry, wanted)) as server:
        asked = ",".join(wanted)
        assert len(names(feed(server, id_list=asked))) == 10
        assert number(feed(server, id_list=asked), "totalResults") == 25
        whole = names(feed(server, id_list=asked, max_results=100))
        assert sorted(whole) == [f"{name}v1" for name in wanted]
        assert whole != sorted(whole)
        assert whole[10:20] == names(feed(server, id_list=asked, start=10))


def test_the_order_is_not_that_of_the_request(arxiv: FakeArxiv) -> None:
    forth = names(feed(arxiv, id_list="2309.06180,2211.17192,quant-ph/0201082"))
    back = names(feed(arxiv, id_list="quant-ph/0201082,2211.17192,2309.06180"))
    assert forth == back


def test_a_url_beyond_eight_kibibytes_is_too_long_but_a_form_is_not(arxiv: FakeArxiv) -> None:
    many = ",".join(["2309.06180", *(f"2301.{place:05}" for place in range(750))])
    assert ask(arxiv, f"/api/query?id_list={many}")[0] == 414
    form = "application/x-www-form-urlencoded"
    code, _, body = ask(arxiv, "/api/query", method="POST", body=f"id_list={many}".encode(), Content_Type=form)
    assert (code, names(ET.fromstring(body))) == (200, ["2309.06180v1"])


def test_a_hundred_identifiers_fit_into_a_url(arxiv: FakeArxiv) -> None:
    many = ",".join(["2309.06180", *(f"2301.{place:05}" for place in range(99))])
    assert ask(arxiv, f"/api/query?id_list={many}&max_results=100")[0] == 200


def test_arxiv_searches_for_words(arxiv: FakeArxiv) -> None:
    assert names(feed(arxiv, search_query="ti:speculative AND all:revised")) == ["2211.17192v2"]


def test_another_path_is_not_found(arxiv: FakeArxiv) -> None:
    assert ask(arxiv, "/other?id_list=2309.06180")[0] == 404


def test_entries_may_come_by_identifier_and_several_a_paper() -> None:
    with FakeArxiv({"2309.06180": ENTRIES[0], "2211.17192": ENTRIES[1:3]}) as server:
        assert set(names(feed(server, id_list="2309.06180,2211.17192v1"))) == {"2309.06180v1", "2211.17192v1"}


def test_recorded_feeds_can_be_served(shared: Any) -> None:
    folder = shared / "api-samples" / "arxiv"
    paths = [*sorted(folder.glob("*.xml")), folder / "llm-155-single-feeds.jsonl.gz"]
    with FakeArxiv.from_feeds(paths) as server:
        assert len(server.papers) > 155
        assert set(names(feed(server, id_list="2309.06180,1706.03762"))) == {"2309.06180v1", "1706.03762v7"}
        assert names(feed(server, id_list="astro-ph/0601001")) == ["astro-ph/0601001v1"]


def test_the_error_feed_is_the_recorded_one(shared: Any) -> None:
    def form(root: ET.Element) -> list[str]:
        return [f"{node.tag} {'' if 'updated' in node.tag else node.text}" for node in root.iter()]

    recorded = (shared / "api-samples" / "arxiv" / "error-400-incorrect-id.xml").read_bytes()
    with FakeArxiv() as server:
        assert form(feed(server, id_list="abc")) == form(ET.fromstring(recorded))


# --- Crossref ---


def test_a_batch_of_dois_comes_back_in_lower_case_and_without_the_unknown(crossref: FakeCrossref) -> None:
    target = "/works?filter=doi:10.18653/V1/n18-2074,doi:10.1145/3600006.3613165,doi:10.1/unknown&rows=3"
    assert set(dois(crossref, target)) == {"10.18653/v1/n18-2074", "10.1145/3600006.3613165"}
    answer = message(crossref, target)
    assert (answer["total-results"], answer["items-per-page"]) == (2, 3)
    assert answer["query"] == {"start-index": 0, "search-terms": None}


def test_a_batch_without_a_known_doi_is_an_empty_list(crossref: FakeCrossref) -> None:
    code, headers, body = ask(crossref, "/works?filter=doi:10.1/unknown")
    envelope = json.loads(body)
    assert (code, headers.get_content_type()) == (200, "application/json")
    assert (envelope["status"], envelope["message-type"]) == ("ok", "work-list")
    assert (envelope["message"]["items"], envelope["message"]["total-results"]) == ([], 0)


def test_twenty_works_come_where_no_number_is_given() -> None:
    wanted = [f"10.5555/{place}" for place in range(50)]
    with FakeCrossref(map(crossref_work, wanted)) as server:
        target = "/works?filter=" + ",".join(f"doi:{doi}" for doi in wanted)
        assert len(dois(server, target)) == 20
        assert message(server, target)["total-results"] == 50
        whole = dois(server, f"{target}&rows=50")
        assert sorted(whole) == sorted(wanted)
        assert whole != wanted
        assert dois(server, f"{target}&rows=10&offset=10") == whole[10:20]
        assert dois(server, f"{target}&rows=0") == []


@pytest.mark.parametrize("doi", ["10.1016/s0022(03)00011-1", "10.1002/a<b>#c?d"])
def test_a_doi_with_odd_signs_is_found_where_it_is_encoded(crossref: FakeCrossref, doi: str) -> None:
    assert dois(crossref, f"/works?filter=doi:{quote(doi, safe='')}") == [doi]
    assert message(crossref, f"/works/{quote(doi, safe='')}")["DOI"] == doi


@pytest.mark.parametrize("comma", [",", "%2C"])
def test_a_comma_in_a_doi_refuses_the_batch(crossref: FakeCrossref, comma: str) -> None:
    code, headers, body = ask(crossref, f"/works?filter=doi:10.18653/v1/n18-2074,doi:10.1/a{comma}b")
    answer = json.loads(body)
    assert (code, headers.get_content_type(), answer["status"]) == (400, "application/json", "failed")
    assert answer["message"][0]["type"] == "filter-not-available"
    assert answer["message"][0]["value"] == "b"


@pytest.mark.parametrize(
    ("parameters", "kind", "value"),
    [
        ("filter=relation-type:x", "filter-not-available", "relation-type"),
        ("select=DOI,language", "select-not-available", "language"),
        ("select=institution", "select-not-available", "institution"),
        ("rows=1001", "integer-not-valid", "1001"),
        ("rows=-1", "integer-not-valid", "-1"),
        ("offset=10001", "integer-not-valid", "10001"),
    ],
)
def test_wrong_parameters_of_a_list_are_refused(crossref: FakeCrossref, parameters: str, kind: str, value: str) -> None:
    code, _, body = ask(crossref, f"/works?{parameters}")
    answer = json.loads(body)
    assert (code, answer["message-type"]) == (400, "validation-failure")
    assert (answer["message"][0]["type"], answer["message"][0]["value"]) == (kind, value)


def test_one_work_has_its_own_route(crossref: FakeCrossref) -> None:
    envelope = json.loads(ask(crossref, "/works/10.18653/V1/N18-2074?mailto=me@example.org")[2])
    assert (envelope["message-type"], envelope["message"]["DOI"]) == ("work", "10.18653/v1/n18-2074")


def test_an_unknown_work_is_a_404_in_plain_text(crossref: FakeCrossref) -> None:
    code, headers, body = ask(crossref, "/works/10.1/unknown")
    assert (code, headers.get_content_type(), body) == (404, "text/plain", b"Resource not found.")


def test_an_unknown_route_says_json_and_sends_text(crossref: FakeCrossref) -> None:
    code, headers, body = ask(crossref, "/members/98000")
    assert (code, headers.get_content_type(), body) == (404, "application/json", b"Resource not found.")


@pytest.mark.parametrize("parameter", ["query.title=x", "filter=doi:10.1/a", "rows=1"])
def test_parameters_of_a_search_are_refused_on_one_work(crossref: FakeCrossref, parameter: str) -> None:
    code, _, body = ask(crossref, f"/works/10.18653/v1/n18-2074?{parameter}")
    assert (code, json.loads(body)["message"][0]["type"]) == (400, "parameter-not-allowed")


def test_the_agency_of_a_doi_can_be_asked(crossref: FakeCrossref) -> None:
    assert message(crossref, "/works/10.18653/v1/n18-2074/agency")["agency"]["id"] == "crossref"


@pytest.mark.parametrize("query", ["query", "query.title", "query.bibliographic"])
def test_a_search_brings_the_likest_first_and_always_something(crossref: FakeCrossref, query: str) -> None:
    found = message(crossref, f"/works?{query}=Self-Attention+with+Relative+Position+Representations+Shaw&rows=5")[
        "items"
    ]
    assert found[0]["DOI"] == "10.18653/v1/n18-2074"
    assert len(found) == len(WORKS)
    scores = [work["score"] for work in found]
    assert scores == sorted(scores, reverse=True)
    assert len(message(crossref, f"/works?{query}=Attention+Is+All+You+Need&rows=2")["items"]) == 2


def test_a_search_can_be_filtered(crossref: FakeCrossref) -> None:
    assert dois(crossref, "/works?query=article&filter=type:journal-article") == ["10.1016/s0022(03)00011-1"]
    assert dois(crossref, "/works?query=x&filter=from-pub-date:2018,until-pub-date:2018-12-31") == [
        "10.18653/v1/n18-2074"
    ]


def test_recorded_searches_come_first_for_their_title() -> None:
    right = crossref_work("10.1/Right", "Quite Another Wording")
    with FakeCrossref(WORKS, {"Attention: Is All You Need?": [right]}) as server:
        assert dois(server, "/works?query.bibliographic=Attention+is+all+you+need+Vaswani&rows=1") == ["10.1/right"]
        assert dois(server, "/works?filter=doi:10.1/right") == ["10.1/right"]


def test_only_the_selected_members_come(crossref: FakeCrossref) -> None:
    (work,) = message(crossref, "/works?filter=doi:10.1145/3600006.3613165&select=DOI,title,page,subtitle")["items"]
    assert work == {"DOI": "10.1145/3600006.3613165", "title": [WORKS[0]["title"][0]], "page": "611-626"}


@pytest.mark.parametrize(
    ("target", "agent", "pool", "limit", "concurrency"),
    [
        ("/works?rows=1", "me", "public-array", "1", "1"),
        ("/works?rows=1&mailto=me@example.org", "me", "polite-array", "3", "3"),
        ("/works?rows=1", "bib/1 (mailto:me@example.org)", "polite-array", "3", "3"),
        ("/works/10.18653/v1/n18-2074", "me", "public-single", "5", "1"),
        ("/works/10.18653/v1/n18-2074", "bib/1 (mailto:me@example.org)", "polite-single", "10", "3"),
        ("/works/10.1/unknown", "me", "public-single", "5", "1"),
        ("/works?rows=5000", "me", "public-array", "1", "1"),
    ],
)
def test_the_headers_name_the_pool_and_its_rate(
    crossref: FakeCrossref, target: str, agent: str, pool: str, limit: str, concurrency: str
) -> None:
    headers = ask(crossref, target, User_Agent=agent)[1]
    assert (headers["x-api-pool"], headers["x-rate-limit-limit"], headers["x-concurrency-limit"]) == (
        pool,
        limit,
        concurrency,
    )
    assert headers["x-rate-limit-interval"] == "1s"


def test_crossref_takes_four_kibibytes_of_url(crossref: FakeCrossref) -> None:
    fifty = ",".join(f"doi:10.1145/3600006.36{place:05}" for place in range(50))
    assert ask(crossref, f"/works?filter={fifty}&rows=50")[0] == 200
    assert ask(crossref, f"/works?filter={fifty},{fifty},{fifty}&rows=150")[0] == 414


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ("Ion Stoica", {"given": "Ion", "family": "Stoica"}),
        ("van der Maaten, Laurens", {"given": "Laurens", "family": "van der Maaten"}),
        ("DeepSeek-AI", {"family": "DeepSeek-AI"}),
        ({"name": "The BigScience Group"}, {"name": "The BigScience Group"}),
    ],
)
def test_authors_of_a_work_take_the_form_of_crossref(given: Any, author: dict[str, str]) -> None:
    assert crossref_work("10.1/a", "T", [given])["author"] == [{**author, "affiliation": [], "sequence": "first"}]


def test_a_work_without_a_date_has_a_null_in_it() -> None:
    assert crossref_work("10.1/a", year=None)["issued"] == {"date-parts": [[None]]}


def test_members_with_hyphens_can_be_given() -> None:
    assert crossref_work("10.1/a", article_number="7")["article-number"] == "7"


def test_recorded_works_can_be_served(shared: Any) -> None:
    paths = sorted((shared / "api-samples" / "crossref").glob("work-*.json"))
    with FakeCrossref(json.loads(path.read_text()) for path in paths) as server:
        assert len(server.works) == len(paths)
        assert dois(server, "/works?filter=doi:10.18653/v1/2024.acl-long.484") == ["10.18653/v1/2024.acl-long.484"]


def test_errors_of_crossref_are_the_recorded_ones(crossref: FakeCrossref, shared: Any) -> None:
    rows = {
        row["what"]: row for row in json.loads((shared / "api-samples" / "crossref" / "http-errors.json").read_text())
    }
    for what, target in {
        "unknown DOI, single": "/works/10.1/unknown",
        "unknown id, list route": "/members/x/works",
        "query parameter on a single work": "/works/10.18653/v1/n18-2074?query.title=x",
    }.items():
        code, headers, body = ask(crossref, target)
        assert (code, headers["content-type"]) == (rows[what]["status"], rows[what]["headers"]["content-type"])
        assert body.decode() == rows[what]["body"] or json.loads(body) == json.loads(rows[what]["body"])


# --- DataCite ---


def test_records_come_by_their_dois_in_any_case(datacite: FakeDatacite) -> None:
    code, headers, body = ask(
        datacite, "/dois?ids=10.48550/arXiv.2309.06180,10.48550/ARXIV.2211.17192,10.1/unknown&page[size]=100"
    )
    answer = json.loads(body)
    assert (code, headers.get_content_type()) == (200, "application/vnd.api+json")
    assert {record["id"] for record in answer["data"]} == {"10.48550/arxiv.2309.06180", "10.48550/arxiv.2211.17192"}
    assert (answer["meta"]["total"], answer["meta"]["totalPages"], answer["meta"]["page"]) == (2, 1, 1)


def test_no_known_record_is_an_empty_list(datacite: FakeDatacite) -> None:
    answer = json.loads(ask(datacite, "/dois?ids=10.1/unknown")[2])
    assert (answer["data"], answer["meta"]["total"]) == ([], 0)


def test_twenty_five_records_come_where_no_number_is_given() -> None:
    wanted = [f"2301.{place:05}" for place in range(40)]
    with FakeDatacite(map(datacite_record, wanted)) as server:
        target = "/dois?ids=" + ",".join(f"10.48550/arxiv.{name}" for name in wanted)
        first = json.loads(ask(server, target)[2])
        assert (len(first["data"]), first["meta"]["total"], first["meta"]["totalPages"]) == (25, 40, 2)
        assert "next" in first["links"]
        assert len(json.loads(ask(server, f"{target}&page[number]=2")[2])["data"]) == 15
        whole = json.loads(ask(server, f"{target}&page%5Bsize%5D=1000")[2])
        assert len(whole["data"]) == 40
        assert "next" not in whole["links"]


def test_one_record_has_its_own_route(datacite: FakeDatacite) -> None:
    assert (
        json.loads(ask(datacite, "/dois/10.48550%2FarXiv.2309.06180")[2])["data"]["id"] == "10.48550/arxiv.2309.06180"
    )
    code, _, body = ask(datacite, "/dois/10.1/unknown")
    assert (code, json.loads(body)["errors"][0]["status"]) == (404, "404")


def test_a_record_says_what_it_is_a_version_of() -> None:
    related = datacite_record("2309.06180", published_doi="10.1/a")["attributes"]["relatedIdentifiers"]
    assert [(one["relationType"], one["relatedIdentifier"]) for one in related] == [("IsVersionOf", "10.1/a")]
    assert datacite_record("2309.06180")["attributes"]["relatedIdentifiers"] == []


def test_creators_take_the_form_of_datacite() -> None:
    person, group = datacite_record("2501.12948", authors=["Daya Guo", "DeepSeek-AI"])["attributes"]["creators"]
    assert (person["name"], person["givenName"], person["familyName"]) == ("Guo, Daya", "Daya", "Guo")
    assert group["name"] == "DeepSeek-AI"
    assert "familyName" not in group


def test_a_small_record_has_only_members_of_a_recorded_one(shared: Any) -> None:
    recorded = json.loads((shared / "api-samples" / "other" / "datacite-arxiv-isversionof.json").read_text())
    assert set(datacite_record("2309.06180")["attributes"]) <= set(recorded["data"]["attributes"])
    with FakeDatacite([recorded]) as server:
        assert json.loads(ask(server, "/dois?ids=10.48550/arxiv.2201.06719")[2])["data"] == [recorded["data"]]


# --- DBLP ---


def hits(server: FakeServer, target: str) -> Any:
    """Return the hits of a search with their numbers."""
    return json.loads(ask(server, f"/search/publ/api?format=json&{target}")[2])["result"]["hits"]


def test_a_title_brings_the_preprint_and_the_published_paper(dblp: FakeDblp) -> None:
    found = hits(dblp, "q=efficient+memory+management&h=5")
    assert [hit["info"]["key"] for hit in found["hit"]] == ["conf/sosp/KwonLZ0Z23", "journals/corr/abs-2309-06180"]
    assert (found["@total"], found["@sent"], found["@first"]) == ("2", "2", "0")
    corr = found["hit"][1]["info"]
    assert (corr["venue"], corr["volume"], corr["doi"]) == ("CoRR", "abs/2309.06180", "10.48550/ARXIV.2309.06180")
    assert corr["title"] == "Efficient Memory Management."


def test_no_hit_means_no_member_for_hits(dblp: FakeDblp) -> None:
    found = hits(dblp, "q=nothing+like+it")
    assert "hit" not in found
    assert found["@total"] == "0"


def test_one_author_is_an_object_and_several_are_a_list(dblp: FakeDblp) -> None:
    assert hits(dblp, "q=alone")["hit"][0]["info"]["authors"]["author"]["text"] == "Ada Lovelace"
    assert len(hits(dblp, "q=stoica")["hit"][0]["info"]["authors"]["author"]) == 2


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("effi+mem", 2),
        ("MEMORY", 2),
        ("memory+alone", 0),
        ("mem$", 0),
        ("memory$", 2),
        ("alone+2020+neurips+ada", 1),
        ("", 0),
    ],
)
def test_every_word_begins_a_word_of_the_record(dblp: FakeDblp, asked: str, count: int) -> None:
    assert hits(dblp, f"q={quote(asked, safe='+')}")["@total"] == str(count)


def test_the_number_of_hits_can_be_bounded(dblp: FakeDblp) -> None:
    found = hits(dblp, "q=memory&h=1&f=1")
    assert (found["@total"], found["@sent"], found["@first"]) == ("2", "1", "1")
    assert found["hit"][0]["info"]["venue"] == "CoRR"


def test_the_envelope_is_that_of_dblp(dblp: FakeDblp) -> None:
    code, headers, body = ask(dblp, "/search/publ/api?q=alone&format=json")
    assert (code, headers.get_content_type()) == (200, "application/json")
    result = json.loads(body)["result"]
    assert result["query"] == "alone*"
    assert result["status"] == {"@code": "200", "text": "OK"}


def test_dblp_answers_xml_where_json_is_not_asked_for(dblp: FakeDblp) -> None:
    assert ask(dblp, "/search/publ/api?q=alone")[1].get_content_type() == "text/xml"


def test_a_small_hit_has_only_members_of_a_recorded_one(shared: Any) -> None:
    folder = shared / "api-samples" / "other"
    recorded = [hit for path in sorted(folder.glob("dblp-*.json")) for hit in json.loads(path.read_text())]
    known = {name for hit in recorded for name in hit["info"]} | {"pages", "number", "volume"}
    assert set(dblp_hit("conf/sosp/A", pages="1-2", doi="10.1/a")["info"]) <= known
    with FakeDblp(recorded) as server:
        assert len(hits(server, "q=bert+loses+patience")["hit"]) == 2


# --- faults: what is answered instead ---


@pytest.mark.parametrize("code", [400, 403, 404, 414, 429, 500, 502, 503, 504])
def test_any_status_can_be_answered(arxiv: FakeArxiv, code: int) -> None:
    arxiv.fail_next(status(code, {"x-more": "1"}))
    answered, headers, body = ask(arxiv, GOOD)
    assert (answered, headers["x-more"], headers.get_content_type()) == (code, "1", "text/html")
    assert str(code).encode() in body


def test_a_status_may_bring_its_own_body(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(status(500, body=b"boom"))
    assert ask(arxiv, GOOD)[2] == b"boom"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (None, None),
        (3, "3"),
        (0, "0"),
        ("soon", "soon"),
        ("-1", "-1"),
        (datetime(2026, 11, 22, 17, 0, tzinfo=UTC), "Sun, 22 Nov 2026 17:00:00 GMT"),
    ],
)
@pytest.mark.parametrize(("fault", "code"), [(faults.throttled, 429), (faults.unavailable, 503)])
def test_retry_after_is_sent_as_given(arxiv: FakeArxiv, fault: Any, code: int, given: Any, sent: str | None) -> None:
    arxiv.fail_next(fault(given))
    answered, headers, _ = ask(arxiv, GOOD)
    assert (answered, headers["retry-after"]) == (code, sent)
    if isinstance(given, datetime):
        assert parsedate_to_datetime(headers["retry-after"]) == given


def test_each_service_throttles_in_its_own_words() -> None:
    with serve_all() as services:
        answers = []
        for server in services.all:
            server.fail_always(faults.throttled())
            code, headers, body = ask(server, "/")
            assert code == 429
            answers.append((headers.get("content-type"), body))
        assert answers[0] == ("text/plain", b"Rate exceeded.")
        assert answers[1] == (None, b"")
        assert b"errors" in answers[2][1]
        assert answers[3][0] == "text/html"
        assert "x-api-pool" not in ask(services.crossref, "/works")[1]


def test_arxiv_can_throttle_with_a_503(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.throttled(code=503))
    assert ask(arxiv, GOOD)[::2] == (503, b"Rate exceeded.")


@pytest.mark.parametrize(
    ("fault", "kind", "start"),
    [
        (faults.rate_exceeded_200(), "text/plain", RATE_EXCEEDED),
        (faults.html_200(), "text/html", b"<html>"),
        (faults.html_200("application/atom+xml"), "application/atom+xml", b"<html>"),
        (faults.empty_200(), "application/atom+xml", b""),
        (faults.error_feed_200(), "application/atom+xml", b"<?xml"),
        (faults.wrong_type(), "text/html", b"<?xml"),
        (faults.wrong_type("application/octet-stream"), "application/octet-stream", b"<?xml"),
        (faults.wrong_shape(), "application/atom+xml", b"<?xml"),
    ],
)
def test_poison_comes_with_200(arxiv: FakeArxiv, fault: Fault, kind: str, start: bytes) -> None:
    arxiv.fail_next(fault)
    code, headers, body = ask(arxiv, GOOD)
    assert (code, headers.get_content_type()) == (200, kind)
    assert body.startswith(start)
    assert bool(body) == bool(start)


def test_rate_exceeded_is_fourteen_bytes(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.rate_exceeded_200(), faults.throttled())
    assert [len(ask(arxiv, GOOD)[2]) for _ in range(2)] == [14, 14]


def test_a_wrong_type_keeps_the_right_body(arxiv: FakeArxiv) -> None:
    right = ask(arxiv, GOOD)[2]
    arxiv.fail_next(faults.wrong_type())
    assert ask(arxiv, GOOD)[2] == right


def test_the_wrong_shape_is_well_formed() -> None:
    with serve_all(ENTRIES, WORKS) as services:
        for server in services.all:
            server.fail_always(faults.wrong_shape())
        assert ET.fromstring(ask(services.arxiv, GOOD)[2]).tag == "rss"
        assert json.loads(ask(services.crossref, "/works")[2])["message"] is None


@pytest.mark.parametrize(("keep", "length"), [(0.5, None), (0, 0), (100, 100)])
def test_a_body_can_stop_early_in_a_complete_answer(arxiv: FakeArxiv, keep: float, length: int | None) -> None:
    right = ask(arxiv, GOOD)[2]
    arxiv.fail_next(faults.truncate(keep))
    code, headers, body = ask(arxiv, GOOD)
    assert code == 200
    assert body == right[: len(right) // 2 if length is None else length]
    assert headers["content-length"] == str(len(body))
    with pytest.raises(ET.ParseError):
        ET.fromstring(body)


def test_truncated_json_cannot_be_read(crossref: FakeCrossref) -> None:
    crossref.fail_next(faults.truncate())
    with pytest.raises(json.JSONDecodeError):
        json.loads(ask(crossref, "/works")[2])


def test_bytes_that_are_no_utf8_can_be_sent(crossref: FakeCrossref) -> None:
    crossref.fail_next(faults.bad_bytes())
    with pytest.raises(UnicodeDecodeError):
        ask(crossref, "/works")[2].decode()


# --- faults: redirects ---


def test_a_redirect_can_go_round_for_ever(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.redirect_loop())
    with pytest.raises(urllib.error.HTTPError, match="redirect") as caught:
        urllib.request.urlopen(arxiv.url + GOOD)
    caught.value.close()
    assert len(arxiv.requests) > 5
    assert [request.path for request in arxiv.requests[1:4]] == ["/loop/1", "/loop/2", "/loop/3"]


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_can_lead_to_another_host(arxiv: FakeArxiv, crossref: FakeCrossref, code: int) -> None:
    arxiv.fail_next(faults.redirect(f"{crossref.url}/works", code))
    answered, headers, body = ask(arxiv, GOOD)
    assert (answered, headers["location"], body) == (code, f"{crossref.url}/works", b"")
    assert not crossref.requests


# --- faults: too much ---


@pytest.mark.parametrize("declared", [True, False])
def test_an_answer_of_fifty_megabytes_is_still_the_right_one(arxiv: FakeArxiv, declared: bool) -> None:
    right = ask(arxiv, GOOD)[2]
    arxiv.fail_next(faults.huge(50, declared=declared))
    _, headers, body = ask(arxiv, GOOD)
    assert len(body) == len(right) + 50_000_000
    assert headers["content-length"] == (str(len(body)) if declared else None)
    assert body.replace(b" " * 1_000_000, b"") == right


def test_a_client_may_leave_a_huge_answer(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.huge(50))
    with urllib.request.urlopen(arxiv.url + GOOD) as response:
        response.read(1000)
    ask(arxiv, GOOD)


@pytest.mark.parametrize("target", ["/works", "/works/10.18653/v1/n18-2074"])
def test_huge_json_is_still_json(crossref: FakeCrossref, target: str) -> None:
    right = json.loads(ask(crossref, target)[2])
    crossref.fail_next(faults.huge(1), faults.gzip_bomb(1))
    assert json.loads(ask(crossref, target)[2]) == right
    assert json.loads(gzip.decompress(ask(crossref, target)[2])) == right


def test_a_gzip_bomb_is_small_on_the_wire_and_large_unpacked(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.gzip_bomb(50))
    _, headers, body = ask(arxiv, GOOD)
    assert headers["content-encoding"] == "gzip"
    assert len(body) < 500_000
    unpacker, unpacked = zlib.decompressobj(31), 0
    piece = unpacker.decompress(body, 1_000_000)
    while piece:
        unpacked += len(piece)
        piece = unpacker.decompress(unpacker.unconsumed_tail, 1_000_000)
    assert unpacked > 50_000_000


def test_an_honest_answer_can_be_packed(arxiv: FakeArxiv) -> None:
    right = ask(arxiv, GOOD)[2]
    arxiv.fail_next(faults.packed())
    _, headers, body = ask(arxiv, GOOD)
    assert (headers["content-encoding"], gzip.decompress(body)) == ("gzip", right)


def test_an_answer_can_say_that_it_is_packed_and_not_be(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.not_packed())
    _, headers, body = ask(arxiv, GOOD)
    assert headers["content-encoding"] == "gzip"
    assert body.startswith(b"<?xml")


def test_the_bomb_for_xml_has_nine_levels_of_entities(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.bomb())
    body = ask(arxiv, GOOD)[2]
    assert len(body) < 2000
    assert body.count(b"<!ENTITY") == 10
    assert b"<title>&j;</title>" in body


def test_the_bomb_for_json_breaks_a_recursive_parser(crossref: FakeCrossref) -> None:
    crossref.fail_next(faults.bomb())
    with pytest.raises(RecursionError):
        json.loads(ask(crossref, "/works")[2])


def test_an_entity_can_name_a_file(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.entity("file:///etc/passwd"))
    body = ask(arxiv, GOOD)[2]
    assert b'<!ENTITY x SYSTEM "file:///etc/passwd">' in body
    assert b"<title>&x;" in body


# --- faults: the line ---


def test_a_stall_ends_after_its_seconds(arxiv: FakeArxiv) -> None:
    right = ask(arxiv, GOOD)[2]
    arxiv.fail_next(faults.stall(0.1), faults.stall(0.1, after=10))
    for _ in range(2):
        began = time.monotonic()
        assert ask(arxiv, GOOD)[2] == right
        assert time.monotonic() - began >= 0.1


def test_a_stall_may_come_after_the_head(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.stall(after=10))
    with urllib.request.urlopen(arxiv.url + GOOD, timeout=0.1) as response:
        assert response.status == 200
        with pytest.raises(TimeoutError):
            response.read()


@pytest.mark.parametrize("head", [True, False])
def test_a_drip_brings_everything_in_the_end(arxiv: FakeArxiv, head: bool) -> None:
    right = ask(arxiv, GOOD)[2]
    arxiv.fail_next(faults.drip(every=0.001, size=100, head=head))
    assert ask(arxiv, GOOD)[2] == right


def test_a_drip_outlives_a_timeout_for_each_read(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.drip(every=0.05))
    with urllib.request.urlopen(arxiv.url + GOOD, timeout=0.2) as response:
        began = time.monotonic()
        assert len(response.read(7)) == 7
    assert time.monotonic() - began > 0.2


@pytest.mark.parametrize("reset", [True, False])
def test_a_connection_can_end_before_the_answer(arxiv: FakeArxiv, reset: bool) -> None:
    arxiv.fail_next(faults.drop_before(reset=reset))
    with pytest.raises(ConnectionResetError if reset else http.client.RemoteDisconnected):
        ask(arxiv, GOOD)


@pytest.mark.parametrize("size", [0, 100, None])
def test_a_connection_can_end_within_the_body(arxiv: FakeArxiv, size: int | None) -> None:
    right = ask(arxiv, GOOD)[2]
    arxiv.fail_next(faults.drop_after(size))
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(arxiv, GOOD)
    assert caught.value.partial == right[: len(right) // 2 if size is None else size]


def test_a_connection_can_be_reset_within_the_body(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.drop_after(reset=True))
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        ask(arxiv, GOOD)


def test_an_answer_can_be_no_http(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.not_http())
    with pytest.raises(http.client.BadStatusLine):
        ask(arxiv, GOOD)


# --- faults: the records ---


def test_records_can_come_in_another_order(arxiv: FakeArxiv, crossref: FakeCrossref) -> None:
    usual = names(ET.fromstring(ask(arxiv, GOOD)[2]))
    arxiv.fail_next(faults.shuffle())
    assert names(ET.fromstring(ask(arxiv, GOOD)[2])) == usual[::-1]
    usual = dois(crossref, "/works")
    crossref.fail_next(faults.shuffle())
    assert dois(crossref, "/works") == usual[::-1]


def test_identifiers_can_come_in_another_case() -> None:
    with serve_all(ENTRIES, WORKS, RECORDS, HITS) as services:
        for server in services.all:
            server.fail_always(faults.wrong_case())
        body = ask(services.arxiv, GOOD)[2]
        assert b"http://arxiv.org/abs/QUANT-PH/0201082v1" in body
        assert b"http://arxiv.org/abs/2309.06180v1" in body
        assert "10.18653/V1/N18-2074" in dois(services.crossref, "/works")
        assert message(services.crossref, "/works/10.18653/v1/n18-2074")["DOI"] == "10.18653/V1/N18-2074"
        record = json.loads(ask(services.datacite, "/dois?ids=10.48550/arxiv.2309.06180")[2])["data"][0]
        assert record["id"] == record["attributes"]["doi"] == "10.48550/ARXIV.2309.06180"
        assert hits(services.dblp, "q=memory")["hit"][1]["info"]["doi"] == "10.48550/arxiv.2309.06180"


@pytest.mark.parametrize(
    ("fault", "change"),
    [
        (faults.extra_records(), 1),
        (faults.extra_records(twice=True), None),
        (faults.missing_one(), -1),
        (faults.short_page(1), None),
        (faults.without_id(), 0),
    ],
    ids=repr,
)
def test_records_can_be_more_or_fewer_or_damaged(fault: Fault, change: int | None) -> None:
    with serve_all(ENTRIES, WORKS, RECORDS, HITS) as services:

        def counts() -> list[tuple[int, int]]:
            root = ET.fromstring(ask(services.arxiv, GOOD)[2])
            works = message(services.crossref, "/works")
            found = json.loads(ask(services.datacite, "/dois")[2])
            publications = hits(services.dblp, "q=memory")
            return [
                (number(root, "totalResults"), len(list(root.iter(f"{ATOM}entry")))),
                (works["total-results"], len(works["items"])),
                (found["meta"]["total"], len(found["data"])),
                (int(publications["@total"]), len(publications["hit"])),
            ]

        before = counts()
        for server in services.all:
            server.fail_always(fault)
        after = counts()
    assert before == [(3, 3), (4, 4), (2, 2), (2, 2)]
    if change is not None:
        assert after == [(total + change, sent + change) for total, sent in before]
    elif isinstance(fault, faults.short_page):
        assert after == [(total, 1) for total, _ in before]
    else:
        assert after == [(2 * total + 1, 2 * sent + 1) for total, sent in before]


def test_the_empty_page_of_arxiv_still_counts_its_results(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(faults.short_page())
    root = ET.fromstring(ask(arxiv, GOOD)[2])
    assert (names(root), number(root, "totalResults")) == ([], 3)


def test_a_work_can_be_missing_from_its_own_route(crossref: FakeCrossref) -> None:
    crossref.fail_next(faults.missing_one())
    assert ask(crossref, "/works/10.18653/v1/n18-2074")[0] == 404


def test_the_first_record_can_lose_its_identifier() -> None:
    with serve_all(ENTRIES, WORKS, RECORDS, HITS) as services:
        for server in services.all:
            server.fail_always(faults.without_id())
        assert names(ET.fromstring(ask(services.arxiv, GOOD)[2]))[0] == ""
        assert "DOI" not in message(services.crossref, "/works")["items"][0]
        assert "id" not in json.loads(ask(services.datacite, "/dois")[2])["data"][0]
        assert "key" not in hits(services.dblp, "q=memory")["hit"][0]["info"]


def test_faults_can_come_together(crossref: FakeCrossref) -> None:
    crossref.fail_next(together((faults.shuffle(), faults.wrong_case(), faults.wrong_type(), faults.drip(0.001, 500))))
    code, headers, body = ask(crossref, "/works")
    assert (code, headers.get_content_type()) == (200, "text/html")
    assert "10.18653/V1/N18-2074" in [work["DOI"] for work in json.loads(body)["message"]["items"]]


# --- when a fault comes ---


def test_faults_come_one_a_request_and_then_no_more(arxiv: FakeArxiv) -> None:
    arxiv.fail_next(status(500), HONEST, status(503))
    assert [ask(arxiv, GOOD)[0] for _ in range(5)] == [500, 200, 503, 200, 200]


def test_a_fault_can_come_always_until_the_server_heals(arxiv: FakeArxiv) -> None:
    arxiv.fail_always(status(500))
    arxiv.fail_next(status(429))
    assert [ask(arxiv, GOOD)[0] for _ in range(3)] == [429, 500, 500]
    arxiv.heal()
    assert ask(arxiv, GOOD)[0] == 200


def test_a_fault_can_come_for_some_requests_only(arxiv: FakeArxiv) -> None:
    arxiv.fail_when(lambda request: "2309.06180" in request.value("id_list"), status(500))
    assert ask(arxiv, GOOD)[0] == 500
    assert ask(arxiv, "/api/query?id_list=2211.17192")[0] == 200


EVERY = {name: getattr(faults, name) for name in faults.__all__ if name not in {"HONEST", "RATE_EXCEEDED"}}
NEEDED: dict[str, Any] = {
    "status": 500,
    "redirect": "http://127.0.0.1:9/",
    "together": (faults.shuffle(), faults.truncate()),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_after_any_fault_the_server_answers_again(name: str) -> None:
    fault = EVERY[name](NEEDED[name]) if name in NEEDED else EVERY[name]()
    assert fault == (EVERY[name](NEEDED[name]) if name in NEEDED else EVERY[name]())
    with serve_all(ENTRIES, WORKS, RECORDS, HITS) as services:
        for server, target in zip(
            services.all, (GOOD, "/works?rows=1", "/dois", "/search/publ/api?q=memory&format=json"), strict=True
        ):
            right = ask(server, target)[2]
            server.fail_next(fault)
            with suppress(http.client.HTTPException, OSError):
                ask(server, target, timeout=0.02 if name in {"stall", "drip"} else 5)
            assert ask(server, target)[2] == right
