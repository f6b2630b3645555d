"""Categories and topics are added to a configuration, and everything else in it stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llminfer_bib.config import ConfigError, load_config
from llminfer_bib.config.growing import with_categories
from llminfer_bib.model import Category, Topic

NEW = (Category("kv-cache", "KV 缓存", "KV cache", "🗄️"), Category("posts", title_en="Posts"))
ADDED = '[[categories]]\nslug = "kv-cache"\ntitle_zh = "KV 缓存"\ntitle_en = "KV cache"\nemoji = "🗄️"\n\n[[categories]]\nslug = "posts"\ntitle_en = "Posts"\n'

TEXTS = {
    "nothing": "",
    "a file name": 'file = "refs.bib"\n',
    "no line end": 'file = "refs.bib"',
    "categories": '[[categories]]\nslug = "course"\n# the end\n',
    "a table behind the categories": '[[categories]]\nslug = "course"\n\n[check]\nignore = ["B4"]\n',
    "topics": '[topics]\nserving = { en = "Serving" }\n',
    "comments": "# ours\n\n# 我们的\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_stands_there_stays_and_the_new_is_behind_it(text: str) -> None:
    new = with_categories(text, "bib.toml", NEW)
    assert new.startswith(text) and new.endswith(ADDED)


def test_the_list_gets_its_title_and_topics(tmp_path: Path) -> None:
    path = tmp_path / "bib.toml"
    path.write_text(with_categories("", "bib.toml", NEW, (Topic("paging", "分页", "Paging"),), "A “list”"), "utf-8")
    config = load_config(path)
    assert config.categories == NEW and config.topics == (Topic("paging", "分页", "Paging"),)
    assert 'title = "A “list”"' in path.read_text("utf-8")


def test_topics_join_those_that_are_there() -> None:
    new = with_categories(TEXTS["topics"], "bib.toml", (), (Topic("paging", name_en="Paging"),))
    assert list(tomllib.loads(new)["topics"]) == ["serving", "paging"]


def test_a_title_that_is_there_stays() -> None:
    text = '[list]\ntitle = "Ours"\n'
    assert with_categories(text, "bib.toml", (), (), "Theirs") == text


def test_line_ends_are_those_of_the_file() -> None:
    new = with_categories('file = "refs.bib"\r\n', "bib.toml", NEW)
    assert new.count("\n") == new.count("\r\n")


def test_in_a_project_the_tables_are_ours() -> None:
    text = '[project]\nname = "x"\n\n[tool.bib]\nfile = "refs.bib"\n\n[tool.ruff]\nline-length = 99\n'
    found = tomllib.loads(with_categories(text, "pyproject.toml", NEW, (Topic("paging"),)))
    assert [row["slug"] for row in found["tool"]["bib"]["categories"]] == ["kv-cache", "posts"]
    assert found["tool"]["ruff"] == {"line-length": 99} and "paging" in found["tool"]["bib"]["topics"]


@pytest.mark.parametrize("text", ['categories = [{ slug = "course" }]\n', "topics = { serving = {} }\n"])
def test_tables_on_one_line_cannot_be_added_to(text: str) -> None:
    with pytest.raises(ConfigError, match=r"\[\[categories\]\]"):
        with_categories(text, "bib.toml", NEW, (Topic("paging"),))


def test_a_slug_that_is_there_twice_is_for_the_reader_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "bib.toml"
    path.write_text(with_categories('[[categories]]\nslug = "posts"\n', "bib.toml", NEW), "utf-8")
    with pytest.raises(ConfigError, match="twice"):
        load_config(path)


@given(st.text(), st.text(), st.text(max_size=3))
def test_any_title_reads_back(chinese: str, english: str, emoji: str) -> None:
    new = with_categories("", "bib.toml", (Category("x", chinese, english, emoji),))
    (row,) = tomllib.loads(new)["categories"]
    assert row == {
        "slug": "x",
        **{key: value for key, value in (("title_zh", chinese), ("title_en", english), ("emoji", emoji)) if value},
    }
