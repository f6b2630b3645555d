"""One Zotero library, read and written in the API's JSON. Who wins, and what is sent, is decided elsewhere.

Protocol: Web API v3, and the same protocol of the desktop program since version 10.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Self, TypeVar

from ..sources.http_answers import HttpAnswer
from ..sources.protocol import Wire
from ..sources.settings import Settings, config_folder
from .account import Account, Memory
from .answers import KEY, Page, UnreadableError, deleted_of, number_of, page_of, versions_of, words_of, written_of
from .asking import Ask, Asker
from .backends import URL_VARIABLE, WEB_URL, Backend, Web, is_loopback
from .desktop import LOCAL_URL, Local
from .failures import NoAccessError, ZoteroRefusedError, ZoteroUnavailableError
from .keyfile import LocalKey, web_key
from .values import Failure, Json, LibraryId, Written

__all__ = ["Client", "Memory", "NoAccessError", "ZoteroRefusedError", "ZoteroUnavailableError", "open_client"]

BATCH: Final = 50
"""Objects of a write, and keys of a read."""
PAGE: Final = 100
RESTARTS: Final = 5
"""How often a list is read from its beginning because it changed while it was read."""
_TURNS: Final = 3
_NOT_REGULAR: Final = frozenset({"note", "attachment", "annotation"})
_LIBRARY: Final = re.compile(r"(user|group):([1-9][0-9]{0,9})", re.ASCII)

T = TypeVar("T")


class Client:
    """One library on one server, asked one request at a time. Close it, or use it in a ``with``."""

    def __init__(self, asker: Asker, backend: Backend, library: LibraryId, may_write: Callable[[], None]) -> None:
        self.backend = backend.name
        """``web`` or ``local``."""
        self.server = backend.server
        """What versions and keys belong to: the address of the web API, or the id of the desktop program."""
        self.library = library
        self.chooses_keys = backend.chooses_keys
        """Whether a new object may carry a key of ours, with version 0."""
        self.version = 0
        """The library's, as of the last answer that named it."""
        self.may_write = may_write
        """Raise NoAccessError where it is known that nothing may be written; a desktop program is asked at the first write."""
        self._asker, self._place = asker, backend
        self._root = f"{backend.root}/{library}"

    @property
    def requests(self) -> int:
        """How many were sent, those of the handshake and further tries included."""
        return self._asker.requests

    @property
    def reads(self) -> int:
        """How many reads were sent."""
        return self._asker.reads

    @property
    def writes(self) -> int:
        """How many writes were sent."""
        return self._asker.writes

    def close(self) -> None:
        """End the connection."""
        self._asker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reads

    def items(self, since: int = 0) -> Iterator[Json] | None:
        """Yield the regular items that changed after version ``since``, those in the trash too; None where nothing in the library did.

        The first page is read by the call itself, the others as they are needed. Where the library changes meanwhile, it begins
        again: the last one of each key is right, and ``version`` is that of all of them when the last one came.
        """
        params = {"limit": str(PAGE), "includeTrashed": "1", **({"since": str(since)} if since else {})}
        headers = {"If-Modified-Since-Version": str(since)} if since else {}
        url = f"{self._root}/items/top"
        self.version = since
        first = self._page(url, params, headers)
        if self.version < since:  # that version was of a library that is no more
            return self.items()
        if first is None or (since and first.version == since):
            return None
        return (one for one in self._listed(url, params, first) if one["data"].get("itemType") not in _NOT_REGULAR)

    def items_by_key(self, keys: Collection[str]) -> list[Json]:
        """Return the items of these keys that there are, those in the trash too."""
        wanted = [key for key in dict.fromkeys(keys) if KEY.fullmatch(key)]
        found: dict[str, Json] = {}
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            params = {"itemKey": ",".join(some), "includeTrashed": "1", "limit": str(PAGE)}
            found |= {one["key"]: one for one in self._listed(f"{self._root}/items", params) if one["key"] in some}
        return list(found.values())

    def gone(self, since: int, known: Collection[str]) -> frozenset[str]:
        """Return which of the known items do not exist any more; what was deleted before version ``since`` may be left out."""
        if not known:
            return frozenset()
        if self.backend == "web" and since <= self.version:
            ask = Ask("GET", f"{self._root}/deleted", {"since": str(since)}, self._place.headers())
            return self._read(ask, deleted_of) & frozenset(known)
        params = {"format": "versions", "includeTrashed": "1"}
        return frozenset(known) - self._read(
            Ask("GET", f"{self._root}/items", params, self._place.headers()), versions_of
        )

    def collections(self) -> list[Json]:
        """Return all collections, those in the trash too."""
        found = self._listed(f"{self._root}/collections", {"limit": str(PAGE), "includeTrashed": "1"})
        return list({one["key"]: one for one in found}.values())

    def _listed(self, url: str, params: Mapping[str, str], first: Page | None = None) -> Iterator[Json]:
        """Yield a list, page by page; all over again where it changes meanwhile or is not complete."""
        for _ in range(RESTARTS + 1):
            page = first or self._page(url, params)
            first = None
            if page is None:
                raise ZoteroUnavailableError("Zotero says that nothing changed when it was not asked. Try again later.")
            version, keys, asked = page.version, set[str](), {url}
            while page is not None and page.version == version:
                before = len(keys)
                keys.update(one["key"] for one in page.objects)
                yield from page.objects
                more = page.total is not None and len(keys) < page.total
                if not page.following and not more:
                    return
                if page.following in asked or len(keys) == before:
                    break  # in a circle, or incomplete
                if page.following:
                    asked.add(page.following)
                    page = self._page(page.following)
                else:
                    page = self._page(url, {**params, "start": str(len(keys))})
        raise ZoteroUnavailableError("The library in Zotero changes all the time while it is read. Try again later.")

    def _page(
        self, url: str, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Page | None:
        """Read a page; None where nothing changed."""
        ask = Ask("GET", url, params or {}, {**self._place.headers(), **(headers or {})})
        return self._read(ask, lambda answer: None if answer.status == 304 else page_of(answer, url), and_also=304)

    def _read(self, ask: Ask, parse: Callable[[HttpAnswer], T], and_also: int = 200) -> T:
        def checked(answer: HttpAnswer) -> T:
            if not self._place.was_answered(answer, write=False):
                raise UnreadableError("the program was restarted")
            if answer.status not in {200, and_also}:
                raise self._place.refusal(answer, self.library, write=False)
            found = parse(answer)
            self._note_version(answer)
            return found

        return self._asker.read(ask, checked)

    def _note_version(self, answer: HttpAnswer) -> None:
        version = number_of(answer.headers, "last-modified-version")
        if version is not None:
            self.version = version

    # --- writes

    def write_items(self, objects: Sequence[Json]) -> Written:
        """Write 1 to 50 items, each for itself. An object with a key is a patch of that item, or (version 0) a new one.

        Raises ZoteroUnavailableError where it is not known what became of them: nothing is sent twice.
        """
        return self._write("items", objects)

    def write_collections(self, objects: Sequence[Json]) -> Written:
        """Write 1 to 50 collections, as ``write_items`` does."""
        return self._write("collections", objects)

    def _write(self, kind: str, objects: Sequence[Json]) -> Written:
        if not 1 <= len(objects) <= BATCH:
            raise ValueError(f"a write takes 1 to {BATCH} objects, not {len(objects)}")
        body = json.dumps(list(objects), ensure_ascii=False).encode("utf-8", "replace")
        harmless = all("key" in one and "version" in one for one in objects)
        answer = self._posted(f"{self._root}/{kind}", body, harmless=harmless)
        if answer.status == 413:
            return self._halved(kind, objects, answer)
        if answer.status != 200:
            raise self._place.refusal(answer, self.library, write=True)
        try:
            written, unshown = written_of(answer, len(objects))
        except UnreadableError as error:
            reason = str(error)
        else:
            self.version = max(self.version, written.version)
            failed = {
                index: replace(one, message=self._place.hide(one.message)) for index, one in written.failed.items()
            }
            return self._shown(kind, replace(written, failed=failed), unshown)
        raise ZoteroUnavailableError(
            f"Zotero answered a write in a way that cannot be read ({reason}): it is not known whether it was done.",
            unsure=True,
        )

    def _halved(self, kind: str, objects: Sequence[Json], answer: HttpAnswer) -> Written:
        """Write what is too large for one request in two; what is too large alone is a failure."""
        if len(objects) == 1:
            words = self._place.hide(words_of(answer)) or "too large"
            return Written(failed={0: Failure(answer.status, words)}, version=self.version)
        half = len(objects) // 2
        one, two = self._write(kind, objects[:half]), self._write(kind, objects[half:])
        return Written(
            {**one.saved, **{half + index: obj for index, obj in two.saved.items()}},
            {**one.unchanged, **{half + index: key for index, key in two.unchanged.items()}},
            {**one.failed, **{half + index: failure for index, failure in two.failed.items()}},
            max(one.version, two.version),
        )

    def _posted(self, url: str, body: bytes, *, harmless: bool) -> HttpAnswer:
        for _ in range(_TURNS):
            headers = {**self._place.write_headers(), "Content-Type": "application/json"}
            answer = self._asker.write(Ask("POST", url, headers=headers, body=body, harmless=harmless))
            if self._place.was_answered(answer, write=True):
                break
        return answer

    def _shown(self, kind: str, written: Written, unshown: Mapping[int, str]) -> Written:
        """Fill in the objects that were saved and not shown."""
        if not unshown:
            return written
        if kind == "items":
            found = {one["key"]: one for one in self.items_by_key(tuple(unshown.values()))}
        else:
            found = {one["key"]: one for one in self.collections()}
        more = {index: found[key] for index, key in unshown.items() if key in found}
        return replace(written, saved={**written.saved, **more})


# --- opening


def open_client(
    settings: Settings,
    *,
    backend: str,
    library: str,
    environment: Mapping[str, str],
    key_file: Path | None = None,
    tell: Callable[[str], None] = lambda _text: None,
    remembered: Memory | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Client:
    """Open a library: ``library`` is ``user``, ``user:ID`` or ``group:ID``, ``backend`` is ``web`` or ``local``.

    ``tell`` hears what a person should know at once: pauses, a question in the desktop program. Raises NoAccessError and
    ZoteroUnavailableError.
    """
    named = _LIBRARY.fullmatch(library)
    if library != "user" and not named:
        raise NoAccessError(
            f'"{library[:80]}" is no library. Write user, user:ID or group:ID, with the number of the ID.'
        )
    kind, number = (named[1], int(named[2])) if named else ("user", 0)
    url = settings.base_urls.get(URL_VARIABLE, LOCAL_URL if backend == "local" else WEB_URL)
    if url.startswith("http:") and not is_loopback(url):
        raise NoAccessError(
            f"{URL_VARIABLE} is not safe: a key would be sent in the open. Write an address with https://."
        )
    wire = Wire(url, settings.timeout, settings.mailto, settings.user_agent)
    asker = Asker(
        wire, patience=settings.total_timeout, direct=url.startswith("http:"), tell=tell, clock=clock, sleep=sleep
    )
    try:
        if backend == "local":
            return _local(asker, url, LibraryId(kind, number if kind == "group" else 0), settings, tell, clock)
        web = Web(asker, url, web_key(environment, key_file, config_folder() / "zotero.key"))
        return _web(asker, web, LibraryId(kind, number), remembered)
    except BaseException:
        asker.close()
        raise


def _local(
    asker: Asker,
    url: str,
    library: LibraryId,
    settings: Settings,
    tell: Callable[[str], None],
    clock: Callable[[], float],
) -> Client:
    root = url if url.endswith("/api") else f"{url}/api"
    local = Local(asker, root, tell, clock, partial(LocalKey, settings.cache_folder))
    return Client(asker, local, library, lambda: None)


def _web(asker: Asker, web: Web, library: LibraryId, memory: Memory | None) -> Client:
    account = Account(web, memory)
    if not library.number:
        library = LibraryId("user", account.user())
    return Client(asker, web, library, partial(account.may_write, library))
