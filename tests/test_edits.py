"""Edits: each changes just what was asked, looks as if the file's owner had made it, and is proven or refused."""

from __future__ import annotations

import json
import random
import time
from difflib import unified_diff
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.bibfile import Document, RawEntry
from llminfer_bib.edits import (
    AddEntry,
    AmbiguousKeyError,
    BrokenEntryError,
    Edit,
    NoSuchEntryError,
    RefusedEditError,
    RemoveEntry,
    RemoveField,
    RenameEntry,
    RenameField,
    RetypeEntry,
    SetField,
    apply_edits,
)
from llminfer_bib.problems import BibError
from llminfer_bib.proof import NotProvenError, prove_block, prove_keys

ODD = json.loads((Path(__file__).parent / "data" / "odd-inputs.json").read_text("utf-8"))


def edit(text: str, *edits: Edit) -> str:
    return apply_edits(Document.from_bytes(text.encode()), edits).data.decode()


HOUSE = "@misc{k,\n  title = {A},\n  year = {2020},\n}\n"
NO_TRAILING = "@misc{k,\n\ttitle = {A},\n\tyear = 2020\n}\n"
ALIGNED = '@ARTICLE{k,\n  Title     = "T",\n  YEAR      = 2020,\n}\n'
INLINE = "@misc{k, title={A}, year=2020}\n"

# what it shows, before, edit, after
CHANGES: list[tuple[str, str, Edit, str]] = [
    ("set keeps braces", HOUSE, SetField("k", "title", "{B}"), HOUSE.replace("{A}", "{B}")),
    ("set keeps quotes", ALIGNED, SetField("k", "title", "{B}"), ALIGNED.replace('"T"', '"B"')),
    ("set keeps a bare number", NO_TRAILING, SetField("k", "year", "{2021}"), NO_TRAILING.replace("2020", "2021")),
    ("a number in braces stays so", HOUSE, SetField("k", "year", "{2021}"), HOUSE.replace("2020", "2021")),
    ("words replace a bare number in braces", NO_TRAILING, SetField("k", "year", "{in press}"), NO_TRAILING.replace("2020", "{in press}")),
    ("a quote in the value ends the quotes", ALIGNED, SetField("k", "title", '{say "x"}'), ALIGNED.replace('"T"', '{say "x"}')),
    ("exact is exact", ALIGNED, SetField("k", "title", "{B}", exact=True), ALIGNED.replace('"T"', "{B}")),
    ("set to a macro", HOUSE, SetField("k", "year", "jan"), HOUSE.replace("{2020}", "jan")),
    ("the name's own case stays", ALIGNED, SetField("k", "year", "{2021}"), ALIGNED.replace("2020", "2021")),
    ("set over a concatenation", '@misc{k, t = a # " b" # {c}}', SetField("k", "t", "{x}"), "@misc{k, t = {x}}"),
    ("set a field without a value", "@misc{k, title, year = 1}", SetField("k", "title", "{T}"), "@misc{k, title = {T}, year = 1}"),
    ("set an empty value", "@misc{k, title = , year = 1}", SetField("k", "title", "{T}"), "@misc{k, title = {T}, year = 1}"),
    ("set repairs an unquoted value", "@misc{k, title={A}, year=2020-21}", SetField("k", "year", "{2020}"), "@misc{k, title={A}, year={2020}}"),
    ("set in an entry with a remark", "@misc{k,\n  title={A}, % x\n  year=1\n}", SetField("k", "title", "{B}"), "@misc{k,\n  title={B}, % x\n  year=1\n}"),
    ("the key's case does not matter when it is clear", HOUSE, SetField("K", "title", "{B}"), HOUSE.replace("{A}", "{B}")),
    ("add behind a trailing comma", HOUSE, SetField("k", "doi", "{d}"), HOUSE.replace("},\n}", "},\n  doi = {d},\n}")),
    ("add without one", NO_TRAILING, SetField("k", "doi", "{d}"), NO_TRAILING.replace("2020\n", "2020,\n\tdoi = {d}\n")),
    ("add aligned", ALIGNED, SetField("k", "doi", "{d}"), ALIGNED.replace("2020,\n", "2020,\n  doi       = {d},\n")),
    ("add inline", INLINE, SetField("k", "doi", "{d}"), INLINE.replace("2020}", "2020, doi={d}}")),
    ("add to an entry without fields", "@misc{k}\n", SetField("k", "t", "{d}"), "@misc{k, t = {d}}\n"),
    ("add behind the key's comma", "@misc{k,\n}\n", SetField("k", "t", "{d}"), "@misc{k,\n  t = {d},\n}\n"),
    ("add in front of a remark", "@misc{k,\n  a = {A} % no\n}\n", SetField("k", "t", "{d}"), "@misc{k,\n  a = {A}, % no\n  t = {d}\n}\n"),
    ("add in parentheses", "@misc(k,\n  a = {A}\n)\n", SetField("k", "t", "{d}"), "@misc(k,\n  a = {A},\n  t = {d}\n)\n"),
    ("add with CRLF", HOUSE.replace("\n", "\r\n"), SetField("k", "t", "{a\nb}"),
     HOUSE.replace("},\n}", "},\n  t = {a\nb},\n}").replace("\n", "\r\n")),
    ("remove a line", HOUSE, RemoveField("k", "title"), "@misc{k,\n  year = {2020},\n}\n"),
    ("remove the last line", NO_TRAILING, RemoveField("k", "year"), "@misc{k,\n\ttitle = {A},\n}\n"),
    ("remove several lines at once", "@misc{k,\n  a = {x\n  y},\n  b = {z}\n}", RemoveField("k", "a"), "@misc{k,\n  b = {z}\n}"),
    ("remove inline", INLINE, RemoveField("k", "title"), "@misc{k, year=2020}\n"),
    ("remove the last inline", INLINE, RemoveField("k", "year"), "@misc{k, title={A}}\n"),
    ("remove the only one inline", "@misc{k, title={A}}", RemoveField("k", "title"), "@misc{k}"),
    ("remove the only one in parentheses", "@misc(k, title={A})", RemoveField("k", "title"), "@misc(k,)"),
    ("remove leaves a remark", "@misc{k,\n  a = {A}, % keep\n  b = {B},\n}", RemoveField("k", "a"), "@misc{k,\n   % keep\n  b = {B},\n}"),
    ("remove an absent field", HOUSE, RemoveField("k", "doi"), HOUSE),
    ("rename a field", ALIGNED, RenameField("k", "title", "booktitle"), ALIGNED.replace("Title ", "booktitle ")),
    ("rename a field's case", ALIGNED, RenameField("k", "title", "title"), ALIGNED.replace("Title", "title")),
    ("rename an entry", HOUSE, RenameEntry("k", "new2020key"), HOUSE.replace("{k,", "{new2020key,")),
    ("retype an entry", HOUSE, RetypeEntry("k", "inproceedings"), HOUSE.replace("@misc", "@inproceedings")),
    ("retype to a shorter word in lower case", ALIGNED, RetypeEntry("k", "Book"), ALIGNED.replace("ARTICLE", "book")),
    ("retype to the type it has", ALIGNED, RetypeEntry("k", "article"), ALIGNED),
    ("retype leaves blanks and parentheses", "@ misc\t( k, a = {é} )", RetypeEntry("k", "online"), "@ online\t( k, a = {é} )"),
    ("retype an entry without fields", "@misc{k}\n", RetypeEntry("k", "online"), "@online{k}\n"),
    ("retype a type with odd letters", "@mïsc{k, é = {ü}}\n", RetypeEntry("k", "misc2"), "@misc2{k, é = {ü}}\n"),
    ("retype with CRLF", HOUSE.replace("\n", "\r\n"), RetypeEntry("k", "online"), HOUSE.replace("misc", "online").replace("\n", "\r\n")),
    ("remove an entry", HOUSE + "\n" + INLINE.replace("k,", "l,"), RemoveEntry("k"), INLINE.replace("k,", "l,")),
    ("remove the last entry", "@misc{a}\n\n" + HOUSE, RemoveEntry("k"), "@misc{a}\n"),
    ("remove leaves text around", "% one\n\n" + HOUSE + "\n% two\n", RemoveEntry("k"), "% one\n\n% two\n"),
    ("remove inside a line", "x @misc{k} y @misc{l}\n", RemoveEntry("k"), "x  y @misc{l}\n"),
    ("add at the end", HOUSE, AddEntry("@misc{n}"), HOUSE + "\n@misc{n}\n"),
    ("add to an empty file", "", AddEntry("@misc{n}"), "@misc{n}\n"),
    ("add between", "@misc{a}\n\n@misc{b}\n", AddEntry("@misc{n}", after="a"), "@misc{a}\n\n@misc{n}\n\n@misc{b}\n"),
    ("add where a line end is missing", "@misc{a}", AddEntry("@misc{n}"), "@misc{a}\n\n@misc{n}\n"),
    ("add with CRLF to the end", "@misc{a}\r\n", AddEntry("@misc{n,\n}"), "@misc{a}\r\n\r\n@misc{n,\r\n}\r\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "change", "after"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
def test_an_edit_changes_just_what_was_asked(before: str, change: Edit, after: str) -> None:
    assert edit(before, change) == after


# Adding and removing an entry moves the blank lines around it on purpose.
INSIDE = [row for row in CHANGES if not isinstance(row[2], AddEntry | RemoveEntry)]


@pytest.mark.parametrize(("before", "change"), [row[1:3] for row in INSIDE], ids=[row[0] for row in INSIDE])
def test_an_edit_leaves_the_text_around_alone(before: str, change: Edit) -> None:
    head, tail = "\ufeff% häd @ {\n@string{s = {x}}\n\n", "\n\n@comment{ tail }\n@misc{other, title = {a\\}}\n"
    document = Document.from_bytes((head + before + tail).encode())
    after = apply_edits(document, [change]).to_bytes().decode()
    assert after.startswith(head)
    assert after.endswith(tail)
    assert after[len(head) : -len(tail)] == edit(before, change)


# what it shows, before, edit, error
REFUSALS: list[tuple[str, str, Edit | list[Edit], type[BibError]]] = [
    ("an unknown key", HOUSE, SetField("nope", "a", "{b}"), NoSuchEntryError),
    ("a key used twice", HOUSE + HOUSE, SetField("k", "a", "{b}"), AmbiguousKeyError),
    ("a key unclear by case", "@misc{Foo}@misc{foo}", SetField("FOO", "a", "{b}"), NoSuchEntryError),
    ("an entry that is cut off", "@misc{k, title = {A}\n\n@misc{l}", SetField("k", "a", "{b}"), BrokenEntryError),
    ("an open brace in the value", HOUSE, SetField("k", "title", "{a{b}"), NotProvenError),
    ("a closing brace in the value", HOUSE, SetField("k", "title", "{a}b}"), NotProvenError),
    ("a value that ends the entry", HOUSE, SetField("k", "title", "{a}, evil = {b}"), NotProvenError),
    ("a value without delimiters", HOUSE, SetField("k", "title", "two words"), NotProvenError),
    ("a value that bibtexparser misreads", HOUSE, SetField("k", "title", "{C:\\dir\\}"), NotProvenError),
    ("an entry with a missing comma", "@misc{k, title={A} year=2020}", SetField("k", "title", "{B}"), NotProvenError),
    ("an entry with an unquoted value", "@misc{k, title={A}, year=2020-21}", SetField("k", "title", "{B}"), NotProvenError),
    ("a field name with a blank", HOUSE, SetField("k", "a b", "{c}"), RefusedEditError),
    ("a field name with an equals sign", HOUSE, SetField("k", "a=b", "{c}"), RefusedEditError),
    ("a field name that is taken", HOUSE, RenameField("k", "title", "Year"), RefusedEditError),
    ("a field that is not there", HOUSE, RenameField("k", "doi", "url"), RefusedEditError),
    ("a new key with a comma", HOUSE, RenameEntry("k", "a,b"), RefusedEditError),
    ("a new key with a brace", HOUSE, RenameEntry("k", "a}b"), RefusedEditError),
    ("a new key that is taken but for case", HOUSE + "@misc{Foo}", RenameEntry("k", "foo"), RefusedEditError),
    *[(f"the type {word!r}", HOUSE, RetypeEntry("k", word), RefusedEditError)
      for word in ["", "a b", "a{b", "a}", "a,", "2020", "string", "String", "comment", "PREAMBLE", "@misc", "misc\n", "ä", "a-b", "a(", "a%"]],
    ("a new type for an unknown key", HOUSE, RetypeEntry("nope", "book"), NoSuchEntryError),
    ("a new type for a string", "@string{k = {x}}", RetypeEntry("k", "book"), NoSuchEntryError),
    ("a new type for a comment", "@comment{k, a = {x}}", RetypeEntry("k", "book"), NoSuchEntryError),
    ("a new type for a preamble", '@preamble{"k"}', RetypeEntry("k", "book"), NoSuchEntryError),
    ("a new type for a key used twice", HOUSE + HOUSE, RetypeEntry("k", "book"), AmbiguousKeyError),
    ("a new type for an entry that is cut off", "@misc{k, title = {A}\n\n@misc{l}", RetypeEntry("k", "book"), BrokenEntryError),
    ("a field put in by a value and set by its name", HOUSE, [SetField("k", "title", "{a}, e = {b}"), SetField("k", "e", "{b}")], NotProvenError),
    ("a value that ends the entry, with a new type", HOUSE, [RetypeEntry("k", "book"), SetField("k", "title", "{a}}")], NotProvenError),
    ("an entry whose key is taken", HOUSE, AddEntry("@misc{K}"), RefusedEditError),
    ("an entry that is none", HOUSE, AddEntry("hello"), RefusedEditError),
    ("two entries as one", HOUSE, AddEntry("@misc{a}@misc{b}"), RefusedEditError),
    ("an entry that is not closed", HOUSE, AddEntry("@misc{a, t = {x}"), RefusedEditError),
]  # fmt: skip


@pytest.mark.parametrize(("before", "change", "error"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_an_edit_that_could_do_harm_is_refused_in_plain_words(
    before: str, change: Edit | list[Edit], error: type[BibError]
) -> None:
    with pytest.raises(error) as caught:
        edit(before, *(change if isinstance(change, list) else [change]))
    assert len(str(caught.value)) > 20
    assert str(caught.value).endswith((".", "?", "~"))


def test_all_edits_are_made_or_none() -> None:
    document = Document.from_bytes(HOUSE.encode())
    with pytest.raises(NoSuchEntryError):
        apply_edits(document, [SetField("k", "title", "{B}"), SetField("nope", "title", "{B}")])
    assert document.data == HOUSE.encode()


def test_several_edits_of_one_entry_follow_each_other() -> None:
    changed = edit(
        HOUSE,
        SetField("k", "doi", "{d}"),
        SetField("k", "doi", "{e}"),
        RenameField("k", "title", "note"),
        RemoveField("k", "year"),
        RenameEntry("k", "l"),
        SetField("l", "note", "{N}"),
    )
    assert changed == "@misc{l,\n  note = {N},\n  doi = {e},\n}\n"


def test_a_new_type_and_fields_of_one_entry_go_together() -> None:
    changed = edit(
        "% ü\n" + HOUSE + "\n" + INLINE.replace("k,", "l,"),
        SetField("k", "booktitle", "{SOSP 葛}"),
        RetypeEntry("k", "inproceedings"),
        RemoveField("k", "year"),
        SetField("l", "title", "{L}"),
        RetypeEntry("l", "online"),
        RetypeEntry("K", "article"),
        SetField("k", "title", "{ß}"),
        RetypeEntry("k", "InProceedings"),
    )
    assert changed == (
        "% ü\n@inproceedings{k,\n  title = {ß},\n  booktitle = {SOSP 葛},\n}\n\n@online{l, title={L}, year=2020}\n"
    )


def test_a_type_that_was_only_respelled_on_the_way_is_written_in_lower_case() -> None:
    assert edit(ALIGNED, RetypeEntry("k", "book"), RetypeEntry("k", "ARTICLE")) == ALIGNED.replace("ARTICLE", "article")


def test_edits_follow_each_other_under_whatever_case_of_the_key() -> None:
    assert edit(HOUSE, SetField("k", "title", "{1}"), SetField("K", "title", "{2}"), SetField("k", "title", "{3}")) == (
        HOUSE.replace("{A}", "{3}")
    )


@settings(deadline=None, max_examples=100)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(ODD)))
def test_edits_at_once_are_the_edits_one_by_one(rng: random.Random, name: str) -> None:
    """Where each by itself is accepted: proofs are made once for an entry, and places are carried on, not read again."""
    document = one_by_one = Document.from_bytes(ODD[name]["input"].encode())
    made: list[Edit] = []
    for _ in range(6):
        change = random_edit(rng, one_by_one)
        if change is None or isinstance(change, RenameEntry):
            continue
        try:
            one_by_one = apply_edits(one_by_one, [change])
        except BibError:
            continue
        made.append(change)
    assert apply_edits(document, made).data == one_by_one.data


def test_many_edits_of_entries_on_one_line_each_stay_linear() -> None:
    """A line end is looked for in the file once, not for each entry that has none."""

    def seconds(count: int) -> float:
        text = "".join(f"@misc{{k{n}, title = {{A}}}}" for n in range(count))
        changes = [SetField(f"k{n}", name, "{B}") for n in range(count) for name in ("title", "doi")]
        begin = time.process_time()
        apply_edits(Document.from_bytes(text.encode()), changes)
        return time.process_time() - begin

    assert min(seconds(1600), seconds(1600)) < 10 * min(seconds(400), seconds(400))


def test_edits_of_many_entries_are_made_in_one_pass() -> None:
    text = "".join(f"@misc{{k{n},\n  title = {{A}},\n}}\n\n" for n in range(500))
    changed = edit(text, *(SetField(f"k{n}", "title", f"{{B{n}}}") for n in range(499, -1, -2)))
    assert changed == "".join(f"@misc{{k{n},\n  title = {{{f'B{n}' if n % 2 else 'A'}}},\n}}\n\n" for n in range(500))


def test_a_utf16_file_stays_one() -> None:
    raw = HOUSE.encode("utf-16")
    changed = apply_edits(Document.from_bytes(raw), [SetField("k", "title", "{葛}")])
    assert changed.to_bytes() == HOUSE.replace("{A}", "{葛}").encode("utf-16")


def test_a_character_the_encoding_lacks_is_refused() -> None:
    document = Document.from_bytes(HOUSE.replace("A", "Müller").encode("latin-1"))
    changed = apply_edits(document, [SetField("k", "title", "{葛}")])
    with pytest.raises(BibError, match="UTF-8"):
        changed.to_bytes()


def test_the_proof_catches_a_wrong_splice() -> None:
    for wrong in (HOUSE.replace("{A}", "{C}"), HOUSE.replace("k,", "l,"), HOUSE + "x", HOUSE.replace("misc", "book")):
        new = wrong if wrong.endswith("x") else wrong.strip()
        with pytest.raises(NotProvenError):
            prove_block("f", HOUSE.strip(), new, [("title", "{B}"), ("year", "{2020}")])
    with pytest.raises(NotProvenError):
        prove_keys(Document.from_bytes(HOUSE.encode()), ["k", "l"])


VALUES = ["{new value}", "{a {B} c}", "2021", "jan", "{with, comma = x}", '"quoted"', "{多 字}", "{% no remark}", "{}"]


def random_edit(rng: random.Random, document: Document) -> Edit | None:
    entries = [raw for raw in document.entries() if isinstance(raw, RawEntry)]
    if not entries:
        return None
    entry = rng.choice(entries)
    name = rng.choice([*entry.fields, "newfield"])
    return rng.choice(
        [
            SetField(entry.key, name, rng.choice(VALUES)),
            SetField(entry.key, "newfield", rng.choice(VALUES)),
            RemoveField(entry.key, name),
            RenameField(entry.key, name, "renamed"),
            RenameEntry(entry.key, "newkey"),
            RetypeEntry(entry.key, rng.choice(["newtype", "book", entry.type])),
        ]
    )


def check_edit(document: Document, change: Edit) -> bool:
    """Make an edit and compare the whole reading before and after; False when it was refused."""
    before = [raw for raw in document.entries() if isinstance(raw, RawEntry)]
    try:
        changed = apply_edits(document, [change])
    except BibError:
        return False
    after = [raw for raw in changed.entries() if isinstance(raw, RawEntry)]
    assert len(before) == len(after)
    pairs = zip(before, after, strict=True)
    differing = [(old, new) for old, new in pairs if (old.type, old.key, old.fields) != (new.type, new.key, new.fields)]
    assert len(differing) <= 1
    for old, new in differing:
        if isinstance(change, RenameEntry):
            assert (new.type, new.key, new.fields) == (old.type, "newkey", old.fields)
            continue
        if isinstance(change, RetypeEntry):
            assert (new.type, new.key, new.fields) == (change.type, old.key, old.fields)
            continue
        assert new.type == old.type
        name = change.old if isinstance(change, RenameField) else change.name  # type: ignore[union-attr]
        own = {name.lower(), "renamed"}
        assert new.key == old.key
        kept = {name: value for name, value in old.fields.items() if name not in own}
        assert kept == {name: value for name, value in new.fields.items() if name not in own}
    lines = [
        line
        for line in unified_diff(*(each.data.decode().split("\n") for each in (document, changed)), n=0, lineterm="")
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    removed_lines = sum(value.count("\n") for entry in before for value in entry.fields.values())
    assert len(lines) <= 4 + removed_lines
    crlf = document.data.count(b"\r\n")
    if crlf and crlf == document.data.count(b"\n"):
        assert changed.data.count(b"\r\n") == changed.data.count(b"\n")
    return True


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_thousands_of_random_edits_on_the_odd_inputs(newline: str) -> None:
    rng = random.Random(7)
    made = 0
    for _ in range(40):
        for case in ODD.values():
            document = Document.from_bytes(case["input"].replace("\n", newline).encode())
            change = random_edit(rng, document)
            made += change is not None and check_edit(document, change)
    assert made > 1500


@settings(deadline=None, max_examples=150)
@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(sorted(ODD)), min_size=1, max_size=4))
def test_random_edits_in_a_file_of_several_odd_inputs(rng: random.Random, names: list[str]) -> None:
    document = Document.from_bytes("\n".join(ODD[name]["input"] for name in names).encode())
    change = random_edit(rng, document)
    if change is not None:
        check_edit(document, change)


@pytest.mark.parametrize(
    "text", [HOUSE, HOUSE + "\n" + INLINE.replace("k,", "l,"), "% a\n\n" + HOUSE.replace("\n", "\r\n")]
)
def test_an_entry_added_and_removed_again_leaves_the_file_as_it_was(text: str) -> None:
    assert edit(text, AddEntry("@misc{n,\n  title = {N},\n}"), RemoveEntry("n")) == text
