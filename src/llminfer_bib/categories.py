"""Keywords, and which of them are categories and topics; the headings of categories. What the categories are: config."""

from __future__ import annotations

from collections.abc import Container, Iterable

from .model import Category, Topic

OTHER = Category(slug="other", title_zh="其他", title_en="Other", emoji="📎")
"""The section of items that carry no configured category."""

LANGUAGES = ("zh", "en", "both")
_BETWEEN = " · "
_SEPARATORS = ("；", "，", "、")  # full-width semicolon and comma, enumeration comma


def split_keywords(source: str) -> tuple[str, ...]:
    """Split the text of a ``keywords`` field at commas and semicolons, full-width ones too.

    Blanks around and line breaks inside a keyword go, empty ones are dropped, exact repetitions too; the order stays.
    """
    if not source.isascii():
        for separator in _SEPARATORS:
            source = source.replace(separator, ",")
    parts = dict.fromkeys(map(str.strip, source.replace(";", ",").split(",")))
    parts.pop("", None)
    if "\n" in source or "\r" in source or "\t" in source:
        parts = dict.fromkeys(" ".join(part.split()) for part in parts)
    return tuple(parts)


def category_of(keywords: Iterable[str], slugs: Container[str]) -> str:
    """Return the first keyword that is a category slug, whatever its case, or ``""``. Pass ``slugs`` as a set."""
    for keyword in keywords:
        if keyword in slugs:
            return keyword
        if (lower := keyword.lower()) in slugs:
            return lower
    return ""


def topics_of(keywords: Iterable[str], slugs: Container[str]) -> tuple[str, ...]:
    """Return the keywords that are topic slugs, whatever their case, each once, in their order."""
    found = [slug for keyword in keywords if (slug := keyword if keyword in slugs else keyword.lower()) in slugs]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def heading(category: Category, lang: str = "both") -> str:
    """Return the heading of a category: ``🚀 课程``, ``🚀 Courses`` or ``🚀 课程 · Courses`` by ``lang`` zh, en or both.

    A title that is not configured gives way to the other language's, and that to the slug.
    """
    text = _in_language(category.title_zh, category.title_en, lang) or category.slug
    return f"{category.emoji} {text}" if category.emoji else text


def topic_name(topic: Topic, lang: str = "both") -> str:
    """Return the name of a topic in ``lang`` zh, en or both; the slug where it has none."""
    return _in_language(topic.name_zh, topic.name_en, lang) or topic.slug


def _in_language(chinese: str, english: str, lang: str) -> str:
    """Choose between two spellings of one name; equal ones are not said twice."""
    if lang == "both" and chinese and english and chinese != english:
        return chinese + _BETWEEN + english
    return english or chinese if lang == "en" else chinese or english
