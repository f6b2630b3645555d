"""Seams and letters: how two pieces of a reference are put together, and how text changes its case. No citeproc here."""

from __future__ import annotations

import re
from typing import Final

from . import runs

_CLOSE_UP: Final = frozenset(".,;:")
_REPEATED: Final = frozenset(".,;:!?")
_ENDS: Final = frozenset("?!\u2026\u3002\uff1f\uff01")
_WORD: Final = re.compile(r"\S+")
_STOP_WORDS: Final = frozenset(
    "a an and as at but by down for from in into nor of on onto or over so the till to up via with yet".split()
)
"""What title case leaves in lower case, by the CSL specification."""


def sew(left: str, right: str, *, into_quotes: bool = False) -> str:
    """Put two pieces together: no double blank, no mark of punctuation twice, none behind ``?`` and ``!``.

    With ``into_quotes`` a comma or full stop goes before a quotation mark that the style has set.
    """
    cut = len(left.rstrip(runs.MARKS))
    first = right.lstrip(runs.MARKS)[:1]
    if not first or not cut:
        return left + right
    place = left.rfind(runs.BEFORE_QUOTE) if into_quotes and left.startswith(runs.BEHIND_QUOTE, cut) else 0
    if place > 0 and first in ".,":
        rest = right.replace(first, "", 1)
        return left[:place] + ("" if left[place - 1] in ".,?!" else first) + left[place:] + rest
    last = left[cut - 1]
    if last == " " and first in _CLOSE_UP and cut == len(left):
        return sew(left.rstrip(" "), right, into_quotes=into_quotes)
    if (last == " " == first) or (last == first and first in _REPEATED) or (first == "." and last in _ENDS):
        return left + right.replace(first, "", 1)
    return left + right


def change_case(text: str, how: str) -> str:
    """Return text in another case: ``lowercase uppercase capitalize-first capitalize-all sentence title``."""
    if how == "lowercase":
        return text.lower()
    if how == "uppercase":
        return text.upper()
    if how in {"capitalize-first", "sentence"}:
        whole = text.capitalize() if how == "sentence" and text.isupper() and " " in text else text
        return _WORD.sub(lambda found: _capital(found[0]), whole, count=1)
    if how == "capitalize-all":
        return _WORD.sub(lambda found: _capital(found[0]), text)
    return _in_title_case(text) if how == "title" else text


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:] if word.islower() else word


def _in_title_case(text: str) -> str:
    last = len(text.rstrip())
    before = ":"  # the first word begins, as one behind a colon does

    def change(found: re.Match[str]) -> str:
        nonlocal before
        word, begins = found[0], before in ":.?!"
        before = word[-1]
        return word if word in _STOP_WORDS and not begins and found.end() != last else _capital(word)

    return _WORD.sub(change, text)
