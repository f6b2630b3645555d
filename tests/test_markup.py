"""Text with HTML, JATS, MathML and entities becomes plain Unicode; plain text stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import tex
from llminfer_bib.sources import mathematics
from llminfer_bib.sources.markup import LONGEST, plain
from llminfer_bib.sources.markup_tables import BLOCKS, FRAMES, HEADINGS, INLINE, LEFT_OUT, MATH, PREFIXES


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<i>Escherichia coli</i> K-12", "Escherichia coli K-12"),
        ("<scp>BERT</scp>: Pre-training", "BERT: Pre-training"),
        ("AT&amp;T and R&amp;D", "AT&T and R&D"),
        ("a &lt; b", "a < b"),
        ("p&lt;0.05", "p<0.05"),
        ("Caf&eacute; &#233;&#xe9;", "Café éé"),
        ("Plastic, Reconstructive &amp;amp; Aesthetic", "Plastic, Reconstructive & Aesthetic"),
        ("&amp;lt;i&amp;gt;in vitro&amp;lt;/i&amp;gt;", "in vitro"),
        ('&lt;span class="word"&gt;Hyperbolic &lt;span class="word allCaps"&gt;EM', "Hyperbolic EM"),
        ("CO<sub>2</sub> and x<sup>2</sup>", "CO$_{2}$ and x$^{2}$"),
        ("H<jats:sub>2</jats:sub>O", "H$_{2}$O"),
        ("x<SUB>i</SUB>", "x$_{i}$"),
        ("10<sup>−3</sup>", "10$^{-3}$"),
        ("TNF-<sup>α</sup>", "TNF-$^{\\alpha}$"),
        ("the 1<sup>st</sup> and 22<sup>nd</sup>", "the 1st and 22nd"),
        ("Pipe<sup>TM</sup> and Foo<sup>®</sup>", "Pipe™ and Foo®"),
        ("A Title<sup>*</sup>", "A Title"),
        ("A Title<sup>∗</sup>", "A Title"),
        ("x<sub></sub>y", "xy"),
        ("x<sub>平</sub>", "x平"),
        ("structure in<i>PRCC-TFE3</i>fusion", "structure in PRCC-TFE3 fusion"),
        ("The<jats:italic>TFE3</jats:italic>fusion gene", "The TFE3 fusion gene"),
        ("<i>Arabidopsis</i>roots", "Arabidopsis roots"),
        ("the <i>Per</i>formance", "the Performance"),
        ("the <i>k</i>-means and 2<i>n</i>", "the k-means and 2n"),
        ("<b>Paged</b>Attention", "PagedAttention"),
        ("one<br/>two<br>three", "one two three"),
        ("<p>one</p><p>two</p>", "one two"),
        ("  a\n\t b\u00a0c\u3000d ", "a b c d"),
        ("a\x00b\x1bc\u200bd\ufeffe\u202ef", "abcdef"),
        ("soft\u00adhyphen", "softhyphen"),
        ("1990\x962000", "1990–2000"),
        ("e\u0301", "é"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("<!-- hidden -->shown", "shown"),
        ("<?xml version='1.0'?>shown", "shown"),
        ("<![CDATA[a]]> b", "a b"),
        ("<script>alert(1)</script>shown<style>p{}</style>", "shown"),
        ("<xhtml:span>x</xhtml:span>", "x"),
        ("unclosed <i>word", "unclosed word"),
        ("stray</sub> end", "stray end"),
        ("<mml:math><mml:mi>x</mml:mi> <mml:mo>=</mml:mo> <mml:mn>5</mml:mn></mml:math>", "x=5"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup></math>", "x$^{2}$"),
        ("<math><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup></math>", "x$_{1}^{2}$"),
        ("<math><munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover></math>", "∑$_{i}^{n}$"),
        ("<math><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mn>1</mn></mrow></mfrac></math>", "a/(b+1)"),
        ("<math><msqrt><mi>s</mi></msqrt><mroot><mi>t</mi><mn>3</mn></mroot></math>", "√s√t"),
        ("<math><mover><mi>x</mi><mo>^</mo></mover></math>", "x"),
        ("<math><mfenced><mi>a</mi><mi>b</mi></mfenced></math>", "(a, b)"),
        ("<math><mtable><mtr><mtd>a</mtd><mtd>b</mtd></mtr><mtr><mtd>c</mtd></mtr></mtable></math>", "a b c"),
        ("<math><mtext>if and only</mtext></math>", "if and only"),
        ("<math><mi>a</mi><mspace width='1em'/><mi>b</mi></math>", "a b"),
        ("<math><mi>f</mi><mo>\u2061</mo><mi>x</mi></math>", "fx"),
        (
            "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x</annotation></semantics></math>",
            "x",
        ),
        ("<inline-formula><tex-math>$\\ell_1$</tex-math></inline-formula> norm", "$\\ell_1$ norm"),
        (
            "<jats:alternatives><jats:tex-math>$$\\alpha _1$$</jats:tex-math><mml:math><mml:mi>α</mml:mi></mml:math></jats:alternatives>",
            "$\\alpha _1$",
        ),
        ("<alternatives><tex-math>$\\input{x}$</tex-math><math><mi>β</mi></math></alternatives>", "β"),
        ("<tex-math>\\documentclass{minimal}\\begin{document}$$x^2$$\\end{document}</tex-math>", "$x^2$"),
        ("<tex-math>$\\write18{rm}$</tex-math>", "write18{rm}"),
    ],
)
def test_markup_becomes_plain_text(source: str, expected: str) -> None:
    assert plain(source) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Attention Is All You Need",
        "AT&T",
        "R&D in the Q&A of S&P",
        "a < b and c > d",
        "if a <b and c> d",
        "Vec<T> and Map<K, V>",
        "x<y>z",
        "<3 and 3>",
        "1 <2> 3",
        "http://example.org/?a=1&notin=2&copy=3",
        "&unknownthing; and & alone; and &;",
        "cost of $5 to $10",
        "$K$-means and $\\ell_1$",
        "H$_{2}$O",
        "模糊测试技术研究",
        "“quoted” – dash — and ’",
        "C++ and C#",
        "50% off_by_one {braces}",
        "می‌خواهم",
        "e < f",
        "<>",
        "< i >",
        "</>",
        "<!-- never closed",
    ],
)
def test_text_without_markup_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<jats:title>Abstract</jats:title><jats:p>We show.</jats:p>", "We show."),
        ("<title>Summary</title>\n <p>We show.</p>", "We show."),
        ("<jats:p>We show.</jats:p>", "We show."),
        (
            "<jats:sec><jats:title>Methods</jats:title><jats:p>x</jats:p></jats:sec><jats:sec><jats:title>Results.</jats:title><jats:p>y</jats:p></jats:sec>",
            "Methods: x Results. y",
        ),
        ("plain &lt;p&gt;text&lt;/p&gt;", "plain text"),
    ],
)
def test_an_abstract_keeps_its_headings_but_not_the_word_abstract(source: str, expected: str) -> None:
    assert plain(source, headings=True) == expected


@pytest.mark.parametrize("word", sorted(HEADINGS))
def test_every_heading_that_says_abstract_is_dropped(word: str) -> None:
    assert plain(f"<title>{word.upper()}</title><p>x</p>", headings=True) == "x"


@pytest.mark.parametrize("name", sorted((INLINE | BLOCKS | FRAMES) - LEFT_OUT))
def test_every_known_tag_is_dropped_and_its_content_stays(name: str) -> None:
    assert "word" in plain(f"<{name}>word</{name}>")
    assert "<" not in plain(f"<{name}>word</{name}>")
    assert "<" not in plain(f'<{name.upper()} class="a" id=b>word</{name}>')


@pytest.mark.parametrize("name", sorted(LEFT_OUT))
def test_every_hidden_element_is_dropped_with_its_content(name: str) -> None:
    assert plain(f"a <{name}>word</{name}>b") == "a b"


@pytest.mark.parametrize("prefix", sorted(PREFIXES))
def test_every_prefix_makes_any_name_a_tag(prefix: str) -> None:
    assert plain(f"<{prefix}:whatever>word</{prefix}:whatever>") == "word"
    assert plain(f"<not{prefix}:whatever>") == f"<not{prefix}:whatever>"


def test_the_rows_about_tags_do_not_overlap() -> None:
    assert not INLINE & BLOCKS
    assert not INLINE & (FRAMES - {"title"})
    assert MATH <= FRAMES


@pytest.mark.parametrize(("letter", "command"), sorted(mathematics.GREEK.items()))
def test_every_greek_letter_of_a_script_becomes_its_command(letter: str, command: str) -> None:
    assert plain(f"x<sub>{letter}</sub>") == f"x$_{{{command}}}$"
    assert plain(f"x{letter}") == unicodedata.normalize("NFC", f"x{letter}")


@pytest.mark.parametrize(("sign", "written"), sorted(mathematics.SIGNS.items()))
def test_every_sign_of_a_script_becomes_what_tex_writes(sign: str, written: str) -> None:
    assert plain(f"x<sub>1{sign}2</sub>") == f"x$_{{1{written}2}}$"


@pytest.mark.parametrize("ordinal", sorted(mathematics.ORDINALS))
def test_every_ordinal_is_no_formula(ordinal: str) -> None:
    assert plain(f"5<sup>{ordinal}</sup>") == f"5{ordinal}"
    assert plain(f"x<sup>{ordinal}</sup>") == f"x$^{{{ordinal}}}$"


@pytest.mark.parametrize("command", sorted(tex.MATH_COMMANDS))
def test_every_known_command_may_stand_in_a_formula(command: str) -> None:
    assert mathematics.tex_formula(f"$\\{command} x$") == f"$\\{command} x$"


@pytest.mark.parametrize(
    "source",
    [
        "$\\input{/etc/passwd}$",
        "$\\def\\x{}$",
        "$\\href{http://x}{y}$",
        "$a$ and $b$",
        "$a}$",
        "${a$",
        "$a % b$",
        "$a # b$",
        "$\\$",
        "$$",
        "",
        "$a & b$",
        "$\\csname x\\endcsname$",
        "$^^5cinput{x}$",
        f"${'a' * 301}$",
        "$a\u202eb$",
    ],
)
def test_a_formula_that_could_do_anything_else_is_refused(source: str) -> None:
    assert mathematics.tex_formula(source) == ""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("On $\\input{/etc/passwd}$", "On \\input{/etc/passwd}"),
        ("On $^^5cinput{x}$", "On ^^5cinput{x}"),
        ("On $\\alpha$ and $\\mathbf{x}_{1}$", "On $\\alpha$ and $\\mathbf{x}_{1}$"),
        ("C:\\temp without dollars", "C:\\temp without dollars"),
    ],
)
def test_raw_tex_keeps_its_dollars_only_where_it_sets_mathematics(source: str, expected: str) -> None:
    assert plain(source) == expected


FRAGMENTS = st.sampled_from(
    (
        "<i> </i> <sub> </sub> <sup> <mml:math> </mml:math> <mml:msub> <mml:mi> </mml:mi> </mml:msub> <jats:p> <p> <br/> &amp; amp; lt; &lt; &gt; "
        '&#60; &#38; &eacute; <!-- --> <![CDATA[ ]]> <? ?> < > & $ { } \\ <a href="x"> <title> </title> <alternatives> <tex-math> </tex-math> '
        "<mfrac> <msubsup> <script> </script> i sub 2 α"
    ).split()
) | st.text(max_size=5)
MESSY = st.lists(FRAGMENTS, max_size=25).map("".join)


@settings(max_examples=300)
@given(MESSY)
def test_no_text_raises_and_no_tag_is_left(text: str) -> None:
    for headings in (False, True):
        result = plain(text, headings=headings)
        assert plain(result) == result
        assert result == " ".join(result.split())
        assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in result)


@settings(max_examples=300)
@given(MESSY)
def test_what_is_clean_stays_clean(text: str) -> None:
    once = plain(text)
    assert plain(once) == once


@given(st.text(st.characters(exclude_characters="<&$", exclude_categories=["C"]), max_size=60))
def test_text_without_angle_brackets_and_ampersands_only_loses_odd_space(text: str) -> None:
    expected = unicodedata.normalize("NFC", " ".join(text.split()))
    if not set(text) & set("\u2028\u2029") and "]]>" not in text:
        assert plain(text) == expected


@pytest.mark.parametrize(
    ("head", "piece", "tail"),
    [
        ("", "<sub>", ""),
        ("", "<sub>", "</sub>"),
        ("", "</sub>", ""),
        ("", "<!--", ""),
        ("", "<?", ""),
        ("", "<i a=", ""),
        ("<i ", "a=b ", ""),
        ("", '<i a="', ""),
        ("", "<", ""),
        ("", "&", ""),
        ("", "&amp;", ""),
        ("&#38;", "#38;", ""),
        ("", "<mml:msub><mml:mi>x</mml:mi>", ""),
        ("", "x", ""),
    ],
    ids=range(14),
)
def test_hostile_text_takes_linear_time(head: str, piece: str, tail: str) -> None:
    def work(text: str) -> None:
        assert len(plain(text)) <= LONGEST + 1000

    assert_in_proportion(
        lambda size: head + piece * (size // len(piece)) + tail * (size // len(piece)), work, most=100_000
    )
