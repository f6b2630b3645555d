"""`bib enrich` and `bib add` while services, network, disk and people misbehave: nothing is lost, the rest is done, the next run goes on.

The list has two entries that arXiv fills and two that Crossref fills (`trouble`). One of the services gets a fault; the other one's entries must come
out complete, the faulty one's must be named as deferred (exit 4), and after healing only those may be asked for.
"""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import HONEST, Fault, Request, arxiv_entry, crossref_work, datacite_record, refused_url
from fakes import faults as f
from fakes.arxiv import ATOM, error_feed
from trouble import (
    ASKED,
    DAO,
    IDS,
    KWON,
    QUICK,
    REFS,
    ZHAO,
    Done,
    Stage,
    asked_of_arxiv,
    asked_of_crossref,
    clock,
    counts,
    ended,
    environment,
    filled,
    keeps_what_was_written,
    noted,
    services,
    stage,
    started,
    until,
)

__all__ = ["clock", "services", "stage"]  # fixtures

ALL = frozenset(IDS)
NOWHERE = "http://no.such.host.invalid"
posix = pytest.mark.skipif(os.name != "posix", reason="needs signals and modes of POSIX")


@dataclass(frozen=True)
class Trouble:
    """What one service does to every request, and what the person is told about it."""

    name: str
    fault: Fault
    said: str
    """A regular expression for the reason."""
    services: tuple[str, ...] = ("arxiv", "crossref")
    environment: dict[str, str] = field(default_factory=dict)
    most_requests: int = 8


SLOW = {"BIB_TIMEOUT": "0.15"}
SOON = datetime.now(UTC) + timedelta(seconds=40)
TROUBLES = [
    # the service says no
    Trouble("429", f.throttled(), r"429|Rate exceeded"),
    Trouble("429 with Retry-After", f.throttled(7), r"429|Rate exceeded"),
    Trouble("429 with Retry-After as a date", f.throttled(SOON), r"429|Rate exceeded"),
    Trouble("429 with Retry-After of a day", f.throttled(86400), r"(429|Rate exceeded).*86400 s", most_requests=1),
    Trouble("429 with a Retry-After that is none", f.throttled("soon"), r"429|Rate exceeded"),
    Trouble("429 with a Retry-After below zero", f.throttled("-5"), r"429|Rate exceeded"),
    Trouble("503", f.unavailable(), r"503"),
    Trouble("503 with Retry-After", f.unavailable(7), r"503"),
    Trouble("500", f.status(500), r"500"),
    Trouble("502", f.status(502), r"502"),
    Trouble("403", f.status(403), r"403"),
    Trouble("404", f.status(404), r"404"),
    Trouble("204", f.status(204, body=b""), r"204|nothing|empty"),
    Trouble("400", f.status(400), r"400, whatever it is asked", most_requests=4),
    Trouble("418", f.status(418), r"418"),
    # the line
    Trouble("stall", f.stall(), r"no answer within 0\.15 s", ("arxiv",), environment=SLOW),
    Trouble("stall half way", f.stall(after=100), r"no answer within 0\.15 s", ("crossref",), environment=SLOW),
    Trouble("drop by drop", f.drip(0.01), r"no answer within 0\.15 s", ("arxiv",), environment=SLOW),
    Trouble(
        "drop by drop from the first byte",
        f.drip(0.01, head=True),
        r"no answer within 0\.15 s",
        ("crossref",),
        environment=SLOW,
    ),
    Trouble("dropped", f.drop_before(), r"connection"),
    Trouble("reset", f.drop_before(reset=True), r"connection|reach"),
    Trouble("dropped half way", f.drop_after(), r"connection"),
    Trouble("reset half way", f.drop_after(reset=True), r"connection|reach"),
    Trouble("no HTTP", f.not_http(), r"connection"),
    Trouble("redirected to itself", f.redirect_loop(), r"redirected", most_requests=20),
    Trouble("redirected away", f.redirect("http://127.0.0.2:9/"), r"redirected"),
    Trouble("redirected to a file", f.redirect("file:///etc/passwd"), r"redirected|address|connection"),
    # 200, and yet no answer
    Trouble("cut off", f.truncate(), r"answer|feed"),
    Trouble("one byte short", f.truncate(0.999), r"answer|feed"),
    Trouble("14 bytes", f.truncate(14), r"answer|feed"),
    Trouble("HTML", f.html_200(), r"web page"),
    Trouble("HTML under the right type", f.html_200(""), r"web page"),
    Trouble("Rate exceeded. with 200", f.rate_exceeded_200(), r"Rate exceeded|wrong type"),
    Trouble("nothing", f.empty_200(), r"nothing|empty"),
    Trouble("another shape", f.wrong_shape(), r"something else|shape"),
    Trouble("bad bytes", f.bad_bytes(), r"answer|feed"),
    Trouble(
        "an error with 200",
        f.error_feed_200("the index is away"),
        r"index is away, whatever",
        ("arxiv",),
        most_requests=4,
    ),
    Trouble("a page with less than it counts", f.short_page(0), r"0 of [12]", most_requests=6),
    Trouble("a record without identifier", f.without_id(), r"without (identifier|DOI)"),
    Trouble("says it is packed", f.not_packed(), r"connection|damaged|answer"),
    # too much
    Trouble("50 MB", f.huge(50), r"30", ("crossref",)),
    Trouble("50 MB in chunks", f.huge(50, declared=False), r"30", ("arxiv",)),
    Trouble("35 MB packed", f.gzip_bomb(35), r"30"),
    Trouble("a bomb", f.bomb(), r"answer|feed|shape"),
    Trouble("an entity that names a file", f.entity(), r"feed", ("arxiv",)),
]
CASES = [pytest.param(trouble, name, id=f"{name} {trouble.name}") for trouble in TROUBLES for name in trouble.services]


def other(service: str) -> str:
    return {"arxiv": "crossref", "crossref": "arxiv"}[service]


def deferred(done: Done) -> set[str]:
    """The keys that stderr names as deferred, with the source, the reason and what comes next."""
    keys: set[str] = set()
    for line in done.err.splitlines():
        if " E106 " in line:
            found = re.fullmatch(
                r"refs\.bib: E106 ([\w-]+) gave no answer: .+\. Deferred: (.+)\. The next run goes on from here\.", line
            )
            assert found, line
            keys |= set(found[2].split(", "))
    return keys


def goes_on(stage: Stage, missing: dict[str, set[str]]) -> None:
    """Run again with honest services: everything is complete and only what was missing is asked, in one request each."""
    before = stage.text
    stage.heal()
    done = stage.bib(*QUICK)
    assert (done.code, deferred(done)) == (0, set()), done.err
    assert filled(stage.folder) == noted(stage.folder) == ALL
    assert stage.counts() == dict.fromkeys((name for name, keys in missing.items() if keys), 1)
    asked = {name for batch in asked_of_arxiv(stage.services) + asked_of_crossref(stage.services) for name in batch}
    assert asked == {IDS[key] for keys in missing.values() for key in keys}
    assert keeps_what_was_written(before, stage.text)
    assert keeps_what_was_written(REFS, stage.text)
    assert stage.files == ["bib.toml", "refs.bib", "refs.lock.jsonl"]


@pytest.mark.slow
@pytest.mark.parametrize(("trouble", "service"), CASES)
def test_one_service_in_trouble_costs_nothing_but_its_own_answers(stage: Stage, trouble: Trouble, service: str) -> None:
    stage.set(**trouble.environment)
    stage.server(service).fail_always(trouble.fault)
    done = stage.bib(*QUICK)
    assert done.code == 4, done.err
    assert deferred(done) == ASKED[service]
    assert all(re.search(trouble.said, line) for line in done.err.splitlines() if " E106 " in line), done.err
    assert f"{len(ASKED[service])} questions deferred" in done.err
    assert filled(stage.folder) == noted(stage.folder) == ASKED[other(service)]
    assert keeps_what_was_written(REFS, stage.text)
    assert 1 <= stage.counts()[service] <= trouble.most_requests
    assert stage.counts()[other(service)] == 1
    assert sum(stage.clock.slept) < 300, "the run's own limit"
    goes_on(stage, {service: ASKED[service]})


@dataclass(frozen=True)
class Hitch:
    """A fault that one request meets; the run gets over it."""

    name: str
    fault: Fault
    wait: float
    """Seconds that must be waited before asking again."""
    services: tuple[str, ...] = ("arxiv", "crossref")


HITCHES = [
    Hitch("429", f.throttled(), 5),
    Hitch("429 with Retry-After", f.throttled(17), 17),
    Hitch("503", f.unavailable(), 5),
    Hitch("503 with Retry-After", f.unavailable(23), 23),
    Hitch("500", f.status(500), 1),
    Hitch("dropped", f.drop_before(), 1),
    Hitch("dropped half way", f.drop_after(), 1),
    Hitch("cut off", f.truncate(), 1),
    Hitch("HTML", f.html_200(), 1),
    Hitch("Rate exceeded. with 200", f.rate_exceeded_200(), 10, ("arxiv",)),
    Hitch("an empty page", f.short_page(), 1),
]


@pytest.mark.parametrize(
    ("hitch", "service"), [pytest.param(h, name, id=f"{name} {h.name}") for h in HITCHES for name in h.services]
)
def test_a_hitch_is_waited_out_and_nothing_is_deferred(stage: Stage, hitch: Hitch, service: str) -> None:
    stage.server(service).fail_next(hitch.fault)
    done = stage.bib(*QUICK)
    assert done.code == 0, done.err
    assert filled(stage.folder) == noted(stage.folder) == ALL
    assert stage.counts() == {"arxiv": 1, "crossref": 1} | {service: 2}
    assert max(stage.clock.slept) >= max(hitch.wait, 3 if service == "arxiv" else 0) - 0.5


HARMLESS = [
    ("shuffled", f.shuffle()),
    ("in other case", f.wrong_case()),
    ("with records nobody asked for", f.extra_records()),
    ("each twice and strangers", f.extra_records(twice=True)),
    ("packed", f.packed()),
    ("all at once", f.together((f.shuffle(), f.wrong_case(), f.extra_records(twice=True)))),
]


@pytest.mark.parametrize("service", ["arxiv", "crossref"])
@pytest.mark.parametrize("fault", [pytest.param(fault, id=name) for name, fault in HARMLESS])
def test_an_odd_answer_that_holds_what_was_asked_is_taken(stage: Stage, service: str, fault: Fault) -> None:
    honest = made_by_honest_services(stage)
    stage.server(service).fail_always(fault)
    done = stage.bib(*QUICK, "--refresh")
    assert (done.code, stage.text) == (0, honest), done.err
    assert stage.counts() == {"arxiv": 1, "crossref": 1}


def made_by_honest_services(stage: Stage) -> str:
    """Return the list as it comes out without trouble, and put the old one back."""
    stage.bib(*QUICK)
    text = stage.text
    (stage.folder / "refs.bib").write_bytes(REFS.encode())
    (stage.folder / "refs.lock.jsonl").unlink()
    stage.heal()
    return text


def test_a_wrong_content_type_alone_does_not_lose_a_whole_feed(stage: Stage) -> None:
    stage.services.arxiv.fail_always(f.wrong_type())
    done = stage.bib(*QUICK)
    assert (done.code, filled(stage.folder)) == (0, ALL), done.err


def test_what_crossref_calls_no_json_is_not_believed(stage: Stage) -> None:
    stage.services.crossref.fail_always(f.wrong_type())
    done = stage.bib(*QUICK)
    assert (done.code, deferred(done)) == (4, ASKED["crossref"])
    goes_on(stage, {"crossref": ASKED["crossref"]})


# --- no service at all


def no_names(stage: Stage) -> None:
    """Names of hosts cannot be looked up."""
    real = socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **more: Any) -> Any:
        if str(host).endswith("invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **more)

    stage.monkeypatch.setattr(socket, "getaddrinfo", look_up)
    stage.set(**dict.fromkeys(stage.services.environment, NOWHERE))


def no_network(stage: Stage) -> None:
    """The system says that there is no way to any host."""

    def connect(self: Any, address: Any) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    stage.monkeypatch.setattr(socket.socket, "connect", connect)


def refused(stage: Stage) -> None:
    stage.set(**dict.fromkeys(stage.services.environment, refused_url()))


def a_dead_proxy(stage: Stage) -> None:
    stage.monkeypatch.delenv("NO_PROXY", raising=False)
    stage.monkeypatch.delenv("no_proxy", raising=False)
    stage.set(http_proxy=refused_url(), HTTP_PROXY=refused_url())


@pytest.mark.parametrize("break_down", [no_names, no_network, refused, a_dead_proxy])
def test_without_any_service_nothing_changes_and_everything_is_deferred(
    stage: Stage, break_down: Callable[[Stage], None]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        broken = Stage(stage.folder, stage.services, stage.clock, patch, stage.capsys)
        break_down(broken)
        for words in (QUICK, ("enrich", "--check", "--json")):
            done = broken.bib(*words)
            assert done.code == 4, (words, done.err)
            assert deferred(done) == ALL
            if "--json" in words:
                told = json.loads(done.out)
                assert {row["key"] for row in told["deferred"]} == ALL
                assert told["entries"] == []
        assert broken.text == REFS
        assert broken.files == ["bib.toml", "refs.bib"]
        assert stage.counts() == {}
    goes_on(stage, ASKED)


def test_offline_names_what_it_does_not_know_and_asks_nobody(stage: Stage) -> None:
    done = stage.bib(*QUICK, "--offline")
    assert (done.code, deferred(done), stage.counts()) == (4, ALL, {})
    assert stage.text == REFS
    goes_on(stage, ASKED)


def test_no_time_left_defers_the_rest(stage: Stage) -> None:
    stage.set(BIB_TOTAL_TIMEOUT="8")
    stage.services.arxiv.fail_always(f.throttled())
    done = stage.bib(*QUICK)
    assert (done.code, deferred(done)) == (4, ASKED["arxiv"])
    assert "after the run's limit of 8 s (BIB_TOTAL_TIMEOUT)" in done.err
    assert filled(stage.folder) == ASKED["crossref"], "the wait of one service is not the other's"
    assert sum(stage.clock.slept) <= 8
    goes_on(stage, {"arxiv": ASKED["arxiv"]})


def test_all_services_down_in_their_own_ways(stage: Stage) -> None:
    stage.services.arxiv.fail_always(f.html_200())
    stage.services.crossref.fail_always(f.status(500))
    stage.services.datacite.fail_always(f.drop_before())
    done = stage.bib(*QUICK)
    assert (done.code, deferred(done), stage.text) == (4, ALL, REFS)
    goes_on(stage, ASKED)


def test_what_is_known_stays_known_when_a_refresh_fails(stage: Stage) -> None:
    honest = made_by_honest_services(stage)
    for server in stage.services.all:
        server.fail_always(f.status(500))
    done = stage.bib(*QUICK, "--refresh")
    assert (done.code, deferred(done), stage.text) == (4, ALL, honest), "older answers are used, and it is said"
    stage.heal()
    done = stage.bib(*QUICK)
    assert (done.code, done.out, stage.counts()) == (0, "", {})


def test_datacite_stands_in_for_arxiv(stage: Stage) -> None:
    stage.services.datacite.add(datacite_record(KWON, "Efficient Memory Management", ["Woosuk Kwon"]))
    stage.services.arxiv.fail_always(f.throttled())
    done = stage.bib(*QUICK)
    assert (done.code, deferred(done)) == (4, {"zhao"}), done.err
    assert filled(stage.folder) == {"kwon", "dao", "liu"}
    assert stage.counts()["datacite"] == 1
    goes_on(stage, {"arxiv": {"kwon", "zhao"}})


# --- one bad question in a batch

MANY = 12


def many(stage: Stage, *, service: str) -> list[str]:
    """Add entries to the list; return their identifiers."""
    ids = [f"2402.{number:05d}" if service == "arxiv" else f"10.5555/x.{number}" for number in range(1, MANY + 1)]
    text = REFS
    for number, name in enumerate(ids):
        if service == "arxiv":
            stage.services.arxiv.add(arxiv_entry(name, f"Paper {number}"))
            text += f"\n@misc{{m{number},\n  eprint = {{{name}}},\n  eprinttype = {{arxiv}},\n}}\n"
        else:
            stage.services.crossref.add(crossref_work(name, f"Paper {number}", type="journal-article", container="J"))
            text += f"\n@article{{m{number},\n  doi = {{{name}}},\n}}\n"
    (stage.folder / "refs.bib").write_bytes(text.encode())
    return ids


def about(name: str) -> Callable[[Request], bool]:
    return lambda request: name in request.value("id_list") + request.value("filter") + request.path


@pytest.mark.parametrize(
    ("service", "fault", "code", "said", "most"),
    [
        ("arxiv", f.status(400, ATOM, error_feed("incorrect id format for 2402.00007")), 0, "arxiv does not know 2402.00007", 3),
        ("arxiv", f.status(400, {}, b""), 0, "arxiv does not know 2402.00007: HTTP 400", 12),
        ("arxiv", f.status(414, {}, b""), 0, "arxiv does not know 2402.00007: HTTP 414", 12),
        ("arxiv", f.status(500), 4, "arxiv gave no answer: HTTP 500. Deferred: m6.", 14),
        ("arxiv", f.drop_before(), 4, "Deferred: m6.", 14),
        ("arxiv", f.truncate(), 4, "Deferred: m6.", 14),
        ("crossref", f.status(400, {}, b""), 0, "crossref does not know 10.5555/x.7: HTTP 400", 12),
        ("crossref", f.status(500), 4, "crossref gave no answer: HTTP 500. Deferred: m6.", 14),
        ("crossref", f.html_200(), 4, "Deferred: m6.", 14),
    ],
)  # fmt: skip
def test_one_identifier_that_spoils_its_batch_costs_only_itself(
    stage: Stage, service: str, fault: Fault, code: int, said: str, most: int
) -> None:
    ids = many(stage, service=service)
    stage.server(service).fail_when(about(ids[6]), fault)
    done = stage.bib(*QUICK)
    assert (done.code, said in done.err) == (code, True), done.err
    assert filled(stage.folder) == noted(stage.folder) == ALL | {f"m{number}" for number in range(MANY)} - {"m6"}
    assert stage.counts()[service] <= most, "found by halving"
    stage.heal()
    done = stage.bib(*QUICK)
    assert done.code == 0
    assert filled(stage.folder) == ALL | {f"m{number}" for number in range(MANY)}
    asked = asked_of_arxiv(stage.services) + asked_of_crossref(stage.services)
    assert asked == [[ids[6]]], "neither a refusal nor a failure is kept"


def test_an_unknown_identifier_is_told_from_a_failure_and_kept(stage: Stage) -> None:
    del stage.services.arxiv.papers[ZHAO]
    del stage.services.crossref.works[DAO]
    done = stage.bib(*QUICK)
    assert done.code == 0, "the sources were asked, and answered"
    assert f"zhao: E105 arxiv does not know {ZHAO}. Check the identifier." in done.err
    assert f"dao: E105 crossref does not know {DAO}. Check the identifier." in done.err
    assert filled(stage.folder) == {"kwon", "liu"}
    assert stage.bib("enrich", "--check", "--no-upgrade").code == 1
    assert stage.counts() == {"arxiv": 1, "crossref": 1}, "that it is unknown is remembered too"


def test_the_same_identifier_twice_and_in_all_its_spellings_is_asked_once(stage: Stage) -> None:
    more = f"""
@misc{{a,\n  eprint = {{arXiv:{KWON}v2}},\n  archiveprefix = {{arXiv}},\n}}
@misc{{b,\n  url = {{https://arxiv.org/pdf/{KWON}v1.pdf}},\n}}
@misc{{c,\n  doi = {{10.48550/arXiv.{KWON}}},\n}}
@article{{d,\n  doi = {{https://doi.org/{DAO.upper()}}},\n}}
"""
    (stage.folder / "refs.bib").write_bytes((REFS + more).encode())
    stage.services.arxiv.add(arxiv_entry(f"{KWON}v3", "Efficient Memory Management", ["Woosuk Kwon"]))
    done = stage.bib(*QUICK)
    assert done.code == 0, done.err
    assert filled(stage.folder) == ALL | set("abcd")
    assert [sorted(batch) for batch in asked_of_arxiv(stage.services)] == [[KWON, ZHAO]]
    assert sorted(asked_of_crossref(stage.services)[0]) == sorted({IDS["dao"], IDS["liu"]})
    assert f"arxiv:{KWON}v3" in (stage.folder / "refs.lock.jsonl").read_text("utf-8")


def test_identifiers_that_are_none_are_never_sent(stage: Stage) -> None:
    odd = ["2309.0618", "not an id", "2309.06180,2401.00001", "2309.06180&max_results=2000", "../../etc", "９"]
    text = "".join(
        f"\n@misc{{odd{n},\n  title = {{T}},\n  eprint = {{{one}}},\n  eprinttype = {{arxiv}},\n}}\n"
        for n, one in enumerate(odd)
    )
    (stage.folder / "refs.bib").write_bytes((REFS + text).encode())
    done = stage.bib(*QUICK)
    assert done.code == 0, done.err
    assert filled(stage.folder) == ALL
    assert [sorted(batch) for batch in asked_of_arxiv(stage.services)] == [[KWON, ZHAO]]


# --- the disk


@posix
def test_a_read_only_file_is_said_and_left_alone(stage: Stage) -> None:
    path = stage.folder / "refs.bib"
    path.chmod(0o444)
    done = stage.bib(*QUICK)
    assert (done.code, stage.text, stage.files) == (5, REFS, ["bib.toml", "refs.bib"])
    assert "read-only" in done.err
    path.chmod(0o644)
    stage.services.arxiv.requests.clear()
    stage.services.crossref.requests.clear()
    done = stage.bib(*QUICK)
    assert (done.code, filled(stage.folder), stage.counts()) == (0, ALL, {}), "the answers were kept"


@posix
def test_a_read_only_sidecar_stops_both(stage: Stage) -> None:
    sidecar = stage.folder / "refs.lock.jsonl"
    sidecar.write_bytes(b"")
    sidecar.chmod(0o444)
    done = stage.bib(*QUICK)
    assert (done.code, stage.text, sidecar.read_bytes()) == (5, REFS, b"")
    assert stage.files == ["bib.toml", "refs.bib", "refs.lock.jsonl"]


@contextmanager
def failing(stage: Stage, call: str, number: int, error: BaseException) -> Iterator[list[str]]:
    """Let the `number`-th call about a file of the list's folder fail; give the paths of all such calls."""
    real = getattr(os, call)
    calls: list[str] = []

    def fail(*arguments: Any, **more: Any) -> Any:
        first = arguments[0]
        where = os.readlink(f"/proc/self/fd/{first}") if isinstance(first, int) else str(first)
        if where.startswith(str(stage.folder)):
            calls.append(where)
            if len(calls) == number:
                raise error
        return real(*arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, call, fail)
        yield calls


MOMENTS = [("fsync", number) for number in range(1, 6)] + [("replace", 1), ("replace", 2)]
needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")


@needs_proc
@pytest.mark.parametrize(("call", "number"), MOMENTS)
def test_a_disk_that_is_full_at_any_moment_leaves_both_or_neither(stage: Stage, call: str, number: int) -> None:
    with failing(stage, call, number, OSError(errno.ENOSPC, "No space left on device")) as calls:
        done = stage.bib(*QUICK)
    assert calls, "the moment is one of the write"
    assert done.code in {0, 5}
    assert done.code == 5 or filled(stage.folder) == ALL
    if done.code == 5 and filled(stage.folder):
        assert "Nothing is lost" in done.err, done.err
    writes_on(stage)


@needs_proc
@pytest.mark.parametrize(("call", "number"), MOMENTS)
def test_ctrl_c_at_any_moment_of_the_write_leaves_both_or_neither(stage: Stage, call: str, number: int) -> None:
    with failing(stage, call, number, KeyboardInterrupt()) as calls:
        done = stage.bib(*QUICK)
    assert calls
    assert (done.code, done.out, done.err.strip()) == (130, "", "bib: stopped.")
    assert filled(stage.folder) in (set(), ALL)
    writes_on(stage)


def writes_on(stage: Stage) -> None:
    """Run again: both files are complete, nothing else is left, and nobody was asked twice."""
    done = stage.bib(*QUICK)
    assert done.code == 0, done.err
    assert filled(stage.folder) == noted(stage.folder) == ALL
    assert set(stage.files) - {".refs.bib.lock"} == {"bib.toml", "refs.bib", "refs.lock.jsonl"}
    assert stage.counts() == {"arxiv": 1, "crossref": 1}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_said_and_the_list_is_complete(stage: Stage, tmp_path: Path) -> None:
    stage.bib("enrich", "--no-upgrade")
    with (
        Path("/dev/full").open("wb") as full,
        subprocess.Popen(
            [sys.executable, "-m", "llminfer_bib", *QUICK],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=stage.folder,
            env={**os.environ, **environment(tmp_path, stage.services)},
        ) as process,
    ):
        err = process.communicate(timeout=30)[1].decode()
    assert (process.returncode, "Traceback" in err) == (5, False), err
    assert filled(stage.folder) == noted(stage.folder) == ALL


@posix
def test_a_full_disk_under_list_and_cache(stage: Stage) -> None:
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "bib-test"]
    stage.folder.joinpath("disk").mkdir()
    disk = stage.folder / "disk"
    try:
        if subprocess.run([*command, str(disk)], capture_output=True, check=False).returncode:
            pytest.skip("a small file system cannot be mounted here")
    except OSError:
        pytest.skip("there is no mount")
    try:
        (disk / "refs.bib").write_bytes(REFS.encode())
        (disk / "ballast").write_bytes(b"x" * 245_000)
        stage.set(BIB_CACHE_DIR=str(disk / "cache"))
        stage.monkeypatch.chdir(disk)
        done = stage.bib("--file", "refs.bib", *QUICK)
        assert done.code in {0, 5}, done.err
        assert "The cache" in done.err and "not kept" in done.err, done.err
        assert (disk / "refs.bib").read_bytes() == REFS.encode() or filled(disk) == noted(disk) == ALL
        (disk / "ballast").unlink()
        done = stage.bib("--file", "refs.bib", *QUICK)
        assert (done.code, filled(disk), noted(disk)) == (0, ALL, ALL), done.err
    finally:
        stage.monkeypatch.chdir(stage.folder)
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize(
    "where", ["a file in the folder's place", "a read-only folder", "rubbish", "another program's"]
)
def test_a_cache_that_cannot_be_used_is_said_and_costs_nothing_else(stage: Stage, tmp_path: Path, where: str) -> None:
    cache = tmp_path / "cache"
    if where == "a file in the folder's place":
        cache.write_bytes(b"")
    else:
        cache.mkdir()
        if where == "rubbish":
            (cache / "answers.sqlite3").write_bytes(b"rubbish" * 2000)
        elif where == "another program's":
            import sqlite3
            from contextlib import closing

            with closing(sqlite3.connect(cache / "answers.sqlite3")) as connection:
                connection.execute("CREATE TABLE theirs (x)")
                connection.commit()
        else:
            cache.chmod(stat.S_IRUSR | stat.S_IXUSR)
            if os.access(cache, os.W_OK):
                pytest.skip("this user writes everywhere")
    done = stage.bib(*QUICK)
    assert (done.code, filled(stage.folder)) == (0, ALL), done.err
    assert "cache" in done.err


def test_a_list_that_changes_during_the_run_is_not_overwritten(stage: Stage) -> None:
    path = stage.folder / "refs.bib"

    def edit(request: Request) -> bool:
        path.write_bytes(REFS.encode() + b"% typed meanwhile\n")
        return False

    stage.services.crossref.fail_when(edit, HONEST)
    done = stage.bib(*QUICK)
    assert (done.code, stage.text) == (5, REFS + "% typed meanwhile\n"), done.err
    assert stage.files == ["bib.toml", "refs.bib"]
    done = stage.bib(*QUICK)
    assert (done.code, filled(stage.folder), stage.counts()) == (0, ALL, {"arxiv": 1, "crossref": 1})
    assert "% typed meanwhile" in stage.text


def test_a_damaged_sidecar_is_said_used_as_far_as_it_goes_and_kept(stage: Stage) -> None:
    sidecar = stage.folder / "refs.lock.jsonl"
    rubbish = b'{"a":1}\nrubbish\xff\n'
    sidecar.write_bytes(b"<<<<<<< mine\n" + rubbish)
    done = stage.bib(*QUICK)
    assert (done.code, filled(stage.folder)) == (0, ALL), done.err
    assert {code for code in ("P001", "P002") if code in done.err} == {"P001", "P002"}, done.err
    assert sidecar.read_bytes().endswith(rubbish), "what we cannot read is a person's to delete"
    assert b"<<<" not in sidecar.read_bytes()


# --- bib add


@pytest.mark.parametrize("fault", [f.status(500), f.throttled(), f.drop_before(), f.html_200(), f.bomb()])
def test_add_adds_what_it_can_and_names_the_rest(stage: Stage, fault: Fault) -> None:
    stage.services.arxiv.add(
        arxiv_entry("2405.00005", "A New Paper", ["Ada Lovelace"], published="2024-05-01T00:00:00Z")
    )
    stage.services.crossref.add(
        crossref_work("10.5555/new", "Another New Paper", ["Alan Turing"], container="Proc", year=2024)
    )
    stage.services.arxiv.fail_always(fault)
    words = ("add", "2405.00005", "https://doi.org/10.5555/new", "--no-upgrade")
    done = stage.bib(*words)
    assert done.code == 4, done.err
    assert "2405.00005: not added, its source could not be asked" in done.err
    assert stage.text.startswith(REFS.rstrip())
    assert "10.5555/new" in stage.text and "2405.00005" not in stage.text
    stage.heal()
    done = stage.bib(*words)
    assert done.code == 0, done.err
    assert "10.5555/new: is there already" in done.err
    assert stage.text.count("2405.00005") >= 1 and stage.text.count("doi = {10.5555/new}") == 1
    assert stage.counts() == {"arxiv": 1}
    after = stage.text
    assert stage.bib(*words).code == 0
    assert stage.text == after


def test_add_of_an_unknown_identifier_adds_nothing(stage: Stage) -> None:
    done = stage.bib("add", "2405.00006", "10.5555/none", "--no-upgrade")
    assert (done.code, stage.text) == (1, REFS), done.err
    assert "2405.00006: not added" in done.err and "10.5555/none: not added" in done.err


# --- Ctrl-C and kill -9


@posix
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_stopped_in_the_middle_of_a_run(stage: Stage, tmp_path: Path, number: int, code: int) -> None:
    stage.services.crossref.fail_always(f.stall())
    variables = environment(tmp_path, stage.services)
    with started(stage.folder, variables, *QUICK) as process:
        until(lambda: stage.services.crossref.requests)
        process.send_signal(number)
        done = ended(process)
    assert (done.code, done.out) == (code, "")
    assert done.err.strip() == ("bib: stopped." if number == signal.SIGINT else "")
    assert (stage.text, stage.files) == (REFS, ["bib.toml", "refs.bib"])
    goes_on(stage, {"crossref": ASKED["crossref"]})


KILLED = """
import json, os, signal, sys
from pathlib import Path

from llminfer_bib.__main__ import run
from llminfer_bib.library import Library

words, text = json.loads(sys.argv[1]), Path("refs.bib").read_bytes()
folder = os.getcwd()
left = -1

def deadly(call, after):
    real = getattr(os, call)

    def step(*arguments, **more):
        first = arguments[0]
        where = os.readlink(f"/proc/self/fd/{first}") if isinstance(first, int) else os.path.abspath(first)
        if not after:
            count(where)
        result = real(*arguments, **more)
        if after:
            count(where)
        return result

    setattr(os, call, step)

def count(where):
    global left
    left -= where.startswith(folder)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def forked(*words):
    child = os.fork()
    if not child:
        os._exit(run(words))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def state():
    lines = Path("refs.lock.jsonl").read_text("utf-8").splitlines() if Path("refs.lock.jsonl").exists() else []
    return [
        sorted(entry.key for entry in Library.open("refs.bib") if entry.date is not None),
        sorted({json.loads(line)["key"] for line in lines}),
    ]

os.dup2(os.open("log", os.O_WRONLY | os.O_CREAT), 1)
assert run(["enrich", "--offline", "--no-upgrade"]) == run(["why", "kwon"]) == 0  # what they import, the forked ones have
for call in ("replace", "unlink", "fsync"):
    deadly(call, after=False)
deadly("replace", after=True)
found = []
for number in range(1, 60):
    Path("refs.bib").write_bytes(text)
    Path("refs.lock.jsonl").unlink(missing_ok=True)
    left = number
    code = forked(*words)
    left = -1
    killed = state()
    settled = [forked("why", "kwon"), *state()]
    again = [forked(*words), *state()]
    found.append([code, killed, settled, again, sorted(os.listdir())])
    if code == 0:
        break
Path("found").write_text(json.dumps(found), "utf-8")
"""


@pytest.mark.slow
@posix
@needs_proc
def test_killed_at_any_step_of_the_write_the_next_run_finds_both_files_or_neither(stage: Stage, tmp_path: Path) -> None:
    stage.bib("enrich", "--no-upgrade")
    variables = environment(tmp_path, stage.services)
    words = json.dumps([*QUICK, "--offline"])
    with started(stage.folder, variables, words, code=KILLED) as process:
        done = ended(process)
    assert done.code == 0, done.err
    *found, last = json.loads((stage.folder / "found").read_text("utf-8"))
    none, everything = [], sorted(ALL)
    assert len(found) >= 8
    assert {tuple(case[1][0]) for case in found} == {(), tuple(everything)}, "killed before and behind the commit"
    for code, killed, settled, again, files in found:
        assert code == -signal.SIGKILL
        assert killed[0] in (none, everything), "the list is the old or the new one, whole"
        assert settled[0] == 0
        assert settled[1] == settled[2] == killed[0], "the next command settles it: the sidecar follows the list"
        assert again == [0, everything, everything]
        # a lock file that nobody holds is taken by the next writer
        assert set(files) - {"log", ".refs.bib.lock"} == {"bib.toml", "refs.bib", "refs.lock.jsonl"}
    assert last[0] == 0
    assert stage.counts() == {"arxiv": 1, "crossref": 1}


@pytest.mark.slow
@posix
def test_two_runs_at_once_lose_nothing(stage: Stage, tmp_path: Path) -> None:
    stage.services.arxiv.latency = 0.5
    variables = environment(tmp_path, stage.services)
    with started(stage.folder, variables, *QUICK) as one, started(stage.folder, variables, *QUICK) as two:
        done = [ended(one), ended(two)]
    assert {run.code for run in done} <= {0, 5}, [run.err for run in done]
    assert 0 in {run.code for run in done}
    assert stage.services.arxiv.peak == 1
    assert counts(stage.services) == {"arxiv": 1, "crossref": 1}, "the second takes what the first has asked"
    assert filled(stage.folder) == noted(stage.folder) == ALL
    assert stage.files == ["bib.toml", "refs.bib", "refs.lock.jsonl"]
    assert keeps_what_was_written(REFS, stage.text)


# --- what a person sees meanwhile


@pytest.mark.slow
@posix
def test_a_run_shows_its_progress_on_a_terminal(stage: Stage, on_a_terminal: Callable[..., str]) -> None:
    stage.services.crossref.fail_next(f.throttled(1))
    command = f"{sys.executable} -m llminfer_bib enrich --no-upgrade >/dev/null"
    shown = on_a_terminal(command, columns=100, folder=stage.folder)
    assert "arxiv" in shown and "0/2" in shown and "2/2" in shown
    assert re.search(r"waits [01] s", shown)
    assert "429" in shown or "Rate exceeded" in shown
    assert shown.rstrip().endswith("Requests: arxiv 1, crossref 2. Apply with --write.")


def test_a_run_is_quiet_in_a_pipe(stage: Stage) -> None:
    done = stage.bib("enrich", "--no-upgrade")
    assert done.err.count("\n") == 1 and "\x1b" not in done.err + done.out
    done = stage.bib("-q", "enrich", "--no-upgrade")
    assert done.err == ""


def test_the_clock_of_these_tests_is_the_one_that_is_used(stage: Stage) -> None:
    began = time.monotonic()
    stage.services.arxiv.fail_always(f.throttled())
    stage.bib(*QUICK)
    assert sum(stage.clock.slept) > 99
    assert time.monotonic() - began < 5
