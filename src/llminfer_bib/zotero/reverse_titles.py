"""A title as a person changed it in Zotero -> the title's source: words that stay keep their braces and formulas.

New words that BibTeX would put in lower case are protected as ``bib enrich`` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from .. import tex
from ..encode import source_of
from ..export.losses import one_line
from ..model import Text
from .wishes import RefusedError, Task, Wish

_TOKEN = re.compile(r"(?:\$[^$]{0,500}\$|\S)++")
_EDGES = re.compile(r"^\W*+|\W*$")
_ENDS: Final = ("?", "!", ":", "？", "！")
_LONGEST: Final = 300
"""Words of a title that are compared."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A stretch of the old title without blanks, as written, and the words that it shows."""

    start: int
    text: str
    words: tuple[str, ...]


def wishes(task: Task, after: str) -> Iterator[Wish]:
    """Yield what title and subtitle become."""
    entry = task.entry
    if not after:
        raise RefusedError("an entry keeps its title")
    main, sub = one_line(entry.title.text), one_line(entry.fields.get("subtitle", ""))
    title, subtitle = _parted(main, sub, after)
    if title != main:
        source = source_of_title(entry.title, title)
        yield Wish("title", title, source)
        if main and entry.fields.get("booktitle") == entry.fields.get("title"):
            yield Wish("booktitle", title)
    if subtitle != sub:
        yield Wish("subtitle", subtitle or None)


def _parted(main: str, sub: str, after: str) -> tuple[str, str]:
    """Return title and subtitle; an entry without a subtitle gets none."""
    if not (main and sub):
        return after, ""
    glue = " " if main.endswith(_ENDS) else ": "
    if after.endswith(glue + sub):
        title, subtitle = after[: -len(glue + sub)].strip(), sub
    elif after.startswith(main + glue):
        title, subtitle = main, after[len(main + glue) :].strip()
    else:
        title, _, subtitle = (part.strip() for part in after.partition(": "))
    again = f"{title} {subtitle}" if title.endswith(_ENDS) else f"{title}: {subtitle}"
    return (title, subtitle) if title and subtitle and again == after else (after, "")


def source_of_title(old: Text, new: str) -> str:
    """Return the source of a new title, with its delimiters. Empty for what no BibTeX file can hold."""
    text = _with_old_words(old, new) if old.text else None
    if text is None or tex.tamed(text.text) != text.text:
        return source_of("title", new)
    source = tex.protect_title(text)
    if tex.to_text(source).text != text.text or not source_of("title", text.text):
        return source_of("title", new)
    return f"{{{source}}}"


def _with_old_words(old: Text, new: str) -> Text | None:
    """Return the new title, words that stay as they were; None where old and new cannot be compared."""
    tokens, words = list(_tokens(old.text)), new.split()
    shown = [word for token in tokens for word in token.words]
    if max(len(shown), len(words)) > _LONGEST or " ".join(shown) != " ".join(one_line(old.text).split()):
        return None
    if old.protected == ((0, len(old.text)),) and " " in old.text:  # {{the whole title}}
        return Text(" ".join(words), ((0, len(" ".join(words))),))
    place: dict[int, int] = {}
    for block in SequenceMatcher(None, shown, words, autojunk=False).get_matching_blocks():
        place.update((block.b + n, block.a + n) for n in range(block.size))
    return _assembled(old, tokens, words, place)


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        yield _Token(found.start(), found[0], tuple(one_line(found[0]).split()))


def _assembled(old: Text, tokens: list[_Token], words: list[str], place: dict[int, int]) -> Text:
    """Put the title together from old tokens and new words. `place` gives the old word that a new one is."""
    first_words: dict[int, _Token] = {}
    count = 0
    for token in tokens:
        if token.words:
            first_words[count] = token
        count += len(token.words)
    guesses = tex.protected_words(" ".join(words)).protected
    known = {old.text[start:end] for start, end in old.protected}
    text, spans, offset = "", [], 0
    number = 0
    while number < len(words):
        text += " " if text else ""
        here, kept = len(text), first_words.get(place.get(number, -1))
        length = len(kept.words) if kept is not None else 1
        if kept is not None and all(place.get(number + n) == place[number] + n for n in range(length)):
            text += kept.text
            spans += [(here + start, here + end) for start, end in _within(old, kept)]
        else:
            length = 1
            word = words[number]
            text += word
            spans += [(here + start, here + end) for start, end in _of_new_word(word, offset, guesses, known)]
        offset += len(" ".join(words[number : number + length])) + 1
        number += length
    return Text(text, tuple(_joined(old, text, spans)))


def _within(old: Text, token: _Token) -> Iterator[tuple[int, int]]:
    """Yield which stretches of a token are protected."""
    end = token.start + len(token.text)
    for first, last in old.protected:
        if first < end and last > token.start:
            yield max(first - token.start, 0), min(last, end) - token.start


def _of_new_word(
    word: str, offset: int, guesses: tuple[tuple[int, int], ...], known: set[str]
) -> list[tuple[int, int]]:
    """Return which stretches of a new word need protection: what looks so, and what was protected elsewhere in the title."""
    found = [
        (max(start - offset, 0), min(end - offset, len(word)))
        for start, end in guesses
        if start < offset + len(word) and end > offset
    ]
    bare = _EDGES.sub("", word)
    if not found and bare in known:
        start = word.index(bare)
        found = [(start, start + len(bare))]
    return found


def _joined(old: Text, text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the stretches; those that one pair of braces held, with the blank between them, are one again."""
    held = {old.text[start:end] for start, end in old.protected}
    current: tuple[int, int] | None = None
    for start, end in spans:
        if start >= end:
            continue
        if current is not None and start == current[1] + 1 and any(text[current[0] : end] in one for one in held):
            current = (current[0], end)
            continue
        if current is not None:
            yield current
        current = (start, end)
    if current is not None:
        yield current
