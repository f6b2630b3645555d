"""The sidecar: which value of which field was written by us, from which source, when.

Reads it, and makes the bytes of the next one; whoever writes the .bib writes both in one step (``saving.replace_together``).
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from .problems import WARNING, BibError, Problem

LONGEST_LINE: Final = 1 << 22
"""Bytes. A longer line is none of ours: the longest abstracts are a thousandth of it."""
_MOST_PROBLEMS: Final = 20
"""So many lines with the same trouble are named each; the others are counted."""
_MEMBERS: Final = ("key", "field", "value", "source", "at")
_MARKER = re.compile(rb"(?:<{7}|\|{7}|>{7})(?: .*)?|={7}", re.DOTALL)
_BOM: Final = b"\xef\xbb\xbf"

# code: (what is wrong, the way out)
TROUBLES: Final[dict[str, tuple[str, str]]] = {
    "P001": (
        "this line of the sidecar cannot be read, so it does not count; it is kept.",
        'Repair it ({"key":…,"field":…,"value":…,"source":…,"at":…}, each a text) or delete it.',
    ),
    "P002": (
        "a merge conflict stands here; the lines of both sides count.",
        "Nothing needs to be done: the next write takes the marks out.",
    ),
    "P003": ("this line of the sidecar is too long to be one of ours, so it does not count; it is kept.", "Delete it."),
    "P004": (
        "two lines speak of this field; the later one counts.",
        "Nothing needs to be done: the next write keeps that one only.",
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """One line of the sidecar: a field that we wrote."""

    key: str
    field: str
    """In lower case; ``@type`` for the entry type (``plans.ENTRY_TYPE``)."""
    value: str
    """What we wrote: BibTeX source without its delimiters. Empty where we removed the field."""
    source: str
    """``arxiv:2309.06180v1``."""
    at: str
    """UTC, ``2026-11-22T17:00:00Z``."""


Place = tuple[str, str]
"""A key as it is spelled in the file, and a field in lower case."""
_NONE: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A sidecar as it was read. Keys are told apart as they are spelled: two entries ``Foo`` and ``foo`` never share a line.

    An entry whose key changed its case by hand has no lines any more, so its values count as a person's, which is safe.
    """

    path: str = ""
    origins: Mapping[Place, Origin] = field(default_factory=lambda: _NONE)
    data: bytes | None = None
    """The file's bytes; None where there is no file."""
    problems: tuple[Problem, ...] = ()
    broken: tuple[bytes, ...] = ()
    """Lines that could not be read; they are written again behind the others."""
    extended: Mapping[Place, bytes] = field(default_factory=lambda: _NONE)
    """Lines with more members than we know (of a later version?); written again as they are until their field changes."""


class UnreadableSidecarError(BibError):
    """The sidecar is there and cannot be read. Going on without it would take our own values for a person's."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: cannot be read: {why}. Make it readable, or move it away.")


def sidecar_path(bib_path: Path) -> Path:
    """Return where the sidecar of a .bib file is: beside it, ``refs.lock.jsonl`` for ``refs.bib``.

    Behind a symbolic link, beside the real file: what was written does not depend on the name it is called by.
    """
    path = Path(os.path.realpath(bib_path)) if bib_path.is_symlink() else bib_path
    name = path.name[:-4] if path.suffix.lower() == ".bib" else path.name
    return path.with_name(f"{name}.lock.jsonl")


def read(path: Path) -> Sidecar:
    """Read a sidecar; one that is missing is empty. Raises UnreadableSidecarError where there is one that cannot be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnreadableSidecarError(path, "it is no ordinary file")
        data = path.read_bytes()
    except FileNotFoundError:
        return Sidecar(str(path))
    except OSError as error:
        raise UnreadableSidecarError(path, error.strerror or str(error)) from error
    return from_bytes(data, str(path))


def from_bytes(data: bytes, name: str = "refs.lock.jsonl") -> Sidecar:
    """Read a sidecar's bytes; `name` is what messages call the file. Any bytes are one: what is no line of ours is a problem.

    A byte order mark, CRLF, blank lines and conflict marks do no harm. Of two lines for one field the one with the later
    ``at`` counts, and the second where they are equal.
    """
    from orjson import loads  # noqa: PLC0415

    origins: dict[Place, Origin] = {}
    extended: dict[Place, bytes] = {}
    broken: list[bytes] = []
    troubles: list[tuple[int, str, str]] = []
    in_conflict = False
    for number, line in enumerate(data.removeprefix(_BOM).split(b"\n"), 1):
        if line.endswith(b"\r"):
            line = line[:-1]
        origin, members = _read_line(line, loads) if len(line) <= LONGEST_LINE else (None, 0)
        if origin is None:
            if not line or line.isspace():
                continue
            if _MARKER.fullmatch(line):
                if not in_conflict:
                    troubles.append((number, "P002", ""))
                in_conflict = line[:1] != b">"
                continue
            troubles.append((number, "P001" if len(line) <= LONGEST_LINE else "P003", ""))
            broken.append(line)
            continue
        place = (origin.key, origin.field)
        other = origins.get(place)
        if other is not None:
            if other != origin:
                troubles.append((number, "P004", origin.key))
            if other.at > origin.at:
                continue
            extended.pop(place, None)
        origins[place] = origin
        if members > len(_MEMBERS):
            extended[place] = line
    return Sidecar(name, origins, data, _problems(name, troubles), tuple(broken), extended)


def _read_line(line: bytes, loads: Callable[[bytes], Any]) -> tuple[Origin | None, int]:
    """Return what a line says, and how many members it has; None where it is no line of ours."""
    try:
        record = loads(line)
    except ValueError:
        record = _with_surrogates(line)
    try:
        key, name, value, source, at = (record[member] for member in _MEMBERS)
    except (KeyError, TypeError, IndexError):
        return None, 0
    if not (type(key) is type(name) is type(value) is type(source) is type(at) is str and key and name):
        return None, 0
    return Origin(key, name.lower(), value, source, at), len(record)


def _with_surrogates(line: bytes) -> Any:
    r"""Read a line with the ``\ud800`` of half a character, which a .bib file in no proper encoding may hold."""
    if b"\\ud" not in line.lower() or not line.startswith(b"{"):
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _problems(name: str, troubles: Iterable[tuple[int, str, str]]) -> tuple[Problem, ...]:
    by_code: dict[str, list[tuple[int, str]]] = {}
    for number, code, key in troubles:
        by_code.setdefault(code, []).append((number, key))
    problems = []
    for code, places in by_code.items():
        message, hint = TROUBLES[code]
        problems += [Problem(name, line, 0, code, WARNING, key, message, hint) for line, key in places[:_MOST_PROBLEMS]]
        if len(places) > _MOST_PROBLEMS:
            line, more = places[_MOST_PROBLEMS][0], len(places) - _MOST_PROBLEMS
            problems.append(Problem(name, line, 0, code, WARNING, "", f"{more} more: {message}", hint))
    return tuple(sorted(problems))


def updated(
    sidecar: Sidecar,
    new: Iterable[Origin],
    drop: Iterable[Place] = (),
    keys: Collection[str] | None = None,
) -> bytes:
    """Return the bytes of the sidecar with the lines of `new`, and without those of `drop`.

    With `keys`, the keys that the file has, the lines of other entries go too, unless they are in `new`. Where no line changes
    these are the bytes that were read; else one line for each field, sorted by key and field, with one line end behind each.
    """
    origins = dict(sidecar.origins)
    if keys is not None:
        known = keys if isinstance(keys, AbstractSet | Mapping) else frozenset(keys)
        origins = {place: origin for place, origin in origins.items() if place[0] in known}
    for key, name in drop:
        origins.pop((key, name.lower()), None)
    for origin in new:
        name = origin.field.lower()
        origins[origin.key, name] = origin if origin.field == name else replace(origin, field=name)
    return _written(sidecar, origins, sidecar.extended)


def renamed(sidecar: Sidecar, old: str, new: str) -> bytes:
    """Return the bytes of the sidecar when the entry `old` is called `new`. What stood there for a former `new` goes."""
    if old == new:
        return _written(sidecar, sidecar.origins, sidecar.extended)
    mine = {(new, name): replace(origin, key=new) for (key, name), origin in sidecar.origins.items() if key == old}
    others = {place: origin for place, origin in sidecar.origins.items() if place[0] not in (old, new)}
    return _written(sidecar, others | mine, sidecar.extended)


def _written(sidecar: Sidecar, origins: Mapping[Place, Origin], extended: Mapping[Place, bytes]) -> bytes:
    if origins == sidecar.origins:
        return sidecar.data or b""
    from orjson import dumps  # noqa: PLC0415

    text = bytearray()
    for place in sorted(origins):
        origin = origins[place]
        kept = extended.get(place) if origin is sidecar.origins.get(place) else None
        line = kept or _line(origin, dumps)
        if len(line) <= LONGEST_LINE:
            text += line
            text += b"\n"
    for line in sidecar.broken:
        text += line + b"\n"
    return bytes(text)


def _line(origin: Origin, dumps: Callable[[Any], bytes]) -> bytes:
    try:
        return dumps(origin)  # a dataclass is an object of its fields, in their order
    except TypeError:  # half a character, which is no UTF-8
        return json.dumps(asdict(origin), separators=(",", ":")).encode()
