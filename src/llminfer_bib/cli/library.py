"""The commands that read and edit the library and export it: export, list, search, show, set. Options in, exit code out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from ..problems import EXIT_FINDINGS, EXIT_OK, Problem
from .completion import complete_category, complete_field, complete_key, complete_topic, script
from .root import FILE, Settings, UsageError, cli

if TYPE_CHECKING:
    from ..commands import Selection

FORMATS = ("biblatex", "bibtex", "csl-json", "hayagriva", "html", "lists", "md", "ris", "zotero-rdf")


def _selection_options(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that choose entries; it gets them as one ``selection``."""

    @wraps(function)
    def command(
        *args: Any,
        category: tuple[str, ...],
        topic: tuple[str, ...],
        types: tuple[str, ...],
        year: tuple[int, ...],
        **others: Any,
    ) -> int:
        from ..commands import Selection  # noqa: PLC0415

        selection = Selection((), category, topic, tuple(name.lower() for name in types), year)
        return function(*args, selection=selection, **others)

    kind_help = "Only this entry type (inproceedings) or kind (paper, preprint, blog...); may be repeated."
    slug: dict[str, Any] = {"multiple": True, "metavar": "SLUG"}
    many: dict[str, Any] = {"multiple": True}
    for option in (
        click.option("--year", type=int, metavar="YEAR", help="Only this year; may be repeated.", **many),
        click.option("--type", "types", metavar="TYPE", help=kind_help, **many),
        click.option(
            "--topic", help="Only entries with this topic; may be repeated.", shell_complete=complete_topic, **slug
        ),
        click.option(
            "--category", help="Only this category; may be repeated.", shell_complete=complete_category, **slug
        ),
    ):
        command = option(command)
    return command


@cli.command(short_help="Write BibTeX, CSL-JSON, Zotero RDF, Markdown, HTML and more.")
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=complete_key)
@click.option("-f", "--format", "name", type=click.Choice(FORMATS), help="The format to write.")
@click.option("--all", "everything", is_flag=True, help="Every format; needs -o DIR.")
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    metavar="PATH",
    help="A file, or a folder (there already, or ending in /). Else, or with -, stdout.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file is missing or stale.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be written (with --in: show the diff).")
@click.option(
    "--lang",
    type=click.Choice(("zh", "en", "both")),
    help="md, lists and html: the language of headings and fixed words (zotero-rdf: of collections). "
    "Else zh, or en where no category has a Chinese title.",
)
@click.option("--all-authors", is_flag=True, help="md, lists and html: every author, however many.")
@click.option("--for", "dialect", type=click.Choice(("zotero",)), help="csl-json: what Zotero imports cleanly.")
@click.option(
    "--encoding",
    type=click.Choice(("utf8", "tex")),
    default="utf8",
    show_default=True,
    help="bibtex and biblatex: letters as they are, or as TeX commands ({\\'e}) where TeX has one.",
)
@click.option(
    "--in",
    "target",
    type=FILE,
    metavar="FILE.md",
    help="md: renew the parts between <!-- bib:begin SLUG --> and <!-- bib:end SLUG --> of a page; SLUG is a category or all.",
)
@click.option(
    "--explain", is_flag=True, help="Write nothing; list what the format cannot say, field by field, and why."
)
@click.option("--json", "as_json", is_flag=True, help="With --explain: for programs.")
@_selection_options
@click.pass_obj
def export(
    settings: Settings,
    selection: Selection,
    keys: tuple[str, ...],
    name: str | None,
    everything: bool,
    output: str | None,
    check: bool,
    dry_run: bool,
    lang: str | None,
    all_authors: bool,
    dialect: str | None,
    encoding: str,
    target: Path | None,
    explain: bool,
    as_json: bool,
) -> int:
    """Write the library, or the entries named, in another format.

    \b
    bib export -f md                    the list as Markdown, to stdout
    bib export -f csl-json -o refs.json
    bib export -f lists -o build        one page per category
    bib export -f bibtex --encoding tex for classic BibTeX and pdfLaTeX
    bib export -f zotero-rdf -o refs.rdf  for Zotero, with keys, tags, collections
    bib export -f hayagriva -o refs.yml for Typst
    bib export -f ris --explain         what RIS cannot say of these entries
    bib export --all -o build           everything
    bib export -f md --in README.md     renew the marked parts of a page
    """
    from .. import publish  # noqa: PLC0415

    if everything == (name is not None):
        raise UsageError("name one format with -f, or ask for all of them with --all -o DIR.")
    context = click.get_current_context()
    given = [word for word in publish.HEEDED_BY if context.get_parameter_source(word) is ParameterSource.COMMANDLINE]
    publish.require_heeded(given, FORMATS if everything else ("md",) if target else (str(name),))
    if explain or as_json:
        if not explain or everything or output or check or dry_run or target:
            raise UsageError("--explain goes with -f alone, and --json with --explain.")
        return _explain(settings, str(name), replace(selection, keys=keys), as_json=as_json)
    request = publish.Request(
        FORMATS if everything else (str(name),),
        None if output in (None, "-", "/dev/stdout") else Path(output),
        into_folder=(output or "").endswith("/"),
        check=check,
        dry_run=dry_run,
        target=target,
        choices={
            **({"lang": lang} if lang else {}),
            "all_authors": all_authors,
            "dialect": dialect or "",
            "encoding": encoding,
        },
        selection=replace(selection, keys=keys),
    )
    problems: list[Problem] = []
    code = publish.publish(settings.open(), request, problems, settings.say)
    settings.show(problems)
    return code


def _explain(settings: Settings, name: str, selection: Selection, *, as_json: bool) -> int:
    from .. import report  # noqa: PLC0415
    from ..commands import losses  # noqa: PLC0415

    problems: list[Problem] = []
    explained = losses.explain(settings.open(), name, selection, problems)
    if as_json:
        click.echo(report.to_json(explained.as_json()))
    else:
        for line in explained.lines():
            click.echo(report.safe_line(line))
        settings.say(explained.summary())
    settings.show(problems)
    return EXIT_OK


@cli.command("list", short_help="List the entries, a line each.")
@_selection_options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(settings: Settings, selection: Selection, as_json: bool) -> int:
    """List the entries, a line each: key, year, category, authors, title.

    On a terminal the columns are cut to its width; else they are whole, with tabs between them.
    """
    return _list(settings, selection, as_json=as_json)


@cli.command(short_help="Find entries by words, Chinese ones too.")
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="FIELD",
    help="Look only in this field (title, author, key, topic, ...); may be repeated.",
)
@_selection_options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def search(
    settings: Settings, selection: Selection, words: tuple[str, ...], fields: tuple[str, ...], as_json: bool
) -> int:
    """Find the entries in which all WORDS occur, in any field, Chinese ones too.

    Case does not matter, and topics and categories are found by their names as well. Exits 1 when nothing is found.

    \b
    bib search paged attention
    bib search 量化 --year 2025
    bib search --field author dao
    """
    return _list(settings, selection, as_json=as_json, words=words, fields=tuple(name.lower() for name in fields))


def _list(
    settings: Settings,
    selection: Selection,
    *,
    as_json: bool,
    words: tuple[str, ...] = (),
    fields: tuple[str, ...] = (),
) -> int:
    from .. import commands, report  # noqa: PLC0415

    library = settings.open()
    problems: list[Problem] = []
    entries = commands.select(library, selection, problems, frozenset() if words else commands.NOT_LISTED)
    if words:
        entries = commands.search(entries, words, fields, library)
    count = report.show_rows(entries) if as_json else report.show_entries(entries)
    settings.show(problems)
    if count:
        return EXIT_OK
    settings.say(commands.why_nothing(library, selection, fields))
    return EXIT_FINDINGS if words else EXIT_OK


@cli.command()
@click.argument("keys", nargs=-1, required=True, metavar="KEY...", shell_complete=complete_key)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--bibtex", is_flag=True, help="The entry's text as it stands in the file.")
@click.pass_obj
def show(settings: Settings, keys: tuple[str, ...], as_json: bool, bibtex: bool) -> int:
    """Show all about one entry or several."""
    from .. import commands, report  # noqa: PLC0415

    if as_json and bibtex:
        raise UsageError("--json and --bibtex do not go together: choose one.")
    library = settings.open()
    if bibtex:
        report.show_sources([commands.source_of(library, key) for key in keys])
        return EXIT_OK
    problems: list[Problem] = []
    found = commands.show(library, keys, problems)
    if as_json:
        click.echo(report.to_json([report.entry_details(entry) for entry in found]))
    else:
        report.show_details([(entry, commands.names_of(entry, library)) for entry in found])
    mine = {entry.key for entry in found}
    settings.show([problem for problem in problems if problem.key in mine])
    return EXIT_OK


@cli.command("set", short_help="Change fields of one entry in place.")
@click.argument("key", shell_complete=complete_key)
@click.argument("values", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option(
    "--unset",
    multiple=True,
    metavar="FIELD",
    help="Remove this field; may be repeated.",
    shell_complete=complete_field,
)
@click.option("--raw", is_flag=True, help="The values are BibTeX source: TeX, braces and macros stay as they are.")
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@click.pass_obj
def set_(
    settings: Settings, key: str, values: tuple[str, ...], unset: tuple[str, ...], raw: bool, dry_run: bool
) -> int:
    """Change fields of one entry in place and show the change; nothing else in the file changes.

    A VALUE is plain text and made safe for TeX; with --raw it is BibTeX source.

    \b
    bib set vllm version=0.9.1
    bib set kwon2023efficient --raw 'title=Serving {LLMs}' month=oct
    bib set vllm --unset license --dry-run
    """
    from .. import commands, report  # noqa: PLC0415

    if not values and not unset:
        raise UsageError("name a change: FIELD=VALUE, or --unset FIELD.")
    library = settings.open()
    for remark in commands.set_fields(library, key, values, unset, raw=raw):
        settings.say(remark)
    diff = library.diff()
    if not diff:
        settings.say(f"{key}: nothing to change.")
        return EXIT_OK
    if not dry_run:
        library.save()
    if dry_run or not settings.quiet:
        report.show_diff(diff)
    if dry_run:
        settings.say("dry run: nothing was written.")
    return EXIT_OK


@cli.command(short_help="Print a script that completes commands, options and keys.")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> int:
    """Print a script for a shell that completes commands, options, categories, topics and keys.

    \b
    bash:  eval "$(bib completion bash)"      in ~/.bashrc
    zsh:   eval "$(bib completion zsh)"       in ~/.zshrc, behind compinit
    fish:  bib completion fish | source       in ~/.config/fish/config.fish
    """
    click.echo(script(cli, shell), nl=False)
    return EXIT_OK
