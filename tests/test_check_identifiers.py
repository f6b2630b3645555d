"""Rules about DOI, arXiv id, ISBN, ISSN and web address."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking_rules import codes, field, findings, mended
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.checks import addresses, dates, identifiers, links, lists, pages, required, stale
from llminfer_bib.config import load_config
from llminfer_bib.provenance import Origin

ALL = (
    *identifiers.RULES,
    *addresses.RULES,
    *dates.RULES,
    *pages.RULES,
    *required.RULES,
    *lists.RULES,
    *links.RULES,
    *stale.RULES,
)
BY_ITSELF = [
    rule for rule in ALL if rule.code not in ("B600", "B601", "B801")
]  # those need a configuration or a sidecar
REFS = Path(__file__).parents[1] / "refs.bib"


@pytest.mark.parametrize("rule", BY_ITSELF, ids=lambda rule: rule.code)
def test_the_bad_example_of_a_rule_finds_that_rule_and_the_good_one_none(rule):
    assert codes(rule.bad, ALL) == [rule.code]
    assert codes(rule.good, ALL) == []


@pytest.mark.parametrize("rule", BY_ITSELF, ids=lambda rule: rule.code)
def test_a_fix_leaves_nothing_to_fix(rule):
    if any(finding.fix for _, finding in findings(rule.bad, [rule])):
        assert codes(mended(rule.bad, [rule]), ALL) == []


def test_codes_and_names_are_given_once():
    assert len({rule.code for rule in ALL}) == len({rule.name for rule in ALL}) == len(ALL)


def test_our_own_list_is_clean():
    text = REFS.read_text(encoding="utf-8")
    assert findings(text, ALL, load_config(REFS.with_name("bib.toml"))) == []


MUST_FIND = [
    ("B110", "isbn", "{0-201-13447-1}"),
    ("B110", "isbn", "{978-3-16-148410-1}"),
    ("B110", "isbn", "{12345678901}"),
    ("B110", "isbn", "{978-3-16-148410-0, 978-3-16-148410-1}"),
    ("B111", "issn", "{0036-8076}"),
    ("B111", "issn", "{0036-8075, 1095-9204}"),
    ("B111", "issn", "{00368070}"),
    ("B111", "issn", '"2049-3631"'),
    ("B112", "doi", "{https://doi.org/10.1145/3600006.3613165}"),
    ("B112", "doi", "{http://dx.doi.org/10.1002/andp.19053221004}"),
    ("B112", "doi", "{doi:10.1145/3600006.3613165}"),
    ("B112", "doi", '"DOI: 10.1145/3600006.3613165."'),
    ("B113", "doi", "{10.1145/3600006.3613165.}"),
    ("B113", "doi", "{10.1145/3600006.3613165,}"),
    ("B113", "doi", "{10.1145/3600006.3613165;}"),
    ("B113", "doi", '"10.1145/AbC."'),
    ("B114", "doi", "{10.1145/3600006,10.1145/3579371}"),
    ("B114", "doi", "{10.1145/3600006;https://doi.org/10.1145/3579371}"),
    ("B114", "doi", "{10.1145/3600006;10.1145/3579371}"),
    ("B114", "doi", "{10.1145/3600006|10.1145/3579371}"),
    ("B115", "doi", "{10.48550/arXiv.2309.06180}"),
    ("B115", "doi", "{10.1101/2020.01.30.927871}"),
    ("B115", "doi", "{10.2139/ssrn.1234567}"),
    ("B115", "doi", "{10.26434/chemrxiv-2021-abcde}"),
    ("B116", "eprint", "{2309.06180v1}"),
    ("B116", "eprint", "{arXiv:2309.06180v12}"),
    ("B116", "eprint", "{cs/0112017v2}"),
    ("B116", "eprint", '"1008.2849v1"'),
    ("B117", "journal", "{arXiv preprint arXiv:2309.06180}"),
    ("B117", "howpublished", "{arXiv:2309.06180}"),
    ("B117", "note", "{arXiv:2309.06180}"),
    ("B117", "journal", "{arXiv:2309.06180 [cs.LG]}"),
    ("B118", "archiveprefix", "{arXiv}"),
    ("B118", "eprinttype", "{arxiv}"),
    ("B118", "eprinttype", "{pubmed}"),
    ("B118", "archiveprefix", '"arXiv"'),
    ("B120", "url", "{www.example.org}"),
    ("B120", "url", "{example.org/a}"),
    ("B120", "url", "{example.org:8080/a}"),
    ("B120", "url", "{//example.org}"),
    ("B121", "url", "{file:///home/me/a.pdf}"),
    ("B121", "url", "{javascript:alert(1)}"),
    ("B121", "url", "{htpp://example.org/}"),
    ("B121", "url", "{https:///a}"),
    ("B122", "url", "{https://example.org/a b}"),
    ("B122", "url", "{https://example.org/, https://example.com/}"),
    ("B122", "url", "{http:// www.example.org}"),
    ("B122", "url", '"https://example.org/a; https://example.org/b"'),
    ("B123", "url", "{\\url{https://example.org/a}}"),
    ("B123", "url", '"\\url{https://example.org/a\\_b}"'),
    ("B123", "url", "{\\path{https://example.org/a}}"),
    ("B123", "url", "{ \\url {https://example.org/a}}"),
    ("B124", "url", "{https://example.org/a\\_b}"),
    ("B124", "url", "{https://example.org/a{\\_}b}"),
    ("B124", "url", "{https://example.org/?a=1\\&b=2}"),
    ("B124", "url", "{https://example.org/{\\textasciitilde}me}"),
    ("B124", "doi", "{10.1007/3-540-44802-0\\_21}"),
    ("B124", "url", "{https://example.org/a$\\backslash$nhttps://example.org/b}"),
    ("B124", "doi", "{10.1007/3-540-44802-0{\\_}21}"),
    ("B119", "eprint", "{1011.1669}"),
    ("B119", "isbn", "{9788578110796}"),
    ("B119", "pmid", "{25246403}"),
    ("B122", "url", "{http://arxiv.org/abs/2309.06180%0Ahttp://dx.doi.org/10.1145/1}"),
    ("B125", "url", "{https://example.org/a.html.}"),
    ("B125", "url", "{https://example.org/.}"),
    ("B125", "url", "{https://example.org/a,}"),
    ("B125", "url", "{<https://example.org/a>}"),
    ("B125", "url", "{https://example.org/a;}"),
    ("B126", "url", "{https://https://example.org/a}"),
    ("B126", "url", "{http://https//example.org/a}"),
    ("B126", "url", "{https://doi.org/https://doi.org/10.1145/1}"),
    ("B127", "eprint", "{https://arxiv.org/abs/2309.06180}"),
    ("B127", "eprint", "{https://arxiv.org/abs/2309.06180v2}"),
    ("B127", "eprint", "{http://journal.example.org/cgi/reprint/38/6/787}"),
    ("B127", "eprint", "{https://doi.org/10.1080/123}"),
]
MUST_NOT = [
    ("isbn", "{0-201-13447-0}"),
    ("isbn", "{978-3-16-148410-0 (print), 0201134470 (online)}"),
    ("isbn", "{ISBN 978-3-16-148410-0}"),
    ("isbn", "{n/a}"),
    ("isbn", "{0036-8075}"),
    ("issn", "{0036-8075}"),
    ("issn", "{1095-9203 0036-8075}"),
    ("issn", "{2434561x}"),
    ("issn", "{}"),
    ("doi", "{10.1145/3600006.3613165}"),
    ("doi", "{10.1016/0010-4655(95)90137-S}"),
    ("doi", "{10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2}"),
    ("doi", "{10.1101/gr.277039.122}"),
    ("doi", "{no doi}"),
    ("eprint", "{2309.06180}"),
    ("eprint", "{cs/0112017}"),
    ("eprint", "{hal-01234567v2}"),
    ("eprint", "{math.GT/0309136}"),
    ("note", "{See also arXiv:2309.06180 for the proofs}"),
    ("note", "{Accepted; arXiv}"),
    ("journal", "{CoRR}"),
    ("howpublished", "{Talk at the arXiv office}"),
    ("url", "{https://example.org/a_b?c=1&d=%20#e}"),
    ("url", "{http://localhost:8000/}"),
    ("url", "{ftp://ftp.example.org/pub/a.ps}"),
    ("url", "{https://zh.wikipedia.org/wiki/大语言模型}"),
    ("url", "{https://example.org/~me}"),
    ("url", "{CTAN://macros/latex/contrib/geometry/}"),
    ("url", "{https://www.bilibili.com/video/BV1yb421n7ZU/}"),
    ("url", "{https://en.wikipedia.org/wiki/Apple_Inc.}"),
    ("url", "{https://web.archive.org/web/2020/https://example.org/a}"),
    ("url", "{https://example.org/login?to=http%3A%2F%2Fexample.com}"),
    ("url", "{https://en.wikipedia.org/wiki/Llama_(animal)}"),
    ("doi", "{10.1007/3-540-44802-0_21}"),
    ("pmid", "{25246404}"),
]


@pytest.mark.parametrize(("code", "name", "value"), MUST_FIND)
def test_finds(code, name, value):
    assert codes(field(name, value), ALL) == [code]


@pytest.mark.parametrize(("name", "value"), MUST_NOT)
def test_leaves_alone(name, value):
    assert codes(field(name, value), ALL) == []


def test_a_preprint_doi_is_right_where_the_server_is_the_journal():
    for journal in ("bioRxiv", "SSRN Electronic Journal", "arXiv preprint arXiv:2309.06180", "Research Square"):
        text = field("journal", f"{{{journal}}}").replace("year", "doi = {10.1101/2020.01.30.927871},\n year")
        assert "B115" not in codes(text, ALL)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("doi", "https://doi.org/10.1145/ABC.1", "10.1145/ABC.1"),
        ("doi", "doi:10.1145/abc.", "10.1145/abc"),
        ("doi", "10.1145/ABC.", "10.1145/ABC"),
        ("url", "\\url{https://example.org/a\\_b}", "https://example.org/a_b"),
        ("url", "http://example.org/\\~{}me/100\\%25", "http://example.org/~me/100%25"),
        ("pages", "pp. 1-5, 7\u20139", "1--5, 7--9"),
        ("doi", "10.1007/3-540-44802-0{\\_}21", "10.1007/3-540-44802-0_21"),
        ("url", "<https://example.org/a>", "https://example.org/a"),
        ("url", "https://example.org/a.pdf.", "https://example.org/a.pdf"),
        ("url", "https://doi.org/https://doi.org/10.1145/1", "https://doi.org/10.1145/1"),
        ("eprint", "https://arxiv.org/abs/2309.06180", "2309.06180"),
        ("eprint", "https://arxiv.org/abs/2309.06180v2", "https://arxiv.org/abs/2309.06180v2"),
    ],
)
def test_fixes_change_only_the_value(name, before, after):
    text = field(name, f"{{{before}}}")
    assert mended(text, ALL) == text.replace(before, after)


def test_a_version_is_moved_into_its_own_field_unless_that_is_there():
    text = field("eprint", "{arXiv:2309.06180v3}")
    assert mended(text, ALL) == text.replace("06180v3}", "06180}").replace("\n}", "\n  version = {3},\n}")
    text = text.replace("year", "version = 3,\n  year")
    assert mended(text, ALL) == text.replace("06180v3}", "06180}")


def test_an_identifier_that_belongs_to_the_work_is_no_placeholder():
    text = field("eprint", "{1011.1669}").replace("Paged attention", "On a conjecture after Breuil")
    assert codes(text, ALL) == []


def test_a_venue_that_is_a_macro_of_a_style_makes_no_preprint():
    text = "@article{k, author={A, B}, title={T}, journal={\\aap}, year=2013, eprint={1307.6212}, archiveprefix={arXiv}, doi={10.1051/1}}"
    assert "B800" not in codes(text, ALL)


def test_a_field_of_the_parent_is_reported_at_the_parent_only():
    text = "@inproceedings{a, author={A, B}, title={T}, crossref={p}}\n@proceedings{p, title={P}, year=2023, isbn={0-201-13447-1}}\n"
    assert codes(text, ALL) == ["B110"]


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(["doi", "url", "isbn", "issn", "eprint", "pages", "month", "keywords", "day", "date", "note"]),
    value=st.text("10.145/-–:;,v arXiv\\_%&{}urlhtps~JunS", max_size=40),
)
def test_fixes_read_back_and_find_nothing_more(name, value):
    if value.count("{") != value.count("}"):
        value = value.replace("{", "").replace("}", "")
    text = field(name, f"{{{value}}}")
    fixable = [(code, finding) for code, finding in findings(text, ALL) if finding.fix]
    for code, finding in fixable:
        assert len(finding.fix) == 1 or code == "B116", code
    if len(fixable) == 1:
        assert fixable[0][0] not in codes(mended(text, ALL), ALL)


ASKED = {("k", "title"): Origin("k", "title", "Paged attention", "arxiv:2309.06180v1", "2024-01-05T00:00:00Z")}


def test_an_old_preprint_is_reported_only_where_the_sidecar_says_when(monkeypatch):
    monkeypatch.setattr(stale, "this_month", lambda: 12 * 2026 + 11)
    rule = next(rule for rule in ALL if rule.code == "B801")
    assert findings(rule.bad, ALL) == []
    ((code, finding),) = findings(rule.bad, ALL, origins=ASKED)
    assert (code, finding.field) == ("B801", "eprint")
    assert "from 2023" in finding.message
    assert findings(rule.good, ALL, origins=ASKED) == []


@pytest.mark.parametrize("month", [12 * 2024 + 5, 12 * 2023 + 12])
def test_a_young_preprint_or_one_just_looked_up_is_not_old(monkeypatch, month):
    monkeypatch.setattr(stale, "this_month", lambda: month)
    rule = next(rule for rule in ALL if rule.code == "B801")
    assert findings(rule.bad, ALL, origins=ASKED) == []


@pytest.mark.parametrize("doi", ["10.5281/zenodo.123", "10.48550/arXiv.2309.06180", "10.1101/2020.01.30.927871"])
def test_a_deposit_or_a_preprint_doi_is_no_publication(doi):
    text = f"@misc{{k, title={{T}}, eprint={{2309.06180}}, eprinttype={{arxiv}}, doi={{{doi}}}}}"
    assert codes(text, ALL) == []
