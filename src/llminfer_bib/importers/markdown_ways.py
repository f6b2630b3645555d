"""The links of a work -> what each is to it: the work itself, its code, video, slides, or a name of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from . import links
from .markdown_inline import Inline, Link

BRACKETS: Final = "[]【】「」《》"
_LONGEST_PREFIX: Final = 60
_ROLE_BEFORE = re.compile(
    r"(?:\A|(?<=[\n,，;；·|(（\])]))\s*+([^\W\d_][\w -]{0,24}?|[\u3400-\u9fff]{2,6})\s*+[:：]\s*+[\[(]?\Z"
)
_ENDS = re.compile(r"[\])）】]*+\s*+(?:\Z|\n|[.;。；|])")
"""What stands behind the only link of its kind: ``Code: [Engine](...).``"""


@dataclass(frozen=True, slots=True)
class Way:
    """A link of a work, and what it is to the work: a field, ``work``, ``further``, or nothing for a name of its own."""

    link: Link
    role: str = ""
    start: int = 0
    """Where in the text it begins, with the word before it that says its role."""


def ways_of(read: Inline, usable: Iterable[Link], column: str = "") -> list[Way]:
    """Say what each link is: by its label, by the word before it, by the column of a table, by the brackets around it."""
    return [_way(read, link, column) for link in usable]


def _way(read: Inline, link: Link, column: str) -> Way:
    bare = link.label == link.url
    said = "" if bare else links.role(link.label.strip(BRACKETS + " "), beside=link.start > 0 or bool(column))
    begin = max(0, link.start - _LONGEST_PREFIX)
    found = _ROLE_BEFORE.search(read.text[begin : link.start])
    before = links.role(found[1]) if found and (begin == 0 or found.start() > 0) else ""
    if found and before and (said or bare or _ENDS.match(read.text, link.end)):
        return Way(link, said or before, begin + found.start(1))
    if said:
        return Way(link, said, link.start)
    if column or bare:
        return Way(link, column, link.start)
    bracketed = read.text[link.start - 1 : link.start] in {"[", "("} or link.label.startswith("[") or link.image
    role = "code" if bracketed and link.start and links.is_code(link.url) else "further" if link.image else ""
    return Way(link, role, link.start)


def best(ways: Sequence[Way]) -> Way:
    """Return the link that is the work: a paper, what is called so, else the first that is not beside it."""
    papers = [way for way in ways if way.role not in {"video", "slides"} and leads_to_paper(way.link.url)]
    called = [way for way in ways if way.role == "work"]
    named = [way for way in ways if not way.role]
    return next(iter([*papers, *called, *named, *ways]))


def leads_to_paper(url: str) -> bool:
    """Tell whether a link leads to a paper, by its host."""
    return links.is_paper(url, links.place_of(url))


def is_void(link: Link) -> bool:
    """Tell whether a link that leads nowhere has a label that says nothing: ``[[pdf]]()``, back to top, a footnote."""
    label = link.label.strip(BRACKETS + " ")
    return links.is_way_round(link.url, link.label) or bool(links.role(label)) or label.startswith("^")
