"""Peer program: refkit turns a .bib file into CSL-JSON.  usage: refkit_csl.py IN OUT."""

from __future__ import annotations

import sys
from pathlib import Path

import refkit

source, out = sys.argv[1:]
report = refkit.convert(
    Path(source).read_text("utf-8"),
    source_format="biblatex",
    target_format="csl-json",
    loss="report",
    recovery="report",
)
Path(out).write_text(report["text"], "utf-8")
