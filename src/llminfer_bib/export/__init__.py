"""The formats a library can be written in, by name, and what they all promise. How each one looks is said in its module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast, runtime_checkable

from ..model import Category, Entry, Topic
from ..problems import EXIT_USAGE, BibError

Page = tuple[str, Iterator[bytes]]
"""A file to write: its relative path inside the output folder, with forward slashes, and its UTF-8 text in pieces."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person can choose about an export. Every exporter takes all of it and heeds what concerns its format."""

    categories: tuple[Category, ...] = ()
    """In reading order. Entries of none of them come last, under "other"."""
    topics: tuple[Topic, ...] = ()
    title: str = ""
    """Plain text."""
    intro_zh: str = ""
    """Markdown, written by the list's own maintainer: passed on as it is, like ``intro_en``."""
    intro_en: str = ""
    lang: str = "zh"
    """``zh``, ``en`` or ``both``: headings, intro and fixed words. What entries say is never translated."""
    all_authors: bool = False
    dialect: str = ""
    """``zotero``, or empty."""
    encoding: str = "utf8"
    """``utf8``, or ``tex``: BibTeX formats then write every character outside ASCII that TeX has a command for as one."""


class Exporter(Protocol):
    """A module of this folder. Adding a format is such a module and a row in ``EXPORTERS``."""

    SKIP_FIELDS: frozenset[str]
    """Fields the format never prints: whoever decodes for it need not decode them."""

    def render(self, entries: Iterable[Entry], options: Options) -> Iterator[Page]:
        """Yield the pages, in the order to write them. Pure: the same input gives the same bytes.

        The pieces of a page must be used up before the next page is asked for.
        """


@runtime_checkable
class BatchExporter(Exporter, Protocol):
    """A format of one page in which an entry is written the same whatever stands around it, so that it can be made in stretches.

    Its ``render`` gives ``(PATH, frame(batches(entries, options), options))``.
    """

    PATH: str

    def batches(self, entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
        """Yield the written entries, some at a time."""

    def frame(self, some: Iterable[bytes], options: Options) -> Iterator[bytes]:
        """Put batches together to a page."""


EXPORTERS: dict[str, str] = {
    "md": "markdown",
    "lists": "reading_lists",
    "csl-json": "csl_json",
    "bibtex": "bibtex",
    "biblatex": "biblatex",
    "ris": "ris",
    "zotero-rdf": "zotero_rdf",
    "hayagriva": "hayagriva",
    "html": "html",
}
"""The module of each format, imported when it is first asked for."""


class UnknownFormatError(BibError):
    """There is no such format."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no format {name!r}. Choose one of: {', '.join(sorted(EXPORTERS))}.")


def wants_protected(exporter: Exporter) -> bool:
    """Tell whether a format needs to know which words of a title are protected from a change of case: its ``PROTECTED``."""
    return bool(getattr(exporter, "PROTECTED", False))


def losses_of(exporter: Exporter) -> Callable[[Entry], tuple[tuple[str, str], ...]] | None:
    """Return the function by which a format tells (field, reason) of what it cannot say of an entry: its ``losses``.

    None where it has none: formats that are made for readers say so by ``FOR_READERS``.
    """
    found: Callable[[Entry], tuple[tuple[str, str], ...]] | None = getattr(exporter, "losses", None)
    return found


def load(name: str) -> Exporter:
    """Return the exporter of a format. Raises UnknownFormatError."""
    if name not in EXPORTERS:
        raise UnknownFormatError(name)
    return cast("Exporter", import_module(f".{EXPORTERS[name]}", __name__))
