"""Venues: every row of the table, their names in a year, and what a comment says about where a paper appeared."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.venues import VENUES, Venue, appearance, find, full_name

BY_ACRONYM = {venue.acronym: venue for venue in VENUES}


# --- the table, row by row


@pytest.mark.parametrize("venue", VENUES, ids=lambda venue: venue.acronym)
def test_a_venue_is_found_by_everything_it_is_called(venue: Venue) -> None:
    for text in (venue.acronym, *venue.spellings):
        assert find(text) is venue, text
        assert find(f"  {text} ") is venue
        assert find(text.upper()) is venue
        assert find(f"{text} 2023") is venue or text[-1].isdigit()
    if venue.dblp:
        assert find(venue.dblp) is venue
        assert find(f"{venue.dblp}/SomebodyA23") is venue
        assert find(f"https://dblp.org/rec/{venue.dblp}/SomebodyA23") is venue


@pytest.mark.parametrize("venue", VENUES, ids=lambda venue: venue.acronym)
def test_a_venue_is_found_by_its_own_full_name(venue: Venue) -> None:
    for year in (0, 2019, 2024):
        assert find(full_name(venue, year)) is venue, full_name(venue, year)


@pytest.mark.parametrize("venue", VENUES, ids=lambda venue: venue.acronym)
def test_a_full_name_has_no_gaps(venue: Venue) -> None:
    for year in (0, 1990, 2023, 2024):
        name = full_name(venue, year)
        assert not re.search(r"[{}]|  |\( |\(\)|' ?\)|\b0th|-\)|,\)", name), name
        assert name == name.strip()
        if year == 0 or venue.type == "article":
            assert not re.search(r"\d{4}", name)
            assert name == full_name(venue, 0)
        else:
            assert str(year) in name or f"'{year % 100:02d}" in name or f"-{year % 100:02d}" in name


@pytest.mark.parametrize("venue", VENUES, ids=lambda venue: venue.acronym)
def test_acceptance_with_a_year_is_certain_and_a_workshop_is_not(venue: Venue) -> None:
    found = appearance(f"Accepted at {venue.acronym} 2024, 12 pages")
    assert found is not None
    assert (found.venue, found.year, found.certain, found.type) == (full_name(venue, 2024), 2024, True, venue.type)
    for doubt in (
        f"Accepted at the {venue.acronym} 2024 Workshop on Efficiency",
        f"Submitted to {venue.acronym} 2024",
        f"{venue.acronym} 2024, under review",
    ):
        found = appearance(doubt)
        assert found is None or not found.certain, doubt


@pytest.mark.parametrize("venue", [venue for venue in VENUES if venue.word], ids=lambda venue: venue.acronym)
def test_an_acronym_that_is_also_a_word_needs_its_case_and_a_year(venue: Venue) -> None:
    assert appearance(f"We compare {venue.acronym} with other methods and find it good") is None
    if venue.acronym.isascii():
        assert appearance(f"on {venue.acronym.lower()} 2024 and more") is None


def test_every_row_is_a_conference_or_a_journal_and_none_is_there_twice() -> None:
    assert {venue.type for venue in VENUES} == {"inproceedings", "article"}
    assert len(BY_ACRONYM) == len(VENUES) > 150
    streams = Counter(venue.dblp for venue in VENUES if venue.dblp)
    assert set(streams.values()) == {1}
    assert all(re.fullmatch(r"(conf|journals)/[A-Za-z0-9]+", stream) for stream in streams)


# --- numbers of editions: (acronym, year, words in the name)

EDITIONS = [
    ("ICML", 2025, "42nd International Conference on Machine Learning (ICML 2025)"),
    ("ICML", 2018, "the 35th International"),
    ("ICLR", 2024, "The Twelfth International Conference on Learning Representations (ICLR 2024)"),
    ("ICLR", 2015, "The Third International"),
    ("COLM", 2024, "First Conference on Language Modeling (COLM 2024)"),
    ("SOSP", 2023, "the 29th Symposium on Operating Systems Principles (SOSP '23)"),
    ("SOSP", 2024, "the 30th Symposium"),
    ("SOSP", 2021, "the 28th Symposium"),
    ("SOSP", 2022, "Proceedings of the Symposium"),
    ("OSDI", 2024, "the 18th USENIX"),
    ("OSDI", 2018, "the 13th USENIX"),
    ("OSDI", 2019, "Proceedings of the USENIX"),
    ("ASPLOS", 2025, "the 30th ACM International Conference on Architectural Support"),
    ("ISCA", 2025, "the 52nd Annual International Symposium on Computer Architecture (ISCA '25)"),
    ("MICRO", 2023, "the 56th IEEE/ACM"),
    ("DAC", 2024, "the 61st ACM/IEEE Design Automation Conference (DAC '24)"),
    ("IJCAI", 2024, "the Thirty-Third International Joint Conference on Artificial Intelligence (IJCAI-24)"),
    ("IJCAI", 2021, "the Thirtieth International"),
    ("EuroSys", 2024, "the Nineteenth European"),
    ("EuroSys", 2025, "the Twentieth European"),
    ("EuroSys", 2026, "the Twenty-First European"),
    ("INLG", 2025, "the 18th International Natural Language Generation Conference (INLG 2025)"),
    ("ACL", 2023, "the 61st Annual Meeting"),
    ("KDD", 2024, "the 30th ACM SIGKDD"),
    ("SIGIR", 2023, "the 46th International"),
    ("COLING", 2022, "the 29th International"),
    ("EACL", 2024, "the 18th Conference"),
    ("PPoPP", 2025, "the 30th ACM SIGPLAN"),
    ("NSDI", 2024, "the 21st USENIX"),
    ("FAST", 2025, "the 23rd USENIX"),
    ("USENIX Security", 2024, "the 33rd USENIX"),
    ("AISTATS", 2024, "the 27th International"),
    ("ISSTA", 2020, "the 29th ACM SIGSOFT"),
    ("MobiCom", 2024, "the 30th Annual"),
]


@pytest.mark.parametrize(("acronym", "year", "words"), EDITIONS)
def test_the_number_of_an_edition(acronym: str, year: int, words: str) -> None:
    assert words in full_name(BY_ACRONYM[acronym], year)


def test_the_venues_of_our_own_list_are_known() -> None:
    text = (Path(__file__).parents[1] / "refs.bib").read_text("utf-8")
    names = [name for _, name in re.findall(r"(booktitle|journal) = \{(.*)\}", text)]
    unknown = {name for name in names if find(name) is None}
    assert len(names) > 10
    assert unknown <= {"Architecture and System Support for Transformer Models (ASSYST @ ISCA 2023)"}


@pytest.mark.parametrize(
    ("text", "acronym"),
    [
        ("ACL (1)", "ACL"),
        ("ACL/IJCNLP (1)", "ACL"),
        ("EMNLP (Findings)", "Findings of EMNLP"),
        ("ACL (Findings)", "Findings of ACL"),
        ("ASPLOS (2)", "ASPLOS"),
        ("Proc. VLDB Endow.", "PVLDB"),
        ("Trans. Mach. Learn. Res.", "TMLR"),
        ("USENIX Security Symposium", "USENIX Security"),
        ("The Eleventh International Conference on Learning Representations", "ICLR"),
        ("Proceedings of the 29th Symposium on Operating Systems Principles", "SOSP"),
        ("2024 IEEE International Symposium on High-Performance Computer Architecture (HPCA)", "HPCA"),
        ("SOSP '23", "SOSP"),
        ("NeurIPS'23", "NeurIPS"),
        ("conf/nips/VaswaniSPUJGKP17", "NeurIPS"),
    ],
)
def test_find(text: str, acronym: str) -> None:
    found = find(text)
    assert found is not None
    assert found.acronym == acronym


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "CoRR",
        "journals/corr",
        "conf/nosuch",
        "foo",
        "We like ICML",
        "ICML workshop",
        "the",
        "Proceedings of the",
        "2023",
        "x" * 10_000,
        "conf/",
        "../conf/nips",
        "()",
        "🦙",
    ],
)
def test_find_guesses_nothing(text: str) -> None:
    assert find(text) is None


# --- comments that say where: (comment, acronym, year, certain)

YES = [
    ("SOSP 2023", "SOSP", 2023),
    ("Accepted at NeurIPS 2024", "NeurIPS", 2024),
    ("ICML'24", "ICML", 2024),
    ("ICML '24", "ICML", 2024),
    ("ICML’24", "ICML", 2024),
    ("NeurIPS2023", "NeurIPS", 2023),
    ("neurips 2023", "NeurIPS", 2023),
    ("NIPS 2017", "NeurIPS", 2017),
    ("NIPS '17", "NeurIPS", 2017),
    ("Published as a conference paper at ICLR 2018", "ICLR", 2018),
    ("ICLR 2017 conference paper", "ICLR", 2017),
    ("ICLR 2022 (Outstanding Paper HM)", "ICLR", 2022),
    ("ICLR 2023 notable top 5%", "ICLR", 2023),
    ("MLSys 2024 Best Paper Award. Code available at: https://github.com/mit-han-lab/llm-awq", "MLSys", 2024),
    ("Accepted to Findings of ACL 2023", "Findings of ACL", 2023),
    ("ACL 2023 Findings", "Findings of ACL", 2023),
    ("Findings of EMNLP 2023", "Findings of EMNLP", 2023),
    ("EMNLP 2023 (Findings)", "Findings of EMNLP", 2023),
    ("EMNLP 2023 Findings, 12 pages", "Findings of EMNLP", 2023),
    ("Accepted by NAACL 2025 (findings).", "Findings of NAACL", 2025),
    ("In Findings of the Association for Computational Linguistics: EMNLP 2023", "Findings of EMNLP", 2023),
    ("Transactions on Machine Learning Research (TMLR), 2022", "TMLR", 2022),
    ("Published in Transactions on Machine Learning Research (11/2023)", "TMLR", 2023),
    (
        "Accepted by the Thirty-Third International Joint Conference on Artificial Intelligence (IJCAI 2024)",
        "IJCAI",
        2024,
    ),
    ("Accepted by the Thirty-Third International Joint Conference on Artificial Intelligence", "IJCAI", 2024),
    ("18th USENIX Symposium on Operating Systems Design and Implementation", "OSDI", 2024),
    ("31st Conference on Neural Information Processing Systems (NIPS 2017), Long Beach, CA, USA", "NeurIPS", 2017),
    (
        "Published as a conference paper at the 3rd International Conference for Learning Representations, San Diego, 2015",
        "ICLR",
        2015,
    ),
    ("NeurIPS 2024 Datasets and Benchmarks Track", "NeurIPS Datasets and Benchmarks", 2024),
    ("NeurIPS 2022, Datasets and Benchmarks Track", "NeurIPS Datasets and Benchmarks", 2022),
    ("published at NeurIPS 2024 Track Datasets and Benchmarks (Spotlight)", "NeurIPS Datasets and Benchmarks", 2024),
    ("Accepted, to appear at ISCA 2024", "ISCA", 2024),
    ("Accepted to MICRO-57", "MICRO", 2024),
    ("MICRO 2023", "MICRO", 2023),
    ("MICRO '23", "MICRO", 2023),
    ("HPCA-30", "HPCA", 2024),
    ("DAC 61", "DAC", 2024),
    ("Accepted to SC 2021", "SC", 2021),
    ("SC21", "SC", 2021),
    ("SC'23", "SC", 2023),
    ("OSDI 24", "OSDI", 2024),
    ("ATC'24", "USENIX ATC", 2024),
    ("USENIX ATC 2024", "USENIX ATC", 2024),
    ("AAAI-24", "AAAI", 2024),
    ("IJCAI-24 survey track", "IJCAI", 2024),
    ("NAACL-HLT 2021", "NAACL", 2021),
    ("Accepted at EMNLP-IJCNLP 2019", "EMNLP", 2019),
    ("LREC-COLING 2024", "LREC-COLING", 2024),
    ("VLDB 2024", "PVLDB", 2024),
    ("2024 IEEE International Symposium on High-Performance Computer Architecture (HPCA)", "HPCA", 2024),
    ("Accepted at the 2023 Conference on Empirical Methods in Natural Language Processing", "EMNLP", 2023),
    ("in Proceedings of the 40th International Conference on Machine Learning, PMLR 202, 2023", "ICML", 2023),
    ("accepted by IEEE Transactions on Computers, 2023", "TC", 2023),
    ("IEEE S&P 2024", "S&P", 2024),
    ("ACM Computing Surveys (2024)", "CSUR", 2024),
    ("Accepted to EuroSys'25", "EuroSys", 2025),
    ("ICASSP 2024, Seoul, April 2024", "ICASSP", 2024),
    ("accepted at ACL 2016; new in this version: figure 3", "ACL", 2016),
    (
        "Accepted at ACL 2024; Dataset: https://hf.co/x; Code: https://github.com/ICML2020/x; demo available",
        "ACL",
        2024,
    ),
    ("EMNLP 2021 accepted paper camera ready version", "EMNLP", 2021),
    ("Baize v2; EMNLP 2023", "EMNLP", 2023),
    ("Code at https://www.swebench.com ICLR 2024, https://openreview.net/forum?id=VTF8yNQM66", "ICLR", 2024),
    ("ACL 2023 camera ready, 23 pages, 9 figures, 11 tables", "ACL", 2023),
    ("Accepted at EMNLP 2023. Added to related work", "EMNLP", 2023),
    ("被ICML 2024录用", "ICML", 2024),
    ("Advances in Neural Information Processing Systems 36 (NeurIPS 2023)", "NeurIPS", 2023),
    ("accepted to the 40th International Conference on Machine Learning, ICML 2023", "ICML", 2023),
    ("Accepted @ ICML 2023", "ICML", 2023),
    ("EMNLP-Findings 2023", "Findings of EMNLP", 2023),
    ("accepted by EMNLP2023 findings", "Findings of EMNLP", 2023),
    ("EMNLP 2024 Main. arXiv admin note: text overlap with arXiv:2305.12345", "EMNLP", 2024),
    ("(Accepted) ISCA 2024", "ISCA", 2024),
    ("KDD'24 Applied Data Science Track", "KDD", 2024),
    ("Project page: https://x.github.io; accepted by ACM MM 2024", "ACM MM", 2024),
    ("Accepted by ACL 2023 main conference", "ACL", 2023),
    ("ICML 2023. Last update: 2024", "ICML", 2023),
    ("HPCA'25", "HPCA", 2025),
    ("已被 NeurIPS 2023 接收", "NeurIPS", 2023),
    ("本文发表于2023年SOSP会议", "SOSP", 2023),
    ("计算机研究与发展, 2024", "计算机研究与发展", 2024),
    ("ＩＣＭＬ　２０２３", "ICML", 2023),
]
MAYBE = [
    ("NeurIPS 2024 Workshop on Efficient Natural Language and Speech Processing", "NeurIPS", 2024),
    ("Accepted at ES-FoMo@ICML 2023 workshop", "ICML", 2023),
    ("CVPRW 2023", "CVPR", 2023),
    ("ICML 2023 tutorial", "ICML", 2023),
    ("ACL 2024 system demonstrations", "ACL", 2024),
    ("ACL 2024 Demo", "ACL", 2024),
    ("EMNLP 2023 Industry Track", "EMNLP", 2023),
    ("Submitted to ICML 2024", "ICML", 2024),
    ("Under review at ICLR 2025", "ICLR", 2025),
    ("Under double-blind review at ICLR 2025", "ICLR", 2025),
    ("Rejected from ICLR 2024", "ICLR", 2024),
    ("Extended version of the SOSP 2023 paper", "SOSP", 2023),
    ("A short version of this paper appeared at MLSys 2023", "MLSys", 2023),
    ("To appear in ISCA 2024", "ISCA", 2024),
    ("To be published in TACL 2022", "TACL", 2022),
    ("ASPLOS 2024 (to appear), code", "ASPLOS", 2024),
    ("10 pages. Equal contribution by first seven authors. ICLR version", "ICLR", 0),
    ("NAACL 2018. Originally posted to openreview 27 Oct 2017. v2 updated for NAACL camera ready", "NAACL", 2018),
    (
        "To appear in the Proceedings of the ACL Workshop on Challenges & Perspectives in Creating Large Language Models",
        "ACL",
        0,
    ),
    ("Accepted at ICML", "ICML", 0),
    ("ICML", "ICML", 0),
    ("Accepted by TPDS", "TPDS", 0),
    ("Accepted to ACL 2024; presented at EMNLP 2023", "ACL", 2024),
    ("ICLR 2023, ICLR 2024", "ICLR", 2023),
    ("3rd International Conference on Learning Representations 2016", "ICLR", 2016),
    ("Findings of ACL 2023 and ACL 2023", "Findings of ACL", 2023),
    ("NeurIPS 2022 Competition Track", "NeurIPS", 2022),
    ("A follow-up to our ICML 2022 paper", "ICML", 2022),
    ("PVLDB 17(4), accepted", "PVLDB", 0),
    ("已投稿 ICLR 2025", "ICLR", 2025),
    ("Presented at MATH-AI @ NeurIPS 2023", "NeurIPS", 2023),
    ("ES-FoMo@ICML2023", "ICML", 2023),
    ("NeurIPS 2023 ENLSP-III", "NeurIPS", 2023),
    ("Winner of the CVPR 2023 challenge", "CVPR", 2023),
    ("ICCAD 2023 invited paper", "ICCAD", 2023),
    ("Advances in Neural Information Processing Systems 36", "NeurIPS", 0),
    ("NeurIPS 2023 研讨会", "NeurIPS", 2023),
]
NO = [
    "",
    " ",
    "40 pages, 3 figures",
    "15 pages, 5 figures",
    "We use the ACL style",
    "uses the ICML 2024 template",
    "ICLR 2024 template",
    "Formatted for NeurIPS 2023 style",
    "NeurIPS style file",
    "ACL Rolling Review",
    "ACL ARR 2024 submission",
    "MICRO-benchmarks",
    "We study SC and DATE and FAST methods",
    "SC is fast",
    "fast 2024",
    "Date 2024",
    "date: March 2024",
    "S&P 500 in 2023",
    "A pact of 2023",
    "Science of data 2023",
    "ACL-based access control lists",
    "non-ICML",
    "Code: https://github.com/x/ICML2023",
    "github.com/me/neurips2023",
    "Analysis of NeurIPS 2023 papers",
    "ICLR 2024 reviews are analysed",
    "in 2022 we ran a long ICML experiment with many people",
    "published at www 2024",
    "Forthcoming, Chicago-Kent Law Review",
    "Copyright 2018 by the authors",
    "32 pages",
    "preprint",
    "fixed some typos",
    "Added Tulu 3 405B results",
    "revise according to peer review",
    "ActaAstron.56:1-50,2006",
    "v2: added ICLR 2024 results",
    "comparison with NeurIPS 2023 baselines",
    "10 mm 2023",
    "Phase 2, 2023",
    "ACM 2024",
    "IEEE 2024",
    "to the best of our knowledge, in 2023",
    "USENIX 2024",
    "36 pages; CHI squared 2023",
    "一共四十页",
    "\0\0",
]


@pytest.mark.parametrize(("comment", "acronym", "year"), YES)
def test_a_comment_that_says_where_and_when_is_certain(comment: str, acronym: str, year: int) -> None:
    found = appearance(comment)
    assert found is not None
    venue = BY_ACRONYM[acronym]
    assert (found.venue, found.type, found.year, found.certain) == (full_name(venue, year), venue.type, year, True)


@pytest.mark.parametrize(("comment", "acronym", "year"), MAYBE)
def test_a_comment_that_leaves_a_doubt_is_for_a_person(comment: str, acronym: str, year: int) -> None:
    found = appearance(comment)
    assert found is not None
    assert (found.venue, found.year, found.certain) == (full_name(BY_ACRONYM[acronym], year), year, False)
    assert found.text == comment


@pytest.mark.parametrize("comment", NO)
def test_a_comment_that_names_no_venue_says_nothing(comment: str) -> None:
    assert appearance(comment) is None


def test_what_was_read_is_kept_on_one_line() -> None:
    found = appearance("MLSys 2024 Best Paper Award. Code available at:\n  https://github.com/x")
    assert found is not None
    assert found.text == "MLSys 2024 Best Paper Award. Code available at: https://github.com/x"


# --- hostile texts


COMMENTS = given(
    st.lists(
        st.sampled_from(
            [
                "ICML",
                "ACL",
                "2023",
                "'24",
                "-57",
                "Findings",
                "of",
                "SC",
                " ",
                "3rd",
                "Thirty-",
                "Third",
                "(",
                ";",
                ".",
                "录用",
                "W",
                "http://a.b/",
                "workshop",
                "&",
                "S",
                "P",
            ]
        )
    ).map(" ".join)
    | st.text(max_size=200)
)


@settings(max_examples=100)
@COMMENTS
def test_no_text_makes_reading_fail(text: str) -> None:
    found = appearance(text)
    find(text)
    if found is not None:
        assert found.venue
        assert found.year == 0 or 1980 <= found.year < 2080
        assert found.year or not found.certain


@pytest.mark.slow
@settings(max_examples=600)
@COMMENTS
def test_none_of_many_texts_makes_reading_fail(text: str) -> None:
    test_no_text_makes_reading_fail.hypothesis.inner_test(text)


@pytest.mark.parametrize(
    "piece",
    [
        "ICML ",
        "a.",
        "a.a/",
        "ACL 20",
        "Proceedings of the ",
        "3rd ",
        "-",
        "$",
        "conf/",
        "'",
        "Findings of ",
        "IEEE Transactions on ",
        "to ",
        "录",
        "1" * 50,
        "\t",
        "www.",
    ],
)
def test_a_huge_comment_takes_linear_time(piece: str) -> None:
    def work(text: str) -> None:
        appearance(text)
        find(text)

    assert_in_proportion(lambda count: piece * count, work, most=100_000)
