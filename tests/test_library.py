"""The public Python API: open, read, change, see the difference, save, export; all that README promises."""

from __future__ import annotations

import json
from pathlib import Path

import bibtexparser
import pytest
from bibtexparser import model as theirs
from growth import assert_in_proportion

import llminfer_bib
from llminfer_bib import BibError, Date, Entry, Library, Problem
from llminfer_bib.config import Config
from llminfer_bib.edits import NoSuchEntryError, RefusedEditError
from llminfer_bib.export import EXPORTERS, UnknownFormatError
from llminfer_bib.model import Category, Topic
from llminfer_bib.saving import ChangedOnDiskError

ODD = json.loads((Path(__file__).parent / "data" / "odd-inputs.json").read_text("utf-8"))
TEXT = """@string{sosp = {SOSP}}
% a remark
@inproceedings{kwon,
  author    = {Kwon, Woosuk and {vLLM Team}},
  title     = {Efficient {PagedAttention}},
  booktitle = sosp,
  year      = 2023,
  keywords  = {method, kv-cache},
}

@misc{dai, title = {高效推理}, author = {戴国浩}, url = {https://x.org}}
"""
CONFIG = Config(categories=(Category("method", "方法", "Methods"),), topics=(Topic("kv-cache"),))


@pytest.fixture
def library() -> Library:
    return Library.from_text(TEXT, CONFIG)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "refs.bib"
    path.write_bytes(TEXT.encode())
    (tmp_path / "bib.toml").write_text('file = "refs.bib"\n\n[[categories]]\nslug = "method"\ntitle_en = "Methods"\n')
    return path


# ------------------------------------------------------------------------------------------------ reading


def test_the_public_names_are_those_of_the_package() -> None:
    assert {name: getattr(llminfer_bib, name) for name in llminfer_bib.__all__}
    with pytest.raises(AttributeError, match="nothing"):
        _ = llminfer_bib.nothing


def test_a_library_is_a_row_of_entries(library: Library) -> None:
    assert len(library) == 2
    assert [entry.key for entry in library] == ["kwon", "dai"]
    assert all(isinstance(entry, Entry) for entry in library)
    assert library["kwon"].date == Date(2023)
    assert (library["kwon"].category, library["kwon"].topics) == ("method", ("kv-cache",))
    assert library["kwon"].title.protected == ((10, 24),)
    assert "dai" in library and "nobody" not in library
    assert library.problems == ()
    assert library.macros() == ("sosp",)


def test_a_key_that_is_not_there(library: Library) -> None:
    with pytest.raises(KeyError):
        _ = library["nobody"]
    for change in (
        lambda: library.set("nobody", note="x"),
        lambda: library.unset("nobody", "note"),
        lambda: library.rename_field("nobody", "a", "b"),
        lambda: library.remove("nobody"),
        lambda: library.rename("nobody", "b"),
        lambda: library.add("@misc{x}", after="nobody"),
    ):
        with pytest.raises(NoSuchEntryError):
            change()
    assert library.text == TEXT


def test_of_two_entries_with_one_key_the_first_is_found() -> None:
    library = Library.from_text("@misc{a, note = 1}@misc{a, note = 2}")
    assert library["a"].fields["note"] == "1"
    assert [entry.fields["note"] for entry in library] == ["1", "2"]


def test_problems_are_values_in_the_order_of_the_file() -> None:
    library = Library.from_text("@misc{a, year = {x}, doi = {y}}\n@misc{a, note = z}")
    assert all(isinstance(problem, Problem) for problem in library.problems)
    assert [(p.line, p.code) for p in library.problems] == [(1, "B022"), (1, "B024"), (2, "B015"), (2, "B020")]
    assert str(library.problems[0]) == "refs.bib:1:17: a: B022 year = `x` is no year. Write four digits."


def test_looking_entries_up_takes_no_quadratic_time() -> None:
    def work(library: Library) -> None:
        assert all(f"k{n}" in library and library[f"k{n}"].key for n in range(len(library)))

    assert_in_proportion(
        lambda count: Library.from_text("".join(f"@misc{{k{n}}}\n" for n in range(count))), work, most=4000
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff@misc{k, title = {é}}",
        "@misc{k, title = {é\0}}",
        "@misc{k, title = {é\ud800}}",
        "% coding: latin-1\n@misc{k, title = {é}}",
    ],
)
def test_text_is_text_whatever_a_file_with_its_bytes_would_be(text: str) -> None:
    library = Library.from_text(text)
    assert library["k"].title.text[0] == "é"
    assert library.text == text.removeprefix("\ufeff")


def test_the_stream_keeps_nothing_and_collects_problems_on_demand() -> None:
    problems: list[Problem] = []
    library = Library.from_text("@misc{a, year = {x}, note = {n}}")
    (entry,) = library.stream(frozenset({"note"}), problems)
    assert "note" not in entry.fields
    assert [problem.code for problem in problems] == ["B022"]


# ------------------------------------------------------------------------------------------------ changing


def test_setting_changes_the_line_asked_for_and_nothing_else(library: Library) -> None:
    assert library["kwon"].fields["year"] == "2023"
    library.set("kwon", year="2024", note="R&D at 100%")
    assert library.text == TEXT.replace("= 2023,", "= 2024,").replace(
        "kv-cache},\n", "kv-cache},\n  note      = {R\\&D at 100\\%},\n"
    )
    assert library["kwon"].fields["note"] == "R&D at 100%"
    assert library["kwon"].date == Date(2024)


def test_a_raw_value_is_source(library: Library) -> None:
    library.set("dai", raw=True, note=r"M{\"u}ller", series="sosp # { '23}", month="jan")
    assert r"note = {M{\"u}ller}, series = sosp # { '23}, month = jan}" in library.text
    assert (library["dai"].fields["note"], library["dai"].fields["series"]) == ("Müller", "SOSP '23")


def test_setting_nothing_or_the_same_changes_nothing(library: Library) -> None:
    library.set("kwon")
    library.set("kwon", year="2023")
    library.unset("kwon")
    library.unset("kwon", "nothing")
    assert library.text == TEXT
    assert library.diff() == ""


def test_a_field_may_have_any_name_that_a_field_can_have(library: Library) -> None:
    library.set("dai", **{"key": "x", "self": "y", "date-added": "z"})
    assert [library["dai"].fields[name] for name in ("key", "self", "date-added")] == ["x", "y", "z"]
    with pytest.raises(RefusedEditError):
        library.set("dai", **{"no name": "x"})


def test_unsetting_removes_fields(library: Library) -> None:
    library.unset("kwon", "booktitle", "YEAR")
    assert library.text == TEXT.replace("  booktitle = sosp,\n  year      = 2023,\n", "")


def test_a_field_is_renamed(library: Library) -> None:
    library.rename_field("kwon", "booktitle", "eventtitle")
    assert "  eventtitle = sosp,\n" in library.text
    with pytest.raises(RefusedEditError):
        library.rename_field("kwon", "nothing", "x")


def test_entries_are_added_removed_and_renamed(library: Library) -> None:
    library.add("@misc{new, title = {New}}", after="kwon")
    library.add("@misc{last}")
    assert [entry.key for entry in library] == ["kwon", "new", "dai", "last"]
    library.rename("new", "newer")
    library.remove("last")
    library.remove("newer")
    assert [entry.key for entry in library] == ["kwon", "dai"]
    assert library.text.rstrip() == TEXT.rstrip()
    with pytest.raises(RefusedEditError):
        library.add("no entry")
    with pytest.raises(RefusedEditError):
        library.rename("dai", "KWON")
    with pytest.raises(BibError, match="no valid Unicode"):
        library.add("@misc{x, title = {\udcff}}")
    with pytest.raises(BibError, match="no valid Unicode"):
        library.rename("dai", "d\udcff")


def test_of_a_refused_change_nothing_stays(library: Library) -> None:
    with pytest.raises(BibError):
        library.set("kwon", note="fine", url="{")
    assert library.text == TEXT


def test_problems_follow_the_changes(library: Library) -> None:
    library.set("kwon", year="soon")
    assert [problem.code for problem in library.problems] == ["B022"]
    library.set("kwon", year="2023")
    assert library.problems == ()


def test_the_difference_is_shown(library: Library) -> None:
    library.set("kwon", year="2024")
    assert library.diff().split("\n") == [
        "--- refs.bib",
        "+++ refs.bib",
        "@@ -4,7 +4,7 @@",
        "   author    = {Kwon, Woosuk and {vLLM Team}},",
        "   title     = {Efficient {PagedAttention}},",
        "   booktitle = sosp,",
        "-  year      = 2023,",
        "+  year      = 2024,",
        "   keywords  = {method, kv-cache},",
        " }",
        " ",
        "",
    ]


# ------------------------------------------------------------------------------------------------ files


def test_a_file_is_opened_changed_and_saved(file: Path) -> None:
    library = Library.open(file)
    assert library.config.categories[0].slug == "method"
    assert not library.save()
    library.set("kwon", year="2024")
    assert file.read_bytes() == TEXT.encode()
    assert library.save()
    assert file.read_bytes() == TEXT.replace("= 2023,", "= 2024,").encode()
    assert library.diff() == ""
    assert not library.save()
    library.unset("kwon", "keywords")
    assert library.save()


def test_a_library_is_found_from_the_folder(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file.parent / "deeper").mkdir()
    monkeypatch.chdir(file.parent / "deeper")
    assert [entry.key for entry in Library.open()] == ["kwon", "dai"]


def test_a_file_that_is_not_there_is_an_error_for_the_user(tmp_path: Path) -> None:
    with pytest.raises(BibError):
        Library.open(tmp_path / "nothing.bib")


def test_a_file_that_somebody_else_changed_is_left_alone(file: Path) -> None:
    library = Library.open(file)
    library.set("kwon", year="2024")
    file.write_bytes(b"@misc{other}")
    with pytest.raises(ChangedOnDiskError):
        library.save()
    assert file.read_bytes() == b"@misc{other}"


def test_text_without_a_file_cannot_be_saved(library: Library) -> None:
    library.set("kwon", year="2024")
    with pytest.raises(ValueError, match="no file"):
        library.save()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gbk"])
def test_the_encoding_and_the_line_ends_stay(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.bib"
    text = TEXT.replace("\n", "\r\n")
    path.write_bytes(text.encode(encoding))
    library = Library.open(path)
    assert library["dai"].title.text == "高效推理"
    library.set("dai", note="注")
    library.save()
    assert path.read_bytes() == text.replace("x.org}}", "x.org}, note = {注}}").encode(encoding)


def test_lone_surrogates_in_a_utf_16_file_survive_and_break_no_export(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    raw = "\ufeff@misc{k, title = {a\ud800b}, author = {C\udfff, D}, url = {https://x.org/\ud800}, keywords = {x\ud800}, note = {n}}\n"
    path.write_bytes(raw.encode("utf-16-le", "surrogatepass"))
    library = Library.open(path)
    for name in EXPORTERS:
        assert library.render(name)
        assert library.export(name, tmp_path / name)
    assert library.to_bibtexparser().entries
    library.set("k", note="m")
    assert library.diff()
    library.save()
    assert path.read_bytes() == raw.replace("{n}", "{m}").encode("utf-16-le", "surrogatepass")


# ------------------------------------------------------------------------------------------------ exports


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_format_is_rendered_and_written_the_same(library: Library, tmp_path: Path, name: str) -> None:
    pages = library.render(name)
    assert pages
    written = library.export(name, tmp_path)
    assert {path.relative_to(tmp_path).as_posix(): path.read_text("utf-8") for path in written} == pages
    assert library.export(name, tmp_path) == written


def test_an_export_shows_the_changes_and_obeys_choices(library: Library) -> None:
    library.set("kwon", title="Another title")
    (page,) = library.render("md", lang="en").values()
    assert "Another title" in page
    assert "Methods" in page
    assert library.options(lang="en", dialect="zotero").dialect == "zotero"
    with pytest.raises(TypeError):
        library.options(nonsense=1)


def test_an_unknown_format_is_an_error_that_names_the_known_ones(library: Library, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match="csl-json"):
        library.render("docx")
    with pytest.raises(UnknownFormatError):
        library.export("docx", tmp_path)


# ------------------------------------------------------------------------------------------------ bibtexparser


def test_bibtexparser_gets_values_as_its_default_parse_would_give_them(library: Library) -> None:
    copy = library.to_bibtexparser()
    assert isinstance(copy, bibtexparser.Library)
    own = bibtexparser.parse_string(TEXT)
    for mine, reference in zip(copy.entries, own.entries, strict=True):
        assert (mine.key, mine.entry_type) == (reference.key, reference.entry_type)
        assert {f.key: f.value for f in mine.fields} == {f.key.lower(): f.value for f in reference.fields}
        assert mine.start_line == reference.start_line
        assert mine.raw == reference.raw
    assert [(string.key, string.value) for string in copy.strings] == [("sosp", "SOSP")]
    assert [comment.comment for comment in copy.comments] == ["% a remark"]
    assert copy.failed_blocks == []


def test_bibtexparser_gets_every_block_in_order() -> None:
    library = Library.from_text(
        'free\n@preamble{"x" # "y"}\n@comment{ jabref }\n@string{a = "b"}\n@misc{k, note = a # {c}}\nend'
    )
    kinds = [type(block) for block in library.to_bibtexparser().blocks]
    assert kinds == [
        theirs.ImplicitComment,
        theirs.Preamble,
        theirs.ExplicitComment,
        theirs.String,
        theirs.Entry,
        theirs.ImplicitComment,
    ]
    copy = library.to_bibtexparser()
    assert copy.preambles[0].value == "xy"
    assert copy.entries[0]["note"] == "bc"
    assert bibtexparser.write_string(copy)


def test_bibtexparser_gets_a_copy(library: Library) -> None:
    library.to_bibtexparser().entries[0].fields.clear()
    assert library.text == TEXT
    assert len(library.to_bibtexparser().entries[0].fields) == 5


def test_duplicate_keys_are_treated_as_bibtexparser_does() -> None:
    text = "@misc{a, note = 1}\n@misc{a, note = 2}\n@string{s = 1}\n@string{s = 2}\n"
    mine, own = Library.from_text(text).to_bibtexparser(), bibtexparser.parse_string(text)
    assert [type(block) for block in mine.failed_blocks] == [type(block) for block in own.failed_blocks]
    assert [entry.key for entry in mine.entries] == [entry.key for entry in own.entries] == ["a"]
    assert list(mine.entries_dict) == ["a"]


@pytest.mark.parametrize("name", ODD)
def test_every_odd_input_becomes_a_bibtexparser_library_with_the_same_keys(name: str) -> None:
    library = Library.from_text(ODD[name]["input"])
    copy = library.to_bibtexparser()
    keys = [entry["key"] for entry in ODD[name]["entries"]]
    assert [entry.key for entry in copy.entries] == list(dict.fromkeys(keys))
    assert {type(block) for block in copy.failed_blocks} <= {theirs.DuplicateBlockKeyBlock}
    assert len([block for block in copy.failed_blocks if isinstance(block.ignore_error_block, theirs.Entry)]) == len(
        keys
    ) - len(set(keys))
    first = {entry["key"]: entry for entry in reversed(ODD[name]["entries"])}
    for entry in copy.entries:
        assert [field.key for field in entry.fields] == list(first[entry.key]["fields"])
    bibtexparser.write_string(copy)


@pytest.mark.parametrize("name", ODD)
def test_every_odd_input_is_read_rendered_and_left_as_it_is(name: str) -> None:
    library = Library.from_text(ODD[name]["input"])
    assert [entry.key for entry in library] == [entry["key"] for entry in ODD[name]["entries"]]
    assert all(library.render(exporter) for exporter in EXPORTERS)
    assert library.text == ODD[name]["input"].removeprefix("\ufeff")
    assert library.diff() == ""
