"""Keeps generated sections inside a Markdown file that people write: what stands between two markers is replaced.

``<!-- bib:begin SLUG -->`` and ``<!-- bib:end SLUG -->`` each stand alone on a line. What the sections say is made by
``markdown``; reading and writing the file is not done here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..problems import ERROR, Problem

UNKNOWN = "M001"
UNCLOSED = "M002"
UNOPENED = "M003"
NESTED = "M004"
REPEATED = "M005"
MALFORMED = "M006"
FENCED = "M007"
MISSING = "M008"

# code: (message, way out). ``{slug}`` is the marker's, ``{line}`` the line of the other marker that matters.
MESSAGES: dict[str, tuple[str, str]] = {
    UNKNOWN: ("there is no category `{slug}`.", "Use one of: {known}."),
    UNCLOSED: (
        "`bib:begin {slug}` is never ended.",
        "Add a line <!-- bib:end {slug} --> where the generated part ends.",
    ),
    UNOPENED: ("`bib:end {slug}` has no beginning.", "Add a line <!-- bib:begin {slug} --> above it, or remove it."),
    NESTED: ("`bib:begin {slug}` stands inside the section that begins in line {line}.", "End that section first."),
    REPEATED: ("`{slug}` was begun before, in line {line}.", "Keep one of the two sections."),
    MALFORMED: (
        "this is not a complete marker.",
        "Write <!-- bib:begin SLUG --> or <!-- bib:end SLUG -->, alone on its line.",
    ),
    FENCED: ("the code block that begins here never ends, and a marker stands in it.", "End the code block."),
    MISSING: ("there is no marker in this file.", "Add the lines <!-- bib:begin all --> and <!-- bib:end all -->."),
}

# The ends of lines are Markdown's: str.splitlines knows others, which may stand inside a paragraph.
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")
_MARKER = re.compile(r" {0,3}<!--[ \t]*+bib:(begin|end)[ \t]++([^\s<>]*[^\s<>-])[ \t]*+-->[ \t]*+")
_ALMOST = re.compile(r" {0,3}<!--[ \t]*+bib:")
_FENCE = re.compile(
    r"[ \t]*+(?:>[ \t]*+|(?:[-*+]|[0-9]{1,9}[.)])[ \t]++)*+(`{3,}+(?=[^`]*+\Z)|~{3,}+)(.*+)\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line: its text without the end of line, and where the line begins and ends in the file's text."""

    number: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Marker:
    line: _Line
    what: str
    """``begin``, ``end``, or empty where the line only looks like a marker."""
    slug: str = ""


def update(text: str, sections: Mapping[str, str], path: str = "") -> tuple[str, list[Problem]]:
    """Return ``text`` with the sections between its markers renewed, and the problems of its markers.

    ``sections`` holds Markdown by slug; it may be empty. Where there is any problem, the text comes back as it was.
    Everything outside the markers stays as it is, line ends included; doing it twice gives the same text.
    Markers in fenced code blocks are text like any other.
    """
    lines = list(_lines(text))
    markers, problems = _markers(lines, path)
    pairs, unpaired = _pairs(markers, path)
    problems += unpaired
    known = ", ".join(f"`{slug}`" for slug in sections)
    problems += [_problem(UNKNOWN, begin, path, known=known) for begin, _ in pairs if begin.slug not in sections]
    if not pairs and not problems:
        problems.append(_problem(MISSING, _Marker(_Line(0, "", 0, 0), ""), path))
    if problems:
        return text, sorted(problems)
    pieces, done = [], 0
    for begin, end in pairs:
        pieces += [text[done : begin.line.end], _filled(sections[begin.slug], _newline(text, begin.line))]
        done = end.line.start
    return "".join([*pieces, text[done:]]), []


def _lines(text: str) -> Iterator[_Line]:
    start = 1 if text.startswith("\ufeff") else 0
    for number, found in enumerate(_LINE.finditer(text, start), 1):
        yield _Line(number, found[0].rstrip("\r\n"), found.start(), found.end())


def _newline(text: str, line: _Line) -> str:
    """Return the end of a line as the file has it."""
    return text[line.start + len(line.text) : line.end] or "\n"


def _filled(section: str, newline: str) -> str:
    """Return a section as it stands between its markers: blank lines around it, in the file's own line ends."""
    section = section.strip("\n")
    return newline + section.replace("\n", newline) + newline * 2 if section else ""


def _markers(lines: list[_Line], path: str) -> tuple[list[_Marker], list[Problem]]:
    """Return the lines that are markers, or look like it, in their order; those in code blocks are left out.

    Between a beginning and its end no code block counts: that part is ours, and whatever broke it is replaced.
    """
    found: list[_Marker] = []
    problems = []
    fence, opened, hidden, inside = "", 0, False, ""
    for line in lines:
        marker = _marker(line)
        if not inside and (mark := _FENCE.match(line.text)):
            if not fence:
                fence, opened, hidden = mark[1], line.number, False
            elif mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
        elif fence:
            hidden = hidden or marker is not None
        elif marker:
            found.append(marker)
            inside = marker.slug if marker.what == "begin" and not inside else inside
            inside = "" if marker.what == "end" and marker.slug == inside else inside
    if fence and hidden:
        problems.append(_problem(FENCED, _Marker(_Line(opened, "", 0, 0), ""), path))
    return found, problems


def _marker(line: _Line) -> _Marker | None:
    if not _ALMOST.match(line.text):
        return None
    found = _MARKER.fullmatch(line.text)
    return _Marker(line, found[1], found[2]) if found else _Marker(line, "")


def _pairs(markers: list[_Marker], path: str) -> tuple[list[tuple[_Marker, _Marker]], list[Problem]]:
    """Join beginnings and ends, and say what is wrong with those that have no partner."""
    pairs: list[tuple[_Marker, _Marker]] = []
    problems = []
    first: dict[str, int] = {}
    begin: _Marker | None = None
    for marker in markers:
        if not marker.what:
            problems.append(_problem(MALFORMED, marker, path))
        elif marker.what == "begin":
            if begin is not None:
                problems.append(_problem(NESTED, marker, path, line=begin.line.number))
                continue
            begin = marker
            if first.setdefault(marker.slug, marker.line.number) != marker.line.number:
                problems.append(_problem(REPEATED, marker, path, line=first[marker.slug]))
        elif begin is not None and begin.slug == marker.slug:
            pairs.append((begin, marker))
            begin = None
        else:
            problems.append(_problem(UNOPENED, marker, path))
    if begin is not None:
        problems.append(_problem(UNCLOSED, begin, path))
    return pairs, problems


def _problem(code: str, marker: _Marker, path: str, **words: object) -> Problem:
    message, hint = (text.format(slug=marker.slug, **words) for text in MESSAGES[code])
    return Problem(path, marker.line.number, 0, code, ERROR, "", message, hint)
