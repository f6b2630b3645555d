"""Peer program: refkit converts a .bib file to CSL-JSON.  usage: refkit_csl.py IN OUT."""

import sys

import refkit

with open(sys.argv[1], encoding="utf-8", newline="") as file:
    source = file.read()
report = refkit.convert(
    source, source_format="biblatex", target_format="csl-json", loss="report", recovery="report"
)
with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
    file.write(report["text"])
