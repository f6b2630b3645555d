"""`bib cite`: references through citeproc-py, its holes filled, in three styles and three forms; hostile styles and titles."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import citing, cli
from llminfer_bib.__main__ import run
from llminfer_bib.citing import runs, seams
from llminfer_bib.citing.references import with_letter_inside, with_suffixes
from llminfer_bib.commands import citing as command
from llminfer_bib.edits import NoSuchEntryError
from llminfer_bib.library import Library
from llminfer_bib.problems import BibError, Problem

HERE = Path(__file__).parent
STYLES = ("apa", "ieee", "gb-t-7714-2015-numeric")
CSL = "http://purl.org/net/xbiblio/csl"
REFS = HERE.parent / "refs.bib"


@pytest.fixture(scope="module")
def sample() -> Library:
    return Library.open(HERE / "data" / "citing.bib")


@pytest.fixture(scope="module")
def refs() -> Library:
    return Library.open(REFS)


def cite(library: Library, *keys: str, **choices: object) -> list[str]:
    problems: list[Problem] = []
    lines = command.cite(library, keys, command.Request(**choices), problems)  # type: ignore[arg-type]
    assert not [problem for problem in problems if problem.code == "B901"]
    return [line.reference for line in lines]


def one(source: str, style: str = "apa", **choices: object) -> str:
    (line,) = cite(Library.from_text(source), style=style, **choices)
    return line


# --- what is printed


@pytest.mark.parametrize("style", STYLES)
def test_references_of_a_dozen_entries(sample: Library, style: str, snapshot: Callable[[str, str], None]) -> None:
    request = command.Request(style)
    snapshot(command.page(command.cite(sample, (), request, []), "text"), f"citing/{style}.txt")


@pytest.mark.parametrize("form", ["md", "html"])
def test_references_as_markdown_and_html(sample: Library, form: str, snapshot: Callable[[str, str], None]) -> None:
    request = command.Request("apa", form, sort=True)
    snapshot(command.page(command.cite(sample, (), request, []), form), f"citing/apa.{form}")


@pytest.mark.parametrize("style", STYLES)
def test_every_entry_of_our_list_has_a_readable_reference(refs: Library, style: str) -> None:
    lines = cite(refs, style=style)
    entries = list(refs)
    assert len(lines) == len(entries) >= 102
    for entry, line in zip(entries, lines, strict=True):
        assert "\n" not in line and line == line.strip() and "  " not in line
        assert not re.search(r"[{}\\\ue000-\uf8ff]|None|<|\.\.(?!\.)|,,|,\.|\( ?\)|\[ ?\]| [,.;:)](?!\w)", line), line
        assert entry.title.text in line
        assert entry.url in line or f"{entry.doi}" in line
        for person in list(entry.authors)[:1]:
            assert person.literal in line and (person.given or person.family or person.literal)


@pytest.mark.parametrize("style", STYLES)
def test_the_order_is_the_one_asked_for(sample: Library, style: str) -> None:
    lines = cite(sample, "vllm", "chen2024guide", "KWON2023efficient", style=style, number=False)
    assert ["vLLM" in lines[0], "GUIDE" in lines[1], "PagedAttention" in lines[2]] == [True] * 3


def test_sort_puts_them_in_the_order_of_the_style(sample: Library) -> None:
    keys = ("weng2023large", "vllm", "chen2024guide")
    assert [line[:4] for line in cite(sample, *keys, sort=True)] == ["Chen", "vLLM", "Weng"]
    assert [line[:7] for line in cite(sample, *keys, style="ieee", sort=True)] == ["[1] L. ", "[2] vLL", "[3] Y. "]


def test_numbers_can_be_left_out(sample: Library) -> None:
    assert cite(sample, "vllm", style="ieee")[0].startswith("[1] vLLM project")
    assert cite(sample, "vllm", style="ieee", number=False)[0].startswith("vLLM project")


# --- names

HAN = "@article{a, author = {%s}, title = {T}, journal = {J}, year = 2024}"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("葛旭冉", "葛旭冉"),
        ("葛, 旭冉", "葛旭冉"),
        ("{葛旭冉}", "葛旭冉"),
        ("欧阳, 娜娜", "欧阳娜娜"),
        ("山田, 太郎", "山田太郎"),
        ("김, 철수", "김철수"),
        ("{vLLM project}", "vLLM project"),
        ("{DeepSeek-AI}", "DeepSeek-AI"),
        ("{清华大学 NICS 实验室}", "清华大学 NICS 实验室"),
    ],
)
@pytest.mark.parametrize("style", [*STYLES, "chicago", "mla", "nature", "elsevier-harvard"])
def test_names_that_are_one_unit_are_printed_as_they_are(name: str, shown: str, style: str) -> None:
    assert re.search(rf"^(\[1\] ?|1\. ?)?{re.escape(shown)}[., ]", one(HAN % name, style) + " ")


@pytest.mark.parametrize(
    ("name", "apa", "ieee", "gb"),
    [
        ("Zhang, Xiao-Ping", "Zhang, X.-P.", "X.-P. Zhang", "ZHANG X P"),
        ("van der Berg, Jan Willem", "van der Berg, J. W.", "J. W. van der Berg", "VAN DER BERG J W"),
        ("King, Jr., Martin Luther", "King, M. L., Jr.", "M. L. King Jr.", "KING M L Jr"),
        ("{\\O}stberg, Per", "Østberg, P.", "P. Østberg", "ØSTBERG P"),
        ("O'Neil, Mary", "O'Neil, M.", "M. O'Neil", "O'NEIL M"),
        ("Plato", "Plato.", "Plato", "Plato"),
    ],
)
def test_names_of_people_as_the_styles_have_them(name: str, apa: str, ieee: str, gb: str) -> None:
    lines = [one(HAN % name, style, number=False) for style in STYLES]
    assert [line.startswith(start) for line, start in zip(lines, (apa, ieee, gb), strict=True)] == [True] * 3, lines


@pytest.mark.parametrize(
    ("style", "lang", "shown"),
    [
        ("apa", "", "Smith, A. et al. "),
        ("apa", "zh", "Smith, A. 等. "),
        ("ieee", "", "A. Smith et al., "),
        ("gb-t-7714-2015-numeric", "", "SMITH A et al. "),
        ("gb-t-7714-2015-numeric", "zh", "SMITH A 等. "),
    ],
)
def test_and_others_becomes_et_al_in_the_words_of_the_style(style: str, lang: str, shown: str) -> None:
    line = one(HAN % "Smith, Anna and others", style, lang=lang, number=False)
    assert line.startswith(shown), line
    assert "others" not in line


def test_a_chinese_style_says_deng_for_chinese_items_and_et_al_for_others(sample: Library) -> None:
    lines = cite(sample, "ge2025dayuyan", "ou2024jisuan", "kwon2023efficient", style="gb-t-7714-2015-numeric")
    assert "葛旭冉, 欧洋, 王博, 等. " in lines[0]
    assert "欧阳娜娜, 葛旭冉, 等. " in lines[1]
    assert "KWON W, LI Z, ZHUANG S, et al. " in lines[2]


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 20, 21, 25])
@pytest.mark.parametrize("style", STYLES)
def test_and_others_is_never_an_author_however_many_there_are(count: int, style: str) -> None:
    names = " and ".join(f"Name{chr(65 + n)}, X." for n in range(count))
    line = one(HAN % f"{names} and others", style)
    assert len(re.findall(r"et al", line)) == 1 and "…" not in line
    assert not re.search(r"(?i)(and|&) et al|others", line)


@pytest.mark.parametrize(
    ("given", "mark", "hyphen", "shown"),
    [
        ("Jan Willem", ". ", True, "J. W."),
        ("Jan Willem", ".", True, "J.W."),
        ("Jan Willem", "", True, "JW"),
        ("Jan Willem", " ", True, "J W"),
        ("J. E.", ". ", True, "J. E."),
        ("J.E.", ". ", True, "J. E."),
        ("Xiao-Ping", ". ", True, "X.-P."),
        ("Xiao-Ping", ". ", False, "X. P."),
        ("Xiao-Ping", " ", False, "X P"),
        ("Yu-neng", ".", True, "Y.-n."),
        ("E\u0301mile", ". ", True, "É."),
        ("Maria de la", ". ", True, "M. de la"),
        ("(Bob) 'Rob", ". ", True, "B. R."),
        ("三", ". ", True, "三"),
        ("شاعر", ". ", True, "شاعر"),
        ("-", ". ", True, "-"),
        ("", ". ", True, ""),
    ],
)
def test_initials(given: str, mark: str, hyphen: bool, shown: str) -> None:
    from llminfer_bib.citing.people import initials

    assert initials(given, mark, hyphen=hyphen) == shown


@pytest.mark.parametrize("style", ["chicago", "mla"])
def test_styles_with_full_given_names_print_them(style: str) -> None:
    assert one(HAN % "Berg, Jan W", style).startswith("Berg, Jan W. ")


# --- one hole of citeproc-py each

PERSON = {"family": "Doe", "given": "Jane"}
ITEM: dict[str, object] = {"id": "x", "type": "book", "title": "A title", "author": [PERSON]}


def style_of(layout: str, macros: str = "", more: str = "", options: str = "", locale: str = "") -> bytes:
    return (
        f'<style xmlns="{CSL}" version="1.0" class="in-text" {options}><info><title>t</title><id>t</id></info>{locale}'
        f"{macros}<citation><layout/></citation><bibliography {more}><layout>{layout}</layout></bibliography></style>"
    ).encode()


def render(layout: str, item: dict[str, object] | None = None, lang: str = "", **parts: str) -> str:
    style = citing.styles._checked("test", style_of(layout, **parts))
    (found,) = citing.cite([citing.Source(ITEM | (item or {}))], style, lang=lang)
    assert not found.error
    return citing.to_text(found.runs)


ANONYMOUS = {"author": [], "container-title": "Site"}
RANGE = {"issued": {"date-parts": [[2020], [2020]]}}
TITLE_AS_AUTHOR = '<macro name="t"><text variable="title"/></macro>'
HOLES = [
    # what stands in for an author is not printed again, through a macro and for names too
    (
        '<names variable="author"><substitute><text macro="t"/></substitute></names><text macro="t" prefix=". "/>',
        ANONYMOUS,
        {"macros": TITLE_AS_AUTHOR},
        "A title",
    ),
    (
        '<names variable="author"><substitute><names variable="editor"/></substitute></names><names variable="editor" prefix="; "/>',
        {"author": [], "editor": [PERSON]},
        {},
        "Jane Doe",
    ),
    # a group without its variables goes, one with words alone stays, one inside counts as there
    ('<group prefix="(" suffix=")"><text value="no."/><text variable="number"/></group><text variable="title"/>', {}, {}, "A title"),
    ('<group prefix="(" suffix=")"><text value="no."/></group>', {}, {}, "(no.)"),
    ('<group delimiter=" "><text variable="number"/><group><text value="Online"/></group></group>', {}, {}, "Online"),
    ('<group delimiter=" "><text value="p"/><number variable="number-of-pages"/></group>', {"number-of-pages": "12"}, {}, "p 12"),
    # seams
    ('<text variable="title" suffix="."/><text value=". End"/>', {"title": "Why?"}, {}, "Why? End"),
    ('<text variable="title" suffix="."/>', {"title": "为什么？"}, {}, "为什么？"),
    ('<text variable="title" font-style="italic" suffix="."/>', {"title": "Inc."}, {}, "Inc."),
    ('<text variable="title" suffix=". "/><text value=", vol"/>', {}, {}, "A title., vol"),
    ('<text variable="title" quotes="true" suffix=","/>', {}, {}, "“A title,”"),
    ('<text variable="title" quotes="true" suffix=","/>', {"title": "Why?"}, {}, "“Why?”"),
    ('<text variable="title" quotes="true" suffix=","/>', {}, {"lang": "zh"}, "《A title》,"),
    # case
    ('<text variable="title" text-case="title"/>', {"title": "arXiv of the vLLM: a tale", "language": "en"}, {}, "arXiv of the vLLM: A Tale"),
    ('<text variable="title" text-case="title"/>', {"title": "der pfad", "language": "de"}, {}, "der pfad"),
    ('<text variable="title" text-case="sentence"/>', {"title": "efficient PagedAttention for LLM"}, {}, "Efficient PagedAttention for LLM"),
    ('<text variable="number" text-case="capitalize-first"/>', {"number": "arXiv:2412.1"}, {}, "arXiv:2412.1"),
    # terms fall back to a wider form
    ('<text term="accessed" form="short"/>', {}, {}, "accessed"),
    ('<number variable="edition" form="ordinal"/>', {"edition": "2"}, {}, "2nd"),
    ('<number variable="edition" form="ordinal"/>', {"edition": "12"}, {}, "12th"),
    ('<number variable="edition" form="ordinal"/>', {"edition": "2"}, {"lang": "zh"}, "2"),
    ('<number variable="edition" form="roman"/>', {"edition": "99999999999"}, {}, "99999999999"),
    # dates
    ('<date variable="issued"><date-part name="year"/></date>', RANGE, {}, "2020"),
    ('<date variable="issued"><date-part name="year"/></date>', {"issued": {"date-parts": [[2019], [0]]}}, {}, "2019–"),
    ('<date variable="issued"><date-part name="year"/></date>', {"issued": {"date-parts": [[2019], [2021]]}}, {}, "2019–2021"),
    ('<date variable="issued" form="text"/>', {"issued": {"date-parts": [[2024, 5], [2024, 6, 2]]}}, {}, "May 2024–June 2, 2024"),
    ('<date variable="issued" form="text"/>', {"issued": {"date-parts": [[2024, 13, 40]]}}, {}, "40, 2024"),
    (
        '<date variable="issued" form="text" date-parts="year"/><date variable="issued" prefix=", " form="text" date-parts="month-day"/>',
        {"issued": {"literal": "forthcoming"}},
        {},
        "forthcoming",
    ),
    # variables with two names, names citeproc does not know, fields that are nobody's business
    ('<text variable="event"/>', {"event-title": "ICML"}, {}, "ICML"),
    ('<names variable="director"/>', {"director": [PERSON]}, {}, "Jane Doe"),
    ('<text variable="title"/><text variable="annote"/><text variable="keyword"/><text variable="abstract"/>',
     {"annote": "x", "keyword": "y", "abstract": "z"}, {}, "A title"),
    ('<text variable="note"/>', {"note": "arXiv: 2401.1 [cs.CL]\n• Just: accepted"}, {}, "Just: accepted"),
    ('<text variable="DOI"/><text variable="URL"/>', {"DOI": "10.1/x", "URL": "https://doi.org/10.1/x"}, {}, "10.1/x"),
    ('<text variable="URL"/>', {"DOI": "10.1/x", "URL": "https://doi.org/10.1/x"}, {}, "https://doi.org/10.1/x"),
    ('<text variable="URL"/>', {"DOI": "10.1/x", "URL": "https://example.org/"}, {}, "https://example.org/"),
    ('<date variable="issued"><date-part name="day" form="ordinal"/></date>', {"issued": {"date-parts": [[2024, 5, 2]]}}, {}, "2nd"),
    # what asks about a running text is false
    ('<choose><if disambiguate="true"><text value="A"/></if><else><text value="B"/></else></choose>', {}, {}, "B"),
    ('<choose><if locator="page"><text value="A"/></if><else><text value="B"/></else></choose>', {}, {}, "B"),
    ('<text variable="title"/><text variable="locator"/><label variable="locator"/>', {}, {}, "A title"),
    ('<text variable="citation-number" suffix=") "/><text variable="title"/>', {}, {}, "1) A title"),
    ('<text variable="citation-number"/><text variable="title"/>', {}, {"more": 'second-field-align="flush"'}, "1 A title"),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "item", "parts", "expected"), HOLES)
def test_a_hole_of_citeproc_is_filled(
    layout: str, item: dict[str, object], parts: dict[str, str], expected: str
) -> None:
    assert render(layout, item, **parts) == expected


def test_one_reference_does_not_change_how_the_next_is_printed() -> None:
    layout = (
        '<choose><if type="book"><date variable="issued" form="text"><date-part name="month" form="short"/></date></if>'
        '<else><date variable="issued" form="text"/></else></choose>'
    )
    style = citing.styles._checked("test", style_of(layout))
    book, other = (ITEM | {"type": kind, "issued": {"date-parts": [[2024, 10]]}} for kind in ("book", "report"))
    found = [citing.to_text(r.runs) for r in citing.cite([citing.Source(book), citing.Source(other)], style)]
    assert found == ["Oct. 2024", "October 2024"]


def test_the_same_authors_in_the_same_year_get_letters() -> None:
    entry = "@article{%s, author = {Doe, Jane}, title = {%s}, journal = {J}, year = %s}\n"
    library = Library.from_text("".join(entry % row for row in (("a", "A", 2024), ("b", "B", 2023), ("c", "C", 2024))))
    assert [re.findall(r"\((.*?)\)", line)[0] for line in cite(library)] == ["2024a", "2023", "2024b"]
    assert with_suffixes([{"author": 1}] * 28)[25:] == ["z", "aa", "ab"]


# --- styles: names and files


@pytest.mark.parametrize(
    "name", [*STYLES, "APA", "gb-t-7714", "chicago", "mla", "acm", "nature", "nature-digest", *citing.ALIASES]
)
def test_a_style_is_found_by_its_name(name: str, sample: Library) -> None:
    assert "2024" in cite(sample, "chen2024guide", style=name)[0]


@pytest.mark.parametrize("name", STYLES)
def test_a_style_file_gives_what_the_name_gives(name: str, sample: Library, shared: Path) -> None:
    file = shared / "csl-styles" / f"{citing.ALIASES.get(name, name)}.csl"
    assert cite(sample, style=str(file)) == cite(sample, style=name)


def test_a_newer_style_from_a_file(sample: Library, shared: Path) -> None:
    file = shared / "csl-styles" / "china-national-standard-gb-t-7714-2025-numeric.csl"
    lines = cite(sample, style=str(file))
    assert len(lines) == len(list(sample))
    assert "葛旭冉，欧洋，王博，等" in lines[1]


def test_an_unknown_style_names_the_nearest() -> None:
    with pytest.raises(citing.UnknownStyleError, match=r"Did you mean .*ieee"):
        citing.open_style("iee")


@pytest.mark.parametrize("name", ["", " ", "a" * 500, "ap\x00a", "é", "apa;ls", "%2e%2e"])
def test_a_name_that_cannot_be_a_style_is_refused(name: str) -> None:
    with pytest.raises(BibError):
        citing.open_style(name)


ENTITIES = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 30))
BOMB = f'<!DOCTYPE s [<!ENTITY a0 "aaaaaaaaaa">{ENTITIES}]>'
GROWING = (
    "".join(f'<macro name="m{n}"><text macro="m{n + 1}"/><text macro="m{n + 1}"/></macro>' for n in range(25))
    + '<macro name="m25"><text variable="title"/></macro>'
)
DEPENDENT = (
    '<style xmlns="'
    + CSL
    + '"><info><title>t</title><link rel="independent-parent" href="http://www.zotero.org/styles/%s"/>'
    "</info></style>"
)
BAD_STYLES = {
    "empty": (b"", "well-formed"),
    "no XML": (b"apa", "well-formed"),
    "cut off": (style_of("")[:200], "well-formed"),
    "not UTF-8": (style_of("").replace(b"<title>t", b"<title>\xff"), "well-formed"),
    "UTF-16": (style_of("").decode().encode("utf-16"), "well-formed"),
    "another format": (b"<html/>", "no CSL style"),
    "no namespace": (b"<style><bibliography><layout/></bibliography></style>", "no CSL style"),
    "entity bomb": (BOMB.encode() + style_of(""), "DOCTYPE"),
    "a DTD on the network": (b'<!DOCTYPE style SYSTEM "http://localhost:9/x.dtd">' + style_of(""), "DOCTYPE"),
    "a file as entity": (
        b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + style_of("<text value='&x;'/>"),
        "DOCTYPE",
    ),
    "no bibliography": (style_of("").replace(b"bibliography", b"citations"), "no layouts"),
    "too large": (b" " * ((2 << 20) + 1), "larger than"),
    "a macro that calls itself": (
        style_of('<text macro="a"/>', '<macro name="a"><text macro="a"/></macro>'),
        "calls itself",
    ),
    "a ring of macros": (
        style_of(
            '<text macro="a"/>', '<macro name="a"><text macro="b"/></macro><macro name="b"><text macro="a"/></macro>'
        ),
        "calls itself",
    ),
    "macros that grow": (style_of('<text macro="m0"/>', GROWING), "too large"),
    "elements without end": (style_of("<text/>" * 25_000), "too large"),
    "a macro that is not there": (style_of('<text macro="a"/>'), "does not have"),
    "depends on a stranger": ((DEPENDENT % "no-such-style-here").encode(), "only points"),
    "depends on a path": ((DEPENDENT % "..%2f..%2fetc").encode(), "only points"),
    "nested beyond measure": (style_of("<group>" * 5000 + "</group>" * 5000), "well-formed"),
}


@pytest.mark.parametrize("name", BAD_STYLES)
def test_a_bad_style_is_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    data, reason = BAD_STYLES[name]
    file = tmp_path / "bad.csl"
    file.write_bytes(data)
    with pytest.raises(citing.StyleError, match=reason):
        citing.open_style(str(file))


def test_a_style_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csl").mkdir()
    for name in ("folder.csl", "missing.csl", "nul\x00.csl"):
        with pytest.raises(citing.StyleError, match="cannot be read"):
            citing.open_style(f"{tmp_path}/{name}")


ODD_LAYOUTS = [
    '<text macro="o\'brien"/>',
    '<text term="o\'brien]"/><text variable="title"/>',
    '<nonsense/><text variable="title"/>',
    "<text/>",
    '<text variable=""/>',
    '<date variable="title"/>',
    '<date variable="issued" form="nonsense"/>',
    '<names variable="title"/>',
    "<names/>",
    '<number variable="title" form="ordinal"/>',
    '<names variable="author"><name et-al-min="x" et-al-use-first="y"/></names>',
    '<names variable="author"><label form="nonsense"/></names>',
    '<label variable="number-of-pages"/><text variable="title"/>',
    '<choose><if type=""><text variable="title"/></if></choose>',
    "<choose><else/></choose>",
    '<text variable="title" text-case="nonsense" font-style="nonsense" quotes="maybe"/>',
    "<layout/>",
    '<date-part name="year"/>',
    '<substitute><text variable="title"/></substitute>',
    "",
]  # fmt: skip


@pytest.mark.parametrize("layout", ODD_LAYOUTS)
def test_an_odd_layout_prints_something_or_says_why_not(layout: str) -> None:
    try:
        style = citing.styles._checked(
            "test", style_of(layout, '<macro name="o\'brien"><text variable="title"/></macro>')
        )
        (found,) = citing.cite([citing.Source(ITEM | {"issued": {"date-parts": [[2024]]}})], style, sort=True)
    except citing.StyleError:
        pass  # said so
    else:
        assert bool(found.runs) != bool(found.error)


@pytest.mark.parametrize("locale", ["xx", "en-US'", "../../etc", "zh-CN", "de-AT", ""])
def test_an_odd_locale_of_a_style_is_no_harm(locale: str) -> None:
    options = f'default-locale="{locale}"'
    assert render('<text term="and"/> <text variable="title"/>', options=options).endswith("A title")


# --- what entries may hold

NASTY = (
    "<script>alert(1)</script>",
    "*bold* _it_ `code` [x](javascript:alert(1)) ![i](http://x/y)",
    "\ue000\ue001\ue00f\ue010 marks",
    "{{liquid}} {% x %} <!-- bib:end all -->",
    "a & b &amp; &#x3c;b&#x3e;",
    "# 1. + - heading",
    "\u202egnirts\u202c \x1b[31m",
)


@pytest.mark.parametrize("title", NASTY)
def test_a_hostile_title_is_only_text_in_every_form(title: str) -> None:
    item = ITEM | {"title": title, "URL": f"https://example.org/{title}", "container-title": title}
    (found,) = citing.cite([citing.Source(item)], citing.open_style("apa"))
    html = command.written(found, "html")
    assert not re.search(r"<(?!/?(?:i|a|div)\b)", html)
    assert not re.search(r'href="(?!https?://)', html)
    assert not any(mark in html for mark in runs.MARKS)
    from markdown_it import MarkdownIt

    page = MarkdownIt("commonmark").render(command.written(found, "md"))
    assert not re.search(r"<(?!/?(?:em|p|a)\b)", page) and not re.search(r'href="(?!https://)', page)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", 'https://x" onclick="y']
)
def test_an_address_that_is_no_web_page_is_no_link(url: str) -> None:
    (found,) = citing.cite([citing.Source(ITEM | {"URL": url})], citing.open_style("apa"))
    html = command.written(found, "html")
    assert (
        'href="javascript' not in html and 'href="file' not in html and "onclick=" not in re.sub("&quot;.*", "", html)
    )


def test_a_key_cannot_leave_its_attribute() -> None:
    (found,) = citing.cite([citing.Source(ITEM | {"id": 'x" onload="y'})], citing.open_style("apa"))
    assert '" onload' not in command.written(found, "html")


ODD_ITEMS = [
    {},
    {"type": "nonsense"},
    {"author": "Doe"},
    {"author": [None, {}, {"family": ""}, {"given": "Only"}, {"literal": " "}]},
    {"author": [{"family": "de la Cruz", "given": "é. -"}]},
    {"issued": None},
    {"issued": {"date-parts": []}},
    {"issued": {"date-parts": [[]]}},
    {"issued": {"date-parts": [["2020"]]}},
    {"issued": {"date-parts": [[0]]}},
    {"issued": {"date-parts": [[-44, 3]]}},
    {"issued": {"date-parts": [[2020], []]}},
    {"issued": {"date-parts": [[2020]], "season": 9}},
    {"page": "-"},
    {"page": "1-2, 5&7-"},
    {"volume": "IV", "issue": "1/2", "edition": "second", "number-of-pages": "x"},
    {"URL": "", "DOI": ""},
    {"title": "x" * 100_000},
    {"title": " "},
    {"title": 5, "language": "x"},
]


@pytest.mark.parametrize("item", ODD_ITEMS)
@pytest.mark.parametrize("style", STYLES)
def test_an_odd_item_has_a_reference_all_the_same(item: dict[str, object], style: str) -> None:
    for found in citing.cite([citing.Source(ITEM | {"type": kind} | item) for kind in KINDS], citing.open_style(style)):
        assert found.runs and not found.error


KINDS = (
    "book",
    "article-journal",
    "software",
    "motion_picture",
    "webpage",
    "post-weblog",
    "article",
    "paper-conference",
)
text = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(NASTY)
name = st.fixed_dictionaries({}, optional={"family": text, "given": text, "literal": text, "suffix": text})
number = st.integers(-5, 3000)
date = st.fixed_dictionaries(
    {},
    optional={
        "date-parts": st.lists(st.lists(number, max_size=4), max_size=3),
        "literal": text,
        "circa": st.booleans(),
    },
)
items = st.fixed_dictionaries(
    {"id": text, "type": st.sampled_from(KINDS)},
    optional=dict.fromkeys(
        ("title", "container-title", "volume", "page", "edition", "URL", "DOI", "note", "language", "number"), text
    )
    | {"author": st.lists(name, max_size=4), "editor": st.lists(name, max_size=2), "issued": date, "accessed": date},
)


@settings(max_examples=60, deadline=None)
@given(item=items, style=st.sampled_from(STYLES), more=st.booleans())
def test_whatever_an_item_holds_it_becomes_one_clean_line(item: dict[str, object], style: str, more: bool) -> None:
    source = citing.Source(item, frozenset({"author"} if more else ()))
    (found,) = citing.cite([source], citing.open_style(style), sort=True)
    assert bool(found.runs) != bool(found.error)
    assert "stops" not in found.error
    line = citing.to_text(found.runs)
    assert not any(mark in line for mark in runs.MARKS)
    assert "\n" not in line and "  " not in line


@given(left=text, right=text)
def test_a_seam_loses_at_most_one_character_on_each_side(left: str, right: str) -> None:
    sewn = seams.sew(left, right)
    assert len(left + right) - len(sewn) <= 1 + len(left) - len(left.rstrip(" "))
    assert sewn.startswith(left.rstrip(" ").rstrip(runs.MARKS)[:-1])


@pytest.mark.parametrize("word", ["arXiv", "PagedAttention", "vLLM", "LLM", "KV", "大模型", "GPT-4o"])
@pytest.mark.parametrize("how", ["title", "sentence", "capitalize-first", "capitalize-all"])
def test_words_with_capitals_of_their_own_keep_them(word: str, how: str) -> None:
    assert word in seams.change_case(f"{word} and the {word} of {word}", how)


# --- against pandoc

# (what pandoc prints, what we print instead, and why it is right)
DIFFERENCES = (
    (r"[’‘“”\"]", "'"),  # our quotes stay as the list has them
    (r"\[(?:Online Video|Online)\]\.? ?", ""),  # CSL 1.0.1: a group inside a group counts as there; pandoc drops these
    (r"(?<=\.) \[Video recording\]\.| \[Video recording\]", ""),
    (r" https://doi\.org/(\S+)\. DOI:\1", r" DOI:\1"),  # the DOI is not printed twice
    (r"(?<=[\u4e00-\u9fff])\.(?=[,:])", ""),  # no full stop for initials of names in Han
    (r"(?<=[？！])\.", ""),  # a full-width mark ends a sentence as well
    (r"^\[\d+\] ?", ""),
)


def levelled(line: str) -> str:
    for pattern, by in DIFFERENCES:
        line = re.sub(pattern, by, line)
    return line.casefold().strip()  # GB/T 7714 puts people's names in capitals, pandoc those of organisations too


@pytest.mark.slow
@pytest.mark.parametrize("name", STYLES)
def test_pandoc_prints_the_same(name: str, refs: Library, tmp_path: Path, needs_program: Callable[[str], str]) -> None:
    program = needs_program("pandoc")
    style = citing.open_style(name)
    (tmp_path / "style.csl").write_bytes(style.data)
    refs.export("csl-json", tmp_path)
    keys = [entry.key for entry in refs]
    source = "\n\n".join(f"[@{{{key}}}]" for key in keys) + "\n\n::: {#refs}\n:::\n"
    done = subprocess.run(
        [program, "-f", "markdown", "-t", "plain", "--wrap=none", "--citeproc", "--bibliography", tmp_path / "refs.json",
         "--csl", tmp_path / "style.csl"],
        input=source, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    theirs = [" ".join(part.split()) for part in done.stdout.split("\n\n")[len(keys) :]]
    ours = cite(refs, style=name, lang="zh" if style.locale.startswith("zh") else "")
    assert sorted(map(levelled, ours)) == sorted(map(levelled, theirs))


# --- the command

LIST = """\
@inproceedings{kwon2023efficient,
  author = {Kwon, Woosuk and Li, Zhuohan},
  title = {Efficient Memory Management with {PagedAttention}},
  booktitle = {SOSP},
  year = 2023,
}

@software{vllm,
  author = {{vLLM project}},
  title = {{vLLM}},
  url = {https://github.com/vllm-project/vllm},
  date = {2023},
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "refs.bib").write_text(LIST, "utf-8")
    (tmp_path / "bib.toml").write_text("", "utf-8")  # so that none above is found
    return tmp_path


def bib(folder: Path, *words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "llminfer_bib", *words], cwd=folder, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


VLLM = "vLLM project. (2023). vLLM [Computer software]. https://github.com/vllm-project/vllm\n"


def test_the_command_prints_one_reference_a_line_and_nothing_else(folder: Path) -> None:
    kwon = "Kwon, W., & Li, Z. (2023). Efficient Memory Management with PagedAttention. SOSP.\n"
    assert bib(folder, "cite", "vllm", "kwon2023efficient", "vllm") == (0, VLLM + kwon, "")
    assert bib(folder, "cite", "--all") == (0, kwon + VLLM, "")


def test_the_command_in_json(folder: Path) -> None:
    code, out, err = bib(folder, "cite", "VLLM", "--json", "--style", "ieee", "--to", "md")
    assert (code, err) == (0, "")
    assert json.loads(out) == [
        {
            "key": "vllm",
            "reference": r"\[1\] vLLM project, *vLLM*. (2023). \[Online\]. Available: "
            "<https://github.com/vllm-project/vllm>",
            "locale": "en-US",
            "style": "ieee",
        }
    ]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "--all"),
        (("--all", "vllm"), 2, "--all"),
        (("vlm",), 2, "vllm"),
        (("vllm", "--style", "appa"), 2, "Did you mean apa"),
        (("vllm", "--style", "missing.csl"), 5, "no such file"),
        (("vllm", "--style", "refs.bib/x"), 5, "cannot be read"),
        (("vllm", "--to", "pdf"), 2, "html"),
        (("vllm", "--lang", "de"), 2, "zh"),
    ],
)
def test_mistakes_are_told_with_the_way_out(folder: Path, words: tuple[str, ...], code: int, said: str) -> None:
    got, out, err = bib(folder, "cite", *words)
    assert (got, out) == (code, "") and said in err and "Traceback" not in err


def test_an_entry_without_a_reference_is_named_and_the_others_are_printed(folder: Path) -> None:
    layout = '<choose><if type="software"><text variable="title"/></if></choose>'
    (folder / "mine.csl").write_bytes(style_of(layout))
    code, out, err = bib(folder, "cite", "--all", "--style", "mine.csl")
    assert (code, out) == (1, "vLLM\n")
    assert "kwon2023efficient" in err and "prints nothing" in err


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(NoSuchEntryError):
        cite(Library.from_text(LIST), "nobody")


def test_an_empty_list_prints_nothing() -> None:
    assert command.page(command.cite(Library.from_text(""), (), command.Request(), []), "text") == ""


def test_citeproc_is_imported_only_when_something_is_cited() -> None:
    code = "import sys, llminfer_bib.cli, llminfer_bib.cli.citing, llminfer_bib.citing; print({'citeproc', 'lxml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_command_is_there() -> None:
    assert "cite" in cli.cli.every()


def test_an_entry_that_says_nothing_has_no_reference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In every style and form: a number or `(n.d.).` alone is none."""
    refs = tmp_path / "refs.bib"
    refs.write_text("@misc{empty,}\n@misc{named, title = {A Title}}\n", "utf-8")
    for more in ((), ("--json",), ("--style", "ieee"), ("--to", "md")):
        assert run(["--file", str(refs), "cite", "empty", *more]) == 1
        said = capsys.readouterr()
        assert "B901" in said.err and "n.d." not in said.out and "[1]" not in said.out
    assert run(["--file", str(refs), "cite", "named"]) == 0


def test_a_style_file_that_is_not_there_points_to_the_shipped_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("refs.bib").write_text("@misc{named, title = {A Title}}\n", "utf-8")
    assert run(["cite", "named", "--style", "apa.csl"]) != 0
    assert "--style apa." in capsys.readouterr().err
    assert run(["cite", "named", "--style", "nobodys.csl"]) != 0
    assert "shipped" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "letter", "ends", "expected"),
    [
        ("Doe (2019–a). O.", "a", [[2019], [0]], "Doe (2019a–). O."),
        ("Doe (ca. 2019–ab). O.", "ab", [[2019], [0]], "Doe (ca. 2019ab–). O."),
        ("Doe (2019–). Of 1990–abc.", "a", [[2019], [0]], "Doe (2019–). Of 1990–abc."),
        ("Doe (2018–2019a). O.", "a", [[2018], [2019]], "Doe (2018–2019a). O."),
        ("Doe (2019a). Size 3–a.", "a", [[2019]], "Doe (2019a). Size 3–a."),
        ("Doe (2019–a). O.", "", [[2019], [0]], "Doe (2019–a). O."),
    ],
)
def test_the_letter_of_an_open_range_stands_at_its_year(
    text: str, letter: str, ends: list[list[int]], expected: str
) -> None:
    assert with_letter_inside(text, letter, {"issued": {"date-parts": ends}}) == expected


def test_two_open_ranges_of_one_author_are_told_apart() -> None:
    items = [
        {"id": key, "type": "webpage", "title": key, "author": [PERSON], "issued": {"date-parts": [[2019], [0]]}}
        for key in ("One", "Two")
    ]
    found = citing.cite([citing.Source(item) for item in items], citing.open_style("apa"))
    assert [citing.to_text(one.runs).strip() for one in found] == ["Doe, J. (2019a–). One.", "Doe, J. (2019b–). Two."]
