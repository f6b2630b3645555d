"""One version of a file in a merge: its pieces, each under the identity that it has in the common base, and its entries.

What becomes of a piece is decided in ``merging``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..bibfile import Document
from .pieces import Cut, Identity, Piece, cut
from .renames import pairs
from .versions import Version


@dataclass(slots=True)
class Side:
    """One version in pieces, each under the identity that it has in the base: entries whose key changed are found again."""

    cut: Cut
    version: Version
    names: dict[Identity, Identity]
    pieces: dict[Identity, Piece]

    @classmethod
    def of(cls, document: Document) -> Side:
        """Cut a document into its pieces."""
        parts = cut(document)
        return cls(parts, Version(document), {}, parts.by_identity())

    def rename(self, was: Identity, now: Identity) -> None:
        """Give a piece the identity that it has in the base."""
        self.names[now] = was
        self.pieces[was] = self.pieces.pop(now)

    def identity(self, piece: Piece) -> Identity:
        """Return the identity in the base of one of the pieces."""
        return self.names.get(piece.identity, piece.identity)


def same_works(
    old: Side, gone: Sequence[Piece], new: Side, come: Sequence[Piece]
) -> Iterator[tuple[Piece, Piece, str]]:
    """Yield the pieces of two versions that are one work under two keys, and how that is known."""
    if not gone or not come:
        return
    before, after = ({piece.key: piece for piece in pieces} for pieces in (gone, come))
    for pair in pairs(old.version.items(before.keys()), new.version.items(after.keys())):
        yield before[pair.old], after[pair.new], pair.why
