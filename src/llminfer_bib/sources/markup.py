"""Text as Crossref and its kin deliver it (HTML, JATS, MathML, entities, once or twice encoded) -> plain Unicode.

Formulas come out between dollars where they are certain (``H$_{2}$O``), else as readable text. Which field a text
belongs to, and how plain text becomes TeX, is decided elsewhere.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from html.entities import html5

from ..tex import tamed
from .markup_tables import BLOCKS, CONTROLS, FRAMES, HEADINGS, INLINE, LEFT_OUT, MATH, PREFIXES
from .mathematics import RENDER, script

LONGEST = 100_000
"""Characters; what comes behind is cut off."""
_DEEPEST = 40
_ROUNDS = 32

# A tag as XML and HTML write it: what stands behind the name must be attributes, or "a <b and c> d" would lose words.
# No part of it can run over the next "<", so that every search ends there.
_TAG = re.compile(
    r"<(/?)([A-Za-z][A-Za-z0-9:._-]{0,40}+)"
    r"""((?:\s++[A-Za-z_:][A-Za-z0-9_:.-]*+\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>=]++))*+)\s*+(/?)>"""
)
# Only with its semicolon: "AT&T", "R&D" and "&notin" in an address are no entities.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}+|#[xX][0-9A-Fa-f]{1,6}+|([A-Za-z][A-Za-z0-9]{1,31}+));")
_AMPERSANDS = re.compile(r"&(?:amp;)++")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")


def plain(text: str, *, headings: bool = False) -> str:
    """Return the text without markup, on one line, in Unicode NFC. Never raises; linear; at most LONGEST characters are read.

    ``headings``: a title inside the text (of an abstract's section) is followed by a colon, ``Abstract`` itself is dropped.
    """
    text = CONTROLS.sub(_control, _CDATA.sub("", text[:LONGEST]))
    # What is encoded twice becomes markup in a second round; a text that is clean stays as it is in the first.
    for _ in range(_ROUNDS):
        before = text
        text = _without_tags(_without_comments(text), headings=headings)
        text = CONTROLS.sub(_control, _unescaped(text))
        if text == before:
            break
    return unicodedata.normalize("NFC", " ".join(tamed(text).split()))


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    return _ENTITY.sub(_character, _AMPERSANDS.sub("&", text))


def _character(found: re.Match[str]) -> str:
    name = found[1]
    return html.unescape(found[0]) if name is None or name + ";" in html5 else found[0]


def _control(found: re.Match[str]) -> str:
    """Read what was Windows-1252 once (``\\x96`` is a dash); drop every other invisible character."""
    code = ord(found[0])
    if code < 0x20:
        return " " if found[0] in "\t\n\v\f\r\x1c\x1d\x1e\x1f" else ""
    return bytes([code]).decode("cp1252", "ignore") if 0x80 <= code <= 0x9F else ""


def _without_comments(text: str) -> str:
    """Cut comments and processing instructions; one without an end stays."""
    for begin, end in (("<!--", "-->"), ("<?", "?>")):
        kept, place = [], 0
        while (start := text.find(begin, place)) >= 0 and (stop := text.find(end, start + len(begin))) >= 0:
            kept.append(text[place:start])
            place = stop + len(end)
        text = "".join([*kept, text[place:]])
    return text


def _local_name(name: str) -> str:
    """Return the name of a tag that is known, without its prefix and in lower case, or an empty text."""
    prefix, colon, local = name.lower().rpartition(":")
    if colon:
        return local if prefix in PREFIXES else ""
    return local if local in INLINE or local in BLOCKS or local in FRAMES else ""


def _without_tags(text: str, *, headings: bool) -> str:
    if "<" not in text:
        return text
    reading = _Reading(headings=headings)
    place = 0
    for found in _TAG.finditer(text):
        name = _local_name(found[2])
        if not name:
            continue
        reading.add_text(text[place : found.start()])
        place = found.end()
        if found[1]:
            reading.close(name)
        else:
            reading.open(name)
            if found[4]:
                reading.close(name)
    reading.add_text(text[place:])
    return reading.result()


class _Frame:
    """One open element whose children are read together, as (name, text); a text of its own has no name."""

    __slots__ = ("after", "children", "glued", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.children: list[tuple[str, str]] = []
        self.glued = False
        """Its tag stood directly behind a letter, or at the very start."""
        self.after = False
        """The next letter needs a space before it."""

    def ends_with_letter(self) -> bool:
        return bool(self.children) and self.children[-1][1][-1:].isalpha()


class _Reading:
    """One pass over a text with tags: a stack of open elements; deeper than _DEEPEST, elements are only dropped."""

    def __init__(self, *, headings: bool) -> None:
        self._stack = [_Frame("")]
        self._open: Counter[str] = Counter()
        self._math = 0
        self._headings = headings

    def add_text(self, text: str, name: str = "") -> None:
        if self._math and not name:
            # White space between the elements of a formula is layout.
            text = text if self._stack[-1].name == "mtext" else "".join(text.split())
        if not text:
            return
        top = self._stack[-1]
        if top.after and text[0].isalpha():
            text = " " + text
        top.after = False
        top.children.append((name, text))

    def open(self, name: str) -> None:
        if name in BLOCKS and not self._math:
            self.add_text(" ")
        if name == "mspace":
            self.add_text(" ", name)
        if name not in FRAMES or len(self._stack) > _DEEPEST:
            return
        frame = _Frame(name)
        top = self._stack[-1]
        frame.glued = top.ends_with_letter() or not (top.children or len(self._stack) > 1)
        self._stack.append(frame)
        self._open[name] += 1
        self._math += name in MATH

    def close(self, name: str) -> None:
        if self._open[name]:
            while self._pop() != name:
                pass
        if name in BLOCKS and not self._math:
            self.add_text(" ")

    def result(self) -> str:
        while len(self._stack) > 1:
            self._pop()
        return "".join(text for _, text in self._stack[0].children)

    def _pop(self) -> str:
        frame = self._stack.pop()
        self._open[frame.name] -= 1
        self._math -= frame.name in MATH
        text = self._rendered(frame)
        if frame.name in {"i", "em", "italic"} and len(text.strip()) >= 3:
            self._add_italic(frame, text)
        elif text:
            self.add_text(text, frame.name)
        return frame.name

    def _add_italic(self, frame: _Frame, text: str) -> None:
        """Give back the blanks around italics that some publishers lose: ``structure in<i>PRCC</i>fusion``.

        Where only the end touches a letter, a part of a word is set in italics, and nothing was lost.
        """
        top = self._stack[-1]
        parted = frame.glued and not self._math
        if parted and top.ends_with_letter() and text[0].isalpha():
            text = " " + text
        self.add_text(text, frame.name)
        top.after = parted and text[-1].isalnum()

    def _rendered(self, frame: _Frame) -> str:
        if frame.name in LEFT_OUT:
            return ""
        if frame.name in {"sub", "inf", "sup"}:
            return script(
                "^" if frame.name == "sup" else "_", "".join(text for _, text in frame.children), self._before()
            )
        if frame.name == "title":
            return self._heading("".join(text for _, text in frame.children))
        render = RENDER.get(frame.name)
        return render(frame.children) if render is not None else "".join(text for _, text in frame.children)

    def _before(self) -> str:
        children = self._stack[-1].children
        return children[-1][1][-1:] if children else ""

    def _heading(self, text: str) -> str:
        text = text.strip()
        if not self._headings:
            return text
        if text.lower().rstrip(".: ") in HEADINGS:
            return ""
        return text + ":" if text[-1:].isalnum() else text
