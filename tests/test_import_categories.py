"""`bib import --new-categories`: headings become categories, headings below them topics, and the configuration gets both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_cli import Bib, bib

from llminfer_bib.commands.categorising import parts_of
from llminfer_bib.config import load_config
from llminfer_bib.library import Library

__all__ = ["bib"]

LIST = """# Awesome Serving

## Contents

- [Schedulers](#schedulers)

## 🚦 Schedulers

- [Orca](https://example.org/orca) - One.

### In the cloud

- [Cirrus](https://example.org/cirrus) - Two.

## KV 缓存 · KV cache

- [Stash](https://example.org/stash)

### In the cloud

- [Nimbus](https://example.org/nimbus)

## All

- [Rest](https://example.org/rest)

## Contributing

- [Rules](https://example.org/rules)
"""
CONFIG = """[list]
title = "Awesome Serving"

[[categories]]
slug = "schedulers"
title_en = "Schedulers"
emoji = "🚦"

[[categories]]
slug = "kv-cache"
title_zh = "KV 缓存"
title_en = "KV cache"

[[categories]]
slug = "all-2"
title_en = "All"

[topics.in-the-cloud]
en = "In the cloud"
"""
KEYWORDS = {
    "orca": ("schedulers",),
    "cirrus": ("schedulers", "in-the-cloud"),
    "stash": ("kv-cache",),
    "nimbus": ("kv-cache", "in-the-cloud"),
    "rest": ("all-2",),
}


@pytest.fixture
def folder(tmp_path: Path, bib: Bib) -> Path:
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "list.md").write_text(LIST, "utf-8")
    return tmp_path


def keywords(folder: Path) -> dict[str, tuple[str, ...]]:
    return {entry.key.removesuffix("-example"): entry.keywords for entry in Library.open(folder / "refs.bib")}


def test_in_an_empty_folder_a_list_becomes_a_library_with_its_categories(bib: Bib, folder: Path) -> None:
    done = bib("import", "list.md", "--new-categories")
    assert done.code == 0 and "refs.bib: there was none; it is new." in done.err
    assert "new categories: schedulers, kv-cache, all-2" in done.err and "new topic: in-the-cloud" in done.err
    assert (folder / "bib.toml").read_text("utf-8") == CONFIG
    assert keywords(folder) == KEYWORDS
    assert "## 🚦 Schedulers" in bib("export", "-f", "md").out


def test_a_second_run_changes_nothing(bib: Bib, folder: Path) -> None:
    bib("import", "list.md", "--new-categories")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert "Nothing was changed" in bib("import", "list.md", "--new-categories").err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_dry_run_shows_both_files_and_writes_neither(bib: Bib, folder: Path) -> None:
    done = bib("import", "list.md", "--new-categories", "--dry-run")
    assert '+slug = "schedulers"' in done.out and "+@online{orca-example," in done.out
    assert [path.name for path in folder.iterdir()] == ["list.md"]


def test_categories_that_are_there_are_taken_and_the_rest_of_the_configuration_stays(bib: Bib, folder: Path) -> None:
    ours = (
        '# ours\nfile = "refs.bib"\n\n[[categories]]\nslug = "scheduler"\n\n[topics]\ncloud = { en = "In the Cloud" }\n'
    )
    (folder / "bib.toml").write_text(ours, "utf-8")
    (folder / "refs.bib").write_text("", "utf-8")
    assert bib("import", "list.md", "--new-categories").code == 0
    text = (folder / "bib.toml").read_text("utf-8")
    assert text.startswith(ours)
    config = load_config(folder / "bib.toml")
    assert [each.slug for each in config.categories] == ["scheduler", "kv-cache", "all-2"]
    found = keywords(folder)
    assert found["orca"] == ("scheduler",) and found["nimbus"] == ("kv-cache", "cloud")


def test_without_the_option_one_is_told_of_it(bib: Bib, folder: Path) -> None:
    done = bib("import", "list.md")
    assert done.code == 0 and "its 3 headings are lost; --new-categories makes them" in done.err
    assert not (folder / "bib.toml").exists() and keywords(folder)["orca"] == ()


def test_a_heading_whose_entries_are_all_there_makes_no_category(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text("@online{stash, title = {Stash}, url = {https://example.org/stash}}\n", "utf-8")
    text = LIST.replace("### In the cloud\n\n- [Nimbus](https://example.org/nimbus)\n", "")
    (folder / "list.md").write_text(text, "utf-8")
    bib("import", "list.md", "--new-categories")
    assert "kv-cache" not in (folder / "bib.toml").read_text("utf-8")


def test_a_library_of_another_name_is_named_in_the_configuration(bib: Bib, folder: Path) -> None:
    assert bib("--file", "ours.bib", "import", "list.md", "--new-categories").code == 0
    assert (folder / "bib.toml").read_text("utf-8").startswith('file = "ours.bib"\n')
    assert bib("check").code == 0


def test_the_data_for_programs_names_what_is_new(bib: Bib, folder: Path) -> None:
    done = json.loads(bib("import", "list.md", "--new-categories", "--json").out)
    assert done["new_categories"] == ["schedulers", "kv-cache", "all-2"] and done["new_topics"] == ["in-the-cloud"]


def test_other_formats_have_no_headings(bib: Bib, folder: Path) -> None:
    (folder / "other.bib").write_text("@misc{k, title = {A}}\n", "utf-8")
    assert bib("import", "other.bib", "--new-categories").code == 2
    assert not (folder / "refs.bib").exists()


def test_a_configuration_that_cannot_grow_is_left_alone_and_so_is_the_library(bib: Bib, folder: Path) -> None:
    (folder / "bib.toml").write_text('categories = [{ slug = "x" }]\n', "utf-8")
    done = bib("import", "list.md", "--new-categories")
    assert done.code == 2 and "[[categories]]" in done.err
    assert not (folder / "refs.bib").exists()


def test_nothing_is_begun_where_nothing_was_imported(bib: Bib, folder: Path) -> None:
    (folder / "list.md").write_text("# A list\n\nNothing yet.\n", "utf-8")
    assert bib("import", "list.md", "--new-categories").code == 1
    assert [path.name for path in folder.iterdir()] == ["list.md"]


def test_a_second_link_to_one_page_is_told_and_a_place_in_it_is_an_entry(bib: Bib, folder: Path) -> None:
    page = "https://example.org/x"
    text = (
        f"- [One]({page}) - First.\n- [Two other]({page}) - Second.\n- [Part]({page}#part)\n- [One]({page}) - First.\n"
    )
    (folder / "list.md").write_text("# L\n\n" + text, "utf-8")
    done = bib("import", "list.md")
    assert 'line 4: not imported: Two other (the same page as "One")' in done.err
    assert list(keywords(folder)) == ["one", "part"]
    assert bib("check", "--select", "B104").code == 0


def test_a_heading_below_that_says_what_a_category_says_is_no_topic(bib: Bib, folder: Path) -> None:
    text = (
        "# L\n\n## Posts\n\n### 1. Posts\n\n- [A](https://example.org/a)\n\n### Talks\n\n- [B](https://example.org/b)\n"
    )
    (folder / "list.md").write_text(text, "utf-8")
    bib("import", "list.md", "--new-categories")
    assert keywords(folder) == {"a": ("posts",), "b": ("posts", "talks")}


@pytest.mark.parametrize(
    ("titles", "word"),
    [
        ('title_en = "Posts"', "Items"),
        ('title_en = "Posts"\ntitle_zh = "博客"', "条目"),
        ('title_en = "Posts"\n\n[list]\nintro_zh = "我们的"', "条目"),
    ],
)
def test_a_list_without_chinese_titles_is_written_in_english(bib: Bib, folder: Path, titles: str, word: str) -> None:
    (folder / "bib.toml").write_text(f'[[categories]]\nslug = "posts"\n{titles}\n', "utf-8")
    (folder / "refs.bib").write_text("@online{a, title = {A}, url = {https://e.org/a}, keywords = {posts}}\n", "utf-8")
    assert bib("export", "-f", "lists", "-o", "out").code == 0
    assert word in (folder / "out" / "lists" / "index.md").read_text("utf-8")
    bib("export", "-f", "lists", "--lang", "zh", "-o", "zh")
    assert "条目" in (folder / "zh" / "lists" / "index.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("heading", "parts"),
    [
        ("Courses", ("", "", "Courses")),
        ("课程", ("", "课程", "")),
        ("🚀 课程 · Courses", ("🚀", "课程", "Courses")),
        ("Videos | 视频", ("", "视频", "Videos")),
        ("Tools 🛠️", ("🛠️", "", "Tools")),
        ("1. KV cache", ("", "", "KV cache")),
        ("2) Posts:", ("", "", "Posts")),
        ("三、推理引擎", ("", "三、推理引擎", "")),
        ("📖 LLM/VLM topics", ("📖", "", "LLM/VLM topics")),
        ("C++", ("", "", "C++")),
        ("3D models", ("", "", "3D models")),
        ("Input · Output", ("", "", "Input · Output")),
        ("`vllm`", ("", "", "`vllm`")),
        ("Models (7B)", ("", "", "Models (7B)")),
        ("🎉", ("🎉", "", "🎉")),
    ],
)
def test_a_heading_has_a_picture_and_names(heading: str, parts: tuple[str, str, str]) -> None:
    assert parts_of(heading) == parts
