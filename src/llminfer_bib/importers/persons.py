"""Names of people as other programs keep them -> Person: two fields, one field, ``Family, Given, Suffix``."""

from __future__ import annotations

import re

from .. import names
from ..model import Person
from .texts import line

_IS_SUFFIX = re.compile(r"(?:Jr|Sr|Esq|Ph\.?D|M\.?D)\.?|[IVX]{1,5}", re.IGNORECASE)
_BEHIND_COMMA = re.compile(r"([^,]*+),\s*+((?:Jr|Sr|Esq|Ph\.?D|M\.?D)\.?|[IVX]{1,5})\Z", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?+)++(?=[^\W\d_]{2})")
"""``A.-B. C. Name``: how IEEE has names, which are never those of organisations."""
_PARTICLE = re.compile(r"((?:[^\W\d_A-ZÀ-ÖØ-Þ][^\s]*+\s++)++)(?=\S)")


def whole(text: str) -> Person | None:
    """Return a name in one piece, or None where there is none."""
    text = line(text)
    return Person(literal=text) if text else None


def of_parts(family: str, given: str, particle: str = "", suffix: str = "") -> Person | None:
    """Return a name of parts; a particle inside `family` and a suffix behind `given` find their places."""
    family, given, particle, suffix = line(family), line(given), line(particle), line(suffix)
    if not given and not particle and not suffix:
        return whole(family)
    if not family:
        return whole(" ".join(filter(None, (given, particle, suffix))))
    if not suffix and (found := _BEHIND_COMMA.match(given)) and found[1].strip():
        given, suffix = found[1].strip(), found[2]
    if not particle and not names.is_han(family) and (found := _PARTICLE.match(family)) and found[1].islower():
        particle, family = found[1].strip(), family[found.end() :]
    return Person(family, given, particle, suffix)


def of_line(text: str) -> Person | None:
    """Return the name of a line of RIS: ``Family, Given``, ``Family, Given, Jr.``.

    Without a comma it stays whole, unless it begins with initials.
    """
    parts = [part.strip() for part in line(text).split(",")]
    while parts and not parts[-1]:  # EndNote: a comma behind an organisation
        parts.pop()
    if len(parts) == 1:
        initials = _INITIALS.match(parts[0])
        return of_parts(parts[0][initials.end() :], initials[0].strip()) if initials else whole(parts[0])
    if not parts:
        return None
    family, *rest = parts
    if len(rest) > 1 and _IS_SUFFIX.fullmatch(rest[-1]):
        return of_parts(family, ", ".join(rest[:-1]), "", rest[-1])
    if len(rest) > 1 and _IS_SUFFIX.fullmatch(rest[0]):
        return of_parts(family, ", ".join(rest[1:]), "", rest[0])
    return of_parts(family, ", ".join(rest))
