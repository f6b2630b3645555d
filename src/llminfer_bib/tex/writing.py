"""Plain text -> TeX source that reads back as the same text. Which stretches to protect is said by who calls."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

from ..model import Text
from .braces import is_balanced
from .tables import ACCENTS, BELOW, LETTERS, RAISED, SYMBOLS

_ESCAPES = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{character: "\\" + character for character in "%&#_$"},
    **{character: character + "{}" for character in "-`'?!"},  # keeps two apart that would read as one
}
_RAISED = {sign: f"\\{name}{{{char}}}" for name, signs in RAISED.items() for char, sign in signs.items()}
_ESCAPES |= _RAISED  # no font of LaTeX has all of them
_SPECIAL = re.compile(rf"[\\{{}}~^%&#_{''.join(_RAISED)}]|" r"\$+|-(?=-)|`(?=`)|'(?=')|[?!](?=`)")
_SPECIAL_ASCII = re.compile(_SPECIAL.pattern + "|(?:[^\x00-\x7f]|[A-Za-z](?=[\u0300-\u036f]))[\u0300-\u036f]*+")
# Stops at every dollar: where ``\\$`` is no TeX yet, looking past one from each of them would take quadratic time.
_WRITTEN_FORMULA = re.compile(r"\$\$((?:[^$\\]|\\[^$])++)\$\$|\$((?:[^$\\]|\\[^$])++)\$")
_UNESCAPED = re.compile(r"(?:[^\\]|\\.)*?[%&#]", re.DOTALL)
_NAMES = {character: name for name, character in reversed(LETTERS + SYMBOLS) if not character.isascii()}
_COMMANDS = {mark: command for command, mark, _ in ACCENTS if command != "t"}  # a tie wants two letters
_ABOVE_I = {"i": r"\i", "j": r"\j"}
_ASCII_LIGATURES = {"–": ("--", "-–—"), "—": ("---", "-–—"), "“": ("``", "`“?!"), "”": ("''", "'”")}


def from_text(text: str, *, ascii_only: bool = False) -> str:
    """Return TeX source that reads back as ``text`` (white space tidied); UTF-8 stays, a formula stays.

    ``ascii_only`` writes accents, letters and dashes as commands (``{\\"u}``, ``{\\ss}``, ``--``); characters that have
    none, such as Han, stay.
    """
    text = " ".join(text.split())
    return _escape(normalize("NFC", text) if ascii_only and not text.isascii() else text, ascii_only=ascii_only)


def protect_title(text: Text, *, ascii_only: bool = False) -> str:
    """Return TeX source as ``from_text`` does, with braces around the protected stretches."""
    out, position = [], 0
    for start, end in text.protected:
        out.append(_escape(text.text[position:start], ascii_only=ascii_only))
        inside = _escape(text.text[start:end], ascii_only=ascii_only)
        # A group that begins with a backslash protects nothing.
        out.append(f"{{{{}}{inside}}}" if inside.startswith("\\") else f"{{{inside}}}")
        position = end
    out.append(_escape(text.text[position:], ascii_only=ascii_only))
    return " ".join("".join(out).split())


def _escape(text: str, *, ascii_only: bool) -> str:
    special = _SPECIAL_ASCII if ascii_only and not text.isascii() else _SPECIAL
    out, position = [], 0
    while match := special.search(text, position):
        out.append(text[position : match.start()])
        token = match[0]
        position = match.end()
        if token[0] == "$":
            formula = _formula(text, match.start()) if len(token) < 3 else ""
            out.append(formula or r"\$" * len(token))
            position = match.start() + len(formula or token)
        else:
            out.append(_ESCAPES.get(token) or _as_command(text, match))
    out.append(text[position:])
    return "".join(out)


def _formula(text: str, start: int) -> str:
    """Return the formula at ``start``, or nothing where the dollar is money.

    As pandoc reads Markdown: no blank inside next to the dollars, no digit after them. And it must be possible in TeX:
    braces in pairs, ``%``, ``&`` and ``#`` escaped.
    """
    match = _WRITTEN_FORMULA.match(text, start)
    if match is None:
        return ""
    inside = match[match.lastindex or 0]
    if inside != inside.strip() or text[match.end() : match.end() + 1].isdigit() or not is_balanced(inside):
        return ""
    return "" if _UNESCAPED.match(inside) else match[0]


def _as_command(text: str, match: re.Match[str]) -> str:
    """Return the command for a character outside ASCII with its combining marks, or the same where TeX has none."""
    cluster = match[0]
    if cluster in _ASCII_LIGATURES:
        written, near = _ASCII_LIGATURES[cluster]
        around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
        if not set(near).intersection(around):
            return written
    return _command_of(cluster)


@lru_cache(4096)
def _command_of(cluster: str) -> str:
    if cluster in _NAMES:
        return f"{{\\{_NAMES[cluster]}}}"
    base, *marks = list(normalize("NFD", cluster))
    if not marks or not (base.isascii() and base.isalpha()) or not all(mark in _COMMANDS for mark in marks):
        return cluster
    letter = base
    for number, mark in enumerate(marks):
        letter = _accented(_COMMANDS[mark], letter, innermost=number == 0, below=mark in BELOW)
    return f"{{{letter}}}"


def _accented(command: str, letter: str, *, innermost: bool, below: bool) -> str:
    if innermost and not below:
        letter = _ABOVE_I.get(letter, letter)
    if innermost and not command.isalpha():
        return f"\\{command}{letter}"
    return f"\\{command}{{{letter}}}"
