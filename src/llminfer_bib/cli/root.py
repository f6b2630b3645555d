"""The command ``bib`` itself: the options in front of a command, and what every command gets from them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import __version__
from ..problems import ERROR, EXIT_USAGE, BibError, Problem

if TYPE_CHECKING:
    from ..library import Library

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
        from ..library import Library  # noqa: PLC0415

        return Library.open(self.file, self.config)

    def open_or_begin(self) -> Library:
        """Open the library that is meant, or begin it where there is none yet."""
        from ..library import Library  # noqa: PLC0415

        return Library.open_or_begin(self.file, self.config)

    def say(self, text: str) -> None:
        """Tell the person something on stderr, unless they asked for quiet."""
        if not self.quiet:
            from .. import report  # noqa: PLC0415

            report.talk(text)

    def show(self, problems: list[Problem]) -> None:
        """Show what could not be read; errors alone under --quiet."""
        if problems:
            from .. import report  # noqa: PLC0415

            shown = [problem for problem in problems if problem.severity == ERROR] if self.quiet else problems
            report.show_problems(shown, verbose=self.verbose)


MODULES: dict[str, str] = {
    "add": "enrichment",
    "cache": "enrichment",
    "check": "checking",
    "cite": "citing",
    "complete": "complete",
    "completion": "library",
    "dedupe": "deduping",
    "diff": "differences",
    "enrich": "enrichment",
    "export": "library",
    "import": "importing",
    "links": "links",
    "list": "library",
    "merge": "differences",
    "rename": "renaming",
    "search": "library",
    "set": "library",
    "show": "library",
    "stats": "stats",
    "tex": "latex",
    "why": "enrichment",
    "zotero": "zotero",
}
"""The module of each command, in this folder."""


class Commands(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None where there is none of this name."""
        if cmd_name in MODULES and cmd_name not in self.commands:
            import_module(f".{MODULES[cmd_name]}", __package__)
        return super().get_command(ctx, cmd_name)

    def every(self) -> dict[str, click.Command]:
        """Return all commands by name."""
        for module in dict.fromkeys(MODULES.values()):
            import_module(f".{module}", __package__)
        return dict(sorted(self.commands.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--file", type=FILE, metavar="PATH", help="The .bib file. Else the configured one, else refs.bib here or above."
)
@click.option(
    "--config", type=FILE, metavar="PATH", help="The configuration. Else bib.toml or pyproject.toml here or above."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Show every problem met while reading, not the first few.")
@click.option("--no-color", is_flag=True, help="No colours; so does the variable NO_COLOR.")
@click.version_option(__version__, prog_name="bib", message="%(prog)s %(version)s")
@click.pass_context
def cli(
    context: click.Context, file: Path | None, config: Path | None, quiet: bool, verbose: bool, no_color: bool
) -> None:
    """Keep one BibTeX reading list correct, healthy and useful.

    Results go to stdout, talk to stderr. Exit codes: 0 fine; 1 findings, nothing found, or changes pending under
    --check; 2 usage; 3 values that conflict, under --check; 4 a source could not be asked; 5 unreadable input or
    refused write; 70 a bug in bib; 130 stopped by Ctrl-C.
    """
    import os  # noqa: PLC0415

    if no_color or os.environ.get("NO_COLOR"):
        context.color = False
    context.obj = Settings(file, config, quiet, verbose)


def way_out(error: click.UsageError) -> str:
    """Return what helps after a mistake with the options, where click does not say it."""
    if not isinstance(error, click.NoSuchOption):
        return ""
    for option in cli.params:
        if error.option_name in option.opts and isinstance(option, click.Option):
            name = error.option_name if option.is_flag else f"{error.option_name} {option.metavar}"
            return f"{error.option_name} stands in front of the command, as in: bib {name} {_name_of(error.ctx)}"
    takes_words = error.ctx is not None and any(isinstance(p, click.Argument) for p in error.ctx.command.params)
    if takes_words and not error.option_name.startswith("--"):
        return "a key or word that begins with - goes behind --, as in: bib show -- -key"
    return ""


def _name_of(context: click.Context | None) -> str:
    return (context and context.info_name) or "COMMAND"
