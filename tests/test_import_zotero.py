"""Zotero's RDF, its API's JSON and Better BibTeX's, and our own RDF; collections are categories by name; what has no place is reported."""

from __future__ import annotations

import json
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from round_trips import DATA, LIBRARIES, choices, differences, entries, fill, missing

from llminfer_bib.export import losses_of, zotero_items, zotero_tables, zotero_types
from llminfer_bib.export import zotero_rdf as exporter
from llminfer_bib.export.losses import Asked
from llminfer_bib.importers import Imported, Incoming, Options, zotero_json, zotero_rdf
from llminfer_bib.importers import zotero_words as words
from llminfer_bib.importers.reading import UnreadableImportError
from llminfer_bib.model import Category, Person

NOTHING = Options()
FILES = DATA / "importing"
METHODS = Options(
    (Category("method", "方法", "Methods", "💻"), Category("project", "项目", "Projects", "🛠")),
    headings={"Unsorted": "method"},
)


def imported(*items: object, options: Options = NOTHING) -> Imported:
    return zotero_json.read(json.dumps(items), options)


def one(item: dict[str, object], options: Options = NOTHING) -> Incoming:
    (entry,) = imported({"title": "A title", **item}, options=options).entries
    return entry


# --- our own export, read back


@pytest.mark.parametrize("name", LIBRARIES)
def test_our_own_rdf_comes_back_but_for_the_losses_it_lists(name: str) -> None:
    library = LIBRARIES[name]
    ((_, pieces),) = exporter.render(library.stream(), library.options())
    found = zotero_rdf.read(b"".join(pieces).decode(), choices(library))
    back = entries(found, library)
    ask = losses_of(exporter)
    assert ask is not None
    assert found.unmapped == ()
    assert len(found.entries) == len(library)
    for entry in library:
        lost = [field for field, _ in ask(entry)]
        lost += ["author"] * (entry.key == "../../x")  # the tags of the hostile entry do not go out
        assert differences(entry, back.get(entry.key), lost) == []
    assert {entry.key: entry.category for entry in found.entries} == {entry.key: entry.category for entry in library}


# --- every row of the tables


@pytest.mark.parametrize("kind", words.TYPES)
def test_every_type_has_its_entry_type(kind: str) -> None:
    entry = one({"itemType": kind})
    assert (entry.type, entry.fields.get("entrysubtype", "")) == words.TYPES[kind]


def test_every_type_that_our_export_knows_is_read() -> None:
    assert set(zotero_types.FIELDS) == set(words.TYPES)


def test_every_type_and_field_of_the_schema_has_a_rule(shared: Path) -> None:
    schema = json.loads((shared / "schemas" / "zotero-schema.json").read_text("utf-8"))
    kinds = {kind["itemType"] for kind in schema["itemTypes"]} - {"attachment", "note", "annotation"}
    assert kinds == set(words.TYPES)


@pytest.mark.parametrize("kind", zotero_types.FIELDS)
def test_every_field_that_our_export_writes_is_read(kind: str) -> None:
    for name in zotero_types.fields_of(kind) - {
        "DOI",
        "url",
        "accessDate",
        "citationKey",
        "libraryCatalog",
        *words.DATES,
    }:
        found = imported({"itemType": kind, "title": "A title", name: "12"})
        assert "12" in found.entries[0].fields.values() or name in zotero_types.TITLES.values(), name


@pytest.mark.parametrize("name", sorted(words.FIELDS))
def test_every_field_has_its_place(name: str) -> None:
    assert imported({"itemType": "book", name: "12"}).entries[0].fields[words.FIELDS[name]] == "12" if words.FIELDS[name] == "title" else (
        one({"itemType": "book", name: "12"}).fields[words.FIELDS[name]] == "12"
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), words.PLACES)
def test_a_field_that_goes_by_type_has_its_place(kind: str, name: str) -> None:
    assert one({"itemType": kind, name: "Somewhere"}).fields[words.PLACES[kind, name]] == "Somewhere"


@pytest.mark.parametrize("name", sorted(words.KINDS))
def test_words_for_a_kind_are_the_type(name: str) -> None:
    assert one({"itemType": "book", name: "Essay"}).fields["type"] == "Essay"


@pytest.mark.parametrize("name", sorted(words.DATES))
def test_every_date_is_read(name: str) -> None:
    assert one({"itemType": "book", name: "2023-09-12"}).fields["year"] == "2023"


@pytest.mark.parametrize("creator", words.ROLES)
def test_every_role_has_its_people(creator: str) -> None:
    people = one(
        {"itemType": "book", "creators": [{"creatorType": creator, "lastName": "Kwon", "firstName": "Woosuk"}]}
    ).people
    assert people[words.ROLES[creator]].persons == (Person("Kwon", "Woosuk"),)


@pytest.mark.parametrize("kind", words.AUTHORS)
def test_those_who_made_a_thing_are_its_authors(kind: str) -> None:
    people = one({"itemType": kind, "creators": [{"creatorType": words.AUTHORS[kind], "name": "ACME"}]}).people
    assert people["author"].persons == (Person(literal="ACME"),)


@pytest.mark.parametrize("kind", words.CLASSES)
def test_classes_of_zoteros_rdf_tell_the_type(kind: str) -> None:
    text = f'<bib:{kind} rdf:about="#item_1"><bib:authors/><dc:title>T</dc:title></bib:{kind}>'
    assert rdf(text).entries[0].type == words.TYPES[words.CLASSES[kind]][0]


@pytest.mark.parametrize("kind", [*zotero_tables.GENRES])
def test_words_for_a_thesis_or_report_go_where_the_type_says_them(kind: str) -> None:
    text = zotero_tables.GENRES[kind]
    entry = (
        one({"itemType": "thesis", "thesisType": text})
        if "thesis" in text
        else one({"itemType": "report", "reportType": text})
    )
    assert ("type" in entry.fields) == (text == "Research report")


# --- files of other programs


def rdf(body: str, options: Options = NOTHING) -> Imported:
    spaces = {"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "z": "http://www.zotero.org/namespaces/export#",
              "dc": "http://purl.org/dc/elements/1.1/", "bib": "http://purl.org/net/biblio#", "foaf": "http://xmlns.com/foaf/0.1/"}  # fmt: skip
    head = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in spaces.items())
    return zotero_rdf.read(f"<rdf:RDF {head}>{body}</rdf:RDF>", options)


def test_zoteros_own_rdf() -> None:
    found = zotero_rdf.read((FILES / "stock.rdf").read_text("utf-8"), METHODS)
    paper, book = found.entries
    assert paper.type == "article"
    assert paper.people["author"].persons == (Person("Kwon", "Woosuk"), Person(literal="ACME"))
    assert dict(paper.fields) == {
        "title": "A Title", "journal": "Journal of Examples", "shortjournal": "J. Ex.", "volume": "45", "number": "3", "pages": "1-27",
        "year": "2020", "month": "December", "day": "12", "doi": "10.1145/3400000", "issn": "1000-1239", "url": "https://a.example/one",
        "urldate": "2025-01-31", "language": "en", "shorttitle": "Title", "abstract": "An abstract.", "eprint": "2001.00001",
        "eprinttype": "arxiv", "eprintclass": "cs.DB", "note": "Read twice; My note",
    }  # fmt: skip
    assert (paper.category, paper.keywords) == ("project", ("serving", "kv-cache"))
    assert dict(book.fields) == {
        "title": "A Book", "series": "Lectures", "publisher": "Springer", "address": "Berlin", "isbn": "978-0-201-89683-1", "year": "1997",
    }  # fmt: skip
    assert book.people["editor"].persons == (Person("Dyke", "Dick", "van"),)
    assert book.category == "method"  # by a configured heading
    assert [lost.what for lost in found.unmapped] == [
        "libraryCatalog: DOI.org (Crossref)", "attachment: attachment Full Text.pdf", "identifier: 7",
    ]  # fmt: skip


def test_better_bibtexs_json() -> None:
    found = zotero_json.read((FILES / "betterbibtex.json").read_text("utf-8"), METHODS)
    paper, engine = found.entries
    assert (paper.type, paper.key, paper.category, paper.keywords) == ("misc", "kwon2023", "method", ("serving",))
    assert dict(paper.fields) == {
        "title": "Paged Attention", "year": "2023", "month": "September", "day": "12", "eprint": "2309.06180", "eprinttype": "arxiv",
        "eprintclass": "cs", "url": "http://arxiv.org/abs/2309.06180", "code": "https://github.com/x/y", "note": "Very good; A note",
    } | {"month": paper.fields["month"]}  # fmt: skip
    assert (engine.type, engine.key, engine.fields["language"], engine.fields["version"]) == (
        "software",
        "engine",
        "zh-CN",
        "0.9.1",
    )
    assert (engine.fields["organization"], engine.fields["license"], engine.fields["date"]) == (
        "ACME",
        "Apache-2.0",
        "2023-06",
    )
    assert sorted(lost.what for lost in found.unmapped) == [
        "attachment: PDF /home/x/a.pdf", "collection: To read", "collection: To read", "system: Linux", "tag: a, b",
    ]  # fmt: skip


def test_answers_of_the_api_with_notes_and_attachments_as_items() -> None:
    items = [
        {
            "key": "AAAA",
            "version": 5,
            "data": {"key": "AAAA", "itemType": "book", "title": "A", "collections": ["CCCC"], "deleted": False},
        },
        {"key": "BBBB", "data": {"key": "BBBB", "itemType": "note", "parentItem": "AAAA", "note": "<p>Mine</p>"}},
        {"key": "DDDD", "data": {"key": "DDDD", "itemType": "note", "note": "Alone"}},
        {"key": "EEEE", "data": {"key": "EEEE", "itemType": "attachment", "parentItem": "AAAA", "title": "a.pdf"}},
    ]
    found = imported(*items)
    assert [dict(entry.fields) for entry in found.entries] == [{"title": "A", "note": "Mine"}]
    assert len(found.unmapped) == 3
    whole = {"items": items, "collections": [{"key": "CCCC", "data": {"key": "CCCC", "name": "projects"}}]}
    assert zotero_json.read(json.dumps(whole), METHODS).entries[0].category == "project"


@pytest.mark.parametrize("name", ["method", "Methods", "methods", "方法", "💻 方法 · Methods", "💻 Methods"])
def test_a_collection_is_a_category_by_any_of_its_names(name: str) -> None:
    text = json.dumps(
        {"items": [{"itemType": "book", "title": "A", "collections": ["C"]}], "collections": {"C": {"name": name}}}
    )
    assert zotero_json.read(text, METHODS).entries[0].category == "method"


@pytest.mark.parametrize("name", ["Method papers", "方", "", "💻"])
def test_a_collection_of_another_name_is_reported(name: str) -> None:
    text = json.dumps(
        {"items": [{"itemType": "book", "title": "A", "collections": ["C"]}], "collections": {"C": {"name": name}}}
    )
    found = zotero_json.read(text, METHODS)
    assert found.entries[0].category == ""
    assert [lost.what for lost in found.unmapped] == ([f"collection: {name}"] if name else [])


def test_the_golden_files_of_a_running_zotero_come_in(shared: Path) -> None:
    folder = shared / "reference" / "zotero-golden"
    for path in [*folder.glob("*.rdf"), *folder.glob("*.zotero.json")]:
        read = zotero_rdf.read if path.suffix == ".rdf" else zotero_json.read
        text = path.read_text("utf-8")
        if '"recognised": false' in text:  # what Zotero refused
            continue
        found = read(text, NOTHING)
        assert found.entries
        assert all(entry.fields.get("title") for entry in found.entries), path


# --- hostile input

BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rdf:RDF>&b;</rdf:RDF>'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "<x/>",
        BOMB,
        BOMB.lower(),
        "<?xml version='1.0' encoding='utf-16'?><x/>",
        "<a>" * 100_000,
        "<x>&a;</x>",
        "\0",
    ],
)
def test_what_is_no_rdf_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(UnreadableImportError, match="again"):
        zotero_rdf.read(text, NOTHING)


@pytest.mark.parametrize(
    "text", ["", "[]x", "[1]", "{}", "[" * 100_000, '[{"title": "CSL", "type": "book"}]', "[" + "1" * 5000 + "]"]
)
def test_what_is_no_json_of_zotero_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(UnreadableImportError, match=r"again|quotes"):
        zotero_json.read(text, NOTHING)


def test_declarations_inside_a_comment_are_only_words() -> None:
    assert rdf("<!-- <!DOCTYPE x> -->") == Imported()


@pytest.mark.parametrize(
    "name",
    [
        "creators",
        "tags",
        "collections",
        "notes",
        "attachments",
        "extra",
        "title",
        "date",
        "key",
        "itemID",
        "citationKey",
    ],
)
@pytest.mark.parametrize("value", [5, True, None, "x", {}, [], [5], [None], [[]], {"a": [1]}, [{"a": 5}], 1e400])
def test_wrong_shapes_never_raise(name: str, value: object) -> None:
    imported({"itemType": "book", name: value}, "stray", 5)
    zotero_json.read(
        json.dumps({"items": [{"itemType": "book", "title": "T"}], "collections": {"a": value, "b": {name: value}}}),
        NOTHING,
    )


def test_xml_that_is_deep_is_no_trouble() -> None:
    found = rdf("<rdf:Description><z:itemType>book</z:itemType>" + "<z:isPartOf><bib:Book>" * 20_000 + "T" + "</bib:Book></z:isPartOf>" * 20_000
                + "</rdf:Description>")  # fmt: skip
    assert any("T" in lost.what for lost in found.unmapped)


def test_what_many_items_refer_to_is_not_said_by_each_of_them() -> None:
    """A file of a few megabytes must not grow to gigabytes by its references."""
    large = "x" * 2_000_000
    refers = "".join(f'<z:{name} rdf:resource="#big"/>' for name in ("isPartOf", "isReferencedBy", "link"))
    items = f"<rdf:Description><z:itemType>book</z:itemType><dc:title>T</dc:title>{refers}</rdf:Description>" * 2_000
    part = '<rdf:Description rdf:about="#c"><z:itemType>book</z:itemType><dc:title>T</dc:title></rdf:Description>'
    shelf = f"<z:Collection><dc:title>{large}</dc:title>" + '<z:hasPart rdf:resource="#c"/>' * 2_000 + "</z:Collection>"
    for kind in ("bib:Journal", "bib:Memo", "z:Attachment"):
        found = rdf(f'<{kind} rdf:about="#big"><dc:title>{large}</dc:title></{kind}>{items}{part * 2_000}{shelf}')
        assert len(found.entries) == 4_000
        assert sum(len(lost.what) for lost in found.unmapped) < 10_000_000
        assert any(lost.what for lost in found.unmapped)


# --- nothing is lost silently

_VALUES = st.recursive(
    st.sampled_from(["?", "?", "?", 7, None, True]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["tag", "name", "lastName", "firstName", "creatorType", "note", "title"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
_NAMES = st.sampled_from(
    [*words.FIELDS, *words.DATES, *words.KINDS, "creators", "tags", "notes", "extra", "citationKey", "url", "DOI", "accessDate", "repository",
     "archiveID", "archive", "libraryCatalog", "odd"]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.dictionaries(_NAMES, _VALUES, max_size=8), max_size=3), st.sampled_from([*words.TYPES, "odd"]))
def test_every_word_of_json_is_in_an_entry_or_reported(shapes: list[dict[str, object]], kind: str) -> None:
    said: list[str] = []
    items = [fill({**shape, "itemType": kind}, said) for shape in shapes]
    assert missing(said, imported(*items)) == []


_PLAIN = st.sampled_from(
    [f"z:{name}" for name in [*words.FIELDS, "odd", "extra", "type", "number"]]
    + ["dc:title", "dc:date", "dc:subject", "dc:identifier"]
)
_NESTED = st.sampled_from(["z:isPartOf/bib:Journal/dc:title", "z:isPartOf/bib:Series/z:odd", "dc:subject/z:AutomaticTag/rdf:value", "dc:publisher/foaf:name",
                           "bib:authors/rdf:Seq/rdf:li/foaf:Person/foaf:surname", "z:seriesEditors/rdf:Seq/rdf:li/foaf:Person/foaf:surname",
                           "dc:identifier/z:URI/rdf:value", "z:odd/z:deeper", "dc:publisher/z:odd", "bib:authors/z:odd", "z:presentedAt/bib:Conference/dc:title"])  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.lists(_PLAIN | _NESTED, max_size=6), max_size=3), st.sampled_from([*words.TYPES, "odd"]))
def test_every_word_of_rdf_is_in_an_entry_or_reported(shapes: list[list[str]], kind: str) -> None:
    said: list[str] = []
    body = ""
    for paths in shapes:
        body += f"<rdf:Description><z:itemType>{kind}</z:itemType>"
        for path in paths:
            names = path.split("/")
            body += (
                "".join(f"<{name}>" for name in names)
                + escape(str(fill("?", said)))
                + "".join(f"</{name}>" for name in reversed(names))
            )
        body += "</rdf:Description>"
    assert missing(said, rdf(body)) == []


@pytest.mark.parametrize("name", LIBRARIES)
def test_items_as_we_push_them_come_back_as_entries(name: str) -> None:
    library = LIBRARIES[name]
    for entry in library:
        asked = Asked(entry)
        item = zotero_items.zotero_item(asked)
        creators = [
            {"creatorType": one.type, "name": one.last} if one.one_field
            else {"creatorType": one.type, "lastName": one.last, "firstName": one.first}
            for one in item.creators
        ]  # fmt: skip
        data = {"itemType": item.type, **dict(item.fields), "creators": creators, "tags": [{"tag": tag} for tag in item.tags],
                "extra": "\n".join(line.text for line in item.extra)}  # fmt: skip
        found = imported(data, options=choices(library))
        lost = [field for field, _ in asked.lost("Zotero", {})] + ["author"] * (entry.key == "../../x")
        assert found.unmapped == ()
        assert differences(entry, entries(found, library).get(entry.key), lost) == []
