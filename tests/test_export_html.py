"""The web page: well formed, in order, readable, needing nothing from elsewhere, and nothing an entry says is more than text."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import Library
from llminfer_bib.export import Options, html
from llminfer_bib.export.wording import main_url
from llminfer_bib.model import Category, Date, Entry, People, Person, Text, Topic

ROOT = Path(__file__).parent.parent
TWELVE = Library.open(ROOT / "tests" / "data" / "twelve.bib", ROOT / "tests" / "data" / "twelve.toml")
REFS = Library.open(ROOT / "refs.bib")
COURSE = Category("course", "课程", "Courses", "🚀")
METHOD = Category("method", "方法论文", "Method papers", "💻")
OPTIONS = Options(categories=(COURSE, METHOD))
VOID = {"meta"}
ELEMENTS = set(
    "html head meta title style body header h1 h2 p nav ul li a small main section code span cite time".split()
)


class Page(HTMLParser):
    """Reads a page: its elements, links, names and words; a tag that is not closed in its place is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.names: list[str] = []
        self.words: list[str] = []
        self.headings: list[str] = []
        self.attributes: set[str] = set()
        self.items = 0
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS
        found = dict(attrs)
        self.attributes |= set(found)
        self.names += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []
        self.items += tag == "p" and found.get("class") == "title"
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"h1", "h2"}:
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)
        if {"h1", "h2"} & set(self.open):
            self.headings[-1] += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def item(title: str = "vLLM", **given: object) -> Entry:
    return Entry(
        **({"key": "vllm", "kind": "project", "type": "software", "title": Text(title), "category": "course"} | given)
    )


def page(*entries: Entry, **choices: object) -> str:
    ((path, pieces),) = html.render(iter(entries), Options(**{"categories": OPTIONS.categories} | choices))
    assert path == "refs.html"
    return b"".join(pieces).decode()


# --- golden files and the real list


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_the_twelve_entries(snapshot: Callable[[str, str], None], lang: str) -> None:
    snapshot(TWELVE.render("html", lang=lang)["refs.html"], f"twelve/refs.{lang}.html")


@pytest.mark.parametrize(
    ("lang", "headings"),
    [
        ("zh", ["课程 6 条", "视频教程 16 条", "开源项目 11 条", "博客 45 条", "方法论文 11 条", "综述论文 13 条"]),
        ("en", ["Courses 6 items", "Video tutorials 16 items", "Open-source projects 11 items", "Blogs 45 items", "Method papers 11 items", "Survey papers 13 items"]),
    ],
)  # fmt: skip
def test_refs_has_every_item_and_its_link_under_its_heading(lang: str, headings: list[str]) -> None:
    found = Page(REFS.render("html", lang=lang)["refs.html"])
    assert [heading.partition(" ")[2] for heading in found.headings[1:]] == headings
    assert found.items == 102
    assert [name for name in found.names if name.startswith("item-")] == [f"item-{entry.key}" for entry in REFS]
    at = 0
    for entry in REFS:
        at = found.links.index(main_url(entry), at) + 1


def test_the_page_needs_nothing_from_elsewhere() -> None:
    text = REFS.render("html")["refs.html"]
    assert not re.search(r"<(?:script|img|link|iframe|object|form)|src=|url\(|@import|<[^>]* on\w+=", text)
    assert Page(text).attributes <= {"lang", "charset", "http-equiv", "content", "name", "href", "class", "id", "aria-label", "datetime"}  # fmt: skip


# --- items


def test_an_item_says_who_where_when_and_links() -> None:
    entry = item(
        "Efficient Memory Management",
        key="kwon2023efficient",
        kind="paper",
        type="inproceedings",
        people={"author": People((Person("Kwon", "Woosuk"), Person("Li", "Zhuohan")), others=True)},
        dates={"date": Date(2023, 10, 23, Date(2023, 10, 26))},
        fields={"booktitle": "SOSP '23", "note": "Best <i>of</i> all", "annotation": "PagedAttention & vLLM"},
        doi="10.1145/3600006.3613165",
        arxiv="2309.06180",
        language="en",
        topics=("serving",),
    )
    topics = (Topic("serving", "推理服务", "Serving"),)
    assert html.item(entry, {"serving": "推理服务"}, Options(topics=topics)) == (
        '<li id="item-kwon2023efficient">\n'
        '<p class="title" lang="en"><a href="https://doi.org/10.1145/3600006.3613165">Efficient Memory Management</a></p>\n'
        '<p class="own">PagedAttention &amp; vLLM</p>\n'
        '<p class="about">Woosuk Kwon, Zhuohan Li, et al. · <cite>SOSP &#39;23</cite> · '
        '<time datetime="2023-10-23">2023-10-23 – 2023-10-26</time></p>\n'
        '<p class="note">Best of all</p>\n'
        '<p class="ways"><code>kwon2023efficient</code> <a href="https://arxiv.org/abs/2309.06180">arXiv</a> '
        '<a href="https://arxiv.org/pdf/2309.06180">PDF</a> <span class="topic">推理服务</span></p>\n'
        "</li>\n"
    )


@pytest.mark.parametrize(
    ("lang", "headings", "words"),
    [
        ("zh", ["T", "🚀 课程 1 条"], "代码"),
        ("en", ["T", "🚀 Courses 1 item"], "code"),
        ("both", ["T", "🚀 课程 · Courses 1 条 / item"], "代码 · code"),
    ],
)
def test_the_language_changes_headings_and_fixed_words(lang: str, headings: list[str], words: str) -> None:
    entry = item(url="https://a.b/", fields={"code": "https://c.d/"})
    found = Page(page(entry, lang=lang, title="T", intro_zh="你好", intro_en="hello"))
    assert found.headings == headings
    assert words in found.words
    assert ("你好" in found.words, "hello" in found.words) == (lang != "en", lang != "zh")


def test_others_come_last_and_empty_categories_are_left_out() -> None:
    found = Page(page(item(category=""), item(category="gone"), item()))
    assert found.headings[1:] == ["🚀 课程 1 条", "📎 其他 2 条"]
    assert found.names[0] == "section-1"


def test_without_categories_the_list_is_flat_and_without_entries_empty() -> None:
    assert Page(page(item(), item(), categories=())).headings == ["阅读清单"]
    assert Page(page()).items == 0


@pytest.mark.parametrize("key", ["<b>", "a b", "../x", "a&b", '"', "中", "x" * 200])
def test_only_a_plain_key_names_an_item(key: str) -> None:
    assert Page(page(item(key=key))).names == ["section-1"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x.org"]
)
def test_what_is_no_web_address_is_never_a_link(url: str) -> None:
    fields = dict.fromkeys(("code", "video", "slides", "pdf"), url)
    assert Page(page(item(url=url, fields=fields))).links == ["#section-1"]


@pytest.mark.parametrize(
    ("title", "fields", "shown"),
    [
        ("The nature of caching", {"journal": "Nature"}, True),
        ("Limits that commit", {"organization": "MIT"}, True),
        ("MIT 6.5940", {"organization": "MIT"}, False),
        ("我的知乎文章", {"organization": "知乎"}, False),
    ],
)
def test_a_site_is_left_out_only_where_the_title_names_it(title: str, fields: dict[str, str], shown: bool) -> None:
    assert ("<cite>" in page(item(title, fields=fields))) is shown


@pytest.mark.parametrize(
    ("title", "annotation", "name", "shown"),
    [
        ("AI", "maintaining", "Li", ["AI", "maintaining", "Li"]),
        ("AI", "maintaining AI", "Li", ["maintaining AI", "Li"]),
        ("MindIE (Engine)", "HUAWEI Ascend MindIE", "Huawei Ascend", ["MindIE (Engine)", "HUAWEI Ascend MindIE"]),
        ("H$_2$O", "H$_2$O rises", "Li", ["H₂O rises", "Li"]),
    ],
)
def test_title_and_wording_and_people_are_said_once(title: str, annotation: str, name: str, shown: list[str]) -> None:
    people = {"author": People((Person(literal=name),))}
    found = re.findall(
        r'<p class="(?:title|own|about)">([^<]*)<', page(item(title, fields={"annotation": annotation}, people=people))
    )
    assert found == shown


def test_editors_are_called_so() -> None:
    people = {"editor": People((Person("Li", "Ann"), Person("Wu", "Bo")))}
    assert "Ann Li, Bo Wu (Eds.)" in page(item(people=people), lang="en")
    assert "Ann Li, Bo Wu (编)" in page(item(people=people), lang="zh")


def test_han_names_are_one_unit() -> None:
    people = {"author": People((Person(family="葛", given="旭冉"), Person(literal="戴国浩")), others=True)}
    assert "葛旭冉, 戴国浩, 等" in Page(page(item(people=people))).words


def test_many_authors_are_shortened_unless_asked_for() -> None:
    people = {"author": People(tuple(Person(f"F{number}", "G") for number in range(9)))}
    assert "…" in page(item(people=people))
    assert "…" not in page(item(people=people), all_authors=True)


NASTY = st.text(st.sampled_from("ab<>&\"'/=;!-[]`{}\n\x00\u202e\ud800中"), max_size=30)


@settings(max_examples=200)
@given(NASTY, NASTY, NASTY, NASTY)
def test_any_text_is_text(title: str, name: str, path: str, key: str) -> None:
    entry = item(
        title,
        key=key,
        people={"author": People((Person(literal=name),))},
        fields={"annotation": path, "note": name, "organization": title, "code": "https://a.b/" + path},
        url="https://a.b/" + path,
        language=name,
    )
    found = Page(page(entry, title=title, intro_zh=name))
    assert found.items == 1
    assert all(link.startswith(("https://a.b/", "#section-")) for link in found.links)


def test_batches_give_the_same_page_as_the_whole() -> None:
    entries = [item(key=f"k{number}", category=("course", "method")[number % 2]) for number in range(250)]
    pieces = [*html.batches(entries[:120], OPTIONS), *html.batches(entries[120:], OPTIONS)]
    assert b"".join(html.frame(pieces, OPTIONS)).decode() == page(*entries)
