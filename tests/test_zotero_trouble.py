"""`bib zotero` when things go wrong: whatever fails, the next run brings both sides in step, nothing is twice, nobody's edit is lost."""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import HONEST, cut_after, cut_before, forbidden, meddle
from fakes.faults import html_200, status, throttled, truncate, unavailable
from syncing import CONFIG, PROJECT, REFS, Desk, desk, desktop

__all__ = ["desk", "desktop"]

ROOT = Path(__file__).parents[1]
MANY = "".join(
    f"@misc{{key{n},\n  author = {{Li, Wei}},\n  title = {{Number {n}}},\n  url = {{https://example.org/{n}}},\n  keywords = {{method}},\n}}\n"
    for n in range(120)
)


@pytest.fixture(params=["desk", "desktop"])
def both(request: pytest.FixtureRequest) -> Desk:
    found: Desk = request.getfixturevalue(request.param)
    found.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.5")
    return found


def in_step(desk: Desk, items: int = 3, collections: int = 3) -> None:
    """With the trouble gone: at most two runs more, then nothing is written; nothing is there twice."""
    desk.zotero.heal()
    desk.push()
    desk.requests()
    assert desk.push()["counts"] == {"unchanged": items}
    assert desk.writes() == 0
    keys = [item["citationKey"] for item in desk.library.items.values()]
    assert len(keys) == len(set(keys)) == items
    assert len(desk.library.collections) == collections


FAULTS: list[Callable[[], Any]] = [
    lambda: status(500),
    cut_before,
    cut_after,
    html_200,
    truncate,
    forbidden,
    lambda: throttled(retry_after=60),
    lambda: unavailable(retry_after=60),
]
IDS = ["500", "cut-before", "cut-after", "html", "truncated", "403", "429", "503"]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 8))
@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_whatever_fails_in_a_first_push(both: Desk, fault: Callable[[], Any], number: int) -> None:
    both.zotero.fail_next(*[HONEST] * (number - 1), fault())
    assert both.bib("zotero", "push").code in {0, 2, 4, 5}
    in_step(both)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 4))
@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_whatever_fails_in_a_push_of_changes(desk: Desk, fault: Callable[[], Any], number: int) -> None:
    desk.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.5")
    desk.push()
    desk.library.edit(desk.item("vllm")["key"], date="2024")
    desk.edit("{vLLM}", "{vLLM 2}")
    desk.zotero.fail_next(*[HONEST] * (number - 1), fault())
    assert desk.bib("zotero", "push").code in {0, 2, 4, 5}
    desk.zotero.heal()
    desk.push()
    assert (desk.item("vllm")["title"], desk.item("vllm")["date"]) == ("vLLM 2", "2024")
    desk.pull("--write")
    in_step(desk)


def test_what_was_not_reached_is_named_in_the_report(desk: Desk) -> None:
    desk.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.3")
    desk.refs.write_text(MANY, "utf-8")
    desk.zotero.fail_next_write(HONEST, HONEST, HONEST, *[status(500)] * 10)
    report = desk.push(code=4)
    assert report["counts"]["created"] == 50 and report["counts"]["left"] == 70 and report["incomplete"]
    assert {one["what"] for one in report["entries"]} == {"created", "left"}
    in_step(desk, 120, 2)


def test_a_report_in_json_comes_even_where_nothing_can_be_read(desk: Desk) -> None:
    desk.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.3")
    desk.push()
    desk.zotero.fail_always(status(500))
    report = desk.push(code=4)
    assert report["counts"]["left"] == 3 and "Zotero" in report["incomplete"]


@pytest.mark.slow
@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT], ids=["kill", "ctrl-c"])
@pytest.mark.parametrize("writes", [3, 4, 5])
def test_a_push_that_is_killed_between_batches_goes_on(desk: Desk, kill: signal.Signals, writes: int) -> None:
    desk.refs.write_text(MANY, "utf-8")
    gate = {"open": False}

    def wait(_server: object) -> None:
        while not gate["open"]:
            time.sleep(0.01)

    desk.zotero.fail_next_write(*[HONEST] * (writes - 1), meddle(after=wait))
    run = desk.beside("zotero", "push")
    deadline = time.monotonic() + 30
    while desk.zotero.writes < writes and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(kill)
    _, err = run.communicate(timeout=30)
    gate["open"] = True
    assert "Traceback" not in err
    in_step(desk, 120, 2)


def test_our_list_takes_three_writes_of_items(desk: Desk) -> None:
    shutil.copy(ROOT / "refs.bib", desk.refs)
    shutil.copy(ROOT / "bib.toml", desk.folder / "bib.toml")
    desk.push()
    posts = [path for method, path in desk.requests() if method == "POST"]
    assert [path.rsplit("/", 1)[1] for path in posts] == ["collections", "collections", "items", "items", "items"]
    assert len(desk.library.items) == 102
    assert desk.push()["counts"] == {"unchanged": 102}
    asked = desk.requests()
    assert len(asked) <= 3 and all(method == "GET" for method, _ in asked)


def test_foreign_items_are_read_once_and_left_alone(desk: Desk) -> None:
    for number in range(350):
        desk.library.add_item(
            {"itemType": "book", "title": f"Foreign {number}", "url": f"https://foreign.org/{number}"}
        )
    desk.push()
    desk.requests()
    desk.edit("{vLLM}", "{vLLM 2}")
    desk.push()
    assert len([path for method, path in desk.requests() if method == "GET"]) <= 3
    assert sum(str(item["title"]).startswith("Foreign") for item in desk.library.items.values()) == 350


def test_a_collection_that_zotero_refuses_is_said_and_its_entries_are_in_that_of_the_list(desk: Desk) -> None:
    (desk.folder / "bib.toml").write_text(CONFIG.replace("项目", "x" * 300), "utf-8")
    report = desk.push(code=5)
    assert len(report["collections_refused"]) == 1 and "refuses" in report["collections_refused"][0]
    (root,) = (key for key, one in desk.library.collections.items() if one["name"] == "Reading")
    assert desk.item("vllm")["collections"] == [root]
    assert "refuses" in desk.bib("zotero", "push").out


def test_a_key_that_was_just_given_is_never_quoted(desktop: Desk) -> None:
    desktop.zotero.fail_when(lambda request: "authorize" in request.path, truncate())
    done = desktop.bib("zotero", "push")
    keys = [str(key) for key in desktop.zotero.handshake.keys]
    assert done.code == 4
    for key in keys:
        assert key[:8] not in done.out + done.err
    assert '"key"' not in done.out + done.err
    desktop.zotero.heal()
    in_step(desktop)


@pytest.mark.parametrize(("answer", "code"), [("deny", 2), ("once", 0), ("always", 0)])
def test_what_the_person_at_the_program_says_counts(desktop: Desk, answer: str, code: int) -> None:
    desktop.zotero.handshake.answer = answer
    done = desktop.bib("zotero", "push")
    assert done.code == code, done
    assert bool(desktop.library.items) == (code == 0)
    if answer == "deny":
        assert "Always Allow" in done.err


def test_without_the_right_to_write_nothing_is_tried(desk: Desk) -> None:
    from fakes.zotero import Access

    key = desk.zotero.environment["ZOTERO_API_KEY"]
    desk.zotero.keys[key] = Access(1, write=False)
    done = desk.bib("zotero", "push")
    assert done.code == 2 and desk.zotero.writes == 0 and "write" in done.err
    desk.monkeypatch.setenv("ZOTERO_API_KEY", "wrongwrongwrongwrongwron")
    assert desk.bib("zotero", "push").code == 2


def test_two_lists_with_a_paper_in_common_share_its_item(desk: Desk) -> None:
    desk.push()
    other = desk.folder / "other.bib"
    other.write_text(REFS, "utf-8")
    done = desk.bib("--file", str(other), "zotero", "push", "--collection", "Other", "--json")
    assert done.code == 0 and len(desk.library.items) == 3
    assert all(len(item["collections"]) == 2 for item in desk.library.items.values())
    assert desk.push()["counts"] == {"unchanged": 3}


def test_a_rename_and_an_enrichment_keep_the_item(desk: Desk) -> None:
    desk.push()
    items = set(desk.library.items)
    assert desk.bib("rename", "vllm", "vllm2", "--keep-alias").code == 0
    desk.push()
    assert set(desk.library.items) == items and desk.item("vllm2")


@pytest.mark.parametrize("text", ["", "% nothing\n", PROJECT.replace("title = {vLLM}", "title = {" + "x" * 300 + "}")])
def test_odd_files_end_in_a_report(desk: Desk, text: str) -> None:
    desk.refs.write_text(text, "utf-8")
    done = desk.bib("zotero", "push", "--json")
    assert done.code == 0 and json.loads(done.out)["incomplete"] is None


def test_hostile_values_reach_zotero_as_text(desk: Desk) -> None:
    tag = "y" * 300
    desk.refs.write_text(
        PROJECT.replace("{vLLM}", "{a <b> & \x00 \u202e x}").replace("{project}", f"{{project, {tag}}}"), "utf-8"
    )
    report = desk.push()
    assert report["counts"] == {"unchanged": 0, "created": 1}
    assert "<b>" in desk.item("vllm")["title"] and {tag["tag"] for tag in desk.item("vllm")["tags"]} == {"project"}
    assert desk.push()["counts"] == {"unchanged": 1}
