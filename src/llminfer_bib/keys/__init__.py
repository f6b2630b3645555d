"""Citation keys: ``kwon2023efficient`` for papers, the project's or site's name for other items; none that is taken.

Which keys a file has, and what its entries say, is known to the caller. A key that stands in a file is never changed here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice
from string import ascii_lowercase
from typing import Final

from ..identifiers import host_of
from ..locate import ARXIV, DOI, OPENREVIEW, locate
from ..model import People, Person
from .items import item_key
from .letters import LONGEST_TEXT
from .people import lead
from .words import words_of

LONGEST: Final = 60
"""Characters of a proposed key."""
NAMELESS: Final = "item"
"""The key of something of which nothing is known."""
_PAPER_KINDS = frozenset({"paper", "preprint", "book", "thesis", "report", "dataset"})
_FORMULA = re.compile(r"\\(?:math|text|operator|boldsymbol|bf|rm|it)[a-z]*|[${}^_~]")


def propose(people: People, year: int | None, title: str, *, url: str = "", kind: str = "") -> str:
    """Return a key of ``[a-z0-9-]``, at most LONGEST characters, never empty. Pure; the same input gives the same key.

    Papers: the first author's family name, the year, the first word of the title that carries meaning. Particles belong
    to the family name, as biblatex, JabRef and Better BibTeX have it (``vanderberg2020word``); accents are dropped, not
    spelled out (``muller``). Without author the title's first word leads; without year there is none.

    With ``url``, unless it is that of a paper or ``kind`` says otherwise, the item is no paper: a project has its
    repository's name, a course its number, a home page its host's name; what stands on a site with many authors ends
    with the site (``tai-sparsity-youtube``); a blog post with author and date is called like a paper. ``kind`` is one
    of ``Entry.kind`` where it is known.
    """
    title = " ".join(_FORMULA.sub("", title[:LONGEST_TEXT]).split())
    year = year if year is not None and 0 < year < 10_000 else None
    is_paper = kind in _PAPER_KINDS or not host_of(url) or (not kind and locate(url).kind in {ARXIV, DOI, OPENREVIEW})
    key = "" if is_paper else item_key(people, year, title, url, kind)
    return (key or _paper_key(people, year, title))[:LONGEST].strip("-") or NAMELESS


def unique(base: str, taken: Collection[str]) -> str:
    """Return ``base``, or ``base`` with ``a``, ``b``... ``z``, ``aa``... behind it, so that it is none of ``taken`` in any case."""
    known = {key.lower() for key in taken}
    return next(key for key in chain([base], (base + suffix for suffix in _suffixes())) if key.lower() not in known)


class Taken:
    """The keys that are taken, for many new ones: each costs the same, however many there are."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._folded = {key.lower() for key in keys}
        self._waiting: dict[str, Iterator[str]] = {}

    def unique(self, base: str) -> str:
        """Return a key as ``unique`` does, and take it."""
        key, folded = base, base.lower()
        if folded in self._folded:
            suffixes = self._waiting.setdefault(folded, _suffixes())  # those that were passed over stay taken
            key = next(base + suffix for suffix in suffixes if folded + suffix not in self._folded)
        self._folded.add(key.lower())
        return key


def _suffixes() -> Iterator[str]:
    for suffix in chain([""], _suffixes()):
        for letter in ascii_lowercase:
            yield suffix + letter


def _paper_key(people: Iterable[Person], year: int | None, title: str) -> str:
    words = list(islice(words_of(title), 2))
    first = lead(people)
    if not first and words:
        first = words.pop(0)
    return first + (str(year) if year else "") + (words[0] if words else "")
