"""What kind of item an entry is, and which language it has: rows over BibTeX and biblatex types and names.

The rows follow the biblatex manual (section 2.1, entry types and aliases) and babel's language names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

# type -> kind. Types that mean different things by their fields stand in `kind_of`.
KIND_OF_TYPE: Final[dict[str, str]] = {
    "article": "paper",
    "suppperiodical": "paper",
    "inproceedings": "paper",
    "conference": "paper",
    "incollection": "paper",
    "inbook": "paper",
    "bookinbook": "paper",
    "suppbook": "paper",
    "suppcollection": "paper",
    "inreference": "paper",
    "review": "paper",
    "unpublished": "paper",
    "preprint": "preprint",
    "book": "book",
    "mvbook": "book",
    "booklet": "book",
    "collection": "book",
    "mvcollection": "book",
    "proceedings": "book",
    "mvproceedings": "book",
    "reference": "book",
    "mvreference": "book",
    "periodical": "book",
    "manual": "book",
    "thesis": "thesis",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "bachelorsthesis": "thesis",
    "report": "report",
    "techreport": "report",
    "standard": "report",
    "patent": "report",
    "dataset": "dataset",
    "software": "project",
    "softwaremodule": "project",
    "softwareversion": "project",
    "video": "video",
    "movie": "video",
    "audio": "video",
    "presentation": "video",
    "talk": "video",
    "online": "page",
    "electronic": "page",
    "www": "page",
    "webpage": "page",
}

# entrysubtype of an item on the web -> kind
KIND_OF_SUBTYPE: Final[dict[str, str]] = {
    "course": "course",
    "blog": "blog",
    "blogpost": "blog",
    "post": "blog",
    "video": "video",
    "talk": "video",
    "software": "project",
    "project": "project",
}

# babel and BCP 47 names -> BCP 47 tag
LANGUAGE_TAGS: Final[dict[str, str]] = {
    "chinese": "zh-CN",
    "chinese-simplified": "zh-CN",
    "simplified chinese": "zh-CN",
    "chinese-hans": "zh-CN",
    "中文": "zh-CN",
    "汉语": "zh-CN",
    "简体中文": "zh-CN",
    "繁體中文": "zh-TW",
    "繁体中文": "zh-TW",
    "mandarin": "zh-CN",
    "zh": "zh-CN",
    "chi": "zh-CN",
    "zho": "zh-CN",
    "chinese-traditional": "zh-TW",
    "chinese-hant": "zh-TW",
    "english": "en",
    "american": "en-US",
    "usenglish": "en-US",
    "british": "en-GB",
    "ukenglish": "en-GB",
    "eng": "en",
    "german": "de",
    "ngerman": "de",
    "austrian": "de-AT",
    "naustrian": "de-AT",
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "portuguese": "pt",
    "brazilian": "pt-BR",
    "brazil": "pt-BR",
    "portuges": "pt",
    "canadian": "en-CA",
    "australian": "en-AU",
    "newzealand": "en-NZ",
    "swissgerman": "de-CH",
    "nswissgerman": "de-CH",
    "latin": "la",
    "catalan": "ca",
    "romanian": "ro",
    "slovak": "sk",
    "slovene": "sl",
    "slovenian": "sl",
    "croatian": "hr",
    "serbian": "sr",
    "bulgarian": "bg",
    "icelandic": "is",
    "estonian": "et",
    "latvian": "lv",
    "lithuanian": "lt",
    "persian": "fa",
    "hindi": "hi",
    "thai": "th",
    "indonesian": "id",
    "russian": "ru",
    "japanese": "ja",
    "日本語": "ja",
    "korean": "ko",
    "dutch": "nl",
    "polish": "pl",
    "swedish": "sv",
    "danish": "da",
    "norwegian": "nb",
    "norsk": "nb",
    "nynorsk": "nn",
    "finnish": "fi",
    "czech": "cs",
    "turkish": "tr",
    "vietnamese": "vi",
    "arabic": "ar",
    "hebrew": "he",
    "ukrainian": "uk",
    "greek": "el",
    "hungarian": "hu",
}

_PREPRINT_VENUE = re.compile(
    r"\s*+(?:arxiv\b|(?:computing research repository(?: \(corr\))?|corr)\.?(?:\Z|[,\s]++(?:abs/|arxiv\b)))",
    re.IGNORECASE,
)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*+")
_LONGEST_TAG = 35
# BCP 47 writes regions in capitals and scripts with one; the letters mean the same in any case.
_SUBTAG_CASE: Final = {2: str.upper, 4: str.title}


def kind_of(entry_type: str, fields: Mapping[str, str], *, arxiv: bool) -> str:
    """Return the kind of an entry: ``arxiv`` says whether it has an arXiv id and `fields` are its plain fields."""
    subtype = fields.get("entrysubtype")
    if subtype:
        kind = KIND_OF_SUBTYPE.get(subtype.strip().lower())
        if kind:
            return kind
    kind = KIND_OF_TYPE.get(entry_type, "other")
    if kind == "paper":
        return "preprint" if arxiv and is_unpublished(entry_type, fields) else "paper"
    if kind in ("other", "page"):
        if arxiv:
            return "preprint"
        return "page" if "url" in fields or "howpublished" in fields else kind
    return kind


def is_unpublished(entry_type: str, fields: Mapping[str, str]) -> bool:
    """Return whether a paper with an arXiv id has no other home: no venue, or arXiv itself posing as a journal."""
    if entry_type == "unpublished":
        return True
    venue = fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle") or ""
    return not venue or is_preprint_venue(venue)


def is_preprint_venue(venue: str) -> bool:
    """Return whether a journal's name only means arXiv: ``CoRR``, ``arXiv preprint arXiv:2309.06180``."""
    return _PREPRINT_VENUE.match(venue) is not None


def language_tag(name: str) -> str:
    """Return the BCP 47 tag of a ``language`` or ``langid`` value; a value that looks like a tag is kept."""
    name = name.strip()
    tag = LANGUAGE_TAGS.get(name.lower())
    if tag:
        return tag
    if len(name) > _LONGEST_TAG or not _TAG.fullmatch(name):
        return ""
    primary, *rest = name.replace("_", "-").split("-")
    return "-".join((primary.lower(), *(_SUBTAG_CASE.get(len(part), str.lower)(part) for part in rest)))
