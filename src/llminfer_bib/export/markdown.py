"""The whole list as one Markdown page, as its readers know it: headings, one bullet per item, papers as citations.

What can stand inside Markdown is known by ``markdown_text``; where the page goes, by whoever asked for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..categories import OTHER, heading
from ..identifiers import url_identity
from ..model import Category, Entry
from . import Options, Page
from .citation import citation
from .markdown_text import escape, escape_start, link
from .wording import (
    LONGEST_LABEL,
    PUBLISHED_IN,
    annotation_of,
    introduction,
    main_url,
    name_list,
    named_links,
    names_it,
    names_of,
    readable,
    role_of,
    shown_year,
    title_of,
    unsaid_site,
)

SKIP_FIELDS = frozenset({"abstract", "file", "note", "review", "comment", "owner", "timestamp", "groups"})
FOR_READERS = True
PATH = "refs.md"
MOST_BESIDE = 3
"""People named beside the link of an item that is not a paper."""
_ITEMS = frozenset({"project", "video", "course", "blog", "page"})
_BATCH = 100


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield the one page. Of the entries only their finished lines are held."""
    yield PATH, frame(batches(entries, options), options)


def render_sections(entries: Iterable[Entry], options: Options) -> dict[str, str]:
    """Return the bullets of every configured category by slug, and under ``all`` the whole list with its headings.

    For ``in_place``; a category without items is there and empty.
    """
    shelves = _shelve(batches(entries, options), options)
    sections = {category.slug: b"\n\n".join(lines).decode() for category, lines in shelves}
    return {**sections, "all": b"".join(_pieces(_listing(shelves, options))).decode().rstrip("\n")}


def batches(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    """Yield the bullets of some entries of one category at a time, the category's slug in the first line."""
    slugs = {category.slug for category in options.categories}
    slug = ""
    lines: list[bytes] = []
    for entry in entries:
        own = entry.category if entry.category in slugs else OTHER.slug
        if lines and (own != slug or len(lines) == _BATCH):
            yield b"%s\n%s" % (slug.encode(), b"\n\n".join(lines))
            lines = []
        slug = own
        lines.append(bullet(entry, options).encode("utf-8", "replace"))
    if lines:
        yield b"%s\n%s" % (slug.encode(), b"\n\n".join(lines))


def frame(some: Iterable[bytes], options: Options) -> Iterator[bytes]:
    """Put batches together to the page."""
    return _pieces(_page(some, options))


def _page(some: Iterable[bytes], options: Options) -> Iterator[bytes]:
    """Yield the blocks of the page, which blank lines part."""
    for block in introduction(options):
        yield block.encode("utf-8", "replace")
    yield from _listing(_shelve(some, options), options)


def _shelve(some: Iterable[bytes], options: Options) -> list[tuple[Category, list[bytes]]]:
    """Return the bullets of each category in reading order; what is in no configured one comes last."""
    shelves: dict[str, tuple[Category, list[bytes]]] = {each.slug: (each, []) for each in options.categories}
    shelves.setdefault(OTHER.slug, (OTHER, []))
    for batch in some:
        slug, _, lines = batch.partition(b"\n")
        shelves[slug.decode()][1].append(lines)
    return list(shelves.values())


def _listing(shelves: list[tuple[Category, list[bytes]]], options: Options) -> Iterator[bytes]:
    """Yield headings and bullets. Empty categories are left out; without any configured one there is no heading."""
    for category, lines in shelves:
        if lines and options.categories:
            yield f"## {escape(heading(category, options.lang))}".encode("utf-8", "replace")
        yield from lines


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
        beside = [escape(annotation)] if annotation and not names_it(text, annotation) else []
    main = main_url(entry)
    line = "- " + (link(escape(text), main) if main else escape_start(text))
    if beside:
        line += " — " + " · ".join(beside)
    for label, url in named_links(entry, options.lang):
        if not _same_page(url, main):
            line += " · " + link(label, url)
    return line


def _same_page(url: str, main: str) -> bool:
    """Tell whether two addresses lead to one page; a version of an arXiv paper is that paper."""
    if url == main or ("arxiv.org/abs/" in url and main.startswith(url + "v")):
        return True
    # The long way only where it can end in yes: url_identity is slow.
    return url[-4:].lower() == main.rstrip("/")[-4:].lower() and url_identity(url.lower()) == url_identity(main.lower())


def _beside(entry: Entry, label: str, options: Options) -> list[str]:
    """Return what an item's link text does not say yet: true title, people, site, year, as Markdown."""
    title = readable(entry.title.text)
    beside = [f"*{escape(title)}*"] if not names_it(label, title) else []
    people = entry.authors or entry.editors
    names = names_of(entry, label, persons=True)
    if names:
        more = len(names) > MOST_BESIDE and not options.all_authors
        shown = names[:MOST_BESIDE] if more else names
        beside.append(escape(name_list(shown, more or people.others) + role_of(entry, options.lang)))
    site = unsaid_site(entry, label)
    if site and site not in names:
        beside.append(escape(site))
    if entry.date and entry.date.year and not any(str(entry.date.year) in text for text in (label, *beside)):
        beside.append(escape(shown_year(entry.date, options.lang)))
    # The name of a platform alone is what the link says already; an event or a journal is news.
    news = not entry.fields.keys().isdisjoint({"eventtitle", *PUBLISHED_IN})
    return [] if beside == [escape(site)] and not news else beside
