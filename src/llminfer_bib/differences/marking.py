"""Two versions of some lines -> the lines with git's conflict marks around those that differ, for a person and their editor.

Which lines are in conflict is decided in ``merging`` and ``entries``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

USUAL_SIZE: Final = 7
"""So many characters has a mark; git asks for more where a file holds such lines already."""
_LARGEST: Final = 250_000
"""Lines times lines that are compared one by one; larger texts get one mark around all."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How marks are written: how long, how the sides are called, and with which line end."""

    size: int = USUAL_SIZE
    ours: str = "ours"
    theirs: str = "theirs"
    newline: str = "\n"

    def around(self, mine: bytes, theirs: bytes) -> bytes:
        """Return both versions between marks. Each gets a line end where it lacks one."""
        return b"".join(
            (
                self._line("<", self.ours),
                ended(mine, self.newline),
                self._line("=", ""),
                ended(theirs, self.newline),
                self._line(">", self.theirs),
            )
        )

    def _line(self, char: str, label: str) -> bytes:
        return f"{char * self.size}{' ' if label else ''}{label}{self.newline}".encode()


def ended(text: bytes, newline: str) -> bytes:
    """Return lines of which the last one has a line end, too; nothing stays nothing."""
    return text if not text or text.endswith((b"\n", b"\r")) else text + newline.encode()


def marked(mine: bytes, theirs: bytes, marks: Marks) -> bytes:
    """Return `mine` with marks around each stretch of lines that differs; a field on a line of its own is a stretch of its own."""
    here, there = (ended(text, marks.newline).splitlines(keepends=True) for text in (mine, theirs))
    if len(here) * len(there) > _LARGEST:
        return marks.around(mine, theirs)
    parts = []
    for equal, left, right in _stretches(here, there):
        text = b"".join(left)
        parts.append(text if equal else marks.around(text, b"".join(right)))
    return b"".join(parts)


def _stretches(
    here: Sequence[bytes], there: Sequence[bytes]
) -> Iterator[tuple[bool, Sequence[bytes], Sequence[bytes]]]:
    matcher = SequenceMatcher(None, here, there, autojunk=False)
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        left, right = here[a:a_end], there[b:b_end]
        if tag == "replace" and len(left) == len(right) and all(map(_one_field, left, right)):
            for mine, theirs in zip(left, right, strict=True):
                yield False, [mine], [theirs]
        else:
            yield tag == "equal", left, right


def _one_field(mine: bytes, theirs: bytes) -> bool:
    name = mine.partition(b"=")[0].strip()
    return b"=" in mine and name != b"" and name == theirs.partition(b"=")[0].strip()
