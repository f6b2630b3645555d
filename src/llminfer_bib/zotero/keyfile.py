"""API keys: where one comes from, how one is kept, and that it is not shown. What is sent with it, and to whom, is not here."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from .failures import NoAccessError

VARIABLE: Final = "ZOTERO_API_KEY"
_KEY: Final = re.compile(r"[!-~]{1,256}", re.ASCII)
"""No blank, no control character: it becomes a header."""
_WEB_KEY: Final = re.compile(r"[A-Za-z0-9._~-]{1,128}", re.ASCII)
"""Of zotero.org: letters and digits. A configuration may name a file with another secret by mistake, which goes nowhere."""
_LARGEST: Final = 4096


def is_key(text: str) -> bool:
    """Tell whether a text can be a key, and so a header."""
    return bool(_KEY.fullmatch(text))


class Key:
    """A key that says nothing about itself: not as text, not in a traceback that shows variables, not in JSON."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the key itself, for the header."""
        return self._text

    def hidden_in(self, text: str) -> str:
        """Return a text without the key: a server may repeat it."""
        return text.replace(self._text, "[key]")

    def __repr__(self) -> str:
        return "Key(hidden)"

    def __reduce__(self) -> str:
        raise TypeError("a key is not stored")


def web_key(environment: Mapping[str, str], key_file: Path | None, usual: Path) -> Key:
    """Return the key for zotero.org: the environment's, else that of the configured file, else that of the usual one.

    Raises NoAccessError where there is none, or where others than its owner could read the file.
    """
    text = environment.get(VARIABLE, "").strip()
    if text:
        if not _WEB_KEY.fullmatch(text):
            raise NoAccessError(f"{VARIABLE} holds no API key: a key is one word of letters and digits. Copy it again.")
        return Key(text)
    path = key_file or usual
    text = _read(path)
    if not text and key_file is None:
        raise NoAccessError(
            "There is no API key for zotero.org. Make one with write access at https://www.zotero.org/settings/keys/new, and put "
            f"it into {VARIABLE} or into the file {path} (then chmod 600). Without an account: --backend local, with Zotero 10 or "
            "later on this machine; or `bib export -f zotero-rdf`, and File > Import in Zotero."
        )
    if not text:
        raise NoAccessError(f"There is no key in {path}, the key_file of the configuration. Write the API key into it.")
    if not _WEB_KEY.fullmatch(text):
        raise NoAccessError(f"{path} holds no API key: it must hold the key alone, one word. Copy it again.")
    return Key(text)


def _read(path: Path) -> str:
    """Return what is in a key file that is its owner's alone; nothing where there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError) as error:
        raise NoAccessError(f"{path} cannot be read: {getattr(error, 'strerror', None) or 'no path'}.") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise NoAccessError(f"{path} is no file. Name the file that holds the API key.")
        if sys.platform != "win32":
            if found.st_uid != os.geteuid():
                raise NoAccessError(f"{path} belongs to somebody else. Keep the API key in a file of your own.")
            if found.st_mode & 0o077:
                raise NoAccessError(f"Others may read or change {path}, which holds an API key. Run: chmod 600 {path}")
        return os.read(descriptor, _LARGEST).decode("utf-8-sig", "replace").strip()
    except OSError as error:
        raise NoAccessError(f"{path} cannot be read: {error.strerror or 'failed'}.") from None
    finally:
        os.close(descriptor)


class LocalKey:
    """The file with the key that the program on this machine gave us, for one server id.

    Trouble with it is no failure: the program is asked again.
    """

    def __init__(self, folder: Path, server: str) -> None:
        from hashlib import sha256  # noqa: PLC0415

        self.path = folder / f"zotero-local-{sha256(server.encode()).hexdigest()[:16]}.key"

    def read(self) -> Key | None:
        """Return the key, or None."""
        try:
            text = _read(self.path)
        except NoAccessError:
            return None
        return Key(text) if is_key(text) else None

    def write(self, key: Key) -> None:
        """Keep a key, readable for its owner only from the first byte on."""
        aside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            aside.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
            descriptor = os.open(aside, flags, 0o600)
            try:
                os.write(descriptor, key.reveal().encode() + b"\n")
            finally:
                os.close(descriptor)
            os.replace(aside, self.path)
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)

    def forget(self) -> None:
        """Forget it."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
