"""DBLP by title: one request a question, at most ten hits; ``dblp_reading`` maps them. Which of them is the work is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .batching import one_each
from .dblp_reading import KEPT, key_of, read
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
    "terms_of",
]

NAME = "dblp"
BASE_URL = "https://dblp.org"
BASE_URL_VARIABLE = "BIB_DBLP_URL"
PACE = 3.0
"""Limits are not documented; programs that ask faster are told to wait."""
PATIENCE = (15.0, 45.0, 90.0)
LIFETIME = 30 * DAY
ABSENT_LIFETIME = 3 * DAY

ROWS = 10
_SHORT_TITLE = 3
"""Words; a title of fewer finds too much."""
_MOST_WORDS = 20
_LONGEST_TERMS = 300
"""Characters."""
_FORMULA = re.compile(r"\$([^$]{1,200}+)\$")
_SCRIPT = re.compile(r"[\^_{}]")
_WORD = re.compile(r"[^\W_]++")


def batches(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut questions into requests: one each."""
    return one_each(ids)


def ask(ids: Sequence[str], wire: Wire) -> Reply:
    """Search for one title (``records.search_question``). Raises SourceError only.

    The family name is not sent: every word must begin one of the record's, and DBLP may spell the name otherwise.
    """
    if len(ids) != 1:
        raise RefusedBatchError("one title a request", ids)
    terms = terms_of(ids[0])
    if not terms:
        return Reply({})
    url = wire.base_url.rstrip("/") + "/search/publ/api"
    params = {"q": terms, "format": "json", "h": str(ROWS)}
    hits = _hits(object_of(get(url, params, wire, accept="application/json")))
    return Reply({ids[0]: stored(hits)} if hits else {})


def terms_of(question: str) -> str:
    """Return the title's words without what DBLP takes for an operator; the last are left out where there are too many.

    A word less finds more, a word that DBLP spells otherwise finds nothing: so are commands of TeX in a formula. Only a
    short title needs the family name beside it, and only one in ASCII is sure to be spelled as DBLP does.
    """
    title, _, family = question.partition("\t")
    words = _WORD.findall(_FORMULA.sub(_readable, plain(title)))
    if 0 < len(words) < _SHORT_TITLE and family.isascii():
        words += _WORD.findall(family)
    kept, size = [], 0
    for word in words[:_MOST_WORDS]:
        size += len(word) + 1
        if size > _LONGEST_TERMS:
            break
        kept.append(word)
    return " ".join(kept)


def _readable(found: re.Match[str]) -> str:
    """Return ``2`` of ``$_2$``, and a blank of a formula with commands."""
    return " " if "\\" in found[1] else _SCRIPT.sub("", found[1])


def _hits(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is mapped of each hit. ``hit`` is missing where there is none."""
    result = answer.get("result")
    status, hits = (result.get("status"), result.get("hits")) if isinstance(result, dict) else (None, None)
    if isinstance(status, dict) and status.get("@code", "200") != "200":
        raise UnavailableError("answered that the search failed")
    if not isinstance(hits, dict):
        raise UnavailableError("answered with something else than hits")
    total, found = count_of(hits.get("@total")), hits.get("hit", [])
    found = [found] if isinstance(found, dict) else found
    if total is None or not isinstance(found, list):
        raise UnavailableError("answered without saying how many records there are")
    if len(found) < min(total, ROWS):
        raise UnavailableError(f"answered with {len(found)} of {min(total, ROWS)} records")
    infos = [hit.get("info") if isinstance(hit, dict) else None for hit in found[:ROWS]]
    if not all(isinstance(info, dict) and key_of(info) for info in infos):
        raise UnavailableError("answered with a record without key")
    return [{name: info[name] for name in KEPT if name in info} for info in infos if info]
