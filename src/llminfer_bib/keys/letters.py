"""Any text -> ``[a-z0-9]``: accents dropped, Han by pinyin, other alphabets by sound. Which text is for the others here."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_PART: Final = 30
"""Characters of one part of a key."""
LONGEST_TEXT: Final = 1000
"""Characters of a title or name that are looked at."""
HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")

# Letters that Unicode does not take apart into a Latin letter and its marks.
_LATIN: Final = "ß ss ẞ ss æ ae œ oe ø o đ d ð d þ th ł l ħ h ı i ŋ n ĸ k ŧ t ə e ɓ b ɗ d ƙ k ƴ y ɛ e ɔ o".split()
# Other alphabets by sound.
_CYRILLIC: Final = (
    "а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch"
    " ы y э e ю yu я ya і i ї i є e ґ g ў u"
).split()
_GREEK: Final = (
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o".split()
)
_ROWS = [*_LATIN, *_CYRILLIC, *_GREEK]
LETTERS: Final = str.maketrans(dict(zip(_ROWS[::2], _ROWS[1::2], strict=True)))
"""Letters in lower case -> ASCII. What is neither here nor a Latin letter with marks is left out (the signs ъ and ь)."""


def pinyin(text: str, count: int) -> str:
    """Return the pinyin of the first characters, read in the words they stand in. Characters that nobody reads are left out."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # its dictionary takes 50 ms to load

    readings = lazy_pinyin(text[: count + 5], errors="ignore")
    return re.sub("[^a-z]", "", "".join(readings[:count]).replace("ü", "v"))


def ascii_of(text: str) -> str:
    """Return a text in ``[a-z0-9]``: marks dropped, other alphabets by sound, Han by pinyin, the rest left out."""
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        text = HAN.sub(lambda found: pinyin(found[0], len(found[0])), text)
        # Lower case first, for the table; again behind it, for what only Unicode's compatibility forms make a capital.
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).lower().translate(LETTERS))
        text = "".join(letter if letter.isascii() else _sound(letter) for letter in text.translate(LETTERS))
    return re.sub("[^a-z0-9]", "", text.lower())


def _sound(letter: str) -> str:
    """Return the sound of a Kana by its name in Unicode; nothing for other letters."""
    kana = re.match(r"(?:HIRAGANA|KATAKANA) LETTER (?:SMALL )?([A-Z]{1,4})\Z", unicodedata.name(letter, ""))
    return kana[1] if kana else ""


def slug(text: str) -> str:
    """Return a name with its parts kept apart by hyphens: ``llama.cpp`` is ``llama-cpp``."""
    parts = (ascii_of(part) for part in re.split(r"[\W_]+", text[:LONGEST_TEXT]))
    return "-".join(part[:LONGEST_PART] for part in parts if part)[: 2 * LONGEST_PART]
