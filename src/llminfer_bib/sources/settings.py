"""Environment and configuration -> Settings: addresses, time limits, the cache's folder, who we say we are. Nothing is asked here."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .. import __version__
from ..problems import EXIT_USAGE, BibError
from .protocol import Source, Wire

PROGRAM = "llminfer-bib"
TIMEOUT = 20.0
"""Seconds that one request may take."""
TOTAL_TIMEOUT = 300.0
"""Seconds that all requests and waits of a run may take."""

_URL_VARIABLE = re.compile(r"BIB_[A-Z0-9]++_URL")
_MAILTO = re.compile(r"[!-~]{1,64}@[!-~]{1,188}", re.ASCII)
_NOT_IN_MAILTO = frozenset('<>()[],;:\\"')
_LONGEST = 86400.0
"""Seconds. More is taken for a slip of the pen."""


class SettingError(BibError):
    """A setting that makes no sense; the text names the variable and says what to write."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, value: str, way_out: str) -> None:
        shown = "".join(char if char.isprintable() else "\ufffd" for char in value[:80])
        super().__init__(f'{name} is "{shown}": {way_out}')


@dataclass(frozen=True, slots=True)
class Settings:
    """How sources are asked."""

    cache_folder: Path
    timeout: float = TIMEOUT
    """Seconds a request."""
    total_timeout: float = TOTAL_TIMEOUT
    """Seconds a run, from its first request."""
    mailto: str = ""
    base_urls: Mapping[str, str] = field(default_factory=dict)
    """Addresses that stand for the usual ones, by variable: ``BIB_ARXIV_URL``. Without a slash at the end."""

    @property
    def user_agent(self) -> str:
        """``llminfer-bib/0.1.0 (mailto:name@example.org)``: what arXiv and Crossref ask polite programs to send."""
        contact = f" (mailto:{self.mailto})" if self.mailto else ""
        return f"{PROGRAM}/{__version__}{contact}"

    def wire(self, source: Source, timeout: float) -> Wire:
        """Return what one request to a source may use; ``timeout`` is in seconds."""
        base_url = self.base_urls.get(source.BASE_URL_VARIABLE, source.BASE_URL)
        return Wire(base_url, timeout, self.mailto, self.user_agent)


def settings_from(
    environment: Mapping[str, str], *, mailto: str, timeout: float | None, total_timeout: float | None
) -> Settings:
    """Return the settings: the environment's ``BIB_*`` variables win over the configured values given here.

    An empty variable counts as not set. Raises SettingError, which names the variable.
    """
    return Settings(
        _folder(environment),
        _seconds(environment, "BIB_TIMEOUT", timeout, TIMEOUT),
        _seconds(environment, "BIB_TOTAL_TIMEOUT", total_timeout, TOTAL_TIMEOUT),
        _address(environment, mailto),
        {
            name: _base_url(name, value)
            for name, value in environment.items()
            if value and _URL_VARIABLE.fullmatch(name)
        },
    )


def _base_url(name: str, value: str) -> str:
    way_out = "write an address such as https://example.org, without ? and #."
    url = value.strip()
    if not url.isascii() or not url.isprintable() or not set(url).isdisjoint(' ?#"<>\\^`{|}'):
        raise SettingError(name, value, way_out)
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise SettingError(name, value, way_out)
    return url.rstrip("/")


def _seconds(environment: Mapping[str, str], name: str, configured: float | None, usual: float) -> float:
    text = environment.get(name, "").strip()
    if not text and configured is None:
        return usual
    try:
        seconds = float(text) if text else float(configured or 0)
    except ValueError:
        seconds = 0.0
    if not math.isfinite(seconds) or not 0 < seconds <= _LONGEST or "_" in text:
        shown, where = (text, name) if text else (str(configured), name.removeprefix("BIB_").lower())
        raise SettingError(where, shown, f"write a number of seconds above 0 and up to {_LONGEST:.0f}.")
    return seconds


def _address(environment: Mapping[str, str], configured: str) -> str:
    """Return the mail address. It goes into a header and a query, so that anything but a plain address is refused."""
    value = environment.get("BIB_MAILTO", "")
    name = "BIB_MAILTO" if value else "mailto"
    value = value or configured
    if not value:
        return ""
    if not _MAILTO.fullmatch(value) or value.count("@") != 1 or not _NOT_IN_MAILTO.isdisjoint(value):
        raise SettingError(name, value, "write one mail address such as name@example.org, and nothing beside it.")
    return value


def config_folder() -> Path:
    """Return the folder for what a person sets up for this program on this machine, such as a key; it may not exist."""
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path(PROGRAM, appauthor=False)


def _folder(environment: Mapping[str, str]) -> Path:
    value = environment.get("BIB_CACHE_DIR", "")
    if not value:
        from platformdirs import user_cache_path  # noqa: PLC0415  # needed by the commands that ask sources only

        return user_cache_path(PROGRAM, appauthor=False)
    if not value.isprintable():
        raise SettingError("BIB_CACHE_DIR", value, "write the path of a folder.")
    return Path(os.path.abspath(os.path.expanduser(value)))
