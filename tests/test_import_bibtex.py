"""Another .bib file comes in byte for byte; broken entries, comments and free text are reported with their line."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from round_trips import DATA, missing

from llminfer_bib import Library
from llminfer_bib.importers import Imported, Options, bibtex
from llminfer_bib.model import Category, Person

NOTHING = Options()
PLAIN = "@misc{a,\n  author = {Kwon, Woosuk},\n  title = {The {KV} Cache},\n  keywords = {method, serving},\n}"


def imported(text: str, macros: dict[str, str] | None = None, options: Options = NOTHING) -> Imported:
    return bibtex.read(text, options, macros)


def test_an_entry_is_taken_over_as_it_stands() -> None:
    found = imported(f"\n{PLAIN}\n", options=Options((Category("method"),)))
    (entry,) = found.entries
    assert found.unmapped == ()
    assert (entry.source, entry.key, entry.type, entry.place) == (PLAIN, "a", "misc", "line 2")
    assert dict(entry.fields) == {"title": "The KV Cache"}
    assert entry.people["author"].persons == (Person("Kwon", "Woosuk"),)
    assert (entry.category, entry.keywords) == ("method", ("serving",))


@pytest.mark.parametrize(
    "text",
    [
        "@MISC{A,TITLE=\"x\"}", "@misc(a, title = {x},)", "@misc{a,\r\n\ttitle = 12,\r\n}", "@misc{ключ, title = {Заглавие — 标题}}",
        "@article{a, month = jan, title = \"a\" # { b}}", "@misc{a, title = {x}, title = {y}}", "@misc{a}", "@misc{a, note = {100\\%}}",
    ],
)  # fmt: skip
def test_entries_in_any_layout_keep_their_bytes(text: str) -> None:
    found = imported(text)
    assert [entry.source for entry in found.entries] == [text]
    assert found.unmapped == ()


def test_our_own_file_comes_back_byte_for_byte() -> None:
    library = Library.open(DATA / "twelve.bib", DATA / "twelve.toml")
    found = imported(library.text, {"tods": "ACM Transactions on Database Systems"})
    assert [entry.key for entry in found.entries] == [entry.key for entry in library]
    assert all(entry.source in library.text for entry in found.entries)
    for entry in found.entries:
        assert entry.people == library[entry.key].people
        assert entry.fields == {name: value for name, value in library[entry.key].fields.items() if name != "keywords"}


# --- macros

TODS = '@string{tods = "ACM " # {TODS}}\n@article{a, journal = tods, title = {T}}\n'


@pytest.mark.parametrize("macros", [None, {}, {"tods": "Something else"}, {"other": "ACM TODS"}])
def test_a_macro_that_the_library_has_not_is_put_in(macros: dict[str, str] | None) -> None:
    found = imported(TODS, macros)
    assert found.entries[0].source == "@article{a, journal = {ACM TODS}, title = {T}}"
    assert found.entries[0].fields["journal"] == "ACM TODS"
    assert found.unmapped == ()


@pytest.mark.parametrize("macros", [{"tods": "ACM TODS"}, {"TODS": "ACM TODS"}])
def test_a_macro_that_the_library_defines_the_same_stays(macros: dict[str, str]) -> None:
    assert imported(TODS, macros).entries[0].source == "@article{a, journal = tods, title = {T}}"


def test_a_macro_that_only_the_library_defines_stays() -> None:
    found = imported("@article{a, journal = tods, title = {T}}", {"tods": "ACM TODS"})
    assert found.entries[0].source == "@article{a, journal = tods, title = {T}}"
    assert found.unmapped == ()


def test_a_value_of_a_macro_of_the_file_and_one_of_the_library_is_put_in_whole() -> None:
    found = imported("@string{a = {one }}@misc{x, note = a # b}", {"b": "two"})
    assert found.entries[0].source == "@misc{x, note = {one two}}"


def test_a_value_with_a_macro_that_nobody_defines_stays_whole_and_is_reported() -> None:
    found = imported("@string{a = {one }}@misc{x, note = a # b}")
    assert found.entries[0].source == "@misc{x, note = a # b}"
    assert {"a # b", "b"} < {lost.what for lost in found.unmapped}


def test_a_macro_that_nobody_defines_stays_and_is_reported() -> None:
    found = imported("\n@article{a, journal = tods, title = {T}}")
    assert found.entries[0].source == "@article{a, journal = tods, title = {T}}"
    assert [(lost.place, lost.what, lost.key) for lost in found.unmapped] == [("line 2", "tods", "a")]


def test_macros_have_the_values_that_they_have_where_the_entry_stands() -> None:
    found = imported("@string{a = {one}}@misc{x, note = a}@string{a = a # { two}}@misc{y, note = a # {!} # jan}")
    assert [entry.source for entry in found.entries] == ["@misc{x, note = {one}}", "@misc{y, note = {one two!January}}"]


def test_months_stay_macros_unless_the_file_redefines_them() -> None:
    assert imported("@misc{x, month = jan}").entries[0].source == "@misc{x, month = jan}"
    assert imported("@string{jan = {Jänner}}@misc{x, month = jan}").entries[0].source == "@misc{x, month = {Jänner}}"


def test_macros_that_no_entry_uses_are_reported() -> None:
    found = imported("@string{a = {one}}\n@string{b = {two}}\n@misc{x, note = a}")
    assert [(lost.place, lost.what) for lost in found.unmapped] == [("line 2", "@string b = two")]


def test_macros_that_double_ten_thousandfold_do_not_grow_without_end() -> None:
    text = (
        "@string{a0 = {xxxxxxxxxx}}\n"
        + "".join(f"@string{{a{n + 1} = a{n} # a{n}}}\n" for n in range(60))
        + "@misc{x, note = a60}"
    )
    assert len(imported(text).entries[0].source) < 10_000_000


# --- what is no entry, or a broken one


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("@misc{a,\n  title = {x}\n  year = 2020,\n}", 3, "comma is missing"),
        ("@misc{a,\n  title = {x},\n  year = ,\n}", 3, "field without a value"),
        ("@misc{a, title = {x},\n % remark\n year = 2020}", 2, "remark"),
        ("\n@misc{a, title = {x", 2, "not closed"),
        ("@misc{\n title = {x}}", 2, "key"),
    ],
)
def test_broken_entries_are_reported_with_their_line(text: str, line: int, why: str) -> None:
    found = imported(text)
    assert found.entries == ()
    assert any(lost.place in {f"line {line}", "line 1"} and why in lost.why for lost in found.unmapped), found.unmapped


def test_a_broken_entry_does_not_take_its_neighbours_with_it() -> None:
    found = imported("@misc{a, title = {x}}\n@misc{b, title = {x\n@misc{c, title = {y}}\n")
    assert [entry.key for entry in found.entries] == ["a", "c"]
    assert [lost.key for lost in found.unmapped] == ["b"]


@pytest.mark.parametrize(
    "text", ["@comment{jabref-meta: x}", '@preamble{"\\newcommand{\\x}{y}"}', "% a remark", "Some words"]
)
def test_what_is_no_entry_is_reported(text: str) -> None:
    found = imported(f"{PLAIN}\n\n{text}\n{PLAIN.replace('{a,', '{b,')}\n")
    assert [entry.key for entry in found.entries] == ["a", "b"]
    assert [(lost.place, lost.what) for lost in found.unmapped] == [("line 7", text)]


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n"])
def test_an_empty_file_has_no_entries(text: str) -> None:
    assert imported(text) == Imported()


def test_parents_come_along() -> None:
    found = imported(
        "@inproceedings{a, title = {T}, crossref = {p}, xdata = {x}}\n@xdata{x, publisher = {P}}\n@proceedings{p, title = {Proc}}"
    )
    assert [entry.key for entry in found.entries] == ["a", "x", "p"]
    assert (found.entries[0].fields["booktitle"], found.entries[0].fields["publisher"]) == ("Proc", "P")


# --- hostile input


@pytest.mark.parametrize("text", ["@" * 20_000, "@a{" * 5_000, "{" * 50_000, "@misc{a, title = " + "{" * 50_000 + "}" * 50_000 + "}",
                                  "@misc{a,t=" + "x # " * 20_000 + "y}", "\0" * 1000, "@string{a=" * 3000, "@misc{a,\n" * 5_000])  # fmt: skip
def test_hostile_text_neither_raises_nor_takes_long(text: str) -> None:
    began = time.monotonic()
    imported(text)
    assert time.monotonic() - began < 10


_PIECES = st.sampled_from(
    ["@misc{k?, title = {t?}, note = {n? {b?}}}", "@misc{k?, title = {t?}\n year = {y?}}", "@string{s? = {v?}}", "@misc{k?, note = s # {n?}}",
     "@string{s = {v?}}", "@comment{c?}", "@preamble{{p?}}", "% r?", "w?", "@misc{k?, title = {t?", "@misc{k?, title = {t?}, title = {u?}}", "}", "@", '"', "@string{x?", "@{?}"]
)  # fmt: skip


@settings(max_examples=100)
@given(st.lists(_PIECES, max_size=8))
def test_every_word_of_the_file_is_in_an_entry_or_reported(pieces: list[str]) -> None:
    words: list[str] = []
    text = ""
    for char in "\n".join(pieces):
        if char == "?":
            words.append(f"tok{len(words)}x")
        text += words[-1] if char == "?" else char
    assert missing(words, imported(text)) == []


@settings(max_examples=100)
@given(st.text(st.sampled_from('@misc{}(),="# \nstring%abc12'), max_size=80))
def test_any_text_is_read_and_sources_are_stretches_of_it(text: str) -> None:
    found = imported(text, {"a": "x", "b": "y", "c": "z", "ab": "q"})
    if "string" not in text:
        assert all(entry.source in text for entry in found.entries)
