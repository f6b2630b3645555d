"""One stretch of Markdown -> its text and its links, in one pass; images go, code spans and emphasis become their text."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from .texts import line

_TOKEN = re.compile(r"\\[!-/:-@\[-`{-~]|`++|!?\[|\]|<")
_DESTINATION = re.compile(
    r"\(\s*+(?:<([^<>]{0,4000}+)>|((?:[^\s()\\]|\\.|\([^\s()]{0,2000}+\)){0,4000}+))"
    r"(?:\s++(?:\"[^\"]{0,1000}+\"|'[^']{0,1000}+'|\([^()]{0,1000}+\)))?+\s*+\)"
)
_REFERENCE = re.compile(r"\[([^\[\]]{0,300}+)\]")
_ANCHOR = re.compile(r"<a\s[^<>]{0,4000}?href\s*+=\s*+[\"']?([^\"'\s<>]{1,4000}+)[^<>]{0,4000}+>", re.IGNORECASE)
_AUTOLINK = re.compile(r"<(https?://[^\s<>]{1,4000}+)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,4000}+>")
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w/])https?://[^\s<>()\[\]{}\"'`|，。；、）】》]{3,2000}+")
_EMPHASIS = re.compile(r"\*++|(?<!\w)_++|_++(?!\w)|~~")
_UNESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LIT = "\ue000"
"""Stands before a character that was escaped, while emphasis is taken away."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link: what it is called, where it goes, and where its label stands in the text of its piece."""

    label: str
    url: str
    start: int
    end: int
    image: bool = False
    """Whether the label is that of a picture: a badge."""


@dataclass(frozen=True, slots=True)
class Inline:
    """A piece of Markdown, read. The text has the labels of the links in it."""

    text: str
    links: tuple[Link, ...]


def inline(source: str, references: Mapping[str, str]) -> Inline:
    """Read a piece of Markdown. Linear."""
    return _Scan(source, references).read()


class _Scan:
    def __init__(self, source: str, references: Mapping[str, str]) -> None:
        self.source = source
        self.references = references
        self.out: list[str] = []
        self.length = 0
        self.links: list[Link] = []
        self.open: list[tuple[int, int, bool, int]] = []
        """(text length, pieces, image, links) at each open bracket."""
        self.anchor: tuple[str, int, int] | None = None

    def read(self) -> Inline:
        at = 0
        while found := _TOKEN.search(self.source, at):
            self.put_text(self.source[at : found.start()])
            at = self.token(found)
        self.put_text(self.source[at:])
        return Inline("".join(self.out), tuple(self.links))

    def put(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.length += len(text)

    def put_text(self, text: str) -> None:
        at = 0
        for found in _BARE.finditer(text):
            self.put(_plain(text[at : found.start()]))
            url = found[0].rstrip(".,;:!?*_")
            start = self.length
            self.put(url)
            if not self.open and self.anchor is None:
                self.links.append(Link(url, url, start, self.length))
            at = found.start() + len(url)
        self.put(_plain(text[at:]))

    def token(self, found: re.Match[str]) -> int:
        sign, end = found[0], found.end()
        if sign[0] == "\\":
            self.put(sign[1])
        elif sign[0] == "`":
            return self.code(sign, end)
        elif sign in ("[", "!["):
            self.open.append((self.length, len(self.out), sign[0] == "!", len(self.links)))
            self.put("[")
        elif sign == "]":
            return self.close(end)
        else:
            return self.tag(found.start())
        return end

    def code(self, ticks: str, end: int) -> int:
        stop = self.source.find(ticks, end, end + 2000)
        if stop < 0:
            return end
        self.put(self.source[end:stop].strip())
        return stop + len(ticks)

    def close(self, end: int) -> int:
        if not self.open:
            self.put("]")
            return end
        start, pieces, image, links = self.open.pop()
        url, after = self.target(end, "".join(self.out[pieces:])[1:] if end - 1 < len(self.source) else "")
        if not url:
            self.put("]")
            return end
        label = "".join(self.out[pieces:])[1:]
        inner = self.links[links:]
        del self.out[pieces:]
        self.length = start
        del self.links[links:]
        if image:
            # The picture goes; what it is called stays only where a link around it needs a name.
            if self.open:
                self.put(label + _LIT)
            return after
        badge = _LIT in label or any(each.image for each in inner)
        label = label.replace(_LIT, "")
        if badge:
            self.links.append(Link(label.strip(), url, start, start, image=True))
            return after
        self.put(label)
        self.links.append(Link(label, url, start, self.length))
        return after

    def target(self, end: int, label: str) -> tuple[str, int]:
        if found := _DESTINATION.match(self.source, end):
            return _UNESCAPE.sub(r"\1", html.unescape((found[1] or found[2] or "").strip())) or "#", found.end()
        if self.references:
            if found := _REFERENCE.match(self.source, end):
                return self.references.get(reference(found[1] or label), ""), found.end()
            return self.references.get(reference(label), ""), end
        return "", end

    def tag(self, at: int) -> int:
        if found := _AUTOLINK.match(self.source, at):
            start = self.length
            self.put(found[1])
            self.links.append(Link(found[1], found[1], start, self.length))
            return found.end()
        if found := _ANCHOR.match(self.source, at):
            self.anchor = (html.unescape(found[1]), self.length, len(self.out))
            return found.end()
        if found := _TAG.match(self.source, at):
            if found[0].lower().startswith("</a") and self.anchor is not None:
                url, start, pieces = self.anchor
                label = "".join(self.out[pieces:]).strip()
                self.links.append(Link(label, url, start, self.length, image=not label))
                self.anchor = None
            self.put(" · " if _BREAK.match(found[0]) else "")
            return found.end()
        self.put("<")
        return at + 1


def reference(label: str) -> str:
    """Return the name of a reference definition as Markdown compares it."""
    return line(label).casefold()


def _plain(text: str) -> str:
    return html.unescape(_EMPHASIS.sub("", text))
