"""The file: bytes -> blocks -> entries -> fields, each with its place, losing nothing.

``document`` is the way in, ``scanner`` the careful reader, ``encoding`` the bytes of a file, ``second`` what
bibtexparser reads in the same text. Meaning (names, dates, TeX) is not here: see ``decode``.
"""

from __future__ import annotations

from .document import Document, RawEntry, RawString, UnreadableFileError
from .encoding import Encoding, UnencodableError
from .scanner import COMMENT, ENTRY, PREAMBLE, SLIPS, STRING, TEXT, Block, Field, Slip

__all__ = [
    "COMMENT",
    "ENTRY",
    "PREAMBLE",
    "SLIPS",
    "STRING",
    "TEXT",
    "Block",
    "Document",
    "Encoding",
    "Field",
    "RawEntry",
    "RawString",
    "Slip",
    "UnencodableError",
    "UnreadableFileError",
]
