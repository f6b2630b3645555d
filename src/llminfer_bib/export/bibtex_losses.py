"""What the two BibTeX formats cannot say of an entry, for ``bib export --explain``. What they write is not decided here."""

from __future__ import annotations

from typing import Final

from .. import identifiers
from ..dates import parse_date
from ..model import Entry
from .losses import Loss

_INHERITED: Final = "what the entry takes from it is written into the entry; the link to it is not"
_CLASSIC: Final[dict[str, str]] = {
    "crossref": _INHERITED,
    "language": "IEEEtran makes a command of it that LaTeX does not know; langid stays",
    "subtitle": "classic BibTeX has no subtitles: it stands behind the title",
    "booksubtitle": "classic BibTeX has no subtitles: it stands behind the booktitle",
    "journalsubtitle": "classic BibTeX has no subtitles: it stands behind the journal",
    "eventtitle": "classic BibTeX has no events: it stands in the note",
}
_BOTH: Final[dict[str, str]] = {"xdata": _INHERITED}
_NO_LINK: Final = "it is no address of the web (http or https): it is kept as urltext, of which no style makes a link"
_NO_YEAR: Final = "it is no number: biber prints it and warns that it cannot sort by it, Typst refuses the whole file"
_NO_DATE: Final = "it is no date that can be read: biber leaves it out, Typst refuses the whole file"
_TWICE: Final = "date says when; biber warns where both stand"


def of_biblatex(entry: Entry) -> tuple[Loss, ...]:
    """Return (field, reason) of what the biblatex export says in another way or not at all."""
    found = [*_rows(entry, _BOTH), *_link(entry)]
    if entry.fields.get("date") and parse_date(entry.fields["date"]) is None:
        found.append(("date", _NO_DATE))
    if entry.fields.get("year") and entry.date is None:
        found.append(("year", _NO_YEAR))
    if parse_date(entry.fields.get("date", "")) is not None:
        found += [(name, _TWICE) for name in ("year", "month", "day") if entry.fields.get(name)]
    return tuple(found)


def of_bibtex(entry: Entry, classic_type: str) -> tuple[Loss, ...]:
    """Return (field, reason) of what the classic export says in another way or not at all."""
    found = []
    if classic_type != entry.type:
        found.append(
            ("type", f"classic BibTeX has no @{entry.type} that styles print like this: it is @{classic_type}")
        )
    found += [*_rows(entry, _BOTH | _CLASSIC), *_link(entry)]
    date = entry.date
    if date is not None and (date.end is not None or date.circa):
        found.append(("date", "classic BibTeX has year and month: no end of a range, no uncertainty"))
    if any(person.prefix[:1].isupper() for people in entry.people.values() for person in people):
        found.append(("author", "BibTeX takes a prefix with a capital (De) for a part of the family name"))
    return tuple(found)


def _rows(entry: Entry, rows: dict[str, str]) -> list[Loss]:
    return [(name, reason) for name, reason in rows.items() if entry.fields.get(name)]


def _link(entry: Entry) -> list[Loss]:
    return [("url", _NO_LINK)] if entry.fields.get("url") and not identifiers.web_url(entry.url) else []
