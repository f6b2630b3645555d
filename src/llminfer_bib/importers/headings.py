"""A heading of a foreign list -> a configured category, however it is decorated; and what kind of thing it announces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from . import Options

_NOT_WORDS = re.compile(r"[\W_]++")
_NUMBERED = re.compile(r"\s*+[0-9]++(?:\.[0-9]++)*+[.)、]?\s++")
_PLURAL: Final = (("ies", "y"), ("s", ""))
_SHORTEST_PLURAL = 4
_LISTED = re.compile(r"\s[/|]\s|[、／]")
"""What parts the things that a heading lists."""
KINDS: Final = {
    # word of a slug or heading, singular -> (entry type, entrysubtype)
    "course": ("online", "course"),
    "lecture": ("online", "course"),
    "课程": ("online", "course"),
    "video": ("video", ""),
    "talk": ("video", ""),
    "视频": ("video", ""),
    "视频教程": ("video", ""),
    "project": ("software", ""),
    "software": ("software", ""),
    "framework": ("software", ""),
    "library": ("software", ""),
    "tool": ("software", ""),
    "项目": ("software", ""),
    "开源项目": ("software", ""),
    "blog": ("online", "blog"),
    "post": ("online", "blog"),
    "article": ("online", "blog"),
    "博客": ("online", "blog"),
    "book": ("book", ""),
    "textbook": ("book", ""),
    "书籍": ("book", ""),
    "图书": ("book", ""),
    "教材": ("book", ""),
}
_PAPERS: Final = frozenset("paper publication preprint literature 论文 文献".split())
_FOLLOWERS: Final = frozenset("and or of on for about in with from by to und 和 与 及".split())
"""Words behind which the rest of a heading says more about the word before: ``Videos and lectures``, ``Courses on X``."""
_CONTENTS: Final = "content|contents|table of content|table of contents|toc|index|目录|内容目录|导航|full list"
_NEWS: Final = (
    "news|latest news|recent news|update|updates|latest updates|what's new|changelog|star history|sharing|share"
    "|更新|更新日志|新闻|最新动态"
)
_ABOUT: Final = (
    "contribute|how to contribute|contributing guidelines|code of conduct|contact|contact us|disclaimer|cite|cite us"
    "|how to cite|citing|bibtex|sponsor|support|贡献|贡献者|贡献指南|参与贡献|如何贡献|参与者|本项目的参与者"
    "|许可证|许可|协议|引用|致谢|联系|联系我们|免责声明"
)
_ABOUT_END: Final = (
    "license|licence|contributing|contribution|contributor|citation|acknowledgement|acknowledgment|maintainer|stargazer"
    "|sponsor"
)
_FIRST_ABOUT: Final = frozenset({"contributing", "acknowledgement", "acknowledgment"})
_LONGEST_ABOUT = 6


def words(text: str) -> tuple[str, ...]:
    """Return the words of a heading in lower case and singular, without emoji and numbering."""
    text = _NUMBERED.sub("", text.casefold())
    return tuple(_singular(word) for word in _NOT_WORDS.sub(" ", text).split())


def _singular(word: str) -> str:
    if len(word) >= _SHORTEST_PLURAL and word.isascii() and not word.endswith("ss"):
        for ending, instead in _PLURAL:
            if word.endswith(ending):
                return word.removesuffix(ending) + instead
    return word


class Headings:
    """Which category a heading means."""

    def __init__(self, options: Options) -> None:
        self.slugs: dict[tuple[str, ...], str] = {}
        for category in options.categories:
            for text in (
                category.slug,
                category.title_zh,
                category.title_en,
                f"{category.title_zh} {category.title_en}",
            ):
                if said := words(text):
                    self.slugs.setdefault(said, category.slug)
        for text, slug in options.headings.items():
            self.slugs[words(text)] = slug

    def category(self, text: str) -> str:
        """Return the slug, or nothing: the words agree whole, or one category's words alone stand among them."""
        said = words(text)
        if said in self.slugs:
            return self.slugs[said]
        if _LISTED.search(text):
            said = ()  # Videos / Blogs / Others
        inside = {slug for known, slug in self.slugs.items() if known and _names_it(said, known)}
        return inside.pop() if len(inside) == 1 else ""


def _names_it(said: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Tell whether the words of a category stand among those of a heading; a single word only where the heading is about it."""
    for at in range(len(said) - len(known) + 1):
        end = at + len(known)
        if said[at:end] == known and (len(known) > 1 or end == len(said) or said[end] in _FOLLOWERS):
            return True
    return False


def _table(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(words(each) for each in text.split("|"))


_ASIDE: Final = _table(_CONTENTS) | _table(_NEWS)
_ABOUT_LIST: Final = _table(_ABOUT)
_ABOUT_WORDS: Final = frozenset(each[0] for each in _table(_ABOUT_END))


def is_about_list(text: str) -> bool:
    """Tell whether a heading and all below it are about the list itself: contributing, licence, citation."""
    said = words(text)
    return said in _ABOUT_LIST or (
        0 < len(said) <= _LONGEST_ABOUT and (said[-1] in _ABOUT_WORDS or said[0] in _FIRST_ABOUT)
    )


def is_aside(text: str) -> bool:
    """Tell whether what stands right under a heading is no part of the list: contents, news, contributing, licence."""
    return words(text) in _ASIDE or is_about_list(text)


def says_papers(text: str) -> bool:
    """Tell whether papers stand under a heading."""
    return not _PAPERS.isdisjoint(words(text))


def kind_of_section(category: str, text: str) -> tuple[str, str] | None:
    """Return (entry type, entrysubtype) of what stands under a heading, where its category or last word says it."""
    found = {KINDS[word] for word in words(text) if word in KINDS}
    if not category and len(found) > 1 and _LISTED.search(text):
        return None  # Videos / Blogs
    for said in (words(category), words(text)):
        for word in reversed(said):
            if word in KINDS:
                return KINDS[word]
    return None
