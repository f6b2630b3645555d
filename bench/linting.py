"""How long `bib check` takes with all rules, beside bibtexparser, which only reads the file, and biber, which checks its data model.

usage: linting.py [ENTRIES ...]      (5000 and 10000, if none are named)

Prints the seconds of the wall and of the processor, the memory, and the ratio to each peer of the same run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
ROUNDS = 3
READ = "import sys, bibtexparser; print(len(bibtexparser.parse_file(sys.argv[1]).entries))"


def measured(command: list[str]) -> tuple[float, float, int]:
    """Return the best wall time, its processor time, and the memory in megabytes."""
    best = (float("inf"), 0.0, 0)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1, 2):
            sys.exit(f"{command[0]} ended with {process.returncode}")
        wall = time.perf_counter() - began
        best = min(best, (wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024))
    return best


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        for entries in map(int, sys.argv[1:] or ["5000", "10000"]):
            file = Path(folder) / f"{entries}.bib"
            subprocess.run([sys.executable, HERE / "generate.py", str(entries), file], check=True, capture_output=True)
            bib = Path(sys.executable).with_name("bib")
            commands = {
                "bib check": [str(bib), "--file", str(file), "check"],
                "bibtexparser, reading": [sys.executable, "-c", READ, str(file)],
            }
            if biber := shutil.which("biber"):
                out = str(Path(folder) / "out.bib")
                commands["biber, data model"] = [biber, "--tool", "--validate-datamodel", "-O", out, str(file)]
            ours = 0.0
            for name, command in commands.items():
                wall, processor, memory = measured(command)
                ours = ours or wall
                print(f"{entries:>7} {name:<22} {wall:8.2f} s {processor:8.2f} s CPU {memory:5} MB {ours / wall:7.3f}")


if __name__ == "__main__":
    main()
