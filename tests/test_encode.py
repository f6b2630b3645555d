"""Encoding: what a person types -> the source of a field, which reads back as the same text by us and by bibtexparser."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import Library
from llminfer_bib.bibfile.second import read_entry
from llminfer_bib.dates import MONTHS
from llminfer_bib.decode import DATE_FIELDS, NAME_FIELDS
from llminfer_bib.encode import ValueRefusedError, plain_source, raw_source
from llminfer_bib.model import People, Person
from llminfer_bib.names import parse_people
from llminfer_bib.problems import BibError
from llminfer_bib.tex import KEY_LIST_FIELDS, VERBATIM_FIELDS, is_balanced, to_plain

ORDINARY = (
    "title",
    "note",
    "abstract",
    "journal",
    "booktitle",
    "publisher",
    "annotation",
    "keywords",
    "series",
    "x-own",
    "pages",
    "version",
)
HOUSE = "@misc{k,\n  title = {T},\n  year = 2020,\n}\n"


# ------------------------------------------------------------------------------------------------ plain text


@pytest.mark.parametrize(
    ("name", "text", "source"),
    [
        ("title", "A & B: 100% of $5 #1 a_b", r"{A \& B: 100\% of \$5 \#1 a\_b}"),
        ("title", "高效推理", "{高效推理}"),
        ("title", "", "{}"),
        ("title", " a \n b ", "{a b}"),
        ("Title", "{x}", r"{{\textbraceleft}x{\textbraceright}}"),
        ("url", "https://x.org/a_b?c=%20&d~e#f", "{https://x.org/a_b?c=%20&d~e#f}"),
        ("DOI", "10.1/a_b", "{10.1/a_b}"),
        ("crossref", "a--b_c", "{a--b_c}"),
        ("keywords", "method, R&D, c_d", "{method, R&D, c_d}"),
        ("keywords", "a--b", "{a-{}-b}"),
        ("year", "2020", "{2020}"),
        ("date", "2023~", "{2023~}"),
        ("urldate", " 2023-01-10 ", "{2023-01-10}"),
        ("date", "soon & later", r"{soon \& later}"),
        ("month", "6", "jun"),
        ("month", "June", "jun"),
        ("month", "六月", "jun"),
        # more than a month: nothing may be lost
        ("month", "10 June", "{10 June}"),
        ("month", "June/July", "{June/July}"),
        ("month", "June 2020", "{June 2020}"),
        ("month", "spring", "{spring}"),
        ("month", "13", "{13}"),
        ("month", "", "{}"),
        ("author", "Kwon, Woosuk and van der Berg, Jan", "{Kwon, Woosuk and van der Berg, Jan}"),
        ("author", "{Meta AI} and {Google} and 戴国浩 and others", "{{Meta AI} and {Google} and 戴国浩 and others}"),
        ("author", "{AT&T} and Müller, Jörg", r"{{AT\&T} and Müller, Jörg}"),
        ("author", "{ Meta  AI }", "{{ Meta AI }}"),
        ("editor", "A {} B", "{A {} B}"),
        ("editor", "{a", r"{{\textbraceleft}a}"),
    ],
)
def test_plain_text_becomes_source(name: str, text: str, source: str) -> None:
    assert plain_source(name, text) == source


@pytest.mark.parametrize(("number", "name"), [(n, name) for n, row in enumerate(MONTHS, 1) for name in row])
def test_every_name_of_a_month_becomes_its_macro(number: int, name: str) -> None:
    assert plain_source("month", name) == MONTHS[number - 1][0]
    assert plain_source("Month", name.upper()) == MONTHS[number - 1][0]


@pytest.mark.parametrize("name", sorted(VERBATIM_FIELDS | (KEY_LIST_FIELDS - {"keywords"})))
def test_every_field_that_is_no_tex_is_written_as_it_is(name: str) -> None:
    assert plain_source(name, r"a_b%~--{c}\d") == r"{a_b%~--{c}\d}"
    with pytest.raises(ValueRefusedError, match="do not balance"):
        plain_source(name, "a{b")


@pytest.mark.parametrize("name", ["title", "url", "author", "keywords", "date", "month"])
@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udcff"])
def test_what_no_file_can_hold_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueRefusedError, match=r"zero byte|Unicode") as caught:
        plain_source(name, text)
    assert caught.value.exit_code == 2
    with pytest.raises(ValueRefusedError):
        raw_source(name, text)


# ------------------------------------------------------------------------------------------------ raw values


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("{a}", "{a}"),
        ('"a"', '"a"'),
        (" {a} ", "{a}"),
        ("2020", "2020"),
        ("jan", "jan"),
        ("JAN", "JAN"),
        ("sosp", "sosp"),
        ('SOSP # { 2023} # "x" # 12', 'SOSP # { 2023} # "x" # 12'),
        (r"M{\"u}ller", r"{M{\"u}ller}"),
        ("plain words", "{plain words}"),
        ("C# code", "{C# code}"),
        ("a # b", "{a # b}"),
        ("{a} # nope", "{{a} # nope}"),
        ("nope", "{nope}"),
        ("{a}{b}", "{{a}{b}}"),
        ("{a} b", "{{a} b}"),
        ("a, b = {c}", "{a, b = {c}}"),
        ('"a', '{"a}'),
        ("", "{}"),
        ("{}", "{}"),
        ("２０２０", "{２０２０}"),
        ("2020a", "{2020a}"),
        ("@misc{x}", "{@misc{x}}"),
        ("{a}, note = {b}", "{{a}, note = {b}}"),
    ],
)
def test_a_raw_value_stays_where_it_is_whole_and_is_braced_else(text: str, source: str) -> None:
    assert raw_source("note", text, ("Sosp",)) == source


@pytest.mark.parametrize("text", ["{", "}", "a}", "}{", r"\{", r"a\}b", '"a}"'])
def test_a_raw_value_without_balance_is_refused(text: str) -> None:
    with pytest.raises(ValueRefusedError, match="do not balance"):
        raw_source("note", text)


@settings(deadline=None, max_examples=300)
@given(st.text('{}"#@,=\\ ab1%\n', max_size=12))
def test_a_raw_value_is_refused_or_one_whole_value(text: str) -> None:
    library = Library.from_text("@string{ab = {x}}\n" + HOUSE)
    try:
        library.set("k", raw=True, note=text)
    except BibError:
        assert not is_balanced(text) or "\\" in text or '"' in text or "@" in text or "%" in text, text
        return
    assert list(library["k"].fields) == ["title", "year", "note"]
    assert not [problem for problem in library.problems if problem.code != "B020"]


# ------------------------------------------------------------------------------------------------ round trips

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40) | st.text(
    "{}\\$%&#_~^\"'`-?!@,= \n\tabäß戴é$", max_size=25
)


def spaced(text: str) -> str:
    return " ".join(text.split())


@settings(deadline=None, max_examples=400)
@given(TEXT, st.sampled_from(ORDINARY))
def test_any_text_in_any_ordinary_field_reads_back_the_same(text: str, name: str) -> None:
    library = Library.from_text(HOUSE)
    library.set("k", **{name: text})
    assert library["k"].fields[name] == spaced(text)
    assert library.problems == ()
    # and by an independent reader
    reading = read_entry(library.text.strip())
    assert reading is not None
    fields = dict(reading.fields)
    assert set(fields) == {"title", "year", name}
    assert fields["year"] == "2020"
    assert to_plain(fields[name][1:-1]) == spaced(text)


@settings(deadline=None, max_examples=200)
@given(TEXT, st.sampled_from(ORDINARY))
def test_a_dollar_sign_is_money_or_a_formula_and_never_lost(text: str, name: str) -> None:
    assert to_plain(plain_source(name, text)[1:-1]) == spaced(text)


@settings(deadline=None, max_examples=200)
@given(TEXT, st.sampled_from(sorted(VERBATIM_FIELDS | (KEY_LIST_FIELDS - {"keywords", "crossref", "xdata"}))))
def test_a_field_that_is_no_tex_reads_back_the_same_or_is_refused(text: str, name: str) -> None:
    library = Library.from_text(HOUSE)
    try:
        library.set("k", **{name: text})
    except BibError:
        assert "\\" in text or "{" in text or "}" in text or "@" in text
        assert library.text == HOUSE
        return
    assert spaced(library["k"].fields[name]) == spaced(text)


@settings(deadline=None, max_examples=200)
@given(TEXT, st.sampled_from(["title", "author", "url", "month", "date"]))
def test_what_was_read_is_written_the_same_the_second_time(text: str, name: str) -> None:
    library = Library.from_text(HOUSE)
    try:
        library.set("k", **{name: text})
    except BibError:
        return
    before = library.text
    if name in library["k"].fields and not (name == "month" and library["k"].fields[name] == ""):
        library.set("k", **{name: library["k"].fields[name]})
        assert library.text == before


NAMES = st.lists(
    st.sampled_from(
        [
            "Kwon, Woosuk",
            "van der Berg, Jan",
            "Müller, Jr., Jörg",
            "{Meta AI}",
            "{AT&T Labs and Friends}",
            "戴国浩",
            "O_Neil, 100%",
            "Doe, J.~K.",
        ]
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(NAMES, st.sampled_from(sorted(NAME_FIELDS)), st.booleans())
def test_a_list_of_names_reads_back_as_the_same_persons(people: list[str], name: str, others: bool) -> None:
    text = " and ".join([*people, "others"] if others else people)
    library = Library.from_text(HOUSE)
    library.set("k", **{name: text})
    assert library["k"].people[name] == parse_people(text, lambda part: part.replace("{", "").replace("}", ""))


def test_an_organisation_stays_in_one_piece() -> None:
    library = Library.from_text(HOUSE)
    library.set("k", author="{Meta AI} and {Simon and Schuster}")
    assert library["k"].authors == People((Person(literal="Meta AI"), Person(literal="Simon and Schuster")))


@settings(deadline=None)
@given(TEXT, st.sampled_from(DATE_FIELDS))
def test_any_text_in_a_date_field_reads_back_the_same(text: str, name: str) -> None:
    library = Library.from_text(HOUSE)
    library.set("k", **{name: text})
    assert library["k"].fields[name] == spaced(text)


@pytest.mark.parametrize("text", ["2023~", "2023-01-10", "2020/2021", "199X", "2023%", "2023-01-10T10:00:00Z"])
@pytest.mark.parametrize("name", DATE_FIELDS)
def test_a_date_stands_in_the_file_as_biblatex_reads_it(text: str, name: str) -> None:
    library = Library.from_text(HOUSE)
    library.set("k", **{name: text})
    assert f"{name} = {{{text}}}" in library.text
    assert library["k"].dates[name]
