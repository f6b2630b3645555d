"""Mapping stored arXiv entries: hand-made ones, those in tests/data, and, where the shared folder is, every recorded feed."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
from pathlib import Path

import pytest
from fakes import FakeArxiv, arxiv_entry
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.model import Date, Person
from llminfer_bib.records import Record
from llminfer_bib.sources import arxiv
from llminfer_bib.sources.arxiv_authors import people, person
from llminfer_bib.sources.arxiv_reading import plain, published_dois, read, safe_xml
from llminfer_bib.sources.journal_refs import JournalRef, parse_journal_ref
from llminfer_bib.sources.protocol import Wire

DATA = Path(__file__).parent / "data" / "arxiv"
HEAD = '<entry xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">'
P = Person


def one(identifier: str = "2309.06180", **parts: object) -> Record:
    """Read a hand-made entry."""
    text = arxiv_entry(identifier, **parts).decode().replace("<entry>", HEAD, 1)  # type: ignore[arg-type]
    (record,) = read("", text.strip().encode())
    return record


def through_the_server(feeds: list[bytes]) -> dict[str, Record]:
    """Serve recorded entries from the fake, ask for all of them as a run does, and read what was stored."""
    entries = [entry for feed in feeds for entry in re.findall(rb"<entry\b.*?</entry>", feed, re.DOTALL)]
    with FakeArxiv([entry for entry in entries if b"api/errors" not in entry]) as server:
        found = {}
        for batch in arxiv.batches(sorted(server.papers)):
            found |= arxiv.ask(batch, Wire(server.url)).found
        assert set(found) == set(server.papers)
    return {identifier: read(identifier, raw)[0] for identifier, raw in found.items()}


# --- recorded answers, checked by hand against the raw feeds:
# id, version, words of the title, authors, first, last, date, class, where it appeared (words, year, certain)

CHECKED = [
    (
        "1409.0473",
        "v7",
        "Neural Machine Translation by Jointly Learning to Align and Translate",
        3,
        P("Bahdanau", "Dzmitry"),
        P("Bengio", "Yoshua"),
        (2014, 9, 1),
        "cs.CL",
        ("(ICLR 2015)", 2015, True),
    ),
    (
        "1409.3215",
        "v3",
        "Sequence to Sequence Learning with Neural Networks",
        3,
        P("Sutskever", "Ilya"),
        P("Le", "Quoc V."),
        (2014, 9, 10),
        "cs.CL",
        None,
    ),
    (
        "1412.6980",
        "v9",
        "Adam: A Method for Stochastic Optimization",
        2,
        P("Kingma", "Diederik P."),
        P("Ba", "Jimmy"),
        (2014, 12, 22),
        "cs.LG",
        ("(ICLR 2015)", 2015, True),
    ),
    (
        "1508.07909",
        "v5",
        "Neural Machine Translation of Rare Words with Subword Units",
        3,
        P("Sennrich", "Rico"),
        P("Birch", "Alexandra"),
        (2015, 8, 31),
        "cs.CL",
        ("(ACL 2016)", 2016, True),
    ),
    (
        "1606.06031",
        "v1",
        "The LAMBADA dataset: Word prediction requiring a broad discourse context",
        9,
        P("Paperno", "Denis"),
        P("Fernández", "Raquel"),
        (2016, 6, 20),
        "cs.CL",
        ("(ACL 2016)", 2016, True),
    ),
    (
        "1608.03983",
        "v5",
        "SGDR: Stochastic Gradient Descent with Warm Restarts",
        2,
        P("Loshchilov", "Ilya"),
        P("Hutter", "Frank"),
        (2016, 8, 13),
        "cs.LG",
        ("(ICLR 2017)", 2017, True),
    ),
    (
        "1706.03762",
        "v7",
        "Attention Is All You Need",
        8,
        P("Vaswani", "Ashish"),
        P("Polosukhin", "Illia"),
        (2017, 6, 12),
        "cs.CL",
        None,
    ),
    (
        "1710.03740",
        "v3",
        "Mixed Precision Training",
        11,
        P("Micikevicius", "Paulius"),
        P("Wu", "Hao"),
        (2017, 10, 10),
        "cs.AI",
        ("(ICLR 2018)", 2018, True),
    ),
    (
        "1711.05101",
        "v3",
        "Decoupled Weight Decay Regularization",
        2,
        P("Loshchilov", "Ilya"),
        P("Hutter", "Frank"),
        (2017, 11, 14),
        "cs.LG",
        ("(ICLR 2019)", 2019, True),
    ),
    (
        "1802.05365",
        "v2",
        "Deep contextualized word representations",
        7,
        P("Peters", "Matthew E."),
        P("Zettlemoyer", "Luke"),
        (2018, 2, 15),
        "cs.CL",
        ("(NAACL 2018)", 2018, False),
    ),
    (
        "1811.06965",
        "v5",
        "GPipe: Efficient Training of Giant Neural Networks using Pipeline Parallelism",
        11,
        P("Huang", "Yanping"),
        P("Chen", "Zhifeng"),
        (2018, 11, 16),
        "cs.CV",
        None,
    ),
    (
        "1905.07830",
        "v1",
        "HellaSwag: Can a Machine Really Finish Your Sentence?",
        5,
        P("Zellers", "Rowan"),
        P("Choi", "Yejin"),
        (2019, 5, 19),
        "cs.CL",
        ("(ACL 2019)", 2019, True),
    ),
    (
        "1910.07467",
        "v1",
        "Root Mean Square Layer Normalization",
        2,
        P("Zhang", "Biao"),
        P("Sennrich", "Rico"),
        (2019, 10, 16),
        "cs.LG",
        ("(NeurIPS 2019)", 2019, True),
    ),
    (
        "2001.08361",
        "v1",
        "Scaling Laws for Neural Language Models",
        10,
        P("Kaplan", "Jared"),
        P("Amodei", "Dario"),
        (2020, 1, 23),
        "cs.LG",
        None,
    ),
    (
        "2002.04745",
        "v2",
        "On Layer Normalization in the Transformer Architecture",
        10,
        P("Xiong", "Ruibin"),
        P("Liu", "Tie-Yan"),
        (2020, 2, 12),
        "cs.LG",
        ("(ICML 2020)", 2020, True),
    ),
    (
        "2005.05339",
        "v2",
        "Enabling Language Models to Fill in the Blanks",
        3,
        P("Donahue", "Chris"),
        P("Liang", "Percy"),
        (2020, 5, 11),
        "cs.CL",
        ("(ACL 2020)", 2020, True),
    ),
    (
        "2005.14165",
        "v4",
        "Language Models are Few-Shot Learners",
        31,
        P("Brown", "Tom B."),
        P("Amodei", "Dario"),
        (2020, 5, 28),
        "cs.CL",
        None,
    ),
    (
        "2006.16236",
        "v3",
        "Transformers are RNNs: Fast Autoregressive Transformers with Linear Attention",
        4,
        P("Katharopoulos", "Angelos"),
        P("Fleuret", "François"),
        (2020, 6, 29),
        "cs.LG",
        ("(ICML 2020)", 2020, True),
    ),
    (
        "2009.03300",
        "v3",
        "Measuring Massive Multitask Language Understanding",
        7,
        P("Hendrycks", "Dan"),
        P("Steinhardt", "Jacob"),
        (2020, 9, 7),
        "cs.CY",
        ("(ICLR 2021)", 2021, True),
    ),
    (
        "2010.12563",
        "v2",
        "Concealed Data Poisoning Attacks on NLP Models",
        4,
        P("Wallace", "Eric"),
        P("Singh", "Sameer"),
        (2020, 10, 23),
        "cs.CL",
        ("(NAACL 2021)", 2021, True),
    ),
    (
        "2103.03874",
        "v2",
        "Measuring Mathematical Problem Solving With the MATH Dataset",
        8,
        P("Hendrycks", "Dan"),
        P("Steinhardt", "Jacob"),
        (2021, 3, 5),
        "cs.LG",
        ("(NeurIPS 2021)", 2021, True),
    ),
    (
        "2104.04473",
        "v5",
        "Efficient Large-Scale Language Model Training on GPU Clusters Using Megatron-LM",
        12,
        P("Narayanan", "Deepak"),
        P("Zaharia", "Matei"),
        (2021, 4, 9),
        "cs.CL",
        ("(SC '21)", 2021, True),
    ),
    (
        "2104.08758",
        "v2",
        "Documenting Large Webtext Corpora: A Case Study on the Colossal Clean Crawled Corpus",
        8,
        P("Dodge", "Jesse"),
        P("Gardner", "Matt"),
        (2021, 4, 18),
        "cs.CL",
        ("(EMNLP 2021)", 2021, True),
    ),
    (
        "2105.13626",
        "v3",
        "ByT5: Towards a token-free future with pre-trained byte-to-byte models",
        8,
        P("Xue", "Linting"),
        P("Raffel", "Colin"),
        (2021, 5, 28),
        "cs.CL",
        ("Transactions of the Association for Computational Linguistics", 2022, False),
    ),
    (
        "2107.06499",
        "v2",
        "Deduplicating Training Data Makes Language Models Better",
        7,
        P("Lee", "Katherine"),
        P("Carlini", "Nicholas"),
        (2021, 7, 14),
        "cs.CL",
        ("(ACL 2022)", 2022, True),
    ),
    (
        "2111.00396",
        "v3",
        "Efficiently Modeling Long Sequences with Structured State Spaces",
        3,
        P("Gu", "Albert"),
        P("Ré", "Christopher"),
        (2021, 10, 31),
        "cs.LG",
        ("(ICLR 2022)", 2022, True),
    ),
    (
        "2112.11446",
        "v2",
        "Scaling Language Models: Methods, Analysis & Insights from Training Gopher",
        80,
        P("Rae", "Jack W."),
        P("Irving", "Geoffrey"),
        (2021, 12, 8),
        "cs.CL",
        None,
    ),
    (
        "2204.06745",
        "v1",
        "GPT-NeoX-20B: An Open-Source Autoregressive Language Model",
        17,
        P("Black", "Sid"),
        P("Weinbach", "Samuel"),
        (2022, 4, 14),
        "cs.CL",
        ("(ACL)", 0, False),
    ),
    (
        "2204.07705",
        "v3",
        "Super-NaturalInstructions: Generalization via Declarative Instructions on 1600+ NLP Tasks",
        40,
        P("Wang", "Yizhong"),
        P("Khashabi", "Daniel"),
        (2022, 4, 16),
        "cs.CL",
        ("(EMNLP 2022)", 2022, True),
    ),
    (
        "2206.07682",
        "v2",
        "Emergent Abilities of Large Language Models",
        16,
        P("Wei", "Jason"),
        P("Fedus", "William"),
        (2022, 6, 15),
        "cs.CL",
        ("Transactions on Machine Learning Research", 2022, True),
    ),
    (
        "2208.07339",
        "v2",
        "LLM.int8(): 8-bit Matrix Multiplication for Transformers at Scale",
        4,
        P("Dettmers", "Tim"),
        P("Zettlemoyer", "Luke"),
        (2022, 8, 15),
        "cs.LG",
        ("(NeurIPS 2022)", 2022, True),
    ),
    (
        "2211.05100",
        "v4",
        "BLOOM: A 176B-Parameter Open-Access Multilingual Language Model",
        393,
        P(literal="BigScience Workshop"),
        P("Wolf", "Thomas"),
        (2022, 11, 9),
        "cs.CL",
        None,
    ),
    (
        "2211.15533",
        "v1",
        "The Stack: 3 TB of permissively licensed source code",
        13,
        P("Kocetkov", "Denis"),
        P("Vries", "Harm", "de"),
        (2022, 11, 20),
        "cs.CL",
        None,
    ),
    (
        "2211.17192",
        "v2",
        "Fast Inference from Transformers via Speculative Decoding",
        3,
        P("Leviathan", "Yaniv"),
        P("Matias", "Yossi"),
        (2022, 11, 30),
        "cs.LG",
        ("(ICML 2023)", 2023, True),
    ),
    (
        "2302.03169",
        "v3",
        "Data Selection for Language Models via Importance Resampling",
        4,
        P("Xie", "Sang Michael"),
        P("Liang", "Percy"),
        (2023, 2, 6),
        "cs.CL",
        ("(NeurIPS 2023)", 2023, True),
    ),
    (
        "2303.03915",
        "v1",
        "The BigScience ROOTS Corpus: A 1.6TB Composite Multilingual Dataset",
        54,
        P("Laurençon", "Hugo"),
        P("Jernite", "Yacine"),
        (2023, 3, 7),
        "cs.CL",
        ("(NeurIPS 2022) Datasets and Benchmarks Track", 2022, True),
    ),
    (
        "2303.08774",
        "v6",
        "GPT-4 Technical Report",
        280,
        P(literal="OpenAI"),
        P("Zoph", "Barret"),
        (2023, 3, 15),
        "cs.CL",
        None,
    ),
    (
        "2304.01196",
        "v4",
        "Baize: An Open-Source Chat Model with Parameter-Efficient Tuning on Self-Chat Data",
        4,
        P("Xu", "Canwen"),
        P("McAuley", "Julian"),
        (2023, 4, 3),
        "cs.CL",
        ("(EMNLP 2023)", 2023, True),
    ),
    (
        "2305.02301",
        "v2",
        "Distilling Step-by-Step! Outperforming Larger Language Models with Less Training Data and Smaller Model Sizes",
        9,
        P("Hsieh", "Cheng-Yu"),
        P("Pfister", "Tomas"),
        (2023, 5, 3),
        "cs.CL",
        ("Linguistics: ACL 2023", 2023, True),
    ),
    (
        "2306.00978",
        "v5",
        "AWQ: Activation-aware Weight Quantization for LLM Compression and Acceleration",
        10,
        P("Lin", "Ji"),
        P("Han", "Song"),
        (2023, 6, 1),
        "cs.CL",
        ("(MLSys 2024)", 2024, True),
    ),
    (
        "2309.06180",
        "v1",
        "Efficient Memory Management for Large Language Model Serving with PagedAttention",
        9,
        P("Kwon", "Woosuk"),
        P("Stoica", "Ion"),
        (2023, 9, 12),
        "cs.LG",
        ("the 29th Symposium on Operating Systems Principles (SOSP '23)", 2023, True),
    ),
    (
        "2310.06770",
        "v3",
        "SWE-bench: Can Language Models Resolve Real-World GitHub Issues?",
        7,
        P("Jimenez", "Carlos E."),
        P("Narasimhan", "Karthik"),
        (2023, 10, 10),
        "cs.CL",
        ("(ICLR 2024)", 2024, True),
    ),
    (
        "2310.06825",
        "v1",
        "Mistral 7B",
        18,
        P("Jiang", "Albert Q."),
        P("El Sayed", "William"),
        (2023, 10, 10),
        "cs.CL",
        None,
    ),
    (
        "2311.12022",
        "v1",
        "GPQA: A Graduate-Level Google-Proof Q&A Benchmark",
        8,
        P("Rein", "David"),
        P("Bowman", "Samuel R."),
        (2023, 11, 20),
        "cs.AI",
        None,
    ),
    (
        "2401.02954",
        "v1",
        "DeepSeek LLM: Scaling Open-Source Language Models with Longtermism",
        87,
        P(literal="DeepSeek-AI"),
        P("Zou", "Yuheng"),
        (2024, 1, 5),
        "cs.CL",
        None,
    ),
    (
        "2401.10774",
        "v3",
        "Medusa: Simple LLM Inference Acceleration Framework with Multiple Decoding Heads",
        7,
        P("Cai", "Tianle"),
        P("Dao", "Tri"),
        (2024, 1, 19),
        "cs.LG",
        None,
    ),
    (
        "2402.00159",
        "v2",
        "Dolma: an Open Corpus of Three Trillion Tokens for Language Model Pretraining Research",
        36,
        P("Soldaini", "Luca"),
        P("Lo", "Kyle"),
        (2024, 1, 31),
        "cs.CL",
        ("(ACL 2024)", 2024, True),
    ),
    (
        "2403.08295",
        "v4",
        "Gemma: Open Models Based on Gemini Research and Technology",
        108,
        P(literal="Gemma Team"),
        P("Kenealy", "Kathleen"),
        (2024, 3, 13),
        "cs.CL",
        None,
    ),
    (
        "2404.12590",
        "v6",
        "The Files are in the Computer: Copyright, Memorization, and Generative AI",
        2,
        P("Cooper", "A. Feder"),
        P("Grimmelmann", "James"),
        (2024, 4, 19),
        "cs.CY",
        None,
    ),
    (
        "2406.01574",
        "v6",
        "MMLU-Pro: A More Robust and Challenging Multi-Task Language Understanding Benchmark",
        17,
        P("Wang", "Yubo"),
        P("Chen", "Wenhu"),
        (2024, 6, 3),
        "cs.CL",
        ("(NeurIPS 2024) Datasets and Benchmarks Track", 2024, True),
    ),
    (
        "2407.21783",
        "v3",
        "The Llama 3 Herd of Models",
        559,
        P("Grattafiori", "Aaron"),
        P("Ma", "Zhiyu"),
        (2024, 7, 31),
        "cs.AI",
        None,
    ),
    (
        "2410.07095",
        "v6",
        "MLE-bench: Evaluating Machine Learning Agents on Machine Learning Engineering",
        12,
        P("Chan", "Jun Shern"),
        P("Mądry", "Aleksander"),
        (2024, 10, 9),
        "cs.CL",
        ("(ICLR)", 0, False),
    ),
    (
        "2501.00656",
        "v2",
        "2 OLMo 2 Furious",
        40,
        P(literal="Team OLMo"),
        P("Hajishirzi", "Hannaneh"),
        (2024, 12, 31),
        "cs.CL",
        None,
    ),
    (
        "2501.08313",
        "v1",
        "MiniMax-01: Scaling Foundation Models with Lightning Attention",
        90,
        P(literal="MiniMax"),
        P("Wu", "Zijia"),
        (2025, 1, 14),
        "cs.CL",
        None,
    ),
    (
        "2501.12948",
        "v1",
        "DeepSeek-R1: Incentivizing Reasoning Capability in LLMs via Reinforcement Learning",
        200,
        P(literal="DeepSeek-AI"),
        P("Zhang", "Zhen"),
        (2025, 1, 22),
        "cs.CL",
        None,
    ),
    (
        "2501.14249",
        "v7",
        "Humanity's Last Exam",
        1106,
        P("Phan", "Long"),
        P("Hendrycks", "Dan"),
        (2025, 1, 24),
        "cs.LG",
        None,
    ),
    (
        "2005.14124",
        "v2",
        "Active Fuzzing for Testing and Securing Cyber-Physical Systems",
        5,
        P("Chen", "Yuqi"),
        P("Zhang", "Fan"),
        (2020, 5, 28),
        "cs.SE",
        ("29th ACM SIGSOFT International Symposium on Software Testing and Analysis (ISSTA '20)", 2020, True),
    ),
    (
        "2405.13786",
        "v1",
        "Towards Explainable Test Case Prioritisation with Learning-to-Rank Models",
        4,
        P("Ramírez", "Aurora"),
        P("Feldt", "Robert"),
        (2024, 5, 22),
        "cs.SE",
        ("2023 IEEE International Conference on Software Testing", 2023, False),
    ),
    (
        "1707.08567",
        "v1",
        "Proceedings of Workshop AEW10: Concepts in Information Theory and Communications",
        34,
        P("Immink", "Kees A. Schouhamer"),
        P("Yamamoto", "Hirosuke"),
        (2017, 7, 27),
        "cs.IT",
        None,
    ),
    (
        "astro-ph/0601001",
        "v1",
        "Frequency of Hot Jupiters and Very Hot Jupiters from the OGLE-III Transit Surveys Toward the Galactic Bulge and Carina",
        4,
        P("Gould", "Andrew"),
        P("Udalski", "Andrzej"),
        (2006, 1, 2),
        "astro-ph",
        ("ActaAstron.", 2006, False),
    ),
    (
        "quant-ph/0201082",
        "v1",
        "Quantum Computers and Quantum Computer Languages: Quantum Assembly Language and Quantum C Language",
        1,
        P("Blaha", "Stephen"),
        P("Blaha", "Stephen"),
        (2002, 1, 18),
        "quant-ph",
        None,
    ),
    (
        "2104.12255",
        "v1",
        "0",
        1,
        P("Nguyen", "Quan Thoi Minh"),
        P("Nguyen", "Quan Thoi Minh"),
        (2021, 4, 20),
        "cs.CR",
        None,
    ),
]


@pytest.fixture(scope="module")
def recorded(shared: Path) -> dict[str, Record]:
    folder = shared / "api-samples" / "arxiv"
    with gzip.open(folder / "llm-155-single-feeds.jsonl.gz", "rt", encoding="utf-8") as lines:
        feeds = [json.loads(line)["xml"].encode() for line in lines]
    assert len(feeds) == 155
    return through_the_server([*feeds, *(path.read_bytes() for path in sorted(folder.glob("*.xml")))])


def test_every_recorded_entry_is_read(recorded: dict[str, Record]) -> None:
    assert len(recorded) >= 165
    for identifier, record in recorded.items():
        assert record.id == record.arxiv == identifier
        assert record.url == f"https://arxiv.org/abs/{identifier}"
        assert (record.source, record.type, record.published, record.subtitle) == ("arxiv", "misc", False, "")
        assert re.fullmatch(r"v[1-9]\d*", record.version)
        assert record.title
        assert record.abstract
        assert len(record.authors)
        assert record.date
        assert record.date.day
        assert record.arxiv_class
        assert record.notices == ()
        for text in (record.title, record.abstract, record.comment):
            assert text == " ".join(text.split())
        for author in record.authors:
            assert author.literal or author.family
            assert not re.search(r"[:{}\\]", author.literal + author.family + author.given)


@pytest.mark.parametrize(
    ("identifier", "version", "title", "number", "first", "last", "date", "primary", "where"),
    CHECKED,
    ids=[row[0] for row in CHECKED],
)
def test_recorded_entries_say_what_a_person_reads_in_them(
    recorded: dict[str, Record],
    identifier: str,
    version: str,
    title: str,
    number: int,
    first: Person | None,
    last: Person | None,
    date: tuple[int, int, int],
    primary: str,
    where: tuple[str, int, bool] | None,
) -> None:
    record = recorded[identifier]
    assert record.version == version
    assert record.title == title
    assert record.date == Date(*date)
    assert record.arxiv_class == primary
    assert len(record.authors) == number
    assert first is None or record.authors.persons[0] == first
    assert last is None or record.authors.persons[-1] == last
    if where is None:
        assert record.appearance is None
    else:
        assert record.appearance is not None
        assert where[0] in record.appearance.venue
        assert (record.appearance.year, record.appearance.certain) == where[1:]


def test_recorded_names_with_particles_and_cuts(recorded: dict[str, Record]) -> None:
    def has(identifier: str, *persons: Person) -> None:
        assert set(persons) <= set(recorded[identifier].authors), identifier

    has(
        "2112.11446",
        P("Driessche", "George", "van den"),
        P("Masson d'Autume", "Cyprien", "de"),
        P("Las Casas", "Diego", "de"),
    )
    has("2303.08774", P("Pokorny", "Michael"), P("Pong", "Vitchyr H."))
    has("2407.21783", P("Zhang", "Guangyi"), P("Wang", "Yu"), P("Maaten", "Laurens", "van der"))
    has(
        "2501.14249",
        P("Liu", "Huanxu"),
        P("Lian", "Long"),
        P("Bartomeu", "David Soler"),
        P("Handoko"),
        P("Rai"),
        P("Ai", "Violet"),
    )
    has("2403.04652", P(literal="01.AI"), P("Young", "Alex"))
    has("2303.03915", P("Ben allal", "Loubna"), P("Rosa", "Javier", "de la"))
    has("1812.06162", P(literal="OpenAI Dota Team"))
    assert recorded["2412.15115"].authors.others
    assert recorded["2412.15115"].authors.persons[0] == P(literal="Qwen")
    assert not recorded["2501.12948"].authors.others


def test_recorded_references_and_dois(recorded: dict[str, Record]) -> None:
    hot = recorded["astro-ph/0601001"]
    assert (hot.volume, hot.pages) == ("56", "1-50")
    fuzz = recorded["2005.14124"]
    assert (fuzz.doi, fuzz.published_as) == ("10.1145/3395363.3397376", ("10.1145/3395363.3397376",))
    assert recorded["2309.06180"].published_as == ()
    assert sum(bool(record.doi) for record in recorded.values()) == 6


def test_reading_many_entries_takes_linear_time() -> None:
    raw = one_raw()
    assert_in_proportion(range, lambda numbers: [read("2309.06180", raw) for _ in numbers], 16)


def one_raw() -> bytes:
    return (
        arxiv_entry(
            "2309.06180", comment="SOSP 2023", authors=[f"Ann B. Author{n}" for n in range(9)], summary="word " * 250
        )
        .decode()
        .replace("<entry>", HEAD, 1)
        .strip()
        .encode()
    )


# --- hand-made entries


def test_an_entry_has_all_its_parts() -> None:
    record = one(
        "2309.06180v3",
        title="A  Fast\n  $O(n)$ Method",
        authors=["Ada Lovelace", "Ludwig van Beethoven"],
        published="2023-09-12T12:50:04Z",
        updated="2024-01-01T00:00:00Z",
        summary="  We\n  show it. ",
        comment="SOSP 2023,\n 12 pages",
        doi="10.1145/3600006.3613165",
        primary="cs.LG",
        categories=["cs.DC"],
    )
    assert (record.id, record.version, record.title) == ("2309.06180", "v3", "A Fast $O(n)$ Method")
    assert record.authors.persons == (P("Lovelace", "Ada"), P("Beethoven", "Ludwig", "van"))
    assert record.date == Date(2023, 9, 12)
    assert (record.arxiv_class, record.abstract, record.comment) == ("cs.LG", "We show it.", "SOSP 2023, 12 pages")
    assert (record.doi, record.published_as) == ("10.1145/3600006.3613165", ("10.1145/3600006.3613165",))
    assert record.url == "https://arxiv.org/abs/2309.06180"
    assert record.origin == "arxiv:2309.06180v3"
    assert record.appearance is not None
    assert record.appearance.certain


def test_a_journal_reference_counts_before_a_comment() -> None:
    record = one(comment="ICML 2022 workshop", journal_ref="Journal of Machine Learning Research 23(120):1-39, 2022")
    assert record.appearance is not None
    assert (record.appearance.venue, record.appearance.type, record.appearance.certain) == (
        "Journal of Machine Learning Research",
        "article",
        True,
    )
    assert (record.venue, record.volume, record.number, record.pages) == (
        "Journal of Machine Learning Research",
        "23",
        "120",
        "1-39",
    )


def test_an_unknown_journal_is_for_a_person() -> None:
    found = one(comment="ICML 2022", journal_ref="Obscure Letters 5, 17 (2021)").appearance
    assert found is not None
    assert (found.venue, found.type, found.year, found.certain) == ("Obscure Letters", "article", 2021, False)
    found = one(journal_ref="In Proceedings of some symposium nobody knows, 2020").appearance
    assert found is not None
    assert (found.type, found.year, found.certain) == ("inproceedings", 2020, False)


WITHDRAWN = [
    ({"comment": "This paper has been withdrawn by the author due to an error in Lemma 2"}, True),
    ({"comment": "Withdrawn"}, True),
    ({"comment": "withdrawn from arXiv"}, True),
    ({"summary": "This paper has been withdrawn by arXiv administrators."}, True),
    ({"summary": "This submission was withdrawn because of a mistake."}, True),
    ({"comment": "Withdrawn from ICLR 2022"}, False),
    ({"comment": "not withdrawn"}, False),
    ({"summary": "Money is withdrawn from the bank by this paper's users."}, False),
    ({"comment": "12 pages", "summary": "We study withdrawal."}, False),
    ({"title": "Withdrawn"}, False),
]


@pytest.mark.parametrize(("parts", "withdrawn"), WITHDRAWN)
def test_a_withdrawn_paper_is_told_by_its_words(parts: dict[str, str], withdrawn: bool) -> None:
    notices = one(**parts).notices
    assert bool(notices) is withdrawn
    if withdrawn:
        assert (notices[0].kind, notices[0].asserted_by) == ("withdrawal", "arxiv")
        assert "ithdrawn" in notices[0].label


TEXTS = [
    ("0", "0"),
    ("Attention Is All You Need", "Attention Is All You Need"),
    ("100% of it, 5 & 6 _ #1", "100% of it, 5 & 6 _ #1"),
    (r"Schr\"odinger's \'etude by Poincar{\'e}", "Schrödinger's étude by Poincaré"),
    (r"\textit{Fast} and \emph{small} \textbf{it} is", "Fast and small it is"),
    (r"From $O(n^2)$ to $\mathcal{O}(n)$", r"From $O(n^2)$ to $\mathcal{O}(n)$"),
    ("cost $5 and $6", "cost $5 and $6"),
    ("for $3", "for $3"),
    (r"\$5 for $x$", "$5 for $x$"),
    ("a $ b $ c", "a $ b $ c"),
    ("50% and 90\\%", "50% and 90%"),
    ("A ~10x speedup", "A ~10x speedup"),
    ("7%~64%", "7%~64%"),
    ("Vol.~3", "Vol. 3"),
    ("{BERT} in {B}races", "BERT in Braces"),
    ("a--b and c---d", "a–b and c—d"),
    ("``quoted''", "“quoted”"),
    ("大语言模型推理", "大语言模型推理"),
    ("Müller & Söhne", "Müller & Söhne"),
    ("x < y > z", "x < y > z"),
    (r"\LaTeX{} rocks", "LaTeX rocks"),
    ("a\\\\b", "a b"),
    ("C# and F#", "C# and F#"),
    ("@ home ^ up", "@ home ^ up"),
]


@pytest.mark.parametrize(("source", "text"), TEXTS)
def test_tex_in_titles_becomes_plain_text(source: str, text: str) -> None:
    assert plain(source) == text
    assert one(title=source).title == " ".join(text.split())


@given(st.text(alphabet="ab$\\{}~% 1'\"`^_&-é中\n", max_size=80))
@settings(max_examples=300)
def test_plain_never_fails_and_leaves_one_line(text: str) -> None:
    assert plain(text) == " ".join(plain(text).split())


DOIS = [
    ([], ()),
    (["10.1145/3600006.3613165"], ("10.1145/3600006.3613165",)),
    (["10.1145/1 10.1145/2"], ("10.1145/1", "10.1145/2")),
    (["10.1145/1, 10.1109/2"], ("10.1145/1", "10.1109/2")),
    (["10.1145/1;10.1109/2"], ("10.1145/1", "10.1109/2")),
    (["10.1145/1", "10.1145/2"], ("10.1145/1", "10.1145/2")),
    (["doi:10.1109/ICSTW55395.2022.00035"], ("10.1109/icstw55395.2022.00035",)),
    (["https://doi.org/10.1145/ABC"], ("10.1145/abc",)),
    (["10.48550/arXiv.2309.06180"], ()),
    (["10.48550/arXiv.2309.06180 10.1145/1"], ("10.1145/1",)),
    (["10.2139/ssrn.123456"], ()),
    (
        ["10.1002/(SICI)1097-0258(19980815)17:15<1661::AID-SIM968>3.0.CO;2-2"],
        ("10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2",),
    ),
    (["10.1016/S0000,17"], ("10.1016/s0000,17",)),
    (["none yet", "", "11.1/x", "10.1/x"], ()),
]


@pytest.mark.parametrize(("texts", "dois"), DOIS)
def test_dois_that_an_author_gave(texts: list[str], dois: tuple[str, ...]) -> None:
    assert published_dois(texts) == dois


REFERENCES = [
    ("ActaAstron.56:1-50,2006", JournalRef("ActaAstron.", "56", "", "1-50", 2006)),
    ("Phys. Rev. D 76, 013009 (2007)", JournalRef("Phys. Rev. D", "76", "", "013009", 2007)),
    ("Nature 620, 172-180 (2023)", JournalRef("Nature", "620", "", "172-180", 2023)),
    ("J. Mach. Learn. Res. 23(120):1--39, 2022", JournalRef("J. Mach. Learn. Res.", "23", "120", "1-39", 2022)),
    (
        "Journal of Machine Learning Research 21 (2020) 1-67",
        JournalRef("Journal of Machine Learning Research", "21", "", "1-67", 2020),
    ),
    (
        "International Journal of Software Engineering & Applications (IJSEA), Vol.3, No.1, January 2012",
        JournalRef("International Journal of Software Engineering & Applications", "3", "1", "", 2012),
    ),
    ("Transactions on Machine Learning Research, 2023", JournalRef(year=2023)),
    ("Published on ICML 2020", JournalRef(year=2020)),
    ("In Proc. ACM SIGSOFT Symposium (ISSTA 2020), pages 14-26. ACM, 2020", JournalRef(year=2020, is_proceedings=True)),
    ("in press", JournalRef()),
    ("", JournalRef()),
    ("12", JournalRef()),
]


@pytest.mark.parametrize(("text", "parts"), REFERENCES)
def test_a_journal_reference_is_taken_apart_where_it_is_plain(text: str, parts: JournalRef) -> None:
    assert parse_journal_ref(text) == parts


NAMES = [
    ("Ada Lovelace", P("Lovelace", "Ada")),
    ("J. Zico Kolter", P("Kolter", "J. Zico")),
    ("George van den Driessche", P("Driessche", "George", "van den")),
    ("Gustavo de Rosa", P("Rosa", "Gustavo", "de")),
    ("Gustavo De Rosa", P("De Rosa", "Gustavo")),
    ("Laurens Van Der Maaten", P("Van Der Maaten", "Laurens")),
    ("Kelsey Van den Houte", P("Houte", "Kelsey", "Van den")),
    ("Quoc Van Nguyen", P("Nguyen", "Quoc Van")),
    ("Quoc V. Le", P("Le", "Quoc V.")),
    ("Loubna Ben allal", P("Ben allal", "Loubna")),
    ("Robert Downey Jr.", P("Downey", "Robert", suffix="Jr.")),
    ("Robert Downey, Jr", P("Downey", "Robert", suffix="Jr")),
    ("John Smith III", P("Smith", "John", suffix="III")),
    ("Andy Zou, Ph.D.", P("Zou", "Andy")),
    ("Guohao Dai (戴国浩)", P("Dai", "Guohao")),
    ("戴国浩", P(literal="戴国浩")),
    ("Handoko", P("Handoko")),
    ("Daniel D'Souza", P("D'Souza", "Daniel")),
    ("bell hooks", P("hooks", "bell")),
    (r"J\"org Frohberg", P("Frohberg", "Jörg")),
    ("USVSN Sai Prashanth", P("Prashanth", "USVSN Sai")),
    ("Violet Ai", P("Ai", "Violet")),
    ("Yann LeCun", P("LeCun", "Yann")),
    ("DeepSeek-AI", P(literal="DeepSeek-AI")),
    ("01. AI", P(literal="01.AI")),
    ("Mistral AI", P(literal="Mistral AI")),
    ("Gemma Team", P(literal="Gemma Team")),
    ("Team OLMo", P(literal="Team OLMo")),
    ("OpenAI", P(literal="OpenAI")),
    ("NVIDIA", P(literal="NVIDIA")),
    ("BigScience Workshop", P(literal="BigScience Workshop")),
    ("The LIGO Scientific Collaboration", P(literal="The LIGO Scientific Collaboration")),
    ("Qwen:", P(literal="Qwen")),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_one_name(name: str, expected: Person) -> None:
    assert person(name) == expected


LISTS = [
    ([], (), False),
    ([("DeepSeek-AI", ""), (":", ""), ("Xiao Bi", "")], (P(literal="DeepSeek-AI"), P("Bi", "Xiao")), False),
    ([("Qwen", ""), (":", ""), ("An Yang", "")], (P(literal="Qwen"), P("Yang", "An")), False),
    ([("MiniMax", ""), ("Aonian Li", "")], (P(literal="MiniMax"), P("Li", "Aonian")), False),
    ([("Plato", ""), ("Ada Lovelace", "")], (P("Plato"), P("Lovelace", "Ada")), False),
    ([("Ada Lovelace", ""), ("et al.", "")], (P("Lovelace", "Ada"),), True),
    ([("Ada Lovelace", ""), ("and others", "")], (P("Lovelace", "Ada"),), True),
    ([("Ada Lovelace", "additional authors not shown")], (P("Lovelace", "Ada"),), True),
    ([("Sammy Davis", ""), ("Jr", "")], (P("Davis", "Sammy", suffix="Jr"),), False),
    ([("Sammy Davis", ""), ("III", "")], (P("Davis", "Sammy", suffix="III"),), False),
    ([("Michael", "Rai"), ("Pokorny", "")], (P("Pokorny", "Michael"),), False),
    ([("Guangyi", "Jack"), ("Zhang", "Sid"), ("Ann Lee", "Sid")], (P("Zhang", "Guangyi"), P("Lee", "Ann")), False),
    ([("David", "Quod"), ("Soler Bartomeu", "")], (P("Bartomeu", "David Soler"),), False),
    ([("Handoko", "Google"), ("Pokorny", "")], (P("Handoko"), P("Pokorny")), False),
    ([("Handoko", "Ohio State"), ("Pokorny", "CfA")], (P("Handoko"), P("Pokorny")), False),
    ([("Handoko", "CERN"), ("Pokorny", "")], (P("Handoko"), P("Pokorny")), False),
    ([("OpenAI", "Rai"), ("Josh Achiam", "Rai")], (P(literal="OpenAI"), P("Achiam", "Josh")), False),
    ([("", ""), (":", ""), (".", ""), ("Ada Lovelace", "")], (P("Lovelace", "Ada"),), False),
    ([("戴国浩", ""), ("葛旭", "")], (P(literal="戴国浩"), P(literal="葛旭")), False),
]


@pytest.mark.parametrize(("pairs", "persons", "others"), LISTS)
def test_a_list_of_authors(pairs: list[tuple[str, str]], persons: tuple[Person, ...], others: bool) -> None:
    found = people(pairs)
    assert (found.persons, found.others) == (persons, others)


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=10)), max_size=6))
@settings(max_examples=200)
def test_no_author_string_makes_reading_fail(pairs: list[tuple[str, str]]) -> None:
    for author in people(pairs):
        assert bool(author.literal) != bool(author.family)


# --- what is no entry

BAD = [
    b"",
    b"hello",
    b"<entry",
    b"<entry/>",
    b"<feed xmlns='http://www.w3.org/2005/Atom'/>",
    (HEAD + "</entry>").encode(),
    (HEAD + "<id>http://arxiv.org/abs/nonsense</id></entry>").encode(),
    (HEAD + "<id>http://arxiv.org/abs/2401.00001v1</id></entry>").encode(),
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>"
    + (HEAD + "<id>http://arxiv.org/abs/2309.06180v1</id><title>&a;</title></entry>").encode(),
    b"<!doctype x>" + (HEAD + "<id>http://arxiv.org/abs/2309.06180v1</id></entry>").encode(),
    (HEAD + "<id>http://arxiv.org/abs/2309.06180v1</id></entry>").encode("utf-16"),
    b'<?xml version="1.0" encoding="cp037"?>' + (HEAD + "<id>http://arxiv.org/abs/2309.06180v1</id></entry>").encode(),
    (HEAD + "<id>http://arxiv.org/abs/2309.06180v1</id>&nbsp;</entry>").encode(),
    (HEAD + "<id>http://arxiv.org/abs/2309.06180v1</id>").encode() + b"\xff</entry>",
]


@pytest.mark.parametrize("raw", BAD, ids=lambda raw: str(raw[:40]))
def test_what_cannot_be_read_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError):
        read("2309.06180", raw)


def test_an_entry_with_nothing_but_its_identifier_is_read() -> None:
    (record,) = read("2309.06180", (HEAD + "<id>https://arxiv.org/abs/2309.06180v12</id></entry>").encode())
    assert (record.version, record.title, record.date, record.arxiv_class, len(record.authors)) == (
        "v12",
        "",
        None,
        "",
        0,
    )


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_no_bytes_make_reading_fail_otherwise(raw: bytes) -> None:
    for text in (raw, HEAD.encode() + raw + b"</entry>"):
        with pytest.raises(ValueError):
            read("2309.06180", text)
    with contextlib.suppress(ValueError):
        safe_xml(raw)


@pytest.mark.parametrize(
    "piece",
    ["$", "$a", "~1", "withdrawn ", "10.1/", ",10.1145/", "A", "A 1", "(", "{", "\\", "\\'", "van ", "this paper "],
)
def test_huge_texts_take_linear_time(piece: str) -> None:
    def work(text: str) -> None:
        one(title=text, authors=[text, "Ada Lovelace"], summary=text, comment=text, doi=text, journal_ref=text)

    assert_in_proportion(lambda size: piece * (size // len(piece)), work, most=65_536)


# --- small samples of our own, so that the quirks are tested where there is no shared folder


def test_the_samples_in_the_repository() -> None:
    records = through_the_server([(DATA / "entries.xml").read_bytes()])
    assert records["2309.06180"].appearance is not None
    assert records["2309.06180"].appearance.year == 2023
    assert records["2104.12255"].title == "0"
    assert records["2303.08774"].authors.persons == (
        P(literal="OpenAI"),
        P("Achiam", "Josh"),
        P("Pokorny", "Michael"),
        P("Zoph", "Barret"),
    )
    assert records["2401.02954"].authors.persons == (P(literal="DeepSeek-AI"), P("Bi", "Xiao"), P("Zou", "Yuheng"))
    assert records["2412.15115"].authors.others
    assert records["astro-ph/0601001"].appearance is not None
    assert records["2005.14124"].doi == "10.1145/3395363.3397376"
    assert records["2306.00978"].comment.startswith("MLSys 2024 Best Paper Award. Code available at: https://")
