"""`bib diff`: two versions of a library compared by meaning, from two files or out of git."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.__main__ import run
from llminfer_bib.bibfile import Document
from llminfer_bib.commands import differences as commands
from llminfer_bib.differences import differences
from llminfer_bib.differences.comparing import ALIASES
from llminfer_bib.differences.renames import SIGNS
from llminfer_bib.differences.wording import field_lines, summary

ROOT = Path(__file__).parents[1]


def found(old: str, new: str):
    return differences(Document(old.encode()), Document(new.encode()))


def entry(body: str, key: str = "k", kind: str = "article") -> str:
    return f"@{kind}{{{key},\n  {body},\n}}\n"


# (what, old fields, new fields)
SAME = [
    ("TeX and Unicode", r'author = {G{\"o}del, Kurt}', "author = {Gödel, Kurt}"),
    ("initials", "author = {Kwon, W.}", "author = {Kwon, Woosuk}"),
    ("order of a name", "author = {Woosuk Kwon}", "author = {Kwon, Woosuk}"),
    ("protected words", "title = {{LLM} Serving}", "title = {LLM Serving}"),
    ("case", "title = {LLM serving}", "title = {LLM Serving}"),
    ("quotes", 'year = "2023"', "year = 2023"),
    ("dashes", "pages = {1-9}", "pages = {1--9}"),
    ("a month macro", "month = jan", "month = {1}"),
    ("a resolver", "doi = {https://doi.org/10.1000/X}", "doi = {10.1000/x}"),
    ("order of fields", "year = 2023, title = {A}", "title = {A}, year = 2023"),
    ("blanks", "title = {A  B}", "title = {A\n  B}"),
    ("year and month, or a date", "year = 2023, month = jan", "date = {2023-01}"),
    ("the file's own macro", "journal = acm", "journal = {ACM}"),
    ("blanks in a list of words", "keywords = {a,b}", "keywords = {a, b}"),
    *((f"{old} and {new}", f"{old} = {{X}}", f"{new} = {{X}}") for old, new in ALIASES.items()),
]  # fmt: skip
# (what, old fields, new fields, [(field, weight)])
DIFFERENT = [
    ("a year", "year = 2023", "year = 2022", [("year", "slight")]),
    ("a far year", "year = 2023", "year = 2019", [("year", "material")]),
    ("an author more", "author = {Kwon, W.}", "author = {Kwon, W. and Li, Z.}", [("author", "material")]),
    ("names behind others", "author = {Kwon, W. and others}", "author = {Kwon, W. and Li, Z.}", [("author", "slight")]),
    ("another DOI", "doi = {10.1000/x}", "doi = {10.1000/y}", [("doi", "material")]),
    ("a field more", "title = {A}", "title = {A}, year = 2023", [("year", "added")]),
    ("a field less", "title = {A}, year = 2023", "title = {A}", [("year", "removed")]),
    ("a topic", "keywords = {a, b}", "keywords = {a, c}", [("keywords", "slight")]),
    ("order of topics", "keywords = {a, b}", "keywords = {b, a}", [("keywords", "slight")]),
    ("both names of a field", "journal = {X}", "journal = {X}, journaltitle = {X}", [("journaltitle", "added")]),
    ("a date with a month more", "year = 2023", "date = {2023-01}", [("date", "slight")]),
]


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in SAME], ids=[row[0] for row in SAME])
def test_another_spelling_is_no_difference(old: str, new: str) -> None:
    macro = "@string{acm = {ACM}}\n"
    for mine, yours in ((old, new), (new, old)):
        seen = found(macro + entry(mine), macro + entry(yours))
        assert seen.equal
        assert not seen.changed


@pytest.mark.parametrize(("old", "new", "changes"), [row[1:] for row in DIFFERENT], ids=[row[0] for row in DIFFERENT])
def test_another_meaning_is_a_difference(old: str, new: str, changes: list) -> None:
    seen = found(entry(old), entry(new))
    assert not seen.equal
    assert [(change.field, change.weight) for change in seen.changed[0].changes] == changes


def test_a_type_is_compared_by_what_it_means() -> None:
    assert found(entry("t = {x}", kind="inproceedings"), entry("t = {x}", kind="conference")).equal
    seen = found(entry("t = {x}", kind="misc"), entry("t = {x}", kind="article"))
    assert [(c.field, c.old, c.new) for c in seen.changed[0].changes] == [("@type", "misc", "article")]


def test_a_macro_with_another_value_changes_the_entries_that_use_it() -> None:
    body = entry("journal = j") + entry("title = {A}", "other")
    seen = found("@string{j = {One Journal}}\n" + body, "@string{j = {Physics Letters}}\n" + body)
    assert [changed.key for changed in seen.changed] == ["k"]
    assert found("@string{j = {One}}\n" + body, "@string{i = {Two}}\n@string{j = {One}}\n" + body).equal


def test_what_parents_lend_is_shown_at_the_parent_alone() -> None:
    child = entry("title = {C}, crossref = {parent}", "child", "inproceedings")
    old, new = (child + entry(f"title = {{Book}}, year = {year}", "parent", "book") for year in (2001, 2009))
    assert [changed.key for changed in found(old, new).changed] == ["parent"]


# (the sign, old entry's fields, new entry's fields); each old key is `old`, each new one `new`
RENAMED = [
    (SIGNS[0][0], "old", "OLD", "note = {x}", "note = {y}"),
    (SIGNS[1][0], "old", "new", "doi = {10.1000/x}, title = {A}", "doi = {10.1000/X}, title = {B}"),
    (SIGNS[2][0], "old", "new", "eprint = {2309.06180}, eprinttype = {arxiv}", "url = {https://arxiv.org/abs/2309.06180v2}"),
    (SIGNS[3][0], "old", "new", "title = {Paged {A}ttention}, author = {Kwon, W.}", "title = {Paged attention}, author = {Kwon, Woosuk}"),
    (SIGNS[4][0], "old", "new", "title = {vLLM}, url = {https://a.org/b}", "title = {{vLLM}}, url = {https://a.org/b}"),
]  # fmt: skip
NOT_RENAMED = [
    ("the title alone", "title = {A}", "title = {A}"),
    ("another DOI", "title = {A}, author = {B, C}, doi = {10.1000/x}", "title = {A}, author = {B, C}, doi = {10.1000/y}"),
    ("other people", "title = {A}, author = {B, C}", "title = {A}, author = {D, E}"),
    ("no identifier", "note = {A}", "note = {A}"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "old", "new", "was", "now"), RENAMED, ids=[row[0] for row in RENAMED])
def test_an_entry_is_known_again_under_another_key(why: str, old: str, new: str, was: str, now: str) -> None:
    seen = found(entry(was, old), entry(now, new))
    assert [(pair.old, pair.new, pair.why) for pair in seen.renamed] == [(old, new, why)]
    assert not seen.added
    assert not seen.removed
    assert not seen.equal


@pytest.mark.parametrize(("was", "now"), [row[1:] for row in NOT_RENAMED], ids=[row[0] for row in NOT_RENAMED])
def test_what_may_be_two_works_is_removed_and_added(was: str, now: str) -> None:
    seen = found(entry(was, "old"), entry(now, "new"))
    assert not seen.renamed
    assert [item.key for item in (*seen.removed, *seen.added)] == ["old", "new"]


def test_an_identifier_that_two_entries_have_says_nothing() -> None:
    twice = entry("doi = {10.1000/x}", "a") + entry("doi = {10.1000/x}", "b")
    assert not found(twice, entry("doi = {10.1000/x}", "c")).renamed


def test_order_is_no_difference_and_told_in_as_few_keys_as_possible() -> None:
    one, two, three = (entry("title = {A}", key) for key in "abc")
    seen = found(one + two + three, two + three + one)
    assert seen.equal
    assert seen.moved == ("a",)
    assert summary(seen) == "no difference in meaning (moved ones: see -v)."


def test_a_repeated_key_is_told() -> None:
    seen = found(entry("title = {A}") + entry("title = {B}"), entry("title = {A}"))
    assert seen.equal
    assert len(seen.remarks) == 1


ANY = st.text(alphabet='@misc{}"%,=#\\ \n\rabk1', max_size=80)


@given(ANY, ANY)
@settings(max_examples=100)
def test_any_two_files_can_be_compared(old: str, new: str) -> None:
    assert found(old, old) == found(old, old)
    assert found(old, old).equal
    there, back = found(old, new), found(new, old)
    assert there.equal == back.equal
    assert [item.key for item in there.added] == [item.key for item in back.removed]
    "\n".join(field_lines(Document(new.encode())))


def test_many_entries_are_compared_in_linear_time() -> None:
    def make(count: int) -> tuple[str, str]:
        old = "".join(
            entry(f"title = {{Work {n}}}, author = {{Doe, J. and Roe, R.}}, year = 2020", f"k{n}") for n in range(count)
        )
        return old, old.replace("0}, author", "0 anew}, author").replace("{k7", "{q7")

    assert_in_proportion(make, lambda pair: found(*pair), 250)
    seen = found(*make(1000))
    assert len(seen.renamed) == 100
    assert len(seen.changed) == 89


# --- the command ---

OLD = entry("title = {Paged}, year = 2023") + entry("title = {Gone}", "gone")
NEW = entry("title = {Paged}, year = 2019") + entry("title = {Come}, author = {Li, W. and Ma, Y.}, year = 2024", "come")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "old.bib", tmp_path / "new.bib"]
    for path, text in zip(paths, (OLD, NEW), strict=True):
        path.write_text(text)
    return list(map(str, paths))


def test_the_command_prints_lines_and_exits_1(files: list[str], capsys) -> None:
    assert run(["diff", *files]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "- gone: Gone",
        "+ come: Come (W. Li et al., 2024)",
        "~ k",
        "    year",
        "-     2023",
        "+     2019",
    ]
    assert err.endswith("1 removed, 1 added, 1 changed.\n")
    assert "\x1b" not in out


def test_the_command_says_so_when_nothing_differs(files: list[str], capsys) -> None:
    assert run(["diff", files[0], files[0]]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "no difference in meaning." in err


def test_json_has_every_value(files: list[str], capsys) -> None:
    assert run(["-q", "diff", *files, "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["equal"] is False
    assert data["added"] == [
        {"key": "come", "type": "article", "fields": {"title": "Come", "author": "W. Li and Y. Ma", "year": "2024"}}
    ]
    assert [row["key"] for row in data["removed"]] == ["gone"]
    assert data["changed"][0]["changes"][0]["new"] == "2019"


def test_verbose_shows_spelling_and_order(tmp_path: Path, capsys) -> None:
    one, two = tmp_path / "1.bib", tmp_path / "2.bib"
    one.write_text(entry("year = {2023}") + entry("title = {B}", "b"))
    two.write_text(entry("title = {B}", "b") + entry("year = 2023"))
    assert run(["diff", str(one), str(two)]) == 0
    assert capsys.readouterr().out == ""
    assert run(["-v", "diff", str(one), str(two)]) == 0
    out = capsys.readouterr().out
    assert "= k: spelled otherwise, same meaning" in out
    assert "= moved among the others:" in out


@pytest.mark.parametrize(
    "arguments", [[], ["a.bib"], ["a", "b", "c"], ["a", "b", "--git", "HEAD"], ["--textconv"], ["--textconv", "a", "b"]]
)
def test_wrong_usage_says_what_to_write(arguments: list[str], capsys) -> None:
    assert run(["diff", *arguments]) == 2
    assert "bib diff" in capsys.readouterr().err or arguments[2:] == ["--git", "HEAD"]


def test_a_terminal_is_not_played_with(tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.bib"
    path.write_text(entry("title = {x\x1b[2Jy\u202e}"))
    (tmp_path / "b.bib").write_text("")
    assert run(["diff", str(path), str(tmp_path / "b.bib")]) == 1
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_textconv_is_one_decoded_field_a_line(tmp_path: Path, capsys) -> None:
    path = tmp_path / "a.bib"
    path.write_text(
        "@string{j = {Journal}}\n"
        + entry("year = 2020, journal = j", "zz")
        + entry(r"author = {G{\"o}del, Kurt}", "aa")
    )
    assert run(["diff", "--textconv", str(path)]) == 0
    assert (
        capsys.readouterr().out
        == "@article aa\n  author = Kurt Gödel\n\n@article zz\n  journal = Journal\n  year = 2020\n"
    )


# --- git ---


@pytest.fixture
def repository(needs_program, tmp_path: Path, monkeypatch) -> Path:
    git = needs_program("git")
    folder = tmp_path / "a repository"
    folder.mkdir()
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (folder / "sub").mkdir()
    (folder / "sub" / "refs.bib").write_text(OLD)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "x"], ["tag", "v1"]):
        subprocess.run([git, *arguments], cwd=folder, check=True, capture_output=True)
    (folder / "sub" / "refs.bib").write_text(NEW)
    monkeypatch.chdir(folder / "sub")
    return folder


@pytest.mark.parametrize("revision", ["HEAD", "v1", "HEAD~0", "HEAD^{tree}^{commit}", "@"])
def test_a_revision_is_compared_with_the_file_now(repository: Path, revision: str, capsys) -> None:
    code = run(["diff", "--git", revision])
    out, err = capsys.readouterr()
    if "tree" in revision:
        assert code == 2
        return
    assert code == 1
    assert "- gone: Gone" in out
    assert f"refs.bib at {revision} -> refs.bib: 1 removed, 1 added, 1 changed." in err


def test_inside_a_hook_the_repository_is_found(repository: Path, monkeypatch) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    assert run(["diff", "--git", "HEAD"]) == 1


def test_a_file_can_be_named_beside_the_revision_and_lie_behind_a_link(repository: Path, capsys) -> None:
    (repository / "link.bib").symlink_to("sub/refs.bib")
    assert run(["diff", "--git", "HEAD", str(repository / "link.bib")]) == 1
    assert run(["diff", "--git", "HEAD", str(repository / "sub" / "refs.bib")]) == 1


# (revision, exit code, what is said)
WRONG = [
    ("nowhere", 2, "git knows no such revision here"),
    ("--output=/tmp/x", 2, "is no revision"),
    ("-x", 2, "is no revision"),
    ("", 2, "is no revision"),
    ("HEAD:sub/refs.bib", 2, "git knows no such revision here"),
    ("HEAD..v1", 2, "git knows no such revision here"),
    ("$(touch x)", 2, "git knows no such revision here"),
    ("HEAD~99", 2, "git knows no such revision here"),
]


@pytest.mark.parametrize(("revision", "code", "said"), WRONG)
def test_what_is_no_revision_is_refused(repository: Path, revision: str, code: int, said: str, capsys) -> None:
    assert run(["diff", f"--git={revision}"]) == code
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in (repository / "sub").iterdir()) == ["refs.bib"]


def test_a_file_that_was_not_there_yet_is_named(repository: Path, capsys) -> None:
    (repository / "sub" / "other.bib").write_text(NEW)
    assert run(["diff", "--git", "HEAD", "other.bib"]) == 5
    assert "other.bib: not in the repository at 'HEAD'" in capsys.readouterr().err


def test_outside_of_a_repository_the_way_out_is_said(tmp_path: Path, needs_program, monkeypatch, capsys) -> None:
    needs_program("git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "a.bib").write_text(NEW)
    assert run(["diff", "--git", "HEAD", str(tmp_path / "a.bib")]) == 5
    said = capsys.readouterr().err
    assert "not in a git repository" in said
    assert "bib diff OLD.bib NEW.bib" in said


def test_without_git_the_way_out_is_said(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "a.bib").write_text(NEW)
    assert run(["diff", "--git", "HEAD", str(tmp_path / "a.bib")]) == 5
    assert "git is not installed" in capsys.readouterr().err


def test_git_that_does_not_answer_is_told(tmp_path: Path, monkeypatch, capsys) -> None:
    def slow(*_args, **_options):
        raise subprocess.TimeoutExpired("git", 1)

    monkeypatch.setattr(commands.subprocess, "run", slow)
    (tmp_path / "a.bib").write_text(NEW)
    assert run(["diff", "--git", "HEAD", str(tmp_path / "a.bib")]) == 5
    assert "did not answer" in capsys.readouterr().err


def test_our_own_list_equals_itself_and_its_textconv_has_every_entry() -> None:
    document = Document((ROOT / "refs.bib").read_bytes())
    assert found(document.data.decode(), document.data.decode()).equal
    lines = list(field_lines(document))
    assert sum(line.startswith("@") for line in lines) == sum(1 for _ in document.entries())
