"""Which stretches of a title BibTeX would wrongly put in lower case. How they are protected is in ``writing``."""

from __future__ import annotations

import re
from functools import cache

from ..model import Text

_LETTER = r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]"  # a script with case, or a digit
_POSSESSIVE = re.compile(r"['’]s\Z")
_JOINTS = frozenset(["", *"-‐‑/.&'’+:_"])
_FEWEST_SHOUTED = 4


@cache
def _word() -> re.Pattern[str]:
    """Compiled on first use: a class with wide ranges takes milliseconds, and no start of the program needs it."""
    formula = r"(?P<formula>\$\$?(?:[^$\\]|\\[^$])++\$\$?)"
    return re.compile(rf"{formula}|{_LETTER}++(?:['’]{_LETTER}++)*+")


def joined_title(title: str, subtitle: str) -> str:
    """Return title and subtitle in one, parted by a colon unless the title ends in a mark of its own."""
    if not (title and subtitle):
        return title or subtitle
    return f"{title} {subtitle}" if title.endswith((":", "?", "!", "：", "？", "！")) else f"{title}: {subtitle}"


def protected_words(title: str) -> Text:
    """Find what BibTeX would wrongly put in lower case: ``vLLM``, ``LoRA``, ``KV``, ``H100``, ``GPT-4``, ``$O(N)$``.

    The capital that a title gives to any word is not protected, nor can it be: a name such as Markov looks the same.
    A title of four words or more all in capitals tells nothing, so nothing in it is protected.
    """
    title = " ".join(title.split())
    words = list(_word().finditer(title))
    if title == title.upper() and sum(word[0].isalpha() and word[0] != word[0].lower() for word in words) >= (
        _FEWEST_SHOUTED
    ):
        return Text(title)
    spans: list[tuple[int, int]] = []
    previous = None
    last_protected = False
    for word in words:
        start, end = word.span()
        joined = previous is not None and title[previous.end() : start] in _JOINTS
        protected = _is_protected(title, word) or (joined and last_protected and word[0].isdigit())
        if protected:
            if word["formula"] is None and (possessive := _POSSESSIVE.search(word[0])):
                end -= len(possessive[0])
            if previous is not None and joined and last_protected:
                start, _ = spans.pop()
            elif previous is not None and joined and len(previous[0]) == 1 and previous[0].isupper():
                start = previous.start()  # a title that begins with "I/O"
            spans.append((start, end))
        previous, last_protected = word, protected
    return Text(title, tuple(spans))


def _is_protected(title: str, match: re.Match[str]) -> bool:
    word = match[0]
    if match["formula"] is not None:
        return word != word.lower()
    word = _POSSESSIVE.sub("", word)
    if word[1:] != word[1:].lower():
        return True
    if not word[0].isupper():
        return False
    if len(word) > 1:
        return any(letter.isdigit() for letter in word)
    after = title[match.end() : match.end() + 1]
    if after and after in "+#*":
        return True
    before = title[max(0, match.start() - 2) : match.start()]
    starts = not before or before == ": "
    return not starts and not (word == "A" and after.isspace())
