"""What can be said of a link: one row for each kind, with its code, how grave it is, how long it is believed, and the words."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from ..problems import ERROR, WARNING

NOTE: Final = "note"
"""Nothing to be done about it: shown to who asks for all."""
DAY: Final = 86400.0

GOOD: Final = "good"
MISSING: Final = "missing"
GONE: Final = "gone"
NO_HOST: Final = "no-host"
SUSPECT: Final = "suspect"
MOVED: Final = "moved"
TLS: Final = "tls"
BLOCKED: Final = "blocked"
FAILING: Final = "failing"
SILENT: Final = "silent"
CIRCLE: Final = "circle"
UNCHECKED: Final = "unchecked"
DEFERRED: Final = "deferred"
ODD: Final = "odd"


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: what a link can turn out to be."""

    name: str
    code: str
    severity: str
    """``error`` (dead), ``warning``, ``note``; empty for good links, which are not mentioned."""
    lifetime: float
    """Seconds for which it is believed without asking again; 0: it is not kept."""
    words: str
    """What is said of the address; ``{note}`` and ``{moved}`` are filled in."""
    hint: str = ""
    is_dead: bool = False
    is_open: bool = False
    """Whether a later run may say more, so that this one is not complete."""


_SEARCH = "Find its new place, or the archived copy."
_BROWSER = "Look at it in a browser."

_LATER = "Run it again another day."

KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind(GOOD, "", "", 7 * DAY, ""),
        Kind(MISSING, "L101", ERROR, DAY, "the page is not there.", _SEARCH, is_dead=True),
        Kind(GONE, "L102", ERROR, DAY, "the page was removed for good.", _SEARCH, is_dead=True),
        Kind(NO_HOST, "L103", ERROR, DAY, "there is no host of this name any more.", _SEARCH, is_dead=True),
        Kind(SUSPECT, "L104", WARNING, DAY, "answers, but it may be gone: {note}.", _BROWSER),
        Kind(MOVED, "L105", WARNING, 7 * DAY, "moved for good to {moved}."),
        Kind(TLS, "L106", WARNING, DAY, "no safe connection: {note}.", _BROWSER),
        Kind(BLOCKED, "L107", NOTE, 7 * DAY, "cannot tell: {note}.", _BROWSER),
        Kind(FAILING, "L108", WARNING, 0, "the server has trouble of its own.", _LATER, is_open=True),
        Kind(SILENT, "L109", WARNING, 0, "no answer: {note}.", _LATER, is_open=True),
        Kind(CIRCLE, "L110", WARNING, DAY, "leads on and on: {note}.", _BROWSER),
        Kind(UNCHECKED, "L111", NOTE, 0, "is not checked: {note}."),
        Kind(DEFERRED, "L112", WARNING, 0, "was not asked: {note}.", is_open=True),
        Kind(ODD, "L113", WARNING, DAY, "{note}.", _BROWSER),
    )
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about one address."""

    kind: str
    status: int = 0
    """Of the last answer; 0 where there was none. With MOVED: of the redirect."""
    final: str = ""
    """Where it led, if elsewhere."""
    moved: str = ""
    """Where it moved to for good."""
    note: str = ""

    @property
    def row(self) -> Kind:
        """The row of its kind."""
        return KINDS[self.kind]

    @property
    def message(self) -> str:
        """What is said of the address to a person."""
        return self.row.words.format(note=self.note, moved=self.moved)


def to_bytes(verdict: Verdict) -> bytes:
    """Return a verdict for the cache."""
    return json.dumps({name: value for name, value in asdict(verdict).items() if value}).encode()


def from_bytes(raw: bytes) -> Verdict | None:
    """Return a stored verdict, or None where it is none of ours."""
    try:
        found = json.loads(raw)
        verdict = Verdict(**found)
    except (ValueError, TypeError):
        return None
    texts = (verdict.kind, verdict.final, verdict.moved, verdict.note)
    sound = all(isinstance(text, str) for text in texts) and isinstance(verdict.status, int)
    return verdict if sound and verdict.kind in KINDS else None
