"""The client of a Zotero library: what it sends, what it makes of answers, how long it waits, and that the key goes nowhere else.

The server is the fake; what it cannot say is put in its mouth by ``instead`` and ``status``.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes import faults as fault
from fakes.server import Fault, Request, refused_url
from fakes.zotero import KEY, Access, FakeZotero
from fakes.zotero_faults import applied, backoff, cut_after, cut_before, forbidden, meddle, server_error
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.problems import EXIT_INCOMPLETE, EXIT_REFUSED, EXIT_USAGE, BibError
from llminfer_bib.sources.http_answers import HttpAnswer
from llminfer_bib.sources.session import BoundedSession
from llminfer_bib.sources.settings import Settings, settings_from
from llminfer_bib.zotero import answers
from llminfer_bib.zotero.backends import is_loopback
from llminfer_bib.zotero.client import (
    Client,
    NoAccessError,
    ZoteroRefusedError,
    ZoteroUnavailableError,
    open_client,
)
from llminfer_bib.zotero.keyfile import Key, LocalKey, web_key
from llminfer_bib.zotero.values import Failure, LibraryId, collection_of, remote_of

BOOK = {"itemType": "book", "title": "A Book"}
MODES = ["web", "local"]


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Memory(dict[str, str]):
    """What `state` keeps."""

    def remembered(self, name: str) -> str:
        return self.get(name, "")

    def remember(self, name: str, value: str) -> None:
        self[name] = value


class Desk:
    """Opens clients of one server, closes them, and remembers what was told."""

    def __init__(self, folder: Path) -> None:
        self.time = Time()
        self.told: list[str] = []
        self.memory = Memory()
        self.folder = folder
        self._open = contextlib.ExitStack()

    def settings(self, environment: dict[str, str], **seconds: float) -> Settings:
        timeout, total = seconds.get("timeout", 5.0), seconds.get("total_timeout", 100.0)
        return settings_from(
            {"BIB_CACHE_DIR": str(self.folder), **environment}, mailto="", timeout=timeout, total_timeout=total
        )

    def __call__(
        self, server: FakeZotero, library: str = "user", *, environment: dict[str, str] | None = None, **seconds: float
    ) -> Client:
        environment = server.environment if environment is None else environment
        client = open_client(
            self.settings(environment, **seconds),
            backend="local" if server.local else "web",
            library=library,
            environment=environment,
            tell=self.told.append,
            remembered=self.memory,
            clock=self.time.clock,
            sleep=self.time.sleep,
        )
        return self._open.enter_context(client)

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    desk = Desk(tmp_path / "cache")
    yield desk
    desk.close()


@pytest.fixture
def web() -> Iterator[FakeZotero]:
    with FakeZotero(groups=[7]) as server:
        yield server


@pytest.fixture
def local() -> Iterator[FakeZotero]:
    with FakeZotero("local", groups=[7]) as server:
        yield server


@pytest.fixture(params=MODES)
def server(request: pytest.FixtureRequest) -> Iterator[FakeZotero]:
    with FakeZotero(request.param, groups=[7]) as server:
        yield server


def titles(client: Client, since: int = 0) -> list[str]:
    found = client.items(since)
    return [] if found is None else sorted(one["data"]["title"] for one in found)


def fill(server: FakeZotero, count: int) -> list[str]:
    return [server.library().add_item({"itemType": "book", "title": f"Book {n:04}"}) for n in range(count)]


def is_page(start: int) -> Callable[[Request], bool]:
    return lambda request: request.path.endswith("/items/top") and int(request.value("start", "0")) == start


# --- the frame


def test_the_libraries_are_named_as_the_api_names_them(desk: Desk, web: FakeZotero, local: FakeZotero) -> None:
    assert desk(web).library == LibraryId("user", 1)
    assert desk(web, "user:1").library == LibraryId("user", 1)
    assert str(desk(web, "group:7").library) == "groups/7"
    assert desk(local).library == LibraryId("user", 0)
    assert desk(local, "user:5").library == LibraryId("user", 0)  # the program has only its own
    assert desk(local, "group:7").library == LibraryId("group", 7)


@pytest.mark.parametrize(
    "library", ["", "users", "user:", "user:0", "group", "group:x", "user:1\n", "groups/7", "user:٣"]
)
def test_what_is_no_library_is_said(desk: Desk, web: FakeZotero, library: str) -> None:
    with pytest.raises(NoAccessError, match="is no library"):
        desk(web, library)
    assert not web.requests


def test_the_server_is_what_versions_belong_to(desk: Desk, web: FakeZotero, local: FakeZotero) -> None:
    first, second = desk(web), desk(local)
    assert (first.backend, first.server, first.chooses_keys) == ("web", web.url, True)
    assert (second.backend, second.server, second.chooses_keys) == ("local", "lymS36QrVfGC", False)


def test_every_request_names_the_version_of_the_api_and_us(desk: Desk, server: FakeZotero) -> None:
    client = desk(server)
    client.items()
    client.collections()
    client.write_items([BOOK])
    requests = [one for one in server.requests if not one.path.endswith("/authorize")]
    assert {one.headers.get("zotero-api-version") for one in requests} == {"3"}
    assert {one.headers["user-agent"].partition("/")[0] for one in requests} == {"llminfer-bib"}
    assert server.connections == 1  # one connection for all of them


def test_an_empty_answer_keeps_the_connection(desk: Desk, server: FakeZotero) -> None:
    fill(server, 1)
    client = desk(server)
    for _ in range(3):
        assert client.items(1) is None
    assert server.connections == 1


def test_a_connection_that_the_server_closed_is_opened_again(desk: Desk, web: FakeZotero) -> None:
    client = desk(web)
    web.fail_next(fault.status(200, {"connection": "close", "last-modified-version": "0"}, b"[]"))
    client.items()
    assert client.write_items([BOOK]).saved


def test_requests_are_counted_by_what_they_do(desk: Desk, web: FakeZotero) -> None:
    client = desk(web)
    client.items()
    client.write_items([BOOK])
    assert (client.requests, client.reads, client.writes) == (3, 2, 1)
    assert len(web.requests) == 3


# --- reads


def test_all_regular_items_are_read_page_by_page(desk: Desk, server: FakeZotero) -> None:
    keys = fill(server, 230)
    server.library().trash(keys[0])
    server.library().add_note(keys[1], "a note")
    server.library().add_attachment(keys[1])
    server.library().add_item({"itemType": "note", "note": "alone"})
    client = desk(server)
    server.forget()
    found = client.items()
    assert len(server.requests) == 1  # the first page by the call itself
    assert found is not None
    got = list(found)
    assert {one["key"] for one in got} == set(keys)
    assert [remote_of(one).key for one in got if remote_of(one).trashed] == [keys[0]]
    assert len(server.requests) == 3
    assert server.requests[0].value("limit") == "100"
    assert client.version == server.library().version


def test_only_what_changed_since_is_read(desk: Desk, server: FakeZotero) -> None:
    keys = fill(server, 5)
    version = server.library().version
    client = desk(server)
    assert client.items(version) is None
    assert server.requests[-1].headers["if-modified-since-version"] == str(version)
    server.library().edit(keys[2], title="Changed")
    assert titles(client, version) == ["Changed"]
    assert client.version == server.library().version


def test_a_change_of_something_else_is_not_nothing(desk: Desk, server: FakeZotero) -> None:
    fill(server, 1)
    version = server.library().version
    server.library().add_collection("New")
    found = desk(server).items(version)
    assert found is not None
    assert list(found) == []


def test_a_server_that_knows_no_304_says_it_by_the_version(desk: Desk, web: FakeZotero) -> None:
    fill(web, 1)
    version = web.library().version
    client = desk(web)
    web.fail_next(fault.status(200, {"last-modified-version": str(version), "total-results": "0"}, b"[]"))
    assert client.items(version) is None


def test_a_library_that_went_back_is_read_as_a_new_one(desk: Desk, server: FakeZotero) -> None:
    keys = fill(server, 3)
    client = desk(server)
    assert titles(client, 4711) == ["Book 0000", "Book 0001", "Book 0002"]
    assert client.version == 3
    assert client.gone(4711, {*keys, "ABCD2345"}) == {"ABCD2345"}


def test_a_library_that_changes_between_two_pages_is_read_again(desk: Desk, server: FakeZotero) -> None:
    keys = fill(server, 150)
    meddling = meddle(before=lambda fake: fake.library().edit(keys[-1], title="Changed"))
    client = desk(server)
    server.fail_next(fault.HONEST, meddling)
    found = {one["key"]: one["data"]["title"] for one in client.items() or ()}
    assert len(found) == 150
    assert found[keys[-1]] == "Changed"
    assert client.version == server.library().version


def test_a_deletion_between_two_pages_hides_no_item(desk: Desk, server: FakeZotero) -> None:
    keys = fill(server, 150)
    client = desk(server)
    server.fail_next(fault.HONEST, meddle(before=lambda fake: fake.library().delete(keys[140])))
    found = {one["key"] for one in client.items() or ()}
    assert set(keys) - {keys[140]} <= found


def test_a_library_that_never_rests_is_given_up(desk: Desk, server: FakeZotero) -> None:
    keys = fill(server, 150)
    client = desk(server)
    server.fail_when(
        is_page(100), meddle(before=lambda fake: fake.library().edit(keys[0], title=str(len(fake.requests))))
    )
    with pytest.raises(ZoteroUnavailableError, match="changes all the time"):
        list(client.items() or ())
    assert sum(map(is_page(100), server.requests)) == 6


@dataclass(frozen=True, slots=True)
class Link(Fault):
    """Another Link header."""

    header: str = ""

    def change(self, response: Any, server: Any) -> Any:
        return response.having(response.body, link=self.header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        '<https://elsewhere.example/users/1/items/top?start=100>; rel="next"',
        '<http://elsewhere.example/users/1/items/top?start=100>; rel="next"',
        '<//elsewhere.example/x>; rel="next"',
        "<file:///etc/passwd>; rel=next",
        "<http://[>; rel=next",
        '<https://api.zotero.org/users/1/items/top?limit=100&start=100>; rel="next", <x>; rel="last"',
    ],
)
def test_a_next_page_of_another_host_is_found_by_its_number(desk: Desk, server: FakeZotero, header: str) -> None:
    fill(server, 350)
    client = desk(server)
    server.fail_when(lambda one: one.path.endswith("/items/top"), Link(header))
    assert len(titles(client)) == 350


def test_pages_that_lead_in_a_circle_come_to_an_end(desk: Desk, web: FakeZotero) -> None:
    fill(web, 150)
    client = desk(web)
    web.fail_always(Link(f'<{web.url}/users/1/items/top?limit=100&includeTrashed=1>; rel="next"'))
    with pytest.raises(ZoteroUnavailableError):
        list(client.items() or ())
    assert len(web.requests) < 30


def test_a_304_that_nobody_asked_for_is_no_list(desk: Desk, web: FakeZotero) -> None:
    client = desk(web)
    web.fail_next(fault.status(304))
    with pytest.raises(ZoteroUnavailableError, match="nothing changed"):
        client.collections()


def test_a_list_that_lacks_something_is_not_taken_for_all(desk: Desk, web: FakeZotero) -> None:
    fill(web, 3)
    client = desk(web)
    web.fail_always(fault.status(200, {"last-modified-version": "3", "total-results": "3"}, b"[]"))
    reads: list[Callable[[], object]] = [lambda: list(client.items() or ()), client.collections]
    reads.append(lambda: client.items_by_key(["ABCD2345"]))
    for read in reads:
        with pytest.raises(ZoteroUnavailableError):
            read()


def test_items_are_read_by_key_fifty_at_a_time(desk: Desk, server: FakeZotero) -> None:
    keys = fill(server, 120)
    server.library().trash(keys[3])
    server.library().delete(keys[4])
    client = desk(server)
    server.forget()
    found = client.items_by_key([*keys, keys[0], "no key", "ABCD2345", "../../x"])
    assert [one["key"] for one in found] and {one["key"] for one in found} == set(keys) - {keys[4]}
    assert len(server.requests) == 3
    assert client.items_by_key([]) == []


def test_what_is_gone_is_told_on_both_sides(desk: Desk, server: FakeZotero) -> None:
    keys = fill(server, 5)
    version = server.library().version
    client = desk(server)
    server.library().delete(keys[1])
    server.library().trash(keys[2])  # not gone
    client.items(version)
    assert client.gone(version, keys) == {keys[1]}
    assert client.gone(version, []) == frozenset()
    assert client.gone(0, [keys[0]]) == frozenset()


def test_collections_are_read_with_those_in_the_trash(desk: Desk, server: FakeZotero) -> None:
    library = server.library()
    top = library.add_collection("Reading list")
    inside = library.add_collection("Papers", top)
    for number in range(110):
        library.add_collection(f"C{number}")
    client = desk(server)
    client.write_collections([{"key": inside, "version": library.collections[inside]["version"], "deleted": True}])
    found = {one.key: one for one in map(collection_of, client.collections())}
    assert len(found) == 112
    assert found[inside].parent == top
    assert found[inside].trashed


# --- writes


def test_a_batch_is_mapped_by_index(desk: Desk, web: FakeZotero) -> None:
    [old] = fill(web, 1)
    client = desk(web)
    written = client.write_items(
        [
            {"itemType": "book", "title": "New"},
            {"key": old, "version": 1, "title": "Book 0000"},
            {"itemType": "book", "title": "Bad", "<b>": "x"},
            {"key": "ABCD2345", "version": 0, **BOOK},
            {"key": "ABCD2346", "version": 9, **BOOK},
        ]
    )
    assert sorted(written.saved) == [0, 3]
    assert remote_of(written.saved[3]).key == "ABCD2345"
    assert written.saved[0]["data"]["title"] == "New"
    assert written.unchanged == {1: old}
    assert written.failed[2] == Failure(400, "Invalid property '<b>'")  # as text, not as HTML
    assert written.failed[4].code == 404
    assert written.version == client.version == web.library().version
    [request] = [one for one in web.requests if one.method == "POST"]
    assert request.headers["content-type"] == "application/json"


def test_text_of_all_the_world_arrives(desk: Desk, server: FakeZotero) -> None:
    title = "推理 “quotes” \U0001f680 é & <b>"
    desk(server).write_items([{"itemType": "book", "title": title}])
    assert server.library().find(title=title)


def test_half_a_surrogate_pair_stops_nothing(desk: Desk, server: FakeZotero) -> None:
    written = desk(server).write_items([{"itemType": "book", "title": "a\ud800b"}])
    assert written.saved[0]["data"]["title"] == "a?b"


@pytest.mark.parametrize("count", [0, 51])
def test_a_batch_has_one_to_fifty_objects(desk: Desk, web: FakeZotero, count: int) -> None:
    with pytest.raises(ValueError, match="1 to 50"):
        desk(web).write_items([BOOK] * count)


@pytest.mark.slow
@pytest.mark.parametrize(
    "trouble",
    [
        cut_after(),
        cut_after(reset=True),
        cut_before(),
        fault.drop_after(),
        fault.html_200(),
        fault.empty_200(),
        fault.truncate(),
        fault.bad_bytes(),
        fault.wrong_shape(),
        fault.not_http(),
        fault.instead(b"[]"),
        fault.instead(b'{"successful": {"7": {}}}'),
        fault.instead(b'{"successful": {"0": {"key": "x"}}}'),
        fault.instead(b'{"success": {"0": 5}}'),
        fault.instead(b'{"failed": {"0": "no"}}'),
        fault.instead(b'{"failed": 5}'),
        fault.instead(b"[" * 100_000),
        fault.instead(b'{"failed": {"0": {"code": NaN}}}'),
        fault.gzip_bomb(),
        server_error(),
        applied(fault.status(502)),
        applied(fault.status(504)),
        fault.unavailable(),
    ],
    ids=repr,
)
def test_a_write_without_a_sure_answer_is_never_sent_again(desk: Desk, server: FakeZotero, trouble: Fault) -> None:
    client = desk(server)
    server.fail_next_write(trouble)
    with pytest.raises(ZoteroUnavailableError) as caught:
        client.write_items([BOOK])
    assert caught.value.unsure
    assert caught.value.exit_code == EXIT_INCOMPLETE
    assert server.writes == 1
    assert client.write_items([BOOK]).saved  # the client goes on


def test_a_write_that_takes_too_long_is_given_up(desk: Desk, server: FakeZotero) -> None:
    client = desk(server, timeout=0.3)
    client.write_items([BOOK])
    server.fail_next_write(fault.stall())
    with pytest.raises(ZoteroUnavailableError, match="no answer within") as caught:
        client.write_items([BOOK])
    assert caught.value.unsure


@pytest.mark.parametrize(("timeout", "for_a_write"), [(5.0, None), (20.0, 60.0), (90.0, 90.0)])
def test_a_write_may_take_longer_than_a_read(
    desk: Desk, web: FakeZotero, monkeypatch: pytest.MonkeyPatch, timeout: float, for_a_write: float | None
) -> None:
    client = desk(web, timeout=timeout)
    given: dict[str, float | None] = {}
    exchange = BoundedSession.exchange

    def noting(self: BoundedSession, method: str, url: str, **options: Any) -> HttpAnswer:
        given[method] = options["timeout"]
        return exchange(self, method, url, **options)

    monkeypatch.setattr(BoundedSession, "exchange", noting)
    client.items()
    client.write_items([BOOK])
    assert given == {"GET": None, "POST": for_a_write}


def test_each_request_has_a_deadline_of_its_own(desk: Desk, web: FakeZotero) -> None:
    client = desk(web, timeout=0.4)
    web.latency = 0.15
    for _ in range(4):
        client.write_items([BOOK])
    assert len(web.library().items) == 4


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_write_follows_no_redirect(desk: Desk, web: FakeZotero, code: int) -> None:
    client = desk(web)
    for target in (f"{web.url}/users/1/items", "https://elsewhere.example/"):
        web.fail_next_write(fault.redirect(target, code))
        with pytest.raises(ZoteroRefusedError, match="leads elsewhere"):
            client.write_items([BOOK])
    assert web.writes == 2
    assert not web.library().items


def test_a_429_of_a_write_is_waited_for(desk: Desk, server: FakeZotero) -> None:
    client = desk(server)
    server.fail_next_write(fault.throttled(3), fault.throttled())
    assert client.write_items([BOOK]).saved
    assert desk.time.slept == [3, 20]
    assert "Zotero is busy: waiting 3 s" in desk.told
    assert len(server.library().items) == 1


def test_a_503_of_a_write_is_sent_again_only_where_that_does_no_harm(desk: Desk, web: FakeZotero) -> None:
    client = desk(web)
    web.fail_next_write(fault.unavailable(2))
    assert client.write_items([{"key": "ABCD2345", "version": 0, **BOOK}]).saved
    assert desk.time.slept == [2]
    web.fail_next_write(applied(fault.unavailable(2)))
    written = client.write_items([{"key": "ABCD2346", "version": 0, **BOOK}])
    assert written.failed[0].code == 412 or written.unchanged  # it was done the first time: the caller reads it
    web.fail_next_write(fault.unavailable(9))
    with pytest.raises(ZoteroUnavailableError) as caught:
        client.write_items([BOOK])
    assert caught.value.unsure
    assert len(web.library().items) == 2
    before = sum(desk.time.slept)
    client.items()
    assert sum(desk.time.slept) == before + 9  # what the server asked for holds for what comes next


def test_a_request_that_is_too_large_is_cut_in_two(desk: Desk, web: FakeZotero) -> None:
    client = desk(web)
    web.fail_when(lambda one: one.method == "POST" and b"Book 3" in one.body, fault.status(413, {}, b"Too large"))
    written = client.write_items([{"itemType": "book", "title": f"Book {n}"} for n in range(5)])
    assert {n: one["data"]["title"] for n, one in written.saved.items()} == {n: f"Book {n}" for n in (0, 1, 2, 4)}
    assert written.failed == {3: Failure(413, "Too large")}


def test_objects_that_were_saved_and_not_shown_are_read(desk: Desk, web: FakeZotero) -> None:
    [key] = fill(web, 1)
    made = web.library().add_collection("Papers")
    client = desk(web)
    web.fail_next_write(fault.instead(json.dumps({"success": {"0": key}}).encode()))
    assert client.write_items([BOOK]).saved[0]["data"]["title"] == "Book 0000"
    web.fail_next_write(fault.instead(json.dumps({"success": {"0": made}, "unchanged": [], "failed": []}).encode()))
    assert client.write_collections([{"name": "Papers"}]).saved[0]["data"]["name"] == "Papers"


# --- patience


@pytest.mark.slow
@pytest.mark.parametrize(
    "trouble",
    [
        fault.drop_before(),
        fault.drop_before(reset=True),
        fault.drop_after(),
        fault.html_200(),
        fault.empty_200(),
        fault.truncate(),
        fault.bad_bytes(),
        fault.wrong_shape(),
        fault.not_http(),
        fault.status(500),
        fault.status(502),
        fault.gzip_bomb(),
        fault.huge(),
        fault.redirect("https://elsewhere.example/"),
        fault.redirect("file:///etc/passwd"),
        fault.redirect_loop(),
        fault.instead(b"[" * 100_000),
        fault.instead(b"[1]"),
        fault.instead(b'[{"data": []}]'),
        fault.instead(b'[{"key": "ABCD2345", "version": 1, "data": {"creators": [1]}}]'),
        fault.instead(b'[{"key": "ABCD2345", "version": true, "data": {}}]'),
        fault.instead(b'[{"key": "../etc", "version": 1, "data": {}}]'),
        fault.status(200, {"content-type": "application/json"}, b"[]"),  # which names no version
    ],
    ids=repr,
)
def test_a_read_is_tried_three_times(desk: Desk, server: FakeZotero, trouble: Fault) -> None:
    fill(server, 2)
    client = desk(server)
    server.forget()
    server.fail_next(trouble, trouble)
    assert len(titles(client)) == 2
    assert desk.time.slept in ([1, 2], [1])  # a loop takes both faults at once
    server.fail_always(trouble)
    with pytest.raises(ZoteroUnavailableError, match=r"Zotero cannot be read: .*Try again later") as caught:
        titles(client)
    assert not caught.value.unsure
    assert caught.value.exit_code == EXIT_INCOMPLETE


def test_a_slow_read_ends(desk: Desk, web: FakeZotero) -> None:
    fill(web, 2)
    client = desk(web, timeout=0.2)
    web.fail_always(fault.drip())
    with pytest.raises(ZoteroUnavailableError, match="no answer within"):
        titles(client)


def test_a_busy_server_is_waited_for_four_times(desk: Desk, server: FakeZotero) -> None:
    client = desk(server, total_timeout=1000)
    server.fail_next(fault.throttled(5), fault.unavailable(), fault.throttled(), fault.unavailable(7))
    assert titles(client) == []
    assert desk.time.slept == [5, 20, 40, 7]
    server.fail_always(fault.throttled(1))
    with pytest.raises(ZoteroUnavailableError, match=r"busy \(HTTP 429\)"):
        titles(client)


@pytest.mark.parametrize("write", [False, True])
def test_nobody_waits_longer_than_a_run_may(desk: Desk, web: FakeZotero, write: bool) -> None:
    client = desk(web, total_timeout=60)
    web.fail_next(fault.throttled(50), fault.throttled(50))
    with pytest.raises(ZoteroUnavailableError, match="asked again in 50 s, and a run may wait 60 s") as caught:
        client.write_items([BOOK]) if write else client.items()
    assert not caught.value.unsure
    assert desk.time.slept == [50]


def test_backoff_delays_the_next_request_and_not_this_one(desk: Desk, server: FakeZotero) -> None:
    client = desk(server)
    server.fail_next(backoff(7))
    client.items()
    assert desk.time.slept == []
    desk.time.now += 3
    client.write_items([BOOK])
    assert desk.time.slept == [4]
    assert "Zotero asks for fewer requests: waiting 4 s" in desk.told
    client.items()
    assert desk.time.slept == [4]


@pytest.mark.parametrize("value", ["", "soon", "-5", "0", "²", "nan"])
def test_a_backoff_that_is_no_number_is_none(desk: Desk, web: FakeZotero, value: str) -> None:
    client = desk(web)
    web.fail_next(fault.status(200, {"Backoff": value, "last-modified-version": "0", "total-results": "0"}, b"[]"))
    client.items()
    client.items()
    assert desk.time.slept == []


def test_a_program_that_ends_half_way_is_no_traceback(desk: Desk, server: FakeZotero) -> None:
    client = desk(server)
    client.write_items([BOOK])
    server.__exit__(None, None, None)
    with pytest.raises(ZoteroUnavailableError, match=r"cannot reach|broke off"):
        client.items()
    with pytest.raises(ZoteroUnavailableError):
        client.write_items([BOOK])
    server.__enter__()  # the fixture ends it


# --- refusals


@pytest.mark.parametrize(
    ("code", "body", "error", "message"),
    [
        (400, b"Uploaded data must be a JSON array", ZoteroRefusedError, "Uploaded data must be a JSON array"),
        (400, b"&#39;x&#39; &lt;i&gt;\x1b[31m\n2", ZoteroRefusedError, r"'x' <i> \[31m 2"),
        (400, b"<html><h1>400</h1></html>", ZoteroRefusedError, r"\(HTTP 400\)"),
        (405, b"", ZoteroRefusedError, "HTTP 405"),
        (403, b"Invalid key", NoAccessError, "does not know the API key"),
        (403, b"Write access denied", NoAccessError, "may not (read|write to) the library users/1"),
        (403, b"Forbidden", NoAccessError, "settings/keys"),
        (401, b"", NoAccessError, "does not know the API key"),
        (404, b"Not found", NoAccessError, "no library users/1"),
        (409, b"Library is locked", ZoteroUnavailableError, "Library is locked"),
        (412, b"Library has been modified", ZoteroUnavailableError, "Try again"),
        (428, b"", ZoteroUnavailableError, "HTTP 428"),
    ],
)
def test_a_refused_request_says_why(
    desk: Desk, web: FakeZotero, code: int, body: bytes, error: type[BibError], message: str
) -> None:
    client = desk(web)
    for ask in (client.items, client.collections, lambda: client.write_items([BOOK])):
        web.forget()
        web.fail_next(fault.status(code, {}, body))
        with pytest.raises(error, match=message) as caught:
            ask()
        assert "\x1b" not in str(caught.value)
        assert len(web.requests) == 1
        assert not getattr(caught.value, "unsure", False)
    codes = {ZoteroRefusedError: EXIT_REFUSED, NoAccessError: EXIT_USAGE, ZoteroUnavailableError: EXIT_INCOMPLETE}
    assert error.exit_code == codes[error]


def test_a_key_that_is_withdrawn_half_way_is_said(desk: Desk, web: FakeZotero) -> None:
    client = desk(web)
    client.write_items([BOOK])
    web.fail_next_write(forbidden())
    with pytest.raises(NoAccessError, match="may not write to"):
        client.write_items([BOOK])


def test_a_library_that_is_not_there_or_not_ours_is_said(desk: Desk, server: FakeZotero) -> None:
    with pytest.raises(NoAccessError, match=r"no library groups/99"):
        desk(server, "group:99").items()
    if not server.local:
        server.keys["other"] = Access(2)
        with pytest.raises(NoAccessError, match="users/2"):
            desk(server, "user:2").items()


# --- who may write at zotero.org


def test_whose_key_it_is_is_asked_once_and_remembered(desk: Desk, web: FakeZotero) -> None:
    first = desk(web)
    first.may_write()
    assert [one.path for one in web.requests] == ["/keys/current"]
    second = desk(web)
    second.may_write()
    assert second.library == first.library
    assert len(web.requests) == 1
    assert KEY not in json.dumps(desk.memory)


def test_another_key_is_another_memory(desk: Desk, web: FakeZotero) -> None:
    desk(web)
    web.keys["another"] = Access(2)
    environment = {**web.environment, "ZOTERO_API_KEY": "another"}
    assert desk(web, environment=environment).library == LibraryId("user", 2)


@pytest.mark.parametrize("value", ["x", "0", "-1", "1" * 40, "²"])
def test_a_broken_memory_is_none(desk: Desk, web: FakeZotero, value: str) -> None:
    desk(web)
    [name] = [name for name in desk.memory if "user" in name]
    desk.memory[name] = value
    assert desk(web).library == LibraryId("user", 1)


@pytest.mark.parametrize(
    ("access", "library", "may"),
    [
        (Access(1), "user", True),
        (Access(1), "group:7", True),
        (Access(1, write=False), "user", False),
        (Access(1, write=False), "group:7", False),
        (Access(1, groups=False), "group:7", False),
        (Access(1, library=False), "user", False),
        (Access(1), "user:2", False),
    ],
)
def test_a_key_without_the_right_is_refused_before_anything_is_sent(
    desk: Desk, web: FakeZotero, access: Access, library: str, may: bool
) -> None:
    web.keys[KEY] = access
    client = desk(web, library)
    if may:
        client.may_write()
    else:
        with pytest.raises(NoAccessError, match=r"may not write to the library .*settings/keys"):
            client.may_write()
        web.keys[KEY] = Access(1)
        if library != "user:2":
            desk(web, library).may_write()  # only good news is remembered
    assert web.writes == 0


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"userID": "1"}', b'{"userID": true}', b'{"userID": 0}', b'{"userID": -4}', b"null"]
)
def test_an_answer_about_a_key_that_says_nothing_is_no_traceback(desk: Desk, web: FakeZotero, body: bytes) -> None:
    web.fail_always(fault.instead(body))
    with pytest.raises(ZoteroUnavailableError):
        desk(web)


@pytest.mark.parametrize("access", [None, [], {"user": []}, {"user": {"write": "yes"}}, {"groups": 5}, "all"])
def test_rights_of_a_strange_shape_are_none(desk: Desk, web: FakeZotero, access: object) -> None:
    web.fail_when(
        lambda one: one.path == "/keys/current", fault.instead(json.dumps({"userID": 1, "access": access}).encode())
    )
    with pytest.raises(NoAccessError):
        desk(web).may_write()


def test_a_wrong_key_is_said(desk: Desk, web: FakeZotero) -> None:
    environment = {**web.environment, "ZOTERO_API_KEY": "wrong"}
    for library in ("user", "user:1"):
        with pytest.raises(NoAccessError, match="does not know the API key"):
            desk(web, library, environment=environment).items()


# --- where the key comes from


def key_file(path: Path, text: str = f"{KEY}\n", mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def test_the_key_of_the_environment_wins_then_the_configured_file_then_the_usual_one(tmp_path: Path) -> None:
    one, two = key_file(tmp_path / "one", "one"), key_file(tmp_path / "two", "\ufefftwo \r\n")
    assert web_key({"ZOTERO_API_KEY": " three\n"}, one, two).reveal() == "three"
    assert web_key({"ZOTERO_API_KEY": ""}, one, two).reveal() == "one"
    assert web_key({}, None, two).reveal() == "two"


def test_the_usual_file_lies_in_the_configuration_folder(desk: Desk, web: FakeZotero, tmp_path: Path) -> None:
    environment = {"BIB_ZOTERO_URL": web.url}
    with pytest.raises(NoAccessError, match=r"settings/keys/new.*ZOTERO_API_KEY.*zotero\.key.*--backend local"):
        desk(web, environment=environment)
    key_file(tmp_path / "config" / "llminfer-bib" / "zotero.key")
    assert desk(web, environment=environment).library == LibraryId("user", 1)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o660, 0o777])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = key_file(tmp_path / "zotero.key", mode=mode)
    with pytest.raises(NoAccessError) as caught:
        web_key({}, None, path)
    assert f"chmod 600 {path}" in str(caught.value)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_that_only_its_owner_can_read_is_taken(tmp_path: Path, mode: int) -> None:
    assert web_key({}, None, key_file(tmp_path / "zotero.key", mode=mode)).reveal() == KEY


def test_a_key_file_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = key_file(tmp_path / "zotero.key")
    monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    with pytest.raises(NoAccessError, match="belongs to somebody else"):
        web_key({}, None, path)


def test_what_is_no_file_is_no_key(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(NoAccessError, match=r"is no file|belongs to"):
            web_key({}, path, path)
    for path in (tmp_path / "missing", tmp_path / "missing" / "deeper", key_file(tmp_path / "empty", " \n")):
        with pytest.raises(NoAccessError, match="There is no key in"):
            web_key({}, path, path)


@pytest.mark.parametrize(
    "text", ["two words", "a\nb", "clé", "-----BEGIN KEY-----\nx", '{"token":"secret"}', "x" * 257, "a\x00b"]
)
def test_what_is_no_key_is_not_shown(tmp_path: Path, text: str) -> None:
    path = key_file(tmp_path / "zotero.key", text)
    for environment in ({"ZOTERO_API_KEY": text}, {}):
        with pytest.raises(NoAccessError, match="holds no API key") as caught:
            web_key(environment, path, path)
        assert text not in str(caught.value)


# --- where the key goes


def chain(error: BaseException) -> str:
    """Everything that an exception and what is behind it could show."""
    seen, waiting = [], [error]
    while waiting:
        one = waiting.pop()
        seen += [repr(one), str(one), repr(vars(one)), *traceback.format_exception(one)]
        waiting += [other for other in (one.__cause__, one.__context__) if other is not None and len(seen) < 200]
    return "\n".join(seen)


@pytest.mark.parametrize(
    "trouble",
    [
        fault.drop_before(),
        fault.status(403, {}, f"Invalid key {KEY}".encode()),
        fault.status(403, {}, f"May not write: {KEY}".encode()),
        fault.status(400, {}, f"Bad {KEY}".encode()),
        fault.status(500, {}, KEY.encode()),
        fault.status(429, {"retry-after": "1000"}, KEY.encode()),
        fault.instead(f'{{"key": "{KEY}", '.encode()),
        fault.instead(f'{{"key": "{KEY}"}}'.encode()),
        fault.redirect(f"https://{KEY}.example/"),
        fault.html_200(),
        fault.not_http(),
    ],
    ids=lambda one: type(one).__name__,
)
def test_the_key_is_in_no_error(desk: Desk, web: FakeZotero, trouble: Fault, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    client = desk(web, "user:1")
    asks: list[Callable[[], object]] = [client.items, client.collections, client.may_write]
    asks += [lambda: client.write_items([BOOK]), lambda: client.gone(0, ["ABCD2345"]), lambda: desk(web)]
    web.fail_always(trouble)
    for ask in asks:
        with pytest.raises(BibError) as caught:
            ask()
        shown = chain(caught.value)
        assert KEY not in shown
        assert caught.value.__cause__ is None
        assert "requests.exceptions" not in shown
    assert KEY not in "".join([*desk.told, caplog.text, repr(client), repr(vars(client)), json.dumps(desk.memory)])


def test_a_failure_that_repeats_the_key_does_not_show_it(desk: Desk, web: FakeZotero) -> None:
    client = desk(web)
    answer = {"failed": {"0": {"code": 400, "message": f"Bad key {KEY}"}}}
    web.fail_next_write(fault.instead(json.dumps(answer).encode()))
    assert client.write_items([BOOK]).failed[0].message == "Bad key [key]"


def test_a_key_says_nothing_about_itself() -> None:
    key = Key("secret")
    assert "secret" not in f"{key} {key!r} {[key]}"
    with pytest.raises(TypeError):
        __import__("pickle").dumps(key)


def test_the_key_is_in_a_header_and_never_in_an_address(desk: Desk, web: FakeZotero) -> None:
    fill(web, 150)
    client = desk(web)
    list(client.items() or ())
    client.write_items([BOOK])
    for request in web.requests:
        assert request.headers["zotero-api-key"] == KEY
        assert KEY not in request.target


def test_the_key_is_sent_to_no_other_host(desk: Desk, web: FakeZotero) -> None:
    with FakeZotero() as other:
        client = desk(web)
        web.fail_always(fault.redirect(f"{other.url}/users/1/items"))
        for ask in (client.items, lambda: client.write_items([BOOK])):
            with pytest.raises(BibError):
                ask()
        assert not other.requests
        assert other.connections == 0


@pytest.mark.parametrize("url", ["http://api.zotero.org", "http://10.0.0.1:23119", "http://localhost.example.org"])
@pytest.mark.parametrize("backend", MODES)
def test_no_key_goes_over_an_open_line(desk: Desk, url: str, backend: str) -> None:
    environment = {"BIB_ZOTERO_URL": url, "ZOTERO_API_KEY": KEY}
    with pytest.raises(NoAccessError, match="https://"):
        open_client(desk.settings(environment), backend=backend, library="user", environment=environment)


def test_loopback_is_known_by_its_numbers() -> None:
    assert all(map(is_loopback, ["http://127.0.0.1", "http://127.1.2.3:5", "http://[::1]:8", "http://localhost:1/x"]))
    assert not any(map(is_loopback, ["http://128.0.0.1", "http://localhost@evil.example", "http://127.0.0.1.nip.io"]))


def test_no_proxy_sees_what_stays_on_this_machine(
    desk: Desk, server: FakeZotero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", refused_url())
    monkeypatch.setenv("no_proxy", "")
    client = desk(server)
    assert client.write_items([BOOK]).saved


# --- the program on this machine


def test_the_person_is_asked_at_the_first_write_and_the_key_is_kept(desk: Desk, local: FakeZotero) -> None:
    client = desk(local)
    client.items()
    client.may_write()
    assert local.handshake.prompts == 0
    client.write_items([BOOK])
    client.write_items([BOOK])
    assert local.handshake.prompts == 1
    assert desk.told == ['Zotero asks whether llminfer-bib may write: choose "Always Allow" there.']
    [kept] = desk.folder.glob("*.key")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    desk(local).write_items([BOOK])
    assert local.handshake.prompts == 1


def test_the_key_is_sent_with_writes_only(desk: Desk, local: FakeZotero) -> None:
    client = desk(local)
    client.write_items([BOOK])
    client.items()
    assert [one.method for one in local.requests if "zotero-api-key" in one.headers] == ["POST"]


def test_a_key_for_one_write_is_asked_for_each_time_and_not_kept(desk: Desk, local: FakeZotero) -> None:
    local.handshake.answer = "once"
    client = desk(local)
    for _ in range(5):
        client.write_items([BOOK])
    assert local.handshake.prompts == 5
    assert local.writes == 5  # none was sent in vain
    assert not list(desk.folder.glob("*.key"))
    with pytest.raises(NoAccessError, match=r'five times within a minute.*"Always Allow"'):
        client.write_items([BOOK])
    desk.time.now += 60
    local.handshake.clock = desk.time.clock
    local.handshake._times.clear()
    assert client.write_items([BOOK]).saved


def test_a_program_that_has_asked_too_often_says_so(desk: Desk, local: FakeZotero) -> None:
    local.handshake.answer = "once"
    for _ in range(5):
        desk(local).write_items([BOOK])
    with pytest.raises(NoAccessError, match="five times within a minute"):
        desk(local).write_items([BOOK])
    assert desk.time.slept == []


def test_a_key_that_was_withdrawn_is_asked_for_again(desk: Desk, local: FakeZotero) -> None:
    desk(local).write_items([BOOK])
    local.handshake.keys.clear()
    client = desk(local)
    assert client.write_items([BOOK]).saved
    assert local.handshake.prompts == 2
    local.handshake.keys.clear()
    assert client.write_items([BOOK]).saved
    assert local.handshake.prompts == 3


def test_a_program_that_takes_none_of_its_keys_is_given_up(desk: Desk, local: FakeZotero) -> None:
    client = desk(local)
    local.fail_when(lambda one: one.path.endswith("/items"), fault.status(401, {}, b"Invalid or expired API key"))
    with pytest.raises(NoAccessError, match="Restart Zotero"):
        client.write_items([BOOK])
    assert local.handshake.prompts == 3


def test_a_person_who_denies_is_told_the_way_out(desk: Desk, local: FakeZotero) -> None:
    local.handshake.answer = "deny"
    with pytest.raises(NoAccessError, match=r'"Deny" was chosen.*zotero-rdf'):
        desk(local).write_items([BOOK])
    assert local.writes == 0


@pytest.mark.parametrize(
    ("code", "body", "message"),
    [
        (403, b"Denied", '"Deny" was chosen'),
        (200, b'{"denied": true}', '"Deny" was chosen'),
        (401, b"", '"Deny" was chosen'),
        (403, b"Local API is not enabled", "Allow other applications"),
        (400, b"Endpoint does not support method", "Zotero 10 or later"),
        (404, b"No endpoint found", "Zotero 10 or later"),
        (429, b"Too many", "five times"),
    ],
)
def test_every_answer_to_the_question_has_its_words(
    desk: Desk, local: FakeZotero, code: int, body: bytes, message: str
) -> None:
    client = desk(local)
    local.fail_when(lambda one: one.path.endswith("/authorize"), fault.status(code, {}, body))
    with pytest.raises(NoAccessError, match=message):
        client.write_items([BOOK])
    assert local.writes == 0


@pytest.mark.parametrize("body", [b'{"key": 5}', b'{"key": ""}', b'{"key": "a\\nb"}', b'{"key": "\\u00e9"}'])
def test_a_key_that_is_none_is_no_traceback(desk: Desk, local: FakeZotero, body: bytes) -> None:
    client = desk(local)
    local.fail_when(lambda one: one.path.endswith("/authorize"), fault.instead(body))
    with pytest.raises(ZoteroUnavailableError, match="key that cannot be used"):
        client.write_items([BOOK])


@pytest.mark.parametrize("trouble", [fault.drop_before(), fault.status(500)])
def test_a_question_without_an_answer_is_no_write(desk: Desk, local: FakeZotero, trouble: Fault) -> None:
    client = desk(local)
    local.fail_when(lambda one: one.path.endswith("/authorize"), trouble)
    with pytest.raises(ZoteroUnavailableError, match="Nobody answered") as caught:
        client.write_items([BOOK])
    assert not caught.value.unsure
    assert local.writes == 0


@pytest.mark.parametrize(
    ("code", "body", "error", "message"),
    [
        (403, b"Local API is not enabled", NoAccessError, "Allow other applications"),
        (400, b"Endpoint does not support method", NoAccessError, "Zotero 10 or later"),
        (400, b"Uploaded data must not be empty", ZoteroRefusedError, "Uploaded data must not be empty"),
    ],
)
def test_what_the_program_refuses_has_its_words(
    desk: Desk, local: FakeZotero, code: int, body: bytes, error: type[BibError], message: str
) -> None:
    client = desk(local)
    for ask in (client.items, lambda: client.write_items([BOOK])):
        local.fail_when(lambda one: "/users/" in one.path, fault.status(code, {}, body))
        with pytest.raises(error, match=message):
            ask()


def test_a_program_that_does_not_speak_is_to_be_restarted(desk: Desk, local: FakeZotero) -> None:
    local.fail_next(fault.not_http())
    with pytest.raises(ZoteroUnavailableError, match="Restart Zotero"):
        desk(local)


def test_a_program_before_version_10_is_said(desk: Desk) -> None:
    with FakeZotero("local", writable=False) as old:
        client = desk(old)
        with pytest.raises(NoAccessError, match=r"Zotero 10 or later.*--backend web.*zotero-rdf"):
            client.write_items([BOOK])


@pytest.mark.parametrize("code", [200, 404])
def test_a_program_without_a_server_id_is_too_old(desk: Desk, web: FakeZotero, code: int) -> None:
    web.fail_always(fault.status(code, {}, b"Nothing to see here."))
    web.local = False
    with pytest.raises(NoAccessError, match="Zotero 10 or later"):
        open_client(
            desk.settings(web.environment), backend="local", library="user", environment={}, sleep=desk.time.sleep
        )


def test_the_switch_that_is_off_is_named(desk: Desk) -> None:
    with (
        FakeZotero("local", enabled=False) as off,
        pytest.raises(NoAccessError, match="Allow other applications on this computer to communicate with Zotero"),
    ):
        desk(off)


def test_a_program_that_does_not_run_is_to_be_started(desk: Desk) -> None:
    environment = {"BIB_ZOTERO_URL": refused_url()}
    with pytest.raises(ZoteroUnavailableError, match="Start Zotero"):
        open_client(desk.settings(environment), backend="local", library="user", environment=environment)


def test_another_program_that_answers_meanwhile_gets_nothing(desk: Desk, local: FakeZotero) -> None:
    client = desk(local)
    client.write_items([BOOK])
    local.handshake.server_id = "another"
    with pytest.raises(ZoteroUnavailableError, match="another profile"):
        client.write_items([BOOK])
    with pytest.raises(ZoteroUnavailableError, match="another profile"):
        client.items()
    assert len(local.library().items) == 1
    fresh = desk(local)
    assert fresh.server == "another"
    assert fresh.write_items([BOOK]).saved
    assert local.handshake.prompts == 2  # a key belongs to one program


@pytest.mark.parametrize("code", [412, 428])
def test_a_server_id_that_is_not_taken_is_asked_for_once_more(desk: Desk, local: FakeZotero, code: int) -> None:
    client = desk(local)
    refusal = fault.status(code, {}, b"Zotero-Server-ID does not match this server")
    local.fail_next_write(refusal)
    assert client.write_items([BOOK]).saved
    local.fail_next_write(refusal)
    with pytest.raises(ZoteroUnavailableError):
        client.write_items([BOOK])


def test_a_group_that_may_not_be_edited_is_not_the_switch(desk: Desk, local: FakeZotero) -> None:
    client = desk(local, "group:7")
    local.fail_next_write(fault.status(403, {}, b"Write access denied"))
    with pytest.raises(NoAccessError, match=r"groups/7 \(Write access denied\).*may edit"):
        client.write_items([BOOK])


def test_the_address_may_name_the_api_itself(desk: Desk, local: FakeZotero) -> None:
    assert desk(local, environment={"BIB_ZOTERO_URL": f"{local.url}/api"}).items() is not None


def test_a_key_file_that_cannot_be_kept_only_means_another_question(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = LocalKey(tmp_path / "file" / "folder", "server")
    kept.write(Key("secret"))
    assert kept.read() is None
    kept.forget()
    good = LocalKey(tmp_path / "new", "server")
    good.write(Key("one"))
    good.write(Key("two"))
    found = good.read()
    assert found is not None
    assert found.reveal() == "two"
    good.path.chmod(0o644)
    assert good.read() is None


# --- answers of any shape


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 60) | st.text(max_size=5) | st.sampled_from(["ABCD2345", "12", "0"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "key version data itemType title creators tags tag type collections extra deleted name parentCollection items 0 1 "
                "successful success unchanged failed code message userID access".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


ANSWERS = given(JSON, st.sampled_from(["", "0", "3", "x", "-1", "²"]))


@settings(max_examples=100)
@ANSWERS
def test_whatever_an_answer_holds_it_is_read_or_refused(found: object, number: str) -> None:
    headers = {"last-modified-version": number, "total-results": number}
    answer = HttpAnswer(200, headers, json.dumps(found).encode(), "application/json")
    with contextlib.suppress(answers.UnreadableError):
        for one in answers.page_of(answer, "https://api.zotero.org/x").objects:
            remote_of(one)
            collection_of(one)
    with contextlib.suppress(answers.UnreadableError):
        written, _ = answers.written_of(answer, 2)
        assert {*written.saved, *written.unchanged, *written.failed} <= {0, 1}
        for one in written.saved.values():
            remote_of(one)
    for read in (answers.deleted_of, answers.versions_of):
        with contextlib.suppress(answers.UnreadableError):
            assert all(isinstance(key, str) for key in read(answer))


@pytest.mark.slow
@settings(max_examples=600)
@ANSWERS
def test_whatever_many_answers_hold_they_are_read_or_refused(found: object, number: str) -> None:
    test_whatever_an_answer_holds_it_is_read_or_refused.hypothesis.inner_test(found, number)


@settings(max_examples=150)
@given(st.binary(max_size=60))
def test_whatever_bytes_come_it_is_read_or_refused(body: bytes) -> None:
    answer = HttpAnswer(200, {}, body, "")
    with contextlib.suppress(answers.UnreadableError):
        answers.json_of(answer)
    words = answers.words_of(answer)
    assert words.isprintable()
    assert len(words) <= 300


def test_half_a_surrogate_pair_in_an_answer_can_be_stored() -> None:
    found = answers.json_of(HttpAnswer(200, {}, b'{"a": "x\\ud83dy", "b": "\\ud83d\\ude80"}', ""))
    assert found["b"] == "\U0001f680"
    found["a"].encode()


def test_versions_that_are_not_complete_are_refused() -> None:
    with pytest.raises(answers.UnreadableError):
        answers.versions_of(HttpAnswer(200, {"total-results": "2"}, b'{"ABCD2345": 1}', ""))
    assert answers.versions_of(HttpAnswer(200, {}, b"[]", "")) == frozenset()
