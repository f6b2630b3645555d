"""The rules about names find what BibTeX would misread, and leave the names of real people and organisations alone."""

from __future__ import annotations

import pytest
from checking_words import codes, findings, fixed, paper
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.checks.people import RULES
from llminfer_bib.checks.rules import Rule

FOUND = [
    ("B201", "Smith, John and et al."),
    ("B201", "Smith, John et al"),
    ("B201", "Smith, J., et. al."),
    ("B201", "李伟 and 等"),
    ("B201", "others and Smith, John"),
    ("B201", "M.J. Smith et.al."),
    ("B201", "Smith, J. and Wu, L. et.al."),
    ("B201", "Smith, J. and others."),
    ("B201", "Smith, J., others"),
    ("B201", "Smith, J. and al."),
    ("B201", "Smith, J. and ..."),
    ("B201", "Smith, J. and Wu, L. and..."),
    ("B201", r"Smith, J. and \ldots"),
    ("B201", "李四五等"),
    ("B201", "王芳 and 李四等人"),
    ("B202", r"A. Smith \& B. Jones"),
    ("B202", "Smith, A. & Jones, B. & Wu, C."),
    ("B202", "Smith & Jones"),
    ("B202", r"Smith, A. and Jones, B. \& Wu, C."),
    ("B203", "Smith, John; Jones, Mary"),
    ("B203", "John Smith; Mary Jones; Li Wei"),
    ("B203", "李伟; 王芳"),
    ("B203", "Smith, John;"),
    ("B204", "Li Wei, Wang Fang, Zhang San"),
    ("B204", "Smith, J., Jones, M., Wu, C."),
    ("B204", "李伟、王芳"),
    ("B204", "李伟，王芳，张三"),
    ("B204", "李伟, 王芳"),
    ("B204", "Smith J, Jones M"),
    ("B204", "李伟 王芳 张三五"),
    ("B204", "Smith JR, Jones MA, Wu C"),
    ("B204", "J. Smith, B. Jones and C. Wu"),
    ("B204", "J. R. van Smith, B. Jones"),
    ("B204", "Smith, John and Jones, Mary, and Wu, Li"),
    ("B204", "Smith, John,"),
    ("B205", "SMITH, JOHN"),
    ("B205", "JOHN SMITH and Mary Jones"),
    ("B205", "GARCIA, Maria"),
    ("B205", "LEE, KIM-SUN"),
    ("B205", "R B SMITHSON"),
    ("B205", "W. J. SMITH and R. E. JONES"),
    ("B205", "SMITH, Jr., W A"),
    ("B205", "DES MOULINS, D J"),
    ("B205", "J A O'NEILL"),
    ("B206", "john smith and mary jones"),
    ("B206", "smith, john and jones, mary"),
    ("B206", "zhang san and li si and wang wu"),
    ("B206", "smith, j. and jones, m."),
    ("B206", "Young, a. and Wu, Li"),
    ("B206", "Wu, Li and Zander, Floris a"),
    ("B206", "Moore, a"),
    ("B207", "W., Liang"),
    ("B207", "J. E., Gonzalez"),
    ("B207", "J.E., Gonzalez and Zhang, Hao"),
    ("B207", "Zhang, Hao and I., Stoica"),
    ("B207", "Jr, Henry Robertson"),
    ("B207", "Wu, Li and III, John Smith"),
    ("B207", "WANG Fang"),
    ("B207", "Liang W and Zhang H"),
    ("B207", "Liang WJ and Zhang H and Smith, John"),
    ("B207", "Liang W. and Zhang H. and Smith J.A."),
    ("B207", "John Smith Jr."),
    ("B207", "John Smith III"),
    ("B207", "Wu, Li and ZHANG Wei"),
    ("B208", "Qwen Team"),
    ("B208", "Team, Qwen"),
    ("B208", "DeepSeek 团队"),
    ("B208", "Stanford University and Smith, John"),
    ("B208", "Department of Computer Science and Engineering"),
    ("B208", "City of Springfield"),
    ("B208", "United Nations"),
    ("B208", "European Commission"),
    ("B208", "National Bureau of Clocks"),
    ("B208", "Green Carbon Fund"),
    ("B208", "The gizmo development team"),
    ("B208", "The gizmo developers and Wu, Li"),
    ("B209", "李, W."),
    ("B209", "李 W."),
    ("B209", "W. 李"),
    ("B209", "欧阳, X. Y."),
    ("B211", "Smith, John1"),
    ("B211", "Smith, John and Wu, Li 2"),
    ("B211", "John Smith john@example.org"),
    ("B211", "Smith†, John"),
    ("B211", "Smith, J. (ed.)"),
    ("B211", "John Smith (MIT)"),
    ("B211", "Smith$^1$, John"),
    ("B211", r"Smith\thanks{MIT}, John"),
    ("B211", "Smith, John and Wu, Li (Eds.)"),
    ("B212", "Smith, Dr. John"),
    ("B212", "Prof. John Smith"),
    ("B212", "Mr John Smith"),
    ("B212", "Smith, Dr John"),
    ("B212", "John Smith PhD"),
    ("B212", "Smith, John, Ph.D."),
    ("B213", "Smith, John and and Jones, Mary"),
    ("B213", "and Smith, John"),
    ("B213", "Smith, John and"),
    ("B213", "Smith, John and\n and Jones, Mary"),
    ("B214", "Smithson, Jonathan and Wu, Li and Smithson, Jonathan"),
    ("B214", "{Qwen Team} and {Qwen Team}"),
    ("B214", "李伟 and 王芳 and 李伟"),
    ("B214", "Jonathan Smithson and Smithson, Jonathan"),
    ("B215", "{The Gizmo Collaboration} and {Robinson, Thomas P.} and {Bray, Eva}"),
    ("B215", "{van der Berg, Jan}"),
    ("B215", "{Bray, Eva} and {Ford, Tom}"),
    ("B215", "{Price-Smith, A.}"),
    ("B215", r"{Robinson, T. P.} and {Gr\"uner, J.}"),
]
LEFT_ALONE = [
    "Smith, John and others",
    "Al, Et and Alston, Beth",
    "Alaa Al-Etal and Others, Ann",
    "李等 and 王芳",
    r"{Simon \& Schuster}",
    r"{AT\&T Labs}",
    r"M{\"u}ller, Hans and Jos\'e Garc\'ia",
    r"{\'E}mile Zola",
    "King, Jr., Martin Luther",
    "de la Vallée Poussin, III, Charles",
    "{Smith, Jones, Wu and Sons}",
    "family=Hill, given=Peter, prefix=de, useprefix=true",
    "欧阳, 修 and 欧阳，修",
    "李伟 and 王芳",
    "{百度、华为}",
    "Wu, AB and Li, JRR",
    "OECD",
    "NVIDIA",
    "DHH",
    "danah boyd and Ellison, Nicole B.",
    "bell hooks",
    "kaiokendev",
    "van der Berg, Jan and de Boer, Piet",
    "K. Ramesh and Ramesh, K.",
    "A. and B.",
    "{Qwen Team} and {DeepSeek-AI}",
    "DeepSeek-AI",
    "OpenAI",
    "Press, William H. and Bank, Lisa and Board, Ann",
    "Labbé, Jean and Groupe, Anne and Teamer, Bo",
    "清华大学 and 李伟",
    "清华大学 实验室",
    "阿里云开发者",
    "李, 伟",
    "Lee, 伟",
    "3Blue1Brown",
    "{user42}",
    "01.AI",
    "Henry VIII",
    "Smith, Ph.D.",
    "Ma, Sam and Drake, Frank and Profumo, Stefano",
    "{Dr. Dobb's Journal}",
    "Anderson, Andy and Band, Brand",
    "Wang, Wei and Wang, Wei",
    "Wang, W. and Wang, W.",
    "Smithson, J. and Smithson, J.",
    "Smith, Al. and Wu, Li",
    "Others, A. N. and Wu, Others",
    "Smith, A. and 高等",
    "Vega Ruiz, José María",
    "Smith AB, J.",
    "King, Jr, Martin Luther and Wu, Li",
    "Ortega y Vega, José",
    "Vega, José y",
    "Henry VIII and Louis XIV, John",
    "Malcolm X",
    "Malcolm X and Smith, John",
    "Smith, John Jr.",
    "Smith, Jr., John and Wu, III, Li",
    "山田 太郎 and 司马 相如",
    "中国 科学 院大学",
    "Zhang, Wei (张伟)",
    "Driver, Minnie and Proff, Ann and Mrak, Ivo",
    r"B{\"u}ch, H and M{\$}, A",
    "CJ Smith and AB Jones",
    "LI Wei",
    "DHH, X.",
    "Fundora, Ana and Unionsson, Eva and Cityman, Bob",
    "Press, A. and Bank, L. and Board, A.",
    "{Acme Widgets, Ltd.}",
    "{Acme, Inc.} and {Gizmo, GmbH}",
    "{Gizmo Team, Acme Cloud}",
    "{Springer, Berlin}",
    "{Robinson}, T.~P. and {Azalea Brown}, K.",
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_row_finds_its_own_bad_example_and_nothing_in_the_good_one(rule: Rule) -> None:
    assert codes(rule.bad) == [rule.code]
    assert codes(rule.good) == []


@pytest.mark.parametrize(("code", "names"), FOUND)
def test_a_list_that_comes_out_wrong_is_found(code: str, names: str) -> None:
    found = codes(paper("author", names))
    assert set(found) == {code}


@pytest.mark.parametrize("names", LEFT_ALONE)
def test_a_sound_list_is_left_alone(names: str) -> None:
    assert codes(paper("author", names)) == []


@pytest.mark.parametrize(
    ("code", "names", "mended"),
    [
        ("B201", "Smith, John and et al.", "Smith, John and others"),
        ("B201", "Smith, John et al.", "Smith, John and others"),
        ("B201", "Smith, J., et al.", "Smith, J. and others"),
        ("B201", "M.J. Smith et.al.", "M.J. Smith and others"),
        ("B201", "Smith, J. and others.", "Smith, J. and others"),
        ("B201", "Smith, J., others", "Smith, J. and others"),
        ("B201", "Smith, J. and ...", "Smith, J. and others"),
        ("B201", "Smith, J. and Wu, L. and...", "Smith, J. and Wu, L. and others"),
        ("B201", "李四五等", "李四五等"),
        ("B204", "Smith, John and Jones, Mary, and Wu, Li", "Smith, John and Jones, Mary and Wu, Li"),
        ("B204", "Smith J, Jones M", "Smith J, Jones M"),
        ("B208", "City of Springfield", "{City of Springfield}"),
        ("B202", r"Smith, A. \& Jones, B.", "Smith, A. and Jones, B."),
        ("B202", "Simon & Schuster", "Simon & Schuster"),
        ("B203", "Smith, John; Jones, Mary;", "Smith, John and Jones, Mary"),
        ("B204", "李伟、王芳", "李伟 and 王芳"),
        ("B204", "Li Wei, Wang Fang, Zhang San", "Li Wei, Wang Fang, Zhang San"),
        ("B208", "Qwen Team", "{Qwen Team}"),
        ("B208", "Bill and Melinda Gates Foundation", "Bill and Melinda Gates Foundation"),
        ("B213", "and Smith, John and and Jones, Mary and", "Smith, John and Jones, Mary"),
        ("B213", "Smith, John and and others", "Smith, John and others"),
    ],
)
def test_only_what_is_plainly_a_slip_is_mended(code: str, names: str, mended: str) -> None:
    assert fixed(paper("author", names), code) == paper("author", mended)


def test_a_han_name_in_two_parts_is_found_only_where_another_place_has_it_whole() -> None:
    both = paper("author", "李, 伟") + paper("author", "李伟").replace("{a,", "{b,")
    assert codes(both) == ["B210"]
    assert codes(paper("author", "李, 伟") + paper("author", "李, 伟").replace("{a,", "{b,")) == []


def test_names_that_a_parent_gives_are_reported_at_the_parent_only() -> None:
    parent = "@proceedings{p, editor = {SMITH, JOHN}, title = {All of it}, year = 2024}\n"
    assert codes(parent + "@inproceedings{c, author = {Wu, Li}, title = {Some of it}, crossref = {p}}\n") == ["B205"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["and", "et al.", "&", ";", ",", "李", "伟", "A.", "Team", "others", "\\", "x"]), max_size=12
    )
)
def test_any_list_can_be_looked_at_and_a_fix_ends_what_it_mends(words: list[str]) -> None:
    source = paper("author", " ".join(words))
    for rule in RULES:
        mended = fixed(source, rule.code)
        assert all(not finding.fix for _, finding in findings(mended, [rule]))
