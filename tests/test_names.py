"""Names: lists, every form of BibTeX and biblatex, Han names, output that reads back, hostile input."""

from __future__ import annotations

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.model import People, Person
from llminfer_bib.names import display, family_first, is_han, lists, parse_name, parse_people, split_names, to_bibtex
from llminfer_bib.names.scripts import EAST_ASIAN
from llminfer_bib.tex import from_text, is_balanced, to_plain


def ascii_text(text: str) -> str:
    """Encode as the classic export does."""
    return from_text(text, ascii_only=True)


def org(literal: str) -> Person:
    """Return an organisation."""
    return Person(literal=literal)


# ---------------------------------------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("  ", []),
        ("A", ["A"]),
        ("A and B", ["A", "B"]),
        ("A AND B And C", ["A", "B", "C"]),
        ("A\n  and\tB", ["A", "B"]),
        ("A  and  B and", ["A", "B"]),
        ("and A and and B", ["A", "B"]),
        ("and", []),
        ("{A and B} and C", ["{A and B}", "C"]),
        ("{{A and B} and C} and D", ["{{A and B} and C}", "D"]),
        ("A and {B and C", ["A", "{B and C"]),
        ("A} and B", ["A}", "B"]),
        ("Sand, Anders and Brand, Andy", ["Sand, Anders", "Brand, Andy"]),
        ("Alexander Anderson", ["Alexander Anderson"]),
        ("A~and~B", ["A~and~B"]),
        (r"M{\"u}ller and {\O}stergaard", [r"M{\"u}ller", r"{\O}stergaard"]),
        (r"A and\ B", [r"A and\ B"]),
        ("葛旭冉 and 戴国浩", ["葛旭冉", "戴国浩"]),
    ],
)
def test_a_list_is_split_at_and_outside_braces(source: str, expected: list[str]) -> None:
    assert split_names(source) == (expected, False)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A and others", ["A"]),
        ("A and B AND others ", ["A", "B"]),
        ("others", []),
        ("A {and} B and others", ["A {and} B"]),
    ],
)
def test_others_at_the_end_is_nobody(source: str, expected: list[str]) -> None:
    assert split_names(source) == (expected, True)


@pytest.mark.parametrize("source", ["others and A", "A and {others}", "A and Others, Bo", "A and {and others}"])
def test_others_elsewhere_is_a_name(source: str) -> None:
    assert not split_names(source)[1]


def test_a_list_becomes_people() -> None:
    people = parse_people("Kwon, Woosuk and {Meta AI} and 戴国浩 and others", to_plain)
    assert people == People((Person("Kwon", "Woosuk"), org("Meta AI"), org("戴国浩")), others=True)
    assert parse_people("", to_plain) == People()


def test_names_are_remembered_for_each_way_to_decode() -> None:
    shout = str.upper
    assert parse_people("{a}", shout).persons == (org("{A}"),)
    assert parse_people("{a}", to_plain).persons == (org("a"),)
    assert parse_people("{a}", shout).persons == (org("{A}"),)


def test_the_memory_for_names_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_MOST_NAMES", 10)
    monkeypatch.setattr(lists, "_MOST_PLAINS", 2)
    monkeypatch.setattr(lists, "_MEMO", {})
    for number in range(50):
        parse_people(f"A{number}, B", lambda text, number=number: text + str(number))
        parse_people(f"A{number}, B and {'x' * 300}", to_plain)
        assert len(lists._MEMO) <= 2
    assert all(len(memo) <= 10 for memo in lists._MEMO.values())
    assert not any(len(name) > 200 for memo in lists._MEMO.values() for name in memo)


# ---------------------------------------------------------------------------------------------- one name

FORMS = [
    # First von Last
    ("", Person()),
    ("Woosuk Kwon", Person("Kwon", "Woosuk")),
    ("Joseph E. Gonzalez", Person("Gonzalez", "Joseph E.")),
    ("Madonna", Person("Madonna")),
    ("OneFlow", Person("OneFlow")),
    ("madonna", Person("madonna")),
    ("Ludwig van Beethoven", Person("Beethoven", "Ludwig", "van")),
    ("Jean de la Fontaine", Person("Fontaine", "Jean", "de la")),
    ("Jean de la fontaine", Person("fontaine", "Jean", "de la")),
    ("jean de la fontaine", Person("fontaine", "", "jean de la")),
    ("Jean De La Fontaine", Person("Fontaine", "Jean De La")),
    ("Jean {de la} Fontaine", Person("Fontaine", "Jean de la")),
    ("jean {de} {la} fontaine", Person("de la fontaine", "", "jean")),
    ("Jean de La Fontaine", Person("La Fontaine", "Jean", "de")),
    ("Jean de La fontaine du Bois Vert", Person("Bois Vert", "Jean", "de La fontaine du")),
    (r"Charles Louis de la Vall{\'e}e Poussin", Person("Vallée Poussin", "Charles Louis", "de la")),
    ("van Beethoven", Person("Beethoven", "", "van")),
    ("Jean-Paul Sartre-Beau", Person("Sartre-Beau", "Jean-Paul")),
    ("Jean-Paul", Person("Jean-Paul")),
    ("Kai~Sheng Tai", Person("Tai", "Kai Sheng")),
    ("Kai Sheng~Tai", Person("Tai", "Kai Sheng")),
    ("Jean d'Alembert", Person("d'Alembert", "Jean")),
    ("Muhammad ibn Musa al-Khwarizmi", Person("Khwarizmi", "Muhammad", "ibn Musa al-")),
    ("Muhammad al-Khwarizmi", Person("Khwarizmi", "Muhammad", "al-")),
    ("Woosuk\n  Kwon", Person("Kwon", "Woosuk")),
    # von Last, First
    ("Kwon, Woosuk", Person("Kwon", "Woosuk")),
    ("  Kwon ,Woosuk ", Person("Kwon", "Woosuk")),
    ("van Beethoven, Ludwig", Person("Beethoven", "Ludwig", "van")),
    ("de la fontaine, Jean", Person("fontaine", "Jean", "de la")),
    ("De la Fontaine, Jean", Person("Fontaine", "Jean", "De la")),
    ("De La Fontaine, Jean", Person("De La Fontaine", "Jean")),
    ("de La Fontaine, Jean", Person("La Fontaine", "Jean", "de")),
    ("fontaine, Jean", Person("fontaine", "Jean")),
    ("Fontaine, jean de", Person("Fontaine", "jean de")),
    ("Della Casa Bianca, Anna", Person("Della Casa Bianca", "Anna")),
    ("{van der Berg}, Jan", Person("van der Berg", "Jan")),
    ("Sartre-Beau, Jean-Paul", Person("Sartre-Beau", "Jean-Paul")),
    ("al-Khwarizmi, Muhammad", Person("Khwarizmi", "Muhammad", "al-")),
    ("d'Alembert, Jean", Person("d'Alembert", "Jean")),
    ("O'Brien, Tim", Person("O'Brien", "Tim")),
    ("Smith,", Person("Smith")),
    (", John", Person("", "John")),
    ("van der Berg,", Person("Berg", "", "van der")),
    # von Last, Jr, First
    ("King, Jr., Martin Luther", Person("King", "Martin Luther", "", "Jr.")),
    ("von Berlichingen zu Hornberg, III, Johann", Person("Hornberg", "Johann", "von Berlichingen zu", "III")),
    ("Smith, Jr,", Person("Smith", "", "", "Jr")),
    ("Smith, , John", Person("Smith", "John")),
    ("{Foo, Jr.}, Bar", Person("Foo, Jr.", "Bar")),
    # too many commas: BibTeX complains, we keep the text
    ("Smith, John, Doe, Jane", Person("Smith", "Doe, Jane", "", "John")),
    # TeX in names
    (r"M{\"u}ller, J{\"o}rg", Person("Müller", "Jörg")),
    (r"J{\"o}rg M{\"u}ller", Person("Müller", "Jörg")),
    (r"{\O}stergaard", Person("Østergaard")),
    (r"S{\o}ren {\O}stergaard", Person("Østergaard", "Søren")),
    (r"{\'E}mile Zola", Person("Zola", "Émile")),
    (r"\'Emile Zola", Person("Zola", "Émile")),
    (r"\'{E}mile Zola", Person("Zola", "Émile")),
    (r"\"{O}zg{\"u}r Doe", Person("Doe", "Özgür")),
    (r"{\v{S}}t{\v e}p{\'a}n \v{C}ech", Person("Čech", "Štěpán")),
    (r"Per \AA{}str{\"o}m", Person("Åström", "Per")),
    (r"Per {\aa}f Berg", Person("Berg", "Per", "åf")),
    (r"Per {\'e}t Berg", Person("Berg", "Per", "ét")),
    (r"{\relax Ch}ristos Papadimitriou", Person("Papadimitriou", "Christos")),
    (r"{\relax van} Berg Foo", Person("Berg Foo", "", "van")),
    (r"J.\,K. Doe", Person("Doe", "J. K.")),
    (r"Espa\~na Doe", Person("Doe", "España")),
    # organisations
    ("{OpenAI}", org("OpenAI")),
    ("{{NVIDIA Corporation}}", org("NVIDIA Corporation")),
    ("{Barnes and Noble, Inc.}", org("Barnes and Noble, Inc.")),
    (r"{AT\&T}", org("AT&T")),
    (r"{\'Ecole Normale}", org("École Normale")),
    ("{A}{B}", Person("AB")),
    ("{A} {B}", Person("B", "A")),
    # Han, Kana, Hangul
    ("葛旭冉", org("葛旭冉")),
    ("{葛旭冉}", org("葛旭冉")),
    ("葛, 旭冉", Person("葛", "旭冉")),
    ("欧阳, 娜娜", Person("欧阳", "娜娜")),
    ("卡尔·马克思", org("卡尔·马克思")),
    ("村上 春樹", org("村上 春樹")),
    ("葛~旭冉", org("葛 旭冉")),
    ("さくら", org("さくら")),
    ("김철수", org("김철수")),
    ("ZOMI 酱", Person("酱", "ZOMI")),
    # no von part, though the second word is in lower case
    ("Jong-hyuk Park", Person("Park", "Jong-hyuk")),
    ("Kyung-hyun Cho Lee", Person("Lee", "Kyung-hyun Cho")),
    ("Abu-al Hasan, Ali", Person("Abu-al Hasan", "Ali")),
    # biblatex
    ("family=Duck, given=Donald", Person("Duck", "Donald")),
    (
        "given={Donald A.}, family = {Duck}, prefix=von der, suffix=Jr, useprefix=true",
        Person("Duck", "Donald A.", "von der", "Jr"),
    ),
    ("given=Donald, given-i=D, family=Duck, family-i={Du}", Person("Duck", "Donald")),
    ('"family={Robert, Inc.}", given=X', Person("Robert, Inc.", "X")),
    ('family="Duck", given="D"', Person("Duck", "D")),
    ("prefix=De, family=Duck", Person("Duck", "", "De")),
    ("a=b, c", Person("a=b", "c")),
    ("{family=Duck}", org("family=Duck")),
    # nothing sensible
    ("-", Person("-")),
    ("- - x", Person("- - x")),
    ("}a b{", Person("b", "", "a")),
    ("{a b", org("a b")),
    ("a\\", Person("a")),
]


@pytest.mark.parametrize(("source", "person"), FORMS)
def test_every_form_of_a_name(source: str, person: Person) -> None:
    assert parse_name(source, to_plain) == person


@pytest.mark.parametrize("person", sorted({person for _, person in FORMS}, key=repr))
@pytest.mark.parametrize("encode", [from_text, ascii_text])
def test_every_form_is_written_so_that_it_reads_back(person: Person, encode) -> None:
    source = to_bibtex(person, encode)
    assert parse_name(source, to_plain) == person
    assert split_names(source) == ([source], False)
    assert parse_people(f"{source} and {source} and others", to_plain) == People((person, person), others=True)


@pytest.mark.parametrize(
    ("person", "source"),
    [
        (Person("Kwon", "Woosuk"), "Kwon, Woosuk"),
        (Person("Beethoven", "Ludwig", "van"), "van Beethoven, Ludwig"),
        (Person("King", "Martin Luther", "", "Jr."), "King, Jr., Martin Luther"),
        (Person("De La Fontaine", "Jean"), "De La Fontaine, Jean"),
        (Person("Khwarizmi", "Muhammad", "al-"), "al-Khwarizmi, Muhammad"),
        (Person("van der Berg", "Jan"), "{van der Berg}, Jan"),
        (Person("Duck", "Donald", "De"), "family={Duck}, given={Donald}, prefix={De}"),
        (Person("Madonna"), "Madonna"),
        (Person("Meta AI"), "{}{Meta AI}"),
        (Person("Müller", "Jörg"), "Müller, Jörg"),
        (org("OpenAI"), "{OpenAI}"),
        (org("Barnes and Noble, Inc."), "{Barnes and Noble, Inc.}"),
        (org("AT&T"), r"{AT\&T}"),
        (org("葛旭冉"), "葛旭冉"),
        (org("村上 春樹"), "{村上 春樹}"),
        (Person("葛", "旭冉"), "葛, 旭冉"),
        (org("others"), "{others}"),
        (Person("and"), "{}{and}"),
    ],
)
def test_how_a_name_is_written(person: Person, source: str) -> None:
    assert to_bibtex(person, from_text) == source


@pytest.mark.parametrize(
    ("person", "shown", "initials", "full"),
    [
        (Person("Kwon", "Woosuk"), "Woosuk Kwon", "Kwon, W.", "Kwon, Woosuk"),
        (Person("Chuang", "Yu-Neng"), "Yu-Neng Chuang", "Chuang, Y. N.", "Chuang, Yu-Neng"),
        (Person("Gonzalez", "Joseph E."), "Joseph E. Gonzalez", "Gonzalez, J. E.", "Gonzalez, Joseph E."),
        (Person("Gonzalez", "J.E."), "J.E. Gonzalez", "Gonzalez, J. E.", "Gonzalez, J.E."),
        (Person("Park", "Jong-hyuk"), "Jong-hyuk Park", "Park, J. H.", "Park, Jong-hyuk"),
        (Person("Zola", "Émile"), "Émile Zola", "Zola, É.", "Zola, Émile"),
        (
            Person("Beethoven", "Ludwig", "van"),
            "Ludwig van Beethoven",
            "van Beethoven, L.",
            "van Beethoven, Ludwig",
        ),
        (Person("Smith", "John", "", "Jr."), "John Smith Jr.", "Smith, J., Jr.", "Smith, John, Jr."),
        (Person("Khwarizmi", "M.", "al-"), "M. al-Khwarizmi", "al-Khwarizmi, M.", "al-Khwarizmi, M."),
        (Person("Alembert", "Jean", "d’"), "Jean d’Alembert", "d’Alembert, J.", "d’Alembert, Jean"),
        (Person("Madonna"), "Madonna", "Madonna", "Madonna"),
        (Person("", "John"), "John", "J.", "John"),
        (org("Meta AI"), "Meta AI", "Meta AI", "Meta AI"),
        (org("葛旭冉"), "葛旭冉", "葛旭冉", "葛旭冉"),
        (Person("葛", "旭冉"), "葛旭冉", "葛旭冉", "葛旭冉"),
        (Person("村上", "春樹"), "村上春樹", "村上春樹", "村上春樹"),
        (Person("Ge", "旭冉"), "旭冉 Ge", "Ge, 旭冉", "Ge, 旭冉"),
        (Person("X", "(1)"), "(1) X", "X, (1)", "X, (1)"),
        (Person(), "", "", ""),
    ],
)
def test_how_a_name_is_shown(person: Person, shown: str, initials: str, full: str) -> None:
    assert display(person) == shown
    assert family_first(person, initials=True) == initials
    assert family_first(person, initials=False) == full


@pytest.mark.parametrize(
    "text", ["葛", "葛旭冉", "葛 旭冉", "卡尔·马克思", "々", "さくら", "カタカナ", "ｶﾅ", "김철수", "𠮷田"]
)
def test_east_asian_names(text: str) -> None:
    assert is_han(text)


@pytest.mark.parametrize(("first", "last"), EAST_ASIAN)
def test_every_block_of_east_asian_characters(first: int, last: int) -> None:
    assert is_han(chr(first))
    assert is_han(chr(last))
    assert not is_han(chr(last) + "x")
    assert sorted(EAST_ASIAN) == list(EAST_ASIAN)


@pytest.mark.parametrize(
    "text", ["", " ", "·", "・", "\u2e7f", "\u1200", "한x", "Ge", "葛 Ge", "葛2", "Иван", "葛,旭冉", "é"]
)
def test_other_names(text: str) -> None:
    assert not is_han(text)


# ---------------------------------------------------------------------------------------------- properties

WORD = st.one_of(
    st.sampled_from(
        ["van", "de", "De", "al-", "d'", "and", "AND", "others", "Jr.", "III", "葛", "旭冉", "Müller", "é"]
    ),
    st.sampled_from(
        ["Jean-Paul", "Jong-hyuk", "O'B", "A,B", "a=b", "family=x", "{", "}", "\\", "$x$", "~", '"', "--", "-"]
    ),
    st.text(st.sampled_from("aAbB{}\\,-~ éß葛·.'\"=$&1"), max_size=6),
)
PART = st.lists(WORD, max_size=3).map(lambda words: " ".join(" ".join(words).split()))
PERSON = st.one_of(
    PART.map(lambda text: Person(literal=text)),
    st.builds(Person, PART, PART, PART, PART),
    st.builds(Person, PART, PART),
    st.builds(Person, PART),
)


@settings(deadline=None, max_examples=600)
@given(PERSON, st.sampled_from([from_text, ascii_text]))
def test_every_person_reads_back(person: Person, encode) -> None:
    source = to_bibtex(person, encode)
    assert is_balanced(source)
    assert parse_name(source, to_plain) == person
    assert split_names(source) == ([source], False)


@settings(deadline=None, max_examples=600)
@given(
    st.lists(st.one_of(WORD, st.sampled_from([",", " ", "~", r"{\"u}", r"\'{E}", r"{\oe}", "{x", "y}"])), max_size=8)
)
def test_any_source_gives_a_person_that_reads_back(words: list[str]) -> None:
    person = parse_name(" ".join(words), to_plain)
    assert parse_name(to_bibtex(person, from_text), to_plain) == person
    assert not person.literal or person == Person(literal=person.literal)
    display(person)
    family_first(person, initials=True)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(["Ab", "c", "De-f", "O'g", "H.", ",", "葛", "-i", "van"]), max_size=6),
    st.sampled_from([" ", "  "]),
)
def test_the_short_way_and_the_careful_way_agree(words: list[str], gap: str) -> None:
    source = gap.join(words)
    careful = parse_name(source + "~", to_plain)  # a tie at the end changes nothing but the way
    assert parse_name(source, to_plain) == careful


@settings(deadline=None, max_examples=300)
@given(st.lists(PERSON, max_size=5), st.booleans())
def test_every_list_reads_back(persons: list[Person], others: bool) -> None:
    source = " and ".join([to_bibtex(person, from_text) for person in persons] + ["others"] * others)
    assert parse_people(source, to_plain) == People(tuple(persons), others)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "{",
        "}",
        "{}",
        "\\",
        "$",
        "~",
        "-",
        ",",
        " ",
        "a ",
        "a, ",
        " and ",
        "and",
        "A-b ",
        "{a} ",
        '"',
        "a=",
        "{\\'e}",
        "\\'",
        "葛 ",
        "葛,",
    ],
)
def test_long_hostile_names_take_linear_time(unit: str) -> None:
    def work(source: str) -> None:
        people = parse_people(source, to_plain)
        for person in (parse_name(source, to_plain), *people.persons[:1]):
            display(person)
            family_first(person, initials=True)
            to_bibtex(person, from_text)

    assert_in_proportion(lambda size: unit * (size // len(unit)), work, most=100_000)
