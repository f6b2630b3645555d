"""What can be wrong with a configuration or with the lack of one, each with its message."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ..problems import EXIT_USAGE, BibError
from .values import CONFIG_NAME


class ConfigError(BibError):
    """The configuration cannot be used as it stands."""

    exit_code = EXIT_USAGE

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


class UnknownKeyError(ConfigError):
    """A key that means nothing: mostly a misspelled one."""

    def __init__(self, where: str, key: str, table: str, valid: Iterable[str]) -> None:
        from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

        valid = tuple(valid)
        near = get_close_matches(key.lower(), valid, n=1)
        hint = f'Did you mean "{near[0]}"?' if near else f"Valid keys: {', '.join(valid)}."
        super().__init__(where, f"unknown key {quoted(key)}{f' in {table}' if table else ''}. {hint}")


class NoLibraryError(BibError):
    """No .bib file is where one was looked for."""

    exit_code = EXIT_USAGE

    def __init__(self, what: str) -> None:
        super().__init__(f'{what} Name a .bib file with --file PATH, or with file = "PATH" in {CONFIG_NAME}.')


def shown_path(path: Path) -> str:
    """Write a path as short as it can be from here: ``bib.toml``, ``../bib.toml``."""
    try:
        return min(str(path), os.path.relpath(path), key=len)
    except (OSError, ValueError):  # the working folder is gone; another drive
        return str(path)


def quoted(text: str) -> str:
    """Quote a text of the user's for a message: no control characters, not endless."""
    shown = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return f'"{shown}"' if len(shown) <= 80 else f'"{shown[:79]}…"'
