"""One name in BibTeX source -> Person. Where BibTeX parts a name is said by ``parts``, lists are split by ``lists``."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..model import Person
from .parts import Part, group_end, parts_of, von_and_last
from .scripts import is_han

Plain = Callable[[str], str]

_NEEDS_CARE = re.compile(r"[\\{}~$`=\"]|--|''")
_ONLY_ACCENTS = re.compile(
    r"""[^\W\d_][^\\{}~$`=\"]*+(?:\{\\(?:["'`^~=.]|[uvHcrk]\ )(?:[A-Za-z]|\\[ij])\}[^\\{}~$`=\"]*+)++\Z"""
)
_NAMED = re.compile(r"[\s\"]*([A-Za-z]+)(?:-i)?\s*=")
_PART_NAMES = frozenset({"family", "given", "prefix", "suffix"})


def parse_name(source: str, plain: Plain) -> Person:
    """Read one name. Never raises; no text is lost, even where BibTeX would complain (more than two commas)."""
    if not _NEEDS_CARE.search(source):
        if person := _simple(source):
            return person
    elif _ONLY_ACCENTS.match(source):
        # Without other TeX a name reads the same before and after its accents are put on their letters.
        text = plain(source)
        if not _NEEDS_CARE.search(text) and text.count(",") == source.count(",") and (person := _simple(text)):
            return person
    source = source.strip()
    if source[:1] == "{" and group_end(source, 0) == len(source):
        return Person(literal=plain(source))
    parts = parts_of(source)
    if "=" in source and (named := _named_parts(source, parts)):
        return Person(**{name: plain(value) for name, value in named.items()})
    if len(parts) == 1:
        if "{" not in source and is_han(text := plain(source)):
            return Person(literal=text)
        von, last = von_and_last(parts[0].tokens, first_name_leads=True)
        return Person(
            family=plain(source[last:].strip()),
            given=plain(_trimmed(source[:von])),
            prefix=plain(_trimmed(source[von:last])),
        )
    start, end, tokens = parts[0]
    last = von_and_last(tokens, first_name_leads=False)[1] if tokens else start
    given = source[parts[1 if len(parts) == 2 else 2].start :]
    return Person(
        family=plain(source[last:end].strip()),
        given=plain(given.strip()),
        prefix=plain(_trimmed(source[start:last])),
        suffix=plain(source[parts[1].start : parts[1].end].strip()) if len(parts) > 2 else "",
    )


def _simple(source: str) -> Person | None:
    """Read ``Family, Given`` and ``Given Family`` where nothing about them needs thought, else return None."""
    family, comma, given = source.partition(",")
    if comma:
        family = family.strip()
        if "," in given or not (family.isalpha() or (family[:1].isupper() and len(family.split()) == 1)):
            return None
        return Person(family, " ".join(given.split()))
    words = source.split()
    if not source.isascii() and is_han(source):
        return Person(literal=" ".join(words))
    if not words:
        return Person()
    family = words.pop()
    if not family[0].isupper() and "-" in family:
        return None
    for word in words:
        if not word[0].isupper():
            return None
    return Person(family, " ".join(words))


def _named_parts(source: str, parts: list[Part]) -> dict[str, str]:
    """Read biblatex's ``family=..., given=..., prefix=..., suffix=...``; nothing when it is not that form.

    Initials (``given-i``) and options (``useprefix``) are passed over.
    """
    found: dict[str, str] = {}
    for start, end, _ in parts:
        name = _NAMED.match(source, start, end)
        if not name:
            return {}
        if name[1].lower() in _PART_NAMES and "-" not in name[0]:
            found[name[1].lower()] = source[name.end() : end].strip().strip('"')
    return found


def _trimmed(source: str) -> str:
    return source.strip(" \t\r\n\f\v~")
