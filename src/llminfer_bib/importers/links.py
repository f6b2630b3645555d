"""A link of a list -> what it is to the entry beside it: the work itself, its code, video, slides, a PDF, a badge, a way round the page."""

from __future__ import annotations

import re
from typing import Final

from ..identifiers import host_of
from ..locate import CODE_HOSTS, Located, kind_of_url, locate
from .headings import words

ROLES: Final = {
    # word that a link is called by (singular, lower case) -> field, or "work" for the work itself
    **dict.fromkeys(
        "paper pdf arxiv link doi 论文 abs openreview acl html 链接 原文 preprint report publication article eprint 地址 url".split(),
        "work",
    ),
    **dict.fromkeys(
        "code github repo repository official 代码 源码 implementation pytorch tensorflow jax gitlab gitee 仓库".split(),
        "code",
    ),
    **dict.fromkeys("video youtube bilibili talk recording 视频 lecture".split(), "video"),
    **dict.fromkeys("slide ppt pptx 幻灯片 presentation".split(), "slides"),
    **dict.fromkeys(
        (
            "project webpage website homepage page demo blog site 主页 项目 model dataset web doc documentation zip bib "
            "bibtex poster supplementary supp appendix checkpoint ckpt weight leaderboard colab notebook twitter tweet "
            "wechat discord slack review mirror api playground data 数据 数据集 模型 文档 官网 博客 演示 citation course online "
            "huggingface modelscope wiki 微信 tutorial star license 简介 说明 space "
        ).split(),
        "further",
    ),
}
_BESIDE: Final = frozenset("paper pdf code github slide video demo data repo website blog poster checkpoint".split())
"""Words that say what a link beside a work is, whatever stands before them: ``VITA-1.5 Paper``."""
_SAYS_LITTLE: Final = frozenset(
    (
        "download source full here the a of to in on for v1 v2 s official our original this external link free "
        "view read and hugging face downloadable "
    ).split()
)
PAPER_HOSTS: Final = (
    "aclanthology.org",
    "proceedings.mlr.press",
    "proceedings.mlsys.org",
    "proceedings.neurips.cc",
    "papers.nips.cc",
    "papers.neurips.cc",
    "openaccess.thecvf.com",
    "openreview.net",
    "dl.acm.org",
    "ieeexplore.ieee.org",
    "link.springer.com",
    "semanticscholar.org",
    "jmlr.org",
    "ojs.aaai.org",
    "aaai.org/ocs",
    "aaai.org/Papers",
    "aclweb.org/anthology",
    "anthology.aclweb.org",
    "biorxiv.org",
    "bmva.org",
    "books.nips.cc",
    "cidrdb.org",
    "cv-foundation.org",
    "ecva.net",
    "ieeexplore.ieee.org",
    "isca-archive.org",
    "isca-speech.org/archive",
    "jmlr.csail.mit.edu",
    "machinelearning.org/proceedings",
    "nature.com/articles",
    "nature.com/nature/journal",
    "onlinelibrary.wiley.com",
    "roboticsproceedings.org",
    "sciencedirect.com/science/article",
    "vldb.org/pvldb",
)
_BADGES: Final = (
    "shields.io",
    "badge.fury.io",
    "badgen.net",
    "star-history.com",
    "awesome.re",
    "travis-ci.org",
    "codecov.io",
    "travis-ci.com",
    "contrib.rocks",
    "badges.gitter.im",
    "img.badgesize.io",
    "visitor-badge.glitch.me",
    "hits.seeyoufarm.com",
)
_LONGEST_ROLE = 3
_LONGEST_BESIDE = 4
_LONGEST_LABEL = 40
_LONGEST_SAID = 100
_WAY_ROUND = re.compile(
    r"\W*(?:(?:go |back |return |jump ){1,2}(?:up )?to (?:the )?(?:top|contents?|table of contents|index|toc|list|catalog)"
    r"|back|top|回到?顶部|返回(?:顶部|目录)?)(?:\s*:[a-z_]+:|\W)*",
    re.IGNORECASE,
)
_REPOSITORY_HOSTS: Final = ("github.com", "gitlab.com", "gitee.com", "codeberg.org", "bitbucket.org")
_USENIX = re.compile(r"https?://(?:www\.)?usenix\.org/(?:conference|system)/", re.IGNORECASE)


def role(label: str, *, beside: bool = False) -> str:
    """Return what a link's label says that it is: a field, ``work``, ``further``, or nothing for a name of its own.

    One that stands `beside` a work, behind its title, may have a name before the word: ``Paper-CVPR14``, ``VITA-1.5 Paper``.
    """
    if len(label) > _LONGEST_SAID:
        return ""
    said = words(label)
    if not said or len(said) > (_LONGEST_BESIDE if beside else _LONGEST_ROLE):
        return ""
    if all(word in ROLES or word in _SAYS_LITTLE or word.isdigit() for word in said):
        return next(
            (ROLES[word] for word in said if word in ROLES and word != "link"), ROLES["link"] if "link" in said else ""
        )
    if beside and len(label) <= _LONGEST_LABEL:
        for word in (said[-1], said[0]):
            if word in _BESIDE and (word == said[-1] or (len(said) <= _LONGEST_ROLE and any(map(str.isdigit, label)))):
                return ROLES[word]
    return ""


def is_way_round(url: str, label: str) -> bool:
    """Tell whether a link leads round the page itself: to an anchor, back to the top."""
    return url.startswith("#") or _WAY_ROUND.fullmatch(label.strip(" ^*_⬆↑\U0001f51d️")) is not None


def is_video(url: str) -> bool:
    """Tell whether a link leads to a video."""
    return kind_of_url(url)[0] == "video"


def is_badge(url: str) -> bool:
    """Tell whether an address is that of a badge."""
    host = host_of(url)
    return any(host == each or host.endswith("." + each) for each in _BADGES)


def is_paper(url: str, place: Located) -> bool:
    """Tell whether a link leads to a paper."""
    if place.kind in {"arxiv", "doi", "openreview"} or _USENIX.match(url) is not None:
        return True
    host = host_of(url)
    path = url.partition("//")[2].partition("/")[2]
    for each in PAPER_HOSTS:
        known, _, start = each.partition("/")
        if (host == known or host.endswith("." + known)) and path.lstrip("/").startswith(start):
            return True
    return False


def is_code(url: str) -> bool:
    """Tell whether a link leads to code."""
    return kind_of_url(url)[0] == "software" and host_of(url).removeprefix("www.") in CODE_HOSTS


def field_of(url: str, role: str) -> str:
    """Return the field for a further link that has this role, or nothing."""
    if role in {"code", "video", "slides"}:
        return role
    if role and is_code(url) and (role == "work" or host_of(url).removeprefix("www.") in _REPOSITORY_HOSTS):
        return "code"
    return "video" if role and is_video(url) else ""


def place_of(url: str) -> Located:
    """Return the identifier in a link."""
    return locate(url)
