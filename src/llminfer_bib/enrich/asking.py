"""Which questions to ask next: those of the lowest stage at which any entry waits, all together.

Where a question comes from is in ``evidence``; asking is done elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Entry
from ..records import Answers
from .choices import Choices
from .evidence import find


def questions(entries: Sequence[Entry], answers: Answers, choices: Choices) -> dict[str, list[str]]:
    """Return the next questions by source, none of them answered yet; empty when nothing is left to ask.

    Call it again with the answers added. Identifiers come first, all in one round, so that a list costs one batch each.
    """
    stages: dict[int, dict[str, dict[str, None]]] = {}
    for entry in entries:
        for stage, source, question in find(entry, answers, choices).wanted:
            stages.setdefault(stage, {}).setdefault(source, {})[question] = None
    if not stages:
        return {}
    return {source: list(asked) for source, asked in sorted(stages[min(stages)].items())}
