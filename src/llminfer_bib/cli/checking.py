"""The linter: check. Options in, exit code out."""

from __future__ import annotations

import click

from ..problems import EXIT_OK
from .completion import complete_key
from .root import Settings, UsageError, cli


@cli.command(short_help="Find what is wrong with the list, and mend what can be mended.")
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=complete_key)
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    help="Only these rules: B103, or B3 for all that begin so; commas or repeated.",
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Not these rules.")
@click.option(
    "--output",
    "form",
    type=click.Choice(("text", "json", "sarif", "github", "errorformat")),
    default="text",
    show_default=True,
    help="text: with the source and a caret; sarif: for code scanning; github: annotations; errorformat: for editors.",
)
@click.option("--fix", is_flag=True, help="Mend what a program can mend without hurting.")
@click.option("--dry-run", is_flag=True, help="--fix: show the change and write nothing.")
@click.option("--explain", metavar="CODE", help="Say what a rule looks for, with an example.")
@click.pass_obj
def check(
    settings: Settings,
    keys: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    fix: bool,
    dry_run: bool,
    explain: str | None,
) -> int:
    """Look for mistakes in the file, offline: syntax, identifiers, names, titles, dates, required fields, duplicates.

    Exits 1 where anything is found. A comment above an entry, or behind its last brace, leaves a finding out: `% bib: ignore B103`;
    `% bib: ignore-file B301` is for the whole file, [check] select and ignore in bib.toml for a list. All rules with
    examples: docs/problems.md.

    \b
    bib check
    bib check --fix --dry-run
    bib check --select B1,B2 kwon2023efficient
    bib check --output sarif > bib.sarif
    """
    from .. import report  # noqa: PLC0415
    from ..commands import checking  # noqa: PLC0415
    from ..report import checking as shown  # noqa: PLC0415

    if explain:
        shown.show_rule(checking.rule(explain))
        return EXIT_OK
    if dry_run and not fix:
        raise UsageError("--dry-run belongs to --fix.")
    library = settings.open()
    done = checking.check(library, keys, select, ignore, fix=fix)
    diff = library.diff() if fix else ""
    if diff and not dry_run:
        library.save()
    if diff and form == "text" and (dry_run or not settings.quiet):
        report.show_diff(diff)
    shown.show(done, form)
    settings.say(shown.summary(done, fix=fix, dry=dry_run))
    return done.exit_code
