"""An entry's key -> another one, wherever it stands: in the .bib itself and in the text of a .tex file. Pure.

Only the key changes, to the byte. Which files there are, and writing them, is not here.
"""

from __future__ import annotations

from .bib_file import REFERRING, Renamed, entry_with_name, left_in_bib, move_references, rename_in_bib, wanted
from .keys import Merged, Names, Place, Wanted
from .tex_file import own_commands, read_tex, rename_in_tex

__all__ = [
    "REFERRING",
    "Merged",
    "Names",
    "Place",
    "Renamed",
    "Wanted",
    "entry_with_name",
    "left_in_bib",
    "move_references",
    "own_commands",
    "read_tex",
    "rename_in_bib",
    "rename_in_tex",
    "wanted",
]
