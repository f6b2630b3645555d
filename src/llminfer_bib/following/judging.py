"""One address on its way to a verdict: which request follows an answer, and what the last answer says. Pure: it sends nothing.

HEAD first, since that is what costs a server least; GET where HEAD is refused or not to be trusted, and for the words of a page.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urljoin

from .. import identifiers
from ..sources import links
from ..sources.http_answers import retry_after
from ..sources.links import Ask, PageAnswer
from . import verdicts, words
from .addresses import asked, is_same_page
from .hosts import host_row
from .verdicts import Verdict

MOST_HOPS: Final = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_KEPT_OUT: Final = {
    401: "it asks for a password",
    402: "it asks for money",
    403: "it keeps programs out",
    407: "the proxy asks for a password",
    412: "it keeps programs out",
    418: "it keeps programs out",
    429: "it was asked too often",
    451: "it may not be shown here, by law",
    999: "it keeps programs out",
}
"""Answers that say nothing about the page, only about us."""
_PATIENCE = 5.0
_MOST_PATIENCE = 60.0
_PAGES = frozenset({"", "text/html", "application/xhtml+xml"})
_TROUBLE: Final = {
    links.NAME_SERVICE: (verdicts.SILENT, "its name could not be looked up"),
    links.REFUSED: (verdicts.SILENT, "nobody listens there"),
    links.UNREACHABLE: (verdicts.SILENT, "no way leads there"),
    links.TIMEOUT: (verdicts.SILENT, "it took too long"),
    links.BROKEN: (verdicts.SILENT, "the connection broke off"),
    links.PRIVATE: (verdicts.UNCHECKED, "it lies in a private network (--allow-private asks there too)"),
    links.UNUSABLE: (verdicts.UNCHECKED, "it is no usable address"),
    links.NO_HOST: (verdicts.NO_HOST, ""),
}


class Look:
    """One address. ``first`` is the first request; give each answer to ``next``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.hops: list[tuple[int, str]] = []
        """(status, where to) of each redirect."""
        self.answered = False
        """Whether anybody at all answered."""
        self.trouble = ""
        """The trouble with the last request, if there was any."""
        self._method = "GET" if host_row(identifiers.host_of(url)).vague else "HEAD"
        self._now = url
        self._patience = 1
        self._seen = {url}

    @property
    def led_to(self) -> str:
        """The other host that the first redirect led to, or an empty text."""
        there = identifiers.host_of(self.hops[0][1]) if self.hops else ""
        return there if there != identifiers.host_of(self.url) else ""

    @property
    def first(self) -> Ask:
        """The first request."""
        return Ask(self._method, self.url)

    def next(self, answer: PageAnswer) -> Ask | Verdict:
        """Return what follows from the answer to the last request."""
        self.trouble = answer.trouble
        if answer.trouble:
            return self._without_answer(answer)
        self.answered = True
        target = answer.headers.get("location", "").strip()
        if answer.status in _REDIRECTS and target:
            return self._led_on(answer.status, target)
        if answer.status in {429, 503} and self._patience:
            self._patience -= 1
            wait = retry_after(answer.headers)
            if wait is None or wait <= _MOST_PATIENCE:
                return Ask(self._method, self._now, wait=_PATIENCE if wait is None else wait)
        if self._method == "HEAD" and self._needs_page(answer):
            self._method = "GET"
            return Ask("GET", self._now)
        return self._judged(answer)

    def _without_answer(self, answer: PageAnswer) -> Ask | Verdict:
        if self._method == "HEAD" and answer.trouble in {links.BROKEN, links.TIMEOUT}:
            self._method = "GET"  # some servers do not know what to do about a HEAD
            return Ask("GET", self._now)
        if answer.trouble == links.TLS:
            return self._verdict(verdicts.TLS, 0, answer.words or "the handshake failed")
        if answer.trouble == links.PRIVATE and self.hops:
            return self._verdict(verdicts.UNCHECKED, 0, "it leads into a private network")
        if answer.trouble in {links.NO_HOST, links.UNUSABLE} and self.hops:
            return self._verdict(verdicts.SUSPECT, 0, f"it leads to {self._now}, where nobody is")
        kind, note = _TROUBLE.get(answer.trouble, _TROUBLE[links.BROKEN])
        return self._verdict(kind, 0, note)

    def _led_on(self, status: int, target: str) -> Ask | Verdict:
        url = _target(self._now, target)
        if not url:
            return self._verdict(verdicts.SUSPECT, status, "it leads to no web address")
        self.hops.append((status, url))
        before, self._now = self._now, url
        if words.is_login(url) and not words.is_login(self.url):
            return self._verdict(verdicts.BLOCKED, status, "it asks for a login")
        if url in self._seen and url != before:
            return self._circle("in a circle")
        if len(self.hops) > MOST_HOPS or (url == before and [hop[1] for hop in self.hops].count(url) > 1):
            return self._circle("to itself" if url == before else f"more than {MOST_HOPS} redirects")
        self._seen.add(url)
        return Ask(self._method, url)

    def _circle(self, note: str) -> Verdict:
        if self._is_known_doi():
            return self._verdict(verdicts.GOOD, 0)
        return self._verdict(verdicts.CIRCLE, 0, note)

    def _needs_page(self, answer: PageAnswer) -> bool:
        """Tell whether a HEAD was not enough."""
        if answer.status >= 400:
            return answer.status not in {429, 999}
        host = identifiers.host_of(self._now)
        content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return content_type in _PAGES and not host_row(host).honest

    def _judged(self, answer: PageAnswer) -> Verdict:
        status = answer.status
        if status in _KEPT_OUT:
            return self._blocked(status, _KEPT_OUT[status])
        if status in {404, 410}:
            return self._verdict(verdicts.GONE if status == 410 else verdicts.MISSING, status)
        if status >= 500:
            return self._verdict(verdicts.FAILING, status)
        if not 200 <= status < 300:
            return self._verdict(verdicts.ODD, status, "an answer that says neither yes nor no")
        return self._found(answer)

    def _found(self, answer: PageAnswer) -> Verdict:
        """Judge a page that is there: it may say that it is not."""
        content_type = answer.headers.get("content-type", "")
        if answer.body and content_type.partition(";")[0].strip().lower() in _PAGES:
            title, text = words.read_page(answer.body, content_type)
            if said := words.wall_words(title, text):
                return self._blocked(answer.status, f'it asks who comes ("{said}")')
            if said := words.not_found_words(title, text):
                return self._verdict(verdicts.SUSPECT, answer.status, f'the page says "{said}"')
        if self._came_home():
            return self._verdict(verdicts.SUSPECT, answer.status, f"it leads to the home page {self._now}")
        moved = self._moved()
        if moved:
            return Verdict(verdicts.MOVED, self.hops[0][0], self._now, moved)
        return self._verdict(verdicts.GOOD, answer.status)

    def _came_home(self) -> bool:
        if not self.hops or words.is_home(self.url) or not words.is_home(self._now):
            return False
        return not host_row(identifiers.host_of(self.url)).short

    def _moved(self) -> str:
        """Return where permanent redirects lead, as far as only such ones follow each other."""
        moved = ""
        for status, url in self.hops:
            if status not in _FOR_GOOD:
                break
            moved = url
        return "" if moved == self.url or self._is_doi() else moved

    def _blocked(self, status: int, note: str) -> Verdict:
        """A publisher keeps programs out; but who resolves a DOI has said that it is registered."""
        return self._verdict(verdicts.GOOD if self._is_known_doi() else verdicts.BLOCKED, status, note)

    def _is_doi(self) -> bool:
        return host_row(identifiers.host_of(self.url)).name == "doi.org"

    def _is_known_doi(self) -> bool:
        return self._is_doi() and any(
            identifiers.host_of(url) not in {"", "doi.org", "dx.doi.org"} for _, url in self.hops
        )

    def _verdict(self, kind: str, status: int, note: str = "") -> Verdict:
        return Verdict(kind, status, self._now if self.hops else "", note=note)


def is_fixable(old: str, verdict: Verdict) -> bool:
    """Tell whether a moved link may be rewritten without asking: the same page, at most with https."""
    return verdict.kind == verdicts.MOVED and is_same_page(old, verdict.moved)


def _target(base: str, target: str) -> str:
    """Return where a redirect leads, or an empty text: only to the web."""
    try:
        raw = target.encode("latin-1")  # so headers are read; servers send UTF-8
        target = raw.decode("utf-8")
    except UnicodeError:
        target = quote(target, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
    try:
        joined = urljoin(base, target)
    except ValueError:
        return ""
    return asked(joined)
