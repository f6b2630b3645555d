"""LaTeX documents: which keys they cite, where, and which files belong to them. Nothing is written here.

``citations`` is for a text, ``read_manuscript`` for a document with all its files.
"""

from __future__ import annotations

from .citations import Citation, citations
from .commands import Form, user_commands
from .documents import read_manuscript
from .manuscript import Cited, Manuscript, UnreadableDocumentError

__all__ = [
    "Citation",
    "Cited",
    "Form",
    "Manuscript",
    "UnreadableDocumentError",
    "citations",
    "read_manuscript",
    "user_commands",
]
