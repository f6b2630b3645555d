"""``bib cite``: entries as CSL-JSON items, handed to ``citing``, and the references as text, Markdown or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape as escape_html

from .. import citing
from ..export import csl_json, csl_tables, markdown_text
from ..library import Library
from ..model import Entry
from ..problems import ERROR, Problem
from . import Selection, select, show

_SAYS_NOTHING = frozenset({"id", "type", "citation-key", "keyword", "language", "categories", "genre", "medium"})
"""What an item may have and yet give no reference."""
_EMPTY = "the entry has no title, no names, nothing that a style could print"
_ROLES = dict(csl_tables.ROLES)


def _link(text: str, url: str) -> str:
    """Return an address as people paste it, ``<https://...>``, where no character of it stands in the way."""
    return f"<{url}>" if markdown_text.destination(url) == url else markdown_text.link(text, url)


_MARKDOWN = citing.Markdown(markdown_text.escape, markdown_text.escape_start, _link)


@dataclass(frozen=True, slots=True)
class Request:
    """How references are wanted. ``lang`` is ``zh``, ``en`` or empty: as the style has it."""

    style: str = "apa"
    form: str = "text"
    lang: str = ""
    sort: bool = False
    number: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One reference in the form asked for, in one line; ``reference`` is empty where there is none."""

    key: str
    reference: str
    locale: str


def cite(library: Library, keys: Sequence[str], request: Request, problems: list[Problem]) -> list[Line]:
    """Return the references of these keys, or of the whole library where there are none, in their order.

    Problems of these entries are added to ``problems``, those that have no reference as errors. Raises NoSuchEntryError,
    UnknownStyleError and StyleError.
    """
    style = citing.open_style(request.style)
    met: list[Problem] = []
    entries = show(library, keys, met) if keys else list(select(library, Selection(), met))
    mine = {entry.key for entry in entries}
    problems += [problem for problem in met if problem.key in mine]
    sources = [_source(entry) for entry in entries]
    found = citing.cite(sources, style, lang=request.lang, sort=request.sort, number=request.number)
    silent = {source.key for source in sources if not source.item.keys() - _SAYS_NOTHING}
    found = [replace(one, runs=(), error=_EMPTY) if one.key in silent else one for one in found]
    problems += [_failed(library, reference) for reference in found if reference.error]
    return [Line(reference.key, written(reference, request.form), reference.locale) for reference in found]


def _source(entry: Entry) -> citing.Source:
    more = frozenset(_ROLES.get(role, role) for role, people in entry.people.items() if people.others)
    return citing.Source(csl_json.to_csl(entry), more)


def written(reference: citing.Reference, form: str) -> str:
    """Return a reference as ``text``, ``md`` or ``html``; an empty one stays empty."""
    if not reference.runs:
        return ""
    if form == "md":
        return citing.to_markdown(reference.runs, _MARKDOWN)
    if form == "html":
        return f'<div class="csl-entry" id="ref-{escape_html(reference.key)}">{citing.to_html(reference.runs)}</div>'
    return citing.to_text(reference.runs)


def page(lines: Sequence[Line], form: str) -> str:
    """Return the references to paste: one a line, in Markdown with a blank line between, since each is a paragraph."""
    between = "\n\n" if form == "md" else "\n"
    return "".join(between.join(line.reference for line in lines if line.reference) + "\n" for _ in lines[:1])


def _failed(library: Library, reference: citing.Reference) -> Problem:
    hint = (
        "Give it a title."
        if reference.error == _EMPTY
        else "Try another style, or export csl-json and format it with pandoc."
    )
    message = f"has no reference: {reference.error}."
    return Problem(library.document.name, 0, 0, "B901", ERROR, reference.key, message, hint)
