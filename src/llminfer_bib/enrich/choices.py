"""What a person chose for one run of enrichment. Nothing here decides anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choices:
    """The options of a run."""

    sources: tuple[str, ...] = ("arxiv", "crossref", "datacite")
    """Which sources may be asked; with ``crossref`` goes ``crossref-search``."""
    upgrade: bool = True
    """False: no published version is looked for."""
    overwrite: frozenset[str] = frozenset()
    """Fields in which a source goes past a person's value or deletion; ``type`` for the entry type."""
    accepted: frozenset[tuple[str, str]] = frozenset()
    """(key, ``Record.origin``) of the candidates that a person took."""
    rejected: frozenset[tuple[str, str]] = frozenset()
    """The same of those that a person turned down."""
    abstracts: bool = False
    database_type: str = ""
    """``bibtex`` or ``biblatex`` where the file says which it is: new fields get the names that are usual there."""

    def asks(self, source: str) -> bool:
        """Tell whether a source may be asked."""
        return source in self.sources or (source == "crossref-search" and "crossref" in self.sources)
