"""How many requests `bib enrich` makes, how far apart, and what they say: counted at the servers."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import HONEST, FakeServer, Request, Services, arxiv_entry, crossref_work, serve_all
from fakes import faults as f
from trouble import (
    ENTRIES,
    KWON,
    MAILTO,
    QUICK,
    WORKS,
    ZHAO,
    Stage,
    asked_of_arxiv,
    asked_of_crossref,
    clock,
    counts,
    ended,
    environment,
    filled,
    services,
    stage,
    started,
)

from llminfer_bib.library import Library
from llminfer_bib.model import Entry
from llminfer_bib.names import display

__all__ = ["clock", "services", "stage"]  # fixtures

ROOT = Path(__file__).parents[1]
ARXIV_PACE = 3.0


def stamps(stage: Stage, server: FakeServer) -> list[float]:
    """Return a list that gets the moment of each request, on the clock that does not wait."""
    moments: list[float] = []

    def note(request: Request) -> bool:
        moments.append(stage.clock.monotonic())
        return False

    server.fail_when(note, HONEST)
    return moments


def gaps(moments: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(moments)]


# --- the project's own list


def words(entry: Entry) -> tuple[str, list[str]]:
    return str(entry.title), [display(person) for person in entry.authors] or ["Nemo Nobody"]


@pytest.fixture
def own(tmp_path: Path, stage: Stage) -> list[Entry]:
    """The project's own refs.bib in the folder of the test, and services that know all of it."""
    for name in ("refs.bib", "bib.toml"):
        shutil.copy(ROOT / name, stage.folder / name)
    entries = list(Library.open(stage.folder / "refs.bib"))
    for entry in entries:
        title, people = words(entry)
        year = entry.date.year if entry.date else 2024
        if entry.arxiv:
            stage.services.arxiv.add(
                arxiv_entry(entry.arxiv, title, people, published=f"{year}-06-01T00:00:00Z", primary="cs.CL")
            )
        if entry.doi:
            stage.services.crossref.add(crossref_work(entry.doi, title, people, year=year, container="Somewhere"))
    return entries


def test_the_projects_own_list_costs_two_requests_and_then_none(stage: Stage, own: list[Entry]) -> None:
    done = stage.bib("enrich", "--no-upgrade")
    assert done.code == 0, done.err
    assert stage.counts() == {"arxiv": 1, "crossref": 1}
    assert set(asked_of_arxiv(stage.services)[0]) == {entry.arxiv for entry in own if entry.arxiv}
    assert set(asked_of_crossref(stage.services)[0]) == {entry.doi for entry in own if entry.doi}
    assert "Requests: arxiv 1, crossref 1." in done.err
    assert stage.bib("enrich", "--no-upgrade").code == 0
    assert stage.bib("enrich", "--no-upgrade", "--offline").code == 0
    assert stage.counts() == {"arxiv": 1, "crossref": 1}
    stage.bib("enrich", "--no-upgrade", "--refresh")
    assert stage.counts() == {"arxiv": 2, "crossref": 2}


def test_title_searches_cost_at_most_one_request_an_entry_and_then_none(stage: Stage, own: list[Entry]) -> None:
    papers = [entry for entry in own if entry.arxiv and not entry.doi]
    done = stage.bib("enrich")
    assert done.code == 0, done.err
    first = stage.counts()
    assert first["arxiv"] == 1
    assert 1 <= first["crossref"] <= 1 + len(papers)
    assert "dblp" not in first, "only where it is asked for"
    stage.bib("enrich")
    assert stage.counts() == first


def test_items_that_are_no_papers_cost_nothing(stage: Stage, own: list[Entry]) -> None:
    keys = [entry.key for entry in own if not entry.arxiv and not entry.doi and entry.kind != "paper"]
    assert len(keys) > 10
    assert stage.bib("enrich", *keys).code == 0
    assert stage.counts() == {}


# --- a long list

ARXIV, DOIS = 400, 300


@pytest.fixture(scope="module")
def long_services() -> Iterator[Services]:
    with serve_all(
        [arxiv_entry(name, f"Paper {name}") for name in long_arxiv()],
        [crossref_work(doi, f"Work {doi}", type="journal-article", container="A Journal") for doi in long_dois()],
    ) as running:
        yield running


def long_arxiv() -> list[str]:
    return [f"23{number // 100 + 1:02d}.{10000 + number}" for number in range(ARXIV)]


def long_dois() -> list[str]:
    return [f"10.1145/36{number:05d}.36{number:05d}" for number in range(DOIS)]


def test_400_arxiv_ids_and_300_dois_cost_ten_requests_in_pace_and_then_none(
    stage: Stage, long_services: Services
) -> None:
    stage.services = long_services
    stage.heal()
    arxiv, crossref = stamps(stage, long_services.arxiv), stamps(stage, long_services.crossref)
    text = "".join(
        f"@misc{{a{n},\n  eprint = {{{one}}},\n  eprinttype = {{arxiv}},\n}}\n\n" for n, one in enumerate(long_arxiv())
    )
    text += "".join(f"@article{{d{n},\n  doi = {{{one}}},\n}}\n\n" for n, one in enumerate(long_dois()))
    path = stage.folder / "refs.bib"
    path.write_bytes(text.encode())
    done = stage.bib(*QUICK)
    assert done.code == 0, done.err
    assert stage.counts() == {"arxiv": 4, "crossref": 6}
    assert len(filled(stage.folder)) == ARXIV + DOIS
    assert [len(batch) for batch in asked_of_arxiv(long_services)] == [100] * 4
    assert [len(batch) for batch in asked_of_crossref(long_services)] == [50] * 6
    assert long_services.arxiv.peak == long_services.crossref.peak == 1
    assert min(gaps(arxiv)) >= ARXIV_PACE
    assert gaps(crossref)[0] >= 1 / 3, "the answers' headers say three a second"
    assert min(gaps(crossref)) >= 1 / 3
    assert sum(stage.clock.slept) < 3 * ARXIV_PACE + 5 * 1.0 + 0.5
    # a second run, and a third with one entry more
    stage.bib(*QUICK)
    assert sum(stage.counts().values()) == 10
    long_services.arxiv.add(arxiv_entry("2404.00001"))
    with path.open("ab") as file:
        file.write(b"@misc{more,\n  eprint = {2404.00001},\n  eprinttype = {arxiv},\n}\n")
    stage.bib(*QUICK)
    assert asked_of_arxiv(long_services)[4:] == [["2404.00001"]]
    assert stage.counts() == {"arxiv": 5, "crossref": 6}


# --- the pace


def test_the_pace_of_arxiv_is_kept_when_it_fails_and_is_halved(stage: Stage) -> None:
    moments = stamps(stage, stage.services.arxiv)
    stage.services.arxiv.fail_when(lambda request: ZHAO in request.value("id_list"), f.status(500))
    assert stage.bib(*QUICK).code == 4
    assert len(moments) > 3
    assert min(gaps(moments)) >= ARXIV_PACE
    assert stage.services.arxiv.peak == 1


def test_the_pace_of_arxiv_is_kept_from_one_run_to_the_next(stage: Stage) -> None:
    moments = stamps(stage, stage.services.arxiv)
    for _ in range(3):
        assert stage.bib(*QUICK, "--refresh").code == 0
    assert len(moments) == 3
    assert min(gaps(moments)) >= ARXIV_PACE - 0.01, "noted in a file, to the wall clock's precision"


@pytest.mark.parametrize("seconds", [17, 45])
def test_retry_after_is_waited_in_full(stage: Stage, seconds: int) -> None:
    moments = stamps(stage, stage.services.arxiv)
    # faults of fail_next go before the rule that notes the moment, so this one is a rule as well
    stage.services.arxiv.fail_when(lambda _request: len(moments) == 1, f.throttled(seconds))
    assert stage.bib(*QUICK).code == 0
    (gap,) = gaps(moments)
    assert seconds <= gap < seconds + 5


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs file locks")
def test_two_processes_with_one_cache_ask_arxiv_in_turn(stage: Stage, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for folder, name in ((stage.folder, KWON), (other, ZHAO)):
        text = f"@misc{{one,\n  eprint = {{{name}}},\n  eprinttype = {{arxiv}},\n}}\n"
        (folder / "refs.bib").write_text(text, "utf-8")
        (folder / "bib.toml").write_text('file = "refs.bib"\n', "utf-8")
    variables = environment(tmp_path, stage.services)
    stage.services.arxiv.latency = 0.3
    began = time.monotonic()
    with started(stage.folder, variables, *QUICK) as one, started(other, variables, *QUICK) as two:
        done = [ended(one), ended(two)]
    assert [run.code for run in done] == [0, 0], done
    assert filled(stage.folder) == filled(other) == {"one"}
    assert counts(stage.services) == {"arxiv": 2}
    first, second = stage.services.arxiv.requests
    assert stage.services.arxiv.peak == 1
    assert first.ended is not None
    assert second.began - first.ended >= ARXIV_PACE - 0.01
    assert time.monotonic() - began < 15


# --- what a request says


def test_requests_say_who_asks_and_how_much_they_want(stage: Stage) -> None:
    assert stage.bib(*QUICK).code == 0
    (arxiv,), (crossref,) = stage.services.arxiv.requests, stage.services.crossref.requests
    for request in (arxiv, crossref):
        assert re.search(rf"llminfer-bib/[\w.]+ \(mailto:{MAILTO}\)", request.headers["user-agent"])
    assert crossref.value("mailto") == MAILTO
    assert arxiv.path == "/api/query" and crossref.path == "/works"
    assert int(arxiv.value("max_results")) >= len(ENTRIES)
    assert int(crossref.value("rows")) >= len(WORKS)
    assert arxiv.value("start", "0") == "0"


def test_without_a_mail_address_none_is_made_up(stage: Stage) -> None:
    stage.monkeypatch.delenv("BIB_MAILTO")
    assert stage.bib(*QUICK).code == 0
    for request in stage.services.requests:
        assert "mailto" not in request.target
        assert "mailto" not in request.headers["user-agent"]
        assert "llminfer-bib/" in request.headers["user-agent"]


def test_a_title_search_asks_for_five_and_says_who_asks(stage: Stage) -> None:
    assert stage.bib("enrich", "kwon").code == 0
    (search,) = stage.services.crossref.requests
    assert search.value("rows") == "5"
    assert search.value("mailto") == MAILTO
    assert "Efficient Memory Management" in search.value("query.bibliographic")


def test_only_the_entries_that_are_named_are_asked_for(stage: Stage) -> None:
    assert stage.bib(*QUICK, "zhao").code == 0
    assert asked_of_arxiv(stage.services) == [[ZHAO]]
    assert stage.counts() == {"arxiv": 1}


@pytest.mark.parametrize(("source", "asked"), [("arxiv", {"arxiv": 1}), ("crossref", {"crossref": 1})])
def test_only_the_sources_that_are_named_are_asked(stage: Stage, source: str, asked: dict[str, int]) -> None:
    assert stage.bib(*QUICK, "--source", source).code == 0
    assert stage.counts() == asked
