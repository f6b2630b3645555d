"""``bib zotero``: a library and a Zotero library in, a report or a changed library out. Who wins is decided in ``zotero``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..bibfile import Document
from ..encode import undelimited
from ..library import Library
from ..model import Entry
from ..problems import ERROR, EXIT_REFUSED, BibError, Problem
from ..sources.settings import Settings, settings_from
from . import known_keys
from .applying import apply_plan
from .enrichment import database_type
from .placing import New, additions

if TYPE_CHECKING:
    from ..zotero.client import Client
    from ..zotero.outcomes import Report
    from ..zotero.planning import Choices
    from ..zotero.pulling import Pull
    from ..zotero.pushing import Wanted
    from ..zotero.state import Ledger


class NotReadableError(BibError):
    """The file has broken entries: what is missing from it may only be hidden."""

    exit_code = EXIT_REFUSED

    def __init__(self, problem: Problem) -> None:
        super().__init__(
            f"{problem.path}:{problem.line}: an entry cannot be read, so --prune would move its item to the trash. "
            "Repair the file first; the same command without --prune works."
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Which collection of which library; empty parts are those of the configuration."""

    library: str = ""
    """``user``, ``user:ID`` or ``group:ID``."""
    backend: str = ""
    """``web`` or ``local``."""
    collection: str = ""
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class Session:
    """An open connection to a Zotero library, and what is remembered of it."""

    client: Client
    ledger: Ledger
    wanted: Wanted
    problems: tuple[Problem, ...] = ()

    @property
    def requests(self) -> dict[str, int]:
        """How many were sent."""
        return {"reads": self.client.reads, "writes": self.client.writes}


def settings_of(library: Library, environment: Mapping[str, str]) -> Settings:
    """Return how servers are asked. Raises SettingError."""
    config = library.config
    return settings_from(
        environment, mailto=config.mailto, timeout=config.enrich.timeout, total_timeout=config.enrich.total_timeout
    )


@contextlib.contextmanager
def session(
    library: Library,
    place: Place,
    environment: Mapping[str, str],
    keys: Sequence[str] = (),
    *,
    tell: Callable[[str], None] = lambda _text: None,
) -> Iterator[Session]:
    """Open the Zotero library and its state. Raises BibError for what a person must mend first.

    Raises NoSuchEntryError for a key that is not in the file.
    """
    from ..zotero.client import open_client  # noqa: PLC0415  # requests
    from ..zotero.pushing import Wanted  # noqa: PLC0415
    from ..zotero.state import State  # noqa: PLC0415  # SQLite

    only = frozenset(known_keys(library, list(keys))) if keys else None
    problems: list[Problem] = []
    entries = list(library.stream(problems=problems, protected=True))
    config, settings = library.config, settings_of(library, environment)
    path = str(Path(library.path).resolve()) if library.path else ""
    name = " ".join((place.collection or config.zotero.collection or config.title or Path(path).stem).split())
    with (
        State.open(settings.cache_folder, patience=settings.timeout, tell=tell) as state,
        open_client(
            settings,
            backend=place.backend or config.zotero.backend,
            library=place.library or config.zotero.library,
            key_file=config.zotero.key_file,
            environment=environment,
            tell=tell,
            remembered=state,
        ) as client,
    ):
        ledger = state.ledger(client.server, str(client.library), path)
        wanted = Wanted(entries, name, config.categories, place.lang, config.topic_slugs, only)
        yield Session(client, ledger, wanted, tuple(sorted(problems)))


def push(
    session: Session, choices: Choices, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Report:
    """Bring Zotero in step with the file. Raises NotReadableError where entries would go to the trash for being unreadable."""
    from ..zotero.pushing import Push  # noqa: PLC0415

    broken = [problem for problem in session.problems if problem.severity == ERROR]
    if choices.prune and broken:
        raise NotReadableError(broken[0])
    return Push(session.client, session.ledger, session.wanted, choices, on_progress).run()


@dataclass(slots=True)
class Pulled:
    """What a pull would change."""

    pull: Pull
    diff: str
    problems: tuple[Problem, ...]
    """What could not be changed in the file."""
    left_out: frozenset[str]
    """The keys of the entries that are meant."""
    added: tuple[str, ...] = ()
    """The keys of new entries."""


def pull(session: Session, library: Library, choices: Choices, *, new: bool) -> Pulled:
    """Change the library in memory as people have changed Zotero; `new` adds what they have put into the collection."""
    from ..zotero.pulling import Pull  # noqa: PLC0415

    document = library.document
    is_biblatex = database_type(document) == "biblatex"
    found = Pull(session.client, session.ledger, session.wanted, choices, partial(_written, document), is_biblatex)
    plan = found.run()
    library.document, applied, problems = apply_plan(document, plan)
    if new and found.new:
        sections = ((entry.key, entry.category) for entry in session.wanted.entries)
        items = [New(one.key, one.source, one.category) for one in found.new]
        library.apply(additions(library.document, library.config.categories, sections, items))
    left_out = {unit.key for unit in plan.units} - {unit.key for unit in applied.units}
    added = tuple(one.key for one in found.new) if new else ()
    return Pulled(found, library.diff(), tuple(problems), frozenset(left_out), added)


def save_pulled(library: Library, done: Pulled) -> bool:
    """Write the file, then remember that both sides are in step; return whether anything was written.

    Raises what ``Library.save`` does: then nothing is remembered.
    """
    written = library.save()
    done.pull.settle(library.stream(protected=True), without=done.left_out)
    return written


def _written(document: Document, entry: Entry) -> dict[str, str]:
    """Return the sources of an entry's own fields, without delimiters where they have one pair."""
    block = document.scanner.block_at(entry.start)
    fields = document.raw_entry(block).fields if block is not None else {}
    return {name: _bare(source) for name, source in fields.items()}


def _bare(source: str) -> str:
    quoted = source[:1] == '"' and source.count('"') == 2  # no concatenation
    return source[1:-1] if quoted else undelimited(source)
