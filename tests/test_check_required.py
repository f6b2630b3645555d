"""Rules about entry types and field names."""

from __future__ import annotations

import pytest
from checking_rules import codes, findings

from llminfer_bib.checks.required import KNOWN_TYPES, NEEDS, RULES, nearest_field

VALUES = {"author": "Kwon, Woosuk", "year": "2023", "date": "2023", "url": "https://example.org/"}


def entry(kind: str, names: list[str]) -> str:
    return f"@{kind}{{k, " + ", ".join(f"{name} = {{{VALUES.get(name, 'T')}}}" for name in names) + "}\n"


@pytest.mark.parametrize("kind", NEEDS)
def test_a_type_with_all_it_needs_is_complete(kind):
    for place in (0, -1):
        assert codes(entry(kind, list(dict.fromkeys(group[place] for group in NEEDS[kind]))), RULES) == []


@pytest.mark.parametrize(
    ("kind", "place"), [(kind, place) for kind, groups in NEEDS.items() for place in range(len(groups))]
)
def test_each_thing_that_a_type_needs_is_missed(kind, place):
    names = [group[0] for number, group in enumerate(NEEDS[kind]) if number != place]
    given_by_another = set(NEEDS[kind][place]) & set(names)  # a report's institution stands for its authors
    assert codes(entry(kind, names), RULES) == ([] if given_by_another else ["B500"])


@pytest.mark.parametrize(
    "text",
    [
        "@online{k, title={T}, url={https://example.org/}, entrysubtype={course}}",
        "@video{k, title={T}, url={https://example.org/}}",
        "@software{k, title={T}, url={https://example.org/}}",
        "@software{k, title={MATLAB}, publisher={MathWorks}}",
        "@misc{k, howpublished={Talk at the workshop}}",
        "@article{k, entrysubtype={blog}, title={T}, journal={Weblog}, url={https://example.org/}}",
        "@online{k, title={T}, eprint={2309.06180}, eprinttype={arxiv}}",
        "@article{k, organization={OpenAI}, title={T}, journal={J}, pubstate={inpress}}",
        "@inproceedings{k, author={A, B}, title={T}, crossref={elsewhere}}",
        "@inproceedings{k, author={A, B}, title={T}, crossref={p}}\n@proceedings{p, title={P}, year=2023}",
        "@article{k, author={A, B}, title={T}, xdata={x}}\n@xdata{x, journal={J}, year=2023}",
        "@set{k, entryset={a,b}}",
        "@xdata{k, publisher={P}}",
        "@IEEEtranBSTCTL{k, ctluse_forced_etal={yes}}",
        "@biblatex-control{k, options={3.1}}",
    ],
)
def test_nothing_is_missed_where_nothing_is_missing(text):
    assert codes(text, RULES) == []


def test_a_parent_that_does_not_give_the_field_either_is_no_excuse():
    text = "@inproceedings{k, author={A, B}, title={T}, crossref={p}}\n@proceedings{p, title={P}}"
    assert codes(text, RULES) == ["B500", "B500"]


@pytest.mark.parametrize("empty", ["{}", '""', "{ }", "{{}}"])
def test_an_empty_field_is_missing(empty):
    assert codes(f"@article{{k, author={{A, B}}, title={{T}}, journal={empty}, year=2023}}", RULES) == ["B500"]
    assert codes(f"@article{{k, author={{A, B}}, title={{T}}, journal={{J}}, year={empty}}}", RULES) == ["B500"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("@techreport{k, author={A, B}, title={T}, publisher={P}, year=2023}", "`publisher` has it here: @techreport reads `institution`."),
        ("@article{k, author={A, B}, title={T}, eprint={2309.06180}, year=2023}", "Add it, or make it @online or @misc, as a preprint is."),
        ("@book{k, author={A, B}, year=2023}", "Add it: nothing else names the item."),
        ("@book{k, title={T}, year=2023}", ""),
    ],
)  # fmt: skip
def test_the_hint_says_what_is_there_instead(text, hint):
    ((_, finding),) = findings(text, RULES)
    assert finding.hint == hint


@pytest.mark.parametrize(("name", "near"), [("ulr", "url"), ("urlt", "url"), ("yaer", "year"), ("dio", "doi")])
def test_slips_of_short_names_are_known(name, near):
    assert nearest_field(name) == near


def test_the_message_names_what_is_missing():
    ((_, finding),) = findings("@article{k, author={A, B}, title={T}}", RULES)
    assert finding.message == "@article has no journaltitle or journal, and no date or year."


@pytest.mark.parametrize(
    "kind", ["article", "codefragment", "preprint", "webpage", "abbreviation", "legislation", "mvbook"]
)
def test_known_types_are_known(kind):
    assert kind in KNOWN_TYPES


@pytest.mark.parametrize(
    ("kind", "near"),
    [
        ("artcle", "article"),
        ("inproceeding", "inproceedings"),
        ("phdtesis", "phdthesis"),
        ("onlin", "online"),
        ("qqq", ""),
    ],
)
def test_an_unknown_type_is_found_with_the_nearest(kind, near):
    ((code, finding),) = findings(f"@{kind}{{k, title={{T}}}}", RULES)
    assert code == "B501"
    assert finding.hint == (f"Did you mean @{near}?" if near else "")


def test_a_type_of_a_style_is_named_once():
    assert codes("@person{a, title={T}}\n@person{b, title={T}}\n", RULES) == ["B501"]
    assert codes("@artcle{a, title={T}}\n@artcle{b, title={T}}\n", RULES) == ["B501", "B501"]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("auhtor", "author"),
        ("jounral", "journal"),
        ("authors", "author"),
        ("page", "pages"),
        ("publiser", "publisher"),
        ("bootitle", "booktitle"),
        ("keyword", "keywords"),
        ("abstrct", "abstract"),
    ],
)
def test_a_misspelt_field_is_found(name, near):
    assert nearest_field(name) == near
    ((code, finding),) = findings(f"@misc{{k, title={{T}}, {name}={{V}}}}", RULES)
    assert (code, finding.field, finding.hint) == ("B502", name, f"Did you mean `{near}`?")


@pytest.mark.parametrize(
    "name",
    (
        "fjournal mrnumber zblnumber bdsk-url-1 date-added mendeley-tags owner timestamp xauthor optauthor biburl bibsource"
        " notes comments tags groups titre code isbn13 eissn numpages venue publishers_zh _venue author_zh contributor"
    ).split(),
)
def test_a_field_of_ones_own_is_left_alone(name):
    assert codes(f"@misc{{k, title={{T}}, {name}={{V}}}}", RULES) == []
