"""The commands that keep Zotero in step: push, pull, status. Options in, exit code out."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from ..problems import EXIT_FINDINGS, EXIT_OK
from .completion import complete_key
from .root import Settings, UsageError, cli

if TYPE_CHECKING:
    from ..commands.syncing import Place

_LIBRARY = click.option(
    "--library",
    default="",
    metavar="LIBRARY",
    help="user, user:ID or group:ID. Else that of the configuration, else user.",
)
_BACKEND = click.option(
    "--backend",
    type=click.Choice(("web", "local")),
    help="web: zotero.org with an API key; local: Zotero 10 or later on this machine. Else the configuration's, else web.",
)
_COLLECTION = click.option(
    "--collection", default="", metavar="NAME", help="The collection. Else the configuration's, else the list's title."
)
_LANG = click.option(
    "--lang",
    type=click.Choice(("zh", "en", "both")),
    default="zh",
    show_default=True,
    help="Of new sub-collections' names.",
)
_OVERWRITE = "may be repeated; `all` for every field."
_JSON = click.option("--json", "as_json", is_flag=True, help="The report for programs.")


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say which collection is meant."""
    for option in (_LANG, _COLLECTION, _BACKEND, _LIBRARY):
        command = option(command)
    return command


@cli.group(short_help="Keep a Zotero collection in step with the file.")
def zotero() -> None:
    """Keep a Zotero collection in step with the file, both ways.

    `push` makes the collection mirror the file, `pull` brings what people changed in Zotero back into the file, `status`
    tells what both would do. Over zotero.org: put an API key into ZOTERO_API_KEY, or into a file that only you can read.
    On this machine: Zotero 10 or later, --backend local. Set-up and conflicts: docs/zotero.md.
    """


@zotero.command(short_help="Make the collection mirror the file.")
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=complete_key)
@_where
@click.option(
    "--overwrite", multiple=True, metavar="FIELD", help=f"Let the file win in this field of Zotero's; {_OVERWRITE}"
)
@click.option("--restore", is_flag=True, help="Make again what was deleted in Zotero.")
@click.option("--prune", is_flag=True, help="Move items whose entries are gone to Zotero's trash.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@_JSON
@click.pass_obj
def push(
    settings: Settings,
    keys: tuple[str, ...],
    library: str,
    backend: str | None,
    collection: str,
    lang: str,
    overwrite: tuple[str, ...],
    restore: bool,
    prune: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Make a Zotero collection mirror the file: a sub-collection for each category, an item for each entry.

    What people changed or added in Zotero stays and is reported; what they deleted stays deleted. A second push writes
    nothing. With KEYs, only these entries.

    \b
    bib zotero push --dry-run
    bib zotero push --collection "Reading list" --library group:12345
    bib zotero push --backend local
    """
    from .. import report  # noqa: PLC0415
    from ..commands import syncing  # noqa: PLC0415
    from ..report import syncing as shown  # noqa: PLC0415
    from ..report.progress import counting  # noqa: PLC0415
    from ..zotero.planning import Choices  # noqa: PLC0415

    if prune and keys:
        raise UsageError("--prune is about the whole file: it does not go together with KEYs.")
    choices = Choices(frozenset(overwrite), restore=restore, prune=prune, dry=dry_run)
    place = _place(library, backend, collection, lang)
    with syncing.session(settings.open(), place, os.environ, keys, tell=settings.say) as session:
        settings.show(list(session.problems))
        with counting("zotero", quiet=settings.quiet) as tell:
            done = syncing.push(session, choices, on_progress=tell)
        requests, about = session.requests, _about(session)
    if as_json:
        click.echo(report.to_json(shown.report_json(done, dry_run=dry_run, **about, requests=requests)))
    else:
        shown.show_report(done, dry=dry_run)
    if done.incomplete:
        report.talk(f"{done.incomplete} What was written is remembered: the same command goes on where this one ended.")
    settings.say(shown.summary(done, requests, dry=dry_run))
    return done.exit_code()


@zotero.command(short_help="Bring what people changed in Zotero into the file.")
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=complete_key)
@_where
@click.option("--write", is_flag=True, help="Apply the plan to the file.")
@click.option("--dry-run", is_flag=True, help="Only show the plan, which is what happens without --write too.")
@click.option("--new", is_flag=True, help="Also add the items of the collection that the file does not have.")
@click.option("--overwrite", multiple=True, metavar="FIELD", help=f"Let Zotero win in this field of its; {_OVERWRITE}")
@_JSON
@click.pass_obj
def pull(
    settings: Settings,
    keys: tuple[str, ...],
    library: str,
    backend: str | None,
    collection: str,
    lang: str,
    write: bool,
    dry_run: bool,
    new: bool,
    overwrite: tuple[str, ...],
    as_json: bool,
) -> int:
    """Bring what people changed in Zotero back into the file, as a plan: --write applies it.

    What was changed on both sides stays on both, and is reported; what Zotero alone has changed is taken. Nothing is
    written to Zotero.

    \b
    bib zotero pull                 the plan as a diff
    bib zotero pull --write --new   take it, and the items that people have put into the collection
    """
    from .. import report  # noqa: PLC0415
    from ..commands import syncing  # noqa: PLC0415
    from ..report import syncing as shown  # noqa: PLC0415
    from ..zotero.planning import Choices  # noqa: PLC0415

    if write and dry_run:
        raise UsageError("--write and --dry-run do not go together: choose one.")
    place = _place(library, backend, collection, lang)
    opened = settings.open()
    with syncing.session(opened, place, os.environ, keys, tell=settings.say) as session:
        settings.show(list(session.problems))
        done = syncing.pull(session, opened, Choices(frozenset(overwrite)), new=new)
        written = syncing.save_pulled(opened, done) if write else None
        requests, about = session.requests, _about(session)
    settings.show(list(done.problems))
    if as_json:
        click.echo(report.to_json(shown.pull_json(done, written=written, **about, requests=requests)))
    else:
        if done.diff and not (written and settings.quiet):
            report.show_diff(done.diff)
        shown.show_pull(done)
    settings.say(shown.pull_summary(done, requests, written=written))
    return done.pull.report.exit_code()


@zotero.command(short_help="Tell what push and pull would do.")
@_where
@click.option("--check", is_flag=True, help="Exit 1 where push or pull would change anything.")
@_JSON
@click.pass_obj
def status(
    settings: Settings, library: str, backend: str | None, collection: str, lang: str, check: bool, as_json: bool
) -> int:
    """Tell where file and collection differ, and write nothing.

    \b
    bib zotero status
    bib zotero status --check --json
    """
    from .. import report  # noqa: PLC0415
    from ..commands import syncing  # noqa: PLC0415
    from ..report import syncing as shown  # noqa: PLC0415
    from ..zotero.planning import Choices  # noqa: PLC0415

    place = _place(library, backend, collection, lang)
    with syncing.session(settings.open(), place, os.environ, tell=settings.say) as session:
        settings.show(list(session.problems))
        found = syncing.push(session, Choices(dry=True))
        requests, about = session.requests, _about(session)
    if as_json:
        click.echo(report.to_json(shown.report_json(found, **about, requests=requests)))
    else:
        shown.show_report(found, dry=True)
    settings.say(shown.summary(found, requests))
    code = found.exit_code()
    return EXIT_FINDINGS if code == EXIT_OK and check and (found.writes or found.outcomes) else code


def _place(library: str, backend: str | None, collection: str, lang: str) -> Place:
    from ..commands.syncing import Place  # noqa: PLC0415

    return Place(library, backend or "", collection, lang)


def _about(session: Any) -> dict[str, str]:
    client = session.client
    return {"backend": client.backend, "library": str(client.library), "collection": session.wanted.name}
