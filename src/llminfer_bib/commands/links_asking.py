"""A run over addresses: what the cache knows, the rest asked, kept as it comes; and nobody dead because our network is down."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from .. import identifiers
from ..config import LinksConfig
from ..following import Look, Verdict, verdicts
from ..following.hosts import CONTROLS, host_row
from ..problems import EXIT_INCOMPLETE, BibError
from ..sources import links, links_archive
from ..sources.cache import Cache
from ..sources.links import Ask, PageAnswer
from ..sources.links_pacing import Manners, Rounds
from ..sources.protocol import DAY, Wire
from ..sources.settings import Settings

SOURCE = "links"
"""Its name in the cache."""
CONTROL = "BIB_CONTROL_URL"
"""The variable that names the address to be asked in place of the usual ones."""
_ALARMING = 5
"""Hosts that fail, with none that answers, before we doubt our own network."""
_PORTAL = 3
"""Hosts that all lead to one other host, and none that does not, before we take it for the login of a network."""
_TIME_OVER = "time was over (BIB_TOTAL_TIMEOUT); the next run goes on from here"
_STOPPED = "it was stopped before; the next run goes on from here"

Known = dict[str, tuple[Verdict, float]]
"""Address -> what is known of it, and since when."""


class NetworkDownError(BibError):
    """Nobody answers, those included who always do."""

    exit_code = EXIT_INCOMPLETE

    def __init__(self, failed: int) -> None:
        super().__init__(
            f"your network seems down, or asks for a login first: {failed} host{'s' if failed > 1 else ''} did not answer as"
            " they should, and neither did those that always do. Nothing was recorded about them. Try again when you are"
            " online, or look at the last results with --offline."
        )


@dataclass(frozen=True, slots=True)
class Tools:
    """What can be replaced: the clocks, and where names lead."""

    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    resolve: links.Resolve = links.addresses_of
    permits: Callable[[str], bool] = links.is_public


@dataclass(slots=True)
class Asking:
    """One run. ``reason`` is why addresses were not asked, where some were not."""

    config: LinksConfig
    settings: Settings
    cache: Cache
    tools: Tools
    allow_private: bool = False
    requests: int = 0
    remarks: list[str] = field(default_factory=list)
    interrupted: bool = False
    reason: str = _TIME_OVER
    _rounds: Rounds | None = None
    _failed: dict[str, None] = field(default_factory=dict)
    _answered: dict[str, None] = field(default_factory=dict)
    _led: dict[str, set[str]] = field(default_factory=dict)
    """Host -> those whose first redirect led there."""
    _stayed: bool = False
    """Whether any host answered without leading elsewhere."""
    _trusted: bool = False
    """Whether somebody answered who always does."""

    def known(self, urls: Iterable[str], *, any_age: bool) -> Known:
        """Return what the cache knows and that is still believed."""
        found: Known = {}
        now = self.tools.wall()
        for url, stored in self.cache.get_many(SOURCE, urls).items():
            verdict = verdicts.from_bytes(stored.raw) if stored.raw is not None else None
            if verdict is not None and (any_age or -DAY < now - stored.at < verdict.row.lifetime):
                found[url] = verdict, stored.at
        return found

    def look(self, urls: list[str], on_progress: Callable[[int, int], None]) -> Known:
        """Ask for each address; return the verdicts. Raises NetworkDownError."""
        rounds = self._rounds = Rounds(self._sender(), self._manners(), clock=self.tools.clock)
        looks = {url: Look(url) for url in urls}
        settled: dict[str, Verdict] = {}
        held: dict[str, Verdict] = {}
        found: Known = {}

        def step(url: str, answer: PageAnswer) -> Ask | None:
            following = looks[url].next(answer)
            if isinstance(following, Verdict):
                settled[url] = following
                return None
            return following

        run = rounds.run({url: look.first for url, look in looks.items()}, step)
        try:
            for done, url in enumerate(run, 1):
                on_progress(done, len(urls))
                self._note(url, looks[url])
                if looks[url].trouble in links.PERHAPS_OURS or self._may_be_portal(looks[url]):
                    held[url] = settled[url]
                    self._doubt_early(len(held))
                else:
                    self._keep(found, {url: settled[url]})
            self._require_network()
            self._keep(found, held)
        except KeyboardInterrupt:
            self.interrupted, self.reason = True, _STOPPED
        finally:
            run.close()
            self.requests += rounds.requests
        return found

    def copies(self, urls: list[str], *, offline: bool) -> dict[str, str]:
        """Return links to archived copies, as far as the archive knows any."""
        found: dict[str, str] = {}
        now = self.tools.wall()
        due = []
        stored = self.cache.get_many(links_archive.NAME, urls)
        for url in urls:
            one = stored.get(url)
            lifetime = links_archive.ABSENT_LIFETIME if one is None or one.raw is None else links_archive.LIFETIME
            if one is None or not -DAY < now - one.at < lifetime:
                due.append(url)
            elif one.raw is not None:
                self._read_copy(found, url, one.raw)
        if due and not offline:
            self._ask_archive(found, due)
        return found

    def _ask_archive(self, found: dict[str, str], due: list[str]) -> None:
        base = self.settings.base_urls.get(links_archive.BASE_URL_VARIABLE, links_archive.BASE_URL)
        wire = replace(self._wire(), base_url=base, largest=1_000_000)
        end = self.tools.clock() + self.settings.total_timeout
        left = self._rounds.left if self._rounds is not None else lambda: end - self.tools.clock()
        try:
            answers, why = links_archive.ask_all(due, wire, left, self.tools.sleep)
        except KeyboardInterrupt:
            self.interrupted = True
            return
        if why:
            self.remarks.append(f"The archive was not asked for every dead link: {why}.")
        copies = {url: raw for url, raw in answers.items() if raw is not None}
        absent = [url for url, raw in answers.items() if raw is None]
        self.cache.put_many(links_archive.NAME, copies, absent, self.tools.wall())
        for url, raw in copies.items():
            self._read_copy(found, url, raw)

    def _read_copy(self, found: dict[str, str], url: str, raw: bytes) -> None:
        try:
            found[url] = links_archive.read(raw)
        except ValueError:
            self.cache.forget(links_archive.NAME, [url])

    # --- keeping

    def _keep(self, found: Known, more: Mapping[str, Verdict]) -> None:
        at = self.tools.wall()
        found.update({url: (verdict, at) for url, verdict in more.items()})
        lasting = {url: verdicts.to_bytes(verdict) for url, verdict in more.items() if verdict.row.lifetime}
        self.cache.put_many(SOURCE, lasting, (), at)
        self.cache.forget(SOURCE, [url for url in more if url not in lasting])

    # --- is it us?

    def _note(self, url: str, look: Look) -> None:
        host = identifiers.host_of(url)
        if look.answered:
            self._answered[host] = None
            if look.led_to:
                self._led.setdefault(look.led_to, set()).add(host)
            else:
                self._stayed = True
            # over http, anybody in between could have led us elsewhere
            if host_row(host).known and (not look.led_to or url.startswith("https:")):
                self._trusted = True
        elif look.trouble in links.PERHAPS_OURS:
            self._failed[host] = None

    def _may_be_portal(self, look: Look) -> bool:
        """Tell whether an answer may be that of a network which asks everybody for a login first."""
        return bool(look.led_to) and not self._stayed and not self._trusted

    def _doubt_early(self, held: int) -> None:
        """Stop soon where nobody at all answers."""
        if held >= _ALARMING and len(self._failed) >= _ALARMING and not self._answered and not self._trusted:
            self._ask_control()

    def _require_network(self) -> None:
        """Raise NetworkDownError where most hosts fail and none answers that always does."""
        failed = [host for host in self._failed if host not in self._answered]
        if not self._trusted and len(failed) > len(self._answered):
            self._ask_control()
        together = max(map(len, self._led.values()), default=0)
        if together >= _PORTAL and together == len(self._answered) and not self._trusted:
            raise NetworkDownError(together)

    def _ask_control(self) -> None:
        own = self.settings.base_urls.get(CONTROL)
        send = self._sender()
        for url in (f"{own}/",) if own else CONTROLS:
            self.requests += 1
            answer = send(Ask("HEAD", url), min(self.settings.timeout, 10.0))
            if answer.status:
                self._trusted = True
                return
        raise NetworkDownError(len(self._failed))

    # --- how pages are asked

    def _wire(self) -> Wire:
        return Wire(
            "", self.settings.timeout, self.settings.mailto, self.settings.user_agent, largest=links.LARGEST_PAGE
        )

    def _manners(self) -> Manners:
        return Manners(
            identifiers.host_of,
            lambda host: max(self.config.pace, host_row(host).pace),
            self.config.hosts,
            self.settings.timeout,
            self.settings.total_timeout,
        )

    def _sender(self) -> Callable[[Ask, float], PageAnswer]:
        from ..sources.links_session import ANYWHERE, Reach, ask_page  # noqa: PLC0415  # requests takes 0.1 s to import

        wire = self._wire()
        usual = Reach(permits=self.tools.permits, resolve=self.tools.resolve)
        reach = replace(ANYWHERE, resolve=self.tools.resolve) if self.allow_private else usual

        def send(ask: Ask, timeout: float) -> PageAnswer:
            return ask_page(ask, wire, reach, timeout)

        return send
