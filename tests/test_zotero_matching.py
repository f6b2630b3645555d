"""Tests of which item of a Zotero library is which entry: the identifiers of an item, the rule of exactly one, and the pairing of a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from llminfer_bib.model import Entry
from llminfer_bib.zotero.matching import BY, NO_MATCH, Identifiers, Indexed, Match, identifiers, match
from llminfer_bib.zotero.merging import Base
from llminfer_bib.zotero.pairing import Pair, Pairing, pair
from llminfer_bib.zotero.state import GONE, Ledger, Row, State
from llminfer_bib.zotero.values import Item

ID = "2309.06180"
DOI = "10.1145/3600006.3613165"

# --- identifiers


@pytest.mark.parametrize(
    ("item", "known"),
    [
        (Item("preprint", {"archiveID": f"arXiv:{ID}"}), Identifiers(arxiv=ID)),
        (Item("preprint", {"archiveID": ID}), Identifiers(arxiv=ID)),
        (Item("preprint", {"archiveID": f"arXiv:{ID}v2"}), Identifiers(arxiv=ID)),
        (Item("preprint", {"archiveID": "arXiv:math.GT/0309136"}), Identifiers(arxiv="math/0309136")),
        (Item("report", {"archiveID": f"arXiv:{ID}"}), Identifiers(arxiv=ID)),
        (Item("preprint", {"DOI": f"10.48550/arXiv.{ID}"}), Identifiers(arxiv=ID)),
        (Item("preprint", {"DOI": f"https://doi.org/10.48550/arXiv.{ID}"}), Identifiers(arxiv=ID)),
        (Item("journalArticle", {"DOI": DOI}), Identifiers(doi=DOI)),
        (Item("journalArticle", {"DOI": f"https://doi.org/{DOI}"}), Identifiers(doi=DOI)),
        (Item("journalArticle", {"DOI": "doi:10.1145/ABC"}), Identifiers(doi="10.1145/abc")),
        (Item("journalArticle", extra=(f"arXiv: {ID} [cs.LG]",)), Identifiers(arxiv=ID)),
        (Item("journalArticle", extra=("a note", f"arXiv:{ID}")), Identifiers(arxiv=ID)),
        (Item("journalArticle", extra=(f"ARXIV:  {ID}v3 [cs.LG]",)), Identifiers(arxiv=ID)),
        (Item("webpage", {"url": f"https://arxiv.org/abs/{ID}"}), Identifiers(arxiv=ID, url=f"arxiv.org/abs/{ID}")),
        (Item("webpage", {"url": "http://A.example/x/"}), Identifiers(url="a.example/x")),
        (Item("webpage", {"citationKey": "kwon2023"}), Identifiers(citation_key="kwon2023")),
        (Item("webpage", extra=("Citation Key: kwon2023",)), Identifiers(citation_key="kwon2023")),
        (Item("webpage", {"citationKey": "a"}, extra=("Citation Key: b",)), Identifiers(citation_key="a")),
        (
            Item("conferencePaper", {"DOI": DOI}, extra=(f"arXiv:{ID} [cs.LG]",)),
            Identifiers(doi=DOI, arxiv=ID),
        ),
    ],
)
def test_what_an_item_can_be_found_by(item: Item, known: Identifiers) -> None:
    assert identifiers(item) == known


@pytest.mark.parametrize(
    "item",
    [
        Item("journalArticle"),
        Item("journalArticle", {"archiveID": ID}),  # of another archive
        Item("preprint", {"archiveID": "bioRxiv 2021.01.01.425000"}),
        Item("journalArticle", {"DOI": "forthcoming"}),
        Item("journalArticle", extra=(f"see arXiv: {ID}", "arXiv: soon", "arXiv:")),
        Item("journalArticle", extra=("Citation Key:",)),
        Item("journalArticle", extra=(f"arXiv: {ID} {'x' * 400}",)),
    ],
)
def test_what_is_no_identifier(item: Item) -> None:
    assert identifiers(item) == Identifiers()


def test_the_page_on_arxiv_of_a_published_paper_does_not_make_it_the_preprint() -> None:
    item = Item("journalArticle", {"DOI": DOI, "url": f"https://arxiv.org/abs/{ID}"})

    assert identifiers(item) == Identifiers(doi=DOI, url=f"arxiv.org/abs/{ID}")


def test_hostile_lines_take_no_time() -> None:
    lines = ("arXiv:" + " " * 200_000, "citation key:" + "\t" * 200_000, "arXiv: " + "9" * 200_000)

    assert identifiers(Item("preprint", extra=lines)) == Identifiers()


# --- one entry


def finder(*items: Indexed) -> Any:
    """Return what finds items by an identifier."""

    def find(name: str, value: str) -> list[Indexed]:
        return [one for one in items if (name, value) in one.identifiers.items()]

    return find


def has(key: str, *, trashed: bool = False, **known: str) -> Indexed:
    return Indexed(key, Identifiers(**known), trashed)


WANTED = Identifiers("k", "10.1000/a", ID, "a.example/x")


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([], NO_MATCH),
        ([has("I", citation_key="k")], Match("citation key", ("I",))),
        ([has("I", doi="10.1000/a")], Match("DOI", ("I",))),
        ([has("I", arxiv=ID)], Match("arXiv id", ("I",))),
        ([has("I", url="a.example/x")], Match("URL", ("I",))),
        ([has("I", citation_key="K")], NO_MATCH),
        # The first that finds anything decides.
        ([has("I", url="a.example/x"), has("J", arxiv=ID), has("K", doi="10.1000/a")], Match("DOI", ("K",))),
        ([has("I", doi="10.1000/a"), has("J", citation_key="k")], Match("citation key", ("J",))),
        # More than one.
        ([has("J", doi="10.1000/a"), has("I", doi="10.1000/a")], Match("DOI", ("I", "J"))),
        ([has("J", citation_key="k"), has("I", citation_key="k")], Match("citation key", ("I", "J"))),
        # The same citation key, another work.
        ([has("I", citation_key="k", doi="10.1000/b")], Match("citation key", ("I",), other_work=True)),
        ([has("I", citation_key="k", arxiv="2401.00001")], Match("citation key", ("I",), other_work=True)),
        ([has("I", citation_key="k", doi="10.1000/b", arxiv=ID)], Match("citation key", ("I",))),
        ([has("I", citation_key="k", doi="10.1000/b"), has("J", citation_key="k")], Match("citation key", ("J",))),
        # A page of several works.
        ([has("I", url="a.example/x", doi="10.1000/b")], NO_MATCH),
        ([has("I", url="a.example/x", doi="10.1000/b"), has("J", url="a.example/x")], Match("URL", ("J",))),
        # The trash: only what has our citation key is ours.
        ([has("I", citation_key="k", trashed=True)], Match("citation key", ("I",), trashed=True)),
        ([has("I", citation_key="k", trashed=True), has("J", citation_key="k")], Match("citation key", ("J",))),
        ([has("I", citation_key="k", doi="10.1000/b", trashed=True)], NO_MATCH),
        ([has("I", citation_key="k", doi="10.1000/b", trashed=True), has("J", arxiv=ID)], Match("arXiv id", ("J",))),
        ([has("I", doi="10.1000/a", trashed=True)], NO_MATCH),
        ([has("I", doi="10.1000/a", trashed=True), has("J", doi="10.1000/a")], Match("DOI", ("J",))),
        ([has("I", url="a.example/x", trashed=True)], NO_MATCH),
    ],
)
def test_which_item_an_entry_is(items: list[Indexed], found: Match) -> None:
    assert match(WANTED, finder(*items)) == found


def test_only_the_identifiers_that_are_asked_for_count() -> None:
    find = finder(has("I", doi="10.1000/a"))

    assert match(WANTED, find, by=("citationKey",)) == NO_MATCH
    assert match(WANTED, find, by=BY[1:]) == Match("DOI", ("I",))


def test_an_entry_without_identifiers_is_no_item() -> None:
    assert match(Identifiers(), finder(has("I"))) == NO_MATCH


# --- a whole file


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with State.open(tmp_path) as state:
        yield state.ledger("https://z.example", "users/1", "refs.bib")


def entry(key: str, *, doi: str = "", url: str = "", ids: str = "") -> Entry:
    return Entry(key, "article", fields={"ids": ids} if ids else {}, doi=doi, url=url)


def identify(one: Entry) -> Identifiers:
    return Identifiers(one.key, one.doi, url=one.url)


def row(key: str, item: str, **fields: str) -> Row:
    known = Item("journalArticle", {"citationKey": key, **fields})
    return Row(key, item, 3, Base(known, known), known)


def paired(ledger: Ledger, *entries: Entry) -> Pairing:
    return pair(entries, identify, ledger)


def there(ledger: Ledger, key: str, *, trashed: bool = False, **fields: str) -> None:
    """Put an item into the library that is not ours."""
    ledger.index(key, Item("journalArticle", fields), trashed=trashed)


def test_an_entry_with_a_row_has_its_item_whatever_else_is_there(ledger: Ledger) -> None:
    ledger.put(row("a", "IIIIIIII"))
    there(ledger, "JJJJJJJJ", DOI="10.1000/a", citationKey="a")

    (one,) = paired(ledger, entry("a", doi="10.1000/a")).pairs

    assert one == Pair(entry("a", doi="10.1000/a"), row("a", "IIIIIIII"))


def test_an_entry_without_a_row_is_found_and_one_that_is_not_there_is_new(ledger: Ledger) -> None:
    there(ledger, "IIIIIIII", DOI="10.1000/a")

    found = paired(ledger, entry("a", doi="10.1000/a"), entry("b"))

    assert [(one.row, one.match) for one in found.pairs] == [(None, Match("DOI", ("IIIIIIII",))), (None, NO_MATCH)]
    assert not found.orphans
    assert not found.repeated


def test_what_an_item_is_called_goes_before_what_it_is_about(ledger: Ledger) -> None:
    """The first entry has the DOI of the item, the second its citation key."""
    there(ledger, "IIIIIIII", DOI="10.1000/a", citationKey="b")

    found = paired(ledger, entry("a", doi="10.1000/a"), entry("b"))

    assert [one.match for one in found.pairs] == [NO_MATCH, Match("citation key", ("IIIIIIII",))]


def test_two_entries_of_one_page_do_not_get_one_item(ledger: Ledger) -> None:
    there(ledger, "IIIIIIII", url="https://a.example")

    found = paired(ledger, entry("a", url="a.example"), entry("b", url="a.example"))

    assert [one.match.keys for one in found.pairs] == [("IIIIIIII",), ()]


def test_the_item_of_another_entry_is_not_taken(ledger: Ledger) -> None:
    ledger.put(row("a", "IIIIIIII", DOI="10.1000/a"))

    found = paired(ledger, entry("b", doi="10.1000/a"), entry("a", doi="10.1000/a"))

    assert [one.row and one.row.item for one in found.pairs] == [None, "IIIIIIII"]
    assert found.pairs[0].match == NO_MATCH


def test_items_that_could_be_it_are_told_and_none_is_taken(ledger: Ledger) -> None:
    there(ledger, "IIIIIIII", DOI="10.1000/a")
    there(ledger, "JJJJJJJJ", DOI="10.1000/a")

    found = paired(ledger, entry("a", doi="10.1000/a"), entry("b", doi="10.1000/a"))

    assert [one.match.keys for one in found.pairs] == [("IIIIIIII", "JJJJJJJJ")] * 2


def test_a_renamed_entry_takes_its_row_along_by_ids(ledger: Ledger) -> None:
    ledger.put(row("old", "IIIIIIII"))

    found = paired(ledger, entry("new", ids="older, old"))

    assert found.pairs[0].row is not None
    assert (found.pairs[0].row.citation_key, found.pairs[0].row.item) == ("new", "IIIIIIII")
    assert found.pairs[0].row.base == row("old", "IIIIIIII").base
    assert not found.orphans


def test_a_renamed_entry_takes_its_row_along_by_doi(ledger: Ledger) -> None:
    ledger.put(row("old", "IIIIIIII", DOI="10.1000/a"))

    found = paired(ledger, entry("new", doi="10.1000/a"))

    assert found.pairs[0].row is not None
    assert (found.pairs[0].row.citation_key, found.pairs[0].row.item) == ("new", "IIIIIIII")
    assert not found.orphans


def test_an_alias_of_an_entry_that_is_still_there_takes_nothing(ledger: Ledger) -> None:
    ledger.put(row("old", "IIIIIIII"))

    found = paired(ledger, entry("new", ids="old"), entry("old"))

    assert [one.row and one.row.item for one in found.pairs] == [None, "IIIIIIII"]


def test_one_row_does_not_go_to_two_entries_with_the_same_alias(ledger: Ledger) -> None:
    ledger.put(row("old", "IIIIIIII"))

    found = paired(ledger, entry("one", ids="old"), entry("two", ids="old"))

    assert [one.row and one.row.item for one in found.pairs] == ["IIIIIIII", None]


def test_a_renamed_entry_whose_item_was_deleted_keeps_that_by_ids(ledger: Ledger) -> None:
    ledger.put(Row("old", "IIIIIIII", 3, row("old", "I").base, row("old", "I").seen, status=GONE))
    ledger.unindex(["IIIIIIII"])

    (one,) = paired(ledger, entry("new", ids="old")).pairs

    assert one.row is not None
    assert one.row.status == GONE


def test_rows_that_no_entry_has_are_orphans(ledger: Ledger) -> None:
    ledger.put(row("a", "IIIIIIII"))
    ledger.put(row("b", "JJJJJJJJ"))

    found = paired(ledger, entry("b"))

    assert found.orphans == (row("a", "IIIIIIII"),)


def test_of_a_citation_key_that_stands_twice_the_first_entry_counts(ledger: Ledger) -> None:
    there(ledger, "IIIIIIII", DOI="10.1000/b")

    found = paired(ledger, entry("a", doi="10.1000/a"), entry("a", doi="10.1000/b"), entry("c"))

    assert found.repeated == ("a",)
    assert [(one.entry.key, one.entry.doi) for one in found.pairs] == [("a", "10.1000/a"), ("c", "")]


def test_what_lies_in_the_trash_under_our_key_is_told(ledger: Ledger) -> None:
    there(ledger, "IIIIIIII", citationKey="a", trashed=True)

    (one,) = paired(ledger, entry("a")).pairs

    assert one.match == Match("citation key", ("IIIIIIII",), trashed=True)


class Counting:
    """A ledger that counts what it is asked."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        self.asked += 1
        return getattr(self._ledger, name)


def asked(ledger: Ledger, entries: Iterable[Entry]) -> int:
    counting = Counting(ledger)
    pair(entries, identify, counting)  # type: ignore[arg-type]
    return counting.asked


def test_pairing_asks_the_ledger_a_number_of_times_that_grows_with_the_file(ledger: Ledger) -> None:
    """Every second entry has its row, every fourth row has no entry any more."""
    for number in range(400):
        ledger.put(row(f"k{number}", f"I{number}", DOI=f"10.1000/{number}"))

    def entries(size: int) -> list[Entry]:
        return [
            entry(f"k{number}" if number % 2 else f"n{number}", doi=f"10.2000/{number}", ids=f"x{number}")
            for number in range(size)
        ]

    small, large = (asked(ledger, entries(size)) for size in (200, 400))

    assert large <= 2 * small
