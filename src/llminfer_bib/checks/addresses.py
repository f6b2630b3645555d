"""Rules about web addresses as they are written; whether they open is for ``bib links``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..identifiers import host_of, normalise_doi, web_url
from ..problems import ERROR
from .examples import framed
from .mending import rewritten, short, source_in
from .rules import Context, Finding, Subject

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):(?![0-9]{1,5}(?:/|\Z))")
_COMMAND = re.compile(r"\\(?:url|path|nolinkurl|href)\s*\{([^{}]*)\}\s*\Z")
_ESCAPED = re.compile(r"\{\\([_%&#])\}|\\([_%&#])")
_TILDE = re.compile(r"\{?(?:\\textasciitilde|\\~|\$\\sim\$)(?:\{\}|\s)?\}?|\\string~")
_TWO = re.compile(r"(?:%0A|%20){1,5}https?://", re.IGNORECASE)
_SCHEME_TWICE = re.compile(r"(?:https?://(?:dx\.)?(?:doi\.org/)?){1,2}https?:?//(?:dx\.)?", re.IGNORECASE)
_FILE_AND_DOT = re.compile(r"(?:/|\.(?:html?|pdf|php|aspx?|jsp|txt|ps|gz|zip|org|com|net|edu|io))\.\Z", re.IGNORECASE)
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
    value = _address(subject)
    if value and (len(value.split()) > 1 or _TWO.search(value)):
        yield Finding(f"url = `{short(value)}` has a blank in it.", "url")


def _url_scheme(subject: Subject, _: Context) -> Iterator[Finding]:
    value = _address(subject)
    if value and not value.startswith(("https://", "<", '"')) and len(value.split()) == 1 and not _SCHEME.match(value):
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
    for name in ("url", "doi"):
        if "\\" not in subject.raw.fields.get(name, ""):
            continue
        source = source_in(subject, name)
        if "\\backslash" in source:
            yield Finding(f"{name} = `{short(source)}` has a line's end in it, written as TeX.", name, "\\backslash")
        elif source and not _COMMAND.match(source.strip()) and (plain := _unescaped(source)) != source:
            fix = rewritten(subject, name, plain) if web_url(plain) or normalise_doi(plain) == plain.lower() else ()
            yield Finding(f"{name} = `{short(source)}` is escaped for TeX.", name, "\\", fix=fix)


def _url_twice(subject: Subject, _: Context) -> Iterator[Finding]:
    value = _address(subject)
    if _SCHEME_TWICE.match(value):
        source = source_in(subject, "url")
        plain = source.strip()[source.lower().rindex("http") :] if source == source.strip() else ""
        fix = rewritten(subject, "url", plain) if plain and web_url(plain) else ()
        yield Finding(f"url = `{short(value)}` has `https://` twice.", "url", fix=fix)


def _url_marks(subject: Subject, _: Context) -> Iterator[Finding]:
    value = _address(subject)
    if not value or not (value[-1] in '.,;>"' or value[0] in '<"'):
        return
    plain = value.strip('<>"').rstrip(",;")
    if _FILE_AND_DOT.search(plain[-12:]):
        plain = plain[:-1]
    if plain != value and len(value.split()) == 1 and web_url(plain):
        yield Finding(f"url = `{short(value)}` is more than the address.", "url", fix=rewritten(subject, "url", plain))


_PAGE = "@online{k, title = {Paged attention}, url = {%s}}\n"


RULES: Final = (
    framed(
        "B120", "url-without-scheme", _url_scheme,
        ("Without `https://` an address is no link.", "Put `https://` in front."),
        _PAGE, "www.example.org/paged", "https://www.example.org/paged",
    ),
    framed(
        "B121", "url-not-web", _url_no_web,
        (
            "The address is none of http, https or ftp, or names no host: readers cannot open it.",
            "Give an address on the web, or remove it.",
        ),
        _PAGE, "file:///home/me/paged.pdf", "https://example.org/paged.pdf",
    ),
    framed(
        "B122", "url-with-blank", _url_blank,
        (
            "A blank ends an address: the link stops there, or two addresses stand in one field.",
            "Remove it, write `%20`, or keep one address.",
        ),
        _PAGE, "https://example.org/paged attention", "https://example.org/paged%20attention",
    ),
    framed(
        "B123", "url-command", _url_command,
        ("A command stands around the address; styles that make links put one there themselves.", "Keep the address alone."),
        _PAGE, "\\url{https://example.org/paged}", "https://example.org/paged",
    ),
    framed(
        "B124", "url-escaped", _url_escaped,
        ("The fields `url` and `doi` are taken as they are: a backslash in them breaks the link.", "Write it as the browser shows it."),
        _PAGE, "https://example.org/paged\\_attention", "https://example.org/paged_attention",
    ),
    framed(
        "B125", "url-punctuation", _url_marks,
        ("The dot, comma or brackets of a sentence were copied along with the address, which then leads nowhere.", "Remove them."),
        _PAGE, "https://example.org/paged.html.", "https://example.org/paged.html",
    ),
    framed(
        "B126", "url-scheme-twice", _url_twice,
        ("One address stands inside another by mistake.", "Keep the inner one."),
        _PAGE, "https://https://example.org/paged", "https://example.org/paged", ERROR,
    ),
)  # fmt: skip
