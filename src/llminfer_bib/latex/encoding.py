"""The bytes of a LaTeX file -> text, and the name of the encoding that gives the same bytes again."""

from __future__ import annotations

import codecs
import re
from typing import Final

# inputenc's names -> Python's
_INPUTENC: Final = {
    "ansinew": "cp1252",
    "applemac": "mac_roman",
    "cp1252": "cp1252",
    "latin1": "latin-1",
    "latin2": "iso8859-2",
    "latin5": "iso8859-9",
    "latin9": "iso8859-15",
    "koi8-r": "koi8-r",
    "cp1251": "cp1251",
    "GBK": "gb18030",
    "GB": "gb18030",
}
_DECLARED = re.compile(
    rb"\\usepackage[ \t]*+\[([A-Za-z0-9-]++)\][ \t]*+\{inputenc\}"
    rb"|(?i:%[ \t]*+!TEX[ \t]++encoding|-\*-[^\r\n*]{0,80}?coding)[ \t]*+[:=][ \t]*+([A-Za-z0-9._-]++)"
)
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def text_of(raw: bytes) -> tuple[str, str]:
    """Return (text without byte order mark, Python's name of the encoding).

    UTF-8 where it is valid; else what the file declares, Chinese GB 18030, and Latin-1, which reads anything.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return raw.decode(name, "replace"), name
    for name in ("utf-8", *_declared(raw[:8192]), "gb18030"):
        try:
            return raw.decode(name), name
        except (UnicodeError, LookupError):
            continue
    return raw.decode("latin-1"), "latin-1"


def _declared(head: bytes) -> list[str]:
    names = [(found[1] or found[2]).decode("ascii") for found in _DECLARED.finditer(head)]
    return [name for name in (_INPUTENC.get(name, name) for name in names) if _is_text(name)]


def _is_text(name: str) -> bool:
    """Tell whether Python has this encoding, and it is one of characters (``zlib`` is a codec too)."""
    try:
        return codecs.lookup(name)._is_text_encoding  # noqa: SLF001  (there is no public way to ask)
    except (LookupError, AttributeError):
        return False
