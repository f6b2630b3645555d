"""Rules about page ranges: how they are written, not whether the pages are the right ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..problems import WARNING
from .mending import rewritten, short, source_in
from .rules import Check, Context, Finding, Rule, Subject

_RANGE = re.compile(r"([0-9]{1,7})\s{0,2}-\s{0,2}([0-9]{1,7})")
_ARTICLE_RANGE = re.compile(r"([0-9]{1,5}:[0-9]{1,5})\s{0,2}-\s{0,2}([0-9]{1,5}:[0-9]{1,5})")
_DASH = re.compile(r"(?<=[0-9])\s{0,2}(?:[\u2010-\u2015\u2212]|\\textendash(?:\{\}|\s))\s{0,2}(?=[A-Za-z]{0,2}[0-9])")
_LABEL = re.compile(r"\s*+(?:pages?|pp?)(?:\.|(?=[\s~]))[\s~]*+(?=[A-Za-z]{0,2}[0-9])", re.IGNORECASE)
_OF_BIBLATEX: Final = frozenset({"date", "journaltitle"})
"""Fields of entries that only biblatex reads, for which biber takes every dash as one of a range."""
_TWO = re.compile(r"\s*+([0-9]{1,9})\s*+--?-?\s*+([0-9]{1,9})\s*+")


def _dashed(source: str) -> str:
    """Return pages with two hyphens in every range that has one; other parts stay."""
    return ",".join(_part(part) for part in source.split(","))


def _part(part: str) -> str:
    inside = part.strip()
    found = _RANGE.fullmatch(inside) or _ARTICLE_RANGE.fullmatch(inside)
    # `12-3` may be page 3 of chapter 12; `123-7` is short for 123-127 and longer.
    if found is None or (":" not in inside and not _goes_up(found[1], found[2])):
        return part
    return part.replace(inside, f"{found[1]}--{found[2]}")


def _goes_up(first: str, last: str) -> bool:
    return int(first) < int(last) or (
        len(first) > 2 and len(first) > len(last) and int(first[-len(last) :]) < int(last)
    )


def _hyphen(subject: Subject, _: Context) -> Iterator[Finding]:
    if "-" not in subject.raw.fields.get("pages", "") or not _OF_BIBLATEX.isdisjoint(subject.raw.fields):
        return
    source = source_in(subject, "pages")
    if (better := _dashed(source)) != source:
        yield Finding(
            f"pages = `{short(source)}` has one hyphen.", "pages", "-", fix=rewritten(subject, "pages", better)
        )


def _dash(subject: Subject, _: Context) -> Iterator[Finding]:
    value = subject.raw.fields.get("pages", "")
    if (value.isascii() and "\\textendash" not in value) or not _OF_BIBLATEX.isdisjoint(subject.raw.fields):
        return
    source = source_in(subject, "pages")
    if not _LABEL.match(source) and (better := _DASH.sub("--", source)) != source:
        yield Finding(
            f"pages = `{short(source)}` has a dash as a character.", "pages", fix=rewritten(subject, "pages", better)
        )


def _label(subject: Subject, _: Context) -> Iterator[Finding]:
    if subject.raw.fields.get("pages", "")[1:].lstrip()[:1].lower() != "p":
        return
    source = source_in(subject, "pages")
    if source and (found := _LABEL.match(source)):
        better = _dashed(_DASH.sub("--", source[found.end() :]))
        yield Finding(
            f"pages = `{short(source)}` begins with `{found[0].strip()}`.",
            "pages",
            fix=rewritten(subject, "pages", better),
        )


def _reversed(subject: Subject, _: Context) -> Iterator[Finding]:
    if "-" not in subject.raw.fields.get("pages", ""):
        return
    source = source_in(subject, "pages")
    for part in source.split(","):
        found = _TWO.fullmatch(part)
        if found and "--" in part and len(found[1]) <= len(found[2]) and int(found[1]) > int(found[2]):
            yield Finding(f"pages = `{short(source)}` runs backwards.", "pages", part.strip())


_PAPER = (
    "@article{k, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, year = 2023, pages = {%s}}\n"
)


def _row(code: str, name: str, check: Check, texts: tuple[str, str], bad: str, good: str) -> Rule:
    return Rule(code, name, WARNING, *texts, _PAPER % bad, _PAPER % good, check=check)


RULES: Final = (
    _row(
        "B410", "pages-hyphen", _hyphen,
        ("One hyphen between page numbers is printed as a hyphen by styles of BibTeX that do not mend it.", "Write two: `611--626`."),
        "611-626", "611--626",
    ),
    _row(
        "B411", "pages-dash", _dash,
        ("A dash as a character is lost by programs that know ASCII only.", "Write two hyphens: `611--626`."),
        "611\u2013626", "611--626",
    ),
    _row(
        "B412", "pages-label", _label,
        ("Styles put `pp.` in front themselves; here it comes twice.", "Write the numbers alone."),
        "pp. 611--626", "611--626",
    ),
    _row(
        "B413", "pages-backwards", _reversed,
        ("The last page is before the first.", "Look it up: two digits may have changed places."),
        "661--626", "611--626",
    ),
)  # fmt: skip
