"""The author strings of arXiv -> People: organisations, suffixes, left-overs, and names that arXiv itself took apart.

arXiv reads a bracket behind a name as an affiliation. ``Yu (Sid) Wang`` becomes two authors, ``Yu`` and ``Wang``, and everybody
before ``(Sid)`` who has no affiliation gets "Sid": so the place where "Sid" ends is the place where a name was cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..model import People, Person
from ..names import is_han, parse_name
from ..tex import to_plain

_LONGEST_NAME = 200
_MOST = 20_000

_OTHERS = re.compile(
    r"(?:and\s+)?(?:et\.?\s*al\.?|others|\S{0,8}\s*additional authors.{0,40}|and others)\Z", re.IGNORECASE
)
_NOT_SHOWN = re.compile(r"additional authors not shown", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV|VI{0,3}")
_TITLE = re.compile(r",?\s(?:Ph\.?\s?D|M\.?D|Dr|Prof)\.?\Z")
_SUFFIX_AT_END = re.compile(r"(?P<name>.{3,}?),?\s(?P<suffix>(?:Jr|Sr)\.?|III|II|IV)\Z")
_BRACKETS_AT_END = re.compile(r"\s*\([^()]{0,80}\)\s*\Z")
_LETTER = re.compile(r"[^\W\d_]")
_NICKNAME = re.compile(r"[A-Z][a-z]{1,11}")
_COMPANIES = frozenset(
    "Google Microsoft Meta Intel Nvidia Apple Amazon Alibaba Tencent Baidu Huawei Samsung Adobe Oracle Salesforce Anthropic Cohere "
    "Bosch Sony Qualcomm Stanford Berkeley Princeton Harvard Yale Cornell Oxford Cambridge Tsinghua Peking Fudan".split()
)
"""One-word affiliations that are no nicknames."""

_PARTICLES = frozenset({"De", "Del", "Della", "Dos", "Von", "Der", "Den", "Ter", "El"})
"""Never given names, unlike Le, La, Di, Da and Van, which are also Vietnamese and Chinese ones."""
_BESIDE_PARTICLES = frozenset({"La", "Las", "Los", "Van"})

_GROUP_WORDS = frozenset(
    "team teams group groups collaboration consortium workshop project community foundation institute university laboratory lab labs "
    "inc inc. ltd corp corporation company committee initiative network alliance organization organisation centre center "
    "association authors contributors llm".split()
)
_GROUP_NAMES = frozenset(
    "openai nvidia google microsoft meta anthropic mistral qwen minimax deepseek deepseek-ai bytedance alibaba tencent baidu "
    "huawei moonshot internlm llm-jp apple amazon ibm intel eleutherai bigscience bigcode cohere stepfun zhipu openbmb deepmind".split()
)
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|[A-Z]{3}|[0-9]")
_AI_AT_END = re.compile(r"(?:\s|[-.])AI\Z|^Team\s")
_DIGITS_APART = re.compile(r"^(\d+)\.\s+(AI)\Z")


def people(authors: Iterable[tuple[str, str]]) -> People:
    """Read (name, affiliation) pairs in arXiv's order; the affiliation is the innermost, empty where there is none."""
    pairs = [pair for pair in authors if pair[0]][:_MOST]
    others = any(_OTHERS.match(name) for name, _ in pairs) or any(_NOT_SHOWN.search(place) for _, place in pairs)
    persons: list[Person] = []
    names = list(_joined(pairs))
    for at, name in enumerate(names):
        if not _LETTER.search(name) or _OTHERS.match(name):
            continue
        if persons and _SUFFIX.fullmatch(name) and not persons[-1].literal and not persons[-1].suffix:
            last = persons[-1]
            persons[-1] = Person(last.family, last.given, last.prefix, name)
            continue
        introduces = at + 1 < len(names) and names[at + 1].startswith(":")
        persons.append(person(name, leads=at == 0 and len(names) > 1, is_group=introduces))
    return People(tuple(persons), others)


def person(name: str, *, leads: bool = False, is_group: bool = False) -> Person:
    """Read one name: ``George van den Driessche``, ``DeepSeek-AI``, ``戴国浩``. ``leads``: it is the first of several."""
    name = " ".join(to_plain(name[:_LONGEST_NAME]).split()).rstrip(":").strip()
    if not is_han(name):
        shorter = _BRACKETS_AT_END.sub("", name)
        name = _TITLE.sub("", shorter if " " in shorter else name)
    if is_group or _is_group(name, leads=leads):
        return Person(literal=_DIGITS_APART.sub(r"\1.\2", name))
    suffix = ""
    if (found := _SUFFIX_AT_END.match(name)) is not None and " " in found["name"]:
        name, suffix = found["name"], found["suffix"]
    read = parse_name(_safe(name), _plain)
    if read.literal or not read.family:
        return Person(literal=name)
    if not read.given and read.prefix:
        return _without_given(read, suffix)
    return _with_particles(Person(read.family, read.given, read.prefix, suffix or read.suffix))


def _joined(pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Yield the names, with those put together again that a nickname in brackets had cut in two."""
    at = 0
    while at < len(pairs):
        name, place = pairs[at]
        if at + 1 < len(pairs) and _is_cut(name, place, *pairs[at + 1]):
            name = f"{name} {pairs[at + 1][0]}"
            at += 1
        yield name
        at += 1


def _is_cut(name: str, place: str, after: str, place_after: str) -> bool:
    """Tell whether an author is the first half of a name, and the next the second."""
    return (
        " " not in name
        and place != place_after
        and _NICKNAME.fullmatch(place) is not None
        and place not in _COMPANIES
        and after.count(" ") <= 1
        and not _is_group(name, leads=False)
    )


def _is_group(name: str, *, leads: bool) -> bool:
    """Tell an organisation from a person."""
    words = name.lower().split()
    if _AI_AT_END.search(name) or any(word.strip(",") in _GROUP_WORDS for word in words):
        return len(words) > 1 or "-" in name or "." in name
    if len(words) != 1:
        return words[:1] == ["the"] or (bool(words) and words[0] in {"openai", "nvidia", "deepmind"})
    return name.lower() in _GROUP_NAMES or (leads and _INNER_CAPITAL.search(name) is not None)


def _with_particles(read: Person) -> Person:
    """Give back to the family the particles that begin with a capital, which BibTeX's rule leaves with the given names."""
    given = read.given.split()
    start = len(given)
    while start > 1 and given[start - 1] in _PARTICLES | _BESIDE_PARTICLES:
        start -= 1
    moved = given[start:]
    lower = read.family.islower() and len(given) > 1 and given[-1] in {"Ben", "El", "Al", "Ait", "Abu"}
    if lower:
        return Person(f"{given[-1]} {read.family}", " ".join(given[:-1]), read.prefix, read.suffix)
    if moved and read.prefix:
        return Person(read.family, " ".join(given[:start]), " ".join([*moved, read.prefix]), read.suffix)
    if _PARTICLES.isdisjoint(moved):
        return read
    return Person(" ".join([*moved, read.family]), " ".join(given[:start]), "", read.suffix)


def _without_given(read: Person, suffix: str) -> Person:
    """Read a name that begins in lower case: ``de Sa Christopher`` stays whole, ``bell hooks`` has a given name."""
    if " " not in read.prefix and " " not in read.family and read.family.islower():
        return Person(read.family, read.prefix, suffix=suffix)
    return Person(read.family, "", read.prefix, suffix)


def _safe(name: str) -> str:
    """Take from a plain name what BibTeX's rules would read into it: commas, quotes, an equals sign, braces."""
    return re.sub(r"[{}\\\"=~$%,]+", " ", name).strip()


def _plain(text: str) -> str:
    return " ".join(text.split())
