"""The command that gives an entry another key everywhere: rename. Options in, exit code out."""

from __future__ import annotations

import click

from ..problems import EXIT_OK
from .completion import complete_key
from .root import Settings, UsageError, cli


@cli.command(short_help="Rename a key in the list and in .tex files.")
@click.argument("old", shell_complete=complete_key)
@click.argument("new", required=False)
@click.argument("more", nargs=-1, metavar="")
@click.option("--auto", is_flag=True, help="Take the key that `bib add` would make for this entry as NEW.")
@click.option(
    "--tex",
    "patterns",
    multiple=True,
    metavar="GLOB",
    help='Rename in these .tex files too, as in "**/*.tex" (in quotes); may be repeated.',
)
@click.option(
    "--cite-command",
    "commands",
    multiple=True,
    metavar="NAME",
    help="A cite command of your own in the .tex files; may be repeated.",
)
@click.option("--command", "old_commands", multiple=True, hidden=True, help="The old name of --cite-command.")
@click.option("--keep-alias", is_flag=True, help="Keep OLD as a second name in the entry's ids (biblatex).")
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def rename(
    settings: Settings,
    old: str,
    new: str | None,
    more: tuple[str, ...],
    auto: bool,
    patterns: tuple[str, ...],
    commands: tuple[str, ...],
    old_commands: tuple[str, ...],
    keep_alias: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Rename a key: the entry, what refers to it (crossref, xdata, related...), its sidecar, and \\cite in .tex files.

    Nothing else changes, and all files are written or none. Comments and verbatim text stay as they are.

    \b
    bib rename kwon2023 kwon2023efficient --tex "**/*.tex" --dry-run
    bib rename kwon2023 kwon2023efficient --tex main.tex --keep-alias
    bib rename kwon2023 --auto
    """
    from .. import report  # noqa: PLC0415
    from ..commands import renaming  # noqa: PLC0415

    if more:
        raise UsageError('put the pattern in quotes, so that the shell leaves it alone: --tex "**/*.tex".')
    if auto == bool(new):
        raise UsageError("name the new key, or let --auto make one: bib rename OLD NEW, bib rename OLD --auto.")
    done = renaming.plan(
        settings.open(), old, new or "", patterns, keep_alias=keep_alias, commands=(*commands, *old_commands)
    )
    written = not dry_run and renaming.save(done)
    if as_json:
        click.echo(report.to_json(done.as_data(written=written)))
    elif done.diff and (dry_run or not settings.quiet):
        report.show_diff(done.diff)
    for remark in done.remarks:
        settings.say(remark)
    settings.say(renaming.summary(done))
    if dry_run:
        settings.say("dry run: nothing was written.")
    return EXIT_OK
