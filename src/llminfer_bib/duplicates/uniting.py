"""Several entries -> the edits that make one of them: what the kept one lacks comes from the others, and nothing is invented.

References to the dropped keys and files are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..alike import squeezed, title_key
from ..categories import split_keywords
from ..edits import RemoveField, SetField
from ..identifiers import is_preprint_doi, normalise_doi, url_identity
from ..inheritance import SAME
from ..meaning import Difference
from ..meaning.people import compare_people
from ..model import Entry

Sources = Mapping[str, str]
"""An entry's own fields as BibTeX source with delimiters (a month may be bare), by lower-case name."""

_LISTS = ("ids", "keywords")
_LINKS = frozenset({"crossref", "xref", "xdata", "entryset", "related"})
_VENUE = frozenset(
    """journal journaltitle booktitle publisher volume number issue pages series editor address location school institution
    organization eventtitle howpublished note type chapter edition isbn issn pubstate version""".split()
)
_WHERE = ("journal", "journaltitle", "booktitle", "school", "institution", "publisher")
_OF_AN_ARTICLE = frozenset({"volume", "number", "issue", "pages", "series", "note", "issn"})
_DATES = frozenset({"date", "year", "month", "day"})
_SUBTITLES = frozenset({"subtitle", "titleaddon"})
_TYPES = {"conference": "inproceedings", "phdthesis": "thesis", "mastersthesis": "thesis", "techreport": "report"}
_WORTH = {"other": 0, "page": 1, "preprint": 2}
"""What a kind is worth when one of several entries is kept; everything published is worth 3."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one field; the kept entry's stays, or nothing where `kept` is empty."""

    field: str
    kept: str
    dropped: str


@dataclass(frozen=True, slots=True)
class United:
    """What becomes of two entries. The edits concern the kept one; the other is to be removed."""

    kept: str
    dropped: str
    edits: tuple[SetField | RemoveField, ...]
    taken: tuple[str, ...]
    """Fields whose value comes from the dropped entry."""
    conflicts: tuple[Conflict, ...]


def by_worth(entries: Sequence[Entry]) -> list[Entry]:
    """Return the entry to keep, then the others.

    Published goes over preprint, that over what says less; then one with a DOI, one with more fields, the first.
    """
    return sorted(
        entries, key=lambda each: (-_WORTH.get(each.kind, 3), not each.doi, -len(each.fields) - len(each.people))
    )


def unite_all(entries: Sequence[Entry], sources: Mapping[str, Sources]) -> tuple[United, ...]:
    """Return what becomes of entries that are one work: one is kept, the others go into it one after the other."""
    kept, *others = by_worth(entries)
    mine = dict(sources[kept.key])
    done = []
    for other in others:
        united = unite(kept, other, mine, sources[other.key])
        done.append(united)
        for edit in united.edits:
            if isinstance(edit, SetField):
                mine[edit.name] = edit.value
            else:
                mine.pop(edit.name, None)
        kept = _with_taken(kept, other, united.taken)
    return tuple(done)


def _with_taken(kept: Entry, other: Entry, names: Sequence[str]) -> Entry:
    """Return the kept entry as far as the next one is compared with it."""
    people = {**kept.people, **{name: other.people[name] for name in names if name in other.people}}
    dates = {"date": other.dates["date"], **kept.dates} if _DATES & set(names) and "date" in other.dates else kept.dates
    fields = {**kept.fields, **{name: other.fields[name] for name in names if name in other.fields}}
    return replace(
        kept, people=people, dates=dates, fields=fields, doi=kept.doi or ("doi" in names and other.doi) or "",
        arxiv=kept.arxiv or ("eprint" in names and other.arxiv) or "", url=kept.url or ("url" in names and other.url) or "",
    )  # fmt: skip


def unite(kept: Entry, dropped: Entry, mine: Sources, theirs: Sources) -> United:
    """Return the edits of the kept entry. What an entry inherits is neither taken nor covered: a parent says it."""
    edits: list[SetField | RemoveField] = []
    taken, conflicts = [], []
    for name, value in theirs.items():
        if name in _LISTS or not inside(value).strip('{}" '):
            continue
        rival = _rival(name, mine)
        come = rival == name and _fuller(name, kept, dropped, mine, theirs)
        if come or (not rival and _may_come(name, kept, dropped, mine, theirs)):
            edits.append(SetField(kept.key, name, value))
            taken.append(name)
        elif not _says_it(name, rival, kept, dropped, mine, theirs):
            conflicts.append(Conflict(name, inside(mine.get(rival, "")), inside(value)))
    edits += _lists(kept, dropped, mine, theirs)
    edits += _without_self(kept.key, dropped.key, mine)
    return United(kept.key, dropped.key, tuple(edits), tuple(taken), tuple(conflicts))


def inside(value: str) -> str:
    """Return a value without its delimiters, if it has any."""
    return value[1:-1] if value[:1] in {"{", '"'} else value


def _rival(name: str, mine: Sources) -> str:
    """Return the field that says the same already, under this or another name; else an empty text."""
    if name in mine:
        return name
    if name == "month" and "year" in mine and "date" not in mine:
        return ""
    return next((other for row in (*SAME, _DATES) if name in row for other in sorted(row) if other in mine), "")


def _may_come(name: str, kept: Entry, dropped: Entry, mine: Sources, theirs: Sources) -> bool:
    """Tell whether a field fits beside the others: the venue or date of another version, or a link to a parent, does not."""
    if name in _LINKS or name in kept.fields or name in kept.people:
        return False
    if name == "month" and "year" in mine:
        return _year(kept) == _year(dropped) and kept.kind != "preprint" != dropped.kind
    if name in _SUBTITLES:
        return squeezed(title_key(kept.title.text)) == squeezed(title_key(dropped.title.text))
    if name == "urldate":
        return "url" not in mine or _same_url(kept, dropped)
    if name == "doi" and kept.kind != "preprint":
        return not is_preprint_doi(normalise_doi(inside(theirs[name])))
    if kept.kind != "preprint" and dropped.kind == "preprint":
        return name not in _VENUE and name not in _DATES
    if name not in _VENUE:
        return True
    if _TYPES.get(kept.type, kept.type) != _TYPES.get(dropped.type, dropped.type):
        return dropped.type in {"misc", "other"} and name in _OF_AN_ARTICLE and "howpublished" not in theirs
    return not _elsewhere(mine, theirs)


def _elsewhere(mine: Sources, theirs: Sources) -> bool:
    """Tell whether both name where they appeared, and not the same place: the number of one is not the other's."""
    places = [
        next((squeezed(title_key(inside(own[name]))) for name in _WHERE if name in own), "") for own in (mine, theirs)
    ]
    return all(places) and places[0] != places[1]


def _fuller(name: str, kept: Entry, dropped: Entry, mine: Sources, theirs: Sources) -> bool:
    """Tell whether the other entry says the same, and more: all names of a list, given names in full, protected capitals."""
    if name == "title":
        same = kept.title.text == dropped.title.text
        return same and "{" not in inside(mine[name]) and "{" in inside(theirs[name])
    people, others = kept.people.get(name), dropped.people.get(name)
    if not people or not others:
        return False
    if people.others and not others.others:
        return len(others) >= len(people) and compare_people(people, others).difference is Difference.SAME
    if len(people) != len(others) or people.others != others.others:
        return False
    if compare_people(people, others).difference is not Difference.SAME:
        return False
    letters = [sum(len(person.given.replace(".", "")) for person in each) for each in (people, others)]
    return letters[0] < letters[1]


def _says_it(name: str, rival: str, kept: Entry, dropped: Entry, mine: Sources, theirs: Sources) -> bool:
    """Tell whether the kept entry says what a value of the dropped one says, perhaps spelled otherwise."""
    if name == "doi":
        doi = normalise_doi(inside(theirs[name]))
        return bool(doi) and (doi == kept.doi or (bool(kept.arxiv) and kept.arxiv == dropped.arxiv))
    if name in {"archiveprefix", "eprinttype", "eprint"} and kept.arxiv and kept.arxiv == dropped.arxiv:
        return True
    if name == "url":
        return _same_url(kept, dropped)
    if name in _DATES and kept.date and dropped.date:
        mine_date, their_date = kept.date.iso(), dropped.date.iso()
        return mine_date.startswith(their_date) or (name == "year" and _year(kept) == _year(dropped))
    if name in _SUBTITLES:
        return squeezed(title_key(inside(theirs[name]))) in squeezed(title_key(kept.title.text))
    if not rival:
        return squeezed(title_key(dropped.fields.get(name, "?"))) == squeezed(title_key(kept.fields.get(name, "")))
    if name in kept.people and name in dropped.people:
        return compare_people(kept.people[name], dropped.people[name]).difference is Difference.SAME
    return squeezed(title_key(inside(theirs[name]))) == squeezed(title_key(inside(mine[rival])))


def _same_url(kept: Entry, dropped: Entry) -> bool:
    return url_identity(kept.url) == url_identity(dropped.url)


def _year(entry: Entry) -> int:
    return entry.date.year if entry.date else 0


def _lists(kept: Entry, dropped: Entry, mine: Sources, theirs: Sources) -> Iterator[SetField]:
    for name in _LISTS:
        have, more = (list(_listed(name, own.get(name, ""))) for own in (mine, theirs))
        more = [dropped.key, *more] if name == "ids" else more
        new = [item for item in dict.fromkeys(more) if item not in have and not (name == "ids" and item == kept.key)]
        if new:
            yield SetField(kept.key, name, f"{{{', '.join([*have, *new])}}}")


def _without_self(kept: str, dropped: str, mine: Sources) -> Iterator[SetField | RemoveField]:
    """Yield what keeps the entry from naming itself once the dropped key means it."""
    for name in sorted(_LINKS & set(mine)):
        items = _items(mine[name])
        left = [item for item in items if item.lower() != dropped.lower()]
        if left != items:
            yield SetField(kept, name, f"{{{', '.join(left)}}}") if left else RemoveField(kept, name)


def _listed(name: str, value: str) -> Sequence[str]:
    return split_keywords(inside(value)) if name == "keywords" else _items(value)


def _items(value: str) -> list[str]:
    return [item.strip() for item in inside(value).split(",") if item.strip()]
