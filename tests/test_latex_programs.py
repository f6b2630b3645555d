"""LaTeX, biber, BibTeX and pandoc take refs.bib and its exports, and docs/latex.md says truly with what result.

The tables and the documents of that page are the tests: each row of its tables and each document is run with the real
programs. What an export writes is tested beside its exporter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest
from latexing import (
    BIBER_WARNING,
    BIBTEX_TROUBLE,
    Compiled,
    compile_document,
    documents,
    references,
    run,
    run_bibtex,
    squeezed,
    table,
)

from llminfer_bib import Library
from llminfer_bib.model import Entry

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "latex.md").read_text("utf-8")
REFS = Library.open(ROOT / "refs.bib")
ENTRIES = {entry.key: entry for entry in REFS}
CATEGORIES = [category.slug for category in REFS.config.categories]
DOCUMENTS = documents(PAGE)
HAN = re.compile(r"[\u4e00-\u9fff]")

RESULTS = table(PAGE, "Program")
BIBER_ROWS = table(PAGE, "biber says")
BIBTEX_ROWS = table(PAGE, "BibTeX says")
PANDOC_ROWS = table(PAGE, "In csl-json only")

DOCUMENT_OF = {"XeLaTeX, biber": "biblatex", "XeLaTeX, BibTeX": "bibtex", "pdfLaTeX, BibTeX": "pdflatex"}
NEEDED_BY = {
    "biblatex": ("biblatex.sty", "ctexhook.sty"),
    "biblatex-in-short": ("biblatex.sty", "ctexhook.sty"),
    "bibtex": ("ctexhook.sty",),
    "bibtex-in-short": ("ctexhook.sty",),
    "pdflatex": ("lmodern.sty",),
}
NO_WARNING = "no warning"
PANDOC_SOURCES = {"`refs.bib`": "refs.bib", "`bib export -f biblatex`": "refs-biblatex.bib", "`bib export -f csl-json`": "refs.json"}  # fmt: skip


def result_rows(program: str) -> pytest.MarkDecorator:
    """Parametrise a test with the rows of the table of results that a program has: style, source, items, result."""
    rows = [[style.strip("`"), *rest] for name, style, *rest in RESULTS if name == program]
    assert rows, program
    ids = [f"{style}-{source.strip('`')}".replace(" ", "_") for style, source, *_ in rows]
    return pytest.mark.parametrize(("style", "source", "items", "result"), rows, ids=ids)


# --- who is meant by the words of the page ---

ITEMS: dict[str, Callable[[Entry], bool]] = {
    "all": lambda entry: entry.key in ENTRIES,
    "papers": lambda entry: entry.category in {"method", "survey"},
    "those without Chinese": lambda entry: not HAN.search("".join(shown(entry))),
    "items without a date": lambda entry: entry.date is None,
    "web pages without a date": lambda entry: entry.date is None and entry.type == "online",
    "items without an author": lambda entry: not entry.authors.persons,
    "proceedings without a place": lambda entry: entry.type == "inproceedings" and not entry.fields.get("location"),
    "projects with a known licence": lambda entry: entry.type == "software" and "license" in entry.fields,
    "blogs": lambda entry: entry.kind == "blog",
    "courses": lambda entry: entry.kind == "course",
    "preprints": lambda entry: entry.kind == "preprint",
}


def shown(entry: Entry) -> Iterable[str]:
    """Return the values of an entry, but those that no bibliography shows."""
    yield from (value for name, value in entry.fields.items() if name not in {"annotation", "keywords"})
    yield from (f"{person.given} {person.family} {person.literal}" for person in entry.authors.persons)


def meant(words: str, message: str = "") -> set[str]:
    """Return the keys that a cell of the page means: keys in backticks, or one of the phrases above."""
    if words.startswith("`"):
        return set(re.findall(r"`([^`]+)`", words))
    if words == "videos that have one":
        field = message.split("'")[1]
        return {
            key
            for key, entry in ENTRIES.items()
            if entry.type == "video" and (field in entry.fields or field in entry.people)
        }
    return {key for key, entry in ENTRIES.items() if ITEMS[words](entry)}


def by_message(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return {message: keys}."""
    found = defaultdict(set)
    for message, key in pairs:
        found[message].add(key)
    return dict(found)


def listed_for_bibtex(style: str, items: str) -> dict[str, set[str]]:
    """Return the warnings of the page for a style of BibTeX, of these items only."""
    rows = [(message.strip("`"), who) for message, styles, who, _ in BIBTEX_ROWS if f"`{style}`" in styles]
    found = {message: meant(who) & meant(items) for message, who in rows}
    return {message: keys for message, keys in found.items() if keys}


def said_by_bibtex(output: str) -> dict[str, set[str]]:
    """Return BibTeX's warnings; an error, which is of another form, fails the test."""
    lines = BIBTEX_TROUBLE.findall(output)
    pairs = [re.fullmatch(r"Warning--(.*) in ([^ ]+)", line.strip()) for line in lines]
    assert None not in pairs, lines
    return by_message((pair[1], pair[2]) for pair in pairs if pair)


# --- the programs ---


@pytest.fixture(scope="session")
def exports() -> Callable[[str], str]:
    """Return the text of what a cell of the page names: refs.bib, or the output of a command."""

    @cache
    def text(source: str) -> str:
        command = source.strip("`").split()
        if command == ["refs.bib"]:
            return (ROOT / "refs.bib").read_text("utf-8")
        assert command[:3] == ["bib", "export", "-f"], source
        choices = {"encoding": command[5]} if command[4:5] == ["--encoding"] else {}
        (page,) = REFS.render(command[3], **choices).values()
        return page

    return text


@pytest.fixture(scope="session")
def needs_tex_file(
    tmp_path_factory: pytest.TempPathFactory, needs_program: Callable[[str], str]
) -> Callable[[str], None]:
    """Return a function that skips a test, or fails under ``BIB_REQUIRE_TOOLS``, where TeX has no such file."""

    def look(name: str) -> None:
        if not run([needs_program("kpsewhich"), name], tmp_path_factory.getbasetemp()).strip():
            needs_program(name)  # there is no such program either: its words are right

    return look


@pytest.fixture(scope="session")
def compiled(
    tmp_path_factory: pytest.TempPathFactory,
    needs_program: Callable[[str], str],
    needs_tex_file: Callable[[str], None],
    exports: Callable[[str], str],
) -> Callable[..., Compiled]:
    """Return a function that compiles a document of the page in a style; each is compiled once in a session."""

    @cache
    def made(name: str, style: str, source: str, items: str) -> Compiled:
        engine = "pdflatex" if name == "pdflatex" else "xelatex"
        bibliography = "bibtex" if "bibliographystyle" in DOCUMENTS[name] else "biber"
        for program in (engine, bibliography, "pdftotext"):
            needs_program(program)
        for file in NEEDED_BY[name] if not style or bibliography == "biber" else (*NEEDED_BY[name], f"{style}.bst"):
            needs_tex_file(file)
        document = re.sub(r"style=\w+", f"style={style}", DOCUMENTS[name]) if style else DOCUMENTS[name]
        if bibliography == "bibtex" and style:
            document = document.replace("{plainnat}", f"{{{style}}}")
        document = document.replace("\\nocite{efficientml}", f"\\nocite{{{','.join(sorted(meant(items)))}}}")
        bib = "refs-bibtex.bib" if bibliography == "bibtex" else "refs.bib"
        folder = tmp_path_factory.mktemp(name)
        return compile_document(folder, document, {bib: exports(source)}, engine=engine, bibliography=bibliography)

    def result(name: str, style: str = "", source: str = "`refs.bib`", items: str = "all") -> Compiled:
        return made(name, style, source, items)  # the cache tells defaults from the same values given

    return result


def missing_titles(text: str, items: str) -> list[str]:
    """Return the titles of these items that a typeset text does not show."""
    typeset = squeezed(text)
    return [key for key in ENTRIES if key in meant(items) and squeezed(ENTRIES[key].title.text) not in typeset]


# --- biblatex and biber ---


@pytest.mark.slow
@result_rows("XeLaTeX, biber")
def test_biblatex_typesets_the_whole_list_without_a_warning(
    style: str, source: str, items: str, result: str, compiled: Callable[..., Compiled]
) -> None:
    done = compiled("biblatex", style, source)
    assert result == NO_WARNING
    assert "Output to paper.bbl" in done.said
    assert BIBER_WARNING.findall(done.said) == []
    assert done.warnings == []
    assert missing_titles(done.text, items) == []


@pytest.mark.slow
@result_rows("XeLaTeX, biber")
def test_biblatex_shows_chinese_authors_as_they_are_written(
    style: str, source: str, items: str, result: str, compiled: Callable[..., Compiled]
) -> None:
    text = squeezed(compiled("biblatex", style, source).text)
    first = [
        entry.authors.persons[0] for entry in ENTRIES.values() if entry.authors.persons
    ]  # the others may be "et al."
    chinese = {name for person in first if HAN.search(name := person.literal or person.family + person.given)}
    assert len(chinese) > 5
    assert {name for name in chinese if squeezed(name) not in text} == set()


@pytest.mark.slow
@result_rows("XeLaTeX, biber")
def test_each_category_has_its_bibliography(
    style: str, source: str, items: str, result: str, compiled: Callable[..., Compiled]
) -> None:
    text = compiled("biblatex", style, source).text
    titles = re.findall(r"keyword=(\w+), title=\{(.*)\}", DOCUMENTS["biblatex"])
    assert [slug for slug, _ in titles] == CATEGORIES
    rest = squeezed(text)
    for slug, title in reversed(titles):
        rest, heading, part = rest.rpartition(squeezed(title))
        assert heading, title
        here = [entry for entry in ENTRIES.values() if entry.category == slug]
        assert [entry.key for entry in here if squeezed(entry.title.text) not in part] == []
    assert rest == ""


@pytest.mark.slow
def test_numbers_run_through_all_categories(compiled: Callable[..., Compiled]) -> None:
    numbers = re.findall(r"\[(\d+)\]", compiled("biblatex", "numeric").text)
    assert sorted(int(number) for number in numbers) == list(range(1, len(ENTRIES) + 1))


@pytest.mark.slow
def test_the_source_map_does_what_the_page_says(compiled: Callable[..., Compiled]) -> None:
    assert "zh-CN" not in compiled("biblatex", "numeric").text
    annotated = ENTRIES["rtp-llm"].fields["annotation"]
    assert squeezed(annotated) not in squeezed(compiled("biblatex", "apa").text)
    assert "()" not in compiled("biblatex", "ieee").text
    online = [entry for entry in ENTRIES.values() if entry.type in {"online", "video"}]
    assert compiled("biblatex", "gb7714-2015").text.replace("\n", "").count("[EB/OL]") >= len(online)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(name for name in DOCUMENTS if name.endswith("in-short")))
def test_the_short_documents_compile_without_a_warning(name: str, compiled: Callable[..., Compiled]) -> None:
    source = "`bib export -f bibtex`" if name.startswith("bibtex") else "`refs.bib`"
    done = compiled(name, source=source)
    troubles = BIBER_WARNING.findall(done.said) + BIBTEX_TROUBLE.findall(done.said)
    assert [line for line in troubles if "empty year in dai-genaicon-bilibili" not in line] == []
    assert done.warnings == []
    for shown_there in ("戴国浩", "首席科学家", "Kwon"):
        assert squeezed(shown_there) in squeezed(done.text)
    assert len(DOCUMENTS[name].strip().split("\n")) <= 6


@pytest.mark.slow
def test_biber_finds_in_the_data_model_only_what_the_page_lists(
    tmp_path: Path, needs_program: Callable[[str], str]
) -> None:
    needs_program("biber")
    (tmp_path / "refs.bib").write_bytes((ROOT / "refs.bib").read_bytes())
    lines = BIBER_WARNING.findall(run(["biber", "--tool", "--validate-datamodel", "refs.bib"], tmp_path))
    pairs = [re.fullmatch(r"Datamodel: Entry '([^']+)' \(refs\.bib\): (.*)", line) for line in lines]
    assert None not in pairs, lines
    listed = {message.strip("`"): meant(who, message) for message, who, _ in BIBER_ROWS}
    assert by_message((pair[2], pair[1]) for pair in pairs if pair) == listed


# --- classic BibTeX ---


@result_rows("BibTeX")
def test_bibtex_takes_the_papers_straight_from_the_file(
    style: str, source: str, items: str, result: str, tmp_path: Path, needs_program: Callable[[str], str],
    needs_tex_file: Callable[[str], None], exports: Callable[[str], str],
) -> None:  # fmt: skip
    needs_program("bibtex")
    needs_tex_file(f"{style}.bst")
    (tmp_path / "refs.bib").write_bytes(exports(source).encode())
    said = said_by_bibtex(run_bibtex(tmp_path, style, "refs", sorted(meant(items))))
    assert said == listed_for_bibtex(style, items)
    assert (result == NO_WARNING) == (not said)
    assert (tmp_path / f"{style}.bbl").read_text("utf-8").count("\\bibitem") == len(meant(items))


def check_classic(done: Compiled, style: str, items: str, result: str) -> None:
    """Hold a document made with BibTeX against its row of the table."""
    said = said_by_bibtex(done.said)
    assert said == listed_for_bibtex(style, items)
    assert (result == NO_WARNING) == (not said)
    assert done.warnings == []
    assert missing_titles(done.text, items) == []


@pytest.mark.slow
@result_rows("XeLaTeX, BibTeX")
def test_bibtex_and_xelatex_typeset_the_whole_list(
    style: str, source: str, items: str, result: str, compiled: Callable[..., Compiled]
) -> None:
    check_classic(compiled("bibtex", style, source), style, items, result)


@pytest.mark.slow
@result_rows("pdfLaTeX, BibTeX")
def test_bibtex_and_pdflatex_typeset_what_is_not_chinese(
    style: str, source: str, items: str, result: str, compiled: Callable[..., Compiled], exports: Callable[[str], str]
) -> None:
    assert not re.search(r"[^\x00-\x7f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", exports(source))
    check_classic(compiled("pdflatex", style, source, items), style, items, result)


# --- pandoc ---


@pytest.fixture(scope="session")
def pandoc(
    tmp_path_factory: pytest.TempPathFactory, needs_program: Callable[[str], str], exports: Callable[[str], str]
) -> Callable[[str], dict[str, str]]:
    """Return a function from a cell of the page to the references that pandoc makes of it."""

    @cache
    def made(source: str) -> dict[str, str]:
        program = needs_program("pandoc")
        folder = tmp_path_factory.mktemp("pandoc")
        (folder / PANDOC_SOURCES[source]).write_bytes(exports(source).encode())
        (folder / "all.md").write_text("---\nnocite: '@*'\n---\n")
        page = run([program, "--citeproc", f"--bibliography={PANDOC_SOURCES[source]}", "all.md", "--to=html"], folder)
        assert not re.search(r"^\[(?:WARNING|ERROR)\]|^pandoc:|^Error", page, re.MULTILINE), page
        return references(page)

    return made


@result_rows("pandoc --citeproc")
def test_pandoc_makes_a_reference_of_every_item(
    style: str, source: str, items: str, result: str, pandoc: Callable[[str], dict[str, str]]
) -> None:
    assert result.startswith(NO_WARNING)
    made = pandoc(source)
    assert made.keys() == meant(items)
    assert [key for key, text in made.items() if squeezed(ENTRIES[key].title.text) not in squeezed(text)] == []


def test_pandoc_reads_the_biblatex_export_as_it_reads_the_file(pandoc: Callable[[str], dict[str, str]]) -> None:
    assert pandoc("`bib export -f biblatex`") == pandoc("`refs.bib`")


def test_pandoc_makes_the_same_of_csl_json_but_for_what_the_page_lists(pandoc: Callable[[str], dict[str, str]]) -> None:
    ours, theirs = pandoc("`bib export -f csl-json`"), pandoc("`bib export -f biblatex`")
    assert list(ours) == list(theirs)
    used = set()
    for key, text in ours.items():
        same = text
        for words, who, _ in PANDOC_ROWS:
            extra = f" {words.strip('`')}"
            if key in meant(who) and extra in same:
                same = same.replace(extra, "", 1)
                used.add(words)
        assert squeezed(same) == squeezed(theirs[key]), key
    assert used == {words for words, *_ in PANDOC_ROWS}


# --- the page ---


def test_the_page_says_whom_it_means() -> None:
    rows = [(message, who) for message, who, _ in BIBER_ROWS] + [(message, who) for message, _, who, _ in BIBTEX_ROWS]
    for message, who in rows:
        assert meant(who, message), f"{message}: nobody"
        assert meant(who, message) <= ENTRIES.keys()


def test_every_document_of_the_page_is_compiled() -> None:
    assert set(DOCUMENTS) == {*DOCUMENT_OF.values(), "biblatex-in-short", "bibtex-in-short"}
    programs = {name for name, *_ in RESULTS}
    assert programs == {*DOCUMENT_OF, "BibTeX", "pandoc --citeproc"}
