"""A work as Crossref describes it becomes a Record: every recorded sample, every row of every table, and every odd shape."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.identifiers import is_preprint_doi
from llminfer_bib.model import Date, People, Person
from llminfer_bib.records import Notice, Record
from llminfer_bib.sources import crossref_tables as tables
from llminfer_bib.sources.crossref_names import GROUP_WORDS, OTHERS, PARTICLES, PLACEHOLDERS, SUFFIXES, read_people
from llminfer_bib.sources.crossref_reading import read_date, read_work
from llminfer_bib.sources.crossref_venues import with_acronym

DATA = Path(__file__).parent / "data" / "crossref" / "works.json"


@cache
def ours() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DATA.read_text("utf-8"))
    return found


def shown(people: People) -> list[str]:
    """Return each person as ``given|prefix|family|suffix``, or the literal."""
    return [p.literal or f"{p.given}|{p.prefix}|{p.family}|{p.suffix}".rstrip("|") for p in people]


def work(**members: Any) -> dict[str, Any]:
    """Return a small journal article with these members; ``container_title`` is ``container-title``."""
    base = {"DOI": "10.5555/x", "type": "journal-article", "title": ["A Title"]}
    return base | {name.replace("_", "-"): value for name, value in members.items()}


def read(**members: Any) -> Record:
    return read_work(work(**members))


# Read by hand from the raw answers. What is not named in a row is empty.
LANCET = {
    "id": "10.1016/s0140-6736(97)11096-0",
    "type": "article",
    "published": True,
    "title": "Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive developmental disorder in children",
    "authors": ["AJ||Wakefield", "SH||Murch"],
    "date": Date(1998, 2),
    "venue": "The Lancet",
    "volume": "351",
    "number": "9103",
    "pages": "637-641",
    "publisher": "Elsevier",
    "notices": (
        Notice("correction", "Correction", "10.1016/s0140-6736(04)15715-2", Date(2004, 3, 6), "retraction-watch"),
        Notice("retraction", "Retraction", "10.1016/s0140-6736(10)60175-4", Date(2010, 2, 6), "retraction-watch"),
    ),
}
APS = {
    "id": "10.1103/physreva.106.022212",
    "type": "article",
    "published": True,
    "title": "Toy model for local and deterministic wave-function collapse",
    "authors": ["Sandro||Donadi", "Sabine||Hossenfelder"],
    "date": Date(2022, 8, 19),
    "venue": "Physical Review A",
    "volume": "106",
    "number": "2",
    "pages": "022212",
    "publisher": "American Physical Society",
}
ACL = {
    "id": "10.18653/v1/2024.acl-long.484",
    "type": "inproceedings",
    "published": True,
    "title": "ProtLLM: An Interleaved Protein-Language LLM with Protein-as-Word Pre-Training",
    "authors": 9,
    "date": Date(2024),
    "venue": "Proceedings of the 62nd Annual Meeting of the Association for Computational Linguistics (Volume 1: Long Papers)",
    "pages": "8950-8963",
    "publisher": "Association for Computational Linguistics",
}
TECHRXIV = {
    "id": "10.36227/techrxiv.170794036.66542348/v1",
    "title": "Maximum Likelihood Estimation of Line Parameters for a Nonlinear Model of Distribution Grids",
    "authors": ["Shubhankar||Kapoor", "Adrian G||Wills", "Johannes||Hendriks", "Lachlan||Blackhall"],
    "date": Date(2024, 2, 14),
    "publisher": "TechRxiv",
}
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "list-empty": [],
    "list-filter-doi-batch-ASSEMBLED": [ACL, APS, LANCET, TECHRXIV],
    "list-title-search-false-positive": [
        {
            "id": "10.18653/v1/n18-2074",
            "type": "inproceedings",
            "published": True,
            "title": "Self-Attention with Relative Position Representations",
            "authors": ["Peter||Shaw", "Jakob||Uszkoreit", "Ashish||Vaswani"],
            "date": Date(2018),
            "venue": "Proceedings of the 2018 Conference of the North American Chapter of the Association for Computational"
            " Linguistics: Human Language Technologies, Volume 2 (Short Papers)",
            "publisher": "Association for Computational Linguistics",
        }
    ],
    "list-title-search-hit-sosp24": [
        {
            "id": "10.1145/3694715.3695963",
            "type": "inproceedings",
            "published": True,
            "title": "Apparate: Rethinking Early Exits to Tame Latency-Throughput Tensions in ML Serving",
            "authors": ["Yinwei||Dai", "Rui||Pan", "Anand||Iyer", "Kai||Li", "Ravi||Netravali"],
            "date": Date(2024, 11, 4),
            "venue": "Proceedings of the ACM SIGOPS 30th Symposium on Operating Systems Principles",
            "publisher": "Association for Computing Machinery",
        },
        {
            "id": "10.4324/9781032710396-5",
            "type": "incollection",
            "published": True,
            "title": "Tensions in temperance",
            "authors": ["Matthew C.||Haug"],
            "date": Date(2024, 11, 21),
            "venue": "Rethinking Self-Control",
            "publisher": "Routledge",
        },
        {
            "id": "10.2139/ssrn.5055647",
            "title": "An Experimental Study of Algorand Transaction Throughput and Latency for High Transaction Loads",
            "authors": ["Molud||Esmaili", "Ken||Christensen"],
            "date": Date(2024),
            "publisher": "SSRN",
        },
        *(
            {
                "id": doi,
                "type": "inproceedings",
                "published": True,
                "title": "wa-hls4ml: A benchmark and dataset for ML accelerator resource estimation",
                "authors": 10,
                "date": Date(2024, 10, day),
                "publisher": "US DOE",
            }
            for doi, day in (("10.2172/2474974", 21), ("10.2172/2474968", 22))
        ),
    ],
    "work-71-authors-collaboration": [
        {
            "id": "10.1103/physrevlett.126.162501",
            "type": "article",
            "published": True,
            "title": "Measurement of the Charge-Averaged Elastic Lepton-Proton Scattering Cross Section by the OLYMPUS Experiment",
            "authors": 71,
            "last": "OLYMPUS Collaboration",
            "date": Date(2021, 4, 21),
            "venue": "Physical Review Letters",
            "volume": "126",
            "number": "16",
            "pages": "162501",
            "publisher": "American Physical Society",
        }
    ],
    "work-abstract-jats": [
        {
            "id": "10.32396/usurj.v1i1.55",
            "type": "article",
            "published": True,
            "title": "Industrial Potential of Polyhydroxyalkanoate Bioplastic: A Brief Review",
            "authors": ["Matthew||Bernard"],
            "date": Date(2014, 2, 27),
            "venue": "USURJ: University of Saskatchewan Undergraduate Research Journal",
            "volume": "1",
            "number": "1",
            "publisher": "University of Saskatchewan Library",
            "abstract": "In the international community, human dependence on plastic is increasing.",
        }
    ],
    "work-article-number": [APS],
    "work-author-family-only": [
        {
            "id": "10.1101/2023.07.06.547934",
            "title": "Exploring G-quadruplex structure in PRCC-TFE3 fusion Oncogene: Plausible use as anti cancer therapy for"
            " translocation Renal cell carcinoma (tRCC)",
            "authors": ["||Neha", "Parimal||Das"],
            "date": Date(2023, 7, 6),
            "publisher": "bioRxiv",
            "abstract": "The TFE3 fusion gene, byproduct of Xp11.2 translocation, is the diagnostic marker for",
        }
    ],
    "work-author-group-name-only": [
        {
            "id": "10.1101/2025.04.10.647997",
            "title": "Sexually distinct multi-omic responses to progressive endurance exercise training in the rat lung—Findings"
            " from MoTrPAC",
            "authors": 22,
            "last": "The MoTrPAC Study Group",
            "date": Date(2025, 4, 16),
            "publisher": "bioRxiv",
            "abstract": "Despite the lungs being essential for ventilation and aerobic exercise capacity,",
        }
    ],
    "work-book-chapter": [
        {
            "id": "10.1007/978-3-0348-8720-5_13",
            "type": "incollection",
            "published": True,
            "title": "Differentiability with Respect to Initial Data for a Scalar Conservation Law",
            "authors": ["François||Bouchut", "François||James"],
            "date": Date(1999),
            "venue": "Hyperbolic Problems: Theory, Numerics, Applications",
            "pages": "113-118",
            "publisher": "Birkhäuser Basel",
        }
    ],
    "work-ja-original-title-no-author": [
        {
            "id": "10.3775/jie.6.509a",
            "type": "article",
            "published": True,
            "title": "五、乾餾及瓦斯化",
            "authors": [],
            "date": Date(1927),
            "venue": "Journal of the Fuel Society of Japan",
            "volume": "6",
            "number": "6",
            "pages": "509a-511",
            "publisher": "The Japan Institute of Energy",
        }
    ],
    "work-journal-has-preprint": [
        {
            "id": "10.1038/s41586-020-2012-7",
            "type": "article",
            "published": True,
            "title": "A pneumonia outbreak associated with a new coronavirus of probable bat origin",
            "authors": ["Peng||Zhou", "Xing-Lou||Yang"],
            "date": Date(2020, 2, 3),
            "venue": "Nature",
            "volume": "579",
            "number": "7798",
            "pages": "270-273",
            "publisher": "Springer",
            "notices": (
                Notice("correction", "Addendum", "10.1038/s41586-020-2951-z", Date(2020, 11, 17), "publisher"),
            ),
        }
    ],
    "work-journal-jats-correction": [
        {
            "id": "10.1073/pnas.1414271111",
            "type": "article",
            "published": True,
            "title": "Developing functional musculoskeletal tissues through hypoxia and lysyl oxidase-induced collagen cross-linking",
            "authors": [
                "Eleftherios A.||Makris",
                "Donald J.||Responte",
                "Nikolaos K.||Paschos",
                "Jerry C.||Hu",
                "Kyriacos A.||Athanasiou",
            ],
            "date": Date(2014, 11, 11),
            "venue": "Proceedings of the National Academy of Sciences",
            "volume": "111",
            "number": "45",
            "publisher": "Proceedings of the National Academy of Sciences",
            "abstract": "Significance: The inadequate mechanical properties of engineered tissues have prevented",
            "notices": (Notice("correction", "Correction", "10.1073/pnas.1507001112", Date(2015, 5, 4), "publisher"),),
        }
    ],
    "work-journal-polite-2026": [
        {
            "id": "10.1371/journal.pone.0033693",
            "type": "article",
            "published": True,
            "title": "Methylphenidate Exposure Induces Dopamine Neuron Loss and Activation of Microglia in the Basal Ganglia of Mice",
            "authors": [
                "Shankar||Sadasivan",
                "Brooks B.||Pond",
                "Amar K.||Pani",
                "Chunxu||Qu",
                "Yun||Jiao",
                "Richard J.||Smeyne",
            ],
            "editors": ["Cesario V.||Borlongan"],
            "date": Date(2012, 3, 21),
            "venue": "PLoS ONE",
            "volume": "7",
            "number": "3",
            "pages": "e33693",
            "publisher": "Public Library of Science",
            "notices": (
                Notice(
                    "correction",
                    "Correction",
                    "10.1371/annotation/c76da2c1-ccb8-4797-94c1-359d3ceceeda",
                    Date(2012, 5, 8),
                    "publisher",
                ),
            ),
        }
    ],
    "work-mathml-title": [
        {
            "id": "10.1103/physrevmaterials.5.064417",
            "type": "article",
            "published": True,
            "title": "Understanding magnetic phase coexistence in Ru$_{2}$Mn$_{1-x}$Fe$_{x}$Sn Heusler alloys: A neutron"
            " scattering, thermodynamic, and phenomenological analysis",
            "authors": 9,
            "date": Date(2021, 6, 25),
            "venue": "Physical Review Materials",
            "volume": "5",
            "number": "6",
            "pages": "064417",
            "publisher": "American Physical Society",
        }
    ],
    "work-preprint-is-preprint-of": [
        {
            "id": "10.26434/chemrxiv-2022-w0jzh-v2",
            "title": "Five Years of ChemRxiv: Where We Are and Where We Go From Here",
            "authors": 7,
            "date": Date(2023, 1, 18),
            "publisher": "ChemRxiv",
            "abstract": "ChemRxiv was launched on August 15, 2017 to provide researchers in chemistry",
            "published_as": ("10.1002/anie.202215847",),
        }
    ],
    "work-preprint-researchsquare": [
        {
            "id": "10.21203/rs.1.1/v2",
            "title": "Trial Forge Guidance 2: How to decide if a further Study Within A Trial (SWAT) is needed",
            "authors": 27,
            "date": Date(2019, 10, 9),
            "publisher": "Research Square",
            "abstract": "The evidence base available to trialists to support trial process decisions",
            "published_as": ("10.1186/s13063-019-3980-5",),
        }
    ],
    "work-preprint-ssrn": [
        {
            "id": "10.2139/ssrn.5186959",
            "title": "Enhanced Flavoprotein Autofluorescence Imaging in Rats Using a Combination of Thin Skull Window and"
            " Skull-Clearing Reagents",
            "authors": 7,
            "date": Date(2025),
            "publisher": "SSRN",
        }
    ],
    "work-preprint-techrxiv-has-version": [TECHRXIV],
    "work-proceedings-acl-2024": [ACL],
    "work-proceedings-acm-2018": [
        {
            "id": "10.1145/3184558.3186235",
            "type": "inproceedings",
            "published": True,
            "title": "DL-Learner Structured Machine Learning on Semantic Web Data",
            "authors": ["Lorenz||Bühmann", "Jens||Lehmann", "Patrick||Westphal", "Simon||Bin"],
            "date": Date(2018),
            "venue": "Companion of The Web Conference 2018 (WWW '18)",
            "publisher": "Association for Computing Machinery",
        }
    ],
    "work-proceedings-nodate-ieee": [
        {
            "id": "10.1109/jcdl.2003.1204879",
            "type": "inproceedings",
            "published": True,
            "title": "XML semantics and digital libraries",
            "authors": ["A.||Renear", "D.||Dubin", "C.M.||Sperberg-McQueen", "C.||Huitfeldt"],
            "date": None,
            "venue": "2003 Joint Conference on Digital Libraries (JCDL-03)",
            "publisher": "IEEE Computer Society",
        }
    ],
    "work-retracted-updated-by": [LANCET],
    "work-retraction-notice-update-to": [
        {
            "id": "10.1016/s0140-6736(10)60175-4",
            "type": "article",
            "published": False,
            "title": "Retraction—Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive developmental disorder in"
            " children",
            "authors": [],
            "date": Date(2010, 2),
            "venue": "The Lancet",
            "publisher": "Elsevier",
        }
    ],
    "work-title-encoded-html": [
        {
            "id": "10.20944/preprints202601.1190.v1",
            "title": "Hyperbolic EM Symmetry and Metrological Closure of Vacuum Impedance with Links to Topological Response in"
            " Metals and Alloys",
            "authors": ["Tihomir||Car"],
            "date": Date(2026, 1, 15),
            "publisher": "Preprints.org",
            "abstract": "We develop a symmetry-based reconstruction of the vacuum impedance and the fine-structure constant.",
        }
    ],
    "work-zh-scientia-sinica": [
        {
            "id": "10.1360/n112014-00137",
            "type": "article",
            "published": True,
            "title": "模糊测试技术研究",
            "authors": ["FangNan||Yang", "Feng||Liu", "Jia||Qi", "HongHui||Li"],
            "date": Date(2014, 10, 1),
            "venue": "SCIENTIA SINICA Informationis",
            "volume": "44",
            "number": "10",
            "pages": "1305-1322",
            "publisher": "Science China Press",
        }
    ],
}


def check(record: Record, expected: dict[str, Any]) -> None:
    """Compare a record with a row, member by member."""
    row = dict(expected)
    authors, last = row.pop("authors"), row.pop("last", None)
    editors, abstract = row.pop("editors", []), row.pop("abstract", "")
    assert shown(record.authors) == authors if isinstance(authors, list) else len(record.authors) == authors
    assert last is None or shown(record.authors)[-1] == last
    assert shown(record.editors) == editors
    if "abstract" in expected:
        assert record.abstract.startswith(abstract)
    wanted = Record("crossref", doi=row["id"], url=record.url, **row)
    assert replace(record, authors=wanted.authors, editors=wanted.editors, abstract="") == wanted


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_recorded_sample_is_mapped_as_a_person_reads_it(shared: Path, name: str) -> None:
    answer = json.loads((shared / "api-samples" / "crossref" / f"{name}.json").read_text("utf-8"))
    message = answer.get("message", answer)
    works = message.get("items", [message])
    assert len(works) == len(SAMPLES[name])
    for one, expected in zip(works, SAMPLES[name], strict=True):
        check(read_work(one), expected)


def test_no_recorded_sample_is_left_out(shared: Path) -> None:
    names = {path.stem for path in (shared / "api-samples" / "crossref").glob("*.json")}
    assert names == set(SAMPLES) | {"http-errors"}


@pytest.mark.parametrize("name", sorted(ours()))
def test_the_samples_of_the_project_are_mapped_as_a_person_reads_them(name: str) -> None:
    expected = {**SAMPLES[f"work-{name}"][0]}
    expected.pop("abstract", None)
    check(read_work(ours()[name]), expected)


def test_the_link_is_the_resolver_with_everything_encoded() -> None:
    record = read(DOI="10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O")
    assert record.id == record.doi == "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"
    assert record.url == "https://doi.org/10.1002/(sici)1097-4571(199806)49:8%3C693::aid-asi4%3E3.0.co;2-o"
    assert record.origin == f"crossref:{record.id}"


# --- types ---


@pytest.mark.parametrize(("kind", "expected"), sorted(tables.TYPES.items()))
def test_every_type_of_crossref_has_its_entry_type(kind: str, expected: tuple[str, bool]) -> None:
    record = read(type=kind)
    assert (record.type, record.published) == expected


@pytest.mark.parametrize("kind", ["", "something-new", None, 7])
def test_an_unknown_type_is_not_published(kind: object) -> None:
    assert (read(type=kind).type, read(type=kind).published) == ("misc", False)


@pytest.mark.parametrize(
    "doi", ["10.2139/ssrn.123", "10.1101/2020.01.22.914952", "10.36227/techrxiv.1", "10.48550/arXiv.2309.06180"]
)
def test_a_preprint_servers_doi_is_a_preprint_whatever_its_type_says(doi: str) -> None:
    record = read(DOI=doi, container_title=["SSRN Electronic Journal"])
    assert (record.type, record.published, record.venue) == ("misc", False, "")


def test_arxivs_own_doi_becomes_an_arxiv_id() -> None:
    record = read(DOI="10.48550/arXiv.2309.06180")
    assert (record.doi, record.arxiv) == ("", "2309.06180")


@pytest.mark.parametrize(("start", "name"), sorted(tables.PREPRINT_SERVERS.items()))
def test_every_preprint_server_is_named(start: str, name: str) -> None:
    assert read(DOI=start + "1", type="posted-content", publisher="Some Owner").publisher == name


def test_another_institution_of_a_preprint_is_kept() -> None:
    record = read(DOI="10.1101/2020.01.22.20019000", type="posted-content", institution=[{"name": "medRxiv"}])
    assert record.publisher == "medRxiv"


# --- title ---


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"title": ["A"]}, "A"),
        ({"title": "A"}, "A"),
        ({"title": []}, ""),
        ({"title": None}, ""),
        ({"title": [""], "original-title": ["五、乾餾"]}, "五、乾餾"),
        ({"title": ["", "B"]}, "B"),
        ({"title": ["  A <i>b</i> &amp; c "]}, "A b & c"),
        ({"title": ["Functional {ANOVA} and {k-NN}"]}, "Functional ANOVA and k-NN"),
        ({"title": ["The set {1, 2} and $x_{1}$"]}, "The set {1, 2} and $x_{1}$"),
        ({"title": ["A Survey", "综述"]}, "A Survey"),
        ({"title": ["A Survey"], "original-title": ["综述"]}, "A Survey"),
        ({"title": ["A Survey", "综述"], "container-title": ["计算机研究与发展"]}, "综述"),
        ({"title": ["A Survey"], "original-title": ["综述"], "author": [{"family": "葛", "given": "旭冉"}]}, "综述"),
        ({"title": ["A Survey"], "container-title": ["计算机研究与发展"]}, "A Survey"),
    ],
)
def test_title(members: dict[str, Any], expected: str) -> None:
    assert read_work({**work(), **members}).title == expected


@pytest.mark.parametrize(
    ("title", "subtitle", "expected"),
    [
        ("Foo", ["A Bar"], "A Bar"),
        ("Foo: A Bar", ["A bar"], ""),
        ("Foo", ["Foo"], ""),
        ("Foo", ["", "second"], "second"),
        ("Foo", [], ""),
        ("Foo: a bar baz", ["A Bar—Baz"], ""),
        ("Foo", ["—"], ""),
    ],
)
def test_a_subtitle_counts_where_the_title_has_it_not_yet(title: str, subtitle: list[str], expected: str) -> None:
    assert read(title=[title], subtitle=subtitle).subtitle == expected


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("RETRACTED: On Trees", "retraction"),
        ("RETRACTED ARTICLE: On Trees", "retraction"),
        ("Retracted: On Trees", "retraction"),
        ("[Retracted] On Trees", "retraction"),
        ("(RETRACTED) On Trees", "retraction"),
        ("RETRACTED On Trees", "retraction"),
        ("WITHDRAWN: On Trees", "withdrawal"),
        ("Withdrawn: On Trees", "withdrawal"),
    ],
)
def test_a_prefix_of_the_title_is_a_notice_and_no_part_of_the_title(title: str, kind: str) -> None:
    record = read(title=[title])
    assert record.title == "On Trees"
    assert [notice.kind for notice in record.notices] == [kind]
    assert record.published


@pytest.mark.parametrize(
    "title", ["Retracted papers and how they are cited", "RETRACTED:", "Withdrawn behaviour in mice", "Retraction"]
)
def test_a_title_about_retractions_is_a_title(title: str) -> None:
    assert read(title=[title]).title == title
    assert read(title=[title]).notices == ()


@pytest.mark.parametrize("row", range(len(tables.RETRACTED_TITLES)))
def test_every_row_of_retracted_titles_is_used(row: int) -> None:
    pattern = re.compile(tables.RETRACTED_TITLES[row][0])
    texts = ["RETRACTED: X", "[RETRACTED] X", "RETRACTED X", "WITHDRAWN: X"]
    assert any(pattern.match(text) for text in texts)


NOTICES = {
    "Retraction: On Trees": 0,
    "Retraction—On Trees": 0,
    "Retraction Note to: On Trees": 0,
    "Partial Retraction to: On Trees": 0,
    "Notice of Retraction On Trees": 1,
    "Withdrawal Notice: On Trees": 2,
    "Correction: On Trees": 3,
    "Correction to: On Trees": 3,
    "Author Correction: On Trees": 3,
    "Publisher Correction: On Trees": 3,
    "Erratum: On Trees": 4,
    "Erratum to “On Trees”": 4,
    "Corrigendum to On Trees": 4,
    "Errata": 4,
    "Addendum: On Trees": 5,
    "Expression of Concern: On Trees": 6,
    "Editorial Expression of Concern": 6,
    'Review for "On Trees"': 7,
    'Author response for "On Trees"': 8,
}


@pytest.mark.parametrize("title", sorted(NOTICES))
def test_a_notice_never_upgrades_an_entry(title: str) -> None:
    assert not read(title=[title]).published
    assert re.match(tables.NOTICE_TITLES[NOTICES[title]], title, re.IGNORECASE)


def test_every_row_of_notice_titles_is_tested() -> None:
    assert set(NOTICES.values()) == set(range(len(tables.NOTICE_TITLES)))


@pytest.mark.parametrize(
    "title",
    [
        "Correction of OCR Errors with Language Models",
        "Error Correction: A Survey",
        "Corrections to scaling",
        "Retractions in the literature",
        "Reviewing for ICLR",
        "Withdrawal symptoms in networks",
        "Addenda",
    ],
)
def test_a_title_that_sounds_like_a_notice_is_published(title: str) -> None:
    assert read(title=[title]).published


# --- notices ---


@pytest.mark.parametrize(("kind", "expected"), sorted(tables.UPDATES.items()))
def test_every_kind_of_update_is_read_on_the_work_and_on_the_notice(kind: str, expected: str) -> None:
    update = {"type": kind.replace("_", "-").upper(), "DOI": "10.5555/Y", "label": "So", "source": "publisher"}
    notices = read(updated_by=[update]).notices
    assert [(notice.kind, notice.doi, notice.label) for notice in notices] == (
        [(expected, "10.5555/y", "So")] if expected else []
    )
    assert read(update_to=[update]).published is not bool(expected)


def test_the_same_notice_from_publisher_and_retraction_watch_counts_once() -> None:
    update = {"type": "retraction", "label": "Retraction", "updated": {"date-parts": [[2010, 2, 6]]}}
    first = {**update, "DOI": "10.5555/Y", "source": "retraction-watch", "record-id": "1"}
    second = {**update, "DOI": "10.5555/y", "source": "publisher"}
    for order in ([first, second], [second, first]):
        assert read(updated_by=order).notices == (
            Notice("retraction", "Retraction", "10.5555/y", Date(2010, 2, 6), "publisher"),
        )


def test_two_corrections_are_two_notices() -> None:
    updates = [{"type": "correction", "DOI": f"10.5555/{n}"} for n in "ab"]
    assert [notice.doi for notice in read(updated_by=updates).notices] == ["10.5555/a", "10.5555/b"]


def test_a_work_corrected_in_place_is_still_the_work() -> None:
    record = read(update_to=[{"type": "erratum", "DOI": "10.5555/X", "label": "Erratum"}])
    assert record.published
    assert [(notice.kind, notice.doi) for notice in record.notices] == [("correction", "10.5555/x")]


def test_a_title_that_says_retracted_adds_nothing_to_a_notice() -> None:
    update = {"type": "retraction", "DOI": "10.5555/y", "source": "publisher"}
    assert len(read(title=["RETRACTED: On Trees"], updated_by=[update]).notices) == 1


# --- relations ---


@pytest.mark.parametrize(
    ("relation", "published_as", "arxiv"),
    [
        ({"is-preprint-of": [{"id-type": "doi", "id": "10.1002/ANIE.1"}]}, ("10.1002/anie.1",), ""),
        ({"is-preprint-of": [{"id": "https://doi.org/10.1002/a"}, {"id": "10.1002/A"}]}, ("10.1002/a",), ""),
        ({"is-preprint-of": [{"id": "10.5555/X"}]}, (), ""),
        ({"is-preprint-of": [{"id": "10.2139/ssrn.1"}]}, (), ""),
        ({"is-preprint-of": {"id": "10.1002/a"}}, (), ""),
        ({"has-preprint": [{"id-type": "doi", "id": "10.48550/ARXIV.2309.06180"}]}, (), "2309.06180"),
        ({"has-preprint": [{"id-type": "arxiv", "id": "2309.06180v2"}]}, (), "2309.06180"),
        ({"has-preprint": [{"id-type": "uri", "id": "https://arxiv.org/abs/cs/0309136"}]}, (), "cs/0309136"),
        ({"has-preprint": [{"id-type": "doi", "id": "10.1101/2020.01.22.914952"}]}, (), ""),
        ({"has-review": [{"id": "10.1002/a"}]}, (), ""),
        ([], (), ""),
        (None, (), ""),
    ],
)
def test_relations(relation: object, published_as: tuple[str, ...], arxiv: str) -> None:
    record = read(relation=relation)
    assert (record.published_as, record.arxiv) == (published_as, arxiv)


# --- dates ---


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"date-parts": [[2023]]}, Date(2023)),
        ({"date-parts": [[2023, 10]]}, Date(2023, 10)),
        ({"date-parts": [[2023, 10, 23]]}, Date(2023, 10, 23)),
        ({"date-parts": [["2023", "5"]]}, Date(2023, 5)),
        ({"date-parts": [[2023, 13]]}, Date(2023)),
        ({"date-parts": [[2023, 2, 30]]}, Date(2023, 2)),
        ({"date-parts": [[2023, None, 4]]}, Date(2023)),
        ({"date-parts": [[None]]}, None),
        ({"date-parts": [[0]]}, None),
        ({"date-parts": [[]]}, None),
        ({"date-parts": []}, None),
        ({"date-parts": [None]}, None),
        ({"date-parts": [[True]]}, None),
        ({"date-parts": [[2023.5]]}, None),
        ({"date-parts": [["²⁰²³"]]}, None),
        ({"date-parts": [[99999999999999999999]]}, None),
        ({}, None),
        (None, None),
        ("2023", None),
    ],
)
def test_date_parts(value: object, expected: Date | None) -> None:
    assert read_date(value) == expected


def at(year: int) -> dict[str, Any]:
    return {"date-parts": [[year]]}


ORDER = ["published-print", "published-online", "issued", "published", "published-other"]


@pytest.mark.parametrize("count", range(1, len(ORDER) + 1))
def test_print_comes_before_online_and_online_before_issued(count: int) -> None:
    members = {name: at(2000 + place) for place, name in enumerate(ORDER)}
    kept = {name: members[name] for name in ORDER[-count:]}
    assert read_work({**work(), **kept, "event": {"start": at(1990)}}).date == Date(2000 + len(ORDER) - count)


def test_without_any_other_date_the_issue_and_then_the_event_tell() -> None:
    event = {"start": at(1991)}
    nothing = {"date-parts": [[None]]}
    assert read(issued=nothing, event=event).date == Date(1991)
    assert read(issued=nothing, event=event, journal_issue={"published-print": at(1992)}).date == Date(1992)
    assert read(issued=nothing).date is None


def test_of_a_preprint_the_day_counts_on_which_it_was_posted() -> None:
    assert read(type="posted-content", posted=at(2020), issued=at(2021), published_print=at(2022)).date == Date(2020)
    assert read(posted=at(2020), issued=at(2021)).date == Date(2021)


# --- pages, volume, publisher ---


@pytest.mark.parametrize(
    ("page", "article", "expected"),
    [
        ("54-58", None, "54-58"),
        ("54–58", None, "54-58"),
        ("54 -- 58", None, "54-58"),
        ("54", None, "54"),
        ("e33693", None, "e33693"),
        ("509a-511", None, "509a-511"),
        ("pp. 1-9", None, "1-9"),
        ("12:1-12:28", None, "12:1-12:28"),
        ("7-7", None, "7"),
        ("54-", None, "54"),
        ("1-37", "12", "1-37"),
        (None, "022212", "022212"),
        ("n/a-n/a", "22", "22"),
        ("1-1", None, ""),
        (None, None, ""),
        (5, None, "5"),
        ([], {}, ""),
    ],
)
def test_pages(page: object, article: object, expected: str) -> None:
    assert read_work({**work(), "page": page, "article-number": article}).pages == expected


@pytest.mark.parametrize(("name", "expected"), sorted(tables.PUBLISHERS.items()))
def test_every_publisher_row(name: str, expected: str) -> None:
    assert read(publisher=name).publisher == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("American Physical Society (APS)", "American Physical Society"),
        ("Oxford University Press (OUP)", "Oxford University Press"),
        ("MIT Press", "MIT Press"),
        ("USENIX Association", "USENIX Association"),
        ("Verlag (neu) GmbH", "Verlag (neu) GmbH"),
        ("Wiley (New York City)", "Wiley (New York City)"),
        ("Taylor &amp; Francis", "Taylor & Francis"),
        ("", ""),
    ],
)
def test_a_publisher_loses_its_acronym_and_nothing_else(name: str, expected: str) -> None:
    assert read(publisher=name).publisher == expected


@pytest.mark.parametrize("kind", ["dissertation", "report"])
def test_a_thesis_and_a_report_name_their_institution(kind: str) -> None:
    assert read(type=kind, publisher="P", institution=[{"name": "Uni X"}]).publisher == "Uni X"
    assert read(type=kind, publisher="P", institution={"name": "Uni X"}).publisher == "Uni X"
    assert read(type=kind, publisher="P").publisher == "P"


def test_volume_issue_and_editors() -> None:
    record = read(volume="12", issue="7-8", editor=[{"given": "E.", "family": "D"}])
    assert (record.volume, record.number, shown(record.editors)) == ("12", "7-8", ["E.||D"])


# --- venues ---


def venue(names: object, kind: str = "proceedings-article", **event: Any) -> tuple[str, str, str]:
    record = read(container_title=names, type=kind, event=event)
    return record.type, record.venue, record.series


@pytest.mark.parametrize(
    ("names", "event", "expected"),
    [
        (
            ["Proceedings of the 29th Symposium on Operating Systems Principles"],
            {"name": "SOSP '23: 29th Symposium on Operating Systems Principles", "acronym": "SOSP '23"},
            "Proceedings of the 29th Symposium on Operating Systems Principles (SOSP '23)",
        ),
        (
            ["Proceedings of the 26th Symposium on Operating Systems Principles  - SOSP '17"],
            {},
            "Proceedings of the 26th Symposium on Operating Systems Principles (SOSP '17)",
        ),
        (
            ["Proceedings of the 26th Symposium on Operating Systems Principles  - SOSP '17"],
            {"name": "the 26th Symposium", "acronym": "SOSP '17"},
            "Proceedings of the 26th Symposium on Operating Systems Principles (SOSP '17)",
        ),
        (
            ["Proceedings of the Thirty-Third International Joint Conference on Artificial Intelligence"],
            {"acronym": "IJCAI-2024"},
            "Proceedings of the Thirty-Third International Joint Conference on Artificial Intelligence (IJCAI-2024)",
        ),
        (
            ["2023 IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)"],
            {"acronym": "CVPR 2023"},
            "2023 IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)",
        ),
        (["Proceedings of X"], {"acronym": "International Conference on Everything That There Is"}, "Proceedings of X"),
        (["Proceedings of X"], {"acronym": "lower"}, "Proceedings of X"),
        ([], {"name": "The Conference", "acronym": "CONF '20"}, "The Conference (CONF '20)"),
        ([], {}, ""),
        (["A\n    B &amp; C"], {}, "A B & C"),
        (
            ["2003 Joint Conference on Libraries, 2003. Proceedings."],
            {"name": "2003 Joint Conference on Libraries"},
            "2003 Joint Conference on Libraries",
        ),
        (
            ["Proceedings of the Conference on Learning"],
            {"name": "Conference on Learning"},
            "Proceedings of the Conference on Learning",
        ),
    ],
)
def test_a_conference_has_its_real_name_and_its_acronym_once(
    names: list[str], event: dict[str, str], expected: str
) -> None:
    assert venue(names, **event) == ("inproceedings", expected, "")


@pytest.mark.parametrize(
    ("names", "kind", "expected"),
    [
        (
            ["Lecture Notes in Computer Science", "Computer Vision – ECCV 2022"],
            "book-chapter",
            ("inproceedings", "Computer Vision – ECCV 2022", "Lecture Notes in Computer Science"),
        ),
        (
            ["Computer Vision – ECCV 2022", "Lecture Notes in Computer Science"],
            "book-chapter",
            ("inproceedings", "Computer Vision – ECCV 2022", "Lecture Notes in Computer Science"),
        ),
        (["Rethinking Self-Control"], "book-chapter", ("incollection", "Rethinking Self-Control", "")),
        (
            ["Lecture Notes in Computer Science"],
            "book-chapter",
            ("incollection", "Lecture Notes in Computer Science", ""),
        ),
        (
            ["Some Series", "Proceedings of the Workshop"],
            "proceedings-article",
            ("inproceedings", "Proceedings of the Workshop", "Some Series"),
        ),
        (["Proceedings of A", "Proceedings of B"], "proceedings-article", ("inproceedings", "Proceedings of A", "")),
        (["A Handbook", "A Handbook"], "book-chapter", ("incollection", "A Handbook", "")),
        (["Graduate Texts in Mathematics"], "book", ("book", "", "Graduate Texts in Mathematics")),
        (["Nature", "Nature (English)"], "journal-article", ("article", "Nature", "")),
        (
            ["Proceedings of the VLDB Endowment"],
            "journal-article",
            ("article", "Proceedings of the VLDB Endowment", ""),
        ),
        ("Nature", "journal-article", ("article", "Nature", "")),
        (None, "journal-article", ("article", "", "")),
        ([None, 3, "Nature"], "journal-article", ("article", "Nature", "")),
        (["A Title"], "proceedings-article", ("inproceedings", "", "")),
        (["A Title"], "book-chapter", ("incollection", "A Title", "")),
    ],
)
def test_volumes_and_series(names: object, kind: str, expected: tuple[str, str, str]) -> None:
    assert venue(names, kind) == expected


@pytest.mark.parametrize("row", tables.SERIES)
def test_every_series_is_told_from_the_volume(row: str) -> None:
    name = re.sub(r"\(\?:([^|)]*)[^)]*\)", r"\1", row).strip()
    assert tables.IS_SERIES.match(name + " ")
    assert venue([f"{name} X", "A Volume"], "book-chapter")[1:] == ("A Volume", f"{name} X")


@pytest.mark.parametrize(
    ("name", "acronym", "expected"),
    [
        ("Name", "SOSP '23", "Name (SOSP '23)"),
        ("Name", "SOSP ’23", "Name (SOSP '23)"),
        ("Name", "(SOSP 2023)", "Name (SOSP 2023)"),
        ("Name", "{IJCAI-24}", "Name (IJCAI-24)"),
        ("Name", "ESEC/FSE '23", "Name (ESEC/FSE '23)"),
        ("Name", "SOSP", "Name (SOSP)"),
        ("Name", "SIGMOD/PODS '23", "Name (SIGMOD/PODS '23)"),
        ("Name (SOSP '23)", "SOSP '23", "Name (SOSP '23)"),
        ("SOSP 2023 - Name", "SOSP '23", "SOSP 2023 - Name"),
        ("Name", "", "Name"),
        ("", "SOSP '23", ""),
        ("Name", "a b c", "Name"),
        ("Name", "2023", "Name"),
        ("Name", "X} \\input", "Name"),
    ],
)
def test_acronym(name: str, acronym: str, expected: str) -> None:
    assert with_acronym(name, acronym) == expected


# --- names ---


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"given": "Woosuk", "family": "Kwon"}, Person("Kwon", "Woosuk")),
        ({"family": "Neha"}, Person("Neha")),
        ({"name": "The MoTrPAC Study Group"}, Person(literal="The MoTrPAC Study Group")),
        ({"family": "OLYMPUS Collaboration"}, Person(literal="OLYMPUS Collaboration")),
        ({"given": "Madonna"}, Person(literal="Madonna")),
        ({"family": "葛", "given": "旭冉"}, Person(literal="葛旭冉")),
        ({"family": "戴国浩"}, Person(literal="戴国浩")),
        ({"name": "戴国浩"}, Person(literal="戴国浩")),
        ({"given": "FangNan", "family": "YANG"}, Person("Yang", "FangNan")),
        ({"given": "Feng", "family": "LI"}, Person("Li", "Feng")),
        ({"given": "Ann", "family": "McDONALD"}, Person("McDonald", "Ann")),
        ({"given": "Ann", "family": "MCDONALD"}, Person("McDonald", "Ann")),
        ({"given": "Ann", "family": "MACDONALD"}, Person("Macdonald", "Ann")),
        ({"given": "Ann", "family": "O'BRIEN"}, Person("O'Brien", "Ann")),
        ({"given": "Ann", "family": "D’ANGELO"}, Person("D’Angelo", "Ann")),
        ({"given": "Ann", "family": "SMITH-JONES"}, Person("Smith-Jones", "Ann")),
        ({"given": "Ann", "family": "VAN DER BERG"}, Person("Berg", "Ann", "van der")),
        ({"given": "Ann", "family": "DE LA CRUZ"}, Person("De La Cruz", "Ann")),
        ({"given": "ANN MARIE", "family": "ÖZGÜR"}, Person("Özgür", "Ann Marie")),
        ({"given": "J. K.", "family": "SMITH"}, Person("Smith", "J. K.")),
        ({"given": "J.", "family": "LI"}, Person("LI", "J.")),
        ({"given": "AJ", "family": "Wakefield"}, Person("Wakefield", "AJ")),
        ({"family": "NASA"}, Person("NASA")),
        ({"given": "Laurens", "family": "van der Maaten"}, Person("Maaten", "Laurens", "van der")),
        ({"given": "Laurens van der", "family": "Maaten"}, Person("Maaten", "Laurens", "van der")),
        ({"given": "Giuseppe", "family": "Di Guglielmo"}, Person("Di Guglielmo", "Giuseppe")),
        ({"given": "x", "family": "karna"}, Person("karna", "x")),
        ({"given": "X", "family": "de"}, Person("de", "X")),
        ({"given": "Bob", "family": "Ray, Jr."}, Person("Ray", "Bob", "", "Jr.")),
        ({"given": "Bob", "family": "Ray", "suffix": "jr"}, Person("Ray", "Bob", "", "Jr.")),
        ({"given": "Bob III", "family": "Ray"}, Person("Ray", "Bob", "", "III")),
        ({"given": "Bob", "family": "Ray", "suffix": "PhD"}, Person("Ray", "Bob")),
        ({"given": "A<sup>*</sup>", "family": "B &amp; <i>C</i>"}, Person("B & C", "A")),
        ({"given": "A", "family": "Smith*"}, Person("Smith", "A")),
        ({"given": "A", "family": "Smith1"}, Person("Smith", "A")),
        ({"given": "-", "family": "Smith"}, Person("Smith")),
        ({"given": None, "family": "Smith"}, Person("Smith")),
        ({"given": "A.", "family": "Smith"}, Person("Smith", "A.")),
    ],
)
def test_one_name(item: dict[str, Any], expected: Person) -> None:
    assert read_people([item]).persons == (expected,)


def test_a_list_all_in_capitals_is_a_layout_even_with_initials() -> None:
    items = [{"given": "J.", "family": "LI"}, {"given": "K.", "family": "NG"}]
    assert shown(read_people(items)) == ["J.||Li", "K.||Ng"]


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_every_suffix(suffix: str) -> None:
    expected = SUFFIXES[suffix]
    assert read_people([{"family": "Ray", "given": "Bob", "suffix": suffix + "."}]).persons[0].suffix == expected
    assert read_people([{"family": f"Ray, {suffix.upper()}", "given": "Bob"}]).persons[0].suffix == expected


@pytest.mark.parametrize("particle", sorted(PARTICLES))
def test_every_particle_is_the_von_part(particle: str) -> None:
    assert read_people([{"family": f"{particle} Berg", "given": "A"}]).persons == (Person("Berg", "A", particle),)


@pytest.mark.parametrize("word", sorted(GROUP_WORDS))
def test_every_group_word_makes_a_family_without_given_name_a_group(word: str) -> None:
    assert read_people([{"family": f"Big {word.title()}"}]).persons == (Person(literal=f"Big {word.title()}"),)
    assert read_people([{"family": word.title(), "given": "Ann"}]).persons == (Person(word.title(), "Ann"),)


@pytest.mark.parametrize("text", sorted(PLACEHOLDERS))
def test_every_placeholder_is_nobody(text: str) -> None:
    assert read_people([{"name": text}, {"family": text}]) == People()


@pytest.mark.parametrize("text", sorted(OTHERS))
def test_et_al_is_no_author(text: str) -> None:
    assert read_people([{"family": "A"}, {"name": text}]) == People((Person("A"),), others=True)


def test_a_person_listed_twice_counts_once_where_it_is_certain() -> None:
    one = {"given": "Wei", "family": "Wang"}
    orcid = {**one, "ORCID": "https://orcid.org/0000-0001-0000-0001"}
    placed = {**one, "affiliation": [{"name": "X"}]}
    assert len(read_people([one, one])) == 2
    assert len(read_people([orcid, orcid])) == 1
    assert len(read_people([orcid, {**orcid, "ORCID": "https://orcid.org/0000-0001-0000-0002"}])) == 2
    assert len(read_people([placed, placed])) == 1
    assert len(read_people([placed, {**placed, "affiliation": [{"name": "Y"}]}])) == 2


def test_a_list_given_twice_counts_once() -> None:
    first = [{"family": name, "sequence": "additional" if name != "A" else "first"} for name in "ABC"]
    second = [{"family": name, "sequence": "additional"} for name in "ABC"]
    assert shown(read_people(first + first)) == ["||A", "||B", "||C"]
    assert shown(read_people(first + second)) == ["||A", "||B", "||C"]
    assert len(read_people([*first, {"family": "A"}])) == 4


def test_a_thousand_authors_are_all_kept_in_their_order() -> None:
    items = [{"given": f"G{n}", "family": "Family"} for n in range(1109)]
    assert [p.given for p in read_people(items)] == [f"G{n}" for n in range(1109)]


# --- any shape ---

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["date-parts", "id", "DOI", "type", "family", "name", "acronym", "start"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
MEMBERS = (
    "type title subtitle original-title author editor container-title event issued published-print posted page article-number volume issue "
    "publisher institution relation update-to updated-by abstract journal-issue"
).split()


WORKS = given(st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=8))


@settings(max_examples=100)
@WORKS
def test_no_shape_of_a_work_raises(members: dict[str, Any]) -> None:
    record = read_work({"DOI": "10.5555/x", **members})
    assert record.id == "10.5555/x"
    hash(record)


@pytest.mark.slow
@settings(max_examples=600)
@WORKS
def test_none_of_many_shapes_of_a_work_raises(members: dict[str, Any]) -> None:
    test_no_shape_of_a_work_raises.hypothesis.inner_test(members)


@pytest.mark.parametrize("doi", [None, "", "no doi", 5, [], "10.5555"])
def test_a_work_without_doi_cannot_be_read(doi: object) -> None:
    with pytest.raises(ValueError, match="DOI"):
        read_work({"DOI": doi, "title": ["A"]})


@settings(max_examples=200)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["given", "family", "name", "suffix", "ORCID"]), st.text(max_size=12)),
        max_size=4,
    )
)
def test_no_name_raises_or_comes_out_empty(items: list[dict[str, str]]) -> None:
    for person in read_people(items):
        assert person.literal or person.family
        assert not (person.literal and person.family)


def test_preprint_servers_have_preprint_dois() -> None:
    for start in tables.PREPRINT_SERVERS:
        assert is_preprint_doi(start + ("2020.01.22.914952" if start == "10.1101/" else "1"))
