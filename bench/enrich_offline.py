"""Measure `bib enrich --offline` with a warm cache at growing sizes, against `bib list` of the same file in the same run.

usage: enrich_offline.py [SIZE]...        (1000 10000 by default; needs the development environment)

Half of the entries have an arXiv id, half a DOI; every fifth lacks what the sources know, the others agree with them. The
cache is filled directly, so that no service is needed. Prints a Markdown table: CPU seconds of the whole process (user and
system), the time over the start-up of `bib enrich` with nothing to do, and the growth per entry.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fakes import arxiv_entry, crossref_work  # noqa: E402

from llminfer_bib.sources.cache import Cache  # noqa: E402

NAMESPACES = b'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
BIB = [sys.executable, "-m", "llminfer_bib"]


LETTERS = "bcdfghjklmnprstvwz"


def authors(number: int) -> list[str]:
    """Return four made-up people."""
    odd = LETTERS[number % 18] + "a" + LETTERS[number // 18 % 18] + "e"
    return [f"Ada Love{odd}", "Wei Zhang", "Jean Dupont", f"Maria Garc\u00eda{odd}"]


def family_first(name: str) -> str:
    """Return ``Family, Given``."""
    given, family = name.split()
    return f"{family}, {given}"


def make(folder: Path, size: int) -> None:
    """Write a library of `size` entries and the answers about them."""
    entries, feeds, works = [], {}, {}
    for number in range(size):
        title = f"Efficient Inference Number {number} with PagedAttention and Sparse KV Caches"
        people = " and ".join(map(family_first, authors(number)))
        whole = number % 5 != 0
        words = f"  author = {{{people}}},\n  title = {{{title}}},\n" if whole else ""
        if number % 2:
            identifier = f"{15 + number // 99999 % 70:02d}{1 + number // 9999 % 12:02d}.{number % 99999:05d}"
            entry = arxiv_entry(identifier, title, authors(number), comment="12 pages")
            feeds[identifier] = entry.replace(b"<entry>", b"<entry " + NAMESPACES + b">", 1)
            entries.append(
                f"@misc{{k{number},\n{words}  eprint = {{{identifier}}},\n  eprinttype = {{arxiv}},\n  pubstate = {{preprint}},\n}}\n"
            )
        else:
            doi = f"10.1145/{number}.1"
            works[doi] = json.dumps(
                crossref_work(doi, title, authors(number), type="journal-article", container="A Journal", year=2023)
            ).encode()
            entries.append(f"@article{{k{number},\n{words}  journal = {{A Journal}},\n  doi = {{{doi}}},\n}}\n")
    (folder / "refs.bib").write_text("\n".join(entries))
    with Cache.open(folder / "cache") as cache:
        cache.put_many("arxiv", feeds, [], time.time())
        cache.put_many("crossref", works, [], time.time())


def cpu(words: list[str], folder: Path) -> float:
    """Return the CPU seconds of a run of `bib`, the best of three."""
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [*BIB, *words],
            cwd=folder,
            env={**os.environ, "BIB_CACHE_DIR": str(folder / "cache")},
            capture_output=True,
            check=False,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise SystemExit(done.stderr.decode()[-800:])
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


def main() -> None:
    """Measure and print."""
    sizes = [int(word) for word in sys.argv[1:]] or [1000, 10_000]
    print("| entries | enrich --offline, CPU s | over start-up | ms an entry | list, CPU s | ratio |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as base:
        empty = Path(base) / "empty"
        empty.mkdir()
        make(empty, 0)
        start = cpu(["enrich", "--offline", "--source", "arxiv", "--source", "crossref"], empty)
        for size in sizes:
            folder = Path(base) / str(size)
            folder.mkdir()
            make(folder, size)
            taken, listed = (
                cpu(["enrich", "--offline", "--source", "arxiv", "--source", "crossref"], folder),
                cpu(["list"], folder),
            )
            over = taken - start
            print(
                f"| {size:,} | {taken:.2f} | {over:.2f} | {1000 * over / size:.2f} | {listed:.2f} | {taken / listed:.1f} |"
            )


if __name__ == "__main__":
    main()
