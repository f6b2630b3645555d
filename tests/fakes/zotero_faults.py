"""What can go wrong with Zotero besides the faults of ``faults``: which of them let a write through, and a second person who changes things meanwhile.

A write is applied before its answer is made. The faults that stand for a server that refuses (``status``, ``throttled``, ``unavailable``, redirects) keep it
from being applied; those that spoil an answer or its way (``drop_before``, ``drop_after``, ``stall``, ``html_200``, ``truncate``) do not: the client
cannot know. ``applied`` and ``unapplied`` turn that round.
"""

# ruff: noqa: N801 (a test reads: server.fail_next(cut_after(), backoff(3)))

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .faults import drop_before, redirect, redirect_loop, status, throttled, together, unavailable
from .server import HONEST, FakeServer, Fault, Response, Wire

REFUSALS = (status, throttled, unavailable, redirect, redirect_loop)


def lets_through(fault: Fault) -> bool:
    """Tell whether a write under this fault is applied."""
    if isinstance(fault, together):
        return all(lets_through(one) for one in fault.faults)
    if isinstance(fault, (applied, unapplied)):
        return isinstance(fault, applied)
    if isinstance(fault, meddle):
        return lets_through(fault.then)
    return not isinstance(fault, REFUSALS)


def hooks_of(fault: Fault) -> list[meddle]:
    """Return the hooks in a fault."""
    if isinstance(fault, together):
        return [hook for one in fault.faults for hook in hooks_of(one)]
    if isinstance(fault, (applied, unapplied)):
        return hooks_of(fault.fault)
    return [fault, *hooks_of(fault.then)] if isinstance(fault, meddle) else []


@dataclass(frozen=True, slots=True)
class _Around(Fault):
    fault: Fault = HONEST

    def change(self, response: Response, server: FakeServer) -> Response:
        return self.fault.change(response, server)

    def send(self, wire: Wire, response: Response) -> None:
        self.fault.send(wire, response)


@dataclass(frozen=True, slots=True)
class applied(_Around):
    """A fault after the write was applied, such as ``applied(status(500))``."""


@dataclass(frozen=True, slots=True)
class unapplied(_Around):
    """A fault that keeps the write from being applied."""


def cut_after(*, reset: bool = False) -> Fault:
    """Return: the write is applied, then the connection ends without a byte of the answer."""
    return applied(drop_before(reset))


def cut_before(*, reset: bool = False) -> Fault:
    """Return: the connection ends, and the write was not applied."""
    return unapplied(drop_before(reset))


def forbidden() -> Fault:
    """Return a 403, as when a key is withdrawn half way."""
    return status(403, {"content-type": "text/plain;charset=UTF-8"}, b"Forbidden")


def server_error() -> Fault:
    """Return a 500 in Zotero's words; the write was not applied."""
    return status(500, {"content-type": "text/plain;charset=UTF-8"}, b"An error occurred")


@dataclass(frozen=True, slots=True)
class backoff(Fault):
    """The honest answer, with the wish for fewer requests."""

    seconds: float = 1

    def change(self, response: Response, server: FakeServer) -> Response:
        return response.having(response.body, Backoff=str(self.seconds))


@dataclass(frozen=True, slots=True)
class meddle(Fault):
    """Somebody else does something just before the request is applied, or just after; both get the server. ``then`` is what happens besides."""

    before: Callable[[Any], object] | None = None
    after: Callable[[Any], object] | None = None
    then: Fault = HONEST

    def change(self, response: Response, server: FakeServer) -> Response:
        return self.then.change(response, server)

    def send(self, wire: Wire, response: Response) -> None:
        self.then.send(wire, response)
