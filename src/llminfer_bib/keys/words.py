"""The words of a title that carry meaning, in ASCII and in their order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from .letters import HAN, LONGEST_PART, ascii_of, pinyin

# Words of a title that carry no meaning: articles, prepositions, conjunctions, pronouns, question words, forms of to be, to do
# and to have. "Towards", "Beyond", "All" and "Stop" say what a paper is about.
STOP_WORDS: Final = frozenset(
    "a an the this that these those its it our your their my we you they i he she"
    " about above across after against along amid among around as at before behind below between by down during for from in into"
    " near of off on onto out over per since than through throughout to under until up upon versus via vs with within without"
    " and but if nor or so yet while because whether"
    " how what when where which who whom whose why"
    " am are be been being is was were do does did doing done has have had can could may might must shall should will would"
    " not no".split()
)
_TOKEN = re.compile(r"[^\W_]+(?:[’'ʼ`][^\W_]+)*")


def words_of(title: str) -> Iterator[str]:
    """Yield the words of a title that carry meaning; where it has none, those that it has.

    A Chinese stretch gives the pinyin of its first three characters. A single letter before a hyphen belongs to the word
    behind it (``S-LoRA`` is ``slora``); numbers are passed over.
    """
    tokens = _tokens(title)
    content = [word for word in tokens if word not in STOP_WORDS and not word.isdigit()]
    yield from content or [word for word in tokens if not word.isdigit()] or tokens


def _tokens(title: str) -> list[str]:
    found = []
    pending = ""
    for token in _TOKEN.finditer(title):
        for part in _by_script(token[0]):
            word = (pending + part)[:LONGEST_PART]
            joins = (
                len(token[0]) == 1 and token[0].isalpha() and title[token.end() : token.end() + 1] in {"-", "‐", "‑"}
            )
            pending = word if joins else ""
            if word and not joins:
                found.append(word)
        if len(found) > 20:
            break
    return [*found, pending] if pending else found


def _by_script(token: str) -> Iterator[str]:
    """Yield a word's stretches in ASCII: Han, and what is not."""
    place = 0
    for han in HAN.finditer(token):
        yield ascii_of(token[place : han.start()])
        yield pinyin(han[0], 3)
        place = han.end()
    rest = token[place:]
    if len(rest) == 1 and not rest.isascii() and "GREEK" in (name := unicodedata.name(rest, "")):
        yield ascii_of(name.partition(" LETTER ")[2].partition(" ")[0].replace("LAMDA", "LAMBDA"))
        return
    yield ascii_of(rest)
