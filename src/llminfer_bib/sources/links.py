"""What is asked of a link and what comes back: a request, an answer cut short, the kinds of trouble. Nothing is sent here.

What an answer means for the link is for ``following``; how it is sent, ``links_session``; in which order, ``links_pacing``.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

NO_HOST: Final = "no-host"
"""The name service says that there is no such name."""
NAME_SERVICE: Final = "name-service"
"""The name service gave no answer."""
REFUSED: Final = "refused"
UNREACHABLE: Final = "unreachable"
"""No way leads there, or the proxy does not answer."""
TIMEOUT: Final = "timeout"
TLS: Final = "tls"
BROKEN: Final = "broken"
"""Somebody was there, but what came was no HTTP, or broke off."""
PRIVATE: Final = "private"
"""The address lies in a private network; nobody was asked."""
UNUSABLE: Final = "unusable"
"""The address cannot be asked at all."""
PERHAPS_OURS: Final = frozenset({NO_HOST, NAME_SERVICE, REFUSED, UNREACHABLE, TIMEOUT, TLS})
"""Trouble that our own network may be to blame for, or our clock."""

LARGEST_PAGE = 262_144
"""Bytes of a page that are read; the rest is left where it is."""

Resolve = Callable[[str, int], "list[tuple[str, int]]"]
"""Host and port -> the addresses (IP and port) to try. Raises OSError as ``socket.getaddrinfo`` does."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: HEAD or GET, to an http(s) address without credentials and fragment."""

    method: str
    url: str
    wait: float = 0.0
    """Seconds for which the host is left alone before."""


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """What came back: a status with the beginning of the body, or trouble."""

    status: int = 0
    """0 where there is trouble."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""
    body: bytes = b""
    trouble: str = ""
    """One of the kinds above, or empty."""
    words: str = ""
    """More about the trouble, for people."""


def addresses_of(host: str, port: int) -> list[tuple[str, int]]:
    """Return the addresses that the name service gives. Raises socket.gaierror."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(info[4][0]), int(info[4][1])) for info in found]


def is_public(address: str) -> bool:
    """Tell whether an IP address lies in the public internet, those that carry an IPv4 address inside included."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet")


def is_local_name(host: str) -> bool:
    """Tell whether a host can be seen to be private without asking: ``localhost``, ``10.0.0.1``, ``nas.local``."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(_LOCAL_NAMES):
        return True
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return not is_public(host)
