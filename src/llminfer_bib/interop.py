"""Our reading of a document -> a bibtexparser 2 library, for people with scripts on bibtexparser.

One way only. What bibtexparser itself would misread comes out right, because it is built from our reading.
"""

from __future__ import annotations

from bibtexparser import model
from bibtexparser.library import Library

from .bibfile import COMMENT, ENTRY, PREAMBLE, STRING, Block, Document
from .decode import Decoder


def to_bibtexparser(document: Document) -> Library:
    """Return all blocks in their order: macros resolved and delimiters gone, as after bibtexparser's default parse; TeX is kept.

    A second entry or ``@string`` of one name is among ``failed_blocks``, as bibtexparser has it.
    """
    decoder = Decoder(document)
    library = Library()
    blocks = (_block(document, decoder, ours) for ours in document.blocks())
    library.add([block for block in blocks if block is not None], fail_on_duplicate_key=False)
    return library


def _block(document: Document, decoder: Decoder, block: Block) -> model.Block | None:
    text = document.text(block.start, block.end)
    line = document.position(block.start)[0] - 1  # theirs count from 0
    if block.kind is ENTRY:
        entry = document.raw_entry(block)
        fields = [
            model.Field(name, decoder.source(value, block.start, entry.key)) for name, value in entry.fields.items()
        ]
        return model.Entry(entry.type, entry.key, fields, line, text)
    if block.kind is STRING and block.fields:
        string = document.raw_string(block)
        return model.String(string.name, decoder.define(string), line, text)
    if block.kind is PREAMBLE and block.fields:
        value = document.text(block.fields[0].value_start, block.fields[0].value_end)
        return model.Preamble(decoder.source(value, block.start, ""), line, text)
    if block.kind is COMMENT:
        return model.ExplicitComment(text[text.index("{") + 1 : -1].strip(), line, text)
    return model.ImplicitComment(text.strip(), line, text.strip()) if text.strip() else None
