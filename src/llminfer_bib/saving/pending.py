"""The note of a step over several files that is under way, and how a step that was cut off is settled: done or undone.

The note lies beside the first file, from before the first new file is made until the last one is in place. The truth is the
deciding file (the first that changes): as long as its new content lies beside it, nothing was committed. Nothing is locked here.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from .beside import NEW_FILE, stem, sync_folder
from .checks import content_hash
from .refusals import CannotWriteError, UnfinishedError

_LONGEST_NOTE = 1 << 20
_READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one file."""

    file: str
    """Its path from the note's folder, with ``/``; the whole path where it lies elsewhere."""
    new: str
    """The name of the new file that lies beside it."""
    old: str | None
    """The hash of the content it replaces; None where there is no file yet."""
    proof: str = ""
    """For a file elsewhere: the text of which the new file's name holds the hash. Only who made the new file knows it."""


def note_of(target: Path) -> Path:
    """Return where the note of a step lies whose first file is `target`."""
    return target.with_name(f".{stem(target)}.pending")


def step_for(folder: Path, target: Path, old: str | None) -> Step:
    """Return the step of a file whose note lies in `folder`, with a new name that no other writer's cleaning up takes for its own.

    A note may come with a folder, from anybody; so for a file elsewhere it must prove that it and the new file are of one hand.
    """
    proof = os.urandom(16).hex()
    new = _new_name(target, proof)
    if target.is_relative_to(folder):
        return Step(target.relative_to(folder).as_posix(), new, old)
    return Step(target.as_posix(), new, old, proof)


def _new_name(target: Path, proof: str) -> str:
    return f".{stem(target)}.{content_hash(proof.encode())[:12]}.new"


def write_note(target: Path, steps: Sequence[Step]) -> None:
    """Write the note, and make it last before anything else happens."""
    note = note_of(target)
    text = json.dumps([asdict(step) for step in steps]).encode()
    if len(text) > _LONGEST_NOTE:
        raise CannotWriteError(target, f"{len(steps)} files are too many to change in one step")
    with open(os.open(note, NEW_FILE, 0o666), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(note.parent)


def settle_held(target: Path) -> None:
    """Finish or undo a step that was cut off. The caller holds the lock of `target`. One look where there is no note.

    Raises UnfinishedError where a file cannot be put in place (the next one tries again), OSError where nothing can be done.
    """
    note = note_of(target)
    if not os.path.lexists(note):
        return
    steps = _read_note(note)
    if steps and _is_committed(note.parent, steps[0]):
        roll_forward(target, steps, checked=False)
    else:
        roll_back(target, steps)


def roll_forward(target: Path, steps: Sequence[Step], *, checked: bool) -> None:
    """Put in place what is not yet, and remove the note. A file that somebody changed meanwhile stays as they left it."""
    note = note_of(target)
    failed: UnfinishedError | None = None
    for step in steps[1:]:
        file, new = _paths(note.parent, step)
        if not checked and (not _is_regular(new) or _hash_of(file) != step.old):
            _remove(new)
            continue
        try:
            os.replace(new, file)
        except OSError as error:
            failed = failed or UnfinishedError(target, file, error)
    if failed is not None:
        raise failed
    _sync(note.parent, steps)
    _remove_note(note)


def roll_back(target: Path, steps: Sequence[Step]) -> None:
    """Remove the new files, the deciding one last, and the note."""
    note = note_of(target)
    for step in reversed(steps):
        _remove(_paths(note.parent, step)[1])
    if steps:
        _sync(note.parent, steps)
    _remove_note(note)


def sync_folders(files: Iterable[Path]) -> None:
    """Make the names in the folders of these files last."""
    for folder in dict.fromkeys(file.parent for file in files):
        sync_folder(folder)


def _is_committed(folder: Path, step: Step) -> bool:
    """Tell whether the deciding file was replaced: its new content is gone, and it is no longer the old one.

    The latter is so where the step broke off before it made that file, or where somebody has since put the old one back.
    """
    file, new = _paths(folder, step)
    return not os.path.lexists(new) and _hash_of(file) != step.old


def _paths(folder: Path, step: Step) -> tuple[Path, Path]:
    file = folder / step.file
    return file, file.with_name(step.new)


def _sync(folder: Path, steps: Iterable[Step]) -> None:
    sync_folders(folder / step.file for step in steps)


def _remove_note(note: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(note)


def _remove(new: Path) -> None:
    with contextlib.suppress(OSError):
        os.unlink(new)


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _hash_of(path: Path) -> str | None:
    try:
        return content_hash(path.read_bytes()) if stat.S_ISREG(path.stat().st_mode) else ""
    except FileNotFoundError:
        return None


def _read_note(note: Path) -> list[Step]:
    """Return the steps; none where the note is cut off, or speaks of anything but new files of ours in its own folder."""
    try:
        descriptor = os.open(note, _READ_ONLY)
    except OSError:  # a link, a folder
        return []
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _LONGEST_NOTE:
            return []
        data = file.read(_LONGEST_NOTE)
    try:
        steps = [
            _step(note.parent, row["file"], row["new"], row["old"], row.get("proof", "")) for row in json.loads(data)
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
    return [] if None in steps else [step for step in steps if step is not None]


def _step(folder: Path, name: object, new: object, old: object, proof: object) -> Step | None:
    """Return a step if it may be one of ours. The note may have come with the folder, from anybody."""
    if not (isinstance(name, str) and isinstance(new, str) and isinstance(old, str | None) and isinstance(proof, str)):
        return None
    file = folder / name
    # The folder's path is a real one, so a symbolic link on the way, or at its end, makes a difference. A NUL is a ValueError.
    if ".." in PurePath(name).parts or os.path.realpath(file) != str(file) or file == folder:
        return None
    ours = re.fullmatch(re.escape(f".{stem(file)}.") + r"[0-9a-f]{12}\.new", new)
    proven = file.is_relative_to(folder) or (proof and new == _new_name(file, proof))
    return Step(name, new, old, proof) if ours and proven else None
