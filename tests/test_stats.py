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


def test_svg_is_well_formed_and_escapes_labels() -> None:
    text = chart.svg({"year": {"2020": 1}, "category": {"<script>&\x00": 3, "综述": 1}}, 4)
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
