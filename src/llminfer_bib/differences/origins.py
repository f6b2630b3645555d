"""Three versions of a sidecar -> one: line by line, each known by its key and field. There are no conflicts: the later line counts.

What a line means is not looked at; see ``provenance``.
"""

from __future__ import annotations

from ..provenance import Origin, Place, Sidecar, from_bytes, updated


def is_sidecar(name: str, data: bytes) -> bool:
    """Return whether a file is a sidecar, by its name or by its first line: git calls its temporary files otherwise."""
    if name.lower().endswith(".jsonl"):
        return True
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b'{"key":')


def merge_sidecars(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Merge three sidecars; never raises, and is the same whichever side is ours, but for lines that say the same.

    A line that one side changed or removed and the other left alone is changed or removed; of two changes that with the
    later ``at`` counts, and a change counts before a removal. Lines that cannot be read are all kept.
    """
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    was, mine, yours = from_bytes(base), from_bytes(ours), from_bytes(theirs)
    merged: dict[Place, Origin] = {}
    extended: dict[Place, bytes] = {}
    for place in mine.origins.keys() | yours.origins.keys():
        side = _winner(place, was, mine, yours)
        if side is None:
            continue
        merged[place] = side.origins[place]
        if place in side.extended:
            extended[place] = side.extended[place]
    broken = tuple(dict.fromkeys(mine.broken + yours.broken))
    if merged == mine.origins and broken == mine.broken and extended == mine.extended:
        return ours
    return _written(merged, extended, broken)


def _winner(place: Place, was: Sidecar, mine: Sidecar, yours: Sidecar) -> Sidecar | None:
    """Return the side whose line counts; None where it goes."""
    old, here, there = (_line(sidecar, place) for sidecar in (was, mine, yours))
    if there in (here, old):
        return mine if here is not None else None
    if here == old or here is None:
        return yours if there is not None else None
    if there is None:
        return mine
    return mine if (here[0].at, here) >= (there[0].at, there) else yours


def _line(sidecar: Sidecar, place: Place) -> tuple[Origin, bytes] | None:
    origin = sidecar.origins.get(place)
    return None if origin is None else (origin, sidecar.extended.get(place, b""))


def _written(origins: dict[Place, Origin], extended: dict[Place, bytes], broken: tuple[bytes, ...]) -> bytes:
    """Return the bytes. A place that no line has makes ``updated`` write, however few lines are left."""
    nowhere = ("", "")
    kept = {**origins, nowhere: Origin("", "", "", "", "")}
    return updated(Sidecar("", kept, None, (), broken, extended), (), [nowhere])
