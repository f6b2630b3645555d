"""Two versions of a library compared by meaning, and three of them merged. Pure: bytes and documents in, values and bytes out.

``comparing`` says what two entries differ in, ``renames`` who came back under another key, ``finding`` the differences of two
files. ``pieces`` cuts a file into what a merge moves about, ``sides`` and ``versions`` hold one version, ``merging`` joins three
files and ``entries`` three versions of one entry, ``placing`` and ``laying`` put lines where they belong, ``marking`` writes what a person
must decide, ``origins`` joins three sidecars. ``wording`` puts differences into lines.
"""

from __future__ import annotations

from .finding import Changed, Differences, Renamed, differences
from .merging import Conflict, Merged, merge
from .origins import is_sidecar, merge_sidecars

__all__ = [
    "Changed",
    "Conflict",
    "Differences",
    "Merged",
    "Renamed",
    "differences",
    "is_sidecar",
    "merge",
    "merge_sidecars",
]
