"""`bib check`: every rule on its own examples, what people ignore, the forms of output, and fixes that hurt nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

import pytest
from test_cli import Bib, bib

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
import make_problems

from llminfer_bib.bibfile import Document
from llminfer_bib.checks import READERS_CODES, Rule, Wanted, all_rules, run
from llminfer_bib.config import Config, load_config
from llminfer_bib.library import Library

__all__ = ["bib"]

ROOT = Path(__file__).parents[1]
RULES = list(all_rules().values())
BAD = "@article{Kwon,\n  author = {Kwon, Woosuk},\n  title = {Paged attention},\n  journal = {Science},\n  year = 2023,\n  pages = {1-9},\n}\n"


def codes(text: str, config: Config | None = None, wanted: Wanted | None = None) -> list[str]:
    found = run(Document.from_bytes(text.encode()), config or Config(), all_rules(), wanted or Wanted())
    return [one.problem.code for one in found]


# --- every rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_bad_example_is_found_by_its_rule_alone(rule: Rule) -> None:
    assert {
        line.split(": ")[2].split()[0] if line.count(": ") > 1 else line
        for line in make_problems.findings(rule, rule.bad)
    }
    assert all(f" {rule.code} " in line for line in make_problems.findings(rule, rule.bad))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_good_example_is_left_alone(rule: Rule) -> None:
    assert make_problems.findings(rule, rule.good) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_what_is_wrong_and_the_way_out(rule: Rule) -> None:
    assert rule.name == rule.name.lower() and " " not in rule.name
    assert rule.severity in {"error", "warning"}
    assert rule.summary.endswith(".") and rule.hint.endswith((".", "?", "`"))
    assert sum(check is not None for check in (rule.check, rule.file_check, rule.text_check)) == 1
    for line in make_problems.findings(rule, rule.bad):
        assert line.rstrip().endswith((".", "?", "!", "`")), line


def test_no_code_and_no_name_is_used_twice() -> None:
    assert len({rule.code for rule in RULES} | set(READERS_CODES)) == len(RULES) + len(READERS_CODES)
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_the_gallery_is_what_the_rules_say() -> None:
    assert (ROOT / "docs" / "problems.md").read_text("utf-8") == make_problems.page()


def test_nothing_is_found_in_our_list() -> None:
    document = Document.open(ROOT / "refs.bib")
    assert [str(one.problem) for one in run(document, load_config(ROOT / "bib.toml"), all_rules(), Wanted())] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if make_problems.has_fix(rule)], ids=lambda rule: rule.code)
def test_what_is_mended_is_found_no_more_and_the_rest_stays(rule: Rule, bib: Bib, folder: Path) -> None:
    if rule.code in make_problems.NEEDS_CONFIG:
        (folder / "bib.toml").write_text('[[categories]]\nslug = "course"\n[topics]\nquantization = {}\n', "utf-8")
    frame = "% a comment\n\n{bad}\n@comment{{left alone}}\n"
    refs = folder / "refs.bib"
    refs.write_text(frame.format(bad=rule.bad), "utf-8")
    bib("check", "--fix", "--select", rule.code)
    after = refs.read_text("utf-8")
    assert after != frame.format(bad=rule.bad)
    assert after.startswith("% a comment\n\n") and after.endswith("\n@comment{left alone}\n")
    assert bib("check", "--select", rule.code).code == 0
    assert bib("check", "--fix", "--select", rule.code).code == 0 and refs.read_text("utf-8") == after


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bib.toml").write_text("", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- the 21 classes of odd input: each valid or broken in a way of its own

ODD = [
    ("@misc{k, title={A}, url={http://x.org}}\n@misc{k, title={B}, url={http://y.org}}\n", "B015"),
    ("@string{a={one}}\n@string{a={two}}\n", "B031"),
    ("@misc{k, title={A}, Title={B}, url={http://x.org}}\n", "B013"),
    ("@misc{k, title={T}, url={http://x.org}, file={C:\\dir\\}}\n", "B030"),
    ("@misc{k,\n  title = {A}\n  url = {http://x.org},\n}\n", "B003"),
    ("@misc{k,\n  title = {A},\n  % see note\n  url = {http://x.org},\n}\n", "B005"),
    ("@misc{k,\n  title = {A}, % remark, with comma\n  url = {http://x.org},\n}\n", "B005"),
    ("%@misc{k, title={A}, url={http://x.org}}\n", "B033"),
    ("@comment{\n@article{old, title={T}}\n}\n", "B034"),
    ("@misc\n{k, title={T}, url={http://x.org}}\n", "B035"),
    ("@commentary{k, title={T}, url={http://x.org}}\n", "B035"),
    ('@misc{k, title = "a {" b} c", url={http://x.org}}\n', "B032"),
    ("@misc{k,\n  title = {T},\n  url = {http://x.org},\n  abstract = {Cite as\n@article{x, y={z}}\n},\n}\n", "B038"),
    ('@misc{O"Neil, title={A}, url={http://x.org}}\n', "B611"),
    ("@misc{k, title={A},, url={http://x.org}}\n", "B004"),
    ("@misc{k, title = , url={http://x.org}}\n", "B006"),
    ("@preamble{no quotes}\n", "B011"),
    ("me@example{org, title={A}, url={http://x.org}}\n", "B039"),
    ("@misc{Foo, title={A}, url={http://x.org}}\n@misc{foo, title={B}, url={http://y.org}}\n", "B015"),
    ("@misc{, title={A}, url={http://x.org}}\n", "B036"),
    ("@misc{k, title={A}}, url={http://x.org}}\n", "B037"),
    ("@misc{k, title={A,\n url={http://x.org}\n}\n", "B001"),
    ("@misc{k, title=nobody, url={http://x.org}}\n", "B020"),
]


@pytest.mark.parametrize(("text", "code"), ODD, ids=[f"{code}-{at}" for at, (_, code) in enumerate(ODD)])
def test_odd_input_is_found(text: str, code: str) -> None:
    assert code in codes(text)


def test_every_odd_input_of_the_survey_is_read_without_a_crash(shared: Path) -> None:
    inputs = json.loads((shared / "reference" / "bibtex-inputs.json").read_text("utf-8"))
    for text in (inputs.get("inputs") or inputs).values():
        codes(text)


# --- what people ignore


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("", ["B410"]),
        ("% bib: ignore B410\n", []),
        ("% bib: ignore B410, B103\n", ["B090"]),
        ("% bib: ignore B4\n", []),
        ("% bib: ignore B410\n% and why\n\n", []),
        ("%% BIB: Ignore b410\n", []),
        ("% bib: ignore B103\n", ["B090", "B410"]),
        ("% bib: ignore-file B410\n\nfree text\n", []),
        ("% bib: ignore B410\nfree text\n", ["B410"]),
        ("% bib: ignored B410\n", ["B410"]),
    ],
)
def test_a_comment_in_front_of_an_entry_ignores(comment: str, found: list[str]) -> None:
    assert codes(comment + BAD) == found


def test_only_the_entry_behind_the_comment_is_meant() -> None:
    assert codes(f"{BAD}% bib: ignore B410\n{BAD.replace('Kwon,', 'Li,', 1).replace('Paged', 'Other')}") == ["B410"]


def test_rules_are_chosen_by_code_and_by_configuration(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text(BAD, "utf-8")
    assert bib("check").code == 1
    assert bib("check", "--ignore", "B410").code == 0
    assert bib("check", "--ignore", "b1,B4").code == 0
    assert bib("check", "--select", "B1").code == 0
    assert bib("check", "--select", "B9x").code == 2
    assert bib("check", "nobody").code == 2
    (folder / "bib.toml").write_text('[check]\nignore = ["B4"]\n', "utf-8")
    assert bib("check").code == 0


# --- forms of output


def test_text_has_the_source_and_a_caret_under_what_is_meant(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text(BAD.replace("Paged attention", "大模型 Paged attention"), "utf-8")
    done = bib("check")
    first, source, caret = done.out.splitlines()[:3]
    assert first.startswith("refs.bib:6:") and "B410" in first
    column = int(first.split(":")[2])
    assert caret.index("^") == 4 + column - 1 and source[4:] == "  pages = {1-9},"


def test_the_caret_is_under_wide_letters(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text("@misc{k, title = {大模型}, url = {http://x.org/\\_a}}\n", "utf-8")
    _, source, caret = bib("check", "--select", "B124").out.splitlines()
    before = source[: source.index("http")]
    assert caret.index("^") >= len(before) + 3, "each Han letter takes two columns"


def test_json_says_everything(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text(BAD, "utf-8")
    (one,) = json.loads(bib("check", "--output", "json").out)
    assert one["code"] == "B410" and one["fixable"] and one["line"] == 6 and one["key"] == "Kwon"
    assert set(one) == {"path", "line", "column", "length", "code", "severity", "key", "message", "hint", "fixable"}


def test_sarif_has_what_the_standard_asks_for(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text(BAD + "@misc{k, title = {A}, url = {http://x.org}\n", "utf-8")
    found: dict[str, Any] = json.loads(bib("check", "--output", "sarif").out)
    assert found["version"] == "2.1.0" and found["$schema"].endswith("sarif-2.1.0.json")
    (one,) = found["runs"]
    rules = one["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {"B001", "B410"}
    for result in one["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"} and result["message"]["text"]
        (place,) = result["locations"]
        region = place["physicalLocation"]["region"]
        assert region["startLine"] >= 1 and 1 <= region["startColumn"] < region["endColumn"]


def test_sarif_is_valid_against_its_schema(bib: Bib, folder: Path, shared: Path) -> None:
    schemas = list((shared / "schemas").glob("*sarif*"))
    if not schemas:
        pytest.skip("there is no SARIF schema in the shared folder")
    import jsonschema

    (folder / "refs.bib").write_text(BAD, "utf-8")
    jsonschema.validate(json.loads(bib("check", "--output", "sarif").out), json.loads(schemas[0].read_text("utf-8")))


def test_github_annotations_cannot_be_broken(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text(
        "@misc{a%0A::error::b, title = {x\n::error::y}, url = {no, such: address}}\n", "utf-8"
    )
    lines = bib("check", "--output", "github").out.splitlines()
    assert lines and all(
        line.startswith(("::error file=refs.bib,line=", "::warning file=refs.bib,line=")) for line in lines
    )


def test_errorformat_is_one_line_each(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text(BAD, "utf-8")
    (line,) = bib("check", "--output", "errorformat").out.splitlines()
    assert line.startswith("refs.bib:6:") and ": warning: B410 Kwon:" in line


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "errorformat"])
def test_hostile_keys_and_titles_cannot_send_commands(bib: Bib, folder: Path, form: str) -> None:
    (folder / "refs.bib").write_text(
        "@misc{a\x1b[31m\u202eb, title = {\x1b]0;x\x07 &amp; <b>}, doi = {\x1b[2J}}\n", "utf-8"
    )
    done = bib("check", "--output", form)
    assert done.code == 1 and not set("\x1b\x07\u202e") & set(unescape(done.out) + done.err)


# --- fixes


def test_a_dry_run_shows_the_fix_and_writes_nothing(bib: Bib, folder: Path) -> None:
    refs = folder / "refs.bib"
    refs.write_text(BAD, "utf-8")
    done = bib("check", "--fix", "--dry-run")
    assert "+  pages = {1--9}," in done.out and refs.read_text("utf-8") == BAD
    assert bib("check", "--dry-run").code == 2
    assert bib("check", "--fix").code == 0 and refs.read_text("utf-8") == BAD.replace("1-9", "1--9")


def test_an_entry_that_cannot_be_edited_does_not_stop_the_others(bib: Bib, folder: Path) -> None:
    refs = folder / "refs.bib"
    other = BAD.replace("Kwon,", "Li,", 1).replace("Paged", "Other")
    refs.write_text(BAD + BAD + other, "utf-8")
    bib("check", "--fix")
    assert refs.read_text("utf-8").count("{1--9}") == 1


def test_what_a_rule_looks_for_can_be_asked(bib: Bib, folder: Path) -> None:
    done = bib("check", "--explain", "b410")
    assert done.code == 0 and "B410" in done.out and "Not so:" in done.out
    assert bib("check", "--explain", "B999").code == 2


@pytest.mark.slow
def test_time_grows_with_the_number_of_entries() -> None:
    import time

    text = (ROOT / "refs.bib").read_text("utf-8")

    def seconds(times: int) -> float:
        data = "\n".join(text.replace("{", "{", 1).replace("@", "@", 1) for _ in range(times)).encode()
        start = time.process_time()
        run(Document.from_bytes(data), Config(), all_rules(), Wanted(ignore=("B015", "B1")))
        return time.process_time() - start

    seconds(2)
    assert seconds(40) < 16 * seconds(5)


def test_the_library_says_the_same_from_python(folder: Path) -> None:
    (folder / "refs.bib").write_text(BAD, "utf-8")
    from llminfer_bib.commands import checking

    assert [one.problem.code for one in checking.check(Library.open(folder / "refs.bib")).found] == ["B410"]
