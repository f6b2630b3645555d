"""Identifiers and links: one thing in two spellings, or two things."""

from __future__ import annotations

from ..alike import fold
from ..identifiers import (
    host_of,
    is_preprint_doi,
    normalise_arxiv,
    normalise_doi,
    normalise_isbn,
    normalise_issn,
    url_identity,
)
from .compared import SAME, Compared, material, said, shown, slight

_DOI_HOSTS = frozenset({"doi.org", "dx.doi.org", "www.doi.org", "doi.acm.org"})


def compare_doi(mine: str, theirs: str) -> Compared:
    """Compare two DOIs. A preprint's DOI beside a published one does not weigh: the upgrade sees to it."""
    a, b = normalise_doi(mine), normalise_doi(theirs)
    if a == b:
        return SAME if a or fold(mine).strip() == fold(theirs).strip() else material("another DOI")
    if a and b and is_preprint_doi(a) != is_preprint_doi(b):
        return slight(f"the DOI of {'the preprint' if is_preprint_doi(b) else 'the published version'}: {shown(b)}")
    return material(f"another DOI: {said(mine, theirs, 'none')}")


def compare_eprint(mine: str, theirs: str) -> Compared:
    """Compare two eprint ids; a version that only one names does not count."""
    (a, version_a), (b, version_b) = normalise_arxiv(mine), normalise_arxiv(theirs)
    if not a and not b:
        return SAME if fold(mine).strip() == fold(theirs).strip() else slight(f"another eprint: {shown(theirs)}")
    if a != b:
        return material(f"another arXiv id: {said(mine, theirs, 'none')}")
    if version_a and version_b and version_a != version_b:
        return slight(f"another version: {version_b}, not {version_a}")
    return SAME


def compare_url(mine: str, theirs: str) -> Compared:
    """Compare two links: scheme, ``www.``, a trailing slash, and which page of one arXiv id or DOI do not count."""
    if _target(mine) == _target(theirs):
        return SAME
    return slight(f"another link: {shown(theirs) or 'none'}")


def compare_isbn(mine: str, theirs: str) -> Compared:
    """Compare two ISBNs, of ten digits or thirteen."""
    same = (normalise_isbn(mine) or fold(mine).strip()) == (normalise_isbn(theirs) or fold(theirs).strip())
    return SAME if same else slight(f"another ISBN: {shown(theirs)}")


def compare_issn(mine: str, theirs: str) -> Compared:
    """Compare two ISSNs."""
    same = (normalise_issn(mine) or fold(mine).strip()) == (normalise_issn(theirs) or fold(theirs).strip())
    return SAME if same else slight(f"another ISSN: {shown(theirs)}")


def _target(url: str) -> str:
    """Return what a link leads to: an arXiv id, a DOI, or the page."""
    host = host_of(url)
    if host.endswith("arxiv.org") and (arxiv := normalise_arxiv(url)[0]):
        return "arxiv:" + arxiv
    if host in _DOI_HOSTS and (doi := normalise_doi(url)):
        arxiv = normalise_arxiv(doi)[0]
        return "arxiv:" + arxiv if arxiv else "doi:" + doi
    return url_identity(url).removeprefix("www.")
