r"""TeX source of one field value <-> plain Unicode text, with the stretches that braces protect; no names, no fields.

How the two directions agree: plain text holds no TeX, with one exception, a formula ``$...$``, which stays as it was
written. ``from_text`` takes ``$...$`` for a formula where a reader would (see ``writing``) and escapes every other
dollar sign, so ``to_plain(from_text(x)) == " ".join(x.split())`` for every text (with ``ascii_only``: up to Unicode
NFC), and from_text after to_plain changes nothing from the second time on.

White space of any kind, ``~`` included, is one space in plain text. Braces count by BibTeX's rule everywhere: a
backslash does not hide one. That is why ``{\textbraceleft}`` is written and never ``\{``.
"""

from __future__ import annotations

from .braces import is_balanced
from .formulas import MATH_COMMANDS, is_mathematics, tamed
from .reading import to_plain, to_text
from .tables import KEY_LIST_FIELDS, VERBATIM_FIELDS
from .titles import joined_title, protected_words
from .writing import from_text, protect_title

__all__ = [
    "KEY_LIST_FIELDS",
    "MATH_COMMANDS",
    "VERBATIM_FIELDS",
    "from_text",
    "is_balanced",
    "is_mathematics",
    "joined_title",
    "protect_title",
    "protected_words",
    "tamed",
    "to_plain",
    "to_text",
]
