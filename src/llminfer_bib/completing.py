"""The entries that an editor offers while somebody types a citation: best first, and fast in a large file.

Most of the file is only searched as bytes; what may match is decoded. There is no state and no index: each call reads the file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from . import names
from .bibfile import Document
from .bibfile.encoding import BOM
from .decode import Decoder
from .model import Entry

NOT_SHOWN = frozenset(
    "abstract address annotation annote edition isbn issn keywords note number pages publisher series volume".split()
)
"""Fields that are left unread."""
MOST_DECODED = 50
"""Entries beyond the limit that are decoded to find the best: a prefix of one letter is in all of them."""

# In lower case and without the braces of {V}LLM and accents, words can be searched as bytes.
_BRACES = b"{}"
_WIDE = re.compile(rb"\xef(?:\xbc[\x90-\x99\xa1-\xba]|\xbd[\x81-\x9a])")
_HEAD = re.compile(rb"\n@[ \t]*+[A-Za-z]++\s*+[{(]\s*+([^\s,})]++)")
_AT = re.compile(rb"\n@")
_FIELD = re.compile(rb"\n[ \t]*+([a-z]++)[ \t]*+=")
_SEARCHED = frozenset((b"author", b"editor", b"title", b"subtitle", b"shorttitle"))
_LENDING = frozenset((b"crossref", b"xdata"))
_DEEPEST = 3
_HAN = "\u2e80"
"""From here on scripts do without blanks."""
_LEADS = (b"\xc3", b"\xc4", b"\xc5", b"\xc6", b"\xc7", b"\xc8", b"\xc9", b"\xcc", b"\xcd", b"\xe1")
"""The first bytes of letters with accents, and of accents by themselves, in UTF-8; a byte is searched in no time."""
_ACCENT = re.compile(
    rb"\\(?:[\"'`^~=.][ \t{]*+|[bcdhkrtuv](?=[ \t{])[ \t{]*+|a(?=a(?![a-z]))|(?=(?:[ijlo]|ss|ae|oe)(?![a-z])))"
)
"""What is left out of TeX's accents and letters in lower case; what they stand on or are stays."""
_APART = re.compile(rb"(\\[ijlo])[ \t]++")
_STROKES = {"đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t", "æ": "ae", "œ": "oe"}
"""Letters that Unicode does not take apart."""


def _wide(text: str) -> str:
    """Return text in which full-width letters and case do not differ."""
    return unicodedata.normalize("NFKC", text).casefold()


class _Bare(dict[int, str]):
    """What is left of a character without its accents, looked up once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kept = char
        if char < _HAN:  # Japanese and Korean writing has marks that are no accents
            parts = unicodedata.normalize("NFD", char)
            kept = "".join(_STROKES.get(part, part) for part in parts if not unicodedata.combining(part))
        self[code] = kept
        return kept


_BARE = _Bare()


def fold(text: str) -> str:
    """Return text for comparing: full-width letters, case and accents do not differ; ``Müller`` is ``muller``, ``Łukasz`` is ``lukasz``."""
    return text.casefold() if text.isascii() else _wide(text).translate(_BARE)


def complete_file(path: Path, prefix: str, limit: int = 50) -> list[Entry]:
    """Return what ``complete`` does for a file. Raises UnreadableFileError.

    That a file is UTF-8 is looked at where it matters, in the entries that fit; to look at all of it takes its time.
    """
    try:
        data = path.read_bytes().removeprefix(BOM)
        if b"\0" not in data[:4096]:
            found = complete(Document(data, name=str(path)), prefix, limit)
            if not found and not prefix.isascii():
                data.decode()
            return found
    except (OSError, UnicodeDecodeError):
        pass
    return complete(Document.open(path), prefix, limit)


def answer(path: Path, prefix: str, limit: int, *, as_json: bool) -> str:
    """Return what ``bib complete`` prints: a JSON list, or a line for each entry. Raises UnreadableFileError."""
    rows = [row(entry) for entry in complete_file(path, prefix, limit)]
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    cells = ((one["key"], one["year"] or "", ", ".join(one["authors"]), one["title"]) for one in rows)
    return "".join("\t".join(map(_line, some)) + "\n" for some in cells)


def row(entry: Entry) -> dict[str, Any]:
    """Return what an editor is told of an entry."""
    people = entry.authors or entry.editors
    return {
        "key": entry.key,
        "title": entry.title.text,
        "authors": [names.display(person) for person in people] + ["et al."] * people.others,
        "year": f"{entry.date.year}" if entry.date else entry.fields.get("year"),
        "type": entry.type,
    }


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def complete(document: Document, prefix: str, limit: int = 50) -> list[Entry]:
    """Return at most `limit` entries, best first, for what somebody has typed: one word or several, all of which must match.

    A word matches the beginning of the key, or of a word of an author's name or the title; Chinese has no word ends, so there
    it matches anywhere. Accents do not count.
    What an entry only inherits is shown but not searched. The key comes first, then the first author,
    other authors, the title; then keys by the alphabet.
    """
    words = fold(prefix).split()
    ranked = [
        (score, entry.key.lower(), entry.key, entry)
        for entry in _decoded(document, words, limit)
        if (score := rank(entry, words)) is not None
    ]
    ranked.sort(key=lambda row: row[:3])
    return [row[3] for row in ranked[:limit]]


def rank(entry: Entry, words: Sequence[str]) -> int | None:
    """Return how badly an entry matches folded words: 0 where the key is the word; None where one does not match."""
    key = fold(entry.key)
    named = [fold(f"{names.display(person)} {person.family}") for person in (*entry.authors, *entry.editors)]
    title = fold(f"{entry.title} {entry.fields.get('subtitle', '')} {entry.fields.get('shorttitle', '')}")
    score = 0
    for word in words:
        if key.startswith(word):
            score += key != word
        elif named and _begins(named[0], word) >= 0:
            score += 2
        elif any(_begins(name, word) >= 0 for name in named):
            score += 3
        elif (at := _begins(title, word)) >= 0:
            score += 4 + (at > 0)
        else:
            return None
    return score


def _begins(text: str, word: str) -> int:
    """Return where a word of the text begins so, or -1. A Chinese character is a word, wherever it stands."""
    at = text.find(word)
    while at > 0 and text[at - 1].isalnum() and text[at - 1] < _HAN and word[0] < _HAN:
        at = text.find(word, at + 1)
    return at


def _decoded(document: Document, words: Sequence[str], limit: int) -> Iterator[Entry]:
    """Decode what may match, with the macros and parents that it needs."""
    data = b"\n" + document.data
    text = _plain(data)
    chosen = _chosen(data, text, words, limit)
    wanted, keys = dict.fromkeys(chosen), set()
    if any(b"crossref" in (low := data[at : _end(data, at)].lower()) or b"xdata" in low for at in chosen):
        for _ in range(_DEEPEST):
            parents = [at for at in _parents(data, wanted) if at not in wanted]
            wanted |= dict.fromkeys(parents)
            keys |= {_key(data, at) for at in parents}
    if b"\n@string" in text:
        wanted |= dict.fromkeys(found.start() for found in re.finditer(rb"(?i)\n@string\b", data))
    part = b"".join(data[at : _end(data, at)] for at in sorted(wanted))
    decoder = Decoder(Document(part, name=document.name), skip=NOT_SHOWN, protected=False, items_only=True)
    return (entry for entry in decoder.entries() if entry.key.encode("utf-8", "surrogatepass") not in keys)


def _end(data: bytes, at: int) -> int:
    end = data.find(b"\n@", at + 1)
    return end if end >= 0 else len(data)


def _key(data: bytes, at: int) -> bytes:
    head = _HEAD.match(data, at)
    return head[1] if head else b""


def _chosen(data: bytes, text: bytes, words: Sequence[str], limit: int) -> list[int]:
    """Return where the pieces begin that are worth decoding; a piece goes from one ``@`` at a line's beginning to the next.

    Those whose key fits come first, by the alphabet, then those in whose names or title the words may be.
    """
    if not words:
        return [found.start() for found in islice(_HEAD.finditer(data), limit)]
    fitting: list[tuple[str, int]] = []
    others: list[int] = []
    for at, may_match in _containing(data, text, words):
        key = fold(_key(data, at).decode("utf-8", "surrogatepass"))
        if key.startswith(words[0]) and len(words) == 1:
            fitting.append((key, at))
        elif len(others) < limit + MOST_DECODED and may_match():
            others.append(at)
    first = [at for _, at in sorted(fitting)[:limit]]
    return first if len(first) == limit else [*first, *others]


def _bare_bytes(found: re.Match[bytes]) -> bytes:
    return fold(found[0].decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _containing(data: bytes, text: bytes, words: Sequence[str]) -> Iterator[tuple[int, Callable[[], bool]]]:
    """Yield the pieces in which all words may stand: where each begins, and whether that is so for the fields searched.

    Only the parts of the words that TeX writes as they are can be looked for: of ``müller``, ``m`` and ``ller``.
    """
    runs = sorted((run for word in words for run in _runs(word)), key=len)
    rarest, rest = runs[-1] if runs else b"", runs[:-1]
    if rarest not in text:
        return
    starts, ends = _starts(data), [*_starts(text)[1:], len(text)]
    if len(starts) != len(ends):  # braces or accents between a line's beginning and an `@`
        pieces = [_AT.sub(b"\n", _plain(data[at : _end(data, at)])) for at in starts]
        text, ends = b"".join(pieces), list(accumulate(map(len, pieces)))
    pos = piece = 0
    while (hit := text.find(rarest, pos)) >= 0 and piece < len(ends):
        piece = bisect_right(ends, hit, piece)
        if piece == len(ends):
            return
        part = text[ends[piece - 1] if piece else 0 : ends[piece]]
        if all(run in part for run in rest):
            yield starts[piece], partial(_may_match, part, runs)
        pos = ends[piece]
        piece += 1


def _starts(data: bytes) -> list[int]:
    """Return where the pieces begin: at 0, even where no ``@`` stands there, and at each ``@`` that begins a line."""
    return [0, *map(re.Match.start, _AT.finditer(data, 1))]


def _runs(word: str) -> list[bytes]:
    plain = "".join(char if char >= _HAN or (char.isascii() and char.isalnum()) else " " for char in word)
    return [run.encode("utf-8", "surrogatepass") for run in plain.replace("ss", " ").split()]


def _plain(data: bytes) -> bytes:
    """Return data in lower case, without braces, and without accents as ``fold`` has it."""
    text = data.lower()  # of bytes: ASCII alone
    if b"\\" in text:
        text = _ACCENT.sub(b"", _APART.sub(rb"\1{}", text))
    text = text.translate(None, _BRACES)
    if text.isascii():
        return text
    if b"\xef\xbc" in text or b"\xef\xbd" in text:
        text = _WIDE.sub(lambda wide: unicodedata.normalize("NFKC", wide[0].decode()).lower().encode(), text)
    for lead in _LEADS:
        if lead in text:
            text = re.sub(lead + (b"[\xb8-\xbb]" if lead == b"\xe1" else b"") + b"[\x80-\xbf]", _bare_bytes, text)
    return text


def _may_match(piece: bytes, runs: Sequence[bytes]) -> bool:
    """Tell whether the words stand in the fields that are searched, or it cannot be told where these are."""
    parts = _FIELD.split(piece)
    fields = parts[1::2]
    if _SEARCHED.isdisjoint(fields) or not _LENDING.isdisjoint(fields):
        return True
    shown = (parts[at + 1] for at in range(1, len(parts), 2) if parts[at] in _SEARCHED)
    text = b"\n".join([parts[0], *shown])
    return all(run in text for run in runs)


def _parents(data: bytes, children: Iterable[int]) -> Iterator[int]:
    """Yield the pieces that lend fields to these."""
    parent = re.compile(rb"(?i)\b(?:crossref|xdata)\s*+=\s*+[{\"]([^}\"]*+)")
    keys = {
        key.strip().lower()
        for at in children
        for found in parent.finditer(data, at, _end(data, at))
        for key in found[1].split(b",")
    }
    return (found.start() for found in _HEAD.finditer(data) if found[1].lower() in keys)
