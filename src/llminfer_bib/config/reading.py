"""A configuration file -> Config: every key known, every value of its type, or a ConfigError that says what to write."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ..model import Category, Topic
from .refusals import ConfigError, UnknownKeyError, quoted, shown_path
from .values import (
    BACKENDS,
    CONFIG_NAME,
    DEFAULT_FILE,
    PROJECT_NAME,
    SOURCE_NAMES,
    USUAL_SOURCES,
    CheckConfig,
    Config,
    EnrichConfig,
    ImportConfig,
    LinksConfig,
    ZoteroConfig,
)

TOP_KEYS = ("file", "mailto", "categories", "topics", "list", "enrich", "zotero", "check", "links", "import")
CATEGORY_KEYS = ("slug", "title_zh", "title_en", "emoji")
TOPIC_KEYS = ("zh", "en")
ENRICH_KEYS = ("sources", "abstracts", "timeout", "total_timeout")
LIST_KEYS = ("title", "intro_zh", "intro_en")
ZOTERO_KEYS = ("library", "backend", "collection", "key_file")
IMPORT_KEYS = ("headings",)
LINKS_KEYS = ("pace", "hosts", "skip", "timeout", "total_timeout")
CHECK_KEYS = ("select", "ignore")
RESERVED_SLUGS = {
    # a slug that no category can have: what has that name already
    "all": "the whole list",
    "index": "the page that leads to all categories",
}

_CODE = re.compile(r"B[0-9]{0,3}")
_ZOTERO_LIBRARY = re.compile(r"user|(?:user|group):[1-9][0-9]{0,9}")
_SLUG = re.compile(r"[a-z0-9-]+")
_MAILTO = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+")
_POSITION = re.compile(r"(.*) \(at line (\d+), column (\d+)\)", re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Line ends, control and bidi characters. Not all that is unprintable: emoji are joined by an invisible one."""
_LARGEST = 1 << 20
_LONGEST_WAIT = 86400
_MOST_HOSTS = 64
_TYPE_NAMES = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}


def load_config(path: Path | None) -> Config:
    """Read and check a configuration; None gives an empty one. Raises ConfigError with the file and the way out."""
    if path is None:
        return Config()
    document = read_toml(path)
    where = shown_path(path)
    if path.name == PROJECT_NAME:
        where += " [tool.bib]"
        tool = document.get("tool", {})
        if not isinstance(tool, dict) or "bib" not in tool:
            raise ConfigError(shown_path(path), f"there is no [tool.bib] in it. Add one, or use a {CONFIG_NAME}.")
        document = _table(where, "tool.bib", tool["bib"])
    return _build(path, where, document)


def read_toml(path: Path) -> dict[str, object]:
    """Read a TOML file; every way in which that can fail becomes a ConfigError."""
    import tomllib  # noqa: PLC0415 - only where there is a file

    where = shown_path(path)
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError(where, f"cannot be read: {error.strerror or error}.") from error
    if len(data) > _LARGEST:
        raise ConfigError(where, "is larger than 1 MB, which no configuration is.")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{where}:{line}", "is not UTF-8. Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        position = _POSITION.fullmatch(str(error))
        place, what = (f"{where}:{position[2]}:{position[3]}", position[1]) if position else (where, str(error))
        raise ConfigError(place, f"broken TOML: {what}.") from error
    except RecursionError as error:
        raise ConfigError(where, "broken TOML: nested too deep.") from error


def _build(path: Path, where: str, document: Mapping[str, object]) -> Config:
    _only(where, "", document, TOP_KEYS)
    reading_list = _table(where, "list", document.get("list", {}))
    _only(where, "[list]", reading_list, LIST_KEYS)
    mailto = _line(where, "mailto", document.get("mailto", ""))
    if mailto and not _MAILTO.fullmatch(mailto):
        raise ConfigError(where, f'"mailto" is no mail address: {quoted(mailto)}. Write name@example.org.')
    if document.get("file") == "":
        raise ConfigError(where, f'"file" is empty. Write the path of the .bib file, such as "{DEFAULT_FILE}".')
    categories = _categories(where, document.get("categories", []))
    return Config(
        path=path,
        file=_line(where, "file", document.get("file", "")),
        mailto=mailto,
        categories=categories,
        topics=_topics(where, document.get("topics", {}), {category.slug for category in categories}),
        title=_line(where, "list.title", reading_list.get("title", "")),
        intro_zh=_text(where, "list.intro_zh", reading_list.get("intro_zh", "")),
        intro_en=_text(where, "list.intro_en", reading_list.get("intro_en", "")),
        enrich=_enrich(where, _table(where, "enrich", document.get("enrich", {}))),
        zotero=_zotero(path, where, _table(where, "zotero", document.get("zotero", {}))),
        check=_check(where, _table(where, "check", document.get("check", {}))),
        links=_links(where, _table(where, "links", document.get("links", {}))),
        importing=_importing(where, _table(where, "import", document.get("import", {})), categories),
    )


def _enrich(where: str, table: Mapping[str, object]) -> EnrichConfig:
    _only(where, "[enrich]", table, ENRICH_KEYS)
    sources = table.get("sources", list(USUAL_SOURCES))
    if not isinstance(sources, list):
        raise _wrong_type(where, "enrich.sources", 'a list such as ["arxiv", "crossref"]', sources)
    if not sources:
        raise ConfigError(where, '"enrich.sources" is empty. Leave it out to ask the usual ones.')
    for name in sources:
        if name not in SOURCE_NAMES:
            raise ConfigError(
                where, f'"enrich.sources" names {quoted(str(name))}. Choose from: {", ".join(SOURCE_NAMES)}.'
            )
    abstracts = table.get("abstracts", False)
    if not isinstance(abstracts, bool):
        raise _wrong_type(where, "enrich.abstracts", "true or false", abstracts)
    return EnrichConfig(
        tuple(dict.fromkeys(sources)),
        abstracts,
        _seconds(where, "enrich", table, "timeout"),
        _seconds(where, "enrich", table, "total_timeout"),
    )


def _importing(where: str, table: Mapping[str, object], categories: tuple[Category, ...]) -> ImportConfig:
    _only(where, "[import]", table, IMPORT_KEYS)
    slugs = [category.slug for category in categories]
    headings = {}
    for text, slug in _table(where, "import.headings", table.get("headings", {})).items():
        name = _line(where, f'import.headings."{text}"', slug)
        if name not in slugs:
            raise ConfigError(
                where,
                f"[import.headings] maps {quoted(text)} to {quoted(name)}, which is no category. Choose from: {', '.join(slugs)}.",
            )
        headings[text] = name
    return ImportConfig(tuple(headings.items()))


def _check(where: str, table: Mapping[str, object]) -> CheckConfig:
    _only(where, "[check]", table, CHECK_KEYS)
    found = {}
    for name in CHECK_KEYS:
        codes = table.get(name, [])
        if not isinstance(codes, list):
            raise _wrong_type(where, f"check.{name}", 'a list such as ["B301", "B4"]', codes)
        for code in codes:
            if not isinstance(code, str) or not _CODE.fullmatch(code):
                way_out = 'Write codes such as "B301", or "B3" for all that begin so.'
                raise ConfigError(where, f'"check.{name}" names {quoted(str(code))}. {way_out}')
        found[name] = tuple(dict.fromkeys(codes))
    return CheckConfig(found["select"], found["ignore"])


def _links(where: str, table: Mapping[str, object]) -> LinksConfig:
    _only(where, "[links]", table, LINKS_KEYS)
    usual = LinksConfig()
    hosts = table.get("hosts", usual.hosts)
    if isinstance(hosts, bool) or not isinstance(hosts, int):
        raise _wrong_type(where, "links.hosts", "a whole number", hosts)
    if not 1 <= hosts <= _MOST_HOSTS:
        raise ConfigError(
            where, f'"links.hosts" must be between 1 and {_MOST_HOSTS}: so many are asked at the same time.'
        )
    skip = table.get("skip", [])
    if not isinstance(skip, list):
        raise _wrong_type(where, "links.skip", 'a list such as ["zhihu.com", "https://example.org/private/"]', skip)
    skip = [_line(where, "links.skip", item).strip() for item in skip]
    if "" in skip:
        raise ConfigError(where, '"links.skip" has an empty text in it. Write a host or the beginning of an address.')
    return LinksConfig(
        _seconds(where, "links", table, "pace") or usual.pace,
        hosts,
        tuple(dict.fromkeys(skip)),
        _seconds(where, "links", table, "timeout"),
        _seconds(where, "links", table, "total_timeout"),
    )


def _zotero(path: Path, where: str, table: Mapping[str, object]) -> ZoteroConfig:
    _only(where, "[zotero]", table, ZOTERO_KEYS)
    usual = ZoteroConfig()
    library = _line(where, "zotero.library", table.get("library", usual.library))
    if not _ZOTERO_LIBRARY.fullmatch(library):
        raise ConfigError(
            where,
            f'"zotero.library" is {quoted(library)}. Write "user", "user:12345" or "group:12345" (the number is the ID).',
        )
    backend = _line(where, "zotero.backend", table.get("backend", usual.backend))
    if backend not in BACKENDS:
        raise ConfigError(where, f'"zotero.backend" is {quoted(backend)}. Choose from: {", ".join(BACKENDS)}.')
    key_file = _line(where, "zotero.key_file", table.get("key_file", ""))
    if "key_file" in table and not key_file:
        raise ConfigError(
            where, '"zotero.key_file" is empty. Write the path of the file with the key, or leave it out.'
        )
    return ZoteroConfig(
        library,
        backend,
        _line(where, "zotero.collection", table.get("collection", "")).strip(),
        Path(os.path.abspath(path.parent / os.path.expanduser(key_file))) if key_file else None,
    )


def _seconds(where: str, name: str, table: Mapping[str, object], key: str) -> float | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong_type(where, f"{name}.{key}", "a number of seconds", value)
    if not 0 < value < _LONGEST_WAIT:
        raise ConfigError(where, f'"{name}.{key}" must be more than 0 and less than {_LONGEST_WAIT} seconds.')
    return float(value)


def _categories(where: str, value: object) -> tuple[Category, ...]:
    if not isinstance(value, list):
        raise _wrong_type(where, "categories", "a list of [[categories]] tables", value)
    categories: dict[str, Category] = {}
    for number, item in enumerate(value, 1):
        name = f"[[categories]] number {number}"
        table = _table(where, name, item)
        _only(where, name, table, CATEGORY_KEYS)
        if "slug" not in table:
            raise ConfigError(where, f'{name} has no "slug". Add one, such as slug = "course".')
        slug = _slug(where, f"the slug of {name}", _line(where, f"slug of {name}", table["slug"]))
        if slug in RESERVED_SLUGS:
            raise ConfigError(
                where, f'the slug of {name} is "{slug}", the name of {RESERVED_SLUGS[slug]}. Choose another one.'
            )
        if slug in categories:
            raise ConfigError(where, f'the category "{slug}" appears twice. Keep one.')
        titles = {key: _line(where, f"{key} of {name}", table.get(key, "")) for key in CATEGORY_KEYS[1:]}
        categories[slug] = Category(slug=slug, **titles)
    return tuple(categories.values())


def _topics(where: str, value: object, taken: set[str]) -> tuple[Topic, ...]:
    topics = []
    for slug, names in _table(where, "topics", value).items():
        _slug(where, "the topic", slug)
        if slug in taken:
            raise ConfigError(where, f'"{slug}" is both a category and a topic. Rename one: a keyword can be only one.')
        if isinstance(names, str):
            topics.append(Topic(slug, name_zh=names, name_en=names))
            continue
        if not isinstance(names, dict):
            raise _wrong_type(where, f"topics.{slug}", 'text or a table { zh = "...", en = "..." }', names)
        _only(where, f"[topics] {slug}", names, TOPIC_KEYS)
        chinese, english = (_line(where, f"topics.{slug}.{key}", names.get(key, "")) for key in TOPIC_KEYS)
        topics.append(Topic(slug, name_zh=chinese, name_en=english))
    return tuple(topics)


def _only(where: str, table: str, value: Mapping[str, object], valid: tuple[str, ...]) -> None:
    for key in value:
        if key not in valid:
            raise UnknownKeyError(where, key, table, valid)


def _slug(where: str, what: str, slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        raise ConfigError(where, f'{what} is {quoted(slug)}; a slug has only a-z, 0-9 and "-", such as "kv-cache".')
    return slug


def _table(where: str, key: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _wrong_type(where, key, "a table", value)
    return value


def _text(where: str, key: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong_type(where, key, "text in quotes", value)
    return value


def _line(where: str, key: str, value: object) -> str:
    text = _text(where, key, value)
    if _CONTROL.search(text):
        raise ConfigError(where, f'"{key}" must be one line without control characters.')
    return text


def _wrong_type(where: str, key: str, wanted: str, value: object) -> ConfigError:
    found = _TYPE_NAMES.get(type(value), f"a {type(value).__name__}")
    return ConfigError(where, f'"{key}" must be {wanted}, not {found}.')
