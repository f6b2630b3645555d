"""Judge recorded title searches: counts of accept, review and reject, and every accepted pair that a person should see.

    python bench/match.py ../shared/api-samples/match/title-search-411.jsonl.gz [--all]

One line of the file is one search: a reference (title, authors, year), up to five Crossref candidates and DBLP's hits for
the same title. There are no labels; DBLP's hits, Crossref's DOI beside them, are the independent evidence.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from llminfer_bib.alike import family_overlap, title_key, title_ratio
from llminfer_bib.identifiers import is_preprint_doi, normalise_doi
from llminfer_bib.match import ACCEPT, REVIEW, Verdict, best, same_work
from llminfer_bib.model import Date, People, Person
from llminfer_bib.names import parse_people
from llminfer_bib.records import Record

NOT_WORKS = frozenset({"posted-content", "peer-review", "dataset", "component", "database", "journal-issue", "other"})
CONFIRMED, SILENT, OTHER = "DBLP has the same DOI", "DBLP says nothing", "DBLP has another DOI"


@dataclass(frozen=True, slots=True)
class Search:
    """One recorded search and what came of it."""

    title: str
    authors: People
    year: int | None
    records: tuple[Record, ...]
    dblp: tuple[dict, ...]
    found: tuple[Verdict, Record] | None

    @property
    def status(self) -> str:
        """``accept``, ``review``, ``reject`` or ``no candidates``."""
        if self.found:
            return self.found[0].status
        return "reject" if self.records else "no candidates"

    @property
    def evidence(self) -> str:
        """What DBLP says about the record that was found: hits with the title and people of the reference count."""
        dois = {
            doi
            for hit in self.dblp
            if title_ratio(self.title, hit["title"]) >= 0.9
            and family_overlap(self.authors, people(hit["authors"])) >= 0.5
            and (doi := normalise_doi(hit["doi"] or ""))
            and not is_preprint_doi(doi)
        }
        if not self.found or not dois:
            return SILENT
        return CONFIRMED if self.found[1].doi in dois else OTHER

    @property
    def exact(self) -> bool:
        """Whether title and people are the same to the letter, and the year is near."""
        verdict, record = self.found or (None, None)
        year = record.date.year if record and record.date else None
        return bool(
            verdict
            and title_key(self.title) in {title_key(record.title), title_key(f"{record.title} {record.subtitle}")}
            and verdict.overlap == 1
            and (not self.year or not year or abs(year - self.year) <= 1)
        )


def people(names: list[str]) -> People:
    """Read names as reference lists write them: ``S. Kiranyaz``, ``et al``."""
    names = [name.replace("{", "").replace("}", "") for name in names]
    names = ["others" if re.fullmatch(r"(et )?al\.?|others", name.strip()) else name for name in names]
    return parse_people(" and ".join(names), str)


def record_of(candidate: dict) -> Record:
    """A reduced Crossref work as a Record; the recording kept families only."""
    return Record(
        source="crossref",
        id=candidate["DOI"].lower(),
        published=candidate["type"] not in NOT_WORKS,
        title=candidate["title"],
        subtitle=candidate["subtitle"],
        authors=People(tuple(Person(family=name) for name in candidate["authors"] if name)),
        date=Date(candidate["year"]) if candidate["year"] else None,
        venue=candidate["container"],
        doi=normalise_doi(candidate["DOI"]),
    )


def searches(path: str | Path) -> Iterator[Search]:
    """Read the recorded searches and judge each."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            query = row["query"]
            authors = people(query["authors"])
            records = tuple(map(record_of, row["crossref"]))
            found = best(query["title"], authors, query["year"], records)
            yield Search(query["title"], authors, query["year"], records, tuple(row["dblp"]), found)


def show(search: Search) -> None:
    """Print one pair for the eye."""
    verdict, record = search.found
    print(f"{search.status} ratio {verdict.ratio:.3f} overlap {verdict.overlap:.2f}: {verdict.why}; {search.evidence}")
    print(f"  ours   {search.title} ({search.year})")
    print(f"  theirs {record.title} | {record.subtitle} ({record.date.year if record.date else '?'}) {record.venue}")
    print(f"  ours   {', '.join(person.family or person.literal for person in search.authors)}")
    print(f"  theirs {', '.join(person.family for person in record.authors)}  doi {record.doi}")


def main() -> None:
    """Print counts and pairs."""
    judged = list(searches(sys.argv[1]))
    seen = [search for search in judged if search.found]
    for search in seen:
        if search.status == REVIEW or not search.exact or search.evidence == OTHER or "--all" in sys.argv:
            show(search)
    accepted = [search for search in seen if search.status == ACCEPT]
    print("\nsearches          ", dict(Counter(search.status for search in judged)))
    print("accepted, exact   ", sum(search.exact for search in accepted))
    print("accepted, evidence", dict(Counter(search.evidence for search in accepted)))
    print("accepted, rank    ", dict(sorted(Counter(s.records.index(s.found[1]) + 1 for s in accepted).items())))
    loose = Counter(same_work(s.title, s.authors, s.found[1]).status for s in accepted)
    print("accepted, by DOI  ", dict(loose))


if __name__ == "__main__":
    main()
