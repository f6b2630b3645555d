"""The commands that ask sources: enrich, why, add, cache. Options in, exit code out."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ..problems import EXIT_OK
from .completion import complete_category, complete_field, complete_key, complete_topic
from .root import Settings, UsageError, cli

if TYPE_CHECKING:
    from ..commands.enrichment import Enrichment
    from ..enrich import Choices
    from ..library import Library
    from ..plans import Candidate

SOURCE_NAMES = ("arxiv", "crossref", "datacite", "dblp")
ITEM_KINDS = ("blog", "course", "page", "project", "video")
_SOURCE = click.option(
    "--source",
    "sources",
    multiple=True,
    type=click.Choice(SOURCE_NAMES),
    help="Ask only this source; may be repeated. Else those of the configuration (arxiv, crossref, datacite).",
)
_OFFLINE = click.option("--offline", is_flag=True, help="Ask nobody: use what is in the cache, however old.")
_REFRESH = click.option("--refresh", is_flag=True, help="Ask again, whatever the cache has.")


@cli.command(short_help="Fill and upgrade entries from arXiv and Crossref.")
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=complete_key)
@click.option("--write", is_flag=True, help="Apply the plan to the file and note the origin of each value.")
@click.option("--dry-run", is_flag=True, help="Only show the plan, which is what happens without --write too.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if anything would change, 3 if values conflict.")
@click.option("--review", is_flag=True, help="Ask about each candidate that a person must judge; needs a terminal.")
@click.option(
    "--overwrite",
    multiple=True,
    metavar="FIELD",
    help="Let a source go past a person's value in this field; may be repeated.",
    shell_complete=complete_field,
)
@click.option("--no-upgrade", is_flag=True, help="Do not look for published versions of preprints.")
@_SOURCE
@_OFFLINE
@_REFRESH
@click.option("--json", "as_json", is_flag=True, help="The plan for programs.")
@click.pass_obj
def enrich(
    settings: Settings,
    keys: tuple[str, ...],
    write: bool,
    dry_run: bool,
    check: bool,
    review: bool,
    overwrite: tuple[str, ...],
    no_upgrade: bool,
    sources: tuple[str, ...],
    offline: bool,
    refresh: bool,
    as_json: bool,
) -> int:
    """Fill entries from arXiv and Crossref, and find the published versions of preprints.

    Shows what would change as a diff, with the reason for each entry; --write applies it. What a person wrote stays,
    and what a person deleted stays out. Where each value came from is kept in refs.lock.jsonl beside the file;
    `bib why KEY` tells it.

    \b
    bib enrich                          the plan for the whole list
    bib enrich kwon2023efficient --write
    bib enrich --check --offline        for CI, without asking anybody
    bib enrich --write --review         judge doubtful matches, one by one
    """
    from ..enrich.fields import is_offered  # noqa: PLC0415

    if write and (check or dry_run):
        raise UsageError(f"--write and {'--check' if check else '--dry-run'} do not go together: choose one.")
    if offline and refresh:
        raise UsageError("--offline and --refresh do not go together: choose one.")
    if review and not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("--review asks questions, and there is no terminal to ask them on.")
    library = settings.open()
    choices = _choices(library, sources, overwrite, upgrade=not no_upgrade)
    for name in sorted(choices.overwrite):
        if not is_offered(name):
            settings.say(f'--overwrite "{name}": no source gives such a field, so that it changes nothing.')
    done, turned_down, requests = _planned(
        settings, library, keys, choices, offline=offline, refresh=refresh, review=review
    )
    written = _written(library, done, turned_down) if write else None
    _show(settings, done, requests, written=written, as_json=as_json)
    return done.exit_code(check=check)


def _choices(library: Library, sources: tuple[str, ...], overwrite: tuple[str, ...], *, upgrade: bool) -> Choices:
    from ..enrich import Choices  # noqa: PLC0415

    config = library.config.enrich
    return Choices(
        sources=tuple(dict.fromkeys(sources)) or config.sources,
        upgrade=upgrade,
        overwrite=frozenset(name.strip().lower() for name in overwrite),
        abstracts=config.abstracts,
    )


def _planned(
    settings: Settings,
    library: Library,
    keys: tuple[str, ...],
    choices: Choices,
    *,
    offline: bool,
    refresh: bool,
    review: bool,
) -> tuple[Enrichment, set[tuple[str, str]], dict[str, int]]:
    from ..commands import enrichment  # noqa: PLC0415
    from ..report.plans import ask_about  # noqa: PLC0415
    from ..report.progress import progress  # noqa: PLC0415

    turned_down: set[tuple[str, str]] = set()

    def judge(candidate: Candidate) -> bool | None:
        verdict = ask_about(candidate)
        if verdict is False:
            turned_down.add((candidate.key, candidate.record.origin))
        return verdict

    with (
        progress(quiet=settings.quiet or review) as tell,
        enrichment.open_desk(library, os.environ, offline=offline, refresh=refresh, on_progress=tell) as desk,
    ):
        done = enrichment.plan(library, keys, choices, desk, review=judge if review else None)
        remarks = list(desk.remarks)
        requests = dict(desk.requests)
    for remark in remarks:
        settings.say(remark)
    return done, turned_down, requests


def _written(library: Library, done: Enrichment, turned_down: set[tuple[str, str]]) -> bool:
    from ..commands import enrichment  # noqa: PLC0415

    return enrichment.save(library, done, turned_down, now())


def now() -> str:
    """Return the time for the sidecar: UTC, to the second."""
    from datetime import UTC, datetime  # noqa: PLC0415

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _show(
    settings: Settings, done: Enrichment, requests: dict[str, int], *, written: bool | None, as_json: bool
) -> None:
    from .. import report  # noqa: PLC0415
    from ..report import plans  # noqa: PLC0415

    if as_json:
        click.echo(report.to_json(plans.plan_json(done.applied, done.problems, requests)))
    elif done.diff and not (written and settings.quiet):
        report.show_diff(done.diff)
    shown = [problem for problem in done.problems if problem.severity == "error"] if settings.quiet else done.problems
    plans.warn_of(shown)
    settings.say(plans.summary(done.applied, requests, written=written))


@cli.command(short_help="Show what the cache of answers holds, or clear it.")
@click.option("--clear", is_flag=True, help="Throw the answers away; they are asked for again when needed.")
@click.option(
    "--source",
    type=click.Choice([*SOURCE_NAMES, "links"]),
    help="Only the answers of this source; links: what bib links found.",
)
@click.option("--older-than", type=click.FloatRange(min=0), metavar="DAYS", help="--clear: only older answers.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def cache(*, clear: bool, source: str | None, older_than: float | None, as_json: bool) -> int:
    """Show how many answers of each source are kept, their size and age; --clear throws them away.

    They lie in the user's cache folder, or in BIB_CACHE_DIR. Each kind of answer has its time to live, after which it is
    asked for again.
    """
    from .. import report  # noqa: PLC0415
    from ..commands import caching  # noqa: PLC0415

    if older_than is not None and not clear:
        raise UsageError("--older-than belongs to --clear.")
    with caching.open_cache(os.environ) as store:
        if clear:
            removed = caching.clear(store, source, older_than)
            click.echo(report.to_json({"removed": removed}) if as_json else f"removed: {removed} answers")
        elif as_json:
            click.echo(report.to_json(caching.rows(store, source)))
        else:
            report.show_cache(caching.rows(store, source))
        for remark in store.remarks:
            report.talk(remark)
    return EXIT_OK


@cli.command(short_help="Tell who set each field, from what, when.")
@click.argument("key", shell_complete=complete_key)
@click.argument("field", required=False, shell_complete=complete_field)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def why(settings: Settings, key: str, field: str | None, as_json: bool) -> int:
    """Tell who set each field of an entry, from what, when; and what the sources say instead.

    Nobody is asked: the sources' words are those of the cache, which `bib enrich` fills.

    \b
    bib why kwon2023efficient
    bib why kwon2023efficient year
    """
    from .. import report  # noqa: PLC0415
    from ..commands import enrichment  # noqa: PLC0415
    from ..report import plans  # noqa: PLC0415

    library = settings.open()
    choices = _choices(library, (), (), upgrade=True)
    with enrichment.open_desk(library, os.environ, offline=True) as desk:
        found = enrichment.explain(library, key, choices, desk)
        remarks = list(desk.remarks)
    if field is not None:
        found = enrichment.only_field(found, key, field)
    if as_json:
        click.echo(report.to_json([asdict(item) for item in found]))
    else:
        plans.show_explained(found)
    for remark in remarks:
        settings.say(remark)
    return EXIT_OK


@cli.command(short_help="Add entries by arXiv id, DOI or link.")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option(
    "--category", metavar="SLUG", default="", help="The section it goes to.", shell_complete=complete_category
)
@click.option(
    "--topic", "topics", multiple=True, metavar="SLUG", help="May be repeated.", shell_complete=complete_topic
)
@click.option("--title", default="", help="For a link that no source knows: makes an item that is not a paper.")
@click.option("--author", default="", metavar="NAMES", help='With --title: names, as in "Li, Wei and {vLLM Team}".')
@click.option("--date", default="", metavar="DATE", help="With --title: 2024, 2024-05 or 2024-05-17.")
@click.option("--kind", type=click.Choice(ITEM_KINDS), help="With --title: what it is. Else guessed from the link.")
@click.option("--key", default="", help="The key; else it is made: familyYYYYword.")
@click.option("--no-upgrade", is_flag=True, help="Do not look for the published version of a preprint.")
@_SOURCE
@_OFFLINE
@_REFRESH
@click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def add(
    settings: Settings,
    ids: tuple[str, ...],
    category: str,
    topics: tuple[str, ...],
    title: str,
    author: str,
    date: str,
    kind: str | None,
    key: str,
    no_upgrade: bool,
    sources: tuple[str, ...],
    offline: bool,
    refresh: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Add entries by arXiv id, DOI or a link to either, at the end of their section; what is there already stays once.

    Links of doi.org, arxiv.org, aclanthology.org and publishers that carry a DOI are understood. Any other link needs
    --title and becomes an item that is not a paper.

    \b
    bib add 2309.06180 --category method --topic serving
    bib add https://doi.org/10.1145/3600006.3613165 --category method
    bib add https://github.com/vllm-project/vllm --title vLLM --category project
    """
    from .. import report  # noqa: PLC0415
    from ..commands import adding, enrichment  # noqa: PLC0415
    from ..report.progress import progress  # noqa: PLC0415

    if title and len(ids) > 1:
        raise UsageError("--title names one item; add one at a time.")
    library = settings.open_or_begin()
    begun = library.is_new
    wishes = adding.Wishes(category, topics, title, author, date, kind or "", key)
    choices = _choices(library, sources, (), upgrade=not no_upgrade)
    with (
        progress(quiet=settings.quiet) as tell,
        enrichment.open_desk(library, os.environ, offline=offline, refresh=refresh, on_progress=tell) as desk,
    ):
        done = adding.add(library, ids, wishes, desk, choices, now())
        remarks = [*desk.remarks, *done.remarks]
    diff = library.diff()
    if diff and not dry_run:
        adding.save(library, done)
    if as_json:
        click.echo(report.to_json(adding.as_data(done)))
    elif diff and (dry_run or not settings.quiet):
        report.show_diff(diff)
    if begun and diff and not dry_run:
        settings.say(f"{library.document.name}: there was none; it is new.")
    for remark in remarks:
        settings.say(remark)
    if dry_run:
        settings.say("dry run: nothing was written.")
    return done.exit_code
