"""Macros: what ``@string`` defines, and a field's value with them put in and its parts joined.

A value here is source text with its delimiters, and so is the result, without the outer ones; TeX is not decoded.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Final

from .dates import MONTHS

_MONTHS: Final = {row[0]: row[1].capitalize() for row in MONTHS}
_JOIN = re.compile(r"\s*+#\s*+")
_WORD = re.compile(r"[^\s#\"{}]++")
_NAME = re.compile(r"(?![0-9])[^\x00-\x20\"#%'(),={}]++")  # what can be a macro, as in `bibfile.scanner`
_DELIMITER = re.compile(r"[{}\"]")


class Macros:
    """The macros defined so far, the months among them; names are in lower case.

    `size` is that of the document: what macros may grow to is bounded by it, because `a # a # a`, ten times over, is a bomb.
    """

    __slots__ = ("_definitions", "_room", "values")

    def __init__(self, size: int, values: Mapping[str, str] = _MONTHS) -> None:
        self.values = dict(values)
        self._room = 8 * size + (1 << 20)
        self._definitions: dict[str, list[tuple[int, str]]] = {}

    def define(self, name: str, source: str) -> None:
        """Define a macro; a later definition of the same name replaces it."""
        self.values[name] = source

    def remember(self, name: str, start: int, source: str) -> None:
        """Note that a macro was defined at a place, for `source` with ``at``; places come in order."""
        self._definitions.setdefault(name, []).append((start, source))

    def source(self, value: str, undefined: Callable[[str], None], at: int = -1) -> str:
        """Return a value's source without delimiters: macros put in, parts joined.

        A name that is not defined stands for itself and is told to `undefined`. With `at`, macros have the values they had at that place.
        """
        if value[:1] in ("{", '"') and "#" not in value:
            return value[1:-1]
        if value.isdecimal() or not value:
            return value
        parts = split_parts(value)
        return "".join(part[1:-1] if part[0] in '{"' else self._value(part, undefined, at) for part in parts)

    def _value(self, name: str, undefined: Callable[[str], None], at: int) -> str:
        """Return a macro's value; of what can be none (``2020-2021``: the scanner has complained) the text itself."""
        if name.isdecimal():
            return name
        text = self._value_at(name.lower(), at)
        if text is not None:
            self._room -= len(text)
            return text if self._room >= 0 else name
        if _NAME.fullmatch(name):
            undefined(name)
        return name

    def _value_at(self, name: str, at: int) -> str | None:
        if at < 0 or name not in self._definitions:
            return self.values.get(name)
        values = self._definitions[name]
        before = bisect_left(values, (at, ""))
        return values[before - 1][1] if before else _MONTHS.get(name)


def split_parts(value: str) -> list[str]:
    """Split a value's source at its ``#`` into parts with their delimiters: ``a # " b" # {c}``.

    Words that nothing joins (``Some Words``, which the scanner reads although BibTeX does not) are one part.
    """
    parts = []
    pos = len(value) - len(value.lstrip())
    while pos < len(value):
        end = _part_end(value, pos)
        join = _JOIN.match(value, end)
        if join is None:
            parts.append(value[pos:].rstrip())
            break
        parts.append(value[pos:end])
        pos = join.end()
    return parts


def _part_end(value: str, pos: int) -> int:
    opening = value[pos]
    if opening not in '{"':
        match = _WORD.match(value, pos)
        return match.end() if match else pos + 1
    depth = 0
    for found in _DELIMITER.finditer(value, pos):
        char = found[0]
        depth += (char == "{") - (char == "}")
        if depth == 0 and char == ("}" if opening == "{" else '"') and found.start() > pos:
            return found.end()
    return len(value)
