"""The whole list as one Markdown page, as its readers know it: headings, one bullet per item, papers as citations.

What can stand inside Markdown is known by ``markdown_text``; where the page goes, by whoever asked for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..categories import OTHER, heading
from ..identifiers import arxiv_url, doi_url, url_identity, web_url
from ..model import Category, Entry, Person
from ..names import display, family_first, is_han
from . import Options, Page
from .markdown_text import clean, escape, escape_start, link

SKIP_FIELDS = frozenset({"abstract", "file", "note", "review", "comment", "owner", "timestamp", "groups"})
PAGE = "refs.md"

MOST_AUTHORS, FIRST_AUTHORS = 7, 6
"""Up to seven authors are all named; of more, the first six and the last. The list has always done so."""
MOST_HAN_AUTHORS = 8
"""Names in Han script are short. Beyond these stands 等, as GB/T 7714 has it."""
MOST_BESIDE = 3
"""People named beside the link of an item that is not a paper."""
LONGEST_LABEL = 200
"""A longer annotation is a note, not a name: it stands behind the link."""

_ITEMS = frozenset({"project", "video", "course", "blog", "page"})
_LETTERS = {
    "article": "[J]",
    "inproceedings": "[C]",
    "conference": "[C]",
    "incollection": "[M]",
    "inbook": "[M]",
    "preprint": "[EB/OL]",
    "book": "[M]",
    "thesis": "[D]",
    "report": "[R]",
    "dataset": "[DB/OL]",
}
"""How GB/T 7714 marks a kind of document, by entry type or else by kind."""
_THESES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis", "thesis": "Thesis"}
_LINK_FIELDS = (
    ("code", ("代码", "code")),
    ("repository", ("代码", "code")),
    ("video", ("视频", "video")),
    ("slides", ("幻灯片", "slides")),
)
_VENUES = (
    "journal",
    "journaltitle",
    "booktitle",
    "eventtitle",
    "organization",
    "institution",
    "school",
    "publisher",
    "howpublished",
)
_NOT_WORDS = re.compile(r"[\W_]++")
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_DASHES = re.compile(r"\s*+[-\u2010-\u2015\u2212]++\s*+")
_BATCH = 500


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield the one page. Of the entries only their finished lines are held."""
    yield PAGE, _pieces(_page(entries, options))


def render_sections(entries: Iterable[Entry], options: Options) -> dict[str, str]:
    """Return the bullets of every configured category by slug, and under ``all`` the whole list with its headings.

    For ``in_place``; a category without items is there and empty.
    """
    shelves = _shelve(entries, options)
    sections = {category.slug: b"\n\n".join(lines).decode() for category, lines in shelves}
    return {**sections, "all": b"".join(_pieces(_listing(shelves, options))).decode().rstrip("\n")}


def introduction(options: Options) -> Iterator[str]:
    """Yield the title as a heading and the introduction in the chosen language, as Markdown blocks."""
    if title := clean(options.title):
        yield f"# {escape(title)}"
    for lang, intro in (("zh", options.intro_zh), ("en", options.intro_en)):
        if intro.strip() and options.lang in {lang, "both"}:
            yield intro.strip()


def _page(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    """Yield the blocks of the page, which blank lines part."""
    for block in introduction(options):
        yield block.encode("utf-8", "replace")
    yield from _listing(_shelve(entries, options), options)


def _shelve(entries: Iterable[Entry], options: Options) -> list[tuple[Category, list[bytes]]]:
    """Return the bullets of each category in reading order; what is in no configured one comes last."""
    shelves: dict[str, tuple[Category, list[bytes]]] = {each.slug: (each, []) for each in options.categories}
    rest = shelves.setdefault(OTHER.slug, (OTHER, []))
    for entry in entries:
        shelves.get(entry.category, rest)[1].append(bullet(entry, options).encode("utf-8", "replace"))
    return list(shelves.values())


def _listing(shelves: list[tuple[Category, list[bytes]]], options: Options) -> Iterator[bytes]:
    """Yield headings and bullets. Empty categories are left out; without any configured one there is no heading."""
    for category, lines in shelves:
        if lines and options.categories:
            yield f"## {escape(heading(category, options.lang))}".encode("utf-8", "replace")
        for start in range(0, len(lines), _BATCH):
            yield b"\n\n".join(lines[start : start + _BATCH])


def _pieces(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Put a blank line between the blocks and end the last line."""
    between = b""
    for block in blocks:
        yield between + block
        between = b"\n\n"
    if between:
        yield b"\n"


def bullet(entry: Entry, options: Options) -> str:
    """Return the line of one entry: its main link, what it adds quietly, its further links."""
    annotation = annotation_of(entry)
    if entry.kind in _ITEMS:
        text = annotation if 0 < len(annotation) <= LONGEST_LABEL else title_of(entry)
        beside = _beside(entry, text, options)
        if annotation and text != annotation:
            beside.append(escape(annotation))
    else:
        text = citation(entry, options)
        beside = [escape(annotation)] if annotation and not says(text, annotation) else []
    main = main_url(entry)
    line = "- " + (link(escape(text), main) if main else escape_start(text))
    if beside:
        line += " — " + " · ".join(beside)
    for label, url in named_links(entry, options.lang):
        if not _same_page(url, main):
            line += " " + link(label, url)
    return line


def title_of(entry: Entry) -> str:
    """Return the title in one line; an entry without one is called by its key."""
    return clean(entry.title.text) or clean(entry.key) or "?"


def annotation_of(entry: Entry) -> str:
    """Return the list's own wording for an entry, in one line, or ``""``."""
    fields = entry.fields
    return clean(fields.get("annotation") or fields.get("annote") or "")


def main_url(entry: Entry) -> str:
    """Return the address an entry is linked to: its own http(s) URL, else its DOI, else arXiv, else ``""``."""
    if url := entry.url and web_url(entry.url):
        return url
    return doi_url(entry.doi) if entry.doi else arxiv_url(entry.arxiv) if entry.arxiv else ""


def named_links(entry: Entry, lang: str) -> list[tuple[str, str]]:
    """Return (label, URL) of every page of an entry that has a name of its own: arXiv, DOI, code, video, slides."""
    found = [("arXiv", arxiv_url(entry.arxiv))] if entry.arxiv else []
    if entry.doi:
        found.append(("DOI", doi_url(entry.doi)))
    for field, label in _LINK_FIELDS:
        if field in entry.fields and (url := web_url(entry.fields[field])):
            found.append((word(label, lang), url))
    return found


def _same_page(url: str, main: str) -> bool:
    """Tell whether two addresses lead to one page; a version of an arXiv paper is that paper."""
    if url == main or ("arxiv.org/abs/" in url and main.startswith(url + "v")):
        return True
    # The long way only where it can end in yes: url_identity is slow.
    return url[-4:].lower() == main.rstrip("/")[-4:].lower() and url_identity(url.lower()) == url_identity(main.lower())


def site_of(entry: Entry) -> str:
    """Return in a word where an item appeared: journal, proceedings, arXiv, event, organisation, or ``""``."""
    if entry.kind == "preprint" and entry.arxiv:
        return f"arXiv ({entry.arxiv_class})" if entry.arxiv_class else "arXiv"
    for field in _VENUES:
        if (site := clean(entry.fields.get(field, ""))) and "://" not in site:
            return site
    return ""


def word(row: tuple[str, str], lang: str) -> str:
    """Return a fixed word, given in Chinese and English, in ``lang``."""
    return " · ".join(row) if lang == "both" else row[lang == "en"]


def _beside(entry: Entry, label: str, options: Options) -> list[str]:
    """Return what an item's link text does not say yet: true title, people, site, year, as Markdown."""
    said = _plain(label)
    title = clean(entry.title.text)
    beside = [f"*{escape(title)}*"] if not says(label, title) else []
    people = entry.authors or entry.editors
    names = [name for name in map(clean, map(display, people)) if name and _plain(name) not in said]
    if names:
        more = len(names) > MOST_BESIDE and not options.all_authors
        shown = names[:MOST_BESIDE] if more else names
        beside.append(escape(name_list(shown, more or people.others)))
    site = site_of(entry)
    if site and _plain(site) not in said and site not in names:
        beside.append(escape(site))
    if entry.date and entry.date.year and not any(str(entry.date.year) in text for text in (label, *beside)):
        beside.append(str(entry.date.year))
    # The name of a platform alone is what the link says already; an event is news.
    return [] if beside == [escape(site)] and "eventtitle" not in entry.fields else beside


def name_list(names: list[str], more: bool) -> str:
    """Join names with commas; where there are more, end in ``et al.``, or 等 behind Han names."""
    return ", ".join(names) + ((", 等" if is_han(names[-1]) else ", et al.") if more else "")


def says(text: str, part: str) -> bool:
    """Tell whether one text has the other in it, whatever their case."""
    return part in text or part.casefold() in text.casefold()


def _plain(text: str) -> str:
    """Return the letters and digits alone, to see whether a name stands in another text."""
    return _NOT_WORDS.sub("", text).casefold()


# --- citations


def citation(entry: Entry, options: Options) -> str:
    """Return a publication as the list cites it, as plain text: Chinese ones in the manner of GB/T 7714."""
    title = title_of(entry)
    chinese = entry.language.startswith("zh")
    if not entry.language and not title.isascii():
        chinese = _HAN.search(title) is not None and _KANA.search(title) is None
    if chinese:
        return _cite_chinese(entry, title, options)
    return _cite(entry, title, options)


def _cite(entry: Entry, title: str, options: Options) -> str:
    """Return ``Kwon, W., ... & Stoica, I. (2023). Title. In Proceedings, 611-626.``"""
    date = entry.date
    year = f"({date.year})." if date is not None and date.year else ""
    authors = _authors(entry, options)
    if authors:
        lead = f"{authors} {year} {_ended(title)}" if year else f"{_ended(authors)} {_ended(title)}"
    else:
        lead = f"{title} {year}" if year else _ended(title)
    venue = _venue(entry)
    return f"{lead} {venue}." if venue else lead


def _authors(entry: Entry, options: Options) -> str:
    people = entry.people.get("author")
    role = ""
    if not people:
        people = entry.people.get("editor")
        if not people:
            return ""
        role = " (Eds.)" if len(people) > 1 else " (Ed.)"
    persons = people.persons
    short = len(persons) > MOST_AUTHORS and not options.all_authors
    names = [_cited(person) for person in (persons[:FIRST_AUTHORS] if short else persons)]
    if people.others:
        text = ", ".join(names) + ", et al."
    elif short:
        text = f"{', '.join(names)}, ... & {_cited(persons[-1])}"
    else:
        text = f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else names[0]
    return text + role


@lru_cache(maxsize=1 << 14)  # a library repeats its names
def _cited(person: Person) -> str:
    return clean(family_first(person, initials=True))


def _venue(entry: Entry) -> str:
    """Return where a publication appeared: journal, proceedings, archive, school or publisher, with volume and pages."""
    fields = entry.fields
    if entry.kind == "preprint" and entry.arxiv:
        return f"arXiv preprint arXiv: {entry.arxiv}"
    if venue := fields.get("journal") or fields.get("journaltitle"):
        return clean(venue + _place(entry))
    if venue := fields.get("booktitle") or fields.get("eventtitle"):
        return f"In {clean(venue + _place(entry))}"
    house = fields.get("institution") or fields.get("school") or fields.get("publisher") or fields.get("organization")
    kind = fields.get("type") or _THESES.get(entry.type, "") if entry.kind in {"thesis", "report"} else ""
    parts = [clean(part) for part in (kind, house or fields.get("howpublished", ""))]
    return ", ".join(part for part in parts if part).rstrip(".")


def _place(entry: Entry) -> str:
    """Return volume, number and pages with what parts them from the venue: ``, 62(3): 545-562``."""
    fields = entry.fields
    volume, number, pages = (
        fields.get("volume", ""),
        fields.get("number") or fields.get("issue", ""),
        fields.get("pages"),
    )
    text = f"{volume}({number})" if number else volume
    if pages:
        text = f"{text}: {_DASHES.sub('-', pages)}" if text else _DASHES.sub("-", pages)
    return f", {text}" if text else ""


def _cite_chinese(entry: Entry, title: str, options: Options) -> str:
    """Return ``葛旭冉, 欧洋. 题目[J]. 计算机研究与发展, 2025, 62(3): 545-562.``"""
    fields, people = entry.fields, entry.authors or entry.editors
    names = [_cited(person) for person in people]
    more = len(names) > MOST_HAN_AUTHORS and not options.all_authors
    authors = name_list(names[:MOST_HAN_AUTHORS] if more else names, more or people.others) if names else ""
    letter = _LETTERS.get(entry.type) or _LETTERS.get(entry.kind, "[Z]")
    year = f", {entry.date.year}" if entry.date and entry.date.year else ""
    lead = f"{_ended(authors)} {title}{letter}" if authors else f"{title}{letter}"
    if entry.kind == "preprint" and entry.arxiv:
        return f"{lead}. arXiv: {entry.arxiv}{year}."
    venue = fields.get("journal") or fields.get("journaltitle") or fields.get("publisher") or fields.get("school") or ""
    if booktitle := fields.get("booktitle"):
        return clean(f"{lead}//{booktitle}{year}{_place(entry)}.")
    rest = (clean(venue) + year + _place(entry)).removeprefix(", ")
    return f"{lead}. {clean(rest)}." if rest else f"{lead}."


def _ended(text: str) -> str:
    """Return ``text`` with the full stop of a sentence, unless it ends in a mark of its own."""
    return text if text.endswith((".", "?", "!", "。", "？", "！", "…")) else text + "."
