"""One stored arXiv ``<entry>`` -> Record: identity, text, dates, DOI, where it appeared; names are read in ``arxiv_authors``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ..dates import parse_date
from ..identifiers import arxiv_url, is_preprint_doi, normalise_arxiv, normalise_doi
from ..model import Date
from ..records import Appearance, Notice, Record
from ..tex import to_plain
from ..venues import appearance
from .arxiv_authors import people
from .journal_refs import JournalRef, parse_journal_ref

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"

_LONGEST_TITLE = 2000
_LONGEST_TEXT = 20_000
_LONGEST_NOTE = 4000
_DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*+<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_CLASS = re.compile(r"[a-z-]{2,20}(?:\.[A-Za-z-]{2,20})?\Z")
_SEVERAL_DOIS = re.compile(r"[\s|]+|[,;]\s*(?=(?:doi:|https?://\S{0,20}?)?10\.\d{4})|\band\b", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"\b(?<!not )(?<!not been )withdrawn\b(?!\s+from\s+(?!(?:the\s+)?arxiv))|\bwithdrawal\s+(?:of|by)\b", re.IGNORECASE
)
_WITHDRAWN_ABSTRACT = re.compile(
    r"\bthis\s+(?:paper|article|submission|manuscript|work|preprint|version)\s[^.]{0,60}?\bwithdrawn\b(?!\s+from\s)",
    re.IGNORECASE,
)
_STRAY_DOLLAR = re.compile(r"\\.|\$(?:[^$\s\\]|\\.)(?:(?:[^$\\]|\\.){0,400}?(?:[^$\s\\]|\\.))??\$(?!\d)|\$", re.DOTALL)
_APPROXIMATELY = re.compile(r"(?:(?<![^\s(\[])|(?<=\d)|(?<=%))~(?=[\d.$])")


def read(question: str, raw: bytes) -> tuple[Record, ...]:
    """Map one stored entry to its record. Raises ValueError where it is none, or not that of ``question``."""
    entry = safe_xml(raw)
    if entry.tag != ATOM + "entry":
        raise ValueError("no Atom entry")
    identifier, version = normalise_arxiv(_text(entry, ATOM + "id").rpartition("/abs/")[2])
    if not identifier or (question and normalise_arxiv(question)[0] != identifier):
        raise ValueError("another entry than was asked for")
    comment = _text(entry, ARXIV + "comment")[:_LONGEST_NOTE]
    reference = _text(entry, ARXIV + "journal_ref")[:_LONGEST_NOTE]
    abstract = plain(_text(entry, ATOM + "summary")[:_LONGEST_TEXT])
    parts = parse_journal_ref(reference)
    dois = published_dois([element.text or "" for element in entry.findall(ARXIV + "doi")])
    record = Record(
        source="arxiv",
        id=identifier,
        version=version,
        title=plain(_text(entry, ATOM + "title")[:_LONGEST_TITLE]),
        authors=people(_authors(entry)),
        date=_day(_text(entry, ATOM + "published")),
        venue=parts.journal,
        volume=parts.volume,
        number=parts.number,
        pages=parts.pages,
        doi=dois[0] if dois else "",
        arxiv=identifier,
        arxiv_class=_class(entry),
        url=arxiv_url(identifier),
        abstract=abstract,
        comment=comment,
        appearance=_appearance(reference, comment, parts),
        notices=_notices(comment, abstract),
        published_as=dois[:1],
    )
    return (record,)


def safe_xml(raw: bytes) -> Element:
    """Parse XML that has no declarations and is UTF-8. Raises ValueError, with a few words for people, for anything else."""
    declared = _ENCODING.match(raw[:400])
    if b"\0" in raw[:200] or (declared and declared[1].lower() not in {b"utf-8", b"us-ascii", b"ascii"}):
        raise ValueError("something in another encoding")
    if _DECLARATIONS.search(raw):
        raise ValueError("XML with declarations of its own")
    try:
        return ET.fromstring(raw)  # noqa: S314  # nothing is declared in it, so nothing can be expanded
    except (ET.ParseError, ValueError, LookupError):
        raise ValueError("broken or cut off text") from None


def plain(text: str) -> str:
    r"""Turn what authors type at arXiv into plain Unicode: accents and commands of TeX are read, formulas stay between dollars.

    Not TeX are a lone dollar (a price), a percent sign, and a tilde before a number ("about").
    """
    if "$" in text:
        text = _STRAY_DOLLAR.sub(lambda found: r"\$" if found[0] == "$" else found[0], text)
    if "~" in text:
        text = _APPROXIMATELY.sub(r"{\\textasciitilde}", text)
    if "%" in text:
        text = re.sub(r"(?<!\\)%", r"\%", text)
    return to_plain(text)


def published_dois(texts: list[str]) -> tuple[str, ...]:
    """Return the DOIs in some texts, normalised, each once, those of preprint servers left out."""
    found: dict[str, None] = {}
    for text in texts:
        for piece in _SEVERAL_DOIS.split(text[:_LONGEST_NOTE]):
            doi = normalise_doi(piece)
            if doi and not is_preprint_doi(doi):
                found[doi] = None
    return tuple(found)


def _text(entry: Element, name: str) -> str:
    """Return the text of the first such child on one line."""
    return " ".join((entry.findtext(name) or "").split())


def _authors(entry: Element) -> list[tuple[str, str]]:
    """Return (name, last affiliation) of each author."""
    found = []
    for author in entry.findall(ATOM + "author"):
        affiliations = author.findall(ARXIV + "affiliation")
        last = affiliations[-1].text if affiliations else ""
        found.append((_text(author, ATOM + "name"), " ".join((last or "").split())))
    return found


def _day(text: str) -> Date | None:
    return parse_date(text[:40])


def _class(entry: Element) -> str:
    """Return the primary category, or the first one where there is none."""
    for name in (ARXIV + "primary_category", ATOM + "category"):
        for element in entry.findall(name):
            if _CLASS.match(term := element.get("term", "")):
                return term
    return ""


def _appearance(reference: str, comment: str, parts: JournalRef) -> Appearance | None:
    """Read where the work appeared: the journal reference is a statement about just that, the comment only the next best."""
    if not reference:
        return appearance(comment)
    known = appearance(reference)
    if known is not None:
        return known
    kind = "inproceedings" if parts.is_proceedings else "article"
    return Appearance(parts.journal or reference, kind, parts.year, certain=False, text=reference)


def _notices(comment: str, abstract: str) -> tuple[Notice, ...]:
    """Read a withdrawal: arXiv has no mark for it, its authors or administrators say so in comment or abstract."""
    for text, pattern in ((comment, _WITHDRAWN), (abstract, _WITHDRAWN_ABSTRACT)):
        if pattern.search(text):
            return (Notice("withdrawal", text[:300], asserted_by="arxiv"),)
    return ()
