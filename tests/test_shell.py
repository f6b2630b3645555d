"""The program as the system sees it: closed pipes, full disks, Ctrl-C, terminals, completion. Real processes, few."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a Unix shell")

BIB = f"{sys.executable} -m llminfer_bib"
SMALL = "@misc{dao2022flash,\n  title = {FlashAttention},\n  year = {2022},\n}\n\n@misc{DBLP:conf/x,\n  title = {长标题 X},\n}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "refs.bib").write_text(SMALL, "utf-8")
    return tmp_path


def sh(command: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command.replace("BIB", BIB)],
        cwd=folder,
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def many(folder: Path, count: int) -> str:
    text = "".join(f"@misc{{k{n},\n  title = {{A title of some length, number {n}}},\n}}\n" for n in range(count))
    (folder / "many.bib").write_text(text, "utf-8")
    return "many.bib"


# --- pipes, disks, closed streams


@pytest.mark.parametrize("command", ["list", "list --json", "export -f csl-json", "export -f md", "--help"])
def test_a_reader_that_leaves_early_is_no_error(folder: Path, command: str) -> None:
    file = many(folder, 40_000 if "csl-json" in command else 5000)
    done = sh(f"BIB --file {file} {command} | head -n 1 >/dev/null; exit ${{PIPESTATUS[0]}}", folder)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["list", "show dao2022flash", "export -f csl-json", "--help"])
def test_a_full_disk_is_said_in_one_line(folder: Path, command: str) -> None:
    done = sh(f"BIB {command} >/dev/full", folder)
    assert done.returncode == 5
    assert done.stderr == "bib: cannot write the output: No space left on device.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_export_to_a_full_device_is_said_in_one_line(folder: Path) -> None:
    done = sh("BIB export -f md -o /dev/full", folder)
    assert (done.returncode, done.stderr.count("\n")) == (5, 1)


def test_what_is_saved_is_saved_even_if_nobody_can_hear_of_it(folder: Path) -> None:
    done = sh("BIB set dao2022flash year=2023 >/dev/null 2>&-", folder)
    assert done.returncode == 0
    assert (folder / "refs.bib").read_text("utf-8") == SMALL.replace("2022}", "2023}")


def test_a_closed_stdout_is_an_error_and_not_a_traceback(folder: Path) -> None:
    done = sh("BIB list >&-", folder)
    assert (done.returncode, done.stderr) == (5, "bib: cannot write the output: it is closed.\n")


def test_a_message_never_goes_to_stdout(folder: Path) -> None:
    done = sh("BIB show nokey 2>&-", folder)
    assert (done.returncode, done.stdout) == (2, "")


def test_output_is_utf8_whatever_the_locale(folder: Path) -> None:
    done = sh("BIB list", folder, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, "DBLP:conf/x\t\t\t\t长标题 X")


def test_no_input_is_ever_asked_for(folder: Path) -> None:
    assert sh("setsid BIB list </dev/null", folder).returncode == 0


# --- Ctrl-C


@pytest.mark.parametrize("words", [["search", "nowhere"], ["export", "-f", "csl-json", "-o", "out.json"]])
def test_ctrl_c_stops_quietly_and_leaves_no_trace(folder: Path, words: list[str]) -> None:
    file = many(folder, 100_000)  # some 6 MB: several processes may work on it
    before = (folder / file).read_bytes()
    process = subprocess.Popen(
        [*BIB.split(), "--file", file, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(0.4)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the job
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.strip()) == (130, "", "bib: stopped.")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    assert (folder / file).read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["many.bib", "refs.bib"]


def test_ctrl_c_while_starting_shows_no_traceback(folder: Path) -> None:
    program = (
        "import signal, sys\nfrom llminfer_bib import __main__ as program\n"
        "class Late:\n    def find_spec(self, name, *rest):\n        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Late())\nsys.argv = ['bib', 'list']\nprogram.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "bib: stopped.\n")


# --- terminals


def test_on_a_terminal_the_list_is_cut_to_its_width(folder: Path, on_a_terminal: Callable[..., str]) -> None:
    (folder / "refs.bib").write_text("@misc{k,\n  title = {" + "长" * 100 + "},\n  year = 2024,\n}\n", "utf-8")
    assert on_a_terminal(f"{BIB} list", folder=folder, columns=40) == "k  2024  " + "长" * 15 + "…\n"
    assert on_a_terminal(f"{BIB} list | cat", folder=folder, columns=40) == "k\t2024\t\t\t" + "长" * 100 + "\n"


def test_on_a_terminal_no_value_can_send_it_commands(folder: Path, on_a_terminal: Callable[..., str]) -> None:
    (folder / "refs.bib").write_text("@misc{k,\n  title = {a\x1b]0;b\x07\x9b31mc\u202e},\n}\n", "utf-8")
    for command in ("list", "show k", "show k --bibtex", "search a", "list --json", "set k note=1", "export -f md"):
        shown = on_a_terminal(f"{BIB} {command}", folder=folder, columns=80)
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown), command


# --- completion


@pytest.mark.parametrize(
    ("words", "at", "expected"),
    [
        ("bib show dao", 2, ["dao2022flash"]),
        ("bib show DAO", 2, ["dao2022flash"]),
        ("bib show ", 2, ["dao2022flash", "DBLP:conf/x"]),
        ("bib set DB", 2, ["DBLP:conf/x"]),
        ("bib set dao2022flash --unset y", 4, ["year"]),
        ("bib export -f c", 3, ["csl-json"]),
        ("bib se", 1, ["search", "set"]),
        ("bib --file nowhere.bib show d", 4, []),
        ("bib show zzz", 2, []),
    ],
)
def test_completion_offers(folder: Path, words: str, at: int, expected: list[str]) -> None:
    done = sh("BIB", folder, _BIB_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(at))
    assert [line.removeprefix("plain,") for line in done.stdout.splitlines() if line] == expected
    assert done.stderr == ""


def test_completion_offers_no_key_that_could_be_a_command(folder: Path) -> None:
    keys = ["a`touch", "a;reboot", "a$HOME", "a|b", "a&b", "a*", "a<b", "a!b"]
    (folder / "refs.bib").write_text(
        "".join(f"@misc{{{key}, title = {{x}}}}\n" for key in [*keys, "a-fine_key+1"]), "utf-8"
    )
    done = sh("BIB", folder, _BIB_COMPLETE="bash_complete", COMP_WORDS="bib show a", COMP_CWORD="2")
    assert done.stdout.splitlines() == ["plain,a-fine_key+1"]


def test_completion_in_bash_knows_keys_with_colons(folder: Path) -> None:
    """Bash hands over DBLP:c as three words, and wants back what stands behind the colon."""
    program = f"""
        bib() {{ {BIB} "$@"; }}
        eval "$(BIB completion bash)"
        ask() {{ COMP_CWORD=$1; shift; COMP_WORDS=("$@"); _bib_completion bib; echo "${{COMPREPLY[*]}}"; }}
        complete -p bib
        ask 2 bib show DBLP
        ask 3 bib show DBLP :
        ask 4 bib show DBLP : c
        ask 4 bib show DBLP : nothing
        ask 2 bib show da
    """
    done = sh(program, folder)
    assert done.stdout.splitlines()[1:] == ["DBLP:conf/x", "conf/x", "conf/x", "", "dao2022flash"], done.stderr


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_completion_scripts_of_other_shells_call_us(folder: Path, shell: str) -> None:
    assert f"_BIB_COMPLETE={shell}_complete" in sh(f"BIB completion {shell}", folder).stdout


# --- start


def test_to_say_the_version_hardly_anything_is_loaded_beside_click() -> None:
    """So it takes no longer than a fiftieth of a second more than click alone."""
    program = (
        "import sys, click\nbefore = set(sys.modules)\nfrom llminfer_bib.__main__ import run\nrun(['--version'])\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stderr.split()
    package = "llminfer_bib"
    ours = {"", ".__main__", ".at_once", ".cli", ".cli.root", ".problems"}
    assert {name for name in loaded if name.startswith(package)} == {package + name for name in ours}
    assert len(loaded) < 30, loaded


def test_what_is_slow_to_load_is_not_loaded_for_help() -> None:
    slow = ("arxiv", "bibtexparser", "habanero", "orjson", "pylatexenc", "rapidfuzz", "requests", "rich", "tomllib")
    program = (
        "import sys\nfrom llminfer_bib.__main__ import run\n"
        f"run(['export', '--help'])\nprint([name for name in {slow} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == "[]\n"
