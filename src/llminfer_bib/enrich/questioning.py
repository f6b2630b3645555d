"""The questions about one entry: what was answered, what was not, and what is still to be asked.

Which questions there are, and in which order, is decided in ``evidence``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..plans import Deferred
from ..records import ABSENT, DEFERRED, FOUND, REFUSED, Answer, Answers, Record
from .choices import Choices

# The stages. Questions of one stage are asked together, for all entries, before those of the next.
BY_ID, FROM_RECORDS, FURTHER, SEARCH, OTHER_SEARCH, OF_HIT, COUNTERPART = range(1, 8)


@dataclass(slots=True)
class Questions:
    """Looks answers up and keeps account."""

    key: str
    answers: Answers
    choices: Choices
    deferred: list[Deferred] = field(default_factory=list)
    unknown: list[Deferred] = field(default_factory=list)
    """Identifiers of the entry itself that their source does not know or refuses."""
    wanted: list[tuple[int, str, str]] = field(default_factory=list)
    """(stage, source, question) without an answer."""
    silent: int = 0
    """How many questions were deferred without even an old answer."""

    @property
    def open(self) -> int:
        """Return how many questions are not settled."""
        return len(self.wanted) + self.silent

    def ask(self, stage: int, source: str, question: str, *, own: bool = False) -> tuple[Record, ...]:
        """Return the records of an answer. A stale answer counts, and as deferred too; `own`: the entry's identifier."""
        answer = self.answers.get((source, question))
        if answer is None:
            self.wanted.append((stage, source, question))
            return ()
        if answer.status == DEFERRED or answer.stale:
            self._defer(source, question, answer)
        elif answer.status in (ABSENT, REFUSED) and own:
            self.unknown.append(Deferred(self.key, source, question, answer.reason))
        return answer.records if answer.status == FOUND else ()

    def arxiv(self, identifier: str, stage: int, *, own: bool) -> Record | None:
        """Ask arXiv, and DataCite where arXiv does not answer; where DataCite does, nothing is deferred."""
        asks_datacite = self.choices.asks("datacite")
        if not self.choices.asks("arxiv"):
            return self._one(stage, "datacite", identifier, own=own) if asks_datacite else None
        answer = self.answers.get(("arxiv", identifier))
        if answer is None or answer.status != DEFERRED or not asks_datacite:
            return self._one(stage, "arxiv", identifier, own=own)
        instead = self.answers.get(("datacite", identifier))
        if instead is None:
            self.wanted.append((max(stage, FROM_RECORDS), "datacite", identifier))
        elif instead.status == FOUND:
            return self._one(stage, "datacite", identifier)
        self._defer("arxiv", identifier, answer)
        return None

    def doi(self, doi: str, stage: int, *, own: bool = False) -> Record | None:
        """Ask Crossref for a DOI."""
        return self._one(stage, "crossref", doi, own=own) if self.choices.asks("crossref") else None

    def _one(self, stage: int, source: str, question: str, *, own: bool = False) -> Record | None:
        return next(iter(self.ask(stage, source, question, own=own)), None)

    def _defer(self, source: str, question: str, answer: Answer) -> None:
        self.silent += answer.status == DEFERRED
        self.deferred.append(Deferred(self.key, source, question, answer.reason))
