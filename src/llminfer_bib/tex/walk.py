"""TeX source -> plain text by a walk from token to token: whatever TeX a value holds. The short ways are in ``reading``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from ..model import Text
from .braces import is_balanced
from .rare import character_of
from .spaces import tidied
from .tables import (
    ACCENTS,
    BELOW,
    CHARACTERS,
    CONTROL_SYMBOLS,
    LIGATURES,
    MARKS,
    RAISED,
    SILENT,
    TRANSPARENT,
    VERBATIM_COMMANDS,
)

_ALONE = {mark: alone for _, mark, alone in ACCENTS}
_CONTROL = dict(CONTROL_SYMBOLS)
_LIGATURES = dict(LIGATURES)
_MOST_ACCENTS = 8
_LONGEST_RAISED = 40
"""On one letter; more is no text, and putting many combining marks in order takes quadratic time."""

_TOKEN = re.compile(
    r"""
    ( (?: [^\\{}$~`'\-?!]++ | -(?!-) | '(?!') | `(?!`) | [?!](?!`) )++ | \${3,}+ )  # 1 text
  | ( ---? | `` | '' | [?!]` )                                                      # 2 ligature
  | \\ ([A-Za-z]+) \s*                                                              # 3 command
  | ( ~++ | (?: \\[\s\\,;:>] )++ )                                                  # 4 space
  | \\ ([^A-Za-z]?)                                                                 # 5 control symbol
  | ( \{++ )                                                                        # 6
  | ( \}++ )                                                                        # 7
  | \$                                                                              # formula
    """,
    re.VERBOSE,
)
_FORMULA = re.compile(r"\$\$((?:[^$\\]|\\.)++)\$\$|\$((?:[^$\\]|\\.)++)\$", re.DOTALL)
_BRACKET_FORMULA = {
    "(": re.compile(r"((?:[^$\\]|\\[^()\[\]])++)\\\)", re.DOTALL),
    "[": re.compile(r"((?:[^$\\]|\\[^()\[\]])++)\\\]", re.DOTALL),
}
_ESCAPED_IN_URL = re.compile(r"\\([%#&_~{}$^])")


class Walk:
    """One walk over a source. It keeps a stack of its own, so that depth costs no recursion."""

    __slots__ = ("groups", "length", "open", "out", "partner", "pending", "source", "spans")

    def __init__(self, source: str) -> None:
        self.source = source
        self.out: list[str] = []
        self.length = 0
        self.spans: list[tuple[int, int]] = []
        self.pending: list[str] = []
        """Combining marks that wait for their letter, the outermost first."""
        self.open = 0
        """How deep in braces."""
        self.groups: list[tuple[int, int, int, str | None]] = []
        """Groups that need something done at their end: depth outside, start in the text (-1: protects nothing), start
        in ``out``, the address to add (None: the argument of an accent)."""
        self.partner: dict[int, int] | None = None

    def run(self) -> Text:
        """Walk through the whole source."""
        source, match, position = self.source, _TOKEN.match, 0
        while token := match(source, position):
            position = token.end()
            kind = token.lastindex
            if kind == 1:
                self.emit(token[1])
            elif kind == 2:
                self.emit(_LIGATURES[token[2]])
            elif kind == 3:
                position = self.command(token[3], position)
            elif kind == 4:
                self.emit(" ")
            elif kind == 5:
                position = self.control_symbol(token[5], position)
            elif kind == 6:
                self.open_braces(len(token[6]), position)
            elif kind == 7:
                self.close_braces(len(token[7]))
            else:
                position = self.formula(_FORMULA.match(source, position - 1), "$", position)
        self.flush()
        return tidied("".join(self.out), self.spans)

    def emit(self, text: str) -> None:
        """Write text; its first letter takes the accents that wait."""
        if self.pending:
            text = text.lstrip()
            if not text:
                return  # TeX looks past blanks for the letter of an accent
            marks = "".join(reversed(self.pending))
            base = text[0]
            if base in "ıȷ" and not BELOW.issuperset(marks):
                base = "i" if base == "ı" else "j"
            text = normalize("NFC", base + marks) + text[1:]
            self.pending.clear()
        self.out.append(text)
        self.length += len(text)

    def flush(self) -> None:
        """Write accents that found no letter: ``\\~{}`` is how people write a tilde."""
        if self.pending:
            alone = "".join(_ALONE[mark] for mark in self.pending)
            self.pending.clear()
            self.emit(alone)

    def verbatim(self, text: str) -> None:
        """Write text that takes no accent."""
        self.flush()
        self.emit(text)

    def accent(self, mark: str) -> None:
        """Let a combining mark wait for its letter."""
        if len(self.pending) >= _MOST_ACCENTS:
            self.flush()
        self.pending.append(mark)

    def open_braces(self, count: int, position: int) -> None:
        """Go into groups; the outermost one may protect what is in it."""
        if self.open == 0:
            special = count == 1 and self.source.startswith("\\", position) and not self.pending
            self.groups.append((0, -1 if special else self.length, len(self.out), None if self.pending else ""))
        self.open += count

    def close_braces(self, count: int) -> None:
        """Leave groups, and end what ends with them: a protected stretch, a link."""
        self.flush()
        self.open = max(0, self.open - count)
        while self.groups and self.groups[-1][0] >= self.open:
            _, start, index, address = self.groups.pop()
            if address and self.out[index:] != [address]:
                self.emit(f" ({address})")
            # An accent's own braces are not meant to protect, but BibTeX keeps a capital in them all the same.
            if start >= 0 and (address is not None or self.out[-1] != self.out[-1].lower()):
                self.spans.append((start, self.length))

    def control_symbol(self, symbol: str, position: int) -> int:
        """Read a backslash with one character that is no letter; return where to go on, as all that read more do."""
        if symbol in MARKS:
            self.accent(MARKS[symbol])
        elif symbol in _BRACKET_FORMULA:
            dollars = "$" if symbol == "(" else "$$"
            return self.formula(_BRACKET_FORMULA[symbol].match(self.source, position), dollars, position)
        else:
            self.emit(_CONTROL.get(symbol, symbol))
        return position

    def formula(self, match: re.Match[str] | None, dollars: str, position: int) -> int:
        """Keep a formula as its source, or what opened it as text where nothing closes it."""
        if match is None or not is_balanced(match[0]):
            self.emit(self.source[position - 1])
            return position
        if match[0].startswith("$$"):
            dollars = "$$"
        self.verbatim(f"{dollars}{match[match.lastindex or 0].strip()}{dollars}")
        return match.end()

    def command(self, name: str, position: int) -> int:
        """Read a command by the tables, or as pylatexenc has it; one that nobody knows only leaves its argument."""
        if name in CHARACTERS:
            self.emit(CHARACTERS[name])
        elif name in MARKS:
            self.accent(MARKS[name])
        elif name in TRANSPARENT:
            pass
        elif name in RAISED:
            return self.raised(RAISED[name], position)
        elif name in VERBATIM_COMMANDS:
            if end := self.group_end(position):
                self.flush()
                start = self.length
                self.emit(_address(self.source[position + 1 : end]))
                if not self.open:
                    self.spans.append((start, self.length))
                return end + 1
        elif name == "href":
            return self.link(position)
        elif name in SILENT:
            for _ in range(SILENT[name]):
                if end := self.group_end(position):
                    position = end + 1
        elif symbol := character_of(name):
            self.emit(symbol)
        return position

    def raised(self, signs: Mapping[str, str], position: int) -> int:
        """Read the argument of a superscript or subscript as small characters; leave one that has others to be read on."""
        end = self.group_end(position)
        argument = self.source[position + 1 : end] if end and end - position <= _LONGEST_RAISED else ""
        if not argument or not signs.keys() >= set(argument):
            return position
        self.emit("".join(map(signs.__getitem__, argument)))
        return end + 1

    def link(self, position: int) -> int:
        """Read ``\\href{address}{text}`` as ``text (address)``."""
        end = self.group_end(position)
        if end and self.group_end(end + 1):
            address = _address(self.source[position + 1 : end])
            self.groups.append((self.open, -1 if self.open else self.length, len(self.out), address))
            self.open += 1
            return end + 2
        return position

    def group_end(self, position: int) -> int:
        """Return where the group that opens at ``position`` closes, or 0. All partners are found in one walk."""
        if self.partner is None:
            self.partner, opened = {}, []
            for brace in re.finditer(r"[{}]", self.source):
                if brace[0] == "{":
                    opened.append(brace.start())
                elif opened:
                    self.partner[opened.pop()] = brace.start()
        return self.partner.get(position, 0)


def _address(source: str) -> str:
    """An address is kept as it is, but no address holds a backslash: people escape ``%`` and ``_`` out of habit."""
    return _ESCAPED_IN_URL.sub(r"\1", source).strip()
