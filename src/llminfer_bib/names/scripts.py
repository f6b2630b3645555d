"""Names written in Han characters, Kana or Hangul: which they are. How they are shown is in ``forms``."""

from __future__ import annotations

from bisect import bisect_right

EAST_ASIAN = (
    # Unicode blocks of Han, Kana, Bopomofo and Hangul, as first and last; in order
    (0x1100, 0x11FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3041, 0x30FF),
    (0x3105, 0x318F),
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFFDC),
    (0x16FF0, 0x18DFF),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x323AF),
)
_FIRST = [first for first, _ in EAST_ASIAN]
_DOTS = "·‧・･"


def is_han(text: str) -> bool:
    """Tell whether a name is written in Han characters, Kana or Hangul only; blanks and middle dots do not count."""
    if text.isascii():
        return False
    found = False
    for character in text:
        code = ord(character)
        if 0x4E00 <= code <= 0x9FFF:
            found = True
        elif character not in _DOTS and not character.isspace():
            block = bisect_right(_FIRST, code) - 1
            if block < 0 or code > EAST_ASIAN[block][1]:
                return False
            found = True
    return found
