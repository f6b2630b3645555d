"""The entries that are there, found again by identifier, by page, and by title and people. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import match
from ..alike import families, romanised_families, whole_name
from ..identifiers import arxiv_url, doi_url, normalise_arxiv, normalise_doi, url_identity
from ..model import Entry

_TELLING = ("edition", "volume", "number", "part", "version", "isbn")
"""Fields that tell two books, reports and the like of one title apart."""
_OF_THE_WEB = frozenset({"blog", "course", "other", "page", "project", "video"})
"""Kinds that one program or person takes for another."""
_UNSAID = frozenset({"crossref", "entryset", "ids", "keywords", "related", "xdata", "xref"})
_MOST = 30
"""Entries of one page, or one title and family, that are looked at."""
_TELLING_IN_ONE_FILE = ("booktitle", "journal", "journaltitle", "pages", "publisher", "year", "date")
"""What else tells two entries of one file apart, whose owner knows why both stand there."""
OF_THE_FILE = -1
"""``Entry.start`` of an entry that comes from the same file."""
_VERSIONS = frozenset({"paper", "preprint"})
_Named = tuple[str, str, bool, bool]


class Known:
    """The entries that are there. Each search costs the same, however many they are."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_id: dict[str, Entry] = {}
        self._by_page: dict[str, list[Entry]] = {}
        self._by_title: dict[_Named, list[Entry]] = {}
        self._by_words: dict[object, Entry] = {}
        self._untitled: dict[str, Entry] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Take an entry in."""
        for name in _ids(entry):
            self._by_id.setdefault(name, entry)
        for page in _pages(entry):
            self._by_page.setdefault(page, []).append(entry)
        titles = _titles(entry)
        for title in titles:
            for spelling in _spellings(entry):
                self._by_title.setdefault((title, spelling, bool(entry.doi), bool(entry.arxiv)), []).append(entry)
        if not titles:
            self._by_words.setdefault(_words(entry), entry)
            self._untitled.setdefault(entry.key.lower(), entry)

    def find(self, entry: Entry, key: str = "", *, by_page_alone: bool = False) -> Entry | None:
        """Return the entry that is the same: by identifier, by page, else by title and people, where none speaks against it.

        Of several, and where there is no title, the `key` that it has in its file counts. With `by_page_alone` one page is one
        work, whatever the titles: people word the links of their lists as they like.
        """
        for name in _ids(entry):
            if name in self._by_id:
                return self._by_id[name]
        for page in _pages(entry):
            for other in self._by_page.get(page, ())[:_MOST]:
                if (by_page_alone and not _other_place(entry, other)) or not _other_work(entry, other):
                    return other
        titles = _titles(entry)
        if not titles:
            untitled = self._untitled.get(key.lower())
            return untitled if untitled and _is_same(entry, untitled) else self._by_words.get(_words(entry))
        candidates = (other for title in titles for other in self._of_title(title, entry))
        found = [other for other in candidates if _is_same(entry, other)]
        return next((other for other in found if other.key == key), found[0] if found else None)

    def _of_title(self, title: str, entry: Entry) -> Iterator[Entry]:
        """Yield the entries of a title with whom a family is shared, and that have no other identifier of the same kind."""
        for spelling in _spellings(entry):
            for doi in (False,) if entry.doi else (False, True):
                for arxiv in (False,) if entry.arxiv else (False, True):
                    yield from self._by_title.get((title, spelling, doi, arxiv), ())[:_MOST]


def _ids(entry: Entry) -> Iterator[str]:
    if entry.arxiv:
        yield f"arxiv:{entry.arxiv}"
    if entry.doi:
        yield f"doi:{entry.doi}"
    if entry.url:
        if arxiv := normalise_arxiv(entry.url)[0]:
            yield f"arxiv:{arxiv}"
        elif doi := normalise_doi(entry.url):
            yield f"doi:{doi}"


def _pages(entry: Entry) -> list[str]:
    urls = (entry.url, entry.arxiv and arxiv_url(entry.arxiv), entry.doi and doi_url(entry.doi))
    return [url_identity(url) for url in urls if url]


def full_title(entry: Entry) -> str:
    """Return title and subtitle as other programs have them, in one."""
    subtitle = entry.fields.get("subtitle", "")
    return f"{entry.title}: {subtitle}" if subtitle else str(entry.title)


def _titles(entry: Entry) -> tuple[str, ...]:
    """Return the title with the subtitle, and without."""
    return tuple(dict.fromkeys(filter(None, map(match.title_key, (full_title(entry), str(entry.title))))))


def _spellings(entry: Entry) -> set[str]:
    """Return what families may be written as, one of which two lists of the same people share; of nobody kind and year."""
    found: set[str] = set()
    for person in entry.authors or entry.editors:
        found |= families(person) | romanised_families(person) | {whole_name(person)}
    return found - {""} or {f"{entry.kind} {_year(entry)}"}


def _year(entry: Entry) -> int | None:
    return entry.date.year if entry.date else None


def _words(entry: Entry) -> object:
    """Return what an entry without a title says. Its links to others change where their keys do."""
    fields = tuple(sorted((name, value) for name, value in entry.fields.items() if name not in _UNSAID))
    return entry.type, fields, tuple(sorted(entry.people.items()))


def _other_place(entry: Entry, other: Entry) -> bool:
    """Tell whether the addresses lead to two places of one page, as ``#serving`` and ``#training`` do."""
    return bool(entry.url and other.url) and entry.url.partition("#")[2] != other.url.partition("#")[2]


def _other_work(entry: Entry, other: Entry) -> bool:
    """Tell whether two entries of one page are two works: talks of one conference, a paper and its proceedings."""
    if _apart(entry, other) or (other.start == OF_THE_FILE and not _same_edition(entry, other)):
        return True
    if match.title_ratio(full_title(entry), full_title(other)) >= match.LIKE_TITLE:
        return False
    if _other_place(entry, other):
        return True
    kinds = {entry.kind, other.kind}
    if len(kinds) > 1 and not kinds <= _VERSIONS and not kinds <= _OF_THE_WEB:
        return True
    known = entry.authors.persons and other.authors.persons
    return bool(known) and match.family_overlap(entry.authors, other.authors) < match.ENOUGH_PEOPLE


def _is_same(entry: Entry, other: Entry) -> bool:
    if _apart(entry, other) or not _same_edition(entry, other):
        return False
    if len({"subtitle" in each.fields for each in (entry, other)}) == 1 and _titles(entry)[:1] != _titles(other)[:1]:
        return False  # two parts of one series
    mine, theirs = entry.authors or entry.editors, other.authors or other.editors
    if mine.persons and theirs.persons:
        return match.family_overlap(mine, theirs) >= match.ENOUGH_PEOPLE
    if mine.persons or theirs.persons or (entry.url and other.url):
        return False
    return entry.kind == other.kind and _year(entry) == _year(other)


def _apart(entry: Entry, other: Entry) -> bool:
    return bool((entry.doi and other.doi) or (entry.arxiv and other.arxiv))


def _same_edition(entry: Entry, other: Entry) -> bool:
    telling: tuple[str, ...] = _TELLING
    if other.start == OF_THE_FILE:
        if entry.type != other.type:
            return False
        telling += _TELLING_IN_ONE_FILE
    elif {entry.kind, other.kind} <= _VERSIONS:
        return True
    pairs = ((entry.fields.get(name, ""), other.fields.get(name, "")) for name in telling)
    return all(not mine or not theirs or match.title_key(mine) == match.title_key(theirs) for mine, theirs in pairs)
