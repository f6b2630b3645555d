"""`bib dedupe`: what is one work and what is not, and that a merge invents nothing and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import duplicates
from llminfer_bib.cli import cli
from llminfer_bib.commands import deduping
from llminfer_bib.library import Library
from llminfer_bib.model import Entry

ROOT = Path(__file__).parents[1]
T = "title={Efficient Memory Management for Model Serving}"
A = "author={Kwon, Woosuk and Li, Zhuohan}"


def found(text: str) -> tuple[duplicates.Group, ...]:
    return duplicates.find(Library.from_text(text).stream())


def test_our_own_list_has_no_duplicates() -> None:
    assert duplicates.find(Library.open(ROOT / "refs.bib", ROOT / "bib.toml").stream()) == ()


def test_groups_come_in_the_order_of_the_file_with_their_reasons() -> None:
    other = "title={Cold Winters in the Far North}, author={Meier, Anna}, year=2001"
    groups = found(
        f"@misc{{x, {other}}}@article{{b, {T}, doi={{10.1000/x}}}}@misc{{y, {other}}}@article{{a, {T}, doi={{10.1000/x}}}}"
    )
    assert groups == (
        duplicates.Group(("x", "y"), ("every field is the same",), certain=True),
        duplicates.Group(("b", "a"), ("the same DOI 10.1000/x",), certain=True),
    )


def test_a_preprint_with_two_published_versions_is_for_a_person() -> None:
    (group,) = found(
        f"@misc{{p, {T}, {A}, eprint={{2309.06180}}, archiveprefix={{arXiv}}}}"
        f"@inproceedings{{c, {T}, {A}, doi={{10.1000/c}}}}@article{{j, {T}, {A}, doi={{10.1000/j}}}}"
    )
    assert (group.keys, group.certain) == (("p", "c"), False)


def test_what_is_surely_not_the_third_does_not_join_the_first_two() -> None:
    groups = found(f"@book{{a, {T}, {A}}}@book{{b, {T}, {A}, edition=2}}@book{{c, {T}, {A}, edition=2}}")
    assert [group.keys for group in groups] == [("b", "c")]


@pytest.mark.parametrize(("field", "together"), [("number", True), ("volume", False)])
def test_an_entry_that_says_less_does_not_make_one_of_two_numbers(field: str, together: bool) -> None:
    one = f"{T}, {A}, journal={{J}}, year=2001"
    groups = found(f"@article{{a, {one}, {field}=1}}@article{{b, {one}}}@article{{c, {one}, {field}=2}}")
    assert [(group.keys, group.certain) for group in groups] == [(("a", "b", "c") if together else ("a", "b"), False)]


COPY = f"@misc{{k%d, {T}, {A}}}\n"
HOSTILE = {
    "copies": COPY,
    "one title": f"@misc{{k%d, {T}, author={{A%d, B}}}}\n",
    "one title and year, other volumes": f"@article{{k%d, {T}, {A}, volume=%d}}\n",
    "the same people": f"@misc{{k%d, title={{Winter %d of the North}}, {A}}}\n",
    "one DOI": "@misc{k%d, title={Winter x%dx}, doi={10.1000/x}}\n",
    "one address": "@online{k%d, title={Winter x%dx}, url={https://a.org}}\n",
    "second keys": f"@misc{{k%d, {T}, ids={{k1,k2,k%d}}}}\n",
    "no titles": f"@misc{{k%d, {A}}}\n",
    "Han names": "@misc{k%d, title={大语言模型高效推理综述研究}, author={刘x%dx}}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_number_of_entries(name: str) -> None:
    def make(size: int) -> list[Entry]:
        line = HOSTILE[name]
        return list(Library.from_text("".join(line.replace("%d", str(n)) for n in range(size))).stream())

    assert_in_proportion(make, duplicates.find)


@pytest.mark.parametrize(
    "title", ["word " * 4000, "aaaa " * 2000 + "%d", "((" * 3000, "第" * 3000, "{\\a" * 500 + "}" * 500, ": - " * 2000]
)
def test_long_titles_are_read_at_once(title: str) -> None:
    found("".join(f"@misc{{k{n}, title={{{title.replace('%d', str(n))}}}, {A}}}\n" for n in range(20)))


LIST = f"""% a comment that stays
@article{{pub, {T}, {A}, year=2023, journal={{SOSP}}}}

@misc{{pre, {T}, {A}, year=2023, eprint={{2309.06180}}, archiveprefix={{arXiv}}}}

@misc{{rel, title={{Other Thing}}, related={{x,pre}}}}
"""


def test_a_merge_moves_references_and_tex_files_together(tmp_path: Path) -> None:
    bib, tex = tmp_path / "l.bib", tmp_path / "m.tex"
    bib.write_text(LIST)
    tex.write_text("\\cite{pre,rel} % pre\n")
    args = ["--file", str(bib), "dedupe"]
    assert CliRunner().invoke(cli, args, standalone_mode=False).return_value == 1
    dry = CliRunner().invoke(cli, [*args, "--merge", "--dry-run", "--tex", str(tex)], standalone_mode=False)
    assert "-\\cite{pre,rel}" in dry.stdout
    assert bib.read_text() == LIST
    CliRunner().invoke(cli, [*args, "--merge", "--tex", str(tex)], standalone_mode=False)
    text = bib.read_text()
    assert "@misc{pre" not in text
    assert "related={x,pub}" in text
    assert "ids={pre}" in text
    assert "eprint={2309.06180}" in text
    assert text.startswith("% a comment that stays\n@article{pub, ")
    assert tex.read_text() == "\\cite{pub,rel} % pre\n"
    assert CliRunner().invoke(cli, args, standalone_mode=False).return_value == 0


def test_a_parent_and_its_child_are_never_merged(tmp_path: Path) -> None:
    bib = tmp_path / "l.bib"
    bib.write_text("@inproceedings{a, crossref={b}}\n\n@proceedings{b, title={B}}\n")
    with pytest.raises(deduping.NotOneWorkError):
        deduping.plan(Library.open(bib), ("a", "b"))


FIELDS = st.dictionaries(
    st.sampled_from("note pages volume url publisher isbn".split()),
    st.text("abc123 -", min_size=1, max_size=6),
    max_size=5,
)


@settings(max_examples=30)
@given(FIELDS, FIELDS)
def test_a_merge_invents_nothing_and_leaves_no_group(one: dict[str, str], other: dict[str, str]) -> None:
    import tempfile

    def entry(key: str, fields: dict[str, str]) -> str:
        return (
            f"@article{{{key}, doi={{10.1000/x}}, {T}" + "".join(f", {k}={{{v}}}" for k, v in fields.items()) + "}\n\n"
        )

    with tempfile.TemporaryDirectory() as folder:
        bib = Path(folder) / "l.bib"
        rest = '@string{ x = {y} }\n\n@misc{z,\n\ttitle  =  "Z" ,}\n'
        bib.write_text(entry("a", one) + entry("b", other) + rest)
        deduping.save(deduping.plan(Library.open(bib), ("a", "b")))
        after = Library.open(bib)
        assert bib.read_text().endswith(rest)
        assert duplicates.find(after.stream()) == ()
        kept = next(iter(deduping._sources(after.document, {"a", "b"}).values()))
        for name, value in kept.items():
            if name not in {"ids", "doi", "title"}:
                assert value[1:-1] in {one.get(name), other.get(name)}


def test_a_group_of_three_keeps_the_published_entry_and_moves_the_sidecar(tmp_path: Path) -> None:
    bib = tmp_path / "l.bib"
    head = "title={Efficient Memory Management}, doi={10.1000/x}"
    bib.write_text(
        f"@misc{{a, {head}}}\n\n@misc{{b, {head}, abstract={{n}}}}\n\n@article{{c, {head}, journal={{J}}}}\n"
    )
    line = '{"key":"%s","field":"abstract","value":"n","source":"crossref:x","at":"2026-01-01T00:00:00Z"}\n'
    (tmp_path / "l.lock.jsonl").write_text(line % "b")
    assert deduping.save(deduping.plan(Library.open(bib)))
    assert bib.read_text().startswith(f"@article{{c, {head}, journal={{J}}")
    assert "abstract={n}" in bib.read_text()
    assert "ids={b, a}" in bib.read_text()
    assert (tmp_path / "l.lock.jsonl").read_text() == line % "c"
