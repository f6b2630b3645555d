"""Every command as its users meet it: what it prints where, what it changes and what it leaves alone, how it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from llminfer_bib import commands, report
from llminfer_bib.__main__ import run
from llminfer_bib.library import Library

CONFIG = """
[[categories]]
slug = "method"
title_zh = "方法论文"
title_en = "Method papers"

[[categories]]
slug = "project"
title_zh = "开源项目"
title_en = "Projects"

[topics]
quantization = { zh = "量化", en = "Quantization" }
serving = "Serving"
"""
REFS = """\
% a list
@inproceedings{kwon2023efficient,
  author = {Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan},
  title = {Efficient Memory Management with {PagedAttention}},
  booktitle = {SOSP},
  year = 2023,
  keywords = {method, serving},
}

@software{vllm,
  author = {{vLLM project}},
  title = {{vLLM}},
  url = {https://github.com/vllm-project/vllm},
  date = {2023-06},
  license = {Apache-2.0},
  keywords = {project, serving},
}

@article{ge2025dayuyan,
  author = {葛旭冉 and 欧洋},
  title = {大语言模型推理中的存储优化技术综述},
  journal = {计算机研究与发展},
  year = {2025},
  keywords = {method, quantization},
}
"""
TABLE = (
    "kwon2023efficient\t2023\tmethod\tKwon et al.\tEfficient Memory Management with PagedAttention\n"
    "vllm\t2023\tproject\tvLLM project\tvLLM\n"
    "ge2025dayuyan\t2025\tmethod\t葛旭冉 & 欧洋\t大语言模型推理中的存储优化技术综述\n"
)


class Done(NamedTuple):
    code: int
    out: str
    err: str


Bib = Callable[..., Done]


@pytest.fixture
def bib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bib:
    """Return a function that runs the command line in a folder with a small library."""
    (tmp_path / "refs.bib").write_text(REFS, "utf-8")
    (tmp_path / "bib.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Done:
        capsys.readouterr()
        code = run(words)
        return Done(code, *capsys.readouterr())

    return call


def refs() -> str:
    return Path("refs.bib").read_bytes().decode("utf-8")


def files() -> list[str]:
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


# --- list


def test_list_prints_a_line_an_entry_with_tabs_between_the_cells(bib: Bib) -> None:
    assert bib("list") == (0, TABLE, "")


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["--category", "method"], ["kwon2023efficient", "ge2025dayuyan"]),
        (["--category", "method", "--category", "project"], ["kwon2023efficient", "vllm", "ge2025dayuyan"]),
        (["--topic", "serving"], ["kwon2023efficient", "vllm"]),
        (["--topic", "serving", "--category", "project"], ["vllm"]),
        (["--type", "software"], ["vllm"]),
        (["--type", "project"], ["vllm"]),
        (["--type", "Paper"], ["kwon2023efficient", "ge2025dayuyan"]),
        (["--year", "2025"], ["ge2025dayuyan"]),
        (["--year", "2023", "--year", "2025"], ["kwon2023efficient", "vllm", "ge2025dayuyan"]),
    ],
)
def test_list_can_be_narrowed(bib: Bib, words: list[str], keys: list[str]) -> None:
    done = bib("list", *words)
    assert done.code == 0
    assert [line.split("\t")[0] for line in done.out.splitlines()] == keys


@pytest.mark.parametrize(
    "words", [["--year", "1999"], ["--type", "thesis"], ["--topic", "quantization", "--year", "2023"]]
)
def test_a_list_of_nothing_is_said_and_no_error(bib: Bib, words: list[str]) -> None:
    assert bib("list", *words) == (0, "", "nothing found.\n")
    assert bib("list", *words, "--json") == (0, "[]\n", "nothing found.\n")
    assert bib("-q", "list", *words) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--category", "metod"], 'there is no category "metod". Did you mean "method"?'),
        (["--category", "zzz"], 'there is no category "zzz". Choose one of: method, project.'),
        (["--topic", "quantisation"], 'there is no topic "quantisation". Did you mean "quantization"?'),
        (["--type", "artikel"], 'there is no entry type or kind "artikel". Did you mean "article"?'),
    ],
)
def test_a_word_that_nothing_knows_is_named_with_the_nearest(bib: Bib, words: list[str], said: str) -> None:
    assert bib("list", *words) == (2, "", f"bib: {said}\n")


def test_list_for_programs_is_json(bib: Bib) -> None:
    rows = json.loads(bib("list", "--json").out)
    assert [row["key"] for row in rows] == ["kwon2023efficient", "vllm", "ge2025dayuyan"]
    assert rows[0] == {
        "key": "kwon2023efficient",
        "type": "inproceedings",
        "kind": "paper",
        "title": "Efficient Memory Management with PagedAttention",
        "authors": ["Woosuk Kwon", "Zhuohan Li", "Siyuan Zhuang"],
        "year": 2023,
        "date": "2023",
        "venue": "SOSP",
        "doi": None,
        "arxiv": None,
        "url": None,
        "language": None,
        "category": "method",
        "topics": ["serving"],
        "keywords": ["method", "serving"],
    }


def test_the_fields_that_a_list_leaves_unread_change_nothing_in_it(bib: Bib, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("refs.bib", "bib.toml"):
        Path(name).write_text((Path(__file__).parents[1] / name).read_text("utf-8"), "utf-8")
    table, rows = bib("list").out, bib("list", "--json").out
    monkeypatch.setattr(commands, "NOT_LISTED", frozenset())
    assert (bib("list").out, bib("list", "--json").out) == (table, rows)
    assert table.count("\n") >= 102


def test_json_in_several_batches_is_one_list(bib: Bib, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bib("list", "--json").out
    monkeypatch.setattr(report, "_BATCH", 2)
    assert bib("list", "--json").out == whole
    assert bib("list").out == TABLE


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (100, ["kwon2023efficient  2023  method   Kwon et al.    Efficient Memory Management with PagedAttention",
               "vllm               2023  project  vLLM project   vLLM",
               "ge2025dayuyan      2025  method   葛旭冉 & 欧洋  大语言模型推理中的存储优化技术综述"]),
        (68, ["kwon2023efficient  2023  method   Efficient Memory Management with …",
              "vllm               2023  project  vLLM",
              "ge2025dayuyan      2025  method   大语言模型推理中的存储优化技术综述"]),
        (50, ["kwon2023efficient  Efficient Memory Management wi…",
              "vllm               vLLM",
              "ge2025dayuyan      大语言模型推理中的存储优化技术…"]),
    ],
)  # fmt: skip
def test_on_a_terminal_the_columns_line_up(
    bib: Bib, monkeypatch: pytest.MonkeyPatch, columns: int, lines: list[str]
) -> None:
    monkeypatch.setattr(report, "_on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    assert bib("list").out.splitlines() == lines


# --- search


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (["pagedattention"], ["kwon2023efficient"]),
        (["efficient", "KWON"], ["kwon2023efficient"]),
        (["efficient", "vllm"], []),
        (["存储优化"], ["ge2025dayuyan"]),
        (["量化"], ["ge2025dayuyan"]),  # the Chinese name of the topic
        (["开源项目"], ["vllm"]),  # the Chinese name of the category
        (["ｖＬＬＭ"], ["vllm"]),  # full-width letters
        (["葛旭冉"], ["ge2025dayuyan"]),
        (["--field", "title", "vllm"], ["vllm"]),
        (["--field", "author", "欧洋"], ["ge2025dayuyan"]),
        (["--field", "key", "2023"], ["kwon2023efficient"]),
        (["--field", "TITLE", "--field", "journal", "研究与发展"], ["ge2025dayuyan"]),
        (["2023", "--category", "project"], ["vllm"]),
    ],
)
def test_search_finds(bib: Bib, words: list[str], keys: list[str]) -> None:
    done = bib("search", *words)
    assert [line.split("\t")[0] for line in done.out.splitlines()] == keys
    assert done.code == (0 if keys else 1)
    assert [row["key"] for row in json.loads(bib("search", "--json", *words).out)] == keys


def test_search_for_nothing_exits_1_and_says_so(bib: Bib) -> None:
    assert bib("search", "zzz") == (1, "", "nothing found.\n")
    assert bib("search", "--field", "title", "zzz") == (1, "", "nothing found.\n")


def test_a_misspelled_field_is_told_from_one_without_a_hit(bib: Bib) -> None:
    assert bib("search", "--field", "titel", "vllm") == (
        2, "", 'bib: there is no field "titel". Did you mean "title"?\n',
    )  # fmt: skip


# --- show


def test_show_says_all_about_an_entry(bib: Bib) -> None:
    expected = (
        "Efficient Memory Management with PagedAttention\n"
        "  key        kwon2023efficient\n"
        "  type       inproceedings (paper)\n"
        "  author     Woosuk Kwon, Zhuohan Li, Siyuan Zhuang\n"
        "  date       2023\n"
        "  category   方法论文 · Method papers\n"
        "  topics     Serving\n"
        "  booktitle  SOSP\n"
        "  keywords   method, serving\n"
    )
    assert bib("show", "kwon2023efficient") == (0, expected, "")


def test_show_keeps_the_order_asked_for_and_takes_a_key_in_any_case(bib: Bib) -> None:
    out = bib("show", "VLLM", "kwon2023efficient").out
    assert out.index("vLLM\n  key") < out.index("Efficient Memory")
    assert [row["key"] for row in json.loads(bib("show", "vllm", "kwon2023efficient", "--json").out)] == [
        "vllm", "kwon2023efficient",
    ]  # fmt: skip


def test_show_gives_the_source_as_it_stands(bib: Bib) -> None:
    assert bib("show", "vllm", "--bibtex").out == REFS[REFS.index("@software") : REFS.index("\n\n@article") + 1]


def test_show_for_programs_has_names_in_parts_and_every_field(bib: Bib) -> None:
    [entry] = json.loads(bib("show", "kwon2023efficient", "--json").out)
    assert entry["people"]["author"][0] == {"family": "Kwon", "given": "Woosuk"}
    assert entry["fields"]["booktitle"] == "SOSP"


def test_on_a_terminal_long_values_are_wrapped_behind_their_name(bib: Bib, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "_on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    out = bib("show", "kwon2023efficient", "ge2025dayuyan").out
    assert "  author     Woosuk Kwon, Zhuohan Li,\n             Siyuan Zhuang\n" in out
    assert all(len(line.encode("gbk", "replace")) <= 40 for line in out.splitlines())


@pytest.mark.parametrize("command", [["show", "vlm"], ["show", "vllm", "vlm"], ["set", "vlm", "year=1"], ["export", "-f", "md", "vlm"]])  # fmt: skip
def test_an_unknown_key_is_answered_with_the_nearest_one(bib: Bib, command: list[str]) -> None:
    assert bib(*command) == (2, "", 'bib: refs.bib: no entry has the key "vlm". Did you mean "vllm"?\n')


def test_a_key_that_begins_with_a_dash_goes_behind_two(bib: Bib) -> None:
    Path("refs.bib").write_text("@misc{-x,\n  title = {T},\n}\n", "utf-8")
    assert bib("show", "-x").err.endswith(
        "bib: a key or word that begins with - goes behind --, as in: bib show -- -key\n"
    )
    assert bib("show", "--", "-x").out == "T\n  key   -x\n  type  misc\n"
    assert bib("set", "--", "-x", "year=2024").code == 0
    assert refs() == "@misc{-x,\n  title = {T},\n  year = {2024},\n}\n"


# --- set


def test_set_changes_one_line_and_shows_it(bib: Bib) -> None:
    done = bib("set", "vllm", "license=MIT & more")
    assert refs() == REFS.replace("{Apache-2.0}", r"{MIT \& more}")
    assert (done.code, done.err) == (0, "")
    assert [line for line in done.out.splitlines() if line[:1] in "+-"] == [
        "--- refs.bib", "+++ refs.bib", "-  license = {Apache-2.0},", r"+  license = {MIT \& more},",
    ]  # fmt: skip


def test_set_takes_several_fields_and_removes_others(bib: Bib) -> None:
    assert bib("set", "vllm", "license=MIT", "version=0.9.1", "--unset", "date").code == 0
    expected = REFS.replace("Apache-2.0", "MIT").replace("  date = {2023-06},\n", "")
    assert refs() == expected.replace("{project, serving},\n", "{project, serving},\n  version = {0.9.1},\n")


def test_set_raw_takes_bibtex_as_it_is(bib: Bib) -> None:
    assert bib("set", "kwon2023efficient", "--raw", "title={A} \\& {B}", "month=oct").code == 0
    assert r"title = {{A} \& {B}}," in refs()
    assert "month = oct," in refs()


@pytest.mark.parametrize("words", [["license=MIT"], ["--unset", "license"], ["--raw", "note={x}"], ["a=1", "b=2"]])
def test_a_dry_run_shows_the_change_and_makes_none(bib: Bib, words: list[str]) -> None:
    done = bib("set", "vllm", *words, "--dry-run")
    assert (done.code, done.err) == (0, "dry run: nothing was written.\n")
    assert done.out.startswith("--- refs.bib\n+++ refs.bib\n@@ ")
    assert refs() == REFS
    assert files() == ["bib.toml", "refs.bib"]
    assert bib("-q", "set", "vllm", *words, "--dry-run") == (0, done.out, "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "name a change: FIELD=VALUE, or --unset FIELD."),
        (["year"], 2, "year: write FIELD=VALUE, such as year=2024."),
        (["=3"], 2, "=3: write FIELD=VALUE, such as year=2024."),
        (["a b=3"], 5, '"a b" cannot be a field name'),
        (["year=1", "Year=2"], 2, "year: the field is named twice. Name it once."),
        (["year=1", "--unset", "year"], 2, "year: the field is named twice. Name it once."),
        (["license=MIT", "--raw", "note=}{"], 2, "note: the braces do not balance"),
        (["license=MIT", "url={"], 2, "url: the braces do not balance"),
    ],
)
def test_a_change_that_cannot_be_made_changes_nothing(bib: Bib, words: list[str], code: int, said: str) -> None:
    done = bib("set", "vllm", *words)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(f"bib: {said}")
    assert refs() == REFS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["license=Apache-2.0"], "vllm: nothing to change.\n"),
        (["--unset", "licence"], "vllm: there is no field `licence` to remove.\nvllm: nothing to change.\n"),
    ],
)
def test_nothing_to_change_is_said_and_no_error(bib: Bib, words: list[str], said: str) -> None:
    before = os.stat("refs.bib")
    assert bib("set", "vllm", *words) == (0, "", said)
    assert os.stat("refs.bib").st_mtime_ns == before.st_mtime_ns
    assert os.stat("refs.bib").st_ino == before.st_ino


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("type=misc", "vllm: this sets a field `type`; the type of the entry itself stays.\n"),
        ("key=v", "vllm: this sets a field `key`; the key of the entry itself stays.\n"),
        ("note=", "vllm: `note` gets an empty value; --unset note would remove it.\n"),
    ],
)
def test_a_change_that_may_not_be_meant_is_made_and_remarked_on(bib: Bib, word: str, said: str) -> None:
    done = bib("set", "vllm", word)
    assert (done.code, done.err) == (0, said)
    name, _, value = word.partition("=")
    assert refs() == REFS.replace("{project, serving},\n", f"{{project, serving}},\n  {name} = {{{value}}},\n")


def test_set_quietly_says_nothing(bib: Bib) -> None:
    assert bib("-q", "set", "vllm", "license=MIT") == (0, "", "")
    assert "MIT" in refs()


def test_a_read_only_file_is_left_alone(bib: Bib) -> None:
    Path("refs.bib").chmod(0o444)
    done = bib("set", "vllm", "license=MIT")
    assert (done.code, done.out) == (5, "")
    assert "refs.bib: it is read-only. Nothing was changed." in done.err
    assert refs() == REFS


def test_a_symbolic_link_stays_one(bib: Bib) -> None:
    Path("real.bib").write_text(REFS, "utf-8")
    Path("link.bib").symlink_to("real.bib")
    assert bib("--file", "link.bib", "set", "vllm", "license=MIT").code == 0
    assert Path("link.bib").is_symlink()
    assert "MIT" in Path("real.bib").read_text("utf-8")


def test_a_file_that_somebody_else_writes_meanwhile_is_left_alone(bib: Bib, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Library.diff

    def meanwhile(library: Library) -> str:
        Path("refs.bib").write_text(REFS + "% mine\n", "utf-8")
        return real(library)

    monkeypatch.setattr(Library, "diff", meanwhile)
    done = bib("set", "vllm", "license=MIT")
    assert (done.code, done.out) == (5, "")
    assert "was changed by something else since it was read" in done.err
    assert refs() == REFS + "% mine\n"


def test_an_ambiguous_key_is_refused(bib: Bib) -> None:
    Path("refs.bib").write_text("@misc{a,\n  year = 1,\n}\n@misc{a,\n  year = 2,\n}\n", "utf-8")
    done = bib("set", "a", "year=3")
    assert done.code == 5
    assert "lines 1, 4" in done.err


# --- export


def test_export_writes_to_stdout_a_file_or_a_folder(bib: Bib) -> None:
    page = bib("export", "-f", "md")
    assert page.out.startswith("## 方法论文\n")
    assert bib("export", "-f", "md", "-o", "-").out == bib("export", "-f", "md", "-o", "/dev/stdout").out == page.out
    assert bib("export", "-f", "md", "-o", "new/list.md") == (0, "", "wrote: new/list.md\n")
    assert bib("export", "-f", "md", "-o", "new") == (0, "", "wrote: new/refs.md\n")
    assert bib("export", "-f", "md", "-o", "newer/") == (0, "", "wrote: newer/refs.md\n")
    assert Path("new/list.md").read_text("utf-8") == Path("newer/refs.md").read_text("utf-8") == page.out


def test_export_of_everything_and_the_check_of_it(bib: Bib) -> None:
    everything = ["export", "--all", "-o", "build"]
    done = bib(*everything, "--check")
    assert done.code == 1
    assert done.err.endswith("12 not up to date; the same command without --check writes them.\n")
    assert not Path("build").exists()
    dry = bib(*everything, "--dry-run")
    assert (dry.code, dry.err.count("would write: ")) == (0, 12)
    assert not Path("build").exists()
    assert bib(*everything).err.count("wrote: ") == 12
    assert bib(*everything).err.count("unchanged: ") == 12
    assert bib(*everything, "--check") == (0, "", "")
    Path("build/refs.json").unlink()
    Path("build/refs.md").write_text("old\n", "utf-8")
    assert bib(*everything, "--check") == (
        1, "",
        "missing: build/refs.json\nstale: build/refs.md\n2 not up to date; the same command without --check writes them.\n",
    )  # fmt: skip
    assert Path("build/refs.md").read_text("utf-8") == "old\n"
    assert bib("-q", *everything, "--check") == (1, "", "")


def test_pages_of_a_removed_category_are_named_and_kept(bib: Bib) -> None:
    lists = ["export", "-f", "lists", "-o", "build"]
    bib(*lists)
    folder = Path("build/lists")
    index = (folder / "index.md").read_text("utf-8")
    page = next(path for path in folder.glob("*.md") if path.name != "index.md")
    (folder / "gone.md").write_bytes(page.read_bytes())
    (folder / "README.md").write_text("# Mine\n\n[index](index.md)\n", "utf-8")
    (folder / "noise.md").write_bytes(b"\xff\x00")
    done = bib(*lists, "--check")
    assert (done.code, done.err) == (
        1, "left over: build/lists/gone.md\n1 not up to date; delete what is left over (1) by hand.\n",
    )  # fmt: skip
    (folder / "index.md").write_text("old\n", "utf-8")
    assert bib(*lists, "--check").err.endswith(
        "2 not up to date; the same command without --check writes it, and delete what is left over (1) by hand.\n"
    )
    done = bib(*lists)
    assert done.code == 0
    assert "left over: build/lists/gone.md\n" in done.err
    assert (folder / "gone.md").exists()
    assert (folder / "index.md").read_text("utf-8") == index
    assert "left over" not in bib(*lists, "--year", "2023", "--check").err
    (folder / "gone.md").unlink()
    assert bib(*lists, "--check") == (0, "", "")


def test_export_of_some_entries(bib: Bib) -> None:
    assert [item["id"] for item in json.loads(bib("export", "-f", "csl-json", "vllm").out)] == ["vllm"]
    out = bib("export", "-f", "csl-json", "--topic", "serving", "--year", "2023").out
    assert [item["id"] for item in json.loads(out)] == ["kwon2023efficient", "vllm"]
    done = bib("export", "-f", "csl-json", "--year", "1999")
    assert (done.code, json.loads(done.out), done.err) == (0, [], "nothing found.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name one format with -f, or ask for all of them with --all -o DIR."),
        (["-f", "md", "--all"], "name one format with -f, or ask for all of them with --all -o DIR."),
        (["--all"], "this makes several files: name a folder with -o DIR."),
        (["-f", "lists"], "this makes several files: name a folder with -o DIR."),
        (["-f", "md", "--check"], "--check compares with files: name them with -o or --in."),
        (["-f", "md", "--check", "-o", "-"], "--check compares with files: name them with -o or --in."),
        (["-f", "md", "--in", "a.md", "-o", "b.md"], "--in goes with -f md, and without -o."),
        (["-f", "csl-json", "--in", "a.md"], "--in goes with -f md, and without -o."),
        (["-f", "md", "--in", "a.md", "--category", "method"], "--category does not go with --in"),
        (["--all", "-o", "refs.bib"], "refs.bib is a file; several files need a folder."),
        (["-f", "md", "--for", "zotero"], "--for goes with -f csl-json."),
        (["-f", "csl-json", "--all-authors"], "--all-authors goes with md and lists"),
    ],
)
def test_options_that_do_not_go_together_are_refused(bib: Bib, words: list[str], said: str) -> None:
    done = bib("export", *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"bib: {said}")
    assert files() == ["bib.toml", "refs.bib"]


@pytest.mark.parametrize("place", ["refs.bib", "./refs.bib", "link.md", "bib.toml"])
def test_an_export_never_replaces_what_it_is_made_from(bib: Bib, place: str) -> None:
    Path("link.md").symlink_to("refs.bib")
    done = bib("export", "-f", "md", "-o", place)
    assert (done.code, done.out) == (5, "")
    assert "that is what the exports are made from" in done.err
    assert refs() == REFS
    assert Path("bib.toml").read_text("utf-8") == CONFIG


def test_an_export_into_a_file_that_is_a_folder_is_refused(bib: Bib) -> None:
    Path("file").write_text("x", "utf-8")
    done = bib("export", "-f", "md", "-o", "file/refs.md")
    assert done.code == 5
    assert done.err.count("\n") == 1
    assert Path("file").read_text("utf-8") == "x"


MARKED = "# Mine\r\n\r\n<!-- bib:begin project -->\r\nold\r\n<!-- bib:end project -->\r\nmine\r\n"


def test_marked_parts_are_renewed_and_the_rest_stays(bib: Bib) -> None:
    Path("page.md").write_bytes(MARKED.encode())
    check = bib("export", "-f", "md", "--in", "page.md", "--check")
    assert (check.code, check.err.splitlines()[0]) == (1, "stale: page.md")
    dry = bib("export", "-f", "md", "--in", "page.md", "--dry-run")
    assert dry.code == 0
    assert "-old" in dry.out
    assert Path("page.md").read_bytes() == MARKED.encode()
    assert bib("export", "-f", "md", "--in", "page.md").err == "wrote: page.md\n"
    text = Path("page.md").read_bytes().decode()
    assert text.startswith(
        "# Mine\r\n\r\n<!-- bib:begin project -->\r\n\r\n- [vLLM](https://github.com/vllm-project/vllm)"
    )
    assert text.endswith("\r\n<!-- bib:end project -->\r\nmine\r\n")
    assert bib("export", "-f", "md", "--in", "page.md") == (0, "", "unchanged: page.md\n")
    assert bib("export", "-f", "md", "--in", "page.md", "--check").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no marker\n", "page.md: M008 there is no marker in this file."),
        ("<!-- bib:begin project -->\n", "page.md:1: M002 `bib:begin project` is never ended."),
        ("<!-- bib:begin zzz -->\n<!-- bib:end zzz -->\n", "page.md:1: M001 there is no category `zzz`."),
        ("\n<!-- bib:end project -->\n", "page.md:2: M003 `bib:end project` has no beginning."),
    ],
)
def test_bad_markers_are_named_with_their_line_and_nothing_is_written(bib: Bib, text: str, said: str) -> None:
    Path("page.md").write_text(text, "utf-8")
    done = bib("export", "-f", "md", "--in", "page.md")
    assert (done.code, done.out) == (5, "")
    assert done.err.startswith(f"bib: {said}")
    assert done.err.endswith("\nNothing was changed.\n")
    assert Path("page.md").read_text("utf-8") == text


def test_a_page_that_is_missing_or_not_utf8_is_said(bib: Bib) -> None:
    assert "page.md: cannot be read: No such file" in bib("export", "-f", "md", "--in", "page.md").err
    Path("page.md").write_bytes(b"\xff\xfe\xfa")
    assert bib("export", "-f", "md", "--in", "page.md") == (5, "", "bib: page.md: cannot be read: it is not UTF-8.\n")


def test_the_check_uses_up_every_page_even_where_a_file_is_missing(tmp_path: Path) -> None:
    pieces = iter([b"a", b"b"])
    assert not commands.is_current(tmp_path / "missing", pieces)
    assert list(pieces) == []


# --- files


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda _: None, 2, 'There is no file "odd.bib". Name a .bib file with --file PATH'),
        (lambda path: path.mkdir(), 5, "odd.bib: cannot be read: Is a directory."),
    ],
)
@pytest.mark.parametrize(
    "command", [["list"], ["search", "x"], ["show", "x"], ["set", "x", "y=1"], ["export", "-f", "md"]]
)
def test_a_file_that_cannot_be_read_is_said_in_one_line(
    bib: Bib, make: Callable[[Path], None], code: int, said: str, command: list[str]
) -> None:
    make(Path("odd.bib"))
    done = bib("--file", "odd.bib", *command)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith(f"bib: {said}")
    assert done.err.count("\n") == 1


ODD = {
    "empty": b"",
    "blank": b"\n\n",
    "no entries": b"only words\n",
    "binary": bytes(range(256)) * 20,
    "a lone at sign": b"@",
    "braces": b"{" * 100_000,
    "deep": b"@misc{a,title=" + b"{" * 20_000 + b"}" * 20_000 + b"}",
    "unclosed": b"@misc{a, title = {never",
    "utf-16": "@misc{a, title = {é}}".encode("utf-16"),
    "latin-1": b"@misc{a, title = {caf\xe9}}",
    "surrogate": b"@misc{a, title = {x\xed\xa0\x80}}",
    "long title": b"@misc{a, title = {" + b"x" * 1_000_000 + b"}}",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize(
    "command",
    [["list"], ["list", "--json"], ["search", "x"], ["show", "a"], ["show", "a", "--bibtex"], ["set", "a", "note=1", "--dry-run"], ["export", "-f", "md"], ["export", "-f", "csl-json"], ["export", "--all", "-o", "o"]],
)  # fmt: skip
def test_an_odd_file_is_no_bug_of_ours(bib: Bib, name: str, command: list[str]) -> None:
    Path("odd.bib").write_bytes(ODD[name])
    done = bib("--file", "odd.bib", *command)
    assert done.code in (0, 1, 2, 5)
    assert "Traceback" not in done.err
    assert Path("odd.bib").read_bytes() == ODD[name]


@pytest.mark.parametrize("name", ["empty", "blank", "no entries"])
def test_a_file_without_entries_is_said(bib: Bib, name: str) -> None:
    Path("odd.bib").write_bytes(ODD[name])
    assert bib("--file", "odd.bib", "list") == (0, "", "odd.bib: there are no entries in it.\n")


def test_the_library_is_found_from_a_folder_below(bib: Bib, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a/b").mkdir(parents=True)
    monkeypatch.chdir("a/b")
    assert bib("list").out == TABLE
    assert "../../refs.bib" in bib("set", "vllm", "license=MIT").out


def test_a_broken_configuration_is_said_with_its_line(bib: Bib) -> None:
    Path("bib.toml").write_text('file = "refs.bib"\ntopcis = 1\n', "utf-8")
    assert bib("list") == (2, "", 'bib: bib.toml: unknown key "topcis". Did you mean "topics"?\n')


def test_problems_are_named_with_their_place_and_the_rest_is_read(bib: Bib) -> None:
    broken = "".join(f"@misc{{k{n}, title = {{T}} year = 2020}}\n" for n in range(15))
    Path("refs.bib").write_text(broken + REFS, "utf-8")
    done = bib("list")
    assert done.code == 0
    assert done.out.endswith(TABLE)
    assert done.err.startswith("refs.bib:1:23: k0: B003 a comma is missing")
    assert done.err.endswith("... and 5 more problems; `bib -v COMMAND` shows all.\n")
    assert bib("-v", "list").err.count("B003") == 15
    assert "B003" not in bib("show", "vllm").err
    assert "k3: B003" in bib("show", "K3").err


# --- hostile values


HOSTILE = "@misc{k,\n  title = {\x1b[31mred\x1b]0;own\x07\x9b2J \u202eevil\u2066\u200b},\n  note = {a\x1b[1mb},\n}\n"
SLY = set("\x1b\x07\x9b\u202e\u2066\u200b")


@pytest.mark.parametrize("command", [["list"], ["list", "--json"], ["show", "k"], ["show", "k", "--json"], ["search", "red"], ["export", "-f", "md"]])  # fmt: skip
def test_hostile_characters_reach_neither_terminal_nor_pipe(bib: Bib, command: list[str]) -> None:
    Path("refs.bib").write_text(HOSTILE, "utf-8")
    done = bib(*command)
    assert done.code == 0
    assert not SLY & set(done.out + done.err)


@pytest.mark.parametrize("command", [["show", "k", "--bibtex"], ["set", "k", "year=1"]])
def test_source_is_exact_in_a_pipe_and_safe_on_a_terminal(
    bib: Bib, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("refs.bib").write_text(HOSTILE, "utf-8")
    assert bib(*command, *(["--dry-run"] if "set" in command else [])).out.count("\x1b") == 3
    monkeypatch.setattr(report, "_on_terminal", lambda: True)
    assert not SLY & set(bib(*command).out)


def test_json_tells_hostile_characters_as_escapes(bib: Bib) -> None:
    Path("refs.bib").write_text(HOSTILE, "utf-8")
    assert "\u202eevil" in json.loads(bib("list", "--json").out)[0]["title"]


def test_a_hostile_key_in_a_message_is_harmless(bib: Bib) -> None:
    done = bib("show", "\x1b[31m\u202ekey\n")
    assert done.code == 2
    assert not SLY & set(done.err)


# --- the program


def test_help_and_version(bib: Bib) -> None:
    assert bib("--version").out.startswith("bib 0.")
    for words in (["--help"], ["-h"], ["export", "-h"]):
        done = bib(*words)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("Usage: bib")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lsit"], "No such command"),
        (["list", "--jsn"], "--json"),
        (["list", "--year", "x"], "not a valid integer"),
        (["search"], "Missing argument"),
        (["show", "vllm", "--json", "--bibtex"], "do not go together"),
        (["list", "--file", "x.bib"], "bib: --file stands in front of the command, as in: bib --file PATH list"),
        (["search", "x", "-q"], "bib: -q stands in front of the command, as in: bib -q search"),
    ],
)
def test_usage_errors_end_with_2_and_a_way_out(bib: Bib, words: list[str], said: str) -> None:
    done = bib(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_our_own_bug_shows_its_traceback_and_ends_with_70(bib: Bib, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "open", classmethod(lambda *_: 1 / 0))
    done = bib("list")
    assert done.code == 70
    assert "ZeroDivisionError" in done.err
    assert done.err.endswith("Please report it with the lines above.\n")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "bib: stopped."),
        (MemoryError(), 5, "bib: out of memory."),
        (PermissionError(13, "Permission denied", "x.bib"), 5, "bib: x.bib: Permission denied."),
    ],
)
def test_what_the_system_does_to_us_is_said_in_one_line(
    bib: Bib, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Library, "open", classmethod(fail))
    done = bib("list")
    assert (done.code, done.err.strip()) == (code, said)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("-f", "csl-json", "--lang", "en"), 2),
        (("-f", "ris", "--lang", "zh"), 2),
        (("-f", "md", "--encoding", "tex"), 2),
        (("-f", "ris", "--encoding", "utf8", "--explain"), 2),
        (("-f", "md", "--lang", "en"), 0),
        (("-f", "zotero-rdf", "--lang", "both"), 0),
        (("-f", "bibtex", "--encoding", "tex"), 0),
        (("-f", "biblatex", "--encoding", "utf8", "--explain"), 0),
        (("-f", "csl-json"), 0),
    ],
)
def test_an_option_that_the_format_does_not_heed_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int
) -> None:
    refs = tmp_path / "refs.bib"
    refs.write_text("@misc{a, title = {A}}\n", "utf-8")
    assert run(["--file", str(refs), "export", *words]) == code
    assert ("goes with" in capsys.readouterr().err) == (code == 2)
