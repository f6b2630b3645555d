"""DataCite: what it knows of arXiv papers by their DOI, up to a hundred in one request; asked where arXiv itself does not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

from ..identifiers import ARXIV_DOI, normalise_arxiv
from .batching import arxiv_ids, cut
from .datacite_reading import read
from .http import get
from .json_answers import count_of, object_of, stored
from .protocol import DAY, Reply, UnavailableError, Wire

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

NAME = "datacite"
BASE_URL = "https://api.datacite.org"
BASE_URL_VARIABLE = "BIB_DATACITE_URL"
PACE = 1.0
"""A thousand requests in five minutes are allowed."""
PATIENCE = (5.0, 20.0, 60.0)
LIFETIME = 7 * DAY
ABSENT_LIFETIME = 3 * DAY

_MOST_IDS = 100
_LONGEST_QUERY = 4 * 1024
"""Bytes, percent-encoded."""
_KEPT = (
    "creators",
    "dates",
    "descriptions",
    "doi",
    "publicationYear",
    "relatedIdentifiers",
    "subjects",
    "titles",
    "version",
)
"""Members of a record that are mapped; the others are most of it."""


def batches(ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Cut identifiers into requests of at most a hundred and a bounded length; each identifier once."""

    def cost(identifier: str) -> int:
        return len(quote_plus(ARXIV_DOI + identifier, errors="replace")) + 3

    return cut(ids, most=_MOST_IDS, longest=_LONGEST_QUERY, cost=cost)


def ask(ids: Sequence[str], wire: Wire) -> Reply:
    """Send one request for arXiv ids in their normal form and without version. Raises SourceError only.

    An identifier that is none is not sent: it comes back as the culprit of a RefusedBatchError.
    """
    wanted = arxiv_ids(ids)
    if not wanted:
        return Reply({})
    params = {"ids": ",".join(ARXIV_DOI + identifier for identifier in wanted), "page[size]": str(len(wanted))}
    url = wire.base_url.rstrip("/") + "/dois"
    answer = object_of(get(url, params, wire, accept="application/vnd.api+json"))
    found: dict[str, bytes] = {}
    for record in _records(answer):
        identifier = _identity(record)
        if identifier in wanted:
            found.setdefault(identifier, _reduced(record))
    return Reply({identifier: found[identifier] for identifier in wanted if identifier in found})


def _records(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the records, each with a DOI and as many as the answer says there are."""
    records, meta = answer.get("data"), answer.get("meta")
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise UnavailableError("answered with something else than records")
    total = count_of(meta.get("total")) if isinstance(meta, dict) else None
    if total is None:
        raise UnavailableError("answered without saying how many records there are")
    if total > len(records):
        raise UnavailableError(f"answered with {len(records)} of {total} records")
    if not all(_doi(record) and isinstance(record.get("attributes"), dict) for record in records):
        raise UnavailableError("answered with a record without DOI or attributes")
    return records


def _doi(record: Mapping[str, Any]) -> str:
    doi = record.get("id")
    return doi.strip().lower() if isinstance(doi, str) else ""


def _identity(record: Mapping[str, Any]) -> str:
    """Return the arXiv id of a record, or nothing where it is none of arXiv's."""
    doi = _doi(record)
    return normalise_arxiv(doi)[0] if doi.startswith(ARXIV_DOI) else ""


def _reduced(record: Mapping[str, Any]) -> bytes:
    attributes = record["attributes"]
    kept = {name: attributes[name] for name in _KEPT if name in attributes}
    return stored({"id": record["id"], "attributes": kept})
