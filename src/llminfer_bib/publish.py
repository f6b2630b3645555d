"""The export command: formats in, files or stdout out, or only word of what is stale.

It stands beside ``report`` because an export to stdout is shown, not written; everything else is in ``commands``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import commands, report
from .commands import Selection
from .library import Library
from .problems import EXIT_FINDINGS, EXIT_OK, EXIT_USAGE, BibError, Problem

MANY_FILES = frozenset({"lists"})
"""Formats that are a folder of pages."""
FOR_READERS = frozenset({"md", "lists", "html"})
"""Formats that may shorten a list of authors."""

_HEAD = 4096
_LIST_PAGE = re.compile(rb"# [^\n]*+\n\n\xe2\x86\x90 \[[^\]\n]*+\]\(index\.md\)")
"""`# heading`, and `← [All categories](index.md)` below it."""

HEEDED_BY = {
    "lang": ("md", "lists", "html", "zotero-rdf"),
    "encoding": ("bibtex", "biblatex"),
}
"""Options that only some formats heed."""


class ExportUsageError(BibError):
    """Options of an export that do not go together."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. ``output`` None means stdout; ``target`` is a Markdown file to renew in place."""

    formats: tuple[str, ...]
    output: Path | None = None
    into_folder: bool = False
    """The output is a folder, even if it is not there yet."""
    check: bool = False
    dry_run: bool = False
    target: Path | None = None
    choices: dict[str, object] = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)


def publish(library: Library, request: Request, problems: list[Problem], say: Callable[[str], None]) -> int:
    """Carry out an export and return the exit code. Problems met while reading are added to `problems`."""
    _require_sense(request)
    if request.target is not None:
        return _in_place(library, request, problems, say)
    if replace(request.selection, keys=()) != Selection() and not commands.is_any(library, request.selection):
        say(commands.why_nothing(library, request.selection))
    if request.output is None:
        for _, chunks in commands.pages(library, request.formats[0], request.selection, request.choices, problems):
            report.write_chunks(chunks)
        return EXIT_OK
    stale = left = 0
    for at, name in enumerate(request.formats):
        found: list[Problem] = []
        changed, over = _one(library, name, request, found, say)
        stale += changed
        left += over
        if at == 0:  # every format reads the same file and meets the same problems
            problems += found
    if (stale or left) and request.check:
        ways = [f"the same command without --check writes {'it' if stale == 1 else 'them'}"] if stale else []
        ways += [f"delete what is left over ({left}) by hand"] if left else []
        say(f"{stale + left} not up to date; {', and '.join(ways)}.")
        return EXIT_FINDINGS
    return EXIT_OK


def require_heeded(named: Iterable[str], formats: Iterable[str]) -> None:
    """Raise ExportUsageError for an option that a person has `named` and that none of the formats heeds."""
    wanted = tuple(formats)
    for name in named:
        known = HEEDED_BY.get(name, ())
        if known and not set(known) & set(wanted):
            raise ExportUsageError(
                f"--{name} goes with {', '.join(known[:-1])} and {known[-1]}; {wanted[0]} has no such choice."
            )


def _require_sense(request: Request) -> None:
    many = len(request.formats) > 1 or request.formats[0] in MANY_FILES
    choices, output = request.choices, request.output
    if request.target is not None and (request.formats != ("md",) or output is not None):
        raise ExportUsageError("--in goes with -f md, and without -o.")
    if request.target is not None and request.selection.categories:
        raise ExportUsageError("--category does not go with --in: the markers in the file name the categories.")
    if many and output is None:
        raise ExportUsageError("this makes several files: name a folder with -o DIR.")
    if request.check and output is None and request.target is None:
        raise ExportUsageError("--check compares with files: name them with -o or --in.")
    if many and output is not None and output.exists() and not output.is_dir():
        raise ExportUsageError(f"{output} is a file; several files need a folder.")
    if choices.get("dialect") and "csl-json" not in request.formats:
        raise ExportUsageError("--for goes with -f csl-json.")
    if choices.get("all_authors") and not FOR_READERS & set(request.formats):
        raise ExportUsageError(
            f"--all-authors goes with md and lists, and with html; {request.formats[0]} always has every author."
        )


def _one(
    library: Library, name: str, request: Request, problems: list[Problem], say: Callable[[str], None]
) -> tuple[int, int]:
    """Write, check or announce one format; return how many files are not as they should be, and how many are left over."""
    assert request.output is not None
    into_folder = request.into_folder or len(request.formats) > 1 or name in MANY_FILES or request.output.is_dir()
    stale, places = 0, list[Path]()
    for path, chunks in commands.pages(library, name, request.selection, request.choices, problems):
        place = request.output / path if into_folder else request.output
        places.append(place)
        commands.refuse_source(library, place)
        if request.check or request.dry_run:
            current = commands.is_current(place, chunks)
            stale += not current
            if not current:
                say(f"{'would write' if not request.check else 'stale' if place.exists() else 'missing'}: {place}")
            continue
        root = request.output if into_folder else None
        written = commands.write_page(place, chunks, root)
        say(f"{'wrote' if written.changed else 'unchanged'}: {place}")
    # Some entries alone have fewer pages than the list; only all of them tell what has lost its category.
    left = _left_over(places) if name in MANY_FILES and request.selection == Selection() else []
    for place in left:
        say(f"left over: {place}")
    return stale, len(left)


def _left_over(places: Sequence[Path]) -> list[Path]:
    """Return the pages of categories that are gone, beside those at `places`. Files that people put there are not ours."""
    own = {place.name for place in places}
    found = sorted(page for folder in {place.parent for place in places} for page in folder.glob("*.md"))
    return [page for page in found if page.name not in own and _is_list_page(page)]


def _is_list_page(path: Path) -> bool:
    """Tell whether a file begins as each page of the reading lists does: a heading, then the way to the index."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return _LIST_PAGE.match(head) is not None


def _in_place(library: Library, request: Request, problems: list[Problem], say: Callable[[str], None]) -> int:
    assert request.target is not None
    plan = commands.plan_in_place(library, request.target, request.selection, request.choices, problems)
    if plan.old == plan.new:
        say(f"unchanged: {request.target}")
        return EXIT_OK
    if request.dry_run:
        report.show_diff(plan.diff)
        return EXIT_FINDINGS if request.check else EXIT_OK
    if request.check:
        say(f"stale: {request.target}\n1 not up to date; the same command without --check writes it.")
        return EXIT_FINDINGS
    commands.write_in_place(plan)
    say(f"wrote: {request.target}")
    return EXIT_OK
