"""LaTeX source -> its live commands and which bracket closes which: comments, verbatim text and ``\\iffalse`` left out.

One pass, linear in the text whatever it holds. What a command means is not known here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

VERBATIM: Final = frozenset(
    """verbatim verbatim* Verbatim Verbatim* BVerbatim BVerbatim* LVerbatim LVerbatim* SaveVerbatim VerbatimOut
    verbatimtab spverbatim lstlisting minted comment filecontents filecontents* tcblisting tcblisting* tcboutputlisting
    luacode luacode* pycode pyconsole pyverbatim sagesilent sageblock sageverbatim asy asydef markdown""".split()
)
"""Environments whose text is no LaTeX."""
_CAPTIONED: Final = frozenset("lstlisting tcblisting".split())
INLINE: Final = frozenset("verb Verb spverb lstinline mintinline".split())
LINKS: Final = frozenset("url nolinkurl path href".split())
"""Commands in whose first argument a ``%`` begins no comment."""
# \newminted{python} makes the environment pythoncode; the others name it in their first argument.
_NEW_ENVIRONMENT: Final = frozenset(
    "lstnewenvironment DefineVerbatimEnvironment newtcblisting excludecomment newverbatim".split()
)
# Begin with \if and are no conditionals: they take arguments, or mean something else.
NO_CONDITION: Final = frozenset(
    """iff ifthenelse ifstrempty ifstrequal ifblank ifdef ifcsdef ifundef ifcsundef ifdefmacro ifdefempty ifcsempty ifdefvoid
    ifcsvoid ifdefequal ifcsequal ifdefstring ifcsstring ifnumcomp ifnumequal ifnumgreater ifnumless ifnumodd ifdimcomp
    ifdimequal ifdimgreater ifdimless ifbool ifboolexpr ifboolexpe iftoggle ifinlist ifinlistcs ifentrytype ifkeyword
    ifcategory iffieldundef ifnameundef ifciteseen ifentryseen ifcitation ifbibliography""".split()
)

_TOKEN = re.compile(r"\\(?:([A-Za-z@]++)|[^\r\n]?)|%[^\r\n]*+|[{}\[\]()]|(?:\n|\r\n?+)[ \t]*+(?=[\r\n])")
_COMMAND_OR_COMMENT = re.compile(r"\\(?:([A-Za-z@]++)|[^\r\n]?)|%[^\r\n]*+")
_ENVIRONMENT = re.compile(r"[ \t]*+\{([^{}\\%\r\n]{1,100})\}")
_DOCUMENT = re.compile(r"[ \t]*+\{document\}")
_DELIMITER = re.compile(r"\*?([^\sA-Za-z{*])")
_LONGEST_INLINE = 1000
_MOST_ENVIRONMENTS = 300  # each may be looked for to the end of the text
_INLINE_BRACED = re.compile(r"\{[^{}\r\n]*+(?:\{[^{}\r\n]*+\}[^{}\r\n]*+)*+\}")
_INLINE_OPTIONS = re.compile(r"[ \t]*+\[[^\[\]\r\n]*+\]")
_LINK = re.compile(r"[ \t]*+(?:\[[^\[\]\r\n]*+\])?+[ \t]*+\{[^{}\r\n]*+\}")
_LINE_END = re.compile(r"[\r\n]")
_ANY_LINE_END = re.compile(r"\r\n?+|\n")
_COMMAND = re.compile(r"[ \t]*+\\[A-Za-z@]++")
# The options of a listing: in brackets, or in braces for tcblisting, with braces three deep inside.
_BRACED = r"\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}"
_OPTIONS = re.compile(rf"[ \t]*+(?:\[[^\[\]{{}}]*+(?:{_BRACED}[^\[\]{{}}]*+)*+\]|{_BRACED})")
_LET = re.compile(r"[ \t]*+\\[A-Za-z@]++[ \t]*+=?[ \t]*+\\[A-Za-z@]++")


@dataclass(slots=True)
class _Level:
    """One level of braces: where it opened, and the square and round brackets that are open in it."""

    start: int
    nested: int = -1
    brackets: tuple[list[int], list[int]] | None = None
    """Square and round ones that are open."""
    waiting: tuple[list[int], list[int]] | None = None
    """Those behind which no closing one has come yet."""


@dataclass(slots=True)
class Source:
    """What a text holds. Positions are indices into the text."""

    text: str
    words: list[tuple[int, int]] = field(default_factory=list)
    """(start, end) of every live control word, the backslash included, in order."""
    close: dict[int, int] = field(default_factory=dict)
    """Opening bracket -> the one that closes it, both counted; none where a blank line comes between."""
    first: dict[int, int] = field(default_factory=dict)
    """Opening square or round bracket -> the first closing one on the same level of braces, as TeX reads an argument."""
    inner: dict[int, int] = field(default_factory=dict)
    """Opening brace -> the first opening brace inside, where there is one."""
    _lines: list[int] = field(default_factory=list)

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of a position, both from 1; the column counts characters."""
        if not self._lines:
            self._lines = [0, *(found.end() for found in _ANY_LINE_END.finditer(self.text))]
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1


def read(text: str, verbatim: Collection[str] = ()) -> Source:
    """Read a text; `verbatim` names further environments to leave out.

    A verbatim environment, an ``\\iffalse`` or a ``\\verb`` that never ends hides nothing. What stands behind an
    ``\\end{document}`` or ``\\endinput`` that begins a line is left out.
    """
    source = Source(text)
    reader = _Reader(source, frozenset(verbatim) | VERBATIM)
    pos: int | None = 0
    while pos is not None:
        pos = reader.run(pos)
    return source


class _Reader:
    """The one pass: ``run`` reads until a command says where to go on."""

    def __init__(self, source: Source, verbatim: frozenset[str]) -> None:
        self.source = source
        self.verbatim = set(verbatim)
        self.levels = [_Level(-1)]
        self.endless: set[str] = set()

    def run(self, pos: int, stop: int | None = None) -> int | None:
        """Read from `pos`, as far as `stop`; return where to go on, or None at the end."""
        text, words = self.source.text, self.source.words
        for found in _TOKEN.finditer(text, pos, len(text) if stop is None else stop):
            char = text[found.start()]
            if char == "\\":
                name = found[1]
                if name is None:
                    continue
                words.append(found.span())
                onward = self._jump(name, found.end()) if name in _JUMPS else None
                if onward is not None and onward < 0:
                    words.pop()
                    return None
                if onward is not None:
                    return onward
            elif char != "%":
                self._bracket(char, found.start())
        return None

    def _bracket(self, char: str, at: int) -> None:
        level = self.levels[-1]
        if char == "{":
            if level.nested < 0 <= level.start:
                level.nested = at
            self.levels.append(_Level(at))
        elif char == "}":
            if len(self.levels) > 1:
                self.source.close[level.start] = at
                if level.nested >= 0:
                    self.source.inner[level.start] = level.nested
                self.levels.pop()
        elif char in "[(":
            if level.brackets is None or level.waiting is None:
                level.brackets, level.waiting = ([], []), ([], [])
            level.brackets[char == "("].append(at)
            level.waiting[char == "("].append(at)
        elif char in "])":
            if level.brackets is not None and level.waiting is not None:
                self._closing(level.brackets[char == ")"], level.waiting[char == ")"], at)
        else:  # a blank line: no argument that is read here goes across it
            self.levels = [_Level(-1)]

    def _closing(self, opened: list[int], waiting: list[int], at: int) -> None:
        if opened:
            self.source.close[opened.pop()] = at
        for start in waiting:
            self.source.first[start] = at
        waiting.clear()

    def _jump(self, name: str, end: int) -> int | None:
        """Return where to go on behind a command that hides text; None where it hides nothing, -1 at the end of the document."""
        text = self.source.text
        if name == "begin":
            return self._environment(end)
        if name in {"end", "endinput"}:
            ends = name == "endinput" or _DOCUMENT.match(text, end)
            return -1 if ends and _begins_line(text, end - len(name) - 1) else None
        if name == "iffalse":
            return self._conditional(end)
        if name == "let":
            return _end(_LET.match(text, end))
        if name == "string":
            return _end(_COMMAND.match(text, end))
        if name in LINKS:
            return _end(_LINK.match(text, end))
        if name in _NEW_ENVIRONMENT or name == "newminted":
            self._new_environment(name, end)
            return None
        return _inline_end(text, name, end)

    def _environment(self, end: int) -> int | None:
        text = self.source.text
        found = _ENVIRONMENT.match(text, end)
        if found is None or found[1] not in self.verbatim or found[1] in self.endless:
            return None
        close = f"\\end{{{found[1]}}}"
        at = text.find(close, found.end())
        if at < 0:
            self.endless.add(found[1])
            return None
        if found[1] in _CAPTIONED:
            self._options(found.end(), at)
        return at + len(close)

    def _options(self, start: int, end: int) -> None:
        """Read the options of a listing, which are on the lines of its ``\\begin``: a caption may cite."""
        if options := _OPTIONS.match(self.source.text, start, end):
            pos: int | None = options.start()
            while pos is not None and pos < options.end():
                pos = self.run(pos, options.end())

    def _new_environment(self, name: str, end: int) -> None:
        if len(self.verbatim) > _MOST_ENVIRONMENTS:
            return
        options = _INLINE_OPTIONS.match(self.source.text, end)
        found = _ENVIRONMENT.match(self.source.text, options.end() if options else end)
        if options and name == "newminted":
            self.verbatim.add(options[0].strip()[1:-1])
        elif found:
            self.verbatim.add(found[1] + ("code" if name == "newminted" else ""))

    def _conditional(self, end: int) -> int | None:
        """Return the place behind the ``\\fi`` or ``\\else`` of an ``\\iffalse``, conditionals inside counted as TeX does."""
        if "fi" in self.endless:
            return None
        depth, plain = 0, None
        for found in _COMMAND_OR_COMMENT.finditer(self.source.text, end):
            name = found[1]
            if name is None:
                continue
            if name == "fi":
                plain = plain or found.end()
                if depth == 0:
                    return found.end()
                depth -= 1
            elif name == "else" and depth == 0:
                return found.end()
            elif name.startswith("if") and name not in NO_CONDITION:
                depth += 1
        self.endless.add("fi")
        return plain


def _inline_end(text: str, name: str, end: int) -> int | None:
    """Return the end of ``\\verb|...|`` and its kin, or None where it does not end on its line."""
    if name in {"lstinline", "mintinline", "Verb"}:
        end = _end(_INLINE_OPTIONS.match(text, end)) or end
        if name == "mintinline":
            end = _end(_INLINE_BRACED.match(text, end)) or end
        if braced := _INLINE_BRACED.match(text, end):
            return braced.end()
    delimiter = _DELIMITER.match(text, end)
    if delimiter is None:
        return None
    start = delimiter.end()
    at = text.find(delimiter[1], start, start + _LONGEST_INLINE)
    return at + 1 if at >= 0 and not _LINE_END.search(text, start, at) else None


def _begins_line(text: str, at: int) -> bool:
    before = text[max(at - 200, 0) : at].rstrip(" \t")
    return before[-1:] in {"\n", "\r"} or (not before and at <= 200)


def _end(found: re.Match[str] | None) -> int | None:
    return found.end() if found else None


_JUMPS: Final = INLINE | LINKS | _NEW_ENVIRONMENT | frozenset("begin end endinput iffalse let newminted string".split())
