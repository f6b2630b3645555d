"""Count the requests that `bib enrich` and its peers make for the same list, against the same servers on this machine.

usage: count_requests.py [--arxiv N] [--doi M] [--peers VENV] [--only WORD]...

Writes a list of N arXiv identifiers and M DOIs (400 and 300) to a temporary folder, serves it by the servers of tests/fakes and prints a
Markdown table: requests by service, in all, and how many times ours. Nobody outside is asked. The peers are

- a plain loop with `arxiv`, one `Search(id_list=[id])` each, and with `habanero`, one `works(ids=doi)` each;
- `habanero.works(ids=[all])`, which looks like a batch;
- `btac` of bibtexautocomplete from the venv that --peers names. It takes no other addresses, so a small program gives its connections
  those of the servers here and takes out its waiting; it asks crossref, arxiv and dblp only, and doi.org about what it found.

All runs count what arrives at the servers, further tries included. btac gives up the last questions to a service that lags behind the
others, so that its numbers differ a little from run to run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# This file is called as the library is; without this the packages below would import it in the library's place.
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT / "tests"), *(path for path in sys.path if Path(path or ".").resolve() != HERE)]

from fakes import (  # noqa: E402
    FakeArxiv,
    FakeCrossref,
    FakeDatacite,
    FakeDblp,
    FakeServer,
    Fault,
    Request,
    Response,
    arxiv_entry,
    crossref_work,
)

WORDS = "attention cache decoding experts kernels latency memory pruning quantization routing serving sparsity".split()
HOSTS = {"export.arxiv.org": "arxiv", "api.crossref.org": "crossref", "dblp.org": "dblp"}
LOOPS = ("arxiv, one by one", "habanero, works(ids=doi)")
OTHERS = "others"
"""The column of every other host that is asked: doi.org, and pages whose links are tried."""

BTAC = """
import http.client, json, os, sys
from bibtexautocomplete.lookups import https

places = json.loads(os.environ["BENCH_PLACES"])

class Connection(http.client.HTTPConnection):
    def __init__(self, domain, timeout=None, context=None):
        super().__init__("127.0.0.1", places.get(domain, places["others"]), timeout=timeout)

https.HTTPSConnection = Connection
https.sleep = lambda seconds: None

from bibtexautocomplete.core.main import main
sys.exit(main(sys.argv[1:]))
"""


class FakeOthers(FakeServer):
    """Says that every DOI is registered and every page is there."""

    def answer(self, request: Request, fault: Fault) -> Response:
        """Answer as the handle system does, or with a short page."""
        del fault
        if not request.path.startswith("/api/handles/"):
            return Response(200, {"content-type": "text/html"}, b"<html><title>A page</title></html>")
        page = {"type": "URL", "data": {"format": "string", "value": "https://publisher.example/page"}}
        body = {"responseCode": 1, "handle": request.path.removeprefix("/api/handles/"), "values": [page]}
        return Response(200, {"content-type": "application/json"}, json.dumps(body).encode())


@dataclass(frozen=True, slots=True)
class Work:
    """One entry of the list."""

    key: str
    title: str
    author: str
    arxiv: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """The list, its file, and the servers by name."""

    works: Sequence[Work]
    file: Path
    servers: dict[str, FakeServer]

    @property
    def environment(self) -> dict[str, str]:
        """What sends `bib` to the servers, with a cache of its own."""
        urls = {server.VARIABLE: server.url for server in self.servers.values() if server.VARIABLE}
        folder = self.file.parent / "cache"
        return {**os.environ, **urls, "BIB_CACHE_DIR": str(folder), "BIB_MAILTO": "bench@example.org", "NO_PROXY": "*"}


def works(arxiv: int, doi: int) -> list[Work]:
    """Make up the works: each title differs from the others in its last words."""
    made = []
    for number in range(arxiv + doi):
        word, other = WORDS[number % len(WORDS)], WORDS[number // len(WORDS) % len(WORDS)]
        title, author = f"Efficient {word} and {other} for models of series n{number}", f"Author{number}, Ada"
        if number < arxiv:
            made.append(Work(f"a{number}", title, author, arxiv=f"23{number // 1000 + 1:02d}.{number % 1000 + 10000}"))
        else:
            made.append(Work(f"d{number}", title, author, doi=f"10.1145/36{number:05d}.36{number:05d}"))
    return made


def bibtex(work: Work) -> str:
    """Return a work as an entry that lacks most of its fields."""
    own = f"eprint = {{{work.arxiv}}},\n  eprinttype = {{arxiv}}" if work.arxiv else f"doi = {{{work.doi}}}"
    kind = "misc" if work.arxiv else "article"
    return f"@{kind}{{{work.key},\n  author = {{{work.author}}},\n  title = {{{work.title}}},\n  {own},\n}}\n"


@contextmanager
def stand(arxiv: int, doi: int) -> Iterator[Stand]:
    """Serve the list for one program."""
    made = works(arxiv, doi)
    entries = [arxiv_entry(one.arxiv, one.title, [given_first(one)]) for one in made if one.arxiv]
    messages = [
        crossref_work(one.doi, one.title, [one.author], type="journal-article", container="A Journal")
        for one in made
        if one.doi
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeArxiv(entries) as arxiv_server,
        FakeCrossref(messages) as crossref,
        FakeDatacite() as datacite,
        FakeDblp() as dblp,
        FakeOthers() as others,
    ):
        file = Path(folder, "refs.bib")
        file.write_text("\n".join(map(bibtex, made)), "utf-8")
        Path(folder, "bib.toml").write_text('file = "refs.bib"\n', "utf-8")
        servers = {"arxiv": arxiv_server, "crossref": crossref, "datacite": datacite, "dblp": dblp, OTHERS: others}
        yield Stand(made, file, servers)


def given_first(work: Work) -> str:
    """Return the author as arXiv writes one."""
    family, _, given = work.author.partition(", ")
    return f"{given} {family}"


# --- the programs


def ours(at: Stand) -> None:
    """`bib enrich --no-upgrade --write`."""
    bib(at)


def ours_again(at: Stand) -> None:
    """Count a second run only: the file as it was, the answers in the cache."""
    text = at.file.read_bytes()
    bib(at)
    at.file.write_bytes(text)
    at.file.with_name("refs.lock.jsonl").unlink()
    for server in at.servers.values():
        server.requests.clear()
    bib(at)


def bib(at: Stand) -> None:
    """Run it; the pace between requests is kept, so that this takes seconds."""
    words = [sys.executable, "-m", "llminfer_bib", "--file", str(at.file), "-q", "enrich", "--no-upgrade", "--write"]
    subprocess.run(words, env=at.environment, cwd=at.file.parent, stdout=subprocess.DEVNULL, check=True)
    text = at.file.read_text("utf-8")
    if text.count("  url = ") != len(at.works):
        raise RuntimeError(f"{text.count('  url = ')} of {len(at.works)} entries were filled")


def arxiv_loop(at: Stand) -> None:
    """Ask one identifier at a time."""
    import arxiv  # noqa: PLC0415

    client = arxiv.Client(delay_seconds=0)
    client.query_url_format = at.servers["arxiv"].url + "/api/query?{}"
    found = sum(len(list(client.results(arxiv.Search(id_list=[one.arxiv])))) for one in at.works if one.arxiv)
    require(found, sum(bool(one.arxiv) for one in at.works))


def habanero_loop(at: Stand) -> None:
    """Ask one DOI at a time."""
    import habanero  # noqa: PLC0415

    source = habanero.Crossref(base_url=at.servers["crossref"].url)
    dois = [one.doi for one in at.works if one.doi]
    require(sum(source.works(ids=doi)["status"] == "ok" for doi in dois), len(dois))


def habanero_list(at: Stand) -> None:
    """Hand over all DOIs at once."""
    import habanero  # noqa: PLC0415

    source = habanero.Crossref(base_url=at.servers["crossref"].url)
    dois = [one.doi for one in at.works if one.doi]
    found = source.works(ids=dois)
    require(len(found) if isinstance(found, list) else 1, len(dois))


def btac(venv: Path) -> Callable[[Stand], None]:
    """Return the function that runs it from a venv."""

    def run(at: Stand) -> None:
        wrapper = at.file.with_name("btac.py")
        wrapper.write_text(BTAC, "utf-8")
        ports = {name: int(server.url.rpartition(":")[2]) for name, server in at.servers.items()}
        places = {host: ports[name] for host, name in HOSTS.items()} | {"others": ports[OTHERS]}
        words = [venv / "bin" / "python", wrapper, "-q", "crossref", "-q", "arxiv", "-q", "dblp"]
        subprocess.run(
            [*map(str, words), "-o", str(at.file.with_name("done.bib")), str(at.file)],
            env={**os.environ, "BENCH_PLACES": json.dumps(places)},
            cwd=at.file.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        require(at.file.with_name("done.bib").read_text("utf-8").count("\n@"), len(at.works), less=1)

    return run


def require(found: int, wanted: int, less: int = 0) -> None:
    """Refuse to count a program that did not do the work."""
    if found < wanted - less:
        raise RuntimeError(f"{found} of {wanted} came out")


# --- the table


def count(program: Callable[[Stand], None], arxiv: int, doi: int) -> dict[str, int] | str:
    """Return the requests by service, or what went wrong."""
    with stand(arxiv, doi) as at:
        try:
            program(at)
        except Exception as error:  # noqa: BLE001 (a peer that fails is shown as that)
            return f"{type(error).__name__}: {error}".replace("|", "/")[:120]
        return {name: len(server.requests) for name, server in at.servers.items()}


def main() -> int:
    """Run every program against servers of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arxiv", type=int, default=400, metavar="N", help="arXiv identifiers (400)")
    parser.add_argument("--doi", type=int, default=300, metavar="M", help="DOIs (300)")
    parser.add_argument("--peers", type=Path, metavar="VENV", help="a venv with bibtexautocomplete")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="only programs with this word")
    chosen = parser.parse_args()
    programs: dict[str, Callable[[Stand], None]] = {
        "bib enrich": ours,
        "bib enrich, second run": ours_again,
        LOOPS[0]: arxiv_loop,
        LOOPS[1]: habanero_loop,
        "habanero, works(ids=[all])": habanero_list,
    }
    if chosen.peers is not None:
        programs["bibtexautocomplete (-q crossref arxiv dblp)"] = btac(chosen.peers.absolute())
    columns = ["arxiv", "crossref", "datacite", "dblp", OTHERS]
    print(f"Requests for {chosen.arxiv} arXiv identifiers and {chosen.doi} DOIs\n")
    print(f"| program | {' | '.join(columns)} | all | times ours |")
    print(f"| --- |{' ---: |' * (len(columns) + 2)}")
    base: dict[str, int] = {}
    failed = False
    looped: list[dict[str, int]] = []
    for name, program in programs.items():
        if chosen.only and program is not ours and not any(word in name for word in chosen.only):
            continue
        found = count(program, chosen.arxiv, chosen.doi)
        if isinstance(found, str):
            failed = True
            print(f"| {name} | {found} |{' |' * (len(columns) + 1)}", flush=True)
            continue
        base = base or found
        show(name, columns, found, base)
        if name in LOOPS:
            looped.append(found)
            if len(looped) == len(LOOPS):
                both = {one: sum(counted[one] for counted in looped) for one in columns}
                show("both loops together", columns, both, base)
    if chosen.peers is None:
        print("\nbibtexautocomplete was left out: --peers names a venv that has it.")
    return int(failed)


def show(name: str, columns: Sequence[str], found: dict[str, int], base: dict[str, int]) -> None:
    """Print a row."""
    print(f"| {name} | {' | '.join(str(found[one]) for one in columns)} | {times(found, base)} |", flush=True)


def times(found: dict[str, int], base: dict[str, int]) -> str:
    """Return the sum, and how many times ours it is: a loop over one service is compared with ours for that service."""
    asked = {name for name, number in found.items() if number}
    ours_there = sum(base[name] for name in asked) if len(asked) == 1 else sum(base.values())
    total = sum(found.values())
    return f"{total} | {total / ours_there:.1f}" if ours_there else f"{total} | -"


if __name__ == "__main__":
    sys.exit(main())
