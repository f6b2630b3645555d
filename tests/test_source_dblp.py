"""DBLP as a source: one title a request, every fault of a server named, hits as records with the venues' real names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import FakeDblp, refused_url
from fakes.dblp import dblp_hit
from fakes.faults import (
    drip,
    extra_records,
    gzip_bomb,
    huge,
    instead,
    packed,
    short_page,
    shuffle,
    stall,
    without_id,
    wrong_case,
    wrong_type,
)
from fakes.server import Fault
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing import JSON_TROUBLE, check_size, check_time_out, check_trouble, check_wait, wire

from llminfer_bib.model import Date, Person
from llminfer_bib.records import Record, search_question
from llminfer_bib.sources import dblp, load
from llminfer_bib.sources.dblp_reading import THESES, TYPES
from llminfer_bib.sources.protocol import RefusedBatchError, SourceError, UnavailableError, Wire

SAMPLE = Path(__file__).parent / "data" / "dblp" / "hits.json"
TITLE = "Efficient Memory Management for Large Language Model Serving with PagedAttention"
QUESTION = search_question(TITLE, "Kwon")
PUBLISHED = dblp_hit(
    "conf/sosp/KwonLZ0ZY0ZS23",
    TITLE,
    ["Woosuk Kwon", "Zhuohan Li", "Joseph Gonzalez 0001"],
    venue="SOSP",
    doi="10.1145/3600006.3613165",
    pages="611-626",
)
PREPRINT = dblp_hit("journals/corr/abs-2309-06180", TITLE, ["Woosuk Kwon", "Zhuohan Li"])


def ask(over: Wire) -> object:
    return dblp.ask([QUESTION], over)


def record_of(*args, **values) -> Record:
    (record,) = dblp.read("", json.dumps([dblp_hit(*args, **values)["info"]]).encode())
    return record


@pytest.fixture
def server():
    with FakeDblp([PUBLISHED, PREPRINT, dblp_hit("conf/osdi/Yu22", "Orca: A Distributed Serving System")]) as fake:
        yield fake


# --- the request


def test_it_is_a_source_that_asks_slowly():
    assert load("dblp") is dblp
    assert (dblp.NAME, dblp.BASE_URL, dblp.BASE_URL_VARIABLE) == ("dblp", "https://dblp.org", "BIB_DBLP_URL")
    assert dblp.PACE >= 3


def test_one_request_asks_for_one_title(server):
    reply = dblp.ask([QUESTION], wire(server.url))
    assert [record.id for record in dblp.read(QUESTION, reply.found[QUESTION])] == [
        "conf/sosp/KwonLZ0ZY0ZS23",
        "journals/corr/abs-2309-06180",
    ]
    (request,) = server.requests
    assert request.path == "/search/publ/api"
    assert request.query == {"q": [TITLE], "format": ["json"], "h": ["10"]}


def test_batches_are_of_one():
    assert dblp.batches(["a\tb", "c\td", "a\tb"]) == [("a\tb",), ("c\td",)]
    with pytest.raises(RefusedBatchError):
        dblp.ask(["a\tb", "c\td"], wire("http://127.0.0.1:9"))


TERMS = [
    ("70% Size, 100% Accuracy: Lossless LLM Compression", "Zhang", "70 Size 100 Accuracy Lossless LLM Compression"),
    ("EAGLE-3: Scaling up Inference", "Li", "EAGLE 3 Scaling up Inference"),
    ("A|B $C$ -D :E. author:F$", "X", "A B C D E author F"),
    ("Keep the LLM's KV-Cache Small", "Shi", "Keep the LLM s KV Cache Small"),
    ("R&amp;D of <i>Small</i> Models Here", "Li", "R D of Small Models Here"),
    ("$\\alpha$-Beta Search in H$_2$O Today", "Li", "Beta Search in H2O Today"),
    ("Orca", "Yu", "Orca Yu"),
    ("LLM Serving", "Kwon", "LLM Serving Kwon"),
    ("Orca", "Müller", "Orca"),
    ("Orca", "", "Orca"),
    ("大语言模型推理", "葛", "大语言模型推理"),
    ("\ud800 half", "x", "half x"),
    ("???", "", ""),
    ("", "Kwon", ""),
    ("word " * 50, "x", " ".join(["word"] * 20)),
    ("w" * 500, "x", ""),
]


@pytest.mark.parametrize(("title", "family", "terms"), TERMS)
def test_nothing_in_a_title_is_an_operator(title, family, terms):
    assert dblp.terms_of(search_question(title, family)) == terms


def test_a_question_without_words_is_no_request(server):
    assert dblp.ask(["???\t"], wire(server.url)).found == {}
    assert server.requests == []


def test_a_title_that_dblp_does_not_know_is_absent(server):
    assert dblp.ask(["Something Else Entirely Unknown\tNobody"], wire(server.url)).found == {}


@given(st.text(max_size=100), st.text(max_size=20))
@settings(max_examples=200)
def test_any_question_becomes_plain_words_of_bounded_length(title, family):
    terms = dblp.terms_of(search_question(title, family))
    assert len(terms) <= 330 and not set(terms) & set("|$-:.~*\"'()\t\n")
    terms.encode()


@pytest.mark.parametrize(
    "fault", [shuffle(), wrong_case(), extra_records(), extra_records(twice=True), wrong_type(), packed()], ids=str
)
def test_hits_in_another_order_case_or_company_are_read_all_the_same(server, fault):
    server.fail_always(fault)
    records = dblp.read(QUESTION, dblp.ask([QUESTION], wire(server.url)).found[QUESTION])
    paper = next(record for record in records if record.published and record.title == TITLE)
    assert (paper.id, paper.doi) == ("conf/sosp/KwonLZ0ZY0ZS23", "10.1145/3600006.3613165")


# --- trouble

GOOD = b'{"result": {"status": {"@code": "200"}, "hits": %s}}'
TROUBLE = [
    *JSON_TROUBLE,
    (instead(b'{"result": null}'), UnavailableError, "something else"),
    (instead(b'{"result": {"hits": []}}'), UnavailableError, "something else"),
    (instead(b'<?xml version="1.0"?><result/>', "text/xml"), UnavailableError, "a web page"),
    (instead(GOOD % b"{}"), UnavailableError, "how many"),
    (instead(GOOD % b'{"@total": "x"}'), UnavailableError, "how many"),
    (instead(GOOD % b'{"@total": "1", "@sent": "1", "hit": "x"}'), UnavailableError, "how many"),
    (instead(GOOD % b'{"@total": "1", "@sent": "1"}'), UnavailableError, "0 of 1"),
    (instead(GOOD % b'{"@total": "1", "@sent": "1", "hit": [null]}'), UnavailableError, "without key"),
    (
        instead(GOOD % b'{"@total": "1", "@sent": "1", "hit": [{"info": {"key": "../x y"}}]}'),
        UnavailableError,
        "without key",
    ),
    (instead(b'{"result": {"status": {"@code": "500"}, "hits": {"@total": "0"}}}'), UnavailableError, "failed"),
    (short_page(), UnavailableError, "0 of 2"),
    (short_page(1), UnavailableError, "1 of 2"),
    (without_id(), UnavailableError, "without key"),
]


@pytest.mark.parametrize(("fault", "kind", "words"), TROUBLE, ids=lambda value: str(value)[:60])
def test_trouble_has_its_name_and_costs_one_request(server, fault: Fault, kind: type[SourceError], words: str):
    check_trouble(server, ask, fault, kind, words)


def test_the_wait_that_the_server_asks_for_is_handed_on(server):
    check_wait(server, ask, 33)


@pytest.mark.parametrize("fault", [stall(30), drip()], ids=str)
def test_a_request_ends_at_its_time_out_however_the_server_sends(server, fault):
    check_time_out(server, ask, fault)


@pytest.mark.parametrize("fault", [huge(3), gzip_bomb(50)], ids=str)
def test_too_large_an_answer_is_given_up(server, fault):
    check_size(server, ask, fault)


def test_an_address_at_which_nobody_listens_is_said():
    with pytest.raises(UnavailableError, match="connection refused"):
        dblp.ask([QUESTION], wire(refused_url()))


# --- the records


def recorded() -> tuple[Record, ...]:
    hits = json.loads(SAMPLE.read_bytes())
    return dblp.read("", json.dumps([hit["info"] for hit in hits]).encode())


def test_the_recorded_hits_are_a_preprint_and_a_paper_each():
    apparate, apparate_preprint, bert, bert_preprint = recorded()
    title = "Apparate: Rethinking Early Exits to Tame Latency-Throughput Tensions in ML Serving"
    assert (apparate.title, apparate_preprint.title) == (title, title)
    assert (apparate.type, apparate.published, apparate.date) == ("inproceedings", True, Date(2024))
    assert apparate.venue == "Proceedings of the 30th Symposium on Operating Systems Principles (SOSP '24)"
    assert (apparate.pages, apparate.doi, apparate.url) == (
        "607-623",
        "10.1145/3694715.3695963",
        "https://doi.org/10.1145/3694715.3695963",
    )
    assert [f"{person.given} {person.family}" for person in apparate.authors] == [
        "Yinwei Dai",
        "Rui Pan",
        "Anand P. Iyer",
        "Kai Li",
        "Ravi Netravali",
    ]
    assert apparate.origin == "dblp:conf/sosp/DaiPILN24"
    for preprint, identifier in ((apparate_preprint, "2312.05385"), (bert_preprint, "2006.04152")):
        assert (preprint.type, preprint.published, preprint.arxiv, preprint.doi, preprint.volume) == (
            "misc",
            False,
            identifier,
            "",
            "",
        )
        assert preprint.url == f"https://arxiv.org/abs/{identifier}"
    assert (bert.published, bert.doi) == (True, "")
    assert bert.venue == "Advances in Neural Information Processing Systems (NeurIPS 2020)"
    assert bert.url == "https://proceedings.neurips.cc/paper/2020/hash/d4dd111a4fd973394238aca5c05bebe3-Abstract.html"
    assert bert.authors.persons[2] == Person("Ge", "Tao") and bert.authors.persons[3] == Person("McAuley", "Julian J.")


VENUES = [
    # key, DBLP's type, what it calls the venue, year, the venue's real name
    (
        "conf/iclr/A25",
        "",
        "ICLR",
        2025,
        "The Thirteenth International Conference on Learning Representations (ICLR 2025)",
    ),
    (
        "conf/iclr/A19",
        "",
        "ICLR (Poster)",
        2019,
        "The Seventh International Conference on Learning Representations (ICLR 2019)",
    ),
    ("conf/iclr/A22", "", "ICLR (Workshop)", 2022, "ICLR (Workshop)"),
    ("conf/iclr/A24", "", "Tiny Papers @ ICLR", 2024, "Tiny Papers @ ICLR"),
    ("conf/eurosys/A24", "", "EuroMLSys@EuroSys", 2024, "EuroMLSys@EuroSys"),
    ("conf/nips/A20", "", "NeurIPS", 2020, "Advances in Neural Information Processing Systems (NeurIPS 2020)"),
    ("conf/nips/A20", "", "", 2020, "Advances in Neural Information Processing Systems (NeurIPS 2020)"),
    ("conf/mlsys/A25", "", "MLSys", 2025, "Proceedings of Machine Learning and Systems (MLSys 2025)"),
    (
        "conf/acl/A24",
        "",
        "ACL (1)",
        2024,
        "Proceedings of the 62nd Annual Meeting of the Association for Computational Linguistics (ACL 2024)",
    ),
    (
        "conf/acl/A24f",
        "",
        "ACL (Findings)",
        2024,
        "Findings of the Association for Computational Linguistics: ACL 2024",
    ),
    ("conf/emnlp/A24i", "", "EMNLP (Industry Track)", 2024, "EMNLP (Industry Track)"),
    (
        "conf/osdi/A22",
        "",
        "OSDI",
        2022,
        "Proceedings of the 16th USENIX Symposium on Operating Systems Design and Implementation (OSDI '22)",
    ),
    ("journals/tmlr/A24", "", "Trans. Mach. Learn. Res.", 2024, "Transactions on Machine Learning Research"),
    ("journals/pvldb/A24", "", "Proc. VLDB Endow.", 2024, "Proceedings of the VLDB Endowment"),
    ("journals/csur/A24", "", "ACM Comput. Surv.", 2024, "ACM Computing Surveys"),
    ("conf/unknown/A24", "", "UNKN", 2024, "UNKN"),
    ("journals/unknown/A24", "", "J. Unkn.", 2024, "J. Unkn."),
    ("conf/iclr/A25", "Journal Articles", "ICLR", 2025, "ICLR"),
]


@pytest.mark.parametrize(("key", "kind", "venue", "year", "name"), VENUES)
def test_a_venue_has_its_real_name_where_it_is_known(key, kind, venue, year, name):
    values = {"venue": venue} if venue else {"venue": "x"}
    hit = dblp_hit(key, year=year, kind=kind, **values)["info"]
    if not venue:
        del hit["venue"]
    assert dblp.read("", json.dumps([hit]).encode())[0].venue == name


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_of_dblp_is_mapped(kind):
    entry_type, published = TYPES[kind]
    record = record_of("x/y/Z24", kind=kind, venue="V")
    assert (record.type, record.published) == (entry_type, published)
    assert record.venue == ("V" if published else "")
    assert record_of("journals/corr/abs-2309-06180", kind=kind).published is False


@pytest.mark.parametrize("beginning", THESES)
def test_books_that_are_none_have_their_own_type(beginning):
    assert record_of(f"{beginning}x/Y24", kind="Books and Theses").type == THESES[beginning]


def test_an_unknown_type_never_counts_as_published():
    assert record_of("x/y/Z24", kind="Something New").published is False


def test_a_preprint_server_s_journal_is_not_published():
    assert record_of("journals/iacr/A24", kind="Informal and Other Publications").published is False
    assert record_of("journals/x/A24", doi="10.1101/2020.01.30.927871").published is False


DETAILS = [
    ({"title": "What Is It?"}, "title", "What Is It?"),
    ({"title": "Wait..."}, "title", "Wait..."),
    ({"title": "R&amp;D in the &lt;wild&gt;."}, "title", "R&D in the <wild>"),
    ({"title": "H<sub>2</sub>O."}, "title", "H$_{2}$O"),
    ({"doi": "10.1145/ABC.1"}, "doi", "10.1145/abc.1"),
    ({"doi": "", "ee": "https://doi.org/10.1145/ABC.1"}, "doi", "10.1145/abc.1"),
    ({"ee": "https://openreview.net/forum?id=xdNAVP7TGy"}, "url", "https://openreview.net/forum?id=xdNAVP7TGy"),
    ({"ee": ["javascript:alert(1)", "https://www.usenix.org/x"]}, "url", "https://www.usenix.org/x"),
    ({"ee": "javascript:alert(1)"}, "url", ""),
    ({"pages": "1-14"}, "pages", "1-14"),
    ({"pages": "1:1–1:35"}, "pages", "1:1-1:35"),
    ({"pages": "42"}, "pages", "42"),
    ({"volume": "17", "number": "3"}, "number", "3"),
    ({"volume": "17", "number": "3"}, "volume", "17"),
    ({"year": "2024"}, "date", Date(2024)),
    ({"year": "to appear"}, "date", None),
    ({"year": ""}, "date", None),
]


@pytest.mark.parametrize(("said", "name", "value"), DETAILS, ids=str)
def test_the_details_of_a_hit(said, name, value):
    info = {**dblp_hit("journals/x/A24", venue="V")["info"], **said}
    (record,) = dblp.read("", json.dumps([info]).encode())
    assert getattr(record, name) == value


PEOPLE = [
    (["Tao Ge 0001", "Ke Xu 0001"], (Person("Ge", "Tao"), Person("Xu", "Ke"))),
    (["Ada Lovelace"], (Person("Lovelace", "Ada"),)),
    (["A&auml;ron van den Oord", "Özg&uuml;r X"], (Person("Oord", "Aäron", "van den"), Person("X", "Özgür"))),
    (["Martin L. King Jr."], (Person("King", "Martin L.", "", "Jr."),)),
    (["DeepSeek-AI", "Daya Guo"], (Person(literal="DeepSeek-AI"), Person("Guo", "Daya"))),
    ([], ()),
]


@pytest.mark.parametrize(("names", "persons"), PEOPLE, ids=str)
def test_authors_have_no_numbers_behind_their_names(names, persons):
    assert record_of("conf/x/A24", "T", names).authors.persons == persons


def test_authors_come_as_one_object_one_text_or_a_list():
    for author in ({"@pid": "1", "text": "Ada Lovelace"}, "Ada Lovelace", ["Ada Lovelace"], [{"text": "Ada Lovelace"}]):
        info = {"key": "conf/x/A24", "title": "T.", "authors": {"author": author}}
        assert dblp.read("", json.dumps([info]).encode())[0].authors.persons == (Person("Lovelace", "Ada"),)


@pytest.mark.parametrize("raw", [b"", b"{", b"{}", b"null", b"[1]", b"[" * 100_000, b"\xff"])
def test_what_is_no_list_of_hits_is_a_value_error(raw):
    with pytest.raises(ValueError):
        dblp.read("", raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "author", "@pid"]), inner, max_size=2)
    ),
    max_leaves=6,
)
MEMBERS = ["authors", "doi", "ee", "number", "pages", "publisher", "title", "type", "venue", "volume", "year"]


@given(
    st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=11),
    st.sampled_from(["conf/nips/A", "journals/corr/abs-1", "x/y", "../.."]),
)
@settings(max_examples=200)
def test_any_members_make_records_that_can_be_written(info, key):
    for record in dblp.read("", json.dumps([{**info, "key": key}]).encode()):
        assert record.source == "dblp" and record.id == key
        for text in (
            record.title,
            record.venue,
            record.pages,
            record.url,
            *(person.family + person.literal for person in record.authors),
        ):
            text.encode()
