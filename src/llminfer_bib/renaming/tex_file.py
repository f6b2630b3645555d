"""A key changes in the text of a .tex file: in its cite commands, and nowhere else; in the file's own encoding."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from ..bibfile import Document
from ..bibfile.encoding import Encoding
from ..latex import Citation, Form, citations
from ..latex.citations import learn
from ..latex.encoding import text_of
from ..latex.reading import read
from ..problems import BibError
from ..proof import NotProvenError
from .keys import Place, Wanted

_NEXT_KEY = re.compile(r"\s*+,\s*+")

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_GUESSED = frozenset({"gb18030", "latin-1"})
"""What is taken for an encoding that no one names: many a text in Windows-1252 can be read so, too."""
_DEFINES = re.compile(rb"\\(?:[egx]?def|let|newcites|[A-Za-z]{0,20}?(?:command|Command|robustcmd))\b")


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
    document: Document, names: Wanted, commands: Mapping[str, Form] | None = None, *, once: bool = False
) -> tuple[Document, tuple[Place, ...], tuple[int, ...]]:
    """Return a .tex file with the key renamed in its cite commands, the places, and the lines where it stands besides.

    Those are comments, verbatim text and commands that nobody knows to cite: they are left as they are. With `once`, a key that
    stands beside what it becomes goes, so that a work is not cited twice in one place. Nothing but the keys
    changes, in the file's own encoding. Raises NotProvenError when the result would not cite as asked.
    """
    text = document.text(0, len(document.data))
    if names.old.lower() not in text.lower():
        return document, (), ()
    found = list(citations(text, commands))
    mine = [
        citation for citation in found if names.means(citation.key) and text[citation.start :].startswith(citation.key)
    ]
    again = _again(text, found, names) if once else {}
    new = _spliced(text, mine, names.new, again)
    expected = [
        names.new if names.means(citation.key) else citation.key for citation in found if citation.start not in again
    ]
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


def _spliced(text: str, found: Collection[Citation], new: str, again: Mapping[int, tuple[int, int]]) -> str:
    pieces: list[str] = []
    pos = 0
    for citation in found:
        start, end = again.get(citation.start, (citation.start, citation.end))
        pieces += (text[pos:start], "" if citation.start in again else new)
        pos = end
    return "".join([*pieces, text[pos:]])


def _again(text: str, found: Collection[Citation], names: Wanted) -> dict[int, tuple[int, int]]:
    r"""Return where a key is cited beside what it becomes, as in ``\cite{old,new}``, and the stretch that goes with it."""
    spans: dict[int, tuple[int, int]] = {}
    lists: list[list[Citation]] = []
    end = -1
    for citation in found:
        if end < 0 or not _NEXT_KEY.fullmatch(text, end, citation.start):
            lists.append([])
        lists[-1].append(citation)
        end = citation.end
    for each in lists:
        there, stays = any(citation.key == names.new for citation in each), False
        for place, citation in enumerate(each):
            mine = names.means(citation.key) and text.startswith(citation.key, citation.start)
            if (
                mine and there
            ):  # it goes with the comma in front of it, or with that behind it where nothing is in front
                spans[citation.start] = (
                    (each[place - 1].end, citation.end) if stays else (citation.start, each[place + 1].start)
                )
            else:
                stays = True
            there = there or mine
    return spans


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
