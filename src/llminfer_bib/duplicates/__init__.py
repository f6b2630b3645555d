"""Entries that are one work: which they are (``finding``), and which fields the one that is kept gets (``uniting``). Pure."""

from __future__ import annotations

from .finding import Group, contradiction, find
from .uniting import Conflict, United, richer, unite

__all__ = ["Conflict", "Group", "United", "contradiction", "find", "richer", "unite"]
