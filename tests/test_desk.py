"""The desk: every question gets one answer, the pace is kept, and trouble costs little. No test here sleeps or asks a network."""

from __future__ import annotations

import json
import math
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from llminfer_bib.records import ABSENT, DEFERRED, FOUND, REFUSED, Answer, Record
from llminfer_bib.sources import sharing
from llminfer_bib.sources.cache import FILE, Cache
from llminfer_bib.sources.desk import Desk, Progress
from llminfer_bib.sources.pacing import Pacer, TooLateError
from llminfer_bib.sources.protocol import (
    DAY,
    RefusedBatchError,
    Reply,
    SourceError,
    ThrottledError,
    UnavailableError,
    Wire,
)
from llminfer_bib.sources.settings import Settings

START = 1_800_000_000.0
AT = "2027-01-15T08:00:00Z"
LIMIT = "the run's limit of 300 s (BIB_TOTAL_TIMEOUT)"


@dataclass
class Time:
    """Clock, wall clock and sleep that nobody has to wait for."""

    now: float = 100.0
    wall_offset: float = START - 100.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now + self.wall_offset

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Request:
    ids: tuple[str, ...]
    began: float
    ended: float
    wire: Wire


Behaviour = Callable[[Sequence[str]], None]


class FakeSource:
    """A source in memory. It knows every identifier but those that begin with ``no``; ``script`` says how requests fail."""

    def __init__(
        self, time: Time, *, name: str = "fake", pace: float = 3.0, size: int = 100, takes: float = 0.5
    ) -> None:
        self.NAME = name
        self.BASE_URL = "https://example.org"
        self.BASE_URL_VARIABLE = "BIB_FAKE_URL"
        self.PACE = pace
        self.PATIENCE: tuple[float, ...] = (10.0, 20.0)
        self.LIFETIME = 7 * DAY
        self.ABSENT_LIFETIME = 3 * DAY
        self.time, self.size, self.takes = time, size, takes
        self.requests: list[Request] = []
        self.script: list[SourceError | None] = []
        """What happens to the next requests, one each; then ``always``."""
        self.always: Behaviour = well
        self.reply_pace: float | None = None
        self.unreadable: set[str] = set()
        self.reads = 0
        self.content = "1"

    def batches(self, ids: Sequence[str]) -> list[tuple[str, ...]]:
        return [tuple(ids[at : at + self.size]) for at in range(0, len(ids), self.size)]

    def ask(self, ids: Sequence[str], wire: Wire) -> Reply:
        began = self.time.now
        self.time.now += min(self.takes, wire.timeout)
        self.requests.append(Request(tuple(ids), began, self.time.now, wire))
        event = self.script.pop(0) if self.script else None
        if event is not None:
            raise event
        self.always(ids)
        found = {name: f"{name} {self.content}".encode() for name in ids if not name.startswith("no")}
        return Reply({**found, "extra": b"never asked"}, self.reply_pace)

    def read(self, question: str, raw: bytes) -> tuple[Record, ...]:
        self.reads += 1
        if question in self.unreadable or not raw.startswith(question.encode()):
            raise ValueError("cannot be read")
        return (Record(source=self.NAME, id=question, title=raw.decode().rpartition(" ")[2]),)


def bad(*culprits: str, named: bool = False, error: type[SourceError] = RefusedBatchError) -> Behaviour:
    """Fail every request that holds one of these identifiers."""

    def behave(ids: Sequence[str]) -> None:
        there = [name for name in culprits if name in ids]
        if there and error is RefusedBatchError:
            raise RefusedBatchError("HTTP 400", there[:1] if named else ())
        if there:
            raise error("HTTP 500")

    return behave


def well(_ids: Sequence[str]) -> None:
    """Fail none."""


class Room:
    """One folder, one time, one source, and a desk whenever it is wanted."""

    def __init__(self, folder: Path, **source: float) -> None:
        self.time = Time()
        self.folder = folder
        self.source = FakeSource(self.time, **source)
        self.total_timeout = 300.0
        self.progress: list[Progress] = []
        self.sources: dict[str, FakeSource] = {"fake": self.source}

    def desk(self, *, cached: bool = True, offline: bool = False, refresh: bool = False) -> Desk:
        return Desk(
            Settings(self.folder, timeout=20.0, total_timeout=self.total_timeout, mailto="a@example.org"),
            sources=self.sources,
            cache=Cache.open(self.folder) if cached else None,
            offline=offline,
            refresh=refresh,
            on_progress=self.progress.append,
            clock=self.time.clock,
            wall=self.time.wall,
            sleep=self.time.sleep,
        )

    def ask(self, ids: Iterable[str], **options: bool) -> dict[str, Answer]:
        with self.desk(**options) as desk:
            return desk.ask("fake", ids)

    @property
    def count(self) -> int:
        return len(self.source.requests)

    def cached(self) -> dict[str, bytes | None]:
        """Everything in the cache."""
        everything = {name for request in self.source.requests for name in request.ids}
        with Cache.open(self.folder) as cache:
            return {name: stored.raw for name, stored in cache.get_many("fake", everything).items()}

    def gaps(self) -> list[float]:
        """The pauses between requests."""
        requests = self.source.requests
        return [after.began - before.ended for before, after in pairwise(requests)]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / "cache")


def ids(count: int) -> list[str]:
    return [f"id{n}" for n in range(count)]


def statuses(answers: Mapping[str, Answer]) -> dict[str, str]:
    return {name: answer.status for name, answer in answers.items()}


def reasons(answers: Mapping[str, Answer]) -> set[str]:
    return {answer.reason for answer in answers.values()}


# --- the cache first


def test_every_question_has_one_answer_in_the_order_of_the_questions(room: Room) -> None:
    answers = room.ask(["b", "no1", "a", "b"])
    assert list(answers) == ["b", "no1", "a"]
    assert answers["a"] == Answer(FOUND, (Record(source="fake", id="a", title="1"),), at=AT)
    assert answers["no1"] == Answer(ABSENT, at=AT)
    assert room.source.requests[0].ids == ("b", "no1", "a")


def test_no_question_is_no_request(room: Room) -> None:
    assert room.ask([]) == {}
    assert room.count == 0


def test_a_second_run_asks_nothing(room: Room) -> None:
    first = room.ask([*ids(250), "no1"])
    assert room.count == 3
    assert room.ask([*ids(250), "no1"]) == first
    assert room.count == 3


def test_one_more_question_asks_for_that_one_only(room: Room) -> None:
    room.ask(ids(5))
    room.ask([*ids(5), "new"])
    assert room.source.requests[1].ids == ("new",)


@pytest.mark.parametrize(
    ("name", "age", "requests"),
    [
        ("found", 6.9 * DAY, 1), ("found", 7.1 * DAY, 2), ("no1", 2.9 * DAY, 1), ("no1", 3.1 * DAY, 2),
        ("found", -0.9 * DAY, 1), ("found", -1.1 * DAY, 2),
    ],
)  # fmt: skip
def test_an_answer_is_fresh_for_its_lifetime(room: Room, name: str, age: float, requests: int) -> None:
    room.ask([name])
    room.time.wall_offset += age
    assert room.ask([name])[name].status != DEFERRED
    assert room.count == requests


def test_offline_takes_any_age_and_defers_the_rest(room: Room) -> None:
    room.ask(["a", "no1"])
    room.time.wall_offset += 1000 * DAY
    answers = room.ask(["a", "no1", "b"], offline=True)
    assert statuses(answers) == {"a": FOUND, "no1": ABSENT, "b": DEFERRED}
    assert answers["b"].reason == "not in the cache, and --offline was given"
    assert not answers["a"].stale
    assert answers["a"].at == AT
    assert room.count == 1


def test_refresh_asks_once_for_each_question_of_a_run(room: Room) -> None:
    room.ask(["a", "b"])
    room.source.content = "2"
    with room.desk(refresh=True) as desk:
        assert desk.ask("fake", ["a"])["a"].records[0].title == "2"
        assert desk.ask("fake", ["a", "b"])["b"].records[0].title == "2"
        desk.ask("fake", ["a", "b"])
    assert [request.ids for request in room.source.requests] == [("a", "b"), ("a",), ("b",)]


def test_refresh_without_a_network_gives_the_older_answer_as_stale(room: Room) -> None:
    room.ask(["a", "no1"])
    room.source.always = bad("a", "no1", "b", error=UnavailableError)
    answers = room.ask(["a", "no1", "b"], refresh=True)
    assert statuses(answers) == {"a": FOUND, "no1": ABSENT, "b": DEFERRED}
    assert answers["a"].stale and answers["no1"].stale and not answers["b"].stale
    assert reasons(answers) == {"HTTP 500"}
    assert answers["a"].at == AT


def test_an_old_answer_is_better_than_none_and_says_that_it_is_old(room: Room) -> None:
    room.ask(["a"])
    room.time.wall_offset += 8 * DAY
    room.source.always = bad("a", error=UnavailableError)
    answer = room.ask(["a"])["a"]
    assert (answer.status, answer.stale, answer.reason, answer.at) == (FOUND, True, "HTTP 500", AT)
    room.source.always = well
    assert not room.ask(["a"])["a"].stale


def test_a_stored_answer_that_cannot_be_read_is_asked_again(room: Room) -> None:
    room.ask(["a", "b"])
    with Cache.open(room.folder) as cache:
        cache.put_many("fake", {"a": b"from an older version"}, [], START)
    assert room.ask(["a", "b"])["a"].status == FOUND
    assert room.source.requests[1].ids == ("a",)


def test_an_answer_that_can_never_be_read_is_deferred_and_not_kept(room: Room) -> None:
    room.source.unreadable = {"a"}
    assert room.ask(["a", "b"])["a"] == Answer(DEFERRED, reason="its answer cannot be read")
    assert room.count == 1
    assert set(room.cached()) == {"b"}


def test_offline_an_unreadable_answer_is_deferred_and_not_thrown_away(room: Room) -> None:
    room.ask(["a"])
    room.source.unreadable = {"a"}
    assert room.ask(["a"], offline=True)["a"].reason == "the stored answer cannot be read, and --offline was given"
    assert set(room.cached()) == {"a"}


def test_an_old_answer_is_kept_when_the_new_one_cannot_be_read(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.ask(["a"])
    read = room.source.read

    def reads_the_first_kind_only(question: str, raw: bytes) -> tuple[Record, ...]:
        if raw.endswith(b"2"):
            raise ValueError
        return read(question, raw)

    monkeypatch.setattr(room.source, "read", reads_the_first_kind_only)
    room.source.content = "2"
    answer = room.ask(["a"], refresh=True)["a"]
    assert (answer.status, answer.stale, answer.reason) == (FOUND, True, "its answer cannot be read")


def test_known_reads_the_cache_only(room: Room) -> None:
    room.ask(["a", "no1"])
    room.time.wall_offset += 1000 * DAY
    with room.desk() as desk:
        known = desk.known("fake", ["a", "never", "no1"])
        assert statuses(known) == {"a": FOUND, "no1": ABSENT}
        assert not known["a"].stale
        assert desk.requests == {}
    assert room.count == 1


def test_without_a_cache_nothing_is_asked_twice_in_a_run(room: Room) -> None:
    with room.desk(cached=False) as desk:
        assert desk.ask("fake", ["a", "no1"]) == desk.ask("fake", ["a", "no1"])
        assert desk.known("fake", ["a"]) == {}
        assert desk.remarks == []
    assert room.count == 1
    assert not room.folder.exists()


def test_a_broken_cache_is_a_remark_and_no_more(room: Room) -> None:
    room.folder.mkdir()
    (room.folder / FILE).write_bytes(b"no database" * 1000)
    with room.desk() as desk:
        assert statuses(desk.ask("fake", ["a"])) == {"a": FOUND}
        assert "set aside" in "".join(desk.remarks)


def test_a_question_that_a_source_leaves_out_of_its_batches_is_refused(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.source, "batches", lambda ids: [tuple(name for name in ids if name != "odd")])
    assert statuses(room.ask(["a", "odd"])) == {"a": FOUND, "odd": REFUSED}


# --- what a request is sent with


def test_a_request_carries_address_and_names(room: Room) -> None:
    room.ask(["a"])
    wire = room.source.requests[0].wire
    assert (wire.base_url, wire.mailto, wire.timeout) == ("https://example.org", "a@example.org", 20.0)
    assert wire.user_agent.endswith("(mailto:a@example.org)")


def test_requests_are_counted_by_source(room: Room) -> None:
    with room.desk() as desk:
        assert desk.requests == {}
        desk.ask("fake", ids(250))
        assert desk.requests == {"fake": 3}


# --- trouble: (how the requests fail, identifiers asked, requests, statuses, pauses slept, reasons)


@dataclass(frozen=True)
class Case:
    name: str
    asked: list[str]
    requests: int
    statuses: dict[str, int]
    script: tuple[SourceError | None, ...] = ()
    always: Behaviour = well
    slept: list[float] | None = None
    reasons: frozenset[str] = frozenset({""})
    size: int = 100


U, T, R = UnavailableError, ThrottledError, RefusedBatchError
DEAD = frozenset({"refused"})


def dead(_ids: Sequence[str]) -> None:
    raise U("refused")


def throttled(_ids: Sequence[str]) -> None:
    raise T("HTTP 429")


def malformed(_ids: Sequence[str]) -> None:
    raise R("HTTP 400")


CASES = (
    Case("one hiccup", ids(100), 2, {FOUND: 100}, (U("HTTP 503"),), slept=[3.0]),
    Case("two hiccups", ids(100), 3, {FOUND: 100}, (U("x"), U("y")), slept=[3.0, 3.0]),
    Case("three hiccups: the halves are asked", ids(100), 5, {FOUND: 100}, (U("x"), U("x"), U("x"))),
    Case("a dead server", ids(100), 5, {DEFERRED: 100}, always=dead, reasons=DEAD),
    Case("a dead server, and more batches", ids(400), 5, {DEFERRED: 400}, always=dead, reasons=DEAD),
    Case("a dead server asked for one", ids(1), 3, {DEFERRED: 1}, always=dead, reasons=DEAD),
    Case("a dead server asked one by one", ids(50), 4, {DEFERRED: 50}, always=dead, reasons=DEAD, size=1),
    Case("a dead server asked for two", ids(2), 5, {DEFERRED: 2}, always=dead, reasons=DEAD),
    Case("one poison identifier", ids(100), 15, {FOUND: 99, DEFERRED: 1}, always=bad("id37", error=U), reasons=frozenset({"", "HTTP 500"})),
    Case("one poison among searches", ids(5), 7, {FOUND: 4, DEFERRED: 1}, always=bad("id2", error=U), size=1, reasons=frozenset({"", "HTTP 500"})),
    Case("two poison ones in one half", ids(100), 25, {FOUND: 98, DEFERRED: 2}, always=bad("id10", "id40", error=U), reasons=frozenset({"", "HTTP 500"})),
    Case("a poison one, other batches", ids(400), 18, {FOUND: 399, DEFERRED: 1}, always=bad("id37", error=U), reasons=frozenset({"", "HTTP 500"})),
    Case("throttled once", ids(3), 2, {FOUND: 3}, (T("HTTP 429"),), slept=[10.0]),
    Case("throttled twice", ids(3), 3, {FOUND: 3}, (T("HTTP 429"), T("HTTP 429")), slept=[10.0, 20.0]),
    Case("throttled with Retry-After", ids(3), 2, {FOUND: 3}, (T("HTTP 429", 42.0),), slept=[42.0]),
    Case("Retry-After shorter than the pace", ids(3), 2, {FOUND: 3}, (T("HTTP 429", 0.5),), slept=[3.0]),
    Case("Retry-After 0 is no patience at all", ids(3), 2, {FOUND: 3}, (T("HTTP 429", 0.0),), slept=[10.0]),
    Case("throttled for ever", ids(400), 3, {DEFERRED: 400}, always=throttled, slept=[10.0, 20.0], reasons=frozenset({"HTTP 429, 3 times"})),
    Case("Retry-After beyond the run", ids(400), 1, {DEFERRED: 400}, (T("HTTP 429", 600.0),), slept=[], reasons=frozenset({f"HTTP 429: to be asked again in 600 s, after {LIMIT}"})),
    Case("throttled, then a hiccup", ids(3), 3, {FOUND: 3}, (T("HTTP 429"), U("x")), slept=[10.0, 3.0]),
    Case("a malformed identifier that is named", ids(100), 2, {FOUND: 99, REFUSED: 1}, always=bad("id37", named=True), reasons=frozenset({"", "HTTP 400"})),
    Case("three malformed ones, named one by one", ids(100), 4, {FOUND: 97, REFUSED: 3}, always=bad("id1", "id2", "id99", named=True), reasons=frozenset({"", "HTTP 400"})),
    Case("a malformed identifier that is not named", ids(100), 13, {FOUND: 99, REFUSED: 1}, always=bad("id37"), reasons=frozenset({"", "HTTP 400"})),
    Case("a name that was never asked is no culprit", ids(2), 3, {FOUND: 2}, (R("HTTP 400", ["other"]),)),
    Case("every identifier named", ids(2), 1, {REFUSED: 2}, (R("HTTP 400", ["id0", "id1"]),), reasons=frozenset({"HTTP 400"})),
    Case("one malformed question alone", ids(1), 1, {REFUSED: 1}, always=malformed, reasons=frozenset({"HTTP 400"})),
    Case("everything is refused", ids(400), 20, {DEFERRED: 400}, always=malformed, reasons=frozenset({"HTTP 400, whatever it is asked"})),
    Case("refused, then a hiccup", ids(10), 5, {FOUND: 10}, (R("HTTP 400"), U("x"), U("x"))),
    Case("a failure of no known kind", ids(2), 2, {FOUND: 2}, (SourceError("odd"),)),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_trouble_costs_little_and_is_named(tmp_path: Path, case: Case) -> None:
    room = Room(tmp_path, size=case.size, takes=0.0)
    room.source.script, room.source.always = list(case.script), case.always
    answers = room.ask(case.asked)
    counted = {status: list(statuses(answers).values()).count(status) for status in statuses(answers).values()}
    assert counted == case.statuses
    assert room.count == case.requests
    assert reasons(answers) == case.reasons
    if case.slept is not None:
        assert room.time.slept == case.slept
    assert room.cached() == {name: f"{name} 1".encode() for name, a in answers.items() if a.status == FOUND}
    assert all(gap >= 3.0 - 1e-9 for gap in room.gaps())


def test_one_bad_identifier_costs_the_logarithm(tmp_path: Path) -> None:
    for position in (0, 1, 49, 50, 98, 99):
        for error in (R, U):
            room = Room(tmp_path / f"{position} {error.__name__}", takes=0.0)
            room.source.always = bad(f"id{position}", error=error)
            assert list(statuses(room.ask(ids(100))).values()).count(FOUND) == 99
            assert room.count <= 3 + 2 * math.ceil(math.log2(100))


def test_a_source_that_is_down_stays_down_for_the_run_and_not_for_the_next(room: Room) -> None:
    room.source.always = dead
    with room.desk() as desk:
        desk.ask("fake", ids(10))
        before = room.count
        assert reasons(desk.ask("fake", ["other"])) == {"refused"}
        assert room.count == before
    room.source.always = well
    assert set(statuses(room.ask([*ids(10), "other"])).values()) == {FOUND}


def test_one_source_down_does_not_stop_another(room: Room) -> None:
    other = FakeSource(room.time, name="other")
    other.BASE_URL_VARIABLE = "BIB_OTHER_URL"
    room.sources["other"] = other
    room.source.always = dead
    with room.desk() as desk:
        desk.ask("fake", ids(10))
        assert set(statuses(desk.ask("other", ids(10))).values()) == {FOUND}


def test_a_refused_question_is_not_asked_twice_in_a_run_but_in_the_next(room: Room) -> None:
    room.source.always = bad("a")
    with room.desk() as desk:
        desk.ask("fake", ["a"])
        assert statuses(desk.ask("fake", ["a"])) == {"a": REFUSED}
    assert room.count == 1
    room.ask(["a"])
    assert room.count == 2


def test_what_was_done_before_trouble_is_kept_and_the_next_run_goes_on(room: Room) -> None:
    room.source.script = [None, None, *[U("gone")] * 5]
    answers = room.ask(ids(400))
    assert list(statuses(answers).values()) == [FOUND] * 200 + [DEFERRED] * 200
    room.ask(ids(400))
    assert [len(request.ids) for request in room.source.requests[-2:]] == [100, 100]


def test_an_interrupt_passes_and_what_came_before_is_kept(room: Room) -> None:
    def interrupted(names: Sequence[str]) -> None:
        if "id150" in names:
            raise KeyboardInterrupt

    room.source.always = interrupted
    with room.desk() as desk, pytest.raises(KeyboardInterrupt):
        desk.ask("fake", ids(300))
    assert len(room.cached()) == 100
    room.source.always = well
    room.ask(ids(300))
    assert [len(request.ids) for request in room.source.requests] == [100, 100, 100, 100]


def test_an_interrupt_while_waiting_passes(room: Room) -> None:
    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    room.time.sleep = interrupted  # type: ignore[method-assign]
    with room.desk() as desk, pytest.raises(KeyboardInterrupt):
        desk.ask("fake", ids(300))
    assert len(room.cached()) == 100


def test_a_bug_in_a_source_is_not_hidden(room: Room) -> None:
    def broken(_ids: Sequence[str]) -> None:
        raise ZeroDivisionError

    room.source.always = broken
    with room.desk() as desk, pytest.raises(ZeroDivisionError):
        desk.ask("fake", ["a"])


def test_a_batch_that_was_answered_leaves_the_next_one_all_its_tries(room: Room) -> None:
    room.source.always = bad("id99", error=U)
    room.ask(ids(100))
    before = room.count
    room.source.always = well

    def hiccup_at_the_second_batch(names: Sequence[str]) -> None:
        if "new99" in names:
            raise U("x")
        if "id100" in names and not room.source.script:
            room.source.always = well
            raise U("once")

    room.source.always = hiccup_at_the_second_batch
    answers = room.ask([*(f"new{n}" for n in range(100)), *(f"id{n}" for n in range(100, 200))])
    assert list(statuses(answers).values()).count(FOUND) == 199
    assert [len(request.ids) for request in room.source.requests[before:]][-2:] == [100, 100]


def test_an_unreadable_stored_answer_is_forgotten_even_when_no_new_one_comes(room: Room) -> None:
    room.ask(["a"])
    room.source.unreadable, room.source.always = {"a"}, dead
    assert statuses(room.ask(["a"])) == {"a": DEFERRED}
    assert room.cached() == {}


def test_a_refresh_that_failed_is_not_tried_again_in_the_same_run(room: Room) -> None:
    room.ask(["a"])
    room.source.always = dead
    with room.desk(refresh=True) as desk:
        assert desk.ask("fake", ["a"])["a"].stale
        before = room.count
        assert desk.ask("fake", ["a"])["a"].status == FOUND
        assert room.count == before


def test_a_refresh_does_not_take_an_older_answer_for_that_of_another_run(room: Room) -> None:
    room.ask(["a"])
    room.time.now += 100
    turn = pacer(room.folder, room.time).turn(10_000.0)
    turn.__enter__()
    others = [turn]

    def sleep(seconds: float) -> None:
        room.time.now += seconds
        if others:
            others.pop().__exit__(None, None, None)

    room.time.sleep = sleep  # type: ignore[method-assign]
    room.source.content = "2"
    assert room.ask(["a"], refresh=True)["a"].records[0].title == "2"
    assert "waits for another run" in [step.note for step in room.progress]


def test_of_two_sources_of_one_service_the_slower_pace_holds(room: Room) -> None:
    slow = FakeSource(room.time, name="slow", pace=7.0)
    slow.requests = room.source.requests
    room.sources["slow"] = slow
    with room.desk() as desk:
        desk.ask("fake", ["a"])
        desk.ask("slow", ["b"])
        desk.ask("slow", ["c"])
    assert room.gaps()[1] == pytest.approx(7.0)


# --- the limit of a run


def test_what_does_not_fit_into_the_run_is_deferred(tmp_path: Path) -> None:
    room = Room(tmp_path, takes=17.0)
    answers = room.ask(ids(2000))
    assert room.count == 15  # 15 requests of 17 s, 3 s apart
    assert list(statuses(answers).values()) == [FOUND] * 1500 + [DEFERRED] * 500
    assert reasons(answers) == {"", f"{LIMIT} was reached"}
    assert room.time.now <= 400.0


def test_a_request_may_take_what_is_left_of_the_run(tmp_path: Path) -> None:
    room = Room(tmp_path, takes=15.0)
    room.total_timeout = 40.0
    room.ask(ids(1000))
    assert [request.wire.timeout for request in room.source.requests] == [20.0, 20.0, 4.0]


def test_the_run_begins_with_the_first_request(room: Room) -> None:
    with room.desk() as desk:
        room.time.now += 10_000
        assert statuses(desk.ask("fake", ["a"])) == {"a": FOUND}
        room.time.now += 301
        assert reasons(desk.ask("fake", ["b"])) == {f"{LIMIT} was reached"}
        assert statuses(desk.ask("fake", ["a"])) == {"a": FOUND}


def test_a_retry_that_would_come_too_late_is_left_out(room: Room) -> None:
    room.total_timeout = 2.0
    room.source.always = dead
    (reason,) = reasons(room.ask(ids(3)))
    assert room.count == 1
    assert room.time.slept == []
    assert reason == "refused; the run's limit of 2 s (BIB_TOTAL_TIMEOUT) was reached"


# --- the pace


def test_the_pace_counts_from_the_end_of_a_request(tmp_path: Path) -> None:
    room = Room(tmp_path, takes=8.0)
    room.ask(ids(500))
    assert room.gaps() == [3.0] * 4


def test_nobody_waits_before_the_first_request_or_after_the_last(room: Room) -> None:
    room.ask(ids(100))
    assert room.time.slept == []


def test_the_pace_holds_across_runs(room: Room) -> None:
    room.ask(["a"])
    room.time.now += 1.0
    room.ask(["b"])
    assert room.gaps() == pytest.approx([3.0])


def test_the_pace_holds_across_the_sources_of_one_service(room: Room) -> None:
    search = FakeSource(room.time, name="fake-search")
    search.requests = room.source.requests
    room.sources["fake-search"] = search
    with room.desk() as desk:
        desk.ask("fake", ["a"])
        desk.ask("fake-search", ["b"])
    assert room.gaps() == pytest.approx([3.0])
    assert len(room.source.requests) == 2


@pytest.mark.parametrize(
    ("named", "expected"),
    [(0.5, 0.5), (10.0, 10.0), (0.0, 0.02), (-5.0, 0.02), (math.inf, 3.0), (math.nan, 3.0), (None, 3.0)],
)
def test_an_answer_may_name_the_pace_within_reason(room: Room, named: float | None, expected: float) -> None:
    room.source.reply_pace = named
    room.ask(ids(300))
    assert room.gaps() == pytest.approx([expected] * 2)


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        (f"{START - 1.0!r} ended", 2.0),
        (f"{START - 3.5!r} ended", 0.0),
        (f"{START + 1e6!r} ended", 3.0),
        (f"{START - 1000.0!r} began", 3.0),
        ("inf ended", 3.0),
        ("-inf ended", 0.0),
        ("nan ended", 0.0),
        ("", 0.0),
        ("no number", 0.0),
        ("\x00\xff", 0.0),
        ("1 2 3", 0.0),
        ("9" * 500, 0.0),
    ],
)
def test_what_others_noted_makes_nobody_wait_longer_than_the_pace(room: Room, noted: str, expected: float) -> None:
    room.folder.mkdir()
    (room.folder / "pace-fake.lock").write_bytes(noted.encode("latin-1"))
    room.ask(["a"])
    assert sum(room.time.slept) == pytest.approx(expected)


def test_a_clock_that_is_set_forward_between_requests_does_not_hurry_us(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.source.always = lambda _ids: setattr(room.time, "wall_offset", room.time.wall_offset + 500.0)
    room.ask(ids(300))
    assert room.gaps() == [3.0, 3.0]


def test_a_folder_that_cannot_be_used_leaves_the_pace_of_this_run(room: Room) -> None:
    room.folder.touch()
    room.ask(ids(300))
    assert room.gaps() == [3.0, 3.0]


def test_without_locks_the_pace_of_this_run_is_left(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "FLOCK", False)
    room.ask(ids(300))
    assert room.gaps() == [3.0, 3.0]


def pacer(folder: Path, time: Time) -> Pacer:
    return Pacer("fake", 3.0, folder, clock=time.clock, wall=time.wall, sleep=time.sleep)


def test_another_run_that_asks_is_waited_for_until_the_deadline(tmp_path: Path) -> None:
    time, told = Time(), []
    with pacer(tmp_path, time).turn(1000.0):
        with pytest.raises(TooLateError), pacer(tmp_path, time).turn(110.0, told.append):
            pytest.fail("two turns at once")
        assert 109.0 <= time.now < 110.0
        assert told == [0.0]
    with pacer(tmp_path, time).turn(1000.0, told.append) as waited:
        assert not waited
    assert told == [0.0, pytest.approx(3.0)]


def test_a_run_waits_for_another_and_takes_over_what_that_one_was_told(room: Room) -> None:
    other = pacer(room.folder, room.time)
    room.folder.mkdir()
    turn = other.turn(10_000.0)
    turn.__enter__()
    naps = iter(range(10))

    def sleep(seconds: float) -> None:
        room.time.now += seconds
        if next(naps, 10) == 3:
            with Cache.open(room.folder) as cache:
                cache.put_many("fake", {"a": b"a theirs"}, ["b"], room.time.wall())
            turn.__exit__(None, None, None)

    room.time.sleep = sleep  # type: ignore[method-assign]
    answers = room.ask(["a", "b", "c"])
    assert answers["a"].records[0].title == "theirs"
    assert statuses(answers) == {"a": FOUND, "b": ABSENT, "c": FOUND}
    assert [request.ids for request in room.source.requests] == [("c",)]
    assert "waits for another run" in [step.note for step in room.progress]


def test_a_run_that_is_never_let_in_defers(room: Room) -> None:
    room.folder.mkdir()
    with pacer(room.folder, room.time).turn(10_000.0):
        assert reasons(room.ask(ids(300))) == {f"{LIMIT} was reached"}
    assert room.count == 0


# --- progress


def test_a_person_sees_what_how_many_and_how_long(room: Room) -> None:
    room.source.script = [None, T("HTTP 429")]
    room.ask(["cached"])
    room.time.now += 60
    room.progress.clear()
    room.ask(["cached", *ids(150)])
    assert [(step.done, step.total, step.waiting, step.note) for step in room.progress] == [
        (0, 150, 0.0, "asks for 100"),
        (0, 150, 10.0, "HTTP 429"),
        (0, 150, 0.0, "HTTP 429: asks again for 100"),
        (100, 150, 0.0, ""),
        (100, 150, 3.0, ""),
        (100, 150, 0.0, "asks for 50"),
        (150, 150, 0.0, ""),
    ]
    assert {step.source for step in room.progress} == {"fake"}


def test_nothing_is_shown_where_nothing_is_asked(room: Room) -> None:
    room.ask(["a"])
    room.progress.clear()
    room.ask(["a"])
    room.ask(["b"], offline=True)
    assert room.progress == []


# --- whatever happens

EVENTS = st.sampled_from(
    [None, None, None, U("x"), T("HTTP 429"), T("HTTP 429", 1.0), T("HTTP 429", 500.0), R("HTTP 400"), R("HTTP 400", ["id3", "zz"])]
)  # fmt: skip


@hypothesis_settings(max_examples=80)
@given(
    scripts=st.lists(st.lists(EVENTS, max_size=12), min_size=1, max_size=3),
    count=st.integers(0, 25),
    size=st.integers(1, 12),
    takes=st.sampled_from([0.0, 0.3, 25.0]),
    poison=st.sets(st.integers(0, 24), max_size=3),
    pause=st.sampled_from([0.0, 2.0, 4 * DAY]),
    refresh=st.booleans(),
)
def test_whatever_happens_the_promises_hold(scripts, count, size, takes, poison, pause, refresh) -> None:
    with tempfile.TemporaryDirectory() as name:
        room = Room(Path(name), size=size, takes=takes)
        room.source.always = bad(*(f"id{n}" for n in poison), error=U)
        asked = [f"no{n}" if n % 5 == 4 else f"id{n}" for n in range(count)]
        found: dict[str, str] = {}
        for script in scripts:
            room.source.script = list(script)
            began = room.time.now
            answers = room.ask(asked, refresh=refresh)
            assert list(answers) == asked, "one answer for each question"
            assert room.time.now - began <= 300.0 + 1e-6, "the limit of the run"
            for name, answer in answers.items():
                assert answer.status in (
                    {ABSENT, DEFERRED, REFUSED} if name[:2] == "no" else {FOUND, DEFERRED, REFUSED}
                )
                assert bool(answer.records) == (answer.status == FOUND)
                assert (answer.status in {DEFERRED, REFUSED} or answer.stale) == bool(answer.reason)
                if found.get(name) in {FOUND, ABSENT} and answer.status != REFUSED:
                    assert answer.status == found[name], "nothing that was found is lost"
                if answer.status in {FOUND, ABSENT}:
                    found[name] = answer.status
            cached = {name: FOUND if raw is not None else ABSENT for name, raw in room.cached().items()}
            assert cached == found, "everything found is stored, and no failure"
            room.time.now += pause
        assert all(gap >= 3.0 - 1e-6 for gap in room.gaps()), "the pace"


# --- several processes, and the real clock

RUN = """
import json, sys, time
from pathlib import Path
from llminfer_bib.records import Record
from llminfer_bib.sources.cache import Cache
from llminfer_bib.sources.desk import Desk
from llminfer_bib.sources.protocol import Reply
from llminfer_bib.sources.settings import Settings

class Source:
    NAME, BASE_URL, BASE_URL_VARIABLE = "real", "https://example.org", "BIB_REAL_URL"
    PACE, PATIENCE, LIFETIME, ABSENT_LIFETIME = 0.1, (), 1000.0, 1000.0
    times = []
    def batches(self, ids): return [(name,) for name in ids]
    def ask(self, ids, wire):
        began = time.time()
        if ids[0] == "hang":
            print("hangs", flush=True)
            time.sleep(60)
        time.sleep(0.02)
        self.times.append((began, time.time()))
        return Reply({name: name.encode() for name in ids})
    def read(self, question, raw): return (Record(source="real", id=question),)

source = Source()
folder = Path(sys.argv[1])
with Desk(Settings(folder), sources={"real": source}, cache=Cache.open(folder)) as desk:
    answers = desk.ask("real", sys.argv[2:])
print(json.dumps([source.times, [a.status for a in answers.values()], desk.remarks]))
"""


def run(folder: Path, *names: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", RUN, str(folder), *names], stdout=subprocess.PIPE, text=True)


def test_two_runs_at_once_share_pace_and_cache(tmp_path: Path) -> None:
    runs = [run(tmp_path, "a", "b", "same"), run(tmp_path, "c", "d", "same")]
    results = [json.loads(process.communicate()[0]) for process in runs]
    assert [result[1] for result in results] == [[FOUND] * 3] * 2
    assert [result[2] for result in results] == [[], []]
    times = sorted(moment for result in results for moment in result[0])
    assert len(times) in {5, 6}
    for (_, ended), (began, _) in pairwise(times):
        assert began - ended >= 0.1 - 0.005
    with Cache.open(tmp_path) as cache:
        assert set(cache.get_many("real", ["a", "b", "c", "d", "same"])) == {"a", "b", "c", "d", "same"}


def test_a_run_that_is_killed_while_it_asks_keeps_what_it_has_and_blocks_nobody(tmp_path: Path) -> None:
    with run(tmp_path, "a", "b", "hang") as process:
        assert process.stdout.readline() == "hangs\n"
        process.send_signal(signal.SIGKILL)
        killed = time.time()
    with run(tmp_path, "a", "b", "c") as process:
        times, found, remarks = json.loads(process.communicate()[0])
    assert found == [FOUND] * 3
    assert remarks == []
    assert len(times) == 1
    assert times[0][0] - killed >= 0.1 - 0.005


# --- size


def test_warm_questions_take_linear_time(room: Room) -> None:
    def work(asked: list[str]) -> None:
        assert len(desk.ask("fake", asked)) == len(asked)

    room.source.size = most = 4000
    room.ask(ids(most))
    with room.desk(offline=True) as desk:
        assert_in_proportion(ids, work, most // 4, most // 4)


@pytest.mark.slow
def test_questions_by_the_ten_thousand_take_time_in_proportion(room: Room) -> None:
    room.source.size, room.source.PACE = 100_000, 0.001

    def make(count: int) -> list[str]:
        room.ask(asked := ids(count))
        return asked

    def work(asked: list[str]) -> None:
        with room.desk(offline=True) as desk:
            assert len(desk.ask("fake", asked)) == len(asked)

    assert_in_proportion(make, work, 8_000)
