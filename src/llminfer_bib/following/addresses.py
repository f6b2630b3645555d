"""Addresses as they are asked: no fragment, no credentials, everything encoded; and when two of them are the same page."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from .. import identifiers

_LONGEST = 4096


def asked(url: str) -> str:
    """Return the address to ask for a link, or an empty text where it is no http(s) address."""
    url = identifiers.web_url(url) if len(url) <= _LONGEST else ""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii").decode()
        port = parts.port
    except (ValueError, UnicodeError):
        return ""
    if ":" in host:
        host = f"[{host}]"
    usual = {"http": 80, "https": 443}[parts.scheme.lower()]
    place = host if port in {None, usual} else f"{host}:{port}"
    path, query = (_encoded(text) for text in (parts.path, parts.query))
    return urlunsplit((parts.scheme.lower(), place, path or "/", query, ""))


def is_same_page(old: str, new: str) -> bool:
    """Tell whether two addresses differ in nothing but https, ``www.``, a slash at the end and spelling; never from https to http."""
    if old.lower().startswith("https:") and not new.lower().startswith("https:"):
        return False
    return _plain(old) == _plain(new)


def _plain(url: str) -> str:
    return identifiers.url_identity(url).removeprefix("www.")


def _encoded(text: str) -> str:
    if text.isascii():
        return text
    return "".join(char if char.isascii() else quote(char, errors="replace") for char in text)
