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
        ("paper", "pdf", "arxiv", "link", "doi", "论文", "abs", "openreview", "acl", "html", "链接", "原文"), "work"
    ),
    **dict.fromkeys(
        ("code", "github", "repo", "repository", "official", "代码", "源码", "implementation", "pytorch"), "code"
    ),
    **dict.fromkeys(("video", "youtube", "bilibili", "talk", "recording", "视频"), "video"),
    **dict.fromkeys(("slide", "ppt", "幻灯片"), "slides"),
    **dict.fromkeys(
        ("project", "website", "homepage", "page", "demo", "blog", "site", "主页", "项目", "model", "dataset"),
        "further",
    ),
}
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
)
_BADGES: Final = (
    "shields.io",
    "badge.fury.io",
    "badgen.net",
    "star-history.com",
    "awesome.re",
    "travis-ci.org",
    "codecov.io",
)
_LONGEST_ROLE = 3
_USENIX = re.compile(r"https?://(?:www\.)?usenix\.org/(?:conference|system)/", re.IGNORECASE)


def role(label: str) -> str:
    """Return what a link's label says that it is: a field, ``work``, ``further``, or nothing for a name of its own."""
    said = words(label)
    if not said or len(said) > _LONGEST_ROLE:
        return ""
    return (
        next((ROLES[word] for word in said if word in ROLES), "") if all(w in ROLES or len(w) < 3 for w in said) else ""
    )


def is_badge(url: str) -> bool:
    """Tell whether an address is that of a badge."""
    host = host_of(url)
    return any(host == each or host.endswith("." + each) for each in _BADGES)


def is_paper(url: str, place: Located) -> bool:
    """Tell whether a link leads to a paper."""
    host = host_of(url)
    return (
        place.kind in {"arxiv", "doi", "openreview"}
        or any(host == each or host.endswith("." + each) for each in PAPER_HOSTS)
        or _USENIX.match(url) is not None
    )


def is_code(url: str) -> bool:
    """Tell whether a link leads to code."""
    return kind_of_url(url)[0] == "software" and host_of(url).removeprefix("www.") in CODE_HOSTS


def field_of(url: str, label: str) -> str:
    """Return the field for a further link, or nothing."""
    said = role(label)
    if said in {"code", "video", "slides"}:
        return said
    if is_code(url):
        return "code"
    return "video" if kind_of_url(url)[0] == "video" else ""


def place_of(url: str) -> Located:
    """Return the identifier in a link."""
    return locate(url)
