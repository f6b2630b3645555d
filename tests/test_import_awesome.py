"""Lists in the styles of well-known awesome lists: what each line must become, and what must become nothing. All samples are made for this."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.commands.importing import import_text
from llminfer_bib.encode import source_of
from llminfer_bib.importers import Imported, Options, Unmapped, columns, crediting, links, markdown
from llminfer_bib.importers.headings import Headings, is_about_list, is_aside, kind_of_section, says_papers
from llminfer_bib.importers.markdown_html import rows
from llminfer_bib.importers.markdown_titles import clean
from llminfer_bib.library import Library
from llminfer_bib.model import Category, People
from llminfer_bib.report import leftovers

CATEGORIES = (
    Category("course", "课程", "Courses", "🚀"),
    Category("video", "视频教程", "Video tutorials", "🎮"),
    Category("project", "开源项目", "Open-source projects", "🛠"),
    Category("blog", "博客", "Blogs", "📝"),
    Category("method", "方法论文", "Method papers", "💻"),
    Category("survey", "综述论文", "Survey papers", "💡"),
)
OPTIONS = Options(CATEGORIES)
ARXIV = "https://arxiv.org/abs/2309.06180"
"""Kwon et al., Efficient Memory Management ... with PagedAttention."""
SOSP = "Proceedings of the 29th Symposium on Operating Systems Principles (SOSP '23)"
ICLR = "The Twelfth International Conference on Learning Representations (ICLR 2024)"


def read(text: str) -> Imported:
    return markdown.read(text, OPTIONS)


def names(people: People | None) -> str:
    """Return people in one line: ``W. Kwon, Z. Li +``, the plus for others."""
    if people is None:
        return ""
    shown = ", ".join(
        " ".join(filter(None, (p.given, p.prefix, p.family, p.suffix, p.literal))) for p in people.persons
    )
    return shown + " +" * people.others


# style -> (text, type, title, address, more fields; None: must not be there; "by": the authors)
STYLES = {
    "title and description": (
        "- [vLLM](https://github.com/vllm-project/vllm) - A fast engine.",
        "software",
        "vLLM",
        "https://github.com/vllm-project/vllm",
        {"annotation": "vLLM - A fast engine.", "by": ""},
    ),
    "Chinese colon": (
        "*   [vllm](https://github.com/vllm-project/vllm)：快速的推理引擎。",
        "software",
        "vllm",
        "https://github.com/vllm-project/vllm",
        {"annotation": "vllm - 快速的推理引擎。"},
    ),
    "dash and a picture of a build": (
        '* [x/tool](https://github.com/x/tool) — does it [<img src="https://travis-ci.org/x/tool.svg">](https://travis-ci.org/x/tool)',
        "software",
        "x/tool",
        "https://github.com/x/tool",
        {"annotation": "x/tool - does it"},
    ),
    "demo, source and licence": (
        "- [Tool](https://tool.example.org) - Does it. ([Demo](https://demo.example.org), [Source Code](https://github.com/x/tool)) `MIT` `Go`",
        "online",
        "Tool",
        "https://tool.example.org",
        {"code": "https://github.com/x/tool", "annotation": "Tool - Does it. MIT Go"},
    ),
    "a repository in the description is not the code": (
        "* [p](https://github.com/x/p)：建立于 [kit](https://github.com/x/kit) 之上。",
        "software",
        "p",
        "https://github.com/x/p",
        {"code": None, "annotation": "p - 建立于 kit 之上。"},
    ),
    "parentheses of a function stay": (
        "- [Quantizer](https://github.com/x/q) - has int8() and more ([docs](https://q.example.org))",
        "software",
        "Quantizer",
        "https://github.com/x/q",
        {"annotation": "Quantizer - has int8() and more"},
    ),
    "title of a page of a repository": (
        "- [GitHub - x/engine: An engine for models](https://github.com/x/engine)",
        "software",
        "engine",
        "https://github.com/x/engine",
        {"annotation": "engine - An engine for models"},
    ),
    "a bare address and words": (
        "- https://example.org/tool - A tool for models.",
        "online",
        "A tool for models",
        "https://example.org/tool",
        {"annotation": None},
    ),
    "signs around the title": (
        "- 🔥🤗[**Engine**](https://github.com/x/engine) 🎉: fast :rocket:",
        "software",
        "Engine",
        "https://github.com/x/engine",
        {},
    ),
    "bold title, year, authors": (
        f"- **Efficient Memory Management** (2023), W. Kwon et al. [[pdf]]({ARXIV})",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {"by": "W. Kwon +", "year": "2023", "annotation": None, "eprint": "2309.06180"},
    ),
    "bold title with the year in it": (
        f"- **Efficient Memory Management (2023)**, W. Kwon and Z. Li. [[pdf]]({ARXIV}):",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {"by": "W. Kwon, Z. Li", "year": "2023", "annotation": None},
    ),
    "bold title that asks": (
        "- **How good are models?** (2014), J. Doe et al. [[pdf]](http://papers.nips.cc/paper/1-how.pdf)",
        "inproceedings",
        "How good are models?",
        "http://papers.nips.cc/paper/1-how.pdf",
        {"by": "J. Doe +", "year": "2014"},
    ),
    "bold title, authors in italics, venue": (
        f"1. **Efficient Memory Management**. *Woosuk Kwon, Zhuohan Li and Ion Stoica*. SOSP 2023. [[pdf]({ARXIV})] [[code & model](https://github.com/vllm-project/vllm)] (**vLLM**)",
        "inproceedings",
        "Efficient Memory Management",
        ARXIV,
        {
            "by": "Woosuk Kwon, Zhuohan Li, Ion Stoica",
            "booktitle": SOSP,
            "year": "2023",
            "code": "https://github.com/vllm-project/vllm",
            "annotation": "Efficient Memory Management (vLLM)",
        },
    ),
    "names with particles and suffixes": (
        f"1. **A Title of Three Words.** *Betty van Aken, Robert L. Logan IV, Jean-Paul O'Neil*. ACL2019. [[pdf]({ARXIV})]",
        "inproceedings",
        "A Title of Three Words",
        ARXIV,
        {"by": "Betty van Aken, Robert L. Logan IV, Jean-Paul O'Neil", "year": "2019"},
    ),
    "a preprint has no venue": (
        f"1. **A Title of Words**. *Jane Doe, John Roe*. Preprint. [[pdf]({ARXIV})]",
        "misc",
        "A Title of Words",
        ARXIV,
        {"by": "Jane Doe, John Roe", "booktitle": None, "journal": None, "annotation": None},
    ),
    "under review is no venue": (
        "1. **A Title of Words**. *Anonymous authors*. ICLR2024 under review. [[pdf](https://openreview.net/forum?id=bsCCJHbO8A)]",
        "inproceedings",
        "A Title of Words",
        "https://openreview.net/forum?id=bsCCJHbO8A",
        {"by": "", "booktitle": None, "annotation": "A Title of Words - ICLR2024 under review."},
    ),
    "a short name before a title in quotes": (
        f'1. <u>vLLM</u>: **"Efficient Memory Management for Serving"**. *Woosuk Kwon et al.* SOSP 2023. [[Paper]({ARXIV})] [[Checkpoint](https://huggingface.co/x/y)]',
        "inproceedings",
        "Efficient Memory Management for Serving",
        ARXIV,
        {
            "by": "Woosuk Kwon +",
            "booktitle": SOSP,
            "annotation": "[vLLM] Efficient Memory Management for Serving",
            "code": None,
        },
    ),
    "et al. behind the italics": (
        f"1. **Efficient Memory Management**. *Woosuk Kwon* et al. SOSP 2023. [[Paper]({ARXIV})]",
        "inproceedings",
        "Efficient Memory Management",
        ARXIV,
        {"by": "Woosuk Kwon +", "year": "2023"},
    ),
    "date in brackets, names and server in italics": (
        f"- [2023/09] **Efficient Memory Management.** *Woosuk Kwon et al. arXiv.*[[paper]({ARXIV})]]",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {"by": "Woosuk Kwon +", "year": "2023", "month": "sep", "annotation": None},
    ),
    "without bold": (
        f"- [2023/09] Efficient Memory: Managing It. *Woosuk Kwon et al. SOSP.* [[paper]({ARXIV})]",
        "inproceedings",
        "Efficient Memory: Managing It",
        ARXIV,
        {"by": "Woosuk Kwon +", "booktitle": "SOSP", "year": "2023"},
    ),
    "where an author works stays with the words": (
        f"- **Efficient Memory Management.** *Woosuk Kwon (UC Berkeley) et al. arXiv.* [[paper]({ARXIV})]",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {
            "by": "Woosuk Kwon +",
            "annotation": "Efficient Memory Management - Woosuk Kwon (UC Berkeley) et al. arXiv.",
        },
    ),
    "authors in a paragraph below": (
        f"1. **Efficient Memory Management.** `SOSP 2023`\n\n    *Woosuk Kwon, Zhuohan Li.* [[Paper]({ARXIV})] [[Code](https://github.com/x/y)], 2023.9",
        "inproceedings",
        "Efficient Memory Management",
        ARXIV,
        {
            "by": "Woosuk Kwon, Zhuohan Li",
            "booktitle": SOSP,
            "year": "2023",
            "code": "https://github.com/x/y",
            "annotation": None,
        },
    ),
    "subtitle behind the link": (
        f"- [Orca]({ARXIV}): A Distributed Serving System for Models | OSDI 22",
        "inproceedings",
        "Orca: A Distributed Serving System for Models",
        ARXIV,
        {"year": "2022", "annotation": None},
    ),
    "colon in the label": (
        f"- [Helix:]({ARXIV}) Serving with Max-Flow | CMU",
        "misc",
        "Helix: Serving with Max-Flow",
        ARXIV,
        {"annotation": "Helix: Serving with Max-Flow | CMU"},
    ),
    "venue behind a bar, a blank before its year": (
        f"- [Efficient Memory Management]({ARXIV}) | SOSP' 23",
        "inproceedings",
        "Efficient Memory Management",
        ARXIV,
        {"booktitle": SOSP, "year": "2023"},
    ),
    "a venue makes a page a paper": (
        "- [Orca](https://orca.example.org/paper): A Distributed Serving System | SOSP'23",
        "inproceedings",
        "Orca: A Distributed Serving System",
        "https://orca.example.org/paper",
        {"booktitle": SOSP},
    ),
    "workshops keep their own name": (
        f"- [Efficient Memory Management]({ARXIV}) | ICML ES-FoMo Workshop 2023",
        "inproceedings",
        "Efficient Memory Management",
        ARXIV,
        {"booktitle": "ICML ES-FoMo Workshop 2023", "year": "2023"},
    ),
    "an organisation is no venue": (
        f"- [Efficient Memory Management]({ARXIV}) | Google, UCB",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {"booktitle": None, "annotation": "Efficient Memory Management | Google, UCB"},
    ),
    "venue in front": (
        f"- (*ICLR 2024*) [Efficient Memory Management]({ARXIV}) [[code]](https://github.com/x/y)",
        "inproceedings",
        "Efficient Memory Management",
        ARXIV,
        {"booktitle": ICLR, "code": "https://github.com/x/y", "annotation": None},
    ),
    "venue in square brackets, bold title": (
        f"- [ICLR'24] **Efficient Memory Management** [[paper]]({ARXIV})",
        "inproceedings",
        "Efficient Memory Management",
        ARXIV,
        {"booktitle": ICLR, "year": "2024"},
    ),
    "venue on a badge": (
        f"- **Efficient Memory Management** [![arXiv](https://img.shields.io/badge/arXiv-2309.06180-b31b1b.svg)]({ARXIV}) [![Stars](https://img.shields.io/github/stars/x/y)](https://github.com/x/y) ![SOSP 2023](https://img.shields.io/badge/SOSP-2023-blue)",
        "inproceedings",
        "Efficient Memory Management",
        ARXIV,
        {"booktitle": SOSP, "code": "https://github.com/x/y"},
    ),
    "authors behind a dash": (
        f"* [Efficient Memory Management]({ARXIV}) - Woosuk Kwon et al, 2023",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {"by": "Woosuk Kwon +", "year": "2023", "annotation": None},
    ),
    "a description is no author": (
        f"* [FlashAttention]({ARXIV}) - Fast Attention",
        "misc",
        "FlashAttention",
        ARXIV,
        {"by": "", "annotation": "FlashAttention - Fast Attention"},
    ),
    "title and authors as sentences": (
        "- A title: its subtitle. Jane Doe, John Roe. *SOSP 2023*. [paper](https://dl.acm.org/doi/10.1145/3600006.3613165) | [video](https://www.youtube.com/watch?v=bbbbbbbbbbb) | [slides](https://x.example.org/s.pdf)",
        "inproceedings",
        "A title: its subtitle",
        "https://dl.acm.org/doi/10.1145/3600006.3613165",
        {
            "by": "Jane Doe, John Roe",
            "booktitle": SOSP,
            "doi": "10.1145/3600006.3613165",
            "video": "https://www.youtube.com/watch?v=bbbbbbbbbbb",
            "slides": "https://x.example.org/s.pdf",
        },
    ),
    "authors, title, venue with commas": (
        "* Karen Doe and Andrew Roe, Very Deep Networks for Large-Scale Things, SOSP, 2023. [[Paper]](http://www.bmva.org/x.pdf)",
        "inproceedings",
        "Very Deep Networks for Large-Scale Things",
        "http://www.bmva.org/x.pdf",
        {"by": "Karen Doe, Andrew Roe", "booktitle": SOSP},
    ),
    "authors, title in quotes": (
        f'* Karen Doe, Andrew Roe, "Very Deep Networks for Things", SOSP 2023. [[Paper]({ARXIV})]',
        "inproceedings",
        "Very Deep Networks for Things",
        ARXIV,
        {"by": "Karen Doe, Andrew Roe", "booktitle": SOSP},
    ),
    "short name, citation in a bullet below": (
        f"* VeryNet [[Web]](http://x.example.org/) [[Paper]]({ARXIV})\n  * Karen Doe, Andrew Roe, Very Deep Networks for Things, SOSP, 2023.",
        "inproceedings",
        "Very Deep Networks for Things",
        ARXIV,
        {"by": "Karen Doe, Andrew Roe", "annotation": "VeryNet"},
    ),
    "a blank between label and address": (
        "* Very Deep Networks for Things [[Paper]] (http://arxiv.org/abs/2309.06180)",
        "misc",
        "Very Deep Networks for Things",
        ARXIV,
        {"annotation": None},
    ),
    "only code": (
        "* Karen Doe, Andrew Roe, Very Deep Networks for Things, SOSP 2023 [[GitHub]](https://github.com/x/y)",
        "inproceedings",
        "Very Deep Networks for Things",
        "https://github.com/x/y",
        {"by": "Karen Doe, Andrew Roe"},
    ),
    "Harvard": (
        "Chandra, V., Bane, A. and Kumar, V., 2009. Anomalies: A survey. *ACM computing surveys* , 41(3), pp.15-58. [[Download PDF]](https://x.example.org/a.pdf )",
        "article",
        "Anomalies: A survey",
        "https://x.example.org/a.pdf",
        {
            "by": "V. Chandra, A. Bane, V. Kumar",
            "journal": "ACM computing surveys",
            "volume": "41",
            "number": "3",
            "pages": "15--58",
            "year": "2009",
        },
    ),
    "Harvard behind a name in bold": (
        "**Local Factor (LF)**. Bren, M.M. and Ng, R.T., 2000, May. LF: finding local things. *ACM Sigmod Record*, 29(2), pp. 93-104. [[Download PDF]](http://x.example.org/LF.pdf)",
        "article",
        "LF: finding local things",
        "http://x.example.org/LF.pdf",
        {"by": "M.M. Bren, R.T. Ng", "month": "may", "annotation": "[Local Factor (LF)] LF: finding local things"},
    ),
    "title in bold, links in the next line": (
        f"🔥🔥🔥 **Engine: Towards Faster Serving**  \n**[Project Page](https://x.example.org/)** | **[Paper]({ARXIV})** | **[GitHub](https://github.com/x/y)** | :black_nib: **[Citation](./bib.txt)**",
        "misc",
        "Engine: Towards Faster Serving",
        ARXIV,
        {"code": "https://github.com/x/y", "annotation": None},
    ),
    "title in bold, links in the next paragraph": (
        f'🔥 **Engine: Towards Faster Serving**\n<p align="center">\n <img src="./x.jpg">\n</p>\n\n<div align=\'center\'> [[📖 Engine-1.5 Paper]({ARXIV})] [[🌟 GitHub](https://github.com/x/y)] </div>',
        "misc",
        "Engine: Towards Faster Serving",
        ARXIV,
        {"code": "https://github.com/x/y"},
    ),
    "a name in bold and an address": (
        "**A Benchmark of Things**: http://x.example.org/#table",
        "online",
        "A Benchmark of Things",
        "http://x.example.org/#table",
        {"annotation": None},
    ),
    "name, address and description in bullets of their own": (
        "* Engine：\n  * 地址：https://github.com/x/engine\n  * 简介：一个推理引擎",
        "software",
        "Engine",
        "https://github.com/x/engine",
        {"annotation": "Engine - 简介：一个推理引擎"},
    ),
    "links in bullets of their own": (
        f"* Engine: A Way of Serving\n  * Paper: [arXiv]({ARXIV})\n  * Code: https://github.com/x/engine",
        "misc",
        "Engine: A Way of Serving",
        ARXIV,
        {"code": "https://github.com/x/engine", "annotation": None},
    ),
    "reference links": (
        f'- [PagedAttention][paged] ([code][paged-code])\n\n[paged]: {ARXIV} "the paper"\n[paged-code]: <https://github.com/vllm-project/vllm>',
        "misc",
        "PagedAttention",
        ARXIV,
        {"code": "https://github.com/vllm-project/vllm", "annotation": None},
    ),
    "a course and its teacher": (
        "## Courses\n\n1.  [Machine Learning](https://class.example.org/ml) by Andrew Roe (2012)",
        "online",
        "Machine Learning",
        "https://class.example.org/ml",
        {"by": "Andrew Roe", "date": "2012", "entrysubtype": "course", "annotation": None},
    ),
    "a course, its teacher and university": (
        "## Courses\n\n * [Vision](https://x.example.org/v) - Jane Doe (Example University)",
        "online",
        "Vision",
        "https://x.example.org/v",
        {"by": "Jane Doe", "annotation": "Vision - Jane Doe (Example University)"},
    ),
    "a book": (
        "## Books\n\n* [Computer Vision: A Modern Way](http://www.example.org/b) - David Doe and Jean Roe 2011",
        "book",
        "Computer Vision: A Modern Way",
        "http://www.example.org/b",
        {"by": "David Doe, Jean Roe", "year": "2011"},
    ),
    "a book without author is a page": (
        "## Books\n\n* [Dive into Things](https://d.example.org/) - an interactive book",
        "online",
        "Dive into Things",
        "https://d.example.org/",
        {"annotation": "Dive into Things - an interactive book"},
    ),
    "a video and who speaks": (
        "## Videos and Lectures\n\n1. [How To Create](https://www.youtube.com/watch?v=RIkxVci-R4k) By Ray Roe",
        "video",
        "How To Create",
        "https://www.youtube.com/watch?v=RIkxVci-R4k",
        {"by": "Ray Roe", "organization": "YouTube"},
    ),
    "who in brackets, then title and links": (
        "- [Jane Roe] Let's build it: from scratch. [video](https://www.youtube.com/watch?v=kCc8FmEb1nY)|[code](https://github.com/x/y)",
        "video",
        "Let's build it: from scratch",
        "https://www.youtube.com/watch?v=kCc8FmEb1nY",
        {"code": "https://github.com/x/y", "annotation": "[Jane Roe] Let's build it: from scratch"},
    ),
    "several dates of one course": (
        "## Courses\n\n * Recognition [Spring 2016](http://x.example.org/s), [Fall 2016](http://x.example.org/f) - Jane Doe",
        "online",
        "Recognition",
        "http://x.example.org/s",
        {"annotation": "Recognition - Spring 2016, Fall 2016 - Jane Doe"},
    ),
    "Chinese quotes that belong to the title": (
        "- [让大模型从此「秒回」](https://mp.weixin.qq.com/s/abc)",
        "online",
        "让大模型从此「秒回」",
        "https://mp.weixin.qq.com/s/abc",
        {"entrysubtype": "blog"},
    ),
    "short name in the label": (
        f"- [[Paged] Efficient Memory Management]({ARXIV})",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {"annotation": "[Paged] Efficient Memory Management"},
    ),
    "date in the label": (
        f"- [(2023.09) Efficient Memory Management]({ARXIV})",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {"year": "2023", "month": "sep", "annotation": None},
    ),
    "authors in the label": (
        f"- [Jane Doe, John Roe, An Exploration of Memory Management]({ARXIV})",
        "misc",
        "An Exploration of Memory Management",
        ARXIV,
        {"by": "Jane Doe, John Roe"},
    ),
    "a citation without authors": (
        f"- [Paging: Fast, Small, and Simple (2023). arXiv preprint arXiv: 2309.06180.]({ARXIV})",
        "misc",
        "Paging: Fast, Small, and Simple",
        ARXIV,
        {"by": "", "year": "2023"},
    ),
    "a citation without authors and year": (
        f"- [Paging: Fast and Small. arXiv preprint arXiv: 2309.06180.]({ARXIV})",
        "misc",
        "Paging: Fast and Small",
        ARXIV,
        {"by": "", "journal": None},
    ),
    "a citation without a year": (
        f"- [Doe, R. Fast Things. arXiv preprint arXiv: 2309.06180.]({ARXIV})",
        "misc",
        "Fast Things",
        ARXIV,
        {"by": "R. Doe"},
    ),
    "a citation of an organisation": (
        f"- [NLLB Team (2022). No Language: Scaling. arXiv preprint arXiv: 2309.06180.]({ARXIV})",
        "misc",
        "No Language: Scaling",
        ARXIV,
        {"by": "NLLB Team", "year": "2022"},
    ),
    "authors, year, then the linked title": (
        f"- Jane Doe and John Roe (2023). [Efficient Memory Management]({ARXIV})",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {"by": "Jane Doe, John Roe", "year": "2023", "annotation": None},
    ),
    # tables
    "table: date, title, paper, code": (
        f"|Date|Title|Paper|Code|Recom|\n|:---:|:---:|:---:|:---:|:---:|\n|2023.09|🔥🔥[**Paged: 2x~**] Efficient Memory Management(@UC Berkeley)|[[pdf]]({ARXIV})|[[vllm]](https://github.com/x/y) ![](https://img.shields.io/github/stars/x/y)|⭐️⭐️|",
        "misc",
        "Efficient Memory Management",
        ARXIV,
        {
            "year": "2023",
            "month": "sep",
            "code": "https://github.com/x/y",
            "annotation": "[Paged: 2x~] Efficient Memory Management (@UC Berkeley)",
        },
    ),
    "table: a file in a repository is the paper": (
        "|Date|Title|Paper|Code|\n|-|-|-|-|\n|2024.06|Engine: A Way of Serving|[[pdf]](https://github.com/x/y/blob/main/Engine.pdf)|[[y]](https://github.com/x/y)|",
        "misc",
        "Engine: A Way of Serving",
        "https://github.com/x/y/blob/main/Engine.pdf",
        {"code": "https://github.com/x/y"},
    ),
    "table: no paper yet": (
        "|Date|Title|Paper|Code|\n|-|-|-|-|\n|2024.06|Engine|⚠️|[[y]](https://github.com/x/y)|",
        "software",
        "Engine",
        "https://github.com/x/y",
        {"date": "2024-06", "annotation": None},
    ),
    "table: title and authors in one cell": (
        f'| Title & Authors | Introduction | Links |\n|:--|:--:|:--:|\n|[![Star](https://img.shields.io/github/stars/x/y.svg)](https://github.com/x/y)[![Publish](https://img.shields.io/badge/Conference-ICLR\'24-blue)]()<br>[Efficient Memory: Managing It]({ARXIV}) <br> Jane Doe, John Roe |<img src="x.png"> |[Github](https://github.com/x/y) <br> [Paper]({ARXIV})|[//]: #06/05',
        "inproceedings",
        "Efficient Memory: Managing It",
        ARXIV,
        {"by": "Jane Doe, John Roe", "booktitle": ICLR, "code": "https://github.com/x/y", "annotation": None},
    ),
    "table: one author in the cell": (
        f"| Title & Authors | Links |\n|:--|:--:|\n|[Efficient Memory]({ARXIV}) <br> Chen Doe |[Paper]({ARXIV})|",
        "misc",
        "Efficient Memory",
        ARXIV,
        {"by": "Chen Doe"},
    ),
    "table: title, venue, date, code, demo": (
        f"| Title | Venue | Date | Code | Demo |\n|:--|:--:|:--:|:--:|:--:|\n| ![Star](https://img.shields.io/x.svg) <br> [**Efficient Memory**]({ARXIV}) <br> | SOSP | 2023-09-12 | [Github](https://github.com/x/y) | - |",
        "inproceedings",
        "Efficient Memory",
        ARXIV,
        {"booktitle": "SOSP", "year": "2023", "month": "sep", "code": "https://github.com/x/y"},
    ),
    "table: arXiv is no venue": (
        f"| Title | Venue | Date |\n|--|--|--|\n| [Efficient Memory]({ARXIV}) | arXiv | 2023-09-12 |",
        "misc",
        "Efficient Memory",
        ARXIV,
        {"booktitle": None, "journal": None},
    ),
    "table: authors, venue and year": (
        f"| Paper | Authors | Venue | Year | Links |\n|---|---|---|---|---|\n| [Efficient Memory]({ARXIV}) | Kwon et al. | SOSP | 2023 | [code](https://github.com/x/y) |",
        "inproceedings",
        "Efficient Memory",
        ARXIV,
        {"by": "Kwon +", "booktitle": SOSP, "year": "2023"},
    ),
    "table: name and paper": (
        f"| Name | Paper |\n|:--|:--|\n| **Bench4** | [Bench4: Measuring Things]({ARXIV}) |",
        "misc",
        "Bench4: Measuring Things",
        ARXIV,
        {},
    ),
    "table: a paper on a page of its own": (
        "| Date | Paper |\n|:--|:--|\n| 2023-03 | [Engine: A Model](https://engine.example.org) |",
        "misc",
        "Engine: A Model",
        "https://engine.example.org",
        {"year": "2023", "month": "mar"},
    ),
    "table: a course with its teacher": (
        "| S.No | Course Name | University/Instructor(s) | Course WebPage | Lecture Videos | Year |\n|-|-|-|-|-|-|\n| 1. | **Learning** | Jane Doe, Example University | [CS1](http://cs1.example.org/) | [YouTube](https://www.youtube.com/watch?v=aaaaaaaaaaa) | 2018 |",
        "online",
        "Learning",
        "http://cs1.example.org/",
        {
            "by": "Jane Doe",
            "entrysubtype": "course",
            "date": "2018",
            "video": "https://www.youtube.com/watch?v=aaaaaaaaaaa",
        },
    ),
    "table: description": (
        "| Model | Stars | Description |\n|---|---:|---|\n| [TGI](https://github.com/x/tgi) | 9k | A toolkit for serving |",
        "software",
        "TGI",
        "https://github.com/x/tgi",
        {"annotation": "TGI - A toolkit for serving"},
    ),
    "table in HTML": (
        f'<table>\n<thead>\n<tr><th rowspan="2">Category</th><th>model</th><th>Release Time</th><th>Link</th></tr>\n</thead>\n<tbody>\n<tr>\n<td rowspan="25">Open</td>\n<td>T5</td>\n<td>2019/10</td>\n<td><a href="{ARXIV}">Paper</a></td>\n</tr>\n</tbody></table>',
        "misc",
        "T5",
        ARXIV,
        {"year": "2019", "month": "oct"},
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_a_style_of_lists_gives_the_entry_that_a_person_would_want(style: str) -> None:
    text, kind, title, url, more = STYLES[style]
    (entry,) = read(text).entries
    assert (entry.type, entry.fields["title"], entry.fields["url"]) == (kind, title, url)
    got: dict[str, str | None] = {name: entry.fields.get(name) for name in more}
    if "by" in more:
        got["by"] = names(entry.people.get("author"))
    if got.get("month"):
        got["month"] = source_of("month", str(got["month"]))
    assert got == more


# What several entries come of, by their titles.
SEVERAL = {
    "a list of links after a colon": ("- 博客：[一](https://a.org/1)、[二](https://a.org/2)", ["一", "二"]),
    "two tools with one description": (
        "* [xlwt](https://github.com/x/xlwt) / [xlrd](https://github.com/x/xlrd)：读写文件。",
        ["xlwt", "xlrd"],
    ),
    "bullets below a work": (
        "* [Cargo](http://crates.example.org/) — the manager\n  * [x/check](https://github.com/x/check) — a wrapper\n  * [x/count](https://github.com/x/count)",
        ["Cargo", "x/check", "x/count"],
    ),
    "bullets below the name of a group": (
        "* GDB\n  * [gdb-tool](https://github.com/x/gdb)\n* LLDB\n  * [lldb-tool](https://github.com/x/lldb)",
        ["gdb-tool", "lldb-tool"],
    ),
    "papers below the name of a group": (
        f"* Adelaide\n  * Jane Doe, John Roe, First Work on Things, arXiv:2309.06180. [[Paper]]({ARXIV})\n  * Jane Doe, John Roe, Second Work on Things, SOSP, 2023. [[Paper]](https://x.example.org/2.pdf)",
        ["First Work on Things", "Second Work on Things"],
    ),
    "a table in HTML whose rows are not all closed": (
        f'<table><tr><th>Model</th><th>Link</th></tr><tr><td>A1</td><td><a href="{ARXIV}">Paper</a></td><tr><td>B2</td><td><a href="https://b.example.org">Blog</a></td></tr></table>',
        ["A1", "B2"],
    ),
    "what folds away": (
        "## Tools\n<details>\n<summary>more</summary>\n\n - [a1](https://github.com/x/a1)\n\n</details>\n\n- [b2](https://github.com/x/b2)",
        ["a1", "b2"],
    ),
}


@pytest.mark.parametrize("style", SEVERAL)
def test_several_entries_of_some_lines(style: str) -> None:
    text, titles = SEVERAL[style]
    assert [entry.fields["title"] for entry in read(text).entries] == titles


def test_every_style_comes_back_from_our_own_list(tmp_path: Path) -> None:
    (tmp_path / "bib.toml").write_text((Path(__file__).parents[1] / "bib.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "refs.bib").write_text("", "utf-8")
    library = Library.open(tmp_path / "refs.bib")
    text = "\n\n".join(
        row[0].replace("2309.06180", f"2309.{at:05d}").replace("example.org", f"e{at}.org")
        for at, row in enumerate(STYLES.values())
    )
    done = import_text(library, text, "md")
    assert len(done.added) > len(STYLES) - 15  # some of them are about one work
    page = "".join(library.render("md").values())
    again = import_text(library, page, "md")
    assert again.added == []
    assert len(again.present) == len(done.added)


NO_ENTRIES = {
    "contents": "## Contents\n\n- [Papers](#papers)\n  - [More](https://x.example.org/more)",
    "contributing": "## Contributing\nPlease send [pull requests](https://github.com/x/y/pulls).\n\n### How\n- [Guide](https://x.example.org/guide)",
    "licence": "## License\n\n[![CC0](http://i.creativecommons.org/88x31.png)](http://creativecommons.org/publicdomain/zero/1.0/)\n\nTo the extent possible, [X](https://x.example.org) has waived all.",
    "maintainers": "## Project Maintainers & Contributors\n- Jane ([@jane](https://github.com/jane))",
    "news": "## 📖 News 🔥🔥\n- [2025-07-13] We released **[Thing](https://github.com/x/thing)**!",
    "Chinese participants": "### 本项目的参与者\n\n- 贡献者：[甲](https://github.com/a)、[乙](https://github.com/b)",
    "back to top": "**[`^        back to top        ^`](https://x.example.org/#)**",
    "back to contents": "[Go to Contents :arrow_heading_up:](https://github.com/x/y#contents)",
    "a sentence with links": "For a list of people please visit [here](https://x.example.org/people.md) and [there](https://x.example.org).",
    "a sentence that begins with a link": "[awesome-things](https://github.com/x/awesome-things) 是一个列表。",
    "a sentence about a paper": f"Please read our [paper]({ARXIV}).",
    "maintained by": "Maintainers - [Jane Doe](http://github.com/jd), [John Roe](https://github.com/jr)",
    "badges": "[![Awesome](https://cdn.example.org/badge.svg)](https://github.com/x/awesome) ![](logo.png)",
    "logo": '<div align="center"><a href="https://x.example.org"><img src="logo.png" alt="Logo"></a></div>',
    "pages of the repository": "- [Quantization](quantization.md)\n- [Pruning](./pruning.md)",
    "a table without links": "| Venue | Year |\n|---|---|\n| OSDI | 2024, 2025 |",
    "empty rows": "| Title | Code |\n|---|---|\n|  |  |\n| - | - |",
    "a star history": '## Star History\n\n<a href="https://star-history.com/#x/y&Date"><img src="https://api.star-history.com/svg?repos=x/y"></a>',
    "tips for those who add": "- Add a new paper, thinking about its category.",
}


@pytest.mark.parametrize("what", NO_ENTRIES)
def test_what_is_no_entry_is_none(what: str) -> None:
    assert read(NO_ENTRIES[what]).entries == ()


# What has no place is told: (text, what must be in the report, why).
TOLD = {
    "a further link": (
        "- [Tool](https://t.example.org) - x ([Demo](https://d.example.org))",
        "Demo: https://d.example.org",
        "a further link, for which there is no field",
    ),
    "a column": (
        "| Title | Institute |\n|---|---|\n| [Work A](https://a.org/a) | G |\n| [Work B](https://a.org/b) | M |",
        "Institute: G; M",
        "a column that has no field, in 2 rows",
    ),
    "a name beside the paper's title": (
        f"| Name | Paper |\n|---|---|\n| Bench | [Measuring Things]({ARXIV}) |",
        "Name: Bench",
        "a column that has no field",
    ),
    "what a link is called in its column": (
        "| Course | Webpage |\n|---|---|\n| Learning | [CS1](https://a.org) |",
        "Webpage: CS1",
        "a column that has no field",
    ),
    "running text": ("Some words about the list.", "Some words about the list.", "running text, which is no entry"),
    "a link in running text": (
        "See [this page](https://a.org) for more.",
        "this page: https://a.org",
        "a link in running text",
    ),
    "the name of a group": (
        "- Emulators\n  - [e](https://github.com/x/e)",
        "Emulators",
        "there is no link in it",
    ),
    "a section about the list": (
        "## Contributing\n\nSend [requests](https://a.org/pulls) or [mail](https://a.org/mail).",
        "Contributing: https://a.org/pulls; https://a.org/mail",
        "a section about the list itself, with 2 links",
    ),
    "a relative link": ("- [Pruning](pruning.md)", "Pruning: pruning.md", "no http(s) address"),
    "words before several links": (
        "- 博客：[一](https://a.org/1)、[二](https://a.org/2)",
        "博客",
        "words that belong to several entries",
    ),
    "an empty cell's words": (
        "| Title | Code |\n|---|---|\n| [Work A](https://a.org/a) | Coming soon |",
        "Code: Coming soon",
        "a column that has no field",
    ),
}


@pytest.mark.parametrize("what", TOLD)
def test_what_found_no_place_is_told(what: str) -> None:
    text, told, why = TOLD[what]
    assert (told, why) in [(each.what, each.why) for each in read(text).unmapped]


def test_a_heading_without_a_category_is_told() -> None:
    (told,) = read("## Cooking\n- [Soup](https://a.org)").unmapped
    assert (told.place, told.what) == ("line 1", "Cooking")
    assert "no configured category is called so" in told.why


@pytest.mark.parametrize(
    "text",
    [
        "- [a](#a)\n- [b](#b)",
        "![picture](x.png)",
        '<div id="news"></div>',
        f"|Title|Paper|Recom|\n|-|-|-|\n|Work on Things|[[pdf]]({ARXIV})|⭐️⭐️|\n|Work on More|[[pdf]](https://arxiv.org/abs/2309.06181)|⚠️|",
        "- [Tool](https://t.example.org) ![stars](https://img.shields.io/github/stars/a/b)",
        "**[⬆ back to top](#contents)**",
        "| Title | Paper |\n|-|-|\n| [Work](https://a.org/w) | [[pdf]]() |",
    ],
)
def test_what_says_nothing_is_not_told(text: str) -> None:
    assert read(text).unmapped == ()


def test_the_name_of_a_list_is_no_category() -> None:
    done = read("# Things: A Survey\n\n## Papers\n\n- [Work](https://arxiv.org/abs/2309.06180)\n")
    assert [entry.category for entry in done.entries] == [""]
    done = read("# Surveys\n\n- [Work](https://arxiv.org/abs/2309.06180)\n\n# Blogs\n\n- [Post](https://a.org/p)\n")
    assert [entry.category for entry in done.entries] == ["survey", "blog"]


def test_a_section_below_contents_is_part_of_the_list() -> None:
    done = read("## Contents\n\n- [A](#a)\n\n### Engines\n\n- [vLLM](https://github.com/vllm-project/vllm)\n")
    assert [entry.fields["title"] for entry in done.entries] == ["vLLM"]


def test_a_section_ends_where_it_folds_away() -> None:
    text = (
        "## Blogs\n<details>\n<summary>Courses</summary>\n\n- [A](https://a.org)\n</details>\n\n- [B](https://b.org)\n"
    )
    assert [entry.category for entry in read(text).entries] == ["course", "blog"]


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("Videos and Lectures", "video"),
        ("Trending LLM Projects", "project"),
        ("Courses on Vision", "course"),
        ("Survey Paper", "survey"),
        ("Video Classification", ""),
        ("Image / Video / Etc", ""),
        ("Video Lectures / Tutorials / Blogs", ""),
        ("Blog Engines", ""),
    ],
)
def test_a_word_in_a_heading_is_a_category_only_where_the_heading_is_about_it(heading: str, slug: str) -> None:
    assert Headings(OPTIONS).category(heading) == slug


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "Contents",
            "📖Contents",
            "Table of Contents",
            "目录",
            "Contributing",
            "©️License",
            "🎉Contribute",
            "News 🔥",
            "Updates",
        ),
        *(
            "Star History",
            "Contributors ✨",
            "Citation",
            "Acknowledgements",
            "List of Licenses",
            "贡献者",
            "How to cite",
        ),
    ],
)
def test_what_is_about_the_list_itself(heading: str) -> None:
    assert is_aside(heading)


@pytest.mark.parametrize(
    "heading", ["Papers", "Contents of the memory", "Newsletters", "License plate recognition", "Update rules", ""]
)
def test_what_is_not_about_the_list_itself(heading: str) -> None:
    assert not is_aside(heading)


def test_contents_and_news_say_nothing_of_what_is_below_them() -> None:
    assert is_about_list("Contributing") and not is_about_list("Contents") and not is_about_list("News")


def test_headings_say_what_stands_below() -> None:
    assert says_papers("📖 Papers with Code") and not says_papers("Tools")
    assert kind_of_section("", "Videos / Blogs") is None
    assert kind_of_section("", "Tools / Libraries") == ("software", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jane Doe", ""),
        ("Jane Doe, John Roe", "Jane Doe, John Roe"),
        ("Jane Doe, John Roe and Max van der Berg", "Jane Doe, John Roe, Max van der Berg"),
        ("J. Doe and K. L. Roe", "J. Doe, K. L. Roe"),
        ("J. Doe", "J. Doe"),
        ("Jane Doe*, John Roe†", "Jane Doe, John Roe"),
        ("Doe et al.", "Doe +"),
        ("Jane Doe et al", "Jane Doe +"),
        ("张三、李四", "张三, 李四"),
        ("张三 等", "张三 +"),
        ("Ab, C., Cd, E. F. and Ef, G.", "C. Ab, E. F. Cd, G. Ef"),
        ("Jane Doe (Example Inc), John Roe", "Jane Doe, John Roe"),
        ("Deep Learning, Machine Learning", ""),
        ("Visual Studio, Windows Server", ""),
        ("PyTorch Lightning, Jane Doe", ""),
        ("Google AI", ""),
        ("Fast and Efficient", ""),
        ("A tool for models, with batteries", ""),
        ("MIT", ""),
        ("", ""),
    ],
)
def test_names_are_people_only_where_that_is_sure(text: str, shown: str) -> None:
    assert names(crediting.people(text)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Jane Doe", "Jane Doe"), ("NLLB Team.", "NLLB Team"), ("Machine Learning", ""), ("closed source", "")],
)
def test_one_name_counts_where_names_are_likely(text: str, shown: str) -> None:
    assert names(crediting.people(text, sure=True)) == shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SOSP 2023", (SOSP, "inproceedings", 2023)),
        ("SOSP' 23", (SOSP, "inproceedings", 2023)),
        ("(*ICLR 2024*)", (ICLR, "inproceedings", 2024)),
        ("accepted by ICLR 2024", (ICLR, "inproceedings", 2024)),
        ("JMLR 2019", ("Journal of Machine Learning Research", "article", 2019)),
        ("NeurIPS", ("NeurIPS", "inproceedings", 0)),
        ("BlackBoxNLP2019", ("BlackBoxNLP2019", "inproceedings", 2019)),
        ("NAIC ’24", ("NAIC'24", "inproceedings", 2024)),
        ("The 18th BioNLP workshop", ("The 18th BioNLP workshop", "inproceedings", 0)),
        ("Preprint", ("", "", 0)),
        ("arXiv 2022", ("", "", 2022)),
        ("arXiv:2309.06180", ("", "", 0)),
        ("MIT", None),
        ("Google, UCB", None),
        ("Jane Doe et al. SOSP 2023", None),
        ("ICLR2020 under review", None),
        ("submitted to SOSP 2023", None),
        ("Tech Report", None),
        ("a fast tool", None),
        ("Python 3", None),
        ("", None),
    ],
)
def test_venues(text: str, found: tuple[str, str, int] | None) -> None:
    assert crediting.venue(text) == found


@pytest.mark.parametrize(
    "text", ["A tool (2019)", "Windows Server 2012", "MIT", "Google AI", "a course by many people", "x" * 3000]
)
def test_a_description_has_no_makers(text: str) -> None:
    said = crediting.Credits()
    said.take(text, loose=True)
    assert not said.people and not said.venue
    assert said.left == [text]


@pytest.mark.parametrize(
    ("text", "clear"),
    [
        ("🔥🔥 A Title. ", "A Title"),
        ("“A Title”", "A Title"),
        ("「乘法」与「加法」", "「乘法」与「加法」"),
        ("《书名》", "书名"),
        (":tada: Name :rocket:", "Name"),
        ("What?", "What?"),
        ("Jane et al.", "Jane et al."),
        ("A 「b」 c", "A 「b」 c"),
        ("C++", "C++"),
        ("...", "..."),
    ],
)
def test_titles_lose_what_is_around_them(text: str, clear: str) -> None:
    assert clean(text) == clear


@pytest.mark.parametrize(
    ("title", "meaning"),
    [
        ("Title", columns.TITLE),
        ("Title & Authors", columns.TITLE),
        ("Paper", columns.PAPER),
        ("论文", columns.PAPER),
        ("Model", columns.NAME),
        ("Course Name", columns.NAME),
        ("Course WebPage", columns.LINK),
        ("Lecture Videos", columns.LINK),
        ("Code", columns.LINK),
        ("Links", columns.LINK),
        ("Release Time", columns.DATE),
        ("Year", columns.DATE),
        ("Publication", columns.VENUE),
        ("University/Instructor(s)", columns.AUTHORS),
        ("简介", columns.ABOUT),
        ("#", columns.NUMBER),
        ("S.No", columns.NUMBER),
        ("Institute", columns.OTHER),
        ("Recom", columns.OTHER),
        ("", columns.OTHER),
    ],
)
def test_the_title_of_a_column_says_what_stands_there(title: str, meaning: str) -> None:
    assert columns.meaning(title) == meaning


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Paper-CVPR14", "work"),
        ("Engine-1.5 Paper", "work"),
        ("Download PDF", "work"),
        ("📖 arXiv Paper", "work"),
        ("code & model", "code"),
        ("Source Code", "code"),
        ("Project Page", "further"),
        ("youtube-dl", ""),
        ("100 videos to watch today", ""),
        ("Model Zoo", ""),
        ("xlrd", ""),
    ],
)
def test_a_link_beside_a_work_says_what_it_is(label: str, role: str) -> None:
    assert links.role(label, beside=True) == role


def test_rows_of_a_table_in_html_keep_their_columns() -> None:
    text = """<table><thead><tr><th>A</th><th>B</th><th>C</th></tr></thead><tbody>
<tr><td rowspan=2>group</td><td>b1</td><td>c1</td></tr>
<tr><td>b2</td><td colspan="1">c2</td></tr>
<tr><td colspan=2>wide</td><td>c3</td></tr></tbody></table>"""
    found = rows(enumerate(text.split("\n"), 1))
    assert [row.cells for row in found] == [("group", "b1", "c1"), ("", "b2", "c2"), ("wide", "", "c3")]
    assert {row.header for row in found} == {("A", "B", "C")}
    assert [row.line for row in found] == [2, 3, 4]


def test_a_table_for_looks_is_read_as_paragraphs() -> None:
    text = '<table><tr><td><a href="https://a.org/x">A Tool</a> - fast</td><td><img src="x.png"></td></tr></table>'
    assert [entry.fields["title"] for entry in read(text).entries] == ["A Tool"]


def test_what_has_the_same_reason_is_told_in_one_line() -> None:
    items = [
        Unmapped(f"line {at}", f"Demo: https://d.org/{at}", "a further link, for which there is no field")
        for at in range(1, 9)
    ]
    items += [Unmapped("line 9", "Institute: G", "a column that has no field, in 2 rows")]
    shown = list(leftovers.lines("list.md", items, verbose=False))
    assert shown == [
        (
            "list.md: 8 things not imported (a further link, for which there is no field): line 1: Demo: https://d.org/1; "
            "line 2: Demo: https://d.org/2; line 3: Demo: https://d.org/3; ..."
        ),
        "list.md, line 9: not imported: Institute: G (a column that has no field, in 2 rows).",
        "bib -v shows each of them.",
    ]
    assert len(list(leftovers.lines("list.md", items, verbose=True))) == 9


PIECES = st.sampled_from(
    [
        *(
            "- ",
            "* **",
            "1. ",
            "  - ",
            "\n",
            "\n\n",
            "\n    ",
            "**",
            "*",
            ": ",
            " - ",
            " | ",
            ", ",
            ". ",
            "（",
            "）",
            "(2023)",
            "`SOSP 2023`",
        ),
        *(
            "[Engine](https://github.com/x/{})",
            "[[pdf]](https://arxiv.org/abs/2309.0{})",
            "[[code](https://github.com/y/{})]",
        ),
        *(
            "[![arXiv](https://img.shields.io/b.svg)](https://arxiv.org/abs/2310.0{})",
            " https://example.org/{} ",
            "<br>",
            "🔥",
            "[ICLR 2024] ",
        ),
        *(
            "A Title of Work",
            "Jane Doe, John Roe",
            "et al.",
            "|A|B|\n|-|-|\n|",
            "|",
            "## Papers\n",
            "<table><tr><td>",
            "</td></tr></table>",
            "[",
            "]",
            "论文",
        ),
    ]
)


def places(done: Imported) -> str:
    """Return every address that an import gave or told."""
    said = [
        value
        for entry in done.entries
        for value in (*entry.fields.values(), f"arxiv.org/abs/{entry.fields.get('eprint')}")
    ]
    return " ".join([*said, *(each.what for each in done.unmapped)])


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=14))
def test_no_link_is_lost(pieces: Sequence[str]) -> None:
    text = "".join(piece.replace("{}", f"{1000 + at}") for at, piece in enumerate(pieces))
    told = places(read(text))
    for at, piece in enumerate(pieces):
        mark = f"{1000 + at}"
        if "{}" in piece and "img.shields" not in piece:
            assert mark in told, text


WORDS = st.sampled_from(
    [
        *(
            "- ",
            "\n\n- ",
            "\n\n  - ",
            "\n\n",
            "\n    ",
            ": ",
            " - ",
            " | ",
            ", ",
            ". ",
            "|",
            "\n|A|Links|\n|-|-|\n|",
            "<br>",
            "🔥",
            "(2023)",
            " SOSP 2023 ",
        ),
        *(
            " wort{} ",
            "**wort{}**",
            "*wort{}*",
            "`wort{}`",
            "(wort{})",
            "[wort{}] ",
            "Wort{} Roe et al.",
            '"Wort{} of the world"',
            "<td>wort{}</td>",
        ),
        *(
            "[wort{}](https://x.org/{})",
            f"[[pdf]]({ARXIV})",
            "[wort{}](#here)",
            "[wort{}](./page.md)",
        ),
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(WORDS, max_size=9))
def test_no_word_is_lost(pieces: Sequence[str]) -> None:
    text = "".join(piece.replace("{}", f"{1000 + at}") for at, piece in enumerate(pieces))
    done = read(text)
    told = places(done) + " ".join(names(people) for entry in done.entries for people in entry.people.values())
    for at, piece in enumerate(pieces):
        if "ort{}" in piece and "(#" not in piece:
            assert f"ort{1000 + at}" in told, text


@pytest.mark.parametrize(
    "line",
    [
        "- [Tool {}](https://github.com/a/b{}) - Does it. ([Demo](https://x.org/{}), [Source](https://github.com/c/{}))\n",
        "- **A Title {}** *Jane Doe, John Roe*. ACL 2019. [[pdf](https://arxiv.org/abs/2001.{})] [[code](https://github.com/x/{})]\n",
        "  - text {}\n",
        "<table><tr><th>A</th></tr>\n<tr><td rowspan=3>x{}</td></tr>\n</table>\n",
        "**Title {}**\n\n[[pdf]](https://arxiv.org/abs/2001.{})\n\n",
    ],
    ids=["tools", "papers", "nested", "html", "paragraphs"],
)
def test_long_lists_are_read_in_linear_time(line: str) -> None:
    def make(number: int) -> str:
        return "".join(line.replace("{}", f"{at:05d}") for at in range(number))

    assert_in_proportion(make, read, 64)


@pytest.mark.parametrize(
    "text",
    [
        "- " + "[" * 10_000 + "]" * 9_000,
        "- " + "Jane Doe, " * 1_900 + f"[pdf]({ARXIV})",
        "- " + "**a** *b* " * 1_900 + f"[pdf]({ARXIV})",
        "- " + "Aa. " * 4_900 + f"[pdf]({ARXIV})",
        "- " + "(" * 9_000 + ")" * 9_000 + f"[pdf]({ARXIV})",
        "- " + "x et al. " * 2_000 + f"[pdf]({ARXIV})",
        "- " + "🔥" * 19_000 + f"[pdf]({ARXIV})",
        "- " + "(2020) " * 2_800 + f"[pdf]({ARXIV})",
        "- " + '"a b c d e f g ' * 1_300 + f"[pdf]({ARXIV})",
        f"- [a]({ARXIV})" + "<br>x" * 3_500,
        "- " + "Ab, C. D. E. F. " * 900 + f"[pdf]({ARXIV})",
        "- " + "Ab, C. & " * 1_900 + f"[pdf]({ARXIV})",
        "- *" + "Ab, A.A.A.A.A.A" * 1_200 + f"* [pdf]({ARXIV})",
        "<table>" + "<td rowspan=999 colspan=999>" * 3_000 + "</table>",
        "**A b**\n\n" + f"[[pdf]]({ARXIV})\n\n" * 3_000,
        "".join(" " * min(at, 2000) + f"- [a](https://a.org/{at})\n" for at in range(1_500)),
    ],
    ids=range(16),
)
def test_hostile_items_are_read_soon(text: str) -> None:
    read(text)
