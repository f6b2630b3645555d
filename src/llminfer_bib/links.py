"""Which address, arXiv id and language an entry's plain fields give, wherever people put them.

What an identifier looks like is in ``identifiers``, what a language is called in ``kinds``; only the places are known here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from . import identifiers, tex
from .kinds import is_preprint_venue, language_tag

_ADDRESS = re.compile(r"https?://[^\s<>\"]++", re.IGNORECASE)
_VENUES: Final = ("journal", "journaltitle", "booktitle", "howpublished")
_BESIDE_VENUE: Final = ("volume", "number", "pages", "eid")
_LONGEST_VENUE: Final = 200
_WHOLE: Final = ("arxivid", "number")
"""Fields in which an id counts only where it is all that they hold: Mendeley's own, and a report's number."""
_ALONE = re.compile(r"(?:arxiv\s?:\s?)(\S{1,40})(?:\s\[[a-z.-]{1,20}\])?\.?", re.IGNORECASE)


def language_of(fields: Mapping[str, str]) -> str:
    """Return the tag of ``language``, or of ``langid`` where that names none; of several languages the first counts."""
    first = fields.get("language", "").split(" and ")[0].split(",")[0]
    return language_tag(first) or language_tag(fields.get("langid", ""))


def url_of(fields: Mapping[str, str]) -> str:
    """Return the address in ``url``, or else the first one in ``howpublished``, as classic BibTeX files have it."""
    url = fields.get("url", "")
    if url:
        if url[0] == "{" and url[-1] == "}":
            url = url[1:-1].strip()
        url = identifiers.without_tex(url)
        if "\\" in url:  # people write \url{...} here and escape `_` and `%`, out of habit
            url = tex.to_plain(url if url.startswith("\\") else f"\\url{{{url}}}")
        return url
    found = _ADDRESS.search(fields.get("howpublished", ""))
    if found is None:
        return ""
    link = found[0].rstrip(".,;:!'\u3002\uff0c")
    while link.endswith(")") and link.count(")") > link.count("("):
        link = link[:-1].rstrip(".,;:")
    return link if identifiers.is_web_url(link) else ""


def arxiv_elsewhere(fields: Mapping[str, str], url: str) -> str:
    """Return the arXiv id from an arXiv link, or from a "journal" such as ``arXiv preprint arXiv:2309.06180``.

    Never from an abstract or a note: they speak of other papers.
    """
    if "arxiv.org/" in url.lower():
        found = identifiers.normalise_arxiv(url)[0]
        if found:
            return found
    for name in _VENUES:
        venue = fields.get(name)
        if venue and is_preprint_venue(venue):
            words = " ".join(
                (venue[:_LONGEST_VENUE], *(fields.get(place, "")[:_LONGEST_VENUE] for place in _BESIDE_VENUE))
            )
            found = next(filter(None, (identifiers.normalise_arxiv(word)[0] for word in words.split())), "")
            if found:
                return found
    return next(filter(None, (_alone(name, fields[name]) for name in _WHOLE if fields.get(name))), "")


def _alone(name: str, value: str) -> str:
    """Return the id where a field holds nothing else: ``arXiv:2309.06180 [cs.LG]``."""
    value = value.strip()
    if name == "arxivid":
        return identifiers.normalise_arxiv(value)[0]
    found = _ALONE.fullmatch(value)
    return identifiers.normalise_arxiv(found[1].rstrip("."))[0] if found else ""
