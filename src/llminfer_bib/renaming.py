"""An entry's key -> another one, wherever it stands: in the .bib itself and in the text of a .tex file. Pure.

Only the key changes, to the byte. Which files there are, and writing them, is not here.
"""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from .bibfile import Block, Document, Field, RawEntry, RawString
from .bibfile.encoding import Encoding
from .edits import BrokenEntryError, RefusedEditError, RemoveField, RenameEntry, SetField, apply_edits, find_entries
from .latex import Citation, Form, citations
from .latex.citations import learn
from .latex.encoding import text_of
from .latex.reading import read
from .macros import Macros, split_parts
from .problems import BibError
from .proof import NotProvenError, prove_block, prove_keys
from .tex import KEY_LIST_FIELDS

REFERRING = KEY_LIST_FIELDS - {"keywords"}
"""Fields that name entries by their keys, one or several with commas between."""
_IN_VALUE = re.compile(
    r"\\[A-Za-z]{0,20}?[Cc]ite[A-Za-z]{0,20}+\*?+(?:\[[^\[\]{}]{0,200}+\]){0,2}+\{([^{}]{1,500}+)\}"
    r"|[{,\"]\s{0,9}+xdata\s{0,9}+=\s{0,9}+([^\s{}\",]{1,200}+)"
)
_JABREF_GROUPS = re.compile(
    r"@comment\s{0,9}+\{\s{0,9}+jabref-meta:\s{0,9}+group(?:stree|ing):(?:[^@]|(?<![\r\n])@)*+", re.IGNORECASE
)
_JABREF_GROUP = re.compile(r"(?:Explicit|Static)Group:((?:[^\\;]|\\[\r\n]*+.)*+)", re.DOTALL)
_JABREF_ITEM = re.compile(r"(?:[^\\]|\\(?![\r\n]*+;))++")
_BEHIND_GROUP_HEAD = 2
"""A group has its name and a number, then the keys."""

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_GUESSED = frozenset({"gb18030", "latin-1"})
"""What is taken for an encoding that no one names: many a text in Windows-1252 can be read so, too."""
_DEFINES = re.compile(rb"\\(?:[egx]?def|let|newcites|[A-Za-z]{0,20}?(?:command|Command|robustcmd))\b")


@dataclass(frozen=True, slots=True)
class Place:
    """One place where the key stood. ``what`` is a field, or a cite command with its backslash; ``key`` the entry, if any."""

    file: str
    line: int
    key: str
    what: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The key that changes and what it becomes. `others` are the keys of all other entries."""

    old: str
    new: str
    others: frozenset[str]

    def means(self, key: str) -> bool:
        """Tell whether a reference is to the entry. BibTeX tells no capitals apart, so an entry of just this spelling goes first."""
        return key == self.old or (key.lower() == self.old.lower() and key not in self.others)


@dataclass(frozen=True, slots=True)
class Renamed:
    """A document with its key changed, and where the key stood besides the entry's own head."""

    document: Document
    places: tuple[Place, ...]


def wanted(document: Document, old: str, new: str) -> Wanted:
    """Return what is to be renamed. Raises RefusedEditError where `new` is another entry's second name (``ids``)."""
    owner = entry_with_name(document, new)
    if owner not in {"", old} and new.lower() != old.lower():
        raise RefusedEditError(
            f'{document.name}: "{new}" is a second name (`ids`) of {owner}. Choose another key, or remove it there first.'
        )
    return Wanted(old, new, frozenset(find_entries(document)) - {old})


def entry_with_name(document: Document, name: str) -> str:
    """Return the key of the entry that has `name` among its second names (``ids``), in any case; else an empty text."""
    for raw, macros in _with_macros(document):
        if "ids" in raw.fields and name.lower() in map(str.lower, _items(_plain(raw.fields["ids"], macros))):
            return raw.key
    return ""


def rename_in_bib(document: Document, names: Wanted, *, keep_alias: bool = False) -> Renamed:
    """Return the document with the entry and every reference to it renamed; with `keep_alias` the old key stays in its ``ids``.

    Raises what ``edits`` raises: NoSuchEntryError, AmbiguousKeyError, BrokenEntryError, RefusedEditError, NotProvenError.
    """
    renamed = apply_edits(document, [RenameEntry(names.old, names.new)])
    own = _own_names(renamed, names, keep_alias=keep_alias)
    renamed, places = _references(renamed, names)
    renamed = apply_edits(renamed, own)
    return Renamed(renamed, places)


def left_in_bib(document: Document, names: Wanted) -> tuple[int, ...]:
    r"""Return the lines of a .bib on which the key stands inside a value: ``\cite{old}`` in a note, biblatex's ``xdata=old-title``.

    They are text, not fields that list keys, and so they are not renamed. Nor are the keys in the groups of JabRef up to 3,
    whose lines are wrapped anywhere.
    """
    text = document.text(0, len(document.data))
    found = list(_in_groups(text, names))
    for place in _IN_VALUE.finditer(text):
        cited = place[1] is not None and any(names.means(item) for item in _items(place[1]))
        if cited or (place[2] or "").startswith(f"{names.old}-"):
            found.append(place.start())
    lines, pos, line = [], 0, 1
    for at in sorted(found):
        line += text.count("\n", pos, at)
        pos = at
        lines.append(line)
    return tuple(dict.fromkeys(lines))


def _in_groups(text: str, names: Wanted) -> Iterator[int]:
    r"""Yield where JabRef's groups list the key: ``ExplicitGroup:NAME\;0\;key1\;key2\;;``, with line ends anywhere."""
    for groups in _JABREF_GROUPS.finditer(text):
        for group in _JABREF_GROUP.finditer(text, groups.start(), groups.end()):
            for item in islice(_JABREF_ITEM.finditer(text, *group.span(1)), _BEHIND_GROUP_HEAD, None):
                shown = item[0].lstrip(";\r\n")
                if names.means(shown.replace("\r", "").replace("\n", "")):
                    yield item.end() - len(shown)


def read_tex(data: bytes, name: str, key: str = "") -> Document:
    """Return a .tex file's bytes as a document, in the encoding in which ``bib tex`` reads it: ``to_bytes`` gives them back.

    Where a file that says nothing of its encoding can be read in two, the one in which it cites `key` more often is right.
    """
    text, said = text_of(data)
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    document = Document(text.encode("utf-8", "surrogatepass"), Encoding(_MARKS.get(mark, said), mark), name)
    if not _gives(document, data):
        return Document.from_bytes(data, name)
    if said in _GUESSED and key:
        return max(document, *_western(data, name), key=lambda each: _times(each, key))
    return document


def _gives(document: Document, data: bytes) -> bool:
    """Tell whether a document gives the bytes of its file again."""
    try:
        return document.to_bytes() == data
    except (UnicodeError, BibError):
        return False


def _western(data: bytes, name: str) -> Iterator[Document]:
    """Yield what a file says in the encodings of old Windows and Unix, which name themselves as seldom as Chinese ones."""
    for encoding in ("cp1252", "latin-1"):
        with contextlib.suppress(UnicodeDecodeError):
            yield Document(data.decode(encoding).encode(), Encoding(encoding), name)


def _times(document: Document, key: str) -> int:
    return sum(each.key.lower() == key.lower() for each in citations(document.text(0, len(document.data))))


def rename_in_tex(
    document: Document, names: Wanted, commands: Mapping[str, Form] | None = None
) -> tuple[Document, tuple[Place, ...], tuple[int, ...]]:
    """Return a .tex file with the key renamed in its cite commands, the places, and the lines where it stands besides.

    Those are comments, verbatim text and commands that nobody knows to cite: they are left as they are. Nothing but the keys
    changes, in the file's own encoding. Raises NotProvenError when the result would not cite as asked.
    """
    text = document.text(0, len(document.data))
    if names.old.lower() not in text.lower():
        return document, (), ()
    found = list(citations(text, commands))
    mine = [
        citation for citation in found if names.means(citation.key) and text[citation.start :].startswith(citation.key)
    ]
    new = _spliced(text, mine, names.new)
    expected = [names.new if names.means(citation.key) else citation.key for citation in found]
    if [citation.key for citation in citations(new, commands)] != expected:
        raise NotProvenError(document.name, "the file would not cite as asked.")
    places = tuple(Place(document.name, citation.line, "", f"\\{citation.command}") for citation in mine)
    left = tuple(_left(text, names.old, {citation.start for citation in mine}))
    return Document(new.encode("utf-8", "surrogatepass"), document.encoding, document.name), places, left


def own_commands(documents: Iterable[Document], commands: Mapping[str, Form] | None = None) -> dict[str, Form]:
    """Return `commands` with the cite commands that these .tex files define: a chapter uses what the preamble's file defines."""
    known = dict(commands or {})
    for document in documents:
        if _DEFINES.search(document.data):
            learn(read(document.text(0, len(document.data))), known)
    return known


def _spliced(text: str, found: Collection[Citation], new: str) -> str:
    pieces: list[str] = []
    pos = 0
    for citation in found:
        pieces += (text[pos : citation.start], new)
        pos = citation.end
    return "".join([*pieces, text[pos:]])


def _left(text: str, old: str, starts: Collection[int]) -> Iterator[int]:
    """Yield the lines, each once, on which the key stands as a word of its own but in no cite command."""
    line, pos, last = 1, 0, 0
    for found in re.finditer(rf"(?<![\w:./-]){re.escape(old)}(?![\w:/-]|\.\w)", text):
        if found.start() in starts:
            continue
        line += text.count("\n", pos, found.start())
        pos = found.start()
        if line != last:
            yield line
        last = line


def _with_macros(document: Document) -> Iterator[tuple[RawEntry, Macros]]:
    """Yield the entries, each with the macros that are defined in front of it."""
    macros = Macros(len(document.data))
    for raw in document.entries():
        if type(raw) is RawEntry:
            yield raw, macros
        elif type(raw) is RawString and raw.name:
            macros.define(raw.name, _plain(raw.value, macros))


def _plain(value: str, macros: Macros) -> str:
    return macros.source(value, lambda _: None)


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",")]


def _references(document: Document, names: Wanted) -> tuple[Document, tuple[Place, ...]]:
    """Rename the key in the fields of all entries, but not in the entry's own ``ids``."""
    data, pos = document.data, 0
    pieces: list[bytes] = []
    places: list[Place] = []
    for raw, macros in _with_macros(document):
        if REFERRING.isdisjoint(raw.fields):
            continue
        block = document.scanner.block_at(raw.start)
        assert block is not None
        changed = _changed_values(document, block, names, macros)
        if not changed:
            continue
        if not block.closed:
            raise BrokenEntryError(document, raw.key, block)
        places += [
            Place(document.name, document.position(part.start)[0], raw.key, _name(document, part)) for part in changed
        ]
        pieces += (data[pos : block.start], _with_values(document, block, changed))
        pos = block.end
    if not pieces:
        return document, ()
    result = Document(b"".join([*pieces, data[pos:]]), document.encoding, document.name)
    prove_keys(result, [raw.key for raw, _ in _with_macros(document)])
    return result, tuple(places)


def _changed_values(document: Document, block: Block, names: Wanted, macros: Macros) -> dict[Field, str]:
    """Return the fields of an entry that name the key, each with its new value."""
    own = document.text(block.key_start, block.key_end) == names.new
    changed = {}
    for part in block.fields:
        name = _name(document, part)
        if name in REFERRING and not (own and name == "ids"):
            value = document.text(part.value_start, part.value_end)
            new = _with_key(value, names, macros)
            if new != value:
                changed[part] = new
    return changed


def _with_values(document: Document, block: Block, changed: Mapping[Field, str]) -> bytes:
    """Return an entry's text with the new values in it, proven."""
    text, pos = document.text, block.start
    pieces: list[str] = []
    for part, value in changed.items():
        pieces += (text(pos, part.value_start), value)
        pos = part.value_end
    new = "".join([*pieces, text(pos, block.end)])
    expected = [
        (_name(document, part), changed.get(part, text(part.value_start, part.value_end))) for part in block.fields
    ]
    prove_block(document.name, text(block.start, block.end), new, expected, reading=(document, block))
    return new.encode("utf-8", "surrogatepass")


def _name(document: Document, part: Field) -> str:
    return document.text(part.start, part.name_end).lower()


def _with_key(value: str, names: Wanted, macros: Macros) -> str:
    """Return a value's source with the key renamed. What macros or `#` put together becomes one value in braces."""
    inside = _inside(value)
    plain = _plain(value, macros) if inside is None else inside
    new = ",".join(
        item.replace(item.strip(), names.new, 1) if names.means(item.strip()) else item for item in plain.split(",")
    )
    if new == plain:
        return value
    if inside is not None:
        return value[0] + new + value[-1]
    return new if value.isdecimal() and new.isdecimal() else f"{{{new}}}"


def _inside(value: str) -> str | None:
    """Return what stands between the delimiters; None for a number, a macro, and parts that `#` joins."""
    return value[1:-1] if value[:1] in {"{", '"'} and len(value) > 1 and len(split_parts(value)) == 1 else None


def _own_names(document: Document, names: Wanted, *, keep_alias: bool) -> list[SetField | RemoveField]:
    """Return the edit of the entry's own ``ids``: a key is no second name of itself, and the old one becomes one if asked for."""
    value, macros = next(
        (raw.fields.get("ids"), macros) for raw, macros in _with_macros(document) if raw.key == names.new
    )
    if value is None:
        return [SetField(names.new, "ids", f"{{{names.old}}}")] if keep_alias else []
    inside = _inside(value)
    items = (_plain(value, macros) if inside is None else inside).split(",")
    kept = [item for item in items if item.strip().lower() != names.new.lower() or item.strip() == names.old]
    add = keep_alias and names.old not in {item.strip() for item in kept}
    if not add and len(kept) == len(items):
        return []
    if not "".join(kept).strip() and not add:
        return [RemoveField(names.new, "ids")]
    if kept and kept[0] is not items[0]:
        kept[0] = kept[0].lstrip()
    text = ",".join(kept)
    if add:
        body = text.rstrip().removesuffix(",")
        text = (f"{body}, {names.old}" if body else names.old) + text[len(text.rstrip()) :]
    opening, closing = (value[0], value[-1]) if inside is not None else ("{", "}")
    return [SetField(names.new, "ids", f"{opening}{text}{closing}", exact=True)]
