"""Which files a LaTeX text names: parts of the document, and bibliographies. They are not opened here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .citations import key_arguments
from .commands import Form
from .reading import Source

PART: Final = "part"
BIBLIOGRAPHY: Final = "bibliography"
SET: Final = "set"
"""No file but a key: ``\\defbibentryset`` makes it of others."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One file that a text names: ``name`` as written, ``folder`` what ``\\import`` puts in front of it."""

    start: int
    command: str
    name: str
    folder: str = ""
    kind: str = PART


_ONE: Final = Form(1)
_TWO: Final = Form(2)
# command -> which argument in braces has the name
PARTS: Final = {
    "input": 1,
    "include": 1,
    "subfile": 1,
    "subfileinclude": 1,
    "includestandalone": 1,
    "InputIfFileExists": 1,
    "@input": 1,
    "import": 2,
    "inputfrom": 2,
    "includefrom": 2,
    "subimport": 2,
    "subinputfrom": 2,
    "subincludefrom": 2,
}
FROM_HERE: Final = frozenset(("subimport", "subinputfrom", "subincludefrom"))
"""Their folder counts from the file that names it, not from the main one."""
OPTIONAL: Final = frozenset(("InputIfFileExists", "@input"))
"""They say nothing where the file is missing."""
BIBLIOGRAPHIES: Final = frozenset("bibliography nobibliography addbibresource addglobalbib addsectionbib".split())
PACKAGES: Final = {"usepackage": ".sty", "RequirePackage": ".sty", "documentclass": ".cls", "LoadClass": ".cls"}
_BARE = re.compile(r"[ \t]++([^\s{}\\%\[\]&~#$^]++)")


def references(source: Source) -> Iterator[Reference]:
    """Yield the files that a text names, in its order."""
    text = source.text
    for start, end in source.words:
        name = text[start + 1 : end]
        if name in PARTS:
            yield from _parts(source, start, end, name)
        elif name == "defbibentryset":
            for opening in key_arguments(source, end, _ONE):
                yield Reference(start, name, _argument(source, opening).strip(), kind=SET)
        elif name in BIBLIOGRAPHIES:
            for opening in key_arguments(source, end, _ONE):
                for file in _argument(source, opening).split(","):
                    if file.strip():
                        yield Reference(start, name, _with_suffix(name, file.strip()), kind=BIBLIOGRAPHY)


def packages(source: Source) -> Iterator[str]:
    """Yield the files of the packages and the class that a text loads. Most of them are TeX's and lie elsewhere."""
    for start, end in source.words:
        suffix = PACKAGES.get(source.text[start + 1 : end])
        for opening in key_arguments(source, end, _ONE) if suffix else ():
            names = (name.strip() for name in _argument(source, opening).split(","))
            yield from (f"{name}{suffix}" for name in names if name and not {"\\", "#"} & set(name))


def _parts(source: Source, start: int, end: int, name: str) -> Iterator[Reference]:
    bare = _BARE.match(source.text, end) if name in {"input", "@input"} else None
    if bare:
        yield Reference(start, name, bare[1])
        return
    last = next(key_arguments(source, end, _TWO if PARTS[name] == 2 else _ONE), None)
    if last is None:
        return
    folder = ""
    if PARTS[name] == 2:
        first = next(key_arguments(source, end, _ONE), last)
        folder = _argument(source, first).strip()
    file = _argument(source, last).strip().strip('"')
    if file:
        yield Reference(start, name, file, folder)


def _argument(source: Source, opening: int) -> str:
    return source.text[opening + 1 : min(source.close[opening], opening + 4096)]


def _with_suffix(command: str, file: str) -> str:
    """``\\bibliography{refs}`` means refs.bib; biblatex wants the whole name."""
    return f"{file}.bib" if command in {"bibliography", "nobibliography"} and not file.endswith(".bib") else file
