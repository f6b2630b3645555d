"""``bib check``: what is wrong with a library, and the library with all that mended which cannot hurt. The rules are in ``checks``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import checks, provenance
from ..bibfile import Document
from ..checks import Located, Rule, Wanted
from ..edits import Edit, apply_edits
from ..library import Library
from ..problems import ERROR, EXIT_FINDINGS, EXIT_OK, BibError
from ..shares import shared
from . import UnknownWordError, known_keys

ROUNDS = 8
"""Fixes may uncover more to fix; after so many rounds it is left to the next run."""


@dataclass(slots=True)
class Checked:
    """What was found, and what was mended."""

    found: list[Located]
    """What is still wrong."""
    document: Document
    """The file as it is now, fixes included."""
    fixed: int = 0
    """How many findings were mended."""

    @property
    def exit_code(self) -> int:
        """1 where anything is wrong."""
        return EXIT_FINDINGS if self.found else EXIT_OK

    @property
    def errors(self) -> int:
        """How many of them are grave."""
        return sum(one.problem.severity == ERROR for one in self.found)


def check(
    library: Library,
    keys: Sequence[str] = (),
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    *,
    fix: bool = False,
) -> Checked:
    """Run the rules; with `fix`, mend in memory what cannot hurt.

    `select` and `ignore` are codes or beginnings of codes, in addition to the configuration's. Raises UnknownWordError for
    a code that no rule begins with, NoSuchEntryError for a key.
    """
    config = library.config.check
    wanted = Wanted(
        tuple(_known(select) or config.select),
        (*_known(ignore), *config.ignore),
        known_keys(library, list(keys)) if keys else (),
    )
    document = library.document
    sidecar = provenance.read(provenance.sidecar_path(library.path)) if library.path else provenance.Sidecar()
    rules = checks.all_rules()
    found = checks.run(document, library.config, rules, wanted, sidecar.origins, shared)
    before = len(found)
    for _ in range(ROUNDS if fix else 0):
        mended = _mended(document, found)
        if mended.data == document.data:
            break
        document = mended
        found = checks.run(document, library.config, rules, wanted, sidecar.origins, shared)
    library.document = document
    return Checked(found, document, max(before - len(found), 0))


def rule(code: str) -> Rule:
    """Return a rule by its code, in any case. Raises UnknownWordError."""
    rules = checks.all_rules()
    if code.upper() not in rules:
        raise UnknownWordError("rule", code, list(rules), "")
    return rules[code.upper()]


def _known(codes: Sequence[str]) -> list[str]:
    """Return codes in capitals; commas part them."""
    words = [word.strip().upper() for code in codes for word in code.split(",") if word.strip()]
    known = [*checks.all_rules(), *checks.READERS_CODES]
    for word in words:
        if not any(code.startswith(word) for code in known):
            raise UnknownWordError("rule", word, known, "")
    return words


def _mended(document: Document, found: Sequence[Located]) -> Document:
    """Return the document with the first fix of each field made; one that is refused is left out."""
    taken: set[tuple[str, str]] = set()
    edits: list[tuple[Edit, ...]] = []
    for one in found:
        places = {(edit.key, getattr(edit, "name", "")) for edit in one.fix if hasattr(edit, "key")}
        if one.fix and not places & taken:
            taken |= places
            edits.append(one.fix)
    return _applied(document, edits)


def _applied(document: Document, edits: Sequence[tuple[Edit, ...]]) -> Document:
    """Make edits, all at once where that goes, else by halves, so that one refused does not stop the others."""
    if not edits:
        return document
    try:
        return apply_edits(document, [edit for some in edits for edit in some])
    except BibError:
        if len(edits) == 1:
            return document
    half = len(edits) // 2
    return _applied(_applied(document, edits[:half]), edits[half:])
