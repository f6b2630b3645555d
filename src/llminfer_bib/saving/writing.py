"""Writing a file whole or not at all: under its lock and over what was read, or as an export."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .beside import copy_rights, remove_leftovers, sync_folder, temporary_file
from .checks import inside, is_device, is_same, refuse_read_only, refuse_unwritable, require_unchanged, status
from .locking import LOCK_WAIT, write_lock
from .pending import settle_held
from .refusals import as_bib_error, real_path

if TYPE_CHECKING:
    from typing import BinaryIO


def replace_file(path: Path, new: bytes, *, expected: bytes | str | None, wait: float = LOCK_WAIT) -> None:
    """Replace the content of ``path`` by ``new``, if it still holds what was read; all or nothing.

    ``expected`` is the content that was read, or its ``content_hash``; None says that there was no file. Symbolic links
    stay links, mode and owner are kept. Killed at any moment, the file is the old or the new one, whole. Where nothing
    would change, nothing is written. Raises CannotWriteError, ChangedOnDiskError, LockedError;
    UnfinishedError where a step of ``replace_together`` was cut off and cannot be settled.
    """
    target = real_path(path)
    with as_bib_error(path):
        refuse_unwritable(path, target, status(target))
        with write_lock(path, wait=wait):
            settle_held(target)
            remove_leftovers(target)
            before = status(target)
            if before is not None and before.st_size == len(new) and is_same(new, expected):
                require_unchanged(path, target, expected)
                return
            with temporary_file(target, ".tmp", before) as (temporary, file):
                file.write(new)
                file.flush()
                copy_rights(file, before)
                os.fsync(file.fileno())
                file.close()
                require_unchanged(path, target, expected)
                os.replace(temporary, target)
            sync_folder(target.parent)


def write_output(path: Path, chunks: Iterable[bytes], *, root: Path | None = None) -> bool:
    """Write an export, chunk by chunk; return False where the file has this content already and was left alone.

    Missing folders are made. With ``root``, ``path`` must lie inside it, symbolic links resolved. Devices and pipes are
    written directly. A reader sees the old or the new file, never half of one.
    """
    with as_bib_error(path):
        target = inside(path, root)
        before = status(target)
        if is_device(before):
            with target.open("wb") as device:
                device.writelines(chunks)
            return True
        refuse_read_only(path, target, before)
        target.parent.mkdir(parents=True, exist_ok=True)
        target = inside(target, root)
        with temporary_file(target, ".out", before) as (temporary, file):
            if _write_and_compare(file, chunks, target):
                return False
            file.flush()
            copy_rights(file, before)
            file.close()
            os.replace(temporary, target)
    return True


def _write_and_compare(file: BinaryIO, chunks: Iterable[bytes], old: Path) -> bool:
    """Write the chunks, and tell whether ``old`` holds the same."""
    with contextlib.ExitStack() as stack:
        same: BinaryIO | None = None
        with contextlib.suppress(OSError):  # there is none, or it cannot be read and is replaced
            same = stack.enter_context(old.open("rb"))
        for chunk in chunks:
            file.write(chunk)
            if same is not None and same.read(len(chunk)) != chunk:
                same = None
        return same is not None and not same.read(1)
