"""TeX source <-> plain text: every row of the tables, what must not change, round trips, hostile input."""

from __future__ import annotations

import string
from functools import partial
from unicodedata import normalize

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.model import Text
from llminfer_bib.tex import (
    KEY_LIST_FIELDS,
    VERBATIM_FIELDS,
    from_text,
    is_balanced,
    protect_title,
    protected_words,
    to_plain,
    to_text,
)
from llminfer_bib.tex.journals import JOURNALS
from llminfer_bib.tex.tables import (
    ACCENTS,
    CONTROL_SYMBOLS,
    LETTERS,
    LIGATURES,
    SILENT,
    SYMBOLS,
    TRANSPARENT,
    VERBATIM_COMMANDS,
)


def tidy(text: str) -> str:
    """Return the text with its white space as plain text has it."""
    return " ".join(text.split())


def spans(source: str) -> list[str]:
    """Return the protected stretches of a source."""
    text = to_text(source)
    return [text.text[start:end] for start, end in text.protected]


# ---------------------------------------------------------------------------------------------- reading: the tables


@pytest.mark.parametrize(("command", "mark", "alone"), ACCENTS)
@pytest.mark.parametrize("letter", ["a", "E", "z"])
def test_every_accent_in_every_way_to_write_it(command: str, mark: str, alone: str, letter: str) -> None:
    accented = normalize("NFC", letter + mark)
    gap = " " if command.isalpha() else ""
    for source in (
        f"\\{command}{gap}{letter}",
        f"\\{command} {letter}",
        f"\\{command}{{{letter}}}",
        f"{{\\{command}{gap}{letter}}}",
        f"{{\\{command}{{{letter}}}}}",
        f"\\{command}{{ {letter}}}",
    ):
        assert to_plain(source) == accented
        assert to_plain(f"x{source}y") == f"x{accented}y"
        assert to_text(f"x{source}y").text == f"x{accented}y"


@pytest.mark.parametrize(("command", "mark", "alone"), ACCENTS)
def test_an_accent_over_nothing_stands_for_itself(command: str, mark: str, alone: str) -> None:
    assert to_plain(f"x\\{command}{{}}y") == f"x{alone}y"
    assert to_plain(f"x\\{command}") == f"x{alone}"


@pytest.mark.parametrize(("name", "character"), LETTERS + SYMBOLS)
def test_every_letter_and_symbol(name: str, character: str) -> None:
    assert to_plain(f"a\\{name}{{}}b") == f"a{character}b"
    assert to_plain(f"a{{\\{name}}}b") == f"a{character}b"
    assert to_plain(f"a\\{name} b") == tidy(f"a{character}b")
    assert to_text(f"a{{\\{name}}}b") == Text(f"a{character}b")


@pytest.mark.parametrize(("symbol", "meant"), CONTROL_SYMBOLS)
def test_every_escaped_character(symbol: str, meant: str) -> None:
    assert to_plain(f"a\\{symbol}b") == f"a{meant}b"
    assert to_text(f"{{a}}\\{symbol}b") == Text(f"a{meant}b", ((0, 1),))


@pytest.mark.parametrize(("written", "meant"), LIGATURES)
def test_every_ligature_and_its_pieces_kept_apart(written: str, meant: str) -> None:
    assert to_plain(f"a{written}b") == f"a{meant}b"
    assert to_text(f"{{a}}{written}b").text == f"a{meant}b"
    assert to_plain("{}".join(written)) == written


@pytest.mark.parametrize("name", sorted(TRANSPARENT))
def test_commands_that_change_only_the_look_leave_their_text(name: str) -> None:
    assert to_plain(f"a \\{name}{{bc}} d") == "a bc d"
    assert to_plain(f"a {{\\{name} bc}} d") == "a bc d"


@pytest.mark.parametrize(("name", "count"), SILENT.items())
def test_commands_whose_argument_is_no_text(name: str, count: int) -> None:
    assert to_plain(f"a\\{name}" + "{gone}" * count + "{b}") == "ab"
    assert to_plain(f"a\\{name} b") == "ab"


@pytest.mark.parametrize("name", sorted(VERBATIM_COMMANDS))
def test_addresses_are_kept_as_they_are(name: str) -> None:
    address = "https://a.org/~x_y%20--z?q=$1&r=``#top"
    assert to_plain(f"see \\{name}{{{address}}}.") == f"see {address}."
    assert to_plain(f"\\{name}{{a\\_b\\%20\\~c}}") == "a_b%20~c"


# ---------------------------------------------------------------------------------------------- reading: examples


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"M{\"u}ller", "Müller"),
        (r"Erd{\H o}s", "Erdős"),
        (r"\v{S}koda", "Škoda"),
        (r"na{\"\i}ve", "naïve"),
        (r"na\"{\i}ve", "naïve"),
        (r"\'{\i}", "í"),
        (r"\'\i x", "íx"),
        (r"\.I", "İ"),
        (r"\d{\i}", normalize("NFC", "ı\u0323")),
        (r"\t{oo}", "o\u0361o"),
        (r"Nguy{\~{\^e}}n", "Nguyễn"),
        (r"Nguy\~{\^e}n", "Nguyễn"),
        (r"\d{\^e}", "ệ"),
        (r"\d\^e", "ệ"),
        (r"\'{\ohorn}", "ớ"),
        (r"\c c\c{C}", "çÇ"),
        (r"\v\i", "ǐ"),
        (r"\L{}\'od\'z", "Łódź"),
        (r"{\ss}\ss{}\ss", "ßßß"),
        (r"\"\textbf{u}", "ü"),
        (r"\~{}user and C\#", "~user and C#"),
        (r"AT\&T \$5 100\% a\_b \{x\}", "AT&T $5 100% a_b {x}"),
        ("a~b\n\t c", "a b c"),
        ("1--2 --- 3", "1–2 — 3"),
        ("----", "—-"),
        ("``x'' and 'y'", "“x” and 'y'"),
        ("?`Qu\\'e?", "¿Qué?"),
        (r"a\ldots\ b\dots", "a… b…"),
        (r"a\\b\,c\ d\;e\-f\/g", "a b c d efg"),
        (r"\LaTeX\ and {\TeX} too", "LaTeX and TeX too"),
        (r"\emph{a \textbf{b \texttt{c}}}", "a b c"),
        (r"{\em old} {\bf style}", "old style"),
        (r"\unknown{kept} \unknownswitch x", "kept x"),
        (r"\href{https://a.org/x_y}{the page}", "the page (https://a.org/x_y)"),
        (r"\href{https://a.org}{https://a.org}", "https://a.org"),
        (r"\href{https://a.org}{\url{https://a.org}}", "https://a.org"),
        (r"\href{https://a.org} x", "https://a.org x"),
        (r"\textmu\textregistered", "µ®"),
        (r"\alpha-stable", "α-stable"),
        (r"{\noopsort{1973b}}1973", "1973"),
        (r"\textcolor{red}{hot}", "hot"),
        ("\\", ""),
        ("a\\", "a"),
        ("}a{b}{", "ab"),
        ("葛旭冉\u3000高效", "葛旭冉 高效"),
    ],
)
def test_reading(source: str, text: str) -> None:
    assert to_plain(source) == text
    assert to_text(source).text == text


@pytest.mark.parametrize(
    "source",
    [
        "$O(n^2)$",
        r"An $O(\log n)$ $\{a_i\}$ bound",
        r"$\mathcal{O}(\$5)$",
        "$$x--y$$",
        "a $ b",
        "costs 5$",
        "$a{b$ c",
        "$",
        "$$",
        "$$$",
        "$a~``b''$",
        "Kwon's don't 1-2",
        'a "quoted" word',
        "C:/x/y",
        "naïve 大模型",
        "a ? b ! c `d",
        "x\u0301",
    ],
)
def test_what_reading_must_not_change(source: str) -> None:
    text = source.replace("{b", "b") if "a{b" in source else source
    assert to_plain(source) == text
    assert to_text(source).text == text


def test_formulas_in_brackets_become_dollars() -> None:
    assert to_plain(r"a \(x_1\) b \[ y \]") == "a $x_1$ b $$y$$"
    assert to_plain(r"a \(x b") == "a (x b"


@pytest.mark.parametrize(
    ("source", "protected"),
    [
        ("plain", []),
        ("{Whole Title in {Braces}}", ["Whole Title in Braces"]),
        ("The {LLM} of {B}{C}", ["LLM", "BC"]),
        ("{{{Deep}}}", ["Deep"]),
        ("{ A }  {  }{}x", ["A"]),
        ("a\n\n  b {C  D}", ["C D"]),
        (r"{\"U}ber", []),
        (r"{\LaTeX} {\emph{X}}", []),
        (r"\emph{Foo} bar", ["Foo"]),
        (r"\'{E}cole \'{e}", ["É"]),
        (r"\~{}x", []),
        (r"{A {\"U} b} c", ["A Ü b"]),
        (r"{$O(N)$} $M$", ["$O(N)$"]),
        (r"\url{http://A} b", ["http://A"]),
        ("{open", []),
        ("close} {A}", ["A"]),
        (r"\o {open {B}", []),
        (r"AT\&T {GPT}", ["GPT"]),
    ],
)
def test_what_braces_protect(source: str, protected: list[str]) -> None:
    assert spans(source) == protected


@pytest.mark.parametrize(
    ("source", "balanced"),
    [
        ("", True),
        ("a", True),
        ("{}", True),
        ("{a{b}}", True),
        (r"\{\}", True),
        (r"\{", False),
        (r"{\}", True),
        ("}{", False),
        ("{", False),
        ("}", False),
        ("{}}{{}", False),
    ],
)
def test_balance_is_bibtexs_and_a_backslash_hides_nothing(source: str, balanced: bool) -> None:
    assert is_balanced(source) is balanced


def test_the_field_tables() -> None:
    assert {"doi", "eprint", "file", "url", "verba", "pdf"} <= VERBATIM_FIELDS
    assert {"crossref", "xdata", "ids", "related", "keywords"} <= KEY_LIST_FIELDS
    assert not VERBATIM_FIELDS & KEY_LIST_FIELDS
    assert "title" not in VERBATIM_FIELDS | KEY_LIST_FIELDS


def test_no_row_stands_twice() -> None:
    names = [name for name, _ in LETTERS + SYMBOLS] + [command for command, _, _ in ACCENTS]
    assert len(names) == len(set(names))
    assert not set(names) & (TRANSPARENT | VERBATIM_COMMANDS | SILENT.keys())


# ---------------------------------------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("100% & more_#1", r"100\% \& more\_\#1"),
        (r"a\b{c}~^", r"a{\textbackslash}b{\textbraceleft}c{\textbraceright}{\textasciitilde}{\textasciicircum}"),
        ("costs $5 or $6", r"costs \$5 or \$6"),
        ("US$5 to US$6", r"US\$5 to US\$6"),
        ("a $ b", r"a \$ b"),
        ("$50%$", r"\$50\%\$"),
        ("$a{b$", r"\$a{\textbraceleft}b\$"),
        ("--option", "-{}-option"),
        ("''", "'{}'"),
        ("``", "`{}`"),
        (" a \n b ", "a b"),
    ],
)
def test_writing(text: str, source: str) -> None:
    assert from_text(text) == source
    assert to_plain(source) == tidy(text)


@pytest.mark.parametrize(
    "text",
    ["Plain words", "naïve – “x” — 大模型", "$O(n^2)$", r"$\{a\}$-gram", "$$x$$", 'it\'s a-b (c) [d] <e> "f" 1/2'],
)
def test_what_writing_must_not_change(text: str) -> None:
    assert from_text(text) == text


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Müller", r"M{\"u}ller"),
        ("Straße Øre łódź", r"Stra{\ss}e {\O}re {\l}{\'o}d{\'z}"),
        ("Škoda, Erdős, ç", r"{\v{S}}koda, Erd{\H{o}}s, {\c{c}}"),
        ("naïve í", r"na{\"\i}ve {\'\i}"),
        ("Nguyễn ệ", r"Nguy{\~{\^e}}n {\^{\d{e}}}"),
        ("a – b — c", "a -- b --- c"),
        ("-–", r"-{\textendash}"),
        ("“x” ‘y’", r"``x'' {\textquoteleft}y{\textquoteright}"),
        ("葛旭冉 한 α", "葛旭冉 한 α"),
        ("x\u0302", r"{\^x}"),
        ("$é$ é", r"$é$ {\'e}"),
        ("…€", r"{\ldots}{\texteuro}"),
    ],
)
def test_writing_in_ascii(text: str, source: str) -> None:
    assert from_text(text, ascii_only=True) == source
    assert to_plain(source) == text


@pytest.mark.parametrize(("name", "character"), LETTERS + SYMBOLS)
def test_every_character_we_know_is_written_and_read_back(name: str, character: str) -> None:
    source = from_text(f"a{character}b", ascii_only=True)
    assert source.isascii()
    assert to_plain(source) == f"a{character}b".replace("  ", " ")


@pytest.mark.parametrize(("command", "mark", "alone"), ACCENTS)
def test_every_accent_is_written_and_read_back(command: str, mark: str, alone: str) -> None:
    for letter in "aeiouyjIESZ":
        text = normalize("NFC", letter + mark)
        source = from_text(text, ascii_only=True)
        assert to_plain(source) == text
        assert source.isascii() or command == "t"


# ---------------------------------------------------------------------------------------------- titles


@pytest.mark.parametrize(
    ("title", "source"),
    [
        ("Memory Management with PagedAttention", "Memory Management with {PagedAttention}"),
        ("vLLM: Easy and Fast", "{vLLM}: Easy and Fast"),
        ("EAGLE-3: Scaling Up", "{EAGLE-3}: Scaling Up"),
        ("On LLM-QAT, GPT-4 and KV-Cache", "On {LLM-QAT}, {GPT-4} and {KV}-Cache"),
        ("LLMs' and LLM's H100s", "{LLMs}' and {LLM}'s {H100s}"),
        ("I/O and AT&T: A View of C++ and A* Search", r"{I/O} and {AT\&T}: A View of {C}++ and {A}* Search"),
        ("The 2D T5 at 4K", "The {2D} {T5} at {4K}"),
        ("What I Saw: X Marks Plan A", "What {I} Saw: X Marks Plan {A}"),
        ("In $O(N)$ or $n$ Steps", "In {$O(N)$} or $n$ Steps"),
        ("大模型LLM推理", "大模型{LLM}推理"),
        ("BERT", "{BERT}"),
        ("DeepSpeed-MoE", "{DeepSpeed-MoE}"),
    ],
)
def test_words_that_need_protection(title: str, source: str) -> None:
    assert protect_title(protected_words(title)) == source
    assert to_text(source) == protected_words(title)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "A Survey on Efficient Inference: A View",
        "Q-Learning for All",
        "Taming the Titans in 2025",
        "Mixture-of-Experts on the 1st Try",
        "AN ALL CAPITAL TITLE TELLS NOTHING ABOUT LLM",
        "一些已成为事实标准的方法",
        "Über Größe",
        "$n$-gram Models",
    ],
)
def test_titles_that_need_no_protection(title: str) -> None:
    assert protected_words(title) == Text(title)
    assert protect_title(protected_words(title)) == title


def test_a_protected_stretch_that_begins_with_a_command_stays_protected() -> None:
    text = Text("a &B c", ((2, 4),))
    assert protect_title(text) == r"a {{}\&B} c"
    assert to_text(protect_title(text)) == text


def test_a_title_in_ascii_keeps_its_protection() -> None:
    assert protect_title(Text("Über ÜX", ((5, 7),)), ascii_only=True) == r"{\"U}ber {{\"U}X}"


# ---------------------------------------------------------------------------------------------- properties

TEX = "\\{}$~`'\"-^%&#_?!.,()[] \n"
NASTY = st.text(st.sampled_from(TEX + "aeiouAB1 éßø–“”‘’¿…ıñ葛\u0301\u0323\u0361\u3000"), max_size=40)
ANY = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)
PIECES = ["{", "}", "{{", "\\", "$", "$$", "~", "--", "``", "''", "?`", " ", "\\(", "\\)", "\\[", "\\]", "\\{", "\\$"]
PIECES += [r"\"", r"\'", r"\c", r"\i", r"\o", r"\ss", r"\emph", r"\url{", r"\href{", r"\foo", r"\alpha", r"\&", r"\ "]
PIECES += [r"{\"u}", r"\'e", r"\v{S}", r"{\ss}", r"\'{\i}", r"\i}", r"\o{}", r"\noopsort{", r"\t{oo}", "葛", "A", "b"]
SOURCE = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(string.ascii_letters, max_size=3)),
    max_size=14,
).map("".join)


@settings(deadline=None, max_examples=400)
@given(st.one_of(NASTY, ANY))
def test_every_text_reads_back_as_it_was(text: str) -> None:
    source = from_text(text)
    assert to_plain(source) == tidy(text)
    assert to_text(source).text == tidy(text)
    assert is_balanced(source)


@settings(deadline=None, max_examples=400)
@given(st.one_of(NASTY, ANY))
def test_every_text_in_ascii_reads_back_as_it_was(text: str) -> None:
    source = from_text(text, ascii_only=True)
    assert to_plain(source) == tidy(normalize("NFC", text))
    assert is_balanced(source)


@settings(deadline=None, max_examples=600)
@given(SOURCE)
def test_reading_never_fails_and_is_stable_after_one_round(source: str) -> None:
    text = to_plain(source)
    assert text == tidy(text)
    written = from_text(text)
    assert to_plain(written) == text
    assert from_text(to_plain(written)) == written


@settings(deadline=None, max_examples=600)
@given(SOURCE)
def test_the_fast_ways_and_the_careful_way_agree(source: str) -> None:
    careful = to_text("{}\\relax " + source)
    text = to_text(source)
    assert text.text == to_plain(source)
    assert to_plain("{}\\relax{}" + source) == to_plain(source)
    assert careful.text == text.text
    previous = 0
    for start, end in text.protected:
        assert previous <= start < end <= len(text.text)
        assert text.text[start:end] == text.text[start:end].strip()
        previous = end + 1


@settings(deadline=None, max_examples=400)
@given(NASTY, st.data())
def test_protected_stretches_survive_writing(raw: str, data: st.DataObject) -> None:
    text = tidy(raw)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    stretches = tuple(
        (start, end)
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        if text[start:end] == text[start:end].strip()
    )
    value = Text(text, stretches)
    assert to_text(protect_title(value)) == value


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("ABCaeI1 -/&':$+*.葛"), max_size=30))
def test_found_words_survive_writing(title: str) -> None:
    found = protected_words(title)
    assert found.text == tidy(title)
    assert to_text(protect_title(found)) == found


HOSTILE = [
    "{",
    "}",
    "{}",
    "{a",
    "\\",
    "$",
    "\\'",
    "~",
    "\\d\\'",
    "\\(",
    "\\[x",
    "$x",
    "$$x",
    "\\$",
    "\\url{",
    "\\href{",
]
HOSTILE += [
    "\\href{a}{",
    "{\\'",
    "\\foo",
    "-",
    "`",
    "\n",
    "\\begin{",
    "\\t{",
    "é",
    "x\u0301",
    "$\\",
    "$a{",
    "AB-",
    "\\ ",
]


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE)
def test_long_hostile_values_take_linear_time(unit: str) -> None:
    def work(source: str) -> None:
        for one in (to_plain, to_text, from_text, is_balanced, partial(from_text, ascii_only=True), protected_words):
            one(source)

    assert_in_proportion(lambda size: unit * (size // len(unit)), work, most=200_000)


def test_many_marks_on_one_letter_are_no_trap() -> None:
    assert to_plain("\\'" * 20 + "e").endswith("é" + "\u0301" * 3)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"CO\textsubscript{2}", "CO₂"),
        (r"10\textsuperscript{-6}", "10⁻⁶"),
        (r"{H\textsubscript{2}O}", "H₂O"),
        (r"5\textsuperscript{th}", "5th"),
        (r"x\textsuperscript{}y", "xy"),
        (r"x\textsuperscript{\textbf{2}}", "x2"),
        (r"$x^2$", "$x^2$"),
    ],
)
def test_small_figures_keep_their_height_where_unicode_has_them(source: str, text: str) -> None:
    assert to_plain(source) == text
    assert to_plain(from_text(text)) == text
    assert set("₂²⁻").isdisjoint(from_text(text)), "no font of LaTeX has all of them"


@pytest.mark.parametrize(("name", "journal"), JOURNALS.items())
def test_a_journal_of_the_astronomers_is_named(name: str, journal: str) -> None:
    assert to_plain(f"\\{name}") == to_plain(f"{{\\{name}}}") == journal
    assert to_plain(f"\\{name}x") == "", "another command"
