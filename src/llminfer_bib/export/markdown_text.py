"""Plain text made safe inside Markdown: escapes, links, code spans. What a list looks like is said in ``markdown``.

The rules are those of CommonMark 0.31 and GitHub's additions. Nothing here ever writes HTML of an entry: ``<`` becomes
``&lt;``, so that no text can hold a comment such as ``<!-- bib:end x -->``.
"""

from __future__ import annotations

import re

_BREAKS = re.compile(r"[\t-\r\x1c-\x1f\x85\u2028\u2029][\t-\r\x1c-\x1f \x85\u2028\u2029]*+")
_INVISIBLE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # controls; those that break a line are blanks by then
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"  # here and below: Default_Ignorable_Code_Point of the UCD,
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # all bidi controls included, without what shapes text that is seen:
    "\u3164\ufeff\uffa0\ufff0-\ufffb"  # variation selectors and, between letters or emoji, the joiners U+200C and U+200D
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    "]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
)
_SURROGATES = re.compile("[\ud800-\udfff]")

_SUSPECTS = re.compile(r"[\\`*_\[\]<~{]")
_COMMAND = r"(?P<command>(?<!\\)\\++(?=(?:href|url|html|class|style|cssId|data|require|includegraphics)))"
"""Pages show math with programs that can make links and attributes of these; without its backslashes each is a word."""
_SPECIAL = re.compile(
    _COMMAND + r"|(?P<backslash>\\(?=[!-/:-@\[-`{-~]|\Z)|[`*\[\]~]"
    r"|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])"  # between letters an underscore is an underscore
    r"|(?<=\{)[{%]"  # {{ and {% are Liquid, which GitHub Pages runs before it reads Markdown
    r"|:(?=//)|(?<![0-9A-Za-z][Ww]{3})(?<=[Ww]{3})\.)"  # GitHub makes links of bare addresses
    r"|(?P<less><)"
    r"|&(?=\#?[0-9A-Za-z]{1,40};)"
)
_FORMULA = re.compile(r"(?<![0-9A-Za-z\\$])\$(?=[^\s$])([^$]{1,500}+)(?<=[^\s\\])\$(?![0-9A-Za-z$])")
"""What GitHub typesets: dollar signs that touch no letter, and no blank inside. No price is one: "$5 and $6"."""
_IN_FORMULA = re.compile(
    _COMMAND
    # A backslash and a sign are a command of TeX, and the same sign in Markdown; other signs need a backslash of their own.
    + r"|(?P<kept>\\[!-%'-/:;=-@\[-_{-~])"
    # Behind a letter `_` cannot begin an emphasis; elsewhere a blank keeps it from that, and TeX passes over blanks.
    r"|(?P<lowered>(?<![0-9A-Za-z])_(?=\S))"
    r"|(?P<backslash>\\(?=[<&`])|[`*\[\]~]|(?<![0-9A-Za-z])_\Z"
    r"|(?<=\{)[{%]|:(?=//)|(?<![0-9A-Za-z][Ww]{3})(?<=[Ww]{3})\.)"
    r"|(?P<less><)"
    r"|&(?=\#?[0-9A-Za-z]{1,40};)"
)
_BLOCK_START = re.compile(r"[#+>=|:-]|[0-9]{1,9}(?=[.)])")
_UNSAFE_IN_URL = re.compile(r"[^!#-'*-;=?-\[\]_a-z~\u00a1-\uffff]|&(?=\#?[0-9A-Za-z]{1,40};)")


def clean(text: str) -> str:
    """Return ``text`` in one line, without control, bidi and other invisible characters, and stripped."""
    if text.isprintable():
        return text.strip()
    text = _INVISIBLE.sub("", _BREAKS.sub(" ", text))
    return _SURROGATES.sub("\ufffd", text).strip()


def escape(text: str) -> str:
    """Return ``text`` cleaned and escaped, for use behind other text of the same line or inside ``[...]``.

    The common case, text without anything special, costs one search.
    """
    if not text.isprintable():
        text = clean(text)
    if _SUSPECTS.search(text) or "://" in text or "ww." in text or "WW." in text or (";" in text and "&" in text):
        return _with_formulas(text) if "$" in text else _SPECIAL.sub(_neutral, text)
    return text


def _with_formulas(text: str) -> str:
    """Escape a text, and what stands in a formula only as far as it could be more than that."""
    pieces: list[str] = []
    pos = 0
    for found in _FORMULA.finditer(text):
        pieces += (_SPECIAL.sub(_neutral, text[pos : found.start(1)]), _IN_FORMULA.sub(_neutral_math, found[1]))
        pos = found.end(1)
    return "".join([*pieces, _SPECIAL.sub(_neutral, text[pos:])])


def escape_start(text: str) -> str:
    """Return ``text`` escaped for the place where a block starts: there ``# x``, ``- x`` and ``1. x`` are marks, too."""
    text = escape(text.strip())
    start = _BLOCK_START.match(text)
    if start is None:
        return text
    return text[: start.end()] + "\\" + text[start.end() :] if start[0].isdigit() else "\\" + text


def link(text: str, url: str) -> str:
    """Return ``[text](url)``. ``text`` is Markdown already; ``url`` has passed ``identifiers.web_url``."""
    return f"[{text}]({destination(url)})"


def destination(url: str) -> str:
    """Return ``url`` percent-encoded so that it can stand between ``(`` and ``)``."""
    return _UNSAFE_IN_URL.sub(_encoded, url) if _UNSAFE_IN_URL.search(url) else url


def code(text: str) -> str:
    """Return ``text`` as a code span, or escaped where a code span could not hold it."""
    text = clean(text)
    return escape_start(text) if not text or "`" in text or "<" in text or "{" in text else f"`{text}`"


def _neutral(found: re.Match[str]) -> str:
    if found["command"]:
        return ""
    if found["backslash"]:
        return "\\" + found[0]
    return "&lt;" if found["less"] else "&amp;"


def _neutral_math(found: re.Match[str]) -> str:
    return found[0] if found["kept"] else "_ " if found["lowered"] else _neutral(found)


def _encoded(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&amp;"
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))
