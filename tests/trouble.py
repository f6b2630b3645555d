"""What the tests of `bib enrich` under trouble share: a small list, the four services that know it, a clock that does not wait, two ways to run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from fakes import HONEST, FakeServer, Services, arxiv_entry, crossref_work, serve_all

from llminfer_bib.__main__ import run
from llminfer_bib.commands import enrichment
from llminfer_bib.library import Library
from llminfer_bib.sources import crossref

MAILTO = "list@example.org"
KWON, ZHAO = "2309.06180", "2401.00001"
DAO, LIU = "10.1145/1111111.1111", "10.1145/2222222.2222"
IDS = {"kwon": KWON, "zhao": ZHAO, "dao": DAO, "liu": LIU}
ASKED = {"arxiv": {"kwon", "zhao"}, "crossref": {"dao", "liu"}}
"""Which entries each service fills."""
REFS = f"""\
% my list, and a word of my own: é
@misc{{kwon,
  author = {{Kwon, Woosuk}},
  title = {{Efficient Memory Management}},
  eprint = {{{KWON}}},
  eprinttype = {{arxiv}},
  note = {{mine}},
}}

@misc{{zhao,
  author = {{Zhao, Yilong}},
  title = {{Low-Bit Quantization}},
  eprint = {{{ZHAO}}},
  eprinttype = {{arxiv}},
}}
@comment{{left alone}}
@article{{dao,
  author = {{Dao, Tri}},
  title = {{Fast Attention}},
  doi = {{{DAO}}},
}}

@article{{liu,
  author = {{Liu, Zichang}},
  title = {{Sparse Inference}},
  doi = {{{LIU}}},
}}
"""
ENTRIES = [
    arxiv_entry(KWON, "Efficient Memory Management", ["Woosuk Kwon"]),
    arxiv_entry(ZHAO, "Low-Bit Quantization", ["Yilong Zhao"], published="2024-01-02T10:00:00Z"),
]
WORKS = [
    crossref_work(DAO, "Fast Attention", ["Tri Dao"], type="journal-article", container="A Journal", year=2022),
    crossref_work(LIU, "Sparse Inference", ["Zichang Liu"], type="journal-article", container="A Journal", year=2023),
]
QUICK = ("enrich", "--write", "--no-upgrade")


class Done(NamedTuple):
    code: int
    out: str
    err: str


@dataclass
class Clock:
    """Real time, plus all that was slept: sleeping costs nothing and is noted."""

    slept: list[float] = field(default_factory=list)
    _skipped: float = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def wall(self) -> float:
        return time.time() + self._skipped

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self._skipped += seconds


@dataclass
class Stage:
    """A folder with the list, the services, and `bib` run inside this process."""

    folder: Path
    services: Services
    clock: Clock
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def bib(self, *words: str) -> Done:
        self.capsys.readouterr()
        code = run(words)
        done = Done(code, *self.capsys.readouterr())
        assert "Traceback" not in done.err and code != 70, done.err
        return done

    def set(self, **variables: str) -> None:
        for name, value in variables.items():
            self.monkeypatch.setenv(name, value)

    def server(self, name: str) -> FakeServer:
        found: FakeServer = getattr(self.services, name)
        return found

    def heal(self) -> None:
        """Let every service answer honestly, and forget what was asked."""
        self.set(**self.services.environment)
        for name in ("BIB_TIMEOUT", "BIB_TOTAL_TIMEOUT"):
            self.monkeypatch.delenv(name, raising=False)
        for server in self.services.all:
            server.fail_always(HONEST)
            server._next.clear()
            server._when.clear()
            server.requests.clear()
            server.peak = 0

    def counts(self) -> dict[str, int]:
        """How many requests each service got, those without any left out."""
        return counts(self.services)

    @property
    def text(self) -> str:
        return (self.folder / "refs.bib").read_bytes().decode()

    @property
    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


def counts(services: Services) -> dict[str, int]:
    names = ("arxiv", "crossref", "datacite", "dblp")
    return {name: len(server.requests) for name in names if (server := getattr(services, name)).requests}


def asked_of_arxiv(services: Services) -> list[list[str]]:
    """The identifiers of each request."""
    return [request.value("id_list").split(",") for request in services.arxiv.requests]


def asked_of_crossref(services: Services) -> list[list[str]]:
    """The DOIs of each request for a list."""
    return [
        [part.removeprefix("doi:") for part in request.value("filter").split(",")]
        for request in services.crossref.requests
    ]


def filled(folder: Path) -> set[str]:
    """The keys of the entries that have got a date, which the list has none of."""
    return {entry.key for entry in Library.open(folder / "refs.bib") if entry.date is not None}


def noted(folder: Path) -> set[str]:
    """The keys that the sidecar speaks of; every line of it must be whole."""
    path = folder / "refs.lock.jsonl"
    return {json.loads(line)["key"] for line in path.read_bytes().splitlines()} if path.exists() else set()


def keeps_what_was_written(before: str, after: str) -> bool:
    """Tell whether every line that a person wrote is still there, in order; the type of an entry may change."""
    rest = iter(after.splitlines())
    kept = (line for line in before.splitlines() if not line.startswith(("@misc", "@article")))
    return all(line in rest for line in kept)


@pytest.fixture
def services() -> Iterator[Services]:
    with serve_all(ENTRIES, WORKS) as running:
        yield running


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let every desk of this process wait by a clock that does not."""
    crossref.close()  # the connection that an earlier test left open knows nothing of this one's proxies
    waits = Clock()
    desk = partial(enrichment.Desk, clock=waits.monotonic, wall=waits.wall, sleep=waits.sleep)
    monkeypatch.setattr(enrichment, "Desk", desk)
    return waits


@pytest.fixture
def stage(
    tmp_path: Path,
    services: Services,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Stage:
    folder = made(tmp_path)
    monkeypatch.chdir(folder)
    for name, value in environment(tmp_path, services).items():
        monkeypatch.setenv(name, value)
    return Stage(folder, services, clock, monkeypatch, capsys)


def made(tmp_path: Path, text: str = REFS) -> Path:
    """Make the folder of the list."""
    folder = tmp_path / "list"
    folder.mkdir()
    (folder / "refs.bib").write_bytes(text.encode())
    (folder / "bib.toml").write_text('file = "refs.bib"\n', "utf-8")
    return folder


def environment(tmp_path: Path, services: Services) -> dict[str, str]:
    """What sends a process to the services."""
    return {**services.environment, "BIB_CACHE_DIR": str(tmp_path / "cache"), "BIB_MAILTO": MAILTO, "NO_PROXY": "*"}


# --- real processes


@contextmanager
def started(folder: Path, variables: dict[str, str], *words: str, code: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run `bib`, or `code` that ends in it, in a process of its own; it does not outlive the `with`."""
    program = [sys.executable, "-c", code] if code else [sys.executable, "-m", "llminfer_bib"]
    with subprocess.Popen(
        [*program, *words],
        cwd=folder,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def ended(process: subprocess.Popen[str]) -> Done:
    out, err = process.communicate(timeout=30)
    assert "Traceback" not in err, err
    return Done(process.returncode, out, err)


def until(truth: object, seconds: float = 15.0) -> None:
    """Wait until a function returns something true."""
    end = time.monotonic() + seconds
    assert callable(truth)
    while not truth():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)
