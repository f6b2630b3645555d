"""A person's own cite commands, as the document defines them: ``\\newcommand{\\upcite}[1]{\\textsuperscript{\\cite{#1}}}``.

Only what a reader sees at once is learned: a parameter that is handed on as keys, another name for a cite command, and
multibib's ``\\newcites``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .commands import Form
from .reading import Source

COMMANDS: Final = frozenset(
    "newcommand renewcommand providecommand DeclareRobustCommand newrobustcmd renewrobustcmd".split()
)
PRIMITIVES: Final = frozenset("def edef gdef xdef".split())
XPARSE: Final = frozenset(
    "NewDocumentCommand RenewDocumentCommand ProvideDocumentCommand DeclareDocumentCommand".split()
)
DECLARES: Final = frozenset(("DeclareCiteCommand", "DeclareMultiCiteCommand"))
"""biblatex's own: what they define has its keys in the first braces."""
DEFINES: Final = COMMANDS | PRIMITIVES | XPARSE | DECLARES | {"let"}
# multibib: \newcites{sec}{...} makes \citesec, \nocitesec and these
_MULTIBIB: Final = tuple(
    "cite nocite citet citep citealt citealp citeauthor citefullauthor citeyear citeyearpar".split()
)

_NAME = re.compile(r"\*?[ \t]*+\{?[ \t]*+(\\([A-Za-z@]++))[ \t]*+\}?")
_LET = re.compile(r"[ \t]*+\\([A-Za-z@]++)[ \t]*+=?[ \t]*+\\([A-Za-z@]++)")
_NUMBER = re.compile(r"[ \t]*+\[([0-9])\][ \t]*+(\[)?")
_PARAMETERS = re.compile(r"[^{}\\\r\n%]*+")
_NUMBERED = re.compile(r"(\[?)#[1-9]")
_SPEC = re.compile(r"[ \t\r\n]*+\{")
_BLANK = re.compile(r"[ \t\r\n]*+")
_SUFFIXES = re.compile(r"[ \t]*+\{([A-Za-z, \t]{1,200}+)\}")


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition: the command's name, where it stands, its body, and its parameters: ``o`` in brackets, ``m`` in braces."""

    name: str
    name_start: int
    body: tuple[int, int] = (-1, -1)
    parameters: str = ""

    def form(self, number: int, inside: Form) -> Form | None:
        """Return where this command keeps its keys when its parameter ``#number`` is handed on to `inside`."""
        if not 1 <= number <= len(self.parameters) or self.parameters[number - 1] != "m":
            return None
        return Form(self.parameters[:number].count("m"), mentions=inside.mentions)

    def holds(self, pos: int) -> bool:
        """Tell whether a place lies in the body."""
        return self.body[0] < pos < self.body[1]


NOTHING: Final = Definition("", -1)


def definition_at(source: Source, name: str, end: int) -> Definition:
    """Return what the defining command `name`, which ends at `end`, defines; NOTHING where it cannot be read."""
    text = source.text
    found = _NAME.match(text, end)
    if found is None:
        return NOTHING
    own, start, pos = found[2], found.start(1), found.end()
    parameters = ""
    if name in COMMANDS:
        count = _NUMBER.match(text, pos)
        if count:
            parameters = ("o" if count[2] else "") + "m" * (int(count[1]) - bool(count[2]))
            pos = source.close.get(count.end() - 1, -1) + 1 if count[2] else count.end()
    elif name in PRIMITIVES:
        parameters = _delimited(text[pos : (pos := _end(_PARAMETERS, text, pos))])
    elif name in XPARSE:
        opening = _SPEC.match(text, pos)
        closing = source.close.get(opening.end() - 1) if opening else None
        if opening is None or closing is None or closing - pos > 200:
            return Definition(own, start)
        parameters = _letters(text[opening.end() : closing])
        pos = closing + 1
    pos = _end(_BLANK, text, pos)
    return (
        Definition(own, start, (pos, source.close[pos]), parameters) if pos in source.close else Definition(own, start)
    )


def _delimited(text: str) -> str:
    """Return the parameters of a ``\\def``: those in brackets, as in ``[#1]#2``, are given in brackets."""
    found = _NUMBERED.findall(text)
    return "".join("o" if bracket else "m" for bracket in found)


def _letters(spec: str) -> str:
    """Return ``om`` for ``O{default} m``: anything in brackets or braces belongs to the letter in front of it."""
    plain = re.sub(r"\{[^{}]*+\}|[\s+!>]", "", spec)
    return "".join("m" if letter == "m" else "o" for letter in plain)


def same_as(text: str, end: int) -> tuple[str, str] | None:
    """Return (new name, old name) for a ``\\let`` that ends at `end`."""
    found = _LET.match(text, end)
    return (found[1], found[2]) if found else None


def multibib_names(text: str, end: int) -> list[str]:
    """Return the cite commands that ``\\newcites{sec,app}`` makes."""
    found = _SUFFIXES.match(text, end)
    suffixes = [word.strip() for word in found[1].split(",")] if found else []
    return [name + suffix for suffix in suffixes if suffix for name in _MULTIBIB]


def _end(pattern: re.Pattern[str], text: str, pos: int) -> int:
    found = pattern.match(text, pos)
    return found.end() if found else pos
