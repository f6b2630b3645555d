"""bib import end to end: the seed list, mis-decoded text, twice the same, what the command says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from llminfer_bib.cli import cli
from llminfer_bib.identifiers import url_identity
from llminfer_bib.library import Library

ROOT = Path(__file__).parents[1]
LIST = "# L\n\n## 博客\n\n- [一篇文章](https://zhuanlan.zhihu.com/p/1)\n\n## Method papers\n\n- [A Paper](https://arxiv.org/abs/2309.06180)\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    (tmp_path / "bib.toml").write_text((ROOT / "bib.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "refs.bib").write_text("", "utf-8")
    (tmp_path / "list.md").write_text(LIST, "utf-8")
    monkeypatch.chdir(tmp_path)

    def command(*args: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(cli, ["import", *args], standalone_mode=False)
        if done.exception is not None:
            return getattr(done.exception, "exit_code", -1), done.stdout, str(done.exception)
        return int(done.return_value), done.stdout, done.stderr

    return command


def test_a_list_is_imported_once(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, _, said = run("list.md")
    assert code == 0
    assert "bib enrich" in said
    text = (tmp_path / "refs.bib").read_text("utf-8")
    assert [(e.category, e.kind) for e in Library.open(tmp_path / "refs.bib")] == [
        ("blog", "blog"),
        ("method", "preprint"),
    ]
    code, out, _ = run("list.md", "--json")
    assert code == 0
    assert json.loads(out)["added"] == []
    assert (tmp_path / "refs.bib").read_text("utf-8") == text


def test_a_dry_run_writes_nothing(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = run("list.md", "--dry-run")
    assert code == 0
    assert "2309.06180" in out
    assert (tmp_path / "refs.bib").read_text("utf-8") == ""


def test_misdecoded_text_is_refused_or_repaired(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(LIST.replace("一篇文章", "简单文章").encode().decode("latin-1"), "utf-8")
    code, _, said = run("bad.md")
    assert code == 5
    assert "--repair-encoding" in said
    assert (tmp_path / "refs.bib").read_text("utf-8") == ""
    assert run("bad.md", "--repair-encoding")[0] == 0
    assert "简单文章" in (tmp_path / "refs.bib").read_text("utf-8")


@pytest.mark.parametrize("data", [b"\xff\x00x", b"a\x00b", b"\x80abc"])
def test_what_is_no_text_is_refused(run: Callable[..., tuple[int, str, str]], tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.md").write_bytes(data)
    assert run("x.md")[0] == 5


def test_a_file_that_is_not_there_is_refused(run: Callable[..., tuple[int, str, str]]) -> None:
    assert run("nothing.md")[0] == 5


def test_a_file_without_entries_is_a_finding(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("# Nothing\n", "utf-8")
    assert run("empty.md")[0] == 1


def _same(kind: str) -> str:
    """A list of preprints does not know that a paper has been published since."""
    return "paper" if kind == "preprint" else kind


def test_the_seed_list_comes_in_and_goes_out(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, shared: Path
) -> None:
    seed = shared / "seed" / "reading-list.md"
    assert run(str(seed))[0] == 0
    library = Library.open(tmp_path / "refs.bib")
    assert len(library) == 102
    ours = list(Library.open(ROOT / "refs.bib"))
    assert [(e.category, _same(e.kind)) for e in library] == [(e.category, _same(e.kind)) for e in ours]
    page = "".join(library.render("md").values())
    (tmp_path / "again.md").write_text(page, "utf-8")
    places = [page.find(f"]({entry.url}") for entry in library]
    assert -1 not in places
    assert places == sorted(places)
    wanted = [
        line.rpartition("](")[2].rstrip().rstrip(")")
        for line in seed.read_text("utf-8").splitlines()
        if line.startswith("- [")
    ]
    assert [url_identity(entry.url) for entry in library] == [url_identity(url) for url in wanted]
    _, out, _ = run("again.md", "--json")
    assert json.loads(out)["added"] == []


def test_the_misdecoded_seed_list_is_refused(run: Callable[..., tuple[int, str, str]], shared: Path) -> None:
    code, _, said = run(str(shared / "seed" / "reading-list.mojibake.md"))
    assert code == 5
    assert "wrong encoding" in said


def test_what_is_lost_of_the_seed_list_does_not_come_in_as_garbage(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, shared: Path
) -> None:
    code, out, _ = run(str(shared / "seed" / "reading-list.mojibake.md"), "--repair-encoding", "--json")
    done = json.loads(out)
    assert code == 0
    assert done["lost_characters"] > 100
    left_out = [each for each in done["unmapped"] if "lost in a wrong encoding" in each["why"]]
    assert len(done["added"]) + len(left_out) == 102
    titles = {str(e.fields.get("annotation", e.title)) for e in Library.open(tmp_path / "refs.bib")}
    seed = " ".join((shared / "seed" / "reading-list.md").read_text("utf-8").split())
    assert [title for title in titles if title not in seed] == []


OURS = "@inproceedings{ours,\n  author = {Kwon, Woosuk},\n  title = {Paged Attention},\n  year = {2023},\n  doi = {10.1145/1},\n}\n"


@pytest.mark.parametrize(
    ("theirs", "changed", "code", "conflicts"),
    [
        ("booktitle = {SOSP}, pages = {1-9}, year = {2023}", "  booktitle = {SOSP},\n  pages = {1--9},\n", 0, []),
        ("year = {2019}, pages = {1-9}", "  pages = {1--9},\n", 3, ["year"]),
        ("title = {Another Work Altogether}", "", 3, ["title"]),
        ("author = {Woosuk Kwon}, title = {Paged attention}", "", 0, []),
        ("abstract = {Long}, keywords = {x}, note = {mine}, file = {a.pdf}", "", 0, []),
        ("date = {2023-10}, journaltitle = {J}", "  journaltitle = {J},\n", 0, []),
        ("url = {https://example.org/}", "", 0, []),
    ],
)
def test_what_is_there_gets_what_it_lacks_and_keeps_its_own(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, theirs: str, changed: str, code: int, conflicts: list[str]
) -> None:
    (tmp_path / "refs.bib").write_text(OURS, "utf-8")
    (tmp_path / "other.bib").write_text(f"@inproceedings{{x, {theirs}, doi = {{10.1145/1}}}}\n", "utf-8")
    done, out, _ = run("other.bib", "--json")
    assert done == code
    assert (tmp_path / "refs.bib").read_text("utf-8") == OURS.replace(
        "doi = {10.1145/1},\n", f"doi = {{10.1145/1}},\n{changed}"
    )
    report = json.loads(out)
    assert [one["field"] for one in report["conflicts"]] == conflicts and bool(report["filled"]) == bool(changed)
    again = (tmp_path / "refs.bib").read_text("utf-8")
    run("other.bib")
    assert (tmp_path / "refs.bib").read_text("utf-8") == again


def test_a_preprint_is_not_mixed_with_its_published_version(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    ours = "@misc{pre,\n  author = {Li, Wei},\n  title = {Pruning Models},\n  year = {2022},\n  eprint = {2309.06180},\n  eprinttype = {arxiv},\n}\n"
    (tmp_path / "refs.bib").write_text(ours, "utf-8")
    theirs = "@article{x, author = {Li, Wei}, title = {Pruning Models}, journal = {J}, year = {2023}, volume = {1}, doi = {10.1000/1}, eprint = {2309.06180}, eprinttype = {arxiv}}\n"
    (tmp_path / "other.bib").write_text(theirs, "utf-8")
    run("other.bib")
    assert (tmp_path / "refs.bib").read_text("utf-8") == ours.replace("arxiv},\n}", "arxiv},\n  doi = {10.1000/1},\n}")
