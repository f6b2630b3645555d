"""Write a large .bib file that looks like a real one: the same bytes for the same size and seed.

usage: generate.py ENTRIES OUT [--seed N]

Of the entries 45 % are conference papers, 30 % articles, 13 % preprints and 12 % posts, videos and repositories; 15 % of
the names carry a TeX accent, 8 % are Chinese, Japanese or Korean; 40 % have an abstract; macros, concatenation, mixed
layout, and after every 50th entry a comment or free text. Keys are unique, braces balance, every macro is defined.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random

GIVEN = (
    "Alice Amir Anna Bao Carlos Chiara Daniel Deepa Elena Fatima Felix Grace Hana Igor Ines Jin Joao Karim Lena Lin Marta Mei Nadia "
    "Omar Paula Qian Rafael Rosa Samuel Tao Ursula Viktor Wen Xin Yara Zoe"
).split()
FAMILY = (
    "Adler Bauer Becker Castro Chen Cohen Costa Dang Evans Fischer Fontana Gao Gupta Haddad Ivanov Jensen Kim Kumar Lang Lopez Mendes "
    "Moreau Nakamura Novak Okafor Park Petrov Quinn Rao Rossi Sato Schmidt Silva Tanaka Torres Ueda Vogel Weber Xie Yilmaz Zheng"
).split()
ACCENTED = (
    r"Kr{\"u}ger",
    r"Sz{\'e}kely",
    r"Garc{\'\i}a",
    r"Mu{\~n}oz",
    r"Dvo{\v r}{\'a}k",
    r"{\O}stby",
    r"H{\aa}kansson",
    r"Erd{\H{o}}s",
    r"{\L}ukasiewicz",
    r"Fran{\c c}ois",
    r"Gro{\ss}mann",
    r"\.{I}nan",
    r"Lef\`evre",
    r"Bj{\"{o}}rnsson",
)
EAST_ASIAN = "陈思远 林晓雨 周文博 吴佳怡 郑浩然 黄梓涵 欧阳明 佐藤健 高橋美咲 이지훈 박서연 最上川".split()
WORDS = (
    "adaptive approximate attention batching bandwidth benchmark cache chunked communication compiler compression context decoding "
    "dense distributed draft dynamic edge efficient elastic expert fast fine-grained fusion generation heterogeneous inference kernel "
    "language large latency layout learned light load-balanced long low-bit memory migration mobile model multi-tenant offline online "
    "overlap paged parallel pipeline placement precision prefetching prompt quantized query reasoning reuse routing runtime sampling "
    "scalable scheduling sequence serverless serving shared sparse speculative stateful streaming tensor throughput token training-free "
    "transformer tuning unified verification vision weight"
).split()
HAN_WORDS = (
    "推理 引擎 源码 笔记 显存 优化 详解 上手 实战 量化 长文本 多卡 部署 调度 原理 图解 性能 分析 大模型 服务".split()
)
TITLE_EXTRAS = (
    "{GPU}",
    "{LLM}",
    "{KV} cache",
    "{MoE}",
    r"$k$-bit",
    r"$O(n \log n)$",
    r"30\% less memory",
    r"na{\"\i}ve",
    "{F}ast{D}ecode",
    r"{R\&D}",
)
TEXT_EXTRAS = (
    r"$1.8\times$",
    r"40\%",
    r"\emph{without} loss",
    "(e.g., {LLaMA})",
    r"$\mathcal{O}(n)$",
    "``warm'' caches",
    r"p99~latency",
)
VENUES = {
    "asplos": "Architectural Support for Programming Languages and Operating Systems",
    "atc": "{USENIX} Annual Technical Conference",
    "cl": "Computational Linguistics",
    "cvpr": "{IEEE/CVF} Conference on Computer Vision and Pattern Recognition",
    "emnlp": "Empirical Methods in Natural Language Processing",
    "eurosys": "European Conference on Computer Systems",
    "hpca": "{IEEE} International Symposium on High-Performance Computer Architecture",
    "iclr": "International Conference on Learning Representations",
    "icml": "International Conference on Machine Learning",
    "jmlr": "Journal of Machine Learning Research",
    "mlsys": "Conference on Machine Learning and Systems",
    "neurips": "Advances in Neural Information Processing Systems",
    "nsdi": "{USENIX} Symposium on Networked Systems Design and Implementation",
    "tc": "{IEEE} Transactions on Computers",
    "tmlr": "Transactions on Machine Learning Research",
    "tpds": "{IEEE} Transactions on Parallel and Distributed Systems",
}
JOURNALS = ("cl", "jmlr", "tc", "tmlr", "tpds")
CONFERENCES = tuple(name for name in VENUES if name not in JOURNALS)
PUBLISHERS = ("ACM", "IEEE", "PMLR", "Springer", "{USENIX} Association", "Curran Associates, Inc.")
PLACES = (r"Z{\"u}rich, Switzerland", r"Malm\"o, Sweden", "Singapore", "上海", "Santa Clara, {CA}, USA", "Online")
SITES = ("{知乎}", "{Bilibili}", "{GitHub}", "{个人博客}", "{Medium}")
KEYWORDS = (
    "method",
    "survey",
    "project",
    "blog",
    "kv-cache",
    "quantization",
    "serving",
    "attention",
    "reasoning",
    "hardware",
    "moe",
)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
FILLERS = (
    "@comment{{part {n}: {{kept}} as it is}}\n\n",
    "%% ---- part {n} ----\n\n",
    "Some free text between two entries, part {n}.\n\n",
)

Fields = list[tuple[str, str]]


class Writer:
    """Makes the parts of a file from one source of chance."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.pick = self.random.choice

    def chance(self, share: float) -> bool:
        """Return true for this share of the calls."""
        return self.random.random() < share

    def words(self, low: int, high: int) -> list[str]:
        """Return some words of the field."""
        return self.random.choices(WORDS, k=self.random.randint(low, high))

    def person(self) -> str:
        """Return one name: plain, with an accent, with a von part, or East Asian in one of two spellings."""
        kind = self.random.random()
        if kind < 0.08:
            name = self.pick(EAST_ASIAN)
            return f"{{{name}}}" if self.chance(0.5) else f"{name[0]}, {name[1:]}"
        family = self.pick(ACCENTED) if kind < 0.23 else self.pick(FAMILY)
        if self.chance(0.03):
            family = f"{self.pick(('van den', 'de la', 'von'))} {family}"
        given = self.pick(GIVEN) + (f" {self.pick('ABCDEFGHJKLMNPRST')}." if self.chance(0.3) else "")
        return f"{family}, {given}" if self.chance(0.75) else f"{given} {family}"

    def people(self) -> str:
        """Return an author list: mostly two to six names."""
        count = min(14, 1 + int(self.random.expovariate(0.28)))
        text = (" and\n    " if self.chance(0.15) else " and ").join(self.person() for _ in range(count))
        return text + (" and others" if self.chance(0.01) else "")

    def title(self) -> str:
        """Return a title with one protected, mathematical or accented piece in it."""
        words = self.words(5, 11)
        words.insert(self.random.randrange(1, len(words)), self.pick(TITLE_EXTRAS))
        text = " ".join(words)
        head = (
            f"{{{self.pick(WORDS).capitalize()}{self.pick(('LM', 'KV', 'Serve', 'Flow'))}}}: "
            if self.chance(0.4)
            else ""
        )
        return head + text[0].upper() + text[1:]

    def abstract(self) -> str:
        """Return five to nine sentences."""
        sentences = []
        for _ in range(self.random.randint(5, 9)):
            words = self.words(9, 21)
            if self.chance(0.2):
                words.insert(self.random.randrange(1, len(words)), self.pick(TEXT_EXTRAS))
            sentences.append(
                " ".join(words).capitalize() if not any("{" in w or "\\" in w for w in words) else " ".join(words)
            )
        return ". ".join(sentences) + "."

    def pages(self) -> str:
        """Return a range of pages."""
        first = self.random.randint(1, 8000)
        return f"{{{first}--{first + self.random.randint(4, 30)}}}"

    def conference_paper(self, year: int, number: int) -> Fields:
        """Return the fields of an ``@inproceedings``."""
        venue = self.pick(CONFERENCES)
        book = self.pick((venue, venue, f"{{Proceedings of the {VENUES[venue]}}}"))
        if self.chance(0.1):
            book = f'"Proc.\\ of the " # {venue}'
        fields = [("title", f"{{{self.title()}}}"), ("author", f"{{{self.people()}}}"), ("booktitle", book)]
        fields += [("year", self.pick((f"{year}", f"{{{year}}}"))), ("pages", self.pages())]
        fields += [("publisher", f"{{{self.pick(PUBLISHERS)}}}")] * self.chance(0.5)
        fields += [("address", f"{{{self.pick(PLACES)}}}")] * self.chance(0.3)
        fields += [("doi", f"{{10.1145/{year}.{3000000 + number}}}")] * self.chance(0.6)
        return fields

    def article(self, year: int, number: int) -> Fields:
        """Return the fields of an ``@article``."""
        title = self.title()
        journal = self.pick(JOURNALS)
        fields = [
            ("author", f"{{{self.people()}}}"),
            ("title", f"{{{title}}}" if self.chance(0.8) else f'"{{{title}}}"'),
        ]
        fields += [
            ("journal", journal if self.chance(0.7) else f"{{{VENUES[journal]}}}"),
            ("volume", str(self.random.randint(1, 60))),
        ]
        fields += [("number", f"{{{self.random.randint(1, 12)}}}"), ("pages", self.pages()), ("year", f"{{{year}}}")]
        fields += [("doi", f"{{10.1109/{journal.upper()}.{year}.{3000000 + number}}}")]
        return fields

    def preprint(self, year: int, number: int) -> Fields:
        """Return the fields of an arXiv ``@misc``."""
        arxiv = f"{year % 100:02d}{self.random.randint(1, 12):02d}.{number % 100000:05d}"
        fields = [("title", f"{{{self.title()}}}"), ("author", f"{{{self.people()}}}"), ("year", f"{{{year}}}")]
        fields += [
            ("eprint", f"{{{arxiv}}}"),
            ("archivePrefix", "{arXiv}"),
            ("primaryClass", self.pick(("{cs.CL}", "{cs.LG}", "{cs.DC}"))),
        ]
        fields += [("url", f"{{https://arxiv.org/abs/{arxiv}}}")]
        return fields

    def post(self, year: int, number: int) -> Fields:
        """Return the fields of an ``@online`` in Chinese."""
        title = "".join(self.random.choices(HAN_WORDS, k=self.random.randint(3, 7)))
        fields = [
            ("title", f"{{{title}：{' '.join(self.words(2, 4))}}}"),
            ("author", f"{{{{{self.pick(EAST_ASIAN)}}}}}"),
        ]
        fields += [("date", f"{{{year}-{self.random.randint(1, 12):02d}-{self.random.randint(1, 28):02d}}}")]
        fields += [
            ("organization", self.pick(SITES)),
            ("url", f"{{https://example.org/p/{number}?from=list&n={number % 97}}}"),
        ]
        fields += [("langid", "{chinese}")] * self.chance(0.5)
        return fields

    def entry(self, number: int) -> str:
        """Return one entry in one of several layouts."""
        year = self.random.randint(2012, 2026)
        kinds = (
            ("inproceedings", self.conference_paper),
            ("article", self.article),
            ("misc", self.preprint),
            ("online", self.post),
        )
        [(kind, make)] = self.random.choices(kinds, (45, 30, 13, 12))
        fields = make(year, number)
        if kind in {"inproceedings", "article"}:
            fields += [("month", self.pick(MONTHS))] * self.chance(0.4)
        fields += [("abstract", f"{{{self.abstract()}}}")] * self.chance(0.4)
        fields += [
            ("keywords", f"{{{', '.join(self.random.sample(KEYWORDS, self.random.randint(2, 4)))}}}")
        ] * self.chance(0.5)
        indent, width = self.pick(("  ", "  ", "    ", "\t")), self.pick((0, 13))
        lines = ",\n".join(f"{indent}{name:<{width}} = {value}" for name, value in fields)
        shown = kind if self.chance(0.9) else kind.capitalize()
        key = f"{self.pick(FAMILY).lower()}{year}{self.pick(WORDS).replace('-', '')}{number}"
        return f"@{shown}{{{key},\n{lines}{',' * self.chance(0.5)}\n}}\n\n"

    def document(self, count: int) -> str:
        """Return the whole file."""
        parts = ["% Encoding: UTF-8\n\n", '@preamble{"\\providecommand{\\nop}[1]{}"}\n\n']
        parts += [
            f"@string{{{name} = {self.pick(('{%s}', chr(34) + '%s' + chr(34))) % text}}}\n"
            for name, text in VENUES.items()
        ]
        parts.append("\n")
        for number in range(count):
            parts.append(self.entry(number))
            if number % 50 == 49:
                parts.append(self.pick(FILLERS).format(n=number // 50))
        return "".join(parts)


def generate(count: int, seed: int = 1) -> str:
    """Return the text of a file with ``count`` entries."""
    return Writer(seed).document(count)


def main() -> None:
    """Write the file that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("entries", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    data = generate(options.entries, options.seed).encode("utf-8")
    options.out.write_bytes(data)
    print(f"{options.entries} entries, {len(data)} bytes")


if __name__ == "__main__":
    main()
