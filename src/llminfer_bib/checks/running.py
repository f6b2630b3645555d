"""All rules over a document: one pass over the entries, then the rules that need all of them; what people ignore is left out.

Rules are in the families; slips of the syntax are those of ``bibfile`` and ``decode``. Nothing is printed or written here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..bibfile import Document
from ..bibfile.document import RawEntry
from ..config import Config
from ..decode import Decoder
from ..edits import Edit
from ..model import Entry
from ..problems import WARNING, Problem
from ..provenance import Origin
from .rules import Context, Finding, Rule, Subject

_IGNORE = re.compile(
    r"%+[ \t]*+bib:[ \t]*+ignore(-file)?+[ \t]++([A-Z][0-9]{0,3}(?:[ \t,]++[A-Z][0-9]{0,3})*+)", re.IGNORECASE
)
UNUSED = "B090"
"""A comment that ignores what is not found."""


@dataclass(frozen=True, slots=True)
class Located:
    """A problem, and the edits that mend it."""

    problem: Problem
    fix: tuple[Edit, ...] = ()
    length: int = 1
    """How many characters are meant, from the problem's column on."""


@dataclass(slots=True)
class Wanted:
    """Which rules a person wants: codes or beginnings of codes (``B3``)."""

    select: tuple[str, ...] = ()
    """Empty for all."""
    ignore: tuple[str, ...] = ()
    keys: Collection[str] = ()
    """Only entries with these keys; empty for all."""

    def admits(self, code: str) -> bool:
        """Tell whether a code is wanted."""
        return (not self.select or code.startswith(self.select)) and not (self.ignore and code.startswith(self.ignore))


@dataclass(slots=True)
class _Comments:
    """The comments by which people ignore findings: for a line, or for the file."""

    by_line: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The line of the entry they stand in front of -> codes."""
    places: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    """(line of the entry, or 0 for the file; code) -> line and column of the comment."""
    used: set[tuple[int, str]] = field(default_factory=set)

    def hides(self, problem: Problem, entry_line: int) -> bool:
        """Tell whether a problem is ignored, and remember what for."""
        for line in (entry_line, 0):
            for code in self.by_line.get(line, ()):
                if problem.code.startswith(code):
                    self.used.add((line, code))
                    return True
        return False


class _Reader(Decoder):
    """A decoder that keeps hold of the raw entry it has just read."""

    raw: RawEntry | None = None

    def entry(self, raw: RawEntry) -> Entry:
        """Decode one entry."""
        self.raw = raw
        return super().entry(raw)


def run(
    document: Document,
    config: Config,
    rules: Mapping[str, Rule],
    wanted: Wanted,
    origins: Mapping[tuple[str, str], Origin] | None = None,
) -> list[Located]:
    """Return everything that is wrong and not ignored, in the order of its places."""
    reader = _Reader(document, config.categories, config.topics, protected=True)
    subjects: list[Subject] = []
    for entry in reader.entries():
        assert reader.raw is not None
        subjects.append(Subject(reader.raw, entry))
    context = Context(document, config, reader.macros, origins or {})
    comments = _comments(document, [subject.raw.start for subject in subjects])
    lines = sorted(document.position(subject.raw.start)[0] for subject in subjects) if comments.by_line else []
    found = []
    for one in (
        *_own(reader),
        *_by_rules(subjects, context, [rule for code, rule in rules.items() if wanted.admits(code)]),
    ):
        if not wanted.admits(one.problem.code) or (wanted.keys and one.problem.key not in wanted.keys):
            continue
        if comments.by_line and comments.hides(one.problem, _entry_line(lines, one.problem.line)):
            continue
        found.append(one)
    found += _unused(document, comments, wanted)
    return sorted(found, key=lambda one: one.problem)


def _own(reader: Decoder) -> Iterator[Located]:
    """Yield what reading itself finds: slips of the syntax, repeated keys, unreadable values."""
    yield from map(Located, dict.fromkeys(reader.problems))


def _by_rules(subjects: Sequence[Subject], context: Context, rules: Sequence[Rule]) -> Iterator[Located]:
    single = [(rule, rule.check) for rule in rules if rule.check is not None]
    for subject in subjects:
        for rule, check in single:
            for finding in check(subject, context):
                yield _located(context.document, rule, subject, finding)
    for rule in rules:
        if rule.file_check is not None:
            for subject, finding in rule.file_check(subjects, context):
                yield _located(context.document, rule, subject, finding)
        if rule.text_check is not None:
            for offset, message in rule.text_check(context.document):
                yield Located(_problem(context.document, rule, offset, "", message, rule.hint))


def _located(document: Document, rule: Rule, subject: Subject, finding: Finding) -> Located:
    offset, length = subject.raw.start, 1
    source = subject.raw.fields.get(finding.field, "") if finding.field else ""
    if source:
        offset = document.place_in(subject.raw.start, finding.field)
        length = len(source)
        at = source.find(finding.near) if finding.near else -1
        if at >= 0:
            offset += len(source[:at].encode("utf-8", "surrogatepass"))
            length = len(finding.near)
    problem = _problem(document, rule, offset, subject.raw.key, finding.message, finding.hint or rule.hint)
    return Located(problem, finding.fix, length)


def _problem(document: Document, rule: Rule, offset: int, key: str, message: str, hint: str) -> Problem:
    line, column = document.position(offset)
    return Problem(document.name, line, column, rule.code, rule.severity, key, message, hint)


# --- comments


def _comments(document: Document, starts: Sequence[int]) -> _Comments:
    comments = _Comments()
    if b"bib:" not in document.data.lower():
        return comments
    found: dict[int, list[str]] = {}
    for block in document.blocks():
        if block.kind != "text":
            continue
        text = document.text(block.start, block.end)
        for match in _IGNORE.finditer(text):
            here = block.start + len(text[: match.start()].encode("utf-8", "surrogatepass"))
            target = 0 if match[1] else _entry_behind(document, starts, here, block.end)
            if target is None:
                continue
            line = document.position(starts[target])[0] if not match[1] else 0
            for code in re.split(r"[ \t,]+", match[2].upper()):
                found.setdefault(line, []).append(code)
                comments.places[line, code] = document.position(here)
    comments.by_line = {line: tuple(codes) for line, codes in found.items()}
    return comments


def _entry_behind(document: Document, starts: Sequence[int], here: int, end: int) -> int | None:
    """Return the number of the entry that the comment stands in front of: only comments and blank lines may come between."""
    number = bisect_right(starts, here)
    if number == len(starts) or starts[number] != end:
        return None
    between = document.text(here, end).splitlines()[1:]
    return number if all(not line.strip() or line.lstrip().startswith("%") for line in between) else None


def _entry_line(lines: Sequence[int], line: int) -> int:
    """Return the line on which the entry begins that a line belongs to; 0 for none."""
    number = bisect_right(lines, line)
    return lines[number - 1] if number else 0


def _unused(document: Document, comments: _Comments, wanted: Wanted) -> Iterator[Located]:
    if not wanted.admits(UNUSED) or wanted.select or wanted.keys:
        return
    for (line, code), (at, column) in comments.places.items():
        if (line, code) not in comments.used:
            message = f"nothing of {code} is found {'here' if line else 'in the file'} to ignore."
            yield Located(Problem(document.name, at, column, UNUSED, WARNING, "", message, "Remove the comment."))
