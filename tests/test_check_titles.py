"""The rules about titles find what BibTeX would change or print twice, and leave sound titles alone."""

from __future__ import annotations

import pytest
from checking_words import codes, findings, fixed, paper
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.checks.rules import Rule
from llminfer_bib.checks.titles import RULES

FOUND = [
    ("B301", "Serving LLaMA on one card"),
    ("B301", "vLLM: Serving Models"),
    ("B301", "{GPT} and GPT-4 compared"),
    ("B301", "Serving with the KV cache"),
    ("B301", r"\emph{Fast} LoRA serving"),
    ("B301", "Serving on Plan B"),
    ("B301", "The R package for serving"),
    ("B302", "{Serving Large Models with Less}"),
    ("B302", "{Attention is all you need}"),
    ("B302", r"{Serving \emph{large} models}"),
    ("B302", "{{Serving large models}}"),
    ("B303", "Serving large models."),
    ("B303", "{Serving} large {models.}"),
    ("B303", "大模型推理综述。"),
    ("B303", "Is it served? It is served."),
    ("B303", "Serving Music with Deep Networks."),
    ("B303", "Serving large models,"),
    ("B303", "{Serving large models};"),
    ("B306", "大模型推理综述[J]"),
    ("B306", "大模型推理综述 [EB/OL]"),
    ("B306", "Serving large models[D]"),
    ("B304", "SERVING LARGE LANGUAGE MODELS QUICKLY"),
    ("B304", "ATTENTION IS ALL YOU NEED FOR SERVING"),
    ("B304", "AN ANALYSIS: BATCHING REQUESTS UNDER LOAD"),
    ("B304", "RÉSUMÉ DES MODÈLES LINGUISTIQUES"),
    ("B305", "“Serving large language models”"),
    ("B305", "``Serving large language models''"),
    ("B305", "《大模型推理综述》"),
    ("B305", "{“Serving large models”}"),
]
LEFT_ALONE = [
    "Serving {LLaMA} with {vLLM}",
    "Serving Large Models in a Day",
    "The {{GPT-4}} technical report",
    r"Typesetting with {\TeX} and {\LaTeX}",
    r"Typesetting with \TeX",
    "Attention for $O(N \\log N)$ serving",
    "大模型 GPT 推理",
    "面向 LLM 的推理优化",
    "{OpenAI}",
    "{Orca Serving}",
    "{LLaMA}: Serving with {GPT}",
    "{大模型推理综述}",
    "Serving at Nvidia Inc.",
    "Serving models, prompts, etc.",
    "Serving in the {U.S.}",
    "Serving models...",
    "Is it served?",
    "Serving with v2.",
    "{BERT}",
    "{BERT} {GPT} {LLM}",
    "大模型 {GPT} {LLM} {KV} {MOE}",
    '"Going on a vacation" takes longer than "going for a walk"',
    "“Everyone wants the model”: data work at scale",
    "“Why?”",
    "《大模型》与《小模型》",
    "Letters to A and I and O",
    "E-mail and X-ray, T-cell",
    "Plan: B is the better one",
    "Serving in Reading, Mass.",
    "Serving in Washington, D.C.",
    "Serving at Acme Corp.",
    "Serving of Wu Li Ltd.",
    "Serving in St. Jo.",
    "Serving tokens [Y]",
    "Serving tokens [J] and more",
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_row_finds_its_own_bad_example_and_nothing_in_the_good_one(rule: Rule) -> None:
    assert codes(rule.bad) == [rule.code]
    assert codes(rule.good) == []


@pytest.mark.parametrize(("code", "title"), FOUND)
def test_a_title_that_comes_out_wrong_is_found(code: str, title: str) -> None:
    assert code in codes(paper("title", title))


@pytest.mark.parametrize("title", LEFT_ALONE)
def test_a_sound_title_is_left_alone(title: str) -> None:
    assert codes(paper("title", title)) == []


@pytest.mark.parametrize(
    ("code", "title", "mended"),
    [
        ("B301", "GPT and GPT-4 on vLLM", "{GPT} and {GPT-4} on {vLLM}"),
        ("B301", r"\emph{LoRA} beats LoRA, {LoRA}", r"\emph{LoRA} beats {LoRA}, {LoRA}"),
        ("B301", "Using LLMs and LLM", "Using {LLMs} and {LLM}"),
        ("B303", "{Serving} large {models.}", "{Serving} large {models}"),
        ("B303", "Serving large models,", "Serving large models"),
        ("B306", "大模型推理综述 [J]", "大模型推理综述"),
        ("B301", "Plan B for E-mail", "Plan {B} for E-mail"),
        ("B303", "大模型推理综述。", "大模型推理综述"),
        ("B302", "{Serving Large Models with Less}", "{Serving Large Models with Less}"),
    ],
)
def test_only_what_is_plainly_a_slip_is_mended(code: str, title: str, mended: str) -> None:
    assert fixed(paper("title", title), code) == paper("title", mended)


@pytest.mark.parametrize(
    "entry",
    [
        "@online{a, title = {vLLM documentation}, url = {https://example.org}, date = {2024}}",
        "@software{a, title = {TensorRT-LLM}, url = {https://example.org}, date = {2024}}",
        "@video{a, title = {MIT course on LLaMA}, url = {https://example.org}, date = {2024}}",
        "@article{a, author = {Wu, Li}, title = {LLM-Inferenz für ALLE}, language = {german}, journal = {J}, year = 2024}",
        "@article{a, author = {Wu, Li}, title = vllm, journal = {J}, year = 2024}",
    ],
)
def test_capitals_matter_in_english_papers_only(entry: str) -> None:
    assert "B301" not in codes(entry)


def test_titles_that_a_program_put_in_braces_are_one_finding_for_the_file() -> None:
    one = paper("title", "{Serving large models quickly}")
    many = "".join(one.replace("{a,", f"{{a{number},") for number in range(6))
    assert codes(many) == ["B302"]
    assert "6 titles" in findings(many)[0][1].message
    few = "".join(one.replace("{a,", f"{{a{number},") for number in range(4))
    assert codes(few) == ["B302"] * 4


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abGPT{}\\$.“”《》 -大。", max_size=30))
def test_any_title_can_be_looked_at_and_a_fix_ends_what_it_mends(title: str) -> None:
    depth = 0
    for character in title:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return
    if depth or title.endswith("\\"):
        return
    source = paper("title", title)
    for rule in RULES:
        mended = fixed(source, rule.code)
        assert all(not finding.fix for _, finding in findings(mended, [rule]))
