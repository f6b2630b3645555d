"""Opening the files of a document, within bounds: ordinary files only, not too many, not too large."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .manuscript import UnreadableDocumentError

MOST_FILES: Final = 2_000
LARGEST_FILE: Final = 64 << 20
MOST_BYTES: Final = 256 << 20
"""Bounds of one document. A thesis has a few hundred files and a few megabytes."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not read, and why."""

    why: str


@dataclass(slots=True)
class Shelf:
    """The files that one document has opened; each is opened once."""

    files: list[Path] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _bytes: int = 0

    def is_new(self, path: Path) -> bool:
        """Note a file; tell whether it was not opened yet, under any of its names."""
        real = os.path.realpath(path)
        if real in self._seen:
            return False
        self._seen.add(real)
        return True

    def read(self, path: Path) -> bytes | Refused:
        """Return a file's bytes, or why it is not read."""
        if len(self.files) >= MOST_FILES:
            return Refused(f"the document has more than {MOST_FILES} files")
        try:
            status = os.stat(path)
            if not stat.S_ISREG(status.st_mode):
                return Refused("it is a folder" if stat.S_ISDIR(status.st_mode) else "it is no ordinary file")
            if status.st_size > LARGEST_FILE or self._bytes + status.st_size > MOST_BYTES:
                return Refused(f"it is too large ({status.st_size >> 20} MiB)")
            with open(path, "rb") as file:
                raw = file.read(LARGEST_FILE + 1)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            return Refused(getattr(error, "strerror", None) or str(error))
        self.files.append(path)
        self._bytes += len(raw)
        return raw

    def required(self, path: Path) -> bytes:
        """Return the bytes of a file without which nothing can be said, and note it. Raises UnreadableDocumentError."""
        self.is_new(path)
        raw = self.read(path)
        if isinstance(raw, Refused):
            raise UnreadableDocumentError(path, raw.why)
        return raw


def is_file(path: Path) -> bool:
    """Tell whether an ordinary file is there; False too for a name that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def joined(folder: Path, name: str) -> Path:
    """Return a path below a folder, tidied: ``a/./b/../c`` is ``a/c``. An absolute name stays."""
    return Path(os.path.normpath(folder / name))
