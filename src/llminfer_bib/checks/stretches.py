"""Which stretches of a field's source a rule may look at, outside braces, formulas and addresses; and how one is put back mended."""

from __future__ import annotations

import re
from typing import Final

from .. import tex
from ..decode import NAME_FIELDS
from ..edits import SetField
from ..macros import split_parts
from .rules import Subject

PRINTED: Final = NAME_FIELDS | frozenset(
    "title subtitle titleaddon shorttitle booktitle booksubtitle maintitle journal journaltitle journalsubtitle series publisher"
    " institution organization school address location venue eventtitle edition note addendum howpublished type volume number".split()
)
"""Fields that styles print, so that LaTeX has to read them."""
_BRACES = re.compile(r"[{}]")
_NO_TEXT = re.compile(
    r"""\\(?:url|nolinkurl|path|href|ref|label|cite[a-z]*+|input|include|includegraphics)\*?+\s*+\{[^{}]*+\}?
      | \\[A-Za-z]++ | \\. | \$\$(?:[^$\\]|\\.)++\$\$ | \$(?:[^$\\]|\\.)++\$""",
    re.VERBOSE | re.DOTALL,
)
_BRACKETS = re.compile(r"\\\((?:[^\\]|\\[^()])++\\\)|\\\[(?:[^\\]|\\[^\[\]])++\\\]", re.DOTALL)


def inside(value: str) -> str:
    """Return the source between the delimiters; nothing for macros, numbers and joined values."""
    if value[:1] not in ("{", '"') or ("#" in value and len(split_parts(value)) > 1):
        return ""
    return value[1:-1]


def mended(subject: Subject, field: str, value: str, source: str) -> tuple[SetField, ...]:
    """Return the edit that gives a field another source inside the delimiters of `value`; none where it could not stand there."""
    if not source.strip() or not tex.is_balanced(source) or source[-1] == "\\":
        return ()
    if "\\}" in source or "\\{" in source:  # other programs misread it, and so the edit would be refused
        return ()
    if value[:1] == '"' and '"' in source:  # in braces too: other programs end the value there
        return ()
    return (SetField(subject.raw.key, field, value[0] + source + value[-1], exact=True),)


def outside_braces(source: str) -> str:
    """Return the source, as long as before, with everything in braces made into zero bytes."""
    if "{" not in source:
        return source
    out, depth, position = [], 0, 0
    for brace in _BRACES.finditer(source):
        piece = source[position : brace.start()]
        out.append(("\0" * len(piece) if depth else piece) + "\0")
        depth = max(0, depth + (1 if brace[0] == "{" else -1))
        position = brace.end()
    rest = source[position:]
    out.append("\0" * len(rest) if depth else rest)
    return "".join(out)


def outside_formulas(source: str) -> str:
    r"""Return the source, as long as before, with formulas, commands, escaped characters and addresses made into zero bytes."""
    if "\\" not in source and "$" not in source:
        return source
    if "\\(" in source or "\\[" in source:
        source = _BRACKETS.sub(_blanked, source)
    return _NO_TEXT.sub(_blanked, source)


def _blanked(match: re.Match[str]) -> str:
    return "\0" * len(match[0])
