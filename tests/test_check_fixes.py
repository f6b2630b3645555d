"""What `bib check --fix` may do to a file: mend what was said of it, and leave everything else as it stands, byte for byte."""

from __future__ import annotations

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.bibfile import Document, RawEntry
from llminfer_bib.checks import Wanted, all_rules, run
from llminfer_bib.commands import checking
from llminfer_bib.config import Config
from llminfer_bib.library import Library

BEFORE = '% a comment with { in it\n\n@string{mac = {Smith, J. \\& Co}}\n@preamble{ "x & y" }\n\n'
BEHIND = "\n@comment{left & alone}\n% bib: a word\n"
BASE = {"author": "{Smith, John}", "title": "{Serving models}", "journal": "{J}", "year": "2024"}
PIECES = (
    *(
        "{",
        "}",
        "{}",
        "{{",
        "}}",
        "\\",
        "\\}",
        "\\{",
        '"',
        "$",
        "$x$",
        "\\(",
        "&",
        "\\&",
        "{\\&}",
        "&amp;",
        "%",
        "#",
        "_",
        "\\_",
        "^",
    ),
    *(
        "{\\&}amp$\\mathsemicolon$",
        "大",
        "模型",
        "、",
        "，",
        "；",
        "李伟",
        "🚀",
        "👨\u200d👩",
        "\u200b",
        "\u202e",
        "é",
        "e\u0301",
        "å¤§",
        "Ã©",
    ),
    *(
        "\ufffd",
        " and ",
        "others",
        "et al.",
        "et.al.",
        ",",
        ";",
        ".",
        "...",
        "A.",
        "a.",
        "Smith",
        "SMITH",
        "Jones, Mary",
        "Team",
    ),
    *(
        "Qwen Team",
        " ",
        "\n",
        "vLLM",
        "V",
        "models.",
        "[J]",
        "http://",
        "https://",
        "doi.org/",
        "10.1145/",
        "3600006",
        "2309.06180",
    ),
    *(
        "v2",
        "arXiv:",
        "1-9",
        "--",
        "–",
        "12",
        "\\url{",
        "\\emph{x}",
        "\\'e",
        "\\textless",
        "<i>",
        "\x92",
        "\x07",
        "１２",
        "@",
        "June",
        "“",
        "”",
    ),
)
FIELDS = (
    "author",
    "editor",
    "title",
    "booktitle",
    "month",
    "doi",
    "url",
    "eprint",
    "pages",
    "isbn",
    "keywords",
    "note",
    "volume",
)


@st.composite
def values(draw: st.DrawFn) -> str:
    """A value with its delimiters, in which braces are paired: the syntax is not what is tested here."""
    text = "".join(draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=10)))
    depth = lowest = bare_quotes = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        lowest = min(lowest, depth)
        bare_quotes += character == '"' and not depth
    text = "{" * -lowest + text + "}" * (depth - lowest)
    quoted = not bare_quotes and not lowest and draw(st.booleans())
    return f'"{text}"' if quoted else f"{{{text}}}"


def shapes(document: Document) -> list[tuple[str, str, list[str]]]:
    """Return the entries without what their fields say; `version` may come from an arXiv id."""
    return [
        (raw.type, raw.key, [name for name in raw.fields if name != "version"])
        for raw in document.entries()
        if isinstance(raw, RawEntry)
    ]


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(FIELDS), values(), min_size=1, max_size=4),
    st.sampled_from(["article", "misc", "inproceedings", "online"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_entry_is_mended_once_and_reads_as_before(given_fields: dict[str, str], kind: str, newline: str) -> None:
    fields = BASE | given_fields
    body = "".join(f"  {name} = {value},\n" for name, value in fields.items())
    text = f"{BEFORE}@{kind}{{k,\n{body}}}\n{BEHIND}".replace("\n", newline)
    done = checking.check(Library.from_text(text), fix=True)
    mended = done.document.data.decode()
    assert mended.startswith(BEFORE.replace("\n", newline)) and mended.endswith(BEHIND.replace("\n", newline))
    assert shapes(done.document) == shapes(Document(text.encode()))
    assert [str(one.problem) for one in done.found if one.fix] == []
    assert checking.check(Library.from_text(mended), fix=True).document.data.decode() == mended


@pytest.mark.parametrize(
    "text",
    [
        "@string{p = {A & B}}\n@book{k, author = {Wu, Li}, title = {T}, publisher = p, year = 2024}\n",
        "@string{p = {A}}\n@book{k, author = {Wu, Li}, title = {T}, publisher = p # { & B}, year = 2024}\n",
        "@book{k, author = {Wu, Li}, title = {T}, publisher = {A } # {& B}, year = 2024}\n",
        '@book{k, author = {Wu, Li}, title = {T}, publisher = "A {" & "} B", year = 2024}\n',
    ],
)
def test_what_a_macro_gives_or_another_program_misreads_is_not_touched(text: str) -> None:
    assert checking.check(Library.from_text(text), fix=True).document.data.decode() == text


def test_what_a_parent_gives_is_mended_at_the_parent() -> None:
    child = "@inproceedings{c, author = {Wu, Li}, title = {T}, crossref = {p}}\n"
    parent = "@proceedings{p, title = {A & B}, booktitle = {A & B}, year = 2024}\n"
    done = checking.check(Library.from_text(child + parent), select=["B313"], fix=True)
    assert done.document.data.decode() == child + parent.replace("&", "\\&")
    assert done.found == []


LIKE_A_PROGRAM = {
    "dblp": """@inproceedings{conf/x/SmithW24,
  author       = {Ana Smith and
                  Jos{\\'{e}} {\\'{A}}lvarez and
                  Li Wu 0001},
  title        = {Serving with {GPU}s: {A} View from {X86}},
  booktitle    = {Proceedings of the 3rd Workshop on Serving, {WS} '24, Oslo, Norway, May
                  7-9, 2024},
  series       = {{ACM} Series},
  pages        = {3:1--3:12},
  publisher    = {{ACM}},
  year         = {2024},
  url          = {https://doi.org/10.1145/3600006.3613165},
  doi          = {10.1145/3600006.3613165},
  timestamp    = {Mon, 09 Feb 2026 17:23:53 +0100},
  biburl       = {https://dblp.example.org/rec/conf/x/SmithW24.bib},
  bibsource    = {dblp, https://dblp.example.org}
}
""",
    "zotero": """@misc{smithServingModels2024,
  title = {Serving: A {{View}} of {{Large}} Models},
  shorttitle = {Serving},
  author = {Smith, Ana and {de la Vega}, Jos{\\'e} and {Acme Labs}},
  year = 2024,
  month = nov,
  number = {arXiv:2309.06180},
  eprint = {2309.06180},
  primaryclass = {cs},
  publisher = {arXiv},
  doi = {10.48550/arXiv.2309.06180},
  urldate = {2025-12-07},
  archiveprefix = {arXiv},
  langid = {english},
  keywords = {Computer Science - Machine Learning,A & B},
  file = {/home/me/Zotero/A_B & C - 2024 - 100% of it.pdf}
}
""",
    "inspire": """@article{Smith:2011mr,
      author         = "Smith, A. and Drum, H. -J. and Vega, Jr., O. and others",
      title          = "Correlations at $\\sqrt{{s}_{NN}} =$ 2.76 {TeV}",
      collaboration  = "ACME",
      journal        = "Phys. Lett. B",
      volume         = "696",
      year           = "2011",
      pages          = "014904",
      doi            = "10.1145/3600006.3613165",
      eprint         = "1012.4035",
      archivePrefix  = "arXiv",
      primaryClass   = "nucl-ex",
      reportNumber   = "ACME-EP-2010-006",
      SLACcitation   = "%%CITATION = ARXIV:1012.4035;%%"
}
""",
    "ads": """@ARTICLE{2018AJ....156..123S,
       author = {{Acme Collaboration} and {Smith-Vega}, A.~M. and {de Val-Boro}, M. and {Wu}, {\\v{Z}}.},
        title = "The {Acme} Project",
      journal = {\\aj},
         year = 2018,
        month = sep,
          eid = {123},
        pages = {123},
          doi = {10.3847/1538-3881/aabc4f},
archivePrefix = {arXiv},
       eprint = {1801.02634},
       adsurl = {https://ui.example.org/abs/2018AJ....156..123A},
}
""",
    "gb7714": """@article{zhang1994,
  author     = {张昆五 and 冯立群 and others},
  title      = {利用 {REMPI} 方法测量光谱},
  journal    = {大学学报: 自然科学版},
  volume     = {34},
  pages      = {1--7},
  year       = {1994},
  langid     = {chinese},
  key        = {zhang1 kun1},
}
@standard{gb1986,
  author    = {标准化技术委员会},
  title     = {GB/T 5795--1986 中国标准书号},
  publisher = {标准出版社},
  date      = {1986},
}
""",
    "acl": """@inproceedings{smith-2018-the,
    title = "The Influence of Models on Serving",
    author = "Smith, Ana  and
      {\\'A}lvarez, {\\'E}lise  and
      Wu, Li",
    booktitle = "Global Serving 2018",
    month = jul,
    year = "2018",
    address = "Online",
    publisher = "Association for Serving",
    url = "https://serving.example.org/2018.x-1.3",
    doi = "10.1145/3600006.3613165",
    pages = "3464--3470",
}
""",
}


@pytest.mark.parametrize("text", LIKE_A_PROGRAM.values(), ids=list(LIKE_A_PROGRAM))
def test_what_programs_write_is_left_alone(text: str) -> None:
    found = run(Document(text.encode()), Config(), all_rules(), Wanted())
    assert [str(one.problem) for one in found] == []


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["{}", "wN{} ", "SMITH, A. and ", "Wu, L., ", "A ", "{Wu, A.} and "])
def test_a_title_or_list_of_names_of_any_length_takes_time_in_proportion(piece: str) -> None:
    def make(size: int) -> Document:
        text = "".join(piece.replace("{}", str(at)) if "N" in piece else piece for at in range(size))
        if piece == "{}":
            text = "{" * size + "}" * size
        return Document(f"@article{{k, author = {{{text}x}}, title = {{{text}x}}}}".encode())

    assert_in_proportion(make, lambda document: run(document, Config(), all_rules(), Wanted()), most=1 << 15)
