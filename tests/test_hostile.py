"""One hostile library through the real command line, format by format: nothing in it is ever more than text.

The library is written to disk as bytes. What each escape looks like is tested beside its format (``test_export_*``).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

BAD_URLS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "\u202ejavascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/x",
    "https:javascript:alert(1)",
    "\\url{javascript:alert(1)}",
    "https://",
)
"""No link may be made of these."""
ODD_URLS = (
    "https://ok.example/)](javascript:alert(1))",
    'https://ok.example/" onmouseover="alert(1)',
    "https://ok.example/<script>alert(1)</script>",
    "https://ok.example/\u202ex|y`z`",
    "https://ok.example/a b\nc",
    "https://ok.example/&#x6A;avascript:",
)
"""These lead to ok.example or nowhere."""
TEXTS = (
    "](javascript:alert(1))",
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)>",
    "[x]: javascript:alert(1)",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "&lt;script&gt; &#60;script&#62; \\textless script\\textgreater",
    "<!-{}- bib:end item -{}-> <!-- bib:end item --> <!-{}- bib:begin item -{}->",
    "a | b || c\n| - | - |\n| d | e |",
    "`code` ``more`` ```fence",
    "```\nfence",
    "# heading\n\n## heading\n\n- item\n\n1. one\n\n> quote\n\n---\n\n***",
    "setext\n===\n",
    "\u202eevil\u202c \u2066x\u2069 \u200e \u061c \ufeff",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m",
    "nul \x00 bell \x07 delete \x7f back \x08\x08\x08",
    "carriage\rreturn \u2028 line \u2029 paragraph \x85 next \x0b \x0c",
    "{{ site.x }} {% include x %}",
    "$\\href{javascript:alert(1)}{x}$ \\href{javascript:alert(1)}{y} \\url{javascript:alert(1)}",
    "\\input{/etc/passwd} \\write18{touch pwned}",
    "*bold* _under_ ~~gone~~ **x",
    "=cmd|' /C calc'!A0",
    "https://bare.example/ www.bare.example",
)
KEYS = (
    "../../x",
    "/etc/passwd",
    "<b>bold</b>",
    "a|b",
    "x](javascript:alert(1)",
    "`tick`",
    "--help",
    "\u202ekey",
    "\x1b[2J",
    "con",
)
MEGABYTE = ("many words, " * 80 + "<script>alert(1)</script> `](javascript:x) | <!-- bib:end item --> ") * 1_000

FIELDS = ("annotation", "note", "organization", "eventtitle", "journal", "booktitle", "publisher", "pages", "volume")
KINDS = ("misc", "article", "inproceedings", "online", "software", "video", "book", "phdthesis")
OUTSIDE = "hand-written\n\n<!-- bib:begin item -->\nold\n<!-- bib:end item -->\n\nby hand, too\n"
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def entry(number: int, key: str, title: str, url: str, *, kind: str = "misc", more: str = "") -> str:
    """Return one entry; values are put between braces as they are, which balanced ones survive."""
    text = TEXTS[number % len(TEXTS)]
    lines = [
        f"  author = {{{text} and {{{text}}} and {text}, {text}}},",
        f"  title = {{{title}}},",
        f"  url = {{{url}}},",
        f"  doi = {{10.1234/{number}{url}}},",
        f"  eprint = {{2401.{number:05}{text}}}, eprinttype = {{arxiv}}, eprintclass = {{{text}}},",
        f"  code = {{{url}}}, video = {{{url}}}, slides = {{{url}}}, pdf = {{{url}}},",
        f"  date = {{{text}}}, urldate = {{{text}}}, language = {{{text}}}, version = {{{text}}},",
        *(f"  {name} = {{{text}}}," for name in FIELDS),
        f"  keywords = {{item, {text}}},{more}",
    ]
    return f"@{kind}{{{key},\n" + "\n".join(lines) + "\n}\n\n"


def hostile_entries() -> Iterator[str]:
    """Yield every text as a title under every kind of entry in turn, every URL, every key, and a title of 1 MB."""
    titles = [(f"t{number}", text, "https://ok.example/") for number, text in enumerate(TEXTS)]
    urls = [(f"u{number}", "A title", url) for number, url in enumerate((*BAD_URLS, *ODD_URLS))]
    keys = [(key, "Another title", "https://ok.example/") for key in KEYS]
    for number, (key, title, url) in enumerate([*titles, *urls, *keys, ("megabyte", MEGABYTE, "https://ok.example/")]):
        yield entry(number, key, title, url, kind=KINDS[number % len(KINDS)])


@dataclass
class Place:
    """A folder with the hostile library, and the command line in it."""

    root: Path

    def bib(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run ``bib``; return stdout. What it says on stderr must be as harmless as what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "llminfer_bib", *arguments],
            cwd=self.root / "here",
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        errors = done.stderr.decode("utf-8")
        assert done.returncode in codes, errors[-2000:]
        assert "Traceback" not in errors
        assert not CONTROLS.search(errors)
        return done.stdout.decode("utf-8")

    def files(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes() for path in self.root.rglob("*") if path.is_file()
        }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    here = tmp_path / "deep" / "er" / "here"
    here.mkdir(parents=True)
    (here / "refs.bib").write_bytes("".join(hostile_entries()).encode("utf-8"))
    (here / "bib.toml").write_text('[[categories]]\nslug = "item"\ntitle_zh = "条目"\ntitle_en = "Items"\n', "utf-8")
    (here / "page.md").write_text(OUTSIDE, "utf-8")
    return Place(tmp_path / "deep" / "er")


def count() -> int:
    return len(list(hostile_entries()))


def tokens_of(markdown: str) -> list[Token]:
    """Return all tokens, those inside paragraphs too. Tables are on, as on GitHub."""
    flat = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        flat.append(token)
        flat += token.children or []
    return flat


def assert_harmless_markdown(markdown: str, headings: list[str], items: int) -> None:
    """Assert that a page has the given headings and number of items, links to web pages alone, and no HTML."""
    assert not CONTROLS.search(markdown)
    tokens = tokens_of(markdown)
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_block", "html_inline", "image", "fence", "code_block", "blockquote_open", "s_open"}
    assert [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"] == headings
    assert sum(token.type == "list_item_open" for token in tokens) == items
    for token in tokens:
        if token.type == "link_open":
            assert re.match(r"https://(?:ok\.example|doi\.org|arxiv\.org)/|[a-z]+\.md$", str(token.attrGet("href")))
    # Liquid runs before Markdown does, and comments are looked for in the source.
    assert not re.search(r"\{\{|\{%|<!--|<[a-zA-Z/!?]", markdown)
    # So do programs for math, which make links of \href.
    assert not re.search(r"\\(?:href|url|html|class|style|require)", markdown)


def assert_written(place: Place, before: dict[str, bytes], new: set[str]) -> dict[str, bytes]:
    """Assert that these files are new and every other is as it was; return the new ones."""
    after = place.files()
    assert set(after) - set(before) == new
    assert {name: data for name, data in after.items() if name in before} == before
    return {name: after[name] for name in new}


def test_md_is_harmless(place: Place) -> None:
    before = place.files()
    place.bib("export", "-f", "md", "--all-authors", "-o", "out/")
    page = assert_written(place, before, {"here/out/refs.md"})["here/out/refs.md"].decode("utf-8")
    assert_harmless_markdown(page, ["条目"], count())


def test_lists_are_harmless(place: Place) -> None:
    before = place.files()
    place.bib("export", "-f", "lists", "--lang", "both", "-o", "out/")
    new = assert_written(
        place, before, {"here/out/lists/index.md", "here/out/lists/stats.svg", "here/out/lists/item.md"}
    )
    page = new["here/out/lists/item.md"].decode("utf-8")
    years = re.findall(r"^## (\d{4}|未注明日期 · Undated)$", page, re.MULTILINE)
    assert_harmless_markdown(page, ["条目 · Items", *years], count())
    index = new["here/out/lists/index.md"].decode("utf-8")
    ours = re.findall(r"^!\[[^\[\]\\\n]*\]\(stats\.svg\)\n", index, re.MULTILINE)
    assert_harmless_markdown(index.replace(*ours, ""), ["阅读清单 · Reading lists"], 0)
    assert {each.tag.rpartition("}")[2] for each in ET.fromstring(new["here/out/lists/stats.svg"]).iter()} == {
        "svg", "title", "desc", "style", "rect", "text",
    }  # fmt: skip


def assert_harmless_csl(data: bytes) -> None:
    items = json.loads(data)
    assert len(items) == count()
    assert b"<" not in data  # not even inside a script element of a web page
    for item in items:
        assert item["id"] == item["citation-key"]
        if "URL" in item:
            assert re.match(r"https://(?:ok\.example|arxiv\.org)/", item["URL"])
        for text in texts(item):
            assert not CONTROLS.search(text)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def test_csl_json_is_harmless(place: Place) -> None:
    before = place.files()
    place.bib("export", "-f", "csl-json", "-o", "out/")
    assert_harmless_csl(assert_written(place, before, {"here/out/refs.json"})["here/out/refs.json"])


def test_csl_json_for_zotero_is_harmless(place: Place) -> None:
    before = place.files()
    place.bib("export", "-f", "csl-json", "--for", "zotero", "-o", "out/")
    assert_harmless_csl(assert_written(place, before, {"here/out/refs.json"})["here/out/refs.json"])


def test_ris_is_harmless(place: Place) -> None:
    before = place.files()
    place.bib("export", "-f", "ris", "-o", "out/")
    text = assert_written(place, before, {"here/out/refs.ris"})["here/out/refs.ris"].decode("utf-8")
    assert not CONTROLS.search(text)
    lines = text.split("\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - |$", line) for line in lines)
    assert sum(line.startswith("TY  - ") for line in lines) == count()
    assert lines.count("ER  - ") == count()
    for line in lines:
        if line.startswith("UR  - "):
            assert re.match(r"UR  - https://(?:ok\.example|arxiv\.org)/", line)


def test_zotero_rdf_is_harmless(place: Place) -> None:
    before = place.files()
    place.bib("export", "-f", "zotero-rdf", "-o", "out/")
    data = assert_written(place, before, {"here/out/refs.rdf"})["here/out/refs.rdf"]
    assert not CONTROLS.search(data.decode("utf-8"))
    assert b"<!" not in data
    rdf, zotero = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://www.zotero.org/namespaces/export#}"
    root = ET.fromstring(data)
    names = [part.get(rdf + "about") for part in root if part.tag == rdf + "Description"]
    assert len(set(names)) == count()
    (shelf,) = (part for part in root if part.tag == zotero + "Collection")
    assert [part.get(rdf + "resource") for part in shelf if part.get(rdf + "resource")] == names
    for url in root.iter(zotero + "url"):
        assert re.match(r"https://(?:ok\.example|arxiv\.org)/", str(url.text))


def test_hayagriva_is_harmless(place: Place, tmp_path: Path) -> None:
    """Typst itself reads the file: no text is a program, and every entry is there."""
    typst = pytest.importorskip("typst")
    before = place.files()
    place.bib("export", "-f", "hayagriva", "-o", "out/")
    text = assert_written(place, before, {"here/out/refs.yml"})["here/out/refs.yml"].decode("utf-8")
    assert not CONTROLS.search(text)
    assert len(re.findall(r'^"', text, re.MULTILINE)) == count()
    for url in re.findall(r'^ *url: (?:\{ value: )?"(.*?)"', text, re.MULTILINE):
        assert url.startswith("https://ok.example/")
    folder = tmp_path / "typst"
    folder.mkdir()
    (folder / "refs.yml").write_text(re.sub(r"\n\"megabyte\":[^\x00]*", "", text), "utf-8")  # its page alone takes long
    cited = "".join(f"#cite(label({json.dumps(f't{number}')}))" for number in range(len(TEXTS)))
    (folder / "paper.typ").write_text(f'{cited}\n#bibliography("refs.yml", full: true, style: "ieee")\n', "utf-8")
    _, warnings = typst.compile_with_warnings(folder / "paper.typ", root=folder, format="pdf")
    assert [str(warning) for warning in warnings] == []


class _Elements(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [str(value) for name, value in attrs if name == "href"]

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")


def test_html_is_harmless(place: Place) -> None:
    before = place.files()
    place.bib("export", "-f", "html", "--lang", "both", "--all-authors", "-o", "out/")
    page = assert_written(place, before, {"here/out/refs.html"})["here/out/refs.html"].decode("utf-8")
    assert not CONTROLS.search(page)
    found = _Elements()
    found.feed(page)
    allowed = "html head meta title style body header h1 h2 p nav ul li a small main section code span cite time"
    assert set(found.tags) <= set(allowed.split())
    assert found.attributes <= {"lang", "charset", "http-equiv", "content", "name", "href", "class", "id", "aria-label", "datetime"}  # fmt: skip
    assert page.count('<p class="title"') == count()
    for link in found.links:
        assert re.match(r"https://(?:ok\.example|doi\.org|arxiv\.org)/|#section-1$", link)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["csl-json", "ris", "zotero-rdf", "hayagriva"])
def test_what_a_format_loses_is_said_harmlessly(place: Place, name: str) -> None:
    before = place.files()
    listing = place.bib("export", "-f", name, "--explain")
    assert listing
    assert not CONTROLS.search(listing)
    answer = place.bib("export", "-f", name, "--explain", "--json")
    assert json.loads(answer)["entries"] == count()
    assert not CONTROLS.search(answer)
    assert_written(place, before, set())


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf8", "tex"])
@pytest.mark.parametrize("name", ["biblatex", "bibtex"])
def test_bibtex_and_biblatex_are_harmless(place: Place, name: str, encoding: str) -> None:
    """Every entry is there, whole, and holds no command that does more than set text; no field that styles make a link of."""
    before = place.files()
    place.bib("export", "-f", name, "--encoding", encoding, "-o", "out/")
    file = f"refs-{name}.bib"
    page = assert_written(place, before, {f"here/out/{file}"})[f"here/out/{file}"].decode("utf-8")
    assert not CONTROLS.search(page)
    assert len(re.findall(r"^@(?!preamble)[a-z]+\{", page, re.MULTILINE)) == count()
    assert page.count("\n}\n") == count()
    commands = set(re.findall(r"\\([A-Za-z]+)", page))
    assert not commands & {"href", "input", "write", "immediate", "include"}
    for address in re.findall(r"^  url = \{(.*)\},$|^  howpublished = .*\\url\{([^{}]*)\}", page, re.MULTILINE):
        assert re.match(r"https://(?:ok\.example|arxiv\.org)/", "".join(address))


@pytest.mark.slow
def test_list_show_and_search_are_harmless(place: Place) -> None:
    before = place.files()
    listing = place.bib("list")
    assert len(listing.rstrip("\n").split("\n")) == count()
    assert not CONTROLS.search(listing.replace("\t", " "))
    found = place.bib("search", "alert")
    assert not CONTROLS.search(found.replace("\t", " "))
    assert found
    shown = place.bib("show", "../../x", "t11", "t12", "t13", "t14", "u4", "megabyte")
    assert not CONTROLS.search(shown)
    for command in (("list", "--json"), ("show", "--json", "t12", "t13"), ("search", "--json", "alert")):
        answer = place.bib(*command)
        assert json.loads(answer)
        assert not CONTROLS.search(answer)
    assert_written(place, before, set())


def test_a_page_renewed_in_place_is_harmless(place: Place) -> None:
    before = place.files()
    place.bib("export", "-f", "md", "--in", "page.md")
    after = place.files()
    assert {name for name in after if after[name] != before.get(name)} == {"here/page.md"}
    page = after["here/page.md"].decode("utf-8")
    head, begin, rest = page.partition("<!-- bib:begin item -->\n")
    inside, end, tail = rest.rpartition("<!-- bib:end item -->\n")
    assert (head, tail) == ("hand-written\n\n", "\nby hand, too\n")
    assert begin
    assert end
    assert_harmless_markdown(inside, [], count())
    place.bib("export", "-f", "md", "--in", "page.md")
    assert place.files() == after
