"""A field of an item as a person changed it in Zotero -> the fields of the entry. Titles, dates and people have modules of their own.

Of several entry fields that are one field of Zotero's, the one that the entry has is changed, else that of the house dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ..export import zotero_tables as tables
from ..export.losses import one_line
from ..export.markdown_text import clean
from ..export.zotero_items import genre, is_on_arxiv, pages
from ..export.zotero_types import DATES, FIELDS, TITLES
from ..identifiers import is_web_url, normalise_arxiv, normalise_doi, web_url
from . import reverse_dates, reverse_titles
from .reverse_lines import arxiv_wishes, language_wishes, without_arxiv
from .wishes import RefusedError, Task, Wish

Wishes = Iterator[Wish]
_Handler = Callable[[Task, str, str], Wishes]

_HOUSE: Final = ("journal", "address", "organization")
"""What a new field is called in the house dialect, where the row of `zotero_tables` begins with another name."""
_HOUSE_ROWS: Final = frozenset({"publicationTitle", "place", "blogTitle", "websiteTitle", "company", "studio"})
_BIBLATEX: Final = {"journal": "journaltitle", "address": "location", "school": "institution"}
_GENRE_KEYS: Final = {
    "bachelor's thesis": "bathesis",
    "master's thesis": "mathesis",
    "phd thesis": "phdthesis",
    "technical report": "techreport",
    "research report": "resreport",
}
"""biblatex's own words, for entries that use them."""
_ARXIV: Final = "arxiv"


def wishes(task: Task, name: str, before: str, after: str) -> Wishes:
    """Yield what the entry's fields become. `before` and `after` are of Zotero's field `name`. Raises RefusedError."""
    text = clean(after)
    if name in _SPECIAL:
        yield from _SPECIAL[name](task, before, text)
    elif name == TITLES.get(task.kind, "title"):
        yield from reverse_titles.wishes(task, text)
    elif name == DATES.get(task.kind, "date"):
        yield from reverse_dates.wishes(task, text)
    elif name in {"repository", "archiveID"} and task.kind == "preprint":
        yield from _preprint(task, name, before, text)
    elif task.kind == "conferencePaper" and name in {"issue", "seriesNumber"}:
        yield from _number(task, name, before, text)
    elif sources := _sources(task, name):
        yield from _text(task, name, sources, before, text)
    else:
        raise RefusedError("a .bib entry has no field for it")


# --- plain fields


def _sources(task: Task, name: str) -> tuple[str, ...]:
    """Return the entry's fields that make a field of the item, in their order."""
    if task.kind == "conferencePaper" and name in {"issue", "seriesNumber"}:
        return "number", "issue"
    return dict((*FIELDS.get(task.kind, ()), *tables.COMMON)).get(name, ())


def _text(task: Task, name: str, sources: tuple[str, ...], before: str, after: str) -> Wishes:
    fields = task.entry.fields
    saying = [source for source in sources if before and _shown(task, name, source) == before]
    if not after:
        if not saying:
            raise RefusedError("it does not come from a field of the entry")
        yield from (Wish(source, None) for source in saying)
        return
    for source in saying or [_new_field(task, name, sources)]:
        yield Wish(source, _said(name, after, fields.get(source, "")))


def _number(task: Task, name: str, before: str, after: str) -> Wishes:
    """A number is the issue, or beside a series that of the volume in it: then Zotero has no issue of ours."""
    right, wrong = ("seriesNumber", "issue") if "series" in task.new else ("issue", "seriesNumber")
    if name == right:
        old = before or _shown(task, name, "number")
        yield from _text(task, name, ("number", "issue"), old, after)
    elif after:
        raise RefusedError(f"a number is Zotero's {right} here, for `series` tells which")
    elif right not in task.new:
        yield from _text(task, wrong, ("number", "issue"), before, after)


def _shown(task: Task, name: str, source: str) -> str:
    text = one_line(task.entry.fields.get(source, ""))
    if name == "pages":
        return pages(text)
    return genre(task.kind, name, text, task.entry) if text else ""


def _said(name: str, after: str, old: str) -> str:
    """Return a kind of thesis or report in biblatex's own word where the entry uses such words."""
    key = _GENRE_KEYS.get(after.lower(), "")
    return key if key and name.endswith("Type") and old.lower() in tables.GENRES else after


def _new_field(task: Task, name: str, sources: tuple[str, ...]) -> str:
    """Return the field that a value gets that the entry has nothing for; none in which something else stands."""
    free = [source for source in sources if not task.has(source)]
    if not free:
        raise RefusedError(f"the entry's `{sources[0]}` says something else")
    preferred = [source for source in _HOUSE if source in free] if name in _HOUSE_ROWS else []
    chosen = next(iter(preferred), free[0])
    if task.biblatex and (other := _BIBLATEX.get(chosen, chosen)) in free:
        return other
    return chosen


# --- fields with rules of their own


def _key(task: Task, _before: str, _after: str) -> Wishes:
    raise RefusedError(f"a key is changed with `bib rename {task.entry.key} NEW`")
    yield


def _catalogue(_task: Task, _before: str, _after: str) -> Wishes:
    raise RefusedError("it is made from the link, and the file has no field for it")
    yield


def _doi(task: Task, _before: str, after: str) -> Wishes:
    entry = task.entry
    if not after:
        if not entry.doi and _loses_arxiv(task):
            return
        if not entry.doi:
            raise RefusedError("the DOI is made from the arXiv id")
        yield Wish("doi", None)
        return
    doi = normalise_doi(after)
    if not doi:
        raise RefusedError(f"`{after[:60]}` is no DOI")
    arxiv = normalise_arxiv(doi)[0] if doi.startswith("10.48550/arxiv.") else ""
    if not arxiv:
        if doi != entry.doi:
            yield Wish("doi", doi)
    elif entry.arxiv and arxiv != entry.arxiv:
        raise RefusedError(f"it is the DOI of another arXiv paper, {arxiv}")
    elif not entry.arxiv:
        yield from arxiv_wishes(task, arxiv)
    elif entry.doi:
        yield Wish("doi", None)


def _url(task: Task, _before: str, after: str) -> Wishes:
    if not after:
        if not task.has("url") and _loses_arxiv(task):
            return
        if not task.has("url"):
            raise RefusedError("the link is made from the arXiv id or from `howpublished`")
        yield Wish("url", None)
        return
    url = web_url(after).replace("{", "%7B").replace("}", "%7D")  # which BibTeX would count
    if not is_web_url(url):
        raise RefusedError("it is no address of the web (http or https)")
    yield Wish("url", url)


def _loses_arxiv(task: Task) -> bool:
    """Tell whether the arXiv id goes, and what is made from it goes with it."""
    return is_on_arxiv(task.entry, task.kind) and "archiveID" not in task.new


def _language(task: Task, _before: str, after: str) -> Wishes:
    yield from language_wishes(task, after)


def _seen(task: Task, _before: str, after: str) -> Wishes:
    yield from reverse_dates.day_seen(task, after)


_SPECIAL: Final[dict[str, _Handler]] = {
    "citationKey": _key,
    "libraryCatalog": _catalogue,
    "DOI": _doi,
    "url": _url,
    "language": _language,
    "accessDate": _seen,
}


def _preprint(task: Task, name: str, before: str, after: str) -> Wishes:
    """Repository and archive id: those of arXiv are one thing, known by the id."""
    arxiv = normalise_arxiv(task.new.get("archiveID", ""))[0]
    of_arxiv = arxiv and _ARXIV in (task.new.get("archiveID", "") + task.new.get("repository", "")).lower()
    if is_on_arxiv(task.entry, task.kind):
        if name == "repository" and not after and _loses_arxiv(task):
            return
        if name == "repository":
            raise RefusedError("an entry with an arXiv id is on arXiv")
        if after and not of_arxiv:
            raise RefusedError(f"`{after[:60]}` is no arXiv id")
        yield from arxiv_wishes(task, arxiv) if of_arxiv else without_arxiv(task)
    elif of_arxiv:
        yield from arxiv_wishes(task, arxiv)
    else:
        yield from _text(task, name, _sources(task, name), before, after)
