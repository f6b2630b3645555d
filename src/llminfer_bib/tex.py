r"""TeX source of one field value <-> plain Unicode text, with the stretches that braces protect; no names, no fields.

How the two directions agree: plain text holds no TeX, with one exception, a formula ``$...$``, which stays as it was
written. ``from_text`` takes ``$...$`` for a formula where a reader would (see ``_formula``) and escapes every other
dollar sign, so ``to_plain(from_text(x)) == " ".join(x.split())`` for every text (with ``ascii_only``: up to Unicode
NFC), and from_text after to_plain changes nothing from the second time on.

White space of any kind, ``~`` included, is one space in plain text. Braces count by BibTeX's rule everywhere: a
backslash does not hide one. That is why ``{\textbraceleft}`` is written and never ``\{``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize

from .model import Text
from .tex_tables import (
    ACCENTS,
    CONTROL_SYMBOLS,
    KEY_LIST_FIELDS,
    LETTERS,
    LIGATURES,
    SILENT,
    SYMBOLS,
    TRANSPARENT,
    VERBATIM_COMMANDS,
    VERBATIM_FIELDS,
)

__all__ = [
    "KEY_LIST_FIELDS",
    "VERBATIM_FIELDS",
    "from_text",
    "is_balanced",
    "protect_title",
    "protected_words",
    "to_plain",
    "to_text",
]

_MARKS = {command: mark for command, mark, _ in ACCENTS}
_ALONE = {mark: alone for _, mark, alone in ACCENTS}
_BELOW = frozenset("\u0327\u0328\u0323\u0331\u0326")
_CHARACTERS = dict(LETTERS + SYMBOLS)
_CONTROL = dict(CONTROL_SYMBOLS)
_LIGATURES = dict(LIGATURES)
_MOST_ACCENTS = 8
"""On one letter; more is no text, and putting many combining marks in order takes quadratic time."""

# ---------------------------------------------------------------------------------------------- TeX -> text


def to_plain(source: str) -> str:
    """Return the inside of a field value as plain Unicode text. Never raises, whatever the source."""
    # Single `in` tests are several times faster than one search for a character class.
    if "$" in source:
        return _plain_with_formulas(source)
    if "\\" in source:
        short = _without_commands(source)
        if short is None:
            return _Decoder(source).run().text
        source = short
    return _one_spaced(_typeset(source))


def _one_spaced(text: str) -> str:
    """Make every run of white space one space. A long text that has none is left alone: to split it costs more than to look."""
    if len(text) > 60 and "  " not in text and text.isascii() and text.isprintable():
        return text.strip(" ")
    return " ".join(text.split())


def _plain_with_formulas(source: str) -> str:
    """Set simple formulas aside and read the rest as if they were not there; whatever is not simple goes the long way."""
    parts = _SIMPLE_FORMULA.split(source)
    rest = "\0".join(parts[::2])
    formulas = parts[1::2]
    simple = "$" not in rest and rest.count("\0") == len(formulas) and all(map(is_balanced, formulas))
    if simple and "\\" in rest:
        short = _without_commands(rest)
        simple = short is not None
        rest = short or ""
    if not simple:
        return _Decoder(source).run().text
    parts[::2] = _typeset(rest).split("\0")
    parts[1::2] = [f"${formula.strip()}$" for formula in formulas]
    return _one_spaced("".join(parts))


def _without_commands(source: str) -> str | None:
    """Return a source with its common commands replaced by what they mean, or None where others are left."""
    short = _QUICK.sub(_quick, source)
    if "\\" in short:
        short = _LOOKS.sub("", short)
        if "\\" in short:
            return None
    return short


def _typeset(source: str) -> str:
    """Return a source without commands and formulas as text: ligatures made, braces gone, ties and blanks alike."""
    if "--" in source or "`" in source or "''" in source:
        for written, meant in LIGATURES:
            source = source.replace(written, meant)
    if "{" in source:
        source = source.replace("{", "")
    if "}" in source:
        source = source.replace("}", "")
    if "~" in source:
        source = source.replace("~", " ")
    return source


def to_text(source: str) -> Text:
    """Return the inside of a field value as plain Unicode with the stretches that BibTeX would not change the case of.

    A stretch is an outermost brace group that does not begin with a backslash (btxdoc, "special character").
    Never raises, whatever the source; braces without a partner are dropped.
    """
    if "{" not in source:
        return Text(to_plain(source))
    if "\\" in source or "$" in source or "~" in source or "--" in source or "`" in source or "''" in source:
        return _Decoder(source).run()
    if source[0] == "{" and source[-1] == "}" and source.count("{") == 1 == source.count("}"):
        inside = " ".join(source[1:-1].split())
        return Text(inside, ((0, len(inside)),) if inside else ())
    text, spans, length, depth, start = [], [], 0, 0, 0
    for piece in _BRACES.split(source):
        if piece[:1] == "{":
            if not depth:
                start = length
            depth += len(piece)
        elif piece[:1] == "}":
            if depth and len(piece) >= depth:
                spans.append((start, length))
            depth = max(0, depth - len(piece))
        else:
            text.append(piece)
            length += len(piece)
    return _tidy("".join(text), spans)


def is_balanced(source: str) -> bool:
    r"""Tell whether every brace has its partner by BibTeX's rule: a backslash does not hide a brace."""
    if "{" not in source and "}" not in source:
        return True
    if source.count("{") != source.count("}"):
        return False
    depth = 0
    for run in _BRACE_RUNS.findall(source):
        depth += len(run) if run[0] == "{" else -len(run)
        if depth < 0:
            return False
    return True


_BRACES = re.compile(r"(\{+|\}+)")
_BRACE_RUNS = re.compile(r"\{+|\}+")
_SPACES = re.compile(r"\s+")

_QUICK = re.compile(
    r"""\\(?<!\\\\)(?:
        (["'`^~=.]) (?: \{([A-Za-z])\} | ([A-Za-z]) | \{\\([ij])\} | \\([ij])(?=\}) )
      | ([uvHrckdb]) \{([A-Za-z])\}
      | (ss|o|O|aa|AA|ae|AE|oe|OE|l|L|i) (?:\{\}|(?=\}))
      | ([&%#_])
    )""",
    re.VERBOSE,
)
"""What most values with a backslash hold. Everything matched reads the same whatever stands around it.

The look behind comes second, so that the search runs from backslash to backslash: ten times faster."""


_LOOKS = re.compile(r"\\(?<!\\\\)(?:emph|text(?:bf|it|rm|sc|sf|tt)|mbox)(?=\{)")
"""Commands that only change how their argument looks."""

_SIMPLE_FORMULA = re.compile(r"\$(?<!\\\$)((?:[^$\\]|\\[^$])++)\$")


def _quick(match: re.Match[str]) -> str:
    accent, a, b, c, d, letter_accent, e, letter, escaped = match.groups()
    if escaped:
        return str(escaped)
    if letter:
        return _CHARACTERS[letter]
    return normalize("NFC", (a or b or c or d or e) + _MARKS[accent or letter_accent])


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


class _Decoder:
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
        return _tidy("".join(self.out), self.spans)

    def emit(self, text: str) -> None:
        if self.pending:
            text = text.lstrip()
            if not text:
                return  # TeX looks past blanks for the letter of an accent
            marks = "".join(reversed(self.pending))
            base = text[0]
            if base in "ıȷ" and not _BELOW.issuperset(marks):
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
        self.flush()
        self.emit(text)

    def accent(self, mark: str) -> None:
        if len(self.pending) >= _MOST_ACCENTS:
            self.flush()
        self.pending.append(mark)

    def open_braces(self, count: int, position: int) -> None:
        if self.open == 0:
            special = count == 1 and self.source.startswith("\\", position) and not self.pending
            self.groups.append((0, -1 if special else self.length, len(self.out), None if self.pending else ""))
        self.open += count

    def close_braces(self, count: int) -> None:
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
        if symbol in _MARKS:
            self.accent(_MARKS[symbol])
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
        if name in _CHARACTERS:
            self.emit(_CHARACTERS[name])
        elif name in _MARKS:
            self.accent(_MARKS[name])
        elif name in TRANSPARENT:
            pass
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
        elif symbol := _symbol(name):
            self.emit(symbol)
        return position

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


def _tidy(raw: str, spans: list[tuple[int, int]]) -> Text:
    """Make every run of white space one space, and move the spans with the text."""
    text = " ".join(raw.split())
    if not spans:
        return Text(text)
    if text != raw:
        spans = _moved(raw, spans, len(text))
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        start += text[start : start + 1] == " "
        end -= text[max(0, end - 1) : end] == " "
        if merged and start <= merged[-1][1] and start < end:
            merged[-1] = (merged[-1][0], end)
        elif start < end:
            merged.append((start, end))
    return Text(text, tuple(merged))


def _moved(raw: str, spans: list[tuple[int, int]], longest: int) -> list[tuple[int, int]]:
    """Return the spans where they are once ``raw``, then ``longest`` characters, has its white space tidied."""
    ends, removed = [0], [0]
    for run in _SPACES.finditer(raw):
        ends.append(run.end())
        removed.append(removed[-1] + len(run[0]) - (run.start() > 0))

    def place(border: int) -> int:
        return min(longest, max(0, border - removed[bisect_right(ends, border) - 1]))

    return [(place(start), place(end)) for start, end in spans]


def _address(source: str) -> str:
    """An address is kept as it is, but no address holds a backslash: people escape ``%`` and ``_`` out of habit."""
    return _ESCAPED_IN_URL.sub(r"\1", source).strip()


_ASKED: dict[str, str] = {}


def _symbol(name: str) -> str:
    """Return the character of a command outside our tables, or nothing."""
    found = _ASKED.get(name)
    if found is None:
        if len(_ASKED) >= 10_000:
            _ASKED.clear()
        found = _ASKED[name] = _asked_of_pylatexenc(name)
    return found


@cache
def _contexts() -> Any:
    from pylatexenc.latex2text import get_default_latex_context_db  # noqa: PLC0415 - slow to import, seldom needed

    return get_default_latex_context_db()


def _asked_of_pylatexenc(name: str) -> str:
    spec = _contexts().get_macro_spec(name)
    symbol = getattr(spec, "simplify_repl", None)
    if not isinstance(symbol, str) or "%" in symbol or "<" in symbol:  # a template, or a stand-in such as <cit.>
        return ""
    return symbol


# ---------------------------------------------------------------------------------------------- text -> TeX

_ESCAPES = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    **{character: "\\" + character for character in "%&#_$"},
    **{character: character + "{}" for character in "-`'?!"},  # keeps two apart that would read as one
}
_SPECIAL = re.compile(r"[\\{}~^%&#_]|\$+|-(?=-)|`(?=`)|'(?=')|[?!](?=`)")
_SPECIAL_ASCII = re.compile(_SPECIAL.pattern + "|(?:[^\x00-\x7f]|[A-Za-z](?=[\u0300-\u036f]))[\u0300-\u036f]*+")
# Stops at every dollar: where ``\\$`` is no TeX yet, looking past one from each of them would take quadratic time.
_WRITTEN_FORMULA = re.compile(r"\$\$((?:[^$\\]|\\[^$])++)\$\$|\$((?:[^$\\]|\\[^$])++)\$")
_UNESCAPED = re.compile(r"(?:[^\\]|\\.)*?[%&#]", re.DOTALL)
_NAMES = {character: name for name, character in reversed(LETTERS + SYMBOLS) if not character.isascii()}
_COMMANDS = {mark: command for command, mark, _ in ACCENTS if command != "t"}  # a tie wants two letters
_ABOVE_I = {"i": r"\i", "j": r"\j"}
_ASCII_LIGATURES = {"–": ("--", "-–—"), "—": ("---", "-–—"), "“": ("``", "`“?!"), "”": ("''", "'”")}


def from_text(text: str, *, ascii_only: bool = False) -> str:
    """Return TeX source that reads back as ``text`` (white space tidied); UTF-8 stays, a formula stays.

    ``ascii_only`` writes accents, letters and dashes as commands (``{\\"u}``, ``{\\ss}``, ``--``); characters that have
    none, such as Han, stay.
    """
    text = " ".join(text.split())
    return _escape(normalize("NFC", text) if ascii_only and not text.isascii() else text, ascii_only=ascii_only)


def protect_title(text: Text, *, ascii_only: bool = False) -> str:
    """Return TeX source as ``from_text`` does, with braces around the protected stretches."""
    out, position = [], 0
    for start, end in text.protected:
        out.append(_escape(text.text[position:start], ascii_only=ascii_only))
        inside = _escape(text.text[start:end], ascii_only=ascii_only)
        # A group that begins with a backslash protects nothing.
        out.append(f"{{{{}}{inside}}}" if inside.startswith("\\") else f"{{{inside}}}")
        position = end
    out.append(_escape(text.text[position:], ascii_only=ascii_only))
    return " ".join("".join(out).split())


def _escape(text: str, *, ascii_only: bool) -> str:
    special = _SPECIAL_ASCII if ascii_only and not text.isascii() else _SPECIAL
    out, position = [], 0
    while match := special.search(text, position):
        out.append(text[position : match.start()])
        token = match[0]
        position = match.end()
        if token[0] == "$":
            formula = _formula(text, match.start()) if len(token) < 3 else ""
            out.append(formula or r"\$" * len(token))
            position = match.start() + len(formula or token)
        else:
            out.append(_ESCAPES.get(token) or _as_command(text, match))
    out.append(text[position:])
    return "".join(out)


def _formula(text: str, start: int) -> str:
    """Return the formula at ``start``, or nothing where the dollar is money.

    As pandoc reads Markdown: no blank inside next to the dollars, no digit after them. And it must be possible in TeX:
    braces in pairs, ``%``, ``&`` and ``#`` escaped.
    """
    match = _WRITTEN_FORMULA.match(text, start)
    if match is None:
        return ""
    inside = match[match.lastindex or 0]
    if inside != inside.strip() or text[match.end() : match.end() + 1].isdigit() or not is_balanced(inside):
        return ""
    return "" if _UNESCAPED.match(inside) else match[0]


def _as_command(text: str, match: re.Match[str]) -> str:
    """Return the command for a character outside ASCII with its combining marks, or the same where TeX has none."""
    cluster = match[0]
    if cluster in _ASCII_LIGATURES:
        written, near = _ASCII_LIGATURES[cluster]
        around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
        if not set(near).intersection(around):
            return written
    return _command_of(cluster)


@lru_cache(4096)
def _command_of(cluster: str) -> str:
    if cluster in _NAMES:
        return f"{{\\{_NAMES[cluster]}}}"
    base, *marks = list(normalize("NFD", cluster))
    if not marks or not (base.isascii() and base.isalpha()) or not all(mark in _COMMANDS for mark in marks):
        return cluster
    letter = base
    for number, mark in enumerate(marks):
        letter = _accented(_COMMANDS[mark], letter, innermost=number == 0, below=mark in _BELOW)
    return f"{{{letter}}}"


def _accented(command: str, letter: str, *, innermost: bool, below: bool) -> str:
    if innermost and not below:
        letter = _ABOVE_I.get(letter, letter)
    if innermost and not command.isalpha():
        return f"\\{command}{letter}"
    return f"\\{command}{{{letter}}}"


# ---------------------------------------------------------------------------------------------- titles

_LETTER = r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]"  # a script with case, or a digit
_POSSESSIVE = re.compile(r"['’]s\Z")
_JOINTS = frozenset(["", *"-‐‑/.&'’+:_"])
_FEWEST_SHOUTED = 4


@cache
def _word() -> re.Pattern[str]:
    """Compiled on first use: a class with wide ranges takes milliseconds, and no start of the program needs it."""
    formula = r"(?P<formula>\$\$?(?:[^$\\]|\\[^$])++\$\$?)"
    return re.compile(rf"{formula}|{_LETTER}++(?:['’]{_LETTER}++)*+")


def protected_words(title: str) -> Text:
    """Find what BibTeX would wrongly put in lower case: ``vLLM``, ``LoRA``, ``KV``, ``H100``, ``GPT-4``, ``$O(N)$``.

    The capital that a title gives to any word is not protected, nor can it be: a name such as Markov looks the same.
    A title of four words or more all in capitals tells nothing, so nothing in it is protected.
    """
    title = " ".join(title.split())
    words = list(_word().finditer(title))
    if title == title.upper() and sum(word[0].isalpha() and word[0] != word[0].lower() for word in words) >= (
        _FEWEST_SHOUTED
    ):
        return Text(title)
    spans: list[tuple[int, int]] = []
    previous = None
    last_protected = False
    for word in words:
        start, end = word.span()
        joined = previous is not None and title[previous.end() : start] in _JOINTS
        protected = _is_protected(title, word) or (joined and last_protected and word[0].isdigit())
        if protected:
            if word["formula"] is None and (possessive := _POSSESSIVE.search(word[0])):
                end -= len(possessive[0])
            if previous is not None and joined and last_protected:
                start, _ = spans.pop()
            elif previous is not None and joined and len(previous[0]) == 1 and previous[0].isupper():
                start = previous.start()  # a title that begins with "I/O"
            spans.append((start, end))
        previous, last_protected = word, protected
    return Text(title, tuple(spans))


def _is_protected(title: str, match: re.Match[str]) -> bool:
    word = match[0]
    if match["formula"] is not None:
        return word != word.lower()
    word = _POSSESSIVE.sub("", word)
    if word[1:] != word[1:].lower():
        return True
    if not word[0].isupper():
        return False
    if len(word) > 1:
        return any(letter.isdigit() for letter in word)
    after = title[match.end() : match.end() + 1]
    if after and after in "+#*":
        return True
    before = title[max(0, match.start() - 2) : match.start()]
    starts = not before or before == ": "
    return not starts and not (word == "A" and after.isspace())
