"""The lines of a merged file in their order, with the blank lines between what stood there and what is put in.

Which pieces come, stay and go is decided in ``merging``.
"""

from __future__ import annotations

from .marking import ended
from .pieces import Piece


class Lines:
    """The result while it is written. Blank lines between what is put in and what stood there are looked after here."""

    def __init__(self, newline: str) -> None:
        self.newline = newline
        self.parts: list[bytes] = []
        self._first_lead: bytes | None = None
        self._last_kind = ""
        self._wants_blank = False

    def add(self, lead: bytes, body: bytes, piece: Piece) -> None:
        """Add what ours has. A file that began without a blank line still does when its first piece has gone."""
        if not self.parts and self._first_lead is not None:
            lead = self._first_lead
        if self._wants_blank and not lead and "entry" in (self._last_kind, piece.kind):
            lead = self.newline.encode()
        self._wants_blank = False
        self._put(lead, body, piece)

    def drop(self, piece: Piece) -> None:
        """Leave out a piece of ours with the blank lines in front of it."""
        if not self.parts and self._first_lead is None:
            self._first_lead = piece.lead

    def insert(self, lead: bytes, body: bytes, piece: Piece, *, spaced: bool) -> None:
        """Add what only theirs has, with the blank lines it had there."""
        if not self.parts:
            lead = b""
        elif not self.parts[-1].endswith((b"\n", b"\r")):
            self.parts.append(self.newline.encode())
        if self.parts and not lead and self._last_kind == piece.kind == "entry" and spaced:
            lead = self.newline.encode()
        self._put(lead, ended(body, self.newline), piece)
        self._wants_blank = spaced

    def _put(self, lead: bytes, body: bytes, piece: Piece) -> None:
        self.parts += (lead, body)
        self._last_kind = piece.kind
