"""match: whether a candidate is the work of an entry. Never by title alone; what is doubtful is left to a person."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given
from hypothesis import strategies as st

from llminfer_bib.alike import families, is_han_person, numbers, readings, same_family, word_changes
from llminfer_bib.alike.han import COMPOUND_SURNAMES, SURNAME_SPELLINGS, split_han
from llminfer_bib.match import (
    ACCEPT,
    NOTICES,
    REJECT,
    REVIEW,
    SHORTER_FORMS,
    best,
    family_overlap,
    judge,
    same_work,
    title_key,
    title_ratio,
)
from llminfer_bib.model import NOBODY, Date, People, Person
from llminfer_bib.names import parse_people
from llminfer_bib.records import Record

PROGRAM = Path(__file__).parents[1] / "bench" / "match.py"
TITLE = "Efficient Memory Management for Large Language Model Serving with PagedAttention"
AUTHORS = "Woosuk Kwon and Zhuohan Li and Siyuan Zhuang and Ying Sheng"


def people(source: str) -> People:
    return parse_people(source, lambda text: text.replace("{", "").replace("}", ""))


def record(
    title: str = TITLE, authors: str = AUTHORS, year: int | None = 2023, doi: str = "10.1145/1", **more: object
) -> Record:
    values = {"published": True, "date": Date(year) if year else None, "id": doi, "doi": doi, **more}
    return Record("crossref", title=title, authors=people(authors), **values)


KEYS = (
    ("Efficient  Memory\nManagement", "efficient memory management"),
    ("Key–Value “Cache”", "key value cache"),
    ("Student's t", "students t"),
    ("H<sub>2</sub>O", "h2o"),
    ("A &amp;amp; B", "a b"),
    (r"$\mathcal{O}(n^2)$", "o n2"),
    (r"\emph{Deep} learning", "deep learning"),
    (r"3$\times$ faster", "3x faster"),
    ("3× faster", "3x faster"),
    ("α-decay", "alpha decay"),
    ("λ", "lambda"),
    ("Straße", "strasse"),
    ("Ｆｕｌｌ", "full"),
    ("LoRA+: more", "lora+ more"),
    ("C++", "c++"),
    ("基于LLM的推理", "基于 llm 的推理"),
    ("大语言模型（综述）", "大语言模型 综述"),
    ("ガイド", "ガイド"),
    ("", ""),
    ("!?", ""),
)


@pytest.mark.parametrize(("text", "key"), KEYS)
def test_the_key_of_a_title_is_its_words(text: str, key: str) -> None:
    assert title_key(text) == key


NUMBERS = (
    ("LLaMA 2", ("2",)),
    ("LLaMA", ()),
    ("EAGLE-3", ("3",)),
    ("Part II", ("2",)),
    ("Part I", ("1",)),
    ("I think", ()),
    ("Volume One", ("1",)),
    ("Wav2vec 2.0", ("0", "2", "2")),
    ("Qwen v02", ("2",)),
    ("LoRA+", ("+",)),
    ("H100", ("100",)),
)


@pytest.mark.parametrize(("title", "expected"), NUMBERS)
def test_numbers_of_a_title(title: str, expected: tuple[str, ...]) -> None:
    assert numbers(title_key(title)) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Modelling languages", "Modeling language", ([], [])),
        ("Patient-sepcific signals", "Patient-specific signals", ([], [])),
        ("The box", "Box", ([], [])),
        ("Multi head attention", "Multihead attention", ([], [])),
        ("Supervised learning", "Unsupervised learning", ([], ["unsupervised"])),
        ("Macro batches", "Micro batches", (["macro"], ["micro"])),
        ("Intranode traffic", "Internode traffic", (["intranode"], ["internode"])),
        ("With care", "Without care", ([], ["without"])),
    ],
)
def test_which_words_differ_in_substance(a: str, b: str, expected: tuple[list[str], list[str]]) -> None:
    assert word_changes(title_key(a), title_key(b)) == expected


OVERLAPS = (
    ("Kwon, Woosuk and Li, Zhuohan", "Woosuk Kwon and Z. Li", 1),
    ("Kwon, W. and Li, Z.", "Kwon, W. and Sheng, Y.", 0.5),
    ("Kwon, W.", "Kwon, W. and Li, Z. and A, B and C, D", 0.25),
    ("Kwon, W. and others", "Kwon, W. and Li, Z. and A, B and C, D", 1),
    ("Kwon, W. and others", "Li, Z. and A, B", 0),
    ("Li, A and Li, B and Li, C", "Li, A", 1 / 3),
    ("Müller, J", "Mueller, J", 1),
    ("van der Maaten, L", "Maaten, L", 1),
    ("Pace, R. K.", "Kelley Pace, R.", 1),
    ("Si-Tu, A", "Situ, A", 1),
    ("Wei, Wang", "Wang, Wei", 1),
    ("戴国浩 and 葛旭冉", "DAI, Guohao and GE, Xuran", 1),
    ("欧阳修", "Ouyang, Xiu", 1),
    ("王伟", "汪伟", 0),
    ("{DeepSeek-AI}", "{DEEPSEEK AI}", 1),
    ("", "Kwon, W.", 0),
    ("Kwon, W.", "Smith, W.", 0),
)


@pytest.mark.parametrize(("a", "b", "expected"), OVERLAPS)
def test_which_part_of_the_families_is_shared(a: str, b: str, expected: float) -> None:
    assert family_overlap(people(a), people(b)) == pytest.approx(expected)
    assert family_overlap(people(b), people(a)) == pytest.approx(expected)


@pytest.mark.parametrize("row", SURNAME_SPELLINGS, ids=lambda row: row[0])
def test_every_spelling_of_a_surname_is_that_family(row: tuple[str, str]) -> None:
    for character in row[0]:
        assert readings(character)
        for spelling in row[1].split():
            assert same_family(Person(literal=character + "伟"), Person(spelling.title(), "Wei"))


@pytest.mark.parametrize("family", sorted(COMPOUND_SURNAMES))
def test_every_compound_surname_is_one_family(family: str) -> None:
    assert split_han(family + "明") == (family, "明")
    assert families(Person(literal=family + "明")) == {family}
    assert is_han_person(Person(family, "明"))
    assert readings(family)


ACCEPTED = (
    # title, authors, year, record
    (TITLE, AUTHORS, 2023, record()),
    (TITLE.upper(), "Kwon, W. and Li, Z. and others", 2023, record()),
    (TITLE, AUTHORS, None, record(year=None)),
    (TITLE, AUTHORS, 2022, record()),
    (TITLE, AUTHORS, 2024, record(year=2023)),
    ("PagedAttention: Efficient Memory", AUTHORS, 2023, record("PagedAttention", subtitle="Efficient Memory")),
    (
        "PagedAttention for Serving Models",
        AUTHORS,
        2023,
        record("PagedAttention for Serving Models", subtitle="A Tale"),
    ),
    ("Modelling the memory of language models", AUTHORS, 2023, record("Modeling the memory of language models")),
    ("Corrections of Errors in Language Models", AUTHORS, 2023, record("Corrections of Errors in Language Models")),
    ("A Poster Session Planner for Conferences", AUTHORS, 2023, record("A Poster Session Planner for Conferences")),
    (
        "大语言模型推理加速技术综述",
        "戴国浩 and 葛旭冉",
        2025,
        record("大语言模型推理加速技术综述", "DAI, G and GE, X", 2025),
    ),
)
REVIEWED = (
    (TITLE, AUTHORS, 2023, record(authors="Somebody Else and Other Person"), "by other people"),
    (TITLE, AUTHORS, 2023, record(authors=""), "not known"),
    (TITLE, "", 2023, record(), "not known"),
    (TITLE, AUTHORS, 2017, record(), "another year: 2023, not 2017"),
    (TITLE, AUTHORS, 2025, record(), "long before 2025"),
    (TITLE, AUTHORS, 2023, record(TITLE + " (Extended Abstract)"), "extended abstract"),
    (TITLE, AUTHORS, 2023, record("Poster: " + TITLE), "poster"),
    (TITLE, AUTHORS, 2023, record("RETRACTED: " + TITLE), "RETRACTED"),
    (TITLE, AUTHORS, 2023, record("RETRACTED ARTICLE: " + TITLE), "RETRACTED"),
    (
        "EAGLE-2: Faster Inference of Language Models",
        AUTHORS,
        2024,
        record("EAGLE-3: Faster Inference of Language Models"),
        "numbers",
    ),
    (
        "Scaling Laws of Language Models, Part I",
        AUTHORS,
        2023,
        record("Scaling Laws of Language Models, Part II"),
        "numbers",
    ),
    (
        "LoRA: Adaptation of Large Language Models",
        AUTHORS,
        2023,
        record("LoRA+: Adaptation of Large Language Models"),
        "numbers",
    ),
    (
        "Supervised pretraining of large language models",
        AUTHORS,
        2023,
        record("Unsupervised pretraining of large language models"),
        "unsupervised",
    ),
    (
        "XGBoost: A scalable tree boosting system",
        "Tianqi Chen and Carlos Guestrin",
        2016,
        record("XGBoost", "T. Chen and C. Guestrin", 2016),
        "colon",
    ),
    ("Introduction", "A, B and C, D", 2023, record("Introduction", "A, B and E, F"), "a common title"),
    (
        "Efficient memory management for models",
        AUTHORS,
        2023,
        record("Efficient memory management of big models"),
        "only alike",
    ),
)
REJECTED = (
    (TITLE, AUTHORS, 2023, record(published=False)),
    (TITLE, AUTHORS, 2023, record(doi="10.2139/ssrn.1")),
    (TITLE, AUTHORS, 2023, record("Another Thing Altogether, with Nothing in Common")),
    (TITLE, AUTHORS, 2023, record("Correction to: " + TITLE)),
    (TITLE, AUTHORS, 2023, record("Author Correction: " + TITLE)),
    (TITLE, AUTHORS, 2023, record("Review for " + "“" + TITLE + "”")),
    (TITLE, AUTHORS, 2023, record("Comment on " + TITLE, "Some One")),
    (TITLE, AUTHORS, 2023, record("")),
    ("", AUTHORS, 2023, record()),
    ("", AUTHORS, 2023, record("")),
    ("Introduction", "A, B", 2023, record("Introduction", "C, D")),
    (
        "Deep neural networks and tabular data: A survey",
        "A, B",
        2023,
        record("Neural Networks and Tabular Data", "C, D"),
    ),
    ("Moral decision-making under uncertainty", "A, B", 2023, record("Decision-making under uncertainty", "")),
    ("LLaMA", "A, B", 2023, record("LLaMA 2", "A, B")),
    (
        "Attention Is All You Need",
        "Vaswani, A",
        2017,
        record("Self-Attention with Relative Position Representations", "Shaw, P and Vaswani, A", 2018),
    ),
)


@pytest.mark.parametrize(("title", "authors", "year", "candidate"), ACCEPTED)
def test_accepted(title: str, authors: str, year: int | None, candidate: Record) -> None:
    verdict = judge(title, people(authors), year, candidate)
    assert verdict.status == ACCEPT, verdict
    assert verdict.ratio >= 0.93
    assert verdict.overlap >= 0.5
    assert best(title, people(authors), year, [candidate]) == (verdict, candidate)
    assert same_work(title, people(authors), candidate).status == ACCEPT


@pytest.mark.parametrize(("title", "authors", "year", "candidate", "why"), REVIEWED)
def test_left_to_a_person(title: str, authors: str, year: int | None, candidate: Record, why: str) -> None:
    verdict = judge(title, people(authors), year, candidate)
    assert (verdict.status, why in verdict.why) == (REVIEW, True), verdict
    assert best(title, people(authors), year, [candidate]) == (verdict, candidate)


@pytest.mark.parametrize(("title", "authors", "year", "candidate"), REJECTED)
def test_rejected(title: str, authors: str, year: int | None, candidate: Record) -> None:
    verdict = judge(title, people(authors), year, candidate)
    assert verdict.status == REJECT, verdict
    assert best(title, people(authors), year, [candidate]) is None


NOTICE_WORDS = (
    *("Correction", "Author Correction", "Publisher Correction", "Corrigendum", "Erratum", "Errata", "Addendum"),
    *(
        "Retraction",
        "Retraction Note",
        "Statement of Retraction",
        "Expression of Concern",
        "Review",
        "Peer Review",
        "Review 2",
    ),
    *(
        "Decision Letter",
        "Author Response",
        "Response",
        "A Response",
        "Reply",
        "Rejoinder",
        "Comment",
        "Comments",
        "Commentary",
    ),
    *("Discussion", "Supplementary Material", "Data", "Code", "Retracted", "WITHDRAWN", "Retracted Article"),
)


@pytest.mark.parametrize("words", NOTICE_WORDS)
@pytest.mark.parametrize("link", [": ", " to: ", " on ", " for “"])
def test_a_notice_about_a_work_is_not_the_work(words: str, link: str) -> None:
    notice = record(f"{words}{link}{TITLE}")
    expected = REVIEW if words.lower().startswith(("retracted", "withdrawn")) else REJECT
    assert judge(TITLE, people(AUTHORS), 2023, notice).status == expected
    assert same_work(TITLE, people(AUTHORS), notice).status == (ACCEPT if expected == REVIEW else REJECT)
    assert judge(notice.title, people(AUTHORS), 2023, notice).status == ACCEPT
    assert len(NOTICES) == 9


@pytest.mark.parametrize("form", SHORTER_FORMS)
@pytest.mark.parametrize("shape", ["{title} ({form})", "{title} [{form}]", "{form}: {title}"])
def test_another_form_of_a_work_is_for_a_person(form: str, shape: str) -> None:
    candidate = record(shape.format(title=TITLE, form=form.capitalize()))
    assert judge(TITLE, people(AUTHORS), 2023, candidate).status == REVIEW
    assert judge(candidate.title, people(AUTHORS), 2023, candidate).status == ACCEPT


def test_of_two_versions_the_nearest_year_is_taken() -> None:
    journal, conference = record(year=2025, doi="10.1145/2"), record(year=2023)
    verdict, found = best(TITLE, people(AUTHORS), 2023, [journal, conference])  # type: ignore[misc]
    assert (verdict.status, found) == (ACCEPT, conference)


@pytest.mark.parametrize("year", [None, 2023, 2022])
def test_two_versions_of_one_year_are_for_a_person(year: int | None) -> None:
    verdict, found = best(TITLE, people(AUTHORS), year, [record(), record(doi="10.1145/2")])  # type: ignore[misc]
    assert (verdict.status, found.doi) == (REVIEW, "10.1145/1")
    assert verdict.why == "2 published versions fit: 10.1145/1, 10.1145/2"


def test_one_doi_twice_is_one_version() -> None:
    assert best(TITLE, people(AUTHORS), 2023, [record(), record()])[0].status == ACCEPT  # type: ignore[index]


def test_an_accepted_record_goes_before_a_doubtful_one_that_is_more_alike() -> None:
    doubtful, sound = record(authors="", doi="10.1145/2"), record()
    assert best(TITLE, people(AUTHORS), 2023, [doubtful, sound])[1] == sound  # type: ignore[index]
    assert best(TITLE, people(AUTHORS), 2023, []) is None


OTHER_TITLE = "Nothing of the Kind, but Gardening in the Alps"
SAME_WORKS = (
    ("the same", record(), ACCEPT),
    ("a changed title", record("vLLM: Memory Management for Language Model Serving with Paging"), ACCEPT),
    ("another title by the same people", record(OTHER_TITLE), REVIEW),
    ("the same title by others", record(authors="Some One"), REVIEW),
    ("all is another", record(OTHER_TITLE, "Some One"), REJECT),
    ("no authors", record(authors=""), ACCEPT),
    ("no authors, another title", record(OTHER_TITLE, ""), REVIEW),
    ("no title", record(""), ACCEPT),
    ("unpublished", record(published=False), ACCEPT),
    ("a correction", record("Correction to: " + TITLE), REJECT),
    ("another number", record(TITLE + " 2"), REVIEW),
    ("the year does not count", record(year=1999), ACCEPT),
)


@pytest.mark.parametrize(("case", "candidate", "status"), SAME_WORKS)
def test_what_an_identifier_led_to(case: str, candidate: Record, status: str) -> None:
    assert same_work(TITLE, people(AUTHORS), candidate).status == status


WORDS = st.text(alphabet="ab12 -:+王é<>&$\\", max_size=30)
NAMES = st.lists(st.sampled_from(["Li", "Wang", "Müller", "Smith"]).map(Person), max_size=5).map(tuple)


@given(WORDS, WORDS)
def test_a_ratio_is_from_nought_to_one_and_the_same_from_both_sides(a: str, b: str) -> None:
    assert 0 <= title_ratio(a, b) == title_ratio(b, a) <= 1
    assert title_ratio(a, a) == (1 if title_key(a) else 0)
    assert title_key(title_key(a)) == title_key(a)


@given(NAMES, NAMES, st.booleans(), st.booleans())
def test_an_overlap_is_from_nought_to_one_and_the_same_from_both_sides(
    a: tuple, b: tuple, cut_a: bool, cut_b: bool
) -> None:
    mine, theirs = People(a, cut_a), People(b, cut_b)
    assert 0 <= family_overlap(mine, theirs) == family_overlap(theirs, mine) <= 1


@given(WORDS, WORDS, NAMES, NAMES)
def test_nothing_is_accepted_without_people_or_with_other_numbers(a: str, b: str, mine: tuple, theirs: tuple) -> None:
    verdict = judge(a, People(mine), 2023, Record("crossref", "x", published=True, title=b, authors=People(theirs)))
    if verdict.status == ACCEPT:
        assert verdict.overlap >= 0.5
        assert numbers(title_key(a)) == numbers(title_key(b))


def a_crowd(count: int) -> People:
    return People(tuple(Person(f"Family {n % 50}") for n in range(count)))


def test_long_lists_take_linear_time() -> None:
    def work(crowd: People) -> None:
        assert family_overlap(crowd, crowd) == 1

    assert_in_proportion(a_crowd, work, most=10_000)


@pytest.mark.parametrize("piece", ["a", "a b ", "(", "review ", "<a ", " ", "word: ", "Comment on "])
def test_long_titles_take_linear_time(piece: str) -> None:
    def work(text: str) -> None:
        judge(text, NOBODY, 2023, record("x" + text, ""))
        judge("x" + text, crowd, 2023, record(text + "y", "A, B"))

    crowd = a_crowd(100)
    assert_in_proportion(lambda count: piece * count, work, most=8192)


@pytest.fixture(scope="module")
def searches(shared: Path) -> list:
    """The 411 recorded searches, judged by bench/match.py."""
    return list(
        runpy.run_path(str(PROGRAM))["searches"](shared / "api-samples" / "match" / "title-search-411.jsonl.gz")
    )


def test_the_counts_of_the_411_recorded_searches(searches: list) -> None:
    assert Counter(search.status for search in searches) == {ACCEPT: 235, REVIEW: 20, REJECT: 154, "no candidates": 2}


def test_none_of_the_accepted_searches_is_a_different_paper(searches: list) -> None:
    accepted = [search for search in searches if search.status == ACCEPT]
    assert Counter(search.evidence for search in accepted) == {"DBLP has the same DOI": 112, "DBLP says nothing": 123}
    for search in accepted:
        verdict, found = search.found
        assert found.date is None or not search.year or abs(found.date.year - search.year) <= 1
        assert {person.family for person in found.authors}
        # The three titles that are not equal word by word: a slip of the pen, a plural, an article (all read by eye).
        if verdict.ratio < 1:
            assert word_changes(title_key(search.title), title_key(found.title)) == ([], [])
    assert sum(search.found[0].ratio < 1 for search in accepted) <= 3
    assert {same_work(s.title, s.authors, s.found[1]).status for s in accepted} == {ACCEPT}


def test_a_family_of_one_word_beside_a_hyphen_is_compared_like_any_other() -> None:
    odd, plain = People((Person(family="-and", given="X"),)), People((Person(family="And", given="X"),))
    assert family_overlap(odd, plain) == family_overlap(plain, odd) == 1.0
