"""`bib dedupe --merge`: which value stays, what moves with the key, what is reported, and that nothing else changes by a byte."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib import duplicates, saving
from llminfer_bib.cli import cli
from llminfer_bib.commands import deduping
from llminfer_bib.library import Library
from llminfer_bib.problems import BibError

T = "title={Efficient Memory Management for Model Serving}"
A = "author={Kwon, Woosuk and Li, Zhuohan}"
PUB = f"@article{{pub, {T}, {A}, year=2023, journal={{J}}}}\n"
PRE = f"@misc{{pre, {T}, {A}, year=2022, eprint={{2309.06180}}, archiveprefix={{arXiv}}}}\n"


def run(folder: Path, *args: str) -> Result:
    done = CliRunner().invoke(cli, ["--file", str(folder / "l.bib"), "dedupe", *args], standalone_mode=False)
    if isinstance(done.exception, BibError):
        return done
    assert done.exception is None, done.exception
    return done


def merged(folder: Path, text: str, *keys: str) -> tuple[str, deduping.Deduping]:
    bib = folder / "l.bib"
    bib.write_text(text, "utf-8")
    done = deduping.plan(Library.open(bib), keys)
    deduping.save(done)
    return bib.read_text("utf-8"), done


def conflicts(done: deduping.Deduping) -> dict[str, tuple[str, str]]:
    return {each.field: (each.kept, each.dropped) for united in done.merged for each in united.conflicts}


# (what, the kept entry's fields, the dropped one's, what the kept one then holds, what it does not, what is reported)
VALUES = (
    ("full names", "author={W. Kwon and Z. Li}", f"{A}", "author={Kwon, Woosuk and Li, Zhuohan}", "W. Kwon", ()),
    ("a whole list", "author={Kwon, Woosuk and others}", A, A, "others", ()),
    ("initials do not win", A, "author={W. Kwon and Z. Li}", A, "W. Kwon", ()),
    ("other people stay and are told", A, "author={Kwon, Woosuk and Meier, Anna}", A, "Meier", ("author",)),
    ("protected capitals", f"{T}", "title={Efficient {Memory Management} for Model Serving}", "{Memory Management}", "=={", ()),
    ("a bare month", "year=2023", "year=2023, month=mar", "month=mar", "March", ()),
    ("no month of another year", "year=2023", "year=2024, month=mar", "year=2023", "month", ("year", "month")),
    ("a macro", "note={n}", "abstract=abc # { and } # abc", "abstract={Letters and Letters}", "#", ()),
    ("a macro that nobody defines", "note={n}", "abstract=xyz", "abstract=xyz", "{xyz}", ()),
    ("a subtitle that the title has", "title={Efficient Memory: Management}", "title={Efficient Memory}, subtitle={Management}", "Memory: Management", "subtitle", ("title",)),
    ("a subtitle that it lacks", f"{T}", f"{T}, subtitle={{A View}}", "subtitle={A View}", "====", ()),
    ("the number of another journal", "journal={J}", "journal={Other}, volume=7", "journal={J}", "volume", ("journal", "volume")),
    ("the number of the same journal", "journal={J}", "journal={{J}}, volume=7", "volume=7", "{{J}}", ()),
    ("one DOI in two spellings", "doi={10.1000/X}", "doi={https://doi.org/10.1000/x}", "doi={10.1000/X}", "https", ()),
    ("two DOIs", "doi={10.1000/x}", "doi={10.1000/y}", "doi={10.1000/x}", "10.1000/y", ("doi",)),
    ("one address in two spellings", "url={https://a.org/}", "url={http://a.org}", "https://a.org/", "http://a.org}", ()),
    ("the day of another address", "url={https://a.org/1}", "url={https://a.org/2}, urldate={2024-01-01}", "a.org/1", "urldate", ("url", "urldate")),
    ("dashes", "pages={1--9}", "pages={1–9}", "pages={1--9}", "–", ()),
    ("a date that says more", "year=2023", "date={2023-06-01}", "year=2023", "date", ("date",)),
    ("a date that says less", "date={2023-06-01}", "year=2023", "date={2023-06-01}", "year", ()),
    ("keywords of both", "keywords={a, b}", "keywords={b,c}", "keywords={a, b, c}", "b,c", ()),
    ("second keys of both", "ids={x}", "ids={y, a, x}", "ids={x, b, y}", "====", ()),
    ("an empty value", "note={n}", "abstract={ }", "note={n}", "abstract", ()),
    ("two names of one thing", "journal={J}", "journaltitle={J}", "journal={J}", "journaltitle", ()),
)  # fmt: skip


@pytest.mark.parametrize(("mine", "theirs", "has", "lacks", "told"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])  # fmt: skip
def test_the_richer_value_stays(
    tmp_path: Path, mine: str, theirs: str, has: str, lacks: str, told: tuple[str, ...]
) -> None:
    more = "" if "title" in mine else f"{T}, "
    text = f"@string{{abc = {{Letters}}}}\n\n@article{{a, {more}{mine}, isbn={{1}}, issn={{2}}, eid={{3}}, file={{4}}}}\n\n@article{{b, {more}{theirs}}}\n"
    after, done = merged(tmp_path, text, "a", "b")
    kept = after[after.index("@article{a") :]
    assert has in kept
    assert lacks not in kept
    assert "@article{b" not in after
    assert tuple(conflicts(done)) == told


def test_what_is_a_preprints_alone_stays_out_of_the_published_entry(tmp_path: Path) -> None:
    pre = PRE.replace(
        "year=2022", "year=2022, doi={10.48550/arXiv.2309.06180}, pubstate={preprint}, note={v2}, month=jan"
    )
    after, done = merged(tmp_path, PUB + "\n" + pre)
    assert "10.48550" not in after
    assert not re.search("pubstate|note|month", after)
    assert "eprint={2309.06180}" in after
    assert set(conflicts(done)) == {"pubstate", "note", "month", "year", "doi"}


def test_every_reference_moves_and_none_stands_twice(tmp_path: Path) -> None:
    rest = (
        "@inproceedings{child, title={C}, crossref={pre}}\n\n@set{s, entryset={pub,pre, x}}\n\n"
        '@misc{r, title={R}, related = {pre , pub}}\n\n@misc{x, title={X}, xref="PRE"}\n'
    )
    after, _ = merged(tmp_path, PUB + "\n" + PRE + "\n" + rest)
    assert after.endswith(
        rest.replace("crossref={pre}", "crossref={pub}")
        .replace("{pub,pre, x}", "{pub, x}")
        .replace("{pre , pub}", "{pub}")
        .replace('"PRE"', '"pub"')
    )


def test_a_remark_above_the_dropped_entry_stays_and_is_told(tmp_path: Path) -> None:
    after, done = merged(tmp_path, PUB + "\n% about the preprint\n" + PRE + "\n@misc{z, title={Z}}\n")
    assert "% about the preprint\n@misc{z" in after
    assert "l.bib:3: the remark above pre stays" in done.remarks[0]
    assert merged(tmp_path, PUB + "\n% far away\n\n" + PRE)[1].remarks == ()


def test_a_key_inside_a_value_is_told(tmp_path: Path) -> None:
    _, done = merged(tmp_path, PUB + "\n" + PRE + "\n@misc{z, note={see \\cite{pre}}}\n")
    assert "stands inside a value (line 3)" in done.remarks[0]


@pytest.mark.parametrize(
    ("text", "keys", "message"),
    [
        (PUB + PRE, ("pub", "nobody"), "nobody"),
        (PUB + PRE, ("pub",), "two entries or more"),
        (PUB + PRE, ("pub", "PUB"), "two entries or more"),
        (PUB + PRE + PRE, ("pub", "pre"), "more than once"),
        (PUB + "@misc{b, title={B} note={C}}\n", ("pub", "b"), "bib check"),
        (PUB + "@misc{b, note={B}, note={C}}\n", ("pub", "b"), "bib check"),
        (PUB + "@misc{b, title={B\n", ("pub", "b"), "bib check"),
        ("@misc{a, crossref={b}}\n@misc{b, title={B}}\n", ("a", "b"), "takes fields from"),
        ("@misc{a, xdata={x, B}}\n@misc{b, title={B}}\n", ("a", "b"), "takes fields from"),
        ("@misc{a, crossref={m}}\n@misc{m, crossref={b}}\n@misc{b, title={B}}\n", ("a", "b"), "takes fields from"),
        (PUB + "@xdata{b, title={B}}\n", ("pub", "b"), "@xdata"),
    ],
)  # fmt: skip
def test_what_cannot_become_one_entry_is_refused(
    tmp_path: Path, text: str, keys: tuple[str, ...], message: str
) -> None:
    (tmp_path / "l.bib").write_text(text)
    with pytest.raises(BibError, match=re.escape(message)) as caught:
        deduping.plan(Library.open(tmp_path / "l.bib"), keys)
    assert caught.value.exit_code == 2
    assert (tmp_path / "l.bib").read_text() == text


def test_what_cannot_be_merged_yet_does_not_keep_the_others_from_it(tmp_path: Path) -> None:
    copies = "@book{c, title={Copies of Long Books}}\n" * 2
    slip = "@book{d, title={Slips of Many Pens}, note={x} url={y}}\n@book{e, title={Slips of Many Pens}}\n".replace(
        "@book", "@misc"
    )
    after, done = merged(tmp_path, PUB + PRE + copies + slip)
    assert [(each.kept, each.dropped) for each in done.merged] == [("pub", "pre")]
    assert [group.keys for group in done.left] == [("c", "c"), ("d", "e")]
    assert after.endswith(copies + slip)


def test_three_become_one_and_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    third = PUB.replace("{pub", "{third").replace("journal={J}", "journal={J}, abstract={text}")
    after, done = merged(tmp_path, PUB + "\n" + PRE + "\n" + third)
    assert after.count("@") == 1
    assert "ids={pub, pre}" in after
    assert {each.kept for each in done.merged} == {"third"}
    assert run(tmp_path).return_value == 0
    again = run(tmp_path, "--merge")
    assert (again.return_value, again.stdout) == (0, "")
    assert "nothing to merge" in again.stderr


TEX = "\\documentclass{article}% pre\n\\cite{pre, rel}\\parencite[see][1]{rel,pre}\n\\cite{pre,pub} \\cite{pub,\n  pre,rel} \\cite{pre,pre}\n\\cites{pre}{pub}\\verb|\\cite{pre}|\n"
TEX_AFTER = "\\documentclass{article}% pre\n\\cite{pub, rel}\\parencite[see][1]{rel,pub}\n\\cite{pub} \\cite{pub,rel} \\cite{pub}\n\\cites{pub}{pub}\\verb|\\cite{pre}|\n"


def test_tex_files_follow_and_cite_the_work_once(tmp_path: Path) -> None:
    (tmp_path / "l.bib").write_text(PUB + PRE)
    tex, old = tmp_path / "m.tex", tmp_path / "old.tex"
    tex.write_text(TEX)
    old.write_bytes("\\usepackage[latin1]{inputenc} Größe \\cite{pre}\r\n".encode("latin-1"))
    done = run(tmp_path, "--merge", "--tex", str(tmp_path / "*.tex"))
    assert tex.read_text() == TEX_AFTER
    assert old.read_bytes() == "\\usepackage[latin1]{inputenc} Größe \\cite{pub}\r\n".encode("latin-1")
    assert 'm.tex:1: "pre" stands in no cite command' in done.stderr


def test_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "l.bib").write_text(PUB + PRE)
    (tmp_path / "m.tex").write_text("\\cite{pre}\n")
    done = deduping.plan(Library.open(tmp_path / "l.bib"), (), [str(tmp_path / "m.tex")])
    real = os.fsync

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises((BibError, OSError)):
        deduping.save(done)
    monkeypatch.setattr(os, "fsync", real)
    saving.settle(tmp_path / "l.bib")
    assert (tmp_path / "l.bib").read_text() == PUB + PRE
    assert (tmp_path / "m.tex").read_text() == "\\cite{pre}\n"


def test_a_tex_file_that_changed_meanwhile_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "l.bib").write_text(PUB + PRE)
    (tmp_path / "m.tex").write_text("\\cite{pre}\n")
    done = deduping.plan(Library.open(tmp_path / "l.bib"), (), [str(tmp_path / "m.tex")])
    (tmp_path / "m.tex").write_text("\\cite{pre} more\n")
    with pytest.raises(BibError):
        deduping.save(done)
    assert (tmp_path / "l.bib").read_text() == PUB + PRE


def test_a_dry_run_shows_what_the_run_does(tmp_path: Path) -> None:
    (tmp_path / "l.bib").write_text(PUB + PRE + "@book{b, title={Words of Many Winters}, author={A, B}, year=1}\n")
    dry = run(tmp_path, "--merge", "--dry-run")
    dry_data = json.loads(run(tmp_path, "--merge", "--dry-run", "--json").stdout)
    assert (tmp_path / "l.bib").read_text().startswith(PUB + PRE)
    data = json.loads(run(tmp_path, "--merge", "--json").stdout)
    assert data == dry_data | {"written": True}
    assert data["merged"][0]["kept"] == "pub"
    shown = [line[1:] for line in dry.stdout.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert all(line in (tmp_path / "l.bib").read_text() for line in shown)


def test_many_groups_are_merged_in_a_few_passes(tmp_path: Path) -> None:
    words = "cache kernel batch router tensor prefix memory token draft window".split()
    titles = [f"{words[n // 10]} beats {words[n % 10]} under pressure" for n in range(100) if n // 10 != n % 10]
    pairs = "".join(
        f"@article{{k{n}, title={{{title}}}, {A}, year=2023}}\n\n@article{{d{n}, title={{{title}}}, {A}, year=2023, note={{x}}}}\n\n"
        for n, title in enumerate(titles)
    )
    after, done = merged(tmp_path, pairs)
    assert len(done.merged) == 90
    assert after.count("@article") == 90


NAMES = st.sampled_from(
    ["note", "pages", "volume", "url", "abstract", "journal", "keywords", "series", "month", "eprint"]
)
VALUE = st.sampled_from(
    ["{a}", "{b, c}", '"q {r}"', "7", "mac", "mac # { x}", "{A {B} c}", "{ü}", "{}", "feb", "{1--2}"]
)
ENTRY = st.tuples(st.sampled_from(["article", "misc", "inproceedings"]), st.dictionaries(NAMES, VALUE, max_size=6))
GAP = st.sampled_from(
    ["\n", "\n\n", "\r\n\r\n", "\n% a remark\n", " ", "\n@comment{x}\n", "\n@string{mac = {Later}}\n"]
)
OTHER = st.sampled_from(
    ['@misc{z%d,\n\ttitle  =  "Z%d" ,}', "@book(y%d, title = {Ünder%d})", "@misc{w%d, note={kept {as} is},\n}"]
)


@settings(max_examples=50, deadline=None)
@given(st.lists(ENTRY, min_size=2, max_size=4), st.lists(st.tuples(GAP, OTHER), min_size=4, max_size=4), GAP)
def test_all_other_entries_keep_their_bytes_and_no_value_is_lost(
    entries: list[tuple[str, dict[str, str]]], between: list[tuple[str, str]], last: str
) -> None:
    text = "@string{mac = {Words}}\n"
    others = []
    for number, (kind, fields) in enumerate(entries):
        said = "".join(f",\n  {name} = {value}" for name, value in fields.items())
        gap, other = between[number]
        others.append(other.replace("%d", str(number)))
        text += f"@{kind}{{k{number}, {T}, doi={{10.1000/x}}{said}\n}}{gap}{others[-1]}{last}"
    keys = [f"k{number}" for number in range(len(entries))]
    with tempfile.TemporaryDirectory() as folder:
        bib = Path(folder) / "l.bib"
        bib.write_text(text, "utf-8", newline="")
        before = Library.open(bib)
        values = {entry.key: dict(entry.fields) for entry in before}
        done = deduping.plan(before, keys)
        deduping.save(done)
        after = bib.read_bytes().decode()
        assert all(other in after for other in others)
        library = Library.open(bib)
        (kept,) = {each.kept for each in done.merged}
        fields = {name: " ".join(value.split()) for name, value in library[kept].fields.items()}
        assert {key.strip() for key in fields["ids"].split(",")} == set(keys) - {kept}
        told = {(united.dropped, each.field) for united in done.merged for each in united.conflicts}
        for key in set(keys) - {kept}:
            for name, value in values[key].items():
                if value and (key, name) not in told and name not in {"keywords", "doi", "title"}:
                    assert (
                        fields.get(name, "").lower().replace(" ", "") == value.lower().replace(" ", "")
                        or name == "eprint"
                    )
        assert deduping.plan(library).merged == ()
        assert duplicates.find(library.stream()) == ()
