"""Text that may stand in CSL-JSON: no math source, no markup, no control characters, no line that looks like a field."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from . import csl_tables as tables

# --- what must not get out: control characters, bidi controls, halves of a surrogate pair

# (first byte, what follows) in JSON and UTF-8. To look for one byte costs nothing; one pattern for all, ten times more.
_SUSPECTS: Final = tuple(
    (lead, re.compile(re.escape(lead) + rest))
    for lead, rest in (
        (b"\\", rb"[bfrtu]"),
        (b"\x7f", b""),
        (b"\xc2", rb"[\x80-\x9f]"),
        (b"\xd8", rb"\x9c"),
        (b"\xe2", rb"(?:\x80[\x8e\x8f\xa8-\xae]|\x81[\xa6-\xa9])"),
        (b"\xef", rb"\xbb\xbf"),
    )
)
_SCRUB: Final[dict[int, str | None]] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0))),
    **dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)),
    **dict.fromkeys((0x2028, 0x2029, 0x0A), "\n"),
    **dict.fromkeys((0x09, 0x0B, 0x0C), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def is_suspicious(data: bytes) -> bool:
    """Tell whether JSON in UTF-8 may hold something that ``scrub`` would take out."""
    return any(lead in data and pattern.search(data) for lead, pattern in _SUSPECTS)


def scrub(text: str) -> str:
    """Return the text without control and bidi characters; line ends stay, as `\\n`."""
    if text.isprintable():
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_SCRUB)


_LABEL = re.compile(r"\s*(?:\{\s*:|[A-Za-z][ -9;-~]*+:)")


def without_labels(text: str) -> str:
    """Return a text of which no line begins with ``Label:``, as pandoc and Zotero understand that (``https:`` too)."""
    if ":" not in text:
        return text
    return "\n".join("\u2022 " + line if _LABEL.match(line) else line for line in scrub(text).split("\n"))


# --- plain text: no math source, no markup

_FORMULA = re.compile(r"(\$\$?)(?=\S)([^$]{1,500}+)(?<=\S)\1(?!\d)")
_SCRIPT_TAG = re.compile(r"<(su[bp])>([^<>]{0,100})</\1>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|su[bp]|sc|scp|span|tt|italic|bold|(?:jats|mml):[a-z]++)(?:\s[^<>]*+)?>", re.IGNORECASE
)
_ENTITY = re.compile("&(?:(" + "|".join(tables.ENTITIES) + ")|#(?:[0-9]{2,7}|[xX][0-9A-Fa-f]{2,6}));")


def plain(text: str) -> str:
    """Return the text without math source, processors' tags and HTML entities; what only looks like those stays."""
    if "$" in text:
        text = _FORMULA.sub(lambda found: _formula(found[2]), text)
    if "</" in text:
        text = _SCRIPT_TAG.sub(lambda found: _raised("_" if found[1].lower() == "sub" else "^", found[2]), text)
        text = _TAG.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(_character, text)
    return text


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return tables.ENTITIES[found[1]]
    from html import unescape  # noqa: PLC0415  (a table of 2,000 names, for numbers that are rare)

    return unescape(found[0])


_COMMAND = re.compile(r"\\(?:([A-Za-z]++)(\s?)\s*+|(.))")
# Braces that are meant, while those that only group are taken away.
_MEANT: Final = {"{": "\x02", "}": "\x03", "lbrace": "\x02", "rbrace": "\x03"}
_BACK: Final = str.maketrans({"{": None, "}": None, "\x02": "{", "\x03": "}"})
_MARKED = re.compile(r"\\(" + "|".join(tables.MARKS) + r")(?![A-Za-z])\s*+(?:\{\s*+(\w)\s*+\}|(\w))")
_FRACTION = re.compile(r"\\frac\s*+(?:\{([^{}]*+)\}\{([^{}]*+)\}|(\w)(\w))")
_GROUP = re.compile(r"(?<![_^}])(?<!frac)\{([^{}]*+)\}")  # no script's, no fraction's
_SCRIPT = re.compile(r"([_^])\s*+(?:\{([^{}]*+)\}|([^{}\s]))")


@lru_cache(maxsize=2048)
def _formula(source: str) -> str:
    """Return a short formula as Unicode text; what has no sign of its own is written as it is said."""
    text = _MARKED.sub(lambda found: (found[2] or found[3]) + tables.MARKS[found[1]], source)
    text = _COMMAND.sub(_sign, text).replace("~", " ")
    for _ in range(3):  # from the inside out; what is nested deeper only loses its braces
        text = _FRACTION.sub(r"\1\3/\2\4", _GROUP.sub(r"\1", text))
    text = _SCRIPT.sub(lambda found: _raised(found[1], found[2] or found[3] or ""), text)
    return " ".join(text.replace("\\frac", "").translate(_BACK).split())


def _sign(command: re.Match[str]) -> str:
    """Return what a command prints; a blank behind a word or a relation stays, for TeX would print one."""
    name: str = command[1] or command[3]
    if name in _MEANT:
        return _MEANT[name]
    if name.endswith("frac"):
        return "\\frac"
    if name in tables.SPACES:
        return tables.SPACES[name]
    if name in tables.LOOKS:
        return ""
    return tables.SYMBOLS.get(name, name) + (command[2] or "")


def _raised(mark: str, text: str) -> str:
    """Return a superscript (``^``) or subscript (``_``) in its Unicode letters, or with the mark where one lacks."""
    table = tables.SUPERSCRIPT if mark == "^" else tables.SUBSCRIPT
    if all(ord(char) in table for char in text):
        return text.translate(table)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
