"""Texts and code words: fields that have no rule of their own, entry types, classes, languages."""

from __future__ import annotations

import re

from ..alike import fold, squeezed, title_key
from .compared import SAME, Compared, said, shown, slight

_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d-]+")
TYPES = (
    # entry types that mean one thing to classic BibTeX and to biblatex; the first is the house's
    ("inproceedings", "conference"),
    ("online", "electronic", "www", "webpage"),
    ("phdthesis", "thesis"),
    ("mastersthesis", "thesis"),
    ("techreport", "report"),
    ("misc", "preprint", "unpublished"),
    ("incollection", "inbook"),
    ("book", "mvbook", "collection"),
)
"""One row a meaning."""
LANGUAGES = (
    ("zh", "chinese", "zh-cn", "zh-hans", "中文", "simplified chinese", "chinese-simplified"),
    ("en", "english", "en-us", "en-gb", "american", "british", "usenglish", "ukenglish", "usamerican"),
    ("de", "german", "ngerman", "de-de", "deutsch"),
    ("fr", "french", "fr-fr", "français"),
    ("ja", "japanese", "ja-jp", "日本語"),
    ("ko", "korean", "ko-kr"),
)
"""One row a language: its tag, and how ``language`` and ``langid`` name it."""


def compare_text(mine: str, theirs: str) -> Compared:
    """Compare two texts: case, blanks, dashes and a full stop at the end do not count."""
    return SAME if _plain(mine) == _plain(theirs) else _otherwise(mine, theirs)


def compare_words(mine: str, theirs: str) -> Compared:
    """Compare the words of two texts: punctuation does not count either."""
    if squeezed(title_key(mine)) == squeezed(title_key(theirs)) != "":
        return SAME
    return compare_text(mine, theirs)


def compare_class(mine: str, theirs: str) -> Compared:
    """Compare two code words, such as ``cs.CL`` and ``arXiv``."""
    return SAME if fold(mine).strip(" .[]") == fold(theirs).strip(" .[]") else _otherwise(mine, theirs)


def compare_type(mine: str, theirs: str) -> Compared:
    """Compare two entry types; classic and biblatex names of one type are the same."""
    mine, theirs = fold(mine).strip(" @"), fold(theirs).strip(" @")
    if mine == theirs or any(mine in row and theirs in row for row in TYPES):
        return SAME
    return slight(f"another type: {shown(theirs)}, not {shown(mine)}")


def compare_language(mine: str, theirs: str) -> Compared:
    """Compare two names or tags of languages."""
    mine, theirs = fold(mine).strip().replace("_", "-"), fold(theirs).strip().replace("_", "-")
    if mine == theirs or any(mine in row and theirs in row for row in _LANGUAGES):
        return SAME
    return _otherwise(mine, theirs)


_LANGUAGES = tuple(frozenset(map(fold, row)) for row in LANGUAGES)


def _plain(text: str) -> str:
    return " ".join(_DASHES.sub("-", fold(text)).replace("- ", "-").replace(" -", "-").split()).strip(" .")


def _otherwise(mine: str, theirs: str) -> Compared:
    return slight(said(mine, theirs))
