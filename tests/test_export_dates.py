"""Seasons, years before Christ, uncertain and open dates: every format says them, or says that it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

import pytest

from llminfer_bib.dates import SEASONS, parse_date, parse_year
from llminfer_bib.export import EXPORTERS, Options, load, losses_of, ris, wording
from llminfer_bib.export.biblatex import to_biblatex
from llminfer_bib.export.bibtex import to_bibtex
from llminfer_bib.export.csl_items import Item, make_item
from llminfer_bib.export.csl_names import Pieces, as_is
from llminfer_bib.export.hayagriva import to_item
from llminfer_bib.model import Date, Entry, Text


def entry(text: str) -> Entry:
    date = parse_date(text)
    assert date is not None
    return Entry(
        key="k",
        type="article",
        kind="paper",
        title=Text("A title"),
        fields={"title": "A title", "journaltitle": "J", "date": text},
        dates={"date": date},
    )


def issued(text: str, *, zotero: bool = False) -> Item:
    return cast(Item, make_item(entry(text), Pieces(zotero=zotero, form=as_is))["issued"])


def tags(text: str) -> dict[str, str]:
    return dict(re.findall(r"([A-Z0-9]{2})  - (.*)", ris.record(entry(text))))


def classic(text: str) -> list[str]:
    return re.findall(r"(?:year|month|date) = .*", to_bibtex(entry(text)))


# date -> CSL, tags of RIS, lines of BibTeX, Typst
ROWS = {
    "2021-21": ({"date-parts": [[2021]], "season": 1}, ("2021", "2021///Spring"), ["year = {2021},", "month = {Spring},"], "2021"),
    "2021-22": ({"date-parts": [[2021]], "season": 2}, ("2021", "2021///Summer"), ["year = {2021},", "month = {Summer},"], "2021"),
    "2021-23": ({"date-parts": [[2021]], "season": 3}, ("2021", "2021///Autumn"), ["year = {2021},", "month = {Autumn},"], "2021"),
    "2021-24": ({"date-parts": [[2021]], "season": 4}, ("2021", "2021///Winter"), ["year = {2021},", "month = {Winter},"], "2021"),
    "2021-21/2021-23": ({"date-parts": [[2021], [2021]]}, ("2021", "2021///Spring"), ["year = {2021},", "month = {Spring},"], "2021"),
    "-0379": ({"date-parts": [[-380]]}, ("380 BC", "380 BC"), ["year = {380 BC},"], "-0379"),
    "-0043-03": ({"date-parts": [[-44, 3]]}, ("44 BC", "44 BC/03/"), ["year = {44 BC},", "month = mar,"], "-0043-03"),
    "0079": ({"date-parts": [[79]]}, ("0079", "0079"), ["year = {79},"], "0079"),
    "2020~": ({"date-parts": [[2020]], "circa": True}, ("2020", "2020"), ["year = {2020},"], "~2020"),
    "2019/": ({"date-parts": [[2019], [0]]}, ("2019", "2019"), ["year = {2019},"], "2019"),
    "2021-03": ({"date-parts": [[2021, 3]]}, ("2021", "2021/03/"), ["year = {2021},", "month = mar,"], "2021-03"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ROWS.items())
def test_a_date_in_every_format_for_programs(text: str, expected: tuple[Item, tuple[str, str], list[str], str]) -> None:
    csl, lines, bibtex, typst = expected
    assert issued(text) == csl
    assert (tags(text)["PY"], tags(text)["DA"]) == lines
    assert classic(text) == bibtex
    assert to_item(entry(text))["date"] == typst
    assert f"date = {{{text}}}" in to_biblatex(entry(text))


@pytest.mark.parametrize(
    ("text", "raw"),
    {
        "2021-21": "Spring 2021",
        "-0379": "380 BC",
        "2021-21/2021-22": "Spring 2021/Summer 2021",
        "2020~": "circa 2020",
    }.items(),
)
def test_a_raw_date_for_zotero_is_in_words(text: str, raw: str) -> None:
    assert issued(text, zotero=True) == {"raw": raw}


# format, date -> whether something of the date is lost
@pytest.mark.parametrize(
    ("name", "lost"),
    {
        "biblatex": (),
        "bibtex": ("2020~", "2019/", "2021-21/2021-23"),
        "csl-json": ("2021-21/2021-23",),
        "hayagriva": ("2021-21", "2021-22", "2021-23", "2021-24", "2019/", "2021-21/2021-23"),
        "ris": ("2020~", "2019/", "2021-21/2021-23", "-0379", "-0043-03"),
    }.items(),
)
def test_what_of_a_date_is_lost_is_listed(name: str, lost: tuple[str, ...]) -> None:
    ask = losses_of(load(name))
    assert ask is not None
    assert {text for text in ROWS if "date" in dict(ask(entry(text)))} == set(lost)


@pytest.mark.parametrize("season", range(1, len(SEASONS) + 1))
def test_a_season_comes_back_from_classic_bibtex_and_a_year_before_christ_too(season: int) -> None:
    written = to_bibtex(entry(f"2021-{20 + season}"))
    month = re.search(r"month = \{(\w+)\}", written)
    assert month is not None
    assert parse_year("2021", month[1]) == Date(2021, season=season)
    assert parse_year("380 BC") == parse_date("-0379")


# date -> in English, in Chinese; the year alone in English, in Chinese
SHOWN = {
    "2021": ("2021", "2021", "2021", "2021"),
    "2021-03": ("2021-03", "2021-03", "2021", "2021"),
    "2024-10-21": ("2024-10-21", "2024-10-21", "2024", "2024"),
    "2024-10-21/2024-10-22": ("2024-10-21 – 2024-10-22", "2024-10-21 – 2024-10-22", "2024", "2024"),
    "2021-21": ("Spring 2021", "2021年春", "2021", "2021"),
    "2021-24~": ("c. Winter 2021", "约 2021年冬", "c. 2021", "约 2021"),
    "2021-21/2021-22": ("Spring 2021 – Summer 2021", "2021年春 – 2021年夏", "2021", "2021"),
    "2020~": ("c. 2020", "约 2020", "c. 2020", "约 2020"),
    "2019/": ("2019–", "2019–", "2019–", "2019–"),
    "2019-05/": ("2019-05 –", "2019-05 –", "2019–", "2019–"),
    "2019~/..": ("c. 2019–", "约 2019–", "c. 2019–", "约 2019–"),
    "2020/2021": ("2020 – 2021", "2020 – 2021", "2020–2021", "2020–2021"),
    "-0379": ("380 BC", "公元前380年", "380 BC", "公元前380年"),
    "-0379-21": ("Spring 380 BC", "公元前380年春", "380 BC", "公元前380年"),
    "-0043-03-15": ("15 March 44 BC", "公元前44年3月15日", "44 BC", "公元前44年"),
    "-0043-03": ("March 44 BC", "公元前44年3月", "44 BC", "公元前44年"),
    "-0050/-0043": ("51 BC – 44 BC", "公元前51年 – 公元前44年", "51 BC – 44 BC", "公元前51年 – 公元前44年"),
}


@pytest.mark.parametrize(("text", "expected"), SHOWN.items())
def test_a_date_for_readers(text: str, expected: tuple[str, str, str, str]) -> None:
    date = parse_date(text)
    assert date is not None
    found = [show(date, lang) for show in (wording.shown_date, wording.shown_year) for lang in ("en", "zh")]
    assert found == list(expected)
    both = wording.shown_date(date, "both")
    assert both == (expected[0] if expected[0] == expected[1] else f"{expected[1]} / {expected[0]}")


@pytest.mark.parametrize("name", ["html", "lists", "md"])
@pytest.mark.parametrize("text", ["2021-21", "2020~", "2019/", "-0379"])
def test_the_formats_for_readers_show_it(name: str, text: str) -> None:
    show: Callable[[Date, str], str] = wording.shown_year if name == "md" else wording.shown_date
    pages = load(name).render([entry(text)], Options(lang="en"))
    written = b"".join(b"".join(page) for _, page in pages).decode()
    assert show(cast(Date, parse_date(text)), "en") in written
    assert "-379" not in written


def test_every_format_can_write_every_date() -> None:
    for name in EXPORTERS:
        pages = load(name).render([entry(text) for text in (*ROWS, *SHOWN)], Options())
        assert b"".join(b"".join(page) for _, page in pages)


def test_reading_lists_put_a_season_by_its_first_month_and_the_undated_last() -> None:
    entries = [entry(text) for text in ("-0379", "2021-21", "2021-02", "2021-04", "2021")]
    undated = Entry(key="k", type="article", kind="paper", title=Text("A title"), fields={"title": "A title"})
    (_, _), _, (_, page) = load("lists").render([undated, *entries], Options(lang="en"))
    text = b"".join(page).decode()
    assert re.findall(r"^## (.*)", text, re.MULTILINE) == ["2021", "380 BC", "Undated"]
    assert re.findall(r"\*J\* · (.*?)  $", text, re.MULTILINE) == ["2021-04", "Spring 2021", "2021-02"]
