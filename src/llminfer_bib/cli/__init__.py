"""The command line: options -> commands -> report -> exit code. Nothing is decided or computed here.

The commands' modules are imported when a command runs, so that ``bib --version`` and completion start fast.
"""

from __future__ import annotations

from . import citing, complete, differences, enrichment, latex, library, renaming, zotero
from .library import FORMATS
from .root import cli, way_out

__all__ = [
    "FORMATS",
    "citing",
    "cli",
    "complete",
    "differences",
    "enrichment",
    "latex",
    "library",
    "renaming",
    "way_out",
    "zotero",
]
