"""A journal reference as authors type it at arXiv -> journal, volume, number, pages, year; only where it is plain to see."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LONGEST = 500
_YEAR = re.compile(r"(?<![\d.:-])(19[5-9]\d|20[0-4]\d)(?![\d-])")
_PROCEEDINGS = re.compile(r"\bproc(?:eedings|\.)|\bconference\b|\bsymposium\b|\bworkshops?\b", re.IGNORECASE)
_NUMBER = r"[0-9]{1,4}[A-Z]?"
_PAGE = r"[A-Za-z]?[0-9]{1,7}"
_PAGES = rf"{_PAGE}(?:\s?[-\u2013]{{1,3}}\s?{_PAGE})?"
_NAME = r"(?P<journal>[A-Z][^\d;()]{2,120}?(?:\s\([A-Z&]{2,12}\))?)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # Acta Astron. 56:1-50, 2006; J. Mach. Learn. Res. 23(120):1-39, 2022
        rf"{_NAME}[\s,.]{{0,3}}(?P<volume>{_NUMBER})\s?(?:\((?P<number>[0-9-]{{1,9}})\))?\s?:\s?(?P<pages>{_PAGES})[\s,(]{{1,3}}(?P<year>[0-9]{{4}})\)?\.?\Z",
        # Phys. Rev. D 76, 013009 (2007); Nature 620, 172-180 (2023)
        rf"{_NAME}[\s,]{{1,3}}(?P<volume>{_NUMBER})\s?(?:\((?P<number>[0-9-]{{1,9}})\))?,\s?(?P<pages>{_PAGES})\s?\((?P<year>[0-9]{{4}})\)\.?\Z",
        # Journal of Machine Learning Research 21 (2020) 1-67
        rf"{_NAME}[\s,]{{1,3}}(?P<volume>{_NUMBER})\s?\((?P<year>[0-9]{{4}})\)[\s,]{{1,3}}(?:pp?\.?\s?)?(?P<pages>{_PAGES})\.?\Z",
        # International Journal of Software Engineering & Applications (IJSEA), Vol.3, No.1, January 2012
        (
            rf"{_NAME}[\s,]{{1,3}}[Vv]ol(?:ume|\.)?\s?(?P<volume>{_NUMBER})"
            rf"(?:[\s,]{{1,3}}(?:[Nn]o|[Ii]ssue|[Nn]umber)\.?\s?(?P<number>[0-9-]{{1,9}}))?"
            rf"(?:[\s,]{{1,3}}(?:pp?\.?|pages)\s?(?P<pages>{_PAGES}))?[\s,(]{{1,3}}(?:[A-Z][a-z]{{2,8}}\.?\s)?(?P<year>[0-9]{{4}})\)?\.?\Z"
        ),
    )
)
_ACRONYM_AT_END = re.compile(r"\s\([A-Z&]{2,12}\)\Z")


@dataclass(frozen=True, slots=True)
class JournalRef:
    """The parts of a journal reference; ``pages`` with a plain hyphen, ``year`` 0 where it is not given."""

    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    year: int = 0
    is_proceedings: bool = False


def parse_journal_ref(text: str) -> JournalRef:
    """Take a journal reference apart; of one that has none of the usual forms only the year is told."""
    text = " ".join(text[:_LONGEST].split())
    years = _YEAR.findall(text)
    year = int(years[-1]) if years else 0
    proceedings = _PROCEEDINGS.search(text) is not None
    for form in _FORMS:
        found = form.match(text)
        if found is not None and _YEAR.fullmatch(found["year"]) and not proceedings:
            parts = found.groupdict()
            pages = re.sub(r"\s?[-\u2013]{1,3}\s?", "-", parts.get("pages") or "")
            journal = _ACRONYM_AT_END.sub("", parts["journal"]).strip(" ,")
            if text[found.end("journal")] == ".":
                journal += "."  # an abbreviation
            return JournalRef(journal, parts["volume"], parts.get("number") or "", pages, int(found["year"]))
    return JournalRef(year=year, is_proceedings=proceedings)
