"""`bib zotero push` against a faithful Zotero: what is made, what is left alone, and that nothing is ever there twice."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeZotero, cut_after, cut_before, meddle
from fakes.faults import html_200, stall, status, throttled, truncate, unavailable
from syncing import KEYS, PAGED, PREPRINT, PROJECT, REFS, Desk, desk, desktop

__all__ = ["desk", "desktop"]

BOTH = pytest.fixture(params=["desk", "desktop"])


@BOTH
def both(request: pytest.FixtureRequest) -> Desk:
    """Three entries, and each kind of Zotero in turn."""
    found: Desk = request.getfixturevalue(request.param)
    return found


def titles(desk: Desk) -> list[str]:
    return sorted(str(item.get("title")) for item in desk.library.items.values() if not item.get("deleted"))


def tree(desk: Desk) -> dict[str, list[str]]:
    """The collections by path, with the citation keys of their items."""
    there = desk.library.collections
    found = {}
    for key, one in there.items():
        path = one["name"]
        while one["parentCollection"]:
            one = there[one["parentCollection"]]
            path = f"{one['name']}/{path}"
        found[path] = sorted(
            str(item["citationKey"]) for item in desk.library.items.values() if key in item.get("collections", ())
        )
    return found


# --- the first push


def test_each_entry_is_an_item_and_each_category_a_collection(both: Desk) -> None:
    report = both.push()
    assert report["counts"] == {"unchanged": 0, "created": 3}
    assert tree(both) == {
        "Reading": [],
        "Reading/方法": ["kwon2023efficient", "sheng2023flexgen"],
        "Reading/项目": ["vllm"],
    }
    paper = both.item("kwon2023efficient")
    assert paper["itemType"] == "conferencePaper" and paper["DOI"] == "10.1145/3600006.3613165"
    assert {tag["tag"] for tag in paper["tags"]} == {"method", "serving"}
    assert "arXiv: 2309.06180 [cs.LG]" in paper["extra"]
    preprint = both.item("sheng2023flexgen")
    assert (preprint["itemType"], preprint["archiveID"]) == ("preprint", "arXiv:2303.06865")
    assert preprint["creators"][1] == {"creatorType": "author", "name": "郑怜悯"}
    assert both.item("vllm")["creators"] == [{"creatorType": "programmer", "name": "vLLM Project"}]


def test_the_second_push_writes_nothing_and_reads_little(both: Desk) -> None:
    both.push()
    before = both.library.snapshot()
    both.requests()
    report = both.push()
    assert report["counts"] == {"unchanged": 3}
    asked = both.requests()
    assert all(method == "GET" for method, _ in asked) and len(asked) <= 3, asked
    assert both.library.snapshot() == before


def test_a_dry_run_writes_nothing_and_says_what_it_would(both: Desk) -> None:
    report = both.push("--dry-run")
    assert report["counts"]["created"] == 3 and report["collections_created"] == ["Reading", "方法", "项目"]
    assert both.writes() == 0 and not both.library.items and not both.library.collections
    both.push()
    both.edit("{vLLM}", "{vLLM 2}")
    both.requests()
    assert both.push("--dry-run")["counts"] == {"unchanged": 2, "updated": 1}
    assert both.writes() == 0
    assert both.push()["counts"] == {"unchanged": 2, "updated": 1}


def test_status_says_the_same_and_check_makes_it_an_exit_code(desk: Desk) -> None:
    assert desk.bib("zotero", "status", "--check").code == 1
    desk.push()
    assert desk.bib("zotero", "status", "--check").code == 0
    desk.edit("{vLLM}", "{vLLM 2}")
    done = desk.bib("zotero", "status", "--check")
    assert done.code == 1 and "update" in done.out and "vllm" in done.out


def test_only_some_entries_can_be_pushed(desk: Desk) -> None:
    desk.push("vllm")
    assert titles(desk) == ["vLLM"]
    assert desk.bib("zotero", "push", "nobody").code == 2


def test_the_list_of_a_group_goes_to_the_group(desk: Desk, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeZotero(groups=(7,)) as zotero:
        for name, value in zotero.environment.items():
            monkeypatch.setenv(name, value)
        desk.zotero, desk.library_path = zotero, "groups/7"
        desk.push("--library", "group:7")
        assert len(desk.library.items) == 3 and not zotero.library("users/1").items


# --- what changes in the file


def test_what_changes_in_the_file_changes_in_zotero_and_nothing_else(both: Desk) -> None:
    both.push()
    both.edit("pages = {611--626},\n  ", "pages = {611--627},\n  note = {Best paper},\n  ")
    both.edit("keywords = {method, serving}", "keywords = {method, memory}")
    report = both.push()
    assert report["counts"] == {"unchanged": 2, "updated": 1}
    paper = both.item("kwon2023efficient")
    assert paper["pages"] == "611-627" and {tag["tag"] for tag in paper["tags"]} == {"method", "memory"}
    assert "Best paper" in paper["extra"]
    assert both.push()["counts"] == {"unchanged": 3}


def test_a_field_taken_out_of_the_file_goes_from_zotero(both: Desk) -> None:
    both.push()
    both.edit("  pages = {611--626},\n", "")
    both.push()
    assert not both.item("kwon2023efficient")["pages"]


def test_an_entry_that_changes_its_category_moves(both: Desk) -> None:
    both.push()
    both.edit("keywords = {method},", "keywords = {project},")
    both.push()
    assert tree(both)["Reading/项目"] == ["sheng2023flexgen", "vllm"]
    assert tree(both)["Reading/方法"] == ["kwon2023efficient"]


def test_a_preprint_that_is_published_keeps_its_item(both: Desk) -> None:
    both.push()
    key = both.item("sheng2023flexgen")["key"]
    both.edit(
        "@misc{sheng2023flexgen,", "@inproceedings{sheng2023flexgen,\n  booktitle = {ICML},\n  doi = {10.5555/1},"
    )
    assert both.push()["counts"] == {"unchanged": 2, "updated": 1}
    item = both.item("sheng2023flexgen")
    assert (item["key"], item["itemType"], item["proceedingsTitle"]) == (key, "conferencePaper", "ICML")
    assert both.push()["counts"] == {"unchanged": 3}


def test_a_renamed_entry_keeps_its_item(both: Desk) -> None:
    both.push()
    keys = set(both.library.items)
    both.edit("{kwon2023efficient,", "{kwon2023paged,")
    both.edit("@software{vllm,", "@software{vllm-project,\n  ids = {vllm},")
    both.push()
    assert set(both.library.items) == keys
    assert {item["citationKey"] for item in both.library.items.values()} == {
        "kwon2023paged",
        "sheng2023flexgen",
        "vllm-project",
    }


def test_a_removed_entry_is_reported_and_only_prune_moves_it_to_the_trash(both: Desk) -> None:
    both.push()
    both.refs.write_text(f"{PAGED}\n{PROJECT}", "utf-8")
    report = both.push()
    assert [(one["key"], one["what"]) for one in report["entries"]] == [("sheng2023flexgen", "gone")]
    assert not both.item("sheng2023flexgen").get("deleted")
    assert both.push("--prune")["counts"] == {"unchanged": 2, "pruned": 1}
    assert both.item("sheng2023flexgen")["deleted"]
    assert both.push("--prune")["counts"] == {"unchanged": 2}
    both.refs.write_text(REFS, "utf-8")
    assert both.push()["counts"] == {"unchanged": 2, "restored": 1}
    assert not both.item("sheng2023flexgen").get("deleted")


def test_nothing_is_pruned_while_the_file_cannot_be_read(desk: Desk) -> None:
    desk.push()
    desk.refs.write_text(f"{PAGED}\n{PREPRINT[:-3]}\n{PROJECT}", "utf-8")
    done = desk.bib("zotero", "push", "--prune")
    assert done.code == 5 and "refs.bib:" in done.err and "Repair" in done.err
    assert not any(item.get("deleted") for item in desk.library.items.values())


# --- what people do in Zotero


def test_what_a_person_changed_stays_and_is_reported(both: Desk) -> None:
    both.push()
    key = both.item("vllm")["key"]
    both.library.edit(key, title="vLLM, the engine")
    report = both.push()
    (one,) = report["entries"]
    assert (one["key"], one["what"]) == ("vllm", "kept")
    assert one["differences"] == [{"field": "title", "file": "vLLM", "zotero": "vLLM, the engine", "verdict": "pull"}]
    assert both.item("vllm")["title"] == "vLLM, the engine"
    both.edit("date = {2023-06-20}", "date = {2023-06-21}")
    both.push()
    assert (both.item("vllm")["title"], both.item("vllm")["date"]) == ("vLLM, the engine", "2023-06-21")


def test_what_both_changed_is_a_conflict_and_stays_on_both_sides(both: Desk) -> None:
    both.push()
    both.library.edit(both.item("vllm")["key"], title="Theirs")
    both.edit("{vLLM}", "{Ours}")
    report = both.push(code=3)
    assert report["counts"]["conflict"] == 1 and both.item("vllm")["title"] == "Theirs"
    assert both.push(code=3)["counts"]["conflict"] == 1
    assert both.push("--overwrite", "title")["counts"] == {"unchanged": 2, "updated": 1}
    assert both.item("vllm")["title"] == "Ours"
    assert both.push()["counts"] == {"unchanged": 3}


def test_their_tags_collections_notes_and_lines_of_extra_stay(both: Desk) -> None:
    both.push()
    library = both.library
    key = both.item("kwon2023efficient")["key"]
    library.tag(key, "to read")
    mine = library.add_collection("Mine", "")
    library.move(key, [*library.items[key]["collections"], mine])
    note = library.add_note(key, "<p>good</p>")
    extra = library.items[key]["extra"]
    library.edit(key, extra=f"Citation count: 7\n{extra}\n\nmy words")
    both.edit("keywords = {method, serving}", "keywords = {method, memory}")
    both.edit("pages = {611--626},", "pages = {611--626},\n  note = {Best paper},")
    both.push()
    item = both.item("kwon2023efficient")
    assert {tag["tag"] for tag in item["tags"]} == {"method", "memory", "to read"}
    assert mine in item["collections"] and len(item["collections"]) == 2
    assert item["extra"].startswith("Citation count: 7\n") and "\n\nmy words" in item["extra"]
    assert "Best paper" in item["extra"] and note in both.library.items


@pytest.mark.parametrize("how", ["trash", "delete"])
def test_what_a_person_deleted_is_not_made_again(both: Desk, how: str) -> None:
    both.push()
    key = both.item("vllm")["key"]
    getattr(both.library, how)(key)
    report = both.push()
    assert [(one["key"], one["what"]) for one in report["entries"]] == [("vllm", "deleted")]
    assert both.writes() and titles(both) == sorted(t for t in titles(both) if t != "vLLM")
    assert both.push()["counts"] == {"unchanged": 2, "deleted": 1}
    assert both.push("--restore")["counts"] == {"unchanged": 2, "restored": 1}
    assert not both.item("vllm").get("deleted")
    assert both.push()["counts"] == {"unchanged": 3}


def test_a_deleted_collection_is_not_made_again(both: Desk) -> None:
    both.push()
    key = next(key for key, one in both.library.collections.items() if one["name"] == "项目")
    both.library.delete_collection(key)
    assert both.bib("zotero", "push").code == 0
    assert "项目" not in {one["name"] for one in both.library.collections.values()}
    assert both.bib("zotero", "push", "--restore").code == 0
    assert tree(both)["Reading/项目"] == ["vllm"]
    root = next(key for key, one in both.library.collections.items() if one["name"] == "Reading")
    both.library.delete_collection(root)
    done = both.bib("zotero", "push")
    assert done.code == 3 and "--restore" in done.err


# --- never twice


def test_without_the_state_the_items_are_found_again(both: Desk) -> None:
    both.push()
    before = both.library.snapshot()
    both.requests()
    both.forget()
    assert both.push()["counts"] == {"unchanged": 0, "adopted": 3}
    assert both.writes() == 0 and both.library.snapshot() == before


def test_a_person_who_deleted_is_remembered_without_the_state(desk: Desk) -> None:
    desk.push()
    desk.library.delete(desk.item("vllm")["key"])
    desk.library.trash(desk.item("sheng2023flexgen")["key"])
    desk.forget()
    assert desk.push()["counts"] == {"unchanged": 0, "adopted": 1, "deleted": 2}


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({"DOI": "10.1145/3600006.3613165"}, "DOI"),
        ({"DOI": "https://doi.org/10.1145/3600006.3613165"}, "DOI"),
        ({"extra": "arXiv: 2309.06180 [cs.LG]"}, "arXiv id"),
        ({"url": "https://arxiv.org/abs/2309.06180v2"}, "arXiv id"),
        ({"citationKey": "kwon2023efficient"}, "citation key"),
    ],
)
def test_an_item_that_was_there_before_us_is_adopted(desk: Desk, fields: dict[str, str], by: str) -> None:
    key = desk.library.add_item({"itemType": "conferencePaper", "title": PAGED.split("{")[3].split("}")[0], **fields})
    desk.push(code=desk.bib("zotero", "push").code)
    assert desk.item("kwon2023efficient")["key"] == key and len(desk.library.items) == 3


def test_of_two_that_match_neither_is_touched_and_no_third_is_made(both: Desk) -> None:
    for title in ("One", "Two"):
        both.library.add_item({"itemType": "conferencePaper", "title": title, "DOI": "10.1145/3600006.3613165"})
    report = both.push(code=3)
    (one,) = [one for one in report["entries"] if one["what"] == "ambiguous"]
    assert one["key"] == "kwon2023efficient" and len(both.library.items) == 4
    assert {"One", "Two"} <= set(titles(both))


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("fault", [cut_after, cut_before, html_200, truncate])
def test_an_answer_that_is_lost_makes_nothing_twice(both: Desk, fault: object, number: int) -> None:
    from fakes import HONEST

    both.zotero.fail_next_write(*[HONEST] * (number - 1), fault())  # type: ignore[operator]
    done = both.bib("zotero", "push")
    assert done.code in {0, 4}, done
    both.push()
    assert titles(both) == sorted({*titles(both)}) and len(both.library.items) == 3
    assert len(both.library.collections) == 3
    assert both.push()["counts"] == {"unchanged": 3}


def test_a_server_that_stays_away_is_an_incomplete_run_that_goes_on_later(desk: Desk) -> None:
    desk.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.3")
    desk.zotero.fail_always(status(500))
    done = desk.bib("zotero", "push")
    assert done.code == 4 and "Zotero" in done.err
    desk.zotero.heal()
    assert desk.push()["counts"] == {"unchanged": 0, "created": 3}


@pytest.mark.parametrize("fault", [throttled, unavailable])
def test_a_busy_server_is_waited_for(desk: Desk, fault: object) -> None:
    desk.zotero.fail_next_write(fault(retry_after=7))  # type: ignore[operator]
    assert desk.push()["counts"] == {"unchanged": 0, "created": 3}
    assert sum(desk.slept) == pytest.approx(7, abs=1)


def test_an_item_that_changes_under_our_hands_is_merged_and_not_overwritten(both: Desk) -> None:
    both.push()
    both.edit("{vLLM}", "{vLLM 2}")
    both.edit("pages = {611--626}", "pages = {611--627}")
    key = both.item("vllm")["key"]
    both.zotero.fail_next_write(meddle(before=lambda server: server.library().edit(key, date="2024")))
    both.push()
    assert (both.item("vllm")["title"], both.item("vllm")["date"]) == ("vLLM 2", "2024")
    assert both.item("kwon2023efficient")["pages"] == "611-627"


@pytest.mark.slow
def test_two_pushes_at_once_make_nothing_twice(both: Desk) -> None:
    runs = [both.beside("zotero", "push", "-h"), *(both.beside("zotero", "push") for _ in range(3))]
    for run in runs:
        out, err = run.communicate(timeout=60)
        assert run.returncode == 0, (out, err)
    assert len(both.library.items) == 3 and len(both.library.collections) == 3


@pytest.mark.slow
def test_two_machines_that_push_at_once_make_nothing_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    for number in range(3):
        monkeypatch.setenv("BIB_CACHE_DIR", str(desk.folder / f"cache{number}"))
        runs.append(desk.beside("zotero", "push"))
    for run in runs:
        out, err = run.communicate(timeout=60)
        assert run.returncode in {0, 4}, (out, err)
    assert len(desk.library.items) == 3 and len(desk.library.collections) == 3


@pytest.mark.slow
@pytest.mark.parametrize("kill", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_push_resumes(desk: Desk, kill: signal.Signals) -> None:
    desk.zotero.fail_next_write(stall())
    run = desk.beside("zotero", "push")
    deadline = time.monotonic() + 20
    while not desk.zotero.writes and time.monotonic() < deadline:
        time.sleep(0.02)
    run.send_signal(kill)
    _, err = run.communicate(timeout=20)
    assert "Traceback" not in err
    desk.zotero.heal()
    desk.push()
    assert len(desk.library.items) == 3 and len(desk.library.collections) == 3
    assert desk.push()["counts"] == {"unchanged": 3}


# --- words


def test_the_key_is_never_shown(desk: Desk) -> None:
    secret = desk.zotero.environment["ZOTERO_API_KEY"]
    seen = [desk.bib("zotero", "push"), desk.bib("-v", "zotero", "push", "--json")]
    desk.zotero.fail_always(status(403, body=secret.encode()))
    seen += [desk.bib("zotero", "push"), desk.bib("-v", "zotero", "status", "--json")]
    for done in seen:
        assert secret not in done.out + done.err
    for path in desk.state.rglob("*"):
        assert secret.encode() not in path.read_bytes()


def test_without_a_key_the_way_out_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZOTERO_API_KEY")
    done = desk.bib("zotero", "push")
    assert done.code == 2 and "ZOTERO_API_KEY" in done.err


def test_the_report_of_a_person_names_what_happened(desk: Desk) -> None:
    done = desk.bib("zotero", "push")
    assert "created" in done.out and "vllm" in done.out
    assert done.err.strip().endswith("3 collections made, 3 created. Requests: 4 reads, 3 writes.")
    desk.library.edit(desk.item("vllm")["key"], title="Theirs \x1b[31m")
    done = desk.bib("zotero", "push")
    assert "\x1b" not in done.out
    assert json.loads(desk.bib("zotero", "push", "--json").out)["library"] == "users/1"


def test_an_entry_that_stands_twice_is_one_item(desk: Desk) -> None:
    desk.refs.write_text(REFS + PROJECT, "utf-8")
    report = desk.push(code=3)
    assert [(one["key"], one["what"]) for one in report["entries"] if one["what"] == "repeated"] == [
        ("vllm", "repeated")
    ]
    assert len(desk.library.items) == 3


def test_all_keys_have_items(desk: Desk) -> None:
    desk.push()
    assert {item["citationKey"] for item in desk.library.items.values()} == set(KEYS)


def test_a_terminal_shows_how_far_it_is_and_a_pipe_does_not(desk: Desk, on_a_terminal: Callable[..., str]) -> None:
    environment = f"{Path(sys.executable).parent}{os.pathsep}"
    assert "3/3" in on_a_terminal("bib zotero push", columns=80, path=environment)
    assert "3/3" not in desk.bib("zotero", "push").err


def test_many_entries_take_a_write_for_each_fifty(desk: Desk) -> None:
    entries = (
        f"@misc{{k{n}, title = {{Number {n}}}, url = {{https://example.org/{n}}}, keywords = {{method}}}}\n"
        for n in range(1001)
    )
    desk.refs.write_text("".join(entries), "utf-8")
    desk.zotero.keep_bodies = False
    desk.push()
    assert sum(method != "GET" for method, _ in desk.requests()) == 2 + 21
    assert desk.push()["counts"] == {"unchanged": 1001}
    asked = desk.requests()
    assert len(asked) == 1 and asked[0][0] == "GET"
