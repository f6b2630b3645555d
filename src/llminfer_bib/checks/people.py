"""Rules about lists of names that BibTeX splits otherwise than they were meant; those about single names are taken in from ``persons``.

What a single name means is known to ``names``; HTML, TeX and mis-decoded text in names are the business of ``texts``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..decode import NAME_FIELDS
from ..names import is_han, split_names
from ..problems import ERROR, WARNING
from . import persons
from .examples import paper_by
from .mending import inside, mended, short
from .persons import ORGANISATIONS
from .rules import Context, Finding, Rule, Subject
from .stretches import outside_braces

_ET_AL = re.compile(
    r"(?:\A|(?<![\s,])[\s,]++)(?:et(?:\.\s*+|\s++)al\.?|(?<=\s)等人?|\A等人?)\Z"
    r"|(?:\A|(?<![\s,])\s*+,[\s,]*+)(?-i:others\.?|al\.)\Z"
    r"|(?<!\s)(?:\s++and)?\s*+(?:\.\.\.|…|\\l?dots(?:\{\})?)\Z|\A(?:\.\.\.|…|\\l?dots(?:\{\})?)\Z",
    re.IGNORECASE,
)
_MANY_HAN = re.compile(r"(?<=[\u4e00-\u9fff]{2})等人?\Z")
_AMPERSAND = re.compile(r"(?<!\s)\s*+\\?&\s++")
_INITIAL_OR_COMMA = re.compile(r",|(?<![^\W\d_])[^\W\d_]\.")
_SUFFIX = re.compile(
    r"\{?(?:jr|sr|jnr|snr|[ivx]+|[1-9](?:st|nd|rd|th)|esq|ph\.?d|m\.?d|filho|neto|j[uú]nior)\.?\}?", re.IGNORECASE
)
_FAMILY_INITIALS = re.compile(r"[^\W\d_][\w'’-]++ [A-Z]{1,3}")
_INITIALS_FAMILY = re.compile(r"(?:[A-Z]\.[ -]?){1,4}(?:(?:van|von|de|der|den|la|le) ){0,3}[A-Z][\w'’-]++")
_HAN_SEPARATOR = re.compile(r"(?<!\s)\s*+[、，；,;]\s*+")
# Behind a given name or alone: `Yang, a.`; y, e, i and o are words of names.
_LOWER_INITIAL = re.compile(r",(?: [A-Z][\w.'’-]*+)*+ ([a-df-hj-np-xz]\.?)(?= and |\Z)")
_LONGEST_MARK: Final = 40
_LONGEST_MENDED: Final = 20_000
"""Characters: each name is mended by writing the list anew, which takes too long for lists that no person wrote."""
_COMMAS_IN_A_NAME: Final = 2
# Three words or more: two may be a Japanese name.
_SPACED_HAN = re.compile(r"(?<![^\s])[\u4e00-\u9fff]{2,4}(?: [\u4e00-\u9fff]{2,4}){2,60}(?![^\s])")
_EMPTY = re.compile(r"(?:\A|(?<=\s))and(?=\s++and(?:\s|\Z)|\s*+\Z)|\A\s*+and(?=\s)", re.IGNORECASE)


def _others(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _lists(subject):
        lowered = source.lower()
        if not any(sign in lowered for sign in ("others", "al", "等", "..", "…", "dots")):
            continue
        wanted, _others = split_names(source)
        for position, name in enumerate(wanted):
            last = position == len(wanted) - 1 and source.rstrip().endswith(name)
            if name.lower() == "others":
                yield Finding(f"{field}: `others` stands before other names and is read as a person.", field, "others")
            elif found := _ET_AL.search(name[-_LONGEST_MARK:]):
                rest = name[: len(name) - len(found[0])].rstrip(" ,")
                text = f"{rest} and others" if rest else "others"
                fix = mended(subject, field, value, source.rstrip()[: -len(name)] + text) if last else ()
                mark = found[0].strip(" ,\n\t")
                yield Finding(f"{field}: `{mark}` is read as part of a name.", field, mark, fix=fix)
            elif last and (found := _MANY_HAN.search(name)):
                yield Finding(
                    f"{field}: in `{short(name)}` the `{found[0]}` is read as part of a name.", field, found[0]
                )


def _ampersand(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _lists(subject):
        if "&" not in source:
            continue
        shown = outside_braces(source)
        found = [match for match in _AMPERSAND.finditer(shown) if match.start() > 0]
        if not found:
            continue
        cuts = [0, *(border for match in found for border in match.span()), len(source)]
        pieces = [source[start:end] for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
        sure = all(_INITIAL_OR_COMMA.search(piece) for piece in pieces)
        fix = mended(subject, field, value, " and ".join(piece.rstrip(" ,") for piece in pieces)) if sure else ()
        yield Finding(f"{field}: `&` does not part names, so BibTeX reads one name.", field, "&", fix=fix)


def _semicolon(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _lists(subject):
        if ";" not in source or "&" in source:
            continue
        shown = outside_braces(source)
        pieces, start = [], 0
        for at in (n for n, character in enumerate(shown) if character == ";"):
            if at and shown[at - 1] == "\\":
                continue
            pieces.append(source[start:at].strip())
            start = at + 1
        pieces.append(source[start:].strip())
        if len(pieces) > 1:
            names = " and ".join(filter(None, pieces))
            yield Finding(
                f"{field}: `;` does not part names, so BibTeX reads one name.",
                field,
                ";",
                fix=mended(subject, field, value, names),
            )


def _commas(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _lists(subject):
        if not source.isascii() and (found := _SPACED_HAN.search(source)) and not ORGANISATIONS.search(found[0]):
            yield Finding(f"{field} = `{short(found[0])}` is read as one name.", field, found[0])
        if "," not in source and "、" not in source and "，" not in source:
            continue
        for name in split_names(source)[0]:
            if "," not in name and "、" not in name and "，" not in name:
                continue
            shown = outside_braces(name)
            if "=" in shown or ";" in shown or "&" in shown:
                continue
            pieces = [piece.strip() for piece in _HAN_SEPARATOR.split(shown)] if not name.isascii() else []
            if len(pieces) > 1 and all(is_han(piece) for piece in pieces):
                if all(2 <= len(piece) <= 4 for piece in pieces):
                    new = source.replace(name, " and ".join(pieces), 1) if len(source) < _LONGEST_MENDED else ""
                    fix = mended(subject, field, value, new)
                    yield Finding(f"{field} = `{short(name)}` is read as one name.", field, name, fix=fix)
            elif _is_comma_list(shown):
                yield Finding(f"{field} = `{short(name)}` is read as one name.", field, name)
            elif shown[-1] == "," and shown.count(",") < _COMMAS_IN_A_NAME + 1 and (bare := name.rstrip(" ,\n\t")):
                fix = (
                    mended(subject, field, value, source.replace(name, bare, 1))
                    if len(source) < _LONGEST_MENDED and source.count(name) == 1
                    else ()
                )
                say = f"{field}: behind `{short(bare)}` stands a comma with nothing after it."
                yield Finding(say, field, name, hint="Remove it: `and` alone parts names.", fix=fix)


def _is_comma_list(name: str) -> bool:
    """Tell whether one name holds more commas than a name can, or its pieces are whole names.

    A name has two commas at most, and then ``Jr`` in the middle. Whole names are seen by initials: ``Wu C, Li W`` and
    ``C. Wu, W. Li``.
    """
    parts = [" ".join(part.split()) for part in name.split(",")]
    if parts[-1] == "":
        parts.pop()
    if len(parts) > 1 and any(all(map(form.fullmatch, parts)) for form in (_FAMILY_INITIALS, _INITIALS_FAMILY)):
        return True
    if len(parts) < 3 or not all(parts[1:-1]):
        return False
    if len(parts) > 3:
        return True
    return (
        not _SUFFIX.fullmatch(parts[1])
        and not _SUFFIX.fullmatch(parts[2])
        and all(len(part.split()) > 1 for part in parts)
    )


def _lower_case(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, _value, source in _lists(subject):
        if found := _LOWER_INITIAL.search(source):
            yield Finding(f"{field}: the initial `{found[1]}` is in lower case.", field, found[0].strip())
        if source != source.lower() or not source.isascii() or "{" in source or "\\" in source:
            continue
        names, _others = split_names(source)
        if len(names) > 1 and all("," in name or " " in name for name in names):
            yield Finding(
                f"{field}: the names are in lower case; BibTeX reads `{short(names[0])}` otherwise.", field, names[0]
            )


def _organisation(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _lists(subject):
        if not ORGANISATIONS.search(source):
            continue
        names, others = split_names(source)
        for name in names:
            shown = outside_braces(name)
            found = ORGANISATIONS.search(shown)
            if (
                not found
                or not (" " in shown.strip() or "," in shown)
                or is_han(shown)
                or "=" in shown
                or ";" in shown
                or "&" in shown
            ):
                continue
            alone = len(names) == 1 and not others and "," not in shown and "{" not in name
            fix = mended(subject, field, value, f"{{{name}}}") if alone else ()
            yield Finding(
                f"{field}: the organisation `{short(name)}` is taken apart like a person's name.", field, name, fix=fix
            )


def _empty(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, value, source in _lists(subject):
        shown = outside_braces(source)
        if "and" in shown.lower() and _EMPTY.search(shown):
            names, others = split_names(source)
            fix = mended(subject, field, value, " and ".join(names + ["others"] * others)) if names else ()
            yield Finding(f"{field}: an `and` has no name on one side.", field, "and", fix=fix)


def _lists(subject: Subject) -> tuple[tuple[str, str, str], ...]:
    """Return each own list of names: field, value's source, and the source between the delimiters."""
    return subject.once(_read_lists)


def _read_lists(subject: Subject) -> tuple[tuple[str, str, str], ...]:
    own = ((field, value, inside(value)) for field, value in subject.raw.fields.items() if field in NAME_FIELDS)
    return tuple(row for row in own if row[2])


RULES: tuple[Rule, ...] = (
    Rule(
        "B201",
        "names-et-al",
        ERROR,
        "`et al.` in a list of names, or `others` before its end, is printed as a person.",
        "End the list with `and others`.",
        paper_by("a", "Smith, John and et al."),
        paper_by("a", "Smith, John and others"),
        _others,
    ),
    Rule(
        "B202",
        "names-ampersand",
        ERROR,
        "Names are parted by `and`; with `&` BibTeX reads one name, and LaTeX stops.",
        "Write `and` between names, or put an organisation in braces.",
        paper_by("a", r"Smith, A. \& Jones, B."),
        paper_by("a", "Smith, A. and Jones, B."),
        _ampersand,
        marks="&",
    ),
    Rule(
        "B203",
        "names-semicolon",
        ERROR,
        "Names are parted by `and`; with `;` BibTeX reads one name.",
        "Write `and` between names.",
        paper_by("a", "Smith, John; Jones, Mary"),
        paper_by("a", "Smith, John and Jones, Mary"),
        _semicolon,
        marks=";",
    ),
    Rule(
        "B204",
        "names-comma-list",
        ERROR,
        "Names are parted by `and`; commas part the pieces of one name.",
        "Write `and` between names.",
        paper_by("a", "Li Wei, Wang Fang, Zhang San"),
        paper_by("a", "Li Wei and Wang Fang and Zhang San"),
        _commas,
    ),
    Rule(
        "B206",
        "names-lower-case",
        WARNING,
        "BibTeX takes words in lower case for a `von` part, and prints initials as they stand.",
        "Begin each name and initial with a capital.",
        paper_by("a", "john smith and mary jones"),
        paper_by("a", "John Smith and Mary Jones"),
        _lower_case,
    ),
    Rule(
        "B208",
        "organisation-without-braces",
        WARNING,
        "BibTeX takes an organisation without braces apart: `Qwen Team` becomes `Team, Q.`.",
        "Put the whole name in braces: {{Qwen Team}}.",
        paper_by("a", "Qwen Team"),
        paper_by("a", "{Qwen Team}"),
        _organisation,
    ),
    Rule(
        "B213",
        "names-empty",
        ERROR,
        "An `and` without a name on each side makes an empty name.",
        "Remove the `and` that is too many.",
        paper_by("a", "Smith, John and and Jones, Mary"),
        paper_by("a", "Smith, John and Jones, Mary"),
        _empty,
    ),
    *persons.RULES,
)
