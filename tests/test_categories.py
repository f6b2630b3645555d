"""Keywords are split as people write them, and slugs are found among them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.categories import OTHER, category_of, heading, split_keywords, topic_name, topics_of
from llminfer_bib.model import Category, Topic

COURSE = Category("course", "课程", "Courses", "🚀")
SLUGS = frozenset({"course", "method", "survey"})
TOPICS = frozenset({"kv-cache", "serving"})


@pytest.mark.parametrize(
    ("source", "keywords"),
    [
        ("", ()),
        (" , ;", ()),
        ("method", ("method",)),
        ("method, kv-cache", ("method", "kv-cache")),
        ("method,kv-cache;serving", ("method", "kv-cache", "serving")),
        ("method；推理，加速、部署", ("method", "推理", "加速", "部署")),
        ("b, a, b", ("b", "a")),
        ("B, b", ("B", "b")),
        ("large language models", ("large language models",)),
        (" method ,\n   kv-cache,", ("method", "kv-cache")),
        ("speculative\n  decoding, speculative decoding", ("speculative decoding",)),
        ("a\r\n, b\tc", ("a", "b c")),
        ("\u3000method\u3000", ("method",)),
        ("a/b|c: d", ("a/b|c: d",)),
    ],
)
def test_keywords_are_split_at_commas_and_semicolons(source: str, keywords: tuple[str, ...]) -> None:
    assert split_keywords(source) == keywords


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="aB ,;；，、\n大-", max_size=30))
def test_splitting_again_changes_nothing(source: str) -> None:
    keywords = split_keywords(source)
    assert split_keywords(", ".join(keywords)) == keywords
    assert all(word and word == word.strip() for word in keywords)


@pytest.mark.parametrize(
    ("keywords", "category"),
    [
        ((), ""),
        (("kv-cache",), ""),
        (("method", "kv-cache"), "method"),
        (("kv-cache", "method"), "method"),
        (("survey", "method"), "survey"),
        (("Survey",), "survey"),
        (("methods",), ""),
    ],
)
def test_the_first_category_among_the_keywords_counts(keywords: tuple[str, ...], category: str) -> None:
    assert category_of(keywords, SLUGS) == category


@pytest.mark.parametrize(
    ("keywords", "topics"),
    [
        ((), ()),
        (("method",), ()),
        (("method", "serving", "kv-cache"), ("serving", "kv-cache")),
        (("Serving", "serving", "KV-Cache"), ("serving", "kv-cache")),
        (("serving systems",), ()),
    ],
)
def test_topics_keep_the_order_of_the_keywords(keywords: tuple[str, ...], topics: tuple[str, ...]) -> None:
    assert topics_of(keywords, TOPICS) == topics


@pytest.mark.parametrize(
    ("category", "lang", "text"),
    [
        (COURSE, "zh", "🚀 课程"),
        (COURSE, "en", "🚀 Courses"),
        (COURSE, "both", "🚀 课程 · Courses"),
        (Category("course", "课程", "", "🚀"), "en", "🚀 课程"),
        (Category("course", "课程", "", "🚀"), "both", "🚀 课程"),
        (Category("course", "", "Courses", "🚀"), "zh", "🚀 Courses"),
        (Category("course", "vLLM", "vLLM"), "both", "vLLM"),
        (Category("course"), "zh", "course"),
        (OTHER, "both", "📎 其他 · Other"),
    ],
)
def test_a_heading_has_the_emoji_and_the_title_in_the_language(category: Category, lang: str, text: str) -> None:
    assert heading(category, lang) == text


@pytest.mark.parametrize(("lang", "text"), [("zh", "键值缓存"), ("en", "KV cache"), ("both", "键值缓存 · KV cache")])
def test_a_topic_has_a_name_in_the_language(lang: str, text: str) -> None:
    assert topic_name(Topic("kv-cache", "键值缓存", "KV cache"), lang) == text
    assert topic_name(Topic("kv-cache"), lang) == "kv-cache"
