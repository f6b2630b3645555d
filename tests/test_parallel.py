"""Several processes write the same bytes, and meet the same problems, as one: also where the wager on a stretch is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import parallel
from llminfer_bib.bibfile import Document
from llminfer_bib.config import Config
from llminfer_bib.export import BatchExporter, load
from llminfer_bib.library import Library
from llminfer_bib.model import Category, Entry
from llminfer_bib.problems import Problem

pytestmark = pytest.mark.skipif(
    not hasattr(os, "memfd_create"), reason="only where processes can be forked and share a file"
)

EXPORTER = load("csl-json")
MARKDOWN = load("md")
assert isinstance(EXPORTER, BatchExporter)
assert isinstance(MARKDOWN, BatchExporter)
CONFIG = Config(categories=(Category("method", "方法", "Methods"), Category("blog", "博客", "Blogs")))


@pytest.fixture(autouse=True, params=[2, 4])
def processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Even small files are split, into as many stretches."""
    count: int = request.param
    monkeypatch.setattr(parallel, "_processes", lambda _size: count)
    return count


def both(text: str, keep: str = "") -> tuple[bytes, set[Problem]]:
    """Export by several processes and by one, compare, and return the result as CSL-JSON."""
    library = Library(Document.from_bytes(text.encode()), CONFIG)
    compare(library, MARKDOWN, keep)
    return compare(library, EXPORTER, keep)


def compare(library: Library, exporter: BatchExporter, keep: str) -> tuple[bytes, set[Problem]]:
    chosen = (lambda entry: keep in entry.key) if keep else None
    problems: list[Problem] = []
    decoder = library.decoder(exporter.SKIP_FIELDS, problems)
    options = library.options()
    many = b"".join(exporter.frame(parallel.batches(decoder, exporter, options, chosen), options))
    expected: list[Problem] = []
    entries: Iterator[Entry] = library.stream(exporter.SKIP_FIELDS, expected)
    ((_, one),) = exporter.render(filter(chosen, entries), options)
    assert many == b"".join(one)
    assert set(problems) == set(expected)
    return many, set(problems)


def entry(number: int, more: str = "") -> str:
    return f"@misc{{key{number},\n  title = {{Title {number}}},\n  year = 2020,{more}\n}}\n\n"


def test_a_plain_file() -> None:
    data, problems = both("".join(entry(n) for n in range(1000)))
    assert data.count(b'"id"') == 1000
    assert not problems


def test_a_selection() -> None:
    data, _ = both("".join(entry(n) for n in range(1000)), keep="99")
    assert data.count(b'"id"') == sum("99" in str(n) for n in range(1000))


def test_macros_of_an_earlier_stretch() -> None:
    data, problems = both(
        '@string{a = "Alpha"}\n' + "".join(entry(n, "\n  publisher = a,") for n in range(400))
        + '@string{a = {Beta}}\n@string{b = a # " B"}\n' + "".join(entry(n, "\n  publisher = b,") for n in range(400, 800))
    )  # fmt: skip
    assert (data.count(b'"Alpha"'), data.count(b'"Beta B"')) == (400, 400)
    assert not problems


def test_a_definition_that_is_none_loses_the_wager() -> None:
    hidden = "@misc{hidden,\n  note = {\n@string{a = {Wrong}}\n},\n}\n"
    data, _ = both('@string{a = "Right"}\n' + hidden + "".join(entry(n, "\n  publisher = a,") for n in range(800)))
    assert data.count(b'"Right"') == 800


def test_a_value_that_looks_like_entries_loses_the_wager() -> None:
    value = "".join(f"\n@misc{{fake{n},\n  title = {{F}},\n}}" for n in range(600))
    data, _ = both("".join(entry(n) for n in range(50)) + f"@misc{{big,\n  note = {{{value}}},\n}}\n" + entry(99))
    assert data.count(b'"id"') == 52


def test_keys_that_come_again_in_another_stretch() -> None:
    _, problems = both("".join(entry(n) for n in range(300)) + "".join(entry(n) for n in range(250, 500)))
    assert [problem.code for problem in problems] == ["B015"] * 50


def test_parents_in_another_stretch() -> None:
    parent = "@proceedings{p,\n  title = {Proc},\n  year = 2020,\n}\n"
    child = "@inproceedings{c%d,\n  title = {C},\n  crossref = {p},\n}\n"
    data, _ = both("".join(child % n for n in range(300)) + parent)
    assert data.count(b'"container-title": "Proc"') == 300


@pytest.mark.parametrize("text", ["", "no entries", "@misc{k}", "@", "@misc{k, title = {open\n" * 200])
def test_files_with_little_to_split(text: str) -> None:
    both(text)


def test_a_process_that_dies_costs_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()
    run = parallel._Job.run

    def dying(job: parallel._Job, *args: object) -> object:
        if os.getpid() != parent:
            os._exit(3)
        return run(job, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(parallel._Job, "run", dying)
    both("".join(entry(n) for n in range(500)))


def test_where_no_process_can_be_started_one_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", fork)
    both("".join(entry(n) for n in range(500)))


def test_no_process_is_left_behind_when_the_reader_stops() -> None:
    library = Library.from_text("".join(entry(n) for n in range(3000)))
    assert isinstance(EXPORTER, BatchExporter)
    batches = parallel.batches(library.decoder(), EXPORTER, library.options(), None)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


PIECES = st.sampled_from(
    [entry(1), entry(2), "@string{a = {x}}\n", "@misc{m,\n t = a,\n publisher = a,\n}\n", "@misc{broken, title = {x\n", "}\n", "\n@", "text\n",
     "@comment{\n@misc{c}\n}\n", "@misc{b, keywords = {blog}}\n", "@misc{d, keywords = {x, method}}\n", '@misc{q, note = "\n@misc{z, title = {Z}}\n"}\n']
)  # fmt: skip


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.lists(PIECES, max_size=30))
def test_any_heap_of_blocks(pieces: list[str]) -> None:
    both("".join(pieces))
