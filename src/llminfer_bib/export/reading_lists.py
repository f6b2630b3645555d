"""One page per category, an index of them and a chart of the whole: newest first, everything about an item at a glance.

The single page that keeps the list's own order and form is ``markdown``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from .. import counting
from ..categories import OTHER, heading, topic_name
from ..counting import Counts
from ..dates import first_month
from ..identifiers import arxiv_pdf_url, web_url
from ..model import Category, Date, Entry, Topic
from ..problems import BibError
from . import Options, Page, chart
from .citation import FIRST_AUTHORS, MOST_AUTHORS
from .markdown_text import clean, code, escape, escape_start, link
from .wording import (
    LONGEST_LABEL,
    annotation_of,
    introduction,
    main_url,
    name_list,
    named_links,
    names_it,
    names_of,
    readable,
    role_of,
    shown_date,
    shown_year,
    title_of,
    unsaid_site,
    word,
)

SKIP_FIELDS = frozenset({"abstract", "file", "review", "comment", "owner", "timestamp", "groups"})
FOR_READERS = True

_SLUG = re.compile(r"[a-z0-9]++(?:[-_][a-z0-9]++)*+")
_ALL = Category(slug="all", title_zh="全部", title_en="All items", emoji="📚")
"""The one page of a list without configured categories."""
_INDEX = ("全部分类", "All categories")
_COLUMNS = (("分类", "Category"), ("条目", "Items"), ("年份", "Years"))
_UNDATED = ("未注明日期", "Undated")
_TITLE = ("阅读清单", "Reading lists")
_FULLEST = (("最多的年份：", "most in "), ("最大的分类：", "largest category: "))
_CHART = "stats.svg"
_NO_YEAR = 0
"""How fresh the list is changes by the day, and so is not in its pages."""
_SHORT = 72
"""People and venue share a line up to this length."""
_BREAK = "  \n  "
"""Two blanks end a line everywhere; a backslash does so in CommonMark only."""


class BadSlugError(BibError):
    """A category's slug cannot name a file."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"The category slug {slug!r} cannot name a page. Use lower-case letters, digits and single hyphens, and not `index`."
        )


@dataclass(slots=True)
class _Shelf:
    """One category while its items are collected: (date, finished item) each."""

    category: Category
    items: list[tuple[tuple[int, int, int], bytes]] = field(default_factory=list)

    def years(self) -> list[int]:
        return [date[0] for date, _ in self.items if date[0]]


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield ``lists/index.md``, its chart ``lists/stats.svg``, and ``lists/<slug>.md`` for every category that has items.

    Raises BadSlugError where a slug could lead out of the folder or hide the index. No path is made of entry data.
    """
    shelves, counts = _collect(entries, options)
    yield "lists/index.md", iter([_index(shelves, counts, options)])
    yield (
        f"lists/{_CHART}",
        iter([chart.svg(counts, options.lang, _names(options, options.lang)).encode("utf-8", "replace")]),
    )
    for place, shelf in enumerate(shelves):
        before = shelves[place - 1].category if place else None
        after = shelves[place + 1].category if place + 1 < len(shelves) else None
        yield f"lists/{shelf.category.slug}.md", _page(shelf, before, after, options)


def _collect(entries: Iterable[Entry], options: Options) -> tuple[list[_Shelf], Counts]:
    """Return the categories that have items, in reading order, each with its items newest first; and the counts of all."""
    shelves = {category.slug: _Shelf(category) for category in options.categories}
    for slug in shelves:
        if slug == "index" or not _SLUG.fullmatch(slug):
            raise BadSlugError(slug)
    last = OTHER if options.categories else _ALL
    rest = shelves.setdefault(last.slug, _Shelf(last))
    topics = {topic.slug: escape(_name(topic, options.lang)) for topic in options.topics}

    def shelved() -> Iterator[Entry]:
        for entry in entries:
            text = item(entry, topics, options).encode("utf-8", "replace")
            shelves.get(entry.category, rest).items.append((_order(entry.date), text))
            yield entry

    counts = counting.count(shelved(), _NO_YEAR)
    for shelf in shelves.values():
        shelf.items.sort(key=_date_of, reverse=True)  # stable: within a day the list's own order stays
    return [shelf for shelf in shelves.values() if shelf.items], counts


def _names(options: Options, lang: str) -> dict[str, str]:
    """Return what the categories are called, and the items that have none."""
    named = {category.slug: heading(category, lang) for category in options.categories}
    return {counting.NONE: heading(OTHER, lang), **named}


def _name(topic: Topic, lang: str) -> str:
    """Return the name of a topic; both names are parted by a stroke here, for dots part the topics' neighbours."""
    if lang != "both":
        return topic_name(topic, lang)
    return " / ".join(dict.fromkeys((topic_name(topic, "zh"), topic_name(topic, "en"))))


def _order(date: Date | None) -> tuple[int, int, int]:
    return (date.year, first_month(date) or 0, date.day or 0) if date else (0, 0, 0)


def _date_of(dated: tuple[tuple[int, int, int], bytes]) -> tuple[bool, tuple[int, int, int]]:
    return dated[0][0] != 0, dated[0]  # what has no date stands behind what is older than our era too


# --- pages


def _index(shelves: list[_Shelf], counts: Counts, options: Options) -> bytes:
    """Return the page that leads to all others: how many items each category has, and of which years."""
    lang = options.lang
    blocks = list(introduction(options))
    if not clean(options.title):
        blocks.insert(0, f"# {word(_TITLE, lang)}")
    rows = ["| " + " | ".join(word(name, lang) for name in _COLUMNS) + " |", "| :-- | --: | :-- |"]
    for shelf in shelves:
        name = escape(heading(shelf.category, lang)).replace("|", "\\|")
        rows.append(f"| [{name}]({shelf.category.slug}.md) | {len(shelf.items)} | {_span(shelf.years(), lang)} |")
    total = sum(len(shelf.items) for shelf in shelves)
    summary = [_count(total, lang), _span([year for shelf in shelves for year in shelf.years()], lang)]
    blocks.append(" · ".join(part for part in summary if part))
    if shelves:
        blocks.append(f"![{_in_words(counts, options)}]({_CHART})")
    return ("\n\n".join([*blocks, "\n".join(rows)] if shelves else blocks) + "\n").encode("utf-8", "replace")


def _in_words(counts: Counts, options: Options) -> str:
    """Return the figures of the chart that matter, for those who do not see it: how many, the fullest year and category."""
    categories = counts.tables["category"] if options.categories else {}
    sentences = []
    for at, lang in enumerate(("zh", "en")):
        if options.lang in {lang, "both"}:
            said = [_count(counts.total, lang)]
            names = _names(options, lang)
            years = {
                shown_year(Date(int(year)), lang): number
                for year, number in counts.tables["year"].items()
                if year != counting.NONE
            }
            for words, table in zip(_FULLEST, (years, categories), strict=True):
                if table:
                    label = max(table, key=lambda name: table[name])
                    said.append(f"{words[at]}{escape(names.get(label, label))} ({table[label]})")
            sentences.append((", " if lang == "en" else "，").join(said))
    return " · ".join(sentences)


def _page(shelf: _Shelf, before: Category | None, after: Category | None, options: Options) -> Iterator[bytes]:
    """Yield one category year by year, between the ways to the other pages."""
    lang = options.lang
    index = f"[{word(_INDEX, lang)}](index.md)"
    about = " · ".join(
        part for part in (f"← {index}", _count(len(shelf.items), lang), _span(shelf.years(), lang)) if part
    )
    yield f"# {escape(heading(shelf.category, lang))}\n\n{about}\n".encode("utf-8", "replace")
    for year, items in groupby(shelf.items, key=lambda dated: dated[0][0]):
        if year or shelf.items[0][0][0]:  # where nothing has a date, that need not be said
            yield f"\n## {shown_year(Date(year), lang) if year else word(_UNDATED, lang)}\n".encode()
        for _, text in items:
            yield text
    ways = [f"[← {escape(heading(before, lang))}]({before.slug}.md)"] if before else []
    ways.append(index)
    if after:
        ways.append(f"[{escape(heading(after, lang))} →]({after.slug}.md)")
    yield f"\n---\n\n{' · '.join(ways)}\n".encode("utf-8", "replace")


def _count(number: int, lang: str) -> str:
    items = "item" if number == 1 else "items"
    return f"{number} " + {"zh": "条", "en": items, "both": f"条 / {items}"}[lang]


def _span(years: list[int], lang: str) -> str:
    """Return ``2023–2025``, ``2023``, or ``""``."""
    return shown_year(Date(min(years), end=Date(max(years))), lang) if years else ""


# --- items


def item(entry: Entry, topics: dict[str, str], options: Options) -> str:
    """Return one item: what it is called, who made it, where it appeared, how to get and cite it, what to know.

    The list's own wording leads where the title is part of it; otherwise it follows the title.
    """
    title, annotation = title_of(entry), annotation_of(entry)
    lines = [annotation] if annotation and annotation != title else []
    if lines and names_it(annotation, title) and len(annotation) <= LONGEST_LABEL:
        title = lines.pop()
    main = main_url(entry)
    head = f"**{link(escape(title), main) if main else escape(title)}**"
    body = [escape_start(line) for line in lines]
    body += _about(entry, title, options, shown=" ".join([title, *lines]))
    body += [escape_start(readable(entry.fields.get("note", ""))), _ways(entry, topics, options)]
    return "\n- " + _BREAK.join([head, *filter(None, body)]) + "\n"


def _about(entry: Entry, title: str, options: Options, shown: str) -> list[str]:
    """Return a line of people and one of venue and date, or both in one where it is short. `shown` stands above."""
    names = [name for name in names_of(entry, shown, persons=False) if name != title]
    site = unsaid_site(entry, shown)
    people = ""
    if names:
        short = len(names) > MOST_AUTHORS and not options.all_authors
        named = [*names[:FIRST_AUTHORS], "…", names[-1]] if short else names
        named_so = name_list(named, (entry.authors or entry.editors).others)
        people = escape_start(named_so + role_of(entry, options.lang))
    where = [f"*{escape(site)}*"] if site and site not in names else []
    date = entry.date
    if date and date.year and (date.month or date.season or date.circa or date.end):  # the year alone is the heading
        where.append(escape(shown_date(date, options.lang)))
    lines = [people, " · ".join(where)]
    return [" · ".join(filter(None, lines))] if sum(map(len, lines)) <= _SHORT else lines


def _ways(entry: Entry, topics: dict[str, str], options: Options) -> str:
    """Return the key to cite, the further pages, and the topics."""
    parts = [code(entry.key)] if entry.key else []
    for label, url in named_links(entry, options.lang):
        parts.append(link(label, url))
        if label == "arXiv":
            parts.append(link("PDF", arxiv_pdf_url(entry.arxiv)))
    if not entry.arxiv and "pdf" in entry.fields and (url := web_url(entry.fields["pdf"])):
        parts.append(link("PDF", url))
    if names := [topics[slug] for slug in entry.topics if slug in topics]:
        parts.append(("、" if options.lang == "zh" else ", ").join(names))
    return " · ".join(parts)
