"""`bib check`: every rule on its own examples, what people ignore, the forms of output, and fixes that hurt nothing."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

import pytest
from growth import assert_in_proportion
from test_cli import Bib, bib

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
import make_problems

from llminfer_bib.bibfile import Document
from llminfer_bib.checks import READERS_CODES, Located, Rule, Wanted, all_rules, run
from llminfer_bib.commands.checking import Checked
from llminfer_bib.config import Config, load_config
from llminfer_bib.library import Library
from llminfer_bib.problems import Problem

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
        ("% bib: ignore B410\nfree text\n", ["B090", "B410"]),
        ("free text % bib: ignore B410\n", []),
        ("@comment{x}\n% bib: ignore B410\n", []),
        ("% bib: ignore B410\n@comment{x}\n", ["B090", "B410"]),
        ("% bib: ignore B410\n@string{a = {x}}\n", ["B090", "B410"]),
        ("% bib: ignored B410\n", ["B410"]),
        ("%" * 40 + " bib: ignore B410\n", []),
        ("大模型大模型 % bib: ignore B410\n", []),
    ],
)
def test_a_comment_in_front_of_an_entry_ignores(comment: str, found: list[str]) -> None:
    assert codes(comment + BAD) == found


def test_a_comment_behind_the_closing_brace_is_about_that_entry() -> None:
    other = BAD.replace("Kwon,", "Li,", 1).replace("Paged", "Other")
    assert codes(f"{BAD.rstrip()} % bib: ignore B410\n{BAD.replace('Kwon,', 'Li,', 1).replace('Paged', 'Other')}") == [
        "B410"
    ]
    assert codes(f"{BAD.rstrip()} % bib: ignore B410\n% bib: ignore B4\n{other}") == []
    assert codes(f"% bib: ignore B410\n{BAD.replace('1-9', '1--9').rstrip()} % bib: ignore B1\n") == ["B090", "B090"]


def test_of_two_entries_on_one_line_only_the_first_is_meant() -> None:
    one = BAD.replace("\n", " ")
    found = f"% bib: ignore B410\n{one}{one.replace('Kwon,', 'Li,', 1).replace('Paged', 'Other')}\n"
    assert codes(found) == ["B410"]


def test_what_stands_behind_the_entry_is_not_ignored_with_it() -> None:
    text = "@string{a = {x}}\n% bib: ignore B4, B031\n" + BAD + "@string{a = {y}}\n"
    assert codes(text) == ["B090", "B031"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["B090"]),
        (Wanted(ignore=("B103",)), []),
        (Wanted(ignore=("B1",)), []),
        (Wanted(ignore=("B090",)), []),
        (Wanted(ignore=("B2",)), ["B090"]),
        (Wanted(select=("B4",)), []),
        (Wanted(select=("B090",)), []),
        (Wanted(select=("B090", "B1")), ["B090"]),
        (Wanted(keys=("Kwon",)), []),
    ],
)
def test_a_comment_is_of_no_use_only_where_all_was_looked_for(wanted: Wanted, found: list[str]) -> None:
    assert codes("% bib: ignore B103\n" + BAD.replace("1-9", "1--9"), None, wanted) == found


# --- places


@pytest.mark.parametrize("pad", range(4))
@pytest.mark.parametrize("rest", ["大模型" * 100, "😀" * 100, "}" + "大" * 100, ", title = {" + "é" * 300])
def test_words_of_several_bytes_behind_an_entry_are_no_trouble(pad: int, rest: str) -> None:
    codes(BAD + "x" * pad + rest + "\n" + BAD)
    codes(BAD.rstrip() + " " * pad + rest + "\n")
    codes("x" * pad + rest * 3 + " @misc{k, title = {A Title}, url = {https://example.org/}}\n")


def test_a_per_cent_sign_in_the_entry_before_hides_nothing() -> None:
    one = "@misc{%s, title = {A Title of %s}, url = {https://example.org/%s%%20x}}"
    assert codes(one % ("k", "k", "k") + " " + one % ("l", "l", "l")) == []


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


@pytest.mark.parametrize(
    "text",
    [
        BAD,
        BAD.replace("1-9", "1--9"),
        "",
        "@misc{a%0A::b, title = {大模型\n.}, url = {no, such: \u202eaddress}}\n% bib: ignore B999\n@misc{a",
        "@misc{k, title = {😀" + "大" * 99 + "}, url = {http://x.org/\\_a}}\r\n@misc{k}\r\n",
    ],
)
def test_sarif_is_valid_against_its_schema(bib: Bib, folder: Path, text: str) -> None:
    """The schema is OASIS's; ``.ci/run`` brings it."""
    schema = os.environ.get("BIB_SARIF_SCHEMA", "")
    if not schema and os.environ.get("BIB_REQUIRE_TOOLS"):
        pytest.fail("needs SARIF's schema, and BIB_REQUIRE_TOOLS is set")
    if not schema:
        pytest.skip("needs SARIF's schema: a file that BIB_SARIF_SCHEMA names")
    import jsonschema

    (folder / "refs.bib").write_bytes(text.encode())
    found = json.loads(bib("check", "--output", "sarif").out)
    jsonschema.Draft7Validator(json.loads(Path(schema).read_text("utf-8"))).validate(found)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_quoted_whatever_ends_them(bib: Bib, folder: Path, end: str) -> None:
    (folder / "refs.bib").write_bytes(BAD.replace("\n", end).encode())
    assert bib("check").out.splitlines()[1] == "      pages = {1-9},"
    (result,) = json.loads(bib("check", "--output", "sarif").out)["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 6, "startColumn": 13, "endColumn": 14}


def test_sarif_counts_columns_in_units_of_utf16(bib: Bib, folder: Path) -> None:
    (folder / "refs.bib").write_text(BAD.replace("\n", " ").replace("Paged", "😀大"), "utf-8")
    (result,) = json.loads(bib("check", "--output", "sarif").out)["runs"][0]["results"]
    (plain,) = json.loads(bib("check", "--output", "json").out)
    assert result["locations"][0]["physicalLocation"]["region"]["startColumn"] == plain["column"] + 1


@pytest.mark.parametrize("form", ["text", "sarif"])
def test_a_report_of_findings_on_one_line_takes_linear_time(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    from llminfer_bib.report.checking import show

    def make(count: int) -> Checked:
        document = Document.from_bytes(" ".join(map(entry, range(count))).encode())
        places = (len(document.data) * number // count for number in range(count))
        found = [Located(Problem("refs.bib", 1, place + 1, "B410", "warning", "k", "x.", "")) for place in places]
        return Checked(found, document)

    assert_in_proportion(make, lambda done: show(done, form))
    capsys.readouterr()


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


def entry(number: int) -> str:
    """Return an entry with one finding, on a line of its own."""
    return (
        f"@misc{{k{number}, title = {{A Title of {number}}}, url = {{https://example.org/{number}}}, pages = {{1-9}}}}"
    )


MANY = {
    "entries": lambda count: "\n".join(map(entry, range(count))),
    "entries on one line": lambda count: " ".join(map(entry, range(count))),
    "the list many times": lambda count: (ROOT / "refs.bib").read_text("utf-8") * max(1, count // 256),
    "one title": lambda count: "\n".join(entry(n).replace(f"of {n}", "") for n in range(count)),
    "comments": lambda count: "\n".join(f"% bib: ignore B410\n{entry(number)}" for number in range(count)),
    "comments on one entry": lambda count: "% bib: ignore B410\n" * count + entry(1),
    "per cent signs": lambda count: "bib: " + "%" * count + "\n" + entry(1),
    "macros twice": lambda count: "\n".join(f"@string{{a{n // 2} = {{x}}}}" for n in range(count)),
    "open comments": lambda count: "@comment{" * count,
    "open macros": lambda count: "@string{a = {" * count,
    "comments in comments": lambda count: "@comment{" * count + "@misc{" + "}" * count,
    "braces behind": lambda count: "\n".join(entry(number) + "}" for number in range(count)),
    "words": lambda count: "word " * count,
}


@pytest.mark.parametrize("name", MANY)
def test_time_grows_in_proportion(name: str) -> None:
    def make(count: int) -> Document:
        return Document.from_bytes(MANY[name](count).encode())

    assert_in_proportion(make, lambda document: run(document, Config(), all_rules(), Wanted()))


def test_the_library_says_the_same_from_python(folder: Path) -> None:
    (folder / "refs.bib").write_text(BAD, "utf-8")
    from llminfer_bib.commands import checking

    assert [one.problem.code for one in checking.check(Library.open(folder / "refs.bib")).found] == ["B410"]
