"""Look at what a benchmarked program wrote; exit with a message when it did not do its job.

usage: check.py csl OUT COUNT | check.py text OUT COUNT | check.py set BEFORE AFTER VALUE

A program of its own, so that the process that measures stays small.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path


def check_csl(out: str, count: str) -> None:
    """Insist on one CSL item for each entry, with type and title, and with people in most. (pandoc drops some.)"""
    items = json.loads(Path(out).read_text("utf-8"))
    whole = sum(bool(item.get("type") and item.get("title")) for item in items)
    people = sum("author" in item for item in items)
    if len(items) != int(count) or whole < 0.99 * len(items) or people < 0.8 * len(items):
        sys.exit(f"{out}: {len(items)} items of {count}, {whole} with type and title, {people} with authors")


def check_text(out: str, count: str) -> None:
    """Insist on some text for each entry; ``OUT`` is a file or a folder of them."""
    path = Path(out)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file())
    if size < 80 * int(count):
        sys.exit(f"{out}: {size} bytes for {count} entries")


def check_set(before: str, after: str, value: str) -> None:
    """Insist that the new value is there and next to nothing else changed. (pynakes may move the field and a comma.)"""
    old, new = (Counter(Path(path).read_text("utf-8").splitlines()) for path in (before, after))
    gone, come = list((old - new).elements()), list((new - old).elements())
    if len(gone) > 2 or len(come) > 2 or not any(value in line for line in come):
        sys.exit(f"{after}: {gone[:3]} became {come[:3]}")


CHECKS: dict[str, Callable[..., None]] = {"csl": check_csl, "text": check_text, "set": check_set}

if __name__ == "__main__":
    CHECKS[sys.argv[1]](*sys.argv[2:])
