"""Where BibTeX parts one name: at its commas and words, and between first names, von part and last name."""

from __future__ import annotations

import re
from typing import NamedTuple

# A backslash takes the next character with it, unless that is a brace: braces count by BibTeX's rule.
_PIECE = re.compile(r"(?P<plain>(?:[^\\{},~\s-]++|\\[^{}]?)++)|(?P<blank>[\s~]++)|[{},-]", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_CASE = re.compile(
    r"""(?: \\(?!(?:oe|OE|ae|AE|aa|AA|o|O|l|L|i|j|ss|dh|DH|dj|DJ|ng|NG|th|TH)(?![A-Za-z])) (?:[A-Za-z]++|.|\Z)
          | [^\w\\] | [\d_] )*+
        \\?(\w)""",
    re.VERBOSE | re.DOTALL,
)
"""The first letter, accents left aside; that of ``\\oe`` and the like stands for its own letter."""


class Token(NamedTuple):
    """A word of a name, where it stands, and whether a hyphen ties it to the word before."""

    start: int
    source: str
    after_hyphen: bool


class Part(NamedTuple):
    """What stands between two commas."""

    start: int
    end: int
    tokens: list[Token]


def parts_of(source: str) -> list[Part]:
    """Cut a name at its commas and words, by BibTeX's rule: white space, ``~`` and ``-`` part words outside braces."""
    parts = [Part(0, len(source), [])]
    start, hyphen, position = -1, False, 0

    def end_word(end: int) -> None:
        nonlocal start
        if start >= 0:
            parts[-1].tokens.append(Token(start, source[start:end], hyphen))
            start = -1

    while piece := _PIECE.match(source, position):
        here, position = position, piece.end()
        character = piece[0][0]
        if character in ",-" or piece["blank"]:
            end_word(here)
            hyphen = character == "-"
            if character == ",":
                parts[-1] = parts[-1]._replace(end=here)
                parts.append(Part(position, len(source), []))
        else:
            start = here if start < 0 else start
            if character == "{":
                position = group_end(source, here)
    end_word(len(source))
    return parts


def group_end(source: str, start: int) -> int:
    """Return the position behind the group that opens at ``start``, or behind the text."""
    depth = 0
    for brace in _BRACE.finditer(source, start):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.end()
    return len(source)


def von_and_last(tokens: list[Token], *, first_name_leads: bool) -> tuple[int, int]:
    """Return where the von part and the last name begin: positions in the source, equal where there is no von part."""
    low = [n for n, token in enumerate(tokens[:-1]) if not token.after_hyphen and _is_lower(token.source)]
    if not tokens:
        return 0, 0
    if low:
        von, last = low[0], low[-1] + 1
    elif first_name_leads:
        last = len(tokens) - 1
        while last and tokens[last].after_hyphen:
            last -= 1
        von = last
    else:
        von = last = 0
    if not first_name_leads:
        von = 0
    return (tokens[von].start if von else 0), (tokens[last].start if last else 0)


def _is_lower(token: str) -> bool:
    """Tell whether a word begins in lower case. What stands in braces has no case, but for ``{\\'e}`` and the like."""
    position = 0
    while token[position : position + 1] == "{" and token[position + 1 : position + 2] != "\\":
        position = group_end(token, position)
    letter = _CASE.match(token, position)
    return letter is not None and letter[1].islower()
