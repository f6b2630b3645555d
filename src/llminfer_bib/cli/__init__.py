"""The command line: options -> commands -> report -> exit code. Nothing is decided or computed here.

A command's module is imported when the command is asked for (``root.MODULES``), and what it needs when it runs, so that
``bib --version`` and completion start fast.
"""

from __future__ import annotations

from .root import MODULES, cli, way_out

__all__ = ["MODULES", "cli", "way_out"]
