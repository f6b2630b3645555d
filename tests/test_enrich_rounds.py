"""Which questions enrichment asks, in which rounds, and which it spares."""

from __future__ import annotations

from dataclasses import replace

import pytest
from enriching import (
    ARXIV,
    CROSSREF,
    DATACITE,
    DBLP,
    DOI,
    ID,
    KEY,
    NAMES_ITS_DOI,
    PREPRINT,
    QUESTION,
    SAYS_SOSP,
    USUAL,
    WITH_DBLP,
    found,
    known,
    run,
)

from llminfer_bib import enrich
from llminfer_bib.enrich import Choices
from llminfer_bib.library import Library
from llminfer_bib.model import People, Person
from llminfer_bib.records import ABSENT, DEFERRED, REFUSED, Answer

PUBLISHED = f"@inproceedings{{k, author={{Kwon, W.}}, title={{T}}, booktitle={{SOSP}}, year=2023, doi={{{DOI}}}, eprint={{{ID}}}}}"
WITHOUT_DOI = (
    "@inproceedings{k, author={Chen, M.}, title={Parallel}, booktitle={NeurIPS}, year=2025, eprint={2505.10475}}"
)


def first(text, choices=USUAL):
    return enrich.questions(list(Library.from_text(text)), {}, choices)


def test_a_whole_list_costs_one_round_with_one_batch_for_each_source():
    entries = [f"@misc{{a{n}, eprint={{2309.{n:05}}}}}\n@article{{b{n}, doi={{10.1000/x{n}}}}}" for n in range(50)]
    wanted = first("\n".join(entries))
    assert list(wanted) == ["arxiv", "crossref"]
    assert [len(ids) for ids in wanted.values()] == [50, 50]


def test_the_same_identifier_is_asked_once_and_in_the_files_order():
    text = "@misc{a, eprint={2309.00002}}\n@misc{b, eprint={2309.00001}}\n@video{c, url={https://arxiv.org/abs/2309.00002v3}}"
    assert first(text) == {"arxiv": ["2309.00002", "2309.00001"]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@online{a, title={A course}, url={https://example.org}, entrysubtype={course}}",
        "@video{a, author={Miao, Xupeng}, title={A talk}, url={https://example.org}}",
        "@software{a, author={{vLLM}}, title={vLLM}, url={https://github.com/vllm-project/vllm}}",
        "@online{a, author={Weng, Lilian}, title={Inference Optimization}, url={https://lilianweng.github.io}, entrysubtype={blog}}",
        "@misc{a, author={Weng, Lilian}, title={A page}, howpublished={\\url{https://example.org/a}}}",
        "@inproceedings{a, author={A, B}, title={T}, booktitle={NeurIPS}}",
        "@article{a, author={A, B}, title={T}, journal={TMLR}}",
        "@article{a, author={A, B}, title={T}, journaltitle={TMLR}}",
        "@inproceedings{a, author={A, B}, title={T}, crossref={gone}}",
        "@book{a, author={A, B}, title={T}}",
        "@phdthesis{a, author={A, B}, title={T}, school={MIT}}",
        "@misc{a, author={A, B}, title={T}, pubstate={preprint}}",
        "@misc{a, title={A title and nobody}}",
        "@misc{a, author={A, B}}",
    ],
)
def test_nothing_is_asked_about_what_has_no_identifier_and_needs_no_search(text):
    assert first(text) == {}


def test_without_upgrade_nothing_is_searched():
    result = run(PREPRINT, known(ARXIV), Choices(upgrade=False))
    assert result.rounds == [{"arxiv": [ID]}]


def test_a_preprint_that_stays_one_is_filled_but_not_searched():
    text = PREPRINT.replace("  keywords", "  pubstate = {preprint},\n  keywords")
    assert run(text, known(NAMES_ITS_DOI, CROSSREF)).rounds == [{"arxiv": [ID]}]


def test_a_doi_that_arxiv_gives_is_asked_and_spares_the_search():
    result = run(PREPRINT, known(NAMES_ITS_DOI, CROSSREF), WITH_DBLP)
    assert result.rounds == [{"arxiv": [ID]}, {"crossref": [DOI]}]


def test_a_doi_that_crossref_does_not_know_does_not_spare_the_search():
    result = run(PREPRINT, known(NAMES_ITS_DOI))
    assert result.rounds == [{"arxiv": [ID]}, {"crossref": [DOI]}, {"crossref-search": [QUESTION]}]


def test_a_hit_of_the_search_is_asked_by_its_doi_so_that_the_next_run_asks_nothing_new():
    result = run(PREPRINT, known(ARXIV, CROSSREF, search=[CROSSREF]))
    assert result.rounds == [{"arxiv": [ID]}, {"crossref-search": [QUESTION]}, {"crossref": [DOI]}]
    again = run(result.text, known(ARXIV, CROSSREF))
    assert again.rounds == [{"arxiv": [ID], "crossref": [DOI]}]
    assert not again.plan.units


def test_dblp_is_asked_only_where_it_was_chosen_and_the_search_found_nothing():
    assert [list(wanted) for wanted in run(PREPRINT, known(ARXIV)).rounds] == [["arxiv"], ["crossref-search"]]
    with_dblp = run(PREPRINT, known(ARXIV), WITH_DBLP).rounds
    assert [list(wanted) for wanted in with_dblp] == [["arxiv"], ["crossref-search"], ["dblp"]]
    assert with_dblp[-1] == {"dblp": [QUESTION]}
    found_it = run(PREPRINT, known(ARXIV, CROSSREF, search=[CROSSREF]), WITH_DBLP).rounds
    assert "dblp" not in {source for wanted in found_it for source in wanted}


def test_a_hit_of_dblp_with_a_doi_is_asked_of_crossref():
    rounds = run(PREPRINT, known(ARXIV, CROSSREF, dblp=[DBLP]), WITH_DBLP).rounds
    assert rounds[-1] == {"crossref": [DOI]}


def test_dblp_alone_is_asked_without_crossref():
    rounds = run(PREPRINT, known(dblp=[DBLP]), Choices(sources=("dblp",))).rounds
    assert rounds == [{"dblp": [QUESTION]}]


def test_a_published_entry_is_asked_by_its_identifiers_and_never_searched():
    assert run(PUBLISHED, {}).rounds == [{"arxiv": [ID], "crossref": [DOI]}]
    assert run(WITHOUT_DOI, {}).rounds == [{"arxiv": ["2505.10475"]}]


def test_title_and_authors_of_the_record_serve_where_the_file_has_none():
    result = run(f"@misc{{k, eprint={{{ID}}}}}", known(ARXIV))
    assert result.rounds[1] == {"crossref-search": [QUESTION]}


def test_an_article_that_only_names_arxiv_is_searched():
    text = f"@article{{k, author={{Kwon, Woosuk}}, title={{{ARXIV.title}}}, journal={{arXiv preprint arXiv:{ID}}}}}"
    assert run(text, known(ARXIV)).rounds == [{"arxiv": [ID]}, {"crossref-search": [QUESTION]}]


def test_a_paper_without_identifiers_is_searched_at_once():
    assert first("@misc{k, author={van Beethoven, Ludwig}, title={Nine {Symphonies}}}") == {
        "crossref-search": ["Nine Symphonies\tBeethoven"]
    }
    assert first("@misc{k, author={戴国浩}, title={高效大模型推理}}") == {"crossref-search": ["高效大模型推理\t戴国浩"]}


def test_the_doi_of_a_preprint_server_leads_to_the_published_version():
    biorxiv = replace(
        CROSSREF, id="10.1101/2020.01.30.927871", doi="10.1101/2020.01.30.927871", type="misc", published=False
    )
    text = f"@misc{{k, title={{{biorxiv.title}}}, author={{Kwon, W.}}, doi={{10.1101/2020.01.30.927871}}}}"
    named = run(text, known(replace(biorxiv, published_as=(DOI,)), CROSSREF))
    assert named.rounds == [{"crossref": ["10.1101/2020.01.30.927871"]}, {"crossref": [DOI]}]
    assert [list(wanted) for wanted in run(text, known(biorxiv)).rounds] == [["crossref"], ["crossref-search"]]


def test_datacite_is_asked_for_what_arxiv_deferred_and_only_for_that():
    text = PREPRINT + "@misc{b, eprint={2404.14294}, pubstate={preprint}}\n"
    answers = {("arxiv", ID): found(ARXIV), ("arxiv", "2404.14294"): Answer(DEFERRED, reason="HTTP 429")}
    result = run(text, answers)
    assert result.rounds[0] == {"arxiv": [ID, "2404.14294"]}
    assert result.rounds[1] == {"datacite": ["2404.14294"]}
    without = run(text, answers, Choices(sources=("arxiv", "crossref")))
    assert all("datacite" not in wanted for wanted in without.rounds)


def test_a_deferral_is_forgotten_where_datacite_answered():
    throttled = {("arxiv", ID): Answer(DEFERRED, reason="HTTP 429")}
    text = PREPRINT.replace("  keywords", "  pubstate = {preprint},\n  keywords")
    assert not run(text, throttled | known(DATACITE)).plan.deferred
    (deferred,) = run(text, throttled).plan.deferred
    assert (deferred.key, deferred.source, deferred.id, deferred.reason) == (KEY, "arxiv", ID, "HTTP 429")


def test_only_the_chosen_sources_are_asked():
    text = PREPRINT + "@article{b, doi={10.1000/x}}\n"
    assert first(text, Choices(sources=("arxiv",))) == {"arxiv": [ID]}
    assert first(text, Choices(sources=("crossref",)))["crossref"] == ["10.1000/x"]
    assert first(text, Choices(sources=("datacite",))) == {"datacite": [ID]}


def test_what_a_source_does_not_know_or_refuses_is_named():
    text = f"@misc{{a, eprint={{{ID}}}}}\n@article{{b, doi={{10.1000/x}}}}\n"
    answers = {("arxiv", ID): Answer(ABSENT), ("crossref", "10.1000/x"): Answer(REFUSED, reason="HTTP 400")}
    plan = run(text, answers).plan
    assert [(q.key, q.source, q.id, q.reason) for q in plan.unknown] == [
        ("a", "arxiv", ID, ""),
        ("b", "crossref", "10.1000/x", "HTTP 400"),
    ]
    assert not plan.deferred


def test_a_search_without_hits_and_a_doi_from_a_record_are_no_unknown_identifiers():
    assert not run(PREPRINT, known(NAMES_ITS_DOI)).plan.unknown


def test_everything_deferred_is_named_with_its_key():
    plan = run(PREPRINT + PUBLISHED, {}, silent=("arxiv", "crossref", "crossref-search", "datacite")).plan
    assert [(q.key, q.source) for q in plan.deferred] == [
        (KEY, "arxiv"),
        (KEY, "crossref-search"),
        ("k", "arxiv"),
        ("k", "crossref"),
    ]
    assert not plan.units


def test_a_stale_answer_is_used_and_named():
    result = run(f"@misc{{k, eprint={{{ID}}}, pubstate={{preprint}}}}", {("arxiv", ID): found(ARXIV, stale=True)})
    assert "title" in result.values
    assert [(q.key, q.source, q.reason) for q in result.plan.deferred] == [("k", "arxiv", "HTTP 503")]


def test_the_venue_of_a_comment_waits_for_a_deferred_search_that_may_know_the_doi():
    waiting = run(PREPRINT, known(SAYS_SOSP), silent=("crossref-search",))
    assert not waiting.plan.units
    assert waiting.plan.deferred
    assert run(PREPRINT, known(SAYS_SOSP)).unit.upgrade


def test_an_old_answer_of_the_search_is_an_answer():
    old = {**known(SAYS_SOSP), ("crossref-search", QUESTION): Answer(ABSENT, reason="offline", stale=True)}
    result = run(PREPRINT, old)
    assert result.unit.upgrade
    assert [(q.source, q.reason) for q in result.plan.deferred] == [("crossref-search", "offline")]


def test_records_that_name_each_other_end():
    one, two = "10.1000/one", "10.1000/two"
    a = replace(CROSSREF, id=one, doi=one, type="misc", published=False, published_as=(two,))
    b = replace(CROSSREF, id=two, doi=two, type="misc", published=False, published_as=(one,))
    text = f"@misc{{k, title={{{ARXIV.title}}}, author={{Kwon, W.}}, doi={{{one}}}}}"
    assert len(run(text, known(a, b)).rounds) <= 4


def test_a_published_record_that_names_its_preprint_brings_the_subject_class():
    text = f"@inproceedings{{k, doi={{{DOI}}}, booktitle={{SOSP}}}}"
    result = run(text, known(replace(CROSSREF, arxiv=ID), ARXIV))
    assert result.rounds == [{"crossref": [DOI]}, {"arxiv": [ID]}]
    assert result.values["eprintclass"] == "{cs.LG}"


def test_an_organisation_or_a_single_name_serves_as_first_author():
    entries = list(Library.from_text("@misc{k, author={{DeepSeek-AI}}, title={DeepSeek-V3}}"))
    assert enrich.questions(entries, {}, Choices()) == {"crossref-search": ["DeepSeek-V3\tDeepSeek-AI"]}
    bare = replace(ARXIV, authors=People((Person(given="Plato"),)))
    assert run("@misc{k, eprint={2309.06180}}", {("arxiv", ID): found(bare)}).rounds[1]
