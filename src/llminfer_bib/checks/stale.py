"""Rules about preprints that have grown old. Offline: what the entry says, and the sidecar; asking is ``bib enrich``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from ..identifiers import is_preprint_doi
from ..problems import WARNING
from .mending import short
from .rules import Context, Finding, Rule, Subject

_VENUES: Final = ("journal", "journaltitle", "booktitle")
_OLD_MONTHS: Final = 18
_LOOKED_UP_MONTHS: Final = 6
_DEPOSITS: Final = ("10.5281/", "10.6084/", "10.13140/", "10.17605/", "10.57967/", "10.5555/", "10.31224/", "10.32388/")
"""Where anybody may deposit anything: such a DOI tells nothing about publication. 10.5555 is for examples."""


def this_month() -> int:
    """Return the months since year 0; tests give another day."""
    now = datetime.now(UTC)
    return 12 * now.year + now.month


def _published_doi(subject: Subject, _: Context) -> Iterator[Finding]:
    entry = subject.entry
    if entry.kind != "preprint" or not entry.doi or "doi" not in subject.raw.fields:
        return
    if any("\\" in subject.raw.fields.get(name, "") for name in _VENUES):
        return  # a venue that is a macro of astronomers' styles: `journal = {\aap}`
    if not is_preprint_doi(entry.doi) and not entry.doi.startswith(_DEPOSITS):
        yield Finding(
            f"the DOI {short(entry.doi)} is a publication's, but the entry is still that of the preprint.", "doi"
        )


def _old(subjects: Sequence[Subject], context: Context) -> Iterator[tuple[Subject, Finding]]:
    if not context.origins:
        return
    asked = _last_written(context)
    for subject in subjects:
        entry = subject.entry
        at = asked.get(entry.key, "") if entry.kind == "preprint" and "pubstate" not in entry.fields else ""
        since = _first_month(entry.arxiv) if at else 0
        if since and this_month() - since > _OLD_MONTHS and this_month() - _month(at) > _LOOKED_UP_MONTHS:
            field = "eprint" if "eprint" in subject.raw.fields else ""
            year = (since - 1) // 12
            yield (
                subject,
                Finding(f"arXiv:{entry.arxiv} is from {year}, and was brought up to date last on {at[:10]}.", field),
            )


def _first_month(arxiv: str) -> int:
    """Return the month in which an arXiv id was given, counted from year 0; 0 where it does not say."""
    digits = arxiv.rpartition("/")[2][:4]
    if not (digits.isdecimal() and len(digits) == 4):
        return 0
    year = int(digits[:2])
    return 12 * (year + (1900 if year > 90 else 2000)) + int(digits[2:])


def _month(at: str) -> int:
    year, month = at[:4], at[5:7]
    return 12 * int(year) + int(month) if year.isdecimal() and month.isdecimal() else this_month()


def _last_written(context: Context) -> dict[str, str]:
    """Return when the program wrote each entry last. What was looked up and found unchanged leaves no trace."""
    last: dict[str, str] = {}
    for (key, _), origin in context.origins.items():
        if origin.at > last.get(key, ""):
            last[key] = origin.at
    return last


_PREPRINT = "@misc{k, author = {Kwon, Woosuk}, title = {Paged attention}, year = 2023, eprint = {2309.06180}, eprinttype = {arxiv}%s}\n"

RULES: Final = (
    Rule(
        "B800", "preprint-published", WARNING,
        "The preprint is cited, though the entry knows the DOI of the publication.",
        "Let `bib enrich` upgrade it, or name the venue.",
        _PREPRINT % ", doi = {10.1145/3600006.3613165}", _PREPRINT % "",
        check=_published_doi,
    ),
    Rule(
        "B801", "preprint-old", WARNING,
        "The preprint is older than 18 months and was not brought up to date for half a year: it may be published.",
        "Run `bib enrich` on it.",
        _PREPRINT % "", _PREPRINT % ", pubstate = {preprint}",
        file_check=_old,
    ),
)  # fmt: skip
