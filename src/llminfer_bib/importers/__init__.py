"""Files of other programs and lists that people write -> values: one module a format, imported when asked for.

What becomes of the entries (which are there already, their keys, where they go) is decided in ``commands.importing``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import PurePath
from typing import Final

from ..model import Category, Topic
from ..problems import EXIT_USAGE, BibError
from .values import Imported, Incoming, Unmapped

__all__ = ["IMPORTERS", "Imported", "Incoming", "Options", "Unmapped", "detect", "read"]

IMPORTERS: Final = {
    # name on the command line -> module here
    "bibtex": "bibtex",
    "csl-json": "csl_json",
    "endnote": "endnote",
    "md": "markdown",
    "ris": "ris",
    "zotero-json": "zotero_json",
    "zotero-rdf": "zotero_rdf",
}
ENDINGS: Final = {
    ".bib": "bibtex",
    ".bibtex": "bibtex",
    ".markdown": "md",
    ".md": "md",
    ".mdown": "md",
    ".ris": "ris",
    ".rdf": "zotero-rdf",
}
EMPTY: Final = "empty"
"""What ``detect`` says of a text in which nothing stands."""
_HEAD: Final = 4000
_JSON: Final = re.compile(r'(?:\[\s*+)?\{\s*+(?:"|\})')
_RIS: Final = re.compile(r"^TY {1,2}- ?[A-Z]", re.MULTILINE)
_BIBTEX: Final = re.compile(r"^@[A-Za-z]{1,40}+[ \t]*+[{(]", re.MULTILINE)
_ZOTERO: Final = re.compile(r'(?<!\\)"itemType"\s*+:')
"""Behind the settings that Better BibTeX puts in front, it may come late."""


class UnknownFormatError(BibError):
    """A file of which nobody can tell what it is."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Options:
    """What an importer may know of the library."""

    categories: tuple[Category, ...] = ()
    topics: tuple[Topic, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    """What a heading of a foreign list is called -> the slug of a category."""


def detect(name: str, text: str) -> str:
    """Return the format of a file by its name, else by how it begins. Raises UnknownFormatError."""
    ending = PurePath(name).suffix.lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if not head and not text.strip("\ufeff \t\r\n"):
        return EMPTY
    if head.startswith(("[", "{")) and (ending in {".json", ".txt", ""} or _JSON.match(head)):
        return "zotero-json" if _ZOTERO.search(text) else "csl-json"
    if head.startswith("<"):
        if "<rdf:RDF" in head:
            return "zotero-rdf"
        if "<xml>" in head[:200] or "<records>" in head:
            return "endnote"
    if _RIS.search(head):
        return "ris"
    if head.startswith("@"):
        return "bibtex"
    if head.startswith(("# ", "## ", "- ", "* ")):
        return "md"
    if _BIBTEX.search(head):
        return "bibtex"
    raise UnknownFormatError(f"{name}: its format cannot be told. Name it with --from {'|'.join(IMPORTERS)}.")


def read(name: str, text: str, options: Options, macros: Mapping[str, str] | None = None) -> Imported:
    """Return what a text of the format `name` says; `macros` are the library's, for BibTeX."""
    module = import_module(f".{IMPORTERS[name]}", __package__)
    result: Imported = module.read(text, options, macros) if name == "bibtex" else module.read(text, options)
    return result
