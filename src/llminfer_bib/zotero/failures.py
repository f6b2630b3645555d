"""Why Zotero cannot be read or written, as errors that say the way out. Where they arise is in `client` and what it uses."""

from __future__ import annotations

from typing import Final

from ..problems import EXIT_INCOMPLETE, EXIT_REFUSED, EXIT_USAGE, BibError

WITHOUT: Final = "Without it: `bib export -f zotero-rdf`, and File > Import in Zotero."


class ZoteroUnavailableError(BibError):
    """No answer, or none that can be used, or only later. The same command may work after a while."""

    exit_code = EXIT_INCOMPLETE

    def __init__(self, text: str, *, unsure: bool = False) -> None:
        super().__init__(text)
        self.unsure = unsure
        """Of a write: nobody knows whether it was done. What became of it is found by reading."""


class NoAccessError(BibError):
    """A key, a right or a setting is missing: a person must do something first."""

    exit_code = EXIT_USAGE


class ZoteroRefusedError(BibError):
    """Zotero calls a whole request wrong; trying again does not help."""

    exit_code = EXIT_REFUSED
