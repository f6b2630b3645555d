"""The Markdown export: what stands in it, and that nothing an entry says can be more than text."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from llminfer_bib.export import EXPORTERS, Options, UnknownFormatError, load, markdown
from llminfer_bib.export.citation import citation
from llminfer_bib.export.markdown_text import clean, code, destination, escape, escape_start
from llminfer_bib.export.wording import main_url, readable
from llminfer_bib.model import Category, Date, Entry, People, Person, Text

COURSE = Category("course", "课程", "Courses", "🚀")
METHOD = Category("method", "方法论文", "Method papers", "💻")
OPTIONS = Options(categories=(COURSE, METHOD))
LONG = "https://doi.org/10.1145/3600006.3613165"

_parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def people(*names: str, others: bool = False) -> People:
    """``"Kwon, Woosuk"`` is a person, a name without comma is kept whole."""
    persons = [name.split(", ") for name in names]
    return People(tuple(Person(*parts) if len(parts) > 1 else Person(literal=parts[0]) for parts in persons), others)


def paper(**given):
    """Make an entry: what is no attribute of an entry is a field of it."""
    rest = {
        "key": "kwon2023efficient",
        "type": "inproceedings",
        "kind": "paper",
        "title": "Title",
        "category": "method",
    }
    rest |= {"authors": None, "date": Date(2023)} | given
    authors, date, title = rest.pop("authors"), rest.pop("date"), Text(rest.pop("title"))
    fields = {name: rest.pop(name) for name in tuple(rest) if name not in Entry.__dataclass_fields__}
    roles = {"author": authors} if authors else {}
    dates = {"date": date} if date else {}
    return Entry(fields=fields, title=title, people=roles, dates=dates, **rest)


def item(title="vLLM", **given):
    given = {"key": "vllm", "kind": "project", "type": "software", "category": "course", "date": None} | given
    return paper(title=title, **given)


def page(*entries: Entry, **choices: object) -> str:
    ((path, pieces),) = markdown.render(iter(entries), Options(**{"categories": OPTIONS.categories} | choices))
    assert path == "refs.md"
    return b"".join(pieces).decode()


def line(entry: Entry, **choices: object) -> str:
    return markdown.bullet(entry, Options(**choices))


def parsed(source: str) -> tuple[list[str], str, set[str]]:
    """Return the links, the text and the kinds of all tokens of a Markdown text."""
    links, words, kinds = [], [], set()
    todo = list(reversed(_parser.parse(source)))
    while todo:
        token = todo.pop()
        kinds.add(token.type)
        if token.type == "link_open":
            links.append(token.attrs["href"])
        if token.type in {"text", "code_inline", "text_special"}:
            words.append(token.content)
        todo += reversed(token.children or [])
    return links, "".join(words), kinds


HARMLESS = {
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "paragraph_open", "paragraph_close",
    "inline", "text", "text_special", "link_open", "link_close",
}  # fmt: skip


# --- the page


def test_the_page_is_what_the_readers_of_the_list_know():
    course = item("TinyML", url="https://efficientml.ai/", kind="course", annotation="MIT Song Han | Model Compression")
    kwon = paper(
        authors=people("Kwon, Woosuk", "Li, Zhuohan"),
        title="Efficient Memory Management",
        booktitle="Proceedings of the 29th Symposium on Operating Systems Principles (SOSP)",
        pages="611–626",
        url=LONG,
        doi="10.1145/3600006.3613165",
        arxiv="2309.06180",
    )
    assert page(kwon, course, title="🚀 Efficient", intro_zh="旧时王谢堂前燕。", intro_en="Swallows.") == (
        "# 🚀 Efficient\n\n"
        "旧时王谢堂前燕。\n\n"
        "## 🚀 课程\n\n"
        "- [MIT Song Han | Model Compression](https://efficientml.ai/) — *TinyML*\n\n"
        "## 💻 方法论文\n\n"
        "- [Kwon, W., & Li, Z. (2023). Efficient Memory Management. In Proceedings of the 29th Symposium on Operating "
        f"Systems Principles (SOSP), 611-626.]({LONG}) · [arXiv](https://arxiv.org/abs/2309.06180)\n"
    )


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("zh", "# T\n\n你好\n\n## 🚀 课程\n\n- [vLLM](https://a.b/) · [代码](https://c.d/)\n"),
        ("en", "# T\n\nhello\n\n## 🚀 Courses\n\n- [vLLM](https://a.b/) · [code](https://c.d/)\n"),
        (
            "both",
            "# T\n\n你好\n\nhello\n\n## 🚀 课程 · Courses\n\n- [vLLM](https://a.b/) · [代码 · code](https://c.d/)\n",
        ),
    ],
)
def test_the_language_changes_headings_intro_and_fixed_words_only(lang, expected):
    entry = item(url="https://a.b/", code="https://c.d/")
    assert page(entry, lang=lang, title="T", intro_zh="你好", intro_en="hello") == expected


def test_items_without_category_come_last_under_other_and_empty_categories_are_left_out():
    text = page(
        item(category="", url="https://a.b/1"), item(category="gone", url="https://a.b/2"), item(url="https://a.b/3")
    )
    assert text == (
        "## 🚀 课程\n\n- [vLLM](https://a.b/3)\n\n## 📎 其他\n\n- [vLLM](https://a.b/1)\n\n- [vLLM](https://a.b/2)\n"
    )


def test_without_categories_the_list_is_flat():
    assert page(item(url="https://a.b/"), item("SGLang"), categories=()) == "- [vLLM](https://a.b/)\n\n- SGLang\n"


def test_a_category_called_other_takes_in_the_rest():
    other = Category("other", "杂项", "Sundries")
    assert page(item(category=""), item(category="other"), categories=(other,)) == "## 杂项\n\n- vLLM\n\n- vLLM\n"


def test_an_empty_list_is_an_empty_page():
    assert page() == ""


def test_the_order_of_the_list_stays():
    text = page(*(item(str(number), url=f"https://a.b/{number}") for number in range(1200)))
    assert parsed(text)[0] == [f"https://a.b/{number}" for number in range(1200)]
    assert text.count("\n\n- ") == 1200


def test_twice_gives_the_same_bytes():
    entries = [paper(authors=people("Li, A", "B, C")), item()]
    assert page(*entries) == page(*entries)


def test_sections_for_markers_hold_every_category_and_the_whole_list():
    sections = markdown.render_sections([item()], OPTIONS)
    assert sections == {"course": "- vLLM", "method": "", "other": "", "all": "## 🚀 课程\n\n- vLLM"}


# --- citations


FAMILIES = ["Chen", "Hui", "Cui", "Yang", "Liu", "Sun", "Lin", "Liu"]


@pytest.mark.parametrize(
    ("count", "others", "every", "expected"),
    [
        (1, False, False, "Chen, A. (2023). T."),
        (2, False, False, "Chen, A., & Hui, A. (2023). T."),
        (7, False, False, "Chen, A., Hui, A., Cui, A., Yang, A., Liu, A., Sun, A., & Lin, A. (2023). T."),
        (8, False, False, "Chen, A., Hui, A., Cui, A., Yang, A., Liu, A., Sun, A., ... & Liu, A. (2023). T."),
        (8, False, True, "Chen, A., Hui, A., Cui, A., Yang, A., Liu, A., Sun, A., Lin, A., & Liu, A. (2023). T."),
        (1, True, False, "Chen, A., et al. (2023). T."),
        (3, True, True, "Chen, A., Hui, A., Cui, A., et al. (2023). T."),
        (8, True, False, "Chen, A., Hui, A., Cui, A., Yang, A., Liu, A., Sun, A., et al. (2023). T."),
    ],
)
def test_long_author_lists_are_shortened_as_the_list_does_it(count, others, every, expected):
    authors = people(*(f"{family}, Ann" for family in FAMILIES[:count]), others=others)
    assert line(paper(authors=authors, title="T"), all_authors=every) == "- " + expected


CITATIONS = [
    ({"kind": "preprint", "type": "misc", "arxiv": "2505.10475"}, "arXiv preprint arXiv: 2505.10475."),
    ({"type": "article", "journal": "J", "volume": "62", "number": "3", "pages": "5--9"}, "J, 62(3): 5-9."),
    ({"type": "article", "journaltitle": "J", "volume": "62", "pages": "5 – 9"}, "J, 62: 5-9."),
    ({"type": "article", "journal": "J", "pages": "5"}, "J, 5."),
    ({"type": "article", "journal": "J"}, "J."),
    ({"booktitle": "Proceedings (SOSP)", "volume": "1", "pages": "1133–1150"}, "In Proceedings (SOSP), 1: 1133-1150."),
    ({"booktitle": "First Conference (COLM)"}, "In First Conference (COLM)."),
    ({"kind": "thesis", "type": "phdthesis", "school": "MIT"}, "PhD thesis, MIT."),
    ({"kind": "report", "type": "techreport", "institution": "CERN"}, "CERN."),
    ({"kind": "book", "type": "book", "publisher": "Curran Associates, Inc."}, "Curran Associates, Inc."),
]


@pytest.mark.parametrize(("given", "expected"), CITATIONS)
def test_a_publication_says_where_it_appeared(given, expected):
    entry = paper(authors=people("Li, Ann"), title="T", **given)
    assert citation(entry, OPTIONS) == f"Li, A. (2023). T. {expected}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"title": "What?"}, "Li, A. (2023). What?"),
        ({"date": None}, "Li, A. Title."),
        ({"date": Date(0)}, "Li, A. Title."),
        ({"authors": people()}, "Title (2023)."),
        ({"authors": people(), "date": None}, "Title."),
        ({"authors": people("vLLM project")}, "vLLM project (2023). Title."),
        ({"title": ""}, "Li, A. (2023). kwon2023efficient."),
    ],
)
def test_what_is_missing_leaves_no_trace(given, expected):
    assert citation(paper(**{"authors": people("Li, Ann")} | given), OPTIONS) == expected


def test_editors_stand_in_for_authors():
    entry = Entry("k", "book", "book", {}, Text("T"), {"editor": people("Li, Ann", "Wu, Bo")})
    assert citation(entry, OPTIONS) == "Li, A., & Wu, B. (Eds.). T."


def test_the_role_of_editors_ends_in_a_full_stop_before_the_year():
    entry = Entry("k", "book", "book", {}, Text("T"), {"editor": people("Li, Ann")}, {"date": Date(2021)})
    assert citation(entry, OPTIONS) == "Li, A. (Ed.). (2021). T."


def test_proceedings_do_not_appear_in_themselves():
    given = {"type": "proceedings", "kind": "book", "title": "Things 2021", "booktitle": "Things 2021"}
    assert citation(paper(**given, publisher="ACM"), OPTIONS) == "Things 2021 (2023). ACM."


@pytest.mark.parametrize(
    ("title", "subtitle", "expected"),
    [("A", "B", "A: B"), ("Why?", "B", "Why? B"), ("What：", "B", "What： B"), ("A", "", "A"), ("", "B", "k")],
)
def test_a_subtitle_follows_its_title(title, subtitle, expected):
    assert citation(paper(key="k", title=title, subtitle=subtitle, date=None), OPTIONS).rstrip(".") == expected


HAN = ["葛旭冉", "欧洋", "王博", "赵宇", "吴利舟", "王子聪", "陈志广", "肖侬"]


@pytest.mark.parametrize(
    ("names", "given", "expected"),
    [
        (
            HAN,
            {"type": "article", "journal": "计算机研究与发展", "volume": "62", "number": "3", "pages": "545--562"},
            "葛旭冉, 欧洋, 王博, 赵宇, 吴利舟, 王子聪, 陈志广, 肖侬. 题目[J]. 计算机研究与发展, 2023, 62(3): 545-562.",
        ),
        ([*HAN, "李雷"], {}, "葛旭冉, 欧洋, 王博, 赵宇, 吴利舟, 王子聪, 陈志广, 肖侬, 等. 题目[C]. 2023."),
        (HAN[:1], {"booktitle": "论文集", "pages": "1-4"}, "葛旭冉. 题目[C]//论文集, 2023, 1-4."),
        (
            HAN[:1],
            {"kind": "preprint", "type": "misc", "arxiv": "2505.10475"},
            "葛旭冉. 题目[EB/OL]. arXiv: 2505.10475, 2023.",
        ),
        (HAN[:1], {"kind": "thesis", "type": "thesis", "school": "清华大学"}, "葛旭冉. 题目[D]. 清华大学, 2023."),
        ([], {"kind": "book", "type": "book", "date": None}, "题目[M]."),
        (["Müller, Anna"], {"kind": "other", "type": "misc"}, "Müller, A. 题目[Z]. 2023."),
    ],
)
def test_chinese_publications_are_cited_in_the_chinese_manner(names, given, expected):
    entry = paper(authors=people(*names), title="题目", language="zh-CN", **given)
    assert citation(entry, OPTIONS) == expected


@pytest.mark.parametrize(
    ("title", "language", "chinese"),
    [
        ("题目", "", True),
        ("題名について", "", False),
        ("Title", "", False),
        ("Title", "zh", True),
        ("题目", "en", False),
    ],
)
def test_the_language_of_an_entry_decides_and_else_its_title(title, language, chinese):
    assert ("[C]" in citation(paper(title=title, language=language), OPTIONS)) is chinese


# --- links


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"url": "https://a.b/", "doi": "10.1/x", "arxiv": "2309.06180"},
            ["a.b/", "arxiv.org/abs/2309.06180", "doi.org/10.1/x"],
        ),
        ({"doi": "10.1/x", "arxiv": "2309.06180"}, ["doi.org/10.1/x", "arxiv.org/abs/2309.06180"]),
        ({"arxiv": "2309.06180"}, ["arxiv.org/abs/2309.06180"]),
        ({"url": "https://arxiv.org/abs/2309.06180v2", "arxiv": "2309.06180"}, ["arxiv.org/abs/2309.06180v2"]),
        (
            {"url": "https://arxiv.org/pdf/2309.06180", "arxiv": "2309.06180"},
            ["arxiv.org/pdf/2309.06180", "arxiv.org/abs/2309.06180"],
        ),
        ({"url": "http://doi.org/10.1/X", "doi": "10.1/x"}, ["http://doi.org/10.1/X"]),
        ({"url": "https://doi.org/10.1/xy", "doi": "10.1/x"}, ["doi.org/10.1/xy", "doi.org/10.1/x"]),
        ({"url": "https://evil.b/doi.org/10.1/x", "doi": "10.1/x"}, ["evil.b/doi.org/10.1/x", "doi.org/10.1/x"]),
        ({"url": "https://a.b/r/", "code": "https://a.b/r"}, ["a.b/r/"]),
        ({"url": "javascript:alert(1)", "arxiv": "2309.06180"}, ["arxiv.org/abs/2309.06180"]),
        ({"url": "javascript:alert(1)", "code": "data:text/html,x"}, []),
    ],
)
def test_every_page_of_an_entry_is_linked_once_the_main_one_first(given, expected):
    assert parsed(line(paper(**given)))[0] == [url if "//" in url else f"https://{url}" for url in expected]


# --- items that are not papers


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "- [vLLM](https://a.b/)"),
        ({"annotation": "vLLM"}, "- [vLLM](https://a.b/)"),
        ({"annotation": "vLLM - Easy Serving"}, "- [vLLM - Easy Serving](https://a.b/)"),
        ({"annotation": "轻松推理"}, "- [轻松推理](https://a.b/) — *vLLM*"),
        ({"annote": "轻松推理"}, "- [轻松推理](https://a.b/) — *vLLM*"),
        ({"authors": people("Han, Song")}, "- [vLLM](https://a.b/) — Song Han"),
        ({"authors": people("Han, Song"), "annotation": "vLLM by Song Han"}, "- [vLLM by Song Han](https://a.b/)"),
        ({"authors": people("A, B", "C, D", "E, F", "G, H")}, "- [vLLM](https://a.b/) — B A, D C, F E, et al."),
        ({"authors": people("葛旭冉", others=True)}, "- [vLLM](https://a.b/) — 葛旭冉, 等"),
        ({"date": Date(2023, 6)}, "- [vLLM](https://a.b/) — 2023"),
        ({"date": Date(2023, 6), "title": "vLLM 2023"}, "- [vLLM 2023](https://a.b/)"),
        ({"date": Date(2023), "eventtitle": "GTC 2023"}, "- [vLLM](https://a.b/) — GTC 2023"),
        ({"organization": "Bilibili"}, "- [vLLM](https://a.b/)"),
        ({"organization": "MIT", "date": Date(2024)}, "- [vLLM](https://a.b/) — MIT · 2024"),
        ({"journal": "Nature", "title": "The nature"}, "- [The nature](https://a.b/) — Nature"),
        ({"organization": "AI", "title": "Maintain", "date": Date(2024)}, "- [Maintain](https://a.b/) — AI · 2024"),
        ({"organization": "AI", "title": "AI now", "date": Date(2024)}, "- [AI now](https://a.b/) — 2024"),
        ({"title": "AI", "annotation": "maintaining"}, "- [maintaining](https://a.b/) — *AI*"),
        ({"title": "AI", "annotation": "AI, maintaining"}, "- [AI, maintaining](https://a.b/)"),
        ({"authors": people("AI"), "title": "Maintaining"}, "- [Maintaining](https://a.b/) — AI"),
        ({"authors": people("ZOMI酱"), "title": "ZOMI 酱的课"}, "- [ZOMI 酱的课](https://a.b/)"),
        ({"authors": people("vLLM Team"), "title": "vLLM-team"}, "- [vLLM-team](https://a.b/)"),
        ({"annotation": "x" * 201}, f"- [vLLM](https://a.b/) — {'x' * 201}"),
    ],
)
def test_an_item_is_called_as_the_list_calls_it_and_adds_what_that_does_not_say(given, expected):
    assert line(item(**{"url": "https://a.b/"} | given)) == expected


def test_a_paper_keeps_the_wording_of_the_list_beside_it():
    assert line(paper(annotation="Flex Attention")) == "- Title (2023). — Flex Attention"
    assert line(paper(annotation="title")) == "- Title (2023)."
    assert line(paper(title="Maintaining", annotation="AI")) == "- Maintaining (2023). — AI"


@pytest.mark.parametrize(
    ("editors", "lang", "expected"),
    [
        (people("Han, Song"), "en", "Song Han (Ed.)"),
        (people("Han, Song", "Li, Ann"), "en", "Song Han, Ann Li (Eds.)"),
        (people("Han, Song", others=True), "en", "Song Han, et al. (Eds.)"),
        (people("Han, Song"), "zh", "Song Han (编)"),
        (people("葛旭冉"), "both", "葛旭冉 (编 / Ed.)"),
    ],
)
def test_editors_of_an_item_are_called_so(editors, lang, expected):
    entry = item()
    entry = Entry(entry.key, "online", "page", {}, entry.title, {"editor": editors})
    assert line(entry, lang=lang) == f"- vLLM — {expected}"


def test_editors_beside_authors_are_not_named():
    entry = Entry("k", "online", "page", {}, Text("T"), {"author": people("Li, Ann"), "editor": people("Wu, Bo")})
    assert line(entry) == "- T — Ann Li"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("H$_2$O", "H₂O"),
        ("a x$^2$ b", "a x² b"),
        ("$\\alpha$-divergence", "$\\alpha$-divergence"),
        ("$\\ell_1$ and H$_2$O", "$\\ell_1$ and H₂O"),
        ("H<sub>2</sub>O &amp; x", "H₂O & x"),
        ("$5 and $6", "$5 and $6"),
        ("US$5-US$ 6", "US$5-US$ 6"),
        ("a <b", "a <b"),
        ("$x_1$", "$x_1$"),
    ],
)
def test_what_is_not_typeset_is_said_in_letters(text, expected):
    assert readable(text) == expected
    assert readable(expected) == expected
    assert line(item(text), lang="en") == "- " + escape_start(expected)


# --- text that is no Markdown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a\b", r"a\b"),
        (r"a\*b", r"a\\\*b"),
        (r"$\href{javascript:x}{y}$", "$href{javascript:x}{y}$"),
        (r"$\htmlClass{x}{y}\style{x}{y}$", "$htmlClass{x}{y}style{x}{y}$"),
        (r"$\mathcal{O}(n \log n)$", r"$\mathcal{O}(n \log n)$"),
        (r"$\\href{javascript:x}{y}$ \\\url", "$href{javascript:x}{y}$ url"),
        (r"$\mathbf{x}_i + y_{j}$", r"$\mathbf{x}_ i + y_{j}$"),
        (r"$(_$", r"$(\_$"),
        (r"$a*b$ $[x](u)$ $`x`$ $<b>$", r"$a\*b$ $\[x\](u)$ $\`x\`$ $&lt;b>$"),
        (r"$\<b>$ $\`$", r"$\\&lt;b>$ $\\\`$"),
        (r"$5_ and $6_", r"$5\_ and $6\_"),
        (r"$_a$b", r"$\_a$b"),
        (r"x_$ y$ $a _b_ c$", r"x\_$ y$ $a _ b_ c$"),
        (r"US$x_{i}$", r"US$x\_{i}$"),
        (r"$x_{i}", r"$x\_{i}"),
        (r"$x_{i} $", r"$x\_{i} $"),
        ("a\\", "a\\\\"),
        ("`x`", r"\`x\`"),
        ("[J](u)", r"\[J\](u)"),
        ("**b** ~~c~~", r"\*\*b\*\* \~\~c\~\~"),
        ("_a_ a_", r"\_a\_ a\_"),
        ("<script>", "&lt;script>"),
        ("<!-- bib:end x -->", "&lt;!-- bib:end x -->"),
        ("&lt; &#60; &amp;", "&amp;lt; &amp;#60; &amp;amp;"),
        ("see https://evil.example", r"see https\://evil.example"),
        ("www.evil.example", r"www\.evil.example"),
        ("{{ site }} {% raw %}", r"{\{ site }} {\% raw %}"),
        ("a\nb\r\n c\u2028d\te", "a b c d e"),
        ("a\x00b\x1b\u202ec\u200bd\ufeff\u2066", "abcd"),
        ("a\u200db", "ab"),
        ("\ud800", "\ufffd"),
        ("  x  \n", "x"),
    ],
)
def test_text_that_markdown_would_read_otherwise_is_escaped(text, expected):
    assert escape(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "MIT Song Han | Model Compression", "Yu, C. H., ... & Stoica, I. (2023).", "snake_case_name", "LLM's KV-Cache: 70%!",
        "$O(n^2)$", r"$\ell_1$", "$x_{i}$", r"($x_{i}^{2}$, $\{a\,b\}$)", r"$a\_b$ $5 and $6", "a > b", "AT&T, R & D;", "{LLM}", "（The Art）", "C++ #1 - 2.", "昇腾 × 盘古：“王炸”", "👩‍💻 🛠️", "می‌خواهم",
        "10:30", "awww.", "a  b", "全　角",
    ],
)  # fmt: skip
def test_other_text_stays_as_it_is(text):
    assert escape(text) == text


@pytest.mark.parametrize("text", ["# x", "- x", "+ x", "> x", "1. x", "12) x", "---", "===", "| a", "1) ", "#", "-"])
def test_marks_at_the_start_of_a_line_are_text(text):
    links, words, kinds = parsed("- " + escape_start(text))
    assert (links, words) == ([], text.strip())
    assert kinds <= HARMLESS


@pytest.mark.parametrize("text", ["x # y", "2023", "2.5 times", "a-b", "~x", "70% Size"])
def test_other_starts_stay_as_they_are(text):
    assert escape_start(text).replace("\\.", ".").replace("\\~", "~") == text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.b/(x)", "https://a.b/%28x%29"),
        ('https://a.b/ "<>\\`{}|^', "https://a.b/%20%22%3C%3E%5C%60%7B%7D%7C%5E"),
        ("https://a.b/?a=1&lt;=2", "https://a.b/?a=1&amp;lt;=2"),
        ("https://a.b/\n\t", "https://a.b/%0A%09"),
        ("https://a.b/😀", "https://a.b/%F0%9F%98%80"),
    ],
)
def test_urls_are_encoded_where_they_could_end_a_link(url, expected):
    assert destination(url) == expected


@pytest.mark.parametrize(
    "url", ["https://a.b/c_d*e?f=1&g=2#h", "https://[::1]/x", "https://zh.wikipedia.org/wiki/大模型", "https://a.b/%28"]
)
def test_other_urls_stay_as_they_are(url):
    assert destination(url) == url


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("kwon2023efficient", "`kwon2023efficient`"),
        ("../../x", "`../../x`"),
        ("a`b", r"a\`b"),
        ("<b>", "&lt;b>"),
        ("a\u202eb", "`ab`"),
    ],
)
def test_keys_are_code_where_they_can_be(key, expected):
    assert code(key) == expected


HOSTILE = [
    "](javascript:alert(1))", "[x](http://evil.example)", "<script>alert(1)</script>", "<http://evil.example>", "a|b", "`", "``` x",
    "<!-- bib:end all -->", "&lt;script&gt;", "\\](http://evil.example)", "\n\n# heading\n\n- item", "\n[x]: http://evil.example",
    "![x](http://evil.example/i.png)", "*a **b* c**", "\u202egpj.exe", "1. x", "- [ ] x", "\r<div>", "\x0b## x", "a\n---\nb",
    "http://evil.example", "$x$ `y", "\\", "]", "~~~", "    code", "\u3000", "<!--", "-->", "{{x}}", "<a href=x>",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("url", ["", "https://a.b/"])
def test_hostile_values_are_text_wherever_they_stand(text, url):
    authors = People((Person(text, text), Person(literal=text)))
    fields = dict.fromkeys(["annotation", "booktitle", "volume", "pages", "organization", "type"], text) | {
        "code": f"data:{text}"
    }
    for kind in ("paper", "course", "preprint", "thesis"):
        entry = Entry(
            text, "misc", kind, fields, Text(text), {"author": authors}, url=url, arxiv_class=text, category="x"
        )
        source = page(entry)
        links, _, kinds = parsed(source)
        assert links == ([url] if url else [])
        assert kinds <= HARMLESS | {"heading_open", "heading_close", "em_open", "em_close"}
        assert source.count("\n") == 3
        assert "<" not in source


NASTY = st.text(
    st.sampled_from("ab1 \\`*_{}[]()#+-.!|<>&;:/~$'\"=\n\r\t\x00\u200b\u202e\u2028中😀ewlt@"), max_size=40
) | st.text(max_size=20)


def read(text):
    """Return a text as it is compared: in formulas Markdown takes backslashes, and a blank is put behind a low line."""
    return text.replace("\\", "").replace("_ ", "_") if text.count("$") > 1 else text


MATH = st.lists(
    st.sampled_from(["$", "$", "_", "\\", "*", "[", "](u)", "{", "}", "x", "1", " ", "<", "`", "~", ",", "|", "&lt;"])
).map("".join)


@settings(max_examples=400, deadline=None)
@given(NASTY | MATH)
@example("$\\mathbf{x}_i + y_{j}$ $_a$")
@example("&amp;#x3c;")
@example("a_b__c")
@example("$$_ ")
def test_any_text_reads_as_itself(text):
    plain = clean(text)
    links, words, kinds = parsed("- [" + (escape(plain) or "?") + "](https://a.b/)")
    assert (links, read(words)) == (["https://a.b/"], read(plain) or "?")
    assert kinds <= HARMLESS
    links, words, kinds = parsed("- x " + escape(text) + " y")
    assert links == []
    assert read(" ".join(words.split())) == read(" ".join(f"x {plain} y".split()))
    assert kinds <= HARMLESS
    links, words, kinds = parsed("- " + escape_start(text))
    assert (links, read(words)) == ([], read(plain))
    assert kinds <= HARMLESS


@settings(max_examples=300, deadline=None)
@given(NASTY, NASTY, NASTY, st.sampled_from(["paper", "course", "preprint", "book"]))
def test_any_entry_is_one_bullet_with_just_its_own_links(title, name, path, kind):
    url = "https://a.b/" + path
    entry = Entry(
        "k",
        "misc",
        kind,
        {"annotation": name},
        Text(title),
        {"author": People((Person(literal=name),))},
        url=url,
        category="",
    )
    links, words, kinds = parsed(page(entry, categories=()))
    expected = main_url(entry)
    assert len(links) == bool(expected)
    assert kinds <= HARMLESS | {"em_open", "em_close"}
    assert read(f"$${readable(title)}")[2:] in read(f"$${words}")  # a dollar sign of the name can make a formula, too


@settings(max_examples=300, deadline=None)
@given(NASTY)
def test_any_path_of_a_url_makes_one_link_that_leads_there(path):
    entry = item(url="https://a.b/" + path)
    links, _, kinds = parsed(line(entry))
    assert kinds <= HARMLESS
    assert len(links) <= 1
    for link in links:
        assert link.startswith("https://a.b/")
        assert not set(link) & set(' ()<>\\`"\n')


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["x", "*", "_a", "[", "](", "<", "&lt", "`", "\\", "{{", "\u202e", "\n", "中", "://", "\u200d", "$", "$x_", "$x$"],
)
def test_huge_values_take_linear_time(unit):
    def make(size):
        title = unit * (size // len(unit))
        return [
            paper(title=title, authors=people(title), annotation=title),
            item(title, annotation="x", url="https://a.b/" + title),
        ]

    assert_in_proportion(make, lambda entries: page(*entries), most=200_000)


def test_a_title_of_a_megabyte_is_shown_in_full():
    assert line(item("ab <" * 250_000)) == "- " + "ab &lt;" * 250_000


# --- the registry


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_exporter_says_what_it_skips_and_renders(name):
    exporter = load(name)
    assert "abstract" in exporter.SKIP_FIELDS or name not in {"md", "lists", "html"}
    for path, pieces in exporter.render([], Options()):
        assert not path.startswith("/")
        b"".join(pieces).decode()


def test_an_unknown_format_names_those_that_are():
    with pytest.raises(UnknownFormatError, match="csl-json, hayagriva, html, lists, md"):
        load("docx")


# --- the seed list

SEED = Path("/work/shared/seed/reading-list.md")


@pytest.mark.skipif(not SEED.exists(), reason="the shared folder is not here")
def test_the_list_as_it_was_reads_the_same_when_it_comes_from_entries():
    """Every item of the seed, as a bare entry, comes out under its heading, in its order, with its words and link."""
    sections: dict[str, list[tuple[str, str]]] = {}
    tokens = _parser.parse(SEED.read_text("utf-8"))
    for before, token in pairwise(tokens):
        if token.type == "inline" and before.type == "heading_open" and before.tag == "h2":
            sections[token.content] = []
        elif token.type == "inline" and token.children and token.children[0].type == "link_open":
            links, words, _ = parsed(token.content)
            sections[list(sections)[-1]].append((words, links[0]))
    categories = tuple(
        Category(f"c{n}", heading.split()[1], "", heading.split()[0]) for n, heading in enumerate(sections)
    )
    entries = [
        item(words, url=url, category=category.slug)
        for category, items in zip(categories, sections.values(), strict=True)
        for words, url in items
    ]
    out = page(*entries, categories=categories)
    position = 0
    assert len(entries) == 102
    for heading, items in sections.items():
        position = out.index(f"## {heading}\n", position)
        for words, url in items:
            position = out.index(f"- [{escape(words)}]({url})", position)
