"""The cache of answers: what goes in comes out, and whatever happens to its file, it never stops a run."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from llminfer_bib.sources import answers, sharing
from llminfer_bib.sources import cache as cache_module
from llminfer_bib.sources.cache import FILE, Cache, Stored

LONG = b"<entry>" + b"a work of many words " * 200 + b"</entry>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def fill(folder: Path, count: int = 10) -> None:
    with Cache.open(folder) as cache:
        cache.put_many("arxiv", {f"{n}": b"%d " % n + LONG for n in range(count)}, ["none"], 1000.0)


def broken_files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{FILE}.broken-*") if not path.name.endswith(("-wal", "-shm")))


def works(cache: Cache) -> bool:
    cache.put_many("test", {"it": b"works"}, [], 5.0)
    return cache.get_many("test", ["it"]) == {"it": Stored(b"works", 5.0)}


# --- what goes in comes out


def test_what_is_stored_comes_back_in_the_next_run(folder: Path) -> None:
    with Cache.open(folder) as cache:
        cache.put_many("arxiv", {"2309.06180": LONG, "x": b""}, ["2401.00001"], 1234.5)
        assert cache.remarks == []
    with Cache.open(folder) as cache:
        stored = cache.get_many("arxiv", ["2401.00001", "never asked", "2309.06180", "x"])
        assert stored == {
            "2309.06180": Stored(LONG, 1234.5), "x": Stored(b"", 1234.5), "2401.00001": Stored(None, 1234.5)
        }  # fmt: skip
        assert cache.get_many("crossref", ["2309.06180"]) == {}
        assert cache.remarks == []


def test_a_later_answer_replaces_an_earlier_one(folder: Path) -> None:
    with Cache.open(folder) as cache:
        cache.put_many("arxiv", {"a": b"1", "b": b"1"}, ["c"], 1.0)
        cache.put_many("arxiv", {"a": b"2", "c": b"2"}, ["b"], 2.0)
        assert cache.get_many("arxiv", "abc") == {
            "a": Stored(b"2", 2.0),
            "b": Stored(None, 2.0),
            "c": Stored(b"2", 2.0),
        }


def test_answers_can_be_forgotten(folder: Path) -> None:
    with Cache.open(folder) as cache:
        cache.put_many("arxiv", {"a": b"1", "b": b"1"}, ["c"], 1.0)
        cache.put_many("dblp", {"a": b"1"}, [], 1.0)
        cache.forget("arxiv", ["a", "c", "unknown"])
        cache.forget("arxiv", [])
        assert set(cache.get_many("arxiv", "abc")) == {"b"}
        assert set(cache.get_many("dblp", "a")) == {"a"}


@hypothesis_settings(max_examples=30)
@given(st.dictionaries(st.text(max_size=20), st.none() | st.binary(max_size=400), max_size=8))
def test_any_identifier_and_any_bytes_come_back(rows: dict[str, bytes | None]) -> None:
    with tempfile.TemporaryDirectory() as name, Cache.open(Path(name)) as cache:
        cache.put_many(
            "s", {key: raw for key, raw in rows.items() if raw is not None}, [k for k in rows if rows[k] is None], 7.0
        )
        assert cache.get_many("s", rows) == {key: Stored(raw, 7.0) for key, raw in rows.items()}
        assert cache.remarks == []


def test_an_identifier_that_cannot_be_stored_does_no_harm(folder: Path) -> None:
    with Cache.open(folder) as cache:
        cache.put_many("s", {"\ud800": b"1", "good": b"2"}, ["\udfff"], 1.0)
        assert cache.get_many("s", ["\ud800", "\udfff", "?", "good"]) == {"good": Stored(b"2", 1.0)}
        cache.forget("s", ["\ud800"])
        assert cache.remarks == []


def test_long_answers_are_packed_and_short_ones_are_not(folder: Path) -> None:
    noise = os.urandom(500)
    with Cache.open(folder) as cache:
        cache.put_many("s", {"long": LONG, "short": b"{}", "noise": noise}, [], 1.0)
        (row,) = cache.statistics()
        assert row.bytes < len(LONG) / 10 + 600
        assert cache.get_many("s", ["long", "short", "noise"]) == {
            "long": Stored(LONG, 1.0), "short": Stored(b"{}", 1.0), "noise": Stored(noise, 1.0)
        }  # fmt: skip


def test_many_identifiers_take_time_in_proportion(folder: Path) -> None:
    def work(ids: list[str]) -> None:
        cache.put_many("s", dict.fromkeys(ids, b"{}"), [], 1.0)
        assert len(cache.get_many("s", ids)) == len(ids)

    with Cache.open(folder) as cache:
        assert_in_proportion(lambda count: [f"10.1145/{n}" for n in range(count)], work, 10_000)


# --- counting and clearing


def test_statistics_count_by_source(folder: Path) -> None:
    with Cache.open(folder) as cache:
        assert cache.statistics() == []
        cache.put_many("dblp", {"x": b"12"}, [], 3.0)
        cache.put_many("arxiv", {"a": b"1234", "b": b"12"}, ["c"], 1.0)
        cache.put_many("arxiv", {}, ["d"], 9.0)
        arxiv, dblp = cache.statistics()
        assert (arxiv.source, arxiv.found, arxiv.absent, arxiv.bytes, arxiv.oldest, arxiv.newest) == (
            "arxiv",
            2,
            2,
            6,
            1.0,
            9.0,
        )
        assert (dblp.source, dblp.found, dblp.absent) == ("dblp", 1, 0)


@pytest.mark.parametrize(
    ("source", "older_than", "left"),
    [
        (None, None, []),
        ("arxiv", None, ["dblp 5", "dblp 1"]),
        (None, 5.0, ["arxiv 5", "dblp 5"]),
        ("dblp", 5.0, ["arxiv 5", "arxiv 1", "dblp 5"]),
        ("unknown", None, ["arxiv 5", "arxiv 1", "dblp 5", "dblp 1"]),
        (None, 1.0, ["arxiv 5", "arxiv 1", "dblp 5", "dblp 1"]),
    ],
)
def test_clearing_takes_what_was_asked_and_nothing_else(
    folder: Path, source: str | None, older_than: float | None, left: list[str]
) -> None:
    with Cache.open(folder) as cache:
        for name in ("arxiv", "dblp"):
            for at in (1.0, 5.0):
                cache.put_many(name, {f"{name} {at:.0f}": b"x"}, [], at)
        assert cache.clear(source, older_than) == 4 - len(left)
        there = [key for name in ("arxiv", "dblp") for key in cache.get_many(name, [f"{name} 5", f"{name} 1"])]
        assert sorted(there) == sorted(left)


def test_clearing_gives_the_room_back(folder: Path) -> None:
    with Cache.open(folder) as cache:
        cache.put_many("arxiv", {f"{n}": os.urandom(5000) for n in range(200)}, [], 1.0)
        assert cache.size > 1_000_000
        assert cache.clear() == 200
        assert cache.size < 200_000
        assert works(cache)


# --- where it lies


def test_file_and_folder_are_for_their_owner_only(folder: Path) -> None:
    old = os.umask(0o022)
    try:
        with Cache.open(folder / "deep") as cache:
            assert works(cache)
            for path in cache.path.parent.iterdir():
                assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
            assert stat.S_IMODE(cache.path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(old)


def test_the_rights_of_a_folder_that_is_there_are_left_alone(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)
    with Cache.open(folder) as cache:
        assert works(cache)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


@pytest.mark.parametrize("name", ["with space", "a?b#c%20", "目录", "it's"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    with Cache.open(tmp_path / name) as cache:
        assert works(cache)
        assert cache.path == tmp_path / name / FILE
        assert cache.path.is_file()


def test_closing_twice_and_using_it_afterwards_does_no_harm(folder: Path) -> None:
    cache = Cache.open(folder)
    cache.close()
    cache.close()
    cache.put_many("s", {"a": b""}, [], 1.0)
    assert cache.get_many("s", "a") == {}
    assert cache.statistics() == []
    assert cache.clear() == 0


# --- a file that is no cache


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (x)")
    connection.close()


def foreign_with_an_application(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA application_id = 7")
    connection.close()


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(20000))


def text(path: Path) -> None:
    path.write_text("@article{a, title = {no cache at all}}\n" * 100)


def truncated(path: Path) -> None:
    fill(path.parent, 300)
    os.truncate(path, 8192 + 100)


def overwritten_in_the_middle(path: Path) -> None:
    fill(path.parent, 300)
    data = bytearray(path.read_bytes())
    data[100:] = b"\xff" * (len(data) - 100)
    path.write_bytes(data)


def without_its_table(path: Path) -> None:
    fill(path.parent)
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE answers RENAME TO other")
    connection.close()


def a_folder(path: Path) -> None:
    path.mkdir()
    (path / "file").write_text("x")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


NO_CACHES = (
    foreign, foreign_with_an_application, garbage, text, truncated, overwritten_in_the_middle, without_its_table,
    a_folder, a_pipe,
)  # fmt: skip


@pytest.mark.parametrize("damage", NO_CACHES, ids=lambda function: function.__name__)
def test_what_is_no_cache_is_set_aside_with_a_word_and_a_new_one_begun(folder: Path, damage) -> None:
    folder.mkdir()
    damage(folder / FILE)
    with Cache.open(folder) as cache:
        cache.get_many("arxiv", map(str, range(300)))
        cache.statistics()
        assert works(cache)
        (remark,) = cache.remarks
        (aside,) = broken_files(folder)
        assert str(cache.path) in remark and aside in remark
    with Cache.open(folder) as cache:
        assert cache.get_many("test", ["it"]) == {"it": Stored(b"works", 5.0)}
        assert cache.remarks == []


def test_a_foreign_database_keeps_its_content_when_it_is_set_aside(folder: Path) -> None:
    folder.mkdir()
    foreign(folder / FILE)
    before = (folder / FILE).read_bytes()
    Cache.open(folder).close()
    (aside,) = broken_files(folder)
    assert (folder / aside).read_bytes() == before


def test_two_broken_ones_in_one_second_are_both_kept(folder: Path) -> None:
    folder.mkdir()
    for _ in range(3):
        garbage(folder / FILE)
        Cache.open(folder).close()
    assert len(broken_files(folder)) == 3


def test_a_broken_cache_is_not_pulled_away_from_a_run_that_has_it_open(folder: Path) -> None:
    fill(folder)
    with Cache.open(folder) as first:
        assert first.get_many("arxiv", ["1"])
        data = (folder / FILE).read_bytes()
        (folder / FILE).write_bytes(b"\0" * 100 + data[100:])
        with Cache.open(folder) as second:
            (remark,) = second.remarks
            assert "another run has it open" in remark
            assert second.get_many("arxiv", ["1"]) == {}
        assert broken_files(folder) == []


def test_an_empty_file_becomes_a_cache(folder: Path) -> None:
    folder.mkdir()
    (folder / FILE).touch()
    with Cache.open(folder) as cache:
        assert works(cache)
        assert cache.remarks == []


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_cache_of_another_version_is_emptied_with_a_word(folder: Path, version: int) -> None:
    fill(folder)
    connection = sqlite3.connect(folder / FILE)
    connection.execute("CREATE TABLE more (x)")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    with Cache.open(folder) as cache:
        assert "another version" in "".join(cache.remarks)
        assert cache.get_many("arxiv", ["1"]) == {}
        assert works(cache)
    assert broken_files(folder) == []


DAMAGED_ROWS = (
    ("packing = 1, raw = x'00'", "no packed data"),
    ("packing = 1, raw = substr(raw, 1, 20)", "cut off"),
    ("packing = 7", "an unknown packing"),
    ("packing = 0, raw = 'text'", "text for bytes"),
    ("packing = 1, raw = 'text'", "text for packed bytes"),
    ("fetched_at = 'yesterday'", "no time"),
    ("fetched_at = 1e300", "a time beyond all years"),
    ("fetched_at = -1", "a time before all years"),
)


@pytest.mark.parametrize(("change", "what"), DAMAGED_ROWS, ids=[what for _, what in DAMAGED_ROWS])
def test_a_damaged_row_counts_as_not_there_and_the_others_are_read(folder: Path, change: str, what: str) -> None:
    fill(folder)
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    connection.execute(f"UPDATE answers SET {change} WHERE id = '3'")
    connection.close()
    with Cache.open(folder) as cache:
        assert set(cache.get_many("arxiv", "12345")) == set("1245")
        assert cache.remarks == []


# --- a place that cannot be used


def test_a_folder_that_cannot_be_made_means_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Cache.open(tmp_path / "file" / "cache") as cache:
        (remark,) = cache.remarks
        assert "cannot be made" in remark and "asks for them again" in remark
        assert not works(cache)
        assert cache.clear() == 0
        assert cache.statistics() == []
        assert cache.size == 0


@pytest.mark.parametrize("name", ["~/.cache/x", "a\0b"])
def test_a_folder_that_cannot_be_means_no_cache(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Cache.open(Path(name)) as cache:
        assert len(cache.remarks) == 1
        assert not works(cache)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Give up the rights of root, who may write everything, for the time of a test."""
    if not hasattr(os, "seteuid"):
        pytest.skip("needs Unix")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder(as_nobody: None) -> Iterator[Path]:
    """Return a folder of the user that ``as_nobody`` makes us; pytest's own cannot be entered by it."""
    path = Path(tempfile.mkdtemp())
    yield path
    path.chmod(0o700)
    shutil.rmtree(path)


def test_a_cache_that_may_only_be_read_is_read(open_folder: Path) -> None:
    fill(open_folder)
    (open_folder / FILE).chmod(0o400)
    open_folder.chmod(0o500)
    with Cache.open(open_folder) as cache:
        assert cache.get_many("arxiv", ["1"])["1"].at == 1000.0
        assert not works(cache)
        assert not works(cache)
        (remark,) = cache.remarks
        assert "cannot be written" in remark
        assert cache.clear() == 0


def test_a_file_that_may_only_be_read_is_read(open_folder: Path) -> None:
    fill(open_folder)
    (open_folder / FILE).chmod(0o400)
    with Cache.open(open_folder) as cache:
        assert cache.get_many("arxiv", ["1"])["1"].at == 1000.0
        assert not works(cache)
        assert "cannot be written" in "".join(cache.remarks)
    assert broken_files(open_folder) == []


def test_a_file_that_may_not_even_be_read_means_no_cache(open_folder: Path) -> None:
    fill(open_folder)
    (open_folder / FILE).chmod(0)
    with Cache.open(open_folder) as cache:
        assert not works(cache)
        assert len(cache.remarks) == 1
    assert broken_files(open_folder) == []


def test_an_empty_folder_that_may_not_be_written_means_no_cache(open_folder: Path) -> None:
    open_folder.chmod(0o500)
    with Cache.open(open_folder) as cache:
        assert not works(cache)
        assert len(cache.remarks) == 1


def test_a_broken_file_in_a_folder_that_may_not_be_written_means_no_cache(open_folder: Path) -> None:
    garbage(open_folder / FILE)
    open_folder.chmod(0o500)
    with Cache.open(open_folder) as cache:
        assert not works(cache)
        assert "cannot be set aside" in "".join(cache.remarks)


def test_a_full_disk_costs_the_new_answers_only(folder: Path) -> None:
    fill(folder)
    with Cache.open(folder) as cache:
        cache._connection.execute("PRAGMA max_page_count = 1")
        cache.put_many("s", {f"{n}": os.urandom(9000) for n in range(50)}, [], 1.0)
        assert cache.get_many("s", map(str, range(50))) == {}
        assert cache.get_many("arxiv", ["1"])["1"].at == 1000.0
        (remark,) = cache.remarks
        assert "full" in remark and "cannot be written" in remark


def test_a_file_that_stays_busy_costs_the_answers_of_that_moment_only(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_BUSY_WAIT", 0.05)
    fill(folder)
    other = sqlite3.connect(folder / FILE, isolation_level=None)
    with Cache.open(folder) as cache:
        other.execute("BEGIN IMMEDIATE")
        assert not works(cache)
        assert "busy" in "".join(cache.remarks)
        assert cache.get_many("arxiv", ["1"])
        other.execute("ROLLBACK")
        other.close()
        assert works(cache)


def test_without_locks_a_broken_file_is_still_set_aside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "FLOCK", False)
    folder.mkdir()
    garbage(folder / FILE)
    with Cache.open(folder) as cache:
        assert works(cache)
    assert len(broken_files(folder)) == 1


# --- several processes

WRITER = """
import sys
from pathlib import Path
from llminfer_bib.sources.cache import Cache
name, folder, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
with Cache.open(folder) as cache:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(rounds):
        cache.put_many("s", {f"{name} {number} {n}": b"%d" % number * 300 for n in range(20)}, [], 1.0)
        cache.put_many("s", {"common": b"%d" % number * 300}, [], 1.0)
        if name == "killed":
            print(number, flush=True)
    print(cache.remarks, flush=True)
"""


def writer(name: str, folder: Path, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(folder), str(rounds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("broken", [False, True])
def test_processes_that_open_and_write_at_once_lose_nothing(folder: Path, broken: bool) -> None:
    folder.mkdir()
    if broken:
        garbage(folder / FILE)
    processes = [writer(f"p{n}", folder, 15) for n in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
    remarks = [process.communicate()[0] for process in processes]
    assert remarks.count("[]\n") == (2 if broken else 3), "one of them set it aside, and said so"
    assert len(broken_files(folder)) == broken
    with Cache.open(folder) as cache:
        ids = [f"p{p} {number} {n}" for p in range(3) for number in range(15) for n in range(20)]
        assert len(cache.get_many("s", ids)) == len(ids)
        assert cache.remarks == []


def test_a_kill_in_the_middle_of_writing_loses_nothing_that_was_stored(folder: Path) -> None:
    with writer("killed", folder, 1_000_000) as process:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        while (line := process.stdout.readline()) != "20\n":
            assert line
        process.send_signal(signal.SIGKILL)
        last = max([20, *(int(line) for line in process.stdout.read().split())])
    with Cache.open(folder) as cache:
        assert cache.remarks == []
        for number in range(last + 3):
            there = cache.get_many("s", [f"killed {number} {n}" for n in range(20)])
            assert len(there) == 20 or (number > last and not there), "a step is stored whole or not at all"
        assert works(cache)
    connection = sqlite3.connect(folder / FILE)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_process_that_was_killed_while_it_made_the_file_does_no_harm(folder: Path) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    with Cache.open(folder) as cache:
        assert works(cache)
        assert cache.remarks == []


def test_chunks_are_all_there_in_order() -> None:
    assert [list(some) for some in answers.chunks("abcde", 2)] == [["a", "b"], ["c", "d"], ["e"]]
    assert list(answers.chunks([], 2)) == []
