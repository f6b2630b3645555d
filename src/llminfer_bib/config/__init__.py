"""The configuration: where it lies, what may stand in it, and which .bib file a command means. It never writes.

Read from ``bib.toml``, or from ``[tool.bib]`` of a ``pyproject.toml``. The tables ``[zotero]`` and ``[check]`` are
accepted here unread: those who use them read them.
"""

from __future__ import annotations

from .finding import find_config, find_library
from .reading import (
    CATEGORY_KEYS,
    LIST_KEYS,
    OPAQUE_TABLES,
    RESERVED_SLUGS,
    TOP_KEYS,
    TOPIC_KEYS,
    load_config,
)
from .refusals import ConfigError, NoLibraryError, UnknownKeyError, shown_path
from .values import SOURCE_NAMES, USUAL_SOURCES, Config, EnrichConfig

__all__ = [
    "CATEGORY_KEYS",
    "LIST_KEYS",
    "OPAQUE_TABLES",
    "RESERVED_SLUGS",
    "SOURCE_NAMES",
    "TOPIC_KEYS",
    "TOP_KEYS",
    "USUAL_SOURCES",
    "Config",
    "ConfigError",
    "EnrichConfig",
    "NoLibraryError",
    "UnknownKeyError",
    "find_config",
    "find_library",
    "load_config",
    "shown_path",
]
