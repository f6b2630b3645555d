"""The classic BibTeX export: what the real BibTeX makes of it with four styles, without a warning that could be helped."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import Library
from llminfer_bib.export import BatchExporter, Options, biblatex, bibtex, bibtex_tables, bibtex_text
from llminfer_bib.model import Date, Entry, People, Person, Text
from llminfer_bib.names import display, family_first, parse_people
from llminfer_bib.tex import to_plain

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
ODD = json.loads((DATA / "odd-inputs.json").read_text("utf-8"))
TWELVE = (DATA / "twelve.bib").read_text("utf-8")
REFS = (ROOT / "refs.bib").read_text("utf-8")
ENTRIES = list(Library.from_text(REFS))
CORPUS = {"refs.bib": REFS, "twelve.bib": TWELVE} | {
    name: row["input"] for name, row in ODD.items() if name != "no key"
}
STYLES = ("plain", "plainnat", "IEEEtran", "ACM-Reference-Format")

each_text = pytest.mark.parametrize("source", list(CORPUS.values()), ids=list(CORPUS))
each_encoding = pytest.mark.parametrize("encoding", ["utf8", "tex"])
each_style = pytest.mark.parametrize("style", STYLES)


def exported(source: str, encoding: str = "utf8") -> str:
    """Return the export of a library given as text."""
    return Library.from_text(source).render("bibtex", encoding=encoding)[bibtex.PATH]


def lines(source: str, encoding: str = "utf8") -> list[str]:
    """Return the lines of the export of one entry, without its preamble and the commas at their ends."""
    text = exported(source, encoding).removeprefix(bibtex.PREAMBLE.decode())
    return [line.strip().removesuffix(",") for line in text.removesuffix("\n}\n").split("\n")]


# --- the page


@each_encoding
def test_the_twelve_entries_look_as_they_should(snapshot: Callable[[str, str], None], encoding: str) -> None:
    snapshot(exported(TWELVE, encoding), f"twelve/refs-bibtex{'.tex' * (encoding == 'tex')}.bib")


def test_no_entries_are_an_empty_page() -> None:
    assert exported("% nothing\n") == ""


def test_the_page_is_made_in_stretches() -> None:
    assert isinstance(bibtex, BatchExporter)


# (an entry, the lines of its export but the last)
ROWS = [
    # types
    ("@online{k, author={A}, title={T}}", ["@misc{k", "author = {A}", "title = {T}"]),
    ("@conference{k, author={A}}", ["@inproceedings{k", "author = {A}"]),
    ("@thesis{k, author={A}, type={mathesis}, institution={U}}", ["@mastersthesis{k", "author = {A}", "school = {U}"]),
    ("@thesis{k, author={A}, institution={U}}", ["@phdthesis{k", "author = {A}", "school = {U}"]),
    ("@thesis{k, author={A}, type={bathesis}}", ["@mastersthesis{k", "author = {A}", "type = {Bachelor's thesis}"]),
    ("@report{k, author={A}, institution={U}}", ["@techreport{k", "author = {A}", "institution = {U}"]),
    ("@inbook{k, author={A}, booktitle={B}}", ["@incollection{k", "author = {A}", "booktitle = {B}"]),
    ("@inbook{k, author={A}, chapter={2}}", ["@inbook{k", "author = {A}", "chapter = {2}"]),
    ("@collection{k, editor={A}}", ["@book{k", "editor = {A}"]),
    # a preprint that calls itself an article
    (
        "@article{k, author={A}, eprint={2309.06180}, archiveprefix={arXiv}}",
        ["@misc{k", "author = {A}", r"howpublished = {\url{https://arxiv.org/abs/2309.06180}}", "eprint = {2309.06180}", "archiveprefix = {arXiv}"],
    ),
    ("@article{k, author={A}}", ["@article{k", "author = {A}"]),
    # names of fields
    ("@article{k, author={A}, journaltitle={J}, location={L}}", ["@article{k", "author = {A}", "journal = {J}", "address = {L}"]),
    ("@article{k, author={A}, issue={3}}", ["@article{k", "author = {A}", "number = {3}"]),
    ("@article{k, author={A}, issue={3}, number={4}}", ["@article{k", "author = {A}", "number = {4}", "issue = {3}"]),
    (
        "@article{k, author={A}, journal={J}, eprint={arXiv:2309.06180}, eprinttype={arxiv}, eprintclass={cs.LG}}",
        ["@article{k", "author = {A}", "journal = {J}", "eprint = {2309.06180}", "archiveprefix = {arXiv}", "primaryclass = {cs.LG}"],
    ),
    ("@misc{k, author={A}, eprint={hal-1}, eprinttype={hal}}", ["@misc{k", "author = {A}", "eprint = {hal-1}", "archiveprefix = {hal}"]),
    # dates
    ("@misc{k, author={A}, date={2023-10-12}}", ["@misc{k", "author = {A}", "year = {2023}", "month = oct", "day = {12}"]),
    ("@misc{k, author={A}, date={2023~/2024-03}}", ["@misc{k", "author = {A}", "year = {2023}"]),
    ("@misc{k, author={A}, year=2023, month={October}}", ["@misc{k", "author = {A}", "year = {2023}", "month = oct"]),
    ("@misc{k, author={A}, year={2023}, month={Michaelmas}}", ["@misc{k", "author = {A}", "year = {2023}", "month = {Michaelmas}"]),
    ("@misc{k, author={A}, date={to appear}}", ["@misc{k", "author = {A}", "year = {to appear}"]),
    # links
    ("@online{k, author={A}, url={https://a.b/x_y?a&b~c}}", ["@misc{k", "author = {A}", r"howpublished = {\url{https://a.b/x_y?a&b~c}}"]),
    # LaTeX stops at these in the argument that ACM makes of howpublished
    ("@online{k, author={A}, url={https://a.b/x%20y}}", ["@misc{k", "author = {A}", "url = {https://a.b/x%20y}"]),
    ("@online{k, author={A}, url={https://a.b/x#y}}", ["@misc{k", "author = {A}", "url = {https://a.b/x#y}"]),
    ("@misc{k, author={A}, howpublished={\\url{https://a.b/%20}}}", ["@misc{k", "author = {A}", "url = {https://a.b/%20}"]),
    (
        "@online{k, author={A}, howpublished={Blog post}, url={https://a.b}}",
        ["@misc{k", "author = {A}", r"howpublished = {Blog post, \url{https://a.b}}"],
    ),
    ("@misc{k, author={A}, howpublished={\\url{https://a.b}}}", ["@misc{k", "author = {A}", r"howpublished = {\url{https://a.b}}"]),
    ("@misc{k, author={A}, url={javascript:x}}", ["@misc{k", "author = {A}", "urltext = {javascript:x}"]),
    ("@article{k, author={A}, url={https://a.b}}", ["@article{k", "author = {A}", "url = {https://a.b}"]),
    ("@article{k, author={A}, doi={10.1145/X}, url={https://doi.org/10.1145/x}}", ["@article{k", "author = {A}", "doi = {10.1145/X}"]),
    # what is said in another field
    ("@book{k, author={A}, title={T}, subtitle={The {GPU} Way}}", ["@book{k", "author = {A}", "title = {T: The {GPU} Way}"]),
    ("@book{k, author={A}, title={Why?}, subtitle={The {GPU} Way}}", ["@book{k", "author = {A}", "title = {Why? The {GPU} Way}"]),
    ("@inbook{k, author={A}, booktitle={B}, booksubtitle={C}}", ["@incollection{k", "author = {A}", "booktitle = {B: C}"]),
    ("@video{k, author={A}, eventtitle={GenAICon}, note={Day 2}}", ["@misc{k", "author = {A}", "note = {{GenAICon}. Day 2}"]),
    ("@misc{k, author={A}, langid={chinese}, language={zh-CN}}", ["@misc{k", "author = {A}", "langid = {chinese}"]),
    ("@book{k, author={A}, edition={3}}", ["@book{k", "author = {A}", "edition = {Third}"]),
    ("@book{k, author={A}, edition={Revised}}", ["@book{k", "author = {A}", "edition = {Revised}"]),
    ("@misc{k, author={A}, title={In $O(n)$ or $\\alpha$}}", ["@misc{k", "author = {A}", r"title = {In {$O(n)$} or $\alpha$}"]),
    # what has no author
    ("@misc{k, title={T}, organization={Org}}", ["@misc{k", r"key = {Org{\noopsort{k}}}", "title = {T}", "organization = {Org}"]),
    ("@misc{k-1, title={T & U}}", ["@misc{k-1", r"key = {T \& U{\noopsort{k1}}}", r"title = {T \& U}"]),
    ("@misc{k, key={Own}, title={T}}", ["@misc{k", r"key = {Own{\noopsort{k}}}", "title = {T}"]),
    ("@misc{k, author={A}, key={Own}}", ["@misc{k", "author = {A}", "key = {Own}"]),
    ("@book{k, editor={A}, title={T}}", ["@book{k", "editor = {A}", "title = {T}"]),
    ("@misc{k, editor={A}, title={T}}", ["@misc{k", "editor = {A}", r"key = {T{\noopsort{k}}}", "title = {T}"]),
    ("@misc{k-1, note={N}}", ["@misc{k-1", r"key = {k1{\noopsort{k1}}}", "note = {N}"]),
    ("@book{k_2, title={{}}, publisher={P}}", ["@book{k_2", r"key = {k2{\noopsort{k2}}}", "publisher = {P}"]),
    # what stays, what goes
    ("@misc{k, author={A}, note={}, x-mine={50\\%}}", ["@misc{k", "author = {A}", r"x-mine = {50\%}"]),
    ("@misc{k, author={A}, pages={1–3}}", ["@misc{k", "author = {A}", "pages = {1--3}"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_an_entry_gets_the_form_of_classic_bibtex(source: str, expected: list[str]) -> None:
    assert lines(source) == expected


def test_a_child_has_what_it_inherits_and_no_parent() -> None:
    source = "@inproceedings{k, author={A}, crossref={p}}\n@proceedings{p, title={P}, year=2020, publisher={X}}"
    assert "crossref" not in exported(source)
    assert lines(source)[:5] == ["@inproceedings{k", "author = {A}", "booktitle = {P}", "publisher = {X}", "year = {2020}"]  # fmt: skip


@pytest.mark.parametrize(("kind", "classic"), bibtex_tables.CLASSIC_OF.items())
def test_every_type_has_a_classic_one(kind: str, classic: str) -> None:
    assert classic in bibtex_tables.CLASSIC_TYPES
    assert bibtex.classic_type(Entry("k", kind)) == (classic, None)


@pytest.mark.parametrize("kind", sorted(bibtex_tables.CLASSIC_TYPES))
def test_a_classic_type_stays(kind: str) -> None:
    assert bibtex.classic_type(Entry("k", kind)) == (kind, None)


@pytest.mark.parametrize("kind", ["online", "video", "software", "dataset", "patent", "talk", "webpage", "string"])
def test_every_other_type_is_misc(kind: str) -> None:
    assert bibtex.classic_type(Entry("k", kind)) == ("misc", None)


@pytest.mark.parametrize(("said", "expected"), bibtex_tables.THESIS_TYPES.items())
def test_the_type_of_a_thesis_or_report_is_said_by_its_field(said: str, expected: tuple[str, str]) -> None:
    kind = "report" if expected[0] == "techreport" else "thesis"
    assert bibtex.classic_type(Entry("k", kind, fields={"type": said})) == expected
    assert expected[0] in bibtex_tables.CLASSIC_TYPES


@pytest.mark.parametrize(
    ("number", "word"),
    [*enumerate(bibtex_tables.ORDINALS, 1), (11, "11th"), (12, "12th"), (21, "21st"), (22, "22nd"), (103, "103rd")],
)
def test_an_edition_is_a_word(number: int, word: str) -> None:
    assert f"edition = {{{word}}}" in lines(f"@book{{k, author={{A}}, edition={{{number}}}}}")


# --- names

NAMES = [
    # (person, UTF-8, TeX)
    (Person("Gómez", "Ana", "De"), "De Gómez, Ana", r"De G{\'o}mez, Ana"),
    (Person("Berg", "Ana", "van der", "Jr."), "van der Berg, Jr., Ana", "van der Berg, Jr., Ana"),
    (Person(literal="戴国浩"), "{戴国浩}", "{戴国浩}"),
    (Person("欧阳", "博"), "{欧阳博}", "{欧阳博}"),
    (Person(literal="KTransformers 团队"), "{KTransformers 团队}", "{KTransformers 团队}"),
    (Person(literal="Meta AI"), "{Meta AI}", "{Meta AI}"),
    (Person(literal="Smith and Sons"), "{Smith and Sons}", "{Smith and Sons}"),
    (Person("Kočiský", "Łukasz Émile"), r"Kočiský, {\L}ukasz {\'E}mile", r"Ko{\v{c}}isk{\'y}, {\L}ukasz {\'E}mile"),
    (Person("Sartre", "Jean-Éric"), r"Sartre, Jean-{\'E}ric", r"Sartre, Jean-{\'E}ric"),
    (Person("Álvarez García", "Ana"), r"{\'A}lvarez García, Ana", r"{\'A}lvarez Garc{\'\i}a, Ana"),
    (Person("Иванов", "Иван"), r"{\relax И}ванов, {\relax И}ван", r"{\relax И}ванов, {\relax И}ван"),
]


@pytest.mark.parametrize(("person", "utf8", "ascii_form"), NAMES, ids=[row[1] for row in NAMES])
def test_a_name_is_written_as_bibtex_reads_it(person: Person, utf8: str, ascii_form: str) -> None:
    for encoding, expected in (("utf8", utf8), ("tex", ascii_form)):
        encode = bibtex_text.encoder(encoding)
        source = bibtex_text.people(People((person,)), encode, bibtex_text.classic_name)
        assert source == expected
        (read,) = parse_people(source, to_plain)
        assert display(read) == display(person)


PART = st.text(st.sampled_from("abcXYZéÉÁŁИи葛 -'.,=~\"&{}"), max_size=8)
PERSONS = st.one_of(st.builds(lambda literal: Person(literal=literal), PART), st.builds(Person, PART, PART, PART, PART))


@settings(max_examples=200)
@given(st.lists(PERSONS, min_size=1, max_size=3), st.sampled_from(["utf8", "tex"]))
def test_no_name_takes_the_form_of_biblatex_or_becomes_two(persons: list[Person], encoding: str) -> None:
    encode = bibtex_text.encoder(encoding)
    source = bibtex_text.people(People(tuple(persons)), encode, bibtex_text.classic_name)
    assert not re.search(r"(?:^| and )(?:family|given|prefix|suffix)=", source)
    assert len(parse_people(source, to_plain)) <= len(persons)


# --- the same again


@each_encoding
@each_text
def test_exporting_the_export_gives_the_same_bytes(source: str, encoding: str) -> None:
    once = exported(source, encoding)
    assert exported(once, encoding) == once


@each_text
def test_what_bibtex_knows_comes_back(source: str) -> None:
    def known(entry: Entry) -> object:
        date = entry.date or Date()
        people = {role: [family_first(person, initials=False) for person in them] for role, them in entry.people.items() if them.persons}  # fmt: skip
        return (
            entry.key, people, (date.year, date.month, date.day), entry.doi, entry.arxiv, entry.arxiv_class, entry.keywords
        )  # fmt: skip

    before = [known(entry) for entry in Library.from_text(source)]
    assert [known(entry) for entry in Library.from_text(exported(source))] == before


def test_tex_output_of_refs_is_ascii_but_for_chinese() -> None:
    left = set(re.findall(r"[^\x00-\x7f]", exported(REFS, "tex")))
    assert {
        character for character in left if not ("\u2e80" <= character <= "\u9fff" or character >= "\uff00")
    } == set()


# --- what is lost

# (an entry, what the classic format loses, what biblatex loses)
LOSSES = [
    ("@misc{k, author={A}, title={T}, year=2020, month=jan, url={https://a.b}}", [], []),
    ("@online{k, author={A}, langid={chinese}}", ["type"], []),
    ("@conference{k, author={A}}", ["type"], []),
    ("@misc{k, language={zh-CN}}", ["language"], []),
    ("@book{k, subtitle={S}}", ["subtitle"], []),
    ("@inbook{k, chapter={1}, booksubtitle={S}}", ["booksubtitle"], []),
    ("@article{k, journal={J}, journalsubtitle={S}}", ["journalsubtitle"], []),
    ("@misc{k, eventtitle={E}}", ["eventtitle"], []),
    ("@misc{k, crossref={p}}@misc{p}", ["crossref"], []),
    ("@misc{k, xdata={p}}@xdata{p}", ["xdata"], ["xdata"]),
    ("@misc{k, url={javascript:x}}", ["url"], ["url"]),
    ("@misc{k, date={2020/2021}}", ["date"], []),
    ("@misc{k, date={2020~}}", ["date"], []),
    ("@misc{k, date={2020}, year={2020}, month=jan}", [], ["year", "month"]),
    ("@misc{k, author={family=Gómez, given=Ana, prefix=De}}", ["author"], []),
    ("@misc{k, author={van Berg, Ana}}", [], []),
    ("@misc{k, year={in press}}", [], ["year"]),
    ("@misc{k, date={soon}}", [], ["date"]),
    ("@misc{k, date={soon}, year={2020}}", [], ["date"]),
    ("@misc{k, date={2021-21}}", [], []),
]


@pytest.mark.parametrize(("source", "classic", "modern"), LOSSES, ids=[row[0] for row in LOSSES])
def test_what_a_format_cannot_say_is_listed(source: str, classic: list[str], modern: list[str]) -> None:
    entry = next(iter(Library.from_text(source)))
    assert [field for field, _ in bibtex.losses(entry)] == classic
    assert [field for field, _ in biblatex.losses(entry)] == modern


# --- BibTeX itself


@pytest.fixture
def bibtex_run(tmp_path: Path, needs_program: Callable[[str], str]) -> Callable[[str, str], tuple[str, set[str]]]:
    """Run BibTeX over a file with a style; return the bibliography and the warnings. There must be no error."""
    program = needs_program("bibtex")

    def run(text: str, style: str) -> tuple[str, set[str]]:
        (tmp_path / "x.bib").write_text(text, "utf-8")
        (tmp_path / "x.aux").write_text(f"\\citation{{*}}\n\\bibdata{{x}}\n\\bibstyle{{{style}}}\n")
        done = subprocess.run([program, "x"], cwd=tmp_path, capture_output=True, timeout=60, check=False)
        said = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, said
        return (tmp_path / "x.bbl").read_text("utf-8"), set(re.findall(r"^Warning--(.*)$", said, re.MULTILINE))

    return run


def lacks(*names: str) -> Callable[[Entry], bool]:
    """Return a test for entries that have none of these fields."""
    return lambda entry: not any(entry.fields.get(name) for name in names)


def is_paper(*kinds: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.type in kinds


# Facts that a style asks for and that are not known, and nothing is invented: (style, warning, which entries lack the fact).
# Each row holds for exactly those entries; `docs/latex.md` lists them.
ACM = "ACM-Reference-Format"
UNKNOWN_FACTS: list[tuple[str, str, list[Callable[[Entry], bool]]]] = [
    ("plainnat", "empty year", [lambda entry: entry.date is None]),
    (ACM, "empty year", [lambda entry: entry.date is None]),
    (ACM, "empty author", [lambda entry: not entry.authors.persons]),
    (ACM, "empty address", [is_paper("inproceedings"), lacks("address", "location")]),
    (ACM, "empty publisher", [is_paper("inproceedings"), lacks("publisher")]),
    (ACM, "page numbers missing in both pages and numpages fields", [is_paper("inproceedings", "article"), lacks("pages")]),
    (ACM, "no number and no volume", [is_paper("article"), lacks("volume", "number")]),
]  # fmt: skip


@each_encoding
@each_style
def test_refs_compiles_without_a_warning_but_for_unknown_facts(
    style: str, encoding: str, bibtex_run: Callable[[str, str], tuple[str, set[str]]]
) -> None:
    bibliography, warnings = bibtex_run(exported(REFS, encoding), style)
    expected = {
        f"{warning} in {entry.key}"
        for of, warning, tests in UNKNOWN_FACTS
        if of == style
        for entry in ENTRIES
        if all(test(entry) for test in tests)
    }
    assert warnings == expected
    assert bibliography.count("\\bibitem") == len(ENTRIES)


@pytest.mark.parametrize("style", ["plain", "IEEEtran"])
def test_the_twelve_entries_compile_without_a_warning(
    style: str, bibtex_run: Callable[[str, str], tuple[str, set[str]]]
) -> None:
    assert bibtex_run(exported(TWELVE), style)[1] == set()


@each_style
def test_every_style_prints_the_address_of_an_item_once(
    style: str, bibtex_run: Callable[[str, str], tuple[str, set[str]]]
) -> None:
    bibliography = "".join(bibtex_run(exported(REFS), style)[0].replace("%\n", "").split())
    for entry in ENTRIES:
        if entry.type not in {"article", "inproceedings"}:
            assert bibliography.count(f"\\url{{{entry.url}}}") == 1, entry.key


@each_encoding
def test_styles_make_right_initials_and_labels(
    encoding: str, bibtex_run: Callable[[str, str], tuple[str, set[str]]]
) -> None:
    people = "Émile, Łukasz and Иванов, Иван and Álvarez García, Ana-Émilie and 戴国浩 and family=Gómez, given=Ana, prefix=De"
    source = exported(f"@misc{{k, author={{{people}}}, title={{{{T}}}}, year=2020}}", encoding)
    found = to_plain(re.sub(r"\\BIBentry\w+", "", bibtex_run(source, "IEEEtran")[0]))
    for name in ("Ł. Émile", "И. Иванов", "A.-É. Álvarez García", "戴国浩", "A. De Gómez"):
        assert name in found
    label = bibtex_run(source, "plainnat")[0].split("\\bibitem[", 1)[1].split("]{k}", 1)[0]
    shown = "Émile, Иванов, Álvarez García, 戴国浩, and De Gómez"
    assert to_plain("".join(label.split("(2020)")[1:])).replace("\n", " ") == shown


@pytest.mark.parametrize("style", ["plain", "alpha"])
def test_an_item_without_any_name_is_called_by_its_key(
    style: str, bibtex_run: Callable[[str, str], tuple[str, set[str]]]
) -> None:
    source = "@book{a-1, publisher={P}, year={2001}} @misc{a2, note={N}} @misc{a3, url={https://a.b/}}"
    bibliography, warnings = bibtex_run(exported(source), style)
    assert bibliography.count("\\bibitem") == 3
    assert {line for line in warnings if "to sort" in line} == set()


def test_more_items_of_one_site_than_there_are_letters(
    bibtex_run: Callable[[str, str], tuple[str, set[str]]],
) -> None:
    source = "\n".join(
        f"@online{{k{at}, title={{T {at}}}, organization={{微信公众号}}, year=2020}}" for at in range(60)
    )
    for style in STYLES:
        bibliography, warnings = bibtex_run(exported(source), style)
        assert {line for line in warnings if not line.startswith("empty author")} == set()
        assert bibliography.count("\\bibitem") == 60


def test_an_entry_made_by_hand_needs_no_fields() -> None:
    entry = Entry("k", "online", title=Text("A B", ((2, 3),)), doi="10.1/x", url="https://a.b/", dates={"date": Date(2020, 5)})  # fmt: skip
    assert b"".join(bibtex.batches([entry], Options())).decode() == (
        "@misc{k,\n  key = {A B{\\noopsort{k}}},\n  title = {A {B}},\n  howpublished = {\\url{https://a.b/}},\n"
        "  year = {2020},\n  month = may,\n  doi = {10.1/x},\n}\n"
    )
