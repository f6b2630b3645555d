"""The two places where a library is, zotero.org and the program on this machine: what they share, and zotero.org; the other is `desktop`.

Each says how it is addressed, who may write, what a refusal means. The protocol that both speak otherwise is in `client`.
"""

from __future__ import annotations

from typing import Final, Protocol
from urllib.parse import urlsplit

from ..sources.http_answers import HttpAnswer
from .answers import UnreadableError, json_of, words_of
from .asking import Ask, Asker
from .failures import NoAccessError, ZoteroRefusedError, ZoteroUnavailableError
from .keyfile import Key
from .values import Json, LibraryId

URL_VARIABLE: Final = "BIB_ZOTERO_URL"
WEB_URL: Final = "https://api.zotero.org"
APP: Final = "llminfer-bib"
KEYS_PAGE: Final = "https://www.zotero.org/settings/keys"


class Backend(Protocol):
    """Where a library is."""

    name: str
    server: str
    root: str
    """Of all addresses, without a slash at its end."""
    chooses_keys: bool

    def headers(self) -> dict[str, str]:
        """Return the headers of a read."""

    def write_headers(self) -> dict[str, str]:
        """Return the headers of the next write; a person may have to be asked first."""

    def was_answered(self, answer: HttpAnswer, *, write: bool) -> bool:
        """Tell whether an answer is one, and not that the request must be sent again with other headers."""

    def refusal(self, answer: HttpAnswer, library: LibraryId, *, write: bool) -> Exception:
        """Return the error for a status that is no success."""

    def hide(self, text: str) -> str:
        """Return a text of the server's without our key."""


def refusal_of(answer: HttpAnswer, words: str, *, write: bool) -> Exception:
    """Return the error for what means the same on both."""
    said = f"HTTP {answer.status}{words and ': '}{words}"
    if answer.status in {408, 409, 412, 423, 425, 428}:  # locked, changed meanwhile
        return ZoteroUnavailableError(f"Zotero does not do it now ({said}). Try again.", unsure=False)
    if 300 <= answer.status < 400:
        return ZoteroRefusedError(f"The server leads elsewhere ({said}). Is {URL_VARIABLE} the address of an API?")
    what = "a write" if write else "a read"
    return ZoteroRefusedError(f"Zotero refuses {what} ({said}). Please report it: {APP} should not send this.")


class Web:
    """zotero.org."""

    name = "web"
    chooses_keys = True

    def __init__(self, asker: Asker, root: str, key: Key) -> None:
        self.root = self.server = root
        self._asker, self._key = asker, key

    def headers(self) -> dict[str, str]:
        """Return the headers of a read."""
        return {"Zotero-API-Version": "3", "Zotero-API-Key": self._key.reveal()}

    write_headers = headers

    def was_answered(self, answer: HttpAnswer, *, write: bool) -> bool:
        """Return true: there is no handshake."""
        del answer, write
        return True

    def hide(self, text: str) -> str:
        """Return a text without the key."""
        return self._key.hidden_in(text)

    def refusal(self, answer: HttpAnswer, library: LibraryId, *, write: bool) -> Exception:
        """Return the error for a status that is no success."""
        words = self.hide(words_of(answer))
        if answer.status == 401 or (answer.status == 403 and "invalid key" in words.lower()):
            return NoAccessError(f"zotero.org does not know the API key. Make a new one at {KEYS_PAGE}.")
        if answer.status == 403:
            right = "write to" if write else "read"
            return NoAccessError(
                f"The API key may not {right} the library {library} ({words or 'HTTP 403'}). Change what it may do at {KEYS_PAGE}, "
                "or name another library: --library user or group:ID."
            )
        if answer.status == 404:
            return NoAccessError(
                f"There is no library {library} for this API key. --library is user, or group:ID with the number in the "
                "address of the group's page."
            )
        return refusal_of(answer, words, write=write)

    def fingerprint(self) -> str:
        """Return what stands for address and key in a memory: neither can be told from it."""
        from hashlib import sha256  # noqa: PLC0415

        return sha256(f"{self.root}\0{self._key.reveal()}".encode()).hexdigest()[:32]

    def about_key(self) -> Json:
        """Ask whose key it is and what it may do: ``userID``, ``access``."""
        ask = Ask("GET", f"{self.root}/keys/current", headers=self.headers())
        return self._asker.read(ask, self._about)

    def _about(self, answer: HttpAnswer) -> Json:
        if answer.status in {401, 403, 404}:
            raise NoAccessError(f"zotero.org does not know the API key. Make a new one at {KEYS_PAGE}.")
        if answer.status != 200:
            raise refusal_of(answer, self.hide(words_of(answer)), write=False)
        found = json_of(answer)
        user = found.get("userID") if isinstance(found, dict) else None
        if not isinstance(user, int) or isinstance(user, bool) or not 0 < user < 10**12:
            raise UnreadableError("the answer does not say whose the key is")
        return {"userID": user, "access": found.get("access")}


def is_loopback(url: str) -> bool:
    """Tell whether an address stays on this machine."""
    import ipaddress  # noqa: PLC0415

    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
