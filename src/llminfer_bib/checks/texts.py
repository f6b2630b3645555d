"""Rules about the text of fields: TeX's own characters, mis-decoded, invisible and composed characters.

Which text was mis-decoded is known to ``mojibake``; HTML is for ``leftovers``, names are for ``people``, titles for ``titles``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from unicodedata import normalize

from .. import tex
from ..decode import NAME_FIELDS
from ..problems import ERROR, WARNING
from .examples import paper_titled
from .leftovers import ENTITY
from .mending import inside, mended
from .mojibake import repair
from .rules import FOREIGN, Context, Finding, Rule, Subject
from .stretches import PRINTED, outside_braces, outside_formulas

_PLAIN_VALUES: Final = frozenset("doi eprint year date month volume number pages isbn issn urldate day".split())
_BREAKS = re.compile(r"[&%#]")
_NEEDS_MATH = re.compile(r"[_^]")
_DOLLAR = re.compile(r"\\.|\$\$?", re.DOTALL)
_LOST = re.compile("\ufffd|锟斤拷|(?<![?\\w])\\?{4,}(?!\\?)|\\w\\?{3,}(?=\\w)")
_LOST_IN_NAME = re.compile(r"(?<=[^\W\d_])\?{1,4}(?=[^\W\d_])")  # `J??gou`: names ask nothing
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_APART = re.compile("[^\\W\\d_][\u0300-\u036f]+")
# What a PDF gives for letters with accents: `Mu¨ller`, `Sa˜o`, `Garc´ıa`.
_BESIDE = re.compile("[^\\W\\d_] ?(?:[\u00a8\u02c6][^\\W\\d_]|\u00b4 ?\u0131)|[^\\W\\d_]\u02dc[^\\W\\d_]")
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_WIDE_ALL = re.compile("[\uff01-\uff5e]")
_JOINERS: Final = "\u200c\u200d"
_MARKS: Final = "\u061c\u200e\u200f\u2066\u2067\u2068\u2069"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_JOINED = re.compile(
    "[\u0590-\u0fff\u1000-\u109f\u1780-\u18af\u2190-\u2bff\ufe0f\ufb50-\ufdff\ufe70-\ufefc\U0001f000-\U0001faff]"
)


def _foreign(subject: Subject) -> Iterator[tuple[str, str, str]]:
    """Yield each own field that holds more than ASCII: name, value's source, and the source between the delimiters."""
    for field, value in subject.raw.fields.items():
        if not value.isascii() and field != "file" and (source := inside(value)):
            yield field, value, source


def _printed(subject: Subject, *characters: str) -> Iterator[tuple[str, str, str]]:
    """Yield each own field that styles print and that holds one of the characters, as ``_foreign`` does."""
    for field, value in subject.raw.fields.items():
        if field in PRINTED and any(character in value for character in characters) and (source := inside(value)):
            yield field, value, source


def _breaks(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _printed(subject, "&", "%", "#"):
        shown = outside_formulas(ENTITY.sub(_blanked, source) if "&" in source else source)
        if field in NAME_FIELDS and "&" in shown:  # between names it stands for `and`
            apart = outside_braces(source)
            shown = "".join(
                "\0" if character == "&" and apart[place] == "&" else character for place, character in enumerate(shown)
            )
        yield from _escaped(
            subject,
            (field, value, source),
            [match.start() for match in _BREAKS.finditer(shown)],
            "stops LaTeX or hides what follows",
        )


def _blanked(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _needs_math(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _printed(subject, "_", "^"):
        if field not in NAME_FIELDS and source.count("$") % 2 == 0:
            places = [match.start() for match in _NEEDS_MATH.finditer(outside_formulas(source))]
            yield from _escaped(subject, (field, value, source), places, "outside a formula stops LaTeX")


def _escaped(subject: Subject, own: tuple[str, str, str], places: list[int], why: str) -> Iterator[Finding]:
    if not places:
        return
    field, value, source = own
    cuts = [0, *places]
    pieces = [source[start:end] for start, end in zip(cuts, [*places, len(source)], strict=True)]
    new = pieces[0] + "".join(
        (r"{\textasciicircum}" if piece[0] == "^" else "\\" + piece[0]) + piece[1:] for piece in pieces[1:]
    )
    sign = source[places[0]]
    yield Finding(
        f"{field}: a bare `{sign}` {why}.",
        field,
        source[places[0] : places[0] + 8],
        fix=mended(subject, field, value, new),
    )


def _dollars(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, _value, source in _printed(subject, "$"):
        signs = [match[0] for match in _DOLLAR.finditer(source) if match[0][0] == "$"]
        if sum(map(len, signs)) % 2:
            yield Finding(f"{field}: a `$` opens a formula that nothing closes.", field, "$")


def _misdecoded(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _foreign(subject):
        found = repair(source)
        if found is None or "\ufffd" in source or "锟斤拷" in source:
            continue
        if found.lost or found.text == source or repair(found.text) is not None or "\ufffd" in found.text:
            hint = "Its bytes are lost in part: copy the text again from where it came from."
            yield Finding(f"{field}: `{found.sample}` is text read in the wrong encoding.", field, found.sample, hint)
        else:
            shown = found.text if len(found.text) <= 60 else found.text[:57] + "..."
            fix = mended(subject, field, value, found.text)
            yield Finding(
                f"{field}: `{found.sample}` is text read in the wrong encoding; it was `{shown}`.",
                field,
                found.sample,
                fix=fix,
            )


def _lost(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value in subject.raw.fields.items():
        if ("?" not in value and value.isascii()) or field in tex.VERBATIM_FIELDS:
            continue
        source = inside(value)
        found = _LOST.search(source) or (_LOST_IN_NAME.search(source) if field in NAME_FIELDS else None)
        if found and (found[0][-1] != "?" or any(map(str.isalpha, source))):  # `????` alone says that nobody knows
            yield Finding(f"{field}: `{found[0]}` stands where characters were lost.", field, found[0])


def _invisible(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _foreign(subject):
        if not _INVISIBLE.search(source):
            continue
        places = [match.start() for match in _INVISIBLE.finditer(source) if not _has_work(source, match.start())]
        if places:
            gone = set(places)
            new = "".join(character for place, character in enumerate(source) if place not in gone)
            names = ", ".join(dict.fromkeys(f"U+{ord(source[place]):04X}" for place in places))
            near = source[places[0] : places[0] + 1]
            yield Finding(
                f"{field} holds characters that nobody sees: {names}.",
                field,
                near,
                fix=mended(subject, field, value, new),
            )


def _has_work(source: str, place: int) -> bool:
    """Tell whether an invisible character does something that its script or emoji needs."""
    character = source[place]
    if character in _MARKS:
        return _RIGHT_TO_LEFT.search(source) is not None
    return character in _JOINERS and _JOINED.search(source[max(0, place - 1) : place + 2]) is not None


def _control(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value in subject.raw.fields.items():
        if value.isprintable() or not _CONTROL.search(value) or not (source := inside(value)) or repair(source):
            continue
        found = _CONTROL.search(source)
        if found:
            fix = mended(subject, field, value, _CONTROL.sub(_readable, source))
            yield Finding(f"{field} holds the control character U+{ord(found[0]):04X}.", field, found[0], fix=fix)


def _readable(match: re.Match[str]) -> str:
    """Return what a control character was: of Windows where there is one (0x92 is ’), a blank for a line's end, or nothing."""
    if match[0] >= "\x80":
        return bytes([ord(match[0])]).decode("cp1252", "ignore")
    return " " if match[0] in "\x0b\x0c" else ""


def _apart(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _foreign(subject):
        if field in tex.VERBATIM_FIELDS or source.isascii():
            continue
        found = [match[0] for match in _APART.finditer(source) if normalize("NFC", match[0]) != match[0]]
        if found:
            new = _APART.sub(lambda match: normalize("NFC", match[0]), source)
            whole = normalize("NFC", found[0])
            yield Finding(
                f"{field}: `{whole}` is written as a letter and a mark of its own.",
                field,
                found[0],
                fix=mended(subject, field, value, new),
            )
        elif beside := _BESIDE.search(source):
            yield Finding(f"{field}: `{beside[0]}` has the accent beside its letter.", field, beside[0])


def _wide(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _foreign(subject):
        if field in _PLAIN_VALUES and (found := _WIDE.search(source)):
            new = _WIDE_ALL.sub(lambda match: chr(ord(match[0]) - 0xFEE0), source)
            yield Finding(
                f"{field} = `{source[:40]}` has the full-width character `{found[0]}`.",
                field,
                found[0],
                fix=mended(subject, field, value, new),
            )


RULES: tuple[Rule, ...] = (
    Rule(
        "B313",
        "tex-special-bare",
        ERROR,
        "`&` and `#` stop LaTeX, and `%` hides the rest of the line.",
        r"Put a backslash before it: `\&`, `\%`, `\#`.",
        paper_titled("Serving & batching"),
        paper_titled(r"Serving \& batching"),
        _breaks,
        marks="&%#",
    ),
    Rule(
        "B314",
        "tex-outside-formula",
        ERROR,
        "`_` and `^` are for formulas; in text they stop LaTeX.",
        r"Write `\_`, or put the formula between dollars.",
        paper_titled("Serving model_a quickly"),
        paper_titled(r"Serving model\_a quickly"),
        _needs_math,
        marks="_^",
    ),
    Rule(
        "B315",
        "formula-open",
        ERROR,
        "A formula that is not closed stops LaTeX.",
        r"Close it with `$`, or write `\$` for the sign.",
        paper_titled("Serving for $5 a day"),
        paper_titled(r"Serving for \$5 a day"),
        _dollars,
        marks="$",
    ),
    Rule(
        "B320",
        "text-mis-decoded",
        ERROR,
        "The text was read in the wrong encoding when it came into the file.",
        "Copy the text again from where it came from.",
        paper_titled("å¤§æ¨¡åž‹"),
        paper_titled("大模型"),
        _misdecoded,
        marks=FOREIGN,
    ),
    Rule(
        "B321",
        "characters-lost",
        ERROR,
        "Characters were lost on the way into the file.",
        "Copy the text again from where it came from.",
        paper_titled("Caf\ufffd serving"),
        paper_titled("Café serving"),
        _lost,
        marks="?" + FOREIGN,
    ),
    Rule(
        "B322",
        "invisible-character",
        WARNING,
        "Characters that nobody sees break links and searches, and can show text in another order.",
        "Remove them.",
        paper_titled("Serving\u200b models"),
        paper_titled("Serving models"),
        _invisible,
        marks=FOREIGN,
    ),
    Rule(
        "B323",
        "control-character",
        WARNING,
        "Control characters are no text; LaTeX stops at most of them.",
        "Remove it, or write the character that was meant.",
        paper_titled("Don\x92t serve models"),
        paper_titled("Don’t serve models"),
        _control,
    ),
    Rule(
        "B324",
        "letter-in-pieces",
        WARNING,
        "A letter and its accent are two characters, which searches and older LaTeX do not know.",
        "Write the one character.",
        paper_titled("Cafe\u0301 serving"),
        paper_titled("Café serving"),
        _apart,
        marks=FOREIGN,
    ),
    Rule(
        "B325",
        "full-width-character",
        WARNING,
        "Full-width digits and letters are no numbers and no identifiers.",
        "Write them in ASCII.",
        paper_titled("Serving models", "  volume = {１２},\n"),
        paper_titled("Serving models", "  volume = {12},\n"),
        _wide,
        marks=FOREIGN,
    ),
)
