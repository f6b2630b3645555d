"""Inheritance: what a child takes from its parent by biblatex's default rules and by classic BibTeX's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llminfer_bib.inheritance import BY_ITS_AUTHOR, OWN_FIELDS, RENAMES, SAME, inherit


@pytest.mark.parametrize(("pair", "renames"), RENAMES.items())
def test_every_pair_renames_titles_and_keeps_the_rest(pair: tuple[str, str], renames: dict[str, str]) -> None:
    parent, child = pair
    theirs = {**{name: f"their {name}" for name in renames}, "publisher": "ACM"}
    result = inherit({}, child, theirs, parent, "crossref")
    expected = {target: f"their {name}" for name, target in renames.items()} | {"publisher": "ACM"}
    assert result == expected


@pytest.mark.parametrize(("pair", "renames"), RENAMES.items())
def test_xdata_renames_nothing(pair: tuple[str, str], renames: dict[str, str]) -> None:
    theirs = dict.fromkeys(renames, "x")
    assert inherit({}, pair[1], theirs, pair[0], "xdata") == theirs


@pytest.mark.parametrize(("pair", "renames"), RENAMES.items())
def test_what_the_child_has_stays(pair: tuple[str, str], renames: dict[str, str]) -> None:
    mine = dict.fromkeys((*renames.values(), "title"), "mine")
    theirs = dict.fromkeys(renames, "theirs")
    assert inherit(mine, pair[1], theirs, pair[0], "crossref") == mine


@pytest.mark.parametrize("name", sorted(OWN_FIELDS))
def test_a_field_of_its_own_is_not_handed_on_by_crossref(name: str) -> None:
    assert inherit({}, "inproceedings", {name: "x"}, "proceedings", "crossref") == {}


@pytest.mark.parametrize("name", sorted(OWN_FIELDS - {"ids", "xdata"}))
def test_xdata_hands_on_everything_but_its_names(name: str) -> None:
    assert inherit({}, "misc", {name: "x", "ids": "i", "xdata": "y"}, "xdata", "xdata") == {name: "x"}


@pytest.mark.parametrize("pair", sorted(BY_ITS_AUTHOR))
def test_the_author_of_a_book_is_the_author_of_its_part_and_of_the_book(pair: tuple[str, str]) -> None:
    parent, child = pair
    assert inherit({}, child, {"author": "A"}, parent, "crossref") == {"author": "A", "bookauthor": "A"}
    mine = {"author": "B"}
    assert inherit(mine, child, {"author": "A"}, parent, "crossref") == {"author": "B", "bookauthor": "A"}


@pytest.mark.parametrize("row", SAME, ids=lambda row: "/".join(sorted(row)))
def test_a_child_with_one_name_of_a_thing_takes_none_of_the_others(row: frozenset[str]) -> None:
    for mine in row:
        theirs = dict.fromkeys(row, "theirs")
        assert inherit({mine: "mine"}, "article", theirs, "article", "crossref") == {mine: "mine"}
    assert inherit({}, "article", dict.fromkeys(row, "theirs"), "article", "crossref") == dict.fromkeys(row, "theirs")


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ({}, {"year": "2020", "month": "May"}, {"year": "2020", "month": "May"}),
        ({"year": "2020"}, {"year": "2020", "month": "May"}, {"year": "2020", "month": "May"}),
        ({"year": "2020"}, {"month": "May"}, {"year": "2020", "month": "May"}),
        ({"year": "2021"}, {"year": "2020", "month": "May", "day": "3"}, {"year": "2021"}),
        ({"year": "2021"}, {"date": "2020-05"}, {"year": "2021"}),
        ({"date": "2021"}, {"date": "2020-05", "year": "2020", "month": "May"}, {"date": "2021"}),
        ({"urldate": "2021"}, {"date": "2020"}, {"urldate": "2021", "date": "2020"}),
    ],
)
def test_a_date_is_never_mixed_from_two(mine: dict[str, str], theirs: dict[str, str], expected: dict[str, str]) -> None:
    assert inherit(mine, "inproceedings", theirs, "proceedings", "crossref") == expected


def test_a_parent_written_for_classic_bibtex_has_its_own_booktitle() -> None:
    theirs = {"title": "Proceedings of SOSP", "booktitle": "SOSP", "publisher": "ACM"}
    result = inherit({"title": "T"}, "inproceedings", theirs, "proceedings", "crossref")
    assert result == {"title": "T", "booktitle": "SOSP", "publisher": "ACM"}


def test_a_pair_that_biblatex_does_not_know_gives_its_fields_as_classic_bibtex_does() -> None:
    theirs = {"title": "Book", "booktitle": "Book", "publisher": "P"}
    assert inherit({"title": "T"}, "inproceedings", theirs, "book", "crossref") == {
        "title": "T",
        "booktitle": "Book",
        "publisher": "P",
    }


@given(
    st.dictionaries(st.sampled_from(["title", "booktitle", "year", "date", "month", "journal"]), st.text(max_size=3)),
    st.dictionaries(
        st.sampled_from(["title", "booktitle", "year", "date", "month", "journaltitle"]), st.text(max_size=3)
    ),
    st.sampled_from([*RENAMES, ("xdata", "misc"), ("book", "article")]),
    st.sampled_from(["crossref", "xdata"]),
)
def test_inheriting_adds_only_and_twice_is_once(
    mine: dict[str, str], theirs: dict[str, str], pair: tuple[str, str], link: str
) -> None:
    once = inherit(mine, pair[1], theirs, pair[0], link)
    assert {name: once[name] for name in mine} == mine
    assert set(once.values()) <= {*mine.values(), *theirs.values()}
    assert inherit(once, pair[1], {}, pair[0], link) == once
