"""A paragraph -> whether it is an entry, or running text that only has links in it; and which one goes on with the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .crediting import EDGES
from .markdown_inline import BOLD, BREAK, Inline, Link
from .markdown_titles import says
from .markdown_ways import BRACKETS, Way

_SHORTEST_LABEL: Final = 3
_BEHIND: Final = "-–—:：|｜·([（,\n"
"""What parts a name from what is said of it; a sentence goes on with a word."""
_SET_OFF: Final = ":：-–"


def is_list_like(read: Inline, ways: Sequence[Way]) -> bool:
    """Tell whether a paragraph is an entry: it begins with its link, or a work's links stand set off behind its name."""
    first = ways[0].link
    before = read.text[: first.start]
    if not says(before):
        return not (first.image or ways[0].role) and len(first.label) > _SHORTEST_LABEL and _is_set_off(read, first)
    called = _begins_bold(read) and any(way.role == "work" for way in ways)
    if called and not says(without(read.text, read.links, first.start)):
        return True
    if not all(way.role or way.link.image or way.link.label == way.link.url for way in ways):
        return False
    tail = before.rstrip(" *")[-1:]
    if first.label == first.url:
        return _begins_bold(read) and tail in _SET_OFF and len(ways) == 1
    if len(before.strip(EDGES + BRACKETS)) <= _SHORTEST_LABEL or tail.isalnum():
        return False
    return _begins_bold(read) or not says(without(read.text, [way.link for way in ways], first.start))


def is_title(read: Inline) -> bool:
    """Tell whether a paragraph is nothing but a title in bold, whose links may come in the next one."""
    return not read.links and _begins_bold(read) and not says(read.text[read.spans[0].end :])


def is_links(read: Inline) -> bool:
    """Tell whether a paragraph is nothing but links."""
    return bool(read.links) and not says(without(read.text, read.links))


def _is_set_off(read: Inline, link: Link) -> bool:
    behind = read.text[link.end :].lstrip(BRACKETS + ")")
    bold = any(span.style == BOLD and 0 <= span.start - link.end <= len(BREAK) + 1 for span in read.spans)
    return bold or not behind.strip() or behind.lstrip(" ")[:1] in _BEHIND


def _begins_bold(read: Inline) -> bool:
    return bool(read.spans) and read.spans[0].style == BOLD and not says(read.text[: read.spans[0].start])


def without(text: str, some: Sequence[Link], start: int = 0) -> str:
    """Return the text from `start` on without the labels of links."""
    pieces, at = [], start
    for link in sorted(some, key=lambda each: each.start):
        pieces.append(text[at : max(at, link.start)])
        at = max(at, link.end)
    return "".join([*pieces, text[at:]])
