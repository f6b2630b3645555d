"""The sidecar: what was written is read again, byte for byte; what others did to it harms nothing and is not lost."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.provenance import (
    LONGEST_LINE,
    TROUBLES,
    Origin,
    Sidecar,
    UnreadableSidecarError,
    from_bytes,
    read,
    renamed,
    sidecar_path,
    updated,
)

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX modes, links and pipes")
YEAR = Origin("kwon2023efficient", "year", "2023", "arxiv:2309.06180v1", "2026-11-22T17:00:00Z")
TITLE = Origin(
    "kwon2023efficient", "title", "{PagedAttention} für \\LaTeX 葛", "crossref:10.1145/1", "2026-11-22T17:00:00Z"
)
TYPE = Origin("kwon2023efficient", "@type", "inproceedings", "crossref:10.1145/1", "2026-11-22T17:00:00Z")
OTHER = Origin("Foo", "note", "a\nb", "arxiv:2309.06180v1", "2026-11-22T17:00:00Z")
LINE = b'{"key":"kwon2023efficient","field":"year","value":"2023","source":"arxiv:2309.06180v1","at":"2026-11-22T17:00:00Z"}'


def sidecar(*origins: Origin) -> Sidecar:
    return from_bytes(updated(Sidecar(), origins))


def codes(found: Sidecar) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in found.problems]


# --- where it is


@pytest.mark.parametrize(
    ("bib", "expected"),
    [
        ("refs.bib", "refs.lock.jsonl"),
        ("lists/my.refs.bib", "lists/my.refs.lock.jsonl"),
        ("REFS.BIB", "REFS.lock.jsonl"),
        ("refs", "refs.lock.jsonl"),
        ("refs.tex", "refs.tex.lock.jsonl"),
        (".bib", ".bib.lock.jsonl"),
        ("文献.bib", "文献.lock.jsonl"),
    ],
)
def test_the_sidecar_lies_beside_the_file(bib: str, expected: str) -> None:
    assert sidecar_path(Path(bib)) == Path(expected)


@posix
def test_behind_a_link_it_lies_beside_the_real_file(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "refs.bib").touch()
    (tmp_path / "link.bib").symlink_to("real/refs.bib")
    assert sidecar_path(tmp_path / "link.bib") == (tmp_path / "real" / "refs.lock.jsonl").resolve()


# --- reading and writing


def test_a_line_is_as_the_manual_shows_it() -> None:
    assert updated(Sidecar(), [YEAR]) == LINE + b"\n"
    assert from_bytes(LINE + b"\n").origins == {("kwon2023efficient", "year"): YEAR}


def test_lines_are_sorted_by_key_and_field_and_text_stays_readable() -> None:
    data = updated(Sidecar(), [YEAR, TITLE, OTHER, TYPE])
    assert [json.loads(line)["field"] for line in data.splitlines()] == ["note", "@type", "title", "year"]
    assert "für \\\\LaTeX 葛".encode() in data
    assert data.count(b"\n") == 4 and data.endswith(b"}\n")


def test_a_missing_sidecar_is_empty_and_an_empty_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "refs.lock.jsonl"
    assert read(path) == Sidecar(str(path))
    assert read(path).data is None
    path.touch()
    assert read(path) == Sidecar(str(path), data=b"")
    assert updated(read(path), []) == b""
    path.write_bytes(LINE + b"\n")
    assert read(path).origins == {("kwon2023efficient", "year"): YEAR}
    assert read(path).data == LINE + b"\n"


@posix
def test_what_is_no_file_is_said_and_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ""):
        with pytest.raises(UnreadableSidecarError, match=r"cannot be read: it is no ordinary file\..*move it away"):
            read(tmp_path / name)
    (tmp_path / "file").touch()
    with pytest.raises(UnreadableSidecarError):
        read(tmp_path / "file" / "refs.lock.jsonl")


TEXT = st.text(st.characters(), max_size=12)
ORIGIN = st.builds(
    Origin,
    TEXT.filter(bool) | st.sampled_from("abc"),
    TEXT.filter(bool).map(str.lower).filter(lambda name: name == name.lower()) | st.sampled_from(["title", "@type"]),
    TEXT,
    TEXT,
    st.sampled_from(["2026-11-22T17:00:00Z", "2026-11-23T17:00:00Z"]),
)


@settings(max_examples=100)
@given(st.lists(ORIGIN, max_size=8))
def test_whatever_is_written_is_read_again_and_written_alike(origins: list[Origin]) -> None:
    data = updated(Sidecar(), origins)
    again = from_bytes(data)
    assert again.origins == {(origin.key, origin.field): origin for origin in origins}
    assert again.problems == () == again.broken
    # Without the bytes that were read, so that they are made anew.
    assert updated(Sidecar(), again.origins.values()) == data
    assert updated(again, again.origins.values()) == data


@settings(max_examples=100)
@given(st.lists(st.binary(max_size=20) | st.sampled_from([LINE, LINE[:-1], b"=======", b"{}", b"\r"]), max_size=8))
def test_any_bytes_are_a_sidecar_and_no_line_of_others_is_lost(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    found = from_bytes(data)
    new = updated(found, [TITLE])
    again = from_bytes(new)
    assert again.origins == {**found.origins, (TITLE.key, TITLE.field): TITLE}
    assert sorted(again.broken) == sorted(found.broken)
    kept = sorted(line.removesuffix(b"\r") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
    dropped = {LINE, b"======="}
    expected = [line for line in kept if line.strip() and line not in dropped]
    assert sorted(found.broken) == expected
    assert updated(again, [TITLE]) == new


@pytest.mark.parametrize("half", ["\ud800", "a\udfffb", "\\ud800", "\ud83d\ude00"[:1] + "x"])
def test_half_a_character_is_kept(half: str) -> None:
    origin = Origin(half, "title", half, "x", "y")
    data = updated(Sidecar(), [origin, YEAR])
    assert from_bytes(data).origins == {(half, "title"): origin, ("kwon2023efficient", "year"): YEAR}
    data.decode("utf-8")


# --- what others did to it


def test_byte_order_mark_and_crlf_and_blank_lines_do_no_harm() -> None:
    clean = updated(Sidecar(), [YEAR, TITLE])
    found = from_bytes(b"\xef\xbb\xbf" + clean.replace(b"\n", b"\r\n") + b"\r\n  \r\n")
    assert found.origins == from_bytes(clean).origins
    assert not found.problems
    assert updated(found, [OTHER]) == updated(from_bytes(clean), [OTHER])
    assert updated(from_bytes(clean[:-1]), [OTHER]) == updated(from_bytes(clean), [OTHER])


def test_nothing_to_change_leaves_the_bytes_as_they_are() -> None:
    for data in (b"\xef\xbb\xbf" + LINE + b"\r\n", b"<<<<<<< a\n=======\n>>>>>>> b\n", LINE + b"\n", LINE, b""):
        found = from_bytes(data)
        assert updated(found, found.origins.values(), drop=[("nobody", "year")], keys=["kwon2023efficient"]) == data
        assert renamed(found, "nobody", "somebody") == data
        assert renamed(found, "kwon2023efficient", "kwon2023efficient") == data


def test_other_spellings_of_the_same_line_are_read() -> None:
    spaced = json.dumps(json.loads(LINE), indent=None, sort_keys=True).replace("year", "Year").encode()
    found = from_bytes(spaced)
    assert found.origins == {("kwon2023efficient", "year"): YEAR}
    assert updated(found, [YEAR, OTHER]) == updated(Sidecar(), [YEAR, OTHER])


CONFLICT = b"""<<<<<<< HEAD
{"key":"a","field":"year","value":"2023","source":"arxiv:1","at":"2026-11-22T17:00:00Z"}
||||||| base
{"key":"a","field":"year","value":"2022","source":"arxiv:1","at":"2026-11-01T17:00:00Z"}
=======
{"key":"a","field":"year","value":"2024","source":"crossref:2","at":"2026-11-23T17:00:00Z"}
{"key":"b","field":"year","value":"2020","source":"crossref:2","at":"2026-11-23T17:00:00Z"}
>>>>>>> feature
"""


def test_a_merge_conflict_is_read_as_both_sides_and_goes_with_the_next_write() -> None:
    found = from_bytes(CONFLICT)
    assert {place: origin.value for place, origin in found.origins.items()} == {
        ("a", "year"): "2024",
        ("b", "year"): "2020",
    }
    assert codes(found) == [(1, "P002"), (4, "P004"), (6, "P004")]
    assert not found.broken
    assert from_bytes(updated(found, [YEAR])).problems == ()


def test_of_two_lines_the_later_one_counts_wherever_it_stands() -> None:
    old, new = (
        Origin("a", "year", value, "x", f"2026-11-{day}T17:00:00Z") for value, day in (("1", "01"), ("2", "02"))
    )
    lines = [updated(Sidecar(), [origin]) for origin in (old, new)]
    for data in (lines[0] + lines[1], lines[1] + lines[0]):
        assert from_bytes(data).origins == {("a", "year"): new}
        assert codes(from_bytes(data)) == [(2, "P004")]
    same = updated(Sidecar(), [Origin("a", "year", "3", "x", new.at)])
    assert from_bytes(lines[1] + same).origins["a", "year"].value == "3"
    assert from_bytes(lines[0] + lines[0]).problems == (), "the same line twice, as a union merge leaves it"


# what is no line of ours
BROKEN = [
    b"hello",
    b"{",
    b"[]",
    b"null",
    b"3",
    b'"text"',
    b'["key","field","value","source","at"]',
    LINE[:-1],
    LINE + LINE,
    LINE.replace(b'"2023"', b"2023"),
    LINE.replace(b'"2023"', b"null"),
    LINE.replace(b'"2023"', b'"\xff"'),
    LINE.replace(b'"value"', b'"values"'),
    LINE.replace(b'"year"', b'""'),
    LINE.replace(b'"kwon2023efficient"', b'""'),
    b"[" * 100_000,
    b'{"a":' * 100_000 + b'"\\ud800"',
    b"<<<<<<",
    b"<<<<<<<<",
    b"========",
    b"\x00",
    b"\xff\xfe{\x00",
]


@pytest.mark.parametrize("line", BROKEN, ids=[repr(line[:30]) for line in BROKEN])
def test_a_broken_line_is_a_problem_does_not_count_and_is_kept(line: bytes) -> None:
    found = from_bytes(LINE.replace(b"year", b"doi") + b"\n" + line + b"\n", "lists/refs.lock.jsonl")
    assert list(found.origins) == [("kwon2023efficient", "doi")]
    assert codes(found) == [(2, "P001")]
    assert str(found.problems[0]).startswith("lists/refs.lock.jsonl:2: P001 this line of the sidecar cannot be read")
    new = updated(found, [YEAR], keys=[])
    assert new == LINE + b"\n" + line + b"\n"
    assert from_bytes(new).broken == (line,)


def test_a_line_that_is_far_too_long_is_not_read_but_kept() -> None:
    line = LINE.replace(b"2023", b"x" * LONGEST_LINE, 1)
    found = from_bytes(line)
    assert codes(found) == [(1, "P003")]
    assert updated(found, [OTHER]).endswith(line + b"\n")
    long = Origin("a", "abstract", "x" * LONGEST_LINE, "x", "y")
    assert updated(Sidecar(), [long, YEAR]) == LINE + b"\n", "what could not be read again is not written"


def test_many_broken_lines_are_counted_not_listed() -> None:
    found = from_bytes(b"x\n" * 1000)
    assert len(found.problems) == 21
    assert found.problems[-1].line == 21
    assert found.problems[-1].message.startswith("980 more: ")
    assert len(found.broken) == 1000


def test_what_a_later_version_adds_to_a_line_is_kept_until_the_field_changes() -> None:
    line = LINE[:-1] + b', "why": "new"}'
    found = from_bytes(line + b"\n")
    assert found.origins == {("kwon2023efficient", "year"): YEAR}
    assert updated(found, [OTHER]).splitlines()[1] == line
    changed = Origin(YEAR.key, YEAR.field, "2024", "x", "y")
    assert updated(found, [changed]) == updated(Sidecar(), [changed])
    assert updated(found, [], drop=[(YEAR.key, YEAR.field)]) == b""


@pytest.mark.parametrize("code", TROUBLES)
def test_every_trouble_says_what_is_wrong_and_the_way_out(code: str) -> None:
    message, hint = TROUBLES[code]
    assert message.endswith(".") and hint.endswith(".")


# --- changing it


def written(data: bytes) -> dict[tuple[str, str], Origin]:
    return dict(from_bytes(data).origins)


def by_place(*origins: Origin) -> dict[tuple[str, str], Origin]:
    return {(origin.key, origin.field): origin for origin in origins}


def test_new_lines_replace_those_of_their_field_only() -> None:
    later = Origin(YEAR.key, "YEAR", "2024", "crossref:10.1145/1", "2026-01-01T00:00:00Z")
    assert written(updated(sidecar(YEAR, TITLE, OTHER), [later])) == by_place(
        TITLE, OTHER, Origin(later.key, "year", later.value, later.source, later.at)
    )


def test_dropped_lines_go_and_new_ones_win_over_dropping() -> None:
    found = sidecar(YEAR, TITLE, OTHER)
    assert written(updated(found, [], drop=[(YEAR.key, "Year"), ("nobody", "x")])) == by_place(TITLE, OTHER)
    assert written(updated(found, [YEAR], drop=[(YEAR.key, "year"), (TITLE.key, "title")])) == by_place(YEAR, OTHER)


@pytest.mark.parametrize("kind", [list, set, dict.fromkeys, tuple])
def test_lines_of_entries_that_are_gone_go(kind: type[list[str]]) -> None:
    found = sidecar(YEAR, TITLE, OTHER)
    assert written(updated(found, [], keys=kind(["kwon2023efficient", "bar"]))) == by_place(YEAR, TITLE)
    fresh = Origin("fresh", "year", "1", "x", "y")
    assert written(updated(found, [fresh], keys=kind([]))) == by_place(fresh), "a new entry need not be there yet"


def test_keys_are_told_apart_as_they_are_spelled() -> None:
    upper, lower = (Origin(key, "year", key, "x", "y") for key in ("Foo", "foo"))
    found = sidecar(upper, lower)
    assert len(found.origins) == 2
    assert written(updated(found, [], keys=["foo"])) == by_place(lower)
    assert written(renamed(found, "Foo", "bar")) == by_place(lower, Origin("bar", "year", "Foo", "x", "y"))


def test_a_renamed_entry_takes_its_lines_along_and_meets_none_of_a_former_one() -> None:
    stale = Origin("new", "note", "of an entry that is gone", "x", "y")
    moved = (Origin("new", origin.field, origin.value, origin.source, origin.at) for origin in (YEAR, TITLE))
    assert written(renamed(sidecar(YEAR, TITLE, OTHER, stale), YEAR.key, "new")) == by_place(*moved, OTHER)
    assert written(renamed(sidecar(OTHER, stale), "old", "new")) == by_place(OTHER)


@settings(max_examples=60)
@given(st.lists(ORIGIN, max_size=6), TEXT.filter(bool))
def test_renaming_there_and_back_changes_nothing(origins: Iterable[Origin], new: str) -> None:
    found = sidecar(*origins)
    for key in {key for key, _ in found.origins}:
        if all(new != other for other, _ in found.origins):
            assert renamed(from_bytes(renamed(found, key, new)), new, key) == found.data


def test_the_sidecar_that_was_read_is_never_changed() -> None:
    found = sidecar(YEAR, OTHER)
    before = dict(found.origins)
    updated(found, [TITLE], drop=[(YEAR.key, "year")], keys=[])
    renamed(found, YEAR.key, "x")
    assert found.origins == before


def test_reading_and_writing_stay_linear() -> None:
    def make(count: int) -> list[Origin]:
        return [
            Origin(f"key{n // 5}", "abcde"[n % 5], "a value of some length", "arxiv:2309.06180v1", "y")
            for n in range(count)
        ]

    def work(origins: list[Origin]) -> None:
        found = from_bytes(updated(Sidecar(), origins))
        updated(found, [YEAR], keys={origin.key for origin in origins})

    assert_in_proportion(make, work)
