"""The entries we find are those that BibTeX itself finds: the real program is asked.

Where BibTeX complains we may find more, because one broken entry must not hide the next. Three readings differ on purpose:
``@comment{...}`` is one block to us, as to biber and everybody's intention; a key that is the next entry's header is that
entry; and an entry that begins on the line where another one ends is read, as biber does and BibTeX does not.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from llminfer_bib.bibfile import Document, RawEntry

ODD = json.loads((Path(__file__).parent / "data" / "odd-inputs.json").read_text("utf-8"))
STYLE = """ENTRY { title } {} {}
FUNCTION {default.type} { "KEY:" cite$ * "<" * write$ newline$ }
READ
ITERATE {call.type$}
"""
BEHIND_AN_ENTRY = re.compile(r"[})][^\n]*@")
HEADER_AS_KEY = re.compile(r"[{(,]\s*@[A-Za-z]+[ \t]*[{(]")


@pytest.fixture
def bibtex(tmp_path: Path, needs_program: Callable[[str], str]) -> Callable[[str], tuple[list[str], bool]]:
    """Ask the real BibTeX for the keys of all entries, and whether it had nothing to complain of."""
    program = needs_program("bibtex")
    (tmp_path / "keys.bst").write_text(STYLE)
    (tmp_path / "x.aux").write_text("\\citation{*}\n\\bibdata{x}\n\\bibstyle{keys}\n")

    def ask(text: str) -> tuple[list[str], bool]:
        (tmp_path / "x.bib").write_bytes(text.encode())
        (tmp_path / "x.bbl").unlink(missing_ok=True)
        command = [program, "-min-crossrefs=9999", "x"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
        written = (tmp_path / "x.bbl").read_bytes().decode("utf-8", "replace").replace("\n", "")
        return re.findall(r"KEY:(.*?)<", written), b"---line" not in done.stdout

    return ask


def our_keys(text: str) -> list[str]:
    """Return our keys; of keys that differ in case only, BibTeX takes the first."""
    entries = [raw for raw in Document.from_bytes(text.encode()).entries() if isinstance(raw, RawEntry)]
    return list({raw.key.lower(): raw.key for raw in reversed(entries)}.values())[::-1]


@pytest.mark.parametrize("name", sorted(ODD.keys() - {"@comment with entries inside"}))
def test_bibtex_finds_the_same_entries_in_the_odd_inputs(
    name: str, bibtex: Callable[[str], tuple[list[str], bool]]
) -> None:
    text = ODD[name]["input"]
    keys, content = bibtex(text)
    ours = our_keys(text)
    assert ours == keys if content else set(keys) <= set(ours)


def test_an_entry_behind_another_on_its_line_is_read(bibtex: Callable[[str], tuple[list[str], bool]]) -> None:
    text = "@misc{a,t={x}} and @misc{b,t={y}}\n"
    assert (bibtex(text)[0], our_keys(text)) == (["a"], ["a", "b"])


def test_a_comment_is_one_block_to_us_and_none_to_bibtex(bibtex: Callable[[str], tuple[list[str], bool]]) -> None:
    text = ODD["@comment with entries inside"]["input"]
    assert (bibtex(text)[0], our_keys(text)) == (["old", "k2"], ["k2"])


PIECES = ("@misc{k1,\n", "@misc(k2,", "k3 ,", "title", " = ", "{", "}", ")", "{a}", '"', '"b"', " # ", ",", "\n", "% x\n", "\\", " ", "2020", "jan",
          "x={y},\n", "@misc{z,t={u}}\n", "@book{w,\n title = {A}\n}\n", "@string{s = {x}}\n", "@article{q, t = s # \" z\" # {y}, }\n",
          "@misc(r, a={(})\n", "me@example.org", "@preamble{\"x\"}\n", "@misc{ö,t={u}}\n", "@ misc\n{v,t={u}}\n")  # fmt: skip


@pytest.mark.slow
def test_bibtex_finds_the_same_entries_in_random_heaps(bibtex: Callable[[str], tuple[list[str], bool]]) -> None:
    rng = random.Random(20)
    alike = 0
    for _ in range(700):
        text = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 20)))
        if HEADER_AS_KEY.search(text):
            continue
        keys, content = bibtex(text)
        ours = our_keys(text)
        exact = content and not BEHIND_AN_ENTRY.search(text)
        assert ours == keys if exact else set(keys) <= set(ours), text
        alike += ours == keys
    assert alike > 200
