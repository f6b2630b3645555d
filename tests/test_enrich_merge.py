"""One field of one entry: what the file has, what we wrote last, what a record says, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from enriching import (
    ARXIV,
    AT,
    AUTHORS,
    CROSSREF,
    DATACITE,
    DOI,
    ID,
    KEY,
    PREPRINT,
    SAYS_SOSP,
    TITLE,
    found,
    known,
    run,
)

from llminfer_bib import enrich
from llminfer_bib.enrich import Choices, adding
from llminfer_bib.enrich.merging import Action, merge
from llminfer_bib.enrich.writing import source_of, undelimited, value_of
from llminfer_bib.library import Library
from llminfer_bib.model import Date, People, Person
from llminfer_bib.names import parse_people
from llminfer_bib.provenance import Origin
from llminfer_bib.records import Notice
from llminfer_bib.tex import to_plain

STAYS = "pubstate = {preprint}"
FULL = f"""@inproceedings{{k,
  author = {{Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan and Gonzalez, Joseph E. and Stoica, Ion}},
  title = {{{TITLE}}},
  booktitle = {{Proceedings of the 29th Symposium on Operating Systems Principles (SOSP '23)}},
  pages = {{611--626}},
  publisher = {{Association for Computing Machinery}},
  year = {{2023}},
  month = oct,
  doi = {{{DOI}}},
  url = {{https://doi.org/{DOI}}},
}}
"""


def wrote(field, value, source="arxiv:2309.06180v1", key="k"):
    return Origin(key, field, value, source, AT)


def base(*origins):
    return {(origin.key, origin.field): origin for origin in origins}


def people(text):
    return parse_people(text, to_plain)


# --- the table of DESIGN section 5

# field, mine, base, theirs, source, what happens
TABLE = [
    # absent: add, unless a person removed what we had written
    ("title", None, None, "A", "arxiv", Action.SET),
    ("title", None, ("A", "arxiv"), "A", "arxiv", Action.NONE),
    ("title", None, ("A", "arxiv"), "B", "arxiv", Action.NONE),
    ("publisher", None, ("", "crossref"), "ACM", "crossref", Action.SET),  # we removed it ourselves
    # the same meaning: nothing, whatever the base
    ("title", "A {B}", None, "A {B}", "arxiv", Action.NONE),
    ("title", "Efficient memory management", None, "Efficient Memory Management", "arxiv", Action.NONE),
    ("title", "Efficient memory management", ("X", "arxiv"), "Efficient Memory Management", "arxiv", Action.NONE),
    ("pages", "611–626", None, "611-626", "crossref", Action.NONE),
    ("doi", "https://doi.org/10.1145/3600006.3613165", None, DOI, "crossref", Action.NONE),
    ("month", "October", None, "Oct", "crossref", Action.NONE),
    ("eprint", "arXiv:2309.06180v1", None, ID, "arxiv", Action.NONE),
    ("author", people("Kwon, W. and Li, Z."), None, people("Kwon, Woosuk and Li, Zhuohan"), "arxiv", Action.NONE),
    # equals base: update
    ("year", "2023", ("2023", "crossref"), "2024", "crossref", Action.SET),
    ("pages", "1–2", ("1--2", "crossref"), "1-12", "crossref", Action.SET),
    ("title", "Old title here", ("Old {title} here", "arxiv"), "Completely new words", "arxiv", Action.SET),
    ("author", people("A, B"), ("A, B", "arxiv"), people("A, B and C, D"), "arxiv", Action.SET),
    ("author", people("A, B and others"), ("A, B and others", "arxiv"), people("A, B and C, D"), "arxiv", Action.SET),
    ("month", "Sept", ("sep", "arxiv"), "Oct", "arxiv", Action.SET),
    # equals base of a source that knows better: leave it
    ("year", "2024", ("2024", "crossref"), "2023", "arxiv", Action.NONE),
    ("title", "Old title here", ("Old title here", "crossref"), "Completely new words", "dblp", Action.NONE),
    ("year", "2023", ("2023", "arxiv"), "2024", "datacite", Action.NONE),
    ("year", "2023", ("2023", "arxiv"), "2024", "crossref", Action.SET),
    # a person's: keep; conflict only where it matters
    ("year", "2023", None, "2024", "crossref", Action.KEEP),
    ("year", "2023", ("2019", "crossref"), "2024", "crossref", Action.KEEP),
    ("year", "2020", None, "2024", "crossref", Action.CONFLICT),
    ("year", "2020", ("2022", "crossref"), "2024", "crossref", Action.CONFLICT),
    ("title", "Another thing altogether", None, "Efficient Memory Management", "crossref", Action.CONFLICT),
    ("doi", "10.1000/other", None, DOI, "crossref", Action.CONFLICT),
    ("pages", "1–12", None, "611-626", "crossref", Action.CONFLICT),
    ("author", people("Kwon, W. and Li, Z."), None, people("Kwon, W. and Li, Z. and Ng, A."), "arxiv", Action.CONFLICT),
    ("author", people("Kwon, W. and Ng, A."), None, people("Kwon, W. and Li, Z."), "arxiv", Action.CONFLICT),
    ("author", people("Li, Z. and Kwon, W."), None, people("Kwon, W. and Li, Z."), "arxiv", Action.CONFLICT),
    ("publisher", "Springer", None, "ACM", "crossref", Action.KEEP),
    ("url", "https://example.org", None, f"https://doi.org/{DOI}", "crossref", Action.KEEP),
    ("volume", "1", ("", "crossref"), "2", "crossref", Action.KEEP),  # we removed it, a person wrote it anew
    # a list that a person cut short
    ("author", people("Kwon, Woosuk and others"), None, AUTHORS, "crossref", Action.KEEP),
    ("author", people("Ng, Andrew and others"), None, AUTHORS, "crossref", Action.CONFLICT),
]


@pytest.mark.parametrize(("field", "mine", "before", "theirs", "source", "action"), TABLE)
def test_every_row_of_the_table(field, mine, before, theirs, source, action):
    origin = None if before is None else Origin("k", field, before[0], f"{before[1]}:x", AT)
    assert merge(field, mine, origin, theirs, source).action is action


@pytest.mark.parametrize(("field", "mine", "before", "theirs", "source", "action"), TABLE)
def test_overwrite_goes_past_a_person_and_a_deletion_but_not_past_equal_meaning(
    field, mine, before, theirs, source, action
):
    origin = None if before is None else Origin("k", field, before[0], f"{before[1]}:x", AT)
    told = merge(field, mine, origin, theirs, source, overwrite=True).action
    same = mine is not None and merge(field, mine, None, theirs, source).action is Action.NONE
    assert told is (Action.NONE if same else Action.SET)


# --- what is filled in


def test_a_bare_arxiv_id_becomes_a_preprint_of_the_house():
    result = run(f"@misc{{k,\n  eprint = {{{ID}}},\n  {STAYS},\n}}\n", known(ARXIV))
    assert result.text == (
        f"""@misc{{k,
  eprint = {{{ID}}},
  {STAYS},
  author = {{Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan and Gonzalez, Joseph E. and Stoica, Ion}},
  title = {{Efficient Memory Management for Large Language Model Serving with {{PagedAttention}}}},
  year = {{2023}},
  month = sep,
  eprinttype = {{arxiv}},
  eprintclass = {{cs.LG}},
  url = {{https://arxiv.org/abs/{ID}}},
}}
"""
    )
    assert result.unit.reason == "filled from arxiv:2309.06180v1"
    assert {change.reason for change in result.unit.changes} == {"the entry has none"}


def test_a_bare_doi_becomes_a_paper():
    result = run(f"@inproceedings{{k,\n  doi = {{{DOI}}},\n}}\n", known(CROSSREF))
    assert list(result.values) == ["author", "title", "booktitle", "pages", "publisher", "year", "month", "url"]
    assert result.values["pages"] == "{611--626}"
    assert result.values["month"] == "oct"
    assert not result.unit.upgrade


def test_a_complete_entry_is_left_alone():
    result = run(FULL, known(CROSSREF))
    assert not result.plan.units
    assert not result.plan.conflicts
    assert result.text == FULL


def test_the_same_paper_in_another_spelling_is_left_alone():
    text = (
        FULL.replace("Kwon, Woosuk", "W. Kwon")
        .replace("611--626", "611-626")
        .replace("Efficient Memory", "{E}fficient memory")
    )
    plan = run(text, known(CROSSREF)).plan
    assert not plan.units
    assert not plan.conflicts


def test_abstracts_come_only_when_wanted():
    assert "abstract" not in run(PREPRINT, known(ARXIV)).values
    assert run(PREPRINT, known(ARXIV), Choices(abstracts=True)).values == {"abstract": f"{{{ARXIV.abstract}}}"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("eprinttype = {arxiv}", "archivePrefix = {arXiv}"),
        ("eprintclass = {cs.LG}", "primaryClass = {cs.LG}"),
        ("year = {2023},\n  month = sep", "date = {2023-09}"),
        ("year = {2023},\n  month = sep", "date = {2023-09-12}"),
        ("year = {2023},\n  month = sep", "year = 2023,\n  month = {9}"),
    ],
)
def test_a_field_under_its_other_name_is_there(old, new):
    result = run(PREPRINT.replace(old, new), known(ARXIV))
    assert not result.plan.units
    assert not result.plan.conflicts


def test_biblatex_names_are_kept_when_values_change():
    text = f"@article{{k, doi={{{DOI}}}, journaltitle={{Old Venue}}, date={{2022}}}}"
    article = replace(CROSSREF, type="article", venue="New Venue")
    before = base(wrote("journaltitle", "Old Venue", "crossref:x"), wrote("date", "2022", "crossref:x"))
    values = run(text, known(article), base=before).values
    assert values["journaltitle"] == "{New Venue}"
    assert values["date"] == "{2023-10-23}"
    assert "year" not in values
    assert "journal" not in values


def test_what_a_parent_gives_is_there():
    text = f"@inproceedings{{k, crossref={{p}}, doi={{{DOI}}}}}\n@proceedings{{p, title={{SOSP}}, year={{2023}}, publisher={{ACM}}}}"
    assert {"booktitle", "year", "publisher"}.isdisjoint(run(text, known(CROSSREF)).values)


def test_a_month_goes_only_with_its_own_year():
    text = f"@inproceedings{{k, doi={{{DOI}}}, year={{2024}}}}"
    assert "month" not in run(text, known(CROSSREF)).values
    deleted = base(wrote("year", "2023", "crossref:x"))
    assert {"year", "month"}.isdisjoint(
        run(f"@inproceedings{{k, doi={{{DOI}}}}}", known(CROSSREF), base=deleted).values
    )


def test_an_eprint_of_another_archive_is_left_alone():
    text = f"@misc{{k, eprint={{hal-0123}}, eprinttype={{hal}}, url={{https://arxiv.org/abs/{ID}}}, {STAYS}}}"
    assert {"eprint", "eprinttype", "eprintclass"}.isdisjoint(run(text, known(ARXIV)).values)


def test_the_arxiv_record_has_no_say_about_venue_year_title_and_pages_of_a_published_entry():
    text = f"@inproceedings{{k, title={{Efficient Memory Management}}, author={{Kwon, Woosuk and others}}, booktitle={{SOSP}}, eprint={{{ID}}}}}"
    result = run(text, known(replace(SAYS_SOSP, date=Date(2019, 1))))
    assert list(result.values) == ["eprinttype", "eprintclass", "url"]
    assert not result.plan.conflicts


def test_a_published_entry_with_a_page_gets_no_link_to_arxiv():
    text = f"@inproceedings{{k, booktitle={{SOSP}}, url={{https://openreview.net/forum?id=x}}, eprint={{{ID}}}}}"
    assert "url" not in run(text, known(ARXIV)).values


def test_pages_of_another_venue_are_no_conflict():
    text = FULL.replace("611--626", "1--2").replace(
        "29th Symposium on Operating Systems Principles (SOSP '23)", "Workshop on Serving"
    )
    assert not [c for c in run(text, known(CROSSREF)).plan.conflicts if c.field == "pages"]
    (conflict,) = run(FULL.replace("611--626", "1--2"), known(CROSSREF)).plan.conflicts
    assert (conflict.field, conflict.mine, conflict.theirs, conflict.source) == (
        "pages",
        "1–2",
        "611-626",
        f"crossref:{DOI}",
    )


def test_values_of_a_journal_are_not_mixed_into_a_conference_paper():
    journal = replace(CROSSREF, type="article", venue="ACM Transactions on Computer Systems", volume="41", number="2")
    text = f"@inproceedings{{k, title={{{TITLE}}}, booktitle={{Workshop on Serving Systems}}, year={{2023}}, doi={{{DOI}}}}}"
    assert {"volume", "number", "pages", "publisher", "month"}.isdisjoint(run(text, known(journal)).values)


def test_items_that_are_no_papers_are_only_filled():
    text = f"@software{{k, title={{vLLM}}, url={{https://github.com/vllm-project/vllm}}, doi={{{DOI}}}}}"
    result = run(text, known(replace(CROSSREF, title="vLLM")))
    assert list(result.values) == ["author", "date"]
    assert result.entry.type == "software"
    video = f"@video{{k, url={{https://arxiv.org/abs/{ID}}}}}"
    assert list(run(video, known(SAYS_SOSP)).values) == ["author", "title", "date"]


def test_an_identifier_of_another_work_gives_nothing_and_is_reported():
    other = replace(
        CROSSREF, title="Deep Learning of Cats on Mars", authors=People((Person("Meow", "A."), Person("Purr", "B.")))
    )
    text = FULL.replace("  pages = {611--626},\n", "")
    result = run(text, known(other))
    assert not result.plan.units
    assert {conflict.field for conflict in result.plan.conflicts} == {"title", "author"}
    assert all("another work" in conflict.why for conflict in result.plan.conflicts)


def test_a_title_in_two_fields_is_compared_as_one_and_never_split():
    text = f"@misc{{k, title={{Efficient Memory Management}}, subtitle={{A Survey}}, eprint={{{ID}}}, {STAYS}}}"
    record = replace(ARXIV, title="Efficient Memory Management: A Survey")
    assert "title" not in run(text, known(record)).values
    changed = replace(ARXIV, title="Efficient Memory Management: A Second Look at Everything")
    result = run(text, known(changed), Choices(overwrite=frozenset({"title"})))
    assert "title" not in result.values


# --- a person's word


def test_a_persons_value_stays_and_only_what_matters_is_a_conflict():
    text = PREPRINT.replace("{2023}", "{2020}").replace("month = sep", "month = jan").replace("cs.LG", "cs.CL")
    plan = run(text.replace("keywords", f"{STAYS},\n  keywords"), known(ARXIV)).plan
    assert not plan.units
    assert [(c.key, c.field, c.mine, c.theirs) for c in plan.conflicts] == [(KEY, "year", "2020", "2023")]


def test_what_a_person_deleted_is_not_brought_back():
    first = run(f"@misc{{k, eprint={{{ID}}}, {STAYS}}}", known(ARXIV))
    library = Library.from_text(first.text)
    library.unset("k", "url", "month", "author")
    again = run(library.text, known(ARXIV), base=first.base)
    assert not again.plan.units
    assert run(library.text, known(ARXIV), Choices(overwrite=frozenset({"url"})), base=first.base).values.keys() == {
        "url"
    }


def test_what_we_wrote_follows_its_source():
    first = run(f"@misc{{k, eprint={{{ID}}}, {STAYS}}}", known(ARXIV))
    changed = replace(
        ARXIV, version="v2", title="PagedAttention Explained All Over Again", authors=People(AUTHORS.persons[:2])
    )
    again = run(first.text, known(changed), base=first.base)
    assert again.values.keys() == {"author", "title"}
    assert again.unit.reason == "updated from arxiv:2309.06180v2"
    assert {change.reason for change in again.unit.changes} == {"arxiv changed it"}
    assert again.base["k", "title"].source == "arxiv:2309.06180v2"


def test_a_person_who_changed_what_we_wrote_is_obeyed():
    first = run(f"@misc{{k, eprint={{{ID}}}, {STAYS}}}", known(ARXIV))
    library = Library.from_text(first.text)
    library.set("k", year="2022", publisher="Mine")
    again = run(library.text, known(replace(ARXIV, date=Date(2021, 3))), base=first.base)
    assert not again.plan.units


def test_datacite_standing_in_for_arxiv_changes_nothing_that_arxiv_said():
    first = run(f"@misc{{k, eprint={{{ID}}}, {STAYS}}}", known(ARXIV))
    other = replace(
        DATACITE, date=Date(2023, 9, 13), arxiv_class="", title=TITLE.upper(), authors=People(AUTHORS.persons[:4])
    )
    again = run(first.text, {("datacite", ID): found(other)}, Choices(sources=("datacite",)), base=first.base)
    assert not again.plan.units


@pytest.mark.parametrize("name", ["year", "date", "month"])
def test_overwrite_of_a_date_is_overwrite_of_its_parts(name):
    text = PREPRINT.replace("{2023}", "{2020}").replace("keywords", f"{STAYS},\n  keywords").replace("sep", "jan")
    values = run(text, known(ARXIV), Choices(overwrite=frozenset({name}))).values
    assert values == {"year": "{2023}", "month": "sep"}


def test_overwrite_knows_a_field_by_any_of_its_names():
    text = f"@article{{k, doi={{{DOI}}}, journaltitle={{Old}}}}"
    article = replace(CROSSREF, type="article", venue="New Venue")
    assert run(text, known(article), Choices(overwrite=frozenset({"journal"}))).values["journaltitle"] == "{New Venue}"


def test_overwrite_of_the_type():
    text = FULL.replace("@inproceedings", "@article").replace("booktitle", "journal")
    assert not run(text, known(CROSSREF)).plan.units
    result = run(text, known(CROSSREF), Choices(overwrite=frozenset({"type"})))
    assert result.values["@type"] == "inproceedings"
    assert result.entry.type == "inproceedings"


def test_a_type_that_we_wrote_follows_its_source_and_a_persons_does_not():
    ours = base(wrote("@type", "inproceedings", f"crossref:{DOI}"))
    article = replace(CROSSREF, type="article", venue="Proceedings of the ACM on Programming Languages")
    text = f"@inproceedings{{k, title={{{TITLE}}}, doi={{{DOI}}}}}"
    assert run(text, known(article), base=ours).values["@type"] == "article"
    assert "@type" not in run(text, known(article)).values
    theirs = base(wrote("@type", "incollection", f"crossref:{DOI}"))
    assert "@type" not in run(text, known(article), base=theirs).values


# --- the words of the plan


def test_changes_become_edits_and_sidecar_lines():
    result = run(PREPRINT.replace("  month = sep,\n", "").replace("  year = {2023},\n", ""), known(ARXIV))
    assert [(c.field, c.old, c.new, c.value) for c in result.unit.changes] == [
        ("year", "", "2023", "{2023}"),
        ("month", "", "Sept", "sep"),
    ]
    assert enrich.origins_of(result.plan, AT) == [
        Origin(KEY, "year", "2023", "arxiv:2309.06180v1", AT),
        Origin(KEY, "month", "sep", "arxiv:2309.06180v1", AT),
    ]


def test_retractions_and_corrections_are_reported_once_each():
    retraction = Notice("retraction", "Retraction", "10.1145/r", asserted_by="publisher")
    again = replace(retraction, asserted_by="retraction-watch")
    withdrawal = Notice("withdrawal", "This paper has been withdrawn", asserted_by="arxiv")
    text = FULL.replace("  url", f"  eprint = {{{ID}}},\n  url")
    plan = run(text, known(replace(CROSSREF, notices=(retraction, again)), replace(ARXIV, notices=(withdrawal,)))).plan
    assert [(w.key, w.notice.kind, w.source) for w in plan.warnings] == [
        ("k", "withdrawal", "arxiv:2309.06180v1"),
        ("k", "retraction", f"crossref:{DOI}"),
    ]


def test_hits_of_a_search_that_are_not_taken_warn_nobody():
    other = replace(CROSSREF, title="Something Else Entirely", notices=(Notice("retraction", "R"),))
    assert not run(PREPRINT, known(ARXIV, search=[other])).plan.warnings


# --- how values are written

# field, plain, source
WRITTEN = [
    ("title", "vLLM: 70% Size & More", "{{vLLM}: 70\\% Size \\& More}"),
    ("title", "Attention in $O(n \\log n)$ Time", "{Attention in {$O(n \\log n)$} Time}"),
    ("title", "大语言模型推理中的存储优化技术综述", "{大语言模型推理中的存储优化技术综述}"),
    ("booktitle", "ACM/IEEE Design & Test", "{ACM/IEEE Design \\& Test}"),
    ("pages", "611-626", "{611--626}"),
    ("pages", "611–626", "{611--626}"),
    ("pages", "S1-S5", "{S1--S5}"),
    ("pages", "1-3, 7-9", "{1--3, 7--9}"),
    ("pages", "045008", "{045008}"),
    ("pages", "12:1-12:25", "{12:1--12:25}"),
    ("pages", "3-1-3-14", "{3-1-3-14}"),
    ("month", "June", "jun"),
    ("month", "Sept", "sep"),
    ("year", "2023", "{2023}"),
    ("date", "2023-06-01", "{2023-06-01}"),
    ("doi", "10.1002/(SICI)1097_0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2", "{10.1002/(SICI)1097_0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2}"),
    ("doi", "10.1000/a}b", ""),
    ("url", "https://example.org/a_b?c=d&e=%20#f", "{https://example.org/a_b?c=d&e=%20#f}"),
    ("url", "javascript:alert(1)", ""),
    ("url", "https://example.org/{", ""),
    ("publisher", "Curran Associates, Inc.", "{Curran Associates, Inc.}"),
    ("publisher", "nul\0", ""),
    ("title", "half \ud800", ""),
    ("author", People((Person("Özgür", "Ü."), Person(literal="DeepSeek-AI"))), "{Özgür, Ü. and {DeepSeek-AI}}"),
    ("author", People((Person(literal="戴国浩"), Person("Li", "Fei"))), "{戴国浩 and Li, Fei}"),
    ("author", People((Person("Beethoven", "Ludwig", "van"),), others=True), "{van Beethoven, Ludwig and others}"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "plain", "source"), WRITTEN)
def test_values_are_written_in_the_house_dialect_and_read_back(field, plain, source):
    assert source_of(field, plain) == source
    if source:
        read = value_of(field, undelimited(source))
        assert read == (plain.replace("-", "–") if field == "pages" and "--" in source else plain)


# --- new entries


def test_a_new_published_paper_has_the_fields_of_the_list_in_their_order():
    source = enrich.entry_source(
        [CROSSREF, ARXIV], key="kwon2023efficient", category="method", topics=["kv-cache", "serving"]
    )
    assert source == (
        f"""@inproceedings{{kwon2023efficient,
  author = {{Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan and Gonzalez, Joseph E. and Stoica, Ion}},
  title = {{Efficient Memory Management for Large Language Model Serving with {{PagedAttention}}}},
  booktitle = {{Proceedings of the 29th Symposium on Operating Systems Principles}},
  pages = {{611--626}},
  publisher = {{ACM}},
  year = {{2023}},
  month = oct,
  doi = {{{DOI}}},
  url = {{https://doi.org/{DOI}}},
  eprint = {{{ID}}},
  eprinttype = {{arxiv}},
  eprintclass = {{cs.LG}},
  keywords = {{method, kv-cache, serving}},
}}
"""
    )
    assert not run(source, known(CROSSREF, ARXIV)).plan.units


def test_a_new_preprint_is_what_enrichment_would_make_of_it():
    source = enrich.entry_source(ARXIV, key="k", category="method")
    assert source.startswith("@misc{k,\n  author = {Kwon")
    assert [line.split(" = ")[0].strip() for line in source.splitlines()[1:-1]] == (
        "author title year month eprint eprinttype eprintclass url keywords".split()
    )
    assert not run(source, known(ARXIV)).plan.units


def test_a_chinese_paper_says_its_language():
    record = replace(
        CROSSREF,
        type="article",
        title="大语言模型推理中的存储优化技术综述",
        authors=People((Person(literal="葛旭冉"),)),
    )
    source = enrich.entry_source(record, key="ge2025dayuyan", category="survey")
    assert "  langid = {chinese},\n  language = {zh-CN},\n  keywords = {survey},\n" in source
    assert "langid" not in enrich.entry_source(CROSSREF, key="k")
    assert "langid" not in enrich.entry_source(replace(CROSSREF, title="日本語のモデル"), key="k")


@pytest.mark.parametrize(
    ("chosen", "fields"),
    [
        ({}, "title url keywords"),
        ({"type": "online", "organization": "Lil'Log", "date": "2023-01-10", "entrysubtype": "blog"}, "title organization url date entrysubtype keywords"),
        ({"type": "video", "organization": "YouTube", "date": "2024"}, "title url date organization keywords"),
        ({"type": "software", "author": People((Person(literal="vLLM project"),)), "date": "2023-06"}, "author title url date keywords"),
    ],
)  # fmt: skip
def test_a_new_item_that_is_no_paper(chosen, fields):
    source = adding.item_source(
        key="k", title="50% of LLMs & more", url="https://example.org/a_b", category="blog", **chosen
    )
    assert [line.split(" = ")[0].strip() for line in source.splitlines()[1:-1]] == fields.split()
    (entry,) = Library.from_text(source)
    assert entry.title.text == "50% of LLMs & more"
    assert entry.url == "https://example.org/a_b"
    assert entry.keywords == ("blog",)
    assert not Library.from_text(source).problems


PRESENT = f"""
@misc{{preprint, eprint={{{ID}}}}}
@inproceedings{{published, doi={{10.1000/ABC}}, eprint={{2404.14294}}}}
@online{{page, url={{https://example.org/post/}}}}
@article{{linked, url={{https://doi.org/10.1000/linked}}}}
"""


@pytest.mark.parametrize(
    ("ids", "key"),
    [
        ({"arxiv": [ID]}, "preprint"),
        ({"arxiv": ["2404.14294"]}, "published"),
        ({"doi": ["10.1000/abc"]}, "published"),
        ({"doi": ["10.1000/linked"]}, "linked"),
        ({"doi": ["10.1000/new"], "arxiv": [ID]}, "preprint"),
        ({"url": "http://example.org/post#top"}, "page"),
        ({"url": "https://example.org/post", "arxiv": [ID]}, "preprint"),
        ({"arxiv": ["2404.99999"]}, None),
        ({"doi": ["10.1000/ab"]}, None),
        ({"url": "https://example.org/other"}, None),
        ({}, None),
    ],
)
def test_what_is_there_already_is_found_by_any_identifier(ids, key):
    found_entry = enrich.find_present(list(Library.from_text(PRESENT)), **ids)
    assert (found_entry.key if found_entry else None) == key


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Attention in $O(n \\log n)$", "{Attention in {$O(n \\log n)$}}"),
        ("A $\\input{/etc/passwd}$ b", "{A {\\textbackslash}input{\\textbraceleft}/etc/passwd{\\textbraceright} b}"),
        ("A $^^5cinput x$ b", "{A {\\textasciicircum}{\\textasciicircum}5cinput x b}"),
        ("Costs $5 and $10", "{Costs \\$5 and \\$10}"),
    ],
)
def test_a_source_may_set_mathematics_and_do_nothing_else(title: str, written: str) -> None:
    assert source_of("title", title) == written
