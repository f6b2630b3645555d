"""Rules about categories, topics, keywords, keys and entries that refer to each other."""

from __future__ import annotations

import pytest
from checking_rules import codes, findings, mended

from llminfer_bib.checks import duplicates, links, lists
from llminfer_bib.config import Config
from llminfer_bib.model import Category, Topic

RULES = (*lists.RULES, *links.RULES)
LIST = Config(
    categories=(Category("course"), Category("survey")), topics=(Topic("quantization"), Topic("kv-cache"), Topic("moe"))
)


def entry(keywords: str, kind: str = "misc") -> str:
    return f"@{kind}{{k2023, title = {{T}}, keywords = {{{keywords}}}}}\n"


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.code in ("B600", "B601")], ids=lambda rule: rule.code)
def test_the_examples_for_a_configured_list(rule):
    assert codes(rule.bad, RULES, LIST) == [rule.code]
    assert codes(rule.good, RULES, LIST) == []


@pytest.mark.parametrize("keywords", ["", "serving", "kv-cache, moe", "courses of mine"])
def test_an_entry_without_category_is_found(keywords):
    assert codes(entry(keywords), RULES, LIST) == ["B600"]
    assert codes(entry(keywords), RULES) == []


@pytest.mark.parametrize(
    ("keywords", "kind"),
    [("course", "misc"), ("Survey, moe", "misc"), ("", "proceedings"), ("x, course", "misc"), ("", "xdata")],
)
def test_an_entry_with_a_category_is_left_alone(keywords, kind):
    assert codes(entry(keywords, kind), RULES, LIST) == []


@pytest.mark.parametrize(
    ("word", "near"),
    [("quantisation", "quantization"), ("KV Cache", "kv-cache"), ("kvcache", "kv-cache"), ("surveys", "survey")],
)
def test_a_misspelt_topic_is_found(word, near):
    ((code, finding),) = findings(entry(f"course, {word}"), RULES, LIST)
    assert (code, finding.hint) == ("B601", f"Did you mean `{near}`?")


@pytest.mark.parametrize("word", ["quantum", "Quantization", "mod", "my own", "大模型", "cache"])
def test_a_keyword_of_ones_own_is_left_alone(word):
    assert codes(entry(f"course, {word}"), RULES, LIST) == []
    assert codes(entry(word), RULES) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("a; b", "a, b"), ("推理；量化", "推理, 量化"), ("推理、量化，缓存", "推理, 量化, 缓存"), ("a;b;", "a, b")],
)
def test_keywords_get_commas(before, after):
    assert codes(entry(before), RULES) == ["B602"]
    assert mended(entry(before), RULES) == entry(after)


@pytest.mark.parametrize("keywords", ["a, b", "推理, 量化", "R\\&D; b", "a; b, c", "大语言模型", ""])
def test_keywords_with_commas_are_left_alone(keywords):
    assert codes(entry(keywords), RULES) == []


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("B610", "müller2021"),
        ("B610", "张2023"),
        ("B610", "negrão14"),
        ("B610", "caf\u00e9"),
        ("B611", "a#b"),
        ("B611", "abnt=1988"),
        ("B611", "a'b"),
        ("B611", "a~b"),
        ("B612", "a" * 81),
        ("B612", "a" * 200),
        ("B612", "efficient-" * 9),
        ("B612", "x:" * 41),
        ("B613", "2008"),
        ("B613", "__2008"),
        ("B613", "2008a"),
        ("B613", "-dash"),
        ("B613", "123456789"),
    ],
)
def test_a_key_that_gives_trouble_is_found(code, key):
    assert codes(f"@misc{{{key}, title={{T}}}}", RULES) == [code]


@pytest.mark.parametrize(
    "key",
    [
        "kwon2023",
        "DBLP:conf/sosp/Kwon23",
        "3gpp-ts-38.211",
        "10.1145/3600006",
        "a_b-c.d+e",
        "a" * 80,
        "k",
        "20000leagues",
        "0xdead",
        "A&B",
    ],
)
def test_a_good_key_is_left_alone(key):
    assert codes(f"@misc{{{key}, title={{T}}}}", RULES) == []


PARENT = "@proceedings{p, title={Proceedings of SOSP}, year=2023}\n"
CHILD = "@inproceedings{k, author={A, B}, title={T}, crossref={p}%s}\n"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("B700", PARENT + CHILD % ""),
        ("B700", PARENT + "@misc{x, title={T}}\n" + CHILD % ""),
        ("B700", PARENT.replace("{p,", "{P,") + CHILD % ""),
        ("B700", "@book{p, title={B}, year=2001}\n@inbook{k, title={T}, pages={1--2}, crossref={p}}\n"),
        ("B701", CHILD % ", year=2021" + PARENT),
        ("B701", CHILD % ", booktitle={Proceedings of OSDI}" + PARENT),
        ("B701", CHILD % ", date={2021-05}" + PARENT),
        (
            "B701",
            "@incollection{k, title={T}, booktitle={Other}, crossref={p}}\n@collection{p, title={Book}, year=2001}\n",
        ),
        ("B702", "@misc{k, title={T}, xref={gone}}"),
        ("B702", "@misc{k, title={T}, related={gone}}"),
        ("B702", "@misc{k, title={T}, related={k2,gone}}\n@misc{k2, title={T}}"),
        ("B702", "@set{k, entryset={k2,gone}}\n@misc{k2, title={T}}"),
    ],
)
def test_a_wrong_reference_is_found(code, text):
    assert codes(text, RULES) == [code]


@pytest.mark.parametrize(
    "text",
    [
        CHILD % "" + PARENT,
        PARENT + CHILD % "" + "@online{o, title={T}, date={2023}, url={https://example.org/}}",
        PARENT + CHILD.replace("crossref", "xref") % "",
        CHILD % "",
        CHILD % ", year=2023" + PARENT,
        CHILD % ", booktitle={{Proceedings} of {SOSP}}" + PARENT,
        CHILD % ", booktitle={Proceedings of SOSP 2023}" + PARENT,
        "@incollection{k, title={T}, year=1937, crossref={p}}\n@collection{p, title={Book}, year=2001}\n",
        "@misc{k, title={T}, related={old}}\n@misc{new, title={T}, ids={old}}",
        "@misc{k, title={T}, xref={k2}}\n@misc{k2, title={T}}",
    ],
)
def test_a_right_reference_is_left_alone(text):
    assert codes(text, RULES) == []


WORK = "@misc{%s, author = {Wu, Li}, title = {Serving of large models}, year = 2024, %s}\n"


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        ("", "", ["B105"]),
        ("doi = {10.1145/1}", "doi = {10.1145/1}", ["B103"]),
        ("eprint = {2309.06180}, eprinttype = {arxiv}", "eprint = {2309.06180}, eprinttype = {arxiv}", ["B102"]),
        ("url = {https://example.org/a}", "url = {https://example.org/a}", ["B104"]),
        ("url = {https://example.org/a}", "url = {https://example.org/b}", ["B105"]),
        ("edition = 1", "edition = 2", []),
    ],
)
def test_a_work_that_stands_twice_is_one_finding(one, two, found):
    assert codes(WORK % ("a", one) + WORK % ("b", two), duplicates.RULES) == found
