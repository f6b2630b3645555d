"""Which entries are one work: by DOI, arXiv id, second keys, address, or title and people; linear in the number of entries.

What speaks against it goes before what speaks for it: editions, parts, translations and versions are works of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..alike import families, family_overlap, numbers, squeezed, title_key, title_ratio, word_changes
from ..identifiers import is_preprint_doi, url_identity
from ..model import Entry
from ..names import is_han

_COMPARED = 12
"""An entry is compared with so many others of its block: a block of thousands must not cost their square."""
_LIKE_TITLE = 0.80
_SAME_PEOPLE = 0.5
_ALL_PEOPLE = 0.99
_SHORT = 3
_YEARS = 5
_WRITTEN = frozenset({"paper", "preprint", "report", "other"})
_ONLINE = frozenset({"project", "video", "course", "blog", "page", "dataset"})
_UNLIKE = ("edition", "volume", "part", "version", "chapter")
"""Fields that tell works of one title apart; the first three only where both, or a book, have them."""
_IN_PARTS = frozenset({"inbook", "incollection", "inproceedings", "conference", "suppbook", "bookinbook"})


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that are, or may be, one work."""

    keys: tuple[str, ...]
    """In the file's order."""
    reasons: tuple[str, ...]
    certain: bool
    """Whether ``--merge`` takes it without being told its keys."""


@dataclass(frozen=True, slots=True)
class _Pair:
    why: str
    certain: bool


def find(entries: Iterable[Entry]) -> tuple[Group, ...]:
    """Return the groups in the file's order. An entry that contradicts one of a group does not join it."""
    items = [entry for entry in entries if entry.type not in {"xdata", "set"}]
    leader = list(range(len(items)))
    members = {at: [at] for at in leader}
    said: dict[int, list[_Pair]] = defaultdict(list)
    for block, judge in _blocks(items):
        for place, one in enumerate(block):
            for other in block[max(0, place - _COMPARED) : place]:
                first, second = sorted((leader[one], leader[other]))
                if first == second or (pair := judge(items[other], items[one])) is None:
                    continue
                if _clash(items, members[first], members[second]):
                    continue
                for at in members[second]:
                    leader[at] = first
                members[first] += members.pop(second)
                said[first] += [*said.pop(second, []), pair]
    return tuple(
        Group(
            tuple(items[at].key for at in sorted(members[first])),
            tuple(dict.fromkeys(pair.why for pair in said[first])),
            all(pair.certain for pair in said[first]),
        )
        for first in sorted(said)
    )


def _clash(items: list[Entry], mine: list[int], theirs: list[int]) -> bool:
    return any(contradiction(items[a], items[b]) for a in mine[:_COMPARED] for b in theirs[:_COMPARED])


Judge = Callable[[Entry, Entry], _Pair | None]


def _blocks(items: list[Entry]) -> Iterator[tuple[list[int], Judge]]:
    """Yield entries that share something, and how two of them are judged: identifiers first, then titles."""
    tables: list[tuple[Judge, dict[object, list[int]]]] = [
        (judge, defaultdict(list)) for judge in (_by_doi, _by_arxiv, _by_ids, _by_title)
    ]
    keys = {entry.key: at for at, entry in enumerate(items)}
    for at, entry in enumerate(items):
        if entry.doi:
            tables[0][1][entry.doi].append(at)
        if entry.arxiv:
            tables[1][1][entry.arxiv].append(at)
        for name in filter(None, map(str.strip, entry.fields.get("ids", "").split(","))):
            if keys.get(name, at) != at:
                tables[2][1][at, name] += [keys[name], at]
        for shared in _title_blocks(entry):
            tables[3][1][shared].append(at)
    for judge, table in tables:
        for block in table.values():
            if len(block) > 1:
                yield sorted(block, key=lambda at: (title_key(items[at].title.text), at)), judge


def _title_blocks(entry: Entry) -> Iterator[object]:
    """Yield what two wordings of a title share: all of it, or its beginning or end and the first author."""
    key = title_key(entry.title.text)
    if not key:
        return
    yield squeezed(key)
    people = entry.authors or entry.editors
    if people.persons:
        words = key.split()
        for family in sorted(families(people.persons[0])):
            yield family, 0, *words[:2]
            yield family, 1, *words[-2:]


def contradiction(a: Entry, b: Entry) -> str:
    """Say why two entries cannot be one work; an empty text where nothing speaks against it."""
    if a.key in _parents(b) or b.key in _parents(a):
        return "one is the parent of the other"
    if a.kind != b.kind and not {a.kind, b.kind} <= _WRITTEN:
        return "another kind of thing"
    if _two(_language(a), _language(b)) or _two(is_han(a.title.text), is_han(b.title.text), known=True):
        return "another language"
    if numbers(title_key(a.title.text)) != numbers(title_key(b.title.text)) and a.title.text and b.title.text:
        return "other numbers in the title"
    for name in _UNLIKE:
        mine, theirs = (squeezed(title_key(each.fields.get(name, ""))) for each in (a, b))
        if mine != theirs and ((mine and theirs) or (name in {"edition", "version"} and _counts(mine or theirs))):
            return f"another {name}"
    return _other_identity(a, b)


def _other_identity(a: Entry, b: Entry) -> str:
    if _two(a.arxiv, b.arxiv):
        return "another arXiv id"
    if _two(a.doi, b.doi) and not is_preprint_doi(a.doi) and not is_preprint_doi(b.doi):
        return "another DOI"
    if _two(_isbn(a), _isbn(b)) and a.kind == "book":
        return "another ISBN"
    if a.kind in _ONLINE and _two(url_identity(a.url), url_identity(b.url)):
        return "another address"
    if a.type in _IN_PARTS and b.type in _IN_PARTS and a.doi != b.doi and _two(_pages(a), _pages(b)):
        return "other pages" if _year(a) == _year(b) else ""
    return ""


def _two(mine: object, theirs: object, *, known: bool = False) -> bool:
    return (known or bool(mine and theirs)) and mine != theirs


def _counts(edition: str) -> bool:
    return edition not in {"1", "1st", "first", ""}


def _parents(entry: Entry) -> list[str]:
    return [entry.fields.get(name, "") for name in ("crossref", "xref")]


def _language(entry: Entry) -> str:
    return entry.language.partition("-")[0].lower()


def _isbn(entry: Entry) -> str:
    return entry.fields.get("isbn", "").replace("-", "").replace(" ", "")


def _pages(entry: Entry) -> str:
    return entry.fields.get("pages", "").partition("-")[0].strip("\u2013 ").partition("\u2013")[0]


def _year(entry: Entry) -> int:
    return entry.date.year if entry.date else 0


def _people(a: Entry, b: Entry) -> float:
    return family_overlap(a.authors or a.editors, b.authors or b.editors)


def _by_doi(a: Entry, b: Entry) -> _Pair | None:
    return _by_identifier(a, b, f"the same DOI {a.doi}")


def _by_arxiv(a: Entry, b: Entry) -> _Pair | None:
    return _by_identifier(a, b, f"the same arXiv id {a.arxiv}")


def _by_identifier(a: Entry, b: Entry, why: str) -> _Pair | None:
    """An identifier settles it unless the titles are other ones: chapters often carry the DOI of their book."""
    if contradiction(a, b):
        return None
    mine, theirs = title_key(a.title.text), title_key(b.title.text)
    if not mine or not theirs or title_ratio(mine, theirs) >= _LIKE_TITLE:
        return _Pair(why, certain=True)
    if _people(a, b) < _SAME_PEOPLE or (a.type in _IN_PARTS and b.type in _IN_PARTS):
        return None
    return _Pair(f"{why}, with another title", certain=False)


def _by_ids(a: Entry, b: Entry) -> _Pair | None:
    return None if contradiction(a, b) else _Pair("one has the key of the other in `ids`", certain=False)


def _by_title(a: Entry, b: Entry) -> _Pair | None:
    mine, theirs = title_key(a.title.text), title_key(b.title.text)
    if title_ratio(mine, theirs) < _LIKE_TITLE or word_changes(mine, theirs) != ([], []) or contradiction(a, b):
        return None
    same = squeezed(mine) == squeezed(theirs)
    if a.url and url_identity(a.url) == url_identity(b.url) and same:
        return _Pair("the same title and address", certain=True)
    overlap = _people(a, b)
    short = len(mine.split()) <= _SHORT and mine.isascii()
    if not (a.authors or a.editors).persons or not (b.authors or b.editors).persons:
        return _Pair("the same title, people unknown", certain=False) if same and not short else None
    if overlap < (_ALL_PEOPLE if short else _SAME_PEOPLE):
        return None
    apart = abs(_year(a) - _year(b)) if _year(a) and _year(b) else 0
    if "preprint" in {a.kind, b.kind} and a.kind != b.kind:
        sure = same and overlap >= _ALL_PEOPLE and apart <= _YEARS and not short
        return _Pair("a preprint and its published version", certain=sure)
    if short and apart:
        return None
    sure = same and overlap >= _ALL_PEOPLE and apart == 0 and a.type == b.type and not short
    return _Pair("the same title and people", certain=sure and not _two(_venue(a), _venue(b)))


def _venue(entry: Entry) -> str:
    names = ("journal", "journaltitle", "booktitle", "publisher")
    return squeezed(title_key(next((entry.fields[name] for name in names if entry.fields.get(name)), "")))
