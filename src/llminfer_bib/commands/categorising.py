"""Headings of a foreign list for which the configuration has no category -> new categories, and topics for the headings below them.

Which heading an item stands under is known to ``importers``; how the configuration's text grows, to ``config.growing``.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from ..config import CONFIG_NAME, DEFAULT_FILE, RESERVED_SLUGS, Config, with_categories
from ..importers import Imported, Incoming
from ..importers.markdown import NO_CATEGORY
from ..keys.letters import slug as slug_of
from ..library import Library
from ..model import Category, Topic
from ..names import is_han
from ..saving import Change

_NUMBER = re.compile(r"(?:[0-9]++(?:\.[0-9]++)*+[.)、:：]?|[IVX]++\.|[一二三四五六七八九十]++[、.])\s++")
_SIGNS = re.compile(r"[^\w(（《「“\"'`.]+")
_PICTURE = re.compile("[\u2190-\u2bff\u3030\U0001f000-\U0001faff]")
_TWO_NAMES = re.compile(r"\s*+[·|/｜]\s*+")


@dataclass(slots=True)
class Grown:
    """What the configuration gets."""

    categories: list[Category] = field(default_factory=list)
    """In the order of their headings."""
    topics: list[Topic] = field(default_factory=list)

    def only(self, words: Collection[str]) -> Grown:
        """Return those that are among the keywords of entries."""
        return Grown(
            [each for each in self.categories if each.slug in words],
            [each for each in self.topics if each.slug in words],
        )


def config_change(library: Library, grown: Grown, title: str) -> Change | None:
    """Return what the configuration's file becomes, beside the library where there is none yet; None where nothing is new."""
    if not grown.categories and not grown.topics:
        return None
    path = library.config.path
    old = path.read_bytes() if path is not None else None
    text = (old or b"").decode("utf-8-sig")
    if path is None:
        assert library.path is not None
        path = library.path.parent / CONFIG_NAME
        text = "" if library.path.name == DEFAULT_FILE else f"file = {json.dumps(library.path.name)}\n"
    mark = codecs.BOM_UTF8 if (old or b"").startswith(codecs.BOM_UTF8) else b""
    new = with_categories(text, path.name, grown.categories, grown.topics, title)
    return Change(path, mark + new.encode(), old)


def categorise(imported: Imported, config: Config) -> tuple[Imported, Grown]:
    """Give every item without a category that of its topmost heading, and the lowest heading as a topic; both made where need be."""
    grown = Grown()
    words = _Words(config, grown)
    entries = tuple(words.placed(item) for item in imported.entries)
    unmapped = tuple(one for one in imported.unmapped if one.why != NO_CATEGORY)
    return replace(imported, entries=entries, unmapped=unmapped), grown


class _Words:
    """Headings -> slugs, each made once."""

    def __init__(self, config: Config, grown: Grown) -> None:
        self.grown = grown
        self.categories: dict[str, str] = {}
        self.made: set[str] = set()
        self.topics = {name.casefold(): topic.slug for topic in config.topics for name in _names(topic) if name}
        self.taken = {*RESERVED_SLUGS, *config.category_slugs, *config.topic_slugs}

    def placed(self, item: Incoming) -> Incoming:
        """Return the item with a category and topic, where it had no category."""
        if item.category or not item.section:
            return item
        category = self._category(item.section[0])
        topic = self._topic(item.section[-1]) if category and len(item.section) > 1 else ""
        return replace(item, category=category, keywords=tuple(filter(None, (topic, *item.keywords))))

    def _category(self, heading: str) -> str:
        if heading not in self.categories:
            emoji, chinese, english = parts_of(heading)
            found = _free(chinese or english, english, self.taken)
            self.categories[heading] = found
            if found:
                self.taken.add(found)
                self.made.add(found)
                self.grown.categories.append(Category(found, chinese, english, emoji))
        return self.categories[heading]

    def _topic(self, heading: str) -> str:
        _, chinese, english = parts_of(heading)
        name = (english or chinese).casefold()
        if (slug_of(english) or slug_of(chinese)) in self.made:
            return ""  # it says again what a category says
        if name not in self.topics:
            found = _free(chinese or english, english, self.taken)
            self.topics[name] = found
            if found:
                self.taken.add(found)
                self.grown.topics.append(Topic(found, chinese, english))
        return self.topics[name]


def parts_of(heading: str) -> tuple[str, str, str]:
    """Return emoji, Chinese and English name of a heading: ``🚀 课程 · Courses``. One name is where its letters belong."""
    text, emoji = heading.strip(), ""
    for signs in (_SIGNS.match(text), re.search(_SIGNS.pattern + r"\Z", text)):
        if signs and _PICTURE.search(signs[0]):
            emoji = emoji or "".join(signs[0].split())
            text = text.replace(signs[0], " ", 1).strip()
    text = _NUMBER.sub("", text, count=1) if _NUMBER.match(text) else text
    text = text.rstrip(" :：#").strip() or heading.strip()
    names = _TWO_NAMES.split(text)
    if len(names) == 2 and [_is_chinese(name) for name in names] in ([True, False], [False, True]):
        chinese, english = names if _is_chinese(names[0]) else names[::-1]
        return emoji, chinese, english
    return (emoji, text, "") if _is_chinese(text) else (emoji, "", text)


def _is_chinese(text: str) -> bool:
    return any(map(is_han, text))


def _names(topic: Topic) -> Iterable[str]:
    return topic.slug, topic.name_zh, topic.name_en


def _free(name: str, english: str, taken: Collection[str]) -> str:
    """Return a slug for a name that no category or topic has; nothing for a name without letters."""
    base = slug_of(english) or slug_of(name)
    number = 2
    found = base
    while found in taken:
        found = f"{base}-{number}"
        number += 1
    return found
