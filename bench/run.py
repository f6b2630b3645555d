"""Measure ``bib`` and its peers in one run and print the ratios as Markdown.

usage: run.py [--peers VENV] [--node-modules FOLDER] [--only WORD]... [--rounds N] [--long] [--check]

The programs of a job take turns, round by round, so that a slow minute of the machine hits all of them; the median counts.
Wall time, CPU time (user and system) and peak memory are those of the whole process. Every program's first output is
looked at before it counts. A peer that is not installed is named and left out; one that refuses a file is shown as that.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OURS = "bib"
SMALL, LARGE = 10_000, 100_000
VALUE = "1987"  # no generated entry has it


@dataclass(frozen=True, slots=True)
class Program:
    """One side of a comparison. Words may hold {file} {out} {key} {value}; ``out`` is what the check looks at."""

    name: str
    words: tuple[str, ...]
    limit: float = 0.0
    """Ours may take at most this share of its wall time; 0 where no limit was asked."""
    once: bool = False
    """Minutes long: measured in one round only."""
    long: bool = False
    """Measured only with --long."""
    out: str = "{out}"


@dataclass(frozen=True, slots=True)
class Job:
    """The same work, done by us and by the peers."""

    title: str
    size: int
    check: str
    """A word of check.py, or nothing."""
    programs: tuple[Program, ...]
    limit: str = ""
    """``fastest 0.4``: against the fastest peer; ``plus 20``: milliseconds more than the peer; ``at most 250`` milliseconds."""
    memory: bool = False
    """Peak memory counts too: no more than the peers', under 8 times the file."""


@dataclass(slots=True)
class Sample:
    """What was measured of one program."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Peers:
    """Where the peers are; a name maps to the words that start it, or is missing."""

    python: str
    pynakes: str
    node: str
    pandoc: str
    node_modules: str

    @classmethod
    def find(cls, venv: Path, node_modules: Path) -> Peers:
        """Look for every peer once."""
        inside = {name: str(venv / "bin" / name) for name in ("python", "pynakes")}
        there = {name: path if os.access(path, os.X_OK) else "" for name, path in inside.items()}
        node = shutil.which("node") or ""
        if not (node_modules / "@citation-js").is_dir():
            node = ""
        return cls(there["python"], there["pynakes"], node, shutil.which("pandoc") or "", str(node_modules))


def jobs(peers: Peers) -> Iterator[Job]:
    """Yield the comparisons."""
    bib = (str(Path(sys.executable).parent / "bib"), "--file", "{file}")
    python = sys.executable

    def refkit(program: str) -> tuple[str, ...]:
        return (peers.python, str(HERE / program), "{file}", "{out}")

    ours_set = Program(OURS, (*bib, "set", "{key}", "year={value}"), out="{file}")
    refkit_set = Program("refkit", (*refkit("refkit_set.py"), "{key}", "year", "{value}"), limit=1.0)
    pynakes_words = (peers.pynakes, "fields", "set", "{file}", "year", "{value}", "--key", "{key}")
    pynakes = Program("pynakes", pynakes_words, limit=0.01, once=True, out="{file}")
    yield Job("set one field", 5_000, "set", (ours_set, refkit_set, pynakes))
    yield Job("set one field", LARGE, "set", (ours_set, refkit_set))

    csl = (
        Program(OURS, (*bib, "export", "-f", "csl-json", "-o", "{out}")),
        Program("citation-js", (peers.node, str(HERE / "citation_js.cjs"), "{file}", "{out}")),
        Program("refkit", refkit("refkit_csl.py")),
        Program("pandoc", (peers.pandoc, "-f", "biblatex", "-t", "csljson", "{file}", "-o", "{out}"), once=True),
    )
    yield Job("csl-json", SMALL, "csl", csl, limit="fastest 0.4", memory=True)
    yield Job("csl-json", LARGE, "csl", csl[:3], limit="fastest 0.4", memory=True)

    lists = (
        Program(OURS, (*bib, "export", "-f", "md", "-o", "{out}")),
        Program("refkit, apa", refkit("refkit_list.py"), once=True),
        Program("pybtex, plain", refkit("pybtex_list.py"), once=True),
    )
    yield Job("formatted list", SMALL, "text", lists, limit="fastest 0.1", memory=True)
    pybtex = Program("pybtex, plain", refkit("pybtex_list.py"), once=True, long=True)
    yield Job("formatted list", LARGE, "text", (*lists[:2], pybtex), limit="fastest 0.1", memory=True)

    empty = Program("python -c 'import click'", (python, "-c", "import click"))
    yield Job("start: --version", 0, "", (Program(OURS, (*bib[:1], "--version")), empty), limit="plus 20")
    export = Program(OURS, (bib[0], "--file", str(ROOT / "refs.bib"), "export", "-f", "md"))
    bare = Program("python -c pass", (python, "-c", "pass"))
    yield Job("export -f md of refs.bib", 0, "", (export, bare), limit="at most 250")


# How CPU time grows from 10,000 to 100,000 entries: every command. Words as in Program.
GROWTH_LIMIT = 11.0
GROWTH = (
    ("export -f csl-json", ("export", "-f", "csl-json", "-o", "{out}")),
    ("export -f md", ("export", "-f", "md", "-o", "{out}")),
    ("export -f lists", ("export", "-f", "lists", "-o", "{out}")),
    ("list", ("list",)),
    ("list --json", ("list", "--json")),
    ("show", ("show", "{key}")),
    ("search", ("search", "quantized", "kernel")),
    ("search --json", ("search", "--json", "推理")),
    ("set", ("set", "{key}", "year={value}")),
)


class Bench:
    """Runs programs in a folder of their own and measures them."""

    def __init__(self, folder: Path, peers: Peers, rounds: int) -> None:
        self.folder, self.rounds = folder, rounds
        self.environment = {**os.environ, "NODE_PATH": peers.node_modules, "PYTHONDONTWRITEBYTECODE": ""}

    def source(self, size: int) -> Path:
        """Return the generated file of this size; another process makes it, because our memory counts as a child's."""
        path = self.folder / f"{size}.bib"
        if size and not path.exists():
            subprocess.run(
                [sys.executable, HERE / "generate.py", str(size), path], check=True, stdout=subprocess.DEVNULL
            )
        return path

    def key(self, size: int) -> str:
        """Return the key of a conference paper behind the middle of the file."""
        with self.source(size).open(encoding="utf-8") as lines:
            wanted = (line for line in lines if line.startswith("@inproceedings{"))
            keys = [line.partition("{")[2].rstrip(",\n") for line in wanted]
        return keys[len(keys) * 3 // 5]

    def prepare(self, program: Program, size: int) -> dict[str, str]:
        """Lay out fresh files for one run and return what stands for the braces."""
        file, out = self.folder / "work.bib", self.folder / "out"
        if out.is_dir():
            shutil.rmtree(out)
        out.unlink(missing_ok=True)
        if size:
            shutil.copyfile(self.source(size), file)
        key = self.key(size) if any("{key}" in word for word in program.words) else ""
        return {"file": str(file), "out": str(out), "key": key, "value": VALUE}

    def run(self, program: Program, size: int, sample: Sample) -> dict[str, str]:
        """Run once and add to the sample."""
        names = self.prepare(program, size)
        words = [word.format_map(names) if word.startswith(("{", "year=")) else word for word in program.words]
        with (self.folder / "stdout").open("wb") as out, (self.folder / "stderr").open("wb") as err:
            start = time.perf_counter()
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=self.environment)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            lines = (self.folder / "stderr").read_text("utf-8", "replace").strip().splitlines() or ["no message"]
            sample.failed = lines[-1][:80]
        sample.wall.append(wall)
        sample.cpu.append(usage.ru_utime + usage.ru_stime)
        sample.peak.append(usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))
        return names

    def verify(self, job: Job, program: Program, names: dict[str, str]) -> str:
        """Return what is wrong with the output of the run just made, or nothing."""
        if not job.check:
            return ""
        out = program.out.format_map(names)
        more = [str(self.source(job.size)), out, VALUE] if job.check == "set" else [out, str(job.size)]
        done = subprocess.run(
            [sys.executable, HERE / "check.py", job.check, *more], capture_output=True, text=True, check=False
        )
        return done.stderr.strip().splitlines()[-1] if done.returncode else ""

    def measure(self, job: Job, programs: Sequence[Program]) -> dict[str, Sample]:
        """Return the samples of one job: the programs take turns."""
        samples = {program.name: Sample() for program in programs}
        for number in range(self.rounds if job.size else 4 * self.rounds):
            for program in programs:
                sample = samples[program.name]
                if number and program.once:
                    continue
                names = self.run(program, job.size, sample)
                if number == 0 and not sample.failed and (wrong := self.verify(job, program, names)):
                    sample.failed = wrong
        return samples


def verdict(job: Job, program: Program, samples: dict[str, Sample], size: float) -> list[tuple[str, bool]]:
    """Return the limits that this row speaks about, each with whether it is kept."""
    mine, other = samples[OURS], samples[program.name]
    wall = median(mine.wall)
    found = []
    if program.name != OURS:
        if program.limit and not mine.failed:
            found.append((f"<= {program.limit:g}", wall <= program.limit * median(other.wall)))
        return found
    peers = [sample for name, sample in samples.items() if name != OURS and not sample.failed]
    word, _, number = job.limit.rpartition(" ")
    fastest = min((median(sample.wall) for sample in peers), default=0.0)
    if word == "fastest" and fastest:
        found.append((f"<= {number} of the fastest: {wall / fastest:.2f}", wall <= float(number) * fastest))
    elif word == "plus":
        found.append((f"<= {number} ms more: {1000 * (wall - fastest):.0f}", wall - fastest <= float(number) / 1000))
    elif word == "at most":
        found.append((f"<= {number} ms: {1000 * wall:.0f}", wall <= float(number) / 1000))
    if job.memory:
        peak = median(mine.peak)
        found.append((f"< 8 times the file: {peak / size:.1f}", peak < 8 * size))
        if peers:
            found.append(("peak <= every peer's", peak <= min(median(sample.peak) for sample in peers)))
    return found


def compare(bench: Bench, job: Job, *, long: bool) -> tuple[list[str], bool]:
    """Run one job; return its rows and whether every limit is kept."""
    programs = [program for program in job.programs if program.words[0] and (long or not program.long)]
    for program in job.programs:
        if program not in programs:
            print(
                f"left out: {program.name} ({'use --long' if program.words[0] else 'not installed'})", file=sys.stderr
            )
    bench.source(job.size)
    samples = bench.measure(job, programs)
    size = bench.source(job.size).stat().st_size / 1024**2 if job.size else 0.0
    rows, kept = [], True
    for program in programs:
        sample = samples[program.name]
        checks = verdict(job, program, samples, size)
        kept = kept and all(fine for _, fine in checks) and not (program.name == OURS and sample.failed)
        said = "; ".join(f"{text} {'yes' if fine else '**NO**'}" for text, fine in checks)
        ratio = f"{median(samples[OURS].wall) / median(sample.wall):.3g}" if program.name != OURS else ""
        name = f"{program.name} (stopped: {sample.failed})" if sample.failed else program.name
        title = f"{job.title}, {job.size:,}" if job.size else job.title
        numbers = f"{median(sample.wall):.3f} | {median(sample.cpu):.3f} | {median(sample.peak):.0f}"
        rows.append(f"| {title} | {name.replace('|', '/')} | {numbers} | {ratio} | {said} |")
    return rows, kept


def growth(bench: Bench, title: str, words: tuple[str, ...]) -> tuple[str, bool]:
    """Measure one command at both sizes, in turns; return its row and whether CPU time grows as it should."""
    bib = (str(Path(sys.executable).parent / "bib"), "--file", "{file}")
    program = Program(OURS, (*bib, *words))
    samples = {SMALL: Sample(), LARGE: Sample()}
    for _ in range(bench.rounds):
        for size, sample in samples.items():
            bench.source(size)
            bench.run(program, size, sample)
    small, large = (median(samples[size].cpu) for size in (SMALL, LARGE))
    failed = samples[SMALL].failed or samples[LARGE].failed
    ratio = large / small
    fine = ratio <= GROWTH_LIMIT and not failed
    peak = median(samples[LARGE].peak) / (bench.source(LARGE).stat().st_size / 1024**2)
    said = f"stopped: {failed}" if failed else "yes" if fine else "**NO**"
    return f"| {title} | {small:.3f} | {large:.3f} | {ratio:.1f} | {peak:.1f} | {said} |", fine


def header(peers: Peers) -> Iterator[str]:
    """Yield what was measured, where."""
    yield f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}, {time.strftime('%Y-%m-%d')}."
    if peers.python:
        question = "from importlib.metadata import version as v; print(*(f'{n} {v(n)}' for n in ('refkit', 'pybtex', 'pynakes')), sep=', ')"
        done = subprocess.run([peers.python, "-c", question], capture_output=True, text=True, check=False)
        yield done.stdout.strip()
    if peers.pandoc:
        yield subprocess.run(
            [peers.pandoc, "--version"], capture_output=True, text=True, check=False
        ).stdout.splitlines()[0]
    yield ""


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-bench", help="an environment with the Python peers")
    parser.add_argument("--node-modules", type=Path, default=ROOT / ".venv-bench" / "node_modules")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        help="jobs whose `title SIZE`, or `growth COMMAND`, ends so or holds this and a blank",
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--long", action="store_true", help="measure what takes many minutes too")
    parser.add_argument("--check", action="store_true", help="exit 1 if a limit is not kept")
    parser.add_argument("--work", type=Path, help="a folder to work in and keep; otherwise a temporary one")
    options = parser.parse_args()
    peers = Peers.find(options.peers, options.node_modules.resolve())
    kept = True

    def wanted(title: str) -> bool:
        return not options.only or any(f"{word} " in f"{title} " for word in options.only)

    with tempfile.TemporaryDirectory(prefix="bib-bench-") as temporary:
        folder = options.work or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, peers, options.rounds)
        print("\n".join(header(peers)))
        print(
            "| work | program | wall s | CPU s | peak MB | ours / this | limits |\n| --- | --- | --: | --: | --: | --: | --- |"
        )
        for job in jobs(peers):
            if wanted(f"{job.title} {job.size}"):
                rows, fine = compare(bench, job, long=options.long)
                kept = kept and fine
                print("\n".join(rows), flush=True)
        print(
            f"\n| CPU s | {SMALL:,} | {LARGE:,} | growth | peak / file | <= {GROWTH_LIMIT:g} |\n| --- | --: | --: | --: | --: | --- |"
        )
        for title, words in GROWTH:
            if wanted(f"growth {title}"):
                row, fine = growth(bench, title, words)
                kept = kept and fine
                print(row, flush=True)
    return 1 if options.check and not kept else 0


if __name__ == "__main__":
    sys.exit(main())
