"""The sidecar: which value of which field was written by us, from which source, when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """One line of the sidecar: a field that we wrote."""

    key: str
    field: str
    """In lower case; ``@type`` for the entry type (``plans.ENTRY_TYPE``)."""
    value: str
    """What we wrote: BibTeX source without its delimiters. Empty where we removed the field."""
    source: str
    """``arxiv:2309.06180v1``."""
    at: str
    """UTC, ``2026-11-22T17:00:00Z``."""
