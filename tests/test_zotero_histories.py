"""Random histories of edits on both sides: no edit is lost, nothing is there twice, and one push and one pull bring both in step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeZotero
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from syncing import CONFIG, hasty_disk

from llminfer_bib.commands import syncing
from llminfer_bib.library import Library
from llminfer_bib.zotero.planning import Choices

__all__ = ["hasty_disk"]
pytestmark = pytest.mark.usefixtures("hasty_disk")
FIELDS = ("title", "date", "url", "tags", "note")
# What the file calls a field, and what Zotero does.
FILE = {"title": "title", "date": "date", "url": "url", "tags": "keywords", "note": "note"}


class Both:
    """A small list, a Zotero, and what people did to each since they were in step."""

    def __init__(self, folder: Path, zotero: FakeZotero, count: int, mode: str) -> None:
        self.folder, self.zotero = folder, zotero
        self.place = syncing.Place(backend=mode)
        self.environment = {**zotero.environment, "BIB_CACHE_DIR": str(folder / "cache"), "HOME": str(folder)}
        self.refs = folder / "refs.bib"
        (folder / "bib.toml").write_text(CONFIG, "utf-8")
        self.refs.write_text("".join(entry(f"k{number}") for number in range(count)), "utf-8")
        self.push()

    def open(self) -> Library:
        return Library.open(self.refs, self.folder / "bib.toml")

    def push(self) -> Any:
        library = self.open()
        with syncing.session(library, self.place, self.environment) as session:
            report = syncing.push(session, Choices())
        assert not report.incomplete
        return report

    def pull(self) -> Any:
        library = self.open()
        with syncing.session(library, self.place, self.environment) as session:
            done = syncing.pull(session, library, Choices(), new=False)
            syncing.save_pulled(library, done)
        return done

    # --- what each side says

    def mine(self, key: str, field: str) -> Any:
        entry = self.open()[key]
        return frozenset(entry.keywords) if field == "tags" else entry.fields.get(FILE[field], "")

    def item(self, key: str) -> dict[str, Any]:
        found = [item for item in self.zotero.library().items.values() if item["citationKey"] == key]
        assert len(found) == 1, key
        return dict(found[0])

    def theirs(self, key: str, field: str) -> Any:
        item = self.item(key)
        if field == "tags":
            return frozenset(tag["tag"] for tag in item["tags"])
        if field == "note":
            return item["extra"]
        return item[field]

    # --- people

    def edit_file(self, key: str, field: str, value: str) -> None:
        library = self.open()
        library.set(key, **{FILE[field]: f"method, {value}" if field == "tags" else value})
        library.save()

    def edit_zotero(self, key: str, field: str, value: str) -> None:
        library, item = self.zotero.library(), self.item(key)
        if field == "tags":
            library.edit(item["key"], tags=[{"tag": "method"}, {"tag": value}])
        else:
            library.edit(item["key"], **{"extra" if field == "note" else field: value})


def entry(key: str) -> str:
    return (
        f"@online{{{key},\n  author = {{Li, Wei}},\n  title = {{About {key}}},\n  date = {{2020}},\n"
        f"  url = {{https://example.org/{key}}},\n  keywords = {{method}},\n}}\n\n"
    )


VALUES = {
    "title": ["A title", "另一个题目", "A & B"],
    "date": ["2021", "2021-05", "2022-06-07"],
    "url": ["https://example.org/new", "https://example.com/"],
    "tags": ["one", "two", "三"],
    "note": ["Read it", "读过"],
}
EDIT = st.tuples(st.sampled_from(("file", "zotero")), st.integers(0, 2), st.sampled_from(FIELDS), st.integers(0, 2))
STEP = st.one_of(EDIT, st.just("push"), st.just("pull"))


def histories(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any], mode: str
) -> Iterator[tuple[Both, dict[Any, Any]]]:
    folder = tmp_path_factory.mktemp("history")
    with FakeZotero(mode) as zotero:
        both = Both(folder, zotero, 3, mode)
        last: dict[tuple[str, str, str], Any] = {}
        for step in steps:
            if step == "push":
                both.push()
            elif step == "pull":
                both.pull()
            else:
                side, number, field, choice = step
                key, value = f"k{number}", VALUES[field][choice % len(VALUES[field])]
                (both.edit_file if side == "file" else both.edit_zotero)(key, field, value)
                last[side, key, field] = both.mine(key, field) if side == "file" else both.theirs(key, field)
        yield both, last


def check(both: Both, last: dict[Any, Any], steps: list[Any]) -> None:
    report = both.push()
    pulled = both.pull()
    conflicts = {(one.key, d.name) for one in pulled.pull.report.outcomes.values() for d in one.conflicts}
    again = both.push()
    assert again.writes == 0, "one push and one pull bring both in step"
    assert both.pull().diff == ""
    items = both.zotero.library().items
    assert len(items) == 3 and len({item["citationKey"] for item in items.values()}) == 3
    for number in range(3):
        for field in FIELDS:
            key = f"k{number}"
            mine, theirs = both.mine(key, field), both.theirs(key, field)
            if (key, field) in conflicts:
                continue
            if field == "note":
                assert (not mine) or mine in theirs.splitlines(), (key, field, mine, theirs, steps)
            elif field == "tags":
                assert mine == theirs, (key, field, mine, theirs, steps, report.outcomes)
            else:
                assert mine == theirs, (key, field, mine, theirs, steps, report.outcomes)
                edits = [last[side, key, field] for side in ("file", "zotero") if (side, key, field) in last]
                assert not edits or mine in edits, (key, field, mine, edits, steps)


QUICK = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(steps=st.lists(STEP, max_size=8))
def test_some_histories(tmp_path_factory: pytest.TempPathFactory, steps: list[Any]) -> None:
    for both, last in histories(tmp_path_factory, steps, "web"):
        check(both, last, steps)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["web", "local"])
def test_many_histories(tmp_path_factory: pytest.TempPathFactory, mode: str) -> None:
    @MANY
    @given(steps=st.lists(STEP, max_size=14))
    def histories_of(steps: list[Any]) -> None:
        for both, last in histories(tmp_path_factory, steps, mode):
            check(both, last, steps)

    histories_of()
