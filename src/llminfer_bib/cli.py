"""The command line: options -> commands -> report -> exit code. Nothing is decided or computed here.

The commands' modules are imported when a command runs, so that ``bib --version`` and completion start fast.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import __version__
from .problems import EXIT_FINDINGS, EXIT_OK, EXIT_USAGE, BibError, Problem

if TYPE_CHECKING:
    from .commands import Selection
    from .library import Library

FORMATS = ("csl-json", "lists", "md")
FILE = click.Path(path_type=Path)


class UsageError(BibError):
    """Options that do not go together."""

    exit_code = EXIT_USAGE


@dataclass(slots=True)
class Settings:
    """The options in front of the command."""

    file: Path | None
    config: Path | None
    quiet: bool
    verbose: bool

    def open(self) -> Library:
        """Open the library that is meant."""
        from .library import Library  # noqa: PLC0415

        return Library.open(self.file, self.config)

    def say(self, text: str) -> None:
        """Tell the person something on stderr, unless they asked for quiet."""
        if not self.quiet:
            from . import report  # noqa: PLC0415

            report.talk(text)

    def show(self, problems: list[Problem]) -> None:
        """Show what could not be read."""
        if problems and not self.quiet:
            from . import report  # noqa: PLC0415

            report.show_problems(problems, verbose=self.verbose)


def _complete_key(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from .bibfile import RawEntry  # noqa: PLC0415
    from .library import Library  # noqa: PLC0415

    options = context.find_root().params
    try:
        document = Library.open(options.get("file"), options.get("config")).document
    except BibError:
        return []
    keys = (raw.key for raw in document.entries() if type(raw) is RawEntry)
    return [key for key in keys if key.lower().startswith(incomplete.lower())]


def _complete_slug(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        from .config import find_config, load_config  # noqa: PLC0415

        options = context.find_root().params
        try:
            config = load_config(options.get("config") or find_config((options.get("file") or Path("x")).parent))
        except BibError:
            return []
        return sorted(slug for slug in getattr(config, kind) if slug.startswith(incomplete))

    return complete


def _selection_options(function: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option("--category", multiple=True, metavar="SLUG", help="Only this category; may be repeated.",
                     shell_complete=_complete_slug("category_slugs")),
        click.option("--topic", multiple=True, metavar="SLUG", help="Only entries with this topic; may be repeated.",
                     shell_complete=_complete_slug("topic_slugs")),
        click.option("--type", "types", multiple=True, metavar="TYPE",
                     help="Only this entry type (inproceedings) or kind (paper, preprint, blog...); may be repeated."),
        click.option("--year", multiple=True, metavar="YEAR", help="Only this year; may be repeated."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _selection(
    keys: tuple[str, ...], category: tuple[str, ...], topic: tuple[str, ...], types: tuple[str, ...], year: tuple[str, ...]
) -> Selection:
    from .commands import Selection  # noqa: PLC0415

    return Selection(keys, category, topic, tuple(name.lower() for name in types), year)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--file", type=FILE, metavar="PATH", help="The .bib file. Else the configured one, else refs.bib here or above.")
@click.option("--config", type=FILE, metavar="PATH", help="The configuration. Else bib.toml or pyproject.toml here or above.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Show every problem met while reading.")
@click.option("--no-color", is_flag=True, help="No colours; so does the variable NO_COLOR.")
@click.version_option(__version__, prog_name="bib", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, file: Path | None, config: Path | None, quiet: bool, verbose: bool, no_color: bool) -> None:
    """Keep one BibTeX reading list correct, healthy and useful.

    Results go to stdout, talk to stderr. Exit codes: 0 fine; 1 findings, or changes pending under --check; 2 usage;
    3 conflicts need a person; 4 sources unavailable; 5 unreadable input or refused write.
    """
    import os  # noqa: PLC0415

    if no_color or os.environ.get("NO_COLOR"):
        context.color = False
    context.obj = Settings(file, config, quiet, verbose)


@cli.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=_complete_key)
@click.option("-f", "--format", "name", type=click.Choice(FORMATS), help="The format to write.")
@click.option("--all", "everything", is_flag=True, help="Every format; needs -o DIR.")
@click.option("-o", "--output", type=FILE, metavar="PATH", help="A file, or a folder for several files. Else stdout.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the files on disk are stale.")
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be written (with --in: show the diff).")
@click.option("--lang", type=click.Choice(("zh", "en", "both")), default="zh", show_default=True,
              help="Headings and fixed words of md and lists.")
@click.option("--all-authors", is_flag=True, help="md and lists: every author, however many.")
@click.option("--for", "dialect", type=click.Choice(("zotero",)), help="csl-json: the dialect that Zotero imports cleanly.")
@click.option("--in", "target", type=FILE, metavar="FILE.md",
              help="md: bring the sections between <!-- bib:begin SLUG --> and <!-- bib:end SLUG --> up to date.")
@_selection_options
@click.pass_obj
def export(  # noqa: PLR0913, D103
    settings: Settings, keys: tuple[str, ...], name: str | None, everything: bool, output: Path | None, check: bool,
    dry_run: bool, lang: str, all_authors: bool, dialect: str | None, target: Path | None,
    category: tuple[str, ...], topic: tuple[str, ...], types: tuple[str, ...], year: tuple[str, ...],
) -> int:
    """Write the library, or the entries named, in another format.

    \b
    bib export -f md                    the list as Markdown, to stdout
    bib export -f csl-json -o refs.json
    bib export -f lists -o build        one page per category
    bib export --all -o build           everything
    bib export -f md --in README.md     refresh marked sections of a page
    """
    from . import publish  # noqa: PLC0415

    if everything == (name is not None):
        raise UsageError("name one format with -f, or ask for all of them with --all -o DIR.")
    request = publish.Request(
        FORMATS if everything else (str(name),), output, check=check, dry_run=dry_run, target=target,
        choices={"lang": lang, "all_authors": all_authors, "dialect": dialect or ""},
        selection=_selection(keys, category, topic, types, year),
    )
    problems: list[Problem] = []
    try:
        return publish.publish(settings.open(), request, problems, settings.say)
    finally:
        settings.show(problems)


@cli.command("list")
@_selection_options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def list_(settings: Settings, category: tuple[str, ...], topic: tuple[str, ...], types: tuple[str, ...],
          year: tuple[str, ...], as_json: bool) -> int:
    """List the entries, a line each."""
    return _list(settings, _selection((), category, topic, types, year), as_json=as_json)


@cli.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("--field", "fields", multiple=True, metavar="FIELD",
              help="Look only in this field (title, author, key, topic, ...); may be repeated.")
@_selection_options
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def search(settings: Settings, words: tuple[str, ...], fields: tuple[str, ...], category: tuple[str, ...],
           topic: tuple[str, ...], types: tuple[str, ...], year: tuple[str, ...], as_json: bool) -> int:
    """Find entries in which all WORDS occur, Chinese ones too. Exits 1 when none does."""
    return _list(settings, _selection((), category, topic, types, year), as_json=as_json, words=words, fields=fields)


def _list(settings: Settings, selection: Selection, *, as_json: bool, words: tuple[str, ...] = (),
          fields: tuple[str, ...] = ()) -> int:
    from . import commands, report  # noqa: PLC0415

    library = settings.open()
    problems: list[Problem] = []
    entries = commands.select(library, selection, problems)
    if words:
        entries = commands.search(entries, words, [name.lower() for name in fields], library)
    if as_json:
        rows = [report.entry_row(entry) for entry in entries]
        click.echo(report.to_json(rows))
        count = len(rows)
    else:
        count = report.show_entries(entries)
    settings.show(problems)
    if words and not count:
        settings.say("nothing found.")
        return EXIT_FINDINGS
    return EXIT_OK


@cli.command()
@click.argument("keys", nargs=-1, required=True, metavar="KEY...", shell_complete=_complete_key)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--bibtex", is_flag=True, help="The entry's text as it stands in the file.")
@click.pass_obj
def show(settings: Settings, keys: tuple[str, ...], as_json: bool, bibtex: bool) -> int:
    """Show all about one entry or several."""
    from . import commands, report  # noqa: PLC0415

    library = settings.open()
    if bibtex:
        for key in keys:
            click.echo(report.safe(commands.source_of(library, key)))
        return EXIT_OK
    problems: list[Problem] = []
    found = list(commands.select(library, commands.Selection(keys=keys), problems))
    if as_json:
        click.echo(report.to_json([report.entry_details(entry) for entry in found]))
    else:
        for at, entry in enumerate(found):
            if at:
                click.echo()
            report.show_entry(entry, commands.topics_text(entry, library, "both"))
    settings.show([problem for problem in problems if problem.key in keys])
    return EXIT_OK


@cli.command("set")
@click.argument("key", shell_complete=_complete_key)
@click.argument("values", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--unset", multiple=True, metavar="FIELD", help="Remove this field; may be repeated.")
@click.option("--raw", is_flag=True, help="The values are BibTeX source: TeX, braces and macros stay as they are.")
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@click.pass_obj
def set_(settings: Settings, key: str, values: tuple[str, ...], unset: tuple[str, ...], raw: bool, dry_run: bool) -> int:
    """Change fields of one entry in place; nothing else in the file changes.

    A VALUE is plain text and made safe for TeX; with --raw it is BibTeX source.

    \b
    bib set vllm version=0.9.1
    bib set kwon2023efficient --raw 'title=Serving {LLMs}' month=oct
    bib set vllm --unset license --dry-run
    """
    from . import commands, report  # noqa: PLC0415

    if not values and not unset:
        raise UsageError("name a change: FIELD=VALUE, or --unset FIELD.")
    library = settings.open()
    commands.set_fields(library, key, values, unset, raw=raw)
    diff = library.diff()
    if not diff:
        settings.say(f"{key}: nothing to change.")
        return EXIT_OK
    if not dry_run:
        library.save()
    if dry_run or not settings.quiet:
        report.show_diff(diff)
    return EXIT_OK


@cli.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> int:
    """Print a script that completes commands, options and keys.

    \b
    bash:  eval "$(bib completion bash)"      in ~/.bashrc
    zsh:   eval "$(bib completion zsh)"       in ~/.zshrc
    fish:  bib completion fish | source       in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    complete = get_completion_class(shell)
    assert complete is not None
    click.echo(complete(cli, {}, "bib", "_BIB_COMPLETE").source())
    return EXIT_OK
