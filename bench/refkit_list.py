"""Peer program: refkit writes a formatted list, APA as plain text.  usage: refkit_list.py IN OUT."""

from __future__ import annotations

import sys
from pathlib import Path

import refkit

source, out = sys.argv[1:]
library = refkit.Library.parse_bibtex(Path(source).read_text("utf-8"), recovery="report")
rendered = refkit.Document(library, refkit.Style.load("apa"), locale="en-US").full_bibliography()
Path(out).write_text(rendered.text, "utf-8")
