"""A value as a person types it, or as another program says it -> the source of a BibTeX field, in the house dialect; and back.

Which field of which entry it goes to, and how it fits what stands there, is the business of ``edits``.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from . import names, tex
from .bibfile import Document
from .dates import MONTHS, is_month, parse_date, parse_month
from .decode import DATE_FIELDS, NAME_FIELDS
from .identifiers import is_web_url
from .macros import Macros, split_parts
from .model import NOBODY, People
from .problems import EXIT_USAGE, BibError

_MACROS = frozenset(row[0] for row in MONTHS)
_BRACES = re.compile(r"([{}])")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_RANGE = re.compile(r"([^\s,;–—-]{1,40}+)\s?(?:--?|–|—)\s?([^\s,;–—-]{1,40}+)")
_MONTH_NAMES = Macros(0).values

Value = str | People
"""What a field can be told: plain text, or names."""


class ValueRefusedError(BibError):
    """A value that cannot stand in a BibTeX file as given."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


def plain_source(name: str, text: str) -> str:
    """Return the source, with delimiters, for plain text: TeX's own characters are made safe.

    Links and identifiers stay as they are, a month becomes its macro, braces in a name list keep organisations
    together. Raises ValueRefusedError for what no BibTeX value can hold.
    """
    name = name.lower()
    require_storable(name, text)
    if name == "month" and is_month(text):
        return MONTHS[(parse_month(text)[0] or 1) - 1][0]
    if name in DATE_FIELDS and parse_date(text) is not None:
        return f"{{{text.strip()}}}"  # biblatex reads `2023~`, not a macro for the tilde
    if name == "keywords" and tex.is_balanced(text) and tex.to_plain(text) == " ".join(text.split()):
        return f"{{{text.strip()}}}"  # biblatex compares keywords as they are written: better `R&D` than `R\&D`
    if name in tex.VERBATIM_FIELDS or (name in tex.KEY_LIST_FIELDS and name != "keywords"):
        if not tex.is_balanced(text):
            raise ValueRefusedError(name, "the braces do not balance, and this field has no way to escape one.")
        return f"{{{text.strip()}}}"
    if name in NAME_FIELDS and tex.is_balanced(text):
        return "{" + "".join(part if part in "{}" else _name_source(part) for part in _BRACES.split(text)) + "}"
    return f"{{{tex.from_text(text)}}}"


def raw_source(name: str, text: str, macros: Collection[str] = ()) -> str:
    """Return the source for a raw value: as given where it is a whole BibTeX value, else put in braces.

    Whole is: one part, or parts joined by ``#``, each in quotes, in braces, a number, or one of `macros` or a month.
    Raises ValueRefusedError when the braces do not balance.
    """
    require_storable(name, text)
    if not tex.is_balanced(text):
        raise ValueRefusedError(name, "the braces do not balance (a backslash does not hide a brace from BibTeX).")
    known = _MACROS | {macro.lower() for macro in macros}
    whole = text.strip()
    return whole if _is_whole(whole, known) else f"{{{text}}}"


def require_storable(name: str, text: str) -> None:
    """Raise ValueRefusedError for what no BibTeX file can hold, whatever it is."""
    if "\0" in text:
        raise ValueRefusedError(name, "a value cannot hold a zero byte.")
    if _SURROGATE.search(text):
        raise ValueRefusedError(
            name, "the value is no valid Unicode text. Check the encoding that it was typed or read in."
        )


def _name_source(text: str) -> str:
    """Return a stretch of a name list as TeX, with the blanks at its ends, which may stand beside ``and``."""
    source = tex.from_text(text)
    if not source:
        return " " if text else ""
    return " " * text[0].isspace() + source + " " * text[-1].isspace()


def _is_whole(text: str, macros: Collection[str]) -> bool:
    if text.isdecimal() and text.isascii():
        return True
    document = Document(f"@x{{k,f={text}}}".encode("utf-8", "surrogatepass"))
    block = document.scanner.block_at(0)
    if block is None or block.slips or not block.closed or len(block.fields) != 1 or block.end != len(document.data):
        return False
    field = block.fields[0]
    if document.text(field.value_start, field.value_end) != text:
        return False
    return all(
        part[0] in '{"' or (part.isascii() and part.isdecimal()) or part.lower() in macros for part in split_parts(text)
    )


# --- values that another program says


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
        return _MONTH_NAMES.get(source.strip().lower(), tex.to_plain(source))
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
    return _MONTH_NAMES[MONTHS[month - 1][0]]


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
