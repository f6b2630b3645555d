"""Tests of the three-way merge of a Zotero item: who wins, what is sent for it, and what is remembered afterwards."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.zotero.merging import (
    ALL,
    CONFLICT,
    CREATORS,
    PULL,
    PUSH,
    TYPE,
    Base,
    Merged,
    is_same,
    merge,
    patch,
    settled,
    shown,
)
from llminfer_bib.zotero.values import Creator, Item, item_of

A, B, C = "A", "B", "C"
VALUES = ("", A, B, C)
PAPER, JOURNAL, PROGRAM = "conferencePaper", "journalArticle", "computerProgram"
ANN, BOB = Creator("author", "Ann", "A."), Creator("author", "Bob", "B.")


def paper(title: str = "", **more: Any) -> Item:
    """Return an item with a title, where it has one."""
    return Item(more.pop("type", PAPER), {"title": title} if title else {}, **more)


def merged(mine: Item, base: Base | None, theirs: Item, **options: Any) -> Merged:
    """Merge, with an item of ours that is the same for each type."""
    return merge(lambda kind: replace(mine, type=kind or mine.type), base, theirs, **options)


def verdicts(found: Merged) -> dict[str, str]:
    """Return the verdict of each difference."""
    return {difference.name: difference.verdict for difference in found.differences}


# --- one value


def expected(mine: str, sent: str, theirs: str, got: str) -> str:
    """Say who wins, in the words of the module's docstring."""
    if mine == theirs:
        return ""
    ours, yours = mine != sent, theirs != got
    return {(True, True): CONFLICT, (True, False): PUSH, (False, True): PULL, (False, False): ""}[ours, yours]


def after(verdict: str, mine: str, theirs: str) -> tuple[str, str]:
    """Return what our side and Zotero's are to be."""
    return {PUSH: (mine, mine), PULL: (theirs, theirs)}.get(verdict, (mine, theirs))


@pytest.mark.parametrize("row", list(product(VALUES, repeat=4)), ids="".join)
def test_a_field_goes_from_the_side_that_was_changed_to_the_other_one(row: tuple[str, str, str, str]) -> None:
    mine, sent, theirs, got = row
    verdict = expected(*row)

    found = merged(paper(mine), Base(paper(sent), paper(got)), paper(theirs))

    assert verdicts(found) == ({"title": verdict} if verdict else {})
    ours, yours = after(verdict, mine, theirs)
    assert (found.pulled, found.wanted) == (
        paper(mine if verdict == PUSH else ours),
        paper(theirs if verdict == PULL else yours),
    )
    assert patch(found.wanted, paper(theirs)) == ({"title": mine} if verdict == PUSH else {})


@pytest.mark.parametrize("row", list(product(VALUES, repeat=2)), ids="".join)
def test_without_a_base_an_empty_field_is_filled_and_another_value_is_a_conflict(row: tuple[str, str]) -> None:
    mine, theirs = row
    verdict = "" if mine == theirs or not mine else CONFLICT if theirs else PUSH

    found = merged(paper(mine), None, paper(theirs))

    assert verdicts(found) == ({"title": verdict} if verdict else {})
    assert found.wanted == paper(theirs or mine)
    assert found.pulled == paper(mine)


CREATORS_OF = {"": (), A: (ANN,), B: (ANN, BOB), C: (Creator("author", name="周子轩"),)}


@pytest.mark.parametrize("row", list(product(VALUES, repeat=4)), ids="".join)
def test_the_creators_are_one_value(row: tuple[str, str, str, str]) -> None:
    mine, sent, theirs, got = (paper(creators=CREATORS_OF[value]) for value in row)
    verdict = expected(*row)

    found = merged(mine, Base(sent, got), theirs)

    assert verdicts(found) == ({CREATORS: verdict} if verdict else {})
    assert found.wanted.creators == (mine if verdict == PUSH else theirs).creators
    assert found.pulled.creators == (theirs if verdict == PULL else mine).creators
    sends = {CREATORS: [one.json() for one in mine.creators]} if verdict == PUSH else {}
    assert patch(found.wanted, theirs) == sends


@pytest.mark.parametrize("row", list(product(VALUES, repeat=4)), ids="".join)
@pytest.mark.parametrize("pulls", [False, True])
def test_with_overwrite_the_side_that_gives_wins(row: tuple[str, str, str, str], *, pulls: bool) -> None:
    mine, sent, theirs, got = row
    verdict = (PULL if pulls else PUSH) if expected(*row) else ""
    base = Base(paper(sent), paper(got))

    for names in ({"title"}, {ALL}):
        found = merged(paper(mine), base, paper(theirs), overwrite=names, pulls=pulls)
        assert verdicts(found) == ({"title": verdict} if verdict else {})
        assert found.wanted == paper(mine if verdict == PUSH else theirs)
        assert found.pulled == paper(theirs if verdict == PULL else mine)
    other = merged(paper(mine), base, paper(theirs), overwrite={"url"}, pulls=pulls)
    assert other == merged(paper(mine), base, paper(theirs))


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("title", "A  title", "A title "),
        ("title", "A\ttitle", "A title"),
        ("DOI", "10.1145/ABC", "10.1145/abc"),
        ("DOI", "https://doi.org/10.1145/abc", "10.1145/abc"),
        ("accessDate", "2024-05-01", "2024-05-01T12:00:00Z"),
        ("accessDate", "2024-05-01 00:00:00", "2024-05-01"),
        (CREATORS, (ANN,), (ANN,)),
    ],
)
def test_two_spellings_of_one_value_are_no_difference(name: str, one: Any, other: Any) -> None:
    assert is_same(name, one, other)
    assert is_same(name, other, one)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("title", "A title", "a title"),
        ("url", "https://a.example/A", "https://a.example/a"),
        ("DOI", "10.1145/abc", "10.1145/abd"),
        ("accessDate", "2024-05-01", "2024-05-02"),
        ("date", "2024", "2024-01"),
        (CREATORS, (ANN,), (BOB,)),
        (CREATORS, (ANN, BOB), (BOB, ANN)),
    ],
)
def test_other_values_are_a_difference(name: str, one: Any, other: Any) -> None:
    assert not is_same(name, one, other)


def test_blanks_that_we_changed_do_not_make_a_conflict_of_what_a_person_changed() -> None:
    found = merged(paper("One  title"), Base(paper("One title"), paper("One title")), paper("Their title"))

    assert verdicts(found) == {"title": PULL}


def test_what_zotero_makes_of_a_value_is_no_change() -> None:
    """A server may trim or drop what we sent: that is not a person's doing, and it is not sent again."""
    found = merged(paper(A), Base(paper(A), paper(B)), paper(B))

    assert not found.differences
    assert not patch(found.wanted, found.theirs)


# --- tags, lines of Extra, collections


@pytest.mark.parametrize("name", ["tags", "extra", "collections"])
@pytest.mark.parametrize("row", list(product([False, True], repeat=4)))
def test_a_part_is_added_and_removed_by_the_side_that_did(name: str, row: tuple[bool, bool, bool, bool]) -> None:
    mine, sent, theirs, got = (paper(A, **{name: ("own", "part") if there else ("own",)}) for there in row)
    ours, before_ours, yours, before_yours = row

    found = merged(mine, Base(sent, got), theirs)

    kept = (yours or ours) if not before_ours else (yours and ours)
    brought = (ours or yours) if not before_yours else (ours and yours)
    assert ("part" in getattr(found.wanted, name)) is kept
    assert ("part" in getattr(found.pulled, name)) is brought
    gone = (ours and not brought) or (
        brought != ours and name == "tags"
    )  # additions to Extra and collections are theirs alone
    assert verdicts(found) == ({name: PUSH} if kept != yours else {name: PULL} if gone else {})


@pytest.mark.parametrize("name", ["tags", "extra", "collections"])
@pytest.mark.parametrize("row", list(product([False, True], repeat=2)))
def test_without_a_base_our_parts_are_added_and_theirs_stay(name: str, row: tuple[bool, bool]) -> None:
    mine, theirs = (paper(A, **{name: ("part",) if there else ()}) for there in row)

    found = merged(mine, None, theirs)

    assert getattr(found.wanted, name) == (("part",) if any(row) else ())
    assert getattr(found.pulled, name) == getattr(mine, name)


def test_a_persons_tags_stay_in_their_order_and_keep_their_type() -> None:
    base = Base(paper(tags=("serving",)), paper(tags=("serving",)))
    theirs = paper(tags=("to read", "serving", "Computer Science", "★"))

    found = merged(paper(tags=("kv-cache",)), base, theirs)

    assert patch(found.wanted, theirs, {"Computer Science"}) == {
        "tags": [{"tag": "to read"}, {"tag": "Computer Science", "type": 1}, {"tag": "★"}, {"tag": "kv-cache"}]
    }


def test_lines_of_extra_stay_in_their_order_with_the_blank_ones() -> None:
    base = Base(paper(extra=("arXiv: 1 [cs.CL]",)), paper(extra=("arXiv: 1 [cs.CL]",)))
    theirs = paper(extra=("my note", "", "arXiv: 1 [cs.CL]", "", "my note"))

    found = merged(paper(extra=("arXiv: 1 [cs.DC]",)), base, theirs)

    assert patch(found.wanted, theirs) == {"extra": "my note\n\n\nmy note\narXiv: 1 [cs.DC]"}


@pytest.mark.parametrize("extra", [("x", ""), ("", "x"), ("", "", "x", " ")])
def test_a_blank_line_of_extra_is_nothing(extra: tuple[str, ...]) -> None:
    one = paper(A, extra=("x",))

    assert not merged(one, Base(one, one), replace(one, extra=extra)).differences
    assert not merged(one, Base(replace(one, extra=extra), one), replace(one, extra=extra)).differences


def test_another_order_is_no_difference() -> None:
    one, other = paper(A, tags=("a", "b"), extra=("c", "d")), paper(A, tags=("b", "a"), extra=("d", "c"))

    found = merged(one, Base(one, one), other)

    assert not found.differences
    assert not patch(found.wanted, other)


def test_lines_of_extra_that_end_in_a_carriage_return_are_the_same_lines() -> None:
    assert item_of({"itemType": PAPER, "extra": "arXiv: 1\r\nnote"}).extra == ("arXiv: 1", "note")


def test_a_part_that_we_have_twice_is_sent_once() -> None:
    assert merged(paper(tags=("a", "a")), None, paper()).wanted.tags == ("a",)


# --- the item type

# One entry as each type has it: the container's title goes by another name in each.
CONTAINER = {PAPER: "proceedingsTitle", JOURNAL: "publicationTitle"}


def work(kind: str, container: str = "ICML", **fields: str) -> Item:
    """Return the item of one entry for an item type."""
    own = {CONTAINER[kind]: container} if kind in CONTAINER and container else {}
    return Item(kind, {"title": A, **own, **fields}, (Creator("programmer" if kind == PROGRAM else "author", "Ann"),))


def of_type(own: str, base: Base | None, theirs: Item, **options: Any) -> Merged:
    """Merge an entry that is by itself of one type."""
    return merge(lambda kind: work(kind or own), base, theirs, **options)


def test_a_type_that_we_changed_is_sent_with_its_own_fields() -> None:
    old = work(PAPER)
    found = of_type(JOURNAL, Base(old, old), old)

    assert verdicts(found) == {TYPE: PUSH, "publicationTitle": PUSH, "proceedingsTitle": PUSH}
    assert found.wanted == work(JOURNAL)
    assert patch(found.wanted, old) == {"itemType": JOURNAL, "publicationTitle": "ICML"}


def test_a_type_that_a_person_changed_stays_and_our_item_is_made_for_it() -> None:
    old, theirs = work(PAPER), work(JOURNAL)
    found = of_type(PAPER, Base(old, old), theirs)

    assert verdicts(found) == {TYPE: PULL}
    assert found.wanted == found.pulled == theirs
    assert not patch(found.wanted, theirs)
    again = of_type(PAPER, settled(found, theirs), theirs)
    assert verdicts(again) == {TYPE: PULL}


def test_two_changed_types_are_a_conflict_and_other_fields_go_on() -> None:
    old, theirs = work(PAPER), work("report")
    found = merge(lambda kind: work(kind or JOURNAL, url="https://a.example"), Base(old, old), theirs)

    assert verdicts(found) == {TYPE: CONFLICT, "url": PUSH} | (
        {"proceedingsTitle": PUSH} if "proceedingsTitle" in theirs.fields else {}
    )
    assert patch(found.wanted, theirs) == {"url": "https://a.example"}
    again = merge(
        lambda kind: work(kind or JOURNAL, url="https://a.example"), settled(found, found.wanted), found.wanted
    )
    assert verdicts(again) == {TYPE: CONFLICT}


def test_a_type_that_zotero_makes_of_ours_is_not_sent_again() -> None:
    """Neither side was changed, but they differ: our fields are then made for the type that is there, also after a change."""
    base = Base(work(PAPER), work(JOURNAL))
    found = of_type(PAPER, base, work(JOURNAL))
    assert not found.differences

    base = settled(found, found.theirs)
    changed = merge(lambda kind: work(kind or PAPER, "NeurIPS"), base, work(JOURNAL))
    assert patch(changed.wanted, changed.theirs) == {"publicationTitle": "NeurIPS"}
    again = merge(lambda kind: work(kind or PAPER, "NeurIPS"), settled(changed, changed.wanted), changed.wanted)
    assert not again.differences


@pytest.mark.parametrize(
    ("kind", "name", "is_lost"),
    [
        (JOURNAL, "ISBN", True),
        (JOURNAL, "abstractNote", False),
        (JOURNAL, "rights", False),
        (JOURNAL, "language", False),
        (PROGRAM, "language", True),
    ],
)
@pytest.mark.parametrize("known", [False, True])
def test_our_type_waits_where_zotero_would_drop_what_only_it_has(
    kind: str, name: str, *, is_lost: bool, known: bool
) -> None:
    """Also where the base has it: what was there before us, or was pulled once, is still a person's."""
    old = work(PAPER)
    theirs = work(PAPER, **{name: "theirs"})
    base = Base(old, theirs if known else old)

    found = of_type(kind, base, theirs)

    assert verdicts(found)[TYPE] == (CONFLICT if is_lost else PUSH)
    assert patch(found.wanted, theirs).get("itemType", "") == ("" if is_lost else kind)
    if is_lost:
        (why,) = [difference.why for difference in found.differences if difference.name == TYPE]
        assert name in why
        forced = of_type(kind, base, theirs, overwrite={TYPE})
        assert verdicts(forced)[TYPE] == PUSH


def test_what_we_sent_ourselves_does_not_hold_our_type_back() -> None:
    old = work(PAPER, pages="1-2")

    assert verdicts(of_type(PROGRAM, Base(old, old), old))[TYPE] == PUSH


def test_a_field_that_we_emptied_along_with_the_type_goes_in_the_end() -> None:
    """What the new type has is named at once; what it may lack, but Zotero kept, when the item is of that type."""
    old = work(PAPER, url="https://a.example", pages="1-2", ofOld="x")
    found = of_type(JOURNAL, Base(old, old), old)
    send = patch(found.wanted, old)
    assert send == {"itemType": JOURNAL, "publicationTitle": "ICML", "url": "", "pages": ""}

    answer = work(JOURNAL, ofOld="x")
    again = of_type(JOURNAL, settled(found, answer), answer)
    assert patch(again.wanted, answer) == {"ofOld": ""}
    assert not of_type(JOURNAL, settled(again, again.wanted), again.wanted).differences


# --- what is sent


def test_nothing_is_sent_where_nothing_changes() -> None:
    one = paper(A, creators=(ANN,), tags=("a",), extra=("b",), collections=("C",))

    assert patch(one, one) == {}


def test_only_what_changes_is_named() -> None:
    old = Item(PAPER, {"title": A, "url": "u", "pages": "1"}, (ANN,), ("a",), ("b",), ("C",))
    new = Item(PAPER, {"title": B, "url": "u"}, (BOB,), ("a",), ("b",), ("D",))

    assert patch(new, old) == {
        "title": B,
        "pages": "",
        "creators": [{"creatorType": "author", "firstName": "B.", "lastName": "Bob"}],
        "collections": ["D"],
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), ((ANN, Creator("author", name="周子轩")), "A. Ann; 周子轩"), (("a", "b"), "a; b"), ((), "")],
)
def test_values_are_shown_as_one_line(value: Any, text: str) -> None:
    assert shown(value) == text


# --- what is remembered


@pytest.mark.parametrize("row", list(product(VALUES, repeat=4)), ids="".join)
def test_after_a_push_nothing_is_sent_again_and_what_waits_goes_on_waiting(row: tuple[str, str, str, str]) -> None:
    mine, sent, theirs, got = map(paper, row)
    found = merged(mine, Base(sent, got), theirs)

    again = merged(mine, settled(found, found.wanted), found.wanted)

    assert not patch(again.wanted, found.wanted)
    assert verdicts(again) == {name: verdict for name, verdict in verdicts(found).items() if verdict != PUSH}


@pytest.mark.parametrize("row", list(product(VALUES, repeat=4)), ids="".join)
def test_after_a_pull_nothing_is_pulled_again_and_what_waits_goes_on_waiting(row: tuple[str, str, str, str]) -> None:
    mine, sent, theirs, got = map(paper, row)
    found = merged(mine, Base(sent, got), theirs, pulls=True)

    again = merged(found.pulled, settled(found, theirs, pulled=found.pulled), theirs)

    assert verdicts(again) == {name: verdict for name, verdict in verdicts(found).items() if verdict != PULL}


@pytest.mark.parametrize("row", list(product(VALUES, repeat=2)), ids="".join)
def test_after_an_adoption_a_conflict_waits_until_the_sides_agree(row: tuple[str, str]) -> None:
    mine, theirs = map(paper, row)
    found = merged(mine, None, theirs)
    base = settled(found, found.wanted)

    again = merged(mine, base, found.wanted)

    assert verdicts(again) == {name: verdict for name, verdict in verdicts(found).items() if verdict == CONFLICT}
    agreed = merged(found.wanted, base, found.wanted)
    assert not agreed.differences
    later = merged(paper(C), settled(agreed, found.wanted), found.wanted)
    assert verdicts(later) == ({} if found.wanted == paper(C) else {"title": PUSH})


def test_a_conflict_ends_when_one_side_goes_back() -> None:
    base = Base(paper(A), paper(A))
    found = merged(paper(B), base, paper(C))
    base = settled(found, paper(C))

    assert verdicts(merged(paper(A), base, paper(C))) == {"title": PULL}
    assert verdicts(merged(paper(B), base, paper(A))) == {"title": PUSH}


@pytest.mark.parametrize("name", ["tags", "extra", "collections"])
@pytest.mark.parametrize("row", list(product([False, True], repeat=4)))
@pytest.mark.parametrize("pulls", [False, True])
def test_a_part_that_waits_goes_on_waiting(name: str, row: tuple[bool, bool, bool, bool], *, pulls: bool) -> None:
    mine, sent, theirs, got = (paper(A, **{name: ("own", "part") if there else ("own",)}) for there in row)
    found = merged(mine, Base(sent, got), theirs, pulls=pulls)
    if found.wanted != theirs and found.pulled != mine:
        return  # we removed what a person had put back: the push removes it there

    if pulls:
        again = merged(found.pulled, settled(found, theirs, pulled=found.pulled), theirs)
        assert again.pulled == found.pulled
        assert set(getattr(again.wanted, name)) == set(getattr(found.wanted, name))
    else:
        again = merged(mine, settled(found, found.wanted), found.wanted)
        assert again.wanted == found.wanted
        assert set(getattr(again.pulled, name)) == set(getattr(found.pulled, name))


# --- any history

FIELDS = ("title", "url", "pages")
PARTS = st.lists(st.sampled_from("abcd"), unique=True, max_size=3).map(tuple)
ITEMS = st.builds(
    Item,
    st.just(PAPER),
    st.dictionaries(st.sampled_from(FIELDS), st.sampled_from((A, B, C))),
    st.sampled_from(((), (ANN,), (ANN, BOB))),
    PARTS,
    PARTS,
    PARTS,
)
STEPS = st.lists(st.tuples(st.sampled_from(("mine", "theirs", "push", "pull")), ITEMS), max_size=8)


def values(item: Item) -> dict[str, Any]:
    """Return all values that are one."""
    return {CREATORS: item.creators, **{name: item.fields.get(name, "") for name in FIELDS}}


def push(mine: Item, base: Base | None, theirs: Item) -> tuple[Base, Item]:
    """Push; check that Zotero gets what is wanted by what is sent."""
    found = merged(mine, base, theirs)
    send = patch(found.wanted, theirs)
    for name in send:
        assert verdicts(found)[name] == PUSH
    for name, value in values(theirs).items():
        waits = verdicts(found).get(name, "")
        assert values(found.wanted)[name] == (values(mine)[name] if waits == PUSH else value)
    return settled(found, found.wanted), found.wanted


def pull(mine: Item, base: Base | None, theirs: Item) -> tuple[Base, Item]:
    """Pull; check that only what was to be pulled is."""
    found = merged(mine, base, theirs, pulls=True)
    for name, value in values(mine).items():
        waits = verdicts(found).get(name, "")
        assert values(found.pulled)[name] == (values(theirs)[name] if waits == PULL else value)
    return settled(found, theirs, pulled=found.pulled), found.pulled


HISTORIES = given(ITEMS, ITEMS | st.none(), STEPS)


@settings(max_examples=100)
@HISTORIES
def test_no_edit_is_lost_whatever_both_sides_do(mine: Item, theirs: Item | None, steps: list[tuple[str, Item]]) -> None:
    """After one push and one pull the sides are the same, but for conflicts, which are told each time; then nothing is sent."""
    base = None if theirs is not None else Base(mine, mine)
    was_there = theirs is not None
    now = mine if theirs is None else theirs
    for what, item in steps:
        if what == "mine":
            mine = item
        elif what == "theirs":
            now = item
        elif what == "push":
            base, now = push(mine, base, now)
        else:
            base, mine = pull(mine, base, now)

    base, now = push(mine, base, now)
    base, mine = pull(mine, base, now)

    last = merged(mine, base, now)
    assert not patch(last.wanted, now)
    assert set(verdicts(last).values()) <= {CONFLICT}
    if not was_there:
        for name in ("tags", "extra", "collections"):
            assert set(getattr(mine, name)) == set(getattr(now, name))
        assert {name for name, value in values(mine).items() if value != values(now)[name]} == set(verdicts(last))


@pytest.mark.slow
@settings(max_examples=600)
@HISTORIES
def test_no_edit_is_lost_in_many_histories(mine: Item, theirs: Item | None, steps: list[tuple[str, Item]]) -> None:
    test_no_edit_is_lost_whatever_both_sides_do.hypothesis.inner_test(mine, theirs, steps)


@settings(max_examples=200)
@given(ITEMS, ITEMS, ITEMS)
def test_each_edit_is_on_both_sides_or_told(old: Item, mine: Item, theirs: Item) -> None:
    base, now = push(mine, Base(old, old), theirs)
    waiting = verdicts(merged(mine, Base(old, old), theirs))
    _, ours = pull(mine, base, now)

    for name, before in values(old).items():
        one, other = values(mine)[name], values(theirs)[name]
        if waiting.get(name) == CONFLICT:
            assert (values(ours)[name], values(now)[name]) == (one, other)
        elif one != before:
            assert values(ours)[name] == values(now)[name] == one
        else:
            assert values(ours)[name] == values(now)[name] == other
    for name in ("tags", "extra", "collections"):
        one, other, before = (set(getattr(item, name)) for item in (mine, theirs, old))
        expected_parts = (one | other) - (before - one) - (before - other)
        assert set(getattr(now, name)) == set(getattr(ours, name)) == expected_parts
