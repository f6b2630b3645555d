"""What must hold before a file is written: it may be, and it is still the one that was read. Nothing is written here."""

from __future__ import annotations

import os
import stat
from hashlib import blake2b
from pathlib import Path

from .refusals import CannotWriteError, ChangedOnDiskError, OutsideFolderError, real_path, shown


def content_hash(data: bytes) -> str:
    """Return the fingerprint of a file's content, by which ``replace_file`` knows it again."""
    return blake2b(data, digest_size=32).hexdigest()


def refuse_unwritable(path: Path, target: Path, before: os.stat_result | None) -> None:
    """Say in plain words what can be seen beforehand."""
    if before is None and not target.parent.is_dir():
        raise CannotWriteError(path, f"the folder {shown(target.parent)} does not exist")
    if is_device(before):
        raise CannotWriteError(path, "it is no ordinary file")
    refuse_read_only(path, target, before)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        folder = shown(target.parent)
        raise CannotWriteError(
            path, f"the folder {folder} is read-only, and only a new file beside the old one can replace it safely"
        )


def refuse_read_only(path: Path, target: Path, before: os.stat_result | None) -> None:
    """Respect a file that was made read-only, even as root, who may write everything."""
    if before is None:
        return
    if stat.S_ISDIR(before.st_mode):
        raise CannotWriteError(path, "it is a folder")
    if not before.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise CannotWriteError(path, "it is read-only")


def require_unchanged(path: Path, target: Path, expected: bytes | str | None) -> None:
    """Raise ChangedOnDiskError unless the file holds what was read, or is as missing as it was."""
    try:
        found = target.read_bytes()
    except FileNotFoundError:
        if expected is None:
            return
        raise ChangedOnDiskError(path, "was removed") from None
    if expected is None:
        raise ChangedOnDiskError(path, "was created by something else")
    if (found if isinstance(expected, bytes) else content_hash(found)) != expected:
        raise ChangedOnDiskError(path)


def is_same(new: bytes, expected: bytes | str | None) -> bool:
    """Tell whether what is to be written is what was read."""
    return new == expected if isinstance(expected, bytes) else content_hash(new) == expected


def status(target: Path) -> os.stat_result | None:
    """Return what the system says of a file, or None where there is none."""
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def is_device(before: os.stat_result | None) -> bool:
    """Tell whether there is something that is neither an ordinary file nor a folder: a device, a pipe."""
    return before is not None and not stat.S_ISREG(before.st_mode) and not stat.S_ISDIR(before.st_mode)


def inside(path: Path, root: Path | None) -> Path:
    """Return the real path, which must be inside ``root``."""
    target = real_path(path)
    if root is not None and (target == real_path(root) or not target.is_relative_to(real_path(root))):
        raise OutsideFolderError(path, root)
    return target
