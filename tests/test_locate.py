"""What a person pastes to ``bib add``: the identifier that it names, or what kind of page it is."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.identifiers import is_web_url, normalise_arxiv, normalise_doi
from llminfer_bib.library import Library
from llminfer_bib.locate import (
    ANTHOLOGY_NEW,
    ANTHOLOGY_OLD,
    ARXIV_PAGES,
    CODE_HOSTS,
    DOI_PAGES,
    PAGES,
    PARAMETERS,
    Located,
    kind_of_url,
    locate,
)

ID = "2309.06180"
SOSP = "10.1145/3600006.3613165"

ARXIV = [
    ID,
    "2309.06180v1",
    " 2309.06180 ",
    "arXiv:2309.06180",
    "arXiv:2309.06180v2 [cs.LG]",
    "ARXIV: 2309.06180",
    "<https://arxiv.org/abs/2309.06180>",
    "(arXiv:2309.06180)",
    '"2309.06180"',
    "https://arxiv.org/abs/2309.06180",
    "https://arxiv.org/abs/2309.06180v1",
    "http://www.arxiv.org/abs/2309.06180?context=cs",
    "arxiv.org/abs/2309.06180",
    "https://arxiv.org/pdf/2309.06180",
    "https://arxiv.org/pdf/2309.06180v1.pdf",
    "https://arxiv.org/pdf/2309.06180.pdf#page=3",
    "https://arxiv.org/html/2309.06180v1",
    "https://export.arxiv.org/abs/2309.06180",
    "https://doi.org/10.48550/arXiv.2309.06180",
    "10.48550/arXiv.2309.06180",
    "https://www.alphaxiv.org/abs/2309.06180",
    "https://www.alphaxiv.org/overview/2309.06180v1",
    "https://www.alphaxiv.org/zh/overview/2309.06180",
    "https://huggingface.co/papers/2309.06180",
    "https://huggingface.co/papers/2309.06180/",
    "https://hf.co/papers/2309.06180",
    "https://ar5iv.org/abs/2309.06180",
    "https://ar5iv.labs.arxiv.org/html/2309.06180",
    "https://www.semanticscholar.org/arxiv/2309.06180",
    "https://api.semanticscholar.org/arXiv:2309.06180",
    "https://scirate.com/arxiv/2309.06180",
    "https://www.emergentmind.com/papers/2309.06180",
    "https://arxivxplorer.com/paper/2309.06180",
    "https://dblp.org/rec/journals/corr/abs-2309-06180",
    "https://dblp.org/rec/journals/corr/abs-2309-06180.html?view=bibtex",
    "https://dblp.uni-trier.de/rec/journals/corr/abs-2309-06180",
    "https://ui.adsabs.harvard.edu/abs/2023arXiv230906180K/abstract",
    "https://scholar.google.com/scholar_lookup?arxiv_id=2309.06180&title=x",
    "https://dl.acm.org/doi/10.48550/arXiv.2309.06180",
    "https://api.datacite.org/dois/10.48550/arxiv.2309.06180",
]

DOIS = [
    (SOSP, SOSP),
    ("doi:10.1145/3600006.3613165", SOSP),
    ("DOI: 10.1145/3600006.3613165.", SOSP),
    ("https://doi.org/10.1145/3600006.3613165", SOSP),
    ("http://dx.doi.org/10.1145/3600006.3613165", SOSP),
    ("https://www.doi.org/10.1145%2F3600006.3613165", SOSP),
    ("doi.org/10.1145/3600006.3613165", SOSP),
    ("https://dl.acm.org/doi/10.1145/3600006.3613165", SOSP),
    ("https://dl.acm.org/doi/abs/10.1145/3600006.3613165", SOSP),
    ("https://dl.acm.org/doi/pdf/10.1145/3600006.3613165?download=true", SOSP),
    ("https://dl.acm.org/doi/fullHtml/10.1145/3600006.3613165#sec-1", SOSP),
    ("https://dl.acm.org/doi/proceedings/10.1145/3600006", "10.1145/3600006"),
    ("https://dl.acm.org/citation.cfm?doi=10.1145/3600006.3613165", SOSP),
    ("https://dl-acm-org.proxy.example.edu/doi/10.1145/3600006.3613165", SOSP),
    ("https://link.springer.com/article/10.1007/s11432-024-4222-0", "10.1007/s11432-024-4222-0"),
    ("https://link.springer.com/chapter/10.1007/978-3-031-73383-3_1", "10.1007/978-3-031-73383-3_1"),
    ("https://link.springer.com/content/pdf/10.1007/s11432-024-4222-0.pdf", "10.1007/s11432-024-4222-0"),
    ("https://www.nature.com/articles/s41586-021-03819-2", "10.1038/s41586-021-03819-2"),
    ("https://www.nature.com/articles/nature14539.pdf", "10.1038/nature14539"),
    ("https://onlinelibrary.wiley.com/doi/10.1002/cpe.7887", "10.1002/cpe.7887"),
    ("https://onlinelibrary.wiley.com/doi/abs/10.1002/cpe.7887", "10.1002/cpe.7887"),
    ("https://onlinelibrary.wiley.com/doi/epdf/10.1002/cpe.7887", "10.1002/cpe.7887"),
    ("https://www.science.org/doi/10.1126/science.aar6404", "10.1126/science.aar6404"),
    ("https://www.science.org/doi/full/10.1126/science.aar6404", "10.1126/science.aar6404"),
    ("https://www.tandfonline.com/doi/full/10.1080/00031305.2016.1154108", "10.1080/00031305.2016.1154108"),
    ("https://journals.sagepub.com/doi/10.1177/10943420231179589", "10.1177/10943420231179589"),
    ("https://www.pnas.org/doi/10.1073/pnas.1611835114", "10.1073/pnas.1611835114"),
    ("https://www.pnas.org/doi/suppl/10.1073/pnas.1611835114", "10.1073/pnas.1611835114"),
    ("https://pubs.acs.org/doi/10.1021/acs.jcim.3c00285", "10.1021/acs.jcim.3c00285"),
    ("https://www.annualreviews.org/doi/abs/10.1146/annurev-cs-1", "10.1146/annurev-cs-1"),
    ("https://crad.ict.ac.cn/article/doi/10.7544/issn1000-1239.202440628", "10.7544/issn1000-1239.202440628"),
    ("https://royalsocietypublishing.org/doi/10.1098/rsta.2015.0202", "10.1098/rsta.2015.0202"),
    ("https://www.biorxiv.org/content/10.1101/2020.01.30.927871v1", "10.1101/2020.01.30.927871"),
    ("https://www.biorxiv.org/content/10.1101/2020.01.30.927871v2.full.pdf", "10.1101/2020.01.30.927871"),
    ("https://www.biorxiv.org/content/biorxiv/early/2020/01/30/2020.01.30.927871", ""),
    ("https://www.medrxiv.org/content/10.1101/2020.03.22.20040758v3.full", "10.1101/2020.03.22.20040758"),
    ("https://journals.aps.org/prl/abstract/10.1103/PhysRevLett.116.061102", "10.1103/physrevlett.116.061102"),
    ("https://iopscience.iop.org/article/10.1088/1742-6596/1/1/012001/pdf", "10.1088/1742-6596/1/1/012001"),
    ("https://iopscience.iop.org/article/10.1088/1742-6596/1/1/012001/meta", "10.1088/1742-6596/1/1/012001"),
    ("https://www.frontiersin.org/articles/10.3389/fnins.2020.00001/full", "10.3389/fnins.2020.00001"),
    (
        "https://www.frontiersin.org/journals/neuroscience/articles/10.3389/fnins.2020.00001/full",
        "10.3389/fnins.2020.00001",
    ),
    ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0029081", "10.1371/journal.pone.0029081"),
    ("https://api.crossref.org/works/10.1145/3600006.3613165", SOSP),
    ("https://www.ijcai.org/proceedings/2024/883", "10.24963/ijcai.2024/883"),
    ("https://www.ijcai.org/proceedings/2024/0883.pdf", ""),
    ("https://www.ijcai.org/proceedings/2024/0883", ""),
    ("https://www.semanticscholar.org/doi:10.1145/3600006.3613165", SOSP),
    ("https://doi.org/?doi=10.1145/3600006.3613165", SOSP),
    ("https://scholar.google.com/scholar_lookup?doi=10.1145/3600006.3613165", SOSP),
    ("https://aclanthology.org/2024.acl-long.5", "10.18653/v1/2024.acl-long.5"),
    ("https://aclanthology.org/2024.acl-long.5/", "10.18653/v1/2024.acl-long.5"),
    ("https://aclanthology.org/2024.acl-long.5.pdf", "10.18653/v1/2024.acl-long.5"),
    ("https://aclanthology.org/2023.findings-emnlp.3.bib", "10.18653/v1/2023.findings-emnlp.3"),
    ("https://aclanthology.org/2023.inlg-main.3/", "10.18653/v1/2023.inlg-main.3"),
    ("https://aclanthology.org/P18-1001", "10.18653/v1/p18-1001"),
    ("https://www.aclweb.org/anthology/P18-1001.pdf", "10.18653/v1/p18-1001"),
    ("https://aclanthology.org/D14-1162/", "10.3115/v1/d14-1162"),
    ("https://aclanthology.org/P15-1142", "10.3115/v1/p15-1142"),
    ("https://aclanthology.org/D15-1166", "10.18653/v1/d15-1166"),
    ("https://aclanthology.org/W14-1701v2.pdf", "10.3115/v1/w14-1701"),
]

PAGES_WITHOUT = [
    # addresses that look as if they had an identifier, and have none that stands for the page
    "https://arxiv.org/list/cs.CL/recent",
    "https://arxiv.org/a/kwon_w_1",
    "https://arxiv.org/abs/not-an-id",
    "https://example.org/abs/2309.06180",
    "https://example.org/papers/2309.06180",
    "https://evilhuggingface.co/papers/2309.06180",
    "https://huggingface.co/papers/date/2025-01-01",
    "https://huggingface.co/papers",
    "https://huggingface.co/deepseek-ai/DeepSeek-V3",
    "https://example.org/?q=2309.06180",
    "https://scholar.google.com/scholar?q=10.1145/3600006.3613165",
    "https://www.google.com/search?q=arXiv:2309.06180",
    "https://example.org/blog/10.1145/3600006.3613165",
    "https://example.org/doi",
    "https://example.org/doi/",
    "https://example.org/doi/abs/",
    "https://dl.acm.org/doi/10.1/x",
    "https://dl.acm.org/citation.cfm?id=3613165",
    "https://dl.acm.org/journal/tods",
    "https://link.springer.com/journal/11432",
    "https://www.nature.com/articles/d41586-021-03819-2",
    "https://www.nature.com/nature/articles",
    "https://ieeexplore.ieee.org/document/10609626",
    "https://www.sciencedirect.com/science/article/pii/S0925231223001234",
    "https://www.usenix.org/conference/osdi22/presentation/yu",
    "https://proceedings.mlr.press/v267/liao25f.html",
    "https://aclanthology.org/2024.acl-long",
    "https://aclanthology.org/2024.lrec-main.5",
    "https://aclanthology.org/2025.inlg-main.32/",
    "https://aclanthology.org/2022.wmt-1.52",
    "https://aclanthology.org/C18-1001",
    "https://aclanthology.org/Q18-1001",
    "https://aclanthology.org/P98-1001",
    "https://aclanthology.org/P20-1001",
    "https://aclanthology.org/events/acl-2024/",
    "https://aclanthology.org.evil.example/2024.acl-long.5",
    "https://openreview.net/group?id=ICLR.cc/2025/Conference",
    "https://openreview.net/profile?id=~Woosuk_Kwon1",
    "https://openreview.net/forum",
    "https://openreview.net/forum?id=../../x",
    "https://openreview.net/pdf/0123456789abcdef.pdf",
    "https://dblp.org/rec/conf/sosp/KwonLZ0ZY0ZS23",
    "https://github.com/vllm-project/vllm",
    "https://github.com/example/arxiv/abs/2309.06180",
    "https://example.org/" + "doi/" * 400,
    "https://example.org/" + "a/" * 900 + "doi/10.1145/",
]

OPENREVIEW = [
    ("https://openreview.net/forum?id=xdNAVP7TGy", "xdNAVP7TGy"),
    ("https://openreview.net/forum?id=dEi1S731lk&noteId=abc", "dEi1S731lk"),
    ("https://openreview.net/pdf?id=4exx1hUffq", "4exx1hUffq"),
    ("http://www.openreview.net/forum?id=GtyQbLUUagE#discussion", "GtyQbLUUagE"),
    ("openreview.net/forum?id=GtyQbLUUagE", "GtyQbLUUagE"),
    ("https://openreview.net/attachment?id=B1e_x-Y8kH&name=pdf", "B1e_x-Y8kH"),
    ("https://api2.openreview.net/pdf?id=B1e_x-Y8kH", "B1e_x-Y8kH"),
]

NOTHING = [
    "",
    "   ",
    "vllm",
    "kwon2023efficient",
    "Efficient Memory Management for Large Language Model Serving",
    "as shown in arXiv:2309.06180 by Kwon",
    "2309.06180 2211.17192",
    "2313.06180",
    "2309.0618",
    "10.1145",
    "10.1145/",
    "10.1145/a b",
    "javascript:alert(1)",
    "data:text/html,<script>",
    "file:///etc/passwd",
    "ftp://example.org/paper.pdf",
    "mailto:a@example.org",
    "//example.org/x",
    "http://",
    "https:///abs/2309.06180",
    "https://",
    "../../etc/passwd",
    "refs.bib",
    "C:\\papers\\x.pdf",
    "\x00",
    "\u202egnp.exe",
    "a" * 100_000,
    "https://example.org/" + "a" * 5_000,
    "1" * 3_000,
    "(" * 1_000,
]


@pytest.mark.parametrize("text", ARXIV)
def test_an_arxiv_id_is_found_in_whatever_shows_the_paper(text):
    assert locate(text) == Located("arxiv", ID, f"https://arxiv.org/abs/{ID}")


def test_an_id_of_the_old_kind_is_found():
    assert locate("https://arxiv.org/abs/math.GT/0309136v2").id == "math/0309136"
    assert locate("https://www.alphaxiv.org/abs/hep-th/9901001").id == "hep-th/9901001"


@pytest.mark.parametrize(("text", "doi"), DOIS)
def test_a_doi_is_found_in_the_addresses_of_publishers(text, doi):
    found = locate(text)
    assert (found.kind, found.id) == (("doi", doi) if doi else ("url", ""))
    assert is_web_url(found.url)


@pytest.mark.parametrize(("text", "identifier"), OPENREVIEW)
def test_an_openreview_page_has_an_id(text, identifier):
    assert locate(text) == Located("openreview", identifier, f"https://openreview.net/forum?id={identifier}")


@pytest.mark.parametrize("url", PAGES_WITHOUT)
def test_a_page_whose_address_only_looks_like_a_paper_is_just_a_page(url):
    assert locate(url) == Located("url", url=url)


@pytest.mark.parametrize("text", NOTHING)
def test_what_names_nothing_says_why_and_what_to_give(text):
    found = locate(text)
    assert (found.kind, found.id, found.url) == ("none", "", "")
    assert found.reason.endswith(".") and len(found.reason) < 200


def test_every_row_of_the_tables_is_tried():
    seen = [*ARXIV, *(text for text, _ in DOIS)]
    places = [urlsplit(url) for url in seen if "://" in url]
    for host, pattern, *_ in [*ARXIV_PAGES, *DOI_PAGES]:
        assert any(host in at.netloc and re.fullmatch(pattern, at.path.rstrip("/"), re.IGNORECASE) for at in places), (
            host
        )
    for host, name in PARAMETERS:
        assert any(host in url and f"{name}=" in url for url in seen), host


@pytest.mark.parametrize("venue", ANTHOLOGY_NEW)
def test_the_anthology_s_venues_have_their_doi_in_their_years_only(venue):
    first, last = ANTHOLOGY_NEW[venue]
    assert locate(f"https://aclanthology.org/{first}.{venue}-main.7").id == f"10.18653/v1/{first}.{venue}-main.7"
    for year in (first - 1, last + 1):
        assert locate(f"https://aclanthology.org/{year}.{venue}-main.7").kind == "url"


@pytest.mark.parametrize("letter", ANTHOLOGY_OLD)
def test_the_anthology_s_older_ids_have_their_doi_in_their_years_only(letter):
    early, late = ANTHOLOGY_OLD[letter]
    assert (
        locate(f"https://aclanthology.org/{letter}{late - 2000}-1007").id
        == f"10.18653/v1/{letter.lower()}{late - 2000}-1007"
    )
    assert locate(f"https://aclanthology.org/{letter}{early - 2001}-1007").kind == "url"
    if early < late:
        assert locate(f"https://aclanthology.org/{letter}{early - 2000}-1007").id.startswith("10.3115/v1/")


@given(st.text(max_size=80) | st.from_regex(r"https?://[a-z.]{1,20}/(doi/|abs/|papers/)?[\w./?=&%#-]{0,60}"))
@settings(max_examples=300)
def test_any_text_is_located_and_what_is_found_is_normal_and_safe(text):
    found = locate(text)
    assert found.kind in {"arxiv", "doi", "openreview", "url", "none"}
    assert bool(found.url) == (found.kind != "none") and bool(found.reason) == (found.kind == "none")
    assert not found.url or is_web_url(found.url)
    if found.kind == "arxiv":
        assert normalise_arxiv(found.id) == (found.id, "")
    if found.kind == "doi":
        assert normalise_doi(found.id) == found.id
    if found.url:
        assert locate(found.url) == found


# --- what kind of page

KINDS = [
    ("https://github.com/vllm-project/vllm", ("software", "", "")),
    ("https://github.com", ("software", "", "")),
    ("https://github.com/blog/1234", ("online", "blog", "")),
    ("https://gitlab.inria.fr/x/y", ("software", "", "")),
    ("https://docs.gitlab.com/x", ("online", "", "")),
    ("https://huggingface.co/deepseek-ai/DeepSeek-V3", ("software", "", "")),
    ("https://huggingface.co/blog/continuous_batching", ("online", "blog", "")),
    ("https://huggingface.co/docs/transformers/index", ("online", "", "")),
    ("https://space.bilibili.com/517221395", ("video", "", "Bilibili")),
    ("https://www.bilibili.com/video/BV1yb421n7ZU/", ("video", "", "Bilibili")),
    ("https://www.youtube.com/watch?v=lIuHPxsgymU", ("video", "", "YouTube")),
    ("https://m.youtube.com/watch?v=lIuHPxsgymU", ("video", "", "YouTube")),
    ("https://notyoutube.com/watch?v=x", ("online", "", "")),
    ("https://youtube.com.evil.example/watch", ("online", "", "")),
    ("https://mp.weixin.qq.com/s/Qo0xE6BtG4RpMIaeWCWsZQ", ("online", "blog", "微信公众号")),
    ("https://zhuanlan.zhihu.com/p/755874470", ("online", "blog", "知乎")),
    ("https://medium.com/@someone/x", ("online", "blog", "Medium")),
    ("https://someone.substack.com/p/x", ("online", "blog", "Substack")),
    ("https://lilianweng.github.io/posts/2023-01-10-inference-optimization/", ("online", "blog", "")),
    ("https://blog.vllm.ai/2023/06/20/vllm.html", ("online", "blog", "")),
    ("https://blogs.nvidia.com/x", ("online", "blog", "")),
    ("https://pytorch.org/blog/flexattention/", ("online", "blog", "")),
    ("https://lmsys.org/blog/2024-07-25-sglang-llama3/", ("online", "blog", "")),
    ("https://www.hiascend.com/software/mindie", ("online", "", "")),
    ("https://efficientml.ai/", ("online", "", "")),
    ("https://example.org/blog", ("online", "", "")),
    ("https://example.org/weblog.html", ("online", "", "")),
    ("not a url", ("online", "", "")),
    ("javascript:alert(1)//github.com", ("online", "", "")),
    ("", ("online", "", "")),
]


@pytest.mark.parametrize(("url", "kind"), KINDS)
def test_the_kind_of_a_page_is_guessed_by_its_address(url, kind):
    assert kind_of_url(url) == kind


@pytest.mark.parametrize(("host", "beginning", "page"), PAGES)
def test_every_row_of_the_pages_counts_for_its_host_and_hosts_below_it_only(host, beginning, page):
    for url in (f"https://{host}{beginning}x", f"http://WWW.{host.upper()}{beginning}x?a=b"):
        assert kind_of_url(url) == page
    for stranger in (f"https://not{host}/x", f"https://{host}.example/x", f"https://example.org/{host}/"):
        assert not kind_of_url(stranger)[2]


@pytest.mark.parametrize("host", CODE_HOSTS)
def test_what_a_code_host_says_of_itself_is_no_software(host):
    assert kind_of_url(f"https://{host}/blog/x")[0] == "online"


# In our list, but not to be seen in the address.
TOLD_BY_A_PERSON = {"mindie", "miao-tutorial-icml", "engine-methods-zhihu"}


def test_the_guesses_agree_with_our_list(refs_library):
    items = [entry for entry in refs_library if entry.kind in {"blog", "video", "project", "page"}]
    wrong = {entry.key for entry in items if kind_of_url(entry.url)[0] != entry.type}
    assert wrong == TOLD_BY_A_PERSON
    for entry in items:
        _, subtype, organization = kind_of_url(entry.url)
        if entry.key not in TOLD_BY_A_PERSON:
            assert subtype == entry.fields.get("entrysubtype", "")
            assert organization in {"", entry.fields.get("organization", "")}
    assert len(items) == 72


@pytest.fixture(scope="module")
def refs_library():
    return tuple(Library.open(Path(__file__).parents[1] / "refs.bib"))
