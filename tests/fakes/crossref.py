"""A fake of the Crossref REST API: works by DOI in batches and singly, and searches that always find something.

Facts: apis.md section 2 and crossref/http-errors.json. ``rows`` is 20 where not given; DOIs come back in lower case, in no order of the request, unknown ones
are absent; a comma inside a DOI breaks the filter (400); rate headers on every answer but a 429.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import unquote

from .server import FakeServer, Fault, Request, Response, by_relevance

JSON = "application/json"
FILTERS = frozenset("doi type from-pub-date until-pub-date has-abstract issn isbn".split())
# What the documentation lists. Fields that works do have, such as language, institution, subtype and resource, are refused.
SELECTABLE = frozenset(
    """abstract URL member posted score created degree update-policy short-title license ISSN container-title issued update-to issue prefix approved
    indexed article-number clinical-trial-number accepted author group-title DOI is-referenced-by-count updated-by event chair standards-body
    original-title funder translator published archive published-print alternative-id subject subtitle published-online publisher-location
    content-domain reference title link type publisher volume references-count ISBN issn-type assertion deposited page content-created
    short-container-title relation editor""".split()
)
NOT_ON_A_WORK = ("query", "filter", "rows", "offset", "sort", "facet", "cursor")


class FakeCrossref(FakeServer):
    """``works``: messages, or whole recorded answers. ``titles``: a title that is searched -> the works that come first, in order."""

    VARIABLE = "BIB_CROSSREF_URL"
    LONGEST_TARGET = 4096
    THROTTLED: ClassVar[Response] = Response(429)

    def __init__(
        self, works: Iterable[Mapping[str, Any]] = (), titles: Mapping[str, Sequence[Mapping[str, Any]]] | None = None
    ) -> None:
        super().__init__()
        self.works: dict[str, dict[str, Any]] = {}
        """By DOI in lower case."""
        self.titles = {tuple(words(title)): list(found) for title, found in (titles or {}).items()}
        self._words: dict[str, tuple[set[str], set[str]]] = {}
        for work in [*works, *(work for found in self.titles.values() for work in found)]:
            self.add(work)

    def add(self, work: Mapping[str, Any]) -> None:
        """Add a work."""
        work = work.get("message", work)
        doi = work["DOI"].lower()
        self.works[doi] = {**work, "DOI": doi}
        self._words[doi] = words_of(work)

    def answer(self, request: Request, fault: Fault) -> Response:
        response = self._route(request, fault)
        return Response(response.status, {**response.headers, **rates(request)}, response.body)

    def _route(self, request: Request, fault: Fault) -> Response:
        if request.path.rstrip("/") == "/works":
            refusal = refusal_of(request)
            return refused(*refusal) if refusal else self._list(request, fault)
        if not request.path.startswith("/works/"):
            return Response(404, {"content-type": "application/json;charset=utf-8"}, b"Resource not found.")
        for name in request.query:
            if name.startswith(NOT_ON_A_WORK):
                value = "query.*" if name.startswith("query.") else name
                what = "field query" if name.startswith("query.") else name
                return refused("parameter-not-allowed", value, f"This route does not support {what} parameters")
        return self._one(unquote(request.path.removeprefix("/works/")), fault)

    def _one(self, doi: str, fault: Fault) -> Response:
        agency = doi.endswith("/agency")
        work = self.works.get(doi.removesuffix("/agency").lower())
        page = fault.page(fault.records([work], self), self) if work else []
        if not page:
            return Response(404, {"content-type": "text/plain"}, b"Resource not found.")
        if agency:
            return ok("work-agency", {"DOI": page[-1]["DOI"], "agency": {"id": "crossref", "label": "Crossref"}})
        return ok("work", page[-1])

    def _list(self, request: Request, fault: Fault) -> Response:
        rows, offset = int(request.value("rows", "20")), int(request.value("offset", "0"))
        terms = " ".join(
            values[-1] for name, values in request.query.items() if name == "query" or name.startswith("query.")
        )
        kept = [work for work in self.works.values() if passes(work, filters_of(request))]
        if terms:
            found = [{**work, "score": score} for work, score in self._ranked(kept, terms)]
        else:
            found = [{**work, "score": 0.0} for work in by_relevance(kept, lambda work: work["DOI"])]
        found = fault.records(found, self)
        page = fault.page(found[offset : offset + rows], self)
        if chosen := request.value("select"):
            page = [{name: work[name] for name in chosen.split(",") if name in work} for work in page]
        message = {
            "facets": {},
            "total-results": max(len(found), offset + len(page)),
            "items": page,
            "items-per-page": rows,
        }
        return ok("work-list", {**message, "query": {"start-index": offset, "search-terms": terms or None}})

    def _ranked(self, works: list[dict[str, Any]], terms: str) -> list[tuple[dict[str, Any], float]]:
        """Return all works with a score, the likest first: no search ever comes back empty because nothing is right."""
        asked = words(terms)
        first = next((found for title, found in self.titles.items() if title and contains(asked, title)), [])
        scored = [(work, likeness(*self._words[work["DOI"]], set(asked))) for work in works]
        scored.sort(key=lambda pair: -pair[1])
        best = [({**work, "DOI": work["DOI"].lower()}, 99.0 - rank) for rank, work in enumerate(first)]
        taken = {work["DOI"] for work, _ in best}
        return best + [pair for pair in scored if pair[0]["DOI"] not in taken]

    def in_other_case(self, record: dict[str, Any]) -> dict[str, Any]:
        return {**record, "DOI": record["DOI"].upper()}

    def stranger(self) -> dict[str, Any]:
        return crossref_work("10.5555/nobody.asked", "A Paper that Nobody Asked for", ["Nemo Nobody"])

    def without_id(self, record: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in record.items() if name not in {"DOI", "URL"}}


def crossref_work(
    doi: str,
    title: str = "A Paper",
    authors: Sequence[str | Mapping[str, Any]] = ("Ada Lovelace", "Alan Turing"),
    *,
    type: str = "proceedings-article",  # noqa: A002 (the name of the member)
    container: str = "",
    year: int | None = 2023,
    pages: str = "",
    **extra: Any,
) -> dict[str, Any]:
    """Return a work. An author is ``Given Family``, ``Family, Given``, or an object as Crossref has it; ``volume_title=`` becomes ``volume-title``."""
    date = {"date-parts": [[year]]}
    work: dict[str, Any] = {
        "DOI": doi,
        "URL": f"https://doi.org/{doi.lower()}",
        "type": type,
        "title": [title],
        "author": [
            {**author_of(who), "sequence": "additional" if place else "first"} for place, who in enumerate(authors)
        ],
        "container-title": [container] if container else [],
        "issued": date,
        "prefix": doi.partition("/")[0],
        "publisher": "A Publisher",
        "source": "Crossref",
        "member": "320",
        "score": 1,
    }
    if year is not None:
        work |= {"published": date, "published-print": date}
    if pages:
        work["page"] = pages
    return work | {name.replace("_", "-"): value for name, value in extra.items()}


def author_of(who: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return an author as Crossref has it."""
    if not isinstance(who, str):
        return {"affiliation": [], **who}
    family, comma, given = who.partition(", ")
    if not comma:
        given, _, family = who.rpartition(" ")
    return {"given": given, "family": family, "affiliation": []} if given else {"family": family, "affiliation": []}


# --- the envelope ---


def ok(kind: str, message: Mapping[str, Any]) -> Response:
    """Return an answer in its envelope."""
    envelope = {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message}
    return Response(
        200, {"content-type": JSON}, json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    )


def refused(kind: str, value: str, message: str) -> Response:
    """Return a 400 that says what is wrong."""
    envelope = {
        "status": "failed",
        "message-type": "validation-failure",
        "message": [{"type": kind, "value": value, "message": message}],
    }
    return Response(400, {"content-type": "application/json;charset=utf-8"}, json.dumps(envelope).encode())


def rates(request: Request) -> dict[str, str]:
    """Return the headers about the pool: polite where a mail address is in the query or in the User-Agent."""
    polite = bool(request.value("mailto")) or "mailto:" in request.headers.get("user-agent", "")
    many = request.path.rstrip("/") == "/works"
    limit = {(True, True): "3", (True, False): "10", (False, True): "1", (False, False): "5"}[polite, many]
    pool = f"{'polite' if polite else 'public'}-{'array' if many else 'single'}"
    concurrency = "3" if polite else "1"
    return {
        "x-rate-limit-limit": limit,
        "x-rate-limit-interval": "1s",
        "x-concurrency-limit": concurrency,
        "x-api-pool": pool,
    }


def refusal_of(request: Request) -> tuple[str, str, str] | None:
    """Return type, value and message of what is wrong with a list request."""
    for name, most in (("rows", 1000), ("offset", 10000)):
        value = request.value(name, "0")
        if not value.isdecimal() or int(value) > most:
            text = f"Integer specified as {value} but must be a positive integer less than or equal to {most}."
            return "integer-not-valid", value, text
    for kind, names, valid in (
        (
            "filter",
            [part.partition(":")[0] for part in request.value("filter").split(",") if request.value("filter")],
            FILTERS,
        ),
        ("select", [name for name in request.value("select").split(",") if name], SELECTABLE),
    ):
        for name in names:
            if name not in valid:
                text = f"{kind.title()} '{name}' specified but there is no such {kind} for this route. Valid {kind}s for this route are: "
                return f"{kind}-not-available", name, text + ", ".join(sorted(valid))
    return None


# --- filters and searches ---


def filters_of(request: Request) -> dict[str, set[str]]:
    """Return the values of each filter: those of one name are alternatives."""
    filters: dict[str, set[str]] = {}
    for part in request.value("filter").split(",") if request.value("filter") else []:
        name, _, value = part.partition(":")
        filters.setdefault(name, set()).add(value.lower())
    return filters


def passes(work: Mapping[str, Any], filters: Mapping[str, set[str]]) -> bool:
    """Tell whether a work passes the filters by DOI, type and year; the others let everything pass."""
    year = year_of(work)
    return (
        ("doi" not in filters or work["DOI"] in filters["doi"])
        and ("type" not in filters or work.get("type") in filters["type"])
        and all(year is not None and year >= int(date[:4]) for date in filters.get("from-pub-date", ()))
        and all(year is not None and year <= int(date[:4]) for date in filters.get("until-pub-date", ()))
    )


def year_of(work: Mapping[str, Any]) -> int | None:
    """Return the year of ``issued``; ``[[null]]`` occurs."""
    parts = work.get("issued", {}).get("date-parts") or [[None]]
    return parts[0][0] if parts[0] else None


def words(text: str) -> list[str]:
    """Return the words of a text, in lower case, without its markup."""
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text).lower())


def contains(asked: Sequence[str], title: Sequence[str]) -> bool:
    """Tell whether a title is in what was asked, word for word."""
    return f" {' '.join(title)} " in f" {' '.join(asked)} "


def words_of(work: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """Return the words of title and subtitle, and those of container and family names."""
    title = " ".join([*(work.get("title") or []), *(work.get("subtitle") or [])])
    people = [who.get("family") or who.get("name") or "" for who in work.get("author") or []]
    return set(words(title)), set(words(" ".join([*(work.get("container-title") or []), *people])))


def likeness(title: set[str], others: set[str], asked: set[str]) -> float:
    """Return a score: how much title and question share, the other words of the question counting less."""
    shared = 2 * len(title & asked) / ((len(title) + len(asked)) or 1)
    return round(40 * shared + 2 * len(others & asked), 4)
