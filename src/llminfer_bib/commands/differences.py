"""``bib diff`` and ``bib merge``: two versions of a file compared, three merged; the older one may come from git.

What differs and what a merge makes of it is decided in ``differences``. git is asked without a shell and without its filters.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .. import differences, saving
from ..bibfile import Document, UnencodableError, UnreadableFileError
from ..differences import Conflict, Differences
from ..differences.marking import USUAL_SIZE, Marks
from ..differences.wording import field_lines
from ..problems import EXIT_FINDINGS, EXIT_OK, EXIT_REFUSED, EXIT_USAGE, BibError

_PATIENCE = 60
"""Seconds that git gets for one answer."""
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_SAID = 300
_OF_A_HOOK = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"})


class GitError(BibError):
    """git is not there, or cannot give what was asked for."""

    def __init__(self, message: str, exit_code: int = EXIT_REFUSED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def compare(old: Document, new: Document) -> Differences:
    """Return what differs between two versions of a file."""
    return differences.differences(old, new)


def at_revision(path: Path, revision: str) -> Document:
    """Return the file at `path` as it was at a revision (``HEAD~3``, a tag, a branch, a commit). Raises GitError."""
    real = Path(os.path.realpath(path))
    commit = _commit(real, path, revision)
    blob = f"{commit}:./{real.name}"
    code, data, said = _git(real.parent, ["cat-file", "blob", blob])
    if code != 0:
        raise GitError(
            f"{path}: not in the repository at {revision!r}{_because(said)}. `git log -- {path.name}` shows where it is."
        )
    return Document.from_bytes(data, f"{path} at {revision}")


def _commit(real: Path, path: Path, revision: str) -> str:
    if not revision or revision.startswith("-") or "\0" in revision:
        raise GitError(f"{revision!r} is no revision. Name a commit, a branch or a tag, such as HEAD~1.", EXIT_USAGE)
    code, _, said = _git(real.parent, ["rev-parse", "--git-dir"])
    if code != 0:
        raise GitError(
            f"{path}: not in a git repository that can be read{_because(said)}. "
            "Compare two files instead: bib diff OLD.bib NEW.bib"
        )
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    code, data, _ = _git(real.parent, asked)
    commit = data.decode("ascii", "replace").strip()
    if code != 0 or not _COMMIT.fullmatch(commit):
        raise GitError(
            f"{revision!r}: git knows no such revision here. `git log --oneline -- {path.name}` shows those of the file.",
            EXIT_USAGE,
        )
    return commit


def _git(folder: Path, arguments: Sequence[str]) -> tuple[int, bytes, str]:
    """Run git in a folder; return its exit code, its output, and what it said."""
    # In a hook these are relative to another folder; the file's own folder says which repository it is.
    mine = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK or os.path.isabs(value)}
    surroundings = {**mine, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603  (no shell; a revision comes behind --end-of-options, a file behind a commit)
            ["git", "-C", str(folder), *arguments],  # noqa: S607  (the person's own git)
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
            env=surroundings,
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed, or not on the PATH. Install it, or compare two files.") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git did not answer within {_PATIENCE} seconds.") from error
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def _because(said: str) -> str:
    first = next(iter(said.strip().splitlines()), "").removeprefix("fatal: ").rstrip(".")
    return f" ({first[:_SAID]})" if first else ""


def text_of(path: Path) -> str:
    """Return a file as git's textconv wants it: one field a line."""
    return "".join(f"{line}\n" for line in field_lines(Document.open(path)))


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged file's bytes, and what is left to a person."""

    data: bytes
    conflicts: tuple[Conflict, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """As a merge driver must: 0 when clean, 1 with conflicts."""
        return EXIT_FINDINGS if self.conflicts else EXIT_OK


def merge_files(
    base: Path, ours: Path, theirs: Path, name: str = "", mark_size: int = USUAL_SIZE
) -> tuple[Merge, bytes]:
    """Merge three files; return the result and the bytes of ours. `name` is what the file is called where these are copies.

    Raises UnreadableFileError.
    """
    was, mine, yours = (_read(path) for path in (base, ours, theirs))
    return merge_bytes(was, mine, yours, name or str(ours), mark_size), mine


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(path, error.strerror or str(error)) from error


def merge_bytes(base: bytes, ours: bytes, theirs: bytes, name: str, mark_size: int = USUAL_SIZE) -> Merge:
    """Merge three versions of a .bib file or of its sidecar. Never raises."""
    if theirs in (ours, base):
        return Merge(ours)
    if ours == base:
        return Merge(theirs)
    if differences.is_sidecar(name, ours or theirs):
        return Merge(differences.merge_sidecars(base, ours, theirs))
    was, mine, yours = (Document.from_bytes(data, name) for data in (base, ours, theirs))
    done = differences.merge(was, mine, yours, Marks(size=mark_size))
    encoding = yours.encoding if mine.encoding == was.encoding else mine.encoding
    try:
        return Merge(encoding.encode(done.data), done.conflicts, done.remarks)
    except UnencodableError as error:
        why = f"{str(error).partition(':')[0]}; the merged file is UTF-8 instead"
        return Merge(done.data, (*done.conflicts, Conflict(name, (), why)), done.remarks)


def as_data(merge: Merge) -> dict[str, Any]:
    """Return what is left to a person as JSON takes it."""
    return {
        "clean": not merge.conflicts,
        "conflicts": [asdict(conflict) for conflict in merge.conflicts],
        "remarks": list(merge.remarks),
    }


def write_merge(merge: Merge, ours: Path, read: bytes, output: Path | None) -> None:
    """Write the result over ours, if that still is what was read, or to another file."""
    if output is not None:
        saving.write_output(output, [merge.data])
    else:
        saving.replace_file(ours, merge.data, expected=read)
