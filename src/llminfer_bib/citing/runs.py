"""Formatted text as runs: what a style makes italic, bold, raised or a link, and those runs as text and HTML.

While citeproc puts a reference together, formatting travels inside the text as single characters of the private use
area. They never come from entries or styles: both are cleaned of them first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from ..identifiers import web_url

# (what it says, the character that opens it, the one that closes it)
_PAIRS: Final = (
    ("i", "\ue000", "\ue001"),
    ("b", "\ue002", "\ue003"),
    ("u", "\ue004", "\ue005"),
    ("sup", "\ue006", "\ue007"),
    ("sub", "\ue008", "\ue009"),
    ("sc", "\ue00a", "\ue00b"),
    ("a", "\ue00c", "\ue00d"),
)
OPENING: Final = {name: opening for name, opening, _ in _PAIRS}
CLOSING: Final = {name: closing for name, _, closing in _PAIRS}
BEFORE_QUOTE, BEHIND_QUOTE = "\ue00e", "\ue00f"
"""They stand around a closing quotation mark that the style has set: commas and full stops may slip before it."""
WHOLE = "\ue010"
"""Stands in front of a name that is one unit: no rule about parts of a name touches it."""
MARKS: Final = "".join(map(chr, range(0xE000, 0xE011)))
_WITHOUT_MARKS: Final = dict.fromkeys(map(ord, MARKS))
_SPLIT: Final = re.compile(f"([{MARKS}])")
_OPENS: Final = {opening: name for name, opening, _ in _PAIRS}
_CLOSES: Final = {closing: name for name, _, closing in _PAIRS}
_ORDER: Final = ("a", "b", "i", "u", "sc", "sup", "sub")
_TAGS: Final = {
    "b": ("<b>", "</b>"),
    "i": ("<i>", "</i>"),
    "u": ("<u>", "</u>"),
    "sc": ('<span style="font-variant: small-caps">', "</span>"),
    "sup": ("<sup>", "</sup>"),
    "sub": ("<sub>", "</sub>"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one look: any of ``i b u sup sub sc``, and ``a`` for an address that can be a link."""

    text: str
    looks: frozenset[str] = frozenset()


def without_marks(text: str) -> str:
    """Return text without the characters that this module gives a meaning to."""
    return text.translate(_WITHOUT_MARKS)


def to_runs(marked: str) -> tuple[Run, ...]:
    """Return what citeproc made as runs. Blanks are single ones; marks without a partner are dropped."""
    runs: list[Run] = []
    open_now: list[str] = []
    for piece in _SPLIT.split(marked):
        if piece in _OPENS:
            open_now.append(_OPENS[piece])
        elif piece in _CLOSES:
            if _CLOSES[piece] in open_now:
                open_now.remove(_CLOSES[piece])
        elif piece and piece not in MARKS:
            _append(runs, piece, frozenset(open_now))
    while runs and not (last := runs.pop()).text.isspace():
        return (*runs, Run(last.text.rstrip(), last.looks))
    return tuple(runs)


def _append(runs: list[Run], text: str, looks: frozenset[str]) -> None:
    text = re.sub(r"\s+", lambda found: " " if found[0] != "\u00a0" else "\u00a0", text)
    if text.startswith(" ") and (not runs or runs[-1].text.endswith(" ")):
        text = text[1:]
    if not text:
        return
    if runs and runs[-1].looks == looks:
        text = runs.pop().text + text
    runs.append(Run(text, looks))


def to_text(runs: tuple[Run, ...]) -> str:
    """Return a reference as plain text in one line."""
    return "".join(run.text for run in runs)


def to_html(runs: tuple[Run, ...]) -> str:
    """Return a reference as HTML: everything escaped, http(s) addresses as links."""
    return "".join(_tagged(run) for run in runs)


def _tagged(run: Run) -> str:
    text = escape(run.text)
    for look in reversed(_ORDER):
        if look in run.looks and look in _TAGS:
            text = _TAGS[look][0] + text + _TAGS[look][1]
    if "a" in run.looks and (url := web_url(run.text)):
        return f'<a href="{escape(url)}">{text}</a>'
    return text


@dataclass(frozen=True, slots=True)
class Markdown:
    """How text gets into Markdown: what escapes it, and what makes a link of text that is escaped and an address."""

    escape: Callable[[str], str]
    start: Callable[[str], str]
    """As ``escape``, for the beginning of a line."""
    link: Callable[[str, str], str]


def to_markdown(runs: tuple[Run, ...], markdown: Markdown) -> str:
    """Return a reference as one line of Markdown: emphasis with asterisks, where those would be read as such."""
    line = ""
    for at, run in enumerate(runs):
        behind = runs[at + 1].text[:1] if at + 1 < len(runs) else ""
        before = runs[at - 1].text[-1:] if at else ""
        line += _emphasised(run, before, behind, markdown)
    return line


def _emphasised(run: Run, before: str, behind: str, markdown: Markdown) -> str:
    if not run.looks and not before:
        return markdown.start(run.text) + " " * run.text.endswith(" ")
    inner = run.text.strip()
    if not inner:
        return run.text
    lead, trail = run.text[: run.text.index(inner)], run.text[run.text.index(inner) + len(inner) :]
    url = web_url(inner) if "a" in run.looks else ""
    text = markdown.link(markdown.escape(inner), url) if url else markdown.escape(inner)
    plain = _is_read_as_emphasis(inner, lead or before, trail or behind)
    for look in reversed(_ORDER):
        if look in run.looks and look in _TAGS:
            opening, closing = _TAGS[look]
            if look in {"i", "b"} and plain:
                opening = closing = "*" if look == "i" else "**"
            text = opening + text + closing
    return lead + text + trail


def _is_read_as_emphasis(inner: str, before: str, behind: str) -> bool:
    """Tell whether CommonMark reads asterisks around ``inner`` as emphasis: not between punctuation and a letter."""
    opens = inner[0].isalnum() or not before[-1:].isalnum()
    closes = inner[-1].isalnum() or not behind[:1].isalnum()
    return opens and closes
