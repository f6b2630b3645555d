"""The hooks and the action that others use are what docs/ci.md says, and their commands exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from llminfer_bib.cli import cli

ROOT = Path(__file__).parents[1]
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
ACTION = (ROOT / "action.yml").read_text("utf-8")


def entries() -> list[str]:
    return re.findall(r"^  entry: (.+)$", HOOKS, re.MULTILINE)


@pytest.mark.parametrize("entry", entries())
def test_the_command_of_a_hook_exists_with_its_options(entry: str) -> None:
    program, name, *options = shlex.split(entry)
    assert program == "bib"
    known = {word for option in cli.every()[name].params for word in option.opts}
    assert set(options) <= known


def test_every_hook_has_what_pre_commit_asks_for() -> None:
    blocks = HOOKS.split("\n- ")
    for block in blocks[1:] if not blocks[0].startswith("- ") else blocks:
        assert all(f"{name}: " in block for name in ("id", "name", "entry", "language"))
    assert len(entries()) == HOOKS.count("- id: ") == 3


def test_the_page_names_the_hooks_that_there_are() -> None:
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    assert set(re.findall(r"\{id: ([a-z-]+)", page)) <= set(re.findall(r"- id: ([a-z-]+)", HOOKS))


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(("file", "args", "code"), [("", "", 1), ("other.bib", "", 0), ("", "--ignore B410", 0)])
def test_the_step_of_the_action_runs(tmp_path: Path, file: str, args: str, code: int) -> None:
    import sys

    bad = "@article{Kwon, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, year = 2023, pages = {1-9}}\n"
    (tmp_path / "refs.bib").write_text(bad, "utf-8")
    (tmp_path / "other.bib").write_text(bad.replace("1-9", "1--9"), "utf-8")
    step = ACTION.split("run: |\n")[1]
    script = "\n".join(line.strip() for line in step.splitlines())
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "BIB_FILE": file,
        "BIB_ARGS": args,
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done
    assert done.stdout.startswith("::warning file=refs.bib,line=1") == (code == 1)
