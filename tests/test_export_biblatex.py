"""The biblatex export: biblatex's own names, nothing lost, and the same bytes when it is read and written again."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import pytest
from growth import assert_in_proportion
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llminfer_bib import Library, tex
from llminfer_bib.export import BatchExporter, Options, biblatex, bibtex_tables, bibtex_text, load
from llminfer_bib.identifiers import web_url
from llminfer_bib.model import Date, Entry, People, Person, Text
from llminfer_bib.names import display

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"
ODD = json.loads((DATA / "odd-inputs.json").read_text("utf-8"))
TWELVE = (DATA / "twelve.bib").read_text("utf-8")
REFS = (ROOT / "refs.bib").read_text("utf-8")
CORPUS = {"refs.bib": REFS, "twelve.bib": TWELVE} | {
    name: row["input"] for name, row in ODD.items() if name != "no key"
}

each_text = pytest.mark.parametrize("source", list(CORPUS.values()), ids=list(CORPUS))
each_encoding = pytest.mark.parametrize("encoding", ["utf8", "tex"])


def exported(source: str, encoding: str = "utf8") -> str:
    """Return the export of a library given as text."""
    return Library.from_text(source).render("biblatex", encoding=encoding)[biblatex.PATH]


def body(source: str, encoding: str = "utf8") -> list[str]:
    """Return the fields of the export of one entry, a line each, without the comma at its end."""
    return [
        line.strip().removesuffix(",") for line in exported(source, encoding).split("\n")[1:] if line.startswith(" ")
    ]


# --- the page


def test_the_twelve_entries_look_as_they_should(snapshot: Callable[[str, str], None]) -> None:
    snapshot(exported(TWELVE), "twelve/refs-biblatex.bib")


def test_the_layout_is_that_of_the_house() -> None:
    source = '@ARTICLE(k, title = "A", author="B, C")\n\n% a remark\n@misc{l,title={D}}'
    assert exported(source) == "@article{k,\n  author = {B, C},\n  title = {A},\n}\n\n@misc{l,\n  title = {D},\n}\n"


def test_no_entries_are_an_empty_page() -> None:
    assert exported("% nothing\n") == ""


# (what stands in the entry, what becomes of it)
CHANGED = [
    ("journal = {J}", ["journaltitle = {J}"]),
    ("address = {Town}", ["location = {Town}"]),
    ("school = {S}", ["institution = {S}"]),
    ("annote = {N}", ["annotation = {N}"]),
    ("key = {K}", ["sortkey = {K}"]),
    ("hyphenation = {german}", ["langid = {german}"]),
    ("pdf = {a_b.pdf}", ["file = {a_b.pdf}"]),
    (
        "eprint = {arXiv:2309.06180v2}, archiveprefix = {arXiv}, primaryclass = {cs.LG}",
        ["eprint = {2309.06180v2}", "eprinttype = {arxiv}", "eprintclass = {cs.LG}"],
    ),
    ("year = 2023, month = oct", ["date = {2023-10}"]),
    ("year = {2023}, month = {10}", ["date = {2023-10}"]),
    ("year = 2023, month = \"12~\" # oct", ["date = {2023-10-12}"]),
    ("year = 2023", ["date = {2023}"]),
    ("year = {2020--2021}", ["date = {2020/2021}"]),
    ("year = {[1850?]}", ["date = {1850~}"]),
    ("date = {2023-10}, year = {2023}, month = oct", ["date = {2023-10}"]),
    ("doi = {https://doi.org/10.1145/ABC.1}", ["doi = {10.1145/ABC.1}"]),
    ("pages = {611–626}", ["pages = {611--626}"]),
    ("pages = {611-626}", ["pages = {611--626}"]),
    ("pages = {1-3, 5---7}", ["pages = {1--3, 5--7}"]),
    ("url = {\\url{https://a.b/x_y}}", ["url = {https://a.b/x_y}"]),
    ("url = {https://a.b/x\\_y}", ["url = {https://a.b/x_y}"]),
    ("url = {javascript:alert(1)}", ["urltext = {javascript:alert(1)}"]),
    ("howpublished = {\\url{https://a.b/x_y}}", [r"howpublished = {\url{https://a.b/x_y}}"]),
    ("author = {欧, 洋 and 葛旭冉}", ["author = {欧洋 and 葛旭冉}"]),
    ("author = {Woosuk Kwon and others}", ["author = {Kwon, Woosuk and others}"]),
    ('note = {M\\"uller \\& {\\ss}}', [r"note = {Müller \& ß}"]),
    ("title = {$\\href{x}{y}$}", [r"title = {\$\textbackslash href\{x\}\{y\}\$}"]),
    ("xdata = {nobody}", []),
]  # fmt: skip

# what stays as it is
KEPT = [
    "author = {Gómez, Ana and {Meta AI} and {Smith, Jones and Sons}}",
    "author = {family={Gómez}, given={Ana}, prefix={De}}",
    "editor = {van der Berg, Jr., Ana}",
    "title = {{TinyML} and $O(n)$ at 50\\% of {KV}-Cache, {{$\\alpha$}}}".replace("{{$\\alpha$}}", "$\\alpha$"),
    "subtitle = {The {GPU} Way}",
    "booktitle = {Proceedings of Things (WoT '21)}",
    "date = {2024~/}",
    "date = {2024-10-21/2024-10-22}",
    "date = {soon}",
    "date = {199X}",
    "year = {soon}",
    "year = {2020},month = {Michaelmas}",
    "urldate = {2025-01-31}",
    "eventdate = {2024-10-21}",
    "pages = {A-12}",
    "pages = {}",
    "doi = {10.48550/arXiv.2309.06180}",
    "eprint = {2309.06180}",
    "eprint = {hal-123},eprinttype = {HAL}",
    "url = {https://a.b/x_y%20z#top?a=1&b=2~c}",
    "langid = {chinese},language = {zh-CN}",
    "entrysubtype = {course}",
    "keywords = {method, R&D, C#}",
    "crossref = {parent}",
    "ids = {old_1, old_2}",
    "pubstate = {preprint}",
    "license = {Apache-2.0}",
    "x-mine = {50\\% \\& more}",
    "series = {A and B}",
]


@pytest.mark.parametrize(("field", "expected"), CHANGED, ids=[row[0] for row in CHANGED])
def test_a_field_gets_the_form_of_biblatex(field: str, expected: list[str]) -> None:
    found = body(f"@misc{{k, {field}}}")
    assert found == [line.replace(r"\{", r"{\textbraceleft}").replace(r"\}", r"{\textbraceright}").replace(r"\textbackslash ", r"{\textbackslash}") for line in expected]  # fmt: skip


@pytest.mark.parametrize("fields", KEPT)
def test_a_field_in_the_form_of_biblatex_stays(fields: str) -> None:
    assert ",".join(body(f"@misc{{k, {fields}}}")) == fields


@pytest.mark.parametrize(("old", "new"), bibtex_tables.BIBLATEX_NAMES.items())
def test_where_both_names_are_used_both_fields_stay(old: str, new: str) -> None:
    assert set(body(f"@misc{{k, {new} = {{1}}, {old} = {{2}}}}")) == {f"{new} = {{1}}", f"{old} = {{2}}"}


@pytest.mark.parametrize("kind", ["online", "video", "software", "phdthesis", "dataset", "talk", "conference"])
def test_types_stay(kind: str) -> None:
    assert exported(f"@{kind}{{k, title = {{A}}}}").startswith(f"@{kind}{{k,\n")


def test_unknown_fields_keep_their_order_before_the_keywords() -> None:
    source = "@misc{k, keywords = {a}, zebra = {1}, apple = {2}, title = {T}, note = {N}}"
    assert [line.split(" =")[0] for line in body(source)] == ["title", "zebra", "apple", "note", "keywords"]


def test_accents_become_commands_on_request() -> None:
    source = "@misc{k, author = {Müller, Łukasz and 葛旭冉}, title = {Été – {É}A in 中文}}"
    assert body(source, "tex") == [
        r"author = {M{\"u}ller, {\L}ukasz and 葛旭冉}",
        r"title = {{\'E}t{\'e} -- {{\'E}}A in 中文}",
    ]


# --- the same meaning


def same(name: str, value: str) -> str:
    """Return a field's value as it is to be compared: dashes of pages and TeX's habits in addresses do not count."""
    if name == "pages":
        return re.sub("[-–—]+", "-", value)
    return " ".join(value.split())


def meaning(entry: Entry) -> dict[str, object]:
    """Return what an entry says, whatever its fields are called."""
    fields = {
        bibtex_tables.BIBLATEX_NAMES.get(name, name): same(name, value)
        for name, value in entry.fields.items()
        if name not in {"year", "month", "day", "date", "xdata", "url", "urltext", "doi", "eprint", "archiveprefix", "eprinttype"}
    }  # fmt: skip
    people = {role: ([display(person) for person in them], them.others) for role, them in entry.people.items()}
    dates = dict(entry.dates)
    link = web_url(entry.url) or web_url(entry.fields.get("howpublished", ""))
    return {
        "key": entry.key,
        "type": (entry.type, entry.kind),
        "title": entry.title,
        "fields": fields,
        "people": people,
        "dates": dates,
        "identifiers": (entry.doi, entry.arxiv, entry.arxiv_class, link),
        "language": entry.language,
        "keywords": entry.keywords,
    }


@each_encoding
@each_text
def test_reading_the_export_gives_the_same_entries(source: str, encoding: str) -> None:
    before = [meaning(entry) for entry in Library.from_text(source)]
    assert [meaning(entry) for entry in Library.from_text(exported(source, encoding))] == before


@each_encoding
@each_text
def test_exporting_the_export_gives_the_same_bytes(source: str, encoding: str) -> None:
    once = exported(source, encoding)
    assert exported(once, encoding) == once


def test_the_export_of_refs_is_read_without_a_problem() -> None:
    assert Library.from_text(exported(REFS)).problems == ()


WORDS = st.text(
    st.one_of(
        st.sampled_from("abz Z019 -–—'`\"“.,:;!?=~^_&%#$@|/\\{}[]()<>*+葛洋éÉŁиИß\n\t\x00\u202e\u0301"), st.characters()
    ),
    max_size=20,
)
NAMES = st.sampled_from(
    "title subtitle booktitle journal journaltitle year month date urldate pages doi url eprint eprinttype archiveprefix note"
    " keywords language langid howpublished organization key sortkey address location file crossref ids mine type edition".split()
)
PERSONS = st.one_of(
    st.builds(lambda literal: Person(literal=literal), WORDS), st.builds(Person, WORDS, WORDS, WORDS, WORDS)
)
ENTRIES = st.builds(
    lambda key, fields, persons, others: Entry(
        key,
        "misc",
        fields=fields,
        title=Text(fields.get("title", "")),
        people={"author": People(tuple(persons), others)},
    ),
    st.text("abc-_:./é葛 ,{}%", max_size=6),
    st.dictionaries(NAMES, WORDS, max_size=6),
    st.lists(PERSONS, max_size=3),
    st.booleans(),
)


@pytest.mark.parametrize("name", ["biblatex", "bibtex"])
@settings(max_examples=100)
@given(st.lists(ENTRIES, min_size=1, max_size=2), st.sampled_from(["utf8", "tex"]))
def test_any_entries_are_written_whole_and_the_same_when_read_and_written_again(
    name: str, entries: list[Entry], encoding: str
) -> None:
    exporter = load(name)
    entries = [replace(entry, key=f"{entry.key}k{number}") for number, entry in enumerate(entries)]
    ((_, chunks),) = exporter.render(entries, Options(encoding=encoding))
    once = b"".join(chunks).decode()
    library = Library.from_text(once)
    assert [entry.key for entry in library] == [bibtex_text.key(entry.key) for entry in entries]
    assert list(library.render(name, encoding=encoding).values()) == [once]


@settings(max_examples=150)
@given(WORDS)
@example("$\\input{/etc/passwd}$")
@example("a $x$ \\ $\\write18{x}$")
@example("$^^5cinput$")
def test_any_text_comes_back_as_it_was_written(text: str) -> None:
    clean = bibtex_text.plain(text)
    assert tex.is_balanced(clean)
    again = tex.to_plain(clean)
    assert bibtex_text.plain(again) == clean


@pytest.mark.parametrize("command", ["input{/etc/passwd}", "href{javascript:x}{y}", "write18{x}", "csname x"])
def test_a_formula_that_does_more_than_mathematics_is_text(command: str) -> None:
    assert "$" not in bibtex_text.plain(f"$\\{command}$").replace(r"\$", "")


@pytest.mark.parametrize("formula", ["$O(n^2)$", "$\\mathscr{L}$", "$\\R^n$", "$\\sqrt[3]{x}$", "costs $5"])
def test_a_formula_of_mathematics_stays(formula: str) -> None:
    assert bibtex_text.plain(formula).replace(r"\$", "$") == formula


DATES = [
    Date(2023), Date(2023, 10), Date(2023, 10, 12), Date(2023, circa=True), Date(2023, 1, end=Date(2023, 4)),
    Date(2023, end=Date()), Date(2020, end=Date(2021)), Date(850), Date(-50),
]  # fmt: skip


@pytest.mark.parametrize("date", DATES, ids=str)
def test_a_date_is_written_so_that_it_is_read(date: Date) -> None:
    entry = Entry("k", "misc", dates={"date": date})
    (read,) = Library.from_text(biblatex.to_biblatex(entry))
    assert read.date == date


def test_an_entry_made_by_hand_needs_no_fields() -> None:
    entry = Entry("k", "article", title=Text("A B", ((2, 3),)), doi="10.1/x", url="https://a.b/")
    written = "@article{k,\n  title = {A {B}},\n  doi = {10.1/x},\n  url = {https://a.b/},\n}\n"
    assert biblatex.to_biblatex(entry) == written


# --- the other program


def biber(program: str, folder: Path, text: str, *options: str) -> list[str]:
    """Return what biber has to say about a file."""
    (folder / "x.bib").write_text(text, "utf-8")
    command = [program, "--tool", *options, "--output-file=out.bib", "x.bib"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stdout
    return [line.split(" - ", 1)[1] for line in done.stdout.split("\n") if re.match("(?:WARN|ERROR) ", line)]


# What biblatex's data model says of refs.bib -> why it stays so. `docs/latex.md` lists them.
EXPECTED_OF_BIBER = {
    r"Invalid field '\w+' for entrytype 'video'": "biblatex has @video and gives it no fields; every style prints it as @misc",
    r"Field 'license' invalid in data model": "biblatex has no field for a license, and passes over this one",
    r"Missing mandatory field - one of 'date, year' must be defined": "the page names no date",
    r"Invalid field 'publisher' for entrytype 'article'": "the data model has no publisher of a journal; styles pass over it",
}


@pytest.mark.slow
@pytest.mark.parametrize("source", [REFS, exported(REFS)], ids=["refs.bib", "its export"])
def test_biber_has_nothing_to_say(source: str, tmp_path: Path, needs_program: Callable[[str], str]) -> None:
    assert biber(needs_program("biber"), tmp_path, source) == []


@pytest.mark.slow
@pytest.mark.parametrize("source", [REFS, exported(REFS)], ids=["refs.bib", "its export"])
def test_the_data_model_of_biblatex_has_only_known_objections(
    source: str, tmp_path: Path, needs_program: Callable[[str], str]
) -> None:
    said = biber(needs_program("biber"), tmp_path, source, "--validate-datamodel")
    met = {pattern for line in said for pattern in EXPECTED_OF_BIBER if re.search(pattern, line)}
    assert [line for line in said if not any(re.search(pattern, line) for pattern in EXPECTED_OF_BIBER)] == []
    assert met == set(EXPECTED_OF_BIBER)
    undated = {entry.key for entry in Library.from_text(source) if entry.date is None and entry.type != "software"}
    named = {found[1] for line in said if "date, year" in line and (found := re.search(r"[Ee]ntry '([^']+)'", line))}
    assert named <= undated


def test_biber_reads_the_twelve_entries(tmp_path: Path, needs_program: Callable[[str], str]) -> None:
    said = biber(needs_program("biber"), tmp_path, exported(TWELVE))
    assert [line for line in said if "'soon'" not in line] == []  # the hostile one has that for a year


# --- size


def many(number: int) -> Iterable[Entry]:
    person = Person("Kwon", "Woosuk")
    for at in range(number):
        fields = {"title": f"Paper {at}", "year": "2023", "journal": "J", "note": f"50% of {at}", "pages": "1–2"}
        yield Entry(
            f"k{at}", "article", fields=MappingProxyType(fields), title=Text(f"Paper {at}"),
            people={"author": People((person, Person("A", str(at))))}, dates={"date": Date(2023)},
        )  # fmt: skip


def test_the_export_streams() -> None:
    entries = iter(many(1_000_000))
    ((_, chunks),) = biblatex.render(entries, Options())
    assert b"@article{k0," in next(chunks)
    assert next(iter(entries)).key == "k64"
    assert isinstance(biblatex, BatchExporter)


def test_time_grows_with_the_number_of_entries() -> None:
    def work(entries: list[Entry]) -> None:
        for _ in biblatex.batches(entries, Options()):
            pass

    assert_in_proportion(lambda number: list(many(number)), work, 200)
    assert list(islice(biblatex.batches(many(200), Options()), 9)) == list(biblatex.batches(many(200), Options()))
