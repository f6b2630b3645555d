"""A publication as one line of plain text, as the list cites it: in English, or Chinese ones in the manner of GB/T 7714."""

from __future__ import annotations

import re
from functools import lru_cache

from ..model import Entry, Person
from ..names import family_first
from . import Options
from .localisation import in_words
from .markdown_text import clean
from .wording import name_list, shown_year, title_of

MOST_AUTHORS, FIRST_AUTHORS = 7, 6
"""Up to seven authors are all named; of more, the first six and the last. The list has always done so."""
MOST_HAN_AUTHORS = 8
"""Names in Han script are short. Beyond these stands 等, as GB/T 7714 has it."""
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
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_DASHES = re.compile(r"\s*+[-\u2010-\u2015\u2212]++\s*+")


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
    year = f"({shown_year(date, 'en')})." if date is not None and date.year else ""
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
        role = " (Eds.)." if len(people) > 1 else " (Ed.)."
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
    venue = fields.get("booktitle") or fields.get("eventtitle")
    if venue and venue.casefold() != entry.title.text.casefold():  # proceedings that others refer to have it as both
        return f"In {clean(venue + _place(entry))}"
    house = fields.get("institution") or fields.get("school") or fields.get("publisher") or fields.get("organization")
    kind = (
        in_words("type", fields.get("type", "")) or _THESES.get(entry.type, "")
        if entry.kind in {"thesis", "report"}
        else ""
    )
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
    year = f", {shown_year(entry.date, 'zh')}" if entry.date and entry.date.year else ""
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
