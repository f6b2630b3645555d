"""Writing several files in one step, all or none: a .bib and its sidecar, an entry's new key and the .tex files that cite it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..problems import BibError
from .beside import NEW_FILE, copy_rights, remove_leftovers, sync_folder
from .checks import content_hash, is_same, refuse_unwritable, require_unchanged, status
from .locking import LOCK_WAIT, write_lock
from .pending import Step, note_of, roll_forward, settle_held, step_for, sync_folders, write_note
from .refusals import OutsideFolderError, UnfinishedError, as_bib_error, real_path


@dataclass(frozen=True, slots=True)
class Change:
    """What one file becomes. `expected` is its content as read, or the ``content_hash`` of it; None: there was no file."""

    path: Path
    new: bytes
    expected: bytes | str | None


def replace_together(changes: Sequence[Change], *, anywhere: bool = False, wait: float = LOCK_WAIT) -> None:
    """Replace the content of all files, if each still holds what was read; all or none.

    One lock is held, that of the first file, and the others must lie in its folder or below, unless ``anywhere``. Killed at any moment,
    each file is the old or the new one, whole; and after ``settle`` of the first, which every write and every reader of a sidecar
    begins with, all are old or all are new. Files that do not change are not touched, and one that is missing and would be
    empty is not made. Links, modes, owners: as in ``replace_file``. Raises CannotWriteError, ChangedOnDiskError, LockedError,
    OutsideFolderError: then nothing was changed; UnfinishedError: the first file was.
    """
    if not changes:
        return
    first = changes[0].path
    targets = [real_path(change.path) for change in changes]
    for change, file in zip(changes, targets, strict=True):
        if not anywhere and not file.is_relative_to(targets[0].parent):
            raise OutsideFolderError(change.path, targets[0].parent)
        with as_bib_error(change.path):
            refuse_unwritable(change.path, file, status(file))
    if len(set(targets)) < len(targets):
        raise ValueError("one file is named twice")
    with as_bib_error(first), write_lock(first, wait=wait):
        settle_held(targets[0])
        remove_leftovers(targets[0])
        _replace_held(changes, targets)


def settle(path: Path, *, wait: float = LOCK_WAIT) -> bool:
    """Finish or undo a step with `path` as its first file that was cut off; the file itself stays as it is.

    Returns whether there was one: what was read of the other files before is then to be read again.

    For readers of the other files, before they read. One look where nothing is to be done. Never fails: what a reader may
    not mend, in a read-only folder or while another process writes, is left to the next writer, who says what is wrong.
    """
    with contextlib.suppress(BibError, OSError):
        target = real_path(path)
        if os.path.lexists(note_of(target)):
            with write_lock(path, wait=wait):
                settle_held(target)
            return True
    return False


def _replace_held(changes: Sequence[Change], targets: Sequence[Path]) -> None:
    jobs = [(change, file) for change, file in zip(changes, targets, strict=True) if _differs(change, file)]
    folder = targets[0].parent
    steps = [step_for(folder, file, _hash_of(change.expected)) for change, file in jobs]
    if not jobs:
        _require_all_unchanged(changes, targets)
        return
    try:
        write_note(targets[0], steps)
        for (change, file), step in zip(jobs, steps, strict=True):
            _write_new(change, file, step)
        sync_folders(file for _, file in jobs)
        _require_all_unchanged(changes, targets)
        deciding = jobs[0][1]
        with as_bib_error(jobs[0][0].path):
            os.replace(deciding.with_name(steps[0].new), deciding)  # from here on it is done, and only to be finished
        sync_folder(deciding.parent)
        roll_forward(targets[0], steps, checked=True)
    except UnfinishedError:
        raise
    except BaseException:
        with contextlib.suppress(BibError, OSError):  # the next writer tries again
            settle_held(targets[0])
        raise


def _differs(change: Change, file: Path) -> bool:
    before = status(file)
    if before is None:
        return change.expected is not None or bool(change.new)
    return before.st_size != len(change.new) or not is_same(change.new, change.expected)


def _hash_of(expected: bytes | str | None) -> str | None:
    return content_hash(expected) if isinstance(expected, bytes) else expected


def _require_all_unchanged(changes: Sequence[Change], targets: Sequence[Path]) -> None:
    for change, file in zip(changes, targets, strict=True):
        with as_bib_error(change.path):
            require_unchanged(change.path, file, change.expected)


def _write_new(change: Change, file: Path, step: Step) -> None:
    """Write a file's new content beside it."""
    with as_bib_error(change.path):
        before = status(file)
        rights = 0o666 if before is None else 0o600
        with open(os.open(file.with_name(step.new), NEW_FILE, rights), "wb") as new:
            new.write(change.new)
            new.flush()
            copy_rights(new, before)
            os.fsync(new.fileno())
