"""The list as one web page that needs nothing else: no script, no picture, no address of another site but its links.

What an item says and links to is that of the reading lists; the form of the page is in `html_page`. An introduction is
shown as the plain text it is: its Markdown is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ..categories import OTHER, heading, topic_name
from ..identifiers import arxiv_pdf_url, web_url
from ..model import Category, Date, Entry
from .citation import FIRST_AUTHORS, MOST_AUTHORS
from .csl_text import plain
from .html_page import FOOT, LANGUAGES, TITLE, UNTITLED, attribute, counted, element, escaped, head
from .losses import one_line
from .markdown_text import clean
from .wording import (
    annotation_of,
    main_url,
    name_list,
    named_links,
    names_it,
    names_of,
    role_of,
    shown_date,
    title_of,
    unsaid_site,
    word,
)

if TYPE_CHECKING:
    from . import Options, Page

SKIP_FIELDS: Final = frozenset({"abstract", "file", "review", "comment", "owner", "timestamp", "groups"})
FOR_READERS: Final = True
PATH: Final = "refs.html"
_BATCH: Final = 100
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*+")
_NOT_IN_A_NAME = re.compile(r"[^0-9A-Za-z_-]++")


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield the one page. Of the entries only their finished items are held."""
    yield PATH, frame(batches(entries, options), options)


def batches(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    """Yield the items of some entries of one category at a time; category and number stand in the first line."""
    slugs = {category.slug for category in options.categories}
    topics = {topic.slug: one_line(topic_name(topic, options.lang)) for topic in options.topics}
    slug, items = "", list[bytes]()
    for entry in entries:
        own = entry.category if entry.category in slugs else OTHER.slug
        if items and (own != slug or len(items) == _BATCH):
            yield b"%s %d\n%s" % (slug.encode(), len(items), b"".join(items))
            items = []
        slug = own
        items.append(item(entry, topics, options).encode("utf-8", "replace"))
    if items:
        yield b"%s %d\n%s" % (slug.encode(), len(items), b"".join(items))


def frame(some: Iterable[bytes], options: Options) -> Iterator[bytes]:
    """Put batches together to the page. Empty categories are left out; without any configured one there is no heading."""
    shelves: dict[str, tuple[Category, list[int], list[bytes]]] = {}
    for category in (*options.categories, OTHER):
        shelves.setdefault(category.slug, (category, [], []))
    for batch in some:
        about, _, items = batch.partition(b"\n")
        slug, _, count = about.decode().rpartition(" ")
        shelves[slug][1].append(int(count))
        shelves[slug][2].append(items)
    full = [(category, sum(numbers), written) for category, numbers, written in shelves.values() if written]
    yield _opening([(category, number) for category, number, _ in full], options).encode("utf-8", "replace")
    for place, (category, number, written) in enumerate(full, 1):
        yield _section(category, place, number, options).encode("utf-8", "replace")
        yield from written
        yield b"</ul>\n</section>\n"
    yield FOOT.encode()


# --- the page


def _opening(sections: list[tuple[Category, int]], options: Options) -> str:
    """Return the head of the page, its title and introduction, and the ways to its sections."""
    title = one_line(options.title) or word(UNTITLED, options.lang)
    lines = [head(title, options.lang), "<header>\n", element("h1", escaped(title)), "\n"]
    for lang, intro in (("zh", options.intro_zh), ("en", options.intro_en)):
        if options.lang in {lang, "both"}:
            paragraphs = filter(None, map(clean, re.split(r"\n[ \t]*+\n", intro)))
            lines += [element("p", escaped(text), lang=LANGUAGES[lang]) + "\n" for text in paragraphs]
    lines.append("</header>\n")
    if options.categories and sections:
        ways = "".join(
            f'<li><a href="#section-{place}">{escaped(_heading(category, options))}</a> <small>{number}</small></li>\n'
            for place, (category, number) in enumerate(sections, 1)
        )
        lines.append(f'<nav aria-label="{attribute(word(TITLE, options.lang))}">\n<ul>\n{ways}</ul>\n</nav>\n')
    return "".join([*lines, "<main>\n"])


def _section(category: Category, place: int, number: int, options: Options) -> str:
    if not options.categories:
        return '<section>\n<ul class="items">\n'
    count = counted(number, options.lang)
    return (
        f'<section id="section-{place}">\n<h2>{escaped(_heading(category, options))} <small>{count}</small></h2>\n'
        '<ul class="items">\n'
    )


def _heading(category: Category, options: Options) -> str:
    return one_line(heading(category, options.lang))


# --- items


def item(entry: Entry, topics: dict[str, str], options: Options) -> str:
    """Return one item: its title or the list's own wording, people and place, what to know, links and topics."""
    title, annotation = one_line(title_of(entry)), plain(annotation_of(entry))
    lines = []
    if annotation and annotation != title:
        if names_it(annotation, title):
            title = annotation
        else:
            lines.append(element("p", escaped(annotation), name="own"))
    main = main_url(entry)
    shown = link(escaped(title), main) if main else escaped(title)
    if about := _about(entry, title, options, shown=f"{title} {annotation}"):
        lines.append(element("p", about, name="about"))
    if note := one_line(entry.fields.get("note", "")):
        lines.append(element("p", escaped(note), name="note"))
    lines.append(element("p", _ways(entry, topics, main, options), name="ways"))
    language = _language(entry)
    return "\n".join([f"<li{_name(entry)}>", f'<p class="title"{language}>{shown}</p>', *lines, "</li>\n"])


def _name(entry: Entry) -> str:
    """Return the attribute by which a link leads to the item; of the key only letters, digits and hyphens."""
    name = _NOT_IN_A_NAME.sub("-", entry.key)[:100].strip("-")
    return f' id="item-{name}"' if name and name == entry.key else ""


def _language(entry: Entry) -> str:
    return f' lang="{entry.language}"' if _TAG.fullmatch(entry.language) else ""


def _about(entry: Entry, title: str, options: Options, shown: str) -> str:
    """Return people, venue and date in one line, as HTML. `shown` stands above."""
    people = entry.authors or entry.editors
    names = [name for name in map(one_line, names_of(entry, shown, persons=False)) if name and name != title]
    parts = []
    if names:
        short = len(names) > MOST_AUTHORS and not options.all_authors
        named = [*names[:FIRST_AUTHORS], "…", names[-1]] if short else names
        parts.append(escaped(name_list(named, people.others) + role_of(entry, options.lang)))
    site = one_line(unsaid_site(entry, title))
    if site and site not in names:
        parts.append(element("cite", escaped(site)))
    if entry.date is not None and entry.date.year:
        parts.append(_time(entry.date, options.lang))
    return " · ".join(parts)


def _time(date: Date, lang: str) -> str:
    """Return a date that programs understand too."""
    shown = escaped(shown_date(date, lang))
    return f'<time datetime="{replace(date, season=None).iso()}">{shown}</time>' if date.year > 0 else shown


def _ways(entry: Entry, topics: dict[str, str], main: str, options: Options) -> str:
    """Return the key to cite, the further pages, and the topics, as HTML."""
    key = one_line(entry.key)
    parts = [element("code", escaped(key))] if key else []
    for label, url in named_links(entry, options.lang):
        if url != main:
            parts.append(link(escaped(label), url))
        if label == "arXiv":
            parts.append(link("PDF", arxiv_pdf_url(entry.arxiv)))
    if not entry.arxiv and "pdf" in entry.fields and (url := web_url(entry.fields["pdf"])):
        parts.append(link("PDF", url))
    parts += [element("span", escaped(topics[slug]), name="topic") for slug in entry.topics if slug in topics]
    return " ".join(parts)


def link(text: str, url: str) -> str:
    """Return a link. ``text`` is HTML already; ``url`` has passed ``identifiers.web_url`` or was made by that module."""
    return f'<a href="{attribute(url)}">{text}</a>'
