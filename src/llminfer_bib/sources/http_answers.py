"""One answer to an HTTP request: how it looks, what is a failure, where it may redirect, what ``Retry-After`` means; sends nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from .protocol import ThrottledError, UnavailableError

_LONGEST_WAIT = 7 * 86400.0
"""Seconds. A server that asks for more is taken for broken, and the number for this one."""
_SECONDS = re.compile(r"([0-9]++)(\.[0-9]{1,6}+)?")


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer, unpacked and not larger than ``Wire.largest``."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    content_type: str
    """In lower case, without parameters: ``application/json``; empty where the server names none."""


def refuse_failures(answer: HttpAnswer) -> None:
    """Raise what stands for the status 429, 503 or another 5xx, and for one that is no final answer (1xx, 3xx)."""
    if answer.status in {429, 503}:
        raise ThrottledError(f"HTTP {answer.status}", retry_after(answer.headers))
    if answer.status >= 500 or answer.status < 200 or 300 <= answer.status < 400:
        raise UnavailableError(f"HTTP {answer.status}")


def is_same_place(old: str, new: str) -> bool:
    """Tell whether a redirect stays with the host and port it came from; http may become https."""
    ours, theirs = urlsplit(old), urlsplit(new)
    if (ours.scheme, theirs.scheme) == ("http", "https"):
        return ours.hostname == theirs.hostname and ours.port in {None, 80} and theirs.port in {None, 443}
    return (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` (RFC 9110, 10.2.3: seconds or a date) asks for, or None. Parts of a second are heeded.

    ``headers`` are by lower-case name. A date counts from the answer's own ``Date``, so that a wrong clock does no harm.
    """
    text = headers.get("retry-after", "").strip()
    if found := _SECONDS.fullmatch(text):
        return min(float(found[1][:12] + (found[2] or "")), _LONGEST_WAIT)
    then = _moment(text)
    if then is None:
        return None
    now = _moment(headers.get("date", ""))
    wait = then - (time.time() if now is None else now)
    return min(max(wait, 0.0), _LONGEST_WAIT)


def _moment(text: str) -> float | None:
    """Return an HTTP date as seconds since 1970, or None."""
    if not text or len(text) > 64:
        return None
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # a hundredth of a second, seldom needed

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else datetime.combine(moment.date(), moment.time(), UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
