"""Which entry of the library one of a file is: by identifier, page, title and people; what looks alike but is not stays apart."""

from __future__ import annotations

import pytest
from growth import assert_in_proportion

from llminfer_bib.commands.importing_known import Known
from llminfer_bib.commands.importing_merge import ALIASES, SAID_BY_PEOPLE, left_out, merged
from llminfer_bib.library import Library
from llminfer_bib.model import Entry


def entries(text: str) -> list[Entry]:
    return list(Library.from_text(text))


def found(ours: str, theirs: str, *, by_page_alone: bool = False) -> bool:
    known = Known(entries(f"@{ours}"))
    return known.find(entries(f"@{theirs}")[0], by_page_alone=by_page_alone) is not None


KWON = "author={Kwon, Woosuk and Li, Zhuohan}, title={Paged Attention for Serving}"

# what it shows, the library's entry, the file's
SAME = [
    ("one DOI", "article{a, doi={10.1000/x}}", "book{b, doi={https://doi.org/10.1000/X}, title={T}}"),
    ("a link to the DOI", "article{a, doi={10.1000/x}}", "misc{b, url={https://doi.org/10.1000/x}}"),
    ("one arXiv id", "misc{a, eprint={2309.06180}, eprinttype={arxiv}}", "misc{b, url={https://arxiv.org/pdf/2309.06180v2}}"),
    ("one page", "online{a, url={https://x.org/a/}, title={T}}", "misc{b, url={http://x.org/a}, title={T}}"),
    ("one page of the web, called otherwise", "online{a, url={https://x.org/a}, title={Course}}", "misc{b, url={https://x.org/a}, title={Home}}"),
    ("another place of the page, one title", "online{a, url={https://x.org/a}, title={Some Course}}", "misc{b, url={https://x.org/a#top}, title={Some course.}}"),
    ("title and people", f"article{{a, {KWON}}}", "misc{b, author={W. Kwon and Z. Li}, title={Paged attention for serving.}}"),
    ("half of the people", f"article{{a, {KWON}}}", "misc{b, author={Kwon, W.}, title={Paged Attention for Serving}}"),
    ("a name in Han and in pinyin", "article{a, author={葛冬冬}, title={Some Title of It}}", "article{b, author={Ge, Dongdong}, title={Some Title of It}}"),
    ("editors of a book", "book{a, editor={Doe, J}, title={Some Title}}", "book{b, editor={Doe, Jane}, title={Some Title}}"),
    ("a preprint and its paper", f"misc{{a, {KWON}, eprint={{2309.06180}}, eprinttype={{arxiv}}}}", f"article{{b, {KWON}, doi={{10.1000/x}}, volume={{1}}}}"),
    ("nobody, one title and year", "misc{a, title={Some Title}, year=2020}", "misc{b, title={Some Title}, year={2020}}"),
    ("a subtitle in one or in two", "book{a, author={D, J}, title={Works}, subtitle={Letters}}", "book{b, author={D, J}, title={Works: Letters}}"),
    ("a subtitle that one leaves out", "book{a, author={D, J}, title={Works}, subtitle={Letters}}", "book{b, author={D, J}, title={Works}}"),
    ("no title, all the same", "misc{a, note={x}, keywords={k}}", "misc{b, note={x}}"),
]  # fmt: skip
APART = [
    ("other DOIs", f"article{{a, {KWON}, doi={{10.1000/x}}}}", f"article{{b, {KWON}, doi={{10.1000/y}}}}"),
    ("other arXiv ids", f"misc{{a, {KWON}, eprint={{2309.06180}}, eprinttype={{arxiv}}}}", f"misc{{b, {KWON}, eprint={{2309.06181}}, eprinttype={{arxiv}}}}"),
    ("other people", f"article{{a, {KWON}}}", "article{b, author={Doe, J}, title={Paged Attention for Serving}}"),
    ("another title", f"article{{a, {KWON}}}", "article{b, author={Kwon, Woosuk and Li, Zhuohan}, title={Something Else}}"),
    ("another edition", "book{a, author={D, J}, title={T}, edition={1}}", "book{b, author={D, J}, title={T}, edition={2}}"),
    ("another volume", "book{a, author={D, J}, title={T}, volume={1}}", "book{b, author={D, J}, title={T}, volume={2}}"),
    ("another number", "report{a, author={D, J}, title={T}, number={TR-1}}", "report{b, author={D, J}, title={T}, number={TR-2}}"),
    ("nobody, another year", "misc{a, title={Annual Report}, year=2020}", "misc{b, title={Annual Report}, year=2021}"),
    ("nobody, another page", "online{a, title={Home}, url={https://x.org}}", "online{b, title={Home}, url={https://y.org}}"),
    ("nobody and somebody", "misc{a, title={Some Title}}", "misc{b, author={D, J}, title={Some Title}}"),
    ("a talk and another of one page", "misc{a, author={A, B}, title={One}, url={https://x.org}}", "misc{b, author={C, D}, title={Two}, url={https://x.org}}"),
    ("two places of one page", "online{a, title={Serving}, url={https://x.org/a#serving}}", "online{b, title={Training}, url={https://x.org/a#training}}"),
    ("a page and a place in it", "online{a, title={The List}, url={https://x.org/a}}", "online{b, title={Training}, url={https://x.org/a#training}}"),
    ("a paper and its proceedings", "proceedings{a, title={Proc}, url={https://x.org}}", "inproceedings{b, author={C, D}, title={Two}, url={https://x.org}}"),
    ("another subtitle", "book{a, author={D, J}, title={Works}, subtitle={Letters}}", "book{b, author={D, J}, title={Works}, subtitle={Poems}}"),
    ("no title, something else", "misc{a, note={x}}", "misc{b, note={y}}"),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_one_work_is_found(ours: str, theirs: str) -> None:
    assert found(ours, theirs)
    assert found(theirs, ours)


@pytest.mark.parametrize(("ours", "theirs"), [row[1:] for row in APART], ids=[row[0] for row in APART])
def test_two_works_stay_two(ours: str, theirs: str) -> None:
    assert not found(ours, theirs)
    assert not found(theirs, ours)


def test_in_a_list_of_links_the_page_decides() -> None:
    ours, theirs = (
        "misc{a, author={A, B}, title={One}, url={https://x.org}}",
        "misc{b, author={C, D}, title={Two}, url={https://x.org}}",
    )
    assert found(ours, theirs, by_page_alone=True)


@pytest.mark.parametrize(
    "row",
    [
        "author={{Doe, J}}, title={{Editorial}}, doi={{10.1000/{0}}}",
        "author={{Doe, J}}, title={{Editorial}}, edition={{{0}}}",
        "title={{Editorial}}, year={{{0}}}",
        "title={{Home}}, url={{https://x.org/{0}}}",
        "author={{A{0}, B}}, title={{Talk {0}}}, url={{https://x.org}}",
        "note={{{0}}}",
    ],
)
def test_what_looks_alike_costs_no_more(row: str) -> None:
    def make(size: int) -> list[Entry]:
        return entries("".join(f"@misc{{k{n}, {row.format(n)}}}\n" for n in range(size)))

    def work(some: list[Entry]) -> None:
        known = Known(())
        for entry in some:
            if known.find(entry) is None:
                known.add(entry)

    assert_in_proportion(make, work, 512, 1 << 11)


@pytest.mark.parametrize(("name", "other"), [(a, b) for row in ALIASES for a in row for b in row[1:] if a != b])
def test_what_is_said_under_another_name_is_not_lacking(name: str, other: str) -> None:
    row = next(row for row in ALIASES if other in row)
    if name not in row:
        return
    ours, theirs = (Entry("k", "book", "book", fields={field: "1"}) for field in (name, other))
    assert merged(ours, theirs, {name}, "line 1")[0] == []


@pytest.mark.parametrize("name", sorted(SAID_BY_PEOPLE))
def test_what_people_say_is_told(name: str) -> None:
    ours, theirs = (
        Entry("k", "book", "book", fields={"note": "A; B"}),
        Entry("k", "book", "book", fields={name: "B; C"}),
    )
    assert merged(ours, theirs, {"note"}, "line 1") == ([], [])
    assert [left.field for left in left_out(ours, theirs, "line 1")] == [name]
    assert not list(left_out(theirs, theirs, "line 1"))
