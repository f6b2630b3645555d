"""biblatex's localisation keys (``patentus``, ``countryus``, ``inpress``) in plain English, for every format but biblatex.

The keys are those of the biblatex manual, section 4.9.2: kinds of theses, reports, media and patents, countries of patents,
states of publication, series of a journal. What is no key stays as it is.
"""

from __future__ import annotations

from typing import Final

TYPES: Final[dict[str, str]] = {
    "bathesis": "Bachelor's thesis",
    "candthesis": "Candidate thesis",
    "mathesis": "Master's thesis",
    "phdthesis": "PhD thesis",
    "resreport": "Research report",
    "techreport": "Technical report",
    "audiocd": "Audio CD",
    "datacd": "CD-ROM",
    "software": "Software",
    "patent": "Patent",
    "patentde": "German patent",
    "patenteu": "European patent",
    "patentfr": "French patent",
    "patentuk": "British patent",
    "patentus": "U.S. patent",
    "patreq": "Patent request",
    "patreqde": "German patent request",
    "patreqeu": "European patent request",
    "patreqfr": "French patent request",
    "patrequk": "British patent request",
    "patrequs": "U.S. patent request",
}
COUNTRIES: Final[dict[str, str]] = {
    "countryde": "Germany",
    "countryep": "European Union",
    "countryeu": "European Union",
    "countryfr": "France",
    "countryuk": "United Kingdom",
    "countryus": "United States of America",
    "countrywo": "World Intellectual Property Organization",
}
STATES: Final[dict[str, str]] = {
    "forthcoming": "forthcoming",
    "inpreparation": "in preparation",
    "inpress": "in press",
    "prepublished": "pre-published",
    "submitted": "submitted",
}
SERIES: Final[dict[str, str]] = {"newseries": "new series", "oldseries": "old series"}

# Field -> the keys that it may have.
KEYS: Final[dict[str, dict[str, str]]] = {
    "type": TYPES,
    "location": COUNTRIES,
    "address": COUNTRIES,
    "pubstate": STATES,
    "series": SERIES,
}


def in_words(field: str, value: str) -> str:
    """Return a field's value with biblatex's keys in English. Of places there may be several: ``countryde and countryus``."""
    keys = KEYS.get(field)
    if keys is None:
        return value
    words = keys.get(value.strip().lower())
    if words is not None or keys is not COUNTRIES or "country" not in value:
        return value if words is None else words
    return " and ".join(COUNTRIES.get(part.strip(), part) for part in value.split(" and "))
