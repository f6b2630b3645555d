"""The configuration: where it lies, what may stand in it, and which .bib file a command means. It never writes.

Read from ``bib.toml``, or from ``[tool.bib]`` of a ``pyproject.toml``.
"""

from __future__ import annotations

from .finding import find_config, find_library, place_of_library
from .growing import with_categories
from .reading import (
    CATEGORY_KEYS,
    LINKS_KEYS,
    LIST_KEYS,
    RESERVED_SLUGS,
    TOP_KEYS,
    TOPIC_KEYS,
    ZOTERO_KEYS,
    load_config,
)
from .refusals import ConfigError, NoLibraryError, UnknownKeyError, shown_path
from .values import (
    BACKENDS,
    CONFIG_NAME,
    DEFAULT_FILE,
    SOURCE_NAMES,
    USUAL_SOURCES,
    CheckConfig,
    Config,
    EnrichConfig,
    ImportConfig,
    LinksConfig,
    ZoteroConfig,
)

__all__ = [
    "BACKENDS",
    "CATEGORY_KEYS",
    "CONFIG_NAME",
    "DEFAULT_FILE",
    "LINKS_KEYS",
    "LIST_KEYS",
    "RESERVED_SLUGS",
    "SOURCE_NAMES",
    "TOPIC_KEYS",
    "TOP_KEYS",
    "USUAL_SOURCES",
    "ZOTERO_KEYS",
    "CheckConfig",
    "Config",
    "ConfigError",
    "EnrichConfig",
    "ImportConfig",
    "LinksConfig",
    "NoLibraryError",
    "UnknownKeyError",
    "ZoteroConfig",
    "find_config",
    "find_library",
    "load_config",
    "place_of_library",
    "shown_path",
    "with_categories",
]
