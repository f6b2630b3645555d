"""Another .bib file -> entries as they stand there, for a merge of two libraries; broken entries and what is no entry are reported.

Of a macro that the library does not define as the file does, the value is put in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from ..bibfile import COMMENT, ENTRY, PREAMBLE, SLIPS, STRING, Block, Document
from ..decode import Decoder
from ..macros import Macros, split_parts
from ..model import Entry
from ..problems import ERROR
from .texts import line
from .values import Imported, Incoming, Unmapped

if TYPE_CHECKING:
    from . import Options

NAMES: Final = ("bibtex", "biblatex", "bib")
_MONTHS: Final = frozenset(Macros(0).values)


def read(text: str, options: Options, macros: Mapping[str, str] | None = None) -> Imported:
    """Return the entries of a file. `macros` are those of the library: name in lower case -> value as source without delimiters."""
    document = Document(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"), name="the file")
    return _Reader(document, options, macros or {}).read()


class _Reader:
    """One pass over the blocks of a file."""

    def __init__(self, document: Document, options: Options, known: Mapping[str, str]) -> None:
        self.document = document
        self.known = {name.lower(): value for name, value in known.items()}
        self.macros = Macros(len(document.data), {**Macros(0).values, **self.known})
        self.defined: dict[str, str] = {}
        self.unused: dict[str, tuple[int, str]] = {}
        self.lost: list[Unmapped] = []
        self._room = 4 * len(document.data) + (1 << 20)
        decoder = Decoder(document, tuple(options.categories), protected=False)
        self.entries = {entry.start: entry for entry in decoder.entries()}

    def read(self) -> Imported:
        """Return entries and losses in the order of the file."""
        entries = [entry for block in self.document.blocks() if (entry := self._block(block)) is not None]
        for name in list(self.unused):
            self._lose_macro(name)
        return Imported(tuple(entries), tuple(self.lost))

    def _place(self, start: int) -> str:
        return f"line {self.document.position(start)[0]}"

    def _lose(self, block: Block, why: str, key: str = "", start: int | None = None) -> None:
        text = line(self.document.text(block.start, block.end))
        if text:
            self.lost.append(Unmapped(self._place(block.start if start is None else start), text, why, key))

    def _block(self, block: Block) -> Incoming | None:
        if block.kind is ENTRY:
            return self._entry(block)
        if block.kind is STRING and block.closed and block.fields:
            self._define(block)
        elif block.kind is COMMENT:
            self._lose(block, "a comment is not taken over")
        elif block.kind is PREAMBLE:
            self._lose(block, "a preamble is not taken over; copy it by hand if its commands are needed")
        elif block.slips:
            slip = block.slips[0]
            self._lose(block, " ".join(SLIPS[slip.code][1:]), start=slip.offset)
        else:
            self._free_text(block)
        return None

    def _free_text(self, block: Block) -> None:
        """Report text between entries, at the line where it begins."""
        text = self.document.text(block.start, block.end)
        blank = len(text) - len(text.lstrip())
        self._lose(
            block,
            "it stands between the entries",
            start=block.start + len(text[:blank].encode("utf-8", "surrogatepass")),
        )

    def _define(self, block: Block) -> None:
        raw = self.document.raw_string(block)
        value = self.macros.source(raw.value, self._undefined(block, ""))
        self._use(_words(raw.value))
        self._lose_macro(raw.name)
        self.macros.define(raw.name, value)
        self.defined[raw.name] = value
        self.unused[raw.name] = (block.start, value)
        for slip in block.slips:
            self.lost.append(Unmapped(self._place(slip.offset), f"@string {raw.name}", " ".join(SLIPS[slip.code][1:])))

    def _use(self, words: Iterable[str]) -> None:
        for word in words:
            self.unused.pop(word, None)

    def _lose_macro(self, name: str) -> None:
        """Report a definition that nothing used, unless the library has it."""
        start, value = self.unused.pop(name, (0, ""))
        if value and self.known.get(name) != value:
            self.lost.append(
                Unmapped(self._place(start), line(f"@string {name} = {value}"), "no entry uses this macro")
            )

    def _entry(self, block: Block) -> Incoming | None:
        key = self.document.text(block.key_start, block.key_end)
        wrong = next((slip for slip in block.slips if SLIPS[slip.code][0] == ERROR), None)
        if wrong is not None or not block.is_entry or not block.closed:
            why = " ".join(SLIPS[wrong.code][1:]) if wrong else "the entry is not closed."
            self._lose(block, f"the entry is broken: {why}", key, wrong.offset if wrong else None)
            return None
        entry = self.entries.get(block.start)
        if entry is None:
            self._lose(block, "it cannot be read as an entry", key)
            return None
        return _incoming(entry, self._source(block, key), self._place(block.start))

    def _source(self, block: Block, key: str) -> str:
        """Return the entry's source, with the values of macros that the library has not, or has otherwise."""
        pieces, at = [], block.start
        text = self.document.text
        for part in block.fields:
            value = text(part.value_start, part.value_end)
            mine = [word for word in _words(value) if word not in _MONTHS or word in self.defined]
            if not mine:
                continue
            if all(self._is_the_librarys(word) for word in mine):
                self._use(mine)
                continue
            resolved = self.macros.source(value, self._undefined(block, key))
            self._room -= len(resolved)
            if self._room < 0 or any(word not in self.macros.values for word in mine):
                if any(word in self.defined for word in mine):
                    why = "its macros could not be put in; define them in the library"
                    self.lost.append(Unmapped(self._place(part.start), line(value), why, key))
                continue
            self._use(mine)
            pieces += [text(at, part.value_start), f"{{{resolved}}}"]
            at = part.value_end
        return "".join([*pieces, text(at, block.end)])

    def _is_the_librarys(self, word: str) -> bool:
        known = self.known.get(word)
        return known is not None and (word not in self.defined or self.defined[word] == known)

    def _undefined(self, block: Block, key: str) -> Callable[[str], None]:
        def report(name: str) -> None:
            if name.lower() not in self.known:
                self.lost.append(
                    Unmapped(self._place(block.start), name, "the macro is defined nowhere; it stays as it is", key)
                )

        return report


def _words(value: str) -> Iterator[str]:
    """Yield the names of macros in a value, in lower case."""
    if value[:1] in '{"' and "#" not in value:
        return
    for part in split_parts(value):
        if part[:1] not in '{"' and not part.isdecimal():
            yield part.lower()


def _incoming(entry: Entry, source: str, place: str) -> Incoming:
    keywords = (
        tuple(word for word in entry.keywords if entry.category not in {word, word.lower()})
        if entry.category
        else entry.keywords
    )
    fields = {name: value for name, value in entry.fields.items() if name != "keywords"}
    return Incoming(entry.type, entry.key, fields, entry.people, keywords, entry.category, source, place)
