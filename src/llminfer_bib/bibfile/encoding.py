"""The bytes of a file <-> the UTF-8 bytes that the scanner works on, proven to come back the same.

BibTeX's own characters are ASCII, so a scan of UTF-8 bytes never stops inside a letter; a scan of GBK or UTF-16 bytes
would. Which encoding a file has is decided here; what is in it is not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..problems import BibError

BOM = b"\xef\xbb\xbf"

# JabRef writes `% Encoding: GBK`, Emacs `-*- coding: latin-1 -*-`, TeX editors `% !TEX encoding = UTF-8`.
_DECLARED = re.compile(rb"(?i)(?:encoding|coding)\s*+[:=]\s*+([A-Za-z0-9_.:-]++)")
_GUESSES = ("gb2312", "cp1252", "latin-1")


class UnencodableError(BibError):
    """A new value has a character that the file's encoding cannot write."""

    def __init__(self, encoding: str, character: str) -> None:
        super().__init__(
            f"the file is {encoding}, which has no {character!r}: write it in TeX, or convert the file to UTF-8 first."
        )


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes are written. ``name`` is a Python codec; ``mark`` the byte order mark it began with, or empty."""

    name: str = "utf-8"
    mark: bytes = b""

    def encode(self, utf8: bytes) -> bytes:
        """Return the file's bytes for the scanner's bytes.

        Raises UnencodableError when a character does not exist in this encoding.
        """
        if self.name == "utf-8":
            return self.mark + utf8
        try:
            return self.mark + utf8.decode("utf-8", "surrogatepass").encode(self.name, _errors(self.name))
        except UnicodeEncodeError as error:
            raise UnencodableError(self.name, error.object[error.start]) from error


def read_bytes(raw: bytes) -> tuple[bytes, Encoding]:
    """Return (UTF-8 bytes without byte order mark, encoding) such that ``encoding.encode(...)`` gives `raw` again.

    UTF-8 is taken where it is valid; else UTF-16 by its mark or its zero bytes, the encoding that the file declares, Chinese GB 2312, and
    Windows-1252. Latin-1 takes what is left: any bytes survive it.
    """
    mark = BOM if raw.startswith(BOM) else b""
    body = raw[len(mark) :] if mark else raw
    if b"\0" not in raw[:4096]:
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return body, Encoding("utf-8", mark)
    for encoding in _candidates(raw):
        utf8 = _try(raw, encoding)
        if utf8 is not None:
            return utf8, encoding
    return raw.decode("latin-1").encode(), Encoding("latin-1")


def _candidates(raw: bytes) -> list[Encoding]:
    found = []
    for name, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        if raw.startswith(mark):
            found.append(Encoding(name, mark))
    if b"\0" in raw[:4096]:
        # Zero bytes at odd places: each ASCII letter is followed by one, so the low byte comes first.
        low_first = raw[1:4096:2].count(0) >= raw[0:4096:2].count(0)
        found.append(Encoding("utf-16-le" if low_first else "utf-16-be"))
        found.append(Encoding("utf-8"))
    declared = _DECLARED.search(raw[:2048])
    if declared:
        found.append(Encoding(declared[1].decode("ascii").lower()))
    found += [Encoding(name) for name in _GUESSES]
    return found


def _try(raw: bytes, encoding: Encoding) -> bytes | None:
    """Return `raw` as UTF-8 if `encoding` reads it and writes it back the same."""
    try:
        text = raw[len(encoding.mark) :].decode(encoding.name, _errors(encoding.name))
        utf8 = text.encode("utf-8", "surrogatepass")
        same = encoding.encode(utf8) == raw
    except (UnicodeError, LookupError, BibError, TypeError, ValueError):
        return None
    return utf8 if same and "@" in text else None


def _errors(name: str) -> str:
    # Lone surrogates occur in damaged UTF-16 and must survive.
    return "surrogatepass" if name.startswith("utf-16") else "strict"
