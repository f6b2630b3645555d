"""Rules about DOI, arXiv id, ISBN, ISSN and web address. What is no DOI or arXiv id at all, decode says (B024, B025)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..edits import SetField
from ..identifiers import (
    is_preprint_doi,
    normalise_arxiv,
    normalise_doi,
    normalise_isbn,
    normalise_issn,
)
from ..kinds import is_preprint_venue
from ..problems import ERROR
from .examples import framed
from .mending import rewritten, short, source_in
from .rules import Context, Finding, Subject

_BETWEEN = re.compile(r"[,;/\n]|\band\b|\s\s|(?<=[0-9Xx])\s(?=97[89]|[0-9]{4}-)")
_BRACKETS = re.compile(r"\([^()]{0,40}\)|\[[^\[\]]{0,40}\]")
_NUMBER = re.compile(
    r"(?:[A-Za-z]{0,2}IS[BS]N(?:-?1[03])?\s?:?\s?)?([0-9][0-9\s\-\u2010-\u2013]{5,20}[0-9Xx])", re.IGNORECASE
)
_SERVERS = re.compile(
    r"rxiv|\bssrn\b|social science research network|research square|preprint|authorea|\bosf\b|cold spring harbor|\bcorr\b|repository",
    re.IGNORECASE,
)
_PAPER_TYPES: Final = frozenset({"article", "inproceedings", "conference", "incollection"})
_VENUES: Final = ("journal", "journaltitle", "booktitle")
_TWO_DOIS = re.compile(r"[,;|]\s?(?:https?://(?:dx\.)?doi\.org/|doi:\s?)?10\.[0-9]{4,9}/", re.IGNORECASE)
_ARXIV_ALONE = re.compile(
    r"(?:e-?print\s|preprint\s)?arxiv(?:\s?:\s?|\s(?:preprint|e-?print)\s(?:arxiv:)?)(\S{5,40})", re.IGNORECASE
)


def _numbers(value: str) -> Iterator[str]:
    """Yield what is meant as one number each: people write several in one field, with remarks in brackets."""
    for part in _BETWEEN.split(_BRACKETS.sub(" ", value)):
        if found := _NUMBER.fullmatch(part.strip(" .:")):
            yield found[1].strip()


def _isbn(subject: Subject, _: Context) -> Iterator[Finding]:
    if "isbn" in subject.raw.fields and not normalise_isbn(value := subject.entry.fields.get("isbn", "")):
        for number in _numbers(value):
            # Some write an ISSN here, which is another matter than a wrong digit.
            if not normalise_isbn(number) and not normalise_issn(number):
                yield Finding(f"isbn = `{short(number)}` is no ISBN: {_why(number, (10, 13))}.", "isbn", number)


def _issn(subject: Subject, _: Context) -> Iterator[Finding]:
    if "issn" in subject.raw.fields and not normalise_issn(value := subject.entry.fields.get("issn", "")):
        for number in _numbers(value):
            if not normalise_issn(number) and not normalise_isbn(number):
                yield Finding(f"issn = `{short(number)}` is no ISSN: {_why(number, (8,))}.", "issn", number)


def _why(number: str, lengths: tuple[int, ...]) -> str:
    digits = sum(char.isalnum() for char in number)
    return "its check digit is wrong" if digits in lengths else f"it has {digits} digits"


def _doi_source(subject: Subject) -> tuple[str, str]:
    """Return the source of ``doi`` and the DOI in it, in the source's case where that is possible; or empty texts."""
    source = source_in(subject, "doi")
    doi = normalise_doi(source) if source else ""
    if not doi:
        return "", ""
    at = source.lower().find(doi)
    return source, source[at : at + len(doi)] if at >= 0 else doi


def _doi_resolver(subject: Subject, _: Context) -> Iterator[Finding]:
    if "doi" not in subject.raw.fields:
        return
    source, doi = _doi_source(subject)
    if doi and source.lstrip(" {<").lower().startswith(("http", "doi", "www.", "dx.", "info:", "urn:", "//")):
        yield Finding(f"doi = `{short(source)}` is more than the DOI.", "doi", fix=rewritten(subject, "doi", doi))


def _doi_end(subject: Subject, _: Context) -> Iterator[Finding]:
    if "doi" not in subject.raw.fields:
        return
    source, doi = _doi_source(subject)
    if doi and source != doi and source.startswith("10.") and source.rstrip("., ;") == doi != source.rstrip():
        yield Finding(
            f"doi = `{short(source)}` ends with a sentence's mark.", "doi", fix=rewritten(subject, "doi", doi)
        )


def _doi_twice(subject: Subject, _: Context) -> Iterator[Finding]:
    # With a blank between them they are no DOI at all, which decode says.
    value = subject.entry.fields.get("doi", "") if "doi" in subject.raw.fields else ""
    if value and normalise_doi(value) and (found := _TWO_DOIS.search(value)):
        yield Finding(f"doi = `{short(value)}` holds two DOIs.", "doi", found[0])


def _doi_of_preprint(subject: Subject, _: Context) -> Iterator[Finding]:
    raw, fields = subject.raw, subject.entry.fields
    if (
        "doi" not in raw.fields
        or raw.type not in _PAPER_TYPES
        or not is_preprint_doi(normalise_doi(fields.get("doi", "")))
    ):
        return
    venue = next((fields[name] for name in _VENUES if fields.get(name)), "")
    if venue and not is_preprint_venue(venue) and not _SERVERS.search(venue + " " + fields.get("publisher", "")):
        yield Finding(
            f"doi = `{short(fields['doi'])}` is the preprint's, but `{short(venue)}` published the paper.", "doi"
        )


def _eprint_version(subject: Subject, _: Context) -> Iterator[Finding]:
    fields = subject.entry.fields
    if "eprint" not in subject.raw.fields or (
        fields.get("eprinttype") or fields.get("archiveprefix", "")
    ).lower() not in (
        "",
        "arxiv",
    ):
        return
    identifier, version = normalise_arxiv(fields.get("eprint", ""))
    if version and not _ADDRESS.match(fields.get("eprint", "").strip()):
        source = source_in(subject, "eprint")
        fix = rewritten(subject, "eprint", source[: -len(version)]) if source.lower().endswith(version) else ()
        if fix and "version" not in fields:  # nothing is lost
            fix = (*fix, SetField(subject.raw.key, "version", f"{{{version[1:]}}}"))
        yield Finding(
            f"eprint = `{short(fields['eprint'])}` names version {version[1:]} of {identifier}.", "eprint", fix=fix
        )


def _arxiv_in_text(subject: Subject, _: Context) -> Iterator[Finding]:
    entry, fields = subject.entry, subject.entry.fields
    if "eprint" in fields or "arxiv.org" in entry.url.lower() or "48550" in fields.get("doi", ""):
        return
    for name in (*_VENUES, "howpublished", "note"):
        value = fields.get(name, "") if name in subject.raw.fields else ""
        if not value or "arxiv" not in value.lower():
            continue
        found = _ARXIV_ALONE.match(value.strip())
        identifier = normalise_arxiv(found[1].rstrip(".,;"))[0] if found else ""
        if identifier and (name != "note" or _ARXIV_ALONE.fullmatch(value.strip(" ."))):
            yield Finding(
                f"the arXiv id {identifier} stands only in {name} = `{short(value)}`.",
                name,
                hint=f"Add `eprint = {{{identifier}}}, eprinttype = {{arxiv}}`.",
            )
            return


def _eprint_address(subject: Subject, _: Context) -> Iterator[Finding]:
    source = source_in(subject, "eprint").strip()
    if source[:4].lower() != "http" or not _ADDRESS.match(source):
        return
    identifier, version = normalise_arxiv(source) if "arxiv.org" in source.lower() else ("", "")
    fix = rewritten(subject, "eprint", identifier) if identifier and not version else ()
    hint = "" if identifier else "Remove it, or put it into `url`."
    yield Finding(f"eprint = `{short(source)}` is an address.", "eprint", hint=hint, fix=fix)


def _placeholder(subject: Subject, _: Context) -> Iterator[Finding]:
    fields, own = subject.entry.fields, subject.raw.fields
    names = [name for name, value in _PLACEHOLDERS if name in own and value in fields.get(name, "")]
    if names and not _IS_THEIRS.search(subject.entry.title.text):
        say = " and ".join(f"{name} = `{short(fields[name])}`" for name in names)
        yield Finding(f"{say}: Mendeley writes this where it knows none.", names[0])


def _archive_without_id(subject: Subject, _: Context) -> Iterator[Finding]:
    for name in ("eprinttype", "archiveprefix"):
        if name in subject.raw.fields and "eprint" not in subject.entry.fields:
            yield Finding(f"{name} = `{short(subject.entry.fields.get(name, ''))}` without an eprint.", name)
            return


_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_PLACEHOLDERS: Final = (("eprint", "1011.1669"), ("isbn", "9788578110796"), ("pmid", "25246403"))
_IS_THEIRS = re.compile(r"\bBreuil\b|Ihara's lemma|stress management", re.IGNORECASE)
"""Titles of the works that these belong to."""
_BOOK = (
    "@book{k, author = {Knuth, Donald E.}, title = {The {TeXbook}}, publisher = {Addison-Wesley}, year = {1984}, %s}\n"
)
_PAPER = "@article{k, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, year = {2023}, %s}\n"
_PREPRINT = "@misc{k, author = {Kwon, Woosuk}, title = {Paged attention}, year = {2023}, %s}\n"


RULES: Final = (
    framed(
        "B110", "isbn-wrong", _isbn,
        ("An ISBN has the wrong length or check digit, so that no catalogue finds the book.", "Copy it anew from the book or a catalogue."),
        _BOOK, "isbn = {0-201-13447-1}", "isbn = {0-201-13447-0}",
    ),
    framed(
        "B111", "issn-wrong", _issn,
        ("An ISSN has the wrong length or check digit.", "Copy it anew, or remove it: journals are found by their names."),
        _PAPER, "issn = {0036-8076}", "issn = {0036-8075}",
    ),
    framed(
        "B112", "doi-with-resolver", _doi_resolver,
        ("The field `doi` holds a link or a label; styles put the resolver in front once more.", "Keep the part from `10.` on."),
        _PAPER, "doi = {https://doi.org/10.1145/3600006.3613165}", "doi = {10.1145/3600006.3613165}",
    ),
    framed(
        "B113", "doi-sentence-end", _doi_end,
        ("The dot or comma of a sentence was copied along with the DOI, which then does not resolve.", "Remove it."),
        _PAPER, "doi = {10.1145/3600006.3613165.}", "doi = {10.1145/3600006.3613165}",
    ),
    framed(
        "B114", "doi-two", _doi_twice,
        ("Two DOIs stand in one field; together they are none.", "Keep that of the version you cite."),
        _PAPER, "doi = {10.1145/3600006.3613165,10.1145/3579371}", "doi = {10.1145/3600006.3613165}", ERROR,
    ),
    framed(
        "B115", "doi-of-preprint", _doi_of_preprint,
        (
            "A published paper carries the DOI of its preprint, so that readers land on the wrong version.",
            "Put the published DOI here, and the preprint's id into eprint.",
        ),
        _PAPER, "doi = {10.48550/arXiv.2309.06180}", "doi = {10.1145/3600006.3613165}",
    ),
    framed(
        "B116", "eprint-version", _eprint_version,
        (
            "The arXiv id names a version; two entries of one paper are then not recognised as such.",
            "Write the id without `v2`, and `version = {2}` if it matters.",
        ),
        _PREPRINT, "eprint = {2309.06180v2}, eprinttype = {arxiv}", "eprint = {2309.06180}, eprinttype = {arxiv}",
    ),
    framed(
        "B117", "arxiv-in-text", _arxiv_in_text,
        (
            "The arXiv id stands in a text only, so that styles cannot make a link of it.",
            "Put it into `eprint`, with `eprinttype = {arxiv}`.",
        ),
        _PREPRINT, "howpublished = {arXiv:2309.06180}", "eprint = {2309.06180}, eprinttype = {arxiv}",
    ),
    framed(
        "B118", "archive-without-id", _archive_without_id,
        ("The archive is named, but not the id there.", "Add `eprint`, or remove the archive."),
        _PREPRINT, "eprinttype = {arxiv}, url = {https://example.org/kwon}", "eprint = {2309.06180}, eprinttype = {arxiv}",
    ),
    framed(
        "B119", "identifier-placeholder", _placeholder,
        (
            "Mendeley gave these identifiers of other works to entries for which it found none.",
            "Remove the field, or look the right one up.",
        ),
        _PREPRINT, "eprint = {1011.1669}, eprinttype = {arxiv}", "eprint = {2309.06180}, eprinttype = {arxiv}", ERROR,
    ),
    framed(
        "B127", "eprint-address", _eprint_address,
        (
            "The field `eprint` holds an address, of which styles make a link that leads nowhere.",
            "Write the id alone: `eprint = {2309.06180}`, `eprinttype = {arxiv}`.",
        ),
        _PREPRINT, "eprint = {https://arxiv.org/abs/2309.06180}, eprinttype = {arxiv}", "eprint = {2309.06180}, eprinttype = {arxiv}",
    ),
)  # fmt: skip
