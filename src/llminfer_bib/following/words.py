"""By which words and addresses pages give away that they are not what was asked for: not found, a login, a question for robots.

Each table's rows are tried one by one in the tests.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

_THING = "(?:page|file|article|document|video|post|content|repository|resource|site|url)"
_THE = "(?:the |this |that |your )?(?:requested )?"
_WANTED = "(?: you (?:requested|are looking for|were looking for))?"
_NOT = "(?:is not|was not|not|isn't|wasn't|cannot be|can't be|can not be|could not be|couldn't be)"
_SORRY = "(?:(?:sorry|oops|whoops)[!.,]{0,2} )?"
_ABSENT = (
    "(?:no longer available|no longer exists|unavailable|has been removed|has been deleted|was deleted|was removed)"
)
_SACHE = "(?:页面|网页|内容|文章|视频|资源|文件|问题|回答|帖子)"
_WEG = "(?:不存在|找不到了?|未找到|没有找到|无法找到|不见了|消失了|被?删除了?|失效了?|下架了?|丢失了?|走丢了?|去哪了)"
_WELCHE = "(?:您|你)?(?:要?访问的?|请求的?|所?查看的?|浏览的?)?(?:该|此|这个)?"
_ACH = "(?:出错[啦了]?|很?抱歉|对不起|啊叮)?[!！,，～~ ]?"

NOT_FOUND: Final = (
    # the whole of a title, or of one of its parts between dashes
    "(?:error |http |http error )?404(?: error| page)?",
    f"(?:(?:error |http )?404[ :.,!]{{0,2}})?{_SORRY}(?:{_THE}{_THING}{_WANTED} )?{_NOT} (?:found|available|exist)",
    f"{_SORRY}(?:the |this )?{_THING}{_WANTED} (?:does not|doesn't|didn't) exist",
    f"{_SORRY}(?:the |this )?{_THING}{_WANTED} (?:is )?{_ABSENT}",
    f"{_SORRY}(?:we )?(?:can't|cannot|could not|couldn't) find (?:the|that|this) {_THING}{_WANTED}",
    f"(?:no such {_THING}|nothing found|{_THING} unavailable)",
    "(?:this )?domain (?:name )?(?:is |may be )?for sale",
    f"{_ACH}{_WELCHE}{_SACHE}(?:已经?|可能已?)?{_WEG}(?:呢|吗)?",
    f"{_ACH}(?:找不到|未找到|没有找到|无法找到)(?:该|此|这个|您?请求的|您?访问的)?{_SACHE}",
    "(?:404)?[ ,，:：]{0,2}(?:未找到|找不到|不存在|出错[啦了]?)",
    "- youtube",
    "(?:知乎[,，]?)?(?:你似乎来到了)?没有知识存在的荒原",
)
"""Titles of pages that are not there, in lower case."""
DELETED: Final = (
    # anywhere in a short text
    "page not found",
    "page cannot be found",
    "page could not be found",
    "page you requested could not be found",
    "page you are looking for",
    "page you were looking for",
    "page doesn't exist",
    "page does not exist",
    "file not found",
    "404 not found",
    "no such page",
    "there isn't a github pages site here",
    "this video isn't available anymore",
    "this content is no longer available",
    "页面不存在",
    "页面未找到",
    "找不到页面",
    "找不到该页面",
    "您访问的页面",
    "你访问的页面",
    "您请求的页面",
    "网页不存在",
    "内容不存在",
    "文章不存在",
    "视频不存在",
    "该内容已被发布者删除",
    "此内容因违规无法查看",
    "此内容被投诉且经审核涉嫌侵权",
    "该公众号已迁移",
    "该文章已被删除",
    "内容已被删除",
    "视频不见了",
    "没有知识存在的荒原",
)
"""What the text of a page says that is not there; it counts where the page says little else."""
WALLS: Final = (
    # in the title, or anywhere in a short text
    "just a moment...",
    "attention required! | cloudflare",
    "checking your browser",
    "verify you are human",
    "verify that you are not a robot",
    "are you a robot",
    "are you human",
    "security check",
    "access denied",
    "access to this page has been denied",
    "please enable cookies",
    "enable javascript and cookies to continue",
    "ddos protection by",
    "pardon our interruption",
    "unusual traffic",
    "环境异常",
    "完成验证后即可继续访问",
    "请完成安全验证",
    "百度安全验证",
    "安全验证",
    "人机验证",
    "访问过于频繁",
    "账号安全中心",
    "请先登录",
    "登录后查看",
)
"""What a page says that wants to know who comes."""
LOGIN_HOSTS: Final = (
    "login.",
    "passport.",
    "accounts.",
    "account.",
    "signin.",
    "sso.",
    "idp.",
    "auth.",
    "consent.",
    "captcha.",
)
"""How hosts begin that ask who comes."""  # fmt: skip
LOGIN_PATHS: Final = (
    *("login", "log-in", "log_in", "signin", "sign-in", "sign_in", "signup", "sso", "passport", "authwall", "login.php", "login.html"),
    *("wp-login.php", "shibboleth.sso", "captcha", "unhuman", "wappoc_appmsgcaptcha", "cookieabsent", "sorry"),
)  # fmt: skip
"""Parts of a path behind which somebody asks who comes."""

_TITLE_MATCH = re.compile("|".join(f"(?:{row})" for row in NOT_FOUND))
_SEPARATOR = re.compile(r"\s*+[|·•»_–—:：]\s*+|\s++-\s++")
_SHORT = 400
"""Characters of text that make a page short."""
_LONGEST_TITLE = 200
_HOMES = frozenset({"", "index.html", "index.htm", "index.php", "home", "home.html", "en", "zh", "zh-cn", "cn", "en-us"})  # fmt: skip
_CHARSET = re.compile(rb"charset\s*+=\s*+[\"']?\s*+([A-Za-z0-9_.:-]{2,30})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,5000}+>")


def not_found_words(title: str, text: str) -> str:
    """Return the words by which a page says that it is not what was asked for, or an empty text."""
    folded = _folded(title)[:_LONGEST_TITLE]
    for part in (folded, *_SEPARATOR.split(folded)):
        if _TITLE_MATCH.fullmatch(part.strip(" !.。！?？~～")):
            return title.strip()[:80]
    if len(text) <= _SHORT:
        said = _folded(text)
        return next((phrase for phrase in DELETED if phrase in said), "")
    return ""


def wall_words(title: str, text: str) -> str:
    """Return the words by which a page asks who comes, or an empty text."""
    folded = _folded(title)[:_LONGEST_TITLE] if len(title) <= 60 else ""
    said = _folded(text) if len(text) <= _SHORT else ""
    return next((phrase for phrase in WALLS if phrase in folded or phrase in said), "")


def is_login(url: str) -> bool:
    """Tell whether an address is one at which somebody asks who comes."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").lower(), parts.path.lower()
    return host.startswith(LOGIN_HOSTS) or any(part in LOGIN_PATHS for part in path.split("/"))


def is_home(url: str) -> bool:
    """Tell whether an address is the front door of a site."""
    parts = urlsplit(url)
    return not parts.query and parts.path.strip("/").lower() in _HOMES


def read_page(body: bytes, content_type: str) -> tuple[str, str]:
    """Return the title of a page and the beginning of its text; both empty where there is none."""
    page = _decoded(body, content_type)
    low = page.lower() if len(page.lower()) == len(page) else page
    title = ""
    start = low.find("<title")
    if start >= 0 and (begin := page.find(">", start)) >= 0:
        end = low.find("</title", begin)
        title = " ".join(unescape(page[begin + 1 : end if end >= 0 else begin + _LONGEST_TITLE]).split())
    return title, _text(page, low)


def _text(page: str, low: str) -> str:
    """Return what a reader would see, without scripts and the like; it stops where it is clear that there is much."""
    body = low.find("<body")
    at = max(body, 0)
    kept: list[str] = []
    length = 0
    while at < len(page) and length <= 4 * _SHORT:
        hidden = _HIDDEN.search(low, at)
        start = hidden.start() if hidden else len(page)
        seen = " ".join(unescape(_TAG.sub(" ", page[at : min(start, at + _PIECE)])).split())
        kept.append(seen)
        length += len(seen)
        if hidden is None or start > at + _PIECE:
            break
        end = low.find(f"</{hidden[1]}", start)
        if end < 0:
            break
        at = end + len(hidden[1]) + 2
    return " ".join(filter(None, (part.strip("> ") for part in kept)))


_HIDDEN = re.compile(r"<(script|style|noscript|template|svg|head)(?![a-z])")
_PIECE = 20_000


def _decoded(body: bytes, content_type: str) -> str:
    found = _CHARSET.search(content_type.encode("ascii", "replace")) or _CHARSET.search(body[:4096])
    names = [found[1].decode("ascii")] if found else []
    for name in (*names, "utf-8", "gb18030"):
        try:
            return body.decode("gb18030" if name.lower() in {"gb2312", "gbk"} else name, "strict")
        except UnicodeDecodeError as error:
            if len(body) - error.start < 8:  # cut off within a character
                return body[: error.start].decode(name, "replace")
        except (LookupError, ValueError):
            continue
    return body.decode("utf-8", "replace")


def _folded(text: str) -> str:
    return " ".join(text.lower().replace("\u2019", "'").split())
