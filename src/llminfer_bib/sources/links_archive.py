"""Asks the Internet Archive's availability service for the copy of a page: https://archive.org/help/wayback_api.php, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from .. import identifiers
from .http import get
from .json_answers import object_of, restored, stored
from .protocol import DAY, SourceError, Wire

NAME: Final = "archive"
BASE_URL: Final = "https://archive.org"
BASE_URL_VARIABLE: Final = "BIB_ARCHIVE_URL"
PACE: Final = 1.0
LIFETIME: Final = 30 * DAY
ABSENT_LIFETIME: Final = DAY


def ask(url: str, wire: Wire) -> bytes | None:
    """Return the answer for an address, to be stored, or None where there is no copy. Raises SourceError."""
    answer = get(f"{wire.base_url}/wayback/available", {"url": url}, wire, accept="application/json")
    found = object_of(answer)
    snapshots = found.get("archived_snapshots")
    closest = snapshots.get("closest") if isinstance(snapshots, dict) else None
    copy = closest.get("url") if isinstance(closest, dict) and closest.get("available") is True else None
    if not isinstance(copy, str) or not identifiers.is_web_url(_safe(copy)):
        return None
    return stored(_safe(copy))


def read(raw: bytes) -> str:
    """Return the link to the copy. Raises ValueError."""
    copy = restored(raw)
    if not isinstance(copy, str) or not identifiers.is_web_url(copy):
        raise ValueError("no link")
    return copy


def ask_all(
    urls: list[str], wire: Wire, left: Callable[[], float], sleep: Callable[[float], None]
) -> tuple[dict[str, bytes | None], str]:
    """Ask for each address while seconds are `left`; return the answers, and why it ended early, if it did."""
    answers: dict[str, bytes | None] = {}
    for number, url in enumerate(urls):
        if left() <= PACE:
            return answers, "there was no time left"
        if number:
            sleep(PACE)
        try:
            answers[url] = ask(url, wire)
        except SourceError as error:
            return answers, str(error)  # it has trouble or asks for patience: nothing is gained by going on
    return answers, ""


def _safe(copy: str) -> str:
    """Return the link with https and nothing in it that is unsafe."""
    if copy.startswith("http://web.archive.org/"):
        copy = "https" + copy.removeprefix("http")
    return quote(copy, safe="%/:=&?~#+!$,;'@()*[]", errors="replace").replace("'", "%27")[:4096]
