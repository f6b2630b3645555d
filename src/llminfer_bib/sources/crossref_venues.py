"""Where a work appeared: Crossref's containers and event -> the venue as it is cited, its series, and the better entry type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .crossref_tables import IS_SERIES, MEETING
from .markup import plain


@dataclass(frozen=True, slots=True)
class Venue:
    """A journal or a volume. ``type`` is set where it shows another entry type than Crossref's own type does."""

    name: str = ""
    series: str = ""
    type: str = ""


_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9&/+@-]{1,19}(?: ?[A-Z][A-Za-z]{2,9})?(?:[ -]?(?:'|’|‘)?[0-9]{2,4})?")
_TRAILING = re.compile(r"\s+-\s+([A-Z][A-Za-z0-9&/+-]{1,14}(?: ?[-'’‘] ?[0-9]{2,4}| [0-9]{4}))$")
"""As the older records of the ACM end: ``...Operating Systems Principles  - SOSP '17``. A dash is Springer's, and part of the name."""
_REST_OF_IEEE = re.compile(
    r"[,.]?\s*(?:[12][0-9]{3}\s*[,.]?)?\s*(?:Conference |Workshop )?Proceedings\b[.,\s]*(?:[12][0-9]{3})?[.\s]*"
)
"""What the older records of the IEEE put behind the name: ``..., 2003. Proceedings.``"""
_DOUBLE_THE = re.compile(r"\bthe The\b")
_LONGEST = 2_000


def read_venue(work: Mapping[str, Any], kind: str, title: str = "") -> Venue:
    """Return the venue of a work whose entry type by Crossref's type is ``kind``.

    A volume of proceedings that is named like the paper itself is none: some reports are registered that way.
    """
    names = [name for name in _names(work.get("container-title")) if kind != "inproceedings" or name != title]
    event = work.get("event")
    event = event if isinstance(event, dict) else {}
    if kind == "article":
        return Venue(names[0] if names else "")
    name, series = _volume_and_series(names, kind)
    if kind == "inproceedings":
        return Venue(with_acronym(_proper(name or _one(event.get("name")), event), _one(event.get("acronym"))), series)
    if kind == "incollection" and name and MEETING.search(name) is not None:
        return Venue(_proper(name, event), series, "inproceedings")
    if kind in {"book", "proceedings", "phdthesis", "techreport"}:
        return Venue("", series or name)
    return Venue(name, series)


def _one(value: object) -> str:
    return plain(value[:_LONGEST]) if isinstance(value, str) else ""


def _names(value: object) -> list[str]:
    values = value[:10] if isinstance(value, list) else [value]
    return list(dict.fromkeys(name for item in values if (name := _one(item))))


def _volume_and_series(names: list[str], kind: str) -> tuple[str, str]:
    """Tell the volume from its series: series are known by name, else the one that is no conference's is the series."""
    if len(names) < 2:
        return (names[0], "") if names else ("", "")
    if kind in {"book", "proceedings"}:
        return "", next((name for name in names if IS_SERIES.match(name)), names[0])
    series = next((name for name in names if IS_SERIES.match(name)), "")
    if not series and MEETING.search(names[1]) is not None and MEETING.search(names[0]) is None:
        series = names[0]
    volume = next((name for name in names if name != series), "")
    return volume, series


def _proper(name: str, event: Mapping[str, Any]) -> str:
    """Return the name of the volume without what some publishers hang on it; its acronym goes into brackets."""
    name = _DOUBLE_THE.sub("The", name)
    said = _DOUBLE_THE.sub("The", _one(event.get("name")))
    ending = _TRAILING.search(name)
    acronym = ending[1] if ending is not None else ""
    if ending is not None:
        name = name[: ending.start()].rstrip(" -–—,")
    if said and name.startswith(said):
        rest = name[len(said) :]
        if _REST_OF_IEEE.fullmatch(rest) or (rest.startswith(" on ") and rest[4:].strip() in said):
            name = said
    else:
        head, on, tail = name.rpartition(" on ")
        # "Proceedings of the 26th Symposium on X on - " is what a missing event name leaves behind.
        name = head if on and not tail.strip() else name
    return with_acronym(name, acronym)


def with_acronym(name: str, acronym: str) -> str:
    """Return ``name (SOSP '23)``, or the name as it is where it has the acronym already or the acronym is none."""
    acronym = acronym.strip("(){} ").replace("’", "'").replace("‘", "'")
    if not name or _ACRONYM.fullmatch(acronym) is None or len(acronym) > 24:
        return name
    letters = re.split(r"[\s'\-]*[0-9]{2,4}$", acronym)[0]
    held = re.search(rf"(?<![A-Za-z]){re.escape(letters)}(?![a-z])", name, re.IGNORECASE)
    return name if held is not None else f"{name} ({acronym})"
