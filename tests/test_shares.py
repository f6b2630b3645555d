"""Work shared among processes gives what one process gives, whatever happens to the others."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from llminfer_bib import shares
from llminfer_bib.bibfile import Document
from llminfer_bib.checks import Wanted, all_rules, run
from llminfer_bib.config import Config
from llminfer_bib.shares import shared


@pytest.fixture(autouse=True)
def _three_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "FEWEST", 3)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2}, raising=False)


def squares(numbers: Sequence[int]) -> list[tuple[int, int]]:
    return [(number, number * number) for number in numbers if number % 3]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 100, 10_000])
def test_what_comes_out_is_the_same_in_the_same_order(count: int) -> None:
    assert shared(squares, range(count)) == squares(range(count))


def test_the_work_is_done_by_other_processes_too() -> None:
    assert len(set(shared(lambda some: [os.getpid() for _ in some], range(9)))) == 3


def test_a_share_that_fails_elsewhere_is_done_here() -> None:
    here = os.getpid()

    def work(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != here:
            raise MemoryError
        return list(numbers)

    assert shared(work, range(9)) == list(range(9))


def test_a_share_whose_process_is_killed_is_done_here() -> None:
    here = os.getpid()

    def work(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return list(numbers)

    assert shared(work, range(9)) == list(range(9))


def test_where_no_process_can_be_started_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", fork)
    assert shared(squares, range(9)) == squares(range(9))


def test_an_error_of_the_work_is_met_once_and_no_process_is_left() -> None:
    def work(numbers: Sequence[int]) -> list[int]:
        raise ValueError(len(numbers))

    with pytest.raises(ValueError, match="3"):
        shared(work, range(9))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_without_fork_one_process_does_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert shared(squares, range(9)) == squares(range(9))


def test_bib_check_finds_the_same_with_several_processes() -> None:
    text = "".join(
        f"@article{{k{n},\n  title = {{A Title of {n} for GPUs &amp; 大模型{n}}},\n  author = {{Li, M. and 李明}},\n"
        f"  journal = {{J{n}}},\n  year = {{2020}},\n  pages = {{1-{n}}},\n  doi = {{10.1/{n % 20}}},\n}}\n"
        for n in range(40)
    )
    document = Document.from_bytes(text.encode())
    one = run(document, Config(), all_rules(), Wanted())
    assert run(document, Config(), all_rules(), Wanted(), share=shared) == one
    assert len(one) > 100 and any(found.fix for found in one)
