"""Measure ``bib tex`` on a book: 300 pages in 30 files, 2,000 citations, a library of 10,000 entries; exit 1 above the limit.

usage: tex.py [--rounds N] [--limit SECONDS] [--keep FOLDER]

The text is made with a fixed seed and looks like a thesis: formulas, tables, listings, comments and cite commands of natbib and
biblatex with notes. Wall time is that of the whole process; the median of the rounds counts. The answer is checked.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median

HERE = Path(__file__).resolve().parent
ENTRIES, CHAPTERS, PAGES, CITATIONS = 10_000, 30, 300, 2_000
COMMANDS = ("cite{%s}", "citep[see][p.~3]{%s}", "citet{%s}", "parencite[cf.][]{%s}", "textcite{%s}", "footcite{%s}")
WORDS = (
    "the of attention cache memory request batch token model decoding we measure throughput latency on a server".split()
)
FURNITURE = (
    "\\begin{equation}\\label{eq:%d} T = \\frac{\\sum_{i=1}^{n} t_i}{n} + \\alpha \\cdot \\max(x, y) \\end{equation}\n",
    "\\begin{table}[t]\\centering\\begin{tabular}{lrr} a & \\textbf{1.5} & 2 \\\\ b & 3 & 4\\%% \\\\ \\end{tabular}\\end{table}%% %d\n",
    "\\begin{lstlisting}[language=Python]\nprint('\\cite{not_a_key}')  # %d\n\\end{lstlisting}\n",
    "%% \\cite{commented_out_%d} is no citation\n",
)


def write_book(folder: Path, keys: list[str], random: Random) -> None:
    """Write main.tex and its chapters: 3,000 characters a page, every citation of a key of the library."""
    main = [
        "\\documentclass{book}",
        "\\usepackage[style=numeric]{biblatex}",
        "\\addbibresource{refs.bib}",
        "\\begin{document}",
    ]
    each = CITATIONS // CHAPTERS + 1
    left = CITATIONS
    for chapter in range(CHAPTERS):
        parts = [f"\\chapter{{Chapter {chapter}}}\n"]
        now = min(each, left)
        left -= now
        room = PAGES // CHAPTERS * 3_000 // now
        for number in range(now):
            text = " ".join(random.choices(WORDS, k=room // 7))
            parts.append(
                f"{text} \\{random.choice(COMMANDS) % random.choice(keys)}, \\emph{{{random.choice(WORDS)}}}.\n\n"
            )
            if number % 4 == 0:
                parts.append(random.choice(FURNITURE) % number)
        (folder / f"chapter{chapter}.tex").write_text("".join(parts), "utf-8")
        main.append(f"\\include{{chapter{chapter}}}")
    (folder / "main.tex").write_text("\n".join([*main, "\\printbibliography", "\\end{document}", ""]), "utf-8")


def measure(folder: Path, words: list[str]) -> tuple[float, dict]:
    """Run the command once; return seconds and its answer."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "llminfer_bib", "--file", "refs.bib", "-q", "tex", "main.tex", "--json", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode not in {0, 1}:
        sys.exit(done.stderr)
    return seconds, json.loads(done.stdout)


def main() -> None:
    """Make the book, measure, and say whether the limit holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=1.0)
    parser.add_argument("--keep", type=Path, help="a folder for the book, left in place")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(ENTRIES), str(folder / "refs.bib")], check=True)
        from llminfer_bib import Library  # noqa: PLC0415  (after the file is there)

        keys = [entry.key for entry in Library.open(folder / "refs.bib").stream()]
        write_book(folder, keys, Random(4))
        slow = False
        for words in ([], ["--unused"], ["--subset", "cited.bib"]):
            runs = [measure(folder, words) for _ in range(options.rounds)]
            answer = runs[0][1]
            if answer["citations"] != CITATIONS or answer["missing"]:
                sys.exit(f"{answer['citations']} citations, missing: {answer['missing'][:3]}")
            seconds = median(run[0] for run in runs)
            slow = slow or seconds > options.limit
            pages = sum(path.stat().st_size for path in folder.glob("*.tex")) // 3_000
            print(
                f"bib tex {' '.join(words):22} {seconds:.2f} s  ({CITATIONS} citations, {pages} pages, {ENTRIES} entries)"
            )
    sys.exit(slow)


if __name__ == "__main__":
    main()
