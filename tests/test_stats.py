"""`bib stats`: the counts, the bars and the SVG."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from click.testing import CliRunner

from llminfer_bib import counting
from llminfer_bib.cli import cli
from llminfer_bib.export import chart
from llminfer_bib.library import Library
from llminfer_bib.report import _width
from llminfer_bib.report.stats import bars

ROOT = Path(__file__).parents[1]
LIST = "@article{a, title={A}, year=2020, journal={J}}\n@misc{b, title={B}, year=2026}\n@misc{c, title={C}}\n"


def test_counts_and_freshness() -> None:
    found = counting.count(Library.from_text(LIST).stream(), 2026)
    assert found.total == 3
    assert dict(found.tables["year"]) == {"2020": 1, "2026": 1, counting.NONE: 1}
    assert (found.newest, found.median, found.recent) == (2026, 2020, 0.5)


def test_an_empty_list_counts_nothing() -> None:
    found = counting.count([], 2026)
    assert (found.total, found.newest, found.median, found.recent) == (0, None, None, 0.0)


def test_bars_are_aligned_beside_wide_characters() -> None:
    lines = list(bars({"综述": 4, "engine": 2, "x" * 60: 1}, 80))
    assert len({_width(line.partition("█")[0]) for line in lines}) == 1
    assert max(map(_width, lines)) <= 80


def test_many_rows_are_cut_and_counted() -> None:
    assert list(bars({str(n): 1 for n in range(40)}, 80))[-1] == "  ... and 25 more; --json has all."


def counted(years: dict[str, int], categories: dict[str, int]) -> counting.Counts:
    return counting.Counts(sum(categories.values()), {"year": years, "category": categories}, None, None, 0.0)


def texts(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_sixty_categories_and_seventy_years_are_summed_up_in_the_last_and_first_row() -> None:
    years = {str(year): 1 for year in range(1950, 2027)} | {counting.NONE: 5}
    svg = chart.svg(counted(years, {f"c{n}": 60 - n for n in range(60)}))
    shown = texts(svg)
    assert shown[shown.index("until 2007") + 1] == "58"
    assert shown[shown.index("undated") + 1] == "5"
    assert shown[shown.index("41 more") + 1] == str(sum(60 - n for n in range(19, 60)))
    assert svg.count("<rect") == 1 + 19 + 19  # what sums up has a number and no bar


def test_a_year_before_christ_is_called_so() -> None:
    assert "380 BC" in texts(chart.svg(counted({"-379": 1}, {"a": 1})))


def test_every_label_and_number_stands_inside_the_picture() -> None:
    svg = chart.svg(counted({"2026": 123456}, {"长" * 60: 99999, "W" * 80: 1}))
    root = ET.fromstring(svg)
    for each in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert int(each.get("x", "0")) + int(each.get("width", "0")) <= int(root.get("width", "0"))
    assert max(map(_width, texts(svg))) <= 35


def test_what_is_published_is_told_from_preprints() -> None:
    text = "@book{a, title={A}}@phdthesis{b, title={B}}@misc{c, eprint={2301.00001}, archiveprefix={arXiv}}@video{d, title={D}}"
    assert counting.count(Library.from_text(text).stream(), 2026).tables["status"] == {
        "published": 2,
        "other": 1,
        "preprint": 1,
    }


def test_a_narrow_terminal_is_never_wider_than_it_is() -> None:
    for width in (20, 30, 40, 60):
        assert max(map(_width, bars({"综述" * 20: 4, "x" * 60: 1}, width))) <= width


def test_nothing_is_coloured_where_nobody_looks(tmp_path: Path) -> None:
    (tmp_path / "l.bib").write_text(LIST)
    done = CliRunner().invoke(cli, ["--file", str(tmp_path / "l.bib"), "stats"], standalone_mode=False)
    assert "\x1b" not in done.stdout
    (tmp_path / "l.bib").write_text("")
    done = CliRunner().invoke(cli, ["--file", str(tmp_path / "l.bib"), "stats"], standalone_mode=False)
    assert done.stdout == "0 entries\n\nnewest -, median -, last two years 0%\n"


def test_svg_is_well_formed_and_escapes_labels() -> None:
    text = chart.svg(counted({"2020": 1}, {"<script>&\x00": 3, "综述": 1}))
    root = ET.fromstring(text)
    assert root.find("{http://www.w3.org/2000/svg}title").text == "4 entries by year and category"
    assert "<script" not in text
    assert "prefers-color-scheme" in text


def test_our_own_list_as_json_and_svg(tmp_path: Path) -> None:
    args = ["--file", str(ROOT / "refs.bib"), "--config", str(ROOT / "bib.toml"), "stats"]
    done = CliRunner().invoke(cli, [*args, "--json", "--svg", str(tmp_path / "s.svg")], standalone_mode=False)
    data = json.loads(done.stdout)
    assert data["total"] == sum(data["category"].values()) == sum(data["year"].values()) == 102
    ET.fromstring((tmp_path / "s.svg").read_text())
