"""The command that takes over other lists and libraries: import. Options in, exit code out."""

from __future__ import annotations

from pathlib import Path

import click

from .completion import complete_category
from .root import FILE, Settings, cli

FORMATS = ("bibtex", "csl-json", "endnote", "md", "ris", "zotero-json", "zotero-rdf")


@cli.command("import", short_help="Take over a Markdown list, or another library.")
@click.argument("file", type=FILE, metavar="FILE")
@click.option("--from", "name", type=click.Choice(FORMATS), help="The format; else told by name and beginning.")
@click.option(
    "--category",
    metavar="SLUG",
    default="",
    help="The section of entries that have none there.",
    shell_complete=complete_category,
)
@click.option("--repair-encoding", is_flag=True, help="Put mis-decoded text right where its bytes prove what it was.")
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def import_(
    settings: Settings,
    file: Path,
    name: str | None,
    category: str,
    *,
    repair_encoding: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Take over the entries of a Markdown list, or of another program's file; what is there already stays once.

    Headings become categories, links tell what an entry is. What finds no place is listed with its line. No source is
    asked: `bib enrich` fills in the rest afterwards.

    \b
    bib import README.md --dry-run
    bib import README.md
    bib import other.bib --category method
    bib import items.json --from csl-json
    """
    from .. import importers, report  # noqa: PLC0415
    from ..commands import importing, require_known  # noqa: PLC0415
    from ..report.importing import lines  # noqa: PLC0415

    library = settings.open()
    require_known("category", [category] if category else [], library.config.category_slugs)
    text, lost = importing.sound(importing.read_text(file), file.name, repair=repair_encoding)
    done = importing.import_text(library, text, name or importers.detect(file.name, text), category=category, lost=lost)
    diff = library.diff()
    if diff and not dry_run:
        library.save()
    if as_json:
        click.echo(report.to_json(importing.as_data(done)))
    elif diff and dry_run:
        report.show_diff(diff)
    for line in lines(done, file.name, written=not dry_run, verbose=settings.verbose):
        settings.say(line)
    return done.exit_code
