"""Entries as Zotero items and back: every field of every item type both ways, and what cannot come back, with its reason.

Names of fields and creators are compared with Zotero's own schema, which stands in ``shared``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import Library
from llminfer_bib.bibfile import Document
from llminfer_bib.decode import Decoder
from llminfer_bib.edits import Edit, RemoveField, SetField, apply_edits
from llminfer_bib.export import zotero_tables
from llminfer_bib.export.zotero_types import AUTHORS, DATES, FIELDS, NO_LIBRARY, TITLES, fields_of, roles
from llminfer_bib.model import Category, Entry, People, Person, Text, Topic
from llminfer_bib.zotero import reverse
from llminfer_bib.zotero.mapping import item
from llminfer_bib.zotero.reverse_dates import edtf, read
from llminfer_bib.zotero.reverse_entries import TYPES
from llminfer_bib.zotero.reverse_titles import source_of_title
from llminfer_bib.zotero.values import Creator, Item, item_of

ROOT = Path(__file__).parent.parent
CATEGORIES = (Category("method"), Category("blog"))
TOPICS = (Topic("serving"), Topic("kv-cache"))
REGULAR = sorted(FIELDS)


def decoded(data: bytes) -> Entry:
    (entry,) = Decoder(Document(data), CATEGORIES, TOPICS).entries()
    return entry


def source(kind: str = "misc", /, **fields: str) -> bytes:
    rows = "".join(f"  {name} = {{{value}}},\n" for name, value in {"title": "A title", **fields}.items())
    return f"@{kind}{{key,\n{rows}}}\n".encode()


def written(data: bytes) -> dict[str, str]:
    (raw,) = Document(data).entries()
    return {name: value[1:-1] for name, value in raw.fields.items()}


def brought(data: bytes, new: Item, kind: str = "") -> tuple[bytes, reverse.Reversed]:
    """Return the entry's file after the changes that make its item `new`, and what they were."""
    entry = decoded(data)
    back = reverse.changes(
        entry,
        item(entry, kind or None),
        new,
        written=written(data),
        categories=[each.slug for each in CATEGORIES],
        topics=[topic.slug for topic in TOPICS],
    )
    edits: list[Edit] = [
        SetField(change.key, change.field, change.value) if change.value else RemoveField(change.key, change.field)
        for change in back.changes
    ]
    return apply_edits(Document(data), edits).data, back


def with_fields(old: Item, **fields: str) -> Item:
    now = {**old.fields, **fields}
    return replace(old, fields={name: value for name, value in now.items() if value})


def rows_of(kind: str) -> dict[str, tuple[str, ...]]:
    """Return every field that the mapping can write for an item type, and the entry's fields that it comes from."""
    rows = dict((*FIELDS[kind], *zotero_tables.COMMON))
    rows |= {TITLES.get(kind, "title"): ("title",), DATES.get(kind, "date"): ("date",)}
    rows |= {"DOI": ("doi",), "url": ("url",), "accessDate": ("urldate",)}
    if kind == "conferencePaper":
        rows["issue"] = ("number", "issue")
    if kind not in zotero_tables.NO_LANGUAGE:
        rows["language"] = ("language",)
    return rows


VALUES = {
    "DOI": ("10.1145/1111111.1", "10.1145/2222222.2"),
    "accessDate": ("2024-01-02", "2025-03-04"),
    "date": ("2020-01-02", "2021-05-06"),
    "dateDecided": ("2020-01-02", "2021-05-06"),
    "dateEnacted": ("2020-01-02", "2021-05-06"),
    "issueDate": ("2020-01-02", "2021-05-06"),
    "language": ("en", "zh-CN"),
    "pages": ("1-20", "A12-A34, 50"),
    "codePages": ("3", "1"),
    "url": ("https://example.org/a_b", "https://example.org/c%20d?x=1&y={z}"),
}
ROWS = [(kind, name, sources) for kind in REGULAR for name, sources in rows_of(kind).items()]


def value_pair(name: str) -> tuple[str, str]:
    return VALUES.get(name, ("Some words", "Other 50% words & a_b"))


# --- every field, both ways


@pytest.mark.parametrize(("kind", "name", "sources"), ROWS, ids=[f"{kind}-{name}" for kind, name, _ in ROWS])
def test_a_field_goes_there_and_a_change_of_it_comes_back(kind: str, name: str, sources: tuple[str, ...]) -> None:
    before, after = value_pair(name)
    for field in sources:
        data = source(**{field: before})
        old = item(decoded(data), kind)
        assert old.type == kind
        assert old.fields[name] == before
        new = with_fields(old, **{name: after})
        changed, back = brought(data, new, kind)
        assert not back.refused
        assert [change.field for change in back.changes] == [field]
        assert item(decoded(changed), kind) == replace(
            new, fields={**new.fields, name: after.replace("{z}", "%7Bz%7D")}
        )


@pytest.mark.parametrize(("kind", "name", "sources"), ROWS, ids=[f"{kind}-{name}" for kind, name, _ in ROWS])
def test_a_field_that_is_new_there_is_added(kind: str, name: str, sources: tuple[str, ...]) -> None:
    _, after = value_pair(name)
    data = source()
    new = with_fields(item(decoded(data), kind), **{name: after})
    changed, back = brought(data, new, kind)
    assert not back.refused
    assert item(decoded(changed), kind).fields[name] == after.replace("{z}", "%7Bz%7D")


@pytest.mark.parametrize(("kind", "name", "sources"), ROWS, ids=[f"{kind}-{name}" for kind, name, _ in ROWS])
def test_a_field_that_was_emptied_there_is_removed(kind: str, name: str, sources: tuple[str, ...]) -> None:
    before, _ = value_pair(name)
    for field in sources:
        data = source(**{field: before})
        old = item(decoded(data), kind)
        changed, back = brought(data, with_fields(old, **{name: ""}), kind)
        if field == "title":
            assert (changed, back.refused) == (data, ((name, "an entry keeps its title"),))
        else:
            assert not back.refused
            assert name not in item(decoded(changed), kind).fields
            assert field not in decoded(changed).fields


CREATORS = [(kind, role, creator) for kind in REGULAR for role, creator in roles(kind)]


@pytest.mark.parametrize(("kind", "role", "creator"), CREATORS, ids=[f"{kind}-{role}" for kind, role, _ in CREATORS])
def test_people_go_there_and_come_back(kind: str, role: str, creator: str) -> None:
    data = source(**{role: r"M{\"u}ller, J{\'o}zef and {The ACME Consortium} and others"})
    old = item(decoded(data), kind)
    assert old.creators == (Creator(creator, "Müller", "Józef"), Creator(creator, name="The ACME Consortium"))
    people = (Creator(creator, "van der Berg", "Jan, Jr."), old.creators[0], Creator(creator, name="周子轩"))
    changed, back = brought(data, replace(old, creators=people), kind)
    assert not back.refused
    assert (
        rf"{role} = {{van der Berg, Jr., Jan and M{{\"u}}ller, J{{\'o}}zef and 周子轩 and others}}".encode() in changed
    )
    assert item(decoded(changed), kind).creators == people
    emptied, back = brought(data, replace(old, creators=()), kind)
    assert [change.field for change in back.changes] == [role]
    assert role not in decoded(emptied).people


# --- the schema


@cache
def schema(path: Path) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    types = json.loads(path.read_text("utf-8"))["itemTypes"]
    return {
        each["itemType"]: (
            frozenset(part["field"] for part in each["fields"]),
            frozenset(part["creatorType"] for part in each["creatorTypes"]),
        )
        for each in types
        if each["itemType"] not in {"note", "attachment", "annotation"}
    }


@pytest.fixture
def types(shared: Path) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    return schema(shared / "schemas/zotero-schema.json")


def test_every_regular_item_type_is_known(types: Mapping[str, object]) -> None:
    assert set(FIELDS) == set(types) == set(TYPES)
    assert set(zotero_tables.TYPES.values()) | set(zotero_tables.KINDS.values()) <= set(FIELDS)


def test_every_field_and_creator_is_one_of_its_item_type(
    types: Mapping[str, tuple[frozenset[str], frozenset[str]]],
) -> None:
    for kind, (fields, creators) in types.items():
        assert rows_of(kind).keys() | {"citationKey"} <= fields, kind
        assert rows_of(kind).keys() | {"citationKey"} <= fields_of(kind) <= fields, kind
        assert {creator for _, creator in roles(kind)} <= creators, kind
        assert AUTHORS.get(kind, "author") in creators
        assert ("libraryCatalog" in fields) == (kind not in NO_LIBRARY), kind
        assert ("language" in fields) == (kind not in zotero_tables.NO_LANGUAGE), kind


def everything() -> dict[str, str]:
    """Return an entry's fields such that every row of every item type has something to say."""
    names = {name for kind in REGULAR for sources in rows_of(kind).values() for name in sources}
    fields = {name: f"Text of {name}" for name in sorted(names - {"title", "number", "eprinttype", "archiveprefix"})}
    people = {role: "Doe, Jane" for kind in REGULAR for role, _ in roles(kind)}
    given = {"doi": "10.1145/1111111.1", "url": "https://github.com/x/y", "date": "2020", "urldate": "2024-01-02"}
    return {**fields, **people, **given, "number": "3", "language": "en", "eprint": "2309.06180", "keywords": "a, b"}


@pytest.mark.parametrize("kind", REGULAR)
def test_an_item_has_only_what_its_type_has(
    types: Mapping[str, tuple[frozenset[str], frozenset[str]]], kind: str
) -> None:
    made = item(decoded(source(**everything())), kind)
    fields, creators = types[kind]
    assert made.fields.keys() <= fields_of(kind) <= fields
    assert {creator.type for creator in made.creators} <= creators
    assert all(value.strip() for value in made.fields.values())
    assert all(made.extra)
    assert made.collections == ()


@pytest.mark.parametrize("name", sorted(zotero_tables.TYPES))
def test_an_entry_of_any_type_becomes_an_item_of_its_type(
    types: Mapping[str, tuple[frozenset[str], frozenset[str]]], name: str
) -> None:
    made = item(decoded(source(name, title="A title", author="Doe, Jane")))
    assert made.type == zotero_tables.TYPES[name]
    assert made.fields.keys() <= types[made.type][0]
    assert made.creators == (Creator(AUTHORS.get(made.type, "author"), "Doe", "Jane"),)


def test_the_samples_of_a_running_zotero_are_what_we_say(shared: Path) -> None:
    """Compare with what Zotero had after it imported the sample: these entries, as `bib` would write them."""
    imported = json.loads((shared / "reference/zotero-golden/lossless.rdf.zotero.json").read_text("utf-8"))["items"]
    checked = 0
    for data in imported:
        theirs = item_of(data)
        if theirs.type not in FIELDS:
            continue
        _, text = reverse.entry(theirs, category="", taken=(), abstract=True)
        ours = item(decoded(text.encode()), theirs.type)
        known = (set(rows_of(theirs.type)) | {"citationKey"}) - {"issue"}  # the sample has it beside a series number
        assert {
            n: v for n, v in theirs.fields.items() if n in known and n != "repository"
        }.items() <= ours.fields.items()
        assert ours.tags == theirs.tags
        checked += 1
    assert checked >= 5


# --- our own list


@cache
def refs() -> tuple[Entry, ...]:
    return tuple(Library.open(ROOT / "refs.bib"))


def test_every_entry_of_the_list_becomes_an_item_and_nothing_comes_back_where_nothing_changed() -> None:
    assert len(refs()) == 102
    for entry in refs():
        made = item(entry)
        assert made.fields["citationKey"] == entry.key
        assert made.fields["title"] == entry.title.text
        assert made.tags == entry.keywords
        assert reverse.changes(entry, made, made) == reverse.Reversed()


def test_every_entry_of_the_list_made_anew_from_its_item_says_the_same() -> None:
    slugs = frozenset(entry.category for entry in refs())
    for entry in refs():
        made = item(entry)
        key, text = reverse.entry(made, category=entry.category, taken=())
        assert key == entry.key
        again = item(decoded(text.encode()), made.type)
        assert again.fields == made.fields
        assert again.creators == made.creators
        assert again.tags == made.tags
        assert entry.category in slugs
        # several lines of Extra that people wrote become one note
        assert [line for line in again.extra if ": " in line[:20]] == [line for line in made.extra if ": " in line[:20]]


# --- titles


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{LLM} Inference for {Markov} Chains", "LLM Inference for Markov Chains", None),
        ("{LLM} Inference", "LLM Inference with vLLM", "{{LLM} Inference with {vLLM}}"),
        ("{Markov} Chains", "On Markov Chains", "{On {Markov} Chains}"),
        ("{Markov} Chains", "Chains of Markov: an Essay", "{Chains of {Markov}: an Essay}"),
        ("A {Google Brain} Study", "A Google Brain Essay", "{A {Google Brain} Essay}"),
        ("{{A Title Kept Whole}}", "A Title Kept Quite Whole", "{{A Title Kept Quite Whole}}"),
        (r"In $\mathcal{O}(n \log n)$ Time", "In O(n log n) Steps", r"{In $\mathcal{O}(n \log n)$ Steps}"),
        ("The mLSTM", "The mLSTM of Old", "{The mLSTM of Old}"),
        ("Plain Words", "50% {Off} & more_less", r"{50\% \{Off\} \& more\_less}"),
        ("Old", "旧时 vLLM", "{旧时 {vLLM}}"),
    ],
)
def test_words_of_a_title_keep_their_braces(old: str, new: str, expected: str | None) -> None:
    data = source(title=old)
    made = item(decoded(data))
    changed, back = brought(data, with_fields(made, title=new))
    assert not back.refused
    if expected is None:
        assert changed == data
    elif "Off" in new:
        assert decoded(changed).title.text == new
    else:
        assert [change.value for change in back.changes] == [expected]


@pytest.mark.parametrize(
    ("after", "title", "subtitle"),
    [
        ("The Art: Volume Two", "The Art", "Volume Two"),
        ("The Craft: Volume One", "The Craft", "Volume One"),
        ("A Craft: Volume Two", "A Craft", "Volume Two"),
        ("No Volumes", "No Volumes", ""),
    ],
)
def test_a_title_finds_its_subtitle_again(after: str, title: str, subtitle: str) -> None:
    data = source("book", title="The Art", subtitle="Volume One")
    made = item(decoded(data))
    assert made.fields["title"] == "The Art: Volume One"
    entry = decoded(brought(data, with_fields(made, title=after))[0])
    assert (entry.title.text, entry.fields.get("subtitle", "")) == (title, subtitle)
    assert item(entry).fields["title"] == after


# --- dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023", "2023"),
        ("2023-09", "2023-09"),
        ("2023-09-12", "2023-09-12"),
        ("2023-9-2", "2023-09-02"),
        ("2023/09/12", "2023-09-12"),
        ("2023-09-12T10:00:00Z", "2023-09-12"),
        ("2023-09-12 10:00:00", "2023-09-12"),
        ("September 12, 2023", "2023-09-12"),
        ("12 September 2023", "2023-09-12"),
        ("Sept. 12th, 2023", "2023-09-12"),
        ("2023 Sep 12", "2023-09-12"),
        ("September 2023", "2023-09"),
        ("2023年9月12日", "2023-09-12"),
        ("2023年9月", "2023-09"),
        ("09/2023", "2023-09"),
        ("25/12/2023", "2023-12-25"),
        ("12/25/2023", "2023-12-25"),
        ("circa 2024", "2024~"),
        ("ca. 2024-05", "2024-05~"),
        ("2024-10-21/2024-10-22", "2024-10-21/2024-10-22"),
        ("2024/", "2024/"),
        ("Spring 2024", "2024-21"),
        ("2024 Fall", "2024-23"),
        ("2024-22", "2024-22"),
        ("Spring 2024/Summer 2024", "2024-21/2024-22"),
        ("October 21-22, 2024", "2024-10-21/2024-10-22"),
    ],
)
def test_dates_as_people_write_them(text: str, expected: str) -> None:
    date = read(text)
    assert date is not None
    assert edtf(date) == expected


@pytest.mark.parametrize(
    "text",
    """soon|9/12/2023|2023-13|2023-02-30|February 30, 2023|12 2023|May|1 2 3 May 2023|May 2023 in Berlin|circa|2023年13月|
    31/02/2023|40/2023||2023 2024 2025 2026 2027 2028 2029 2030 2031 2032 2033 2034 2035 2036""".split("|"),
)
def test_what_is_no_date_or_may_be_two_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("fields", "after", "expected"),
    [
        ({"year": "2023", "month": "sep"}, "2023-09-12", {"year": "2023", "month": "September", "day": "12"}),
        ({"year": "2023", "month": "sep"}, "October 2024", {"year": "2024", "month": "October"}),
        ({"year": "2023", "month": "sep", "day": "12"}, "2023-09", {"year": "2023", "month": "September"}),
        ({"year": "2023", "month": "12 sep"}, "2023-09-13", {"year": "2023", "month": "September", "day": "13"}),
        ({"year": "2023", "month": "12 sep"}, "2024-09-12", {"year": "2024", "month": "12 sep"}),
        ({"year": "2023", "month": "sep"}, "2022", {"year": "2022"}),
        ({"year": "2023"}, "circa 2024", {"year": "c. 2024"}),
        ({"year": "2023"}, "2023/2024", {"year": "2023/2024"}),
        (
            {"year": "2023"},
            "2024-10-21/2024-10-22",
            {"year": "2024", "month": "October", "day": "21", "date": "2024-10-21/2024-10-22"},
        ),
        ({"year": "2023", "month": "sep"}, "Spring 2024", {"year": "2024", "month": "Spring"}),
        ({"year": "2023", "month": "Fall"}, "Autumn 2024", {"year": "2024", "month": "Fall"}),
        ({"date": "2023-21"}, "Fall 2024", {"date": "2024-23"}),
        ({"date": "2023"}, "2023-09-12", {"date": "2023-09-12"}),
        ({"date": "2023", "year": "2023"}, "2024-09", {"date": "2024-09", "year": "2024", "month": "September"}),
        ({"date": "2023-09-12"}, "circa 2024", {"date": "2024~"}),
        ({"date": "2023-09-12"}, "", {}),
        ({"year": "2023", "month": "sep"}, "", {}),
        ({"year": "soon"}, "later", {"year": "later"}),
        ({"year": "soon"}, "2024", {"year": "2024"}),
    ],
)
def test_a_date_goes_to_the_fields_that_the_entry_has(
    fields: dict[str, str], after: str, expected: dict[str, str]
) -> None:
    data = source("article", **fields)
    changed, back = brought(data, with_fields(item(decoded(data)), date=after))
    assert not back.refused
    entry = decoded(changed)
    found = {name: entry.fields[name] for name in ("date", "year", "month", "day") if name in entry.fields}
    if found.get("month") in {"sep", "Sept"}:
        found["month"] = "September"
    assert found == expected
    if after and read(after):
        assert edtf(entry.dates["date"]) == edtf(read(after))  # type: ignore[arg-type]


def test_papers_get_year_and_month_and_other_items_a_date() -> None:
    for kind, expected in (("article", {"year", "month"}), ("misc", {"year", "month"}), ("online", {"date"})):
        data = source(kind)
        changed, _ = brought(data, with_fields(item(decoded(data)), date="2024-05"))
        assert written(changed).keys() - {"title"} == expected
        assert b"month = may" in changed or kind == "online"


# --- tags


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("method", "zebra", "serving", "apple"), "method, zebra, serving, apple"),
        (("apple", "serving", "method", "zebra"), None),
        (("method", "zebra", "serving"), "method, zebra, serving"),
        (("method", "zebra", "serving", "apple", "new"), "method, zebra, serving, apple, new"),
        (("method", "zebra", "serving", "apple", "kv-cache"), "method, zebra, serving, kv-cache, apple"),
        (("blog", "zebra", "serving", "apple"), "blog, zebra, serving, apple"),
        (("zebra", "serving", "apple", "blog"), "blog, zebra, serving, apple"),
        (("method", "R&D 50%"), "method, R&D 50%"),
        ((), ""),
    ],
)
def test_keywords_keep_their_order(tags: tuple[str, ...], expected: str | None) -> None:
    data = source(keywords="method, zebra, serving, apple")
    made = item(decoded(data))
    changed, back = brought(data, replace(made, tags=tags))
    assert not back.refused
    assert changed == data if expected in {None, "method, zebra, serving, apple"} else True
    if expected is not None:
        assert ", ".join(decoded(changed).keywords) == expected


@pytest.mark.parametrize("tag", ["a, b", "a; b", "甲，乙", "甲、乙", ","])
def test_a_tag_that_would_be_several_keywords_stays_in_zotero(tag: str) -> None:
    data = source(keywords="method")
    made = item(decoded(data))
    changed, back = brought(data, replace(made, tags=("method", tag, "fine")))
    assert decoded(changed).keywords == ("method", "fine")
    assert [name for name, _ in back.refused] == ["tags"]


def test_a_tag_that_is_too_long_for_zotero_stays_a_keyword() -> None:
    data = source(keywords=f"method, {'x' * 256}")
    made = item(decoded(data))
    assert made.tags == ("method",)
    assert decoded(brought(data, replace(made, tags=("method", "new")))[0]).keywords == ("method", "x" * 256, "new")


# --- the lines of Extra

PAPER = {
    "url": "https://example.org/",
    "eprint": "2309.06180",
    "eprinttype": "arxiv",
    "eprintclass": "cs.LG",
    "journal": "J",
    "note": "Fall 2024",
}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("arXiv: 2401.00001 [cs.CL]", "Fall 2024"), {"eprint": "2401.00001", "eprintclass": "cs.CL"}),
        (("arXiv: 2309.06180 [cs.CL]", "Fall 2024"), {"eprintclass": "cs.CL"}),
        (("Fall 2024",), {"eprint": "", "eprinttype": "", "eprintclass": ""}),
        (("arXiv: 2309.06180 [cs.LG]", "Spring 2025"), {"note": "Spring 2025"}),
        (("arXiv: 2309.06180 [cs.LG]",), {"note": ""}),
        (("arXiv: 2309.06180 [cs.LG]", "\u2022 Type: course"), {"note": "Type: course"}),
        (("arXiv: 2309.06180 [cs.LG]", "Fall 2024", "Event Title: SOSP"), {"eventtitle": "SOSP"}),
    ],
)
def test_a_line_of_ours_goes_back_to_its_field(lines: tuple[str, ...], expected: dict[str, str]) -> None:
    data = source("article", **PAPER)
    made = item(decoded(data))
    assert made.extra == ("arXiv: 2309.06180 [cs.LG]", "Fall 2024")
    changed, back = brought(data, replace(made, extra=lines))
    assert not back.refused
    assert {change.field: change.new for change in back.changes} == expected
    assert sorted(item(decoded(changed)).extra) == sorted(lines)


def test_a_line_that_is_not_ours_stays_in_zotero() -> None:
    data = source("article", **PAPER)
    made = item(decoded(data))
    changed, back = brought(data, replace(made, extra=(*made.extra, "tex.ids: x", "read this")))
    assert changed == data
    assert back.refused == (
        ("extra", "the line `tex.ids: x` is not one of ours; the line `read this` is not one of ours"),
    )


def test_the_line_that_zotero_writes_beside_ours_changes_nothing() -> None:
    data = source("article", **PAPER)
    made = item(decoded(data))
    changed, back = brought(data, replace(made, extra=(*made.extra, "arXiv:2309.06180 [cs]")))
    assert (changed, back) == (data, reverse.Reversed())
    changed, back = brought(data, replace(made, extra=("arXiv:2309.06180 [cs]", "Fall 2024")))
    assert (changed, back) == (data, reverse.Reversed())


def test_two_arxiv_ids_in_one_item_are_told() -> None:
    data = source(**PREPRINT)
    made = item(decoded(data))
    changed, back = brought(data, replace(made, extra=("arXiv: 2401.00001 [cs.CL]",)))
    assert changed == data
    assert back.refused == (("extra", "the item's archive id says another arXiv id"),)


def test_the_language_of_a_program_is_a_line_of_extra() -> None:
    data = source("software", language="zh-CN")
    made = item(decoded(data))
    assert made.extra == ("Language: zh-CN",)
    changed, back = brought(data, replace(made, extra=("Language: en",)))
    assert not back.refused
    assert decoded(changed).language == "en"
    assert item(decoded(changed)).extra == ("Language: en",)
    _, back = brought(data, replace(made, extra=("Language: Klingonish",)))
    assert [name for name, _ in back.refused] == ["extra"]


# --- preprints

PREPRINT = {"eprint": "2309.06180", "eprinttype": "arxiv", "eprintclass": "cs.LG", "year": "2023", "month": "sep"}


def test_a_preprint_says_all_that_arxiv_says() -> None:
    made = item(decoded(source(**PREPRINT)))
    assert made == Item(
        "preprint",
        {
            "title": "A title",
            "citationKey": "key",
            "repository": "arXiv",
            "archiveID": "arXiv:2309.06180",
            "date": "2023-09",
            "DOI": "10.48550/arXiv.2309.06180",
            "url": "https://arxiv.org/abs/2309.06180",
            "libraryCatalog": "arXiv.org",
        },
        extra=("arXiv: 2309.06180 [cs.LG]",),
    )


@pytest.mark.parametrize(
    ("change", "expected", "refused"),
    [
        ({"archiveID": "arXiv:2401.00001v2"}, {"eprint": "2401.00001"}, []),
        ({"archiveID": "x"}, {}, ["archiveID"]),
        ({"repository": "bioRxiv"}, {}, ["repository"]),
        ({"DOI": ""}, {}, ["DOI"]),
        ({"DOI": "10.48550/arXiv.2401.00001"}, {}, ["DOI"]),
        ({"DOI": "10.48550/ARXIV.2309.06180"}, {}, []),
        ({"DOI": "10.1145/1"}, {"doi": "10.1145/1"}, []),
        ({"url": ""}, {}, ["url"]),
        ({"url": "https://arxiv.org/pdf/2309.06180"}, {"url": "https://arxiv.org/pdf/2309.06180"}, []),
        ({"libraryCatalog": "x"}, {}, ["libraryCatalog"]),
        ({"citationKey": "other"}, {}, ["citationKey"]),
        ({"genre": "x"}, {}, ["genre"]),
        ({"archiveID": ""}, {}, ["archiveID"]),
        (
            {"archiveID": "", "repository": "", "DOI": "", "url": ""},
            {"eprint": "", "eprinttype": "", "eprintclass": ""},
            [],
        ),
    ],
)
def test_changes_of_a_preprint(change: dict[str, str], expected: dict[str, str], refused: list[str]) -> None:
    data = source(**PREPRINT)
    _, back = brought(data, with_fields(item(decoded(data)), **change))
    assert {change.field: change.new for change in back.changes} == expected
    assert [name for name, _ in back.refused] == refused


def test_the_id_of_old_fields_keeps_their_names() -> None:
    data = source(archiveprefix="arXiv", eprint="2309.06180", primaryclass="cs.LG")
    new = replace(with_fields(item(decoded(data)), archiveID="arXiv:2401.00001"), extra=("arXiv: 2401.00001 [cs.CL]",))
    changed, back = brought(data, new)
    assert not back.refused
    assert {change.field: change.new for change in back.changes} == {"eprint": "2401.00001", "primaryclass": "cs.CL"}
    assert item(decoded(changed)).extra == new.extra


# --- which field


@pytest.mark.parametrize(
    ("fields", "biblatex", "expected"),
    [
        ({"journal": "J"}, False, "journal"),
        ({"journaltitle": "J"}, False, "journaltitle"),
        ({}, False, "journal"),
        ({}, True, "journaltitle"),
    ],
)
def test_a_journal_keeps_the_name_that_the_entry_has(fields: dict[str, str], biblatex: bool, expected: str) -> None:
    entry = decoded(source("article", **fields))
    made = item(entry)
    back = reverse.changes(entry, made, with_fields(made, publicationTitle="New"), biblatex=biblatex)
    assert [(change.field, change.value) for change in back.changes] == [(expected, "{New}")]


def test_two_fields_that_say_one_thing_are_changed_together() -> None:
    data = source("article", journal="J", journaltitle="J")
    changed, _ = brought(data, with_fields(item(decoded(data)), publicationTitle="New"))
    assert (decoded(changed).fields["journal"], decoded(changed).fields["journaltitle"]) == ("New", "New")


@pytest.mark.parametrize(
    ("fields", "change", "expected", "refused"),
    [
        ({"number": "3"}, {"issue": "4"}, {"number": "4"}, []),
        ({"number": "3", "series": "S"}, {"seriesNumber": "4"}, {"number": "4"}, []),
        ({"number": "3"}, {"seriesNumber": "4"}, {}, ["seriesNumber"]),
        ({"number": "3"}, {"series": "S", "issue": "", "seriesNumber": "3"}, {"series": "S"}, []),
        ({"number": "3"}, {"issue": ""}, {"number": ""}, []),
    ],
)
def test_the_number_of_a_conference_paper(
    fields: dict[str, str], change: dict[str, str], expected: dict[str, str], refused: list[str]
) -> None:
    data = source("inproceedings", **fields)
    _, back = brought(data, with_fields(item(decoded(data)), **change))
    assert {change.field: change.new for change in back.changes} == expected
    assert [name for name, _ in back.refused] == refused


@pytest.mark.parametrize(
    ("kind", "fields", "name", "before", "after", "expected"),
    [
        ("phdthesis", {}, "thesisType", "PhD thesis", "Habilitation", {"type": "Habilitation"}),
        ("thesis", {"type": "phdthesis"}, "thesisType", "PhD thesis", "Master's thesis", {"type": "mathesis"}),
        ("techreport", {"type": "White paper"}, "reportType", "White paper", "Memo", {"type": "Memo"}),
    ],
)
def test_kinds_of_theses_and_reports(
    kind: str, fields: dict[str, str], name: str, before: str, after: str, expected: dict[str, str]
) -> None:
    data = source(kind, **fields)
    made = item(decoded(data))
    assert made.fields[name] == before
    changed, back = brought(data, with_fields(made, **{name: after}))
    assert {change.field: change.new for change in back.changes} == expected
    assert item(decoded(changed)).fields[name] == after


@pytest.mark.parametrize(
    ("fields", "after", "expected"),
    [
        ({"language": "zh-CN", "langid": "chinese"}, "en", {"language": "en"}),
        ({"language": "english"}, "de", {"language": "german"}),
        ({"langid": "chinese"}, "en-US", {"language": "en-US"}),
        ({"language": "zh-CN", "langid": "chinese"}, "", {"language": "", "langid": ""}),
        ({"language": "en"}, "English", {}),
        ({}, "中文", {"language": "zh-CN"}),
    ],
)
def test_languages(fields: dict[str, str], after: str, expected: dict[str, str]) -> None:
    data = source("online", url="https://example.org/", **fields)
    _, back = brought(data, with_fields(item(decoded(data)), language=after))
    assert not back.refused
    assert {change.field: change.new for change in back.changes} == expected


# --- what cannot be brought back


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"DOI": "no doi"}, "DOI"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"accessDate": "yesterday"}, "accessDate"),
        ({"date": "9/12/2023"}, "date"),
        ({"language": "Klingonish"}, "language"),
        ({"title": ""}, "title"),
        ({"websiteType": ""}, "websiteType"),
        ({"callNumber": "x"}, "callNumber"),
    ],
)
def test_what_the_file_cannot_say_is_told_and_the_rest_is_brought(change: dict[str, str], name: str) -> None:
    data = source("online", entrysubtype="course", url="https://example.org/", date="2024", language="en")
    made = item(decoded(data))
    changed, back = brought(data, with_fields(made, **change, rights="CC0"))
    assert [each for each, why in back.refused if why] == [name]
    assert [each.field for each in back.changes] == ["license"]
    assert changed != data


def test_another_item_type_and_a_role_without_a_field_are_told() -> None:
    data = source("online", author="Doe, Jane", organization="O")
    made = item(decoded(data))
    contributor = Creator("contributor", "Roe", "Rick")
    new = replace(with_fields(made, websiteTitle=""), type="blogPost", creators=(*made.creators, contributor))
    changed, back = brought(data, new)
    assert changed == data
    assert [name for name, _ in back.refused] == ["itemType", "creators"]


def test_what_an_entry_inherits_is_not_removed() -> None:
    entry = decoded(source("inproceedings", booktitle="B"))
    made = item(entry)
    back = reverse.changes(entry, made, with_fields(made, proceedingsTitle=""), written={"title": "A title"})
    assert back.changes == ()
    assert [name for name, _ in back.refused] == ["proceedingsTitle"]


# --- new entries


@pytest.mark.parametrize("kind", REGULAR)
def test_an_item_of_any_type_becomes_an_entry(kind: str) -> None:
    title, date = TITLES.get(kind, "title"), DATES.get(kind, "date")
    fields = {title: "Fast vLLM", date: "2024-05-06", "citationKey": "my:Key", "url": "https://example.org/x"}
    creators = (Creator(AUTHORS.get(kind, "author"), "Doe", "Jane"), Creator("contributor", "X", "Y"))
    new = Item(kind, {**fields, "callNumber": "1"}, creators, ("a, b", "c"), ("free words", "tex.x: y"))
    key, text = reverse.entry(new, category="method", taken=())
    entry = decoded(text.encode())
    assert (key, entry.key, entry.type) == ("my:Key", "my:Key", TYPES[kind][0])
    assert item(entry, kind).fields.items() >= fields.items()
    assert entry.keywords == ("method", "c")
    assert entry.fields["note"] == "free words"
    assert entry.people["author"].persons[0].family in {"Doe", "X"}


def test_an_item_type_that_nobody_knows_becomes_misc() -> None:
    _, text = reverse.entry(Item("hologram", {"title": "T"}, (), (), ()), category="", taken=())
    assert text.startswith("@misc{")


@pytest.mark.parametrize(
    ("citation_key", "extra", "taken", "expected"),
    [
        ("mine", (), (), "mine"),
        ("Mine", (), ("mine",), "doe2024fast"),
        ("no key", (), (), "doe2024fast"),
        ("a,b}", (), ("doe2024fast",), "doe2024fasta"),
        ("", ("Citation Key: other",), (), "other"),
        ("", (), (), "doe2024fast"),
    ],
)
def test_the_key_of_a_new_entry(
    citation_key: str, extra: tuple[str, ...], taken: tuple[str, ...], expected: str
) -> None:
    fields = {"title": "Fast Inference", "date": "2024", "citationKey": citation_key}
    new = Item("journalArticle", fields, (Creator("author", "Doe", "Jane"),), (), extra)
    assert reverse.entry(new, category="", taken=taken)[0] == expected


def test_a_new_preprint_as_zotero_itself_saves_it() -> None:
    new = Item(
        "preprint",
        {
            "title": "PagedAttention",
            "date": "2023-09-12",
            "repository": "arXiv",
            "archiveID": "arXiv:2309.06180",
            "DOI": "10.48550/arXiv.2309.06180",
            "url": "http://arxiv.org/abs/2309.06180",
            "accessDate": "2026-10-01T10:00:00Z",
            "libraryCatalog": "arXiv.org",
            "abstractNote": "long",
        },
        (Creator("author", "Kwon", "Woosuk"),),
        ("Computer Science - Machine Learning",),
        ("arXiv:2309.06180 [cs]", "Comment: SOSP 2023"),
    )
    key, text = reverse.entry(new, category="method", taken=())
    assert key == "kwon2023pagedattention"
    assert text == (
        "@misc{kwon2023pagedattention,\n"
        "  author = {Kwon, Woosuk},\n"
        "  title = {{PagedAttention}},\n"
        "  year = {2023},\n"
        "  month = sep,\n"
        "  day = {12},\n"
        "  url = {http://arxiv.org/abs/2309.06180},\n"
        "  eprint = {2309.06180},\n"
        "  eprinttype = {arxiv},\n"
        "  eprintclass = {cs},\n"
        "  urldate = {2026-10-01},\n"
        "  keywords = {method, Computer Science - Machine Learning},\n"
        "}\n"
    )


def test_a_new_entry_with_a_chinese_title_says_that_it_is_in_chinese() -> None:
    new = Item(
        "blogPost", {"title": "大模型推理优化 vLLM", "blogTitle": "知乎", "url": "https://zhuanlan.zhihu.com/p/1"}
    )
    _, text = reverse.entry(new, category="blog", taken=())
    assert text.endswith(
        "  title = {大模型推理优化 {vLLM}},\n  organization = {知乎},\n  url = {https://zhuanlan.zhihu.com/p/1},\n"
        "  entrysubtype = {blog},\n  langid = {chinese},\n  language = {zh-CN},\n  keywords = {blog},\n}\n"
    )
    english = replace(new, fields={**new.fields, "language": "en"})
    assert "langid" not in reverse.entry(english, category="blog", taken=())[1]


# --- any text

TEXT = st.text(st.characters(exclude_categories=()), max_size=40) | st.text(r"{}\%$&#_^~,;: aA1-", max_size=20)
LINES = st.lists(TEXT.filter(lambda text: len(text.splitlines()) == 1 and bool(text.strip())), max_size=3)


@settings(max_examples=60)
@given(TEXT, TEXT, TEXT, TEXT, LINES, LINES)
def test_hostile_text_never_breaks_the_file(
    title: str, last: str, first: str, words: str, tags: Iterable[str], extra: Iterable[str]
) -> None:
    data = source("article", title="{LLM} Old $x$", author="Doe, Jane", journal="J", keywords="method", note="n")
    made = item(decoded(data))
    fields = {"title": title, "publicationTitle": words, "pages": words, "DOI": words, "url": words, "date": words}
    creators = (Creator("author", last, first), Creator("author", name=title), *made.creators)
    new = replace(with_fields(made, **fields), creators=creators, tags=tuple(tags), extra=tuple(extra))
    changed, back = brought(data, new)
    entry = decoded(changed)
    again = item(entry)
    assert reverse.changes(entry, again, again) == reverse.Reversed()
    assert entry.fields["note"] if "note" not in {change.field for change in back.changes} else True
    _, text = reverse.entry(new, category="method", taken=())
    assert decoded(text.encode()).category == "method"


TYPED = given(TEXT)


@settings(max_examples=60)
@TYPED
def test_a_title_without_formulas_reads_back_as_it_was_typed(title: str) -> None:
    plain = " ".join(title.replace("$", "").split())
    found = source_of_title(decoded(source(title="{LLM} Old")).title, plain)
    if found:
        assert decoded(b"@misc{key, title = " + found.encode("utf-8", "surrogatepass") + b"}").title.text == plain


@pytest.mark.slow
@settings(max_examples=300)
@TYPED
def test_many_titles_without_formulas_read_back_as_they_were_typed(title: str) -> None:
    test_a_title_without_formulas_reads_back_as_it_was_typed.hypothesis.inner_test(title)


@settings(max_examples=100)
@given(TEXT, TEXT, st.dictionaries(st.sampled_from(["note", "journal", "abstract", "volume", "keywords"]), TEXT))
def test_any_entry_is_an_item_that_zotero_takes(title: str, name: str, fields: dict[str, str]) -> None:
    one = Entry(
        "key",
        "article",
        title=Text(title),
        people={"author": People((Person(literal=name), Person(family=name, given=title)))},
        fields=fields,
        keywords=(title, name),
    )
    made = item(one)
    texts = (*made.fields.values(), *made.tags, *made.extra, *(c.name or c.last for c in made.creators))
    assert all(text.strip() for text in texts)
    assert not any(category(char) in {"Cc", "Cs"} for text in texts for char in text)
    assert all(len(line.splitlines()) == 1 for line in made.extra)
    assert reverse.changes(one, made, made) == reverse.Reversed()
