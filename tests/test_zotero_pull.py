"""`bib zotero pull`: what people change in Zotero comes back into the file, once, and nothing else does."""

from __future__ import annotations

import pytest
from fakes.faults import status
from syncing import REFS, Desk, desk, desktop

__all__ = ["desk", "desktop"]


@pytest.fixture(params=["desk", "desktop"])
def both(request: pytest.FixtureRequest) -> Desk:
    """Three entries that were pushed, and each kind of Zotero in turn."""
    found: Desk = request.getfixturevalue(request.param)
    found.push()
    found.requests()
    return found


def key(desk: Desk, citation_key: str) -> str:
    return str(desk.item(citation_key)["key"])


def test_a_round_trip_changes_nothing(both: Desk) -> None:
    before = both.library.snapshot()
    report = both.pull("--write")
    assert report["counts"] == {"unchanged": 3} and not report["changes"] and not report["new"]
    assert both.refs.read_text("utf-8") == REFS
    assert both.push()["counts"] == {"unchanged": 3}
    assert both.library.snapshot() == before and both.writes() == 0


# (field in Zotero, value, the line of the file before, after)
CHANGES = [
    ("title", "vLLM, an engine", "  title = {vLLM},", "  title = {{vLLM}, an engine},"),
    ("url", "https://vllm.ai/", "  url = {https://github.com/vllm-project/vllm},", "  url = {https://vllm.ai/},"),
    ("date", "2024-07-01", "  date = {2023-06-20},", "  date = {2024-07-01},"),
]


@pytest.mark.parametrize(("field", "value", "before", "after"), CHANGES)
def test_one_changed_field_is_one_changed_line(both: Desk, field: str, value: str, before: str, after: str) -> None:
    both.library.edit(key(both, "vllm"), **{field: value})
    report = both.pull()
    assert [one["field"] for one in report["changes"]] == [field] and not report["written"]
    assert both.refs.read_text("utf-8") == REFS, "without --write it is a plan"
    both.pull("--write")
    assert both.refs.read_text("utf-8") == REFS.replace(before, after)
    assert both.pull()["counts"] == {"unchanged": 3}
    both.requests()
    assert both.push()["counts"] == {"unchanged": 3} and both.writes() == 0


def test_people_tags_pages_and_notes_come_back(both: Desk) -> None:
    library = both.library
    paper = key(both, "kwon2023efficient")
    creators = library.items[paper]["creators"]
    library.edit(
        paper,
        creators=[*creators, {"creatorType": "author", "firstName": "Siyuan", "lastName": "Zhuang"}],
        pages="611-629",
    )
    library.tag(paper, "attention")
    both.pull("--write")
    text = both.refs.read_text("utf-8")
    assert "author = {Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan}," in text
    assert "pages = {611--629}," in text and "keywords = {method, serving, attention}," in text
    assert both.push()["counts"] == {"unchanged": 3}


def test_an_item_moved_to_another_category_gets_its_keyword(both: Desk) -> None:
    library = both.library
    project = next(one for one, it in library.collections.items() if it["name"] == "项目")
    library.move(key(both, "sheng2023flexgen"), [project])
    both.pull("--write")
    assert "keywords = {project},\n}\n\n@software" in both.refs.read_text("utf-8")
    both.push()
    assert library.items[key(both, "sheng2023flexgen")]["collections"] == [project]
    assert both.push()["counts"] == {"unchanged": 3}


def test_what_both_sides_changed_stays_on_both_and_is_reported(both: Desk) -> None:
    both.library.edit(key(both, "vllm"), title="Theirs", date="2025")
    both.edit("{vLLM}", "{Ours}")
    report = both.pull("--write", code=3)
    assert report["counts"]["conflict"] == 1
    text = both.refs.read_text("utf-8")
    assert "title = {Ours}" in text and "date = {2025}" in text and both.item("vllm")["title"] == "Theirs"
    assert both.pull(code=3)["counts"]["conflict"] == 1
    both.pull("--write", "--overwrite", "title")
    assert "title = {Theirs}" in both.refs.read_text("utf-8")
    assert both.push()["counts"] == {"unchanged": 3}


def test_what_only_the_file_changed_is_not_taken_back(both: Desk) -> None:
    both.edit("{vLLM}", "{Ours}")
    assert both.pull("--write")["changes"] == []
    assert "{Ours}" in both.refs.read_text("utf-8")
    assert both.push()["counts"] == {"unchanged": 2, "updated": 1}


def test_deleted_items_are_reported_and_their_entries_stay(both: Desk) -> None:
    both.library.trash(key(both, "vllm"))
    report = both.pull("--write")
    assert [(one["key"], one["what"]) for one in report["entries"]] == [("vllm", "deleted")]
    assert both.refs.read_text("utf-8") == REFS


def test_new_items_of_the_collection_are_added_on_demand(both: Desk) -> None:
    library = both.library
    methods = next(one for one, it in library.collections.items() if it["name"] == "方法")
    library.add_item(
        {
            "itemType": "journalArticle",
            "title": "FlashAttention & Friends",
            "creators": [{"creatorType": "author", "firstName": "Tri", "lastName": "Dao"}],
            "date": "2022-05",
            "DOI": "10.1000/flash",
            "publicationTitle": "A Journal",
            "tags": [{"tag": "attention"}],
            "collections": [methods],
        }
    )
    library.add_item({"itemType": "book", "title": "Elsewhere", "collections": []})
    report = both.pull()
    assert [(one["category"], one["added"]) for one in report["new"]] == [("method", False)]
    both.pull("--write", "--new")
    text = both.refs.read_text("utf-8")
    assert text.startswith(REFS[: REFS.index("@software")]) and "Elsewhere" not in text
    new = text[text.index("@article") : text.index("@software")]
    assert "title = {{FlashAttention} \\& Friends}," in new and "journal = {A Journal}," in new
    assert "doi = {10.1000/flash}," in new and "keywords = {method, attention}," in new
    assert both.pull("--new")["new"] == []
    both.push()
    assert len(library.items) == 5
    assert both.push()["counts"] == {"unchanged": 4}


def test_without_the_state_nothing_is_new(both: Desk) -> None:
    both.forget()
    report = both.pull("--write", "--new")
    assert report["new"] == [] and not report["changes"]
    assert both.refs.read_text("utf-8") == REFS


def test_hostile_words_cannot_break_the_file(both: Desk) -> None:
    hostile = "}, note = {x}\\input{/etc/passwd} @misc{evil, % \x1b[31m\u202e & _ #"
    both.library.edit(key(both, "vllm"), title=hostile)
    done = both.bib("zotero", "pull", "--write")
    assert done.code == 0 and "\x1b" not in done.out + done.err
    keys = [row.split()[0] for row in both.bib("list").out.splitlines() if row]
    assert len(keys) == 3
    assert "\\input" not in both.refs.read_text("utf-8")


def test_a_server_that_does_not_answer_changes_nothing(desk: Desk) -> None:
    desk.push()
    desk.monkeypatch.setenv("BIB_TOTAL_TIMEOUT", "0.3")
    desk.zotero.fail_always(status(500))
    done = desk.bib("zotero", "pull", "--write")
    assert done.code == 4 and desk.refs.read_text("utf-8") == REFS


def test_the_plan_is_a_diff_on_stdout(both: Desk) -> None:
    both.library.edit(key(both, "vllm"), date="2024")
    done = both.bib("zotero", "pull")
    assert "-  date = {2023-06-20}," in done.out and "+  date = {2024}," in done.out
    assert "Apply with --write." in done.err
    assert both.bib("zotero", "pull", "--write", "--dry-run").code == 2
