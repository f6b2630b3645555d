"""The reader: every odd input comes back byte for byte and is read as BibTeX's rules say, by both of our readers."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.bibfile import SLIPS, Document, RawEntry, RawString
from llminfer_bib.bibfile.scanner import Scanner
from llminfer_bib.bibfile.second import read_entry

ODD = json.loads((Path(__file__).parent / "data" / "odd-inputs.json").read_text("utf-8"))
TEXT = """% Encoding: UTF-8
@string{sosp = "SOSP"}

@InProceedings{kwon2023efficient,
  title     = {Efficient {PagedAttention}},
  booktitle = sosp # { 2023},
  author    = "M{\\"u}ller, J{\\"o}rg and 葛旭冉",
  month     = oct,
  year      = 2023
}
free text between
@comment{jabref-meta: databaseType:biblatex;}
@preamble{"\\newcommand{\\x}{y}"}
@misc(paren, title = {In (parentheses)})
"""


def read(text: str | bytes) -> Document:
    return Document.from_bytes(text if isinstance(text, bytes) else text.encode())


def entries(document: Document) -> list[RawEntry]:
    return [raw for raw in document.entries() if isinstance(raw, RawEntry)]


def assert_lossless(document: Document) -> None:
    """The blocks tile the data, and the two readers of ours find the same entries."""
    blocks = list(document.blocks())
    assert b"".join(document.data[block.start : block.end] for block in blocks) == document.data
    assert [block.start for block in blocks[1:]] == [block.end for block in blocks[:-1]]
    careful = [document.raw_entry(block) for block in blocks if block.is_entry]
    assert careful == entries(document)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_input_is_read_as_bibtex_reads_it(name: str) -> None:
    case = ODD[name]
    document = read(case["input"])
    blocks = list(document.blocks())
    assert [b.kind if b.closed else f"{b.kind} (broken)" for b in blocks] == case["blocks"]
    found = [document.raw_entry(block) for block in blocks if block.kind == "entry"]
    assert [
        {"type": e.type, "key": e.key, "fields": e.fields, "slips": [slip.code for slip in e.slips]} for e in found
    ] == case["entries"]


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"])
def test_an_odd_input_comes_back_byte_for_byte(name: str, newline: str, encoding: str) -> None:
    raw = ODD[name]["input"].replace("\n", newline).encode(encoding)
    document = read(raw)
    assert document.to_bytes() == raw
    assert_lossless(document)


# The classes of bibtex-inputs.md, in their order: input, then what must be read. None: see the test named behind it.
CLASSES = [
    (1, "@misc{k,title={A}}\n@misc{k,title={B}}", [("k", {"title": "{A}"}), ("k", {"title": "{B}"})]),
    (2, "@string{a={one}}\n@misc{k,t=a}\n@string{a={two}}\n@misc{l,t=a}", [("k", {"t": "a"}), ("l", {"t": "a"})]),
    (3, "@misc{k,title={A},Title={B}}", [("k", {"title": "{A}"})]),
    (4, "@misc{k,file={C:\\dir\\},note={a\\\\},x=\"x\\\"}@misc{l,title={{A\\}: x}}",
     [("k", {"file": "{C:\\dir\\}", "note": "{a\\\\}", "x": '"x\\"'}), ("l", {"title": "{{A\\}: x}"})]),
    (5, "@misc{k,title={A}\n year=2020}", [("k", {"title": "{A}", "year": "2020"})]),
    (6, "@misc{k,\n% note\n year={2020}}", [("k", {"year": "{2020}"})]),
    (7, "@misc{k,title={A}, % remark, x\n year=2020}", [("k", {"title": "{A}", "year": "2020"})]),
    (8, "% @misc{old,title={A}}\n", [("old", {"title": "{A}"})]),
    (9, "@comment{\n@article{x,title={A}}\n}\n@misc{k}", [("k", {})]),
    (10, "@article\n{k,t={A}}@ misc{l,t={A}}@my-type{m,t={A}}@t+x{n,t={A}}",
     [("k", {"t": "{A}"}), ("l", {"t": "{A}"}), ("m", {"t": "{A}"}), ("n", {"t": "{A}"})]),
    (11, "@commentary{k,t={A}}\n@preambled{l,t={A}}\n@stringent{m,t={A}}",
     [("k", {"t": "{A}"}), ("l", {"t": "{A}"}), ("m", {"t": "{A}"})]),
    (12, '@misc{k,title="a {" b} c",year=1}', [("k", {"title": '"a {" b} c"', "year": "1"})]),
    (13, "@misc{k,a={x\n@type{y}\n},t={A}}", [("k", {"a": "{x\n@type{y}\n}", "t": "{A}"})]),
    (14, '@misc{O"Neil,t={A}}@misc{a=b,t={A}}@misc(a)b,t={A})',
     [('O"Neil', {"t": "{A}"}), ("a=b", {"t": "{A}"}), ("a)b", {"t": "{A}"})]),
    (15, "@misc{k,title={A},, year=2020}", [("k", {"title": "{A}", "year": "2020"})]),
    (16, "@misc{k,title = , year=1}", [("k", {"title": "", "year": "1"})]),
    (17, "me@example{org}", [("org", {})]),
    (18, "@misc{Foo,t={A}}@misc{foo,t={B}}", [("Foo", {"t": "{A}"}), ("foo", {"t": "{B}"})]),
    (19, "@ARTICLE(k,\r\n\tTitle  =\"T\" , )\r\n\r\n\r\n", [("k", {"title": '"T"'})]),
    (20, "@misc{k,journal=jmlr,year=2020,a=\"x\" # y}", [("k", {"journal": "jmlr", "year": "2020", "a": '"x" # y'})]),
    (21, "@misc{k,\n title={a\\\nb},\n year=2020\n}\n@misc{k2}", [("k", {"title": "{a\\\nb}", "year": "2020"}), ("k2", {})]),
]  # fmt: skip


@pytest.mark.parametrize(("number", "text", "expected"), CLASSES, ids=[f"class {row[0]}" for row in CLASSES])
def test_each_class_of_trouble_is_read_right(
    number: int, text: str, expected: list[tuple[str, dict[str, str]]]
) -> None:
    document = read(text)
    assert [(entry.key, entry.fields) for entry in entries(document)] == expected
    assert document.to_bytes() == text.encode()
    assert_lossless(document)


# One bad line for every row of SLIPS, and where it must be reported (line, column).
SLIP_PLACES = {
    "B001": ("@misc{k,\n  title = {A}\n\n@misc{l}", (4, 1)),
    "B002": ("@misc{k,\n  title = {A\n", (2, 11)),
    "B003": ("@misc{k,\n  title = {A}\n  year = 2020\n}", (3, 3)),
    "B004": ("@misc{k,\n  title = {A},,\n}", (2, 15)),
    "B005": ("@misc{k,\n  title = {A}, % no\n}", (2, 16)),
    "B006": ("@misc{k,\n  title = ,\n}", (2, 11)),
    "B007": ("@misc{k,\n  year = 2020-2021,\n}", (2, 10)),
    "B008": ("@misc{k,\n  title = {A},\n  {what}\n}", (3, 3)),
    "B009": ("@misc{my key,\n}", (1, 10)),
    "B010": ('@misc{k,\n  title = "A}",\n}', (2, 13)),
    "B011": ("@string{a {A}}", (1, 11)),
    "B012": ("@misc{\n  title = {A}\n}", (2, 9)),
    "B013": ("@misc{k,\n  title = {A},\n  TITLE = {B},\n}", (3, 3)),
}


@pytest.mark.parametrize("code", SLIPS)
def test_each_slip_is_reported_where_it_stands(code: str) -> None:
    text, place = SLIP_PLACES[code]
    document = read(text)
    slips = [slip for block in document.blocks() for slip in block.slips]
    slips += [slip for entry in entries(document) for slip in entry.slips]
    problems = {document.problem(slip, "k") for slip in slips}
    assert (code, *place) in {(problem.code, problem.line, problem.column) for problem in problems}
    assert all(problem.hint and problem.message for problem in problems)


def test_a_clean_file_has_no_slip_and_every_kind_of_block() -> None:
    document = read(TEXT)
    assert [block.kind for block in document.blocks()] == [
        "text", "string", "text", "entry", "text", "comment", "text", "preamble", "text", "entry", "text",
    ]  # fmt: skip
    assert not [slip for block in document.blocks() for slip in block.slips]
    first = entries(document)[0]
    assert (first.type, first.key) == ("inproceedings", "kwon2023efficient")
    assert first.fields["booktitle"] == "sosp # { 2023}"
    assert [raw for raw in document.entries() if isinstance(raw, RawString)][0].value == '"SOSP"'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
def test_chinese_survives_each_encoding(encoding: str) -> None:
    raw = TEXT.replace("% Encoding: UTF-8\n", "").replace("\\", "").encode(encoding)
    document = read(raw)
    assert "葛旭冉" in entries(document)[0].fields["author"]
    assert document.to_bytes() == raw


@pytest.mark.parametrize(("declared", "codec"), [("ISO8859_2", "iso8859-2"), ("GBK", "gbk"), ("Cp1250", "cp1250")])
def test_a_declared_encoding_is_used(declared: str, codec: str) -> None:
    word = "朱镕基" if codec == "gbk" else "Škoda"
    raw = f"% Encoding: {declared}\n@misc{{k, title = {{{word}}}}}\n".encode(codec)
    document = read(raw)
    assert entries(document)[0].fields["title"] == f"{{{word}}}"
    assert document.to_bytes() == raw


def test_a_false_declaration_does_no_harm() -> None:
    raw = "% Encoding: UTF-8\n@misc{k, title = {M\xfcller}}\n".encode("latin-1")
    assert entries(read(raw))[0].fields["title"] == "{Müller}"
    raw = b"% Encoding: nonsense\n@misc{k, title = {M\xfcller}}\n"
    assert read(raw).to_bytes() == raw


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_and_come_back(raw: bytes) -> None:
    document = read(raw)
    assert document.to_bytes() == raw
    assert_lossless(document)


PIECES = st.sampled_from(
    ["@", "@misc{", "@misc(", "k,", "k2 ,", "title", "=", " = ", "{", "}", "{a}", '"', '"b"', "#", ",", "\n", "\n@", "% x\n", "\\", " ",
     "@comment{", "@string{a=", "@preamble{", "2020", "jan", "葛", "\x1f", "\xa0", "\u3000", "\v", ")", "(", "\r\n", "x={y},\n", "@misc{z,t={u}}\n"]
)  # fmt: skip


HEAPS = given(st.lists(PIECES, max_size=40))


@settings(max_examples=400, deadline=None)
@HEAPS
def test_any_heap_of_bibtex_is_read_alike_by_both_readers(pieces: list[str]) -> None:
    assert_lossless(read("".join(pieces)))


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@HEAPS
def test_many_heaps_of_bibtex_are_read_alike_by_both_readers(pieces: list[str]) -> None:
    test_any_heap_of_bibtex_is_read_alike_by_both_readers.hypothesis.inner_test(pieces)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_damaged_file_loses_nothing(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT)))
    to = data.draw(st.integers(at, min(at + 5, len(TEXT))))
    assert_lossless(read(TEXT[:at] + data.draw(st.sampled_from(["", "{", "}", '"', ",", "@", "%"])) + TEXT[to:]))


PATHOLOGICAL = {
    "1 MB of open braces": b"{" * 1_000_000,
    "an entry of 1 MB of open braces": b"@misc{k, title = " + b"{" * 1_000_000,
    "1 MB of at signs": b"@" * 1_000_000,
    "at signs and blanks": b"@ " * 500_000,
    "1 MB of quotes": b'@misc{k, title = "' + b'"' * 1_000_000,
    "50,000 equal keys": b"@misc{k, title = {A}}\n" * 50_000,
    "a line of 5 MB": b"@misc{k, title = {" + b"abc " * 1_250_000 + b"}}",
    "50,000 fields": b"@misc{k,\n" + b"".join(b"  f%d = {x},\n" % n for n in range(50_000)) + b"}",
    "30,000 unclosed values": b"@misc{k, title = {a\n" * 30_000,
    "30,000 unclosed comments": b"@comment{ x\n" * 30_000,
    "20,000 quotes nested in braces": b'{\n@a{k,t="' * 20_000 + b"}" * 20_000,
    "20,000 open braces in quotes": b'@a{k,t="{\n' * 20_000,
    "100,000 concatenated parts": b"@misc{k, t = a" + b" # {b}" * 100_000 + b"}",
    "1 MB of remarks in an entry": b"@misc{k,\n" + b"% x\n" * 250_000 + b"}",
    "1 MB of commas in an entry": b"@misc{k" + b"," * 1_000_000 + b"}",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_pathological_input_is_read_in_linear_time(name: str) -> None:
    # No clock here: a quadratic reader would take hours over these, and the suite would never end.
    assert_lossless(read(PATHOLOGICAL[name]))


def test_an_unclosed_entry_does_not_swallow_the_others() -> None:
    document = read("@misc{a, title = {open\n\n" + "@misc{b, title = {B}}\n" * 3 + "@misc{c, title = {C}}\n")
    assert [entry.key for entry in entries(document)] == ["a", "b", "b", "b", "c"]


def test_positions_count_lines_and_characters() -> None:
    document = read("葛葛\r\n旭@misc{k,\rx\n")
    assert document.position(document.data.index(b"@")) == (2, 2)
    assert document.position(document.data.index(b"x")) == (3, 1)


LINES = given(
    st.lists(st.sampled_from(["a", "葛", "é", "😀", "\n", "\r\n", "\r", "\ud800", "x" * 3_000]), max_size=9),
    st.randoms(use_true_random=False),
)


@settings(max_examples=40)
@LINES
def test_places_are_the_same_in_whatever_order_they_are_asked_for(pieces: list[str], random: Random) -> None:
    text = "".join(pieces)
    document = Document(text.encode("utf-8", "surrogatepass"))
    known = {}
    offset, line, column = 0, 1, 1
    for number, character in enumerate(text):
        known[offset] = (line, column)
        offset += len(character.encode("utf-8", "surrogatepass"))
        ends = character == "\n" or (character == "\r" and text[number + 1 : number + 2] != "\n")
        line, column = (line + 1, 1) if ends else (line, column + 1)
    wanted = [place for place in known if random.random() < 0.2 or place in (0, offset - 1)]
    random.shuffle(wanted)
    for place in wanted[:200]:
        assert document.position(place) == known[place]


@pytest.mark.slow
@settings(max_examples=300)
@LINES
def test_places_of_many_files_are_the_same_in_whatever_order_they_are_asked_for(
    pieces: list[str], random: Random
) -> None:
    test_places_are_the_same_in_whatever_order_they_are_asked_for.hypothesis.inner_test(pieces, random)


def test_the_second_reader_agrees_on_a_clean_entry_and_declines_a_broken_one() -> None:
    assert read_entry("@misc{k,\n  title = {A {B}},\n  year = 2020,\n}") == (
        "misc",
        "k",
        (("title", "{A {B}}"), ("year", "2020")),
    )
    assert read_entry("@misc{k, title = {A\\}, year = 2020}") is None


def test_no_block_begins_where_no_at_sign_does() -> None:
    assert Scanner(b"x@ 1{").block_at(1) is None
