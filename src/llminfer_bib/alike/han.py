"""Names in Han characters and how they are romanised: every reading of a character, since one spelling must match one of them.

Which reading a key takes is for ``keys``; here it is enough that one of them fits.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

COMPOUND_SURNAMES = frozenset(
    """欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 尉迟 尉遲 夏侯 皇甫 东方 東方 公孙 公孫 慕容 令狐 端木 司徒 司空 长孙 長孫 宇文
    独孤 獨孤 南宫 南宮 呼延 轩辕 軒轅 申屠 澹台 澹臺 濮阳 濮陽 淳于 单于 單于 钟离 鍾離 闻人 聞人 赫连 赫連 鲜于 鮮于 闾丘
    闾邱 万俟 萬俟 拓跋 百里 东郭 東郭 西门 西門 公冶 太史 仲孙 仲孫 宗政 第五 梁丘 左丘 欧陽""".split()
)
"""Families of two characters; every other Chinese family has one."""

SURNAME_SPELLINGS = (
    # characters (simplified, traditional), and spellings beside pinyin: Wade-Giles, Cantonese, Hokkien, Korean
    ("陈陳", "chan chin tan"),
    ("林", "lam lim"),
    ("黄黃", "wong hwang ng"),
    ("张張", "chang cheung chong jang"),
    ("王", "wong ong"),
    ("李", "lee rhee yi"),
    ("刘劉", "lau low liou yu"),
    ("吴吳", "ng goh oh woo"),
    ("蔡", "tsai choi choy chua"),
    ("郑鄭", "cheng jung chung jeong"),
    ("谢謝", "hsieh tse"),
    ("徐", "hsu tsui seo suh"),
    ("许許", "hsu hui hsiu heo"),
    ("周", "chou chow joo"),
    ("曾", "tseng tsang"),
    ("何", "ho"),
    ("高", "kao ko"),
    ("罗羅", "lo law"),
    ("叶葉", "yeh yip"),
    ("苏蘇", "so"),
    ("金", "kim king"),
    ("朴", "park pak piao"),
    ("崔", "choi tsui"),
    ("杨楊", "yeung yang"),
    ("赵趙", "chao chiu cho"),
    ("朱", "chu choo"),
    ("胡", "wu woo"),
    ("郭", "kuo kwok"),
    ("邓鄧", "teng tang"),
    ("潘", "pan poon pun"),
    ("洪", "hung hong"),
    ("邱", "chiu"),
    ("简簡", "chien kan"),
    ("钱錢", "chien"),
    ("江", "chiang kong"),
    ("蒋蔣", "chiang"),
    ("庄莊", "chuang"),
    ("余", "yu yue"),
    ("梁", "leung"),
    ("宋", "sung"),
    ("丁", "ting"),
    ("孔", "kung hung"),
    ("葛", "ge ko"),
    ("单單", "shan"),
    ("解", "xie"),
    ("仇", "qiu"),
    ("查", "zha cha"),
    ("区區", "ou au"),
    ("吕呂", "lu lv lyu lui"),
    ("任", "ren"),
    ("尹", "yin yoon yun"),
    ("姜", "jiang kang chiang"),
    ("文", "wen moon man"),
    ("全", "quan jeon chun"),
    ("申", "shen shin"),
    ("安", "an ahn"),
    ("白", "bai paik pai"),
)
"""One row a family name: how it is spelled beside the readings of its characters."""
_SPELLINGS: dict[str, frozenset[str]] = {
    character: frozenset(spellings.split()) for characters, spellings in SURNAME_SPELLINGS for character in characters
}
_MOST_READINGS = 64
_LONGEST = 6


def split_han(name: str) -> tuple[str, str]:
    """Cut a name in Han characters, family first, into family and given: 戴国浩 -> 戴, 国浩; 欧阳修 -> 欧阳, 修."""
    name = "".join(name.split())
    end = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:end], name[end:]


@lru_cache(maxsize=4096)
def readings(text: str) -> frozenset[str]:
    """Return every romanisation of a few Han characters in one word of plain letters: 旭冉 -> xuran. Empty where there is none."""
    if not text or len(text) > _LONGEST:
        return frozenset()
    from pypinyin import Style, pinyin  # noqa: PLC0415  # only where it is needed: start-up time

    each = [
        {spelling for reading in syllable for spelling in _spellings(reading)}
        for syllable in pinyin(text, style=Style.NORMAL, heteronym=True, errors="ignore")
    ]
    found: set[str] = set()
    if len(each) == len(text):
        for syllables in product(*map(sorted, each)):
            found.add("".join(syllables))
            if len(found) >= _MOST_READINGS:
                break
    return frozenset(found | _SPELLINGS.get(text, frozenset()))


def _spellings(reading: str) -> tuple[str, ...]:
    """``lv`` is also spelled lu, lü and lyu: on passports, in papers, in pinyin."""
    if "v" in reading or "ü" in reading:
        return tuple(reading.replace("ü", "v").replace("v", vowel) for vowel in ("v", "u", "yu", "ue"))
    return (reading,)
