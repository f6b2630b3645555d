"""Peer program: refkit sets one field: parse, apply_patch, write.  usage: refkit_set.py FILE OUT KEY FIELD VALUE."""

from __future__ import annotations

import sys
from pathlib import Path

import refkit

source, out, key, name, value = sys.argv[1:]
document = refkit.BibDocument.parse(Path(source).read_text("utf-8"))
entry = document.entries[key]
field = entry.fields.get_unique(name)
if field is None:
    edit = {"kind": "add_field", "entry_id": entry.id, "name": name, "value": value}
else:
    edit = {"kind": "set_field", "entry_id": entry.id, "field_id": field.id, "value": value}
document.apply_patch([edit])["document"].write(out)
