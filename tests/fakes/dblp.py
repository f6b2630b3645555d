"""A fake of DBLP's search for publications: one question, its hits in DBLP's own JSON.

Facts: apis.md section 3 and the recorded hits. Every word of ``q`` must begin a word of title, authors, venue or year; ``h`` hits (30 where not given, at most
1000) from ``f`` on; XML unless ``format=json``. ``hit`` is missing where there is none; one author is an object, several are a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .server import FakeServer, Fault, Request, Response, html

KINDS = {"conf": "Conference and Workshop Papers", "journals": "Journal Articles", "books": "Books and Theses"}


class FakeDblp(FakeServer):
    """``hits``: objects with ``info`` as the search gives them."""

    VARIABLE = "BIB_DBLP_URL"
    THROTTLED = html(429, "429 Too Many Requests")

    def __init__(self, hits: Iterable[Mapping[str, Any]] = ()) -> None:
        super().__init__()
        self.hits = [dict(hit) for hit in hits]

    def add(self, hit: Mapping[str, Any]) -> None:
        """Add a record."""
        self.hits.append(dict(hit))

    def answer(self, request: Request, fault: Fault) -> Response:
        if request.path != "/search/publ/api":
            return html(404, "404 Not Found")
        try:
            most, first = int(request.value("h", "30")), int(request.value("f", "0"))
        except ValueError:
            return html(400, "400 Bad Request")
        asked = request.value("q")
        found = fault.records([hit for hit in self.hits if matches(hit, asked)] if asked else [], self)
        page = fault.page(found[first : first + min(most, 1000)], self)
        total = str(max(len(found), first + len(page)))
        hits = {"@total": total, "@computed": total, "@sent": str(len(page)), "@first": str(first)}
        if request.value("format", "xml") != "json":
            numbers = " ".join(f'{name[1:]}="{value}"' for name, value in hits.items())
            return Response(
                200, {"content-type": "text/xml; charset=utf-8"}, f"<result><hits {numbers}/></result>\n".encode()
            )
        result = {
            "query": " ".join(f"{word}*" for word in asked.split()),
            "status": {"@code": "200", "text": "OK"},
            "time": {"@unit": "msecs", "text": "1.23"},
            "completions": {"@total": "0", "@computed": "0", "@sent": "0"},
            "hits": {**hits, "hit": page} if page else hits,
        }
        body = json.dumps({"result": result}, ensure_ascii=False, indent=0).encode()
        return Response(200, {"content-type": "application/json; charset=utf-8"}, body)

    def in_other_case(self, record: dict[str, Any]) -> dict[str, Any]:
        """Return it with the DOI in the other case: DBLP has them as the publisher writes them."""
        info = record["info"]
        return {**record, "info": {**info, **({"doi": info["doi"].swapcase()} if "doi" in info else {})}}

    def stranger(self) -> dict[str, Any]:
        return dblp_hit("conf/nobody/Nobody23", "A Paper that Nobody Asked for", ["Nemo Nobody"])

    def without_id(self, record: dict[str, Any]) -> dict[str, Any]:
        gone = {"key", "doi", "ee", "url"}
        return {**record, "info": {name: value for name, value in record["info"].items() if name not in gone}}


def matches(hit: Mapping[str, Any], asked: str) -> bool:
    """Tell whether every word of a question begins a word of the record; ``$`` at its end asks for the whole word."""
    info = hit["info"]
    text = " ".join([info.get("title", ""), str(info.get("venue", "")), info.get("year", ""), *authors_of(info)])
    there = re.findall(r"\w+", text.lower())
    wanted = re.findall(r"\w+\$?", asked.lower())
    return all(
        any(word == part[:-1] if part.endswith("$") else word.startswith(part) for word in there) for part in wanted
    )


def authors_of(info: Mapping[str, Any]) -> list[str]:
    """Return the names: DBLP has one author as an object and several as a list."""
    authors = info.get("authors", {}).get("author", [])
    return [who["text"] for who in ([authors] if isinstance(authors, Mapping) else authors)]


def dblp_hit(
    key: str,
    title: str = "A Paper",
    authors: Sequence[str] = ("Ada Lovelace", "Alan Turing"),
    *,
    venue: str | Sequence[str] = "",
    year: int | str = 2023,
    doi: str = "",
    ee: str = "",
    pages: str = "",
    volume: str = "",
    number: str = "",
    kind: str = "",
    **info: Any,
) -> dict[str, Any]:
    """Return a hit. ``key`` is DBLP's (``conf/sosp/KwonLZ0Z23``, ``journals/corr/abs-2309-06180``): kind, venue and the arXiv DOI follow from it.

    A full stop is put after the title, as DBLP does.
    """
    stream, place, name = [*key.split("/"), "", ""][:3]
    corr = key.startswith("journals/corr/abs-")
    if corr:
        arxiv = name.removeprefix("abs-").replace("-", ".")
        volume, doi, venue = volume or f"abs/{arxiv}", doi or f"10.48550/ARXIV.{arxiv}", venue or "CoRR"
    people = [{"@pid": f"{len(who)}/{position}", "text": who} for position, who in enumerate(authors, 1)]
    fields: dict[str, Any] = {
        "authors": {"author": people[0] if len(people) == 1 else people} if people else None,
        "title": title if title.endswith((".", "?", "!")) else f"{title}.",
        "venue": venue or place.upper(),
        "volume": volume,
        "number": number,
        "pages": pages,
        "year": str(year),
        "type": kind or ("Informal and Other Publications" if corr else KINDS.get(stream, "Journal Articles")),
        "access": "open",
        "key": key,
        "doi": doi,
        "ee": ee or (f"https://doi.org/{doi}" if doi else ""),
        "url": f"https://dblp.org/rec/{key}",
    }
    record = str(sum(map(ord, key)))
    kept = {member: value for member, value in (fields | info).items() if value}
    return {"@score": "10", "@id": record, "info": kept, "url": f"URL#{record}"}
