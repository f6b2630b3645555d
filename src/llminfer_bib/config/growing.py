"""The text of a configuration with categories and topics added behind what stands there. It is not written here.

The rest stays byte for byte: TOML lets a table be added at the end of a file. What the new text says is read again before it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..model import Category, Topic
from .refusals import ConfigError
from .values import PROJECT_NAME

_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')


def with_categories(
    text: str, name: str, categories: Sequence[Category], topics: Sequence[Topic] = (), title: str = ""
) -> str:
    """Return the text of the file `name` with new categories and topics; `title` is the list's, for a file without one.

    Raises ConfigError where the file's own tables are written so that nothing can be added behind them.
    """
    where = "tool.bib." if name == PROJECT_NAME else ""
    end = "\r\n" if "\r\n" in text else "\n"
    old = _ours(text, where)
    blocks = []
    if title and "list" not in old:
        blocks.append([f"[{where}list]", f"title = {_quoted(title)}"])
    for category in categories:
        named = {"title_zh": category.title_zh, "title_en": category.title_en, "emoji": category.emoji}
        lines = [f"[[{where}categories]]", f"slug = {_quoted(category.slug)}"]
        blocks.append(lines + [f"{key} = {_quoted(value)}" for key, value in named.items() if value])
    for topic in topics:
        names = {"zh": topic.name_zh, "en": topic.name_en}
        lines = [f"[{where}topics.{topic.slug}]"]
        blocks.append(lines + [f"{key} = {_quoted(value)}" for key, value in names.items() if value])
    if not blocks:
        return text
    added = end.join(end.join([*lines, ""]) for lines in blocks)
    new = text + ("" if not text or text.endswith("\n") else end) + (end if text.strip() else "") + added
    _prove(old, new, where, categories, topics, name)
    return new


def _prove(
    old: Mapping[str, Any], new: str, where: str, categories: Iterable[Category], topics: Iterable[Topic], name: str
) -> None:
    """Insist that the new text says what the old one did, and the new categories and topics behind it."""
    try:
        now = _ours(new, where)
    except ValueError:  # of TOML
        now = {}
    slugs = [row["slug"] for row in now.get("categories", ())]
    wanted = [*(row.get("slug") for row in old.get("categories", ())), *(category.slug for category in categories)]
    kept = all(now.get(key) == value for key, value in old.items() if key not in {"categories", "topics"})
    if (
        not kept
        or slugs != wanted
        or list(now.get("topics", ()))
        != [
            *old.get("topics", ()),
            *(topic.slug for topic in topics),
        ]
    ):
        raise ConfigError(
            name, "new categories cannot be added to it as it is written. Write categories as [[categories]] tables."
        )


def _ours(text: str, where: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - only where one is written

    found: dict[str, Any] = tomllib.loads(text)
    for word in filter(None, where.split(".")):
        found = found.get(word, {})
    return found


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML (https://toml.io/en/v1.0.0#string)."""
    return '"' + _ESCAPED.sub(_escaped, text) + '"'


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[0] if match[0] in '"\\' else f"\\u{ord(match[0]):04X}"
