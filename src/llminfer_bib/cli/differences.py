"""The commands that compare and merge versions: diff, merge. Options in, exit code out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..problems import EXIT_FINDINGS, EXIT_OK
from .root import FILE, Settings, UsageError, cli

if TYPE_CHECKING:
    from ..bibfile import Document

_COLOURS = {"+": "green", "-": "red", ">": "cyan", "~": "yellow", "=": "blue"}


@cli.command(short_help="Compare two versions by meaning, field by field.")
@click.argument("files", nargs=-1, type=FILE, metavar="[OLD.bib NEW.bib]")
@click.option("--git", "revision", metavar="REV", help="The file as it was at this revision, against the file now.")
@click.option("--textconv", is_flag=True, help="Print one file for git: sorted, decoded, one field a line.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def diff(settings: Settings, files: tuple[Path, ...], revision: str | None, textconv: bool, as_json: bool) -> int:
    """Compare two versions of a library: entries added, removed, renamed and changed, field by field.

    What means the same is no difference: TeX or Unicode, initials, dashes, another order. `bib -v diff` shows that too.
    Exit code 0: equal in meaning; 1: different.

    \b
    bib diff old.bib new.bib
    bib diff --git HEAD~1           the library, against the last commit but one
    bib diff --git main refs.bib    one file
    bib diff --textconv refs.bib    for git, see docs/git.md
    """
    from .. import report  # noqa: PLC0415
    from ..commands import differences as commands  # noqa: PLC0415
    from ..differences import wording  # noqa: PLC0415

    if textconv:
        if len(files) != 1 or revision is not None or as_json:
            raise UsageError("--textconv takes one file: bib diff --textconv refs.bib")
        report.write_chunks([commands.text_of(files[0]).encode("utf-8", "surrogatepass")])
        return EXIT_OK
    old, new = _versions(settings, files, revision)
    found = commands.compare(old, new)
    if as_json:
        click.echo(report.to_json(wording.as_data(found)))
    else:
        for mark, text in wording.lines(found, verbose=settings.verbose):
            click.secho(f"{mark} {report.safe(text)}".rstrip(), fg=_COLOURS.get(mark))
    for remark in found.remarks:
        settings.say(remark)
    settings.say(f"{old.name} -> {new.name}: {wording.summary(found)}")
    return EXIT_OK if found.equal else EXIT_FINDINGS


def _versions(settings: Settings, files: tuple[Path, ...], revision: str | None) -> tuple[Document, Document]:
    """Return the old and the new version that the options name."""
    from ..bibfile import Document  # noqa: PLC0415
    from ..commands import differences as commands  # noqa: PLC0415

    if revision is None:
        if len(files) != 2:
            raise UsageError("name two files, bib diff OLD.bib NEW.bib, or a revision, bib diff --git HEAD~1.")
        return Document.open(files[0]), Document.open(files[1])
    if len(files) > 1:
        raise UsageError("with --git name one file, or none for the library.")
    if files:
        now, path = Document.open(files[0]), files[0]
    else:
        library = settings.open()
        assert library.path is not None
        now, path = library.document, library.path
    old = commands.at_revision(path, revision)
    old.name = f"{now.name} at {revision}"
    return old, now


@cli.command(short_help="Merge three versions entry by entry; a git merge driver.")
@click.argument("base", type=FILE)
@click.argument("ours", type=FILE)
@click.argument("theirs", type=FILE)
@click.option(
    "-o", "--output", type=click.Path(), metavar="PATH", help="Write there instead of over OURS; - is stdout."
)
@click.option("--path", "name", metavar="NAME", default="", help="What the file is called, for messages: git's %P.")
@click.option(
    "--marker-size", type=click.IntRange(1, 1000), default=7, metavar="N", help="How long marks are: git's %L."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; say what is in conflict.")
@click.option("--json", "as_json", is_flag=True, help="The conflicts and remarks for programs.")
@click.pass_obj
def merge(
    settings: Settings,
    base: Path,
    ours: Path,
    theirs: Path,
    output: str | None,
    name: str,
    marker_size: int,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Merge what THEIRS changed since BASE into OURS, in place: per entry and field, by meaning.

    Order, layout and comments of OURS stay. A field that both changed to something else comes between conflict marks.
    A sidecar (refs.lock.jsonl) is merged line by line. Exit code 0: clean; 1: conflicts are marked in the file.

    \b
    bib merge base.bib ours.bib theirs.bib -o merged.bib
    git config merge.bib.driver 'bib merge %O %A %B --path=%P'

    With `*.bib merge=bib` in .gitattributes git calls it by itself; see docs/git.md.
    """
    from .. import report  # noqa: PLC0415
    from ..commands import differences as commands  # noqa: PLC0415

    if as_json and output == "-" and not dry_run:
        raise UsageError("--json and -o - both want stdout: write the result to a file with -o.")
    done, read = commands.merge_files(base, ours, theirs, name, marker_size)
    if not dry_run and output == "-":
        report.write_chunks([done.data])
    elif not dry_run:
        commands.write_merge(done, ours, read, Path(output) if output else None)
    if as_json:
        click.echo(report.to_json(commands.as_data(done)))
    for remark in done.remarks:
        settings.say(f"{name or ours}: {remark}")
    for conflict in done.conflicts:
        fields = f" {', '.join(conflict.fields)}" if conflict.fields else ""
        report.talk(f"{name or ours}: conflict in {report.safe_line(conflict.name)}{fields}: {conflict.why}.")
    return done.exit_code
