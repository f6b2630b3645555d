"""``bib cache``: what is kept of the sources' answers, and throwing it away. It asks nobody."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ..sources.cache import Cache
from ..sources.settings import settings_from

_DAY = 86400.0
_KINDS = {"crossref": ("crossref", "crossref-search"), "links": ("links", "archive")}
"""The answers that belong to a source's name, where they are of several kinds."""


def open_cache(environment: Mapping[str, str]) -> Cache:
    """Return the cache that the environment names."""
    settings = settings_from(environment, mailto="", timeout=None, total_timeout=None)
    return Cache.open(settings.cache_folder)


def rows(store: Cache, source: str | None) -> dict[str, Any]:
    """Return what is kept, by source: answers found and absent, bytes, age of the oldest and newest in days."""
    now = time.time()
    wanted = _KINDS.get(source, (source,)) if source else None
    return {
        "path": str(store.path),
        "size": store.size,
        "sources": [
            {
                "source": row.source,
                "found": row.found,
                "absent": row.absent,
                "bytes": row.bytes,
                "oldest_days": round((now - row.oldest) / _DAY, 2),
                "newest_days": round((now - row.newest) / _DAY, 2),
            }
            for row in store.statistics()
            if wanted is None or row.source in wanted
        ],
    }


def clear(store: Cache, source: str | None, older_than: float | None) -> int:
    """Throw answers away, of one source or older than so many days; return how many."""
    before = None if older_than is None else time.time() - older_than * _DAY
    if source is None:
        return store.clear(older_than=before)
    return sum(store.clear(source=name, older_than=before) for name in _KINDS.get(source, (source,)))
