"""Files of our own beside the one that is written: their names, their rights, and that none stays behind."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def stem(target: Path) -> str:
    """Begin the names of our own files with the target's name, short enough for every file system."""
    return target.name[:50]


@contextlib.contextmanager
def temporary_file(target: Path, suffix: str, before: os.stat_result | None) -> Iterator[tuple[Path, BinaryIO]]:
    """Make a new file beside ``target`` that is gone in the end, whatever happens, unless it was renamed."""
    path = target.with_name(f".{stem(target)}.{os.urandom(6).hex()}{suffix}")
    try:
        # Private until the rights of the file it replaces are copied to it; a brand-new file has the usual ones.
        with open(os.open(path, NEW_FILE, 0o666 if before is None else 0o600), "wb") as file:
            yield path, file
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def remove_leftovers(target: Path) -> None:
    """Remove what a writer that was killed left behind; whoever holds the lock is the only one writing."""
    ours = re.compile(re.escape(f".{stem(target)}.") + r"[0-9a-f]{12}\.tmp")
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if ours.fullmatch(entry.name):
                os.unlink(entry.path)


def copy_rights(file: BinaryIO, before: os.stat_result | None) -> None:
    """Give a new file the mode and, where possible, the owner of the one it replaces."""
    if before is None or not hasattr(os, "fchmod"):  # Windows has it from Python 3.13
        return
    descriptor = file.fileno()
    mode = stat.S_IMODE(before.st_mode)
    now = os.fstat(descriptor)
    if now.st_gid != before.st_gid:
        try:
            os.fchown(descriptor, -1, before.st_gid)
        except OSError:
            mode &= ~0o070 | (mode & 0o007) << 3  # another group must not get the rights of the old one
    if now.st_uid != before.st_uid:
        with contextlib.suppress(OSError):
            os.fchown(descriptor, before.st_uid, -1)
    os.fchmod(descriptor, mode)


def sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut. The file is in place already, so a folder that cannot is no error."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
