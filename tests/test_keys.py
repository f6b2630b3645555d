"""Citation keys: ``kwon2023efficient`` for papers, a project's or a site's name for the rest; the keys of our list are the measure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.keys import LONGEST, Taken, propose, unique
from llminfer_bib.keys.items import SITES
from llminfer_bib.keys.letters import LETTERS, ascii_of
from llminfer_bib.keys.surnames import COMPOUND_SURNAMES, SURNAMES
from llminfer_bib.keys.words import STOP_WORDS
from llminfer_bib.library import Library
from llminfer_bib.model import NOBODY, People, Person

ALLOWED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def by(family: str = "", given: str = "", prefix: str = "", literal: str = "") -> People:
    return People((Person(family, given, prefix, "", literal),))


# --- papers

WORDS = [
    # title, the word that the key takes
    ("Efficient Memory Management for Large Language Model Serving with PagedAttention", "efficient"),
    ("70% Size, 100% Accuracy: Lossless LLM Compression", "size"),
    ("EAGLE-3: Scaling up Inference Acceleration", "eagle"),
    ("A Survey on Inference Engines", "survey"),
    ("The Llama 3 Herd of Models", "llama"),
    ("On the Opportunities and Risks of Foundation Models", "opportunities"),
    ("Towards Efficient Generative Large Language Model Serving", "towards"),
    ("Attention Is All You Need", "attention"),
    ("Is ChatGPT a General-Purpose Solver?", "chatgpt"),
    ("How Does Batching Help?", "batching"),
    ("What Are We?", "what"),
    ("1-bit LLMs", "bit"),
    ("H2O: Heavy-Hitter Oracle", "h2o"),
    ("S-LoRA: Serving Thousands", "slora"),
    ("K-means", "kmeans"),
    ("Q‑Learning", "qlearning"),
    ("T-", "t"),
    ("λ-Scale: Fast Scaling", "lambdascale"),
    ("$\\lambda$-Scale: Fast Scaling", "lambda"),
    ("$\\mathrm{H}_2\\mathrm{O}$ and Ice", "h2o"),
    ("Don't Stop Pretraining", "dont"),
    ("LLM.int8(): 8-bit Matrix Multiplication", "llm"),
    ("Über Tiefes Lernen", "uber"),
    ("«Très bien»", "tres"),
    ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full"),
    ("0", "0"),
    ("2024", "2024"),
    ("", ""),
    ("???", ""),
    ("大语言模型推理中的存储优化技术综述", "dayuyan"),
    ("重新思考注意力", "chongxinsi"),
    ("女性", "nvxing"),
    ("从 idea 视角", "cong"),
    ("KV 缓存综述", "kv"),
    ("基于KV缓存的推理", "jiyu"),
    ("ニューラルネット", "niyurarunetuto"),
    ("Обучение", "obuchenie"),
    ("한국어", ""),
]

FAMILIES = [
    (by("Kwon", "Woosuk"), "kwon"),
    (by("Müller", "Ö."), "muller"),
    (by("Öztürk", "A."), "ozturk"),
    (by("Łukasiewicz", "Jan"), "lukasiewicz"),
    (by("Søgaard", "Anders"), "sogaard"),
    (by("Groß", "R."), "gross"),
    (by("Nguyễn", "Văn"), "nguyen"),
    (by("O'Brien", "P."), "obrien"),
    (by("Abu-Libdeh", "H."), "abulibdeh"),
    (by("García Márquez", "G."), "garciamarquez"),
    (by("Berg", "Jan", "van der"), "vanderberg"),
    (by("Oord", "Aäron", "van den"), "vandenoord"),
    (by("Cruz", "M.", "de la"), "delacruz"),
    (by("YANG", "Jing"), "yang"),
    (by(given="Madonna"), "madonna"),
    (by("Иванов", "И."), "ivanov"),
    (by("Щукин", "И."), "shchukin"),
    (by("Παπάς", "Γ."), "papas"),
    (by(literal="DeepSeek-AI"), "deepseekai"),
    (by(literal="The ggml authors"), "ggmlauthors"),
    (by(literal="ZOMI酱"), "zomi"),
    (by(literal="KTransformers 团队"), "ktransformers"),
    (by(literal="机器之心"), "jiqizhixin"),
    (by(literal="葛旭冉"), "ge"),
    (by(literal="戴国浩"), "dai"),
    (by(literal="单 伟"), "shan"),
    (by(literal="曾国藩"), "zeng"),
    (by("仇", "英"), "qiu"),
    (by(literal="欧阳修"), "ouyang"),
    (by("欧阳", "修"), "ouyang"),
    (by("尉迟", "恭"), "yuchi"),
    (by(literal="单于"), "chanyu"),
    (by("葛旭冉"), "ge"),
    (by(literal="阿卜杜拉·买买提"), "abodula"),
    (by("김", "철수"), "word"),
    (NOBODY, "word"),
    (People((Person(literal="???"), Person("Li", "Wei"))), "li"),
]


@pytest.mark.parametrize(("title", "word"), WORDS)
def test_the_first_word_that_carries_meaning_counts(title, word):
    assert propose(by("Kwon", "Woosuk"), 2023, title) == "kwon2023" + word


@pytest.mark.parametrize(("people", "family"), FAMILIES)
def test_the_first_author_s_family_leads(people, family):
    rest = "2020" if family == "word" else "2020word"
    assert propose(people, 2020, "Word") == family + rest


@pytest.mark.parametrize(("character", "reading"), SURNAMES.items())
def test_every_surname_is_read_as_a_surname(character, reading):
    assert propose(by(literal=character + "小明"), 2020, "Word") == f"{reading}2020word"
    assert propose(by(character, "小明"), 2020, "Word") == f"{reading}2020word"


@pytest.mark.parametrize(("surname", "reading"), COMPOUND_SURNAMES.items())
def test_every_compound_surname_is_one(surname, reading):
    for name in ("明", "小明"):
        assert propose(by(literal=surname + name), 2020, "Word") == f"{reading}2020word"


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_of_the_table_becomes_ascii_in_both_cases(letter):
    assert ascii_of(chr(letter)) == LETTERS[letter] or chr(letter) in "ёйўїґς"
    assert ascii_of(chr(letter).upper())


@pytest.mark.parametrize("word", sorted(STOP_WORDS))
def test_every_word_without_meaning_is_passed_over(word):
    assert propose(by("Li"), 2020, f"{word.capitalize()} Attention") == "li2020attention"


def test_without_author_the_title_leads_and_without_year_there_is_none():
    assert propose(NOBODY, 2023, "GPT-4 Technical Report") == "gpt2023technical"
    assert propose(NOBODY, 2023, "Attention") == "attention2023"
    assert propose(by("Li"), None, "Attention") == "liattention"
    assert propose(by("Li"), 0, "Attention") == "liattention"
    assert propose(by("Li"), -44, "Attention") == "liattention"
    assert propose(by("Li"), 2020, "") == "li2020"
    assert propose(NOBODY, 2020, "") == "2020"
    assert propose(NOBODY, None, "") == "item"
    assert propose(NOBODY, None, "한국어") == "item"


# --- other items

ITEMS = [
    # url, title, author, kind, key
    ("https://github.com/vllm-project/vllm", "vLLM", "vLLM project", "", "vllm"),
    ("https://github.com/vllm-project/vllm.git", "x", "", "", "vllm"),
    ("https://github.com/vllm-project/vllm/tree/main/docs", "x", "", "", "vllm"),
    ("https://github.com/ggml-org/llama.cpp", "llama.cpp", "", "", "llama-cpp"),
    ("https://github.com/lmstudio-ai", "LM Studio", "", "", "lmstudio"),
    ("https://github.com/某/项目", "x", "", "", "xiangmu"),
    ("https://github.com/%2e%2e/%2e%2e", "x", "", "", "x"),
    ("https://gist.github.com/someone/0123456789abcdef", "A Kernel", "", "", "a-kernel"),
    ("https://gitlab.com/group/sub/tool/-/tree/main", "x", "", "", "tool"),
    ("https://huggingface.co/deepseek-ai/DeepSeek-V3", "x", "", "", "deepseek-v3"),
    ("https://huggingface.co/datasets/openai/gsm8k", "x", "", "", "gsm8k"),
    ("https://www.hiascend.com/software/mindie", "MindIE (Mind Inference Engine)", "", "project", "mindie"),
    ("https://example.org/tool", "一个项目", "", "project", "tool"),
    ("https://efficientml.ai/", "TinyML and Efficient Deep Learning", "", "", "efficientml"),
    ("https://www.efficientml.ai", "x", "", "course", "efficientml"),
    ("https://stanford-cs336.github.io/spring2025/", "CS336: Language Modeling", "", "", "cs336"),
    ("https://llm-class.github.io/", "CIS 7000: Large Language Models", "", "course", "cis7000"),
    ("https://llm-class.github.io/", "Large Language Models", "", "", "llm-class"),
    ("https://example.org/a/b", "The RTX 4090 in Depth", "", "", "rtx-depth-example"),
    ("https://www.bilibili.com/video/BV1pH4y1B7tY/", "OneFlow - 大语言模型的推理", "OneFlow", "", "oneflow-bilibili"),
    ("https://space.bilibili.com/517221395", "ZOMI 酱在 B 站上传了一系列视频教程", "ZOMI酱", "", "zomi-bilibili"),
    ("https://youtu.be/x", "Sparsity for Efficient LLM Inference", "Tai", "", "tai-sparsity-youtube"),
    ("https://mp.weixin.qq.com/s/x", "俞星凯 Nano-vLLM：从零开始", "", "", "nano-vllm-weixin"),
    ("https://mp.weixin.qq.com/s/x", "大语言模型推理加速", "", "", "tuilijia-weixin"),
    ("https://mp.weixin.qq.com/s/x", "大模型", "", "", "damoxing-weixin"),
    ("https://medium.com/@a/b", "Paged Attention Explained", "", "", "paged-attention-medium"),
    ("https://medium.com/@a/b", "", "", "", "medium"),
    ("https://blog.vllm.ai/2023/06/20/vllm.html", "vLLM: Easy LLM Serving", "", "", "vllm-easy-vllm"),
    ("https://foo.co.uk/", "x", "", "", "foo"),
    ("http://127.0.0.1/", "x", "", "", "127-0-0-1"),
    ("http://[::1]/", "x", "", "", "1"),
]


@pytest.mark.parametrize(("url", "title", "author", "kind", "key"), ITEMS)
def test_items_that_are_no_papers_have_the_name_of_the_thing_or_the_site(url, title, author, kind, key):
    assert propose(by(literal=author) if author else NOBODY, None, title, url=url, kind=kind) == key


@pytest.mark.parametrize(("place", "site"), SITES)
def test_every_site_with_many_authors_ends_the_key(place, site):
    assert propose(NOBODY, None, "Paged Attention", url=f"https://www.{place}/x/y") == f"paged-attention-{site}"


def test_a_post_with_author_and_year_on_a_site_of_its_own_is_called_like_a_paper():
    url = "https://lilianweng.github.io/posts/2023-01-10-inference-optimization/"
    assert propose(by("Weng"), 2023, "Large Transformer Model Inference", url=url) == "weng2023large"
    assert propose(by("Weng"), None, "Large Transformer Model Inference", url=url) == "weng-large-lilianweng"


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2309.06180",
        "https://doi.org/10.1145/3600006.3613165",
        "https://openreview.net/forum?id=xdNAVP7TGy",
    ],
)
def test_the_address_of_a_paper_makes_no_item_of_it(url):
    assert propose(by("Kwon"), 2023, "Efficient Memory", url=url) == "kwon2023efficient"


# --- our own list

# Papers and their like: all agree. Of the other items those below have a key that a person chose with more knowledge than
# address, author and title give: what a Chinese title is about, in English; a course's term; a repository's nickname.
PEOPLE_S = {"course": 1, "video": 10, "project": 2, "blog": 38}


@pytest.fixture(scope="module")
def ours():
    return tuple(Library.open(Path(__file__).parents[1] / "refs.bib"))


def proposed(entry) -> str:
    return propose(entry.authors, entry.date and entry.date.year, str(entry.title), url=entry.url, kind=entry.kind)


def test_the_keys_of_all_papers_of_our_list_are_what_is_proposed(ours):
    papers = [entry for entry in ours if entry.kind in {"paper", "preprint"}]
    assert {entry.key for entry in papers if proposed(entry) != entry.key} == set()
    assert len(papers) == 24


def test_how_many_keys_of_our_list_are_what_is_proposed(ours):
    differ: dict[str, int] = {}
    for entry in ours:
        if proposed(entry) != entry.key:
            differ[entry.kind] = differ.get(entry.kind, 0) + 1
    assert differ == PEOPLE_S
    assert len(ours) - sum(differ.values()) == 51


def test_every_proposed_key_is_one_that_bibtex_and_a_file_name_take(ours):
    for entry in ours:
        assert ALLOWED.fullmatch(proposed(entry)) and len(proposed(entry)) <= LONGEST


# --- none that is taken


def test_a_key_that_is_taken_in_any_case_gets_a_letter():
    assert unique("li2024survey", []) == "li2024survey"
    assert unique("li2024survey", ["Li2024Survey"]) == "li2024surveya"
    assert unique("li2024survey", {"li2024survey": 1, "LI2024SURVEYA": 2}) == "li2024surveyb"


def test_letters_go_on_behind_z():
    taken: list[str] = []
    for _ in range(1 + 26 + 26 * 26 + 1):
        taken.append(unique("k", taken))
    assert taken[0] == "k" and taken[1] == "ka" and taken[26] == "kz" and taken[27] == "kaa" and taken[28] == "kab"
    assert taken[-2:] == ["kzz", "kaaa"]
    assert len(set(taken)) == len(taken)


# --- anything

HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "../../etc/passwd",
        "}",
        "\x00",
        "%",
        "a" * 5_000,
        "大" * 5_000,
        "\u202e",
        "𠀀㐂",
        "-" * 100,
        "\\",
        "$" * 3_000,
        "İIıſK",
        "½",
        "ﬁ",
    ]
)
PERSONS = st.builds(Person, HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.just("") | HOSTILE)


@pytest.mark.slow
@given(
    st.lists(PERSONS, max_size=3),
    st.none() | st.integers(),
    HOSTILE,
    st.just("") | HOSTILE | HOSTILE.map("https://github.com/".__add__) | HOSTILE.map("https://example.org/".__add__),
    st.sampled_from(["", "paper", "project", "course", "blog", "video", "nonsense"]),
)
@settings(max_examples=300)
def test_nothing_yields_anything_but_a_plain_bounded_key(persons, year, title, url, kind):
    people = People(tuple(persons))
    key = propose(people, year, title, url=url, kind=kind)
    assert ALLOWED.fullmatch(key), key
    assert len(key) <= LONGEST
    assert propose(people, year, title, url=url, kind=kind) == key
    assert unique(key, [key.upper()]) == key + "a"


def test_many_keys_are_unique_as_one_by_one() -> None:
    taken = ["K", "ka", "x"]
    many = Taken(taken)
    for base in ["k", "K", "kb", "k", "x", "y", "Y", *["k"] * 60]:
        key = unique(base, taken)
        assert many.unique(base) == key
        taken.append(key)
