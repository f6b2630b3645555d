"""What Crossref answers over HTTP, judged: an answer's message, or the SourceError that it amounts to; pace and patience from headers.

No request is made here (``crossref``), and no work is mapped (``crossref_reading``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..identifiers import normalise_doi
from .http_answers import retry_after
from .protocol import RefusedBatchError, SourceError, ThrottledError, UnavailableError

BULKY = ("reference", "link", "license", "assertion", "funder")
"""Members of a work that are never mapped and make up more than half of it."""
_UNKNOWN = b"Resource not found."
"""How Crossref says that it does not know a DOI. Any other page with status 404 comes from somebody else."""
_FASTEST, _SLOWEST = 0.1, 60.0
_HTML = re.compile(rb"\s*+<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)


def is_unknown(status: int, body: bytes) -> bool:
    """Tell whether the answer to a question about one DOI says that there is no such work."""
    return status == 404 and _UNKNOWN in body[:1000]


def trouble(status: int, headers: Mapping[str, str], body: bytes, asked: Sequence[str] = ()) -> SourceError | None:
    """Return what is wrong with an answer, or None. ``headers`` by lower-case name; ``asked`` are the DOIs that were asked."""
    if status in {429, 503}:
        return ThrottledError(f"HTTP {status}", retry_after(headers))
    if status in {400, 414}:
        return RefusedBatchError(_refusal(status, body), _culprits(body, asked))
    if status == 403:
        return UnavailableError("HTTP 403: Crossref refuses this address; write to support@crossref.org if it lasts")
    if status != 200:
        return UnavailableError(f"HTTP {status}")
    if not body.strip():
        return UnavailableError("an empty answer")
    if _HTML.match(body):
        return UnavailableError("a web page instead of an answer")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return UnavailableError(f"an answer of the wrong type ({kind[:40] or 'none'})")
    return None


def message_of(body: bytes, kind: str) -> dict[str, Any]:
    """Return the message of an answer of the given message-type. Raises UnavailableError where it is another, or cut off."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnavailableError("an answer that is cut off or no JSON") from error
    message = answer.get("message") if isinstance(answer, dict) else None
    if not isinstance(message, dict) or answer.get("status") != "ok" or answer.get("message-type") != kind:
        raise UnavailableError("an answer of another shape than Crossref's")
    if kind == "work-list" and not isinstance(message.get("items"), list):
        raise UnavailableError("a list without items")
    return message


def items_of(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the works of a list, those that are no objects left out."""
    return [item for item in message["items"] if isinstance(item, dict)]


def doi_of(work: Mapping[str, Any]) -> str:
    """Return the work's DOI in normal form, or an empty text."""
    doi = work.get("DOI")
    return normalise_doi(doi) if isinstance(doi, str) else ""


def reduced(work: Mapping[str, Any]) -> dict[str, Any]:
    """Return the work without its bulky members, as it is stored."""
    return {name: value for name, value in work.items() if name not in BULKY}


def pace_of(headers: Mapping[str, str]) -> float | None:
    """Return the seconds between requests that the rate headers allow (``3`` and ``1s`` are 0.34), or None."""
    limit = _number(headers.get("x-rate-limit-limit", ""))
    interval = _number(headers.get("x-rate-limit-interval", "").strip().removesuffix("s"))
    if not limit or not interval:
        return None
    return min(max(math.ceil(100 * interval / limit) / 100, _FASTEST), _SLOWEST)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\s*[0-9]{1,9}(?:\.[0-9]{1,6})?\s*", text, re.ASCII) else None


def _complaints(body: bytes) -> list[dict[str, Any]]:
    """Return what a 400 names: objects with type, value and message."""
    try:
        answer = json.loads(body[:1_000_000])
    except (ValueError, RecursionError):
        return []
    said = answer.get("message") if isinstance(answer, dict) else None
    return [item for item in said if isinstance(item, dict)] if isinstance(said, list) else []


def _refusal(status: int, body: bytes) -> str:
    said = next((item.get("message") for item in _complaints(body)), None)
    words = " ".join(said.split())[:120] if isinstance(said, str) else ""
    return f"HTTP {status}" + (f": {words}" if words.isprintable() and words else "")


def _culprits(body: bytes, asked: Sequence[str]) -> list[str]:
    """Return the DOIs that a refusal names; a DOI that another one begins with is not meant by the longer one."""
    named = [str(item.get(member, "")).lower() for item in _complaints(body) for member in ("value", "message")]
    edges = [re.compile(rf"(?<![\w./-]){re.escape(doi)}(?![\w/-])") for doi in asked]
    return [doi for doi, edge in zip(asked, edges, strict=True) if any(edge.search(text) for text in named)]
