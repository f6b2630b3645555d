"""A fake of the DataCite REST API: records by DOI in batches and singly.

Facts: apis.md section 3. ``ids=a,b`` with ``page[size]`` (25 where not given, at most 1000) and ``page[number]``; DOIs in lower case; unknown ones are absent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import unquote

from .server import FakeServer, Fault, Request, Response, by_relevance

JSON_API = {"content-type": "application/vnd.api+json; charset=utf-8"}


class FakeDatacite(FakeServer):
    """``records``: objects with id, type, attributes; or whole recorded answers with one in ``data``."""

    VARIABLE = "BIB_DATACITE_URL"
    THROTTLED: ClassVar[Response] = Response(
        429, {"content-type": "application/json"}, b'{"errors":[{"status":"429","title":"Too many requests"}]}'
    )

    def __init__(self, records: Iterable[Mapping[str, Any]] = ()) -> None:
        super().__init__()
        self.records: dict[str, dict[str, Any]] = {}
        """By DOI in lower case."""
        for record in records:
            self.add(record)

    def add(self, record: Mapping[str, Any]) -> None:
        """Add a record."""
        record = dict(record.get("data", record))
        self.records[record["id"].lower()] = record

    def answer(self, request: Request, fault: Fault) -> Response:
        if request.path == "/dois":
            return self._list(request, fault)
        record = self.records.get(unquote(request.path.removeprefix("/dois/")).lower())
        page = fault.page(fault.records([record], self), self) if record else []
        if not page:
            return failed(404, "The resource you are looking for doesn't exist.")
        return Response(200, JSON_API, json.dumps({"data": page[-1]}, ensure_ascii=False).encode())

    def _list(self, request: Request, fault: Fault) -> Response:
        try:
            size, number = int(request.value("page[size]", "25")), int(request.value("page[number]", "1"))
        except ValueError:
            return failed(400, "page[size] and page[number] must be integers")
        size, number = min(max(size, 0), 1000), max(number, 1)
        asked = {name.strip().lower() for name in request.value("ids").split(",")} if "ids" in request.form else None
        found = [record for doi, record in self.records.items() if asked is None or doi in asked]
        found = fault.records(by_relevance(found, lambda record: record["id"]), self)
        page = fault.page(found[(number - 1) * size : number * size], self)
        total = max(len(found), (number - 1) * size + len(page))
        pages = -(-total // size) if size else 0
        links = {"self": f"{self.url}{request.target}"}
        if number < pages:
            links["next"] = f"{self.url}/dois?page%5Bnumber%5D={number + 1}&page%5Bsize%5D={size}"
        answer = {
            "data": page,
            "meta": {"total": total, "totalPages": pages, "page": number, "states": []},
            "links": links,
        }
        return Response(200, JSON_API, json.dumps(answer, ensure_ascii=False).encode())

    def in_other_case(self, record: dict[str, Any]) -> dict[str, Any]:
        doi = record["id"].upper()
        return {**record, "id": doi, "attributes": {**record["attributes"], "doi": doi}}

    def stranger(self) -> dict[str, Any]:
        return datacite_record("10.48550/arXiv.2412.99999", "A Paper that Nobody Asked for", ["Nemo Nobody"])

    def without_id(self, record: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            name: value for name, value in record["attributes"].items() if name not in {"doi", "identifiers", "suffix"}
        }
        return {**{name: value for name, value in record.items() if name != "id"}, "attributes": attributes}


def failed(code: int, title: str) -> Response:
    """Return an error as DataCite words it."""
    return Response(code, JSON_API, json.dumps({"errors": [{"status": str(code), "title": title}]}).encode())


def datacite_record(
    doi: str,
    title: str = "A Paper",
    authors: Sequence[str | Mapping[str, Any]] = ("Ada Lovelace", "Alan Turing"),
    *,
    year: int = 2023,
    published_doi: str = "",
    submitted: str = "2023-09-12T12:50:04Z",
    version: int = 1,
    abstract: str = "We show that it works.",
    subjects: Sequence[str] = ("Machine Learning (cs.LG)",),
    **attributes: Any,
) -> dict[str, Any]:
    """Return the record of an arXiv paper. ``doi`` may be an arXiv identifier alone; ``published_doi`` is what it is a version of."""
    if not doi.startswith("10."):
        doi = f"10.48550/arXiv.{doi}"
    doi = doi.lower()
    arxiv = doi.partition("/arxiv.")[2]
    described = {
        "doi": doi,
        "prefix": doi.partition("/")[0],
        "suffix": doi.partition("/")[2],
        "identifiers": [{"identifier": arxiv, "identifierType": "arXiv"}] if arxiv else [],
        "creators": [creator_of(who) for who in authors],
        "titles": [{"title": title}],
        "publisher": "arXiv" if arxiv else "A Repository",
        "container": {},
        "publicationYear": year,
        "subjects": [{"lang": "en", "subject": subject, "subjectScheme": "arXiv"} for subject in subjects],
        "dates": [
            {"date": submitted, "dateType": "Submitted", "dateInformation": "v1"},
            {"date": submitted[:7], "dateType": "Available", "dateInformation": "v1"},
            {"date": str(year), "dateType": "Issued"},
        ],
        "language": None,
        "types": {"ris": "RPRT", "bibtex": "article", "resourceType": "Article", "resourceTypeGeneral": "Text"},
        "relatedIdentifiers": [
            {"relationType": "IsVersionOf", "relatedIdentifier": published_doi, "relatedIdentifierType": "DOI"}
        ]
        if published_doi
        else [],
        "version": str(version),
        "descriptions": [{"description": abstract, "descriptionType": "Abstract"}] if abstract else [],
        "url": f"https://arxiv.org/abs/{arxiv}" if arxiv else f"https://example.org/{doi}",
        "state": "findable",
    }
    return {"id": doi, "type": "dois", "attributes": described | attributes}


def creator_of(who: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return a creator: ``Given Family``, ``Family, Given``, one word for an organisation, or an object as DataCite has it."""
    more: dict[str, Any] = {"affiliation": [], "nameIdentifiers": []}
    if not isinstance(who, str):
        return {**more, **who}
    family, comma, given = who.partition(", ")
    if not comma:
        given, _, family = who.rpartition(" ")
    if not given:
        return {"name": family, **more}
    return {"name": f"{family}, {given}", "nameType": "Personal", "givenName": given, "familyName": family, **more}
