"""What enrichment found and did not change -> Problems with their place, each with the way out. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from ..bibfile import Document
from ..plans import Candidate, Conflict, Deferred, Plan, Warned
from ..problems import ERROR, WARNING, Problem
from ..records import Notice

_SEVERITIES = {
    # code -> how grave
    "E101": WARNING,  # a person's value that a source contradicts
    "E102": WARNING,  # a candidate that a person must judge
    "E103": ERROR,  # retracted, withdrawn, under suspicion
    "E104": WARNING,  # corrected
    "E105": WARNING,  # an identifier that its source does not know
    "E106": WARNING,  # not answered this time
    "E107": WARNING,  # an entry that cannot be edited as it stands
}
_MOST_NAMED = 40
_LOUD = frozenset({"retraction", "withdrawal", "concern"})
_WORDS = {
    "retraction": "was RETRACTED",
    "withdrawal": "was WITHDRAWN",
    "concern": "is under an expression of concern",
    "correction": "was corrected",
}


class Places:
    """Where the entries of a document stand, for messages."""

    def __init__(self, document: Document, known: Mapping[str, Sequence[int]]) -> None:
        self._document = document
        self._known = known

    def problem(self, key: str, code: str, message: str, hint: str = "") -> Problem:
        """Return a Problem at an entry's line."""
        starts = self._known.get(key)
        line, column = self._document.position(starts[0]) if starts else (0, 0)
        return Problem(self._document.name, line, column, code, _SEVERITIES[code], key, message, hint)


def findings(plan: Plan, places: Places) -> Iterator[Problem]:
    """Yield everything in a plan that is not a change."""
    yield from (_conflict(conflict, places) for conflict in plan.conflicts)
    yield from (_candidate(candidate, places) for candidate in plan.reviews)
    yield from (_warning(warned, places) for warned in plan.warnings)
    yield from (_unknown(question, places) for question in plan.unknown)
    yield from _deferred(plan.deferred, places)


def _conflict(conflict: Conflict, places: Places) -> Problem:
    message = (
        f'{conflict.field}: the file has "{conflict.mine}", {conflict.source} has "{conflict.theirs}" ({conflict.why}).'
    )
    name = conflict.field.removeprefix("@")
    return places.problem(conflict.key, "E101", message, f"Yours stays; --overwrite {name} takes theirs.")


def _candidate(candidate: Candidate, places: Places) -> Problem:
    record = candidate.record
    where = ", ".join(filter(None, (record.venue, str(record.date.year) if record.date else "")))
    message = (
        f'may be published as "{record.title}"{f" ({where})" if where else ""}, {record.origin}: {candidate.why}'
        f" (title {candidate.ratio:.0%}, authors {candidate.overlap:.0%})."
    )
    return places.problem(candidate.key, "E102", message, "Judge it with --review.")


def _warning(warned: Warned, places: Places) -> Problem:
    code = "E103" if warned.notice.kind in _LOUD else "E104"
    hint = "Do not cite it unread." if code == "E103" else ""
    return places.problem(warned.key, code, noticed(warned.notice, warned.source), hint)


def noticed(notice: Notice, source: str) -> str:
    """Return what readers must hear about a work, as one sentence; ``source`` is who says it."""
    said = ", ".join(
        filter(
            None,
            (
                f'"{notice.label}"' if notice.label else "",
                notice.asserted_by,
                notice.date.iso() if notice.date else "",
                f"https://doi.org/{notice.doi}" if notice.doi else "",
            ),
        )
    )
    return f"the work {_WORDS.get(notice.kind, notice.kind)} ({source}{f': {said}' if said else ''})."


def _unknown(question: Deferred, places: Places) -> Problem:
    message = f"{question.source} does not know {question.id}{f': {question.reason}' if question.reason else ''}."
    return places.problem(question.key, "E105", message, "Check the identifier.")


def _deferred(questions: Sequence[Deferred], places: Places) -> Iterator[Problem]:
    """Yield one Problem for each source and reason, with the entries that wait for it."""
    waiting: dict[tuple[str, str], dict[str, None]] = {}
    for question in questions:
        waiting.setdefault((question.source, question.reason), {})[question.key] = None
    for (source, reason), keys in waiting.items():
        named = ", ".join(islice(keys, _MOST_NAMED))
        more = f" and {len(keys) - _MOST_NAMED} more (all of them with --json)" if len(keys) > _MOST_NAMED else ""
        message = f"{source} gave no answer: {reason}. Deferred: {named}{more}."
        yield places.problem("", "E106", message, "The next run goes on from here.")
