"""TeX source -> plain text, by the short ways that most values allow. The long way is ``walk``."""

from __future__ import annotations

import re
from unicodedata import normalize

from ..model import Text
from .braces import is_balanced
from .spaces import tidied
from .tables import CHARACTERS, LIGATURES, MARKS
from .walk import Walk

_BRACES = re.compile(r"(\{+|\}+)")

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


def to_plain(source: str) -> str:
    """Return the inside of a field value as plain Unicode text. Never raises, whatever the source."""
    # Single `in` tests are several times faster than one search for a character class.
    if "$" in source:
        return _plain_with_formulas(source)
    if "\\" in source:
        short = _without_commands(source)
        if short is None:
            return Walk(source).run().text
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
        return Walk(source).run().text
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
        return Walk(source).run()
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
    return tidied("".join(text), spans)


def _quick(match: re.Match[str]) -> str:
    accent, a, b, c, d, letter_accent, e, letter, escaped = match.groups()
    if escaped:
        return str(escaped)
    if letter:
        return CHARACTERS[letter]
    return normalize("NFC", (a or b or c or d or e) + MARKS[accent or letter_accent])
