"""Whose key it is and what it may do at zotero.org, asked once and remembered. Nothing of a library is read here."""

from __future__ import annotations

from typing import Any, Final, Protocol

from .backends import KEYS_PAGE, Web
from .failures import NoAccessError
from .values import LibraryId

_YES: Final = "yes"


class Memory(Protocol):
    """Something that keeps short texts between runs."""

    def remembered(self, name: str) -> str:
        """Return what was kept under a name, or nothing."""

    def remember(self, name: str, value: str) -> None:
        """Keep a value under a name."""


class Account:
    """The account that a key belongs to. Only good news is remembered: what a key may not do today it may do tomorrow."""

    def __init__(self, web: Web, memory: Memory | None) -> None:
        self._web, self._memory = web, memory
        self._about: dict[str, Any] | None = None
        self._user = f"zotero-user-{web.fingerprint()}"

    def user(self) -> int:
        """Return the number of the user."""
        known = self._memory.remembered(self._user) if self._memory is not None else ""
        if known.isascii() and known.isdecimal() and 0 < len(known) <= 12 and int(known):
            return int(known)
        return int(self._asked()["userID"])

    def may_write(self, library: LibraryId) -> None:
        """Raise NoAccessError where the key may not write to a library."""
        name = f"zotero-write-{self._web.fingerprint()}-{library}"
        if self._memory is not None and self._memory.remembered(name) == _YES:
            return
        about = self._asked()
        access = about.get("access")
        if library.kind == "user":
            mine = library.number == about["userID"]
            right = _right(access, "user") if mine else {}
        else:
            right = _right(access, "groups", str(library.number)) or _right(access, "groups", "all")
        if right.get("write") is not True:
            raise NoAccessError(
                f"The API key may not write to the library {library}. Give it write access at {KEYS_PAGE}, or name another "
                "library: --library user or group:ID."
            )
        if self._memory is not None:
            self._memory.remember(name, _YES)

    def _asked(self) -> dict[str, Any]:
        if self._about is None:
            self._about = self._web.about_key()
            if self._memory is not None:
                self._memory.remember(self._user, str(self._about["userID"]))
        return self._about


def _right(access: Any, *names: str) -> dict[str, Any]:
    """Return what stands in the answer about a key under some names, or nothing."""
    for name in names:
        access = access.get(name) if isinstance(access, dict) else None
    return access if isinstance(access, dict) else {}
