"""The Zotero program on this machine, version 10 or later: its handshake, the question to the person, what its refusals mean.

Facts: the program's own server, /api on 127.0.0.1:23119. The protocol that it shares with zotero.org is in `client`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from ..sources.http_answers import HttpAnswer
from ..sources.protocol import UnavailableError
from .answers import UnreadableError, json_of, words_of
from .asking import Ask, Asker
from .backends import APP, refusal_of
from .failures import WITHOUT, NoAccessError, ZoteroUnavailableError
from .keyfile import Key, LocalKey, is_key
from .values import Json, LibraryId

LOCAL_URL: Final = "http://127.0.0.1:23119"
TOO_OLD: Final = (
    "Writing to the program on this machine needs Zotero 10 or later. Update it, or use --backend web, or `bib export -f "
    "zotero-rdf`, and File > Import in Zotero."
)
_SERVER: Final = "zotero-server-id"
_PROMPTS: Final = 5
_MINUTE: Final = 60.0
_LONGEST_DIALOG: Final = 300.0
"""Seconds that a person may take."""


class Local:
    """The program on this machine, version 10 or later."""

    name = "local"
    chooses_keys = False

    def __init__(
        self,
        asker: Asker,
        root: str,
        tell: Callable[[str], None],
        clock: Callable[[], float],
        keep: Callable[[str], LocalKey],
    ) -> None:
        self.root = root
        self._asker, self._tell, self._clock = asker, tell, clock
        self.server = self._handshake()
        self._file = keep(self.server)
        self._key = self._file.read()
        self._sent = self._key
        """The last key that was used."""
        self._lasts = True
        """Whether the key is good for more than one write."""
        self._asked: list[float] = []
        self._shaken = False

    def headers(self) -> dict[str, str]:
        """Return the headers of a read."""
        return {"Zotero-API-Version": "3", "Zotero-Server-ID": self.server}

    def write_headers(self) -> dict[str, str]:
        """Return the headers of the next write; the person is asked for a key where there is none."""
        key = self._sent = self._key or self._authorize()
        self._key = key if self._lasts else None
        return {**self.headers(), "Zotero-API-Key": key.reveal()}

    def was_answered(self, answer: HttpAnswer, *, write: bool) -> bool:
        """Tell whether an answer is one; false where the program or the person must be asked again."""
        named = answer.headers.get(_SERVER, self.server)
        if named != self.server or _is_about_server(answer):
            if self._shaken or self._handshake() != self.server:
                raise ZoteroUnavailableError(
                    "Zotero was restarted with another profile meanwhile. Run the command again."
                )
            self._shaken = True
            return False
        if write and answer.status == 401:
            self._key = None
            self._file.forget()
            return False
        return True

    def hide(self, text: str) -> str:
        """Return a text without the key."""
        return self._sent.hidden_in(text) if self._sent else text

    def refusal(self, answer: HttpAnswer, library: LibraryId, *, write: bool) -> Exception:
        """Return the error for a status that is no success."""
        words = self.hide(words_of(answer))
        if answer.status == 403 and write and "enabled" not in words:
            return NoAccessError(
                f"Zotero does not let anybody write to the library {library} ({words or 'HTTP 403'}). Is it a group that you may edit?"
            )
        if answer.status == 403:
            return _switched_off()
        if answer.status in {400, 405} and "support method" in words:
            return NoAccessError(TOO_OLD)
        if answer.status == 401:
            return NoAccessError(
                "Zotero does not take the key that it gave. Restart Zotero, and run the command again."
            )
        if answer.status == 404:
            return NoAccessError(
                f"Zotero on this machine has no library {library}. --library is user, or group:ID of a group that is in the program."
            )
        return refusal_of(answer, words, write=write)

    # --- the handshake

    def _handshake(self) -> str:
        """Return the id of the program that runs."""
        try:
            answer = self._asker.once(Ask("GET", f"{self.root}/", headers={"Zotero-API-Version": "3"}))
        except UnavailableError as error:
            trouble: UnavailableError = error
        else:
            if answer.status == 403:
                raise _switched_off()
            server = answer.headers.get(_SERVER, "").strip()
            if not server or len(server) > 200 or not (server.isascii() and server.isprintable()):
                raise NoAccessError(TOO_OLD)
            return server
        raise ZoteroUnavailableError(_not_running(trouble, self.root))

    def _authorize(self) -> Key:
        """Ask the person at the program for a key, and keep one that lasts."""
        moment = self._clock()
        self._asked = [earlier for earlier in self._asked if moment - earlier < _MINUTE]
        if len(self._asked) >= _PROMPTS:
            raise NoAccessError(_too_often())
        self._asked.append(moment)
        self._tell(f'Zotero asks whether {APP} may write: choose "Always Allow" there.')
        found = self._answered(self._ask_person())
        text = found["key"]
        if not isinstance(text, str) or not is_key(text):
            raise ZoteroUnavailableError(
                "Zotero gave a key that cannot be used. Restart Zotero, and run the command again."
            )
        key, self._lasts = Key(text), found.get("remember") is True
        if self._lasts:
            self._file.write(key)
        else:
            self._tell('"Allow" is good for one write only: with "Always Allow", Zotero does not ask again.')
        return key

    def _ask_person(self) -> HttpAnswer:
        headers = {**self.headers(), "Content-Type": "application/json"}
        ask = Ask(
            "POST",
            f"{self.root}/local/authorize",
            headers=headers,
            body=json.dumps({"appName": APP}).encode(),
            timeout=min(_LONGEST_DIALOG, self._asker.total),
            patient=False,
        )
        try:
            return self._asker.once(ask)
        except UnavailableError as error:
            reason = str(error)
        raise ZoteroUnavailableError(f"Nobody answered the question in Zotero ({reason}). Run the command again.")

    def _answered(self, answer: HttpAnswer) -> Json:
        words = self.hide(words_of(answer))
        try:
            found: Any = json_of(answer)
        except UnreadableError:
            found = None
        if isinstance(found, dict) and answer.status == 200 and "key" in found:
            return found
        if answer.status in {400, 404, 405}:
            raise NoAccessError(TOO_OLD)
        if answer.status == 429:
            raise NoAccessError(_too_often())
        if answer.status == 403 and "enabled" in words:
            raise _switched_off()
        if isinstance(found, dict) or answer.status in {401, 403}:
            raise NoAccessError(
                f'Zotero does not let {APP} write: "Deny" was chosen. Run the command again and choose "Always Allow". {WITHOUT}'
            )
        if answer.status == 200:  # what came may hold a key: it is not quoted
            raise ZoteroUnavailableError("Zotero's answer to the question cannot be read. Run the command again.")
        raise refusal_of(answer, "", write=True)


def _is_about_server(answer: HttpAnswer) -> bool:
    return answer.status in {412, 428} and "server-id" in words_of(answer).lower()


def _switched_off() -> NoAccessError:
    return NoAccessError(
        "Zotero on this machine lets no other program in. In Zotero: Settings > Advanced, switch on "
        '"Allow other applications on this computer to communicate with Zotero".'
    )


def _too_often() -> str:
    return (
        'Zotero was asked five times within a minute, for "Allow" is good for one write only. Run the command again in a minute, '
        'and choose "Always Allow": what was written is remembered.'
    )


def _not_running(error: UnavailableError, root: str) -> str:
    place = urlsplit(root).netloc.rpartition("@")[2]
    if not error.listens:
        return (
            f"Zotero does not run on this machine (nobody answers at {place}). Start Zotero, and run the command again."
        )
    return f"Zotero on this machine does not answer ({error}). Restart Zotero, and run the command again."
