"""`bib enrich`, `bib why`, `bib add` and `bib cache` as people use them, against services that answer honestly."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import arxiv_entry, crossref_work, dblp_hit
from test_cli import CONFIG
from trouble import Stage, clock, services, stage

from llminfer_bib import cli, config, sources
from llminfer_bib.commands import applying
from llminfer_bib.enrich import evidence, merging
from llminfer_bib.library import Library

__all__ = ["clock", "services", "stage"]

PAGED = "Efficient Memory Management for Large Language Model Serving with PagedAttention"
SOSP = "10.1145/3600006.3613165"
KWON = ["Woosuk Kwon", "Zhuohan Li", "Siyuan Zhuang"]
BARE = "@misc{paged,\n  eprint = {2309.06180},\n  eprinttype = {arxiv},\n}\n"


@pytest.fixture
def desk(stage: Stage) -> Stage:
    """The stage with one preprint that was published at SOSP, one that stays a preprint, and one retracted article."""
    arxiv, crossref = stage.services.arxiv, stage.services.crossref
    arxiv.add(arxiv_entry("2309.06180", PAGED, KWON, published="2023-09-12T10:00:00Z", primary="cs.LG"))
    arxiv.add(arxiv_entry("2502.00001", "A Lonely Preprint on KV Caches", ["Ada Lovelace"], comment="12 pages"))
    arxiv.add(arxiv_entry("2502.00002", "Speculation Done Right", ["Bo Li"], comment="Accepted at NeurIPS 2024"))
    crossref.add(
        crossref_work(
            SOSP,
            PAGED,
            KWON,
            type="proceedings-article",
            container="Proceedings of the 29th Symposium on Operating Systems Principles",
            year=2023,
            pages="611-626",
            publisher="ACM",
        )
    )
    crossref.add(
        crossref_work(
            "10.1000/gone",
            "RETRACTED: Cold Fusion in Transformers",
            ["Eve Fake"],
            type="journal-article",
            container="A Journal",
            year=2021,
            updated_by=[
                {
                    "DOI": "10.1000/notice",
                    "type": "retraction",
                    "label": "Retraction",
                    "source": "publisher",
                    "updated": {"date-parts": [[2022, 3, 1]]},
                }
            ],
        )
    )
    return stage


def write(stage: Stage, text: str) -> None:
    (stage.folder / "refs.bib").write_text(text)


# --- enrich


def test_the_plan_is_a_diff_with_a_reason_and_nothing_is_written(desk: Stage) -> None:
    write(desk, BARE)
    done = desk.bib("enrich")
    assert done.code == 0
    assert "@@ paged: published: Proceedings of the 29th Symposium on Operating Systems Principles 2023 (" in done.out
    assert "\n-@misc{paged,\n+@inproceedings{paged,\n" in done.out
    assert f"\n+  doi = {{{SOSP}}},\n" in done.out
    assert "1 entry would change" in done.err and "Apply with --write" in done.err
    assert desk.text == BARE
    assert "refs.lock.jsonl" not in desk.files


def test_the_diff_is_one_that_patch_applies(desk: Stage, needs_program: Callable[[str], str]) -> None:
    patch = needs_program("patch")
    write(
        desk,
        "% before\n\n" + BARE + "\n% between\n" + BARE.replace("paged", "other").replace("2309.06180", "2502.00001"),
    )
    diff = desk.bib("enrich").out
    assert desk.bib("enrich", "--write").code == 0
    written = desk.text
    write(
        desk,
        "% before\n\n" + BARE + "\n% between\n" + BARE.replace("paged", "other").replace("2309.06180", "2502.00001"),
    )
    subprocess.run([patch, "refs.bib"], input=diff.encode(), cwd=desk.folder, check=True, capture_output=True)
    assert desk.text == written


def test_write_applies_the_plan_and_notes_where_each_value_came_from(desk: Stage) -> None:
    write(desk, BARE)
    assert desk.bib("enrich", "--write").code == 0
    entry = Library.open(desk.folder / "refs.bib")["paged"]
    assert (entry.type, entry.doi, entry.arxiv, entry.fields["pages"]) == (
        "inproceedings",
        SOSP,
        "2309.06180",
        "611–626",
    )
    assert (
        "  title = {Efficient Memory Management for Large Language Model Serving with {PagedAttention}},\n" in desk.text
    )
    assert "  author = {Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan},\n" in desk.text
    assert "  pages = {611--626},\n" in desk.text
    assert "  publisher = {Association for Computing Machinery},\n" in desk.text
    lines = [json.loads(line) for line in (desk.folder / "refs.lock.jsonl").read_text().splitlines()]
    assert {(line["field"], line["source"]) for line in lines} >= {
        ("@type", f"crossref:{SOSP}"),
        ("pages", f"crossref:{SOSP}"),
        ("eprintclass", "arxiv:2309.06180v1"),
    }
    before = desk.text
    again = desk.bib("enrich", "--write")
    assert (again.code, again.out, desk.text) == (0, "", before)
    assert "Requests: none." in again.err


def test_check_says_by_its_exit_code_what_is_pending(desk: Stage) -> None:
    write(desk, BARE)
    assert desk.bib("enrich", "--check").code == 1
    desk.bib("enrich", "--write")
    assert desk.bib("enrich", "--check").code == 0
    assert desk.bib("enrich", "--check", "--offline").code == 0


def test_a_persons_value_stays_and_is_a_conflict_where_it_differs_in_substance(desk: Stage) -> None:
    write(desk, BARE)
    desk.bib("enrich", "--write")
    desk.bib("set", "paged", "pages=1-2", "year=2023")
    done = desk.bib("enrich", "--check")
    assert done.code == 3
    assert 'E101 pages: the file has "1-2", ' in done.err and "--overwrite pages takes theirs" in done.err
    assert desk.bib("enrich", "--write").out == ""
    assert "pages = {1--2}" in desk.text or "pages = {1-2}" in desk.text
    told = desk.bib("why", "paged", "pages").out
    assert f"a person, over crossref:{SOSP}" in told and "611" in told
    taken = desk.bib("enrich", "--write", "--overwrite", "pages")
    assert taken.code == 0 and "pages = {611--626}" in desk.text
    assert desk.bib("enrich", "--check").code == 0


def test_overwriting_what_no_source_gives_is_told(desk: Stage) -> None:
    write(desk, BARE)
    done = desk.bib("enrich", *(word for name in ("tite", "Title", "journaltitle") for word in ("--overwrite", name)))
    assert done.code == 0
    assert '--overwrite "tite": no source gives such a field' in done.err
    assert done.err.count("--overwrite") == 1


def test_what_a_person_removed_stays_out(desk: Stage) -> None:
    write(desk, BARE)
    desk.bib("enrich", "--write")
    desk.bib("set", "paged", "--unset", "publisher")
    assert desk.bib("enrich", "--check").code == 0
    assert "publisher" not in desk.text
    assert "a person removed what crossref" in desk.bib("why", "paged", "publisher").out
    assert desk.bib("enrich", "--write", "--overwrite", "publisher").code == 0
    assert "publisher = {Association for Computing Machinery}" in desk.text


@pytest.mark.parametrize("cut", ["W. Kwon, Z. Li, S. Zhuang", "Kwon, Li, Zhuang", "W Kwon, Zhuohan Li, S.-Y. Zhuang"])
def test_given_names_that_crossref_cuts_come_from_arxiv(desk: Stage, cut: str) -> None:
    work = next(work for work in desk.services.crossref.works.values() if work["DOI"] == SOSP)
    work["author"] = [
        {"family": name.split()[-1], **({"given": " ".join(name.split()[:-1])} if " " in name else {})}
        for name in cut.split(", ")
    ]
    write(desk, BARE)
    desk.bib("enrich", "--write")
    assert "@inproceedings{paged," in desk.text
    assert "author = {Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan}" in desk.text
    assert "arxiv:2309.06180v1" in desk.bib("why", "paged", "author").out


@pytest.mark.parametrize(
    ("kind", "names", "absent"),
    [
        ("bibtex", ("archiveprefix", "primaryclass"), ("eprinttype", "eprintclass")),
        ("biblatex", ("eprinttype", "eprintclass"), ("archiveprefix", "primaryclass")),
        ("", ("eprinttype", "eprintclass"), ("archiveprefix", "primaryclass")),
    ],
)
def test_new_fields_have_the_names_of_the_files_own_kind(
    desk: Stage, kind: str, names: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    meta = f"@Comment{{jabref-meta: databaseType:{kind};}}\n" if kind else ""
    write(desk, "@misc{paged,\n  eprint = {2309.06180},\n}\n" + meta)
    desk.bib("enrich", "--write")
    assert all(f"  {name} = " in desk.text for name in names)
    assert not any(name in desk.text for name in absent)
    assert meta in desk.text
    assert desk.bib("enrich", "--check").code == 0
    desk.bib("add", "2502.00001")
    assert desk.text.count(f"  {names[0]} = ") == 2 and not any(name in desk.text for name in absent)
    assert desk.bib("enrich", "--check").code == 0


def test_biblatex_files_get_journaltitle(desk: Stage) -> None:
    write(desk, "@article{fusion,\n  doi = {10.1000/gone},\n}\n@comment{jabref-meta: databaseType:biblatex;}\n")
    desk.bib("enrich", "--write")
    assert "  journaltitle = {A Journal},\n" in desk.text and "journal =" not in desk.text


def test_no_second_venue_comes_beside_the_one_in_the_file(desk: Stage) -> None:
    write(desk, f"@article{{odd,\n  booktitle = {{Some Other Meeting}},\n  doi = {{{SOSP}}},\n}}\n")
    desk.bib("enrich", "--write")
    assert "journal" not in desk.text and "author = {Kwon, Woosuk" in desk.text
    assert desk.bib("enrich", "--check").code == 0


def test_pubstate_preprint_stops_the_search(desk: Stage) -> None:
    write(
        desk,
        BARE[:-2] + "  pubstate = {preprint},\n}\n",
    )
    desk.bib("enrich", "--write")
    assert "@misc{paged," in desk.text and "doi" not in desk.text
    assert "crossref" not in desk.counts()


def test_no_upgrade_fills_and_searches_for_nothing(desk: Stage) -> None:
    write(desk, BARE)
    desk.bib("enrich", "--write", "--no-upgrade")
    assert "@misc{paged," in desk.text and "month = sep," in desk.text
    assert desk.counts() == {"arxiv": 1}


def test_the_comment_of_the_authors_is_enough_where_no_doi_exists(desk: Stage) -> None:
    write(desk, BARE.replace("2309.06180", "2502.00002"))
    desk.bib("enrich", "--write")
    assert "@inproceedings{paged," in desk.text
    assert "booktitle = {Advances in Neural Information Processing Systems (NeurIPS 2024)}" in desk.text
    assert "year = {2024}" in desk.text and "month" not in desk.text


def test_dblp_is_asked_only_when_named_and_gives_the_venue_its_real_name(desk: Stage) -> None:
    desk.services.dblp.add(
        dblp_hit(
            "conf/iclr/Lovelace25",
            "A Lonely Preprint on KV Caches.",
            ["Ada Lovelace 0001"],
            venue="ICLR",
            year="2025",
            ee="https://openreview.net/forum?id=abc",
            kind="Conference and Workshop Papers",
        )
    )
    write(desk, BARE.replace("2309.06180", "2502.00001"))
    assert desk.bib("enrich", "--check").code == 1
    assert "dblp" not in desk.counts()
    desk.bib("enrich", "--write", "--source", "arxiv", "--source", "crossref", "--source", "dblp")
    assert "@inproceedings{paged," in desk.text
    assert "International Conference on Learning Representations (ICLR 2025)}" in desk.text
    assert "url = {https://openreview.net/forum?id=abc}" in desk.text


def test_a_retraction_is_loud_and_fails_the_check(desk: Stage) -> None:
    write(desk, "@article{fusion,\n  doi = {10.1000/gone},\n}\n")
    done = desk.bib("-q", "enrich", "--write")
    assert "fusion: E103 the work was RETRACTED" in done.err and "https://doi.org/10.1000/notice" in done.err
    assert "title = {Cold Fusion in Transformers}" in desk.text
    assert desk.bib("enrich", "--check").code == 1


def test_an_identifier_that_nobody_knows_is_named(desk: Stage) -> None:
    write(desk, BARE + BARE.replace("paged", "typo").replace("2309.06180", "2309.99999"))
    done = desk.bib("enrich", "--write")
    assert done.code == 0
    assert "typo: E105 arxiv does not know 2309.99999. Check the identifier." in done.err
    assert "@inproceedings{paged," in desk.text
    assert desk.bib("enrich", "--check").code == 1


def test_entries_that_must_be_repaired_first_do_not_stop_the_others(desk: Stage) -> None:
    broken = "@misc{twice,\n  eprint = {2502.00001}}\n\n@misc{twice,\n  eprint = {2502.00002}}\n\n"
    write(desk, broken + BARE)
    done = desk.bib("enrich", "--write")
    assert 'E107 is left out: the key "twice" is used more than once (lines 1, 4).' in done.err
    assert desk.text.startswith(broken) and "@inproceedings{paged," in desk.text


def test_another_title_beside_an_identifier_is_a_conflict_and_nothing_is_taken(desk: Stage) -> None:
    text = "@online{blog,\n  title = {A blog on paging},\n  url = {https://arxiv.org/abs/2309.06180},\n}\n"
    write(desk, text)
    done = desk.bib("enrich", "--write")
    assert desk.text == text
    assert 'blog: E101 title: the file has "A blog on paging"' in done.err
    assert "seems to be another work" in done.err


def test_a_short_title_beside_an_identifier_is_the_same_work(desk: Stage) -> None:
    write(desk, BARE[:-2] + "  title = {Efficient memory management},\n}\n")
    desk.bib("enrich", "--write", "--no-upgrade")
    assert "title = {Efficient memory management}" in desk.text and "author = {Kwon" in desk.text


def test_keys_narrow_the_run(desk: Stage) -> None:
    write(desk, BARE + BARE.replace("paged", "other").replace("2309.06180", "2502.00001"))
    desk.bib("enrich", "other", "--write")
    assert "Lonely" in desk.text and "PagedAttention" not in desk.text
    assert desk.bib("enrich", "nobody").code == 2


def test_json_has_every_change_with_old_new_source_and_reason(desk: Stage) -> None:
    write(desk, BARE)
    done = desk.bib("enrich", "--json")
    plan = json.loads(done.out)
    assert set(plan) == {
        *("entries", "conflicts", "reviews", "warnings", "unknown", "deferred", "problems", "requests"),
    }
    (entry,) = plan["entries"]
    assert (entry["key"], entry["upgrade"]) == ("paged", True)
    assert entry["changes"][0] == {
        "field": "@type",
        "old": "misc",
        "new": "inproceedings",
        "value": "inproceedings",
        "source": f"crossref:{SOSP}",
        "reason": "it is published",
    }
    assert plan["requests"]["arxiv"] == 1


@pytest.mark.parametrize("answer", ["y", "n", "s"])
def test_review_asks_and_remembers(desk: Stage, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    desk.services.crossref.add(
        crossref_work(
            "10.1000/twin",
            "A Lonely Preprint on KV Caches",
            [],
            type="journal-article",
            container="A Journal",
            year=2025,
        )
    )
    write(desk, BARE.replace("2309.06180", "2502.00001"))
    shown = desk.bib("enrich")
    assert "paged: E102 may be published as" in shown.err and "Judge it with --review." in shown.err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    asked = []
    monkeypatch.setattr("click.prompt", lambda text, **_: asked.append(text) or answer)
    desk.bib("enrich", "--write", "--review")
    assert len(asked) == 1
    assert ("@article{paged," in desk.text) == (answer == "y")
    again = desk.bib("enrich")
    assert ("E102" in again.err) == (answer == "s")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["enrich", "--write", "--check"], "--write and --check do not go together"),
        (["enrich", "--write", "--dry-run"], "--write and --dry-run do not go together"),
        (["enrich", "--offline", "--refresh"], "--offline and --refresh do not go together"),
        (["enrich", "--review"], "there is no terminal"),
        (["cache", "--older-than", "3"], "--older-than belongs to --clear"),
        (["why", "paged", "colour"], 'there is no field of paged called "colour"'),
        (["why", "pagd"], 'Did you mean "paged"?'),
        (["add", "2309.06180", "--category", "methods"], 'there is no category "methods". Did you mean "method"?'),
        (["add", "2502.00001", "--topic", "serv"], 'there is no topic "serv"'),
        (["add", "2502.00001", "10.1/x y z"], "10.1/x y z"),
        (["add", "https://example.org/page"], '--title "..."'),
        (["add", "https://openreview.net/forum?id=dEi1S731lk"], "OpenReview cannot be asked"),
        (["add", "a.org/x", "b.org/y", "--title", "T"], "add one at a time"),
        (["add", "https://example.org/x", "--title", "T", "--date", "soon"], '"soon" is no date'),
    ],
)
def test_mistakes_with_the_options_say_the_way_out(desk: Stage, words: list[str], said: str) -> None:
    write(desk, BARE)
    (desk.folder / "bib.toml").write_text(CONFIG)
    done = desk.bib(*words)
    assert done.code == 2
    assert said in done.err
    assert desk.text == BARE


def test_the_names_of_sources_and_kinds_are_everywhere_the_same() -> None:
    assert cli.enrichment.SOURCE_NAMES == config.SOURCE_NAMES
    assert set(config.SOURCE_NAMES) | {"crossref-search"} == set(sources.SOURCES)
    assert set(config.SOURCE_NAMES) == set(evidence.NAMES) == set(merging._SAY)
    from llminfer_bib.commands.adding import ITEM_KINDS

    assert set(cli.enrichment.ITEM_KINDS) == set(ITEM_KINDS)


def test_a_refused_edit_leaves_only_its_own_entry_out(desk: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stops one entry's edit, the others get theirs."""
    write(desk, BARE + BARE.replace("paged", "other").replace("2309.06180", "2502.00001"))
    real = applying.apply_edits

    def picky(document, edits):
        edits = list(edits)
        if any(edit.key == "paged" for edit in edits):
            raise applying.BibError("refs.bib: no.")
        return real(document, edits)

    monkeypatch.setattr(applying, "apply_edits", picky)
    done = desk.bib("enrich", "--write")
    assert "paged: E107 is left out: no." in done.err
    assert desk.text.startswith(BARE) and "Lonely" in desk.text


# --- why


def test_why_tells_a_persons_value_from_ours(desk: Stage) -> None:
    write(desk, BARE)
    desk.bib("enrich", "--write")
    rows = {row["field"]: row for row in json.loads(desk.bib("why", "paged", "--json").out)}
    assert (rows["eprint"]["by"], rows["title"]["by"], rows["@type"]["by"]) == ("person", "source", "source")
    assert rows["title"]["source"] == f"crossref:{SOSP}"
    assert {said["source"] for said in rows["title"]["says"]} == {f"crossref:{SOSP}", "arxiv:2309.06180v1"}
    shown = desk.bib("why", "paged").out
    assert f"pages = 611–626\n    crossref:{SOSP}, " in shown
    assert "eprint = 2309.06180\n    a person\n" in shown


def test_why_asks_nobody(desk: Stage) -> None:
    write(desk, BARE)
    assert desk.bib("why", "paged").code == 0
    assert desk.counts() == {}


# --- add


@pytest.fixture
def sections(desk: Stage) -> Stage:
    (desk.folder / "bib.toml").write_text(CONFIG)
    write(
        desk,
        "% methods\n@misc{one,\n  title = {One},\n  keywords = {method},\n}\n\n% projects\n"
        "@software{vllm,\n  title = {{vLLM}},\n  url = {https://github.com/vllm-project/vllm},\n  keywords = {project},\n}\n",
    )
    return desk


def test_add_puts_the_entry_at_the_end_of_its_section_in_the_house_form(sections: Stage) -> None:
    done = sections.bib("add", "2309.06180", "--category", "method", "--topic", "serving")
    assert done.code == 0
    new = (
        "@inproceedings{kwon2023efficient,\n"
        "  author = {Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan},\n"
        "  title = {Efficient Memory Management for Large Language Model Serving with {PagedAttention}},\n"
        "  booktitle = {Proceedings of the 29th Symposium on Operating Systems Principles},\n"
        "  pages = {611--626},\n"
        "  publisher = {Association for Computing Machinery},\n"
        "  year = {2023},\n"
        f"  doi = {{{SOSP}}},\n"
        f"  url = {{https://doi.org/{SOSP}}},\n"
        "  eprint = {2309.06180},\n"
        "  eprinttype = {arxiv},\n"
        "  eprintclass = {cs.LG},\n"
        "  keywords = {method, serving},\n"
        "}\n"
    )
    assert f"  keywords = {{method}},\n}}\n\n{new}\n% projects\n" in sections.text
    assert sections.bib("enrich", "kwon2023efficient", "--check").code == 0


@pytest.mark.parametrize("again", ["2309.06180v1", "https://arxiv.org/pdf/2309.06180", SOSP, f"https://doi.org/{SOSP}"])
def test_add_is_idempotent_by_identifier_preprint_or_published(sections: Stage, again: str) -> None:
    sections.bib("add", "2309.06180", "--category", "method")
    before = sections.text
    done = sections.bib("add", again, "--category", "method")
    assert (done.code, sections.text) == (0, before)
    assert "is there already, as kwon2023efficient" in done.err


def test_the_same_work_named_twice_in_one_command_is_added_once(sections: Stage) -> None:
    sections.bib("add", "2309.06180", SOSP, "2502.00001", "--category", "method")
    assert sections.text.count("PagedAttention") == 1
    assert sections.text.index("{kwon2023efficient") < sections.text.index("{lovelace2023lonely")


LISTED = f"  title = {{{PAGED}}},\n  author = {{Kwon, Woosuk and Zhuohan Li and others}},\n"


@pytest.mark.parametrize(
    ("there", "added", "said"),
    [
        (f"@misc{{mine,\n{LISTED}  eprint = {{2309.06180}},\n}}\n", SOSP, f"bib set mine doi={SOSP}"),
        (f"@article{{mine,\n{LISTED}  journal = {{arXiv:2309.06180}},\n}}\n", SOSP, "enrich mine --write"),
        (
            f"@inproceedings{{mine,\n{LISTED}  booktitle = {{SOSP}},\n}}\n",
            "2309.06180 --no-upgrade",
            "bib set mine eprint=2309.06180",
        ),
    ],
)
def test_add_knows_the_other_form_of_a_work_that_names_no_common_identifier(
    desk: Stage, there: str, added: str, said: str
) -> None:
    write(desk, there)
    done = desk.bib("add", *added.split())
    assert (done.code, desk.text) == (0, there)
    assert "is there already, as mine: " in done.err
    assert said in done.err


@pytest.mark.parametrize(
    "there",
    [
        f"@misc{{mine,\n{LISTED}  eprint = {{2309.06180}},\n  pubstate = {{preprint}},\n}}\n",  # wanted as such
        f"@misc{{mine,\n{LISTED}  eprint = {{2309.06180}},\n  doi = {{10.1000/other}},\n}}\n",
        f"@misc{{mine,\n  title = {{{PAGED}}},\n  author = {{Eve Other}},\n  eprint = {{2309.06180}},\n}}\n",
        f"@misc{{mine,\n  title = {{{PAGED}}},\n  eprint = {{2309.06180}},\n}}\n",  # by title alone: never
        f"@inproceedings{{mine,\n{LISTED}  booktitle = {{SOSP}},\n}}\n",  # published as well, and without identifier
        f"@online{{mine,\n{LISTED}  url = {{https://example.org/talk}},\n}}\n",
    ],
)
def test_add_takes_nothing_else_for_the_other_form_of_a_work(desk: Stage, there: str) -> None:
    write(desk, there)
    assert desk.bib("add", SOSP).code == 0
    assert "@inproceedings{kwon2023efficient," in desk.text


def test_add_says_loudly_that_a_work_was_retracted(desk: Stage) -> None:
    write(desk, "")
    done = desk.bib("add", "10.1000/gone")
    assert done.code == 0
    assert "fake2021cold: the work was RETRACTED (crossref:10.1000/gone" in done.err


@pytest.mark.parametrize("key", ["a b", "a,b", "a{b", "100%"])
def test_add_refuses_a_key_that_no_program_reads(sections: Stage, key: str) -> None:
    before = sections.text
    done = sections.bib("add", "2309.06180", "--key", key)
    assert (done.code, sections.text, sections.counts()) == (2, before, {})
    assert "is no key" in done.err


def test_add_keeps_a_link_with_braces(sections: Stage) -> None:
    for _ in range(2):
        sections.bib("add", "https://example.org/a?q={x", "--title", "A page")
    assert sections.text.count("url = {https://example.org/a?q=%7Bx}") == 1


def test_add_with_a_link_and_a_title_makes_an_item_that_is_no_paper(sections: Stage) -> None:
    done = sections.bib("add", "https://github.com/sgl-project/sglang", "--title", "SGLang", "--category", "project")
    assert done.code == 0
    assert (
        "@software{sglang,\n  title = {{SGLang}},\n  url = {https://github.com/sgl-project/sglang},\n"
        "  keywords = {project},\n}\n"
    ) in sections.text
    assert (
        "is there already, as vllm" in sections.bib("add", "https://github.com/vllm-project/vllm/", "--title", "x").err
    )
    assert sections.counts() == {}


def test_add_shows_and_writes_nothing_in_a_dry_run(sections: Stage) -> None:
    before = sections.text
    done = sections.bib("add", "2309.06180", "--category", "method", "--dry-run")
    assert "+@inproceedings{kwon2023efficient,\n" in done.out
    assert (done.code, sections.text, "refs.lock.jsonl" in sections.files) == (0, before, False)


def test_add_says_what_nobody_knows_and_adds_the_rest(sections: Stage) -> None:
    done = sections.bib("add", "2309.99999", "2502.00001", "--category", "method", "--json")
    assert done.code == 1
    data = json.loads(done.out)
    assert (data["added"], data["unknown"]) == (["lovelace2023lonely"], ["2309.99999"])
    assert "2309.99999: not added" in done.err


def test_add_offline_defers_and_says_so(sections: Stage) -> None:
    before = sections.text
    done = sections.bib("add", "2309.06180", "--offline")
    assert (done.code, sections.text) == (4, before)
    assert "not added, its source could not be asked" in done.err


def test_a_key_that_is_taken_gets_a_letter(sections: Stage) -> None:
    sections.bib("set", "one", "title=x")
    write(sections, sections.text.replace("{one,", "{Kwon2023Efficient,"))
    sections.bib("add", "2309.06180", "--category", "method")
    assert "@inproceedings{kwon2023efficienta," in sections.text


# --- a first entry


def test_the_first_entry_begins_the_file(desk: Stage) -> None:
    (desk.folder / "refs.bib").unlink(missing_ok=True)
    done = desk.bib("add", "https://github.com/x/y", "--title", "Y tool", "--offline")
    assert done.code == 0 and "there was none; it is new." in done.err
    assert (desk.folder / "refs.bib").read_text("utf-8").startswith("@software{y,")


# --- cache


def test_cache_shows_what_is_kept_and_clears_it(desk: Stage) -> None:
    write(desk, BARE)
    desk.bib("enrich")
    shown = desk.bib("cache").out
    assert "arxiv" in shown and "crossref-search" in shown and "answers.sqlite3" in shown
    rows = {row["source"]: row for row in json.loads(desk.bib("cache", "--json").out)["sources"]}
    assert rows["arxiv"]["found"] == 1
    assert desk.bib("cache", "--clear", "--older-than", "1").out == "removed: 0 answers\n"
    assert desk.bib("cache", "--clear", "--source", "arxiv").out == "removed: 1 answers\n"
    assert {row["source"] for row in json.loads(desk.bib("cache", "--json").out)["sources"]} == {
        "crossref",
        "crossref-search",
    }
    desk.bib("cache", "--clear")
    assert json.loads(desk.bib("cache", "--json").out)["sources"] == []


def test_a_corrupt_cache_is_set_aside_with_a_word(desk: Stage) -> None:
    write(desk, BARE)
    desk.bib("enrich")
    path = Path(json.loads(desk.bib("cache", "--json").out)["path"])
    for rest in path.parent.glob("*-wal"):
        rest.unlink()
    path.write_bytes(b"this is no database" * 100)
    done = desk.bib("enrich")
    assert done.code == 0 and "+@inproceedings{paged," in done.out
    assert "broken" in done.err
    assert [other for other in path.parent.iterdir() if "broken" in other.name]
