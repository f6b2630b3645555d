"""The exports of the real refs.bib: complete, in order, readable by other programs, and the same today as yesterday.

Twelve made-up entries, one of each kind, show in golden files what the formats do with what refs.bib does not hold.
What a format promises in general is tested in ``test_export_*``.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt

from llminfer_bib import Library
from llminfer_bib.identifiers import arxiv_url, doi_url
from llminfer_bib.model import Entry

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
SEED = json.loads((DATA / "seed-links.json").read_text("utf-8"))
CORRECTIONS = (ROOT / "docs" / "corrections.md").read_text("utf-8")

REFS = Library.open(ROOT / "refs.bib")
ENTRIES = list(REFS)
KEYS = [entry.key for entry in ENTRIES]
TWELVE = Library.open(DATA / "twelve.bib", DATA / "twelve.toml")
DIALECTS = ("", "zotero")
LANGUAGES = ("zh", "en", "both")

MARKDOWN = REFS.render("md")["refs.md"]
BULLETS = [line for line in MARKDOWN.split("\n") if line.startswith("- ")]
ITEMS = json.loads(REFS.render("csl-json")["refs.json"])
CSL_TYPES = {
    "course": {"webpage"},
    "video": {"motion_picture"},
    "project": {"software"},
    "blog": {"post-weblog"},
    "method": {"article", "paper-conference", "article-journal"},
    "survey": {"article", "paper-conference", "article-journal"},
}
ZOTERO_TYPES = {"motion_picture": "document", "software": "document"}
STYLES = (
    "",
    "apa.csl",
    "ieee.csl",
    "china-national-standard-gb-t-7714-2015-numeric.csl",
    "china-national-standard-gb-t-7714-2025-numeric.csl",
)

each_item = pytest.mark.parametrize(
    ("entry", "seed", "bullet"), list(zip(ENTRIES, SEED, BULLETS, strict=True)), ids=KEYS
)
each_entry = pytest.mark.parametrize(("entry", "item"), list(zip(ENTRIES, ITEMS, strict=True)), ids=KEYS)
each_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=("plain", "zotero"))
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def links(markdown: str) -> list[str]:
    """Return the addresses that a Markdown reader would follow, in order."""
    tokens = [child for token in MarkdownIt("commonmark").parse(markdown) for child in token.children or []]
    return [str(token.attrGet("href")) for token in tokens if token.type == "link_open"]


def plain(markdown: str) -> str:
    """Return what is left to read of a line of Markdown."""
    tokens = MarkdownIt("commonmark").parseInline(markdown)[0].children or []
    return "".join(token.content for token in tokens if token.type in {"text", "code_inline"})


def loose(text: str) -> str:
    """Return the letters and digits alone, as one compares titles that a style has changed."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def remarks(entry: Entry) -> str:
    """Return what docs/corrections.md says about an entry."""
    return "\n".join(line for line in CORRECTIONS.split("\n") if re.match(rf"(?:\| |- ).*`{entry.key}`", line))


# --- golden files


@each_language
def test_the_twelve_entries_as_one_page(snapshot: Callable[[str, str], None], lang: str) -> None:
    snapshot(TWELVE.render("md", lang=lang)["refs.md"], f"twelve/md.{lang}.md")


@each_language
def test_the_twelve_entries_as_reading_lists(snapshot: Callable[[str, str], None], lang: str) -> None:
    pages = TWELVE.render("lists", lang=lang)
    assert list(pages) == ["lists/index.md", "lists/stats.svg", "lists/paper.md", "lists/item.md", "lists/other.md"]
    for path, text in pages.items():
        snapshot(text, f"twelve/{path.replace('lists/', f'lists.{lang}/')}")


@each_dialect
def test_the_twelve_entries_as_csl_json(snapshot: Callable[[str, str], None], dialect: str) -> None:
    snapshot(TWELVE.render("csl-json", dialect=dialect)["refs.json"], f"twelve/csl{dialect and '.' + dialect}.json")


def test_refs_as_one_page(snapshot: Callable[[str, str], None]) -> None:
    snapshot(MARKDOWN, "refs.md")


def test_refs_as_csl_json(snapshot: Callable[[str, str], None]) -> None:
    snapshot(REFS.render("csl-json")["refs.json"], "refs.json")


# --- all formats


def test_refs_is_read_without_a_problem() -> None:
    assert REFS.problems == ()
    assert len(ENTRIES) == len(SEED) == 102


@pytest.mark.parametrize("name", ["md", "lists", "csl-json"])
@each_language
@each_dialect
def test_another_library_object_gives_the_same_bytes(name: str, lang: str, dialect: str) -> None:
    choices = {"lang": lang, "dialect": dialect}
    assert Library.open(ROOT / "refs.bib").render(name, **choices) == REFS.render(name, **choices)


def test_the_command_line_writes_all_formats_and_has_nothing_to_remark(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "llminfer_bib",
        "-v",
        "--file",
        ROOT / "refs.bib",
        "export",
        "--all",
        "-o",
        tmp_path,
    ]
    pages = {
        "refs.md",
        "refs.json",
        "lists/index.md",
        "lists/stats.svg",
        *(f"lists/{each.slug}.md" for each in REFS.config.categories),
    }
    pages |= {"refs-bibtex.bib", "refs-biblatex.bib", "refs.ris", "refs.rdf", "refs.yml", "refs.html"}
    for done in ("wrote", "unchanged"):
        run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=True)
        assert run.stdout == ""
        assert sorted(run.stderr.splitlines()) == sorted(f"{done}: {tmp_path / page}" for page in pages)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == pages
    assert (tmp_path / "refs.md").read_text("utf-8") == MARKDOWN


# --- md


@each_item
def test_the_link_of_the_list_is_in_the_page_at_its_place_or_explained(entry: Entry, seed: dict, bullet: str) -> None:
    assert entry.category == seed["category"]
    assert seed["url"] in links(bullet) or f"`{seed['url']}`" in remarks(entry)


def test_the_sections_are_those_of_the_list_in_its_order() -> None:
    found, heading = [], ""
    titles = {f"## {each.emoji} {each.title_zh}": each.slug for each in REFS.config.categories}
    for line in MARKDOWN.split("\n"):
        heading = titles.get(line, heading)
        if line.startswith("- "):
            found.append(heading)
    assert found == [row["category"] for row in SEED]


@each_item
def test_every_word_of_the_list_is_visible_or_explained(entry: Entry, seed: dict, bullet: str) -> None:
    """Words are compared, not places: a name may have moved behind the link."""
    shown = f"{plain(bullet)} {' '.join(links(bullet))} {remarks(entry)}".casefold()
    words = re.findall(r"[A-Za-z0-9](?:[\w.'/-]*\w)?|[\u4e00-\u9fff]+", seed["label"])
    assert words
    missing = [word for word in words if word.casefold() not in shown]
    # A heading of docs/corrections.md says of all such rows that these were preprints.
    assert missing in ([], ["preprint"] if f"arXiv {entry.arxiv}" in remarks(entry) else [])


@each_item
def test_every_page_of_an_entry_is_linked_once(entry: Entry, seed: dict, bullet: str) -> None:
    found = links(bullet)
    assert found[0] == entry.url
    if entry.arxiv:
        assert arxiv_url(entry.arxiv) in found
    if entry.doi:
        assert doi_url(entry.doi) in found
    assert len(found) == len(set(found))


@each_item
def test_a_line_is_one_clean_paragraph(entry: Entry, seed: dict, bullet: str) -> None:
    text = plain(bullet.removeprefix("- "))
    assert not re.search(r"[{}<>\\]|  |\.\.(?!\.)|,,|\( | \)| ,|\(\)|None", text.replace(", ... &", " &"))
    assert "*" not in text


# --- lists


@each_language
def test_every_item_is_on_the_page_of_its_category_once(lang: str) -> None:
    pages = REFS.render("lists", lang=lang)
    for category in REFS.config.categories:
        page = pages[f"lists/{category.slug}.md"]
        keys = re.findall(r"^  `([a-z0-9-]+)`", page, re.MULTILINE)
        assert sorted(keys) == sorted(entry.key for entry in ENTRIES if entry.category == category.slug)
        assert f"({category.slug}.md) | {len(keys)} |" in pages["lists/index.md"]


@each_language
def test_the_pages_link_to_each_other_and_to_every_item(lang: str) -> None:
    pages = REFS.render("lists", lang=lang)
    found = [link for text in pages.values() for link in links(text)]
    assert {link for link in found if "/" not in link} == {
        path.removeprefix("lists/") for path in pages if path.endswith(".md")
    }
    assert {entry.url for entry in ENTRIES} <= set(found)


def test_the_newest_come_first() -> None:
    for path, text in REFS.render("lists").items():
        years = [int(year) for year in re.findall(r"^## (\d{4})$", text, re.MULTILINE)]
        assert years == sorted(set(years), reverse=True), path


# --- csl-json


@each_dialect
def test_every_item_is_valid_csl(shared: Path, dialect: str) -> None:
    schema = json.loads((shared / "schemas" / "csl-data.json").read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(json.loads(REFS.render("csl-json", dialect=dialect)["refs.json"]))


@each_dialect
def test_items_carry_their_keys_in_the_order_of_the_file(dialect: str) -> None:
    items = json.loads(REFS.render("csl-json", dialect=dialect)["refs.json"])
    assert [item["id"] for item in items] == [item["citation-key"] for item in items] == KEYS


@each_entry
def test_the_type_is_right_for_the_category(entry: Entry, item: dict) -> None:
    assert item["type"] in CSL_TYPES[entry.category]
    if entry.type == "misc":
        assert (item["type"], item["publisher"], item["number"]) == ("article", "arXiv", f"arXiv:{entry.arxiv}")


def test_zotero_gets_only_types_that_it_reads() -> None:
    items = json.loads(REFS.render("csl-json", dialect="zotero")["refs.json"])
    assert [item["type"] for item in items] == [ZOTERO_TYPES.get(item["type"], item["type"]) for item in ITEMS]


@each_entry
def test_names_are_split_right(entry: Entry, item: dict) -> None:
    """The file writes ``Family, Given``, a Han name in one piece, an organisation in braces: nothing else, so no guess."""
    source = dict(line.strip().split(" = ", 1) for line in source_of(entry.key) if " = " in line)
    written = source.get("author", "{},").removeprefix("{").removesuffix("},")
    expected = []
    for name in written.split(" and ") if written else []:
        family, comma, given = name.partition(", ")
        whole = {"literal": name.removeprefix("{").removesuffix("}")}
        expected.append({"family": family, "given": given} if comma else whole)
    assert item.get("author", []) == expected


def source_of(key: str) -> list[str]:
    """Return the lines of an entry as they stand in the file."""
    lines = (ROOT / "refs.bib").read_text("utf-8").split("\n")
    start = next(number for number, line in enumerate(lines) if line.endswith(f"{{{key},"))
    return lines[start : lines.index("}", start)]


@each_dialect
def test_text_is_plain(dialect: str) -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for part in value.values() for text in texts(part)]
        return [text for part in value for text in texts(part)] if isinstance(value, list) else [str(value)]

    for text in texts(json.loads(REFS.render("csl-json", dialect=dialect)["refs.json"])):
        assert not re.search(r"[{}\\<>$]|&\w+;|``|''|---?(?=\D)|^\s|\s$| {2}", text), text
        assert unicodedata.normalize("NFC", text) == text


@each_entry
def test_dates_are_as_full_as_the_file_has_them(entry: Entry, item: dict) -> None:
    date = entry.date
    expected = [[part for part in (date.year, date.month, date.day) if part]] if date else None
    assert item.get("issued", {}).get("date-parts") == expected


@each_entry
def test_identifiers_and_language_are_kept(entry: Entry, item: dict) -> None:
    assert item["URL"] == entry.url
    assert item.get("DOI", "") == entry.doi
    assert entry.arxiv in item.get("number", "") + item.get("note", "")
    assert item.get("language", "") == entry.language


# --- pandoc


def pandoc(program: str, *arguments: object, text: str = "") -> str:
    """Run pandoc; it must have nothing to remark."""
    done = subprocess.run(
        [program, *map(str, arguments)], input=text, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
@each_dialect
@pytest.mark.parametrize("style", STYLES, ids=[style or "chicago" for style in STYLES])
def test_pandoc_prints_every_item(
    request: pytest.FixtureRequest, needs_program: Callable[[str], str], tmp_path: Path, style: str, dialect: str
) -> None:
    program = needs_program("pandoc")
    options = []
    if style:
        path = request.getfixturevalue("shared") / "csl-styles" / style
        if not path.exists():
            pytest.skip(f"no style {style}")
        options = ["--csl", path]
    (tmp_path / "refs.json").write_text(REFS.render("csl-json", dialect=dialect)["refs.json"], "utf-8")
    page = pandoc(
        program, "--citeproc", "--bibliography", tmp_path / "refs.json", "-t", "plain", "--wrap=none", *options,
        text='---\nnocite: "@*"\n---\n',
    )  # fmt: skip
    references = [loose(line) for line in page.split("\n") if line]
    assert len(references) == len(ENTRIES)
    absent = [entry.key for entry in ENTRIES if not any(loose(entry.title.text) in line for line in references)]
    assert absent == []


def test_pandoc_reads_refs_itself(needs_program: Callable[[str], str]) -> None:
    """The file is good biblatex for a reader that is not ours, with the same people and titles."""
    items = json.loads(pandoc(needs_program("pandoc"), "-f", "biblatex", "-t", "csljson", ROOT / "refs.bib"))
    theirs = {item["id"]: item for item in items}
    assert len(items) == len(theirs) == len(ITEMS)
    for item in ITEMS:
        other = theirs[item["id"]]
        assert loose(html.unescape(re.sub(r"</?\w[^>]*>", "", other["title"]))) == loose(item["title"])
        # Pandoc takes a name in one piece for a family name.
        assert [family(name) for name in other.get("author", [])] == [family(name) for name in item.get("author", [])]


def family(name: dict) -> str:
    """Return what a CSL name is sorted by."""
    return str(name.get("family") or name["literal"])
