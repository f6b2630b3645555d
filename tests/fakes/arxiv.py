"""A fake of the arXiv API as the server of 2025-11 answers; the feeds it serves may come from the old server too.

Facts: apis.md section 1. ``id_list`` (GET or a posted form), ``start``, ``max_results`` (10 where not given); one malformed identifier refuses the
request; unknown ones are absent; ``x`` is the newest version and ``xv2`` that version; each entry once, in no order of the request.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any, ClassVar, Self
from xml.sax.saxutils import escape

from .server import FakeServer, Fault, Request, Response, by_relevance

ATOM = {"content-type": "application/atom+xml; charset=utf-8"}
NOW = "2026-11-20T00:00:00Z"
# The server looks for this anywhere in what was sent, and then asks its index for the whole of what was sent:
# "arXiv:2309.06180" and "math.GT/0309136" are let through and never found.
IDENTIFIER = re.compile(r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}(v\d+)?")
ENTRY = re.compile(rb"<entry\b.*?</entry>", re.DOTALL)
ENTRY_ID = re.compile(rb"<id>\s*https?://arxiv\.org/abs/([^<]+?)v(\d+)\s*</id>")
HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
"""


class FakeArxiv(FakeServer):
    """``entries``: ``<entry>`` elements, alone or by identifier (the key is for the reader: the ``<id>`` inside counts)."""

    VARIABLE = "BIB_ARXIV_URL"
    THROTTLED: ClassVar[Response] = Response(429, {"content-type": "text/plain"}, b"Rate exceeded.")

    def __init__(self, entries: Mapping[str, bytes | Sequence[bytes]] | Iterable[bytes] = ()) -> None:
        super().__init__()
        self.papers: dict[str, dict[int, bytes]] = {}
        """Identifier -> version -> entry."""
        for entry in entries.values() if isinstance(entries, Mapping) else entries:
            for one in [entry] if isinstance(entry, bytes) else entry:
                self.add(one)

    @classmethod
    def from_feeds(cls, paths: Iterable[Path]) -> Self:
        """Serve the entries of recorded feeds: ``.xml``, or ``.jsonl``/``.jsonl.gz`` with a feed as ``xml`` in each line."""
        return cls(
            entry
            for path in paths
            for feed in feeds_in(path)
            for entry in ENTRY.findall(feed)
            if ENTRY_ID.search(entry)
        )

    def add(self, entry: bytes) -> None:
        """Add a paper, or another version of one."""
        name, version = name_of(entry)
        self.papers.setdefault(name, {})[version] = entry

    def answer(self, request: Request, fault: Fault) -> Response:
        if request.path != "/api/query":
            return Response(404, {"content-type": "text/html"}, b"<html><title>404 Not Found</title></html>\n")
        asked, query = request.value("id_list"), request.value("search_query")
        reason = self._refusal(request, asked, query)
        if reason:
            return Response(400, ATOM, error_feed(reason))
        found = fault.records(self._find(asked, query), self)
        start, size = int(request.value("start", "0")), min(int(request.value("max_results", "10")), 2000)
        page = fault.page(found[start : start + size], self)
        return Response(200, ATOM, feed(page, max(len(found), start + len(page)), start, size, asked, query))

    def _refusal(self, request: Request, asked: str, query: str) -> str:
        for identifier in asked.split(",") if asked else []:
            if not IDENTIFIER.search(identifier):
                return f"incorrect id format for {identifier}"
        for name, default in (("max_results", "10"), ("start", "0")):
            try:
                if int(request.value(name, default)) < 0:
                    return f"{name} must be non-negative"
            except ValueError:
                return f"{name} must be an integer"
        return "" if asked or query else "Either a search_query or id_list must be specified for the classic API."

    def _find(self, asked: str, query: str) -> list[bytes]:
        wanted = set(asked.split(",")) if asked else None
        words = set(re.findall(r"\w+", re.sub(r"\b\w+:|\b(AND|OR)\b", " ", query).lower()))
        found = []
        for name, versions in self.papers.items():
            for version, entry in versions.items():
                newest = version == max(versions)
                if (
                    f"{name}v{version}" not in wanted and not (newest and name in wanted)
                    if wanted is not None
                    else not newest
                ):
                    continue
                if words <= set(re.findall(r"\w+", entry.decode().lower())):
                    found.append(entry)
        return by_relevance(found, lambda entry: name_of(entry)[0])

    def in_other_case(self, record: bytes) -> bytes:
        """Return it with identifier (new ones have no case) and DOI in upper case."""
        name, version = name_of(record)
        record = record.replace(f"/abs/{name}v{version}".encode(), f"/abs/{name.upper()}v{version}".encode())
        return re.sub(rb"(<arxiv:doi[^>]*>)([^<]*)", lambda match: match[1] + match[2].upper(), record)

    def stranger(self) -> bytes:
        return arxiv_entry("2412.99999", title="A Paper that Nobody Asked for", authors=["Nemo Nobody"])

    def without_id(self, record: bytes) -> bytes:
        return re.sub(rb"<id>[^<]*</id>", b"", record, count=1)


def arxiv_entry(
    id: str,  # noqa: A002 (the name of the element)
    title: str = "A Paper",
    authors: Sequence[str] = ("Ada Lovelace", "Alan Turing"),
    *,
    version: int = 1,
    published: str = "2023-09-12T12:50:04Z",
    updated: str = "",
    summary: str = "We show that it works.",
    comment: str = "",
    doi: str = "",
    journal_ref: str = "",
    primary: str = "cs.LG",
    categories: Sequence[str] = (),
    affiliation: str = "",
) -> bytes:
    """Return an entry in the new server's format. ``id`` may carry the version; ``affiliation`` is the first author's."""
    if match := re.fullmatch(r"(.+)v(\d+)", id):
        id, version = match[1], int(match[2])  # noqa: A001
    optional = {"comment": comment, "journal_ref": journal_ref, "doi": doi}
    people = [f"      <name>{escape(name)}</name>" for name in authors]
    if affiliation and people:
        people[0] += f"\n      <arxiv:affiliation>{escape(affiliation)}</arxiv:affiliation>"
    lines = [
        "  <entry>",
        f"    <id>http://arxiv.org/abs/{escape(id)}v{version}</id>",
        f"    <title>{escape(title)}</title>",
        f"    <updated>{updated or published}</updated>",
        f'    <link href="https://arxiv.org/abs/{escape(id)}v{version}" rel="alternate" type="text/html"/>',
        f'    <link href="https://arxiv.org/pdf/{escape(id)}v{version}" rel="related" type="application/pdf" title="pdf"/>',
        f"    <summary>{escape(summary)}</summary>",
        *(
            f'    <category term="{term}" scheme="http://arxiv.org/schemas/atom"/>'
            for term in dict.fromkeys([primary, *categories])
        ),
        f"    <published>{published}</published>",
        *(f"    <arxiv:{name}>{escape(value)}</arxiv:{name}>" for name, value in optional.items() if value),
        f'    <arxiv:primary_category term="{primary}"/>',
        *(f"    <author>\n{person}\n    </author>" for person in people),
        "  </entry>",
    ]
    return "\n".join(lines).encode()


def feed(
    entries: Sequence[bytes], total: int, start: int = 0, size: int = 10, asked: str = "", query: str = ""
) -> bytes:
    """Return the feed around some entries."""
    echo = escape(f"search_query={query}&id_list={asked}&start={start}&max_results={size}")
    link = escape(
        f"https://arxiv.org/api/query?search_query={query}&start={start}&max_results={size}&id_list={asked}",
        {'"': "&quot;"},
    )
    head = [
        f"  <id>https://arxiv.org/api/{sha1(echo.encode()).hexdigest()[:27]}</id>",
        f"  <title>arXiv Query: {echo}</title>",
        f"  <updated>{NOW}</updated>",
        f'  <link href="{link}" type="application/atom+xml"/>',
        *numbers(size, total, start),
    ]
    return b"\n".join([HEAD.encode() + "\n".join(head).encode(), *entries, b"</feed>\n"])


def error_feed(reason: str) -> bytes:
    """Return the feed with the one Error entry that says why a request was refused; it has no ``<published>``."""
    link = "https://arxiv.org/api/errors#" + escape(reason.replace(" ", "_"), {'"': "&quot;"})
    lines = [
        "  <id>https://arxiv.org/</id>",
        "  <title>arXiv Search Results</title>",
        f"  <updated>{NOW}</updated>",
        *numbers(1, 1, 0),
        "  <entry>",
        f"    <id>{link}</id>",
        "    <title>Error</title>",
        f"    <updated>{NOW}</updated>",
        f'    <link href="{link}" rel="alternate" type="text/html"/>',
        f"    <summary>{escape(reason)}</summary>",
        "    <author>\n      <name>arXiv api core</name>\n    </author>",
        "  </entry>",
        "</feed>\n",
    ]
    return (HEAD + "\n".join(lines)).encode()


def numbers(size: int, total: int, start: int) -> list[str]:
    """Return the three numbers of a feed."""
    values = {"itemsPerPage": size, "totalResults": total, "startIndex": start}
    return [f"  <opensearch:{name}>{value}</opensearch:{name}>" for name, value in values.items()]


def name_of(entry: bytes) -> tuple[str, int]:
    """Return identifier and version of an entry."""
    match = ENTRY_ID.search(entry)
    assert match, entry[:200]
    return match[1].decode(), int(match[2])


def feeds_in(path: Path) -> list[bytes]:
    """Return the feeds of a file."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if ".jsonl" not in path.name:
        return [data]
    rows: list[dict[str, Any]] = [json.loads(line) for line in data.splitlines() if line.strip()]
    return [row["xml"].encode() for row in rows]
