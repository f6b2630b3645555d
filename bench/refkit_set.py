"""Peer program: refkit sets one field of one entry (parse, apply_patch, write).  usage: refkit_set.py IN OUT KEY FIELD VALUE."""

import sys

import refkit

path, out, key, name, value = sys.argv[1:]
with open(path, encoding="utf-8", newline="") as file:
    document = refkit.BibDocument.parse(file.read())
entry = document.entries[key]
field = entry.fields.get_unique(name)
if field is None:
    edit = {"kind": "add_field", "entry_id": entry.id, "name": name, "value": value}
else:
    edit = {"kind": "set_field", "entry_id": entry.id, "field_id": field.id, "value": value}
document.apply_patch([edit])["document"].write(out)
