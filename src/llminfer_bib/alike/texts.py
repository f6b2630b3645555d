"""Words as two spellings of one text share them: case, accents, dashes, quotes, tags and TeX set aside. Titles and venues alike.

What a difference means is for ``match`` and ``meaning``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from unicodedata import name, normalize

_MARKS = re.compile("[\u0300-\u036f\u200b-\u200f\u2060\ufeff\u00ad]+")
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ħ": "h",
        "ŋ": "ng",
        "×": "x",
        "∞": "infinity",
        "µ": "mu",
        "ə": "e",
        "ſ": "s",
    }
)
_GREEK = re.compile("[\u0370-\u03ff]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_COMMAND = re.compile(
    r"\\(?:(?P<font>(?:math|text|operator)[a-z]{1,10}|emph|it|rm|bf|sf|tt|left|right)(?![A-Za-z])|(?=\w))"
)
_TIMES = re.compile(r"\\times(?![A-Za-z])")
_SILENT = re.compile(r"['’‘ʼ`´{}$^_]")
_HAN = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U000323af"
_WORD = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+\+{{0,2}}")
_ASCII_WORD = re.compile(r"[a-z0-9]++\+{0,2}+")
_LONGEST = 1000
"""Characters of a title that are compared; no title is longer."""
_NUMBER = re.compile(r"[0-9]+")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_SINGLE_ROMAN = {"i": "1", "v": "5", "x": "10"}
_COUNTED = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "first": "1", "second": "2", "third": "3"}
_BEFORE_NUMBER = frozenset({"part", "volume", "vol", "chapter", "paper", "book", "episode", "phase", "version"})

SMALL_WORDS = frozenset(
    "a an and as at by for from in into is its of on or over the this to toward towards via with using s de la le der die das und".split()
)
"""Words that two wordings of one title or name may have or lack."""


def fold(text: str) -> str:
    """Return ``text`` in lower case and without accents: ``Müller`` is ``muller``, ``Straße`` ``strasse``. Keeps Han, Kana, Hangul."""
    if text.isascii():
        return text.lower()
    text = _MARKS.sub("", normalize("NFKD", text)).casefold().translate(_LETTERS)
    if _GREEK.search(text):
        text = _GREEK.sub(_greek_name, text)
    return normalize("NFC", text)


def _greek_name(letter: re.Match[str]) -> str:
    """``α`` is ``alpha``, as TeX calls it; with blanks, since formulas have none between letters."""
    word = name(letter[0], "").rpartition(" ")[2].lower().replace("lamda", "lambda")
    return f" {word} " if len(word) > 1 else letter[0]


@lru_cache(maxsize=8192)
def title_key(text: str) -> str:
    """Return the words of a title: lower case, no accents, tags, entities, TeX and marks; one blank between words.

    ``Key-Value`` is two words, ``Student's`` one, ``C++`` and ``LoRA+`` keep their plus; Han stands apart from Latin.
    """
    if "&" in text:
        text = unescape(unescape(text))
    if "<" in text:
        text = _TAG.sub("", text)
    if "\\" in text:
        text = _COMMAND.sub(" ", _TIMES.sub("x", text))
    text = fold(_SILENT.sub("", text))
    if "+" in text:
        text = " ".join(text.split()).replace(" +", "+")
    return " ".join((_ASCII_WORD if text.isascii() else _WORD).findall(text))


def squeezed(key: str) -> str:
    """Return a key without its blanks: how ``multi head`` and ``multihead`` are one."""
    return key.replace(" ", "")


def numbers(key: str) -> tuple[str, ...]:
    """Return the numbers that a title key holds, sorted: ``llama 2`` -> 2, ``part ii`` -> 2, ``h100`` -> 100, ``lora+`` -> +.

    Two titles with different numbers are different works, however alike they look.
    """
    found = [number.lstrip("0") or "0" for number in _NUMBER.findall(key)]
    found += ["+"] * key.count("+")
    before = ""
    words = key.split()
    for word in words:
        number = _ROMAN.get(word) or _SINGLE_ROMAN.get(word) or _COUNTED.get(word)
        if number and (word in _ROMAN or before in _BEFORE_NUMBER):
            found.append(number)
        before = word
    return tuple(sorted(found))


def title_ratio(a: str, b: str) -> float:
    """Return how alike two titles are, 0 to 1: rapidfuzz's normalised Indel similarity of their keys, blanks counted.

    It is 2 * longest common subsequence / both lengths, where difflib takes common blocks: never below difflib's ratio,
    and the same within a hundredth for titles that are nearly alike.
    """
    mine, theirs = title_key(a), title_key(b)
    if not mine or not theirs:
        return 0.0
    if mine == theirs or squeezed(mine) == squeezed(theirs):
        return 1.0
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415  # only where it is needed: start-up time

    return ratio(mine[:_LONGEST], theirs[:_LONGEST]) / 100


def word_changes(a: str, b: str) -> tuple[list[str], list[str]]:
    """Return the words of weight that only the one or only the other title key has.

    Small words, words written in one or two, and other spellings of a word (``modelling``, ``languages``) do not count.
    """
    only_a, only_b = _only_in(a, b), _only_in(b, a)
    if squeezed(" ".join(only_a)) == squeezed(" ".join(only_b)):
        return [], []
    joined_a, joined_b = squeezed(a), squeezed(b)
    return _left_over(only_a, only_b, joined_b), _left_over(only_b, only_a, joined_a)


def _left_over(words: list[str], others: list[str], joined: str) -> list[str]:
    """Keep the words that are neither written in one there nor spelled otherwise."""
    there = dict.fromkeys(others)
    found = {
        word: word in joined or any(is_spelling_of(word, other) for other in there) for word in dict.fromkeys(words)
    }
    return [word for word in words if not found[word]]


def _only_in(a: str, b: str) -> list[str]:
    """List the words of weight of ``a`` that ``b`` lacks."""
    there = set(b.split())
    return [word for word in a.split()[:200] if word not in there and word not in SMALL_WORDS]


def is_spelling_of(a: str, b: str) -> bool:
    """Tell whether two words are one in two spellings: a plural, ``modelling``, a slip of the pen in a long word.

    ``macro`` and ``micro``, ``supervised`` and ``unsupervised``, ``eagle2`` and ``eagle3`` are not.
    """
    shorter = min(len(a), len(b))
    if shorter < 4 or a[0] != b[0] or _NUMBER.search(a + b):
        return False
    if a.removesuffix("s") == b.removesuffix("s"):
        return True
    if shorter < 6 or (a[:2] != b[:2] and sorted(a) != sorted(b)):
        return False
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # only where it is needed: start-up time

    most = 2 if shorter >= 8 and a[:4] == b[:4] else 1
    return OSA.distance(a, b, score_cutoff=most) <= most
