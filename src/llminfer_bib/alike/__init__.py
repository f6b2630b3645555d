"""What two spellings share: words of titles and venues (``texts``), families of people (``families``, ``han``).

Pure normal forms and likeness. Who is the work of an entry is decided in ``match``, what counts as a change in ``meaning``.
"""

from __future__ import annotations

from .families import (
    families,
    family_and_given,
    family_overlap,
    is_han_person,
    romanised_families,
    same_family,
    spelled,
    whole_name,
)
from .han import readings
from .texts import SMALL_WORDS, fold, numbers, squeezed, title_key, title_ratio, word_changes

__all__ = [
    "SMALL_WORDS",
    "families",
    "family_and_given",
    "family_overlap",
    "fold",
    "is_han_person",
    "numbers",
    "readings",
    "romanised_families",
    "same_family",
    "spelled",
    "squeezed",
    "title_key",
    "title_ratio",
    "whole_name",
    "word_changes",
]
