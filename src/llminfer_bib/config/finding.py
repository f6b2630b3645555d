"""Where the configuration lies, and which .bib file a command means."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .reading import read_toml
from .refusals import ConfigError, NoLibraryError, quoted, shown_path
from .values import CONFIG_NAME, DEFAULT_FILE, PROJECT_NAME, Config

_OUR_TABLE = re.compile(rb"^[ \t]*\[\[?[ \t]*tool[ \t]*\.[ \t]*[\"']?bib[\"']?[ \t]*[.\]]", re.MULTILINE)


def find_config(start: Path) -> Path | None:
    """Return the configuration that holds for ``start`` (a folder, or a file in it), or None.

    The nearest folder upwards that has one wins; in one folder, ``bib.toml`` wins over ``pyproject.toml``.
    """
    here = Path(os.path.abspath(start))
    for folder in (here, *here.parents):
        if os.path.isfile(folder / CONFIG_NAME):
            return folder / CONFIG_NAME
        if _has_our_table(folder / PROJECT_NAME):
            return folder / PROJECT_NAME
    return None


def find_library(config: Config, cwd: Path, explicit: Path | None = None) -> Path:
    """Return the .bib file a command means: ``explicit``, else the configured one, else refs.bib here or above.

    Raises NoLibraryError where there is none; whether it can be read is for the reader to say.
    """
    if explicit is not None:
        if not os.path.exists(cwd / explicit):
            raise NoLibraryError(f"There is no file {quoted(str(explicit))}.")
        return explicit
    if config.file and config.path is not None:
        library = config.path.parent / config.file
        if not os.path.exists(library):
            raise NoLibraryError(
                f"{shown_path(config.path)} names the file {quoted(config.file)}, but there is no {library}."
            )
        return library
    here = Path(os.path.abspath(cwd))
    for folder in (here, *here.parents):
        if os.path.isfile(folder / DEFAULT_FILE):
            return folder / DEFAULT_FILE
    raise NoLibraryError(f"There is no {DEFAULT_FILE} in {here} or in a folder above it.")


def place_of_library(config: Config, cwd: Path, explicit: Path | None = None) -> Path:
    """Return where a .bib file would be that ``find_library`` does not find: ``explicit``, as configured, or refs.bib here."""
    if explicit is not None:
        return explicit
    if config.file and config.path is not None:
        return config.path.parent / config.file
    return cwd / DEFAULT_FILE


def _has_our_table(path: Path) -> bool:
    """Tell whether a pyproject.toml configures us; a broken or locked one of another project does not stop us."""
    try:
        data = path.read_bytes()
    except OSError:
        return False
    if _OUR_TABLE.search(data):
        return True
    if b"tool" not in data or b"bib" not in data:
        return False
    try:
        tool = read_toml(path).get("tool")
    except ConfigError:
        return False
    return isinstance(tool, dict) and "bib" in tool
