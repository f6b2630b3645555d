"""The command that editors call while somebody types a citation: complete. Options in, exit code out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..problems import EXIT_OK, BibError
from .root import Settings, UsageError, cli

if TYPE_CHECKING:
    pass


@cli.command(short_help="Offer entries for what is typed, for editors.")
@click.argument("prefix", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most so many entries.")
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of {key, title, authors, year, type}.")
@click.option(
    "--serve",
    is_flag=True,
    help="Stay, and answer each line of stdin with one line of JSON: no start-up between two keys.",
)
@click.pass_obj
def complete(settings: Settings, prefix: tuple[str, ...], limit: int, as_json: bool, serve: bool) -> int:
    """Offer the entries that fit what was typed, best first: it begins the key, or a word of an author's name or the title.

    Several words must all fit. Nothing that fits is no mistake: the list is then empty. docs/editors.md tells how to call it.

    \b
    bib complete kwon --json
    bib complete "paged att" --limit 5
    bib complete --serve            an editor writes what is typed, and reads a list
    """
    from .. import completing  # noqa: PLC0415

    if serve and prefix:
        raise UsageError("--serve reads what is typed from stdin: give no words.")

    # Not settings.open(): an editor waits, and what exports, edits and checks takes its time to load.
    path = settings.file if settings.file and settings.file.exists() else _library(settings)
    if serve:
        return _serve(path, limit)
    click.echo(completing.answer(path, " ".join(prefix), limit, as_json=as_json), nl=False)
    return EXIT_OK


def _serve(path: Path, limit: int) -> int:
    """Answer line by line until stdin ends. The file is read for each, so that an answer is never stale."""
    import json  # noqa: PLC0415

    from ..completing import complete_file, row  # noqa: PLC0415

    for typed in iter(sys.stdin.buffer.readline, b""):
        line = typed.decode("utf-8", "replace")
        try:
            rows: object = [row(entry) for entry in complete_file(path, line.strip(), limit)]
        except BibError as error:  # an editor may be just writing it
            rows = {"error": str(error)}
        click.echo(json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace"))
    return EXIT_OK


def _library(settings: Settings) -> Path:
    from ..config import find_config, find_library, load_config  # noqa: PLC0415

    config = load_config(settings.config or find_config(Path.cwd()))
    return find_library(config, Path.cwd(), settings.file)
