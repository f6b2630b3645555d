"""What is known of single hosts: how slowly they want to be asked, whether their HEAD is to be trusted, which stand for the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Host:
    """One host and those below it."""

    name: str
    pace: float = 0.0
    """Seconds between requests; the larger of this and the configured pace counts."""
    honest: bool = False
    """It says 404 where there is nothing: a HEAD is enough."""
    vague: bool = False
    """It says 200 whatever is there: only the words of the page tell, and a HEAD is a request too many."""
    known: bool = False
    """It is always there: where it does not answer, our own network is down."""
    short: bool = False
    """It makes short links: that one leads to a home page means nothing."""


HOSTS: Final = {
    host.name: host
    for host in (
        Host("arxiv.org", pace=3.0, honest=True, known=True),
        Host("doi.org", honest=True, known=True),
        Host("github.com", honest=True, known=True),
        Host("huggingface.co", honest=True, known=True),
        Host("openreview.net", known=True),
        Host("aclanthology.org", honest=True, known=True),
        Host("dl.acm.org", pace=2.0),
        Host("ieeexplore.ieee.org", pace=2.0),
        Host("semanticscholar.org", pace=2.0),
        Host("youtube.com", vague=True, known=True),
        Host("bilibili.com", pace=2.0, known=True),
        Host("zhihu.com", pace=2.0, known=True),
        Host("weixin.qq.com", pace=2.0, vague=True, known=True),
        *(Host(name, short=True) for name in ("t.co", "bit.ly", "goo.gl", "tinyurl.com", "aka.ms", "ow.ly", "lnkd.in")),
        *(Host(name, short=True) for name in ("dwz.cn", "t.cn", "b23.tv", "s.id", "is.gd")),
    )
}  # fmt: skip
_NOBODY: Final = Host("")
CONTROLS: Final = ("https://doi.org/", "https://arxiv.org/", "https://www.baidu.com/")
"""Asked, one after the other, where most hosts seem dead: does anybody answer?"""


def host_row(host: str) -> Host:
    """Return what is known of a host: its own row, or that of a domain above it."""
    while host:
        if host in HOSTS:
            return HOSTS[host]
        host = host.partition(".")[2]
    return _NOBODY
