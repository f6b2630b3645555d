"""The services that know works: arXiv, Crossref, DataCite, DBLP. ``SOURCES`` names them; a new one is a module and a line.

What is done with their answers is decided in ``enrich``.
"""

from __future__ import annotations

from importlib import import_module
from typing import cast

from .protocol import Source

SOURCES = {
    "arxiv": "arxiv",
    "crossref": "crossref",
    "crossref-search": "crossref_search",
    "datacite": "datacite",
    "dblp": "dblp",
}
"""Name -> module of this folder. Modules are imported when their source is needed; the packages below them when it is asked."""


def load(name: str) -> Source:
    """Return a source."""
    return cast("Source", import_module(f".{SOURCES[name]}", __name__))
