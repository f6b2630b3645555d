"""`bib merge`: three versions of a file joined by meaning, with git's marks where a person must decide; and git calling it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llminfer_bib.__main__ import run
from llminfer_bib.bibfile import Document, RawEntry
from llminfer_bib.commands.differences import merge_bytes
from llminfer_bib.differences import differences, merge
from llminfer_bib.differences.pieces import cut
from llminfer_bib.edits import RemoveField, SetField, apply_edits

ROOT = Path(__file__).parents[1]
BASE = """% A list.

@string{acm = {ACM Press}}

% ---- papers ----

@article{kwon2023,
  author = {Kwon, W. and Li, Z.},
  title = {Paged Attention},
  year = 2023,
  journal = {SOSP},
  keywords = {method, serving},
}

@misc{dao2022,
  author = {Dao, Tri},
  title = {Flash Attention},
  year = {2022},
  eprint = {2205.14135},
  eprinttype = {arxiv},
}

% ---- blogs ----

@online{weng,
  author = {Weng, Lilian},
  title = {Inference},
  url = {https://example.org/a},
}
"""


def joined(base: str, ours: str, theirs: str) -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the merged text, and (name, fields) of each conflict."""
    done = merge(*(Document(text.encode()) for text in (base, ours, theirs)))
    return done.data.decode(), [(conflict.name, conflict.fields) for conflict in done.conflicts]


def change(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def same_meaning(a: str, b: str) -> bool:
    return differences(Document(a.encode()), Document(b.encode())).equal


NEW = "@misc{new2025,\n  title = {New},\n}\n"
DAO = BASE[BASE.index("@misc{dao2022") : BASE.index("% ---- blogs")]
# (what, change in ours, change in theirs, what the merged file is to ours)
CLEAN = [
    ("two entries", [("Paged", "Paging")], [("Flash", "Flashy")], [("Flash", "Flashy")]),
    ("two fields of one entry", [("Paged", "Paging")], [("year = 2023", "year = 2024")], [("year = 2023", "year = 2024")]),
    ("one field to one meaning", [("Paged Attention", "{Paged} Attention!")], [("Paged Attention", "{PAGED} Attention!")], []),
    ("respelled in ours, changed in theirs", [("{2022}", '"2022"')], [("{2022}", "{2021}")], [('"2022"', "{2021}")]),
    ("changed in ours, respelled in theirs", [("{2022}", "{2021}")], [("{2022}", '"2022"')], []),
    ("initials in ours, names in theirs", [("Kwon, W. and Li, Z.", "Kwon, W. and {Li}, Z.")], [("Kwon, W.", "Kwon, Woosuk")], [("Kwon, W. and {Li}, Z.", "Kwon, Woosuk and Li, Z.")]),
    ("a topic on each side", [("{method, serving}", "{method, serving, memory}")], [("{method, serving}", "{method, serving, fast}")], [("memory}", "memory, fast}")]),
    ("a topic added, another removed", [("{method, serving}", "{method, serving, memory}")], [("{method, serving}", "{method}")], [("{method, serving, memory}", "{method, memory}")]),
    ("a field added on each side", [("  year = 2023,", "  year = 2023,\n  month = jan,")], [("  year = 2023,", "  year = 2023,\n  volume = 3,")], [("year = 2023,\n", "year = 2023,\n  volume = 3,\n")]),
    ("a field removed in theirs", [("Paged", "Paging")], [("  journal = {SOSP},\n", "")], [("  journal = {SOSP},\n", "")]),
    ("an entry removed in theirs", [("Paged", "Paging")], [(DAO, "")], [(DAO, "")]),
    ("an entry removed in ours", [(DAO, "")], [("Paged", "Paging")], [("Paged", "Paging")]),
    ("removed in ours, respelled in theirs", [(DAO, "")], [("{2022}", '"2022"')], []),
    ("removed in both", [(DAO, "")], [(DAO, ""), ("Paged", "Paging")], [("Paged", "Paging")]),
    ("an entry added in theirs", [("Paged", "Paging")], [("% ---- blogs", f"{NEW}\n% ---- blogs")], [("% ---- blogs", f"{NEW}\n% ---- blogs")]),
    ("the same entry added in both", [("% ---- blogs", f"{NEW}\n% ---- blogs")], [("% ---- blogs", f"{NEW}\n% ---- blogs"), ("Paged", "Paging")], [("Paged", "Paging")]),
    ("one entry added with other fields", [("% ---- blogs", f"{NEW}\n% ---- blogs")], [("% ---- blogs", NEW.replace("},\n}", "},\n  year = 2025,\n}") + "\n% ---- blogs")], [("{New},\n", "{New},\n  year = 2025,\n")]),
    ("a first entry of a section", [("Paged", "Paging")], [("% ---- blogs ----\n\n", f"% ---- blogs ----\n\n{NEW}\n")], [("% ---- blogs ----\n\n", f"% ---- blogs ----\n\n{NEW}\n")]),
    ("a first entry of a section in both", [("% ---- blogs ----\n\n", "% ---- blogs ----\n\n@misc{mine,\n  title = {Mine},\n}\n\n")], [("% ---- blogs ----\n\n", f"% ---- blogs ----\n\n{NEW}\n")], [("% ---- blogs ----\n\n", f"% ---- blogs ----\n\n{NEW}\n")]),
    ("a key renamed in theirs", [("Paged", "Paging")], [("{dao2022,", "{dao2022flash,")], [("{dao2022,", "{dao2022flash,")]),
    ("a key renamed in theirs, a field in ours", [("Flash", "Flashy")], [("{dao2022,", "{dao2022flash,")], [("{dao2022,", "{dao2022flash,")]),
    ("a key renamed in ours, a field in theirs", [("{dao2022,", "{dao2022flash,")], [("Flash", "Flashy")], [("Flash", "Flashy")]),
    ("a type changed in theirs", [("Flash", "Flashy")], [("@misc{dao", "@article{dao")], [("@misc{dao", "@article{dao")]),
    ("a comment changed in theirs", [("Paged", "Paging")], [("% A list.", "% The list.")], [("% A list.", "% The list.")]),
    ("a comment changed in both", [("% A list.", "% Our list.")], [("% A list.", "% The list.")], [("% Our list.", "% The list.\n% Our list.")]),
    ("a macro changed in theirs", [("Paged", "Paging")], [("ACM Press", "ACM")], [("ACM Press", "ACM")]),
    ("a macro respelled in both", [("ACM Press", "{ACM} press")], [("ACM Press", "{ACM Press}")], []),
    ("a macro added in theirs", [("Paged", "Paging")], [("@string{acm = {ACM Press}}\n", "@string{acm = {ACM Press}}\n@string{ieee = {IEEE}}\n")], [("@string{acm = {ACM Press}}\n", "@string{acm = {ACM Press}}\n@string{ieee = {IEEE}}\n")]),
    ("moved in theirs, changed in ours", [("Flash", "Flashy")], [(DAO, ""), ("% ---- papers ----\n\n", f"% ---- papers ----\n\n{DAO}")], []),
    ("Windows line ends in theirs", [("Flash", "Flashy")], [("Paged", "Paging"), ("\n\n% ---- papers", "\r\n\r\n% ---- papers")], [("Paged", "Paging")]),
    ("no line end at the end of theirs", [("Flash", "Flashy")], [("example.org/a},\n}\n", "example.org/b},\n}")], [("example.org/a", "example.org/b")]),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs", "result"), [row[1:] for row in CLEAN], ids=[row[0] for row in CLEAN])
def test_what_one_side_changed_is_taken(ours: list, theirs: list, result: list) -> None:
    mine, yours = change(BASE, *ours), change(BASE, *theirs)
    assert joined(BASE, mine, yours) == (change(mine, *result), [])


@pytest.mark.parametrize(("ours", "theirs"), [row[1:3] for row in CLEAN], ids=[row[0] for row in CLEAN])
def test_the_other_way_round_means_the_same(ours: list, theirs: list) -> None:
    mine, yours = change(BASE, *ours), change(BASE, *theirs)
    there, back = joined(BASE, mine, yours), joined(BASE, yours, mine)
    assert there[1] == back[1] == []
    if "topic" not in str(ours):
        assert same_meaning(
            there[0].replace("memory, fast", "fast, memory"), back[0].replace("memory, fast", "fast, memory")
        )


OTHER = "@misc{dao2022,\n  title = {Quite Another Thing},\n}\n\n"
# (what, change in ours, change in theirs, the conflicts, what stands between marks)
CONFLICTS = [
    ("one field", [("{2022}", "{2021}")], [("{2022}", "{2020}")], [("dao2022", ("year",))], "<<<<<<< ours\n  year = {2021},\n=======\n  year = {2020},\n>>>>>>> theirs\n"),
    ("a field removed in theirs", [("{2022}", "{2021}")], [("  year = {2022},\n", "")], [("dao2022", ("year",))], "<<<<<<< ours\n  year = {2021},\n=======\n>>>>>>> theirs\n"),
    ("a field removed in ours", [("  year = {2022},\n", "")], [("{2022}", "{2020}")], [("dao2022", ("year",))], "<<<<<<< ours\n=======\n  year = {2020},\n>>>>>>> theirs\n"),
    ("two neighbours", [("Flash", "A"), ("{2022}", "{2021}")], [("Flash", "B"), ("{2022}", "{2020}")], [("dao2022", ("title", "year"))], "<<<<<<< ours\n  title = {A Attention},\n=======\n  title = {B Attention},\n>>>>>>> theirs\n<<<<<<< ours\n  year = {2021},\n=======\n  year = {2020},\n>>>>>>> theirs\n"),
    ("the type", [("@misc{dao", "@article{dao")], [("@misc{dao", "@book{dao")], [("dao2022", ("@type",))], "<<<<<<< ours\n@article{dao2022,\n=======\n@book{dao2022,\n>>>>>>> theirs\n"),
    ("the key", [("{dao2022,", "{dao22,")], [("{dao2022,", "{flash,")], [("dao22", ("@key",))], "<<<<<<< ours\n@misc{dao22,\n=======\n@misc{flash,\n>>>>>>> theirs\n"),
    ("removed in ours", [(DAO, "")], [("Flash", "Flashy")], [("dao2022", ())], f"<<<<<<< ours\n=======\n{DAO.strip().replace('Flash', 'Flashy')}\n>>>>>>> theirs\n"),
    ("removed in theirs", [("Flash", "Flashy")], [(DAO, "")], [("dao2022", ())], f"<<<<<<< ours\n{DAO.strip().replace('Flash', 'Flashy')}\n=======\n>>>>>>> theirs\n"),
    ("two works under one key", [("{weng,", "{new,"), ("{Inference}", "{One Thing}"), ("/a}", "/b}")], [("{weng,", "{new,"), ("{Inference}", "{Two Others Here}"), ("/a}", "/c}")], [("new", ())], "@online{new,\n  author = {Weng, Lilian},\n  title = {Two Others Here},"),
    ("a macro", [("ACM Press", "ACM")], [("ACM Press", "IEEE")], [("acm", ())], "<<<<<<< ours\n@string{acm = {ACM}}\n=======\n@string{acm = {IEEE}}\n>>>>>>> theirs\n"),
    ("an entry that breaks", [("{2022},", "{2022,")], [("Flash", "Flashy")], [("dao2022", ())], ">>>>>>> theirs\n"),
    ("an entry with a repeated field", [("  year = {2022},", "  year = {2022},\n  year = {2021},")], [("Flash", "Flashy")], [("dao2022", ())], "=======\n@misc{dao2022,\n"),
    ("a remark inside an entry", [("  year = {2022},", "  % when?\n  year = {2022},")], [("Flash", "Flashy")], [("dao2022", ())], "  % when?\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ours", "theirs", "conflicts", "between"), [row[1:] for row in CONFLICTS], ids=[row[0] for row in CONFLICTS]
)
def test_what_both_changed_comes_between_marks(ours: list, theirs: list, conflicts: list, between: str) -> None:
    mine, yours = change(BASE, *ours), change(BASE, *theirs)
    text, found = joined(BASE, mine, yours)
    assert found == conflicts
    assert between in text
    if not conflicts[0][1]:  # nothing is merged inside the entry
        assert re.sub(r"\n+", "\n", sides(text)[0]) == re.sub(r"\n+", "\n", mine), "taking ours everywhere is ours"
    for side in sides(text):
        assert "% ---- blogs ----" in side


def sides(text: str) -> tuple[str, str]:
    """Return the text as it is when a person takes ours everywhere, and theirs everywhere."""
    marks = re.compile(r"<{7} ours\n(.*?)={7}\n(.*?)>{7} theirs\n", re.DOTALL)
    return marks.sub(r"\1", text), marks.sub(r"\2", text)


def test_a_work_that_both_added_under_two_keys_is_told() -> None:
    mine = BASE + "\n@misc{a,\n  title = {X},\n  doi = {10.1000/x},\n}\n"
    yours = BASE + "\n@misc{b,\n  title = {X},\n  doi = {10.1000/X},\n}\n"
    done = merge(*(Document(text.encode()) for text in (BASE, mine, yours)))
    assert not done.conflicts
    assert done.remarks == ("a (ours) and b (theirs) seem to be one work (the same DOI); both are kept.",)
    assert b"@misc{a," in done.data
    assert b"@misc{b," in done.data


def test_a_key_that_theirs_gives_anew_and_ours_has_used_is_not_given_twice() -> None:
    mine = change(BASE, ("{weng,", "{flash,"))
    yours = change(BASE, ("{dao2022,", "{flash,"))
    text, conflicts = joined(BASE, mine, yours)
    keys = [raw.key for raw in Document(text.encode()).entries() if type(raw) is RawEntry and raw.key]
    assert conflicts
    assert Counter(keys)["flash"] <= 2
    assert "Flash Attention" in text
    assert "Inference" in text


def test_a_macro_that_one_side_removed_and_the_other_uses_is_kept() -> None:
    without = change(BASE, ("@string{acm = {ACM Press}}\n\n", ""), ("Paged", "Paging"))
    using = change(BASE, ("{SOSP}", "acm"))
    for mine, yours in ((without, using), (using, without)):
        text, conflicts = joined(BASE, mine, yours)
        assert conflicts == []
        assert "@string{acm = {ACM Press}}" in text
        assert "journal = acm" in text
        assert "Paging" in text


def test_lines_that_stand_around_each_heading_go_with_theirs() -> None:
    def section(name: str, *keys: str) -> str:
        entries_of = "".join(f"@misc{{{key},\n  title = {{Work {key}}},\n}}\n\n" for key in keys)
        return f"% -----\n% {name}\n% -----\n\n{entries_of}"

    base = section("Papers", "a", "b") + section("Blogs", "c")
    mine = section("Papers", "a", "b", "mine") + section("Blogs", "c") + section("Mine", "m")
    yours = section("Videos", "v") + section("Papers", "new", "a", "b", "yours") + section("Blogs", "c")
    text, conflicts = joined(base, mine, yours)
    assert conflicts == []
    assert text == section("Videos", "v") + section("Papers", "new", "a", "b", "yours", "mine") + section(
        "Blogs", "c"
    ) + section("Mine", "m")


def test_jabref_metadata_is_one_thing_by_its_name() -> None:
    base = BASE + "\n@comment{jabref-meta: databaseType:bibtex;}\n"
    mine, yours = change(base, ("Paged", "Paging")), change(base, ("databaseType:bibtex", "databaseType:biblatex"))
    assert joined(base, mine, yours)[0] == change(mine, ("databaseType:bibtex", "databaseType:biblatex"))
    other = change(base, ("databaseType:bibtex;", "databaseType:other;"))
    assert joined(base, other, yours)[1] == [("databasetype", ())]


# --- properties ---

WORDS = st.sampled_from(["Fast", "{LLM}", "Serving", r"M{\"u}ller", "缓存", "a & b", "x # y"])
KEYS = ["alpha", "beta", "Gamma", "delta"]
NAMES = ["title", "author", "year", "keywords", "note", "url"]
PIECES = st.sampled_from(["% a remark\n", "free text\n", "\n", "@string{m = {v}}\n", "@comment{c}\n", "@misc{broken,\n", "% @misc{off, title={x}}\n", "@preamble{{x}}\n", "x@y\n", "<<<<<<< ours\n"])  # fmt: skip


@st.composite
def entries(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    values = [f"  {name} = {{{' '.join(draw(st.lists(WORDS, max_size=3)))}}},\n" for name in names]
    return f"@misc{{{draw(st.sampled_from(KEYS))},\n{''.join(values)}}}\n"


FILES = st.lists(st.one_of(entries(), entries(), PIECES), max_size=6).map("".join)
WILD = st.text(alphabet='@{}"%,=#\\ \n\rabk1', max_size=60)
ANY = st.one_of(FILES, FILES, WILD)


@given(ANY, ANY)
@settings(max_examples=100)
def test_a_side_left_alone_gives_the_other_byte_for_byte(base: str, other: str) -> None:
    assert joined(base, other, base) == (other, [])
    assert joined(base, base, other) == (other, [])
    assert joined(base, other, other) == (other, [])


@given(ANY)
@settings(max_examples=100)
def test_the_pieces_are_the_file(text: str) -> None:
    pieces = cut(Document(text.encode()))
    parts = [part for piece in pieces.pieces for part in (piece.lead, piece.body)]
    assert b"".join([*parts, pieces.tail]) == text.encode()
    assert len(pieces.by_identity()) == len(pieces.pieces)


@given(ANY, ANY, ANY)
@settings(max_examples=100)
@example("", "@misc{a,\n", "@misc{b}\n")
def test_nothing_is_lost(base: str, ours: str, theirs: str) -> None:
    """Every word that a side has and the base has not is in the result, and every key."""
    text, conflicts = joined(base, ours, theirs)
    for word in {word for side in (ours, theirs) for word in re.findall(r"[a-z]{3,}", side)}:
        assert word in text or word in base
    if not conflicts:
        keys, mine, yours = (keys_of(each) for each in (text, ours, theirs))
        assert keys - mine <= yours
        assert {key for key in mine & yours if key.lower() not in base.lower()} <= keys


def keys_of(text: str) -> set[str]:
    return {raw.key for raw in Document(text.encode()).entries() if type(raw) is RawEntry and raw.key}


LINES = st.sampled_from(["% z remark\n", "  title = {Zebra},\n", "  note = {Yonder},\n", "}\n", "@misc{xylo,\n", "\n", "  year = {1999},\n", "@string{zed = {z}}\n", "{", "@comment{zoo}\n"])  # fmt: skip


@st.composite
def edited(draw: st.DrawFn) -> str:
    """BASE as a person might leave it: some lines replaced, removed, added."""
    lines = BASE.splitlines(keepends=True)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        lines[at : at + draw(st.integers(0, 8))] = draw(st.lists(LINES, max_size=2))
        lines = lines or ["\n"]
    return "".join(lines)


@given(edited(), edited(), edited())
@settings(max_examples=100)
def test_edits_by_hand_are_never_lost(base: str, ours: str, theirs: str) -> None:
    text, _ = joined(base, ours, theirs)
    for word in {word for side in (ours, theirs) for word in re.findall(r"[A-Za-z]{3,}", side)}:
        assert word in text or word in base
    once = {line for line in ours.splitlines() if line.startswith("%") and line not in base}
    assert once <= set(text.splitlines())


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str, str]:
    """Three clean versions: a base, and two in which other entries and fields are changed, added and removed."""
    keys = [f"key{number}" for number in range(draw(st.integers(1, 4)))]
    base = {key: {name: f"{name} of {key}" for name in ("title", "note", "annotation")} for key in keys}
    ours, theirs = ({key: dict(fields) for key, fields in base.items()} for _ in range(2))
    for key in keys:
        for name in ("title", "note", "annotation"):
            side = draw(st.sampled_from([ours, theirs, None]))
            if side is not None:
                side[key][name] = draw(st.sampled_from(["zebra", "yonder", "xylophone"])) + " " + key + name
    for side, name in ((ours, "mine"), (theirs, "yours")):
        if draw(st.booleans()):
            side[name] = {"title": f"a work of {name}"}
    gone = draw(st.sampled_from([*keys, ""]))
    if gone and ours[gone] == theirs[gone] == base[gone]:
        del draw(st.sampled_from([ours, theirs]))[gone]
    return written(base), written(ours), written(theirs)


def written(entries_of: dict[str, dict[str, str]]) -> str:
    return "\n".join(
        f"@misc{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"
        for key, fields in entries_of.items()
    )


@given(versions())
@settings(max_examples=100)
def test_changes_in_other_places_never_conflict_and_meet_alike_from_both_sides(files: tuple[str, str, str]) -> None:
    base, ours, theirs = files
    there, back = joined(base, ours, theirs), joined(base, theirs, ours)
    assert there[1] == back[1] == []
    assert same_meaning(there[0], back[0])
    for side in (ours, theirs):
        for line in side.splitlines():
            if line not in base:
                assert line in there[0]


FIELDS = st.dictionaries(
    st.sampled_from(["title", "note", "annotation", "series"]),
    st.sampled_from(["zebra", "yonder", "xylophone"]),
    min_size=1,
)
MODELS = st.dictionaries(st.sampled_from(["ka", "kb", "kc"]), FIELDS)


def expected(base: dict, ours: dict, theirs: dict) -> dict[str, dict[str, str] | None]:
    """Merge models as the page says: what an entry becomes, None where a person must decide."""
    found: dict[str, dict[str, str] | None] = {}
    for key in {*base, *ours, *theirs}:
        was, mine, yours = base.get(key), ours.get(key), theirs.get(key)
        if mine is None or yours is None:
            left = mine or yours
            if left is None or left == was:
                continue
            found[key] = left if was is None else None
            continue
        names = {*(was or {}), *mine, *yours}
        values = {name: three_way((was or {}).get(name), mine.get(name), yours.get(name)) for name in names}
        found[key] = {n: v for n, v in values.items() if v} if "?" not in values.values() else None
    return found


def three_way(was: str | None, mine: str | None, yours: str | None) -> str | None:
    if yours in (mine, was):
        return mine
    return yours if mine == was else "?"


@given(MODELS, MODELS, MODELS)
@settings(max_examples=120)
def test_entries_and_fields_are_merged_as_the_table_says(base: dict, ours: dict, theirs: dict) -> None:
    text, conflicts = joined(written(base), written(ours), written(theirs))
    wanted = expected(base, ours, theirs)
    assert {name for name, _ in conflicts} == {key for key, value in wanted.items() if value is None}
    found = {
        raw.key: {n: v[1:-1] for n, v in raw.fields.items()}
        for raw in Document(text.encode()).entries()
        if type(raw) is RawEntry
    }
    for key, value in wanted.items():
        assert value is None or found.get(key) == value


# --- speed and hostile files ---


def large(count: int) -> str:
    return "".join(
        f"@article{{key{number},\n  author = {{Doe, Jane and Roe, R.}},\n  title = {{Work {number} of many}},\n"
        f"  year = {2000 + number % 25},\n  journal = {{Journal {number % 7}}},\n  note = {{n{number}}},\n}}\n\n"
        for number in range(count)
    )


@pytest.mark.slow
def test_ten_thousand_entries_merge_in_linear_time() -> None:
    def make(count: int) -> tuple[str, str, str]:
        base = large(count)
        theirs = re.sub(r"title = \{Work (\d*)7 of", r"title = {Paper \1 of", base)
        return (
            base,
            re.sub(r"note = \{n(\d*)7\}", r"note = {mine \1}", base),
            theirs + "@misc{more, title = {More}}\n",
        )

    def work(files: tuple[str, str, str]) -> None:
        text, conflicts = joined(*files)
        assert conflicts == []
        assert text.count("mine ") == text.count("Paper ") == (text.count("@article") + 2) // 10

    assert_in_proportion(make, work, 2500)


HOSTILE = [
    ("", "@misc{a,", ""),
    ("@misc{a, title = ", "{", ""),
    ("", "% @misc{a}\n", ""),
    ("", "@misc{k, t = {x}} ", ""),
    ("", "\n", ""),
    ("", "@string{a = a # a}\n", ""),
    ("@misc{k,\n t = {", "x\n", "}}\n"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("head", "piece", "tail"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_take_linear_time(head: str, piece: str, tail: str) -> None:
    def work(text: str) -> None:
        joined(BASE + text, BASE.replace("Paged", "A") + text + "% mine\n", BASE.replace("Flash", "B") + text + text)

    assert_in_proportion(lambda count: head + piece * count + tail, work)


def test_an_entry_of_many_fields_merges_in_linear_time() -> None:
    def wide(count: int, word: str) -> str:
        return "@misc{k,\n" + "".join(f"  f{number} = {{{word}}},\n" for number in range(count)) + "}\n"

    assert_in_proportion(lambda count: wide(count, "a"), lambda theirs: joined(wide(1, "a"), wide(1, "b"), theirs), 64)
    text, conflicts = joined(wide(1, "a"), wide(1, "b"), wide(200, "a"))
    assert conflicts == []
    assert text.count(" = {") == 200


def test_many_keywords_merge_in_linear_time() -> None:
    def make(count: int) -> list[str]:
        words = ", ".join(f"w{number}" for number in range(count))
        return [f"@misc{{k,\n  keywords = {{{words}{word}}},\n}}\n" for word in ("", ", ours", ", theirs")]

    def work(files: list[str]) -> None:
        text, conflicts = joined(*files)
        assert conflicts == []
        assert text.endswith(", ours, theirs},\n}\n")

    assert_in_proportion(make, work)


def test_our_own_list_takes_changes_from_two_sides() -> None:
    base = Document((ROOT / "refs.bib").read_bytes())
    keys = [raw.key for raw in base.entries() if type(raw) is RawEntry]
    mine = [SetField(key, "note", "{Mine}") for key in keys[::2]]
    yours = [SetField(key, "publisher", "{Yours}") for key in keys[::3]] + [
        RemoveField(key, "url") for key in keys[::5]
    ]
    ours, theirs = apply_edits(base, mine), apply_edits(base, yours)
    both, back = merge(base, ours, theirs), merge(base, theirs, ours)
    assert both.conflicts == back.conflicts == ()
    wanted = apply_edits(base, mine + yours)
    for done in (both, back):
        assert differences(wanted, Document(done.data)).equal
        assert len(done.data) == len(wanted.data)


def test_encoding_and_byte_order_mark_stay() -> None:
    base = "@misc{a,\n  title = {缓存},\n  year = 2020,\n}\n"
    mine, yours = base.replace("缓存", "缓存一").encode("gb2312"), base.replace("2020", "2021").encode("gb2312")
    done = merge_bytes(base.encode("gb2312"), mine, yours, "refs.bib")
    assert done.data == base.replace("缓存", "缓存一").replace("2020", "2021").encode("gb2312")
    yours = base.replace("2020", "2021, note = {\N{THAI CHARACTER KO KAI}}").encode()
    done = merge_bytes(base.encode("gb2312"), mine, b"% x\n" + yours, "refs.bib")
    assert "\N{THAI CHARACTER KO KAI}" in done.data.decode()


# --- the sidecar ---


def line(key: str, field: str, value: str, at: str = "2026-01-01T00:00:00Z") -> str:
    record = {"key": key, "field": field, "value": value, "source": "arxiv:1", "at": at}
    return json.dumps(record, separators=(",", ":")) + "\n"


A, B, C = line("a", "title", "T"), line("b", "title", "T"), line("c", "title", "T")
LATE, LATER = line("b", "title", "U", "2026-02-01T00:00:00Z"), line("b", "title", "V", "2026-03-01T00:00:00Z")
SIDECARS = [
    ("a line on each side", B, A + B, B + C, A + B + C),
    ("the later line", B, A + LATE, LATER, A + LATER),
    ("a removed line", A + B, B, A + B + C, B + C),
    ("removed and changed", A + B, A, A + LATE, A + LATE),
    ("no base", "", A + B, B + C, A + B + C),
    ("all removed", A + B, A, B, ""),
    ("lines that cannot be read", "", A + "junk\n", B + "more\n", A + B + "junk\nmore\n"),
]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "result"), [row[1:] for row in SIDECARS], ids=[r[0] for r in SIDECARS]
)
def test_sidecars_merge_line_by_line(base: str, ours: str, theirs: str, result: str) -> None:
    for mine, yours in ((ours, theirs), (theirs, ours)):
        done = merge_bytes(base.encode(), mine.encode(), yours.encode(), "/x/.merge_file_a1")
        assert sorted(done.data.decode().splitlines()) == sorted(result.splitlines())
        assert done.exit_code == 0


def test_a_member_that_we_do_not_know_survives() -> None:
    more = A.replace("}\n", ',"more":1}\n')
    done = merge_bytes(b"", B.encode(), (more + C).encode(), "refs.lock.jsonl")
    assert done.data.decode() == more + B + C


# --- the command, and git ---


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    paths = tuple(tmp_path / name for name in ("base.bib", "ours.bib", "theirs.bib"))
    texts = (BASE, change(BASE, ("Paged", "Paging")), change(BASE, ("Flash", "Flashy")))
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return paths  # type: ignore[return-value]


def test_the_command_writes_ours_in_place(files: tuple[Path, Path, Path]) -> None:
    base, ours, _ = files
    assert run(["merge", *map(str, files)]) == 0
    assert ours.read_text() == change(BASE, ("Paged", "Paging"), ("Flash", "Flashy"))
    assert base.read_text() == BASE
    assert sorted(path.name for path in ours.parent.iterdir()) == ["base.bib", "ours.bib", "theirs.bib"]


def test_the_command_writes_elsewhere_or_nothing(files: tuple[Path, Path, Path], tmp_path: Path, capsysbinary) -> None:
    before = files[1].read_text()
    merged = change(BASE, ("Paged", "Paging"), ("Flash", "Flashy"))
    assert run(["merge", *map(str, files), "-o", str(tmp_path / "out.bib")]) == 0
    assert run(["merge", *map(str, files), "-o", "-"]) == 0
    assert run(["merge", *map(str, files), "--dry-run"]) == 0
    assert (tmp_path / "out.bib").read_text() == merged
    assert capsysbinary.readouterr().out == merged.encode()
    assert files[1].read_text() == before


def test_the_command_names_conflicts_and_exits_1(files: tuple[Path, Path, Path], capsys) -> None:
    files[1].write_text(change(BASE, ("{2022}", "{2021}")))
    files[2].write_text(change(BASE, ("{2022}", "{2020}")))
    assert run(["merge", *map(str, files), "--path", "refs.bib", "--marker-size", "9"]) == 1
    assert "refs.bib: conflict in dao2022 year: changed in both." in capsys.readouterr().err
    assert "<<<<<<<<< ours\n" in files[1].read_text()


def test_json_has_the_conflicts(files: tuple[Path, Path, Path], capsys) -> None:
    files[2].write_text(change(BASE, ("Paged", "Pages")))
    assert run(["-q", "merge", *map(str, files), "--json", "--dry-run"]) == 1
    conflict = {"name": "kwon2023", "fields": ["title"], "why": "changed in both"}
    assert json.loads(capsys.readouterr().out) == {"clean": False, "conflicts": [conflict], "remarks": []}
    assert run(["merge", *map(str, files), "--json", "-o", "-"]) == 2


def test_a_missing_file_is_named(files: tuple[Path, Path, Path], capsys) -> None:
    files[2].unlink()
    assert run(["merge", *map(str, files)]) == 5
    assert "theirs.bib: cannot be read" in capsys.readouterr().err


class Git:
    """A repository of its own, with nobody else's settings."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        script = folder.parent / "bin" / "bib"
        script.parent.mkdir()
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m llminfer_bib "$@"\n')
        script.chmod(0o755)
        self.env = {
            "PATH": f"{script.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
        }  # fmt: skip
        folder.mkdir()
        self("init", "-q", "-b", "main")

    def __call__(self, *arguments: str, fails: bool = False) -> str:
        done = subprocess.run(
            [self.program, *arguments], check=False, cwd=self.folder, env=self.env, capture_output=True, text=True
        )
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / name.replace("_", ".")).write_text(text)
        self("add", ".")
        self("commit", "-q", "-m", "x")


@pytest.fixture
def git(needs_program, tmp_path: Path) -> Git:
    """A repository set up by the lines of docs/git.md."""
    found = Git(needs_program("git"), tmp_path / "repository")
    page = (ROOT / "docs" / "git.md").read_text("utf-8")
    (found.folder / ".gitattributes").write_text(re.search(r"```gitattributes\n(.*?)```", page, re.DOTALL)[1])
    for setting in re.findall(r"^git config (\S+) '([^']+)'$", page, re.MULTILINE):
        found("config", *setting)
    assert found("config", "merge.bib.driver").startswith("bib merge %O %A %B")
    return found


def both_change(git: Git, ours: dict[str, str], theirs: dict[str, str], **base: str) -> None:
    git.commit(**base)
    git("checkout", "-q", "-b", "side")
    git.commit(**theirs)
    git("checkout", "-q", "main")
    git.commit(**ours)


def test_git_merges_two_topics_of_one_entry_without_a_conflict(git: Git) -> None:
    ours = change(BASE, ("{method, serving}", "{method, serving, memory}"))
    theirs = change(BASE, ("{method, serving}", "{method, serving, fast}"))
    both_change(
        git,
        {"refs_bib": ours, "refs_lock_jsonl": A + LATE},
        {"refs_bib": theirs, "refs_lock_jsonl": LATER + C},
        refs_bib=BASE,
        refs_lock_jsonl=B,
    )
    git("merge", "-q", "side", "-m", "m")
    assert (git.folder / "refs.bib").read_text() == change(
        BASE, ("{method, serving}", "{method, serving, memory, fast}")
    )
    assert (git.folder / "refs.lock.jsonl").read_text() == A + LATER + C
    assert git("status", "--porcelain") == ""


def test_git_stops_at_a_conflict_and_says_where(git: Git) -> None:
    both_change(
        git,
        {"refs_bib": change(BASE, ("{2022}", "{2021}"))},
        {"refs_bib": change(BASE, ("{2022}", "{2020}"), ("Paged", "Paging"))},
        refs_bib=BASE,
    )
    said = git("merge", "-q", "side", "-m", "m", fails=True)
    assert "refs.bib: conflict in dao2022 year: changed in both." in said
    assert git("diff", "--name-only", "--diff-filter=U").strip() == "refs.bib"
    text = (git.folder / "refs.bib").read_text()
    assert sides(text)[0] == change(BASE, ("{2022}", "{2021}"), ("Paged", "Paging"))
    assert sides(text)[1] == change(BASE, ("{2022}", "{2020}"), ("Paged", "Paging"))


def test_git_diff_shows_decoded_fields(git: Git) -> None:
    git.commit(refs_bib=BASE)
    (git.folder / "refs.bib").write_text(change(BASE, ("Dao, Tri", r"D{\~a}o, Tri"), ("{2022}", '"2022"')))
    shown = git("diff")
    assert "-  author = Tri Dao\n+  author = Tri Dão\n" in shown
    assert '2022"' not in shown
    assert "@misc dao2022" in shown
