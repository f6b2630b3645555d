"""What every list in Markdown says of an entry: its title, links and site, and fixed words in the chosen language.

Where each stands is for ``markdown`` and ``reading_lists``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..dates import MONTHS, SEASONS, season_name, year_in_words
from ..identifiers import arxiv_url, doi_url, web_url
from ..model import Date, Entry
from ..names import display, is_han
from ..tex import joined_title
from . import Options
from .csl_text import plain
from .markdown_text import clean, escape

LONGEST_LABEL = 200
"""A longer annotation is a note, not a name: it stands behind the link."""
_LETTER = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
"""A letter or digit of a script that parts its words."""
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
_NOT_WORDS = re.compile(r"[\W_]++")
_FORMULA = re.compile(r"(\$(?=\S)[^$]{1,500}+(?<=\S)\$(?!\d))")
_LINK_FIELDS = (
    ("code", ("代码", "code")),
    ("repository", ("代码", "code")),
    ("video", ("视频", "video")),
    ("slides", ("幻灯片", "slides")),
)
_VENUES = (
    "journal",
    "journaltitle",
    "booktitle",
    "eventtitle",
    "organization",
    "institution",
    "school",
    "publisher",
    "howpublished",
)
_HAN_SEASON = -2
"""Where the rows of `dates.SEASONS` have the one sign of a season."""
PUBLISHED_IN = frozenset({"journal", "journaltitle", "booktitle"})
"""What an item is a part of: said even where its title has the same words, as in The nature of caching, Nature."""


def introduction(options: Options) -> Iterator[str]:
    """Yield the title as a heading and the introduction in the chosen language, as Markdown blocks."""
    if title := clean(options.title):
        yield f"# {escape(title)}"
    for lang, intro in (("zh", options.intro_zh), ("en", options.intro_en)):
        if intro.strip() and options.lang in {lang, "both"}:
            yield intro.strip()


def readable(text: str) -> str:
    """Return a text in one line, without markup and entities; of math only what stands free between its dollar signs.

    That is typeset where Markdown is shown. What touches a word, H$_2$O, is not, and becomes the H₂O that web pages have.
    """
    text = clean(text)
    if "$" not in text:
        return clean(plain(text)) if "</" in text or "&" in text else text
    parts = _FORMULA.split(text)
    for at, part in enumerate(parts):
        touches = parts[at - 1][-1:].isalnum() or parts[at + 1][:1].isalnum() if at % 2 else True
        if touches and (at % 2 == 0 or not {"_", "^", "\\"}.isdisjoint(part)):
            parts[at] = plain(part)
    return clean("".join(parts))


def title_of(entry: Entry) -> str:
    """Return the title, and the subtitle behind it, in one line; an entry without a title is called by its key."""
    title = readable(entry.title.text)
    if title and "subtitle" in entry.fields:
        return joined_title(title, readable(entry.fields["subtitle"]))
    return title or clean(entry.key) or "?"


def annotation_of(entry: Entry) -> str:
    """Return the list's own wording for an entry, in one line, or ``""``."""
    fields = entry.fields
    return readable(fields.get("annotation") or fields.get("annote") or "")


def main_url(entry: Entry) -> str:
    """Return the address an entry is linked to: its own http(s) URL, else its DOI, else arXiv, else ``""``."""
    if url := entry.url and web_url(entry.url):
        return url
    return doi_url(entry.doi) if entry.doi else arxiv_url(entry.arxiv) if entry.arxiv else ""


def named_links(entry: Entry, lang: str) -> list[tuple[str, str]]:
    """Return (label, URL) of every page of an entry that has a name of its own: arXiv, DOI, code, video, slides."""
    found = [("arXiv", arxiv_url(entry.arxiv))] if entry.arxiv else []
    if entry.doi:
        found.append(("DOI", doi_url(entry.doi)))
    for field, label in _LINK_FIELDS:
        if field in entry.fields and (url := web_url(entry.fields[field])):
            found.append((word(label, lang), url))
    return found


def site_of(entry: Entry) -> str:
    """Return in a word where an item appeared: journal, proceedings, arXiv, event, organisation, or ``""``."""
    return _site(entry)[1]


def unsaid_site(entry: Entry, shown: str) -> str:
    """Return the site, or ``""`` where the text beside it names it already; a journal or book only where it is the item."""
    field, site = _site(entry)
    if field in PUBLISHED_IN:
        own = field == "booktitle" and site.casefold() == readable(entry.title.text).casefold()
        return "" if own else site
    return "" if site and names_it(shown, site) else site


def _site(entry: Entry) -> tuple[str, str]:
    """Return the field that says where an item appeared (none for arXiv) and what it says."""
    if entry.kind == "preprint" and entry.arxiv:
        return "", f"arXiv ({entry.arxiv_class})" if entry.arxiv_class else "arXiv"
    for field in _VENUES:
        if (site := readable(entry.fields.get(field, ""))) and "://" not in site:
            return field, site
    return "", ""


def word(row: tuple[str, str], lang: str) -> str:
    """Return a fixed word, given in Chinese and English, in ``lang``."""
    return " · ".join(row) if lang == "both" else row[lang == "en"]


def shown_date(date: Date, lang: str) -> str:
    """Return a date as a reader wants it: ``2024-10-21``, ``Spring 2021``, ``c. 2020``, ``2019–``, ``380 BC``; 2021年春 in Chinese."""
    return _shown(date, lang, only_years=False)


def shown_year(date: Date, lang: str) -> str:
    """Return the year of a date, or the years: ``2023``, ``2020–2021``, ``2019–``, ``c. 2020``, ``380 BC``."""
    return _shown(date, lang, only_years=True)


def _shown(date: Date, lang: str, *, only_years: bool) -> str:
    if lang == "both":
        return " / ".join(dict.fromkeys(_shown(date, each, only_years=only_years) for each in ("zh", "en")))
    show = _year if only_years else _day
    text = show(date, lang)
    if date.end is not None and not date.end.year:
        text += "–" if text.isdecimal() else " –"
    elif date.end is not None and (end := show(date.end, lang)) != text:
        text += f"–{end}" if only_years and text.isdecimal() and end.isdecimal() else f" – {end}"
    return word(("约 ", "c. "), lang) + text if date.circa else text


def _year(date: Date, lang: str) -> str:
    return year_in_words(date) if date.year > 0 or lang == "en" else f"公元前{1 - date.year}年"


def _day(date: Date, lang: str) -> str:
    year = _year(date, lang)
    if date.season:
        ending = "" if year.endswith("年") else "年"
        return word((f"{year}{ending}{SEASONS[date.season - 1][_HAN_SEASON]}", f"{season_name(date)} {year}"), lang)
    if date.year > 0 or date.month is None:
        return date.iso() if date.month else year
    day = str(date.day or "")
    month = MONTHS[date.month - 1][1].capitalize()
    return word((f"{year}{date.month}月{day}{'日' * bool(day)}", f"{day} {month} {year}".lstrip()), lang)


def name_list(names: list[str], more: bool) -> str:
    """Join names with commas; where there are more, end in ``et al.``, or 等 behind Han names."""
    return ", ".join(names) + ((", 等" if is_han(names[-1]) else ", et al.") if more else "")


def names_of(entry: Entry, said: str, *, persons: bool) -> list[str]:
    """Return the names of the authors, or else the editors, without organisations that stand in ``said`` already.

    With ``persons`` a person named there is left out too. A Han name without parts is most often a person's.
    """
    words = _NOT_WORDS.sub(" ", said)
    names = []
    for person in entry.authors or entry.editors:
        name = clean(display(person))
        if name and not ((persons or (person.literal and not is_han(name))) and _is_named(words, name)):
            names.append(name)
    return names


def role_of(entry: Entry, lang: str) -> str:
    """Return what stands behind the names of editors who stand in for authors, a blank first; ``""`` for authors."""
    if entry.authors or not entry.editors:
        return ""
    role = "Eds." if len(entry.editors) > 1 or entry.editors.others else "Ed."
    return f" ({word(('编', role), lang).replace(' · ', ' / ')})"


def _is_named(words: str, name: str) -> bool:
    """Tell whether a text, given as words, has a name in it, however its parts are parted; Han names need no blanks."""
    if _HAN.search(name):
        return _NOT_WORDS.sub("", name).casefold() in words.replace(" ", "").casefold()
    bare = _NOT_WORDS.sub(" ", name).strip()
    return names_it(words, bare) if bare else False


def names_it(text: str, name: str) -> bool:
    """Tell whether a text has a name in it as whole words, whatever their case. Han script has no ends of words."""
    text, name = text.casefold(), name.casefold()
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not (_joined(text[at - 1 : at], name[:1]) or _joined(name[-1:], text[end : end + 1])):
            return True
        at = text.find(name, end)
    return False


def _joined(left: str, right: str) -> bool:
    """Tell whether two neighbouring characters belong to one word."""
    return _LETTER.match(left) is not None and _LETTER.match(right) is not None
