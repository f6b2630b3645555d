"""Writing files so that nothing is ever lost: whole, locked, and only over what was read. What to write is not here.

``replace_file`` is the only way in which a .bib is written, with its sidecar ``replace_together``; ``write_output`` that for exports.
"""

from __future__ import annotations

from .checks import content_hash
from .locking import LOCK_WAIT, write_lock
from .refusals import CannotWriteError, ChangedOnDiskError, LockedError, OutsideFolderError, UnfinishedError
from .together import Change, replace_together, settle
from .writing import replace_file, write_output

__all__ = [
    "LOCK_WAIT",
    "CannotWriteError",
    "Change",
    "ChangedOnDiskError",
    "LockedError",
    "OutsideFolderError",
    "UnfinishedError",
    "content_hash",
    "replace_file",
    "replace_together",
    "settle",
    "write_lock",
    "write_output",
]
