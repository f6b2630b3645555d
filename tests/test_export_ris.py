"""RIS: the right type and tag for every field, one line per value, Han names in one piece, and what is lost is said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import Library
from llminfer_bib.export import Options, ris, ris_tables
from llminfer_bib.model import Date, Entry, People, Person, Text

ROOT = Path(__file__).parent.parent
TWELVE = Library.open(ROOT / "tests" / "data" / "twelve.bib", ROOT / "tests" / "data" / "twelve.toml")
REFS = Library.open(ROOT / "refs.bib")

KWON = Person(family="Kwon", given="Woosuk")
BERG = Person(family="Berg", given="Jan", prefix="van der", suffix="Jr.")
ZHOU = Person(family="周", given="子轩")
LINE = re.compile(r"([A-Z][A-Z0-9])  - (.*)")


def entry(name: str = "misc", /, **more: object) -> Entry:
    """An entry with the fields in ``fields`` and everything else by keyword."""
    return Entry(**({"key": "key", "type": name, "title": Text("A title")} | more))


def lines(item: Entry) -> list[tuple[str, str]]:
    """Return the (tag, value) of a record, its end left out; every line must be one."""
    text = ris.record(item)
    assert text.endswith("\nER  - \n\n")
    return [found.groups() for line in text[: -len("ER  - \n\n")].splitlines() if (found := LINE.fullmatch(line))]


def tags(item: Entry) -> dict[str, str]:
    return dict(lines(item))


def records(text: str) -> list[dict[str, list[str]]]:
    """Read RIS as other programs do: by tags at the start of a line."""
    found: list[dict[str, list[str]]] = []
    for line in text.split("\n"):
        if match := re.match(r"([A-Z][A-Z0-9])  - ?(.*)", line):
            if match[1] == "TY":
                found.append({})
            found[-1].setdefault(match[1], []).append(match[2])
        else:
            assert line == ""
    return found


# --- golden files


def test_the_twelve_entries(snapshot: Callable[[str, str], None]) -> None:
    snapshot(TWELVE.render("ris")["refs.ris"], "twelve/refs.ris")


def test_refs_has_every_item_once_in_order() -> None:
    found = records(REFS.render("ris")["refs.ris"])
    assert [record["ID"] for record in found] == [[item.key] for item in REFS]
    for record, item in zip(found, REFS, strict=True):
        assert record["TI"] == [item.title.text]
        assert len(record.get("AU", [])) == len(item.authors)
        assert record["KW"] == list(item.keywords)
        assert record["ER"] == [""]


# --- types and tags


@pytest.mark.parametrize(("name", "expected"), ris_tables.TYPES.items())
def test_every_entry_type_has_its_type_and_rows(name: str, expected: str) -> None:
    assert tags(entry(name))["TY"] == expected
    assert expected in ris_tables.ROWS


@pytest.mark.parametrize(("kind", "expected"), ris_tables.KINDS.items())
def test_the_kind_decides_where_the_entry_type_says_little(kind: str, expected: str) -> None:
    assert tags(entry("misc", kind=kind))["TY"] == expected
    assert tags(entry("online", kind=kind))["TY"] == expected
    assert tags(entry("article", kind=kind))["TY"] == "JOUR"


@pytest.mark.parametrize(
    ("kind", "tag", "fields"), [(kind, tag, fields) for kind, rows in ris_tables.ROWS.items() for tag, fields in rows]
)
def test_every_row_writes_its_field(kind: str, tag: str, fields: tuple[str, ...]) -> None:
    name = next((name for name, found in ris_tables.TYPES.items() if found == kind), "misc")
    item = (
        entry(name, fields={fields[0]: "value"})
        if name != "misc" or kind == "GEN"
        else entry(
            kind=next(of for of, found in ris_tables.KINDS.items() if found == kind), fields={fields[0]: "value"}
        )
    )
    assert tags(item)[tag] == "value"


@pytest.mark.parametrize(("name", "words"), ris_tables.GENRES.items())
def test_the_degree_of_a_thesis_is_said(name: str, words: str) -> None:
    assert tags(entry(name))["M3"] == words
    assert tags(entry(name, fields={"type": "Licentiate"}))["M3"] == "Licentiate"


@pytest.mark.parametrize(("name", "words"), ris_tables.WIDER.items())
def test_a_type_that_ris_has_not_is_a_loss(name: str, words: str) -> None:
    assert ("type", f"RIS has no such type; it is written as {words}") in ris.losses(entry(name))
    assert name in ris_tables.TYPES


def test_a_tag_is_written_once_where_several_rows_have_it() -> None:
    for kind, rows in ris_tables.ROWS.items():
        assert len({tag for tag, _ in rows}) == len(rows), kind


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (entry("article", fields={"journal": "J", "volume": "1", "number": "2", "pages": "611–626"}), {"T2": "J", "VL": "1", "IS": "2", "SP": "611", "EP": "626"}),
        (entry("article", fields={"pages": "1--3, 7"}), {"SP": "1", "EP": "3, 7"}),
        (entry("article", fields={"eid": "e12"}), {"SP": "e12"}),
        (entry("inproceedings", fields={"booktitle": "Proc", "eventtitle": "Conf"}), {"C3": "Proc", "T2": "Conf"}),
        (entry("software", kind="project", fields={"version": "0.9.1", "organization": "vLLM"}), {"TY": "COMP", "ET": "0.9.1", "PB": "vLLM"}),
        (entry("online", kind="blog", fields={"organization": "Lil'Log"}), {"TY": "BLOG", "T2": "Lil'Log"}),
        (entry("misc", kind="preprint", arxiv="2309.06180", fields={"journal": "CoRR"}), {"TY": "RPRT", "PB": "arXiv", "SN": "arXiv:2309.06180"}),
        (entry("article", kind="paper", arxiv="2309.06180"), {"TY": "JOUR", "AN": "arXiv:2309.06180"}),
        (entry("misc", kind="preprint", fields={"eprinttype": "bioRxiv", "eprint": "1"}), {"PB": "bioRxiv", "SN": "1"}),
        (entry("techreport", kind="preprint", arxiv="2309.06180", fields={"institution": "DeepSeek", "number": "7"}), {"PB": "arXiv", "SN": "arXiv:2309.06180", "UR": "https://arxiv.org/abs/2309.06180"}),
        (entry(doi="10.1/x", url="https://a.b/", language="zh-CN"), {"DO": "10.1/x", "UR": "https://a.b/", "LA": "zh-CN"}),
        (entry(dates={"date": Date(2023, 9, 12)}), {"PY": "2023", "DA": "2023/09/12"}),
        (entry(dates={"date": Date(2023, 9)}), {"PY": "2023", "DA": "2023/09/"}),
        (entry(dates={"date": Date(2023), "urldate": Date(2026, 10, 1)}), {"PY": "2023", "DA": "2023", "Y2": "2026/10/01"}),
    ],
)  # fmt: skip
def test_fields_that_need_a_second_look(item: Entry, expected: dict[str, str]) -> None:
    found = tags(item)
    assert {tag: found.get(tag) for tag in expected} == expected


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (KWON, "Kwon, Woosuk"),
        (BERG, "van der Berg, Jan, Jr."),
        (ZHOU, "周子轩"),
        (Person(literal="戴国浩"), "戴国浩"),
        (Person(literal="Foo, Inc."), "Foo Inc."),
        (Person(family="Plato"), "Plato"),
    ],
)
def test_names(person: Person, expected: str) -> None:
    item = entry(people={"author": People((person,)), "editor": People((person,))})
    assert [value for tag, value in lines(item) if tag in {"AU", "ED"}] == [expected, expected]


def test_others_are_no_author_but_a_loss() -> None:
    item = entry(people={"author": People((KWON,), others=True)})
    assert [value for tag, value in lines(item) if tag == "AU"] == ["Kwon, Woosuk"]
    assert [name for name, _ in ris.losses(item)] == ["author"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//x.org", "ftp://x.org/"])
def test_what_is_no_web_address_is_not_written_and_is_lost(url: str) -> None:
    item = entry(url=url, fields={"url": url})
    assert "UR" not in tags(item)
    assert [name for name, _ in ris.losses(item)] == ["url"]


VALUES = given(
    st.dictionaries(st.sampled_from(["note", "journal", "abstract", "booktitle", "pages"]), st.text()), st.text()
)


@settings(max_examples=60)
@VALUES
def test_no_value_can_end_a_record_or_begin_another(fields: dict[str, str], title: str) -> None:
    item = entry("article", title=Text("\nER  - \n" + title), fields=fields)
    (found,) = records("".join(piece.decode() for piece in ris.batches([item], Options())))
    assert found["TY"] == ["JOUR"]
    assert "TI" in found


@pytest.mark.slow
@settings(max_examples=300)
@VALUES
def test_none_of_many_values_can_end_a_record_or_begin_another(fields: dict[str, str], title: str) -> None:
    test_no_value_can_end_a_record_or_begin_another.hypothesis.inner_test(fields, title)


def test_losses_of_an_entry() -> None:
    item = entry(
        "article",
        title=Text("KV", ((0, 2),)),
        fields={"license": "MIT", "file": "a.pdf", "crossref": "x", "organization": "B", "publisher": "A", "x": "y"},
    )
    assert ris.losses(item) == (
        ("crossref", "it tells BibTeX how to find, sort or print the entry"),
        ("file", "it belongs to one program on one machine"),
        ("license", "RIS has no place for a licence"),
        ("organization", "there is one place for both, and `publisher` has it"),
        ("title", "which words are protected from a change of case cannot be said"),
        ("x", "RIS has no place for it"),
    )


def test_nothing_is_lost_of_a_plain_article() -> None:
    fields = {"title": "A title", "journal": "J", "year": "2023", "doi": "10.1/x", "keywords": "a"}
    item = entry("article", fields=fields, dates={"date": Date(2023)}, doi="10.1/x", keywords=("a",))
    assert ris.losses(item) == ()


CLEAN = [
    entry(
        "software",
        key="vllm",
        kind="project",
        title=Text("vLLM"),
        people={"author": People((Person(literal="vLLM Project"),))},
        url="https://github.com/vllm-project/vllm",
        fields={"version": "0.9.1", "organization": "vLLM"},
    ),
    entry(
        "inproceedings",
        key="z",
        title=Text("SGLang"),
        people={"author": People((Person("Zheng", "Lianmin"),))},
        fields={"eventtitle": "NeurIPS", "booktitle": "Advances in NIPS", "address": "Vancouver"},
    ),
    entry(
        "video",
        key="v",
        kind="video",
        title=Text("视频"),
        people={"author": People((Person("田", "渊栋"),))},
        url="https://www.youtube.com/watch?v=x",
    ),
    entry(
        "online",
        key="b",
        kind="blog",
        title=Text("blog"),
        people={"author": People((Person("Weng", "Lilian"),))},
        url="https://x.org",
        fields={"organization": "Lil'Log"},
    ),
]


@pytest.mark.parametrize("item", CLEAN, ids=[item.key for item in CLEAN])
def test_a_record_is_as_zotero_took_it_without_loss(item: Entry, shared: Path) -> None:
    """Compare with the sample that a running Zotero imported: the same tags with the same values."""
    golden = records((shared / "reference/zotero-golden/demo.ris").read_text("utf-8"))
    (found,) = records(ris.record(item))
    assert found == next(record for record in golden if record["ID"] == [item.key])


def test_why_a_preprint_is_a_report(shared: Path) -> None:
    """The types that other programs have for preprints came in as journal articles, which they are not."""
    golden = json.loads((shared / "reference/zotero-golden/demo.ris.zotero.json").read_text("utf-8"))
    by_title = {item["title"]: item for item in golden["items"]}
    assert {by_title[title]["itemType"] for title in ("unpub", "generic", "preprint")} == {"journalArticle"}
    assert by_title["DeepSeek-V3"]["reportNumber"] == "arXiv:2412.19437"
