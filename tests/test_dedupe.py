"""`bib dedupe`: what is one work and what is not, and that a merge invents nothing and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import duplicates
from llminfer_bib.cli import cli
from llminfer_bib.commands import deduping
from llminfer_bib.library import Library

ROOT = Path(__file__).parents[1]
T = "title={Efficient Memory Management for Model Serving}"
A = "author={Kwon, Woosuk and Li, Zhuohan}"
P = "article{%s, " + f"{T}, {A}"
V = "video{%s, " + f"{T}, {A}"

# (what, first entry, second entry): one work. `%s` takes the key.
SAME = (
    ("same DOI", "article{%s, doi={10.1000/x}", "misc{%s, doi={10.1000/x}"),
    ("DOI with resolver", "article{%s, doi={https://doi.org/10.1000/x}", "article{%s, doi={10.1000/x}"),
    ("DOI in capitals", "article{%s, doi={10.1000/AB}", "article{%s, doi={10.1000/ab}"),
    (
        "DOI, title alike",
        P + ", doi={10.1000/x}",
        "article{%s, title={Efficient Memory Management for Models}, doi={10.1000/x}",
    ),
    ("DOI, title changed", P + ", doi={10.1000/x}", "article{%s, title={Quick Answers}, " + A + ", doi={10.1000/x}"),
    (
        "same arXiv id",
        "misc{%s, eprint={2309.06180}, archiveprefix={arXiv}",
        "misc{%s, eprint={2309.06180}, eprinttype={arxiv}",
    ),
    (
        "arXiv versions",
        "misc{%s, eprint={2309.06180v1}, eprinttype={arxiv}",
        "misc{%s, eprint={2309.06180v2}, eprinttype={arxiv}",
    ),
    ("arXiv DOI", "misc{%s, doi={10.48550/arXiv.2309.06180}", "misc{%s, eprint={2309.06180}, eprinttype={arxiv}"),
    (
        "arXiv address",
        "misc{%s, url={https://arxiv.org/abs/2309.06180}",
        "misc{%s, eprint={2309.06180}, eprinttype={arxiv}",
    ),
    (
        "preprint and published",
        P + ", year=2024, journal={JMLR}",
        "misc{%s, " + f"{T}, {A}, year=2023, eprint={{2309.06180}}, eprinttype={{arxiv}}",
    ),
    ("same title and people", P + ", year=2023", P + ", year=2023"),
    ("no year in one", P + ", year=2023", P),
    ("a year apart", P + ", year=2023", P + ", year=2024"),
    ("cut short", P, "article{%s, " + T + ", author={Kwon, Woosuk and others}"),
    ("initials", P, "article{%s, " + T + ", author={W. Kwon and Z. Li}"),
    ("capitals and braces", P, "article{%s, title={{EFFICIENT} memory management for model serving}, " + A),
    (
        "hyphen",
        "article{%s, title={Multi-Head Attention for Long Text}, " + A,
        "article{%s, title={Multihead Attention for Long Text}, " + A,
    ),
    (
        "accents in TeX",
        'article{%s, title={Gr\\"o{\\ss}en von Modellen im Betrieb}, ' + A,
        "article{%s, title={Größen von Modellen im Betrieb}, " + A,
    ),
    ("small words", P, "article{%s, title={The Efficient Memory Management for Model Serving}, " + A),
    ("a slip of the pen", P, "article{%s, title={Efficient Memory Mangement for Model Serving}, " + A),
    ("plural", P, "article{%s, title={Efficient Memory Management for Models Serving}, " + A),
    ("people unknown", "misc{%s, " + T, "misc{%s, " + T),
    (
        "same address",
        "online{%s, title={On Speed}, url={https://example.org/a}",
        "online{%s, title={On Speed}, url={http://example.org/a/}",
    ),
    ("second key", "article{%s, title={One}, ids={b}", "article{%s, title={Two Other}"),
    (
        "Han title",
        "article{%s, title={大语言模型高效推理综述}, author={葛旭冉}",
        "article{%s, title={大语言模型高效推理综述}, author={葛旭冉}",
    ),
    (
        "first edition said",
        "book{%s, " + T + ", " + A + ", edition={1}, year=2020",
        "book{%s, " + T + ", " + A + ", year=2020",
    ),
)
CERTAIN = {
    "same DOI",
    "same arXiv id",
    "preprint and published",
    "same title and people",
    "no year in one",
    "same address",
}

# (what, first entry, second entry): two works.
APART = (
    ("editions", "book{%s, " + T + f", {A}, edition={{1}}", "book{%s, " + T + f", {A}, edition={{2}}"),
    ("second edition said", "book{%s, " + T + f", {A}", "book{%s, " + T + f", {A}, edition={{2}}"),
    (
        "Part I and II",
        "article{%s, title={Serving Large Models: Part I}, " + A,
        "article{%s, title={Serving Large Models: Part II}, " + A,
    ),
    (
        "parts in digits",
        "article{%s, title={Serving Large Models 1}, " + A,
        "article{%s, title={Serving Large Models 2}, " + A,
    ),
    (
        "part and whole",
        "article{%s, title={Serving Large Models}, " + A,
        "article{%s, title={Serving Large Models, Part 2}, " + A,
    ),
    ("volumes", "book{%s, " + T + f", {A}, volume={{1}}", "book{%s, " + T + f", {A}, volume={{2}}"),
    ("part field", "book{%s, " + T + f", {A}, part={{1}}", "book{%s, " + T + f", {A}, part={{2}}"),
    ("language said", P + ", langid={english}", P + ", langid={german}"),
    (
        "translated",
        "book{%s, title={Deep Learning}, " + A + ", isbn={1}",
        "book{%s, title={深度学习}, " + A + ", isbn={1}",
    ),
    (
        "translation, same DOI",
        "book{%s, title={Deep Learning}, doi={10.1000/x}",
        "book{%s, title={深度学习}, doi={10.1000/x}",
    ),
    (
        "chapters of one DOI",
        "incollection{%s, title={On Heat}, " + A + ", doi={10.1000/x}",
        "incollection{%s, title={The Cold Winter}, " + A + ", doi={10.1000/x}",
    ),
    ("chapter numbers", "inbook{%s, " + T + f", {A}, chapter={{1}}", "inbook{%s, " + T + f", {A}, chapter={{2}}"),
    (
        "short chapters",
        "incollection{%s, title={Introduction}, " + A + ", year=2001",
        "incollection{%s, title={Introduction}, " + A + ", year=2009",
    ),
    ("video and paper", V, P),
    ("video with the DOI", V + ", doi={10.1000/x}", P + ", doi={10.1000/x}"),
    ("book and paper", "book{%s, " + f"{T}, {A}", P),
    ("thesis and paper", "phdthesis{%s, " + f"{T}, {A}", P),
    ("software versions", "software{%s, " + f"{T}, {A}, version={{1}}", "software{%s, " + f"{T}, {A}, version={{2}}"),
    ("software in titles", "software{%s, title={Fast Server v1}, " + A, "software{%s, title={Fast Server v2}, " + A),
    ("erratum", P, "article{%s, title={Erratum: Efficient Memory Management for Model Serving}, " + A),
    ("comment", P, "article{%s, title={Comment on Efficient Memory Management for Model Serving}, " + A),
    ("reply", P, "article{%s, title={Reply to Efficient Memory Management for Model Serving}, " + A),
    ("other people", P, "article{%s, " + T + ", author={Meier, Anna}"),
    ("other DOIs", P + ", doi={10.1000/x}", P + ", doi={10.1000/y}"),
    (
        "other arXiv ids",
        P + ", eprint={2309.06180}, eprinttype={arxiv}",
        P + ", eprint={2401.00001}, eprinttype={arxiv}",
    ),
    (
        "one word",
        "article{%s, title={Efficient Macro Management for Serving}, " + A,
        "article{%s, title={Efficient Micro Management for Serving}, " + A,
    ),
    ("survey and paper", P, "article{%s, title={A Survey of Efficient Memory Management for Model Serving}, " + A),
    (
        "other addresses",
        "online{%s, " + T + f", {A}, url={{https://a.org/1}}",
        "online{%s, " + T + f", {A}, url={{https://a.org/2}}",
    ),
    ("parent", "inproceedings{%s, doi={10.1000/x}, crossref={b}", "proceedings{%s, doi={10.1000/x}"),
    ("nothing", "misc{%s, year=2020", "misc{%s, year=2020"),
)


def groups_of(first: str, second: str) -> tuple[duplicates.Group, ...]:
    text = f"@{first % 'a'}}}\n\n@{second % 'b'}}}\n"
    return duplicates.find(Library.from_text(text).stream())


@pytest.mark.parametrize(("what", "first", "second"), SAME, ids=[row[0] for row in SAME])
def test_one_work_is_a_group(what: str, first: str, second: str) -> None:
    for one, other in ((first, second), (second, first)) if what != "second key" else ((first, second),):
        found = groups_of(one, other)
        assert [group.keys for group in found] == [("a", "b")]
        assert found[0].certain or what not in CERTAIN


@pytest.mark.parametrize(("first", "second"), [row[1:] for row in APART], ids=[row[0] for row in APART])
def test_two_works_are_no_group(first: str, second: str) -> None:
    assert groups_of(first, second) == ()
    if "crossref" not in first:
        assert groups_of(second, first) == ()


def test_our_own_list_has_no_duplicates() -> None:
    assert duplicates.find(Library.open(ROOT / "refs.bib", ROOT / "bib.toml").stream()) == ()


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
