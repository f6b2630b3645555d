"""The command that reads LaTeX documents: tex. Options in, exit code out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Never

import click

from ..problems import EXIT_FINDINGS, EXIT_OK, BibError
from .root import FILE, Settings, UsageError, cli

if TYPE_CHECKING:
    from ..commands.citing_documents import Citing
    from ..commands.subsets import Contents
    from ..latex import Manuscript
    from ..library import Library

CTRL_C = 130


@dataclass(slots=True)
class Asked:
    """What was asked of ``bib tex``, and the files that the last run looked at."""

    settings: Settings
    files: tuple[Path, ...]
    commands: tuple[str, ...]
    subset: Path | None
    unused: bool
    dry_run: bool
    as_json: bool
    watched: tuple[Path, ...] = ()


@cli.command(short_help="Compare what a LaTeX document cites with the library.")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option("--unused", is_flag=True, help="List the entries that nothing cites, too.")
@click.option("--subset", type=FILE, metavar="OUT.bib", help="Write what is cited, with macros and parents, to a file.")
@click.option("--dry-run", is_flag=True, help="With --subset: show the change and write nothing.")
@click.option("--watch", is_flag=True, help="Go on, and do it again when a file changes; Ctrl-C ends it.")
@click.option(
    "--cite-command",
    "commands",
    multiple=True,
    metavar="NAME",
    help=r"A cite command of your own, such as mycite for \mycite[..]{KEY}; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="The result for programs.")
@click.pass_obj
def tex(
    settings: Settings,
    files: tuple[Path, ...],
    unused: bool,
    subset: Path | None,
    dry_run: bool,
    watch: bool,
    commands: tuple[str, ...],
    as_json: bool,
) -> int:
    """Compare what a LaTeX document cites with the library; exit 1 where a cited key is missing.

    FILE is a document's main .tex file, whose \\input, \\include, \\subfile and \\import are followed, or the .aux or
    .bcf that TeX wrote. All cite commands of LaTeX, natbib and biblatex are known, and those that the document
    defines by them. Comments and verbatim text do not count.

    \b
    bib tex paper.tex                          missing keys, with the nearest known one
    bib tex paper.tex --unused                 and the entries that nothing cites
    bib tex paper.tex --subset paper.bib       write just what is cited
    bib tex paper.tex --subset paper.bib --watch
    """
    if dry_run and subset is None:
        raise UsageError("--dry-run goes with --subset OUT.bib: nothing else is written.")
    if subset == Path("-"):
        raise UsageError("--subset wants the name of a file, such as paper.bib: stdout is for what is found.")
    if watch and (dry_run or as_json):
        raise UsageError("--watch does not go with --dry-run or --json.")
    asked = Asked(settings, files, commands, subset, unused, dry_run, as_json)
    if not watch:
        return _once(asked)
    try:
        _watch(asked, time.sleep, time.time)
    except KeyboardInterrupt:
        return CTRL_C


def _watch(asked: Asked, sleep: Callable[[float], None], clock: Callable[[], float]) -> Never:
    from .. import report  # noqa: PLC0415
    from ..commands import watching  # noqa: PLC0415

    def run() -> tuple[Path, ...]:
        try:
            _once(asked)
        except BibError as error:  # half a file, or none for a moment: the next change brings the rest
            report.talk(f"bib: {error}")
        return asked.watched or asked.files

    watching.watch(run, sleep=sleep, clock=clock)


def _once(asked: Asked) -> int:
    from .. import report, saving  # noqa: PLC0415
    from ..commands import citing_documents as work  # noqa: PLC0415
    from ..commands.subsets import Contents  # noqa: PLC0415
    from ..report import citing as shown  # noqa: PLC0415

    manuscript = work.read(asked.files, asked.commands)
    library = _library(asked, manuscript)
    if library.path and saving.settle(library.path):  # a `bib rename` that was cut off: its .tex files are in place now
        manuscript = work.read(asked.files, asked.commands)
    config = (library.config.path,) if library.config.path else ()
    others = work.other_bibliographies(library, manuscript, asked.subset)
    found = (*manuscript.files, *manuscript.missing, *([library.path] if library.path else ()), *config, *others)
    asked.watched = tuple(dict.fromkeys(found))
    contents = Contents.of(library.document)
    citing = work.check(library, manuscript, contents, others, unused=asked.unused)
    problems = work.problems(citing)
    written = _subset(asked, library, citing, contents)
    if asked.as_json:
        details = shown.citing_details(citing, problems, unused=asked.unused)
        click.echo(report.to_json({**details, **({"subset": written} if written else {})}))
    elif not asked.dry_run:
        shown.show_findings(problems)
    asked.settings.say(f"{', '.join(map(str, asked.files))}: {shown.summary(citing)}")
    return EXIT_OK if citing.is_complete else EXIT_FINDINGS


def _library(asked: Asked, manuscript: Manuscript) -> Library:
    """Open the library that is meant; where none is found, the bibliography that the document itself names."""
    from ..config import NoLibraryError  # noqa: PLC0415
    from ..library import Library  # noqa: PLC0415

    try:
        return asked.settings.open()
    except NoLibraryError:
        named = [path for path in manuscript.bibliographies if path.is_file() and path != asked.subset]
        if asked.settings.file is not None or len(named) != 1:
            raise
        return Library.open(named[0], asked.settings.config)


def _subset(asked: Asked, library: Library, citing: Citing, contents: Contents) -> dict[str, object] | None:
    """Write what is cited, or show how the file would change; return word of it for programs."""
    if asked.subset is None:
        return None
    from .. import report  # noqa: PLC0415
    from ..commands import citing_documents as work  # noqa: PLC0415

    planned = work.plan_subset(library, citing, contents, asked.subset)
    count = len(planned.subset.keys)
    if asked.dry_run:
        changed = planned.new != planned.old
        if not asked.as_json:
            report.show_diff(planned.diff)
        asked.settings.say("dry run: nothing was written.")
    else:
        changed = work.write_subset(planned)
        asked.settings.say(f"{'wrote' if changed else 'unchanged'}: {asked.subset} ({count} entries)")
    asked.settings.show(work.lost_parents(citing, planned.subset))
    return {"path": str(asked.subset), "entries": list(planned.subset.keys), "changed": changed}
