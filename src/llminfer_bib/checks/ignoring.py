"""Comments by which people leave findings out: ``% bib: ignore B103`` at an entry, ``% bib: ignore-file B3`` for all of the file.

A comment belongs to the entry below it, with nothing but comments and blank lines between, or to the entry that ends on its line.
What rules find is not known here, only which codes a comment names and whether it was of use.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..bibfile import Document
from ..bibfile.scanner import Block
from ..problems import Problem

_IGNORE = re.compile(
    r"(?<!%)%++[ \t]*+bib:[ \t]*+ignore(-file)?+[ \t]++([A-Z][0-9]{0,3}(?:[ \t,]++[A-Z][0-9]{0,3})*+)", re.IGNORECASE
)
_ANY = re.compile(rb"bib:[ \t]*+ignore", re.IGNORECASE)
_Place = tuple[int, int]


@dataclass(slots=True)
class Comment:
    """One code that one comment names."""

    code: str
    place: _Place
    """Line and column of the comment."""
    where: str
    """``here``, ``in the file``; empty for a comment that stands at no entry."""
    used: bool = False


@dataclass(slots=True)
class Comments:
    """All of a file, by what they are about."""

    everywhere: list[Comment] = field(default_factory=list)
    astray: list[Comment] = field(default_factory=list)
    """They stand at no entry."""
    _starts: list[_Place] = field(default_factory=list)
    _spans: list[tuple[_Place, list[Comment]]] = field(default_factory=list)
    """Where the entry that began there ends, and what is said of it."""

    def add(self, start: _Place, end: _Place, said: list[Comment]) -> None:
        """Add what is said of the entry between two places; entries come in the file's order, some of them twice."""
        if self._starts and self._starts[-1] == start:
            self._spans[-1][1].extend(said)
        elif said:
            self._starts.append(start)
            self._spans.append((end, said))

    def hides(self, problem: Problem) -> bool:
        """Tell whether a problem is ignored, and remember by which comments."""
        place = (problem.line, problem.column)
        number = bisect_right(self._starts, place) - 1
        end, here = self._spans[number] if number >= 0 else ((0, 0), [])
        hit = [one for one in (*(here if place < end else ()), *self.everywhere) if problem.code.startswith(one.code)]
        for one in hit:
            one.used = True
        return bool(hit)

    def unused(self) -> Iterator[Comment]:
        """Yield those that left nothing out."""
        for one in (*self.everywhere, *(one for _, said in self._spans for one in said), *self.astray):
            if not one.used:
                yield one


def read(document: Document) -> Comments:
    """Return the comments of a file."""
    comments = Comments()
    if _ANY.search(document.data) is None:
        return comments
    entry: Block | None = None  # the block in front
    waiting: list[Comment] = []
    for block in document.blocks():
        if block.is_entry:
            comments.add(document.position(block.start), document.position(block.end), waiting)
            entry, waiting = block, []
        elif block.kind == "text":
            behind, above = _of_text(document, block, entry, comments)
            if entry is not None:
                comments.add(document.position(entry.start), document.position(entry.end), behind)
            waiting = above
        else:
            _stray(comments, waiting)
            entry, waiting = None, []
    _stray(comments, waiting)
    return comments


def _of_text(
    document: Document, block: Block, entry: Block | None, comments: Comments
) -> tuple[list[Comment], list[Comment]]:
    """Sort the comments of a stretch of free text: those about the entry that ends on their line, and those about the entry below."""
    text = document.text(block.start, block.end)
    first, last = text.find("\n"), _last_words(text)
    behind: list[Comment] = []
    above: list[Comment] = []
    astray: list[Comment] = []
    offset, counted = block.start, 0
    for match in _IGNORE.finditer(text):
        offset += len(text[counted : match.start()].encode("utf-8", "surrogatepass"))
        counted = match.start()
        where, kept = "here", above
        if match[1]:
            where, kept = "in the file", comments.everywhere
        elif entry is not None and (first < 0 or counted < first):
            kept = behind
        elif counted < last:
            where, kept = "", astray
        place = document.position(offset)
        kept += [Comment(code, place, where) for code in re.split(r"[ \t,]+", match[2].upper())]
    comments.astray += astray
    return behind, above


def _last_words(text: str) -> int:
    """Return where the last line begins that has more on it than a comment: of comments above it none belongs to what follows."""
    end = len(text)
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end].lstrip()
        if line and line[0] != "%":
            return start
        end = start - 1
    return 0


def _stray(comments: Comments, waiting: list[Comment]) -> None:
    for one in waiting:
        one.where = ""
    comments.astray += waiting
