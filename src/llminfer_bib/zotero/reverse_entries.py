"""A new Zotero item -> the frame of a new entry in the house dialect: type, subtype, key, the order of its fields.

What the fields say is made by `reverse`, as for an entry that gets them one by one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from .. import keys
from ..encode import source_of
from ..export import zotero_tables as tables
from ..export.csl_text import without_labels
from ..export.markdown_text import clean
from ..export.zotero_types import DATES, TITLES, roles
from ..identifiers import normalise_arxiv, web_url
from ..layout import is_key
from ..model import Entry, People
from .reverse_dates import read
from .reverse_lines import lines_of_extra
from .reverse_people import AUTHOR, person_of
from .values import Item
from .wishes import Task, Wish

_PAPER, _WEB = "paper", "page"
# Item type -> (entry type, entrysubtype, kind): for every regular item type of Zotero's schema (41).
TYPES: Final[dict[str, tuple[str, str, str]]] = {
    "artwork": ("misc", "", "other"),
    "audioRecording": ("misc", "", "other"),
    "bill": ("misc", "", "other"),
    "blogPost": ("online", "blog", "blog"),
    "book": ("book", "", "book"),
    "bookSection": ("incollection", "", _PAPER),
    "case": ("misc", "", "other"),
    "computerProgram": ("software", "", "project"),
    "conferencePaper": ("inproceedings", "", _PAPER),
    "dataset": ("dataset", "", "dataset"),
    "dictionaryEntry": ("incollection", "", _PAPER),
    "document": ("misc", "", "other"),
    "email": ("misc", "", "other"),
    "encyclopediaArticle": ("incollection", "", _PAPER),
    "film": ("video", "", "video"),
    "forumPost": ("online", "", _WEB),
    "hearing": ("misc", "", "other"),
    "instantMessage": ("misc", "", "other"),
    "interview": ("misc", "", "other"),
    "journalArticle": ("article", "", _PAPER),
    "letter": ("misc", "", "other"),
    "magazineArticle": ("article", "", _PAPER),
    "manuscript": ("unpublished", "", _PAPER),
    "map": ("misc", "", "other"),
    "newspaperArticle": ("article", "", _PAPER),
    "patent": ("patent", "", "other"),
    "podcast": ("online", "", _WEB),
    "preprint": ("misc", "", "preprint"),
    "presentation": ("unpublished", "", _PAPER),
    "radioBroadcast": ("misc", "", "other"),
    "report": ("techreport", "", "report"),
    "standard": ("techreport", "", "report"),
    "statute": ("misc", "", "other"),
    "thesis": ("phdthesis", "", "thesis"),
    "tvBroadcast": ("video", "", "video"),
    "videoRecording": ("video", "", "video"),
    "webpage": ("online", "", _WEB),
}
_UNKNOWN: Final = ("misc", "", "other")
_MASTER: Final = re.compile(r"master|\bm\.?(?:sc?|a|phil)\b|\u7855\u58eb", re.IGNORECASE)
_ORDER: Final = (
    *(
        "author",
        "editor",
        "translator",
        "bookauthor",
        "director",
        "title",
        "subtitle",
        "journal",
        "journaltitle",
        "booktitle",
    ),
    *(
        "shortjournal",
        "series",
        "volume",
        "volumes",
        "number",
        "edition",
        "pages",
        "pagetotal",
        "publisher",
        "institution",
    ),
    *("school", "organization", "address", "location", "type", "year", "month", "day"),
    *("doi", "url", "eprint", "eprinttype", "eprintclass", "urldate"),
)
"""Fields of papers in the house order; what is not named comes in the order of the item, keywords last."""
_ORDER_OF_WEB: Final = ("author", "title", "organization", "url", "date", "urldate", "entrysubtype", "eventtitle")
_LAST: Final = ("langid", "language", "note", "keywords")
_HAN = re.compile("[\u4e00-\u9fff]")
_OTHER_SCRIPTS = re.compile("[\u3041-\u30ff\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z]")
_KEY_LINE = re.compile(r"citation key:\s*+(\S{1,200})", re.IGNORECASE)


def blank(item: Item, taken: Collection[str]) -> Entry:
    """Return an entry that says nothing yet but what it is and how it is called."""
    kind, subtype, what = TYPES.get(item.type, _UNKNOWN)
    if item.type == "webpage" and item.fields.get("websiteType", "").lower() == "course":
        subtype = what = "course"
    if item.type == "thesis" and _MASTER.search(item.fields.get("thesisType", "")):
        kind = "mastersthesis"
    fields = {"entrysubtype": subtype} if subtype else {}
    return Entry(_key(item, what, taken), kind, what, fields)


def said_by_type(made: Entry, name: str, value: str) -> bool:
    """Tell whether the entry's type says a field of the item already: a course, a PhD thesis."""
    if name == "websiteType":
        return made.fields.get("entrysubtype") == value.lower()
    return name in {"thesisType", "reportType"} and tables.GENRES.get(made.type) == value


def lines(task: Task, extra_lines: Sequence[str]) -> Iterator[tuple[list[Wish], str]]:
    """Yield what the lines of Extra say: those with our labels, then the others without a label as one note."""
    found = list(lines_of_extra(task, (), extra_lines))
    yield from found
    plain = [text for line in extra_lines if (text := clean(line)) and without_labels(text) == text]
    if plain:
        yield [Wish("note", "; ".join(plain))], ""


def with_language(item: Item, sources: Mapping[str, str]) -> dict[str, str]:
    """Return the fields, and that the entry is in Chinese where its title is, as ``bib add`` says it."""
    title = item.fields.get(TITLES.get(item.type, "title"), "")
    han = len(_HAN.findall(title))
    chinese = han and han * 3 >= len(_LATIN.findall(title)) and not _OTHER_SCRIPTS.search(title)
    if not chinese or not sources.get("language", "{zh").startswith("{zh"):
        return dict(sources)
    return {"langid": "{chinese}", "language": "{zh-CN}", **sources}


def source(made: Entry, sources: Mapping[str, str]) -> str:
    """Return the source of the whole entry in the order of the house."""
    if subtype := made.fields.get("entrysubtype"):
        sources = {**sources, "entrysubtype": source_of("entrysubtype", subtype)}
    order = _ORDER_OF_WEB if made.type in {"online", "software", "video"} else _ORDER
    first = [name for name in order if name in sources]
    last = [name for name in _LAST if name in sources]
    rest = [name for name in sources if name not in first and name not in last]
    rows = [f"  {name} = {sources[name]},\n" for name in (*first, *rest, *last)]
    return f"@{made.type}{{{made.key},\n{''.join(rows)}}}\n"


def _key(item: Item, what: str, taken: Collection[str]) -> str:
    line = next((found[1] for found in map(_KEY_LINE.match, item.extra) if found), "")
    for key in (item.fields.get("citationKey", ""), line):
        if key and key.isprintable() and is_key(key) and key.lower() not in taken:
            return key
    author = dict(roles(item.type))[AUTHOR] if item.type in TYPES else AUTHOR
    people = People(tuple(person_of(one) for one in item.creators if one.type in {author, AUTHOR}))
    date = read(item.fields.get(DATES.get(item.type, "date"), ""))
    title = clean(item.fields.get(TITLES.get(item.type, "title"), ""))
    url = web_url(item.fields.get("url", ""))
    if normalise_arxiv(item.fields.get("archiveID", ""))[0]:
        what = "preprint"
    return keys.unique(keys.propose(people, date.year if date else None, title, url=url, kind=what), taken)
