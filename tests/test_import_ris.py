"""RIS of EndNote, Zotero, Mendeley, Web of Science and our own, and EndNote XML; what has no place is reported."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from round_trips import DATA, LIBRARIES, choices, differences, entries, fill, missing

from llminfer_bib.export import losses_of
from llminfer_bib.export import ris as exporter
from llminfer_bib.export import ris_tables as exported
from llminfer_bib.importers import Imported, Incoming, Options, endnote, ris
from llminfer_bib.importers import ris_tables as tables
from llminfer_bib.importers.persons import of_line
from llminfer_bib.importers.reading import UnreadableImportError
from llminfer_bib.model import Category, Person

NOTHING = Options()
FILES = DATA / "importing"


def imported(text: str) -> Imported:
    return ris.read(text, NOTHING)


def one(*lines: str, kind: str = "JOUR") -> Incoming:
    (entry,) = imported("\n".join([f"TY  - {kind}", *lines, "ER  - "])).entries
    return entry


# --- our own export, read back


@pytest.mark.parametrize("name", LIBRARIES)
def test_our_own_export_comes_back_but_for_the_losses_it_lists(name: str) -> None:
    library = LIBRARIES[name]
    ((_, pieces),) = exporter.render(library.stream(), library.options())
    found = ris.read(b"".join(pieces).decode(), choices(library))
    back = entries(found, library)
    ask = losses_of(exporter)
    assert ask is not None
    assert found.unmapped == ()
    assert len(found.entries) == len(library)
    for entry in library:
        lost = [field for field, _ in ask(entry)]
        lost += ["author"] * (entry.key == "../../x")  # the tags of the hostile entry do not go out
        assert differences(entry, back.get(entry.key), lost) == []


# --- every row of the tables


@pytest.mark.parametrize("kind", sorted(tables.TYPES))
def test_every_type_has_its_entry_type(kind: str) -> None:
    entry = one("AU  - A, B", "TI  - T", kind=kind)
    assert (entry.type, entry.fields.get("entrysubtype", "")) == tables.TYPES[kind]


def test_every_type_that_our_export_writes_is_read() -> None:
    assert {*exported.TYPES.values(), *exported.KINDS.values(), exported.VAGUE} <= set(tables.TYPES)


@pytest.mark.parametrize("name", sorted(tables.ENDNOTE_TYPES))
def test_every_type_of_endnote_is_one_of_ris(name: str) -> None:
    assert tables.ENDNOTE_TYPES[name] in tables.TYPES


@pytest.mark.parametrize(("tag", "name"), tables.FIELDS)
def test_every_tag_has_its_field(tag: str, name: str) -> None:
    if tag == "PMID":  # only of EndNote XML: tags of RIS have two letters
        return
    assert (
        one(f"{tag}  - 12").fields[name] == "12"
        if name == "title"
        else one("TI  - T", f"{tag}  - 12").fields[name] == "12"
    )


@pytest.mark.parametrize(
    ("kind", "tag"),
    [
        (kind, tag)
        for kind, (type_, _) in tables.TYPES.items()
        for tag in tables.PLACES.get(type_, {})
        if tag not in {"SN", "BT"}
    ],
)
def test_a_tag_that_goes_by_type_has_its_field(kind: str, tag: str) -> None:
    entry = one("AU  - A, B", "TI  - T", f"{tag}  - Somewhere", kind=kind)
    name = tables.PLACES[entry.type][tag]
    name = (
        "journal" if entry.type == "article" and name == "shortjournal" else name
    )  # a journal that has only a short name
    assert entry.fields[name] == "Somewhere"


@pytest.mark.parametrize("tag", [tag for tag in tables.USUAL if tag not in tables.PLACES["book"]])
def test_other_types_have_the_usual_field(tag: str) -> None:
    assert one("TI  - T", f"{tag}  - Somewhere", kind="BOOK").fields[tables.USUAL[tag]] == "Somewhere"


@pytest.mark.parametrize("tag", sorted(tables.ROLES))
def test_every_role_has_its_people(tag: str) -> None:
    assert one("TI  - T", f"{tag}  - Kwon, Woosuk").people[tables.ROLES[tag]].persons == (Person("Kwon", "Woosuk"),)


@pytest.mark.parametrize(("tag", "name"), tables.DATES)
def test_every_date_has_its_field(tag: str, name: str) -> None:
    fields = one("TI  - T", f"{tag}  - 2023/09/12/", kind="ELEC").fields
    assert fields[name] == "2023-09-12"


# --- as other programs write it


def test_zoteros_file() -> None:
    found = ris.read((FILES / "zotero.ris").read_text("utf-8"), Options((Category("serving"),)))
    paper, post = found.entries
    assert found.unmapped == ()
    assert paper.type == "inproceedings"
    assert paper.people["author"].persons == (Person("Kwon", "Woosuk"), Person("Berg", "Ana", "van der", "Jr."))
    assert dict(paper.fields) == {
        "title": "A Paper at a Conference", "year": "2023", "month": "October", "day": "23", "doi": "10.1145/3600006.3613165",
        "booktitle": "Proceedings of the 29th Symposium", "eventtitle": "The 29th Symposium", "venue": "Koblenz, Germany", "publisher": "ACM",
        "isbn": "979-8-4007-0229-7", "pages": "611-626", "url": "https://doi.org/10.1145/3600006.3613165", "abstract": "We say something.",
    }  # fmt: skip
    assert (paper.category, paper.keywords, paper.place) == ("serving", (), "line 1")
    assert dict(post.fields) == {
        "entrysubtype": "blog", "title": "A post", "organization": "Engine Blog", "date": "2023-06-20", "urldate": "2024-01-31",
        "language": "en", "url": "https://blog.example.org/post",
    }  # fmt: skip
    assert post.people["author"].persons == (Person(literal="The Team"),)


def test_endnotes_file_with_byte_order_mark_and_without_ends() -> None:
    found = imported((FILES / "endnote.ris").read_text("utf-8"))
    paper, thesis = found.entries
    assert paper.people["author"].persons == (Person("Smith", "John"), Person(literal="葛旭冉"))
    assert dict(paper.fields) == {
        "title": "A Title on two lines", "journal": "Journal of Examples", "shortjournal": "J. Ex.", "year": "2020", "month": "March",
        "volume": "45", "number": "3", "pages": "1-27", "issn": "1000-1239", "doi": "10.1145/3400000", "url": "https://a.example/one",
        "note": "A remark",
    }  # fmt: skip
    assert paper.keywords == ("first", "second")
    assert (thesis.type, thesis.fields["school"], thesis.fields["year"]) == (
        "mastersthesis",
        "Universidad Nacional",
        "2019",
    )
    assert [lost.what for lost in found.unmapped] == [
        "UR: https://a.example/two", "L1: file:///home/x/a.pdf", "U1: 17", "Provider: a database",
    ]  # fmt: skip


def test_web_of_sciences_file_with_one_blank() -> None:
    found = imported((FILES / "wos.ris").read_text("utf-8"))
    (entry,) = found.entries
    assert {name: entry.fields[name] for name in ("year", "month", "day", "journal", "shortjournal")} == {
        "year": "2024", "month": "June", "day": "12", "journal": "ACM COMPUTING SURVEYS", "shortjournal": "ACM COMPUT SURV",
    }  # fmt: skip
    assert sorted(lost.what for lost in found.unmapped) == ["AN: WOS:001208811000007", "C7: 112"]


def test_endnote_xml() -> None:
    found = endnote.read((FILES / "library.enl.xml").read_text("utf-8"), NOTHING)
    (entry,) = found.entries
    assert entry.people["author"].persons == (Person("Smith", "John"), Person(literal="The ACME Consortium"))
    assert dict(entry.fields) == {
        "title": "About things", "journal": "Journal of Examples", "shortjournal": "J. Ex.", "pages": "1-27", "volume": "45", "number": "3",
        "year": "2020", "month": "December", "day": "12", "issn": "1000-1239", "url": "https://a.example/one", "doi": "10.1145/3400000",
    }  # fmt: skip
    assert entry.keywords == ("serving", "kv-cache")
    assert [lost.what for lost in found.unmapped] == ["L1: internal-pdf://x.pdf", "custom1: mine"]


@pytest.mark.parametrize("kind", ["RPRT", "UNPB", "GEN", "JOUR"])
@pytest.mark.parametrize(
    "line",
    [
        "AN  - arXiv:2309.06180",
        "SN  - arXiv:2309.06180",
        "M1  - arXiv:2309.06180",
        "UR  - http://arxiv.org/abs/2309.06180v3",
    ],
)
def test_a_preprint_is_a_misc_with_its_number(kind: str, line: str) -> None:
    entry = one("TI  - T", "PB  - arXiv", line, kind=kind)
    assert (entry.type, entry.fields["eprint"], entry.fields["eprinttype"]) == ("misc", "2309.06180", "arxiv")
    assert "publisher" not in entry.fields


def test_a_published_paper_stays_one_beside_its_arxiv_id() -> None:
    entry = one("TI  - T", "T2  - J", "AN  - arXiv:2309.06180")
    assert (entry.type, entry.fields["eprint"]) == ("article", "2309.06180")


def test_conference_proceedings_without_authors_are_a_book() -> None:
    assert one("TI  - P", "ED  - Editor, Eve", kind="CONF").type == "proceedings"


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Kwon, Woosuk", Person("Kwon", "Woosuk")),
        ("von der Berg, Ana, Jr.", Person("Berg", "Ana", "von der", "Jr.")),
        ("King, Jr., Martin", Person("King", "Martin", "", "Jr.")),
        ("ACME Consortium,", Person(literal="ACME Consortium")),
        ("葛旭冉", Person(literal="葛旭冉")),
        ("Smith J", Person(literal="Smith J")),
        ("De Sa, Christopher", Person("De Sa", "Christopher")),
        ("A. Vaswani", Person("Vaswani", "A.")),
        ("J.-P. M. van der Berg", Person("Berg", "J.-P. M.", "van der")),
        ("A. B.", Person(literal="A. B.")),
        ("U.S. Army", Person("Army", "U.S.")),
        ("Meta AI", Person(literal="Meta AI")),
    ],
)
def test_names_of_one_line(text: str, person: Person) -> None:
    assert of_line(text) == person


@pytest.mark.parametrize("text", ["", " ", ",", ", ,"])
def test_no_name_is_nobody(text: str) -> None:
    assert of_line(text) is None


@pytest.mark.parametrize("line", ["AI-based methods", "A - b", "TOO  - long", "ab  - small", "X"])
def test_lines_that_only_look_like_tags_belong_to_the_text_before(line: str) -> None:
    assert one("TI  - T", "AB  - Text", line).fields["abstract"] == " ".join(f"Text {line}".split())


@pytest.mark.parametrize(
    ("kind", "words"), [(kind, words) for kind, found in tables.SAID_GENRES.items() for words in found]
)
def test_a_kind_in_words_that_the_type_says_is_no_field(kind: str, words: str) -> None:
    entry = one("TI  - T", f"M3  - {words.title()}", kind=kind)
    assert "type" not in entry.fields
    assert one("TI  - T", "M3  - Talk", kind=kind).fields["type"] == "Talk"


@pytest.mark.parametrize(("name", "words"), exported.GENRES.items())
def test_a_thesis_stays_of_its_degree(name: str, words: str) -> None:
    assert one("TI  - T", f"M3  - {words}", kind="THES").type == name


def test_what_a_publisher_says_twice_is_said_once() -> None:
    entry = one("TI  - T", "DO  - 10.1000/X", "N1  - doi: 10.1000/x", "N1  - words")
    assert entry.fields["note"] == "words"


@pytest.mark.parametrize(
    ("value", "name"), [("1558-0000", "issn"), ("978-3-16-148410-0", "isbn"), ("no number", "isbn")]
)
def test_a_number_goes_by_its_shape(value: str, name: str) -> None:
    assert one("TI  - T", f"SN  - {value}", kind="CPAPER").fields[name] == value


def test_pages_that_are_a_range_already_stay() -> None:
    assert one("TI  - T", "SP  - 12-34").fields["pages"] == "12-34"
    assert one("TI  - T", "SP  - 12", "EP  - 12").fields["pages"] == "12"
    assert one("TI  - T", "SP  - 300", kind="BOOK").fields["pagetotal"] == "300"


# --- hostile input


@pytest.mark.parametrize("text", ["hello", "{}", "@misc{a}", "AU  - A, B", "\0", "<xml/>"])
def test_what_is_no_ris_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(UnreadableImportError, match=r"--from"):
        imported(text)


@pytest.mark.parametrize("text", ["", "\ufeff", "\r\n"])
def test_an_empty_file_has_no_entries(text: str) -> None:
    assert imported(text) == Imported()


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "<a",
        "<x/>",
        '<!DOCTYPE r [<!ENTITY a "aaaa">]><xml><records/></xml>',
        "<?xml version='1.0'?><!doctype x><xml/>",
        "<a>" * 100_000,
        "\0",
        "",
    ],
)
def test_what_is_no_endnote_xml_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(UnreadableImportError, match=r"again"):
        endnote.read(text, NOTHING)


def test_xml_that_is_deep_is_no_trouble() -> None:
    text = (
        "<xml><records><record><titles>" + "<a>" * 50_000 + "T" + "</a>" * 50_000 + "</titles></record></records></xml>"
    )
    assert [lost.what for lost in endnote.read(text, NOTHING).unmapped][:1] == ["titles/a: T"]


@pytest.mark.parametrize("tag", ["TI", "AU", "KW", "N1", "UR", "SN", "T2", "PY", "ZZ"])
def test_many_lines_of_one_tag_take_linear_time(tag: str) -> None:
    began = time.monotonic()
    imported("TY  - JOUR\n" + "".join(f"{tag}  - value {n}, x\n" for n in range(10_000)))
    assert time.monotonic() - began < 10


def test_ten_megabytes_in_one_value_are_reported() -> None:
    found = imported("TY  - JOUR\nTI  - T\nAB  - " + "x" * 10_000_000 + "\nER  - \n")
    assert set(found.entries[0].fields) == {"title"}
    assert [len(lost.what) for lost in found.unmapped] == [10_000_004]


# --- nothing is lost silently

_TAGS = st.sampled_from(
    [*tables.ROLES, *(tag for tag, _ in tables.FIELDS if len(tag) == 2), *tables.USUAL, *(tag for tag, _ in tables.DATES), "KW", "N1", "UR", "L1", "SN",
     "SP", "EP", "M1", "M3", "ID", "TY", "ER", "DO", "ZZ", "AN", "C1", "LK", "RN"]
)  # fmt: skip
_LINES = st.tuples(_TAGS, st.sampled_from(["?", "? ?", "?, ?", "https://a.example/?", "?; ?", "", "2023"]))


@settings(max_examples=80)
@given(
    st.lists(_LINES | st.just((None, "?")), max_size=20),
    st.sampled_from(sorted(tables.TYPES)),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_word_of_the_file_is_in_an_entry_or_reported(
    lines: list[tuple[str | None, str]], kind: str, newline: str
) -> None:
    words: list[str] = []
    text = [f"TY  - {kind}"]
    for tag, value in lines:
        shown = "".join(str(fill(char, words)) if char == "?" else char for char in value)
        text.append(shown if tag is None else f"{tag}  - {shown}")
    assert missing(words, imported(newline.join(text))) == []


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from([*endnote._TAGS, "custom1", "odd/deeper/still"]), st.just("?")), max_size=12))
def test_every_word_of_endnote_xml_is_in_an_entry_or_reported(parts: list[tuple[str, str]]) -> None:
    words: list[str] = []
    body = ""
    for path, value in parts:
        names = path.split("/")
        body += (
            "".join(f"<{name}>" for name in names)
            + str(fill(value, words))
            + "".join(f"</{name}>" for name in reversed(names))
        )
    assert missing(words, endnote.read(f"<xml><records><record>{body}</record></records></xml>", NOTHING)) == []


def test_records_inside_records_take_linear_time() -> None:
    began = time.monotonic()
    endnote.read(
        "<xml><records>" + "<record><titles>" * 20_000 + "</titles></record>" * 20_000 + "</records></xml>", NOTHING
    )
    assert time.monotonic() - began < 10
