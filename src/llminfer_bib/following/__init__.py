"""Links of a list: where they stand (``places``), what answers say of one (``judging``), what that means (``verdicts``). Asks nobody."""

from __future__ import annotations

from .judging import Look, is_fixable
from .places import Link, links_of
from .verdicts import KINDS, Kind, Verdict

__all__ = ["KINDS", "Kind", "Link", "Look", "Verdict", "is_fixable", "links_of"]
