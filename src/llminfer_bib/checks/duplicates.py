"""Rules about works that stand in the file twice. Merging them is for ``bib dedupe``; a key used twice is reported by the reader (B015)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from ..identifiers import url_identity
from ..model import Entry
from ..problems import ERROR, WARNING
from .mending import short
from .rules import Context, Finding, Rule, Subject

_WORDS = re.compile(r"\w++")
_LEAST_TITLE: Final = 12
"""Characters: shorter titles (Preface, Introduction) are those of many works."""


def _twice(
    value_of: Callable[[Entry], str], field: str, say: str
) -> Callable[[Sequence[Subject], Context], Iterator[tuple[Subject, Finding]]]:
    """Return the rule that finds entries with the same value; ``say`` names the value."""

    def check(subjects: Sequence[Subject], context: Context) -> Iterator[tuple[Subject, Finding]]:
        first: dict[str, Subject] = {}
        for subject in subjects:
            value = value_of(subject.entry)
            if not value:
                continue
            other = first.setdefault(value, subject)
            if other is not subject and other.raw.key.lower() != subject.raw.key.lower():
                line = context.document.position(other.raw.start)[0]
                place = field if field in subject.raw.fields else ""
                yield subject, Finding(f"{say} appears twice (also {short(other.raw.key)} on line {line}).", place)

    return check


def _work_twice(subjects: Sequence[Subject], context: Context) -> Iterator[tuple[Subject, Finding]]:
    """Find works by title and people, where no identifier or address has told it already."""
    first: dict[str, Subject] = {}
    for subject in subjects:
        work = _title(subject.entry)
        other = first.setdefault(work, subject) if work else subject
        if other is subject or other.raw.key.lower() == subject.raw.key.lower():
            continue
        if any(
            (same := value_of(subject.entry)) and same == value_of(other.entry) for value_of in (_doi, _arxiv, _url)
        ):
            continue
        line = context.document.position(other.raw.start)[0]
        message = f"the same title by the same people appears twice (also {short(other.raw.key)} on line {line})."
        yield subject, Finding(message, "title" if "title" in subject.raw.fields else "")


def _doi(entry: Entry) -> str:
    return entry.doi if "crossref" not in entry.fields else ""


def _arxiv(entry: Entry) -> str:
    return entry.arxiv


def _url(entry: Entry) -> str:
    """Return the page, and the place in it: several entries may be places of one page."""
    if not entry.url or entry.doi or entry.arxiv or "crossref" in entry.fields:
        return ""
    return f"{url_identity(entry.url)}#{entry.url.partition('#')[2]}"


def _title(entry: Entry) -> str:
    """Return what makes a work without identifiers: type, title, first family, year and volume."""
    title = " ".join(_WORDS.findall(f"{entry.title.text} {entry.fields.get('subtitle', '')}".casefold()))
    people = entry.authors.persons or entry.editors.persons
    if len(title.encode()) < _LEAST_TITLE or not people:
        return ""
    names = "|".join(f"{one.family}{one.literal}".casefold() for one in people)
    year = str(entry.date.year) if entry.date else ""
    parts = (
        entry.fields.get(name, "") for name in ("volume", "number", "part", "edition", "version", "language", "langid")
    )
    venue = entry.fields.get("journal") or entry.fields.get("journaltitle") or entry.fields.get("booktitle", "")
    return "|".join((entry.type, title, names, year, venue.casefold(), *parts))


_EPRINT: Final = "  eprinttype = {arxiv},\n}\n"
_ONE: Final = "@misc{one,\n  author = {Li, Wei},\n  title = {Serving models},\n  year = {2023},\n"
_TWO: Final = "@misc{two,\n  author = {Kwon, Eva},\n  title = {Pruning models},\n  year = {2022},\n"

RULES: Final = (
    Rule(
        "B102",
        "arxiv-twice",
        WARNING,
        "Two entries with the same arXiv id: one work is cited under two keys.",
        "Keep one, or `bib dedupe --merge`.",
        f"{_ONE}  eprint = {{2309.06180}},\n{_EPRINT}{_TWO}  eprint = {{2309.06180}},\n{_EPRINT}",
        f"{_ONE}  eprint = {{2309.06180}},\n{_EPRINT}{_TWO}  eprint = {{2309.06181}},\n{_EPRINT}",
        file_check=_twice(_arxiv, "eprint", "arXiv id"),
    ),
    Rule(
        "B103",
        "doi-twice",
        ERROR,
        "Two entries with the same DOI: one work is cited under two keys, and stands twice in the bibliography.",
        "Keep one, or `bib dedupe --merge`.",
        f"{_ONE}  doi = {{10.1145/1}},\n}}\n{_TWO}  doi = {{10.1145/1}},\n}}\n",
        f"{_ONE}  doi = {{10.1145/1}},\n}}\n{_TWO}  doi = {{10.1145/2}},\n}}\n",
        file_check=_twice(_doi, "doi", "DOI"),
    ),
    Rule(
        "B104",
        "url-twice",
        WARNING,
        "Two entries without other identifiers and with the same address.",
        "Keep one, or give each its own page.",
        f"{_ONE}  url = {{https://example.org/}},\n}}\n{_TWO}  url = {{http://example.org}},\n}}\n",
        f"{_ONE}  url = {{https://example.org/}},\n}}\n{_TWO}  url = {{https://example.org/two}},\n}}\n",
        file_check=_twice(_url, "url", "the address"),
    ),
    Rule(
        "B105",
        "work-twice",
        WARNING,
        "Two entries of one type with the same title, people, year and venue.",
        "Keep one, or `bib dedupe --merge`.",
        f"{_ONE}  url = {{https://example.org/1}},\n}}\n{_ONE.replace('one', 'two')}  url = {{https://example.org/2}},\n}}\n",
        f"{_ONE}  url = {{https://example.org/1}},\n}}\n{_TWO}  url = {{https://example.org/2}},\n}}\n",
        file_check=_work_twice,
    ),
)
