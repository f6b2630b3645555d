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
}


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
        inside = {
            slug
            for known, slug in self.slugs.items()
            if known and any(said[at : at + len(known)] == known for at in range(len(said) - len(known) + 1))
        }
        return inside.pop() if len(inside) == 1 else ""


def kind_of_section(category: str, text: str) -> tuple[str, str] | None:
    """Return (entry type, entrysubtype) of what stands under a heading, where its category or last word says it."""
    for said in (words(category), words(text)):
        for word in reversed(said):
            if word in KINDS:
                return KINDS[word]
    return None
