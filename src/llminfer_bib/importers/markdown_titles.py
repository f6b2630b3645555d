"""A title as lists decorate it -> its words alone: signs, quotes, brackets and stops around it go."""

from __future__ import annotations

import re
from typing import Final

from .crediting import EDGES
from .texts import line

QUOTES: Final = "\"'“”‘’"
_SIGNS = (
    "\u00a9\u00ae\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u200d\u20e3\ufe0e\ufe0f"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f"
)
DECORATION = re.compile(rf"(?:[{_SIGNS}\s]|:[a-z][a-z_0-9+]{{2,40}}:)++")
_AT_END = re.compile(rf"(?:[{_SIGNS}]|\s|:[a-z][a-z_0-9+]{{2,40}}:){{1,60}}+\Z")
_WRAPPING: Final = ("“”", '""', "''", "《》", "「」", "【】", "[]", "‘’")
_WITH_STOP: Final = ("..", "etc.", "al.", "Inc.", "vs.")
_EDGES: Final = EDGES.replace(".", "").replace("。", "")


def says(text: str) -> bool:
    """Tell whether a text says anything: signs and ``:tada:`` say nothing."""
    return any(char.isalnum() for char in (DECORATION.sub("", text) if ":" in text else text))


def clean(text: str) -> str:
    """Return a title without the signs, quotes, brackets and stops around it."""
    text = line(text)
    for _ in range(2):
        found = DECORATION.match(text)
        text = _AT_END.sub("", text[found.end() :] if found else text)
        text = text.strip(_EDGES) or text
        for left, right in _WRAPPING:
            inside = text[1:-1]
            if len(text) > 2 and text[0] == left and text[-1] == right and left not in inside and right not in inside:
                text = inside.strip()
    text = text.rstrip()
    return text[:-1].rstrip() if text.endswith((".", "。")) and not text.endswith(_WITH_STOP) else text
