"""Whether a line is about a paper: by its link, by the section or column it stands in, by the venue at its end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import links
from .crediting import EDGES, venue
from .markdown_ways import Way, leads_to_paper

_LAST_BAR = re.compile(r"[|｜]\s*+([^|｜\n]{3,40}+)\Z")


@dataclass(frozen=True, slots=True)
class Kind:
    """What stands in a section or column: ``papers``, or things with makers (courses, books, videos); ``names`` below titles."""

    papers: bool = False
    makers: bool = False
    names: bool = False
    single: bool = False
    """Whether there is one work only: in a row of a table."""


def is_paper(way: Way, kind: Kind) -> bool:
    """Tell whether a link leads to a paper: by its host, by what it is called, or as a file among papers or in a repository."""
    url = way.link.url
    if leads_to_paper(url):
        return True
    file = url.lower().split("?")[0].endswith(".pdf")
    if way.role == "work" and not links.is_video(url):
        return file or not links.is_code(url)
    return file and (kind.papers or (links.is_code(url) and way.role in {"work", ""}))


def ends_in_venue(text: str, url: str) -> bool:
    """Tell whether the last thing said of a page is where it was published, as lists of papers do: ``| NSDI'24``."""
    found = _LAST_BAR.search(text.rstrip(EDGES))
    if found is None or links.is_code(url) or links.is_video(url):
        return False
    said = venue(found[1])
    return said is not None and bool(said[0] and said[2])
