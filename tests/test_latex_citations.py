"""Every key in every cite command, with its exact place; and what looks like one and is none."""

from __future__ import annotations

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.latex import Citation, citations, user_commands
from llminfer_bib.latex.commands import COMMANDS, Form, form_of
from llminfer_bib.latex.reading import INLINE, LINKS, NO_CONDITION, VERBATIM


def keys(text: str, **choices: object) -> list[str]:
    return [found.key for found in checked(text, **choices)]


def checked(text: str, **choices: object) -> list[Citation]:
    """Return the citations, having looked at their places."""
    found = list(citations(text, **choices))  # type: ignore[arg-type]
    for item in found:
        assert text[item.start : item.end] == item.key
        before = text[: item.start].replace("\r\n", "\n").replace("\r", "\n")
        assert (item.line, item.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert [item.start for item in found] == sorted({item.start for item in found})
    return found


def call(name: str, form: Form) -> str:
    """Return a use of a command with the keys ``a`` and ``b`` in the right argument."""
    return f"\\{name}[see][p.~3]" + "{no}" * (form.keys - 1) + "[x]{a, b} text {no}"


@pytest.mark.parametrize(("name", "form"), COMMANDS.items(), ids=COMMANDS)
def test_every_command_of_the_table_gives_its_keys(name: str, form: Form) -> None:
    if form.repeats and form.keys == 1:
        assert keys(f"\\{name}(pre)(post)[see][p.~3]{{a, b}}[x]{{c}}\n\n{{no}}") == ["a", "b", "c"]
    elif form.repeats:
        assert keys(f"\\{name}(pre)(post)[see]{{2}}[p.~3]{{a}}{{4}}{{b}}\n\n{{no}}") == ["a", "b"]
    else:
        assert keys(call(name, form)) == ["a", "b"]


@pytest.mark.parametrize("name", [name for name, form in COMMANDS.items() if form == Form()])
def test_every_simple_command_has_a_star_and_a_capital(name: str) -> None:
    assert keys(f"\\{name}*{{a}} \\{name} * {{b}} \\{name.capitalize()[0]}{name[1:]}{{c}}") == ["a", "b", "c"]


READ = [
    (r"\cite{a}", ["a"]),
    (r"\cite{a,b}\cite{c}", ["a", "b", "c"]),
    ("\\cite{ a ,\n  b\t,\r\n c }", ["a", "b", "c"]),
    ("\\cite{a,% one, two\n  b% three}\n}", ["a", "b"]),
    ("\\cite%\n  {a}", ["a"]),
    ("\\cite\n[x]\n{a}", ["a"]),
    (r"\cite {a}", ["a"]),
    (r"\cite [x] {a}", ["a"]),
    (r"\cite[]{a}", ["a"]),
    (r"\cite[][]{a}", ["a"]),
    (r"\cite[{]}]{a}", ["a"]),
    (r"\cite[see [1]]{a}", ["a"]),
    (r"\cite[see [p. 3]{a}", ["a"]),
    (r"\cite[\textit{x [y]}, \S\,3][(a), 50\%]{a}", ["a"]),
    (r"\cite[{[}, {a}]{b}", ["b"]),
    (r"\cite[][see \emph{\textbf{x}}]{a}", ["a"]),
    (r"\footcite[cf.\ \textcite{a}, \cite{b}]{c}", ["a", "b", "c"]),
    (r"\footnote{see \cite{a} and \parencite[p. 3]{b}}", ["a", "b"]),
    (r"\textbf{\cite{a}", ["a"]),
    (r"\cites{a}{b}{c}", ["a", "b", "c"]),
    (r"\cites(see)(and so on)[1]{a}[2][3]{b}", ["a", "b"]),
    ("\\cites\n [1]{a}\n % remark \\cite{no}\n [2]{b}\n", ["a", "b"]),
    (r"\cites{a}{b}\relax{no}", ["a", "b"]),
    (r"\cites{a,b}{c}", ["a", "b", "c"]),
    (r"\volcite{2}{a}", ["a"]),
    (r"\volcite[see]{2}[p. 3]{a}", ["a"]),
    (r"\volcites{1}[p. 3]{a}[see]{2}{b}", ["a", "b"]),
    (r"\citefield{a}{title}\citename{b}{author}", ["a", "b"]),
    (r"\defbibentryset{set}{a,b}", ["a", "b"]),
    (r"\nocite{*}", ["*"]),
    (r"\nocite{a,*}", ["a", "*"]),
    (r"\cite<see>[p. 3]{a}", ["a"]),
    (r"\only<2>{\cite<2>{a}}", ["a"]),
    (r"\cite{DBLP:conf/nips/Vaswani+17}", ["DBLP:conf/nips/Vaswani+17"]),
    (r"\cite{doi:10.1145/3600006.3613165}", ["doi:10.1145/3600006.3613165"]),
    (r"\cite{müller2021,戴2023}", ["müller2021", "戴2023"]),
    (r"\cite{a_b-c.d:e'f}", ["a_b-c.d:e'f"]),
    ("\\cite{a b}", ["a b"]),  # a comma is missing: TeX takes both words for one key too
    (r"\cite{a,,b,}", ["a", "b"]),
    (r"50\% \cite{a}", ["a"]),
    (r"\\%\cite{no}" + "\n" + r"\cite{a}", ["a"]),
    (r"\\\cite{a}", ["a"]),
    (r"\textcolor{red}{\cite{a}}", ["a"]),
    (r"$x\cite{a}$", ["a"]),
    ("\\cite{a}\r\\cite{b}\r\n\\cite{c}", ["a", "b", "c"]),
    (r"\url{https://a.example/b%20c} \cite{a}", ["a"]),
    (r"\href[page=2]{https://a.example/b%20c}{\cite{a}}", ["a"]),
    (r"\let\ifdraft\iffalse \cite{a} \fi", ["a"]),
    (r"\iffalse \cite{no}\else \cite{a}\fi", ["a"]),
    ("\\verb|x \\cite{a}\n| y", ["a"]),  # a \verb that does not end on its line hides nothing
    (r"\begin{verbatim} \cite{a}", ["a"]),
    (r"\iffalse \cite{a}", ["a"]),
    (r"\cite{a,\input{no}}", ["a"]),
    (r"\cite[unclosed \cite{a}", ["a"]),
    (r"\cite{unclosed \cite{a}", ["a"]),
    (r"\url{\cite{a}}", ["a"]),  # no address has braces
    (r"\end{documents} \cite{a}", ["a"]),
    (r"\bibitem[\protect\citeauthoryear{Dao}{Dao}{2022}]{x} \cite{a}", ["a"]),
    # the caption of a listing is text, the listing is not
    (
        "\\begin{lstlisting}[caption={See \\cite{a} \\emph{of \\cite{b}}}]\n\\cite{no}\n\\end{lstlisting}\\cite{c}",
        ["a", "b", "c"],
    ),
    ("\\begin{lstlisting}[caption=See \\cite{a},\n  language=C]\n\\cite{no}\n\\end{lstlisting}", ["a"]),
    ("\\begin{tcblisting}{title={See \\cite{a}}}\n\\cite{no}\n\\end{tcblisting}", ["a"]),
    ("\\begin{lstlisting}\n[\\cite{no}]\n\\end{lstlisting}\\cite{a}", ["a"]),
    ("\\begin{lstlisting}[caption={\\verb|\\cite{no}|}]\n\\end{lstlisting}\\cite{a}", ["a"]),
    ("\\begin{lstlisting}[broken {\n\\cite{no}\n\\end{lstlisting}\\cite{a}", ["a"]),
    (r"\string\cite{no} \string \cite{no} \cite{a}", ["a"]),
    # biblatex's definitions, and parameters of a \def in brackets
    (r"\DeclareCiteCommand{\mine}[\mkbibparens]{}{}{}{} \mine[x]{a} \mine*{b}", ["a", "b"]),
    (r"\DeclareCiteCommand*\mine{}{}{}{} \mine{a}", ["a"]),
    (r"\DeclareMultiCiteCommand{\mines}{\mine}{} \mines[x]{a}[y]{b}", ["a", "b"]),
    (r"\DeclareCiteCommand{\volcite}{}{}{}{} \volcite{2}{a}", ["a"]),
    (r"\def\mine[#1]#2{\cite[#1]{#2}} \mine[x]{a}", ["a"]),
    (r"\def\mine#1#2{#1 \cite{#2}} \mine{no}{a}", ["a"]),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_keys_are_found(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


NOT_READ = [
    "",
    "cite{a}",
    r"\cite",
    r"\cite a",
    r"\cite{}",
    r"\cite{ , }",
    r"\cite[a]",
    r"\cite[a] b {c}",
    "\\cite\n\n{a}",
    "\\cite{a\n\n}",
    r"\citation{a}",
    r"\citestyle{acmnumeric}",
    r"\setcitestyle{square}",
    r"\bibcite{a}{1}",
    r"\citeauthoryear{a}{b}{2020}",
    r"\citetext{see also}",
    r"\newcites{sec}{Secondary}",
    r"\recite{a}",
    r"\cite@ofmt{a}",
    r"\excite{a}",
    r"\incite{a}",
    r"\label{a}\ref{a}\cref{a}",
    r"\\cite{a}",
    r"% \cite{a}",
    r"text % \cite{a}",
    r"\cite% {a}",
    r"\cite{#1}",
    r"\cite{\key}",
    r"\cite{pre\key}",
    "\\cite{a%\nb}",
    r"\verb|\cite{a}|",
    r"\verb*+\cite{a}+",
    r"\Verb[fontsize=\small]|\cite{a}|",
    r"\lstinline|\cite{a}|",
    r"\lstinline[language=TeX]{\cite{a}}",
    r"\mintinline{latex}{\cite{a}}",
    r"\mintinline[x]{latex}|\cite{a}|",
    r"\iffalse \cite{a}\fi",
    r"\iffalse \ifx a b \cite{a}\else \cite{b}\fi \cite{c}\fi",
    "\\iffalse % \\fi\n\\cite{a}\n\\fi",
    r"\newcommand{\cite}[1]{x}",
    r"\renewcommand*\cite[2][p]{x}",
    r"\DeclareRobustCommand{\cite}{x}",
    r"\let\cite\relax",
    "\\begin{document}\n\\end{document}\n\\cite{a}",
    "  \\end{document} \\cite{a}",
    "x\n\\endinput\n\\cite{a}",
    r"\path{\cite}",
]


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_no_citation_gives_nothing(text: str) -> None:
    assert keys(text) == []


@pytest.mark.parametrize("name", sorted(VERBATIM))
def test_every_verbatim_environment_hides_its_text(name: str) -> None:
    text = f"\\cite{{a}}\n\\begin{{{name}}}[x]\n% \\cite{{no}} {{ [ \\iffalse\n\\end{{{name}}} \\cite{{b}}"
    assert keys(text) == ["a", "b"]


@pytest.mark.parametrize("name", sorted(INLINE))
def test_every_inline_verbatim_command_hides_its_text(name: str) -> None:
    language = "{latex}" if name == "mintinline" else ""
    assert keys(f"\\{name}{language}|\\cite{{no}}| \\cite{{a}} \\{name}{language}+%+ \\cite{{b}}") == ["a", "b"]


@pytest.mark.parametrize("name", sorted(LINKS))
def test_a_percent_sign_in_an_address_begins_no_comment(name: str) -> None:
    assert keys(f"\\{name}{{https://a.example/%20}} \\cite{{a}}") == ["a"]
    assert keys(f"\\{name} % \\cite{{no}}") == []


@pytest.mark.parametrize("name", sorted(NO_CONDITION))
def test_a_command_that_is_no_conditional_needs_no_fi(name: str) -> None:
    assert keys(f"\\iffalse \\{name}{{x}}{{y}} \\cite{{no}}\\fi \\cite{{a}} \\iftrue\\fi") == ["a"]


@pytest.mark.parametrize("name", ["ifx", "ifnum", "ifdraft", "ifdefined", "if@twoside"])
def test_a_conditional_inside_a_false_one_needs_its_fi(name: str) -> None:
    assert keys(f"\\iffalse \\{name} \\cite{{no}}\\fi \\cite{{no}}\\fi \\cite{{a}}") == ["a"]


@pytest.mark.parametrize("name", ["quote", "figure", "alltt", "itemize", "abstract", "comments", "Comment"])
def test_other_environments_hide_nothing(name: str) -> None:
    assert keys(f"\\begin{{{name}}}\\cite{{a}}\\end{{{name}}}") == ["a"]


@pytest.mark.parametrize(
    ("defining", "name"),
    [
        (r"\lstnewenvironment{code}{}{}", "code"),
        (r"\newminted{python}{}", "pythoncode"),
        (r"\newminted[py]{python}{}", "py"),
        (r"\DefineVerbatimEnvironment{code}{Verbatim}{}", "code"),
        (r"\excludecomment{draft}", "draft"),
    ],
)
def test_an_environment_that_the_text_defines_hides_its_text(defining: str, name: str) -> None:
    body = f"\\begin{{{name}}}\n\\cite{{no}}\n\\end{{{name}}}\\cite{{a}}"
    assert keys(f"{defining}\n{body}") == ["a"]
    assert keys(body) == ["no", "a"]
    assert keys(body, verbatim=[name]) == ["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\newcommand{\up}[1]{\textsuperscript{\cite{#1}}} \up{a}", ["a"]),
        (r"\newcommand\see[2][p. 3]{\citep[#1]{#2}} \see[x]{a} \see{b}", ["a", "b"]),
        (r"\newcommand{\two}[2]{#1 \cite{#2}} \two{no}{a}", ["a"]),
        (r"\def\q#1{\cite{#1}} \q{a}", ["a"]),
        (r"\NewDocumentCommand{\x}{s O{} m m}{\citet[#2]{#4}} \x*[y]{no}{a}", ["a"]),
        (r"\newcommand{\other}{\parencite} \other[p. 3]{a}", ["a"]),
        (r"\let\old=\citep \old[x]{a}", ["a"]),
        (r"\newcites{sec,app}{Secondary,Appendix} \citesec{a} \citepapp[x]{b} \nocitesec{*}", ["a", "b", "*"]),
        (r"\renewcommand{\cite}[1]{\old{#1}} \cite{a}", ["a"]),
        # not learned: nothing is handed on as keys
        (r"\newcommand{\note}[1]{\footnote{#1 \cite{a}}} \note{no}", ["a"]),
        (r"\newcommand{\note}[2][x]{\footnote{\cite{#1}}} \note[no]{no}", []),
        (r"\newcommand{\up}[1]{x} \cite{#1} \up{no}", []),
    ],
)
def test_commands_that_the_text_defines_are_learned(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_a_persons_own_commands_are_read_where_they_are_named() -> None:
    assert keys(r"\mycite[x]{a} \mycite*{b}") == []
    assert keys(r"\mycite[x]{a} \mycite*{b}", commands=user_commands(["\\mycite"])) == ["a", "b"]
    assert keys(r"\vol{3}{a}", commands={"vol": Form(2)}) == ["a"]


def test_keys_that_are_only_named_are_told_apart() -> None:
    found = checked(r"\addtocategory{seen}{a}\defcitealias{b}{Paper I}\cite{c}")
    assert [(item.key, item.cited) for item in found] == [("a", False), ("b", False), ("c", True)]


def test_the_command_and_the_place_are_told() -> None:
    found = checked("text\n  \\Parencite*[x]{a,\n b}")
    assert found == [Citation("a", 22, 23, "Parencite", 2, 18), Citation("b", 26, 27, "Parencite", 3, 2)]


def test_unknown_names_are_no_cite_commands() -> None:
    assert form_of("Citestyle", {}) is None
    assert form_of("", {}) is None
    assert form_of("CITE", {}) is None


# --- properties

ATOMS = st.sampled_from(
    [
        *r"\cite \citep \cites \volcite \verb \begin{verbatim} \end{verbatim} \iffalse \fi \else \url \newcommand \def".split(),
        *r"\x #1 { } [ ] ( ) , * % | a b2 戴 \% \\ \{ \let = < > \lstinline \newcites{sec} \end{document} \input{x}".split(),
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
    ]
)
TEXTS = st.lists(ATOMS, max_size=40).map("".join) | st.text(max_size=40)


@settings(max_examples=400)
@given(TEXTS)
def test_each_place_holds_its_key(text: str) -> None:
    for item in checked(text):
        assert item.key == item.key.strip() != ""
        assert not set(item.key) & set("{}\\#,%")


@settings(max_examples=200)
@given(TEXTS)
def test_replacing_each_key_by_itself_changes_nothing_and_by_another_is_found_again(text: str) -> None:
    found = checked(text)
    assert replaced(text, found, lambda key: key) == text
    fresh = [f"new{number}" for number in range(len(found))]
    names = iter(fresh)
    assert keys(replaced(text, found, lambda _: next(names))) == fresh


def replaced(text: str, found: list[Citation], change: object) -> str:
    parts, pos = [], 0
    for item in found:
        parts += [text[pos : item.start], change(item.key)]  # type: ignore[operator]
        pos = item.end
    return "".join([*parts, text[pos:]])


NOTES = st.text(st.characters(exclude_characters="\\{}[]%\r\n#", exclude_categories=["Cs"]), max_size=10)


@settings(max_examples=200)
@given(
    st.sampled_from([name for name, form in COMMANDS.items() if form == Form()]),
    st.lists(NOTES, max_size=2),
    st.lists(st.from_regex(r"[a-zA-Z0-9:._/+-]{1,12}", fullmatch=True), min_size=1, max_size=4),
    st.sampled_from(["", " ", "\n", "% x\n  "]),
)
def test_what_is_written_is_read(name: str, notes: list[str], wanted: list[str], gap: str) -> None:
    options = "".join(f"[{note}]{gap}" for note in notes)
    text = f"before \\{name}{gap}{options}{{{gap}{f',{gap}'.join(wanted)}{gap}}} behind"
    assert keys(text) == wanted


HOSTILE = [
    r"\cite{",
    r"\cite[",
    r"\cites(",
    r"\cite[{",
    r"\cite{a}[",
    "\\cite{a,\n",
    r"\cite[a]",
    r"\cite<",
    "\\cite%\n",
    "\\cite[%\n",
    "\\cite ",
    "{",
    "%",
    "\\",
    "\r",
    "\n  ",
    r"\verb|\verb+",
    r"\lstinline{{}",
    r"\begin{verbatim}",
    r"\iffalse ",
    r"\iffalse \fi",
    r"\ifx",
    r"\url[",
    r"\url{",
    r"\newcommand{",
    r"\newcommand{\x}[1]{\cite{",
    r"\newminted[",
    r"\def\x",
    r"\let\x",
    r"\end",
    r"\NewDocumentCommand{\x}{",
]


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_time_in_proportion(piece: str) -> None:
    assert_in_proportion(
        lambda size: piece * (size // len(piece)) + "}]" * (size // 20), lambda text: list(citations(text)), most=80_000
    )
