"""Hayagriva: types, parents, names and dates as Typst reads them, every text quoted, and the real Typst takes the file."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llminfer_bib import Library
from llminfer_bib.export import EXPORTERS, Options, hayagriva, hayagriva_tables
from llminfer_bib.export.losses import one_line
from llminfer_bib.model import Date, Entry, People, Person, Text

typst = pytest.importorskip("typst", reason="typst is a dev dependency")

ROOT = Path(__file__).parent.parent
TWELVE = Library.open(ROOT / "tests" / "data" / "twelve.bib", ROOT / "tests" / "data" / "twelve.toml")
REFS = Library.open(ROOT / "refs.bib")
KWON = Person(family="Kwon", given="Woosuk")


def entry(name: str = "misc", /, **more: object) -> Entry:
    """An entry with the fields in ``fields`` and everything else by keyword."""
    return Entry(**({"key": "key", "type": name, "title": Text("A title")} | more))


def written(*entries: Entry) -> str:
    [(path, pieces)] = hayagriva.render(iter(entries), Options())
    assert path == "refs.yml"
    return b"".join(pieces).decode()


def compiled(folder: Path, name: str, text: str, keys: list[str], style: str = "ieee") -> bytes:
    """Compile a document that cites each key, which must all be there, and lists all items; return the PDF."""
    (folder / name).write_text(text, "utf-8")
    cited = "".join(f"#cite(label({json.dumps(key, ensure_ascii=False)}))\n" for key in keys)
    (folder / "paper.typ").write_text(f'{cited}#bibliography("{name}", full: true, style: "{style}")\n', "utf-8")
    pdf, warnings = typst.compile_with_warnings(folder / "paper.typ", root=folder, format="pdf")
    assert [str(warning) for warning in warnings] == []
    return pdf


def words_of(pdf: bytes, needs_program: Callable[[str], str]) -> str:
    return subprocess.run(
        [needs_program("pdftotext"), "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30
    ).stdout.decode()


# --- golden files, and Typst itself


def test_the_twelve_entries(snapshot: Callable[[str, str], None], tmp_path: Path) -> None:
    text = TWELVE.render("hayagriva")["refs.yml"]
    compiled(tmp_path, "refs.yml", text, [one.key for one in TWELVE])
    snapshot(text, "twelve/refs.yml")


@pytest.mark.parametrize("style", ["apa", "ieee"])
@pytest.mark.parametrize("name", ["hayagriva", "biblatex"])
def test_typst_takes_all_of_refs_without_a_warning(tmp_path: Path, name: str, style: str) -> None:
    if name not in EXPORTERS:
        pytest.skip(f"there is no {name} export")
    ((path, text),) = REFS.render(name).items()
    keys = [one.key for one in REFS]
    assert len(keys) == 102
    assert compiled(tmp_path, path, text, keys, style).startswith(b"%PDF")


def test_the_page_has_102_references_with_chinese_names_and_titles_right(
    tmp_path: Path, needs_program: Callable[[str], str]
) -> None:
    pdf = compiled(tmp_path, "refs.yml", REFS.render("hayagriva")["refs.yml"], [])
    words = words_of(pdf, needs_program)
    assert set(map(int, re.findall(r"\[(\d+)\]", words))) >= set(range(1, 103))
    assert "[103]" not in words
    loose = re.sub(r"\s+", "", words)
    assert "戴国浩,“高效大模型推理技术与应用" in loose
    assert "PagedAttention" in loose
    assert "{" not in loose
    assert "NeurIPS" in loose


# --- items


@pytest.mark.parametrize(("name", "expected"), hayagriva_tables.TYPES.items())
def test_every_entry_type_has_its_type_and_parent(name: str, expected: tuple[str, str]) -> None:
    kind, over = expected
    fields = dict.fromkeys(hayagriva_tables.PARENT_TITLES.get(over, ())[:1], "The whole")
    item = hayagriva.to_item(entry(name, fields=fields))
    assert item["type"] == kind
    assert ("parent" in item) == bool(over)
    if over:
        assert item["parent"] == {"type": over, "title": "{The whole}"}


def test_typst_knows_every_type_and_role(tmp_path: Path) -> None:
    every = [
        entry(
            name,
            key=f"k{number}",
            kind=kind,
            fields=dict.fromkeys(("booktitle", "journal", "eventtitle", "series", "version"), "The whole"),
            people=dict.fromkeys(hayagriva_tables.ROLES, People((KWON,))),
        )
        for number, (name, kind) in enumerate(
            [
                *((name, "other") for name in hayagriva_tables.TYPES),
                *(("misc", kind) for kind in hayagriva_tables.KINDS),
            ]
        )
    ]
    compiled(tmp_path, "refs.yml", written(*every), [one.key for one in every])


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (
            entry("article", fields={"journal": "J", "volume": "62", "number": "3", "pages": "545–562", "issn": "1000-1239"}),
            {"page-range": "545-562", "serial-number": {"issn": "1000-1239"}, "parent": {"type": "periodical", "title": "{J}", "volume": "62", "issue": "3"}},
        ),
        (
            entry("inproceedings", fields={"booktitle": "P", "publisher": "ACM", "address": "Koblenz", "series": "LNCS", "number": "7"}),
            {"parent": {"type": "proceedings", "title": "{P}", "publisher": {"name": "ACM", "location": "Koblenz"}, "parent": [{"type": "anthology", "title": "{LNCS}", "volume": "7"}]}},
        ),
        (
            entry("misc", kind="preprint", arxiv="2309.06180", url="https://arxiv.org/abs/2309.06180"),
            {"type": "article", "publisher": "arXiv", "serial-number": {"arxiv": "2309.06180", "serial": "arXiv:2309.06180"}, "url": "https://arxiv.org/abs/2309.06180", "parent": {"type": "repository", "title": "{arXiv}"}},
        ),
        (
            entry("software", kind="project", fields={"version": "0.9.1", "organization": "vLLM"}),
            {"type": "repository", "serial-number": {"version": "0.9.1"}, "publisher": {"name": "vLLM"}},
        ),
        (
            entry("online", kind="blog", fields={"organization": "知乎"}),
            {"type": "article", "parent": {"type": "blog", "title": "{知乎}"}},
        ),
        (
            entry("video", kind="video", fields={"eventtitle": "ICML", "organization": "YouTube"}),
            {"genre": "Video", "publisher": {"name": "YouTube"}, "parent": [{"type": "conference", "title": "{ICML}"}]},
        ),
        (entry("phdthesis", fields={"school": "MIT"}), {"type": "thesis", "genre": "PhD thesis", "publisher": {"name": "MIT"}}),
        (entry(dates={"date": Date(2023, 9)}), {"date": "2023-09"}),
        (entry(dates={"date": Date(2024, circa=True)}), {"date": "~2024"}),
        (entry(url="https://a.b/", dates={"urldate": Date(2025, 1, 31)}), {"url": {"value": "https://a.b/", "date": "2025-01-31"}}),
        (entry(language="zh-CN"), {"language": "zh-CN"}),
        (entry(language="zh-cmn-x1"), {}),
        (entry(doi="10.1/x"), {"serial-number": {"doi": "10.1/x"}}),
    ],
)  # fmt: skip
def test_fields_that_need_a_second_look(one: Entry, expected: dict, tmp_path: Path) -> None:
    item = hayagriva.to_item(one)
    assert item == {"type": item["type"], "title": "A title"} | expected
    compiled(tmp_path, "refs.yml", written(one), ["key"])


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (KWON, {"name": "Kwon", "given-name": "Woosuk"}),
        (
            Person("Berg", "Jan", "van der", "Jr."),
            {"name": "Berg", "given-name": "Jan", "prefix": "van der", "suffix": "Jr."},
        ),
        (Person(family="周", given="子轩"), {"name": "周子轩"}),
        (Person(literal="Foo, Inc."), {"name": "Foo, Inc."}),
    ],
)
def test_names(person: Person, expected: dict[str, str]) -> None:
    assert hayagriva.to_item(entry(people={"author": People((person,))}))["author"] == [expected]


def test_others_are_no_author_but_a_loss() -> None:
    one = entry(people={"author": People((KWON,), others=True)})
    assert hayagriva.to_item(one)["author"] == [{"name": "Kwon", "given-name": "Woosuk"}]
    assert [name for name, _ in hayagriva.losses(one)] == ["author"]


# --- text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (Text("Plain KV"), "Plain KV"),
        (Text("Serving with PagedAttention", ((13, 27),)), "Serving with {PagedAttention}"),
        (Text("LLM in GPUs", ((0, 3), (7, 11))), "{LLM} in {GPUs}"),
        (Text("a {b} $5 \\x", ((0, 1),)), "{a} \\{b\\} \\$5 \\\\x"),
        (Text("$O(n^2)$ Attention", ((1, 2), (9, 18))), "O(n²) {Attention}"),
        (Text("two\nlines", ((0, 3),)), "two lines"),
    ],
)
def test_titles_keep_their_protected_words(title: Text, expected: str) -> None:
    assert hayagriva.to_item(entry(title=title))["title"] == expected


def test_a_subtitle_stands_behind_the_title_and_a_short_title_beside_it() -> None:
    one = entry(title=Text("The LLM", ((4, 7),)), fields={"subtitle": "An {x}", "shorttitle": "LLM"})
    assert hayagriva.to_item(one)["title"] == {"value": "The {LLM}: An \\{x\\}", "short": "LLM"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.b/", True),
        ("http://user@a.b:80/x", False),
        ("https://localhost/x", True),
        ("https://1.2.3.4/", False),
        ("https://999.1.1.1/", False),
        ("https://[::1]/", False),
        ("https://xn--a.c/", False),
        ("https://ü.de/", False),
        ("https://a-b.c-d.org/x?y#z", True),
    ],
)
def test_an_address_that_typst_may_not_read_is_left_out(url: str, expected: bool, tmp_path: Path) -> None:
    one = entry(url=url, fields={"url": url})
    assert ("url" in hayagriva.to_item(one)) == expected
    assert ("url" not in dict(hayagriva.losses(one))) == expected
    compiled(tmp_path, "refs.yml", written(one), ["key"])


def test_a_key_that_comes_twice_is_written_once_and_no_key_not_at_all(tmp_path: Path) -> None:
    text = written(
        entry(key="no"),
        entry(key="no"),
        entry(key=""),
        entry(key="x" * 2000),
        entry(key="'" + '"' * 900),
        entry(key="a b: {c}"),
    )
    compiled(tmp_path, "refs.yml", text, ["no", "a b: {c}"])
    assert re.findall(r"^\S.*", text, re.MULTILINE) == ['"no":', '"a b: {c}":']


def test_an_empty_list_is_an_empty_mapping(tmp_path: Path) -> None:
    assert written() == "{}\n"


NASTY = st.text(st.sampled_from("abc {}$\\#@*_`\"':-\n\t%&!|>~[]<é中\u2028\x00\ufeff"), max_size=25)


@settings(max_examples=10)
@given(st.lists(st.tuples(NASTY, NASTY, NASTY), min_size=8, max_size=8))
@example([("{", "$", "\\"), ("}", "$(1 + 1)$", "\\{"), ("#panic()", "$#panic()$", '$ #read("/etc/passwd") $')])
def test_any_text_is_text_for_typst(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str, str]]
) -> None:
    """Nothing of an entry is markup or a program: whatever it says, the file is read, and titles come out as they are."""
    every = [
        entry(
            "article",
            key=f"k{number}{key}",
            title=Text(title, ((0, 1),) if title else ()),
            people={"author": People((Person(literal=other), Person(family=other, given=title)))},
            fields=dict.fromkeys(
                ("journal", "note", "volume", "number", "pages", "publisher", "version", "type"), other
            ),
            language=other,
            url="https://a.b/" + other,
        )
        for number, (key, title, other) in enumerate(texts)
    ]
    folder = tmp_path_factory.mktemp("typst")
    compiled(folder, "refs.yml", written(*every), list(dict.fromkeys(one_line(one.key) for one in every)))


def test_losses_of_an_entry() -> None:
    one = entry(
        "online",
        kind="course",
        title=Text("A title", ((0, 1),)),
        fields={"keywords": "a", "license": "MIT", "annotation": "x", "entrysubtype": "course", "language": "en"},
        language="en",
    )
    assert [name for name, _ in hayagriva.losses(one)] == ["annotation", "entrysubtype", "keywords", "license"]
