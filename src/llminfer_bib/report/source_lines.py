"""The lines of a .bib file as reports quote them: LF, CR LF and CR end one, as in ``Document.position``."""

from __future__ import annotations

import re

from ..bibfile import Document

_END = re.compile(rb"\r\n|\n|\r")


class SourceLines:
    """Lines by number, from 1; what is asked for twice in a row is read once, for a line may be as long as the file."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._starts = [0, *(match.end() for match in _END.finditer(document.data))]
        self._last = (0, "", True)

    def text(self, number: int) -> str:
        """Return a line without its end; empty for a number beyond the file."""
        return self._read(number)[1]

    def units(self, number: int, characters: int) -> int:
        """Return how many units of UTF-16 the first `characters` of a line are."""
        _, line, plain = self._read(number)
        return min(characters, len(line)) if plain else _units(line[:characters])

    def _read(self, number: int) -> tuple[int, str, bool]:
        if number != self._last[0]:
            line = ""
            if 0 < number <= len(self._starts):
                end = self._starts[number] if number < len(self._starts) else len(self._document.data)
                line = self._document.text(self._starts[number - 1], end).rstrip("\r\n")
            self._last = (number, line, line.isascii() or _units(line) == len(line))
        return self._last


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
