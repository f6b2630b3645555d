"""The command that counts what the list holds: stats. Options in, exit code out."""

from __future__ import annotations

from pathlib import Path

import click

from ..problems import EXIT_OK
from .root import FILE, Settings, cli


@cli.command(short_help="Count entries by category, topic, year, venue, language and kind.")
@click.option(
    "--svg", "path", type=FILE, metavar="FILE", help="Write a chart of years and categories to this file, too."
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def stats(settings: Settings, path: Path | None, as_json: bool) -> int:
    """Count what the list holds, and how fresh it is.

    \b
    bib stats
    bib stats --json
    bib stats --svg stats.svg
    """
    from .. import report  # noqa: PLC0415
    from ..commands import counting  # noqa: PLC0415
    from ..report import stats as shown  # noqa: PLC0415

    library = settings.open()
    found = counting.stats(library)
    if as_json:
        click.echo(report.to_json(shown.as_data(found)))
    else:
        shown.show(found)
    if path is not None:
        changed = counting.write_svg(library, path, found)
        settings.say(f"{path}: {'written' if changed else 'unchanged'}.")
    return EXIT_OK
