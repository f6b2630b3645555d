"""The command that finds entries that are one work and makes one of them: dedupe. Options in, exit code out."""

from __future__ import annotations

import click

from ..problems import EXIT_OK
from .completion import complete_key
from .root import Settings, UsageError, cli


@cli.command(short_help="Find entries that are one work, and merge them.")
@click.argument("keys", nargs=-1, shell_complete=complete_key)
@click.option("--merge", "merge", is_flag=True, help="Make one entry of each certain group, or of the KEYS you name.")
@click.option(
    "--tex", "patterns", multiple=True, metavar="GLOB", help='Update \\cite in these .tex files too, as in "**/*.tex".'
)
@click.option("--cite-command", "commands", multiple=True, metavar="NAME", help="A cite command of your own.")
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def dedupe(
    settings: Settings,
    keys: tuple[str, ...],
    merge: bool,
    patterns: tuple[str, ...],
    commands: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> int:
    """Find entries that are one work: same DOI or arXiv id, preprint and published, same title and people.

    Exit code 1 when there are groups. --merge keeps the richer entry, takes what it lacks from the other, keeps the other
    key in `ids`, and moves crossref, xdata and related. Where two values conflict, that of the kept entry stays.

    \b
    bib dedupe
    bib dedupe --merge --dry-run
    bib dedupe --merge kwon2023 kwon2023arxiv --tex "**/*.tex"
    """
    from ..commands import deduping  # noqa: PLC0415
    from ..report import deduping as shown  # noqa: PLC0415
    from ..report import show_diff, to_json  # noqa: PLC0415

    if not merge:
        if keys or patterns or dry_run or commands:
            raise UsageError("keys, --tex, --cite-command and --dry-run go with --merge: bib dedupe --merge KEY KEY.")
        groups = deduping.groups(settings.open())
        shown.show_groups(groups, as_json=as_json)
        settings.say(f"{len(groups)} group{'' if len(groups) == 1 else 's'}.")
        return 1 if groups else EXIT_OK
    done = deduping.plan(settings.open(), keys, patterns, commands)
    written = not dry_run and deduping.save(done)
    if as_json:
        click.echo(to_json(shown.merge_data(done, written=written)))
    elif done.diff and (dry_run or not settings.quiet):
        show_diff(done.diff)
    for remark in shown.remarks(done):
        settings.say(remark)
    if dry_run:
        settings.say("dry run: nothing was written.")
    return 1 if done.left else EXIT_OK
