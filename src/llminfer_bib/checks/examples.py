"""The examples of rules: whole entries in which just one thing is wrong. What is wrong with it the rules know."""

from __future__ import annotations

from ..problems import WARNING
from .rules import Check, Rule


def framed(
    code: str, name: str, check: Check, texts: tuple[str, str], frame: str, bad: str, good: str, grave: str = WARNING
) -> Rule:
    """Return the row of a rule with its summary and hint; the examples differ in what `frame` has a ``%s`` for."""
    summary, hint = texts
    return Rule(code, name, grave, summary, hint, frame % bad, frame % good, check=check)


def paper_titled(title: str, more: str = "") -> str:
    """Return an entry with nothing wrong but perhaps its title, and `more` fields."""
    before, behind = (
        "@article{a,\n  author = {Smith, John},\n  title = {",
        "},\n  journal = {Journal of Serving},\n  year = {2024},\n",
    )
    return before + title + behind + more + "}\n"


def paper_by(key: str, author: str) -> str:
    """Return an example: an entry with nothing wrong but perhaps its authors."""
    return f"@misc{{{key},\n  author = {{{author}}},\n  title = {{Serving models}},\n  date = {{2024}},\n  url = {{https://example.org/{key}}},\n}}\n"
