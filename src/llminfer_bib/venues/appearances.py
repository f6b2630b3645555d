"""A comment or a journal reference -> Appearance; which venues there are stands in ``table``.

A wrong venue is worse than none: ``certain`` says that the text names one venue of ours, its year, and nothing that speaks against it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from ..records import Appearance
from .finding import WORD, full_name, ordinal, spellings, year_of
from .table import JOURNAL, VENUES, Venue

_LONGEST = 2000
"""Characters of a text that are read: what comes later is no longer about the venue."""
_LINK = re.compile(r"(?:https?://|www\.)\S*+|\b\w[\w-]*+(?:\.[\w-]++)++/\S*+", re.IGNORECASE)

_FULL_YEAR = re.compile(r"(?<![\d.])(?:19[89]\d|20[0-4]\d)(?![\d%]|\.\d)")
_YEAR_BESIDE = re.compile(
    r"(?:[\s,:(\[/'`\u2019\u2018-]{0,3}(?:in\s|at\s)?(?:(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?\s)?"
    r"(?P<full>19[89]\d|20[0-4]\d)(?!\d|\.\d))"
    r"|(?P<mark>\s?['`\u2019\u2018-]|\s?)(?P<short>\d\d)(?!\d|\.\d|\s*%|\s*-?\s*(?:pages?|pp?\b|figures?|tables?|papers?|authors?|tasks?|datasets?))",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[;\n]|[.!?](?:\s|\Z)|。|；")
_AFTER = 90
_BEFORE = 60

_NOT_A_PLACE = re.compile(
    r"[\s'\u2019)-]*+(?:style|styled|template|format\w*|latex|\.?sty\b|class\b|rolling\s+review|arr\b|anthology|checklist|reviewers?\b|reviews\b"
    r"|submissions?\b|papers\b|corpus|benchmarks?\b(?!\s+track)|data\s?sets?\b(?!\s*(?:and|&|/)\s*benchmark)|code\s+of\s+(?:ethics|conduct)|guidelines?|deadline|member|fellow|results\b|winners?\b"
    r"|baselines?\b|methods?\b|participants?\b|attendees?\b|reproducib)",
    re.IGNORECASE,
)
_NOT_A_PLACE_BEFORE = re.compile(
    r"(?:style|template|format\w{0,4}|class)\s+(?:file\s+)?(?:of|for|from)\s+(?:the\s+)?\Z", re.IGNORECASE
)
_COMPOUND = re.compile(r"-[A-Za-z]")
_FINDINGS_AFTER = re.compile(
    r"[\s,:;(\u2013-]*+(?:as\s+|in\s+|the\s+){0,2}(?:Findings\b|FINDINGS\b|findings\s*(?:[).,;]|paper|track|\Z))"
)
_FINDINGS_BEFORE = re.compile(r"\b[Ff]indings?[\s,:(]{1,3}(?:of\s|in\s|at\s)?(?:the\s)?\Z")
_TRACK = re.compile(r"datasets?\s*(?:and|&|/)\s*benchmarks?|\bD\s?&\s?B\b", re.IGNORECASE)

_SMALLER = re.compile(  # not the venue's main proceedings, or not this version, or not yet
    r"workshops?\b|\bws\b|tutorials?\b|\bdemos?\s+(?:track|paper)|system\s+demo|demonstrations?\b|\bsrw\b|student\s+(?:research|abstract)|doctoral"
    r"|shared\s+task|competition|challenge\b|late[\s-]breaking|extended\s+abstract|poster\s+(?:abstract|paper|track)|posters\s+and|industry\s+track|industrial\s+track"
    r"|invited|keynote|affinity|satellite|blog\s?posts?\s+track|tiny\s+papers?|companion|special\s+issue\s+on"
    r"|\b\w{1,9}-?fomo\b|\benlsp|unireps|\bdmlr\b|re-align|blackboxnlp|sustainlp|repl4nlp|genbench|euromlsys|hotinfra|assyst|mlarchsys"
    r"|exten(?:ded|sion|ds|ding)\b|expanded|enlarged|(?:full|long|longer|short|shorter|preliminary|earl(?:y|ier)|previous|prior|initial|first|old(?:er)?|original|journal|conference|arxiv|workshop)\s+version"
    r"|originally|submi(?:tted|ssion|t\b)|under\s+(?:\S{1,12}\s+)?(?:review|consideration|submission|revision)|in\s+(?:review|submission|revision)|being\s+reviewed|peer\s+review\s+at"
    r"|reject|withdrawn|not\s+accepted|conditional|intended\s+for|prepared\s+for|plan(?:ned)?\s+to|targeting|follow[\s-]?up|based\s+on|builds?\s+(?:up)?on|in\s+part\b|part\s+of\s+th|comment(?:s|ary)?\s+on|reply\s+to|response\s+to|see\s+also"
    r"|投稿|在审|审稿|拟投|研讨会|工作坊|教程|扩展版|短文|修订中|未录用|被拒",
    re.IGNORECASE,
)
_AT = re.compile(r"(\w{1,40})\s?@\s?\Z")
_AT_ITSELF = frozenset(
    {"accepted", "published", "presented", "paper", "oral", "poster", "spotlight", "appear", "appeared"}
)
_DEMO_AFTER = re.compile(r"[\s,:(-]*+(?:system\s+)?demos?\b", re.IGNORECASE)
_VERSION_AFTER = re.compile(r"[\s,:(-]*+version\b", re.IGNORECASE)
_NOT_YET = re.compile(
    r"to\s+appear|will\s+appear|to\s+be\s+(?:published|presented|printed)|will\s+be\s+(?:published|presented)|forthcoming|upcoming|in\s+press|即将|将发表|待发表",
    re.IGNORECASE,
)
_ACCEPTED = re.compile(r"\baccept(?:ed|ance)\b|录用|接收|录取", re.IGNORECASE)
_ABOUT_APPEARING = re.compile(
    r"accept|publish|appear|present|camera|proceeding|\bproc\b|conference|\boral\b|poster|spotlight|\baward|\bpress\b|submi|review|workshop|version|journal|forthcoming|录用|接收|发表|投稿|刊",
    re.IGNORECASE,
)


_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_IN_NAMES = frozenset(
    "acm ieee usenix ifip cvf sigplan sigops sigarch sigkdd sigir sigmod sigsoft sigmobile sigcomm sigda annual international intl int "
    "joint european symposium conference meeting edition on of the and".split()
)


@dataclass(slots=True)
class _Mention:
    """A venue named in a text, from ``start`` to ``end``; ``year`` 0 where none was found."""

    venue: Venue
    start: int
    end: int
    year: int = 0
    sure: bool = True
    firm: bool = False
    """With a year right beside it, or spelled out in full."""


def appearance(text: str) -> Appearance | None:
    """Read where a work appeared from a comment or a journal reference, or None where no venue of the table is named.

    The first venue with a year wins. ``year`` is 0 where the text has none; then, and where a workshop, a submission, another
    version or a second venue is spoken of, ``certain`` is false.
    """
    told = " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).split())
    said = _LINK.sub(" ; ", told)
    mentions = _mentions(said)
    if not mentions:
        return None
    best = next((mention for mention in mentions if mention.year), mentions[0])
    rest = _without(said, mentions)
    if not best.firm and not _ABOUT_APPEARING.search(rest) and len(rest.strip()) > 20:
        return None
    certain = best.sure and best.year > 0 and not _contradicted(mentions) and not _SMALLER.search(rest)
    if _NOT_YET.search(rest) and not _ACCEPTED.search(rest):
        certain = False
    return Appearance(full_name(best.venue, best.year), best.venue.type, best.year, certain, told)


@cache
def _by_first_word() -> dict[str, list[tuple[tuple[str, ...], Venue, str]]]:
    """Return all spellings by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], Venue, str]]] = defaultdict(list)
    for words, (venue, spelling) in spellings().items():
        if words:
            found[words[0]].append((words, venue, spelling))
    for rows in found.values():
        rows.sort(key=lambda row: -len(row[0]))
    return dict(found)


@cache
def _row(acronym: str) -> Venue | None:
    return next((venue for venue in VENUES if venue.acronym == acronym), None)


def _mentions(text: str) -> list[_Mention]:
    """Return the venues that a text names as places, in order."""
    tokens = [(match[0].lower(), match.start(), match.end()) for match in WORD.finditer(text)]
    found: list[_Mention] = []
    at = 0
    while at < len(tokens):
        mention, used = _mention_at(text, tokens, at)
        if mention is not None and _is_place(text, mention):
            _date(text, tokens, at, mention)
            if mention.firm or not mention.venue.word:
                _refine(text, mention)
                found.append(mention)
        at += used
    return found


def _mention_at(text: str, tokens: list[tuple[str, int, int]], at: int) -> tuple[_Mention | None, int]:
    """Return the longest spelling that stands at a token, and how many tokens to go on by."""
    word, start, end = tokens[at]
    for words, venue, spelling in _by_first_word().get(word, ()):
        piece = tokens[at : at + len(words)]
        if tuple(token[0] for token in piece) != words:
            continue
        last = piece[-1][2]
        raw = text[start:last]
        if len(raw) > len(spelling) + 2 * len(words) + 4 or ";" in raw:
            continue
        in_full = len(words) >= 3 and not spelling.isupper() and not (venue.word and spelling == venue.acronym)
        beside = _YEAR_BESIDE.match(text, last) is not None
        as_written = raw == spelling or (raw == spelling.upper() and not venue.word) or in_full
        if not as_written and (venue.word or not beside):
            continue
        return _Mention(venue, start, last, firm=in_full), len(words)
    raw = text[start:end]
    if raw.endswith("W") and (known := spellings().get((word[:-1],))) is not None and known[1] == raw[:-1]:
        return _Mention(known[0], start, end, sure=False), 1
    return None, 1


def _is_place(text: str, mention: _Mention) -> bool:
    """Tell whether a name stands for the event: not for its style file, its reviews, or as half of another word."""
    year = _YEAR_BESIDE.match(text, mention.end)
    if _NOT_A_PLACE.match(text, mention.end) or (year is not None and _NOT_A_PLACE.match(text, year.end())):
        return False
    if _COMPOUND.match(text, mention.end) or (
        mention.start > 1 and text[mention.start - 1] == "-" and text[mention.start - 2].isalpha()
    ):
        return False
    return _NOT_A_PLACE_BEFORE.search(text[max(0, mention.start - 40) : mention.start]) is None


def _date(text: str, tokens: list[tuple[str, int, int]], at: int, mention: _Mention) -> None:
    """Find the year of a mention: beside it, by the number of its edition, or elsewhere in its clause."""
    edition = _edition_before(text, tokens, at)
    counted = year_of(mention.venue, edition) if edition else 0
    beside = _YEAR_BESIDE.match(text, mention.end)
    year = _year_beside(mention, beside) if beside else 0
    if beside and year:
        mention.firm, mention.end = True, beside.end()
    year = year or _year_before(text, mention, beside=True)
    mention.firm = mention.firm or year > 0
    if not year and not counted:
        year = _year_after(text, mention) or _year_before(text, mention, beside=False)
    mention.sure = mention.sure and not (year and counted and abs(year - counted) > 0)
    mention.firm = mention.firm or counted > 0
    mention.year = year or counted


def _year_beside(mention: _Mention, found: re.Match[str]) -> int:
    """Read ``2023``, ``'23``, ``23`` and ``-56`` (an edition). Behind a name in full, or a journal's, a bare number is a volume."""
    if found["full"]:
        return int(found["full"])
    number, mark, venue = int(found["short"]), found["mark"].strip(), mention.venue
    if not mark and (mention.firm or venue.type == JOURNAL or (number > 35 and venue.acronym.startswith("NeurIPS"))):
        return 0
    if (venue.by_edition and mark == "-") or 35 < number < 80:
        return year_of(venue, number)
    if number >= 80:
        return 1900 + number if mark else 0
    return 2000 + number if number >= 5 or mark else 0


def _year_before(text: str, mention: _Mention, *, beside: bool) -> int:
    """Return the last year of the clause before a mention; ``beside``: only one with nothing but a word or two between."""
    reach = 8 if beside else _BEFORE
    before = text[max(0, mention.start - reach) : mention.start]
    ends = list(_CLAUSE_END.finditer(before))
    years = _FULL_YEAR.findall(before[ends[-1].end() :] if ends else before)
    return int(years[-1]) if years else 0


def _year_after(text: str, mention: _Mention) -> int:
    """Return the first year of the clause behind a mention."""
    after = text[mention.end : mention.end + _AFTER]
    end = _CLAUSE_END.search(after)
    year = _FULL_YEAR.search(after[: end.start()] if end else after)
    return int(year[0]) if year else 0


def _edition_before(text: str, tokens: list[tuple[str, int, int]], at: int) -> int:
    """Return the number of an edition before a mention, with nothing between but words of a name, such as ``ACM SIGOPS``."""
    for place in range(at - 1, max(at - 6, -1), -1):
        word, _, end = tokens[place]
        if (number := ordinal((word,))) or word in _ENDINGS:
            before = tokens[place - 1] if place and tokens[place][1] - tokens[place - 1][2] <= 1 else None
            return (ordinal((before[0], word)) if before else 0) or number
        if word not in _IN_NAMES or _CLAUSE_END.match(text, end):
            return 0
    return 0


def _refine(text: str, mention: _Mention) -> None:
    """Tell Findings, the Datasets and Benchmarks track and demonstrations from the main proceedings."""
    findings = _row(f"Findings of {mention.venue.acronym}")
    before = text[max(0, mention.start - 30) : mention.start]
    if findings is not None and (_FINDINGS_AFTER.match(text, mention.end) or _FINDINGS_BEFORE.search(before)):
        mention.venue = findings
    if mention.venue.acronym == "NeurIPS" and _TRACK.search(text):
        mention.venue = _row("NeurIPS Datasets and Benchmarks") or mention.venue
    host = _AT.search(before)
    if host is not None and host[1].lower() not in _AT_ITSELF:
        mention.sure = False  # ``ES-FoMo @ ICML 2023`` is a workshop
    if _DEMO_AFTER.match(text, mention.end) or _VERSION_AFTER.match(text, mention.end):
        mention.sure = False


def _contradicted(mentions: list[_Mention]) -> bool:
    """Tell whether a text names two venues, or two years of one."""
    years = {mention.year for mention in mentions if mention.year}
    families = {mention.venue.acronym.removeprefix("Findings of ").partition(" Datasets")[0] for mention in mentions}
    unsure = any(not mention.sure for mention in mentions)
    findings = {mention.venue.acronym.startswith("Findings") for mention in mentions}
    return len(families) > 1 or len(years) > 1 or unsure or len(findings) > 1


def _without(text: str, mentions: list[_Mention]) -> str:
    """Return the text with the names of venues blanked: some have ``Workshop`` in them."""
    pieces, at = [], 0
    for mention in mentions:
        pieces.append(text[at : mention.start])
        at = mention.end
    return " ".join([*pieces, text[at:]])
