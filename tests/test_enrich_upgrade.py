"""How a preprint becomes published: by which evidence, as one unit, and what of the file stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from enriching import (
    ARXIV,
    AUTHORS,
    CROSSREF,
    DATACITE,
    DBLP,
    DOI,
    ID,
    KEY,
    NAMES_ITS_DOI,
    PREPRINT,
    SAYS_SOSP,
    SOSP,
    TITLE,
    WITH_DBLP,
    found,
    known,
    run,
)

from llminfer_bib.enrich import Choices
from llminfer_bib.library import Library
from llminfer_bib.model import Date, People, Person
from llminfer_bib.records import Appearance, Notice

OTHERS = People((Person("Meow", "A."), Person("Purr", "B.")))
ANOTHER = replace(CROSSREF, title="Deep Learning of Cats on Mars", authors=OTHERS)
BY_OTHERS = replace(CROSSREF, authors=OTHERS)


def test_a_preprint_becomes_published_as_one_unit():
    result = run(PREPRINT, known(NAMES_ITS_DOI, CROSSREF))
    assert result.text == (
        f"""@inproceedings{{kwon2023efficient,
  author = {{Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan and Gonzalez, Joseph E. and Stoica, Ion}},
  title = {{Efficient Memory Management for Large Language Model Serving with {{PagedAttention}}}},
  year = {{2023}},
  month = oct,
  eprint = {{{ID}}},
  eprinttype = {{arxiv}},
  eprintclass = {{cs.LG}},
  url = {{https://doi.org/{DOI}}},
  keywords = {{method, serving}},
  booktitle = {{Proceedings of the 29th Symposium on Operating Systems Principles}},
  pages = {{611--626}},
  publisher = {{ACM}},
  doi = {{{DOI}}},
}}
"""
    )
    assert result.unit.upgrade
    assert result.unit.reason == f"published: {SOSP} 2023 (DOI given by arXiv)"
    assert result.unit.changes[0].field == "@type"
    assert not result.plan.conflicts


# how it is found: (what changes in the file, the answers, the words of the reason)
WAYS = [
    ("doi in the file", ("  keywords", f"  doi = {{{DOI}}},\n  keywords"), known(ARXIV, CROSSREF), "its DOI"),
    ("doi in the file, arXiv silent", ("  keywords", f"  doi = {{{DOI}}},\n  keywords"), known(CROSSREF), "its DOI"),
    ("arXiv's doi", ("", ""), known(NAMES_ITS_DOI, CROSSREF), "DOI given by arXiv"),
    ("DataCite's relation", ("", ""), known(replace(DATACITE, published_as=(DOI,)), CROSSREF), "DOI given by DataCite"),
    ("title search", ("", ""), known(ARXIV, CROSSREF, search=[CROSSREF]), "title and authors agree with Crossref"),
    (
        "search, its DOI not answered",
        ("", ""),
        known(ARXIV, search=[CROSSREF]),
        "title and authors agree with Crossref",
    ),
    ("rank is no proof", ("", ""), known(ARXIV, search=[ANOTHER, CROSSREF]), "title and authors agree with Crossref"),
    ("DBLP", ("", ""), known(ARXIV, dblp=[replace(DBLP, doi="", url="")]), "title and authors agree with DBLP"),
    ("DBLP with a DOI", ("", ""), known(ARXIV, CROSSREF, dblp=[DBLP]), "title and authors agree with DBLP"),
    ("comment", ("", ""), known(SAYS_SOSP), 'arXiv says "SOSP 2023"'),
]


@pytest.mark.parametrize(("edit", "answers", "how"), [row[1:] for row in WAYS], ids=[row[0] for row in WAYS])
def test_every_way_to_the_published_version(edit, answers, how):
    silent = ("arxiv",) if ("datacite", ID) in answers else ()
    result = run(PREPRINT.replace(*edit) if edit[0] else PREPRINT, answers, WITH_DBLP, silent=silent)
    assert result.unit.upgrade
    assert result.unit.reason.endswith(f"({how})")
    assert result.entry.type == "inproceedings"
    assert result.entry.key == KEY
    assert result.entry.arxiv == ID
    assert result.entry.fields["booktitle"].startswith(SOSP)
    assert not result.plan.reviews


def test_the_comments_venue_keeps_its_real_name_and_takes_the_month_away():
    result = run(PREPRINT, known(SAYS_SOSP))
    assert result.values == {
        "@type": "inproceedings",
        "booktitle": f"{{{SOSP} (SOSP '23)}}",
        "month": "",
    }
    assert result.unit.reason == f"""published: {SOSP} (SOSP '23) (arXiv says "SOSP 2023")"""
    assert result.base[KEY, "month"].value == ""


def test_a_found_record_is_better_than_a_comment():
    result = run(PREPRINT, known(SAYS_SOSP, CROSSREF, search=[CROSSREF]))
    assert result.values["doi"] == f"{{{DOI}}}"


# --- what is not enough

NOT_ENOUGH = [
    ("nothing found", known(ARXIV)),
    ("another work in the search", known(ARXIV, search=[ANOTHER])),
    ("only a preprint in the search", known(ARXIV, search=[replace(CROSSREF, published=False)])),
    ("the notice of a correction", known(ARXIV, search=[replace(CROSSREF, title=f"Correction to: {TITLE}")])),
    ("a comment without a venue", known(replace(ARXIV, comment="12 pages, 5 figures"))),
]


@pytest.mark.parametrize("answers", [row[1] for row in NOT_ENOUGH], ids=[row[0] for row in NOT_ENOUGH])
def test_what_does_not_make_a_paper_published(answers):
    result = run(PREPRINT, answers, WITH_DBLP)
    assert result.text == PREPRINT
    assert not result.plan.reviews


UNCERTAIN = [
    ("title by other people", known(ARXIV, search=[BY_OTHERS]), CROSSREF.origin),
    ("authors not known", known(ARXIV, search=[replace(CROSSREF, authors=People())]), CROSSREF.origin),
    ("two publications of one year", known(ARXIV, search=[CROSSREF, replace(CROSSREF, id="10.1000/j", doi="10.1000/j")]), CROSSREF.origin),
    ("arXiv's doi is another work's", known(NAMES_ITS_DOI, ANOTHER), CROSSREF.origin),
    ("a workshop", known(replace(SAYS_SOSP, appearance=replace(SAYS_SOSP.appearance, certain=False))), ARXIV.origin),
]  # fmt: skip


@pytest.mark.parametrize(("answers", "origin"), [row[1:] for row in UNCERTAIN], ids=[row[0] for row in UNCERTAIN])
def test_what_a_person_must_judge_changes_nothing_until_then(answers, origin):
    waiting = run(PREPRINT, answers)
    assert waiting.text == PREPRINT
    (candidate,) = waiting.plan.reviews
    assert (candidate.key, candidate.record.origin) == (KEY, origin)
    assert candidate.why

    taken = run(PREPRINT, answers, Choices(accepted=frozenset({(KEY, origin)})))
    assert taken.unit.upgrade
    assert not taken.plan.reviews

    refused = run(PREPRINT, answers, Choices(rejected=frozenset({(KEY, origin)})))
    assert not [c for c in refused.plan.reviews if c.record.origin == origin]
    assert not [unit for unit in refused.plan.units if unit.changes[0].source == origin]


def test_a_verdict_concerns_one_entry_only():
    answers = known(ARXIV, search=[BY_OTHERS])
    assert run(PREPRINT, answers, Choices(accepted=frozenset({("another", CROSSREF.origin)}))).plan.reviews


def test_a_doi_that_a_person_turned_down_does_not_stop_the_search():
    other = replace(CROSSREF, id="10.1000/right", doi="10.1000/right")
    choices = Choices(rejected=frozenset({(KEY, CROSSREF.origin)}))
    result = run(PREPRINT, known(NAMES_ITS_DOI, CROSSREF, other, search=[CROSSREF, other]), choices)
    assert result.values["doi"] == "{10.1000/right}"


@pytest.mark.parametrize(
    "line", ["pubstate = {preprint}", "pubstate = {Preprint}", "booktitle = {Workshop}", "crossref = {gone}"]
)
def test_what_a_person_settled_is_not_upgraded(line):
    text = PREPRINT.replace("keywords", f"{line},\n  keywords")
    result = run(text, known(NAMES_ITS_DOI, CROSSREF, search=[CROSSREF]))
    assert not [unit for unit in result.plan.units if unit.upgrade]
    assert result.entry.type == "misc"


def test_no_upgrade_means_no_upgrade_even_with_a_doi():
    text = PREPRINT.replace("keywords", f"doi = {{{DOI}}},\n  keywords")
    assert not run(text, known(NAMES_ITS_DOI, CROSSREF), Choices(upgrade=False)).plan.units


def test_an_item_that_is_no_paper_is_never_retyped():
    for opening in ("@video{k", "@software{k", "@online{k, entrysubtype={blog}"):
        text = f"{opening}, title={{{TITLE}}}, author={{Kwon, Woosuk}}, eprint={{{ID}}}, url={{https://example.org}}}}"
        result = run(text, known(NAMES_ITS_DOI, CROSSREF, search=[CROSSREF]))
        assert list(result.values) == ["date"]


# --- which values of the file go, and which stay

# (what stands in the file, what must become of it: (field, plain value) or None for gone)
OWN = [
    ("journal = {arXiv preprint arXiv:2309.06180}", "journal", None),
    ("journal = {CoRR}", "journal", None),
    ("journaltitle = {arXiv}", "journaltitle", None),
    ("volume = {abs/2309.06180}", "volume", None),
    ("journal = {bioRxiv}", "journal", None),
    ("pages = {arXiv--2309}", "pages", "611–626"),  # Google Scholar
    ("volume = {arXiv-2309}", "volume", None),
    ("number = {arXiv:2309.06180}", "number", None),
    ("publisher = {arXiv}", "publisher", "ACM"),
    ("month = sep", "month", "October"),
    ("month = {9}", "month", "October"),
    ("url = {http://arxiv.org/pdf/2309.06180v2.pdf}", "url", f"https://doi.org/{DOI}"),
    ("doi = {10.48550/arXiv.2309.06180}", "doi", DOI),
]
THEIRS = [
    ("url = {https://vllm.ai/paper}", "url", "https://vllm.ai/paper"),
    ("month = jan", "month", "January"),
    ("publisher = {Association for Computing Machinery}", "publisher", "Association for Computing Machinery"),
    ("volume = {7}", "volume", "7"),
    ("pages = {1--16}", "pages", "1–16"),
    ("note = {arXiv:2309.06180}", "note", "arXiv:2309.06180"),
    ("howpublished = {arXiv:2309.06180}", "howpublished", "arXiv:2309.06180"),
    ("doi = {10.1000/other}", "doi", "10.1000/other"),
]


@pytest.mark.parametrize(("line", "field", "value"), OWN + THEIRS)
def test_what_only_spoke_of_the_preprint_goes_and_a_persons_word_stays(line, field, value):
    text = f"@article{{k,\n  title = {{{TITLE}}},\n  author = {{Kwon, Woosuk and others}},\n  year = {{2023}},\n  eprint = {{{ID}}},\n  {line},\n}}\n"
    if field == "doi":
        text = text.replace("@article", "@misc")
    result = run(text, known(NAMES_ITS_DOI, CROSSREF))
    if line != "doi = {10.1000/other}":
        assert result.unit.upgrade
    assert result.entry.fields.get(field) == value
    assert result.entry.fields["title"] == TITLE
    assert result.text.count("and others") == 1


@pytest.mark.parametrize(
    ("written", "year", "conflict"),
    [
        ("year = {2023}", "2024", False),
        ("year = {2022}", "2022", True),
        ("year = {2025}", "2025", False),
        ("date = {2023-09-12}", None, False),
    ],
)
def test_the_preprints_year_is_replaced_and_another_one_is_a_persons(written, year, conflict):
    later = replace(CROSSREF, date=Date(2024, 4))
    text = f"@misc{{k, title={{{TITLE}}}, eprint={{{ID}}}, {written}}}"
    result = run(text, known(NAMES_ITS_DOI, later))
    assert result.unit.upgrade
    assert result.entry.fields.get("year") == year
    if year is None:
        assert result.entry.fields["date"] == "2024-04"
    assert [c.field for c in result.plan.conflicts] == ["year"] * conflict
    assert ("month" in result.values) == (year == "2024")


def test_a_month_of_the_preprint_does_not_stay_beside_the_published_year():
    without_month = replace(CROSSREF, date=Date(2024))
    result = run(PREPRINT, known(NAMES_ITS_DOI, without_month))
    assert result.values["year"] == "{2024}"
    assert result.values["month"] == ""
    assert "month" not in result.entry.fields


def test_without_a_published_date_the_preprints_stays():
    result = run(PREPRINT, known(NAMES_ITS_DOI, replace(CROSSREF, date=None)))
    assert result.unit.upgrade
    assert {"year", "month"}.isdisjoint(result.values)


def test_what_we_wrote_about_the_preprint_is_replaced_whatever_it_was():
    first = run(f"@misc{{k, eprint={{{ID}}}}}", known(ARXIV))
    assert not first.unit.upgrade
    retitled = replace(CROSSREF, title="Paging for Attention in Serving Large Models", date=Date(2024))
    result = run(first.text, known(NAMES_ITS_DOI, retitled), base=first.base)
    assert result.values["title"] == "{Paging for Attention in Serving Large Models}"
    assert result.values["year"] == "{2024}"
    assert result.values["month"] == ""


def test_a_title_that_a_person_wrote_stays_and_is_a_conflict():
    retitled = replace(CROSSREF, title="Paging for Attention in Serving Large Models")
    result = run(PREPRINT, known(NAMES_ITS_DOI, retitled))
    assert result.entry.fields["title"] == TITLE
    assert [c.field for c in result.plan.conflicts] == ["title"]
    assert result.unit.upgrade


def test_a_person_who_takes_an_upgrade_back_is_obeyed():
    first = run(PREPRINT, known(NAMES_ITS_DOI, CROSSREF))
    back = run(PREPRINT, known(NAMES_ITS_DOI, CROSSREF), base=first.base)
    assert "@type" not in back.values
    assert {"doi", "booktitle", "pages", "publisher"}.isdisjoint(back.values)
    named = run(
        PREPRINT.replace("Gonzalez", "Gonzales"),
        known(NAMES_ITS_DOI, CROSSREF),
        Choices(overwrite=frozenset({"author"})),
        base=first.base,
    )
    assert "author" in named.values
    assert not named.unit.upgrade  # and nobody says that it is published
    assert "published" not in named.unit.reason


def test_a_journal_version_takes_the_place_of_the_posing_journal():
    article = replace(CROSSREF, type="article", venue="ACM Computing Surveys", volume="58", number="1", pages="1-37")
    text = f"@article{{k,\n  title = {{{TITLE}}},\n  journal = {{arXiv preprint arXiv:{ID}}},\n  volume = {{abs/{ID}}},\n  year = 2023,\n}}\n"
    result = run(text, known(NAMES_ITS_DOI, article))
    assert result.unit.upgrade
    fields = result.entry.fields
    assert (fields["journal"], fields["volume"], fields["number"], fields["pages"]) == (
        "ACM Computing Surveys",
        "58",
        "1",
        "1–37",
    )
    assert "@type" not in result.values
    assert fields["eprint"] == ID


def test_a_preprint_server_of_crossref_leads_to_the_article():
    biorxiv = replace(
        CROSSREF, id="10.1101/2020.01.30.927871", doi="10.1101/2020.01.30.927871", type="misc", published=False, venue="",
        date=Date(2020, 1, 30), publisher="Cold Spring Harbor Laboratory", url="https://doi.org/10.1101/2020.01.30.927871", published_as=(DOI,), pages="",
    )  # fmt: skip
    text = f"@misc{{k, title={{{TITLE}}}, year=2020, month=jan, doi={{10.1101/2020.01.30.927871}}, publisher={{Cold Spring Harbor Laboratory}}}}"
    result = run(text, known(biorxiv, CROSSREF))
    assert result.unit.reason.endswith("(DOI given by Crossref)")
    fields = result.entry.fields
    assert (fields["doi"], fields["year"], fields["month"], fields["publisher"]) == (DOI, "2023", "October", "ACM")
    alone = run(
        f"@misc{{k, title={{{TITLE}}}, doi={{10.1101/2020.01.30.927871}}}}", known(replace(biorxiv, published_as=()))
    )
    assert list(alone.values) == ["author", "year", "month", "url"]


def test_a_published_entry_without_doi_gets_it_where_the_venue_is_the_same():
    text = PREPRINT.replace("@misc", "@inproceedings").replace("keywords", "booktitle = {SOSP '23},\n  keywords")
    result = run(text, known(NAMES_ITS_DOI, CROSSREF))
    assert not result.unit.upgrade
    assert result.values["doi"] == f"{{{DOI}}}"
    assert result.entry.fields["booktitle"] == "SOSP '23"
    elsewhere = text.replace("SOSP '23", "Workshop on Efficient Serving")
    assert not run(elsewhere, known(NAMES_ITS_DOI, CROSSREF)).plan.units


def test_warnings_come_with_the_published_version():
    notice = Notice("retraction", "Retraction", "10.1145/r")
    plan = run(PREPRINT, known(NAMES_ITS_DOI, replace(CROSSREF, notices=(notice,)))).plan
    assert [w.notice for w in plan.warnings] == [notice]


def test_values_that_no_file_can_hold_are_left_out_and_the_rest_is_taken():
    odd = replace(CROSSREF, publisher="A\0B", url="javascript:alert(1)", pages="1-2")
    result = run(PREPRINT, known(NAMES_ITS_DOI, odd))
    assert {"publisher", "url"}.isdisjoint(result.values)
    assert result.values["pages"] == "{1--2}"


def test_many_entries_are_planned_in_the_files_order():
    second = PREPRINT.replace(KEY, "zzz").replace(ID, "2404.14294")
    other = replace(NAMES_ITS_DOI, id="2404.14294", arxiv="2404.14294", authors=AUTHORS)
    text = second + "\n" + PREPRINT
    answers = known(NAMES_ITS_DOI, other, CROSSREF)
    result = run(text, answers)
    assert [unit.key for unit in result.plan.units] == ["zzz", KEY]
    assert not Library.from_text(result.text).problems


def test_a_record_that_is_stale_still_upgrades_and_is_named():
    result = run(PREPRINT, {**known(NAMES_ITS_DOI), ("crossref", DOI): found(CROSSREF, stale=True)})
    assert result.unit.upgrade
    assert [q.id for q in result.plan.deferred] == [DOI]


def test_an_appearance_without_a_year_keeps_the_year():
    place = Appearance("Transactions on Machine Learning Research", "article", 0, True, "TMLR")
    result = run(PREPRINT, known(replace(ARXIV, appearance=place)))
    assert result.entry.type == "article"
    assert result.values.keys() == {"@type", "journal"}
