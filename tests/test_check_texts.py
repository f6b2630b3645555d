"""The rules about text find left-overs, broken TeX and broken characters, and leave sound text of every script alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from checking_words import RULES as ALL
from checking_words import codes, findings, fixed, paper
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.checks.mojibake import looks_misdecoded, repair
from llminfer_bib.checks.rules import Rule
from llminfer_bib.checks.texts import RULES

FOUND = [
    ("B310", "title", "Serving <i>large</i> models"),
    ("B310", "title", "Serving<br>models"),
    ("B310", "title", "O(n<sup>2</sup>) serving"),
    ("B310", "title", "<jats:p>Serving models"),
    ("B311", "title", "Serving &amp; batching"),
    ("B311", "title", r"Serving \&amp; batching"),
    ("B311", "publisher", "Wiley &#38; Sons"),
    ("B311", "title", "L&eacute;gende of serving"),
    ("B311", "journal", r"Serving {\&}amp$\mathsemicolon$ Batching"),
    ("B311", "journal", r"Serving \&amp$\mathsemicolon$ Batching"),
    ("B311", "journal", r"Serving {\&}amp; Batching"),
    ("B310", "title", r"Serving {\textless}i{\textgreater}large{\textless}/i{\textgreater} models"),
    ("B310", "title", r"H\textless sub\textgreater 2"),
    ("B312", "title", r"Serving {\textbackslash}\& batching"),
    ("B312", "title", r"Caf\textbackslash'e serving"),
    ("B312", "title", r"Serving $\backslash$textit models"),
    ("B312", "journal", r"Serving $\backslash$& Batching"),
    ("B313", "title", "Serving & batching"),
    ("B313", "publisher", "Simon & Schuster"),
    ("B313", "title", "Serving at 50% of the cost"),
    ("B313", "note", "Ranked #1"),
    ("B314", "title", "Serving model_a quickly"),
    ("B314", "note", "https://example.org/a_b"),
    ("B314", "title", "Serving in 2^n steps"),
    ("B314", "title", r"Serving $x$ and y_1"),
    ("B315", "title", "Serving for $5 a day"),
    ("B315", "title", r"Serving \$5 for $x"),
    ("B315", "note", "$"),
    ("B315", "journal", "Serving $$x$ Letters"),
    ("B320", "title", "å¤§æ¨¡åž‹"),
    ("B320", "title", "CafÃ© serving"),
    ("B320", "title", "Donâ€™t serve"),
    ("B320", "author", "KovaÄ, MiloÅ¡"),
    ("B320", "title", "æ—§æ—¶ç‹è°¢å"),
    ("B320", "title", "鎺ㄧ悊浼樺寲"),
    ("B321", "title", "Caf\ufffd serving"),
    ("B321", "title", "锟斤拷锟斤拷 serving"),
    ("B321", "title", "大????型"),
    ("B321", "title", "Serving ???? models"),
    ("B321", "author", "M??ller, Hans"),
    ("B321", "editor", "M?ller, Hans"),
    ("B322", "title", "Serving\u200b models"),
    ("B322", "doi", "10.1145/\u200b3600006"),
    ("B322", "title", "Serving \u202eledom"),
    ("B322", "url", "https://example.org/\ufeff"),
    ("B322", "title", "Ser\u00adving"),
    ("B323", "title", "Don\x92t serve models"),
    ("B323", "title", "Serving\x07 models"),
    ("B323", "note", "ser\x0cving"),
    ("B323", "title", "Serving\x7f"),
    ("B324", "title", "Cafe\u0301 serving"),
    ("B324", "author", "Mu\u0308ller, Hans"),
    ("B324", "note", "a\u0302\u0301"),
    ("B324", "title", "C\u0327a sert"),
    ("B324", "author", "Mu\u00a8ller, Hans"),
    ("B324", "author", "Mu \u00a8ller, Hans"),
    ("B324", "author", "Garc\u00b4\u0131a, Ana"),
    ("B324", "title", "Sa\u02dco serving"),
    ("B325", "volume", "１２"),
    ("B325", "pages", "１--２"),
    ("B325", "number", "Ａ1"),
    ("B325", "isbn", "９７８0306406157"),
]
LEFT_ALONE = [
    ("title", r"Serving \& batching at 50\%, \#1, model\_a, \$5"),
    ("title", "Serving $a_1^2 < b$ models"),
    ("title", r"Serving \(x_1\) and \[y^2\] models"),
    ("title", r"Serving \textsc{models} and \mycommand{batches}"),
    ("title", "If a < b and c > d"),
    ("title", "Serving Vector<T> quickly"),
    ("title", "{AT\\&T}; batching"),
    ("title", r"Bell {\&}Co; batching"),
    ("title", r"Serving {\textless}10 and {\textgreater}5 tokens"),
    ("title", "L\u00b4avion, d\u00b4or, don\u00b4t"),
    ("title", "Serving a \u02c6 b"),
    ("url", "https://example.org/?a=1&b_c=2#d%20"),
    ("doi", "10.1002/(SICI)1097-0258(19980815)17:15_1661::AID-SIM968_3.0.CO;2-2"),
    ("file", "a_b & c:#%.pdf"),
    ("note", r"\url{https://example.org/a_b#c%20&d}"),
    ("howpublished", r"\href{https://example.org/a_b}{here}"),
    ("abstract", "50% of a_b & c"),
    ("keywords", "R&D, a_b"),
    ("annotation", "UC Berkeley & Google"),
    ("title", "The “naïve” café’s ‘Über’ — Ærø… §5 ½ × ¼"),
    ("title", "“the ‘café’”"),
    ("title", "VÝŠKA a ŠÍŘKA"),
    ("title", "„montáž“ et «élève»"),
    ("title", "Español: ¿qué? ¡sí!"),
    ("title", "Łódź, Ørsted, Çelik, Ğ, şı, Ñandú"),
    ("title", "Привет, мир"),
    ("title", "为什么大模型需要推理?怎么做??"),
    ("title", "大模型——“推理”、《优化》（上）：Ａ级"),
    ("title", "推荐系统 联通 忏悔录"),
    ("title", "日本語のテキスト ｶﾅ ＬＬＭ"),
    ("title", "한국어 제목"),
    ("title", "Really????"),
    ("note", "????"),
    ("title", "می\u200cخواهم"),
    ("title", "Family \U0001f468\u200d\U0001f469\u200d\U0001f467 serving"),
    ("title", "שלום\u200f (abc)"),
    ("title", "豈 更 車 \uf900"),
    ("title", "Über 5 Ω at 3 Å, 300 \u212a"),
    ("title", "हिन्दी क\u094d\u200dष"),
    ("title", "Serving\n\tmodels"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_row_finds_its_own_bad_example_and_nothing_in_the_good_one(rule: Rule) -> None:
    assert codes(rule.bad) == [rule.code]
    assert codes(rule.good) == []


@pytest.mark.parametrize(("code", "field", "text"), FOUND)
def test_broken_text_is_found(code: str, field: str, text: str) -> None:
    assert code in codes(paper(field, text))


@pytest.mark.parametrize(("field", "text"), LEFT_ALONE)
def test_sound_text_is_left_alone(field: str, text: str) -> None:
    assert codes(paper(field, text)) == []


@pytest.mark.parametrize(
    ("code", "field", "text", "mended"),
    [
        ("B311", "title", "A &amp; B &lt; C &eacute;", r"A \& B < C é"),
        ("B311", "title", "A&nbsp;B &bogus; C", "A~B &bogus; C"),
        ("B311", "title", r"A {\&}amp$\mathsemicolon$ B", r"A \& B"),
        ("B311", "title", r"A {\&}{\#}x2013$\mathsemicolon$ B", "A – B"),
        ("B324", "title", "Sa\u02dco", "Sa\u02dco"),
        ("B313", "title", r"A & B at 5% \& #1", r"A \& B at 5\% \& \#1"),
        ("B314", "title", r"a_b in $x_1$ 2^n", r"a\_b in $x_1$ 2{\textasciicircum}n"),
        ("B315", "title", "for $5 a day", "for $5 a day"),
        ("B320", "title", "{å¤§æ¨¡åž‹} and cafÃ©", "{大模型} and café"),
        ("B320", "title", "CafÃƒÂ©", "Café"),
        ("B320", "title", "鎺ㄧ悊浼樺寲", "推理优化"),
        ("B320", "title", "æ—§æ—¶ç‹", "æ—§æ—¶ç‹"),
        ("B322", "title", "Ser\u200bving \ufeffmodels", "Serving models"),
        ("B322", "title", "می\u200cخواهم\u202e", "می\u200cخواهم"),
        ("B323", "title", "Don\x92t\x07", "Don’t"),
        ("B324", "title", "Cafe\u0301 豈", "Café 豈"),
        ("B325", "pages", "１－２", "1-2"),
    ],
)
def test_only_what_is_plainly_a_slip_is_mended(code: str, field: str, text: str, mended: str) -> None:
    assert fixed(paper(field, text), code) == paper(field, mended)


@pytest.mark.parametrize("field", ["url", "doi", "eprint", "file"])
def test_tex_signs_in_addresses_are_no_business_of_ours(field: str) -> None:
    assert not {"B313", "B314", "B315"} & set(codes(paper(field, "10.1/a_b&c%20#d$")))


@given(st.text(alphabet="大模型推理优化，。“”éüñłşžАя🚀—…·", min_size=4, max_size=30))
@settings(max_examples=100, deadline=None)
def test_what_a_code_page_keeps_whole_is_put_right_and_nothing_else_is_invented(text: str) -> None:
    for page in ("latin-1", "cp1252"):
        try:
            broken = text.encode().decode(page)
        except UnicodeDecodeError:
            broken = text.encode().decode(page, "ignore")
        found = repair(broken)
        if found is not None:
            kept = iter(text)
            assert all(character in kept for character in found.text if character >= "\u2e80")


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_a_repair_never_fails_and_never_makes_text_of_ascii(text: str) -> None:
    found = repair(text)
    assert found is None or not text.isascii()


def test_the_mis_decoded_copy_of_the_list_is_known_for_one_and_nothing_is_invented(shared: Path) -> None:
    good = (shared / "seed" / "reading-list.md").read_text("utf-8").split("\n")
    bad = (shared / "seed" / "reading-list.mojibake.md").read_text("utf-8").split("\n")
    assert not any(map(looks_misdecoded, good))
    assert len(good) == len(bad)
    for line, broken in zip(good, bad, strict=True):
        found = repair(broken)
        assert (found is not None) == (line != broken)
        if found is not None:
            kept = iter(line)
            assert all(character in kept for character in found.text if character >= "\u2e80")
            assert found.lost or found.text == line


def test_no_rule_finds_anything_in_our_own_list() -> None:
    source = (Path(__file__).parent.parent / "refs.bib").read_text("utf-8")
    assert [(code, finding.message) for code, finding in findings(source)] == []


@pytest.mark.parametrize(
    "piece",
    [
        "\\",
        "$",
        "&",
        "<",
        "{",
        " ",
        "?",
        "Ã",
        "å",
        "å¤",
        "\u0301",
        "a\u0301",
        "锟",
        "and ",
        ", ",
        "\\url{",
        "\\(",
        "&#1",
    ],
)
def test_long_text_takes_no_more_than_linear_time(piece: str) -> None:
    source = piece * (30_000 // len(piece))
    if "{" in piece:
        source += "}" * source.count("{")
    started = time.process_time()
    codes(paper("title", source + "x"))
    codes(paper("author", source + "x"))
    assert time.process_time() - started < 2


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"ab&%#_^$<>;é大\u200b\u0301\x92", "\\", "{", "}", "&amp;", "Ã©", "å¤§", "1"]), max_size=12
    )
)
def test_any_text_can_be_looked_at_and_a_fix_ends_what_it_mends(pieces: list[str]) -> None:
    text = "".join(pieces)
    if "{" in text or "}" in text or text.endswith("\\"):
        return
    for rule in RULES:
        mended = fixed(paper("title", text), rule.code)
        assert all(not finding.fix for _, finding in findings(mended, [rule]))


def test_codes_and_names_are_used_once() -> None:
    assert len({rule.code for rule in ALL}) == len(ALL) == len({rule.name for rule in ALL})
