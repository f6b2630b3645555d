"""What a format cannot say is listed field by field, agrees with what it writes, and reaches people and programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from llminfer_bib import Library
from llminfer_bib.cli import cli
from llminfer_bib.commands import Selection
from llminfer_bib.commands.losses import explain
from llminfer_bib.export import EXPORTERS, csl_json, load, losses_of
from llminfer_bib.export.losses import Asked, usual_reason
from llminfer_bib.model import Date, Entry, People, Person, Text

ROOT = Path(__file__).parent.parent
COUNTED = ("csl-json", "ris", "hayagriva", "zotero-rdf")
FOR_READERS = ("md", "lists", "html")
TWELVE = Library.open(ROOT / "tests" / "data" / "twelve.bib", ROOT / "tests" / "data" / "twelve.toml")


def entry(name: str = "misc", /, **more: object) -> Entry:
    return Entry(**({"key": "key", "type": name, "title": Text("A title")} | more))


@pytest.mark.parametrize("name", COUNTED)
def test_what_is_lost_of_the_twelve_is_a_field_that_is_there(name: str) -> None:
    """Every loss names a field, a role or the type of its entry, once, with a reason in words."""
    by_key = {one.key: one for one in TWELVE}
    explained = explain(TWELVE, name, Selection(), [])
    assert explained.entries == 12
    assert explained.losses
    assert len(set(explained.losses)) == len(explained.losses)
    for loss in explained.losses:
        one = by_key[loss.key]
        assert loss.field in {*one.fields, *one.people, "type"}
        assert " " in loss.reason


@pytest.mark.parametrize("name", COUNTED)
def test_a_field_that_no_format_knows_is_lost_in_all(name: str) -> None:
    ask = losses_of(load(name))
    assert ask is not None
    assert [field for field, _ in ask(entry(fields={"x-own": "y", "empty": " "}))] == ["x-own"]


@pytest.mark.parametrize("name", COUNTED)
def test_a_plain_paper_is_said_whole_but_for_its_tags_in_typst(name: str) -> None:
    one = entry(
        "article",
        kind="paper",
        people={"author": People((Person("Kwon", "Woosuk"),))},
        fields={
            "title": "A title", "journal": "J", "volume": "1", "number": "2", "pages": "3--4", "publisher": "P",
            "year": "2023", "month": "10", "doi": "10.1/x", "url": "https://a.b/", "keywords": "a", "eprint": "2309.06180",
            "eprinttype": "arxiv", "issn": "1000-1239", "language": "english", "abstract": "Text", "note": "N",
        },
        dates={"date": Date(2023, 10)},
        doi="10.1/x",
        url="https://a.b/",
        arxiv="2309.06180",
        language="en",
        keywords=("a",),
    )  # fmt: skip
    ask = losses_of(load(name))
    assert ask is not None
    assert [field for field, _ in ask(one)] == (["keywords"] if name == "hayagriva" else [])


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_format_counts_or_says_that_it_is_for_readers_or_neither(name: str) -> None:
    explained = explain(TWELVE, name, Selection(("engine",)), [])
    assert explained.for_readers == (name in FOR_READERS)
    assert (explained.losses is not None) == (name in COUNTED) or name not in {*COUNTED, *FOR_READERS}
    assert explained.summary().startswith(name)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (entry("online", fields={"organization": "A", "booktitle": "B"}), []),
        (entry("article", fields={"organization": "A", "publisher": "B"}), ["organization"]),
        (entry("article", fields={"journal": "A", "journaltitle": "a"}), ["journal"]),
        (entry("article", fields={"journal": "A", "journaltitle": "A"}), []),
        (entry("article", fields={"license": "MIT", "code": "https://a.b/"}), ["code", "license"]),
        (entry("article", fields={"pubstate": "inpress"}), []),
        (entry("misc", kind="preprint", fields={"pubstate": "preprint"}), []),
        (entry("article", fields={"pubstate": "odd"}), ["pubstate"]),
        (entry("article", fields={"date": "soon"}), []),
        (entry("article", fields={"urldate": "soon"}), ["urldate"]),
        (entry("article", fields={"url": "ftp://x/"}, url="ftp://x/"), ["url"]),
        (entry("article", people={"author": People((Person("A"),), others=True)}), ["author"]),
        (entry("article", people={"holder": People((Person("A"),))}), ["holder"]),
        (entry("article", title=Text("KV", ((0, 2),))), ["title"]),
        (entry("misc", kind="preprint", arxiv="1", fields={"eprint": "1", "eprintclass": "cs.CL"}), ["eprintclass"]),
        (entry("article", kind="paper", arxiv="1", arxiv_class="c", fields={"eprint": "1", "eprintclass": "c"}), []),
        (entry("online", kind="blog", fields={"entrysubtype": "blog"}), []),
        (entry("proceedings", title=Text("P"), fields={"title": "P", "booktitle": "P"}), []),
    ],
)
def test_losses_of_csl_json(one: Entry, expected: list[str]) -> None:
    assert [field for field, _ in csl_json.losses(one)] == expected


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("timestamp", "it belongs to one program on one machine"),
        ("sortname", "it tells BibTeX how to find, sort or print the entry"),
        ("x", "RIS has no place for it"),
    ],
)
def test_usual_reasons(name: str, reason: str) -> None:
    assert usual_reason(name, "RIS") == reason


def test_a_field_that_was_asked_for_is_not_lost_and_the_one_behind_it_says_so() -> None:
    asked = Asked(entry(fields={"a": "1", "b": "2", "c": "1"}))
    assert asked.text("x", "a", "b", "c") == "1"
    assert asked.lost("F", {}) == (("b", "there is one place for both, and `a` has it"),)


# --- the command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "refs.bib").write_text(
        "@article{a,\n  title = {The {KV}},\n  license = {MIT},\n}\n\n@misc{b,\n  title = {B},\n}\n", "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, ["export", *words])


def test_losses_for_people(run) -> None:
    done = run("-f", "ris", "--explain")
    assert done.exit_code == 0
    assert done.stdout == (
        "a: license: RIS has no place for a licence\n"
        "a: title: which words are protected from a change of case cannot be said\n"
    )
    assert done.stderr == "ris: 2 fields are lost, whole or in part, in 1 of 2 entries.\n"
    assert run("-f", "ris", "--explain", "b").stderr == "ris says everything of 1 entry.\n"


def test_losses_for_programs(run) -> None:
    done = run("-f", "hayagriva", "--explain", "--json")
    assert json.loads(done.stdout) == {
        "format": "hayagriva",
        "for_readers": False,
        "counted": True,
        "entries": 2,
        "losses": [{"key": "a", "field": "license", "reason": "Typst has no place for a licence"}],
    }


@pytest.mark.parametrize("name", FOR_READERS)
def test_formats_for_readers_lose_by_intent(run, name: str) -> None:
    done = run("-f", name, "--explain")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "made for readers" in done.stderr
    assert json.loads(run("-f", name, "--explain", "--json").stdout)["for_readers"] is True


@pytest.mark.parametrize(
    "words",
    [
        ["-f", "md", "--json"],
        ["--all", "-o", "x", "--explain"],
        ["-f", "ris", "--explain", "-o", "x"],
        ["-f", "ris", "--explain", "--check"],
    ],
)
def test_options_that_do_not_go_together_are_refused(run, words: list[str]) -> None:
    done = run(*words)
    assert done.exit_code == 2 or "--explain goes with -f alone" in str(done.exception)
    assert not Path("x").exists()
