"""Keys of items that are no papers: the name of a project, a course's number, a site's name, or the thing and the site."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import islice
from typing import Final
from urllib.parse import unquote, urlsplit

from ..identifiers import host_of
from ..locate import kind_of_url
from ..model import People
from .letters import HAN, LONGEST_TEXT, ascii_of, pinyin, slug
from .people import family_of, lead
from .words import STOP_WORDS, words_of

# Latin words in a Chinese title that nearly every title of the field has.
GENERIC_WORDS: Final = frozenset(
    "ai b llm llms gpu gpus idea it mit ml nlp slm vlm icml iclr neurips mlsys mlsys2025 acl emnlp aaai sosp osdi asplos isca hpca".split()
)

GENERIC_HAN: Final = re.compile("(?:大语言模型|大型语言模型|语言大模型|大模型|一文读懂|万字长文)的?")
"""Phrases that nearly every Chinese title of the field has."""
# Site -> how keys call it: the host, or what it ends with after a dot. First the longer host.
SITES: Final = (
    ("weixin.qq.com", "weixin"),
    ("bilibili.com", "bilibili"),
    ("b23.tv", "bilibili"),
    ("youtube.com", "youtube"),
    ("youtu.be", "youtube"),
    ("vimeo.com", "vimeo"),
    ("zhihu.com", "zhihu"),
    ("csdn.net", "csdn"),
    ("cnblogs.com", "cnblogs"),
    ("juejin.cn", "juejin"),
    ("jianshu.com", "jianshu"),
    ("infoq.cn", "infoq"),
    ("medium.com", "medium"),
    ("substack.com", "substack"),
    ("x.com", "x"),
    ("twitter.com", "twitter"),
    ("linkedin.com", "linkedin"),
    ("reddit.com", "reddit"),
    ("icml.cc", "icml"),
    ("neurips.cc", "neurips"),
    ("iclr.cc", "iclr"),
)
_SECOND_LEVEL = frozenset("ac co com edu gov net org gitbook github gitlab notion vercel netlify readthedocs".split())
"""Labels before the last of a host that are no name: ``co.uk``, ``github.io``."""
_NAME_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-.][A-Za-z0-9]+)*")
_COURSE_CODE = re.compile(r"\b([A-Z]{2,4}) ?([0-9]{3,4}[A-Z]?)\b")
_SHORT_TITLE = re.compile(r"\s*(?:[(（:：|｜—–]|\s-\s)")


def item_key(people: People, year: int | None, title: str, url: str, kind: str) -> str:
    """Return a key, or nothing where the item is called like a paper: a post with author and year on a site of its own."""
    entry_type, subtype, _ = kind_of_url(url)
    kind = kind or {"software": "project", "video": "video"}.get(entry_type, subtype)
    host, path = host_of(url), _path(url)
    if kind == "project":
        return _project(title, host, path)
    if code := _course_code(title, url, kind):
        return code
    site = next((name for place, name in SITES if host == place or host.endswith("." + place)), "")
    if not site and not path:
        return _label(host)
    if not site and kind != "video" and people.persons and year:
        return ""
    return _on_site(people, title, site or _label(host))


def _project(title: str, host: str, path: tuple[str, ...]) -> str:
    """Return the repository's name; else the title up to its first bracket, colon or dash; else the last part of the address."""
    if host.endswith(("huggingface.co", "modelscope.cn")) and path[:1] in {("datasets",), ("spaces",), ("models",)}:
        path = path[1:]
    if "-" in path:  # of GitLab: what follows is a place in the repository
        path = path[: path.index("-")]
    deep = host.startswith("gitlab.")
    if len(path) >= 2 and not host.startswith("gist.") and kind_of_url(f"https://{host}/")[0] == "software":
        return slug((path[-1] if deep else path[1]).removesuffix(".git")) or slug(path[0])
    short = _SHORT_TITLE.split(title, maxsplit=1)[0]
    name = _NAME_TOKEN.findall(short)
    if name and len(name) <= 3:
        return "".join(map(slug, name)) if len(path) < 2 else "-".join(map(slug, name))
    return slug(path[-1]) if path else _label(host)


def _course_code(title: str, url: str, kind: str) -> str:
    """Return a course's number, ``cs336``; of a page that nobody calls a course only where its address says it, too."""
    for found in _COURSE_CODE.finditer(title):
        code = (found[1] + found[2]).lower()
        if kind == "course" or code in re.sub("[^a-z0-9]", "", url[:LONGEST_TEXT].lower()):
            return code
    return ""


def _on_site(people: People, title: str, site: str) -> str:
    """Return author, name of the thing, site. The name is said once where it is the author's."""
    author = lead(people)
    names = {author, *(family_of(person) for person in people), *(ascii_of(person.given) for person in people)}
    name = _thing(title, names if author else set(), author=author)
    return "-".join(dict.fromkeys(filter(None, (author[:20], name[:30], site[:20]))))


def _thing(title: str, names: Collection[str], *, author: str) -> str:
    """Return what a title is about in a word or two: a Latin name in a Chinese title, the first words of an English one."""
    if HAN.search(title):
        own = ""
        for found in _NAME_TOKEN.finditer(title):
            word = slug(found[0])
            if word == author:
                return ""
            if len(word) > 1 and word not in GENERIC_WORDS and word not in STOP_WORDS and word not in names:
                own = word
                break
        return own or pinyin("".join(HAN.findall(GENERIC_HAN.sub(" ", title)) or HAN.findall(title)), 3)
    words = [word for word in islice(words_of(title), 6) if word not in names]
    return "-".join(words[: 1 if author else 2])


def _label(host: str) -> str:
    """Return the name in a host: ``efficientml`` of ``www.efficientml.ai``, ``someone`` of ``someone.github.io``."""
    labels = [label for label in host.split(".") if label not in {"www", "m", ""}]
    names = labels[:-1]
    while len(names) > 1 and names[-1] in _SECOND_LEVEL:
        names.pop()
    return slug(host if host.replace(".", "").isdigit() else (names or labels or [host])[-1])


def _path(url: str) -> tuple[str, ...]:
    try:
        path = unquote(urlsplit(url[:LONGEST_TEXT]).path)
    except ValueError:
        return ()
    return tuple(part for part in path.split("/") if part)
