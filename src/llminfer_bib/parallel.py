"""An export of a large file by several processes, each with a stretch of it: the same bytes as by one, in less time.

Each stretch but the first is a wager: it begins where an entry seems to begin, with the macros that seem to be defined
there. The stretch before it shows whether that was so; if not, its result is thrown away and the stretch is read again.
What an entry means, and how it is written, is decided elsewhere.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from .bibfile import STRING, Document
from .decode import Decoder, State
from .export import BatchExporter, Options
from .model import Entry

SMALLEST = 2_000_000
"""Bytes of a file for which starting a process pays."""
MOST_PROCESSES = 4
_SIGKILL = 9
_STRING = re.compile(rb"@[ \t\r\n]*+[sS][tT][rR][iI][nN][gG][ \t\r\n]*+[{(]")


@dataclass(frozen=True, slots=True)
class _Job:
    """What every process needs: it comes with the fork."""

    exporter: BatchExporter
    options: Options
    keep: Callable[[Entry], bool] | None

    def run(self, decoder: Decoder, start: int, stop: int) -> Iterator[bytes]:
        entries = decoder.entries(start, stop)
        return self.exporter.batches(filter(self.keep, entries) if self.keep else entries, self.options)


@dataclass(slots=True)
class _Stretch:
    """One stretch of the data in a process of its own: what it wrote lies in ``file``, behind it how it ended."""

    start: int
    stop: int
    macros: dict[str, str]
    file: IO[bytes]
    process: int = 0

    def result(self) -> tuple[list[int], State] | None:
        """Wait for the process; return the sizes of its batches and the decoder's last state, None if it failed or never began."""
        process, self.process = self.process, 0
        if not process or os.waitpid(process, 0)[1] != 0:
            return None
        import pickle  # noqa: PLC0415  (only where a process was started)

        self.file.seek(-8, os.SEEK_END)
        self.file.seek(int.from_bytes(self.file.read(8), "big"))
        sizes, state = pickle.load(self.file)  # noqa: S301  (our own process wrote it, into an unnamed file)
        self.file.seek(0)
        return sizes, state


def batches(
    decoder: Decoder, exporter: BatchExporter, options: Options, keep: Callable[[Entry], bool] | None
) -> Iterator[bytes]:
    """Yield what ``exporter.batches`` would yield for the kept entries of the decoder's document."""
    job = _Job(exporter, options, keep)
    document = decoder.document
    starts = [0, *_starts(document, _processes(len(document.data)))]
    stops = [*starts[1:], len(document.data)]
    stretches = [
        _Stretch(start, stop, _macros_before(document, start), unnamed_file())
        for start, stop in zip(starts[1:], stops[1:], strict=True)
    ]
    try:
        for stretch in stretches:
            _launch(stretch, decoder, job)
        yield from job.run(decoder, 0, stops[0])
        for stretch in stretches:
            result = stretch.result()
            if result is None or not decoder.is_at(stretch.start, stretch.macros):
                yield from job.run(decoder, decoder.reached, stretch.stop)
                continue
            sizes, state = result
            decoder.continue_from(state)
            yield from map(stretch.file.read, sizes)
    finally:
        for stretch in stretches:
            _end(stretch)


def pays(document: Document) -> bool:
    """Return whether several processes would be quicker than one."""
    return _processes(len(document.data)) > 1


def _processes(size: int) -> int:
    if size < SMALLEST or not hasattr(os, "fork") or not hasattr(os, "sched_getaffinity"):
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def _starts(document: Document, count: int) -> list[int]:
    """Return where the second and later of `count` stretches seem to begin: at an ``@`` that begins a line."""
    data = document.data
    places = {data.find(b"\n@", len(data) * part // count) + 1 for part in range(1, count)}
    return sorted(places - {0})


def _macros_before(document: Document, stop: int) -> dict[str, str]:
    """Return the macros that seem to be defined in front of `stop`."""
    decoder = Decoder(document)
    for match in _STRING.finditer(document.data, 0, stop):
        block = document.scanner.block_at(match.start())
        if block is not None and block.kind is STRING and block.fields:
            decoder.define(document.raw_string(block))
    return decoder.macros


def unnamed_file() -> IO[bytes]:
    """Return a file without a name, in memory where the system has that."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("bib"), "w+b")
    import tempfile  # noqa: PLC0415  (only where the system has no memory files)

    return tempfile.TemporaryFile()


def _launch(stretch: _Stretch, decoder: Decoder, job: _Job) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        stretch.process = os.fork()
    except OSError:  # too many processes, or no memory for another: the stretch is read by the parent
        return
    if stretch.process:
        return
    import pickle  # noqa: PLC0415

    status = 1
    try:
        own = decoder.fresh(stretch.macros)
        sizes = [stretch.file.write(batch) for batch in job.run(own, stretch.start, stretch.stop)]
        end = stretch.file.tell()
        pickle.dump((sizes, own.state()), stretch.file)
        stretch.file.write(end.to_bytes(8, "big"))
        stretch.file.flush()
        status = 0
    finally:
        os._exit(status)  # whatever went wrong, the parent reads this stretch again and meets it there


def _end(stretch: _Stretch) -> None:
    if stretch.process:
        os.kill(stretch.process, _SIGKILL)
        os.waitpid(stretch.process, 0)
    stretch.file.close()
