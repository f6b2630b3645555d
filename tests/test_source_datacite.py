"""DataCite as a source: arXiv ids in batches, every fault of a server named, records that say what arXiv's own would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import FakeDatacite, refused_url
from fakes.datacite import datacite_record
from fakes.faults import (
    drip,
    extra_records,
    gzip_bomb,
    huge,
    instead,
    missing_one,
    packed,
    short_page,
    shuffle,
    stall,
    together,
    without_id,
    wrong_case,
    wrong_type,
)
from fakes.server import Fault
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing import JSON_TROUBLE, USER_AGENT, check_size, check_time_out, check_trouble, check_wait, wire

from llminfer_bib.model import Date, Person
from llminfer_bib.records import Record
from llminfer_bib.sources import datacite, load
from llminfer_bib.sources.protocol import RefusedBatchError, SourceError, UnavailableError, Wire

IDS = ("2309.06180", "2211.17192", "math/0309136", "0704.0001")
SAMPLE = Path(__file__).parent / "data" / "datacite" / "2201.06719.json"


def ask(over: Wire) -> object:
    return datacite.ask(IDS, over)


def record_of(*args, **values) -> Record:
    record = datacite_record(*args, **values)
    return datacite.read("", json.dumps(record).encode())[0]


@pytest.fixture
def server():
    with FakeDatacite([datacite_record(identifier, f"On {identifier}") for identifier in IDS]) as fake:
        yield fake


# --- the request


def test_it_is_a_source():
    assert load("datacite") is datacite
    assert (datacite.NAME, datacite.BASE_URL, datacite.BASE_URL_VARIABLE) == (
        "datacite",
        "https://api.datacite.org",
        "BIB_DATACITE_URL",
    )


def test_one_request_carries_all_identifiers_and_says_how_many_it_wants(server):
    reply = datacite.ask(IDS, wire(server.url))
    assert set(reply.found) == set(IDS)
    assert [datacite.read(name, raw)[0].title for name, raw in reply.found.items()] == [f"On {name}" for name in IDS]
    assert len(server.requests) == 1
    request = server.requests[0]
    assert request.path == "/dois"
    assert request.query["ids"] == [",".join(f"10.48550/arxiv.{name}" for name in IDS)]
    assert request.query["page[size]"] == [str(len(IDS))]
    assert request.headers["user-agent"] == USER_AGENT


def test_a_hundred_identifiers_are_one_request_of_bounded_length():
    ids = [f"2309.{number:05d}" for number in range(1, 101)]
    assert datacite.batches(ids) == [tuple(ids)]
    with FakeDatacite([datacite_record(identifier) for identifier in ids]) as server:
        assert list(datacite.ask(ids, wire(server.url)).found) == ids
        assert len(server.requests) == 1
        assert len(server.requests[0].target) < 4096


def test_batches_name_each_identifier_once():
    ids = [f"2309.{number:05d}" for number in range(250)]
    assert [len(batch) for batch in datacite.batches([*ids, *ids])] == [100, 100, 50]
    assert datacite.batches([]) == []
    assert [len(batch) for batch in datacite.batches(["x" * 5000, "y", "z"])] == [1, 2]


def test_no_identifiers_are_no_request(server):
    assert datacite.ask([], wire(server.url)).found == {}
    assert server.requests == []


@pytest.mark.parametrize(
    "wrong", ["abc", "2309.06180v2", "arXiv:2309.06180", "2309.06180,2211.17192", "2309.06180&x=1", "", "\n", "../x"]
)
def test_what_is_no_identifier_is_never_sent_and_is_named(server, wrong):
    with pytest.raises(RefusedBatchError) as caught:
        datacite.ask([IDS[0], wrong], wire(server.url))
    assert caught.value.culprits == (wrong,)
    assert server.requests == []


@pytest.mark.parametrize(
    "fault",
    [
        shuffle(),
        wrong_case(),
        extra_records(),
        extra_records(twice=True),
        wrong_type(),
        packed(),
        together((shuffle(), wrong_case(), extra_records())),
    ],
    ids=str,
)
def test_answers_are_matched_by_identifier_whatever_their_order_case_or_company(server, fault):
    server.fail_always(fault)
    reply = datacite.ask(IDS, wire(server.url))
    assert {name: datacite.read(name, raw)[0].title for name, raw in reply.found.items()} == {
        name: f"On {name}" for name in IDS
    }


def test_an_unknown_identifier_is_absent_and_costs_the_others_nothing(server):
    assert set(datacite.ask([*IDS, "2401.00001"], wire(server.url)).found) == set(IDS)
    server.fail_next(missing_one())
    assert len(datacite.ask(IDS, wire(server.url)).found) == len(IDS) - 1


def test_what_is_stored_is_small_and_ascii(server):
    record = datacite_record("2401.00002", "Größe \u202e", xml="x" * 100_000, contributors=[{"name": "x"}])
    server.add(record)
    raw = datacite.ask(["2401.00002"], wire(server.url)).found["2401.00002"]
    assert len(raw) < 3000 and raw.isascii()


# --- trouble

TROUBLE = [
    *JSON_TROUBLE,
    (instead(b'{"data": []}'), UnavailableError, "how many"),
    (instead(b'{"data": [], "meta": {"total": true}}'), UnavailableError, "how many"),
    (instead(b'{"data": [], "meta": {"total": -1}}'), UnavailableError, "how many"),
    (instead(b'{"data": [null], "meta": {"total": 1}}'), UnavailableError, "something else"),
    (
        instead(b'{"data": [{"id": "10.48550/arxiv.2309.06180"}], "meta": {"total": 1}}'),
        UnavailableError,
        "without DOI or attributes",
    ),
    (instead(b'{"errors": [{"status": "500"}]}'), UnavailableError, "something else"),
    (short_page(), UnavailableError, "0 of 4"),
    (short_page(2), UnavailableError, "2 of 4"),
    (without_id(), UnavailableError, "without DOI"),
]


@pytest.mark.parametrize(("fault", "kind", "words"), TROUBLE, ids=lambda value: str(value)[:60])
def test_trouble_has_its_name_and_costs_one_request(server, fault: Fault, kind: type[SourceError], words: str):
    check_trouble(server, ask, fault, kind, words)


def test_the_wait_that_the_server_asks_for_is_handed_on(server):
    check_wait(server, ask, 7)


@pytest.mark.parametrize("fault", [stall(30), stall(30, after=50), drip()], ids=str)
def test_a_request_ends_at_its_time_out_however_the_server_sends(server, fault):
    check_time_out(server, ask, fault)


@pytest.mark.parametrize("fault", [huge(3), gzip_bomb(50)], ids=str)
def test_too_large_an_answer_is_given_up(server, fault):
    check_size(server, ask, fault)


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "ftp://127.0.0.1", "http://[", refused_url()],
    ids=["empty", "nonsense", "ftp", "open bracket", "refused"],
)
def test_an_address_that_cannot_be_used_is_said(url):
    with pytest.raises(UnavailableError):
        datacite.ask(IDS, wire(url))


# --- the record


def test_the_recorded_answer_is_mapped_in_every_field():
    (record,) = datacite.read("2201.06719", SAMPLE.read_bytes())
    assert record.origin == "datacite:2201.06719v1"
    assert record.title == (
        "Determination of hyperfine splittings and Landé $g_J$ factors of $5s~^2S_{1/2}$ and $5p~^2P_{1/2,3/2}$ states of"
        " $^{111,113}$Cd$^+$ for a microwave frequency standard"
    )
    assert [(person.family, person.given) for person in record.authors][:3] == [
        ("Han", "J. Z."),
        ("Si", "R."),
        ("Qin", "H. R."),
    ]
    assert len(record.authors) == 9
    assert record.date == Date(2022, 1, 18)
    assert record.arxiv == "2201.06719" and record.arxiv_class == "physics.atom-ph"
    assert record.doi == "10.1103/physreva.106.012821" and record.published_as == (record.doi,)
    assert record.url == "https://arxiv.org/abs/2201.06719"
    assert record.abstract.startswith("Regarding trapped-ion microwave-frequency standards")
    assert (record.type, record.published, record.venue, record.comment) == ("misc", False, "", "")


def test_the_recorded_answer_goes_through_the_fake_as_it_is():
    with FakeDatacite([json.loads(SAMPLE.read_bytes())]) as server:
        raw = datacite.ask(["2201.06719"], wire(server.url)).found["2201.06719"]
    assert datacite.read("2201.06719", raw) == datacite.read("2201.06719", SAMPLE.read_bytes())


CREATORS = [
    ("Ada Lovelace", Person("Lovelace", "Ada")),
    ({"name": "Lovelace, Ada"}, Person("Lovelace", "Ada")),
    ({"name": "Ada Lovelace"}, Person("Lovelace", "Ada")),
    ({"name": "DeepSeek-AI"}, Person(literal="DeepSeek-AI")),
    ({"name": "Gemini Team", "nameType": "Organizational"}, Person(literal="Gemini Team")),
    (
        {"name": "Team, Gemini", "nameType": "Personal", "givenName": "Gemini", "familyName": "Team"},
        Person(literal="Gemini Team"),
    ),
    (
        {"name": "van den Oord, Aaron", "givenName": "Aaron", "familyName": "van den Oord"},
        Person("Oord", "Aaron", "van den"),
    ),
    ({"name": "Müller, Ö.", "givenName": "Ö.", "familyName": "Müller"}, Person("Müller", "Ö.")),
    ({"name": "戴国浩"}, Person(literal="戴国浩")),
]


@pytest.mark.parametrize(("creator", "person"), CREATORS, ids=str)
def test_creators_are_persons_or_organisations(creator, person):
    assert record_of(IDS[0], "T", [creator]).authors.persons == (person,)


DATES = [
    ([{"date": "2023-09-12T12:50:04Z", "dateType": "Submitted", "dateInformation": "v1"}], Date(2023, 9, 12)),
    (
        [
            {"date": "2024-01-01", "dateType": "Submitted", "dateInformation": "v2"},
            {"date": "2023-09-12", "dateType": "Submitted", "dateInformation": "v1"},
        ],
        Date(2023, 9, 12),
    ),
    (
        [{"date": "2024-01-01", "dateType": "Submitted"}, {"date": "2023-09-12", "dateType": "Submitted"}],
        Date(2023, 9, 12),
    ),
    ([{"date": "2023-09", "dateType": "Available", "dateInformation": "v1"}], Date(2023, 9)),
    ([{"date": "2023", "dateType": "Issued"}, {"date": "2022-01-19", "dateType": "Created"}], Date(2023)),
    ([{"date": "nonsense", "dateType": "Submitted", "dateInformation": "v1"}], Date(2019)),
    ([], Date(2019)),
    (None, Date(2019)),
]


@pytest.mark.parametrize(("dates", "date"), DATES, ids=str)
def test_the_date_is_that_of_the_first_version(dates, date):
    assert record_of(IDS[0], year=2019, dates=dates).date == date


RELATED = [
    ("IsVersionOf", "DOI", "10.1145/3600006.3613165", ("10.1145/3600006.3613165",)),
    ("IsVersionOf", "DOI", "https://doi.org/10.1145/3600006.3613165", ("10.1145/3600006.3613165",)),
    ("IsVersionOf", "DOI", "10.48550/arXiv.2309.06180", ()),
    ("IsVersionOf", "DOI", "10.1101/2020.01.30.927871", ()),
    ("IsVersionOf", "URL", "10.1145/3600006.3613165", ()),
    ("IsPreprintOf", "DOI", "10.1145/3600006.3613165", ("10.1145/3600006.3613165",)),
    ("References", "DOI", "10.1145/3600006.3613165", ()),
    ("IsVersionOf", "DOI", "nonsense", ()),
    ("IsVersionOf", "DOI", None, ()),
]


@pytest.mark.parametrize(("relation", "kind", "doi", "published_as"), RELATED, ids=str)
def test_the_published_version_is_the_doi_of_which_it_is_a_version(relation, kind, doi, published_as):
    related = [{"relationType": relation, "relatedIdentifier": doi, "relatedIdentifierType": kind}]
    record = record_of(IDS[0], relatedIdentifiers=related)
    assert record.published_as == published_as and record.doi == (published_as[0] if published_as else "")


def test_every_published_version_is_named_and_the_first_is_the_doi():
    related = [
        {"relationType": "IsVersionOf", "relatedIdentifier": doi, "relatedIdentifierType": "DOI"}
        for doi in ("10.48550/arXiv.2309.06180", "10.1145/3600006.3613165", "10.1109/TEST.1", "10.1109/test.1")
    ]
    record = record_of(IDS[0], relatedIdentifiers=related)
    assert record.published_as == ("10.1145/3600006.3613165", "10.1109/test.1")
    assert record.doi == "10.1145/3600006.3613165"


def test_entities_tex_and_other_titles_are_read():
    titles = [
        {"title": "一", "titleType": "TranslatedTitle"},
        {"title": "R&amp;D of Schr\\\"odinger's\n  Cat: $a &lt; b$"},
    ]
    assert record_of(IDS[0], titles=titles).title == "R&D of Schrödinger's Cat: $a < b$"


def test_a_comment_says_where_it_appeared():
    said = [
        {"description": "An abstract.", "descriptionType": "Abstract"},
        {"description": "SOSP 2023", "descriptionType": "Other"},
    ]
    record = record_of(IDS[0], descriptions=said)
    assert record.comment == "SOSP 2023" and record.abstract == "An abstract."
    assert record.appearance is not None and record.appearance.venue.endswith("(SOSP '23)")


def test_other_subjects_are_no_class():
    subjects = [
        {"subject": "FOS: Physics (x.y)", "subjectScheme": "FOS"},
        {"subject": "Computation and Language (cs.CL)", "subjectScheme": "arXiv"},
    ]
    assert record_of(IDS[0]).arxiv_class == "cs.LG"
    assert (
        record_of(IDS[0], subjects=["Artificial Intelligence (cs.AI)", "Machine Learning (cs.LG)"]).arxiv_class
        == "cs.AI"
    )
    raw = datacite_record(IDS[0])
    raw["attributes"]["subjects"] = subjects
    assert datacite.read("", json.dumps(raw).encode())[0].arxiv_class == "cs.CL"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"id": "10.1145/1.2", "attributes": {"x": 1}}',
        b'{"id": 3, "attributes": {}}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_record_is_a_value_error(raw):
    with pytest.raises(ValueError):
        datacite.read("", raw)


def test_another_record_than_was_asked_for_is_a_value_error():
    raw = json.dumps(datacite_record("2309.06180")).encode()
    assert datacite.read("2309.06180", raw)
    with pytest.raises(ValueError, match="another"):
        datacite.read("2211.17192", raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["title", "name", "date", "dateType", "description", "subject"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
MEMBERS = [
    "creators",
    "titles",
    "dates",
    "descriptions",
    "relatedIdentifiers",
    "subjects",
    "version",
    "publicationYear",
]


ATTRIBUTES = given(st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=8))


@settings(max_examples=80)
@ATTRIBUTES
def test_any_members_make_a_record_that_can_be_written(attributes):
    raw = json.dumps({"id": "10.48550/arXiv.2309.06180", "attributes": {"doi": "x", **attributes}}).encode()
    (record,) = datacite.read("2309.06180", raw)
    assert (record.source, record.id, record.published) == ("datacite", "2309.06180", False)
    for text in (
        record.title,
        record.abstract,
        record.comment,
        *(person.family + person.literal for person in record.authors),
    ):
        text.encode()


@pytest.mark.slow
@settings(max_examples=600)
@ATTRIBUTES
def test_many_members_make_records_that_can_be_written(attributes):
    test_any_members_make_a_record_that_can_be_written.hypothesis.inner_test(attributes)
