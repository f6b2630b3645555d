"""What the title of a column says that stands in it: the work, its people, its year, a link, or nothing that an entry has."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from . import links
from .headings import words

TITLE: Final = "title"
NAME: Final = "name"
PAPER: Final = "paper"
AUTHORS: Final = "authors"
VENUE: Final = "venue"
DATE: Final = "date"
ABOUT: Final = "about"
NUMBER: Final = "number"
LINK: Final = "link"
OTHER: Final = "other"

_COLUMNS: Final = {
    # word in the title of a column (singular, lower case) -> what stands there. The first row that fits counts.
    **dict.fromkeys("title 标题 题目".split(), TITLE),
    **dict.fromkeys("author instructor speaker lecturer teacher presenter 作者 讲师 主讲".split(), AUTHORS),
    **dict.fromkeys("venue conference publication journal pub published 会议 期刊".split(), VENUE),
    **dict.fromkeys("date year time 日期 年份 时间 年".split(), DATE),
    **dict.fromkeys("paper 论文 article 文章".split(), PAPER),
    **dict.fromkeys(
        "name project course library work method model tool framework dataset resource software package repo repository"
        " benchmark system book 名称 项目 课程 模型 方法 工具 框架 数据集".split(),
        NAME,
    ),
    **dict.fromkeys(
        "description introduction summary abstract about tldr 简介 描述 介绍 说明 摘要 备注".split(), ABOUT
    ),
    **dict.fromkeys("# no id index s rank number 序号 编号".split(), NUMBER),
}
_LINK_FIRST: Final = frozenset({"work", "code", "video", "slides", "further"})


def meanings(title: str) -> frozenset[str]:
    """Return everything that a column is for: ``Title & Authors``."""
    return frozenset(_COLUMNS[word] for word in words(title) if word in _COLUMNS)


@lru_cache(maxsize=512)
def meaning(title: str) -> str:
    """Return what a column is for. A title that names nothing known is OTHER, an empty one too."""
    said = words(title)
    if title.strip() in {"#", "№"}:
        return NUMBER
    if len(said) > 1 and links.role(title, beside=True) in _LINK_FIRST and _COLUMNS.get(said[0]) != TITLE:
        return LINK
    for word in said:
        if word in _COLUMNS:
            return _COLUMNS[word]
    return LINK if links.role(title, beside=True) else OTHER


@lru_cache(maxsize=512)
def role(title: str) -> str:
    """Return what the links in a column are to the work, or nothing."""
    kind = meaning(title)
    if kind in {LINK, PAPER}:
        said = links.role(title, beside=True)
        return said if said not in {"", "work"} or kind == LINK else "work"
    return "code" if words(title)[:1] in {("repo",), ("repository",)} else ""
