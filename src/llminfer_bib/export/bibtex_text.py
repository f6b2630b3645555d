"""Plain text, names, dates and links -> the source of one BibTeX field. Which field is written, and where, is not known here."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final
from unicodedata import normalize

from .. import identifiers, names, tex
from ..dates import MONTHS, is_month, parse_date, parse_month
from ..decode import DATE_FIELDS
from ..model import Date, People, Person, Text
from .bibtex_tables import TITLES
from .csl_text import scrub

Encode = Callable[[str], str]

_FORMULA = re.compile(r"\$\$?+[^$]++\$")
_COMMAND = re.compile(r"\\([A-Za-z@]++)")
_LEADING = re.compile(r"(?:(?<=[\s~-])|\A)[^\W\d_\x00-\x7f][\u0300-\u036f]*+")
_CLUSTER = re.compile(r"(?:[^\x00-\x7f]|[A-Za-z](?=[\u0300-\u036f]))[\u0300-\u036f]*+")
_RANGE = re.compile(r" ?[\u2012-\u2015] ?")
_HYPHEN_RANGE = re.compile(r"(?<![\w-])([0-9]++)-([0-9]++)(?![\w-])")
_KEY_BREAKERS = re.compile(r"[\s,{}]++")
_MISMATCHED = {"{": "%7B", "}": "%7D"}
_PRINTED: Final = frozenset(("doi", "eprint", "url"))  # which classic styles hand to TeX
# Commands that read, write, define or link: no formula has a use for them. A list of what a formula may hold would
# break the mathematics that people write in their own file.
_UNSAFE: Final = frozenset(
    "input include includegraphics openin openout read write immediate def edef gdef xdef let futurelet csname expandafter"
    " catcode special href url nolinkurl hyperref html htmlData class cssId require unicode style begingroup usepackage"
    " RequirePackage newcommand renewcommand providecommand newenvironment directlua latelua luaexec ShellEscape pdfobj"
    " pdfliteral pdfextension scantokens loop repeat newread newwrite jobname verbatiminput lstinputlisting InputIfFileExists"
    " IfFileExists include@ @input @@input endinput endcsname everypar output shipout bye stop end".split()
)


def encoder(encoding: str) -> Encode:
    """Return what makes plain text safe in TeX: ``utf8`` or ``tex`` (see ``Options.encoding``)."""
    return partial(plain, ascii_only=encoding == "tex")


def plain(text: str, *, ascii_only: bool = False) -> str:
    """Return TeX source for plain text. A formula that could do more than mathematics is written as text."""
    text = scrub(text)
    if not is_safe(text):
        return r"\$".join(_piece(piece, ascii_only=ascii_only) for piece in " ".join(text.split()).split("$"))
    return tex.from_text(text, ascii_only=ascii_only)


def is_safe(text: str) -> bool:
    """Tell whether the formulas in a text, if any, set mathematics only."""
    if "$" not in text or ("\\" not in text and "^^" not in text):
        return True
    return "^^" not in text and _UNSAFE.isdisjoint(_COMMAND.findall(text))


def _piece(text: str, *, ascii_only: bool) -> str:
    """Return a stretch of text as TeX with the blanks at its ends."""
    source = tex.from_text(text, ascii_only=ascii_only)
    if not source:
        return " " * bool(text)
    return " " * text[0].isspace() + source + " " * text[-1].isspace()


def title(text: Text, *, ascii_only: bool, formulas: bool) -> str:
    """Return a title with its protected words. With `formulas`, formulas with capitals are protected, too.

    Classic BibTeX puts a title in lower case, formulas included: ``$O(n)$`` would become ``$o(n)$``.
    """
    if scrub(text.text) != text.text or not is_safe(text.text):
        return plain(text.text, ascii_only=ascii_only)
    if formulas and "$" in text.text:
        text = Text(text.text, _with_formulas(text))
    return tex.protect_title(text, ascii_only=ascii_only)


def _with_formulas(text: Text) -> tuple[tuple[int, int], ...]:
    """Return the protected stretches and those of formulas with capitals, as one list without overlaps."""
    found = [match.span() for match in _FORMULA.finditer(text.text) if match[0] != match[0].lower()]
    merged: list[tuple[int, int]] = []
    for start, end in sorted([*text.protected, *found]):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def field(name: str, text: str, encode: Encode, titles: frozenset[str] = TITLES) -> str:
    """Return the source, with delimiters, of a field that is neither ``title`` nor a list of names.

    In `titles`, words in capitals are protected.
    """
    text = scrub(text)
    if name == "month" and is_month(text):
        return MONTHS[(parse_month(text)[0] or 1) - 1][0]
    if name in DATE_FIELDS:  # biblatex reads `2023~`, not a macro for the tilde, and a tilde is no accent here
        return f"{{{text.strip() if parse_date(text) is not None else plain(text)}}}"
    if name in tex.VERBATIM_FIELDS or (name in tex.KEY_LIST_FIELDS and name != "keywords"):
        return f"{{{verbatim(text) if name not in _PRINTED else verbatim(without_commands(text))}}}"
    tidy = " ".join(text.split())
    if name == "keywords" and tex.is_balanced(text) and is_safe(text) and tex.to_plain(text) == tidy:
        return f"{{{tidy}}}"  # biblatex compares keywords as they are written
    if name == "pages":
        return f"{{{pages(encode(tidy))}}}"
    if name == "howpublished" and tidy and identifiers.web_url(tidy) == tidy and tex.is_balanced(tidy):
        return rf"{{\url{{{tidy}}}}}"
    if name in titles and is_safe(text):
        return f"{{{title(tex.protected_words(text), ascii_only=is_ascii(encode), formulas=False)}}}"
    return f"{{{encode(text)}}}"


def is_ascii(encode: Encode) -> bool:
    """Tell whether an encoder writes commands for what is not ASCII."""
    return isinstance(encode, partial) and bool(encode.keywords.get("ascii_only"))


def pages(source: str) -> str:
    """Return pages with BibTeX's double hyphen in ranges: ``611--626``. A page called ``A-12`` stays."""
    return _HYPHEN_RANGE.sub(r"\1--\2", _RANGE.sub("--", source))


def verbatim(text: str) -> str:
    """Return text for a field that BibTeX hands on as it is. Braces without partner, which nothing can escape, are coded."""
    text = " ".join(text.split())
    return text if tex.is_balanced(text) else "".join(_MISMATCHED.get(character, character) for character in text)


def without_commands(text: str) -> str:
    """Return an identifier that TeX can print without doing anything: no identifier has a backslash."""
    return text.replace("\\", "%5C").replace("^^", "%5E%5E")


def key(text: str) -> str:
    """Return a citation key without what would end it."""
    return _KEY_BREAKERS.sub("-", scrub(text).strip())


def edtf(date: Date) -> str:
    """Return a date as biblatex writes it: ``2023-10``, ``2023~``, ``2023-01/2023-04``, ``2023/``; empty where it has none."""
    if not date.year:
        return ""
    text = date.iso() + "~" * date.circa
    if date.end is not None:
        text += "/" + edtf(date.end)
    return text if parse_date(text) == date else ""


# --- names


def people(them: People, encode: Encode, one: Callable[[Person, Encode], str]) -> str:
    """Return a list of names; `one` writes each."""
    written = [one(_scrubbed(person), encode) for person in them.persons]
    return " and ".join([*written, *(["others"] if them.others else [])])


def biblatex_name(person: Person, encode: Encode) -> str:
    """Return a name as biber reads it. A Han name is one piece, which every style prints right."""
    whole = _han(person)
    return _name(Person(literal=whole) if whole else person, encode)


def classic_name(person: Person, encode: Encode) -> str:
    """Return a name as BibTeX reads it.

    A prefix that BibTeX cannot know for one (``De``) goes to the family name. A word that begins with a letter outside
    ASCII gets that letter as a command: BibTeX makes an initial of one byte of it, and takes ``Álvarez`` for a von.
    """
    whole = _han(person)
    if whole:
        return f"{{{encode(whole)}}}"
    source = _name(_without_prefix(person), encode)
    return source if person.literal or source.isascii() else _if_same(_LEADING.sub(_initial, source), source) or source


def _name(person: Person, encode: Encode) -> str:
    r"""Return a name, with commands put in last where they are asked for.

    Put in first, the quote of ``\"u`` would make ``names`` put braces around the whole name, and BibTeX sees no accent in them.
    """
    source = names.to_bibtex(person, plain)
    if source.isascii() or not is_ascii(encode):
        return source
    source = normalize("NFC", source)
    return _if_same(_CLUSTER.sub(_command, source), source) or names.to_bibtex(person, encode)


def _if_same(written: str, source: str) -> str:
    """Return a name's new source if it reads as the old one does, else nothing."""
    return written if names.parse_name(written, tex.to_plain) == names.parse_name(source, tex.to_plain) else ""


def _command(found: re.Match[str]) -> str:
    return tex.from_text(found[0], ascii_only=True) or found[0]


def _initial(found: re.Match[str]) -> str:
    r"""Return a letter that BibTeX takes as one: ``{\'E}``, or ``{\relax И}`` where TeX has no command for it."""
    written = tex.from_text(found[0], ascii_only=True)
    return written if written.startswith("{\\") else rf"{{\relax {found[0]}}}"


def _without_prefix(person: Person) -> Person:
    """Return the name with a prefix in its family name, where only biblatex's own form could tell them apart."""
    if not person.prefix or not names.to_bibtex(person, plain).startswith(("family=", "given=", "prefix=")):
        return person
    glue = "" if person.prefix[-1] in "-'’" else " "
    return Person(f"{person.prefix}{glue}{person.family}".strip(), person.given, "", person.suffix)


def _han(person: Person) -> str:
    """Return a name in Han script in one piece, or nothing for other names."""
    if person.literal:
        return person.literal if names.is_han(person.literal) else ""
    is_han = names.is_han(person.family + person.given) and not person.prefix and not person.suffix
    return names.display(person) if is_han else ""


def _scrubbed(person: Person) -> Person:
    """Return the name without control characters and without blanks at the ends of its parts."""
    parts = (person.family, person.given, person.prefix, person.suffix, person.literal)
    tidy = tuple(" ".join(scrub(part).split()) for part in parts)
    return person if tidy == parts else Person(*tidy)
