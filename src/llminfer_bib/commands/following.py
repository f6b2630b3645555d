"""``bib links``: which links of the selected entries still lead somewhere, who says so, and what is written anew.

What an answer means is judged in ``following``; how it is shown, in ``report.following``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .. import following, identifiers
from ..bibfile import RawEntry
from ..following import Link, Verdict, verdicts
from ..library import Library
from ..problems import ERROR, EXIT_FINDINGS, EXIT_INCOMPLETE, EXIT_OK, WARNING, Problem
from ..sources.cache import Cache
from ..sources.settings import Settings, settings_from
from . import Selection, select
from .links_asking import Asking, Tools
from .links_fixing import fixed

_FAR = 20_000
"""Bytes behind the beginning of a field in which a link is looked for."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asked for."""

    offline: bool = False
    refresh: bool = False
    allow_private: bool = False
    fix: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One link and what was found out about it."""

    link: Link
    verdict: Verdict
    line: int
    column: int
    checked: float = 0.0
    """When, in seconds since 1970; 0 where nobody was asked."""
    archived: str = ""
    """A link to an archived copy."""

    def problem(self, path: str) -> Problem:
        """Return it as a problem of the file."""
        row = self.verdict.row
        hint = row.hint
        if self.archived:
            hint = f"An archived copy: {self.archived}"
        elif self.verdict.kind == verdicts.MOVED:
            mendable = bool(self.link.written) and following.is_fixable(self.link.url, self.verdict)
            hint = "--fix writes it." if mendable else "Look whether it is the same page, and write it yourself."
        status = f"{self.verdict.status} " if self.verdict.status else ""
        message = f"{status}{self.link.url}: {self.verdict.message}"
        return Problem(path, self.line, self.column, row.code, row.severity, self.link.key, message, hint)


@dataclass(slots=True)
class Checked:
    """What a run found out."""

    findings: list[Finding]
    """Every link of the selected entries, good ones included, in the file's order."""
    problems: list[Problem]
    """What could not be read."""
    requests: int = 0
    remarks: list[str] = field(default_factory=list)
    interrupted: bool = False
    diff: str = ""
    """What ``--fix`` changes."""

    @property
    def exit_code(self) -> int:
        """0: all links lead somewhere or cannot be judged; 1: dead ones; 4: else, where something is still open."""
        rows = [finding.verdict.row for finding in self.findings]
        if any(row.is_dead for row in rows):
            return EXIT_FINDINGS
        return EXIT_INCOMPLETE if any(row.is_open for row in rows) else EXIT_OK


def check(
    library: Library,
    selection: Selection,
    wishes: Wishes,
    environment: Mapping[str, str],
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    tools: Tools | None = None,
) -> Checked:
    """Look at every link of the selected entries, each address once. Raises NoSuchEntryError, NetworkDownError and so on.

    Verdicts are kept as they come, so that an interrupt (KeyboardInterrupt, which ends the looking but not the report)
    or a kill loses nothing.
    """
    settings = settings_of(library, environment)
    problems: list[Problem] = []
    found = links_of(library, selection, problems)
    with Cache.open(settings.cache_folder) as cache:
        asking = Asking(library.config.links, settings, cache, tools or Tools(), allow_private=wishes.allow_private)
        wanted = {link.url: None for link, _ in found if not link.why_not and not _skips(library, link.url)}
        known = asking.known(wanted, any_age=wishes.offline) if not wishes.refresh else {}
        due = [url for url in wanted if url not in known]
        if due and not wishes.offline:
            known |= asking.look(due, on_progress)
        if wishes.offline:
            asking.reason = "it is not in the cache, and --offline was given"
        dead = [url for url, (verdict, _) in known.items() if verdict.row.is_dead]
        copies = asking.copies(dead, offline=wishes.offline or asking.interrupted)
        findings = _findings(library, found, known, copies, asking.reason)
        checked = Checked(findings, problems, asking.requests, [*cache.remarks, *asking.remarks], asking.interrupted)
    if wishes.fix and not checked.interrupted:
        moved = [(finding.link, finding.verdict) for finding in findings]
        checked.remarks += fixed(library, moved)
        checked.diff = library.diff()
    return checked


def settings_of(library: Library, environment: Mapping[str, str]) -> Settings:
    """Return how pages are asked. Raises SettingError."""
    config = library.config
    return settings_from(
        environment,
        mailto=config.mailto,
        timeout=config.links.timeout or config.enrich.timeout,
        total_timeout=config.links.total_timeout or config.enrich.total_timeout,
    )


def links_of(library: Library, selection: Selection, problems: list[Problem]) -> list[tuple[Link, int]]:
    """Return the links of the selected entries in the file's order, each with where its entry begins."""
    raws: dict[int, RawEntry] = {raw.start: raw for raw in library.document.entries() if isinstance(raw, RawEntry)}
    found: list[tuple[Link, int]] = []
    for entry in select(library, selection, problems):
        if entry.start in raws:
            found += [(link, entry.start) for link in following.links_of(entry, raws[entry.start])]
    return found


def _skips(library: Library, url: str) -> bool:
    host = identifiers.host_of(url)
    return any(
        url.startswith(word) if "/" in word else f".{host}".endswith(f".{word.lower()}")
        for word in library.config.links.skip
    )


def _findings(
    library: Library,
    found: Iterable[tuple[Link, int]],
    known: Mapping[str, tuple[Verdict, float]],
    copies: Mapping[str, str],
    reason: str,
) -> list[Finding]:
    findings = []
    for link, start in found:
        verdict, at = known.get(link.url, (Verdict(verdicts.DEFERRED, note=reason), 0.0))
        if link.why_not:
            verdict, at = Verdict(verdicts.UNCHECKED, note=link.why_not), 0.0
        elif _skips(library, link.url):
            verdict, at = Verdict(verdicts.UNCHECKED, note="[links] skip says so"), 0.0
        line, column = place_of(library, link, start)
        findings.append(Finding(link, verdict, line, column, at, copies.get(link.url, "")))
    return findings


def place_of(library: Library, link: Link, start: int) -> tuple[int, int]:
    """Return line and column of a link: of its first character in the field where it stands as it is, else of the field."""
    document = library.document
    at = document.place_in(start, link.field)
    if link.written:
        end = document.data.find(b"\n@", at, at + _FAR)
        inside = document.data.find(link.written.encode("utf-8", "surrogatepass"), at, end if end >= 0 else at + _FAR)
        at = inside if inside >= 0 else at
    return document.position(at)


def shown(findings: Sequence[Finding], *, everything: bool) -> list[Finding]:
    """Return the findings that a person must hear of; with `everything` the notes too."""
    levels = (ERROR, WARNING, verdicts.NOTE) if everything else (ERROR, WARNING)
    return [finding for finding in findings if finding.verdict.row.severity in levels]
