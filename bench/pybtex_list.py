"""Peer program: pybtex writes a formatted list, style plain as Markdown.  usage: pybtex_list.py IN OUT."""

from __future__ import annotations

import sys
from pathlib import Path

import pybtex.errors
from pybtex import PybtexEngine

source, out = sys.argv[1:]
pybtex.errors.set_strict_mode(enable=False)
text = PybtexEngine().format_from_file(source, style="plain", output_backend="markdown")
Path(out).write_text(text, "utf-8")
