"""Dates: every form that biblatex and classic files have is read, and nothing else is."""

from __future__ import annotations

import pytest
from growth import assert_in_proportion
from hypothesis import given
from hypothesis import strategies as st

from llminfer_bib.dates import (
    MONTHS,
    SEASONS,
    first_month,
    is_month,
    may_be_in,
    months_of,
    parse_date,
    parse_month,
    parse_season,
    parse_year,
)
from llminfer_bib.model import Date

OPEN = Date()

# biblatex's `date` (manual 2.3.8) -> what it says
DATES: dict[str, Date] = {
    "2023": Date(2023),
    "0079": Date(79),
    "-0044": Date(-44),
    "2023-01": Date(2023, 1),
    "2023-01-10": Date(2023, 1, 10),
    "2024-02-29": Date(2024, 2, 29),
    " 2023-01-10 ": Date(2023, 1, 10),
    # a time
    "2023-01-10T10:20:30": Date(2023, 1, 10),
    "2023-01-10T10:20:30Z": Date(2023, 1, 10),
    "2023-01-10T10:20:30+08:00": Date(2023, 1, 10),
    "2023-01-10 10:20": Date(2023, 1, 10),
    # uncertain, approximate, both
    "2023~": Date(2023, circa=True),
    "2023?": Date(2023, circa=True),
    "2023%": Date(2023, circa=True),
    "2023-01~": Date(2023, 1, circa=True),
    "2023-01-10~": Date(2023, 1, 10, circa=True),
    # seasons
    "2023-21": Date(2023, season=1),
    "2023-22": Date(2023, season=2),
    "2023-23": Date(2023, season=3),
    "2023-24": Date(2023, season=4),
    "2023-21~": Date(2023, season=1, circa=True),
    "/2023-21": Date(2023, season=1, circa=True),
    "2023-21/": Date(2023, season=1, end=OPEN),
    "2023-21/2023-05": Date(2023, season=1, end=Date(2023, 5)),
    "2023-12-31/2023-24": Date(2023, 12, 31, end=Date(2023, season=4)),
    "2023-24/2023-21": Date(2023, season=4, end=Date(2023, season=1)),
    # ranges
    "2020/2021": Date(2020, end=Date(2021)),
    "2020-01/2020-04": Date(2020, 1, end=Date(2020, 4)),
    "2020-01-10/2020-01-12": Date(2020, 1, 10, end=Date(2020, 1, 12)),
    "2020-01-10 / 2020-01-12": Date(2020, 1, 10, end=Date(2020, 1, 12)),
    "2020/2020-05": Date(2020, end=Date(2020, 5)),
    "2020-05/2020": Date(2020, 5, end=Date(2020)),
    "2020~/2021": Date(2020, end=Date(2021), circa=True),
    "2020-21/2020-23": Date(2020, season=1, end=Date(2020, season=3)),
    # ranges without an end, and without a beginning
    "2020/": Date(2020, end=OPEN),
    "2020/..": Date(2020, end=OPEN),
    "2020/open": Date(2020, end=OPEN),
    "/2020-05": Date(2020, 5, circa=True),
    "../2020": Date(2020, circa=True),
    # digits that are not specified
    "199X": Date(1990, end=Date(1999)),
    "19XX": Date(1900, end=Date(1999)),
    "1999-XX": Date(1999, 1, end=Date(1999, 12)),
    "1999-XX-XX": Date(1999, 1, end=Date(1999, 12)),
    "2024-02-XX": Date(2024, 2, 1, end=Date(2024, 2, 29)),
    "199X~": Date(1990, end=Date(1999), circa=True),
}
NO_DATES = (
    "",
    " ",
    "/",
    "../..",
    "23",
    "20231",
    "2023-1",
    "2023-13",
    "2023-00",
    "2023-25",
    "2023-02-30",
    "2023-02-29",
    "2023-01-00",
    "2023-21-01",
    "2023-20",
    "2023-22/2023-21",
    "2023-22/2023-05",
    "2023/01/10",
    "2023-01-10x",
    "10.01.2023",
    "Jan 2023",
    "in press",
    "2021/2020",
    "2020-05/2020-04",
    "199X-01",
    "X999",
    "2023-13-XX",
    "２０２３",
    "2023\n2024",
)

# `year`, `month`, `day` -> what they say
YEARS: dict[tuple[str, str, str], Date] = {
    ("2020", "", ""): Date(2020),
    (" 2020 ", "", ""): Date(2020),
    ("800", "", ""): Date(800),
    ("2020", "jan", ""): Date(2020, 1),
    ("2020", "10 jan", ""): Date(2020, 1, 10),
    ("2020", "jan 1", ""): Date(2020, 1, 1),
    ("2020", "1", "7"): Date(2020, 1, 7),
    ("2020", "feb", "30"): Date(2020, 2),
    ("2020", "", "7"): Date(2020),
    ("2020", "nonsense", ""): Date(2020),
    ("2020", "Spring", ""): Date(2020, season=1),
    ("2020", " fall ", "7"): Date(2020, season=3),
    ("2020", "Spring semester", ""): Date(2020),
    ("2020", "13", ""): Date(2020),
    ("[1999]", "", ""): Date(1999),
    ("[1999?]", "", ""): Date(1999, circa=True),
    ("1999?", "", ""): Date(1999, circa=True),
    ("c. 1850", "", ""): Date(1850, circa=True),
    ("ca. 1850", "", ""): Date(1850, circa=True),
    ("Circa 1850", "", ""): Date(1850, circa=True),
    ("2005--", "", ""): Date(2005, end=Date()),
    ("2005-", "", ""): Date(2005, end=Date()),
    ("1865（清同治四年）", "", ""): Date(1865),
    ("1999 (reprint)", "", ""): Date(1999),
    ("2024年", "3", ""): Date(2024, 3),
    ("350 B.C.E", "", ""): parse_date("-0349"),
    ("c1850", "", ""): Date(1850, circa=True),
    ("2020/2021", "", ""): Date(2020, end=Date(2021)),
    ("2020/21", "", ""): Date(2020, end=Date(2021)),
    ("2020-2021", "", ""): Date(2020, end=Date(2021)),
    ("2020–2021", "", ""): Date(2020, end=Date(2021)),
    ("2020–21", "", ""): Date(2020, end=Date(2021)),
    ("2020-21", "", ""): Date(2020, end=Date(2021)),
    ("2007–09", "", ""): Date(2007, end=Date(2009)),
    # people write ISO dates here
    ("2020-05", "", ""): Date(2020, 5),
    ("2020-05-17", "", ""): Date(2020, 5, 17),
}
NO_YEARS = (
    "",
    "in press",
    "forthcoming",
    "n.d.",
    "99",
    "20",
    "20205",
    "2021/2020",
    "1999/05",
    "mmxx",
    "cat 1850",
    "May 2020",
    "1" * 5000,
)

# `month` -> month and day; the plain names are rows of MONTHS
SPELT: dict[str, tuple[int | None, int | None]] = {
    "Jan.": (1, None),
    "JUNE": (6, None),
    "06": (6, None),
    "0": (None, None),
    "13": (None, None),
    "1" * 5000: (None, None),
    "10 jan": (1, 10),
    "10. Januar": (1, 10),
    "10th June": (6, 10),
    "June 1st": (6, 1),
    "June 10-12": (6, 10),
    "June 10--12": (6, 10),
    "June/July": (6, None),
    "jun-jul": (6, None),
    "May 2020": (5, None),
    "June 42": (6, None),
    "十月15日": (10, 15),
    "10月15日": (10, 15),
    "06月05日": (6, 5),
    "12 月": (None, None),
    "spring": (None, None),
    "腊月": (None, None),
    "": (None, None),
}


@pytest.mark.parametrize(("text", "date"), DATES.items())
def test_a_biblatex_date_is_read(text: str, date: Date) -> None:
    assert parse_date(text) == date


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(("season", "months"), [(1, (3, 4, 5)), (2, (6, 7, 8)), (3, (9, 10, 11)), (4, (12, 1, 2))])
def test_a_season_is_no_month_but_has_three(season: int, months: tuple[int, ...]) -> None:
    date = parse_date(f"2023-{20 + season}")
    assert date is not None
    assert (date.month, date.iso(), first_month(date)) == (None, f"2023-{20 + season}", months[0])
    assert months_of(season) == months
    assert [month for month in range(1, 13) if may_be_in(date, month)] == sorted(months)
    assert not may_be_in(date, None)


@pytest.mark.parametrize(("number", "name"), [(n, name) for n, row in enumerate(SEASONS, 1) for name in row])
def test_every_name_of_a_season_is_read_alone(number: int, name: str) -> None:
    assert parse_season(name) == parse_season(f" {name.capitalize()} ") == number
    assert parse_season(name + " 7") is None
    assert parse_month(name) == (None, None)
    assert not is_month(name)


@pytest.mark.parametrize(("parts", "date"), YEARS.items())
def test_classic_year_month_and_day_are_read(parts: tuple[str, str, str], date: Date) -> None:
    assert parse_year(*parts) == date


@pytest.mark.parametrize("text", NO_YEARS)
def test_what_is_no_year_is_none(text: str) -> None:
    assert parse_year(text) is None


@pytest.mark.parametrize(("number", "name"), [(n, name) for n, row in enumerate(MONTHS, 1) for name in row])
def test_every_name_of_a_month_is_read_alone_and_with_a_day(number: int, name: str) -> None:
    assert parse_month(name) == (number, None)
    assert parse_month(name.upper() + ".") == (number, None)
    assert is_month(name)
    if not name[0].isdigit():
        assert parse_month(f"{name} 7") == (number, 7)
        assert parse_month(f"7 {name}") == (number, 7)
    if name.endswith("月"):
        assert parse_month(f"{name}7日") == (number, 7)


def test_no_name_means_two_months() -> None:
    names = [name for row in MONTHS for name in row]
    assert len(names) == len(set(names))
    assert len(MONTHS) == 12


@pytest.mark.parametrize(("text", "expected"), SPELT.items())
def test_a_month_is_read_as_people_write_it(text: str, expected: tuple[int | None, int | None]) -> None:
    assert parse_month(text) == expected


@pytest.mark.parametrize("text", ["", "jan 1", "june/july", "May 2020", "13", "spring", "6月5日", "1" * 5000])
def test_more_or_less_than_a_month_is_not_just_a_month(text: str) -> None:
    assert not is_month(text)


@given(st.text(max_size=30) | st.text("0123456789-/~?%X. T:[]cjanmy月日", max_size=25))
def test_no_text_makes_a_reader_raise_or_return_an_impossible_date(text: str) -> None:
    month, day = parse_month(text)
    assert month is None or 1 <= month <= 12
    assert day is None or 1 <= day <= 31
    for date in (parse_date(text), parse_year(text, text, text), parse_year("2020", text, text)):
        if date is not None:
            assert date.month is None or 1 <= date.month <= 12
            assert date.day is None or (date.month is not None and 1 <= date.day <= 31)
            assert date.iso()


@given(st.dates())
def test_an_iso_date_reads_back(day: object) -> None:
    date = parse_date(str(day))
    assert date is not None
    assert date.iso() == str(day)


@pytest.mark.parametrize(
    ("head", "piece", "tail"), [("1", " ", "x"), ("", "a", "1"), ("june", " ", "x7"), ("", "2020", "")]
)
def test_long_nonsense_takes_linear_time(head: str, piece: str, tail: str) -> None:
    def work(text: str) -> None:
        parse_month(text)
        parse_date(text)
        parse_year(text, text, text)

    assert_in_proportion(lambda size: head + piece * size + tail, work, most=250_000)
