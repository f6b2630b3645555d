"""Every key in every cite command of a LaTeX text, with its exact place.

What a cite command is stands in ``commands``, which text is alive in ``reading``. Files are not opened here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from .commands import Form, form_of
from .definitions import DECLARES, DEFINES, NOTHING, Definition, definition_at, multibib_names, same_as
from .reading import Source, read


@dataclass(frozen=True, slots=True)
class Citation:
    """One key in one cite command: ``text[start:end] == key``. ``*`` is the key of ``\\nocite{*}``."""

    key: str
    start: int
    end: int
    command: str
    """The command without backslash and star, such as ``parencite``."""
    line: int
    column: int = 0
    """Both from 1; the column counts characters."""
    cited: bool = True
    """False where the command only names the key: ``\\addtocategory``, ``\\defcitealias``."""


def citations(
    text: str, commands: Mapping[str, Form] | None = None, verbatim: Collection[str] = ()
) -> Iterator[Citation]:
    """Yield every key of every cite command, in the order of the text; linear in its length.

    `commands` adds a person's own cite commands (``commands.user_commands``), `verbatim` environments to leave out.
    """
    return citations_in(read(text, verbatim), dict(commands or {}))


def citations_in(
    source: Source, commands: dict[str, Form], start: int = 0, stop: int | None = None
) -> Iterator[Citation]:
    """Do the same for a text that is read, or for the commands in a stretch of it.

    The cite commands that the text defines are added to `commands`.
    """
    words = source.words
    if start or stop is not None:
        low, high = bisect_left(words, (start,)), len(words) if stop is None else bisect_left(words, (stop,))
        words = words[low:high]
    for key_start, key_end, name, cited in sorted(_found(source, words, commands)):
        yield Citation(source.text[key_start:key_end], key_start, key_end, name, *source.place(key_start), cited)


def learn(source: Source, commands: dict[str, Form]) -> None:
    """Add to `commands` the cite commands that a text defines; what it cites itself does not count."""
    deque(_found(source, source.words, commands), maxlen=0)


# What may stand between a command and its arguments: blanks, one line end, comments with the line end behind them.
_GAP = re.compile(r"(?:[ \t]++|(?:\r\n?+|\n)(?![ \t]*+[\r\n])|%[^\r\n]*+(?:\r\n?+|\n)?+)*+")
_STAR = re.compile(r"[ \t]*+\*")
_ANGLES = re.compile(r"[ \t]*+<[^<>{}\\\r\n]{0,500}+>")
_PIECE = re.compile(r"%[^\r\n]*+(?:\r\n?+|\n)?+|,|[^,%]++")
_PARAMETER = re.compile(r"\s*+#([1-9])\s*+\}")


def _found(
    source: Source, words: list[tuple[int, int]], known: dict[str, Form]
) -> Iterator[tuple[int, int, str, bool]]:
    text = source.text
    defined = NOTHING  # the name behind \newcommand is no use of the command
    for start, end in words:
        name = text[start + 1 : end]
        if name in DEFINES or name == "newcites":
            defined = _define(source, name, end, known)
            continue
        form = form_of(name, known)
        if form is None or start == defined.name_start:
            continue
        if defined.holds(start):
            _learn(source, end, form, defined, known)
        for opening in key_arguments(source, end, form):
            for key_start, key_end in _keys(source, opening):
                yield key_start, key_end, name, not form.mentions


def _define(source: Source, name: str, end: int, known: dict[str, Form]) -> Definition:
    if name == "newcites":
        known.update(dict.fromkeys(multibib_names(source.text, end), Form()))
        return NOTHING
    if name == "let":
        names = same_as(source.text, end)
        form = form_of(names[1], known) if names else None
        if names and form:
            known[names[0]] = form
        return NOTHING
    defined = definition_at(source, name, end)
    if name in DECLARES and defined is not NOTHING and form_of(defined.name, known) is None:
        known[defined.name] = Form(repeats=name == "DeclareMultiCiteCommand")
    return defined


def _learn(source: Source, end: int, form: Form, defined: Definition, known: dict[str, Form]) -> None:
    """Note a command whose body is a cite command, or hands a parameter on to one as its keys."""
    if _gap_end(source.text, end) == defined.body[1]:
        known.setdefault(defined.name, form)
        return
    for opening in key_arguments(source, end, form):
        handed = _PARAMETER.match(source.text, opening + 1)
        own = defined.form(int(handed[1]), form) if handed else None
        if own:
            known.setdefault(defined.name, own)
            return


def _gap_end(text: str, pos: int) -> int:
    found = _GAP.match(text, pos)
    return found.end() if found else pos


def key_arguments(source: Source, pos: int, form: Form) -> Iterator[int]:
    """Yield where the arguments with keys open, for a command whose name ends at `pos`."""
    text = source.text
    for optional in (_STAR, _ANGLES):
        found = optional.match(text, pos)
        pos = found.end() if found else pos
    braced = 0
    while True:
        pos = _gap_end(text, pos)
        char = text[pos : pos + 1]
        if char == "{" and pos in source.close:
            braced += 1
            if braced == form.keys:
                yield pos
                braced = 0
                if not form.repeats:
                    return
            pos = source.close[pos] + 1
        elif char == "[" or (char == "(" and form.repeats):
            onward = _optional_end(source, pos)
            if onward is None:
                return
            pos = onward
        else:
            return


def _optional_end(source: Source, pos: int) -> int | None:
    """Return the place behind an optional argument: brackets are counted, unless only TeX's first-one rule makes sense."""
    for closing in (source.close.get(pos), source.first.get(pos)):
        if closing is not None and _char_behind(source.text, closing) in {"[", "{", "("}:
            return closing + 1
    return None


def _keys(source: Source, opening: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of the keys in one argument. A key with a macro or a parameter in it has no text of its own: it is left out."""
    text = source.text
    end = source.inner.get(opening, source.close[opening])
    whole = opening not in source.inner
    pieces: list[tuple[int, int]] = []
    for found in _PIECE.finditer(text, opening + 1, end):
        if found[0] == ",":
            yield from _key(text, pieces)
            pieces = []
        elif found[0][0] != "%" and not found[0].isspace():
            pieces.append(found.span())
    if whole:
        yield from _key(text, pieces)


def _key(text: str, pieces: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if len(pieces) != 1:  # none, or one that a comment cuts in two
        return
    start, end = pieces[0]
    raw = text[start:end]
    if "\\" in raw or "#" in raw:
        return
    start += len(raw) - len(raw.lstrip())
    yield start, start + len(raw.strip())


def _char_behind(text: str, at: int) -> str:
    onward = _gap_end(text, at + 1)
    return text[onward : onward + 1]
