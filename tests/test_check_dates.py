"""Rules about dates and pages."""

from __future__ import annotations

import pytest
from checking_rules import codes, field, findings, mended

from llminfer_bib.checks import dates, pages

RULES = (*dates.RULES, *pages.RULES)


@pytest.fixture(autouse=True)
def _in_2026(monkeypatch):
    monkeypatch.setattr(dates, "this_year", lambda: 2026)


def entry(fields: str, kind: str = "article") -> str:
    return f"@{kind}{{k, title = {{T}}, {fields}}}\n"


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("B400", "year = 2028"),
        ("B400", "year = 202"),
        ("B400", "date = {0202-05}"),
        ("B400", "year = {9999}"),
        ("B401", "date = {2023}, year = 2022"),
        ("B401", "date = {2023-05}, month = jun"),
        ("B401", "date = {2023-05}, year = 2023, month = {6}"),
        ("B401", "date = {2023}, year = 2023, month = jun"),
        ("B402", "year = 2023, month = {June}"),
        ("B402", 'year = 2023, month = "jun"'),
        ("B402", "year = 2023, month = {Sept.}"),
        ("B402", "year = 2023, month = {DECEMBER}"),
        ("B404", "year = 2023, month = jun, day = 31"),
        ("B404", "year = 2023, month = feb, day = {29}"),
        ("B404", "year = 2023, month = {June 31}"),
        ("B404", "year = 2023, month = 5, day = 32"),
    ],
)
def test_a_wrong_date_is_found(code, fields):
    assert codes(entry(fields), RULES) == [code]


@pytest.mark.parametrize(
    "fields",
    [
        "year = 2027",
        "year = 1455",
        "date = {-0350}",
        "year = {c. 850}",
        "year = {198?}",
        "year = {in press}",
        "date = {2023-05}, year = 2023, month = may",
        "date = {2022/2024}, year = 2023",
        "date = {2022/2024}, year = 2022, month = jun",
        "date = {2023-24}, year = 2023, month = dec",
        "year = 2023, month = jun",
        "year = 2023, month = 6",
        "year = 2023, month = {6}",
        "year = 2023, month = {Juni}",
        "year = 2023, month = {Spring}",
        "year = 2023, month = jun # {~10}",
        "year = 2023, month = {六月}",
        "year = 2024, month = feb, day = 29",
        "month = feb, day = 29",
        "year = 2023, month = {June 10--12}",
        "year = 2023, month = jun, day = {10--12}",
    ],
)
def test_a_right_date_is_left_alone(fields):
    assert codes(entry(fields), RULES) == []


@pytest.mark.parametrize(
    ("date", "visited"),
    [("2024", "2023-05-01"), ("2023-06", "2023-05-31"), ("2023-05-02", "2023-05-01"), ("2025/2026", "2024")],
)
def test_a_page_visited_before_it_was_there_is_found(date, visited):
    text = entry(f"url = {{https://example.org/}}, date = {{{date}}}, urldate = {{{visited}}}", "online")
    assert codes(text, RULES) == ["B403"]


@pytest.mark.parametrize(
    ("kind", "date", "visited"),
    [
        ("online", "2023", "2023-01-01"),
        ("online", "2023-05", "2023-05-01"),
        ("online", "2023~", "2022"),
        ("article", "2024-03", "2023-11-01"),
        ("software", "2023-06", "2024"),
    ],
)
def test_a_visit_that_can_be_is_left_alone(kind, date, visited):
    text = entry(f"url = {{https://example.org/}}, date = {{{date}}}, urldate = {{{visited}}}", kind)
    assert codes(text, RULES) == []


def test_the_month_becomes_a_bare_macro():
    assert mended(field("month", "{September}"), RULES) == field("month", "sep")
    assert mended(field("month", '"Mar."'), RULES) == field("month", "mar")


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("B410", "611-626", "611--626"),
        ("B410", "611 - 626", "611--626"),
        ("B410", "1--5, 7-9", "1--5, 7--9"),
        ("B410", "435-9", "435--9"),
        ("B410", "12:1-12:28", "12:1--12:28"),
        ("B411", "611\u2013626", "611--626"),
        ("B411", "611 \u2014 626", "611--626"),
        ("B411", "A1\u2013A9", "A1--A9"),
        ("B411", "611\\textendash{}626", "611--626"),
        ("B412", "pp. 611--626", "611--626"),
        ("B412", "p.~5", "5"),
        ("B412", "pages 5-7", "5--7"),
        ("B412", "PP 5--7", "5--7"),
        ("B413", "626--611", ""),
        ("B413", "12--9", ""),
        ("B413", "1--5, 9--7", ""),
        ("B413", "114---112", ""),
    ],
)
def test_pages_are_found_and_mended(code, before, after):
    if code == "B413" and before == "12--9":
        assert codes(field("pages", "{12--9}"), RULES) == []  # short for 12--19
        return
    ((found, finding),) = findings(field("pages", f"{{{before}}}"), RULES)
    assert found == code
    assert bool(finding.fix) == bool(after)
    if after:
        assert mended(field("pages", f"{{{before}}}"), RULES) == field("pages", f"{{{after}}}")


@pytest.mark.parametrize(
    "value",
    [
        "611--626",
        "5",
        "1123--45",
        "12-3",
        "3-1--3-14",
        "S1-S5",
        "e123-e4",
        "xi--xx",
        "1--5, 7--9",
        "ps12",
        "PLDI-5",
        "1:1--1:12",
        "100+",
        "p12",
        "第5页",
        "611---626",
        "10--10",
        "",
    ],
)
def test_good_pages_are_left_alone(value):
    assert codes(field("pages", f"{{{value}}}"), RULES) == []


@pytest.mark.parametrize("value", ["{611-626}", "{611\u2013626}", '"1-9, 12-15"'])
def test_what_only_biblatex_reads_may_have_any_dash(value):
    classic = field("pages", value)
    assert codes(classic, RULES) in (["B410"], ["B411"])
    assert codes(classic.replace("year = 2023", "date = 2023"), RULES) == []
    assert codes(classic.replace("journal =", "journaltitle ="), RULES) == []
