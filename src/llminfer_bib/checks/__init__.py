"""The linter: rules in families, each a small function and a row. Nothing is printed, written or asked in the network here.

What a rule is, is in `rules`; how they are run, in `running`. A new family is a module with ``RULES`` and a word in ``FAMILIES``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from ..bibfile.scanner import SLIPS
from ..decode import PROBLEMS
from .rules import Context, Finding, Rule, Subject, table
from .running import UNUSED, Located, Wanted, run

__all__ = [
    "FAMILIES",
    "READERS_CODES",
    "Context",
    "Finding",
    "Located",
    "Rule",
    "Subject",
    "Wanted",
    "all_rules",
    "run",
]

FAMILIES = (
    "syntax",
    "duplicates",
    "identifiers",
    "addresses",
    "people",
    "titles",
    "texts",
    "leftovers",
    "dates",
    "pages",
    "required",
    "lists",
    "links",
    "stale",
)
"""The modules of the rules."""
READERS_CODES = (*SLIPS, *PROBLEMS, UNUSED)
"""Codes of what reading itself finds."""


@cache
def all_rules() -> Mapping[str, Rule]:
    """Return every rule by its code."""
    return table(*(import_module(f".{name}", __name__).RULES for name in FAMILIES))
