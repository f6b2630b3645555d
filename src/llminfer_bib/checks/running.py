"""All rules over a document: one pass over the entries, then the rules that need all of them; what people ignore is left out.

Rules are in the families; slips of the syntax are those of ``bibfile`` and ``decode``. Nothing is printed or written here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..bibfile import Document
from ..bibfile.document import RawEntry
from ..config import Config
from ..decode import Decoder
from ..edits import Edit
from ..model import Entry
from ..problems import WARNING, Problem
from ..provenance import Origin
from . import ignoring
from .ignoring import Comments
from .rules import Context, Finding, Rule, Subject

UNUSED = "B090"
"""A comment that ignores what is not found."""


@dataclass(frozen=True, slots=True)
class Located:
    """A problem, and the edits that mend it."""

    problem: Problem
    fix: tuple[Edit, ...] = ()
    length: int = 1
    """How many characters are meant, from the problem's column on."""


Share = Callable[[Callable[[Sequence[Subject]], list[Located]], Sequence[Subject]], list[Located]]
"""Calls a function with all entries, or with some of them at a time, and puts together what it returns."""


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

    def covers(self, begins: str) -> bool:
        """Tell whether all codes that begin so are wanted."""
        cut = any(code.startswith(begins) or begins.startswith(code) for code in self.ignore)
        return not cut and (not self.select or begins.startswith(self.select))


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
    share: Share = lambda work, subjects: work(subjects),
) -> list[Located]:
    """Return everything that is wrong and not ignored, in the order of its places. `share` may part the entries among processes."""
    reader = _Reader(document, config.categories, config.topics, protected=True)
    subjects: list[Subject] = []
    for entry in reader.entries():
        assert reader.raw is not None
        subjects.append(Subject(reader.raw, entry))
    context = Context(document, config, reader.macros, origins or {})
    comments = ignoring.read(document)
    found = []
    for one in (
        *_own(reader),
        *_by_rules(subjects, context, [rule for code, rule in rules.items() if wanted.admits(code)], share),
    ):
        if not wanted.admits(one.problem.code) or (wanted.keys and one.problem.key not in wanted.keys):
            continue
        if not comments.hides(one.problem):
            found.append(one)
    found += _unused(document, comments, wanted)
    return sorted(found, key=lambda one: one.problem)


def _own(reader: Decoder) -> Iterator[Located]:
    """Yield what reading itself finds: slips of the syntax, repeated keys, unreadable values."""
    yield from map(Located, dict.fromkeys(reader.problems))


def _by_rules(subjects: Sequence[Subject], context: Context, rules: Sequence[Rule], share: Share) -> Iterator[Located]:
    yield from share(lambda some: list(_one_by_one(some, context, rules)), subjects)
    for rule in rules:
        if rule.file_check is not None:
            for subject, finding in rule.file_check(subjects, context):
                yield _located(context.document, rule, subject, finding)
        if rule.text_check is not None:
            for offset, message in rule.text_check(context.document):
                yield Located(_problem(context.document, rule, offset, "", message, rule.hint))


def _one_by_one(subjects: Sequence[Subject], context: Context, rules: Sequence[Rule]) -> Iterator[Located]:
    """Yield what the rules find that look at one entry; those with marks are only asked where a mark is."""
    single = [(rule, rule.check, frozenset(rule.marks)) for rule in rules if rule.check is not None]
    always = [(rule, check) for rule, check, marks in single if not marks]
    marked = [row for row in single if row[2]]
    known = frozenset().union(*(marks for _, _, marks in marked))
    for subject in subjects:
        asked = always
        if present := subject.marks(known):
            asked = [*always, *((rule, check) for rule, check, marks in marked if not marks.isdisjoint(present))]
        for rule, check in asked:
            for finding in check(subject, context):
                yield _located(context.document, rule, subject, finding)
        subject.forget()


def _located(document: Document, rule: Rule, subject: Subject, finding: Finding) -> Located:
    offset, length = finding.offset if finding.offset >= 0 else subject.raw.start, 1
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


def _unused(document: Document, comments: Comments, wanted: Wanted) -> Iterator[Located]:
    """Yield the comments that leave nothing out, as far as all was looked for that they name."""
    if not wanted.admits(UNUSED) or wanted.keys:
        return
    for one in comments.unused():
        if wanted.covers(one.code):
            message = f"nothing of {one.code} is found {one.where} to ignore."
            if not one.where:
                message = f"this comment about {one.code} stands at no entry."
            hint = "Remove the comment." if one.where else "Put it right above the entry, or write `ignore-file`."
            yield Located(Problem(document.name, *one.place, UNUSED, WARNING, "", message, hint))
