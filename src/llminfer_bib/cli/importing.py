"""The command that takes over other lists and libraries: import. Options in, exit code out."""

from __future__ import annotations

from pathlib import Path

import click

from .completion import complete_category
from .root import FILE, Settings, UsageError, cli

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
@click.option(
    "--new-categories",
    is_flag=True,
    help="Headings that mean no category become one, and those below them topics; bib.toml gets them.",
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
    new_categories: bool,
    repair_encoding: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Take over the entries of a Markdown list, or of another program's file; what is there already stays once.

    Headings become categories, links tell what an entry is. What finds no place is listed with its line. No source is
    asked: `bib enrich` fills in the rest afterwards. `-` reads the standard input.

    \b
    bib import README.md --dry-run
    bib import README.md
    bib import awesome-list.md --new-categories
    bib import other.bib --category method
    bib import items.json --from csl-json
    pbpaste | bib import -
    """
    from .. import importers, report  # noqa: PLC0415
    from ..commands import importing, require_known  # noqa: PLC0415
    from ..report.importing import lines  # noqa: PLC0415

    library = settings.open_or_begin()
    begun = library.is_new
    require_known("category", [category] if category else [], library.config.category_slugs)
    shown = "standard input" if str(file) == importing.STDIN else file.name
    text, lost = importing.sound(importing.read_text(file), shown, repair=repair_encoding)
    what = name or importers.detect(shown, text)
    if new_categories and what != "md":
        raise UsageError("--new-categories is for the headings of a Markdown list.")
    done = importing.import_text(
        library, text, what, category=category, lost=lost, name=shown, new_categories=new_categories
    )
    diff = library.diff() + importing.config_diff(done)
    if diff and not dry_run:
        library.save([done.config] if done.config else (), anywhere=True)
    if as_json:
        click.echo(report.to_json(importing.as_data(done)))
    elif diff and dry_run:
        report.show_diff(diff)
    if begun and diff and not dry_run:
        settings.say(f"{library.document.name}: there was none; it is new.")
    for line in lines(done, shown, written=not dry_run, verbose=settings.verbose):
        settings.say(line)
    return done.exit_code
