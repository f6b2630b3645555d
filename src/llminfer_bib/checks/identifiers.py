"""Rules about DOI, arXiv id, ISBN, ISSN and web address. What is no DOI or arXiv id at all, decode says (B024, B025)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..identifiers import (
    host_of,
    is_preprint_doi,
    normalise_arxiv,
    normalise_doi,
    normalise_isbn,
    normalise_issn,
    web_url,
)
from ..kinds import is_preprint_venue
from ..problems import ERROR, WARNING
from .mending import rewritten, short, source_in
from .rules import Check, Context, Finding, Rule, Subject

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
    if version:
        source = source_in(subject, "eprint")
        fix = rewritten(subject, "eprint", source[: -len(version)]) if source.lower().endswith(version) else ()
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


def _archive_without_id(subject: Subject, _: Context) -> Iterator[Finding]:
    for name in ("eprinttype", "archiveprefix"):
        if name in subject.raw.fields and "eprint" not in subject.entry.fields:
            yield Finding(f"{name} = `{short(subject.entry.fields.get(name, ''))}` without an eprint.", name)
            return


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):(?![0-9]{1,5}(?:/|\Z))")
_COMMAND = re.compile(r"\\(?:url|path|nolinkurl|href)\s*\{([^{}]*)\}\s*\Z")
_ESCAPED = re.compile(r"\{\\([_%&#])\}|\\([_%&#])")
_TILDE = re.compile(r"\{?(?:\\textasciitilde|\\~|\$\\sim\$)(?:\{\}|\s)?\}?|\\string~")
_GOOD_SCHEMES: Final = frozenset({"http", "https", "ftp", "ftps", "ctan"})
"""What readers can open, and what LaTeX classes resolve."""


def _unescaped(source: str) -> str:
    return _TILDE.sub("~", _ESCAPED.sub(lambda found: found[1] or found[2], source))


def _address(subject: Subject) -> str:
    """Return the address in an own ``url`` that is written plainly; what has TeX in it has rules of its own."""
    if "url" not in subject.raw.fields:
        return ""
    value = subject.entry.fields.get("url", "").strip()
    return "" if "\\" in value or "{" in value or "$" in value else value


def _url_blank(subject: Subject, _: Context) -> Iterator[Finding]:
    if (value := _address(subject)) and len(value.split()) > 1:
        yield Finding(f"url = `{short(value)}` has a blank in it.", "url")


def _url_scheme(subject: Subject, _: Context) -> Iterator[Finding]:
    value = _address(subject)
    if value and not value.startswith("https://") and len(value.split()) == 1 and not _SCHEME.match(value):
        hint = f"Write `https://{value}`, once you have seen that it opens." if value.lower().startswith("www.") else ""
        yield Finding(f"url = `{short(value)}` has no `https://` in front.", "url", hint=hint)


def _url_no_web(subject: Subject, _: Context) -> Iterator[Finding]:
    value = _address(subject)
    if value.startswith("https://") and value[8:9].isalpha():
        return
    if not value or len(value.split()) > 1 or not (scheme := _SCHEME.match(value)):
        return
    if scheme[1].lower() not in _GOOD_SCHEMES:
        yield Finding(f"url = `{short(value)}` is no address on the web.", "url")
    elif scheme[1].lower().startswith("http") and (not web_url(value) or not host_of(value)):
        yield Finding(f"url = `{short(value)}` names no host.", "url")


def _url_command(subject: Subject, _: Context) -> Iterator[Finding]:
    source = source_in(subject, "url") if "\\" in subject.raw.fields.get("url", "") else ""
    if source and (found := _COMMAND.match(source.strip())):
        fix = () if "\\href" in source else rewritten(subject, "url", _unescaped(found[1]).strip())
        yield Finding(f"url = `{short(source)}` has a command around the address.", "url", fix=fix)


def _url_escaped(subject: Subject, _: Context) -> Iterator[Finding]:
    if "\\" not in subject.raw.fields.get("url", ""):
        return
    source = source_in(subject, "url")
    if source and not _COMMAND.match(source.strip()) and (plain := _unescaped(source)) != source:
        fix = rewritten(subject, "url", plain) if web_url(plain) else ()
        yield Finding(f"url = `{short(source)}` is escaped for TeX.", "url", "\\", fix=fix)


_BOOK = (
    "@book{k, author = {Knuth, Donald E.}, title = {The {TeXbook}}, publisher = {Addison-Wesley}, year = {1984}, %s}\n"
)
_PAPER = "@article{k, author = {Kwon, Woosuk}, title = {Paged attention}, journal = {Science}, year = {2023}, %s}\n"
_PREPRINT = "@misc{k, author = {Kwon, Woosuk}, title = {Paged attention}, year = {2023}, %s}\n"
_PAGE = "@online{k, title = {Paged attention}, url = {%s}}\n"


def _row(
    code: str, name: str, check: Check, texts: tuple[str, str], frame: str, bad: str, good: str, grave: str = WARNING
) -> Rule:
    summary, hint = texts
    return Rule(code, name, grave, summary, hint, frame % bad, frame % good, check=check)


RULES: Final = (
    _row(
        "B110", "isbn-wrong", _isbn,
        ("An ISBN has the wrong length or check digit, so that no catalogue finds the book.", "Copy it anew from the book or a catalogue."),
        _BOOK, "isbn = {0-201-13447-1}", "isbn = {0-201-13447-0}",
    ),
    _row(
        "B111", "issn-wrong", _issn,
        ("An ISSN has the wrong length or check digit.", "Copy it anew, or remove it: journals are found by their names."),
        _PAPER, "issn = {0036-8076}", "issn = {0036-8075}",
    ),
    _row(
        "B112", "doi-with-resolver", _doi_resolver,
        ("The field `doi` holds a link or a label; styles put the resolver in front once more.", "Keep the part from `10.` on."),
        _PAPER, "doi = {https://doi.org/10.1145/3600006.3613165}", "doi = {10.1145/3600006.3613165}",
    ),
    _row(
        "B113", "doi-sentence-end", _doi_end,
        ("The dot or comma of a sentence was copied along with the DOI, which then does not resolve.", "Remove it."),
        _PAPER, "doi = {10.1145/3600006.3613165.}", "doi = {10.1145/3600006.3613165}",
    ),
    _row(
        "B114", "doi-two", _doi_twice,
        ("Two DOIs stand in one field; together they are none.", "Keep that of the version you cite."),
        _PAPER, "doi = {10.1145/3600006.3613165,10.1145/3579371}", "doi = {10.1145/3600006.3613165}", ERROR,
    ),
    _row(
        "B115", "doi-of-preprint", _doi_of_preprint,
        (
            "A published paper carries the DOI of its preprint, so that readers land on the wrong version.",
            "Put the published DOI here, and the preprint's id into eprint.",
        ),
        _PAPER, "doi = {10.48550/arXiv.2309.06180}", "doi = {10.1145/3600006.3613165}",
    ),
    _row(
        "B116", "eprint-version", _eprint_version,
        (
            "The arXiv id names a version; two entries of one paper are then not recognised as such.",
            "Write the id without `v2`; put the version into `version` if it matters.",
        ),
        _PREPRINT, "eprint = {2309.06180v2}, eprinttype = {arxiv}", "eprint = {2309.06180}, eprinttype = {arxiv}",
    ),
    _row(
        "B117", "arxiv-in-text", _arxiv_in_text,
        (
            "The arXiv id stands in a text only, so that styles cannot make a link of it.",
            "Put it into `eprint`, with `eprinttype = {arxiv}`.",
        ),
        _PREPRINT, "howpublished = {arXiv:2309.06180}", "eprint = {2309.06180}, eprinttype = {arxiv}",
    ),
    _row(
        "B118", "archive-without-id", _archive_without_id,
        ("The archive is named, but not the id there.", "Add `eprint`, or remove the archive."),
        _PREPRINT, "eprinttype = {arxiv}, url = {https://example.org/kwon}", "eprint = {2309.06180}, eprinttype = {arxiv}",
    ),
    _row(
        "B120", "url-without-scheme", _url_scheme,
        ("Without `https://` an address is no link.", "Put `https://` in front."),
        _PAGE, "www.example.org/paged", "https://www.example.org/paged",
    ),
    _row(
        "B121", "url-not-web", _url_no_web,
        (
            "The address is none of http, https or ftp, or names no host: readers cannot open it.",
            "Give an address on the web, or remove it.",
        ),
        _PAGE, "file:///home/me/paged.pdf", "https://example.org/paged.pdf",
    ),
    _row(
        "B122", "url-with-blank", _url_blank,
        (
            "A blank ends an address: the link stops there, or two addresses stand in one field.",
            "Remove it, write `%20`, or keep one address.",
        ),
        _PAGE, "https://example.org/paged attention", "https://example.org/paged%20attention",
    ),
    _row(
        "B123", "url-command", _url_command,
        ("A command stands around the address; styles that make links put one there themselves.", "Keep the address alone."),
        _PAGE, "\\url{https://example.org/paged}", "https://example.org/paged",
    ),
    _row(
        "B124", "url-escaped", _url_escaped,
        ("The field `url` is taken as it is: a backslash in it breaks the link.", "Write the address as the browser shows it."),
        _PAGE, "https://example.org/paged\\_attention", "https://example.org/paged_attention",
    ),
)  # fmt: skip
