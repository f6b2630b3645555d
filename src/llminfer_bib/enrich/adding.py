"""New entries in the house dialect: a paper from its records, an item from what a person says; and whether it is there already.

The key is made by ``keys``; where the entry goes in the file is decided in ``commands``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from .. import match
from ..decode import NAME_FIELDS
from ..identifiers import arxiv_url, doi_url, normalise_doi, url_identity
from ..model import NOBODY, Entry, People
from ..plans import ENTRY_TYPE
from ..records import Record
from . import offers
from .fields import NAMES_IN
from .standing import is_paper, stands_unpublished, stays_preprint
from .writing import Value, source_of, undelimited

ITEM_FIELDS = {
    # entry type -> its fields in the order of the list; keywords come last everywhere
    "online": ("author", "title", "organization", "url", "date", "entrysubtype"),
    "video": ("author", "title", "url", "date", "eventtitle", "organization"),
    "software": ("author", "title", "url", "date", "organization", "license"),
}
_HAN = re.compile("[\u4e00-\u9fff]")
_OTHER_SCRIPTS = re.compile("[\u3041-\u30ff\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z]")
_CHINESE = (("langid", "chinese"), ("language", "zh-CN"))


Origins = dict[str, tuple[str, str]]
"""Field -> (source without delimiters, origin)."""


def entry_source(
    records: Record | Sequence[Record],
    *,
    key: str,
    category: str = "",
    topics: Iterable[str] = (),
    abstract: bool = False,
    database_type: str = "",
) -> str:
    """Return the source of a whole new paper: the first of what ``entry_with_origins`` returns."""
    return entry_with_origins(
        records, key=key, category=category, topics=topics, abstract=abstract, database_type=database_type
    )[0]


def entry_with_origins(
    records: Record | Sequence[Record],
    *,
    key: str,
    category: str = "",
    topics: Iterable[str] = (),
    abstract: bool = False,
    database_type: str = "",
) -> tuple[str, Origins]:
    """Return the source of a whole new paper, and where its type and each field come from.

    Of several records the published one leads, the preprint's adds its eprint. `database_type` is that of ``Choices``.
    Values that cannot stand in a BibTeX file are left out.
    """
    offered = _offered(records, abstract=abstract, database_type=database_type)
    leader = _leader(_known(records))
    title = "" if leader is None else offers.title_of(leader)
    rows = [*((name, offer.value) for name, offer in offered.items()), *_language(title), *_keywords(category, topics)]
    origins: Origins = {} if leader is None else {ENTRY_TYPE: (_type_of(leader), leader.origin)}
    for name, offer in offered.items():
        if source := source_of(name, offer.value):
            origins[name] = (undelimited(source), offer.record.origin)
    return _entry(_type_of(leader), key, rows), origins


def _known(records: Record | Sequence[Record]) -> list[Record]:
    return [records] if isinstance(records, Record) else list(records)


def _leader(known: Sequence[Record]) -> Record | None:
    """Return the published record, else the preprint's."""
    return next((record for record in known if record.published), None) or next(iter(known), None)


def _type_of(leader: Record | None) -> str:
    return "misc" if leader is None or not leader.published else (leader.type or "misc")


def _offered(records: Record | Sequence[Record], *, abstract: bool, database_type: str) -> dict[str, offers.Offer]:
    """Return the first offer for each field, in house order."""
    known = _known(records)
    published = next((record for record in known if record.published), None)
    preprint = next((record for record in known if not record.published), None)
    entry = Entry("", _type_of(published), arxiv=next((record.arxiv for record in known if record.arxiv), ""))
    names = NAMES_IN.get(database_type, {})
    fields: dict[str, offers.Offer] = {}
    for offer in _offers(entry, published, preprint, abstract=abstract):
        fields.setdefault(names.get(offer.field, offer.field), offer)
    return fields


def item_source(
    *,
    key: str,
    title: str,
    url: str,
    type: str = "online",  # noqa: A002  (the name that the field has everywhere else)
    author: People = NOBODY,
    organization: str = "",
    date: str = "",
    entrysubtype: str = "",
    category: str = "",
    topics: Iterable[str] = (),
) -> str:
    """Return the source of a new item that is no paper: ``@online``, ``@video`` or ``@software``."""
    given: dict[str, Value] = {
        "author": author,
        "title": title,
        "url": url,
        "organization": organization,
        "date": date,
        "entrysubtype": entrysubtype,
    }
    rows = [(name, given[name]) for name in ITEM_FIELDS.get(type, ITEM_FIELDS["online"]) if given.get(name)]
    return _entry(type, key, [*rows, *_language(title), *_keywords(category, topics)])


def find_present(
    entries: Iterable[Entry],
    *,
    arxiv: Collection[str] = (),
    doi: Collection[str] = (),
    url: str = "",
) -> Entry | None:
    """Return the entry that is the same work or page, by identifier only, or None.

    ``arxiv`` and ``doi`` are all normalised ids known for the work, those of its preprint and its published version
    alike; an entry that has one of them is it. An entry with the same link counts where no other has an id.
    """
    pages = {url_identity(link) for link in (url, *map(arxiv_url, arxiv), *map(doi_url, doi)) if link}
    by_page = None
    for entry in entries:
        if (entry.arxiv and entry.arxiv in arxiv) or (entry.doi and entry.doi in doi):
            return entry
        if by_page is None and entry.url:
            linked = normalise_doi(entry.url) if "doi" in entry.url else ""
            if (linked and linked in doi) or url_identity(entry.url) in pages:
                by_page = entry
    return by_page


def find_counterpart(entries: Iterable[Entry], records: Sequence[Record]) -> Entry | None:
    """Return the entry that is the work's other form: its preprint where the records are of the published version, or else
    the published version without arXiv id; or None.

    Told by the same title and the same people, both; never where both have an identifier of one kind, or a person wants
    the preprint as such (``pubstate``).
    """
    leader = _leader(records)
    if leader is None or not (leader.published or leader.arxiv):
        return None
    arxiv = {record.arxiv for record in records if record.arxiv}
    titles = {match.title_key(leader.title), match.title_key(offers.title_of(leader))} - {""}
    for entry in entries:
        preprint = bool(entry.arxiv)
        if preprint != leader.published or preprint != stands_unpublished(entry) or stays_preprint(entry):
            continue
        if (preprint and arxiv - {entry.arxiv}) or (entry.doi and leader.doi):
            continue
        if is_paper(entry) and match.title_key(str(entry.title)) in titles and _same_people(entry, leader):
            return entry
    return None


def _same_people(entry: Entry, record: Record) -> bool:
    known = bool(entry.authors.persons) and bool(record.authors.persons)
    return known and match.family_overlap(entry.authors, record.authors) >= match.ENOUGH_PEOPLE


def _offers(
    entry: Entry, published: Record | None, preprint: Record | None, *, abstract: bool
) -> Iterator[offers.Offer]:
    if published is None:
        if preprint is not None:
            yield from offers.of_preprint(entry, preprint, abstract=abstract)
        return
    yield from offers.fuller_authors(entry, published, preprint)
    yield from offers.of_published(entry, published, entry.type)
    if preprint is not None:
        linked = bool(published.url or published.doi)
        yield from offers.beside_published(entry, preprint, abstract=abstract, linked=linked)
    yield from offers.of_eprint(entry, entry.arxiv, published)


def _language(title: str) -> Iterable[tuple[str, Value]]:
    """Say that an entry is in Chinese where its title is: so BibTeX styles and CSL know."""
    if title.isascii() or _OTHER_SCRIPTS.search(title):
        return ()
    han = len(_HAN.findall(title))
    return _CHINESE if han and han * 3 >= len(_LATIN.findall(title)) else ()


def _keywords(category: str, topics: Iterable[str]) -> list[tuple[str, Value]]:
    words = ", ".join(dict.fromkeys(word for word in (category, *topics) if word))
    return [("keywords", words)] if words else []


def _entry(entry_type: str, key: str, rows: Iterable[tuple[str, Value]]) -> str:
    lines = [f"@{entry_type}{{{key},"]
    for name, value in rows:
        if name in NAME_FIELDS and not (isinstance(value, People) and value.persons):
            continue
        source = source_of(name, value)
        if source:
            lines.append(f"  {name} = {source},")
    return "\n".join([*lines, "}"]) + "\n"
