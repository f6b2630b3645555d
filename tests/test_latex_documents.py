"""Whole documents: which files are read from the main one, what is said about those that are not, and what TeX wrote."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from llminfer_bib.latex import (
    Manuscript,
    UnreadableDocumentError,
    citations,
    files,
    read_manuscript,
    references,
    user_commands,
)
from llminfer_bib.latex.compiled import is_control
from llminfer_bib.latex.encoding import text_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is also the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(name: str = "main.tex") -> Manuscript:
    return read_manuscript(Path(name))


def keys(found: Manuscript) -> list[str]:
    return [cited.key for cited in found.cited]


def codes(found: Manuscript) -> list[str]:
    return [problem.code for problem in found.problems]


# command with {} for the name; where the file lies
FOLLOWED = [
    (r"\input{part}", "part.tex"),
    (r"\input{part.tex}", "part.tex"),
    (r"\input{part.inc}", "part.inc"),
    (r"\input{my.part}", "my.part.tex"),
    (r"\input{ch/part}", "ch/part.tex"),
    (r"\input{./ch/../ch/part}", "ch/part.tex"),
    (r"\input part ", "part.tex"),
    (r"\input ch/part.tex ", "ch/part.tex"),
    (r'\input{"my part"}', "my part.tex"),
    (r"\include{part}", "part.tex"),
    (r"\subfile{ch/part}", "ch/part.tex"),
    (r"\subfileinclude{ch/part}", "ch/part.tex"),
    (r"\includestandalone[width=3cm]{part}", "part.tex"),
    (r"\InputIfFileExists{part}{}{}", "part.tex"),
    (r"\makeatletter\@input{part.tex}", "part.tex"),
    (r"\import{ch/}{part}", "ch/part.tex"),
    (r"\import{ch}{part.tex}", "ch/part.tex"),
    (r"\inputfrom{ch/}{part}", "ch/part.tex"),
    (r"\includefrom{ch/}{part}", "ch/part.tex"),
    (r"\subimport{ch/}{part}", "ch/part.tex"),
    (r"\subinputfrom{ch/}{part}", "ch/part.tex"),
    (r"\subincludefrom{ch/}{part}", "ch/part.tex"),
    (r"\input{\jobname-part}", "main-part.tex"),
    (r"\input{../part}", "../part.tex"),
]


@pytest.mark.parametrize(("command", "place"), FOLLOWED)
def test_a_file_that_is_put_in_is_read_in_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, place: str
) -> None:
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    write("main.tex", f"\\cite{{a}}{command}\\cite{{c}}")
    write(place, "\\cite{b}")
    found = read()
    assert keys(found) == ["a", "b", "c"]
    assert found.cited[1].path == os.path.normpath(place)
    assert found.problems == ()


def test_every_command_that_puts_a_file_in_is_tried() -> None:
    assert {name for name in references.PARTS if not any(f"\\{name}" in command for command, _ in FOLLOWED)} == set()


@pytest.mark.parametrize(
    "text",
    [
        r"% \input{part}",
        r"\verb|\input{part}|",
        "\\begin{verbatim}\n\\input{part}\n\\end{verbatim}",
        r"\newcommand{\input}{x}",
        r"\inputencoding{part}",
        r"\includegraphics{part}",
        r"\includeonly{part}",
        r"\usepackage{part}",
        "\\end{document}\n\\input{part}".replace("\\end", "\n\\end"),
        r"\newcommand{\chap}[1]{\input{#1}}",
    ],
)
def test_a_file_that_is_not_put_in_is_not_read(folder: Path, text: str) -> None:
    write("main.tex", text)
    write("part.tex", "\\cite{no}")
    assert read() == Manuscript(files=(Path("main.tex"),))


def test_names_count_from_the_main_file_and_not_from_the_file_they_stand_in(folder: Path) -> None:
    write("doc/main.tex", r"\input{ch/one}")
    write("doc/ch/one.tex", r"\cite{a}\input{ch/two}")
    write("doc/ch/two.tex", r"\cite{b}")
    write("doc/ch/ch/two.tex", r"\cite{no}")
    assert keys(read("doc/main.tex")) == ["a", "b"]
    assert read("doc/main.tex").files == (Path("doc/main.tex"), Path("doc/ch/one.tex"), Path("doc/ch/two.tex"))


def test_names_in_an_imported_file_count_from_its_own_folder_first(folder: Path) -> None:
    write("main.tex", r"\import{ch/}{one}")
    write("ch/one.tex", r"\input{two}\subimport{sub/}{three}\input{four}")
    write("ch/two.tex", r"\cite{a}")
    write("two.tex", r"\cite{no}")
    write("ch/sub/three.tex", r"\cite{b}")
    write("four.tex", r"\cite{c}")
    assert keys(read()) == ["a", "b", "c"]


def test_names_in_a_subfile_count_from_its_own_folder_too(folder: Path) -> None:
    write("main.tex", r"\subfile{ch/one}")
    write("ch/one.tex", "\\documentclass[../main]{subfiles}\n\\begin{document}\\input{two}\\end{document}")
    write("ch/two.tex", r"\cite{a}")
    assert keys(read()) == ["a"]
    assert keys(read("ch/one.tex")) == ["a"]


def test_a_part_may_name_its_root(folder: Path) -> None:
    write("main.tex", r"\input{ch/one}")
    write("ch/one.tex", "% !TEX root = ../main.tex\n\\input{ch/two}")
    write("ch/two.tex", r"\cite{a}")
    assert keys(read("ch/one.tex")) == ["a"]


def test_a_ring_of_files_ends(folder: Path) -> None:
    write("main.tex", r"\cite{a}\input{one}\input{main}\cite{c}")
    write("one.tex", r"\cite{b}\input{one}\input{./main.tex}")
    os.symlink("one.tex", "same.tex")
    write("two.tex", r"\input{same}\input{one}")
    assert keys(read()) == ["a", "b", "c"]
    assert keys(read("two.tex")) == ["b", "a", "c"]


def test_a_long_chain_of_files_needs_no_recursion(folder: Path) -> None:
    for number in range(1200):
        write(f"f{number}.tex", f"\\cite{{k{number}}}\\input{{f{number + 1}}}")
    assert len(read("f0.tex").cited) == 1200


def test_too_many_and_too_large_files_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 3)
    monkeypatch.setattr(files, "LARGEST_FILE", 1000)
    write("main.tex", r"\input{one}\input{big}\input{two}\input{three}\cite{z}")
    write("big.tex", r"\cite{no}" + " " * 1000)
    for name in ("one", "two", "three"):
        write(f"{name}.tex", f"\\cite{{{name}}}")
    found = read()
    assert keys(found) == ["one", "two", "z"]
    assert codes(found) == ["T107", "T107"]


def test_a_missing_file_is_said_with_its_place_and_the_rest_is_read(folder: Path) -> None:
    write("main.tex", "\\cite{a}\n  \\input{ch/none} \\cite{b}")
    found = read()
    assert keys(found) == ["a", "b"]
    assert [str(problem) for problem in found.problems] == [
        "main.tex:2:3: T105 \\input{ch/none}: there is no such file. Looked for ch/none.tex, ch/none."
    ]
    assert found.missing == (Path("ch/none.tex"), Path("ch/none"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\input{glyphtounicode}", []),
        (r"\InputIfFileExists{none}{}{}", []),
        (r"\include{none}", ["T105"]),
        (r"\input{\chapters/one}", ["T106"]),
        (r"\import{\here}{one}", ["T106"]),
        ("\\input{a\0b}", ["T105"]),
        (r"\input{" + "x" * 3000 + "}", ["T105"]),
        (r"\input{sub}", ["T105"]),
        (r"\input{}", []),
        (r"\input", []),
        (r"\import{a}", []),
    ],
)
def test_names_that_lead_nowhere(folder: Path, text: str, expected: list[str]) -> None:
    (folder / "sub").mkdir()
    write("main.tex", text)
    assert codes(read()) == expected


def test_a_pipe_is_no_file(folder: Path) -> None:
    os.mkfifo("pipe.tex")
    write("main.tex", r"\input{pipe}\cite{a}")
    assert keys(read()) == ["a"]
    assert codes(read()) == ["T105"]
    with pytest.raises(UnreadableDocumentError, match=r"pipe.tex: cannot be read: it is no ordinary file"):
        read("pipe.tex")


def test_a_main_file_that_cannot_be_read_stops(folder: Path) -> None:
    with pytest.raises(UnreadableDocumentError, match=r"none.tex: cannot be read: No such file or directory\."):
        read("none.tex")
    with pytest.raises(UnreadableDocumentError, match="it is a folder"):
        read(".")


def test_the_suffix_may_be_left_out(folder: Path) -> None:
    write("main.tex", r"\cite{a}")
    assert keys(read("main")) == ["a"]


def test_commands_are_known_behind_the_file_that_defines_them(folder: Path) -> None:
    write("main.tex", r"\up{no}\input{macros}\up{a}\input{one}")
    write("macros.tex", r"\newcommand{\up}[1]{\cite{#1}}")
    write("one.tex", r"\up{b}")
    assert keys(read()) == ["a", "b"]
    own = user_commands(["up"])
    assert keys(read_manuscript(Path("main.tex"), own)) == ["no", "a", "b"]
    assert set(own) == {"up"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\bibliography{refs}", ["refs.bib"]),
        (r"\bibliography{refs,more.bib , sub/x}", ["refs.bib", "more.bib", "sub/x.bib"]),
        (r"\nobibliography{refs}", ["refs.bib"]),
        (r"\nobibliography*", []),
        (r"\addbibresource{refs.bib}", ["refs.bib"]),
        (r"\addbibresource[location=local]{refs.bib}\addbibresource{refs.bib}", ["refs.bib"]),
        (r"\addbibresource[location=remote]{https://a.example/refs.bib}", []),
        (r"\addglobalbib{refs.bib}\addsectionbib{x.bib}", ["refs.bib", "x.bib"]),
        (r"\bibliographystyle{plain}", []),
        (r"% \bibliography{refs}", []),
    ],
)
def test_bibliographies_are_named(folder: Path, text: str, expected: list[str]) -> None:
    write("main.tex", text)
    assert [str(path) for path in read().bibliographies] == expected


ENCODED = [
    ("% 中文\n\\cite{戴2023}", "utf-8", "utf-8"),
    ("\ufeff\\cite{戴2023}", "utf-8", "utf-8-sig"),
    ("\ufeff\\cite{戴2023}", "utf-16-le", "utf-16"),
    ("% 大语言模型\n\\cite{戴2023}", "gbk", "gb18030"),
    ("\\usepackage[latin1]{inputenc} \\cite{müller}", "latin-1", "latin-1"),
    ("% !TEX encoding = ISO-8859-15\n\\cite{müller}", "iso8859-15", "ISO-8859-15"),
    ("% -*- coding: cp1252 -*-\n\\cite{müller}", "cp1252", "cp1252"),
    ("\\cite{müller} é", "latin-1", "latin-1"),
]


@pytest.mark.parametrize(("text", "written", "expected"), ENCODED)
def test_encodings_are_found(text: str, written: str, expected: str) -> None:
    raw = text.encode(written)
    decoded, name = text_of(raw)
    assert (decoded, name) == (text.removeprefix("\ufeff"), expected)
    assert decoded.encode(name) == raw
    assert len(list(citations(decoded))) == 1


@pytest.mark.parametrize("name", [b"zlib", b"undefined", b"nonsense", b"rot13", b"base64"])
def test_a_declared_encoding_that_is_none_is_passed_over(name: bytes) -> None:
    assert text_of(b"% !TEX encoding = " + name + b"\n\\cite{a} \xff")[1] == "latin-1"


def test_a_set_that_the_document_makes_is_no_key_of_the_library(folder: Path) -> None:
    write("main.tex", r"\defbibentryset{both}{a,b}\cite{both}\cite{c}")
    assert keys(read()) == ["a", "b", "c"]


# --- what TeX wrote


def test_an_aux_file_gives_what_the_last_run_cited(folder: Path) -> None:
    write(
        "main.aux",
        "\\relax \n\\citation{a,b}\n\\citation{*}\n\\@input{ch/one.aux}\n\\bibdata{refs,more}\n\\bibcite{no}{1}\n",
    )
    write(
        "ch/one.aux",
        "\\relax \n\\abx@aux@cite{0}{c}\n\\abx@aux@cite{d}\n\\@input{main.aux}\n\\@input{none.aux}\n\\@input{x.tex}\n",
    )
    found = read("main.aux")
    assert [(cited.key, cited.path, cited.line, cited.column) for cited in found.cited] == [
        ("a", "main.aux", 2, 1),
        ("b", "main.aux", 2, 1),
        ("*", "main.aux", 3, 1),
        ("c", "ch/one.aux", 2, 1),
        ("d", "ch/one.aux", 3, 1),
    ]
    assert found.bibliographies == (Path("refs.bib"), Path("more.bib"))
    assert found.files == (Path("main.aux"), Path("ch/one.aux"))


@pytest.mark.parametrize(
    "key", ["biblatex-control", "REVTEX42Control", "apsrev41Control", "achemso-control", "acs-ctrl-1"]
)
def test_the_keys_by_which_packages_talk_to_their_style_are_left_out(folder: Path, key: str) -> None:
    assert is_control(key)
    write("main.aux", f"\\citation{{{key}}}\n\\citation{{a}}\n")
    assert keys(read("main.aux")) == ["a"]


def test_other_keys_stay() -> None:
    assert not any(map(is_control, ("a", "control2020", "IEEEexample:BSTcontrol", "kwon2023efficient")))


BCF = """<?xml version="1.0" encoding="UTF-8"?>
<bcf:controlfile version="3.9" xmlns:bcf="https://sourceforge.net/projects/biblatex">
  <bcf:bibdata section="0">
    <bcf:datasource type="file" datatype="bibtex" glob="false">refs.bib</bcf:datasource>
    <bcf:datasource type="file" datatype="bibtex" glob="false">https://a.example/x.bib</bcf:datasource>
  </bcf:bibdata>
  <bcf:section number="0">
    <bcf:citekey order="1" intorder="1">müller&amp;b</bcf:citekey>
    <bcf:citekey order="0" nocite="1">*</bcf:citekey>
    <bcf:citekey order="2" type="set" members="c,d">set</bcf:citekey>
    <bcf:citekey order="3" intorder="1">set</bcf:citekey>
  </bcf:section>
</bcf:controlfile>
"""


def test_a_bcf_file_gives_what_the_last_run_cited(folder: Path) -> None:
    write("main.bcf", BCF)
    found = read("main.bcf")
    assert [(cited.key, cited.line, cited.column) for cited in found.cited] == [
        ("müller&b", 8, 5),
        ("*", 9, 5),
        ("c", 10, 5),
        ("d", 10, 5),
    ]
    assert found.bibliographies == (Path("refs.bib"),)


def test_an_aux_file_of_biblatex_takes_the_bcf_beside_it_for_nocite(folder: Path) -> None:
    write("main.bcf", BCF)
    write("main.aux", "\\relax\n\\citation{a}\n")
    assert keys(read("main.aux")) == ["a"]
    write("main.aux", "\\relax\n\\abx@aux@refcontext{nty/global//global/global}\n\\abx@aux@cite{0}{c}\n")
    assert keys(read("main.aux")) == ["c", "müller&b", "*", "d"]
    Path("main.bcf").unlink()
    assert keys(read("main.aux")) == ["c"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a>", "it is no XML"),
        ("", "it is no XML"),
        ("\\relax", "it is no XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "it has a document type"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "it has a document type"),
    ],
)
def test_a_bcf_file_that_is_none_stops(folder: Path, text: str, message: str) -> None:
    write("main.bcf", text)
    with pytest.raises(UnreadableDocumentError, match=message):
        read("main.bcf")


# --- against TeX itself: the keys that we read are those that it notes

BIBLATEX = r"""\documentclass{article}
\usepackage[style=authoryear,backend=biber]{biblatex}
\usepackage{comment,listings,url}
\addbibresource{none.bib}
\newcommand{\upc}[1]{\textsuperscript{\cite{#1}}}
\newcommand\seefn[2][p. 3]{\parencite[#1]{#2}}
\NewDocumentCommand{\xx}{s O{} m m}{\textcite[#2]{#4}}
\let\oc=\parencite
\newcommand{\citeme}{\cite}
\let\ifanon\iffalse
\begin{document}
\cite{k1,k2 ,% no, nope
  k3} \parencite[see][p.~3 {]}]{k4} \Parencite*[a
]
{k5}
\cites(see)(also)[a][b]{k6}[c]{k7}{k8}\relax{x} \volcite[p]{2}[4]{k9} \pvolcite{3}{k10}
\volcites{2}[4]{k11}{3}{k12}
% \cite{no1}
\% \cite{k13}
\verb|\cite{no2}| \url{http://x/a%20b} \cite{k14}
\begin{verbatim}
\cite{no3}
\end{verbatim}
\begin{lstlisting}
\cite{no4}
\end{lstlisting}
\begin{comment}
\cite{no5}
\end{comment}
\cite[see {[1]}]{k17} \cite[see [p. 3]{k18}
\iffalse \cite{no6} \ifx a\fi \cite{no7}\fi
\iffalse \cite{no8}\else \cite{k19}\fi
\upc{k20} \seefn[x]{k21} \xx[a]{no}{k22} \oc[b]{k23} \citeme[p]{k51}
\fullcite{k25} \footfullcite{k26} \supercite{k27} \smartcite{k28}\autocite{k29}\citetitle*{k30}
\citeauthor*{k31} \Citeauthor{k32} \citeyear{k33} \citedate{k34} \citeurl{k35} \notecite{k36} \Textcites{k37}{k38}
\nocite{k39, k40} \citename{k41}{author} \citefield{k42}{title} \citelist{k43}{location}
\parencites
 [a]{k44}
 % comment
 [b]{k45}

\defbibentryset{set1}{k46,k47}\cite{set1}
\cite {k48} \cite%
{k49} \cite [x] {k50}
\lstinline|\cite{no9}| \textcite[\S\,3][]{k52} \cite[]{k53}\cite[(a)]{k54}\footcitetext{k55}
\end{document}
\cite{no11}
"""
NATBIB = r"""\documentclass{article}
\usepackage{natbib}
\begin{document}
\cite{k1} \citet{k2,k3} \citep[see][chap.~2]{k4} \citet*{k5} \Citet{k6} \citealt{k7} \citealp*{k8} \citeauthor{k9}
\citeyear{k10} \citeyearpar{k11} \citetext{see \citealp{k12}, \cite{k13}} \defcitealias{k14}{Paper I}
\citetalias{k15} \citepalias{k16} \citefullauthor{k17} \nocite{*} \citenum{k18} \citep[see][]{k19}
\include{part}
\bibliographystyle{plainnat}\bibliography{none}
\end{document}
"""


@pytest.mark.parametrize(
    ("text", "written"), [(BIBLATEX, "main.bcf"), (NATBIB, "main.aux")], ids=["biblatex", "natbib"]
)
def test_we_read_the_keys_that_latex_reads(
    folder: Path, needs_program: Callable[[str], str], text: str, written: str
) -> None:
    latex = needs_program("pdflatex")
    write("main.tex", text)
    write("part.tex", r"\cite{k21}")
    subprocess.run([latex, "-interaction=batchmode", "-draftmode", "main.tex"], stdout=subprocess.DEVNULL, check=False)
    if not Path(written).exists():
        pytest.skip("this TeX has not all the packages")
    assert set(keys(read())) == set(keys(read(written)))
