"""Markdown lists as people write them: what becomes an entry, what it is, and what is reported instead."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.encode import source_of
from llminfer_bib.importers import Imported, Incoming, Options, citations, detect, links, markdown
from llminfer_bib.importers.headings import KINDS, Headings, kind_of_section
from llminfer_bib.model import Category

DATA = Path(__file__).parent / "data"
CATEGORIES = (
    Category("project", "开源项目", "Open-source projects", "🛠"),
    Category("blog", "博客", "Blogs", "📝"),
    Category("method", "方法论文", "Method papers", "💻"),
    Category("survey", "综述论文", "Survey papers", "💡"),
)
OPTIONS = Options(CATEGORIES, (), {"Papers": "method"})


def read(text: str) -> Imported:
    return markdown.read(text, OPTIONS)


def one(text: str) -> Incoming:
    (entry,) = read(text).entries
    return entry


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("🛠 开源项目", "project"),
        ("Projects", "project"),
        ("3. Open-Source Project", "project"),
        ("🛠 开源项目 · Open-source projects", "project"),
        ("BLOG", "blog"),
        ("papers", "method"),
        ("Survey Papers 📖", "survey"),
        ("Cooking", ""),
        ("", ""),
    ],
)
def test_a_heading_means_a_category_however_it_is_decorated(heading: str, slug: str) -> None:
    assert Headings(OPTIONS).category(heading) == slug


@pytest.mark.parametrize("word", KINDS)
def test_every_word_of_the_table_says_a_kind(word: str) -> None:
    assert kind_of_section("", word) == KINDS[word]


@pytest.mark.parametrize("word", links.ROLES)
def test_every_word_of_the_table_is_a_role(word: str) -> None:
    assert links.role(word) == links.ROLES[word]
    assert links.role(f"{word} of a longer name") == ""


def test_a_list_of_many_styles() -> None:
    done = read((DATA / "import_awesome.md").read_text("utf-8"))
    got = [(e.category, e.type, e.fields["title"], e.fields["url"]) for e in done.entries]
    assert got == [
        ("project", "software", "vLLM", "https://github.com/vllm-project/vllm"),
        ("project", "software", "SGLang", "https://github.com/sgl-project/sglang"),
        ("project", "software", "llama.cpp", "https://github.com/ggml-org/llama.cpp"),
        (
            "method",
            "misc",
            "Efficient Memory Management for Serving",
            "https://arxiv.org/abs/2309.06180",
        ),
        ("method", "misc", "A Paper with a Bold Title", "https://arxiv.org/abs/2405.00001"),
        ("blog", "online", "一篇文章", "https://zhuanlan.zhihu.com/p/123"),
        ("blog", "online", "另一篇", "https://mp.weixin.qq.com/s/abc"),
        ("blog", "online", "Something in tags", "https://example.org/blog/x"),
        ("", "online", "Soup", "https://example.org/soup"),
    ]
    fields = {e.fields["title"]: e.fields for e in done.entries}
    assert fields["llama.cpp"]["video"] == "https://www.youtube.com/watch?v=aaaaaaaaaaa"
    assert fields["vLLM"]["annotation"] == "vLLM - An engine."
    assert fields["A Paper with a Bold Title"]["code"] == "https://github.com/some/code"
    paper = fields["A Paper with a Bold Title"]
    assert (paper["year"], source_of("month", paper["month"])) == ("2024", "may")
    assert done.entries[3].fields["year"] == "2023"
    assert done.entries[3].fields["annotation"] == "[PagedAttention] Efficient Memory Management for Serving"
    assert done.entries[3].fields["code"] == "https://github.com/vllm-project/paged"
    assert {u.place for u in done.unmapped} == {"line 9", "line 31", "line 34", "line 35", "line 39", "line 42"}


def test_a_citation_is_taken_apart() -> None:
    entry = one(
        "- [Ab, C., Cd, E. F., ... & Ef, G. (2023). A Title of Work: Parts. In Proceedings of X (Y), 1-9.](https://doi.org/10.1145/1.2)"
    )
    assert (entry.type, entry.fields["title"], entry.fields["year"]) == (
        "inproceedings",
        "A Title of Work: Parts",
        "2023",
    )
    assert entry.fields["booktitle"] == "Proceedings of X (Y)"
    assert (entry.fields["pages"], entry.fields["doi"]) == ("1--9", "10.1145/1.2")
    assert [p.family for p in entry.people["author"]] == ["Ab", "Cd"]
    assert entry.people["author"].others


def test_a_chinese_citation_is_taken_apart() -> None:
    said = citations.parse("张三, 李四. 某某综述[J]. 某某学报, 2025, 62(3): 545-562. DOI: 10.1/2")
    assert said is not None
    assert (said.title, said.fields["journal"], said.fields["pages"]) == ("某某综述", "某某学报", "545--562")
    assert [p.literal for p in said.people] == ["张三", "李四"]


@pytest.mark.parametrize("text", ["", "A plain title of a page", "vLLM - Easy (2024) and so on", "x" * 5000])
def test_what_is_no_citation_stays_whole(text: str) -> None:
    assert citations.parse(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "- [x](#a)",
        "[![b](https://img.shields.io/x)](https://x.org)",
        "```\n- [a](https://a.org)\n```",
        "<!-- - [a](https://a.org) -->",
        "# A\n\ntext",
    ],
)
def test_what_is_no_entry_is_none(text: str) -> None:
    assert read(text).entries == ()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.org", "./local.md", "file:///etc/x"]
)
def test_what_is_no_web_address_is_reported_and_not_taken(url: str) -> None:
    done = read(f"- [name]({url})")
    assert done.entries == ()
    assert len(done.unmapped) == 1


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "x" * 10_000_000,
        "- [a](" * 50_000,
        "<a href='" * 50_000,
        "> " * 5000 + "- [a](https://a.org)",
        "|" * 100_000,
        "<!--" * 100_000,
        "- " + "[a](b " * 3000,
        "- " + "A, B., " * 2500,
    ],
    ids=range(9),
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    start = perf_counter()
    read(text)
    assert perf_counter() - start < 2


@settings(max_examples=80)
@given(st.text("[]()<>`*_|#-! \n\\:ahtps/.1é中", max_size=200))
def test_no_text_makes_it_fail_or_gives_an_unsafe_link(text: str) -> None:
    for entry in read(text).entries:
        assert entry.fields["url"].lower().startswith(("http://", "https://"))
        assert entry.fields["title"]


def test_the_format_is_told_by_name_or_beginning() -> None:
    assert detect("README.md", "") == "md"
    assert detect("x", "TY  - JOUR") == "ris"
    assert detect("x.json", '[{"itemType": "book"}]') == "zotero-json"


@pytest.mark.parametrize(
    ("text", "title", "url", "more"),
    [
        (
            "- **Some Title of a Paper**, *A. Author, B. Author*, ICML 2024. [[Paper](https://openreview.net/forum?id=bsCCJHbO8A)] [[Code](https://github.com/x/y)]",
            "Some Title of a Paper",
            "https://openreview.net/forum?id=bsCCJHbO8A",
            {"code": "https://github.com/x/y", "year": "2024", "annotation": None},
        ),
        (
            "- [2022/06] **Deep** Title words | [Paper](https://arxiv.org/abs/2207.00032) | [Code](https://github.com/m/d)",
            "Deep Title words",
            "https://arxiv.org/abs/2207.00032",
            {"year": "2022", "code": "https://github.com/m/d"},
        ),
        (
            "- A title. [![arXiv](https://img.shields.io/badge/a.svg)](https://arxiv.org/abs/2310.00001) [![Star](https://img.shields.io/s.svg)](https://github.com/a/b)",
            "A title",
            "https://arxiv.org/abs/2310.00001",
            {"code": "https://github.com/a/b", "eprint": "2310.00001"},
        ),
        (
            "| Date | Institute | Paper | Publication |\n|:-:|:-:|:-:|:-:|\n| 2017-06 | G | [Attention Is Needed](https://arxiv.org/pdf/1706.03762.pdf) | NeurIPS<br> ![b](https://img.shields.io/x) |",
            "Attention Is Needed",
            "https://arxiv.org/abs/1706.03762",
            {"year": "2017", "booktitle": "NeurIPS"},
        ),
    ],
    ids=["bold title", "date in brackets", "badges", "table with venues"],
)
def test_awesome_styles(text: str, title: str, url: str, more: dict[str, str]) -> None:
    fields = one(text).fields
    assert (fields["title"], fields["url"]) == (title, url)
    assert {name: fields.get(name) for name in more} == more
