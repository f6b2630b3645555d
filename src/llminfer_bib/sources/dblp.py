"""DBLP's search for publications: one title a request. Which hit is the work is decided elsewhere, what a hit says is in ``dblp_reading``.

It is asked slowly and only where a person chose it: its limits are not written down anywhere, and 429 is common.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .dblp_reading import read
from .http import get
from .json_answers import count_of, object_of, stored
from .markup import plain
from .protocol import DAY, RefusedBatchError, Reply, UnavailableError, Wire

__all__ = [
    "ABSENT_LIFETIME",
    "BASE_URL",
    "BASE_URL_VARIABLE",
    "LIFETIME",
    "NAME",
    "PACE",
    "PATIENCE",
    "ask",
    "batches",
    "read",
]

NAME = "dblp"
BASE_URL = "https://dblp.org"
BASE_URL_VARIABLE = "BIB_DBLP_URL"
PACE = 5.0
"""Programs that ask every second are told 429 soon; those that wait five to seven live."""
PATIENCE = (20.0, 60.0)
LIFETIME = 30 * DAY
ABSENT_LIFETIME = 3 * DAY

HITS = 10
"""So many are asked for: the preprint, the paper and perhaps a workshop's version come together."""
_MOST_WORDS = 20
_LONGEST_WORDS = 300
"""Characters. More words of a title find nothing more, and each must fit."""
_SHORT_TITLE = 4
"""Words. Below that the author's family is asked for, too, or the work may not be among the hits."""
_LONGEST_QUESTION = 3000
_KEPT = ("authors", "doi", "ee", "key", "number", "pages", "publisher", "title", "type", "venue", "volume", "year")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9/._+:-]{1,120}")
_FORMULA = re.compile(r"\\[a-zA-Z]+|[${}^_]")
_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"(?<=\w)[’'ʼ`](?=\w)")


def batches(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut questions into requests: one each."""
    return [(question,) for question in dict.fromkeys(ids)]


def ask(ids: Sequence[str], wire: Wire) -> Reply:
    """Search for one title (``records.search_question``). Raises SourceError only."""
    if len(ids) != 1:
        raise RefusedBatchError("one title a request", ids)
    terms = terms_of(ids[0])
    if not terms:
        return Reply({})
    params = {"q": terms, "format": "json", "h": str(HITS)}
    url = wire.base_url.rstrip("/") + "/search/publ/api"
    hits = _hits(object_of(get(url, params, wire, accept="application/json")))
    reduced = [{name: info[name] for name in _KEPT if name in info} for info in hits]
    return Reply({ids[0]: stored(reduced)} if reduced else {})


def terms_of(question: str) -> str:
    """Return the words that are searched: letters and digits only, so that nothing in a title is an operator of DBLP.

    DBLP takes ``|`` for or, ``$`` for the end of a word, ``-`` and ``:`` have had meanings, too. Every word must begin
    a word of the record; a comma or hyphen between words does not count.
    """
    title, _, family = question[:_LONGEST_QUESTION].partition("\t")
    words = _WORD.findall(_POSSESSIVE.sub(" ", _FORMULA.sub(" ", plain(title))))
    if len(words) < _SHORT_TITLE and family.isascii():
        words += _WORD.findall(family)
    kept: list[str] = []
    for word in words[:_MOST_WORDS]:
        if sum(map(len, kept)) + len(kept) + len(word) > _LONGEST_WORDS:
            break
        kept.append(word)
    return " ".join(kept).encode("utf-8", "ignore").decode()


def _hits(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the hits say, as many as the answer says there are. Raises UnavailableError where it is no such answer."""
    result = answer.get("result")
    hits = result.get("hits") if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(hits, dict):
        raise UnavailableError("answered with something else than hits")
    status = result.get("status")
    if isinstance(status, dict) and count_of(status.get("@code")) not in {200, None}:
        raise UnavailableError("says that its search failed")
    total, sent = count_of(hits.get("@total")), count_of(hits.get("@sent"))
    found = hits.get("hit", [])
    found = [found] if isinstance(found, dict) else found
    if total is None or not isinstance(found, list):
        raise UnavailableError("answered without saying how many hits there are")
    if len(found) < min(total, HITS) or (sent is not None and sent > len(found)):
        raise UnavailableError(f"answered with {len(found)} of {total} hits")
    infos = [hit.get("info") if isinstance(hit, dict) else None for hit in found[:HITS]]
    if not all(isinstance(info, dict) and _KEY.fullmatch(str(info.get("key", ""))) for info in infos):
        raise UnavailableError("answered with a hit without key")
    return [info for info in infos if isinstance(info, dict)]
