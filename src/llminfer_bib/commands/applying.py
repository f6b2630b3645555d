"""A plan applied to a document in memory, unit by unit, and its diff with the reason of each unit. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from .. import enrich
from ..bibfile import Document
from ..diffs import Piece, pieces_diff, unified_diff
from ..edits import apply_edits, find_entries
from ..plans import Plan, Unit
from ..problems import BibError, Problem
from .findings import Places


def reason(document: Document, error: BibError) -> str:
    """Return an error's text without the file's name and place, which the message around it has."""
    return re.sub(
        rf"\A{re.escape(document.name)}(?::[0-9]{{1,9}}){{0,2}}: (?:[^ ]{{1,200}}: (?=B[0-9]{{3}} ))?", "", str(error)
    )


def apply_plan(document: Document, found: Plan) -> tuple[Document, Plan, list[Problem]]:
    """Apply the plan; a unit whose edit is refused is left out and does not stop the others."""
    try:
        return apply_edits(document, enrich.edits_of(found)), found, []
    except BibError as error:
        if len(found.units) == 1:
            key = found.units[0].key
            places = Places(document, find_entries(document))
            problem = places.problem(key, "E107", f"is left out: {reason(document, error)}")
            return document, replace(found, units=()), [problem]
    half = len(found.units) // 2
    document, first, refused = apply_plan(document, replace(found, units=found.units[:half]))
    document, second, more = apply_plan(document, replace(found, units=found.units[half:]))
    return document, replace(found, units=first.units + second.units), refused + more


def plan_diff(old: Document, new: Document, applied: Plan, known: Mapping[str, Sequence[int]]) -> str:
    """Return the diff of the changed entries, each with its reason; plain where two of them share a line."""
    pieces = sorted(_pieces(old, new, applied.units, known), key=lambda piece: piece.line)
    for before, after in pairwise(pieces):
        if before.line + before.old.count(b"\n") > after.line:
            return unified_diff(old.name, old.data, new.data)
    return pieces_diff(old.name, pieces)


def _pieces(old: Document, new: Document, units: Iterable[Unit], known: Mapping[str, Sequence[int]]) -> Iterator[Piece]:
    there = find_entries(new)
    for unit in units:
        start, mine = _whole_lines(old, known[unit.key][0])
        _, theirs = _whole_lines(new, there[unit.key][0])
        yield Piece(old.position(start)[0] - 1, mine, theirs, f"{unit.key}: {unit.reason}")


def _whole_lines(document: Document, at: int) -> tuple[int, bytes]:
    """Return where the line begins on which an entry starts, and all its lines."""
    block = document.scanner.block_at(at)
    assert block is not None
    data = document.data
    start = data.rfind(b"\n", 0, block.start) + 1
    end = data.find(b"\n", max(block.end - 1, start))
    return start, data[start : len(data) if end < 0 else end + 1]
