"""`bib complete`: what an editor offers while somebody types, best first; and that the search as bytes misses nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import Bib, bib

from llminfer_bib.bibfile import Document
from llminfer_bib.commands import fold
from llminfer_bib.completing import complete, complete_file, rank
from llminfer_bib.completing import fold as fold_here
from llminfer_bib.decode import Decoder

__all__ = ["bib"]

LIST = r"""% a list
@string{sosp = {Proceedings of SOSP}}
@inproceedings{kwon2023efficient,
  author = {Kwon, Woosuk and Li, Zhuohan},
  title = {Efficient Memory Management with {P}aged{A}ttention},
  booktitle = sosp, year = 2023,
}
@article{dao2022flash, author = "Dao, Tri and M{\"u}ller, Jan", title = "{FlashAttention}: Fast
  and Exact", year = {2022}, abstract = {Nothing about kwon.}}

  @article{ge2025dayuyan,
  author = {葛旭冉 and 欧洋},
  title = {大语言模型推理中的存储优化技术综述},
  date = {2025-01},
}
@misc{indented, author = {S{\o}ren Stra{\ss}e and Dvo{\v{r}}{\'a}k, Anton and Straße, Bo}, title = {ＧＰＵ ｋernels}}
@proceedings{sosp23, title = {The 29th SOSP}, editor = {Flinn, Jason}, year = {2023}}
@inproceedings{child, author = {Solo, Han}, title = {A Chapter}, crossref = {sosp23}}
@xdata{lent, author = {Kwong, Lender}}
@misc{borrower, xdata = {lent}, title = {Borrowed}}
@misc{Kwon, title = {Short}}
"""


def keys(prefix: str, text: str = LIST, limit: int = 50) -> list[str]:
    return [entry.key for entry in complete(Document(text.encode()), prefix, limit)]


# (what is typed, the keys)
TYPED = [
    ("kwon", ["Kwon", "kwon2023efficient"]),
    ("KWON2", ["kwon2023efficient"]),
    ("li", ["kwon2023efficient"]),
    ("memory", ["kwon2023efficient"]),
    ("emory", []),
    ("paged", ["kwon2023efficient"]),
    ("attention", []),
    ("pagedattention", ["kwon2023efficient"]),
    ("eff mem kwon", ["kwon2023efficient"]),
    ("eff flash", []),
    ("da", ["dao2022flash"]),
    ("müller", ["dao2022flash"]),
    ("MÜL", ["dao2022flash"]),
    ("exact", ["dao2022flash"]),
    ("nothing", []),
    ("葛", ["ge2025dayuyan"]),
    ("存储优化", ["ge2025dayuyan"]),
    ("优化 葛旭", ["ge2025dayuyan"]),
    ("muller", ["dao2022flash"]),
    ("MULL", ["dao2022flash"]),
    ("mueller", []),
    ("mülle\u0301r", ["dao2022flash"]),
    ("søren", ["indented"]),
    ("soren", ["indented"]),
    ("dvorak", ["indented"]),
    (
        "\u0301",
        ["Kwon", "borrower", "child", "dao2022flash", "ge2025dayuyan", "indented", "kwon2023efficient", "sosp23"],
    ),
    ("strasse", ["indented"]),
    ("straße", ["indented"]),
    ("dvořák", ["indented"]),
    ("gpu ker", ["indented"]),
    ("ｇｐｕ", ["indented"]),
    ("solo", ["child"]),
    ("flinn", ["sosp23"]),
    ("borrowed", ["borrower"]),
    ("sosp", ["sosp23"]),
    ("lent", []),
    ("\\", []),
    ("{", []),
    ("[", []),
    ("\0", []),
]


@pytest.mark.parametrize(("typed", "expected"), TYPED, ids=[repr(row[0]) for row in TYPED])
def test_what_is_typed_finds_these(typed: str, expected: list[str]) -> None:
    assert sorted(keys(typed), key=str.lower) == sorted(expected, key=str.lower)


# (how it stands in the file, what is typed)
ACCENTED = [
    (r'M{\"u}ller', "muller"), (r'M\"{u}ller', "muller"), (r'M\"uller', "müller"), ("Müller", "muller"), ("Mu\u0308ller", "muller"),
    ("Muller", "müller"), (r"Dvo{\v{r}}{\'a}k", "dvorak"), (r"Dvo{\v r}\'{a}k", "dvorak"), ("Dvořák", "dvorak"),
    (r"{\L}ukasz", "lukasz"), (r"{\L ukasz}", "lukasz"), ("Łukasz", "lukasz"), (r"Garc{\'\i}a", "garcia"), (r"Garc\'{\i}a", "garcia"),
    (r"H{\aa}kan", "hakan"), ("Håkan", "hakan"), (r"Erd{\H{o}}s", "erdos"), ("Erdős", "erdos"), (r"Fran{\c c}ois", "francois"),
    (r"\.{I}nan", "inan"), ("İnan", "inan"), ("Nguyễn", "nguyen"), (r"{\O}stby", "ostby"), ("ÉCOLE", "ecole"), ("Größe", "grosse"),
    (r"Gro{\ss}mann", "grossmann"), ("Ærø", "aero"), (r"{\AE}r{\o}", "aero"), (r"\d{u}mu", "umu"), ("ガス", "ガス"), ("한국", "한국"),
    (r"The {\TeX}book", "texbook"), (r"\LaTeX{} x", "latex"), (r"\textbf{Cuda}", "cuda"),
]  # fmt: skip
OTHERS = [
    ("Müller", "mueller"),
    ("Müller", "mller"),
    ("ガス", "カス"),
    ("한국", "하국"),
    ("大模型", "太模型"),
    ("Muller", "moller"),
]


@pytest.mark.parametrize(("source", "typed"), ACCENTED)
def test_accents_do_not_count_however_they_are_written(source: str, typed: str) -> None:
    assert keys(typed, f"@misc{{x, title = {{{source}}}}}\n@misc{{y, title = {{z}}}}") == ["x"]


@pytest.mark.parametrize(("source", "typed"), OTHERS)
def test_other_letters_are_no_accents(source: str, typed: str) -> None:
    assert keys(typed, f"@misc{{x, title = {{{source}}}}}") == []


def test_a_key_with_accents_is_found_without_them() -> None:
    assert keys("mull", "@misc{Müller2020, title = {x}}\n@misc{b, title = {Mull}}") == ["Müller2020", "b"]


@pytest.mark.parametrize("between", ["{", "}", "\\'", "\\'{", "\u0301", "{\u0301"])
def test_what_is_left_out_in_front_of_an_at_moves_no_entry(between: str) -> None:
    text = f"@misc{{a, title = {{x}},\n{between}@kwon\n}}\n@misc{{b, title = {{Kwon}}}}\n@misc{{c, title = {{Kwon}}}}"
    assert {"b", "c"} <= set(keys("kwon", text))


def test_the_best_come_first() -> None:
    text = """
@misc{zeta, title = {A memory}}
@misc{yota, title = {Memory}}
@misc{xi, author = {Ada A and Memory, M}, title = {x}}
@misc{ny, author = {Memory, M}, title = {x}}
@misc{memoryless, title = {x}}
@misc{memorya, title = {x}}
@misc{Memory, title = {x}}
"""
    order = ["Memory", "memorya", "memoryless", "ny", "xi", "yota", "zeta"]
    assert keys("memory", text) == order
    assert keys("memory", text, 4) == order[:4]
    assert keys("memory", text, 1) == order[:1]


def test_nothing_typed_offers_the_first_entries() -> None:
    assert set(keys("", limit=3)) == {"dao2022flash", "ge2025dayuyan", "kwon2023efficient"}
    assert keys("", "") == keys("x", "") == keys("x", "no entries") == []


@pytest.mark.parametrize(
    "text", ["@", "\n@\n@\n@", "@misc{", "@misc{a", "@misc{a, title = {x", "\n@misc{kw\n@misc{kw2,}"]
)
def test_a_broken_file_is_read_as_far_as_it_goes(text: str) -> None:
    assert set(keys("kw", text)) <= {"kw", "kw2"}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_marks_make_no_difference(end: str, mark: str) -> None:
    document = Document.from_bytes((mark + LIST.replace("\n", end)).encode())
    assert [entry.key for entry in complete(document, "exact")] == ["dao2022flash"]


WORDS = st.text("abssueo ßüéøｋＫ大模型-.:1'{", min_size=1, max_size=4)
SOURCES = {
    "ü": ["ü", '{\\"u}', '\\"{u}'],
    "é": ["é", "{\\'e}"],
    "ø": ["ø", "{\\o}"],
    "ß": ["ß", "{\\ss}"],
    "{": [""],
    "s": ["s", "{S}"],
}


@st.composite
def files(draw: st.DrawFn) -> str:
    entries = []
    for number in range(draw(st.integers(1, 5))):
        title, author = ("".join(draw(st.sampled_from(SOURCES.get(c, [c]))) for c in draw(WORDS)) for _ in range(2))
        gap = draw(st.sampled_from(["\n  ", " "]))
        field = draw(st.sampled_from(["", "note = {a b s},", "year = 2020,"]))
        entries.append(
            f"@misc{{{draw(st.sampled_from('abs'))}{number},{gap}title = {{{title}}},{gap}{field}{gap}author = {{{author}}}\n}}"
        )
    return "\n".join(entries)


@given(files(), WORDS)
@settings(max_examples=200)
def test_nothing_is_missed_that_a_full_reading_would_find(text: str, typed: str) -> None:
    words = fold(typed).split()
    everything = Decoder(Document(text.encode()), items_only=True).entries()
    expected = {entry.key for entry in everything if rank(entry, words) is not None}
    assert set(keys(typed, text)) == expected


@given(st.text(max_size=20))
def test_words_are_compared_as_in_a_search(text: str) -> None:
    assert fold_here(text) == fold(text)


@pytest.mark.parametrize("typed", ["kwon", "kernels", "葛旭", "a", ""])
def test_many_entries_are_searched_in_linear_time(typed: str) -> None:
    """How long the command takes is in docs/editors.md."""
    one = LIST.replace("% a list\n", "")

    def make(count: int) -> Document:
        filler = "\n".join(
            f"@misc{{item{n}, title = {{An Entry about Kernels}}, author = {{Person, A}},\n note = {{{'x' * 250}}}}}"
            for n in range(count)
        )
        return Document((filler + "\n" + one).encode())

    def work(document: Document) -> None:
        assert complete(document, typed, 20)

    assert_in_proportion(make, work, most=4096)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_in_other_encodings_are_read_too(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "refs.bib"
    text = "% Encoding: gb18030\n@misc{a, title = {大模型 kernels 文}}\n@misc{b, title = {ascii}}\n@misc{c, author = {Müller}}"
    path.write_bytes(text.encode(encoding))
    for typed, expected in (("kernels", "a"), ("模型", "a"), ("ascii", "b"), ("b", "b"), ("mül", "c")):
        assert [entry.key for entry in complete_file(path, typed)] == [expected]
    assert complete_file(path, "大模型 kernels")[0].title.text == "大模型 kernels 文"


def test_a_file_that_cannot_be_read_is_told(bib: Bib, tmp_path: Path) -> None:
    done = bib("--file", str(tmp_path / "none.bib"), "complete", "x")
    assert (done.code, "There is no file" in done.err) == (2, True)
    done = bib("--file", str(tmp_path), "complete", "x")
    assert (done.code, "cannot be read" in done.err) == (5, True)


# --- the command


def test_json_for_an_editor(bib: Bib) -> None:
    done = bib("complete", "kwon", "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == [
        {
            "key": "kwon2023efficient",
            "title": "Efficient Memory Management with PagedAttention",
            "authors": ["Woosuk Kwon", "Zhuohan Li", "Siyuan Zhuang"],
            "year": "2023",
            "type": "inproceedings",
        }
    ]


def test_lines_for_a_menu(bib: Bib) -> None:
    assert bib("complete", "优化").out == "ge2025dayuyan\t2025\t葛旭冉, 欧洋\t大语言模型推理中的存储优化技术综述\n"
    assert bib("complete", "serving", "--limit", "1").out == ""


def test_nothing_that_fits_is_no_mistake(bib: Bib) -> None:
    assert bib("complete", "zzz", "--json")[:2] == (0, "[]\n")
    assert bib("complete", "--json").code == 0


def test_which_file_is_meant_is_found_as_by_the_other_commands(bib: Bib, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").rename(tmp_path / "other.bib")
    assert bib("complete", "vllm").code == 2
    assert bib("--file", "other.bib", "complete", "vllm").out.startswith("vllm\t2023")
    (tmp_path / "bib.toml").write_text('file = "other.bib"\n')
    assert bib("complete", "vllm").out.startswith("vllm\t2023")
    assert bib("complete", "x", "--limit", "0").code == 2


@pytest.mark.parametrize("typed", ["muller", "Müller", "MULLER", "mull"])
@pytest.mark.parametrize("written", ["Müller", "Muller", 'M{\\"u}ller', '{M\\"uller}', 'M\\"{u}ller'])
def test_accents_need_not_be_typed(typed: str, written: str) -> None:
    text = f"@misc{{a,\n  author = {{{written}, Eva}},\n  title = {{One}},\n}}\n@misc{{b,\n  title = {{Other}},\n}}\n"
    assert [entry.key for entry in complete(Document(text.encode()), typed)] == ["a"]


@pytest.mark.parametrize("typed", ["miller", "ü", "mullerx"])
def test_other_letters_are_other_letters(typed: str) -> None:
    text = "@misc{a,\n  author = {Müller, Eva},\n  title = {One},\n}\n"
    assert complete(Document(text.encode()), typed) == []


def test_a_server_answers_each_line_from_the_file_as_it_is(tmp_path: Path) -> None:
    refs = tmp_path / "refs.bib"
    refs.write_text("@misc{one,\n  title = {First},\n}\n", "utf-8")
    program = subprocess.Popen(
        [sys.executable, "-m", "llminfer_bib", "--file", str(refs), "complete", "--serve", "--limit", "5"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert program.stdin is not None and program.stdout is not None

    def ask(typed: str) -> object:
        program.stdin.write(f"{typed}\n")
        program.stdin.flush()
        return json.loads(program.stdout.readline())

    assert [row["key"] for row in ask("fir")] == ["one"]
    assert ask("nobody") == []
    refs.write_text("@misc{two,\n  title = {第一},\n}\n", "utf-8")
    assert [row["title"] for row in ask("第")] == ["第一"]
    refs.unlink()
    assert "refs.bib" in ask("x")["error"]
    refs.write_text("@misc{three,}\n", "utf-8")
    assert [row["key"] for row in ask("")] == ["three"]
    assert program.communicate(timeout=10) == ("", None) and program.returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ("complete", "kwon", "--json"),
        ("complete", "--json", "--limit", "2", "--", "e"),
        ("complete", "paged", "att"),
        ("-q", "complete"),
        ("complete", "--", "--json"),
        ("complete", "nobody at all", "--json"),
        # left to click
        ("complete", "--limit", "0", "x"),
        ("complete", "--limit", "two", "x"),
        ("complete", "--help"),
        ("complete", "--nothing"),
        ("--no-color", "complete", "kwon"),
    ],
)
def test_the_short_way_says_what_the_long_way_says(
    words: tuple[str, ...], bib: Bib, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = str(Path(__file__).parents[1] / "refs.bib")
    quick = bib("--file", refs, *words)
    monkeypatch.setattr("llminfer_bib.at_once.answer", lambda _words: None)
    assert bib("--file", refs, *words) == quick


def test_the_short_way_finds_the_configured_file(bib: Bib, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    quick = bib("complete", "kwon", "--json")
    monkeypatch.setattr("llminfer_bib.at_once.answer", lambda _words: None)
    assert bib("complete", "kwon", "--json") == quick and quick.out != "[]\n"


def test_the_short_way_needs_no_click(tmp_path: Path) -> None:
    refs = Path(__file__).parents[1] / "refs.bib"
    line = (
        "import sys; from llminfer_bib.__main__ import run; "
        f"run(['--file', {str(refs)!r}, 'complete', 'kwon', '--json']); assert 'click' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", line], capture_output=True, check=False).returncode == 0
