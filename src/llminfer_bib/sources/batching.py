"""Identifiers and questions cut into requests, each once; how many and how long a source takes is its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..identifiers import normalise_arxiv
from .protocol import RefusedBatchError


def one_each(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut into requests of one."""
    return [(question,) for question in dict.fromkeys(ids)]


def cut(
    ids: Sequence[str],
    *,
    most: int,
    longest: int,
    cost: Callable[[str], int],
    goes_alone: Callable[[str], bool] = lambda _: False,
) -> list[tuple[str, ...]]:
    """Cut into requests of at most ``most``, whose costs (bytes in the URL) together are at most ``longest``.

    One that costs more than that makes a request by itself, and so does one that ``goes_alone``.
    """
    found: list[tuple[str, ...]] = []
    batch: list[str] = []
    length = 0
    for identifier in dict.fromkeys(ids):
        if goes_alone(identifier):
            found.append((identifier,))
            continue
        more = cost(identifier)
        if batch and (len(batch) == most or length + more > longest):
            found.append(tuple(batch))
            batch, length = [], 0
        batch.append(identifier)
        length += more
    return [*found, tuple(batch)] if batch else found


def arxiv_ids(ids: Sequence[str]) -> tuple[str, ...]:
    """Return arXiv ids, each once. Raises RefusedBatchError with those that are not in their normal form, without version."""
    wanted = tuple(dict.fromkeys(ids))
    if wrong := [name for name in wanted if not name or normalise_arxiv(name) != (name, "")]:
        raise RefusedBatchError("not an arXiv identifier", wrong)
    return wanted
