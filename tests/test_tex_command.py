"""``bib tex``: what it says of a document, the subset that it writes, and how it keeps that fresh."""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.__main__ import run
from llminfer_bib.bibfile import Document, RawEntry
from llminfer_bib.cli import latex as command
from llminfer_bib.commands import watching
from llminfer_bib.commands.subsets import Contents, cut

REFS = """\
% a list
@string{os = {Operating Systems}}
@string{sosp = {Symposium on } # os}
@string{unused = {Nobody}}
@preamble{"\\newcommand{\\noop}[1]{}"}

@inproceedings{kwon2023efficient,
  author = {Kwon, Woosuk},
  title = {Efficient Memory Management},
  booktitle = sosp # { 29},
  year = 2023,
}

@xdata{acm, publisher = {ACM}}

@proceedings{proc2021, title = {A Book}, year = 2021, xdata = {acm}}

@comment{ @misc{no, title = {no}} @preamble{"no"} }

@inproceedings{part2021,
  title = {A Part},
  crossref = {Proc2021},
  ids = {oldpart, olderpart},
}

@misc{alone, title = {Alone}, month = jun}
"""
KEYS = ["kwon2023efficient", "acm", "proc2021", "part2021", "alone"]


class Done(NamedTuple):
    code: int
    out: str
    err: str


Bib = Callable[..., Done]


@pytest.fixture
def bib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bib:
    """Return a function that runs the command line in a folder with a small library."""
    (tmp_path / "refs.bib").write_text(REFS, "utf-8")
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Done:
        capsys.readouterr()
        code = run(words)
        return Done(code, *capsys.readouterr())

    return call


def write(text: str, name: str = "main.tex") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def keys_of(name: str) -> list[str]:
    return [raw.key for raw in Document.open(Path(name)).entries() if type(raw) is RawEntry]


# --- what is said


def test_a_document_whose_keys_are_all_there_is_fine(bib: Bib) -> None:
    write(r"\cite{kwon2023efficient}\parencite[p. 3]{alone,part2021}")
    assert bib("tex", "main.tex") == (0, "", "main.tex: 3 citations of 3 entries in 1 file; nothing missing.\n")
    assert bib("-q", "tex", "main") == (0, "", "")


def test_a_missing_key_is_said_with_its_place_and_the_nearest_known_one(bib: Bib) -> None:
    write("\\input{ch/one}\n\\cite{kwon2023eficient}")
    write("text\n  \\cite{alone, kwon2023eficient,zzz}", "ch/one.tex")
    done = bib("tex", "main.tex")
    assert done.code == 1
    assert done.out.splitlines() == [
        'ch/one.tex:2:16: kwon2023eficient: T101 is not in refs.bib (cited 2 times). Did you mean "kwon2023efficient"?',
        "ch/one.tex:2:33: zzz: T101 is not in refs.bib. `bib add` adds a work by its DOI, arXiv id or address.",
    ]
    assert done.err == "main.tex: 4 citations of 1 entry in 2 files; 2 missing.\n"


@pytest.mark.parametrize("key", ["Kwon2023Efficient", "ALONE"])
def test_a_key_in_another_case_is_said_because_biber_does_not_find_it(bib: Bib, key: str) -> None:
    write(f"\\cite{{{key}}}")
    done = bib("tex", "main.tex")
    assert (done.code, done.out.count("\n")) == (1, 1)
    assert f': {key}: T102 is "{key.lower()}" in refs.bib' in done.out


@pytest.mark.parametrize("key", ["alone", "oldpart", "olderpart", "acm"])
def test_a_key_or_an_alias_is_no_finding(bib: Bib, key: str) -> None:
    write(f"\\cite{{{key}}}")
    assert bib("tex", "main.tex")[:2] == (0, "")


def test_a_cited_key_that_stands_twice_is_said(bib: Bib) -> None:
    Path("refs.bib").write_text(REFS + "@misc{Alone, title = {x}}\n@misc{acm, title = {x}}\n@misc{alone, title={y}}\n")
    write(r"\cite{alone,kwon2023efficient}")
    done = bib("tex", "main.tex")
    assert done.code == 0
    assert done.out == (
        "refs.bib:26:1: alone: T103 stands again in refs.bib: Alone in line 27, line 29."
        " BibTeX ignores case and takes the first. Keep one, or give one another key.\n"
    )


def test_unused_entries_are_listed_where_asked_but_not_parents(bib: Bib) -> None:
    write(r"\cite{part2021}")
    assert bib("tex", "main.tex").out == ""
    done = bib("tex", "main.tex", "--unused")
    assert (done.code, done.out.splitlines()) == (
        0,
        ["refs.bib:7:1: kwon2023efficient: T104 is cited nowhere.", "refs.bib:26:1: alone: T104 is cited nowhere."],
    )
    write(r"\nocite{*}")
    assert bib("tex", "main.tex", "--unused") == (
        0,
        "",
        "main.tex: 1 citation of every entry (\\nocite{*}) in 1 file; nothing missing.\n",
    )


def test_a_file_that_is_not_there_is_said_and_no_reason_to_fail(bib: Bib) -> None:
    write(r"\input{none}\cite{alone}")
    done = bib("tex", "main.tex")
    assert (done.code, done.out) == (
        0,
        "main.tex:1:1: T105 \\input{none}: there is no such file. Looked for none.tex, none.\n",
    )


def test_keys_of_another_bibliography_that_the_document_names_are_not_missing(bib: Bib) -> None:
    write("@misc{mine, title = {x}}", "own.bib")
    write(r"\cite{mine,alone,nobody}\bibliography{refs,own,none}")
    done = bib("tex", "main.tex")
    assert (done.code, [line.split()[1] for line in done.out.splitlines()]) == (1, ["nobody:"])


def test_several_documents_are_one(bib: Bib) -> None:
    write(r"\cite{alone}")
    write(r"\cite{part2021}", "two.tex")
    assert "2 citations of 2 entries in 2 files" in bib("tex", "main.tex", "two.tex").err


def test_an_own_cite_command_is_read_where_it_is_named(bib: Bib) -> None:
    write(r"\mycite[x]{nobody}")
    assert bib("tex", "main.tex").code == 0
    assert bib("tex", "main.tex", "--cite-command", "mycite").code == 1


def test_the_library_may_be_the_one_that_the_document_names(bib: Bib) -> None:
    os.rename("refs.bib", "mine.bib")
    write(r"\cite{alone}\bibliography{mine}")
    assert bib("tex", "main.tex").code == 0
    write(r"\cite{alone}\bibliography{none}")
    assert "There is no refs.bib" in bib("tex", "main.tex").err
    write(r"\cite{alone}\bibliography{mine}")
    assert bib("--file", "none.bib", "tex", "main.tex").code != 0


def test_the_result_for_programs(bib: Bib) -> None:
    write("\\cite{alone}\n\\citep{Alone,alon}\\input{none}\\bibliography{refs}")
    done = bib("tex", "main.tex", "--json", "--unused")
    answer = json.loads(done.out)
    assert done.code == 1
    assert answer.pop("unused")[0] == {"key": "kwon2023efficient", "line": 7}
    assert [problem["code"] for problem in answer.pop("problems")] == ["T105"]
    assert answer == {
        "library": "refs.bib",
        "files": ["main.tex"],
        "bibliographies": ["refs.bib"],
        "citations": 3,
        "everything": False,
        "cited": ["alone"],
        "missing": [
            {
                "key": "alon",
                "near": "alone",
                "places": [{"path": "main.tex", "line": 2, "column": 14, "command": "citep"}],
            }
        ],
        "case": [
            {
                "key": "Alone",
                "near": "alone",
                "places": [{"path": "main.tex", "line": 2, "column": 8, "command": "citep"}],
            }
        ],
        "duplicates": [],
    }
    assert "unused" not in json.loads(bib("tex", "main.tex", "--json").out)


def test_the_aux_and_the_bcf_of_a_document_will_do(bib: Bib) -> None:
    write("\\relax\n\\citation{alone,nobody}\n", "main.aux")
    assert bib("tex", "main.aux").out.startswith("main.aux:2:1: nobody: T101")
    write('<a xmlns:bcf="x"><bcf:citekey order="1">alone</bcf:citekey></a>', "main.bcf")
    assert bib("tex", "main.bcf").code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["none.tex"], 5, "none.tex: cannot be read: No such file or directory."),
        ([], 2, "Missing argument 'FILE...'"),
        (["main.tex", "--dry-run"], 2, "--dry-run goes with --subset"),
        (["main.tex", "--watch", "--json"], 2, "--watch does not go with"),
        (["main.tex", "--watch", "--subset", "x.bib", "--dry-run"], 2, "--watch does not go with"),
        (["main.tex", "--subset", "refs.bib"], 5, "refusing to write refs.bib: the entries are taken from there"),
        (["main.tex", "--subset", "-"], 2, "--subset wants the name of a file, such as paper.bib"),
        (["refs.bib"], 5, "refs.bib: cannot be read: it is no LaTeX document. Name the main .tex file"),
        (["main.PDF"], 5, "main.PDF: cannot be read: it is no LaTeX document. Name the main .tex file"),
        (["main.tex", "--subset", "main.tex"], 5, "refusing to write main.tex: it is part of the document"),
        (["main.tex", "--subset", "own.bib"], 5, "it was not written by `bib tex --subset`"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_written(bib: Bib, words: list[str], code: int, said: str) -> None:
    write(r"\cite{alone}")
    write("@misc{own, title = {x}}", "own.bib")
    write("%PDF-1.5", "main.PDF")
    before = {path: path.read_bytes() for path in Path().iterdir()}
    done = bib("tex", *words)
    assert done.code == code
    assert said in done.err
    assert {path: path.read_bytes() for path in Path().iterdir()} == before


# --- the subset


def test_a_subset_has_what_is_cited_with_macros_and_parents_behind(bib: Bib) -> None:
    write(r"\cite{part2021,kwon2023efficient}")
    done = bib("tex", "main.tex", "--subset", "paper.bib")
    assert (done.code, done.err) == (
        0,
        "wrote: paper.bib (4 entries)\nmain.tex: 2 citations of 2 entries in 1 file; nothing missing.\n",
    )
    assert (
        Path("paper.bib").read_text()
        == """\
% Written by `bib tex --subset` from refs.bib; changes made here are lost.

@string{os = {Operating Systems}}

@string{sosp = {Symposium on } # os}

@preamble{"\\newcommand{\\noop}[1]{}"}

@inproceedings{kwon2023efficient,
  author = {Kwon, Woosuk},
  title = {Efficient Memory Management},
  booktitle = sosp # { 29},
  year = 2023,
}

@inproceedings{part2021,
  title = {A Part},
  crossref = {Proc2021},
  ids = {oldpart, olderpart},
}

@proceedings{proc2021, title = {A Book}, year = 2021, xdata = {acm}}

@xdata{acm, publisher = {ACM}}
"""
    )


def test_a_subset_is_written_once_and_found_again(bib: Bib) -> None:
    write(r"\cite{oldpart,ALONE,nobody}\bibliography{paper}")
    assert bib("tex", "main.tex", "--subset", "paper.bib").code == 1
    first = Path("paper.bib").read_bytes()
    assert keys_of("paper.bib") == ["part2021", "proc2021", "acm", "alone"]
    assert "unchanged: paper.bib (4 entries)\n" in bib("tex", "main.tex", "--subset", "paper.bib").err
    assert Path("paper.bib").read_bytes() == first
    write(r"\cite{alone}\bibliography{paper}")
    assert "wrote: paper.bib (1 entries)" in bib("tex", "main.tex", "--subset", "paper.bib").err
    assert keys_of("paper.bib") == ["alone"]


def test_everything_is_everything(bib: Bib) -> None:
    write(r"\nocite{*}")
    bib("tex", "main.tex", "--subset", "paper.bib")
    assert sorted(keys_of("paper.bib")) == sorted(KEYS)


def test_a_dry_run_shows_the_change_and_writes_nothing(bib: Bib) -> None:
    write(r"\cite{alone}")
    done = bib("tex", "main.tex", "--subset", "paper.bib", "--dry-run")
    assert (done.code, "+@misc{alone, title = {Alone}, month = jun}\n" in done.out) == (0, True)
    assert "dry run: nothing was written." in done.err
    assert not Path("paper.bib").exists()
    answer = json.loads(bib("tex", "main.tex", "--subset", "paper.bib", "--dry-run", "--json").out)
    assert answer["subset"] == {"path": "paper.bib", "entries": ["alone"], "changed": True}
    assert not Path("paper.bib").exists()


def test_a_parent_that_is_not_there_is_said(bib: Bib) -> None:
    Path("refs.bib").write_text("@misc{a, crossref = {gone}, title = {x}}\n")
    write(r"\cite{a}")
    done = bib("tex", "main.tex", "--subset", "paper.bib")
    assert 'refs.bib: a: T108 names "gone" by `crossref`, which is not there.' in done.err
    assert keys_of("paper.bib") == ["a"]


def subset(text: str, *wanted: str) -> list[str]:
    return list(cut(Contents.of(Document.from_bytes(text.encode())), wanted).keys)


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("@book{p}@inbook{c, crossref={p}}", "c", "c p"),
        ("@inbook{c, crossref={p}}@misc{x}@book{p}", "c x", "c x p"),
        ("@book{p}@inbook{c, crossref={p}}@inbook{d, xref={p}}@misc{e}", "d c e", "c d p e"),
        ("@book{p}@inbook{c, crossref={p}}@inbook{d, crossref={p}}", "d p", "d p"),
        ("@mvbook{g}@book{p, crossref={g}}@inbook{c, crossref={p}}", "c", "c p g"),
        ("@xdata{x, xdata={y}}@xdata{y}@misc{a, xdata={y, x}}", "a", "a x y"),
        ("@book{p, crossref={c}}@inbook{c, crossref={p}}@misc{z}", "c z", "z p c"),
        ("@book{p, crossref={p}}", "p", "p"),
        ("@set{s, entryset={b,a}}@misc{a}@misc{b}@misc{c}", "s", "s a b"),
        ("@misc{a, related={b}}@misc{b}", "a", "a b"),
        ("@book{P}@inbook{c, crossref={p}}", "c", "c P"),
        ("@book{p, ids={q}}@inbook{c, crossref={q}}", "c", "c p"),
        ("@misc{a}@misc{a, title={again}}@misc{b}", "b a", "a b"),
        ("@misc{a, note={crossref = {b}}}@misc{b}", "a", "a"),
        ('@book{p}@inbook{c, crossref="p"}', "c", "c p"),
    ],
)
def test_which_entries_a_subset_has_and_in_which_order(text: str, wanted: str, expected: str) -> None:
    assert subset(text, *wanted.split()) == expected.split()


def text_of(text: str, *wanted: str) -> str:
    return cut(Contents.of(Document.from_bytes(text.encode())), wanted).data.decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@string{m={x}}@string{n={y}}@misc{a, note=m}", ["@string{m={x}}", "@misc{a, note=m}"]),
        ("@string{m={x}}@misc{a, note={m}}", ["@misc{a, note={m}}"]),
        ("@string{M={x}}@misc{a, note={y} # m}", ["@string{M={x}}", "@misc{a, note={y} # m}"]),
        ("@string{m={1}}@misc{a, note=m}@string{m={2}}", ["@string{m={1}}", "@misc{a, note=m}", "@string{m={2}}"]),
        ("@string{jun={x}}@misc{a, month=jun}", ["@string{jun={x}}", "@misc{a, month=jun}"]),
        ("@misc{a, note={@preamble{x}}}", ["@misc{a, note={@preamble{x}}}"]),
        ("@comment{@preamble{x}}@misc{a}", ["@misc{a}"]),
        ("@Preamble ( {x} )@misc{a}@preamble{{y}}", ["@Preamble ( {x} )", "@misc{a}", "@preamble{{y}}"]),
        ("@preamble{{@preamble{x}}}@misc{a}", ["@preamble{{@preamble{x}}}", "@misc{a}"]),
        ("junk @misc(a, note = {x}) junk", ["@misc(a, note = {x})"]),
        ("@misc{a,\r\n title = {x}}\r\n", ["@misc{a,\r\n title = {x}}"]),
    ],
)
def test_blocks_come_to_the_byte_with_just_the_macros_that_they_need(text: str, expected: list[str]) -> None:
    gap = "\r\n" if "\r" in text else "\n"
    assert text_of(text, "a") == (gap * 2).join(expected) + gap


def test_a_parent_takes_its_macros_along() -> None:
    text = "@string{m={x}}\n@book{p, publisher=m}\n@inbook{c, crossref={p}}\n"
    assert text_of(text, "c") == "@string{m={x}}\n\n@inbook{c, crossref={p}}\n\n@book{p, publisher=m}\n"


def test_the_encoding_of_the_library_stays(bib: Bib) -> None:
    Path("refs.bib").write_bytes("% 中文的参考文献表\n@misc{a, title = {大语言模型推理}}\n".encode("gbk"))
    write(r"\cite{a}")
    for said in ("wrote", "unchanged"):
        assert said in bib("tex", "main.tex", "--subset", "paper.bib").err
        assert "@misc{a, title = {大语言模型推理}}".encode("gbk") in Path("paper.bib").read_bytes()


LINKS = st.lists(st.tuples(st.sampled_from(["crossref", "xdata", "xref", "related"]), st.integers(0, 7)), max_size=3)


@settings(max_examples=150)
@given(st.lists(LINKS, min_size=1, max_size=8), st.lists(st.integers(0, 7), max_size=4))
def test_a_subset_of_a_subset_is_the_same_and_parents_stand_behind(
    links: list[list[tuple[str, int]]], picks: list[int]
) -> None:
    entries = [
        f"@misc{{k{number}"
        + "".join(f", {name} = {{k{target % len(links)}}}" for name, target in dict(own).items())
        + "}"
        for number, own in enumerate(links)
    ]
    wanted = sorted({f"k{pick % len(links)}" for pick in picks})
    text = "\n\n".join(entries)
    first = cut(Contents.of(Document.from_bytes(text.encode())), wanted)
    again = cut(Contents.of(Document.from_bytes(first.data)), wanted)
    assert len(set(first.keys)) == len(first.keys) >= len(wanted)
    assert not first.lost
    assert set(again.keys) == set(first.keys)
    for key in first.keys:
        assert entries[int(key[1:])].encode() in first.data
    if not any(
        name != "related" and target % len(links) <= number for number, own in enumerate(links) for name, target in own
    ):
        assert list(first.keys) == sorted(first.keys)  # parents stand behind already: the order is the file's
        assert again.data == first.data


def test_the_small_library_of_the_tests_gives_itself() -> None:
    data = (Path(__file__).parent / "data" / "twelve.bib").read_bytes()
    contents = Contents.of(Document.from_bytes(data))
    whole = cut(contents, contents.entries)
    assert sorted(whole.keys) == sorted(contents.entries)
    assert cut(Contents.of(Document.from_bytes(whole.data)), contents.entries).data == whole.data


SOUND = """\
@string{acm = {ACM}}
@proceedings{book2021, editor = {E. Editor}, title = {A Book}, booktitle = {A Book}, year = 2021, publisher = acm}
@inproceedings{part2021, author = {A. Author}, title = {A Part}, crossref = {book2021}}
@inproceedings{other2021, author = {B. Author}, title = {Another}, crossref = {book2021}}
"""


def test_bibtex_takes_a_subset_without_a_warning(bib: Bib, needs_program: Callable[[str], str]) -> None:
    bibtex = needs_program("bibtex")
    Path("refs.bib").write_text(SOUND)
    write(r"\cite{part2021,other2021}")
    bib("tex", "main.tex", "--subset", "paper.bib")
    for name, warnings in (("paper", False), ("refs", True)):
        aux = f"\\relax\n\\citation{{part2021}}\n\\citation{{other2021}}\n\\bibstyle{{plain}}\n\\bibdata{{{name}}}\n"
        Path("main.aux").write_text(aux)
        done = subprocess.run([bibtex, "main"], capture_output=True, text=True, check=False)
        assert ("arning" in done.stdout or "rror" in done.stdout) == warnings, done.stdout


# --- watching


class Clock:
    """A clock that moves only while somebody sleeps; what happens then is a list of functions."""

    def __init__(self, *events: Callable[[], None]) -> None:
        self.now = 1000.0
        self.slept = 0
        self.events = list(events)

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        if self.slept > 200:
            raise AssertionError("nothing ends this")
        if self.slept % 4 == 0:
            if not self.events:
                raise KeyboardInterrupt
            self.events.pop(0)()


def touch(path: Path, text: str, clock: Clock) -> None:
    path.write_text(text)
    os.utime(path, (clock.now, clock.now))


def test_a_change_is_answered_once_and_no_change_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a"
    runs = []
    clock = Clock(lambda: None, lambda: touch(path, "b", clock), lambda: None, path.unlink, lambda: None)
    touch(path, "a", Clock())
    os.utime(path, (1, 1))

    def work() -> list[Path]:
        runs.append(path.read_text() if path.exists() else None)
        return [path, tmp_path / "never there"]

    with pytest.raises(KeyboardInterrupt):
        watching.watch(work, sleep=clock.sleep, clock=clock.time)
    assert runs == ["a", "b", None]


def test_a_change_while_it_works_is_answered_too(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    os.utime(path, (1, 1))
    clock = Clock(lambda: None)
    runs = []

    def work() -> list[Path]:
        runs.append(path.read_text())
        if len(runs) == 1:
            clock.now += 5
            touch(path, "b", clock)
        return [path]

    with pytest.raises(KeyboardInterrupt):
        watching.watch(work, sleep=clock.sleep, clock=clock.time)
    assert runs == ["a", "b"]


def test_a_file_with_a_date_in_the_future_does_not_keep_it_running(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("a")
    os.utime(path, (10**9, 10**9))
    clock = Clock(lambda: None)
    runs = []
    with pytest.raises(KeyboardInterrupt):
        watching.watch(lambda: runs.append(1) or [path], sleep=clock.sleep, clock=clock.time)
    assert len(runs) == 2


def test_watch_keeps_the_subset_fresh_survives_half_a_file_and_ends_quietly(
    bib: Bib, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(r"\input{one}\cite{alone}")
    seen: list[list[str]] = []
    main = Path("main.tex")

    def look() -> None:
        seen.append(keys_of("paper.bib"))

    steps = [
        look,
        lambda: write(r"\cite{part2021}", "one.tex"),
        look,
        main.unlink,
        look,
        lambda: write(r"\cite{kwon2023efficient}"),
        look,
        lambda: Path("refs.bib").write_text(REFS.replace("Efficient Memory", "New Memory")),
    ]
    clock = Clock(*steps)
    monkeypatch.setattr(command.time, "sleep", clock.sleep)
    monkeypatch.setattr(command.time, "time", lambda: 1e12)
    done = bib("tex", "main.tex", "--subset", "paper.bib", "--watch")
    assert done.code == 130
    assert "stopped" not in done.err
    assert "bib: main.tex: cannot be read" in done.err
    assert seen == [
        ["alone"],
        ["part2021", "proc2021", "acm", "alone"],
        ["part2021", "proc2021", "acm", "alone"],
        ["kwon2023efficient"],
    ]
    assert "New Memory" in Path("paper.bib").read_text()


# --- numbers


def test_a_book_against_a_large_library_takes_linear_time(bib: Bib) -> None:
    def make(count: int) -> None:
        entries = [f"@misc{{key{number}, title = {{Title {number}}}, year = 2020}}\n" for number in range(5 * count)]
        Path("refs.bib").write_text("\n".join(entries))
        chosen = random.Random(1).choices(range(5 * count), k=count)
        write("\n".join(f"{'word ' * 80}\\cite{{key{number}}}.\n" for number in chosen))

    def work(_: None) -> None:
        assert bib("tex", "main.tex", "--subset", "paper.bib").code == 0

    assert_in_proportion(make, work, 200)


# --- a person's own packages


def test_a_package_beside_the_document_defines_cite_commands(bib: Bib) -> None:
    write(
        "\\newcommand{\\mine}[2][]{(\\cite[#1]{#2})}\n\\def\\citep#1{}\n\\cite{own-citation}\n\\input{none}\n",
        "own.sty",
    )
    write("\\LoadClass{article}\\NewDocumentCommand\\ofclass{m}{\\cite{#1}}", "thesis.cls")
    write(
        "\\documentclass[a4paper]{thesis}\n\\usepackage{amsmath, own}\\usepackage{\\x}\\mine[p]{one}\\ofclass{two}\\citep{three}"
    )
    done = bib("tex", "main.tex")
    assert done.code == 1
    assert [line.split(": ")[1] for line in done.out.splitlines()] == ["one", "two", "three"]


def test_a_bibliography_named_by_a_macro_is_to_be_named_as_the_library(bib: Bib) -> None:
    write(r"\addbibresource{\mybib}\cite{alone}")
    assert "Name it with bib --file." in bib("tex", "main.tex").out
