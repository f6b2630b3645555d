"""Lists of names in BibTeX source <-> People, and how one name is shown; no TeX is decoded here: callers pass ``plain``.

Names are split by BibTeX's rules (btxdoc section 4, Tame the BeaST section 6), with biblatex's ``family=...`` form and
with names in Han, Kana or Hangul on top. Where BibTeX misreads what people write, we side with the people, as biber
does: ``Jong-hyuk Park`` has no von part, ``\\"{O}zg{\\"u}r`` begins with a capital, ``J.\\,K. Doe`` has no comma.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from .model import People, Person

_Plain = Callable[[str], str]

# ---------------------------------------------------------------------------------------------- lists

_AND = re.compile(r"(?:(?<!\s)\s++|\A\s*+)and(?=\s|\Z)", re.IGNORECASE)
# A group in a group, one that never closes, one that holds blanks (and so perhaps an "and"), or a brace too many.
_GROUPS_NEED_CARE = re.compile(r"\{[^{}\s]*+(?!\})")
_OTHERS = "others"


def split_names(source: str) -> tuple[list[str], bool]:
    """Split a list of names at every ``and`` outside braces; True when it ends with ``others``.

    Empty names are dropped. Each name is source, white space around it removed.
    """
    if "{" in source and (_GROUPS_NEED_CARE.search(source) or source.count("{") != source.count("}")):
        pieces = _split_outside_braces(source)
    else:
        pieces = []
        for piece in source.split(" and "):
            # Most lists are done here. "Anderson" is looked at again, and so is "A AND B".
            pieces += _AND.split(piece) if "and" in piece.lower() else [piece]
    names = [name for piece in pieces if (name := piece.strip())]
    others = bool(names) and names[-1].lower() == _OTHERS
    return (names[:-1] if others else names), others


def _split_outside_braces(source: str) -> list[str]:
    pieces = []
    start = counted = depth = 0
    for separator in _AND.finditer(source):
        here = separator.start()
        depth += source.count("{", counted, here) - source.count("}", counted, here)
        counted = here
        if depth <= 0:
            depth = 0
            pieces.append(source[start:here])
            start = separator.end()
    pieces.append(source[start:])
    return pieces


_MEMO: dict[_Plain, dict[str, Person]] = {}
_MOST_PLAINS = 8
_MOST_NAMES = 50_000
_LONGEST_NAME = 200


def parse_people(source: str, plain: _Plain) -> People:
    """Read a list of names. ``plain`` turns the TeX source of a part into plain Unicode, always the same way.

    A library repeats its names, so they are remembered for each ``plain``.
    """
    names, others = split_names(source)
    memo = _MEMO.get(plain)
    if memo is None:
        if len(_MEMO) >= _MOST_PLAINS:
            _MEMO.clear()
        memo = _MEMO[plain] = {}
    persons = []
    for name in names:
        person = memo.get(name)
        if person is None:
            person = parse_name(name, plain)
            if len(name) <= _LONGEST_NAME:
                if len(memo) >= _MOST_NAMES:
                    memo.clear()
                memo[name] = person
        persons.append(person)
    return People(tuple(persons), others)


# ---------------------------------------------------------------------------------------------- one name

_NEEDS_CARE = re.compile(r"[\\{}~$`=\"]|--|''")


_ONLY_ACCENTS = re.compile(r"""[^\W\d_][^\\{}~$`=\"]*+(?:\{\\(?:["'`^~=.]|[uvHcrk]\ )(?:[A-Za-z]|\\[ij])\}[^\\{}~$`=\"]*+)++\Z""")


def parse_name(source: str, plain: _Plain) -> Person:
    """Read one name. Never raises; no text is lost, even where BibTeX would complain (more than two commas)."""
    if not _NEEDS_CARE.search(source):
        if person := _simple(source):
            return person
    elif _ONLY_ACCENTS.match(source):
        # Without other TeX a name reads the same before and after its accents are put on their letters.
        text = plain(source)
        if not _NEEDS_CARE.search(text) and text.count(",") == source.count(",") and (person := _simple(text)):
            return person
    source = source.strip()
    if source[:1] == "{" and _group_end(source, 0) == len(source):
        return Person(literal=plain(source))
    parts = _parts(source)
    if "=" in source and (named := _named_parts(source, parts)):
        return Person(**{name: plain(value) for name, value in named.items()})
    if len(parts) == 1:
        if "{" not in source and is_han(text := plain(source)):
            return Person(literal=text)
        von, last = _von(parts[0].tokens, first_name_leads=True)
        return Person(
            family=plain(source[last:].strip()),
            given=plain(_trimmed(source[:von])),
            prefix=plain(_trimmed(source[von:last])),
        )
    start, end, tokens = parts[0]
    last = _von(tokens, first_name_leads=False)[1] if tokens else start
    given = source[parts[1 if len(parts) == 2 else 2].start :]
    return Person(
        family=plain(source[last:end].strip()),
        given=plain(given.strip()),
        prefix=plain(_trimmed(source[start:last])),
        suffix=plain(source[parts[1].start : parts[1].end].strip()) if len(parts) > 2 else "",
    )


def _simple(source: str) -> Person | None:
    """Read ``Family, Given`` and ``Given Family`` where nothing about them needs thought, else return None."""
    family, comma, given = source.partition(",")
    if comma:
        family = family.strip()
        if "," in given or not (family.isalpha() or (family[:1].isupper() and len(family.split()) == 1)):
            return None
        return Person(family, " ".join(given.split()))
    words = source.split()
    if not source.isascii() and is_han(source):
        return Person(literal=" ".join(words))
    if not words:
        return Person()
    family = words.pop()
    if not family[0].isupper() and "-" in family:
        return None
    for word in words:
        if not word[0].isupper():
            return None
    return Person(family, " ".join(words))


class _Token(NamedTuple):
    """A word of a name, where it stands, and whether a hyphen ties it to the word before."""

    start: int
    source: str
    after_hyphen: bool


class _Part(NamedTuple):
    """What stands between two commas."""

    start: int
    end: int
    tokens: list[_Token]


# A backslash takes the next character with it, unless that is a brace: braces count by BibTeX's rule.
_PIECE = re.compile(r"(?P<plain>(?:[^\\{},~\s-]++|\\[^{}]?)++)|(?P<blank>[\s~]++)|[{},-]", re.DOTALL)


def _parts(source: str) -> list[_Part]:
    """Cut a name at its commas and words, by BibTeX's rule: white space, ``~`` and ``-`` part words outside braces."""
    parts = [_Part(0, len(source), [])]
    start, hyphen, position = -1, False, 0

    def end_word(end: int) -> None:
        nonlocal start
        if start >= 0:
            parts[-1].tokens.append(_Token(start, source[start:end], hyphen))
            start = -1

    while piece := _PIECE.match(source, position):
        here, position = position, piece.end()
        character = piece[0][0]
        if character in ",-" or piece["blank"]:
            end_word(here)
            hyphen = character == "-"
            if character == ",":
                parts[-1] = parts[-1]._replace(end=here)
                parts.append(_Part(position, len(source), []))
        else:
            start = here if start < 0 else start
            if character == "{":
                position = _group_end(source, here)
    end_word(len(source))
    return parts


def _group_end(source: str, start: int) -> int:
    """Return the position behind the group that opens at ``start``, or behind the text."""
    depth = 0
    for brace in _BRACE.finditer(source, start):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.end()
    return len(source)


_BRACE = re.compile(r"[{}]")


def _von(tokens: list[_Token], *, first_name_leads: bool) -> tuple[int, int]:
    """Return where the von part and the last name begin: positions in the source, equal where there is no von part."""
    low = [n for n, token in enumerate(tokens[:-1]) if not token.after_hyphen and _is_lower(token.source)]
    if not tokens:
        return 0, 0
    if low:
        von, last = low[0], low[-1] + 1
    elif first_name_leads:
        last = len(tokens) - 1
        while last and tokens[last].after_hyphen:
            last -= 1
        von = last
    else:
        von = last = 0
    if not first_name_leads:
        von = 0
    return (tokens[von].start if von else 0), (tokens[last].start if last else 0)


_CASE = re.compile(
    r"""(?: \\(?!(?:oe|OE|ae|AE|aa|AA|o|O|l|L|i|j|ss|dh|DH|dj|DJ|ng|NG|th|TH)(?![A-Za-z])) (?:[A-Za-z]++|.|\Z)
          | [^\w\\] | [\d_] )*+
        \\?(\w)""",
    re.VERBOSE | re.DOTALL,
)
"""The first letter, accents left aside; that of ``\\oe`` and the like stands for its own letter."""


def _is_lower(token: str) -> bool:
    """Tell whether a word begins in lower case. What stands in braces has no case, but for ``{\\'e}`` and the like."""
    position = 0
    while token[position : position + 1] == "{" and token[position + 1 : position + 2] != "\\":
        position = _group_end(token, position)
    letter = _CASE.match(token, position)
    return letter is not None and letter[1].islower()


def _trimmed(source: str) -> str:
    return source.strip(" \t\r\n\f\v~")


_NAMED = re.compile(r"[\s\"]*([A-Za-z]+)(?:-i)?\s*=")
_PART_NAMES = frozenset({"family", "given", "prefix", "suffix"})


def _named_parts(source: str, parts: list[_Part]) -> dict[str, str]:
    """Read biblatex's ``family=..., given=..., prefix=..., suffix=...``; nothing when it is not that form.

    Initials (``given-i``) and options (``useprefix``) are passed over.
    """
    found: dict[str, str] = {}
    for start, end, _ in parts:
        name = _NAMED.match(source, start, end)
        if not name:
            return {}
        if name[1].lower() in _PART_NAMES and "-" not in name[0]:
            found[name[1].lower()] = source[name.end() : end].strip().strip('"')
    return found


# ---------------------------------------------------------------------------------------------- output

_EAST_ASIAN = (
    # Unicode blocks of Han, Kana, Bopomofo and Hangul, as first and last; in order
    (0x1100, 0x11FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3031, 0x3035),
    (0x3041, 0x30FF),
    (0x3105, 0x318F),
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFFDC),
    (0x16FF0, 0x18DFF),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x323AF),
)
_FIRST = [first for first, _ in _EAST_ASIAN]
_DOTS = "·‧・･"


def is_han(text: str) -> bool:
    """Tell whether a name is written in Han characters, Kana or Hangul only; blanks and middle dots do not count."""
    if text.isascii():
        return False
    found = False
    for character in text:
        code = ord(character)
        if 0x4E00 <= code <= 0x9FFF:
            found = True
        elif character not in _DOTS and not character.isspace():
            block = bisect_right(_FIRST, code) - 1
            if block < 0 or code > _EAST_ASIAN[block][1]:
                return False
            found = True
    return found


def display(person: Person) -> str:
    """Return a name as people say it: ``Ludwig van Beethoven``, ``John Smith Jr.``, 葛旭冉."""
    if person.literal:
        return person.literal
    if is_han(person.family + person.given) and not person.prefix:
        return _squeezed(person.family + person.given)
    return " ".join(filter(None, (person.given, _with_prefix(person), person.suffix)))


def family_first(person: Person, *, initials: bool) -> str:
    """Return a name as bibliographies do: ``Gonzalez, J. E.`` or ``Gonzalez, Joseph E.``, ``King, M. L., Jr.``, 葛旭冉."""
    if person.literal:
        return person.literal
    if is_han(person.family + person.given) and not person.prefix:
        return _squeezed(person.family + person.given)
    given = _initials(person.given) if initials else person.given
    return ", ".join(filter(None, (_with_prefix(person), given, person.suffix)))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _with_prefix(person: Person) -> str:
    if not person.prefix or not person.family:
        return person.prefix or person.family
    return person.prefix + ("" if person.prefix[-1] in "-'’" else " ") + person.family


_NAME_WORD = re.compile(r"[^\s.‐-]+")
_INITIAL = re.compile(r"[^\W\d_][\u0300-\u036f]*")


def _initials(given: str) -> str:
    """``Yu-Neng`` is ``Y. N.``, as the list writes it; a given name in Han stays whole."""
    if is_han(given):
        return given
    letters = [_INITIAL.search(word) for word in _NAME_WORD.findall(given)]
    return " ".join(f"{letter[0].upper()}." for letter in letters if letter) or given


_BLANK = re.compile(r"\s")
_APART = re.compile(r"[,=\"~]")


def to_bibtex(person: Person, encode: _Plain) -> str:
    """Return BibTeX source for one name, such that ``parse_name`` reads the same person; ``encode`` makes text TeX-safe.

    The form is ``von Family, Jr, Given``. What BibTeX would take apart wrongly goes into braces; a prefix that BibTeX
    cannot know for one (``De``) is written in biblatex's form.
    """
    if person.literal or person == Person():
        source = encode(person.literal)
        return source if is_han(source) and not _BLANK.search(source) else f"{{{source}}}"
    prefix, family = encode(person.prefix), encode(person.family)
    alone = not (person.given or person.suffix)
    if alone and not prefix:
        return family if _stands_alone(family) else f"{{}}{{{family}}}"
    glue = "" if not prefix or prefix[-1] == "-" else " "
    start = len(prefix + glue)
    for candidate in (family, f"{{{family}}}"):
        name = prefix + glue + candidate
        if _is_apart(prefix) or (candidate is family and _is_apart(family)):
            continue
        if alone and _found_at(name, first_name_leads=True) == (0, start):
            return name
        if not alone and _found_at(name, first_name_leads=False) == (0, start):
            rest = [_guarded(encode(person.suffix))] if person.suffix else []
            return ", ".join([name, *rest, _guarded(encode(person.given)) or "{}"])
    named = {"family": person.family, "given": person.given, "prefix": person.prefix, "suffix": person.suffix}
    return ", ".join(f"{name}={{{encode(value)}}}" for name, value in named.items() if value)


def _found_at(name: str, *, first_name_leads: bool) -> tuple[int, int]:
    """Return where BibTeX would find the von part and the last name in a name, or what stands before a comma."""
    tokens = _parts(name)[0].tokens
    return _von(tokens, first_name_leads=first_name_leads) if tokens else (-1, -1)


def _stands_alone(family: str) -> bool:
    """Tell whether a name of one part is read as just that: one word, no von, no organisation, no Han literal."""
    if not family or family[0] == "{" or is_han(family) or family.lower() == _OTHERS or _is_apart(family):
        return False
    return _found_at(family, first_name_leads=True) == (0, 0)


def _guarded(source: str) -> str:
    return f"{{{source}}}" if _is_apart(source) else source


def _is_apart(source: str) -> bool:
    """Tell whether the source holds something that would end or split a name."""
    return _APART.search(source) is not None or _AND.search(source) is not None
