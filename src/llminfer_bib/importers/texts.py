"""Text of other programs -> plain Unicode in one line: no control characters, none of the few tags that they put into titles."""

from __future__ import annotations

import html
import re
from typing import Final

_GONE: Final[dict[int, str | None]] = {
    **dict.fromkeys((*range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0))),
    **dict.fromkeys(
        (0xAD, 0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
    ),
    **dict.fromkeys((0xFFFE, 0xFFFF)),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_SCRIPT = re.compile(r"<(su[bp])>([^<>]{0,100})</\1>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|su[bp]|sc|scp|span|tt|italic|bold|jats:[a-z]{1,20}+)(?:\s[^<>]*+)?/?>", re.IGNORECASE
)
_BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol|h[1-6])(?:\s[^<>]*+)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{2,7}|#[xX][0-9A-Fa-f]{2,6});")
_RAISED = dict(zip("0123456789+-=()in", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿ", strict=True))
_LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


def line(text: str) -> str:
    """Return the text in one line, without control and bidi characters."""
    return " ".join((text if text.isprintable() else text.translate(_GONE)).split())


def plain(text: str) -> str:
    """Return the text in one line and without mark-up: tags for looks go, what they hold stays, entities become characters."""
    if "<" in text and ">" in text:
        text = _BREAK.sub(" ", _TAG.sub("", _SCRIPT.sub(_script, text)))
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return line(text)


def _script(found: re.Match[str]) -> str:
    """Return a superscript or subscript in its own letters where there are such, else as it is."""
    letters = _RAISED if found[1].lower() == "sup" else _LOWERED
    return "".join(letters[char] for char in found[2]) if all(char in letters for char in found[2]) else found[2]
