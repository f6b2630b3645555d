"""A JSON answer over HTTP, judged: its object, or the SourceError that it amounts to; and how a part of it is stored.

What the object means is known to each source. Crossref's answers are judged by rules of their own (``crossref_answers``).
"""

from __future__ import annotations

import json
import re
from typing import Any

from .http import HttpAnswer
from .protocol import RefusedBatchError, ThrottledError, UnavailableError

_PAGE = re.compile(rb"\s*+<", re.IGNORECASE)
_RATE_EXCEEDED = re.compile(rb"\s*+(?:rate (?:limit )?exceeded|too many requests)", re.IGNORECASE)


def object_of(answer: HttpAnswer) -> dict[str, Any]:
    """Return the JSON object of a complete answer with status 200.

    The content type does not count: a body that is JSON from its first byte to its last is believed. Raises
    RefusedBatchError (400, 414, 422), ThrottledError (said in the body) and UnavailableError (anything else).
    """
    if _RATE_EXCEEDED.match(answer.body):
        raise ThrottledError("rate exceeded")
    if answer.status in {400, 414, 422}:
        raise RefusedBatchError(f"HTTP {answer.status}")
    if answer.status != 200:
        raise UnavailableError(f"HTTP {answer.status}")
    if not answer.body.strip():
        raise UnavailableError("answered with nothing")
    if _PAGE.match(answer.body):
        raise UnavailableError("answered with a web page instead of JSON")
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise UnavailableError("answered with broken or cut off JSON") from None
    if not isinstance(value, dict):
        raise UnavailableError("answered with something else than was asked for")
    return value


def stored(value: object) -> bytes:
    """Return compact JSON in ASCII: half a character in an answer cannot break the cache."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def restored(raw: bytes) -> Any:
    """Read what was stored. Raises ValueError."""
    try:
        return json.loads(raw)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def count_of(value: object) -> int | None:
    """Return a count that stands as a number or, as DBLP writes them, as a text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
