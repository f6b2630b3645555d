"""Writing files so that nothing is ever lost: whole, locked, and only over what was read. What to write is not here.

``replace_file`` is the only way in which a .bib is written, ``write_output`` that for exports.
"""

from __future__ import annotations

from .checks import content_hash
from .locking import LOCK_WAIT, write_lock
from .refusals import CannotWriteError, ChangedOnDiskError, LockedError, OutsideFolderError
from .writing import replace_file, write_output

__all__ = [
    "LOCK_WAIT",
    "CannotWriteError",
    "ChangedOnDiskError",
    "LockedError",
    "OutsideFolderError",
    "content_hash",
    "replace_file",
    "write_lock",
    "write_output",
]
