"""DOIs, arXiv ids, web addresses, ISBN and ISSN: one normal form each, and the links made of them. Pure: asks nobody.

Every ``normalise_*`` returns an empty text for what is none; no function here raises on any text.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

_LONGEST = 2048
"""No identifier is longer; longer texts are refused unread."""
_BLANK = " \t\r\n\f\v\u00a0\u200b\u2060\u3000\ufeff"

# --- DOI: the syntax of the DOI handbook, 2.2, with registrant codes of four to nine digits and their subdivisions

_CLEAN_DOI = re.compile(
    r"(?:https?://(?:dx\.)?doi\.org/|doi:)?+(10\.[0-9]{4,9}/[A-Za-z0-9._/-]{1,500}+(?<=[A-Za-z0-9]))",
)
_DOI = re.compile(r"10\.[0-9]{4,9}+(?:\.[0-9]++)*+/[^\s\\]++")
_DOI_LABEL = re.compile(r"(?:(?:info:|urn:)?doi\b[\s:=/]*+)++(?=10\.|https?:)", re.IGNORECASE | re.ASCII)
_RESOLVER = re.compile(r"(?:https?:)?(?://)?([a-z0-9.:-]++)/++(?=10(?:\.|%2e))", re.IGNORECASE | re.ASCII)
_RESOLVER_HOSTS = frozenset({"doi.org", "www.doi.org", "dx.doi.org", "doi.acm.org", "doi.ieeecomputersociety.org"})
_PROXIED = ("doi-org.", "dx-doi-org.", "doi.org.", "dx.doi.org.")
"""How the proxies of libraries spell the resolver: ``doi-org.proxy.example.edu``."""
_AFTER_PATH = re.compile(r"(?<!;2-)[?#].*", re.DOTALL)
"""Query and fragment of a resolver link. Wiley's SICI DOIs may end in ``;2-#`` and ``;2-?``, and people paste them raw."""
TEX_SIGNS = {
    **{f"\\{sign}": sign for sign in "_%&#$/~{}^"},
    r"\textasciitilde": "~",
    r"\textasciicircum": "^",
    r"\textunderscore": "_",
    r"\textless": "<",
    r"\textgreater": ">",
    r"$\sim$": "~",
    r"${\sim}$": "~",
    "$<$": "<",
    "$>$": ">",
}
"""How people and programs write in TeX what stands in an address or a DOI as it is."""
_SIGN = (
    r"\\(?:[_%&#$/{}]|[~^](?:\{\})?+|(?:text(?:ascii(?:tilde|circum)|underscore|less|greater))(?![A-Za-z])(?:\{\}|[ \t]++)?+)"
    r"|\$(?:[<>]|\\sim(?:\{\})?+|\{\\sim\})\$"
)
_TEX_SIGN = re.compile(rf"\{{(?:{_SIGN})\}}|{_SIGN}")
_SENTENCE_END = frozenset("/.,;:\"'*([{<。，；、”’》）】" + _BLANK)
_OPENING = {")": "(", "]": "[", "}": "{", ">": "<"}
_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_SAFE_IN_DOI_PATH = "/:;()!$*,@=&._-~"

ARXIV_DOI = "10.48550/arxiv."
"""How the DOI begins that arXiv gives each paper, normalised."""
PREPRINT_DOIS = (
    r"10\.48550/arxiv\.",
    r"10\.1101/(?:[0-9]{6}\Z|[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.[0-9])",  # bioRxiv, medRxiv; not that publisher's journals
    r"10\.64898/[0-9]{4}\.",  # bioRxiv, medRxiv from 2025
    r"10\.26434/chemrxiv",
    r"10\.2139/ssrn\.",
    r"10\.21203/rs\.",
    r"10\.20944/preprints",
    r"10\.36227/techrxiv",
    r"10\.22541/au\.",
    r"10\.31219/osf\.io/",
    r"10\.31234/osf\.io/",
    r"10\.12074/[0-9]{6}\.",  # ChinaXiv
)
"""How the DOIs that preprint servers give out begin, as patterns."""
_PREPRINT_DOI = re.compile("|".join(PREPRINT_DOIS))


def normalise_doi(text: str) -> str:
    """Return the DOI that ``text`` is, in lower case and without resolver, or ``""``.

    Takes ``doi:`` labels, resolver links (percent-encoded), braces, blanks and a sentence's punctuation around it.
    """
    if (clean := _CLEAN_DOI.fullmatch(text)) is not None:
        return clean[1].lower()
    if len(text) > _LONGEST or "10" not in text:
        return ""
    text = without_tex(text.lstrip(_BLANK + "{<\"'")).replace("&lt;", "<").replace("&gt;", ">")
    text = _without_resolver(text[label.end() :] if (label := _DOI_LABEL.match(text)) else text)
    text = _without_sentence_end(text)
    if not _DOI.fullmatch(text) or not text.isprintable():
        return ""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


def without_tex(text: str) -> str:
    r"""Return an address or a DOI without the ways round TeX's special signs: ``\~{}``, ``{\textasciitilde}``, ``\_``.

    Texts without a backslash or a dollar come back as they are, and so does every other command.
    """
    return _TEX_SIGN.sub(_sign, text) if "\\" in text or "$" in text else text


def _sign(found: re.Match[str]) -> str:
    text = found[0]
    bare = text[1:-1] if text[0] == "{" else text
    return TEX_SIGNS[bare if bare in TEX_SIGNS else bare.replace("{}", "").rstrip(" \t")]


def doi_url(doi: str) -> str:
    """Return the resolver link of a normalised DOI, with everything encoded that a URL's path cannot hold."""
    if "/." not in doi and (clean := _CLEAN_DOI.fullmatch(doi)) is not None:
        return "https://doi.org/" + clean[1]
    prefix, _, suffix = doi.partition("/")
    # A browser resolves "/../" before it asks; with its slashes encoded the DOI stays in one piece.
    dotted = suffix.startswith(".") or "/." in suffix
    safe = _SAFE_IN_DOI_PATH.replace("/", "") if dotted else _SAFE_IN_DOI_PATH
    return f"https://doi.org/{quote(prefix, errors='replace')}/{quote(suffix, safe=safe, errors='replace')}"


def is_preprint_doi(doi: str) -> bool:
    """Tell whether a normalised DOI is that of a preprint server's copy, which never counts as published."""
    return _PREPRINT_DOI.match(doi) is not None


def _without_resolver(text: str) -> str:
    """Cut the resolver off a link and decode what is left; other texts come back as they are."""
    link = _RESOLVER.match(text)
    if link is None:
        return text
    host = link[1].lower().removesuffix(":443").removesuffix(":80")
    if host not in _RESOLVER_HOSTS and not host.startswith(_PROXIED):
        return text
    try:
        return unquote(_AFTER_PATH.sub("", text[link.end() :]), errors="strict")
    except UnicodeDecodeError:
        return ""


def _without_sentence_end(text: str) -> str:
    """Drop what a sentence puts behind a DOI; a closing bracket stays where its opening one is inside."""
    while text and (
        (last := text[-1]) in _SENTENCE_END or (last in _OPENING and text.count(last) > text.count(_OPENING[last]))
    ):
        text = text[:-1]
    return text


# --- arXiv: https://info.arxiv.org/help/arxiv_identifier.html

OLD_ARCHIVES = (
    *("acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn", "chem-ph"),
    *("cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th"),
    *("math", "math-ph", "mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg"),
    *("q-bio", "quant-ph", "solv-int", "supr-con"),
)
"""The archives that numbered their own papers until 2007-03."""
_MONTH = "(?:0[1-9]|1[0-2])"
_NEW = (
    rf"(?:(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH})\.[0-9]{{4}}"  # four digits until 2014-12
    rf"|(?:1[5-9]|[2-8][0-9]){_MONTH}\.[0-9]{{5}})"
)
_OLD = (
    rf"(?:{'|'.join(sorted(OLD_ARCHIVES, key=len, reverse=True))})(?:\.[a-z-]{{2,10}})?"
    rf"/(?:9[1-9]|0[0-7]){_MONTH}[0-9]{{3}}"
)
_CLEAN_ARXIV = re.compile(rf"({_NEW})(v[1-9][0-9]?)?")
_ARXIV = re.compile(rf"({_NEW}|{_OLD})(v[1-9][0-9]{{0,2}})?(?:\.pdf|\.ps(?:\.gz)?)?/?", re.IGNORECASE | re.ASCII)
_ARXIV_PREFIX = re.compile(
    r"(?:https?:)?(?://)?(?:(?:[a-z0-9-]{1,20}\.){0,2}arxiv\.org|xxx\.lanl\.gov|ar5iv\.org|(?:www\.)?alphaxiv\.org)"
    r"(?::[0-9]{1,5})?/{1,3}(?:abs|pdf|html|ps|format|e-print|src|overview)/{1,3}"
    r"|(?:corr[\s,]{1,5})?abs/"
    r"|10\.48550/arxiv\."
    r"|(?:arxiv(?:\.org)?[\s,]{1,5}(?:e-?print|preprint)?[\s,]{0,5})?arxiv(?:\s{0,5}:\s{0,5}|\s{1,5})(?:abs/)?",
    re.IGNORECASE | re.ASCII,
)
_AFTER_ARXIV_ID = re.compile(r"[?#].*+|\s++\[[a-z.-]{2,20}\].*+", re.IGNORECASE | re.ASCII | re.DOTALL)


def normalise_arxiv(text: str) -> tuple[str, str]:
    """Return the arXiv id without version and the version (``"v2"`` or ``""``), or two empty texts.

    Takes ids of both kinds, ``arXiv:``, links to abs, pdf and html pages, and the DataCite DOI. The subject class of an
    old id is dropped (``math.GT/0309136`` is ``math/0309136``): arXiv's API does not find the long form.
    """
    clean = _CLEAN_ARXIV.fullmatch(text)
    if clean is not None:
        return clean[1], clean[2] or ""
    if len(text) > _LONGEST:
        return "", ""
    text = text.strip(_BLANK + "{}<>\"'.,;")
    if "48550" in text:
        text = normalise_doi(text)
    if (prefix := _ARXIV_PREFIX.match(text)) is not None:
        text = text[prefix.end() :]
    found = _ARXIV.fullmatch(_AFTER_ARXIV_ID.sub("", text))
    if found is None:
        return "", ""
    archive, slash, number = found[1].lower().rpartition("/")
    return archive.partition(".")[0] + slash + number, (found[2] or "").lower()


def arxiv_url(identifier: str) -> str:
    """Return the link to the abstract page of an arXiv id, with or without version."""
    return "https://arxiv.org/abs/" + quote(identifier, errors="replace")


def arxiv_pdf_url(identifier: str) -> str:
    """Return the link to the PDF of an arXiv id, with or without version."""
    return "https://arxiv.org/pdf/" + quote(identifier, errors="replace")


# --- web addresses: RFC 3986, narrowed to what is safe in every output format

_WEB = re.compile(
    r"[hH][tT][tT][pP][sS]?://(?:[^/?#@\[\]\\]*+@)?+"  # spelled out: ignoring case would let a long s pass for an s
    r"([\w-]++(?:\.[\w-]++)*+\.?+|\[[0-9a-fA-F:.]{2,45}\])"
    r"(?::([0-9]{0,5}))?+(?=[/?#]|\Z)",
)
_FORBIDDEN = re.compile(r"[\s\"'<>\\`]")
_TO_ENCODE = re.compile(r"[^!#$%&(-;=?-\[\]_~\w]|%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|[^!-~]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LAST_PORT = 65535


def is_web_url(text: str) -> bool:
    """Tell whether ``text`` may be made into a link as it stands: an absolute http(s) URL with a host, nothing else.

    Control characters, blanks, bidi controls, quotes, angle brackets and backslashes anywhere make it none.
    """
    return _web(text) is not None and text.isprintable() and _FORBIDDEN.search(text) is None


def web_url(text: str) -> str:
    """Return ``text`` as a link that is safe to write, or ``""`` where it cannot be one.

    Blanks, quotes, angle brackets and invisible characters behind the host are percent-encoded, as a browser would:
    an apostrophe does not cost a link. What ``is_web_url`` takes comes back as it is.
    """
    text = text.strip(_BLANK)
    if is_web_url(text):
        return text
    found = _web(text)
    if found is None:
        return ""
    link = text[: found.end()] + _TO_ENCODE.sub(_encoded, text[found.end() :])
    return link if is_web_url(link) else ""


def host_of(url: str) -> str:
    """Return the host of an http(s) URL in lower case, without port and user, or ``""``."""
    found = _web(url)
    return found[1].lower().strip("[].") if found is not None else ""


def url_identity(url: str) -> str:
    """Return what two links to the same page share: for comparing, not for following.

    Scheme, fragment, default port, trailing slash, the host's case and the spelling of percent-encoding do not count;
    ``www.`` and every part of the query do. Texts that are no http(s) URL come back stripped.
    """
    url = url.strip(_BLANK)
    found = _web(url)
    if found is None:
        return url
    port = "" if found[2] in {None, "", "80", "443"} else ":" + found[2]
    path, _, query = url[found.end() :].partition("#")[0].partition("?")
    rest = path.rstrip("/") + ("?" + query if query else "")
    return found[1].lower().rstrip(".") + port + _ESCAPE.sub(_one_spelling, rest)


def _web(text: str) -> re.Match[str] | None:
    """Match scheme, user, host and port of an http(s) URL."""
    found = _WEB.match(text)
    return None if found is None or int(found[2] or 0) > _LAST_PORT else found


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")


def _one_spelling(found: re.Match[str]) -> str:
    """Decode an escape that was not needed, write the others in upper case, encode what is not ASCII."""
    text = found[0]
    if not text.startswith("%"):
        return _encoded(found)
    plain = chr(int(text[1:], 16))
    return plain if plain in _UNRESERVED else text.upper()


# --- ISBN and ISSN: ISO 2108 and ISO 3297, check digits included

_ISBN = re.compile(r"(?:ISBN(?:1[03])?:?)?(978[0-9]{10}|979[0-9]{10}|[0-9]{9}[0-9X])")
_ISSN = re.compile(r"(?:[EPL]?ISSN:?)?([0-9]{4})([0-9]{3}[0-9X])")
_DASHES = str.maketrans(dict.fromkeys("-\u2010\u2011\u2012\u2013\u2212{}" + _BLANK, ""))


def normalise_isbn(text: str) -> str:
    """Return the ISBN as thirteen digits without hyphens, or ``""`` where it is none or its check digit is wrong."""
    found = _ISBN.fullmatch(text.upper().translate(_DASHES)) if len(text) <= _LONGEST else None
    if found is None:
        return ""
    digits = found[1]
    if len(digits) == 13:
        return "" if _weighed(digits) % 10 else digits
    if sum((10 - place) * _value(digit) for place, digit in enumerate(digits)) % 11:
        return ""
    digits = "978" + digits[:9]
    return digits + str(-_weighed(digits) % 10)


def normalise_issn(text: str) -> str:
    """Return the ISSN as ``1234-567X``, or ``""`` where it is none or its check digit is wrong."""
    found = _ISSN.fullmatch(text.upper().translate(_DASHES)) if len(text) <= _LONGEST else None
    if found is None:
        return ""
    right = sum((8 - place) * _value(digit) for place, digit in enumerate(found[1] + found[2])) % 11 == 0
    return f"{found[1]}-{found[2]}" if right else ""


def _value(digit: str) -> int:
    return 10 if digit == "X" else int(digit)


def _weighed(digits: str) -> int:
    """Sum the digits of an ISBN-13 with the weights 1 and 3."""
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
