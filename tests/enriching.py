"""What the tests of enrichment share: records of one well-known paper, and a run over a text without network or disk.

The facts are those of public records (arXiv: CC0; Crossref and DBLP: bibliographic facts), cut to what the tests need.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from llminfer_bib import enrich
from llminfer_bib.edits import apply_edits
from llminfer_bib.enrich import Choices
from llminfer_bib.library import Library
from llminfer_bib.model import Date, Entry, People, Person
from llminfer_bib.plans import Plan, Unit
from llminfer_bib.provenance import Origin
from llminfer_bib.records import ABSENT, DEFERRED, FOUND, Answer, Appearance, Record, search_question

AT = "2026-11-22T17:00:00Z"
TITLE = "Efficient Memory Management for Large Language Model Serving with PagedAttention"
AUTHORS = People(
    (
        Person("Kwon", "Woosuk"),
        Person("Li", "Zhuohan"),
        Person("Zhuang", "Siyuan"),
        Person("Gonzalez", "Joseph E."),
        Person("Stoica", "Ion"),
    )
)
ID = "2309.06180"
DOI = "10.1145/3600006.3613165"
SOSP = "Proceedings of the 29th Symposium on Operating Systems Principles"
ARXIV = Record(
    "arxiv",
    ID,
    "v1",
    title=TITLE,
    authors=AUTHORS,
    date=Date(2023, 9, 12),
    arxiv=ID,
    arxiv_class="cs.LG",
    url=f"https://arxiv.org/abs/{ID}",
    abstract="High throughput serving of large language models requires batching.",
)
DATACITE = replace(ARXIV, source="datacite", version="")
CROSSREF = Record(
    "crossref",
    DOI,
    type="inproceedings",
    published=True,
    title=TITLE,
    authors=AUTHORS,
    date=Date(2023, 10, 23),
    venue=SOSP,
    pages="611-626",
    publisher="ACM",
    doi=DOI,
    url=f"https://doi.org/{DOI}",
)
DBLP = replace(CROSSREF, source="dblp", id="conf/sosp/KwonLZ0ZY0ZS23", publisher="", date=Date(2023))
NAMES_ITS_DOI = replace(ARXIV, doi=DOI, published_as=(DOI,))
SAYS_SOSP = replace(
    ARXIV, comment="SOSP 2023", appearance=Appearance(f"{SOSP} (SOSP '23)", "inproceedings", 2023, True, "SOSP 2023")
)
QUESTION = search_question(TITLE, "Kwon")
PREPRINT = f"""@misc{{kwon2023efficient,
  author = {{Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan and Gonzalez, Joseph E. and Stoica, Ion}},
  title = {{Efficient Memory Management for Large Language Model Serving with {{PagedAttention}}}},
  year = {{2023}},
  month = sep,
  eprint = {{{ID}}},
  eprinttype = {{arxiv}},
  eprintclass = {{cs.LG}},
  url = {{https://arxiv.org/abs/{ID}}},
  keywords = {{method, serving}},
}}
"""
KEY = "kwon2023efficient"

USUAL = Choices()
WITH_DBLP = Choices(sources=("arxiv", "crossref", "datacite", "dblp"))
Known = Mapping[tuple[str, str], Answer]


def found(*records: Record, stale: bool = False) -> Answer:
    return Answer(FOUND, records, stale=stale, reason="HTTP 503" if stale else "")


def known(
    *records: Record, search: Iterable[Record] = (), dblp: Iterable[Record] = ()
) -> dict[tuple[str, str], Answer]:
    """Return the answers by identifier of these records, and of the title search for the paper."""
    answers = {(record.source, record.id): found(record) for record in records}
    if search := tuple(search):
        answers["crossref-search", QUESTION] = found(*search)
    if dblp := tuple(dblp):
        answers["dblp", QUESTION] = found(*dblp)
    return answers


@dataclass
class Run:
    """What a run over a text brought."""

    plan: Plan
    text: str
    base: dict[tuple[str, str], Origin]
    rounds: list[dict[str, list[str]]] = field(default_factory=list)

    @property
    def unit(self) -> Unit:
        (unit,) = self.plan.units
        return unit

    @property
    def values(self) -> dict[str, str]:
        """The new sources by field."""
        return {change.field: change.value for change in self.plan.changes}

    @property
    def entry(self) -> Entry:
        return next(iter(Library.from_text(self.text)))


def run(
    text: str,
    answers: Known,
    choices: Choices = USUAL,
    base: Mapping[tuple[str, str], Origin] | None = None,
    silent: Iterable[str] = (),
) -> Run:
    """Ask, plan and apply. What is not among the answers is unknown to its source, or deferred for the `silent` ones."""
    base = dict(base or {})
    library = Library.from_text(text)
    entries = list(library)
    heard: dict[tuple[str, str], Answer] = {}
    rounds: list[dict[str, list[str]]] = []
    while wanted := enrich.questions(entries, heard, choices):
        assert len(rounds) < 20, "it never stops asking"
        rounds.append(wanted)
        for source, ids in wanted.items():
            assert len(set(ids)) == len(ids)
            for name in ids:
                assert (source, name) not in heard, "asked twice"
                default = Answer(DEFERRED, reason="HTTP 503") if source in set(silent) else Answer(ABSENT)
                heard[source, name] = default if source in set(silent) else answers.get((source, name), default)
    plan = enrich.plan(entries, heard, base, choices)
    new = apply_edits(library.document, enrich.edits_of(plan)).data.decode()
    after = {**base, **{(origin.key, origin.field): origin for origin in enrich.origins_of(plan, AT)}}
    for sidecar in (base, after):
        again = enrich.plan(list(Library.from_text(new)), heard, sidecar, replace(choices, overwrite=frozenset()))
        assert not again.units, f"applied and planned again: {again.units}"
    return Run(plan, new, after, rounds)
