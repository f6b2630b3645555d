"""Text that was decoded with the wrong encoding (``å¤§æ¨¡åž‹``): found, and put right where the bytes prove what it was.

Nothing is guessed. UTF-8 read as a Western code page keeps the first byte of each character, so that a character whose bytes
are all there reads in one way only; one that lost bytes (code pages have gaps, and programs drop what falls into them) is
counted and left as it is. Which fields are looked at is for ``texts``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PAGES: Final = ("cp1252", "cp1254")


def _bytes_of() -> dict[str, int]:
    """Every character that one byte from 0x80 up becomes in Latin-1 or a Western code page."""
    found = {chr(code): code for code in range(0x80, 0x100)}
    for page in _PAGES:
        for code in range(0x80, 0x100):
            character = bytes([code]).decode(page, "ignore")
            if character:
                found.setdefault(character, code)
    return found


_BYTE: Final = _bytes_of()
_TAILS: Final = "".join(c for c, code in _BYTE.items() if 0x80 <= code < 0xC0)


def _heads(first: int, last: int) -> str:
    return "".join(c for c, code in _BYTE.items() if first <= code <= last)


_T: Final = f"[{re.escape(_TAILS)}]"
_SEQUENCE: Final = re.compile(
    f"[{_heads(0xC2, 0xDF)}]{_T}|[{_heads(0xE0, 0xEF)}]{_T}{{2}}|[{_heads(0xF0, 0xF4)}]{_T}{{3}}"
)
_CUT: Final = re.compile(f"[{_heads(0xE0, 0xEF)}]{_T}?(?!{_T})|[{_heads(0xF0, 0xF4)}]{_T}{{0,2}}(?!{_T})")
_NATURAL: Final = frozenset("‘’“”‚„‹›«»–—…•·°ªº¹²³®™©§´\u00a0šœžŸŠŒŽ")
"""What stands behind a letter in honest text too."""
_QUOTES: Final = frozenset("‘’“”‚„‹›«»–—…\u00a0")
_SUSPECT: Final = re.compile("[\u00c2-\u00f4ğĞ][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_EAST: Final = re.compile(
    r"[\u4e00-\u9fff\u3400-\u4dbf\ue000-\uf8ff\u3000-\u31ff\uff00-\uffef\u0080-\u00ff\u2010-\u2500€ǎ-ǜ]+"
)
_SHORTEST_EAST: Final = 3
_FEWEST_LONE: Final = 2
_MOST_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Repair:
    """A text that was mis-decoded: what is proven of it, and how much is lost."""

    text: str
    """With every character put right whose bytes are all there; the rest as it was."""
    lost: int
    """How many characters are cut off: only a good copy can tell what they were."""
    sample: str
    """The first stretch that gave it away, as it stands in the text."""


def repair(text: str) -> Repair | None:
    """Return what can be proven of a mis-decoded text, or None for one that looks sound."""
    if text.isascii():
        return None
    sample = _western(text)
    if sample:
        lost = len(_CUT.findall(_SEQUENCE.sub(_taken, text))) + text.count("\ufffd")
        for _ in range(_MOST_ROUNDS):
            text = _SEQUENCE.sub(_decoded, text)
            if lost or not _western(text):  # beside a gap, a second round would join what does not belong together
                break
        return Repair(text, lost + text.count("\ufffd") * (lost == 0), sample)
    return _eastern(text)


def looks_misdecoded(text: str) -> bool:
    """Tell whether a text is, at least in part, UTF-8 that was read in another encoding."""
    return repair(text) is not None


def _decoded(match: re.Match[str]) -> str:
    data = bytes(_BYTE[character] for character in match[0])
    try:
        found = data.decode()
    except UnicodeDecodeError:
        return match[0]
    return found if found.isprintable() or found in "\u00a0\u3000\u200b\ufeff" else match[0]


def _taken(match: re.Match[str]) -> str:
    return match[0] if _decoded(match) == match[0] else "\0"


def _western(text: str) -> str:
    """Return the first stretch that no honest text has, or nothing."""
    if not _SUSPECT.search(text):
        return ""
    lone: list[str] = []
    for match in _SEQUENCE.finditer(text):
        here = match[0]
        if _decoded(match) == here:
            continue
        before, behind = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
        head, odd = _BYTE[here[0]], any(character not in _NATURAL for character in here[1:])
        if _is_certain(here, head, odd=odd, before=before, behind=behind):
            return here
        if odd or before.islower():
            lone.append(here)
    return lone[0] if len(lone) >= _FEWEST_LONE else ""


def _is_certain(here: str, head: int, *, odd: bool, before: str, behind: str) -> bool:
    """Tell whether one sequence is enough. A letter with a quote behind it is not: ``AMANHÃ”``."""
    if head >= 0xE0:
        return odd
    if head in (0xC2, 0xC3):
        quoted = here[1] in _QUOTES
        return not quoted or before.islower() or (not before.isalpha() and behind.islower())
    return head in (0xC4, 0xC5) and (odd or (before.islower() and here[1] != "\u00a0"))


def _eastern(text: str) -> Repair | None:
    """Find UTF-8 that was read as GBK: runs whose GBK bytes are UTF-8 throughout, and the mark that lost bytes leave."""
    if "锟斤拷" in text or "锘縪" in text:
        return Repair(text, text.count("锟斤拷"), "锟斤拷")
    sample = ""
    pieces = []
    position = 0
    for run in _EAST.finditer(text):
        pieces.append(text[position : run.start()])
        found = _from_gbk(run[0])
        sample = sample or (run[0] if found else "")
        pieces.append(found or run[0])
        position = run.end()
    pieces.append(text[position:])
    return Repair("".join(pieces), 0, sample[:12]) if sample else None


def _from_gbk(run: str) -> str:
    if len(run) < _SHORTEST_EAST:
        return ""
    try:
        found = run.encode("gb18030").decode()
    except UnicodeError:
        return ""
    return (
        found
        if all("\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef" for character in found)
        else ""
    )
