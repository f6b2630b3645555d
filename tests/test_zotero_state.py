"""Tests of what is remembered of a Zotero library: kept whole or not at all, mended where it is broken, for one run at a time; and of catching up."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Collection as Keys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syncing import hasty_disk

from llminfer_bib.problems import EXIT_REFUSED
from llminfer_bib.zotero.matching import BY, Identifiers, Indexed, identifiers
from llminfer_bib.zotero.merging import Base
from llminfer_bib.zotero.reading import catch_up, look_again
from llminfer_bib.zotero.state import _FIND, FILE, GONE, LIVE, LOCK, PRUNED, BusyError, Ledger, Row, State, StateError
from llminfer_bib.zotero.values import Collection, Creator, Item, Json, LibraryId, Written

__all__ = ["hasty_disk"]

SERVER, LIBRARY, REFS = "https://z.example", "users/1", "/work/refs.bib"
ITEM = Item("webpage", {"title": "T", "citationKey": "k", "url": "https://a.example"}, collections=("CCCCCCCC",))


@contextlib.contextmanager
def kept(folder: Path, **options: Any) -> Iterator[Ledger]:
    with State.open(folder, **options) as state:
        yield state.ledger(SERVER, LIBRARY, REFS)


def row(key: str = "k", item: str = "IIIIIIII", **changes: Any) -> Row:
    return replace(Row(key, item, 3, Base(ITEM, ITEM), ITEM), **changes)


# --- what is kept

HOSTILE = st.text(st.characters()) | st.sampled_from(
    ("'; drop table rows; --", "\0", "\ud800", "e\u0301", "\u202e中文", "\\", '"')
)
ITEMS = st.builds(
    Item,
    HOSTILE,
    st.dictionaries(HOSTILE, HOSTILE.filter(bool), max_size=3),
    st.lists(st.builds(Creator, HOSTILE, HOSTILE, HOSTILE, HOSTILE), max_size=2).map(tuple),
    st.lists(HOSTILE, max_size=3).map(tuple),
    st.lists(HOSTILE, max_size=3).map(tuple),
    st.lists(st.sampled_from(("AAAAAAAA", "BBBBBBBB")), max_size=2, unique=True).map(tuple),
)
PLAIN = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)
ROWS = st.builds(
    Row,
    PLAIN,
    st.text("ABCDEFGH", min_size=8, max_size=8),
    st.integers(0, 2**53),
    st.builds(Base, ITEMS, ITEMS),
    ITEMS,
    st.frozensets(HOSTILE, max_size=2),
    st.sampled_from((LIVE, GONE, PRUNED)),
    st.booleans(),
)


@pytest.mark.slow
@pytest.mark.usefixtures("hasty_disk")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(ROWS, max_size=4, unique_by=(lambda one: one.citation_key, lambda one: one.item)))
def test_every_row_comes_back_as_it_was(tmp_path: Path, rows: list[Row]) -> None:
    with kept(tmp_path) as ledger:
        ledger.clear()
        for one in rows:
            ledger.put(one)
        ledger.commit()
    with kept(tmp_path) as ledger:
        assert sorted(ledger.rows(), key=lambda one: one.item) == sorted(rows, key=lambda one: one.item)
        for one in rows:
            assert ledger.row(one.citation_key) == ledger.row_of_item(one.item) == one
        assert sorted(ledger.citation_keys()) == sorted(one.citation_key for one in rows)
        assert ledger.items() == {one.item for one in rows}


def test_the_library_comes_back_as_it_was(tmp_path: Path) -> None:
    collections = (Collection("CCCCCCCC", 4, "代码 \ud800", "RRRRRRRR"), Collection("RRRRRRRR", 3, "L", trashed=True))
    with kept(tmp_path) as ledger:
        assert (ledger.version, ledger.collections, ledger.tree) == (0, (), {})
        ledger.version, ledger.collections = 2**40, collections
        ledger.tree = {"L/代码": "CCCCCCCC"}
        ledger.commit()
    with kept(tmp_path) as ledger:
        assert (ledger.version, ledger.collections, ledger.tree) == (2**40, collections, {"L/代码": "CCCCCCCC"})
        ledger.put(row())
        ledger.clear()
        assert (ledger.version, ledger.collections, ledger.tree, list(ledger.rows())) == (0, (), {}, [])
        assert not ledger.items()


@pytest.mark.parametrize("other", [("s", LIBRARY, REFS), (SERVER, "groups/1", REFS), (SERVER, LIBRARY, "other.bib")])
def test_each_server_library_and_file_has_its_own(tmp_path: Path, other: tuple[str, str, str]) -> None:
    with State.open(tmp_path) as state:
        one, two = state.ledger(SERVER, LIBRARY, REFS), state.ledger(*other)
        one.put(row())
        one.version = 7
        two.put(row(item="JJJJJJJJ"))
        one.drop("k")
        assert two.row("k") == row(item="JJJJJJJJ")
        assert two.version == 0
        assert one.find("citationKey", "k") != two.find("citationKey", "k")
        two.clear()
        assert one.version == 7
        assert one.items() == {"IIIIIIII"}


def test_a_row_goes_over_that_of_its_citation_key_or_item(tmp_path: Path) -> None:
    with kept(tmp_path) as ledger:
        ledger.put(row("a", "IIIIIIII"))
        ledger.put(row("a", "JJJJJJJJ"))
        assert list(ledger.rows()) == [row("a", "JJJJJJJJ")]
        ledger.put(row("b", "JJJJJJJJ"))
        assert list(ledger.rows()) == [row("b", "JJJJJJJJ")]


def test_items_are_found_by_their_identifiers(tmp_path: Path) -> None:
    paper = Item("journalArticle", {"citationKey": "k", "DOI": "10.1145/A"}, extra=("arXiv: 2309.06180",))
    with kept(tmp_path) as ledger:
        ledger.index("JJJJJJJJ", paper, trashed=True)
        ledger.index("IIIIIIII", ITEM, trashed=False)
        found = Indexed("JJJJJJJJ", identifiers(paper), trashed=True)
        for name, value in found.identifiers.items():
            assert found in ledger.find(name, value)
        assert [one.key for one in ledger.find("citationKey", "k")] == ["IIIIIIII", "JJJJJJJJ"]
        assert ledger.find("url", "a.example") == [Indexed("IIIIIIII", Identifiers("k", url="a.example"))]
        assert ledger.find("url", "") == ledger.find("doi", "") == []
        ledger.index("IIIIIIII", Item("webpage"), trashed=False)
        assert ledger.find("url", "a.example") == []
        ledger.unindex(["JJJJJJJJ"])
        assert ledger.items() == {"IIIIIIII"}
        assert (ledger.knows("IIIIIIII"), ledger.knows("JJJJJJJJ")) == (True, False)


@pytest.mark.parametrize("name", BY)
def test_an_item_is_found_without_going_through_all(tmp_path: Path, name: str) -> None:
    with State.open(tmp_path) as state:
        plan = state._connection.execute(f"explain query plan {_FIND[name]}", (1, "x")).fetchall()
    assert f"{name}=?" in plan[0][3]


def test_strangers_are_what_lies_in_our_collections_and_is_no_entrys(tmp_path: Path) -> None:
    with kept(tmp_path) as ledger:
        ledger.put(row())
        ledger.index("JJJJJJJJ", replace(ITEM, collections=("XXXXXXXX", "CCCCCCCC")), trashed=False)
        ledger.index("KKKKKKKK", replace(ITEM, collections=("XXXXXXXX",)), trashed=False)
        ledger.index("LLLLLLLL", ITEM, trashed=True)
        ledger.index("MMMMMMMM", replace(ITEM, collections=()), trashed=False)
        assert ledger.strangers({"CCCCCCCC"}) == ["JJJJJJJJ"]
        assert ledger.strangers(set()) == []


def test_texts_are_remembered_between_runs(tmp_path: Path) -> None:
    with State.open(tmp_path) as state:
        assert state.remembered("user") == ""
        state.remember("user", "1")
        state.remember("user", "2")
    with State.open(tmp_path) as state:
        assert state.remembered("user") == "2"


# --- kept together, or not at all


def test_what_was_not_committed_is_gone(tmp_path: Path) -> None:
    with kept(tmp_path) as ledger:
        ledger.put(row("a", "IIIIIIII"))
        ledger.commit()
        ledger.put(row("b", "JJJJJJJJ"))
        ledger.version = 9
        ledger.rollback()
        assert (ledger.citation_keys(), ledger.version, ledger.items()) == (["a"], 0, {"IIIIIIII"})
        ledger.put(row("c", "KKKKKKKK"))
    with kept(tmp_path) as ledger:
        assert ledger.citation_keys() == ["a"]


WRITER = """
import sys
from pathlib import Path
from llminfer_bib.zotero.merging import Base
from llminfer_bib.zotero.state import Row, State
from llminfer_bib.zotero.values import Item
item = Item("webpage", {"title": "T"})
ledger = State.open(Path(sys.argv[1])).ledger("s", "users/1", "refs.bib")
for batch in range(10**6):
    for number in range(20):
        ledger.put(Row(f"{batch}-{number}", f"{batch:04}{number:04}", batch, Base(item, item), item))
    ledger.version = batch + 1
    ledger.commit()
    if batch == 3:
        print("go", flush=True)
"""


@pytest.fixture
def other() -> Iterator[Any]:
    """Give what starts another Python with a program; it is killed in the end."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, *map(str, arguments)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_a_run_that_is_killed_leaves_what_it_last_committed(tmp_path: Path, other: Any) -> None:
    process = other(WRITER, tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    told: list[str] = []
    with State.open(tmp_path, patience=0, tell=told.append) as state:  # the lock died with it
        ledger = state.ledger("s", "users/1", "refs.bib")
        batches = ledger.version
        assert batches >= 4
        assert len(ledger.citation_keys()) == 20 * batches
        assert {one.version for one in ledger.rows()} == set(range(batches))
    assert told == []


# --- trouble with the file


def schema(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(10_000))


def text(path: Path) -> None:
    path.write_text("SQLite format 4\0 or so" * 50, encoding="utf-8")


def truncated(path: Path) -> None:
    with kept(path.parent) as ledger:
        for number in range(200):
            ledger.put(row(f"k{number}", f"I{number}"))
        ledger.commit()
    os.truncate(path, path.stat().st_size // 3)


def newer(path: Path) -> None:
    schema(path, "pragma user_version = 99")


def other_rows(path: Path) -> None:
    schema(path, "create table rows (a, b)")


def other_ledgers(path: Path) -> None:
    schema(path, "create table ledgers (id integer primary key, name text)")


def other_memory(path: Path) -> None:
    schema(path, "create table remembered (a, b)")


def with_old_log(path: Path) -> None:
    garbage(path)
    path.with_name(path.name + "-wal").write_bytes(os.urandom(5_000))
    path.with_name(path.name + "-shm").write_bytes(os.urandom(5_000))


@pytest.mark.parametrize(
    "spoil", [garbage, text, truncated, newer, other_rows, other_ledgers, other_memory, with_old_log]
)
def test_a_broken_file_is_put_aside_and_the_run_goes_on(tmp_path: Path, spoil: Any) -> None:
    path = tmp_path / FILE
    spoil(path)
    told: list[str] = []

    with kept(tmp_path, tell=told.append) as ledger:
        assert (list(ledger.rows()), ledger.version) == ([], 0)
        ledger.put(row())
        ledger.commit()
    with kept(tmp_path, tell=told.append) as ledger:
        assert list(ledger.rows()) == [row()]

    (aside,) = tmp_path.glob(f"{FILE}.broken-*")
    assert len(told) == 1
    assert aside.name in told[0]


@pytest.mark.parametrize("make", [Path.touch, lambda _path: None])
def test_an_empty_or_missing_file_is_a_new_one(tmp_path: Path, make: Any) -> None:
    make(tmp_path / FILE)
    told: list[str] = []

    with kept(tmp_path, tell=told.append) as ledger:
        assert ledger.version == 0
    assert told == []


def test_a_file_that_breaks_while_it_is_open_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with kept(tmp_path) as ledger:
        for number in range(500):
            ledger.put(row(f"k{number}", f"I{number}"))
        ledger.commit()
    with State.open(tmp_path) as state:
        ledger = state.ledger(SERVER, LIBRARY, REFS)
        ledger.rollback()
        size = (tmp_path / FILE).stat().st_size
        with (tmp_path / FILE).open("r+b") as file:
            file.seek(4096)
            file.write(os.urandom(size - 4096))
        state._connection.execute("pragma shrink_memory")
        with pytest.raises(StateError, match="Remove the file") as caught:
            list(ledger.rows())
    assert str(tmp_path / FILE) in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_cannot_be_written_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StateError, match="BIB_CACHE_DIR") as caught:
            State.open(tmp_path)
        with pytest.raises(StateError, match="BIB_CACHE_DIR"):
            State.open(tmp_path / "below")
    finally:
        tmp_path.chmod(0o700)
    assert caught.value.exit_code == EXIT_REFUSED


def test_a_file_where_the_folder_should_be_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StateError, match="BIB_CACHE_DIR"):
            State.open(folder)


def test_a_folder_where_the_file_should_be_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()

    with pytest.raises(StateError, match="BIB_CACHE_DIR"):
        State.open(tmp_path)


def test_a_full_disk_is_an_error_with_a_way_out_and_what_was_there_stays(tmp_path: Path) -> None:
    with kept(tmp_path) as ledger:
        ledger.put(row("a", "IIIIIIII"))
        ledger.commit()
    with State.open(tmp_path) as state:
        ledger = state.ledger(SERVER, LIBRARY, REFS)
        pages = state._connection.execute("pragma page_count").fetchone()[0]
        state._connection.execute(f"pragma max_page_count = {pages}")
        long = replace(ITEM, fields={"abstractNote": "x" * 1_000_000})
        with pytest.raises(StateError, match=r"full.*Make room"):
            ledger.put(row("b", "JJJJJJJJ", seen=long))
        ledger.rollback()
        assert ledger.citation_keys() == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="no modes there")
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    with kept(tmp_path / "new") as ledger:
        ledger.put(row())
        ledger.commit()
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert {FILE, LOCK} <= modes.keys()
    assert set(modes.values()) == {0o600}


# --- one run at a time

HOLDER = """
import sys
from pathlib import Path
from llminfer_bib.zotero.state import State
with State.open(Path(sys.argv[1])):
    print("go", flush=True)
    sys.stdin.read()
"""

needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="no locks there")


@needs_locks
def test_a_second_run_says_that_it_waits_and_then_who_it_waited_for(tmp_path: Path, other: Any) -> None:
    process = other(HOLDER, tmp_path)
    told: list[str] = []

    with pytest.raises(BusyError, match=rf"process {process.pid} .* another `bib zotero`") as caught:
        State.open(tmp_path, patience=0.15, tell=told.append)

    assert told == ["waits for another `bib zotero` to end"]
    assert caught.value.exit_code == EXIT_REFUSED


@needs_locks
def test_a_second_run_goes_on_when_the_first_one_ends(tmp_path: Path, other: Any) -> None:
    process = other(HOLDER, tmp_path)
    told: list[str] = []

    def tell(words: str) -> None:
        told.append(words)
        threading.Thread(target=process.stdin.close).start()

    with kept(tmp_path, patience=20, tell=tell) as ledger:
        assert ledger.version == 0
    assert len(told) == 1
    assert (tmp_path / LOCK).read_text(encoding="ascii") == str(os.getpid())


@needs_locks
def test_a_lock_whose_holder_died_holds_nobody_up(tmp_path: Path, other: Any) -> None:
    process = other(HOLDER, tmp_path)
    process.kill()
    process.wait()
    told: list[str] = []

    with kept(tmp_path, patience=0, tell=told.append) as ledger:
        assert ledger.version == 0
    assert told == []


@needs_locks
def test_an_error_while_it_is_opened_lets_the_lock_go(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StateError):
        State.open(tmp_path)
    (tmp_path / FILE).rmdir()

    with kept(tmp_path, patience=0) as ledger:
        assert ledger.version == 0


# --- catching up


def shown(key: str, version: int, kind: str = "webpage", **data: Any) -> Json:
    """Return an item as the API lists it."""
    return {"key": key, "version": version, "data": {"key": key, "version": version, "itemType": kind, **data}}


class FakeClient:
    """A library in memory. `cut` names the call that fails, and after how many objects."""

    backend, server, library, chooses_keys = "web", SERVER, LibraryId("user", 1), True

    def __init__(self, *objects: Json, version: int = 5) -> None:
        self.objects = list(objects)
        self.deleted: set[str] = set()
        self.made: list[Json] = []
        self.now, self.version = version, 0
        self.calls: list[tuple[Any, ...]] = []
        self.cut: tuple[str, int] = ("", 0)

    def _failing(self, name: str, number: int = 0) -> None:
        if self.cut == (name, number):
            raise ConnectionError("cut")

    def items(self, since: int = 0) -> Iterator[Json] | None:
        self.calls.append(("items", since))
        self._failing("first page")
        self.version = self.now
        return None if since == self.now else self._pages([one for one in self.objects if one["version"] > since])

    def _pages(self, objects: list[Json]) -> Iterator[Json]:
        for number, one in enumerate(objects):
            self._failing("items", number)
            yield one

    def items_by_key(self, keys: Keys[str]) -> list[Json]:
        self.calls.append(("items_by_key", tuple(keys)))
        self._failing("items_by_key")
        return [one for one in self.objects if one["key"] in keys]

    def gone(self, since: int, known: Keys[str]) -> frozenset[str]:
        self.calls.append(("gone", since))
        self._failing("gone")
        self.version = self.now
        return frozenset(known) & self.deleted

    def collections(self) -> list[Json]:
        self._failing("collections")
        self.version = self.now
        return self.made

    def write_items(self, objects: Sequence[Json]) -> Written:
        raise AssertionError(objects)

    def write_collections(self, objects: Sequence[Json]) -> Written:
        raise AssertionError(objects)


COLLECTION = {"data": {"key": "CCCCCCCC", "version": 2, "name": "L", "parentCollection": False}}


def test_the_first_time_all_is_read(tmp_path: Path) -> None:
    client = FakeClient(
        shown("IIIIIIII", 1, citationKey="a"),
        shown("JJJJJJJJ", 2, deleted=1, citationKey="b"),
        *(shown(f"{kind[:2].upper()}NNNNNN", 3, kind) for kind in ("note", "attachment", "annotation")),
    )
    client.made = [COLLECTION]
    with kept(tmp_path) as ledger:
        assert catch_up(client, ledger)
    with kept(tmp_path) as ledger:
        assert ledger.items() == {"IIIIIIII", "JJJJJJJJ"}
        assert ledger.version == 5
        assert ledger.collections == (Collection("CCCCCCCC", 2, "L"),)
        assert ledger.find("citationKey", "b") == [Indexed("JJJJJJJJ", Identifiers("b"), trashed=True)]
    assert client.calls == [("items", 0)]


def test_the_next_time_only_what_changed_is_read(tmp_path: Path) -> None:
    client = FakeClient(shown("IIIIIIII", 1), shown("JJJJJJJJ", 2))
    with kept(tmp_path) as ledger:
        catch_up(client, ledger)
        ledger.put(row("k", "IIIIIIII"))
        ledger.put(row("m", "JJJJJJJJ"))
        ledger.commit()
        assert not catch_up(client, ledger)

        client.now = 8
        client.objects = [shown("IIIIIIII", 7, title="new", tags=[{"tag": "x", "type": 1}]), shown("KKKKKKKK", 8)]
        client.deleted = {"JJJJJJJJ", "UNKNOWN2"}
        assert catch_up(client, ledger)
        now = ledger.row("k")
        assert now is not None
        assert (now.version, now.seen.fields, now.automatic, now.base) == (7, {"title": "new"}, {"x"}, row().base)
        assert ledger.row("m") == row("m", "JJJJJJJJ", status=GONE)
        assert ledger.items() == {"IIIIIIII", "KKKKKKKK"}
        assert ledger.version == 8
    assert client.calls == [("items", 0), ("items", 5), ("items", 5), ("gone", 5)]


@pytest.mark.parametrize(
    ("status", "trashed", "then"),
    [(LIVE, False, LIVE), (LIVE, True, LIVE), (GONE, False, LIVE), (PRUNED, True, PRUNED), (PRUNED, False, LIVE)],
)
def test_what_is_there_again_is_live_but_what_we_moved_to_the_trash_stays_so(
    tmp_path: Path, status: str, then: str, *, trashed: bool
) -> None:
    with kept(tmp_path) as ledger:
        ledger.put(row(status=status, trashed=status == PRUNED))
        catch_up(FakeClient(shown("IIIIIIII", 4, **({"deleted": 1} if trashed else {}))), ledger)
        now = ledger.row("k")
        assert now is not None
        assert (now.status, now.trashed, now.version) == (then, trashed, 4)


def test_what_we_moved_to_the_trash_and_was_deleted_is_forgotten(tmp_path: Path) -> None:
    client = FakeClient()
    client.deleted = {"IIIIIIII"}
    with kept(tmp_path) as ledger:
        ledger.version = 3
        ledger.put(row(status=PRUNED))
        catch_up(client, ledger)
        assert ledger.row("k") is None
        assert not ledger.items()


def test_of_an_item_that_comes_twice_the_last_one_counts(tmp_path: Path) -> None:
    """The library changed while it was read, so the client began again."""
    with kept(tmp_path) as ledger:
        ledger.put(row())
        catch_up(FakeClient(shown("IIIIIIII", 4, title="A"), shown("IIIIIIII", 5, title="B")), ledger)
        now = ledger.row("k")
        assert now is not None
        assert (now.version, now.seen.fields["title"]) == (5, "B")


@pytest.mark.parametrize("cut", [("first page", 0), ("items", 0), ("items", 1), ("gone", 0), ("collections", 0)])
def test_nothing_is_kept_where_reading_ends_half_way(tmp_path: Path, cut: tuple[str, int]) -> None:
    client = FakeClient(shown("IIIIIIII", 4, title="A"), shown("JJJJJJJJ", 5))
    client.deleted, client.cut = {"KKKKKKKK"}, cut
    with kept(tmp_path) as ledger:
        ledger.version = 3
        ledger.put(row())
        ledger.put(row("m", "KKKKKKKK"))
        ledger.commit()
        with pytest.raises(ConnectionError):
            catch_up(client, ledger)
        ledger.commit()  # by whoever comes next
        assert list(ledger.rows()) == [row(), row("m", "KKKKKKKK")]
        assert (ledger.version, ledger.items()) == (3, {"IIIIIIII", "KKKKKKKK"})

        client.cut = ("", 0)
        assert catch_up(client, ledger)
        assert (ledger.version, ledger.items()) == (5, {"IIIIIIII", "JJJJJJJJ"})


def test_what_changes_while_the_rest_is_read_is_read_the_next_time(tmp_path: Path) -> None:
    class Busy(FakeClient):
        def collections(self) -> list[Json]:
            self.now += 1
            return super().collections()

    client = Busy(shown("IIIIIIII", 4))
    with kept(tmp_path) as ledger:
        catch_up(client, ledger)
        assert (ledger.version, client.version) == (5, 6)


def test_a_library_that_was_set_back_is_read_from_its_beginning(tmp_path: Path) -> None:
    """The client then lists all; what is no more is noticed, and the version goes down."""

    class Back(FakeClient):
        def items(self, since: int = 0) -> Iterator[Json] | None:
            return super().items(0 if since > self.now else since)

    client = Back(shown("IIIIIIII", 2), version=2)
    client.deleted = {"JJJJJJJJ"}
    with kept(tmp_path) as ledger:
        ledger.version = 90
        ledger.put(row("m", "JJJJJJJJ"))
        catch_up(client, ledger)
        gone = ledger.row("m")
        assert gone is not None
        assert (ledger.version, gone.status, ledger.items()) == (2, GONE, {"IIIIIIII"})


def test_some_items_are_read_again_in_batches(tmp_path: Path) -> None:
    keys = [f"I{number:07}" for number in range(101)]
    client = FakeClient(*(shown(key, 6, title="new") for key in keys[:-1]))
    with kept(tmp_path) as ledger:
        ledger.version = 3
        ledger.put(row("k", keys[0]))
        ledger.put(row("m", keys[-1]))
        look_again(client, ledger, keys)
    with kept(tmp_path) as ledger:
        first, last = ledger.row("k"), ledger.row("m")
        assert first is not None
        assert last is not None
        assert (first.seen.fields, last.status, ledger.version) == ({"title": "new"}, GONE, 3)
    assert [len(call[1]) for call in client.calls] == [50, 50, 1]
