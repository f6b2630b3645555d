"""Rules about single names that come out wrong. How lists of names are split is for ``people``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..model import Person
from ..names import display, is_han
from ..problems import WARNING
from .examples import paper_by
from .mending import short
from .rules import Context, Finding, Rule, Subject

ORGANISATIONS = re.compile(
    r"\b(?:Team|Labs?|Laborator(?:y|ies)|University|Inc|Corp|Corporation|Group|Institutes?|Foundation|Association|Consortium"
    r"|Company|GmbH|Ltd|LLC|Committee|Department|Ministry|Organi[sz]ation|Cent(?:er|re)|Research|Community|Project|Developers"
    r"|Contributors|Collaboration|Society|Agency|Council|Alliance|Nations|Commission|Bureau|Fund|Federation|Authority|Parliament"
    r"|Observatory|Initiative|Network|Academy|Technologies|(?:City|State|Government|Republic|Bank|Board|Office|House) of)\b"
    r"| (?:team|developers|contributors|collaboration|consortium|community|foundation|group)(?=\s*+(?:\Z|\band\b))"
    r"|实验室|团队|大学|公司|研究院|研究所|学院|委员会|社区"
)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_BARE_INITIALS = re.compile(r"[A-Z]{1,3}")
_NUMERAL = re.compile(r"[IVXL]{1,6}")
_PERSON_IN_BRACES = re.compile(
    r"(?P<family>(?:(?:van|von|de|der|den|la|le|del|di|da|dos) ){0,3}[^\W\d_][\w'’-]*+(?: [^\W\d_][\w'’-]*+)?+)"
    r", (?P<given>[^\W\d_][\w'’-]++(?P<initial>(?: [A-Z]\.)++)?|(?P<initials>[A-Z]\.[ -]?){1,4})"
)
_FIRM = re.compile(
    r"\A(?:Inc|Ltd|LLC|Corp|Co|GmbH|AG|SA|Incorporated|Limited|Company|China|USA|UK|Germany|France|Japan|India)\b"
)
_VOWEL = re.compile(r"[AEIOU]")
_LONGEST_ACRONYM: Final = 3
_FEWEST_LETTERS: Final = 2
_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]?)+")
_EMAIL = re.compile(r"[^\s@{}<>]@[^\s@{}<>]+\.[A-Za-z]")
_ROLE = re.compile(r"[(\[](?i:eds?|hrsg|trans|editors?|authors?|comps?)\.?[)\]]|\([A-Z]{2,10}\)")
_FOOTNOTE = re.compile(r"\\(?:thanks|footnote|footnotemark|inst)\b|\$\s*\{?\}?\^")
_DIGIT = re.compile(r"[^\W\d_]{2}[0-9]|(?:\A|\s)[0-9]{1,2}(?:\Z|[\s*,])|[⁰¹²³⁴-⁹†‡]")
_DEGREE = re.compile(
    r"(?<![^\W_])(?:PhD|Ph\.D\.?|Dr\.|Prof\.|Professor|Dipl\.-Ing\.|MBBS|博士|教授)(?![^\W_])|\A(?:Dr|Prof|Mrs?)\.?(?= )"
)
_ODD = re.compile(r"[@(\[\d⁰¹²³⁴-⁹†‡]")
"""What e-mail addresses, footnotes and roles have one of."""
_TITLED = re.compile(r"P[hr]|Dr|Dipl|MBBS|Mrs?|博士|教授")
_TWICE_UP_TO: Final = 30
_TWICE_FROM: Final = 9


def _persons(subject: Subject) -> tuple[tuple[str, Person], ...]:
    """Return the people of the entry's own fields, each with the field."""
    return subject.once(_read_persons)


def _read_persons(subject: Subject) -> tuple[tuple[str, Person], ...]:
    own = subject.raw.fields
    return tuple((field, person) for field, people in subject.entry.people.items() if field in own for person in people)


def _spelled(subject: Subject) -> str:
    """Return all names in one text, for what is rare: one look at it spares a look at each."""
    return subject.once(_read_spelled)


def _read_spelled(subject: Subject) -> str:
    people = _persons(subject)
    return "\n".join(f"{p.literal} {p.given} {p.prefix} {p.family} {p.suffix}" for _, p in people)


def _capitals(subject: Subject, _: Context) -> Iterator[Finding]:
    found: dict[str, list[Person]] = {}
    for field, person in _persons(subject):
        if person.family.isupper() and person.given and _is_shouted(person.family, person.given):
            found.setdefault(field, []).append(person)
    for field, people in found.items():
        more = f" (and {len(people) - 1} more)" if len(people) > 1 else ""
        yield Finding(f"{field}: the name `{display(people[0])}`{more} is in capitals.", field, people[0].family)


def _is_shouted(family: str, given: str) -> bool:
    """Tell whether a family name in capitals is a slip: a word too long for an acronym, or the given name is so too."""
    if len(family) <= _FEWEST_LETTERS or "/" in given or "." in family or "(" in family or _NUMERAL.fullmatch(family):
        return False
    words = [word for word in re.split(r"[\s.\-]+", given) if len(word) > _FEWEST_LETTERS]
    if words and all(word.isupper() for word in words):
        return True
    return len(family) > _LONGEST_ACRONYM + bool(words) and (not words or any(map(str.islower, given)))


def _swapped(subject: Subject, _: Context) -> Iterator[Finding]:
    initials: dict[str, list[Person]] = {}
    bare: dict[str, list[Person]] = {}
    for field, person in _persons(subject):
        family, given = person.family, person.given
        if not given or not family:
            continue
        if "." in family and _INITIALS.fullmatch(family) and len(given) > 1 and "." not in given and given[0].isupper():
            initials.setdefault(field, []).append(person)
        elif family.isupper() and _BARE_INITIALS.fullmatch(family) and given[1:].islower():
            bare.setdefault(field, []).append(person)
        elif misread := _misread(family, given):
            say = f"{field}: of `{given} {family}`, `{family}` is read as the family name."
            yield Finding(say, field, *misread)
    for field, people in bare.items():
        if len(people) > 1:  # `Malcolm X` alone is a name
            initials.setdefault(field, []).extend(people)
    for field, people in initials.items():
        family, more = people[0].family, f" (and in {len(people) - 1} more)" if len(people) > 1 else ""
        say = f"{field}: in `{family}, {people[0].given}`{more} the initials stand where the family name goes."
        yield Finding(say, field, family)


def _misread(family: str, given: str) -> tuple[str, str] | None:
    """Return what points to the family name having been read elsewhere, and the way out: `John Smith Jr.`, `WANG Fang`."""
    if _SUFFIX.fullmatch(family):
        whole, last = given.rpartition(" ")[::2]
        return family, f"Write `{last}, {family}, {whole}`, if that is the name." if whole else ""
    if not (given.isupper() and given.isalpha() and len(given) > _FEWEST_LETTERS and family[1:].islower()):
        return None
    hint = f"Write `{given.capitalize()}, {family}`, if {given} is the family name."
    return (given, hint) if _VOWEL.search(given) else None


def _initials_on_han(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, person in _persons(subject):
        pair = (person.family, person.given)
        for name, other in (pair, pair[::-1]):
            if name and is_han(name) and "." in other and _INITIALS.fullmatch(other):
                yield Finding(f"{field}: `{name}` is a name in Han characters, but `{other}` an initial.", field, other)


def _split_here_not_there(subjects: Sequence[Subject], _: Context) -> Iterator[tuple[Subject, Finding]]:
    whole: dict[str, str] = {}
    split: list[tuple[Subject, str, Person, str]] = []
    for subject in subjects:
        for field, person in _persons(subject):
            if person.literal:
                if not person.literal.isascii() and is_han(person.literal):
                    whole.setdefault("".join(person.literal.split()), subject.raw.key)
            elif person.given and not person.given.isascii() and is_han(person.family + person.given):
                split.append((subject, field, person, display(person)))
    for subject, field, person, name in split:
        if name in whole:
            yield (
                subject,
                Finding(
                    f"{field}: `{person.family}, {person.given}` stands in two parts here and as `{name}` in `{whole[name]}`.",
                    field,
                    person.family,
                ),
            )


def _email_or_digit(subject: Subject, _: Context) -> Iterator[Finding]:
    for field in subject.entry.people:
        value = subject.raw.fields.get(field, "")
        if ("\\" in value or "$" in value) and (found := _FOOTNOTE.search(value)):
            yield Finding(f"{field}: a footnote stands in the list of names.", field, found[0])
    for field, person in _persons(subject) if _ODD.search(_spelled(subject)) else ():
        text = person.literal or f"{person.given} {person.prefix} {person.family} {person.suffix}"
        if "@" in text and _EMAIL.search(text):
            yield Finding(f"{field}: `{short(text.strip())}` holds an e-mail address.", field)
        elif not person.literal and person.given and _DIGIT.search(text) and not ORGANISATIONS.search(text):
            yield Finding(f"{field}: `{short(text.strip())}` holds a digit or footnote sign.", field, person.family)
        elif not person.literal and (role := _ROLE.search(text)):
            yield Finding(f"{field}: `{role[0]}` is no part of the name.", field, role[0])


def _in_braces(subject: Subject, _: Context) -> Iterator[Finding]:
    found: dict[str, list[str]] = {}
    sure: set[str] = set()
    for field, person in _persons(subject):
        if "," not in person.literal or not (name := _PERSON_IN_BRACES.fullmatch(person.literal)):
            continue
        initials = name["initial"] or name["initials"] or name["family"][0].islower()
        if initials or not (
            " " in name["family"] or ORGANISATIONS.search(person.literal) or _FIRM.match(name["given"])
        ):
            found.setdefault(field, []).append(person.literal)
        if initials:
            sure.add(field)
    for field, names in found.items():
        if field in sure or len(names) > 1:
            more = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
            yield Finding(f"{field}: `{{{short(names[0])}}}`{more} is read as an organisation's name.", field, names[0])


def _degree(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, person in _persons(subject) if _TITLED.search(_spelled(subject)) else ():
        if person.literal:
            continue
        for text in (person.given, person.prefix, person.family, person.suffix):
            found = _DEGREE.search(text)
            if (
                found
                and (text != person.given or found[0] != text or person.suffix)
                and (person.given or person.suffix)
            ):
                yield Finding(f"{field}: `{found[0]}` is a title and no part of `{display(person)}`.", field, found[0])
                break


def _twice(subject: Subject, _: Context) -> Iterator[Finding]:
    for field, people in subject.entry.people.items():
        persons = people.persons
        if field not in subject.raw.fields or not 1 < len(persons) <= _TWICE_UP_TO or len(set(persons)) == len(persons):
            continue
        seen: set[Person] = set()
        for person in persons:
            name = display(person)
            whole = bool(person.literal) or (
                len(name) >= _TWICE_FROM and "." not in person.given and len(person.given) > 2
            )
            if whole and person in seen:
                yield Finding(f"{field}: `{name}` stands in the list twice.", field, person.family or person.literal)
            seen.add(person)


RULES: tuple[Rule, ...] = (
    Rule(
        "B205",
        "names-capitals",
        WARNING,
        "A name all in capitals is printed so.",
        "Write capitals only where the name has them; an organisation goes in braces.",
        paper_by("a", "SMITH, JOHN"),
        paper_by("a", "Smith, John"),
        _capitals,
    ),
    Rule(
        "B207",
        "names-swapped",
        WARNING,
        "Before the comma stands the family name; initials there are sorted and printed as one.",
        "Write `Family, Given`.",
        paper_by("a", "W., Liang"),
        paper_by("a", "Liang, W."),
        _swapped,
    ),
    Rule(
        "B209",
        "initial-on-han-name",
        WARNING,
        "A name in Han characters has no initials.",
        "Write the whole name: 李伟.",
        paper_by("a", "李, W."),
        paper_by("a", "李伟"),
        _initials_on_han,
    ),
    Rule(
        "B210",
        "han-name-in-two-ways",
        WARNING,
        "One name stands in two parts in one place and in one piece in another, so the two do not sort or merge.",
        "Write it in one piece, as 李伟.",
        paper_by("a", "李, 伟") + "\n" + paper_by("b", "李伟").replace("Serving models", "Batching requests"),
        paper_by("a", "李伟") + "\n" + paper_by("b", "李伟").replace("Serving models", "Batching requests"),
        file_check=_split_here_not_there,
    ),
    Rule(
        "B211",
        "names-digit-or-email",
        WARNING,
        "Marks of footnotes, digits, remarks such as `(ed.)` and e-mail addresses are printed as part of a name.",
        "Leave only the name.",
        paper_by("a", "Smith, John1"),
        paper_by("a", "Smith, John"),
        _email_or_digit,
    ),
    Rule(
        "B212",
        "names-degree",
        WARNING,
        "A degree or form of address is printed, and cut to initials, as part of a name.",
        "Leave only the name.",
        paper_by("a", "Smith, Dr. John"),
        paper_by("a", "Smith, John"),
        _degree,
    ),
    Rule(
        "B215",
        "person-in-braces",
        WARNING,
        "A person's name in braces of its own is one unit, like an organisation's: it is not shortened, and sorted as it stands.",
        "Remove the braces around the name.",
        paper_by("a", "{Robinson, Thomas P.} and {Bray, Eva}"),
        paper_by("a", "Robinson, Thomas P. and Bray, Eva"),
        _in_braces,
    ),
    Rule(
        "B214",
        "names-twice",
        WARNING,
        "The same person stands twice in one list.",
        "Remove one, unless they are two people of one name.",
        paper_by("a", "Smithson, Jonathan and Jones, Mary and Smithson, Jonathan"),
        paper_by("a", "Smithson, Jonathan and Jones, Mary"),
        _twice,
    ),
)
