"""What a person pastes to name a work -> the identifier in it; and what an address on the web most likely is. Pure: asks nobody.

The normal forms of identifiers are in ``identifiers``; where publishers and readers put them is known here only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from .identifiers import arxiv_url, doi_url, host_of, normalise_arxiv, normalise_doi, web_url

ARXIV: Final = "arxiv"
DOI: Final = "doi"
OPENREVIEW: Final = "openreview"
URL: Final = "url"
NONE: Final = "none"

_LONGEST = 2048
_BLANK = " \t\r\n\f\v\u00a0\u200b\u2060\u3000\ufeff"
_NO_SCHEME = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?::[0-9]{1,5})?/\S", re.IGNORECASE | re.ASCII)
_WRAPPING = (("<", ">"), ("(", ")"), ("[", "]"), ('"', '"'), ("'", "'"), ("`", "`"), ("{", "}"))


@dataclass(frozen=True, slots=True)
class Located:
    """What a text names."""

    kind: str
    """``arxiv`` and ``doi`` can be asked about; ``openreview`` (has an id, but nobody to ask), ``url`` and ``none``."""
    id: str = ""
    """Normalised: an arXiv id without version, a DOI, an OpenReview id as it is written (its case counts)."""
    url: str = ""
    """The page to cite; empty for ``none``."""
    reason: str = ""
    """For ``none`` only: why, and what can be given instead, as one sentence or two for people."""


# (host, or what it ends with after a dot; pattern of the path; group 1 is the arXiv id). Pages of arxiv.org itself are read by
# ``normalise_arxiv``; these hosts show the same papers under the same id.
ARXIV_PAGES: Final = (
    ("huggingface.co", r"/papers/([0-9.]+)"),
    ("hf.co", r"/papers/([0-9.]+)"),
    ("alphaxiv.org", r"/(?:[a-z]{2}/)?(?:abs|pdf|overview|resources|audio)/(.+)"),
    ("ar5iv.org", r"/(?:abs|html|pdf|papers)/(.+)"),
    ("ar5iv.labs.arxiv.org", r"/(?:abs|html|pdf|papers)/(.+)"),
    ("semanticscholar.org", r"/arxiv/(.+)"),
    ("api.semanticscholar.org", r"/arxiv:(.+)"),
    ("scirate.com", r"/arxiv/(.+)"),
    ("emergentmind.com", r"/papers/([0-9.]+)"),
    ("arxivxplorer.com", r"/paper/(.+)"),
    ("dblp.org", r"/rec/journals/corr/abs-([0-9]{4}-[0-9]{4,5})(?:\.html|\.bib)?"),
    ("dblp.uni-trier.de", r"/rec/journals/corr/abs-([0-9]{4}-[0-9]{4,5})(?:\.html|\.bib)?"),
    ("ui.adsabs.harvard.edu", r"/abs/[0-9]{4}arxiv([0-9]{9})[a-z](?:/abstract)?"),
)

# (host, or what it ends with after a dot; pattern of the decoded path; what stands before group 1 in the DOI)
DOI_PAGES: Final = (
    (
        "",
        r"/(?:.*/)?doi/(?:[A-Za-z]+/){0,2}(10\.[0-9]{4,9}/.+)",
        "",
    ),  # Atypon: ACM, Wiley, SAGE, T&F, Science, PNAS, ACS...
    ("link.springer.com", r"/(?:article|chapter|book|protocol|referenceworkentry|content/pdf)/(10\.[0-9]{4,9}/.+)", ""),
    ("nature.com", r"/articles/((?:s[0-9]{5}-|nature|ncomms|srep)[a-z0-9-]+)(?:\.pdf)?", "10.1038/"),
    ("biorxiv.org", r"/content/(?:early/[0-9/]+)?(10\.(?:1101|64898)/[0-9.]+[0-9](?:v.*|\..*)?)", ""),
    ("medrxiv.org", r"/content/(?:early/[0-9/]+)?(10\.(?:1101|64898)/[0-9.]+[0-9](?:v.*|\..*)?)", ""),
    ("journals.aps.org", r"/[a-z]+/(?:abstract|pdf|accepted|supplemental)/(10\.1103/.+)", ""),
    ("iopscience.iop.org", r"/article/(10\.[0-9]{4,9}/.+)", ""),
    ("frontiersin.org", r"/(?:journals/[a-z-]+/)?articles/(10\.3389/.+)", ""),
    ("royalsocietypublishing.org", r"/doi/(10\.[0-9]{4,9}/.+)", ""),
    ("api.crossref.org", r"/works/(10\.[0-9]{4,9}/.+)", ""),
    ("api.datacite.org", r"/dois/(10\.[0-9]{4,9}/.+)", ""),
    ("ijcai.org", r"/proceedings/((?:201[7-9]|20[2-9][0-9])/[1-9][0-9]{0,3})", "10.24963/ijcai."),
    ("semanticscholar.org", r"/doi:(10\.[0-9]{4,9}/.+)", ""),
)

# (host, parameter of its query that is an arXiv id or a DOI)
PARAMETERS: Final = (
    ("scholar.google.com", "arxiv_id"),
    ("scholar.google.com", "doi"),
    ("journals.plos.org", "id"),
    ("doi.org", "doi"),
    ("dl.acm.org", "doi"),
)
_PAGE_OF_DOI = re.compile(
    r"(?:(?<=[a-z0-9])v[0-9]{1,3})?(?:\.full(?:[-.](?:text|pdf)(?:\+html)?)?|\.abstract|\.supplementary-material)?\Z"
)
"""Version and view behind the DOI of a bioRxiv page."""
_VIEW = re.compile(
    r"/(?:abstract|full|full/html|fullhtml|html|meta|pdf|pdf/[^/]*|epdf|summary|references|figures|tables|xml)?\Z",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:pdf|epub|html?|xml|bib|ris)\Z", re.IGNORECASE)

# --- ACL Anthology: https://aclanthology.org/info/ids/ (form of its ids); which have a DOI was looked up, see ``_anthology``.

_ANTHOLOGY_NEW = re.compile(
    r"/(?:anthology/)?((20[2-9][0-9])\.([a-z0-9]+)-[a-z0-9]+\.[1-9][0-9]*)(?:\.pdf|\.bib|v[0-9]\.pdf)?/?", re.IGNORECASE
)
_ANTHOLOGY_OLD = re.compile(
    r"/(?:anthology/)?(([A-Z])([0-9]{2})-[0-9]{4})(?:\.pdf|\.bib|v[0-9]\.pdf)?/?", re.IGNORECASE
)
ANTHOLOGY_NEW: Final = {
    # venue: first and last year whose papers are known to have a DOI of the form 10.18653/v1/ID
    **dict.fromkeys(("acl", "emnlp", "findings", "naacl", "eacl", "aacl", "conll", "semeval", "starsem"), (2020, 2099)),
    **dict.fromkeys(("bionlp", "blackboxnlp", "iwslt", "repl4nlp", "insights", "woah", "bea"), (2020, 2099)),
    "sigdial": (2020, 2024),
    "inlg": (2023, 2024),
    "wmt": (2023, 2099),
}
ANTHOLOGY_OLD: Final = {
    # letter of the venue: first years (of 19YY or 20YY) with 10.3115/v1/ID and with 10.18653/v1/ID
    "P": (2014, 2016),
    "N": (2015, 2016),
    "D": (2014, 2015),
    "E": (2014, 2017),
    "K": (2015, 2015),
    "S": (2014, 2015),
    "W": (2014, 2016),
}

# --- what is behind an address

CODE_HOSTS: Final = tuple(
    "github.com gitlab.com gitee.com codeberg.org bitbucket.org sourceforge.net pypi.org modelscope.cn huggingface.co".split()
)
# (host, or what it ends with after a dot; how the path begins; (entry type, entrysubtype, organization)). The first row that
# fits counts.
PAGES: Final = (
    *((host, "/", ("software", "", "")) for host in CODE_HOSTS),
    ("bilibili.com", "/read/", ("online", "blog", "Bilibili")),
    ("bilibili.com", "/opus/", ("online", "blog", "Bilibili")),
    ("bilibili.com", "/", ("video", "", "Bilibili")),
    ("b23.tv", "/", ("video", "", "Bilibili")),
    ("youtube.com", "/", ("video", "", "YouTube")),
    ("youtu.be", "/", ("video", "", "YouTube")),
    ("vimeo.com", "/", ("video", "", "Vimeo")),
    ("slideslive.com", "/", ("video", "", "SlidesLive")),
    ("nvidia.cn", "/on-demand/", ("video", "", "NVIDIA On-Demand")),
    ("nvidia.com", "/on-demand/", ("video", "", "NVIDIA On-Demand")),
    ("nvidia.com", "/en-us/on-demand/", ("video", "", "NVIDIA On-Demand")),
    ("weixin.qq.com", "/", ("online", "blog", "微信公众号")),
    ("zhihu.com", "/zvideo/", ("video", "", "知乎")),
    ("zhihu.com", "/", ("online", "blog", "知乎")),
    ("csdn.net", "/", ("online", "blog", "CSDN")),
    ("cnblogs.com", "/", ("online", "blog", "博客园")),
    ("juejin.cn", "/", ("online", "blog", "掘金")),
    ("jianshu.com", "/", ("online", "blog", "简书")),
    ("infoq.cn", "/", ("online", "blog", "InfoQ")),
    ("medium.com", "/", ("online", "blog", "Medium")),
    ("substack.com", "/", ("online", "blog", "Substack")),
    ("towardsdatascience.com", "/", ("online", "blog", "Towards Data Science")),
    ("dev.to", "/", ("online", "blog", "DEV")),
    ("wordpress.com", "/", ("online", "blog", "")),
    ("blogspot.com", "/", ("online", "blog", "")),
    ("github.io", "/", ("online", "blog", "")),
    ("notion.site", "/", ("online", "blog", "")),
)
_NO_CODE = re.compile(r"/(?:blog|posts|changelog|features|about|learn|docs|papers)(?:/|\Z)", re.IGNORECASE)
"""Places of a code host that are no code."""
_BLOG_HOST = re.compile(r"(?:www\.)?(?:[a-z0-9-]*blogs?|developer|engineering)\.", re.IGNORECASE)
_BLOG_PATH = re.compile(r"/(?:blogs?|posts?)/.", re.IGNORECASE)


def locate(text: str) -> Located:
    """Return what a text names. Never raises; linear; a text longer than any address names nothing.

    An identifier is taken only where it stands for the page itself: not from the middle of a sentence, a query or a path
    that is about something else. Of an OpenReview page the id is known, but no service says without a login what it is.
    """
    text = _unwrapped(text[: _LONGEST + 1])
    if not text or len(text) > _LONGEST:
        return Located(NONE, reason=_why_not(text))
    if found := _identifier(text):
        return found
    if _NO_SCHEME.match(text):
        text = "https://" + text
    url = web_url(text)
    if not url:
        return Located(NONE, reason=_why_not(text))
    return _identifier(url) or _in_page(url) or Located(URL, url=url)


def kind_of_url(url: str) -> tuple[str, str, str]:
    """Guess (entry type, entrysubtype, organization) of an http(s) page by its address; empty where there is nothing to say.

    A course looks like a blog or any page, and a recorded talk may stand anywhere: a person says so where it matters.
    """
    host = host_of(url)
    if not host:
        return ("online", "", "")
    path = _path(url) or "/"
    is_code = any(_is_at(host, place) for place in CODE_HOSTS) or host.startswith("gitlab.")
    if not (is_code and (_NO_CODE.match(path) or host.startswith(("blog.", "docs.")))):
        for place, beginning, page in PAGES:
            if _is_at(host, place) and path.startswith(beginning):
                return page
        if is_code:
            return ("software", "", "")
    is_blog = _BLOG_HOST.match(host) or _BLOG_PATH.search(path)
    return ("online", "blog" if is_blog else "", "")


# --- parts


def _unwrapped(text: str) -> str:
    """Drop blanks, pairs of brackets or quotes around a text, and what a sentence puts behind an address."""
    text = text.strip(_BLANK)
    for begin, end in _WRAPPING:
        if len(text) > 2 and text[0] == begin and text[-1] == end:
            text = text[1:-1].strip(_BLANK)
    return text


def _identifier(text: str) -> Located | None:
    """Read a text that is an arXiv id, a DOI, or a link of arXiv or the DOI's resolver."""
    if found := normalise_arxiv(text)[0]:
        return Located(ARXIV, found, arxiv_url(found))
    if found := normalise_doi(text):
        return Located(DOI, found, doi_url(found))
    return None


def _in_page(url: str) -> Located | None:
    """Read the identifier in the address of a page of a publisher, an anthology or a reader."""
    host, path = host_of(url), _path(url)
    if _is_at(host, "openreview.net"):
        return _openreview(url, path)
    if _is_at(host, "aclanthology.org") or (_is_at(host, "aclweb.org") and path.startswith("/anthology/")):
        doi = _anthology(path)
        return Located(DOI, doi, doi_url(doi)) if doi else None
    for place, pattern in ARXIV_PAGES:
        if _is_at(host, place) and (match := re.fullmatch(pattern, path.rstrip("/"), re.IGNORECASE)):
            return _of_arxiv(match[1])
    for place, pattern, before in DOI_PAGES:
        if (not place or _is_at(host, place)) and (match := re.fullmatch(pattern, path, re.IGNORECASE)):
            return _of_doi(before + match[1])
    return _in_query(host, url)


def _of_arxiv(text: str) -> Located | None:
    if text.isdigit() and len(text) == 9:
        text = f"{text[:4]}.{text[4:]}"
    elif re.fullmatch(r"[0-9]{4}-[0-9]{4,5}", text):
        text = text.replace("-", ".")
    found = normalise_arxiv(text)[0]
    return Located(ARXIV, found, arxiv_url(found)) if found else None


def _of_doi(text: str) -> Located | None:
    """Return the DOI at the beginning of a path, without what publishers put behind it."""
    if text.lower().startswith(("10.1101/", "10.64898/")):
        text = _PAGE_OF_DOI.sub("", text)
    text = _FILE.sub("", _VIEW.sub("", text))
    return _identifier("doi:" + text)


def _in_query(host: str, url: str) -> Located | None:
    for place, name in PARAMETERS:
        if _is_at(host, place):
            value = _parameter(url, name)
            if value and (found := _identifier(value)):
                return found
    return None


def _openreview(url: str, path: str) -> Located | None:
    """Read ``forum?id=``, ``pdf?id=`` and ``attachment?id=``; groups, profiles and files by their hash have no such id."""
    identifier = _parameter(url, "id") if path.rstrip("/") in {"/forum", "/pdf", "/attachment", "/revisions"} else ""
    if not re.fullmatch(r"[A-Za-z0-9_-]{6,20}", identifier):
        return None
    return Located(OPENREVIEW, identifier, f"https://openreview.net/forum?id={identifier}")


def _anthology(path: str) -> str:
    """Return the DOI of a paper in the ACL Anthology, or ``""`` where it has none or that is not known.

    How sure this is: from 2014 on the DOIs of these venues are made of the Anthology's id. Entries of both prefixes, and
    of INLG, were looked up in public bibliographies; the other rows are common knowledge and not checked. Crossref may
    know nothing of a single paper. COLING, LREC and most workshops have no DOI; those of TACL and CL are made otherwise.
    """
    if new := _ANTHOLOGY_NEW.fullmatch(path):
        first, last = ANTHOLOGY_NEW.get(new[3].lower(), (9999, 0))
        return f"10.18653/v1/{new[1].lower()}" if first <= int(new[2]) <= last else ""
    if old := _ANTHOLOGY_OLD.fullmatch(path):
        year = int(old[3]) + (1900 if int(old[3]) >= 60 else 2000)
        early, late = ANTHOLOGY_OLD.get(old[2].upper(), (9999, 9999))
        prefix = "10.18653" if year >= late else "10.3115"
        return f"{prefix}/v1/{old[1].lower()}" if early <= year <= 2019 else ""
    return ""


def _is_at(host: str, place: str) -> bool:
    return host == place or host.endswith("." + place)


def _path(url: str) -> str:
    try:
        return unquote(urlsplit(url).path, errors="strict")
    except ValueError:
        return ""


def _parameter(url: str, name: str) -> str:
    try:
        return parse_qs(urlsplit(url).query, max_num_fields=50, errors="strict").get(name, [""])[0]
    except ValueError:
        return ""


def _why_not(text: str) -> str:
    """Say why a text names nothing, and what can be given instead."""
    instead = "Give an arXiv id (2309.06180), a DOI (10.1145/3600006.3613165) or an http(s) address."
    if not text:
        return f"there is nothing here. {instead}"
    if len(text) > _LONGEST:
        return f"it is too long for an identifier or an address. {instead}"
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}:(?!\s)", text) and not text.lower().startswith(("doi:", "arxiv:")):
        return f"it is no http(s) address. {instead}"
    if re.match(r"(?:doi:)?\s{0,5}10\.", text, re.IGNORECASE):
        return "it looks like a DOI, but is none. Check how it goes on behind the slash."
    if re.match(r"(?:arxiv:)?\s{0,5}[0-9]{4}\.[0-9]", text, re.IGNORECASE):
        return "it looks like an arXiv id, but is none. Such ids have five digits behind the point (four before 2015)."
    return f"it is neither an identifier nor an address. {instead}"
