"""Kinds and languages: every row of the tables, and the fields that decide where the type does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llminfer_bib.kinds import (
    KIND_OF_SUBTYPE,
    KIND_OF_TYPE,
    LANGUAGE_TAGS,
    is_preprint_venue,
    is_unpublished,
    kind_of,
    language_tag,
)

KINDS = {
    "paper",
    "preprint",
    "project",
    "video",
    "course",
    "blog",
    "page",
    "book",
    "thesis",
    "report",
    "dataset",
    "other",
}


@pytest.mark.parametrize(("entry_type", "kind"), KIND_OF_TYPE.items())
def test_every_type_has_its_kind(entry_type: str, kind: str) -> None:
    assert kind in KINDS
    assert kind_of(entry_type, {"booktitle": "Proc. X", "url": "https://x.org"}, arxiv=False) == kind


@pytest.mark.parametrize(("subtype", "kind"), KIND_OF_SUBTYPE.items())
@pytest.mark.parametrize("entry_type", ["online", "misc", "video"])
def test_every_subtype_decides_before_the_type(subtype: str, kind: str, entry_type: str) -> None:
    assert kind in KINDS
    assert kind_of(entry_type, {"entrysubtype": subtype, "url": "u"}, arxiv=False) == kind
    assert kind_of(entry_type, {"entrysubtype": f" {subtype.upper()} "}, arxiv=True) == kind


@pytest.mark.parametrize(
    ("entry_type", "fields", "arxiv", "kind"),
    [
        ("misc", {}, False, "other"),
        ("misc", {"url": "https://x.org"}, False, "page"),
        ("misc", {"howpublished": "https://x.org"}, False, "page"),
        ("misc", {"url": "https://x.org"}, True, "preprint"),
        ("unknowntype", {}, False, "other"),
        ("xdata", {}, False, "other"),
        ("online", {}, False, "page"),
        ("online", {}, True, "preprint"),
        ("online", {"entrysubtype": "newspaper"}, False, "page"),
        ("article", {}, True, "preprint"),
        ("article", {}, False, "paper"),
        ("article", {"journal": "TPDS"}, True, "paper"),
        ("article", {"journaltitle": "TPDS"}, True, "paper"),
        ("article", {"journal": "CoRR"}, True, "preprint"),
        ("article", {"journal": "arXiv preprint arXiv:2309.06180"}, True, "preprint"),
        ("article", {"journal": "CoRR"}, False, "paper"),
        ("inproceedings", {"booktitle": "SOSP"}, True, "paper"),
        ("unpublished", {}, True, "preprint"),
        ("unpublished", {"booktitle": "Talk"}, True, "preprint"),
        ("unpublished", {}, False, "paper"),
        ("techreport", {}, True, "report"),
        ("phdthesis", {}, True, "thesis"),
        ("software", {}, True, "project"),
        ("dataset", {}, True, "dataset"),
        ("book", {}, True, "book"),
    ],
)
def test_the_fields_decide_where_the_type_says_too_little(
    entry_type: str, fields: dict[str, str], arxiv: bool, kind: str
) -> None:
    assert kind_of(entry_type, fields, arxiv=arxiv) == kind


@pytest.mark.parametrize(
    "venue",
    [
        "arXiv",
        "ArXiv",
        "arXiv.org",
        "arXiv e-prints",
        "arXiv preprint",
        "arXiv preprint arXiv:2309.06180",
        "arXiv:2309.06180 [cs]",
        "CoRR",
        "corr.",
        "CoRR, abs/2309.06180",
        "CoRR abs/2309.06180",
        "Computing Research Repository",
        "Computing Research Repository (CoRR)",
        "Computing Research Repository, arXiv:1503.06733",
    ],
)
def test_a_venue_that_only_means_arxiv(venue: str) -> None:
    assert is_preprint_venue(venue)
    assert is_unpublished("article", {"journal": venue})


@pytest.mark.parametrize(
    "venue",
    [
        "",
        "Corrosion Science",
        "Corr. Med.",
        "Corriere",
        "arXivist Quarterly",
        "Journal of arXiv Studies",
        "Nature",
        "CoRR-X",
    ],
)
def test_a_venue_that_only_looks_like_arxiv(venue: str) -> None:
    assert not is_preprint_venue(venue)


def test_no_venue_is_unpublished() -> None:
    assert is_unpublished("article", {})
    assert not is_unpublished("article", {"journal": "Nature"})


@pytest.mark.parametrize(("name", "tag"), LANGUAGE_TAGS.items())
def test_every_name_of_a_language_has_its_tag(name: str, tag: str) -> None:
    assert language_tag(name) == tag
    assert language_tag(f" {name.upper()} ") == tag
    assert language_tag(tag) in {tag, "zh-CN"}


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("zh-CN", "zh-CN"),
        ("zh-cn", "zh-CN"),
        ("zh_CN", "zh-CN"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("zh-Hans", "zh-Hans"),
        ("en", "en"),
        ("EN", "en"),
        ("en-US", "en-US"),
        ("de-1996", "de-1996"),
        ("tlh", "tlh"),
        ("sl-rozaj", "sl-rozaj"),
        ("", ""),
        ("Klingonisch", ""),
        ("english and french", ""),
        ("en-", ""),
        ("-en", ""),
        ("zh-\u202eCN", ""),
        ('en-"x"', ""),
        ("en" + "-a" * 50, ""),
        ("x", ""),
        ("éé", ""),
    ],
)
def test_a_tag_is_kept_and_nonsense_is_not(name: str, tag: str) -> None:
    assert language_tag(name) == tag


@given(st.text(max_size=20) | st.text("zhCN-_ ", max_size=10))
def test_a_language_is_nothing_or_a_tag_that_stays(name: str) -> None:
    tag = language_tag(name)
    assert tag.isascii()
    assert tag.replace("-", "").isalnum() or not tag
    assert language_tag(tag) in {tag, "zh-CN", *LANGUAGE_TAGS.values()}
