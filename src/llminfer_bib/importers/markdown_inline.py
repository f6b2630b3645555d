"""One stretch of Markdown -> its text, its links and where it is bold, in italics or code, in one pass; images go."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .texts import line

BOLD: Final = "bold"
ITALIC: Final = "italic"
CODE: Final = "code"
BREAK: Final = "\n"
"""What stands in the text where the line is broken on purpose."""
_BOLD_SIGN = 2
_MOST_SPANS = 64
"""In one label; with more they are left out."""

_TOKEN = re.compile(r"\\[!-/:-@\[-`{-~]|`++|!?\[|\]|<")
_DESTINATION = re.compile(
    r"\(\s*+(?:<([^<>]{0,4000}+)>|((?:[^\s()\\]|\\.|\([^\s()]{0,2000}+\)){0,4000}+))"
    r"(?:\s++(?:\"[^\"]{0,1000}+\"|'[^']{0,1000}+'|\([^()]{0,1000}+\)))?+\s*+\)"
)
_REFERENCE = re.compile(r"\[([^\[\]]{0,300}+)\]")
_ANCHOR = re.compile(r"<a\s[^<>]{0,4000}?href\s*+=\s*+[\"']?([^\"'\s<>]{1,4000}+)[^<>]{0,4000}+>", re.IGNORECASE)
_AUTOLINK = re.compile(r"<(https?://[^\s<>]{1,4000}+)>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,4000}+>")
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|center)\b", re.IGNORECASE)
_STRONG = re.compile(r"<(/?)(b|strong|i|em|cite)\b", re.IGNORECASE)
_STYLE_OF_TAG: Final = {"b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "cite": ITALIC}
_APART = re.compile(r"[ \t](?=\(https?://)")
"""Between a label and its address people leave a blank, which Markdown does not allow."""
_BARE = re.compile(r"(?<![\w/])https?://[^\s<>()\[\]{}\"'`|，。；、）】》]{3,2000}+")
_EMPHASIS = re.compile(r"\*++|(?<![^\W_])_++|_++(?!\w)|~~")
_UNESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)
_SOURCE = re.compile(r"\ssrc\s*+=\s*+[\"']?([^\"'\s<>]{1,4000}+)", re.IGNORECASE)
_CALLED = re.compile(r"\salt\s*+=\s*+(?:\"([^\"]{0,300}+)\"|'([^']{0,300}+)')", re.IGNORECASE)


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
class Span:
    """A stretch of the text that is set off: ``bold``, ``italic`` or ``code``."""

    style: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Inline:
    """A piece of Markdown, read. The text has the labels of the links in it."""

    text: str
    links: tuple[Link, ...]
    spans: tuple[Span, ...] = ()
    """In the order in which they end."""
    pictures: tuple[tuple[str, str], ...] = ()
    """What each picture is called, and its address."""


def inline(source: str, references: Mapping[str, str]) -> Inline:
    """Read a piece of Markdown. Linear."""
    return _Scan(source, references).read()


@dataclass(frozen=True, slots=True)
class _Open:
    """An open bracket: how much there was of everything when it came."""

    start: int
    pieces: int
    image: bool
    links: int
    spans: int
    pictures: int


class _Scan:
    def __init__(self, source: str, references: Mapping[str, str]) -> None:
        self.source = source
        self.references = references
        self.out: list[str] = []
        self.length = 0
        self.links: list[Link] = []
        self.spans: list[Span] = []
        self.pictures: list[tuple[str, str]] = []
        self.styles: dict[str, int] = {}
        """Where each style began that is on."""
        self.open: list[_Open] = []
        self.anchor: tuple[str, int, int, int] | None = None

    def read(self) -> Inline:
        at = 0
        while found := _TOKEN.search(self.source, at):
            self.put_text(self.source[at : found.start()])
            at = self.token(found)
        self.put_text(self.source[at:])
        links = sorted(self.links, key=lambda link: link.start)
        return Inline("".join(self.out), tuple(links), tuple(self.spans), tuple(self.pictures))

    def put(self, text: str) -> None:
        if text:
            self.out.append(text)
            self.length += len(text)

    def put_text(self, text: str) -> None:
        at = 0
        for found in _BARE.finditer(text):
            self.put_plain(text[at : found.start()])
            url = found[0].rstrip(".,;:!?*_")
            start = self.length
            self.put(url)
            if self.anchor is None:
                self.links.append(Link(url, url, start, self.length))
            at = found.start() + len(url)
        self.put_plain(text[at:])

    def put_plain(self, text: str) -> None:
        at = 0
        for found in _EMPHASIS.finditer(text):
            before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
            if before.isspace() and after.isspace():
                continue
            self.put(html.unescape(text[at : found.start()]))
            at = found.end()
            if found[0] != "~~":
                if len(found[0]) % _BOLD_SIGN:
                    self.turn(ITALIC)
                if len(found[0]) >= _BOLD_SIGN:
                    self.turn(BOLD)
        self.put(html.unescape(text[at:]))

    def turn(self, style: str) -> None:
        """Switch a style on, or off."""
        if style not in self.styles:
            self.styles[style] = self.length
        else:
            self.end(style)

    def end(self, style: str) -> None:
        start = self.styles.pop(style, self.length)
        if start < self.length:
            self.spans.append(Span(style, start, self.length))

    def token(self, found: re.Match[str]) -> int:
        sign, end = found[0], found.end()
        if sign[0] == "\\":
            self.put(sign[1])
        elif sign[0] == "`":
            return self.code(sign, end)
        elif sign in ("[", "!["):
            counts = len(self.out), sign[0] == "!", len(self.links), len(self.spans), len(self.pictures)
            self.open.append(_Open(self.length, *counts))
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
        start = self.length
        self.put(self.source[end:stop].strip())
        if start < self.length:
            self.spans.append(Span(CODE, start, self.length))
        return stop + len(ticks)

    def close(self, end: int) -> int:
        if not self.open:
            self.put("]")
            return end
        at = self.open.pop()
        url, after = self.target(end, "".join(self.out[at.pieces :])[1:] if end - 1 < len(self.source) else "")
        inner = any(link.label != link.url for link in self.links[at.links :])
        if not url or (inner and not at.image):  # there is no link in a link: the inner one counts
            self.put("]")
            return end
        label = "".join(self.out[at.pieces :])[1:]
        del self.out[at.pieces :]
        self.length = at.start
        del self.links[at.links :]
        if at.image or not label.strip():
            del self.spans[at.spans :]
            self.styles = {style: min(start, at.start) for style, start in self.styles.items()}
            called = [name for name, _ in self.pictures[at.pictures :]]
            if at.image:
                self.pictures.append((line(label), url))
            else:
                self.links.append(Link(line(" ".join(called)), url, at.start, at.start, image=bool(called)))
            return after
        if len(self.spans) - at.spans > _MOST_SPANS:
            del self.spans[at.spans :]
        # The bracket before the label is gone now.
        self.spans[at.spans :] = [
            Span(one.style, max(one.start - 1, at.start), one.end - 1) for one in self.spans[at.spans :]
        ]
        self.styles = {style: start - 1 if start > at.start else start for style, start in self.styles.items()}
        self.put(label)
        self.links.append(Link(label, url, at.start, self.length))
        return after

    def target(self, end: int, label: str) -> tuple[str, int]:
        if found := _DESTINATION.match(self.source, end + 1 if _APART.match(self.source, end) else end):
            url = _UNESCAPE.sub(r"\1", html.unescape((found[1] or found[2] or "").strip()))
            return (url.partition('"')[0] if url.endswith('"') else url) or "#", found.end()
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
            self.anchor = (html.unescape(found[1]), self.length, len(self.out), len(self.pictures))
            return found.end()
        if found := _TAG.match(self.source, at):
            self.element(found[0])
            return found.end()
        self.put("<")
        return at + 1

    def element(self, tag: str) -> None:
        """Read a tag of HTML: what it says of links, looks, pictures and line breaks."""
        if tag[:3].lower() == "</a" and self.anchor is not None:
            url, start, pieces, pictures = self.anchor
            label = "".join(self.out[pieces:])
            called = [name for name, _ in self.pictures[pictures:]]
            image = not label.strip()
            self.links.append(
                Link(
                    line(" ".join(called)) if image else label.strip(), url, min(start, self.length), self.length, image
                )
            )
            self.anchor = None
        elif styled := _STRONG.match(tag):
            style = _STYLE_OF_TAG[styled[2].lower()]
            if styled[1]:
                self.end(style)
            else:
                self.styles.setdefault(style, self.length)
        elif _IMAGE.match(tag):
            source, name = _SOURCE.search(tag), _CALLED.search(tag)
            self.pictures.append((line((name[1] or name[2] or "") if name else ""), source[1] if source else ""))
        elif _BREAK.match(tag):
            self.put(BREAK)


def reference(label: str) -> str:
    """Return the name of a reference definition as Markdown compares it."""
    return line(label).casefold()
