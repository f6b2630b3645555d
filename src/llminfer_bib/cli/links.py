"""The command that looks whether links still lead somewhere: links. Options in, exit code out."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from .completion import complete_key
from .library import _selection_options
from .root import Settings, UsageError, cli

if TYPE_CHECKING:
    from ..commands import Selection


@cli.command(short_help="Look whether the links still lead somewhere.")
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=complete_key)
@_selection_options
@click.option("--offline", is_flag=True, help="Ask nobody: show what the last runs found, however old.")
@click.option("--refresh", is_flag=True, help="Ask again, whatever the last runs found.")
@click.option(
    "--fix", is_flag=True, help="Write links anew that moved for good to the same page (https, www, a slash)."
)
@click.option("--dry-run", is_flag=True, help="With --fix: show the change and write nothing.")
@click.option("--allow-private", is_flag=True, help="Ask hosts in private networks too, as for an intranet.")
@click.option("--json", "as_json", is_flag=True, help="Every link and what was found out, for programs.")
@click.pass_obj
def links(
    settings: Settings,
    keys: tuple[str, ...],
    selection: Selection,
    offline: bool,
    refresh: bool,
    fix: bool,
    dry_run: bool,
    allow_private: bool,
    as_json: bool,
) -> int:
    """Look whether the links of the entries still lead somewhere: url, DOI, eprint, code, video, slides, those in notes.

    Each address is asked once, each host one request at a time with a second between them. Results are kept (good ones a
    week, dead ones a day), so that a run that was stopped goes on where it ended. Pages that keep programs out, such as
    WeChat's and Zhihu's, are never called dead. Exit codes: 0 fine, 1 dead links, 4 not everything could be asked.

    \b
    bib links
    bib links kwon2023efficient --refresh
    bib links --category video --offline
    bib links --fix --dry-run
    """
    from .. import report  # noqa: PLC0415
    from ..commands import following  # noqa: PLC0415
    from ..report import following as shown  # noqa: PLC0415
    from ..report.progress import counting  # noqa: PLC0415

    if offline and refresh:
        raise UsageError("--offline and --refresh do not go together: choose one.")
    if dry_run and not fix:
        raise UsageError("--dry-run belongs to --fix; without it nothing is written.")
    library = settings.open()
    wishes = following.Wishes(offline=offline, refresh=refresh, allow_private=allow_private, fix=fix)
    with counting("links", quiet=settings.quiet) as tell:
        done = following.check(library, replace(selection, keys=keys), wishes, os.environ, on_progress=tell)
    settings.show(done.problems)
    written = bool(fix and not dry_run and done.diff) and library.save()
    name = library.document.name
    findings = following.shown(done.findings, everything=settings.verbose)
    if as_json:
        click.echo(report.to_json(shown.links_json(done, name, written=written)))
    else:
        shown.show_findings(findings, name)
        if done.diff and (dry_run or not settings.quiet):
            report.show_diff(done.diff)
    for remark in done.remarks:
        settings.say(remark)
    settings.say(shown.summary(done, findings))
    if dry_run:
        settings.say("dry run: nothing was written.")
    if done.interrupted:
        raise KeyboardInterrupt
    return done.exit_code
