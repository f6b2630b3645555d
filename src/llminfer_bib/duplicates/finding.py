"""Groups of entries that are one work, in time that grows with their number: only entries that share something are compared.

What they share brings them into one block; whether two of a block are one work is for ``telling``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from ..alike import whole_name
from ..model import Entry
from .telling import Pair, apart, at_odds, judge
from .works import Work, work

_COMPARED = 12
"""An entry is compared with so many neighbours in its block: a block of thousands must not cost their square."""
_HAN_ENDS = 4


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that are, or may be, one work."""

    keys: tuple[str, ...]
    """In the file's order."""
    reasons: tuple[str, ...]
    certain: bool
    """Whether ``--merge`` takes it without being told its keys."""


@dataclass(slots=True)
class _Joined:
    """A group while it grows."""

    members: list[int]
    pairs: list[Pair]
    torn: bool = False
    """Whether another group wanted to join that has a work which is surely not one of these."""


def find(entries: Iterable[Entry]) -> tuple[Group, ...]:
    """Return the groups in the file's order. An entry that contradicts one of a group does not join it."""
    works = [
        work(entry, at) for at, entry in enumerate(entry for entry in entries if entry.type not in {"xdata", "set"})
    ]
    leader = list(range(len(works)))
    joined: dict[int, _Joined] = {}
    for table in _tables(works):
        seen: set[tuple[int, int]] = set()
        for one, other in _pairs(table):
            if leader[one] == leader[other]:
                continue
            if len(works[one].first) > 1:  # one whose name has several spellings meets the same neighbours in each
                if (one, other) in seen:
                    continue
                seen.add((one, other))
            if pair := judge(works[one], works[other]):
                _join(works, leader, joined, (one, other), pair)
    groups = [each for each in joined.values() if len(each.members) > 1]
    return tuple(_group(works, each) for each in sorted(groups, key=lambda each: min(each.members)))


def _pairs(blocks: Iterable[list[int]]) -> Iterator[tuple[int, int]]:
    for block in blocks:
        for place, one in enumerate(block):
            for other in block[max(0, place - _COMPARED) : place]:
                yield (one, other) if one < other else (other, one)


def _join(works: list[Work], leader: list[int], joined: dict[int, _Joined], two: tuple[int, int], pair: Pair) -> None:
    """Make one group of two, the smaller one moves: an entry moves no more often than its group can double."""
    mine, theirs = sorted(
        (joined.setdefault(leader[at], _Joined([leader[at]], [])) for at in two), key=lambda each: -len(each.members)
    )
    if any(apart(works[a], works[b]) for a in mine.members[:_COMPARED] for b in theirs.members[:_COMPARED]):
        mine.torn = theirs.torn = True
        return
    first = leader[mine.members[0]]
    del joined[leader[theirs.members[0]]]
    for at in theirs.members:
        leader[at] = first
    mine.members += theirs.members
    mine.pairs += [*theirs.pairs, pair]
    mine.torn = mine.torn or theirs.torn


def _group(works: list[Work], joined: _Joined) -> Group:
    reasons = tuple(dict.fromkeys(pair.why for pair in joined.pairs))
    sure = all(pair.certain for pair in joined.pairs) and not joined.torn and len(joined.members) <= _COMPARED
    if sure and len(joined.members) > 2:
        sure = not any(at_odds(works[a], works[b]) for a, b in combinations(joined.members, 2))
    return Group(tuple(works[at].key for at in sorted(joined.members)), reasons, sure)


Sharing = Callable[[Work], Iterable[object]]


def _tables(works: list[Work]) -> Iterator[Iterable[list[int]]]:
    """Yield blocks of entries that share something: identifiers first, then what two wordings of a title or its people share.

    In a block those stand side by side that are likest; a table at a time, which bounds what is kept.
    """
    yield _second_keys(works)
    for shared, order in (
        (lambda work: filter(None, (work.doi,)), _by_title),
        (lambda work: filter(None, (work.arxiv,)), _by_title),
        (lambda work: work.isbn, _by_title),
        (lambda work: filter(None, (work.url,)), _by_title),
        (lambda work: {work.whole, work.main, work.rest} - {""}, _by_people),
        (_beginning, _by_title),
        (_end, _by_end),
        (_authors, _by_title),
    ):
        yield _table(works, shared, order)


def _table(works: list[Work], shared: Sharing, order: Callable[[Work], object]) -> Iterator[list[int]]:
    alone: dict[object, int] = {}
    blocks: defaultdict[object, list[int]] = defaultdict(list)
    for each in works:
        for value in shared(each):
            first = alone.setdefault(value, each.at)
            if first != each.at:
                blocks[value].append(each.at)
    for value, others in blocks.items():
        block = [alone[value], *others]
        yield block if len(block) == 2 else sorted(block, key=lambda at: order(works[at]))  # type: ignore[return-value, arg-type]


def _second_keys(works: list[Work]) -> Iterator[list[int]]:
    keys = {each.key: each.at for each in works} if any(each.ids for each in works) else {}
    for each in works:
        for name in each.ids:
            if keys.get(name, each.at) != each.at:
                yield [keys[name], each.at]


def _by_title(work: Work) -> object:
    return work.title, work.first, work.year


def _by_end(work: Work) -> object:
    return work.title[::-1], work.first, work.year


def _by_people(work: Work) -> object:
    first = work.people.persons[0] if work.people.persons else None
    return (
        work.first,
        first.given[:1] if first else "",
        work.year,
        work.doi,
        work.venue,
        work.volume,
        work.pages,
    )


def _beginning(work: Work) -> Iterator[object]:
    yield from ((family, *_ends(work)[0]) for family in work.first if work.title)


def _end(work: Work) -> Iterator[object]:
    yield from ((family, *_ends(work)[1]) for family in work.first if work.title)


def _ends(work: Work) -> tuple[list[str], list[str]]:
    if work.han:
        return [work.whole[:_HAN_ENDS]], [work.whole[-_HAN_ENDS:]]
    words = work.title.split()
    return words[:2], words[-2:]


def _authors(work: Work) -> Iterator[object]:
    """Yield the first two families, and the first name in whatever order: for titles whose beginning and end both changed."""
    if not work.people.persons or not work.title:
        return
    if name := whole_name(work.people.persons[0]):
        yield name
    yield from ((family, second) for family in work.first for second in work.second)
