"""``bib stats``: the counts of a list, and when its entries were last looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from .. import categories, counting, provenance, saving
from ..counting import Counts
from ..export import chart
from ..library import Library
from . import refuse_source


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts, and what the sidecar says."""

    counts: Counts
    written_last: str
    """When `bib enrich` last wrote a field, UTC as in the sidecar; empty where it never did."""
    written_entries: int
    """How many entries have a field that it wrote."""


def stats(library: Library, this_year: int | None = None) -> Stats:
    """Count the list. `this_year` is today's unless a test says otherwise."""
    counts = counting.count(library.stream(), this_year or datetime.now(UTC).year)
    origins = provenance.read(provenance.sidecar_path(library.path)).origins if library.path else {}
    return Stats(counts, max((origin.at for origin in origins.values()), default=""), len({key for key, _ in origins}))


def write_svg(library: Library, path: Path, found: Stats) -> bool:
    """Write the chart of the years and categories. Return whether the file changed. Raises OverSourceError."""
    refuse_source(library, path)
    names = {each.slug: categories.heading(each, "en") for each in library.config.categories}
    return saving.write_output(path, [chart.svg(found.counts, "en", names).encode("utf-8", "replace")])
