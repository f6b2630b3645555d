"""bib import as a person uses it: every format through the command, what it says, what it exits with, and twice the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from llminfer_bib.cli import cli
from llminfer_bib.library import Library

CONFIG = """\
file = "refs.bib"

[[categories]]
slug = "survey"
title_en = "Surveys"

[[categories]]
slug = "method"
title_en = "Methods"
"""
OURS = """\
@string{acm = {ACM Press}}

@inproceedings{kwon2023efficient,
  author = {Kwon, Woosuk and Li, Zhuohan},
  title = {Efficient Memory Management for {LLM} Serving},
  booktitle = {Proc. SOSP},
  year = {2023},
  doi = {10.1145/1},
  keywords = {method, kv-cache},
}

@proceedings{sosp23,
  editor = {Flinn, Jason},
  title = {Proceedings of SOSP},
  year = {2023},
}
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    said: str

    @property
    def data(self) -> dict[str, list[dict[str, str]]]:
        return dict(json.loads(self.out))


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "bib.toml").write_text(CONFIG, "utf-8")
    (tmp_path / "refs.bib").write_text(OURS, "utf-8")
    monkeypatch.chdir(tmp_path)

    def command(*args: str, data: bytes | None = None) -> Done:
        done = CliRunner().invoke(cli, ["import", *args], standalone_mode=False, input=data)
        if done.exception is not None:
            code = getattr(done.exception, "exit_code", None)
            assert code is not None, done.exception  # a bug of ours
            return Done(code, done.stdout, str(done.exception))
        return Done(int(done.return_value), done.stdout, done.stderr)

    return command


def library() -> Library:
    return Library.open("refs.bib")


def text() -> str:
    return Path("refs.bib").read_bytes().decode()


RIS = "TY  - JOUR\nAU  - Doe, Jane\nTI  - A New Work\nPY  - 2020\nDO  - 10.1000/new\nXX  - odd\nER  - \n"
CSL = {
    "id": "doe",
    "type": "article-journal",
    "title": "A New Work",
    "author": [{"family": "Doe", "given": "Jane"}],
    "issued": {"date-parts": [[2020]]},
    "DOI": "10.1000/new",
    "odd": "x",
}
ZOTERO = {
    "itemType": "journalArticle",
    "title": "A New Work",
    "creators": [{"creatorType": "author", "lastName": "Doe", "firstName": "Jane"}],
    "date": "2020",
    "DOI": "10.1000/new",
    "odd": "x",
}
BIB = "@comment{odd}\n@article{doe, author = {Doe, Jane}, title = {A New Work}, year = {2020}, doi = {10.1000/new}}\n"
ENDNOTE = (
    '<?xml version="1.0" encoding="UTF-8"?><xml><records><record><ref-type name="Journal Article">17</ref-type>'
    "<contributors><authors><author>Doe, Jane</author></authors></contributors><titles><title>A New Work</title></titles>"
    "<dates><year>2020</year></dates><electronic-resource-num>10.1000/new</electronic-resource-num><odd>x</odd>"
    "</record></records></xml>"
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:bib="http://purl.org/net/biblio#" xmlns:foaf="http://xmlns.com/foaf/0.1/">'
    '<bib:Article rdf:about="#item_1"><z:itemType>journalArticle</z:itemType><bib:authors><rdf:Seq><rdf:li><foaf:Person>'
    "<foaf:surname>Doe</foaf:surname><foaf:givenName>Jane</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:authors>"
    "<dc:title>A New Work</dc:title><dc:date>2020</dc:date><dc:identifier>DOI 10.1000/new</dc:identifier><z:odd>x</z:odd>"
    "</bib:Article></rdf:RDF>"
)
LATE = "x" * 5000
# what it shows, the file's name, its bytes, the format that is told; all say the same work and one odd thing
FORMATS: list[tuple[str, str, bytes, str]] = [
    ("BibTeX", "a.bib", BIB.encode(), "bibtex"),
    ("BibTeX with byte order mark and CRLF", "a.bib", b"\xef\xbb\xbf" + BIB.replace("\n", "\r\n").encode(), "bibtex"),
    ("BibTeX in UTF-16", "a.bib", BIB.encode("utf-16"), "bibtex"),
    ("BibTeX by its beginning", "a.txt", BIB.encode(), "bibtex"),
    ("BibTeX with words in front", "a", b"words\n" + BIB.partition("\n")[2].encode(), "bibtex"),
    ("RIS", "a.ris", RIS.encode(), "ris"),
    ("RIS without its ending", "a", RIS.encode(), "ris"),
    ("RIS with byte order mark and CRLF", "a.txt", b"\xef\xbb\xbf" + RIS.replace("\n", "\r\n").encode(), "ris"),
    ("RIS of a publisher", "a", b"Provider: X\n\n" + RIS.replace("XX  - odd\n", "").encode(), "ris"),
    ("RIS that ends in the middle", "a.ris", RIS.partition("ER")[0].encode(), "ris"),
    ("an array of CSL-JSON", "a.json", json.dumps([CSL]).encode(), "csl-json"),
    ("an item of CSL-JSON", "a.json", json.dumps(CSL, indent=1).encode(), "csl-json"),
    ("items of CSL-JSON", "a", json.dumps({"items": [CSL]}).encode(), "csl-json"),
    ("CSL-JSON that speaks of Zotero", "a.json", json.dumps([{**CSL, "odd": '"itemType": "x"'}]).encode(), "csl-json"),
    ("JSON of Zotero", "a.json", json.dumps([ZOTERO]).encode(), "zotero-json"),
    ("JSON of Zotero's API", "a.json", json.dumps([{"key": "A", "version": 1, "data": ZOTERO}]).encode(), "zotero-json"),
    ("Better BibTeX JSON", "a.json", json.dumps({"config": {"x": LATE}, "items": [ZOTERO]}).encode(), "zotero-json"),
    ("EndNote XML", "a.xml", ENDNOTE.encode(), "endnote"),
    ("Zotero RDF", "a.rdf", RDF.encode(), "zotero-rdf"),
    ("Zotero RDF by its beginning", "a.xml", RDF.encode(), "zotero-rdf"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "told"), [row[1:] for row in FORMATS], ids=[row[0] for row in FORMATS])
def test_every_format_comes_in_once_and_says_what_it_left(run: Run, name: str, data: bytes, told: str) -> None:
    Path(name).write_bytes(data)
    dry = run(name, "--dry-run", "--json")
    assert text() == OURS
    done = run(name, "--json")
    assert (dry.code, done.code) == (0, 0)
    assert dry.data == done.data
    assert done.data["format"] == told
    assert len(done.data["added"]) == 1
    assert text().startswith(OURS)
    new = library()[str(done.data["added"][0])]
    assert (new.type, str(new.title), new.doi) == ("article", "A New Work", "10.1000/new")
    assert [person.family for person in new.authors] == ["Doe"]
    assert new.date is not None
    assert new.date.year == 2020
    left = done.data["unmapped"]
    assert len(left) == 1
    assert f"{name}, {left[0]['place']}: " in done.said
    assert left[0]["what"] in done.said
    assert f"{name} ({told}): 1 entry imported, 0 there already, 1 thing without a place." in done.said
    before = text()
    again = run(name, "--json")
    assert (again.code, again.data["added"], again.data["filled"]) == (0, [], [])
    assert text() == before
    assert "0 entries imported, 1 there already" in again.said
    assert "Nothing was changed." in again.said


def test_the_standard_input_is_read(run: Run) -> None:
    done = run("-", data=RIS.encode())
    assert done.code == 0
    assert "standard input (ris): 1 entry imported" in done.said
    assert run("-", data=b"\xff").code == 5


# what it shows, the file's name, its bytes, exit code, what is said
TROUBLE: list[tuple[str, str, bytes, int, str]] = [
    ("nothing in a .bib", "a.bib", b"", 1, "a.bib (bibtex): 0 entries imported"),
    ("nothing in a .json", "a.json", b"", 1, "a.json (empty): 0 entries imported"),
    ("blanks only", "a", b" \n\t\r\n", 1, "a (empty): 0 entries imported"),
    ("no items", "a.json", b"[]", 1, "a.json (csl-json): 0 entries imported"),
    ("half of a JSON", "a.json", b'[{"id": "x"}, {"id":', 5, "a.json: This is no CSL-JSON: Expecting value (line 1, column 21)"),
    ("half of an XML", "a.xml", ENDNOTE[:200].encode(), 5, "a.xml: This is no EndNote XML"),
    ("numbers", "a.json", b"[1, 2]", 5, "a.json: This is no CSL-JSON: it has no items"),
    ("latin-1", "a.bib", b"@misc{a,\n title={\xdc}}", 5, "a.bib:2: is not UTF-8. Save the file as UTF-8, or convert it"),
    ("zero bytes", "a.bib", b"@misc{a, title={\0}}", 5, "a.bib: holds zero bytes"),
    ("of no format", "a.txt", b"PT J\nAU Smith\n", 2, "a.txt: its format cannot be told. Name it with --from"),
    ("an XML that declares", "a.xml", b"<!DOCTYPE x><xml><records></records></xml>", 5, "declares entities"),
    ("half a .bib", "a.bib", b"@misc{a, title={x}}\n@misc{b, title={y", 0, "a.bib, line 2: b: not imported: @misc{b, title={y (the entry is broken"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "code", "said"), [row[1:] for row in TROUBLE], ids=[row[0] for row in TROUBLE]
)
def test_trouble_is_said_with_its_place(run: Run, name: str, data: bytes, code: int, said: str) -> None:
    Path(name).write_bytes(data)
    done = run(name)
    assert done.code == code
    assert said in done.said
    assert text() == OURS or code == 0


def test_a_folder_is_no_file(run: Run) -> None:
    Path("folder").mkdir()
    done = run("folder")
    assert done.code == 5
    assert "folder: cannot be read: Is a directory." in done.said


# --- the merge of two libraries


# what it shows, the other file, what the library then has behind its own text, what is said
MERGES: list[tuple[str, str, str, str]] = [
    ("the key of another work gets a letter", "@misc{Kwon2023efficient, author={O, P}, title={Quite Another}, year={2020}}",
     "@misc{Kwon2023efficienta, author={O, P}, title={Quite Another}, year={2020}}\n",
     'line 1: the key "Kwon2023efficient" is taken, or BibTeX cannot read it; the new entry has "Kwon2023efficienta".'),
    ("only the key is changed", "@misc{misc, title={misc}}\n@Misc{Misc, title={Other}}",
     "@misc{misc, title={misc}}\n\n@Misc{Misca, title={Other}}\n", 'the new entry has "Misca"'),
    ("another key of a work that is there", "@misc{x, title={y}, doi={10.1145/1}}", "", '"x" is there already as "kwon2023efficient".'),
    ("the library's macro stays", "@string{acm = {ACM Press}}\n@book{b, author={A, B}, title={T}, publisher=acm}",
     "@book{b, author={A, B}, title={T}, publisher=acm}\n", "1 entry imported"),
    ("a macro of another meaning is put in", "@string{acm = {A.C.M.}}\n@book{b, author={A, B}, title={T}, publisher=acm}",
     "@book{b, author={A, B}, title={T}, publisher={A.C.M.}}\n", "1 entry imported"),
    ("a macro that nobody defines stays", "@book{b, author={A, B}, title={T}, publisher=nope}",
     "@book{b, author={A, B}, title={T}, publisher=nope}\n", "line 1: b: not imported: nope (the macro is defined nowhere"),
    ("a parent that stands in front goes behind", "@proceedings{p, title={P}, year={2024}}\n@inproceedings{c, author={C, D}, title={C}, crossref={p}}",
     "@inproceedings{c, author={C, D}, title={C}, crossref={p}}\n\n@proceedings{p, title={P}, year={2024}}\n", "2 entries imported"),
    ("a parent under another key is followed", "@inproceedings{c, author={C, D}, title={C}, crossref={SOSP23}}\n@proceedings{sosp23, title={Other}, year={1999}}",
     "@inproceedings{c, author={C, D}, title={C}, crossref={sosp23a}}\n\n@proceedings{sosp23a, title={Other}, year={1999}}\n", "2 entries imported"),
    ("xdata comes along", "@book{b, author={A, B}, title={T}, xdata={d, e}}\n@xdata{d, publisher={P}}\n@xdata{e, year={2020}}",
     "@book{b, author={A, B}, title={T}, xdata={d, e}}\n\n@xdata{d, publisher={P}}\n\n@xdata{e, year={2020}}\n", "3 entries imported"),
    ("a work twice in the file gives what it lacked", "@book{b, author={A, B}, title={T}, year={2020}}\n@book{c, author={A, B}, title={T}, publisher={P}}",
     "@book{b, author={A, B}, title={T}, year={2020}, publisher={P}}\n", '"c" is there already as "b".'),
    ("two editions are two books", "@book{b, author={A, B}, title={T}, edition={1}}\n@book{c, author={A, B}, title={T}, edition={2}}",
     "@book{b, author={A, B}, title={T}, edition={1}}\n\n@book{c, author={A, B}, title={T}, edition={2}}\n", "2 entries imported"),
    ("a story in two collections is two", "@incollection{b, author={A, B}, title={T}, booktitle={X}}\n@incollection{c, author={A, B}, title={T}, booktitle={Y}}",
     "@incollection{b, author={A, B}, title={T}, booktitle={X}}\n\n@incollection{c, author={A, B}, title={T}, booktitle={Y}}\n", "2 entries imported"),
    ("children that have their people of the parent", "@inbook{b, title={T}, crossref={p}}\n@inbook{c, title={U}, crossref={p}}\n@book{p, author={A, B}, title={P}}",
     "@inbook{b, title={T}, crossref={p}}\n\n@inbook{c, title={U}, crossref={p}}\n\n@book{p, author={A, B}, title={P}}\n", "3 entries imported"),
    ("talks of one page are two", "@misc{b, author={A, B}, title={One}, url={https://x.org/}}\n@misc{c, author={C, D}, title={Two}, url={https://x.org/}}",
     "@misc{b, author={A, B}, title={One}, url={https://x.org/}}\n\n@misc{c, author={C, D}, title={Two}, url={https://x.org/}}\n", "2 entries imported"),
    ("nobody and no title", "@misc{b, title={Untold}}\n@misc{c, howpublished={By word of mouth}}",
     "@misc{b, title={Untold}}\n\n@misc{c, howpublished={By word of mouth}}\n", "2 entries imported"),
    ("preamble and comments are listed", '@preamble{"\\x"}\n@comment{jabref}\n% words\n@misc{b, title={T}}', "@misc{b, title={T}}\n",
     "3 things without a place"),
]  # fmt: skip


@pytest.mark.parametrize(("other", "added", "said"), [row[1:] for row in MERGES], ids=[row[0] for row in MERGES])
def test_two_libraries_become_one(run: Run, other: str, added: str, said: str) -> None:
    Path("other.bib").write_text(other, "utf-8")
    done = run("other.bib")
    assert done.code == 0 or "title={y}" in other
    assert text() == OURS + ("\n" + added if added else "")
    assert said in done.said
    before = text()
    again = run("other.bib", "--json")
    assert again.data["added"] == [] == again.data["filled"]
    assert text() == before


def test_a_child_of_a_parent_that_is_there_stands_in_front_of_it(run: Run) -> None:
    Path("other.bib").write_text(
        "@inproceedings{c, author={C, D}, title={C}, crossref={P}}\n"
        "@proceedings{P, editor={Flinn, Jason}, title={Proceedings of SOSP}, address={Koblenz}}\n",
        "utf-8",
    )
    done = run("other.bib", "--json")
    assert done.data["filled"] == ["sosp23"]
    assert [entry.key for entry in library()] == ["kwon2023efficient", "c", "sosp23"]
    child = library()["c"]
    assert child.fields["booktitle"] == "Proceedings of SOSP"
    assert child.fields["address"] == "Koblenz"


def test_the_category_of_a_person_is_given_to_those_without(run: Run) -> None:
    Path("other.bib").write_text(
        "@misc{b, title={T}, keywords={x}}\n@misc{c, title={U}}\n@misc{d, title={V}, keywords={survey}}\n", "utf-8"
    )
    assert run("other.bib", "--category", "method").code == 0
    assert {entry.key: entry.category for entry in library() if len(entry.key) == 1} == {
        "b": "method",
        "c": "method",
        "d": "survey",
    }
    assert [entry.key for entry in library()] == ["kwon2023efficient", "b", "c", "sosp23", "d"]
    assert "@misc{b, title={T}, keywords={method, x}}" in text()


def test_conflicts_are_said_field_by_field(run: Run) -> None:
    Path("other.bib").write_text(
        "@misc{b, title={T}}\n"
        "@inproceedings{x, doi={10.1145/1}, author={Kwon, Woosuk and Li, Zhuohan and Wu, Wei}, year={2019}, pages={1-2}}\n",
        "utf-8",
    )
    done = run("other.bib", "--json")
    assert done.code == 3
    assert [(one["field"], one["place"]) for one in done.data["conflicts"]] == [
        ("author", "line 2"),
        ("year", "line 2"),
    ]
    assert 'other.bib, line 2: kwon2023efficient: year is "2019" there and "2023" here, which stays.' in done.said
    assert "1 entry imported, 1 there already (1 of them got what it lacked)" in done.said
    assert library()["kwon2023efficient"].fields["pages"] == "1–2"


def test_an_identifier_with_another_title_gives_nothing(run: Run) -> None:
    Path("other.bib").write_text(
        "@book{x, doi={10.1145/1}, title={Wholly Different Matters}, pages={1-2}, isbn={1}}\n", "utf-8"
    )
    done = run("other.bib", "--json")
    assert done.code == 3
    assert [one["field"] for one in done.data["conflicts"]] == ["title"]
    assert text() == OURS


def test_words_of_people_are_not_taken_but_told(run: Run) -> None:
    Path("other.bib").write_text(
        "@inproceedings{x, doi={10.1145/1}, note={Mine}, abstract={Long}, keywords={method, mine}}\n", "utf-8"
    )
    done = run("other.bib", "--json")
    assert done.code == 0
    assert [(one["field"], one["text"]) for one in done.data["left"]] == [
        ("abstract", "Long"),
        ("note", "Mine"),
        ("keywords", "mine"),
    ]
    assert "notes, keywords or abstracts of an entry that is there are not taken; bib -v shows them." in done.said
    assert text() == OURS


def test_what_classic_bibtex_adds_is_not_missed(run: Run) -> None:
    Path("refs.bib").write_text("@online{a,\n  title = {T},\n  url = {https://x.org/},\n}\n", "utf-8")
    before = text()
    Path("other.bib").write_text(
        "@misc{a, title={T}, howpublished={\\url{https://x.org/}}, key={X}, url={https://x.org/}}\n", "utf-8"
    )
    assert run("other.bib", "--json").data["filled"] == []
    assert text() == before


def test_a_file_that_nothing_can_be_put_into_is_said(run: Run) -> None:
    twice = OURS.partition("@proceedings")[0].partition("@inproceedings")
    Path("refs.bib").write_text(OURS + twice[1] + twice[2], "utf-8")
    before = text()
    Path("other.bib").write_text("@inproceedings{x, doi={10.1145/1}, pages={1-2}}\n", "utf-8")
    done = run("other.bib", "--json")
    assert done.data["filled"] == []
    assert [(one["key"], one["why"]) for one in done.data["unmapped"]] == [
        ("kwon2023efficient", "the library has this key more than once")
    ]
    assert text() == before


def test_a_library_that_lacks_a_letter_is_left_alone(run: Run) -> None:
    Path("refs.bib").write_bytes("@misc{a, title={Ü}}\n".encode("latin-1"))
    Path("a.json").write_text(json.dumps({**CSL, "title": "中文"}), "utf-8")
    done = run("a.json")
    assert done.code == 5
    assert Path("refs.bib").read_bytes() == "@misc{a, title={Ü}}\n".encode("latin-1")


def test_line_ends_follow_the_library(run: Run) -> None:
    Path("refs.bib").write_bytes(OURS.replace("\n", "\r\n").encode())
    Path("a.ris").write_text(RIS, "utf-8")
    run("a.ris")
    data = Path("refs.bib").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") > OURS.count("\n")


HOSTILE = "A \\input{/etc/passwd} \\write18{ls} 100% & # _ ~ ^ $ { <script>alert(1)</script> &#x202e; \u202e\u2066 \x1b[31m \x00\x01 @misc{x,"


@pytest.mark.parametrize("name", ["a.ris", "a.json", "z.json"])
def test_hostile_words_are_words(run: Run, name: str) -> None:
    made = {
        "a.ris": RIS.replace("A New Work", HOSTILE.replace("\x00", "")),
        "a.json": json.dumps({**CSL, "title": HOSTILE, "id": "a}b", "URL": "javascript:alert(1)"}),
        "z.json": json.dumps({**ZOTERO, "title": HOSTILE, "citationKey": "../../x", "url": "file:///etc/passwd"}),
    }
    Path(name).write_text(made[name], "utf-8")
    done = run(name, "--json")
    assert done.code == 0
    assert len(library()) == 3
    assert not library().problems
    new = text()[len(OURS) :]
    assert "\\input" not in new
    assert "\\write18" not in new
    assert all(char.isprintable() or char == "\n" for char in new)
    assert "javascript" not in new
    assert all(char.isprintable() or char == "\n" for char in done.said)
