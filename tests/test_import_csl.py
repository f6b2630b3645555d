"""CSL-JSON comes in as Zotero, Mendeley, pandoc, Crossref and our own export write it; what has no place is reported."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from round_trips import LIBRARIES, choices, differences, entries, fill, missing

from llminfer_bib.encode import source_of
from llminfer_bib.export import csl_json as exporter
from llminfer_bib.export import csl_tables as exported
from llminfer_bib.export import losses_of
from llminfer_bib.importers import Imported, Incoming, Options, csl_json
from llminfer_bib.importers import csl_tables as tables
from llminfer_bib.importers.dating import edtf, read
from llminfer_bib.importers.reading import UnreadableImportError
from llminfer_bib.importers.texts import plain
from llminfer_bib.model import Category, Person

NOTHING = Options()


def imported(*items: object, options: Options = NOTHING) -> Imported:
    return csl_json.read(json.dumps(items), options)


def one(item: dict[str, object], options: Options = NOTHING) -> Incoming:
    (entry,) = imported({"id": "k", "title": "A title", **item}, options=options).entries
    return entry


# --- our own export, read back


@pytest.mark.parametrize("dialect", ["", "zotero"])
@pytest.mark.parametrize("name", LIBRARIES)
def test_our_own_export_comes_back_but_for_the_losses_it_lists(name: str, dialect: str) -> None:
    library = LIBRARIES[name]
    ((_, pieces),) = exporter.render(library.stream(), library.options(dialect=dialect))
    found = csl_json.read(b"".join(pieces).decode(), choices(library))
    back = entries(found, library)
    ask = losses_of(exporter)
    assert ask is not None
    assert found.unmapped == ()
    assert len(found.entries) == len(library)
    for entry in library:
        lost = [field for field, _ in ask(entry)]
        # the address of the hostile entry is none, and its second one has no place beside it
        lost += ["howpublished"] * (entry.key == "../../x")
        assert differences(entry, back.get(entry.key), lost) == []


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_category_comes_back_apart_from_the_keywords(name: str) -> None:
    library = LIBRARIES[name]
    ((_, pieces),) = exporter.render(library.stream(), library.options())
    for entry in csl_json.read(b"".join(pieces).decode(), choices(library)).entries:
        assert entry.category == library[entry.key].category
        assert entry.category not in entry.keywords or not entry.category


# --- every row of the tables


@pytest.mark.parametrize("kind", sorted(tables.TYPES))
def test_every_type_has_its_entry_type(kind: str) -> None:
    entry = one({"type": kind})
    assert (entry.type, entry.fields.get("entrysubtype", "")) == tables.TYPES[kind]


def test_every_type_that_our_export_writes_is_read() -> None:
    assert set(exported.PLANS) <= set(tables.TYPES)


def test_every_type_of_the_schema_is_read(shared: object) -> None:
    schema = json.loads((shared / "schemas" / "csl-data.json").read_text("utf-8"))  # type: ignore[operator]
    assert set(schema["items"]["properties"]["type"]["enum"]) <= set(tables.TYPES)


@pytest.mark.parametrize("variable", [name for name in tables.FIELDS if name != "title"])
def test_every_variable_has_its_field(variable: str) -> None:
    assert one({"type": "book", variable: "12"}).fields[tables.FIELDS[variable]] == "12"


@pytest.mark.parametrize(
    ("variable", "kind"), [(name, kind) for name, (rows, _) in tables.PLACES.items() for kind in rows]
)
def test_a_place_that_goes_by_type_is_found(variable: str, kind: str) -> None:
    fields = one({"type": kind, variable: "Somewhere"}).fields
    assert fields[tables.PLACES[variable][0][kind]] == "Somewhere"


@pytest.mark.parametrize("variable", sorted(tables.PLACES))
def test_other_types_have_the_usual_place(variable: str) -> None:
    assert one({"type": "document", variable: "Somewhere"}).fields[tables.PLACES[variable][1]] == "Somewhere"


@pytest.mark.parametrize("variable", sorted(tables.ROLES))
def test_every_role_has_its_people(variable: str) -> None:
    people = one({"type": "book", variable: [{"family": "Kwon", "given": "Woosuk"}]}).people
    assert people[tables.ROLES[variable]].persons == (Person("Kwon", "Woosuk"),)


@pytest.mark.parametrize("variable", sorted(tables.EDITORS))
def test_editors_of_a_kind_are_editors_where_there_is_no_other(variable: str) -> None:
    entry = one({"type": "book", variable: [{"literal": "ACME"}]})
    assert entry.people["editor"].persons == (Person(literal="ACME"),)
    assert entry.fields["editortype"] == tables.EDITORS[variable]
    found = imported({"id": "k", "type": "book", "editor": [{"literal": "E"}], variable: [{"literal": "ACME"}]})
    assert "ACME" in found.unmapped[0].what


@pytest.mark.parametrize("variable", sorted(tables.DATES))
def test_every_date_has_its_field(variable: str) -> None:
    fields = one({"type": "webpage", variable: {"date-parts": [[2023, 9, 12]]}}).fields
    assert fields[tables.DATES[variable]] == "2023-09-12"


@pytest.mark.parametrize("words", sorted(tables.GENRES))
def test_words_for_a_kind_become_the_entry_type(words: str) -> None:
    kind = "report" if tables.GENRES[words] == "techreport" else "thesis"
    entry = one({"type": kind, "genre": words.title()})
    assert (entry.type, entry.fields.get("type")) == (tables.GENRES[words], None)


@pytest.mark.parametrize("kind", sorted(tables.SAID_GENRES))
def test_words_that_the_type_says_already_go(kind: str) -> None:
    assert "type" not in one({"type": kind, "genre": tables.SAID_GENRES[kind][0]}).fields
    assert one({"type": kind, "genre": "Essay"}).fields["type"] == "Essay"


@pytest.mark.parametrize("words", sorted(tables.STATES))
def test_states_of_publication_become_keys(words: str) -> None:
    assert one({"type": "book", "status": words}).fields["pubstate"] == tables.STATES[words]


@pytest.mark.parametrize("kind", sorted(tables.ZOTERO_TYPES))
def test_a_line_with_the_type_makes_it_true(kind: str) -> None:
    assert one({"type": "document", "note": f"type: {kind}"}).type == tables.TYPES[tables.ZOTERO_TYPES[kind]][0]


@pytest.mark.parametrize("label", ["DOI", "PMID", "Event Title", "event-title", "Publisher Place", "volume"])
def test_labelled_lines_become_fields_where_there_is_none(label: str) -> None:
    entry = one({"type": "book", "note": f"{label}: 10.1000/xyz\nRead it."})
    assert "10.1000/xyz" in entry.fields.values()
    assert entry.fields["note"] == "Read it."


@pytest.mark.parametrize(
    "line", ["https://a.example/x", "Cite: the paper", "It holds: always", "arXiv: soon", "volume: "]
)
def test_other_lines_of_a_note_stay(line: str) -> None:
    assert one({"type": "book", "note": line}).fields["note"] == line.strip()


def test_a_labelled_line_does_not_overrule_the_item() -> None:
    entry = one({"type": "book", "volume": "1", "note": "volume: 2"})
    assert (entry.fields["volume"], entry.fields["note"]) == ("1", "volume: 2")


# --- names and dates


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ({"family": "Kwon", "given": "Woosuk"}, Person("Kwon", "Woosuk")),
        ({"family": "Berg", "given": "Ana", "non-dropping-particle": "von der"}, Person("Berg", "Ana", "von der")),
        ({"family": "Berg", "given": "Ana", "dropping-particle": "von"}, Person("Berg", "Ana", "von")),
        ({"family": "van der Berg", "given": "Ana, Jr."}, Person("Berg", "Ana", "van der", "Jr.")),
        ({"family": "King", "given": "Martin", "suffix": "III"}, Person("King", "Martin", "", "III")),
        ({"literal": "van der Berg Institute"}, Person(literal="van der Berg Institute")),
        ({"name": "ACME, Inc."}, Person(literal="ACME, Inc.")),
        ({"family": "葛旭冉"}, Person(literal="葛旭冉")),
        ({"family": "欧", "given": "洋"}, Person("欧", "洋")),
        ({"family": "Van Dyke", "given": "Dick"}, Person("Van Dyke", "Dick")),
        ({"given": "Plato"}, Person(literal="Plato")),
        ("Kwon, Woosuk", Person("Kwon", "Woosuk")),
        ("The vLLM Team", Person(literal="The vLLM Team")),
    ],
)  # fmt: skip
def test_names_find_their_parts(name: object, person: Person) -> None:
    assert one({"type": "book", "author": [name]}).people["author"].persons == (person,)


@pytest.mark.parametrize(
    ("date", "fields"),
    [
        ({"date-parts": [[2023, 9, 12]]}, {"year": "2023", "month": "Sept", "day": "12"}),
        ({"date-parts": [["2023", "09"]]}, {"year": "2023", "month": "Sept"}),
        ({"date-parts": [[2023]]}, {"year": "2023"}),
        ({"date-parts": [[2023], [2024]]}, {"date": "2023/2024"}),
        ({"date-parts": [[2024], [0]], "circa": True}, {"date": "2024~/"}),
        ({"date-parts": [[2024]], "season": 2}, {"date": "2024-22"}),
        ({"date-parts": [[2024]], "season": "Fall"}, {"date": "2024-23"}),
        ({"date-parts": [[2024, 21]]}, {"date": "2024-21"}),
        ({"date-parts": [[-380]]}, {"date": "-0379"}),
        ({"raw": "2023-09-12"}, {"year": "2023", "month": "Sept", "day": "12"}),
        ({"raw": "September 12, 2023"}, {"year": "2023", "month": "Sept", "day": "12"}),
        ({"raw": "circa 2024/"}, {"date": "2024~/"}),
        ({"raw": "2024-10-21/2024-10-22"}, {"date": "2024-10-21/2024-10-22"}),
        ({"literal": "in press"}, {"year": "in press"}),
        ({"literal": "Spring 2024"}, {"date": "2024-21"}),
        ("2023-09", {"year": "2023", "month": "Sept"}),
        (2023, {"year": "2023"}),
        ({"date-parts": [[2023, 9]], "date-time": "2023-09-01T00:00:00Z", "timestamp": 1}, {"year": "2023", "month": "Sept"}),
    ],
)  # fmt: skip
def test_dates_are_read(date: object, fields: dict[str, str]) -> None:
    entry = one({"type": "book", "issued": date})
    assert {name: value for name, value in entry.fields.items() if name != "title"} == fields


@pytest.mark.parametrize(
    "date",
    [{"date-parts": [[2023, 13, 40]]}, {"date-parts": [[0]]}, {"date-parts": "x"}, {"date-parts": [[2023], [2024], [2025]]},
     {"date-parts": [[10**30]]}, [1, 2], {"raw": ["a"]}, {"odd": "1"}, True],
)  # fmt: skip
def test_what_is_no_date_is_reported(date: object) -> None:
    found = imported({"id": "k", "title": "A title", "type": "book", "issued": date})
    assert [lost.what.split(":")[0] for lost in found.unmapped] == ["issued"]
    assert set(found.entries[0].fields) == {"title"}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023", "2023"), ("2023/09/12/", "2023-09-12"), ("2023/9", "2023-09"), ("2023///Spring", "2023-21"), ("12 Sep 2023", "2023-09-12"),
        ("Sept. 2023", "2023-09"), ("September 12th, 2023", "2023-09-12"), ("2023年9月12日", "2023-09-12"), ("2023年", "2023"),
        ("23/09/2023", "2023-09-23"), ("9/2023", "2023-09"), ("c. 1850", "1850~"), ("circa 2024", "2024~"), ("2024/", "2024/"),
        ("Spring 2024/Summer 2024", "2024-21/2024-22"), ("2024-01-02T10:00:00Z", "2024-01-02"), ("380 BC", "-0379"), ("20 - 22 May 2024", "2024-05-20/2024-05-22"),
    ],
)  # fmt: skip
def test_texts_of_dates_are_read(text: str, iso: str) -> None:
    date = read(text)
    assert date is not None
    assert edtf(date) == iso


@pytest.mark.parametrize(
    "text",
    ["", "soon", "9/12/2023", "2023-13", "31 February 2023", "May", "12", "x" * 100_000, "1" * 5000, "/", "0000"],
)
def test_texts_that_are_no_dates_are_not_read(text: str) -> None:
    assert read(text) is None


# --- preprints, links, words


def test_a_preprint_is_a_misc_with_its_number() -> None:
    entry = one(
        {
            "type": "article",
            "publisher": "arXiv",
            "number": "arXiv:2309.06180",
            "URL": "https://arxiv.org/abs/2309.06180",
        }
    )
    assert entry.type == "misc"
    assert {name: entry.fields[name] for name in ("eprint", "eprinttype", "url")} == {
        "eprint": "2309.06180", "eprinttype": "arxiv", "url": "https://arxiv.org/abs/2309.06180",
    }  # fmt: skip
    assert "publisher" not in entry.fields


def test_a_preprint_of_another_server_keeps_its_server() -> None:
    fields = one({"type": "article", "publisher": "bioRxiv", "number": "2020.01.01"}).fields
    assert (fields["eprinttype"], fields["eprint"]) == ("biorxiv", "2020.01.01")


def test_a_published_paper_keeps_its_arxiv_id_and_not_the_link_to_it() -> None:
    entry = one(
        {"type": "paper-conference", "URL": "https://arxiv.org/abs/2001.00001", "note": "arXiv: 2001.00001 [cs.DB]"}
    )
    assert (entry.fields["eprint"], entry.fields["eprintclass"]) == ("2001.00001", "cs.DB")
    assert "url" not in entry.fields
    assert "note" not in entry.fields


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("The <i>E. coli</i> genome", "The E. coli genome"),
        ("H<sub>2</sub>O and x<sup>2</sup>", "H₂O and x²"),
        ('<span class="nocase">vLLM</span> serves', "vLLM serves"),
        ("Q&amp;A", "Q&A"),
        ("a < b and c > d", "a < b and c > d"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x<y> z", "x<y> z"),
        ("$O(n^2)$ {braces} 50% \\alpha", "$O(n^2)$ {braces} 50% \\alpha"),
        ("two\nlines\u202e", "two lines"),
    ],
)
def test_markup_goes_and_what_only_looks_like_it_stays(text: str, result: str) -> None:
    assert plain(text) == result


def test_a_key_that_bibtex_cannot_read_is_reported_and_left_to_be_made() -> None:
    found = imported(
        {"id": "http://zotero.org/users/1/items/ABC", "title": "A"},
        {"id": 7, "title": "B"},
        {"id": "a b", "title": "C"},
    )
    assert [entry.key for entry in found.entries] == ["", "", ""]
    assert len(found.unmapped) == 3


def test_the_citation_key_goes_before_the_id() -> None:
    assert one({"citation-key": "kwon2023", "id": "http://zotero.org/1"}).key == "kwon2023"


def test_keywords_are_parted_and_the_category_is_told_apart() -> None:
    entry = one({"type": "book", "keyword": "Method, kv-cache；服务"}, Options((Category("method"),)))
    assert (entry.category, entry.keywords) == ("method", ("kv-cache", "服务"))


def test_two_values_for_one_place_are_not_silently_one() -> None:
    found = imported({"id": "k", "title": "A", "type": "chapter", "number": "1", "collection-number": "2"})
    assert [(lost.what, lost.key) for lost in found.unmapped] == [("collection-number: 2", "k")]


def test_an_address_that_is_none_is_reported() -> None:
    found = imported({"id": "k", "title": "A", "URL": "javascript:alert(1)"})
    assert "url" not in found.entries[0].fields
    assert [lost.what for lost in found.unmapped] == ["URL: javascript:alert(1)"]


@pytest.mark.parametrize("text", ['{"id": "k", "title": "A"}', '[{"id": "k", "title": "A"}]', '{"items": [{"id": "k", "title": "A"}]}',
                                  '\ufeff[{"id": "k", "title": ["A"]}]'])  # fmt: skip
def test_one_item_an_array_and_items_are_read(text: str) -> None:
    assert [entry.fields["title"] for entry in csl_json.read(text, NOTHING).entries] == ["A"]


def test_an_empty_array_has_no_items() -> None:
    assert csl_json.read("[]", NOTHING) == Imported()


# --- hostile input


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        '"x"',
        "null",
        "[" * 100_000,
        '{"a":' * 100_000,
        "1" * 10_000,
        "[" + "9" * 10_000 + "]",
        "<x/>",
    ],
)
def test_what_is_no_csl_json_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(UnreadableImportError, match=r"again|quotes"):
        csl_json.read(text, NOTHING)


def test_json_of_zotero_is_told_apart() -> None:
    with pytest.raises(UnreadableImportError, match="--from zotero-json"):
        csl_json.read('{"items": [{"itemType": "book", "title": "A"}]}', NOTHING)


WRONG = (
    "?",
    5,
    -1.5,
    True,
    None,
    [],
    {},
    ["?"],
    {"?": "?"},
    [["?"]],
    [{"family": 5}],
    [{"family": ["?"]}],
    {"date-parts": [[None]]},
    [None],
    1e400,
)


@pytest.mark.parametrize(
    "name", ["id", "type", "note", "URL", "DOI", "custom", "keyword", *tables.FIELDS, *tables.ROLES, *tables.DATES]
)
def test_wrong_shapes_never_raise(name: str) -> None:
    for value in WRONG:
        csl_json.read(json.dumps([{name: value, "title": "A"}, "stray", 5]), NOTHING)


def test_a_very_long_value_is_reported_and_not_taken() -> None:
    found = imported(
        {"id": "k", "title": "A", "abstract": "x" * 1_000_000, "note": "y" * 1_000_000, "DOI": "z" * 1_000_000}
    )
    assert set(found.entries[0].fields) == {"title"}
    assert len(found.unmapped) == 3


def test_control_characters_and_lone_surrogates_never_come_in() -> None:
    (entry,) = imported(
        {"id": "k", "title": "A\x00B\ud800C\u202e", "author": [{"family": "X\x07", "given": "Y"}]}
    ).entries
    assert entry.fields["title"] == "AB\ufffdC"
    assert all(source_of(name, value) for name, value in entry.people.items())


# --- nothing is lost silently

_LEAVES = st.sampled_from(["?", "?", "?", 7, None, True])
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["family", "given", "suffix", "literal", "raw", "season", "odd"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
_NAMES = st.sampled_from(
    [*tables.FIELDS, *tables.ROLES, *tables.DATES, *tables.PLACES, *tables.EDITORS, "type", "id", "note", "genre", "keyword", "DOI", "URL",
     "status", "language", "archive", "archive_location", "custom", "source", "odd-name", "citation-key", "composer"]
)  # fmt: skip


@settings(max_examples=80)
@given(
    st.lists(st.dictionaries(_NAMES, _VALUES, max_size=8), max_size=3),
    st.sampled_from([None, "article", "webpage", "thesis"]),
)
def test_every_word_of_the_file_is_in_an_entry_or_reported(shapes: list[dict[str, object]], kind: str | None) -> None:
    words: list[str] = []
    items = [fill(shape if kind is None else {**shape, "type": kind}, words) for shape in shapes]
    assert missing(words, imported(*items)) == []


@settings(max_examples=80)
@given(
    st.dictionaries(
        _NAMES,
        st.text(max_size=30)
        | st.lists(st.fixed_dictionaries({"family": st.text(max_size=9), "given": st.text(max_size=9)})),
    )
)
def test_whatever_comes_in_can_stand_in_a_bibtex_file(item: dict[str, object]) -> None:
    for entry in imported(item).entries:
        for name, value in (*entry.fields.items(), *entry.people.items()):
            assert source_of(name, value), name
        assert all(source_of("keywords", word) for word in entry.keywords)
