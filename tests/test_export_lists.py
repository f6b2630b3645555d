"""The reading lists: a page per category and their index, and that no entry can break out of its place."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from llminfer_bib import counting
from llminfer_bib.categories import OTHER, heading
from llminfer_bib.cli import cli
from llminfer_bib.export import Options, chart, reading_lists
from llminfer_bib.export.markdown_text import clean
from llminfer_bib.model import Category, Date, Entry, People, Person, Text, Topic

COURSE = Category("course", "课程", "Courses", "🚀")
METHOD = Category("method", "方法论文", "Method papers", "💻")
CATEGORIES = (COURSE, METHOD)
TOPICS = (Topic("kv-cache", "KV 缓存", "KV cache"), Topic("serving", "推理服务", "Serving"), Topic("moe", "MoE", "MoE"))

KWON = Entry(
    key="kwon2023efficient",
    type="inproceedings",
    kind="paper",
    fields={
        "booktitle": "Proceedings of the 29th Symposium on Operating Systems Principles",
        "code": "https://github.com/v/v",
    },
    title=Text("Efficient Memory Management"),
    people={"author": People((Person("Kwon", "Woosuk"), Person("Li", "Zhuohan")))},
    dates={"date": Date(2023, 10)},
    doi="10.1145/3600006.3613165",
    arxiv="2309.06180",
    url="https://doi.org/10.1145/3600006.3613165",
    category="method",
    topics=("kv-cache", "serving"),
)

CHARTS: list[str] = []
"""The picture beside the pages, as each call of `pages` found it."""
_parser = MarkdownIt("commonmark").enable("table")


def make(key="k", title="Title", *, date=None, category="method", kind="page", authors=(), **rest):
    attributes = {name: rest.pop(name) for name in tuple(rest) if name in Entry.__dataclass_fields__}
    roles = {"author": People(tuple(Person(literal=name) for name in authors))} if authors else {}
    dates = {"date": date} if date else {}
    return Entry(key, "online", kind, rest, Text(title), roles, dates, category=category, **attributes)


def pages(*entries: Entry, **choices: object) -> dict[str, str]:
    options = Options(**{"categories": CATEGORIES, "topics": TOPICS} | choices)
    found = {path: b"".join(pieces).decode() for path, pieces in reading_lists.render(iter(entries), options)}
    CHARTS.append(found.pop("lists/stats.svg"))
    return found


def links_and_kinds(source: str) -> tuple[list[str], set[str]]:
    links, kinds = [], set()
    todo = list(reversed(_parser.parse(source)))
    while todo:
        token = todo.pop()
        kinds.add(token.type)
        if token.type == "link_open":
            links.append(token.attrs["href"])
        todo += reversed(token.children or [])
    return links, kinds


def test_a_page_and_the_index_as_a_reader_sees_them():
    site = make(
        "efficientml",
        "TinyML",
        category="course",
        url="https://efficientml.ai/",
        annotation="MIT 的课程",
        note="Fall 2024",
    )
    assert pages(KWON, site, title="推理", intro_zh="旧时。") == {
        "lists/index.md": (
            "# 推理\n\n旧时。\n\n2 条 · 2023\n\n"
            "![2 条，最多的年份：2023 (1)，最大的分类：🚀 课程 (1)](stats.svg)\n\n"
            "| 分类 | 条目 | 年份 |\n| :-- | --: | :-- |\n"
            "| [🚀 课程](course.md) | 1 |  |\n"
            "| [💻 方法论文](method.md) | 1 | 2023 |\n"
        ),
        "lists/course.md": (
            "# 🚀 课程\n\n← [全部分类](index.md) · 1 条\n"
            "\n- **[TinyML](https://efficientml.ai/)**  \n  MIT 的课程  \n  Fall 2024  \n  `efficientml`\n"
            "\n---\n\n[全部分类](index.md) · [💻 方法论文 →](method.md)\n"
        ),
        "lists/method.md": (
            "# 💻 方法论文\n\n← [全部分类](index.md) · 1 条 · 2023\n"
            "\n## 2023\n"
            "\n- **[Efficient Memory Management](https://doi.org/10.1145/3600006.3613165)**  \n"
            "  Woosuk Kwon, Zhuohan Li  \n"
            "  *Proceedings of the 29th Symposium on Operating Systems Principles* · 2023-10  \n"
            "  `kwon2023efficient` · [arXiv](https://arxiv.org/abs/2309.06180) · [PDF](https://arxiv.org/pdf/2309.06180)"
            " · [DOI](https://doi.org/10.1145/3600006.3613165) · [代码](https://github.com/v/v) · KV 缓存、推理服务\n"
            "\n---\n\n[← 🚀 课程](course.md) · [全部分类](index.md)\n"
        ),
    }


def test_in_english():
    out = pages(KWON, make(), lang="en", intro_en="Hello.")
    assert out["lists/index.md"] == (
        "# Reading lists\n\nHello.\n\n2 items · 2023\n\n"
        "![2 items, most in 2023 (1), largest category: 💻 Method papers (2)](stats.svg)\n\n"
        "| Category | Items | Years |\n| :-- | --: | :-- |\n| [💻 Method papers](method.md) | 2 | 2023 |\n"
    )
    page = out["lists/method.md"]
    assert page.startswith("# 💻 Method papers\n\n← [All categories](index.md) · 2 items · 2023\n")
    assert "[code](https://github.com/v/v) · KV cache, Serving\n" in page
    assert "\n## Undated\n\n- **Title**  \n  `k`\n" in page


def test_in_both_languages():
    page = pages(KWON, make(topics=("moe",)), lang="both")["lists/method.md"]
    assert page.startswith(
        "# 💻 方法论文 · Method papers\n\n← [全部分类 · All categories](index.md) · 2 条 / items · 2023\n"
    )
    assert "[代码 · code](https://github.com/v/v) · KV 缓存 / KV cache, 推理服务 / Serving\n" in page
    assert "`k` · MoE\n" in page
    assert "\n## 未注明日期 · Undated\n" in page


def test_the_newest_come_first_and_the_undated_last():
    dates = {
        "a": Date(2023, 1),
        "b": None,
        "c": Date(2024),
        "d": Date(2024, 5, 2),
        "e": Date(2024, 5, 3),
        "f": Date(2023, 1),
    }
    dates["g"] = Date(0)
    page = pages(*(make(key, key, date=date) for key, date in dates.items()))["lists/method.md"]
    marks = [line for line in page.splitlines() if line.startswith(("## ", "- "))]
    assert marks == [
        "## 2024", "- **e**  ", "- **d**  ", "- **c**  ", "## 2023", "- **a**  ", "- **f**  ", "## 未注明日期", "- **b**  ", "- **g**  ",
    ]  # fmt: skip


def test_where_nothing_has_a_date_there_are_no_years():
    assert "## " not in pages(make())["lists/method.md"]


def test_every_page_leads_to_its_neighbours_and_the_index():
    categories = tuple(Category(slug, slug) for slug in ("a", "b", "c", "d"))
    out = pages(*(make(category=slug) for slug in "dca"), categories=categories)
    ways = {path: [url for url in links_and_kinds(text)[0] if url != "index.md"] for path, text in out.items()}
    assert ways == {
        "lists/index.md": ["a.md", "c.md", "d.md"],
        "lists/a.md": ["c.md"],
        "lists/c.md": ["a.md", "d.md"],
        "lists/d.md": ["c.md"],
    }
    assert all(text.count("](index.md)") == 2 for path, text in out.items() if path != "lists/index.md")


def test_items_without_category_have_a_page_of_their_own():
    assert list(pages(make(category=""), make(category="gone"))) == ["lists/index.md", "lists/other.md"]


def test_without_categories_there_is_one_page():
    out = pages(make(), KWON, categories=())
    assert list(out) == ["lists/index.md", "lists/all.md"]
    assert out["lists/all.md"].startswith("# 📚 全部\n")


def test_an_empty_list_has_an_index():
    assert pages() == {"lists/index.md": "# 阅读清单\n\n0 条\n"}


@pytest.mark.parametrize(
    ("title", "annotation", "expected"),
    [
        ("vLLM", "", ["**vLLM**"]),
        ("vLLM", "vLLM", ["**vLLM**"]),
        ("vLLM", "vLLM - Easy Serving", ["**vLLM - Easy Serving**"]),
        ("vLLM", "轻松推理", ["**vLLM**", "轻松推理"]),
        ("vLLM", "vLLM " + "x" * 200, ["**vLLM**", "vLLM " + "x" * 200]),
        ("AI", "maintaining", ["**AI**", "maintaining"]),
        ("H$_2$O", "H$_2$O rises", ["**H₂O rises**"]),
        ("A [x]", "# y", [r"**A \[x\]**", r"\# y"]),
    ],
)
def test_the_wording_of_the_list_stays_beside_the_title_or_leads(title, annotation, expected):
    lines = pages(make(title=title, annotation=annotation))["lists/method.md"].split("\n- ")[1].split("\n\n---")[0]
    assert [line.strip() for line in lines.splitlines()] == [*expected, "`k`"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"authors": ["俞星凯"], "organization": "知乎"}, "俞星凯 · *知乎*"),
        ({"authors": ["vLLM"], "title": "vLLM"}, ""),
        ({"authors": ["MIT"], "organization": "MIT"}, "MIT"),
        ({"authors": ["Huawei Ascend"], "title": "HUAWEI Ascend MindIE"}, ""),
        ({"authors": ["AI"], "title": "Maintaining"}, "AI"),
        ({"authors": ["戴国浩"], "title": "戴国浩的报告"}, "戴国浩"),
        ({"organization": "MIT", "title": "MIT 6.5940"}, ""),
        ({"organization": "MIT", "title": "MIT的课程"}, ""),
        ({"organization": "MIT", "title": "Limits that commit"}, "*MIT*"),
        ({"organization": "知乎", "title": "我的知乎文章"}, ""),
        ({"journal": "Nature", "title": "The nature of caching"}, "*Nature*"),
        ({"journaltitle": "AI", "title": "On maintaining AI"}, "*AI*"),
        ({"booktitle": "Caching", "title": "Caching in depth"}, "*Caching*"),
        ({"booktitle": "Caching", "title": "Caching"}, ""),
        ({"date": Date(2023)}, ""),
        ({"date": Date(2023, 6)}, "2023-06"),
        ({"date": Date(2023, 6, 1), "eventtitle": "GTC", "organization": "NVIDIA"}, "*GTC* · 2023-06-01"),
        ({"kind": "preprint", "arxiv": "2309.06180", "arxiv_class": "cs.CL"}, "*arXiv (cs.CL)*"),
        ({"howpublished": "https://a.b/"}, ""),
        ({"authors": [f"N{n}" for n in range(8)]}, "N0, N1, N2, N3, N4, N5, …, N7"),
        ({"authors": [f"N{n}" for n in range(7)]}, "N0, N1, N2, N3, N4, N5, N6"),
    ],
)
def test_the_line_of_people_venue_and_date(given, expected):
    lines = pages(make(**given))["lists/method.md"].split("\n- ")[1].split("\n\n---")[0].splitlines()
    assert [line.strip() for line in lines[1:-1]] == ([expected] if expected else [])


@pytest.mark.parametrize(("lang", "expected"), [("zh", "葛旭冉, Bo Wu (编)"), ("en", "葛旭冉, Bo Wu (Eds.)")])
def test_editors_are_called_so(lang, expected):
    people = {"editor": People((Person(literal="葛旭冉"), Person("Wu", "Bo")))}
    entry = Entry("k", "book", "book", {}, Text("T"), people, category="method")
    assert f"\n  {expected}  \n" in pages(entry, lang=lang)["lists/method.md"]


def test_all_authors_are_named_on_request():
    assert "N6, N7" in pages(make(authors=[f"N{n}" for n in range(8)]), all_authors=True)["lists/method.md"]


def test_a_pdf_of_its_own_is_linked_where_arxiv_has_none():
    assert "`k` · [PDF](https://a.b/x.pdf)\n" in pages(make(pdf="https://a.b/x.pdf"))["lists/method.md"]
    assert "[PDF]" not in pages(make(pdf="javascript:x"))["lists/method.md"]


@pytest.mark.parametrize(
    "slug", ["../x", "a/b", "index", "", ".", "a.b", "A", "a b", "-a", "a--b", "a\n", "中", "con:"]
)
def test_a_slug_that_cannot_name_a_page_is_refused(slug):
    with pytest.raises(reading_lists.BadSlugError, match="cannot name a page"):
        pages(make(), categories=(Category(slug),))


@pytest.mark.parametrize("slug", ["a", "kv-cache", "2024", "a_b"])
def test_other_slugs_name_their_page(slug):
    assert f"lists/{slug}.md" in pages(make(category=slug), categories=(Category(slug),))


HARMLESS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "text_special", "link_open", "link_close",
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "hardbreak", "strong_open", "strong_close",
    "em_open", "em_close", "code_inline", "hr", "table_open", "table_close", "thead_open", "thead_close", "tr_open", "tr_close",
    "image", "th_open", "th_close", "tbody_open", "tbody_close", "td_open", "td_close",
}  # fmt: skip
NASTY = st.text(st.sampled_from("ab1 \\`*_{}[]()#+-.!|<>&;:/~'\"=\n\r\t\x00\u200b\u202e中😀"), max_size=30) | st.text(
    max_size=20
)
HOSTILE = [
    "](javascript:alert(1))", "<script>alert(1)</script>", "a | b", "`", "```\nx", "<!-- bib:end all -->", "\n\n# h\n\n- x", "../../x",
    "\u202egpj.exe", "1. x", "&lt;b&gt;", "**", "a\\", "[x]: http://evil.example", "---", "http://evil.example", "\r<div>\r",
]  # fmt: skip


def check_one_item(text: str) -> None:
    fields = dict.fromkeys(["annotation", "note", "booktitle", "organization"], text) | {"code": "data:" + text}
    people = {"author": People((Person(literal=text), Person(text, text, text, text)), others=True)}
    entry = Entry(
        text,
        "misc",
        "paper",
        fields,
        Text(text),
        people,
        {"date": Date(2023, 1)},
        url=text,
        category=text,
        topics=(text,),
    )
    out = pages(entry, topics=(Topic(text, text, text),))
    assert list(out) == ["lists/index.md", "lists/other.md"]
    for path, source in out.items():
        links, kinds = links_and_kinds(source)
        assert kinds <= HARMLESS
        own = {"http://evil.example"} if text == "http://evil.example" else set()
        assert {link for link in links if PurePosixPath(link).name != link} <= own
        assert set(links) - own == ({"other.md"} if path == "lists/index.md" else {"index.md"})
    assert out["lists/other.md"].count("\n- ") == 1
    assert not any(char in out["lists/other.md"] for char in "<\x00\u202e\r")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_text_wherever_they_stand(text):
    check_one_item(text)


@settings(max_examples=120, deadline=None)
@given(NASTY)
def test_any_text_stays_in_its_item(text):
    check_one_item(text)


@settings(max_examples=100, deadline=None)
@given(NASTY, NASTY)
def test_any_heading_stays_in_its_cell(chinese, english):
    source = pages(make(), categories=(Category("method", chinese, english),), lang="both", title=chinese)[
        "lists/index.md"
    ]
    links, kinds = links_and_kinds(source)
    assert links == ["method.md"]
    assert kinds <= HARMLESS
    assert source.count("\n|") == 3 or clean(chinese + english) == ""


# --- the chart


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_the_chart_draws_what_bib_stats_counts(lang: str) -> None:
    entries = [KWON, make(date=Date(2024)), make(category=""), make(category="course", date=Date(2023))]
    pages(*entries, lang=lang)
    counts = counting.count(entries, 2026)
    names = {each.slug: heading(each, lang) for each in CATEGORIES} | {counting.NONE: heading(OTHER, lang)}
    assert CHARTS[-1] == chart.svg(counts, lang, names)
    texts = [each.text for each in ET.fromstring(CHARTS[-1]).iter("{http://www.w3.org/2000/svg}text")]
    assert [number for number in texts if number and number.isdecimal() and len(number) < 4] == [
        "2",
        "1",
        "1",
        "2",
        "1",
        "1",
    ]
    assert names["method"] in texts


def test_the_chart_of_a_list_without_categories_has_only_years() -> None:
    out = pages(make(category="", date=Date(2023)), categories=())
    assert "最大的分类" not in out["lists/index.md"]
    assert "分类</text>" not in CHARTS[-1]
    assert "2023</text>" in CHARTS[-1]


def test_an_empty_list_has_an_empty_chart_that_nothing_shows() -> None:
    assert "stats.svg" not in pages()["lists/index.md"]
    assert "<text" not in CHARTS[-1]  # written all the same: an old one would be wrong


def test_the_pages_are_the_same_on_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    first = pages(KWON), CHARTS[-1]
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert (pages(KWON), CHARTS[-1]) == first


def test_check_sees_a_chart_that_is_stale_or_missing(tmp_path: Path) -> None:
    (tmp_path / "l.bib").write_text("@misc{a, title={A}, year=2023}\n")
    args = ["--file", str(tmp_path / "l.bib"), "export", "-f", "lists", "-o", str(tmp_path / "out")]
    picture = tmp_path / "out" / "lists" / "stats.svg"

    def check() -> tuple[int, str]:
        done = CliRunner().invoke(cli, [*args, "--check"], standalone_mode=False)
        return done.return_value, done.stderr

    CliRunner().invoke(cli, args, standalone_mode=False)
    assert check() == (0, "")
    data = picture.read_bytes()
    picture.write_bytes(data + b" ")
    assert check()[0] == 1
    assert f"stale: {picture}" in check()[1]
    picture.unlink()
    assert f"missing: {picture}" in check()[1]
    CliRunner().invoke(cli, args, standalone_mode=False)
    assert picture.read_bytes() == data


@settings(max_examples=60, deadline=None)
@given(NASTY, NASTY)
def test_any_category_name_leaves_the_chart_an_image(chinese: str, english: str) -> None:
    pages(make(), categories=(Category("method", chinese, english),), lang="both")
    tags = {each.tag.rpartition("}")[2] for each in ET.fromstring(CHARTS[-1]).iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "text"}
