"""How a value from a source is written into the file and read back: as ``encode`` says, for all of this package."""

from __future__ import annotations

from ..encode import Value, month_name, shown, source_of, undelimited, value_of

__all__ = ["Value", "month_name", "shown", "source_of", "undelimited", "value_of"]
