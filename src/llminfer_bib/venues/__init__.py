"""The conferences and journals of the field: finding one, its real name in a year, where a comment says a work appeared.

Pure: asks nobody. What is done with an appearance is decided in ``enrich``.
"""

from __future__ import annotations

from .appearances import appearance
from .finding import find, full_name
from .table import VENUES, Venue

__all__ = ["VENUES", "Venue", "appearance", "find", "full_name"]
