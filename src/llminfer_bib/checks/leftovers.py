"""Rules about what programs leave in texts: HTML tags and entities, and TeX that was escaped a second time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from .. import tex
from ..problems import ERROR, WARNING
from .examples import paper_titled
from .mending import inside, mended
from .rules import Context, Finding, Rule, Subject
from .stretches import PRINTED

_PRIVATE: Final = frozenset({"file", "pdf", "abstract", "groups", "owner", "timestamp"}) | tex.KEY_LIST_FIELDS
_TAGS = re.compile(
    r"</(?:i|b|u|s|p|em|strong|sub|sup|span|div|a|font|scp|sc|tt)\s*>|<(?:br|p)\s*/>|<br>|</?(?:jats|mml):\w|<(?:em|strong|sub|sup|span|div)(?:\s[^<>]*)?>",
    re.IGNORECASE,
)
ENTITY = re.compile(r"\\?&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TWICE = re.compile(
    r"\\textbackslash\s*+(?:\{\})?\s*+\}?\s*+\{?\\?[&%$#_{\"'^`~]|\$\\backslash\$\s*+\\?[A-Za-z&%$#_{\"'^`~]"
)
_ESCAPED_TAGS = re.compile(
    r"(?:\{\\textless\}|\\textless(?:\{\}|\s))\s?/?(?:i|b|u|em|strong|sub|sup|span|scp|br)\s?/?(?:\{\\textgreater\}|\\textgreater\b)",
    re.IGNORECASE,
)
_LESS = "\\textless"
# Crossref's BibTeX: `{\&}amp$\mathsemicolon$`.
_MANGLED = re.compile(
    r"(?:\{\\&\}|\\&)(?:\{\\#\}|\\#)?(#?[A-Za-z0-9]{2,10})(?:\$\\mathsemicolon\$|(?<=\{\\&\}amp);|(?<=\{\\&\}[lg]t);)"
)


def _tags(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, source in _texts_with(subject, "<", _LESS):
        found = _TAGS.search(source) or (_ESCAPED_TAGS.search(source) if _LESS in source else None)
        if found:
            yield Finding(f"{field} holds the HTML tag `{found[0]}`.", field, found[0])


def _texts_with(subject: Subject, *signs: str) -> Iterator[tuple[str, str]]:
    for field, value in subject.raw.fields.items():
        if (
            any(sign in value for sign in signs)
            and field not in tex.VERBATIM_FIELDS
            and field not in _PRIVATE
            and (source := inside(value))
        ):
            yield field, source


def _entities(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, source in _texts_with(subject, "&"):
        if ";" not in source and "\\mathsemicolon" not in source:
            continue
        found = [match[0] for match in ENTITY.finditer(source) if _meant(match) != match[0]]
        found += [match[0] for match in _MANGLED.finditer(source) if _unmangled(match) != match[0]]
        if found:
            new = _MANGLED.sub(_unmangled, ENTITY.sub(_meant, source))
            fix = mended(subject, field, subject.raw.fields[field], new)
            yield Finding(f"{field} holds the HTML entity `{found[0]}`.", field, found[0], fix=fix)


def _meant(match: re.Match[str]) -> str:
    return _character(match[0].removeprefix("\\"), match[0])


def _unmangled(match: re.Match[str]) -> str:
    number = "#" if "\\#" in match[0] else ""
    return _character(f"&{number}{match[1]};", match[0])


def _character(entity: str, source: str) -> str:
    """Return what an entity means, as TeX; its source where it means nothing that could be written."""
    text = html.unescape(entity)
    if len(text) > 2 or text[-1:] == ";" or "\ufffd" in text or not (text.isprintable() or text == "\u00a0"):
        return source
    return "~" if text == "\u00a0" else tex.from_text(text) or " "


def _twice_escaped(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value in subject.raw.fields.items():
        if field in PRINTED and "backslash" in value and (found := _TWICE.search(inside(value))):
            yield Finding(f"{field}: `{found[0]}` is TeX that was escaped a second time.", field, found[0])


RULES: tuple[Rule, ...] = (
    Rule(
        "B310",
        "html-tag",
        WARNING,
        "HTML tags are printed as they stand.",
        r"Remove the tag, or write TeX: \emph{...}.",
        paper_titled("Serving <i>large</i> models"),
        paper_titled("Serving \\emph{large} models"),
        _tags,
        marks="<\\",
    ),
    Rule(
        "B311",
        "html-entity",
        ERROR,
        "HTML entities are printed as they stand, and their `&` stops LaTeX.",
        r"Write the character itself; `&` is `\&`.",
        paper_titled("Serving &amp; batching"),
        paper_titled(r"Serving \& batching"),
        _entities,
        marks="&",
    ),
    Rule(
        "B312",
        "tex-escaped-twice",
        WARNING,
        "A program escaped text that was TeX already, so that the reader sees backslashes.",
        "Write the character or command itself.",
        paper_titled(r"Serving {\textbackslash}\& batching"),
        paper_titled(r"Serving \& batching"),
        _twice_escaped,
        marks="\\",
    ),
)
