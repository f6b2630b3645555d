"""Writing files so that nothing is ever lost: whole, locked, and only over what was read. What to write is not here.

``replace_file`` is the only way in which a .bib is written, ``write_output`` that for exports.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from .problems import BibError

if TYPE_CHECKING:
    from typing import BinaryIO

if sys.platform == "win32":  # pragma: no cover
    fcntl = None
else:
    import fcntl

_FLOCK = hasattr(fcntl, "flock")
"""Without it the lock file itself is the lock, and one that a killed process left has to be deleted by hand."""
LOCK_WAIT = 2.0
"""Seconds that a writer waits for another one."""
_POLL = 0.02
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_LOCK_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

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
        super().__init__(f"cannot write {_shown(path)}: {reason}. Nothing was changed.")


class ChangedOnDiskError(BibError):
    """The file is not the one that was read."""

    def __init__(self, path: Path, happened: str = "was changed by something else") -> None:
        super().__init__(
            f"{_shown(path)} {happened} since it was read (an editor, a sync?). "
            "Nothing was written. Run the command again."
        )


class LockedError(BibError):
    """Another process is writing the file."""

    def __init__(self, path: Path, holder: str, way_out: str = "") -> None:
        holder = holder or "another process"
        super().__init__(f"{_shown(path)} is being written by {holder}; try again when it has finished.{way_out}")


class OutsideFolderError(BibError):
    """A path that came from data leads out of the folder it belongs in."""

    def __init__(self, path: Path, root: Path) -> None:
        super().__init__(f"refusing to write {_shown(path)}: it is not inside {_shown(root)}.")


def content_hash(data: bytes) -> str:
    """Return the fingerprint of a file's content, by which ``replace_file`` knows it again."""
    return blake2b(data, digest_size=32).hexdigest()


def replace_file(path: Path, new: bytes, *, expected: bytes | str | None, wait: float = LOCK_WAIT) -> None:
    """Replace the content of ``path`` by ``new``, if it still holds what was read; all or nothing.

    ``expected`` is the content that was read, or its ``content_hash``; None says that there was no file. Symbolic links
    stay links, mode and owner are kept. Killed at any moment, the file is the old or the new one, whole. Where nothing
    would change, nothing is written. Raises CannotWriteError, ChangedOnDiskError, LockedError.
    """
    target = _real(path)
    with _as_bib_error(path):
        _refuse_unwritable(path, target, _status(target))
        with write_lock(path, wait=wait):
            _remove_leftovers(target)
            before = _status(target)
            if before is not None and before.st_size == len(new) and _is_same(new, expected):
                _require(path, target, expected)
                return
            with _temporary(target, ".tmp", before) as (temporary, file):
                file.write(new)
                file.flush()
                _copy_rights(file, before)
                os.fsync(file.fileno())
                file.close()
                _require(path, target, expected)
                os.replace(temporary, target)
            _sync_folder(target.parent)


def write_output(path: Path, chunks: Iterable[bytes], *, root: Path | None = None) -> bool:
    """Write an export, chunk by chunk; return False where the file has this content already and was left alone.

    Missing folders are made. With ``root``, ``path`` must lie inside it, symbolic links resolved. Devices and pipes are
    written directly. A reader sees the old or the new file, never half of one.
    """
    with _as_bib_error(path):
        target = _inside(path, root)
        before = _status(target)
        if before is not None and not stat.S_ISREG(before.st_mode) and not stat.S_ISDIR(before.st_mode):
            with target.open("wb") as device:
                device.writelines(chunks)
            return True
        _refuse_locked(path, target, before)
        target.parent.mkdir(parents=True, exist_ok=True)
        target = _inside(target, root)
        with _temporary(target, ".out", before) as (temporary, file):
            if _write_and_compare(file, chunks, target):
                return False
            file.flush()
            _copy_rights(file, before)
            file.close()
            os.replace(temporary, target)
    return True


# --- the lock


@contextlib.contextmanager
def write_lock(path: Path, *, wait: float = LOCK_WAIT) -> Iterator[None]:
    """Hold the lock of a file's writers; raise LockedError, which names the holder, after ``wait`` seconds.

    The lock file lies beside the real file, so that it is the same for everybody who can write there, whatever their
    home or temporary folder is, and it is gone when the lock is. The system frees the lock of a process that dies.
    """
    target = _real(path)
    lock = target.with_name(f".{_stem(target)}.lock")
    deadline = time.monotonic() + wait
    with _as_bib_error(path):
        while (descriptor := _try_lock(lock)) is None:
            if time.monotonic() >= deadline:
                way_out = "" if _FLOCK else f" If it is long gone, delete {lock}."
                raise LockedError(path, _holder(lock), way_out)
            time.sleep(_POLL)
    try:
        with contextlib.suppress(OSError):  # a courtesy: the lock holds without it
            os.ftruncate(descriptor, 0)
            os.write(descriptor, _introduction())
        yield
    finally:
        if not _FLOCK:  # Windows does not remove an open file
            os.close(descriptor)
        with contextlib.suppress(OSError):
            lock.unlink()
        if _FLOCK:
            os.close(descriptor)


def _try_lock(lock: Path) -> int | None:
    """Take the lock and return its descriptor, or None while somebody else has it."""
    if not _FLOCK:
        try:
            return os.open(lock, _NEW_FILE, 0o644)
        except FileExistsError:
            return None
    try:
        descriptor = os.open(lock, _LOCK_FILE | os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        if not lock.exists():
            raise
        descriptor = os.open(lock, _LOCK_FILE)  # of another user: may be locked, if not written to
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # The holder before us may have removed the very file we waited for: then it locks nothing any more.
        if os.path.samestat(os.fstat(descriptor), os.stat(lock, follow_symlinks=False)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _introduction() -> bytes:
    """Say who holds the lock, for the message the others get."""
    name = Path(sys.argv[0] if sys.argv else "").name
    command = " ".join(["bib" if name in {"__main__.py", "-c", ""} else name, *sys.argv[1:]])
    since = datetime.now().astimezone().strftime("%H:%M:%S")
    return f"process {os.getpid()} ({_one_line(command, 60)}), since {since}".encode("utf-8", "replace")


def _holder(lock: Path) -> str:
    try:
        with lock.open("rb") as file:
            return _one_line(file.read(400).decode("utf-8", "replace"), 160)
    except OSError:
        return ""


def _one_line(text: str, longest: int) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


# --- the steps


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


@contextlib.contextmanager
def _temporary(target: Path, suffix: str, before: os.stat_result | None) -> Iterator[tuple[Path, BinaryIO]]:
    """Make a new file beside ``target`` that is gone in the end, whatever happens, unless it was renamed."""
    path = target.with_name(f".{_stem(target)}.{os.urandom(6).hex()}{suffix}")
    try:
        # Private until the rights of the file it replaces are copied to it; a brand-new file has the usual ones.
        with open(os.open(path, _NEW_FILE, 0o666 if before is None else 0o600), "wb") as file:
            yield path, file
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def _remove_leftovers(target: Path) -> None:
    """Remove what a writer that was killed left behind; whoever holds the lock is the only one writing."""
    ours = re.compile(re.escape(f".{_stem(target)}.") + r"[0-9a-f]{12}\.tmp")
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if ours.fullmatch(entry.name):
                os.unlink(entry.path)


def _stem(target: Path) -> str:
    """Begin the names of our own files with the target's name, short enough for every file system."""
    return target.name[:50]


def _copy_rights(file: BinaryIO, before: os.stat_result | None) -> None:
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


def _sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut. The file is in place already, so a folder that cannot is no error."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


# --- the checks


def _refuse_unwritable(path: Path, target: Path, before: os.stat_result | None) -> None:
    """Say in plain words what can be seen beforehand."""
    if before is None and not target.parent.is_dir():
        raise CannotWriteError(path, f"the folder {_shown(target.parent)} does not exist")
    if before is not None and not stat.S_ISREG(before.st_mode) and not stat.S_ISDIR(before.st_mode):
        raise CannotWriteError(path, "it is no ordinary file")
    _refuse_locked(path, target, before)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        folder = _shown(target.parent)
        raise CannotWriteError(
            path, f"the folder {folder} is read-only, and only a new file beside the old one can replace it safely"
        )


def _refuse_locked(path: Path, target: Path, before: os.stat_result | None) -> None:
    """Respect a file that was made read-only, even as root, who may write everything."""
    if before is None:
        return
    if stat.S_ISDIR(before.st_mode):
        raise CannotWriteError(path, "it is a folder")
    if not before.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise CannotWriteError(path, "it is read-only")


def _require(path: Path, target: Path, expected: bytes | str | None) -> None:
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


def _is_same(new: bytes, expected: bytes | str | None) -> bool:
    return new == expected if isinstance(expected, bytes) else content_hash(new) == expected


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _inside(path: Path, root: Path | None) -> Path:
    """Return the real path, which must be inside ``root``."""
    target = _real(path)
    if root is not None and (target == _real(root) or not target.is_relative_to(_real(root))):
        raise OutsideFolderError(path, root)
    return target


def _real(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (ValueError, UnicodeError) as error:  # a NUL, a character that no file name can hold
        raise CannotWriteError(path, "no file can have this name") from error


@contextlib.contextmanager
def _as_bib_error(path: Path) -> Iterator[None]:
    """Turn what the system refuses into a CannotWriteError."""
    try:
        yield
    except OSError as error:
        raise CannotWriteError(path, error) from error


def _shown(path: Path) -> str:
    return _one_line(str(path), 300)
