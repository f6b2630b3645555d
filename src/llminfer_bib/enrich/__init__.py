"""Who wins when a source and the file disagree: which questions to ask, and the plan that their answers make.

Pure: asks nobody, reads no file and no clock. Sources are asked by ``sources.desk``; the plan is applied by ``commands``.
"""

from __future__ import annotations

from .adding import entry_source, find_present, item_source
from .applying import edits_of, origins_of
from .asking import questions
from .choices import Choices
from .evidence import Found, find
from .planning import plan

__all__ = [
    "Choices",
    "Found",
    "edits_of",
    "entry_source",
    "find",
    "find_present",
    "item_source",
    "origins_of",
    "plan",
    "questions",
]
