"""DOIs, arXiv ids, web addresses, ISBN, ISSN: every row of the tables, and what must stay as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.identifiers import (
    OLD_ARCHIVES,
    PREPRINT_DOIS,
    TEX_SIGNS,
    arxiv_pdf_url,
    arxiv_url,
    doi_url,
    host_of,
    is_preprint_doi,
    is_web_url,
    normalise_arxiv,
    normalise_doi,
    normalise_isbn,
    normalise_issn,
    url_identity,
    web_url,
    without_tex,
)

ACM = "10.1145/3600006.3613165"
SICI = "10.1002/(sici)1096-8644(199601)99:1<1::aid-ajpa1>3.0.co;2-"
FACTS = Path("/work/shared/facts/list-items.json")

DOIS = {
    # the forms it is written in
    "10.1145/3600006.3613165": ACM,
    " 10.1145/3600006.3613165\n": ACM,
    "{10.1145/3600006.3613165}": ACM,
    "{{10.1145/3600006.3613165}}": ACM,
    "<10.1145/3600006.3613165>": ACM,
    '"10.1145/3600006.3613165"': ACM,
    "doi:10.1145/3600006.3613165": ACM,
    "DOI: 10.1145/3600006.3613165": ACM,
    "doi = 10.1145/3600006.3613165": ACM,
    "doi 10.1145/3600006.3613165": ACM,
    "info:doi/10.1145/3600006.3613165": ACM,
    "urn:doi:10.1145/3600006.3613165": ACM,
    "doi:https://doi.org/10.1145/3600006.3613165": ACM,
    "https://doi.org/10.1145/3600006.3613165": ACM,
    "http://dx.doi.org/10.1145/3600006.3613165": ACM,
    "https://www.doi.org/10.1145/3600006.3613165/": ACM,
    "//doi.org/10.1145/3600006.3613165": ACM,
    "doi.org/10.1145/3600006.3613165": ACM,
    "dx.doi.org/10.1145/3600006.3613165": ACM,
    "HTTPS://DOI.ORG/10.1145/3600006.3613165": ACM,
    "https://doi.org:443/10.1145/3600006.3613165": ACM,
    "http://doi.acm.org/10.1145/3600006.3613165": ACM,
    "https://doi-org.proxy.example.edu/10.1145/3600006.3613165": ACM,
    "https://doi.org/10.1145%2F3600006.3613165": ACM,
    "https://doi.org/10.1145/3600006.3613165?utm_source=x": ACM,
    "https://doi.org/10.1145/3600006.3613165#abstract": ACM,
    "10.1145/3600006.3613165.": ACM,
    "10.1145/3600006.3613165, ": ACM,
    "10.1145/3600006.3613165)": ACM,
    "10.1145/3600006.3613165).": ACM,
    "10.1145/3600006.3613165。": ACM,
    "\ufeff10.1145/3600006.3613165\u200b": ACM,
    r"10.1007/978-3-642-1\_2": "10.1007/978-3-642-1_2",
    r"10.1002\/abc": "10.1002/abc",
    # lower case, in ASCII only
    "10.48550/arXiv.2309.06180": "10.48550/arxiv.2309.06180",
    "10.1016/S0140-6736(05)67530-8": "10.1016/s0140-6736(05)67530-8",
    "10.1234/ÄB": "10.1234/Äb",
    # legal characters that look like punctuation
    "10.1016/0370-2693(93)90001": "10.1016/0370-2693(93)90001",
    "10.1016/S0140-6736(05)": "10.1016/s0140-6736(05)",
    "10.1002/(SICI)1096-8644(199601)99:1<1::AID-AJPA1>3.0.CO;2-1": SICI + "1",
    "10.1002/(SICI)1096-8644(199601)99:1<1::AID-AJPA1>3.0.CO;2-#": SICI + "#",
    "10.1002/(SICI)1096-8644(199601)99:1<1::AID-AJPA1>3.0.CO;2-?": SICI + "?",
    "10.1002/(SICI)1096-8644(199601)99:1&lt;1::AID-AJPA1&gt;3.0.CO;2-1": SICI + "1",
    "https://doi.org/10.1002/(SICI)1096-8644(199601)99:1%3C1::AID-AJPA1%3E3.0.CO;2-%23": SICI + "#",
    "https://doi.org/10.1002/(SICI)1096-8644(199601)99:1<1::AID-AJPA1>3.0.CO;2-#": SICI + "#",
    "10.1000/a,b": "10.1000/a,b",
    "10.1000/a?b#c": "10.1000/a?b#c",
    "10.1000/100%25": "10.1000/100%25",
    "10.1000/[12]{x}": "10.1000/[12]{x}",
    "10.1000.10/123": "10.1000.10/123",
    "10.7544/issn1000-1239.202440628": "10.7544/issn1000-1239.202440628",
    "10.1234/论文": "10.1234/论文",
    "10.1000/a/b//c": "10.1000/a/b//c",
}
NO_DOIS = (
    "",
    " ",
    "10",
    "10.1145",
    "10.1145/",
    "10.1145/.",
    "10.11/x",
    "11.1145/3600006",
    "doi:",
    "https://doi.org/",
    "https://doi.org/abs",
    "https://example.org/10.1145/3600006.3613165",
    "https://doi.org.evil/10.1145/x y",
    "2309.06180",
    "arXiv:2309.06180",
    "10.1145/3600006.3613165 and more",
    "10.1145/ 3600006",
    "10.1145/a\nb",
    "10.1145/a\u202eb",
    "10.1145/a\x00b",
    "10.1145\\x",
    "10.1145/a\\b",
    "https://doi.org/10.1145/%FF",
    "１０.1145/3600006",
    "10.1145/" + "x" * 5000,
    "javascript:10.1145/3600006",
)


# (how TeX writes it, what it is)
TEX_ADDRESSES = [
    (r"http://x.org/\~{}me", "http://x.org/~me"),
    (r"http://x.org/\~me", "http://x.org/~me"),
    (r"http://x.org/{\~{}}me", "http://x.org/~me"),
    (r"http://x.org/{\textasciitilde}me", "http://x.org/~me"),
    (r"http://x.org/\textasciitilde{}me", "http://x.org/~me"),
    (r"http://x.org/\textasciitilde me", "http://x.org/~me"),
    (r"http://x.org/$\sim$me", "http://x.org/~me"),
    (r"http://x.org/{$\sim$}me", "http://x.org/~me"),
    (r"http://x.org/a\%20b", "http://x.org/a%20b"),
    (r"http://x.org/a\_b{\_}c\textunderscore{}d", "http://x.org/a_b_c_d"),
    (r"http://x.org/\#a", "http://x.org/#a"),
    (r"http://x.org/?a=1\&b=\$2", "http://x.org/?a=1&b=$2"),
    (r"http://x.org/\{a\}\/b\^{}c{\textasciicircum}d", "http://x.org/{a}/b^c^d"),
    (r"10.1/a{\textless}b$>$c$<$d\textgreater e", "10.1/a<b>c<d>e"),
]
NO_TEX_ADDRESSES = (
    *(
        "http://x.org/~me",
        "http://x.org/~{}me",
        "http://x.org/{~}me",
        "http://x.org/a_b%20c#d?e&f",
        "http://x.org/a{b}c",
    ),
    *(
        "http://x.org/$a$",
        r"http://x.org/$\simeq$",
        r"http://x.org/\textasciitildex",
        r"\url{http://x.org}",
        "$",
        "\\",
        "",
    ),
)


@pytest.mark.parametrize(("text", "expected"), TEX_ADDRESSES)
def test_the_ways_of_tex_round_its_signs_are_taken_out_of_an_address(text: str, expected: str) -> None:
    assert without_tex(text) == expected


@pytest.mark.parametrize("text", NO_TEX_ADDRESSES)
def test_what_is_no_way_round_a_sign_stays(text: str) -> None:
    assert without_tex(text) == text


@pytest.mark.parametrize(("written", "sign"), TEX_SIGNS.items())
def test_every_sign_of_the_table_is_known_bare_and_in_braces(written: str, sign: str) -> None:
    assert without_tex(f"a{written}/{{{written}}}/") == f"a{sign}/{sign}/"


@given(st.text("\\~{}$<_ simtexashld", max_size=40))
def test_taking_tex_out_never_fails_and_adds_nothing(text: str) -> None:
    assert len(without_tex(text)) <= len(text)


def test_a_doi_of_wiley_is_read_from_bibtex() -> None:
    doi = "10.1002/(sici)1097-4571(199510)46:9<646::aid-asi2>3.0.co;2-1"
    assert normalise_doi(r"10.1002/(SICI)1097-4571(199510)46:9{\textless}646::AID-ASI2{\textgreater}3.0.CO;2-1") == doi


@pytest.mark.parametrize(("text", "doi"), DOIS.items())
def test_a_doi_is_read_from_every_form_it_is_written_in(text: str, doi: str) -> None:
    assert normalise_doi(text) == doi


@pytest.mark.parametrize("doi", sorted(set(DOIS.values())))
def test_a_normal_doi_does_not_change_and_its_link_leads_back_to_it(doi: str) -> None:
    assert normalise_doi(doi) == doi
    assert is_web_url(doi_url(doi))
    assert normalise_doi(doi_url(doi)) == doi


@pytest.mark.parametrize("text", NO_DOIS)
def test_what_is_no_doi_gives_an_empty_text(text: str) -> None:
    assert normalise_doi(text) == ""


@pytest.mark.parametrize(
    ("doi", "url"),
    [
        (ACM, "https://doi.org/10.1145/3600006.3613165"),
        ("10.1000/a#b?c%d e", "https://doi.org/10.1000/a%23b%3Fc%25d%20e"),
        ("10.1000/a<b>\"'", "https://doi.org/10.1000/a%3Cb%3E%22%27"),
        ("10.1000/(a);b:c", "https://doi.org/10.1000/(a);b:c"),
        ("10.1000/a/../../b", "https://doi.org/10.1000/a%2F..%2F..%2Fb"),
        ("10.1000/../b", "https://doi.org/10.1000/..%2Fb"),
        ("10.1234/论", "https://doi.org/10.1234/%E8%AE%BA"),
        ("no doi", "https://doi.org/no%20doi/"),
    ],
)
def test_the_link_of_a_doi_encodes_what_a_path_cannot_hold(doi: str, url: str) -> None:
    assert doi_url(doi) == url


PREPRINTS = (
    "10.48550/arxiv.2309.06180",
    "10.1101/123456",
    "10.1101/2020.12.15.422761",
    "10.64898/2025.12.01.691234",
    "10.26434/chemrxiv-2021-abcde",
    "10.2139/ssrn.4412788",
    "10.21203/rs.3.rs-1000/v1",
    "10.20944/preprints202301.0001.v1",
    "10.36227/techrxiv.19999",
    "10.22541/au.170000",
    "10.31219/osf.io/abcde",
    "10.31234/osf.io/abcde",
    "10.12074/202305.00001",
)


def test_every_preprint_server_has_an_example() -> None:
    assert len(PREPRINTS) == len(PREPRINT_DOIS) + 1  # two forms of one server


@pytest.mark.parametrize("doi", PREPRINTS)
def test_preprint_servers_are_known(doi: str) -> None:
    assert is_preprint_doi(doi)


@pytest.mark.parametrize(
    "doi",
    [
        ACM,
        "10.1101/gr.123456.110",
        "10.1101/pdb.top070000",
        "10.24963/ijcai.2024/883",
        "10.48550/x",
        "",
        "10.5281/zenodo.1",
    ],
)
def test_published_works_are_no_preprints(doi: str) -> None:
    assert not is_preprint_doi(doi)


ARXIV = {
    "2309.06180": ("2309.06180", ""),
    "2309.06180v2": ("2309.06180", "v2"),
    "2309.06180V12": ("2309.06180", "v12"),
    " 2309.06180 ": ("2309.06180", ""),
    "{2309.06180}": ("2309.06180", ""),
    "0704.0001": ("0704.0001", ""),
    "1412.9999v1": ("1412.9999", "v1"),
    "1501.00001": ("1501.00001", ""),
    "arXiv:2309.06180": ("2309.06180", ""),
    "arxiv: 2309.06180v1": ("2309.06180", "v1"),
    "arXiv 2309.06180": ("2309.06180", ""),
    "arXiv:2309.06180v1 [cs.LG] 12 Sep 2023": ("2309.06180", "v1"),
    "arXiv preprint arXiv:2309.06180": ("2309.06180", ""),
    "arXiv e-print arXiv:2309.06180": ("2309.06180", ""),
    "CoRR abs/2309.06180": ("2309.06180", ""),
    "CoRR, abs/2309.06180": ("2309.06180", ""),
    "abs/2309.06180": ("2309.06180", ""),
    "https://arxiv.org/abs/2309.06180": ("2309.06180", ""),
    "http://arxiv.org/abs/2309.06180v3": ("2309.06180", "v3"),
    "https://www.arxiv.org/abs/2309.06180": ("2309.06180", ""),
    "https://export.arxiv.org/abs/2309.06180": ("2309.06180", ""),
    "arxiv.org/abs/2309.06180": ("2309.06180", ""),
    "https://arxiv.org/abs/2309.06180?context=cs.LG": ("2309.06180", ""),
    "https://arxiv.org/abs/2309.06180#x": ("2309.06180", ""),
    "https://arxiv.org/abs/2309.06180/": ("2309.06180", ""),
    "https://arxiv.org/pdf/2309.06180": ("2309.06180", ""),
    "https://arxiv.org/pdf/2309.06180.pdf": ("2309.06180", ""),
    "https://arxiv.org/pdf/2309.06180v1.pdf": ("2309.06180", "v1"),
    "https://arxiv.org/html/2309.06180v1": ("2309.06180", "v1"),
    "https://ar5iv.labs.arxiv.org/html/2309.06180": ("2309.06180", ""),
    "https://ar5iv.org/abs/2309.06180": ("2309.06180", ""),
    "https://www.alphaxiv.org/abs/2309.06180": ("2309.06180", ""),
    "http://xxx.lanl.gov/abs/cs/0112017": ("cs/0112017", ""),
    "10.48550/arXiv.2309.06180": ("2309.06180", ""),
    "https://doi.org/10.48550/ARXIV.2309.06180": ("2309.06180", ""),
    "doi:10.48550/arXiv.cs/0112017": ("cs/0112017", ""),
    "cs/0112017": ("cs/0112017", ""),
    "cs/0112017v1": ("cs/0112017", "v1"),
    "CS/0112017": ("cs/0112017", ""),
    "math.GT/0309136": ("math/0309136", ""),
    "cond-mat.str-el/0309136v2": ("cond-mat/0309136", "v2"),
    "arXiv:math.GT/0309136": ("math/0309136", ""),
    "https://arxiv.org/abs/hep-th/9901001": ("hep-th/9901001", ""),
    "https://arxiv.org/pdf/hep-th/9901001v3.pdf": ("hep-th/9901001", "v3"),
    **{f"{archive}/9812001": (f"{archive}/9812001", "") for archive in OLD_ARCHIVES},
}
NO_ARXIV = (
    "",
    "2309",
    "2309.0618",  # five digits since 2015
    "1412.99999",  # four before
    "2313.06180",  # no 13th month
    "2300.06180",
    "0703.0001",
    "2309.061801",
    "2309.06180v0",
    "2309.06180v",
    "2309.06180 and 2401.15077",
    "2309.06180/../../etc",
    "10.1145/3600006.3613165",
    "foo/0112017",
    "cs/011201",
    "cs/0113017",
    "cs/0112017/x",
    "https://example.org/abs/2309.06180",
    "https://evilarxiv.org/abs/2309.06180",
    "https://arxiv.org.evil.com/abs/2309.06180",
    "https://arxiv.org/list/cs/new",
    "https://arxiv.org/abs/",
    "２３０９.06180",
    "c\u017f/0112017",
    "2309.06180\x00",
    "arXiv:" + "2309.06180" * 500,
)


@pytest.mark.parametrize(("text", "expected"), ARXIV.items())
def test_an_arxiv_id_is_read_from_every_form_it_is_written_in(text: str, expected: tuple[str, str]) -> None:
    assert normalise_arxiv(text) == expected
    assert normalise_arxiv("".join(expected)) == expected
    assert normalise_arxiv(arxiv_url("".join(expected))) == expected
    assert normalise_arxiv(arxiv_pdf_url("".join(expected))) == expected


@pytest.mark.parametrize("text", NO_ARXIV)
def test_what_is_no_arxiv_id_gives_two_empty_texts(text: str) -> None:
    assert normalise_arxiv(text) == ("", "")


def test_arxiv_links_keep_hostile_text_in_the_path() -> None:
    assert arxiv_url("2309.06180") == "https://arxiv.org/abs/2309.06180"
    assert arxiv_pdf_url("hep-th/9901001v3") == "https://arxiv.org/pdf/hep-th/9901001v3"
    assert is_web_url(arxiv_url('"><script>?#\ud800'))


GOOD_URLS = (
    "https://arxiv.org",
    "https://arxiv.org/",
    "http://example.org:8080/a?b=c&d=e#f",
    "HTTPS://Example.ORG/A",
    "https://www.bilibili.com/video/BV1yb421n7ZU/",
    "https://www.youtube.com/watch?v=lIuHPxsgymU",
    "https://zh.wikipedia.org/wiki/大语言模型",
    "https://例子.中国/a",
    "https://example.org/(a)[b]{c}|d",
    "https://example.org?q",
    "https://example.org#f",
    "https://example.org.",
    "https://[2001:db8::1]:443/x",
    "https://127.0.0.1/",
    "http://localhost/x",
    "https://under_score.example.org/",
    "https://user@example.org/",
    "https://example.org/a%20b",
    "https://example.org/javascript:alert(1)",
)
BAD_URLS = (
    "",
    "https://",
    "https:///path",
    "http://:80/",
    "https://.",
    "https://..",
    "https:/example.org",
    "https:example.org",
    "//example.org/x",
    "/x",
    "example.org",
    "www.example.org",
    "mailto:a@example.org",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "javascript://example.org/%0aalert(1)",
    "data:text/html,x",
    "data:text/html;base64,aHR0cHM6Ly8=",
    "vbscript:x",
    "\x00https://example.org/",
    " https://example.org/",
    "https://example.org/ ",
    "https://example.org/a b",
    "https://example.org/a\tb",
    "https://example.org/a\nb",
    "https://example.org/\u00a0",
    "https://example.org/\u3000",
    "https://example.org/\u202egpj.exe",
    "https://example.org/\u2066x",
    "https://example.org/\u200b",
    "https://example.org/\x7f",
    "https://example.org/\x85",
    "https://example.org/\u2028",
    'https://example.org/"onclick="x',
    "https://example.org/'x",
    "https://example.org/<script>",
    "https://example.org/>",
    "https://example.org/`x`",
    "https:\\\\example.org",
    "https://example.org\\@evil.example",
    "https://exa mple.org/",
    "https://exa<mple.org/",
    "https://example.org:99999/",
    "https://example.org:80a/",
    "https://example.org:80@",
    "https://[::1/",
    "https://[zz]/",
    "http\u017f://example.org/",
    "https://example.org/\ud800",
    "https://exa..mple.org/",
)


@pytest.mark.parametrize("url", GOOD_URLS)
def test_an_ordinary_web_address_may_be_linked(url: str) -> None:
    assert is_web_url(url)
    assert web_url(url) == url


@pytest.mark.parametrize("url", BAD_URLS)
def test_nothing_else_may_be_linked(url: str) -> None:
    assert not is_web_url(url)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (" https://example.org/ ", "https://example.org/"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://en.wikipedia.org/wiki/Moore's_law", "https://en.wikipedia.org/wiki/Moore%27s_law"),
        ('https://example.org/"x"', "https://example.org/%22x%22"),
        ("https://example.org/<b>?q=<i>", "https://example.org/%3Cb%3E?q=%3Ci%3E"),
        ("https://example.org/a%20b c", "https://example.org/a%20b%20c"),
        ("https://example.org/100% sure", "https://example.org/100%25%20sure"),
        ("https://example.org/\u202ex", "https://example.org/%E2%80%AEx"),
        ("https://example.org/大 x", "https://example.org/大%20x"),
        ("https://example.org/\\x", "https://example.org/%5Cx"),
        ("https://example.org\\@evil.example", ""),
        ("https://exa mple.org/", ""),
        ("javascript:alert(1)", ""),
        ("www.example.org", ""),
        ("", ""),
    ],
)
def test_a_link_is_repaired_behind_the_host_only(url: str, link: str) -> None:
    assert web_url(url) == link


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Example.ORG:8080/x", "www.example.org"),
        ("https://user:secret@example.org/", "example.org"),
        ("https://good.example@evil.example/", "evil.example"),
        ("https://good.example/@evil.example/", "good.example"),
        ("https://example.org./", "example.org"),
        ("https://[2001:DB8::1]/", "2001:db8::1"),
        ("https://例子.中国/a", "例子.中国"),
        ("https://example.org/a b", "example.org"),
        ("https://example.org:99999/", ""),
        ("https://[::1", ""),
        ("mailto:a@example.org", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_the_host_of_a_link(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org", "http://example.org/"),
        ("https://Example.ORG/a/", "https://example.org/a"),
        ("https://example.org/a#discussion", "https://example.org/a"),
        ("https://example.org:443/a", "http://example.org:80/a"),
        ("https://example.org/a?", "https://example.org/a"),
        ("https://example.org/a/?q=1", "https://example.org/a?q=1"),
        ("https://example.org/%7ejoe/%e5", "https://example.org/~joe/%E5"),
        ("https://example.org/大", "https://example.org/%E5%A4%A7"),
        (" https://example.org/a ", "https://example.org/a"),
        ("https://me@example.org/a", "https://example.org/a"),
        (" no link ", "no link"),
    ],
)
def test_two_spellings_of_one_link_are_the_same(one: str, other: str) -> None:
    assert url_identity(one) == url_identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.example.org/", "https://example.org/"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?v=1", "https://example.org/a?v=2"),
        ("https://example.org/a?utm_source=x", "https://example.org/a"),
        ("https://example.org:8080/", "https://example.org/"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/a%3Fb", "https://example.org/a?b"),
        ("ftp://example.org/", "https://example.org/"),
    ],
)
def test_two_different_links_are_not_the_same(one: str, other: str) -> None:
    assert url_identity(one) != url_identity(other)


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("978-0-306-40615-7", "9780306406157"),
        ("9780306406157", "9780306406157"),
        ("0-306-40615-2", "9780306406157"),
        ("ISBN 0306406152", "9780306406157"),
        ("ISBN-13: 978-0-306-40615-7", "9780306406157"),
        ("ISBN-10 0-306-40615-2", "9780306406157"),
        ("0-8044-2957-x", "9780804429573"),
        ("978\u20110\u2011306\u201140615\u20117", "9780306406157"),
        ("{9780306406157}", "9780306406157"),
        ("978-0-306-40615-8", ""),
        ("0306406153", ""),
        ("9770306406157", ""),
        ("978030640615X", ""),
        ("030640615", ""),
        ("", ""),
    ],
)
def test_isbn(text: str, isbn: str) -> None:
    assert normalise_isbn(text) == isbn


@pytest.mark.parametrize(
    ("text", "issn"),
    [
        ("0378-5955", "0378-5955"),
        ("03785955", "0378-5955"),
        ("ISSN 0378-5955", "0378-5955"),
        ("eISSN: 2434-561x", "2434-561X"),
        ("2434\u2013561X", "2434-561X"),
        ("0378-5954", ""),
        ("0378-595", ""),
        ("1000-1239, 0378-5955", ""),
        ("", ""),
    ],
)
def test_issn(text: str, issn: str) -> None:
    assert normalise_issn(text) == issn


PIECES = st.sampled_from(
    "10. 1145 / doi: https://doi.org/ arXiv: 2309.06180 v2 cs/0112017 %41 %2541 &lt; ;2-"
    " { } ( ) < > # ? . , \\ _ ' \" 大 \u202e a @ :".split()
) | st.sampled_from(" \n")
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_no_text_raises_and_a_normal_form_is_its_own_normal_form(text: str) -> None:
    for candidate in (text, "10.1145/" + text, "https://doi.org/10.1145/" + text):
        doi = normalise_doi(candidate)
        assert normalise_doi(doi) == doi
        if doi:
            assert is_web_url(doi_url(doi))
            assert normalise_doi(doi_url(doi)) == doi
    identifier, version = normalise_arxiv(text)
    assert normalise_arxiv(identifier + version) == (identifier, version)
    for normalise in (normalise_isbn, normalise_issn):
        assert normalise(normalise(text)) == normalise(text)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_no_text_makes_an_unsafe_link(text: str) -> None:
    for url in (text, "https://" + text, "https://example.org/" + text):
        host_of(url)
        identity = url_identity(url)
        link = web_url(url)
        assert link == "" or is_web_url(link)
        assert web_url(link) == link
        if host_of(url):
            assert url_identity("http://" + identity) == identity
    assert web_url("https://example.org/" + text)


@pytest.mark.parametrize(
    "piece", ["10.1145/", "doi:", "https://", "arxiv ", "arxiv:", "a.", ")", "@", "%", "[", "9", "-", "https://a.", "/"]
)
def test_many_characters_are_read_in_linear_time(piece: str) -> None:
    def make(size: int) -> list[str]:
        heads = ("", "https://", "10.1145/x", "https://example.org/")
        return [head + piece * (size // len(piece)) for head in heads]

    def work(texts: list[str]) -> None:
        for text in texts:
            for function in (
                normalise_doi,
                normalise_arxiv,
                is_web_url,
                host_of,
                url_identity,
                normalise_isbn,
                normalise_issn,
            ):
                function(text)

    assert_in_proportion(make, work, most=250_000)


@pytest.mark.skipif(not FACTS.exists(), reason="the shared facts are not here")
def test_every_link_of_the_seed_list_may_be_linked_and_its_ids_are_normal() -> None:
    found = 0
    for item in json.loads(FACTS.read_text("utf-8")):
        for link in _texts(item):
            if link.startswith("http"):
                found += 1
                assert web_url(link) == link
            if link.startswith("10."):
                assert normalise_doi(link) == link.lower()
    assert found > 100


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) and " " not in value else []
