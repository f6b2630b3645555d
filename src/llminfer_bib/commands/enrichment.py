"""``bib enrich``: ask the sources, plan, apply the plan to the document in memory, write it with its sidecar.

Who wins is decided in ``enrich``; how it is shown, in ``report``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .. import enrich, provenance, saving
from ..bibfile import Document
from ..edits import find_entries, find_entry
from ..enrich import explaining
from ..enrich.explaining import PERSON, Explained
from ..enrich.fields import names_of
from ..library import Library
from ..model import Entry
from ..plans import Candidate, Plan
from ..problems import EXIT_CONFLICTS, EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_OK, BibError, Problem
from ..provenance import Origin
from ..records import Answer
from ..sources.cache import Cache
from ..sources.desk import Desk, Progress
from ..sources.settings import settings_from
from . import UnknownWordError, known_keys
from .applying import apply_plan, plan_diff, reason
from .findings import Places, findings

REJECTED = "@rejected"
"""The sidecar's field for candidates that a person turned down; its value holds their origins, parted by blanks."""
_DATABASE_TYPE = re.compile(rb"@comment\s*+\{\s*+jabref-meta:\s*+databaseType:(bibtex|biblatex)\b", re.IGNORECASE)


@dataclass(slots=True)
class Enrichment:
    """What a run found, and the library as it would be."""

    plan: Plan
    document: Document
    """With the plan applied."""
    diff: str
    problems: list[Problem]
    """Conflicts, candidates, retractions, what is unknown, deferred or cannot be edited; each with its place."""
    sidecar: provenance.Sidecar
    applied: Plan
    """The plan without the units that could not be applied."""
    keys: Collection[str]

    def exit_code(self, *, check: bool) -> int:
        """Return the exit code: an incomplete run never says that all is well."""
        if self.plan.deferred:
            return EXIT_INCOMPLETE
        if not check:
            return EXIT_OK
        if self.plan.conflicts:
            return EXIT_CONFLICTS
        return EXIT_FINDINGS if self.diff or self.plan.reviews or self.plan.warnings or self.problems else EXIT_OK


def open_desk(
    library: Library,
    environment: Mapping[str, str],
    *,
    offline: bool = False,
    refresh: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Desk:
    """Return the desk that asks the sources, with its cache. Raises BibError for settings that make no sense."""
    config = library.config
    settings = settings_from(
        environment,
        mailto=config.mailto,
        timeout=config.enrich.timeout,
        total_timeout=config.enrich.total_timeout,
    )
    cache = Cache.open(settings.cache_folder)
    return Desk(settings, cache=cache, offline=offline, refresh=refresh, on_progress=on_progress)


def read_sidecar(library: Library) -> provenance.Sidecar:
    """Return the library's sidecar, after a step that was cut off half way has been settled."""
    if library.path is None:
        return provenance.Sidecar()
    saving.settle(library.path)
    return provenance.read(provenance.sidecar_path(library.path))


def rejected(sidecar: provenance.Sidecar) -> frozenset[tuple[str, str]]:
    """Return the (key, origin) of the candidates that a person turned down."""
    return frozenset(
        (origin.key, candidate)
        for (_, name), origin in sidecar.origins.items()
        if name == REJECTED
        for candidate in origin.value.split()
    )


def plan(
    library: Library,
    keys: Sequence[str],
    choices: enrich.Choices,
    desk: Desk,
    *,
    review: Callable[[Candidate], bool | None] | None = None,
) -> Enrichment:
    """Ask what is needed and plan. `review` judges candidates: True takes one, False never shows it again.

    Raises NoSuchEntryError for a key that is not there. Whatever the sources do, there is a plan.
    """
    sidecar = read_sidecar(library)
    choices = replace(
        choices, rejected=choices.rejected | rejected(sidecar), database_type=database_type(library.document)
    )
    known = find_entries(library.document)
    only = known_keys(library, keys) if keys else frozenset()
    problems: list[Problem] = []
    decoder = library.decoder(protected=True, only=only, problems=problems)
    entries, left_out = _editable(library.document, decoder.entries(), known)
    answers: dict[tuple[str, str], Answer] = {}
    ask(entries, answers, choices, desk)
    found = enrich.plan(entries, answers, sidecar.origins, choices)
    if review is not None and found.reviews:
        choices = _reviewed(found.reviews, choices, review)
        ask(entries, answers, choices, desk)
        found = enrich.plan(entries, answers, sidecar.origins, choices)
    document, applied, refused = apply_plan(library.document, found)
    places = Places(library.document, known)
    return Enrichment(
        found,
        document,
        plan_diff(library.document, document, applied, known),
        sorted([*findings(found, places), *left_out, *refused, *sidecar.problems]),
        sidecar,
        applied,
        known,
    )


def save(library: Library, done: Enrichment, turned_down: Iterable[tuple[str, str]], at: str) -> bool:
    """Write the library and its sidecar in one step; return whether anything was written.

    Raises ChangedOnDiskError, LockedError, CannotWriteError: then neither is written.
    """
    assert library.path is not None
    origins = enrich.origins_of(done.applied, at)
    origins += _turned_down(done.sidecar, turned_down, at)
    if not origins and done.document.data == library.document.data:
        return False
    keys = done.keys if not library.problems else None
    notes = provenance.updated(done.sidecar, origins, keys=keys)
    library.document = done.document
    return library.save([saving.Change(provenance.sidecar_path(library.path), notes, done.sidecar.data)])


def database_type(document: Document) -> str:
    """Return what JabRef's metadata in the file says that it is, ``bibtex`` or ``biblatex``; else an empty text."""
    found = _DATABASE_TYPE.search(document.data)
    return found[1].decode().lower() if found else ""


def ask(entries: Sequence[Entry], answers: dict[tuple[str, str], Answer], choices: enrich.Choices, desk: Desk) -> None:
    """Ask what planning needs, round by round, and put the answers to the others."""
    while wanted := enrich.questions(entries, answers, choices):
        for source, ids in wanted.items():
            answers |= {(source, name): answer for name, answer in desk.ask(source, ids).items()}


def _editable(
    document: Document, entries: Iterable[Entry], known: Mapping[str, list[int]]
) -> tuple[list[Entry], list[Problem]]:
    """Part the entries that can be changed from those that a person must repair first."""
    good, problems, seen = [], [], set()
    places = Places(document, known)
    for entry in entries:
        try:
            find_entry(document, entry.key, known)
        except BibError as error:
            if entry.key not in seen:
                problems.append(places.problem(entry.key, "E107", f"is left out: {reason(document, error)}"))
            seen.add(entry.key)
        else:
            good.append(entry)
    return good, problems


def explain(library: Library, key: str, choices: enrich.Choices, desk: Desk) -> list[Explained]:
    """Return whose each field of an entry is, and what the cached answers say. Raises NoSuchEntryError."""
    only = known_keys(library, [key])
    entry = next(library.decoder(protected=True, items_only=False, only=only).entries())
    sidecar = read_sidecar(library)
    choices = replace(choices, rejected=rejected(sidecar))
    answers: dict[tuple[str, str], Answer] = {}
    ask([entry], answers, choices, desk)
    return explaining.explain(entry, answers, sidecar.origins, choices)


def only_field(found: Iterable[Explained], key: str, field: str) -> list[Explained]:
    """Return one field's explanation, under any of its names. Raises UnknownWordError."""
    found = list(found)
    names = names_of(field.lower())
    kept = [item for item in found if item.field in (*names, f"@{names[0]}")]
    if not kept:
        raise UnknownWordError(f"field of {key} called", field, [item.field for item in found], "")
    return kept


def _reviewed(
    candidates: Sequence[Candidate], choices: enrich.Choices, review: Callable[[Candidate], bool | None]
) -> enrich.Choices:
    yes, no = set(choices.accepted), set(choices.rejected)
    for candidate in candidates:
        verdict = review(candidate)
        if verdict is not None:
            (yes if verdict else no).add((candidate.key, candidate.record.origin))
    return replace(choices, accepted=frozenset(yes), rejected=frozenset(no))


def _turned_down(sidecar: provenance.Sidecar, new: Iterable[tuple[str, str]], at: str) -> list[Origin]:
    by_key: dict[str, dict[str, None]] = {}
    for key, origin in sorted([*rejected(sidecar), *new]):
        by_key.setdefault(key, {})[origin] = None
    fresh = {key for key, _ in new}
    return [Origin(key, REJECTED, " ".join(by_key[key]), PERSON, at) for key in sorted(fresh)]
