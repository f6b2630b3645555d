"""Answers that are too much: for the memory, for the disk, for a parser. ``faults`` has the rest and these too."""

# ruff: noqa: N801 (as in faults)

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from .server import FakeServer, Fault, Response, Wire

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class bomb(Fault):
    """What explodes in a parser: nested entities for XML, a hundred thousand brackets for JSON."""

    def change(self, response: Response, server: FakeServer) -> Response:
        return response.having(
            billion_laughs() if is_xml(response) else b'{"message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        )


@dataclass(frozen=True, slots=True)
class entity(Fault):
    """The right feed with a DTD whose entity names a file or an address, used in the titles."""

    of: str = "file:///etc/passwd"

    def change(self, response: Response, server: FakeServer) -> Response:
        dtd = f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{self.of}">]>\n<feed '.encode()
        return response.having(response.body.replace(b"<feed ", dtd, 1).replace(b"<title>", b"<title>&x;"))


@dataclass(frozen=True, slots=True)
class huge(Fault):
    """The right answer with so many megabytes of blanks before its end; ``declared`` gives the length beforehand, else it comes in chunks."""

    megabytes: int = 50
    declared: bool = True

    def send(self, wire: Wire, response: Response) -> None:
        front, end = before_end(response.body)
        length = len(response.body) + self.megabytes * MEGABYTE
        headers = response.headers if self.declared else {**response.headers, "transfer-encoding": "chunked"}
        wire.write(wire.head(Response(response.status, headers), length=length))
        for piece in [front, *[b" " * MEGABYTE] * self.megabytes]:
            wire.write(piece if self.declared else chunk(piece))
        wire.last(end if self.declared else chunk(end) + b"0\r\n\r\n")


@dataclass(frozen=True, slots=True)
class gzip_bomb(Fault):
    """The right answer with so many megabytes of blanks before its end, packed to a thousandth."""

    megabytes: int = 50

    def change(self, response: Response, server: FakeServer) -> Response:
        front, end = before_end(response.body)
        return response.having(packed_blanks(front, end, self.megabytes), content_encoding="gzip")


@dataclass(frozen=True, slots=True)
class packed(Fault):
    """The right answer, packed as every client must be able to unpack it."""

    def change(self, response: Response, server: FakeServer) -> Response:
        return response.having(gzip.compress(response.body, mtime=0), content_encoding="gzip")


@dataclass(frozen=True, slots=True)
class not_packed(Fault):
    """The right answer that says it is packed, and is not."""

    def change(self, response: Response, server: FakeServer) -> Response:
        return response.having(response.body, content_encoding="gzip")


# --- how they are made ---


def is_xml(response: Response) -> bool:
    """Tell whether the service speaks XML here."""
    return "xml" in response.headers.get("content-type", "")


def before_end(body: bytes) -> tuple[bytes, bytes]:
    """Cut a body where blanks change nothing: before the last tag or brace."""
    cut = max(body.rfind(b"</"), body.rfind(b"}"), 0)
    return body[:cut], body[cut:]


def chunk(data: bytes) -> bytes:
    """Return one piece of a body in chunks; nothing for nothing, for that would end it."""
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""


@lru_cache(maxsize=8)
def packed_blanks(front: bytes, end: bytes, megabytes: int) -> bytes:
    """Return the text with blanks between, packed."""
    packer, blanks = zlib.compressobj(1, zlib.DEFLATED, 31), b" " * MEGABYTE
    pieces = [packer.compress(piece) for piece in [front, *[blanks] * megabytes, end]]
    return b"".join([*pieces, packer.flush()])


def billion_laughs() -> bytes:
    """Return a feed of some hundred bytes whose title is three gigabytes long once its entities are read."""
    names = "abcdefghij"
    rows = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">\n' for before, name in pairwise(names))
    dtd = f'<!DOCTYPE feed [\n<!ENTITY a "lol">\n{rows}]>\n'
    entry = "<entry><id>http://arxiv.org/abs/2309.06180v1</id><title>&j;</title></entry>"
    return f'<?xml version="1.0"?>\n{dtd}<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>\n'.encode()
