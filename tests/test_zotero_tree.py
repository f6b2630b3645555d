"""Tests of the collections of a list in Zotero: found by the ledger or by name, lost, made again, and their keys."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llminfer_bib.model import Category
from llminfer_bib.problems import EXIT_CONFLICTS, EXIT_USAGE
from llminfer_bib.zotero.tree import (
    AmbiguousCollectionError,
    Branch,
    LostCollectionError,
    Tree,
    branches,
    creation,
    find,
    object_key,
)
from llminfer_bib.zotero.values import Collection, collection_of

ROOT = Branch("List", "List")
CODE = Branch("List/code", "代码", "code")
TALKS = Branch("List/talks", "报告", "talks")
WANTED = (ROOT, CODE, TALKS)
KNOWN = {"List": "RRRRRRRR", "List/code": "CCCCCCCC", "List/talks": "TTTTTTTT"}


def collection(key: str, name: str, parent: str = "", *, trashed: bool = False) -> Collection:
    return Collection(key, 1, name, parent, trashed)


R = collection("RRRRRRRR", "List")
C = collection("CCCCCCCC", "代码", "RRRRRRRR")
T = collection("TTTTTTTT", "报告", "RRRRRRRR")
ALL = {"": "RRRRRRRR", "code": "CCCCCCCC", "talks": "TTTTTTTT"}


def test_the_collections_of_a_list_are_its_own_and_those_of_the_categories_in_use() -> None:
    categories = [Category("code", "代码", "Code", "💻"), Category("books", "书"), Category("talks", "", "Talks")]

    assert branches("List", categories, ["talks", "code", "", "code"], "zh") == [
        ROOT,
        CODE,
        Branch("List/talks", "Talks", "talks"),
    ]
    assert branches("List", categories, [], "zh") == [ROOT]
    assert branches("List", categories, ["code"], "en")[1].name == "Code"


@pytest.mark.parametrize(
    ("known", "there", "keys", "missing"),
    [
        ({}, [], {}, WANTED),
        (KNOWN, [R, C, T], ALL, ()),
        ({}, [R, C, T], ALL, ()),  # by name
        ({}, [T, C, R], ALL, ()),
        ({"List": "RRRRRRRR"}, [R, C], {"": "RRRRRRRR", "code": "CCCCCCCC"}, (TALKS,)),
        # Renamed and moved by a person: known by the ledger all the same.
        (
            KNOWN,
            [
                collection("RRRRRRRR", "Mine", "XXXXXXXX"),
                collection("CCCCCCCC", "Code"),
                collection("TTTTTTTT", "x", "CCCCCCCC"),
            ],
            ALL,
            (),
        ),
        # The name under another collection is somebody else's.
        ({}, [collection("XXXXXXXX", "List", "YYYYYYYY"), collection("CCCCCCCC", "代码")], {}, WANTED),
        ({}, [R, collection("XXXXXXXX", "代码")], {"": "RRRRRRRR"}, (CODE, TALKS)),
        # In the trash is not there.
        ({}, [collection("RRRRRRRR", "List", trashed=True)], {}, WANTED),
        # Two of one name: what the ledger knows is ours.
        (KNOWN, [R, C, T, collection("XXXXXXXX", "List")], ALL, ()),
        # Another spelling is another collection.
        ({}, [collection("RRRRRRRR", "list")], {}, WANTED),
    ],
)
def test_collections_are_found_by_the_ledger_else_by_name_under_their_parent(
    known: dict[str, str], there: list[Collection], keys: dict[str, str], missing: tuple[Branch, ...]
) -> None:
    assert find(WANTED, known, there) == Tree(keys, missing)


@pytest.mark.parametrize(
    "there",
    [
        [R, collection("XXXXXXXX", "List")],
        [R, C, collection("XXXXXXXX", "代码", "RRRRRRRR")],
    ],
)
def test_where_two_collections_have_the_name_a_person_chooses(there: list[Collection]) -> None:
    with pytest.raises(AmbiguousCollectionError, match=r"2 collections .* --collection") as caught:
        find(WANTED, {}, there)
    assert "XXXXXXXX" in str(caught.value)
    assert caught.value.exit_code == EXIT_USAGE


@pytest.mark.parametrize("there", [[], [C, T], [collection("RRRRRRRR", "List", trashed=True), C, T]])
def test_a_list_whose_collection_was_deleted_is_not_made_again(there: list[Collection]) -> None:
    with pytest.raises(LostCollectionError, match="--restore") as caught:
        find(WANTED, KNOWN, there)
    assert caught.value.exit_code == EXIT_CONFLICTS


def test_with_restore_a_deleted_collection_is_made_again() -> None:
    assert find(WANTED, KNOWN, [], restore=True) == Tree({}, WANTED)
    assert find(WANTED, KNOWN, [R, T], restore=True) == Tree({"": R.key, "talks": T.key}, (CODE,))


def test_with_restore_a_collection_that_a_person_made_again_is_found() -> None:
    again = collection("XXXXXXXX", "List")

    assert find((ROOT,), KNOWN, [again], restore=True) == Tree({"": "XXXXXXXX"})


@pytest.mark.parametrize("there", [[R, T], [R, T, collection("CCCCCCCC", "代码", "RRRRRRRR", trashed=True)]])
def test_the_deleted_collection_of_a_category_stays_deleted_and_its_entries_are_in_that_of_the_list(
    there: list[Collection],
) -> None:
    tree = find(WANTED, KNOWN, there)

    assert tree == Tree({"": "RRRRRRRR", "talks": "TTTTTTTT"}, (), (CODE,))
    assert tree.collection("code") == ("RRRRRRRR",)


def test_an_entry_is_in_the_collection_of_its_category_else_in_that_of_the_list() -> None:
    tree = Tree(ALL)

    assert tree.collection("code") == ("CCCCCCCC",)
    assert tree.collection("") == tree.collection("books") == ("RRRRRRRR",)
    assert Tree({}).collection("code") == ()


def test_a_new_collection_has_its_parent_and_a_key_where_we_choose_it() -> None:
    assert creation(CODE, "RRRRRRRR", key="") == {"name": "代码", "parentCollection": "RRRRRRRR"}
    assert creation(ROOT, "", key="KKKKKKKK") == {
        "key": "KKKKKKKK",
        "version": 0,
        "name": "List",
        "parentCollection": False,
    }


def test_a_collection_is_read_with_its_parent_or_none() -> None:
    data = {"key": "CCCCCCCC", "version": 4, "name": "x", "parentCollection": False}

    assert collection_of({"data": data}) == Collection("CCCCCCCC", 4, "x")
    assert collection_of({"data": {**data, "parentCollection": "RRRRRRRR", "deleted": True}}) == Collection(
        "CCCCCCCC", 4, "x", "RRRRRRRR", trashed=True
    )


def test_the_key_of_a_new_object_never_changes() -> None:
    """Otherwise an item that was made before a crash would be made twice."""
    assert object_key("users/1", "kwon2023", "0") == object_key("users/1", "kwon2023", "0") == KEY_OF_KWON


KEY_OF_KWON = "E5I2KPVI"


@given(st.lists(st.text(st.characters()), max_size=3))
def test_a_key_has_the_letters_that_zotero_allows(seed: list[str]) -> None:
    assert re.fullmatch("[2-9A-NP-Z]{8}", object_key(*seed))


def test_other_seeds_have_other_keys() -> None:
    seeds = [("a",), ("b",), ("a", ""), ("a", "b"), ("ab",), ("ab", ""), ("", "ab")]
    many = [*seeds, *((str(number),) for number in range(5000))]

    assert len({object_key(*seed) for seed in many}) == len(many)
