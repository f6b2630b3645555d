"""Entries -> CSL-JSON, as citation processors and Zotero read it. Which word of CSL stands for what is in `csl_tables`.

Decisions that are not the schema's (https://github.com/citation-style-language/schema, csl-data.json):

- One line per field, per name and per date: a changed author is one changed line, and orjson is fastest so.
- Text is plain. Math becomes Unicode (``$O(n^2)$`` -> ``O(n²)``): pandoc and citeproc-js print its source, dollars and
  all, and title case would change its commands. The tags that processors act on (``<i>``, ``<sup>``) go, their text
  stays. Any other ``<`` is a character, as every processor prints it; in the bytes it is written ``\\u003c``, so that
  not even a web page that holds the file can be ended by it.
- The arXiv id of a published paper is a line ``arXiv: ID`` of the note, as Zotero and Better BibTeX write it: pandoc
  keeps it and no common style prints it. ``archive`` would be printed (APA: "arXiv (2309.06180)" behind the venue).
- No other line of a note may look like ``Label: value``: pandoc and Zotero move such lines into fields.
- The DOI of an arXiv preprint stays with the preprint: on a published paper it would be the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

import orjson

from .. import identifiers, names
from ..model import Date, Entry, People, Person
from . import csl_tables as tables

if TYPE_CHECKING:
    from . import Options, Page

SKIP_FIELDS: Final = tables.SKIP_FIELDS
PATH: Final = "refs.json"
_BATCH: Final = 256
_LAYOUT: Final = orjson.OPT_INDENT_2

Item = dict[str, object]


def render(entries: Iterable[Entry], options: Options) -> Iterator[Page]:
    """Yield one page, ``refs.json``: a JSON array with one item per entry, in their order."""
    yield PATH, frame(batches(entries, options))


def to_csl(entry: Entry, dialect: str = "") -> Item:
    """Return one entry as a CSL-JSON item. ``dialect`` is ``zotero`` or empty."""
    return _scrubbed(_item(entry, _Pieces(dialect == "zotero", _as_is)))


def batches(entries: Iterable[Entry], options: Options) -> Iterator[bytes]:
    """Yield some hundred items at a time, so that memory does not grow with the library; ``frame`` makes a page of them."""
    zotero = options.dialect == "zotero"
    pieces = _Pieces(zotero, _on_one_line)
    items = (_item(entry, pieces) for entry in entries)
    while batch := list(islice(items, _BATCH)):
        # orjson's "[", and its "\n]" at the end, belong to the whole array.
        yield _dump(batch)[1:-2].replace(b"<", b"\\u003c")


def frame(some: Iterable[bytes]) -> Iterator[bytes]:
    """Put batches together to one array."""
    opening = b"["
    for batch in some:
        yield opening + batch
        opening = b","
    yield b"[]\n" if opening == b"[" else b"\n]\n"


# --- what must not get out: control characters, bidi controls, halves of a surrogate pair

# (first byte, what follows) in JSON and UTF-8. To look for one byte costs nothing; one pattern for all, ten times more.
_SUSPECTS: Final = tuple(
    (lead, re.compile(re.escape(lead) + rest))
    for lead, rest in (
        (b"\\", rb"[bfrtu]"),
        (b"\x7f", b""),
        (b"\xc2", rb"[\x80-\x9f]"),
        (b"\xd8", rb"\x9c"),
        (b"\xe2", rb"(?:\x80[\x8e\x8f\xa8-\xae]|\x81[\xa6-\xa9])"),
        (b"\xef", rb"\xbb\xbf"),
    )
)
_SCRUB: Final[dict[int, str | None]] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0))),
    **dict.fromkeys((0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)),
    **dict.fromkeys((0x2028, 0x2029, 0x0A), "\n"),
    **dict.fromkeys((0x09, 0x0B, 0x0C), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


def _dump(batch: list[Item]) -> bytes:
    """Serialise a batch. Only one that holds something suspicious is looked through text by text."""
    try:
        data = orjson.dumps(batch, option=_LAYOUT)
    except TypeError:  # a lone surrogate: no UTF-8 for it
        pass
    else:
        if not any(lead in data and pattern.search(data) for lead, pattern in _SUSPECTS):
            return data
    return orjson.dumps([_scrubbed(item) for item in batch], option=_LAYOUT)


def _scrubbed(item: Item) -> Item:
    return {name: _scrub(value) if isinstance(value, str) else value for name, value in item.items()}


def _scrub(text: str) -> str:
    if text.isprintable():
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_SCRUB)


# --- names and dates


class _Pieces:
    """Names and dates as CSL, each made once: a list has far fewer persons and days than it names."""

    __slots__ = ("dates", "form", "issued", "names", "zotero")

    def __init__(self, zotero: bool, form: Callable[[Item], object]) -> None:
        self.zotero = zotero
        self.form = form
        self.names = _Memo(_zotero_name if zotero else _name, form)
        self.dates = _Memo(_date, form)
        self.issued = _Memo(_raw_date, form) if zotero else self.dates


class _Memo:
    """What a person or a date becomes, remembered. Forgets everything when it has grown large.

    It goes by identity: readers give one object to a name that they meet again, and to compare five texts costs more
    than all the rest. The value is kept with the result, so that no other can take its place in memory.
    """

    __slots__ = ("_form", "_make", "known")
    LIMIT: Final = 20_000

    def __init__(self, make: Callable[..., Item], form: Callable[[Item], object]) -> None:
        self.known: dict[int, tuple[object, Person | Date]] = {}
        self._make = make
        self._form = form

    def __getitem__(self, value: Person | Date) -> object:
        known = self.known.get(id(value))
        if known is not None:
            return known[0]
        if len(self.known) >= self.LIMIT:
            self.known.clear()
        made = self._make(value)
        result = self._form(made) if made else None
        self.known[id(value)] = (result, value)
        return result


def _as_is(item: Item) -> object:
    return item


def _on_one_line(item: Item) -> object:
    """Return a name or a date that orjson copies as it stands, on one line, with blanks where people put them."""
    if "family" in item and len(item) == 2:
        # Most names need no escape, and this is three times faster.
        line = f'{{"family": "{item["family"]}", "given": "{item.get("given", "")}"}}'
        if "given" in item and line.count('"') == 8 and "\\" not in line and line.isprintable():
            return orjson.Fragment(line.encode())
    # Safe: a quotation mark inside a text has a backslash before it, so none of these can be text.
    data = orjson.dumps(item).replace(b'":"', b'": "').replace(b'","', b'", "')
    return orjson.Fragment(data.replace(b'{"date-parts":[', b'{"date-parts": [', 1))


def _name(person: Person) -> Item:
    """Return a person as a CSL name; an empty one where there is nothing to say."""
    if person.literal or not person.family or (not person.given and names.is_han(person.family)):
        whole = person.literal or " ".join(filter(None, (person.given, person.prefix, person.family, person.suffix)))
        return {"literal": _scrub(whole)} if whole else {}
    if person.given and not person.prefix and not person.suffix:
        return {"family": _scrub(person.family), "given": _scrub(person.given)}
    parts = {
        "family": person.family,
        "given": person.given,
        "non-dropping-particle": person.prefix,
        "suffix": person.suffix,
    }
    return {name: _scrub(part) for name, part in parts.items() if part}


def _zotero_name(person: Person) -> Item:
    """Return a person with particle and suffix inside family and given: Zotero drops them elsewhere."""
    if person.literal or not person.family:
        return _name(person)
    family = f"{person.prefix} {person.family}" if person.prefix else person.family
    given = f"{person.given}, {person.suffix}" if person.suffix and person.given else person.given or person.suffix
    return _name(Person(family=family, given=given))


def _date(date: Date) -> Item:
    """Return a date as CSL date-parts; an open end is ``[0]``, as pandoc reads and writes it."""
    parts = [_parts(date)]
    if date.end is not None:
        parts.append(_parts(date.end) if date.end.year else [0])
    return {"date-parts": parts, "circa": True} if date.circa else {"date-parts": parts}


def _parts(date: Date) -> list[int]:
    return [part for part in (date.year, date.month, date.day) if part is not None]


def _raw_date(date: Date) -> Item:
    """Return a date as text: Zotero writes date-parts out in English and puts a literal in quotes."""
    text = date.iso()
    if date.end is not None:
        text += "/" + (date.end.iso() if date.end.year else "")
    return {"raw": f"circa {text}" if date.circa else text}


# --- one item


def _item(entry: Entry, pieces: _Pieces) -> Item:
    """Build the item in the order a reader wants: what it is, who, when, where, links, words."""
    fields = entry.fields
    kind = _type(entry)
    item: Item = {"id": entry.key, "citation-key": entry.key, "type": kind}
    title = entry.title.text or fields.get("title", "")
    if title:
        item["title"] = _plain(title)
    _add_people(item, entry, pieces.names)
    _add_issued(item, entry, pieces)
    for source, target, is_words in _rows(kind, tuple(fields)):
        value = fields[source]
        if value and target not in item:
            item[target] = _plain(value) if is_words and ("$" in value or "<" in value or "&" in value) else value
    _mend(item, entry)
    if kind == tables.PREPRINT:
        _add_server(item, entry)
    if entry.doi:
        item["DOI"] = entry.doi
    link = identifiers.web_url(entry.url) if entry.url else ""
    if link or entry.arxiv:
        item["URL"] = link or identifiers.arxiv_url(entry.arxiv)
    dates = entry.dates
    for source, target in tables.DATES:
        if source in dates:
            item[target] = pieces.dates[dates[source]]
    if entry.language:
        item["language"] = entry.language
    if entry.keywords:
        item["keyword"] = ", ".join(entry.keywords)
    note = _note(entry, item, pieces.zotero)
    if note:
        item["note"] = note
    return _for_zotero(item) if pieces.zotero else item


@lru_cache(maxsize=4096)
def _rows(kind: str, fields: tuple[str, ...]) -> tuple[tuple[str, str, bool], ...]:
    """Return the rows that concern an item with these fields, in their order. A file has few different sets of fields."""
    codes, words = tables.PLANS[kind]
    present = set(fields)
    return tuple(
        (source, target, is_words)
        for rows, is_words in ((codes, False), (words, True))
        for source, target in rows
        if source in present
    )


def _type(entry: Entry) -> str:
    """Return the CSL type: the entry type's row, made precise by subtype and kind where that row says little."""
    if entry.kind == "preprint":
        return tables.PREPRINT
    found = tables.TYPES.get(entry.type, tables.FALLBACK_TYPE)
    subtype = entry.fields.get("entrysubtype")
    vague = found in tables.VAGUE_TYPES
    if subtype and (precise := tables.SUBTYPES.get(("webpage" if vague else found, subtype.lower()))):
        return precise
    if vague:
        if entry.kind in tables.KINDS:
            return tables.KINDS[entry.kind]
        if entry.arxiv:
            return tables.PREPRINT
        if entry.url:
            return "webpage"
    return found


_AUTHOR_ROLE: Final = tables.ROLES[:1]


def _add_people(item: Item, entry: Entry, memo: _Memo) -> None:
    """Add each role's names. "and others" is no person: styles add "et al." by count."""
    people: Mapping[str, People] = entry.people
    known = memo.known
    for role, target in tables.ROLES if len(people) > 1 else _AUTHOR_ROLE if "author" in people else tables.ROLES:
        if role not in people:
            continue
        persons = people[role].persons
        try:
            found = [known[id(person)][0] for person in persons]
        except KeyError:
            found = [memo[person] for person in persons]
        if None in found:
            found = [name for name in found if name is not None]
        if role.startswith("editor") and (as_what := entry.fields.get(role + "type")):
            target = tables.EDITOR_TYPES.get(as_what.lower(), target)
        if found:
            before = item.get(target)
            item[target] = [*before, *found] if isinstance(before, list) else found


def _add_issued(item: Item, entry: Entry, pieces: _Pieces) -> None:
    """Add the date; one that could not be read stays as the text it is."""
    date = entry.dates.get("date")
    if date is not None:
        item["issued"] = pieces.issued[date]
        return
    fields = entry.fields
    text = fields.get("date") or fields.get("year", "")
    if text:
        item["issued"] = pieces.form({"raw" if pieces.zotero else "literal": _scrub(text)})


def _add_server(item: Item, entry: Entry) -> None:
    """Name the preprint's server as publisher, and its number there; arXiv posing as a journal goes."""
    fields = entry.fields
    if entry.arxiv:
        item.pop("container-title", None)
        item["publisher"] = "arXiv"
        item["number"] = f"arXiv:{entry.arxiv}"
        if "48550" in fields.get("doi", "") and not entry.doi:
            item["DOI"] = f"10.48550/arXiv.{entry.arxiv}"
        return
    server = fields.get("eprinttype") or fields.get("archiveprefix", "")
    if server:
        item.setdefault("publisher", tables.SERVERS.get(server.lower(), server))
    if fields.get("eprint"):
        item.setdefault("number", fields["eprint"])


def _mend(item: Item, entry: Entry) -> None:
    """Put right what a row alone cannot: subtitles, dashes, numbers in a series, biblatex's keys, links as media."""
    fields = entry.fields
    page = item.get("page")
    if isinstance(page, str) and not page.isdecimal():
        page = page.replace("--", "-").replace("\u2013", "-")
        item["page"] = page if page.isascii() and " " not in page else _DASH.sub("-", " ".join(page.split()))
    for source, target in tables.SUBTITLES:
        if source in fields and target in item and fields[source]:
            item[target] = f"{item[target]}: {_plain(fields[source])}"
    if item["type"] in tables.SITES and item.get("publisher") == item.get("container-title"):
        item.pop("publisher", None)  # one organisation, not to be printed twice
    if "series" in fields and item["type"] == "paper-conference" and fields.get(tables.NUMBER):
        item["collection-number"] = item.pop("issue")
    if "pubstate" in fields and (status := tables.WORDINGS["status"].get(fields["pubstate"].lower())):
        item["status"] = status
    genre = item.get("genre") or tables.GENRES.get(entry.kind) or tables.GENRES.get(entry.type)
    if genre:
        item["genre"] = tables.WORDINGS["genre"].get(str(genre).lower(), genre)
    if "howpublished" in fields and (medium := fields["howpublished"]) and not identifiers.web_url(medium):
        item["medium"] = _plain(medium)


_DASH = re.compile(r" ?[\u002d\u2010-\u2015\u2212]++ ?")


# --- notes


def _note(entry: Entry, item: Item, zotero: bool) -> str:
    """Return the note: lines that programs read first, then what people wrote, kept from looking like the former."""
    fields = entry.fields
    lines = _zotero_lines(item) if zotero else []
    if entry.arxiv and (zotero or item["type"] != tables.PREPRINT):
        lines.append(_line("arXiv", f"{entry.arxiv} [{entry.arxiv_class}]" if entry.arxiv_class else entry.arxiv))
    for source in ("note", "addendum"):
        if text := fields.get(source):
            lines.append(_no_label(_plain(text)))
    if zotero and "annote" in item:  # Zotero has no home for it
        lines.append(_no_label(str(item["annote"])))
    return "\n".join(lines)


def _zotero_lines(item: Item) -> list[str]:
    """Return the lines by which Zotero finds the true type, and the fields the disguise has no place for."""
    kind = item["type"]
    if kind not in tables.ZOTERO_TYPES:
        return []
    lost = ((label, item[name]) for of, name, label in tables.ZOTERO_LINES if of == kind and name in item)
    return [_line("type", tables.ZOTERO_TYPES[str(kind)][1]), *(_line(label, str(value)) for label, value in lost)]


def _line(label: str, value: str) -> str:
    return f"{label}: {' '.join(_scrub(value).split())}"


_LABEL = re.compile(r"\s*(?:\{\s*:|[A-Za-z][ -9;-~]*+:)")


def _no_label(text: str) -> str:
    """Return a text of which no line begins with ``Label:``, as pandoc and Zotero understand that (``https:`` too)."""
    if ":" not in text:
        return text
    return "\n".join("\u2022 " + line if _LABEL.match(line) else line for line in _scrub(text).split("\n"))


def _for_zotero(item: Item) -> Item:
    kind = str(item["type"])
    if kind in tables.ZOTERO_TYPES:
        item["type"] = tables.ZOTERO_TYPES[kind][0]
    return {tables.ZOTERO_NAMES.get(name, name): value for name, value in item.items()}


# --- plain text: no math source, no markup

_FORMULA = re.compile(r"(\$\$?)(?=\S)([^$]{1,500}+)(?<=\S)\1(?!\d)")
_SCRIPT_TAG = re.compile(r"<(su[bp])>([^<>]{0,100})</\1>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|su[bp]|sc|scp|span|tt|italic|bold|(?:jats|mml):[a-z]++)(?:\s[^<>]*+)?>", re.IGNORECASE
)
_ENTITY = re.compile("&(" + "|".join(tables.ENTITIES) + ");")


def _plain(text: str) -> str:
    """Return the text without math source, processors' tags and HTML entities; what only looks like those stays."""
    if "$" in text:
        text = _FORMULA.sub(lambda found: _formula(found[2]), text)
    if "</" in text:
        text = _SCRIPT_TAG.sub(lambda found: _raised("_" if found[1].lower() == "sub" else "^", found[2]), text)
        text = _TAG.sub("", text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: tables.ENTITIES[found[1]], text)
    return text


_COMMAND = re.compile(r"\\(?:([A-Za-z]++)(\s?)\s*+|(.))")
# Braces that are meant, while those that only group are taken away.
_MEANT: Final = {"{": "\x02", "}": "\x03", "lbrace": "\x02", "rbrace": "\x03"}
_BACK: Final = str.maketrans({"{": None, "}": None, "\x02": "{", "\x03": "}"})
_MARKED = re.compile(r"\\(" + "|".join(tables.MARKS) + r")(?![A-Za-z])\s*+(?:\{\s*+(\w)\s*+\}|(\w))")
_FRACTION = re.compile(r"\\frac\s*+(?:\{([^{}]*+)\}\{([^{}]*+)\}|(\w)(\w))")
_GROUP = re.compile(r"(?<![_^}])(?<!frac)\{([^{}]*+)\}")  # no script's, no fraction's
_SCRIPT = re.compile(r"([_^])\s*+(?:\{([^{}]*+)\}|([^{}\s]))")


@lru_cache(maxsize=2048)
def _formula(source: str) -> str:
    """Return a short formula as Unicode text; what has no sign of its own is written as it is said."""
    text = _MARKED.sub(lambda found: (found[2] or found[3]) + tables.MARKS[found[1]], source)
    text = _COMMAND.sub(_sign, text).replace("~", " ")
    for _ in range(3):  # from the inside out; what is nested deeper only loses its braces
        text = _FRACTION.sub(r"\1\3/\2\4", _GROUP.sub(r"\1", text))
    text = _SCRIPT.sub(lambda found: _raised(found[1], found[2] or found[3] or ""), text)
    return " ".join(text.replace("\\frac", "").translate(_BACK).split())


def _sign(command: re.Match[str]) -> str:
    """Return what a command prints; a blank behind a word or a relation stays, for TeX would print one."""
    name: str = command[1] or command[3]
    if name in _MEANT:
        return _MEANT[name]
    if name.endswith("frac"):
        return "\\frac"
    if name in tables.SPACES:
        return tables.SPACES[name]
    if name in tables.LOOKS:
        return ""
    return tables.SYMBOLS.get(name, name) + (command[2] or "")


def _raised(mark: str, text: str) -> str:
    """Return a superscript (``^``) or subscript (``_``) in its Unicode letters, or with the mark where one lacks."""
    table = tables.SUPERSCRIPT if mark == "^" else tables.SUBSCRIPT
    if all(ord(char) in table for char in text):
        return text.translate(table)
    return f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
