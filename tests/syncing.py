"""What the tests of `bib zotero` share: a small list in a folder, a fake Zotero, `bib` run inside this process or beside it."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeZotero
from fakes.zotero_library import Library
from trouble import Done

from llminfer_bib.__main__ import run
from llminfer_bib.zotero.client import open_client

_connect = sqlite3.connect

CONFIG = """\
[list]
title = "Reading"
[[categories]]
slug = "method"
title_zh = "方法"
title_en = "Methods"
[[categories]]
slug = "project"
title_zh = "项目"
title_en = "Projects"
"""
PAGED = """\
@inproceedings{kwon2023efficient,
  author = {Kwon, Woosuk and Li, Zhuohan},
  title = {Efficient Memory Management for Large Language Model Serving with {PagedAttention}},
  booktitle = {Proceedings of the 29th Symposium on Operating Systems Principles},
  year = {2023},
  pages = {611--626},
  doi = {10.1145/3600006.3613165},
  eprint = {2309.06180},
  eprinttype = {arxiv},
  eprintclass = {cs.LG},
  keywords = {method, serving},
}
"""
PREPRINT = """\
@misc{sheng2023flexgen,
  author = {Sheng, Ying and 郑, 怜悯},
  title = {High-Throughput Generative Inference},
  year = {2023},
  month = mar,
  eprint = {2303.06865},
  eprinttype = {arxiv},
  keywords = {method},
}
"""
PROJECT = """\
@software{vllm,
  author = {{vLLM Project}},
  title = {vLLM},
  url = {https://github.com/vllm-project/vllm},
  date = {2023-06-20},
  keywords = {project},
}
"""
REFS = f"{PAGED}\n{PREPRINT}\n{PROJECT}"
KEYS = ("kwon2023efficient", "sheng2023flexgen", "vllm")


@dataclass
class Desk:
    """A list, and a Zotero to keep in step with it."""

    folder: Path
    zotero: FakeZotero
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    slept: list[float]
    """The pauses of `bib` that nobody had to sit through."""
    library_path: str = ""

    @property
    def refs(self) -> Path:
        """The .bib file."""
        return self.folder / "refs.bib"

    @property
    def library(self) -> Library:
        """The Zotero library, as a person at Zotero has it before them."""
        return self.zotero.library(self.library_path)

    @property
    def state(self) -> Path:
        """The folder with what is remembered."""
        return self.folder / "cache"

    def bib(self, *words: str) -> Done:
        """Run `bib`."""
        self.capsys.readouterr()
        code = run(words)
        done = Done(code, *self.capsys.readouterr())
        assert "Traceback" not in done.err and code != 70, done.err
        return done

    def push(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Push, and return the report."""
        return self._report("push", *words, code=code)

    def pull(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Pull, and return the report."""
        return self._report("pull", *words, code=code)

    def _report(self, *words: str, code: int) -> dict[str, Any]:
        done = self.bib("zotero", *words, "--json")
        assert done.code == code, done
        report: dict[str, Any] = json.loads(done.out)
        return report

    def beside(self, *words: str) -> subprocess.Popen[str]:
        """Start `bib` as a program of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "llminfer_bib", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**os.environ},
        )

    def edit(self, old: str, new: str) -> None:
        """Change the file as a person does in an editor."""
        text = self.refs.read_text("utf-8")
        assert old in text
        self.refs.write_text(text.replace(old, new), "utf-8")

    def item(self, citation_key: str) -> dict[str, Any]:
        """Return the one item with a citation key, trash included."""
        found = [item for item in self.library.items.values() if item.get("citationKey") == citation_key]
        assert len(found) == 1, (citation_key, found)
        return dict(found[0])

    def forget(self) -> None:
        """Lose the state."""
        shutil.rmtree(self.state, ignore_errors=True)

    def requests(self) -> list[tuple[str, str]]:
        """Return (method, path) of what was asked so far, and forget it."""
        found = [(request.method, request.path) for request in self.zotero.requests]
        self.zotero.requests.clear()
        return found

    def writes(self) -> int:
        """Return how many writes were asked so far, and forget all."""
        return sum(method != "GET" for method, _ in self.requests())


def hasty(*arguments: Any, timeout: float = 5.0, **options: Any) -> sqlite3.Connection:
    """Open a database that does not wait until all is on the disk: no test cuts the power."""
    connection = _connect(*arguments, timeout=timeout, **options)
    with suppress(sqlite3.Error):  # of a broken file, the program is to hear
        connection.execute("pragma busy_timeout = 0")
        connection.execute("pragma synchronous = off")
    connection.execute(f"pragma busy_timeout = {int(timeout * 1000)}")
    return connection


@pytest.fixture
def hasty_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open every database of a test so."""
    monkeypatch.setattr(sqlite3, "connect", hasty)


def desk_for(
    zotero: FakeZotero,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    refs: str = REFS,
) -> Desk:
    """Lay out a list and point `bib` at a fake."""
    folder.mkdir(exist_ok=True)
    (folder / "refs.bib").write_text(refs, "utf-8")
    (folder / "bib.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sqlite3, "connect", hasty)
    slept: list[float] = []
    monkeypatch.setitem(open_client.__kwdefaults__, "sleep", slept.append)
    monkeypatch.setitem(open_client.__kwdefaults__, "clock", lambda: time.monotonic() + sum(slept))
    monkeypatch.setenv("BIB_CACHE_DIR", str(folder / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "settings"))
    monkeypatch.delenv("ZOTERO_API_KEY", raising=False)
    for name, value in zotero.environment.items():
        monkeypatch.setenv(name, value)
    return Desk(folder, zotero, monkeypatch, capsys, slept)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """Three entries and zotero.org."""
    with FakeZotero() as zotero:
        yield desk_for(zotero, tmp_path / "list", monkeypatch, capsys)


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """Three entries and the program on this machine."""
    with FakeZotero("local") as zotero:
        desk = desk_for(zotero, tmp_path / "list", monkeypatch, capsys)
        (desk.folder / "bib.toml").write_text(f'{CONFIG}\n[zotero]\nbackend = "local"\n', "utf-8")
        yield desk
