"""Whether braces come in pairs. What they mean is for those who read."""

from __future__ import annotations

import re

_BRACE_RUNS = re.compile(r"\{+|\}+")


def is_balanced(source: str) -> bool:
    r"""Tell whether every brace has its partner by BibTeX's rule: a backslash does not hide a brace."""
    if "{" not in source and "}" not in source:
        return True
    if source.count("{") != source.count("}"):
        return False
    depth = 0
    for run in _BRACE_RUNS.findall(source):
        depth += len(run) if run[0] == "{" else -len(run)
        if depth < 0:
            return False
    return True
