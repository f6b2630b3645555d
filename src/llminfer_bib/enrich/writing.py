"""A value in plain Unicode -> BibTeX source in the house dialect, only where it reads back as the same value.

Which field gets which value is decided elsewhere.
"""

from __future__ import annotations

import re

from .. import names, tex
from ..dates import MONTHS
from ..decode import NAME_FIELDS
from ..encode import ValueRefusedError, plain_source, require_storable
from ..identifiers import is_web_url
from ..macros import Macros
from ..model import NOBODY, People

Value = str | People

_RANGE = re.compile(r"([^\s,;–—-]{1,40}+)\s?(?:--?|–|—)\s?([^\s,;–—-]{1,40}+)")
_MONTHS = Macros(0).values


def source_of(field: str, value: Value) -> str:
    """Return the source with its delimiters; a month is a bare macro. Empty for what cannot stand in that field.

    TeX between dollars stays only where it does nothing but set mathematics: a source is not trusted with more.
    """
    try:
        if isinstance(value, str) and field not in tex.VERBATIM_FIELDS:
            value = tex.tamed(value)
        if isinstance(value, People):
            return _people(field, value)
        if field == "title":
            require_storable(field, value)
            return f"{{{tex.protect_title(tex.protected_words(value))}}}"
        if field == "pages":
            require_storable(field, value)
            return f"{{{_pages(value)}}}"
        if field == "url" and not is_web_url(value):
            return ""
        if field in tex.VERBATIM_FIELDS and not value.isprintable():
            return ""
        return plain_source(field, value)
    except ValueRefusedError:
        return ""


def undelimited(source: str) -> str:
    """Return a value of ``source_of`` as the sidecar keeps it."""
    return source[1:-1] if source[:1] == "{" else source


def value_of(field: str, source: str) -> Value:
    """Return what source without delimiters means in a field: a People for names, else plain text."""
    if field in NAME_FIELDS:
        return names.parse_people(source, tex.to_plain)
    if field in tex.VERBATIM_FIELDS:
        return source.strip()
    if field == "month":
        return _MONTHS.get(source.strip().lower(), tex.to_plain(source))
    return tex.to_plain(source)


def shown(value: Value | None) -> str:
    """Return a value as one line for people."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    parts = [names.family_first(person, initials=False) for person in value]
    return " and ".join(parts + ["others"] * value.others)


def month_name(month: int) -> str:
    """Return a month as ``decode`` reads its macro: ``June``."""
    return _MONTHS[MONTHS[month - 1][0]]


def _people(field: str, people: People) -> str:
    for person in people:
        for part in (person.family, person.given, person.prefix, person.suffix, person.literal):
            require_storable(field, part)
    written = [names.to_bibtex(person, lambda part: tex.from_text(tex.tamed(part))) for person in people]
    source = " and ".join(written + ["others"] * people.others)
    read = names.parse_people(source, tex.to_plain) if tex.is_balanced(source) else NOBODY
    return f"{{{source}}}" if len(read) == len(people) and read.others == people.others else ""


def _pages(text: str) -> str:
    """Write ranges with two hyphens: ``611--626``. A number with hyphens of its own (``3-1--3-14``) keeps them."""
    text = " ".join(text.split())
    parts = [part.strip() for part in re.split(r"[,;]", text)]
    ranges = [_RANGE.fullmatch(part) for part in parts]
    if not all(found or ("-" not in part and "–" not in part) for found, part in zip(ranges, parts, strict=True)):
        return tex.from_text(text)
    return ", ".join(
        f"{tex.from_text(found[1])}--{tex.from_text(found[2])}" if found else tex.from_text(part)
        for found, part in zip(ranges, parts, strict=True)
    )
