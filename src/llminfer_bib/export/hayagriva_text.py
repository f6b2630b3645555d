"""Text and values -> the YAML of Hayagriva, in which they can be nothing but themselves. What is said is in ``hayagriva``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from ..model import Text
from .csl_text import plain
from .losses import one_line

Value = str | list["Value"] | dict[str, "Value"]
Item = dict[str, Value]

_MARKUP: Final = re.compile(r"[\\{}$]")
_FORMULA: Final = re.compile(r"\$[^$]*+\$")


def protected(title: Text) -> str:
    """Return a title with braces around its protected words; those in formulas, and all where cleaning moves them, go bare."""
    text = title.text
    formulas = [found.span() for found in _FORMULA.finditer(text)]
    bare, marked, at = [], [], 0
    for start, end in (*title.protected, (len(text), len(text))):
        if any(start < last and end > first for first, last in formulas):
            continue
        before, word = plain(text[at:start]), plain(text[start:end])
        bare += [before, word]
        marked += [escaped(before), f"{{{escaped(word)}}}" if word else ""]
        at = end
    whole = "".join(bare)
    return "".join(marked) if whole == one_line(text) else escaped(one_line(text))


def escaped(text: str) -> str:
    """Return text in which braces, dollars and backslashes mean themselves."""
    return _MARKUP.sub(r"\\\g<0>", text) if _MARKUP.search(text) else text


def verbatim(text: str) -> str:
    """Return text that no style changes the case of."""
    return f"{{{escaped(text)}}}"


def quoted(text: str) -> str:
    """Return text as YAML that can be nothing but this text."""
    return json.dumps(text, ensure_ascii=False)


def written(item: Item, indent: str) -> Iterator[str]:
    """Yield the lines of a mapping, indented: names of people on a line each, mappings of plain texts on one line."""
    for name, value in item.items():
        if isinstance(value, str):
            yield f"{indent}{name}: {quoted(value)}\n"
        elif isinstance(value, dict) and name != "parent":
            yield f"{indent}{name}: {_flow(value)}\n"
        elif isinstance(value, dict):
            yield f"{indent}{name}:\n"
            yield from written(value, indent + "  ")
        else:
            yield f"{indent}{name}:\n"
            for each in value:
                yield f"{indent}  - {_flow(each)}\n"


def _flow(value: Value) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return f"{{ {', '.join(f'{name}: {_flow(part)}' for name, part in value.items())} }}"
