"""Which part, edition or volume a title or field speaks of, and words that tell two works of nearly one title apart.

Rows of words; what they mean for two entries is decided in ``telling``.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import Final

from ..alike import numbers, title_key

_ONES: Final = "one two three four five six seven eight nine ten eleven twelve".split()
_ORDINALS: Final = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_ROMAN: Final = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()
_NUMBER_OF: Final = {word: str(at + 1) for row in (_ONES, _ORDINALS, _ROMAN) for at, word in enumerate(row)}
_LETTERS: Final = frozenset("abcdefgh")
PART_WORDS: Final = frozenset(
    "part parts volume vol chapter book episode phase version lecture lesson section series unit module session teil band tome".split()
)
"""A word behind one of these counts: ``part two``, ``volume IV``, ``part b``."""
_EDITION_WORDS: Final = PART_WORDS | {"edition", "ed", "edn", "auflage", "aufl", "no", "number"}
_DIGITS: Final = {char: at for at, char in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
_HAN_NUMBER: Final = "〇零一二三四五六七八九十百两壹贰叁"
_COUNTED_HAN: Final = re.compile(rf"第\s?([{_HAN_NUMBER}]{{1,5}}|[0-9]{{1,4}})\s?([^\W0-9_a-z])")
_LONE_HAN: Final = re.compile(rf"(?<!\S)[{_HAN_NUMBER}]{{1,5}}(?!\S)")
_HALVES: Final = re.compile(r"(?:(?<=\S)|(?<=\s)|\A)([上中下前后後])(?:[篇集册冊卷部]|(?!\S))")

GENERIC: Final = frozenset(
    title_key(title)
    for title in """
    Introduction|Editorial|Guest Editorial|Preface|Foreword|Afterword|Conclusion|Conclusions|Summary|Abstract|Abstracts|Overview
    |Index|Appendix|References|Bibliography|Glossary|Acknowledgments|Acknowledgements|Contents|Table of Contents|Contributors
    |Keynote|Keynote Address|Invited Talk|Opening Remarks|Welcome|Welcome Message|Message from the Chairs|Message from the General Chair
    |Message from the Program Chairs|Message from the Editor|From the Editor|From the Editors|Editor's Note|Editors' Introduction
    |Introduction to the Special Issue|Introduction to the Special Section|Special Issue|Book Review|Book Reviews|Review|Reviews
    |Letter to the Editor|Letters to the Editor|Letters|Correspondence|Comment|Comments|Reply|Response|Discussion|Erratum|Errata
    |Corrigendum|Correction|In Memoriam|Obituary|News|Announcements|Calendar|Proceedings|Panel Discussion|Front Matter|Back Matter
    |In This Issue|About the Authors|Annual Report|Technical Report|Newsletter|Home|Homepage|Documentation|Blog|Notes|Lecture Notes
    |Slides|Tutorial|Untitled|Title|Test|Discussion and Conclusion|Related Work|Background|Motivation
    |Vorwort|Einleitung|Einführung|Nachwort|Avant-propos|Préface
    |前言|序|序言|引言|绪论|緒論|导论|導論|导言|概述|综述|總論|总论|结语|结论|后记|後記|目录|附录|参考文献|致谢|摘要|编者按|编者的话
    |卷首语|发刊词|社论|书评|新闻|通知|公告|首页|博客|文档|教程|讲义|笔记|简介|介绍|总结
    """.replace("\n", " ").split("|")
)
"""Titles that say nothing about whose work it is; as keys."""

NOTICES: Final = frozenset(
    """erratum errata corrigendum corrigenda correction corrections addendum retraction retracted withdrawal withdrawn comment comments
    commentary reply response rejoinder rebuttal discussion review reviews supplement supplementary appendix""".split()
)
"""Words that make of a title something about the work of that title."""

ANOTHER_FORM: Final = frozenset(
    """survey revisited extended companion artifact code dataset summary introduction sequel workshop poster demo slides tutorial keynote
    abstract""".split()
)
"""Words that make another work of a title when they come to it, unless both have one identifier."""

FORM_WORDS: Final = frozenset(
    """slide slides slidedeck deck presentation poster talk lecture video recording webinar screencast podcast code repository github
    software dataset supplement 幻灯片 演示文稿 海报 视频 录像 讲座 代码 代码仓库 数据集""".split()
)
"""What ``howpublished``, ``type`` or a short ``note`` calls the form of a thing that is not the paper itself."""

_PLURAL: Final = {"slide": "slides", "slidedeck": "slides", "deck": "slides", "repository": "code", "github": "code"}


@lru_cache(maxsize=8192)
def counted(key: str) -> str:
    """Return a title key with its counters in digits: ``part ii`` is ``part 2``, 第二部分 is 第2部分."""
    if not key.isascii():
        key = _COUNTED_HAN.sub(lambda found: f"第{_han_number(found[1])}{found[2]}", key)
        key = _LONE_HAN.sub(lambda found: _han_number(found[0]), key)
    words = key.split()
    for at in range(1, len(words)):
        word = words[at]
        if word in _NUMBER_OF and (words[at - 1] in PART_WORDS or (at == len(words) - 1 and word in _ROMAN[1:])):
            words[at] = _NUMBER_OF[word]
    return " ".join(words)


@lru_cache(maxsize=8192)
def title_numbers(key: str) -> tuple[str, ...]:
    """Return what a counted title key counts: its numbers, ``part b``, 上 and 下. Other counts are other works."""
    found = list(numbers(key))
    words = key.split()
    found += [word for before, word in itertools.pairwise(words) if before in PART_WORDS and word in _LETTERS]
    if not key.isascii():
        found += [half[1] for half in _HALVES.finditer(key)]
    return tuple(sorted(found))


def ordinal(text: str) -> str:
    """Return an edition, volume or part for comparing: ``2nd``, ``Second edition``, ``II``, 第二版 and ``2. Auflage`` are 2."""
    key = counted(title_key(text))
    if found := re.findall("[0-9]+", key):
        return ".".join(part.lstrip("0") or "0" for part in found)
    words = [word for word in key.split() if word not in _EDITION_WORDS]
    if len(words) == 1 and words[0] in _NUMBER_OF:
        return _NUMBER_OF[words[0]]
    return "".join(words)


def form_of(text: str) -> str:
    """Return the form that a field names (``Talk slides`` is slides), or an empty text."""
    words = title_key(text).split()
    return next((_PLURAL.get(word, word) for word in words if word in FORM_WORDS), "") if len(words) <= 12 else ""


def _han_number(text: str) -> str:
    if text.isdecimal():
        return str(int(text))
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += max(digit, 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = digit * 10 + _DIGITS.get(char, 0) if not total else _DIGITS.get(char, 0)
    return str(total + digit)
