"""README.md and docs/python.md say what is true: their sessions, commands and programs are run, on a copy of the list."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeZotero, Services, arxiv_entry
from fakes.pages import FakeWeb
from trouble import Clock, clock, environment, services

from llminfer_bib.__main__ import run
from llminfer_bib.bibfile.scanner import SLIPS
from llminfer_bib.cli import cli
from llminfer_bib.commands import following
from llminfer_bib.commands.links_asking import Tools
from llminfer_bib.config import load_config

__all__ = ["clock", "services"]
ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
COLUMNS = 84


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("refs.bib", "bib.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="needs a Unix terminal")
def test_the_session_shows_what_it_really_shows(on_a_terminal: Callable[..., str]) -> None:
    our_command = f"{Path(sys.executable).parent}{os.pathsep}"
    [session] = blocks(README, "console")
    steps = re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]
    assert 8 <= session.count("\n") <= 14
    for step in steps:
        command, _, expected = step.partition("\n")
        assert on_a_terminal(command, columns=COLUMNS, path=our_command) == expected, command


def table_commands() -> list[str]:
    _, _, table = README.partition("| I want to... |")
    return [row.split("|")[2].strip().strip("`") for row in table.split("\n\n")[0].splitlines()[2:]]


def test_the_table_has_its_rows() -> None:
    assert len(table_commands()) >= 6


@pytest.mark.parametrize("command", table_commands())
def test_a_command_of_the_table_does_what_it_says(
    command: str, copy: Path, services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.arxiv.add(arxiv_entry("2211.17192", "Fast Inference", ["Yaniv Leviathan"]))
    for name, value in environment(copy, services).items():
        monkeypatch.setenv(name, value)
    words = shlex.split(command)
    assert words.pop(0) == "bib"
    (copy / "list.md").write_text("## Posts\n\n- [Serving at home](https://example.org/home)\n", "utf-8")
    with FakeZotero() as zotero, FakeWeb() as web:
        web.is_down = True
        for name, value in zotero.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(following, "Tools", lambda: Tools(resolve=web.resolve))
        code = 1 if "--check" in words else 4 if words[0] == "links" else 0  # there is no network here
        assert run(words) == code
    changed = (copy / "refs.bib").read_bytes() != (ROOT / "refs.bib").read_bytes()
    assert changed == (words[0] in {"set", "add"})
    if "-o" in words and "--check" not in words:
        assert Path(words[words.index("-o") + 1]).exists()


def test_the_files_that_make_leaves_are_up_to_date_afterwards() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "llminfer_bib export --all -o build" in makefile
    assert run(["export", "--all", "-o", "build"]) == 0
    assert run(["export", "--all", "-o", "build", "--check"]) == 0


def test_the_entry_shown_is_the_entry_of_the_list() -> None:
    [entry] = blocks(README, "bibtex")
    assert entry in (ROOT / "refs.bib").read_text("utf-8")


def test_the_problem_shown_is_one_that_is_really_said(capsys: pytest.CaptureFixture[str], copy: Path) -> None:
    [shown] = re.findall(r"^    (refs\.bib:\d+:\d+: .*)$", README, re.MULTILINE)
    _, message, hint = SLIPS["B003"]
    assert shown == f"refs.bib:41:3: kwon2023efficient: B003 {message} {hint}"
    text = "\n" * 39 + "@misc{kwon2023efficient, title = {A}\n  year = 2023,\n}\n"
    (copy / "refs.bib").write_text(text, "utf-8")
    assert run(["list"]) == 0
    assert shown in capsys.readouterr().err


def test_the_configuration_shown_is_accepted(copy: Path) -> None:
    [toml] = blocks(README, "toml")
    (copy / "bib.toml").write_text(toml, "utf-8")
    config = load_config(copy / "bib.toml")
    assert [category.slug for category in config.categories] == ["course"]
    assert [topic.slug for topic in config.topics] == ["kv-cache"]


def test_the_markers_shown_are_filled(copy: Path) -> None:
    [markers] = blocks(README, "markdown")
    (copy / "page.md").write_text(f"# Mine\n\n{markers}\nmine too\n", "utf-8")
    assert run(["export", "-f", "md", "--in", "page.md"]) == 0
    text = (copy / "page.md").read_text("utf-8")
    assert "efficientml.ai" in text
    assert text.startswith("# Mine\n\n<!-- bib:begin course -->\n")
    assert text.endswith("<!-- bib:end course -->\n\nmine too\n")


def test_the_five_lines_of_python_do_what_they_say(copy: Path) -> None:
    before = (copy / "refs.bib").read_text("utf-8").splitlines()
    [program] = blocks(README, "python")
    names: dict[str, object] = {}
    exec(program, names)
    assert len(names["papers"]) >= 20  # type: ignore[arg-type]
    after = (copy / "refs.bib").read_text("utf-8").splitlines()
    assert [line for line in after if line not in before] == [r"  note = {50\% faster},"]
    assert (copy / "build" / "refs.json").is_file()


def test_the_examples_of_the_python_page_run(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    programs = blocks((ROOT / "docs" / "python.md").read_text("utf-8"), "python")
    assert len(programs) == 5
    for program in programs:
        exec(program, names)
    assert "+  note = {50\\% faster \\& smaller}," in capsys.readouterr().out
    assert (copy / "build" / "lists" / "index.md").is_file()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_page_of_ours_leads_somewhere(page: str) -> None:
    text = re.sub(r"```.*?```|`[^`\n]+`", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in target:
            assert (ROOT / page).parent.joinpath(target).exists(), target


def test_every_command_that_a_page_names_exists() -> None:
    for page in PAGES:
        if page != "docs/design.md":  # it speaks of what will come
            for name in re.findall(r"`bib ([a-z]+)[ `]", (ROOT / page).read_text("utf-8")):
                assert name in cli.every(), f"{page}: bib {name}"
