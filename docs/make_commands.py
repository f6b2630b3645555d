"""Writes docs/commands.md from the commands themselves: what `bib COMMAND --help` says, as Markdown. Run by `make docs`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from llminfer_bib.cli import cli

PAGE = Path(__file__).with_name("commands.md")
HEAD = """\
# Commands

<!-- Made by docs/make_commands.py (`make docs`) from what the commands say of themselves: change it there. -->

Results go to stdout, talk to stderr: `bib list | less` and `bib export -f csl-json | jq .` get nothing but the result.
Text on a terminal is cut to its width and freed of control characters; into a pipe or file it goes whole.

| exit code | meaning |
| --- | --- |
| 0 | fine |
| 1 | nothing found (`search`), or files are missing or stale (`--check`) |
| 2 | usage: options that do not fit together, an unknown key, category, topic or field, no such .bib file |
| 5 | a file that cannot be read, or a write that was refused; what was there is untouched |
| 70 | a bug in `bib`; a traceback stands above the message |
| 130 | stopped by Ctrl-C |

`bib` reads `bib.toml`, or `[tool.bib]` of a `pyproject.toml`, in the folder of the .bib file or above it. A key or word that
begins with `-` stands behind `--`: `bib show -- -key`.
"""


def page() -> str:
    """Return the page."""
    root = click.Context(cli, info_name="bib", **cli.context_settings)
    sections = [HEAD, *section(cli, root)]
    for name in cli.list_commands(root):
        command = cli.get_command(root, name)
        assert command is not None
        sections += section(command, click.Context(command, info_name=name, parent=root))
    return "\n".join(sections)


def section(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield the parts of one command's section, each ending in a line end."""
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"## {context.command_path}\n"
    yield f"```\n{usage}\n```\n"
    yield from paragraphs(inspect.cleandoc(command.help or ""))
    records = [param.get_help_record(context) for param in command.params if isinstance(param, click.Option)]
    options = [(names, " ".join(text.split())) for names, text in filter(None, records)]
    if options:
        yield "".join(f"- `{names}`: {escaped(text)}\n" for names, text in options)


def paragraphs(text: str) -> Iterator[str]:
    """Yield a help text's paragraphs; one that click must not rewrap is a block of examples."""
    for paragraph in text.split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield f"```\n{paragraph[2:]}\n```\n"
        else:
            yield escaped(paragraph) + "\n"


def escaped(text: str) -> str:
    """Return plain text as Markdown."""
    return text.replace("<", r"\<").replace("*", r"\*").replace("_", r"\_")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
