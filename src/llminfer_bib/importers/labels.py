"""Lines ``Label: value`` of a note, which programs read: Zotero's Extra, pandoc, our own exports."""

from __future__ import annotations

import re

from ..identifiers import normalise_arxiv

_LABEL = re.compile(r"\s*+([A-Za-z][A-Za-z0-9 ._-]{0,40}+)\s*+:\s*+(\S.*+)", re.DOTALL)
_LOOKS_LABELLED = re.compile(r"\s*(?:\{\s*:|[A-Za-z][ -9;-~]*+:)")
_ARXIV = re.compile(r"(\S{1,60}+)(?:\s++\[([^\s\[\]]{1,40}+)\])?\s*+\Z")


def labelled(line: str) -> tuple[str, str]:
    """Return label in lower case and value of ``Label: value``, or two empty texts."""
    found = _LABEL.match(line)
    return (found[1].strip().lower(), found[2].strip()) if found else ("", "")


def unbulleted(line: str) -> str:
    """Return a line without the bullet that our export puts before what looks like a label."""
    bare = line.removeprefix("\u2022 ")
    return bare if bare != line and _LOOKS_LABELLED.match(bare) else line


def arxiv(value: str) -> tuple[str, str]:
    """Return id and class of ``2309.06180 [cs.LG]``, or two empty texts."""
    found = _ARXIV.match(value)
    return (found[1], found[2] or "") if found and normalise_arxiv(found[1])[0] else ("", "")
