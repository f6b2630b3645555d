"""Which stretches of a field's source a rule may look at: outside braces, formulas and addresses."""

from __future__ import annotations

import re
from typing import Final

from ..decode import NAME_FIELDS

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
