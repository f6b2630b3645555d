"""Entries that are one work: which they are (``finding``), and which fields the one that is kept gets (``uniting``). Pure."""

from __future__ import annotations

from .finding import Group, find
from .removing import remarks_above, without
from .uniting import Conflict, Sources, United, unite_all

__all__ = ["Conflict", "Group", "Sources", "United", "find", "remarks_above", "unite_all", "without"]
