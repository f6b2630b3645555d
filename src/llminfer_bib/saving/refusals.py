"""The ways in which writing a file can be refused, each with its message. When to refuse is said elsewhere."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from ..problems import BibError

REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your quota on this disk is used up",
    errno.EFBIG: "the file would be too large for this disk",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EIO: "the disk reports an error",
    errno.EBUSY: "it is in use, perhaps mounted as a single file; mount its folder instead",
    errno.ELOOP: "its symbolic links lead in a circle",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ENOENT: "the folder does not exist",
    errno.ENOTDIR: "a part of its path is no folder",
}
"""What the system says, in plain words."""


class CannotWriteError(BibError):
    """A file cannot be written; what was there is untouched."""

    def __init__(self, path: Path, reason: str | OSError) -> None:
        if isinstance(reason, OSError):
            reason = REASONS.get(reason.errno or 0) or reason.strerror or str(reason)
        super().__init__(f"cannot write {shown(path)}: {reason}. Nothing was changed.")


class ChangedOnDiskError(BibError):
    """The file is not the one that was read."""

    def __init__(self, path: Path, happened: str = "was changed by something else") -> None:
        super().__init__(
            f"{shown(path)} {happened} since it was read (an editor, a sync?). "
            "Nothing was written. Run the command again."
        )


class LockedError(BibError):
    """Another process is writing the file."""

    def __init__(self, path: Path, holder: str, way_out: str = "") -> None:
        holder = holder or "another process"
        super().__init__(f"{shown(path)} is being written by {holder}; try again when it has finished.{way_out}")


class UnfinishedError(BibError):
    """Of several files that are written in one step the first is in place, and another one could not follow yet."""

    def __init__(self, path: Path, file: Path, reason: OSError) -> None:
        why = REASONS.get(reason.errno or 0) or reason.strerror or str(reason)
        super().__init__(
            f"{shown(path)} is written, but {shown(file)}, which belongs to it, cannot be replaced: {why}. "
            "Nothing is lost: mend that, and the next command puts it in place."
        )


class OutsideFolderError(BibError):
    """A path that came from data leads out of the folder it belongs in."""

    def __init__(self, path: Path, root: Path) -> None:
        super().__init__(f"refusing to write {shown(path)}: it is not inside {shown(root)}.")


@contextlib.contextmanager
def as_bib_error(path: Path) -> Iterator[None]:
    """Turn what the system refuses into a CannotWriteError."""
    try:
        yield
    except OSError as error:
        raise CannotWriteError(path, error) from error


def real_path(path: Path) -> Path:
    """Return the path with its symbolic links followed."""
    try:
        return Path(os.path.realpath(path))
    except (ValueError, UnicodeError) as error:  # a NUL, a character that no file name can hold
        raise CannotWriteError(path, "no file can have this name") from error


def shown(path: Path) -> str:
    """Return a path as it can stand in a message."""
    return one_line(str(path), 300)


def one_line(text: str, longest: int) -> str:
    """Return a text without line ends and other characters that a terminal would obey, cut where it is long."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= longest else line[: longest - 1] + "…"
