"""Zotero RDF: the dialect that came in clean, item by item and field by field, with keys, tags and collections.

What Zotero made of the sample of that dialect stands in ``shared``; the names of its fields in its own schema, there too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import Library
from llminfer_bib.export import Options, zotero_rdf, zotero_tables
from llminfer_bib.model import Category, Date, Entry, People, Person, Text

ROOT = Path(__file__).parent.parent
TWELVE = Library.open(ROOT / "tests" / "data" / "twelve.bib", ROOT / "tests" / "data" / "twelve.toml")
REFS = Library.open(ROOT / "refs.bib")
NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "z": "http://www.zotero.org/namespaces/export#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "bib": "http://purl.org/net/biblio#",
    "dcterms": "http://purl.org/dc/terms/",
    "ep": "http://purl.org/eprint/terms/",
    "so": "http://schema.org/",
}
RDF = f"{{{NAMES['rdf']}}}"

KWON = Person(family="Kwon", given="Woosuk")
BERG = Person(family="Berg", given="Jan", prefix="van der", suffix="Jr.")
ZHOU = Person(family="周", given="子轩")
DEEPSEEK = Person(literal="DeepSeek-AI")
CATEGORIES = (Category("project", "开源项目", "Projects", "🛠"), Category("paper", "论文", "Papers"), Category("none"))


def entry(name: str = "misc", /, **more: object) -> Entry:
    """An entry with the fields in ``fields`` and everything else by keyword."""
    return Entry(**({"key": "key", "type": name, "title": Text("A title")} | more))


def document(*entries: Entry, **choices: object) -> ET.Element:
    [(path, pieces)] = zotero_rdf.render(iter(entries), Options(**({"categories": CATEGORIES} | choices)))
    assert path == "refs.rdf"
    return ET.fromstring(b"".join(pieces))


def short(tag: str) -> str:
    """``{http://...}title`` -> ``dc:title``."""
    space, _, name = tag[1:].partition("}")
    return f"{next(prefix for prefix, uri in NAMES.items() if uri == space)}:{name}"


def people(element: ET.Element) -> list[tuple[str, str]]:
    return [
        (person.findtext("foaf:surname", "", NAMES), person.findtext("foaf:givenName", "", NAMES))
        for person in element.findall("rdf:Seq/rdf:li/foaf:Person", NAMES)
    ]


def read(description: ET.Element) -> dict[str, object]:
    """Return an item as Zotero reads it: fields as text, tags as a list, people as (surname, given name)."""
    found: dict[str, object] = {}
    for child in description:
        name = short(child.tag)
        if name == "dc:subject":
            found.setdefault(name, []).append(child.text)
        else:
            assert name not in found, f"{name} comes twice"
            found[name] = people(child) if len(child) else child.text
    return found


def item(one: Entry) -> dict[str, object]:
    (description,) = document(one).findall("rdf:Description", NAMES)
    return read(description)


def collections(root: ET.Element) -> dict[str, list[str]]:
    return {
        part.findtext("dc:title", "", NAMES): [
            str(child.get(RDF + "resource")) for child in part.findall("dcterms:hasPart", NAMES)
        ]
        for part in root.findall("z:Collection", NAMES)
    }


# --- golden files


def test_the_twelve_entries(snapshot: Callable[[str, str], None]) -> None:
    snapshot(TWELVE.render("zotero-rdf")["refs.rdf"], "twelve/refs.rdf")


def test_refs_has_every_item_with_its_key_tags_and_collection() -> None:
    root = ET.fromstring(REFS.render("zotero-rdf")["refs.rdf"])
    found = {part.get(RDF + "about"): read(part) for part in root.findall("rdf:Description", NAMES)}
    assert [each["z:citationKey"] for each in found.values()] == [one.key for one in REFS]
    for one, each in zip(REFS, found.values(), strict=True):
        assert each["dc:subject"] == list(one.keywords)
        assert each["dc:title"] == one.title.text
    shelves = collections(root)
    assert list(shelves) == ["课程", "视频教程", "开源项目", "博客", "方法论文", "综述论文"]
    assert [name for names in shelves.values() for name in names] == list(found)


# --- the dialect

SAMPLE = [
    entry(
        key="kwon2023vllm",
        kind="preprint",
        title=Text("PagedAttention"),
        people={"author": People((KWON, DEEPSEEK))},
        dates={"date": Date(2023, 9, 12), "urldate": Date(2026, 10, 1)},
        arxiv="2309.06180",
        url="https://arxiv.org/abs/2309.06180",
        language="en",
        keywords=("inference", "大模型推理"),
        fields={"abstract": "abs"},
        category="paper",
    ),
    entry(
        "software",
        key="vllm",
        kind="project",
        title=Text("vLLM"),
        people={"author": People((Person(literal="vLLM Project"),))},
        dates={"date": Date(2023, 6), "urldate": Date(2026, 10, 1)},
        url="https://github.com/vllm-project/vllm",
        keywords=("software",),
        fields={"version": "0.9.1", "organization": "vLLM", "license": "MIT"},
        language="zh-CN",
        category="project",
    ),
    entry(
        "inproceedings",
        key="zheng2024sglang",
        kind="paper",
        title=Text("SGLang"),
        people={"author": People((Person("Zheng", "Lianmin"),)), "editor": People((Person("Ed", "It"),))},
        dates={"date": Date(2024)},
        doi="10.52202/x",
        url="https://x.org/a_b?c=1&d=2",
        fields={
            "booktitle": "Advances in NIPS",
            "eventtitle": "NeurIPS 2024",
            "venue": "Vancouver",
            "address": "Red Hook",
            "publisher": "Curran",
            "volume": "37",
            "number": "9",
            "pages": "1–20",
            "series": "S",
        },
        category="paper",
    ),
    entry(
        "video",
        key="tian2024",
        kind="video",
        title=Text("视频"),
        people={"author": People((Person(literal="田渊栋"),))},
        dates={"date": Date(2024, 5, 1), "urldate": Date(2026, 10, 1)},
        url="https://www.youtube.com/watch?v=x",
        language="zh-CN",
        fields={"organization": "YouTube"},
    ),
    entry(
        "talk",
        key="talk",
        kind="video",
        title=Text("Tutorial"),
        people={"author": People((Person("Wu", "Ning"),))},
        dates={"date": Date(2024, 7)},
        fields={"eventtitle": "ICML 2024", "venue": "Vienna", "type": "Tutorial"},
    ),
    entry(
        "online",
        key="weng2023",
        kind="blog",
        title=Text("blog"),
        people={"author": People((Person("Weng", "Lilian"),))},
        dates={"date": Date(2023, 1, 10)},
        url="https://x.org",
        fields={"organization": "Lil'Log"},
    ),
    entry(
        "article",
        key="zhou2024",
        kind="paper",
        title=Text("综述"),
        people={"author": People((ZHOU,))},
        dates={"date": Date(2024, 1)},
        language="zh-CN",
        fields={"journal": "计算机学报", "volume": "47", "number": "1", "pages": "1--20", "issn": "0254-4164"},
    ),
]
EXPECTED = [
    {
        "z:itemType": "preprint",
        "bib:authors": [("Kwon", "Woosuk"), ("DeepSeek-AI", "")],
        "dc:subject": ["inference", "大模型推理"],
        "dc:title": "PagedAttention",
        "z:citationKey": "kwon2023vllm",
        "z:repository": "arXiv",
        "z:archiveID": "arXiv:2309.06180",
        "dc:date": "2023-09-12",
        "z:DOI": "10.48550/arXiv.2309.06180",
        "z:url": "https://arxiv.org/abs/2309.06180",
        "z:accessDate": "2026-10-01",
        "z:abstractNote": "abs",
        "z:extra": "arXiv: 2309.06180",
        "z:language": "en",
        "z:libraryCatalog": "arXiv.org",
    },
    {
        "z:itemType": "computerProgram",
        "so:author": [("vLLM Project", "")],
        "dc:subject": ["software"],
        "dc:title": "vLLM",
        "z:citationKey": "vllm",
        "z:versionNumber": "0.9.1",
        "z:company": "vLLM",
        "dc:date": "2023-06",
        "z:url": "https://github.com/vllm-project/vllm",
        "z:accessDate": "2026-10-01",
        "z:rights": "MIT",
        "z:extra": "Language: zh-CN",
        "z:libraryCatalog": "GitHub",
    },
    {
        "z:itemType": "conferencePaper",
        "bib:authors": [("Zheng", "Lianmin")],
        "bib:editors": [("Ed", "It")],
        "dc:title": "SGLang",
        "z:citationKey": "zheng2024sglang",
        "z:seriesNumber": "9",
        "z:proceedingsTitle": "Advances in NIPS",
        "z:conferenceName": "NeurIPS 2024",
        "z:eventPlace": "Vancouver",
        "z:volume": "37",
        "z:pages": "1-20",
        "z:publisher": "Curran",
        "z:place": "Red Hook",
        "z:series": "S",
        "dc:date": "2024",
        "z:DOI": "10.52202/x",
        "z:url": "https://x.org/a_b?c=1&d=2",
    },
    {
        "z:itemType": "videoRecording",
        "bib:contributors": [("田渊栋", "")],
        "dc:title": "视频",
        "z:citationKey": "tian2024",
        "z:studio": "YouTube",
        "dc:date": "2024-05-01",
        "z:url": "https://www.youtube.com/watch?v=x",
        "z:accessDate": "2026-10-01",
        "z:language": "zh-CN",
    },
    {
        "z:itemType": "presentation",
        "ep:creators_name": [("Wu", "Ning")],
        "dc:title": "Tutorial",
        "z:citationKey": "talk",
        "z:presentationType": "Tutorial",
        "z:meetingName": "ICML 2024",
        "z:place": "Vienna",
        "dc:date": "2024-07",
    },
    {
        "z:itemType": "blogPost",
        "bib:authors": [("Weng", "Lilian")],
        "dc:title": "blog",
        "z:citationKey": "weng2023",
        "z:blogTitle": "Lil'Log",
        "dc:date": "2023-01-10",
        "z:url": "https://x.org",
    },
    {
        "z:itemType": "journalArticle",
        "bib:authors": [("周子轩", "")],
        "dc:title": "综述",
        "z:citationKey": "zhou2024",
        "z:publicationTitle": "计算机学报",
        "z:issue": "1",
        "z:volume": "47",
        "z:pages": "1-20",
        "z:ISSN": "0254-4164",
        "dc:date": "2024-01",
        "z:language": "zh-CN",
    },
]


@pytest.mark.parametrize(("one", "expected"), list(zip(SAMPLE, EXPECTED, strict=True)), ids=[one.key for one in SAMPLE])
def test_an_item_in_the_form_that_came_in_clean(one: Entry, expected: dict[str, object]) -> None:
    assert item(one) == expected


def test_the_sample_uses_only_elements_that_came_in_clean(shared: Path) -> None:
    """Compare with the file that a running Zotero imported: nothing of an item but elements that stand there."""
    golden = ET.parse(shared / "reference/zotero-golden/lossless.rdf").getroot()  # our own sample
    clean = {short(child.tag) for part in golden for child in part}
    used = {short(child.tag) for part in document(*SAMPLE) for child in part}
    # Told by Zotero's schema only: a field of the item type, in the same form.
    assert used - clean == {"z:rights"}
    assert {part.tag for part in document(*SAMPLE)} == {part.tag for part in golden}


def test_what_zotero_made_of_the_sample_is_what_we_say(shared: Path) -> None:
    """For the items that are those of the sample, every field that Zotero had afterwards is a field of ours."""
    imported = json.loads((shared / "reference/zotero-golden/lossless.rdf.zotero.json").read_text("utf-8"))["items"]
    by_key = {one.key: item(one) for one in SAMPLE}
    names = {"title": "dc:title", "date": "dc:date"}
    not_in_the_list = {"programmingLanguage", "genre", "issue"}  # issue beside a series number: the sample has both
    for each in imported:
        ours = by_key[each["citationKey"]]
        for name, value in each.items():
            if isinstance(value, str) and name not in {*not_in_the_list, "itemType", "extra"}:
                assert ours[names.get(name, f"z:{name}")] == value, (each["citationKey"], name)
        assert [tag["tag"] for tag in each.get("tags", [])] == ours.get("dc:subject", [])


def test_every_field_is_one_of_its_item_type(shared: Path) -> None:
    schema = json.loads((shared / "schemas/zotero-schema.json").read_text("utf-8"))
    types = {each["itemType"]: {part["field"] for part in each["fields"]} for each in schema["itemTypes"]}
    creators = {
        each["itemType"]: {part["creatorType"] for part in each["creatorTypes"]} for each in schema["itemTypes"]
    }
    for kind, rows in zotero_tables.FIELDS.items():
        ours = {name for name, _ in (*rows, *zotero_tables.COMMON)}
        assert ours <= types[kind], kind
        assert {"citationKey", "url", "accessDate", "DOI", "extra", "date", "title"} <= types[kind] | {"date"}
        assert ("language" in types[kind]) == (kind not in zotero_tables.NO_LANGUAGE)
        assert ("libraryCatalog" in types[kind]) == (kind not in zotero_tables.NO_LIBRARY), kind
        assert not zotero_tables.CREATORS[kind][1] or "editor" in creators[kind]


@pytest.mark.parametrize(("name", "expected"), zotero_tables.TYPES.items())
def test_every_entry_type_has_its_item_type(name: str, expected: str) -> None:
    assert zotero_rdf.item_type(entry(name)) == expected
    assert expected in zotero_tables.FIELDS


@pytest.mark.parametrize(("kind", "expected"), zotero_tables.KINDS.items())
def test_the_kind_decides_where_the_entry_type_says_little(kind: str, expected: str) -> None:
    assert zotero_rdf.item_type(entry("misc", kind=kind)) == expected
    assert zotero_rdf.item_type(entry("article", kind=kind)) == ("preprint" if kind == "preprint" else "journalArticle")


@pytest.mark.parametrize(
    ("kind", "name", "fields"),
    [(kind, name, fields) for kind, rows in zotero_tables.FIELDS.items() for name, fields in rows],
)
def test_every_row_writes_its_field(kind: str, name: str, fields: tuple[str, ...]) -> None:
    types = {found: of for of, found in zotero_tables.TYPES.items()}
    kinds = {found: of for of, found in zotero_tables.KINDS.items()}
    one = entry(types.get(kind, "misc"), kind="preprint" if kind == "preprint" else kinds.get(kind, "other"))
    one = Entry(one.key, one.type, one.kind, {fields[0]: "value"}, one.title)
    assert item(one)[f"z:{name}"] == "value"


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (BERG, ("van der Berg", "Jan, Jr.")),
        (ZHOU, ("周子轩", "")),
        (DEEPSEEK, ("DeepSeek-AI", "")),
        (Person(given="Plato"), ("Plato", "")),
        (Person(literal="A & <b> \x00B"), ("A & <b> B", "")),
    ],
)
def test_names(person: Person, expected: tuple[str, str]) -> None:
    assert item(entry("article", people={"author": People((person,))}))["bib:authors"] == [expected]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"note": "plain"}, "plain"),
        ({"note": "Type: course"}, "• Type: course"),
        ({"note": "type: computerProgram", "annotation": "x"}, "• type: computerProgram\nx"),
        ({"eventtitle": "GenAICon"}, "Event Title: GenAICon"),
    ],
)
def test_no_line_of_extra_looks_like_a_field_but_ours(fields: dict[str, str], expected: str) -> None:
    assert item(entry("video", kind="video", fields=fields))["z:extra"] == expected


@pytest.mark.parametrize(("lang", "expected"), [("zh", ["开源项目", "论文"]), ("en", ["Projects", "Papers"])])
def test_categories_are_collections_in_reading_order(lang: str, expected: list[str]) -> None:
    shelves = collections(document(*SAMPLE, lang=lang))
    assert list(shelves) == expected
    assert list(shelves.values()) == [["#item_vllm"], ["#item_kwon2023vllm", "#item_zheng2024sglang"]]


def test_two_items_of_one_key_stay_two() -> None:
    root = document(entry(category="paper"), entry(category="paper"), entry(key="key:2", category="paper"))
    names = [str(part.get(RDF + "about")) for part in root.findall("rdf:Description", NAMES)]
    assert len(set(names)) == 3
    assert collections(root)["论文"] == names


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//x.org"])
def test_what_is_no_web_address_is_not_written(url: str) -> None:
    assert "z:url" not in item(entry(url=url))


def test_what_zotero_would_drop_or_refuse_is_left_out_and_told() -> None:
    one = entry(
        dates={"urldate": Date(2024, 5)}, fields={"urldate": "2024-05", "keywords": "x"}, keywords=("x" * 256, "fine")
    )
    assert item(one)["dc:subject"] == ["fine"]
    assert "z:accessDate" not in item(one)
    assert [name for name, _ in zotero_rdf.losses(one)] == ["keywords", "urldate"]


def test_losses_of_an_entry() -> None:
    one = entry(
        "video",
        kind="video",
        people={"translator": People((KWON,)), "author": People((KWON,), others=True)},
        fields={"code": "https://x.org/", "license": "MIT", "langid": "english", "language": "en"},
        language="en",
    )
    assert zotero_rdf.losses(one) == (
        ("author", "that there were others (et al.) cannot be said"),
        ("code", "Zotero has no place for it"),
        ("translator", "no form of translators came in clean when it was tried"),
    )


TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


@settings(max_examples=150)
@given(TEXT, TEXT, TEXT, st.dictionaries(st.sampled_from(["note", "journal", "abstract", "volume"]), TEXT))
def test_any_text_is_text(title: str, key: str, name: str, fields: dict[str, str]) -> None:
    one = entry(
        "article", key=key, title=Text(title), people={"author": People((Person(literal=name),))}, fields=fields
    )
    (description,) = document(one).findall("rdf:Description", NAMES)
    assert read(description)["z:itemType"] == "journalArticle"
