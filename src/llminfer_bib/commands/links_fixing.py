"""``bib links --fix``: links that moved for good are written anew where nothing but https, ``www.`` or a slash differs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..edits import SetField, find_entries, find_entry
from ..following import Link, Verdict, is_fixable
from ..library import Library
from ..problems import BibError

_HARMLESS = re.compile(r"[^\s{}\"\\]++")


def fixed(library: Library, found: Iterable[tuple[Link, Verdict]]) -> list[str]:
    """Change the library in memory; return remarks on what could not be done."""
    remarks: list[str] = []
    sources: dict[tuple[str, str], str] = {}
    known = find_entries(library.document)
    for link, verdict in found:
        if not link.written or not is_fixable(link.url, verdict):
            continue
        place = link.key, link.field
        try:
            source = sources.get(place) or _source(library, link, known)
            sources[place] = _changed(link, source, verdict.moved)
        except BibError as error:
            remarks.append(f"{link.key}: {link.url} is left as it is: {error}")
    edits = [SetField(key, name, source, exact=True) for (key, name), source in sources.items()]
    return remarks + _applied(library, edits)


def _applied(library: Library, edits: list[SetField]) -> list[str]:
    """Make the edits; one that is refused does not stop the others."""
    try:
        library.apply(edits)
    except BibError as error:
        if len(edits) == 1:
            return [f"{edits[0].key}: `{edits[0].name}` is left as it is: {error}"]
        half = len(edits) // 2
        return _applied(library, edits[:half]) + _applied(library, edits[half:])
    return []


def _source(library: Library, link: Link, known: dict[str, list[int]]) -> str:
    document = library.document
    return document.raw_entry(find_entry(document, link.key, known)).fields.get(link.field, "")


def _changed(link: Link, source: str, new: str) -> str:
    """Return a field's source with the new address. Raises _CannotFixError."""
    new = _with_fragment(link.written, new)
    # The address as a whole: not where it is the beginning of a longer one.
    whole = re.compile(re.escape(link.written) + r"(?![^\s<>\"{}\\.,;:!?)\]]|[.,;:!?)\]]++[^\s<>\"{}\\])")
    changed, count = whole.subn(lambda _: new, source)
    if not count or not _HARMLESS.fullmatch(new):
        raise _CannotFixError(link.field)
    return changed


def _with_fragment(old: str, new: str) -> str:
    mark = old.find("#")
    return new + old[mark:] if mark >= 0 and "#" not in new else new


class _CannotFixError(BibError):
    """The address does not stand in the field as it is."""

    def __init__(self, name: str) -> None:
        super().__init__(f"it is written in another way in `{name}`; change it by hand.")
