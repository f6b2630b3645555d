"""What a configuration says, and the names of the files it is about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..model import Category, Topic

CONFIG_NAME = "bib.toml"
PROJECT_NAME = "pyproject.toml"
DEFAULT_FILE = "refs.bib"
SOURCE_NAMES = ("arxiv", "crossref", "datacite", "dblp")
"""What may be asked; title searches belong to crossref."""
USUAL_SOURCES = ("arxiv", "crossref", "datacite")
BACKENDS = ("web", "local")
"""Where Zotero is: zotero.org, or the program on this machine."""


@dataclass(frozen=True, slots=True)
class EnrichConfig:
    """The table ``[enrich]``."""

    sources: tuple[str, ...] = USUAL_SOURCES
    abstracts: bool = False
    timeout: float | None = None
    """Seconds a request; None leaves it to ``sources.settings``."""
    total_timeout: float | None = None
    """Seconds a run."""


@dataclass(frozen=True, slots=True)
class ZoteroConfig:
    """The table ``[zotero]``."""

    library: str = "user"
    """``user`` (whose key it is), ``user:ID`` or ``group:ID``."""
    backend: str = "web"
    """``web`` or ``local``."""
    collection: str = ""
    """Its name; nothing where the configuration says none."""
    key_file: Path | None = None
    """The file with the API key, or None for the usual place."""


@dataclass(frozen=True, slots=True)
class LinksConfig:
    """The table ``[links]``."""

    pace: float = 1.0
    """Seconds from the end of one request to a host to the start of the next."""
    hosts: int = 8
    """Hosts asked at the same time."""
    skip: tuple[str, ...] = ()
    """Hosts, and beginnings of addresses, that are not asked."""
    timeout: float | None = None
    """Seconds a request; None leaves it to ``sources.settings``."""
    total_timeout: float | None = None
    """Seconds a run."""


@dataclass(frozen=True, slots=True)
class CheckConfig:
    """The table ``[check]``: codes of rules, or beginnings of codes such as ``B3``."""

    select: tuple[str, ...] = ()
    """Only these; empty for all."""
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportConfig:
    """The table ``[import]``."""

    headings: tuple[tuple[str, str], ...] = ()
    """What a heading of a foreign list is called, and the slug of the category that it means."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the configuration says; everything is empty where it says nothing."""

    path: Path | None = None
    """The file it came from, or None."""
    file: str = ""
    """The .bib file, relative to the folder of ``path``."""
    mailto: str = ""
    categories: tuple[Category, ...] = ()
    """In reading order."""
    topics: tuple[Topic, ...] = ()
    title: str = ""
    """Of the reading list."""
    intro_zh: str = ""
    intro_en: str = ""
    enrich: EnrichConfig = EnrichConfig()
    zotero: ZoteroConfig = ZoteroConfig()
    check: CheckConfig = CheckConfig()
    links: LinksConfig = LinksConfig()
    importing: ImportConfig = ImportConfig()

    @property
    def usual_language(self) -> str:
        """The language of headings and fixed words where nobody asks for one: English where categories have only English titles."""
        is_english = self.categories and not self.intro_zh and not any(each.title_zh for each in self.categories)
        return "en" if is_english else "zh"

    @property
    def category_slugs(self) -> frozenset[str]:
        """The slugs of the categories, for ``categories.category_of``."""
        return frozenset(category.slug for category in self.categories)

    @property
    def topic_slugs(self) -> frozenset[str]:
        """The slugs of the topics, for ``categories.topics_of``."""
        return frozenset(topic.slug for topic in self.topics)
