"""Diffs for people: a real unified diff, fast where files are large, never an error."""

from __future__ import annotations

import re

import pytest
from growth import assert_in_proportion
from hypothesis import given
from hypothesis import strategies as st

from llminfer_bib.diffs import Piece, common_prefix, pieces_diff, unified_diff

HUNK = re.compile(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@(?: .*)?")


def applied(old: str, diff: str) -> str:
    """Apply a diff strictly: every line it names must stand where it says."""
    lines, out, at = old.split("\n"), [], 0
    if lines[-1] == "":
        lines.pop()
    body = diff.split("\n")[2:-1]
    for number, line in enumerate(body):
        found = HUNK.fullmatch(line) if line.startswith("@@") else None
        if found:
            start, count, new_start, _ = map(int, found.groups())
            begin = start - (count > 0)
            out += lines[at:begin]
            at = begin
            assert len(out) == new_start - (int(found[4]) > 0), line
            of_hunk = list(_until_hunk(body[number + 1 :]))
            assert sum(text[0] in " -" for text in of_hunk) == count
            assert sum(text[0] in " +" for text in of_hunk) == int(found[4])
        elif line[0] in " -":
            assert lines[at] == line[1:]
            out += [line[1:]] if line[0] == " " else []
            at += 1
        else:
            out.append(line[1:])
    return "".join(f"{line}\n" for line in out + lines[at:])


def _until_hunk(lines: list[str]) -> list[str]:
    end = next((at for at, line in enumerate(lines) if HUNK.fullmatch(line)), len(lines))
    return lines[:end]


def test_one_changed_line_is_shown_with_its_surroundings() -> None:
    old = "".join(f"{n}\n" for n in range(10))
    assert unified_diff("refs.bib", old.encode(), old.replace("5", "x").encode()) == (
        "--- refs.bib\n+++ refs.bib\n@@ -3,7 +3,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"
    )


def test_far_changes_are_two_hunks_and_near_ones_are_one() -> None:
    old = "".join(f"{n}\n" for n in range(100, 140))
    far = unified_diff("f", old.encode(), old.replace("105", "x").replace("130", "y").encode())
    near = unified_diff("f", old.encode(), old.replace("105", "x").replace("111", "y").encode())
    assert (far.count("@@ -"), near.count("@@ -")) == (2, 1)
    assert applied(old, far) == old.replace("105", "x").replace("130", "y")


@pytest.mark.parametrize(
    ("old", "new", "head"),
    [
        ("", "a\nb\n", "@@ -0,0 +1,2 @@"),
        ("a\nb\n", "", "@@ -1,2 +0,0 @@"),
        ("a\n", "a\nb\n", "@@ -1,1 +1,2 @@"),
        ("a\nb\n", "b\n", "@@ -1,2 +1,1 @@"),
    ],
)
def test_hunks_at_the_ends_of_a_file(old: str, new: str, head: str) -> None:
    diff = unified_diff("f", old.encode(), new.encode())
    assert diff.split("\n")[2] == head
    assert applied(old, diff) == new


def test_equal_texts_have_no_diff() -> None:
    assert unified_diff("f", b"a\n", b"a\n") == ""


def test_no_context_is_possible() -> None:
    assert unified_diff("f", b"a\nb\nc\n", b"a\nx\nc\n", context=0) == "--- f\n+++ f\n@@ -2,1 +2,1 @@\n-b\n+x\n"


def test_line_ends_are_shown_as_one_and_bad_bytes_are_no_error() -> None:
    assert "\r" not in unified_diff("f", b"a\r\nb\r\n", b"a\r\nc\r\n")
    assert unified_diff("f", b"\xff\n", b"\xed\xa0\x80\n")
    assert unified_diff("f", b"a\n", b"a\r\n").startswith("--- f\n")


TEXTS = st.lists(st.sampled_from(["}", "", "  a,", "@misc{k,", "b"]) | st.text("xyz", max_size=2), max_size=30).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(TEXTS, TEXTS)
def test_any_diff_applies(old: str, new: str) -> None:
    diff = unified_diff("f", old.encode(), new.encode())
    assert (applied(old, diff) if diff else old) == new


@given(TEXTS, st.data())
def test_a_small_change_makes_a_small_diff(text: str, data: st.DataObject) -> None:
    lines = text.split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    new = "\n".join([*lines[:at], "a new line", *lines[at:]])
    diff = unified_diff("f", text.encode(), new.encode())
    assert applied(text, diff) == (new if new.endswith("\n") else new + "\n")
    assert sum(line.startswith(("+", "-")) for line in diff.split("\n")[2:]) <= 2


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_the_common_prefix_is_as_long_as_it_can_be(head: bytes, a: bytes, b: bytes) -> None:
    length = common_prefix(head + a, head + b)
    expected = next(
        (n for n, (x, y) in enumerate(zip(head + a, head + b, strict=False)) if x != y),
        min(len(head + a), len(head + b)),
    )
    assert length == expected


@pytest.mark.parametrize("what", ["the two ends", "every entry", "nothing in common", "only braces"])
def test_large_files_take_no_quadratic_time(what: str) -> None:
    def make(count: int) -> tuple[str, str]:
        old = "".join(f"@misc{{k{n},\n  title = {{T {n}}},\n  month = jan,\n}}\n\n" for n in range(count))
        new = {
            "the two ends": old.replace("T 0}", "x}").replace(f"T {count - 1}}}", "y}"),
            "every entry": old.replace("jan", "feb"),
            "nothing in common": old.upper().replace("\n", " \n"),
            "only braces": "x\n" + "}\n" * 3 * count + "y\n",
        }[what]
        return ("z\n" + "}\n" * 3 * count + "}\nw\n" if what == "only braces" else old), new

    assert_in_proportion(make, lambda pair: unified_diff("f", pair[0].encode(), pair[1].encode()))
    old, new = make(2_000)
    assert applied(old, unified_diff("f", old.encode(), new.encode())) == new


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from("abc}"), max_size=5),
            st.lists(st.sampled_from("abcd}"), max_size=6),
            st.lists(st.sampled_from("xy"), min_size=1, max_size=3),
        ),
        max_size=6,
    )
)
def test_pieces_that_change_give_one_diff_that_applies(pieces) -> None:
    old, new, parts = "", "", []
    for before, after, between in pieces:
        mine, theirs, gap = ("".join(f"{line}\n" for line in lines) for lines in (before, after, between))
        parts.append(Piece(old.count("\n"), mine.encode(), theirs.encode(), "why\nso"))
        old, new = old + mine + gap, new + theirs + gap
    diff = pieces_diff("refs.bib", parts)
    assert (applied(old, diff) if diff else old) == new
    assert diff.count("why so") == sum(before != after for before, after, _ in pieces)


def test_hunks_of_two_pieces_do_not_run_into_each_other() -> None:
    diff = pieces_diff("f", [Piece(0, b"a\n", b"b\n", "one"), Piece(2, b"c\n", b"d\ne\n", "")])
    assert diff == "--- f\n+++ f\n@@ -1,1 +1,1 @@ one\n-a\n+b\n@@ -3,1 +3,2 @@\n-c\n+d\n+e\n"
