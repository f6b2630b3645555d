"""How a push grows: 1,000 and 10,000 entries to a loopback Zotero; requests, seconds and memory, and the second push.

usage: zotero_push.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fakes import FakeZotero  # noqa: E402

ENTRY = """\
@inproceedings{{key{n},
  author = {{Li, Wei and Kwon, Woosuk and 王, 小明}},
  title = {{Efficient Serving of Large Models, Part {n}}},
  booktitle = {{Proceedings of Something}},
  year = {{2023}},
  pages = {{{n}--{n}}},
  doi = {{10.1000/{n}}},
  url = {{https://example.org/{n}}},
  keywords = {{method, serving}},
}}
"""


def push(folder: Path, environment: dict[str, str]) -> tuple[float, int]:
    """Push once; return CPU seconds and the most memory in MB of a program of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    line = "import resource,sys; from llminfer_bib.__main__ import run; c=run(['-q','zotero','push','--json']); "
    line += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss//1024, file=sys.stderr); sys.exit(c)"
    done = subprocess.run(
        [sys.executable, "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, int(done.stderr.split()[-1])


def main() -> None:
    """Print a row for each size."""
    print(f"{'entries':>8} {'push':>6} {'CPU s':>7} {'wall s':>7} {'MB':>5} {'reads':>6} {'writes':>7}")
    for count in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as name, FakeZotero() as zotero:
            zotero.keep_bodies = False
            folder = Path(name)
            (folder / "refs.bib").write_text("".join(ENTRY.format(n=n) for n in range(1, count + 1)), "utf-8")
            environment = {**zotero.environment, "BIB_CACHE_DIR": name, "HOME": name, "PATH": "/usr/bin:/bin"}
            for which in ("first", "second"):
                zotero.requests.clear()
                start = time.perf_counter()
                cpu, memory = push(folder, environment)
                wall = time.perf_counter() - start
                writes = sum(request.method != "GET" for request in zotero.requests)
                reads = len(zotero.requests) - writes
                print(f"{count:>8,} {which:>6} {cpu:>7.1f} {wall:>7.1f} {memory:>5} {reads:>6} {writes:>7}")


if __name__ == "__main__":
    main()
