"""llminfer-bib: one BibTeX file, kept correct, healthy and useful.

    from llminfer_bib import Library
    library = Library.open("refs.bib")
    for entry in library: print(entry.key, entry.title)
    library.set("vllm", version="0.9.1")
    library.save()

The names below are the public API; they are imported when first used, so that the command line starts fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = ["BibError", "Date", "Entry", "Library", "People", "Person", "Problem", "Text", "__version__"]

_HOME = {
    "BibError": "problems",
    "Date": "model",
    "Entry": "model",
    "Library": "library",
    "People": "model",
    "Person": "model",
    "Problem": "problems",
    "Text": "model",
}

if TYPE_CHECKING:
    from .library import Library
    from .model import Date, Entry, People, Person, Text
    from .problems import BibError, Problem


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(f".{_HOME[name]}", __name__), name)
