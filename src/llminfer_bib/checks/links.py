"""Rules about entries that refer to each other. Parents that are missing, and circles, decode says (B026, B027)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..problems import WARNING
from .mending import short
from .rules import Context, FileCheck, Finding, Rule, Subject

_OF_BIBLATEX: Final = ("date", "journaltitle", "xdata", "location", "eprinttype", "langid", "entrysubtype")
_ONE_BOOK: Final = frozenset(
    (parent, child)
    for parent, children in (
        ("proceedings", ("inproceedings", "conference")),
        ("collection", ("incollection",)),
        ("book", ("inbook", "incollection")),
    )
    for child in children
)
"""(parent, child) where both speak of one book, and so of one year."""
_REFERENCES: Final = ("xref", "related", "entryset")


def _children(subjects: Sequence[Subject]) -> list[Subject]:
    return [subject for subject in subjects if "crossref" in subject.raw.fields]


def _parent_in_front(subjects: Sequence[Subject], _: Context) -> Iterator[tuple[Subject, Finding]]:
    children = _children(subjects)
    if not children or any(name in subject.raw.fields for subject in subjects for name in _OF_BIBLATEX):
        return  # biber does not care, and such a file is not for BibTeX
    places = {subject.raw.key.lower(): subject.raw.start for subject in reversed(subjects)}
    for child in children:
        key = child.entry.fields.get("crossref", "").strip()
        if places.get(key.lower(), child.raw.start) < child.raw.start:
            yield child, Finding(f"the parent `{short(key)}` stands in front of this entry.", "crossref")


def _contradicts(subjects: Sequence[Subject], _: Context) -> Iterator[tuple[Subject, Finding]]:
    if not (children := _children(subjects)):
        return
    by_key = {subject.raw.key.lower(): subject for subject in reversed(subjects)}
    for child in children:
        parent = by_key.get(child.entry.fields.get("crossref", "").strip().lower())
        if parent is None or (parent.raw.type, child.raw.type) not in _ONE_BOOK:
            continue
        mine, theirs = child.entry.date, parent.entry.date
        # A contribution to a collection may carry the year in which it came out first.
        own_date = (
            next((name for name in ("date", "year") if name in child.raw.fields), "")
            if parent.raw.type == "proceedings"
            else ""
        )
        if own_date and mine and theirs and not theirs.end and not mine.end and mine.year != theirs.year:
            yield (
                child,
                Finding(f"the year is {mine.year} here, but {theirs.year} in `{short(parent.raw.key)}`.", own_date),
            )
        title = child.entry.fields.get("booktitle", "") if "booktitle" in child.raw.fields else ""
        names = [parent.entry.fields.get(name, "") for name in ("booktitle", "title")]
        if title and any(names) and not any(_same(title, name) for name in names if name):
            yield (
                child,
                Finding(
                    f"booktitle = `{short(title)}` is another book than `{short(names[0] or names[1])}`.", "booktitle"
                ),
            )


def _same(title: str, other: str) -> bool:
    """Tell whether two titles may be one: the same letters and digits, or the one within the other."""
    first, second = ("".join(filter(str.isalnum, text.casefold())) for text in (title, other))
    return first in second or second in first


def _names_nobody(subjects: Sequence[Subject], _: Context) -> Iterator[tuple[Subject, Finding]]:
    if not any(name in subject.raw.fields for subject in subjects for name in _REFERENCES):
        return
    keys = {subject.raw.key for subject in subjects}
    for subject in subjects:
        keys.update(key.strip() for key in subject.entry.fields.get("ids", "").split(","))
    for subject in subjects:
        for name in _REFERENCES:
            value = subject.entry.fields.get(name, "") if name in subject.raw.fields else ""
            for key in filter(None, map(str.strip, value.split(","))):
                if key not in keys:
                    yield subject, Finding(f"{name} names `{short(key)}`, which is not in the file.", name, key)


_CHILD = "@inproceedings{k, author = {Kwon, Woosuk}, title = {Paged attention}, crossref = {sosp23}%s}\n"
_PARENT = (
    "@proceedings{sosp23, title = {Symposium on Operating Systems Principles},"
    " booktitle = {Symposium on Operating Systems Principles}, year = 2023}\n"
)


def _row(code: str, name: str, check: FileCheck, texts: tuple[str, str], bad: str, good: str) -> Rule:
    return Rule(code, name, WARNING, *texts, bad, good, file_check=check)


RULES: Final = (
    _row(
        "B700", "parent-in-front", _parent_in_front,
        ("BibTeX finds the parent of a crossref only behind its children.", "Move the parent to the end of the file."),
        _PARENT + _CHILD % "", _CHILD % "" + _PARENT,
    ),
    _row(
        "B701", "parent-contradicted", _contradicts,
        ("The entry and its crossref parent name different years or books.", "Remove the field here, or name the right parent."),
        _CHILD % ", year = 2021" + _PARENT, _CHILD % ", year = 2023" + _PARENT,
    ),
    _row(
        "B702", "reference-to-nobody", _names_nobody,
        ("`xref`, `related` or `entryset` names an entry that is not in the file.", "Add that entry, or remove the name."),
        _CHILD % ", related = {kwon2022}" + _PARENT, _CHILD % ", related = {sosp23}" + _PARENT,
    ),
)  # fmt: skip
